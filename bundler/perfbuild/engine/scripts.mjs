// Classic scripts are minified one by one: they share one scope, so that top-level names stay as they are.

import fs from "node:fs/promises";
import path from "node:path";

import { minify } from "rolldown/utils";

import { outputName } from "./names.mjs";

/** @typedef {import("./project.mjs").Project} Project */

const BEYOND_ASCII = /[^\0-\x7f]/g;

/**
 * @param {string} file absolute
 * @param {string} code
 * @returns {Promise<{code: string, problems: import("./problems.mjs").Problem[]}>}
 */
async function minifyClassic(file, code) {
  const { code: minified, errors } = await minify("script.js", code, {
    module: false,
    compress: { target: "es2015", unused: "keep_assign" },
    mangle: { toplevel: false },
    codegen: { legalComments: "inline" },
  });
  if (errors.length) return { code, problems: errors.map((error) => syntaxProblem(error, code, file)) };
  // A classic script is read in its page's encoding. One that kept clear of that by escapes gets them back.
  const written = code.search(BEYOND_ASCII) < 0 ? minified.replace(BEYOND_ASCII, unicodeEscape) : minified;
  return { code: written.length < code.length ? written.trimEnd() : code, problems: [] };
}

/** @param {string} unit of UTF-16 */
const unicodeEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * @param {{message: string, labels: {start: number}[]}} error
 * @param {string} code
 * @param {string} file absolute
 * @returns {import("./problems.mjs").Problem}
 */
function syntaxProblem({ message, labels }, code, file) {
  const before = code.slice(0, labels[0]?.start ?? 0).split("\n");
  return { code: "parse-error", severity: "error", message, file, line: before.length, column: /** @type {string} */ (before.at(-1)).length + 1 };
}

/**
 * @param {Project} project
 * @param {{files: string[], inline: {id: string, code: string}[]}} params files and ids are root-relative
 */
export async function minifyScripts(project, { files, inline }) {
  /** @type {import("./problems.mjs").Problem[]} */
  const problems = [];
  /** @param {string} file @param {string} code */
  const minified = async (file, code) => {
    const result = await minifyClassic(file, code);
    problems.push(...result.problems);
    return result.code;
  };
  const scripts = await Promise.all(files.map(async (source) => {
    const input = path.join(project.root, source);
    const file = outputName(path.posix.basename(source).replace(/\.\w+$/, ""), `script:${source}`, ".js");
    project.staged.add(file, await minified(input, await fs.readFile(input, "utf8")));
    return { source, file };
  }));
  const codes = await Promise.all(inline.map(({ id, code }) => minified(path.join(project.root, id), code)));
  return { scripts, codes, problems };
}
