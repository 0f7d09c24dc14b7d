// @ts-check
import { makeReadouts, makeTicks, slider, weightSliders } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, factor, number, reading, significant } from "./lib/format.js";
import { GRAPH_STYLE, makeLetters } from "./lib/graph.js";
import { makeGrip } from "./lib/grip.js";
import { whole } from "./lib/parameters.js";
import { each } from "./lib/shapes.js";
import { drawAll, html, path, placeIn, set, svg, symbol, write } from "./lib/svg.js";
import {
  endOf, giving, graphOf, isNumbered, readout, scaleFor, sizeAt, tickText, ticksOf,
} from "./numbers/unrolled.js";
/** @import { Scale } from "./lib/shapes.js" */
/** @import { BarScale, UnrolledReadout } from "./numbers/unrolled.js" */

const UNROLLED_STYLE = `${GRAPH_STYLE}
.graph { touch-action: pan-y; cursor: crosshair; }
.others { stroke-opacity: 0.38; }
.graph .path { stroke-width: 3; }
.chosen { font-weight: 700; }
svg .factor .exponent { font-size: 12px; }
.slider.k b, .slider.k input { color: var(--x); }
.slider.n input, .slider.k input { --parts: 1; }
.live:not(.narrow) .slider { flex-basis: 150px; }
`;

/** The maximum length of a sequence. */
const LONGEST = 60;

/** Make the parts of the graph; `Unrolled` places them and keeps them up to date. */
function makeUnrolled() {
  const ticks = makeTicks(11);
  const marks = {
    bars: path("ink bars others"),
    bar: path("ink bars chosen"),
    reads: path("wx"),
    carries: path("wrec"),
    read: path("wx path"),
    way: path("wrec path"),
    inputs: path("x square"),
    inputHoles: path("hole square"),
    input: path("x square"),
    states: path("state"),
    stateHoles: path("hole"),
    stations: path("state"),
  };
  const words = {
    title: svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "weight of each input in "),
      svg("tspan", { class: "symbol state" }, "y")),
    wx: svg("text", { class: "wx factor halo" }, "wx"),
    wRec: svg("text", { class: "wrec factor halo", "text-anchor": "middle" }, "wRec",
      svg("tspan", { class: "exponent", dy: -4 })),
    y: svg("text", { class: "symbol state" }, "y"),
    letters: makeLetters({ S: "state", x: "x", k: "quiet" }),
    steps: each(1, LONGEST, (k) => svg("text", { "text-anchor": "middle" }, `${k}`)),
  };
  const picture = svg("svg", { role: "img" },
    ...ticks.lines, ...Object.values(marks), ...ticks.labels, ...Object.values(words).flat());
  const grip = makeGrip("the weight of the chosen input");
  const stage = html("div", { class: "stage graph" }, picture, grip.node);
  return { ...marks, ...words, ticks, picture, stage, grip };
}

/** The weight of one input as a product, first in letters and then in numbers. */
function makeWeight() {
  const index = html("sub");
  const exponents = each(1, 2, () => html("sup"));
  const wx = html("span", { class: "wx" });
  const wRec = html("span", { class: "wrec" });
  const weight = html("strong");
  return {
    node: html("p", { class: "equation" },
      html("span", {},
        "weight of ", symbol("x", "x", index), " in ", symbol("y", "state"), " = ",
        html("b", { class: "wx" }, "wx"), " · ", html("b", { class: "wrec" }, "wRec"), exponents[0]),
      " ",
      html("span", {}, "= ", wx, " · ", wRec, exponents[1], " = ", weight)),
    /** @param {UnrolledReadout} shown */
    show(shown) {
      write(index, String(shown.k));
      for (const exponent of exponents) write(exponent, String(shown.n - shown.k));
      write(wx, factor(shown.wx, reading));
      write(wRec, factor(shown.wRec, reading));
      write(weight, significant(shown.weight));
    },
  };
}

/**
 * The network unrolled in time, with the weight of each input in the output above it. The path of
 * one input to the output is drawn in heavy lines: in through wx, then on through wRec, n - k times.
 */
class Unrolled extends Explorable {
  static parameters = { ...Explorable.parameters, n: whole(2, LONGEST, 10), k: whole(1, LONGEST, 1) };

  #marks;
  #equation;
  #readouts;
  #chooser;
  #plot = { left: 0, right: 0, top: 0, height: 0, states: 0, inputs: 0 };
  /** The powers of ten of the scale, and where it shows them; both stay while the reader drags. */
  #scale = /** @type {BarScale} */ ({ decades: [-2, 2], up: true, down: false, zero: 0, per: 1 });

  constructor() {
    const marks = makeUnrolled();
    const equation = makeWeight();
    const readouts = makeReadouts(["weight"], ["share of all weights"]);
    const chooser = slider("k", "chosen input", { min: 1, max: LONGEST, step: 1 });
    super(UNROLLED_STYLE, [marks.stage, equation.node, readouts.node], [
      ...weightSliders(), slider("n", "inputs", { min: 2, max: LONGEST, step: 1 }), chooser]);
    this.#marks = marks;
    this.#equation = equation;
    this.#readouts = readouts;
    this.#chooser = chooser;
    marks.stage.addEventListener("pointermove", (event) => this.#point(event));
    marks.grip.listen({
      move: ({ y, fine }) => this.#give(sizeAt(y, this.#scale), fine ? 0.001 : 0.01),
      nudge: (right, up) => this.#give(Math.abs(this.readout.weight) * 10 ** (0.05 * (right + up)), 0.001),
      release: () => this.say(`Input ${this.readout.k}`),
    });
    marks.stage.addEventListener("click", (event) => {
      this.#point(event);
      this.say(`Input ${this.readout.k}`);
    });
  }

  /**
   * Every number shown, unrounded. A `k` beyond the last input means the last one.
   * @returns {UnrolledReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  summary() {
    const { k, weight } = this.readout;
    return `input ${k} has the weight ${number(weight)} in the output`;
  }

  /**
   * Give the chosen input another weight in the output: the last input through wx, any other
   * through wRec, whose sign stays.
   * @param {number} size of the weight
   * @param {number} unit
   */
  #give(size, unit) {
    for (const [name, weight] of Object.entries(giving(this.readout, size, unit))) this.change(name, weight);
    this.told();
  }

  /** @param {PointerEvent | MouseEvent} event */
  #point(event) {
    if (this.held) return;
    const { n, k } = this.readout;
    const { left } = this.#plot;
    const place = placeIn(this.#marks.stage, event).x - left;
    const pointed = Math.min(Math.max(Math.round(place / this.#apart(n)), 1), n);
    if (pointed === k) return;
    this.change("k", pointed);
    this.told();
  }

  /**
   * The distance from one step to the next.
   * @param {number} n
   */
  #apart(n) {
    return (this.#plot.right - this.#plot.left) / n;
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, title, y, letters, steps } = this.#marks;
    const [left, right] = [wide ? 68 : 60, width - (wide ? 40 : 26)];
    const [top, height] = [30, wide ? 220 : 190];
    const states = top + height + 42;
    const inputs = states + 50;
    this.#plot = { left, right, top, height, states, inputs };
    const bottom = inputs + 38;
    set(picture, { width, height: bottom, viewBox: `0 0 ${width} ${bottom}` });
    set(title, { x: 0, y: 12 });
    set(y, { x: right + 13, y: states + 5 });
    const rows = [states + 5, inputs + 5, bottom - 4];
    letters.forEach((letter, i) => set(letter, { x: left - 14, y: rows[i] }));
    for (const step of steps) set(step, { y: bottom - 4 });
  }

  paint() {
    const shown = this.readout;
    const { n, k } = shown;
    set(this.#chooser.input, { max: n });
    this.#chooser.show(k);
    const apart = this.#apart(n);
    const X = (/** @type {number} */ step) => this.#plot.left + apart * step;
    this.#paintBars(shown, X, Math.min(Math.max(apart / 2, 2), 18));
    this.#paintGraph(shown, X, apart);
    this.#paintSteps(shown, X, apart);
    this.#equation.show(shown);
    this.#readouts.show(significant(shown.weight),
      shown.share === null ? "–" : `${decimals(100 * shown.share, 1)} %`);
    set(this.#marks.picture, {
      "aria-label": `The network unrolled over ${n} inputs, and the weight of each in the output, `
        + `from ${number(shown.weights[0])} for the first to ${number(shown.wx)} for the last.`,
    });
  }

  /**
   * Draw the weights as bars on a logarithmic scale that begins a short distance from the line they
   * stand on, so that every weight except 0 is visible, on the side of its sign.
   * @param {UnrolledReadout} shown
   * @param {Scale} X
   * @param {number} thick
   */
  #paintBars({ wx, wRec, weights, k }, X, thick) {
    const { bars, bar, ticks } = this.#marks;
    const { left, right, top, height } = this.#plot;
    if (!this.held) this.#scale = scaleFor(weights, top, height);
    const { zero } = this.#scale;
    const Y = (/** @type {number} */ weight) => endOf(weight, this.#scale, top, height);
    ticks.show(ticksOf(this.#scale), { left: left - 2, right: right + 10, wide: true, Y, text: tickText });
    const draw = (/** @type {number} */ step) =>
      weights[step - 1] ? `M${X(step)} ${zero}V${Y(weights[step - 1])}` : "";
    drawAll(bars, 1, weights.length, draw, thick);
    drawAll(bar, k, k, draw, thick);
    this.#marks.grip.show(X(k), Y(weights[k - 1]), `weight ${number(weights[k - 1])}`, k === weights.length ? wx : wRec);
  }

  /**
   * @param {UnrolledReadout} shown
   * @param {Scale} X
   * @param {number} apart
   */
  #paintGraph({ n, k }, X, apart) {
    const { states, inputs } = this.#plot;
    const { disc, side, roomy, read, carry } = graphOf(apart, k, X, states, inputs);
    const input = (/** @type {number} */ step) => `M${X(step)} ${inputs}h0`;
    const state = (/** @type {number} */ step) => `M${X(step)} ${states}h0`;
    const marks = this.#marks;
    marks.reads.style.strokeOpacity = roomy ? "" : "0.5";
    drawAll(marks.reads, 1, n, read);
    drawAll(marks.carries, 0, n - 1, carry);
    drawAll(marks.read, k, k, read);
    drawAll(marks.way, k, n - 1, carry);
    drawAll(marks.inputs, 1, n, input, side);
    drawAll(marks.inputHoles, 1, n, input, side - 3);
    drawAll(marks.input, k, k, input, Math.max(side, 6));
    drawAll(marks.states, 0, n, state, disc);
    drawAll(marks.stateHoles, 0, k - 1, state, disc - 3);
    drawAll(marks.stations, k, n, state, disc);
    this.#nameWay(n, k, X);
  }

  /**
   * Label the heavy lines with the factors they multiply by.
   * @param {number} n
   * @param {number} k
   * @param {Scale} X
   */
  #nameWay(n, k, X) {
    const { right, states, inputs } = this.#plot;
    const { wx, wRec } = this.#marks;
    const late = X(k) > right - 20;
    set(wx, {
      x: X(k) + (late ? -9 : 9), y: (states + inputs) / 2 + 4, "text-anchor": late ? "end" : "start",
    });
    wRec.style.display = k < n ? "" : "none";
    set(wRec, { x: Math.min((X(k) + X(n)) / 2, right - 8), y: states - 14 });
    write(wRec.lastElementChild, n - k > 1 ? `${n - k}` : "");
  }

  /**
   * Number as many steps as fit, always including the first, the last and the chosen one.
   * @param {UnrolledReadout} shown
   * @param {Scale} X
   * @param {number} apart
   */
  #paintSteps({ n, k }, X, apart) {
    this.#marks.steps.forEach((label, i) => {
      const step = i + 1;
      label.style.display = step <= n && isNumbered(step, n, k, apart) ? "" : "none";
      set(label, { class: step === k ? "x chosen" : "quiet" });
      set(label, { x: X(Math.min(step, n)) });
    });
  }
}

define("rnn-unrolled", Unrolled);
