// Edits modules and runs them beside the modules as they are: node run_edited.mjs ENGINE SCRIPT FUNCTION < [code, ...]
// The function of the engine's script gives the edits. Prints for each the new code, and what both print.

const [engine, script, name] = process.argv.slice(2);
const { edited } = await import(new URL("mappings.mjs", engine));
const { [name]: editsOf } = await import(new URL(script, engine));

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
  let after = null; // what cannot be read
  try {
    after = edited(code, editsOf(code));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  results.push([after, before, await run(after ?? code)]);
}
console.log(JSON.stringify(results));
