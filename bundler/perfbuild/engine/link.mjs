// One pass of the bundler: the graph goes to the Python side, its plan comes back, the output goes to the staging folder.

import path from "node:path";

import { rolldown } from "rolldown";
import { viteDynamicImportVarsPlugin, viteImportGlobPlugin } from "rolldown/experimental";

import { ChunkComments } from "./chunk-comments.mjs";
import { LinkContext } from "./context.mjs";
import { Entries } from "./entries.mjs";
import { newUrls } from "./new-urls.mjs";
import { Planner } from "./planner.mjs";
import { preloads } from "./preloads.mjs";
import { fromRolldown, problemsOf } from "./problems.mjs";
import { aliases, displayId } from "./project.mjs";
import { ProblemsError } from "./rpc.mjs";
import { moduleSources } from "./sources.mjs";
import { jsxRuntime } from "./tsconfig.mjs";

/** @typedef {import("./project.mjs").Project} Project */

/**
 * @param {Project} project
 * @param {{entries: import("./entries.mjs").EntryParams[], plansChunks: boolean}} params `plansChunks`: the plan may have chunks
 * @param {(method: string, params: unknown) => Promise<any>} request
 */
export async function link(project, { entries: wanted, plansChunks }, request) {
  const context = new LinkContext(project);
  const entries = new Entries(project, wanted);
  const comments = new ChunkComments();
  const planner = new Planner(context, comments, entries, request, plansChunks);
  const runtime = await jsxRuntime(project, Object.values(entries.input()));
  const bundle = await rolldown(inputOptions(context, entries, runtime, [comments.plugin(), planner.licences.plugin(), planner.plugin(), preloads(planner)]));
  try {
    const { output } = await bundle.generate(outputOptions(project, planner));
    planner.collect(output);
  } catch (error) {
    throw new ProblemsError([...problemsOf(error, project.root), ...context.problems, ...context.styles.problems]);
  } finally {
    await bundle.close();
  }
  return {
    ...planner.result(),
    entries: entries.files(planner.chunks),
    problems: [...context.problems, ...context.styles.problems],
  };
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
      conditionNames: ["module", "browser", "production", "import"],
    },
    transform: { define: project.define, target: project.targets.script, ...runtime },
    checks: { configurationFieldConflict: false, pluginTimings: false, bundlerTimings: false },
    onLog: (level, log) => {
      if (level === "warn") context.problems.push(fromRolldown(log, "warning", project.root));
    },
    plugins: [
      entries.plugin(),
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
    minify: { compress: { target: project.targets.script }, mangle: true, codegen: true },
    comments: false,
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
    // Asked for every module, so only where there is something to answer.
    ...(planner.plansChunks
      ? { codeSplitting: { includeDependenciesRecursively: false, minSize: 0, groups: [{ debugName: "plan", name: (id) => planner.groupOf(id) }] } }
      : {}),
  };
}

