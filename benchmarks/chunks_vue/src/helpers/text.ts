import { kebabCase, truncate, upperFirst } from "lodash-es";

export function shorten(text: string, length = 60): string {
  return truncate(text, { length, separator: " ", omission: "…" });
}

/** A name as it stands in an address: "Colne Cross" is "colne-cross". */
export function slug(name: string): string {
  return kebabCase(name);
}

export function label(word: string): string {
  return upperFirst(word.replaceAll("-", " "));
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
