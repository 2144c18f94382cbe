// A component of Vue as a module, as `vue/compiler-sfc` has it compiled: https://vuejs.org/api/sfc-spec.html

import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { atLine, compilerOf, keepStyle, problem, styleText, throwAny, withoutTypes } from "./component-parts.mjs";
import { failure } from "./preprocess.mjs";
import { displayId } from "./project.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */

/** What the compiler writes below its messages: the line, and a mark below the place. */
const FRAME = /^(\d+) *\| {2}.*\n {3}\| {2}( *)\^/m;

/**
 * @typedef {object} VueFile
 * @property {LinkContext} context
 * @property {any} compiler
 * @property {any} descriptor
 * @property {string} file
 * @property {string} id by which scoped styles find their elements
 * @property {boolean} scoped
 */

/**
 * @param {LinkContext} context
 * @param {string} file
 * @param {string} source
 * @param {import("rolldown").PluginContext} plugin
 * @returns {Promise<import("./component-parts.mjs").CompiledModule>}
 */
export async function compileVue(context, file, source, plugin) {
  const compiler = await compilerOf(context, "vue", file);
  const { descriptor, errors } = compiler.parse(source, { filename: file, sourceMap: false });
  throwAny(errors.map((/** @type {any} */ error) => problem(file, error.message, error.loc?.start)));
  await readSources(descriptor, file, plugin);
  // As Vite names it, so that pages which a server bundle of Vite rendered have the attributes of the scoped styles.
  const id = createHash("sha256").update(displayId(context.project, file) + source).digest("hex").slice(0, 8);
  const scoped = descriptor.styles.some((/** @type {any} */ style) => style.scoped);
  const vue = { context, compiler, descriptor, file, id, scoped };
  const script = vueScript(vue);
  const render = script.hasTemplate ? "" : vueTemplate(vue, script.bindings);
  const styles = await Promise.all(descriptor.styles.map((/** @type {any} */ _, /** @type {number} */ index) => vueStyle(vue, index)));
  const locals = styles.flatMap(({ name }, index) => (name ? [`${JSON.stringify(name)}: _style${index}`] : []));
  const extras = [
    ...(render ? ["render: _render"] : []), ...(scoped ? [`__scopeId: "data-v-${id}"`] : []),
    ...(locals.length ? [`__cssModules: { ${locals.join(", ")} }`] : []),
  ];
  const code = [
    script.code, render,
    ...styles.map(({ id: style, name }, index) => `import ${name ? `_style${index} from ` : ""}${JSON.stringify(style)};`),
    extras.length ? `export default /* @__PURE__ */ Object.assign(_component, { ${extras.join(", ")} });` : "export default _component;",
  ];
  return withoutTypes(file, { code: code.join("\n"), map: script.map }, script.lang);
}

/**
 * Blocks that stand in files of their own: `<template src="./card.html">`.
 * @param {any} descriptor
 * @param {string} file
 * @param {import("rolldown").PluginContext} plugin
 */
async function readSources({ template, styles }, file, plugin) {
  for (const block of [template, ...styles].filter((one) => one?.src)) {
    const { line, column } = block.loc.start;
    const found = await plugin.resolve(block.src, file);
    if (!found || found.external) {
      throw failure({ code: "unresolved-import", severity: "error", message: block.src, specifier: block.src, file, line, column });
    }
    block.content = await fs.readFile(found.id, "utf8");
    block.ast = undefined;
  }
}

/** @param {VueFile} vue */
function templateOptions({ context, descriptor, file, id, scoped }) {
  const { template } = descriptor;
  return {
    filename: file, id, scoped, slotted: descriptor.slotted, isProd: true,
    preprocessLang: template?.lang, preprocessCustomRequire: createRequire(path.join(context.project.root, "package.json")),
    transformAssetUrls: { includeAbsolute: true },
    compilerOptions: scoped ? { scopeId: `data-v-${id}` } : {},
  };
}

/**
 * The script, as `_component`; with `<script setup>` the template is in it.
 * @param {VueFile} vue
 */
function vueScript(vue) {
  const { compiler, descriptor, file, id, context } = vue;
  const { script, scriptSetup, template } = descriptor;
  const plain = { map: null, lang: undefined, bindings: {}, hasTemplate: !template };
  if (script?.src) {
    const from = JSON.stringify(script.src);
    return { ...plain, code: `import _component from ${from};\nexport * from ${from};` };
  }
  if (!script && !scriptSetup) return { ...plain, code: "const _component = {};" };
  const isInline = Boolean(scriptSetup && template && !template.src && !template.lang);
  try {
    const compiled = compiler.compileScript(descriptor, {
      id, isProd: true, inlineTemplate: isInline, genDefaultAs: "_component", sourceMap: context.project.sourcemap,
      templateOptions: templateOptions(vue),
    });
    const { content, map, bindings, lang } = compiled;
    return { code: content, map, bindings, lang, hasTemplate: isInline || !template };
  } catch (error) {
    throw failure(fromFrame(file, String(/** @type {any} */ (error).message)));
  }
}

/** @param {string} file @param {string} message */
function fromFrame(file, message) {
  const [, line, before] = FRAME.exec(message) ?? [];
  const text = message.split("\n")[0].replace(/^\[[^\]]*\]\s*/, "").replace(/ \(\d+:\d+\)$/, "");
  return problem(file, text, line ? { line: Number(line), column: before.length + 1 } : {});
}

/**
 * The template as the function `_render`.
 * @param {VueFile} vue
 * @param {object} bindings of the script
 * @returns {string}
 */
function vueTemplate(vue, bindings) {
  const { compiler, descriptor, file } = vue;
  const { template, script, scriptSetup } = descriptor;
  const options = templateOptions(vue);
  const isTyped = /^tsx?$/.test((scriptSetup ?? script)?.lang ?? "");
  const { code, errors } = compiler.compileTemplate({
    ...options, source: template.content, ast: template.lang ? undefined : template.ast,
    compilerOptions: { ...options.compilerOptions, bindingMetadata: bindings, expressionPlugins: isTyped ? ["typescript"] : [] },
  });
  throwAny(errors.map((/** @type {any} */ error) => problem(file, error.message ?? error, error.loc?.start)));
  return code.replace(/^export (function|const) render\b/m, "$1 _render");
}

/** @param {VueFile} vue @param {number} index */
async function vueStyle(vue, index) {
  const { compiler, descriptor, file, id, context } = vue;
  const style = descriptor.styles[index];
  const text = await styleText(context, file, index, style.lang, style.src ? style.content : atLine(style.content, style.loc.start.line));
  const { code, errors } = await compiler.compileStyleAsync({
    source: text, filename: file, id: `data-v-${id}`, scoped: Boolean(style.scoped), trim: false, isProd: true,
  });
  throwAny(errors.map((/** @type {any} */ error) => problem(file, error.reason ?? error.message, error)));
  const name = style.module === true ? "$style" : style.module || null;
  return { id: keepStyle(context, file, index, code, Boolean(name)), name };
}
