// A thread that makes one chunk after another shorter.

import { parentPort } from "node:worker_threads";

import { shorter } from "./shorter.mjs";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);

port.on("message", (/** @type {import("./shorter.mjs").ChunkCode} */ before) => {
  shorter(before).then(
    (value) => port.postMessage({ status: "fulfilled", value }),
    (reason) => port.postMessage({ status: "rejected", reason: String(reason?.message ?? reason) }),
  );
});
