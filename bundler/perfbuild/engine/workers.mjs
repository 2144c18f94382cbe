// Threads for what takes long in JavaScript.

import { Worker } from "node:worker_threads";

/**
 * Has a worker's script answer each task.
 * @template Task, Value
 * @param {URL} script answers each message with a settled result; a reason is text
 * @param {readonly Task[]} tasks those that take longest should come first
 * @param {number} threads how many at a time
 * @returns {Promise<PromiseSettledResult<Value>[]>} in the order of the tasks
 */
export async function inWorkers(script, tasks, threads) {
  /** @type {PromiseSettledResult<Value>[]} */
  const results = new Array(tasks.length);
  let next = 0;
  const all = Array.from({ length: Math.min(threads, tasks.length) }, async () => {
    let worker = new Worker(script);
    while (next < tasks.length) {
      const index = next++;
      try {
        results[index] = await answer(worker, tasks[index]);
      } catch (error) {
        // The thread is gone, out of memory perhaps: this task has failed, the others need another one.
        results[index] = { status: "rejected", reason: String(error) };
        worker = new Worker(script);
      }
    }
    await worker.terminate();
  });
  await Promise.all(all);
  return results;
}

/**
 * @template Task, Value
 * @param {Worker} worker
 * @param {Task} task
 * @returns {Promise<PromiseSettledResult<Value>>}
 */
function answer(worker, task) {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once("message", resolve).once("error", reject);
    worker.postMessage(task);
  });
}
