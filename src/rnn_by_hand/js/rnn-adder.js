// @ts-check
import { NUMBERS, STEPS } from "./adder-weights.js";
import { makeReadouts, slider } from "./lib/controls.js";
import { Explorable, define } from "./lib/explorable.js";
import { reading } from "./lib/format.js";
import { makeGrip } from "./lib/grip.js";
import { oneOf, real, whole } from "./lib/parameters.js";
import { arrow, disc, each, linear } from "./lib/shapes.js";
import { html, path, set, svg, symbol, write } from "./lib/svg.js";
import { BITS, COLUMNS, HIGHEST, pushedTo, readout, startOf, writtenAt } from "./numbers/adder.js";
/** @import { AdderReadout } from "./numbers/adder.js" */
/** @import { Scale } from "./lib/shapes.js" */

const ADDER_STYLE = `
.band { fill: var(--faint); fill-opacity: 0.55; }
.rule { stroke: var(--ink); stroke-width: 1.5; }
.chain { stroke: var(--wrec); stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; }
svg .carry { fill: var(--paper); stroke: var(--state); stroke-width: 1.5; }
svg .now { stroke: var(--state); stroke-width: 4; }
svg .due { stroke: var(--target); stroke-dasharray: 3 2.5; }
.slashes { stroke: var(--ink); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.cut { stroke: var(--target); stroke-dasharray: 5 4; }
.cloud { stroke: var(--state); stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round; }
.edge { stroke: var(--wrec); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
svg .rest { stroke: var(--state); stroke-width: 1.5; stroke-dasharray: 2.5 2.5; }
.push { stroke: var(--ink); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.beyond { stroke: var(--state); stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
svg .ball { fill: var(--state); stroke: var(--paper); stroke-width: 2; }
.total { stroke: var(--paper); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
svg .digit { font-size: 15px; }
svg .side { font-size: 12.5px; }
.strong { font-weight: 700; }
.slider input.value { width: 3em; }
.slider.step { --parts: 8; }
.slider.trained { --parts: ${STEPS.length - 1}; }
.readouts { max-width: none; align-items: end; }
.narrow .readouts { display: grid; grid-template-columns: repeat(3, auto); gap: 4px 8px; }
.narrow .readouts dt { font-size: 12px; }
.narrow .readouts dd { font-size: 15px; }
`;

/** What a key moves the ball by. */
const NUDGE = 0.05;

/** The digits 0 to 3 as strokes of a pen, so that all marks with one total are one path. */
const PEN = ["m-2.6 0a2.6 4.6 0 1 0 5.2 0a2.6 4.6 0 1 0 -5.2 0", "m-2 -2.6l2.3 -2v9.2",
  "m-2.6 -2.4a2.6 2.3 0 1 1 4.6 1.4l-4.6 5.6h5.2", "m-2.4 -4.6h4.8l-2.6 3.6a2.7 2.7 0 1 1 -2.6 4.2"];

/** Make the bits of both numbers, as on paper: the one that counts 1 is the last. */
function makeBits() {
  const rows = ["a", "b"].map((name) => {
    const buttons = each(1, BITS, () => html("button", { type: "button", class: "bit" }, html("span", {}, "0")));
    return { name, buttons, node: html("div", { role: "group", "aria-label": `bits of ${name}` }, ...buttons) };
  });
  const all = rows.flatMap(({ name, buttons }) =>
    buttons.map((button, i) => ({ name, button, i, k: BITS - i, row: buttons })));
  const tabStops = { a: 0, b: 0 };
  return {
    nodes: rows.map(({ node }) => node),
    /**
     * Flip a bit by a click or a key; with a finger or mouse that moves on, paint across bits. A
     * vertical swipe scrolls the page, and changes nothing.
     * @param {Explorable} explorable
     */
    listen(explorable) {
      const bit = (/** @type {string} */ name, /** @type {number} */ k) => explorable.setting[name] >> (k - 1) & 1;
      const put = (/** @type {string} */ name, /** @type {number} */ k, /** @type {number} */ value) => {
        const number = explorable.setting[name];
        explorable.change(name, number + (value - bit(name, k)) * 2 ** (k - 1));
        explorable.told();
      };
      /** @type {{target: EventTarget, value: number, before: {a: number, b: number}, moved: boolean} | undefined} */
      let brush;
      for (const one of all) {
        const { name, button, i, k, row } = one;
        button.addEventListener("click", (event) => {
          // A press that has painted ends in a click, unless it comes from a key.
          if (brush?.moved && event.detail) return;
          put(name, k, 1 - bit(name, k));
          explorable.say(`Bit ${k} of ${name} is ${bit(name, k)}`);
        });
        button.addEventListener("focus", () => {
          tabStops[/** @type {"a" | "b"} */ (name)] = i;
          explorable.changed();
        });
        button.addEventListener("keydown", ({ key }) => {
          const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: BITS - 1 }[key];
          if (to !== undefined) row[to]?.focus();
        });
        button.addEventListener("pointerdown", () => {
          const { a, b } = explorable.setting;
          brush = { target: button, value: 1 - bit(name, k), before: { a, b }, moved: false };
        });
        button.addEventListener("pointermove", ({ buttons, clientX, clientY }) => {
          if (!brush || !buttons) return;
          const under = explorable.shadowRoot?.elementFromPoint(clientX, clientY)?.closest(".bit");
          const reached = all.find((other) => other.button === under);
          if (!reached || (!brush.moved && under === brush.target)) return;
          const begun = all.find((other) => other.button === brush?.target);
          for (const other of brush.moved || !begun ? [reached] : [begun, reached]) {
            if (bit(other.name, other.k) !== brush.value) put(other.name, other.k, brush.value);
          }
          brush.moved = true;
        });
        button.addEventListener("pointerup", () => {
          if (brush?.moved) explorable.say("Painted");
        });
        button.addEventListener("pointercancel", () => {
          if (!brush?.moved) return;
          for (const [number, before] of Object.entries(brush.before)) explorable.change(number, before);
          explorable.told();
          brush = undefined;
        });
      }
    },
    /**
     * @param {Scale} X the middle of a column
     * @param {number} cell the width of a column
     * @param {number[]} tops the middle of each row
     * @param {number} square the side of a bit
     */
    layout(X, cell, tops, square) {
      all.forEach(({ name, button, k }) => {
        const y = tops[name === "a" ? 0 : 1];
        const high = Math.max(square + 2, 24);
        button.style.setProperty("--square", `${square}px`);
        Object.assign(button.style, {
          left: `${X(k) - cell / 2}px`, top: `${y - high / 2}px`, width: `${cell}px`, height: `${high}px`,
        });
      });
    },
    /** @param {{a: number, b: number}} numbers */
    show(numbers) {
      for (const { name, button, i, k } of all) {
        const which = /** @type {"a" | "b"} */ (name);
        const value = numbers[which] >> (k - 1) & 1;
        set(button, {
          "aria-pressed": String(value === 1),
          "aria-label": `bit ${k} of ${name}, ${value}`,
          tabindex: i === tabStops[which] ? 0 : -1,
        });
        write(button.firstElementChild, String(value));
      }
    },
  };
}

/** Make the column addition. */
function makePaper() {
  const word = (/** @type {string} */ text, look = "quiet") =>
    svg("text", { class: look, "text-anchor": "end" }, text);
  const digit = (/** @type {string} */ look) => svg("text", { class: `digit ${look}`, "text-anchor": "middle" });
  return {
    band: svg("rect", { class: "band", rx: 4 }),
    chain: path("chain"),
    carries: path("carry"),
    now: path("now"),
    rule: path("rule"),
    due: path("due"),
    slashes: path("slashes"),
    carryDigits: each(0, COLUMNS, () => digit("state")),
    sumDigits: each(1, COLUMNS, () => digit("ink strong")),
    dueDigits: each(1, COLUMNS, () => digit("target")),
    words: [word("carry", "state"), word("a", "symbol x"), word("b", "symbol x"), word("sum", "ink"), word("true", "target")],
    ks: each(1, COLUMNS, (k) => svg("text", { class: "quiet", "text-anchor": "middle" }, `${k}`)),
  };
}

/** Make the plane of the states. */
function makePlane() {
  const word = (/** @type {string} */ text, /** @type {string} */ anchor, look = "quiet") =>
    svg("text", { class: look, "text-anchor": anchor }, text);
  return {
    cuts: path("cut"),
    cloud: PEN.map(() => path("cloud")),
    edge: path("edge"),
    rest: path("rest"),
    push: path("push"),
    beyond: path("beyond"),
    ball: svg("circle", { class: "ball", r: 10 }),
    total: path("total"),
    sides: [word("no carry", "end", "target"), word("carry", "start", "target"),
      word("writes 1", "middle", "target side"), word("writes 0", "middle", "target side")],
    ticksAcross: ["−1", "0", "1"].map((text) => word(text, "middle")),
    ticksUp: ["−1", "0", "1"].map((text) => word(text, "end")),
    unit: svg("text", { class: "state", "text-anchor": "middle" }, "unit 1 of the state"),
    output: svg("text", { class: "ink" }, "output ", svg("tspan", { class: "symbol" }, "Y")),
  };
}

function makeAdder() {
  const paper = makePaper();
  const plane = makePlane();
  const picture = svg("svg", { role: "img" }, ...Object.values(paper).flat(), ...Object.values(plane).flat());
  const bits = makeBits();
  const column = makeGrip("column that is read");
  const ball = makeGrip("ball, the state after this column", "state");
  const stage = html("div", { class: "stage" }, picture, ...bits.nodes, column.node, ball.node);
  return { ...paper, ...plane, picture, bits, grips: { column, ball }, stage };
}

/**
 * A trained network adds two numbers, column by column from the right. Its state is a ball among
 * the states of other sums; the reader can push it, and the network reads on from there.
 */
class Adder extends Explorable {
  static parameters = {
    a: whole(0, 2 ** BITS - 1, 188),
    b: whole(0, 2 ** BITS - 1, 132),
    step: whole(1, COLUMNS, 3),
    pushed: whole(0, COLUMNS, 0),
    across: real(-1, 1, 0),
    up: real(-HIGHEST, HIGHEST, 0),
    trained: oneOf(STEPS),
  };

  #marks;
  #readouts;
  #names;
  #plot = { cell: 0, disc: 0, square: 0, rows: /** @type {number[]} */ ([]), X: linear(0, 1, 0, 1) };
  #plane = { X: linear(-1, 1, 0, 1), Y: linear(-1, 1, 0, 1), top: 0, bottom: 0 };
  /** The training and the place of the cloud that is drawn. */
  #drawn = "";

  constructor() {
    const marks = makeAdder();
    const names = { index: html("sub"), addends: html("span") };
    const readouts = makeReadouts(
      ["unit 1"], ["output ", symbol("Y", "ink", names.index)], ["wrong digits"],
      ["sum written"], [names.addends], [`right of ${NUMBERS[0].length} sums`]);
    const back = html("button", { type: "button" }, "Undo the push");
    super(ADDER_STYLE, [marks.stage, readouts.node], [
      slider("step", "column", { min: 1, max: COLUMNS, step: 1 }),
      slider("trained", "steps", {
        min: 0, max: STEPS.length - 1, step: 1,
        at: (position) => STEPS[position], where: (steps) => STEPS.indexOf(steps),
      }),
    ], [back]);
    this.#marks = marks;
    this.#readouts = readouts;
    this.#names = names;
    back.addEventListener("click", () => {
      this.change("pushed", 0);
      this.told("The ball is back");
    });
    marks.bits.listen(this);
    this.#listenToGrips();
  }

  /**
   * Every number shown, unrounded.
   * @returns {AdderReadout}
   */
  get readout() {
    return readout(super.readout);
  }

  summary() {
    const { a, b, sum, true_sum, wrong } = this.readout;
    return `the network writes ${a} + ${b} = ${sum}, the sum is ${true_sum}, ${wrong} wrong ${wrong === 1 ? "digit" : "digits"}`;
  }

  #listenToGrips() {
    const { column, ball } = this.#marks.grips;
    const to = (/** @type {number} */ step) => {
      this.change("step", Math.min(Math.max(step, 1), COLUMNS));
      this.told();
    };
    column.listen({
      move: ({ x }) => to(Math.round(1 + (this.#plot.X(1) - x) / this.#plot.cell)),
      // The columns are counted from the right.
      nudge: (right, up) => to(this.setting.step + Math.sign(up - right)),
      release: () => this.say(`step is ${this.setting.step}`),
    });
    ball.listen({
      move: ({ x, y, fine }) => {
        const { X, Y } = this.#plane;
        const [left, right] = [X(-1), X(1)];
        this.#push(linear(left, right, -1, 1)(x), linear(Y(-1), Y(1), -1, 1)(y), fine ? 3 : 2);
      },
      nudge: (right, up) => {
        const { S, outputs, step } = this.readout;
        this.#push(S[step][0] + NUDGE * right, outputs[step - 1] + NUDGE * up, 3);
      },
      release: () => this.say("Pushed"),
    });
  }

  /**
   * @param {number} across
   * @param {number} up
   * @param {number} places
   */
  #push(across, up, places) {
    this.change("pushed", this.setting.step);
    for (const [name, value] of Object.entries(pushedTo(across, up, places))) this.change(name, value);
    this.told();
  }

  /**
   * @param {number} width
   * @param {boolean} wide
   */
  layout(width, wide) {
    const left = wide ? 46 : 38;
    const cell = wide ? Math.min(Math.floor((width * 0.56 - left) / (COLUMNS + 1)), 38) : (width - left) / (COLUMNS + 1);
    const pitch = wide ? 45 : 30;
    const first = wide ? 20 : 14;
    const rows = [0, 1, 2, 3.25, 4.2, 5.1].map((row) => first + row * pitch);
    const square = wide ? 26 : 22;
    const right = left + cell * (COLUMNS + 1);
    const X = (/** @type {number} */ k) => right - cell * (k - 0.5);
    this.#plot = { cell, square, rows, disc: Math.min(wide ? 11.5 : 10, cell * 0.37), X };
    const foot = rows[5] + 12;
    const plane = wide
      ? { left: right + 58, right: width - 20, top: 28, bottom: foot }
      : { left: 42, right: width - 20, top: foot + 30, bottom: foot + 240 };
    const height = plane.bottom + 38;
    set(this.#marks.picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.#layoutPaper(X, left, right);
    this.#layoutPlane(plane);
    this.#drawn = "";
  }

  /**
   * @param {Scale} X
   * @param {number} left
   * @param {number} right
   */
  #layoutPaper(X, left, right) {
    const { bits, words, ks, carryDigits, sumDigits, dueDigits, carries, chain, rule, due } = this.#marks;
    const { cell, square, rows, disc: r } = this.#plot;
    const [carry, a, b, sum, should, foot] = rows;
    bits.layout(X, cell, [a, b], square);
    words.forEach((word, i) => set(word, { x: left - 6, y: rows[i] + 4.5 }));
    ks.forEach((k, i) => set(k, { x: X(i + 1), y: foot + 4.5 }));
    carryDigits.forEach((digit, i) => set(digit, { x: X(i + 1), y: carry + 5 }));
    sumDigits.forEach((digit, i) => set(digit, { x: X(i + 1), y: sum + 5 }));
    dueDigits.forEach((digit, i) => set(digit, { x: X(i + 1), y: should + 5 }));
    set(carries, { d: each(1, COLUMNS + 1, (k) => disc(X(k), carry, r)).join("") });
    set(chain, { d: each(1, COLUMNS, (k) => arrow(X(k), carry, X(k + 1), carry, r + 1.5)).join("") });
    set(rule, { d: `M${left} ${(b + sum) / 2}H${right}` });
    const half = square / 2;
    set(due, {
      d: each(1, COLUMNS, (k) => `M${X(k) - half} ${should - half}h${square}v${square}h${-square}z`).join(""),
    });
  }

  /** @param {{left: number, right: number, top: number, bottom: number}} plane */
  #layoutPlane({ left, right, top, bottom }) {
    const { cuts, sides, ticksAcross, ticksUp, unit, output } = this.#marks;
    const X = linear(-1, 1, left + 12, right - 12);
    const Y = linear(-HIGHEST, HIGHEST, bottom, top);
    this.#plane = { X, Y, top, bottom };
    set(cuts, { d: `M${X(0)} ${bottom + 4}V${top - 8}M${left - 4} ${Y(0)}H${right + 4}` });
    [X(0) - 8, X(0) + 8].forEach((x, i) => set(sides[i], { x, y: top - 2 }));
    [Y(HIGHEST / 2), Y(-HIGHEST / 2)].forEach((y, i) =>
      set(sides[i + 2], { transform: `translate(${right + 8} ${y}) rotate(90)` }));
    ticksAcross.forEach((tick, i) => set(tick, { x: X(i - 1), y: bottom + 17 }));
    ticksUp.forEach((tick, i) => set(tick, { x: left - 8, y: Y(i - 1) + 4.5 }));
    set(unit, { x: X(0), y: bottom + 33 });
    // Above "no carry", which may be as far left.
    set(output, { x: left - 26, y: top - 16 });
  }

  paint() {
    const shown = this.readout;
    this.#paintPaper(shown);
    this.#paintCloud(shown);
    this.#paintBall(shown);
    const { S, outputs, step, sum, true_sum, wrong, right, a, b } = shown;
    this.#marks.bits.show(shown);
    write(this.#names.index, String(step));
    write(this.#names.addends, `${a} + ${b}`);
    this.#readouts.show(reading(S[step][0]), reading(outputs[step - 1]),
      ...[wrong, sum, true_sum, right].map(String));
    const backwards = (/** @type {number[]} */ digits) => [...digits].reverse().join("");
    set(this.#marks.picture, {
      "aria-label": `${a} plus ${b} in binary; the network writes ${backwards(shown.digits)}, and `
        + `${backwards(shown.true_digits)} is right. After column ${step} from the right, unit 1 of the `
        + `state is ${reading(S[step][0])} and the output ${reading(outputs[step - 1])}.`,
    });
  }

  /** @param {AdderReadout} shown */
  #paintPaper({ step, carry, true_carry, digits, true_digits }) {
    const { band, now, carryDigits, sumDigits, dueDigits, slashes, ks, grips } = this.#marks;
    const { cell, rows, disc: r, square, X } = this.#plot;
    const [top, , , sum, , foot] = rows;
    const x = X(step);
    set(band, { x: x - cell / 2 + 1, y: rows[1] - square / 2 - 5, width: cell - 2, height: foot + 11 - rows[1] + square / 2 + 5 });
    set(now, { d: disc(X(step + 1), top, r) });
    carryDigits.forEach((text, k) => write(text, String(carry[k])));
    digits.forEach((digit, i) => {
      write(sumDigits[i], String(digit));
      write(dueDigits[i], String(true_digits[i]));
      set(ks[i], { class: i + 1 === step ? "ink strong" : "quiet" });
    });
    const slash = (/** @type {number} */ k, /** @type {number} */ y, /** @type {number} */ size) =>
      `M${X(k) - size} ${y + size}l${2 * size} ${-2 * size}`;
    const half = square / 2;
    const box = `v${square}h${-square}v${-square}h${square}`;
    set(slashes, {
      d: carry.map((bit, k) => (bit === true_carry[k] ? "" : slash(k + 1, top, r - 1))).join("")
        + digits.map((bit, i) => (bit === true_digits[i] ? "" : slash(i + 1, sum, half) + box)).join(""),
    });
    grips.column.show(x, foot, `${step}`, step, [1, COLUMNS]);
  }

  /** @param {AdderReadout} shown */
  #paintCloud({ trained, cloud_across, cloud_up }) {
    const { X, Y, top } = this.#plane;
    const drawn = [trained, X(1), top].join();
    // Thirty sums are a long path, and they change only with the training.
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const places = cloud_across.map((across, i) => [X(across), Y(cloud_up[i])]);
    this.#marks.cloud.forEach((mark, total) => {
      const written = writtenAt(places, total);
      set(mark, { d: written.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}${PEN[total]}`).join("") });
    });
  }

  /**
   * Draw the ball, the way it came, and where it would be if nobody had pushed it.
   * @param {AdderReadout} shown
   */
  #paintBall({ S, outputs, step, pushed, unpushed, trained, true_carry, true_digits }) {
    const { edge, rest, push, beyond, ball, total, grips } = this.#marks;
    const { X, Y, top, bottom } = this.#plane;
    const place = (/** @type {number} */ across, /** @type {number} */ up) =>
      [X(across), Math.min(Math.max(Y(up), top), bottom)];
    const [x0, y0] = place(S[step - 1][0], step > 1 ? outputs[step - 2] : startOf(trained));
    const [x, y] = place(S[step][0], outputs[step - 1]);
    const [xRest, yRest] = place(unpushed[0], unpushed[1]);
    const away = Math.hypot(xRest - x, yRest - y);
    // Where it is pushed, the hand took it there, and not the network.
    const byHand = step === pushed;
    set(edge, { d: !byHand && Math.hypot(x - x0, y - y0) > 34 ? arrow(x0, y0, x, y, 12) : "" });
    set(rest, { d: pushed && away > 3 ? disc(xRest, yRest, 9) : "" });
    set(push, { d: byHand && away > 34 ? arrow(xRest, yRest, x, y, 12) : "" });
    const out = Math.abs(outputs[step - 1]) > HIGHEST * 1.001;
    const side = outputs[step - 1] > 0 ? -1 : 1;
    set(beyond, { d: out ? `M${x - 6} ${y + 13 * side}l6 ${6 * side}l6 ${-6 * side}` : "" });
    set(ball, { cx: x, cy: y });
    set(total, { d: `M${x} ${y}${PEN[2 * true_carry[step] + true_digits[step - 1]]}` });
    grips.ball.show(x, y, `unit 1 ${reading(S[step][0])}, output ${reading(outputs[step - 1])}`, S[step][0], [-1, 1]);
  }
}

define("rnn-adder", Adder);
