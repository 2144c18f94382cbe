/** Below which URL the files and the routes are; a relative one counts from the page. */
declare const BASE: string;
/** Matches an address, from the slash before the route on, with one group a route: the first that fits counts. */
declare const PATTERN: RegExp;
/** URLs of scripts and stylesheets, as the page itself would name them. */
declare const NAMES: string[];
/** Behind an empty first one, for every group of the pattern the places of its files among the names. */
declare const ROUTES: Iterable<number>[];
/**
 * Behind a first 0, a digit for every group of the pattern: 2 for a route that asks to be fetched ahead
 * (`preload: true`), 1 for any other, 0 for one that takes every address.
 */
declare const LEVELS: string;
/** Kilobits of three quarters of what the page's entries are; over megabits a second that is milliseconds. */
declare const WAIT: number;

interface Document {
  /**
   * Asks for the files of the route at an address, each once in the life of the page.
   *
   * @param address of the page's own origin: a location, a link or a URL
   * @param level "1" for any route that a link leads to, "2" for those alone that ask to be fetched ahead; without it
   *   any route, also where the address is not below the base
   * @returns the elements that fetch what was not asked for before; undefined where no such route fits the address
   */
  perfbuildPreload?(address: { pathname: string; hash: string }, level?: string): HTMLLinkElement[] | undefined;
}
