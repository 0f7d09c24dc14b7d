// @ts-check
import { slider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { FATE_STYLE, makeFateMap } from "./lib/fate-map.js";
import { number, reading } from "./lib/format.js";
import { MAP_STYLE, makeLossMap, makePoint } from "./lib/loss-map.js";
import { choice, real, weight } from "./lib/parameters.js";
import { html, set, svg, write } from "./lib/svg.js";
import { ending, isOnMap, movedTo, readout } from "./numbers/learning.js";
import { WHOLE_VIEW } from "./numbers/view.js";

const LEARNING_STYLE = `
.live:not(.stacked) { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: 14px; }
.wrong, .controls { grid-column: 1 / -1; }
.live:not(.stacked) .stage { grid-row: 2 / span 2; }
.live:not(.stacked) .side { grid-area: 2 / 2; padding-top: 26px; }
.live:not(.stacked) .sliders { grid-area: 3 / 2; align-self: end; padding-bottom: 28px; position: static; }
/* Beside the states, in one line with their sliders. */
:host([compact]) .live:not(.stacked) .sliders { margin-top: 16px; padding-bottom: 8px; }
.narrow .slider { flex-basis: 100%; }
.live:not(.stacked) .controls { grid-row: 4; }
.side dl { display: flex; flex-wrap: wrap; gap: 0 10px; margin: 0 0 8px; }
.side dt { font-size: 13px; }
.side dd { margin: 0; font-size: 16px; white-space: nowrap; }
.numbers > :first-child { min-width: 68px; }
.side p { margin: 0 0 8px; min-height: 2.8em; }
.learn {
  display: block; width: 100%; max-width: 12em; min-height: 36px; padding: 0 10px;
  background: var(--ink); color: var(--paper); border: 1px solid var(--ink); border-radius: 4px;
}
.learn:hover { background: var(--paper); color: var(--ink); }
.all {
  display: block; width: 100%; max-width: 12em; min-height: 32px; margin: 6px 0 0; padding: 0 6px;
  background: var(--paper); border: 1px solid var(--faint); border-radius: 4px;
}
.all:hover { border-color: currentColor; }
.show-fates :is(.floor, .floor-name) { display: none; }
.fated > :is(.numbers, p), .legend > span, .legend .soon { display: none; }
/* As high as what stands there otherwise. */
.fated .legend { min-height: 96px; }
.side .legend dl { display: block; margin: 0 0 8px; }
.side .legend dt { gap: 5px; min-height: 20px; font-size: 12px; white-space: nowrap; }
.side .legend dl > div { min-height: 20px; gap: 4px; }
.side .legend i { width: 12px; height: 12px; }
.side .legend dd { min-width: 0; font-size: 12px; }
svg .trail { stroke: var(--gradient); stroke-width: 2; stroke-linejoin: round; }
svg .trail.casing { stroke: var(--paper); stroke-width: 5; }
`;

/** The notches of the slider of the rate; between them it can be typed. */
const RATES = [1e-4, 1e-3, 1e-2, 1e-1];

function rateSlider() {
  const control = slider("rate", "", {
    min: 0, max: RATES.length - 1, step: 1, text: number,
    at: (position) => RATES[position],
    where: (rate) => Math.log10(rate / RATES[0]),
  });
  control.node.firstElementChild?.append(html("span", { class: "long" }, "of learning"));
  return control;
}

/** Make the parts of the figure; `Learning` places them and keeps them up to date. */
function makeLearning() {
  const map = makeLossMap();
  const point = makePoint(map);
  const trail = ["trail casing", "trail"].map((name) => svg("path", { class: name }));
  const fateMap = makeFateMap();
  map.inside.append(...trail);
  const picture = svg("svg", { role: "img" }, ...map.nodes, point.mark);
  const stage = html("div", { class: "stage" }, map.canvas, fateMap.canvas, picture, point.handle);
  const learn = html("button", { type: "button", class: "learn" }, "Let it learn");
  const all = html("button", { type: "button", class: "all", "aria-pressed": "false" }, "Every start");
  const [loss, steps] = [html("dd"), html("dd")];
  const outcome = html("p");
  const side = html("div", { class: "side" },
    html("dl", { class: "numbers" }, html("div", {}, html("dt", {}, "loss ξ"), loss), html("div", {}, html("dt", {}, "steps"), steps)),
    outcome, fateMap.legend, learn, all);
  return { map, fateMap, all, point, trail, picture, stage, side, learn, loss, steps, outcome };
}

/**
 * Both weights as a point on the map of the loss, and gradient descent from there. The weights are
 * what the network has learnt so far, so that an explorable linked with this one learns, too.
 */
class Learning extends Explorable {
  static parameters = {
    wx: weight(0.5),
    wRec: weight(0.6),
    rate: real(RATES[0], RATES[3], RATES[1]),
    show: choice("loss", "fates"),
  };

  #marks;
  /** The weights that learning has passed through, the last of them current. */
  #path = /** @type {number[][]} */ ([]);
  #outcome = "";
  #frame = 0;
  /** Whether it is learning, rather than the reader, that moves the weights. */
  #stepping = false;

  constructor() {
    const marks = makeLearning();
    super(MAP_STYLE + FATE_STYLE + LEARNING_STYLE, [marks.stage, marks.side], [rateSlider()]);
    this.#marks = marks;
    marks.point.listen({
      start: () => this.#stop(""),
      move: (weights) => {
        for (const [name, weight] of Object.entries(movedTo(weights))) this.change(name, weight);
        this.told();
      },
      end: () => this.say(`wx is ${reading(this.setting.wx)}, wRec is ${reading(this.setting.wRec)}`),
    });
    marks.all.addEventListener("click", () => {
      const fates = this.setting.show === "loss";
      this.change("show", fates ? "fates" : "loss");
      this.told(fates ? "The colour of each start is where it ends" : "The colour is the loss");
    });
    marks.learn.addEventListener("click", () => (this.#frame ? this.#stop("stopped") : this.#start()));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop("");
    this.#marks.fateMap.end();
  }

  /**
   * Learning ends where the reader moves a weight, here or in a linked explorable, and its path and
   * its outcome are no longer those of the weights shown.
   * @param {string} name
   * @param {unknown} value
   */
  change(name, value) {
    const before = this.setting[name];
    super.change(name, value);
    if (!["wx", "wRec"].includes(name) || this.#stepping || this.setting[name] === before) return;
    this.#path = [];
    this.#stop("");
  }

  reset() {
    super.reset();
    this.#path = [];
    this.#stop("");
  }

  /** Every number shown, unrounded, with the weights after one step of gradient descent. */
  get readout() {
    return readout(super.readout);
  }

  summary() {
    return `${this.#outcome ? `${this.#outcome}, ` : ""}loss ${number(this.readout.loss)}`;
  }

  #start() {
    const { wx, wRec } = this.setting;
    // With reduced motion nothing rolls: each press of the button takes the next steps at once.
    const steps = matchMedia("(prefers-reduced-motion: reduce)").matches ? 25 : 0;
    if (!steps || this.#outcome || !this.#path.length) this.#path = [[wx, wRec]];
    this.#outcome = "";
    if (steps) {
      if (this.#advance(steps)) this.say(`After ${this.#path.length - 1} steps`);
      return;
    }
    const roll = () => {
      this.#frame = requestAnimationFrame(roll);
      // The first steps are long and are seen one by one; later ones hardly differ.
      this.#advance(1 + Math.floor(this.#path.length / 40));
    };
    this.#frame = requestAnimationFrame(roll);
    write(this.#marks.learn, "Stop");
  }

  /** @param {string} outcome */
  #stop(outcome) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    write(this.#marks.learn, "Let it learn");
    this.#outcome = outcome;
    this.changed();
    if (outcome) this.say(outcome);
  }

  /**
   * Learn, and stop where learning ends.
   * @param {number} steps how many to take at most
   * @returns {boolean} whether it goes on
   */
  #advance(steps) {
    let outcome = "";
    this.#stepping = true;
    for (let i = 0; i < steps && !outcome; i++) outcome = this.#step();
    this.#stepping = false;
    this.told();
    if (outcome) this.#stop(outcome);
    return !outcome;
  }

  /** Take one step, and say what ends learning, if anything does. */
  #step() {
    const { next, loss } = this.readout;
    const taken = this.#path.length - 1;
    const outcome = ending(loss, taken);
    if (outcome) return outcome;
    this.#path.push(next);
    if (!isOnMap(next)) return `It has left the map at step ${taken + 1}`;
    this.change("wx", next[0]);
    this.change("wRec", next[1]);
    return "";
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const { map, fateMap, picture, stage } = this.#marks;
    const stacked = width < 320 || !(wide || this.compact);
    stage.parentElement?.classList.toggle("stacked", stacked);
    const left = 40;
    const size = Math.min(width - left - (stacked ? 14 : 158), this.compact ? 230 : 380);
    map.layout(left, 26, size);
    fateMap.layout(left, 26, size);
    const [right, bottom] = [left + size + 6, size + 66];
    set(picture, { width: right, height: bottom, viewBox: `0 0 ${right} ${bottom}` });
  }

  paint() {
    const { map, fateMap, all, stage, side, point, trail, picture, loss, steps, outcome } = this.#marks;
    const shown = this.readout;
    map.paint(WHOLE_VIEW);
    map.nameMinimum("right");
    const fates = shown.show === "fates";
    fateMap.paint(fates, "gradient descent", shown.rate, WHOLE_VIEW);
    stage.classList.toggle("show-fates", fates);
    side.classList.toggle("fated", fates);
    set(all, { "aria-pressed": String(fates) });
    write(all, fates ? "Back to the loss" : "Every start");
    point.show(map.X(shown.wRec), map.Y(shown.wx));
    const d = this.#path.map(([wx, wRec]) => `${map.X(wRec).toFixed(1)} ${map.Y(wx).toFixed(1)}`).join("L");
    for (const path of trail) set(path, { d: d && `M${d}` });
    write(loss, reading(shown.loss));
    write(steps, String(Math.max(this.#path.length - 1, 0)));
    write(outcome, this.#outcome && `${this.#outcome}.`);
    set(picture, { "aria-label": `A map of the ${shown.show} over wRec and wx, with the weights as a point: ${this.summary()}.` });
  }
}

define("rnn-learning", Learning);
