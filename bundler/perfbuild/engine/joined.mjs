// Chunks of several atoms: the bundler links them. The chunks of one atom take part as files of their own, and as one more entry, which
// imports for them all: what the bundler makes of its imports says by which names the joined chunks export what.

import path from "node:path";

import { EMPTY, PREFIX } from "./atoms.mjs";
import { pairsOf, pairText } from "./clauses.mjs";
import { Layout } from "./preloads.mjs";
import { found, targetOf } from "./singles.mjs";

/** @typedef {import("./atoms.mjs").Atom} Atom */

const USERS = "\0perfbuild-users";
const RUNTIME = "\0rolldown/runtime.js";
const IMPORT = /^import (?:\{ (.*) \} from )?"\.\/([\w.-]+)";$/gm;
const USED = /^__perfbuild_used\((.*)\);$/m;
const LAZY = /^__perfbuild_lazy\((import\(.*\))\);$/gm;

/** The atoms that are no chunks by themselves. */
export class Joined {
  /**
   * @param {import("./planner.mjs").Planner} planner
   * @param {import("./singles.mjs").Singles} singles
   */
  constructor(planner, singles) {
    this.planner = planner;
    this.singles = singles;
    this.atoms = /** @type {import("./atoms.mjs").Atoms} */ (planner.atoms);
    /** In the order in which they run. */
    this.files = this.atoms.inOrder.filter((file) => !singles.files.has(file));
    this.places = new Map(this.files.map((file, place) => [file, place]));
    /** @type {Map<string, string>} atom's file -> its chunk's */
    this.chunkOf = new Map();
    /** @type {Map<string, string>} atom's file and the name of an export -> the chunk's name of it */
    this.names = new Map();
    /** @type {Map<string, string>} atom's file -> how it is imported dynamically */
    this.lazy = new Map();
    /** @type {any[]} chunks that are written beside what the bundler makes */
    this.emitted = [];
    /** @type {{file: string, code: string, names: string[]} | null | undefined} the bundler's helpers, where they have a chunk of their own: their users get them in its
     * place, which takes a hundred bytes and no request */
    this.runtime = undefined;
  }

  /** @param {string} file of an atom @returns {string | undefined} of its chunk */
  fileOf(file) {
    return this.singles.files.get(file) ?? this.chunkOf.get(file);
  }

  /** @param {readonly string[]} files of atoms @returns {string[]} of their chunks */
  filesOf(files) {
    return [...new Set(files.map((file) => this.fileOf(file)).filter((file) => file !== undefined))];
  }

  /** @param {string} file of an atom @param {string} name */
  nameOf(file, name) {
    return this.singles.files.has(file) ? this.singles.nameOf(name) : found(this.names.get(`${file}\n${name}`), `${file}\n${name}`);
  }

  /** What a plugin of the bundler is asked for.
   * @param {string} id */
  getModuleInfo(id) {
    return /** @type {any} */ (this.atoms.of(id) ?? null);
  }

  /** @param {any} file */
  emitFile({ fileName, code }) {
    const name = path.posix.basename(fileName, ".js");
    this.emitted.push({
      type: "chunk", fileName, name, code, map: null, moduleIds: [], facadeModuleId: null, isEntry: false, isDynamicEntry: false,
      imports: [], dynamicImports: [], exports: ["*"],
    });
    return fileName;
  }

  /**
   * @param {(input: import("rolldown").InputOptions, options: import("rolldown").OutputOptions) => Promise<import("rolldown").RolldownOutput["output"]>} generate
   * @param {import("rolldown").InputOptions} input
   * @param {import("rolldown").OutputOptions} options
   */
  async link(generate, input, options) {
    if (!this.files.length) return [];
    const output = await generate({ ...input, input: this.#input(), plugins: [this.#plugin()] }, {
      ...options,
      codeSplitting: { includeDependenciesRecursively: false, minSize: 0, groups: [{ debugName: "arrangement", name: (id) => this.atoms.groupOf(id) }] },
    });
    return output.filter((one) => one.type === "asset" || (one.facadeModuleId !== USERS && one.fileName !== this.runtime?.file))
      .map((one) => (one.type === "chunk" ? { .../** @type {any} */ (this.#factsOf(one)), type: "chunk", code: one.code, map: one.map } : one));
  }

  /** Entry names -> ids, the users first: so atoms run in the order of its imports.
   * @returns {Record<string, string>} */
  #input() {
    const entries = this.files.filter((file) => this.atoms.byFile.get(file)?.isEntry);
    const named = entries.map((file, index) => [`entry${index}`, PREFIX + file]);
    return Object.fromEntries(this.singles.files.size ? [["users", USERS], ...named] : named);
  }

  /** @returns {import("rolldown").Plugin} */
  #plugin() {
    const { atoms, planner } = this;
    return {
      name: "perfbuild:joined",
      resolveId: (id, importer) => this.#resolve(id, importer),
      load: (id) => {
        if (id === EMPTY) return { code: "", moduleType: "js" };
        if (id === USERS) return { code: this.#usersCode(), moduleType: "js", moduleSideEffects: "no-treeshake" };
        return atoms.moduleOf(id);
      },
      transform: this.atoms.changes.size ? this.atoms.deferral() : undefined,
      renderChunk: (code, chunk, _options, meta) => {
        if (this.runtime === undefined) this.runtime = runtimeOf(Object.values(meta.chunks));
        planner.layout ??= this.#layout(Object.values(meta.chunks));
        if (chunk.facadeModuleId === USERS) return this.#readUsers(code);
        if (chunk.fileName === this.runtime?.file) return null;
        const facts = this.#factsOf(chunk);
        const whole = this.#withRuntime(code);
        const ordered = this.singles.files.size ? this.#inOrder(whole, facts.imports) : whole;
        return planner.layout.edit(ordered, facts, this) ?? (ordered === code ? null : { code: ordered, map: null });
      },
    };
  }

  /** @param {string} id @param {string} [importer] */
  #resolve(id, importer) {
    if (id.startsWith(PREFIX) || id === USERS) return id;
    const from = importer === USERS ? this.files[0] : this.atoms.of(importer)?.file;
    if (!from || !id.startsWith(".")) return { id, external: true };
    const file = targetOf(from, id);
    const single = this.singles.files.get(file);
    if (single) return { id: `./${path.posix.basename(single)}`, external: true };
    if (this.atoms.empty.has(file)) return { id: EMPTY, moduleSideEffects: false };
    return this.atoms.byFile.has(file) ? PREFIX + file : { id, external: true };
  }

  /** Imports all atoms in their order; those that the bundler's own split keeps together are imported by nobody else. */
  #usersCode() {
    const together = this.files.filter((file) => this.atoms.groupOf(PREFIX + file)).map((file) => `import "./${path.posix.basename(file)}";`);
    const used = this.#usedNames().map((key, index) => {
      const [file, name] = key.split("\n");
      return `import { ${name} as used${index} } from "./${path.posix.basename(file)}";`;
    });
    const lazy = this.#lazyTargets().map((file) => `__perfbuild_lazy(import("./${path.posix.basename(file)}"));`);
    return [...together, ...used, `__perfbuild_used(${used.map((_, index) => `used${index}`).join(", ")});`, ...lazy].join("\n");
  }

  #usedNames() {
    const keys = [...this.singles.imports].flatMap(([file, imports]) => imports.flatMap(({ from, names }) => {
      const imported = targetOf(file, from);
      return this.atoms.byFile.has(imported) && !this.singles.files.has(imported) ? names.map(([name]) => `${imported}\n${name}`) : [];
    }));
    return [...new Set(keys)].sort();
  }

  #lazyTargets() {
    const all = [...this.singles.files.keys()].flatMap((file) => this.atoms.byFile.get(file)?.dynamicImports ?? []);
    return [...new Set(all)].filter((file) => this.atoms.byFile.has(file) && !this.singles.files.has(file)).sort();
  }

  /** Learns what the atoms' exports are called now.
   * @param {string} code as the bundler wrote it */
  #readUsers(code) {
    const imported = new Map([...code.matchAll(IMPORT)].flatMap(([, list]) => pairsOf(list).map(([name, local]) => /** @type {[string, string]} */ ([local, name]))));
    const used = (USED.exec(code)?.[1] ?? "").split(", ");
    for (const [index, key] of this.#usedNames().entries()) this.names.set(key, found(imported.get(used[index]), key));
    const lazy = [...code.matchAll(LAZY)].map(([, expression]) => expression);
    for (const [index, file] of this.#lazyTargets().entries()) this.lazy.set(file, found(lazy[index], file));
    return null;
  }

  /** Import statements in the order of the files, since the bundler writes those of its own chunks apart from others; by the names that
   * chunks of one atom have for their exports.
   * @param {string} code @param {string[]} files */
  #inOrder(code, files) {
    const places = new Map(files.map((file, place) => [path.posix.basename(file), place]));
    const singles = new Set([...this.singles.files.values()].map((file) => path.posix.basename(file)));
    const place = (/** @type {string} */ from) => places.get(from) ?? files.length;
    const sorted = [...code.matchAll(IMPORT)].toSorted((a, b) => place(a[2]) - place(b[2])).map(([text, list, from]) => {
      if (!list || !singles.has(from)) return text;
      return `import { ${pairsOf(list).map(([name, local]) => pairText(this.singles.nameOf(name), local)).join(", ")} } from "./${from}";`;
    });
    return code.replace(IMPORT, () => /** @type {string} */ (sorted.shift()));
  }

  /** On the line of the import, for source maps.
   * @param {string} code */
  #withRuntime(code) {
    const { runtime } = this;
    if (!runtime) return code;
    return code.replace(IMPORT, (text, list, from) => {
      if (from !== path.posix.basename(runtime.file)) return text;
      if (!list) return "";
      const locals = pairsOf(list).map(([, local]) => local);
      // Where another has the helper's name, the import calls it `__exportAll$1`.
      const helpers = locals.map((local) => found(runtime.names.find((name) => name === local.replace(/\$\d+$/, "")), local));
      return `const [${locals.join(", ")}] = (() => { ${runtime.code} return [${helpers.join(", ")}]; })();`;
    });
  }

  /** @param {readonly import("rolldown").RenderedChunk[]} linked */
  #layout(linked) {
    const chunks = linked.filter((chunk) => chunk.facadeModuleId !== USERS && chunk.fileName !== this.runtime?.file);
    for (const { fileName, moduleIds } of chunks) {
      for (const id of moduleIds) if (this.atoms.of(id)) this.chunkOf.set(id.slice(PREFIX.length), fileName);
    }
    return this.layout(chunks.map((chunk) => this.#factsOf(chunk)));
  }

  /** @param {any[]} [linked] facts of the joined chunks */
  layout(linked = []) {
    return new Layout(this.planner, [...linked, ...this.singles.facts(this)], this);
  }

  /** What is asked of a chunk, with the chunks of one atom among what it imports; in the order in which they run.
   * @param {any} chunk */
  #factsOf({ fileName, name, moduleIds, facadeModuleId, isEntry, isDynamicEntry, imports, dynamicImports, exports }) {
    const members = moduleIds.map((/** @type {string} */ id) => this.atoms.of(id)).filter(Boolean);
    const place = (/** @type {Atom} */ atom) => /** @type {number} */ (this.places.get(atom.file));
    members.sort((/** @type {Atom} */ a, /** @type {Atom} */ b) => place(a) - place(b));
    const own = this.filesOf(members.flatMap((/** @type {Atom} */ atom) => atom.imports));
    const lazy = this.filesOf(members.flatMap((/** @type {Atom} */ atom) => atom.dynamicImports));
    return {
      fileName, name, moduleIds, facadeModuleId, isEntry, isDynamicEntry, exports,
      imports: [...new Set([...own, ...imports.map(asFile)])].filter((file) => file !== fileName && file !== this.runtime?.file),
      dynamicImports: [...new Set([...lazy, ...dynamicImports.map(asFile)])],
    };
  }
}

/** External files are called as they are imported. @param {string} file */
const asFile = (file) => (file.startsWith("./") ? `assets/${file.slice(2)}` : file);

/** @param {readonly import("rolldown").RenderedChunk[]} chunks
 * @returns {{file: string, code: string, names: string[]} | null} `code` in one line */
function runtimeOf(chunks) {
  const chunk = chunks.find(({ moduleIds }) => moduleIds.length > 0 && moduleIds.every((id) => id === RUNTIME));
  if (!chunk) return null;
  const { code, renderedExports: names } = chunk.modules[RUNTIME];
  return { file: chunk.fileName, names, code: (code ?? "").replace(/^\s*\/\/.*$/gm, "").replace(/\s*\n\s*/g, " ").trim() };
}
