// What a project's own tools do to a stylesheet before it is CSS: Sass by its ending, PostCSS by the project's configuration.

import { readFileSync } from "node:fs";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { isFile } from "./project.mjs";

/** @typedef {import("./project.mjs").Project} Project */
/** @typedef {import("./problems.mjs").Problem} Problem */

export const SASS = /\.s[ac]ss$/;
const SASS_PACKAGES = ["sass-embedded", "sass"];
const POSTCSS_FILES = [
  "postcss.config.js", "postcss.config.mjs", "postcss.config.cjs", "postcss.config.json",
  ".postcssrc", ".postcssrc.json", ".postcssrc.js", ".postcssrc.mjs", ".postcssrc.cjs",
];

/** Raises what the Python side reports, in place of an exception's text.
 * @param {Problem} problem */
export const failure = (problem) => Object.assign(new Error(problem.message), { problems: [problem] });

/**
 * @param {Project} project
 * @param {string} file absolute
 * @param {string} [code] in place of the file's content
 * @returns {Promise<{css: string, problems: Problem[]}>}
 */
export async function readStylesheet(project, file, code) {
  const source = SASS.test(file) ? await compileSass(project, file) : (code ?? readFileSync(file, "utf8"));
  const css = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  const processor = await postcssOf(project);
  if (!processor || file.includes("/node_modules/")) return { css, problems: [] };
  return processor(css, file);
}

/**
 * @param {Project} project
 * @param {string} file
 * @param {string} [code] in place of the file's content, in the syntax that the file's ending says
 * @returns {Promise<string>} CSS
 */
export async function compileSass(project, file, code) {
  const sass = await sassOf(project);
  if (!sass) {
    throw failure({ code: "sass-missing", severity: "error", message: "no Sass compiler", file });
  }
  const importer = { findFileUrl: (/** @type {string} */ url) => findSassFile(project, url) };
  try {
    const options = { importers: [importer], loadPaths: [project.root], style: "expanded", quietDeps: true };
    const syntax = file.endsWith(".sass") ? "indented" : "scss";
    const result = code === undefined
      ? await sass.compileAsync(file, options)
      : await sass.compileStringAsync(code, { ...options, syntax, url: pathToFileURL(file) });
    return result.css;
  } catch (error) {
    const { sassMessage, message, span } = /** @type {any} */ (error);
    const at = span?.url ? { file: fileURLToPath(span.url), line: span.start.line + 1, column: span.start.column + 1 } : { file };
    throw failure({ code: "sass-error", severity: "error", message: sassMessage ?? message, ...at });
  }
}

/** Packages (`@use "bootstrap/scss/bootstrap"`, `~bootstrap/…`) and aliases, which Sass alone does not know.
 * @param {Project} project
 * @param {string} url */
function findSassFile(project, url) {
  const plain = url.replace(/^~/, "");
  for (const [from, to] of Object.entries(project.alias)) {
    if (plain === from || plain.startsWith(`${from}/`)) return pathToFileURL(path.resolve(project.root, to) + plain.slice(from.length));
  }
  if (/^[./]|^[a-z]+:/i.test(plain)) return null;
  const packages = [project.root, project.workspace].map((folder) => path.join(folder, "node_modules", plain));
  return packages.length ? pathToFileURL(packages[0]) : null;
}

/** @type {Map<string, Promise<any>>} */
const sassCompilers = new Map();

/** @param {Project} project */
function sassOf(project) {
  let compiler = sassCompilers.get(project.root);
  if (!compiler) {
    compiler = importFirst(project, SASS_PACKAGES);
    sassCompilers.set(project.root, compiler);
  }
  return compiler;
}

/**
 * The first of the packages that the project has.
 * @param {Project} project
 * @param {string[]} names
 */
export async function importFirst(project, names) {
  const require = createRequire(path.join(project.root, "package.json"));
  for (const name of names) {
    try {
      return require(name);
    } catch (error) {
      if (/** @type {any} */ (error).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return null;
}

/** @typedef {(css: string, file: string) => Promise<{css: string, problems: Problem[]}>} Processor */

/** @type {Map<string, Promise<Processor | null>>} */
const processors = new Map();

/** @param {Project} project */
function postcssOf(project) {
  let processor = processors.get(project.root);
  if (!processor) {
    processor = loadPostcss(project);
    processors.set(project.root, processor);
  }
  return processor;
}

/**
 * @param {Project} project
 * @returns {Promise<Processor | null>}
 */
async function loadPostcss(project) {
  const config = await readPostcssConfig(project);
  if (!config) return null;
  const postcss = await importFirst(project, ["postcss"]);
  if (!postcss) {
    throw failure({ code: "postcss-missing", severity: "error", message: "postcss", specifier: "postcss", file: config.file });
  }
  const plugins = await postcssPlugins(project, config.value.plugins ?? [], config.file);
  return async (css, file) => {
    try {
      const { from: _from, plugins: _plugins, map: _map, ...options } = config.value;
      const result = await postcss(plugins).process(css, { ...options, from: file, map: false });
      const problems = result.warnings().map((/** @type {any} */ warning) => (
        { code: "postcss-warning", severity: "warning", message: warning.text, file, line: warning.line, column: warning.column }
      ));
      return { css: result.css, problems };
    } catch (error) {
      const { reason, message, file: at, line, column } = /** @type {any} */ (error);
      throw failure({ code: "postcss-error", severity: "error", message: reason ?? message, file: at ?? file, line, column });
    }
  };
}

/**
 * @param {Project} project
 * @returns {Promise<{file: string, value: any} | null>}
 */
async function readPostcssConfig(project) {
  for (const name of POSTCSS_FILES) {
    const file = path.join(project.root, name);
    if (!isFile(file)) continue;
    if (/rc$|\.json$/.test(name)) return { file, value: JSON.parse(await fs.readFile(file, "utf8")) };
    const { default: exported } = await import(pathToFileURL(file).href);
    const value = typeof exported === "function" ? await exported({ env: "production", cwd: project.root }) : exported;
    return { file, value };
  }
  const manifest = path.join(project.root, "package.json");
  const value = isFile(manifest) ? JSON.parse(await fs.readFile(manifest, "utf8")).postcss : undefined;
  return value ? { file: manifest, value } : null;
}

/**
 * @param {Project} project
 * @param {unknown} plugins a list of plugins or names, or an object of names and options
 * @param {string} file the configuration, for messages
 */
async function postcssPlugins(project, plugins, file) {
  const entries = Array.isArray(plugins) ? plugins.map((plugin) => [plugin, undefined]) : Object.entries(/** @type {object} */ (plugins));
  return Promise.all(entries.filter(([plugin, options]) => plugin && options !== false).map(async ([plugin, options]) => {
    if (typeof plugin !== "string") return plugin;
    const found = await importFirst(project, [plugin]);
    if (!found) throw failure({ code: "postcss-missing", severity: "error", message: plugin, specifier: plugin, file });
    const create = found.default ?? found;
    return create(options === true ? undefined : options);
  }));
}
