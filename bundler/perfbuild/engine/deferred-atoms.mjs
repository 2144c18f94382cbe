// Between the atoms and the decision which of them are deferred; and the hook of the second link that changes their code.

import path from "node:path";

import { RolldownMagicString } from "rolldown";

import { callRuns, deferStatements, isDeferrable } from "./deferred-code.mjs";
import { Deferral } from "./deferral.mjs";

/** @typedef {import("./outline.mjs").Outline} Outline */
/** @typedef {Map<string, {isDeferred: boolean, outline: Outline | null, runs: string[]}>} Changes by file; `runs`: specifiers of deferred
 * atoms that have to run first */
/** @typedef {{file: string, imports: number[], dynamic_imports: number[], is_entry: boolean, facade: string | null, pure: boolean,
 *   awaits: boolean, group: string | null}} Fact what is sent of an atom; numbers are places in the list of all */

/**
 * @param {Fact[]} atoms
 * @param {(file: string) => Outline | null} outlineOf
 * @returns {Changes}
 */
export function deferralOf(atoms, outlineOf) {
  const targets = new Set(atoms.flatMap((atom) => atom.dynamic_imports));
  const deferral = new Deferral(atoms.map((atom, place) => ({
    imports: atom.imports,
    dynamicImports: atom.dynamic_imports,
    isEntry: atom.is_entry,
    isFacade: atom.facade !== null || targets.has(place),
    isPure: atom.pure,
    canWait: () => atom.group === null && canWait(outlineOf(atom.file)),
    waits: atom.awaits,
  })));
  /** @type {Changes} */
  const changes = new Map();
  if (!deferral.deferred.size) return changes;
  for (const [place, { file }] of atoms.entries()) {
    const runs = deferral.runsOf(place).map((one) => specifierOf(atoms[one].file));
    const isDeferred = deferral.deferred.has(place);
    if (isDeferred || runs.length) changes.set(file, { isDeferred, outline: isDeferred ? outlineOf(file) : null, runs });
  }
  return changes;
}

/** What other atoms import it by; all lie in one folder.
 * @param {string} file */
const specifierOf = (file) => `./${path.posix.basename(file)}`;

/** @param {Outline | null} outline */
const canWait = (outline) => outline !== null && isDeferrable(outline);

/**
 * @param {Changes} changes
 * @param {string} prefix of the ids that files have
 * @param {boolean} sourcemap
 * @returns {import("rolldown").Plugin["transform"]}
 */
export function deferred(changes, prefix, sourcemap) {
  const ids = [...changes.keys()].map((file) => `${prefix}${file}`);
  const waiting = new Set([...changes].filter(([, { isDeferred }]) => isDeferred).map(([file]) => specifierOf(file)));
  return {
    filter: { id: ids.map((id) => new RegExp(`^${id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`)) },
    handler(code, id) {
      const { outline, runs } = /** @type {{outline: Outline | null, runs: string[]}} */ (changes.get(id.slice(prefix.length)));
      const edited = new RolldownMagicString(code);
      if (outline) deferStatements(edited, outline, runs, (specifier) => waiting.has(specifier));
      else callRuns(edited, runs);
      return { code: edited.toString(), map: sourcemap ? edited.generateMap({ hires: "boundary" }).toString() : null };
    },
  };
}
