// `new URL("./x", import.meta.url)` in modules: a file by URL, a script that is bundled (a worklet, say), or a worker. A module
// worker starts a chunk of the same build, so that it shares what the page has; a classic one becomes a script of its own.

import path from "node:path";

import { RolldownMagicString, rolldown } from "rolldown";
import { Visitor } from "rolldown/utils";

import { resolveUrl } from "./assets.mjs";
import { outputName } from "./names.mjs";
import { displayId } from "./project.mjs";
import { isUrlModule, mappedUrl, moduleSources } from "./sources.mjs";
import { parseModule } from "./syntax.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */

/**
 * @typedef {object} UrlUse
 * @property {"url" | "module-worker" | "classic-worker"} kind
 * @property {boolean} shared a SharedWorker's
 * @property {number} start of the `new URL(…)`
 * @property {number} end
 * @property {{start: number, end: number, value: string}} specifier the string
 */

const SCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/;

const NEW_URL = /\bnew\s+URL\s*\(\s*["'`][^"'`]*["'`]\s*,\s*import\.meta\.url/;

/**
 * @param {LinkContext} context
 * @returns {import("rolldown").Plugin}
 */
export function newUrls(context) {
  return {
    name: "perfbuild:new-urls",
    transform: {
      filter: { code: "import.meta.url" },
      async handler(code, id) {
        if (isUrlModule(id) || !NEW_URL.test(code)) return null;
        const edited = new RolldownMagicString(code);
        for (const use of findUses(code, id)) {
          const edit = await replacement(context, this, use, id.replace(/\?.*$/, ""), placeOf(code, use.specifier.start));
          if (edit) edited.overwrite(edit.start, edit.end, edit.text);
        }
        if (!edited.hasChanged()) return null;
        return { code: edited.toString(), map: context.project.sourcemap ? edited.generateMap({ hires: "boundary" }).toString() : null };
      },
    },
    resolveFileUrl: ({ relativePath }) => (context.project.importMaps ? mappedUrl(relativePath) : null),
  };
}

/** Line and column, from 1, of an offset.
 * @param {string} code
 * @param {number} offset */
function placeOf(code, offset) {
  const lines = code.slice(0, offset).split("\n");
  return { line: lines.length, column: /** @type {string} */ (lines.at(-1)).length + 1 };
}

/**
 * @param {LinkContext} context
 * @param {import("rolldown").TransformPluginContext} plugin
 * @param {UrlUse} use
 * @param {string} from absolute
 * @param {{line: number, column: number}} place
 */
async function replacement(context, plugin, { kind, shared, start, end, specifier }, from, place) {
  const { project } = context;
  const target = path.isAbsolute(specifier.value) && specifier.value.startsWith(project.workspace)
    ? { kind: /** @type {const} */ ("file"), file: specifier.value, suffix: "" }
    : resolveUrl(project, specifier.value, from);
  if (target.kind !== "file") {
    const isFolder = /(?:^|\/)\.{0,2}\/?$/.test(specifier.value);
    if ((target.kind === "missing" && !isFolder && !from.includes("/node_modules/")) || target.kind === "outside") {
      context.problems.push({
        code: target.kind === "missing" ? "missing-file" : "outside-root", severity: target.kind === "missing" ? "warning" : "error",
        message: specifier.value, specifier: specifier.value, file: from, ...place,
      });
    }
    return null;
  }
  if (kind === "url" && !SCRIPT.test(target.file)) {
    const output = context.assets.add(target.file);
    context.noteAsset(from, output);
    if (project.importMaps) {
      const suffix = target.suffix && ` + ${JSON.stringify(target.suffix)}`;
      return { start, end, text: `new URL(${mappedUrl(path.posix.basename(output))}${suffix})` };
    }
    const url = project.base === "./" ? path.posix.basename(output) : project.base + output;
    return { start: specifier.start, end: specifier.end, text: JSON.stringify(url + target.suffix) };
  }
  const reference = plugin.emitFile(kind === "classic-worker"
    ? await classicWorker(context, target.file)
    : { type: "chunk", id: target.file, name: stemOf(target.file), preserveSignature: false });
  const url = `import.meta.ROLLUP_FILE_URL_${reference}`;
  if (kind === "url") return { start, end, text: `new URL(${url})` };
  const isForeign = project.base.includes("//") && !shared;
  return { start, end, text: isForeign ? `(${startOf(kind)})(${url})` : url };
}

/** Browsers start no worker of another origin, but one of their own may load its code from there. A shared worker cannot be
 * helped: two pages that make such a start of their own would share nothing.
 * @param {UrlUse["kind"]} kind */
function startOf(kind) {
  const code = kind === "module-worker" ? '"import " + JSON.stringify(url)' : '"importScripts(" + JSON.stringify(url) + ")"';
  return `(url) => new URL(url).origin == location.origin ? url : URL.createObjectURL(new Blob([${code}], { type: "text/javascript" }))`;
}

/** @param {string} id */
const stemOf = (id) => path.basename(id).replace(/\.\w+$/, "");

/**
 * @param {string} code
 * @param {string} id
 * @returns {UrlUse[]} in order of their place
 */
function findUses(code, id) {
  /** @type {Map<any, Pick<UrlUse, "kind" | "shared">>} */
  const workerUrls = new Map();
  /** @type {UrlUse[]} */
  const found = [];
  new Visitor({
    NewExpression(node) {
      const callee = /** @type {any} */ (node.callee).name;
      const [first, second] = /** @type {any[]} */ (node.arguments);
      if (callee === "Worker" || callee === "SharedWorker") {
        workerUrls.set(first, { kind: isModule(second) ? "module-worker" : "classic-worker", shared: callee === "SharedWorker" });
      }
      if (callee !== "URL" || typeof stringValue(first) !== "string" || code.slice(second?.start, second?.end) !== "import.meta.url") return;
      const { start, end } = /** @type {any} */ (node);
      const specifier = { start: first.start, end: first.end, value: /** @type {string} */ (stringValue(first)) };
      found.push({ ...(workerUrls.get(node) ?? { kind: "url", shared: false }), start, end, specifier });
    },
  }).visit(parseModule(code, id));
  return found.sort((a, b) => a.start - b.start);
}

/** @param {any} node */
const stringValue = (node) => (node?.type === "TemplateLiteral" && !node.expressions.length ? node.quasis[0].value.cooked : node?.value);

/** @param {any} options */
const isModule = (options) => options?.properties?.some(
  (/** @type {any} */ property) => (property.key?.name ?? property.key?.value) === "type" && property.value?.value === "module",
) ?? false;

/**
 * A classic worker cannot import: everything it needs goes into one script.
 * @param {LinkContext} context
 * @param {string} id
 * @returns {Promise<import("rolldown").EmittedAsset>}
 */
async function classicWorker(context, id) {
  const { project } = context;
  const bundle = await rolldown({
    input: id, cwd: project.root, platform: "browser", tsconfig: true, logLevel: "silent",
    transform: { define: { ...project.define, "import.meta.url": "self.location.href" }, target: project.targets.script },
    plugins: moduleSources(context.forClassicScripts()),
  });
  const { output } = await bundle.generate({ format: "iife", minify: true, comments: false, codeSplitting: false });
  await bundle.close();
  return { type: "asset", fileName: outputName(stemOf(id), `worker:${displayId(project, id)}`, ".js"), source: output[0].code };
}
