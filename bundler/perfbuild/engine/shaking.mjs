// What tree shaking leaves of packages though nothing uses it: a class whose static properties read others, a name that nothing but
// the writing of its own properties mentions. It is dropped where running it could only have changed what is dropped with it.
// docs/design/second-link.md says what is taken for granted.

import path from "node:path";

import { parseSync } from "rolldown/utils";

import { pairsOf } from "./clauses.mjs";
import { topLevelStatements } from "./outline.mjs";
import { Statements } from "./purity.mjs";

/**
 * @typedef {object} Chunk of a link
 * @property {string} file
 * @property {string} code rendered, not minified
 * @property {readonly string[]} imports files
 * @property {boolean} isOfPackages only those are shaken: what a project writes itself, it uses
 * @property {boolean} keepsExports whether others than imports ask for its exports
 */

const DECLARATION = /^(?:async )?(?:const|let|var|function|class)\b\*? ([\w$]+)/;
const PROPERTY = /^([\w$]+)(?:\.prototype)?\.[\w$]+ = /;
const IMPORT = /^import \{ (.*) \} from ".*";(?:\s|\n\/\/.*)*$/;
const EXPORT = /^export \{ (.*) \};(?:\s|\n\/\/.*)*$/;
const MAKING = /^(?:(?:Function|Class)(?:Declaration|Expression)|(?:ArrowFunction|Object|New)Expression)$/;
// With the dot of a property, or the three of a spread. What only looks like a name, in a string or as a parameter, keeps more than has to be.
const WORD = /\.{0,3}[A-Za-z_$][\w$]*/g;

/**
 * Drops what nothing uses; line breaks stay, for source maps.
 * @param {readonly Chunk[]} chunks that import each other without cycles
 * @returns {{changed: Map<string, string>, used: Map<string, Set<string>>}} `changed`: file -> code, of those that change; `used`: file ->
 * names that its importers use
 */
export function shake(chunks) {
  /** @type {Map<string, Set<string>>} */
  const used = new Map(chunks.map(({ file }) => [file, new Set()]));
  /** @type {Map<string, string>} */
  const changed = new Map();
  for (const chunk of importersFirst(chunks)) {
    const needed = chunk.keepsExports ? null : /** @type {Set<string>} */ (used.get(chunk.file));
    const code = (chunk.isOfPackages && Parts.of(chunk.code)?.shaken(needed)) || chunk.code;
    if (code !== chunk.code) changed.set(chunk.file, code);
    for (const { names, from } of importsOf(code)) {
      for (const [imported] of names) used.get(path.posix.join(path.posix.dirname(chunk.file), from))?.add(imported);
    }
  }
  return { changed, used };
}

/** @param {readonly Chunk[]} chunks */
function importersFirst(chunks) {
  const byFile = new Map(chunks.map((chunk) => [chunk.file, chunk]));
  /** @type {Set<Chunk>} */
  const done = new Set();
  /** @type {Chunk[]} */
  const order = [];
  /** @param {Chunk | undefined} chunk */
  const visit = (chunk) => {
    if (!chunk || done.has(chunk)) return;
    done.add(chunk);
    for (const file of chunk.imports) visit(byFile.get(file));
    order.push(chunk);
  };
  chunks.forEach(visit);
  return order.reverse();
}

/** @param {string} code */
function* importsOf(code) {
  for (const [, names, from] of code.matchAll(/^import \{ (.*) \} from "(.*)";$/gm)) yield { names: pairsOf(names), from };
}

/**
 * @typedef {object} Part a top-level statement
 * @property {string} text
 * @property {[string, string][] | null} names of an import or export
 * @property {boolean} isExport
 * @property {string | null} about the name that it declares, or whose property it sets
 */

/** The top-level statements of a chunk. */
class Parts {
  /** @param {Part[]} all */
  constructor(all) {
    this.all = all;
    /** @type {Map<string, Part[]>} */
    this.about = new Map();
    for (const part of all) if (part.about) this.about.set(part.about, [...(this.about.get(part.about) ?? []), part]);
    /** @type {Set<Part>} */
    this.kept = new Set();
    /** @type {Set<string>} names that what is kept mentions */
    this.live = new Set();
    /** @type {Map<Part, any>} */
    this.trees = new Map();
  }

  /** Null where the code is not laid out as the bundler does it.
   * @param {string} code */
  static of(code) {
    const all = topLevelStatements(code)?.map(({ text }) => partOf(text));
    return all?.every(({ text, names }) => names || !/^(?:import\b[^(]|export\b)/.test(text)) ? new Parts(all) : null;
  }

  /** Code without what does nothing for the rest; null where all of it does something.
   * @param {Set<string> | null} used exports; null for all */
  shaken(used) {
    for (const { isExport, names } of this.all) {
      for (const [local, exported] of (isExport && names) || []) if (!used || used.has(exported)) this.#keepName(local);
    }
    for (const part of this.all) if (!part.names && !part.about) this.#keep(part);
    let rest = this.#rest();
    for (let before = Infinity; rest.length < before; rest = this.#rest()) {
      before = rest.length;
      for (const part of rest) if (!this.#isWithoutEffect(part)) this.#keep(part);
    }
    return rest.length && this.#areWhole() ? this.all.map((part) => this.#written(part)).join("\n") : null;
  }

  /** Whether no line of a template was taken for a statement: what the template begins in would be no code. */
  #areWhole() {
    return this.all.every(({ text }) => !text.includes("`") || !parsed(text).errors.length);
  }

  #rest() {
    return this.all.filter((part) => part.about && !this.kept.has(part));
  }

  /** @param {Part} part */
  #keep(part) {
    if (this.kept.has(part)) return;
    this.kept.add(part);
    for (const word of new Set(part.text.replace(/^\/\/.*$/gm, "").match(WORD))) {
      if (!word.startsWith(".")) this.#keepName(word);
      else if (word.startsWith("...")) this.#keepName(word.slice(3));
    }
  }

  /** @param {string} name */
  #keepName(name) {
    if (this.live.has(name)) return;
    this.live.add(name);
    for (const part of this.about.get(name) ?? []) this.#keep(part);
  }

  /** Whether it does nothing but make its name, or change what that means.
   * @param {Part} part */
  #isWithoutEffect(part) {
    const tree = this.#tree(part);
    if (tree?.type !== "ExpressionStatement") return this.#isPure(part, tree);
    const { operator, right } = tree.expression;
    const declared = this.about.get(/** @type {string} */ (part.about))?.map((one) => this.#tree(one)).filter((one) => one?.type !== "ExpressionStatement");
    return operator === "=" && declared?.length === 1 && this.#isNew(declared[0]) && this.#isPure(part, { type: "ExpressionStatement", expression: right });
  }

  /** Whether what is declared is no other name's object too. Setters would do something with what is written.
   * @param {any} tree */
  #isNew(tree) {
    const made = tree?.type === "VariableDeclaration" ? tree.declarations[0].init : tree;
    if (made?.type === "CallExpression") return this.#isMaker(made.callee);
    const members = [...made?.body?.body ?? made?.properties ?? []];
    return MAKING.test(made?.type) && !members.some(({ kind }) => kind === "set");
  }

  /** Whether a pure call is one of those that make components and the like, not one whose function was looked into.
   * @param {any} callee */
  #isMaker(callee) {
    const bare = callee.type === "ParenthesizedExpression" ? callee.expression : callee;
    const name = bare.type === "Identifier" ? bare.name : null;
    return !/Function/.test(bare.type) && !name?.startsWith("__") && !this.about.has(name);
  }

  /** @param {Part} part @param {any} tree */
  #isPure({ text }, tree) {
    const functionOf = (/** @type {string} */ name) => {
      const [declared, ...more] = this.about.get(name) ?? [];
      const found = declared && !more.length && this.#tree(declared);
      return found?.type === "FunctionDeclaration" ? found : null;
    };
    return tree !== null && new Statements({ text, requires: new Set(), silent: new Set(), own: new Map() }, functionOf).arePure([tree]);
  }

  /** Null of what is not one statement alone, or declares several names.
   * @param {Part} part */
  #tree(part) {
    if (!this.trees.has(part)) {
      const { program: { body: [tree, ...more] }, errors } = parsed(part.text);
      const isOne = tree && !more.length && !errors.length && (tree.type !== "VariableDeclaration" || tree.declarations.length === 1);
      this.trees.set(part, isOne ? tree : null);
    }
    return this.trees.get(part);
  }

  /** @param {Part} part */
  #written(part) {
    if (part.about && !this.kept.has(part)) return part.text.replace(/.*/g, "");
    const left = part.names?.filter(([local, other]) => this.live.has(part.isExport ? local : other));
    if (!part.names || left?.length === part.names.length) return part.text;
    return part.text.replace(/\{ .* \}/, `{ ${left?.map(([one, other]) => (one === other ? one : `${one} as ${other}`)).join(", ")} }`);
  }
}

/** @param {string} text */
const parsed = (text) => parseSync("part.js", text, { lang: "js", sourceType: "module" });

/** @param {string} text @returns {Part} */
function partOf(text) {
  const [, names = null] = IMPORT.exec(text) ?? EXPORT.exec(text) ?? [];
  const about = names === null ? (DECLARATION.exec(text) ?? PROPERTY.exec(text)) : null;
  return { text, names: names === null ? null : pairsOf(names), isExport: text.startsWith("export"), about: about ? about[1] : null };
}
