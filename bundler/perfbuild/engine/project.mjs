// What the engine knows of the project for the whole build, and the questions of place: inside, public, display names.

import fs from "node:fs";
import path from "node:path";

import { Staged } from "./staged.mjs";
import { resolveTargets, takesImportMaps } from "./targets.mjs";

/**
 * @typedef {object} ProjectOptions what the Python side sends with `open`
 * @property {string} root absolute, symlinks resolved
 * @property {string} workspace the root, or the folder of the monorepo around it
 * @property {string | null} publicDir absolute
 * @property {string} base
 * @property {string | null} target a browserslist query
 * @property {number} inlineLimit bytes
 * @property {Record<string, string>} define
 * @property {Record<string, string>} alias
 * @property {string[]} external specifiers; one that ends with a slash is a prefix
 * @property {"error" | "warning"} missing severity of a missing file
 * @property {string} staging absolute, exists; all output goes there
 * @property {boolean} sourcemap
 * @property {boolean} recover pages are told of lazy chunks that cannot be loaded
 * @property {boolean} importMaps every page holds an import map, by which modules name files; false where a target has none
 */

/** @typedef {ProjectOptions & {targets: import("./targets.mjs").Targets, staged: Staged}} Project */

/**
 * @param {ProjectOptions} options
 * @returns {Promise<Project>}
 */
export async function openProject(options) {
  process.chdir(options.root); // the project's own tools look around themselves: Tailwind searches for classes here
  const targets = await resolveTargets(options.target);
  return { ...options, targets, importMaps: options.importMaps && takesImportMaps(targets), staged: new Staged(options.staging, "output") };
}

/**
 * @param {string} folder
 * @param {string} file
 */
export function isInside(folder, file) {
  const relative = path.relative(folder, file);
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

/**
 * The name of a module that people see and that does not depend on where the project lies.
 * @param {Project} project
 * @param {string} id
 */
export function displayId(project, id) {
  const below = `${project.root}/`;
  if (id.startsWith(below)) return id.slice(below.length);
  const virtual = id.startsWith("\0");
  const plain = virtual ? id.slice(1) : id;
  if (!path.isAbsolute(plain)) return id;
  const inPackages = plain.lastIndexOf("/node_modules/");
  const relative = !isInside(project.root, plain) && inPackages >= 0
    ? plain.slice(inPackages + 1)
    : path.relative(project.root, plain).split(path.sep).join("/");
  return virtual ? "\0" + relative : relative;
}

/**
 * The file that a root-absolute URL (`/logo.svg`) names: in the project, or in the public folder.
 * @param {Project} project
 * @param {string} url without query and fragment
 * @returns {{file: string, isPublic: boolean} | null}
 */
export function findRooted(project, url) {
  const relative = decodePath(url).replace(/^\/+/, "");
  if (project.publicDir) {
    const file = path.join(project.publicDir, relative);
    if (isInside(project.publicDir, file) && isFile(file)) return { file, isPublic: true };
  }
  const file = path.join(project.root, relative);
  return isInside(project.root, file) && isFile(file) ? { file, isPublic: false } : null;
}

/** @param {string} url */
export function decodePath(url) {
  try {
    return decodeURIComponent(url);
  } catch {
    return url; // a lone percent sign is a character of the name
  }
}

/**
 * Aliases and what they stand for: an absolute path, or the name of a package.
 * @param {Project} project
 * @returns {[string, string][]}
 */
export function aliases(project) {
  return Object.entries(project.alias).map(([from, to]) => [from, /^[./]/.test(to) ? path.resolve(project.root, to) : to]);
}

/** @param {string} file */
export const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
