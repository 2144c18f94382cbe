// Which atoms run only when an importer asks for it, so that a route may load them that does not need them.
// docs/design/deferral.md tells why, and what keeps the order in which effects happen.

import { Loads } from "./loads.mjs";

/**
 * @typedef {object} Node an atom; numbers are places in the list of all
 * @property {readonly number[]} imports in the order of the source
 * @property {readonly number[]} dynamicImports
 * @property {boolean} isEntry
 * @property {boolean} isFacade whether a dynamic import means it
 * @property {boolean} isPure whether running it does nothing but make its exports
 * @property {() => boolean} canWait whether its code can be put into a function
 * @property {boolean} waits whether it has a top-level await
 */

/** The decision for the atoms of a build, which import each other without cycles. */
export class Deferral {
  /** @param {readonly Node[]} nodes */
  constructor(nodes) {
    this.nodes = nodes;
    /** @type {Set<number>} */
    this.deferred = new Set();
    /** @type {Set<number>} chosen for their effects, or since they stand in the way of others */
    this.chosen = new Set();
    /** @type {Set<number>} */
    this.refused = new Set();
    /** @type {Map<number, boolean>} */
    this.able = new Map();
    const impure = nodes.flatMap((node, place) => (node.isPure || this.#isRoot(place) ? [] : [place]));
    if (impure.length) this.#decide(impure);
  }

  /** The deferred atoms that an atom has to run before its own code, in order; none that another of them runs in its turn anyway.
   * @param {number} place */
  runsOf(place) {
    let runs = this.#deferredImports(place);
    const wanted = this.#sequence(runs).join();
    for (const one of runs) {
      const fewer = runs.filter((other) => other !== one);
      if (this.#sequence(fewer).join() === wanted) runs = fewer;
    }
    return runs;
  }

  /** @param {number} place */
  #isRoot(place) {
    return this.nodes[place].isEntry || this.nodes[place].isFacade;
  }

  /** @param {number} place */
  #canWait(place) {
    let able = this.able.get(place);
    if (able === undefined) {
      const node = this.nodes[place];
      able = !this.#isRoot(place) && !node.waits && node.canWait();
      this.able.set(place, able);
    }
    return able && !this.refused.has(place);
  }

  /** @param {number[]} impure */
  #decide(impure) {
    const loads = new Loads(this.nodes);
    for (const place of impure) if (loads.isSharedBySome(place) && this.#canWait(place)) this.chosen.add(place);
    if (!this.chosen.size) return;
    this.#spread(loads);
    const waiting = new Set(loads.roots);
    for (const root of waiting) {
      for (let changed = this.#mend(loads, root); changed.length; changed = this.#mend(loads, root)) {
        for (const other of changed.flatMap((place) => loads.users[place])) waiting.add(other);
      }
      waiting.delete(root);
    }
  }

  /** Atoms that would run deferred ones when they are loaded have to wait themselves, or be loaded where they are needed only.
   * @param {Loads} loads */
  #spread(loads) {
    this.deferred = new Set(this.chosen);
    for (const place of loads.order) {
      const isHost = this.nodes[place].isPure && this.#deferredImports(place).length > 0;
      if (isHost && loads.isSharedBySome(place) && this.#canWait(place)) this.deferred.add(place);
    }
  }

  /** Chooses anew where the root would not run all effects in their order: the atom in the way waits too, or those that come late do
   * not. Returns the atoms of which that is decided, none where the order holds.
   * @param {Loads} loads @param {number} root */
  #mend(loads, root) {
    const { late, host } = this.#breach(loads, root);
    if (!late.length) return [];
    if (this.#canWait(host)) this.chosen.add(host);
    else {
      for (const place of late) {
        this.refused.add(place);
        this.chosen.delete(place);
      }
    }
    this.#spread(loads);
    return [host, ...late];
  }

  /** The atoms that have to run before `host`, or before those that it calls, and would not.
   * @param {Loads} loads @param {number} root */
  #breach(loads, root) {
    const order = loads.orderOf(root);
    // What waits for a while lets others run meanwhile.
    if (order.some((place) => this.nodes[place].waits)) return { late: order.filter((place) => this.deferred.has(place)), host: root };
    const due = order.filter((place) => !this.nodes[place].isPure);
    let next = 0;
    const done = new Set(loads.found.get(root));
    for (const host of order) {
      if (this.deferred.has(host)) continue;
      const ran = [...this.#sequence(this.#deferredImports(host), done), host].filter((place) => !this.nodes[place].isPure);
      for (const place of ran) {
        if (due[next] !== place) return { late: due.slice(next, due.indexOf(place)), host };
        next++;
      }
    }
    return { late: [], host: root };
  }

  /** @param {number} place */
  #deferredImports(place) {
    return this.nodes[place].imports.filter((one) => this.deferred.has(one));
  }

  /** What runs when these are asked to run.
   * @param {number[]} starts @param {Set<number>} done what ran before */
  #sequence(starts, done = new Set()) {
    /** @type {number[]} */
    const sequence = [];
    /** @param {number} place */
    const run = (place) => {
      if (done.has(place)) return;
      done.add(place);
      this.#deferredImports(place).forEach(run);
      sequence.push(place);
    };
    starts.forEach(run);
    return sequence;
  }
}
