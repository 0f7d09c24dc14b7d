// @ts-check
import { Explorable } from "./explorable.js";
import { written } from "./parameters.js";
import { html, write } from "./svg.js";

/* An explorable that plays: a button moves one parameter on and on, until anything else changes. */

/** Where motion is not wanted, each press of the button is a step. */
export const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The buttons of a playback: a step back, play, and a step on.
 * @param {string} step what it goes through
 */
export function makePlayer(step) {
  const button = (/** @type {string} */ text, /** @type {Record<string, string>} */ attributes) =>
    html("button", { type: "button", ...attributes }, text);
  return [
    button("←", { "aria-label": `one ${step} back` }),
    button("Play", { class: "play" }),
    button("→", { "aria-label": `one ${step} on` }),
  ];
}

export class Played extends Explorable {
  #timer = 0;
  #ticking = false;
  #button = /** @type {HTMLElement | undefined} */ (undefined);

  /**
   * @param {HTMLElement} button which starts the playback, and stops it
   * @param {() => void} start
   */
  playsWith(button, start) {
    this.#button = button;
    button.addEventListener("click", () => (this.#timer ? this.stop() : start()));
  }

  get playing() {
    return this.#timer > 0;
  }

  /** What the button says while nothing plays. */
  get idle() {
    return "Play";
  }

  /**
   * @param {() => void} tick
   * @param {number} pace in milliseconds
   */
  play(tick, pace) {
    this.#timer = setInterval(tick, pace);
    if (this.#button) write(this.#button, "Pause");
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    if (this.#button) write(this.#button, this.idle);
  }

  /**
   * Move the parameter on, and stop at its last value.
   * @param {string} name
   * @param {number} value
   * @param {number} last
   */
  tick(name, value, last) {
    this.#ticking = true;
    this.change(name, value);
    this.told();
    this.#ticking = false;
    if (value < last) return;
    this.stop();
    this.say("At the end");
  }

  /**
   * Stop the playback as soon as anything else changes the setting.
   * @param {string} name
   * @param {unknown} value
   */
  change(name, value) {
    const before = written(this.setting[name]);
    super.change(name, value);
    if (!this.#ticking && written(this.setting[name]) !== before) this.stop();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }
}
