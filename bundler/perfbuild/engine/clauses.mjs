// The names between the braces of imports and exports.

/** `a as b, c` -> [["a", "b"], ["c", "c"]].
 * @param {string | undefined} list
 * @param {string} separator as it is rendered; minified code has no spaces
 * @returns {[string, string][]} */
export const pairsOf = (list, separator = ", ") => (list ?? "").split(separator).filter(Boolean).map((one) => [one.split(" as ")[0], /** @type {string} */ (one.split(" as ").at(-1))]);

/** @param {string} one @param {string} other */
export const pairText = (one, other) => (one === other ? one : `${one} as ${other}`);
