// What packages say of themselves: `sideEffects` of package.json, as webpack defines it.

import fs from "node:fs";
import path from "node:path";

/** Answers for the packages of one project. */
export class SideEffects {
  /** @param {string} root of the project */
  constructor(root) {
    this.root = root;
    /** @type {Map<string, (file: string) => boolean>} folder -> what the package.json above it says of its files */
    this.flags = new Map();
  }

  /** Whether the module's package says that it has none.
   * @param {string} id */
  areDenied(id) {
    return path.isAbsolute(id) && this.#flagOf(path.dirname(id))(id);
  }

  /** @param {string} folder @returns {(file: string) => boolean} */
  #flagOf(folder) {
    let flag = this.flags.get(folder);
    if (!flag) {
      flag = readFlag(folder) ?? (path.dirname(folder) === folder || folder === this.root ? () => false : this.#flagOf(path.dirname(folder)));
      this.flags.set(folder, flag);
    }
    return flag;
  }
}

/** @param {string} folder @returns {((file: string) => boolean) | null} */
function readFlag(folder) {
  let manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    return null;
  }
  const { sideEffects, name } = manifest;
  if (sideEffects === undefined && name === undefined) return null; // says only what kind of modules lie here
  if (sideEffects === false) return () => true;
  if (!Array.isArray(sideEffects)) return () => false;
  const globs = sideEffects.map((/** @type {string} */ glob) => globOf(glob));
  return (file) => {
    const relative = path.relative(folder, file).split(path.sep).join("/");
    return !globs.some((glob) => glob.test(relative));
  };
}

/** A glob of package.json's `sideEffects`; one without a slash matches at any depth (webpack's documentation).
 * @param {string} glob */
function globOf(glob) {
  const plain = glob.replace(/^\.?\//, "");
  const anywhere = plain.includes("/") ? plain : `**/${plain}`;
  const source = anywhere.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/|\*\*|\*|\?/g, (part) => (
    part === "**/" ? "(?:.*/)?" : part === "**" ? ".*" : part === "*" ? "[^/]*" : "[^/]"
  ));
  return new RegExp(`^${source}$`);
}
