// The bundler: the graph goes to the Python side, its plan comes back; under an arrangement the chunks are linked again.

import path from "node:path";

import { rolldown } from "rolldown";
import { viteDynamicImportVarsPlugin, viteImportGlobPlugin } from "rolldown/experimental";

import { Atoms } from "./atoms.mjs";
import { ChunkComments } from "./chunk-comments.mjs";
import { components, islandModules } from "./components.mjs";
import { LinkContext } from "./context.mjs";
import { Entries } from "./entries.mjs";
import { Joined } from "./joined.mjs";
import { newUrls } from "./new-urls.mjs";
import { Planner } from "./planner.mjs";
import { isEmpty, preloads } from "./preloads.mjs";
import { keepWarnings, problemsOf } from "./problems.mjs";
import { aliases, displayId } from "./project.mjs";
import { RouteFinder } from "./routes.mjs";
import { ProblemsError } from "./rpc.mjs";
import { runtimeModules } from "./runtime.mjs";
import { Singles } from "./singles.mjs";
import { moduleSources } from "./sources.mjs";
import { jsxRuntime } from "./tsconfig.mjs";

/** @typedef {import("./project.mjs").Project} Project */

/**
 * @param {Project} project
 * @param {{entries: import("./entries.mjs").EntryParams[], plansChunks: boolean, arranges: boolean}} params `plansChunks`: the plan may have chunks;
 * `arranges`: the chunks of the bundler's own split are arranged anew
 * @param {(method: string, params: unknown) => Promise<any>} request
 */
export async function link(project, { entries: wanted, plansChunks, arranges }, request) {
  const context = new LinkContext(project);
  const entries = new Entries(project, wanted);
  const comments = new ChunkComments();
  const planner = new Planner(context, comments, entries, request, plansChunks);
  const runtime = await jsxRuntime(project, Object.values(entries.input()));
  const routes = new RouteFinder(context);
  const plugins = [routes.plugin(), comments.plugin(), planner.licences.plugin(), planner.plugin()];
  const first = inputOptions(context, entries, runtime, arranges ? plugins : [...plugins, preloads(planner)]);
  try {
    const output = arranges
      ? await linkTwice(first, planner, request)
      : await generate(first, { ...outputOptions(project, planner), ...minified(project), ...planned(planner) });
    planner.collect(output);
  } catch (error) {
    await planner.planned.catch(() => {}); // nothing of ours is asked once this has ended
    throw new ProblemsError([...problemsOf(error, project.root), ...context.problems, ...context.styles.problems]);
  }
  return {
    ...planner.result(),
    entries: entries.files(planner.chunks),
    routes: routes.records(),
    import_maps: project.importMaps,
    problems: [...context.problems, ...context.styles.problems],
  };
}

/**
 * @param {import("rolldown").InputOptions} input
 * @param {import("rolldown").OutputOptions} options
 */
async function generate(input, options) {
  const bundle = await rolldown(input);
  try {
    return (await bundle.generate(options)).output;
  } finally {
    await bundle.close();
  }
}

/** Packages change seldom: each chunk of the split is parted into its packages and its sources, and the plan may join them again.
 * @type {import("rolldown").CodeSplittingGroup} */
const PACKAGES = { name: "packages", test: /[\\/]node_modules[\\/]/, entriesAware: true };

/**
 * @param {import("rolldown").RolldownOutput["output"]} output
 * @param {Planner} planner
 */
function atomsOf(output, planner) {
  const chunks = output.filter((one) => one.type === "chunk");
  return new Atoms(planner, chunks, new Set(chunks.filter((chunk) => isEmpty(chunk, planner)).map((chunk) => chunk.fileName)));
}

/**
 * The bundler's own split, whose chunks are then linked again as the Python side arranges them.
 * @param {import("rolldown").InputOptions} first
 * @param {Planner} planner
 * @param {(method: string, params: unknown) => Promise<any>} request
 */
async function linkTwice(first, planner, request) {
  const { project, problems } = planner.context;
  const options = outputOptions(project, planner);
  // What the minifier goes by must be there when it comes.
  const rendered = { ...options, minify: false, comments: { annotation: true, legal: false, jsdoc: false } };
  let output = await generate(first, { ...rendered, ...planned(planner, [PACKAGES]) });
  let atoms = atomsOf(output, planner);
  if (atoms.haveCycles()) { // a package that imports the sources
    output = await generate(first, { ...rendered, ...planned(planner) });
    atoms = atomsOf(output, planner);
  }
  atoms.prepare();
  planner.atoms = atoms;
  const singles = new Singles(planner);
  singles.begin();
  atoms.arrange(await request("arrange", atoms.message()));
  await singles.choose();
  const joined = new Joined(planner, singles);
  const linked = await joined.link(generate, {
    cwd: project.root, platform: "browser", preserveEntrySignatures: false, treeshake: false, // shaken it is
    optimization: { inlineConst: false }, // what is used is to be exported
    checks: { ...first.checks, ineffectiveDynamicImport: false }, onLog: keepWarnings(problems, project.root),
  }, { ...options, ...minified(project) });
  planner.layout ??= joined.layout();
  const alone = await singles.chunks(joined, planner.layout);
  const assets = output.filter((one) => one.type === "asset" && !one.fileName.endsWith(".map"));
  return /** @type {import("rolldown").RolldownOutput["output"]} */ ([...linked, ...alone, ...joined.emitted, ...assets]);
}

/**
 * @param {LinkContext} context
 * @param {Entries} entries
 * @param {{jsx?: import("rolldown").TransformOptions["jsx"]}} runtime
 * @param {import("rolldown").Plugin[]} plugins
 * @returns {import("rolldown").InputOptions}
 */
function inputOptions(context, entries, runtime, plugins) {
  const { project } = context;
  return {
    input: entries.input(),
    cwd: project.root,
    platform: "browser",
    tsconfig: true,
    preserveEntrySignatures: false,
    external: project.external.map((name) => (name.endsWith("/") ? new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`) : name)),
    moduleTypes: { ".js": "jsx" },
    resolve: {
      alias: Object.fromEntries(aliases(project)),
      extensions: [".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"],
      conditionNames: ["module", "browser", "svelte", "production", "import"],
    },
    transform: { define: project.define, target: project.targets.script, ...runtime },
    checks: { configurationFieldConflict: false, pluginTimings: false, bundlerTimings: false },
    onLog: keepWarnings(context.problems, project.root),
    plugins: [
      entries.plugin(),
      runtimeModules(project.root),
      islandModules(),
      components(context),
      viteDynamicImportVarsPlugin(), // writes globs, so it comes before them
      viteImportGlobPlugin({ root: project.root }),
      ...moduleSources(context),
      newUrls(context),
      ...plugins,
    ],
  };
}

/**
 * @param {Project} project
 * @param {Planner} planner
 * @returns {import("rolldown").OutputOptions}
 */
function outputOptions(project, planner) {
  const fileName = (/** @type {any} */ chunk) => planner.chunkName(chunk);
  return {
    dir: project.staging,
    format: "es",
    sourcemap: project.sourcemap,
    sourcemapPathTransform: (relative, map) => {
      const source = path.resolve(path.dirname(map), relative);
      return `../${displayId(project, source)}`;
    },
    entryFileNames: fileName,
    chunkFileNames: fileName,
    assetFileNames: ({ originalFileNames, names }) => {
      const source = originalFileNames[0];
      return source ? planner.context.assets.add(path.resolve(project.root, source)) : names[0];
    },
  };
}

/** @param {Project} project @returns {import("rolldown").OutputOptions} */
const minified = (project) => ({ minify: { compress: { target: project.targets.script }, mangle: true, codegen: true }, comments: false });

/**
 * The plan's chunks, asked for every module, so only where there is something to answer; and others after them.
 * @param {Planner} planner
 * @param {import("rolldown").CodeSplittingGroup[]} more
 * @returns {import("rolldown").OutputOptions}
 */
function planned(planner, more = []) {
  /** @type {import("rolldown").CodeSplittingGroup[]} */
  const own = planner.plansChunks ? [{ debugName: "plan", name: (id) => planner.groupOf(id), priority: 1 }] : [];
  const groups = [...own, ...more];
  return groups.length ? { codeSplitting: { includeDependenciesRecursively: false, minSize: 0, groups } } : {};
}

