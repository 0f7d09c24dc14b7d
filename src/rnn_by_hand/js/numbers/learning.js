// @ts-check
import { surface } from "../dataset.js";
import { MOST_STEPS } from "../lib/fates.js";
import { REACHED } from "../lib/optimizers.js";
import { LIMIT, rested } from "../lib/parameters.js";

/* The numbers of `rnn-learning`: the weights, and what ends learning. */

/**
 * Every number shown, unrounded, with the weights after one step of gradient descent.
 * @param {Record<string, any>} setting
 */
export function readout({ wx, wRec, rate, show }) {
  const [wx_grad, wRec_grad] = surface.gradient(wx, wRec);
  return {
    wx, wRec, rate, show, loss: surface.loss(wx, wRec), wx_grad, wRec_grad,
    next: [wx - rate * wx_grad, wRec - rate * wRec_grad],
  };
}

/**
 * What ends learning before the next step; empty if nothing does.
 * @param {number} loss
 * @param {number} taken how many steps were
 */
export function ending(loss, taken) {
  if (loss < REACHED) return `It counts, after ${taken} steps`;
  return taken === MOST_STEPS ? `Not there after ${taken} steps` : "";
}

/** @param {number[]} weights */
export function isOnMap(weights) {
  return weights.every((weight) => Math.abs(weight) <= LIMIT);
}

/**
 * Weights to which the reader moves the point; the minimum attracts it.
 * @param {{wx: number, wRec: number}} weights
 */
export function movedTo({ wx, wRec }) {
  if (Math.hypot(wx - 1, wRec - 1) < 0.06) return { wx: 1, wRec: 1 };
  return { wx: rested(wx, 0.01), wRec: rested(wRec, 0.01) };
}
