// @ts-check
import { decimals, reading, superscript } from "../lib/format.js";
import { arrow, disc, each, linear } from "../lib/shapes.js";
/** @import { Scale } from "../lib/shapes.js" */

/* The numbers of `rnn-gates`; as in gates.py. */

/** @typedef {"LSTM" | "GRU"} Network */

/** @typedef {Record<string, number>} Held the value of each held gate, by its letter and its step */

/**
 * @typedef {{network: Network, x: string, bias: number, hold: string, y: number,
 *   left: number | null, [array: string]: any}} GatesReadout
 */

export const N = 16;

export const SYMBOLS = "01R";

/** The gates that can be held: those of the LSTM, then those of the GRU. */
const LETTERS = "fiorz";

/**
 * For each gate and the candidate: the weights of a 1, of an R and of the state, and the bias,
 * unless it is the reader's.
 * @type {Record<string, number[]>}
 */
const WEIGHTS = {
  i: [8, 0, 0, -4], f: [0, -9, 1], g: [0.5, 0.25, 0, -0.25], o: [0, 0, 0, 2],
  r: [0, -8, 0, 3], z: [-8, -9, 1], c: [0.3, 0, 1, 0],
};

/** The range of each memory in the picture; beyond it there is an arrow head at the edge. */
export const RANGE = { LSTM: [-0.5, 1.5], GRU: [0, 1] };

/**
 * @param {string} hold
 * @returns {Held | undefined} undefined if it is not valid
 */
export function readHold(hold) {
  /** @type {Held} */
  const held = {};
  for (const part of hold === "none" ? [] : hold.split(";")) {
    const found = /^([fiorz])([0-9]{1,2})(?:-([0-9]{1,2}))?=(0(?:\.[0-9]{1,2})?|1)$/.exec(part);
    if (!found) return undefined;
    const [first, last] = [Number(found[2]), Number(found[3] ?? found[2])];
    if (!(1 <= first && first <= last && last <= N)) return undefined;
    for (const k of each(first, last, Number)) held[found[1] + k] = Number(found[4]);
  }
  return held;
}

/** @param {Held} held */
export function writeHold(held) {
  const parts = [];
  for (const letter of LETTERS) {
    for (let k = 1; k <= N; k++) {
      const value = held[letter + k];
      if (value === undefined) continue;
      const first = k;
      while (held[letter + (k + 1)] === value) k++;
      parts.push(`${letter}${first}${k > first ? `-${k}` : ""}=${value}`);
    }
  }
  return parts.join(";") || "none";
}

const sigmoid = (/** @type {number} */ sum) => (1 + Math.tanh(sum / 2)) / 2;

/**
 * The sum in a gate, and apart from it what the state adds.
 * @param {string} letter
 * @param {string} symbol
 * @param {number} S the state before
 * @param {number} bias the reader's
 */
function sums(letter, symbol, S, bias) {
  const [one, R, rec, own = bias] = WEIGHTS[letter];
  return [(symbol === "1" ? one : 0) + (symbol === "R" ? R : 0) + own, S * rec];
}

/**
 * Run the LSTM forward and back.
 * @param {string} x
 * @param {number} bias
 * @param {Held} held
 */
function runLSTM(x, bias, held) {
  /** @type {Record<string, number[]>} */
  const all = { i: [], f: [], g: [], o: [], S: [0], C: [0], delta: Array(N + 1).fill(0), gamma: Array(N + 1).fill(0) };
  const { S, C, delta, gamma } = all;
  for (let k = 1; k <= N; k++) {
    const [i, f, g, o] = [..."ifgo"].map((letter) => {
      const [sum, more] = sums(letter, x[k - 1], S[k - 1], bias);
      const value = held[letter + k] ?? (letter === "g" ? Math.tanh(sum + more) : sigmoid(sum + more));
      all[letter].push(value);
      return value;
    });
    C.push(f * C[k - 1] + i * g);
    S.push(o * Math.tanh(C[k]));
  }
  delta[N] = 1;
  for (let k = N; k > 0; k--) {
    const [i, f, g, o] = [..."ifgo"].map((letter) => all[letter][k - 1]);
    const tanhC = Math.tanh(C[k]);
    gamma[k] += delta[k] * o * (1 - tanhC ** 2);
    /** @type {Record<string, number>} */
    const back = {
      i: gamma[k] * g * i * (1 - i),
      f: gamma[k] * C[k - 1] * f * (1 - f),
      g: gamma[k] * i * (1 - g ** 2),
      o: delta[k] * tanhC * o * (1 - o),
    };
    gamma[k - 1] = gamma[k] * f;
    delta[k - 1] = throughGates(back, k, held);
  }
  return all;
}

/**
 * Run the GRU forward and back.
 * @param {string} x
 * @param {number} bias
 * @param {Held} held
 */
function runGRU(x, bias, held) {
  /** @type {Record<string, number[]>} */
  const all = { r: [], z: [], c: [], S: [0], delta: Array(N + 1).fill(0) };
  const { S, delta } = all;
  for (let k = 1; k <= N; k++) {
    const [r, z] = [..."rz"].map((letter) => {
      const [sum, more] = sums(letter, x[k - 1], S[k - 1], bias);
      const value = held[letter + k] ?? sigmoid(sum + more);
      all[letter].push(value);
      return value;
    });
    const [sum, more] = sums("c", x[k - 1], S[k - 1], bias);
    const c = Math.tanh(sum + r * more);
    all.c.push(c);
    S.push((1 - z) * c + z * S[k - 1]);
  }
  delta[N] = 1;
  for (let k = N; k > 0; k--) {
    const [r, z, c] = [..."rzc"].map((letter) => all[letter][k - 1]);
    const gradC = delta[k] * (1 - z) * (1 - c ** 2);
    const back = {
      r: gradC * (S[k - 1] * WEIGHTS.c[2]) * r * (1 - r),
      z: delta[k] * (S[k - 1] - c) * z * (1 - z),
      c: gradC * r,
    };
    delta[k - 1] = delta[k] * z + throughGates(back, k, held);
  }
  return all;
}

/**
 * What the gates of step `k` send back to the state before. A gate that is held depends on nothing.
 * @param {Record<string, number>} back the gradients at the sums
 * @param {number} k
 * @param {Held} held
 */
function throughGates(back, k, held) {
  return Object.entries(back).reduce((sum, [letter, grad]) =>
    sum + (letter + k in held ? 0 : grad * WEIGHTS[letter][2]), 0);
}

/** @param {number} value */
function term(value) {
  const words = decimals(value);
  return words.startsWith("−") ? `(${words})` : words;
}

/** A number that may be very small, with its digits in their places until it is. */
export function small(/** @type {number} */ value) {
  if (value === 0 || Math.abs(value) >= 5e-4) return reading(value);
  const [digits, exponent] = value.toExponential(0).split("e");
  return `${digits.replace("-", "−")}·10${superscript(Number(exponent))}`;
}

/** @param {number | null} share */
export function percent(share) {
  if (share === null) return "–";
  return share === 0 || share >= 5e-4 ? `${decimals(100 * share, 1)} %` : `${small(100 * share)} %`;
}

/**
 * A disc, or an arrow head at the edge that it lies beyond.
 * @param {number} x
 * @param {number} y
 * @param {number} top
 * @param {number} low
 * @param {number} r
 */
function mark(x, y, top, low, r) {
  if (top - 0.5 <= y && y <= low + 0.5) return disc(x, y, r);
  const [edge, way] = y < top ? [top, 1] : [low, -1];
  return `M${x} ${edge - way * r}l${r} ${way * 2 * r}h${-2 * r}Z`;
}

/**
 * Every number shown, unrounded.
 * @param {Record<string, any>} setting
 * @returns {GatesReadout}
 */
export function readout({ network, x, bias, hold }) {
  const held = readHold(hold) ?? {};
  const all = network === "LSTM" ? runLSTM(x, bias, held) : runGRU(x, bias, held);
  const back = all.gamma ?? all.delta;
  return {
    network, x, bias, hold, ...all, y: all.S[N], left: back[N] ? back[1] / back[N] : null,
  };
}

/**
 * The symbols after some of them are painted.
 * @param {string} x
 * @param {number} from
 * @param {number} to on either side of `from`
 * @param {string} symbol
 */
export function painted(x, from, to, symbol) {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  return x.slice(0, first - 1) + symbol.repeat(last - first + 1) + x.slice(last);
}

/**
 * The symbol that comes some places after another, round and round.
 * @param {string} symbol
 * @param {number} by
 */
export function symbolAfter(symbol, by) {
  return SYMBOLS[(SYMBOLS.indexOf(symbol) + by + SYMBOLS.length) % SYMBOLS.length];
}

/**
 * What is held after some gates are given values.
 * @param {string} hold
 * @param {string} letter
 * @param {Record<number, number>} values by their steps
 */
export function heldAt(hold, letter, values) {
  const held = readHold(hold) ?? {};
  for (const [k, value] of Object.entries(values)) {
    held[letter + k] = Number(Math.min(Math.max(value, 0), 1).toFixed(2));
  }
  return writeHold(held);
}

/**
 * What is held after one gate is let go.
 * @param {string} hold
 * @param {string} letter
 * @param {number} k
 */
export function letGo(hold, letter, k) {
  const held = readHold(hold) ?? {};
  delete held[letter + k];
  return writeHold(held);
}

/**
 * A drag of gates: the step and value at which it is, and where it became slow.
 * @typedef {{letter: string, k: number, value: number, slow?: number[]}} Drag
 */

/**
 * Go on with a drag, and give the values between its last place and this one.
 * @param {Drag} drag changed
 * @param {number} place the step that is pointed at, with its fraction
 * @param {number} value
 * @param {boolean} fine
 * @returns {Record<number, number>} by their steps
 */
export function dragged(drag, place, value, fine) {
  // A hand that moves up or down also moves a little sideways.
  const from = drag.k;
  if (Math.abs(place - from) > 0.75) drag.k = Math.min(Math.max(Math.round(place), 1), N);
  if (!fine) drag.slow = undefined;
  else drag.slow ??= [drag.value, value];
  const [base, at] = drag.slow ?? [value, value];
  const before = drag.value;
  drag.value = Math.min(Math.max(base + (value - at) / 10, 0), 1);
  if (from === drag.k) return { [from]: drag.value };
  const share = linear(from, drag.k, before, drag.value);
  return Object.fromEntries(each(Math.min(from, drag.k), Math.max(from, drag.k), (k) => [k, share(k)]));
}

/**
 * The memory as the paths of its marks: an arrow for what is kept, and a lift for what is added.
 * @param {GatesReadout} shown
 * @param {Scale} X
 * @param {number} top
 * @param {number} low
 * @param {number} radius
 */
export function memoryPaths(shown, X, top, low, radius) {
  const lstm = shown.network === "LSTM";
  const [M, keep] = lstm ? [shown.C, shown.f] : [shown.S, shown.z];
  const scale = linear(RANGE[shown.network][0], RANGE[shown.network][1], low, top);
  const Y = (/** @type {number} */ value) => Math.min(Math.max(scale(value), top), low);
  const carried = (/** @type {number} */ k) => Y(keep[k - 1] * M[k - 1]);
  const all = (/** @type {(k: number) => string} */ draw) => each(1, N, draw).join("");
  return {
    carries: all((k) => arrow(X(k - 1), Y(M[k - 1]), X(k), carried(k), radius + 1.5)),
    lifts: all((k) => `M${X(k)} ${carried(k)}V${Y(M[k])}`),
    memory: all((k) => mark(X(k), scale(M[k]), top, low, radius)),
    start: disc(X(0), Y(0), radius),
    shown: all((k) => (lstm ? disc(X(k), Y(shown.S[k]), radius - 1.5) : "")),
    ends: [Y(M[N]), Y(shown.S[N])],
  };
}

/**
 * How far two names move apart, if they would touch.
 * @param {number[]} places
 */
export function shifts([first, second]) {
  const gap = Math.max(15 - Math.abs(first - second), 0) / 2 * (first > second ? 1 : -1);
  return [gap, -gap];
}

/**
 * The gradient as an area, and as arrows as far as it arrives: what is lower than half a pixel does not.
 * @param {number[]} gradient
 * @param {Scale} X
 * @param {number} top
 * @param {number} bottom
 */
export function gradientPaths(gradient, X, top, bottom) {
  const Y = (/** @type {number} */ k) => bottom - (bottom - top) * Math.min(Math.max(gradient[k], 0), 1);
  const arrives = (/** @type {number} */ k) => gradient[k] * (bottom - top) > 0.5;
  return {
    back: each(1, N - 1, (k) => (arrives(k + 1) ? arrow(X(k + 1), Y(k + 1), X(k), Y(k), 1.5) : "")).join(""),
    under: `M${X(N)} ${bottom}${each(1, N, (j) => `L${X(N + 1 - j)} ${Y(N + 1 - j)}`).join("")}V${bottom}Z`,
    last: Y(N),
  };
}

/**
 * The arithmetic of one step in numbers: of the memory, and of its gradient back.
 * @param {GatesReadout} shown
 * @param {number} k
 */
export function arithmetic(shown, k) {
  const at = (/** @type {string} */ letter) => shown[letter][k - 1];
  const lstm = shown.network === "LSTM";
  const [M, gradient, keep] = lstm ? [shown.C, shown.gamma, at("f")] : [shown.S, shown.delta, at("z")];
  const [gate, candidate] = lstm ? [at("i"), at("g")] : [1 - keep, at("c")];
  return [
    `${term(keep)} · ${term(M[k - 1])} + ${term(gate)} · ${term(candidate)} = ${decimals(M[k])}`,
    `${term(gradient[k])} · ${term(keep)} + ${term(gradient[k - 1] - gradient[k] * keep)} = ${decimals(gradient[k - 1])}`,
  ];
}
