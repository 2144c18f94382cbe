export interface PrefetchOptions {
  /**
   * When links fetch what they lead to:
   *
   * - `"hover"` (without it): when the pointer rests on them, or they are touched, pressed or focused.
   * - `"tap"`: when they are touched or pressed.
   * - `"visible"`: when they come into view, after the page has loaded.
   * - `"eager"`: all of them, after the page has loaded.
   * - `"none"`: only links to routes with `preload: true`, as with `"hover"`. These are fetched so under `"tap"` too.
   */
  policy?: "none" | "hover" | "tap" | "visible" | "eager";
  /** Milliseconds that the pointer rests on a link first; 65 without it. */
  delay?: number;
  /** How many links are fetched for at once, a route with all its files as one; 2 without it. */
  limit?: number;
  /** Whether links to other origins are fetched too. */
  crossOrigin?: boolean;
  /** Whether pages that the document's speculation rules name are left to them, where the browser has them. On without it. */
  speculation?: boolean;
}

/**
 * Fetches what links lead to before they are followed, each URL once: the document of a page, and for a route of the page's
 * own application its chunks and stylesheets. Links that are added later are watched too.
 *
 * Left out: links with `target` or `download`, in an element with `data-no-prefetch` or with it themselves, to the page
 * itself, and all of them while the visitor saves data or is on a 2G connection.
 */
export declare function prefetch(options?: PrefetchOptions): void;
