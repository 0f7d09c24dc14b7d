// @ts-check
import { makeReadouts, menu, slider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { decimals, number, reading } from "./lib/format.js";
import { GRAPH_STYLE } from "./lib/graph.js";
import { makeGrip } from "./lib/grip.js";
import { choice, real, text } from "./lib/parameters.js";
import { disc, each, linear } from "./lib/shapes.js";
import { drawAll, html, path, placeIn, set, svg, symbol, write } from "./lib/svg.js";
import {
  N, RANGE, SYMBOLS, arithmetic, dragged, gradientPaths, heldAt, letGo, memoryPaths, painted, percent, readHold, readout,
  shifts, small, symbolAfter, writeHold,
} from "./numbers/gates.js";
/** @import { Scale } from "./lib/shapes.js" */
/** @import { Drag, GatesReadout, Held, Network } from "./numbers/gates.js" */

const GATES_STYLE = `${GRAPH_STYLE}
.band { fill: var(--faint); fill-opacity: 0.5; }
.graph .free { stroke-opacity: 0.3; }
.graph .cap { stroke-width: 2.5; }
.graph .pin { fill: currentColor; stroke: var(--paper); stroke-width: 1.5; }
.graph .carry { stroke-width: 1.5; }
.graph .lift { stroke-width: 3; stroke-linecap: butt; }
.graph .disc { fill: var(--state); stroke: var(--paper); }
.graph .hollow { fill: var(--paper); stroke: var(--state); stroke-width: 1.5; }
.graph .under { fill: var(--gradient); fill-opacity: 0.16; stroke: none; }
.graph .back { stroke-width: 2; }
.symbols { position: absolute; top: 0; left: 0; cursor: pointer; touch-action: pan-y; user-select: none; -webkit-user-select: none; }
.symbols span {
  position: absolute; display: grid; place-items: center; box-sizing: border-box;
  border: 1.5px solid var(--x); border-radius: 2px; background: var(--paper); color: var(--x);
}
.symbols [data-symbol="1"] { background: var(--x); color: var(--paper); }
.symbols [data-symbol="R"] { box-shadow: inset 0 0 0 1.5px var(--x); font-weight: 700; }
.symbols .grip { width: 30px; height: 30px; margin: -15px; pointer-events: none; }
.symbols .grip::before { inset: 0; border: 0; border-radius: 5px; }
@media (forced-colors: active) {
  .symbols [data-symbol="1"] { background: Highlight; color: HighlightText; forced-color-adjust: none; }
}
.pad { position: absolute; overflow: hidden; cursor: ns-resize; touch-action: pan-y; user-select: none; -webkit-user-select: none; }
.pad .grip { width: var(--column); height: 24px; margin: -12px calc(var(--column) / -2); cursor: ns-resize; }
.pad .grip::before, .pad .grip:hover::before, .pad .grip.held::before { inset: 6px 1px; border-radius: 5px; }
.pad .grip:focus-visible::before { outline-offset: -1px; }
/* The places of the numbers do not depend on their lengths. */
.outcome { display: flex; flex-wrap: wrap; gap: 0 14px; }
.outcome .numbers { flex: 0 0 398px; margin-top: 6px; }
.outcome .readouts { flex: 1 1 255px; }
.numbers .equation { margin: 0; white-space: nowrap; }
.narrow .outcome > * { flex: 1 1 100%; }
.narrow .numbers .letters { display: none; }
.narrow .numbers .equation > span { white-space: normal; }
.gates .menu { align-self: end; }
`;

const START = "1010010R11010010";

/** The rows of gates: letter, name and colour. What keeps the memory comes first. */
const ROWS = {
  LSTM: [["f", "forget", "wrec"], ["i", "input", "wx"], ["o", "output", "ink"]],
  GRU: [["z", "update", "wrec"], ["r", "reset", "ink"]],
};

/* ---------------------------------------------------------------------------- the parts */

/**
 * The symbols of a sequence. A press turns one into the next symbol, a drag paints it on. They are
 * one control, because on a phone each is narrower than a finger.
 */
function makeSymbols() {
  const squares = each(1, N, () => html("span"));
  const grip = makeGrip("symbols x", "x");
  const node = html("div", { class: "symbols" }, ...squares, grip.node);
  const place = { left: 0, step: 1, square: 0 };
  /** What is painted, from where on, and whether it has begun: a finger may want to scroll. */
  let brush = /** @type {{symbol: string, at: number, begun: boolean} | undefined} */ (undefined);
  return {
    node,
    /**
     * @param {(first: number, last: number, symbol: string) => void} paint
     * @param {(k: number) => void} said when a change is complete
     * @param {(by: number) => number} move go on by some steps, and give the step
     * @param {(k: number) => string} at the symbol at a step
     */
    listen(paint, said, move, at) {
      const next = (/** @type {number} */ k, by = 1) => symbolAfter(at(k), by);
      const stepAt = (/** @type {PointerEvent} */ event) => {
        const { x } = placeIn(node, event);
        return Math.min(Math.max(Math.round((x - place.left) / place.step), 1), N);
      };
      const paintTo = (/** @type {number} */ to) => {
        if (!brush) return;
        paint(brush.at, to, brush.symbol);
        Object.assign(brush, { at: to, begun: true });
      };
      node.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        const k = stepAt(event);
        brush = { symbol: next(k), at: k, begun: false };
        if (event.pointerType !== "touch") paintTo(k);
        node.setPointerCapture(event.pointerId);
      });
      node.addEventListener("pointermove", (event) => {
        const k = stepAt(event);
        if (brush && k !== brush.at) paintTo(k);
      });
      node.addEventListener("pointerup", () => {
        if (!brush) return;
        if (!brush.begun) paintTo(brush.at);
        said(brush.at);
        brush = undefined;
      });
      node.addEventListener("pointercancel", () => { brush = undefined; });
      grip.listen({
        move() {},
        nudge(right, up) {
          const k = move(Math.sign(right));
          if (up) paint(k, k, next(k, Math.sign(up)));
        },
        release: () => said(move(0)),
      });
      grip.node.addEventListener("keydown", (event) => {
        const typed = event.key === " " ? next(move(0)) : event.key.toUpperCase();
        if (!SYMBOLS.includes(typed) || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        paint(move(0), move(0), typed);
        said(move(0));
      });
    },
    /**
     * @param {number} left
     * @param {number} step
     * @param {number} square
     * @param {number} width
     */
    layout(left, step, square, width) {
      Object.assign(place, { left, step, square });
      Object.assign(node.style, { width: `${width}px`, height: `${square}px` });
      squares.forEach((node, i) => {
        Object.assign(node.style, {
          left: `${left + step * (i + 1) - square / 2}px`, width: `${square}px`, height: `${square}px`,
        });
      });
    },
    /**
     * @param {string} x
     * @param {number} k the current step
     */
    show(x, k) {
      squares.forEach((node, i) => {
        set(node, { "data-symbol": x[i] });
        write(node, x[i]);
      });
      grip.show(place.left + place.step * k, place.square / 2, `step ${k}, ${x[k - 1]}`, k, [1, N]);
    },
  };
}

/** A letter in a picture, and words before it. */
function makeName(words = "", letter = "") {
  return svg("text", { class: "halo" },
    svg("tspan", { class: "quiet" }, words), svg("tspan", { class: "symbol" }, letter));
}

/**
 * @param {SVGTextElement} name
 * @param {string} words
 * @param {string} letter
 */
function rename(name, words, letter) {
  write(name.firstElementChild, `${words} `);
  write(name.lastElementChild, letter);
}

/** One gate over time: a bar for each step, with a pin where it is held. */
function makeRow() {
  const ends = each(0, 1, () => svg("line", { class: "grid" }));
  const ticks = each(0, 1, (end) => svg("text", { class: "quiet", "text-anchor": "end" }, String(end)));
  const [free, fixed, caps, pins] = ["free bars", "bars", "cap bars", "pin"].map(path);
  const name = makeName();
  const group = svg("g", {}, ...ends, ...ticks, free, fixed, caps, pins, name);
  const grip = makeGrip("");
  const pad = html("div", { class: "pad" }, grip.node);
  return { ends, ticks, free, fixed, caps, pins, name, group, grip, pad };
}

/** Make the parts of the figure; `Gates` places them and keeps them up to date. */
function makeGates() {
  const middle = { "text-anchor": "middle" };
  const marks = {
    band: svg("rect", { class: "band" }),
    lines: each(0, 3, () => svg("line", { class: "grid" })),
    carries: path("wrec carry"),
    lifts: path("wx lift"),
    shown: path("hollow"),
    memory: path("disc"),
    start: path("hollow"),
    under: path("under"),
    back: path("gradient back"),
    numbers: each(0, 3, () => svg("text", { class: "quiet", "text-anchor": "end" })),
    nameOfMemory: makeName(),
    nameOfBack: makeName(),
    ends: each(0, 1, () => svg("text", { class: "state halo" }, svg("tspan", { class: "symbol" }), svg("tspan"))),
    first: svg("text", { class: "gradient halo" }),
    x: svg("text", { class: "symbol x", ...middle }, "x"),
    k: svg("text", { class: "symbol quiet", ...middle }, "k"),
    steps: each(1, N, (k) => svg("text", { class: "quiet", ...middle }, `${k}`)),
  };
  const rows = each(1, 3, makeRow);
  const { band, ...above } = marks;
  const picture = svg("svg", { role: "img" }, band, ...rows.map(({ group }) => group), ...Object.values(above).flat());
  const symbols = makeSymbols();
  const stage = html("div", { class: "stage graph gates" }, picture, symbols.node, ...rows.map(({ pad }) => pad));
  return { ...marks, rows, picture, symbols, stage };
}

/** A symbol whose letter and index can change. */
function makeSymbol(colour = "ink") {
  const [letter, index] = [html("span"), html("sub")];
  return {
    node: symbol("", colour, letter, index),
    /**
     * @param {string} name
     * @param {number} k
     */
    show(name, k) {
      write(letter, name);
      write(index, String(k));
    },
  };
}

/** One step of the memory forward, and of its gradient back: in letters and in numbers. */
function makeNumbers() {
  const [was, is] = each(1, 2, () => makeSymbol("state"));
  const [grad, before] = each(1, 2, () => makeSymbol("gradient"));
  const [keep, keepBack] = ["wrec", "wrec"].map(makeSymbol);
  const [gate, candidate] = ["wx", "wx"].map(makeSymbol);
  const [sum, sumBack] = each(1, 2, () => html("span"));
  const [open, close] = each(1, 2, () => html("span"));
  const equation = (/** @type {(Node | string)[]} */ ...parts) => html("p", { class: "equation" }, html("span", {}, ...parts));
  const letters = (/** @type {(Node | string)[]} */ ...parts) => html("span", { class: "letters" }, ...parts, " = ");
  return {
    was, is, grad, before, keep, keepBack, let: gate, candidate, sum, sumBack, open, close,
    node: html("div", { class: "numbers" },
      equation(is.node, " = ", letters(keep.node, " · ", was.node, " + ", open, gate.node, close, candidate.node), sum),
      equation(before.node, " = ", letters(grad.node, " · ", keepBack.node, " + through the gates"), sumBack)),
  };
}

/**
 * One unit of an LSTM or a GRU over sixteen symbols: its gates, its memory, and on its way back the
 * gradient of the output y, the last state. The reader paints symbols, and can hold any gate at any
 * step; such a gate no longer depends on anything, so nothing goes back through its sum.
 */
class Gates extends Explorable {
  static parameters = {
    network: choice("LSTM", "GRU"),
    x: text(START, `${N} symbols, each 0, 1 or R`, (x) => (/^[01R]{16}$/.test(x) ? x : undefined)),
    bias: real(-4, 6, 3),
    hold: text("none", "none, or gates, steps and values such as f3=0;i5-9=0.25", (hold) => {
      const held = readHold(hold);
      return held && writeHold(held);
    }),
  };

  /** The step whose arithmetic is written out, and whose gates the keys move. */
  #step = 9;
  #marks;
  #numbers;
  #readouts;
  #letter;
  #plot = { wide: true, left: 0, step: 1, rows: [0], tall: 0, memory: [0, 0], back: [0, 0], bottom: 0 };
  /** What the present layout was made for. */
  #placed = "";
  #drag = /** @type {Drag | undefined} */ (undefined);

  constructor() {
    const marks = makeGates();
    const numbers = makeNumbers();
    const letter = html("span", {}, "γ");
    const readouts = makeReadouts(
      ["output ", symbol("y", "state"), " = ", symbol("S", "state", html("sub", {}, String(N)))],
      ["gradient ", symbol("", "gradient", letter, html("sub", {}, "1"))],
      ["left of step 1"]);
    const release = html("button", { type: "button" }, "Release gates");
    super(GATES_STYLE, [marks.stage, html("div", { class: "outcome" }, numbers.node, readouts.node)],
      [
        menu("network", "network", ["LSTM", "GRU"]),
        slider("bias", "of the forget or update gate", { min: -4, max: 6, step: 0.1, text: (bias) => decimals(bias, 1) }),
      ], [release]);
    this.#marks = marks;
    this.#numbers = numbers;
    this.#readouts = readouts;
    this.#letter = letter;
    marks.symbols.listen(
      (from, to, symbol) => this.#paintSymbols(from, to, symbol),
      (k) => this.say(`Symbol ${k} is ${this.setting.x[k - 1]}`),
      (by) => this.#go(by),
      (k) => this.setting.x[k - 1]);
    marks.rows.forEach((row, i) => this.#listenTo(row, i));
    marks.stage.addEventListener("pointermove", (event) => {
      if (!this.#drag) this.#attend(this.#stepAt(placeIn(marks.stage, event).x));
    });
    release.addEventListener("click", () => {
      this.change("hold", "none");
      this.told("All gates are free");
    });
  }

  /**
   * Every number shown, unrounded.
   * @returns {GatesReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  reset() {
    super.reset();
    this.#step = 9;
  }

  summary() {
    const { network, y, left, gamma, delta } = this.readout;
    return `${network}, output ${number(y)}, gradient at step 1 ${number((gamma ?? delta)[1])}, `
      + `${percent(left)} of step 1 left`;
  }

  /* ------------------------------------------------------------ what the reader does */

  /** @param {number} k */
  #attend(k) {
    if (k === this.#step) return;
    this.#step = k;
    this.changed();
  }

  /** The step of a place in the picture. */
  #stepAt(/** @type {number} */ x) {
    const { left, step } = this.#plot;
    return Math.min(Math.max(Math.round((x - left) / step), 1), N);
  }

  /** Go on or back by some steps, and give the step that is then the current one. */
  #go(/** @type {number} */ by) {
    this.#attend(Math.min(Math.max(this.#step + by, 1), N));
    return this.#step;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {string} symbol
   */
  #paintSymbols(from, to, symbol) {
    const { x } = this.setting;
    const after = painted(x, from, to, symbol);
    this.#attend(to);
    if (after === x) return;
    this.change("x", after);
    this.told();
  }

  /**
   * @param {ReturnType<typeof makeRow>} row
   * @param {number} i
   */
  #listenTo({ pad, grip }, i) {
    const letter = () => ROWS[/** @type {Network} */ (this.setting.network)][i][0];
    const valueAt = (/** @type {number} */ y) => 1 - (y - PAD) / this.#plot.tall;
    const now = () => this.readout[letter()][this.#step - 1];
    const here = (/** @type {PointerEvent} */ event) => ({ ...placeIn(pad, event), fine: event.shiftKey });
    const begin = (/** @type {number} */ k) => {
      this.#drag = { letter: letter(), k, value: now() };
    };
    const follow = (/** @type {{x: number, y: number, fine: boolean}} */ { x, y, fine }) =>
      this.#dragTo(x, valueAt(y), fine);
    const end = () => {
      if (!this.#drag) return;
      this.#drag = undefined;
      this.#sayGate(letter());
    };
    /** Where a finger touched: it may want to scroll. */
    let touched = /** @type {PointerEvent | undefined} */ (undefined);
    pad.addEventListener("pointerdown", (event) => {
      if (event.button || event.target !== pad) return;
      pad.setPointerCapture(event.pointerId);
      touched = event.pointerType === "touch" ? event : undefined;
      if (touched) return;
      const place = here(event);
      this.#attend(this.#stepAt(place.x));
      begin(this.#step);
      follow({ ...place, fine: false });
    });
    pad.addEventListener("pointermove", (event) => {
      if (touched && Math.abs(event.clientX - touched.clientX) > 4) {
        this.#attend(this.#stepAt(here(touched).x));
        begin(this.#step);
        touched = undefined;
      }
      if (!touched && pad.hasPointerCapture(event.pointerId)) follow(here(event));
    });
    pad.addEventListener("pointerup", (event) => {
      if (!touched) return;
      this.#attend(this.#stepAt(here(event).x));
      begin(this.#step);
      follow(here(event));
      touched = undefined;
    });
    pad.addEventListener("pointercancel", () => { touched = undefined; });
    pad.addEventListener("lostpointercapture", end);
    pad.addEventListener("dblclick", () => this.#letGo(letter()));
    grip.listen({
      grab: () => begin(this.#step),
      move: follow,
      nudge: (right, up) => {
        this.#go(Math.sign(right));
        if (up) this.#holdAt(letter(), { [this.#step]: now() + up / 10 });
      },
      release: () => {
        this.#drag = undefined;
        this.#sayGate(letter());
      },
    });
    grip.node.addEventListener("keydown", ({ key }) => {
      if (key === "Delete" || key === "Backspace") this.#letGo(letter());
    });
  }

  /**
   * Hold the gates between the last place of a drag and this one.
   * @param {number} x
   * @param {number} value
   * @param {boolean} fine
   */
  #dragTo(x, value, fine) {
    const drag = this.#drag;
    if (!drag) return;
    const { left, step } = this.#plot;
    const values = dragged(drag, (x - left) / step, value, fine);
    this.#step = drag.k;
    this.#holdAt(drag.letter, values);
  }

  /**
   * @param {string} letter
   * @param {Record<number, number>} values by their steps
   */
  #holdAt(letter, values) {
    this.change("hold", heldAt(this.setting.hold, letter, values));
    this.told();
  }

  /** Let the gate at the current step go. */
  #letGo(/** @type {string} */ letter) {
    this.change("hold", letGo(this.setting.hold, letter, this.#step));
    this.told();
    this.#sayGate(letter);
  }

  /** @param {string} letter */
  #sayGate(letter) {
    this.say(`Gate ${letter} at step ${this.#step} is ${this.#words(letter)}`);
  }

  /** The value of a gate at the current step, and whether it is held. */
  #words(/** @type {string} */ letter, shown = this.readout) {
    const held = letter + this.#step in (readHold(shown.hold) ?? {});
    return `${decimals(shown[letter][this.#step - 1])}, ${held ? "held" : "free"}`;
  }

  /* ------------------------------------------------------------------ what it looks like */

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, symbols, rows, band, steps, x, k, lines, numbers } = this.#marks;
    const left = wide ? 84 : 16;
    const step = (width - left - (wide ? 74 : 22)) / N;
    // On a phone each name stands above its row.
    const above = wide ? 12 : 19;
    const square = Math.min(wide ? 24 : 20, step - 2);
    const tall = wide ? 36 : 34;
    const lstm = this.setting.network === "LSTM";
    const tops = each(0, lstm ? 2 : 1, (i) => square + 10 + (tall + above) * i + (wide ? 0 : 12));
    const spare = lstm ? 0 : tall + above;
    const memory = tops[tops.length - 1] + tall + above + (wide ? 4 : 2);
    const low = memory + (wide ? 90 : 84) + spare;
    const back = low + above + (wide ? 6 : 2);
    const bottom = back + (wide ? 58 : 52);
    const height = bottom + 20;
    this.#plot = { wide, left, step, rows: tops, tall, memory: [memory, low], back: [back, bottom], bottom };
    this.#placed = `${this.setting.network} ${width}`;
    const right = left + step * (N + 0.5);
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    symbols.layout(left, step, square, left + step * (N + 0.5));
    set(band, { y: square + 3, width: step, height: bottom - square - 3 });
    rows.forEach((row, i) => this.#layRow(row, i, right));
    const edge = RANGE[/** @type {Network} */ (this.setting.network)];
    const levels = [...[0, 1].map(linear(edge[0], edge[1], low, memory)), bottom, back];
    lines.forEach((line, i) => {
      set(line, { x1: left - 6, x2: right, y1: levels[i], y2: levels[i] });
      line.classList.toggle("zero", i % 2 === 0);
      numbers[i].style.display = wide ? "" : "none";
      set(numbers[i], { x: left - 10, y: levels[i] + 4.5 });
      write(numbers[i], String(i % 2));
    });
    steps.forEach((label, i) => {
      set(label, { x: left + step * (i + 1), y: height - 4 });
      label.style.display = step >= 18 || i % 3 === 0 ? "" : "none";
    });
    set(x, { x: wide ? left : left - 8, y: square / 2 + 5 });
    set(k, { x: wide ? left : left - 8, y: height - 4 });
    this.#layNames();
  }

  /**
   * @param {ReturnType<typeof makeRow>} row
   * @param {number} i
   * @param {number} right
   */
  #layRow({ group, pad, ends, ticks, name }, i, right) {
    const { left, step, rows, tall, wide } = this.#plot;
    const top = rows[i];
    group.style.display = pad.style.display = top === undefined ? "none" : "";
    if (top === undefined) return;
    const [, words, colour] = ROWS[/** @type {Network} */ (this.setting.network)][i];
    set(group, { class: colour });
    ends.forEach((line, value) => {
      const y = top + tall * (1 - value);
      set(line, { x1: left + step / 2, x2: right, y1: y, y2: y });
      // The numbers stand inside the row, away from those of the next.
      set(ticks[value], { x: left + step / 2 - 6, y: y + 11 * value });
      ticks[value].style.display = wide ? "" : "none";
    });
    set(name, wide ? { x: 0, y: top + tall / 2 + 5 } : { x: left - 8, y: top - 5 });
    rename(name, words, ROWS[/** @type {Network} */ (this.setting.network)][i][0]);
    pad.style.setProperty("--column", `${Math.max(step, 24)}px`);
    Object.assign(pad.style, {
      left: "0", top: `${top - PAD}px`, width: `${right}px`, height: `${tall + 2 * PAD}px`,
    });
  }

  #layNames() {
    const { nameOfMemory, nameOfBack } = this.#marks;
    const { memory, back, wide, left } = this.#plot;
    const lstm = this.setting.network === "LSTM";
    rename(nameOfMemory, lstm ? "cell state" : "state", lstm ? "C" : "S");
    rename(nameOfBack, "gradient", lstm ? "γ" : "δ");
    set(nameOfMemory.lastElementChild ?? nameOfMemory, { class: "symbol state" });
    set(nameOfBack.lastElementChild ?? nameOfBack, { class: "symbol gradient" });
    set(nameOfMemory, wide ? { x: 0, y: (memory[0] + memory[1]) / 2 } : { x: left - 8, y: memory[0] - 4 });
    set(nameOfBack, wide ? { x: 0, y: (back[0] + back[1]) / 2 + 5 } : { x: left - 8, y: back[0] - 4 });
    write(this.#letter, lstm ? "γ" : "δ");
  }

  paint() {
    const { network } = this.setting;
    if (this.#placed !== `${network} ${this.#marks.picture.getAttribute("width")}`) {
      this.layout(Number(this.#marks.picture.getAttribute("width")), this.#plot.wide);
    }
    const shown = this.readout;
    const { left, step, bottom } = this.#plot;
    const X = (/** @type {number} */ k) => left + step * k;
    set(this.#marks.band, { x: X(this.#step - 0.5) });
    this.#marks.symbols.show(shown.x, this.#step);
    const held = readHold(shown.hold) ?? {};
    this.#plot.rows.forEach((_, i) => this.#paintRow(shown, held, i, X));
    this.#paintMemory(shown, X);
    this.#paintBack(shown.gamma ?? shown.delta, X, bottom);
    this.#write(shown);
    this.#readouts.show(reading(shown.y), small((shown.gamma ?? shown.delta)[1]), percent(shown.left));
    set(this.#marks.picture, { "aria-label": this.#describe(shown) });
  }

  /**
   * @param {GatesReadout} shown
   * @param {Held} held
   * @param {number} i
   * @param {Scale} X
   */
  #paintRow(shown, held, i, X) {
    const { free, fixed, caps, pins, grip } = this.#marks.rows[i];
    const { rows, tall, step, wide } = this.#plot;
    const [letter, words] = ROWS[shown.network][i];
    const values = shown[letter];
    const zero = rows[i] + tall;
    const Y = (/** @type {number} */ k) => Math.round((zero - tall * values[k - 1]) * 100) / 100;
    const bar = (/** @type {boolean} */ wanted) => (/** @type {number} */ k) =>
      (letter + k in held === wanted ? `M${X(k)} ${zero}V${Y(k)}` : "");
    const thick = step * 0.62;
    drawAll(free, 1, N, bar(false), thick);
    drawAll(fixed, 1, N, bar(true), thick);
    drawAll(caps, 1, N, (k) => `M${X(k) - thick / 2} ${Y(k)}h${thick}`);
    drawAll(pins, 1, N, (k) => (letter + k in held ? disc(X(k), Y(k), wide ? 5 : 4.5) : ""));
    grip.show(X(this.#step), Y(this.#step) - rows[i] + PAD, `step ${this.#step}, ${this.#words(letter, shown)}`,
      Number(values[this.#step - 1].toFixed(2)), [0, 1]);
    set(grip.node, { "aria-label": `${words} gate ${letter}` });
  }

  /**
   * @param {GatesReadout} shown
   * @param {Scale} X
   */
  #paintMemory(shown, X) {
    const { ends } = this.#marks;
    const { memory: [top, low], wide } = this.#plot;
    const lstm = shown.network === "LSTM";
    const M = lstm ? shown.C : shown.S;
    const { ends: places, ...paths } = memoryPaths(shown, X, top, low, wide ? 5.5 : 4.5);
    for (const [name, d] of Object.entries(paths)) set(this.#marks[/** @type {keyof typeof paths} */ (name)], { d });
    // Names that would touch move apart.
    const apart = lstm ? shifts(places) : [0, 0];
    ends.forEach((name, i) => {
      name.style.display = i && !lstm ? "none" : "";
      set(name, { x: X(N) + (wide ? 14 : 9), y: places[i] + 5 + apart[i] });
      write(name.firstElementChild, lstm && !i ? "C" : "S");
      write(name.lastElementChild, wide ? ` ${decimals(i ? shown.S[N] : M[N])}` : "");
    });
  }

  /**
   * @param {number[]} gradient
   * @param {Scale} X
   * @param {number} bottom
   */
  #paintBack(gradient, X, bottom) {
    const { under, back, first } = this.#marks;
    const { back: [top], wide } = this.#plot;
    const paths = gradientPaths(gradient, X, top, bottom);
    set(back, { d: paths.back });
    set(under, { d: paths.under });
    set(first, { x: X(N) + (wide ? 14 : 9), y: paths.last + 5 });
    first.style.display = wide ? "" : "none";
    write(first, decimals(gradient[N]));
  }

  /**
   * Write out the arithmetic of the current step.
   * @param {GatesReadout} shown
   */
  #write(shown) {
    const k = this.#step;
    const numbers = this.#numbers;
    const lstm = shown.network === "LSTM";
    const f = lstm ? "f" : "z";
    numbers.is.show(lstm ? "C" : "S", k);
    numbers.was.show(lstm ? "C" : "S", k - 1);
    numbers.grad.show(lstm ? "γ" : "δ", k);
    numbers.before.show(lstm ? "γ" : "δ", k - 1);
    numbers.keep.show(f, k);
    numbers.keepBack.show(f, k);
    numbers.let.show(lstm ? "i" : "z", k);
    set(numbers.let.node, { class: `symbol ${lstm ? "wx" : "wrec"}` });
    numbers.candidate.show(lstm ? "g" : "c", k);
    write(numbers.open, lstm ? "" : "(1 − ");
    write(numbers.close, lstm ? " · " : ") · ");
    const [forward, back] = arithmetic(shown, k);
    write(numbers.sum, forward);
    write(numbers.sumBack, back);
  }

  /** @param {GatesReadout} shown */
  #describe(shown) {
    const lstm = shown.network === "LSTM";
    const list = (/** @type {number[]} */ values) => values.map((value) => decimals(value)).join(", ");
    return `${shown.network} over the symbols ${[...shown.x].join(" ")}. `
      + ROWS[shown.network].map(([letter, words]) => `The ${words} gate is ${list(shown[letter])}. `).join("")
      + `The ${lstm ? "cell state" : "state"} is ${list(lstm ? shown.C : shown.S)}; `
      + `the gradient from step ${N} back to step 1 is ${list((shown.gamma ?? shown.delta).slice(1).reverse())}.`;
  }
}

/** How far the area by which a gate is dragged reaches beyond its ends, in pixels. */
const PAD = 6;

define("rnn-gates", Gates);
