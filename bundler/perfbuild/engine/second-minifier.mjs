// The second minifier: swc's goes over chunks after the bundler's own, and puts functions and variables that are used once where they are
// used, which that one does not. docs/design/second-minifier.md has what it saves and what it takes.

import swc from "@swc/core";

import { Staged } from "./staged.mjs";

// No newer syntax than all browsers with modules know: with more of it, swc saves nothing more.
const OPTIONS = /** @type {const} */ ({ module: true, ecma: 2015, compress: { passes: 2, ecma: 2015 }, mangle: true, format: { comments: false } });

/** A chunk as it is staged: its code, and the name of its source map. */
const STAGED = /^(.*?)(\n\/\/# sourceMappingURL=[^\n]*)?\n*$/s;

/**
 * Minifies staged chunks once more, together with the source maps that are staged beside them.
 * @param {import("./project.mjs").Project} project
 * @param {{files: string[]}} params output paths of chunks
 * @returns {Promise<{files: [file: string, bytes: number][], unread: [file: string, message: string][]}>} the chunks that became smaller and
 * their maps, as they follow one another in the staging folder's `minified`; those that swc cannot read
 */
export async function minifyAgain({ staged, staging }, { files }) {
  const contents = staged.read(new Set(files.flatMap((file) => [file, mapOf(file)])));
  const results = await Promise.allSettled(files.map((file) => minified(file, contents)));
  const written = new Staged(staging, "minified");
  for (const result of results) {
    if (result.status === "fulfilled") for (const [file, content] of result.value) written.add(file, content);
  }
  const unread = results.flatMap((result, index) => (result.status === "rejected" ? [/** @type {[string, string]} */ ([files[index], String(result.reason?.message)])] : []));
  return { files: written.files, unread };
}

/** @param {string} file */
const mapOf = (file) => `${file}.map`;

/**
 * @param {string} file
 * @param {ReadonlyMap<string, string>} contents by output path
 * @returns {Promise<[file: string, content: string][]>} nothing where it would not be smaller
 */
async function minified(file, contents) {
  const before = /** @type {string} */ (contents.get(file));
  const [, code, comment = ""] = /** @type {RegExpExecArray} */ (STAGED.exec(before));
  const content = contents.get(mapOf(file));
  const sourceMap = /** @type {any} */ (content !== undefined && { content }); // as terser takes it
  const result = await swc.minify(code, { ...OPTIONS, sourceMap });
  const after = result.code + comment;
  if (after.length >= before.length) return [];
  return result.map ? [[file, after], [mapOf(file), result.map]] : [[file, after]];
}
