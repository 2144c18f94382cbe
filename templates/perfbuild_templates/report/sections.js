// --- overview ----------------------------------------------------------------------------------------------------

function overview() {
  const section = byId("overview");
  const tiles = el("div", { className: "tiles" });
  const breakdown = el("div", { className: "panel" });
  section.append(tiles, breakdown);
  onEncoding(() => {
    tiles.replaceChildren(...overviewTiles().map(([label, value, note, tone]) => el("div", { className: "panel tile" },
      el("span", { className: "label" }, label), el("span", { className: `value ${tone ?? ""}` }, value),
      el("span", { className: "note" }, note))));
    const totals = sizesByType(files, view.encoding);
    const all = sum(files, size);
    breakdown.replaceChildren(stack(totals, all, "big"), el("div", { className: "legend" },
      ...TYPES.filter((type) => totals[type]).map((type) => el("span", {}, el("i", { className: `swatch ${type}` }),
        TYPE_LABELS[type], el("b", {}, bytes(totals[type])), el("span", { className: "muted" }, percent(totals[type], all))))));
  });
}

function overviewTiles() {
  const scripts = files.filter((file) => file.type === "script");
  const weights = routes.map((route) => sum(route.files, size)).sort((a, b) => a - b);
  const heaviest = routes.reduce((best, route) =>
    (!best || sum(route.files, size) > sum(best.files, size) ? route : best), null);
  const requests = routes.map((route) => route.files.length).sort((a, b) => a - b);
  const failing = account.budgets.filter((budget) => !budget.ok);
  return [
    ["Whole build", bytes(sum(files, size)), `${plural(files.length, "file")}, ${bytes(sum(files, (file) => file.sizes.raw))} raw`],
    ["JavaScript", bytes(sum(scripts, size)), `${plural(chunks.length, "chunk")}, ${plural(modules.filter((module) => module.chunks.length).length, "module")}`],
    ["Median route", routes.length ? bytes(weights[weights.length >> 1]) : "-", `of ${plural(routes.length, "route")}`],
    ["Heaviest route", heaviest ? bytes(weights.at(-1)) : "-", heaviest ? heaviest.path : ""],
    ["Requests", routes.length ? whole(requests[requests.length >> 1]) : "-", routes.length ? `median of a first visit, at most ${requests.at(-1)}` : ""],
    ["Budgets", account.budgets.length ? `${account.budgets.length - failing.length} of ${account.budgets.length}` : "none",
      account.budgets.length ? "checks hold" : "set [[budgets]] to guard this", failing.length ? (failing.some((budget) => budget.level === "error") ? "bad" : "warn") : account.budgets.length ? "good" : ""],
    ...returningTile(),
  ];
}

/** What a visitor downloads again who has all of the release before; such sizes are of brotli, or raw where there is none. */
function returningTile() {
  const again = account.returning;
  if (!again) return [];
  const fewer = again.bytes_with_deltas < again.bytes ? `, ${bytes(again.bytes)} without deltas` : "";
  return [["Returning visitor", again.files ? bytes(again.bytes_with_deltas) : "none", again.files ? `${plural(again.files, "file")}${fewer}` : "no file but the page"]];
}

function verdict() {
  const failing = account.budgets.filter((budget) => !budget.ok && budget.level === "error").length;
  const warned = account.budgets.filter((budget) => !budget.ok && budget.level === "warn").length;
  const pill = byId("verdict");
  pill.hidden = !account.budgets.length;
  pill.className = `pill ${failing ? "bad" : warned ? "warn" : "good"}`;
  pill.textContent = failing ? `✕ ${failing} over budget` : warned ? `! ${plural(warned, "budget warning")}` : "✓ within budget";
}

// --- routes ------------------------------------------------------------------------------------------------------

function routesSection(showInTreemap) {
  const section = byId("routes");
  if (!routes.length) {
    section.append(el("p", { className: "panel muted" }, "This build has no pages, so it has no routes to account for."));
    return;
  }
  const weight = (route) => sum(route.files, size);
  const side = el("div", { className: "side detail scroll tall", role: "region", tabIndex: 0, aria: { label: "The chosen route" } });
  let widest = 1;
  const table = new DataTable({
    label: "Routes", rows: routes, sort: "total", rowHeight: 44, height: 520,
    columns: [
      { key: "path", label: "Route", width: "minmax(110px, 1.1fr)", value: (route) => route.path, cell: routeName },
      { key: "requests", label: "Requests", width: "78px", numeric: true, narrow: false, value: (route) => route.files.length, cell: (route) => whole(route.files.length) },
      { key: "bytes", label: "By type", width: "minmax(90px, 1.6fr)", value: weight, cell: (route) => fill(stack(sizesByType(route.files, view.encoding), widest)) },
      { key: "total", label: "Total", width: "82px", numeric: true, value: weight, cell: (route) => el("b", {}, bytes(weight(route))) },
    ],
    onPick: (route) => routeDetail(side, route, showInTreemap),
  });
  const filter = searchBox("Filter routes", (text) =>
    table.setRows(routes.filter((route) => route.path.toLowerCase().includes(text.toLowerCase()))));
  const toolbar = el("div", { className: "toolbar" }, el("div", { className: "grow" }, filter), typeLegend());
  section.append(el("div", { className: "panel flush" }, toolbar, el("div", { className: "split" }, table.node, side)));
  onEncoding(() => {
    widest = Math.max(...routes.map(weight), 1);
    table.arrange();
    const chosen = table.picked ?? table.order[0];
    table.pick(chosen, { quiet: true });
    routeDetail(side, chosen, showInTreemap);
  });
}

function fill(node) {
  node.classList.add("fill");
  return node;
}

function routeName(route) {
  return el("span", { className: "cell cut" }, pathText(route.path, "mono"),
    route.kind === "lazy" ? el("span", { className: "tag" }, "lazy") : null);
}

function typeLegend() {
  return el("div", { className: "legend muted" },
    ...TYPES.filter((type) => files.some((file) => file.type === type))
      .map((type) => el("span", {}, el("i", { className: `swatch ${type}` }), TYPE_LABELS[type])));
}

function routeDetail(side, route, showInTreemap) {
  const total = sum(route.files, size);
  const ordered = [...route.files].sort((a, b) => size(b) - size(a));
  side.replaceChildren(
    el("h3", { className: "mono" }, route.path),
    facts([
      [route.kind === "lazy" ? "Module" : "Page", route.source],
      ["First visit", `${plural(route.files.length, "request")}, ${bytes(total)}`],
      ["Raw", bytes(sum(route.files, (file) => file.sizes.raw))],
    ]),
    el("button", { type: "button", className: "plain", textContent: "Show in the treemap", on: { click: () => showInTreemap(route) } }),
    capped(ordered, 40, (file) => el("li", {}, fileItem(file, size(ordered[0])))),
  );
}

function fileItem(file, largest) {
  const others = file.routes.length - 1;
  const note = file.routes.length === routes.length && routes.length > 1 ? "on every route" : others > 0 ? `and ${plural(others, "other route")}` : "only here";
  return el("span", { className: "item" }, el("i", { className: `swatch ${file.type}` }), pathText(file.path),
    el("span", { className: "num" }, bytes(size(file))), bar(size(file), largest),
    el("span", {}), el("span", { className: "muted" }, routes.length > 1 ? note : ""));
}

function facts(pairs) {
  return el("dl", { className: "facts" },
    ...pairs.filter(([, value]) => value !== null && value !== "").flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** A list that shows its first items, and the rest on demand. */
function capped(items, count, make) {
  const list = el("ul", { className: "list" }, ...items.slice(0, count).map(make));
  if (items.length > count) {
    const more = el("li", {}, el("button", {
      type: "button", className: "item link", textContent: `Show ${whole(items.length - count)} more`,
      on: { click: () => more.replaceWith(...items.slice(count, count + 1000).map(make)) },
    }));
    list.append(more);
  }
  return list;
}

// --- treemap -----------------------------------------------------------------------------------------------------

class TreemapSection {
  constructor() {
    // A site without modules has no chunk to show: there the other files are what there is.
    this.options = { grouping: "chunk", route: null, everything: !chunks.length };
    this.query = { text: "", regex: false };
    this.picked = null;
    this.host = el("div", { className: "map" });
    this.crumbs = el("div", { className: "crumbs", role: "navigation", aria: { label: "Place in the treemap" } });
    this.about = el("div", { className: "detail" });
    this.list = el("div", { className: "scroll" });
    this.build();
    this.map = new Treemap(this.host, { onEnter: (node) => this.entered(node), onPick: (node) => this.pick(node) });
    onEncoding(() => this.refresh());
  }

  build() {
    this.search = searchBox("Search modules, packages, chunks", (text) => this.find({ text }));
    const regex = el("button", {
      type: "button", className: "toggle mono", textContent: ".*", title: "Regular expression", aria: { pressed: "false", label: "Search by regular expression" },
      on: { click: () => { this.find({ regex: !this.query.regex }); regex.setAttribute("aria-pressed", String(this.query.regex)); } },
    });
    const [routeField, routeList] = picker("Route", [["", "All"], ...routes.map((route) => [String(route.index), route.path])],
      (value) => this.change({ route: value === "" ? null : routes[Number(value)] }));
    this.routeList = routeList;
    const grouping = el("div", { className: "segments", role: "radiogroup", aria: { label: "Group by" } });
    const everything = el("button", {
      type: "button", className: "toggle", textContent: "Other files too", aria: { pressed: String(this.options.everything) },
      on: { click: () => { this.change({ everything: !this.options.everything }); everything.setAttribute("aria-pressed", String(this.options.everything)); } },
    });
    const hint = el("p", { className: "hidden", id: "treemap-keys" },
      "Arrow keys move, Enter goes into a group, Escape goes back, Home shows everything. The list beside the treemap has the same contents.");
    const side = el("div", { className: "side treemap-side" }, this.about, this.list);
    byId("treemap").append(el("div", { className: "panel flush" },
      el("div", { className: "toolbar" }, el("div", { className: "grow" }, this.search), regex, routes.length ? routeField : null, grouping, everything),
      this.crumbs, el("div", { className: "split" }, this.host, side), hint));
    this.group = choices(grouping, [["chunk", "Chunks"], ["package", "Packages"]], "chunk", (value) => this.map && this.change({ grouping: value }));
  }

  change(options) {
    this.options = { ...this.options, ...options };
    this.picked = null;
    this.tree = null;
    this.refresh();
  }

  showRoute(route) {
    this.routeList.value = String(route.index);
    this.change({ route });
    byId("treemap").scrollIntoView();
    this.map.canvas.focus({ preventScroll: true });
  }

  refresh() {
    const fresh = !this.tree;
    this.tree ??= buildTree(this.options);
    weigh(this.tree, view.encoding);
    this.matches = this.matching();
    this.map.matched = this.matches?.nodes ?? null;
    if (fresh) this.map.show(this.tree);
    else this.map.enter(this.map.current);
  }

  entered(node) {
    this.paintCrumbs(node);
    if (!this.picked || !contains(this.picked, node)) this.picked = node;
    this.paintSide();
  }

  pick(node) {
    this.picked = node;
    this.paintSide();
  }

  paintCrumbs(current) {
    const trail = [];
    for (let node = current; node; node = node.parent) trail.unshift(node);
    this.crumbs.replaceChildren(...trail.flatMap((node, place) => {
      const last = place === trail.length - 1;
      const button = el("button", { type: "button", className: "cut", textContent: nameOf(node), on: { click: () => !last && this.map.enter(node) } });
      if (last) button.setAttribute("aria-current", "true");
      return place ? [el("span", { className: "muted", aria: { hidden: "true" } }, "/"), button] : [button];
    }), el("span", { className: "size" }, `${bytes(current.value)} ${ENCODING_LABELS[view.encoding].toLowerCase()}`));
  }

  // The side panel: what is chosen, and below it what there is to go into (or what a search has found).
  paintSide() {
    this.about.replaceChildren(...nodeDetail(this.picked, this));
    this.paintList();
  }

  paintList() {
    const current = this.map.current;
    const found = this.matches?.leaves;
    const items = found ?? current.children ?? [];
    const largest = items.reduce((most, node) => Math.max(most, node.value), 1);
    const whole = found ? this.tree.value : current.value;
    this.list.replaceChildren(...(items.length
      ? [capped(items, 80, (node) => el("li", {}, this.nodeItem(node, largest, whole)))]
      : [el("p", { className: "empty" }, found ? "Nothing matches." : "Nothing inside.")]));
  }

  nodeItem(node, largest, whole) {
    const swatch = el("i", { className: "swatch" });
    swatch.style.background = node.kind === "chunk" ? "var(--script)" : node.type ? `var(--${node.type})` : colour(node.hue, 1, false, false);
    const name = this.matches && node.module ? node.module.id : nameOf(node);
    return el("button", { type: "button", className: "item", on: { click: () => this.open(node) } },
      swatch, pathText(name), el("span", { className: "num" }, bytes(node.value), el("span", { className: "muted" }, ` ${percent(node.value, whole)}`)),
      bar(node.value, largest));
  }

  open(node) {
    if (node.children) this.map.enter(node);
    else {
      if (node.parent !== this.map.current) this.map.enter(node.parent);
      this.map.point(node);
    }
  }

  openChunk(chunk) {
    if (this.options.route) this.routeList.value = "";
    this.options = { ...this.options, route: null };
    this.group("chunk");
    const node = this.tree.children.find((child) => child.chunk === chunk);
    if (node) this.map.enter(node);
    byId("treemap").scrollIntoView();
  }

  reveal(module) {
    const find = () => leafOf(this.tree, (node) => node.module === module);
    if (!find() && this.options.route) {
      // The module is not on the route that is shown, so all are.
      this.routeList.value = "";
      this.change({ route: null });
    }
    const leaf = find();
    if (leaf) this.open(leaf);
    byId("treemap").scrollIntoView();
  }

  find(query) {
    this.query = { ...this.query, ...query };
    this.matches = this.matching();
    this.map.mark(this.matches?.nodes ?? null);
    this.paintSearch();
    this.paintList();
  }

  /** The leaves that the search names with their groups, or null when nothing is searched for. */
  matching() {
    const test = this.test();
    if (!test) return null;
    const found = { nodes: new Set(), leaves: [], value: 0 };
    const visit = (node, inherited) => {
      const hit = inherited || (node.kind !== "root" && test(node.module ? node.module.id : node.name));
      if (node.children) for (const child of node.children) visit(child, hit);
      else if (hit) {
        found.leaves.push(node);
        found.value += node.value;
        for (let at = node; at && !found.nodes.has(at); at = at.parent) found.nodes.add(at);
      }
    };
    visit(this.tree, false);
    found.leaves.sort((a, b) => b.value - a.value);
    return found;
  }

  test() {
    const { text, regex } = this.query;
    this.search.removeAttribute("aria-invalid");
    if (!text) return null;
    if (!regex) {
      const wanted = text.toLowerCase();
      return (name) => name.toLowerCase().includes(wanted);
    }
    try {
      const pattern = new RegExp(text, "i");
      return (name) => pattern.test(name);
    } catch {
      this.search.setAttribute("aria-invalid", "true");
      return () => false;
    }
  }

  paintSearch() {
    if (!this.matches) return this.paintSide();
    const { leaves: hits, value } = this.matches;
    const text = this.search.getAttribute("aria-invalid") ? "This is not a regular expression."
      : `${plural(hits.length, "match").replace("matchs", "matches")}, ${bytes(value)}, ${percent(value, this.tree.value)} of what is shown`;
    this.about.replaceChildren(el("h3", {}, "Search"), el("p", { className: "muted" }, text));
    announce(text);
  }
}

function leafOf(node, wanted) {
  if (!node.children) return wanted(node) ? node : null;
  for (const child of node.children) {
    const found = leafOf(child, wanted);
    if (found) return found;
  }
  return null;
}

function nodeDetail(node, section) {
  if (!node) return [];
  const sizes = account.encodings.map((encoding) => `${bytes(amountOf(node, encoding))} ${ENCODING_LABELS[encoding].toLowerCase()}`).join(", ");
  if (node.module) return moduleDetail(node.module, sizes, section);
  const about = [["Size", sizes]];
  if (node.children && node.kind !== "type") about.push(["Contains", plural(leaves(node), "module")]);
  if (node.kind === "chunk") about.push(["Why", node.chunk.group ? `group ${node.chunk.group}` : node.chunk.reason], ["Loaded by", routesText(node.chunk.file.routes)]);
  if (node.kind === "rest") about.push(["What", "imports, exports and wrappers that belong to no module"]);
  if (node.file) about.push(["Note", node.file.note ?? ""], ["Loaded by", routesText(node.file.routes)]);
  return [el("h3", {}, nameOf(node)), facts(about)];
}

function moduleDetail(module, sizes, section) {
  const importers = module.importers.map((index) => modules[index]);
  return [
    el("h3", { className: "mono" }, module.id),
    facts([
      ["Package", packageOf(module)],
      ["Size", sizes],
      ["Chunk", module.chunks.map((chunk) => chunk.file.path).join(", ")],
      ["Loaded by", routesText(routesOf(module))],
    ]),
    ...(importers.length ? [el("p", { className: "muted" }, `Imported by ${plural(importers.length, "module")}`),
      capped(importers, 4, (importer) => el("li", {}, el("button", {
        type: "button", className: "item", on: { click: () => section.reveal(importer) } }, el("i", { className: "swatch" }), pathText(importer.id))))] : []),
  ];
}

function routesText(list) {
  if (!routes.length) return "";
  if (!list.length) return "no route's first visit";
  if (list.length === routes.length && routes.length > 1) return `every route (${whole(routes.length)})`;
  const names = list.slice(0, 4).map((route) => route.path).join(", ");
  return list.length > 4 ? `${names} and ${whole(list.length - 4)} more` : names;
}

// --- tables ------------------------------------------------------------------------------------------------------

const sizeColumns = (get) => ["raw", ...account.encodings.filter((name) => name !== "raw").reverse()].map((encoding) => ({
  key: encoding, label: ENCODING_LABELS[encoding], width: "84px", numeric: true, narrow: encoding === account.encodings[0],
  value: (row) => get(row, encoding), cell: (row) => bytes(get(row, encoding)),
}));

const nameColumn = (label, get) => ({ key: "name", label, width: "minmax(150px, 1fr)", value: get, cell: (row) => pathText(get(row)) });
const count = (key, label, get, width = "80px") => ({ key, label, width, numeric: true, narrow: false, value: get, cell: (row) => whole(get(row)) });

const deltaColumn = {
  key: "delta", label: "Delta", width: "84px", numeric: true, narrow: false,
  value: (file) => file.delta ?? -1, cell: (file) => (file.delta === null ? "" : bytes(file.delta)),
};

function tableViews(treemap) {
  const inBuild = modules.filter((module) => module.chunks.length);
  return {
    files: {
      label: "Files", rows: files, text: (file) => `${file.path} ${file.sources.join(" ")}`,
      columns: [nameColumn("File", (file) => file.path),
        { key: "type", label: "Type", width: "110px", narrow: false, value: (file) => TYPE_LABELS[file.type], cell: (file) => typeTag(file.type) },
        count("routes", "Routes", (file) => file.routes.length),
        { key: "note", label: "Note", width: "minmax(60px, .5fr)", narrow: false, value: (file) => file.note ?? "", cell: (file) => el("span", { className: "cut muted", title: file.note ?? "" }, file.note ?? "") },
        ...(files.some((file) => file.delta !== null) ? [deltaColumn] : []),
        ...sizeColumns(sizeOf)],
    },
    chunks: {
      label: "Chunks", rows: chunks, text: (chunk) => `${chunk.file.path} ${chunk.reason} ${chunk.group ?? ""}`,
      columns: [nameColumn("Chunk", (chunk) => chunk.file.path),
        { key: "reason", label: "Reason", width: "120px", narrow: false, value: (chunk) => chunk.group ?? chunk.reason, cell: (chunk) => el("span", { className: "tag cut" }, chunk.group ? `group ${chunk.group}` : chunk.reason) },
        count("modules", "Modules", (chunk) => chunk.members.length), count("routes", "Routes", (chunk) => chunk.file.routes.length),
        ...sizeColumns((chunk, encoding) => sizeOf(chunk.file, encoding))],
      onPick: (chunk) => treemap.openChunk(chunk),
    },
    modules: {
      label: "Modules", rows: inBuild, text: (module) => module.id,
      columns: [nameColumn("Module", (module) => module.id),
        { key: "package", label: "Package", width: "minmax(80px, .35fr)", narrow: false, value: packageOf, cell: (module) => el("span", { className: "cut" }, packageOf(module)) },
        count("importers", "Imported by", (module) => module.importers.length, "96px"),
        ...sizeColumns(moduleSize)],
      onPick: (module) => treemap.reveal(module),
    },
    packages: {
      label: "Packages", rows: packageRows, text: (row) => row.name,
      columns: [nameColumn("Package", (row) => row.name),
        { key: "copies", label: "Copies", width: "90px", numeric: true, value: (row) => row.installs.size, cell: copies },
        count("modules", "Modules", (row) => row.modules.length), count("chunks", "Chunks", (row) => row.chunks.size),
        ...sizeColumns((row, encoding) => sum(row.modules, (module) => moduleSize(module, encoding)))],
    },
    ...(account.images.length ? { images: imagesView() } : {}),
  };
}

function copies(row) {
  if (row.installs.size < 2) return row.installs.size ? "1" : "";
  return el("span", { className: "pill warn", title: [...row.installs].join("\n") }, `${row.installs.size} copies`);
}

function imagesView() {
  return {
    label: "Images", rows: account.images, text: (image) => image.source, sort: "saved",
    columns: [nameColumn("Source", (image) => shown(image.source)), count("variants", "Variants", (image) => image.variants.length),
      { key: "before", label: "Before", width: "84px", numeric: true, value: (image) => image.before, cell: (image) => bytes(image.before) },
      { key: "after", label: "After", width: "84px", numeric: true, value: (image) => image.after, cell: (image) => bytes(image.after) },
      { key: "saved", label: "Saved", width: "84px", numeric: true, value: (image) => image.before - image.after, cell: (image) => percent(Math.max(image.before - image.after, 0), image.before) }],
  };
}

function tablesSection(treemap) {
  const views = tableViews(treemap);
  const tabs = el("div", { className: "segments", role: "tablist", aria: { label: "Tables" } });
  const body = el("div", { role: "tabpanel", id: "tables-panel" });
  const tally = el("span", { className: "muted" });
  let table = null;
  let current = null;
  let text = "";
  const refilter = () => {
    const wanted = text.toLowerCase();
    const rows = wanted ? current.rows.filter((row) => current.text(row).toLowerCase().includes(wanted)) : current.rows;
    tally.textContent = rows.length === current.rows.length ? whole(rows.length) : `${whole(rows.length)} of ${whole(current.rows.length)}`;
    return rows;
  };
  const filter = searchBox("Filter", (value) => { text = value; table.setRows(refilter()); });
  byId("tables").append(el("div", { className: "panel flush" },
    el("div", { className: "toolbar" }, tabs, el("div", { className: "grow" }, filter), tally), body));
  choices(tabs, Object.entries(views).map(([key, { label }]) => [key, label]), "files", (key) => {
    current = views[key];
    table = new DataTable({ ...current, rows: refilter(), sort: current.sort ?? view.encoding });
    body.setAttribute("aria-label", current.label);
    body.replaceChildren(table.node);
  }, "tab");
  onEncoding(() => {
    if (SIZE_ORDER.includes(table.sort)) table.sort = view.encoding;
    table.arrange();
  });
}

// --- budgets and findings ----------------------------------------------------------------------------------------

function budgetsSection() {
  const section = byId("budgets");
  if (!account.budgets.length) {
    section.append(el("p", { className: "panel muted" }, "No budgets are set. A [[budgets]] table in the configuration guards a route or a file: the build then fails when it grows over its limit."));
    return;
  }
  const write = (budget, amount) => (budget.type === "requests" ? whole(amount) : bytes(amount));
  const use = (budget) => (budget.actual === null ? Infinity : budget.limit ? budget.actual / budget.limit : budget.actual ? Infinity : 0);
  const failing = account.budgets.filter((budget) => !budget.ok);
  const table = new DataTable({
    label: "Budgets", rows: failing.length ? failing : account.budgets, sort: "use", rowHeight: 52, height: 420,
    columns: [
      { key: "ok", label: "State", width: "80px", value: (budget) => (budget.ok ? 2 : budget.level === "warn" ? 1 : 0), cell: budgetPill },
      { key: "name", label: "Budget", width: "minmax(70px, 1.4fr)", value: (budget) => budget.name, cell: budgetName },
      { key: "kind", label: "In", width: "130px", narrow: false, value: (budget) => budget.type, cell: (budget) => el("span", { className: "muted cut" }, budget.type === "requests" ? "requests" : `${budget.type}, ${budget.encoding}`) },
      { key: "use", label: "Used", width: "minmax(80px, 1fr)", numeric: true, narrow: false, value: use, cell: (budget) => budgetMeter(budget, use(budget)) },
      { key: "actual", label: "Actual", width: "66px", numeric: true, value: (budget) => budget.actual ?? -1, cell: (budget) => (budget.actual === null ? "none" : write(budget, budget.actual)) },
      { key: "limit", label: "Limit", width: "66px", numeric: true, value: (budget) => budget.limit, cell: (budget) => write(budget, budget.limit) },
    ],
  });
  const scope = el("div", { className: "segments", role: "radiogroup", aria: { label: "Which budgets" } });
  section.append(el("div", { className: "panel flush" }, el("div", { className: "toolbar" }, scope), table.node));
  choices(scope, [["failing", `Not held (${whole(failing.length)})`], ["all", `All (${whole(account.budgets.length)})`]],
    failing.length ? "failing" : "all", (value) => table.setRows(value === "all" ? account.budgets : failing));
}

function budgetName(budget) {
  return el("span", { className: "two" }, el("span", { className: "cut", title: budget.name }, shown(budget.name)),
    pathText(shown(budget.route ?? budget.file ?? ""), "mono muted"));
}

function budgetPill(budget) {
  if (budget.ok) return el("span", { className: "pill good" }, "✓ holds");
  return el("span", { className: `pill ${budget.level === "warn" ? "warn" : "bad"}` }, budget.actual === null ? "? unmet" : budget.level === "warn" ? "! over" : "✕ over");
}

function budgetMeter(budget, used) {
  if (budget.actual === null) return el("span", { className: "muted cut", title: budget.reason ?? "" }, shown(budget.reason ?? "nothing to measure"));
  return el("span", { className: "cell fill" }, fill(bar(used, Math.max(used, 1), budget.ok ? "good" : "bad")),
    el("span", { className: "num" }, Number.isFinite(used) ? `${Math.round(used * 100)} %` : "over"));
}

function findingsSection() {
  const section = byId("findings");
  const rank = { error: 0, warning: 1, info: 2 };
  const ordered = [...account.findings].sort((a, b) => rank[a.severity] - rank[b.severity] || (b.saving ?? 0) - (a.saving ?? 0));
  if (!ordered.length) {
    section.append(el("p", { className: "panel muted" }, "Nothing was found to report."));
    return;
  }
  const list = el("div", { className: "panel flush" }, ...ordered.slice(0, 200).map(findingCard));
  if (ordered.length > 200) {
    const more = el("button", { type: "button", className: "item link", textContent: `Show ${whole(ordered.length - 200)} more`, on: { click: () => more.replaceWith(...ordered.slice(200).map(findingCard)) } });
    list.append(more);
  }
  section.append(list);
}

function findingCard(finding) {
  const tone = { error: "bad", warning: "warn", info: "" }[finding.severity];
  return el("article", { className: "finding" },
    el("span", { className: `pill ${tone}` }, finding.severity),
    el("div", {}, el("p", {}, shown(finding.message)), finding.file ? el("p", { className: "mono muted" }, shown(finding.file)) : null,
      finding.hint ? el("p", { className: "hint" }, shown(finding.hint)) : null),
    el("div", { className: "cell" }, finding.saving ? el("span", { className: "pill good" }, `saves ${bytes(finding.saving)}`) : null,
      el("span", { className: "tag mono" }, finding.code)));
}
