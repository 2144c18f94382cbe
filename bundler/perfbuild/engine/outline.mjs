// What stands at the top level of a chunk, parsed without the functions that surely do nothing there.

import { parseSync } from "rolldown/utils";

import { silentImports, silentIn } from "./annotations.mjs";
import { hasTopLevelAwait } from "./syntax.mjs";

/** What is known of another chunk, by the name that imports have for it.
 * @typedef {{isOfPackages: (file: string) => boolean, silentOf: (file: string) => ReadonlySet<string>}} Others `isOfPackages`: whether all its modules
 * are packages'; `silentOf`: its exports that are functions without effects */

/** The statements of one chunk. */
export class Outline {
  /**
   * @param {string} code as rendered, not minified
   * @param {Others} others
   */
  constructor(code, others) {
    this.code = code;
    this.others = others;
    const parts = topLevelStatements(code);
    /** Whether statements could not be told apart, so that all of it has to be parsed. */
    this.isWhole = parts === null;
    this.parts = parts ?? [{ text: code, start: 0, harmless: false }];
    this.doubtful = this.parts.filter(({ text, harmless }) => !harmless && text.trim());
    /** What is parsed of the code: the statements that may do something. */
    this.text = this.doubtful.map(({ text }) => text).join("\n");
    /** @type {any[]} their trees, with places in `text` */
    this.body = [];
    /** @type {Map<string, "fixed" | "mutable">} own names, and whether they always mean the same */
    this.own = new Map();
    /** @type {Set<string>} names of functions that run a CommonJS module of a package */
    this.requires = new Set();
    /** @type {Set<string>} names of functions that say of themselves that a call of them does nothing */
    this.silent = new Set();
  }

  /** False where that is no JavaScript. */
  parse() {
    const { program, errors } = parseSync("chunk.js", this.text, { lang: "js", sourceType: "module" });
    this.body = program.body;
    this.requires = requiresOfPackages(this.code, this.others.isOfPackages);
    this.silent = new Set([...silentIn(this.code), ...silentImports(this.code, this.others.silentOf)]);
    for (const { text, harmless } of this.parts) {
      const [, kind, name] = (harmless && DECLARATION.exec(text)) || [];
      if (name) this.own.set(name, kind === "const" || kind === "function" ? "fixed" : "mutable");
    }
    for (const statement of this.body) this.#noteOwn(statement);
    return errors.length === 0;
  }

  /** Imports and exports, which do nothing.
   * @returns {any[]} */
  edges() {
    if (this.isWhole) return this.body.filter(isEdge);
    const text = this.parts.filter((part) => part.harmless && /^(?:import|export)\b/.test(part.text)).map((part) => part.text).join("\n");
    return parseSync("chunk.js", text, { lang: "js", sourceType: "module" }).program.body.filter(isEdge);
  }

  /** How much further on in the code a statement of `body` stands than in `text`.
   * @param {{start: number}} statement */
  shiftOf({ start }) {
    let place = 0;
    let next = 0; // where the part after it begins
    for (const part of this.doubtful) {
      next = place + part.text.length + 1;
      if (start < next) return part.start - place;
      place = next;
    }
    return 0;
  }

  /** @param {any} statement */
  #noteOwn(statement) {
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") this.own.set(statement.id.name, "fixed");
    if (statement.type !== "VariableDeclaration") return;
    for (const { id } of statement.declarations) {
      for (const name of namesIn(id)) this.own.set(name, statement.kind === "const" ? "fixed" : "mutable");
    }
  }
}

/** @param {{type: string}} statement */
export const isEdge = ({ type }) => /^(?:Import|Export)/.test(type);

const DECLARATION = /^(?:async )?(const|let|var|function)\b\*? ([\w$]+)/;

/** The names that a pattern declares.
 * @param {any} pattern @returns {string[]} */
export function namesIn(pattern) {
  switch (pattern?.type) {
    case "Identifier": return [pattern.name];
    case "ObjectPattern": return pattern.properties.flatMap((/** @type {any} */ one) => namesIn(one.value ?? one.argument));
    case "ArrayPattern": return pattern.elements.flatMap(namesIn);
    case "AssignmentPattern": return namesIn(pattern.left);
    case "RestElement": return namesIn(pattern.argument);
    default: return [];
  }
}

/**
 * Whether the chunk waits while it is evaluated.
 * @param {string} code as rendered
 */
export function waits(code) {
  if (!code.includes("await")) return false;
  const statements = topLevelStatements(code);
  if (!statements) return hasTopLevelAwait(code, "chunk.js");
  const waiting = statements.filter(({ text, harmless }) => !harmless && /\bawait\b/.test(text)).map(({ text }) => text).join("\n");
  return hasTopLevelAwait(waiting, "chunk.js");
}

/**
 * The statements of a chunk, and whether a look at the first line shows that running them has no effect; null where the code is not
 * laid out as the bundler does it: statements begin in the first column, and all that belongs to them is indented, or closes them.
 * @param {string} code
 */
export function topLevelStatements(code) {
  /** @type {{text: string, start: number, harmless: boolean}[]} */
  const statements = [];
  const hasTemplates = code.includes("`");
  let inTemplate = false; // one over several lines, whose text can begin in the first column
  let harmless = true;
  let start = 0;
  for (let begin = 0, end = 0; begin <= code.length; begin = end + 1) {
    end = code.indexOf("\n", begin);
    if (end < 0) end = code.length;
    // Most lines are indented by two steps or more, and tell nothing.
    const isDeep = code.charCodeAt(begin) === TAB && code.charCodeAt(begin + 1) === TAB;
    if (isDeep && !hasTemplates) continue;
    const line = code.slice(begin, end);
    if (!isDeep && !inTemplate && BEGINS_STATEMENT.test(line)) {
      if (begin > 0) statements.push({ text: code.slice(start, begin - 1), start, harmless });
      start = begin;
      harmless = isHarmless(line);
    } else if (harmless && !continuesHarmless(line)) harmless = false;
    if (hasTemplates && line.includes("`")) {
      const isOpen = hasOpenTemplate(inTemplate ? `\`${line}` : line);
      if (isOpen || inTemplate) harmless = false;
      inTemplate = isOpen;
    }
  }
  statements.push({ text: code.slice(start), start, harmless });
  return inTemplate ? null : statements;
}

const TAB = 9;
const BEGINS_STATEMENT = /^[^\s})\]/]|^\/\* ?[@#]|^\/[^/*]/;

/** Whether a template goes on after the line. Backticks in strings begin none.
 * @param {string} line */
const hasOpenTemplate = (line) => /^`(?:[^`]*[^`])?$/.test(line.replace(/\\./g, "").match(/"[^"]*"|'[^']*'|`[^`]*`?/g)?.at(-1) ?? "");

/** Whether a line below a harmless first one changes nothing: no more comes after the function, and a class evaluates nothing.
 * @param {string} line */
const continuesHarmless = (line) => !/^[})\]]/.test(line) ? !CLASS_EVALUATES.test(line) : /^\}(?:\)\))?;?$/.test(line);

// Members of a class stand one step in.
const CLASS_EVALUATES = /^\t(?:static\b|@|(?:(?:get|set|async) )?\*?\[)/;

/** @param {string} line */
const isHarmless = (line) => /^(?:import [^(]|import\{|export \{|export default function|(?:export )?(?:async )?function\b)/.test(line)
  || /^(?:const|let|var) [\w$]+ = (?:async )?(?:\([^()]*\)|[\w$]+) => \{$/.test(line)
  || /^(?:const|let|var) [\w$]+ = class(?: [\w$]+)? \{$/.test(line)
  || /^var require_[\w$]+ = \/\* @__PURE__ \*\/ __commonJS(?:Min)?\(\(\(.*\) => \{$/.test(line)
  || /^(?:const|let|var) [\w$]+ = (?:"[^"]*"|[-\d.e]+|true|false|null|void 0);$/.test(line);

/** Names of the functions that run a CommonJS module of a package: the package is there anyway, only later.
 * @param {string} code @param {(file: string) => boolean} isOfPackages */
function requiresOfPackages(code, isOfPackages) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const [, imported, file] of code.matchAll(/^import \{([^}]*)\} from "\.\/([^"]+)"/gm)) {
    if (!isOfPackages(file)) continue;
    for (const [, name] of imported.matchAll(/\b(require_[\w$]+)/g)) names.add(name);
  }
  let ofPackage = false;
  for (const [, id, name] of code.matchAll(/^\/\/(?:#region)? (.+)$|^var (require_[\w$]+) = /gm)) {
    if (id) ofPackage = id.includes("node_modules/");
    else if (ofPackage) names.add(name);
    else names.delete(name);
  }
  return names;
}
