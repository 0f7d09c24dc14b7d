// @ts-check
import { number } from "./format.js";

/* The parameters of explorables: their valid values, and how they are written. */

/** Both weights have the same range on every page. */
export const LIMIT = 3;

/** The default input sequence of an explorable; as in parameters.py. */
export const BITS = [1, 0, 1, 1, 0, 0, 1, 1, 1, 0];

/**
 * The definition of a parameter. `read` takes a value from an attribute, an address, a notebook or
 * a program, and returns undefined if it is not valid; `rule` says what it must be; `start` is the
 * default value.
 * @typedef {{read: (value: unknown) => any, rule: string, start: any}} Parameter
 */

/**
 * @param {number} low
 * @param {number} high
 * @param {number} start
 * @returns {Parameter}
 */
export function real(low, high, start) {
  const read = (/** @type {unknown} */ value) => {
    if (typeof value === "string" && value.trim()) value = Number(value);
    return typeof value === "number" && low <= value && value <= high ? value : undefined;
  };
  return { read, rule: `a number from ${number(low)} to ${number(high)}`, start };
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} start
 * @returns {Parameter}
 */
export function whole(low, high, start) {
  const { read } = real(low, high, start);
  return {
    read: (value) => (Number.isInteger(read(value)) ? read(value) : undefined),
    rule: `a whole number from ${low} to ${high}`,
    start,
  };
}

/**
 * One of several whole numbers in increasing order, by default the last.
 * @param {number[]} options
 * @returns {Parameter}
 */
export function oneOf(options) {
  const [low, high] = [options[0], options[options.length - 1]];
  const { read } = whole(low, high, high);
  return {
    read: (value) => options.find((option) => option === read(value)),
    rule: `one of ${options.join(", ")}`,
    start: high,
  };
}

/**
 * A sequence of bits, as "1011001110" or as an array.
 * @param {number[]} start
 * @returns {Parameter}
 */
export function bits(start) {
  const { length } = start;
  const read = (/** @type {unknown} */ value) => {
    const text = Array.isArray(value) ? value.map(Number).join("") : String(value);
    return /^[01]+$/.test(text) && text.length === length ? [...text].map(Number) : undefined;
  };
  return { read, rule: `${length} bits, each 0 or 1`, start };
}

/** The farthest from 0 that a pole may lie. */
export const FARTHEST = 1.05;

/**
 * The poles in a text such as "0.8@90;0.95@20", each with its size and its angle in degrees.
 * @param {string} text
 * @returns {[number, number][]}
 */
export function polesIn(text) {
  if (text === "none") return [];
  return text.split(";").map((pole) => /** @type {[number, number]} */ (pole.split("@").map(Number)));
}

/**
 * At most so many poles, as a text.
 * @param {number} most
 * @returns {Parameter}
 */
export function poles(most) {
  const one = "(\\d+(\\.\\d+)?(e-\\d+)?)";
  const form = new RegExp(`^(none|(${one}@${one}(;(?=.)|$)){1,${most}})$`);
  const read = (/** @type {unknown} */ text) => typeof text === "string" && form.test(text)
    && polesIn(text).every(([size, angle]) => size <= FARTHEST && angle <= 180) ? text : undefined;
  return {
    read,
    rule: `none, or up to ${most} poles, each as size@degrees, such as 0.8@90;0.95@20, `
      + `with sizes to ${FARTHEST} and angles to 180`,
    start: "none",
  };
}

/**
 * One of several words, by default the first.
 * @param {string[]} options
 * @returns {Parameter}
 */
export function choice(...options) {
  return {
    read: (value) => options.find((option) => option === value),
    rule: `one of ${options.join(", ")}`,
    start: options[0],
  };
}

/**
 * A text in a form of its own, stored as `clean` writes it, so that one meaning is one text.
 * @param {string} start
 * @param {string} rule
 * @param {(text: string) => string | undefined} clean gives undefined for any other text
 * @returns {Parameter}
 */
export function text(start, rule, clean) {
  return { read: (value) => (typeof value === "string" ? clean(value) : undefined), rule, start };
}

/**
 * One of the two weights.
 * @param {number} [start]
 */
export function weight(start = 1) {
  return real(-LIMIT, LIMIT, start);
}

/**
 * A weight that the reader drags: a multiple of `unit` within the limits, or one of the values that
 * matter, if it is as near as a pointer can tell.
 * @param {number} value
 * @param {number} unit
 */
export function rested(value, unit) {
  const near = [-1, 0, 1].find((rest) => Math.abs(value - rest) < 2 * unit);
  const weight = near !== undefined && unit >= 0.01 ? near : Math.round(value / unit) * unit;
  return Math.min(Math.max(Number(weight.toFixed(6)), -LIMIT), LIMIT);
}

/**
 * A value as written in an attribute or an address.
 * @param {unknown} value
 */
export function written(value) {
  return Array.isArray(value) ? value.join("") : String(value);
}
