// @ts-check
import { makeReadouts, makeStrip, makeTicks, weightSliders } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { number } from "./lib/format.js";
import { makeEquation } from "./lib/graph.js";
import { BITS, bits } from "./lib/parameters.js";
import { arrow, axis, disc, each, html, set, svg, symbol, write } from "./lib/svg.js";
/** @import { Scale } from "./lib/svg.js" */

const STATES_STYLE = `
.stem { stroke: var(--wx); stroke-dasharray: 1 4; }
.lift { stroke: var(--wx); stroke-width: 3; }
.edge { stroke: var(--wrec); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.count { stroke: var(--target); stroke-width: 1.5; stroke-dasharray: 5 4; }
.leader { stroke: var(--state); }
.gap { stroke: var(--ink); stroke-width: 1.5; }
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
  const stage = html("div", { class: "stage" }, picture, strip.node);
  return { ...marks, ticks, stems, picture, strip, stage };
}

/**
 * @typedef {{wx: number, wRec: number, x: number[], S: number[], t: number, y: number,
 *   loss: number, count: number[]}} StatesReadout
 */

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
  }

  /**
   * Every number shown, unrounded.
   * @returns {StatesReadout}
   */
  get readout() {
    const { wx, wRec, x } = super.readout;
    const S = [0];
    const count = [0];
    for (const bit of x) {
      // Written in this order so that every sum is the same as in Python.
      S.push(bit * wx + S[S.length - 1] * wRec);
      count.push(count[count.length - 1] + bit);
    }
    const y = S[x.length];
    const t = count[x.length];
    return { wx, wRec, x, S, t, y, loss: (t - y) ** 2, count };
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
  #point({ clientX }) {
    const { left, step } = this.#plot;
    const k = Math.round((clientX - this.#marks.stage.getBoundingClientRect().left - left) / step);
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
    this.#plot = { wide, left, step, top: 30, height: wide ? 220 : 190 };
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
    const ticks = axis(Math.min(0, ...S), Math.max(1, ...S, ...count));
    const { left, step, top, height, wide } = this.#plot;
    const [low, high] = [ticks[0], ticks[ticks.length - 1]];
    const X = (/** @type {number} */ k) => left + step * k;
    const Y = (/** @type {number} */ value) => top + (height * (high - value)) / (high - low);
    this.#marks.ticks.show(ticks, { left, right: X(BITS.length) + (wide ? 16 : 8), wide, Y });
    this.#paintSteps(shown, X, Y);
    this.#paintEnd(shown, X(BITS.length), Y(y), Y(t));
    this.#marks.strip.show(shown.x);
    this.#equation.show(this.#step, shown);
    this.#readouts.show(number(y), number(t), number(shown.loss));
    set(this.#marks.picture, {
      "aria-label": `The states S₀ to S₁₀ are ${S.map(number).join(", ")}; the true count so far is ${count.join(", ")}.`,
    });
  }

  /**
   * @param {StatesReadout} shown
   * @param {Scale} X
   * @param {Scale} Y
   */
  #paintSteps({ x, S, count, wRec }, X, Y) {
    const { stems, edges, lifts, start, discs, ring, count: steps } = this.#marks;
    const { step, top, height, wide } = this.#plot;
    const [radius, clear] = wide ? [6, 8] : [5, 6.5];
    let [line, stem, edge, lift, states] = [`M${X(0)} ${Y(0)}`, "", "", "", ""];
    x.forEach((bit, i) => {
      const k = i + 1;
      const carried = Y(S[i] * wRec);
      edge += arrow(X(i), Y(S[i]), X(k), carried, clear);
      if (bit) stem += `M${X(k)} ${top + height + 18}V${carried}`;
      if (bit) lift += `M${X(k)} ${carried}V${Y(S[k])}`;
      states += disc(X(k), Y(S[k]), radius);
      line += `H${X(i) + step / 2}V${Y(count[k])}`;
    });
    set(stems, { d: stem });
    set(edges, { d: edge });
    set(lifts, { d: lift });
    set(start, { d: disc(X(0), Y(S[0]), radius) });
    set(discs, { d: states });
    set(steps, { d: `${line}H${X(x.length) + (wide ? 16 : 8)}` });
    set(ring, { cx: X(this.#step), cy: Y(S[this.#step]) });
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
    const apart = 17;
    const middle = Math.min(Math.max((yAt + tAt) / 2, top + apart / 2), top + height - apart / 2);
    const half = (yAt <= tAt ? -1 : 1) * (apart / 2);
    const close = Math.abs(yAt - tAt) < apart;
    const label = (/** @type {SVGTextElement} */ node, /** @type {number} */ at, /** @type {number} */ value) => {
      set(node, { x: bracket + (wide ? 9 : 5), y: at + 4 });
      write(node.lastElementChild, wide ? ` = ${number(value)}` : "");
    };
    label(y, close ? middle + half : yAt, shown.y);
    label(t, close ? middle - half : tAt, shown.t);
  }
}

define("rnn-states", States);
