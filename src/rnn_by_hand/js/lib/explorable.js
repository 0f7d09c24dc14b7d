// @ts-check
import { number } from "./format.js";
import { GRIP_STYLE } from "./grip.js";
import { weight, written } from "./parameters.js";
import { makeSaving } from "./saving.js";
import { ROOT, sharedAddress } from "./site.js";
import { html, write } from "./svg.js";
/** @import { Control } from "./controls.js" */
/** @import { Parameter } from "./parameters.js" */

/*
 * What the explorables of RNN by Hand have in common: they are custom elements that compute and
 * draw in the page, without a server or a kernel and with nothing to load. `Explorable` is the base
 * class; rnn-states.js is an example of how to write one. A page loads the files of the explorables
 * on it (see explorables.js); a live notebook gets the same files as one (see script.py).
 */

/** The width between the margins of A4, in CSS pixels. */
const SHEET = 640;

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
.bit { touch-action: pan-y; user-select: none; -webkit-user-select: none; }
.bit[aria-pressed="true"] span { background: var(--x); color: var(--paper); }
.bit:hover span { box-shadow: 0 0 0 3px var(--faint); }
svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.symbol { font-family: KaTeX_Math, "Times New Roman", Times, serif; font-style: italic; font-size: 1.12em; }
svg .symbol { font-size: 15.5px; }
.symbol sub { font-family: KaTeX_Main, "Times New Roman", Times, serif; font-style: normal; font-size: 0.75em; line-height: 0; }
.ink { color: var(--ink); } .x { color: var(--x); } .state { color: var(--state); }
.target { color: var(--target); } .gradient { color: var(--gradient); } .wx { color: var(--wx); } .wrec { color: var(--wrec); }
/* Not an opacity: the browser would then compose each such text separately in every frame. */
.quiet { color: color-mix(in srgb, var(--ink) 72%, transparent); }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
button { font: inherit; color: inherit; touch-action: manipulation; cursor: pointer; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; align-self: end; }
.tools button, select {
  min-height: 28px; padding: 0 10px; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--faint); border-radius: 4px;
}
.tools button:hover, select:hover { border-color: currentColor; }
/* Nobody writes a page on a phone, where a second row of buttons pushes the picture off the screen. */
.narrow .embed { display: none; }
.menu { display: flex; align-items: baseline; gap: 8px; }
.controls { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 6px 28px; margin-top: 10px; }
.wrong { overflow-wrap: anywhere; margin: 0 0 8px; padding-left: 8px; border-left: 3px solid var(--wrec); }
.wrong:empty { display: none; }
.sliders {
  display: flex; flex-wrap: wrap; gap: 2px 28px; margin-top: -4px; padding-block: 8px 4px;
  background: linear-gradient(transparent, var(--paper) 8px);
}
/* On a small screen the sliders stay in sight as long as the picture is. */
@media (max-height: 900px) { .sliders { position: sticky; bottom: 0; z-index: 1; } }
.slider { flex: 1 1 200px; display: grid; grid-template-columns: 1fr auto; align-items: baseline; }
.narrow .sliders { column-gap: 16px; }
.narrow .slider { flex-basis: 40%; align-content: end; }
.slider label, .slider .value { color: var(--ink); }
:is(.narrow, .many) .long { position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.slider input.value {
  box-sizing: border-box; width: 4.4em; min-height: 26px; margin: 0; padding: 0;
  font: inherit; font-variant-numeric: tabular-nums; text-align: right;
  background: none; border: 0; border-radius: 0;
  text-decoration: underline dotted 1px var(--target); text-underline-offset: 4px;
}
.slider output.value { line-height: 26px; }
.slider input.value:is(:hover, :focus) { text-decoration: underline solid 1px currentColor; }
b { font-weight: 600; font-family: var(--pst-font-family-monospace, ui-monospace, monospace); font-size: 0.95em; }
.slider.wx :is(b, .track, [type=range]) { color: var(--wx); }
.slider.wrec :is(b, .track, [type=range]) { color: var(--wrec); }
.slider.wx, .slider.wrec { --parts: 4; }
.track, .slider [type=range] { grid-area: 2 / 1 / 3 / -1; height: 30px; }
.track {
  position: relative; --span: calc(100% - 18px);
  background:
    linear-gradient(var(--faint), var(--faint)) no-repeat center / var(--span) 2px,
    repeating-linear-gradient(to right, var(--faint) 0 1px, transparent 1px calc((100% - 1px) / var(--parts, 6)))
      no-repeat center / var(--span) 10px;
}
.fill { position: absolute; inset: 13px 9px; background: currentColor; transform-origin: left; }
.slider [type=range] {
  position: relative; appearance: none; box-sizing: border-box; width: 100%; margin: 0; border-radius: 4px;
  background: none; color: inherit; cursor: pointer; touch-action: pan-y;
}
.slider [type=range]::-webkit-slider-thumb {
  appearance: none; width: 18px; height: 18px; border-radius: 50%;
  background: currentColor; border: 3px solid var(--paper);
}
.slider [type=range]::-moz-range-thumb {
  width: 12px; height: 12px; border-radius: 50%;
  background: currentColor; border: 3px solid var(--paper);
}
.equation { margin: 10px 0 0; line-height: 1.6; }
.equation > span { white-space: nowrap; }
.equation > span:first-child { margin-right: 0.3em; }
.narrow .equation > span { display: block; white-space: normal; }
.equation sup { font-size: 12px; line-height: 0; vertical-align: 0.3em; }
.readouts { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px; max-width: 30em; margin: 10px 0 0; }
.readouts dt { font-size: 13px; white-space: nowrap; }
/* A letter from another font would push its line, and the number below it, out of the row. */
.readouts dt :is(.symbol, b, sub) { line-height: 0; }
.readouts dd { margin: 0; min-width: 4em; font-size: 17px; white-space: nowrap; }
${GRIP_STYLE}
@media (pointer: coarse) {
  .tools button, select, .slider input.value { min-height: 32px; }
}
@media (forced-colors: active) {
  .bit[aria-pressed="true"] span { background: Highlight; color: HighlightText; forced-color-adjust: none; }
  .slider :is(.track, [type=range]) { --faint: GrayText; forced-color-adjust: none; color: CanvasText; }
  .slider [type=range] { border: 1px solid ButtonText; }
  .slider [type=range]::-webkit-slider-thumb { background: ButtonText; forced-color-adjust: none; }
  .slider [type=range]::-moz-range-thumb { background: ButtonText; forced-color-adjust: none; }
}
/* For a screen that is wide and low: everything else stands beside the picture. */
:host([beside]) .live { display: grid; grid-template-columns: minmax(0, 1fr) 300px; column-gap: 28px; align-content: start; }
:host([beside]) .live > * { grid-column: 2; }
:host([beside]) .live > .stage { grid-area: 1 / 1 / span 9; }
:host([beside]) .controls { justify-content: flex-start; }
:host([beside]) .slider:is(.wx, .wrec) { flex-basis: 100%; }
:host([compact]) :is(.equation, .readouts, .controls) { display: none; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  :host(:not(:empty)) .live:not(.moved) { display: none; }
  .live:not(.moved) ~ slot { display: block; }
  /* As wide as it is drawn, and as small as a sheet needs. */
  .live.moved { width: calc(var(--drawn) * 1px); zoom: min(1, ${SHEET} / var(--drawn)); break-inside: avoid; }
  .live :is(.tools, .grip, .zoom, .roll, .learn, .all, [type=range], .spoken) { display: none; }
  .sliders { position: static; margin-top: 0; }
  .slider { flex: none; column-gap: 8px; }
  .slider input.value { text-decoration: none; text-align: left; }
  .live select { appearance: none; padding: 0; border: 0; }
}
`;

/** How a pointer lets go of what it has pressed. */
const RELEASES = ["pointerup", "pointercancel"];

/** Where there is less room than this, a picture goes beyond it. */
const NARROWEST = 240;

/** How much of the width the controls take that stand beside the picture, with the space between. */
const BESIDE = 328;

/** Attributes that are allowed on any element, and those that every explorable has. */
const GLOBAL = /^(id|class|style|slot|part|lang|dir|title|role|hidden|tabindex|link|compact|beside)$|^(data|aria)-/;

/**
 * The values in the part of an address after the name. A comma stands between two parameters, and
 * also in numbers, as in wx=0,5: what follows it is then a digit, with which no name begins.
 * @param {string} setting
 */
function settingIn(setting) {
  // Some programs write a comma in a link as %2C.
  return new URLSearchParams(setting.replace(/%2C/gi, ",").replace(/(\d),(?=\d)/g, "$1.").replaceAll(",", "&"));
}

/**
 * An interactive figure. Attributes give the setting it starts from and returns to; properties of
 * the same names give the setting it currently shows. The content of the element is shown by
 * browsers that do not run this script, and in print as long as the setting is the one it starts from.
 *
 * Explorables with the same `link` share the parameters that they have in common: what changes in
 * one changes in all, and at first the values are those of the first of them on the page. An
 * explorable that is `compact` shows only its picture and its sliders; `beside` puts everything but
 * the picture beside it.
 *
 * The address of a page may contain a setting, as in #states:wx=1.2,wRec=0.9 for the first
 * rnn-states on the page, or #states-2:wx=1.2 for the second.
 */
export class Explorable extends HTMLElement {
  /** @type {Record<string, Parameter>} */
  static parameters = { wx: weight(), wRec: weight() };

  static get observedAttributes() {
    return Object.keys(this.parameters).map((name) => name.toLowerCase());
  }

  /**
   * The current parameters.
   * @type {any}
   */
  setting = {};

  /** Whether the reader is holding something, so that scales have to stay as they are. */
  held = false;

  /**
   * The mouse, the pen and the fingers that press something in here, and what they press.
   * @type {Map<number, EventTarget | null>}
   */
  #pressed = new Map();

  #width = 0;
  #frame = 0;
  #arriving = false;
  /** Whether its setting is one that the reader has chosen, here or by a link to it. */
  #chosen = false;
  /** @type {Control[]} */
  #controls;
  #spoken = html("div", { class: "spoken", role: "status", "aria-live": "polite" });
  #live = html("div", { class: "live" });
  #wrong = html("p", { class: "wrong", role: "alert" });
  #link = html("button", { type: "button", class: "link" }, "Copy link");
  #embed = html("button", { type: "button", class: "embed" }, "Embed");
  #saving = makeSaving(() => ({
    shown: this.#live,
    name: this.localName,
    address: `#${this.#addressName}:${this.address}`,
    alt: this.#live.querySelector("[role=img]")?.getAttribute("aria-label") ?? "",
  }), (what) => this.say(what));
  /** Whether it has no part in the address of the page. */
  #alone = false;
  /** @type {string[]} */
  #refused = [];
  /** Whether the reader has changed something since the last complaint. */
  #answered = false;
  #resized = new ResizeObserver(() => this.#resize());
  // Unlike attributeChangedCallback, it also sees attributes that are not parameters.
  #written = new MutationObserver((changes) => {
    this.#sayWhatIsWrong();
    if (!changes.some(({ attributeName }) => attributeName === "link")) return;
    this.#join();
    this.#sayWhatLinksAreWrong();
  });
  #readAddress = () => this.#openAddress();
  /** Whether it is laid out for a sheet, whatever the width of the screen. */
  #onPaper = false;
  #print = () => this.#choosePaper();
  #printed = () => this.#leavePaper();
  #release = (/** @type {Event} */ event) => {
    if (!this.#pressed.delete(/** @type {PointerEvent} */ (event).pointerId)) return;
    this.held = this.#pressed.size > 0;
    this.#answer();
    this.changed();
  };

  /**
   * @param {string} style for the parts of the figure
   * @param {Node[]} figure every node that will ever be drawn, in order
   * @param {Control[]} controls shown below it
   * @param {Node[]} tools additional buttons, before "Reset"
   */
  constructor(style, figure, controls, tools = []) {
    super();
    this.#controls = controls;
    for (const [name, { start }] of Object.entries(this.#parameters)) this.setting[name] = start;
    const reset = html("button", { type: "button" }, "Reset");
    const [picture, ...more] = figure;
    const nodes = controls.map(({ node }) => node);
    const sliders = nodes.filter((node) => node.classList.contains("slider"));
    this.#live.append(
      this.#wrong,
      picture,
      html("div", { class: sliders.length > 3 ? "sliders many" : "sliders" }, ...sliders),
      ...more,
      html("div", { class: "controls" }, ...nodes.filter((node) => !sliders.includes(node)),
        html("div", { class: "tools" }, ...tools, reset, ...this.#offers())),
      this.#spoken);
    this.attachShadow({ mode: "open" })
      .append(html("style", {}, STYLE + style), this.#live, html("slot"));
    controls.forEach((control) => this.#listen(control));
    this.#live.addEventListener("pointerdown", ({ button, pointerId, target }) => {
      if (button) return;
      this.#pressed.set(pointerId, target);
      this.held = true;
    });
    // A menu may have swallowed the release.
    this.#live.addEventListener("pointermove", (event) => {
      if (!event.buttons) this.#release(event);
    });
    this.#link.addEventListener("click", () => this.#copyLink());
    this.#embed.addEventListener("click", () => this.#copyFrame());
    reset.addEventListener("click", () => {
      this.reset();
      this.told("Back at the start");
    });
  }

  /** The buttons for what others can open, and for files. */
  #offers() {
    const shared = sharedAddress() !== undefined;
    return [
      ...shared ? [this.#link] : [],
      ...shared && ROOT !== undefined ? [this.#embed] : [],
      ...ROOT === undefined ? [] : this.#saving,
    ];
  }

  get #parameters() {
    return /** @type {typeof Explorable} */ (this.constructor).parameters;
  }

  /** @param {Control} control */
  #listen({ name, text, listen }) {
    const { read, rule } = this.#parameters[name];
    listen((value, words = value) => {
      if (read(value) === undefined) {
        this.complain(`${name} is “${words}”; it must be ${rule}.`);
        return this.changed();
      }
      this.change(name, value);
      this.told();
    }, () => this.say(`${name} is ${text(this.setting[name])}`));
  }

  connectedCallback() {
    // An explorable on the screen is drawn at once, so that nothing moves after it is shown.
    if (this.checkVisibility({ contentVisibilityAuto: true })) this.#resize();
    this.#resized.observe(this);
    // The others are drawn when the reader scrolls near; until then they borrow the figure's name.
    const name = this.querySelector("[role=img]")?.getAttribute("aria-label");
    for (const picture of this.#live.querySelectorAll("[role=img]:not([aria-label])")) {
      if (name) picture.setAttribute("aria-label", name);
    }
    // What is pressed in here may be released anywhere.
    for (const end of RELEASES) addEventListener(end, this.#release, true);
    addEventListener("beforeprint", this.#print);
    addEventListener("afterprint", this.#printed);
    if (!this.#alone) {
      addEventListener("hashchange", this.#readAddress);
      this.#readAddress();
    }
    this.#written.observe(this, { attributes: true });
    this.#sayWhatIsWrong();
    this.#join();
    if (this.hasAttribute("link")) this.#sayWhatLinksAreWrong();
    // Those that follow on the page may not have been read yet.
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => this.#sayWhatIsWrong(), { once: true });
    }
    // What it did before it was taken off the page, such as computing a map, begins anew.
    if (this.#width) this.changed();
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    this.#written.disconnect();
    for (const end of RELEASES) removeEventListener(end, this.#release, true);
    removeEventListener("hashchange", this.#readAddress);
    removeEventListener("beforeprint", this.#print);
    removeEventListener("afterprint", this.#printed);
    this.held = false;
    // What is pressed would never hear of the release, and still be held when it comes back.
    for (const [pointerId, target] of this.#pressed) {
      for (const end of ["pointercancel", "lostpointercapture"]) {
        target?.dispatchEvent(new PointerEvent(end, { pointerId, bubbles: true }));
      }
    }
    this.#pressed.clear();
    if (this.hasAttribute("link")) this.#sayWhatLinksAreWrong();
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
   * The explorables on the page that are linked with this one, and this one, in their order; none
   * without `link`.
   * @returns {Explorable[]}
   */
  get #company() {
    const link = this.getAttribute("link");
    return link === null ? [] : [...document.querySelectorAll(`[link="${CSS.escape(link)}"]`)]
      .filter((other) => other instanceof Explorable);
  }

  /** Take the values of those that are linked with this one: what the reader has chosen, or the first. */
  #join() {
    const company = this.#company;
    // The script of the first may be loaded after the reader has moved another.
    const source = company.find((one) => one.#chosen) ?? company[0];
    if (source) source.#share();
  }

  /** Give the explorables that are linked with this one the values of this one. */
  #share() {
    for (const other of this.#company) {
      for (const [name, value] of Object.entries(this.setting)) {
        if (other === this || !(name in other.setting)) continue;
        const accepted = other.#parameters[name].read(value);
        const same = written(other.setting[name]) === written(value);
        if (accepted !== undefined && !same) other.change(name, accepted);
      }
    }
  }

  /**
   * What is wrong with an attribute, and what is used instead; "" if it is valid.
   * @param {Attr} attribute
   */
  #fault({ name, value }) {
    const key = Object.keys(this.#parameters).find((key) => key.toLowerCase() === name);
    if (!key) {
      if (GLOBAL.test(name)) return "";
      const names = Object.keys(this.#parameters).map((key) => key.toLowerCase());
      return `${name} is no attribute of ${this.localName}; it has ${names.join(", ")}.`;
    }
    const { read, rule, start } = this.#parameters[key];
    if (read(value) !== undefined) return "";
    const instead = typeof start === "number" ? number(start) : written(start);
    return `${key} is “${value}”; it must be ${rule}. Until then it is ${instead}.`;
  }

  /** What is wrong with `link`, if no other explorable has it, or none with which it shares anything. */
  #faultOfLink() {
    const link = this.getAttribute("link");
    if (link === null || document.readyState === "loading") return "";
    const all = [...document.querySelectorAll(`[link="${CSS.escape(link)}"]`)];
    const others = all.filter((other) => other !== this && other.localName.startsWith("rnn-"));
    if (!others.length) return `link is “${link}”; no other explorable on this page has it.`;
    // The script of one may not have been loaded yet.
    const shares = (/** @type {Element} */ other) =>
      !(other instanceof Explorable) || Object.keys(this.setting).some((name) => name in other.setting);
    return others.some(shares) ? "" : `link is “${link}”; the others that have it share no parameter with this one.`;
  }

  #sayWhatIsWrong() {
    const faults = [...this.attributes].map((attribute) => this.#fault(attribute));
    faults.push(this.#faultOfLink());
    const words = [...faults, ...this.#refused].filter(Boolean).join(" ");
    // Whoever writes a page may look here first.
    if (words && words !== this.#wrong.textContent) console.warn(`${this.localName}: ${words}`);
    write(this.#wrong, words);
  }

  /** One that is linked has come, gone or changed its link: those it was with, or now is with, may say so. */
  #sayWhatLinksAreWrong() {
    for (const one of document.querySelectorAll("[link]")) {
      if (one instanceof Explorable) one.#sayWhatIsWrong();
    }
  }

  /**
   * Tell the reader about problems other than attributes; with no sentences, clear earlier ones.
   * @param {string[]} sentences
   */
  complain(...sentences) {
    this.#refused = sentences;
    this.#answered = false;
    this.#sayWhatIsWrong();
  }

  /** Clear a complaint that the reader has answered by changing something, once nothing moves under the hand. */
  #answer() {
    if (!this.#answered || this.held) return;
    this.#answered = false;
    if (this.#refused.length) this.complain();
  }

  /**
   * Give a parameter a new value, or reject an invalid one with the same message as Python.
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

  /** Whether there is room for the picture and the sliders only. */
  get compact() {
    return this.hasAttribute("compact");
  }

  /**
   * Have no part in the address of the page, and offer nothing that needs it: for a notebook, and for
   * a page that has an address of another form.
   */
  alone() {
    this.#alone = true;
    for (const button of [this.#link, this.#embed, ...this.#saving]) button.remove();
  }

  /** Return to the setting given by the attributes. */
  reset() {
    for (const name of Object.keys(this.#parameters)) {
      this.attributeChangedCallback(name.toLowerCase(), null, this.getAttribute(name));
    }
  }

  /** Whether it shows another setting than its attributes give, and so than its static figure. */
  get #moved() {
    return Object.entries(this.#parameters).some(([name, { read, start }]) =>
      written(this.setting[name]) !== written(read(this.getAttribute(name)) ?? start));
  }

  /** Print the static figure, or if the reader has chosen another setting, the picture of that. */
  #choosePaper() {
    this.#resize();
    this.#onPaper = this.#width > 0 && this.#moved;
    this.#live.classList.toggle("moved", this.#onPaper);
    // A picture for a phone would leave half of the sheet empty.
    if (this.#onPaper) this.#layOut(Math.max(this.#width, SHEET));
    this.#live.style.setProperty("--drawn", String(this.#width));
    if (this.#width) this.#paint();
  }

  #leavePaper() {
    this.#onPaper = false;
    this.#resize();
  }

  /** The name of this explorable in an address: its tag, and its number among several of a kind. */
  get #addressName() {
    const place = [...document.querySelectorAll(this.localName)].indexOf(this);
    return this.localName.slice(4) + (place > 0 ? `-${place + 1}` : "");
  }

  /** The setting as an address writes it. */
  get address() {
    const setting = Object.entries(this.setting).map(([name, value]) => [name, written(value)]);
    return String(new URLSearchParams(setting)).replaceAll("&", ",");
  }

  /** Put the setting into the address, and copy the address, or that on the site, to the clipboard. */
  #copyLink() {
    history.replaceState(null, "", `#${this.#addressName}:${this.address}`);
    const { href } = new URL(location.hash, sharedAddress());
    // Without https there is no clipboard, but the address has been set all the same.
    navigator.clipboard?.writeText(href).catch(() => {});
    write(this.#link, "Link copied");
    this.#spoken.replaceChildren("The link to this setting is copied and in the address.");
  }

  /** Copy what shows this setting on a page of the reader's own. */
  async #copyFrame() {
    const name = this.localName.slice(4);
    const { href } = new URL(`${ROOT}embed.html#${name}:${this.address}`, sharedAddress());
    // The frame has a margin and a link below the explorable.
    const code = `<iframe src="${href}" title="${name}, an explorable" width="100%" `
      + `height="${this.offsetHeight + 60}" loading="lazy" style="border: 0"></iframe>`;
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      // Without https there is no clipboard.
      prompt("Copy this into your page:", code);
      return;
    }
    write(this.#embed, "Code copied");
    this.#spoken.replaceChildren("The code that shows this setting on your own page is copied.");
  }

  /** Apply the setting that the address gives for this explorable, and scroll to it. */
  #openAddress() {
    const [, name, setting] = /^#([\w-]+):(.*)$/.exec(location.hash) ?? [];
    if (name !== this.#addressName) return;
    const given = settingIn(setting);
    /** @type {string[]} */
    const refused = [];
    for (const [key, { read, rule }] of Object.entries(this.#parameters)) {
      const value = given.get(key);
      const accepted = read(value);
      if (accepted !== undefined) this.change(key, accepted);
      else if (value !== null) refused.push(`The link says that ${key} is “${value}”; it must be ${rule}.`);
    }
    this.complain(...refused);
    this.#arriving = this.#chosen = true;
    this.#share();
    this.changed();
    // Until then, content that loads above may still push it down.
    if (document.readyState !== "complete") addEventListener("load", () => this.changed());
  }

  /** Draw once before the next frame, however many changes there are until then. */
  changed() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.isConnected) this.#paint();
    });
  }

  /**
   * Tell the page that the reader has changed something.
   * @param {string} [what] a description of the change, if it is complete
   */
  told(what) {
    write(this.#link, "Copy link");
    this.#answered = true;
    this.#answer();
    this.#chosen = true;
    write(this.#embed, "Embed");
    this.#share();
    this.dispatchEvent(new CustomEvent("rnn-change", { bubbles: true, composed: true }));
    if (what) this.say(what);
  }

  /** @param {string} what */
  say(what) {
    this.#spoken.replaceChildren(`${what}: ${this.summary()}.`);
  }

  #resize() {
    if (this.#onPaper) return;
    const room = Math.floor(this.clientWidth) - (this.hasAttribute("beside") ? BESIDE : 0);
    const width = this.clientWidth ? Math.max(room, NARROWEST) : 0;
    if (width === this.#width) return;
    this.#layOut(width);
    if (width) this.#paint();
  }

  /** @param {number} width */
  #layOut(width) {
    this.#width = width;
    if (!width) return;
    const wide = width >= 520 && !this.compact;
    this.#live.classList.toggle("narrow", !wide || this.hasAttribute("beside"));
    this.layout(width, wide);
  }

  #paint() {
    for (const { name, show } of this.#controls) show(this.setting[name]);
    if (this.#width) this.paint();
    if (!this.#arriving) return;
    // In the middle of the screen, or below the header where there is no more room.
    const block = this.offsetHeight > innerHeight - 72 ? "start" : "center";
    this.scrollIntoView({ block, behavior: "instant" });
    // Until it is near the screen it is not drawn, and so does not have its full height.
    if (this.#width && document.readyState === "complete") this.#arriving = false;
  }

  // Each explorable overrides the following members.

  /**
   * A copy of the setting and of every number shown, unrounded.
   * @returns {Record<string, any>}
   */
  get readout() {
    return structuredClone(this.setting);
  }

  /**
   * Position everything that depends on the width alone.
   * @param {number} _width in CSS pixels
   * @param {boolean} _wide whether there is room for more than a letter beside the plot
   */
  layout(_width, _wide) {}

  /** Update every mark and number, without adding or removing nodes. */
  paint() {}

  /**
   * The outcome in one line, for screen readers.
   * @returns {string}
   */
  summary() {
    return "";
  }
}

/**
 * Register an explorable as a custom element, with a property for each parameter.
 * @param {string} tag
 * @param {typeof Explorable} element
 */
export function define(tag, element) {
  // In a notebook every view loads this file again.
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
