// Which modules webpack puts into the chunks of cache groups: node webpack_groups.mjs ROOT ENTRIES GROUPS, the last two as JSON.
// Prints {group: [root-relative modules]}. What would move modules beside the groups is off.

import path from "node:path";

import webpack from "webpack";

const [root, entries, groups] = [process.argv[2], ...process.argv.slice(3).map((text) => JSON.parse(text))];

const cacheGroups = Object.fromEntries(groups.map(({ test, ...group }) => [
  group.name, { chunks: "all", minSize: 0, minSizeReduction: 0, ...group, ...(test ? { test: new RegExp(test) } : {}) },
]));

const compiler = webpack({
  mode: "production",
  context: root,
  entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(root, file)])),
  output: { path: path.join(root, "webpack-output") },
  optimization: {
    concatenateModules: false, sideEffects: false, usedExports: false, minimize: false,
    splitChunks: { maxInitialRequests: Infinity, maxAsyncRequests: Infinity, cacheGroups: { default: false, defaultVendors: false, ...cacheGroups } },
  },
});

compiler.run((error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString("errors-only"));
  const found = Object.fromEntries(groups.map(({ name }) => {
    const chunk = [...stats.compilation.chunks].find((one) => one.name === name);
    const modules = chunk ? [...stats.compilation.chunkGraph.getChunkModulesIterable(chunk)].map((module) => module.resource).filter(Boolean) : [];
    return [name, modules.map((file) => path.relative(root, file)).sort()];
  }));
  process.stdout.write(JSON.stringify(found));
});
