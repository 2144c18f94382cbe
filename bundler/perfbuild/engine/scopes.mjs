// The scopes of a module: which names are declared where, and every place that each of them is written at. Modules are strict code, so functions
// in blocks belong to their block, and nothing but a direct `eval` sees a variable by its name (ECMA-262, 8.2 and 9.1).

import { parseSync } from "rolldown/utils";

import { namesIn } from "./outline.mjs";

/** Nodes that may stand one in the other. The stack of a thread ends somewhere beyond, where exactly is not the same each time. */
const DEEPEST = 500;

/** One variable, function, class, parameter or import, or a global that the module reads. */
export class Binding {
  /**
   * @param {string} name
   * @param {Scope | null} scope null for a global
   */
  constructor(name, scope) {
    this.name = name;
    this.scope = scope;
    /** Whether its name is seen from outside, so that it must stay. */
    this.fixed = scope === null;
    /** @type {number[]} which of the module's occurrences are its own */
    this.places = [];
    /** What stands for its name where names are numbers. */
    this.number = -1;
    /** @type {Set<Scope>} where it is declared, and all scopes between that and its occurrences */
    this.reach = new Set(scope ? [scope] : []);
  }
}

/** A place where a binding is written: `plain`; what is called, as in `a()`; or where any other name would need the old one beside it, as in `{a}`,
 * `import {a}`, `export {a}`.
 * @typedef {{binding: Binding, start: number, name: string, form: "plain" | "callee" | "property" | "import" | "export"}} Occurrence */

/** A function, a block or another part of the code that may declare names. */
export class Scope {
  /**
   * @param {Scope | null} outer
   * @param {boolean} holdsVars whether `var` inside declares here
   */
  constructor(outer, holdsVars) {
    this.outer = outer;
    this.holdsVars = holdsVars;
    /** @type {Scope | null} of a function whose body has a scope of its own */
    this.parameters = null;
    /** Whether code that is not known may use its names. */
    this.fixed = false;
    /** @type {Map<string, Binding>} declared here */
    this.own = new Map();
    /** @type {Set<Binding>} of outer scopes, written here or further in */
    this.borrowed = new Set();
    /** @type {Scope[]} */
    this.inner = [];
    outer?.inner.push(this);
  }

  /** @param {string} name */
  declare(name) {
    // `var` of a name that a parameter has is that parameter.
    let binding = this.parameters?.own.get(name) ?? this.own.get(name);
    if (!binding) this.own.set(name, (binding = new Binding(name, this)));
    return binding;
  }

  /** @param {{id: any}[]} declarations of patterns
   * @returns {Binding[]} */
  declareAll(declarations) {
    return declarations.flatMap(({ id }) => namesIn(id)).map((name) => this.declare(name));
  }
}

class TooDeep extends Error {}

/**
 * @param {string} code of a module
 * @returns {{program: any, top: Scope, occurrences: Occurrence[]} | null} its syntax tree (ESTree, places in UTF-16 units) and scope, and all occurrences
 * in the order of the code; null where its parts stand too deep in one another
 * @throws {SyntaxError}
 */
export function readScopes(code) {
  const { program, errors } = parseSync("chunk.js", code, { lang: "js", sourceType: "module" });
  if (errors.length > 0) throw new SyntaxError(errors[0].message);
  try {
    const reader = new Reader();
    reader.module(program);
    return { program, top: reader.top, occurrences: reader.resolved() };
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

class Reader {
  constructor() {
    this.top = new Scope(null, true);
    /** @type {{scope: Scope, start: number, name: string, form: Occurrence["form"], declares: Scope | null}[]} */
    this.written = [];
    this.depth = 0;
  }

  /** @param {any} program */
  module(program) {
    this.#hoist(program.body, this.top);
    this.#declareAll(program.body, this.top);
    this.#all(program.body, this.top);
  }

  /** Every occurrence with its binding.
   * @returns {Occurrence[]} */
  resolved() {
    /** @type {Map<string, Binding>} */
    const globals = new Map();
    this.written.sort((one, other) => one.start - other.start);
    return this.written.map(({ scope, start, name, form, declares }, index) => {
      const binding = visible(name, scope) ?? globals.get(name) ?? new Binding(name, null);
      if (!binding.scope) globals.set(name, binding);
      lend(binding, scope);
      // `catch (e) { var e; }` writes to one variable and declares another: both keep the name.
      const declared = declares?.declare(name);
      if (declared && declared !== binding) {
        declared.fixed = binding.fixed = true;
        lend(declared, scope);
      }
      binding.places.push(index);
      return { binding, start, name, form };
    });
  }

  /** @param {any} id an identifier
   * @param {Scope} scope
   * @param {Occurrence["form"]} form
   * @param {Scope | null} declares of `var`, where it declares */
  #write(id, scope, form = "plain", declares = null) {
    this.written.push({ scope, start: id.start, name: id.name, form, declares });
  }

  #deeper() {
    if (++this.depth > DEEPEST) throw new TooDeep();
  }

  // --- Declarations, before anything is read ---------------------------------------------------------------------------

  /** Declares the names of `var`, wherever they stand in a function.
   * @param {any} node a statement, several, or none
   * @param {Scope} scope */
  #hoist(node, scope) {
    this.#deeper();
    if (Array.isArray(node)) for (const one of node) this.#hoist(one, scope);
    if (node?.type === "VariableDeclaration" && node.kind === "var") scope.declareAll(node.declarations);
    for (const key of STATEMENTS_IN[node?.type] ?? []) this.#hoist(node[key], scope);
    this.depth--;
  }

  /** Declares what the statements of one block do.
   * @param {any[]} statements
   * @param {Scope} scope */
  #declareAll(statements, scope) {
    for (const statement of statements) {
      const node = /^Export(?:Named|Default)/.test(statement.type) ? (statement.declaration ?? statement) : statement;
      if (node.type === "VariableDeclaration" && node.kind !== "var") scope.declareAll(node.declarations);
      if (/^(?:Function|Class)Declaration$/.test(node.type) && node.id) scope.declare(node.id.name);
      if (node.type === "ImportDeclaration") for (const { local } of node.specifiers) scope.declare(local.name);
    }
  }

  // --- What is written -----------------------------------------------------------------------------------------------

  /** @param {any[]} nodes
   * @param {Scope} scope */
  #all(nodes, scope) {
    for (const node of nodes) this.#read(node, scope);
  }

  /** @param {any} node
   * @param {Scope} scope */
  #read(node, scope) {
    if (!node) return;
    this.#deeper();
    const read = Reader.readers[node.type];
    if (read) read(this, node, scope);
    else this.#children(node, scope);
    this.depth--;
  }

  /** @param {any} node
   * @param {Scope} scope */
  #children(node, scope) {
    for (const key of childKeys(node)) {
      const child = node[key];
      if (Array.isArray(child)) this.#all(child, scope);
      else if (child && typeof child === "object") this.#read(child, scope);
    }
  }

  /** @type {Record<string, (reader: Reader, node: any, scope: Scope) => void>} */
  static readers = {
    Identifier: (reader, node, scope) => reader.#write(node, scope),
    FunctionDeclaration: (reader, node, scope) => reader.#function(node, scope),
    FunctionExpression: (reader, node, scope) => reader.#function(node, node.id ? named(node, scope) : scope),
    ArrowFunctionExpression: (reader, node, scope) => reader.#function(node, scope),
    ClassDeclaration: (reader, node, scope) => reader.#class(node, scope),
    ClassExpression: (reader, node, scope) => reader.#class(node, node.id ? named(node, scope) : scope),
    MethodDefinition: (reader, node, scope) => reader.#member(node, scope),
    PropertyDefinition: (reader, node, scope) => reader.#member(node, scope),
    AccessorProperty: (reader, node, scope) => reader.#member(node, scope),
    StaticBlock: (reader, node, scope) => reader.#statements(node.body, new Scope(scope, true)),
    BlockStatement: (reader, node, scope) => reader.#statements(node.body, new Scope(scope, false)),
    ForStatement: (reader, node, scope) => reader.#loop(node, node.init, scope),
    ForInStatement: (reader, node, scope) => reader.#loop(node, node.left, scope),
    ForOfStatement: (reader, node, scope) => reader.#loop(node, node.left, scope),
    SwitchStatement: (reader, node, scope) => reader.#switch(node, scope),
    CatchClause: (reader, node, scope) => reader.#catch(node, scope),
    VariableDeclaration: (reader, node, scope) => reader.#variables(node, scope),
    MemberExpression: (reader, node, scope) => (reader.#read(node.object, scope), node.computed && reader.#read(node.property, scope)),
    CallExpression: (reader, node, scope) => reader.#call(node, scope),
    ObjectPattern: (reader, node, scope) => reader.#all(node.properties, scope),
    Property: (reader, node, scope) => reader.#property(node, scope, null),
    LabeledStatement: (reader, node, scope) => reader.#read(node.body, scope),
    Literal: () => {},
    TemplateElement: () => {},
    BreakStatement: () => {},
    ContinueStatement: () => {},
    MetaProperty: () => {},
    ImportDeclaration: (reader, node, scope) => reader.#import(node, scope),
    ExportNamedDeclaration: (reader, node, scope) => reader.#export(node, scope),
    ExportAllDeclaration: () => {},
  };

  /** @param {any} node
   * @param {Scope} scope where its own name is, if it has one */
  #function(node, scope) {
    if (node.id) this.#write(node.id, scope);
    const parameters = new Scope(scope, true);
    for (const name of node.params.flatMap(namesIn)) parameters.declare(name);
    this.#all(node.params, parameters);
    if (node.body.type !== "BlockStatement") return this.#read(node.body, parameters);
    // What parameters compute does not see the body's variables.
    const body = node.params.every((/** @type {any} */ { type }) => type === "Identifier") ? parameters : new Scope(parameters, true);
    if (body !== parameters) body.parameters = parameters;
    this.#statements(node.body.body, body);
    if (body !== parameters) for (const binding of parameters.own.values()) lend(binding, body); // neither may have a name of the other's
  }

  /** @param {any[]} statements
   * @param {Scope} scope */
  #statements(statements, scope) {
    if (scope.holdsVars) this.#hoist(statements, scope);
    this.#declareAll(statements, scope);
    this.#all(statements, scope);
  }

  /** @param {any} node
   * @param {Scope} scope */
  #class(node, scope) {
    this.#all(node.decorators, scope);
    if (node.id) this.#write(node.id, scope);
    this.#read(node.superClass, scope);
    this.#read(node.body, scope);
  }

  /** @param {any} node
   * @param {Scope} scope */
  #member(node, scope) {
    this.#all(node.decorators, scope);
    if (node.computed) this.#read(node.key, scope);
    this.#read(node.value, scope);
  }

  /** @param {any} node
   * @param {any} head what may declare
   * @param {Scope} outer */
  #loop(node, head, outer) {
    const scope = new Scope(outer, false);
    if (head?.type === "VariableDeclaration") this.#declareAll([head], scope);
    for (const part of [head, node.test, node.update, node.right, node.body]) this.#read(part, scope);
  }

  /** @param {any} node
   * @param {Scope} outer */
  #switch(node, outer) {
    this.#read(node.discriminant, outer);
    const scope = new Scope(outer, false);
    for (const { consequent } of node.cases) this.#declareAll(consequent, scope);
    for (const { test, consequent } of node.cases) this.#all([test, ...consequent], scope);
  }

  /** @param {any} node
   * @param {Scope} outer */
  #catch(node, outer) {
    const scope = new Scope(outer, false);
    for (const name of namesIn(node.param)) scope.declare(name);
    this.#read(node.param, scope);
    this.#statements(node.body.body, scope);
  }

  /** @param {any} node
   * @param {Scope} scope */
  #variables(node, scope) {
    const declares = node.kind === "var" ? holderOfVars(scope) : null;
    for (const { id, init } of node.declarations) {
      this.#declared(id, scope, declares);
      this.#read(init, scope);
    }
  }

  /** A pattern of a declaration.
   * @param {any} node
   * @param {Scope} scope
   * @param {Scope | null} declares */
  #declared(node, scope, declares) {
    if (node?.type === "Identifier") this.#write(node, scope, "plain", declares);
    else if (node?.type === "ArrayPattern") for (const element of node.elements) this.#declared(element, scope, declares);
    else if (node?.type === "RestElement") this.#declared(node.argument, scope, declares);
    else if (node?.type === "AssignmentPattern") {
      this.#declared(node.left, scope, declares);
      this.#read(node.right, scope);
    } else if (node?.type === "ObjectPattern") {
      for (const one of node.properties) one.type === "Property" ? this.#property(one, scope, declares) : this.#declared(one, scope, declares);
    }
  }

  /** Of an object or a pattern.
   * @param {any} node
   * @param {Scope} scope
   * @param {Scope | null} declares of a declaration's pattern */
  #property(node, scope, declares) {
    if (node.computed) this.#read(node.key, scope);
    if (!node.shorthand) return declares ? this.#declared(node.value, scope, declares) : this.#read(node.value, scope);
    const isDefaulted = node.value.type === "AssignmentPattern";
    this.#write(isDefaulted ? node.value.left : node.value, scope, "property", declares);
    if (isDefaulted) this.#read(node.value.right, scope);
  }

  /** @param {any} node
   * @param {Scope} scope */
  #call(node, scope) {
    const { callee } = node;
    if (callee.type !== "Identifier") this.#read(callee, scope);
    else {
      this.#write(callee, scope, "callee");
      if (callee.name === "eval") for (let each = /** @type {Scope | null} */ (scope); each; each = each.outer) each.fixed = true;
    }
    this.#all(node.arguments, scope);
  }

  /** @param {any} node
   * @param {Scope} scope */
  #import(node, scope) {
    for (const { local, imported } of node.specifiers) this.#write(local, scope, imported?.start === local.start ? "import" : "plain");
  }

  /** @param {any} node
   * @param {Scope} scope */
  #export(node, scope) {
    if (node.source) return;
    if (node.declaration) {
      const { id, declarations } = node.declaration;
      for (const binding of scope.declareAll(id ? [node.declaration] : declarations)) binding.fixed = true;
      this.#read(node.declaration, scope);
    }
    for (const { local, exported } of node.specifiers) this.#write(local, scope, exported.start === local.start ? "export" : "plain");
  }
}

/** @type {Record<string, string[]>} */
const STATEMENTS_IN = {
  BlockStatement: ["body"], IfStatement: ["consequent", "alternate"], ForStatement: ["init", "body"], ForInStatement: ["left", "body"],
  ForOfStatement: ["left", "body"], WhileStatement: ["body"], DoWhileStatement: ["body"], LabeledStatement: ["body"],
  TryStatement: ["block", "handler", "finalizer"], CatchClause: ["body"], SwitchStatement: ["cases"], SwitchCase: ["consequent"],
  ExportNamedDeclaration: ["declaration"],
};

/** A scope with nothing but the name that a function or class expression has for itself.
 * @param {any} node
 * @param {Scope} outer */
function named(node, outer) {
  const scope = new Scope(outer, false);
  scope.declare(node.id.name);
  return scope;
}

/** @param {Scope} scope
 * @returns {Scope} */
const holderOfVars = (scope) => (scope.holdsVars || !scope.outer ? scope : holderOfVars(scope.outer));

/** @param {string} name
 * @param {Scope | null} scope
 * @returns {Binding | undefined} */
const visible = (name, scope) => (scope ? (scope.own.get(name) ?? visible(name, scope.outer)) : undefined);

/** Notes that a binding is written in a scope.
 * @param {Binding} binding
 * @param {Scope} scope */
function lend(binding, scope) {
  for (let each = /** @type {Scope | null} */ (scope); each && each !== binding.scope && !each.borrowed.has(binding); each = each.outer) {
    each.borrowed.add(binding);
    binding.reach.add(each);
  }
}

/** @type {Map<string, string[]>} */
const KEYS = new Map();

/** The properties that may hold nodes, of nodes of one type.
 * @param {any} node
 * @returns {string[]} */
function childKeys(node) {
  let keys = KEYS.get(node.type);
  if (!keys) KEYS.set(node.type, (keys = Object.keys(node).filter((key) => !/^(?:type|start|end)$/.test(key))));
  return keys;
}
