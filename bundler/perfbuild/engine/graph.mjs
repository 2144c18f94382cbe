// The module graph as the Python side plans it: ids, and imports as places in the list of ids.

import { displayId } from "./project.mjs";
import { isScoped } from "./scoped-styles.mjs";

/**
 * @param {import("rolldown").PluginContext} plugin
 * @param {import("./context.mjs").LinkContext} context
 * @param {import("./chunk-comments.mjs").ChunkComments} comments
 * @param {boolean} withSizes reading every module's code is worth it only where sizes decide
 */
export function graphOf(plugin, { project, stylesheets, routes }, comments, withSizes) {
  const moduleIds = [...plugin.getModuleIds()];
  const indexOf = new Map(moduleIds.map((id, index) => [id, index]));
  /** @param {readonly string[]} ids */
  const places = (ids) => {
    const found = [];
    for (const id of ids) {
      const index = indexOf.get(id);
      if (index !== undefined) found.push(index);
    }
    return found;
  };
  const styles = moduleIds.flatMap((id, index) => (hasRules(stylesheets.get(id)?.code ?? "") ? [index] : []));
  const sheetOf = (/** @type {number} */ index) => stylesheets.get(moduleIds[index]);
  const infos = moduleIds.map((id) => plugin.getModuleInfo(id));
  const message = {
    ids: moduleIds.map((id) => displayId(project, id)),
    paths: moduleIds.map((id, index) => (needsPath(project, id) ? [index, id] : null)).filter(Boolean),
    sizes: withSizes ? infos.map((info) => info?.code?.length ?? 0) : [],
    imports: infos.map((info) => places(info?.importedIds ?? [])),
    dynamic_imports: infos.map((info) => places(info?.dynamicallyImportedIds ?? [])),
    entries: infos.flatMap((info, index) => (info?.isEntry ? [index] : [])),
    styles,
    style_sizes: styles.map((index) => sheetOf(index)?.code.length),
    scoped_styles: styles.filter((index) => isScoped(moduleIds[index], sheetOf(index))),
    chunk_names: Object.fromEntries([...comments.names].map(([id, name]) => [indexOf.get(id) ?? -1, name])),
    routes,
  };
  return { moduleIds, message };
}

/** Files without rules would be asked for in vain.
 * @param {string} css */
const hasRules = (css) => css.replace(/\/\*[^]*?\*\//g, "").trim() !== "";

/** Modules outside the project are checked by the Python side: a workspace package may be, a stray file may not.
 * @param {import("./project.mjs").Project} project
 * @param {string} id */
function needsPath(project, id) {
  return id.startsWith("/") && !id.startsWith(`${project.root}/`) && !id.includes("/node_modules/");
}
