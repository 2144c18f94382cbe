// Which root loads which atoms, and what it finds loaded whichever way it is reached: bundler/perfbuild/chunking/visits.py, of which
// this is the part that the deferral asks for.

/** @typedef {{imports: readonly number[], dynamicImports: readonly number[], isEntry: boolean}} Node numbers are places in the list */

/** Roots are entries and the targets of dynamic imports. */
export class Loads {
  /** @param {readonly Node[]} nodes without cycles of static imports */
  constructor(nodes) {
    this.nodes = nodes;
    const targets = new Set(nodes.flatMap((node) => node.dynamicImports));
    this.roots = nodes.flatMap((node, place) => (node.isEntry || targets.has(place) ? [place] : []));
    /** All nodes, imported ones first. */
    this.order = this.#postOrder(nodes.keys());
    /** Root -> what it loads, in the order of evaluation. */
    this.closures = new Map(this.roots.map((root) => [root, this.#postOrder([root])]));
    /** @type {number[][]} node -> roots that load it */
    this.users = nodes.map(() => []);
    for (const [root, closure] of this.closures) for (const place of closure) this.users[place].push(root);
    /** Root -> what it finds loaded. */
    this.found = this.#findLoaded();
    /** @type {Map<number, boolean>} */
    this.sharedBySome = new Map();
  }

  /** Whether more than one root needs the node, and another may neither need it nor find it.
   * @param {number} place */
  isSharedBySome(place) {
    let answer = this.sharedBySome.get(place);
    if (answer === undefined) {
      const users = new Set(this.users[place]);
      answer = users.size > 1 && this.roots.some((root) => !users.has(root) && !this.found.get(root)?.has(place));
      this.sharedBySome.set(place, answer);
    }
    return answer;
  }

  /** What runs when the root is loaded, in order.
   * @param {number} root */
  orderOf(root) {
    return (this.closures.get(root) ?? []).filter((place) => !this.found.get(root)?.has(place));
  }

  /** @param {Iterable<number>} starts */
  #postOrder(starts) {
    /** @type {Set<number>} */
    const seen = new Set();
    /** @type {number[]} */
    const order = [];
    /** @param {number} place */
    const visit = (place) => {
      if (seen.has(place)) return;
      seen.add(place);
      this.nodes[place].imports.forEach(visit);
      order.push(place);
    };
    for (const start of starts) visit(start);
    return order;
  }

  /** The intersection, over the roots that lead to a root, of what they found and loaded themselves: a greatest fixed point, reached
   * from "everything". Roots that the same ones lead to find the same.
   * @returns {Map<number, Set<number>>} */
  #findLoaded() {
    const families = [...this.#families().values()];
    const loaded = new Map([...this.closures].map(([root, closure]) => [root, maskOf(closure)]));
    const everything = maskOf([...this.nodes.keys()]);
    const found = new Map(families.flatMap(({ children }) => children.map((child) => [child, everything])));
    for (let changed = true; changed;) {
      changed = false;
      for (const { parents, children } of families) {
        const common = parents.reduce((mask, parent) => mask & ((found.get(parent) ?? 0n) | (loaded.get(parent) ?? 0n)), everything);
        changed ||= common !== found.get(children[0]);
        for (const child of children) found.set(child, common);
      }
    }
    return new Map(families.flatMap(({ children }) => {
      const places = placesIn(found.get(children[0]) ?? 0n);
      return children.map((child) => [child, places]);
    }));
  }

  /** Lazy roots by the roots from whose closures dynamic imports lead to them. */
  #families() {
    /** @type {Map<number, Set<number>>} */
    const parents = new Map();
    for (const [root, closure] of this.closures) {
      for (const target of closure.flatMap((place) => this.nodes[place].dynamicImports)) {
        if (!this.nodes[target].isEntry) parents.set(target, (parents.get(target) ?? new Set()).add(root));
      }
    }
    /** @type {Map<string, {parents: number[], children: number[]}>} */
    const families = new Map();
    for (const [child, own] of parents) {
      const key = [...own].join();
      const family = families.get(key);
      if (family) family.children.push(child);
      else families.set(key, { parents: [...own], children: [child] });
    }
    return families;
  }
}

/** @param {number[]} places */
function maskOf(places) {
  const digits = new Uint8Array(Math.max(1, ...places.map((place) => place + 1)));
  for (const place of places) digits[digits.length - 1 - place] = 1;
  return BigInt(`0b${digits.join("")}`);
}

/** @param {bigint} mask */
function placesIn(mask) {
  const digits = mask.toString(2);
  return new Set([...digits].flatMap((digit, place) => (digit === "1" ? [digits.length - 1 - place] : [])));
}
