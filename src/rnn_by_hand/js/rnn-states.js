// @ts-check
import { makeReadouts, makeStrip, makeTicks, weightSliders } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { number, reading } from "./lib/format.js";
import { makeEquation } from "./lib/graph.js";
import { makeGrip } from "./lib/grip.js";
import { BITS, bits, rested } from "./lib/parameters.js";
import { each, linear } from "./lib/shapes.js";
import { html, placeIn, set, svg, symbol, write } from "./lib/svg.js";
import { namesAt, readout, stepPaths, ticksFor, weightsFor } from "./numbers/states.js";
/** @import { Scale } from "./lib/shapes.js" */
/** @import { StatesReadout } from "./numbers/states.js" */

const STATES_STYLE = `
.stem { stroke: var(--wx); stroke-dasharray: 1 4; }
.lift { stroke: var(--wx); stroke-width: 3; }
.edge { stroke: var(--wrec); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.count { stroke: var(--target); stroke-width: 1.5; stroke-dasharray: 5 4; }
.leader { stroke: var(--state); }
.gap { stroke: var(--ink); stroke-width: 1.5; }
.beyond { fill: var(--state); }
.disc { fill: var(--state); stroke: var(--paper); }
.disc.initial { fill: var(--paper); stroke: var(--state); stroke-width: 1.5; }
.ring { fill: none; stroke: var(--state); }
svg .index { font-size: 11px; }
`;

/** Make the parts of the figure; `States` places them and keeps them up to date. */
function makeStates() {
  const n = BITS.length;
  const ticks = makeTicks(7);
  const stems = svg("path", { class: "stem" });
  const marks = {
    count: svg("path", { class: "count" }),
    leader: svg("path", { class: "leader" }),
    edges: svg("path", { class: "edge" }),
    lifts: svg("path", { class: "lift" }),
    gap: svg("path", { class: "gap" }),
    start: svg("path", { class: "disc initial" }),
    discs: svg("path", { class: "disc" }),
    beyond: svg("path", { class: "beyond" }),
    ring: svg("circle", { class: "ring" }),
    title: svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "state "),
      svg("tspan", { class: "symbol state" }, "S"),
      svg("tspan", { class: "symbol index state", dy: 3 }, "k")),
    y: svg("text", { class: "state halo" }, svg("tspan", { class: "symbol" }, "y"), svg("tspan")),
    t: svg("text", { class: "target halo" }, svg("tspan", { class: "symbol" }, "t"), svg("tspan")),
    x: svg("text", { class: "symbol x", "text-anchor": "middle" }, "x"),
    k: svg("text", { class: "symbol quiet", "text-anchor": "middle" }, "k"),
    steps: each(1, n, (k) => svg("text", { class: "quiet", "text-anchor": "middle" }, `${k}`)),
  };
  const picture = svg("svg", { role: "img" },
    ...ticks.lines, stems, ...ticks.labels, ...Object.values(marks).flat());
  const strip = makeStrip();
  const grips = {
    wx: makeGrip("wx, the tip of the first stem", "wx"),
    wRec: makeGrip("wRec, the tip of the arrow that follows", "wrec"),
    y: makeGrip("y, the answer", "state"),
  };
  const stage = html("div", { class: "stage" }, picture, strip.node,
    ...Object.values(grips).map(({ node }) => node));
  return { ...marks, ticks, stems, picture, strip, stage, grips };
}

/**
 * One sequence of ten bits and the states that the network passes through while reading it.
 * Each step is drawn as it is computed: an arrow carries the state forward, multiplied by wRec,
 * and where the input is 1 a stem raises it by wx.
 */
class States extends Explorable {
  static parameters = { ...Explorable.parameters, x: bits(BITS) };

  /** The step whose arithmetic is written out. */
  #step = BITS.length;
  #marks;
  #equation;
  #readouts;
  #plot = { wide: true, left: 0, step: 0, top: 0, height: 0 };
  /** The ends of the scale, and whether the reader holds something that is read off it. */
  #range = [0, 10];
  #gripped = false;

  constructor() {
    const marks = makeStates();
    const equation = makeEquation();
    const readouts = makeReadouts(
      ["output ", symbol("y", "state")],
      ["true count ", symbol("t", "target")],
      ["squared error (", symbol("y", "state"), " − ", symbol("t", "target"), ")²"]);
    super(STATES_STYLE, [marks.stage, equation.node, readouts.node], weightSliders());
    this.#marks = marks;
    this.#equation = equation;
    this.#readouts = readouts;
    marks.strip.listen(this, (k) => { this.#step = k; });
    marks.stage.addEventListener("pointermove", (event) => this.#point(event));
    this.#listen();
  }

  /** What the reader can take in the picture. */
  #listen() {
    const { wx, wRec, y } = this.#marks.grips;
    /** Weights when the reader took hold: the answer is always sought from there. */
    let from = { wx: 0, wRec: 0 };
    const grab = () => {
      const { wx, wRec } = this.setting;
      from = { wx, wRec };
      this.#gripped = true;
    };
    const release = () => {
      const { wx, wRec } = this.setting;
      this.#gripped = false;
      this.changed();
      this.say(`wx is ${reading(wx)}, wRec is ${reading(wRec)}`);
    };
    const give = (/** @type {Record<string, number>} */ weights, unit = 0.001) => {
      for (const [name, weight] of Object.entries(weights)) this.change(name, rested(weight, unit));
      this.told();
    };
    wx.listen({
      grab,
      release,
      move: ({ y, fine }) => give({ wx: this.#valueAt(y) }, fine ? 0.001 : 0.01),
      nudge: (right, up) => give({ wx: this.setting.wx + 0.01 * (right + up) }),
    });
    wRec.listen({
      grab,
      release,
      move: ({ y, fine }) => give({ wRec: this.#valueAt(y) / this.setting.wx }, fine ? 0.001 : 0.01),
      nudge: (right, up) => give({ wRec: this.setting.wRec + 0.01 * (right + up) }),
    });
    y.listen({
      grab,
      release,
      move: ({ y }) => {
        const { x } = this.setting;
        give(weightsFor(x, from.wx, from.wRec, this.#valueAt(y)));
      },
      nudge: (right, up) => {
        const { x, wx, wRec } = this.setting;
        // The weights for a small step of the answer differ in later digits.
        give(weightsFor(x, wx, wRec, this.readout.y + 0.1 * (right + up)), 1e-5);
      },
    });
  }

  /** @param {number} y a height in the picture */
  #valueAt(y) {
    const { top, height } = this.#plot;
    const [low, high] = this.#range;
    return linear(top, top + height, high, low)(y);
  }

  /**
   * Every number shown, unrounded.
   * @returns {StatesReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  reset() {
    super.reset();
    this.#step = BITS.length;
  }

  summary() {
    const { y, t, loss } = this.readout;
    return `output ${number(y)}, true count ${number(t)}, squared error ${number(loss)}`;
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { left, step } = this.#plot;
    const k = Math.round((placeIn(this.#marks.stage, event).x - left) / step);
    this.#step = Math.min(Math.max(k, 1), BITS.length);
    this.changed();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, strip, steps, ring, title, x, k } = this.#marks;
    const left = wide ? 68 : 24;
    const step = (width - left - (wide ? 112 : 24)) / BITS.length;
    this.#plot = { wide, left, step, top: 30, height: this.compact ? 126 : wide ? 220 : 190 };
    const square = wide ? 26 : 22;
    const top = this.#plot.top + this.#plot.height + 18;
    const height = top + square + 20;
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    strip.layout(left, step, top, square);
    steps.forEach((label, i) => set(label, { x: left + step * (i + 1), y: height - 3 }));
    set(ring, { r: wide ? 10 : 8.5 });
    set(title, { x: wide ? left - 20 : 0, y: 12 });
    set(x, { x: left, y: top + square / 2 + 4 });
    set(k, { x: left, y: height - 3 });
  }

  paint() {
    const shown = this.readout;
    const { S, count, y, t } = shown;
    const { left, step, top, height, wide } = this.#plot;
    const ticks = ticksFor(S, this.#range[0] < 0, this.held, this.#gripped);
    const [low, high] = [ticks[0], 10];
    this.#range = [low, high];
    const X = (/** @type {number} */ k) => left + step * k;
    const Y = (/** @type {number} */ value) =>
      Math.min(Math.max(linear(high, low, top, top + height)(value), top - 8), top + height + 8);
    this.#marks.ticks.show(ticks, { left, right: X(BITS.length) + (wide ? 16 : 8), wide, Y });
    this.#paintSteps(shown, X, Y);
    this.#paintGrips(shown, X, Y);
    this.#paintEnd(shown, X(BITS.length), Y(y), Y(t));
    this.#marks.strip.show(shown.x);
    this.#equation.show(this.#step, shown);
    this.#readouts.show(reading(y), number(t), reading(shown.loss));
    set(this.#marks.picture, {
      "aria-label": `The states S₀ to S₁₀ are ${S.map(number).join(", ")}; the true count so far is ${count.join(", ")}.`,
    });
  }

  /**
   * @param {StatesReadout} shown
   * @param {Scale} X
   * @param {Scale} Y
   */
  #paintSteps(shown, X, Y) {
    const marks = this.#marks;
    const { step, top, height, wide } = this.#plot;
    const paths = stepPaths(shown, X, Y, { step, foot: top + height + 18, wide, range: this.#range });
    for (const [name, d] of Object.entries(paths)) set(marks[/** @type {keyof typeof paths} */ (name)], { d });
    // The handle of the answer is a ring already.
    const held = this.#step === shown.x.length && shown.x.includes(1);
    set(marks.ring, { cx: X(this.#step), cy: Y(shown.S[this.#step]), visibility: held ? "hidden" : "visible" });
  }

  /**
   * Place what the reader can take. The first input of 1 raises the state from 0 to wx, and the next
   * arrow carries wx on to wx · wRec.
   * @param {StatesReadout} shown
   * @param {Scale} X
   * @param {Scale} Y
   */
  #paintGrips({ wx, wRec, x, y }, X, Y) {
    const { grips } = this.#marks;
    const first = x.indexOf(1) + 1;
    const [low, high] = this.#range;
    grips.wx.node.hidden = !first;
    grips.wx.show(X(first), Y(wx), `wx ${reading(wx)}`, wx);
    grips.wRec.node.hidden = !first || first === x.length || !wx;
    grips.wRec.show(X(first + 1) - 3, Y(wx * wRec), `wRec ${reading(wRec)}`, wRec);
    grips.y.node.hidden = !first;
    grips.y.show(X(x.length), Y(y), `output ${reading(y)}`, Math.min(Math.max(y, low), high), [low, high]);
  }

  /**
   * Draw the error as the gap between output and target, and label its two ends.
   * @param {StatesReadout} shown
   * @param {number} end
   * @param {number} yAt
   * @param {number} tAt
   */
  #paintEnd(shown, end, yAt, tAt) {
    const { wide, top, height } = this.#plot;
    const { leader, gap, y, t } = this.#marks;
    const bracket = end + (wide ? 20 : 11);
    set(leader, { d: `M${end} ${yAt}H${bracket}` });
    set(gap, { d: `M${bracket - 3} ${yAt}h6M${bracket} ${yAt}V${tAt}M${bracket - 3} ${tAt}h6` });
    const [yName, tName] = namesAt(yAt, tAt, top, height);
    const label = (/** @type {SVGTextElement} */ node, /** @type {number} */ at, /** @type {number} */ value) => {
      set(node, { x: bracket + (wide ? 9 : 5), y: at + 4 });
      write(node.lastElementChild, wide ? ` = ${node === t ? value : reading(value)}` : "");
    };
    label(y, yName, shown.y);
    label(t, tName, shown.t);
  }
}

define("rnn-states", States);
