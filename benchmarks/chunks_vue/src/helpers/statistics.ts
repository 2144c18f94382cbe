import { mean, range, sortBy } from "lodash-es";

export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place % 1);
}

/** Lowest, lower quartile, median, upper quartile and highest, as a box plot wants them. */
export function fiveNumbers(values: readonly number[]): number[] {
  const sorted = sortBy(values);
  return [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(quantile(sorted, share)));
}

/** The mean of each value and those before it, `width` at most. */
export function movingMean(values: readonly number[], width: number): number[] {
  return range(values.length).map((end) => mean(values.slice(Math.max(0, end - width + 1), end + 1)));
}
