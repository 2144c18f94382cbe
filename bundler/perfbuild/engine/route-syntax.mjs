// What one module says of routes: its declarations, and the names by which they find their components.

import { Visitor } from "rolldown/utils";

import { parseModule } from "./syntax.mjs";

/** @typedef {any} Node a node of the syntax tree */

/**
 * @typedef {{name: string} | {node: Node} | {from: string, name: string}} Export a name of the module, a value, or a name of another one
 */

/**
 * @typedef {object} Declaration a route as it is written: an object with a `path`, or a `<Route>`
 * @property {Node} node
 * @property {Node} path null without one: an index route, or a layout
 * @property {{key: string, node: Node}[]} values that may lead to its components, the component itself last
 * @property {Node[]} children expressions
 * @property {Node[]} aliases further paths
 * @property {Node} parent of TanStack's `getParentRoute`
 * @property {boolean} isIndex
 * @property {boolean} isRedirect
 * @property {boolean} preload
 */

const COMPONENT = /^(?:[cC]omponents?|element|lazy|loadComponent|[vV]iew|[pP]age|screen|render)$/;
const LOADER = /^(?:load|loader|clientLoader)$/;
/** What belongs to a route and is not loaded by a visit to it, or not always. */
const OTHER = new Set([
  "path", "index", "children", "routes", "preload", "alias", "redirect", "redirectTo", "getParentRoute", "name", "id", "meta", "handle", "icon",
  "errorElement", "ErrorBoundary", "errorComponent", "HydrateFallback", "hydrateFallbackElement", "pendingComponent", "notFoundComponent",
  "fallback", "props", "action", "beforeEnter", "beforeLoad", "canActivate", "validateSearch", "loaderDeps", "shouldRevalidate", "title", "label", "key",
]);

/** How the bundler writes an import of a template with expressions. */
export const VARIABLE_IMPORT = "__variableDynamicImportRuntime";

/** @param {Node} property */
const keyOf = (property) => (property.computed ? undefined : property.key?.name ?? property.key?.value);

/** The expression inside what TypeScript and parentheses put around it.
 * @param {Node} node
 * @returns {Node} */
export function bare(node) {
  const wraps = /^(?:TS(?:As|Satisfies|NonNull|TypeAssertion|Instantiation).*|ParenthesizedExpression|ChainExpression|JSXExpressionContainer)$/;
  return node && wraps.test(node.type) ? bare(node.expression) : node;
}

/** @param {Node} tag `Route`, `Pages.Home`
 * @returns {string} */
export const tagName = (tag) => (tag.type === "JSXMemberExpression" ? tag.property.name : tag.name ?? "");

/** @param {Node} element */
export const isRouteElement = (element) => element.type === "JSXElement" && /(?:^|[a-z])Route$/.test(tagName(element.openingElement.name));

/** @param {Node} node */
const isTrue = (node) => node?.type === "Literal" && node.value === true;

export class RouteModule {
  /**
   * @param {string} code
   * @param {string} id
   */
  constructor(code, id) {
    this.id = id;
    this.code = code;
    /** @type {Map<string, {from: string, name: string}>} local name -> where it comes from */
    this.imports = new Map();
    /** @type {Map<string, Node>} local name -> its value; null where two declarations share it */
    this.locals = new Map();
    /** @type {Map<string, Export>} */
    this.exports = new Map();
    /** @type {string[]} specifiers of `export *` */
    this.stars = [];
    /** @type {Node[]} objects and elements that declare a route, the outer before the inner */
    this.routes = [];
    /** @type {Node[]} arrays that hold such objects and spread others */
    this.spreads = [];
    /** @type {Node[]} objects whose keys are paths, of URLs or files, and whose values import */
    this.tables = [];
    /** @type {Set<string>} literal specifiers of dynamic imports */
    this.lazy = new Set();
    /** @type {Map<Node, Node>} route object -> what `.lazy()` adds to it */
    this.added = new Map();
    /** @type {Set<Node>} tables of what a variable import may find */
    this.variable = new Set();
    this.#read();
  }

  #read() {
    /** @param {Node} node */
    const declare = (node) => {
      if (node.id?.type === "Identifier") this.locals.set(node.id.name, this.locals.has(node.id.name) ? null : node.init ?? node);
    };
    new Visitor({
      VariableDeclarator: declare, FunctionDeclaration: declare, ClassDeclaration: declare, TSEnumDeclaration: declare,
      ImportDeclaration: (node) => this.#import(node),
      ExportNamedDeclaration: (node) => this.#export(node),
      ExportDefaultDeclaration: (node) => void this.exports.set("default", { node: node.declaration }),
      ExportAllDeclaration: (/** @type {Node} */ node) => {
        if (node.exported) this.exports.set(node.exported.name, { from: node.source.value, name: "*" });
        else this.stars.push(node.source.value);
      },
      ImportExpression: (/** @type {Node} */ node) => {
        if (typeof node.source.value === "string") this.lazy.add(node.source.value);
      },
      ObjectExpression: (node) => this.#object(node),
      ArrayExpression: (/** @type {Node} */ node) => {
        const isMixed = node.elements.some((/** @type {Node} */ one) => one?.type === "SpreadElement");
        if (isMixed && node.elements.some(isRouteObject)) this.spreads.push(node);
      },
      JSXElement: (node) => {
        if (isRouteElement(node) || hasAttribute(node, "path")) this.routes.push(node);
      },
      CallExpression: (/** @type {Node} */ node) => {
        const { callee } = node;
        if (callee.name?.startsWith(VARIABLE_IMPORT)) this.variable.add(node.arguments[0]?.arguments?.[0]);
        const [options] = callee.object?.type === "CallExpression" ? callee.object.arguments : [];
        if (callee.property?.name === "lazy" && options?.type === "ObjectExpression") this.added.set(options, node.arguments[0]);
      },
    }).visit(parseModule(this.code, this.id));
  }

  /** @param {Node} node */
  #import(node) {
    for (const one of node.specifiers) {
      const name = one.type === "ImportSpecifier" ? one.imported.name ?? one.imported.value : one.type === "ImportDefaultSpecifier" ? "default" : "*";
      this.imports.set(one.local.name, { from: node.source.value, name });
    }
  }

  /** @param {Node} node */
  #export(node) {
    const { declaration, source } = node;
    for (const { id } of declaration?.declarations ?? (declaration?.id ? [declaration] : [])) {
      if (id.type === "Identifier") this.exports.set(id.name, { name: id.name });
    }
    for (const { local, exported } of node.specifiers) {
      const name = local.name ?? local.value;
      this.exports.set(exported.name ?? exported.value, source ? { from: source.value, name } : { name });
    }
  }

  /** @param {Node} node */
  #object(node) {
    const keys = node.properties.map((/** @type {Node} */ one) => (one.type === "Property" ? keyOf(one) : undefined));
    if (isRouteObject(node)) this.routes.push(node);
    else if (keys.length && !this.variable.has(node) && keys.every((/** @type {any} */ key) => /^(?:\.{0,2}\/|\*$)/.test(key))) this.tables.push(node);
  }

  /** Whether child routes with a leading slash stand below their parents: in Solid's router, and among elements in all of them. */
  get joinsAbsolute() {
    return [...this.imports.values()].some(({ from }) => from === "@solidjs/router");
  }

  /** @param {Node} node */
  text(node) {
    return this.code.slice(node.start, node.end);
  }

  get isOfInterest() {
    return this.routes.length + this.tables.length > 0;
  }

  /** From 1. Expanded globs and variable imports keep the lines, but not the columns.
   * @param {Node} node */
  lineOf(node) {
    return this.code.slice(0, node.start).split("\n").length;
  }

  /** @param {Node} node of `routes` or below one of them
   * @returns {Declaration} */
  declaration(node) {
    return node.type === "JSXElement" ? elementDeclaration(node) : objectDeclaration(node, this.added.get(node));
  }
}

/** @param {Node} node @param {string} name */
const hasAttribute = (node, name) => node.openingElement.attributes.some((/** @type {Node} */ one) => one.name?.name === name);

/** @param {Node} node
 * @returns {boolean} */
function isRouteObject(node) {
  if (node?.type !== "ObjectExpression") return false;
  return node.properties.some((/** @type {Node} */ one) => {
    const key = one.type === "Property" ? keyOf(one) : undefined;
    if (key === "path") return true;
    return /^(?:children|routes)$/.test(key) && bare(one.value)?.type === "ArrayExpression" && bare(one.value).elements.some(isRouteObject);
  });
}

/** @param {{key: string, node: Node}[]} values
 * @returns {{key: string, node: Node}[]} the component last, data before it */
function ordered(values) {
  const rank = (/** @type {string} */ key) => (LOADER.test(key) ? 0 : COMPONENT.test(key) ? 2 : 1);
  return values.sort((a, b) => rank(a.key) - rank(b.key));
}

/** Whether the key is certain to hold what a visit needs.
 * @param {string} key */
export const isComponentKey = (key) => COMPONENT.test(key);

/**
 * @param {Node} node
 * @param {Node} [added]
 * @returns {Declaration}
 */
function objectDeclaration(node, added) {
  /** @type {Map<string, Node>} */
  const of = new Map();
  for (const one of node.properties) {
    const key = one.type === "Property" ? keyOf(one) : undefined;
    if (key !== undefined) of.set(String(key), bare(one.value));
  }
  const values = [...of].filter(([key]) => !OTHER.has(key)).map(([key, value]) => ({ key, node: value }));
  if (added) values.push({ key: "component", node: added });
  // Vaadin's router loads in `action`, React Router submits with it.
  if (of.has("action") && !["element", "Component", "lazy", "loader"].some((key) => of.has(key))) values.push({ key: "component", node: of.get("action") });
  return {
    node, values: ordered(values), path: of.get("path") ?? null, parent: of.get("getParentRoute") ?? null,
    children: [of.get("children"), of.get("routes")].filter(Boolean), aliases: [of.get("alias")].filter(Boolean),
    isIndex: isTrue(of.get("index")), isRedirect: of.has("redirect") || of.has("redirectTo"), preload: isTrue(of.get("preload")),
  };
}

/** @param {Node} node
 * @returns {Declaration} */
function elementDeclaration(node) {
  /** @type {Map<string, Node>} an attribute without a value is true */
  const of = new Map();
  for (const { name, value } of node.openingElement.attributes) {
    if (name) of.set(name.name, value ? bare(value) : { type: "Literal", value: true });
  }
  const values = [...of].filter(([key]) => !OTHER.has(key)).map(([key, value]) => ({ key, node: value }));
  const isRoute = isRouteElement(node);
  if (!isRoute) values.push({ key: "tag", node: node.openingElement.name });
  // In the older routers what stands inside a route is its component.
  else if (!values.some(({ key }) => COMPONENT.test(key))) {
    for (const one of node.children.filter(isContent)) values.push({ key: "element", node: one });
  }
  return {
    node, values: ordered(values), path: of.get("path") ?? null, parent: null, aliases: [], children: isRoute ? node.children : [],
    isIndex: isTrue(of.get("index")), isRedirect: false, preload: isTrue(of.get("preload")),
  };
}

/** @param {Node} child */
const isContent = (child) => child.type === "JSXElement" && !isRouteElement(child);
