import { groupBy, orderBy, sumBy } from "lodash-es";

export interface Total {
  readonly key: string;
  readonly count: number;
  readonly amount: number;
}

/** Totals of rows by a key, largest amount first. */
export function totals<T>(rows: readonly T[], key: (row: T) => string, amount: (row: T) => number): Total[] {
  const groups = groupBy(rows, key);
  const list = Object.entries(groups).map(([name, members]) => ({
    key: name,
    count: members.length,
    amount: sumBy(members, amount),
  }));
  return orderBy(list, ["amount", "key"], ["desc", "asc"]);
}
