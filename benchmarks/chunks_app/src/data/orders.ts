import { inDays } from "../helpers/dates";
import { between, pick, random } from "../helpers/random";
import { fruits, growers } from "./growers";

export const states = ["draft", "confirmed", "picked", "shipped", "paid"] as const;
export type State = (typeof states)[number];

export interface Order {
  readonly id: string;
  readonly grower: string;
  readonly fruit: string;
  readonly crates: number;
  readonly price: number;
  readonly state: State;
  readonly placed: Date;
  readonly due: Date;
}

const next = random(4711);

export const orders: readonly Order[] = Array.from({ length: 120 }, (_, index) => {
  const age = between(0, 90, next);
  return {
    id: `A-${1000 + index}`,
    grower: pick(growers, next).id,
    fruit: pick(fruits, next),
    crates: between(4, 400, next),
    price: between(6, 31, next),
    state: pick(states, next),
    placed: inDays(-age),
    due: inDays(between(-20, 40, next)),
  };
});

export function amountOf(order: Order): number {
  return order.crates * order.price;
}
