// @ts-check
import { decimals, number, typed } from "./format.js";
import { BITS, LIMIT, written } from "./parameters.js";
import { axis, each } from "./shapes.js";
import { html, set, svg, write } from "./svg.js";
/** @import { Explorable } from "./explorable.js" */
/** @import { Scale } from "./shapes.js" */

/* Controls and readouts: sliders, menus, bits, rulers and rows of numbers. */

/**
 * A control that sets one parameter. It calls `change` whenever the reader changes the value, with
 * what was typed as well, which is the value if it is no number, and `done` when the change is
 * complete.
 * @typedef {{name: string, node: HTMLElement, input: HTMLInputElement | HTMLSelectElement,
 *   listen: (change: (value: any, words?: string) => void, done: () => void) => void,
 *   text: (value: any) => string, show: (value: any) => void}} Control
 */

/**
 * What a slider needs to know. `min`, `max` and `step` describe the positions of the handle; if
 * they are not the values themselves, `at` gives the value at a position and `where` the position
 * of a value.
 * @typedef {{min: number, max: number, step: number, text?: (value: number) => string,
 *   at?: (position: number) => number, where?: (value: number) => number, nudge?: number,
 *   typing?: boolean}} SliderOptions
 */

/** How many steps a key moves the handle of a continuous slider. */
const STEPS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
});

/** How far a finger has to move sideways before it moves a slider rather than the page. */
const SLOP = 4;

/**
 * A slider with its name, its meaning and its value, which can also be typed. A continuous one
 * moves by `nudge` for each key, and by a tenth of it while Shift is held, with keys and pointer.
 * @param {string} name of the parameter
 * @param {string} meaning
 * @param {SliderOptions} options
 * @returns {Control}
 */
export function slider(name, meaning, options) {
  const { min, max, step, text = String, at = Number, where = Number, typing = true } = options;
  const nudge = options.nudge ?? (step < 1 ? step : 0);
  const input = html("input", { type: "range", id: name, min, max, step, autocomplete: "off" });
  /** The part of the track between zero and the handle. */
  const fill = html("span", { class: "fill" });
  let filled = "";
  const label = html("label", { for: name }, html("b", {}, name), ` ${meaning}`);
  // An <output> would announce every step of a drag, whereas `say` announces the change once.
  const value = typing
    ? html("input", { class: "value", type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", maxlength: 40,
      "aria-label": `${name}, ${meaning}, as a number` })
    : html("output", { class: "value", for: name, "aria-live": "off" });
  let shown = 0;
  /** Where a drag with Shift began to be slow. */
  let slow = /** @type {{value: number, from: number} | undefined} */ (undefined);
  /** Where a finger touched the slider, until it is clear that it does not scroll the page. */
  let touched = /** @type {{x: number} | undefined} */ (undefined);

  /** The value at the handle, to the digits that a step resolves. */
  const handle = () => {
    const here = at(Number(input.value));
    if (!nudge) return here;
    const exact = slow ? slow.value + (here - slow.from) / 10 : here;
    return round(Math.min(Math.max(exact, at(min)), at(max)), slow ? nudge / 10 : nudge);
  };

  /** @param {number} value */
  const place = (value) => {
    const position = where(value);
    // The handle moves in steps, but a value set by a program may lie between two of them.
    if (Number(input.value) !== position) input.value = String(position);
    // Read every time, because the range of one parameter may depend on another.
    const [low, high] = [Number(input.min), Number(input.max)];
    const ends = [Math.min(Math.max(0, low), high), position]
      .map((end) => (end - low) / (high - low))
      .sort((a, b) => a - b);
    // A transform is the cheapest way to draw it: nothing has to be laid out for it.
    const transform = `translateX(${100 * ends[0]}%) scaleX(${ends[1] - ends[0]})`;
    if (transform !== filled) fill.style.transform = filled = transform;
  };

  return {
    name,
    input,
    text,
    node: html("div", { class: `slider ${name.toLowerCase()}` }, label, value,
      html("span", { class: "track" }, fill), input),
    listen(change, done) {
      /** Whether the reader has changed something and not yet been told the outcome. */
      let moved = false;
      const give = (/** @type {number | string} */ now, /** @type {string | undefined} */ words = undefined) => {
        moved = true;
        change(now, words);
      };
      const end = () => {
        if (moved) done();
        moved = false;
      };
      const take = () => {
        // A key may come before this is painted.
        shown = handle();
        give(shown);
      };
      input.addEventListener("input", () => {
        if (!touched) take();
      });
      // It comes without a drag as well, after a tap or a swipe that was taken back, and not after
      // each drag, because `place` makes a browser forget where the handle was before.
      input.addEventListener("change", () => {
        if (!touched) end();
      });
      // A vertical swipe that begins on a slider moves its handle before the browser knows that
      // it is a swipe; then pointercancel follows.
      input.addEventListener("pointerdown", ({ pointerType, clientX }) => {
        touched = pointerType === "touch" ? { x: clientX } : undefined;
      });
      input.addEventListener("pointermove", ({ clientX, shiftKey }) => {
        if (touched && Math.abs(clientX - touched.x) > SLOP) {
          touched = undefined;
          take();
        }
        if (!nudge || shiftKey === Boolean(slow)) return;
        slow = shiftKey ? { value: shown, from: at(Number(input.value)) } : undefined;
      });
      input.addEventListener("pointerup", () => {
        slow = undefined;
        if (touched) take();
        touched = undefined;
        end();
      });
      input.addEventListener("pointercancel", () => {
        touched = slow = undefined;
        place(shown);
      });
      input.addEventListener("keydown", (event) => {
        const { key, shiftKey } = event;
        if (!nudge || !(key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        const by = STEPS[key] * nudge * (shiftKey ? 0.1 : 1);
        // The next key may come before this one is painted.
        shown = Math.min(Math.max(round(shown + by, nudge / 10), at(min)), at(max));
        give(shown);
        end();
      });
      if (!(value instanceof HTMLInputElement)) return;
      value.addEventListener("input", () => value.classList.add("typing"));
      const read = () => {
        if (!value.classList.contains("typing")) return;
        value.classList.remove("typing");
        // What is shown may have fewer digits than the value, which is left alone.
        if (value.value === text(shown)) return;
        const number = typed(value.value);
        give(Number.isNaN(number) ? value.value : number, value.value);
        end();
      };
      value.addEventListener("change", read);
      value.addEventListener("keydown", ({ key }) => {
        // In JupyterLab no "change" follows.
        if (key === "Enter") read();
        if (key !== "Escape") return;
        value.classList.remove("typing");
        value.value = text(shown);
      });
    },
    show(now) {
      shown = now;
      if (!touched) place(now);
      const words = text(now);
      if (value instanceof HTMLOutputElement) write(value, words);
      // What the reader is typing is left alone.
      else if (value.value !== words && !value.classList.contains("typing")) value.value = words;
      set(input, { "aria-valuetext": words });
    },
  };
}

/**
 * A multiple of `unit`, without the digits that a product of floats would add.
 * @param {number} value
 * @param {number} unit
 */
function round(value, unit) {
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

/*
 * The handle of a weight has most room where the network changes most, from 0.9 to 1.1, and rests
 * for a moment at 0 and 1. Each row is a position on the upper half, out of 1000, and its weight.
 */
const SCALE = [[0, 0], [15, 0], [340, 0.9], [485, 1], [515, 1], [660, 1.1], [1000, LIMIT]];

/**
 * Follow a line through points, of which `from` and `to` say which part is which.
 * @param {number} value
 * @param {number} from
 * @param {number} to
 */
function along(value, from, to) {
  if (!value) return 0;
  const size = Math.abs(value);
  const i = Math.max(SCALE.findIndex((point) => size <= point[from]), 1);
  const [a, b] = [SCALE[i - 1], SCALE[i]];
  return Math.sign(value) * (a[to] + ((b[to] - a[to]) * (size - a[from])) / (b[from] - a[from]));
}

/** The weight at a position of its handle. */
function weightAt(/** @type {number} */ position) {
  return along(position, 0, 1);
}

/** The position of the handle of a weight: in the middle of the place where it rests. */
function whereWeight(/** @type {number} */ weight) {
  return [-1, 0, 1].includes(weight) ? 500 * weight : Math.round(along(weight, 1, 0));
}

/** A weight as its slider shows it: with the digits of its finest step. */
export function weightText(/** @type {number} */ weight) {
  return decimals(weight, 3);
}

/**
 * The slider of a weight, which has the same scale on every page.
 * @param {string} name
 * @param {string} meaning
 * @param {(weight: number) => string} [text]
 */
export function weightSlider(name, meaning, text = weightText) {
  const control = slider(name, meaning,
    { min: -1000, max: 1000, step: 1, nudge: 0.01, at: weightAt, where: whereWeight, text });
  control.node.firstElementChild?.append(html("span", { class: "long" }, " weight"));
  return control;
}

/**
 * The sliders of both weights, identical on every page.
 * @param {(weight: number) => string} [text]
 */
export function weightSliders(text) {
  return [weightSlider("wx", "input", text), weightSlider("wRec", "recurrent", text)];
}

/**
 * A menu with a label.
 * @param {string} name of the parameter
 * @param {string} meaning
 * @param {string[]} options
 * @returns {Control}
 */
export function menu(name, meaning, options) {
  const input = html("select", { id: name, autocomplete: "off" },
    ...options.map((option) => html("option", {}, option)));
  return {
    name,
    input,
    text: String,
    node: html("div", { class: "menu" }, html("label", { for: name }, meaning), input),
    listen(change, done) {
      input.addEventListener("input", () => change(input.value));
      input.addEventListener("change", done);
    },
    show(value) {
      if (input.value !== value) input.value = value;
    },
  };
}

/**
 * A row of numbers, each below its name.
 * @param {(Node | string)[][]} names
 */
export function makeReadouts(...names) {
  const values = names.map(() => html("dd"));
  return {
    node: html("dl", { class: "readouts" },
      ...names.map((name, i) => html("div", {}, html("dt", {}, ...name), values[i]))),
    /** @param {string[]} texts */
    show(...texts) {
      texts.forEach((text, i) => write(values[i], text));
    },
  };
}

/**
 * Numbered horizontal grid lines.
 * @param {number} most the maximum number of lines
 */
export function makeTicks(most) {
  const lines = each(1, most, () => svg("line", { class: "grid" }));
  const labels = each(1, most, () => svg("text", { class: "quiet halo" }));
  return {
    lines,
    labels,
    /**
     * @param {number[]} ticks
     * @param {{left: number, right: number, wide: boolean, Y: Scale, text?: (tick: number) => string}} place
     */
    show(ticks, { left, right, wide, Y, text = number }) {
      lines.forEach((line, i) => {
        const [label, tick] = [labels[i], ticks[i]];
        line.style.display = label.style.display = tick === undefined ? "none" : "";
        if (tick === undefined) return;
        line.classList.toggle("zero", tick === 0);
        set(line, { x1: left, x2: right, y1: Y(tick), y2: Y(tick) });
        // A phone has no room beside the axis, so numbers start at the edge and run into the plot.
        // They are long only when the axis is long, and then the marks on the left are small.
        set(label, { x: wide ? left - 12 : 0, y: Y(tick) + 4.5, "text-anchor": wide ? "end" : "start" });
        write(label, text(tick));
      });
    },
  };
}

/** The input sequence as a strip of bits that the reader can flip. */
export function makeStrip() {
  const buttons = BITS.map(() =>
    html("button", { type: "button", class: "bit" }, html("span", {}, "0")));
  const node = html("div", { role: "group", "aria-label": "input sequence x" }, ...buttons);
  /** The bit that Tab reaches; the arrow keys move from bit to bit. */
  let tabStop = 0;
  let shown = "";
  return {
    node,
    /**
     * @param {Explorable} explorable
     * @param {(k: number) => void} attend called when the reader points at or focuses input k
     */
    listen(explorable, attend) {
      /** Set the bits from one to another, and say so only at the end. */
      const paint = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ value) => {
        const [first, last] = [Math.min(from, to), Math.max(from, to)];
        const before = explorable.setting.x;
        const x = before.map((/** @type {number} */ bit, /** @type {number} */ i) => (first <= i && i <= last ? value : bit));
        attend(to + 1);
        if (written(x) === written(before)) return;
        explorable.change("x", x);
        explorable.told();
      };
      /**
       * What the pointer paints: the value that the first bit was given, from the bit it was on last.
       * It is kept until the click that follows a press, which must not flip that bit back.
       * @type {{value: number, at: number, before: number[], used: boolean, over: boolean} | undefined}
       */
      let brush;
      node.addEventListener("pointermove", ({ clientX }) => {
        if (!brush || brush.over) return;
        const { left, width } = buttons[0].getBoundingClientRect();
        const i = Math.min(Math.max(Math.floor((clientX - left) / width), 0), buttons.length - 1);
        if (i === brush.at) return;
        brush.used = true;
        paint(brush.at, i, brush.value);
        brush.at = i;
      });
      node.addEventListener("pointercancel", () => {
        if (brush?.used) {
          explorable.change("x", brush.before);
          explorable.told();
        }
        brush = undefined;
      });
      node.addEventListener("pointerup", () => {
        if (!brush || brush.over) return;
        brush.over = true;
        if (brush.used) explorable.say(`The inputs are ${explorable.setting.x.join(", ")}`);
      });
      buttons.forEach((bit, i) => {
        bit.addEventListener("pointerdown", ({ button, pointerId }) => {
          if (button) return;
          const { x } = explorable.setting;
          brush = { value: 1 - x[i], at: i, before: x, used: false, over: false };
          // The pointer may leave the strip, and end there.
          bit.setPointerCapture(pointerId);
        });
        bit.addEventListener("click", ({ detail }) => {
          const painted = detail && brush?.used; // a click of the keyboard has no detail
          brush = undefined;
          if (painted) return;
          paint(i, i, 1 - explorable.setting.x[i]);
          explorable.say(`Input ${i + 1} is ${explorable.setting.x[i]}`);
        });
        bit.addEventListener("focus", () => {
          tabStop = i;
          attend(i + 1);
          explorable.changed();
        });
        bit.addEventListener("keydown", ({ key }) => {
          const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: buttons.length - 1 }[key];
          if (to !== undefined) buttons[to]?.focus();
        });
      });
    },
    /**
     * @param {number} left the position of step 0
     * @param {number} step the distance from one input to the next
     * @param {number} top
     * @param {number} square the side of a bit
     */
    layout(left, step, top, square) {
      node.style.setProperty("--square", `${square}px`);
      buttons.forEach((bit, i) => {
        Object.assign(bit.style, {
          left: `${left + step * (i + 0.5)}px`, top: `${top - 4}px`,
          width: `${step}px`, height: `${square + 8}px`,
        });
      });
    },
    /** @param {number[]} x */
    show(x) {
      const now = `${x} ${tabStop}`;
      if (now === shown) return;
      shown = now;
      buttons.forEach((button, i) => {
        set(button, {
          "aria-pressed": String(x[i] === 1),
          "aria-label": `input ${i + 1}, ${x[i]}`,
          tabindex: i === tabStop ? 0 : -1,
        });
        write(button.firstElementChild, String(x[i]));
      });
    },
  };
}

/**
 * Numbered marks along an axis.
 * @param {"x" | "y"} direction
 */
export function makeRuler(direction) {
  const along = direction === "x";
  const lines = each(1, 7, () => svg("line"));
  const labels = each(1, 7, () =>
    svg("text", { class: "quiet halo", "text-anchor": along ? "middle" : "end" }));
  return {
    nodes: [...lines, ...labels],
    /**
     * @param {number[]} limits
     * @param {number} most the maximum number of steps
     * @param {Scale} scale
     * @param {number[]} across where the marks start and end, and where the numbers go
     * @param {string} mark the CSS class of the marks
     */
    show([low, high], most, scale, [from, to, label], mark = "tick") {
      const ticks = axis(low, high, most).filter((tick) => low <= tick && tick <= high);
      lines.forEach((line, i) => {
        line.style.display = labels[i].style.display = i < ticks.length ? "" : "none";
        if (i >= ticks.length) return;
        const at = scale(ticks[i]);
        set(line, along ? { x1: at, x2: at, y1: from, y2: to } : { x1: from, x2: to, y1: at, y2: at });
        set(line, { class: mark });
        set(labels[i], along ? { x: at, y: label } : { x: label, y: at + 4.5 });
        write(labels[i], number(ticks[i]));
      });
    },
  };
}
