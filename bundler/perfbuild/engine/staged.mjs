// What the engine writes, in one file, one after the other: hundreds of small files take longer to make than to fill.

import fs from "node:fs";
import path from "node:path";

/** Output files by their path, for the Python side to read. */
export class Staged {
  /**
   * @param {string} folder absolute, exists
   * @param {string} name of the one file in it
   */
  constructor(folder, name) {
    this.stream = fs.openSync(path.join(folder, name), "w+");
    /** @type {[file: string, bytes: number][]} as they follow one another */
    this.files = [];
  }

  /**
   * @param {string} file output path
   * @param {string | Uint8Array} content
   */
  add(file, content) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let done = 0; done < bytes.length;) done += fs.writeSync(this.stream, bytes, done);
    this.files.push([file, bytes.length]);
  }

  /** What was written of some files.
   * @param {ReadonlySet<string>} wanted
   * @returns {Map<string, string>} */
  read(wanted) {
    const found = new Map();
    let place = 0;
    for (const [file, length] of this.files) {
      if (wanted.has(file)) {
        const bytes = Buffer.alloc(length);
        for (let done = 0; done < length;) done += fs.readSync(this.stream, bytes, done, length - done, place + done);
        found.set(file, bytes.toString());
      }
      place += length;
    }
    return found;
  }
}
