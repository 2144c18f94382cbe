// What the parts of one link share.

import { AssetTable } from "./assets.mjs";
import { StyleCompiler } from "./styles.mjs";

/** @typedef {import("./project.mjs").Project} Project */
/** @typedef {import("./problems.mjs").Problem} Problem */

/** State of one link, handed to the plugins that need it. */
export class LinkContext {
  /** @param {Project} project */
  constructor(project) {
    this.project = project;
    this.assets = new AssetTable(project);
    this.styles = new StyleCompiler(project);
    this.styles.assets = this.assets;
    /** @type {Map<string, import("./styles.mjs").Compiled>} stylesheets that modules import, by module id */
    this.stylesheets = new Map();
    /** @type {Map<string, string>} CSS of components, by the module ids that stand for it */
    this.componentStyles = new Map();
    /** @type {Map<string, Set<string>>} module id -> output paths of the files that it names */
    this.assetsOf = new Map();
    /** @type {{file: string, sources: string[], assets: string[]}[]} stylesheets asked for with `?url` */
    this.linkedStyles = [];
    /** @type {import("./routes.mjs").RouteFound[]} as the sources state them, once all modules are read */
    this.routes = [];
    /** @type {Problem[]} */
    this.problems = [];
  }

  /** The same for scripts that are no modules, which have no import map.
   * @returns {LinkContext} */
  forClassicScripts() {
    return Object.assign(Object.create(this), { project: { ...this.project, importMaps: false } });
  }

  /**
   * @param {string} id of a module
   * @param {string} output
   */
  noteAsset(id, output) {
    this.assetsOf.set(id, (this.assetsOf.get(id) ?? new Set()).add(output));
  }
}
