// Rspack: node rspack.mjs PROJECT OUT CACHE named|unnamed|unnamed-runtime|default
import { rspack } from "@rspack/core";
import { configuration, finish } from "./webpack-like.mjs";
import { browserslist } from "./project.mjs";

const swc = { env: { targets: browserslist }, jsc: { parser: { syntax: "typescript", tsx: true }, transform: { react: { runtime: "automatic" } } } };

const shared = configuration({
  script: { loader: "builtin:swc-loader", options: swc },
  style: rspack.CssExtractRspackPlugin.loader,
  page: rspack.HtmlRspackPlugin,
  extract: rspack.CssExtractRspackPlugin,
  minimizer: [
    new rspack.SwcJsMinimizerRspackPlugin({ extractComments: false, minimizerOptions: { format: { comments: false } } }),
    new rspack.LightningCssMinimizerRspackPlugin({ minimizerOptions: { targets: browserslist } }),
  ],
});

rspack({ ...shared, target: ["web", "es2022"] }, finish);
