// Renames what modules declare and runs them beside the modules as they are: node run_renamed.mjs ENGINE < [code, ...]
// Prints for each the new code, and what both print.

const [engine] = process.argv.slice(2);
const { edited } = await import(new URL("mappings.mjs", engine));
const { renamings } = await import(new URL("renaming.mjs", engine));

let lines = [];
globalThis.log = (...values) => void lines.push(values.map((value) => JSON.stringify(value) ?? typeof value).join(" "));
/** A value, or the error in its place: of variables before their time, and of constants that are assigned to. */
globalThis.see = (look) => {
  try {
    log(look());
  } catch ({ name }) {
    log(name);
  }
};

let runs = 0;
async function run(code) {
  lines = [];
  let exported = {};
  try {
    // Each with an address of its own, since modules are run once.
    exported = await import(`data:text/javascript,${encodeURIComponent(`${code}\n// ${runs++}`)}`);
  } catch (error) {
    lines.push(error.name);
  }
  return [...lines, ...Object.entries(exported).map(([name, value]) => `${name}: ${JSON.stringify(value) ?? typeof value}`)];
}

const results = [];
for (const code of JSON.parse(await new Response(process.stdin).text())) {
  const before = await run(code);
  let renamed = null; // what cannot be read
  try {
    renamed = edited(code, renamings(code));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  results.push([renamed, before, await run(renamed ?? code)]);
}
console.log(JSON.stringify(results));
