// What tsconfig.json says that holds for JavaScript too; the bundler reads the rest of it for TypeScript alone.

import path from "node:path";

import { resolveTsconfig } from "rolldown/experimental";

import { isFile } from "./project.mjs";

/**
 * The JSX runtime that the project's TypeScript files use, for its `.jsx` and `.js` files.
 * @param {import("./project.mjs").Project} project
 * @param {string[]} files of the entries; a configuration may leave out the folder that it lies in
 * @returns {Promise<{jsx?: {importSource: string}}>}
 */
export async function jsxRuntime(project, files) {
  if (!isFile(path.join(project.root, "tsconfig.json"))) return {};
  for (const folder of new Set([project.root, ...files.map((file) => path.dirname(file))])) {
    const found = await resolveTsconfig(path.join(folder, "component.tsx"));
    const { jsx, jsxImportSource: importSource } = /** @type {any} */ (found?.tsconfig.compilerOptions ?? {});
    if (importSource && jsx !== "react") return { jsx: { importSource } };
  }
  return {};
}
