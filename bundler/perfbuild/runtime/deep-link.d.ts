/** Below which URL the files and the routes are; a relative one counts from the page. */
declare const BASE: string;
/** Matches an address, from the slash before the route on, with one group a route: the first that fits counts. */
declare const PATTERN: RegExp;
/** URLs of scripts and stylesheets, as the page itself would name them. */
declare const NAMES: string[];
/** Behind an empty first one, for every group of the pattern the places of its files among the names. */
declare const ROUTES: Iterable<number>[];
