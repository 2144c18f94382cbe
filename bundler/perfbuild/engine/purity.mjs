// Whether running a chunk does anything but make its exports: only then may a route load it that does not need it.
// Careful in one direction: what is not surely without effect has one.

import fs from "node:fs";
import path from "node:path";

import { parseSync } from "rolldown/utils";

import { hasTopLevelAwait } from "./syntax.mjs";

// Parsing to a tree takes about half a second a megabyte, and chunks worth merging are small. Characters.
const CHUNK_LIMIT = 200_000;
const SCAN_LIMIT = 4_000_000;
const PARSE_LIMIT = 300_000;
const WRAPPER = /^__(?:commonJS|commonJSMin|esm|esmMin|export|exportAll|toESM|toCommonJS|name)$/;
const REACT_MAKER = /^(?:createContext|forwardRef|memo|lazy)$/;
const PURE_GLOBAL = /^(?:Map|Set|WeakMap|WeakSet|Symbol|Object|Array|RegExp|String|Number|Boolean|BigInt|Date|URL|Error|TypeError|RangeError|AbortController|Intl)$/;
const PURE_METHOD = /^(?:freeze|create|entries|keys|values|fromEntries|from|of|for|isArray)$/;
const REACT = /^(?:import_)?p?react(?:_compat)?(?:\$\d+)?$/i;

/** Answers for the chunks of one link. */
export class Purity {
  /** @param {string} root of the project */
  constructor(root) {
    this.root = root;
    this.toScan = SCAN_LIMIT;
    this.toParse = PARSE_LIMIT;
    /** @type {Map<string, (file: string) => boolean>} folder -> what the package.json above it says of its files */
    this.flags = new Map();
  }

  /**
   * Ask for small chunks first: there is a limit to how much is looked at.
   * @param {string} code as rendered, not minified
   * @param {readonly string[]} moduleIds
   * @param {(file: string) => boolean} isOfPackages whether all modules of another chunk, by the name that imports have for it, are packages'
   */
  isPure(code, moduleIds, isOfPackages) {
    if (moduleIds.every((id) => this.#isFlagged(id))) return true;
    if (code.length > CHUNK_LIMIT || code.length > this.toScan) return false;
    this.toScan -= code.length;
    const doubtful = doubtfulStatements(code);
    if (doubtful === null) return false;
    if (!doubtful) return true;
    if (doubtful.length > this.toParse) return false;
    this.toParse -= doubtful.length;
    const { program, errors } = parseSync("chunk.js", doubtful, { lang: "js", sourceType: "module" });
    return !errors.length && new Statements(doubtful, requiresOfPackages(code, isOfPackages)).arePure(program.body);
  }

  /** Whether the module's package says `"sideEffects": false` of it.
   * @param {string} id */
  #isFlagged(id) {
    return path.isAbsolute(id) && this.#flagOf(path.dirname(id))(id);
  }

  /** @param {string} folder @returns {(file: string) => boolean} */
  #flagOf(folder) {
    let flag = this.flags.get(folder);
    if (!flag) {
      flag = readFlag(folder) ?? (path.dirname(folder) === folder || folder === this.root ? () => false : this.#flagOf(path.dirname(folder)));
      this.flags.set(folder, flag);
    }
    return flag;
  }
}

/** @param {string} folder @returns {((file: string) => boolean) | null} */
function readFlag(folder) {
  let manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    return null;
  }
  const { sideEffects, name } = manifest;
  if (sideEffects === undefined && name === undefined) return null; // says only what kind of modules lie here
  if (sideEffects === false) return () => true;
  if (!Array.isArray(sideEffects)) return () => false;
  const globs = sideEffects.map((/** @type {string} */ glob) => globOf(glob));
  return (file) => {
    const relative = path.relative(folder, file).split(path.sep).join("/");
    return !globs.some((glob) => glob.test(relative));
  };
}

/** A glob of package.json's `sideEffects`; one without a slash matches at any depth (webpack's documentation).
 * @param {string} glob */
function globOf(glob) {
  const plain = glob.replace(/^\.?\//, "");
  const anywhere = plain.includes("/") ? plain : `**/${plain}`;
  const source = anywhere.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/|\*\*|\*|\?/g, (part) => (
    part === "**/" ? "(?:.*/)?" : part === "**" ? ".*" : part === "*" ? "[^/]*" : "[^/]"
  ));
  return new RegExp(`^${source}$`);
}

/**
 * The statements that need a closer look; null where none can be told apart.
 * @param {string} code
 */
function doubtfulStatements(code) {
  const statements = topLevelStatements(code);
  return statements && statements.filter(({ harmless }) => !harmless).map(({ text }) => text).join("\n");
}

/**
 * Whether the chunk waits while it is evaluated.
 * @param {string} code as rendered
 */
export function waits(code) {
  if (!/\bawait\b/.test(code)) return false;
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
function topLevelStatements(code) {
  if (/^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$/m.test(code)) return null; // a template over several lines
  /** @type {{text: string, harmless: boolean}[]} */
  const statements = [];
  /** @type {string[]} */
  let statement = [];
  let harmless = true;
  const end = () => {
    statements.push({ text: statement.join("\n"), harmless });
    statement = [];
  };
  for (const line of code.split("\n")) {
    if (/^[^\s})\]/]|^\/\* ?[@#]|^\/[^/*]/.test(line)) {
      end();
      harmless = isHarmless(line);
    } else if (harmless && /^[})\]]/.test(line) && !/^\};?$/.test(line)) harmless = false; // more comes after the function
    statement.push(line);
  }
  end();
  return statements;
}

/** @param {string} line */
const isHarmless = (line) => /^(?:import [^(]|import\{|export \{|export default function|(?:export )?(?:async )?function\b)/.test(line)
  || /^(?:const|let|var) [\w$]+ = (?:async )?(?:\([^()]*\)|[\w$]+) => \{$/.test(line)
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
  for (const [, id, body] of code.matchAll(/^\/\/#region (.*)\n([^]*?)^\/\/#endregion/gm)) {
    for (const [, name] of body.matchAll(/^var (require_[\w$]+) = /gm)) {
      if (id.includes("node_modules/")) names.add(name);
      else names.delete(name);
    }
  }
  return names;
}

/** Looks through statements for effects. */
class Statements {
  /**
   * @param {string} code
   * @param {Set<string>} requires
   */
  constructor(code, requires) {
    this.code = code;
    this.requires = requires;
  }

  /** @param {any[]} statements @returns {boolean} */
  arePure(statements) {
    return statements.every((statement) => this.#isStatementPure(statement));
  }

  /** @param {any} node @returns {boolean} */
  #isStatementPure(node) {
    switch (node.type) {
      case "ImportDeclaration":
      case "FunctionDeclaration":
      case "EmptyStatement":
        return true;
      case "ExportNamedDeclaration":
        return !node.declaration || this.#isStatementPure(node.declaration);
      case "ExportDefaultDeclaration":
        return /Declaration$/.test(node.declaration.type) ? this.#isStatementPure(node.declaration) : this.#isPure(node.declaration);
      case "ClassDeclaration":
        return this.#isClassPure(node);
      case "VariableDeclaration":
        return node.declarations.every((/** @type {any} */ one) => one.id.type === "Identifier" && (!one.init || this.#isPure(one.init)));
      case "ExpressionStatement":
        return Boolean(node.directive) || this.#isOwnProperty(node.expression) || this.#isPure(node.expression);
      default:
        return false;
    }
  }

  /** `Component.displayName = "…"`: a property of a name of this chunk.
   * @param {any} node */
  #isOwnProperty(node) {
    return node.type === "AssignmentExpression" && node.operator === "=" && node.left.type === "MemberExpression"
      && node.left.object.type === "Identifier" && /^[A-Z]/.test(node.left.object.name)
      && new RegExp(`(?:var|let|const|function|class) ${node.left.object.name}\\b`).test(this.code) && this.#isPure(node.right);
  }

  /** @param {any} node */
  #isClassPure(node) {
    return (!node.superClass || this.#isPure(node.superClass)) && !node.decorators?.length && node.body.body.every((/** @type {any} */ member) => (
      member.type !== "StaticBlock" && (!member.computed || this.#isPure(member.key)) && !member.decorators?.length
      && !(member.type === "PropertyDefinition" && member.static && member.value && !this.#isPure(member.value))
    ));
  }

  /** @param {any} node @returns {boolean} */
  #isPure(node) {
    if (!node) return true;
    switch (node.type) {
      case "Literal":
      case "Identifier":
      case "ThisExpression":
      case "MetaProperty":
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return true;
      case "ClassExpression":
        return this.#isClassPure(node);
      case "TemplateLiteral":
        return node.expressions.every((/** @type {any} */ one) => this.#isPure(one));
      case "ArrayExpression":
        return node.elements.every((/** @type {any} */ one) => !one || this.#isPure(one.type === "SpreadElement" ? one.argument : one));
      case "ObjectExpression":
        return node.properties.every((/** @type {any} */ one) => (one.type === "SpreadElement" ? this.#isPure(one.argument)
          : (!one.computed || this.#isPure(one.key)) && this.#isPure(one.value)));
      case "MemberExpression":
        return this.#isPure(node.object) && (!node.computed || this.#isPure(node.property));
      case "ChainExpression":
      case "ParenthesizedExpression":
        return this.#isPure(node.expression);
      case "UnaryExpression":
        return node.operator !== "delete" && this.#isPure(node.argument);
      case "BinaryExpression":
      case "LogicalExpression":
        return this.#isPure(node.left) && this.#isPure(node.right);
      case "ConditionalExpression":
        return this.#isPure(node.test) && this.#isPure(node.consequent) && this.#isPure(node.alternate);
      case "SequenceExpression":
        return node.expressions.every((/** @type {any} */ one) => this.#isPure(one));
      case "NewExpression":
      case "CallExpression":
        return this.#isCallPure(node);
      default:
        return false;
    }
  }

  /** @param {any} node */
  #isCallPure(node) {
    const bare = node.callee.type === "ParenthesizedExpression" ? node.callee.expression : node.callee;
    const callee = bare.type === "SequenceExpression" ? bare.expressions.at(-1) : bare; // `(0, react.memo)(…)`
    return this.#isMakerPure(node, callee)
      && node.arguments.every((/** @type {any} */ one) => this.#isPure(one.type === "SpreadElement" ? one.argument : one));
  }

  /** @param {any} node @param {any} callee @returns {boolean} */
  #isMakerPure(node, callee) {
    if (/\/\* ?[@#]__PURE__ ?\*\/\s*(?:\(0, )?$/.test(this.code.slice(Math.max(0, node.start - 24), node.start))) return true;
    if (callee.type === "Identifier") {
      return WRAPPER.test(callee.name) || this.requires.has(callee.name) || (node.type === "NewExpression" && PURE_GLOBAL.test(callee.name)) || callee.name === "Symbol";
    }
    if (callee.type !== "MemberExpression" || callee.computed) return false;
    if (callee.object.type !== "Identifier") return false;
    if (REACT_MAKER.test(callee.property.name)) return REACT.test(callee.object.name);
    // `Array.from(list, function)` calls the function.
    return PURE_GLOBAL.test(callee.object.name) && PURE_METHOD.test(callee.property.name) && !(callee.property.name === "from" && node.arguments.length > 1);
  }
}
