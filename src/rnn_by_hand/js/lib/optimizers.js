// @ts-check
import { N, surface } from "../dataset.js";

/*
 * The optimisers of optimizers.py, which a page and a worker run. A map of fates takes eighty
 * million steps, so nothing here makes an array: `look` evaluates the surface at a pair of weights
 * and leaves what it finds in `here`. Operations and their order are those of Python, to the last
 * bit.
 */

/** A path is given up where a weight is larger than this. */
export const BOUND = 100;

/** Below this loss a start has arrived. */
export const REACHED = 0.01;

/** What may become of a start. */
export const FATES = ["near (1, 1)", "still on the way", "wrong valley", "blown up"];

/** A pair of weights that moves. @typedef {{wx: number, wRec: number}} Weights */

const { A, B, C, D, slopeA, slopeB } = (() => {
  const { A, B, D } = surface.coefficients;
  const slope = (/** @type {number[]} */ p) => p.slice(0, -1).map((c, i) => c * (p.length - 1 - i));
  const [a, b, d, slopeA, slopeB] = [A, B, D, slope(A), slope(B)].map((p) => new Float64Array(p));
  return { A: a, B: b, C: surface.C, D: d, slopeA, slopeB };
})();

/**
 * @param {Float64Array} p coefficients, highest power first
 * @param {number} r
 */
function value(p, r) {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum = sum * r + p[i];
  return sum;
}

/** The loss at the weights from which the last step was taken, its derivatives, and parts of it. */
export const here = { loss: 0, wx: 0, wRec: 0, A: 0, slopeA: 0 };

/**
 * @param {number} wx
 * @param {number} wRec
 */
function look(wx, wRec) {
  const a = value(A, wRec);
  const b = value(B, wRec);
  const slopeOfA = value(slopeA, wRec);
  const slopeOfB = value(slopeB, wRec);
  here.loss = Math.max(((wx * a - 2 * b) * wx + C) / N, 0);
  here.wx = 2 * (wx * a - b) / N;
  here.wRec = (wx * slopeOfA - 2 * slopeOfB) * wx / N;
  here.A = a;
  here.slopeA = slopeOfA;
}

/**
 * @param {number} wx
 * @param {number} wRec
 */
export function lossAt(wx, wRec) {
  return Math.max(((wx * value(A, wRec) - 2 * value(B, wRec)) * wx + C) / N, 0);
}

const ZERO_LOSS = lossAt(0, 0);

/**
 * Each optimiser, given a rate, returns a function that takes one step; any memory it keeps belongs
 * to a single path.
 * @type {Record<string, (rate: number) => (w: Weights) => void>}
 */
export const OPTIMIZERS = {
  "gradient descent": (rate) => (w) => {
    look(w.wx, w.wRec);
    w.wx -= rate * here.wx;
    w.wRec -= rate * here.wRec;
  },
  "clipped descent": (rate) => (w) => {
    look(w.wx, w.wRec);
    const factor = 10 / Math.max(Math.sqrt(here.wx * here.wx + here.wRec * here.wRec), 10);
    w.wx -= rate * (here.wx * factor);
    w.wRec -= rate * (here.wRec * factor);
  },
  momentum: (rate) => {
    let [velocityWx, velocityWRec] = [0, 0];
    return (w) => {
      look(w.wx, w.wRec);
      velocityWx = 0.9 * velocityWx - rate * here.wx;
      velocityWRec = 0.9 * velocityWRec - rate * here.wRec;
      w.wx += velocityWx;
      w.wRec += velocityWRec;
    };
  },
  Rprop: (rate) => {
    let [stepWx, stepWRec, lastWx, lastWRec] = [rate, rate, 0, 0];
    return (w) => {
      look(w.wx, w.wRec);
      const signWx = Math.sign(here.wx);
      const signWRec = Math.sign(here.wRec);
      stepWx = Math.min(stepWx * (signWx === lastWx ? 1.2 : 0.5), 50);
      stepWRec = Math.min(stepWRec * (signWRec === lastWRec ? 1.2 : 0.5), 50);
      lastWx = signWx;
      lastWRec = signWRec;
      w.wx -= signWx * stepWx;
      w.wRec -= signWRec * stepWRec;
    };
  },
  Adam: (rate) => {
    let [meanWx, meanWRec, squareWx, squareWRec, rest1, rest2] = [0, 0, 0, 0, 1, 1];
    return (w) => {
      look(w.wx, w.wRec);
      rest1 *= 0.9;
      rest2 *= 0.999;
      meanWx = 0.9 * meanWx + (1 - 0.9) * here.wx;
      meanWRec = 0.9 * meanWRec + (1 - 0.9) * here.wRec;
      squareWx = 0.999 * squareWx + (1 - 0.999) * (here.wx * here.wx);
      squareWRec = 0.999 * squareWRec + (1 - 0.999) * (here.wRec * here.wRec);
      w.wx -= rate * (meanWx / (1 - rest1)) / (Math.sqrt(squareWx / (1 - rest2)) + 1e-8);
      w.wRec -= rate * (meanWRec / (1 - rest1)) / (Math.sqrt(squareWRec / (1 - rest2)) + 1e-8);
    };
  },
  "Gauss-Newton": (rate) => {
    let damping = rate;
    return (w) => {
      look(w.wx, w.wRec);
      const a = here.A / N + damping;
      const b = w.wx * here.slopeA / (2 * N);
      const c = w.wx * w.wx * value(D, w.wRec) / N + damping;
      const wx = here.wx / 2;
      const wRec = here.wRec / 2;
      const det = a * c - b * b;
      const trialWx = w.wx - (c * wx - b * wRec) / det;
      const trialWRec = w.wRec - (a * wRec - b * wx) / det;
      const lower = lossAt(trialWx, trialWRec) < here.loss;
      damping = Math.min(Math.max(lower ? damping / 10 : damping * 10, 1e-12), 1e12);
      if (!lower) return;
      w.wx = trialWx;
      w.wRec = trialWRec;
    };
  },
};

/**
 * Whether both weights are within the bound; NaN never is.
 * @param {Weights} w
 */
export function bounded({ wx, wRec }) {
  return Math.abs(wx) <= BOUND && Math.abs(wRec) <= BOUND;
}

/**
 * The fate of a path that ends here, as an index into FATES.
 * @param {Weights} w
 */
export function fateAt(w) {
  if (!bounded(w)) return 3;
  const height = lossAt(w.wx, w.wRec);
  if (height < REACHED) return 0;
  return w.wRec < -1 && height < ZERO_LOSS ? 2 : 1;
}
