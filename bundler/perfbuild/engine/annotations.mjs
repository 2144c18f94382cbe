// Functions that say of themselves that a call of them does nothing but make what it returns: `/* @__NO_SIDE_EFFECTS__ */ function f() {…}`.
// Source: the compiler notations specification of javascript-compiler-hints (NO_SIDE_EFFECTS), as Rollup and esbuild have it.

import { pairsOf } from "./clauses.mjs";

const DECLARED = /^(?:\/\/|\/\*!?) ?[@#]__NO_SIDE_EFFECTS__(?: ?\*\/)?\s*(?:async )?function\b\*? ?([\w$]+)|^const ([\w$]+) = \/\*!? ?[@#]__NO_SIDE_EFFECTS__ ?\*\//gm;
const IMPORTS = /^import \{ (.*) \} from "\.\/(.*)";$/gm;
const EXPORTS = /^export \{ (.*) \};$/gm;

/** The names of such functions that code declares.
 * @param {string} code as rendered, not minified
 * @returns {Set<string>} */
export function silentIn(code) {
  if (!code.includes("__NO_SIDE_EFFECTS__")) return new Set();
  return new Set([...code.matchAll(DECLARED)].map(([, name, variable]) => name ?? variable));
}

/** The names that such functions are exported by.
 * @param {string} code as rendered, not minified
 * @returns {Set<string>} */
export function silentExports(code) {
  const silent = silentIn(code);
  if (silent.size === 0) return silent;
  return new Set([...code.matchAll(EXPORTS)].flatMap(([, list]) => pairsOf(list)).filter(([name]) => silent.has(name)).map(([, exported]) => exported));
}

/** The names that code imports such functions by.
 * @param {string} code as rendered, not minified
 * @param {(file: string) => ReadonlySet<string>} silentOf such exports of another chunk
 * @returns {string[]} */
export function silentImports(code, silentOf) {
  return [...code.matchAll(IMPORTS)].flatMap(([, list, file]) => {
    const silent = silentOf(file);
    return silent.size > 0 ? pairsOf(list).filter(([name]) => silent.has(name)).map(([, local]) => local) : [];
  });
}
