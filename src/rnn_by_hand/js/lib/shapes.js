// @ts-check

/* The shapes and scales of a figure. */

/** @typedef {(value: number) => number} Scale */

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
