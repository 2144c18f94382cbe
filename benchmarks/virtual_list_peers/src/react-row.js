import { createElement } from "react";

import { textsOf } from "./rows.js";

const parts = (index) => textsOf(index).map((text, place) => createElement("span", { key: place }, text));

/** @param {number} index @param {object} [further] attributes */
export const row = (index, further) => createElement("div", { className: "row", ...further }, parts(index));
