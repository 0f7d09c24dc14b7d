// @ts-check
import { decimals, reading, superscript } from "../lib/format.js";
import { disc, each } from "../lib/shapes.js";
/** @import { Scale } from "../lib/shapes.js" */

/* The numbers of `rnn-scan`: the rounds in which cells meet, and those of Newton's method. */

/** @typedef {[number, number]} Pair the places of two cells, the later one first */

/** @typedef {{a: number[], b: number[], first: number[]}} Row what each cell holds after a round */

/**
 * @typedef {{kind: string, n: number, round: number, wRec: number, x: number[], rounds: number,
 *   combinations: number, all_combinations: number, waiting: number, finished: number,
 *   first: number[], a: number[], b: number[], S: number[], guess: number[],
 *   error: number[]}} ScanReadout
 */

/** A state of a guess is called right if its error is at most this. */
const CLOSE = 1e-9;

/** The powers of ten at the ends of the axis of errors, and the largest state that has a place. */
export const ERRORS = [-16, 2];

export const STATES = 1.4;

/**
 * The pairs that are combined in each round; as in scan.py.
 * @param {string} kind
 * @param {number} n
 * @returns {Pair[][]}
 */
function pairsInRounds(kind, n) {
  const pairs = (/** @type {number} */ first, /** @type {number} */ step, /** @type {number} */ reach) =>
    each(0, Math.ceil((n - first) / step) - 1, (i) => /** @type {Pair} */ ([first + i * step, first + i * step - reach]));
  if (kind === "chain") return each(1, n - 1, (k) => [/** @type {Pair} */ ([k, k - 1])]);
  const reaches = each(0, Math.ceil(Math.log2(n)) - 1, (i) => 2 ** i);
  if (kind !== "tree") return reaches.map((reach) => pairs(reach, 1, reach));
  const up = reaches.map((reach) => pairs(2 * reach - 1, 2 * reach, reach));
  const down = reaches.map((reach) => pairs(3 * reach - 1, 2 * reach, reach)).reverse();
  return [...up, ...down].filter((round) => round.length);
}

/**
 * Combine steps (a, b) round by round: what each cell holds at first, and after each round.
 * @param {Pair[][]} rounds
 * @param {number[]} a
 * @param {number[]} b
 */
function inRounds(rounds, a, b) {
  /** @type {Row} */
  let row = { a, b, first: each(0, a.length - 1, Number) };
  const rows = [row];
  for (const pairs of rounds) {
    const next = { a: [...row.a], b: [...row.b], first: [...row.first] };
    for (const [k, j] of pairs) {
      next.a[k] = row.a[k] * row.a[j];
      next.b[k] = row.a[k] * row.b[j] + row.b[k];
      next.first[k] = row.first[j];
    }
    row = next;
    rows.push(row);
  }
  return rows;
}

/**
 * One step of Newton's method for all states of a tanh chain; as in scan.py.
 * @param {number[]} guess
 * @param {number[]} x
 * @param {number} wRec
 * @param {Pair[][]} rounds
 */
function correct(guess, x, wRec, rounds) {
  const F = x.map((bit, i) => Math.tanh(bit + guess[i] * wRec));
  const A = F.map((f) => wRec * (1 - f * f));
  const b = F.map((f, i) => f - guess[i] * A[i]);
  return [0, ...inRounds(rounds, A, b)[rounds.length].b];
}

/**
 * @typedef {object} Solution everything that does not depend on the round
 * @property {Pair[][]} pairs of each round; for Newton, of one scan
 * @property {number} rounds how many there are
 * @property {number[]} S the states, by the loop
 * @property {Row[]} rows what the cells hold after each round; none for Newton
 * @property {number[][]} guesses after each correction; only for Newton
 * @property {number[][]} errors of each state in each guess
 */

/**
 * @param {{kind: string, n: number, wRec: number, x: number[]}} setting
 * @returns {Solution}
 */
export function solve({ kind, n, wRec, x: inputs }) {
  const x = inputs.slice(0, n);
  const newton = kind === "Newton";
  const S = [0];
  for (const bit of x) {
    const sum = bit + S[S.length - 1] * wRec;
    S.push(newton ? Math.tanh(sum) : sum);
  }
  const pairs = pairsInRounds(newton ? "scan" : kind, n);
  if (!newton) {
    return { pairs, rounds: pairs.length, S, rows: inRounds(pairs, x.map(() => wRec), x), guesses: [], errors: [] };
  }
  const guesses = [S.map(() => 0)];
  for (let i = 0; i < n; i++) guesses.push(correct(guesses[i], x, wRec, pairs));
  const errors = guesses.map((guess) => guess.map((value, k) => Math.abs(value - S[k])));
  return { pairs, rounds: n, S, rows: [], guesses, errors };
}

/**
 * A number short enough to fit below its cell.
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  if (size < 99.95) return decimals(value, size < 9.995 ? 2 : 1);
  if (size < 9999.5) return decimals(value, 0);
  const [mantissa, exponent] = size.toExponential(0).split("e");
  return `${value < 0 ? "−" : ""}${mantissa}·10${superscript(Number(exponent))}`;
}

/** A number as a factor, with decimals that keep their places. */
function fixed(/** @type {number} */ value) {
  const text = reading(value);
  return /[−×]/.test(text) ? `(${text})` : text;
}

/** The steps that a cell covers, both counted from 1. */
export function steps(/** @type {number} */ first, /** @type {number} */ last) {
  return first === last ? `${last}` : `${first}–${last}`;
}

/** A triangle at the edge of a plot, which says that a value lies beyond it. */
function beyond(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ up) {
  return `M${x - 4} ${y + 7 * up}h8l-4 ${-7 * up}z`;
}

/** How many numbers to leave out between two that are written, if they need `room` pixels each. */
export function stride(/** @type {number} */ apart, /** @type {number} */ room) {
  return [1, 2, 4, 5, 8, 10].find((every) => every * apart >= room) ?? 16;
}

/**
 * Every number shown, unrounded.
 * @param {Solution} solution
 * @param {Record<string, any>} setting
 * @param {number} round at most the last
 * @returns {ScanReadout}
 */
export function readout({ pairs, rounds, S, rows, guesses, errors }, { kind, n, wRec, x }, round) {
  const count = (/** @type {Pair[][]} */ some) => some.reduce((sum, { length }) => sum + length, 0);
  const shared = { kind, n, round, wRec, x, rounds, S: [...S] };
  if (kind === "Newton") {
    const each = count(pairs);
    return {
      ...shared, combinations: round * each, all_combinations: rounds * each, waiting: 0,
      finished: errors[round].slice(1).filter((error) => error <= CLOSE).length,
      first: [], a: [], b: [], guess: [...guesses[round]],
      error: errors.slice(0, round + 1).map((all) => Math.max(...all)),
    };
  }
  const { a, b, first } = rows[round];
  return {
    ...shared, combinations: count(pairs.slice(0, round)), all_combinations: count(pairs),
    waiting: round ? n - pairs[round - 1].length : 0,
    finished: first.filter((start) => start === 0).length,
    first: first.map((start) => start + 1), a: [...a], b: [...b], guess: [], error: [],
  };
}

/**
 * The round in which a cell was last combined, up to a given one, and the pair that met.
 * @param {Pair[][]} pairs
 * @param {number} round
 * @param {number} at the cell
 * @returns {{r: number, pair?: Pair}}
 */
export function metIn(pairs, round, at) {
  for (let r = round; r > 0; r--) {
    const pair = pairs[r - 1].find(([k]) => k === at);
    if (pair) return { r, pair };
  }
  return { r: 0 };
}

/**
 * The way through all rounds of everything that a cell was made of.
 * @param {Pair[][]} pairs
 * @param {number} round
 * @param {number} at the cell
 * @param {Scale} X
 * @param {Scale} Y
 */
export function treeOf(pairs, round, at, X, Y) {
  let way = "";
  /** @type {(r: number, i: number) => void} */
  const climb = (r, i) => {
    if (!r) return;
    const pair = pairs[r - 1].find(([k]) => k === i);
    way += `M${X(i)} ${Y(r)}V${Y(r - 1)}`;
    climb(r - 1, i);
    if (!pair) return;
    way += `M${X(i)} ${Y(r)}L${X(pair[1])} ${Y(r - 1)}`;
    climb(r - 1, pair[1]);
  };
  climb(round, at);
  return way;
}

/**
 * The lines along which the cells of a round take in what they and others hold.
 * @param {Pair[]} met the pairs of the round
 * @param {number} r
 * @param {Scale} X
 * @param {Scale} Y
 */
export function linesOf(met, r, X, Y) {
  return {
    straight: met.map(([k]) => `M${X(k)} ${Y(r - 1)}V${Y(r)}`).join(""),
    slant: met.map(([k, j]) => `M${X(j)} ${Y(r - 1)}L${X(k)} ${Y(r)}`).join(""),
  };
}

/**
 * The dots of the cells after each round: hollow until a cell is finished. One that waits has a
 * small mark, where it is now or where another one takes it in.
 * @param {Pair[][]} pairs
 * @param {Row[]} rows
 * @param {number} round
 * @param {Scale} X
 * @param {Scale} Y
 * @param {number} radius
 */
export function dotsOf(pairs, rows, round, X, Y, radius) {
  const n = rows[0].first.length;
  const all = new Set(each(0, n - 1, Number));
  let [hollow, filled] = ["", ""];
  for (let r = 0; r <= round; r++) {
    const busy = r ? new Set(pairs[r - 1].map(([k]) => k)) : all;
    const taken = r < round ? new Set(pairs[r].map(([, j]) => j)) : all;
    for (let i = 0; i < n; i++) {
      if (!busy.has(i) && !taken.has(i)) continue;
      const dot = disc(X(i), Y(r), busy.has(i) ? radius : radius * 0.55);
      if (rows[r].first[i]) hollow += dot;
      else filled += dot;
    }
  }
  return { hollow, filled };
}

/** @param {number} size of an error @returns {number} its power of ten, as far as the axis reaches */
export function powerOf(size) {
  return Math.min(Math.max(Math.log10(size || 1e-99), ERRORS[0]), ERRORS[1]);
}

/**
 * The largest errors, as discs or beyond the edge as a triangle.
 * @param {number[]} error
 * @param {number} round
 * @param {Scale} E
 * @param {Scale} Y
 * @param {number} right the edge
 */
export function errorMarks(error, round, E, Y, right) {
  return error.map((size, i) => size > 10 ** ERRORS[1]
    ? `M${right - 3} ${Y(i) - 4}v8l7 -4z` : disc(E(size), Y(i), i === round ? 5 : 3)).join("");
}

/** @param {number} value of a state @returns {number} as far as it has a place */
export function inside(value) {
  return Math.min(Math.max(value, -STATES), STATES);
}

/**
 * Whether a guessed state is right.
 * @param {number} guess
 * @param {number} state by the loop
 */
export function isRight(guess, state) {
  return Math.abs(guess - state) <= CLOSE;
}

/**
 * The guessed states as discs, right and wrong ones apart, and those beyond the edge as triangles.
 * @param {number[]} guess
 * @param {number[]} S
 * @param {Scale} X
 * @param {Scale} scale
 * @param {number} radius
 */
export function guessMarks(guess, S, X, scale, radius) {
  let [wrong, right, out] = ["", "", ""];
  for (let k = 1; k < guess.length; k++) {
    const [x, value] = [X(k - 1), guess[k]];
    if (Math.abs(value) > STATES) out += beyond(x, scale(inside(value)), Math.sign(value));
    else if (isRight(value, S[k])) right += disc(x, scale(value), radius);
    else wrong += disc(x, scale(value), radius);
  }
  return { wrong, right, out };
}

/**
 * The heights of two names: beside their lines, or apart if they would touch.
 * @param {number} a
 * @param {number} b
 */
export function namesAt(a, b) {
  if (Math.abs(a - b) >= 16) return [a, b];
  const middle = (a + b) / 2;
  return a <= b ? [middle - 8, middle + 8] : [middle + 8, middle - 8];
}

/**
 * A pair of cells in numbers: the steps that they cover, and both products.
 * @param {number} k the cell, counting from 0
 * @param {Row} now
 * @param {Row} before
 * @param {Pair | undefined} pair
 */
export function pairInNumbers(k, now, before, pair) {
  if (!pair) {
    return {
      what: `cell ${k + 1}: step ${steps(now.first[k] + 1, k + 1)}`, a: reading(now.a[k]), b: reading(now.b[k]),
    };
  }
  const j = pair[1];
  return {
    what: `cell ${k + 1}: steps ${steps(before.first[j] + 1, j + 1)}, then ${steps(j + 2, k + 1)}`,
    a: `${fixed(before.a[k])} · ${fixed(before.a[j])} = ${reading(now.a[k])}`,
    b: `${fixed(before.a[k])} · ${fixed(before.b[j])} + ${fixed(before.b[k])} = ${reading(now.b[k])}`,
  };
}

/**
 * The correction of a guessed state in numbers: its step, the slope there, and the state.
 * @param {number} k the state, counting from 1
 * @param {number[]} now
 * @param {number[] | undefined} before
 * @param {number} bit
 * @param {number} wRec
 */
export function tangentInNumbers(k, now, before, bit, wRec) {
  if (!before) return { what: "…", slope: "…", state: `${reading(now[k])}, the first guess` };
  const f = Math.tanh(bit + before[k - 1] * wRec);
  const slope = wRec * (1 - f * f);
  return {
    what: `(${fixed(before[k - 1])} · ${fixed(wRec)} + ${bit}) = ${reading(f)}`,
    slope: reading(slope),
    state: `${fixed(f)} + (${fixed(now[k - 1])} − ${fixed(before[k - 1])}) · ${fixed(slope)} = ${reading(now[k])}`,
  };
}
