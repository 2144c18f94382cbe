// What the tools without pages of their own share: the page's entry, the page written for the output, and stylesheets.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { bundle } from "lightningcss";

// Vite's default target, which is also perfbuild's: Baseline widely available.
export const target = ["chrome111", "edge111", "firefox114", "safari16.4", "ios16.4"];
export const browserslist = ["chrome 111", "edge 111", "firefox 114", "safari 16.4", "ios_saf 16.4"];
export const versions = { chrome: 111 << 16, edge: 111 << 16, firefox: 114 << 16, safari: (16 << 16) | (4 << 8) };

export const [project, out, cache, variant] = process.argv.slice(2).map((part, index) => (index < 3 ? path.resolve(part) : part));

const moduleScript = /<script\b[^>]*\btype="module"[^>]*\bsrc="\/?([^"]+)"[^>]*><\/script>/;
const page = fs.readFileSync(path.join(project, "index.html"), "utf8");

/** The module that the page loads, as an absolute path. */
export const entry = path.join(project, moduleScript.exec(page)[1]);

/** The page without its module script, for tools that put their own in. */
export function bareTemplate() {
  return page.replace(moduleScript, "");
}

const emitted = new Map();
const assetUrl = /new URL\(\s*(['"])(\.[^'"]+)\1\s*,\s*import\.meta\.url\s*\)/g;

/** The URL of a file that is written with the page, named by its content. */
export function emit(file, content = fs.readFileSync(file), suffix = path.extname(file)) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const output = `assets/${path.parse(file).name}-${hash}${suffix}`;
  emitted.set(output, content);
  return `/${output}`;
}

/** The code with the files of its `new URL(x, import.meta.url)` emitted; `bundleScript` gives the code of a worker. */
export async function withAssets(code, importer, bundleScript) {
  const urls = new Map();
  for (const [, , specifier] of code.matchAll(assetUrl)) {
    const file = path.resolve(path.dirname(importer), specifier);
    const isScript = /\.[cm]?[jt]sx?$/.test(file);
    const url = isScript ? emit(file, await bundleScript(file), ".js") : emit(file);
    urls.set(specifier, `new URL("${url}", location.href)`);
  }
  return code.replace(assetUrl, (_, __, specifier) => urls.get(specifier));
}

/** Writes index.html with the entry's file in place of its source, and copies the public folder. */
export function writePage(script, styles = []) {
  const links = styles.map((file) => `<link rel="stylesheet" href="/${file}">`).join("");
  const tag = `<script type="module" src="/${script}"></script>`;
  fs.writeFileSync(path.join(out, "index.html"), page.replace(moduleScript, tag).replace("</head>", `${links}</head>`));
  for (const [file, content] of emitted) fs.writeFileSync(path.join(out, file), content);
  copyPublic();
}

export function copyPublic() {
  const from = path.join(project, "public");
  if (fs.existsSync(from)) fs.cpSync(from, out, { recursive: true });
}

/**
 * A stylesheet as a module that adds it to the page, as plugins of bundlers without CSS do, so that its bytes count.
 * A file that it names with `url()` is written beside the page.
 */
export function styleModule(filename) {
  const { code, exports, dependencies } = bundle({
    filename,
    minify: true,
    analyzeDependencies: { preserveImports: true },
    targets: versions,
    cssModules: filename.endsWith(".module.css") ? { pattern: "[local]_[hash]" } : false,
  });
  let css = code.toString();
  for (const { url, placeholder, loc } of dependencies.filter(({ type }) => type === "url")) {
    css = css.replaceAll(placeholder, /^(data:|\/|#)/.test(url) ? url : emit(path.resolve(path.dirname(loc.filePath), url)));
  }
  const names = Object.fromEntries(
    Object.entries(exports ?? {}).map(([name, { name: local, composes }]) => [name, [local, ...composes.map((other) => other.name)].join(" ")]),
  );
  const named = Object.entries(names).filter(([name]) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default");
  const id = `style_${createHash("sha256").update(path.relative(project, filename)).digest("hex").slice(0, 8)}`;
  return [
    `const ${id} = document.createElement("style");`,
    `${id}.textContent = ${JSON.stringify(css)};`,
    `document.head.append(${id});`,
    `export default ${JSON.stringify(names)};`,
    ...named.map(([name, value]) => `const ${id}_${name} = ${JSON.stringify(value)}; export { ${id}_${name} as ${name} };`),
  ].join("\n");
}
