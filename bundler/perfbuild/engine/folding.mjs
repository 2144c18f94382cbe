// Functions that a chunk has more than once are written once: compilers leave the same helpers in every module of a package.
// docs/design/folding.md has which, and what it saves.

import { readScopes } from "./scopes.mjs";
import { childrenOf } from "./syntax.mjs";

/** @typedef {import("./scopes.mjs").Binding} Binding */
/** @typedef {import("./scopes.mjs").Scope} Scope */
/** @typedef {import("./scopes.mjs").Occurrence} Occurrence */
/** @typedef {import("./mappings.mjs").Edit} Edit */

/** A function that is only called, by its name.
 * @typedef {{node: any, binding: Binding}} Candidate */

/**
 * @param {string} code of a module
 * @returns {Edit[]} in the order of the code; nothing where no function is there twice, or its parts stand too deep in one another
 * @throws {SyntaxError}
 */
export function foldings(code) {
  const module = readScopes(code);
  return module && !module.top.fixed ? new Folder(code, module.top, module.occurrences).edits(module.program) : [];
}

class Folder {
  /**
   * @param {string} code
   * @param {Scope} top
   * @param {Occurrence[]} occurrences in the order of the code
   */
  constructor(code, top, occurrences) {
    this.code = code;
    this.top = top;
    this.occurrences = occurrences;
    /** @type {Map<Binding, Binding>} function -> the one that takes its place */
    this.others = new Map();
    /** @type {Map<Binding, number>} what stands for outer names in texts that are compared */
    this.numbers = new Map();
  }

  /** @param {any} program
   * @returns {Edit[]} */
  edits(program) {
    const candidates = program.body.map((/** @type {any} */ node) => this.#candidate(node)).filter(Boolean);
    // Those that call the same functions are alike once these are one.
    for (let before = -1; before < this.others.size;) {
      before = this.others.size;
      this.#fold(candidates);
    }
    return this.others.size > 0 ? this.#edits(candidates) : [];
  }

  /** Who is only called cannot be told from another function that does the same.
   * @param {any} node a statement
   * @returns {Candidate | null} */
  #candidate(node) {
    const binding = node.type === "FunctionDeclaration" && this.top.own.get(node.id.name);
    if (!binding) return null;
    const own = [node.id.start, ...this.#replacingItself(node)];
    const isOnlyCalled = binding.places.every((place) => {
      const { form, start } = this.occurrences[place];
      return form === "callee" || own.includes(start);
    });
    return isOnlyCalled ? { node, binding } : null;
  }

  /** Where a function names itself that does nothing but choose, by what the platform has, who takes its place, and call that: Babel's `_extends`.
   * @param {any} node
   * @returns {number[]} */
  #replacingItself({ id, body }) {
    const [{ type, argument }, ...more] = body.body.filter((/** @type {any} */ { directive }) => !directive).concat({});
    if (type !== "ReturnStatement" || more.length > 1) return [];
    const [assignment, callee] = chosenAndCalled(argument);
    const { left, right } = assignment ?? {};
    if (left?.name !== id.name || right?.type !== "ConditionalExpression" || !this.#asksThePlatform(right)) return [];
    return callee?.name === id.name ? [left.start, callee.start] : [left.start];
  }

  /** Whether an expression has no names but those of globals and its own, and is the same whoever is called with what.
   * @param {any} node */
  #asksThePlatform({ start, end, test, consequent, alternate }) {
    const isOwn = (/** @type {Binding} */ { places }) => places.every((place) => this.occurrences[place].start >= start && this.occurrences[place].start < end);
    return this.#within({ start, end }).every(({ binding }) => binding.scope === null || isOwn(binding)) && ![test, consequent, alternate].some(asksTheCall);
  }

  /** @param {Candidate[]} candidates */
  #fold(candidates) {
    /** @type {Map<string, Binding>} */
    const known = new Map();
    for (const { node, binding } of candidates) {
      if (this.others.has(binding)) continue;
      const text = this.#text(node, binding);
      const other = known.get(text);
      if (!other) known.set(text, binding);
      else if (!hasTaggedTemplate(node)) this.others.set(binding, other); // whose tag would get one object in place of two
    }
  }

  /** What a function does, regardless of what names are.
   * @param {{start: number, end: number}} node
   * @param {Binding} own */
  #text(node, own) {
    /** @type {Map<Binding, number>} */
    const inner = new Map();
    let text = "";
    let done = node.start;
    for (const { binding, start, name, form } of this.#within(node)) {
      const meant = this.others.get(binding) ?? binding;
      const isOuter = meant.scope === null || meant.scope === this.top;
      const what = meant === own ? "itself" : isOuter ? `outer ${numbered(this.numbers, meant)}` : `inner ${numbered(inner, meant)}`;
      text += `${this.code.slice(done, start)}\0${what}${form === "property" ? ` for ${name}` : ""}\0`;
      done = start + name.length;
    }
    return text + this.code.slice(done, node.end);
  }

  /** @param {{start: number, end: number}} node
   * @returns {Occurrence[]} */
  #within({ start, end }) {
    return this.occurrences.slice(this.#firstFrom(start), this.#firstFrom(end));
  }

  /** @param {number} start
   * @returns {number} */
  #firstFrom(start) {
    let low = 0;
    let high = this.occurrences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.occurrences[middle].start < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops all but one of each, which gets a name that no scope has.
   * @param {Candidate[]} candidates
   * @returns {Edit[]} */
  #edits(candidates) {
    const dropped = candidates.filter(({ binding }) => this.others.has(binding)).flatMap(({ node }) => this.#dropped(node));
    const names = this.#newNames(new Set(this.others.values()));
    let next = 0;
    const renamed = this.occurrences.flatMap(({ binding, start, name }) => {
      while (dropped[next]?.end <= start) next++;
      const text = names.get(this.others.get(binding) ?? binding);
      return text === undefined || dropped[next]?.start <= start ? [] : [{ start, end: start + name.length, text }];
    });
    return [...dropped, ...renamed].sort((one, other) => one.start - other.start);
  }

  /** Line breaks stay, for source maps.
   * @param {{start: number, end: number}} node
   * @returns {Edit[]} */
  #dropped({ start, end }) {
    const lines = [...this.code.slice(start, end).matchAll(/[^\n]+/g)];
    return lines.map(({ index, 0: line }) => ({ start: start + index, end: start + index + line.length, text: "" }));
  }

  /** @param {Iterable<Binding>} bindings */
  #newNames(bindings) {
    let number = 0;
    return new Map([...bindings].map((binding) => {
      while (this.code.includes(`f$${number}`)) number++;
      return [binding, `f$${number++}`];
    }));
  }
}

/** @param {Map<Binding, number>} numbers
 * @param {Binding} binding */
function numbered(numbers, binding) {
  if (!numbers.has(binding)) numbers.set(binding, numbers.size);
  return numbers.get(binding);
}

/** `f = …, f(…)`, `f = …, f.apply(…)` or `(f = …).apply(…)`: the assignment, and where `f` is named once more.
 * @param {any} expression
 * @returns {any[]} */
function chosenAndCalled(expression) {
  const parts = bare(expression)?.expressions ?? [expression];
  const call = parts.at(-1);
  if (call?.type !== "CallExpression" || parts.length > 2) return [];
  const callee = call.callee.type === "MemberExpression" ? call.callee.object : call.callee;
  const assignment = bare(parts.length === 2 ? parts[0] : callee);
  return assignment?.type === "AssignmentExpression" ? [assignment, parts.length === 2 ? callee : null] : [];
}

/** @param {any} node */
const bare = (node) => (node?.type === "ParenthesizedExpression" ? node.expression : node);

/** Whether an expression asks for `this` or `arguments` of the call that it is in, or does something else that another call would not.
 * @param {any} node
 * @returns {boolean} */
function asksTheCall(node) {
  if (/^(?:ThisExpression|NewExpression|AssignmentExpression|UpdateExpression|AwaitExpression|YieldExpression|MetaProperty)$/.test(node.type)) return true;
  if (node.type === "Identifier") return node.name === "arguments";
  return node.type !== "FunctionExpression" && childrenOf(node).some(asksTheCall);
}

/** @param {any} node
 * @returns {boolean} */
const hasTaggedTemplate = (node) => node.type === "TaggedTemplateExpression" || childrenOf(node).some(hasTaggedTemplate);
