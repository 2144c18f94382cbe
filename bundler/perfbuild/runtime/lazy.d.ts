export interface LazyOptions {
  /** How far from the viewport an element is loaded, as `IntersectionObserver` takes it. `"50px"` without it; an element's own
   * `data-margin` stands above it. */
  rootMargin?: string;
}

/**
 * Loads media when they come near the viewport: `img`, `picture` and its sources, `iframe`, `video` and `audio` with `data-src`,
 * `data-srcset`, `data-sizes` or `data-poster`, and any element with `data-bg`, a background image. What is added to the
 * document later is found too. Calling it again does nothing until {@link disconnect}.
 *
 * An element gets the class `loaded` when it is there, and `error` when it cannot be loaded; it is tried once more when the
 * browser is online again. Before the page is printed, everything is loaded.
 */
export declare function lazy(options?: LazyOptions): void;

/** Loads one element when it comes near the viewport: one in a shadow root, which {@link lazy} does not see. */
export declare function observe(element: Element): void;

/** Stops watching; elements that are not loaded stay as they are. */
export declare function disconnect(): void;
