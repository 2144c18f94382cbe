// Lazy chunks: each `import()` of the output that needs more than its own file goes through the preload helper, which
// lives in one chunk that every user of it has loaded before, or in a file of its own where there is none. Those of pages
// tell how they ended; what does that is small, so chunks that have nothing of the helper have a copy each.

import fs from "node:fs";
import path from "node:path";

import { RolldownMagicString } from "rolldown";
import { minifySync } from "rolldown/utils";

import { outputName } from "./names.mjs";
import { isCssModule } from "./styles.mjs";
import { hasTopLevelAwait } from "./syntax.mjs";

const HELPER = ownCode("preload");
const WATCH = ownCode("watch");
// Where no import map has names to look up, older browsers can be targets, which cannot be asked to.
const MAPPED = 'import.meta.resolve("./" + file)';
const PLAIN = "new URL(file, import.meta.url).href";
// Where nobody listens.
const WATCHED = "__perfbuild_watch(loading)";
const UNWATCHED = "loading";
const LOCAL = "__perfbuild_preload";
const LOCAL_WATCH = "__perfbuild_watch";
export const DYNAMIC_IMPORT = /\bimport\((?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/)*(["'`])\.\/([\w.-]+)\1\s*\)/g;
const BARE_IMPORT = /^import\s*(["'])\.\/([\w.-]+)\1;?\n?/gm;

/** @typedef {Pick<import("rolldown").RenderedChunk, "fileName" | "isEntry" | "isDynamicEntry" | "exports" | "imports" | "dynamicImports"
 *   | "moduleIds" | "facadeModuleId">} LinkedChunk */
/** @typedef {Pick<import("rolldown").PluginContext, "getModuleInfo" | "emitFile">} Host the bundler, or what stands in for it */

/** A function of the runtime, under names that no module has.
 * @param {string} name of its file */
function ownCode(name) {
  const code = fs.readFileSync(new URL(`../runtime/${name}.js`, import.meta.url), "utf8");
  return code.replace(/^import .*\n/gm, "").replace("export function", "function").replace(/\b(preload|asked|watch)\b/g, "__perfbuild_$1");
}

/**
 * @param {import("./planner.mjs").Planner} planner
 * @returns {import("rolldown").Plugin}
 */
export function preloads(planner) {
  return {
    name: "perfbuild:preloads",
    renderChunk(code, chunk, _options, meta) {
      planner.layout ??= new Layout(planner, Object.values(meta.chunks), this);
      return planner.layout.edit(code, chunk, this);
    },
  };
}

/**
 * What is asked of a chunk again and again; the bundler's own object computes each property anew.
 * @typedef {object} ChunkFacts
 * @property {string} file
 * @property {string[]} imports
 * @property {string[]} dynamicImports
 * @property {string[]} moduleIds
 * @property {boolean} isEntry
 * @property {number} size characters, where they are known
 * @property {string[]} styles of the roots in it, in cascade order
 */

/** What every chunk has loaded and what its dynamic imports still need, once the chunks are known. */
export class Layout {
  /**
   * @param {import("./planner.mjs").Planner} planner
   * @param {LinkedChunk[]} chunks
   * @param {Host} plugin
   */
  constructor(planner, chunks, plugin) {
    this.importMaps = planner.context.project.importMaps;
    this.sourcemap = planner.context.project.sourcemap;
    this.recover = planner.context.project.recover;
    this.included = planner.includedIn(chunks);
    /** @type {Set<string>} chunks of stylesheets alone, whose scripts are empty; nobody shall ask for them */
    this.empty = new Set(chunks.filter((chunk) => isEmpty(chunk, planner)).map((chunk) => chunk.fileName));
    const facades = chunks.filter((chunk) => planner.isFacade(chunk));
    const entries = new Set(facades.map((chunk) => chunk.imports[0]));
    const full = chunks.filter((chunk) => !this.empty.has(chunk.fileName) && !facades.includes(chunk));
    /** @type {Map<string, ChunkFacts>} */
    this.chunks = new Map(full.map((chunk) => {
      const { fileName: file, imports: all, dynamicImports, moduleIds } = chunk;
      const imports = all.filter((imported) => !this.empty.has(imported));
      const isEntry = chunk.isEntry || entries.has(file);
      const size = planner.sizeOf(chunk);
      return [file, { file, imports, dynamicImports, moduleIds, isEntry, size, styles: planner.stylesOf(planner.rootModulesOf(chunk), this.included) }];
    }));
    /** @type {Map<string, Set<string>>} */
    this.closures = new Map();
    /** @type {Map<string, Map<string, string[]>>} chunk -> target -> needed names */
    this.needs = new Map();
    const loadedStyles = this.#loadedStyles();
    // Others nobody asks for: what imported them was dropped.
    const reached = this.#reached([...this.chunks.values()].filter((chunk) => chunk.isEntry).map((chunk) => chunk.file));
    for (const file of [...reached].sort()) {
      const needs = this.#needsOf(file, loadedStyles.get(file) ?? new Set());
      if (needs.size) this.needs.set(file, needs);
    }
    /** @type {Map<string, Set<string>>} chunk -> targets that need nothing but themselves, of which the page is told */
    this.watched = new Map();
    for (const file of this.recover ? this.#reached(pageFiles(chunks, planner)) : []) {
      const targets = this.#facts(file).dynamicImports.filter((target) => this.#isLazy(file, target) && !this.needs.get(file)?.has(target));
      if (targets.length) this.watched.set(file, new Set(targets));
    }
    /** @type {string | undefined} */
    this.helperFile = undefined;
    this.host = this.needs.size ? this.#chooseHost(plugin) : null;
  }

  /** @param {string} file */
  #facts(file) {
    return /** @type {ChunkFacts} */ (this.chunks.get(file));
  }

  /** The chunk and what it imports statically, itself first, in order of discovery.
   * @param {string} file
   * @returns {Set<string>} */
  closure(file) {
    let closure = this.closures.get(file);
    if (!closure) {
      closure = new Set([file]);
      for (const member of closure) {
        for (const imported of this.#facts(member).imports) if (this.chunks.has(imported)) closure.add(imported);
      }
      this.closures.set(file, closure);
    }
    return closure;
  }

  /** Whether the import may have to load the target.
   * @param {string} file
   * @param {string} target */
  #isLazy(file, target) {
    return this.chunks.has(target) && !this.closure(file).has(target);
  }

  /** All chunks that the entries lead to.
   * @param {string[]} entries */
  #reached(entries) {
    const reached = new Set(entries);
    for (const file of reached) {
      for (const next of [...this.#facts(file).imports, ...this.#facts(file).dynamicImports]) if (this.chunks.has(next)) reached.add(next);
    }
    return reached;
  }

  /** Chunk -> the stylesheets that are surely there when it runs: those that every root has whose closure it is in.
   * @returns {Map<string, Set<string>>} */
  #loadedStyles() {
    /** @type {Map<string, Set<string>>} */
    const loaded = new Map();
    const targets = new Set([...this.chunks.values()].flatMap((chunk) => chunk.dynamicImports));
    for (const { file, isEntry, styles } of this.chunks.values()) {
      if (!isEntry && !targets.has(file)) continue;
      for (const member of this.closure(file)) {
        const known = loaded.get(member);
        loaded.set(member, new Set(known ? styles.filter((style) => known.has(style)) : styles));
      }
    }
    return loaded;
  }

  /**
   * @param {string} file
   * @param {Set<string>} loadedStyles
   */
  #needsOf(file, loadedStyles) {
    /** @type {Map<string, string[]>} */
    const needs = new Map();
    const loaded = this.closure(file);
    for (const target of this.#facts(file).dynamicImports) {
      if (!this.#isLazy(file, target)) continue;
      const scripts = [...this.closure(target)].filter((one) => one !== target && !loaded.has(one));
      const css = this.#facts(target).styles.filter((one) => !loadedStyles.has(one));
      const all = css.length ? [...css, target, ...scripts] : scripts;
      if (all.length) needs.set(target, all.map((one) => path.posix.basename(one)));
    }
    return needs;
  }

  /** A chunk in the closure of every entry, that pulls in no other user of the helper; null when none is.
   * @param {Host} plugin
   * @returns {string | null} */
  #chooseHost(plugin) {
    const entries = [...this.chunks.values()].filter((chunk) => chunk.isEntry && this.#reachesUser(chunk.file));
    const common = entries.map((chunk) => this.closure(chunk.file))
      .reduce((shared, closure) => new Set([...shared].filter((file) => closure.has(file))));
    const fitting = [...common].filter((file) => [...this.closure(file)].every((one) => one === file || !this.needs.has(one)))
      .filter((file) => (this.needs.size === 1 && this.needs.has(file)) || !this.#waits(file, plugin));
    // The larger the chunk, the better the helper is compressed in it.
    return fitting.sort((a, b) => Number(this.needs.has(b)) - Number(this.needs.has(a))
      || this.#facts(b).size - this.#facts(a).size || (a < b ? -1 : 1))[0] ?? null;
  }

  /** Whether the chunk, or one that it imports, awaits at its top level: a lazy chunk that it waits for must not wait for it.
   * @param {string} file
   * @param {Host} plugin */
  #waits(file, plugin) {
    const ids = [...this.closure(file)].flatMap((one) => this.#facts(one).moduleIds);
    return ids.some((id) => hasTopLevelAwait(plugin.getModuleInfo(id)?.code ?? "", id));
  }

  /** @param {string} entry */
  #reachesUser(entry) {
    return [...this.#reached([entry])].some((file) => this.needs.has(file));
  }

  /** Whether the chunk gets the helper, or calls it.
   * @param {string} file */
  edits(file) {
    return this.needs.has(file) || this.watched.has(file) || file === this.host;
  }

  /**
   * @param {string} code
   * @param {{fileName: string, imports: string[]}} chunk
   * @param {Host} plugin
   */
  edit(code, chunk, plugin) {
    const file = chunk.fileName;
    const needs = this.needs.get(file);
    const watched = this.watched.get(file);
    const imported = (this.empty.size ? chunk.imports : []).filter((one) => this.empty.has(one)).map((one) => path.posix.basename(one));
    if (!this.edits(file) && !imported.length) return null;
    const names = fileNames([...(needs?.values() ?? [])]);
    const edited = new RolldownMagicString(code);
    for (const { 0: statement, 2: name, index } of imported.length ? code.matchAll(BARE_IMPORT) : []) {
      if (imported.includes(name)) edited.remove(index, index + statement.length);
    }
    for (const { 0: expression, 2: name, index } of needs || watched ? code.matchAll(DYNAMIC_IMPORT) : []) {
      const files = needs?.get(`assets/${name}`);
      if (!files && !watched?.has(`assets/${name}`)) continue;
      edited.appendLeft(index, files ? `${LOCAL}(() => ` : `${LOCAL_WATCH}(`);
      edited.appendRight(index + expression.length, files ? `, ${names.list(files)})` : ")");
    }
    edited.prepend(this.#opening(file, plugin) + names.table);
    return { code: edited.toString(), map: this.sourcemap ? edited.generateMap({ hires: "boundary" }).toString() : null };
  }

  /** The helper itself, or where it comes from.
   * @param {string} file
   * @param {Host} plugin */
  #opening(file, plugin) {
    if (file === this.host) return `${this.#helperCode()}\n`;
    if (!this.needs.has(file)) return this.watched.has(file) ? `${WATCH}\n` : "";
    const taken = [`$p as ${LOCAL}`, ...(this.watched.has(file) ? [`$w as ${LOCAL_WATCH}`] : [])];
    return `import { ${taken.join(", ")} } from "./${path.posix.basename(this.host ?? this.#ownFile(plugin))}";\n`;
  }

  /** @param {Host} plugin */
  #ownFile(plugin) {
    if (!this.helperFile) {
      this.helperFile = outputName("preload", "preload", ".js");
      plugin.emitFile({ type: "prebuilt-chunk", fileName: this.helperFile, code: minifySync("preload.js", this.#helperCode(), { module: true }).code });
    }
    return this.helperFile;
  }

  #helperCode() {
    const mapped = this.importMaps ? HELPER : HELPER.replace(MAPPED, PLAIN);
    return [...(this.recover ? [WATCH, mapped] : [mapped.replace(WATCHED, UNWATCHED)]), this.#exports()].join("\n");
  }

  /** What of the helper other chunks import. */
  #exports() {
    const users = [...this.needs.keys()].filter((file) => file !== this.host);
    const watch = users.some((file) => this.watched.has(file)) ? [`${LOCAL_WATCH} as $w`] : [];
    return users.length ? `export { ${[`${LOCAL} as $p`, ...watch].join(", ")} };` : "";
  }

  /** The imports of the helper, which the bundler does not know of.
   * @param {string} file
   * @returns {string[]} */
  extraImports(file) {
    if (!this.needs.has(file) || file === this.host) return [];
    return [/** @type {string} */ (this.host ?? this.helperFile)];
  }
}

/** The chunks that pages load themselves.
 * @param {LinkedChunk[]} chunks
 * @param {import("./planner.mjs").Planner} planner */
function pageFiles(chunks, planner) {
  const entries = chunks.filter((chunk) => chunk.isEntry && planner.entries.isOfPage(planner.facadeOf(chunk)));
  return entries.map((chunk) => (planner.isFacade(chunk) ? chunk.imports[0] : chunk.fileName));
}

/**
 * @param {Pick<import("rolldown").RenderedChunk, "isEntry" | "isDynamicEntry" | "exports" | "imports" | "dynamicImports" | "moduleIds">} chunk
 * @param {import("./planner.mjs").Planner} planner
 */
export function isEmpty(chunk, planner) {
  if (chunk.isEntry || chunk.isDynamicEntry) return false;
  if (chunk.exports.length + chunk.imports.length + chunk.dynamicImports.length > 0) return false;
  return planner.modulesOf(chunk).every((id) => planner.context.stylesheets.has(id) && !isCssModule(id));
}

/** How lists of files are written: each on its own, or, where lists share files, as places in one table.
 * @param {string[][]} lists */
function fileNames(lists) {
  const all = [...new Set(lists.flat())];
  if (lists.flat().length === all.length) return { table: "", list: (/** @type {string[]} */ files) => JSON.stringify(files) };
  const places = new Map(all.map((file, place) => [file, place]));
  return {
    table: `const __perfbuild_names = ${JSON.stringify(all)}, __perfbuild_files = (...places) => places.map((place) => __perfbuild_names[place]);\n`,
    list: (/** @type {string[]} */ files) => `__perfbuild_files(${files.map((file) => places.get(file)).join()})`,
  };
}
