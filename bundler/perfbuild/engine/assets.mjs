// Files that modules and stylesheets name by URL: images, fonts, WebAssembly and whatever else is only fetched.

import fs from "node:fs";
import path from "node:path";

import { assetName } from "./names.mjs";
import { decodePath, displayId, findRooted, isFile, isInside } from "./project.mjs";

export const ASSET_EXTENSIONS = [
  "apng", "avif", "bmp", "cur", "gif", "ico", "jfif", "jpeg", "jpg", "jxl", "pjp", "pjpeg", "png", "svg", "tif", "tiff", "webp",
  "aac", "flac", "m4a", "mov", "mp3", "mp4", "ogg", "opus", "vtt", "wav", "webm",
  "eot", "otf", "ttc", "ttf", "woff", "woff2",
  "csv", "geojson", "glb", "gltf", "hdr", "htm", "html", "md", "pdf", "txt", "wasm", "webmanifest", "xml", "zip",
];

/** @type {Record<string, string>} */
const MIME_TYPES = {
  ".avif": "image/avif", ".bmp": "image/bmp", ".cur": "image/x-icon", ".eot": "application/vnd.ms-fontobject",
  ".gif": "image/gif", ".ico": "image/x-icon", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".mp3": "audio/mpeg",
  ".mp4": "video/mp4", ".otf": "font/otf", ".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml",
  ".ttf": "font/ttf", ".txt": "text/plain", ".wasm": "application/wasm", ".webm": "video/webm", ".webp": "image/webp",
  ".woff": "font/woff", ".woff2": "font/woff2",
};

// An SVG that refers to anything (a part of itself by id, a file, a style) can mean something else as a data URL.
const SVG_REFERENCE = /\b(?:href|src)\s*=|url\(|<style|<script|@import/i;

/**
 * @typedef {object} Asset
 * @property {string} file output path
 * @property {string} source root-relative
 */

/** Notes the files that a request uses, so that the Python side copies each once. */
export class AssetTable {
  /** @param {import("./project.mjs").Project} project */
  constructor(project) {
    this.project = project;
    /** @type {Map<string, Asset>} */
    this.bySource = new Map();
  }

  /**
   * @param {string} file absolute
   * @returns {string} output path
   */
  add(file) {
    const source = displayId(this.project, file);
    const known = this.bySource.get(source);
    if (known) return known.file;
    const asset = { file: assetName(source), source, path: file };
    this.bySource.set(source, asset);
    return asset.file;
  }

  list() {
    return [...this.bySource.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}

/**
 * @param {string} file
 * @returns {string}
 */
export function dataUrl(file) {
  const extension = path.extname(file).toLowerCase();
  const type = MIME_TYPES[extension] ?? "application/octet-stream";
  if (extension === ".svg") {
    const text = fs.readFileSync(file, "utf8").replace(/>\s+</g, "><").trim();
    // Apostrophes need no escape where the URL stands in double quotes, which saves two bytes an attribute.
    const quoted = text.includes("'") ? text : text.replaceAll('"', "'");
    return `data:${type},${quoted.replace(/[%#<>{}\\^`|"\s]+/g, encodeURIComponent)}`;
  }
  return `data:${type};base64,${fs.readFileSync(file).toString("base64")}`;
}

/**
 * Whether the file is small enough to stand in place of its URL without a request.
 * @param {import("./project.mjs").Project} project
 * @param {string} file
 */
export function isInlinable(project, file) {
  if (fs.statSync(file).size > project.inlineLimit || /\.html?$/i.test(file)) return false;
  return !/\.svg$/i.test(file) || !SVG_REFERENCE.test(fs.readFileSync(file, "utf8").replace(/\bxmlns(:\w+)?=/g, ""));
}

/**
 * The path of a public file below the base.
 * @param {import("./project.mjs").Project} project
 * @param {string} file absolute
 */
export function publicPath(project, file) {
  const relative = path.relative(/** @type {string} */ (project.publicDir), file);
  return relative.split(path.sep).map(encodeURIComponent).join("/");
}

/**
 * Resolves a `url()` or a `new URL()`.
 * @param {import("./project.mjs").Project} project
 * @param {string} url as written
 * @param {string} from absolute path of the file it stands in
 * @returns {{kind: "left"} | {kind: "public" | "file", file: string, suffix: string} | {kind: "missing" | "outside"}}
 */
export function resolveUrl(project, url, from) {
  if (url === "" || url.startsWith("#") || url.startsWith("//") || /^[a-z][a-z0-9+.-]*:/i.test(url)) return { kind: "left" };
  const [, pathname, suffix] = /** @type {RegExpExecArray} */ (/^([^?#]*)(.*)$/s.exec(url));
  if (pathname.startsWith("/")) {
    const found = findRooted(project, pathname);
    if (!found) return { kind: "missing" };
    if (!isAllowed(project, found.file, from)) return { kind: "outside" };
    return { kind: found.isPublic ? "public" : "file", file: found.file, suffix };
  }
  const file = path.resolve(path.dirname(from), decodePath(pathname));
  const literal = path.resolve(path.dirname(from), pathname);
  const existing = isFile(file) ? file : isFile(literal) ? literal : null;
  if (!existing) return { kind: isInside(project.workspace, file) ? "missing" : "outside" };
  return isAllowed(project, existing, from) ? { kind: "file", file: existing, suffix } : { kind: "outside" };
}

/** Whether a file, symlinks followed, may be published; packages above the project may name their own files.
 * @param {import("./project.mjs").Project} project
 * @param {string} file
 * @param {string} from */
export function isAllowed(project, file, from) {
  const real = fs.realpathSync(file);
  return isInside(project.workspace, real) || (from.includes("/node_modules/") && real.includes("/node_modules/"));
}
