// A component of Svelte as a module, and modules with runes, `counter.svelte.js`.

import { atLine, compilerOf, keepStyle, problem, styleText, withoutTypes } from "./component-parts.mjs";
import { failure } from "./preprocess.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */

/**
 * @param {LinkContext} context
 * @param {string} file
 * @param {string} source
 * @returns {Promise<import("./component-parts.mjs").CompiledModule>}
 */
export async function compileSvelte(context, file, source) {
  const compiler = await compilerOf(context, "svelte", file);
  const { root, sourcemap } = context.project;
  const options = { filename: file, rootDir: root, generate: "client", dev: false };
  try {
    if (!file.endsWith(".svelte")) {
      const { code } = withoutTypes(file, { code: source }, file.endsWith(".ts") ? "ts" : "js");
      const { js } = compiler.compileModule(code, options);
      return { code: js.code };
    }
    const plain = await withPlainStyles(context, compiler, file, source);
    const { js, css, warnings } = compiler.compile(plain, { ...options, css: "external", discloseVersion: false });
    const own = file.includes("/node_modules/") ? [] : warnings;
    context.problems.push(...own.map((/** @type {any} */ one) => svelteProblem(file, one, "warning")));
    const map = sourcemap ? js.map : undefined;
    if (!css?.code) return { code: js.code, map };
    const line = plain.slice(0, plain.search(/<style\b/)).split("\n").length;
    return { code: `${js.code}\nimport ${JSON.stringify(keepStyle(context, file, 0, atLine(css.code, line)))};`, map };
  } catch (error) {
    if (/** @type {any} */ (error).name !== "CompileError") throw error;
    throw failure(svelteProblem(file, error, "error"));
  }
}

/** @param {LinkContext} context @param {any} compiler @param {string} file @param {string} source */
async function withPlainStyles(context, compiler, file, source) {
  if (!/<style\b[^>]*\blang\s*=/.test(source)) return source;
  const style = async (/** @type {any} */ { content, attributes }) => (
    { code: await styleText(context, file, 0, attributes.lang, content) }
  );
  return (await compiler.preprocess(source, { style }, { filename: file })).code;
}

/** @param {string} file @param {any} error @param {"error" | "warning"} severity */
function svelteProblem(file, { message, start }, severity) {
  const text = message.replace(/\nhttps:\/\/svelte\.dev\/e\/\S+$/, "");
  return problem(file, text, start && { line: start.line, column: start.column + 1 }, severity);
}
