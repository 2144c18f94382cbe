// Components of Vue and Svelte, compiled by the project's own packages. Their styles become stylesheets that the compiled
// module imports, `Card.vue?style=0.css`, and go the way of all others.

import fs from "node:fs/promises";

import { compileSvelte } from "./svelte.mjs";
import { compileVue } from "./vue.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */

const COMPONENT = /\.(?:vue|svelte(?:\.[jt]s)?)$/;
const ISLAND = /\?island=(react|preact|vue|svelte)$/;
const STYLE = /\.(?:vue|svelte)\?style=\d+(?:\.module)?\.css$/;

/** `Chart.jsx?island=react`: the component together with what mounts it.
 * @returns {import("rolldown").Plugin} */
export function islandModules() {
  return {
    name: "perfbuild:islands",
    resolveId: {
      filter: { id: ISLAND },
      async handler(id, importer) {
        const [query] = /** @type {RegExpExecArray} */ (ISLAND.exec(id));
        const resolved = await this.resolve(id.slice(0, -query.length), importer, { skipSelf: true });
        return resolved && !resolved.external ? resolved.id + query : resolved;
      },
    },
    load: {
      filter: { id: ISLAND },
      handler(id) {
        const [query, kind] = /** @type {RegExpExecArray} */ (ISLAND.exec(id));
        const component = JSON.stringify(id.slice(0, -query.length));
        const code = `export { default } from ${component};\nexport { mountIsland } from "perfbuild/islands/${kind}";`;
        return { code, moduleType: "js" };
      },
    },
  };
}

/**
 * @param {LinkContext} context
 * @returns {import("rolldown").Plugin}
 */
export function components(context) {
  return {
    name: "perfbuild:components",
    resolveId: { filter: { id: STYLE }, handler: (id) => (context.componentStyles.has(id) ? id : null) },
    load: {
      filter: { id: COMPONENT },
      async handler(id) {
        try {
          const source = await fs.readFile(id, "utf8");
          const compile = id.endsWith(".vue") ? compileVue : compileSvelte;
          const compiled = await compile(context, id, source, this);
          return { moduleType: "js", ...compiled };
        } catch (error) {
          const { problems } = /** @type {any} */ (error);
          if (!problems) throw error;
          context.problems.push(...problems);
          return { code: "export default {};", moduleType: "js" };
        }
      },
    },
  };
}
