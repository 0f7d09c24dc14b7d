// @ts-check
import { N, surface } from "../dataset.js";
import { makeRuler } from "./controls.js";
import { LIMIT } from "./parameters.js";
import { each, html, linear, set, svg } from "./svg.js";
/** @import { Scale } from "./svg.js" */

/* A map of the loss over both weights, and a point on it. */

/** @typedef {[number, number, number, number]} View the limits of wRec, followed by those of wx */

/** The view of the whole range of weights. */
export const WHOLE_VIEW = /** @type {View} */ ([-LIMIT, LIMIT, -LIMIT, LIMIT]);

/** The powers of ten between which the map distinguishes losses. */
export const LOWEST = -3;
export const HIGHEST = 10;

export const MAP_STYLE = `
.stage { user-select: none; -webkit-user-select: none; }
.map { position: absolute; color: var(--target); background: var(--paper); transition: color 1ms; }
.map + svg { position: relative; pointer-events: none; }
svg .inside { overflow: hidden; }
svg .casing { stroke: var(--paper); stroke-width: 4; stroke-opacity: 0.85; }
svg .floor { stroke: var(--ink); stroke-width: 1.5; }
svg .tick { stroke: var(--ink); stroke-opacity: 0.5; }
.minimum { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
.pad { fill: transparent; pointer-events: all; cursor: crosshair; }
.point { fill: var(--ink); stroke: var(--paper); stroke-width: 2; }
.handle {
  position: absolute; width: 44px; height: 44px; margin: -22px; border-radius: 50%;
  cursor: grab; touch-action: none;
}
.handle:active { cursor: grabbing; }
.handle:hover { box-shadow: inset 0 0 0 2px var(--ink); }
`;

/**
 * The share of slate in the tone of a loss: one tone for each half power of ten, with the strongest
 * contrast from 1 to 1000, where the floor of the ravine meets its walls.
 * @param {number} loss
 */
export function tone(loss) {
  const level = Math.floor(2 * Math.min(Math.max(Math.log10(loss), LOWEST), HIGHEST)) / 2;
  if (level < 0) return 0.18 * (1 - level / LOWEST);
  return level < 3 ? 0.18 + level * 0.14 : 0.6 + (0.3 * (level - 3)) / (HIGHEST - 3);
}

/**
 * A square map of the loss: wRec to the right, wx upwards. Put `canvas`, followed directly by an
 * <svg> with `nodes`, into a "stage"; anything that moves belongs in the <svg>, and in `inside` if
 * it must be clipped at the border of the map.
 */
export function makeLossMap() {
  const canvas = html("canvas", { class: "map" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const pad = svg("rect", { class: "pad" });
  const floor = ["casing", "floor"].map((name) => svg("path", { class: name }));
  const minimum = svg("circle", { class: "minimum", r: 4 });
  const inside = svg("svg", { class: "inside" }, pad, ...floor, minimum);
  const floorName = svg("text", { class: "halo", "text-anchor": "middle" }, "ravine floor");
  const minimumName = svg("text", { class: "halo" }, "(1, 1)");
  const wRec = svg("text", { class: "wrec", "text-anchor": "middle" }, "wRec");
  const wx = svg("text", { class: "wx", "text-anchor": "end" }, "wx");
  const [across, up] = [makeRuler("x"), makeRuler("y")];
  const tones = new Uint32Array(2 ** 15);
  let [left, top, size] = [0, 0, 1];
  let view = WHOLE_VIEW;
  let drawn = "";
  let mixed = "";
  /** @type {Scale} */
  const X = (value) => linear(view[0], view[1], left, left + size)(value);
  /** @type {Scale} */
  const Y = (value) => linear(view[2], view[3], top + size, top)(value);

  /** Assign a colour to every loss, indexed by the upper half of its bits as a 32-bit float. */
  function mixTones() {
    const { color, backgroundColor } = getComputedStyle(canvas);
    if (mixed === color + backgroundColor) return;
    mixed = color + backgroundColor;
    const [slate, paper] = [color, backgroundColor].map((rgb) => (rgb.match(/\d+/g) ?? []).map(Number));
    const bits = new Uint32Array(1);
    const loss = new Float32Array(bits.buffer);
    for (let i = 0; i < tones.length; i++) {
      bits[0] = i << 16;
      const share = tone(loss[0]);
      const part = (/** @type {number} */ j) => Math.round(paper[j] + share * (slate[j] - paper[j]));
      tones[i] = (255 << 24) | (part(2) << 16) | (part(1) << 8) | part(0);
    }
  }

  /** Draw the tones: the polynomials are evaluated once per column, then two products per pixel. */
  function drawTones() {
    mixTones();
    const side = canvas.width;
    const image = context.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    const at = (/** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) =>
      from + ((i + 0.5) * (to - from)) / side;
    const [A, B] = [surface.A, surface.B].map((p) =>
      Float64Array.from({ length: side }, (_, i) => p(at(i, view[0], view[1])) / N));
    const C = surface.C / N;
    const row = new Float32Array(side);
    const bits = new Uint32Array(row.buffer);
    for (let j = 0; j < side; j++) {
      const wx = at(j, view[3], view[2]);
      for (let i = 0; i < side; i++) row[i] = (wx * A[i] - 2 * B[i]) * wx + C;
      // The sign is dropped, because rounding can make a loss near 0 negative.
      for (let i = 0; i < side; i++) pixels[j * side + i] = tones[(bits[i] >>> 16) & 0x7fff];
    }
    context.putImageData(image, 0, 0);
  }

  /**
   * Write the name of the minimum below it, on one side of the floor or the other.
   * @param {"left" | "right"} side
   */
  function nameMinimum(side) {
    const [x, y] = [X(1), Y(1)];
    set(minimumName, side === "left"
      ? { x: x - 8, y: y + 17, "text-anchor": "end" }
      : { x: x + 15, y: y + 17, "text-anchor": "start" });
  }

  /** Draw the floor, and write names where there is room. */
  function drawFloor() {
    const line = each(0, 160, linear(0, 160, view[0], view[1]))
      .map((r) => [X(r), Y(surface.floor(r))]);
    for (const path of floor) set(path, { d: `M${line.map((point) => point.join(" ")).join("L")}` });
    const [x, y] = [X(1), Y(1)];
    set(minimum, { cx: x, cy: y });
    nameMinimum("left");
    const within = (/** @type {number[]} */ [x, y], beside = 0, above = 0) =>
      left + beside < x && x < left + size - beside && top + above < y && y < top + size;
    minimumName.style.display = within([x, y]) ? "" : "none";
    const place = line.find((point) =>
      within(point, 46, 30) && Math.hypot(point[0] - x, point[1] - y) > 90);
    floorName.style.display = place ? "" : "none";
    if (place) set(floorName, { x: place[0], y: place[1] - 9 });
  }

  // Any change of theme changes the colour of the canvas, which ends with a transition event.
  canvas.addEventListener("transitionend", drawTones);

  return {
    canvas,
    inside,
    pad,
    nodes: [inside, floorName, minimumName, ...across.nodes, ...up.nodes, wRec, wx],
    X,
    Y,
    /**
     * Position the map. Its axes need 44 px to its left, 24 above, 14 to its right and 40 below.
     * @param {number} x
     * @param {number} y
     * @param {number} side
     */
    layout(x, y, side) {
      [left, top, size] = [x, y, side];
      set(canvas, { style: `left: ${x}px; top: ${y}px; width: ${side}px; height: ${side}px` });
      const square = { x, y, width: side, height: side };
      set(pad, square);
      set(inside, { ...square, viewBox: Object.values(square).join(" ") });
      set(wRec, { x: x + side / 2, y: y + side + 36 });
      set(wx, { x: x - 8, y: y - 10 });
    },
    /**
     * Draw the map, unless it would look the same.
     * @param {View} limits
     */
    paint(limits) {
      // The tones change slowly: more pixels would take longer without showing more.
      const side = Math.min(Math.round(size * devicePixelRatio), 512);
      const wanted = [left, top, size, side, ...limits].join();
      if (drawn === wanted) return;
      [drawn, view] = [wanted, limits];
      set(canvas, { width: side, height: side });
      const bottom = top + size;
      across.show(view.slice(0, 2), 6, X, [bottom, bottom + 4, bottom + 18]);
      up.show(view.slice(2), 6, Y, [left - 4, left, left - 8]);
      drawFloor();
      drawTones();
    },
    nameMinimum,
    /**
     * The weights under a pointer; outside the map, those of the nearest point on its border.
     * @param {{clientX: number, clientY: number}} pointer
     */
    weightsAt({ clientX, clientY }) {
      const box = canvas.getBoundingClientRect();
      const at = (/** @type {number} */ share, /** @type {number} */ from, /** @type {number} */ to) =>
        from + Math.min(Math.max(share, 0), 1) * (to - from);
      return {
        wx: at((clientY - box.top) / box.height, view[3], view[2]),
        wRec: at((clientX - box.left) / box.width, view[0], view[1]),
      };
    },
  };
}

/**
 * The point on a map: the reader drags it, or clicks where it should go. A finger that touches the
 * map beside it scrolls the page.
 * @param {ReturnType<typeof makeLossMap>} map
 */
export function makePoint({ pad, weightsAt }) {
  const handle = html("div", { class: "handle" });
  const mark = svg("circle", { class: "point", r: 7 });
  /** The offset from the pointer to the point, so that grabbing its edge does not move it. */
  let grip = [0, 0];
  let finger = false;
  return {
    handle,
    mark,
    /**
     * @param {{start: () => void, move: (weights: {wx: number, wRec: number}) => void,
     *   end: () => void}} reader called when the reader grabs, moves and releases the point
     */
    listen({ start, move, end }) {
      const follow = (/** @type {MouseEvent} */ { clientX, clientY }) =>
        move(weightsAt({ clientX: clientX + grip[0], clientY: clientY + grip[1] }));
      const take = (/** @type {PointerEvent} */ event) => {
        const { left, top } = handle.getBoundingClientRect();
        const held = event.target === handle;
        grip = held ? [left + 22 - event.clientX, top + 22 - event.clientY] : [0, 0];
        finger = event.pointerType === "touch";
        if (event.button || (finger && !held)) return;
        handle.setPointerCapture(event.pointerId);
        start();
        if (!held) follow(event);
      };
      handle.addEventListener("pointerdown", take);
      pad.addEventListener("pointerdown", take);
      pad.addEventListener("click", (event) => {
        if (!finger) return;
        follow(event);
        end();
      });
      handle.addEventListener("pointermove", (event) => {
        if (handle.hasPointerCapture(event.pointerId)) follow(event);
      });
      handle.addEventListener("lostpointercapture", end);
    },
    /**
     * @param {number} x
     * @param {number} y
     */
    show(x, y) {
      set(mark, { cx: x, cy: y });
      set(handle, { style: `left: ${x}px; top: ${y}px` });
    },
  };
}
