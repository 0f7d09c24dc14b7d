// @ts-check
import { LIMIT } from "../lib/parameters.js";
import { arrow, disc } from "../lib/shapes.js";
/** @import { Scale } from "../lib/shapes.js" */

/* The numbers of `rnn-states`: its states, its scale, and the paths of its figure. */

/*
 * The scale does not follow the states: it is that of the counts, and twice as long as soon as a
 * state is negative. What lies beyond it is drawn at its edge.
 */
const COUNTS = [0, 2, 4, 6, 8, 10];

const BOTH_SIGNS = [-10, -5, 0, 5, 10];

/**
 * @typedef {{wx: number, wRec: number, x: number[], S: number[], t: number, y: number,
 *   loss: number, count: number[]}} StatesReadout
 */

/**
 * The output and its derivatives with respect to both weights.
 * @param {number[]} x
 * @param {number} wx
 * @param {number} wRec
 */
function answer(x, wx, wRec) {
  let [y, forWx, forWRec] = [0, 0, 0];
  for (const bit of x) {
    forWRec = y + forWRec * wRec;
    forWx = bit + forWx * wRec;
    y = bit * wx + y * wRec;
  }
  return [y, forWx, forWRec];
}

/**
 * The weights closest to the given ones for which the answer is `wanted`, as far as both stay
 * within their limits: the shortest step that would do it if the answer were linear, repeated.
 * @param {number[]} x
 * @param {number} wx
 * @param {number} wRec
 * @param {number} wanted
 */
export function weightsFor(x, wx, wRec, wanted) {
  for (let i = 0; i < 30; i++) {
    const [y, forWx, forWRec] = answer(x, wx, wRec);
    const size = forWx * forWx + forWRec * forWRec;
    if (!size) break;
    // Far away a whole step would overshoot, because the answer is a power of wRec.
    const step = (wanted - y) / Math.max(size, Math.abs(wanted - y) * Math.sqrt(size) / 0.2);
    wx = Math.min(Math.max(wx + step * forWx, -LIMIT), LIMIT);
    wRec = Math.min(Math.max(wRec + step * forWRec, -LIMIT), LIMIT);
  }
  return { wx, wRec };
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {StatesReadout}
 */
export function readout({ wx, wRec, x }) {
  const S = [0];
  const count = [0];
  for (const bit of x) {
    // Written in this order so that every sum is the same as in Python.
    S.push(bit * wx + S[S.length - 1] * wRec);
    count.push(count[count.length - 1] + bit);
  }
  const y = S[x.length];
  const t = count[x.length];
  return { wx, wRec, x, S, t, y, loss: (t - y) ** 2, count };
}

/**
 * The ticks of the scale. While the reader holds a slider, the scale may become longer but not
 * shorter; while it is the picture that moves the weights, another scale would move the value under
 * the pointer.
 * @param {number[]} S
 * @param {boolean} both whether the scale has both signs now
 * @param {boolean} held
 * @param {boolean} gripped whether what is held is in the picture
 */
export function ticksFor(S, both, held, gripped) {
  const negative = gripped ? both : Math.min(...S) < 0 || (held && both);
  return negative ? BOTH_SIGNS : COUNTS;
}

/**
 * Each step as the paths of its marks. What goes on beyond the scale is not drawn.
 * @param {StatesReadout} shown
 * @param {Scale} X
 * @param {Scale} Y
 * @param {{step: number, foot: number, wide: boolean, range: number[]}} plot `foot` is where stems begin
 */
export function stepPaths({ x, S, count, wRec }, X, Y, { step, foot, wide, range: [low, high] }) {
  const [radius, clear] = wide ? [6, 8] : [5, 6.5];
  let [line, stems, edges, lifts, discs, far] = [`M${X(0)} ${Y(0)}`, "", "", "", "", ""];
  const beyond = (/** @type {number} */ value) => Number(value > high) - Number(value < low);
  x.forEach((bit, i) => {
    const k = i + 1;
    const carried = Y(S[i] * wRec);
    const out = beyond(S[i]);
    if (!out || out !== beyond(S[i] * wRec)) edges += arrow(X(i), Y(S[i]), X(k), carried, clear);
    if (bit) stems += `M${X(k)} ${foot}V${carried}`;
    if (bit) lifts += `M${X(k)} ${carried}V${Y(S[k])}`;
    const up = beyond(S[k]);
    if (up) far += `M${X(k) - radius} ${Y(S[k]) + 4 * up}h${2 * radius}l${-radius} ${-8 * up}z`;
    else discs += disc(X(k), Y(S[k]), radius);
    line += `H${X(i) + step / 2}V${Y(count[k])}`;
  });
  return {
    stems, edges, lifts, start: disc(X(0), Y(S[0]), radius), discs, beyond: far,
    count: `${line}H${X(x.length) + (wide ? 16 : 8)}`,
  };
}

/**
 * The heights of the names of output and target: beside their marks, or apart if they would touch.
 * @param {number} yAt
 * @param {number} tAt
 * @param {number} top of the figure
 * @param {number} height
 */
export function namesAt(yAt, tAt, top, height) {
  const apart = 17;
  if (Math.abs(yAt - tAt) >= apart) return [yAt, tAt];
  const middle = Math.min(Math.max((yAt + tAt) / 2, top + apart / 2), top + height - apart / 2);
  const half = (yAt <= tAt ? -1 : 1) * (apart / 2);
  return [middle + half, middle - half];
}
