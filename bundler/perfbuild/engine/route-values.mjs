// What the expressions in a route's declaration stand for, followed over constants, imports and re-exports.

import { bare, RouteModule, tagName, VARIABLE_IMPORT } from "./route-syntax.mjs";
import { childrenOf } from "./syntax.mjs";

/** @typedef {import("./route-syntax.mjs").Node} Node */

/**
 * @typedef {{module: RouteModule, node: Node}} Value an expression, and the module whose names it uses
 * @typedef {{ids: string[], unknown: boolean}} Loads the modules that a value imports dynamically, in order; `unknown` when it may import
 * others as well
 */

/** Something that is known not to lead to a dynamic import: a module's value that nobody needs to look at. */
const STATIC = Symbol("static");

/** Names lead to names; more steps than this are a circle. */
const MOST_STEPS = 24;

/** @type {Loads} */
const NOTHING = { ids: [], unknown: false };
/** @type {Loads} */
const UNKNOWN = { ids: [], unknown: true };

/** @param {Loads[]} all
 * @returns {Loads} */
const together = (all) => ({ ids: [...new Set(all.flatMap(({ ids }) => ids))], unknown: all.some(({ unknown }) => unknown) });

export class RouteValues {
  /**
   * @param {Map<string, RouteModule>} modules those that were read already
   * @param {import("rolldown").PluginContext} plugin
   * @param {Map<string, Promise<string | null>>} resolved `importer\0specifier` -> id
   */
  constructor(modules, plugin, resolved) {
    this.modules = modules;
    this.plugin = plugin;
    this.resolved = resolved;
  }

  /**
   * @param {Value} value
   * @param {number} [steps] taken to get here
   * @returns {Promise<Loads>}
   */
  async loads({ module, node: wrapped }, steps = 0) {
    const node = bare(wrapped);
    if (!node || steps > MOST_STEPS) return UNKNOWN;
    const each = (/** @type {Node[]} */ nodes) => Promise.all(nodes.filter(Boolean).map((one) => this.loads({ module, node: one }, steps + 1)));
    const all = async (/** @type {Node[]} */ nodes) => together(await each(nodes));
    switch (node.type) {
      case "ImportExpression":
        return this.#imported(module, node);
      case "Identifier":
      case "JSXIdentifier":
        return this.#named(module, node.name, steps);
      case "MemberExpression":
      case "JSXMemberExpression":
        return /^(?:Await|Call)/.test(bare(node.object).type) ? all([node.object]) : this.#follow({ module, node }, steps);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return this.#called(module, node, steps);
      case "ConditionalExpression":
        return oneOf(await each([node.consequent, node.alternate]));
      case "LogicalExpression":
        return all(node.operator === "&&" ? [node.right] : [node.left, node.right]);
      case "CallExpression":
      case "NewExpression":
        return this.#call(module, node, steps);
      case "AssignmentExpression":
        return all([node.right]);
      case "ObjectExpression":
        return all(valuesOf(node));
      case "ArrayExpression":
        return all(node.elements);
      case "AwaitExpression":
      case "SpreadElement":
        return all([node.argument]);
      case "JSXElement":
        return all([isIntrinsic(node) ? null : node.openingElement.name, ...attributeValues(node), ...node.children.filter(isCode)]);
      case "JSXFragment":
        return all(node.children.filter(isCode));
      case "TaggedTemplateExpression":
        return UNKNOWN;
      default:
        return NOTHING;
    }
  }

  /** @param {RouteModule} module @param {Node} node
   * @returns {Promise<Loads>} */
  async #imported(module, { source }) {
    const specifier = literal(source);
    const id = specifier === undefined ? null : await this.resolve(specifier, module.id);
    return id ? { ids: [id], unknown: false } : UNKNOWN;
  }

  /** What a function loads when it is called: imports in its body, not those in the functions that it only defines.
   * @param {RouteModule} module @param {Node} node @param {number} steps
   * @returns {Promise<Loads>} */
  async #called(module, node, steps) {
    if (node.body.type !== "BlockStatement") return this.loads({ module, node: node.body }, steps + 1);
    /** @type {Node[]} */
    const found = [];
    const isSure = collectImports(node.body, found);
    const loads = together(await Promise.all(found.map((one) => this.loads({ module, node: one }, steps + 1))));
    return isSure || found.length === 1 ? loads : UNKNOWN;
  }

  /** @param {RouteModule} module @param {Node} node @param {number} steps
   * @returns {Promise<Loads>} */
  async #call(module, { callee, arguments: given }, steps) {
    if (callee.name?.startsWith(VARIABLE_IMPORT)) return UNKNOWN;
    /** @type {Node[]} */
    const nodes = [callee.type === "MemberExpression" ? callee.object : null];
    // What is done with a module once it has come uses other names, and loads only what it imports itself.
    if (/^(?:then|catch|finally)$/.test(callee.property?.name)) for (const one of given) collectImports(one, nodes);
    else nodes.push(...given);
    return together(await Promise.all(nodes.filter(Boolean).map((one) => this.loads({ module, node: one }, steps + 1))));
  }

  /** @param {RouteModule} module @param {string} name @param {number} steps
   * @returns {Promise<Loads>} */
  #named(module, name, steps) {
    return this.#follow({ module, node: { type: "Identifier", name } }, steps);
  }

  /** @param {Value} value @param {number} steps
   * @returns {Promise<Loads>} */
  async #follow(value, steps) {
    const found = await this.follow(value, steps + 1);
    if (found === STATIC) return NOTHING;
    if (!found) return UNKNOWN;
    const node = bare(found.node);
    if (/Function/.test(node.type)) return hasJsx(node) ? NOTHING : this.#called(found.module, node, steps + 1);
    return this.loads({ module: found.module, node }, steps + 1);
  }

  /**
   * The value behind a name, or behind a member of an object or of a namespace.
   * @param {Value} value an identifier or member expression
   * @param {number} [steps]
   * @returns {Promise<Value | typeof STATIC | undefined>}
   */
  async follow({ module, node }, steps = 0) {
    if (steps > MOST_STEPS) return undefined;
    if (/Member/.test(node.type)) return this.#member({ module, node }, steps);
    const imported = module.imports.get(node.name);
    if (imported) return this.#exported(module, imported.from, imported.name, steps + 1);
    const local = module.locals.get(node.name);
    return local ? this.#end({ module, node: local }, steps) : undefined;
  }

  /** A name for a name is followed to the end.
   * @param {Value} value @param {number} steps
   * @returns {Promise<Value | typeof STATIC | undefined>} */
  async #end({ module, node: wrapped }, steps) {
    const node = bare(wrapped);
    const leads = node.type === "Identifier" || (node.type === "MemberExpression" && /^(?:Identifier|MemberExpression)$/.test(node.object.type));
    return leads ? this.follow({ module, node }, steps + 1) : { module, node };
  }

  /** @param {Value} value @param {number} steps
   * @returns {Promise<Value | typeof STATIC | undefined>} */
  async #member({ module, node }, steps) {
    const name = node.computed ? literal(node.property) : node.property.name;
    if (name === undefined) return undefined;
    const imported = module.imports.get(node.object.name);
    if (imported?.name === "*") return this.#exported(module, imported.from, name, steps + 1);
    const object = await this.follow({ module, node: node.object }, steps + 1);
    if (!object || object === STATIC) return object;
    const of = bare(object.node);
    const members = of.type === "TSEnumDeclaration" ? of.body.members : of.type === "ObjectExpression" ? of.properties : [];
    const found = members.find((/** @type {Node} */ one) => !one.computed && memberName(one) === name);
    return found ? this.#end({ module: object.module, node: found.value ?? found.initializer }, steps) : undefined;
  }

  /** @param {RouteModule} importer @param {string} from @param {string} name @param {number} steps
   * @returns {Promise<Value | typeof STATIC | undefined>} */
  async #exported(importer, from, name, steps) {
    const id = await this.resolve(from, importer.id);
    const module = id ? this.#module(id) : undefined;
    return !module ? STATIC : this.#exportOf(module, name, steps);
  }

  /** @param {RouteModule} module @param {string} name @param {number} steps
   * @returns {Promise<Value | typeof STATIC | undefined>} */
  async #exportOf(module, name, steps) {
    if (steps > MOST_STEPS) return undefined;
    const found = module.exports.get(name);
    if (!found) {
      for (const from of name === "default" ? [] : module.stars) {
        const value = await this.#exported(module, from, name, steps + 1);
        if (value && value !== STATIC) return value;
      }
      return STATIC;
    }
    if ("node" in found) return this.#end({ module, node: found.node }, steps + 1);
    if ("from" in found) return this.#exported(module, found.from, found.name, steps + 1);
    return this.follow({ module, node: { type: "Identifier", name: found.name } }, steps + 1);
  }

  /** @param {string} id */
  #module(id) {
    const known = this.modules.get(id);
    if (known || id.includes("/node_modules/") || id.startsWith("\0")) return known;
    const code = this.plugin.getModuleInfo(id)?.code;
    if (!code) return undefined;
    const module = new RouteModule(code, id);
    this.modules.set(id, module);
    return module;
  }

  /**
   * @param {string} specifier
   * @param {string} importer
   * @returns {Promise<string | null>} null where there is no such module of ours
   */
  resolve(specifier, importer) {
    const key = `${importer}\0${specifier}`;
    const known = this.resolved.get(key);
    if (known) return known;
    const asked = this.plugin.resolve(specifier, importer).then((found) => (found && !found.external ? found.id : null));
    this.resolved.set(key, asked);
    return asked;
  }

  /**
   * A text that stands in the sources, also as a constant or in pieces.
   * @param {Value} value
   * @param {number} [steps]
   * @returns {Promise<string | undefined>}
   */
  async text({ module, node: wrapped }, steps = 0) {
    const node = bare(wrapped);
    if (!node || steps > MOST_STEPS) return undefined;
    if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
    const joined = async (/** @type {Node[]} */ nodes) => {
      const texts = await Promise.all(nodes.map((one) => this.text({ module, node: one }, steps + 1)));
      return texts.includes(undefined) ? undefined : texts.join("");
    };
    if (node.type === "TemplateLiteral") {
      const parts = [...node.quasis, ...node.expressions].sort((a, b) => a.start - b.start);
      return joined(parts.map((one) => (one.type === "TemplateElement" ? { type: "Literal", value: one.value.cooked } : one)));
    }
    if (node.type === "BinaryExpression" && node.operator === "+") return joined([node.left, node.right]);
    if (node.type !== "Identifier" && node.type !== "MemberExpression") return undefined;
    const found = await this.follow({ module, node }, steps + 1);
    return found && found !== STATIC ? this.text(found, steps + 1) : undefined;
  }

  /**
   * The objects and elements in a list: written there, spread into it, or mapped over.
   * @param {Value} value
   * @param {number} [steps]
   * @returns {Promise<{items: Value[], unknown: Value[]}>} `unknown` are the parts that cannot be read
   */
  async list({ module, node: wrapped }, steps = 0) {
    const node = bare(wrapped);
    /** @type {{items: Value[], unknown: Value[]}} */
    const none = { items: [], unknown: [] };
    const all = async (/** @type {Node[]} */ nodes) => {
      const lists = await Promise.all(nodes.filter(Boolean).map((one) => this.list({ module, node: one }, steps + 1)));
      return { items: lists.flatMap(({ items }) => items), unknown: lists.flatMap(({ unknown }) => unknown) };
    };
    switch (steps > MOST_STEPS ? "" : node.type) {
      case "ObjectExpression":
      case "JSXElement":
        return { items: [{ module, node }], unknown: [] };
      case "ArrayExpression":
        return all(node.elements);
      case "JSXFragment":
        return all(node.children);
      case "SpreadElement":
        return all([node.argument]);
      case "ConditionalExpression":
        return all([node.consequent, node.alternate]);
      case "LogicalExpression":
        return all(node.operator === "&&" ? [node.right] : [node.left, node.right]);
      case "CallExpression":
        return listOfCall(node) ? all(/** @type {Node[]} */ (listOfCall(node))) : { items: [], unknown: [{ module, node }] };
      case "Identifier":
      case "MemberExpression": {
        const found = await this.follow({ module, node }, steps + 1);
        return found && found !== STATIC ? this.list(found, steps + 1) : { items: [], unknown: [{ module, node }] };
      }
      case "Literal":
      case "JSXText":
      case "JSXEmptyExpression":
        return none;
      default:
        return { items: [], unknown: [{ module, node }] };
    }
  }
}

/** @param {Node} node
 * @returns {string | undefined} */
export function literal(node) {
  if (node?.type === "TemplateLiteral") return node.expressions.length ? undefined : node.quasis[0].value.cooked;
  return typeof node?.value === "string" ? node.value : undefined;
}

/** What a call makes a list of: of a list by the array's own methods, or of one object (`createRoute({…})`).
 * @param {Node} call
 * @returns {Node[] | null} */
function listOfCall({ callee, arguments: given }) {
  const method = callee.property?.name;
  if (method === "freeze") return given;
  if (/^(?:filter|map|flat|sort)$/.test(method)) return [callee.object];
  if (method === "concat") return [callee.object, ...given];
  return given.length === 1 && given[0].type === "ObjectExpression" ? given : null;
}

/** @param {Node} member of an object or an enum */
const memberName = (member) => (member.key ?? member.id)?.name ?? (member.key ?? member.id)?.value;

/** The values of an object; of named views the one that stands for the route comes last.
 * @param {Node} object
 * @returns {Node[]} */
function valuesOf({ properties }) {
  const isLast = (/** @type {Node} */ one) => Number(one.type === "Property" && /^(?:default|Component)$/.test(memberName(one)));
  return [...properties].sort((a, b) => isLast(a) - isLast(b)).map((one) => one.value ?? one.argument);
}

/** Of two branches that both load something nobody knows which.
 * @param {Loads[]} branches
 * @returns {Loads} */
function oneOf(branches) {
  const loading = branches.filter(({ ids }) => ids.length);
  return loading.length > 1 && loading[0].ids.join("\n") !== loading[1].ids.join("\n") ? UNKNOWN : together(branches);
}

/** @param {Node} element */
const isIntrinsic = ({ openingElement: { name } }) => name.type === "JSXIdentifier" && /^[a-z]/.test(tagName(name));

/** @param {Node} child */
const isCode = (child) => child.type !== "JSXText" && child.expression?.type !== "JSXEmptyExpression";

/** Elements and components that an element is given, but not what stands in for them.
 * @param {Node} element
 * @returns {Node[]} */
function attributeValues({ openingElement }) {
  /** @type {Node[]} */
  const given = openingElement.attributes.filter((/** @type {Node} */ one) => one.name && !/fallback|loading|error/i.test(one.name.name));
  return given.map((one) => bare(one.value)).filter((one) => /^(?:JSX(?:Element|Fragment)|Identifier|ArrowFunctionExpression)$/.test(one?.type));
}

/** @param {Node} node
 * @returns {boolean} */
const hasJsx = (node) => /^JSX/.test(node.type) || childrenOf(node).some(hasJsx);

/**
 * The imports that run with a function's body.
 * @param {Node} node
 * @param {Node[]} found is added to
 * @returns {boolean} false when one of them may not run
 */
function collectImports(node, found) {
  if (node.type === "ImportExpression") found.push(node);
  const before = found.length;
  const isCall = node.type === "CallExpression" || node.type === "NewExpression";
  const inside = childrenOf(node).filter((one) => isCall || !/Function/.test(one.type));
  const isSure = inside.map((one) => collectImports(one, found)).every(Boolean);
  return isSure && !(found.length > before && /^(?:If|Switch|For|While|DoWhile|Conditional)/.test(node.type));
}
