// Which stylesheets touch nothing but elements that carry a class name of their own, so that a route may load them that does not need them.
// docs/design/stylesheets.md has why. What is not plain is taken not to be so: layers, registered properties, imports, commas inside of selectors.

/** @typedef {import("./styles.mjs").Compiled} Compiled */

const UNCLEAR = /:not\(|@(?:layer|property|import|namespace|font-palette-values|counter-style|page|view-transition)\b/;
const KEYFRAME = /^(?:from|to|[\d.]+%)(?:\s*,\s*(?:from|to|[\d.]+%))*$/;
const RULE = /([^{};]+)\{(?=([^{}]*))/g;
const CLASS = /\.([A-Za-z][A-Za-z\d]+)/;

/**
 * Whether every selector of a stylesheet asks for a class name of its own: one of a CSS module, or one that begins as all of a package's do.
 * @param {string} id
 * @param {Compiled | undefined} compiled
 */
export function isScoped(id, compiled) {
  if (!compiled) return false;
  const code = compiled.code.replace(/\/\*[^]*?\*\//g, "").replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/:not\([^()]*\)/g, "");
  if (UNCLEAR.test(code)) return false;
  const rules = [...code.matchAll(RULE)].map(([, prelude, body]) => /** @type {[string, string]} */ ([prelude.trim(), body]));
  return compiled.exports ? isOfModule(rules, compiled.exports) : isOfPackage(rules, packageOf(id));
}

/** @param {[prelude: string, body: string][]} rules
 * @param {import("lightningcss").CSSModuleExports} exports */
function isOfModule(rules, exports) {
  const names = new Set(Object.values(exports).map(({ name }) => name));
  return rules.every(([prelude]) => prelude.startsWith("@") || asksFor(prelude, (name) => names.has(name)));
}

/** Packages call their classes, animations and custom properties by a word of their own: `.el-button` of element-plus, `.hljs-title` of highlight.js.
 * @param {[prelude: string, body: string][]} rules
 * @param {string | null} name of the package */
function isOfPackage(rules, name) {
  const [, word] = CLASS.exec(rules.find(([prelude]) => !prelude.startsWith("@") && CLASS.test(prelude))?.[0] ?? "") ?? [];
  if (!name || !word || !abbreviates(word.toLowerCase(), name.toLowerCase())) return false;
  const isOwn = (/** @type {string} */ one) => one === word || one.startsWith(`${word}-`) || one.startsWith(`${word}_`);
  return rules.every(([prelude, body]) => {
    if (/^@(?:-webkit-)?keyframes\b/.test(prelude)) return isOwn(prelude.split(/\s+/)[1]);
    if (prelude.startsWith("@")) return !prelude.startsWith("@font-face");
    const properties = prelude === ":root" ? body.split(";").filter((one) => one.trim()) : null;
    return properties ? properties.every((one) => one.trim().startsWith(`--${word}-`)) : asksFor(prelude, isOwn);
  });
}

/** @param {string} prelude of a rule
 * @param {(name: string) => boolean} isOwn */
const asksFor = (prelude, isOwn) => KEYFRAME.test(prelude)
  || prelude.split(",").every((selector) => [...selector.matchAll(/\.([\w-]+)/g)].some(([, name]) => isOwn(name)) || /^\s*&/.test(selector));

/** Whether a word begins as a name does and has no letters but its, in their order: `el` and element-plus.
 * @param {string} word
 * @param {string} name */
function abbreviates(word, name) {
  let place = -1;
  return word[0] === name[0] && [...word].every((letter) => (place = name.indexOf(letter, place + 1)) >= 0);
}

/** The name of the package that a module is of, without its scope.
 * @param {string} id
 * @returns {string | null} */
const packageOf = (id) => /^.*\/node_modules\/(?:@[^/]+\/)?([^/]+)\//.exec(id)?.[1] ?? null;
