// @ts-check
import { number } from "../lib/format.js";
import { LIMIT } from "../lib/parameters.js";
import { each, linear } from "../lib/shapes.js";
/** @import { Scale } from "../lib/shapes.js" */

/* The numbers of `rnn-tanh`; as in tanh_unit.py, in the same order. */

/**
 * @typedef {{wRec: number, x: number, S0: number, S: number[], delta: number[], resting: number[],
 *   rests: number[], factor: number, left: number}} TanhReadout
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 */

/** The number of steps. */
export const N = 30;

/** What the axes of states show: a little more than all states. */
export const EDGE = 1.15;

/** The range of wRec in the strip of resting points; below it, the states alternate. */
export const LEAST = -1;
export const HIGHEST = LIMIT;

/** The range of the axis of δ, as powers of ten. */
export const LOW = -12;
export const HIGH = 4;

/**
 * Find where a function that is positive at `low` becomes negative before `high`.
 * @param {(S: number) => number} f
 * @param {number} low
 * @param {number} high
 */
function halve(f, low, high) {
  for (let i = 0; i < 64; i++) {
    const middle = (low + high) / 2;
    const value = f(middle);
    if (value === 0) return middle;
    if (value > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Every state that a step does not change: one, or three.
 * @param {number} wRec
 * @param {number} x
 */
function restingPoints(wRec, x) {
  const gain = (/** @type {number} */ S) => Math.tanh(wRec * S + x) - S;
  const turn = wRec > 1 ? Math.sqrt(1 - 1 / wRec) : 0;
  if (wRec > 1 && Math.abs(x) < wRec * turn - Math.atanh(turn)) {
    return [halve(gain, -1, -turn), halve((S) => -gain(S), -turn, turn), halve(gain, turn, 1)];
  }
  return [halve(gain, -1, 1)];
}

/**
 * By what a step multiplies a small deviation, and a step back the gradient.
 * @param {number} wRec
 * @param {number} S after the step
 */
function slope(wRec, S) {
  return wRec * (1 - S * S);
}

/**
 * Where the states go if the steps never end: to one state, or to two between which they alternate.
 * @param {number} wRec
 * @param {number} x
 * @param {number} S0
 * @param {number[]} points
 */
function destination(wRec, x, S0, points) {
  const middle = points[points.length >> 1];
  if (S0 === middle) return [middle];
  if (points.length === 3) return [S0 < middle ? points[0] : points[2]];
  if (slope(wRec, middle) >= -1) return points;
  const f = (/** @type {number} */ S) => Math.tanh(wRec * S + x);
  const high = halve((S) => f(f(S)) - S, middle, 1);
  return [f(high), high];
}

/** Whether the states near a resting point come closer. */
export function isStable(/** @type {TanhReadout} */ { wRec, resting }, /** @type {number} */ i) {
  return resting.length === 3 ? i !== 1 : slope(wRec, resting[0]) >= -1;
}

/**
 * The value that a scale puts at a place.
 * @param {Scale} scale
 * @param {number} at
 */
export function inverse(scale, at) {
  return (at - scale(0)) / (scale(1) - scale(0));
}

/**
 * A point of a path, to a tenth of a pixel.
 * @param {number} x
 * @param {number} y
 */
export function place(x, y) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/**
 * A number of which two digits matter.
 * @param {number} value
 */
export function rough(value) {
  return number(Number(value.toPrecision(2)));
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {TanhReadout}
 */
export function readout({ wRec, x, S0 }) {
  const S = [S0];
  for (let k = 1; k <= N; k++) S.push(Math.tanh(S[k - 1] * wRec + x));
  const delta = each(0, N, () => 1);
  for (let k = N; k > 0; k--) delta[k - 1] = delta[k] * (1 - S[k] * S[k]) * wRec;
  const resting = restingPoints(wRec, x);
  const rests = destination(wRec, x, S0, resting);
  const factor = rests.map((end) => slope(wRec, end)).reduce((one, other) => one * other);
  return { wRec, x, S0, S, delta, resting, rests, factor, left: delta[0] };
}

/**
 * The curve of a step over the state before it.
 * @param {number} wRec
 * @param {number} x
 * @param {Scale} X
 * @param {Scale} Y
 */
export function curveOf(wRec, x, X, Y) {
  const curve = each(0, 92, linear(0, 92, -EDGE, EDGE)).map((state) => place(X(state), Y(Math.tanh(state * wRec + x))));
  return `M${curve.join("L")}`;
}

/**
 * The slopes of the curve where the states end, as lines of 52 pixels.
 * @param {number} wRec
 * @param {number[]} rests
 * @param {Scale} X
 * @param {Scale} Y
 */
export function tangentsOf(wRec, rests, X, Y) {
  return rests.map((end, i) => {
    // The slope belongs to the step that leads to this state.
    const from = rests[rests.length - 1 - i];
    const [right, up] = [X(1) - X(0), slope(wRec, end) * (Y(1) - Y(0))];
    const part = 26 / Math.hypot(right, up);
    return `M${place(X(from) - part * right, Y(end) - part * up)}l${place(2 * part * right, 2 * part * up)}`;
  }).join("");
}

/**
 * The resting points for every wRec in the strip: the stable ones, and the others.
 * @param {number} x
 * @param {Scale} X
 * @param {Scale} W
 */
export function branchesAt(x, X, W) {
  // S = tanh(u) rests at exactly one wRec, unless both u and x are 0.
  const restsAt = (/** @type {number} */ u) => (u - x) / Math.tanh(u);
  const point = (/** @type {number} */ u) => place(X(Math.tanh(u)), W(restsAt(u)));
  // Where S is small, it is x / (1 − wRec), and a grid of states would be too coarse.
  const small = each(0, 80, linear(0, 80, LEAST, HIGHEST)).map((wRec) => x / (1 - wRec));
  const sums = [...each(-200, 200, (i) => 6 * (i / 200) ** 3), ...small.filter((S) => Math.abs(S) < 0.5).map(Math.atanh)]
    .filter(Boolean)
    .sort((a, b) => a - b);
  const paths = ["", ""];
  let [before, kind] = [0, -1];
  for (const u of sums) {
    const wRec = restsAt(u);
    if (wRec < LEAST || wRec > HIGHEST) kind = -1;
    else {
      const next = slope(wRec, Math.tanh(u)) > 1 ? 1 : 0;
      // A branch does not cross the middle.
      if (kind < 0 || before * u < 0) paths[next] += `M${point(u)}`;
      else paths[next] += `${next === kind ? "" : `M${point(before)}`}L${point(u)}`;
      kind = next;
    }
    before = u;
  }
  if (x === 0) {
    paths[0] += `M${X(0)} ${W(LEAST)}V${W(1)}`;
    paths[1] += `M${X(0)} ${W(1)}V${W(HIGHEST)}`;
  }
  return paths;
}

/**
 * The gradient from right to left. What leaves the plot ends in an arrow at its edge.
 * @param {number[]} delta
 * @param {Scale} K
 * @param {Scale} D
 * @param {{top: number, bottom: number}} box
 */
export function gradientPaths(delta, K, D, box) {
  const level = (/** @type {number} */ k) => Math.log10(Math.abs(delta[k]));
  const out = each(0, N, (i) => N - i).find((k) => level(k) < LOW || level(k) > HIGH) ?? -1;
  const inside = each(out + 1, N, (k) => place(K(k), D(level(k))));
  let exit = "";
  let tip = "";
  if (out >= 0) {
    const low = level(out) < LOW;
    const [edge, away] = low ? [box.bottom, 1] : [box.top, -1];
    // The point where the line crosses the edge; for a δ of 0, straight below the last.
    const part = Number.isFinite(level(out)) ? (D(level(out + 1)) - edge) / (D(level(out + 1)) - D(level(out))) : 0;
    const x = K(out + 1) + part * (K(out) - K(out + 1));
    exit = `M${place(x, edge)}L`;
    tip = `M${place(x, edge + 3 * away)}l-5 ${-8 * away}h10Z`;
  }
  return {
    line: `${exit || "M"}${inside.join("L")}`,
    heads: tip + each(out + 1, N, (k) => `M${place(K(k) - 4, D(level(k)))}l7 -4v8Z`).join(""),
  };
}

/**
 * The recurrent weight at a place beside the curve, where its straight line leads.
 * @param {number} right in states
 * @param {number} up
 */
export function weightAt(right, up) {
  return right > 0 ? up / right : Math.sign(up) * LIMIT;
}

/** @param {number} height of the input on the curve, which is tanh of it */
export function inputAt(height) {
  return Math.atanh(Math.min(Math.max(height, -0.99), 0.99));
}
