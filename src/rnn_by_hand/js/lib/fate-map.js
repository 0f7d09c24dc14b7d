// @ts-check
import { isMarked, linesOf, pixelsOf, sharesOf } from "../numbers/fate-map.js";
import { GRIDS, MOST_STEPS, fateOf, sweep } from "./fates.js";
import { number } from "./format.js";
import { toLab } from "./loss-colours.js";
import { FATES } from "./optimizers.js";
import { html, write } from "./svg.js";

/*
 * The map of fates: the colour of a start is its fate, its lightness how soon that was decided. A
 * worker computes it, from coarse to fine; where there is none, the page does so itself, in slices
 * and less finely.
 */

/** The starts along each side of the finest map, with a worker and without. */
const FINEST = GRIDS[GRIDS.length - 1];
const WITHOUT_WORKER = 201;

/** How many milliseconds of a frame the page spends where there is no worker. */
const SLICE = 5;

/** For each fate, its colour if it is decided at once and if late, with those of a light page. */
const COLOURS = [
  [["fate-arrived", "#101646"], ["fate-arrived-late", "#7f9cc0"]],
  [["fate-underway", "#b4c4bd"], ["fate-underway", "#b4c4bd"]],
  [["fate-wrong", "#95405f"], ["fate-wrong", "#95405f"]],
  [["fate-blown", "#fcf5e3"], ["fate-blown-late", "#ad8444"]],
];

const SWATCHES = [
  "linear-gradient(to right in oklab, var(--fate-arrived), var(--fate-arrived-late))",
  "radial-gradient(circle at 2px 2px, var(--target) 1.2px, transparent 1.4px) 0 0 / 6px 6px, var(--fate-underway)",
  "repeating-linear-gradient(-45deg, var(--faint) 0 1.5px, transparent 1.5px 6px), var(--fate-wrong)",
  "linear-gradient(to right in oklab, var(--fate-blown), var(--fate-blown-late))",
];

export const FATE_STYLE = `
:host { ${COLOURS.flat().map(([name, colour]) => `--${name}: var(--rnn-${name}, ${colour});`).join(" ")} }
.map.fates { background: none; pointer-events: none; }
.legend { margin: 0; }
.legend dl { display: grid; grid-template-columns: 1fr; margin: 2px 0 0; }
.legend dl > div, .legend dt { display: flex; align-items: center; gap: 8px; min-height: 24px; }
.legend i { flex: none; width: 56px; height: 16px; outline: 1px solid var(--faint); }
.legend dd { margin-left: auto; }
.legend .soon { display: flex; justify-content: space-between; width: 56px; font-size: 12px; line-height: 1; }
`;

/** The address of the worker, next to the script that loads the explorables of a page of the site. */
function workerAddress() {
  const script = /** @type {HTMLScriptElement | null} */ (
    document.querySelector('script[type="module"]:is([src*="explorables.js"], [src*="embed.js"])'));
  return script ? new URL("lib/fates-worker.js", script.src) : undefined;
}

/**
 * Compute a map in a worker, or in slices of a frame.
 * @param {(found: {n: number, row: number, codes: Uint16Array}[]) => void} take
 */
function makeSweeper(take) {
  /** @type {Worker | undefined} */
  let worker;
  let broken = false;
  let id = 0;
  let frame = 0;

  /** @param {Omit<Parameters<typeof sweep>[0], "finest">} request */
  function inSlices(request) {
    const work = sweep({ ...request, finest: WITHOUT_WORKER });
    const slice = () => {
      const until = performance.now() + SLICE;
      const found = [];
      let done = false;
      while (!done && performance.now() < until) {
        const next = work.next();
        done = Boolean(next.done);
        if (next.value) found.push(next.value);
      }
      frame = done ? 0 : requestAnimationFrame(slice);
      take(found);
    };
    frame = requestAnimationFrame(slice);
  }

  return {
    /** @param {Omit<Parameters<typeof sweep>[0], "finest">} request */
    start(request) {
      this.stop();
      const own = ++id;
      const address = worker || broken ? undefined : workerAddress();
      try {
        if (address) worker = new Worker(address, { type: "module" });
      } catch {
        // The page may be from elsewhere, or forbid workers.
      }
      if (!worker) return inSlices(request);
      worker.onmessage = ({ data }) => {
        if (data.id === own) take(data.found);
      };
      worker.onerror = () => {
        worker?.terminate();
        worker = undefined;
        broken = true;
        if (own === id) inSlices(request);
      };
      worker.postMessage({ id: own, request: { ...request, finest: FINEST } });
    },
    stop() {
      id++;
      cancelAnimationFrame(frame);
      worker?.postMessage({ id });
    },
    /** Let go of the worker; the next map starts another. */
    end() {
      this.stop();
      worker?.terminate();
      worker = undefined;
    },
  };
}

/** A canvas to be laid over the map of the loss, and its legend. */
export function makeFateMap() {
  const canvas = html("canvas", { class: "map fates", width: FINEST, height: FINEST });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(FINEST, FINEST);
  const pixels = new Uint32Array(image.data.buffer);
  const counted = html("span", { class: "quiet" });
  const shares = FATES.map(() => html("dd", {}, " "));
  const legend = html("div", { class: "legend" }, counted,
    html("div", { class: "soon quiet" }, html("span", {}, "soon"), html("span", {}, "late")),
    html("dl", {}, ...FATES.map((name, fate) => html("div", {},
      html("dt", {}, html("i", { style: `background: ${SWATCHES[fate]}` }), name), shares[fate]))));
  /** The code of the start that is nearest to each pixel. */
  const known = new Uint16Array(FINEST * FINEST);
  /** The rows of each grid that has been computed. @type {Record<number, Uint16Array[]>} */
  let grids = {};
  let pixelOf = mixColours();
  let asked = "";
  let [first, last] = [FINEST, -1];
  let frame = 0;
  canvas.style.display = legend.style.display = "none";

  /** The pixel of every code, without and with the mark of its fate. */
  function mixColours() {
    const style = getComputedStyle(canvas);
    const labs = COLOURS.map((ends) =>
      ends.map(([name, colour]) => toLab(style.getPropertyValue(`--${name}`).trim() || colour)));
    return pixelsOf(labs);
  }

  /** Draw the rows that have changed. */
  function draw() {
    frame = 0;
    for (let y = first; y <= last; y++) {
      for (let x = 0; x < FINEST; x++) {
        const code = known[y * FINEST + x];
        pixels[y * FINEST + x] = pixelOf[Number(isMarked(fateOf(code), x, y))][code];
      }
    }
    if (first <= last) context.putImageData(image, 0, 0, 0, first, FINEST, last - first + 1);
    [first, last] = [FINEST, -1];
  }

  function request() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  /** @param {{n: number, row: number, codes: Uint16Array}} found */
  function fill(found) {
    const lines = linesOf(found, FINEST);
    for (let y = lines.first; y < lines.end; y++) known.set(lines.line, y * FINEST);
    [first, last] = [Math.min(first, lines.first), Math.max(last, lines.end - 1)];
  }

  const sweeper = makeSweeper((found) => {
    for (const one of found) {
      grids[one.n] ??= [];
      grids[one.n].push(one.codes);
      fill(one);
      if (grids[one.n].length === one.n) writeShares(grids[one.n]);
    }
    if (found.length) request();
  });

  /** @param {Uint16Array[]} rows */
  function writeShares(rows) {
    write(counted, `${number(rows.length ** 2)} starts after ${MOST_STEPS} steps`);
    sharesOf(rows).forEach((share, fate) => write(shares[fate], `${share.toFixed(1)} %`));
  }

  // Any change of theme changes the colour of the canvas, which ends with a transition event.
  canvas.addEventListener("transitionend", () => {
    pixelOf = mixColours();
    if (!asked) return;
    [first, last] = [0, FINEST - 1];
    request();
  });

  return {
    canvas,
    legend,
    /**
     * The codes on a grid of so many starts a side, in rows of increasing wx, once all are known.
     * @param {number} n
     */
    codes(n) {
      return grids[n]?.length === n ? grids[n].flatMap((row) => [...row]) : null;
    },
    /**
     * Position the map; the first and last starts are in the middle of their pixels.
     * @param {number} x
     * @param {number} y
     * @param {number} side
     */
    layout(x, y, side) {
      const half = side / (FINEST - 1) / 2;
      Object.assign(canvas.style, {
        left: `${x - half}px`, top: `${y - half}px`, width: `${side + 2 * half}px`, height: `${side + 2 * half}px`,
        clipPath: `inset(${half}px)`,
      });
    },
    /**
     * @param {boolean} shown
     * @param {string} optimizer
     * @param {number} rate
     * @param {number[]} view
     */
    paint(shown, optimizer, rate, view) {
      const wanted = shown ? [optimizer, rate, ...view].join() : "";
      if (wanted === asked) return;
      // The colours of an explorable that is not on a page yet are unknown.
      if (shown && !asked) pixelOf = mixColours();
      asked = wanted;
      canvas.style.display = legend.style.display = shown ? "" : "none";
      grids = {};
      if (shown) sweeper.start({ optimizer, rate, view });
      else sweeper.end();
    },
    /** Stop computing; the map begins anew when it is painted next. */
    end() {
      asked = "";
      sweeper.end();
    },
  };
}
