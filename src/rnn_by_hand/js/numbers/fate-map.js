// @ts-check
import { MOST_STEPS, fateOf, stepsOf } from "../lib/fates.js";
import { between, toPixel } from "../lib/loss-colours.js";
import { FATES } from "../lib/optimizers.js";

/* The numbers of a map of fates: its pixels, and how many starts have each fate. */

/** How much darker or lighter the dots and stripes are by which two fates differ in more than colour. */
const MARKED = 0.12;

/**
 * How late the fate of a start was decided, from 0 to 1. Few arrive in less than twenty steps, and
 * most of what blows up does so at once.
 * @param {number} code
 */
export function lateness(code) {
  const late = Math.log1p(stepsOf(code)) / Math.log1p(MOST_STEPS);
  return Math.min(Math.max(fateOf(code) === 0 ? (late - 0.3) / 0.7 : (late - 0.1) / 0.75, 0), 1);
}

/**
 * The pixel of every code, without and with the mark of its fate.
 * @param {number[][][]} labs the colours of each fate, decided at once and late
 */
export function pixelsOf(labs) {
  return [0, MARKED].map((more) => Uint32Array.from({ length: 4 * (MOST_STEPS + 1) }, (_, code) => {
    const [soon, late] = labs[fateOf(code)];
    const [L, a, b] = between(soon, late, lateness(code));
    return toPixel(L < 0.62 ? L + more : L - more, a, b);
  }));
}

/**
 * Whether a pixel belongs to the dots or stripes of a fate.
 * @param {number} fate
 * @param {number} x
 * @param {number} y
 */
export function isMarked(fate, x, y) {
  return (fate === 1 && x % 8 < 2 && y % 8 < 2) || (fate === 2 && (x + y) % 8 < 2);
}

/**
 * The pixels of a row of starts: its codes, each as wide as the starts are apart, and the first of
 * its lines and the one after its last.
 * @param {{n: number, row: number, codes: Uint16Array}} found
 * @param {number} side of the map in pixels
 */
export function linesOf({ n, row, codes }, side) {
  const width = (side - 1) / (n - 1);
  const [from, to] = [row - 0.5, row + 0.5].map((edge) => Math.min(Math.max(Math.ceil(edge * width), 0), side));
  const line = Uint16Array.from({ length: side }, (_, x) => codes[Math.min(Math.floor(x / width + 0.5), n - 1)]);
  // Rows are counted upwards, pixels downwards.
  return { line, first: side - to, end: side - from };
}

/**
 * The share of each fate, in per cent.
 * @param {Uint16Array[]} rows
 */
export function sharesOf(rows) {
  const counts = FATES.map(() => 0);
  for (const row of rows) for (const code of row) counts[fateOf(code)]++;
  return counts.map((count) => (100 * count) / rows.length ** 2);
}
