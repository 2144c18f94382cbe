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
  }

  /** @returns {import("rolldown").Plugin} */
  plugin() {
    const planner = this;
    return {
      name: "perfbuild:plan",
      async buildEnd(error) {
        if (!error) await planner.askForPlan(this);
      },
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

  /** @param {{name: string, moduleIds: string[], facadeModuleId?: string | null}} chunk */
  chunkName(chunk) {
    const { project } = this.context;
    const facade = chunk.facadeModuleId;
    const key = facade ? displayId(project, facade) : chunk.moduleIds.map((id) => displayId(project, id)).sort().join("\n");
    const named = facade && this.comments.nameOf(facade);
    return outputName(named || this.entries.stemOf(facade) || chunk.name, `chunk:${chunk.name}:${key}`, ".js");
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
    for (const id of moduleIds) {
      for (const place of this.plan.roots[this.indexOf.get(id) ?? -1] ?? []) places.add(place);
    }
    return [...places].filter((place) => this.#survives(place, included)).map((place) => this.styleName(place));
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
    const { staged } = this.context.project;
    const empty = this.layout?.empty ?? new Set();
    this.included = new Set(chunks.flatMap((chunk) => chunk.moduleIds));
    const full = chunks.filter((chunk) => !empty.has(chunk.fileName));
    this.chunks = full.map((chunk) => this.#account(chunk));
    this.emitted = assets.map((asset) => asset.fileName);
    for (const { fileName, code } of full) staged.add(fileName, code);
    for (const { fileName, source } of assets) staged.add(fileName, source);
  }

  /** @param {import("rolldown").OutputChunk} chunk */
  #account(chunk) {
    const { project } = this.context;
    const { moduleIds } = chunk;
    const modules = Object.entries(chunk.modules);
    const isRoot = chunk.isEntry || chunk.isDynamicEntry || moduleIds.some((id) => this.plan.roots[this.indexOf.get(id) ?? -1]);
    return {
      file: chunk.fileName,
      name: chunk.name,
      facadeId: chunk.facadeModuleId,
      facade: chunk.facadeModuleId ? displayId(project, chunk.facadeModuleId) : null,
      isEntry: chunk.isEntry,
      isDynamicEntry: chunk.isDynamicEntry,
      group: this.groups.get(moduleIds[0]) ?? null,
      modules: modules.map(([id, module]) => [displayId(project, id), module.renderedLength]),
      imports: [...chunk.imports.filter((file) => !this.layout?.empty.has(file)), ...(this.layout?.extraImports(chunk.fileName) ?? [])],
      dynamicImports: chunk.dynamicImports,
      css: isRoot ? this.stylesOf(moduleIds, this.included) : [],
      assets: [...new Set(modules.flatMap(([id]) => [...(this.context.assetsOf.get(id) ?? [])]))].sort(),
      moduleIds,
    };
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
      chunks: this.chunks.map(({ moduleIds, facadeId: _id, ...chunk }) => ({
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
