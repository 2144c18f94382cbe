// Legal comments leave the chunks, where every visitor pays for them, and are gathered in one file.

import { displayId } from "./project.mjs";
import { commentsOf } from "./syntax.mjs";

// What minifiers agree to keep: `/*!`, `//!`, and comments with @license or @preserve.
const LEGAL = /^\/\*!|^\/\/!|@licen[cs]e|@preserve/i;

export class Licences {
  constructor() {
    /** @type {Map<string, string[]>} module id -> its legal comments */
    this.comments = new Map();
  }

  /** @returns {import("rolldown").Plugin} */
  plugin() {
    return {
      name: "perfbuild:licences",
      transform: {
        // Asked of every module by the bundler itself, and plain strings are found fastest.
        filter: { code: ["/*!", "//!", "@license", "@licence", "@preserve"] },
        handler: (code, id) => {
          const comments = commentsOf(code, id).filter((comment) => LEGAL.test(comment));
          if (comments.length) this.comments.set(id, comments);
          return null;
        },
      },
    };
  }

  /**
   * @param {import("./project.mjs").Project} project
   * @param {Set<string>} included modules in the output
   * @returns {string} empty when no module asks for it
   */
  text(project, included) {
    /** @type {Map<string, string[]>} comment -> modules */
    const users = new Map();
    const modules = [...this.comments.keys()].filter((id) => included.has(id)).map((id) => [displayId(project, id), id]);
    for (const [name, id] of modules.sort()) {
      for (const comment of this.comments.get(id) ?? []) {
        users.set(comment, [...new Set([...(users.get(comment) ?? []), name])]);
      }
    }
    return [...users].map(([comment, names]) => `${names.join("\n")}\n\n${comment}\n`).join("\n----\n\n");
  }
}
