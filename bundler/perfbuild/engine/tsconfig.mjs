// What tsconfig.json says that holds for JavaScript too; the bundler reads the rest of it for TypeScript alone.

import fs from "node:fs";
import path from "node:path";

import { resolveTsconfig } from "rolldown/experimental";

import { isFile } from "./project.mjs";

/**
 * The JSX runtime that the project's TypeScript files use, for its `.jsx` and `.js` files.
 * @param {import("./project.mjs").Project} project
 * @param {string[]} files of the entries; a configuration may leave out the folder that it lies in
 * @returns {Promise<{jsx?: {runtime: "automatic", importSource: string | undefined}}>}
 */
export async function jsxRuntime(project, files) {
  if (!isFile(path.join(project.root, "tsconfig.json"))) return packageRuntime(project);
  for (const folder of new Set([project.root, ...files.map((file) => path.dirname(file))])) {
    const found = await resolveTsconfig(path.join(folder, "component.tsx"));
    const { jsx, jsxImportSource: importSource } = /** @type {any} */ (found?.tsconfig.compilerOptions ?? {});
    // "preserve" leaves the work to the bundler, which we are.
    if (jsx === "preserve" || (importSource && jsx !== "react")) return { jsx: { runtime: "automatic", importSource } };
  }
  return {};
}

/**
 * The runtime of a project without a TypeScript configuration: React's, unless its package.json has Preact alone.
 * @param {import("./project.mjs").Project} project
 * @returns {{jsx?: {runtime: "automatic", importSource: string}}}
 */
function packageRuntime(project) {
  const file = path.join(project.root, "package.json");
  if (!isFile(file)) return {};
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(fs.readFileSync(file, "utf8"));
  const packages = { ...dependencies, ...devDependencies, ...peerDependencies };
  return packages.preact && !packages.react ? { jsx: { runtime: "automatic", importSource: "preact" } } : {};
}
