/** What decides when a resource is fetched; see {@link load}. */
export type Priority = "critical" | "high" | "normal" | "low";

export interface Resource {
  /** Relative to the document. It names the resource: what is written in two ways is fetched twice. */
  url: string;
  /** A `font` and an `image` are fetched for later use (`<link rel="preload">`), the others take effect. */
  type: "script" | "module" | "style" | "font" | "image";
  /** `"normal"` without it. */
  priority?: Priority;
  /**
   * Properties of the element that fetches it, such as `integrity`, `crossOrigin`, `media` and `referrerPolicy`; and `nonce`, where a
   * Content-Security-Policy allows scripts by theirs.
   */
  properties?: Partial<HTMLScriptElement> | Partial<HTMLLinkElement>;
}

export interface LoadOptions {
  /** How often a resource is tried again: after half a second, and each time after twice as long. 2 without it. */
  retries?: number;
  /** Ends the loading: what has not come is given up with the signal's reason. A script that has come may still run. */
  signal?: AbortSignal;
  /** Told of each resource that failed, after its last try. */
  onError?: (error: unknown) => void;
}

export interface Failure {
  url: string;
  /** The signal's reason, or an error that names the URL. */
  error: unknown;
}

export interface Loaded {
  /** URLs, in the order in which they came. */
  loaded: string[];
  failed: Failure[];
}

/** Fulfilled when everything has come or failed; never rejected. */
export interface Loading extends Promise<Loaded> {
  /**
   * A promise for each URL, there at once: of the element that fetched it (`script` or `link`), rejected where it failed.
   * A rejection that nobody handles is not reported by the browser.
   */
  each: Map<string, Promise<HTMLElement>>;
}

/**
 * Fetches resources by their priority: `critical` ones first, alone; when they have come, `high` ones (with
 * `fetchpriority="high"`) together with `normal` ones; after these, in idle time, `low` ones. Classic scripts of one
 * priority run in the order of the list, except for one that had to be tried again.
 *
 * Each URL is fetched once in the life of the page: a later call is given the same promise, unless it failed.
 */
export declare function load(list: Iterable<Resource>, options?: LoadOptions): Loading;

/**
 * Loads the scripts and stylesheets that the build has put off because they are marked `data-priority="low"`: after the page's
 * `load` event, in idle time, in the order of the document. The build calls it where a page needs it.
 */
export declare function loadMarked(options?: LoadOptions): Promise<Loaded>;
