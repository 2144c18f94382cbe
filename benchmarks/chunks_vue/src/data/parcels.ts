import { minutesAgo } from "./clock";
import { customers } from "./customers";
import { depots } from "./depots";
import { between, pick, random, weighted } from "./random";

export const stages = ["booked", "collected", "sorted", "on-round", "delivered", "held"] as const;
export type Stage = (typeof stages)[number];

export const services = ["Economy", "Standard", "Next day", "Before noon"] as const;
export type Service = (typeof services)[number];

export interface Parcel {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly street: string;
  readonly from: string;
  readonly to: string;
  readonly service: Service;
  readonly stage: Stage;
  /** Kilograms. */
  readonly weight: number;
  /** Litres. */
  readonly volume: number;
  readonly booked: Date;
  readonly due: Date;
}

const next = random(90210);

const first = ["Ada", "Bryn", "Cerys", "Dominic", "Elspeth", "Fergus", "Greta", "Hamza", "Ines", "Jonah", "Keira", "Lowell"];
const last = ["Ashdown", "Bellamy", "Corrigan", "Dunmore", "Eldridge", "Fairley", "Goddard", "Hadley", "Ingram", "Jarrold"];
const streets = ["Mill Lane", "Station Road", "Chapel Row", "The Crescent", "Orchard Way", "Quay Street", "Beacon Hill"];

const likely: ReadonlyArray<readonly [Stage, number]> = [
  ["booked", 14],
  ["collected", 16],
  ["sorted", 22],
  ["on-round", 20],
  ["delivered", 24],
  ["held", 4],
];

export const parcels: readonly Parcel[] = Array.from({ length: 240 }, (_, index) => {
  const age = between(30, 4200, next);
  return {
    id: `RL-${10_000 + index}`,
    sender: pick(customers, next).id,
    recipient: `${pick(first, next)} ${pick(last, next)}`,
    street: `${between(1, 140, next)} ${pick(streets, next)}`,
    from: pick(depots, next).id,
    to: pick(depots, next).id,
    service: pick(services, next),
    stage: weighted(likely, next),
    weight: between(2, 280, next) / 10,
    volume: between(1, 160, next),
    booked: minutesAgo(age),
    due: minutesAgo(age - between(1200, 5200, next)),
  };
});

export function parcelOf(id: string): Parcel | undefined {
  return parcels.find((parcel) => parcel.id === id);
}
