// Entries: files that the configuration names, and the runs of module scripts of pages.

import path from "node:path";

/**
 * One entry; its parts run in order. A part is a file, or the code of an inline script.
 * @typedef {object} EntryParams
 * @property {string} key
 * @property {string} stem what its chunk is called
 * @property {string | null} page root-relative
 * @property {({file: string} | {code: string})[]} parts files are root-relative
 */

// An inline script's id lies beside its page, so that its relative imports resolve from there.
const PAGE_MODULE = /\?(?:script|run)=/;

export class Entries {
  /**
   * @param {import("./project.mjs").Project} project
   * @param {EntryParams[]} params
   */
  constructor(project, params) {
    this.project = project;
    /** @type {Map<string, string>} entry key -> module id */
    this.idOf = new Map();
    /** @type {Map<string, string>} module id -> code */
    this.codes = new Map();
    /** @type {Map<string, string>} module id -> stem */
    this.stems = new Map();
    for (const entry of params) this.#add(entry);
  }

  /** @param {EntryParams} entry */
  #add({ key, stem, page, parts }) {
    const ids = parts.map((part, index) => {
      if ("file" in part) return path.join(this.project.root, part.file);
      const id = `${path.join(this.project.root, /** @type {string} */ (page))}?script=${key.slice(key.indexOf("#") + 1)}.${index}`;
      this.codes.set(id, part.code);
      return id;
    });
    let id = ids[0];
    if (ids.length > 1) {
      id = `${path.join(this.project.root, /** @type {string} */ (page))}?run=${key.slice(key.indexOf("#") + 1)}`;
      this.codes.set(id, ids.map((one) => `import ${JSON.stringify(one)};`).join("\n"));
    }
    this.idOf.set(key, id);
    this.stems.set(id, stem);
  }

  /** @returns {Record<string, string>} */
  input() {
    const ids = [...new Set(this.idOf.values())];
    return Object.fromEntries(ids.map((id, index) => [`entry${index}`, id]));
  }

  /** @param {string | null | undefined} id */
  stemOf(id) {
    return id ? this.stems.get(id) : undefined;
  }

  /** @returns {import("rolldown").Plugin} */
  plugin() {
    return {
      name: "perfbuild:entries",
      resolveId: { filter: { id: PAGE_MODULE }, handler: (id) => (this.codes.has(id) ? id : null) },
      load: {
        filter: { id: PAGE_MODULE },
        handler: (id) => {
          const code = this.codes.get(id);
          return code === undefined ? null : { code, moduleType: "js", moduleSideEffects: true };
        },
      },
    };
  }

  /**
   * @param {{file: string, isEntry: boolean, moduleIds: string[], facadeId: string | null}[]} chunks
   * @returns {Record<string, string>} entry key -> output path
   */
  files(chunks) {
    const byFacade = new Map(chunks.filter((chunk) => chunk.facadeId).map((chunk) => [chunk.facadeId, chunk.file]));
    return Object.fromEntries([...this.idOf].map(([key, id]) => [key, /** @type {string} */ (byFacade.get(id))]));
  }
}
