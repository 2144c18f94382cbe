// webpack's magic comments in dynamic imports: names of chunks, and what to fetch ahead.
// Source: webpack's documentation of "Magic Comments" (module methods).

const DYNAMIC_IMPORT = /\bimport\s*\(\s*((?:\/\*[^]*?\*\/\s*|\/\/[^\n]*\n\s*)+)(["'`])([^"'`\n]+)\2/g;
const NAME = /webpackChunkName\s*:\s*(["'`])([^"'`]+)\1/;
const FLAG = /webpack(Prefetch|Preload)\s*:\s*(?:true|\d+)/g;

export class ChunkComments {
  constructor() {
    /** @type {Map<string, string>} imported module -> chunk name */
    this.names = new Map();
    /** @type {{kind: "prefetch" | "preload", importer: string, target: string}[]} */
    this.hints = [];
  }

  /** @param {string} id */
  nameOf(id) {
    return this.names.get(id);
  }

  /** @returns {import("rolldown").Plugin} */
  plugin() {
    const comments = this;
    return {
      name: "perfbuild:chunk-comments",
      transform: {
        filter: { code: ["webpackChunkName", "webpackPrefetch", "webpackPreload"] },
        async handler(code, importer) {
          for (const [, comment, , specifier] of code.matchAll(DYNAMIC_IMPORT)) {
            const resolved = await this.resolve(specifier, importer);
            if (resolved) comments.note(comment, importer, resolved.id);
          }
          return null;
        },
      },
    };
  }

  /**
   * @param {string} comment
   * @param {string} importer
   * @param {string} target
   */
  note(comment, importer, target) {
    const name = NAME.exec(comment)?.[2];
    // The first name by importer would depend on timing; the least one does not.
    const known = this.names.get(target);
    if (name && (!known || name < known)) this.names.set(target, name);
    for (const [, kind] of comment.matchAll(FLAG)) {
      this.hints.push({ kind: kind === "Prefetch" ? "prefetch" : "preload", importer, target });
    }
  }
}
