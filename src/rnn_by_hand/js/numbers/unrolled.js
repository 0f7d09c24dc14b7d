// @ts-check
import { superscript } from "../lib/format.js";
import { rested } from "../lib/parameters.js";
import { arrow, axis } from "../lib/shapes.js";
/** @import { Scale } from "../lib/shapes.js" */

/* The numbers of `rnn-unrolled`: the weights of the inputs, and the scale of their bars. */

/**
 * The powers of ten of the scale of the bars, whether it reaches up and down, and where it shows 0
 * and how far apart it shows two powers.
 * @typedef {{decades: number[], up: boolean, down: boolean, zero: number, per: number}} BarScale
 */

/**
 * @typedef {{wx: number, wRec: number, n: number, k: number, weights: number[], weight: number,
 *   share: number | null}} UnrolledReadout
 */

/** How far from the line they stand on the scale of the bars begins. */
const GAP = 18;

/** The power of ten of a weight, limited to the smallest that an axis can show. */
function decade(/** @type {number} */ weight) {
  return Math.max(-300, Math.log10(Math.abs(weight)));
}

/** @param {number} power */
function powerOfTen(power) {
  return Math.abs(power) > 3 ? `10${superscript(power)}` : String(10 ** power);
}

/**
 * Every number shown, unrounded. A `k` beyond the last input means the last one.
 * @param {Record<string, any>} setting
 * @returns {UnrolledReadout}
 */
export function readout({ wx, wRec, n, ...setting }) {
  const k = Math.min(setting.k, n);
  // As in the recurrence, each weight is the next one times wRec; Python does the same.
  const weights = [wx];
  while (weights.length < n) weights.unshift(weights[0] * wRec);
  const weight = weights[k - 1];
  const all = weights.reduce((sum, one) => sum + Math.abs(one), 0);
  return { wx, wRec, n, k, weights, weight, share: all ? Math.abs(weight) / all : null };
}

/**
 * What gives the chosen input another weight in the output: for the last input wx, for any other
 * wRec. Its sign stays.
 * @param {UnrolledReadout} shown
 * @param {number} size of the weight
 * @param {number} unit
 * @returns {{wx?: number, wRec?: number}}
 */
export function giving({ wx, wRec, n, k }, size, unit) {
  if (k === n) return { wx: rested(Math.sign(wx || 1) * size, unit) };
  if (!wx) return {};
  return { wRec: rested(Math.sign(wRec || 1) * (size / Math.abs(wx)) ** (1 / (n - k)), unit) };
}

/**
 * Choose the scale for weights.
 * @param {number[]} weights
 * @param {number} top of the bars
 * @param {number} height
 * @returns {BarScale}
 */
export function scaleFor(weights, top, height) {
  const down = weights.some((weight) => weight < 0);
  const up = !down || weights.some((weight) => weight > 0);
  const used = weights.filter((weight) => weight).map(decade);
  const decades = axis(Math.min(-2, ...used), Math.max(2, ...used), up && down ? 3 : 5);
  const zero = up ? top + (down ? height / 2 : height) : top;
  const per = (height / (up && down ? 2 : 1) - GAP) / (decades[decades.length - 1] - decades[0]);
  return { decades, up, down, zero, per };
}

/**
 * The values that the scale numbers.
 * @param {BarScale} scale
 */
export function ticksOf({ decades, up, down }) {
  const powers = decades.map((power) => 10 ** power);
  return [0, ...(up ? powers : []), ...(down ? powers.map((power) => -power) : [])];
}

/** @param {number} tick */
export function tickText(tick) {
  return tick ? (tick < 0 ? "−" : "") + powerOfTen(Math.round(decade(tick))) : "";
}

/**
 * Where the bar of a weight ends: every weight except 0 is visible, on the side of its sign.
 * @param {number} weight
 * @param {BarScale} scale
 * @param {number} top of the bars
 * @param {number} height
 */
export function endOf(weight, { decades, zero, per }, top, height) {
  if (!weight) return zero;
  const place = zero - Math.sign(weight) * (GAP + per * Math.max(decade(weight) - decades[0], 0));
  return Math.min(Math.max(place, top - 6), top + height + 6);
}

/**
 * The size of a weight whose bar ends at a height.
 * @param {number} y
 * @param {BarScale} scale
 */
export function sizeAt(y, { decades, zero, per }) {
  return 10 ** (decades[0] + (Math.abs(zero - y) - GAP) / per);
}

/**
 * The marks of the graph: how large they are, and the arrows between them. Where they are close
 * together there is no room for arrowheads; time runs to the right.
 * @param {number} apart the distance from one step to the next
 * @param {number} k the chosen input
 * @param {Scale} X
 * @param {number} states the height of the states
 * @param {number} inputs the height of the inputs
 */
export function graphOf(apart, k, X, states, inputs) {
  const disc = Math.min(Math.max(apart * 0.42, 2.4), 14);
  const side = Math.min(Math.max(apart * 0.36, 2.4), 14);
  const clear = disc / 2 + 3;
  const roomy = apart >= 20;
  return {
    disc,
    side,
    roomy,
    read: (/** @type {number} */ step) => roomy || step === k
      ? arrow(X(step), inputs - side / 2, X(step), states, clear) : `M${X(step)} ${inputs}V${states}`,
    carry: (/** @type {number} */ step) => roomy
      ? arrow(X(step), states, X(step + 1), states, clear) : `M${X(step)} ${states}H${X(step + 1)}`,
  };
}

/**
 * Whether a step is numbered: as many as fit, always the first, the last and the chosen one.
 * @param {number} step
 * @param {number} n
 * @param {number} k
 * @param {number} apart
 */
export function isNumbered(step, n, k, apart) {
  const every = [1, 2, 5, 10].find((count) => count * apart >= 20) ?? 20;
  const free = (/** @type {number} */ other) => step === other || Math.abs(step - other) * apart >= 18;
  return step === k || (free(k) && (step === 1 || step === n || (step % every === 0 && free(1) && free(n))));
}
