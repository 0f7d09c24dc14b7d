// @ts-check
import { LIMIT } from "../lib/parameters.js";

/* What a map of the loss shows, and what lies where on it. */

/** @typedef {[number, number, number, number]} View the limits of wRec, followed by those of wx */

/** The view of the whole range of weights. */
export const WHOLE_VIEW = /** @type {View} */ ([-LIMIT, LIMIT, -LIMIT, LIMIT]);

/**
 * The limits of the map around a pair of weights. They do not move until a weight is halfway from
 * their middle to one of them, and then they move by half the width of the map.
 * @param {number} wx
 * @param {number} wRec
 * @param {number} zoom how many times the width of the map is halved
 */
export function viewAround(wx, wRec, zoom) {
  const half = LIMIT / 2 ** zoom;
  return /** @type {View} */ ([wRec, wx].flatMap((weight) => {
    const middle = Math.min(Math.max(half * Math.floor(weight / half + 0.5), half - LIMIT), LIMIT - half);
    return [middle - half, middle + half];
  }));
}

/**
 * Whether a line comes closer to a box than a margin.
 * @param {number[]} line its ends, as x, y, x, y
 * @param {number[]} box its left, right, top and bottom
 * @param {number} margin
 */
export function touches([x0, y0, x1, y1], [left, right, top, bottom], margin) {
  let [from, to] = [0, 1];
  const sides = [[x0, x1 - x0, left - margin, right + margin], [y0, y1 - y0, top - margin, bottom + margin]];
  for (const [start, length, low, high] of sides) {
    if (!length && (start < low || start > high)) return false;
    if (!length) continue;
    const ends = [(low - start) / length, (high - start) / length].sort((a, b) => a - b);
    [from, to] = [Math.max(from, ends[0]), Math.min(to, ends[1])];
  }
  return from <= to;
}

/**
 * The weights at a place on a map; outside it, those of the nearest point on its border.
 * @param {View} view
 * @param {number} right the part of the width, from 0 to 1
 * @param {number} down the part of the height
 */
export function weightsIn(view, right, down) {
  const at = (/** @type {number} */ share, /** @type {number} */ from, /** @type {number} */ to) =>
    from + Math.min(Math.max(share, 0), 1) * (to - from);
  return { wx: at(down, view[3], view[2]), wRec: at(right, view[0], view[1]) };
}

/**
 * How far an arrow key moves a weight: a tenth, or less where the map shows less.
 * @param {View} view
 */
export function keyStep(view) {
  return 0.1 * 2 ** Math.round(Math.log2((view[1] - view[0]) / (2 * LIMIT)));
}
