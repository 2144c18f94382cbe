// The chunks of the first link as the modules of a second one: what the Python side arranges are these, already shaken,
// each with the modules that exactly the same entries and dynamic imports need.

import path from "node:path";
import { constants, zstdCompressSync } from "node:zlib";

import { silentExports } from "./annotations.mjs";
import { deferralOf, deferred } from "./deferred-atoms.mjs";
import { waits } from "./outline.mjs";
import { displayId } from "./project.mjs";
import { Purity } from "./purity.mjs";
import { shake } from "./shaking.mjs";

// Without a zero byte, which would say that the code has no source to map to.
export const PREFIX = "perfbuild-atom:";
export const EMPTY = "\0perfbuild-empty";
// How dense code is: zstd tells it better than deflate does, in half the time.
const DENSITY = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
/** Characters from which on it is asked; less code is as dense as all so short, and there are hundreds of such atoms. */
const LARGE = 4096;

/**
 * @typedef {object} Atom
 * @property {string} file its output path, which names it
 * @property {string} code rendered, not minified
 * @property {any} map
 * @property {string[]} moduleIds
 * @property {[string, number][]} modules ids with their rendered lengths
 * @property {string | null} facade module id
 * @property {boolean} isEntry
 * @property {string[]} imports files
 * @property {string[]} dynamicImports files
 * @property {string | null} group
 */

/** What zstd makes of code, or of code of that length: docs/design/chunk-planning.md has the measurements.
 * @param {string} code rendered @returns {number} bytes */
function sizeOf(code) {
  const { length } = code;
  return length < LARGE ? Math.round(length * (0.26 + 0.5 / (1 + length / 1100))) : zstdCompressSync(code, DENSITY).length;
}

/** @param {string} id */
const isOfPackages = (id) => id.includes("/node_modules/") || id.startsWith("\0rolldown/");

/** @typedef {{chunks: {name: string, atoms: number[]}[], order: number[]}} Arrangement */

/** The atoms of a build. */
export class Atoms {
  /**
   * @param {import("./planner.mjs").Planner} planner
   * @param {import("rolldown").OutputChunk[]} chunks
   * @param {Set<string>} empty files of chunks without code, which nobody shall ask for
   */
  constructor(planner, chunks, empty) {
    this.planner = planner;
    this.empty = empty;
    /** @type {Set<string>} modules of the sources, also those of empty chunks */
    this.included = new Set(chunks.flatMap((chunk) => chunk.moduleIds));
    /** @type {Map<string, Atom>} by file */
    this.byFile = new Map(chunks.filter((chunk) => !empty.has(chunk.fileName)).map((chunk) => [chunk.fileName, {
      file: chunk.fileName,
      code: chunk.code,
      map: chunk.map,
      moduleIds: chunk.moduleIds,
      modules: Object.entries(chunk.modules).map(([id, module]) => [id, module.renderedLength]),
      facade: chunk.facadeModuleId,
      isEntry: chunk.isEntry,
      imports: chunk.imports,
      dynamicImports: chunk.dynamicImports,
      group: planner.groups.get(chunk.moduleIds[0]) ?? null,
    }]));
    this.files = [...this.byFile.keys()];
    /** @type {Set<string>} files that dynamic imports mean */
    this.asked = new Set([...this.byFile.values()].flatMap((atom) => atom.dynamicImports));
    /** @type {Map<string, Set<string>>} file -> names of exports that others import, where that is known */
    this.used = new Map();
    /** @type {Map<string, Set<string>>} file -> names by which it exports functions that do nothing */
    this.silent = new Map();
    /** @type {string[]} files in the order in which they run, as the plan has it */
    this.inOrder = [];
    /** @type {Set<string>} files of those that are arranged alone */
    this.alone = new Set();
    /** @type {Map<string, string>} atom id -> name of its chunk */
    this.groups = new Map();
    /** @type {Map<string, string>} file -> who loads it with its static imports */
    this.roots = new Map();
    /** @type {(import("./deferred-atoms.mjs").Fact & {modules: [string, number][]})[]} in the order of `files` */
    this.facts = [];
    /** @type {import("./deferred-atoms.mjs").Changes} file -> what the second link changes in the code */
    this.changes = new Map();
  }

  /** Whether chunks import each other in a circle. */
  haveCycles() {
    /** @type {Map<string, boolean>} file -> whether all that it imports is done */
    const done = new Map();
    /** @param {string} file @returns {boolean} */
    const visit = (file) => {
      const known = done.get(file);
      if (known !== undefined) return !known;
      done.set(file, false);
      const found = (this.byFile.get(file)?.imports ?? []).some((imported) => this.byFile.has(imported) && visit(imported));
      done.set(file, true);
      return found;
    };
    return this.files.some(visit);
  }

  /** Makes the code final that the second link reads. */
  prepare() {
    const { project } = this.planner.context;
    const isOrdered = !this.haveCycles();
    if (isOrdered) this.#shake();
    const purity = new Purity(project.root, { isOfPackages: (name) => this.#isOfPackages(name), silentOf: (name) => this.#silentOf(name) });
    const facts = this.#facts(this.#pureFiles(purity));
    if (isOrdered) this.changes = deferralOf(facts, (file) => purity.outlineOf(this.byFile.get(file)?.code ?? ""));
    this.facts = facts.map((atom) => ({ ...atom, pure: this.changes.get(atom.file)?.isDeferred ?? atom.pure }));
  }

  /** @param {Set<string>} pure files
   * @returns {typeof this.facts} */
  #facts(pure) {
    const { project } = this.planner.context;
    const places = new Map(this.files.map((file, place) => [file, place]));
    const placesOf = (/** @type {string[]} */ files) => files.map((file) => places.get(file)).filter((place) => place !== undefined);
    return [...this.byFile.values()].map((atom) => ({
      file: atom.file,
      imports: placesOf(atom.imports),
      dynamic_imports: placesOf(atom.dynamicImports),
      is_entry: atom.isEntry,
      facade: atom.facade && displayId(project, atom.facade),
      modules: atom.modules.map(([id, length]) => [displayId(project, id), length]),
      pure: pure.has(atom.file),
      awaits: waits(atom.code),
      group: atom.group,
    }));
  }

  /** What the Python side arranges. */
  message() {
    return { atoms: this.facts.map((fact) => ({ ...fact, size: sizeOf(this.byFile.get(fact.file)?.code ?? "") })) };
  }

  #shake() {
    const chunks = [...this.byFile.values()].map(({ file, code, imports, moduleIds, facade, isEntry }) => (
      { file, code, imports, isOfPackages: moduleIds.every(isOfPackages), keepsExports: isEntry || facade !== null || this.asked.has(file) }
    ));
    const { changed, used } = shake(chunks);
    for (const [file, code] of changed) /** @type {Atom} */ (this.byFile.get(file)).code = code;
    this.used = used;
  }

  /** Smallest first, since only so much code is looked at. What brings stylesheets has an effect: they apply.
   * @param {Purity} purity */
  #pureFiles(purity) {
    const { planner } = this;
    const atoms = [...this.byFile.values()].filter((atom) => !atom.isEntry && !planner.rootsOf(atom.moduleIds).length);
    atoms.sort((a, b) => a.code.length - b.code.length || (a.file < b.file ? -1 : 1));
    // Modules without code do nothing: stylesheets, and what only imports others.
    const idsOf = (/** @type {Atom} */ { modules }) => modules.filter(([, length]) => length > 0).map(([id]) => id);
    return new Set(atoms.filter((atom) => purity.isPure(atom.code, idsOf(atom))).map((atom) => atom.file));
  }

  /** Whether all modules of an atom are packages', by the name that imports have for it.
   * @param {string} name */
  #isOfPackages(name) {
    const ids = this.byFile.get(`assets/${name}`)?.moduleIds;
    return ids?.every(isOfPackages) ?? false;
  }

  /** What an atom exports of functions that do nothing, by the name that imports have for it.
   * @param {string} name
   * @returns {Set<string>} */
  #silentOf(name) {
    const file = `assets/${name}`;
    let silent = this.silent.get(file);
    if (!silent) this.silent.set(file, (silent = silentExports(this.byFile.get(file)?.code ?? "")));
    return silent;
  }

  /** @param {Arrangement} arrangement */
  arrange({ chunks, order }) {
    this.inOrder = order.map((place) => this.files[place]);
    for (const { name, atoms } of chunks) {
      const files = atoms.map((place) => this.files[place]);
      if (files.length === 1) this.alone.add(files[0]);
      if (this.#isOwnChunk(files)) continue;
      const group = `${name}\n${files.slice().sort().join("\n")}`;
      for (const file of files) this.groups.set(PREFIX + file, group);
    }
  }

  /** Whether the bundler's own split makes the same chunk: it stands for one module, and who needs that needs the rest, and
   * nobody else. A group would put the exports of that module into an object, which takes a helper.
   * @param {string[]} files */
  #isOwnChunk(files) {
    const facades = files.filter((file) => this.byFile.get(file)?.facade);
    const needed = this.#rootsOf(files[0]);
    return facades.length === 1 && files.every((file) => this.#rootsOf(file) === needed);
  }

  /** Who loads an atom with its static imports, as a key.
   * @param {string} wanted */
  #rootsOf(wanted) {
    if (!this.roots.size) {
      for (const { file, facade } of this.byFile.values()) {
        if (facade) for (const member of this.#closure(file)) this.roots.set(member, `${this.roots.get(member) ?? ""}${file}\n`);
      }
    }
    return this.roots.get(wanted);
  }

  /** @param {string} file */
  #closure(file) {
    const closure = new Set([file]);
    for (const member of closure) {
      for (const imported of this.byFile.get(member)?.imports ?? []) if (this.byFile.has(imported)) closure.add(imported);
    }
    return closure;
  }

  /** @param {string} id */
  groupOf(id) {
    return this.groups.get(id) ?? null;
  }

  /** @param {string | null | undefined} id @returns {Atom | undefined} */
  of(id) {
    return id?.startsWith(PREFIX) ? this.byFile.get(id.slice(PREFIX.length)) : undefined;
  }

  /** Whether the file is an atom's, or that of an empty chunk.
   * @param {string} file */
  knows(file) {
    return this.byFile.has(file) || this.empty.has(file);
  }

  /** The atom as a module of the second link.
   * @param {string} id */
  moduleOf(id) {
    const atom = this.of(id);
    // Shaken it is; and where an import loads nothing but stylesheets, something must be left to load.
    return atom ? { code: atom.code, map: atom.map, moduleType: /** @type {const} */ ("js"), moduleSideEffects: /** @type {const} */ ("no-treeshake") } : null;
  }

  /** What the second link does with the code of atoms that run later, or call such. */
  deferral() {
    return deferred(this.changes, PREFIX, this.planner.context.project.sourcemap);
  }
}
