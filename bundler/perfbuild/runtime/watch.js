// Tells the page when a lazy chunk cannot be loaded, for perfbuild/recover and for the application.
// The build puts this around each `import()` of a page's scripts, alone or within the preload helper.

/**
 * @template T
 * @param {Promise<T>} loading
 * @returns {Promise<T>}
 */
export function watch(loading) {
  return loading.catch((detail) => {
    dispatchEvent(new CustomEvent("perfbuild:chunk-error", { detail, cancelable: true }));
    throw detail;
  });
}
