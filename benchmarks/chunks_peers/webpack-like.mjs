// The configuration that webpack and Rspack have in common.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bareTemplate, cache, copyPublic, entry, out, project, variant } from "./project.mjs";
import { optimizations } from "./split-chunks.mjs";

const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules");

export function configuration({ script, style, page, extract, minimizer }) {
  const css = { loader: "css-loader", options: { importLoaders: 0, modules: { auto: true, namedExport: false, exportLocalsConvention: "as-is" } } };
  return {
    mode: "production",
    context: project,
    entry: { main: entry },
    devtool: false,
    output: {
      path: out,
      publicPath: "/",
      clean: true,
      filename: "assets/[name].[contenthash].js",
      chunkFilename: "assets/[name].[contenthash].js",
      cssFilename: "assets/[name].[contenthash].css",
      assetModuleFilename: "assets/[name].[contenthash][ext]",
    },
    resolve: {
      extensions: [".tsx", ".ts", ".mjs", ".js", ".json"],
    },
    resolveLoader: { modules: [modules] },
    module: {
      rules: [
        { test: /\.tsx?$/, exclude: /node_modules/, ...script },
        { test: /\.css$/, use: [style, css] },
        { test: /\.(svg|csv)$/, type: "asset/resource" },
        { test: /\.md$/, type: "asset/source" },
      ],
    },
    plugins: [
      new page({ templateContent: bareTemplate(), scriptLoading: "defer" }),
      new extract({ filename: "assets/[name].[contenthash].css", chunkFilename: "assets/[name].[contenthash].css", ignoreOrder: true }),
    ],
    optimization: { ...optimizations[variant], minimizer },
    performance: { hints: false },
  };
}

export function finish(error, stats) {
  if (error) throw error;
  if (stats.hasErrors()) {
    console.error(stats.toString({ preset: "errors-only" }));
    process.exitCode = 1;
    return;
  }
  fs.mkdirSync(cache, { recursive: true });
  copyPublic();
  // webpack writes its file cache when it is closed.
  stats.compilation.compiler.close?.(() => {});
}
