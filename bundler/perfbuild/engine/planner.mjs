// Asks for the plan, answers the bundler from it, and writes down what came of it.

import { graphOf } from "./graph.mjs";
import { Licences } from "./licences.mjs";
import { outputName } from "./names.mjs";
import { displayId } from "./project.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */

/**
 * @typedef {object} Plan what the Python side answers to the graph; numbers are places in the graph's list of modules
 * @property {{name: string, modules: number[]}[]} chunks
 * @property {{name: string, modules: number[]}[]} styles
 * @property {Record<string, number[]>} roots module -> places in `styles`, in cascade order
 */

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} what comes of it, begun when the caller is done */
const afterThis = (work) => new Promise((resolve) => setImmediate(resolve)).then(work);

/** Asks the Python side for the plan when the graph is whole, and answers the bundler from it. */
export class Planner {
  /**
   * @param {LinkContext} context
   * @param {import("./chunk-comments.mjs").ChunkComments} comments
   * @param {import("./entries.mjs").Entries} entries
   * @param {(method: string, params: unknown) => Promise<any>} request
   * @param {boolean} plansChunks
   */
  constructor(context, comments, entries, request, plansChunks) {
    this.plansChunks = plansChunks;
    this.context = context;
    this.comments = comments;
    this.entries = entries;
    this.request = request;
    /** @type {string[]} */
    this.ids = [];
    /** @type {Map<string, number>} */
    this.indexOf = new Map();
    /** @type {Plan} */
    this.plan = { chunks: [], styles: [], roots: {} };
    /** Settles when the plan is there, or asking for it failed. */
    this.planned = Promise.resolve();
    /** @type {string[]} names in `plan.styles` order, as they are asked for */
    this.styleNames = [];
    /** @type {Map<string, string>} */
    this.groups = new Map();
    /** @type {any[]} */
    this.chunks = [];
    this.licences = new Licences();
    /** @type {import("./preloads.mjs").Layout | undefined} */
    this.layout = undefined;
    /** @type {Set<string>} modules that tree shaking left */
    this.included = new Set();
    /** @type {string[]} */
    this.emitted = [];
    /** @type {import("./atoms.mjs").Atoms | null} the modules of the second link */
    this.atoms = null;
  }

  /** @returns {import("rolldown").Plugin} */
  plugin() {
    const planner = this;
    return {
      name: "perfbuild:plan",
      buildEnd(error) {
        if (error) return;
        // The bundler links while the plan is made, which it asks for only when it splits.
        planner.planned = afterThis(() => planner.askForPlan(this));
        planner.planned.catch(() => {}); // reported where it is waited for
      },
      renderStart: () => planner.planned,
    };
  }

  /** @param {import("rolldown").PluginContext} plugin */
  async askForPlan(plugin) {
    const graph = graphOf(plugin, this.context, this.comments, this.plansChunks);
    this.ids = graph.moduleIds;
    this.indexOf = new Map(this.ids.map((id, index) => [id, index]));
    this.plan = await this.request("plan", graph.message);
    for (const { name, modules } of this.plan.chunks) {
      for (const index of modules) this.groups.set(this.ids[index], name);
    }
  }

  /** @param {string} id */
  groupOf(id) {
    return this.groups.get(id) ?? null;
  }

  /** The modules of the sources in a chunk, of either link.
   * @param {{moduleIds: string[]}} chunk */
  modulesOf({ moduleIds }) {
    const { atoms } = this;
    return atoms ? moduleIds.flatMap((id) => atoms.of(id)?.moduleIds ?? []) : moduleIds;
  }

  /** Characters of a chunk's code, known in the second link.
   * @param {{moduleIds: string[]}} chunk */
  sizeOf({ moduleIds }) {
    return moduleIds.reduce((sum, id) => sum + (this.atoms?.of(id)?.code.length ?? 0), 0);
  }

  /** All modules that tree shaking left.
   * @param {{moduleIds: string[]}[]} chunks */
  includedIn(chunks) {
    return this.atoms?.included ?? new Set(chunks.flatMap((chunk) => chunk.moduleIds));
  }

  /** The module of the sources that a chunk stands for.
   * @param {{facadeModuleId?: string | null}} chunk */
  facadeOf({ facadeModuleId }) {
    return (this.atoms ? this.atoms.of(facadeModuleId)?.facade : facadeModuleId) ?? null;
  }

  /** Those of a chunk, and the one that it stands for: where the bundler makes a file of its own for that, it has no modules.
   * @param {{moduleIds: string[], facadeModuleId?: string | null}} chunk */
  rootModulesOf(chunk) {
    const facade = this.facadeOf(chunk);
    return facade ? [...this.modulesOf(chunk), facade] : this.modulesOf(chunk);
  }

  /** Where an entry shares a chunk with others, the bundler makes a file of it that only imports that chunk: a page can load the
   * chunk itself. A worker is started by the file's name, so its file stays.
   * @param {{isEntry: boolean, moduleIds: string[], facadeModuleId?: string | null, imports: string[]}} chunk */
  isFacade(chunk) {
    return Boolean(this.atoms) && chunk.isEntry && chunk.moduleIds.length === 0 && chunk.imports.length === 1 && this.entries.has(this.facadeOf(chunk));
  }

  /** @param {{name: string, moduleIds: string[], facadeModuleId?: string | null}} chunk */
  chunkName(chunk) {
    const { project } = this.context;
    const atom = this.atoms?.of(chunk.facadeModuleId);
    if (atom) return atom.file;
    const group = chunk.moduleIds.map((id) => this.atoms?.groupOf(id)).find(Boolean);
    if (group) return outputName(group.slice(0, group.indexOf("\n")), `chunk:${group}`, ".js");
    const facade = chunk.facadeModuleId;
    const key = facade ? displayId(project, facade) : chunk.moduleIds.map((id) => displayId(project, id)).sort().join("\n");
    const named = facade && this.comments.nameOf(facade);
    return outputName(named || this.entries.stemOf(facade) || chunk.name, `chunk:${key}`, ".js");
  }

  /**
   * Output path of a planned stylesheet. Its token depends on the planned modules, known before tree shaking.
   * @param {number} place in the plan's `styles`
   */
  styleName(place) {
    const { name, modules } = this.plan.styles[place];
    const key = () => modules.map((index) => displayId(this.context.project, this.ids[index])).join("\n");
    return (this.styleNames[place] ??= outputName(name, `styles:${key()}`, ".css"));
  }

  /**
   * Stylesheets of the roots (entries and targets of dynamic imports) among the modules.
   * @param {readonly string[]} moduleIds
   * @param {Set<string>} included
   * @returns {string[]} output paths in cascade order
   */
  stylesOf(moduleIds, included) {
    /** @type {Set<number>} */
    const places = new Set();
    for (const place of this.rootsOf(moduleIds)) places.add(place);
    return [...places].filter((place) => this.#survives(place, included)).map((place) => this.styleName(place));
  }

  /** Places in the plan's `styles` that the roots among the modules link.
   * @param {readonly string[]} moduleIds */
  rootsOf(moduleIds) {
    return moduleIds.flatMap((id) => this.plan.roots[this.indexOf.get(id) ?? -1] ?? []);
  }

  /**
   * @param {number} place
   * @param {Set<string>} included modules that tree shaking left
   */
  #survives(place, included) {
    return this.plan.styles[place].modules.some((index) => included.has(this.ids[index]));
  }

  /** @param {import("rolldown").RolldownOutput["output"]} output */
  collect(output) {
    const chunks = output.filter((one) => one.type === "chunk");
    const assets = output.filter((one) => one.type === "asset");
    const empty = this.layout?.empty ?? new Set();
    this.included = this.includedIn(chunks);
    const full = chunks.filter((chunk) => !empty.has(chunk.fileName) && !this.isFacade(chunk));
    this.chunks = full.map((chunk) => this.#account(chunk));
    for (const facade of chunks.filter((chunk) => this.isFacade(chunk))) this.#replace(facade);
    this.emitted = assets.map((asset) => asset.fileName);
    this.#stage(full, assets);
  }

  /**
   * @param {import("rolldown").OutputChunk[]} chunks
   * @param {import("rolldown").OutputAsset[]} assets
   */
  #stage(chunks, assets) {
    const { staged } = this.context.project;
    for (const { fileName, code } of chunks) staged.add(fileName, code);
    for (const { fileName, source } of assets) staged.add(fileName, source);
  }

  /** The chunk that a facade imports takes its place.
   * @param {import("rolldown").OutputChunk} facade */
  #replace(facade) {
    const chunk = this.chunks.find(({ file }) => file === facade.imports[0]);
    const id = this.facadeOf(facade);
    chunk.isEntry = true;
    chunk.entryIds.push(id);
    chunk.facade ??= displayId(this.context.project, /** @type {string} */ (id));
  }

  /** @param {import("rolldown").OutputChunk} chunk @returns {[string, number][]} */
  #lengthsOf(chunk) {
    const { atoms } = this;
    if (atoms) return chunk.moduleIds.flatMap((id) => atoms.of(id)?.modules ?? []);
    return Object.entries(chunk.modules).map(([id, module]) => [id, module.renderedLength]);
  }

  /** @param {import("rolldown").OutputChunk} chunk */
  #account(chunk) {
    const { project } = this.context;
    const moduleIds = this.modulesOf(chunk);
    const isRoot = chunk.isEntry || chunk.isDynamicEntry || this.#isLazy(chunk) || this.rootsOf(moduleIds).length > 0;
    const facade = this.facadeOf(chunk);
    return {
      file: chunk.fileName,
      name: chunk.name,
      entryIds: facade && chunk.isEntry ? [facade] : [],
      facade: facade && displayId(project, facade),
      facades: this.#facadesOf(chunk),
      isEntry: chunk.isEntry,
      isDynamicEntry: chunk.isDynamicEntry || this.#isLazy(chunk),
      group: this.groups.get(moduleIds[0]) ?? null,
      modules: this.#lengthsOf(chunk).map(([id, length]) => [displayId(project, id), length]),
      imports: [...chunk.imports.filter((file) => !this.layout?.empty.has(file)), ...(this.layout?.extraImports(chunk.fileName) ?? [])],
      dynamicImports: chunk.dynamicImports,
      css: isRoot ? this.stylesOf(this.rootModulesOf(chunk), this.included) : [],
      assets: [...new Set(moduleIds.flatMap((id) => [...(this.context.assetsOf.get(id) ?? [])]))].sort(),
      moduleIds,
    };
  }

  /** Whether dynamic imports of the sources mean modules of the chunk, which in a planned chunk the bundler does not say.
   * @param {import("rolldown").OutputChunk} chunk */
  #isLazy(chunk) {
    return chunk.moduleIds.some((id) => {
      const atom = this.atoms?.of(id);
      return atom?.facade && !atom.isEntry;
    });
  }

  /** The modules that dynamic imports of the chunk mean; several where the plan merged their chunks.
   * @param {import("rolldown").OutputChunk} chunk */
  #facadesOf(chunk) {
    const ids = this.atoms ? chunk.moduleIds.map((id) => this.atoms?.of(id)?.facade) : [chunk.facadeModuleId];
    return ids.filter(Boolean).map((id) => displayId(this.context.project, /** @type {string} */ (id)));
  }

  /** Output paths of the chunks that the chunk's modules ask to fetch ahead.
   * @param {string[]} moduleIds
   * @param {"prefetch" | "preload"} kind */
  #hinted(moduleIds, kind) {
    const targets = this.comments.hints
      .filter((hint) => hint.kind === kind && moduleIds.includes(hint.importer))
      .map((hint) => this.chunks.find((chunk) => chunk.moduleIds.includes(hint.target))?.file);
    return [...new Set(targets.filter(Boolean))].sort();
  }

  /** Writes what the bundler does not: stylesheets and licences. */
  result() {
    const { project, assets, linkedStyles } = this.context;
    const styles = this.#writeStyles();
    const legal = this.licences.text(project, this.included);
    const licences = legal && outputName("licences", "licences", ".txt");
    if (licences) project.staged.add(licences, legal);
    const sources = new Set(assets.list().map((asset) => asset.file));
    return {
      chunks: this.chunks.map(({ moduleIds, entryIds: _ids, ...chunk }) => ({
        ...chunk, prefetch: this.#hinted(moduleIds, "prefetch"), preload: this.#hinted(moduleIds, "preload"),
      })),
      styles: [...styles, ...linkedStyles],
      assets: assets.list(),
      emitted: this.emitted.filter((file) => !sources.has(file)),
      licences: licences || null,
    };
  }

  #writeStyles() {
    const { project, stylesheets, styles } = this.context;
    const included = this.included;
    const written = this.plan.styles.map(({ modules }, place) => {
      const ids = modules.map((index) => this.ids[index]).filter((id) => included.has(id) && stylesheets.has(id));
      if (!this.#survives(place, included)) return null;
      const compiled = ids.map((id) => /** @type {import("./styles.mjs").Compiled} */ (stylesheets.get(id)));
      const file = this.styleName(place);
      project.staged.add(file, styles.finishFile(compiled.map(({ code }) => code)));
      return {
        file,
        sources: ids.map((id) => displayId(project, id)),
        assets: [...new Set(compiled.flatMap((one) => one.assets))],
      };
    });
    return written.filter((style) => style !== null);
  }
}
