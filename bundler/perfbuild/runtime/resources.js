// Loads scripts, styles, fonts and images by what they are worth: critical ones first, then high and normal ones, the rest in idle time.

/** @type {Record<string, {rel?: string, type?: string, as?: string, crossOrigin?: string}>} what is no plain script */
const KINDS = {
  module: { type: "module" },
  style: { rel: "stylesheet" },
  font: { rel: "preload", as: "font", crossOrigin: "" },
  image: { rel: "preload", as: "image" },
};

/** @type {Map<string, Promise<HTMLElement>>} what was asked for, by URL */
const known = new Map();

/**
 * @param {Iterable<any>} list of resources, or of elements with one in their `data-` attributes, beside which its own element comes
 * @param {import("./resources.js").LoadOptions} [options]
 * @returns {any}
 */
export function load(list, { retries = 2, signal, onError } = {}) {
  const loaded = /** @type {string[]} */ ([]);
  const failed = /** @type {import("./resources.js").Failure[]} */ ([]);
  const each = new Map();
  /** @type {any} */
  let all = Promise.all([]);

  for (const turn of [0, -1, 8]) { // where a priority is among the two that have a turn of their own
    const before = turn > 1 ? all.then(idle) : all;

    for (const item of list) {
      const { url, type, priority, properties } = item.dataset || item;
      if (turn != "criticallow".indexOf(priority)) continue;

      const start = async () => {
        for (let done = 0; ; done++) {
          const kind = KINDS[type];
          const element = item.cloneNode?.() || document.createElement(kind?.rel ? "link" : "script");
          try {
            await new Promise((onload, onerror) => {
              signal?.throwIfAborted();
              signal?.addEventListener("abort", onerror);
              // Not async: scripts run in the order of the list.
              Object.assign(element, {
                async: false, fetchPriority: turn ? priority : "high", onload, onerror, ...kind, ...properties, src: url, href: url,
              });
              item.after ? item.after(element) : document.head.append(element);
            });
            return element;
          } catch {
            element.remove();
            signal?.throwIfAborted();
            if (done == retries) throw Error("Could not load " + url);
            await new Promise((resolve) => setTimeout(resolve, 500 << done));
          }
        }
      };

      const promise = known.get(url) || before.then(start);
      known.set(url, promise);
      each.set(url, promise);
      all = Promise.all([all, promise.then(() => loaded.push(url), (/** @type {unknown} */ error) => {
        known.delete(url);
        failed.push({ url, error });
        onError?.(error);
      })]);
    }
  }
  return Object.assign(all.then(() => ({ loaded, failed })), { each });
}

/** @param {import("./resources.js").LoadOptions} [options] */
export async function loadMarked(options) {
  if (document.readyState != "complete") await new Promise((resolve) => addEventListener("load", resolve));
  return load(document.querySelectorAll("[data-url][data-priority]"), options);
}

const idle = () => new Promise((resolve) => {
  const { scheduler, requestIdleCallback } = /** @type {any} */ (self);
  if (scheduler) scheduler.postTask(resolve, { priority: "background" });
  else if (requestIdleCallback) requestIdleCallback(resolve);
  else setTimeout(resolve, 1000);
});
