// @ts-check
import { LIMIT } from "./parameters.js";
import { html, placeIn, set } from "./svg.js";

/* What the reader can take hold of in a picture, with a mouse, a finger or the keyboard. */

export const GRIP_STYLE = `
.grip {
  position: absolute; left: 0; top: 0; width: 44px; height: 44px; margin: -22px; border-radius: 50%;
  cursor: grab; touch-action: none; user-select: none; -webkit-user-select: none;
}
.grip::before {
  content: ""; position: absolute; inset: 11px; border-radius: 50%; border: 1.5px solid currentColor;
  box-shadow: 0 0 0 1px var(--paper), inset 0 0 0 1px var(--paper);
}
.grip:hover::before, .grip.held::before { border-width: 2.5px; inset: 10px; }
.grip.held { cursor: grabbing; }
.grip:focus-visible { outline: 2px solid var(--ink); outline-offset: -9px; }
`;

/** How far each key moves what is held: to the right and up. */
const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
});

/**
 * @typedef {object} Reader what to do when the reader moves a grip
 * @property {() => void} [grab] a drag begins
 * @property {(place: {x: number, y: number, fine: boolean}) => void} move where the mark should be
 *   now, in pixels of the stage; `fine` while Shift is held
 * @property {(right: number, up: number) => void} nudge by a key: one step, a tenth of one with
 *   Shift, ten with the page keys
 * @property {() => void} release after a drag and after each key
 */

/**
 * An area around a mark by which the reader takes it. It draws nothing but a ring, and an outline
 * with the keyboard; the mark is part of the picture.
 * @param {string} label what it is, for screen readers
 * @param {string} [look] the class of its colour
 */
export function makeGrip(label, look = "ink") {
  const node = html("div", { class: `grip ${look}`, role: "slider", tabindex: 0, "aria-label": label });
  /** The offset from the pointer to the mark, so that grabbing its edge does not move it. */
  let offset = [0, 0];
  /** The pointer that holds it: another finger does not take it away. */
  let holder = /** @type {number | undefined} */ (undefined);
  /** @param {PointerEvent} event */
  const placeOf = ({ clientX, clientY, shiftKey }) => {
    const stage = /** @type {Element} */ (node.offsetParent ?? node.parentElement);
    return { ...placeIn(stage, { clientX: clientX + offset[0], clientY: clientY + offset[1] }), fine: shiftKey };
  };
  return {
    node,
    /** @param {Reader} reader */
    listen({ grab, move, nudge, release }) {
      const letGo = (/** @type {PointerEvent} */ { pointerId }) => {
        if (pointerId !== holder) return;
        holder = undefined;
        if (node.hasPointerCapture(pointerId)) node.releasePointerCapture(pointerId);
        node.classList.remove("held");
        release();
      };
      node.addEventListener("pointerdown", (event) => {
        if (event.button || (holder !== undefined && node.hasPointerCapture(holder))) return;
        const { left, top, width, height } = node.getBoundingClientRect();
        offset = [left + width / 2 - event.clientX, top + height / 2 - event.clientY];
        node.setPointerCapture(event.pointerId);
        holder = event.pointerId;
        node.classList.add("held");
        grab?.();
      });
      node.addEventListener("pointermove", (event) => {
        if (event.pointerId !== holder) return;
        // A menu may have swallowed the end of the drag, or the explorable was taken off the page.
        if (event.buttons && node.hasPointerCapture(holder)) move(placeOf(event));
        else letGo(event);
      });
      node.addEventListener("lostpointercapture", letGo);
      node.addEventListener("keydown", (event) => {
        const step = KEYS[event.key];
        if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        const size = event.shiftKey ? 0.1 : 1;
        nudge(step[0] * size, step[1] * size);
        release();
      });
    },
    /**
     * @param {number} x in pixels of the stage
     * @param {number} y
     * @param {string} text the value, for screen readers
     * @param {number} value the same as a number, or one of them
     * @param {number[]} [limits] between which the number lies; those of a weight by default
     */
    show(x, y, text, value, [low, high] = [-LIMIT, LIMIT]) {
      // Unlike left and top, a transform lays nothing out again.
      node.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      set(node, {
        "aria-valuetext": text,
        "aria-valuenow": Number(value.toFixed(6)), // never in powers of ten
        "aria-valuemin": low,
        "aria-valuemax": high,
      });
    },
  };
}
