// @ts-check
import { surface } from "./dataset.js";
import { makeReadouts, menu, slider, weightSlider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { FATE_STYLE, makeFateMap } from "./lib/fate-map.js";
import { GRIDS, MOST_STEPS, fateOf, stepsOf } from "./lib/fates.js";
import { decimals, number, reading } from "./lib/format.js";
import { MAP_STYLE, makeLossMap, makePoint, viewAround } from "./lib/loss-map.js";
import { FATES, OPTIMIZERS, REACHED, bounded, fateAt } from "./lib/optimizers.js";
import { choice, real, weight, whole, written } from "./lib/parameters.js";
import { arrow } from "./lib/shapes.js";
import { html, set, svg, write } from "./lib/svg.js";
/** @import { View } from "./lib/loss-map.js" */

const DEEPEST = 8;

/** The time between two frames of the descent, and how much of the path each adds to it. */
const PACE = 50;
const GROWTH = 0.06;

/** What the button does that shows the path step by step, with motion and without. */
const ROLL = "Let it roll";
const STEP = "One step";
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {[number, number]} Weights wx and wRec */

const { loss } = surface;

const DESCENT_STYLE = `
.live:not(.narrow) {
  display: grid; grid-template: auto auto 1fr auto / auto minmax(0, 1fr); column-gap: 20px;
}
.live:not(.narrow) .wrong { grid-area: 1 / 1 / 2 / -1; }
.live:not(.narrow) .sliders { grid-area: 4 / 1 / 5 / -1; }
.live:not(.narrow) .stage { grid-area: 2 / 1 / 4 / 2; }
.live:not(.narrow) .side { grid-area: 2 / 2; padding-top: 8px; }
.live:not(.narrow) .controls { grid-area: 3 / 2; place-self: end stretch; margin: 0 0 36px; }
.live:not(.narrow) .slider { flex-basis: 40%; }
.side { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; align-content: start; }
.menus { display: flex; flex-wrap: wrap; gap: 6px 16px; }
.told { display: flex; align-items: center; gap: 12px; min-height: 44px; }
.outcome { margin: 0; font-size: 16px; line-height: 1.3; }
.roll {
  flex: none; width: 7em; min-height: 34px; padding: 0 10px; font-size: 14px;
  background: var(--ink); color: var(--paper); border: 1px solid var(--ink); border-radius: 4px;
}
.roll:hover { background: var(--paper); color: var(--ink); }
.side .readouts { display: grid; grid-template-columns: 1fr 1fr; max-width: none; margin: 0; }
.narrow .side .readouts { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 2px 8px; }
.narrow .side .readouts div { display: flex; align-items: baseline; gap: 8px; }
.narrow .side .readouts dd { min-width: 0; font-size: 15px; }
.narrow .long { display: none; }
.narrow .slider input.value { width: 3.8em; }
.slider.rate input.value { width: 5.6em; }
.zoom { position: absolute; display: flex; align-items: center; justify-content: flex-end; gap: 4px; }
.zoom button {
  width: 32px; height: 28px; padding: 0; font-size: 18px; line-height: 1;
  background: var(--paper); border: 1px solid var(--faint); border-radius: 4px;
}
.zoom button:hover { border-color: currentColor; }
.zoom button[aria-disabled="true"] { color: var(--target); cursor: default; }
@media (pointer: coarse) { .zoom button { height: 32px; } }
svg .end { stroke: var(--ink); stroke-width: 2.5; stroke-linecap: round; }
svg .path, svg .under, svg .dots, svg .exit { stroke: var(--ink); stroke-linejoin: round; stroke-linecap: round; }
svg .under { stroke: var(--paper); stroke-width: 4.5; stroke-opacity: 0.85; }
svg .end.under { stroke: var(--paper); stroke-width: 6; }
svg .dots { stroke-width: 4; }
svg .exit { stroke-width: 3; }
.show-fates :is(.floor, .floor-name) { display: none; }
`;

/** The meaning of the rate for the optimisers without a learning rate. */
const RATES = /** @type {Record<string, string>} */ ({ Rprop: "initial step", "Gauss-Newton": "first damping" });

/** The slider of the rate takes the values 1, 2 and 5 times each power of ten from 0.00001 to 1. */
function rateSlider() {
  return slider("rate", "learning rate", {
    min: 0,
    max: 15,
    step: 1,
    text: number,
    at: (position) => Number(`${[1, 2, 5][position % 3]}e${Math.floor(position / 3) - 5}`),
    where: (rate) => 3 * (Math.log10(rate) + 5),
  });
}

/** Make the parts of the figure; `Descent` places them and keeps them up to date. */
function makeDescent() {
  const map = makeLossMap();
  const point = makePoint(map, "start");
  const fateMap = makeFateMap();
  const lines = ["under", "path", "dots", "exit"].map((name) => svg("path", { class: name }));
  // A cross, which lies in the ring at (1, 1) if the path arrives.
  const end = ["end under", "end"].map((name) => svg("path", { class: name, d: "M-5-5L5 5M-5 5L5-5" }));
  map.inside.append(...lines);
  const picture = svg("svg", { role: "img" }, ...map.nodes, point.mark, ...end);
  const [out, closer] = [["−", "wider"], ["+", "closer"]].map(([sign, name]) =>
    html("button", { type: "button", "aria-label": `${name} view` }, sign));
  const magnified = html("span", { class: "quiet" });
  const zoom = html("div", { class: "zoom" }, magnified, out, closer);
  const stage = html("div", { class: "stage" }, map.canvas, fateMap.canvas, picture, zoom, point.handle);
  const roll = html("button", { type: "button", class: "roll" }, ROLL);
  const outcome = html("p", { class: "outcome" });
  const long = (/** @type {string} */ text) => html("span", { class: "long" }, text);
  const readouts = makeReadouts(["● loss", long(" at the start")], ["✕ loss", long(" at the end")],
    ...["wx", "wRec"].map((name) => ["✕ ", html("b", { class: name.toLowerCase() }, name), long(" at the end")]));
  const menus = html("div", { class: "menus" });
  const side = html("div", { class: "side" }, menus, html("div", { class: "told" }, roll, outcome),
    readouts.node, fateMap.legend);
  return { map, point, fateMap, lines, end, picture, out, closer, magnified, zoom, stage, roll, outcome, readouts, menus, side };
}

/** The path of an optimiser over the map of the loss, or over the fates of all starting points. */
class Descent extends Explorable {
  static parameters = {
    wx: weight(-1.5),
    wRec: weight(2),
    rate: real(1e-5, 1, 1e-3),
    optimizer: choice(...Object.keys(OPTIMIZERS)),
    steps: whole(1, MOST_STEPS, MOST_STEPS),
    show: choice("loss", "fates"),
    zoom: whole(0, DEEPEST, 0),
  };

  #marks;
  #rateName;
  /**
   * The view while the reader drags the start, because the map must not move underneath it.
   * @type {View | undefined}
   */
  #held;
  #timer = 0;
  #ticking = false;
  #pinched = 0;
  /** The left, top and side of the map. */
  #plot = [0, 0, 1];

  constructor() {
    const marks = makeDescent();
    const rate = rateSlider();
    const menus = [
      menu("optimizer", "optimiser", Object.keys(OPTIMIZERS)),
      menu("show", "show", ["loss", "fates"]),
    ];
    super(MAP_STYLE + FATE_STYLE + DESCENT_STYLE, [marks.stage, marks.side], [
      weightSlider("wx", "start", fineWeight),
      weightSlider("wRec", "start", fineWeight),
      rate,
      slider("steps", "shown", { min: 1, max: MOST_STEPS, step: 1 }),
      ...menus,
    ]);
    marks.menus.append(...menus.map(({ node }) => node));
    this.#marks = marks;
    this.#rateName = /** @type {Text} */ (/** @type {Element} */ (rate.node.firstElementChild).lastChild);
    marks.point.listen({
      start: () => { this.#held = this.readout.view; },
      move: (weights) => this.#move(weights),
      end: () => {
        this.#held = undefined;
        this.changed();
        this.say(`The start is wx ${fineWeight(this.setting.wx)}, wRec ${fineWeight(this.setting.wRec)}`);
      },
    });
    marks.roll.addEventListener("click", () => (this.#timer ? this.#stop() : this.#roll()));
    marks.closer.addEventListener("click", () => this.#zoomBy(1));
    marks.out.addEventListener("click", () => this.#zoomBy(-1));
    marks.map.pad.addEventListener("dblclick", ({ shiftKey }) => this.#zoomBy(shiftKey ? -1 : 1));
    // Two fingers on a trackpad; the page itself would grow instead.
    marks.stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.#pinched -= event.deltaY / 30;
      const by = Math.trunc(this.#pinched);
      this.#pinched -= by;
      if (by) this.#zoomBy(by);
    }, { passive: false });
  }

  /** Every number shown, unrounded. A path that has gone beyond the bound stays where it is. */
  get readout() {
    const { wx, wRec, rate, optimizer, steps, show, zoom } = super.readout;
    const path = follow(optimizer, rate, [wx, wRec], steps);
    const end = path[steps];
    const { fate, fate_at } = judge(path);
    return {
      wx, wRec, rate, optimizer, steps, show, zoom, path, end,
      // A loss that is too large for a float may come out as infinity minus infinity.
      losses: [path[0], end].map((w) => loss(...w)).map((height) => (height >= 0 ? height : Infinity)),
      fate: FATES[fate],
      fate_at,
      view: this.#held ?? viewAround(wx, wRec, zoom),
    };
  }

  /** For each start of Python's grid, by wx and then by wRec, its fate as an index into FATES. */
  get fates() {
    return this.fatesOn(GRIDS[0])?.map(({ fate }) => fate) ?? null;
  }

  /**
   * The fates of the starts of a finer grid, and the steps from which they hold; null until all are
   * known.
   * @param {number} n the starts along each side
   */
  fatesOn(n) {
    return this.#marks.fateMap.codes(n)?.map((code) => ({ fate: fateOf(code), steps: stepsOf(code) })) ?? null;
  }

  summary() {
    const shown = this.readout;
    return `${outcome(shown)}, loss ${number(shown.losses[1])}`;
  }

  /**
   * Stop rolling as soon as anything else changes the setting.
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
    this.#marks.fateMap.end();
  }

  /** Show the path from its first step on, until its fate is decided; without motion, step by step. */
  #roll() {
    const { wx, wRec, rate, optimizer, steps } = this.setting;
    const last = judge(follow(optimizer, rate, [wx, wRec], MOST_STEPS)).fate_at || 1;
    const still = STILL.matches;
    const go = (/** @type {number} */ k) => {
      this.#ticking = true;
      this.change("steps", Math.min(k, last));
      this.told();
      this.#ticking = false;
      if (!still && k < last) return;
      this.#stop();
      this.say(still && k < last ? `Step ${k}` : "At the end");
    };
    const on = () => go(this.setting.steps + (still ? 1 : Math.ceil(GROWTH * this.setting.steps)));
    if (steps < last) on();
    else go(1);
    if (still || this.setting.steps >= last) return;
    this.#timer = setInterval(on, PACE);
    write(this.#marks.roll, "Pause");
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    write(this.#marks.roll, STILL.matches ? STEP : ROLL);
  }

  /** @param {number} by how many times the width of the view is halved */
  #zoomBy(by) {
    const zoom = Math.min(Math.max(this.setting.zoom + by, 0), DEEPEST);
    if (zoom === this.setting.zoom) return;
    this.change("zoom", zoom);
    this.told(`The map is magnified ${2 ** zoom} times`);
  }

  /**
   * Move the start to a pointer, with as many digits as a pixel resolves.
   * @param {{wx: number, wRec: number}} weights
   */
  #move({ wx, wRec }) {
    const places = 2 + Math.ceil(this.setting.zoom / 3);
    this.change("wx", Number(wx.toFixed(places)));
    this.change("wRec", Number(wRec.toFixed(places)));
    this.told();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { map, fateMap, picture, zoom } = this.#marks;
    const [left, top] = [48, 38];
    const size = wide ? Math.min(width - left - 260, 352) : Math.min(width - left - 14, 460);
    this.#plot = [left, top, size];
    map.layout(left, top, size);
    fateMap.layout(left, top, size);
    const [right, bottom] = [left + size + 14, top + size + 42];
    set(picture, { width: right, height: bottom, viewBox: `0 0 ${right} ${bottom}` });
    Object.assign(zoom.style, { left: `${left + size - 200}px`, top: "0", width: "200px", height: `${top - 4}px` });
  }

  paint() {
    const shown = this.readout;
    const { map, fateMap, readouts, picture, stage, magnified, out, closer } = this.#marks;
    const fates = shown.show === "fates";
    map.paint(shown.view);
    fateMap.paint(fates, shown.optimizer, shown.rate, shown.view);
    stage.classList.toggle("show-fates", fates);
    this.#paintPath(shown);
    this.#rateName.data = ` ${RATES[shown.optimizer] ?? "learning rate"}`;
    write(this.#marks.outcome, outcome(shown));
    if (!this.#timer) write(this.#marks.roll, STILL.matches ? STEP : ROLL);
    write(magnified, `× ${2 ** shown.zoom}`);
    // A button that cannot be pressed any more keeps the focus.
    set(out, { "aria-disabled": String(shown.zoom === 0) });
    set(closer, { "aria-disabled": String(shown.zoom === DEEPEST) });
    readouts.show(...[...shown.losses, ...shown.end].map(reading));
    set(picture, {
      "aria-label": `The path of ${shown.optimizer} over a map of the ${shown.show}, wRec across and wx upwards: ${outcome(shown)}.`,
    });
  }

  /**
   * The path, with a dot at each step; if it ends outside the map, an arrow where it leaves.
   * @param {Descent["readout"]} shown
   */
  #paintPath({ path, fate, fate_at, view }) {
    const { map: { X, Y, nameMinimum, keepClear }, point, lines, end } = this.#marks;
    const last = fate === FATES[3] ? fate_at : path.length - 1;
    const points = path.slice(0, last + 1).map(([wx, wRec]) => [X(wRec), Y(wx)]);
    const [x, y] = points[last - 1];
    const [dx, dy] = [points[last][0] - x, points[last][1] - y];
    // A step may lead too far to be drawn.
    const part = Math.min(1, 1e4 / Math.hypot(dx, dy));
    points[last] = [x + part * dx, y + part * dy];
    // Most steps are too short to see, and would only slow down drawing.
    let seen = points[0];
    const marked = points.filter((point, k) => {
      const kept = !k || k === last || Math.abs(point[0] - seen[0]) + Math.abs(point[1] - seen[1]) > 0.7;
      if (kept) seen = point;
      return kept;
    });
    const texts = marked.map((point) => point.map((length) => length.toFixed(1)).join(" "));
    const line = `M${texts.join("L")}`;
    point.show(points[0][0], points[0][1], `wx ${fineWeight(path[0][0])}, wRec ${fineWeight(path[0][1])}`);
    // On the side away from the incoming path, which would otherwise cross the name.
    const from = points.filter(([x, y]) => Math.hypot(x - X(1), y - Y(1)) > 40).pop();
    nameMinimum(from && from[0] > X(1) ? "left" : "right");
    keepClear([...marked.slice(1).map((to, i) => [...marked[i], ...to]), [...points[0], ...points[0]]]);
    const [leftmost, rightmost, lowest, highest] = view;
    const visible = ([wx, wRec] = path[0]) => leftmost <= wRec && wRec <= rightmost && lowest <= wx && wx <= highest;
    let inside = last;
    while (inside && !visible(path[inside])) inside -= 1;
    const arrives = inside === last;
    for (const mark of end) mark.style.display = arrives ? "" : "none";
    for (const mark of end) set(mark, { transform: `translate(${points[last].join(" ")})` });
    const exit = arrives ? "" : this.#exit(points[inside], points[inside + 1]);
    [line + exit, line, `M${texts.join("h0M")}h0`, exit].forEach((d, i) => set(lines[i], { d }));
  }

  /**
   * An arrow to where the line from one point to another leaves the map.
   * @param {number[]} from
   * @param {number[]} to
   */
  #exit(from, to) {
    const [left, top, size] = this.#plot;
    const ends = [[left, left + size], [top, top + size]];
    const away = to.map((end, i) => end - from[i]);
    const part = Math.min(...away.map((length, i) => length ? (ends[i][Number(length > 0)] - from[i]) / length : 1));
    const length = Math.hypot(...away);
    const [[x, y], [dx, dy]] = [from.map((start, i) => start + part * away[i]), away.map((one) => one / length)];
    return arrow(x - 22 * dx, y - 22 * dy, x, y, 3);
  }
}

/**
 * A weight with its own digits, and at least the three decimals of its slider.
 * @param {number} weight
 */
function fineWeight(weight) {
  return decimals(weight, [3, 4].find((places) => Number(weight.toFixed(places)) === weight) ?? 5);
}

/**
 * The weights after each step; a path that has gone beyond the bound stays where it is.
 * @param {string} optimizer
 * @param {number} rate
 * @param {Weights} start
 * @param {number} steps
 */
function follow(optimizer, rate, start, steps) {
  const step = OPTIMIZERS[optimizer](rate);
  const w = { wx: start[0], wRec: start[1] };
  /** @type {Weights[]} */
  const path = [start];
  for (let k = 0; k < steps; k++) {
    if (bounded(w)) step(w);
    path.push([w.wx, w.wRec]);
  }
  return path;
}

/**
 * The fate at the end of a path, as an index into FATES, and the step from which it holds.
 * @param {Weights[]} path
 */
function judge(path) {
  const pair = ([wx, wRec] = path[0]) => ({ wx, wRec });
  const fate = fateAt(pair(path[path.length - 1]));
  const fate_at = path.findIndex((w) =>
    (fate === 0 && loss(...w) < REACHED) || (fate === 3 && !bounded(pair(w))));
  return { fate, fate_at: fate_at < 0 ? path.length - 1 : fate_at };
}

/**
 * The fate of the starting point, in words.
 * @param {Descent["readout"]} shown
 */
function outcome({ fate, fate_at, end: [wx, wRec] }) {
  const larger = Math.abs(wx) > Math.abs(wRec) ? `wx = ${number(wx)}` : `wRec = ${number(wRec)}`;
  return `${fate} at step ${fate_at}${fate === FATES[3] ? `: ${larger}` : ""}`;
}

define("rnn-descent", Descent);
