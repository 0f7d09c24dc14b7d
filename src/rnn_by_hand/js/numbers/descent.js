// @ts-check
import { surface } from "../dataset.js";
import { MOST_STEPS } from "../lib/fates.js";
import { decimals, number } from "../lib/format.js";
import { FATES, OPTIMIZERS, REACHED, bounded, fateAt } from "../lib/optimizers.js";
import { arrow } from "../lib/shapes.js";
import { viewAround } from "./view.js";
/** @import { View } from "./view.js" */

/* The numbers of `rnn-descent`: the path of an optimiser, and how it lies on the map. */

const { loss } = surface;

/** How much of the path each frame adds to it while it rolls. */
const GROWTH = 0.06;

/** @typedef {[number, number]} Weights wx and wRec */

/**
 * A weight with its own digits, and at least the three decimals of its slider.
 * @param {number} weight
 */
export function fineWeight(weight) {
  return decimals(weight, [3, 4].find((places) => Number(weight.toFixed(places)) === weight) ?? 5);
}

/**
 * The weights after each step; a path that has gone beyond the bound stays where it is.
 * @param {string} optimizer
 * @param {number} rate
 * @param {Weights} start
 * @param {number} steps
 */
function follow(optimizer, rate, start, steps) {
  const step = OPTIMIZERS[optimizer](rate);
  const w = { wx: start[0], wRec: start[1] };
  /** @type {Weights[]} */
  const path = [start];
  for (let k = 0; k < steps; k++) {
    if (bounded(w)) step(w);
    path.push([w.wx, w.wRec]);
  }
  return path;
}

/**
 * The fate at the end of a path, as an index into FATES, and the step from which it holds.
 * @param {Weights[]} path
 */
function judge(path) {
  const pair = ([wx, wRec] = path[0]) => ({ wx, wRec });
  const fate = fateAt(pair(path[path.length - 1]));
  const fate_at = path.findIndex((w) =>
    (fate === 0 && loss(...w) < REACHED) || (fate === 3 && !bounded(pair(w))));
  return { fate, fate_at: fate_at < 0 ? path.length - 1 : fate_at };
}

/**
 * The fate of the starting point, in words.
 * @param {Pick<ReturnType<typeof readout>, "fate" | "fate_at" | "end">} shown
 */
export function outcome({ fate, fate_at, end: [wx, wRec] }) {
  const larger = Math.abs(wx) > Math.abs(wRec) ? `wx = ${number(wx)}` : `wRec = ${number(wRec)}`;
  return `${fate} at step ${fate_at}${fate === FATES[3] ? `: ${larger}` : ""}`;
}

/**
 * Every number shown, unrounded. A path that has gone beyond the bound stays where it is.
 * @param {Record<string, any>} setting
 */
export function readout({ wx, wRec, rate, optimizer, steps, show, zoom }) {
  const path = follow(optimizer, rate, [wx, wRec], steps);
  const end = path[steps];
  const { fate, fate_at } = judge(path);
  return {
    wx, wRec, rate, optimizer, steps, show, zoom, path, end,
    // A loss that is too large for a float may come out as infinity minus infinity.
    losses: [path[0], end].map((w) => loss(...w)).map((height) => (height >= 0 ? height : Infinity)),
    fate: FATES[fate],
    fate_at,
    view: viewAround(wx, wRec, zoom),
  };
}

/**
 * The last step that is shown while the path rolls: the one at which its fate is decided.
 * @param {Record<string, any>} setting
 */
export function lastStep({ wx, wRec, rate, optimizer }) {
  return judge(follow(optimizer, rate, [wx, wRec], MOST_STEPS)).fate_at || 1;
}

/**
 * How many steps the next frame shows while the path rolls.
 * @param {number} steps how many this one shows
 */
export function rolledFrom(steps) {
  return steps + Math.ceil(GROWTH * steps);
}

/**
 * The rate at a position of its slider: 1, 2 and 5 times each power of ten from 0.00001 to 1.
 * @param {number} position
 */
export function rateAt(position) {
  return Number(`${[1, 2, 5][position % 3]}e${Math.floor(position / 3) - 5}`);
}

/** @param {number} rate */
export function positionOf(rate) {
  return 3 * (Math.log10(rate) + 5);
}

/**
 * The points of a path in pixels, up to the one at which it has blown up. That last step may lead
 * too far to be drawn, and is cut short.
 * @param {{path: Weights[], fate: string, fate_at: number}} shown
 * @param {(weights: Weights) => number[]} place
 */
export function pointsOf({ path, fate, fate_at }, place) {
  const last = fate === FATES[3] ? fate_at : path.length - 1;
  const points = path.slice(0, last + 1).map(place);
  const [x, y] = points[last - 1];
  const [dx, dy] = [points[last][0] - x, points[last][1] - y];
  const part = Math.min(1, 1e4 / Math.hypot(dx, dy));
  points[last] = [x + part * dx, y + part * dy];
  return points;
}

/**
 * Those points of a path that can be told apart; most steps are too short to see, and would only
 * slow down drawing.
 * @param {number[][]} points
 */
export function seenOf(points) {
  let seen = points[0];
  return points.filter((point, k) => {
    const kept = !k || k === points.length - 1 || Math.abs(point[0] - seen[0]) + Math.abs(point[1] - seen[1]) > 0.7;
    if (kept) seen = point;
    return kept;
  });
}

/**
 * The side of the minimum for its name: away from the incoming path, which would otherwise cross it.
 * @param {number[][]} points
 * @param {number} x the place of the minimum
 * @param {number} y
 */
export function freeSide(points, x, y) {
  const from = points.filter((point) => Math.hypot(point[0] - x, point[1] - y) > 40).pop();
  return from && from[0] > x ? "left" : "right";
}

/**
 * The last step of a path, up to a given one, that lies inside a view; 0 if there is none.
 * @param {Weights[]} path
 * @param {number} last
 * @param {View} view
 */
export function lastInside(path, last, [leftmost, rightmost, lowest, highest]) {
  const visible = ([wx, wRec] = path[0]) => leftmost <= wRec && wRec <= rightmost && lowest <= wx && wx <= highest;
  let inside = last;
  while (inside && !visible(path[inside])) inside -= 1;
  return inside;
}

/**
 * An arrow to where the line from one point to another leaves the map.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number[]} plot the left, top and side of the map
 */
export function exitArrow(from, to, [left, top, size]) {
  const ends = [[left, left + size], [top, top + size]];
  const away = to.map((end, i) => end - from[i]);
  const part = Math.min(...away.map((length, i) => length ? (ends[i][Number(length > 0)] - from[i]) / length : 1));
  const length = Math.hypot(...away);
  const [[x, y], [dx, dy]] = [from.map((start, i) => start + part * away[i]), away.map((one) => one / length)];
  return arrow(x - 22 * dx, y - 22 * dy, x, y, 3);
}

/**
 * A weight to which the reader moves the start, with as many digits as a pixel resolves.
 * @param {number} weight
 * @param {number} zoom
 */
export function movedTo(weight, zoom) {
  return Number(weight.toFixed(2 + Math.ceil(zoom / 3)));
}
