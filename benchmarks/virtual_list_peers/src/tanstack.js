// The core without a framework, with rows kept by key, as its documentation's vanilla example does it.

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";

import { box, BUFFER, COUNT, HEIGHT, row } from "./rows.js";

const canvas = document.createElement("div");
const shown = new Map();
canvas.style.position = "relative";
box.append(canvas);

function render() {
  const wanted = list.getVirtualItems();
  const keys = new Set(wanted.map(({ key }) => key));
  canvas.style.height = `${list.getTotalSize()}px`;
  for (const [key, node] of shown) {
    if (keys.has(key)) continue;
    node.remove();
    shown.delete(key);
  }
  for (const { key, index, start, size } of wanted) {
    if (shown.has(key)) continue;
    const node = row(index);
    Object.assign(node.style, { position: "absolute", top: "0", left: "0", width: "100%", height: `${size}px`, transform: `translateY(${start}px)` });
    shown.set(key, node);
    canvas.append(node);
  }
}

const list = new Virtualizer({
  count: COUNT,
  getScrollElement: () => box,
  estimateSize: () => HEIGHT,
  overscan: BUFFER,
  observeElementRect,
  observeElementOffset,
  scrollToFn: elementScroll,
  onChange: render,
});
list._didMount();
list._willUpdate();
render();
