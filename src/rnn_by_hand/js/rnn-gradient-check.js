// @ts-check
import { BUGS, MYSTERIES } from "./bug-zoo.js";
import { makeReadouts, makeTicks, menu, slider, weightSliders } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { number } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { choice, real, weight } from "./lib/parameters.js";
import { html, placeIn, set, svg, write } from "./lib/svg.js";
import {
  EPSILONS, NAMES, alongRatios, alongSteps, curvesOf, heightOf, positionOf, power, quotient, ratioMark, readout, rough,
  shifts, stepAt, unmask, verdict, whyNot,
} from "./numbers/gradient-check.js";

const GRADIENT_CHECK_STYLE = `
.wx:is(.curve, .chosen) { stroke: var(--wx); } .wrec:is(.curve, .chosen) { stroke: var(--wrec); }
.curve { stroke-opacity: 0.5; }
svg path.wx:not(.curve) { fill: var(--wx); } svg path.wrec:not(.curve) { fill: var(--wrec); }
.wx.chosen { stroke-width: 7; } .wrec.chosen { stroke-width: 4; }
.band { fill-opacity: 0.16; }
.line { stroke: var(--ink); stroke-width: 1; } .knob { fill: var(--ink); }
.pad { fill: transparent; cursor: pointer; }
svg .name { font-weight: 600; }
.slider.eps { --parts: 7; }
.tools, .tools .menu { flex-wrap: wrap; justify-content: flex-end; }
.tools p { order: 1; flex-basis: 100%; margin: 0; }
.menu[hidden] { display: none; }
`;

/** The ticks of the ratios. */
const RATIOS = [-100, -1, 0, 0.1, 1, 10, 100];

/** The marks for wx and wRec, a square and a disc. */
const SHAPES = ["m-3-3h6v6h-6z", "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"];

/** Make the parts of the figure, with those for wx and wRec in pairs. */
function makeChecker() {
  const ticks = makeTicks(5);
  const text = (/** @type {string} */ content, /** @type {string} */ anchor, kind = "quiet") =>
    svg("text", { class: kind, "text-anchor": anchor }, content);
  const pair = (/** @type {string} */ kind) =>
    ["wx", "wrec"].map((weight) => svg("path", { class: `${weight} ${kind}` }));
  const names = () => [text("wx", "start", "wx name halo"), text("wRec", "start", "wrec name halo")];
  const parts = {
    steps: [1e-12, 1e-9, 1e-6, 1e-3, 1].map((step) => text(power(step), "middle")),
    titles: ["relative error of the measured gradient", "backward pass ÷ true gradient: 1 is right"]
      .map((title) => text(title, "start")),
    axis: text("step eps", "end"),
    bands: pair("band"),
    grid: svg("path", { class: "grid" }),
    one: svg("path", { class: "line" }),
    curves: pair("curve"),
    line: svg("path", { class: "line" }),
    sources: [text("expected: rounding", "start", "quiet halo"), text("+ truncation", "end", "quiet halo")],
    marks: pair("marks"),
    chosen: pair("chosen"),
    names: names(),
    eps: text("", "middle", "ink halo"),
    knob: svg("circle", { class: "knob", r: 6 }),
    ratios: RATIOS.map((ratio) => text(number(ratio), "middle")),
    stems: pair("curve"),
    points: pair("chosen"),
    values: [text("", "start", "wx halo"), text("", "start", "wrec halo")],
    rows: names(),
    pad: svg("rect", { class: "pad", height: 260 }),
  };
  const picture = svg("svg", { role: "img" },
    ...ticks.lines, ...ticks.labels, ...Object.values(parts).flat());
  const grip = makeGrip("eps, the step of the difference");
  return { ...parts, ticks, picture, grip, stage: html("div", { class: "stage" }, picture, grip.node) };
}

/**
 * How well a gradient can be measured with each step, and what the measured gradient reveals about
 * a backward pass with a bug. The bug may be a mystery: the reader has to find its name.
 */
class GradientCheck extends Explorable {
  static parameters = {
    wx: weight(1.2),
    wRec: weight(1.2),
    eps: real(EPSILONS[0], 1, 1e-6),
    difference: choice("central", "forward"),
    precision: choice("float64", "float32"),
    bug: choice("none", ...NAMES),
  };

  /** The errors for all steps, and those to expect, which depend neither on the step nor on the bug. */
  #curves = { of: "", errors: [[0], [0]], band: [[0], [0]] };
  /** The bug shown last, and how many mysteries have been set. */
  #shown = "";
  #given = 0;
  #place = { left: 0, right: 0 };
  #parts;

  constructor() {
    const marks = makeChecker();
    const readouts = makeReadouts(["error of ", html("b", { class: "wx" }, "wx")],
      ["error of ", html("b", { class: "wrec" }, "wRec")], ["gradient check"]);
    const eps = slider("eps", "step", {
      min: 0, max: EPSILONS.length - 1, step: 1, text: power,
      at: (position) => EPSILONS[position],
      where: positionOf,
    });
    const button = (/** @type {string} */ text, /** @type {() => void} */ press) => {
      const node = html("button", { type: "button" }, text);
      node.addEventListener("click", press);
      return node;
    };
    const guess = menu("guess", "It is", ["", ...Object.keys(BUGS)]);
    guess.node.append(
      button("Name it", () => this.#judge(guess.input.value)),
      button("Show me", () => this.#reveal("It is")));
    const said = html("p", { role: "status" });
    super(GRADIENT_CHECK_STYLE, [marks.stage, readouts.node],
      [
        ...weightSliders(), eps,
        menu("difference", "difference", ["central", "forward"]),
        menu("precision", "precision", ["float64", "float32"]),
        menu("bug", "bug", ["none", ...NAMES]),
      ],
      [button("Give me a mystery", () => {
        const mysteries = Object.keys(MYSTERIES);
        this.change("bug", mysteries[this.#given % mysteries.length]);
        this.told(`bug is ${this.setting.bug}`);
      }), guess.node, said]);
    this.#parts = { marks, readouts, guess, said };
    const choose = (/** @type {number} */ at) => {
      this.change("eps", stepAt(at));
      this.told();
    };
    const last = EPSILONS.length - 1;
    const at = (/** @type {number} */ x) => {
      const { left, right } = this.#place;
      return (last * (x - left)) / (right - left);
    };
    const say = () => this.say(`eps is ${power(this.setting.eps)}`);
    marks.grip.listen({
      move: ({ x }) => choose(at(x)),
      nudge: (right, up) => {
        const by = right + up;
        choose(positionOf(this.setting.eps) + (Math.abs(by) < 1 ? Math.sign(by) : by));
      },
      release: say,
    });
    marks.pad.addEventListener("click", (event) => {
      choose(at(placeIn(marks.stage, event).x));
      say();
    });
  }

  /** @param {string} opening */
  #reveal(opening) {
    const culprit = unmask(this.setting.bug);
    write(this.#parts.said, `${opening} “${culprit}”. ${BUGS[culprit].clue}`);
  }

  /**
   * Say whether the guess is right and, if not, what that bug would have shown.
   * @param {string} guess
   */
  #judge(guess) {
    const culprit = unmask(this.setting.bug);
    if (guess === culprit) return this.#reveal("Yes, it is");
    write(this.#parts.said, guess ? `It is not “${guess}”: ${whyNot(guess, this.setting)}.` : "Choose a name first.");
  }

  #allErrors() {
    const { wx, wRec, difference, precision } = this.setting;
    const of = [wx, wRec, difference, precision].join();
    if (of !== this.#curves.of) {
      this.#curves = { of, ...curvesOf(this.setting) };
    }
    return this.#curves;
  }

  get readout() {
    const { errors, band } = this.#allErrors();
    return readout(super.readout, { errors, band });
  }

  summary() {
    const shown = this.readout;
    return `relative error ${rough(shown.wx_error)} for wx and ${rough(shown.wRec_error)} for wRec, `
      + `up to about ${rough(shown.wx_expected)} and ${rough(shown.wRec_expected)} expected; `
      + `ratios ${quotient(shown.wx_ratio)} and ${quotient(shown.wRec_ratio)}; the check ${verdict(shown)}`;
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, titles, steps, axis, knob, pad, ratios, rows, ticks, grid, one, sources } = this.#parts.marks;
    const left = wide ? 60 : 44;
    const right = width - left;
    this.#place = { left, right };
    set(picture, { width, height: 417, viewBox: `0 0 ${width} 417` });
    ticks.show([1, 1e-5, 1e-10, 1e-15, 0], { left, right, wide, Y: heightOf, text: power });
    steps.forEach((text, i) => set(text, { x: this.#X(10 ** (3 * i - 12)), y: 267 }));
    set(axis, { x: right, y: 287 });
    // Side by side the two may not fit.
    sources.forEach((text, i) => set(text, { x: i ? right - 6 : left + 6, y: wide || i ? 236 : 214 }));
    set(knob, { cy: 44 });
    set(pad, { width });
    titles.forEach((title, i) => set(title, { y: 12 + 305 * i }));
    ratios.forEach((text, i) => set(text, { x: this.#R(RATIOS[i]), y: 411 }));
    rows.forEach((name, i) => set(name, { y: 352 + 30 * i }));
    set(grid, { d: RATIOS.map((ratio) => `M${this.#R(ratio)} 331V395`).join("") });
    set(one, { d: `M${this.#R(1)} 325V395` });
  }

  /**
   * The horizontal position of a step.
   * @param {number} eps
   */
  #X(eps) {
    const { left, right } = this.#place;
    return left + (right - left) * alongSteps(eps);
  }

  /**
   * The horizontal position of a ratio.
   * @param {number} ratio
   */
  #R(ratio) {
    const { left, right } = this.#place;
    return left + (right - left) * alongRatios(ratio);
  }

  paint() {
    const shown = this.readout;
    const { bands, sources, curves, marks, chosen, names, line, eps, knob, grip, picture } = this.#parts.marks;
    const { left, right } = this.#place;
    const x = this.#X(shown.eps);
    const errors = [shown.wx_error, shown.wRec_error];
    const ratios = [shown.wx_ratio, shown.wRec_ratio];
    const { errors: measured, band } = this.#allErrors();
    const points = (/** @type {number[]} */ all) =>
      all.map((error, j) => `${this.#X(EPSILONS[j]).toFixed(1)} ${heightOf(error).toFixed(1)}`);
    const ends = measured.map((all, i) => {
      const at = points(all);
      set(bands[i], { d: `M${left} 246L${points(band[i]).join("L")}V246` });
      set(marks[i], { d: at.map((place) => `M${place}${SHAPES[i]}`).join("") });
      // An error of 0 is off the scale, so no line leads to it.
      set(curves[i], { d: at.map((place, j) => all[j] ? (all[j - 1] ? "L" : "M") + place : "").join("") });
      set(chosen[i], { d: `M${x} ${heightOf(errors[i])}${SHAPES[i]}` });
      this.#paintRatio(i, ratios[i]);
      return heightOf(all[EPSILONS.length - 1]);
    });
    const apart = shifts(ends);
    names.forEach((name, i) => set(name, { x: right + 8, y: ends[i] + 4.5 + apart[i] }));
    // The loss is a parabola in wx, and constant in wRec where wx is 0.
    const none = shown.difference === "central" && shown.wx === 0;
    set(sources[1], { visibility: none ? "hidden" : "visible" });
    set(line, { d: `M${x} 44V246` });
    set(knob, { cx: x });
    // A screen reader may say how far along it is, and does not know powers such as 1e-14.
    grip.show(x, 44, power(shown.eps), Math.log10(shown.eps), [Math.log10(EPSILONS[0]), 0]);
    set(eps, { x: Math.min(Math.max(x, left + 10), right - 10), y: 32 });
    write(eps, `eps = ${power(shown.eps)}`);
    this.#parts.readouts.show(...errors.map(rough), verdict(shown));
    set(picture, { "aria-label": `${this.summary()}.` });
    this.#paintMystery(shown.bug);
  }

  /**
   * @param {number} i
   * @param {number | null} given
   */
  #paintRatio(i, given) {
    const { stems, points, values } = this.#parts.marks;
    // Where both are 0 there is no ratio to mark, and the text goes beside the line.
    for (const mark of [stems[i], points[i]]) set(mark, { visibility: given === null ? "hidden" : "visible" });
    const [y, text] = [347 + 30 * i, quotient(given)];
    const { x, stem, turned } = ratioMark(given ?? 1, text, (ratio) => this.#R(ratio), y, this.#place);
    set(stems[i], { d: stem });
    set(points[i], { d: `M${x} ${y}${SHAPES[i]}` });
    set(values[i], { x: x + 12 * turned, y: y + 4.5, "text-anchor": turned < 0 ? "end" : "start" });
    write(values[i], text);
  }

  /** @param {string} bug */
  #paintMystery(bug) {
    if (bug === this.#shown) return;
    this.#shown = bug;
    const mysteries = Object.keys(MYSTERIES);
    if (bug in MYSTERIES) this.#given = mysteries.indexOf(bug) + 1;
    this.#parts.guess.node.hidden = !(bug in MYSTERIES);
    this.#parts.guess.show("");
    write(this.#parts.said, "");
  }
}

define("rnn-gradient-check", GradientCheck);
