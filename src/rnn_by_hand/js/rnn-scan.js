// @ts-check
import { makeReadouts, menu, slider, weightSlider } from "./lib/controls.js";
import { define } from "./lib/explorable.js";
import { number, superscript } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { bits, choice, weight, whole } from "./lib/parameters.js";
import { STILL, Played, makePlayer } from "./lib/played.js";
import { disc, each, linear } from "./lib/shapes.js";
import { html, path, placeIn, set, svg, symbol, write } from "./lib/svg.js";
import {
  ERRORS, STATES, dotsOf, errorMarks, guessMarks, inside, isRight, linesOf, metIn, namesAt, pairInNumbers, powerOf,
  readout, short, solve, steps, stride, tangentInNumbers, treeOf,
} from "./numbers/scan.js";
/** @import { Scale } from "./lib/shapes.js" */
/** @import { Pair, Row, ScanReadout, Solution } from "./numbers/scan.js" */

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
.tools .play { min-width: 4.3em; }
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
/** The time that a round takes in playback, and all of them together at most, in milliseconds. */
const PACE = 700;
const LONGEST = 9000;

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
      const { what, a, b } = pairInNumbers(k, now, before, pair);
      write(linear.what, what);
      write(linear.a, a);
      write(linear.b, b);
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
      const { what, slope, state } = tangentInNumbers(k, now, before, bit, wRec);
      write(newton.what, what);
      write(newton.slope, slope);
      write(newton.state, state);
    },
  };
}

/**
 * Cells that compute all states of a linear recurrence in rounds, and the rounds of Newton's method
 * for one that goes through tanh. The reader drags the round, and points at a cell to see what it
 * was made of.
 */
class Scan extends Played {
  static parameters = {
    kind: choice(...KINDS), n: whole(2, MOST, 16), round: whole(0, MOST, 0), wRec: weight(0.9), x: bits(INPUTS),
  };

  #marks;
  #sum;
  #readouts;
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
    const player = makePlayer("round");
    super(SCAN_STYLE, [
      marks.stage,
      html("div", { class: "below" },
        html("div", { class: "turns" }, ...sum.nodes),
        html("div", { class: "turns" }, ...readouts.map(({ node }) => node))),
    ], [
      weightSlider("wRec", "recurrent"), slider("n", "inputs", { min: 2, max: MOST, step: 1 }),
      menu("kind", "computed by", KINDS),
    ], player);
    this.#marks = marks;
    this.#sum = sum;
    this.#readouts = readouts;
    this.#listen(player);
  }

  /** @param {HTMLElement[]} player */
  #listen([less, play, more]) {
    const { stage, inputs, grip } = this.#marks;
    less.addEventListener("click", () => this.#go(this.#round - 1));
    more.addEventListener("click", () => this.#go(this.#round + 1));
    this.playsWith(play, () => this.#start());
    grip.listen({
      grab: () => this.stop(),
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
    return readout(this.#now, super.readout, this.#round);
  }

  reset() {
    super.reset();
    this.#cell = this.#row = undefined;
    this.stop();
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
    const { rounds } = this.#now;
    if (this.#round === rounds) this.#go(0);
    else if (STILL.matches) this.#go(this.#round + 1);
    if (STILL.matches) return;
    this.play(() => this.#tick(), Math.min(PACE, LONGEST / rounds));
  }

  #tick() {
    this.#row = undefined;
    this.tick("round", this.#round + 1, this.#now.rounds);
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
      const finished = newton ? isRight(guess[i + 1], S[i + 1]) : first[i] === 1;
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
    const all = (/** @type {number} */ from, /** @type {number} */ to, /** @type {"straight" | "slant"} */ which) =>
      each(from, to, (r) => linesOf(pairs[r - 1], r, X, Y)[which]).join("");
    const last = Math.max(round - 1, 0);
    set(idle, { d: each(0, n - 1, (i) => `M${X(i)} ${Y(0)}V${Y(rounds)}`).join("") });
    set(ahead, { d: all(round + 1, rounds, "slant") });
    set(add, { d: all(1, last, "straight") });
    set(carry, { d: all(1, last, "slant") });
    set(addNow, { d: round ? all(round, round, "straight") : "" });
    set(carryNow, { d: round ? all(round, round, "slant") : "" });
    const radius = Math.min(6, apart * 0.32, (Y(1) - Y(0)) * 0.45);
    const { hollow, filled } = dotsOf(pairs, rows, round, X, Y, radius);
    set(open, { d: hollow });
    set(done, { d: filled });
    this.#paintTree(X, Y, radius);
    this.#paintSpans(X, apart);
  }

  /** The round in which the pointed cell was last combined, up to the one that is pointed at. */
  get #met() {
    return metIn(this.#now.pairs, this.#row ?? this.#round, this.#at);
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
    set(tree, { d: treeOf(pairs, r, this.#at, X, Y) });
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
    const E = (/** @type {number} */ size) => log(powerOf(size));
    marks.ticks.forEach((tick, i) => {
      const power = 4 * i - 16;
      set(tick, { x1: log(power), x2: log(power), y1: Y(0), y2: end + 4 });
      set(marks.powers[i], { x: log(power), y: end + 20 });
      write(marks.powers[i], power ? `10${superscript(power)}` : "1");
    });
    set(marks.errors, { d: `M${error.map((size, i) => `${E(size)} ${Y(i)}`).join("L")}` });
    set(marks.error, { d: errorMarks(error, round, E, Y, right) });
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
    const line = (/** @type {number[]} */ states) =>
      `M${states.slice(1).map((value, i) => `${X(i).toFixed(1)} ${scale(inside(value)).toFixed(1)}`).join("L")}`;
    [-1, 0, 1].forEach((level, i) => {
      set(marks.lines[i], { x1: left, x2: right, y1: scale(level), y2: scale(level) });
      set(marks.levels[i], { x: left - 8, y: scale(level) + 4.5 });
    });
    set(marks.before, { d: this.#now.guesses.slice(0, this.#round).map(line).join("") });
    set(marks.loop, { d: line(S) });
    set(marks.guess, { d: line(guess) });
    const discs = guessMarks(guess, S, X, scale, radius);
    set(marks.wrong, { d: discs.wrong });
    set(marks.right, { d: discs.right });
    set(marks.out, { d: discs.out });
    const [guessAt, loopAt] = namesAt(scale(inside(guess[n])), scale(S[n]));
    const names = wide ? { x: right + 4, "text-anchor": "start" } : { x: width, "text-anchor": "end" };
    set(marks.guessName, { ...names, y: guessAt + 4 });
    set(marks.loopName, { ...names, y: loopAt + 4 });
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
