// Lists of any length, of which the document holds the rows in view and a few around them. docs/runtime.md says what it does.
//
// Positions are virtual: sums of sizes from the start of the list. The browser's are physical: from the start of the canvas, which
// holds the rows, to that of the view. What lies between the two takes up what rows before the view grow by, so that nothing moves
// under a finger, and what a list is longer than an element can be. At rest the list is scrolled to where its position is due.
//
// One closure, since minifiers shorten the names in it, and those of properties they do not.

/** @typedef {import("./virtual-list.d.ts").VirtualListOptions<any>} Options */
/** @typedef {{key: unknown, item: any, index: number, node: HTMLElement, size?: number, start?: number, end?: number, top?: number, isStop?: boolean}} Row */

const LONGEST = 8e6; // px to scroll: Firefox ends elements at 17.8 million, and rectangles are exact to half a pixel up to here
const EXACT = 8e4; // px at either end of a longer list that are scrolled one to one
const REST = 9; // frames without scrolling

/** @param {number} value @param {number} low what counts where the two cross @param {number} high */
const clamp = (value, low, high) => Math.max(low, Math.min(value, high));

/**
 * From one range into another: one to one at both ends, in proportion between.
 * @param {number} position @param {number} from @param {number} to
 */
const scale = (position, from, to) => position + (to - from) * clamp((position - EXACT) / (from - 2 * EXACT || 1), 0, 1);

/** @param {HTMLElement} container @param {Options} options */
export function VirtualList(container, {
  horizontal, window: inWindow, items = [], renderItem, itemHeight, estimate = 50, buffer = 5, endThreshold = 10, columns: fit = 1,
  key = (_, index) => index, onRange, onEnd,
}) {
  const [Side, Extent, across, breadth] = horizontal ? ["Left", "Width", "top", "height"] : ["Top", "Height", "insetInlineStart", "width"];
  const side = /** @type {"left" | "top"} */ (Side.toLowerCase());
  const extent = /** @type {"width" | "height"} */ (Extent.toLowerCase());
  /** @type {any} what is scrolled: of a window, the root element */
  let frame = inWindow ? document.documentElement : container;
  const canvas = document.createElement("div");
  const isUsual = /** @type {number} */ (itemHeight) >= 0;
  const usual = /** @type {number} */ (isUsual ? itemHeight : estimate);
  const life = new AbortController();
  let columns = 1;
  /** @type {Row[]} in the document, in order */
  let shown = [];
  /** @type {Map<unknown, Row>} the same by key */
  let rows = new Map();
  let physical = 0;
  let position = 0;
  let view = 0; // px
  let line = 0; // the first in view
  let until = 1; // the index behind the last in view
  let lead = 0; // lines that the buffer is moved by, towards where the list is scrolled
  let stop = 0; // the index of the row where the tab key enters
  let count = 0; // of lines
  /** @type {Float64Array | 0} how lines differ from the usual size, in a Fenwick tree (P. Fenwick, 1994) */
  let sums = 0;
  let rest = 0; // frames until the list is at rest
  let frameId = 0;
  /** @type {number | undefined} how many items there were when more were asked for */
  let asked;

  // Where things are.

  /** @param {number} line */
  const startOf = (line) => {
    let sum = line * usual;
    if (sums) for (; line; line &= line - 1) sum += sums[line];
    return sum;
  };
  /** @param {number} position */
  const lineAt = (position) => {
    let line = 0;
    for (let step = 2 ** 24; step; step >>= 1) if (line + step < count && startOf(line + step) <= position) line += step;
    return line;
  };
  /** @param {number} line @param {number} change */
  const add = (line, change) => {
    for (; line++ < count; line |= line - 1) /** @type {Float64Array} */ (sums)[line] += change;
  };
  /** @param {number} index */
  const lineOf = (index) => index / columns | 0;
  /** @param {number} index */
  const start = (index) => startOf(lineOf(index));
  const end = () => startOf(count) - view;
  const last = () => Math.min(end(), LONGEST);
  /** @param {number} line @returns {number | undefined} nothing where it is to be measured */
  const given = (line) => typeof itemHeight == "function" ? itemHeight(items[line * columns], line * columns) : itemHeight;
  /** @param {number} index */
  const find = (index) => rows.get(key(items[index], index));

  /** @param {ArrayLike<any>} next the same ones where they changed in themselves @param {number} fitting columns */
  const arrange = (next, fitting) => {
    let missing = shown.length;
    for (const row of shown) {
      if (next == items) row.item = row;
      row.index = row.top = NaN; // all of it is to be written
    }
    items = next;
    columns = fitting;
    count = lineOf(items.length + columns - 1);
    for (let index = 0; missing && index < items.length; index++) {
      const row = find(index);
      if (row) row.index = index, missing--;
    }
    sums = isUsual ? 0 : new Float64Array(count + 1);
    for (let line = 0; sums && line < count;) {
      sums[line + 1] += (given(line++) ?? usual) - usual;
      sums[line + (line & -line)] += sums[line]; // nothing beyond the end
    }
    if (!measure()) place();
  };

  // A frame: the browser is asked where it is, then rows are written.

  const update = () => {
    const box = canvas.getBoundingClientRect();
    view = frame["client" + Extent];
    if (!view) return;
    const moved = (inWindow ? 0 : frame.getBoundingClientRect()[side] + frame["client" + Side]) - box[side] - physical;
    physical += moved;
    position = Math.abs(moved) > 4 * view ? scale(physical, last(), end()) : position + moved;
    const fitting = typeof fit == "function" ? fit(box[/** @type {"width" | "height"} */ (breadth)]) : fit;
    if (fitting != columns) arrange(items, fitting);
    line = lineAt(position);
    if (moved) {
      rest = REST;
      lead = clamp(moved / usual | 0, -buffer, buffer);
    }
    if (rest) {
      rest--;
      soon(); // what scripts scroll is not told in every frame
    } else lead = 0;
    do {
      until = (lineAt(position + view - 1) + 1) * columns;
      show((lineAt(position) + lead - buffer) * columns, until + (lead + buffer) * columns);
    } while (measure());
    // While a finger scrolls, to scroll as well would end its momentum. Near an end there is no room to wait.
    if (!rest || Math.min(position, end() - position, physical, last() - physical) < view) go(position);
    if (until + endThreshold >= items.length && asked != items.length) {
      asked = items.length;
      requestAnimationFrame(() => onEnd?.(/** @type {number} */ (asked)));
    }
  };
  // Once a frame, before anything is written in it, so that no layout is forced.
  const soon = () => {
    cancelAnimationFrame(frameId);
    frameId = requestAnimationFrame(update);
  };

  /** @param {number} from an index @param {number} to behind the last */
  const show = (from, to) => {
    /** @type {number[]} */
    const indices = [];
    for (const { index, node } of shown) if ((index < from || index >= to) && node.matches(":focus-within")) indices.push(index);
    for (let index = Math.max(0, from); index < to && index < items.length; index++) indices.push(index);
    indices.sort((a, b) => a - b);
    onRange?.(indices);
    const old = shown;
    shown = indices.map(row);
    rows = new Map(shown.map((row) => [row.key, row]));
    const nodes = shown.map(({ node }) => node);
    for (const { node, size } of old) if (!nodes.includes(node)) {
      size ?? observer.unobserve(node);
      node.remove();
    }
    nodes.forEach((node, place) => {
      if (node != canvas.children[place]) canvas.insertBefore(node, canvas.children[place]);
    });
    place();
  };

  /** @param {number} index @returns {Row} */
  const row = (index) => {
    const item = items[index];
    const old = find(index);
    if (old && old.item === item) return old;
    const node = renderItem(item, index, old?.node);
    const size = given(lineOf(index));
    if (size == null) observer.observe(node);
    node.role ||= "listitem";
    return { index, node, size, item, key: key(item, index) };
  };

  /** Writes what changed. The first row in view of those that remain stays where it is. */
  const place = () => {
    const anchor = shown.find(({ index, end }) => index >= 0 && /** @type {number} */ (end) > position);
    if (position > 0 && anchor) position += start(anchor.index) - /** @type {number} */ (anchor.start);
    canvas.style[extent] = last() + view + "px";
    stop = clamp(/** @type {any} */ (document.activeElement?.ariaPosInSet || stop + 1) - 1, line * columns, until - 1);
    for (const row of shown) {
      const { index, node, size } = row;
      row.start = start(index);
      row.end = start(index + columns);
      const top = row.start - (position - physical);
      const isStop = index == stop;
      if (top == row.top && isStop == row.isStop) continue;
      row.top = top;
      row.isStop = isStop;
      Object.assign(node, { ariaPosInSet: index + 1, ariaSetSize: items.length });
      if (node.hasAttribute("tabindex")) node.tabIndex = isStop ? 0 : -1;
      Object.assign(node.style, {
        contain: "layout",
        position: "absolute",
        boxSizing: "border-box",
        [side]: top + "px",
        [extent]: size + "px", // which is no length where it is measured, and ignored
        [breadth]: 100 / columns + "%",
        [across]: index % columns / columns * 100 + "%",
      });
    }
  };

  /** Whether a line has another size than it had. Hidden ones have none. */
  const measure = () => {
    let isChange = false;
    for (const { index, size } of shown) if (size == null && index % columns == 0) {
      const tallest = Math.max(...shown.map((row) => start(row.index) == start(index) ? row.node[/** @type {"offsetHeight"} */ ("offset" + Extent)] : 0));
      const change = tallest - start(index + columns) + start(index);
      if (!tallest || change * change < 0.01) continue;
      isChange = true;
      add(lineOf(index), change);
    }
    if (isChange) place();
    return isChange;
  };
  // In the next frame: rows that were added now would not be observed in this one, which browsers report as an error.
  const observer = new ResizeObserver(soon);

  // What is asked for.

  /** @param {number} target a position @param {ScrollBehavior} [behavior] */
  const go = (target, behavior = "instant") => {
    const by = scale(target, end(), last()) - physical | 0;
    physical += by;
    position = target;
    if (!by) return;
    place();
    frame.scrollBy({ [side]: by, behavior });
  };
  /** @param {ArrayLike<any>} next */
  const setItems = (next) => {
    arrange(next, columns);
    update();
    update(); // a list that became shorter was scrolled back by the browser
  };
  /** @param {number} index @param {import("./virtual-list.d.ts").ScrollToOptions} [how] */
  const scrollToIndex = (index, { align, behavior } = {}) => {
    for (let round = 5; round--;) { // rows that come into view are measured
      const a = start(index);
      const b = start(index + columns) - view;
      const target = align == "start" ? a : align == "end" ? b : align == "center" ? (a + b) / 2 : clamp(position, b, a);
      go(clamp(target, 0, end()), behavior);
      update();
    }
  };

  const listening = { passive: true, signal: life.signal };
  canvas.role = "list";
  Object.assign(canvas.style, { contain: "layout", overflowAnchor: "none", [breadth]: "100%" });
  container.append(canvas);
  (inWindow ? window : container).addEventListener("scroll", soon, listening);
  addEventListener("resize", soon, listening);
  observer.observe(container);
  canvas.addEventListener("focusin", soon);
  canvas.addEventListener("focusout", soon);
  canvas.onkeydown = (event) => {
    const page = until - line * columns;
    const step = /** @type {Record<string, number>} */ ({
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity,
    })[event.key];
    const place = /** @type {any} */ (event.target).ariaPosInSet;
    if (!step || !place || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = clamp(place - 1 + step, 0, items.length - 1);
    scrollToIndex(next);
    find(next)?.node.focus();
  };
  setItems(items);

  return {
    canvas,
    setItems,
    scrollToIndex,
    destroy() {
      frame = 0;
      life.abort();
      observer.disconnect();
      canvas.remove();
    },
  };
}
