// One chunk: functions that it has twice are folded, swc's minifier goes over it, and it gets names of our own.

import swc from "@swc/core";

import { foldings } from "./folding.mjs";
import { edited, remapped } from "./mappings.mjs";
import { renamings } from "./renaming.mjs";

// No newer syntax than all browsers with modules know: with more of it, swc saves nothing more.
const OPTIONS = /** @type {const} */ ({ module: true, ecma: 2015, compress: { passes: 3, ecma: 2015 }, mangle: true, format: { comments: false } });

/** Shorter code, in characters, has too little twice: other names win nothing there, and may lose a few bytes. */
const LEAST = 4096;

/** Code, and its source map where it has one. @typedef {{code: string, map?: string}} Code */

/** Code of a chunk, and whether it has modules of packages, which may have brought the same helpers.
 * @typedef {Code & {isPackaged: boolean}} ChunkCode */

/**
 * @param {ChunkCode} before
 * @returns {Promise<Code>} the same object where nothing is gained
 */
export async function shorter(before) {
  return withEdits(await minified(before.isPackaged ? withEdits(before, foldings) : before), renamings);
}

/** @param {Code} before
 * @returns {Promise<Code>} */
async function minified(before) {
  const sourceMap = /** @type {any} */ (before.map !== undefined && { content: before.map }); // as terser takes it
  const { code, map } = await swc.minify(before.code, { ...OPTIONS, sourceMap });
  return code.length < before.code.length ? { code, map } : before;
}

/**
 * @param {Code} before
 * @param {(code: string) => import("./mappings.mjs").Edit[]} editsOf
 * @returns {Code}
 */
function withEdits(before, editsOf) {
  const { code, map } = before;
  const edits = code.length < LEAST ? [] : editsOf(code);
  if (edits.length === 0) return before;
  return { code: edited(code, edits), map: map && remapped(map, code, edits) };
}
