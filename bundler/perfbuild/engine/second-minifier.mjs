// The second minifier: swc's goes over chunks after the bundler's own, and puts functions and variables that are used once where they are
// used, which that one does not; then all names are given anew. docs/design/second-minifier.md and docs/design/renaming.md have what that
// saves and what it takes.

import { shorter } from "./shorter.mjs";
import { Staged } from "./staged.mjs";
import { inWorkers } from "./workers.mjs";

/** @typedef {import("./shorter.mjs").Code} Code */

/** A chunk as it is staged: its code, and the name of its source map. */
const STAGED = /^(.*?)(\n\/\/# sourceMappingURL=[^\n]*)?\n*$/s;

/**
 * Minifies staged chunks once more, together with the source maps that are staged beside them.
 * @param {import("./project.mjs").Project} project
 * @param {{files: string[], packaged: string[], jobs: number}} params output paths of chunks, of those that have modules of packages, and how many are
 * worked on at a time
 * @returns {Promise<{files: [file: string, bytes: number][], unread: [file: string, message: string][]}>} the chunks that changed and
 * their maps, as they follow one another in the staging folder's `minified`; those that swc cannot read
 */
export async function minifyAgain({ staged, staging }, { files, packaged, jobs }) {
  const contents = staged.read(new Set(files.flatMap((file) => [file, mapOf(file)])));
  const chunks = files.map((file) => new StagedChunk(file, contents, packaged.includes(file))).sort((one, other) => other.before.code.length - one.before.code.length);
  const results = await allShorter(chunks.map(({ before }) => before), jobs);
  const written = new Staged(staging, "minified");
  /** @type {[file: string, message: string][]} */
  const unread = [];
  results.forEach((result, index) => {
    if (result.status === "rejected") unread.push([chunks[index].file, String(result.reason?.message ?? result.reason)]);
    else for (const [file, content] of chunks[index].changed(result.value)) written.add(file, content);
  });
  return { files: written.files, unread };
}

/** @param {string} file */
const mapOf = (file) => `${file}.map`;

/** @param {import("./shorter.mjs").ChunkCode[]} codes
 * @param {number} jobs
 * @returns {Promise<PromiseSettledResult<Code>[]>} */
async function allShorter(codes, jobs) {
  // One chunk, as after a change, is done before a thread has started.
  return codes.length === 1 ? Promise.allSettled(codes.map(shorter)) : inWorkers(new URL("./shorter-worker.mjs", import.meta.url), codes, jobs);
}

class StagedChunk {
  /**
   * @param {string} file
   * @param {ReadonlyMap<string, string>} contents by output path
   * @param {boolean} isPackaged
   */
  constructor(file, contents, isPackaged) {
    const [, code, comment = ""] = /** @type {RegExpExecArray} */ (STAGED.exec(/** @type {string} */ (contents.get(file))));
    this.file = file;
    this.comment = comment;
    /** @type {import("./shorter.mjs").ChunkCode} */
    this.before = { code, map: contents.get(mapOf(file)), isPackaged };
  }

  /** What to write of it and of its source map.
   * @param {Code} after
   * @returns {[file: string, content: string][]} nothing where nothing changed */
  changed({ code, map }) {
    if (code === this.before.code) return [];
    const chunk = /** @type {[string, string]} */ ([this.file, code + this.comment]);
    return map === undefined ? [chunk] : [chunk, [mapOf(this.file), map]];
  }
}
