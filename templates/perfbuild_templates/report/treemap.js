// The treemap: a tree of groups and leaves, laid out as squarified rectangles and drawn on a canvas.
// Squarified treemaps: Bruls, Huizing, van Wijk (2000).
const HEADER = 18;

/** The least width and height at which a group spends room on a line for its name. */
const HEADED = { chunk: [52, 44], package: [60, 52], type: [60, 44], folder: [84, 64] };

function group(name, kind, parent, extra) {
  return { name, kind, parent, children: [], index: new Map(), value: 0, ...extra };
}

function childGroup(parent, key, kind, extra) {
  let child = parent.index.get(key);
  if (!child) {
    child = group(key, kind, parent, extra);
    parent.index.set(key, child);
    parent.children.push(child);
  }
  return child;
}

/** Put a module's part below a group by the folders of its path within its package. */
function addModule(parent, module, chunk, hue) {
  const install = module.package < 0 ? "" : `${installOf(module)}/`;
  const parts = (module.id.startsWith(install) ? module.id.slice(install.length) : module.id).split("/").filter(Boolean);
  const name = parts.pop() ?? module.id;
  for (const part of parts) parent = childGroup(parent, part, "folder", { hue });
  parent.children.push({ name, kind: "module", module, chunk, share: shareIn(module), parent, hue, value: 0 });
}

/** A folder that is all that its group holds becomes one with it: `src/pages`, or the package `Project`. */
function collapse(node) {
  if (!node.children) return;
  for (const child of node.children) collapse(child);
  const merges = node.kind === "folder" || node.kind === "package";
  while (merges && node.children.length === 1 && node.children[0].kind === "folder") {
    const [only] = node.children;
    if (node.kind === "folder") node.name = `${node.name}/${only.name}`;
    node.children = only.children;
    for (const child of node.children) child.parent = node;
  }
}

const hues = (() => {
  const ordered = packageRows.filter((row) => row.name !== OWN_CODE)
    .sort((a, b) => b.bytes - a.bytes);
  // The golden angle keeps neighbours in rank far apart; the hue of the project's own code is left to it.
  const found = new Map(ordered.map((row, rank) => [row.name, Math.round(262 + rank * 137.508) % 360]));
  return found.set(OWN_CODE, 221);
})();

/** The tree: chunk > package > folders > module, or package > folders > module; other files below their type. */
function buildTree({ grouping, route, everything }) {
  const root = group(route ? route.path : everything ? "All files" : "All chunks", "root", null);
  const wanted = route ? new Set(route.files) : null;
  for (const chunk of chunks) {
    if (wanted && !wanted.has(chunk.file)) continue;
    addChunk(root, chunk, grouping);
  }
  if (everything) {
    for (const file of route ? route.files : files) {
      if (file.chunk) continue;
      const parent = childGroup(root, TYPE_LABELS[file.type], "type", { type: file.type });
      parent.children.push({ name: file.path, kind: "file", file, parent, type: file.type, value: 0 });
    }
  }
  collapse(root);
  return root;
}

function addChunk(root, chunk, grouping) {
  const home = grouping === "chunk" ? childGroup(root, chunk.file.path, "chunk", { chunk, label: chunk.file.path.split("/").pop() }) : root;
  let known = 0;
  for (const member of chunk.members) {
    const module = modules[member];
    const name = packageOf(module);
    known += shareIn(module);
    addModule(childGroup(home, name, "package", { hue: hues.get(name) }), module, chunk, hues.get(name));
  }
  const rest = chunk.file.sizes.raw - known;
  if (rest > 0) {
    const parent = grouping === "chunk" ? home : childGroup(root, "Joining code", "package", { hue: null });
    const name = grouping === "chunk" ? "joining code" : chunk.file.path;
    parent.children.push({ name, kind: "rest", chunk, share: rest, parent, hue: null, value: 0 });
  }
}

/** Sum the sizes in an encoding and put the largest first. */
function weigh(tree, encoding) {
  const rates = chunks.map((chunk) => ratio(chunk, encoding));
  const visit = (node) => {
    if (node.file) node.value = sizeOf(node.file, encoding);
    else if (!node.children) node.value = node.share * rates[node.chunk.index];
    else {
      node.value = 0;
      for (const child of node.children) node.value += visit(child);
      node.children.sort((a, b) => b.value - a.value);
    }
    return node.value;
  };
  visit(tree);
}

function place(node, x, y, w, h, drawn) {
  node.x = x; node.y = y; node.w = w; node.h = h;
  drawn.push(node);
  if (!node.children || w < 6 || h < 6) return;
  const headed = isHeaded(node);
  const inset = w > 90 && h > 70 ? 2 : w > 14 && h > 14 ? 1 : 0;
  const top = headed ? HEADER : inset;
  squarify(node.children, node.value, x + inset, y + top, w - 2 * inset, h - top - inset, drawn);
}

function isHeaded(node) {
  const [width, height] = HEADED[node.kind];
  return node.w >= width && node.h >= height;
}

function squarify(children, total, x, y, w, h, drawn) {
  let start = 0;
  let left = total;
  while (start < children.length && left > 0 && w > 1 && h > 1) {
    const side = Math.min(w, h);
    const scale = (w * h) / left;
    let end = start;
    let row = 0;
    let worst = Infinity;
    while (end < children.length && children[end].value > 0) {
      const grown = row + children[end].value;
      const ratioOfRow = worstRatio(children[start].value * scale, children[end].value * scale, grown * scale, side);
      if (ratioOfRow > worst) break;
      worst = ratioOfRow;
      row = grown;
      end += 1;
    }
    if (end === start) return;
    const thick = (row * scale) / side;
    let at = w <= h ? x : y;
    for (let child = start; child < end; child += 1) {
      const long = (children[child].value / row) * side;
      if (w <= h) place(children[child], at, y, long, thick, drawn);
      else place(children[child], x, at, thick, long, drawn);
      at += long;
    }
    if (w <= h) { y += thick; h -= thick; } else { x += thick; w -= thick; }
    left -= row;
    start = end;
  }
}

function worstRatio(largest, smallest, row, side) {
  const square = side * side;
  const area = row * row;
  return Math.max((square * largest) / area, area / (square * smallest));
}

function nameOf(node) {
  return node.kind === "chunk" && node.chunk.group ? `${node.name} (group ${node.chunk.group})` : node.name;
}

function contains(node, ancestor) {
  for (let at = node; at; at = at.parent) if (at === ancestor) return true;
  return false;
}

class Treemap {
  constructor(host, { onEnter, onPick }) {
    this.onEnter = onEnter;
    this.onPick = onPick;
    this.canvas = el("canvas", {
      tabIndex: 0, role: "application",
      aria: { label: "Treemap", roledescription: "treemap", describedby: "treemap-keys" },
      on: {
        pointermove: (event) => this.hover(this.hit(event), event),
        pointerleave: () => this.hover(null),
        click: (event) => this.click(this.hit(event)),
        keydown: (event) => this.key(event),
        blur: () => this.hover(null),
      },
    });
    this.over = el("canvas", { className: "over", aria: { hidden: "true" } });
    this.host = host;
    host.append(this.canvas, this.over);
    this.matched = null;
    new ResizeObserver(() => {
      if (host.clientWidth !== this.width || host.clientHeight !== this.height) this.draw();
    }).observe(host);
  }

  show(root) {
    this.root = root;
    this.current = root;
    this.cursor = null;
    this.draw();
    this.onEnter(root);
  }

  enter(node) {
    this.current = node;
    this.cursor = null;
    this.hover(null);
    this.draw();
    this.onEnter(node);
  }

  mark(matched) {
    this.matched = matched;
    this.draw();
  }

  draw() {
    if (!this.current) return;
    const { clientWidth: width, clientHeight: height } = this.host;
    Object.assign(this, { width, height });
    const scale = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.over]) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    }
    this.drawn = [];
    if (this.current.children) squarify(this.current.children, this.current.value, 0, 0, width, height, this.drawn);
    this.stamp = (this.stamp ?? 0) + 1;
    for (const node of this.drawn) node.stamp = this.stamp;
    this.paint(this.canvas.getContext("2d"));
    performance.mark("treemap-painted");
    document.documentElement.dataset.treemap = "painted";
  }

  paint(context) {
    const dark = document.documentElement.dataset.theme === "dark";
    context.textBaseline = "middle";
    const family = getComputedStyle(document.body).fontFamily;
    this.fonts = { group: `600 12px ${family}`, leaf: `11.5px ${family}` };
    for (const node of this.drawn) {
      // What is under half a pixel shows as its group's colour.
      if (node.w < 0.5 || node.h < 0.5) continue;
      context.fillStyle = this.fill(node, dark);
      context.fillRect(node.x + 0.5, node.y + 0.5, Math.max(node.w - 1, 0.5), Math.max(node.h - 1, 0.5));
      this.label(context, node, dark);
    }
  }

  fill(node, dark) {
    const faded = this.matched && !this.matched.has(node);
    if (node.kind === "chunk") return dark ? "#2a3243" : "#d5dbe6";
    if (node.type) {
      const tone = { document: 189, style: 274, image: 150, font: 36, other: 218, script: 221 }[node.type];
      return colour(tone, node.children ? 0 : 1, dark, faded);
    }
    return colour(node.hue, node.children ? 0 : 1 + (hash(node.name) % 3), dark, faded);
  }

  label(context, node, dark) {
    const headed = node.children;
    if (headed ? !isHeaded(node) : node.w < 34 || node.h < 15) return;
    const faded = this.matched && !this.matched.has(node);
    context.fillStyle = faded ? (dark ? "#7d8696" : "#6f7889") : dark ? "#f2f4f9" : "#111722";
    context.font = headed ? this.fonts.group : this.fonts.leaf;
    const room = node.w - 10;
    const amount = bytes(node.value);
    const middle = headed ? node.y + HEADER / 2 + 1 : node.h > 34 ? node.y + 13 : node.y + node.h / 2;
    const text = fitted(context, node.label ?? node.name, room);
    if (!text) return;
    context.fillText(text, node.x + 6, middle);
    const used = context.measureText(text).width;
    context.globalAlpha = 0.78;
    context.font = this.fonts.leaf;
    if (!headed && node.h > 34) {
      if (context.measureText(amount).width < room) context.fillText(amount, node.x + 6, middle + 15);
    } else if (used + context.measureText(amount).width + 12 < room) {
      context.fillText(amount, node.x + 12 + used, middle);
    }
    context.globalAlpha = 1;
  }

  hit(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.at(event.clientX - box.left, event.clientY - box.top);
  }

  /** The deepest node that was drawn at a point. */
  at(x, y) {
    let found = null;
    let inside = this.current?.children ?? [];
    while (inside) {
      const next = inside.find((node) => node.stamp === this.stamp && node.w > 0 && x >= node.x && x < node.x + node.w
        && y >= node.y && y < node.y + node.h);
      if (!next) return found;
      found = next;
      inside = next.children;
    }
    return found;
  }

  outline(node) {
    const context = this.over.getContext("2d");
    context.clearRect(0, 0, this.host.clientWidth, this.host.clientHeight);
    if (!node) return;
    context.strokeStyle = document.documentElement.dataset.theme === "dark" ? "#fff" : "#10151f";
    context.lineWidth = 2;
    context.strokeRect(node.x + 1, node.y + 1, Math.max(node.w - 2, 1), Math.max(node.h - 2, 1));
  }

  hover(node, event) {
    this.outline(node ?? (document.activeElement === this.canvas ? this.cursor : null));
    const tip = byId("tip");
    tip.hidden = !node || !event || event.pointerType === "touch";
    if (tip.hidden) return;
    tip.replaceChildren(...describe(node, this.root));
    const { offsetWidth: width, offsetHeight: height } = tip;
    const left = event.clientX + 16 + width > innerWidth ? event.clientX - width - 12 : event.clientX + 16;
    const top = event.clientY + 18 + height > innerHeight ? event.clientY - height - 12 : event.clientY + 18;
    tip.style.left = `${Math.max(left, 4)}px`;
    tip.style.top = `${Math.max(top, 4)}px`;
  }

  /** Go one level down towards what was clicked, and tell what it is. */
  click(node) {
    if (!node) return;
    this.onPick(node);
    let step = node;
    while (step.parent !== this.current) step = step.parent;
    if (step.children) this.enter(step);
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) this.move(step);
    else if (event.key === "Enter" || event.key === " ") this.click(this.cursor ?? this.current.children?.[0]);
    else if (event.key === "Escape" || event.key === "Backspace") this.up();
    else if (event.key === "Home") this.enter(this.root);
    else return;
    event.preventDefault();
  }

  up() {
    if (!this.current.parent) return;
    const left = this.current;
    this.enter(this.current.parent);
    this.point(left);
  }

  /** Move the cursor to the nearest sibling in a direction. */
  move([dx, dy]) {
    const siblings = this.current.children?.filter((node) => node.stamp === this.stamp) ?? [];
    if (!siblings.length) return;
    if (!this.cursor || !siblings.includes(this.cursor)) { this.point(siblings[0]); return; }
    const [x, y] = centre(this.cursor);
    let best = null;
    let least = Infinity;
    for (const node of siblings) {
      const [along, across] = [(centre(node)[0] - x) * dx + (centre(node)[1] - y) * dy,
        Math.abs((centre(node)[0] - x) * dy) + Math.abs((centre(node)[1] - y) * dx)];
      if (node === this.cursor || along <= 0.5) continue;
      const distance = along + 2 * across;
      if (distance < least) { least = distance; best = node; }
    }
    if (best) this.point(best);
  }

  point(node) {
    this.cursor = node;
    this.outline(node);
    this.onPick(node);
    announce(`${nameOf(node)}, ${bytes(node.value)}, ${percent(node.value, this.current.value)}`);
  }
}

const centre = (node) => [node.x + node.w / 2, node.y + node.h / 2];

function hash(text) {
  let value = 0;
  for (let at = 0; at < text.length; at += 1) value = (value * 31 + text.charCodeAt(at)) | 0;
  return Math.abs(value);
}

const palette = new Map();

function colour(hue, shade, dark, faded) {
  const key = ((hue ?? -1) * 4 + shade) * 4 + (dark ? 2 : 0) + (faded ? 1 : 0);
  let found = palette.get(key);
  if (!found) palette.set(key, (found = mix(hue, shade, dark, faded)));
  return found;
}

/** Lightness of groups and leaves that a search leaves out, in light and dark. */
const FADED = [[93, 87], [15, 21]];

function mix(hue, shade, dark, faded) {
  const grey = hue === null || hue === undefined;
  const saturation = grey || faded ? 6 : shade ? (dark ? 42 : 66) : dark ? 26 : 38;
  const light = dark ? [24, 34, 37, 40][shade] : [88, 79, 76, 73][shade];
  return `hsl(${grey ? 218 : hue} ${saturation}% ${faded ? FADED[dark ? 1 : 0][shade ? 1 : 0] : light}%)`;
}

function fitted(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low < 2 ? "" : `${text.slice(0, low)}…`;
}

/** The lines of a tooltip. */
function describe(node, root) {
  const title = node.module ? node.module.id : nameOf(node);
  const amounts = account.encodings.map((encoding) => `${ENCODING_LABELS[encoding]} ${bytes(amountOf(node, encoding))}`);
  const lines = [el("b", {}, title), el("span", {}, `${amounts.join(" · ")} · ${percent(node.value, root.value)}`)];
  if (node.module) lines.push(el("br"), el("span", {}, `${packageOf(node.module)} in ${node.chunk.file.path}`));
  else if (node.children) lines.push(el("br"), el("span", {}, plural(leaves(node), "module")));
  return lines;
}

function amountOf(node, encoding) {
  if (node.children) return sum(node.children, (child) => amountOf(child, encoding));
  return node.file ? sizeOf(node.file, encoding) : node.share * ratio(node.chunk, encoding);
}

function leaves(node) {
  if (!node.children) return node.kind === "rest" ? 0 : 1;
  return sum(node.children, leaves);
}
