// esbuild with splitting: node esbuild.mjs PROJECT OUT CACHE
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { entry, out, project, styleModule, target, writePage } from "./project.mjs";

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
        onLoad({ filter: /\.css$/ }, ({ path: file }) => ({ contents: styleModule(file), loader: "js" }));
      },
    },
  ],
  logLevel: "error",
});
const wanted = path.relative(project, entry);
const [main] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === wanted);
writePage(path.relative(out, path.resolve(project, main)));
