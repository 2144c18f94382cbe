import dayjs from "dayjs";
import duration from "dayjs/plugin/duration";
import relativeTime from "dayjs/plugin/relativeTime";
import "dayjs/locale/en-gb";
import { now } from "../data/clock";

dayjs.extend(duration);
dayjs.extend(relativeTime);
dayjs.locale("en-gb");

export function day(date: Date | string): string {
  return dayjs(date).format("D MMM YYYY");
}

export function weekday(date: Date): string {
  return dayjs(date).format("ddd D MMM");
}

export function time(date: Date): string {
  return dayjs(date).format("HH:mm");
}

export function moment(date: Date): string {
  return dayjs(date).format("ddd D MMM, HH:mm");
}

/** "two hours ago", seen from the shift's clock. */
export function since(date: Date): string {
  return dayjs(date).from(now);
}

export function isOver(date: Date): boolean {
  return dayjs(date).isBefore(now);
}

export function minutesLong(minutes: number): string {
  return dayjs.duration(minutes, "minutes").format(minutes < 60 ? "m [min]" : "H [h] m [min]");
}
