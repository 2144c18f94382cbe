// Chunks that ask V8 to compile all of their functions while they are downloaded, beside the main thread, in place of each one
// when it is first called, on it. docs/design/compile-hints.md has the measurements.
// Source: V8's "Explicit Compile Hints", the file-wide magic comment. It must be the first thing in a file; other engines
// read a comment.

export const HINT = "//# allFunctionsCalledOnLoad\n";

/** Characters of code below which the first line costs more to send than compiling takes. */
const LEAST = 4096;

/** @param {string} code */
const takesHint = (code) => code.length >= LEAST;

/**
 * @param {string} code of a chunk, minified
 */
export function withHint(code) {
  return takesHint(code) ? HINT + code : code;
}

/**
 * The source map of that chunk, which has a line more at its start.
 * @param {string} map
 * @param {string} code as it was before
 */
export function mapWithHint(map, code) {
  return takesHint(code) ? aLineLower(map) : map;
}

/** The source map of code that is put below one more line. @param {string} map */
export const aLineLower = (map) => map.replace('"mappings":"', '"mappings":";');

/** The source map of code whose first line, which has no mapping, is taken away. @param {string} map */
export const aLineHigher = (map) => map.replace('"mappings":";', '"mappings":"');
