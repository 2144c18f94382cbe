/**
 * Dispatches `perfbuild:chunk-error` on the window when the import of a lazy chunk fails: a cancelable `CustomEvent` with the
 * error as its `detail`.
 *
 * @param loading the import
 * @returns what it gives; rejected as it is, after the event
 */
export declare function watch<T>(loading: Promise<T>): Promise<T>;
