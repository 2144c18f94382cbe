import { minutesAgo } from "./clock";
import { depots } from "./depots";
import { between, pick, random, weighted } from "./random";

export const scanKinds = ["arrival", "sort", "load", "handover", "exception"] as const;
export type ScanKind = (typeof scanKinds)[number];

export interface Scan {
  readonly number: number;
  readonly parcel: string;
  readonly depot: string;
  readonly kind: ScanKind;
  readonly scanner: string;
  readonly at: Date;
}

const frequent: ReadonlyArray<readonly [ScanKind, number]> = [
  ["arrival", 30],
  ["sort", 34],
  ["load", 20],
  ["handover", 14],
  ["exception", 2],
];

/** The newest first. */
export function scanLog(count: number): Scan[] {
  const next = random(5150);
  let minutes = 0;
  return Array.from({ length: count }, (_, index) => {
    minutes += next() * 0.6;
    return {
      number: count - index,
      parcel: `RL-${10_000 + between(0, 239, next)}`,
      depot: pick(depots, next).id,
      kind: weighted(frequent, next),
      scanner: `S${between(10, 64, next)}`,
      at: minutesAgo(minutes),
    };
  });
}
