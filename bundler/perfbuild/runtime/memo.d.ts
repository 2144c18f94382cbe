export interface MemoizeOptions<Arguments extends unknown[]> {
  /** Milliseconds that a result is kept, counted from when it is there: a promise's from when it is settled. For ever without it. */
  maxAge?: number;
  /** How many results are kept; the one that was used longest ago goes first. Without it, all. */
  maxSize?: number;
  /**
   * What the call is known by, compared as the keys of a `Map`. Without it, calls are the same whose arguments are equal
   * in content: see {@link memoize}.
   */
  keyFn?: (this: any, ...args: Arguments) => unknown;
  /** Keep promises that are rejected, too. */
  cacheRejections?: boolean;
}

export interface Memoized<Arguments extends unknown[]> {
  /** Forgets every result. */
  clear(): void;
  /** Forgets the result for these arguments; true where there was one. */
  delete(...args: Arguments): boolean;
}

/**
 * The function, which is run once for the same arguments. A promise is shared while it is pending, and forgotten when it is
 * rejected. A call that throws leaves nothing behind. `this` is passed on, but is no part of what a call is known by: memoize
 * a method for each object, or have a `keyFn` tell objects apart.
 *
 * Arguments are compared by content: numbers (`0` is not `-0`, `NaN` is `NaN`), strings, bigints, arrays with their holes,
 * plain objects in any order of their keys, `Map`, `Set`, `Date` and `RegExp`, nested and in cycles. `1` is not `"1"`, and `undefined`
 * is not an argument or member that is absent. Functions, symbols and objects of other classes are each like themselves alone.
 */
export declare function memoize<Fn extends (this: any, ...args: any[]) => unknown>(
  fn: Fn,
  options?: MemoizeOptions<Parameters<Fn>>,
): Fn & Memoized<Parameters<Fn>>;

/**
 * A value of `target`, made when it is first asked for and kept as long as `target` is, or until it is invalidated.
 *
 * @param key names it among the values of `target`
 * @param fn makes it; what it throws is passed on, and nothing is kept
 * @param dependencies names of what it is made from: of properties (`"user.name"`), or of other computed values
 */
export declare function computed<Target extends object, Value>(
  target: Target,
  key: string,
  fn: (target: Target) => Value,
  dependencies?: string[],
): Value;

/**
 * Forgets computed values of `target`: the one of this name, those that depend on it or on something within it (`"user"` is for
 * `"user"` and `"user.name"`), and what depends on these in turn. Without a key, all.
 */
export declare function invalidate(target: object, key?: string): void;
