/**
 * Loads the page again, once, when one of its lazy chunks is gone after a release: to the same URL, and to where it was
 * scrolled, which is waited for up to ten seconds after the load. Call it once; pages of applications with lazy chunks are given it.
 *
 * It listens for `perfbuild:chunk-error` on the window, a `CustomEvent` with the error as its `detail`, which the build
 * has every `import()` of a lazy chunk dispatch that fails. An application that deals with it calls `preventDefault()`. Nothing is done offline, where
 * there is no `sessionStorage`, for what a chunk itself threw, and in a page that was loaded again in vain.
 */
export declare function recover(): void;
