// Defers the effects of modules and runs them beside the modules as they are: node run_deferred.mjs ENGINE FOLDER < {name: code}
// Prints for each what it logged and exports; where it was deferred also what it logged when it was only loaded, and when asked again.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [engine, folder] = process.argv.slice(2);
const { RolldownMagicString } = await import(new URL("node_modules/rolldown/dist/index.mjs", engine));
const { deferStatements, isDeferrable } = await import(new URL("deferred-code.mjs", engine));
const { Outline } = await import(new URL("outline.mjs", engine));
const OTHERS = {
  "deferred.js": 'const ready = log("ready");\nimport { plain } from "./plain.js";\nplain.value = 2;\n'
    + 'const config = { get size() {\n\treturn log("size");\n} };\nexport { ready, config };\n',
  "plain.js": 'export const plain = { value: 1 };\nexport const require_a = () => ({ memo: (made) => made });\n',
};

let logged = [];
globalThis.log = (value) => (logged.push(String(value)), value);
globalThis.taken = () => logged.splice(0).join(" ");

const isDeferred = (specifier) => specifier === "./deferred.js";
const others = { isOfPackages: (name) => name === "plain.js", silentOf: () => new Set() };

function defer(code) {
  const outline = new Outline(code, others);
  if (!outline.parse() || !isDeferrable(outline)) return null;
  const edited = new RolldownMagicString(code);
  deferStatements(edited, outline, code.includes("./deferred.js") ? ["./deferred.js"] : [], isDeferred);
  return edited.toString();
}

function write(place, name, code) {
  fs.mkdirSync(path.join(folder, place), { recursive: true });
  fs.writeFileSync(path.join(folder, place, name), code);
}

/** Functions show what they return, classes their names. */
function shown(namespace) {
  const entries = Object.entries(namespace).filter(([name]) => name !== "__perfbuild_run");
  const result = (value) => (typeof value === "function" && !/^class/.test(value) ? value() : value?.name ?? value);
  return JSON.stringify(entries.map(([name, value]) => [name, result(value)]));
}

async function run(place, name) {
  const namespace = await import(pathToFileURL(path.join(folder, place, name)));
  const loaded = taken();
  namespace.__perfbuild_run?.();
  const ran = taken();
  namespace.__perfbuild_run?.();
  return { loaded, ran, again: taken(), exports: shown(namespace) };
}

fs.writeFileSync(path.join(folder, "package.json"), '{"type": "module"}');
const answers = {};
for (const [number, [name, code]] of Object.entries(JSON.parse(fs.readFileSync(0, "utf8"))).entries()) {
  const deferred = defer(code);
  answers[name] = { code: deferred };
  if (deferred === null) continue;
  const files = { ...OTHERS, "deferred.js": defer(OTHERS["deferred.js"]), "module.js": deferred };
  for (const [file, text] of Object.entries({ ...OTHERS, "module.js": code })) write(`${number}-as-is`, file, text);
  for (const [file, text] of Object.entries(files)) write(`${number}-deferred`, file, text);
  answers[name].wanted = await run(`${number}-as-is`, "module.js");
  answers[name].actual = await run(`${number}-deferred`, "module.js");
}
console.log(JSON.stringify(answers));
