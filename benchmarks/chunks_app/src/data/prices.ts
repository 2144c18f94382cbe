import { inDays } from "../helpers/dates";
import { random } from "../helpers/random";
import { fruits } from "./growers";

export interface Price {
  readonly day: Date;
  readonly [fruit: string]: number | Date;
}

export function priceHistory(days = 120): Price[] {
  const next = random(99);
  const level = new Map<string, number>(fruits.map((fruit, index) => [fruit, 8 + index * 3]));
  return Array.from({ length: days }, (_, index) => {
    const row: Record<string, number | Date> = { day: inDays(index - days) };
    for (const fruit of fruits) {
      const now = Math.max(3, (level.get(fruit) ?? 8) + (next() - 0.5));
      level.set(fruit, now);
      row[fruit] = Math.round(now * 100) / 100;
    }
    return row as unknown as Price;
  });
}
