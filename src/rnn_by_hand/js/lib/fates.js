// @ts-check
import { OPTIMIZERS, REACHED, bounded, fateAt, here } from "./optimizers.js";

/* What becomes of many starts: a sweep over finer and finer grids, in a worker or in slices. */

/** How many steps every start is given. */
export const MOST_STEPS = 500;

/** The grid that Python uses, and the finer ones after it, each with the starts of the one before. */
export const GRIDS = [41, 101, 201, 401];

/**
 * The fate of a start, and the step from which it holds; MOST_STEPS if it has no such step.
 * @param {(rate: number) => (w: {wx: number, wRec: number}) => void} optimizer
 * @param {number} rate
 * @param {number} wx
 * @param {number} wRec
 */
function codeOf(optimizer, rate, wx, wRec) {
  const step = optimizer(rate);
  const w = { wx, wRec };
  let arrived = MOST_STEPS;
  let k = 0;
  for (; k < MOST_STEPS && bounded(w); k++) {
    step(w);
    // A step knows the loss from which it was taken.
    if (arrived === MOST_STEPS && here.loss < REACHED) arrived = k;
  }
  const fate = fateAt(w);
  return 4 * (fate === 0 ? arrived : k) + fate;
}

/** @param {number} code */
export function fateOf(code) {
  return code & 3;
}

/** @param {number} code */
export function stepsOf(code) {
  return code >> 2;
}

/**
 * Follow an optimiser from every start of a view, on the coarsest grid first. A code holds a fate
 * and a number of steps. Yields each row of a grid once it is known, and nothing after each other
 * start, so that whoever asks may do something else.
 * @param {{optimizer: string, rate: number, view: number[], finest: number}} request the limits of
 *   wRec, followed by those of wx
 * @returns {Generator<{n: number, row: number, codes: Uint16Array} | undefined>}
 */
export const sweep = function* ({ optimizer, rate, view, finest }) {
  const rule = OPTIMIZERS[optimizer];
  /** The grid before, if this one contains it. @type {Uint16Array[]} */
  let coarse = [];
  for (const n of GRIDS.filter((one) => one <= finest)) {
    /** @type {Uint16Array[]} */
    const rows = [];
    // The numbers are those of numpy.linspace.
    const at = (/** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) =>
      i === n - 1 ? to : i * ((to - from) / (n - 1)) + from;
    const nested = n === 2 * coarse.length - 1;
    for (let row = 0; row < n; row++) {
      const codes = new Uint16Array(n);
      for (let i = 0; i < n; i++) {
        if (nested && !(row % 2) && !(i % 2)) codes[i] = coarse[row / 2][i / 2];
        else {
          codes[i] = codeOf(rule, rate, at(row, view[2], view[3]), at(i, view[0], view[1]));
          yield;
        }
      }
      rows.push(codes);
      yield { n, row, codes };
    }
    coarse = rows;
  }
};
