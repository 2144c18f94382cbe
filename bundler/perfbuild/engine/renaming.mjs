// Gives the variables of a finished chunk the names with which it has most text twice, for encoders that write such text once.
// docs/design/renaming.md has how, and what it saves.

import { readScopes } from "./scopes.mjs";
import { REACH, Surroundings } from "./surroundings.mjs";

/** @typedef {import("./mappings.mjs").Edit} Edit */
/** @typedef {import("./scopes.mjs").Binding} Binding */
/** @typedef {import("./scopes.mjs").Scope} Scope */
/** @typedef {import("./scopes.mjs").Occurrence} Occurrence */

const LETTERS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_"];
const WORDS = new Set(["as", "do", "if", "in", "is", "of"]);
/** The names that are given, one letter first. */
const NAMES = [...LETTERS, ...LETTERS.flatMap((first) => [...LETTERS, ..."0123456789"].map((second) => first + second)).filter((name) => !WORDS.has(name))];

/** How often all scopes are gone through: each time the names of the time before are the surroundings. */
const PASSES = 3;
/** Of a scope's variables so many are named together. */
const TOGETHER = 32;
/** In natural logarithms, like what is found around a name: for each further letter of a name, and for a name that stays. */
const LETTER_COST = 3;
const KEEPING = 1;
/** What numbers stand for names in the text: above all UTF-16 units. */
const FIRST_NAME = 0x10000;

/**
 * @param {string} code of a module
 * @returns {Edit[]} in the order of the code; nothing where its parts stand too deep in one another
 * @throws {SyntaxError}
 */
export function renamings(code) {
  const module = readScopes(code);
  if (!module) return [];
  const { top, occurrences } = module;
  new Renamer(code, top, occurrences).run();
  return occurrences
    .filter(({ binding, name }) => binding.name !== name)
    .map(({ binding, start, name, form }) => ({ start, end: start + name.length, text: WRITTEN[form](name, binding.name) }));
}

/** @type {Record<Occurrence["form"], (old: string, name: string) => string>} */
const WRITTEN = {
  plain: (old, name) => name,
  callee: (old, name) => name,
  property: (old, name) => `${old}:${name}`,
  import: (old, name) => `${old} as ${name}`,
  export: (old, name) => `${name} as ${old}`,
};

class Renamer {
  /**
   * @param {string} code
   * @param {Scope} top
   * @param {Occurrence[]} occurrences
   */
  constructor(code, top, occurrences) {
    this.top = top;
    this.occurrences = occurrences;
    this.names = [...NAMES];
    this.#number();
    this.surroundings = surroundingsOf(code, occurrences);
    /** Occurrences by name. */
    this.uses = new Float64Array(this.names.length);
    /** What stands for each name around the binding that is looked at. */
    this.scores = new Float64Array(this.names.length);
    /** @type {number[]} names that have such a score */
    this.found = [];
    /** By name, the last round in which it could not be given: all of them where a binding must keep it. */
    this.taken = new Float64Array(this.names.length);
    this.round = 0;
    for (const { fixed, scope, number } of this.#bindings()) if (fixed || scope?.fixed) this.taken[number] = Infinity;
  }

  /** Leaves its name in each binding. */
  run() {
    for (let pass = 0; pass < PASSES; pass++) {
      this.surroundings.count();
      this.uses.fill(0);
      for (const { binding } of this.occurrences) this.uses[binding.number]++;
      this.#renameTop();
      for (const scope of this.top.inner) this.#renameScopes(scope);
      this.occurrences.forEach(({ binding }, index) => this.surroundings.write(index, binding.number));
    }
    for (const { binding } of this.occurrences) binding.name = this.names[binding.number];
  }

  /** Numbers the names that bindings have. */
  #number() {
    const numbers = new Map(this.names.map((name, number) => [name, number]));
    const add = (/** @type {Binding} */ binding) => {
      if (!numbers.has(binding.name)) numbers.set(binding.name, this.names.push(binding.name) - 1);
      binding.number = /** @type {number} */ (numbers.get(binding.name));
    };
    for (const { binding } of this.occurrences) add(binding);
    for (const binding of this.#bindings()) add(binding);
  }

  /** All but globals. A few have no occurrence: `var` in the scope of another binding of the name.
   * @returns {Generator<Binding>} */
  *#bindings() {
    for (const scope of scopesIn(this.top)) yield* scope.own.values();
  }

  /** One by one, around the names that inner scopes have: imports, and what the whole module shares. */
  #renameTop() {
    for (const binding of renameable(this.top)) {
      this.#count(binding, -1);
      this.#weigh(binding);
      this.round++;
      for (const scope of binding.reach) this.#take(scope.own.values(), binding);
      this.#take(this.top.borrowed);
      let best = binding.number;
      for (const name of [...LETTERS.keys(), ...this.found]) {
        if (name < NAMES.length && this.taken[name] < this.round && this.#score(binding, name) > this.#score(binding, best)) best = name;
      }
      binding.number = best;
      this.#count(binding, 1);
    }
  }

  /** From the outermost in, each regardless of what inner ones have: those are named after it.
   * @param {Scope} scope */
  #renameScopes(scope) {
    const bindings = renameable(scope);
    for (const binding of bindings) this.#count(binding, -1);
    this.round++;
    this.#take(scope.borrowed);
    for (let first = 0; first < bindings.length; first += TOGETHER) this.#nameTogether(bindings.slice(first, first + TOGETHER));
    for (const binding of bindings) this.#count(binding, 1);
    for (const inner of scope.inner) this.#renameScopes(inner);
  }

  /** Gives names to bindings of one scope: always next to the one that loses most with its second best.
   * @param {Binding[]} bindings */
  #nameTogether(bindings) {
    const names = this.#free(bindings.length);
    const rows = bindings.map((binding) => new Row(binding, this.#scoresOf(binding, names)));
    const waiting = new Set(rows);
    while (waiting.size > 0) {
      let urgent = /** @type {Row | null} */ (null);
      for (const row of waiting) if (!urgent || row.loss > urgent.loss) urgent = row;
      const { binding, best } = /** @type {Row} */ (urgent);
      waiting.delete(/** @type {Row} */ (urgent));
      binding.number = names[best];
      this.#take([binding]);
      for (const row of waiting) row.withdraw(best);
    }
  }

  /** Names that may be given: all free letters, and longer ones where those may not be enough.
   * @param {number} count of bindings */
  #free(count) {
    const names = [];
    for (let name = 0; name < NAMES.length && (name < LETTERS.length || names.length < count + 4); name++) {
      if (this.taken[name] < this.round) names.push(name);
    }
    return names;
  }

  /** @param {Iterable<Binding>} bindings whose names cannot be given in this round
   * @param {Binding | null} but the one that is named */
  #take(bindings, but = null) {
    for (const binding of bindings) if (binding !== but) this.taken[binding.number] = Math.max(this.taken[binding.number], this.round);
  }

  /** @param {Binding} binding
   * @param {1 | -1} times */
  #count(binding, times) {
    this.uses[binding.number] += times * binding.places.length;
    for (const place of binding.places) this.surroundings.add(place, binding.number, times);
  }

  /** @param {Binding} binding not counted
   * @param {number[]} names
   * @returns {Float64Array} by place in `names` */
  #scoresOf(binding, names) {
    this.#weigh(binding);
    return Float64Array.from(names, (name) => this.#score(binding, name));
  }

  /** Fills `scores`.
   * @param {Binding} binding not counted */
  #weigh(binding) {
    for (const name of this.found) this.scores[name] = 0;
    this.found.length = 0;
    for (const place of binding.places) this.surroundings.weigh(place, this.scores, this.found);
  }

  /** How much speaks for a name: what was found around it, how common it is, its length, and that it is the one there is.
   * @param {Binding} binding weighed last
   * @param {number} name */
  #score(binding, name) {
    const common = Math.log((this.uses[name] + 0.3) / (this.occurrences.length + 30));
    const length = LETTER_COST * (this.names[name].length - 1);
    const keeping = name === binding.number ? KEEPING : 0;
    return this.scores[name] + binding.places.length * (common - length + keeping);
  }
}

/** What a binding would gain by each of some names. */
class Row {
  /**
   * @param {Binding} binding
   * @param {Float64Array} scores
   */
  constructor(binding, scores) {
    this.binding = binding;
    this.scores = scores;
    /** The place of the best. */
    this.best = 0;
    this.second = 0;
    this.#find();
  }

  get loss() {
    return this.scores[this.best] - this.scores[this.second];
  }

  /** @param {number} place of a name that another has got */
  withdraw(place) {
    this.scores[place] = -Infinity;
    if (place === this.best || place === this.second) this.#find();
  }

  #find() {
    const { scores } = this;
    let [best, second] = scores[0] < scores[1] ? [1, 0] : [0, 1];
    for (let place = 2; place < scores.length; place++) {
      if (scores[place] > scores[best]) [best, second] = [place, best];
      else if (scores[place] > scores[second]) second = place;
    }
    this.best = best;
    this.second = second;
  }
}

/** @param {Scope} scope
 * @returns {Generator<Scope>} itself, and all in it */
function* scopesIn(scope) {
  yield scope;
  for (const inner of scope.inner) yield* scopesIn(inner);
}

/** The bindings of a scope that may have another name, most occurrences first.
 * @param {Scope} scope */
function renameable(scope) {
  if (scope.fixed) return [];
  return [...scope.own.values()].filter(({ fixed }) => !fixed).sort((one, other) => other.places.length - one.places.length);
}

/** @param {string} code
 * @param {Occurrence[]} occurrences of bindings that have numbers */
function surroundingsOf(code, occurrences) {
  const text = new Int32Array(code.length + 2 * REACH);
  const places = new Int32Array(occurrences.length);
  let length = REACH;
  let done = 0;
  const copy = (/** @type {number} */ end) => {
    for (; done < end; done++) text[length++] = code.charCodeAt(done);
  };
  occurrences.forEach(({ binding, start, name }, index) => {
    copy(start);
    places[index] = length;
    text[length++] = FIRST_NAME + binding.number;
    done = start + name.length;
  });
  copy(code.length);
  return new Surroundings(text.slice(0, length + REACH), places, FIRST_NAME);
}
