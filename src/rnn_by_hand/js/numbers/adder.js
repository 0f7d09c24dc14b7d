// @ts-check
import { NUMBERS, STEPS, WEIGHTS } from "../adder-weights.js";
import { each } from "../lib/shapes.js";

/* The numbers of `rnn-adder`: a trained network, what it writes, and its states over many sums. */

/**
 * @typedef {{a: number, b: number, step: number, pushed: number, across: number, up: number,
 *   trained: number, S: number[][], outputs: number[], digits: number[], true_digits: number[],
 *   carry: number[], true_carry: number[], sum: number, true_sum: number, wrong: number,
 *   unpushed: number[], cloud_across: number[], cloud_up: number[], right: number}} AdderReadout
 */

export const BITS = 8;

/** The sum may be a bit longer. */
export const COLUMNS = BITS + 1;

/** How far the plane reaches up and down. */
export const HIGHEST = 1.5;

/** The bits of a number for as many columns as a sum has, the one that counts 1 first. */
const bitsOf = (/** @type {number} */ number) => each(0, BITS, (k) => (number >> k) & 1);

const sumOf = (/** @type {number[]} */ terms) => terms.reduce((sum, term) => sum + term, 0);

/**
 * The network at one moment of its training: one step, and what is read from a state. The first
 * unit tells the carry. Sums are added up in the order of the helper.
 * @param {number[]} weights as recorded
 */
function makeNetwork(weights) {
  const H = 4;
  const rest = [...weights];
  const take = (/** @type {number} */ count) => rest.splice(0, count);
  const Wx = each(1, 2, () => take(H));
  const WRec = each(1, H, () => take(H));
  const [b, Wy, [by]] = [take(H), take(H), take(1)];
  const output = (/** @type {number[]} */ S) => sumOf(S.map((s, h) => s * Wy[h])) + by;
  /**
   * @param {number[]} S
   * @param {number[]} x the two bits
   */
  const next = (S, x) => b.map((bias, h) => Math.tanh(
    sumOf(S.map((s, g) => s * WRec[g][h])) + sumOf(x.map((bit, d) => (2 * bit - 1) * Wx[d][h])) + bias));
  /** Change a state as little as can be for its first unit and the output to be as wanted. */
  const putAt = (/** @type {number[]} */ S, /** @type {number} */ across, /** @type {number} */ up) => {
    const moved = [across, ...S.slice(1)];
    const others = [0, ...Wy.slice(1)];
    const missing = up - output(moved);
    const size = sumOf(others.map((w) => w * w));
    return moved.map((s, h) => s + (missing * others[h]) / size);
  };
  /**
   * All states over two numbers, and what is written; after column `pushed`, if it is not 0, the
   * state is put elsewhere.
   * @param {number} a
   * @param {number} b
   * @param {{pushed: number, across: number, up: number}} push
   */
  const read = (a, b, { pushed, across, up } = NO_PUSH) => {
    const S = [Array(H).fill(0)];
    const [bitsA, bitsB] = [bitsOf(a), bitsOf(b)];
    for (let k = 1; k <= COLUMNS; k++) {
      const state = next(S[k - 1], [bitsA[k - 1], bitsB[k - 1]]);
      S.push(k === pushed ? putAt(state, across, up) : state);
    }
    const outputs = S.slice(1).map(output);
    return { S, outputs, digits: outputs.map((y) => Number(y > 0)) };
  };
  return { read, start: output(Array(H).fill(0)) };
}

const NO_PUSH = { pushed: 0, across: 0, up: 0 };

/** The carry before each column, and after the last, by the rule of paper and pencil. */
function carriesOf(/** @type {number} */ a, /** @type {number} */ b) {
  const carry = [0];
  const ones = bitsOf(a).map((bit, i) => bit + bitsOf(b)[i]);
  for (const count of ones) carry.push((count + carry[carry.length - 1]) >> 1);
  return carry;
}

const networks = new Map(STEPS.map((steps, i) => [steps, makeNetwork(WEIGHTS[i])]));

/** The total of every column of the sums shown: its two bits and the carry that comes in. */
const TOTALS = NUMBERS[0].flatMap((a, i) => {
  const [digits, carry] = [bitsOf(a + NUMBERS[1][i]), carriesOf(a, NUMBERS[1][i])];
  return digits.map((digit, k) => 2 * carry[k + 1] + digit);
});

/** The states after every column of the sums shown, which depend on the training alone. */
function makeCloud(/** @type {number} */ trained) {
  const network = /** @type {ReturnType<typeof makeNetwork>} */ (networks.get(trained));
  const runs = NUMBERS[0].map((a, i) => network.read(a, NUMBERS[1][i]));
  return {
    cloud_across: runs.flatMap(({ S }) => S.slice(1).map(([unit]) => unit)),
    cloud_up: runs.flatMap(({ outputs }) => outputs),
    right: runs.filter(({ digits }, i) => digits.every(
      (digit, k) => digit === ((NUMBERS[0][i] + NUMBERS[1][i]) >> k & 1))).length,
  };
}

/** @type {Map<number, ReturnType<typeof makeCloud>>} */
const clouds = new Map();

function cloudOf(/** @type {number} */ trained) {
  const cloud = clouds.get(trained) ?? makeCloud(trained);
  clouds.set(trained, cloud);
  return cloud;
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {AdderReadout}
 */
export function readout(setting) {
  const { a, b, step, trained } = setting;
  const network = /** @type {ReturnType<typeof makeNetwork>} */ (networks.get(trained));
  const { S, outputs, digits } = network.read(a, b, /** @type {any} */ (setting));
  const rest = network.read(a, b);
  const true_digits = bitsOf(a + b);
  return {
    .../** @type {any} */ (setting),
    S,
    outputs,
    digits,
    true_digits,
    carry: S.map(([unit]) => Number(unit > 0)),
    true_carry: carriesOf(a, b),
    sum: sumOf(digits.map((digit, k) => digit * 2 ** k)),
    true_sum: a + b,
    wrong: digits.filter((digit, k) => digit !== true_digits[k]).length,
    unpushed: [rest.S[step][0], rest.outputs[step - 1]],
    ...cloudOf(trained),
  };
}

/**
 * The output before the first column.
 * @param {number} trained
 */
export function startOf(trained) {
  return /** @type {ReturnType<typeof makeNetwork>} */ (networks.get(trained)).start;
}

/**
 * Where the reader may push the ball.
 * @param {number} across
 * @param {number} up
 * @param {number} places the decimals that a pixel resolves
 */
export function pushedTo(across, up, places) {
  const within = (/** @type {number} */ value, /** @type {number} */ limit) =>
    Number(Math.min(Math.max(value, -limit), limit).toFixed(places));
  return { across: within(across, 1), up: within(up, HIGHEST) };
}

/**
 * The places in the cloud at which one total is written: a digit on top of another could not be read.
 * @param {number[][]} places of all columns
 * @param {number} total
 */
export function writtenAt(places, total) {
  const written = /** @type {number[][]} */ ([]);
  places.forEach(([x, y], i) => {
    const free = TOTALS[i] === total && written.every(([x1, y1]) => Math.hypot(x - x1, y - y1) > 7);
    if (free) written.push([x, y]);
  });
  return written;
}
