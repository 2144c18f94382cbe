import { countBy, range } from "lodash-es";
import { minutesAgo, now } from "../../data/clock";
import type { Scan } from "../../data/scans";
import { time } from "../../helpers/dates";

const QUARTER = 15;

export interface Rate {
  readonly counts: number[];
  readonly tick: (place: number) => string;
}

/** How many scans fell into each quarter of an hour, the oldest first. */
export function perQuarterHour(scans: readonly Scan[]): Rate {
  const age = (scan: Scan) => Math.floor((now.getTime() - scan.at.getTime()) / 60_000 / QUARTER);
  const counts = countBy(scans, age);
  const oldest = scans.length ? age(scans.at(-1)!) : 0;
  return {
    counts: range(oldest, -1, -1).map((quarter) => counts[quarter] ?? 0),
    tick: (place) => time(minutesAgo((oldest - place) * QUARTER)),
  };
}
