// The code of a deferred atom: what has an effect, and what could see one, is put into a function that runs once.

import { isEdge, namesIn } from "./outline.mjs";
import { isReactMaker, Statements } from "./purity.mjs";
import { childrenOf } from "./syntax.mjs";

/** @typedef {import("rolldown").RolldownMagicString} MagicString */

/** What the function is called that runs a deferred atom. */
export const RUN = "__perfbuild_run";
const DECLARATION = /^(?:Function|Class|Variable)Declaration$/;
const STATEMENT = /^(?:Expression|Empty|Block|If|For|ForIn|ForOf|While|DoWhile|Switch|Try|Labeled|Throw)Statement$/;
const SCOPE = /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|StaticBlock)$/;
// Of the runtime; `__toCommonJS` reads what it is given.
const WRAPPER = /^__(?:commonJS|commonJSMin|esm|esmMin|export|exportAll|toESM|name)$/;

/**
 * Whether all that stands at the top level is of a kind that can be put into a function.
 * @param {import("./outline.mjs").Outline} outline
 */
export function isDeferrable(outline) {
  if (outline.code.includes(RUN)) return false;
  return [...outline.edges(), ...outline.body].every((statement) => {
    if (isEdge(statement)) return !statement.declaration;
    return STATEMENT.test(statement.type) || (DECLARATION.test(statement.type) && !/using$/.test(statement.kind ?? ""));
  });
}

/**
 * Calls what an atom imports deferred, before anything of its own runs.
 * @param {MagicString} code
 * @param {string[]} runs specifiers of deferred atoms
 */
export function callRuns(code, runs) {
  code.prepend(`${callsOf(runs)}\n`);
  code.append(importsOf(runs));
}

/**
 * Moves what may not run yet to the end, into a function that the importers call.
 * @param {MagicString} code
 * @param {import("./outline.mjs").Outline} outline
 * @param {string[]} runs specifiers of the deferred atoms that it has to call, in order
 * @param {(specifier: string) => boolean} isDeferred
 */
export function deferStatements(code, outline, runs, isDeferred) {
  const { moved, names } = statementsToMove(outline, runs.length > 0, isDeferred);
  for (const statement of moved) moveToEnd(code, outline, statement);
  const opening = `\nvar ${[...names, RUN].join(", ")} = () => {\n${RUN} = () => {};\n${callsOf(runs)}\n`;
  if (moved.length) code.prependRight(moved[0].start + outline.shiftOf(moved[0]), opening);
  else code.append(opening);
  code.append(`\n};\nexport { ${RUN} };\n${importsOf(runs)}`);
}

/** @param {string[]} runs */
const callsOf = (runs) => runs.map((_, place) => `${RUN}_${place}();`).join("");
/** They stand last: the order in which the atoms are loaded stays. @param {string[]} runs */
const importsOf = (runs) => runs.map((from, place) => `\nimport { ${RUN} as ${RUN}_${place} } from ${JSON.stringify(from)};`).join("");

/**
 * The statements that must wait, and the names that they declare.
 * @param {import("./outline.mjs").Outline} outline
 * @param {boolean} calls whether effects of others come first
 * @param {(specifier: string) => boolean} isDeferred
 */
function statementsToMove(outline, calls, isDeferred) {
  const statements = new Statements(outline);
  /** @type {any[]} */
  const moved = [];
  /** @type {Set<string>} */
  const names = new Set();
  const timeless = new Timeless(outline, isDeferred, names);
  for (const statement of outline.body) {
    if (/^(?:Import|Export|Function|Empty)/.test(statement.type)) continue;
    // What an effect before it could have changed is read after it.
    const isEarly = !calls && !moved.length;
    if (statements.arePure([statement]) && (isEarly || timeless.isTimeless(statement))) continue;
    moved.push(statement);
    for (const { id } of declarationsOf(statement)) for (const name of namesIn(id)) names.add(name);
  }
  return { moved, names };
}

/** @param {any} statement @returns {any[]} */
function declarationsOf(statement) {
  if (statement.type === "ClassDeclaration") return [statement];
  return statement.type === "VariableDeclaration" ? statement.declarations : hoisted(statement).flatMap(({ node }) => node.declarations);
}

/** Declarations of `var` in nested statements, which belong to the module. `isHead`: of a loop over something.
 * @param {any} node @param {boolean} isHead @returns {{node: any, isHead: boolean}[]} */
function hoisted(node, isHead = false) {
  if (SCOPE.test(node.type)) return [];
  const own = node.type === "VariableDeclaration" && node.kind === "var" ? [{ node, isHead }] : [];
  return [...own, ...childrenOf(node).flatMap((child) => hoisted(child, child === node.left))];
}

/**
 * @param {MagicString} code
 * @param {import("./outline.mjs").Outline} outline
 * @param {any} statement
 */
function moveToEnd(code, outline, statement) {
  const { type, start, end } = statement;
  const shift = outline.shiftOf(statement);
  if (type === "ClassDeclaration") code.prependRight(start + shift, `${statement.id.name} = `);
  else if (type === "VariableDeclaration") assign(code, statement, shift);
  else for (const { node, isHead } of hoisted(statement)) assign(code, node, shift, isHead);
  if (/^(?:Class|Expression|Variable)/.test(type) && outline.text[end - 1] !== ";") code.appendLeft(end + shift, ";");
  code.move(start + shift, end + shift, outline.code.length);
}

/** A declaration becomes an assignment.
 * @param {MagicString} code @param {any} declaration @param {number} shift @param {boolean} isHead */
function assign(code, { start, declarations }, shift, isHead = false) {
  code.remove(start + shift, declarations[0].start + shift);
  if (isHead) return;
  for (const one of declarations.filter((/** @type {any} */ { id }) => id.type !== "Identifier")) {
    code.prependRight(one.start + shift, "(");
    code.appendLeft(one.end + shift, ")");
  }
}

/** Tells of what is pure whether it is the same whenever it is evaluated: it reads nothing that an effect could change. */
class Timeless {
  /**
   * @param {import("./outline.mjs").Outline} outline
   * @param {(specifier: string) => boolean} isDeferred
   * @param {ReadonlySet<string>} moved names that are declared later, so far
   */
  constructor(outline, isDeferred, moved) {
    this.moved = moved;
    /** @type {Set<string>} what always means the same */
    this.fixed = new Set(["undefined", ...[...outline.own].filter(([, kind]) => kind === "fixed").map(([name]) => name)]);
    this.requires = new Set(outline.requires);
    this.own = outline.own;
    for (const { type, source, specifiers } of outline.edges()) {
      if (type !== "ImportDeclaration") continue;
      for (const { local: { name } } of specifiers) {
        if (isDeferred(source.value)) this.requires.delete(name);
        else this.fixed.add(name);
      }
    }
  }

  /** @param {any} statement */
  isTimeless(statement) {
    switch (statement.type) {
      case "ClassDeclaration":
        return this.#isClass(statement);
      case "VariableDeclaration":
        return statement.declarations.every((/** @type {any} */ one) => one.id.type === "Identifier" && this.#is(one.init, true));
      case "ExpressionStatement": // `__export(namespace, {…})`
        return statement.expression.type === "CallExpression" && this.#is(statement.expression, true);
      default:
        return false;
    }
  }

  /** @param {any} node */
  #isClass(node) {
    if (!this.#is(node.superClass, true) || node.decorators?.length) return false;
    return node.body.body.every((/** @type {any} */ { type, computed, decorators, static: isStatic }) => (
      type !== "StaticBlock" && !computed && !decorators?.length && !(type === "PropertyDefinition" && isStatic)
    ));
  }

  /**
   * @param {any} node
   * @param {boolean} byName whether names are taken as they are; where they are looked into, what they mean can change
   * @returns {boolean}
   */
  #is(node, byName) {
    switch (node?.type) {
      case undefined:
      case "Literal":
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return true;
      case "Identifier":
        return byName && this.fixed.has(node.name) && !this.moved.has(node.name);
      case "ClassExpression":
        return this.#isClass(node);
      case "ParenthesizedExpression":
        return this.#is(node.expression, byName);
      case "UnaryExpression":
        return node.operator !== "delete" && this.#is(node.argument, false);
      case "BinaryExpression":
        return this.#is(node.left, false) && this.#is(node.right, false);
      case "TemplateLiteral":
        return node.expressions.every((/** @type {any} */ one) => this.#is(one, false));
      case "ArrayExpression":
        return node.elements.every((/** @type {any} */ one) => one?.type !== "SpreadElement" && this.#is(one, byName));
      case "ObjectExpression":
        return node.properties.every((/** @type {any} */ one) => (
          one.type !== "SpreadElement" && (!one.computed || this.#is(one.key, false)) && this.#is(one.value, byName)
        ));
      case "NewExpression":
        return /^(?:Weak)?(?:Map|Set)$/.test(node.callee.name ?? "")
          && node.arguments.every((/** @type {any} */ one) => this.#is(one, false));
      case "CallExpression":
        return this.#isMaker(node);
      default:
        return false;
    }
  }

  /** `__toESM(require_react())`, `(0, import_react.memo)(…)`
   * @param {any} node */
  #isMaker({ callee, arguments: given }) {
    if (this.requires.has(callee.name)) return given.length === 0 && !this.moved.has(callee.name);
    const bare = callee.type === "ParenthesizedExpression" ? callee.expression : callee;
    const called = bare.type === "SequenceExpression" ? bare.expressions.at(-1) : bare;
    return (this.#isOfReact(called) || this.#isOfRuntime(called)) && given.every((/** @type {any} */ one) => this.#is(one, true));
  }

  /** @param {any} called */
  #isOfReact(called) {
    return isReactMaker(called) && !this.moved.has(called.object.name);
  }

  /** Bundled packages bring helpers of these names, which use others that may be deferred.
   * @param {any} called */
  #isOfRuntime({ name }) {
    return WRAPPER.test(name) && !this.own.has(name);
  }
}
