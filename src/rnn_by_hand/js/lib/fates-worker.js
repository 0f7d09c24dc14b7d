// @ts-check
import { sweep } from "./fates.js";

/*
 * Computes maps of fates beside the page, so that the page stays alive. A new request puts an end
 * to the one before; every 20 milliseconds there is time to hear of one, and what is known is sent.
 */

const { port1, port2 } = new MessageChannel();

/** @type {ReturnType<typeof sweep> | undefined} */
let work;
let id = 0;

/** Whether another slice is to come. */
let pending = false;

function slice() {
  pending = false;
  if (!work) return;
  const until = performance.now() + 20;
  /** @type {{n: number, row: number, codes: Uint16Array}[]} */
  const found = [];
  while (work && performance.now() < until) {
    const { done, value } = work.next();
    if (value) found.push(value);
    if (done) work = undefined;
  }
  postMessage({ id, found });
  goOn();
}

function goOn() {
  if (!work || pending) return;
  pending = true;
  port2.postMessage(null);
}

port1.onmessage = slice;

addEventListener("message", ({ data }) => {
  id = data.id;
  work = data.request && sweep(data.request);
  goOn();
});
