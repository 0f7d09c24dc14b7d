// @ts-check
import { makeReadouts, makeRuler, slider, weightSliders } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { number, reading } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { toneOf } from "./lib/loss-colours.js";
import { HIGHEST, LOWEST, MAP_STYLE, makeLossMap, makePoint } from "./lib/loss-map.js";
import { weight, whole } from "./lib/parameters.js";
import { each, linear } from "./lib/shapes.js";
import { html, set, svg } from "./lib/svg.js";
import { cutsAt, downhill, movedTo, readout, unitAt, weightText } from "./numbers/loss-surface.js";
/** @import { LossSurfaceReadout, Point } from "./numbers/loss-surface.js" */
/** @import { View } from "./numbers/view.js" */

const DEEPEST = 6;

const LOSS_SURFACE_STYLE = `
svg .cut { stroke-width: 1.5; }
svg .cut.wx { stroke: var(--wx); } svg .cut.wrec { stroke: var(--wrec); }
svg .line { stroke-dasharray: 2 3; }
svg .gradient { stroke: var(--gradient); stroke-width: 2.5; }
svg .casing.gradient { stroke: var(--paper); stroke-width: 6; }
.pin { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
svg .downhill { fill: var(--gradient); }
.gradient { color: var(--gradient); stroke-linecap: round; stroke-linejoin: round; }
.readouts { max-width: none; }
.live:not(.narrow) .narrow-only { display: none; }
.narrow .readouts { display: grid; grid-template-columns: repeat(auto-fit, minmax(88px, 1fr)); }
.narrow .readouts dd { font-size: 15px; }
`;

/**
 * A cut through the surface: the logarithm of the loss over one weight.
 * @param {string} name of the weight
 */
function makeCut(name) {
  const colour = name.toLowerCase();
  const line = svg("path", { class: `cut line ${colour}` });
  const curve = svg("path", { class: `cut ${colour}` });
  const pin = svg("circle", { class: "pin", r: 4.5 });
  const title = svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "log₁₀ ξ along "),
    svg("tspan", { class: colour }, name));
  return { line, curve, pin, title, ruler: makeRuler("x"), grip: makeGrip(`${name}, the dot on its cut`, colour) };
}

/** The key to the tones: a ramp, labelled with the logarithm at three points. */
function makeKey() {
  const bands = each(2 * LOWEST, 2 * HIGHEST - 1, (i) =>
    svg("rect", { height: 12, style: `fill: ${toneOf(i / 2 + 0.25)}` }));
  const labels = ["log₁₀ ξ ≤ −3", "3", "10"].map((text, i) =>
    svg("text", { class: "quiet", "text-anchor": ["start", "middle", "end"][i] }, text));
  return {
    nodes: [...bands, ...labels],
    /**
     * @param {number} left
     * @param {number} top
     * @param {number} width
     */
    layout(left, top, width) {
      const at = linear(LOWEST, HIGHEST, left, left + width);
      bands.forEach((band, i) => set(band, { x: at(LOWEST + i / 2), y: top, width: width / bands.length + 0.2 }));
      [LOWEST, 3, HIGHEST].forEach((level, i) => set(labels[i], { x: at(level), y: top + 27 }));
      // On a short ramp the first label would touch the second.
      set(labels[1], { display: width < 170 ? "none" : "inline" });
    },
  };
}

/** Make the parts of the figure; `LossSurface` places them and keeps them up to date. */
function makeLossSurface() {
  const map = makeLossMap();
  const point = makePoint(map);
  const key = makeKey();
  const [wx, wRec] = ["wx", "wRec"].map(makeCut);
  const levels = makeRuler("y");
  const arrows = ["casing gradient", "gradient"].map((name) => svg("path", { class: name }));
  map.inside.append(...arrows);
  const arrowName = svg("text", { class: "downhill halo", "text-anchor": "end" }, "→ downhill, longer where steeper");
  const cuts = [wx, wRec].flatMap(({ curve, pin, title }) => [curve, pin, title]);
  const picture = svg("svg", { role: "img" }, ...key.nodes, ...levels.nodes, ...wx.ruler.nodes,
    svg("g", { class: "narrow-only" }, ...wRec.ruler.nodes), wx.line, wRec.line, ...map.nodes, ...cuts, arrowName, point.mark);
  const stage = html("div", { class: "stage" }, map.canvas, picture, point.handle, wx.grip.node, wRec.grip.node);
  return { map, point, key, wx, wRec, levels, arrows, arrowName, picture, stage };
}

/** @typedef {ReturnType<typeof makeCut>} Cut */

/** The loss as a function of both weights: a map with a point on it, and the cuts through it. */
class LossSurface extends Explorable {
  static parameters = {
    wx: weight(1.2),
    wRec: weight(0.7),
    zoom: whole(0, DEEPEST, 0),
  };

  #marks;
  #readouts;
  /**
   * The view while the reader drags the point, because the map must not move underneath it.
   * @type {View | undefined}
   */
  #held;
  /** The left, right, top and bottom of the map and of both cuts. */
  #plot = { wide: true, map: [0], wx: [0], wRec: [0] };
  /** The weight at a place on each cut. */
  #weightAt = {
    wx: (/** @type {number} */ x, /** @type {number} */ y) => {
      const { wide, map: [, , top, bottom], wx: [left, right] } = this.#plot;
      const [, , low, high] = this.readout.view;
      return wide ? linear(bottom, top, low, high)(y) : linear(left, right, low, high)(x);
    },
    wRec: (/** @type {number} */ x) => {
      const { wRec: [left, right] } = this.#plot;
      const [low, high] = this.readout.view;
      return linear(left, right, low, high)(x);
    },
  };

  constructor() {
    const marks = makeLossSurface();
    const [wx, wRec] = ["wx", "wRec"].map((name) => () => html("b", { class: name.toLowerCase() }, name));
    const readouts = makeReadouts(["loss ξ"], ["∂ξ/∂", wx()], ["∂ξ/∂", wRec()],
      [html("span", { class: "gradient" }, "gradient size")], ["floor at ", wx()], ["loss on floor"]);
    super(MAP_STYLE + LOSS_SURFACE_STYLE, [marks.stage, readouts.node], [
      ...weightSliders((weight) => this.#text(weight)),
      slider("zoom", "into the map", {
        min: 0, max: DEEPEST, step: 1, text: (zoom) => `× ${2 ** zoom}`, typing: false,
      }),
    ]);
    this.#marks = marks;
    this.#readouts = readouts;
    const start = () => { this.#held = this.readout.view; };
    const end = () => {
      this.#held = undefined;
      this.changed();
      this.say(`wx is ${this.#text(this.setting.wx)}, wRec is ${this.#text(this.setting.wRec)}`);
    };
    marks.point.listen({ start, end, move: (weights) => this.#move(weights) });
    for (const name of /** @type {const} */ (["wx", "wRec"])) {
      marks[name].grip.listen({
        grab: start,
        release: end,
        move: ({ x, y }) => this.#move({ [name]: this.#weightAt[name](x, y) }),
        nudge: (right, up) =>
          this.#move({ [name]: this.setting[name] + (right + up) * this.#unit }, this.#unit / 10),
      });
    }
  }

  get #unit() {
    return unitAt(this.setting.zoom);
  }

  #text(/** @type {number} */ weight) {
    return weightText(weight, this.setting.zoom);
  }

  /**
   * Every number shown, unrounded.
   * @returns {LossSurfaceReadout}
   */
  get readout() {
    const shown = readout(super.readout);
    return { ...shown, view: this.#held ?? shown.view };
  }

  summary() {
    const { loss, wx_grad, wRec_grad, floor, floor_loss } = this.readout;
    return `loss ${number(loss)}, gradient ${number(wx_grad)} for wx and ${number(wRec_grad)} for wRec, ravine floor at wx ${number(floor)} with loss ${number(floor_loss)}`;
  }

  /**
   * Move the point to a pointer, with as many digits as a pixel resolves.
   * @param {Record<string, number>} weights
   * @param {number} [unit] to which they are rounded
   */
  #move(weights, unit = this.#unit) {
    const moved = movedTo(weights, unit, unit === this.#unit);
    for (const [name, weight] of Object.entries(moved)) this.change(name, weight);
    this.told();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { map, key, arrowName, picture, ...cuts } = this.#marks;
    const left = wide ? 50 : 44;
    const size = wide ? Math.min(0.7 * (width - 90), 350) : Math.min(width - left - 14, 300);
    const across = width - left - size - 40;
    const top = wide ? 120 : 52;
    const [right, bottom] = [left + size, top + size];
    const full = width - left - 14;
    const half = full / 2 - 14;
    const beside = [right + 24, width - 16, top, bottom];
    const under = [left, left + half, bottom + 62, bottom + 126];
    const wx = wide ? beside : under;
    const wRec = wide ? [left, right, 20, top - 30] : [left + full - half, left + full, under[2], under[3]];
    this.#plot = { wide, map: [left, right, top, bottom], wx, wRec };
    const height = wx[3] + (wide ? 42 : 24);
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    map.layout(left, top, size);
    set(arrowName, { x: right, y: top - 10 });
    key.layout(wide ? wx[0] : left, wide ? 40 : 0, wide ? across : size);
    set(cuts.wx.title, { x: wx[0], y: wx[2] - 9 });
    // In a very narrow figure the title needs the full width of its half.
    set(cuts.wRec.title, { x: Math.min(wRec[0], width - 118), y: wRec[2] - 9 });
  }

  paint() {
    const shown = this.readout;
    const { map, picture } = this.#marks;
    map.paint(shown.view);
    this.#paintPoint(shown);
    this.#paintCuts(shown);
    this.#readouts.show(...[shown.loss, shown.wx_grad, shown.wRec_grad, shown.grad_size, shown.floor,
      shown.floor_loss].map(reading));
    set(picture, { "aria-label": `A map of the loss over wRec and wx. At the point: ${this.summary()}.` });
  }

  /**
   * The point, the lines along which the surface is cut, and the downhill arrow.
   * @param {LossSurfaceReadout} shown
   */
  #paintPoint(shown) {
    const { map, point, arrows, ...cuts } = this.#marks;
    const { wide, map: [left, right, top, bottom], ...boxes } = this.#plot;
    const [x, y] = [map.X(shown.wRec), map.Y(shown.wx)];
    point.show(x, y);
    map.nameMinimum(x < map.X(1) ? "right" : "left");
    set(cuts.wx.line, { d: `M${x} ${wide ? boxes.wRec[2] : top}V${bottom}` });
    set(cuts.wRec.line, { d: `M${left} ${y}H${wide ? boxes.wx[1] : right}` });
    const way = downhill(x, y, shown);
    for (const path of arrows) set(path, { d: way?.d ?? "" });
    map.keepClear([[x, y, x, y], ...(way ? [[x, y, ...way.tip]] : [])]);
  }

  /** @param {LossSurfaceReadout} shown */
  #paintCuts(shown) {
    const { wx, wRec, view } = shown;
    const { map, levels, ...cuts } = this.#marks;
    const { wide, wx: beside, wRec: above } = this.#plot;
    const { alongWx, alongWRec, low, high, level: here } = cutsAt(shown);
    const up = linear(low, high, above[3], above[2]);
    const across = linear(low, high, beside[0], beside[1]);
    const wxAt = linear(view[2], view[3], beside[0], beside[1]);
    const wRecAt = linear(view[0], view[1], above[0], above[1]);
    const show = (/** @type {Cut} */ { curve, pin, grip }, /** @type {Point[]} */ points,
      /** @type {number} */ weight, /** @type {(point: Point) => Point} */ place) => {
      set(curve, { d: `M${points.map((point) => place(point).map((part) => part.toFixed(1)).join(" ")).join("L")}` });
      const [cx, cy] = place([weight, here]);
      set(pin, { cx, cy });
      grip.show(cx, cy, this.#text(weight), weight);
    };
    show(cuts.wx, alongWx, wx, ([weight, level]) =>
      wide ? [across(level), map.Y(weight)] : [wxAt(weight), up(level)]);
    show(cuts.wRec, alongWRec, wRec, ([weight, level]) => [wRecAt(weight), up(level)]);
    const left = this.#plot.map[0];
    const bottom = beside[3];
    const under = [bottom, bottom + 4, bottom + 18];
    levels.show([low, high], 4, up, [left, above[1], left - 8], "grid");
    if (wide) cuts.wx.ruler.show([low, high], 4, across, [beside[2], ...under.slice(1)], "grid");
    else {
      cuts.wx.ruler.show(view.slice(2), 3, wxAt, under);
      cuts.wRec.ruler.show(view.slice(0, 2), 3, wRecAt, under);
    }
  }
}

define("rnn-loss-surface", LossSurface);
