// Stylesheets: read (through Sass and PostCSS where the project has them), bundled, their URLs rewritten, minified.

import fs from "node:fs/promises";
import path from "node:path";

import { bundleAsync, transform, transformStyleAttribute } from "lightningcss";
import { ResolverFactory } from "rolldown/experimental";

import { AssetTable, dataUrl, isAllowed, isInlinable, publicPath, resolveUrl } from "./assets.mjs";
import { outputName } from "./names.mjs";
import { withoutDeclaration } from "./css-recovery.mjs";
import { readStylesheet } from "./preprocess.mjs";
import { fromLightning } from "./problems.mjs";
import { aliases, findRooted, isFile } from "./project.mjs";

/** @typedef {import("./project.mjs").Project} Project */
/** @typedef {import("./problems.mjs").Problem} Problem */

/**
 * Where the URLs of a stylesheet are resolved from: text that goes before the name of a file in `assets/`, and
 * before the path of a public file.
 * @typedef {{asset: string, public: string}} Prefixes
 */

/**
 * @typedef {object} Compiled
 * @property {string} code not minified, URLs final but for their hash tokens
 * @property {import("lightningcss").CSSModuleExports | null} exports
 * @property {string[]} assets output paths of the files it names
 */

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

// What a browser skips without harm: old hacks (`*zoom: 1`, `filter: progid:…`) and pseudo classes of one engine. They stand
// inside a rule; whatever is wrong between rules is a mistake.
// A rule whose selector goes on after a pseudo-element (`td::before > div`) is skipped by every browser.
const HARMLESS = new Set([
  "UnsupportedPseudoClass", "UnsupportedPseudoElement", "UnsupportedPseudoClassOrElement", "UnknownAtRule", "AtRuleInvalid",
  "UnexpectedSelectorAfterPseudoElement",
]);
const FATAL = new Set(["SelectorError", "EndOfInput"]);

// The compiler refuses relative URLs in custom properties, since it does not know which file uses them. Other bundlers
// take them from the file that they stand in, and so do we; marked as absolute they pass.
const PINNED = "perfbuild-url:";
const CUSTOM_PROPERTY = /--[\w-]+\s*:[^;{}]*\burl\([^;{}]*/g;
const RELATIVE_URL = /\burl\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()]+))\s*\)/g;
const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:|[/#]|$)/i;

// What the compiler gets wrong passes under another name, and gets its own back at the end:
// - `monospace, monospace` keeps text at full size, where `monospace` alone makes browsers shrink it; the compiler takes the
//   second one for a mistake;
// - a gradient with a vendor prefix counts its directions from another side, and is turned round when it is minified; as a
//   fallback before the standard one, it can end up behind it;
// - an animation without a name, which another rule gives, is taken for none at all: it gets the name `none`.
const KEPT = "perfbuild-kept-";
const KEPT_NAMES = /(?<=\bmonospace\s*,\s*)monospace\b|(?<![\w-])-(?:webkit|moz|o)-(?:(?:repeating-)?(?:linear|radial)-)?gradient(?=\()/gi;

// The compiler keeps six digits. With fewer than the author's, lines of 20 pixels become a little less, and text moves up by a
// whole one: so such a line height is rounded up, in time.
const LINE_HEIGHT = /(?<=line-height\s*:\s*|\bfont\s*:[^;{}]*\/\s*)\d*\.\d{6,}(?=\D)/gi;
const roundedUp = (/** @type {string} */ number) => String(Math.ceil(Number(number) * 1e5 - 1e-6) / 1e5);

const ANIMATION = /(?<![\w-])((?:-webkit-)?animation\s*:)([^;{}!"']+)(?=[;}!]|$)/gi;
const ANIMATION_WORDS = new Set([
  "normal", "reverse", "alternate", "alternate-reverse", "forwards", "backwards", "both", "infinite", "running", "paused",
  "linear", "ease", "ease-in", "ease-out", "ease-in-out", "step-start", "step-end", "steps", "cubic-bezier",
]);

/** @param {string} css */
function nameAnimations(css) {
  return css.replace(ANIMATION, (whole, property, value) => {
    const plain = value.toLowerCase().replace(/\([^()]*\)/g, " ");
    const words = plain.match(/(?<![\w.-])[a-z_-][\w-]*/g) ?? [];
    const isNameless = /\dm?s\b/.test(plain) && /^[\w\s.+-]+$/.test(plain) && words.every((/** @type {string} */ word) => ANIMATION_WORDS.has(word));
    return isNameless ? `${property}${value.trimEnd()} ${KEPT}none` : whole;
  });
}

/** @type {Map<string, ResolverFactory>} */
const resolvers = new Map();

/** @param {Project} project */
function packageResolver(project) {
  let resolver = resolvers.get(project.root);
  if (!resolver) {
    resolver = new ResolverFactory({
      alias: Object.fromEntries(aliases(project).map(([from, to]) => [from, [to]])),
      conditionNames: ["style", "browser", "import", "default"],
      mainFields: ["style", "main"],
      extensions: [".css", ".scss", ".sass"],
    });
    resolvers.set(project.root, resolver);
  }
  return resolver;
}

/**
 * The file that an `@import` or `composes … from` names.
 * @param {Project} project
 * @param {string} specifier
 * @param {string} from absolute
 */
async function resolveImport(project, specifier, from) {
  if (REMOTE.test(specifier)) return { external: specifier };
  const plain = specifier.replace(/^~/, "").replace(/[?#].*$/, "");
  if (plain.startsWith("/")) {
    const rooted = findRooted(project, plain);
    if (rooted) return rooted.file;
  }
  const relative = path.resolve(path.dirname(from.replace(/\?.*$/, "")), plain);
  if (isFile(relative)) {
    return isAllowed(project, relative, from) ? relative : Promise.reject(new Error(`outside-root ${specifier}`));
  }
  const found = await packageResolver(project).async(path.dirname(from), plain);
  if (found.path) return found.path;
  throw new Error(`missing-import ${specifier}`);
}

/**
 * A URL that begins with an alias, as one relative to the file that it stands in.
 * @param {Project} project
 * @param {string} url
 * @param {string} from absolute
 */
function unaliased(project, url, from) {
  for (const [name, target] of aliases(project)) {
    if (!url.startsWith(`${name}/`) || !path.isAbsolute(target)) continue;
    return `./${path.relative(path.dirname(from), target).split(path.sep).map(encodeURIComponent).join("/")}${url.slice(name.length)}`;
  }
  return url;
}

/** @param {string} css */
function pinCustomUrls(css) {
  return css.replace(CUSTOM_PROPERTY, (declaration) => declaration.replace(RELATIVE_URL, (whole, double, single, bare) => {
    const url = double ?? single ?? bare;
    return ABSOLUTE.test(url) ? whole : `url("${PINNED}${encodeURIComponent(url)}")`;
  }));
}

export class StyleCompiler {
  /** @param {Project} project */
  constructor(project) {
    this.project = project;
    this.assets = new AssetTable(project);
    /** @type {Problem[]} */
    this.problems = [];
    /** @type {Prefixes} */
    this.filePrefixes = { asset: "", public: project.base === "./" ? "../" : project.base };
  }

  /**
   * @param {string} file absolute
   * @param {{code?: string, modules?: boolean, prefixes?: Prefixes}} [how]
   * `code` stands for the file's content; `modules` makes names local
   * @returns {Promise<Compiled>}
   */
  async compile(file, { code, modules = false, prefixes = this.filePrefixes } = {}) {
    try {
      const source = await this.#read(file, code);
      const result = await this.#bundle(file, source, modules);
      for (const warning of result.warnings ?? []) this.#warn(warning, file);
      return { ...this.#rewrite(result, file, prefixes), exports: result.exports ?? null };
    } catch (error) {
      this.#fail(error, file);
      return { code: "", exports: null, assets: [] };
    }
  }

  /**
   * @param {string} file
   * @param {string} [code]
   */
  async #read(file, code) {
    const { css, problems } = await readStylesheet(this.project, file, code);
    this.problems.push(...problems);
    return nameAnimations(pinCustomUrls(css).replace(KEPT_NAMES, `${KEPT}$&`).replace(LINE_HEIGHT, roundedUp));
  }

  /**
   * @param {string} file
   * @param {string} source
   * @param {boolean} modules
   */
  // The compiler drops what stands before a declaration that it cannot read, too; browsers drop the declaration alone. So
  // such declarations are taken out, and the rest is compiled again.
  async #bundle(file, source, modules) {
    const sources = new Map([[file, source]]);
    /** @type {any[]} */
    const skipped = [];
    for (;;) {
      const result = await this.#parse(file, sources, modules);
      const warnings = /** @type {any[]} */ (result.warnings ?? []);
      const found = skipped.length;
      for (const warning of warnings) {
        const name = warning.loc.filename ?? file;
        const text = sources.get(name) ?? (await this.#read(name));
        const rest = withoutDeclaration(text, warning.loc);
        if (rest !== text) skipped.push({ ...warning, isSkipped: true });
        sources.set(name, rest);
      }
      if (skipped.length === found) return { ...result, warnings: [...skipped, ...warnings] };
    }
  }

  /**
   * @param {string} file
   * @param {Map<string, string>} sources what is known already
   * @param {boolean} modules
   */
  #parse(file, sources, modules) {
    const source = /** @type {string} */ (sources.get(file));
    const options = {
      filename: file,
      projectRoot: this.project.root,
      errorRecovery: true,
      // Without them a fallback goes that some of the browsers need.
      targets: this.project.targets.style,
      analyzeDependencies: /** @type {const} */ ({ preserveImports: true }),
      ...(modules ? { cssModules: { pattern: "[local]_[hash]" } } : {}),
    };
    if (!/@import|\bcomposes\b/.test(source)) return transform({ ...options, code: Buffer.from(source) });
    return bundleAsync({
      ...options,
      resolver: {
        read: (other) => sources.get(other) ?? this.#read(other),
        resolve: (specifier, from) => resolveImport(this.project, specifier, from),
      },
    });
  }

  /**
   * @param {any} warning
   * @param {string} file
   */
  #warn(warning, file) {
    const problem = fromLightning(warning, "warning", file);
    const isPackage = (problem.file ?? file).includes("/node_modules/");
    if (!isPackage && !warning.isSkipped && !HARMLESS.has(warning.value?.type) && FATAL.has(warning.type)) problem.severity = "error";
    this.problems.push(problem);
  }

  /**
   * @param {any} error
   * @param {string} file
   */
  #fail(error, file) {
    const [, code, specifier] = /(outside-root|missing-import) (\S+)/.exec(error.message) ?? [];
    const problem = fromLightning(error, "error", file);
    if (code) {
      problem.code = code === "missing-import" ? "missing-file" : code;
      problem.specifier = specifier;
    }
    this.problems.push(...(error.problems ?? [problem]));
  }

  /**
   * Puts the real URLs in place of the compiler's placeholders.
   * @param {{code: Uint8Array, dependencies: import("lightningcss").Dependency[] | void}} result
   * @param {string} file
   * @param {Prefixes} prefixes
   */
  #rewrite(result, file, prefixes) {
    /** @type {Map<string, string>} */
    const urls = new Map();
    /** @type {string[]} */
    const assets = [];
    for (const dependency of result.dependencies ?? []) {
      if (dependency.type === "import") urls.set(dependency.placeholder, dependency.url);
      if (dependency.type === "url") urls.set(dependency.placeholder, this.#url(dependency, file, prefixes, assets));
    }
    const text = Buffer.from(result.code).toString("utf8");
    const code = urls.size
      ? text.replace(/"([A-Za-z0-9_-]{6,})"/g, (match, name) => (urls.has(name) ? cssString(/** @type {string} */ (urls.get(name))) : match))
      : text;
    return { code, assets };
  }

  /**
   * @param {import("lightningcss").UrlDependency} dependency
   * @param {string} file
   * @param {Prefixes} prefixes
   * @param {string[]} assets
   */
  #url({ url: written, loc }, file, prefixes, assets) {
    const from = (loc.filePath || file).replace(/\?.*$/, "");
    const url = written.startsWith(PINNED) ? decodeURIComponent(written.slice(PINNED.length)) : written;
    const target = resolveUrl(this.project, unaliased(this.project, url, from), from);
    if (target.kind === "file") {
      if (!target.suffix && isInlinable(this.project, target.file)) return dataUrl(target.file);
      const output = this.assets.add(target.file);
      assets.push(output);
      return prefixes.asset + path.posix.basename(output) + target.suffix;
    }
    if (target.kind === "public") return prefixes.public + publicPath(this.project, target.file) + target.suffix;
    if (target.kind !== "left") {
      this.problems.push({
        code: target.kind === "missing" ? "missing-file" : "outside-root",
        severity: target.kind === "missing" ? this.project.missing : "error",
        message: url, specifier: url, file: loc.filePath || file, line: loc.start.line, column: loc.start.column,
      });
    }
    return url;
  }

  /**
   * One stylesheet of many parts, for the browsers that the project targets.
   * @param {string[]} parts
   * @returns {string}
   */
  finish(parts) {
    const code = hoistImports(parts.join("\n"));
    const result = transform({
      filename: "stylesheet.css", code: Buffer.from(code), minify: true, errorRecovery: true, targets: this.project.targets.style,
    });
    return finalText(result.code);
  }

  /**
   * The same as a file. Escapes come out as characters, which a browser would read in the page's encoding.
   * @param {string[]} parts
   */
  finishFile(parts) {
    const code = this.finish(parts);
    return /[^\0-\x7f]/.test(code) ? `@charset "UTF-8";${code}` : code;
  }
}

/** @param {Uint8Array} code */
const finalText = (code) => Buffer.from(code).toString("utf8").replaceAll(KEPT, "");

/** @param {string} url */
const cssString = (url) => `"${url.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\a ")}"`;

/** Remote imports are valid at the top only.
 * @param {string} code */
function hoistImports(code) {
  if (!code.includes("@import")) return code;
  /** @type {string[]} */
  const imports = [];
  const rest = code.replace(/^@import "(?:[^"\\]|\\.)*"[^;\n]*;$/gm, (rule) => (imports.push(rule), ""));
  return [...new Set(imports), rest].join("\n");
}

/**
 * Linked stylesheets of pages, each to a file of its own.
 * @param {Project} project
 * @param {{files: string[]}} params root-relative
 */
export async function bundleStylesheets(project, { files }) {
  const compiler = new StyleCompiler(project);
  const sheets = await Promise.all(files.map(async (source) => {
    const { code, assets } = await compiler.compile(path.join(project.root, source));
    const stem = path.posix.basename(source).replace(/\.\w+$/, "");
    const file = outputName(stem, `style:${source}`, ".css");
    project.staged.add(file, compiler.finishFile([code]));
    return { source, file, assets };
  }));
  return { sheets, assets: compiler.assets.list(), problems: compiler.problems };
}

/**
 * @param {Project} project
 * @param {{items: {id: string, kind: "style" | "style-attribute", code: string, prefixes: Prefixes}[]}} params
 * ids are root-relative and lie where relative URLs resolve from
 */
export async function minifyInlineStyles(project, { items }) {
  const compiler = new StyleCompiler(project);
  const codes = await Promise.all(items.map(async ({ id, kind, code, prefixes }) => {
    const file = path.join(project.root, id);
    if (kind === "style-attribute") return compileAttribute(compiler, file, code, prefixes);
    const compiled = await compiler.compile(file, { code, prefixes });
    return { code: compiler.finish([compiled.code]), assets: compiled.assets };
  }));
  return { codes, assets: compiler.assets.list(), problems: compiler.problems };
}

/**
 * A `style` attribute is a rule's body; compiled as one, its URLs go the same way as all others.
 * @param {StyleCompiler} compiler
 * @param {string} file
 * @param {string} code
 * @param {Prefixes} prefixes
 */
async function compileAttribute(compiler, file, code, prefixes) {
  const compiled = await compiler.compile(file, { code: `x{\n${code}}`, prefixes });
  const body = compiled.code.slice(compiled.code.indexOf("{") + 1, compiled.code.lastIndexOf("}"));
  const result = transformStyleAttribute({
    filename: file, code: Buffer.from(body), minify: true, errorRecovery: true, targets: compiler.project.targets.style,
  });
  return { code: finalText(result.code), assets: compiled.assets };
}

/**
 * The JavaScript side of a CSS module: every name as an export where it can be one, all of them in the default.
 * @param {import("lightningcss").CSSModuleExports} exports
 */
export function cssModuleCode(exports) {
  const names = Object.keys(exports).sort();
  const values = names.map((name) => JSON.stringify([exports[name].name, ...exports[name].composes.map((composed) => composed.name)].join(" ")));
  const lines = names.map((name, index) => `const _${index} = ${values[index]};`);
  const named = names.map((name, index) => `_${index} as ${JSON.stringify(name)}`).filter((_, index) => names[index] !== "default");
  const object = names.map((name, index) => `${JSON.stringify(name)}: _${index}`);
  return [...lines, `export { ${named.join(", ")} };`, `export default { ${object.join(", ")} };`].join("\n");
}

export const STYLE_FILE = /\.(?:css|scss|sass)$/;
export const isCssModule = (/** @type {string} */ file) => /\.module\.\w+$/.test(file);
