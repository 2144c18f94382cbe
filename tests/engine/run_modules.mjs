// Runs built modules as a page would, with as much of a document as the output asks for: node run_modules.mjs page|worker ROOT SCRIPT...
// Prints what they log, the links that they add to the head, and errors that nobody caught.

import fs from "node:fs";
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [place, root, ...scripts] = process.argv.slice(2);
const rootUrl = pathToFileURL(root + "/").href;
const print = (text) => process.stdout.write(String(text).replaceAll(rootUrl, "/") + "\n");
console.log = (...values) => print(values.map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value))).join(" "));

/** The import maps of all pages, by the names of the files; workers have none. */
const names = new Map();
for (const file of place === "page" ? fs.readdirSync(root, { recursive: true }) : []) {
  if (!file.endsWith(".html")) continue;
  const [, map] = /<script type="importmap">([^]*?)<\/script>/.exec(fs.readFileSync(path.join(root, file), "utf8")) ?? [];
  for (const [from, to] of Object.entries(JSON.parse(map ?? "{}").imports ?? {})) names.set(path.basename(from), path.basename(to));
}
registerHooks({
  resolve(specifier, context, next) {
    const name = names.get(path.basename(specifier));
    return next(name ? specifier.slice(0, -path.basename(specifier).length) + name : specifier, context);
  },
});

class Link {
  get relList() {
    return { contains: (name) => this.rel === name };
  }
  remove() {}
}

const links = [];
const page = {
  baseURI: rootUrl,
  createElement: () => new Link(),
  querySelectorAll: () => links,
  head: {
    append(link) {
      links.push(link);
      print(`link ${link.rel} ${link.href}`);
      // A stylesheet takes its time: whoever does not wait for it prints too early.
      setTimeout(() => (print(`loaded ${link.href}`), link.onload?.()), 20);
    },
  },
};
if (place === "page") globalThis.document = page;
globalThis.dispatchEvent = ({ type, detail }) => print(`event ${type} ${detail?.message ?? detail}`);
globalThis.Worker = class {
  constructor(url, options) {
    print(`worker ${url} ${JSON.stringify(options ?? null)}`);
  }
};
globalThis.SharedWorker = class extends globalThis.Worker {};

process.on("unhandledRejection", (error) => {
  print(`unhandled: ${error?.message ?? error}`);
});
// A top-level await that nothing will ever settle ends the process without a word.
let open = scripts.length;
process.on("exit", () => open && print("never finished"));
for (const script of scripts) {
  await import(pathToFileURL(script).href).catch((error) => print(`failed: ${error.message}`));
  open--;
}
