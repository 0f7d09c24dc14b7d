// @ts-check
import { decimals, number } from "./format.js";
import { BITS, LIMIT } from "./parameters.js";
import { axis, each, html, set, svg, write } from "./svg.js";
/** @import { Explorable } from "./explorable.js" */
/** @import { Scale } from "./svg.js" */

/* Controls and readouts: sliders, menus, bits, rulers and rows of numbers. */

/**
 * A control that sets one parameter.
 * @typedef {{name: string, node: HTMLElement, input: HTMLInputElement | HTMLSelectElement,
 *   value: () => any, text: (value: any) => string, show: (value: any) => void}} Control
 */

/**
 * A slider with its name, its meaning and its value.
 * @param {string} name of the parameter
 * @param {string} meaning
 * @param {{min: number, max: number, step: number, text?: (value: number) => string,
 *   at?: (position: number) => number, where?: (value: number) => number}} options the range of
 *   the handle; if its positions are not the values themselves, `at` gives the value at a
 *   position and `where` the position of a value
 * @returns {Control}
 */
export function slider(name, meaning, { min, max, step, text = String, at = Number, where = Number }) {
  const input = html("input", { type: "range", id: name, min, max, step, autocomplete: "off" });
  // An <output> would announce every step of a drag, whereas `say` announces the change once.
  const output = html("output", { for: name, "aria-live": "off" });
  const label = html("label", { for: name }, html("b", {}, name), ` ${meaning}`);
  return {
    name,
    input,
    text,
    node: html("div", { class: `slider ${name.toLowerCase()}` }, label, output, input),
    value: () => at(Number(input.value)),
    show(value) {
      const position = where(value);
      // The handle moves in steps, but a value set by a program may lie between two of them.
      if (Number(input.value) !== position) input.value = String(position);
      write(output, text(value));
      // Read every time, because the range of one parameter may depend on another.
      const [low, high] = [Number(input.min), Number(input.max)];
      const ends = [Math.min(Math.max(0, low), high), position]
        .map((end) => (end - low) / (high - low))
        .sort((a, b) => a - b);
      ["--from", "--to"].forEach((name, i) => {
        const end = String(ends[i]);
        if (input.style.getPropertyValue(name) !== end) input.style.setProperty(name, end);
      });
      set(input, { "aria-valuetext": text(value) });
    },
  };
}

/** The sliders of both weights, identical on every page. */
export function weightSliders() {
  const range = { min: -LIMIT, max: LIMIT, step: 0.01, text: decimals };
  return [slider("wx", "input weight", range), slider("wRec", "recurrent weight", range)];
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
    value: () => input.value,
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
  return {
    node,
    /**
     * @param {Explorable} explorable
     * @param {(k: number) => void} attend called when the reader points at or focuses input k
     */
    listen(explorable, attend) {
      buttons.forEach((bit, i) => {
        bit.addEventListener("click", () => {
          const x = [...explorable.setting.x];
          x[i] = 1 - x[i];
          explorable.change("x", x);
          attend(i + 1);
          explorable.told(`Input ${i + 1} is ${x[i]}`);
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
