/**
 * Loads a lazy chunk, and asks at once for what it needs.
 *
 * @param load runs the dynamic import
 * @param files names of files beside the one that this function is in: stylesheets, which are there before `load` runs,
 *   and scripts, which are fetched meanwhile. The chunk itself is among them when it has stylesheets to wait for.
 * @returns what `load` gives; rejected when a stylesheet cannot be loaded, so that a later call asks again
 */
export declare function preload<T>(load: () => Promise<T>, files: string[]): Promise<T>;
