// webpack 5: node webpack.mjs PROJECT OUT CACHE named|unnamed|unnamed-runtime|default
import path from "node:path";
import { fileURLToPath } from "node:url";
import CssMinimizer from "css-minimizer-webpack-plugin";
import HtmlPlugin from "html-webpack-plugin";
import MiniCssExtract from "mini-css-extract-plugin";
import webpack from "webpack";
import { configuration, finish } from "./webpack-like.mjs";
import { browserslist, cache, versions } from "./project.mjs";

const here = fileURLToPath(import.meta.url);
const swc = { env: { targets: browserslist }, jsc: { parser: { syntax: "typescript", tsx: true }, transform: { react: { runtime: "automatic" } } } };

const shared = configuration({
  script: { loader: "swc-loader", options: swc },
  style: MiniCssExtract.loader,
  page: HtmlPlugin,
  extract: MiniCssExtract,
  minimizer: ["...", new CssMinimizer({ minify: CssMinimizer.lightningCssMinify, minimizerOptions: { targets: versions } })],
});

webpack(
  {
    ...shared,
    target: ["web", "es2022"],
    cache: { type: "filesystem", cacheDirectory: path.join(cache, "webpack"), buildDependencies: { config: [here] } },
  },
  finish,
);
