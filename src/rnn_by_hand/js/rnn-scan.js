// @ts-check
import { makeReadouts, menu, slider, weightSlider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, number, reading, superscript } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { bits, choice, weight, whole, written } from "./lib/parameters.js";
import { disc, each, linear } from "./lib/shapes.js";
import { html, path, placeIn, set, svg, symbol, write } from "./lib/svg.js";
/** @import { Scale } from "./lib/shapes.js" */

const SCAN_STYLE = `
.idle { stroke: var(--faint); }
.ahead { stroke: color-mix(in srgb, var(--ink) 40%, var(--paper)); stroke-dasharray: 1 3; }
.enter { stroke: var(--x); stroke-width: 1.5; }
.add { stroke: var(--state); stroke-dasharray: 4 3; }
.carry { stroke: var(--wrec); }
.now { stroke-width: 2.5; }
.tree { stroke: color-mix(in srgb, var(--ink) 18%, var(--paper)); stroke-width: 9; stroke-linecap: round; stroke-linejoin: round; }
svg path.dot { fill: var(--state); stroke: var(--state); stroke-width: 1.3; }
svg path.open { fill: var(--paper); }
svg path.out { fill: var(--state); }
.parents { stroke: var(--ink); stroke-width: 2; }
.spans { stroke: color-mix(in srgb, var(--state) 42%, var(--paper)); }
.spans.done, .spans.later { stroke: var(--state); }
.spans.earlier { stroke: var(--wrec); }
.frame { stroke: var(--ink); stroke-width: 1.5; }
.line { stroke: var(--ink); stroke-width: 1.5; }
svg path.knob { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; stroke-linejoin: round; }
.before { stroke: color-mix(in srgb, var(--state) 30%, var(--paper)); }
.guess { stroke: var(--state); stroke-width: 1.5; }
.loop { stroke: var(--target); stroke-width: 1.5; stroke-dasharray: 5 4; }
.errors { stroke: var(--ink); }
svg path.error { fill: var(--ink); }
svg .cell { font-size: 12px; }
.inputs { position: absolute; padding: 0; border: 0; border-radius: 4px; background: none; touch-action: pan-y; }
.inputs span {
  position: absolute; display: grid; place-items: center; box-sizing: border-box; font-size: 12px;
  width: var(--square); height: var(--square); line-height: 1;
  border: 1.5px solid var(--x); border-radius: 2px; background: var(--paper); color: var(--x);
}
.inputs span::before { content: attr(data-bit); }
.inputs span.on { background: var(--x); color: var(--paper); }
.inputs span.at { box-shadow: 0 0 0 2px var(--paper), 0 0 0 4px var(--ink); }
.tiny span { font-size: 0; border-width: 1px; }
.tiny span.at { box-shadow: 0 0 0 1.5px var(--ink); }
.below { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 6px 24px; margin-top: 6px; }
.below .equation { margin: 0; min-height: 4.8em; }
.below .equation > span { display: block; margin: 0; }
.narrow .below .equation > span { white-space: normal; }
.below .readouts { margin: 0; justify-content: flex-start; }
.turns { display: grid; }
.turns > * { grid-area: 1 / 1; }
.turns > :not(.shown) { visibility: hidden; }
.turns dd { min-width: 5.6em; }
.tools .play { min-width: 8.6em; }
.narrow .tools, .narrow .controls { gap: 6px; }
.narrow .tools button { padding: 0 7px; }
@media (forced-colors: active) {
  .inputs span { forced-color-adjust: none; }
}
`;

/** The inputs, of which the first n are used. */
const INPUTS = [..."10110011100101101100111001011010"].map(Number);
const MOST = INPUTS.length;
const KINDS = ["chain", "tree", "scan", "Newton"];
/** A state of a guess is called right if its error is at most this. */
const CLOSE = 1e-9;
/** The powers of ten at the ends of the axis of errors, and the largest state that has a place. */
const ERRORS = [-16, 2];
const STATES = 1.4;
/** The time that a round takes in playback, and all of them together at most, in milliseconds. */
const PACE = 700;
const LONGEST = 9000;

/** @typedef {[number, number]} Pair the places of two cells, the later one first */
/** @typedef {{a: number[], b: number[], first: number[]}} Row what each cell holds after a round */

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
function solve({ kind, n, wRec, x: inputs }) {
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
function short(value) {
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
function steps(/** @type {number} */ first, /** @type {number} */ last) {
  return first === last ? `${last}` : `${first}–${last}`;
}

/** A triangle at the edge of a plot, which says that a value lies beyond it. */
function beyond(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ up) {
  return `M${x - 4} ${y + 7 * up}h8l-4 ${-7 * up}z`;
}

/** How many numbers to leave out between two that are written, if they need `room` pixels each. */
function stride(/** @type {number} */ apart, /** @type {number} */ room) {
  return [1, 2, 4, 5, 8, 10].find((every) => every * apart >= room) ?? 16;
}

/** The marks of a linear recurrence: pairs that meet, and the steps that each cell covers. */
function makePairs() {
  const marks = {
    tree: path("tree"),
    idle: path("idle"),
    ahead: path("ahead"),
    add: path("add"),
    addNow: path("add now"),
    carry: path("carry"),
    carryNow: path("carry now"),
    open: path("dot open"),
    done: path("dot"),
    parents: path("parents"),
    part: path("spans"),
    whole: path("spans done"),
    earlier: path("spans earlier"),
    later: path("spans later"),
    frame: path("frame"),
    title: svg("text", { class: "quiet halo" }, "the steps that each cell covers"),
  };
  return { ...marks, node: svg("g", {}, ...Object.values(marks)) };
}

/** The marks of Newton's method: the largest error of each round, and the states as guessed. */
function makeNewton() {
  const marks = {
    ticks: each(0, 4, () => svg("line", { class: "grid" })),
    powers: each(0, 4, () => svg("text", { class: "quiet", "text-anchor": "middle" })),
    errors: path("errors"),
    error: path("error"),
    value: svg("text", { class: "halo" }),
    lines: each(0, 2, () => svg("line", { class: "grid" })),
    levels: each(0, 2, (i) => svg("text", { class: "quiet", "text-anchor": "end" }, ["−1", "0", "1"][i])),
    before: path("before"),
    loop: path("loop"),
    guess: path("guess"),
    wrong: path("dot open"),
    right: path("dot"),
    out: path("dot out"),
    loopName: svg("text", { class: "target halo" }, "loop"),
    guessName: svg("text", { class: "state halo" }, "guess"),
  };
  marks.lines[1].classList.add("zero");
  return { ...marks, node: svg("g", {}, ...Object.values(marks).flat()) };
}

/** Make the parts of the figure; `Scan` places them and keeps them up to date. */
function makeScan() {
  const pairs = makePairs();
  const newton = makeNewton();
  const marks = {
    enter: path("enter"),
    line: path("line"),
    knob: path("knob"),
    x: svg("text", { class: "symbol x", "text-anchor": "end" }, "x"),
    k: svg("text", { class: "symbol quiet", "text-anchor": "end" }, "k"),
    letter: svg("text", { class: "symbol state", "text-anchor": "end" }, "b"),
    title: svg("text", { class: "quiet" }, "round"),
    numbers: each(1, MOST, (k) => svg("text", { class: "quiet cell", "text-anchor": "middle" }, `${k}`)),
    values: each(1, MOST, () => svg("text", { class: "cell" })),
    rounds: each(0, MOST, (i) => svg("text", { class: "quiet cell", "text-anchor": "end" }, `${i}`)),
  };
  const { line, knob, ...texts } = marks;
  const picture = svg("svg", { role: "img" },
    line, pairs.node, newton.node, knob, ...Object.values(texts).flat());
  const squares = each(1, MOST, () => html("span"));
  const inputs = html("button", { type: "button", class: "inputs" }, ...squares);
  const grip = makeGrip("round");
  const stage = html("div", { class: "stage" }, picture, inputs, grip.node);
  return { ...marks, pairs, newton, picture, squares, inputs, grip, stage };
}

/** What the cell that the reader points at was made of, in numbers. */
function makeSum() {
  const sub = () => html("sub");
  const linear = {
    what: html("span"), a: html("span", { class: "wrec" }), b: html("span", { class: "state" }),
  };
  const newton = {
    what: html("span"), slope: html("span", { class: "wrec" }), state: html("span", { class: "state" }),
  };
  const index = [sub(), sub(), sub(), sub()];
  const bold = (/** @type {string} */ letter) => html("i", { class: "symbol" }, letter);
  return {
    nodes: [
      html("p", { class: "equation" },
        linear.what,
        html("span", {}, bold("a"), " = ", linear.a),
        html("span", {}, bold("b"), " = ", linear.b)),
      html("p", { class: "equation" },
        html("span", {}, symbol("F", "ink", index[0]), " = tanh ", newton.what),
        html("span", {}, "slope ", symbol("A", "wrec", index[1]), " = ", newton.slope),
        html("span", {}, symbol("S", "state", index[2]), " = ", newton.state)),
    ],
    /**
     * @param {number} k the cell, counting from 0
     * @param {Row} now
     * @param {Row} before
     * @param {Pair | undefined} pair
     */
    showPair(k, now, before, pair) {
      const own = steps(now.first[k] + 1, k + 1);
      if (!pair) {
        write(linear.what, `cell ${k + 1}: step ${own}`);
        write(linear.a, reading(now.a[k]));
        write(linear.b, reading(now.b[k]));
        return;
      }
      const j = pair[1];
      write(linear.what, `cell ${k + 1}: steps ${steps(before.first[j] + 1, j + 1)}, then ${steps(j + 2, k + 1)}`);
      write(linear.a, `${fixed(before.a[k])} · ${fixed(before.a[j])} = ${reading(now.a[k])}`);
      write(linear.b, `${fixed(before.a[k])} · ${fixed(before.b[j])} + ${fixed(before.b[k])} = ${reading(now.b[k])}`);
    },
    /**
     * @param {number} k the state, counting from 1
     * @param {number[]} now
     * @param {number[] | undefined} before
     * @param {number} bit
     * @param {number} wRec
     */
    showTangent(k, now, before, bit, wRec) {
      index.forEach((node) => write(node, String(k)));
      if (!before) {
        for (const node of [newton.what, newton.slope]) write(node, "…");
        write(newton.state, `${reading(now[k])}, the first guess`);
        return;
      }
      const f = Math.tanh(bit + before[k - 1] * wRec);
      const slope = wRec * (1 - f * f);
      write(newton.what, `(${fixed(before[k - 1])} · ${fixed(wRec)} + ${bit}) = ${reading(f)}`);
      write(newton.slope, reading(slope));
      write(newton.state,
        `${fixed(f)} + (${fixed(now[k - 1])} − ${fixed(before[k - 1])}) · ${fixed(slope)} = ${reading(now[k])}`);
    },
  };
}

/**
 * @typedef {{kind: string, n: number, round: number, wRec: number, x: number[], rounds: number,
 *   combinations: number, all_combinations: number, waiting: number, finished: number,
 *   first: number[], a: number[], b: number[], S: number[], guess: number[],
 *   error: number[]}} ScanReadout
 */

/**
 * Cells that compute all states of a linear recurrence in rounds, and the rounds of Newton's method
 * for one that goes through tanh. The reader drags the round, and points at a cell to see what it
 * was made of.
 */
class Scan extends Explorable {
  static parameters = {
    kind: choice(...KINDS), n: whole(2, MOST, 16), round: whole(0, MOST, 0), wRec: weight(0.9), x: bits(INPUTS),
  };

  #marks;
  #sum;
  #readouts;
  #play;
  #timer = 0;
  #ticking = false;
  /** The cell that the reader points at, counting from 0, and a round before the current one. */
  /** @type {number | undefined} */
  #cell = undefined;
  /** @type {number | undefined} */
  #row = undefined;
  /** @type {Solution | undefined} */
  #solution = undefined;
  #solved = "";
  #plot = { wide: true, width: 0, left: 0, right: 0, top: 0, bottom: 0, square: 20, strip: 0, values: 0 };

  constructor() {
    const marks = makeScan();
    const sum = makeSum();
    const readouts = [
      makeReadouts(["round"], ["combinations"], ["cells waiting"]),
      makeReadouts(["correction"], ["scan rounds"], ["states right"]),
    ];
    const button = (/** @type {string} */ text, /** @type {Record<string, string>} */ attributes) =>
      html("button", { type: "button", ...attributes }, text);
    const play = button("Play the rounds", { class: "play" });
    const less = button("←", { "aria-label": "one round back" });
    const more = button("→", { "aria-label": "one round on" });
    super(SCAN_STYLE, [
      marks.stage,
      html("div", { class: "below" },
        html("div", { class: "turns" }, ...sum.nodes),
        html("div", { class: "turns" }, ...readouts.map(({ node }) => node))),
    ], [
      weightSlider("wRec", "recurrent"), slider("n", "inputs", { min: 2, max: MOST, step: 1 }),
      menu("kind", "computed by", KINDS),
    ], [less, play, more]);
    this.#marks = marks;
    this.#sum = sum;
    this.#readouts = readouts;
    this.#play = play;
    this.#listen(less, more);
  }

  /**
   * @param {HTMLElement} less
   * @param {HTMLElement} more
   */
  #listen(less, more) {
    const { stage, inputs, grip } = this.#marks;
    less.addEventListener("click", () => this.#go(this.#round - 1));
    more.addEventListener("click", () => this.#go(this.#round + 1));
    this.#play.addEventListener("click", () => (this.#timer ? this.#stop() : this.#start()));
    grip.listen({
      grab: () => this.#stop(),
      move: ({ y }) => this.#scrub(this.#roundAt(y)),
      nudge: (right, up) => this.#scrub(this.#round + (Math.sign(right - up) * Math.ceil(Math.abs(right - up)))),
      release: () => this.say(`round ${this.#round}`),
    });
    // A press has already pointed at the input that it flips; a key leaves the one that was chosen.
    inputs.addEventListener("click", () => {
      const x = [...this.setting.x];
      const i = this.#at;
      x[i] = 1 - x[i];
      this.change("x", x);
      this.told(`Input ${i + 1} is ${x[i]}`);
    });
    inputs.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: this.#at - 1, ArrowRight: this.#at + 1, Home: 0, End: MOST }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.#cell = Math.min(Math.max(to, 0), this.setting.n - 1);
      this.changed();
    });
    stage.addEventListener("pointermove", (event) => this.#point(event));
    stage.addEventListener("pointerdown", (event) => this.#point(event));
    stage.addEventListener("pointerleave", () => {
      this.#row = undefined;
      this.changed();
    });
  }

  /** The pointed cell, counting from 0; until the reader points, the last one to be combined. */
  get #at() {
    const { n, kind } = this.setting;
    const met = kind === "Newton" ? undefined : this.#now.pairs[this.#round - 1];
    return Math.min(this.#cell ?? met?.[met.length - 1][0] ?? n, n - 1);
  }

  get #now() {
    const { kind, n, wRec, x } = this.setting;
    const wanted = [kind, n, wRec, ...x].join();
    if (!this.#solution || this.#solved !== wanted) this.#solution = solve(this.setting);
    this.#solved = wanted;
    return this.#solution;
  }

  /** The round that is shown: another way to compute may have fewer rounds than the setting says. */
  get #round() {
    return Math.min(this.setting.round, this.#now.rounds);
  }

  /**
   * Every number shown, unrounded.
   * @returns {ScanReadout}
   */
  get readout() {
    const { pairs, rounds, S, rows, guesses, errors } = this.#now;
    const { kind, n, wRec, x } = super.readout;
    const round = this.#round;
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
   * Stop the playback as soon as anything else changes the setting.
   * @param {string} name
   * @param {unknown} value
   */
  change(name, value) {
    const before = written(this.setting[name]);
    super.change(name, value);
    if (!this.#ticking && written(this.setting[name]) !== before) this.#stop();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  reset() {
    super.reset();
    this.#cell = this.#row = undefined;
    this.#stop();
  }

  summary() {
    const { kind, n, round, rounds, combinations, all_combinations, waiting, finished, error } = this.readout;
    if (kind === "Newton") {
      return `after correction ${round} the largest error is ${number(error[round])}, ${finished} of ${n} states are right`;
    }
    return `after round ${round} of ${rounds}, ${combinations} of ${all_combinations} combinations are done, `
      + `${finished} of ${n} cells are finished, ${waiting} waited`;
  }

  #start() {
    // Where motion is not wanted, each click is a step.
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { rounds } = this.#now;
    if (this.#round === rounds) this.#go(0);
    else if (still) this.#go(this.#round + 1);
    if (still) return;
    this.#timer = setInterval(() => this.#tick(), Math.min(PACE, LONGEST / rounds));
    write(this.#play, "Pause");
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    write(this.#play, "Play the rounds");
  }

  #tick() {
    this.#ticking = true;
    this.#scrub(this.#round + 1);
    this.#ticking = false;
    if (this.#round < this.#now.rounds) return;
    this.#stop();
    this.say("At the end");
  }

  /** @param {number} round */
  #scrub(round) {
    this.#row = undefined;
    this.change("round", Math.min(Math.max(round, 0), this.#now.rounds));
    this.told();
  }

  /** @param {number} round */
  #go(round) {
    this.#scrub(round);
    this.say(`round ${this.#round}`);
  }

  /** @param {MouseEvent} event */
  #point(event) {
    const { left, right } = this.#plot;
    const { n } = this.setting;
    const { x, y } = placeIn(this.#marks.stage, event);
    const cell = Math.floor(((x - left) / (right - left)) * n);
    this.#cell = Math.min(Math.max(cell, 0), n - 1);
    const row = this.#roundAt(y);
    this.#row = row < this.#round ? row : undefined;
    this.changed();
  }

  /** Where rounds are drawn, and where the lower part of the picture begins. */
  get #rows() {
    const { top, bottom } = this.#plot;
    const share = this.setting.kind === "Newton" ? 0.44 : 0.64;
    const end = top + (bottom - top) * share;
    return { Y: linear(0, this.#now.rounds, top, end), end, lower: end + (share < 0.5 ? 42 : 24) };
  }

  /** @param {number} y */
  #roundAt(y) {
    const { top } = this.#plot;
    const { rounds } = this.#now;
    return Math.min(Math.max(Math.round(((y - top) / (this.#rows.end - top)) * rounds), 0), rounds);
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, x, k, title, letter } = this.#marks;
    const [left, margin] = wide ? [46, 48] : [26, 38];
    const strip = 20;
    const top = strip + 26 + 24;
    const bottom = top + (wide ? 250 : 256);
    const values = bottom + 18;
    this.#plot = { wide, width, left, right: width - margin, top, bottom, square: 0, strip, values };
    const height = values + 34;
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    set(k, { x: left - 8, y: 13 });
    set(x, { x: left - 8, y: strip + 18 });
    set(title, { x: 0 });
    set(letter, { x: left - 8, y: values });
  }

  paint() {
    const shown = this.readout;
    const { kind, n, round, rounds } = shown;
    const { left, right, wide, width, top } = this.#plot;
    const newton = kind === "Newton";
    const { pairs, newton: tangents, line, knob, grip, title } = this.#marks;
    const { Y } = this.#rows;
    const apart = (right - left) / n;
    const X = (/** @type {number} */ i) => left + apart * (i + 0.5);
    pairs.node.style.display = newton ? "none" : "";
    tangents.node.style.display = newton ? "" : "none";
    this.#paintInputs(shown, X, apart, Y(0));
    if (newton) this.#paintNewton(shown, X, Y, apart);
    else this.#paintPairs(shown, X, Y, apart);
    this.#paintRounds(rounds, Y);
    this.#paintValues(shown, X, apart);
    const end = wide ? width - 22 : width - 16;
    set(line, { d: `M${left - 4} ${Y(round)}H${end - 8}` });
    set(knob, { d: `${disc(end, Y(round), 11)}m4 -2l4 -4 4 4m0 6l-4 4 -4 -4` });
    grip.show(end, Y(round), `${round} of ${rounds}`, round, [0, rounds]);
    title.style.display = wide || newton ? "" : "none";
    set(title, { y: top - (newton ? 9 : 14) });
    write(title, newton ? "largest error after each correction" : "round");
    this.#paintSum(shown);
    const cost = newton
      ? [`${round} of ${rounds}`, `${round} × ${this.#now.pairs.length} = ${round * this.#now.pairs.length}`, `${shown.finished} of ${n}`]
      : [`${round} of ${rounds}`, `${shown.combinations} of ${shown.all_combinations}`, round ? `${shown.waiting} of ${n}` : "–"];
    this.#readouts.forEach(({ node, show }, i) => {
      node.classList.toggle("shown", newton === (i === 1));
      if (newton === (i === 1)) show(...cost);
    });
    set(this.#marks.picture, { "aria-label": this.#words(shown) });
  }

  /**
   * @param {ScanReadout} shown
   * @param {Scale} X
   * @param {number} apart
   * @param {number} below where the cells are
   */
  #paintInputs({ n, x, kind }, X, apart, below) {
    const { squares, inputs, enter, numbers } = this.#marks;
    const { left, right, strip, wide } = this.#plot;
    const square = Math.round(Math.min(wide ? 26 : 22, apart - (apart > 16 ? 4 : 2)));
    const at = this.#at;
    const every = stride(apart, 18);
    set(inputs, {
      style: `left: ${left}px; top: ${strip - 2}px; width: ${right - left}px; height: 30px; --square: ${square}px`,
      "aria-pressed": String(x[at] === 1),
      "aria-label": `input ${at + 1}, ${x[at]}`,
    });
    inputs.classList.toggle("tiny", square < 14);
    squares.forEach((node, i) => {
      node.style.display = i < n ? "" : "none";
      numbers[i].style.display = i < n && (i === 0 || (i + 1) % every === 0) ? "" : "none";
      if (i >= n) return;
      node.style.left = `${(X(i) - left - square / 2).toFixed(1)}px`;
      node.style.top = `${15 - square / 2}px`;
      node.classList.toggle("on", x[i] === 1);
      node.classList.toggle("at", i === at);
      set(node, { "data-bit": x[i] });
      set(numbers[i], { x: X(i), y: 13 });
    });
    const from = strip + 13 + square / 2;
    set(enter, {
      d: kind === "Newton" ? "" : each(0, n - 1, (i) => (x[i] ? `M${X(i)} ${from}V${below - 4}` : "")).join(""),
    });
  }

  /**
   * @param {number} rounds
   * @param {Scale} Y
   */
  #paintRounds(rounds, Y) {
    const every = stride(Y(1) - Y(0), 15);
    this.#marks.rounds.forEach((text, i) => {
      text.style.display = i <= rounds && i % every === 0 ? "" : "none";
      if (i <= rounds) set(text, { x: this.#plot.left - 10, y: Y(i) + 4.5 });
    });
  }

  /**
   * The number in each cell, below it: beside one another, in two lines, or upright.
   * @param {ScanReadout} shown
   * @param {Scale} X
   * @param {number} apart
   */
  #paintValues({ n, kind, first, b, guess, S }, X, apart) {
    const { values, letter } = this.#marks;
    const { values: top } = this.#plot;
    const newton = kind === "Newton";
    const numbers = newton ? guess.slice(1) : b;
    const upright = apart < 27;
    const texts = numbers.map(short);
    const long = Math.max(...texts.map((text) => text.length)) * 7 > apart;
    const every = upright ? stride(apart, 18) : 1;
    write(letter, newton ? "S" : "b");
    values.forEach((text, i) => {
      text.style.display = i < n && (n - 1 - i) % every === 0 ? "" : "none";
      if (i >= n) return;
      const finished = newton ? Math.abs(guess[i + 1] - S[i + 1]) <= CLOSE : first[i] === 1;
      const x = X(i).toFixed(1);
      set(text, upright
        ? { transform: `translate(${x} ${top - 10}) rotate(-90)`, x: 0, y: 4, "text-anchor": "end" }
        : { transform: "", x, y: top + (long && i % 2 ? 15 : 0), "text-anchor": "middle" });
      set(text, { class: `cell ${finished ? "state" : "quiet"}` });
      write(text, texts[i]);
    });
  }

  /**
   * @param {ScanReadout} shown
   * @param {Scale} X
   * @param {Scale} Y
   * @param {number} apart
   */
  #paintPairs({ n, round, rounds }, X, Y, apart) {
    const { pairs, rows } = this.#now;
    const { idle, ahead, add, addNow, carry, carryNow, open, done } = this.#marks.pairs;
    const clear = (/** @type {number} */ r, /** @type {number} */ i) => `M${X(i)} ${Y(r - 1)}V${Y(r)}`;
    const slant = (/** @type {number} */ r, /** @type {Pair} */ [k, j]) => `M${X(j)} ${Y(r - 1)}L${X(k)} ${Y(r)}`;
    const all = (/** @type {number} */ from, /** @type {number} */ to, /** @type {(r: number, pair: Pair) => string} */ draw) =>
      each(from, to, (r) => pairs[r - 1].map((pair) => draw(r, pair)).join("")).join("");
    const straight = (/** @type {number} */ r, /** @type {Pair} */ [k]) => clear(r, k);
    const last = Math.max(round - 1, 0);
    set(idle, { d: each(0, n - 1, (i) => `M${X(i)} ${Y(0)}V${Y(rounds)}`).join("") });
    set(ahead, { d: all(round + 1, rounds, slant) });
    set(add, { d: all(1, last, straight) });
    set(carry, { d: all(1, last, slant) });
    set(addNow, { d: round ? all(round, round, straight) : "" });
    set(carryNow, { d: round ? all(round, round, slant) : "" });
    const radius = Math.min(6, apart * 0.32, (Y(1) - Y(0)) * 0.45);
    let [hollow, filled] = ["", ""];
    const dot = (/** @type {number} */ r, /** @type {number} */ i, /** @type {number} */ size) => {
      const mark = disc(X(i), Y(r), size);
      if (rows[r].first[i]) hollow += mark;
      else filled += mark;
    };
    for (let r = 0; r <= round; r++) {
      const busy = new Set(r ? pairs[r - 1].map(([k]) => k) : each(0, n - 1, Number));
      // A cell that waits has a small mark, where it is now or where another one takes it in.
      const taken = new Set(r < round ? pairs[r].map(([, j]) => j) : each(0, n - 1, Number));
      for (let i = 0; i < n; i++) {
        if (busy.has(i) || taken.has(i)) dot(r, i, busy.has(i) ? radius : radius * 0.55);
      }
    }
    set(open, { d: hollow });
    set(done, { d: filled });
    this.#paintTree(X, Y, radius);
    this.#paintSpans(X, apart);
  }

  /** The round in which the pointed cell was last combined, up to the one that is pointed at. */
  get #met() {
    const { pairs } = this.#now;
    const at = this.#at;
    for (let r = this.#row ?? this.#round; r > 0; r--) {
      const pair = pairs[r - 1].find(([k]) => k === at);
      if (pair) return { r, pair };
    }
    return { r: 0, pair: undefined };
  }

  /**
   * Everything that the pointed cell was made of, and rings around its two parents.
   * @param {Scale} X
   * @param {Scale} Y
   * @param {number} radius
   */
  #paintTree(X, Y, radius) {
    const { pairs } = this.#now;
    const { tree, parents } = this.#marks.pairs;
    const { r, pair } = this.#met;
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
    climb(r, this.#at);
    set(tree, { d: way });
    const ring = (/** @type {number} */ r, /** @type {number} */ i) => disc(X(i), Y(r), radius + 3);
    set(parents, { d: pair ? pair.map((i) => ring(r - 1, i)).join("") : "" });
  }

  /**
   * The steps that each cell covers: a bar that stands on the ground when the cell is finished.
   * @param {Scale} X
   * @param {number} apart
   */
  #paintSpans(X, apart) {
    const { n } = this.setting;
    const { rows } = this.#now;
    const { part, whole, earlier, later, frame, title } = this.#marks.pairs;
    const { left, bottom } = this.#plot;
    const Y = linear(0, n, bottom, this.#rows.lower);
    const { first } = rows[this.#row ?? this.#round];
    const bar = (/** @type {number} */ i, from = first[i], to = i + 1) => `M${X(i)} ${Y(from)}V${Y(to)}`;
    const bars = (/** @type {boolean} */ finished) =>
      each(0, n - 1, (i) => (finished === (first[i] === 0) ? bar(i) : "")).join("");
    set(part, { d: bars(false) });
    set(whole, { d: bars(true) });
    const { pair } = this.#met;
    set(earlier, { d: pair ? bar(pair[0], first[pair[0]], pair[1] + 1) : "" });
    set(later, { d: pair ? bar(pair[0], pair[1] + 1) : bar(this.#at) });
    const at = this.#at;
    const thick = apart * 0.62;
    for (const node of [part, whole, earlier, later]) node.style.strokeWidth = `${thick.toFixed(1)}px`;
    const from = pair ? first[pair[0]] : at;
    set(frame, { d: `M${X(at) - thick / 2 - 2} ${Y(from) + 2}h${thick + 4}V${Y(at + 1) - 2}h${-thick - 4}z` });
    set(title, { x: left, y: this.#rows.lower + 6 });
  }

  /**
   * @param {ScanReadout} shown
   * @param {Scale} X
   * @param {Scale} Y
   * @param {number} apart
   */
  #paintNewton({ n, round, guess, S, error }, X, Y, apart) {
    const { left, right, bottom } = this.#plot;
    const { end, lower } = this.#rows;
    const marks = this.#marks.newton;
    const log = linear(ERRORS[0], ERRORS[1], left + 6, right);
    const E = (/** @type {number} */ size) =>
      log(Math.min(Math.max(Math.log10(size || 1e-99), ERRORS[0]), ERRORS[1]));
    marks.ticks.forEach((tick, i) => {
      const power = 4 * i - 16;
      set(tick, { x1: log(power), x2: log(power), y1: Y(0), y2: end + 4 });
      set(marks.powers[i], { x: log(power), y: end + 20 });
      write(marks.powers[i], power ? `10${superscript(power)}` : "1");
    });
    const beyondEdge = (/** @type {number} */ size) => size > 10 ** ERRORS[1];
    set(marks.errors, { d: `M${error.map((size, i) => `${E(size)} ${Y(i)}`).join("L")}` });
    set(marks.error, {
      d: error.map((size, i) => beyondEdge(size)
        ? `M${right - 3} ${Y(i) - 4}v8l7 -4z` : disc(E(size), Y(i), i === round ? 5 : 3)).join(""),
    });
    const at = E(error[round]);
    const flip = at > (left + right) / 2;
    const below = round < n / 2;
    set(marks.value, {
      x: at + (flip ? -8 : 8), y: Y(round) + (below ? 18 : -7), "text-anchor": flip ? "end" : "start",
    });
    write(marks.value, number(Number(error[round].toPrecision(2))));
    this.#paintStates(guess, S, X, linear(-STATES, STATES, bottom, lower), Math.min(5, apart * 0.3), n);
  }

  /**
   * The states as guessed, now and in earlier rounds, beside those of the loop.
   * @param {number[]} guess
   * @param {number[]} S
   * @param {Scale} X
   * @param {Scale} scale
   * @param {number} radius
   * @param {number} n
   */
  #paintStates(guess, S, X, scale, radius, n) {
    const { newton: marks } = this.#marks;
    const { left, right, wide, width } = this.#plot;
    const inside = (/** @type {number} */ value) => Math.min(Math.max(value, -STATES), STATES);
    const line = (/** @type {number[]} */ states) =>
      `M${states.slice(1).map((value, i) => `${X(i).toFixed(1)} ${scale(inside(value)).toFixed(1)}`).join("L")}`;
    [-1, 0, 1].forEach((level, i) => {
      set(marks.lines[i], { x1: left, x2: right, y1: scale(level), y2: scale(level) });
      set(marks.levels[i], { x: left - 8, y: scale(level) + 4.5 });
    });
    set(marks.before, { d: this.#now.guesses.slice(0, this.#round).map(line).join("") });
    set(marks.loop, { d: line(S) });
    set(marks.guess, { d: line(guess) });
    let [wrong, right_, out] = ["", "", ""];
    for (let k = 1; k <= n; k++) {
      const [x, value] = [X(k - 1), guess[k]];
      if (Math.abs(value) > STATES) out += beyond(x, scale(inside(value)), Math.sign(value));
      else if (Math.abs(value - S[k]) <= CLOSE) right_ += disc(x, scale(value), radius);
      else wrong += disc(x, scale(value), radius);
    }
    set(marks.wrong, { d: wrong });
    set(marks.right, { d: right_ });
    set(marks.out, { d: out });
    const [a, b] = [scale(inside(guess[n])), scale(S[n])];
    const close = Math.abs(a - b) < 16;
    const half = a <= b ? -8 : 8;
    const middle = (a + b) / 2;
    const names = wide ? { x: right + 4, "text-anchor": "start" } : { x: width, "text-anchor": "end" };
    set(marks.guessName, { ...names, y: (close ? middle + half : a) + 4 });
    set(marks.loopName, { ...names, y: (close ? middle - half : b) + 4 });
  }

  /** @param {ScanReadout} shown */
  #paintSum({ kind, round, x, wRec }) {
    const newton = kind === "Newton";
    const { rows, guesses } = this.#now;
    this.#sum.nodes.forEach((node, i) => node.classList.toggle("shown", newton === (i === 1)));
    if (newton) {
      const r = this.#row ?? round;
      this.#sum.showTangent(this.#at + 1, guesses[r], guesses[r - 1], x[this.#at], wRec);
      return;
    }
    const { r, pair } = this.#met;
    this.#sum.showPair(this.#at, rows[r], rows[Math.max(r - 1, 0)], pair);
  }

  /**
   * A description of the figure.
   * @param {ScanReadout} shown
   */
  #words({ kind, n, round, rounds, first, b, guess, error }) {
    if (kind === "Newton") {
      return `The states S₁ to S${n} as guessed after correction ${round}: ${guess.slice(1).map(number).join(", ")}; `
        + `the largest errors so far: ${error.map(number).join(", ")}.`;
    }
    const spans = first.map((start, i) => steps(start, i + 1)).join(", ");
    return `${n} cells after round ${round} of ${rounds} of a ${kind}. They cover the steps ${spans}, and hold ${b.map(number).join(", ")}.`;
  }
}

define("rnn-scan", Scan);
