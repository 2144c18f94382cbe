// The account, with the look-ups that the views share. Names and paths are untrusted: they only ever become text nodes.
const account = JSON.parse(document.getElementById("stats").textContent);

const TYPES = ["document", "script", "style", "image", "font", "other"];
const TYPE_LABELS = {
  document: "HTML", script: "JavaScript", style: "CSS", image: "Images", font: "Fonts", other: "Other",
};
const ENCODING_LABELS = { brotli: "Brotli", gzip: "Gzip", zstd: "Zstd", raw: "Raw" };
const SIZE_ORDER = ["raw", "gzip", "brotli", "zstd"];
const OWN_CODE = "Project";

/** What a person can read of an id: no character that would not show, or would turn the line around. */
function shown(name) {
  return name.replace(/^\0/, "virtual:").replace(/[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

const files = account.files.map(([path, type, sizes, sources, note, delta], index) => ({
  index, path: shown(path), type, sources: sources.map(shown), note, delta, routes: [], chunk: null,
  sizes: Object.fromEntries(SIZE_ORDER.map((name, place) => [name, sizes[place]])),
}));

const packages = account.packages;
const modules = account.modules.ids.map((id, index) => ({
  index, id: shown(id), package: account.modules.packages[index], bytes: account.modules.bytes[index],
  importers: account.modules.importers[index], chunks: [],
}));

const chunks = account.chunks.map(([file, name, reason, group, members, imports, dynamicImports], index) => {
  const chunk = { index, file: files[file], name: shown(name), reason, group, members, imports, dynamicImports };
  files[file].chunk = chunk;
  for (const member of members) modules[member].chunks.push(chunk);
  return chunk;
});

const routes = account.routes.map(([path, kind, source, members], index) => {
  const route = { index, path: shown(path), kind, source: shown(source), files: members.map((member) => files[member]) };
  for (const file of route.files) file.routes.push(route);
  return route;
});

/** Bytes in an encoding; files that have no such encoding travel raw. */
function sizeOf(file, encoding) {
  return file.sizes[encoding] ?? file.sizes.raw;
}

function sum(items, weigh) {
  let total = 0;
  for (const item of items) total += weigh(item);
  return total;
}

function sizesByType(list, encoding) {
  const totals = Object.fromEntries(TYPES.map((type) => [type, 0]));
  for (const file of list) totals[file.type] += sizeOf(file, encoding);
  return totals;
}

/** How much of its minified bytes a chunk sends: a module's part of an encoded chunk is in proportion to them. */
function ratio(chunk, encoding) {
  return chunk.file.sizes.raw ? sizeOf(chunk.file, encoding) / chunk.file.sizes.raw : 0;
}

/** A module's bytes in one of its chunks; the account has their sum alone, so several chunks share evenly. */
function shareIn(module) {
  return module.chunks.length ? module.bytes / module.chunks.length : 0;
}

function moduleSize(module, encoding) {
  return sum(module.chunks, (chunk) => shareIn(module) * ratio(chunk, encoding));
}

function packageOf(module) {
  return module.package < 0 ? OWN_CODE : packages[module.package];
}

/** The folder that a module's package is installed in: two folders of one package are two copies of it. */
function installOf(module) {
  const name = packageOf(module);
  const marker = `node_modules/${name}`;
  const at = module.id.lastIndexOf(marker);
  return at < 0 ? name : module.id.slice(0, at + marker.length);
}

function routesOf(module) {
  const found = new Set();
  for (const chunk of module.chunks) for (const route of chunk.file.routes) found.add(route);
  return [...found];
}

const packageRows = (() => {
  const rows = new Map();
  for (const module of modules) {
    if (!module.chunks.length) continue;
    const name = packageOf(module);
    let row = rows.get(name);
    if (!row) rows.set(name, (row = { name, bytes: 0, modules: [], installs: new Set(), chunks: new Set() }));
    row.modules.push(module);
    row.bytes += module.bytes;
    if (module.package >= 0) row.installs.add(installOf(module));
    for (const chunk of module.chunks) row.chunks.add(chunk);
  }
  return [...rows.values()];
})();

// The encoding that all views show. Views subscribe, and are drawn anew when it changes.
const view = { encoding: account.encodings[0], listeners: [] };

function onEncoding(listener) {
  view.listeners.push(listener);
  listener();
}

function setEncoding(encoding) {
  view.encoding = encoding;
  for (const listener of view.listeners) listener();
}

const size = (file) => sizeOf(file, view.encoding);
