// @ts-check
import { makeReadouts, menu, slider, weightSlider } from "./lib/controls.js";
import { define } from "./lib/explorable.js";
import { FATE_STYLE, makeFateMap } from "./lib/fate-map.js";
import { GRIDS, MOST_STEPS, fateOf, stepsOf } from "./lib/fates.js";
import { number, reading } from "./lib/format.js";
import { MAP_STYLE, makeLossMap, makePoint } from "./lib/loss-map.js";
import { OPTIMIZERS } from "./lib/optimizers.js";
import { choice, real, weight, whole } from "./lib/parameters.js";
import { STILL, Played } from "./lib/played.js";
import { html, set, svg, write } from "./lib/svg.js";
import {
  exitArrow, fineWeight, freeSide, lastInside, lastStep, movedTo, outcome, pointsOf, positionOf, rateAt, readout,
  rolledFrom, seenOf,
} from "./numbers/descent.js";
/** @import { View } from "./numbers/view.js" */

const DEEPEST = 8;

/** The time between two frames of the descent. */
const PACE = 50;

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

function rateSlider() {
  return slider("rate", "learning rate", {
    min: 0,
    max: 15,
    step: 1,
    text: number,
    at: rateAt,
    where: positionOf,
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
  const roll = html("button", { type: "button", class: "roll" });
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
class Descent extends Played {
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
    this.playsWith(marks.roll, () => this.#roll());
    marks.closer.addEventListener("click", () => this.#zoomBy(1));
    marks.out.addEventListener("click", () => this.#zoomBy(-1));
    // The first click brings the point there, so that the second meets its handle.
    const zoom = (/** @type {MouseEvent} */ { shiftKey }) => this.#zoomBy(shiftKey ? -1 : 1);
    marks.map.pad.addEventListener("dblclick", zoom);
    marks.point.handle.addEventListener("dblclick", zoom);
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
    const shown = readout(super.readout);
    return { ...shown, view: this.#held ?? shown.view };
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

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#marks.fateMap.end();
  }

  get idle() {
    return STILL.matches ? "One step" : "Let it roll";
  }

  /** Show the path from its first step on, until its fate is decided; without motion, step by step. */
  #roll() {
    const { steps } = this.setting;
    const last = lastStep(this.setting);
    const go = (/** @type {number} */ k) => this.tick("steps", Math.min(k, last), last);
    const on = () => go(STILL.matches ? this.setting.steps + 1 : rolledFrom(this.setting.steps));
    if (steps < last) on();
    else go(1);
    if (this.setting.steps >= last) return;
    if (STILL.matches) this.say(`Step ${this.setting.steps}`);
    else this.play(on, PACE);
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
    this.change("wx", movedTo(wx, this.setting.zoom));
    this.change("wRec", movedTo(wRec, this.setting.zoom));
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
    if (!this.playing) write(this.#marks.roll, this.idle);
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
  #paintPath(shown) {
    const { path, view } = shown;
    const { map: { X, Y, nameMinimum, keepClear }, point, lines, end } = this.#marks;
    const points = pointsOf(shown, ([wx, wRec]) => [X(wRec), Y(wx)]);
    const last = points.length - 1;
    const marked = seenOf(points);
    const texts = marked.map((point) => point.map((length) => length.toFixed(1)).join(" "));
    const line = `M${texts.join("L")}`;
    point.show(points[0][0], points[0][1], `wx ${fineWeight(path[0][0])}, wRec ${fineWeight(path[0][1])}`);
    nameMinimum(freeSide(points, X(1), Y(1)));
    keepClear([...marked.slice(1).map((to, i) => [...marked[i], ...to]), [...points[0], ...points[0]]]);
    const inside = lastInside(path, last, view);
    const arrives = inside === last;
    for (const mark of end) mark.style.display = arrives ? "" : "none";
    for (const mark of end) set(mark, { transform: `translate(${points[last].join(" ")})` });
    const exit = arrives ? "" : exitArrow(points[inside], points[inside + 1], this.#plot);
    [line + exit, line, `M${texts.join("h0M")}h0`, exit].forEach((d, i) => set(lines[i], { d }));
  }

}

define("rnn-descent", Descent);
