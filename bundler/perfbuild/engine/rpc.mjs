// JSON-RPC 2.0 over two streams, one JSON document a line, requests in both directions.
// Source: the JSON-RPC 2.0 specification; the line framing is ours.

import { createInterface } from "node:readline";

/** An error whose `problems` travel to the other side as data. */
export class ProblemsError extends Error {
  /** @param {import("./problems.mjs").Problem[]} problems */
  constructor(problems) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.problems = problems;
  }
}

/**
 * @param {NodeJS.ReadableStream} input
 * @param {NodeJS.WritableStream} output
 * @param {Record<string, (params: any) => unknown>} methods
 */
export function createPeer(input, output, methods) {
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  let lastId = 0;

  /** @param {object} message */
  const send = (message) => output.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");

  /** @param {{id: number, method: string, params: any}} request */
  async function answer({ id, method, params }) {
    try {
      if (!Object.hasOwn(methods, method)) {
        return send({ id, error: { code: -32601, message: `unknown method ${method}` } });
      }
      send({ id, result: (await methods[method](params)) ?? null });
    } catch (error) {
      const { message, stack, problems } = /** @type {any} */ (error);
      send({ id, error: { code: problems ? 1 : -32603, message, data: problems ? { problems } : { stack } } });
    }
  }

  const lines = createInterface({ input, crlfDelay: Infinity });
  lines.on("line", (line) => {
    const message = JSON.parse(line);
    if (message.method) return void answer(message);
    const { resolve, reject } = /** @type {any} */ (waiting.get(message.id));
    waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message));
    else resolve(message.result);
  });

  return {
    closed: new Promise((resolve) => lines.on("close", resolve)),
    /**
     * @param {string} method
     * @param {unknown} params
     * @returns {Promise<any>}
     */
    request(method, params) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      });
    },
  };
}
