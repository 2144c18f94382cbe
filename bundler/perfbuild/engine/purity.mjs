// Whether running a chunk does anything but make its exports: only then may a route load it that does not need it.
// Careful in one direction: what is not surely without effect has one.

import path from "node:path";

import { Outline } from "./outline.mjs";
import { SideEffects } from "./side-effects.mjs";

// Parsing to a tree takes about half a second a megabyte, and chunks worth merging are small. Characters.
const CHUNK_LIMIT = 900_000;
const SCAN_LIMIT = 8_000_000;
const PARSE_LIMIT = 2_000_000;
const WRAPPER = /^__(?:commonJS|commonJSMin|esm|esmMin|export|exportAll|toESM|toCommonJS|name)$/;
const REACT_MAKER = /^(?:createContext|forwardRef|memo|lazy)$/;
const PURE_GLOBAL = /^(?:Map|Set|WeakMap|WeakSet|Symbol|Object|Array|RegExp|String|Number|Boolean|BigInt|Date|URL|Error|TypeError|RangeError|AbortController|Intl)$/;
const PURE_METHOD = /^(?:freeze|create|entries|keys|values|fromEntries|from|of|for|isArray)$/;
const EXPORTS = /\nexport \{ .* \};\s*$/;
const REACT = /^(?:import_)?p?react(?:_compat)?(?:\$\d+)?$/i;

/** Answers for the chunks of one link. */
export class Purity {
  /**
   * @param {string} root of the project
   * @param {import("./outline.mjs").Others} others
   */
  constructor(root, others) {
    this.root = root;
    this.sideEffects = new SideEffects(root);
    this.others = others;
    this.toScan = SCAN_LIMIT;
    this.toParse = PARSE_LIMIT;
    /** @type {Map<string, Outline>} by code */
    this.outlines = new Map();
  }

  /**
   * Ask for small chunks first: there is a limit to how much is looked at.
   * @param {string} code as rendered, not minified
   * @param {readonly string[]} moduleIds those that have code
   */
  isPure(code, moduleIds) {
    const denied = moduleIds.filter((id) => this.sideEffects.areDenied(id));
    if (denied.length === moduleIds.length) return true;
    const doubtful = denied.length > 0 ? withoutModules(code, denied.map((id) => path.relative(this.root, id))) : code;
    if (doubtful.length > CHUNK_LIMIT || doubtful.length > this.toScan) return false;
    this.toScan -= doubtful.length;
    const outline = new Outline(doubtful, this.others);
    if (!outline.text) return true;
    const parsed = this.#parsed(outline);
    return parsed !== null && new Statements(parsed).arePure(parsed.body);
  }

  /**
   * The statements of a chunk that is small enough to be looked at; null of others, and of what is no JavaScript.
   * @param {string} code
   */
  outlineOf(code) {
    return this.outlines.get(code) ?? (code.length > CHUNK_LIMIT ? null : this.#parsed(new Outline(code, this.others)));
  }

  /** @param {Outline} outline */
  #parsed(outline) {
    if (outline.text.length > this.toParse) return null;
    this.toParse -= outline.text.length;
    if (!outline.parse()) return null;
    this.outlines.set(outline.code, outline);
    return outline;
  }
}

/** Code without what some modules have of it.
 * @param {string} code as rendered: a comment names each module before it begins
 * @param {string[]} names as these comments have them */
function withoutModules(code, names) {
  const left = new Set(names);
  const [head, ...modules] = code.split(/^(?=\/\/(?:#region)? (?![@#]__).+$)/m);
  return head + modules.filter((text) => !left.has(/^\/\/(?:#region)? (.+)$/m.exec(text)?.[1] ?? "")).join("") + (EXPORTS.exec(code)?.[0] ?? "");
}

/** Whether a call makes a component, or what components share, and calls nothing of what it is given.
 * @param {any} callee */
export const isReactMaker = ({ object, property }) => REACT.test(object?.name ?? "") && REACT_MAKER.test(property?.name ?? "");

/** Looks through statements for effects. */
export class Statements {
  /**
   * @param {Pick<Outline, "text" | "requires" | "silent" | "own">} outline
   * @param {(name: string) => any} functionOf the tree of a function that the chunk declares, where calls of it are to be looked into
   */
  constructor({ text, requires, silent, own }, functionOf = () => null) {
    this.code = text;
    this.requires = requires;
    this.silent = silent;
    this.own = own;
    this.functionOf = functionOf;
    /** @type {Set<any>} functions that are looked into */
    this.entered = new Set();
    /** @type {Set<string>[]} what each of them calls otherwise than the chunk does */
    this.inner = [];
  }

  /** @param {any[]} statements @returns {boolean} */
  arePure(statements) {
    return statements.every((statement) => this.#isStatementPure(statement));
  }

  /** @param {any} node @returns {boolean} */
  #isStatementPure(node) {
    switch (node.type) {
      case "ImportDeclaration":
      case "FunctionDeclaration":
      case "EmptyStatement":
        return true;
      case "ExportNamedDeclaration":
        return !node.declaration || this.#isStatementPure(node.declaration);
      case "ExportDefaultDeclaration":
        return /Declaration$/.test(node.declaration.type) ? this.#isStatementPure(node.declaration) : this.#isPure(node.declaration);
      case "ClassDeclaration":
        return this.#isClassPure(node);
      case "VariableDeclaration":
        return node.declarations.every((/** @type {any} */ one) => one.id.type === "Identifier" && (!one.init || this.#isPure(one.init)));
      case "ExpressionStatement":
        return Boolean(node.directive) || this.#isOwnProperty(node.expression) || this.#isPure(node.expression);
      default:
        return false;
    }
  }

  /** `Component.displayName = "…"`: a property of a name of this chunk.
   * @param {any} node */
  #isOwnProperty(node) {
    return node.type === "AssignmentExpression" && node.operator === "=" && node.left.type === "MemberExpression"
      && node.left.object.type === "Identifier" && /^[A-Z]/.test(node.left.object.name)
      && this.own.has(node.left.object.name) && this.#isPure(node.right);
  }

  /** @param {any} node */
  #isClassPure(node) {
    return (!node.superClass || this.#isPure(node.superClass)) && !node.decorators?.length && node.body.body.every((/** @type {any} */ member) => (
      (member.type !== "StaticBlock" || member.body.every(isOfThis) && this.arePure(member.body.map(written)))
      && (!member.computed || this.#isPure(member.key)) && !member.decorators?.length
      && !(member.type === "PropertyDefinition" && member.static && member.value && !this.#isPure(member.value))
    ));
  }

  /** @param {any} node @returns {boolean} */
  #isPure(node) {
    if (!node) return true;
    switch (node.type) {
      case "Literal":
      case "Identifier":
      case "ThisExpression":
      case "MetaProperty":
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return true;
      case "ClassExpression":
        return this.#isClassPure(node);
      case "TemplateLiteral":
        return node.expressions.every((/** @type {any} */ one) => this.#isPure(one));
      case "ArrayExpression":
        return node.elements.every((/** @type {any} */ one) => !one || this.#isPure(one.type === "SpreadElement" ? one.argument : one));
      case "ObjectExpression":
        return node.properties.every((/** @type {any} */ one) => (one.type === "SpreadElement" ? this.#isPure(one.argument)
          : (!one.computed || this.#isPure(one.key)) && this.#isPure(one.value)));
      case "MemberExpression":
        return this.#isPure(node.object) && (!node.computed || this.#isPure(node.property));
      case "ChainExpression":
      case "ParenthesizedExpression":
        return this.#isPure(node.expression);
      case "UnaryExpression":
        return node.operator !== "delete" && this.#isPure(node.argument);
      case "BinaryExpression":
      case "LogicalExpression":
        return this.#isPure(node.left) && this.#isPure(node.right);
      case "ConditionalExpression":
        return this.#isPure(node.test) && this.#isPure(node.consequent) && this.#isPure(node.alternate);
      case "SequenceExpression":
        return node.expressions.every((/** @type {any} */ one) => this.#isPure(one));
      case "NewExpression":
      case "CallExpression":
        return this.#isCallPure(node);
      default:
        return false;
    }
  }

  /** @param {any} node */
  #isCallPure(node) {
    const bare = node.callee.type === "ParenthesizedExpression" ? node.callee.expression : node.callee;
    const callee = bare.type === "SequenceExpression" ? bare.expressions.at(-1) : bare; // `(0, react.memo)(…)`
    return this.#isMakerPure(node, callee)
      && node.arguments.every((/** @type {any} */ one) => this.#isPure(one.type === "SpreadElement" ? one.argument : one));
  }

  /** @param {any} node @param {any} callee @returns {boolean} */
  #isMakerPure(node, callee) {
    if (/\/\* ?[@#]__PURE__ ?\*\/\s*(?:\(0, )?$/.test(this.code.slice(Math.max(0, node.start - 24), node.start))) return true;
    if (callee.type === "Identifier") {
      if (this.inner.some((names) => names.has(callee.name))) return false;
      if (this.#isFunctionPure(this.functionOf(callee.name))) return true;
      return WRAPPER.test(callee.name) || this.requires.has(callee.name) || this.silent.has(callee.name) || (node.type === "NewExpression" && PURE_GLOBAL.test(callee.name)) || callee.name === "Symbol";
    }
    if (/^(?:Arrow)?FunctionExpression$/.test(callee.type)) return this.#isFunctionPure(callee);
    if (callee.type !== "MemberExpression" || callee.computed) return false;
    if (callee.object.type !== "Identifier") return false;
    if (node.type === "NewExpression") return callee.object.name === "Intl";
    if (REACT_MAKER.test(callee.property.name)) return isReactMaker(callee);
    // `Array.from(list, function)` calls the function.
    return PURE_GLOBAL.test(callee.object.name) && PURE_METHOD.test(callee.property.name) && !(callee.property.name === "from" && node.arguments.length > 1);
  }

  /** Whether a call does nothing but make what it returns: `function () { function f() {…} f.with = …; return f; }`.
   * @param {any} node */
  #isFunctionPure(node) {
    if (!node || node.async || node.generator || this.entered.has(node)) return false;
    if (!node.params.every((/** @type {any} */ one) => one.type === "Identifier")) return false;
    if (node.body.type !== "BlockStatement") return this.#isPure(node.body);
    const own = new Set(node.params.map((/** @type {any} */ one) => one.name));
    const made = new Set(node.body.body.flatMap((/** @type {any} */ one) => (one.type === "FunctionDeclaration" ? [one.id.name] : [])));
    this.entered.add(node);
    this.inner.push(new Set([...own, ...made]));
    const isPure = node.body.body.every((/** @type {any} */ one) => {
      if (one.type === "ReturnStatement") return this.#isPure(one.argument);
      if (one.expression?.type !== "AssignmentExpression") return this.#isStatementPure(one);
      const { left, right, operator } = one.expression;
      const isOwn = left.type === "Identifier" ? own.has(left.name) : left.type === "MemberExpression" && !left.computed && made.has(left.object.name);
      return isOwn && operator === "=" && this.#isPure(right);
    });
    this.inner.pop();
    this.entered.delete(node);
    return isPure;
  }
}

/** `this.prototype.isMatrix = true;` in a class.
 * @param {any} statement */
function isOfThis({ expression }) {
  if (expression?.type !== "AssignmentExpression" || expression.operator !== "=") return false;
  const { type, object, computed } = expression.left;
  const of = object?.type === "MemberExpression" && object.property.name === "prototype" ? object.object : object;
  return type === "MemberExpression" && !computed && of.type === "ThisExpression";
}

/** @param {any} assignment the statement */
const written = ({ expression: { right } }) => ({ type: "ExpressionStatement", expression: right });
