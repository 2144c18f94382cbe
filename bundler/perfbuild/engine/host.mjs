// The engine's process: answers the Python side on standard input and output until that closes.

import { createPeer } from "./rpc.mjs";

export const PROTOCOL = 1;

// Whatever a library prints must not end up between the messages.
const write = process.stdout.write.bind(process.stdout);
const output = /** @type {any} */ ({ write });
process.stdout.write = /** @type {any} */ (process.stderr.write.bind(process.stderr));

// Loading the bundler takes longer than the handshake: begin at once, wait when it is needed.
const link = import("./link.mjs");
const styles = import("./styles.mjs");
const scripts = import("./scripts.mjs");
const projects = import("./project.mjs");
const runtime = import("./runtime.mjs");

/** @type {Promise<import("./project.mjs").Project>} */
let project;

const peer = createPeer(process.stdin, output, {
  initialize: () => ({ protocol: PROTOCOL, node: process.version }),
  open: async (params) => {
    project = projects.then(({ openProject }) => openProject(params));
    return { targets: (await project).targets };
  },
  link: async (params) => (await link).link(await project, params, peer.request),
  stylesheets: async (params) => (await styles).bundleStylesheets(await project, params),
  inlineStyles: async (params) => (await styles).minifyInlineStyles(await project, params),
  staged: async () => (await project).staged.files,
  minifyAgain: async (params) => (await import("./second-minifier.mjs")).minifyAgain(await project, params),
  snippets: async (params) => (await runtime).snippets(await project, params),
  scripts: async (params) => (await scripts).minifyScripts(await project, params),
});

await peer.closed;
process.exit(0);
