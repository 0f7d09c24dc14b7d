// @ts-check
/*
 * The explorables of RNN by Hand: custom elements that compute and draw in the page, with no
 * server, no kernel and nothing to load. A built page loads this file as a script; in a live
 * notebook anywidget loads the same file and calls `render`, at the end.
 *
 * `Explorable` is what they have in common; `States` shows how one is made.
 */

/** Both weights run over the same range on every page. */
const LIMIT = 3;

/** The same sequence as the default in explorables.py. */
const BITS = [1, 0, 1, 1, 0, 0, 1, 1, 1, 0];

/* ---------------------------------------------------------------- numbers */

/**
 * A number as a reader wants it: four significant digits, a true minus sign, no trailing zeros.
 * @param {number} value
 * @returns {string}
 */
function number(value) {
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
function superscript(exponent) {
  return [...String(exponent)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
}

/**
 * A weight as its slider shows it: always two decimals, so that the digits stand still.
 * @param {number} value
 * @param {number} [places] how many decimals if not two
 */
function decimals(value, places = 2) {
  const size = Math.abs(value).toFixed(places);
  return (value < 0 && Number(size) > 0 ? "−" : "") + size;
}

/**
 * A number as it stands in a product: a negative one, or one with a power of ten, in parentheses.
 * @param {number} value
 */
function factor(value) {
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
function real(low, high, start) {
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
function whole(low, high, start) {
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
function bits(start) {
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
function choice(...options) {
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
function written(value) {
  return Array.isArray(value) ? value.join("") : String(value);
}

/* ---------------------------------------------------------------- drawing */

/**
 * @param {Element} node
 * @param {Record<string, string | number>} attributes
 */
function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function html(tag, attributes = {}, ...children) {
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
function svg(tag, attributes = {}, ...children) {
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
function each(first, last, make) {
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
function axis(low, high, most = 5) {
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
function arrow(x0, y0, x1, y1, clear) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [x, y] = [x1 - dx * clear, y1 - dy * clear];
  const barb = (/** @type {number} */ side) =>
    `${x - 5 * dx - 3 * side * dy} ${y - 5 * dy + 3 * side * dx}`;
  return `M${x0 + dx * clear} ${y0 + dy * clear}L${x} ${y}M${barb(1)}L${x} ${y}L${barb(-1)}`;
}

/**
 * A letter of the mathematics, set as the text of the book sets it.
 * @param {string} letter
 * @param {string} colour a class of STYLE
 * @param {Node[]} index
 */
function symbol(letter, colour, ...index) {
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
function slider(name, meaning, { min, max, step, text = String, at = Number, where = Number }) {
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
      output.value = text(value);
      input.setAttribute("aria-valuetext", text(value));
      // Read anew, because the range of one parameter may depend on another.
      const [low, high] = [Number(input.min), Number(input.max)];
      const ends = [Math.min(Math.max(0, low), high), position]
        .map((end) => (end - low) / (high - low));
      input.style.setProperty("--from", String(Math.min(...ends)));
      input.style.setProperty("--to", String(Math.max(...ends)));
    },
  };
}

/** The sliders of both weights, the same on every page. */
function weightSliders() {
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
function menu(name, meaning, options) {
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
function makeReadouts(...names) {
  const values = names.map(() => html("dd"));
  return {
    node: html("dl", { class: "readouts" },
      ...names.map((name, i) => html("div", {}, html("dt", {}, ...name), values[i]))),
    /** @param {string[]} texts */
    show(...texts) {
      texts.forEach((text, i) => { values[i].textContent = text; });
    },
  };
}

/**
 * Horizontal grid lines with a number at each.
 * @param {number} most how many there may be
 */
function makeTicks(most) {
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
        label.textContent = text(tick);
      });
    },
  };
}

/** The input sequence as a strip of bits that a reader can flip. */
function makeStrip() {
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
          left: `${left + step * (i + 1)}px`, top: `${top - 4}px`,
          width: `${step}px`, height: `${square + 8}px`,
        });
      });
    },
    /** @param {number[]} x */
    show(x) {
      buttons.forEach((button, i) => {
        set(button, { "aria-pressed": String(x[i] === 1), "aria-label": `input ${i + 1}, ${x[i]}` });
        button.tabIndex = i === tabStop ? 0 : -1;
        /** @type {Element} */ (button.firstElementChild).textContent = String(x[i]);
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
  --faint: var(--rnn-faint, #d5dae0);
  --paper: var(--rnn-paper, #ffffff);
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
svg path, svg line { fill: none; vector-effect: non-scaling-stroke; }
svg text { fill: currentColor; font-size: 13px; }
.stage { position: relative; }
.grid { stroke: var(--faint); } .grid.zero { stroke: var(--ink); stroke-opacity: 0.5; }
.bit {
  position: absolute; display: grid; place-items: center; margin: 0; padding: 0; border: 0;
  border-radius: 4px; background: none; transform: translateX(-50%);
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
.quiet { color: var(--ink); opacity: 0.72; }
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
.readouts { display: flex; justify-content: space-between; gap: 8px; max-width: 30em; margin: 10px 0 0; }
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
class Explorable extends HTMLElement {
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
    this.#resized.observe(this);
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
    this.#link.textContent = "Link copied";
    this.#spoken.textContent = "The link to this setting is copied and in the address.";
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
    const scroll = () => this.scrollIntoView({ block: "center" });
    if (document.readyState === "complete") scroll();
    else addEventListener("load", scroll, { once: true });
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
    this.#link.textContent = "Copy link";
    this.dispatchEvent(new CustomEvent("rnn-change", { bubbles: true, composed: true }));
    if (what) this.say(what);
  }

  /** @param {string} what */
  say(what) {
    this.#spoken.textContent = `${what}: ${this.summary()}.`;
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
    if (!this.#width) return;
    for (const { name, show } of this.#controls) show(this.setting[name]);
    this.paint();
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
function define(tag, element) {
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

/* ---------------------------------------------------------------- rnn-states */

const STATES_STYLE = `
.stem { stroke: var(--wx); stroke-dasharray: 1 4; }
.lift { stroke: var(--wx); stroke-width: 3; }
.edge { stroke: var(--wrec); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.count { stroke: var(--target); stroke-width: 1.5; stroke-dasharray: 5 4; }
.leader { stroke: var(--state); }
.gap { stroke: var(--ink); stroke-width: 1.5; }
.disc { fill: var(--state); stroke: var(--paper); }
.disc.initial { fill: var(--paper); stroke: var(--state); stroke-width: 1.5; }
.ring { fill: none; stroke: var(--state); }
svg .index { font-size: 11px; }
`;

/** Make the parts of the figure; `States` places them and keeps them up to date. */
function makeStates() {
  const n = BITS.length;
  const ticks = makeTicks(7);
  const stems = BITS.map(() => svg("path", { class: "stem" }));
  const marks = {
    count: svg("path", { class: "count" }),
    leader: svg("path", { class: "leader" }),
    edges: BITS.map(() => svg("path", { class: "edge" })),
    lifts: BITS.map(() => svg("path", { class: "lift" })),
    gap: svg("path", { class: "gap" }),
    discs: each(0, n, (k) => svg("circle", { class: k ? "disc" : "disc initial" })),
    ring: svg("circle", { class: "ring" }),
    title: svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "state "),
      svg("tspan", { class: "symbol state" }, "S"),
      svg("tspan", { class: "symbol index state", dy: 3 }, "k")),
    y: svg("text", { class: "state halo" }, svg("tspan", { class: "symbol" }, "y"), svg("tspan")),
    t: svg("text", { class: "target halo" }, svg("tspan", { class: "symbol" }, "t"), svg("tspan")),
    x: svg("text", { class: "symbol x", "text-anchor": "middle" }, "x"),
    k: svg("text", { class: "symbol quiet", "text-anchor": "middle" }, "k"),
    steps: each(1, n, (k) => svg("text", { class: "quiet", "text-anchor": "middle" }, `${k}`)),
  };
  const picture = svg("svg", { role: "img" },
    ...ticks.lines, ...stems, ...ticks.labels, ...Object.values(marks).flat());
  const strip = makeStrip();
  const stage = html("div", { class: "stage" }, picture, strip.node);
  return { ...marks, ticks, stems, picture, strip, stage };
}

/** One step of the recurrence, letters first and then numbers, in the order of the picture. */
function makeEquation() {
  const [k, before, bit] = each(1, 3, () => html("sub"));
  const was = html("span", { class: "state" });
  const wRec = html("span", { class: "wrec" });
  const x = html("span", { class: "x" });
  const wx = html("span", { class: "wx" });
  const sum = html("span", { class: "state" });
  return {
    node: html("p", { class: "equation" },
      html("span", {},
        symbol("S", "state", k), " = ",
        symbol("S", "state", before), " · ", html("b", { class: "wrec" }, "wRec"), " + ",
        symbol("x", "x", bit), " · ", html("b", { class: "wx" }, "wx")),
      " ",
      html("span", {}, "= ", was, " · ", wRec, " + ", x, " · ", wx, " = ", sum)),
    /**
     * @param {number} step
     * @param {StatesReadout} shown
     */
    show(step, shown) {
      k.textContent = bit.textContent = String(step);
      before.textContent = String(step - 1);
      was.textContent = factor(shown.S[step - 1]);
      wRec.textContent = factor(shown.wRec);
      x.textContent = String(shown.x[step - 1]);
      wx.textContent = factor(shown.wx);
      sum.textContent = number(shown.S[step]);
    },
  };
}

/**
 * @typedef {{wx: number, wRec: number, x: number[], S: number[], t: number, y: number,
 *   loss: number, count: number[]}} StatesReadout
 */

/**
 * One sequence of ten bits and the states that the network passes through while it reads them.
 * Each step is drawn as it is computed: an arrow carries the state on, multiplied by wRec, and
 * where the input is 1 a stem lifts it by wx.
 */
class States extends Explorable {
  static parameters = { ...Explorable.parameters, x: bits(BITS) };

  /** The step whose arithmetic is written out. */
  #step = BITS.length;
  #marks;
  #equation;
  #readouts;
  #plot = { wide: true, left: 0, step: 0, top: 0, height: 0 };

  constructor() {
    const marks = makeStates();
    const equation = makeEquation();
    const readouts = makeReadouts(
      ["output ", symbol("y", "state")],
      ["true count ", symbol("t", "target")],
      ["squared error (", symbol("y", "state"), " − ", symbol("t", "target"), ")²"]);
    super(STATES_STYLE, [marks.stage, equation.node, readouts.node], weightSliders());
    this.#marks = marks;
    this.#equation = equation;
    this.#readouts = readouts;
    marks.strip.listen(this, (k) => { this.#step = k; });
    marks.stage.addEventListener("pointermove", (event) => this.#point(event));
  }

  /**
   * Every number that is shown, not rounded.
   * @returns {StatesReadout}
   */
  get readout() {
    const { wx, wRec, x } = super.readout;
    const S = [0];
    const count = [0];
    for (const bit of x) {
      // In this order Python adds the same two numbers, and gets the same sum.
      S.push(bit * wx + S[S.length - 1] * wRec);
      count.push(count[count.length - 1] + bit);
    }
    const y = S[x.length];
    const t = count[x.length];
    return { wx, wRec, x, S, t, y, loss: (t - y) ** 2, count };
  }

  reset() {
    super.reset();
    this.#step = BITS.length;
  }

  summary() {
    const { y, t, loss } = this.readout;
    return `output ${number(y)}, true count ${number(t)}, squared error ${number(loss)}`;
  }

  /** @param {PointerEvent} event */
  #point({ clientX }) {
    const { left, step } = this.#plot;
    const k = Math.round((clientX - this.#marks.stage.getBoundingClientRect().left - left) / step);
    this.#step = Math.min(Math.max(k, 1), BITS.length);
    this.changed();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, strip, steps, discs, ring, title, x, k } = this.#marks;
    const left = wide ? 68 : 24;
    const step = (width - left - (wide ? 112 : 24)) / BITS.length;
    this.#plot = { wide, left, step, top: 30, height: wide ? 220 : 190 };
    const square = wide ? 26 : 22;
    const top = this.#plot.top + this.#plot.height + 18;
    const height = top + square + 20;
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    strip.layout(left, step, top, square);
    steps.forEach((label, i) => set(label, { x: left + step * (i + 1), y: height - 3 }));
    discs.forEach((disc, i) => set(disc, { cx: left + step * i, r: wide ? 6 : 5 }));
    set(ring, { r: wide ? 10 : 8.5 });
    set(title, { x: wide ? left - 20 : 0, y: 12 });
    set(x, { x: left, y: top + square / 2 + 4 });
    set(k, { x: left, y: height - 3 });
  }

  paint() {
    const shown = this.readout;
    const { S, count, y, t } = shown;
    const ticks = axis(Math.min(0, ...S), Math.max(1, ...S, ...count));
    const { left, step, top, height, wide } = this.#plot;
    const [low, high] = [ticks[0], ticks[ticks.length - 1]];
    const X = (/** @type {number} */ k) => left + step * k;
    const Y = (/** @type {number} */ value) => top + (height * (high - value)) / (high - low);
    this.#marks.ticks.show(ticks, { left, right: X(BITS.length) + (wide ? 16 : 8), wide, Y });
    this.#paintSteps(shown, X, Y);
    this.#paintEnd(shown, X(BITS.length), Y(y), Y(t));
    this.#marks.strip.show(shown.x);
    this.#equation.show(this.#step, shown);
    this.#readouts.show(number(y), number(t), number(shown.loss));
    set(this.#marks.picture, {
      "aria-label": `The states S₀ to S₁₀ are ${S.map(number).join(", ")}; the true count so far is ${count.join(", ")}.`,
    });
  }

  /**
   * @param {StatesReadout} shown
   * @param {Scale} X
   * @param {Scale} Y
   */
  #paintSteps({ x, S, count, wRec }, X, Y) {
    const { stems, edges, lifts, discs, ring, count: steps } = this.#marks;
    const { step, top, height, wide } = this.#plot;
    const clear = wide ? 8 : 6.5;
    let line = `M${X(0)} ${Y(0)}`;
    discs.forEach((disc, k) => set(disc, { cy: Y(S[k]) }));
    x.forEach((bit, i) => {
      const k = i + 1;
      const carried = Y(S[i] * wRec);
      set(edges[i], { d: arrow(X(i), Y(S[i]), X(k), carried, clear) });
      set(stems[i], { d: bit ? `M${X(k)} ${top + height + 18}V${carried}` : "" });
      set(lifts[i], { d: bit ? `M${X(k)} ${carried}V${Y(S[k])}` : "" });
      line += `H${X(i) + step / 2}V${Y(count[k])}`;
    });
    set(steps, { d: `${line}H${X(x.length) + (wide ? 16 : 8)}` });
    set(ring, { cx: X(this.#step), cy: Y(S[this.#step]) });
  }

  /**
   * Draw the error as the gap between output and target, and name its two ends.
   * @param {StatesReadout} shown
   * @param {number} end
   * @param {number} yAt
   * @param {number} tAt
   */
  #paintEnd(shown, end, yAt, tAt) {
    const { wide, top, height } = this.#plot;
    const { leader, gap, y, t } = this.#marks;
    const bracket = end + (wide ? 20 : 11);
    set(leader, { d: `M${end} ${yAt}H${bracket}` });
    set(gap, { d: `M${bracket - 3} ${yAt}h6M${bracket} ${yAt}V${tAt}M${bracket - 3} ${tAt}h6` });
    const apart = 17;
    const middle = Math.min(Math.max((yAt + tAt) / 2, top + apart / 2), top + height - apart / 2);
    const half = (yAt <= tAt ? -1 : 1) * (apart / 2);
    const close = Math.abs(yAt - tAt) < apart;
    const label = (/** @type {SVGTextElement} */ node, /** @type {number} */ at, /** @type {number} */ value) => {
      set(node, { x: bracket + (wide ? 9 : 5), y: at + 4 });
      /** @type {Element} */ (node.lastElementChild).textContent = wide ? ` = ${number(value)}` : "";
    };
    label(y, close ? middle + half : yAt, shown.y);
    label(t, close ? middle - half : tAt, shown.t);
  }
}

/* ---------------------------------------------------------------- the loss over both weights */

/** @typedef {[number, number, number, number]} View the limits of wRec, then those of wx */

/** The view of all weights. */
const WHOLE_VIEW = /** @type {View} */ ([-LIMIT, LIMIT, -LIMIT, LIMIT]);

/** The powers of ten between which the map tells losses apart. */
const [LOWEST, HIGHEST] = [-3, 10];

const MAP_STYLE = `
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
 * The loss for every pair of weights, from the numbers that surface.py makes of a data set. The
 * operations and their order are those of surface.py, and so is every digit of the results.
 * @param {string} text the polynomials A and B, and D for the curvature, highest power first, and
 *   C and N, as JSON
 */
function surface(text) {
  /** @type {{A: number[], B: number[], C: number, N: number, D?: number[]}} */
  const { A, B, C, N, D = [] } = JSON.parse(text);
  const polynomial = (/** @type {number[]} */ p) => (/** @type {number} */ r) =>
    p.reduce((sum, coefficient) => sum * r + coefficient, 0);
  const slope = (/** @type {number[]} */ p) =>
    polynomial(p.slice(0, -1).map((coefficient, i) => coefficient * (p.length - 1 - i)));
  const [atA, atB, atD, slopeA, slopeB] = [...[A, B, D].map(polynomial), slope(A), slope(B)];
  /** The loss along a line of constant wRec, a parabola in wx. */
  const along = (/** @type {number} */ wRec) => {
    const [a, b] = [atA(wRec), atB(wRec)];
    return (/** @type {number} */ wx) => Math.max(((wx * a - 2 * b) * wx + C) / N, 0);
  };
  return {
    A: atA,
    B: atB,
    C,
    N,
    along,
    loss: (/** @type {number} */ wx, /** @type {number} */ wRec) => along(wRec)(wx),
    /** The derivatives for wx and for wRec. */
    gradient: (/** @type {number} */ wx, /** @type {number} */ wRec) => [
      2 * (wx * atA(wRec) - atB(wRec)) / N,
      (wx * slopeA(wRec) - 2 * slopeB(wRec)) * wx / N,
    ],
    /** The matrix of Gauss and Newton: its parts for wx, for both, and for wRec. */
    curvature: (/** @type {number} */ wx, /** @type {number} */ wRec) =>
      [atA(wRec) / N, wx * slopeA(wRec) / (2 * N), wx * wx * atD(wRec) / N],
    /** The best wx for a wRec. */
    floor: (/** @type {number} */ wRec) => atB(wRec) / atA(wRec),
  };
}

/** @typedef {ReturnType<typeof surface>} Surface */

/**
 * How much of the slate colour a loss has: one tone for each half power of ten, furthest apart
 * from 1 to 1000, where the ravine meets its walls.
 * @param {number} loss
 */
function tone(loss) {
  const level = Math.floor(2 * Math.min(Math.max(Math.log10(loss), LOWEST), HIGHEST)) / 2;
  if (level < 0) return 0.18 * (1 - level / LOWEST);
  return level < 3 ? 0.18 + level * 0.14 : 0.6 + (0.3 * (level - 3)) / (HIGHEST - 3);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} first where `low` is drawn
 * @param {number} last where `high` is drawn
 * @returns {Scale}
 */
function linear(low, high, first, last) {
  return (value) => first + ((last - first) * (value - low)) / (high - low);
}

/**
 * Marks along an axis, with a number at each.
 * @param {"x" | "y"} direction
 */
function makeRuler(direction) {
  const along = direction === "x";
  const lines = each(1, 7, () => svg("line"));
  const labels = each(1, 7, () =>
    svg("text", { class: "quiet halo", "text-anchor": along ? "middle" : "end" }));
  return {
    nodes: [...lines, ...labels],
    /**
     * @param {number[]} limits
     * @param {number} most how many steps
     * @param {Scale} scale
     * @param {number[]} across where marks start and end, and where the numbers stand
     * @param {string} mark the class of the marks
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
        labels[i].textContent = number(ticks[i]);
      });
    },
  };
}

/**
 * A square map of the loss: wRec to the right, wx upwards. Put `canvas` and right after it an
 * <svg> with `nodes` into a "stage"; what moves belongs into the <svg>, and into `inside` if it
 * must end at the border of the map.
 */
function makeLossMap() {
  const canvas = html("canvas", { class: "map" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const pad = svg("rect", { class: "pad" });
  const floor = ["casing", "floor"].map((name) => svg("path", { class: name }));
  const minimum = svg("circle", { class: "minimum", r: 4 });
  const inside = svg("svg", { class: "inside" }, pad, ...floor, minimum);
  const floorName = svg("text", { class: "halo", "text-anchor": "middle" }, "ravine floor");
  const minimumName = svg("text", { class: "halo", "text-anchor": "end" }, "(1, 1)");
  const wRec = svg("text", { class: "wrec", "text-anchor": "middle" }, "wRec");
  const wx = svg("text", { class: "wx", "text-anchor": "end" }, "wx");
  const [across, up] = [makeRuler("x"), makeRuler("y")];
  const tones = new Uint32Array(2 ** 15);
  let [left, top, size] = [0, 0, 1];
  let view = WHOLE_VIEW;
  let drawn = "";
  let mixed = "";
  /** @type {Surface} */
  let shown;
  /** @type {Scale} */
  const X = (value) => linear(view[0], view[1], left, left + size)(value);
  /** @type {Scale} */
  const Y = (value) => linear(view[2], view[3], top + size, top)(value);

  /** Give a colour to every loss, found by the first half of its bits as a 32-bit float. */
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

  /** Draw the tones: the polynomials once for each column, then two products for each pixel. */
  function drawTones() {
    mixTones();
    const side = canvas.width;
    const image = context.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    const at = (/** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) =>
      from + ((i + 0.5) * (to - from)) / side;
    const [A, B] = [shown.A, shown.B].map((p) =>
      Float64Array.from({ length: side }, (_, i) => p(at(i, view[0], view[1])) / shown.N));
    const C = shown.C / shown.N;
    const row = new Float32Array(side);
    const bits = new Uint32Array(row.buffer);
    for (let j = 0; j < side; j++) {
      const wx = at(j, view[3], view[2]);
      for (let i = 0; i < side; i++) row[i] = (wx * A[i] - 2 * B[i]) * wx + C;
      // Without its sign, because rounding can make a loss of almost 0 negative.
      for (let i = 0; i < side; i++) pixels[j * side + i] = tones[(bits[i] >>> 16) & 0x7fff];
    }
    context.putImageData(image, 0, 0);
  }

  /** Draw the floor, and write names where they have room. */
  function drawFloor() {
    const line = each(0, 160, linear(0, 160, view[0], view[1]))
      .map((r) => [X(r), Y(shown.floor(r))]);
    for (const path of floor) set(path, { d: `M${line.map((point) => point.join(" ")).join("L")}` });
    const [x, y] = [X(1), Y(1)];
    set(minimum, { cx: x, cy: y });
    set(minimumName, { x: x - 8, y: y + 17 });
    const within = (/** @type {number[]} */ [x, y], beside = 0, above = 0) =>
      left + beside < x && x < left + size - beside && top + above < y && y < top + size;
    minimumName.style.display = within([x, y]) ? "" : "none";
    const place = line.find((point) =>
      within(point, 46, 30) && Math.hypot(point[0] - x, point[1] - y) > 90);
    floorName.style.display = place ? "" : "none";
    if (place) set(floorName, { x: place[0], y: place[1] - 9 });
  }

  // However the theme changes, the colour of the canvas changes with it.
  canvas.addEventListener("transitionend", drawTones);

  return {
    canvas,
    inside,
    pad,
    nodes: [inside, floorName, minimumName, ...across.nodes, ...up.nodes, wRec, wx],
    X,
    Y,
    /**
     * Place the map. Its axes need 44 px to its left, 24 above, 14 to its right and 40 beneath.
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
     * Draw the map, unless it would be the same again.
     * @param {Surface} surface
     * @param {View} limits
     */
    paint(surface, limits) {
      // Tones are soft: more pixels would take longer and show no more.
      const side = Math.min(Math.round(size * devicePixelRatio), 512);
      const wanted = [left, top, side, ...limits].join();
      if (drawn === wanted && shown === surface) return;
      [drawn, shown, view] = [wanted, surface, limits];
      set(canvas, { width: side, height: side });
      const bottom = top + size;
      across.show(view.slice(0, 2), 6, X, [bottom, bottom + 4, bottom + 18]);
      up.show(view.slice(2), 6, Y, [left - 4, left, left - 8]);
      drawFloor();
      drawTones();
    },
    /**
     * The weights where a pointer is, or at the border of the map if it has left that.
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
 * The point of a map: a reader drags it, or clicks where it shall go. A finger that comes down
 * beside it scrolls the page.
 * @param {ReturnType<typeof makeLossMap>} map
 */
function makePoint({ pad, weightsAt }) {
  const handle = html("div", { class: "handle" });
  const mark = svg("circle", { class: "point", r: 7 });
  /** From the pointer to the point, so that who takes it at its edge does not move it. */
  let grip = [0, 0];
  let finger = false;
  return {
    handle,
    mark,
    /**
     * @param {{start: () => void, move: (weights: {wx: number, wRec: number}) => void,
     *   end: () => void}} reader what to do when a reader takes, moves and leaves the point
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

/** An explorable of the loss over both weights, which its attribute `surface` gives. */
class SurfaceExplorable extends Explorable {
  static get observedAttributes() {
    return [...super.observedAttributes, "surface"];
  }

  /** Until the attribute says otherwise, that of one sequence, which is a single 1. */
  surface = surface('{"A": [1], "B": [1], "C": 1, "N": 1}');

  /**
   * @param {string} attribute
   * @param {string | null} before
   * @param {string | null} text
   */
  attributeChangedCallback(attribute, before, text) {
    if (attribute === "surface" && text) {
      this.surface = surface(text);
      this.changed();
    } else super.attributeChangedCallback(attribute, before, text);
  }
}

/* ---------------------------------------------------------------- rnn-loss-surface */

const DEEPEST = 6;

const LOSS_MAP_STYLE = `
.ramp { fill: var(--target); }
svg .cut { stroke-width: 1.5; }
svg .cut.wx { stroke: var(--wx); } svg .cut.wrec { stroke: var(--wrec); }
svg .line { stroke-dasharray: 2 3; }
svg .gradient { stroke: var(--gradient); stroke-width: 2.5; }
svg .casing.gradient { stroke: var(--paper); stroke-width: 6; }
.pin { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
.gradient { color: var(--gradient); stroke-linecap: round; stroke-linejoin: round; }
.slider.zoom input { color: inherit; }
.readouts { max-width: none; }
.live:not(.narrow) .narrow-only { display: none; }
.narrow .readouts { display: grid; grid-template-columns: repeat(3, 1fr); }
.narrow .readouts dd { font-size: 15px; }
`;

/**
 * A cut through the surface: the logarithm of the loss over one weight.
 * @param {string} name of the weight
 */
function makeCut(name) {
  const colour = name.toLowerCase();
  const line = svg("path", { class: `cut line ${colour}` });
  const curve = svg("path", { class: `cut ${colour}` });
  const pin = svg("circle", { class: "pin", r: 4.5 });
  const title = svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "log₁₀ ξ along "),
    svg("tspan", { class: colour }, name));
  return { line, curve, pin, title, ruler: makeRuler("x") };
}

/** The key to the tones: a ramp, and the logarithm at three places of it. */
function makeKey() {
  const bands = each(2 * LOWEST, 2 * HIGHEST - 1, (i) =>
    svg("rect", { class: "ramp", height: 12, "fill-opacity": tone(10 ** (i / 2 + 0.25)) }));
  const labels = ["log₁₀ ξ ≤ −3", "3", "10"].map((text, i) =>
    svg("text", { class: "quiet", "text-anchor": ["start", "middle", "end"][i] }, text));
  return {
    nodes: [...bands, ...labels],
    /**
     * @param {number} left
     * @param {number} top
     * @param {number} width
     */
    layout(left, top, width) {
      const at = linear(LOWEST, HIGHEST, left, left + width);
      bands.forEach((band, i) => set(band, { x: at(LOWEST + i / 2), y: top, width: width / bands.length + 0.2 }));
      [LOWEST, 3, HIGHEST].forEach((level, i) => set(labels[i], { x: at(level), y: top + 27 }));
    },
  };
}

/** Make the parts of the figure; `LossMap` places them and keeps them up to date. */
function makeLossMapMarks() {
  const map = makeLossMap();
  const point = makePoint(map);
  const key = makeKey();
  const [wx, wRec] = ["wx", "wRec"].map(makeCut);
  const levels = makeRuler("y");
  const arrows = ["casing gradient", "gradient"].map((name) => svg("path", { class: name }));
  map.inside.append(...arrows);
  const cuts = [wx, wRec].flatMap(({ curve, pin, title }) => [curve, pin, title]);
  const picture = svg("svg", { role: "img" }, ...key.nodes, ...levels.nodes, ...wx.ruler.nodes,
    svg("g", { class: "narrow-only" }, ...wRec.ruler.nodes), wx.line, wRec.line, ...map.nodes, ...cuts, point.mark);
  const stage = html("div", { class: "stage" }, map.canvas, picture, point.handle);
  return { map, point, key, wx, wRec, levels, arrows, picture, stage };
}

/** @typedef {ReturnType<typeof makeCut>} Cut */
/** @typedef {[number, number]} Point */

/** @param {number} loss */
function logarithm(loss) {
  return Math.max(Math.log10(loss), LOWEST);
}

/**
 * The logarithm of the loss over a weight, close enough for a smooth curve.
 * @param {number} low
 * @param {number} high
 * @param {(weight: number) => number} loss
 * @param {number[]} also weights to be among them if they are in range
 * @returns {Point[]}
 */
function cut(low, high, loss, ...also) {
  return each(0, 120, linear(0, 120, low, high))
    .concat(also.filter((weight) => low < weight && weight < high))
    .sort((a, b) => a - b)
    .map((weight) => [weight, logarithm(loss(weight))]);
}

/**
 * The limits of the map around a weight. They stand still until it has come halfway from their
 * middle to one of them, and then move by half their distance.
 * @param {number} weight
 * @param {number} zoom
 */
function limitsAround(weight, zoom) {
  const half = LIMIT / 2 ** zoom;
  const middle = Math.min(Math.max(half * Math.floor(weight / half + 0.5), half - LIMIT), LIMIT - half);
  return [middle - half, middle + half];
}

/**
 * A weight with the digits that it has, but at least the two of its slider.
 * @param {number} weight
 */
function fineWeight(weight) {
  return decimals(weight, Number(weight.toFixed(2)) === weight ? 2 : 4);
}

/**
 * @typedef {{wx: number, wRec: number, zoom: number, loss: number, wx_grad: number,
 *   wRec_grad: number, grad_size: number, floor: number, floor_loss: number, view: View}} LossMapReadout
 */

/** The loss over both weights: a map with a point on it, and the cuts through that point. */
class LossMap extends SurfaceExplorable {
  static parameters = {
    wx: real(-LIMIT, LIMIT, 1.2),
    wRec: real(-LIMIT, LIMIT, 0.7),
    zoom: whole(0, DEEPEST, 0),
  };

  #marks;
  #readouts;
  /**
   * While a reader drags the point, the map stands still under it.
   * @type {View | undefined}
   */
  #held;
  /** The map and both cuts: left, right, top and bottom of each. */
  #plot = { wide: true, map: [0], wx: [0], wRec: [0] };

  constructor() {
    const marks = makeLossMapMarks();
    const [wx, wRec] = ["wx", "wRec"].map((name) => () => html("b", { class: name.toLowerCase() }, name));
    const readouts = makeReadouts(["loss ξ"], ["∂ξ/∂", wx()], ["∂ξ/∂", wRec()],
      [html("span", { class: "gradient" }, "gradient size")], ["floor at ", wx()], ["loss on floor"]);
    const range = { min: -LIMIT, max: LIMIT, step: 0.01, text: fineWeight };
    super(MAP_STYLE + LOSS_MAP_STYLE, [marks.stage, readouts.node], [
      slider("wx", "input weight", range),
      slider("wRec", "recurrent weight", range),
      slider("zoom", "into the map", { min: 0, max: DEEPEST, step: 1, text: (zoom) => `× ${2 ** zoom}` }),
    ]);
    this.#marks = marks;
    this.#readouts = readouts;
    marks.point.listen({
      start: () => { this.#held = this.readout.view; },
      move: (weights) => this.#move(weights),
      end: () => {
        this.#held = undefined;
        this.changed();
        this.say(`wx is ${fineWeight(this.setting.wx)}, wRec is ${fineWeight(this.setting.wRec)}`);
      },
    });
  }

  /**
   * Every number that is shown, not rounded.
   * @returns {LossMapReadout}
   */
  get readout() {
    const { wx, wRec, zoom } = super.readout;
    const [wx_grad, wRec_grad] = this.surface.gradient(wx, wRec);
    const floor = this.surface.floor(wRec);
    const view = /** @type {View} */ ([wRec, wx].flatMap((weight) => limitsAround(weight, zoom)));
    return {
      wx,
      wRec,
      zoom,
      loss: this.surface.loss(wx, wRec),
      wx_grad,
      wRec_grad,
      grad_size: Math.sqrt(wx_grad * wx_grad + wRec_grad * wRec_grad),
      floor,
      floor_loss: this.surface.loss(floor, wRec),
      view: this.#held ?? view,
    };
  }

  summary() {
    const { loss, wx_grad, wRec_grad, floor, floor_loss } = this.readout;
    return `loss ${number(loss)}, gradient ${number(wx_grad)} for wx and ${number(wRec_grad)} for wRec, ravine floor at wx ${number(floor)} with loss ${number(floor_loss)}`;
  }

  /**
   * Bring the point to a pointer, to as many digits as a pixel can tell.
   * @param {{wx: number, wRec: number}} weights
   */
  #move({ wx, wRec }) {
    const places = 2 + Math.ceil(this.setting.zoom / 3);
    this.change("wx", Number(wx.toFixed(places)));
    this.change("wRec", Number(wRec.toFixed(places)));
    this.told();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { map, key, picture, ...cuts } = this.#marks;
    const left = wide ? 50 : 44;
    const across = Math.max(0.3 * (width - 90), width - 480);
    const size = width - left - (wide ? 40 + across : 14);
    const top = wide ? 140 : 52;
    const [right, bottom] = [left + size, top + size];
    const half = size / 2 - 14;
    const beside = [right + 24, width - 16, top, bottom];
    const under = [left, left + half, bottom + 68, bottom + 158];
    const wx = wide ? beside : under;
    const wRec = wide ? [left, right, 20, top - 36] : [right - half, right, under[2], under[3]];
    this.#plot = { wide, map: [left, right, top, bottom], wx, wRec };
    const height = wx[3] + (wide ? 42 : 24);
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    map.layout(left, top, size);
    key.layout(wide ? wx[0] : left, wide ? 40 : 0, wide ? across : size);
    set(cuts.wx.title, { x: wx[0], y: wx[2] - 9 });
    set(cuts.wRec.title, { x: wRec[0], y: wRec[2] - 9 });
  }

  paint() {
    const shown = this.readout;
    const { map, picture } = this.#marks;
    map.paint(this.surface, shown.view);
    this.#paintPoint(shown);
    this.#paintCuts(shown);
    this.#readouts.show(...[shown.loss, shown.wx_grad, shown.wRec_grad, shown.grad_size, shown.floor,
      shown.floor_loss].map(number));
    set(picture, { "aria-label": `A map of the loss over wRec and wx. At the point: ${this.summary()}.` });
  }

  /**
   * The point, where the surface is cut, and the way down: its direction is true, its length only
   * tells a gentle slope from a steep one.
   * @param {LossMapReadout} shown
   */
  #paintPoint({ wx, wRec, wx_grad, wRec_grad, grad_size }) {
    const { map, point, arrows, ...cuts } = this.#marks;
    const { wide, map: [left, right, top, bottom], ...boxes } = this.#plot;
    const [x, y] = [map.X(wRec), map.Y(wx)];
    point.show(x, y);
    set(cuts.wx.line, { d: `M${x} ${wide ? boxes.wRec[2] : top}V${bottom}` });
    set(cuts.wRec.line, { d: `M${left} ${y}H${wide ? boxes.wx[1] : right}` });
    const clear = 10;
    const length = 2 * clear + 12 + (44 * grad_size) / (grad_size + 20);
    const d = grad_size > 0
      ? arrow(x, y, x - (length * wRec_grad) / grad_size, y + (length * wx_grad) / grad_size, clear)
      : "";
    for (const path of arrows) set(path, { d });
  }

  /** @param {LossMapReadout} shown */
  #paintCuts({ wx, wRec, loss, floor, view }) {
    const { map, levels, ...cuts } = this.#marks;
    const { wide, wx: beside, wRec: above } = this.#plot;
    // The floor is among them, because that of a narrow ravine would fall between two points.
    const wxCut = cut(view[2], view[3], this.surface.along(wRec), wx, floor);
    const wRecCut = cut(view[0], view[1], (weight) => this.surface.loss(wx, weight), wRec);
    const all = [...wxCut, ...wRecCut].map(([, level]) => level);
    const low = Math.floor(Math.min(...all));
    const high = Math.max(Math.ceil(Math.max(...all)), low + 1);
    const up = linear(low, high, above[3], above[2]);
    const across = linear(low, high, beside[0], beside[1]);
    const wxAt = linear(view[2], view[3], beside[0], beside[1]);
    const wRecAt = linear(view[0], view[1], above[0], above[1]);
    const show = (/** @type {Cut} */ { curve, pin }, /** @type {Point[]} */ points,
      /** @type {number} */ here, /** @type {(point: Point) => Point} */ place) => {
      set(curve, { d: `M${points.map((point) => place(point).map((part) => part.toFixed(1)).join(" ")).join("L")}` });
      const [cx, cy] = place([here, logarithm(loss)]);
      set(pin, { cx, cy });
    };
    show(cuts.wx, wxCut, wx, ([weight, level]) =>
      wide ? [across(level), map.Y(weight)] : [wxAt(weight), up(level)]);
    show(cuts.wRec, wRecCut, wRec, ([weight, level]) => [wRecAt(weight), up(level)]);
    const left = this.#plot.map[0];
    const bottom = beside[3];
    const under = [bottom, bottom + 4, bottom + 18];
    levels.show([low, high], 4, up, [left, above[1], left - 8], "grid");
    if (wide) cuts.wx.ruler.show([low, high], 4, across, [beside[2], ...under.slice(1)], "grid");
    else {
      cuts.wx.ruler.show(view.slice(2), 3, wxAt, under);
      cuts.wRec.ruler.show(view.slice(0, 2), 3, wRecAt, under);
    }
  }
}

/* ---------------------------------------------------------------- rnn-unrolled */

/** All marks of one kind are one path: a dot is a stroke of no length, a bar a wide one. */
const GRAPH_STYLE = `
.graph path { stroke: currentColor; stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; }
.graph .bars { stroke-linecap: butt; }
.graph .square { stroke-linecap: square; }
.graph .hole { stroke: var(--paper); }
.factor { font-family: var(--pst-font-family-monospace, ui-monospace, monospace); font-weight: 600; }
`;

const UNROLLED_STYLE = `${GRAPH_STYLE}
.graph { touch-action: pan-y; cursor: crosshair; }
.others { opacity: 0.38; }
.graph .path { stroke-width: 3; }
.chosen { font-weight: 700; }
svg .factor .exponent { font-size: 12px; }
.slider.k b, .slider.k input { color: var(--x); }
.slider.n input, .slider.k input { --parts: 1; }
.narrow .slider.n, .narrow .slider.k { flex-basis: 110px; }
`;

/** The longest sequence that is unrolled. */
const LONGEST = 60;

/** @param {string} look classes of a style */
function path(look) {
  return svg("path", { class: look });
}

/**
 * The letters before the rows of a graph.
 * @param {Record<string, string>} colours
 */
function makeLetters(colours) {
  return Object.entries(colours).map(([letter, colour]) =>
    svg("text", { class: `symbol ${colour}`, "text-anchor": "end" }, letter));
}

/**
 * Draw the marks of steps `first` to `last` as one path.
 * @param {SVGPathElement} path
 * @param {number} first
 * @param {number} last
 * @param {(step: number) => string} draw
 * @param {number} [width] of the stroke
 */
function drawAll(path, first, last, draw, width) {
  set(path, { d: each(first, last, draw).join("") });
  if (width !== undefined) path.style.strokeWidth = `${Math.max(width, 0)}px`;
}

/** Make the parts of the graph; `Unrolled` places them and keeps them up to date. */
function makeUnrolled() {
  const ticks = makeTicks(11);
  const marks = {
    bars: path("ink bars others"),
    bar: path("ink bars chosen"),
    reads: path("wx"),
    carries: path("wrec"),
    read: path("wx path"),
    way: path("wrec path"),
    inputs: path("x square"),
    inputHoles: path("hole square"),
    input: path("x square"),
    states: path("state"),
    stateHoles: path("hole"),
    stations: path("state"),
  };
  const words = {
    title: svg("text", { class: "halo" }, svg("tspan", { class: "quiet" }, "weight of each input in "),
      svg("tspan", { class: "symbol state" }, "y")),
    wx: svg("text", { class: "wx factor halo" }, "wx"),
    wRec: svg("text", { class: "wrec factor halo", "text-anchor": "middle" }, "wRec",
      svg("tspan", { class: "exponent", dy: -5 })),
    y: svg("text", { class: "symbol state" }, "y"),
    letters: makeLetters({ S: "state", x: "x", k: "quiet" }),
    steps: each(1, LONGEST, (k) => svg("text", { "text-anchor": "middle" }, `${k}`)),
  };
  const picture = svg("svg", { role: "img" },
    ...ticks.lines, ...Object.values(marks), ...ticks.labels, ...Object.values(words).flat());
  return { ...marks, ...words, ticks, picture, stage: html("div", { class: "stage graph" }, picture) };
}

/** The weight of one input as a product, letters first and then numbers. */
function makeWeight() {
  const index = html("sub");
  const exponents = each(1, 2, () => html("sup"));
  const wx = html("span", { class: "wx" });
  const wRec = html("span", { class: "wrec" });
  const weight = html("strong");
  return {
    node: html("p", { class: "equation" },
      html("span", {},
        "weight of ", symbol("x", "x", index), " in ", symbol("y", "state"), " = ",
        html("b", { class: "wx" }, "wx"), " · ", html("b", { class: "wrec" }, "wRec"), exponents[0]),
      " ",
      html("span", {}, "= ", wx, " · ", wRec, exponents[1], " = ", weight)),
    /** @param {UnrolledReadout} shown */
    show(shown) {
      index.textContent = String(shown.k);
      for (const exponent of exponents) exponent.textContent = String(shown.n - shown.k);
      wx.textContent = factor(shown.wx);
      wRec.textContent = factor(shown.wRec);
      weight.textContent = number(shown.weight);
    },
  };
}

/** @param {number} power */
function powerOfTen(power) {
  return Math.abs(power) > 3 ? `10${superscript(power)}` : String(10 ** power);
}

/** The power of ten that a weight is; what is too small for an axis counts as the least on it. */
function decade(/** @type {number} */ weight) {
  return Math.max(-300, Math.log10(Math.abs(weight)));
}

/**
 * @typedef {{wx: number, wRec: number, n: number, k: number, weights: number[], weight: number,
 *   share: number | null}} UnrolledReadout
 */

/**
 * The network unrolled in time, and over each input its weight in the output. The way of one
 * input to the output is drawn in heavy lines: in through wx, then on through wRec, n - k times.
 */
class Unrolled extends Explorable {
  static parameters = { ...Explorable.parameters, n: whole(2, LONGEST, 10), k: whole(1, LONGEST, 1) };

  #marks;
  #equation;
  #readouts;
  #chooser;
  #plot = { left: 0, right: 0, top: 0, height: 0, states: 0, inputs: 0 };

  constructor() {
    const marks = makeUnrolled();
    const equation = makeWeight();
    const readouts = makeReadouts(["weight"], ["share of all weights"]);
    const chooser = slider("k", "chosen input", { min: 1, max: LONGEST, step: 1 });
    super(UNROLLED_STYLE, [marks.stage, equation.node, readouts.node], [
      ...weightSliders(), slider("n", "inputs", { min: 2, max: LONGEST, step: 1 }), chooser]);
    this.#marks = marks;
    this.#equation = equation;
    this.#readouts = readouts;
    this.#chooser = chooser;
    marks.stage.addEventListener("pointermove", (event) => this.#point(event));
    marks.stage.addEventListener("click", (event) => {
      this.#point(event);
      this.say(`Input ${this.readout.k}`);
    });
  }

  /**
   * Every number that is shown, not rounded. A `k` beyond the last input stands for the last.
   * @returns {UnrolledReadout}
   */
  get readout() {
    const { wx, wRec, n, ...setting } = super.readout;
    const k = Math.min(setting.k, n);
    // As in the recurrence, each weight is the next one times wRec: Python does the same.
    const weights = [wx];
    while (weights.length < n) weights.unshift(weights[0] * wRec);
    const weight = weights[k - 1];
    const all = weights.reduce((sum, one) => sum + Math.abs(one), 0);
    return { wx, wRec, n, k, weights, weight, share: all ? Math.abs(weight) / all : null };
  }

  summary() {
    const { k, weight } = this.readout;
    return `input ${k} has the weight ${number(weight)} in the output`;
  }

  /** @param {PointerEvent | MouseEvent} event */
  #point({ clientX }) {
    const { n, k } = this.readout;
    const { left } = this.#plot;
    const place = clientX - this.#marks.stage.getBoundingClientRect().left - left;
    const pointed = Math.min(Math.max(Math.round(place / this.#apart(n)), 1), n);
    if (pointed === k) return;
    this.change("k", pointed);
    this.told();
  }

  /**
   * The room from one step to the next.
   * @param {number} n
   */
  #apart(n) {
    return (this.#plot.right - this.#plot.left) / n;
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, title, y, letters, steps } = this.#marks;
    const [left, right] = [wide ? 68 : 60, width - (wide ? 40 : 26)];
    const [top, height] = [30, wide ? 220 : 190];
    const states = top + height + 42;
    const inputs = states + 50;
    this.#plot = { left, right, top, height, states, inputs };
    const bottom = inputs + 38;
    set(picture, { width, height: bottom, viewBox: `0 0 ${width} ${bottom}` });
    set(title, { x: 0, y: 12 });
    set(y, { x: right + 13, y: states + 5 });
    const rows = [states + 5, inputs + 5, bottom - 4];
    letters.forEach((letter, i) => set(letter, { x: left - 14, y: rows[i] }));
    for (const step of steps) set(step, { y: bottom - 4 });
  }

  paint() {
    const shown = this.readout;
    const { n, k } = shown;
    set(this.#chooser.input, { max: n });
    this.#chooser.show(k);
    const apart = this.#apart(n);
    const X = (/** @type {number} */ step) => this.#plot.left + apart * step;
    this.#paintBars(shown, X, Math.min(Math.max(apart / 2, 2), 18));
    this.#paintGraph(shown, X, apart);
    this.#paintSteps(shown, X, apart);
    this.#equation.show(shown);
    this.#readouts.show(number(shown.weight),
      shown.share === null ? "–" : `${number(100 * shown.share)} %`);
    set(this.#marks.picture, {
      "aria-label": `The network unrolled over ${n} inputs, and the weight of each in the output, `
        + `from ${number(shown.weights[0])} for the first to ${number(shown.wx)} for the last.`,
    });
  }

  /**
   * Draw the weights as bars on a scale of powers of ten, which begins at a short distance from
   * the zero line: every weight but 0 shows, and on its own side.
   * @param {UnrolledReadout} shown
   * @param {Scale} X
   * @param {number} thick
   */
  #paintBars({ weights, k }, X, thick) {
    const { bars, bar, ticks } = this.#marks;
    const { left, right, top, height } = this.#plot;
    const gap = 18;
    const down = weights.some((weight) => weight < 0);
    const up = !down || weights.some((weight) => weight > 0);
    const used = weights.filter((weight) => weight).map(decade);
    const decades = axis(Math.min(-2, ...used), Math.max(2, ...used), up && down ? 3 : 5);
    const [low, high] = [decades[0], decades[decades.length - 1]];
    const zero = up ? top + (down ? height / 2 : height) : top;
    const per = (height / (up && down ? 2 : 1) - gap) / (high - low);
    const Y = (/** @type {number} */ value) =>
      value ? zero - Math.sign(value) * (gap + per * (decade(value) - low)) : zero;
    const powers = decades.map((power) => 10 ** power);
    ticks.show([0, ...(up ? powers : []), ...(down ? powers.map((power) => -power) : [])],
      { left: left - 2, right: right + 10, wide: true, Y, text: (tick) => tick
        ? (tick < 0 ? "−" : "") + powerOfTen(Math.round(decade(tick))) : "0" });
    const draw = (/** @type {number} */ step) =>
      weights[step - 1] ? `M${X(step)} ${zero}V${Y(weights[step - 1])}` : "";
    drawAll(bars, 1, weights.length, draw, thick);
    drawAll(bar, k, k, draw, thick);
  }

  /**
   * @param {UnrolledReadout} shown
   * @param {Scale} X
   * @param {number} apart
   */
  #paintGraph({ n, k }, X, apart) {
    const { states, inputs } = this.#plot;
    const disc = Math.min(Math.max(apart * 0.42, 2.4), 14);
    const side = Math.min(Math.max(apart * 0.36, 2.4), 14);
    const clear = disc / 2 + 3;
    // Where marks are close there is no room for the tips of arrows; time runs to the right.
    const roomy = apart >= 20;
    const read = (/** @type {number} */ step) => roomy || step === k
      ? arrow(X(step), inputs - side / 2, X(step), states, clear) : `M${X(step)} ${inputs}V${states}`;
    const carry = (/** @type {number} */ step) => roomy
      ? arrow(X(step), states, X(step + 1), states, clear) : `M${X(step)} ${states}H${X(step + 1)}`;
    const input = (/** @type {number} */ step) => `M${X(step)} ${inputs}h0`;
    const state = (/** @type {number} */ step) => `M${X(step)} ${states}h0`;
    const marks = this.#marks;
    marks.reads.style.opacity = roomy ? "" : "0.5";
    drawAll(marks.reads, 1, n, read);
    drawAll(marks.carries, 0, n - 1, carry);
    drawAll(marks.read, k, k, read);
    drawAll(marks.way, k, n - 1, carry);
    drawAll(marks.inputs, 1, n, input, side);
    drawAll(marks.inputHoles, 1, n, input, side - 3);
    drawAll(marks.input, k, k, input, Math.max(side, 6));
    drawAll(marks.states, 0, n, state, disc);
    drawAll(marks.stateHoles, 0, k - 1, state, disc - 3);
    drawAll(marks.stations, k, n, state, disc);
    this.#nameWay(n, k, X);
  }

  /**
   * Write beside the heavy lines what each multiplies by.
   * @param {number} n
   * @param {number} k
   * @param {Scale} X
   */
  #nameWay(n, k, X) {
    const { right, states, inputs } = this.#plot;
    const { wx, wRec } = this.#marks;
    const late = X(k) > right - 20;
    set(wx, {
      x: X(k) + (late ? -9 : 9), y: (states + inputs) / 2 + 4, "text-anchor": late ? "end" : "start",
    });
    wRec.style.display = k < n ? "" : "none";
    set(wRec, { x: Math.min((X(k) + X(n)) / 2, right - 8), y: states - 14 });
    /** @type {Element} */ (wRec.lastElementChild).textContent = n - k > 1 ? `${n - k}` : "";
  }

  /**
   * Number as many steps as there is room for: always the first, the last and the chosen one.
   * @param {UnrolledReadout} shown
   * @param {Scale} X
   * @param {number} apart
   */
  #paintSteps({ n, k }, X, apart) {
    const every = [1, 2, 5, 10].find((count) => count * apart >= 20) ?? 20;
    const free = (/** @type {number} */ step, /** @type {number} */ other) =>
      step === other || Math.abs(step - other) * apart >= 18;
    this.#marks.steps.forEach((label, i) => {
      const step = i + 1;
      const written = step === k || free(step, k)
        && (step === 1 || step === n || step % every === 0 && free(step, 1) && free(step, n));
      label.style.display = written && step <= n ? "" : "none";
      label.setAttribute("class", step === k ? "x chosen" : "quiet");
      set(label, { x: X(Math.min(step, n)) });
    });
  }
}

/* ---------------------------------------------------------------- rnn-bptt */

const BACKPROP_STYLE = `${GRAPH_STYLE}
.band { fill: var(--faint); opacity: 0.5; }
.ahead { color: var(--faint); }
.graph .sum { stroke-dasharray: 2 2; }
svg .index, .narrow svg .value { font-size: 12px; }
.steps { display: grid; align-items: start; }
.steps > * { grid-area: 1 / 1; }
.steps .equation + .equation { margin: 0; }
.steps .equation + .equation > span { margin-right: 1em; }
.steps > :not(.now) { visibility: hidden; }
.slider.step input { --parts: 2; }
.tools .play { min-width: 4.3em; }
.narrow .tools { gap: 5px; }
.narrow .tools button { padding: 0 7px; }
`;

/** The first half of the positions leads forward through the steps, the second half back. */
const TURN = BITS.length;
const PACE = 700;

/**
 * A number that fits over its step.
 * @param {number} value
 * @param {number} digits after the point, where it is written with a power of ten
 */
function short(value, digits = 0) {
  const size = Math.abs(value);
  if (size > 0 && (size < 0.01 || size >= 1e5)) {
    const [mantissa, exponent] = size.toExponential(digits).split("e");
    return `${value < 0 ? "−" : ""}${mantissa}·10${superscript(Number(exponent))}`;
  }
  return number(size < 1000 ? Number(value.toPrecision(3)) : Math.round(value));
}

/**
 * The share of a term in a total, in per cent; nothing where rounding is all that the total is.
 * @param {number} term
 * @param {number} total
 * @param {number} size the sum of the sizes of all terms
 */
function percent(term, total, size) {
  if (Math.abs(total) <= 1e-12 * size) return "";
  const share = 100 * term / total;
  const power = Math.floor(Math.log10(Math.abs(share)));
  if (power >= 4) return `${share < 0 ? "−" : ""}10${superscript(power)} %`;
  return `${decimals(share, share && power < 1 ? 1 : 0)} %`;
}

/**
 * The sums of the last terms: of none, of one, of two, and so on to all.
 * @param {number[]} terms
 */
function sumsBack(terms) {
  const sums = [0];
  for (let i = terms.length - 1; i >= 0; i--) sums.push(sums[sums.length - 1] + terms[i]);
  return sums;
}

/**
 * A symbol with an index, in the picture.
 * @param {string} letter
 * @param {string} index
 * @param {string} colour
 */
function indexed(letter, index, colour) {
  return [
    svg("tspan", { class: `symbol ${colour}` }, letter),
    svg("tspan", { class: `symbol index ${colour}`, dy: 3 }, index),
    // Back up to the line; a shift needs a character, if only one without width.
    svg("tspan", { dy: -3 }, "\u200b"),
  ];
}

/**
 * What one weight gets: a bar for each step, each on top of the sum so far, from right to left.
 * @param {string} name of the weight
 * @param {SVGTSpanElement[]} term
 */
function makeBlame(name, term) {
  const colour = name.toLowerCase();
  const zero = svg("line", { class: "grid zero" });
  const [bars, sum] = [path(`${colour} bars`), path(`${colour} sum`)];
  const figures = svg("tspan");
  const title = svg("text", {}, svg("tspan", { class: `${colour} factor` }, name),
    svg("tspan", { class: "quiet" }, " gets "), ...term, svg("tspan", {}, ": "), figures);
  const shares = BITS.map(() => svg("text", { class: colour, "text-anchor": "middle" }));
  return {
    nodes: [zero, bars, sum, title, ...shares],
    /**
     * @param {number} top
     * @param {BackpropPlot} plot
     */
    layout(top, { left, right, apart, roomy, area }) {
      set(title, { x: 0, y: top + 12 });
      shares.forEach((share, i) => set(share, {
        x: left + apart * (i + 1), y: top + 42 + area + (roomy || i % 2 ? 0 : 14),
      }));
      set(zero, { x1: left, x2: right });
    },
    /**
     * @param {number[]} terms
     * @param {number} arrived how many of the terms are there
     * @param {number} top
     * @param {BackpropPlot} plot
     */
    show(terms, arrived, top, { left, right, apart, wide, area }) {
      const sums = sumsBack(terms);
      const [low, high] = [Math.min(...sums), Math.max(...sums)];
      const Y = (/** @type {number} */ value) => top + 24 + area * (high - value) / (high - low || 1);
      const n = terms.length;
      const total = sums[n];
      // The j-th term to arrive is that of step n + 1 - j.
      const X = (/** @type {number} */ j) => left + apart * (n + 1 - j);
      set(zero, { y1: Y(0), y2: Y(0) });
      const bar = (/** @type {number} */ j) => `M${X(j)} ${Y(sums[j - 1])}V${Y(sums[j])}`;
      drawAll(bars, 1, arrived, bar, Math.min(apart / 2, 22));
      const way = each(1, arrived, (j) => `H${X(j)}V${Y(sums[j])}`).join("");
      set(sum, { d: `M${right} ${Y(0)}${way}H${X(arrived) - apart / 2}` });
      const size = terms.reduce((all, term) => all + Math.abs(term), 0);
      shares.forEach((share, i) => {
        share.textContent = i < n - arrived ? "" : percent(terms[i], total, size);
      });
      const say = (/** @type {number} */ value) => (wide ? number(value) : short(value, 1));
      figures.textContent = `${say(sums[arrived])} of ${say(total)}`;
    },
  };
}

/** Make the parts of the figure; `Backprop` places them and keeps them up to date. */
function makeBackprop() {
  const middle = { "text-anchor": "middle" };
  const marks = {
    band: svg("rect", { class: "band" }),
    ahead: path("ahead"),
    reads: path("wx"),
    carries: path("wrec path"),
    states: path("state"),
    hole: path("hole"),
    blames: path("gradient path"),
    values: each(0, TURN, () => svg("text", { class: "state value", ...middle })),
    deltas: BITS.map(() => svg("text", { class: "gradient value", ...middle })),
    steps: each(0, TURN, (k) => svg("text", { class: "quiet", ...middle }, `${k}`)),
    letters: makeLetters({ S: "state", x: "x", δ: "gradient", k: "quiet" }),
    y: svg("text", { class: "state" }, svg("tspan", { class: "symbol" }, "y"), svg("tspan")),
    t: svg("text", { class: "target" }, svg("tspan", { class: "symbol" }, "t"), svg("tspan")),
    start: svg("text", { class: "gradient" }, "2 (", svg("tspan", { class: "symbol" }, "y"), " − ",
      svg("tspan", { class: "symbol" }, "t"), ")"),
  };
  const wx = makeBlame("wx", [...indexed("δ", "k", "gradient"), ...indexed("x", "k", "x")]);
  const wRec = makeBlame("wRec", [...indexed("δ", "k", "gradient"), ...indexed("S", "k−1", "state")]);
  const picture = svg("svg", { role: "img" }, ...Object.values(marks).flat(), ...wx.nodes, ...wRec.nodes);
  const strip = makeStrip();
  const stage = html("div", { class: "stage graph" }, picture, strip.node);
  return { ...marks, wx, wRec, picture, strip, stage };
}

/** One step back, letters first and then numbers, and what it adds to both gradients. */
function makeStepBack() {
  const [k, next, ...same] = each(1, 6, () => html("sub"));
  const first = html("span", {}, "2 · (", symbol("y", "state"), " − ", symbol("t", "target"), ")");
  const later = html("span", {}, symbol("δ", "gradient", next), " · ", html("b", { class: "wrec" }, "wRec"));
  const delta = html("span", { class: "gradient" });
  const [product, forWx, forWRec] = each(1, 3, () => html("span"));
  /** @type {(name: string, index: HTMLElement, other: HTMLElement, value: HTMLElement) => HTMLElement} */
  const gets = (name, index, other, value) =>
    html("span", {}, html("b", { class: name.toLowerCase() }, name), " gets ",
      symbol("δ", "gradient", index), " · ", other, " = ", value);
  return {
    node: html("div", {},
      html("p", { class: "equation" },
        html("span", {}, symbol("δ", "gradient", k), " = ", first, later), " ",
        html("span", {}, "= ", product, " = ", delta)),
      html("p", { class: "equation" },
        gets("wx", same[0], symbol("x", "x", same[1]), forWx), " ",
        gets("wRec", same[2], symbol("S", "state", same[3]), forWRec))),
    /**
     * @param {number} step
     * @param {BackpropReadout} shown
     */
    show(step, { y, t, wRec, delta: deltas, wx_terms, wRec_terms }) {
      const last = step === TURN;
      first.hidden = !last;
      later.hidden = last;
      [k, ...same].forEach((index) => { index.textContent = String(step); });
      same[3].textContent = String(step - 1);
      next.textContent = String(step + 1);
      product.textContent = last
        ? `2 · (${number(y)} − ${t})` : `${factor(deltas[step + 1])} · ${factor(wRec)}`;
      delta.textContent = number(deltas[step]);
      forWx.textContent = number(wx_terms[step - 1]);
      forWRec.textContent = number(wRec_terms[step - 1]);
    },
  };
}

/**
 * @typedef {{wx: number, wRec: number, x: number[], step: number, S: number[], delta: number[],
 *   wx_terms: number[], wRec_terms: number[], wx_grad: number, wRec_grad: number, wx_sum: number,
 *   wRec_sum: number, y: number, t: number, loss: number}} BackpropReadout
 * @typedef {{wide: boolean, roomy: boolean, left: number, right: number, apart: number, states: number,
 *   inputs: number, deltas: number, blame: number[], area: number}} BackpropPlot
 */

/**
 * The step that a position of the playback is at.
 * @param {number} position
 */
function currentStep(position) {
  return position > TURN ? 2 * TURN + 1 - position : position;
}

/** @param {number} step */
function position(step) {
  return `${step > TURN ? "back" : "forward"}, k = ${currentStep(step)}`;
}

/**
 * Forward through the states of one sequence to the error, and back with the gradient of the
 * loss, which leaves a contribution to the gradient of each weight at every step. `step` counts
 * positions: up to TURN that many states are known, after it that many gradients have come back.
 */
class Backprop extends Explorable {
  static parameters = { ...Explorable.parameters, x: bits(BITS), step: whole(0, 2 * TURN, 2 * TURN) };

  #marks;
  #forward;
  #back;
  #readouts;
  #play;
  #timer = 0;
  #ticking = false;
  /** @type {BackpropPlot} */
  #plot = {
    wide: true, roomy: true, left: 0, right: 0, apart: 0, states: 0, inputs: 0, deltas: 0, blame: [], area: 0,
  };

  constructor() {
    const marks = makeBackprop();
    const forward = makeEquation();
    const back = makeStepBack();
    const readouts = makeReadouts(
      ["output ", symbol("y", "state")],
      ["target ", symbol("t", "target")],
      ["loss (", symbol("t", "target"), " − ", symbol("y", "state"), ")²"]);
    const button = (/** @type {string} */ text, /** @type {Record<string, string>} */ attributes) =>
      html("button", { type: "button", ...attributes }, text);
    const play = button("Play", { class: "play" });
    const less = button("←", { "aria-label": "one position back" });
    const more = button("→", { "aria-label": "one position on" });
    const scrubber = slider("step", "there and back", { min: 0, max: 2 * TURN, step: 1, text: position });
    super(BACKPROP_STYLE,
      [marks.stage, html("div", { class: "steps" }, forward.node, back.node), readouts.node],
      [...weightSliders(), scrubber], [less, play, more]);
    this.#marks = marks;
    this.#forward = forward;
    this.#back = back;
    this.#readouts = readouts;
    this.#play = play;
    marks.strip.listen(this, () => {});
    play.addEventListener("click", () => (this.#timer ? this.#stop() : this.#start()));
    less.addEventListener("click", () => this.#go(this.setting.step - 1));
    more.addEventListener("click", () => this.#go(this.setting.step + 1));
    this.shadowRoot?.addEventListener("pointerdown", ({ target }) => {
      if (target !== play && /** @type {Element} */ (target).closest("button, input")) this.#stop();
    });
  }

  /**
   * Every number that is shown, not rounded.
   * @returns {BackpropReadout}
   */
  get readout() {
    const { wx, wRec, x, step } = super.readout;
    const [S, delta] = [[0], [0]];
    let t = 0;
    for (const bit of x) {
      // In this order Python adds the same two numbers, and gets the same sum.
      S.push(bit * wx + S[S.length - 1] * wRec);
      t += bit;
    }
    const y = S[TURN];
    delta[TURN] = 2 * (y - t);
    for (let k = TURN; k > 0; k--) delta[k - 1] = delta[k] * wRec;
    const wx_terms = each(1, TURN, (k) => delta[k] * x[k - 1]);
    const wRec_terms = each(1, TURN, (k) => delta[k] * S[k - 1]);
    const arrived = Math.max(step - TURN, 0);
    const [forWx, forWRec] = [sumsBack(wx_terms), sumsBack(wRec_terms)];
    return {
      wx, wRec, x, step, S, delta, wx_terms, wRec_terms,
      wx_grad: forWx[TURN], wRec_grad: forWRec[TURN],
      wx_sum: forWx[arrived], wRec_sum: forWRec[arrived],
      y, t, loss: (t - y) ** 2,
    };
  }

  /**
   * Stop the playback as soon as anything else changes the setting.
   * @param {string} name
   * @param {unknown} value
   */
  change(name, value) {
    const before = written(this.setting[name]);
    super.change(name, value);
    if (!this.#ticking && written(this.setting[name]) !== before) this.#stop();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  summary() {
    const { step, S, delta, wx_sum, wRec_sum } = this.readout;
    if (step <= TURN) return `state ${step} is ${number(S[step])}`;
    return `delta ${currentStep(step)} is ${number(delta[currentStep(step)])}, `
      + `the gradients so far are ${number(wx_sum)} for wx and ${number(wRec_sum)} for wRec`;
  }

  #start() {
    if (this.setting.step === 2 * TURN) this.#go(0);
    this.#timer = setInterval(() => this.#tick(), PACE);
    this.#play.textContent = "Pause";
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#play.textContent = "Play";
  }

  #tick() {
    this.#ticking = true;
    this.change("step", this.setting.step + 1);
    this.told();
    this.#ticking = false;
    if (this.setting.step < 2 * TURN) return;
    this.#stop();
    this.say("At the end");
  }

  /** @param {number} step */
  #go(step) {
    this.change("step", Math.min(Math.max(step, 0), 2 * TURN));
    this.told(position(this.setting.step));
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const marks = this.#marks;
    const [left, margin] = wide ? [34, 112] : [24, 24];
    const apart = (width - left - margin) / TURN;
    const right = left + apart * (TURN + 0.5);
    const roomy = apart >= 48;
    const line = roomy ? 0 : 14;
    const states = 30 + line;
    const square = wide ? 26 : 22;
    const inputs = states + 38;
    const deltas = inputs + square + 38 + line;
    const area = wide ? 72 : 60;
    const first = deltas + 20;
    const second = first + area + 56 + line;
    const bottom = second + area + 70 + line;
    this.#plot = { wide, roomy, left, right, apart, states, inputs, deltas, blame: [first, second], area };
    set(marks.picture, { width, height: bottom, viewBox: `0 0 ${width} ${bottom}` });
    set(marks.band, { width: apart, height: bottom });
    marks.strip.layout(left, apart, inputs, square);
    const rows = [states + 5, inputs + square / 2 + 5, deltas + 5, bottom - 4];
    marks.letters.forEach((letter, i) => set(letter, { x: left - 12, y: rows[i] }));
    const end = left + apart * TURN;
    marks.values.forEach((text, k) => set(text, { x: left + apart * k, y: states - 13 - (k % 2) * line }));
    marks.deltas.forEach((text, i) => set(text, { x: left + apart * (i + 1), y: deltas - 9 - (i % 2) * line }));
    marks.steps.forEach((text, k) => set(text, { x: left + apart * k, y: bottom - 4 }));
    set(marks.y, { x: end + 12, y: states + 5 });
    set(marks.t, { x: end + 12, y: states + 23 });
    set(marks.start, { x: end + apart, y: deltas + 5 });
    for (const text of [marks.t, marks.start]) text.style.display = wide ? "" : "none";
    marks.wx.layout(first, this.#plot);
    marks.wRec.layout(second, this.#plot);
  }

  paint() {
    const shown = this.readout;
    const { S, delta, step, y, t, wx_terms, wRec_terms } = shown;
    const { left, apart, wide, blame } = this.#plot;
    const k = currentStep(step);
    const marks = this.#marks;
    set(marks.band, { x: left + apart * (k - 0.5) });
    const arrived = Math.max(step - TURN, 0);
    this.#paintFlow(shown, Math.min(step, TURN), arrived);
    marks.values.forEach((text, i) => { text.textContent = i <= step ? short(S[i]) : ""; });
    marks.deltas.forEach((text, i) => {
      text.textContent = i < TURN - arrived ? "" : short(delta[i + 1]);
    });
    marks.y.style.display = step < TURN ? "none" : "";
    /** @type {Element} */ (marks.y.lastElementChild).textContent = wide ? ` = ${number(y)}` : "";
    /** @type {Element} */ (marks.t.lastElementChild).textContent = ` = ${t}`;
    marks.start.style.opacity = arrived ? "" : "0";
    marks.wx.show(wx_terms, arrived, blame[0], this.#plot);
    marks.wRec.show(wRec_terms, arrived, blame[1], this.#plot);
    marks.strip.show(shown.x);
    this.#forward.node.classList.toggle("now", 0 < step && step <= TURN);
    this.#back.node.classList.toggle("now", step > TURN);
    this.#forward.show(Math.max(k, 1), { ...shown, count: [] });
    this.#back.show(Math.max(k, 1), shown);
    const known = step >= TURN;
    this.#readouts.show(known ? number(y) : "–", number(t), known ? number(shown.loss) : "–");
    set(marks.picture, { "aria-label": this.#words(shown) });
  }

  /**
   * Draw as much of the way there and back as is done.
   * @param {BackpropReadout} shown
   * @param {number} known the last state there is
   * @param {number} arrived how many gradients have come back
   */
  #paintFlow({ x }, known, arrived) {
    const { left, apart, states, inputs, deltas, wide } = this.#plot;
    const { ahead, reads, carries, states: discs, hole, blames } = this.#marks;
    const X = (/** @type {number} */ k) => left + apart * k;
    const disc = (/** @type {number} */ k) => `M${X(k)} ${states}h0`;
    const size = wide ? 13 : 11;
    const clear = size / 2 + 3;
    drawAll(ahead, known + 1, TURN, disc, size);
    drawAll(discs, 0, known, disc, size);
    drawAll(hole, 0, 0, disc, size - 3);
    drawAll(reads, 1, known, (k) => x[k - 1] ? arrow(X(k), inputs + 5, X(k), states, clear) : "", 2);
    drawAll(carries, 1, known, (k) => arrow(X(k - 1), states, X(k), states, clear), 1.5);
    drawAll(blames, TURN + 1 - arrived, TURN, (k) => arrow(X(k + 1), deltas, X(k), deltas, 4), 2);
  }

  /**
   * The picture in words.
   * @param {BackpropReadout} shown
   */
  #words({ S, delta, step }) {
    const known = S.slice(0, step + 1).map(number).join(", ");
    const back = delta.slice(currentStep(step)).reverse().map(number).join(", ");
    return `The states from S₀ on are ${known}`
      + (step > TURN ? `; the gradients from δ₁₀ back are ${back}.` : ".");
  }
}

/* ---------------------------------------------------------------- rnn-gradient-check */

/** The steps to choose from, read from decimals so that each is the same number in Python. */
const EPSILONS = each(0, 42, (i) => Number(`${[1, 2, 5][i % 3]}e${Math.floor(i / 3) - 14}`));

/** The bugs of bug_zoo.py, and ten mysteries that hide one of them each. */
const BUGS = ["forgot the 2", "1/N twice", "1/N never", "sign", "wx for wRec", "no wRec",
  "S[k] for S[k-1]", "stops one early", "= for +=", "stops after three"];
const MYSTERIES = BUGS.map((_, i) => `mystery ${i + 1}`);

/** @param {string} bug */
function unmask(bug) {
  const i = MYSTERIES.indexOf(bug);
  return i < 0 ? bug : BUGS[(7 * i) % 10];
}

/**
 * @param {number[]} coefficients highest power first
 * @param {number} x
 */
function polynomial(coefficients, x) {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}

/**
 * The network on 8 to 128 sequences, in single or double precision: an array rounds whatever is
 * put into it. The smaller the step, the more of a measured gradient is rounding, so every
 * operation is NumPy's, in NumPy's order.
 * @param {string[]} rows
 * @param {Float32ArrayConstructor | Float64ArrayConstructor} Kind
 */
function makeNetwork(rows, Kind) {
  const [N, n] = [rows.length, rows[0].length];
  const X = each(1, n, (k) => new Kind(rows.map((row) => Number(row[k - 1]))));
  const t = new Kind(rows.map((row) => row.replaceAll("0", "").length));
  const S = each(0, n, () => new Kind(N));
  const [terms, delta, lanes] = [N, N, 8].map((length) => new Kind(length));
  /** @param {number} value */
  const round = (value) => {
    lanes[0] = value;
    return lanes[0];
  };

  /** Add up the terms as NumPy does: eight sums side by side, then their sum. */
  function sum() {
    for (let i = 0; i < N - (N % 8); i++) lanes[i % 8] = terms[i] + (i < 8 ? 0 : lanes[i % 8]);
    for (let gap = 1; gap < 8; gap *= 2) {
      for (let i = 0; i < 8; i += 2 * gap) lanes[i] += lanes[i + gap];
    }
    for (let i = N - (N % 8); i < N; i++) lanes[0] += terms[i];
    return lanes[0];
  }

  /** @type {(wx: number, wRec: number) => void} */
  function forward(wx, wRec) {
    for (let k = 1; k <= n; k++) {
      const [x, before, after] = [X[k - 1], S[k - 1], S[k]];
      for (let i = 0; i < N; i++) {
        after[i] = before[i] * wRec;
        after[i] += x[i] * wx;
      }
    }
  }

  /** @type {(wx: number, wRec: number) => number} */
  function lossAt(wx, wRec) {
    forward(wx, wRec);
    for (let i = 0; i < N; i++) {
      terms[i] = t[i] - S[n][i];
      terms[i] *= terms[i];
    }
    return round(sum() / N);
  }

  return {
    lossAt,
    /** @type {(wx: number, wRec: number, eps: number, difference: string) => number[]} */
    measure(wx, wRec, eps, difference) {
      const [back, width] = difference === "central" ? [-eps, 2 * eps] : [0, eps];
      const weights = [round(wx), round(wRec)];
      return weights.map((weight, i) => {
        const [above, below] = [eps, back].map((step) => {
          const moved = round(weight + round(step));
          return i ? lossAt(weights[0], moved) : lossAt(moved, weights[1]);
        });
        return round(round(above - below) / round(width));
      });
    },
    /**
     * Backpropagation through time with a bug in it.
     * @type {(bug: string, wx: number, wRec: number) => number[]}
     */
    backward(bug, wx, wRec) {
      const scale = { "forgot the 2": 1, "1/N twice": 2 / N, "sign": -2 }[bug] ?? 2;
      const factor = { "wx for wRec": wx, "no wRec": 1 }[bug] ?? wRec;
      const last = { "stops one early": 1, "stops after three": n - 3 }[bug] ?? 0;
      const gradients = [0, 0];
      forward(wx, wRec);
      for (let i = 0; i < N; i++) delta[i] = scale * (S[n][i] - t[i]);
      for (let k = n; k > last; k--) {
        [X[k - 1], S[bug === "S[k] for S[k-1]" ? k : k - 1]].forEach((source, j) => {
          for (let i = 0; i < N; i++) terms[i] = delta[i] * source[i];
          const term = sum() / (bug === "1/N never" ? 1 : N);
          gradients[j] = term + (bug === "= for +=" ? 0 : gradients[j]);
        });
        for (let i = 0; i < N; i++) delta[i] *= factor;
      }
      return gradients;
    },
  };
}

/**
 * A step, or another power of ten.
 * @param {number} value
 */
function power(value) {
  return number(value).replace(/^1 × /, "");
}

/**
 * An error, of which the size matters and not the digits.
 * @param {number} error
 */
function rough(error) {
  return number(Number(error.toPrecision(2)));
}

const GRADIENT_CHECK_STYLE = `
.wx:is(.curve, .chosen) { stroke: var(--wx); } .wrec:is(.curve, .chosen) { stroke: var(--wrec); }
.curve { stroke-opacity: 0.5; }
svg path.wx:not(.curve) { fill: var(--wx); } svg path.wrec:not(.curve) { fill: var(--wrec); }
.wx.chosen { stroke-width: 7; } .wrec.chosen { stroke-width: 4; }
.line { stroke: var(--ink); stroke-width: 1; } .knob { fill: var(--ink); }
.grip { fill: transparent; cursor: ew-resize; touch-action: pan-y; }
svg .name { font-weight: 600; }
.slider.eps { --parts: 7; } .slider.eps input { color: inherit; }
.tools, .tools .menu { flex-wrap: wrap; justify-content: flex-end; }
.tools p { order: 1; flex-basis: 100%; margin: 0; }
.menu[hidden] { display: none; }
`;

/** The ticks of the ratios. */
const RATIOS = [-100, -1, 0, 0.1, 1, 10, 100];

/** The marks of wx and wRec, a square and a disc. */
const SHAPES = ["m-3-3h6v6h-6z", "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"];

/** Make the parts of the figure, those of wx and of wRec in pairs. */
function makeChecker() {
  const ticks = makeTicks(5);
  const text = (/** @type {string} */ content, /** @type {string} */ anchor, kind = "quiet") =>
    svg("text", { class: kind, "text-anchor": anchor }, content);
  const pair = (/** @type {string} */ kind) =>
    ["wx", "wrec"].map((weight) => svg("path", { class: `${weight} ${kind}` }));
  const names = () => [text("wx", "start", "wx name halo"), text("wRec", "start", "wrec name halo")];
  const parts = {
    steps: [1e-12, 1e-9, 1e-6, 1e-3, 1].map((step) => text(power(step), "middle")),
    titles: ["relative error of the measured gradient", "backward pass ÷ true gradient: 1 is right"]
      .map((title) => text(title, "start")),
    axis: text("step eps", "end"),
    grid: svg("path", { class: "grid" }),
    one: svg("path", { class: "line" }),
    curves: pair("curve"),
    line: svg("path", { class: "line" }),
    marks: pair("marks"),
    chosen: pair("chosen"),
    names: names(),
    eps: text("", "middle", "ink halo"),
    knob: svg("circle", { class: "knob", r: 6 }),
    ratios: RATIOS.map((ratio) => text(number(ratio), "middle")),
    stems: pair("curve"),
    points: pair("chosen"),
    values: [text("", "start", "wx halo"), text("", "start", "wrec halo")],
    rows: names(),
    grip: svg("rect", { class: "grip", height: 300 }),
  };
  const picture = svg("svg", { role: "img" },
    ...ticks.lines, ...ticks.labels, ...Object.values(parts).flat());
  return { ...parts, ticks, picture };
}

/**
 * How well a gradient can be measured, over all steps, and what the measured gradient says of a
 * backward pass with a bug. The bug may be a mystery: its name is for the reader to find.
 */
class GradientChecker extends Explorable {
  static parameters = {
    wx: real(-LIMIT, LIMIT, 1.2),
    wRec: real(-LIMIT, LIMIT, 1.2),
    eps: real(EPSILONS[0], 1, 1e-6),
    difference: choice("central", "forward"),
    precision: choice("float64", "float32"),
    bug: choice("none", ...BUGS, ...MYSTERIES),
  };

  /** @type {any} */
  #data;
  /** The errors over all steps, which neither the step nor the bug changes. */
  #curves = { of: "", errors: [[0], [0]] };
  /** The bug that was shown last, and the mystery. */
  #shown = "";
  #mystery = -1;
  #place = { left: 0, right: 0 };
  #parts;

  constructor() {
    const marks = makeChecker();
    const readouts = makeReadouts(["error of ", html("b", { class: "wx" }, "wx")],
      ["error of ", html("b", { class: "wrec" }, "wRec")], ["gradient check"]);
    const eps = slider("eps", "step", {
      min: 0, max: EPSILONS.length - 1, step: 1, text: power,
      at: (position) => EPSILONS[position],
      where: (value) => Math.round(3 * Math.log10(value)) + EPSILONS.length - 1,
    });
    const button = (/** @type {string} */ text, /** @type {() => void} */ press) => {
      const node = html("button", { type: "button" }, text);
      node.addEventListener("click", press);
      return node;
    };
    const guess = menu("guess", "It is", ["", ...BUGS]);
    guess.node.append(
      button("Name it", () => this.#judge(guess.value())),
      button("Show me", () => this.#reveal("It is")));
    const said = html("p", { role: "status" });
    super(GRADIENT_CHECK_STYLE, [marks.picture, readouts.node],
      [
        ...weightSliders(), eps,
        menu("difference", "difference", ["central", "forward"]),
        menu("precision", "precision", ["float64", "float32"]),
        menu("bug", "bug", ["none", ...BUGS, ...MYSTERIES]),
      ],
      [button("Give me a mystery", () => {
        this.change("bug", MYSTERIES[(this.#mystery + 1) % MYSTERIES.length]);
        this.told(`bug is ${this.setting.bug}`);
      }), guess.node, said]);
    this.#parts = { marks, readouts, guess, said };
    for (const type of ["pointerdown", "pointermove", "pointerup"]) {
      marks.grip.addEventListener(type, (event) => this.#pull(/** @type {PointerEvent} */ (event)));
    }
  }

  /**
   * Pull the line to the step nearest to the pointer.
   * @param {PointerEvent} event
   */
  #pull({ type, buttons, pointerId, clientX }) {
    const { grip } = this.#parts.marks;
    if (type === "pointerdown") grip.setPointerCapture(pointerId);
    if (type === "pointerdown" || (type === "pointermove" && !buttons)) return;
    const { left, right } = this.#place;
    const part = (clientX - grip.getBoundingClientRect().left - left) / (right - left);
    const last = EPSILONS.length - 1;
    this.change("eps", EPSILONS[Math.round(Math.min(Math.max(part, 0), 1) * last)]);
    this.told(type === "pointerup" ? `eps is ${power(this.setting.eps)}` : "");
  }

  /** @param {string} opening */
  #reveal(opening) {
    const culprit = unmask(this.setting.bug);
    const clue = this.#given.clues[BUGS.indexOf(culprit)];
    this.#parts.said.textContent = `${opening} “${culprit}”. ${clue}`;
  }

  /**
   * Say whether the guess is right and, if it is not, what it would have shown.
   * @param {string} guess
   */
  #judge(guess) {
    const culprit = unmask(this.setting.bug);
    if (guess === culprit) return this.#reveal("Yes, it is");
    const [shown, other] = [culprit, guess].map((bug) => this.#ratios(bug).map(number).join(" and "));
    let why = `that would show ${other} here`;
    if (other === shown) why = "yet it would show the same here; move a weight";
    this.#parts.said.textContent = guess ? `It is not “${guess}”: ${why}.` : "Choose a name first.";
  }

  /** What the page gives besides the setting: the data, the loss surface and the clues. */
  get #given() {
    if (!this.#data) {
      const [rows, A, B, clues] = ["rows", "a", "b", "clues"].map((name) =>
        String(this.getAttribute(name)).split("|"));
      this.#data = {
        A: A.map(Number),
        B: B.map(Number),
        N: rows.length,
        clues,
        float64: makeNetwork(rows, Float64Array),
        float32: makeNetwork(rows, Float32Array),
      };
    }
    return this.#data;
  }

  /** The gradient in closed form, as in surface.py. */
  #truth() {
    const { wx, wRec } = this.setting;
    const { A, B, N } = this.#given;
    const slope = (/** @type {number[]} */ c) =>
      polynomial(c.slice(0, -1).map((a, i) => a * (c.length - 1 - i)), wRec);
    return [
      2 * (wx * polynomial(A, wRec) - polynomial(B, wRec)) / N,
      (wx * slope(A) - 2 * slope(B)) * wx / N,
    ];
  }

  /**
   * What a backward pass gives, divided by the truth; 1 where both are 0.
   * @param {string} bug
   * @returns {number[]}
   */
  #ratios(bug) {
    const { wx, wRec } = this.setting;
    const truth = this.#truth();
    return this.#given.float64.backward(bug, wx, wRec).map(
      (/** @type {number} */ a, /** @type {number} */ i) =>
        a === truth[i] ? 1 : truth[i] ? a / truth[i] : Infinity);
  }

  /**
   * What is measured with a step, and how far it is from the truth, relative to the larger of the
   * two; not far at all where both are 0.
   * @param {number} eps
   */
  #measured(eps) {
    const { wx, wRec, difference, precision } = this.setting;
    const numerical = this.#given[precision].measure(wx, wRec, eps, difference);
    const errors = this.#truth().map((a, i) =>
      a === numerical[i] ? 0 : Math.abs(a - numerical[i]) / Math.max(Math.abs(a), Math.abs(numerical[i])));
    return { numerical, errors };
  }

  #allErrors() {
    const { wx, wRec, difference, precision } = this.setting;
    const of = [wx, wRec, difference, precision].join();
    if (of !== this.#curves.of) {
      const all = EPSILONS.map((eps) => this.#measured(eps).errors);
      this.#curves = { of, errors: [all.map(([a]) => a), all.map(([, b]) => b)] };
    }
    return this.#curves.errors;
  }

  get readout() {
    const shown = super.readout;
    const { wx, wRec, eps } = shown;
    const bug = unmask(shown.bug);
    const { float64 } = this.#given;
    const { numerical, errors } = this.#measured(eps);
    const pairs = {
      grad: this.#truth(), numerical, error: errors,
      errors: structuredClone(this.#allErrors()), ratio: this.#ratios(bug),
    };
    for (const [name, [a, b]] of Object.entries(pairs)) {
      shown[`wx_${name}`] = a;
      shown[`wRec_${name}`] = b;
    }
    // A check in double precision with a step of a millionth, as check_gradients makes it.
    const [a, b] = [float64.measure(wx, wRec, 1e-6, "central"), float64.backward(bug, wx, wRec)];
    shown.passed = a.every((/** @type {number} */ n, /** @type {number} */ i) =>
      Math.abs(n - b[i]) <= 1e-7 * Math.max(Math.abs(n), Math.abs(b[i])) + 1e-7);
    shown.loss = float64.lossAt(wx, wRec);
    return shown;
  }

  /** @param {Record<string, any>} readout */
  #verdict({ passed, bug }) {
    if (!passed) return "fails";
    return bug === "none" ? "passes" : "is fooled";
  }

  summary() {
    const shown = this.readout;
    return `relative error ${rough(shown.wx_error)} for wx and ${rough(shown.wRec_error)} for wRec; `
      + `ratios ${number(shown.wx_ratio)} and ${number(shown.wRec_ratio)}; the check ${this.#verdict(shown)}`;
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { picture, titles, steps, axis, knob, grip, ratios, rows, ticks, grid, one } = this.#parts.marks;
    const left = wide ? 60 : 44;
    const right = width - left;
    this.#place = { left, right };
    set(picture, { width, height: 462, viewBox: `0 0 ${width} 462` });
    ticks.show([1, 1e-5, 1e-10, 1e-15, 0], { left, right, wide, Y: this.#Y, text: power });
    steps.forEach((text, i) => set(text, { x: this.#X(10 ** (3 * i - 12)), y: 307 }));
    set(axis, { x: right, y: 327 });
    set(knob, { cy: 44 });
    set(grip, { width });
    titles.forEach((title, i) => set(title, { y: 12 + 350 * i }));
    ratios.forEach((text, i) => set(text, { x: this.#R(RATIOS[i]), y: 456 }));
    rows.forEach((name, i) => set(name, { y: 397 + 30 * i }));
    set(grid, { d: RATIOS.map((ratio) => `M${this.#R(ratio)} 376V440`).join("") });
    set(one, { d: `M${this.#R(1)} 370V440` });
  }

  /**
   * The place of a step.
   * @param {number} eps
   */
  #X(eps) {
    const { left, right } = this.#place;
    return left + (right - left) * (1 + Math.log10(eps) / 14);
  }

  /**
   * The place of a relative error, which is never more than 2; that of 0 is at the bottom.
   * @param {number} error
   */
  #Y(error) {
    return error ? 54 + 210 * (0.4 - Math.log10(error)) / 16.6 : 286;
  }

  /**
   * The place of a ratio, on an axis that is logarithmic on both sides of 0 and ends at 100.
   * @param {number} ratio
   */
  #R(ratio) {
    const { left, right } = this.#place;
    const part = Math.asinh(50 * Math.min(Math.max(ratio, -100), 100)) / Math.asinh(5000);
    return left + (right - left) * (1 + part) / 2;
  }

  paint() {
    const shown = this.readout;
    const { curves, marks, chosen, names, line, eps, knob, picture } = this.#parts.marks;
    const { left, right } = this.#place;
    const x = this.#X(shown.eps);
    const errors = [shown.wx_error, shown.wRec_error];
    const ratios = [shown.wx_ratio, shown.wRec_ratio];
    const ends = this.#allErrors().map((all, i) => {
      const at = all.map((error, j) => `${this.#X(EPSILONS[j]).toFixed(1)} ${this.#Y(error).toFixed(1)}`);
      set(marks[i], { d: at.map((place) => `M${place}${SHAPES[i]}`).join("") });
      // No line leads to an error of 0: it is off the scale.
      set(curves[i], { d: at.map((place, j) => all[j] ? (all[j - 1] ? "L" : "M") + place : "").join("") });
      set(chosen[i], { d: `M${x} ${this.#Y(errors[i])}${SHAPES[i]}` });
      this.#paintRatio(i, ratios[i]);
      return this.#Y(all[EPSILONS.length - 1]);
    });
    const close = Math.max(0, 16 - Math.abs(ends[0] - ends[1])) / (ends[0] > ends[1] ? 2 : -2);
    names.forEach((name, i) => set(name, { x: right + 8, y: ends[i] + 4.5 + (i ? -close : close) }));
    set(line, { d: `M${x} 44V286` });
    set(knob, { cx: x });
    set(eps, { x: Math.min(Math.max(x, left + 10), right - 10), y: 32 });
    eps.textContent = `eps = ${power(shown.eps)}`;
    this.#parts.readouts.show(...errors.map(rough), this.#verdict(shown));
    set(picture, { "aria-label": `${this.summary()}.` });
    this.#paintMystery(shown.bug);
  }

  /**
   * @param {number} i
   * @param {number} ratio
   */
  #paintRatio(i, ratio) {
    const { stems, points, values } = this.#parts.marks;
    const { left, right } = this.#place;
    const [x, y, text] = [this.#R(ratio), 392 + 30 * i, number(ratio)];
    const side = ratio < 1 && text !== "1" ? -1 : 1;
    // Beyond the end of the axis an arrowhead says that it goes on.
    const beyond = Math.abs(ratio) > 100 ? `M${x + 9 * side} ${y - 5}l${5 * side} 5l${-5 * side} 5` : "";
    set(stems[i], { d: `M${this.#R(1)} ${y}H${x}${beyond}` });
    set(points[i], { d: `M${x} ${y}${SHAPES[i]}` });
    // The number stands on the outside, unless the mark is near the end.
    const turned = side * ((side < 0 ? x - left + 8 : right - x + 32) < 8 * text.length ? -1 : 1);
    set(values[i], { x: x + 12 * turned, y: y + 4.5, "text-anchor": turned < 0 ? "end" : "start" });
    values[i].textContent = text;
  }

  /** @param {string} bug */
  #paintMystery(bug) {
    if (bug === this.#shown) return;
    this.#shown = bug;
    const mystery = MYSTERIES.indexOf(bug);
    if (mystery >= 0) this.#mystery = mystery;
    this.#parts.guess.node.hidden = mystery < 0;
    this.#parts.guess.show("");
    this.#parts.said.textContent = "";
  }
}

/* ---------------------------------------------------------------- rnn-descent */

// These are the constants of optimizers.py, and so are the optimisers and their fates.
const BOUND = 100;
const REACHED = 0.01;
const FATES = ["reached (1, 1)", "still on the way", "wrong valley", "blown up"];

/** The most steps that are shown, which the map of fates goes as well. */
const MOST_STEPS = 500;

/** The starts along each side of the map of fates. */
const STARTS = 41;

/** @typedef {[number, number]} Weights wx and wRec */

/**
 * Each optimiser, made ready for one start, is a function that takes a step from weights to
 * weights.
 * @type {Record<string, (surface: Surface, rate: number) => (w: Weights) => Weights>}
 */
const OPTIMIZERS = {
  "gradient descent": ({ gradient }, rate) => (w) =>
    both((i, g) => w[i] - rate * g, gradient(...w)),
  "clipped descent": ({ gradient }, rate) => (w) => {
    const g = gradient(...w);
    const factor = 10 / Math.max(Math.sqrt(g[0] * g[0] + g[1] * g[1]), 10);
    return both((i) => w[i] - rate * (g[i] * factor), g);
  },
  momentum: ({ gradient }, rate) => {
    const velocity = [0, 0];
    return (w) => both((i, g) => {
      velocity[i] = 0.9 * velocity[i] - rate * g;
      return w[i] + velocity[i];
    }, gradient(...w));
  },
  Rprop: ({ gradient }, rate) => {
    const step = [rate, rate];
    const last = [0, 0];
    return (w) => both((i, g) => {
      const sign = Math.sign(g);
      step[i] = Math.min(step[i] * (sign === last[i] ? 1.2 : 0.5), 50);
      last[i] = sign;
      return w[i] - sign * step[i];
    }, gradient(...w));
  },
  Adam: ({ gradient }, rate) => {
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
  "Gauss-Newton": ({ gradient, curvature, loss }, rate) => {
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
 * Whether both weights are within a limit; not a number never is.
 * @param {Weights} w
 * @param {number} limit
 */
function within([wx, wRec], limit) {
  return Math.abs(wx) <= limit && Math.abs(wRec) <= limit;
}

/**
 * What has become of a start whose path ends here, as its place in FATES.
 * @param {Surface} surface
 * @param {Weights} w
 */
function fateAt({ loss }, w) {
  if (!within(w, BOUND)) return 3;
  if (loss(...w) < REACHED) return 0;
  return w[1] < -1 ? 2 : 1;
}

/** The starts of the map of fates, row by row of wx, in an order from coarse to fine. */
const ORDER = each(0, STARTS * STARTS - 1, Number)
  .sort((a, b) => strideOf(b) - strideOf(a));

/** @param {number} start */
function strideOf(start) {
  const all = start % STARTS | Math.floor(start / STARTS) | 8;
  return all & -all;
}

/**
 * The map of fates: a tone and a pattern for each. It is computed a little in each frame and
 * begun anew when another is asked for.
 */
function makeFateMap() {
  const fill = (/** @type {number} */ fate) => ({ style: `fill: url(#fate${fate})` });
  const marks = ["M.5 .5h0", "", "M0 0L1 1", ""];
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

  /** Find fates for 4 ms, and draw what is known as often as an eye needs it. */
  function slice() {
    const start = performance.now();
    while (next < ORDER.length && performance.now() < start + 4) work();
    // Until there is a coarse map, the last one stays.
    if (next === ORDER.length || (start > drawn + 100 && strideOf(ORDER[next - 1]) < 8)) {
      draw();
      drawn = start;
    }
    if (next < ORDER.length) frame = requestAnimationFrame(slice);
  }

  /**
   * The fate of a start or, as long as it is not known, of the next in the coarser map.
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
      shares[fate].textContent = `${number(Number((100 * share).toPrecision(2)))} %`;
    });
  }

  return {
    group,
    legend,
    /** The fate of each start, row by row of wx, upwards, once all are known. */
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
     * @param {Surface} surface
     * @param {string} optimizer
     * @param {number} rate
     */
    paint(shown, surface, optimizer, rate) {
      const wanted = [shown, surface, optimizer, rate];
      if (wanted.every((part, i) => part === asked[i])) return;
      asked = wanted;
      cancelAnimationFrame(frame);
      group.style.display = legend.style.display = shown ? "" : "none";
      known.length = next = 0;
      if (!shown) return;
      const weight = (/** @type {number} */ i) => i * ((2 * LIMIT) / (STARTS - 1)) - LIMIT;
      work = () => {
        const start = ORDER[next++];
        const step = OPTIMIZERS[optimizer](surface, rate);
        /** @type {Weights} */
        let w = [weight(Math.floor(start / STARTS)), weight(start % STARTS)];
        for (let k = 0; k < MOST_STEPS && within(w, BOUND); k++) w = step(w);
        known[start] = fateAt(surface, w);
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
.start { fill: var(--paper); fill-opacity: 0.6; stroke: var(--ink); stroke-width: 2.5; }
.end { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
svg .path, svg .under, svg .dots, svg .exit { stroke: var(--ink); stroke-linejoin: round; stroke-linecap: round; }
svg .under { stroke: var(--paper); stroke-width: 4.5; stroke-opacity: 0.85; }
svg .dots { stroke-width: 4; }
svg .exit { stroke-width: 3; }
.fates { flex: none; pointer-events: none; shape-rendering: crispEdges; }
.fates rect { fill: var(--paper); }
.fates .tone { fill: var(--target); }
svg pattern path { stroke: var(--ink); stroke-width: 0.14; stroke-linecap: round; vector-effect: none; shape-rendering: auto; }
svg pattern path[d="M.5 .5h0"] { stroke-width: 0.28; stroke-opacity: 0.55; }
.legend { max-width: 18em; margin: 16px 0 0; }
.legend dl { margin: 4px 0 0; }
.legend div, .legend dt { display: flex; align-items: center; gap: 8px; min-height: 26px; }
.legend svg { outline: 1px solid var(--faint); }
.legend dd { margin-left: auto; }
`;

/** What the rate is for the optimisers that have no learning rate. */
const RATES = /** @type {Record<string, string>} */ ({ Rprop: "first step", "Gauss-Newton": "first damping" });

/** The slider of the rate runs over 1, 2 and 5 times each power of ten from 0.00001 to 1. */
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
  const end = svg("circle", { class: "end", r: 5.5 });
  point.mark.classList.add("start");
  map.inside.prepend(fateMap.group);
  map.inside.append(...lines);
  const picture = svg("svg", { role: "img" }, ...map.nodes, point.mark, end);
  const stage = html("div", { class: "stage" }, map.canvas, picture, point.handle);
  const outcome = html("p", { class: "outcome" });
  const readouts = makeReadouts(["loss at the start"], ["loss at the end"],
    ...["wx", "wRec"].map((name) => [html("b", { class: name.toLowerCase() }, name), " at the end"]));
  const side = html("div", { class: "side" }, outcome, readouts.node, fateMap.legend);
  return {
    map, point, fateMap, lines, end, picture, outcome, readouts,
    figure: html("div", { class: "descent" }, stage, side),
  };
}

/** The path of an optimiser over the map of the loss, and the fates of all starts behind it. */
class Descent extends SurfaceExplorable {
  static parameters = {
    wx: real(-LIMIT, LIMIT, -1.5),
    wRec: real(-LIMIT, LIMIT, 2),
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

  /** Every number that is shown, not rounded. A path that has gone beyond the bound stays there. */
  get readout() {
    const { wx, wRec, rate, optimizer, steps, show } = super.readout;
    const step = OPTIMIZERS[optimizer](this.surface, rate);
    /** @type {Weights[]} */
    const path = [[wx, wRec]];
    for (let k = 0; k < steps; k++) path.push(within(path[k], BOUND) ? step(path[k]) : path[k]);
    const end = path[steps];
    const fate = fateAt(this.surface, end);
    const fate_at = path.findIndex((w) =>
      (fate === 0 && this.surface.loss(...w) < REACHED) || (fate === 3 && !within(w, BOUND)));
    return {
      wx, wRec, rate, optimizer, steps, show, path, end,
      // Too large for a float, a loss may come out as infinity minus infinity.
      losses: [path[0], end].map((w) => this.surface.loss(...w)).map((loss) => (loss >= 0 ? loss : Infinity)),
      fate: FATES[fate],
      fate_at: fate_at < 0 ? steps : fate_at,
    };
  }

  /** For each start of the map of fates, by wx and then by wRec, its place in the list of fates. */
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
    map.paint(this.surface, WHOLE_VIEW);
    fateMap.paint(shown.show === "fates", this.surface, shown.optimizer, shown.rate);
    this.#paintPath(shown);
    this.#rateName.data = ` ${RATES[shown.optimizer] ?? "learning rate"}`;
    this.#marks.outcome.textContent = outcome(shown);
    readouts.show(...[...shown.losses, ...shown.end].map(number));
    set(picture, {
      "aria-label": `The path of ${shown.optimizer} over a map of the ${shown.show}, wRec across and wx upwards: ${outcome(shown)}.`,
    });
  }

  /**
   * The path, a dot at each step; where it ends outside the map, an arrow where it leaves.
   * @param {Descent["readout"]} shown
   */
  #paintPath({ path, fate, fate_at }) {
    const { map: { X, Y }, point, lines, end } = this.#marks;
    const last = fate === FATES[3] ? fate_at : path.length - 1;
    const points = path.slice(0, last + 1).map(([wx, wRec]) => [X(wRec), Y(wx)]);
    const [x, y] = points[last - 1];
    const [dx, dy] = [points[last][0] - x, points[last][1] - y];
    // A step may lead further than anything can be drawn.
    const part = Math.min(1, 1e4 / Math.hypot(dx, dy));
    points[last] = [x + part * dx, y + part * dy];
    // Most steps are too short to be seen, and would only take time to draw.
    let seen = points[0];
    const texts = points.filter((point, k) => {
      const kept = !k || k === last || Math.abs(point[0] - seen[0]) + Math.abs(point[1] - seen[1]) > 0.7;
      if (kept) seen = point;
      return kept;
    }).map((point) => point.map((length) => length.toFixed(1)).join(" "));
    const line = `M${texts.join("L")}`;
    point.show(points[0][0], points[0][1]);
    let inside = last;
    while (!within(path[inside], LIMIT)) inside -= 1;
    end.style.display = inside === last ? "" : "none";
    set(end, { cx: points[last][0], cy: points[last][1] });
    const exit = inside === last ? "" : this.#exit(points[inside], points[inside + 1]);
    [line + exit, line, `M${texts.join("h0M")}h0`, exit].forEach((d, i) => set(lines[i], { d }));
  }

  /**
   * An arrow to where the way from one point to another leaves the map.
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
 * What becomes of the start, in words.
 * @param {Descent["readout"]} shown
 */
function outcome({ fate, fate_at, end: [wx, wRec] }) {
  const larger = Math.abs(wx) > Math.abs(wRec) ? `wx = ${number(wx)}` : `wRec = ${number(wRec)}`;
  return `${fate} at step ${fate_at}${fate === FATES[3] ? `: ${larger}` : ""}`;
}

/* ---------------------------------------------------------------- where they live */

define("rnn-states", States);
define("rnn-loss-surface", LossMap);
define("rnn-descent", Descent);
define("rnn-unrolled", Unrolled);
define("rnn-bptt", Backprop);
define("rnn-gradient-check", GradientChecker);

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
async function initialize({ model }) {
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
function render({ model, el }) {
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

export default { initialize, render };
