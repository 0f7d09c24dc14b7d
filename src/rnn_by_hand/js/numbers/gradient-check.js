// @ts-check
import { BUGS, MYSTERIES } from "../bug-zoo.js";
import { N, networks, surface } from "../dataset.js";
import { number } from "../lib/format.js";
import { each } from "../lib/shapes.js";

/* The numbers of `rnn-gradient-check`: what is measured with each step, and what a bug makes of it. */

/** The available steps, parsed from decimals so that each is the same number in Python. */
export const EPSILONS = each(0, 42, (i) => Number(`${[1, 2, 5][i % 3]}e${Math.floor(i / 3) - 14}`));

/** The options of the menu: the bugs, and the mysteries that each hide one. */
export const NAMES = [...Object.keys(BUGS), ...Object.keys(MYSTERIES)];

/** @param {string} bug */
export function unmask(bug) {
  return MYSTERIES[bug] ?? bug;
}

/**
 * A ratio; null stands for zero divided by zero.
 * @param {number | null} ratio
 */
export function quotient(ratio) {
  return ratio === null ? "0 ÷ 0" : number(ratio);
}

/**
 * A power of ten, or a multiple of one.
 * @param {number} value
 */
export function power(value) {
  return number(value).replace(/^1 × /, "");
}

/**
 * A rounded error, since its size matters and its digits do not.
 * @param {number} error
 */
export function rough(error) {
  return number(Number(error.toPrecision(2)));
}

/**
 * How far the slope of the loss between two ends is from its derivative at the weights, as in
 * gradient_check.py: the loss is a polynomial in either weight, so Taylor's formula comes to an end.
 * @param {number} i the weight that moves
 * @param {number[][]} ends
 * @param {number[]} weights
 * @param {number[]} truth
 */
function truncation(i, ends, weights, truth) {
  const [wx, wRec] = ends[0].map((weight, j) => (i === j ? weights[i] : weight));
  const { A, B } = surface.coefficients;
  let taylor = [surface.A(wRec) / N];
  if (i) {
    const lead = A.length - B.length;
    taylor = around(wRec, A.map((a, k) => (wx * wx * a - 2 * wx * (k < lead ? 0 : B[k - lead])) / N));
  }
  const [above, below] = ends.map((end) => end[i] - weights[i]);
  let [total, slope, power] = [surface.gradient(wx, wRec)[i] - truth[i], 1, 1];
  for (const coefficient of taylor) {
    power *= below;
    slope = slope * above + power;
    total += coefficient * slope;
  }
  return total;
}

/**
 * The coefficients of a polynomial in powers of the distance from a weight, from the square up.
 * @param {number} w
 * @param {number[]} moved highest power first; changed
 */
function around(w, moved) {
  for (let end = moved.length; end > 1; end--) {
    for (let k = 1; k < end; k++) moved[k] += moved[k - 1] * w;
  }
  return moved.slice(0, -2).reverse();
}

/**
 * The size of the rounding error of a slope: the outputs are rounded, and so is what follows.
 * @param {number} i
 * @param {number[][]} ends
 * @param {number[]} losses
 * @param {number} u
 */
function rounding(i, ends, losses, u) {
  let total = 0;
  ends.forEach(([wx, wRec], j) => {
    const outputs = wx * wx * surface.A(wRec) / N;
    total += losses[j] + 2 * Math.sqrt(losses[j] * outputs) + u * outputs;
  });
  return u * total / (ends[0][i] - ends[1][i]);
}

/**
 * @param {string} bug
 * @param {Record<string, any>} setting
 */
function backprop(bug, { wx, wRec }) {
  return networks.float64.backward(BUGS[bug]?.changes ?? {}, wx, wRec);
}

/**
 * The gradients of a backward pass divided by the true ones; null where both are 0.
 * @param {string} bug
 * @param {Record<string, any>} setting
 * @returns {(number | null)[]}
 */
export function ratiosOf(bug, setting) {
  const truth = surface.gradient(setting.wx, setting.wRec);
  return backprop(bug, setting).map((a, i) => {
    if (a === truth[i]) return a ? 1 : null;
    return truth[i] ? a / truth[i] : Infinity;
  });
}

/**
 * The gradient measured with a step, its error, and the error to expect, both relative to the
 * larger of the measured and the true gradient; 0 where both are 0.
 * @param {number} eps
 * @param {Record<string, any>} setting
 */
function measured(eps, { wx, wRec, difference, precision }) {
  const { measure, u } = networks[precision];
  const truth = surface.gradient(wx, wRec);
  const slopes = measure(wx, wRec, eps, difference);
  const numerical = slopes.map(({ slope }) => slope);
  const larger = numerical.map((slope, i) => Math.max(Math.abs(truth[i]), Math.abs(slope)));
  const errors = numerical.map((slope, i) =>
    truth[i] === slope ? 0 : Math.abs(truth[i] - slope) / larger[i]);
  const expected = slopes.map(({ ends, losses }, i) => {
    if (!larger[i]) return 0;
    // Where the weight did not move, nothing was measured; no relative error is larger than 2.
    if (ends[0][i] === ends[1][i]) return 2;
    const size = Math.abs(truncation(i, ends, [wx, wRec], truth)) + rounding(i, ends, losses, u);
    return Math.min(size / larger[i], 2);
  });
  return { numerical, errors, expected };
}

/**
 * The errors of both weights for all steps, and those to expect, which depend neither on the step
 * nor on the bug.
 * @param {Record<string, any>} setting
 */
export function curvesOf(setting) {
  const all = EPSILONS.map((eps) => measured(eps, setting));
  return {
    errors: [0, 1].map((i) => all.map(({ errors }) => errors[i])),
    band: [0, 1].map((i) => all.map(({ expected }) => expected[i])),
  };
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @param {ReturnType<typeof curvesOf>} curves of the same setting
 */
export function readout(setting, curves) {
  /** @type {Record<string, any>} */
  const shown = { ...setting };
  const { wx, wRec, eps } = setting;
  const bug = unmask(setting.bug);
  const { numerical, errors: error, expected } = measured(eps, setting);
  const { errors, band } = structuredClone(curves);
  const pairs = {
    grad: surface.gradient(wx, wRec), numerical, error, expected, errors, band, ratio: ratiosOf(bug, setting),
  };
  for (const [name, [a, b]] of Object.entries(pairs)) {
    shown[`wx_${name}`] = a;
    shown[`wRec_${name}`] = b;
  }
  // The same rule as `compare` in gradient_check.py.
  shown.passed = backprop(bug, setting).every((a, i) => {
    const n = numerical[i];
    return Math.abs(a - n) <= 1e-7 * Math.max(Math.abs(a), Math.abs(n)) + 1e-7;
  });
  shown.loss = networks.float64.lossAt(wx, wRec);
  return shown;
}

/** @param {Record<string, any>} readout */
export function verdict({ passed, bug }) {
  if (bug === "none") return passed ? "passes" : "fails wrongly";
  return passed ? "is fooled" : "fails";
}

/**
 * What a wrong guess of the bug would have shown.
 * @param {string} guess
 * @param {Record<string, any>} setting
 */
export function whyNot(guess, setting) {
  const [shown, other] = [unmask(setting.bug), guess].map((bug) => ratiosOf(bug, setting).map(quotient).join(" and "));
  return other === shown ? "yet it would show the same here; move a weight" : `that would show ${other} here`;
}

/**
 * The position of a step on its slider.
 * @param {number} eps
 */
export function positionOf(eps) {
  return Math.round(3 * Math.log10(eps)) + EPSILONS.length - 1;
}

/**
 * The step next to a position on its slider.
 * @param {number} position
 */
export function stepAt(position) {
  return EPSILONS[Math.min(Math.max(Math.round(position), 0), EPSILONS.length - 1)];
}

/**
 * The position of a step on its axis, from 0 to 1.
 * @param {number} eps
 */
export function alongSteps(eps) {
  return 1 + Math.log10(eps) / 14;
}

/**
 * The height of a relative error, which is never more than 2; 0 is at the bottom.
 * @param {number} error
 */
export function heightOf(error) {
  return error ? 54 + 170 * (0.4 - Math.log10(error)) / 16.6 : 246;
}

/**
 * The position of a ratio, from 0 to 1, on an axis that is logarithmic on both sides of 0 and ends
 * at 100.
 * @param {number} ratio
 */
export function alongRatios(ratio) {
  return (1 + Math.asinh(50 * Math.min(Math.max(ratio, -100), 100)) / Math.asinh(5000)) / 2;
}

/**
 * How far two names at the ends of curves move apart, if they would touch.
 * @param {number[]} ends
 */
export function shifts([first, second]) {
  const close = Math.max(0, 16 - Math.abs(first - second)) / (first > second ? 2 : -2);
  return [close, -close];
}

/**
 * The mark of a ratio: its stem, with an arrowhead where it lies beyond the axis, and on which side
 * of the mark its number goes: the outer one, unless the mark is near the end.
 * @param {number} ratio
 * @param {string} text the number
 * @param {(ratio: number) => number} R
 * @param {number} y
 * @param {{left: number, right: number}} place
 */
export function ratioMark(ratio, text, R, y, { left, right }) {
  const x = R(ratio);
  const side = ratio < 1 && text !== "1" ? -1 : 1;
  const beyond = Math.abs(ratio) > 100 ? `M${x + 9 * side} ${y - 5}l${5 * side} 5l${-5 * side} 5` : "";
  const turned = side * ((side < 0 ? x - left - 4 : right - x + 32) < 8 * text.length ? -1 : 1);
  return { x, stem: `M${R(1)} ${y}H${x}${beyond}`, turned };
}
