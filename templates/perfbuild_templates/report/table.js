/**
 * A sortable table that keeps in the document only the rows that can be seen.
 *
 * columns: {key, label, width (grid track), value(row) for sorting, cell(row) -> node or text, numeric, narrow: false
 * where a small screen leaves the column out}. onPick makes rows selectable.
 */
class DataTable {
  constructor({ label, columns, rows, sort, descending = true, rowHeight = 36, height = 440, onPick = null }) {
    Object.assign(this, { label, allColumns: columns, rows, sort, descending, rowHeight, onPick, picked: null });
    this.head = el("div", { className: "head", role: "row" });
    this.space = el("div", { className: "space", role: "rowgroup" });
    this.node = el("div", {
      className: "rows", role: "table", tabIndex: 0, aria: { label },
      on: { scroll: () => this.paint(), keydown: (event) => this.onKey(event) },
    }, this.head, this.space);
    this.node.style.maxHeight = `${height}px`;
    this.narrow = null;
    new ResizeObserver(() => this.fit()).observe(this.node);
    this.arrange();
  }

  fit() {
    const narrow = this.node.clientWidth < 620;
    if (narrow !== this.narrow) {
      this.narrow = narrow;
      this.paintHead();
    }
    this.paint(true);
  }

  get columns() {
    return this.allColumns.filter((column) => !(this.narrow && column.narrow === false));
  }

  setRows(rows) {
    this.rows = rows;
    this.arrange();
  }

  /** Sort anew and start at the top: after a change of rows, of order or of what the values are. */
  arrange() {
    const column = this.allColumns.find((candidate) => candidate.key === this.sort);
    const turn = this.descending ? -1 : 1;
    const keyed = this.rows.map((row) => [column.value(row), row]);
    keyed.sort(([a], [b]) => turn * (typeof a === "string" ? (a < b ? -1 : a > b ? 1 : 0) : a - b));
    this.order = keyed.map(([, row]) => row);
    this.node.setAttribute("aria-rowcount", String(this.order.length + 1));
    this.space.style.height = `${Math.max(this.order.length * this.rowHeight, 1)}px`;
    this.node.scrollTop = 0;
    this.paintHead();
    this.paint(true);
  }

  paintHead() {
    const tracks = this.columns.map((column) => column.width).join(" ");
    this.head.style.gridTemplateColumns = tracks;
    this.tracks = tracks;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.head.replaceChildren(...this.columns.map((column) => {
      const direction = this.sort !== column.key ? "none" : this.descending ? "descending" : "ascending";
      const button = el("button", {
        type: "button", textContent: column.label, data: { key: column.key }, on: { click: () => this.sortBy(column) },
      });
      return el("div", { className: column.numeric ? "num" : "", role: "columnheader", aria: { sort: direction } }, button);
    }));
    if (focused) this.head.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  sortBy(column) {
    this.descending = this.sort === column.key ? !this.descending : Boolean(column.numeric);
    this.sort = column.key;
    this.arrange();
  }

  paint(force = false) {
    const first = Math.max(0, Math.floor(this.node.scrollTop / this.rowHeight) - 6);
    const count = Math.ceil((this.node.clientHeight || 480) / this.rowHeight) + 12;
    if (!force && first === this.first) return;
    this.first = first;
    const visible = this.order.slice(first, first + count);
    if (!visible.length) {
      this.space.replaceChildren(el("p", { className: "empty", textContent: "Nothing to show." }));
      this.space.style.height = "76px";
      return;
    }
    const focused = this.space.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    this.space.replaceChildren(...visible.map((row, offset) => this.rowNode(row, first + offset)));
    if (focused) this.space.querySelector(`[data-place="${focused}"]`)?.focus({ preventScroll: true });
  }

  rowNode(row, place) {
    const node = el("div", { className: "row", role: "row", data: { place }, aria: { rowindex: String(place + 2) } },
      ...this.columns.map((column) => this.cellNode(column, row)));
    node.style.gridTemplateColumns = this.tracks;
    node.style.top = `${place * this.rowHeight}px`;
    node.style.height = `${this.rowHeight}px`;
    if (this.onPick) {
      node.classList.add("clickable");
      node.tabIndex = row === this.picked || (this.picked === null && place === 0) ? 0 : -1;
      node.setAttribute("aria-selected", String(row === this.picked));
      node.addEventListener("click", () => this.pick(row));
    }
    return node;
  }

  cellNode(column, row) {
    const content = column.cell(row);
    const kind = column.numeric ? "cell num" : "cell";
    return el("div", { className: kind, role: "cell" }, content);
  }

  pick(row, { quiet = false } = {}) {
    this.picked = row;
    this.paint(true);
    if (!quiet) this.onPick(row);
  }

  /** Arrow keys walk the rows; without rows to pick, they scroll as the browser does. */
  onKey(event) {
    if (!this.onPick || event.target.closest(".head")) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    const current = Number(event.target.dataset?.place ?? -1);
    if (event.key === "Enter" || event.key === " ") {
      if (current >= 0) {
        event.preventDefault();
        this.pick(this.order[current]);
      }
      return;
    }
    if (!step) return;
    event.preventDefault();
    const place = Math.min(Math.max(current + step, 0), this.order.length - 1);
    const top = place * this.rowHeight;
    const room = this.node.clientHeight - this.head.offsetHeight - this.rowHeight;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    else if (top > this.node.scrollTop + room) this.node.scrollTop = top - room;
    this.paint(true);
    this.space.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
  }
}
