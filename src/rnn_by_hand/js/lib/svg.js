// @ts-check
import { each } from "./shapes.js";

/* Elements of a page. */

/**
 * Set attributes, but only those that change: a browser repeats layout and painting for any
 * attribute that is set, even to the value it already had.
 * @param {Element} node
 * @param {Record<string, string | number>} attributes
 */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

/**
 * Write a text, unless it is already there.
 * @param {Element | null} node
 * @param {string} text
 */
export function write(node, text) {
  if (!node || node.textContent === text) return;
  const { firstChild, lastChild } = node;
  // Changing a text node is cheaper for the browser than replacing it.
  if (firstChild instanceof Text && firstChild === lastChild) firstChild.data = text;
  else node.textContent = text;
}

/**
 * Where a pointer is in an element, in pixels of the element: a page may enlarge it by CSS `zoom`.
 * @param {Element} node
 * @param {{clientX: number, clientY: number}} pointer
 */
export function placeIn(node, { clientX, clientY }) {
  const { left, top } = node.getBoundingClientRect();
  const zoom = node.currentCSSZoom ?? 1;
  return { x: (clientX - left) / zoom, y: (clientY - top) / zoom };
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
 * A mathematical letter, typeset as in the text of the book.
 * @param {string} letter
 * @param {string} colour a class of STYLE
 * @param {Node[]} index
 */
export function symbol(letter, colour, ...index) {
  return html("span", { class: `symbol ${colour}` }, letter, ...index);
}

/** @param {string} look CSS classes */
export function path(look) {
  return svg("path", { class: look });
}

/**
 * Draw the marks of steps `first` to `last` as one path.
 * @param {SVGPathElement} path
 * @param {number} first
 * @param {number} last
 * @param {(step: number) => string} draw
 * @param {number} [width] of the stroke
 */
export function drawAll(path, first, last, draw, width) {
  set(path, { d: each(first, last, draw).join("") });
  if (width !== undefined) path.style.strokeWidth = `${Math.max(width, 0)}px`;
}
