// @ts-check
import { makeReadouts, slider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, number, reading } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { FARTHEST, poles, real } from "./lib/parameters.js";
import { disc, each } from "./lib/shapes.js";
import { html, path, set, svg, symbol, write } from "./lib/svg.js";
import {
  FIRST_NU, IN_RESPONSE, LAST_NU, LINE, OLDEST, OTHERS, RADIUS, REACH, alongLine, alongMemories, costOf, discsOf,
  leavesAt, markOf, movedOnLine, nuOnLine, nudged, pointOf, poleAt, polesOf, readout, responsePaths, sizeOnLine,
  spiralOf, withOneMore,
} from "./numbers/pole.js";
/** @import { PoleAt, PoleReadout } from "./numbers/pole.js" */

const POLE_STYLE = `
.axis { stroke: var(--faint); }
.rim { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.clip { overflow: hidden; }
.spiral { stroke: var(--state); stroke-opacity: 0.45; }
.powers { stroke: var(--state); stroke-width: 4; stroke-linecap: round; }
.ages { stroke: var(--state); stroke-width: 3.4; stroke-linecap: round; }
.stems { stroke: var(--state); stroke-opacity: 0.55; }
.beyond { stroke: var(--state); stroke-linejoin: round; stroke-linecap: round; }
.envelope, .line { stroke: var(--wrec); stroke-width: 1.5; }
.ray { stroke: var(--wrec); stroke-opacity: 0.5; stroke-width: 1.5; }
.memory { stroke: var(--ink); stroke-dasharray: 3 3; }
.leaves { stroke: var(--wrec); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
svg .poles { fill: var(--wrec); stroke: var(--paper); stroke-width: 1.5; }
svg .images { fill: var(--paper); stroke: var(--wrec); stroke-width: 2; }
.twin {
  position: absolute; width: 44px; height: 44px; margin: -22px; border-radius: 50%; touch-action: none; cursor: grab;
}
.grip.first { z-index: 1; }
svg .power { font-size: 12px; }
svg .number { font-weight: 600; }
.slider:is(.r, .angle) :is(b, .track, [type=range]) { color: var(--wrec); }
.slider.r, .slider.angle { --parts: 1; }
`;

/** How far below the centre of the disc the line is. */
const LINE_BELOW = 160;

/** Make the parts of the figure; `Pole` places them and keeps them up to date. */
function makePole() {
  const text = (/** @type {string} */ look, /** @type {string} */ at, /** @type {(Node | string)[]} */ ...words) =>
    svg("text", { class: look, "text-anchor": at }, ...words);
  const span = (/** @type {string} */ look, /** @type {string} */ words = "") => svg("tspan", { class: look }, words);
  const parts = {
    axes: svg("path", { class: "axis" }),
    rim: svg("circle", { class: "rim", r: RADIUS }),
    spiral: path("spiral"),
    powers: path("powers"),
    ray: path("ray"),
    images: path("images"),
    poles: path("poles"),
    frame: svg("path", { class: "axis" }),
    memory: path("memory"),
    stems: path("stems"),
    ages: path("ages"),
    beyond: path("beyond"),
    envelope: path("envelope"),
    leaves: path("leaves"),
    line: path("line"),
    handle: path("poles"),
  };
  const plane = svg("svg", { class: "clip", role: "none" }, parts.spiral, parts.powers);
  const plot = svg("svg", { class: "clip", role: "none" }, parts.stems, parts.envelope, parts.ages, parts.beyond);
  const words = {
    title: text("halo", "start", span("quiet", "powers of the pole "), span("symbol wrec", "λ")),
    ends: ["1", "i", "−1"].map((end) => text("quiet", "middle", end)),
    pixel: text("", "start", span("quiet", "one pixel inwards here: "), span("number"), " steps"),
    linePixel: text("", "start", span("quiet", "one pixel back here: "), span("number"), " steps"),
    nu: text("symbol wrec", "end", "ν"),
    memories: ["1", "10", "100", "1000 steps"].map((steps) => text("quiet", "start", steps)),
    response: text("halo", "start", span("quiet"), span("symbol state", "λ"), span("symbol state power", "k")),
    size: text("halo", "middle", span("quiet"), span("symbol wrec", "r"), span("symbol wrec power", "k")),
    mark: text("halo", "start", span("ink"), span("number")),
    levels: ["1", "0", "−1"].map((level) => text("quiet", "end", level)),
    numbers: each(0, 5, (i) => text("quiet", "middle", String((OLDEST / 5) * i))),
    k: text("quiet", "middle", "age ", span("symbol", "k"), ", in steps"),
  };
  for (const { lastElementChild } of [words.response, words.size]) {
    if (lastElementChild) set(lastElementChild, { dy: -5 });
  }
  const picture = svg("svg", { role: "img" },
    parts.axes, parts.rim, plane, parts.ray, parts.frame, parts.memory, plot, parts.leaves, parts.line,
    ...Object.values(words).flat(), parts.images, parts.poles, parts.handle);
  const grips = each(0, OTHERS, (i) => makeGrip(i ? `pole ${i + 1}` : "pole", "wrec"));
  const twins = grips.map(() => html("div", { class: "twin" }));
  const onLine = makeGrip("ν on the line of memory", "wrec");
  const stage = html("div", { class: "stage" }, picture, ...twins, ...grips.map(({ node }) => node), onLine.node);
  return { ...parts, ...words, plane, plot, picture, stage, grips, twins, onLine };
}

/**
 * Poles in the plane, the powers of the one that is held, and beside them what is left of a single
 * 1: the mean of the real parts of the powers of all. The same pole has a second handle, on the line
 * of nu.
 */
class Pole extends Explorable {
  static parameters = {
    r: real(0, FARTHEST, 0.95), angle: real(0, 180, 24), others: poles(OTHERS),
  };

  #marks;
  #readouts;
  #add;
  /** The grip of each pole, in the order of the setting: the first is that of the one held. */
  #slots = each(0, OTHERS, (i) => i);
  /** For each grip, whether it lies at the pole, 1, or at its mirror image, −1. */
  #sides = each(0, OTHERS, () => 1);
  #place = { cx: 0, cy: 0, line: 0, left: 0, right: 0, top: 0, height: 0 };

  constructor() {
    const marks = makePole();
    const add = html("button", { type: "button" }, "Add a pole");
    const readouts = makeReadouts(
      ["memory, until 1/", symbol("e", "ink"), " is left"], [symbol("ν", "wrec")], ["a full turn"]);
    super(POLE_STYLE, [marks.stage, readouts.node], [
      slider("r", "size", { min: 0, max: FARTHEST, step: 0.001, text: (r) => decimals(r, 4) }),
      slider("angle", "degrees", { min: 0, max: 180, step: 1, nudge: 1, text: (angle) => decimals(angle, 1) }),
    ], [add]);
    this.#marks = marks;
    this.#readouts = readouts;
    this.#add = add;
    add.addEventListener("click", () => this.#addPole());
    marks.grips.forEach((grip, slot) => grip.listen({
      grab: () => this.#hold(slot),
      move: (place) => this.#drag(slot, place),
      nudge: (right, up) => this.#nudge(slot, right, up),
      release: () => this.say(`Pole of size ${number(this.setting.r)} at ${number(this.setting.angle)} degrees`),
    }));
    marks.twins.forEach((twin, slot) => twin.addEventListener("pointerdown", (event) => {
      // The mirror image is the same pole, so its grip comes here, under the pointer.
      this.#sides[slot] *= -1;
      this.#paintGrips(this.readout);
      marks.grips[slot].node.dispatchEvent(new PointerEvent("pointerdown", event));
    }));
    const onLine = (/** @type {number} */ r) => {
      this.change("r", r);
      this.told();
    };
    marks.onLine.listen({
      move: ({ x }) => onLine(sizeOnLine(x - this.#place.line)),
      nudge: (right, up) => onLine(movedOnLine(this.setting.r, right + up)),
      release: () => this.say(`Pole of size ${number(this.setting.r)}`),
    });
  }

  /**
   * Every number shown, unrounded.
   * @returns {PoleReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  /**
   * The size and the angle of every pole, first of the one that is held.
   * @returns {PoleAt[]}
   */
  get #poles() {
    return polesOf(this.setting);
  }

  set #poles([[r, angle], ...others]) {
    this.change("r", r);
    this.change("angle", angle);
    this.change("others", others.map((pole) => pole.join("@")).join(";") || "none");
  }

  summary() {
    const { memory, pixel, line_pixel, envelope } = this.readout;
    if (memory === null || pixel === null || line_pixel === null) {
      return this.setting.r > 1 ? `it grows to ${number(envelope[OLDEST])} in ${OLDEST} steps` : "it never fades";
    }
    return `the memory is ${number(memory)} steps; one pixel inwards in the disc costs ${number(pixel)} of them, `
      + `one pixel back on the line ${number(line_pixel)}`;
  }

  /** Add a pole on the same ring, or when there are enough keep one. */
  #addPole() {
    const all = this.#poles;
    this.#poles = withOneMore(all);
    if (all.length > OTHERS) return this.told("One pole");
    this.#slots.unshift(...this.#slots.splice(all.length, 1));
    this.told(`${all.length + 1} poles`);
  }

  /**
   * Take hold of a pole: it becomes the one that the sliders move.
   * @param {number} slot of its grip
   */
  #hold(slot) {
    const place = this.#slots.indexOf(slot);
    if (!place) return;
    const all = this.#poles;
    for (const list of /** @type {any[][]} */ ([all, this.#slots])) {
      [list[0], list[place]] = [list[place], list[0]];
    }
    this.#poles = all;
    this.told();
  }

  /**
   * @param {number} slot
   * @param {{x: number, y: number}} place
   */
  #drag(slot, { x, y }) {
    const [right, up] = [x - this.#place.cx, this.#place.cy - y];
    this.#sides[slot] = up < 0 ? -1 : 1;
    const [r, angle] = poleAt(right, up);
    this.change("r", r);
    if (r) this.change("angle", angle);
    this.told();
  }

  /**
   * Up is one pixel outwards, right is one degree towards the positive numbers.
   * @param {number} slot
   * @param {number} right
   * @param {number} up
   */
  #nudge(slot, right, up) {
    this.#hold(slot);
    const [r, angle] = nudged(this.#poles[0], right, up);
    this.change("r", r);
    this.change("angle", angle);
    this.told();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const marks = this.#marks;
    const cx = wide ? 130 : Math.round(width / 2);
    const cy = 128;
    const lineAt = cy + LINE_BELOW;
    const left = wide ? 312 : 24;
    const top = wide ? 36 : lineAt + 88;
    const right = width - 12;
    const height = wide ? 248 : 132;
    this.#place = { cx, cy, line: cx - RADIUS, left, right, top, height };
    const bottom = Math.max(top + height + 36, lineAt + 54);
    set(marks.picture, { width, height: bottom, viewBox: `0 0 ${width} ${bottom}` });
    this.#layoutPlane(cx, cy, lineAt, width - 66);
    set(marks.plot, { x: left, y: top, width: right - left, height });
    const middle = top + height / 2;
    const per = height / 2 / IN_RESPONSE;
    set(marks.frame, { d: [-1, 0, 1].map((level) => `M${left} ${middle + level * per}H${right}`).join("") });
    set(marks.response, { x: wide ? left - 22 : 0, y: wide ? 12 : top - 20 });
    marks.levels.forEach((level, i) => set(level, { x: left - 8, y: middle + (i - 1) * per + 4.5 }));
    marks.numbers.forEach((number, i, { length }) =>
      set(number, { x: left + ((right - left) * i) / (length - 1) - (i === length - 1 ? 4 : 0), y: top + height + 15 }));
    set(marks.k, { x: (left + right) / 2, y: top + height + 33 });
  }

  /**
   * Place the disc, the line below it, and their words.
   * @param {number} cx
   * @param {number} cy
   * @param {number} lineAt
   * @param {number} last where the longest number has to begin
   */
  #layoutPlane(cx, cy, lineAt, last) {
    const { axes, rim, plane, title, ends, pixel, linePixel, line, nu, memories } = this.#marks;
    set(rim, { cx, cy });
    set(axes, { d: `M${cx - REACH} ${cy}h${2 * REACH}M${cx} ${cy - REACH}v${2 * REACH}` });
    set(plane, { x: cx - REACH, y: cy - REACH, width: 2 * REACH, height: 2 * REACH });
    set(title, { x: Math.max(cx - REACH - 11, 0), y: 12 });
    const at = [[cx + REACH + 7, cy + 4.5], [cx + 12, cy - REACH + 4], [cx - REACH - 5, cy - 10]];
    ends.forEach((end, i) => set(end, { x: at[i][0], y: at[i][1] }));
    const from = cx - RADIUS;
    set(pixel, { x: from, y: lineAt - 26 });
    const ticks = memories.map((_, i) => `M${from + alongMemories(i)} ${lineAt - 4}v8`);
    set(line, { d: `M${from} ${lineAt}h${LINE}${ticks.join("")}` });
    set(nu, { x: from - 12, y: lineAt + 5 });
    memories.forEach((memory, i) => {
      const place = from + alongMemories(i) - 3.6 * (i + 1);
      set(memory, { x: Math.min(place, last), y: lineAt + 23 });
    });
    set(linePixel, { x: from, y: lineAt + 44 });
  }

  paint() {
    const shown = this.readout;
    const { memory, nu, turn, line_pixel } = shown;
    const steps = (/** @type {number | null} */ value) => (value === null ? "–" : reading(value));
    this.#paintPlane();
    this.#paintGrips(shown);
    this.#paintResponse(shown);
    write(this.#marks.pixel.children[1], costOf(shown));
    write(this.#marks.linePixel.children[1], steps(line_pixel));
    this.#readouts.show(
      memory === null ? (shown.r > 1 ? "it grows" : "for ever") : `${reading(memory)} steps`, steps(nu),
      turn === null ? "never" : `${reading(turn)} steps`);
    write(this.#add, this.#poles.length > OTHERS ? "Keep only this pole" : "Add a pole");
    set(this.#marks.picture, {
      "aria-label": `The unit circle with ${this.#poles.map(([size, angle]) =>
        `a pole of size ${number(size)} at ${number(angle)} degrees`).join(" and ")}, each with its mirror image, `
        + `and what is left of a single 1: ${shown.response.filter((_, k) => k % 20 === 0).map(number).join(", ")} `
        + "after 0, 20, 40, 60, 80 and 100 steps.",
    });
  }

  /** Draw the poles, their images, and the powers of the one held, as far as they are in sight. */
  #paintPlane() {
    const { cx, cy, line } = this.#place;
    const { spiral, powers, poles, images, ray, handle } = this.#marks;
    const [[r, angle]] = this.#poles;
    const { curve, dots } = spiralOf([r, angle]);
    set(spiral, { d: curve });
    set(powers, { d: dots });
    const { filled, hollow } = discsOf(this.#poles, cx, cy);
    set(poles, { d: filled });
    set(images, { d: hollow });
    const [right, up] = pointOf(r, angle);
    set(ray, { d: `M${cx} ${cy}L${cx + right} ${cy - up}` });
    set(handle, { d: disc(line + alongLine(r), cy + LINE_BELOW, 8) });
    // No ν leads to the circle or beyond, nor to 0.
    handle.classList.toggle("images", r === 0 || r >= 1);
  }

  /**
   * Put the grips where their marks are.
   * @param {PoleReadout} shown
   */
  #paintGrips({ r, nu, memory }) {
    const { cx, cy, line } = this.#place;
    const { grips, twins, onLine } = this.#marks;
    const all = this.#poles;
    this.#slots.forEach((slot, i) => {
      const { node } = grips[slot];
      node.hidden = twins[slot].hidden = i >= all.length;
      node.classList.toggle("first", i === 0);
      if (node.hidden) return;
      const [size, degrees] = all[i];
      const [right, up] = pointOf(size, degrees);
      const side = this.#sides[slot];
      grips[slot].show(cx + right, cy - side * up, `size ${number(size)} at ${number(degrees)} degrees`, size, [0, FARTHEST]);
      set(twins[slot], { style: `left: ${cx + right}px; top: ${cy + side * up}px` });
    });
    onLine.show(line + alongLine(r), cy + LINE_BELOW,
      nu === null || memory === null ? "none" : `${number(nu)}, a memory of ${number(memory)} steps`, nuOnLine(r), [LAST_NU, FIRST_NU]);
  }

  /**
   * Draw the response between the two curves of its envelope. What leaves the scale is told by an arrow.
   * @param {PoleReadout} shown
   */
  #paintResponse(shown) {
    const { envelope, memory } = shown;
    const { left, right, top, height } = this.#place;
    const { stems, ages, beyond, size, envelope: outline, memory: line, leaves, mark, response: title } = this.#marks;
    const X = (/** @type {number} */ k) => (((right - left - 4) * k) / OLDEST + 2).toFixed(1);
    const Y = (/** @type {number} */ value) => (height / 2 - (value * height) / 2 / IN_RESPONSE).toFixed(1);
    const paths = responsePaths(shown, X, Y);
    set(stems, { d: paths.stems });
    set(ages, { d: paths.ages });
    set(beyond, { d: paths.beyond });
    set(outline, { d: paths.envelope });
    const several = this.#poles.length;
    // On the line if there is room above it, else below.
    const half = envelope[OLDEST / 2];
    size.style.display = half > IN_RESPONSE ? "none" : "";
    set(size, { x: left + Number(X(OLDEST / 2)), y: top + Number(Y(Math.min(half, IN_RESPONSE))) + (half > 0.75 ? 19 : -6) });
    write(size.firstElementChild, several > 1 ? "mean " : "");
    write(title.firstElementChild, several > 1 ? `mean of ${several} responses Re ` : "what is left of a single 1: Re ");
    const out = leavesAt(envelope);
    const [at, words, value] = markOf(shown);
    const place = left + Number(X(Math.min(at, OLDEST)));
    set(line, { d: memory !== null && memory <= OLDEST ? `M${place} ${top}v${height}` : "" });
    set(leaves, { d: out < 0 ? "" : `M${left + Number(X(out))} ${top + 8}v-14m-4 5l4 -5l4 5` });
    const late = place > (left + right) / 2;
    set(mark, { x: late ? Math.min(place + 4, right) : Math.max(place - 4, left), y: top - 3, "text-anchor": late ? "end" : "start" });
    write(mark.firstElementChild, words);
    write(mark.lastElementChild, value);
  }

}

define("rnn-pole", Pole);
