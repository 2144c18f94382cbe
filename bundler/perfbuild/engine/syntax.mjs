// Questions to the syntax tree of one module.

import path from "node:path";

import { parseSync, Visitor } from "rolldown/utils";

/** @type {Record<string, "ts" | "tsx">} */
const TYPED = { ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx" };

/**
 * @param {string} code
 * @param {string} id
 */
export function parseModule(code, id) {
  return parseSync(id, code, { lang: languageOf(id), sourceType: "module" }).program;
}

/**
 * The comments of a module, delimiters included.
 * @param {string} code
 * @param {string} id
 */
export function commentsOf(code, id) {
  const { comments } = parseSync(id, code, { lang: languageOf(id), sourceType: "module" });
  return comments.map(({ start, end }) => code.slice(start, end));
}

/** The nodes that a node holds.
 * @param {any} node
 * @returns {any[]} */
export const childrenOf = (node) => Object.values(node).flat().filter((child) => typeof child?.type === "string");

/** @param {string} id */
const languageOf = (id) => TYPED[path.extname(id.replace(/\?.*$/, ""))] ?? "jsx";

/** @param {string} code */
const isCommonJs = (code) => /\bmodule\.exports\b|\bexports\.\w|\brequire\(/.test(code) && !/^\s*(?:import|export)\b/m.test(code);

/**
 * Whether the module waits while it is evaluated, so that whoever imports it statically waits too.
 * @param {string} code
 * @param {string} id
 */
export function hasTopLevelAwait(code, id) {
  // A script of CommonJS cannot wait, and parsing the large ones is not for nothing.
  if (!/\bawait\b/.test(code) || isCommonJs(code)) return false;
  let depth = 0;
  let found = false;
  const enter = () => void depth++;
  const leave = () => void depth--;
  const note = () => {
    found ||= depth === 0;
  };
  new Visitor({
    FunctionDeclaration: enter, "FunctionDeclaration:exit": leave,
    FunctionExpression: enter, "FunctionExpression:exit": leave,
    ArrowFunctionExpression: enter, "ArrowFunctionExpression:exit": leave,
    AwaitExpression: note,
    ForOfStatement: (node) => (node.await ? note() : undefined),
  }).visit(parseModule(code, id));
  return found;
}
