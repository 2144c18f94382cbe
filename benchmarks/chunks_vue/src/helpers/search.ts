import Fuse, { type FuseOptionKey } from "fuse.js";

/** Finds rows by a text that may have typing errors; an empty text finds all. */
export function searchIn<T>(rows: readonly T[], keys: FuseOptionKey<T>[]): (text: string) => readonly T[] {
  const index = new Fuse(rows, { keys, threshold: 0.32, ignoreLocation: true });
  return (text) => (text.trim() ? index.search(text.trim()).map((found) => found.item) : rows);
}
