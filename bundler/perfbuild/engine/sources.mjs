// What modules import besides JavaScript: stylesheets, files by URL, raw text, and Node's own modules that a browser lacks.

import fs from "node:fs/promises";
import { builtinModules } from "node:module";
import path from "node:path";

import { ASSET_EXTENSIONS, dataUrl, isInlinable, publicPath } from "./assets.mjs";
import { outputName } from "./names.mjs";
import { displayId, findRooted, isInside } from "./project.mjs";
import { cssModuleCode, isCssModule, STYLE_FILE } from "./styles.mjs";

/** @typedef {import("./context.mjs").LinkContext} LinkContext */
/** @typedef {import("rolldown").Plugin} Plugin */

const QUERY = /\?(raw|url|inline|no-inline|worker|sharedworker)(?:&.*)?$/;
const ASSET = new RegExp(`\\.(?:${ASSET_EXTENSIONS.join("|")})$`, "i");
const PUBLIC = "\0public:";
const BUILTIN = "\0builtin:";
const EMPTY = "\0rolldown/empty.js";
const BUILTIN_NAME = new RegExp(`^(?:node:)?(?:${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`);

// Stands before the names of files in the text of a stylesheet until they are given URLs.
const PLACE = "perfbuild-";
const UNQUOTED_PLACE = /\burl\((perfbuild-(?:asset|public):(?:\\.|[^)\\])*)\)/g;
const PLACES = /perfbuild-(asset|public):([^"'()\\?#\s]*)/;

/**
 * @param {LinkContext} context
 * @returns {Plugin[]}
 */
export function moduleSources(context) {
  return [rootedPaths(context), queries(context), stylesheets(context), assets(context), builtins(context)];
}

/** `/src/x.js` means the project's root, as in a page; `/logo.svg` may be a public file.
 * @param {LinkContext} context
 * @returns {Plugin} */
function rootedPaths({ project }) {
  return {
    name: "perfbuild:rooted-paths",
    resolveId: {
      filter: { id: /^\/(?!\/)/ },
      handler(id, importer) {
        if (!importer || isInside(project.workspace, id.replace(/\?.*$/, ""))) return null;
        const [, pathname, query] = /** @type {RegExpExecArray} */ (/^([^?]*)(.*)$/.exec(id));
        const found = findRooted(project, pathname);
        if (!found) return this.resolve(path.join(project.root, id), importer, { skipSelf: true });
        if (found.isPublic) return PUBLIC + publicPath(project, found.file) + query;
        return this.resolve(found.file + query, importer, { skipSelf: true });
      },
    },
    load: {
      filter: { id: new RegExp(`^${PUBLIC}`) },
      handler(id) {
        const url = id.slice(PUBLIC.length).replace(QUERY, "");
        return { code: `export default ${urlExpression(project, "../", url)};`, moduleType: "js", moduleSideEffects: false };
      },
    },
  };
}

/**
 * @param {LinkContext["project"]} project
 * @param {string} fromAssets the way from `assets/` to the folder of `url`
 * @param {string} url below the base
 */
function urlExpression(project, fromAssets, url) {
  if (project.base !== "./") return JSON.stringify(project.base + url);
  return `new URL(${JSON.stringify(fromAssets + url)}, import.meta.url).href`;
}

/** The URL of a file of the build, as an expression. In an import map it is found by a name that stays when the file changes.
 * @param {LinkContext["project"]} project @param {string} output path in `assets/` */
export function outputUrl(project, output) {
  if (project.importMaps) return mappedUrl(path.posix.basename(output));
  if (project.base !== "./") return JSON.stringify(project.base + output);
  return `new URL(${JSON.stringify(path.posix.basename(output))}, import.meta.url).href`;
}

/** What `stages/names.py` knows for a URL that goes through the page's import map; in a worker it is the file's own.
 * @param {string} name */
export const mappedUrl = (name) => `/* @__PURE__ */ import.meta.resolve(${JSON.stringify(`./${name}`)})`;

/** @param {string} code */
const valueModule = (code) => ({ code, moduleType: /** @type {const} */ ("js"), moduleSideEffects: false });

/**
 * `?raw`, `?url`, `?inline`, `?no-inline`, `?worker` and `?sharedworker`.
 * @param {LinkContext} context
 * @returns {Plugin}
 */
function queries(context) {
  const { project } = context;
  return {
    name: "perfbuild:queries",
    resolveId: {
      filter: { id: QUERY },
      async handler(id, importer) {
        const [query] = /** @type {RegExpExecArray} */ (QUERY.exec(id));
        const resolved = await this.resolve(id.slice(0, -query.length), importer, { skipSelf: true });
        if (!resolved || resolved.external) return resolved;
        return resolved.id.startsWith(PUBLIC) ? resolved.id : resolved.id.replace(/\?.*$/, "") + query;
      },
    },
    load: {
      filter: { id: QUERY },
      async handler(id) {
        const [query, kind] = /** @type {RegExpExecArray} */ (QUERY.exec(id));
        const file = id.slice(0, -query.length);
        this.addWatchFile(file);
        if (kind === "raw") return valueModule(`export default ${JSON.stringify(await fs.readFile(file, "utf8"))};`);
        if (kind === "worker" || kind === "sharedworker") return valueModule(workerCode(kind, file));
        if (STYLE_FILE.test(file)) return valueModule(await styleValue(context, file, kind));
        if (kind === "inline") return valueModule(`export default ${JSON.stringify(dataUrl(file))};`);
        return valueModule(assetCode(context, id, file));
      },
    },
  };
}

/** @param {string} kind @param {string} file */
function workerCode(kind, file) {
  const constructor = kind === "worker" ? "Worker" : "SharedWorker";
  return `export default function (options) {
  return new ${constructor}(new URL(${JSON.stringify(file)}, import.meta.url), { type: "module", name: options?.name });
}`;
}

/** Whether the module's code is ours and holds a finished URL.
 * @param {string} id */
export const isUrlModule = (id) => id.startsWith(PUBLIC) || ASSET.test(id) || /\?(?:url|inline|no-inline)(?:&.*)?$/.test(id);

/** @param {LinkContext} context @param {string} id @param {string} file */
function assetCode(context, id, file) {
  const output = context.assets.add(file);
  context.noteAsset(id, output);
  return `export default ${outputUrl(context.project, output)};`;
}

/** A stylesheet as a value: its text, or the URL of a file of its own.
 * @param {LinkContext} context @param {string} file @param {string} kind */
async function styleValue({ project, styles, linkedStyles }, file, kind) {
  if (kind === "inline") {
    const { code } = await styles.compile(file, { prefixes: { asset: `${PLACE}asset:`, public: `${PLACE}public:` } });
    return `export default ${textExpression(project, styles.finish([code]))};`;
  }
  const { code, assets: named } = await styles.compile(file);
  const source = displayId(project, file);
  const output = outputName(path.basename(file).replace(/\.\w+$/, ""), `style:${source}`, ".css");
  project.staged.add(output, styles.finishFile([code]));
  linkedStyles.push({ file: output, sources: [source], assets: named });
  return `export default ${outputUrl(project, output)};`;
}

/**
 * The text of a stylesheet. What it names is named from where the script is: the page that takes the text can be in any folder.
 * @param {LinkContext["project"]} project
 * @param {string} css
 */
function textExpression(project, css) {
  const parts = css.replace(UNQUOTED_PLACE, 'url("$1")').split(PLACES);
  return parts.map((part, index) => {
    if (index % 3 === 0) return JSON.stringify(part);
    if (index % 3 === 2) return parts[index - 1] === "asset" ? outputUrl(project, `assets/${part}`) : urlExpression(project, "../", part);
    return "";
  }).filter(Boolean).join(" + ");
}

/**
 * An imported stylesheet is a module without code, or with its local names; the text waits for its file to be planned.
 * @param {LinkContext} context
 * @returns {Plugin}
 */
function stylesheets({ styles, stylesheets: compiled, componentStyles }) {
  return {
    name: "perfbuild:stylesheets",
    load: {
      filter: { id: STYLE_FILE },
      async handler(id) {
        const modules = isCssModule(id);
        const stylesheet = await styles.compile(id, { code: componentStyles.get(id), modules });
        compiled.set(id, stylesheet);
        const code = modules ? cssModuleCode(stylesheet.exports ?? {}) : "";
        return { code, moduleType: "js", moduleSideEffects: "no-treeshake" };
      },
    },
  };
}

/** @param {LinkContext} context @returns {Plugin} */
function assets(context) {
  return {
    name: "perfbuild:assets",
    load: {
      filter: { id: ASSET },
      handler(id) {
        if (isInlinable(context.project, id)) return valueModule(`export default ${JSON.stringify(dataUrl(id))};`);
        return valueModule(assetCode(context, id, id));
      },
    },
  };
}

/** Packages that also run in Node ask for its modules in branches that a browser never takes.
 * @param {LinkContext} context
 * @returns {Plugin} */
function builtins({ problems }) {
  return {
    name: "perfbuild:builtins",
    resolveId: {
      order: "post",
      filter: { id: BUILTIN_NAME },
      async handler(id, importer) {
        if (!importer) return null;
        const resolved = id.startsWith("node:") ? null : await this.resolve(id, importer, { skipSelf: true });
        // A package of that name, or the empty module that a package's `browser` field asks for.
        if (resolved && !resolved.external && (path.isAbsolute(resolved.id) || resolved.id.startsWith(EMPTY))) return resolved;
        problems.push({ code: "node-builtin", severity: "warning", message: id, specifier: id, file: importer, importer });
        return BUILTIN + id;
      },
    },
    load: {
      filter: { id: new RegExp(`^${BUILTIN}`) },
      handler: () => ({ code: "module.exports = {};", moduleType: "js", moduleSideEffects: false }),
    },
  };
}
