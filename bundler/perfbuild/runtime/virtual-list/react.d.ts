import type { HTMLAttributes, ReactElement, RefObject } from "react";
import type { VirtualList as List, VirtualListOptions } from "../virtual-list.js";

export interface VirtualListProps<T> extends Omit<HTMLAttributes<HTMLDivElement>, "children"> {
  /** What is listed. Another array lists other items; one that changed in itself is not seen. */
  items: ArrayLike<T>;
  /** Those of the list. They are read once, apart from `onEnd`. */
  options?: Omit<VirtualListOptions<T>, "items" | "renderItem" | "onRange">;
  /** Is given the list, for `scrollToIndex` in event handlers. */
  list?: RefObject<List<T> | null>;
  /** Renders an item as one element. */
  children(item: T, index: number): ReactElement;
}

/** A `div`, which is the container of a list. Further props are its attributes. */
export declare function VirtualList<T>(props: VirtualListProps<T>): ReactElement;
