/// <reference path="./deep-link.d.ts" />
// Loads a lazy chunk without a waterfall: what it needs is asked for at once, and its stylesheets are there before it runs.
// The build puts this into a chunk that is there before any lazy one, and only where a lazy chunk needs something beside itself.

import { watch } from "./watch.js";

/** @type {Record<string, Promise<unknown> | false>} what was asked for, by URL; a promise while a stylesheet is on its way */
const asked = {};

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {string[]} files names of files beside this one, the chunk itself among them when it has stylesheets to wait for
 * @returns {Promise<T>}
 */
export function preload(load, files) {
  if (typeof document == "undefined") return load(); // a worker has no stylesheets
  document.perfbuildPreload?.(location); // what waits for the entry (deep-link.js) waits no longer
  const waits = files.map((file) => {
    const url = import.meta.resolve("./" + file); // the page may have an import map
    const isStyle = /\.css$/.test(file);
    const rel = isStyle ? "stylesheet" : "modulepreload";
    if (url in asked) return asked[url];
    for (const link of document.querySelectorAll("link")) {
      if (link.href == url && link.relList.contains(rel)) return; // not a mere prefetch, which waits for idle time
    }
    const link = document.createElement("link");
    link.rel = rel;
    link.crossOrigin = "";
    link.href = url;
    asked[url] = isStyle && new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = () => {
        delete asked[url];
        link.remove();
        reject(Error("Could not load " + url));
      };
    });
    document.head.append(link);
    return asked[url];
  });
  const loading = waits.some((wait) => wait) ? Promise.all(waits).then(load) : load();
  return watch(loading);
}
