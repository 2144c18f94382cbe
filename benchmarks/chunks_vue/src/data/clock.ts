/** The moment the console shows: all of its data belongs to this shift. */
export const now = new Date(2026, 5, 16, 10, 40);

export function minutesAgo(minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

export function daysAgo(days: number): Date {
  const day = new Date(now);
  day.setDate(day.getDate() - days);
  return day;
}
