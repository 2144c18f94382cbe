// URL patterns of routes: how parents and children join, and what the names of files in a folder of pages mean.
// Sources: the documentation of Vue Router, React Router, TanStack Router, Remix, Next.js and SvelteKit on their file names.

import path from "node:path";

/** What no other route takes, from here on, in the words of the routers: `(.*)*`, `*splat`, `:rest*`, `**`. */
const REST = /^(?::\w+)?\(\.\*\)[*+]?$|^:\w+[*+]$|^\*.*$|^\$$/;

/**
 * A child's pattern below its parent's; one with a leading slash stands for itself.
 * @param {string} parent from the root, or empty
 * @param {string} child
 */
export function joinPatterns(parent, child) {
  const joined = child.startsWith("/") ? child : `${parent.replace(/(?:^|\/)\*$/, "")}/${child}`;
  const segments = joined.split("/").filter(Boolean).map((segment) => {
    if (REST.test(segment)) return "*";
    return segment.startsWith("$") ? `:${segment.slice(1)}` : segment;
  });
  return segments.length === 1 && segments[0] === "*" ? "*" : `/${segments.join("/")}`;
}

const PAGE_FOLDER = /^(?:pages|routes|views|screens|app)$/;
const PAGE_FILE = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|mdx?)$/;
const NO_PAGE = /\.(?:test|spec|stories|d)\.\w+$/;

/**
 * @typedef {object} FilePage
 * @property {string} pattern
 * @property {string[]} files its layouts, the outermost first, then its own
 */

/**
 * The pages among files that one table loads.
 * @param {string[]} files relative to the project
 * @returns {FilePage[] | null | undefined} null when the folder is one of pages, but its names are no paths; undefined when these are
 * other files
 */
export function filePages(files) {
  const folder = pageFolder(files);
  if (!folder || !files.every((file) => PAGE_FILE.test(file))) return undefined;
  const kind = path.posix.basename(folder);
  const named = files.filter((file) => !NO_PAGE.test(file)).sort().map((file) => new PageFile(file, file.slice(folder.length + 1), kind));
  const isAppFolder = kind === "app" && named.some((page) => page.name === "page");
  if (isAppFolder) for (const page of named) page.takeAppNames();
  // `Home.jsx` is a component's name; which path it has stands in code.
  if (named.some((page) => page.segments.some((segment) => /^[A-Z]/.test(segment)))) return null;
  const layouts = new Map(named.flatMap((page) => page.layoutOf(named).map((below) => /** @type {[string, string]} */ ([below, page.file]))));
  /** @type {Map<string, FilePage>} */
  const pages = new Map();
  for (const page of named.filter((one) => one.isPage(layouts))) {
    const found = { pattern: page.pattern(), files: [...page.folders().flatMap((one) => layouts.get(one) ?? []), page.file] };
    // `users.tsx` around `users/index.tsx`: what shows at /users is both.
    if (found.files.length > (pages.get(found.pattern)?.files.length ?? 0)) pages.set(found.pattern, found);
  }
  return [...pages.values()];
}

/** @param {string[]} files */
function pageFolder(files) {
  const folders = files.map((file) => path.posix.dirname(file).split("/"));
  const first = folders[0] ?? [];
  const common = first.slice(0, first.findIndex((_, place) => folders.some((one) => one[place] !== first[place])) >>> 0);
  const last = common.findLastIndex((name) => PAGE_FOLDER.test(name));
  return last < 0 ? null : common.slice(0, last + 1).join("/");
}

const LAYOUT = /^(?:_layout|\+layout|_app|__root)$/;
const INDEX = /^(?:index|_index|\+page)$/;

/** One file below the folder of pages. */
class PageFile {
  /**
   * @param {string} file
   * @param {string} inFolder
   * @param {string} kind the folder's name
   */
  constructor(file, inFolder, kind) {
    this.file = file;
    this.kind = kind;
    const stem = inFolder.replace(PAGE_FILE, "").replace(/\.(?:lazy|page|route)$/, "");
    // Remix and TanStack let dots part segments as slashes do, brackets keep them.
    this.segments = (kind === "routes" ? stem.replace(/\.(?![^[]*\])/g, "/") : stem).split("/").filter(Boolean);
    this.name = this.segments.at(-1) ?? "";
    this.isLayout = LAYOUT.test(this.name);
    this.isIndex = INDEX.test(this.name);
    this.isOther = /^\+/.test(this.name) && !this.isLayout && !this.isIndex;
  }

  /** In an `app` folder only files of certain names mean something. */
  takeAppNames() {
    this.isLayout = this.name === "layout";
    this.isIndex = this.name === "page";
    this.isOther = !this.isLayout && !this.isIndex;
  }

  /** The folders below which the file is a layout.
   * @param {PageFile[]} all */
  layoutOf(all) {
    if (this.isLayout) return [this.segments.slice(0, -1).join("/")];
    const own = this.segments.join("/");
    const nests = this.kind === "routes" || this.name.startsWith("_");
    return nests && !this.isIndex && all.some((other) => other.segments.join("/").startsWith(`${own}/`)) ? [own] : [];
  }

  /** The folders that it lies in, as `layoutOf` names them. */
  folders() {
    return this.segments.map((_, depth) => this.segments.slice(0, depth).join("/"));
  }

  /** @param {Map<string, string>} layouts by the folder that they stand for */
  isPage(layouts) {
    if (this.isLayout || this.isOther) return false;
    return this.segments.every((segment, place) => {
      const isPrivate = segment.startsWith("_") && !(place === this.segments.length - 1 && this.isIndex);
      const below = this.segments.slice(0, place + 1).join("/");
      return !isPrivate || (layouts.has(below) && layouts.get(below) !== this.file);
    });
  }

  pattern() {
    const segments = this.isIndex ? this.segments.slice(0, -1) : this.segments;
    return joinPatterns("", segments.map(urlSegment).filter(Boolean).join("/"));
  }
}

/** @param {string} segment */
function urlSegment(segment) {
  if (/^\((?!\$).*\)$|^[_@]/.test(segment)) return ""; // groups, pathless layouts, slots
  if (/^\[?\[\.\.\..*\]$/.test(segment) || segment === "404") return "*";
  return segment
    .replace(/_$/, "")
    .replace(/\[\[(\w+)(?:=\w+)?\]\]|^\(\$(\w+)\)$/, ":$1$2?")
    .replace(/\[([\w-]+)(?:=\w+)?\]/g, ":$1")
    .replace(/^\$(?=\w)/, ":");
}
