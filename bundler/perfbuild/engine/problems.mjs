// What goes wrong in the engine, as data: the Python side makes the sentences.

import path from "node:path";

/**
 * @typedef {object} Problem
 * @property {string} code the engine's own code in kebab case, or one of ours
 * @property {"error" | "warning"} severity
 * @property {string} message
 * @property {string} [file] absolute
 * @property {number} [line] from 1
 * @property {number} [column] from 1
 * @property {string} [specifier] what could not be resolved
 * @property {string} [importer] absolute
 */

/** @param {string | undefined} code */
const kebab = (code) => (code ?? "engine-error").toLowerCase().replaceAll("_", "-");

/** The engine's messages carry a drawn code frame; ours is drawn by the Python side from the file.
 * @param {string} message */
function firstParagraph(message) {
  const plain = message.replace(/\u001b\[[0-9;]*m/g, "");
  const lines = plain.split("\n");
  const end = lines.findIndex((line, index) => index > 0 && /^\s*(╭|│|\||at )/.test(line));
  return (end > 0 ? lines.slice(0, end) : lines).join(" ").replace(/^\[[A-Z_]+\]\s*(?:(?:Error|Warning):\s*)?/, "").trim();
}

/** The frame of an error without a location of its own names its file: `╭─[ src/shop.json:3:1 ]`.
 * @param {string} message
 * @param {string} root
 * @returns {{file?: string, line?: number, column?: number}} */
function placeInFrame(message, root) {
  const plain = message.replace(/\u001b\[[0-9;]*m/g, "");
  const [, file, line, column] = /╭─\[ (.+):(\d+):(\d+) \]/.exec(plain) ?? [];
  return file ? { file: path.resolve(root, file), line: Number(line), column: Number(column) } : {};
}

/**
 * @param {any} log a rolldown log or error
 * @param {"error" | "warning"} severity
 * @param {string} root absolute
 * @returns {Problem}
 */
export function fromRolldown(log, severity, root) {
  const file = log.loc?.file ?? log.id;
  return {
    ...(file ? {} : placeInFrame(String(log.message), root)),
    code: kebab(log.code),
    severity,
    message: firstParagraph(String(log.message ?? log)),
    ...(file && path.isAbsolute(file) ? { file } : {}),
    ...(file && log.loc ? { line: log.loc.line, column: log.loc.column + 1 } : {}),
    ...(log.exporter ? { specifier: log.exporter } : {}),
    ...(log.problem ?? {}),
  };
}

/**
 * Keeps the bundler's warnings. `"use client"` marks where a server would stop to render; in a bundle for browsers it says what is so anyway,
 * and component libraries begin hundreds of modules with it.
 * @param {Problem[]} problems
 * @param {string} root absolute
 * @returns {import("rolldown").InputOptions["onLog"]}
 */
export const keepWarnings = (problems, root) => (level, log) => {
  const isIdle = log.code === "MODULE_LEVEL_DIRECTIVE" && String(log.message).includes('"use client"');
  if (level === "warn" && !isIdle) problems.push(fromRolldown(log, "warning", root));
};

/**
 * @param {any} error what lightningcss throws or warns of
 * @param {"error" | "warning"} severity
 * @param {string} file the file when the error names none
 * @returns {Problem}
 */
export function fromLightning(error, severity, file) {
  const at = error.loc?.filename ?? error.fileName ?? file;
  return {
    code: "css-syntax",
    severity,
    message: error.message,
    file: at,
    ...(error.loc ? { line: error.loc.line, column: error.loc.column } : {}),
  };
}

/**
 * Everything a thrown error of the engine holds.
 * @param {any} error
 * @param {string} root absolute
 * @returns {Problem[]}
 */
export function problemsOf(error, root) {
  if (error.problems) return error.problems;
  const errors = error.errors?.length ? error.errors : [error];
  return errors.flatMap((/** @type {any} */ one) =>
    one.problems ?? (one.cause?.problems ?? [fromRolldown(one, "error", root)]));
}
