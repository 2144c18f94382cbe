// Legal comments leave the chunks, where every visitor pays for them, and are gathered in one file.

import { displayId } from "./project.mjs";

const COMMENT = /\/\*(?:!|[^*]*@(?:licen[cs]e|preserve|copyright))[^]*?\*\/|\/\*\*?(?=[^]{0,400}@(?:licen[cs]e|preserve))[^]*?\*\/|^\s*\/\/!.*$/gim;
const HINT = /\/\*!|@licen[cs]e|@preserve|^\s*\/\/!/im;

/**
 * @param {import("rolldown").PluginContext} plugin
 * @param {import("./project.mjs").Project} project
 * @param {string[]} ids modules in the output
 * @returns {string} empty when no module asks for it
 */
export function licenceText(plugin, project, ids) {
  /** @type {Map<string, string[]>} comment -> modules */
  const users = new Map();
  for (const id of ids) {
    const code = plugin.getModuleInfo(id)?.code;
    if (!code || !HINT.test(code)) continue;
    for (const [comment] of code.matchAll(COMMENT)) {
      if (!HINT.test(comment)) continue;
      const text = comment.trim();
      users.set(text, [...new Set([...(users.get(text) ?? []), displayId(project, id)])]);
    }
  }
  return [...users].map(([comment, modules]) => `${modules.join("\n")}\n\n${comment}\n`).join("\n----\n\n");
}
