// @ts-check
import { surface } from "./dataset.js";
import { makeReadouts, menu, slider, weightSliders } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, number } from "./lib/format.js";
import { MAP_STYLE, WHOLE_VIEW, makeLossMap, makePoint } from "./lib/loss-map.js";
import { LIMIT, choice, real, weight, whole } from "./lib/parameters.js";
import { arrow, each, html, set, svg, write } from "./lib/svg.js";

// The constants, the optimisers and the fates are those of optimizers.py.
const BOUND = 100;
const REACHED = 0.01;
const FATES = ["near (1, 1)", "still on the way", "wrong valley", "blown up"];

/** The maximum number of steps shown; the map of fates always takes this many. */
const MOST_STEPS = 500;

/** The number of starting points along each side of the map of fates. */
const STARTS = 41;

/** @typedef {[number, number]} Weights wx and wRec */

const { curvature, gradient, loss } = surface;

/**
 * Each optimiser, given a rate, returns a function that takes one step from weights to weights;
 * any memory it keeps belongs to a single path.
 * @type {Record<string, (rate: number) => (w: Weights) => Weights>}
 */
const OPTIMIZERS = {
  "gradient descent": (rate) => (w) =>
    both((i, g) => w[i] - rate * g, gradient(...w)),
  "clipped descent": (rate) => (w) => {
    const g = gradient(...w);
    const factor = 10 / Math.max(Math.sqrt(g[0] * g[0] + g[1] * g[1]), 10);
    return both((i) => w[i] - rate * (g[i] * factor), g);
  },
  momentum: (rate) => {
    const velocity = [0, 0];
    return (w) => both((i, g) => {
      velocity[i] = 0.9 * velocity[i] - rate * g;
      return w[i] + velocity[i];
    }, gradient(...w));
  },
  Rprop: (rate) => {
    const step = [rate, rate];
    const last = [0, 0];
    return (w) => both((i, g) => {
      const sign = Math.sign(g);
      step[i] = Math.min(step[i] * (sign === last[i] ? 1.2 : 0.5), 50);
      last[i] = sign;
      return w[i] - sign * step[i];
    }, gradient(...w));
  },
  Adam: (rate) => {
    const [mean, square] = [[0, 0], [0, 0]];
    let [rest1, rest2] = [1, 1];
    return (w) => {
      rest1 *= 0.9;
      rest2 *= 0.999;
      return both((i, g) => {
        mean[i] = 0.9 * mean[i] + (1 - 0.9) * g;
        square[i] = 0.999 * square[i] + (1 - 0.999) * (g * g);
        return w[i] - rate * (mean[i] / (1 - rest1)) / (Math.sqrt(square[i] / (1 - rest2)) + 1e-8);
      }, gradient(...w));
    };
  },
  "Gauss-Newton": (rate) => {
    let damping = rate;
    return (w) => {
      const [wx, cross, wRec] = curvature(...w);
      const [a, b, c] = [wx + damping, cross, wRec + damping];
      const g = both((_, part) => part / 2, gradient(...w));
      const det = a * c - b * b;
      /** @type {Weights} */
      const trial = [w[0] - (c * g[0] - b * g[1]) / det, w[1] - (a * g[1] - b * g[0]) / det];
      const lower = loss(...trial) < loss(...w);
      damping = Math.min(Math.max(lower ? damping / 10 : damping * 10, 1e-12), 1e12);
      return lower ? trial : w;
    };
  },
};

/**
 * @param {(i: number, part: number) => number} make
 * @param {number[]} pair
 * @returns {Weights}
 */
function both(make, pair) {
  return [make(0, pair[0]), make(1, pair[1])];
}

/**
 * Whether both weights are within a limit; NaN never is.
 * @param {Weights} w
 * @param {number} limit
 */
function within([wx, wRec], limit) {
  return Math.abs(wx) <= limit && Math.abs(wRec) <= limit;
}

/**
 * The fate of a path that ends here, as an index into FATES.
 * @param {Weights} w
 */
function fateAt(w) {
  if (!within(w, BOUND)) return 3;
  const height = loss(...w);
  if (height < REACHED) return 0;
  return w[1] < -1 && height < loss(0, 0) ? 2 : 1;
}

/** The starting points of the map of fates, numbered by rows of wx, ordered from coarse to fine. */
const ORDER = each(0, STARTS * STARTS - 1, Number)
  .sort((a, b) => strideOf(b) - strideOf(a));

/** @param {number} start */
function strideOf(start) {
  const all = start % STARTS | Math.floor(start / STARTS) | 8;
  return all & -all;
}

/**
 * The map of fates: a tone for each fate, and stripes for one. Part of it is computed in each
 * frame, and it starts again when a different map is requested.
 */
function makeFateMap() {
  const fill = (/** @type {number} */ fate) => ({ style: `fill: url(#fate${fate})` });
  const marks = ["", "", "M0 0L1 1", ""];
  const patterns = marks.map((d, fate) => svg("pattern",
    { id: `fate${fate}`, x: -0.5, y: -0.5, width: 1, height: 1, patternUnits: "userSpaceOnUse" },
    svg("rect", { class: "tone", width: 1, height: 1, "fill-opacity": [0, 0.2, 0.45, 0.85][fate] }),
    svg("path", { d })));
  const areas = FATES.map((_, fate) => svg("path", fill(fate)));
  const group = svg("g", { class: "fates" }, svg("defs", {}, ...patterns),
    svg("rect", { x: -0.5, y: -0.5, width: STARTS, height: STARTS }), ...areas);
  const shares = FATES.map(() => html("dd"));
  const legend = html("div", { class: "legend" },
    html("span", { class: "quiet" }, `${ORDER.length} starts after ${MOST_STEPS} steps`),
    html("dl", {}, ...FATES.map((name, fate) => html("div", {},
      html("dt", {}, svg("svg", { class: "fates", width: 30, height: 20, viewBox: "-0.5 -0.5 3 2" },
        svg("rect", { x: -0.5, y: -0.5, width: 3, height: 2, ...fill(fate) })), name),
      shares[fate]))));
  /** @type {number[]} */
  const known = [];
  let next = 0;
  let frame = 0;
  let drawn = 0;
  /** @type {unknown[]} */
  let asked = [];
  /** @type {() => void} */
  let work;

  /** Compute fates for 4 ms, and draw the known ones ten times a second. */
  function slice() {
    const start = performance.now();
    while (next < ORDER.length && performance.now() < start + 4) work();
    // The previous map stays until there is a coarse new one.
    if (next === ORDER.length || (start > drawn + 100 && strideOf(ORDER[next - 1]) < 8)) {
      draw();
      drawn = start;
    }
    if (next < ORDER.length) frame = requestAnimationFrame(slice);
  }

  /**
   * The fate of a starting point or, until it is known, that of its neighbour in the coarser map.
   * @param {number} i
   * @param {number} j
   */
  function nearest(i, j) {
    let stride = 1;
    const start = () => (j - (j % stride)) * STARTS + i - (i % stride);
    while (known[start()] === undefined) stride *= 2;
    return known[start()];
  }

  function draw() {
    const d = FATES.map(() => "");
    for (let j = 0; j < STARTS; j++) {
      for (let i = 0, from = 0; i < STARTS; i++) {
        const fate = nearest(i, j);
        if (i + 1 < STARTS && nearest(i + 1, j) === fate) continue;
        d[fate] += `M${from - 0.5} ${STARTS - 1.5 - j}H${i + 0.5}v1H${from - 0.5}z`;
        from = i + 1;
      }
    }
    areas.forEach((area, fate) => {
      set(area, { d: d[fate] });
      const share = known.filter((one) => one === fate).length / next;
      write(shares[fate], `${number(Number((100 * share).toPrecision(2)))} %`);
    });
  }

  return {
    group,
    legend,
    /** The fate of each starting point, in rows of increasing wx, once all are known. */
    get fates() {
      return next < ORDER.length ? null : [...known];
    },
    /** @param {ReturnType<typeof makeLossMap>} map */
    layout({ X, Y }) {
      const cell = (X(LIMIT) - X(-LIMIT)) / (STARTS - 1);
      set(group, { transform: `translate(${X(-LIMIT)} ${Y(LIMIT)}) scale(${cell})` });
    },
    /**
     * @param {boolean} shown
     * @param {string} optimizer
     * @param {number} rate
     */
    paint(shown, optimizer, rate) {
      const wanted = [shown, optimizer, rate];
      if (wanted.every((part, i) => part === asked[i])) return;
      asked = wanted;
      cancelAnimationFrame(frame);
      group.style.display = legend.style.display = shown ? "" : "none";
      known.length = next = 0;
      if (!shown) return;
      const weight = (/** @type {number} */ i) => i * ((2 * LIMIT) / (STARTS - 1)) - LIMIT;
      work = () => {
        const start = ORDER[next++];
        const step = OPTIMIZERS[optimizer](rate);
        /** @type {Weights} */
        let w = [weight(Math.floor(start / STARTS)), weight(start % STARTS)];
        for (let k = 0; k < MOST_STEPS && within(w, BOUND); k++) w = step(w);
        known[start] = fateAt(w);
      };
      frame = requestAnimationFrame(slice);
    },
  };
}

const DESCENT_STYLE = `
.descent { display: flex; gap: 24px; }
.side { flex: 1; padding-top: 20px; }
.outcome { margin: 0 0 12px; font-size: 16px; }
.side .readouts { display: grid; grid-template-columns: 1fr 1fr; max-width: 18em; }
.narrow .descent { display: block; }
.narrow .side { padding-top: 8px; }
.live:not(.narrow) .slider { flex-basis: 40%; }
.rate input, .steps input { color: var(--ink); }
svg .end { stroke: var(--ink); stroke-width: 2.5; stroke-linecap: round; }
svg .path, svg .under, svg .dots, svg .exit { stroke: var(--ink); stroke-linejoin: round; stroke-linecap: round; }
svg .under { stroke: var(--paper); stroke-width: 4.5; stroke-opacity: 0.85; }
svg .end.under { stroke: var(--paper); stroke-width: 6; }
svg .dots { stroke-width: 4; }
svg .exit { stroke-width: 3; }
.fates { flex: none; pointer-events: none; shape-rendering: crispEdges; }
.fates rect { fill: var(--paper); }
.fates .tone { fill: var(--target); }
svg pattern path { stroke: var(--ink); stroke-width: 0.14; stroke-linecap: round; shape-rendering: auto; }
.legend { max-width: 18em; margin: 16px 0 0; }
.legend dl { margin: 4px 0 0; }
.legend div, .legend dt { display: flex; align-items: center; gap: 8px; min-height: 26px; }
.legend svg { outline: 1px solid var(--faint); }
.legend dd { margin-left: auto; }
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
  const point = makePoint(map);
  const fateMap = makeFateMap();
  const lines = ["under", "path", "dots", "exit"].map((name) => svg("path", { class: name }));
  // A cross, which lies in the ring at (1, 1) if the path arrives.
  const end = ["end under", "end"].map((name) => svg("path", { class: name, d: "M-5-5L5 5M-5 5L5-5" }));
  map.inside.prepend(fateMap.group);
  map.inside.append(...lines);
  const picture = svg("svg", { role: "img" }, ...map.nodes, point.mark, ...end);
  const stage = html("div", { class: "stage" }, map.canvas, picture, point.handle);
  const outcome = html("p", { class: "outcome" });
  const readouts = makeReadouts(["● loss at the start"], ["✕ loss at the end"],
    ...["wx", "wRec"].map((name) => [html("b", { class: name.toLowerCase() }, name), " at the end"]));
  const side = html("div", { class: "side" }, outcome, readouts.node, fateMap.legend);
  return {
    map, point, fateMap, lines, end, picture, outcome, readouts,
    figure: html("div", { class: "descent" }, stage, side),
  };
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
  };

  #marks;
  #rateName;

  constructor() {
    const marks = makeDescent();
    const rate = rateSlider();
    super(MAP_STYLE + DESCENT_STYLE, [marks.figure], [
      ...weightSliders(),
      rate,
      slider("steps", "shown", { min: 1, max: MOST_STEPS, step: 1 }),
      menu("optimizer", "optimiser", Object.keys(OPTIMIZERS)),
      menu("show", "show", ["loss", "fates"]),
    ]);
    this.#marks = marks;
    this.#rateName = /** @type {Text} */ (/** @type {Element} */ (rate.node.firstElementChild).lastChild);
    marks.point.listen({
      start: () => {},
      move: (weights) => {
        for (const [name, weight] of Object.entries(weights)) this.change(name, Number(weight.toFixed(2)));
        this.told();
      },
      end: () => this.say(`The start is wx ${decimals(this.setting.wx)}, wRec ${decimals(this.setting.wRec)}`),
    });
  }

  /** Every number shown, unrounded. A path that has gone beyond the bound stays where it is. */
  get readout() {
    const { wx, wRec, rate, optimizer, steps, show } = super.readout;
    const step = OPTIMIZERS[optimizer](rate);
    /** @type {Weights[]} */
    const path = [[wx, wRec]];
    for (let k = 0; k < steps; k++) path.push(within(path[k], BOUND) ? step(path[k]) : path[k]);
    const end = path[steps];
    const fate = fateAt(end);
    const fate_at = path.findIndex((w) =>
      (fate === 0 && loss(...w) < REACHED) || (fate === 3 && !within(w, BOUND)));
    return {
      wx, wRec, rate, optimizer, steps, show, path, end,
      // A loss that is too large for a float may come out as infinity minus infinity.
      losses: [path[0], end].map((w) => loss(...w)).map((height) => (height >= 0 ? height : Infinity)),
      fate: FATES[fate],
      fate_at: fate_at < 0 ? steps : fate_at,
    };
  }

  /** For each starting point, by wx and then by wRec, its fate as an index into FATES. */
  get fates() {
    return this.#marks.fateMap.fates;
  }

  summary() {
    const shown = this.readout;
    return `${outcome(shown)}, loss ${number(shown.losses[1])}`;
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { map, fateMap, picture } = this.#marks;
    const left = 40;
    const size = Math.min(width - left - (wide ? 254 : 14), wide ? 400 : 460);
    map.layout(left, 26, size);
    fateMap.layout(map);
    const [right, bottom] = [left + size + 14, size + 68];
    set(picture, { width: right, height: bottom, viewBox: `0 0 ${right} ${bottom}` });
  }

  paint() {
    const shown = this.readout;
    const { map, fateMap, readouts, picture } = this.#marks;
    map.paint(WHOLE_VIEW);
    fateMap.paint(shown.show === "fates", shown.optimizer, shown.rate);
    this.#paintPath(shown);
    this.#rateName.data = ` ${RATES[shown.optimizer] ?? "learning rate"}`;
    write(this.#marks.outcome, outcome(shown));
    readouts.show(...[...shown.losses, ...shown.end].map(number));
    set(picture, {
      "aria-label": `The path of ${shown.optimizer} over a map of the ${shown.show}, wRec across and wx upwards: ${outcome(shown)}.`,
    });
  }

  /**
   * The path, with a dot at each step; if it ends outside the map, an arrow where it leaves.
   * @param {Descent["readout"]} shown
   */
  #paintPath({ path, fate, fate_at }) {
    const { map: { X, Y, nameMinimum }, point, lines, end } = this.#marks;
    const last = fate === FATES[3] ? fate_at : path.length - 1;
    const points = path.slice(0, last + 1).map(([wx, wRec]) => [X(wRec), Y(wx)]);
    const [x, y] = points[last - 1];
    const [dx, dy] = [points[last][0] - x, points[last][1] - y];
    // A step may lead too far to be drawn.
    const part = Math.min(1, 1e4 / Math.hypot(dx, dy));
    points[last] = [x + part * dx, y + part * dy];
    // Most steps are too short to see, and would only slow down drawing.
    let seen = points[0];
    const texts = points.filter((point, k) => {
      const kept = !k || k === last || Math.abs(point[0] - seen[0]) + Math.abs(point[1] - seen[1]) > 0.7;
      if (kept) seen = point;
      return kept;
    }).map((point) => point.map((length) => length.toFixed(1)).join(" "));
    const line = `M${texts.join("L")}`;
    point.show(points[0][0], points[0][1]);
    // On the side away from the incoming path, which would otherwise cross the name.
    const from = points.filter(([x, y]) => Math.hypot(x - X(1), y - Y(1)) > 40).pop();
    nameMinimum(from && from[0] > X(1) ? "left" : "right");
    let inside = last;
    while (!within(path[inside], LIMIT)) inside -= 1;
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
    const { X, Y } = this.#marks.map;
    const ends = [[X(-LIMIT), X(LIMIT)], [Y(LIMIT), Y(-LIMIT)]];
    const away = to.map((end, i) => end - from[i]);
    const part = Math.min(...away.map((length, i) => length ? (ends[i][Number(length > 0)] - from[i]) / length : 1));
    const length = Math.hypot(...away);
    const [[x, y], [dx, dy]] = [from.map((start, i) => start + part * away[i]), away.map((one) => one / length)];
    return arrow(x - 22 * dx, y - 22 * dy, x, y, 3);
  }
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
