// @ts-check
import { each } from "./lib/shapes.js";

/*
 * The data set of the book, and what pages compute from it: the loss for every pair of weights, and
 * the passes of the network. The rows are those of make_dataset() in model.py.
 */

/** Fifty sequences of ten bits; the target of each is its number of ones. */
export const ROWS = [
  "1110000001", "1111111111", "0110011011", "1001010000", "0000011101",
  "1001110111", "1110101111", "0000110110", "1100111010", "0100110001",
  "0100110010", "1010111010", "1010101110", "1110110010", "1111000100",
  "0011011100", "1100010100", "0111110001", "1111100101", "1100110101",
  "0000110110", "0110011011", "0110110001", "0111000110", "1000110110",
  "0001000010", "1111110100", "0001111110", "0101011010", "0110111011",
  "0000000110", "1111100100", "0000000111", "0010111101", "1011100001",
  "0101111111", "1110100101", "1010111111", "1011110011", "0100111111",
  "1010011011", "1111001011", "0010101100", "0011001101", "1100100001",
  "1110000100", "0100111100", "0100111011", "1001011011", "0111011011",
];

const X = ROWS.map((row) => [...row].map(Number));
const t = X.map((row) => row.reduce((sum, bit) => sum + bit));

/** The number of sequences. */
export const N = X.length;
/** The number of steps in each. */
export const n = X[0].length;

/**
 * The sum of the squares of polynomials, highest power first.
 * @param {number[][]} polynomials all of the same degree
 */
function sumOfSquares(polynomials) {
  const sum = each(1, 2 * polynomials[0].length - 1, () => 0);
  for (const p of polynomials) p.forEach((a, i) => p.forEach((b, j) => { sum[i + j] += a * b; }));
  return sum;
}

/** @param {number[]} coefficients highest power first */
function polynomial(coefficients) {
  return (/** @type {number} */ r) => coefficients.reduce((sum, coefficient) => sum * r + coefficient, 0);
}

/** @param {number[]} coefficients highest power first */
function slopeOf(coefficients) {
  return coefficients.slice(0, -1).map((coefficient, i) => coefficient * (coefficients.length - 1 - i));
}

/**
 * The loss for every pair of weights, in closed form. The coefficients are exact whole numbers; the
 * operations and their order are those of surface.py, so the results agree to the last digit.
 */
function makeSurface() {
  // A row holds the coefficients of its own polynomial: the first input has the highest power.
  const coefficients = {
    A: sumOfSquares(X),
    B: each(0, n - 1, (k) => X.reduce((sum, row, i) => sum + t[i] * row[k], 0)),
    // Rows of r p'(r): the last two coefficients of their squares are 0.
    D: sumOfSquares(X.map((row) => row.map((bit, k) => bit * (n - 1 - k)))).slice(0, -2),
  };
  const C = t.reduce((sum, count) => sum + count * count, 0);
  const { A: a, B: b, D: d } = coefficients;
  const [A, B, D, slopeA, slopeB] = [a, b, d, slopeOf(a), slopeOf(b)].map(polynomial);
  /** The loss along a line of constant wRec: a parabola in wx. */
  const along = (/** @type {number} */ wRec) => {
    const [atA, atB] = [A(wRec), B(wRec)];
    return (/** @type {number} */ wx) => Math.max(((wx * atA - 2 * atB) * wx + C) / N, 0);
  };
  return {
    coefficients,
    A,
    B,
    C,
    along,
    loss: (/** @type {number} */ wx, /** @type {number} */ wRec) => along(wRec)(wx),
    /** The derivatives with respect to wx and to wRec. */
    gradient: (/** @type {number} */ wx, /** @type {number} */ wRec) => [
      2 * (wx * A(wRec) - B(wRec)) / N,
      (wx * slopeA(wRec) - 2 * slopeB(wRec)) * wx / N,
    ],
    /** The Gauss-Newton matrix: its entries for wx, for both weights, and for wRec. */
    curvature: (/** @type {number} */ wx, /** @type {number} */ wRec) =>
      [A(wRec) / N, wx * slopeA(wRec) / (2 * N), wx * wx * D(wRec) / N],
    /** The best wx for a given wRec. */
    floor: (/** @type {number} */ wRec) => B(wRec) / A(wRec),
  };
}

/** @typedef {ReturnType<typeof makeSurface>} Surface */

export const surface = makeSurface();

/**
 * What a backward pass does; a buggy one differs in one entry. In order: the factor of the error,
 * what each step back multiplies by, the step before which the loop stops, how many steps back the
 * state for wRec is taken from, what a sum over samples is divided by, and whether a step adds to
 * the gradients or replaces them.
 * @typedef {{scale: number, carry: (wx: number, wRec: number) => number, last: number, lag: number,
 *   divisor: number, adds: boolean}} Pass
 */

/** @type {Pass} */
export const BPTT = { scale: 2, carry: (_, wRec) => wRec, last: 0, lag: 1, divisor: N, adds: true };

/**
 * The network, in single or double precision: an array rounds whatever is stored in it. The smaller
 * the step, the more rounding dominates a measured gradient, so every operation follows NumPy, in
 * NumPy's order.
 * @param {Float32ArrayConstructor | Float64ArrayConstructor} Kind
 */
function makeNetwork(Kind) {
  const inputs = each(0, n - 1, (k) => new Kind(X.map((row) => row[k])));
  const targets = new Kind(t);
  const S = each(0, n, () => new Kind(N));
  const [terms, delta, lanes] = [N, N, 8].map((length) => new Kind(length));
  /** @param {number} value */
  const round = (value) => {
    lanes[0] = value;
    return lanes[0];
  };

  /** Add up the terms as NumPy does for 8 to 128 of them: eight parallel sums, then their total. */
  function sum() {
    for (let i = 0; i < N - (N % 8); i++) lanes[i % 8] = terms[i] + (i < 8 ? 0 : lanes[i % 8]);
    for (let gap = 1; gap < 8; gap *= 2) {
      for (let i = 0; i < 8; i += 2 * gap) lanes[i] += lanes[i + gap];
    }
    for (let i = N - (N % 8); i < N; i++) lanes[0] += terms[i];
    return lanes[0];
  }

  /** @type {(wx: number, wRec: number) => void} */
  function forward(wx, wRec) {
    for (let k = 1; k <= n; k++) {
      const [x, before, after] = [inputs[k - 1], S[k - 1], S[k]];
      for (let i = 0; i < N; i++) {
        after[i] = before[i] * wRec;
        after[i] += x[i] * wx;
      }
    }
  }

  /** @type {(wx: number, wRec: number) => number} */
  function lossAt(wx, wRec) {
    forward(wx, wRec);
    for (let i = 0; i < N; i++) {
      terms[i] = targets[i] - S[n][i];
      terms[i] *= terms[i];
    }
    return round(sum() / N);
  }

  return {
    lossAt,
    /** The precision: half the gap between 1 and the next number. */
    u: Kind === Float32Array ? 2 ** -24 : 2 ** -53,
    /**
     * The slopes with respect to both weights, and for each the two pairs of weights that it was
     * measured between and the losses there. It is divided by the step really taken; where that is
     * 0, so is the slope.
     * @type {(wx: number, wRec: number, eps: number, difference: string)
     *   => {slope: number, ends: number[][], losses: number[]}[]}
     */
    measure(wx, wRec, eps, difference) {
      const weights = [round(wx), round(wRec)];
      return weights.map((weight, i) => {
        const ends = [eps, difference === "central" ? -eps : 0].map((step) => {
          const moved = round(weight + round(step));
          return i ? [weights[0], moved] : [moved, weights[1]];
        });
        const losses = ends.map((end) => lossAt(end[0], end[1]));
        const width = round(ends[0][i] - ends[1][i]);
        return { slope: width && round(round(losses[0] - losses[1]) / width), ends, losses };
      });
    },
    /**
     * Run backpropagation through time, with the changes of a bug.
     * @type {(changes: Partial<Pass>, wx: number, wRec: number) => number[]}
     */
    backward(changes, wx, wRec) {
      const { scale, carry, last, lag, divisor, adds } = { ...BPTT, ...changes };
      const factor = carry(wx, wRec);
      const gradients = [0, 0];
      forward(wx, wRec);
      for (let i = 0; i < N; i++) delta[i] = scale * (S[n][i] - targets[i]);
      for (let k = n; k > last; k--) {
        [inputs[k - 1], S[k - lag]].forEach((source, j) => {
          for (let i = 0; i < N; i++) terms[i] = delta[i] * source[i];
          gradients[j] = sum() / divisor + (adds ? gradients[j] : 0);
        });
        for (let i = 0; i < N; i++) delta[i] *= factor;
      }
      return gradients;
    },
  };
}

/** @type {Record<string, ReturnType<typeof makeNetwork>>} */
export const networks = { float64: makeNetwork(Float64Array), float32: makeNetwork(Float32Array) };
