// rolldown's own API: node rolldown.mjs PROJECT OUT CACHE
import { rmSync } from "node:fs";
import { build } from "rolldown";
import { emit, entry, out, project, styleModule, target, withAssets, writePage } from "./project.mjs";

async function worker(file) {
  const { output } = await build({ input: file, transform: { target }, output: { format: "esm", minify: true }, write: false });
  return output[0].code;
}

rmSync(out, { recursive: true, force: true });
const { output } = await build({
  cwd: project,
  input: { main: entry },
  platform: "browser",
  tsconfig: true,
  transform: { target, define: { "process.env.NODE_ENV": '"production"' } },
  moduleTypes: { ".css": "js", ".md": "text" },
  plugins: [
    {
      name: "assets",
      load: { filter: { id: /\.(svg|csv)$/ }, handler: (id) => ({ code: `export default "${emit(id)}";`, moduleType: "js" }) },
      transform: {
        filter: { id: /\.tsx?$/, code: /import\.meta\.url/ },
        handler: (code, id) => withAssets(code, id, worker),
      },
    },
    {
      name: "stylesheets",
      load: { filter: { id: /\.css$/ }, handler: (id) => ({ code: styleModule(id), moduleType: "js", moduleSideEffects: true }) },
    },
  ],
  output: {
    dir: out,
    format: "esm",
    minify: true,
    comments: false,
    entryFileNames: "assets/[name]-[hash].js",
    chunkFileNames: "assets/[name]-[hash].js",
  },
  logLevel: "silent",
});
writePage(output.find((file) => file.isEntry).fileName);
