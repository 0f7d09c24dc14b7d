// @ts-check
import { reading } from "../lib/format.js";
import { FARTHEST, polesIn } from "../lib/parameters.js";
import { disc } from "../lib/shapes.js";

/* The numbers of `rnn-pole`: the powers of poles, and what is left of a single 1. */

/**
 * @typedef {{r: number, angle: number, others: string, response: number[], envelope: number[],
 *   nu: number | null, memory: number | null, pixel: number | null, line_pixel: number | null,
 *   turn: number | null}} PoleReadout
 */

/** The most poles beside the one that is held. */
export const OTHERS = 2;

/** The age of the oldest state shown. */
export const OLDEST = 100;

/** The radius of the unit circle is the same on every screen, so that a pixel always means the same. */
export const RADIUS = 100;

const PIXEL = 1 / RADIUS;

/** The line of nu is as long as the disc is wide. It runs down, so that memory grows to the right. */
export const FIRST_NU = 1;
export const LAST_NU = -7;
export const LINE = 2 * RADIUS;
const PIXEL_ON_LINE = (FIRST_NU - LAST_NU) / LINE;

/** How much of the plane and of the response is in the picture: a little more than up to 1. */
const IN_PLANE = 1.13;
export const IN_RESPONSE = 1.1;

/** How far the picture of the plane reaches, in pixels. */
export const REACH = Math.round(RADIUS * IN_PLANE);

/**
 * The steps until 1/e is left of a memory; infinite if nothing fades.
 * @param {number} r
 */
function memoryOf(r) {
  if (r >= 1) return Infinity;
  return r > 0 ? -1 / Math.log(r) : 0;
}

/**
 * The powers of a pole up to the oldest, from 1 on.
 * @param {number} size
 * @param {number} degrees
 * @returns {[number[], number[]]} their real and their imaginary parts
 */
function powersOf(size, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [re, im] = [size * Math.cos(angle), size * Math.sin(angle)];
  /** @type {[number[], number[]]} */
  const [real, imaginary] = [[1], [0]];
  for (let k = 0; k < OLDEST; k++) {
    // One multiplication a step, as in the recurrence; Python does the same.
    real.push(real[k] * re - imaginary[k] * im);
    imaginary.push(real[k] * im + imaginary[k] * re);
  }
  return [real, imaginary];
}

/**
 * @param {number[][]} rows of the same length
 * @returns {number[]} the mean of each column
 */
function mean(rows) {
  return rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
}

/**
 * The size of a pole at a place on the line, to as many digits as a pixel resolves there.
 * @param {number} nu
 */
function sizeAt(nu) {
  const within = Math.min(Math.max(nu, LAST_NU), FIRST_NU);
  const short = Number((-Math.expm1(-Math.exp(within))).toPrecision(4));
  return Number((1 - short).toFixed(10));
}

/** A pole: its size, and its angle in degrees. @typedef {[number, number]} PoleAt */

/**
 * The size and the angle of every pole, first of the one that is held.
 * @param {Record<string, any>} setting
 * @returns {PoleAt[]}
 */
export function polesOf({ r, angle, others }) {
  return [[r, angle], ...polesIn(others)];
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {PoleReadout}
 */
export function readout(setting) {
  const { r, angle, others } = setting;
  const all = polesOf(setting);
  const memory = memoryOf(r);
  const fades = memory < Infinity;
  return {
    r, angle, others,
    response: mean(all.map(([size, degrees]) => powersOf(size, degrees)[0])),
    envelope: mean(all.map(([size]) => powersOf(size, 0)[0])),
    nu: fades && r ? Math.log(-Math.log(r)) : null,
    memory: fades ? memory : null,
    pixel: fades ? memory - memoryOf(r - PIXEL) : null,
    line_pixel: fades ? memory * (1 - Math.exp(-PIXEL_ON_LINE)) : null,
    turn: angle ? 360 / angle : null,
  };
}

/**
 * What one pixel inwards costs, in words: from a memory for ever it may lead to one that fades.
 * @param {PoleReadout} shown
 */
export function costOf({ pixel, r }) {
  if (pixel !== null) return reading(pixel);
  return r < 1 + PIXEL ? "∞" : "–";
}

/**
 * The nu of a pole, as far as the line reaches.
 * @param {number} r
 */
export function nuOnLine(r) {
  const nu = Math.log(-Math.log(Math.min(r, 1)));
  return Math.min(Math.max(nu, LAST_NU), FIRST_NU);
}

/**
 * The place of a pole on the line of nu, in pixels.
 * @param {number} r
 */
export function alongLine(r) {
  return (FIRST_NU - nuOnLine(r)) / PIXEL_ON_LINE;
}

/**
 * The size of a pole at a place on the line of nu.
 * @param {number} along in pixels
 */
export function sizeOnLine(along) {
  return sizeAt(Number((FIRST_NU - PIXEL_ON_LINE * along).toFixed(2)));
}

/**
 * The size of a pole after some pixels on the line of nu.
 * @param {number} r
 * @param {number} by
 */
export function movedOnLine(r, by) {
  return sizeAt(nuOnLine(r) - PIXEL_ON_LINE * by);
}

/**
 * Where a memory of a power of ten lies on the line of nu, in pixels.
 * @param {number} power
 */
export function alongMemories(power) {
  return (FIRST_NU + Math.log(10 ** power)) / PIXEL_ON_LINE;
}

/**
 * Where a pole lies, in pixels from 0.
 * @param {number} size
 * @param {number} degrees
 */
export function pointOf(size, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [RADIUS * size * Math.cos(angle), RADIUS * size * Math.sin(angle)]
    .map((pixels) => Number(pixels.toFixed(1)));
}

/**
 * The size and angle at a place in the plane, in pixels from 0.
 * @param {number} right
 * @param {number} up
 * @returns {PoleAt}
 */
export function poleAt(right, up) {
  const r = Math.min(Number((Math.hypot(right, up) * PIXEL).toFixed(2)), FARTHEST);
  // The real numbers are where a hand would hardly ever land.
  if (Math.abs(up) < 3) return [r, right < 0 ? 180 : 0];
  return [r, Math.round((Math.atan2(Math.abs(up), right) * 180) / Math.PI)];
}

/**
 * The size and angle after some keys: up is one pixel outwards, right one degree towards the
 * positive numbers.
 * @param {PoleAt} pole
 * @param {number} right
 * @param {number} up
 * @returns {PoleAt}
 */
export function nudged([r, angle], right, up) {
  return [
    Number(Math.min(Math.max(r + up * PIXEL, 0), FARTHEST).toFixed(6)),
    Number(Math.min(Math.max(angle - right, 0), 180).toFixed(6)),
  ];
}

/**
 * The poles and one more on the same ring, or where there are enough only the one that is held.
 * @param {PoleAt[]} all
 * @returns {PoleAt[]}
 */
export function withOneMore(all) {
  const [[r, angle]] = all;
  return all.length > OTHERS ? [[r, angle]] : [[r, (angle + 60) % 181], ...all];
}

/**
 * The powers of a pole in the plane, as far as they are in sight: the line through them, and dots.
 * @param {PoleAt} pole
 */
export function spiralOf([r, angle]) {
  const [re, im] = powersOf(r, angle);
  let [curve, dots] = ["", ""];
  for (let k = 0; k <= OLDEST; k++) {
    const at = `${(REACH + RADIUS * re[k]).toFixed(1)} ${(REACH - RADIUS * im[k]).toFixed(1)}`;
    curve += (k ? "L" : "M") + at;
    dots += `M${at}h0`;
    if (Math.hypot(re[k], im[k]) > 1.6) break;
  }
  return { curve, dots };
}

/**
 * The discs of the poles, larger for the one that is held, and of their mirror images.
 * @param {PoleAt[]} all
 * @param {number} cx
 * @param {number} cy
 */
export function discsOf(all, cx, cy) {
  let [filled, hollow] = ["", ""];
  all.forEach(([size, degrees], i) => {
    const [right, up] = pointOf(size, degrees);
    filled += disc(cx + right, cy - up, i ? 5 : 8);
    hollow += disc(cx + right, cy + up, i ? 3.5 : 5.5);
  });
  return { filled, hollow };
}

/**
 * The response between the two curves of its envelope. What leaves the scale is told by an arrow.
 * @param {PoleReadout} shown
 * @param {(k: number) => string} X
 * @param {(value: number) => string} Y
 */
export function responsePaths({ response, envelope }, X, Y) {
  const zero = Y(0);
  let [stems, ages, beyond, above, below] = ["", "", "", "", ""];
  for (let k = 0; k <= OLDEST; k++) {
    const [x, y] = [X(k), Y(response[k])];
    if (Math.abs(response[k]) < IN_RESPONSE) {
      stems += `M${x} ${zero}V${y}`;
      ages += `M${x} ${y}h0`;
    } else {
      // Only the direction is left.
      const tip = Math.sign(response[k]);
      beyond += `M${x} ${Y(tip * 1.085)}m-1.6 ${2.6 * tip}l1.6 ${-2.6 * tip}l1.6 ${2.6 * tip}`;
    }
    above += `${k ? "L" : "M"}${x} ${Y(envelope[k])}`;
    below += `${k ? "L" : "M"}${x} ${Y(-envelope[k])}`;
  }
  return { stems, ages, beyond, envelope: above + below };
}

/**
 * The age at which the envelope leaves the scale, or −1.
 * @param {number[]} envelope
 */
export function leavesAt(envelope) {
  return envelope.findIndex((size) => size > IN_RESPONSE);
}

/**
 * What is marked on the response: the memory, or how far it grows.
 * @param {PoleReadout} shown
 * @returns {[number, string, string]} the age, the words, and the number
 */
export function markOf({ memory, envelope }) {
  if (leavesAt(envelope) >= 0) return [OLDEST, "grows to ", `${reading(envelope[OLDEST])} ↑`];
  if (memory === null) return [OLDEST, "never fades", ""];
  return memory > OLDEST ? [OLDEST, "memory ", `${reading(memory)} →`] : [memory, "memory ", reading(memory)];
}
