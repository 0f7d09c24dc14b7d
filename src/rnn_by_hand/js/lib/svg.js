// @ts-check

/* Elements of a page, and the shapes and scales of a figure. */

/** @typedef {(value: number) => number} Scale */

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
 * @param {number} low
 * @param {number} high
 * @param {number} first where `low` is drawn
 * @param {number} last where `high` is drawn
 * @returns {Scale}
 */
export function linear(low, high, first, last) {
  return (value) => first + ((last - first) * (value - low)) / (high - low);
}

/**
 * An axis that covers `low` to `high` in steps of 1, 2 or 5 times a power of ten, at most one
 * more than `most`. Its ends are ticks, so it does not change until a value passes one of them.
 * @param {number} low
 * @param {number} high
 * @param {number} [most]
 * @returns {number[]} the ticks in increasing order
 */
export function axis(low, high, most = 5) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return each(Math.floor(low / step), Math.ceil(high / step), (tick) => tick * step);
}

/**
 * The path of an arrow that stops short of both points, so that it does not touch their marks.
 * It is a path because an SVG marker does not inherit the colour of its line.
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
 * The path of a disc, since many discs in one path are laid out and painted together.
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function disc(x, y, r) {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
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
