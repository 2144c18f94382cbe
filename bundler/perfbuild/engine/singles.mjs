// Chunks of one atom need no linking. They are minified as they are, even before it is known which atoms stay alone, and then call what
// they import by its new name. docs/design/second-link.md tells how they and the joined chunks find each other.

import path from "node:path";

import { minify } from "rolldown/utils";

import { PREFIX } from "./atoms.mjs";
import { pairsOf, pairText } from "./clauses.mjs";
import { RUN } from "./deferred-code.mjs";
import { outputName } from "./names.mjs";
import { DYNAMIC_IMPORT } from "./preloads.mjs";

/** @typedef {import("./atoms.mjs").Atom} Atom */
/** @typedef {import("./joined.mjs").Joined} Joined */
/** @typedef {{text: string, from: string, names: [string, string][]}} Import a statement; `names`: imported and local */

// As the minifier writes them: at the top, where the bundler wrote them, without a space too many.
const STATEMENT = /import(?:\{([^}]*)\}from|[^"'{};]*from)?"([^"]*)";?/y;
// As the bundler writes them.
const LINE = /^import (?:\{ (.*) \} from )?"(\.\/[\w.-]+)";$/gm;
const EXPORTS = /^\nexport (?:\{ ([^}]*) \};|default (.*))\s*$/;
/** What chunks of one atom call the function that runs them. */
const SHORT_RUN = "$r";

/** The atoms that are chunks by themselves. */
export class Singles {
  /** @param {import("./planner.mjs").Planner} planner */
  constructor(planner) {
    const { project } = planner.context;
    this.atoms = /** @type {import("./atoms.mjs").Atoms} */ (planner.atoms);
    this.options = {
      module: true, compress: { target: project.targets.script }, mangle: true, codegen: { legalComments: /** @type {const} */ ("none") },
    };
    /** @type {Map<string, Promise<string>>} atom's file -> its code minified */
    this.early = new Map();
    /** @type {Map<string, Import[]>} atom's file -> its imports of other atoms, of those that are chunks by themselves */
    this.imports = new Map();
    /** @type {Map<string, string>} atom's file -> its chunk's */
    this.files = new Map();
    /** Source maps of several steps are combined by the bundler alone. */
    this.candidates = project.sourcemap ? [] : [...this.atoms.byFile.values()];
    this.deferral = this.atoms.deferral();
  }

  /** Starts to minify what nothing but the names of its imports can still change. */
  begin() {
    for (const atom of this.candidates) {
      if (atom.dynamicImports.length || this.atoms.changes.has(atom.file)) continue;
      const early = this.#minified(atom.file, this.#code(atom));
      early.catch(() => {}); // reported where it is waited for
      this.early.set(atom.file, early);
    }
  }

  /** Finds those that the arrangement left alone. */
  async choose() {
    for (const atom of this.candidates.filter(({ file }) => this.atoms.alone.has(file))) {
      const { file } = atom;
      const early = await this.early.get(file);
      const imports = (early === undefined ? linesOf(this.#code(atom)) : statementsOf(early)).filter((one) => this.#isOurs(one, file));
      const known = new Set(imports.map(({ from }) => targetOf(file, from)));
      if (atom.imports.some((one) => this.atoms.knows(one) && !known.has(one))) continue; // written in another way
      const group = this.atoms.groupOf(PREFIX + file);
      this.imports.set(file, imports);
      this.files.set(file, group ? outputName(group.slice(0, group.indexOf("\n")), `chunk:${group}`, ".js") : file);
    }
  }

  /** The chunks without their code.
   * @param {Joined} joined */
  facts(joined) {
    return [...this.files].map(([file, fileName]) => {
      const { facade, isEntry, imports, dynamicImports } = /** @type {Atom} */ (this.atoms.byFile.get(file));
      return {
        fileName,
        name: path.posix.basename(fileName, ".js"),
        moduleIds: [PREFIX + file],
        facadeModuleId: facade === null ? null : PREFIX + file,
        isEntry,
        isDynamicEntry: !isEntry && facade !== null,
        imports: joined.filesOf(imports),
        dynamicImports: joined.filesOf(dynamicImports),
        exports: ["*"],
      };
    });
  }

  /**
   * @param {Joined} joined
   * @param {import("./preloads.mjs").Layout} layout
   */
  async chunks(joined, layout) {
    return Promise.all(this.facts(joined).map(async (chunk) => {
      const atom = /** @type {Atom} */ (this.atoms.of(chunk.moduleIds[0]));
      const early = layout.edits(chunk.fileName) ? undefined : await this.early.get(atom.file);
      const code = early === undefined ? await this.#edited(atom, chunk, joined, layout) : this.#renamed(early, atom.file, joined);
      return { .../** @type {any} */ (chunk), type: "chunk", code, map: null };
    }));
  }

  /** Minified code with its imports by today's names.
   * @param {string} code @param {string} file @param {Joined} joined */
  #renamed(code, file, joined) {
    const statements = statementsOf(code);
    const length = statements.reduce((sum, { text }) => sum + text.length, 0);
    return this.#statements(statements, file, joined).join("") + code.slice(length);
  }

  /** @param {Atom} atom @param {any} chunk @param {Joined} joined @param {import("./preloads.mjs").Layout} layout */
  async #edited(atom, chunk, joined, layout) {
    const code = this.#code(atom);
    const statements = this.#statements(linesOf(code), atom.file, joined);
    const renamed = code.replace(LINE, () => /** @type {string} */ (statements.shift()))
      .replace(DYNAMIC_IMPORT, (expression, _quote, name) => joined.lazy.get(targetOf(atom.file, `./${name}`)) ?? expression);
    return this.#minified(chunk.fileName, layout.edit(renamed, chunk, joined)?.code ?? renamed);
  }

  /** The statements as they are to be, one for each chunk that is imported; nothing in the place of further ones.
   * @param {Import[]} statements @param {string} file @param {Joined} joined @returns {string[]} */
  #statements(statements, file, joined) {
    /** @type {Map<string, {place: number, names: string[]}>} */
    const chunks = new Map();
    for (const [place, one] of statements.entries()) {
      const imported = targetOf(file, one.from);
      if (!this.#isOurs(one, file) || !this.atoms.byFile.has(imported)) continue;
      const chunk = found(joined.fileOf(imported), imported);
      const known = chunks.get(chunk) ?? chunks.set(chunk, { place, names: [] }).get(chunk);
      known?.names.push(...one.names.map(([name, local]) => pairText(joined.nameOf(imported, name), local)));
    }
    const texts = statements.map((one) => (this.#isOurs(one, file) ? "" : one.text));
    for (const [chunk, { place, names }] of chunks) {
      texts[place] = `import${names.length ? `{${names.join(",")}}from` : ""}"./${path.posix.basename(chunk)}";`;
    }
    return texts;
  }

  /** @param {Import} statement @param {string} file */
  #isOurs({ from }, file) {
    return from.startsWith("./") && this.atoms.knows(targetOf(file, from));
  }

  /** What is to be minified, but for the names of imports: without exports that nobody imports.
   * @param {Atom} atom */
  #code({ file, code, facade, isEntry }) {
    if (this.atoms.changes.has(file)) return this.#deferred(file, code);
    const used = (facade === null || isEntry) && !this.atoms.asked.has(file) ? this.atoms.used.get(file) : undefined;
    const place = used ? code.lastIndexOf("\nexport ") : -1;
    const [, list, value] = (place >= 0 && EXPORTS.exec(code.slice(place))) || [];
    if (list) return code.slice(0, place) + exportsText(pairsOf(list).filter(([, name]) => used?.has(name)));
    return value && !used?.has("default") ? `${code.slice(0, place)}\n${value}` : code; // what is wrapped runs when it is asked for
  }

  /** What a chunk of one atom calls an export.
   * @param {string} name */
  nameOf(name) {
    return name === RUN ? SHORT_RUN : name;
  }

  /** @param {string} file @param {string} code */
  #deferred(file, code) {
    const { handler } = /** @type {{handler: (code: string, id: string) => {code: string}}} */ (/** @type {unknown} */ (this.deferral));
    return handler(code, PREFIX + file).code.replace(`export { ${RUN} };`, `export { ${RUN} as ${SHORT_RUN} };`);
  }

  /** @param {string} name @param {string} code */
  async #minified(name, code) {
    const { code: minified, errors } = await minify(path.posix.basename(name), code, this.options);
    if (errors.length) throw new Error(errors[0].message);
    return minified.trimEnd();
  }
}

/** @param {string} file @param {string} from */
export const targetOf = (file, from) => path.posix.join(path.posix.dirname(file), from);

/** Output that names what is not there must not be written.
 * @param {string | undefined} name @param {string} of @returns {string} */
export function found(name, of) {
  if (name === undefined) throw new Error(`the bundler does not say how chunks import ${of.replace("\n", ": ")}`);
  return name;
}

/** @param {[string, string][]} pairs */
const exportsText = (pairs) => (pairs.length ? `\nexport { ${pairs.map(([local, name]) => pairText(local, name)).join(", ")} };` : "");

/** The import statements at the top of minified code, as far as they are understood.
 * @param {string} code @returns {Import[]} */
function statementsOf(code) {
  const found = [];
  STATEMENT.lastIndex = 0;
  for (let match = STATEMENT.exec(code); match; match = STATEMENT.exec(code)) {
    const [text, list, from] = match;
    found.push({ text, from, names: pairsOf(list, ",") });
  }
  return found;
}

/** The import statements of code that is not minified, of other atoms.
 * @param {string} code @returns {Import[]} */
const linesOf = (code) => [...code.matchAll(LINE)].map(([text, list, from]) => ({ text, from, names: pairsOf(list) }));
