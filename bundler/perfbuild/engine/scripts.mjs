// Classic scripts are minified one by one: they share one scope, so that top-level names stay as they are.

import fs from "node:fs/promises";
import path from "node:path";

import { minify, parseSync } from "rolldown/utils";

import { outputName } from "./names.mjs";

/** @typedef {import("./project.mjs").Project} Project */

/**
 * @param {string} name
 * @param {string} code
 */
async function minifyClassic(name, code) {
  const result = await minify(name, code, {
    module: false,
    compress: { target: "es2015", unused: "keep_assign" },
    mangle: { toplevel: false },
    codegen: { legalComments: "inline" },
  });
  return result.code.length < code.length && result.errors.length === 0 ? result.code.trimEnd() : code;
}

/**
 * @param {string} code
 * @param {string} file absolute
 * @returns {import("./problems.mjs").Problem[]}
 */
function syntaxProblems(code, file) {
  const { errors } = parseSync("script.js", code, { sourceType: "script" });
  return errors.map(({ message, labels }) => {
    const before = code.slice(0, labels[0]?.start ?? 0).split("\n");
    return { code: "parse-error", severity: "error", message, file, line: before.length, column: /** @type {string} */ (before.at(-1)).length + 1 };
  });
}

/**
 * @param {Project} project
 * @param {{files: string[], inline: {id: string, code: string}[]}} params files and ids are root-relative
 */
export async function minifyScripts(project, { files, inline }) {
  /** @type {import("./problems.mjs").Problem[]} */
  const problems = [];
  const scripts = await Promise.all(files.map(async (source) => {
    const input = path.join(project.root, source);
    const code = await fs.readFile(input, "utf8");
    problems.push(...syntaxProblems(code, input));
    const stem = path.posix.basename(source).replace(/\.\w+$/, "");
    const file = outputName(stem, `script:${source}`, ".js");
    await fs.writeFile(path.join(project.staging, file), await minifyClassic(path.basename(source), code));
    return { source, file };
  }));
  const codes = await Promise.all(inline.map(({ id, code }) => {
    problems.push(...syntaxProblems(code, path.join(project.root, id)));
    return minifyClassic("inline.js", code);
  }));
  return { scripts, codes, problems };
}
