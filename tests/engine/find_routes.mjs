// Runs the route finder alone, as the engine does: node find_routes.mjs ENGINE ROOT ENTRY. Prints {routes, problems}.

import path from "node:path";
import { pathToFileURL } from "node:url";

const [engine, root, entry] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(path.join(engine, file)).href);
const { rolldown } = await load("node_modules/rolldown/dist/index.mjs");
const { viteDynamicImportVarsPlugin, viteImportGlobPlugin } = await load("node_modules/rolldown/dist/experimental-index.mjs");
const { RouteFinder } = await load("routes.mjs");

const context = { project: { root }, problems: [] };
const finder = new RouteFinder(context);
const bundle = await rolldown({
  input: path.join(root, entry),
  cwd: root,
  external: /^[^./\0 ]/,
  moduleTypes: { ".js": "jsx", ".vue": "js" },
  resolve: { extensions: [".js", ".ts", ".jsx", ".tsx"] },
  logLevel: "silent",
  plugins: [viteDynamicImportVarsPlugin(), viteImportGlobPlugin({ root }), finder.plugin()],
});
await bundle.generate({ format: "es" });
await bundle.close();
const problems = context.problems.map(({ file, ...problem }) => ({ ...problem, file: path.relative(root, file) }));
console.log(JSON.stringify({ routes: finder.records(), problems }));
