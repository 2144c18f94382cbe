import { addDays, differenceInCalendarDays, format, formatDistance, isBefore, parseISO } from "date-fns";

export const today = parseISO("2026-09-14");

export function shortDate(date: Date): string {
  return format(date, "d MMM yyyy");
}

export function relative(date: Date): string {
  return formatDistance(date, today, { addSuffix: true });
}

export function inDays(days: number): Date {
  return addDays(today, days);
}

export function overdue(due: Date): number {
  return isBefore(due, today) ? differenceInCalendarDays(today, due) : 0;
}
