// @ts-check
import { makeReadouts, makeStrip, slider, weightSliders } from "./lib/controls.js";
import { define } from "./lib/explorable.js";
import { factor, number, reading } from "./lib/format.js";
import { GRAPH_STYLE, makeEquation, makeLetters } from "./lib/graph.js";
import { makeGrip } from "./lib/grip.js";
import { BITS, bits, real, whole } from "./lib/parameters.js";
import { STILL, Played, makePlayer } from "./lib/played.js";
import { arrow, each, linear } from "./lib/shapes.js";
import { drawAll, html, path, set, svg, symbol, write } from "./lib/svg.js";
import { REACH, TURN, barsOf, currentStep, namesAt, percent, position, readout, shiftTo, short } from "./numbers/bptt.js";
/** @import { BpttReadout } from "./numbers/bptt.js" */

const BPTT_STYLE = `${GRAPH_STYLE}
.band { fill: var(--faint); fill-opacity: 0.5; }
.graph .gauge { stroke: var(--faint); }
.graph .aim { stroke-width: 2.5; stroke-dasharray: 4 3; stroke-linecap: butt; }
.ahead { color: var(--faint); }
.graph .sum { stroke-dasharray: 2 2; }
svg .index, .narrow svg .value { font-size: 12px; }
.steps { display: grid; align-items: start; }
.steps > * { grid-area: 1 / 1; }
.steps .equation + .equation { margin: 0; }
.steps .equation + .equation > span { margin-right: 1em; }
.steps > :not(.now) { visibility: hidden; }
.slider.step input { --parts: 2; }
/* The name of the position fits beside every one of its values: nothing moves from line to line. */
.live:not(.narrow) .sliders { column-gap: 16px; }
.live:not(.narrow) .slider.step { flex-basis: 236px; }
.tools .play { min-width: 4.3em; }
.narrow .tools { gap: 5px; }
.narrow .tools button { padding: 0 7px; }
`;

const PACE = 700;

/** The ends of the scale of output and target. */
const [LOWEST, HIGHEST] = [-2, 12];

/**
 * A symbol with an index, as SVG nodes.
 * @param {string} letter
 * @param {string} index
 * @param {string} colour
 */
function indexed(letter, index, colour) {
  return [
    svg("tspan", { class: `symbol ${colour}` }, letter),
    svg("tspan", { class: `symbol index ${colour}`, dy: 3 }, index),
    // Return to the baseline. A shift needs a character, so this one has no width.
    svg("tspan", { dy: -3 }, "\u200b"),
  ];
}

/**
 * What one weight receives: a bar for each step, on top of the sum so far, from right to left.
 * @param {string} name of the weight
 * @param {SVGTSpanElement[]} term
 */
function makeBlame(name, term) {
  const colour = name.toLowerCase();
  const zero = svg("line", { class: "grid zero" });
  const [bars, sum] = [path(`${colour} bars`), path(`${colour} sum`)];
  const [figures, grows] = [svg("tspan"), svg("tspan", { class: "quiet" })];
  const title = svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "∂ξ/∂"),
    svg("tspan", { class: `${colour} factor` }, `\u200a${name}`),
    grows, ...term, svg("tspan", {}, ": "), figures);
  const shares = BITS.map(() => svg("text", { class: colour, "text-anchor": "middle" }));
  return {
    nodes: [zero, bars, sum, title, ...shares],
    /**
     * @param {number} top
     * @param {BpttPlot} plot
     */
    layout(top, { left, right, apart, roomy, area, cramped }) {
      write(grows, cramped ? " += " : " grows by ");
      set(title, { x: 0, y: top + 12 });
      shares.forEach((share, i) => set(share, {
        x: left + apart * (i + 1), y: top + 42 + area + (roomy || i % 2 ? 0 : 14),
      }));
      set(zero, { x1: left, x2: right });
    },
    /**
     * @param {number[]} terms
     * @param {number} arrived how many of the terms have been computed
     * @param {number} top
     * @param {BpttPlot} plot
     */
    show(terms, arrived, top, { left, right, apart, wide, area }) {
      const n = terms.length;
      const paths = barsOf(terms, arrived, top + 24, { left, right, apart, area });
      set(zero, { y1: paths.zero, y2: paths.zero });
      set(bars, { d: paths.bars });
      bars.style.strokeWidth = `${Math.max(Math.min(apart / 2, 22), 0)}px`;
      set(sum, { d: paths.sum });
      const { sums } = paths;
      const total = sums[n];
      const size = terms.reduce((all, term) => all + Math.abs(term), 0);
      shares.forEach((share, i) => {
        write(share, i < n - arrived ? "" : percent(terms[i], total, size));
      });
      const say = (/** @type {number} */ value) => (wide ? number(value) : short(value));
      write(figures, arrived ? `${say(sums[arrived])} of ${say(total)}` : "–");
    },
  };
}

/** Make the parts of the figure; `Bptt` places them and keeps them up to date. */
function makeBptt() {
  const middle = { "text-anchor": "middle" };
  const marks = {
    band: svg("rect", { class: "band" }),
    ahead: path("ahead"),
    reads: path("wx"),
    carries: path("wrec path"),
    states: path("state"),
    hole: path("hole"),
    blames: path("gradient path"),
    values: each(0, TURN, () => svg("text", { class: "state value", ...middle })),
    deltas: BITS.map(() => svg("text", { class: "gradient value", ...middle })),
    steps: each(0, TURN, (k) => svg("text", { class: "quiet", ...middle }, `${k}`)),
    letters: makeLetters({ S: "state", x: "x", δ: "gradient", k: "quiet" }),
    gauge: path("gauge"),
    error: path("ink"),
    answer: path("state"),
    aim: path("target aim"),
    y: svg("text", { class: "state" }, svg("tspan", { class: "symbol" }, "y"), svg("tspan")),
    t: svg("text", { class: "target" }, svg("tspan", { class: "symbol" }, "t"), svg("tspan")),
    start: svg("text", { class: "gradient" }, "2 (", svg("tspan", { class: "symbol" }, "y"), " − ",
      svg("tspan", { class: "symbol" }, "t"), ")"),
  };
  const wx = makeBlame("wx", [...indexed("δ", "k", "gradient"), ...indexed("x", "k", "x")]);
  const wRec = makeBlame("wRec", [...indexed("δ", "k", "gradient"), ...indexed("S", "k−1", "state")]);
  const picture = svg("svg", { role: "img" }, ...Object.values(marks).flat(), ...wx.nodes, ...wRec.nodes);
  const strip = makeStrip();
  const grip = makeGrip("t, the target", "target");
  const stage = html("div", { class: "stage graph" }, picture, strip.node, grip.node);
  return { ...marks, wx, wRec, picture, strip, stage, grip };
}

/** One step back, in letters and then in numbers, and what it adds to both gradients. */
function makeStepBack() {
  const [k, next, ...same] = each(1, 6, () => html("sub"));
  const first = html("span", {}, "2 · (", symbol("y", "state"), " − ", symbol("t", "target"), ")");
  const later = html("span", {}, symbol("δ", "gradient", next), " · ", html("b", { class: "wrec" }, "wRec"));
  const delta = html("span", { class: "gradient" });
  const [product, forWx, forWRec] = each(1, 3, () => html("span"));
  /** @type {(name: string, index: HTMLElement, other: HTMLElement, value: HTMLElement) => HTMLElement} */
  const gets = (name, index, other, value) =>
    html("span", {}, html("b", { class: name.toLowerCase() }, name), " gets ",
      symbol("δ", "gradient", index), " · ", other, " = ", value);
  return {
    node: html("div", {},
      html("p", { class: "equation" },
        html("span", {}, symbol("δ", "gradient", k), " = ", first, later), " ",
        html("span", {}, "= ", product, " = ", delta)),
      html("p", { class: "equation" },
        gets("wx", same[0], symbol("x", "x", same[1]), forWx), " ",
        gets("wRec", same[2], symbol("S", "state", same[3]), forWRec))),
    /**
     * @param {number} step
     * @param {BpttReadout} shown
     */
    show(step, { y, t, wRec, delta: deltas, wx_terms, wRec_terms }) {
      const last = step === TURN;
      first.hidden = !last;
      later.hidden = last;
      [k, ...same].forEach((index) => write(index, String(step)));
      write(same[3], String(step - 1));
      write(next, String(step + 1));
      write(product, last
        ? `2 · (${number(y)} − ${factor(t)})` : `${factor(deltas[step + 1])} · ${factor(wRec)}`);
      write(delta, number(deltas[step]));
      write(forWx, number(wx_terms[step - 1]));
      write(forWRec, number(wRec_terms[step - 1]));
    },
  };
}

/**
 * @typedef {{wide: boolean, roomy: boolean, cramped: boolean, left: number, right: number, apart: number, states: number,
 *   inputs: number, deltas: number, blame: number[], area: number}} BpttPlot
 */

/**
 * Forward through the states of one sequence to the error, and back with the gradient of the
 * loss, which at every step contributes to the gradients with respect to both weights. `step`
 * counts positions: up to TURN, how many states are known; beyond it, how many gradients have been
 * computed. The target is the true count, shifted by as much as the reader drags it.
 */
class Bptt extends Played {
  static parameters = {
    ...Played.parameters,
    x: bits(BITS),
    step: whole(0, 2 * TURN, TURN),
    shift: real(-REACH, REACH, 0),
  };

  #marks;
  #forward;
  #back;
  #readouts;
  /** @type {BpttPlot} */
  #plot = {
    wide: true, roomy: true, cramped: false, left: 0, right: 0, apart: 0, states: 0, inputs: 0, deltas: 0, blame: [], area: 0,
  };

  constructor() {
    const marks = makeBptt();
    const forward = makeEquation();
    const back = makeStepBack();
    const readouts = makeReadouts(
      ["output ", symbol("y", "state")],
      ["target ", symbol("t", "target")],
      ["loss (", symbol("t", "target"), " − ", symbol("y", "state"), ")²"]);
    const [less, play, more] = makePlayer("position");
    const scrubber = slider("step", "there and back", { min: 0, max: 2 * TURN, step: 1, text: position, typing: false });
    super(BPTT_STYLE,
      [marks.stage, html("div", { class: "steps" }, forward.node, back.node), readouts.node],
      [...weightSliders(), scrubber], [less, play, more]);
    this.#marks = marks;
    this.#forward = forward;
    this.#back = back;
    this.#readouts = readouts;
    marks.strip.listen(this, () => {});
    const aim = (/** @type {number} */ target) => {
      const count = this.readout.t - this.setting.shift;
      this.change("shift", shiftTo(target, count));
      this.told();
    };
    marks.grip.listen({
      move: ({ y }) => aim(linear(this.#gauge(LOWEST), this.#gauge(HIGHEST), LOWEST, HIGHEST)(y)),
      nudge: (right, up) => aim(this.readout.t + Math.sign(right + up) * Math.max(Math.abs(right + up), 0.1)),
      release: () => this.say(`The target is ${number(this.readout.t)}`),
    });
    this.playsWith(play, () => this.#start());
    less.addEventListener("click", () => this.#go(this.setting.step - 1));
    more.addEventListener("click", () => this.#go(this.setting.step + 1));
    this.shadowRoot?.addEventListener("pointerdown", ({ target }) => {
      if (target !== play && /** @type {Element} */ (target).closest("button, input")) this.stop();
    });
  }

  /**
   * Every number shown, unrounded.
   * @returns {BpttReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  summary() {
    const { step, S, delta, wx_sum, wRec_sum } = this.readout;
    if (step <= TURN) return `state ${step} is ${number(S[step])}`;
    return `delta ${currentStep(step)} is ${number(delta[currentStep(step)])}, `
      + `the gradients so far are ${number(wx_sum)} for wx and ${number(wRec_sum)} for wRec`;
  }

  #start() {
    const { step } = this.setting;
    if (step === 2 * TURN) this.#go(0);
    else if (STILL.matches) this.#go(step + 1);
    if (STILL.matches) return;
    this.play(() => this.tick("step", this.setting.step + 1, 2 * TURN), PACE);
  }

  /** @param {number} step */
  #go(step) {
    this.change("step", Math.min(Math.max(step, 0), 2 * TURN));
    this.told(position(this.setting.step));
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const marks = this.#marks;
    // The first arrow and the ring need 30 pixels, but a bit no fewer than 24 to be touched.
    const [left, margin] = wide ? [34, 112] : [24, Math.min(30, width - 24 - 24 * TURN)];
    // In a wide figure the last gradient starts one step to the right of the last state.
    const room = wide ? (width - left - 54) / (TURN + 1) : width;
    const apart = Math.min((width - left - margin) / TURN, room);
    const right = left + apart * (TURN + 0.5);
    const roomy = apart >= 48;
    const cramped = apart < 23;
    const line = roomy ? 0 : 14;
    const states = 30 + line;
    const square = wide ? 26 : 22;
    const inputs = states + 38;
    const deltas = inputs + square + 38 + line;
    const area = wide ? 60 : 48;
    const first = deltas + 20;
    const second = first + area + 56 + line;
    const bottom = second + area + 70 + line;
    this.#plot = { wide, roomy, cramped, left, right, apart, states, inputs, deltas, blame: [first, second], area };
    set(marks.picture, { width, height: bottom, viewBox: `0 0 ${width} ${bottom}` });
    set(marks.band, { width: apart, height: bottom });
    marks.strip.layout(left, apart, inputs, square);
    const rows = [states + 5, inputs + square / 2 + 5, deltas + 5, bottom - 4];
    marks.letters.forEach((letter, i) => set(letter, { x: left - 12, y: rows[i] }));
    const end = left + apart * TURN;
    marks.values.forEach((text, k) => set(text, { x: left + apart * k, y: states - 13 - (k % 2) * line }));
    marks.deltas.forEach((text, i) => set(text, { x: left + apart * (i + 1), y: deltas - 9 - (i % 2) * line }));
    marks.steps.forEach((text, k) => set(text, { x: left + apart * k, y: bottom - 4 }));
    const gauge = end + (wide ? 20 : 15);
    set(marks.gauge, { d: `M${gauge} ${this.#gauge(HIGHEST)}V${this.#gauge(LOWEST)}` });
    for (const text of [marks.y, marks.t]) set(text, { x: gauge + 16 });
    set(marks.start, { x: end + apart, y: deltas + 5 });
    for (const text of [marks.y, marks.t, marks.start]) text.style.display = wide ? "" : "none";
    marks.wx.layout(first, this.#plot);
    marks.wRec.layout(second, this.#plot);
  }

  paint() {
    const shown = this.readout;
    const { S, delta, step, y, t, wx_terms, wRec_terms } = shown;
    const { left, apart, blame, cramped } = this.#plot;
    const k = currentStep(step);
    const marks = this.#marks;
    set(marks.band, { x: left + apart * (k - 0.5), visibility: k ? "visible" : "hidden" });
    const arrived = Math.max(step - TURN, 0);
    this.#paintFlow(shown, Math.min(step, TURN), arrived);
    marks.values.forEach((text, i) => write(text, i <= step ? short(S[i]) : ""));
    marks.deltas.forEach((text, i) => {
      write(text, i < TURN - arrived ? "" : short(delta[i + 1], cramped));
    });
    this.#paintGauge(shown);
    marks.start.style.visibility = arrived ? "" : "hidden";
    marks.wx.show(wx_terms, arrived, blame[0], this.#plot);
    marks.wRec.show(wRec_terms, arrived, blame[1], this.#plot);
    marks.strip.show(shown.x);
    this.#forward.node.classList.toggle("now", 0 < step && step <= TURN);
    this.#back.node.classList.toggle("now", step > TURN);
    this.#forward.show(Math.max(k, 1), { ...shown, count: [] });
    this.#back.show(Math.max(k, 1), shown);
    const known = step >= TURN;
    this.#readouts.show(known ? reading(y) : "–", number(t), known ? reading(shown.loss) : "–");
    set(marks.picture, { "aria-label": this.#words(shown) });
  }

  /** The height of a value on the scale of output and target; what lies beyond it is at its ends. */
  #gauge(/** @type {number} */ value) {
    const { states, deltas } = this.#plot;
    const place = linear(LOWEST, HIGHEST, deltas - 26, states - 22)(value);
    return Math.min(Math.max(place, states - 22), deltas - 26);
  }

  /**
   * The output and the target, and the error between them, beside the last state.
   * @param {BpttReadout} shown
   */
  #paintGauge({ step, y, t, shift }) {
    const { left, apart, wide } = this.#plot;
    const marks = this.#marks;
    const x = left + apart * TURN + (wide ? 20 : 15);
    const [yAt, tAt] = [this.#gauge(y), this.#gauge(t)];
    const known = step >= TURN;
    set(marks.aim, { d: `M${x - 8} ${tAt}h16` });
    set(marks.answer, { d: known ? `M${x} ${yAt}h0` : "" });
    set(marks.error, { d: known ? `M${x} ${yAt}V${tAt}` : "" });
    marks.answer.style.strokeWidth = "9px";
    marks.grip.show(x, tAt, `target ${number(t)}`, t, [t - shift - REACH, t - shift + REACH]);
    // Side by side they would cover each other.
    const [yName, tName] = namesAt(yAt, tAt, known);
    set(marks.y, { y: yName + 5, visibility: known ? "visible" : "hidden" });
    set(marks.t, { y: tName + 5 });
    write(marks.y.lastElementChild, ` = ${reading(y)}`);
    write(marks.t.lastElementChild, ` = ${number(t)}`);
  }

  /**
   * Draw the forward pass and the backward pass as far as they have got.
   * @param {BpttReadout} shown
   * @param {number} known the last known state
   * @param {number} arrived how many gradients have been computed
   */
  #paintFlow({ x }, known, arrived) {
    const { left, apart, states, inputs, deltas, wide } = this.#plot;
    const { ahead, reads, carries, states: discs, hole, blames } = this.#marks;
    const X = (/** @type {number} */ k) => left + apart * k;
    const disc = (/** @type {number} */ k) => `M${X(k)} ${states}h0`;
    const size = wide ? 13 : 11;
    const clear = size / 2 + 3;
    drawAll(ahead, known + 1, TURN, disc, size);
    drawAll(discs, 0, known, disc, size);
    drawAll(hole, 0, 0, disc, size - 3);
    drawAll(reads, 1, known, (k) => x[k - 1] ? arrow(X(k), inputs + 5, X(k), states, clear) : "", 2);
    drawAll(carries, 1, known, (k) => arrow(X(k - 1), states, X(k), states, clear), 1.5);
    drawAll(blames, TURN + 1 - arrived, TURN, (k) => arrow(X(k + 1), deltas, X(k), deltas, 4), 2);
  }

  /**
   * A description of the figure.
   * @param {BpttReadout} shown
   */
  #words({ S, delta, step }) {
    const known = S.slice(0, step + 1).map(number).join(", ");
    const back = delta.slice(currentStep(step)).reverse().map(number).join(", ");
    return `The states from S₀ on are ${known}`
      + (step > TURN ? `; the gradients from δ₁₀ back are ${back}.` : ".");
  }
}

define("rnn-bptt", Bptt);
