import { useVirtualizer } from "@tanstack/react-virtual";
import { createElement, useRef } from "react";
import { createRoot } from "react-dom/client";

import { row } from "./react-row.js";
import { box, BUFFER, COUNT, HEIGHT } from "./rows.js";

function App() {
  const scroller = useRef(null);
  const list = useVirtualizer({ count: COUNT, getScrollElement: () => scroller.current, estimateSize: () => HEIGHT, overscan: BUFFER });
  return createElement("div", { className: "scroller", ref: scroller },
    createElement("div", { style: { height: list.getTotalSize(), position: "relative" } },
      list.getVirtualItems().map(({ key, index, start, size }) => row(index, {
        key,
        style: { position: "absolute", top: 0, left: 0, width: "100%", height: size, transform: `translateY(${start}px)` },
      }))));
}
createRoot(box).render(createElement(App));
