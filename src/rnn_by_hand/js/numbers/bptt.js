// @ts-check
import { decimals, number, superscript } from "../lib/format.js";
import { BITS } from "../lib/parameters.js";
import { each } from "../lib/shapes.js";

/* The numbers of `rnn-bptt`: both passes, and what each step adds to the gradients. */

/**
 * @typedef {{wx: number, wRec: number, x: number[], step: number, shift: number, S: number[], delta: number[],
 *   wx_terms: number[], wRec_terms: number[], wx_grad: number, wRec_grad: number, wx_sum: number,
 *   wRec_sum: number, y: number, t: number, loss: number}} BpttReadout
 */

/** The first half of the positions go forward through the steps, the second half back. */
export const TURN = BITS.length;

/** How far the reader can take the target from the true count. */
export const REACH = 10;

/**
 * A number short enough to fit above its step.
 * @param {number} value
 * @param {boolean} [cramped] whether there is no room for the power of a number that is almost 0
 */
export function short(value, cramped = false) {
  const size = Math.abs(value);
  if (cramped && size > 0 && size < 1e-6) return "≈ 0";
  if (size > 0 && (size < 0.01 || size >= 1e5)) {
    const [mantissa, exponent] = size.toExponential(0).split("e");
    return `${value < 0 ? "−" : ""}${mantissa}·10${superscript(Number(exponent))}`;
  }
  return number(size < 1000 ? Number(value.toPrecision(3)) : Math.round(value));
}

/**
 * The share of a term in a total, in per cent; empty where the total is only rounding error.
 * @param {number} term
 * @param {number} total
 * @param {number} size the sum of the absolute values of all terms
 */
export function percent(term, total, size) {
  if (Math.abs(total) <= 1e-12 * size) return "";
  const share = 100 * term / total;
  const power = Math.floor(Math.log10(Math.abs(share)));
  if (power >= 4) return `${share < 0 ? "−" : ""}10${superscript(power)} %`;
  return `${decimals(share, share && power < 1 ? 1 : 0)} %`;
}

/**
 * The sums of the last terms: of none, the last one, the last two, and so on up to all.
 * @param {number[]} terms
 */
function sumsBack(terms) {
  const sums = [0];
  for (let i = terms.length - 1; i >= 0; i--) sums.push(sums[sums.length - 1] + terms[i]);
  return sums;
}

/**
 * The step at a position of the playback.
 * @param {number} position
 */
export function currentStep(position) {
  return position > TURN ? 2 * TURN + 1 - position : position;
}

/** @param {number} step */
export function position(step) {
  return `${step > TURN ? "back" : "forward"}, k = ${currentStep(step)}`;
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {BpttReadout}
 */
export function readout({ wx, wRec, x, step, shift }) {
  const [S, delta] = [[0], [0]];
  let t = 0;
  for (const bit of x) {
    // Written in this order so that every sum is the same as in Python.
    S.push(bit * wx + S[S.length - 1] * wRec);
    t += bit;
  }
  t += shift;
  const y = S[TURN];
  delta[TURN] = 2 * (y - t);
  for (let k = TURN; k > 0; k--) delta[k - 1] = delta[k] * wRec;
  const wx_terms = each(1, TURN, (k) => delta[k] * x[k - 1]);
  const wRec_terms = each(1, TURN, (k) => delta[k] * S[k - 1]);
  const arrived = Math.max(step - TURN, 0);
  const [forWx, forWRec] = [sumsBack(wx_terms), sumsBack(wRec_terms)];
  return {
    wx, wRec, x, step, shift, S, delta, wx_terms, wRec_terms,
    wx_grad: forWx[TURN], wRec_grad: forWRec[TURN],
    wx_sum: forWx[arrived], wRec_sum: forWRec[arrived],
    y, t, loss: (t - y) ** 2,
  };
}

/**
 * The bars of one weight, each on top of the sum so far, from right to left, and the line of sums.
 * @param {number[]} terms
 * @param {number} arrived how many of the terms have been computed
 * @param {number} top of the bars
 * @param {{left: number, right: number, apart: number, area: number}} plot
 */
export function barsOf(terms, arrived, top, { left, right, apart, area }) {
  const sums = sumsBack(terms);
  const [low, high] = [Math.min(...sums), Math.max(...sums)];
  const Y = (/** @type {number} */ value) => top + area * (high - value) / (high - low || 1);
  // The j-th term to arrive belongs to step n + 1 - j.
  const X = (/** @type {number} */ j) => left + apart * (terms.length + 1 - j);
  const way = each(1, arrived, (j) => `H${X(j)}V${Y(sums[j])}`).join("");
  return {
    sums,
    zero: Y(0),
    bars: each(1, arrived, (j) => `M${X(j)} ${Y(sums[j - 1])}V${Y(sums[j])}`).join(""),
    sum: `M${right} ${Y(0)}${way}H${X(arrived) - apart / 2}`,
  };
}

/**
 * The shift of the target that the reader drags.
 * @param {number} target
 * @param {number} count the true one
 */
export function shiftTo(target, count) {
  return Math.min(Math.max(Number((target - count).toFixed(1)), -REACH), REACH);
}

/**
 * The heights of the names of output and target: beside their marks, or apart if they would touch.
 * @param {number} yAt
 * @param {number} tAt
 * @param {boolean} known whether there is an output yet
 */
export function namesAt(yAt, tAt, known) {
  if (!known || Math.abs(yAt - tAt) >= 17) return [yAt, tAt];
  const middle = (yAt + tAt) / 2 + (yAt <= tAt ? -8.5 : 8.5);
  return [middle, yAt + tAt - middle];
}
