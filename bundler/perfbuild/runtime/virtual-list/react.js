// The list with rows that React renders, all of them in one portal: the list says which, and puts their elements in place.

import { createElement, Fragment, useLayoutEffect, useMemo, useRef, useState } from "react";
import { createPortal, flushSync } from "react-dom";
import { VirtualList as List } from "../virtual-list.js";

/** @param {import("./react.d.ts").VirtualListProps<any>} props */
export function VirtualList({ items, options, list, children, ...attributes }) {
  const container = useRef(/** @type {HTMLDivElement | null} */ (null));
  const own = useRef(/** @type {import("../virtual-list.d.ts").VirtualList<any> | null} */ (null));
  const made = list ?? own;
  const latest = useRef(options);
  const [shown, show] = useState({ items, range: /** @type {number[]} */ ([]) });
  const now = useRef(/** @type {{items: ArrayLike<any>, range?: number[]}} */ (shown));
  // React passes over elements that it has seen.
  const rows = useMemo(() => ({ now: new Map() }), [children, shown.items, options]);
  const canvas = container.current?.lastElementChild;
  latest.current = options;
  // In a microtask, since React does not render at once while it runs effects.
  useLayoutEffect(() => queueMicrotask(() => {
    if (!container.current) return;
    now.current = { items };
    if (made.current) made.current.setItems(items);
    else made.current = new List(container.current, {
      ...options,
      items,
      onEnd: (count) => latest.current?.onEnd?.(count),
      onRange(range) {
        if (String(range) == String(now.current.range)) return;
        now.current = { items: now.current.items, range };
        flushSync(() => show({ ...now.current, range }));
      },
      renderItem: (_, index) => /** @type {HTMLElement} */ (container.current?.lastElementChild?.children[now.current.range?.indexOf(index) ?? 0]),
    });
  }), [items]);
  useLayoutEffect(() => () => {
    made.current?.destroy();
    made.current = null;
  }, []);
  rows.now = new Map(shown.range.map((index) => [index, rows.now.get(index) ?? createElement(
    Fragment, { key: /** @type {any} */ (options?.key?.(shown.items[index], index) ?? index) }, children(shown.items[index], index),
  )]));
  return createElement("div", { ...attributes, ref: container }, canvas && createPortal([...rows.now.values()], canvas));
}
