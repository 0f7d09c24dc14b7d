// @ts-check
import { slider, weightSlider, weightText } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, number, reading } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { LIMIT, real, rested, weight } from "./lib/parameters.js";
import { disc, each, linear } from "./lib/shapes.js";
import { drawAll, html, path, set, svg, write } from "./lib/svg.js";
import {
  EDGE, HIGH, HIGHEST, LEAST, LOW, N, branchesAt, curveOf, gradientPaths, inputAt, inverse, isStable, place, readout,
  rough, tangentsOf, weightAt,
} from "./numbers/tanh.js";
/** @import { Scale } from "./lib/shapes.js" */
/** @import { Box, TanhReadout } from "./numbers/tanh.js" */

/** The largest input. */
const MOST = 2;
/** How far from the middle the handle of wRec is, across or up, in states. */
const ARM = 0.9;

/** @type {Scale} */
const NOWHERE = () => 0;

const TANH_STYLE = `
svg path { stroke-linecap: round; stroke-linejoin: round; }
.grid.box { stroke: var(--faint); }
.diagonal { stroke: var(--ink); stroke-opacity: 0.55; stroke-width: 1.2; }
.curve { stroke: var(--state); stroke-width: 2.5; }
.web { stroke: var(--ink); stroke-width: 1; }
.straight { stroke: var(--wrec); stroke-width: 1.5; stroke-dasharray: 5 4; }
.now { stroke: var(--wrec); stroke-width: 1.5; }
.lead { stroke: var(--x); stroke-width: 1.5; stroke-dasharray: 1 4; }
.drop { stroke: var(--state); stroke-dasharray: 1 4; }
.tangent { stroke: var(--paper); stroke-width: 7; }
.tangent + .tangent { stroke: var(--gradient); stroke-width: 3; }
.unstable.branch { stroke: var(--state); stroke-dasharray: 3 4; stroke-width: 1.5; }
.stable.branch { stroke: var(--state); stroke-width: 2.5; }
svg .pulls { fill: var(--state); stroke: var(--paper); stroke-width: 1.5; }
svg .pushes { fill: var(--paper); stroke: var(--state); stroke-width: 2; }
svg :is(.arm, .input, .start) { stroke: var(--paper); stroke-width: 3; paint-order: stroke; }
svg .arm { fill: var(--wrec); } svg .input { fill: var(--x); } svg .start { fill: var(--state); }
.thread { stroke: var(--state); stroke-opacity: 0.5; }
svg .states { fill: var(--state); }
.back { stroke: var(--gradient); stroke-width: 1.2; stroke-opacity: 0.6; }
svg .back.heads { fill: var(--gradient); stroke: none; }
svg .index { font-size: 12px; }
.factor { font-family: var(--pst-font-family-monospace, ui-monospace, monospace); font-weight: 600; }
.live:not(.narrow) .slider { flex-basis: 150px; }
.live:not(.narrow) .slider.wrec { flex-basis: 210px; }
.narrow .slider.wrec { flex-basis: 100%; }
.slider.x :is(b, .track, [type=range]) { color: var(--x); }
.slider.s0 :is(b, .track, [type=range]) { color: var(--state); }
.slider.x, .slider.s0 { --parts: 4; }
`;

/**
 * A text of an SVG with symbols: a letter, an index after "_", and a colour after ":".
 * @param {Record<string, string | number>} attributes
 * @param {(string | Node)[]} parts
 */
function formula(attributes, ...parts) {
  return svg("text", attributes, ...parts.flatMap((part) => {
    const [, letter, index, colour] = (typeof part === "string" && /^(.)_(.*):(.*)$/.exec(part)) || [];
    if (!letter) return [part];
    return [
      svg("tspan", { class: `symbol ${colour}` }, letter),
      svg("tspan", { class: `symbol index ${colour}`, dy: 3 }, index),
      // Return to the baseline. A shift needs a character, so this one has no width.
      svg("tspan", { dy: -3 }, "\u200b"),
    ];
  }));
}

/** Make the parts of the figure; `Tanh` places them and keeps them up to date. */
function makeTanh() {
  const end = { "text-anchor": "end" };
  const middle = { "text-anchor": "middle" };
  const [goes, resting, factor] = ["state", "state", "gradient"].map((colour) => svg("tspan", { class: colour }));
  const words = ["resting points ", " going back"].map((word) => svg("tspan", { class: "quiet" }, word));
  const marks = {
    grid: path("grid box"),
    zero: path("grid zero"),
    // The curve with the diagonal.
    drops: path("drop"),
    diagonal: path("diagonal"),
    straight: path("straight"),
    lead: path("lead"),
    curve: path("curve"),
    web: path("web"),
    casing: path("tangent"),
    tangent: path("tangent"),
    // The strip of resting points.
    unstable: path("unstable branch"),
    stable: path("stable branch"),
    now: path("now"),
    // The states over time, and the gradient on its way back.
    thread: path("thread"),
    states: path("states"),
    back: path("back"),
    heads: path("back heads"),
    pulls: path("pulls"),
    pushes: path("pushes"),
    input: path("input"),
    arm: path("arm"),
    start: path("start"),
  };
  const names = {
    rule: formula({ class: "halo" }, "S_k:state", " = tanh(",
      svg("tspan", { class: "factor wrec" }, "wRec"), " · ", "S_k−1:state", " + ",
      svg("tspan", { class: "symbol x" }, "x"), ")"),
    goes: formula({ class: "halo" }, svg("tspan", { class: "quiet" }, "state "), "S_k:state", goes),
    resting: svg("text", { class: "halo" }, words[0], resting),
    back: formula({ class: "halo" }, "δ_k:gradient", words[1], factor),
    still: svg("text", { class: "quiet halo", ...end }, "no change"),
    wRec: svg("text", { class: "wrec factor halo", ...end }, "wRec"),
    axis: svg("text", { class: "wrec factor", ...end }, "wRec"),
    x: svg("text", { class: "symbol x halo" }, "x"),
    S0: formula({ class: "halo" }, "S_0:state"),
    S: formula({ class: "halo", ...middle }, "S_k−1:state"),
    k: svg("text", { class: "symbol quiet", ...middle }, "k"),
  };
  const ticks = {
    up: ["−1", "0", "1"].map((text) => svg("text", { class: "quiet", ...end }, text)),
    side: ["−1", "0", "1"].map((text) => svg("text", { class: "quiet", ...end }, text)),
    along: ["−1", "0", "1"].map((text) => svg("text", { class: "quiet", ...middle }, text)),
    weights: ["−1", "1"].map((text) => svg("text", { class: "quiet", ...end }, text)),
    powers: ["10⁻¹²", "10⁻⁸", "10⁻⁴", "1", "10⁴"].map((text) => svg("text", { class: "quiet", ...end }, text)),
    steps: [0, 10, 20, 30].map((k) => svg("text", { class: "quiet", ...middle }, `${k}`)),
  };
  // This name is below the marks, because one may come to lie on it.
  const picture = svg("svg", { role: "img" }, names.still, ...Object.values(marks),
    ...Object.values(ticks).flat(), ...Object.values(names).filter((name) => name !== names.still));
  const grips = {
    wRec: makeGrip("wRec, the slope of the curve", "wrec"),
    level: makeGrip("wRec, the level in the plot of resting points", "wrec"),
    x: makeGrip("x, the input at every step", "x"),
    S0: makeGrip("S0, the first state", "state"),
  };
  const stage = html("div", { class: "stage" }, picture, ...Object.values(grips).map(({ node }) => node));
  return { ...marks, names, ticks, values: { goes, resting, factor }, words, grips, picture, stage };
}

/** One tanh unit with the same input at every step: its curve, its states, and its gradient. */
class Tanh extends Explorable {
  static parameters = { wRec: weight(1.2), x: real(-MOST, MOST, 0), S0: real(-1, 1, 0.1) };

  #marks;
  /** The four plots and their scales: states across and up, the same in time, wRec, steps, δ. */
  #plot = {
    web: /** @type {Box} */ ({}), strip: /** @type {Box} */ ({}),
    orbit: /** @type {Box} */ ({}), back: /** @type {Box} */ ({}),
    X: NOWHERE, Y: NOWHERE, up: NOWHERE, W: NOWHERE, K: NOWHERE, D: NOWHERE, wide: true,
  };
  /** The input for which the branches of resting points are drawn. */
  #branches = Number.NaN;

  constructor() {
    const marks = makeTanh();
    const text = (/** @type {number} */ value) => decimals(value, 3);
    super(TANH_STYLE, [marks.stage], [
      weightSlider("wRec", "recurrent"),
      slider("x", "input", { min: -MOST, max: MOST, step: 0.01, text }),
      slider("S0", "start", { min: -1, max: 1, step: 0.01, text }),
    ]);
    this.#marks = marks;
    const { wRec, level, x, S0 } = marks.grips;
    this.#hold(wRec, "wRec", LIMIT, (place) => {
      const { X, Y } = this.#plot;
      return weightAt(inverse(X, place.x), inverse(Y, place.y));
    });
    this.#hold(level, "wRec", LIMIT, (place) => inverse(this.#plot.W, place.y));
    this.#hold(x, "x", MOST, (place) => inputAt(inverse(this.#plot.Y, place.y)));
    this.#hold(S0, "S0", 1, (place) => inverse(this.#plot.X, place.x));
  }

  /**
   * Let a grip set a parameter.
   * @param {ReturnType<typeof makeGrip>} grip
   * @param {string} name
   * @param {number} most its largest value
   * @param {(place: {x: number, y: number}) => number} valueAt
   */
  #hold(grip, name, most, valueAt) {
    const change = (/** @type {number} */ value, /** @type {number} */ places) => {
      this.change(name, Number(Math.min(Math.max(value, -most), most).toFixed(places)));
      this.told();
    };
    grip.listen({
      // A hand finds the values at which the picture changes.
      move: (place) => change(rested(valueAt(place), 0.01), 2),
      nudge: (right, up) => change(this.setting[name] + 0.01 * (right + up), 3),
      release: () => this.say(`${name} is ${decimals(this.setting[name], 3)}`),
    });
  }

  /**
   * Every number shown, unrounded.
   * @returns {TanhReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  summary() {
    const { resting, rests, factor, left } = this.readout;
    const ends = rests.map(reading);
    const [points, many] = [resting.map(reading).join(", "), resting.length > 1];
    const goes = ends.length > 1 ? `alternates between ${ends.join(" and ")}` : `goes to ${ends}`;
    const back = ends.length > 1 ? "two steps" : "each step";
    return `the state ${goes}, where ${back} back multiplies the gradient by ${reading(factor)}; after ${N} steps back ${rough(left)} of it is left; ${many ? "three resting points" : "one resting point"}, ${points}`;
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const columns = wide && width >= 600;
    const box = (/** @type {number} */ left, /** @type {number} */ right, /** @type {number} */ top, /** @type {number} */ height) =>
      ({ left, right, top, bottom: top + height });
    const left = 44;
    const right = width - 12;
    const half = columns ? left + Math.round(0.46 * (right - left - 56)) : right;
    const web = box(left, half, 24, columns ? 236 : 162);
    const strip = box(left, half, web.bottom + 44, columns ? 118 : 72);
    const orbit = columns ? box(half + 56, right, 24, 236) : box(left, right, strip.bottom + 44, 54);
    const back = box(orbit.left, right, orbit.bottom + (columns ? 44 : 28), columns ? 118 : 70);
    this.#plot = {
      web, strip, orbit, back, wide: columns,
      X: linear(-EDGE, EDGE, web.left, web.right),
      Y: linear(-EDGE, EDGE, web.bottom, web.top),
      up: linear(-EDGE, EDGE, orbit.bottom, orbit.top),
      W: linear(LEAST, HIGHEST, strip.bottom, strip.top),
      K: linear(0, N, orbit.left + 8, right - 4),
      D: linear(LOW, HIGH, back.bottom, back.top),
    };
    const height = back.bottom + 22;
    set(this.#marks.picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.#branches = Number.NaN;
    for (const word of this.#marks.words) set(word, { display: half - left > 266 ? "inline" : "none" });
    this.#placeAxes();
    this.#placeNames();
  }

  #placeAxes() {
    const { web, strip, orbit, back, X, Y, up, W, D } = this.#plot;
    const { grid, zero, diagonal } = this.#marks;
    const across = (/** @type {Box} */ { left, right }, /** @type {number} */ y) => `M${left} ${y}H${right}`;
    const down = (/** @type {Box} */ { top, bottom }, /** @type {number} */ x) => `M${x} ${top}V${bottom}`;
    set(grid, {
      d: [
        ...[-1, 1].flatMap((S) => [across(web, Y(S)), across(orbit, up(S)), down(web, X(S)), down(strip, X(S))]),
        ...[-1, 1].map((wRec) => across(strip, W(wRec))),
        down(strip, X(0)),
        ...[-12, -8, -4, 4].map((power) => across(back, D(power))),
      ].join(""),
    });
    set(zero, { d: across(web, Y(0)) + down(web, X(0)) + across(orbit, up(0)) + across(back, D(0)) });
    set(diagonal, { d: `M${X(-EDGE)} ${Y(-EDGE)}L${X(EDGE)} ${Y(EDGE)}` });
  }

  #placeNames() {
    const { web, strip, orbit, back, X, Y, up, W, K, D, wide } = this.#plot;
    const { names, ticks } = this.#marks;
    const at = (/** @type {Element} */ node, /** @type {number} */ x, /** @type {number} */ y) => set(node, { x, y });
    at(names.rule, web.left, 13);
    at(names.goes, orbit.left, orbit.top - 11);
    at(names.resting, strip.left, strip.top - 12);
    at(names.back, back.left, back.top - (wide ? 12 : 8));
    // Above the end of the diagonal, if the rule leaves room for it.
    if (web.right - web.left > 266) at(names.still, web.right, 13);
    else at(names.still, X(1.02), web.top + 9);
    at(names.axis, strip.left - 6, strip.top + 5);
    at(names.S, X(0.5), strip.bottom + 16);
    at(names.k, K(25), back.bottom + 16);
    [-1, 0, 1].forEach((S, i) => {
      at(ticks.up[i], web.left - 16, Y(S) + 4.5);
      at(ticks.side[i], orbit.left - 6, up(S) + 4.5);
      at(ticks.along[i], X(S), strip.bottom + 16);
    });
    [-1, 1].forEach((wRec, i) => at(ticks.weights[i], strip.left - 6, W(wRec) + 4.5));
    [-12, -8, -4, 0, 4].forEach((power, i) => at(ticks.powers[i], back.left - 6, D(power) + 4.5));
    [0, 10, 20, 30].forEach((k, i) => at(ticks.steps[i], K(k), back.bottom + 16));
    // Side by side, both plots of states share the numbers on the left.
    for (const tick of ticks.side) set(tick, { display: wide ? "none" : "inline" });
    // A short axis has no room for every number.
    for (const i of [0, 4]) set(ticks.powers[i], { display: wide ? "inline" : "none" });
  }

  paint() {
    const shown = this.readout;
    this.#paintCurve(shown);
    this.#paintStrip(shown);
    this.#paintPoints(shown);
    this.#paintTime(shown);
    this.#paintHandles(shown);
    const { picture, values } = this.#marks;
    const { resting, rests, factor, left } = shown;
    const ends = rests.map(reading);
    write(values.goes, ends.length > 1 ? `: ${ends.join(" and ")} in turn` : ` goes to ${ends}`);
    write(values.resting, resting.map((point, i) => `${isStable(shown, i) ? "●" : "○"} ${reading(point)}`).join("  "));
    write(values.factor, ` × ${reading(factor)} ${ends.length > 1 ? "two steps" : "a step"}, ${rough(left)} left`);
    set(picture, {
      "aria-label": `The curve of a step over the state before it, with its states, its resting points and the gradient that flows back: ${this.summary()}.`,
    });
  }

  /**
   * The curve, what would stand in its place without tanh and input, and the way of the states.
   * @param {TanhReadout} shown
   */
  #paintCurve({ wRec, x, S, rests }) {
    const { X, Y, web } = this.#plot;
    const marks = this.#marks;
    set(marks.curve, { d: curveOf(wRec, x, X, Y) });
    const part = EDGE / Math.max(1, Math.abs(wRec));
    set(marks.straight, { d: `M${place(X(-part), Y(-part * wRec))}L${place(X(part), Y(part * wRec))}` });
    const way = each(1, N, (k) => `V${Y(S[k]).toFixed(1)}H${X(S[k]).toFixed(1)}`);
    set(marks.web, { d: `M${place(X(S[0]), web.bottom)}${way.join("")}` });
    const ends = tangentsOf(wRec, rests, X, Y);
    set(marks.casing, { d: ends });
    set(marks.tangent, { d: ends });
  }

  /** @param {TanhReadout} shown */
  #paintStrip({ wRec, x }) {
    const { strip, W } = this.#plot;
    const { stable, unstable, now } = this.#marks;
    if (x !== this.#branches) {
      this.#branches = x;
      const [solid, dashed] = branchesAt(x, this.#plot.X, W);
      set(stable, { d: solid });
      set(unstable, { d: dashed });
    }
    // Below the strip there is only an arrow that says so.
    const below = `M${strip.right - 22} ${strip.bottom - 8}v11m-4 -4l4 4l4 -4`;
    set(now, { d: wRec < LEAST ? below : `M${strip.left} ${W(wRec).toFixed(1)}H${strip.right}` });
  }

  /**
   * The resting points: on the diagonal, and in the strip below.
   * @param {TanhReadout} shown
   */
  #paintPoints(shown) {
    const { X, Y, W, up, orbit, strip } = this.#plot;
    const { pulls, pushes, drops } = this.#marks;
    const { wRec, resting, rests } = shown;
    const texts = ["", ""];
    let lines = rests.map((end) => `M${orbit.left} ${up(end).toFixed(1)}H${orbit.right}`).join("");
    resting.forEach((point, i) => {
      const stable = isStable(shown, i);
      const low = wRec < LEAST ? "" : disc(X(point), W(wRec), 5);
      texts[stable ? 0 : 1] += disc(X(point), Y(point), 6.5) + low;
      if (low) lines += `M${place(X(point), Y(point))}V${strip.top - 28}M${place(X(point), strip.top - 6)}V${W(wRec).toFixed(1)}`;
    });
    set(pulls, { d: texts[0] });
    set(pushes, { d: texts[1] });
    set(drops, { d: lines });
  }

  /**
   * The states from left to right, and the gradient from right to left.
   * @param {TanhReadout} shown
   */
  #paintTime({ S, delta }) {
    const { K, up, D, back: box, wide } = this.#plot;
    const { thread, states, back, heads } = this.#marks;
    const points = each(0, N, (k) => place(K(k), up(S[k])));
    set(thread, { d: `M${points.join("L")}` });
    drawAll(states, 0, N, (k) => disc(K(k), up(S[k]), wide ? 3.5 : 3));
    const gradient = gradientPaths(delta, K, D, box);
    set(back, { d: gradient.line });
    set(heads, { d: gradient.heads });
  }

  /** @param {TanhReadout} shown */
  #paintHandles({ wRec, x, S0 }) {
    const { X, Y, W, web, strip } = this.#plot;
    const { arm, input, lead, start, names, grips } = this.#marks;
    const across = ARM / Math.max(1, Math.abs(wRec));
    const [ax, ay] = [X(across), Y(across * wRec)];
    const level = W(Math.max(wRec, LEAST));
    const [height, first] = [Y(Math.tanh(x)), X(S0)];
    set(arm, { d: disc(ax, ay, 6) + disc(strip.right, level, 6) });
    set(names.wRec, { x: ax - 15, y: ay + 5 });
    set(lead, { d: `M${web.left} ${height}H${X(0)}` });
    set(input, { d: `M${web.left - 5} ${(height - 5).toFixed(1)}h10v10h-10Z` });
    set(names.x, { x: web.left + 15, y: height - 6 });
    set(start, { d: disc(first, web.bottom, 6) });
    // At the right end there is room on its left only.
    const side = S0 > 0.8 ? -1 : 1;
    set(names.S0, { x: first + 14 * side, y: web.bottom + 14, "text-anchor": side < 0 ? "end" : "start" });
    grips.wRec.show(ax, ay, weightText(wRec), wRec);
    grips.level.show(strip.right, level, weightText(wRec), wRec);
    grips.x.show(web.left, height, decimals(x, 3), x, [-MOST, MOST]);
    grips.S0.show(first, web.bottom, decimals(S0, 3), S0, [-1, 1]);
  }
}

define("rnn-tanh", Tanh);
