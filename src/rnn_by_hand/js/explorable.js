// @ts-check

/*
 * What the explorables of RNN by Hand have in common: custom elements that compute and draw in the
 * page, with no server, no kernel and nothing to load. `Explorable` is the base class; the file
 * rnn-states.js shows how one is made. A page loads the files of the explorables that are on it
 * (see explorables.js); a live notebook gets the same files through anywidget.
 */

/** Both weights run over the same range on every page. */
export const LIMIT = 3;

/** The same sequence as the default in explorables.py. */
export const BITS = [1, 0, 1, 1, 0, 0, 1, 1, 1, 0];

/* ---------------------------------------------------------------- numbers */

/**
 * A number as a reader wants it: four significant digits, a true minus sign, no trailing zeros.
 * @param {number} value
 * @returns {string}
 */
export function number(value) {
  const size = Number(Math.abs(value).toPrecision(4));
  const sign = value < 0 && size > 0 ? "−" : "";
  if (size === Infinity) return `${sign}∞`;
  if (size >= 1e6 || (size > 0 && size < 1e-4)) {
    const [digits, exponent] = size.toExponential().split("e");
    return `${sign}${digits} × 10${superscript(Number(exponent))}`;
  }
  if (size < 1e4) return sign + size;
  return sign + String(Math.round(Math.abs(value))).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** @param {number} exponent */
export function superscript(exponent) {
  return [...String(exponent)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
}

/**
 * A weight as its slider shows it: always two decimals, so that the digits stand still.
 * @param {number} value
 * @param {number} [places] how many decimals if not two
 */
export function decimals(value, places = 2) {
  const size = Math.abs(value).toFixed(places);
  return (value < 0 && Number(size) > 0 ? "−" : "") + size;
}

/**
 * A number as it stands in a product: a negative one, or one with a power of ten, in parentheses.
 * @param {number} value
 */
export function factor(value) {
  const text = number(value);
  return /[−×]/.test(text) ? `(${text})` : text;
}

/* ---------------------------------------------------------------- parameters */

/**
 * What a parameter may be. `read` takes a value from an attribute, an address, a notebook or a
 * program, and gives nothing if it is not such a value; `rule` says what it must be; without a
 * value it is `start`.
 * @typedef {{read: (value: unknown) => any, rule: string, start: any}} Parameter
 */

/**
 * @param {number} low
 * @param {number} high
 * @param {number} start
 * @returns {Parameter}
 */
export function real(low, high, start) {
  const read = (/** @type {unknown} */ value) => {
    if (typeof value === "string" && value.trim()) value = Number(value);
    return typeof value === "number" && low <= value && value <= high ? value : undefined;
  };
  return { read, rule: `a number from ${number(low)} to ${number(high)}`, start };
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} start
 * @returns {Parameter}
 */
export function whole(low, high, start) {
  const { read } = real(low, high, start);
  return {
    read: (value) => (Number.isInteger(read(value)) ? read(value) : undefined),
    rule: `a whole number from ${low} to ${high}`,
    start,
  };
}

/**
 * A sequence of bits, as "1011001110" or as an array.
 * @param {number[]} start
 * @returns {Parameter}
 */
export function bits(start) {
  const { length } = start;
  const read = (/** @type {unknown} */ value) => {
    const text = Array.isArray(value) ? value.map(Number).join("") : String(value);
    return /^[01]+$/.test(text) && text.length === length ? [...text].map(Number) : undefined;
  };
  return { read, rule: `${length} bits, each 0 or 1`, start };
}

/**
 * One of some words, the first unless another is asked for.
 * @param {string[]} options
 * @returns {Parameter}
 */
export function choice(...options) {
  return {
    read: (value) => options.find((option) => option === value),
    rule: `one of ${options.join(", ")}`,
    start: options[0],
  };
}

const WEIGHT = real(-LIMIT, LIMIT, 1);

/**
 * A value as it stands in an attribute and in an address.
 * @param {unknown} value
 */
export function written(value) {
  return Array.isArray(value) ? value.join("") : String(value);
}

/* ---------------------------------------------------------------- drawing */

/**
 * Set attributes, and leave alone those that are as they should be: a browser lays out and
 * paints anew whatever is set, even to what it was.
 * @param {Element} node
 * @param {Record<string, string | number>} attributes
 */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

/**
 * Write a text, unless it stands there already.
 * @param {Element | null} node
 * @param {string} text
 */
export function write(node, text) {
  if (!node || node.textContent === text) return;
  const { firstChild, lastChild } = node;
  // Less work for a browser than a new text in the place of the old one.
  if (firstChild instanceof Text && firstChild === lastChild) firstChild.data = text;
  else node.textContent = text;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function html(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  set(node, attributes);
  node.append(...children);
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(node, attributes);
  node.append(...children);
  return node;
}

/**
 * Make one thing for each of the numbers from `first` to `last`.
 * @template T
 * @param {number} first
 * @param {number} last
 * @param {(k: number) => T} make
 * @returns {T[]}
 */
export function each(first, last, make) {
  return Array.from({ length: last - first + 1 }, (_, i) => make(first + i));
}

/**
 * An axis that covers `low` to `high` in steps of 1, 2 or 5 times a power of ten, at most one
 * more than `most`. Its ends are ticks, so it stands still until a value passes one of them.
 * @param {number} low
 * @param {number} high
 * @param {number} [most]
 * @returns {number[]} the ticks, upwards
 */
export function axis(low, high, most = 5) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return each(Math.floor(low / step), Math.ceil(high / step), (tick) => tick * step);
}

/**
 * The path of an arrow that stops short of both points, so that their marks stay clear.
 * Drawn as a path because a marker does not inherit the colour of its line.
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @param {number} clear
 */
export function arrow(x0, y0, x1, y1, clear) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [x, y] = [x1 - dx * clear, y1 - dy * clear];
  const barb = (/** @type {number} */ side) =>
    `${x - 5 * dx - 3 * side * dy} ${y - 5 * dy + 3 * side * dx}`;
  return `M${x0 + dx * clear} ${y0 + dy * clear}L${x} ${y}M${barb(1)}L${x} ${y}L${barb(-1)}`;
}

/**
 * The path of a disc; many discs in one path are one thing to lay out and paint.
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function disc(x, y, r) {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}

/**
 * A letter of the mathematics, set as the text of the book sets it.
 * @param {string} letter
 * @param {string} colour a class of STYLE
 * @param {Node[]} index
 */
export function symbol(letter, colour, ...index) {
  return html("span", { class: `symbol ${colour}` }, letter, ...index);
}

/**
 * Something in which a reader sets one parameter.
 * @typedef {{name: string, node: HTMLElement, input: HTMLInputElement | HTMLSelectElement,
 *   value: () => any, text: (value: any) => string, show: (value: any) => void}} Control
 */

/**
 * A slider with its name, its meaning and its value.
 * @param {string} name of the parameter
 * @param {string} meaning
 * @param {{min: number, max: number, step: number, text?: (value: number) => string,
 *   at?: (position: number) => number, where?: (value: number) => number}} options the range of
 *   the handle; where it does not run over the values themselves, `at` gives the value at a
 *   position and `where` the position of a value
 * @returns {Control}
 */
export function slider(name, meaning, { min, max, step, text = String, at = Number, where = Number }) {
  const input = html("input", { type: "range", id: name, min, max, step, autocomplete: "off" });
  // An <output> announces every change of its own accord; the announcement is made elsewhere,
  // once per change.
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
      // The handle moves in steps; the value itself, set by a program, need not.
      if (Number(input.value) !== position) input.value = String(position);
      write(output, text(value));
      // Read anew, because the range of one parameter may depend on another.
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

/** The sliders of both weights, the same on every page. */
export function weightSliders() {
  const range = { min: -LIMIT, max: LIMIT, step: 0.01, text: decimals };
  return [slider("wx", "input weight", range), slider("wRec", "recurrent weight", range)];
}

/**
 * A menu with its name.
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
 * A row of numbers, each beneath its name.
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
 * Horizontal grid lines with a number at each.
 * @param {number} most how many there may be
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
        // On a phone there is no room beside the axis: long numbers start at the edge and run
        // into the plot, where marks are still small whenever the axis is that long.
        set(label, { x: wide ? left - 12 : 0, y: Y(tick) + 4.5, "text-anchor": wide ? "end" : "start" });
        write(label, text(tick));
      });
    },
  };
}

/** The input sequence as a strip of bits that a reader can flip. */
export function makeStrip() {
  const buttons = BITS.map(() =>
    html("button", { type: "button", class: "bit" }, html("span", {}, "0")));
  const node = html("div", { role: "group", "aria-label": "input sequence x" }, ...buttons);
  /** The bit that the tabulator goes to; the arrow keys go from bit to bit. */
  let tabStop = 0;
  return {
    node,
    /**
     * @param {Explorable} explorable
     * @param {(k: number) => void} attend what to do when a reader turns to input k
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
     * @param {number} left the place of step 0
     * @param {number} step from one input to the next
     * @param {number} top
     * @param {number} square the side of one
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

/** @typedef {(value: number) => number} Scale */

const STYLE = `
:host {
  --x: var(--rnn-x, #0072b2);
  --state: var(--rnn-state, #a66200);
  --target: var(--rnn-target, #5f6770);
  --gradient: var(--rnn-gradient, #8e4b97);
  --wx: var(--rnn-wx, #00755a);
  --wrec: var(--rnn-wrec, #c2410c);
  --ink: var(--rnn-ink, #1f2328);
  --faint: var(--rnn-faint, #dad7d0);
  --paper: var(--rnn-paper, #fdfcf9);
  display: block;
  margin: 1.5rem 0;
}
.live { color: var(--ink); font-size: 14px; line-height: 1.4; font-variant-numeric: tabular-nums; }
slot { display: none; }
@media print {
  :host(:not(:empty)) .live { display: none; }
  slot { display: block; }
}
svg { display: block; overflow: visible; }
svg path, svg line { fill: none; }
svg text { fill: currentColor; font-size: 13px; }
.stage { position: relative; }
.grid { stroke: var(--faint); } .grid.zero { stroke: var(--ink); stroke-opacity: 0.5; }
.bit {
  position: absolute; display: grid; place-items: center; margin: 0; padding: 0; border: 0;
  border-radius: 4px; background: none;
}
.bit span {
  display: grid; place-items: center; box-sizing: border-box; width: var(--square); height: var(--square);
  border: 1.5px solid var(--x); border-radius: 2px; background: var(--paper); color: var(--x);
}
.bit[aria-pressed="true"] span { background: var(--x); color: var(--paper); }
.bit:hover span { box-shadow: 0 0 0 3px var(--faint); }
svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.symbol { font-family: KaTeX_Math, "Times New Roman", Times, serif; font-style: italic; font-size: 1.12em; }
svg .symbol { font-size: 15.5px; }
.symbol sub { font-family: KaTeX_Main, "Times New Roman", Times, serif; font-style: normal; font-size: 0.75em; line-height: 0; }
.ink { color: var(--ink); } .x { color: var(--x); } .state { color: var(--state); }
.target { color: var(--target); } .gradient { color: var(--gradient); } .wx { color: var(--wx); } .wrec { color: var(--wrec); }
/* With an opacity, each would be composed apart in every frame. */
.quiet { color: color-mix(in srgb, var(--ink) 72%, transparent); }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
button { font: inherit; color: inherit; touch-action: manipulation; cursor: pointer; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; align-self: end; }
.tools button, select {
  min-height: 28px; padding: 0 10px; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--faint); border-radius: 4px;
}
.tools button:hover, select:hover { border-color: currentColor; }
.menu { display: flex; align-items: baseline; gap: 8px; }
.controls { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 6px 28px; margin-top: 10px; }
:host([sliders="off"]) .slider, :host([sliders="off"]) .link { display: none; }
.slider { flex: 1 1 240px; display: grid; grid-template-columns: 1fr auto; align-items: baseline; }
.narrow .slider { flex-basis: 100%; }
.slider label, .slider output { color: var(--ink); }
b { font-weight: 600; font-family: var(--pst-font-family-monospace, ui-monospace, monospace); font-size: 0.95em; }
.slider.wx b, .slider.wx input { color: var(--wx); }
.slider.wrec b, .slider.wrec input { color: var(--wrec); }
.slider input {
  grid-column: 1 / -1; appearance: none; width: 100%; height: 30px; margin: 0; border-radius: 4px;
  cursor: pointer; touch-action: pan-y;
  --span: calc(100% - 18px);
  background:
    linear-gradient(currentColor, currentColor) no-repeat
      calc(9px + (var(--from) / max(1 - var(--to) + var(--from), 0.01)) * (100% - 18px)) center /
      calc((var(--to) - var(--from)) * var(--span)) 4px,
    linear-gradient(var(--faint), var(--faint)) no-repeat center / var(--span) 2px,
    repeating-linear-gradient(to right, var(--faint) 0 1px, transparent 1px calc((100% - 1px) / var(--parts, 6)))
      no-repeat center / var(--span) 10px;
}
.slider input::-webkit-slider-thumb {
  appearance: none; width: 18px; height: 18px; border-radius: 50%;
  background: currentColor; border: 3px solid var(--paper);
}
.slider input::-moz-range-thumb {
  width: 12px; height: 12px; border-radius: 50%;
  background: currentColor; border: 3px solid var(--paper);
}
.equation { margin: 10px 0 0; line-height: 1.6; }
.equation > span { white-space: nowrap; }
.equation > span:first-child { margin-right: 0.3em; }
.narrow .equation > span { display: block; }
.equation sup { font-size: 12px; line-height: 0; }
.readouts { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px; max-width: 30em; margin: 10px 0 0; }
.readouts dt { font-size: 13px; white-space: nowrap; }
.readouts dd { margin: 0; min-width: 4em; font-size: 17px; white-space: nowrap; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/* ---------------------------------------------------------------- what all explorables share */

/**
 * A figure with handles. Attributes give the setting it starts from and returns to; the
 * properties of the same names give the setting it shows. What stands inside the element is
 * shown in print, and by a browser that does not run this script.
 *
 * The address of a page may hold a setting, as in #states:wx=1.2,wRec=0.9 for the first
 * rnn-states of the page, or #states-2:wx=1.2 for the second.
 */
export class Explorable extends HTMLElement {
  /** @type {Record<string, Parameter>} */
  static parameters = { wx: WEIGHT, wRec: WEIGHT };

  static get observedAttributes() {
    return Object.keys(this.parameters).map((name) => name.toLowerCase());
  }

  /**
   * The parameters as they are now.
   * @type {any}
   */
  setting = {};

  #width = 0;
  #frame = 0;
  #arriving = false;
  /** @type {Control[]} */
  #controls;
  #spoken = html("div", { class: "spoken", role: "status", "aria-live": "polite" });
  #live = html("div", { class: "live" });
  #link = html("button", { type: "button", class: "link" }, "Copy link");
  #resized = new ResizeObserver(() => this.#resize());
  #readAddress = () => this.#openAddress();

  /**
   * @param {string} style of the parts in the figure
   * @param {Node[]} figure every node that will ever be drawn, in order
   * @param {Control[]} controls beneath it
   * @param {Node[]} tools more buttons, before "Reset"
   */
  constructor(style, figure, controls, tools = []) {
    super();
    this.#controls = controls;
    for (const [name, { start }] of Object.entries(this.#parameters)) this.setting[name] = start;
    const reset = html("button", { type: "button" }, "Reset");
    this.#live.append(
      ...figure,
      html("div", { class: "controls" }, ...controls.map(({ node }) => node),
        html("div", { class: "tools" }, ...tools, reset, this.#link)),
      this.#spoken);
    this.attachShadow({ mode: "open" })
      .append(html("style", {}, STYLE + style), this.#live, html("slot"));
    controls.forEach((control) => this.#listen(control));
    this.#link.addEventListener("click", () => this.#copyLink());
    reset.addEventListener("click", () => {
      this.reset();
      this.told("Back at the start");
    });
  }

  get #parameters() {
    return /** @type {typeof Explorable} */ (this.constructor).parameters;
  }

  /** @param {Control} control */
  #listen({ name, input, value, text }) {
    input.addEventListener("input", () => {
      this.change(name, value());
      this.told();
    });
    input.addEventListener("change", () => this.say(`${name} is ${text(this.setting[name])}`));
  }

  connectedCallback() {
    // What is on the screen is drawn at once, so that its parts do not move after they are shown.
    if (this.checkVisibility({ contentVisibilityAuto: true })) this.#resize();
    this.#resized.observe(this);
    // The others when a reader comes close; until then they have the name of what stands in for them.
    const name = this.querySelector("[role=img]")?.getAttribute("aria-label");
    for (const picture of this.#live.querySelectorAll("[role=img]:not([aria-label])")) {
      if (name) picture.setAttribute("aria-label", name);
    }
    addEventListener("hashchange", this.#readAddress);
    this.#readAddress();
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    removeEventListener("hashchange", this.#readAddress);
  }

  /**
   * @param {string} attribute
   * @param {string | null} _before
   * @param {string | null} text
   */
  attributeChangedCallback(attribute, _before, text) {
    for (const [name, { read, start }] of Object.entries(this.#parameters)) {
      if (name.toLowerCase() === attribute) this.change(name, read(text) ?? start);
    }
  }

  /**
   * Give a parameter a new value; refuse a bad one in the words that Python uses.
   * @param {string} name
   * @param {unknown} value
   */
  change(name, value) {
    const { read, rule } = this.#parameters[name];
    const accepted = read(value);
    if (accepted === undefined) throw new RangeError(`${name} is ${value}; it must be ${rule}`);
    this.setting[name] = accepted;
    this.changed();
  }

  /** Return to the setting of the attributes. */
  reset() {
    for (const name of Object.keys(this.#parameters)) {
      this.attributeChangedCallback(name.toLowerCase(), null, this.getAttribute(name));
    }
  }

  /** What the address calls this explorable: its tag, and its place among several of one kind. */
  get #addressName() {
    const place = [...document.querySelectorAll(this.localName)].indexOf(this);
    return this.localName.slice(4) + (place > 0 ? `-${place + 1}` : "");
  }

  /** Put the setting into the address, and the address into the clipboard. */
  #copyLink() {
    const setting = Object.entries(this.setting).map(([name, value]) => [name, written(value)]);
    const text = String(new URLSearchParams(setting)).replaceAll("&", ",");
    history.replaceState(null, "", `#${this.#addressName}:${text}`);
    // Without https there is no clipboard; the address has been set all the same.
    navigator.clipboard?.writeText(location.href).catch(() => {});
    write(this.#link, "Link copied");
    this.#spoken.replaceChildren("The link to this setting is copied and in the address.");
  }

  /** Take the setting that the address gives for this explorable, and bring it into view. */
  #openAddress() {
    const [, name, setting] = /^#([\w-]+):(.*)$/.exec(location.hash) ?? [];
    if (name !== this.#addressName || this.getAttribute("sliders") === "off") return;
    const given = new URLSearchParams(setting.replaceAll(",", "&"));
    for (const [key, { read }] of Object.entries(this.#parameters)) {
      const accepted = read(given.get(key));
      if (accepted !== undefined) this.change(key, accepted);
    }
    this.#arriving = true;
    this.changed();
    // Until then, what loads above may still push it away.
    if (document.readyState !== "complete") addEventListener("load", () => this.changed());
  }

  /** Draw before the next frame, however often something changes until then. */
  changed() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /**
   * Tell the page that the reader has changed something.
   * @param {string} [what] the change in words, if it is complete
   */
  told(what) {
    write(this.#link, "Copy link");
    this.dispatchEvent(new CustomEvent("rnn-change", { bubbles: true, composed: true }));
    if (what) this.say(what);
  }

  /** @param {string} what */
  say(what) {
    this.#spoken.replaceChildren(`${what}: ${this.summary()}.`);
  }

  #resize() {
    const width = Math.floor(this.clientWidth);
    if (width === this.#width) return;
    this.#width = width;
    if (!width) return;
    const wide = width >= 520;
    this.#live.classList.toggle("narrow", !wide);
    this.layout(width, wide);
    this.#paint();
  }

  #paint() {
    for (const { name, show } of this.#controls) show(this.setting[name]);
    if (this.#width) this.paint();
    if (this.#arriving) this.scrollIntoView({ block: "center", behavior: "instant" });
    // It is drawn, and becomes higher, once it is near the screen.
    if (this.#width && document.readyState === "complete") this.#arriving = false;
  }

  // What follows is for each explorable to say.

  /**
   * The setting and every number that is shown, not rounded; a copy.
   * @returns {Record<string, any>}
   */
  get readout() {
    return structuredClone(this.setting);
  }

  /**
   * Place what depends on the width alone.
   * @param {number} _width in CSS pixels
   * @param {boolean} _wide whether there is room beside the plot for more than a letter
   */
  layout(_width, _wide) {}

  /** Bring every mark and number up to date; add and remove nothing. */
  paint() {}

  /**
   * The outcome in one line, to be read aloud.
   * @returns {string}
   */
  summary() {
    return "";
  }
}

/**
 * Make an explorable known to the page, with a property for each parameter.
 * @param {string} tag
 * @param {typeof Explorable} element
 */
export function define(tag, element) {
  // In a notebook each view loads this file anew.
  if (customElements.get(tag)) return;
  for (const name of Object.keys(element.parameters)) {
    Object.defineProperty(element.prototype, name, {
      /** @this {Explorable} */
      get() {
        return structuredClone(this.setting[name]);
      },
      /** @this {Explorable} */
      set(value) {
        this.change(name, value);
      },
    });
  }
  customElements.define(tag, /** @type {CustomElementConstructor} */ (/** @type {unknown} */ (element)));
}

/* ---------------------------------------------------------------- in a live notebook */

/**
 * A slider of ipywidgets adds up its steps and gives 0.9999999999999996 for 1.
 * @param {unknown} value
 */
function withoutRounding(value) {
  return typeof value === "number" ? Number(value.toPrecision(14)) : value;
}

/**
 * Tie the sliders of a live notebook to the picture, in the browser: while a reader drags, the
 * answers of a kernel would arrive late and pull the handle back. (jslink would do, but it takes
 * what the slider makes of its first value for a wish of the reader.)
 * @param {{model: any}} live what anywidget hands over, once for all views
 */
export async function initialize({ model }) {
  for (const [name, reference] of Object.entries(model.get("sliders"))) {
    const slider = await model.widget_manager.get_model(reference.replace("IPY_MODEL_", ""));
    const tie = (/** @type {any} */ from, /** @type {string} */ of, /** @type {any} */ to, /** @type {string} */ as) => {
      const value = withoutRounding(from.get(of));
      if (value === withoutRounding(to.get(as))) return;
      to.set(as, value);
      to.save_changes();
    };
    const follow = () => tie(model, name, slider, "value");
    follow();
    model.on(`change:${name}`, follow);
    slider.on("change:value", () => tie(slider, "value", model, name));
  }
}

/**
 * Show one explorable in a live notebook, in step with its Python object.
 * @param {{model: any, el: HTMLElement}} view what anywidget hands over
 * @returns {() => void} what to do when the view is closed
 */
export function render({ model, el }) {
  const figure = /** @type {Explorable} */ (document.createElement(model.get("tag")));
  const names = Object.keys(figure.setting);
  const take = () => {
    for (const name of names) figure.change(name, withoutRounding(model.get(name)));
  };
  set(figure, { sliders: "off", ...model.get("start") });
  take();
  figure.addEventListener("rnn-change", () => {
    // All are read before the first is set: each set calls `take`.
    const setting = structuredClone(figure.setting);
    for (const name of names) model.set(name, setting[name]);
    model.save_changes();
  });
  model.on("change", take);
  el.append(figure);
  return () => model.off("change", take);
}
