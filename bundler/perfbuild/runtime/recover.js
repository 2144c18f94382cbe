// After a release, a page that was open before asks for chunks that are gone. It is loaded again, once.

/** @returns {void} */
export function recover() {
  try {
    const storage = sessionStorage;
    // Another in every release that changes something that the page can load.
    const { text, src } = /** @type {HTMLScriptElement} */ (document.querySelector("[type=importmap],[type=module]"));
    const release = text + src;
    const [left, top] = (storage.perfbuild ?? "").split(",");
    delete storage.perfbuild;

    let tries = 99;
    const restore = () => {
      if (!tries--) return;
      if (document.documentElement.scrollHeight - innerHeight > top - 20) scrollTo(left, top);
      else setTimeout(restore, 99); // the rest of the content is on its way
    };
    // The browser, too, puts the page somewhere when it is loaded again, by what it was like when it was left.
    if (top) addEventListener("load", () => setTimeout(restore));
    // Who moves the page before that wants to be elsewhere.
    for (const type of ["wheel", "touchmove", "keydown"]) addEventListener(type, () => (tries = 0));

    // All is well by then: what the page was loaded again for has passed.
    const healthy = setTimeout(() => delete storage[release], 6e5);
    addEventListener("perfbuild:chunk-error", (event) => {
      const place = [scrollX, scrollY]; // before the application shows that it failed
      setTimeout(() => {
        // Every listener has had its say by now. What a chunk threw by itself is no reason to load it again.
        if (event.defaultPrevented || !navigator.onLine || !/TypeE|Could/.test(/** @type {CustomEvent} */ (event).detail)) return;
        clearTimeout(healthy);
        if (storage[release]) return;
        storage[release] = 1;
        storage.perfbuild = place;
        location.reload();
      });
    });
  } catch {
    // What cannot be noted, for want of storage, could happen again and again.
  }
}
