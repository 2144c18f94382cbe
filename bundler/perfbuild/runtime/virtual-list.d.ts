export interface VirtualListOptions<T> {
  /** What is listed; none without. Anything with a length and places, so that `{ length: 10_000_000 }` is a list of indices. */
  items?: ArrayLike<T>;
  /**
   * The element of an item. With `node`, the item or its place in the list is another one than that element was made for: update the
   * element and return it, or return a new one. A `tabindex` makes it a row of keyboard navigation. It has no margin.
   */
  renderItem(item: T, index: number, node?: HTMLElement): HTMLElement;
  /**
   * CSS pixels, of a horizontal list the width: of all rows, or by item. Without it, and where the function gives undefined, rows are as high
   * as their content, and measured. In a grid, the function is asked for the first item of each line.
   */
  itemHeight?: number | ((item: T, index: number) => number | undefined);
  /** CSS pixels that a row is taken to have before it is measured: 50. */
  estimate?: number;
  /** By what a row is the same one among other items; its index without. Compared by `===`. */
  key?(item: T, index: number): unknown;
  /** Lines before and behind the view whose rows are in the document: 5. */
  buffer?: number;
  /** Items beside each other: 1; or a function of the CSS pixels across. */
  columns?: number | ((breadth: number) => number);
  /** Whether the list runs from left to right; from top to bottom without. */
  horizontal?: boolean;
  /** Whether the list scrolls with the page; without, the container is what scrolls, and has a height. */
  window?: boolean;
  /** The last items are near. Called once for each number of items; give the list more by `setItems`. */
  onEnd?(count: number): void;
  /** How many items before the last `onEnd` is called: 10. */
  endThreshold?: number;
  /** The indices of the rows that the document is about to have, in order; called in each frame. */
  onRange?(indices: number[]): void;
}

export interface ScrollToOptions {
  /** Where in the view the row is to be. `nearest`, also without: no further than until all of it is in view. */
  align?: "start" | "center" | "end" | "nearest";
  /** `smooth` ends exactly where heights are given and the list is not longer than 8 million pixels. `instant` without. */
  behavior?: ScrollBehavior;
}

export interface VirtualList<T> {
  /** The element around the rows, whose role is `list`. A label, or another role, can be given to it. */
  readonly canvas: HTMLElement;
  /**
   * Lists other items. Rows keep their elements by key; the first one in view that remains stays where it is, unless the list is at its
   * start. The same array again says that it changed in itself: all rows in the document are rendered anew.
   */
  setItems(items: ArrayLike<T>): void;
  scrollToIndex(index: number, options?: ScrollToOptions): void;
  /** Leaves the container as it was. */
  destroy(): void;
}

/** Lists items in a container, behind what is in it already. */
export declare const VirtualList: {
  new <T>(container: HTMLElement, options: VirtualListOptions<T>): VirtualList<T>;
};
