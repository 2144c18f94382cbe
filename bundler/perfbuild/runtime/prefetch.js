/// <reference path="./deep-link.d.ts" />
// Fetches what links lead to before they are followed: the documents of pages, and the chunks of an application's routes.

const LEFT_OUT = "[data-no-prefetch],[download],[target]:not([target=_self])";

/** @param {import("./prefetch.js").PrefetchOptions} [options] */
export function prefetch({ policy = "hover", delay = 65, limit = 2, crossOrigin = false, speculation = true } = {}) {
  // Of a route at least, as in deep-link.d.ts: where the policy leaves a link alone, its route may still ask to be fetched.
  const pressed = policy == "none" ? "2" : "1";
  const hovered = policy == "tap" ? "2" : pressed;
  const asked = new Set();
  /** @type {(() => Promise<unknown>[])[]} */
  const waiting = [];
  let running = 0;

  const next = async () => {
    const start = running < limit && waiting.shift();
    if (!start) return;
    running++;
    await Promise.all(start());
    running--;
    next();
  };

  /** @param {any} link @param {string} level */
  const ask = (link, level) => {
    const { hash, href, origin, pathname } = link;
    const { effectiveType, saveData } = /** @type {any} */ (navigator).connection || {};
    const [page] = href.split("#");
    const isOwn = page == location.href.split("#")[0];
    const isHere = origin == location.origin;
    const key = level + (isOwn ? href : page);
    if (saveData || /2g/.test(effectiveType) || asked.has(key) || link.closest(LEFT_OUT)) return;
    if (!isHere && !(crossOrigin && /^http/.test(origin))) return;
    asked.add(key);
    waiting.push(() => {
      // The fragment is the route's address in an application without a server, but in this document alone.
      const links = isHere && isOwn == (hash[1] == "/") && document.perfbuildPreload?.({ pathname, hash }, level);
      return links ? links.map(ended) : isOwn || level > "1" || isInRules(pathname) ? [] : [fetched(page)];
    });
    next();
  };

  /** @param {string} pathname */
  const isInRules = (pathname) =>
    speculation && HTMLScriptElement.supports?.("speculationrules") &&
    // Every text in them is taken for a URL, of which only those are this page's.
    document.querySelector("script[type=speculationrules]")?.textContent.split('"')
      .some((text) => URL.parse?.(text, document.baseURI)?.pathname == pathname);

  /** @param {string} type @param {string} level @param {number} [wait] in milliseconds, unless the pointer leaves */
  const on = (type, level, wait) => document.addEventListener(type, ({ target }) => {
    const link = /** @type {any} */ (target).closest?.(":any-link");
    if (!link?.origin) return; // the document, or a link of an image
    const timer = setTimeout(ask, wait, link, level);
    if (wait) link.addEventListener("pointerleave", () => clearTimeout(timer), { once: true });
  }, true);

  on("pointerenter", hovered, delay);
  on("focusin", hovered);
  on("touchstart", pressed);
  on("mousedown", pressed);
  if (!/visible|eager/.test(policy)) return;

  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) ask(target, "1");
  });
  const look = () => {
    for (const link of document.links) policy == "eager" ? ask(link, "1") : observer.observe(link);
  };
  const begin = () => {
    look();
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  };
  document.readyState == "complete" ? begin() : addEventListener("load", begin);
}

/** @param {HTMLLinkElement} link */
const ended = (link) => new Promise((resolve) => (link.onload = link.onerror = resolve));

/** @param {string} href @returns {Promise<unknown>} */
function fetched(href) {
  const link = document.createElement("link");
  if (!link.relList.supports("prefetch")) return fetch(href, { priority: "low", mode: "no-cors" }).catch(() => {});
  document.head.append(Object.assign(link, { rel: "prefetch", as: "document", href }));
  return ended(link);
}
