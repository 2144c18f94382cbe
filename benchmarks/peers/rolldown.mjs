// rolldown's own API and nothing else: node rolldown.mjs PROJECT OUT
import path from "node:path";
import { build } from "rolldown";

const [project, out] = process.argv.slice(2).map((folder) => path.resolve(folder));

// Vite's default target, which is also perfbuild's: Baseline widely available.
const target = ["chrome111", "edge111", "firefox114", "safari16.4", "ios16.4"];

// rolldown has no CSS of its own: a stylesheet becomes the names of its classes.
const stylesheets = {
  name: "stylesheets",
  transform: {
    filter: { id: /\.css$/ },
    handler(css) {
      const names = [...css.matchAll(/\.([a-z][\w-]*)\s*[{:,]/gi)].map(([, name]) => [name, name]);
      return { code: `export default ${JSON.stringify(Object.fromEntries(names))};`, moduleType: "js" };
    },
  },
};

await build({
  cwd: project,
  input: { index: "src/main.tsx" },
  platform: "browser",
  transform: { target, define: { "process.env.NODE_ENV": '"production"' } },
  moduleTypes: { ".css": "js" },
  plugins: [stylesheets],
  output: {
    dir: out,
    format: "esm",
    minify: true,
    comments: false,
    entryFileNames: "assets/[name]-[hash].js",
    chunkFileNames: "assets/[name]-[hash].js",
  },
  logLevel: "warn",
});
