// The modules of the browser runtime: what the sources import as `perfbuild/lazy`, and the snippets that pages are given.

import fs from "node:fs";
import path from "node:path";

import { rolldown } from "rolldown";

const FOLDER = new URL("../runtime/", import.meta.url);
// Without the place where perfbuild is installed, on which nothing may depend.
const PREFIX = "\0perfbuild/";
const SNIPPET = "\0perfbuild-snippet";
const PEER = "perfbuild:peer/";
const IMPORTED = /(\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g;

/** The names that can be imported, without `perfbuild/`. */
export const MODULES = new Set(["islands", "islands/preact", "islands/react", "islands/svelte", "islands/vue", "lazy", "memo", "prefetch",
  "recover", "resources", "virtual-list", "virtual-list/react"]);

/**
 * Finds the runtime's modules. What they import in turn is the project's: its React, not one of ours.
 * @param {string} root of the project
 * @returns {import("rolldown").Plugin}
 */
export function runtimeModules(root) {
  return {
    name: "perfbuild:runtime",
    resolveId: {
      // Asked of names that only the runtime has, since a call for each import of a large project takes time.
      filter: { id: /^perfbuild[/:]/ },
      handler(source, importer) {
        if (source.startsWith(PEER)) return this.resolve(source.slice(PEER.length), path.join(root, "index.html"));
        const name = source.slice("perfbuild/".length);
        return MODULES.has(name) || importer?.startsWith(PREFIX) ? PREFIX + name : null; // a module may have parts of its own
      },
    },
    load: {
      filter: { id: /^\0perfbuild\// },
      handler: (id) => ({ code: runtimeCode(id.slice(PREFIX.length)), moduleType: "js", moduleSideEffects: false }),
    },
  };
}

/** @param {string} name of {@link MODULES} */
function runtimeCode(name) {
  const code = fs.readFileSync(new URL(`${name}.js`, FOLDER), "utf8");
  const folder = path.posix.dirname(name);
  return code.replace(IMPORTED, (_, before, specifier) => {
    const target = specifier.startsWith(".") ? `perfbuild/${path.posix.join(folder, specifier).replace(/\.js$/, "")}` : PEER + specifier;
    return `${before}"${target}"`;
  });
}

/**
 * Modules that import of the runtime alone, each bundled into one and minified.
 * @param {import("./project.mjs").Project} project
 * @param {{codes: string[]}} params
 */
export async function snippets(project, { codes }) {
  return { codes: await Promise.all(codes.map((code) => snippet(project, code))) };
}

/** @param {import("./project.mjs").Project} project @param {string} code */
async function snippet({ root, targets }, code) {
  const bundle = await rolldown({
    input: SNIPPET, cwd: root, platform: "browser",
    plugins: [runtimeModules(root), {
      name: "perfbuild:snippet",
      resolveId: (id) => (id === SNIPPET ? id : null),
      load: (id) => (id === SNIPPET ? { code, moduleType: "js" } : null),
    }],
  });
  try {
    const { output } = await bundle.generate({
      format: "es", codeSplitting: false, comments: false, minify: { compress: { target: targets.script }, mangle: true, codegen: true },
    });
    return output[0].code.trim();
  } finally {
    await bundle.close();
  }
}
