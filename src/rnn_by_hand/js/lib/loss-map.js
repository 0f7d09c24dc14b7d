// @ts-check
import { surface } from "../dataset.js";
import { WHOLE_VIEW, keyStep, touches, weightsIn } from "../numbers/view.js";
import { makeRuler } from "./controls.js";
import { decimals } from "./format.js";
import { makeGrip } from "./grip.js";
import { drawLandscape, scaleStyle } from "./loss-colours.js";
import { LIMIT } from "./parameters.js";
import { each, linear } from "./shapes.js";
import { html, placeIn, set, svg } from "./svg.js";
/** @import { View } from "../numbers/view.js" */
/** @import { Scale } from "./shapes.js" */

/* A map of the loss over both weights, and a point on it. */

/** How many milliseconds of a frame the drawing of a map may take. */
const SLICE = 10;

/** The powers of ten between which the map distinguishes losses. */
export const LOWEST = -3;
export const HIGHEST = 10;

export const MAP_STYLE = `
:host { ${scaleStyle()} }
.stage { user-select: none; -webkit-user-select: none; }
.map { position: absolute; color: var(--target); background: var(--loss-6); transition: color 1ms; }
.map + svg { position: relative; pointer-events: none; }
svg .inside { overflow: hidden; }
svg .casing { stroke: var(--paper); stroke-width: 4; stroke-opacity: 0.85; }
svg .floor { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 5 3; }
svg .floor.casing { stroke: var(--paper); stroke-width: 2.6; stroke-opacity: 0.7; }
svg .tick { stroke: var(--ink); stroke-opacity: 0.5; }
.minimum { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
.pad { fill: transparent; pointer-events: all; cursor: crosshair; }
.point { fill: var(--ink); stroke: var(--paper); stroke-width: 2; }
`;

/** Whether the page is being printed, and no further frame will be seen. */
let printing = false;
addEventListener("beforeprint", () => (printing = true));
addEventListener("afterprint", () => (printing = false));

/**
 * A square map of the loss: wRec to the right, wx upwards. Put `canvas`, followed directly by an
 * <svg> with `nodes`, into a "stage"; anything that moves belongs in the <svg>, and in `inside` if
 * it must be clipped at the border of the map.
 */
export function makeLossMap() {
  const canvas = html("canvas", { class: "map" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const pad = svg("rect", { class: "pad" });
  const floor = ["floor casing", "floor"].map((name) => svg("path", { class: name }));
  const minimum = svg("circle", { class: "minimum", r: 4 });
  const inside = svg("svg", { class: "inside" }, pad, ...floor, minimum);
  const floorName = svg("text", { class: "floor-name halo", "text-anchor": "middle" }, "ravine floor");
  const minimumName = svg("text", { class: "halo" }, "(1, 1)");
  const wRec = svg("text", { class: "wrec", "text-anchor": "middle" }, "wRec");
  const wx = svg("text", { class: "wx", "text-anchor": "end" }, "wx");
  const [across, up] = [makeRuler("x"), makeRuler("y")];
  let [left, top, size] = [0, 0, 1];
  let view = WHOLE_VIEW;
  let drawn = "";
  let drawing = 0;
  /** The left, right, top and bottom of the names of floor and minimum; null if there is no room. */
  let marks = /** @type {number[][]} */ ([]);
  const boxes = /** @type {(number[] | null)[]} */ ([null, null]);
  /** @type {Scale} */
  const X = (value) => linear(view[0], view[1], left, left + size)(value);
  /** @type {Scale} */
  const Y = (value) => linear(view[2], view[3], top + size, top)(value);

  /** Draw the tones, on a slow machine over several frames. */
  function drawTones() {
    cancelAnimationFrame(drawing);
    const side = canvas.width;
    const image = context.createImageData(side, side);
    const rows = drawLandscape(image, view, getComputedStyle(canvas));
    let known = 0;
    const slice = () => {
      const until = performance.now() + SLICE;
      const first = known;
      while (known < side && (printing || performance.now() < until)) {
        rows.next();
        known++;
      }
      context.putImageData(image, 0, 0, 0, first, side, known - first);
      drawing = known < side ? requestAnimationFrame(slice) : 0;
      set(canvas, { "aria-busy": String(known < side) });
    };
    slice();
  }

  /**
   * Write the name of the minimum below it, on one side of the floor or the other.
   * @param {"left" | "right"} side
   */
  function nameMinimum(side) {
    const [x, y] = [X(1), Y(1)];
    const at = side === "left" ? x - 8 : x + 15;
    set(minimumName, { x: at, y: y + 17, "text-anchor": side === "left" ? "end" : "start" });
    boxes[1] = side === "left" ? [at - 32, at, y + 6, y + 20] : [at, at + 32, y + 6, y + 20];
    if (!isInside([x, y])) boxes[1] = null;
    keepClear(marks);
  }

  /** @param {number[]} place */
  function isInside([x, y], beside = 0, above = 0) {
    return left + beside < x && x < left + size - beside && top + above < y && y < top + size;
  }

  /** Draw the floor, and write names where there is room. */
  function drawFloor() {
    const line = each(0, 160, linear(0, 160, view[0], view[1]))
      .map((r) => [X(r), Y(surface.floor(r))]);
    for (const path of floor) set(path, { d: `M${line.map((point) => point.join(" ")).join("L")}` });
    const [x, y] = [X(1), Y(1)];
    set(minimum, { cx: x, cy: y });
    const place = line.find((point) =>
      isInside(point, 46, 30) && Math.hypot(point[0] - x, point[1] - y) > 90);
    if (place) set(floorName, { x: place[0], y: place[1] - 9 });
    boxes[0] = place ? [place[0] - 37, place[0] + 37, place[1] - 21, place[1] - 5] : null;
    nameMinimum("left");
  }

  /**
   * Leave out the names that a mark or a line would cover.
   * @param {number[][]} lines the ends of each, as x, y, x, y; a mark is a line without a length
   */
  function keepClear(lines) {
    marks = lines;
    [floorName, minimumName].forEach((name, i) => {
      const box = boxes[i];
      const free = box && !lines.some((line) => touches(line, box, line[0] === line[2] && line[1] === line[3] ? 9 : 1));
      name.style.display = free ? "" : "none";
    });
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
      const side = Math.min(Math.round(size * devicePixelRatio), 420);
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
    keepClear,
    /**
     * The weights at a place in the stage; outside the map, those of the nearest point on its border.
     * @param {number} x
     * @param {number} y
     */
    weightsIn(x, y) {
      return weightsIn(view, (x - left) / size, (y - top) / size);
    },
    /**
     * The weights under a pointer.
     * @param {{clientX: number, clientY: number}} pointer
     */
    weightsAt(pointer) {
      const { x, y } = placeIn(canvas, pointer);
      return this.weightsIn(left + x, top + y);
    },
    /** How far an arrow key moves a weight: a tenth, or less where the map shows less. */
    get step() {
      return keyStep(view);
    },
  };
}

/**
 * The point on a map: the reader drags it, moves it with the arrow keys, or clicks where it should
 * go. A finger that touches the map beside it scrolls the page.
 * @param {ReturnType<typeof makeLossMap>} map
 * @param {string} [name] for screen readers
 */
export function makePoint(map, name = "point on the map") {
  const grip = makeGrip(name);
  const { pad } = map;
  const mark = svg("circle", { class: "point", r: 7 });
  grip.node.classList.add("handle");
  let at = { x: 0, y: 0 };
  let finger = false;
  return {
    handle: grip.node,
    mark,
    /**
     * @param {{start: () => void, move: (weights: {wx: number, wRec: number}) => void,
     *   end: () => void}} reader called when the reader grabs, moves and releases the point
     */
    listen({ start, move, end }) {
      grip.listen({
        grab: start,
        move: ({ x, y }) => move(map.weightsIn(x, y)),
        nudge(right, up) {
          const weights = map.weightsIn(at.x, at.y);
          const wx = inRange(weights.wx + up * map.step);
          const wRec = inRange(weights.wRec + right * map.step);
          // The next key may come before the point is painted.
          at = { x: map.X(wRec), y: map.Y(wx) };
          move({ wx, wRec });
        },
        release: end,
      });
      pad.addEventListener("pointerdown", (event) => {
        finger = event.pointerType === "touch";
        if (event.button || finger) return;
        pad.setPointerCapture(event.pointerId);
        start();
        move(map.weightsAt(event));
      });
      pad.addEventListener("pointermove", (event) => {
        // Any element captures a finger by itself.
        if (!finger && pad.hasPointerCapture(event.pointerId)) move(map.weightsAt(event));
      });
      pad.addEventListener("lostpointercapture", () => {
        if (!finger) end();
      });
      pad.addEventListener("click", (event) => {
        if (!finger) return;
        move(map.weightsAt(event));
        end();
      });
    },
    /**
     * @param {number} x
     * @param {number} y
     * @param {string} [text] what a screen reader says
     */
    show(x, y, text) {
      at = { x, y };
      set(mark, { cx: x, cy: y });
      map.keepClear([[x, y, x, y]]);
      const { wx, wRec } = map.weightsIn(x, y);
      grip.show(x, y, text ?? `wx ${decimals(wx)}, wRec ${decimals(wRec)}`, inRange(wRec));
    },
  };
}

/** @param {number} weight */
function inRange(weight) {
  return Math.min(Math.max(weight, -LIMIT), LIMIT);
}
