// Which of the expressions on standard input memoize takes for one another: a number for each, the same for the same key.

import fs from "node:fs";
import { pathToFileURL } from "node:url";

const { memoize } = await import(pathToFileURL(process.argv[2]).href);
const values = JSON.parse(fs.readFileSync(0, "utf8")).map((expression) => (0, eval)(`[${expression}]`));
let made = 0;
const number = memoize(() => made++);
process.stdout.write(JSON.stringify(values.map((args) => number(...args))));
