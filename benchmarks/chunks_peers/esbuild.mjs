// esbuild with splitting: node esbuild.mjs PROJECT OUT CACHE
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { entry, out, project, styleModule, target, withAssets, writePage } from "./project.mjs";

async function worker(file) {
  const { outputFiles } = await build({ entryPoints: [file], bundle: true, format: "esm", minify: true, target, write: false });
  return outputFiles[0].text;
}

rmSync(out, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: project,
  entryPoints: { main: entry },
  outdir: path.join(out, "assets"),
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  legalComments: "none",
  metafile: true,
  target,
  publicPath: "/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".svg": "file", ".csv": "file", ".md": "text" },
  plugins: [
    {
      name: "stylesheets",
      setup({ onLoad }) {
        onLoad({ filter: /\.tsx?$/ }, async ({ path: file }) => ({
          contents: await withAssets(readFileSync(file, "utf8"), file, worker),
          loader: file.endsWith("x") ? "tsx" : "ts",
        }));
        onLoad({ filter: /\.css$/ }, ({ path: file }) => ({ contents: styleModule(file), loader: "js" }));
      },
    },
  ],
  logLevel: "error",
});
const wanted = path.relative(project, entry);
const [main] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === wanted);
writePage(path.relative(out, path.resolve(project, main)));
