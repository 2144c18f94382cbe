import { countBy, groupBy, orderBy, sumBy } from "lodash-es";

export interface Tally {
  readonly key: string;
  readonly count: number;
}

/** How many rows have each key, the most frequent first. */
export function tally<T>(rows: readonly T[], key: (row: T) => string): Tally[] {
  const counts = Object.entries(countBy(rows, key)).map(([name, count]) => ({ key: name, count }));
  return orderBy(counts, ["count", "key"], ["desc", "asc"]);
}

export function totals<T>(rows: readonly T[], key: (row: T) => string, amount: (row: T) => number): Record<string, number> {
  const sums = Object.entries(groupBy(rows, key)).map(([name, members]) => [name, sumBy(members, amount)] as const);
  return Object.fromEntries(sums);
}

export function total<T>(rows: readonly T[], amount: (row: T) => number): number {
  return sumBy(rows, amount);
}
