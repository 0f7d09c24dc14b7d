// @ts-check
import { makeReadouts, slider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, number, reading } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { FARTHEST, poles, polesIn, real } from "./lib/parameters.js";
import { disc, each } from "./lib/shapes.js";
import { html, path, set, svg, symbol, write } from "./lib/svg.js";

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

/** The most poles beside the one that is held. */
const OTHERS = 2;
/** The age of the oldest state shown. */
const OLDEST = 100;
/** The radius of the unit circle is the same on every screen, so that a pixel always means the same. */
const RADIUS = 100;
const PIXEL = 1 / RADIUS;
/** The line of nu is as long as the disc is wide. It runs down, so that memory grows to the right. */
const [FIRST_NU, LAST_NU, LINE] = [1, -7, 2 * RADIUS];
const PIXEL_ON_LINE = (FIRST_NU - LAST_NU) / LINE;
/** How much of the plane and of the response is in the picture: a little more than up to 1. */
const [IN_PLANE, IN_RESPONSE] = [1.13, 1.1];
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
 * The steps until 1/e is left of a memory; infinite if nothing fades.
 * @param {number} r
 */
function memoryOf(r) {
  if (r >= 1) return Infinity;
  return r > 0 ? -1 / Math.log(r) : 0;
}

/**
 * The powers of a pole up to the oldest, from 1 on.
 * @param {number} size
 * @param {number} degrees
 * @returns {[number[], number[]]} their real and their imaginary parts
 */
function powersOf(size, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [re, im] = [size * Math.cos(angle), size * Math.sin(angle)];
  /** @type {[number[], number[]]} */
  const [real, imaginary] = [[1], [0]];
  for (let k = 0; k < OLDEST; k++) {
    // One multiplication a step, as in the recurrence; Python does the same.
    real.push(real[k] * re - imaginary[k] * im);
    imaginary.push(real[k] * im + imaginary[k] * re);
  }
  return [real, imaginary];
}

/**
 * @param {number[][]} rows of the same length
 * @returns {number[]} the mean of each column
 */
function mean(rows) {
  return rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
}

/**
 * The size of a pole at a place on the line, to as many digits as a pixel resolves there.
 * @param {number} nu
 */
function sizeAt(nu) {
  const within = Math.min(Math.max(nu, LAST_NU), FIRST_NU);
  const short = Number((-Math.expm1(-Math.exp(within))).toPrecision(4));
  return Number((1 - short).toFixed(10));
}

/**
 * @typedef {{r: number, angle: number, others: string, response: number[], envelope: number[],
 *   nu: number | null, memory: number | null, pixel: number | null, line_pixel: number | null,
 *   turn: number | null}} PoleReadout
 */

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
    const onLine = (/** @type {number} */ nu) => {
      this.change("r", sizeAt(nu));
      this.told();
    };
    marks.onLine.listen({
      move: ({ x }) => onLine(Number((FIRST_NU - PIXEL_ON_LINE * (x - this.#place.line)).toFixed(2))),
      nudge: (right, up) => onLine(this.#nuOnLine - PIXEL_ON_LINE * (right + up)),
      release: () => this.say(`Pole of size ${number(this.setting.r)}`),
    });
  }

  /**
   * Every number shown, unrounded.
   * @returns {PoleReadout}
   */
  get readout() {
    const { r, angle, others } = super.readout;
    const all = this.#poles;
    const memory = memoryOf(r);
    const fades = memory < Infinity;
    return {
      r, angle, others,
      response: mean(all.map(([size, degrees]) => powersOf(size, degrees)[0])),
      envelope: mean(all.map(([size]) => powersOf(size, 0)[0])),
      nu: fades && r ? Math.log(-Math.log(r)) : null,
      memory: fades ? memory : null,
      pixel: fades ? memory - memoryOf(r - PIXEL) : null,
      line_pixel: fades ? memory * (1 - Math.exp(-PIXEL_ON_LINE)) : null,
      turn: angle ? 360 / angle : null,
    };
  }

  /**
   * The size and the angle of every pole, first of the one that is held.
   * @returns {[number, number][]}
   */
  get #poles() {
    const { r, angle, others } = this.setting;
    return [[r, angle], ...polesIn(others)];
  }

  set #poles([[r, angle], ...others]) {
    this.change("r", r);
    this.change("angle", angle);
    this.change("others", others.map((pole) => pole.join("@")).join(";") || "none");
  }

  /** The place of the pole on the line, at its ends if it lies beyond them. */
  get #nuOnLine() {
    const nu = Math.log(-Math.log(Math.min(this.setting.r, 1)));
    return Math.min(Math.max(nu, LAST_NU), FIRST_NU);
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
    const [[r, angle]] = all;
    if (all.length > OTHERS) {
      this.#poles = [[r, angle]];
      return this.told("One pole");
    }
    this.#poles = [[r, (angle + 60) % 181], ...all];
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
    const r = Math.min(Number((Math.hypot(right, up) * PIXEL).toFixed(2)), FARTHEST);
    // The real numbers are where a hand would hardly ever land.
    const angle = Math.abs(up) < 3 ? (right < 0 ? 180 : 0)
      : Math.round((Math.atan2(Math.abs(up), right) * 180) / Math.PI);
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
    const { r, angle } = this.setting;
    this.change("r", Number(Math.min(Math.max(r + up * PIXEL, 0), FARTHEST).toFixed(6)));
    this.change("angle", Number(Math.min(Math.max(angle - right, 0), 180).toFixed(6)));
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
    const reach = Math.round(RADIUS * IN_PLANE);
    set(rim, { cx, cy });
    set(axes, { d: `M${cx - reach} ${cy}h${2 * reach}M${cx} ${cy - reach}v${2 * reach}` });
    set(plane, { x: cx - reach, y: cy - reach, width: 2 * reach, height: 2 * reach });
    set(title, { x: Math.max(cx - reach - 11, 0), y: 12 });
    const at = [[cx + reach + 7, cy + 4.5], [cx + 12, cy - reach + 4], [cx - reach - 5, cy - 10]];
    ends.forEach((end, i) => set(end, { x: at[i][0], y: at[i][1] }));
    const from = cx - RADIUS;
    set(pixel, { x: from, y: lineAt - 26 });
    const ticks = memories.map((_, i) => `M${from + (FIRST_NU + Math.log(10 ** i)) / PIXEL_ON_LINE} ${lineAt - 4}v8`);
    set(line, { d: `M${from} ${lineAt}h${LINE}${ticks.join("")}` });
    set(nu, { x: from - 12, y: lineAt + 5 });
    memories.forEach((memory, i) => {
      const place = from + (FIRST_NU + Math.log(10 ** i)) / PIXEL_ON_LINE - 3.6 * (i + 1);
      set(memory, { x: Math.min(place, last), y: lineAt + 23 });
    });
    set(linePixel, { x: from, y: lineAt + 44 });
  }

  paint() {
    const shown = this.readout;
    const { memory, nu, turn, pixel, line_pixel } = shown;
    const steps = (/** @type {number | null} */ value) => (value === null ? "–" : reading(value));
    // From a memory for ever one pixel may lead to one that fades.
    const cost = pixel === null && shown.r < 1 + PIXEL ? "∞" : steps(pixel);
    this.#paintPlane();
    this.#paintGrips(shown);
    this.#paintResponse(shown);
    write(this.#marks.pixel.children[1], cost);
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
    const [re, im] = powersOf(r, angle);
    const centre = Math.round(RADIUS * IN_PLANE);
    let [curve, dots] = ["", ""];
    for (let k = 0; k <= OLDEST; k++) {
      const at = `${(centre + RADIUS * re[k]).toFixed(1)} ${(centre - RADIUS * im[k]).toFixed(1)}`;
      curve += (k ? "L" : "M") + at;
      dots += `M${at}h0`;
      if (Math.hypot(re[k], im[k]) > 1.6) break;
    }
    set(spiral, { d: curve });
    set(powers, { d: dots });
    let [filled, hollow] = ["", ""];
    this.#poles.forEach(([size, degrees], i) => {
      const [right, up] = this.#pointOf(size, degrees);
      filled += disc(cx + right, cy - up, i ? 5 : 8);
      hollow += disc(cx + right, cy + up, i ? 3.5 : 5.5);
    });
    set(poles, { d: filled });
    set(images, { d: hollow });
    const [right, up] = this.#pointOf(r, angle);
    set(ray, { d: `M${cx} ${cy}L${cx + right} ${cy - up}` });
    set(handle, { d: disc(line + (FIRST_NU - this.#nuOnLine) / PIXEL_ON_LINE, cy + LINE_BELOW, 8) });
    // No ν leads to the circle or beyond, nor to 0.
    handle.classList.toggle("images", r === 0 || r >= 1);
  }

  /**
   * Where a pole lies, in pixels from 0.
   * @param {number} size
   * @param {number} degrees
   */
  #pointOf(size, degrees) {
    const angle = (degrees * Math.PI) / 180;
    return [RADIUS * size * Math.cos(angle), RADIUS * size * Math.sin(angle)]
      .map((pixels) => Number(pixels.toFixed(1)));
  }

  /**
   * Put the grips where their marks are.
   * @param {PoleReadout} shown
   */
  #paintGrips({ nu, memory }) {
    const { cx, cy, line } = this.#place;
    const { grips, twins, onLine } = this.#marks;
    const all = this.#poles;
    this.#slots.forEach((slot, i) => {
      const { node } = grips[slot];
      node.hidden = twins[slot].hidden = i >= all.length;
      node.classList.toggle("first", i === 0);
      if (node.hidden) return;
      const [size, degrees] = all[i];
      const [right, up] = this.#pointOf(size, degrees);
      const side = this.#sides[slot];
      grips[slot].show(cx + right, cy - side * up, `size ${number(size)} at ${number(degrees)} degrees`, size, [0, FARTHEST]);
      set(twins[slot], { style: `left: ${cx + right}px; top: ${cy + side * up}px` });
    });
    onLine.show(line + (FIRST_NU - this.#nuOnLine) / PIXEL_ON_LINE, cy + LINE_BELOW,
      nu === null || memory === null ? "none" : `${number(nu)}, a memory of ${number(memory)} steps`, this.#nuOnLine, [LAST_NU, FIRST_NU]);
  }

  /**
   * Draw the response between the two curves of its envelope. What leaves the scale is told by an arrow.
   * @param {PoleReadout} shown
   */
  #paintResponse({ response, envelope, memory }) {
    const { left, right, top, height } = this.#place;
    const { stems, ages, beyond, size, envelope: outline, memory: line, leaves, mark, response: title } = this.#marks;
    const X = (/** @type {number} */ k) => (((right - left - 4) * k) / OLDEST + 2).toFixed(1);
    const Y = (/** @type {number} */ value) => (height / 2 - (value * height) / 2 / IN_RESPONSE).toFixed(1);
    const zero = Y(0);
    let [stem, dots, past, above, below] = ["", "", "", "", ""];
    for (let k = 0; k <= OLDEST; k++) {
      const [x, y] = [X(k), Y(response[k])];
      if (Math.abs(response[k]) < IN_RESPONSE) {
        stem += `M${x} ${zero}V${y}`;
        dots += `M${x} ${y}h0`;
      } else {
        // Only the direction is left.
        const tip = Math.sign(response[k]);
        past += `M${x} ${Y(tip * 1.085)}m-1.6 ${2.6 * tip}l1.6 ${-2.6 * tip}l1.6 ${2.6 * tip}`;
      }
      above += `${k ? "L" : "M"}${x} ${Y(envelope[k])}`;
      below += `${k ? "L" : "M"}${x} ${Y(-envelope[k])}`;
    }
    set(stems, { d: stem });
    set(ages, { d: dots });
    set(beyond, { d: past });
    set(outline, { d: above + below });
    const several = this.#poles.length;
    // On the line if there is room above it, else below.
    const half = envelope[OLDEST / 2];
    size.style.display = half > IN_RESPONSE ? "none" : "";
    set(size, { x: left + Number(X(OLDEST / 2)), y: top + Number(Y(Math.min(half, IN_RESPONSE))) + (half > 0.75 ? 19 : -6) });
    write(size.firstElementChild, several > 1 ? "mean " : "");
    write(title.firstElementChild, several > 1 ? `mean of ${several} responses Re ` : "what is left of a single 1: Re ");
    const out = envelope.findIndex((size) => size > IN_RESPONSE);
    const [at, words, value] = this.#markOf(out, memory, envelope);
    const place = left + Number(X(Math.min(at, OLDEST)));
    set(line, { d: memory !== null && memory <= OLDEST ? `M${place} ${top}v${height}` : "" });
    set(leaves, { d: out < 0 ? "" : `M${left + Number(X(out))} ${top + 8}v-14m-4 5l4 -5l4 5` });
    const late = place > (left + right) / 2;
    set(mark, { x: late ? Math.min(place + 4, right) : Math.max(place - 4, left), y: top - 3, "text-anchor": late ? "end" : "start" });
    write(mark.firstElementChild, words);
    write(mark.lastElementChild, value);
  }

  /**
   * What is marked on the response: the memory, or how far it grows.
   * @param {number} out the age at which it leaves the scale, or −1
   * @param {number | null} memory
   * @param {number[]} envelope
   * @returns {[number, string, string]} the age, the words, and the number
   */
  #markOf(out, memory, envelope) {
    if (out >= 0) return [OLDEST, "grows to ", `${reading(envelope[OLDEST])} ↑`];
    if (memory === null) return [OLDEST, "never fades", ""];
    return memory > OLDEST ? [OLDEST, "memory ", `${reading(memory)} →`] : [memory, "memory ", reading(memory)];
  }
}

define("rnn-pole", Pole);
