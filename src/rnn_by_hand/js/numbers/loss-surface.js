// @ts-check
import { surface } from "../dataset.js";
import { decimals } from "../lib/format.js";
import { LEVELS } from "../lib/loss-colours.js";
import { rested } from "../lib/parameters.js";
import { arrow, each, linear } from "../lib/shapes.js";
import { viewAround } from "./view.js";
/** @import { View } from "./view.js" */

/* The numbers of `rnn-loss-surface`: the point, the cuts through it, and the way downhill. */

/** A weight, and the logarithm of the loss there. @typedef {[number, number]} Point */

/**
 * @typedef {{wx: number, wRec: number, zoom: number, loss: number, wx_grad: number,
 *   wRec_grad: number, grad_size: number, floor: number, floor_loss: number, view: View}} LossSurfaceReadout
 */

/** @param {number} loss */
function logarithm(loss) {
  return Math.max(Math.log10(loss), LEVELS[0]);
}

/**
 * The logarithm of the loss over a weight, at points close enough for a smooth curve.
 * @param {number} low
 * @param {number} high
 * @param {(weight: number) => number} loss
 * @param {number[]} also weights to include if they are in range
 * @returns {Point[]}
 */
function cut(low, high, loss, ...also) {
  return each(0, 120, linear(0, 120, low, high))
    .concat(also.filter((weight) => low < weight && weight < high))
    .sort((a, b) => a - b)
    .map((weight) => [weight, logarithm(loss(weight))]);
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {LossSurfaceReadout}
 */
export function readout({ wx, wRec, zoom }) {
  const [wx_grad, wRec_grad] = surface.gradient(wx, wRec);
  const floor = surface.floor(wRec);
  return {
    wx,
    wRec,
    zoom,
    loss: surface.loss(wx, wRec),
    wx_grad,
    wRec_grad,
    grad_size: Math.sqrt(wx_grad * wx_grad + wRec_grad * wRec_grad),
    floor,
    floor_loss: surface.loss(floor, wRec),
    view: viewAround(wx, wRec, zoom),
  };
}

/**
 * Both cuts through the surface at a point, and the whole numbers between which their levels lie.
 * @param {LossSurfaceReadout} shown
 */
export function cutsAt({ wx, wRec, loss, floor, view }) {
  // The floor is included, because a narrow one would fall between two other points.
  const alongWx = cut(view[2], view[3], surface.along(wRec), wx, floor);
  const alongWRec = cut(view[0], view[1], (weight) => surface.loss(wx, weight), wRec);
  const all = [...alongWx, ...alongWRec].map(([, level]) => level);
  const low = Math.floor(Math.min(...all));
  return { alongWx, alongWRec, low, high: Math.max(Math.ceil(Math.max(...all)), low + 1), level: logarithm(loss) };
}

/**
 * The downhill arrow: its direction is exact, but its length only distinguishes a gentle slope from
 * a steep one. Undefined where the surface is level.
 * @param {number} x
 * @param {number} y
 * @param {LossSurfaceReadout} shown
 */
export function downhill(x, y, { wx_grad, wRec_grad, grad_size }) {
  if (!grad_size) return undefined;
  const clear = 10;
  const length = 2 * clear + 12 + (44 * grad_size) / (grad_size + 20);
  const tip = [x - (length * wRec_grad) / grad_size, y + (length * wx_grad) / grad_size];
  return { tip, d: arrow(x, y, tip[0], tip[1], clear) };
}

/**
 * The smallest part of a weight that a pixel of the map resolves.
 * @param {number} zoom
 */
export function unitAt(zoom) {
  return 10 ** -(2 + Math.ceil(zoom / 3));
}

/**
 * A weight with as many decimals as the map resolves, and at least three.
 * @param {number} weight
 * @param {number} zoom
 */
export function weightText(weight, zoom) {
  return decimals(weight, 3 + Math.floor(zoom / 3));
}

/**
 * Weights to which the reader moves the point, rounded to a unit. The minimum can be hit: it attracts
 * a pointer from a few pixels around, on the map or a cut.
 * @param {Record<string, number>} weights one or both
 * @param {number} unit
 * @param {boolean} attracted
 */
export function movedTo(weights, unit, attracted) {
  const away = Math.hypot(...Object.values(weights).map((weight) => weight - 1));
  const near = attracted && away < 5 * unit;
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, near ? 1 : rested(weight, unit)]));
}
