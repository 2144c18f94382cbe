// Client-side routes as the sources state them: tables of objects, <Route> elements, and folders of pages.

import { displayId } from "./project.mjs";
import { filePages, joinPatterns } from "./route-paths.mjs";
import { isComponentKey, isRouteElement, RouteModule } from "./route-syntax.mjs";
import { literal, RouteValues } from "./route-values.mjs";

/** @typedef {import("./route-syntax.mjs").Declaration} Declaration */
/** @typedef {import("./route-syntax.mjs").Node} Node */
/** @typedef {import("./route-values.mjs").Value} Value */

/**
 * @typedef {object} RouteFound
 * @property {string} path the pattern from the root: `/users/:id`
 * @property {string[]} components display ids of the modules that it loads, layouts first; empty when all of it is loaded statically
 * @property {string} source display id
 * @property {number} line from 1
 * @property {boolean} preload
 */

/** @typedef {Omit<RouteFound, "components"> & {ids: string[], root: string | null}} Record `root`: see `Place` */
/** @typedef {Value & {why: string, imports: boolean}} Doubt */

/** A word of a table of routes, or of what a table of pages becomes once its glob is expanded. */
const LIKELY = /\bimport\s*\(|\b(?:children|[cC]omponents?|element|lazy|loadComponent|[vV]iew)\b/;
const KEYED = /["'`](?:\.{0,2}\/[^"'`\n]*|\*)["'`]\s*:/;
const PATH = /\bpath["']?\s*[:=]|<[A-Za-z]*Route\b/;

export class RouteFinder {
  /** @param {import("./context.mjs").LinkContext} context */
  constructor(context) {
    this.context = context;
    /** @type {Map<string, RouteModule>} */
    this.modules = new Map();
    /** @type {Map<string, Promise<string | null>>} */
    this.resolved = new Map();
  }

  /** Stands behind the plugin that expands `import.meta.glob`: the table of pages is then an object of imports.
   * @returns {import("rolldown").Plugin} */
  plugin() {
    const finder = this;
    return {
      name: "perfbuild:routes",
      transform: {
        filter: { id: { exclude: /\/node_modules\// }, code: ["import(", "path:", "path=", '"path"', "<Route"] },
        async handler(code, id) {
          if (PATH.test(code) ? !LIKELY.test(code) : !KEYED.test(code)) return null;
          const module = new RouteModule(code, id);
          if (!module.isOfInterest) return null;
          finder.modules.set(id, module);
          // Asked for now, while the bundler reads other modules.
          const values = new RouteValues(finder.modules, this, finder.resolved);
          await Promise.all([...module.lazy].map((specifier) => values.resolve(specifier, id)));
          return null;
        },
      },
      async buildEnd(error) {
        if (!error && finder.modules.size) await finder.#read(new RouteValues(finder.modules, this, finder.resolved));
      },
    };
  }

  /** The routes of the build, once its modules are read. */
  records() {
    return this.context.routes;
  }

  /** @param {RouteValues} values */
  async #read(values) {
    const tables = new RouteTables(values, this.context);
    const modules = [...this.modules.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const module of modules) await tables.claimChildren(module);
    for (const module of modules) await tables.readModule(module);
    const { project } = this.context;
    this.context.routes = tables.mounted().map(({ ids, source, root: _root, ...record }) => ({
      ...record, source: displayId(project, source), components: ids.map((id) => displayId(project, id)),
    }));
  }
}

/**
 * @typedef {object} Place where a route stands
 * @property {string} pattern of its parent
 * @property {string[]} ids that its parents load
 * @property {Node[]} above its parents
 * @property {string | null} root the module whose component the table is part of, where its paths are relative
 */

/** Reads the declarations of all modules, which may hold parts of each other's tables. */
class RouteTables {
  /**
   * @param {RouteValues} values
   * @param {import("./context.mjs").LinkContext} context
   */
  constructor(values, context) {
    this.values = values;
    this.context = context;
    /** @type {Record[]} */
    this.records = [];
    /** @type {Map<Node, {items: Value[], unknown: Value[]}>} routes below a route */
    this.children = new Map();
    /** @type {Set<Node>} routes that stand below another */
    this.claimed = new Set();
    /** @type {Doubt[]} of the module that is read */
    this.doubts = [];
  }

  /** @param {RouteModule} module */
  async claimChildren(module) {
    for (const node of module.routes) await this.#claim({ module, node });
  }

  /** @param {Value} route */
  async #claim({ module, node }) {
    if (this.children.has(node)) return;
    const lists = await Promise.all(module.declaration(node).children.map((child) => this.values.list({ module, node: child })));
    const routes = lists.flatMap((list) => list.items).filter((one) => one.node.type !== "JSXElement" || isRouteElement(one.node));
    const items = routes.filter((one) => one.node !== node);
    this.children.set(node, { items, unknown: node.type === "JSXElement" ? [] : lists.flatMap((list) => list.unknown) });
    for (const item of items) {
      this.claimed.add(item.node);
      await this.#claim(item);
    }
  }

  /** @param {RouteModule} module */
  async readModule(module) {
    const start = this.records.length;
    this.doubts = [];
    for (const node of module.routes) {
      if (!this.claimed.has(node)) await this.#readRoute({ module, node }, { pattern: "", ids: [], above: [], root: null });
    }
    for (const table of module.tables) await this.#readTable({ module, node: table });
    const isTable = this.records.slice(start).some(({ ids }) => ids.length);
    for (const node of module.spreads) {
      const { unknown } = await this.values.list({ module, node });
      for (const part of unknown) this.#doubt(part, "a part of the table is computed", isTable);
    }
    // Without a lazy part it is no table of routes that matters, or none at all: many things have a path.
    if (!isTable) this.records.length = start;
    const certain = this.doubts.filter(({ imports }) => imports || (module.lazy.size && !isTable));
    for (const doubt of certain) this.#report(doubt);
  }

  /** @param {Value} route @param {Place} place */
  async #readRoute({ module, node }, place) {
    if (place.above.includes(node)) return;
    const declared = module.declaration(node);
    const own = await this.#ownLoads(module, declared);
    const base = declared.parent ? await this.#tanstackParent({ module, node: declared.parent }) : place;
    const paths = base && (await this.#paths(module, declared));
    const { items, unknown } = this.children.get(node) ?? { items: [], unknown: [] };
    if (!base || !paths) {
      const loads = own.ids.length + items.length > 0;
      if (loads || own.isDoubtful) this.#doubt({ module, node }, "its path is computed", loads);
      return;
    }
    // Files, addresses and drawings have paths too.
    if (paths.some((path) => /^\.|:\/\/|\s/.test(path))) return;
    if (own.isDoubtful) this.#doubt({ module, node }, "its component is computed");
    for (const part of unknown) this.#doubt(part, "routes below it are computed", own.ids.length > 0);
    const ids = [...new Set([...base.ids, ...own.ids])];
    const isShown = own.isVisible && !own.isDoubtful && !(await this.#hasIndex(items));
    for (const path of paths) {
      const pattern = joinPatterns(base.pattern, below(module, declared, base.pattern, path));
      const root = place.above.length ? place.root : path.startsWith("/") || declared.parent ? null : module.id;
      if (isShown) this.#add({ module, node }, pattern, ids, { preload: declared.preload, root });
      for (const item of items) await this.#readRoute(item, { pattern, ids, above: [...place.above, node], root });
    }
  }

  /** @param {RouteModule} module @param {Declaration} declared */
  async #ownLoads(module, { values, isRedirect, path, isIndex }) {
    const loads = await Promise.all(values.map(async ({ key, node }) => ({ key, ...(await this.values.loads({ module, node })) })));
    const ids = [...new Set(loads.flatMap((one) => one.ids))];
    const ofComponent = loads.filter(({ key }) => isComponentKey(key));
    const isDoubtful = !ids.length && ofComponent.some(({ unknown }) => unknown);
    const isVisible = !isRedirect && (path !== null || isIndex) && ids.length + ofComponent.length > 0;
    return { ids, isDoubtful, isVisible };
  }

  /** Every path of a route; the empty one without any.
   * @param {RouteModule} module @param {Declaration} declared
   * @returns {Promise<string[] | undefined>} */
  async #paths(module, { path, aliases }) {
    const nodes = [path, ...aliases].filter(Boolean).flatMap((node) => (node.type === "ArrayExpression" ? node.elements : [node]));
    const texts = await Promise.all(nodes.map((node) => this.values.text({ module, node })));
    if (!texts.length) return [""];
    return texts.includes(undefined) ? undefined : /** @type {string[]} */ (texts);
  }

  /** Whether a child shows at its parent's own path.
   * @param {Value[]} items */
  async #hasIndex(items) {
    for (const { module, node } of items) {
      const { path, isIndex } = module.declaration(node);
      if (isIndex || (path && (await this.values.text({ module, node: path })) === "")) return true;
    }
    return false;
  }

  /** The pattern and modules of what `getParentRoute` returns.
   * @param {Value} parent
   * @param {number} [steps]
   * @returns {Promise<{pattern: string, ids: string[]} | undefined>} */
  async #tanstackParent({ module, node }, steps = 0) {
    const named = node.body ?? node;
    const found = await this.values.list({ module, node: named.type === "BlockStatement" ? named.body[0]?.argument : named });
    const [route] = found.items;
    if (!route || steps > 20) return (await this.#isRoot({ module, node: named })) ? { pattern: "", ids: [] } : undefined;
    const declared = route.module.declaration(route.node);
    if (!declared.parent) return { pattern: "", ids: (await this.#ownLoads(route.module, declared)).ids };
    const above = await this.#tanstackParent({ module: route.module, node: declared.parent }, steps + 1);
    const [path] = (await this.#paths(route.module, declared)) ?? [];
    const own = await this.#ownLoads(route.module, declared);
    if (!above || path === undefined) return undefined;
    return { pattern: joinPatterns(above.pattern, path.replace(/^\//, "")), ids: [...above.ids, ...own.ids] };
  }

  /** @param {Value} value */
  async #isRoot({ module, node }) {
    const found = node.type === "Identifier" ? await this.values.follow({ module, node }) : undefined;
    const callee = typeof found === "object" && found.node.type === "CallExpression" ? found.node.callee : undefined;
    return /^createRootRoute/.test(callee?.name ?? callee?.callee?.name ?? "");
  }

  /** An object whose keys are paths of URLs, or of the files that a glob found.
   * @param {Value} table */
  async #readTable({ module, node }) {
    const rows = await Promise.all(node.properties.map(async (/** @type {Node} */ one) => ({
      key: String(literal(one.key) ?? ""), node: one, ids: (await this.values.loads({ module, node: one.value })).ids,
    })));
    const lazy = rows.filter(({ ids }) => ids.length);
    const isOfFiles = lazy.every(({ key, ids }) => ids[0].replace(/\?.*$/, "").endsWith(key.replace(/^(?:\.{1,2}\/)+/, "/")));
    if (isOfFiles && lazy.length) this.#readPages({ module, node }, lazy.map(({ ids }) => ids[0]));
    else if (lazy.length === rows.length) for (const { key, node: row, ids } of rows) this.#add({ module, node: row }, joinPatterns("", key), ids);
  }

  /** @param {Value} table @param {string[]} ids */
  #readPages(table, ids) {
    const idOf = new Map(ids.map((id) => [displayId(this.context.project, id), id]));
    const pages = filePages([...idOf.keys()]);
    if (pages === null) this.#doubt(table, "the names of the page files are no paths");
    for (const { pattern, files } of pages ?? []) this.#add(table, pattern, files.map((file) => /** @type {string} */ (idOf.get(file))));
  }

  /** @param {Value} value @param {string} path @param {string[]} ids @param {{preload?: boolean, root?: string | null}} [more] */
  #add({ module, node }, path, ids, { preload = false, root = null } = {}) {
    this.records.push({ path, ids, source: module.id, line: module.lineOf(node), preload, root });
  }

  /** Something that may be a route; it is one for certain where it imports.
   * @param {Value} value @param {string} why @param {boolean} [imports] */
  #doubt({ module, node }, why, imports = false) {
    this.doubts.push({ module, node, why, imports: imports || /\bimport\s*\(/.test(module.text(node)) });
  }

  /** @param {Doubt} doubt */
  #report({ module, node, why }) {
    this.context.problems.push({ code: "route-dynamic", severity: "warning", message: why, file: module.id, line: module.lineOf(node) });
  }

  /** The records, those of a table inside a route's component (`<Route path="admin/*">`) below that route. */
  mounted() {
    return this.records.flatMap((record) => this.#mount(record, new Set()));
  }

  /** @param {Record} record @param {Set<string>} inside
   * @returns {Record[]} */
  #mount(record, inside) {
    const { root } = record;
    if (root === null || inside.has(root)) return [record];
    const mounts = this.records.filter(({ path, ids }) => path.endsWith("/*") && ids.at(-1) === root);
    const whole = mounts.flatMap((one) => this.#mount(one, new Set(inside).add(root)));
    if (!whole.length) return [record];
    return whole.map(({ path, ids }) => ({
      ...record, path: joinPatterns(path, record.path.replace(/^\//, "")), ids: [...new Set([...ids, ...record.ids])],
    }));
  }
}

/** The path as it joins its parent's: with a leading slash it means the root, or the parent, by router.
 * @param {RouteModule} module @param {Declaration} declared @param {string} parent @param {string} path */
function below(module, { node, parent: tanstack }, parent, path) {
  const joins = tanstack || module.joinsAbsolute || node.type === "JSXElement";
  const isWhole = !tanstack && (path === parent || path.startsWith(`${parent.replace(/\/$/, "")}/`));
  return joins && !isWhole && parent !== "" ? path.replace(/^\//, "") : path;
}
