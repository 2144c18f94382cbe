// What the compilers of components share: finding the project's own, their problems, styles and types.

import { transformSync } from "rolldown/utils";

import { compileSass, failure, importFirst } from "./preprocess.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */
/** @typedef {import("./problems.mjs").Problem} Problem */
/** @typedef {{code: string, map?: any, moduleType?: "js" | "jsx"}} CompiledModule `js` without a type */

/** The compilers, with the oldest version whose calls are these. */
const COMPILERS = {
  vue: { specifier: "vue/compiler-sfc", major: 3 },
  svelte: { specifier: "svelte/compiler", major: 5 },
};

/**
 * The project's compiler.
 * @param {LinkContext} context
 * @param {"vue" | "svelte"} name
 * @param {string} file
 */
export async function compilerOf({ project }, name, file) {
  const { specifier, major } = COMPILERS[name];
  const compiler = await importFirst(project, [specifier]);
  if (Number.parseInt(compiler?.version ?? compiler?.VERSION ?? "0") >= major) return compiler;
  throw failure({ code: "component-compiler-missing", severity: "error", message: `${name} ${major}`, specifier: name, file });
}

/**
 * @param {string} file
 * @param {string} message
 * @param {{line?: number, column?: number}} [place] from 1
 * @param {"error" | "warning"} [severity]
 * @returns {Problem}
 */
export const problem = (file, message, { line, column } = {}, severity = "error") => (
  { code: `component-${severity}`, severity, message, file, line, column }
);

/** @param {Problem[]} problems */
export function throwAny(problems) {
  if (problems.length) throw Object.assign(new Error(problems[0].message), { problems });
}

/**
 * Text that stands in the file's own lines, so that whatever reads it names places of the file.
 * @param {string} text
 * @param {number} line its first, from 1
 */
export const atLine = (text, line) => "\n".repeat(line - 1) + text;

/**
 * @param {LinkContext} context
 * @param {string} file
 * @param {number} index
 * @param {string | undefined} lang
 * @param {string} text
 * @returns {Promise<string>} CSS
 */
export async function styleText({ project }, file, index, lang, text) {
  if (!lang || lang === "css" || lang === "postcss") return text;
  if (lang === "scss" || lang === "sass") return compileSass(project, `${file}?style=${index}.${lang}`, text);
  throw failure(problem(file, `styles in "${lang}" are not known; css, scss and sass are`));
}

/**
 * Keeps a style for `sources.mjs`, which reads it when it is imported.
 * @param {LinkContext} context
 * @param {string} file
 * @param {number} index
 * @param {string} css
 * @param {boolean} [modules] whether its names are local
 */
export function keepStyle({ componentStyles }, file, index, css, modules = false) {
  const id = `${file}?style=${index}${modules ? ".module" : ""}.css`;
  componentStyles.set(id, css);
  return id;
}

/**
 * JavaScript of TypeScript: what reads modules later goes by the ending of the file.
 * @param {string} file
 * @param {CompiledModule} module
 * @param {string | undefined} lang
 * @returns {CompiledModule}
 */
export function withoutTypes(file, { code, map }, lang) {
  if (lang !== "ts" && lang !== "tsx") return { code, map, moduleType: lang === "jsx" ? "jsx" : "js" };
  const options = /** @type {const} */ ({ lang, jsx: "preserve", sourcemap: Boolean(map), inputMap: map });
  const result = transformSync(file, code, options);
  throwAny(result.errors.map((error) => problem(file, error.message)));
  return { code: result.code, map: result.map, moduleType: lang === "tsx" ? "jsx" : "js" };
}
