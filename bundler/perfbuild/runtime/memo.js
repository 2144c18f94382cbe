// Results that are kept: of functions by their arguments, and of objects by name until something that they stand on changes.

// Objects of these are known by what is in them; of any other class, each is like itself alone. The first is null.
const KINDS = /* @__PURE__ */ [Object.prototype, {}, [], new Map(), new Set(), new Date(), /./].map(Object.getPrototypeOf);
// Places in it: below the first are those with members, below the second those that hold others, below the third those with a text.
const MAP = 3;
const DATE = 5;
const NONE = 7;

/** @typedef {Map<string, [dependencies: string[], value: any]> & {id?: number}} About the values of an object, and its number */

/** @type {WeakMap<object, About>} */
const known = new WeakMap();
/** @type {symbol[]} which few browsers hold weakly */
const symbols = [];
let count = 0;

/** @param {object} object */
function about(object) {
  /** @type {About} */
  const found = known.get(object) ?? new Map();
  known.set(object, found);
  found.id ??= ++count;
  return found;
}

/**
 * A text that two values have in common only where a function that reads them cannot tell them apart.
 * @param {any} value
 * @param {unknown[]} [around] the objects that it is in, the outermost first
 * @returns {string}
 */
function keyOf(value, around = []) {
  const type = typeof value;
  const place = around.indexOf(value);
  const kind = Object(value) === value ? KINDS.indexOf(Object.getPrototypeOf(value)) : NONE;
  const text = [type, kind,
    place >= 0 ? place
      : kind < 0 ? about(value).id
        : type == "symbol" ? symbols.indexOf(value) + 1 || symbols.push(value)
          : kind < MAP ? Reflect.ownKeys(value).map((name) => keyOf(name) + keyOf(value[name], [...around, value])).sort()
            : kind < DATE ? keyOf([...value], [...around, value])
              : (kind < NONE ? +value : Object.is(value, -0) ? "-" : "") + value,
  ] + "";
  return text.length + text; // so that no two texts run into each other
}

/**
 * @param {(this: any, ...args: any[]) => any} fn
 * @param {any} [options] as declared; a limit that is not given is never passed, since no number is above undefined
 */
export function memoize(fn, { maxSize, maxAge, keyFn = (/** @type {any[]} */ ...args) => keyOf(args), cacheRejections } = {}) {
  /** @type {Map<unknown, any>} the one that was used longest ago first */
  const cache = new Map();

  /** @this {any} @param {any[]} args */
  function memoized(...args) {
    const key = keyFn.apply(this, args);
    let entry = cache.get(key);
    if (!entry || entry.until <= Date.now()) {
      const value = fn.apply(this, args);
      const settle = () => (entry.until = Date.now() + maxAge); // until then a promise is shared, whatever its age
      entry = { value };
      value?.then?.(settle, cacheRejections ? settle : () => cache.get(key) == entry && cache.delete(key)) ?? settle();
    }
    cache.delete(key);
    cache.set(key, entry);
    const [[oldest]] = cache;
    if (cache.size > maxSize) cache.delete(oldest);
    return entry.value;
  }

  memoized.clear = () => cache.clear();
  memoized.delete = (/** @type {any[]} */ ...args) => cache.delete(keyFn(...args));
  return memoized;
}

/**
 * @param {object} target
 * @param {string} key
 * @param {(target: any) => any} fn
 * @param {string[]} [dependencies]
 */
export function computed(target, key, fn, dependencies = []) {
  const entry = about(target).get(key) ?? [dependencies, fn(target)];
  about(target).set(key, entry);
  return entry[1];
}

/** @param {object} target @param {string} [key] */
export function invalidate(target, key) {
  about(target).forEach(([dependencies], name, store) => {
    if (!key || name == key || dependencies.some((one) => !(one + ".").indexOf(key + "."))) {
      store.delete(name);
      invalidate(target, name);
    }
  });
}
