// Lists of any length, of which the document holds the rows in view and a few around them. docs/runtime.md says what it does.
//
// Positions are virtual: sums of sizes from the start of the list. The browser's are physical: from the start of the canvas, which
// holds the rows, to that of the view. What lies between the two takes up what rows before the view grow by, so that nothing moves
// under a finger, and what a list is longer than an element can be. At rest the list is scrolled to where its position is due.
//
// One closure, since minifiers shorten the names in it, and those of properties they do not.

/** @typedef {import("./virtual-list.d.ts").VirtualListOptions<any>} Options */
/** @typedef {{key: unknown, item: any, index: number, node: any, size?: number, start?: any, end?: any, top?: number}} Row */

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
  const usual = typeof itemHeight == "number" ? itemHeight : estimate;
  let columns = 1;
  /** @type {Row[]} in the document, in order */
  let shown = [];
  let until = 1; // the index behind the last in view
  let physical = 0;
  let position = 0;
  let frameId = 0;
  let view = 0; // px
  let first = 0; // the index of the first in view
  /** @type {Float64Array | false | 0} how lines differ from the usual size, in a Fenwick tree (P. Fenwick, 1994) */
  let sums = 0;
  let stop = 0; // the row where the tab key enters, counted from one
  let count = 0; // of lines
  let rest = 0; // frames until the list is at rest, less than none from then on
  let lead = 0; // lines that the buffer is moved by, towards where the list is scrolled
  /** @type {number | undefined} how many items there were when more were asked for */
  let asked;

  // Where things are.

  /** @param {number} line */
  const startOf = (line) => {
    let sum = line * usual;
    if (sums) for (; line; line &= line - 1) sum += sums[line];
    return sum;
  };
  /** The first index of a line. @param {number} position */
  const indexAt = (position) => {
    let line = 0;
    for (let step = 2 ** 24; step; step >>= 1) if (line + step < count && startOf(line + step) <= position) line += step;
    return line * columns;
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
  const find = (index) => shown.find((row) => row.index == index);

  /** @param {ArrayLike<any>} next the same ones where they changed in themselves */
  const arrange = (next) => {
    const rows = new Map();
    for (const row of shown) {
      rows.set(row.key, row);
      row.top = row.index = NaN; // all of it is to be written
      if (next == items) row.item = NaN; // like no item, so that it is rendered anew
    }
    items = next;
    count = lineOf(items.length + columns - 1);
    for (let index = items.length; rows.size && index--;) {
      const row = rows.get(key(items[index], index));
      if (row) rows.delete(row.key), row.index = index;
    }
    sums = usual == itemHeight ? 0 : new Float64Array(count + 1);
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
    const moved = (inWindow ? 0 : frame["client" + Side] + frame.getBoundingClientRect()[side]) - box[side] - physical;
    physical += moved;
    position = Math.abs(moved) > 4 * view ? scale(physical, last(), end()) : position + moved;
    const fitting = typeof fit == "function" ? fit(box[/** @type {"width" | "height"} */ (breadth)]) : fit;
    if (fitting != columns) {
      columns = fitting;
      arrange(items);
    }
    if (moved) {
      rest = REST;
      lead = clamp(moved / usual | 0, -buffer, buffer);
    }
    if (rest-- < 1) {
      lead = 0;
      listen("addEventListener");
    } else soon();
    do {
      until = indexAt(position + view - 1) + columns;
      first = indexAt(position);
      show(first + (lead - buffer) * columns, until + (lead + buffer) * columns);
    } while (measure());
    // While a finger scrolls, to scroll as well would end its momentum. Near an end there is no room to wait.
    if (rest < 0 || Math.min(position, end() - position, physical, last() - physical) < view) go(position);
    if (until + endThreshold >= items.length && asked != items.length) {
      asked = items.length;
      if (onEnd) setTimeout(onEnd, 0, asked); // not while rows are written
    }
  };
  // Once a frame, before anything is written in it, so that no layout is forced.
  const soon = () => {
    cancelAnimationFrame(frameId);
    frameId = requestAnimationFrame(update);
  };

  /** Once: while the list is scrolled, frames come anyway. @param {"addEventListener" | "removeEventListener"} how */
  const listen = (how) => {
    for (const type of ["resize", "scroll", "focusin", "focusout"]) (inWindow ? window : container)[how](type, soon, { once: true });
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
    for (const { node } of old) if (!shown.find((row) => row.node == node)) {
      observer.unobserve(node);
      node.remove();
    }
    place();
    shown.forEach(({ node }, place) => {
      const at = canvas.children[place];
      if (node != at) canvas.insertBefore(node, at);
    });
  };

  /** @param {number} index @returns {Row} */
  const row = (index) => {
    const item = items[index];
    const old = find(index);
    if (old && old.item === item) return old;
    const node = renderItem(item, index, old?.node);
    const size = given(lineOf(index));
    node.role ||= "listitem";
    if (size == null) observer.observe(node);
    return { index, node, size, item, key: key(item, index) };
  };

  /** Writes what changed. The first row in view of those that remain stays where it is. */
  const place = () => {
    const anchor = shown.find((row) => row.index >= 0 && row.end > position);
    if (position > 0 && anchor) position += start(anchor.index) - /** @type {number} */ (anchor.start);
    canvas.style[extent] = last() + view + "px";
    stop = clamp(/** @type {any} */ (document.activeElement?.ariaPosInSet) || stop, first + 1, until);
    for (const row of shown) {
      const { index, node } = row;
      row.end = start(index + columns);
      row.start = start(index);
      const top = row.start - (position - physical);
      const tab = -(stop != index + 1);
      if (node.hasAttribute("tabindex") && node.tabIndex != tab) node.tabIndex = tab;
      if (row.top == top) continue;
      row.top = top;
      node.ariaPosInSet = index + 1;
      node.ariaSetSize = items.length;
      Object.assign(node.style, {
        position: "absolute",
        boxSizing: "border-box",
        [side]: top + "px",
        [extent]: row.size + "px", // which is no length where it is measured, and ignored
        [breadth]: 100 / columns + "%",
        [across]: index % columns / columns * 100 + "%",
      });
    }
  };

  /** Whether a line has another size than it had. Hidden ones have none. */
  const measure = () => {
    let isChange;
    for (const { index, size } of shown) if (index % columns == 0 && size == null) {
      let line = lineOf(index);
      let tallest = 0;
      for (const row of shown) if (lineOf(row.index) == line) tallest = Math.max(tallest, row.node["offset" + Extent]);
      const change = tallest + startOf(line) - startOf(line + 1);
      if (tallest && Math.abs(change) > 0.1) {
        isChange = true;
        for (; line++ < count; line |= line - 1) /** @type {Float64Array} */ (sums)[line] += change;
      }
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
    arrange(next);
    update();
    update(); // a list that became shorter was scrolled back by the browser
  };
  /** @param {number} index @param {import("./virtual-list.d.ts").ScrollToOptions} [how] */
  const scrollToIndex = (index, { align, behavior } = {}) => {
    update(); // no event may have told yet how the list was scrolled
    for (let round = 5; round--;) { // rows that come into view are measured
      const a = start(index);
      const b = start(index + columns) - view;
      /** @type {Record<string, number>} */
      const places = { start: a, end: b, center: (a + b) / 2 };
      const target = places[/** @type {string} */ (align)] ?? clamp(position, b, a);
      go(clamp(target, 0, end()), behavior);
      update();
    }
  };

  canvas.role = "list";
  Object.assign(canvas.style, { overflowAnchor: "none", contain: "layout", [breadth]: "100%" });
  container.append(canvas);
  observer.observe(container);
  canvas.onkeydown = (event) => {
    const step = /** @type {Record<string, number>} */ ({
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
      PageUp: first - until, PageDown: until - first, Home: -Infinity, End: Infinity,
    })[event.key];
    const place = /** @type {any} */ (event.target).ariaPosInSet;
    if (step && place && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      const next = clamp(place - 1 + step, 0, items.length - 1);
      scrollToIndex(next);
      find(next)?.node.focus();
    }
  };
  setItems(items);

  return {
    canvas,
    setItems,
    scrollToIndex,
    destroy() {
      frame = 0;
      listen("removeEventListener");
      observer.disconnect();
      canvas.remove();
    },
  };
}
