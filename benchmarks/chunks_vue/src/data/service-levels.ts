import { daysAgo } from "./clock";
import { depots } from "./depots";
import { between, random } from "./random";

export interface Day {
  readonly date: Date;
  readonly collected: number;
  readonly delivered: number;
  readonly late: number;
}

/** The oldest first. */
export const days: readonly Day[] = (() => {
  const next = random(31);
  return Array.from({ length: 42 }, (_, index) => {
    const date = daysAgo(41 - index);
    const weekend = date.getDay() % 6 === 0;
    const collected = Math.round((weekend ? 5200 : 11_800) + 1900 * next());
    const delivered = Math.round(collected * (0.94 + 0.08 * next()));
    return { date, collected, delivered, late: Math.round(delivered * (0.015 + 0.03 * next())) };
  });
})();

/** Minutes between promise and delivery, per depot; negative is early. */
export function punctuality(): Array<{ readonly depot: string; readonly minutes: readonly number[] }> {
  const next = random(8);
  return depots.map((depot) => {
    const habit = between(-40, 10, next);
    const minutes = Array.from({ length: 60 }, () => habit + Math.round((next() + next() + next() - 1.5) * 70));
    return { depot: depot.name, minutes };
  });
}

/** Percent delivered in time by weekday (0 is Monday) and hour. */
export function inTimeByHour(): Array<readonly [hour: number, weekday: number, percent: number]> {
  const next = random(64);
  return Array.from({ length: 7 * 12 }, (_, index) => {
    const hour = index % 12;
    const weekday = Math.floor(index / 12);
    return [hour, weekday, Math.round(99 - 6 * next() - 0.6 * Math.abs(hour - 4) - (weekday > 4 ? 4 : 0))] as const;
  });
}
