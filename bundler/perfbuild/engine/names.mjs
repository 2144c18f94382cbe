// Names of emitted files before their content hash is known: `name-_XXXXXX_.ext`. The token stands in for the hash,
// has its length, and depends on what the file is made from alone, so that two runs give the same bytes.
// `stages/names.py` makes the same tokens and puts the hashes in.

import { createHash } from "node:crypto";
import path from "node:path";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TOKEN_DIGITS = 6;
const STEM_LENGTH = 60;

/** @param {string} key */
export function token(key) {
  let number = createHash("sha256").update(key).digest().readBigUInt64BE();
  let digits = "";
  for (let index = 0; index < TOKEN_DIGITS; index++) {
    digits += DIGITS[Number(number % 62n)];
    number /= 62n;
  }
  return `_${digits}_`;
}

/** Leaves what is safe in a URL and on every file system.
 * @param {string} stem */
export function sanitise(stem) {
  return stem.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[._]+/, "").slice(0, STEM_LENGTH) || "file";
}

/**
 * @param {string} stem
 * @param {string} key what the file is made from
 * @param {string} extension with its dot
 */
export function outputName(stem, key, extension) {
  return `assets/${sanitise(stem)}-${token(key)}${extension}`;
}

/**
 * The output path of a file that is copied under a hashed name.
 * @param {string} source root-relative
 */
export function assetName(source) {
  const extension = path.posix.extname(source);
  return outputName(path.posix.basename(source, extension), `asset:${source}`, extension.toLowerCase());
}
