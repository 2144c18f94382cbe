import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { VirtualList } from "perfbuild/virtual-list/react";

import { row } from "./react-row.js";
import { box, BUFFER, COUNT, HEIGHT } from "./rows.js";

const items = { length: COUNT };
const App = () => createElement(VirtualList, { className: "scroller", items, options: { itemHeight: HEIGHT, buffer: BUFFER } }, (_, index) => row(index));
createRoot(box).render(createElement(App));
