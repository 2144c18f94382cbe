import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { VList } from "virtua";

import { row } from "./react-row.js";
import { box, BUFFER, COUNT, HEIGHT } from "./rows.js";

const data = { length: COUNT };
const App = () => createElement(VList, { className: "scroller", data, itemSize: HEIGHT, bufferSize: BUFFER * HEIGHT }, (_, index) => row(index));
createRoot(box).render(createElement(App));
