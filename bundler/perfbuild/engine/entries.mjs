// Entries: files that the configuration names, and the runs of module scripts of pages.

import path from "node:path";

/**
 * One entry; its parts run in order. A part is a file, or the code of an inline script.
 * @typedef {object} EntryParams
 * @property {string} key
 * @property {string} stem what its chunk is called
 * @property {string} id root-relative; of the module that runs several parts
 * @property {({file: string} | {id: string, code: string})[]} parts root-relative; the id of an inline script lies where its relative
 * imports resolve from
 */

// A page's key is its path, then this and a number; no name in the configuration has it.
const RUN = "#";
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
  #add({ key, stem, id, parts }) {
    const ids = parts.map((part) => {
      if ("file" in part) return path.join(this.project.root, part.file);
      const script = path.join(this.project.root, part.id);
      this.codes.set(script, part.code);
      return script;
    });
    let module = ids[0];
    if (ids.length > 1) {
      module = path.join(this.project.root, id);
      this.codes.set(module, ids.map((one) => `import ${JSON.stringify(one)};`).join("\n"));
    }
    this.idOf.set(key, module);
    this.stems.set(module, stem);
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

  /** @param {string | null} id of a module */
  has(id) {
    return [...this.idOf.values()].includes(/** @type {string} */ (id));
  }

  /** Whether a page loads it.
   * @param {string | null} id of a module */
  isOfPage(id) {
    return [...this.idOf].some(([key, one]) => one === id && key.includes(RUN));
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
   * @param {{file: string, entryIds: string[]}[]} chunks
   * @returns {Record<string, string>} entry key -> output path
   */
  files(chunks) {
    const byFacade = new Map(chunks.flatMap((chunk) => chunk.entryIds.map((id) => [id, chunk.file])));
    return Object.fromEntries([...this.idOf].map(([key, id]) => [key, /** @type {string} */ (byFacade.get(id))]));
  }
}
