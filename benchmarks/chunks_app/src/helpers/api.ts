import { QueryClient } from "@tanstack/react-query";

export const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });

/** A stand-in for a back end: answers after a turn of the event loop. */
export function answer<T>(value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), 0));
}
