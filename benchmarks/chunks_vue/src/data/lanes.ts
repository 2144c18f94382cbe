import { depots } from "./depots";
import { between, random } from "./random";

/** A trunk connection between two depots. */
export interface Lane {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly departures: number;
  readonly minutes: number;
  /** Percent of the space that is used. */
  readonly fill: number;
}

const pairs: ReadonlyArray<readonly [from: number, to: number]> = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 5],
  [2, 11],
  [3, 4],
  [3, 9],
  [3, 11],
  [4, 5],
  [4, 7],
  [5, 6],
  [6, 7],
  [7, 8],
  [8, 10],
  [9, 10],
  [4, 8],
  [9, 11],
  [3, 6],
];

const next = random(611);

export const lanes: readonly Lane[] = pairs.map(([from, to]) => ({
  id: `${depots[from]!.id}–${depots[to]!.id}`,
  from: depots[from]!.id,
  to: depots[to]!.id,
  departures: between(1, 9, next),
  minutes: between(35, 150, next),
  fill: between(38, 99, next),
}));
