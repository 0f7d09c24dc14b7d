// @ts-check
import { N, surface } from "../dataset.js";

/*
 * The colours of a loss. Nine of them stand in palette.css, evenly spaced for the eye; between them
 * colours are mixed in OKLab, a space in which distances are what the eye sees:
 * https://bottosson.github.io/posts/oklab
 */

/** The logarithm of the loss at each colour of the scale. */
export const LEVELS = [-3, -1.5, 0, 0.5, 1, 1.5, 2, 3, 10];

/** The colours on a light page, for where palette.css is missing. */
export const LOSS_COLOURS = [
  "#101646", "#1d2f67", "#2f4a86", "#47679d", "#6584ad", "#87a1be", "#adbdc7", "#d9d6ca", "#fcf5e3",
];

/** How many shades of light and shadow a tone has, and how many tones there are. */
const SHADES = 36;
const TONES = 193;

/** How finely the logarithm of a loss is looked up. */
const FINE = 2048;

/** How much lighter a wall in full light is than a level place, and how much darker in shadow. */
const LIGHT = 0.085;

/** How steep a slope of one power of ten over the whole map looks. */
const RELIEF = 0.12;

/** How much darker, or in the dark lighter, a contour is than its surroundings. */
const CONTOUR = 0.08;

const LOWEST_LEVEL = LEVELS[0];
const LEVEL_RANGE = LEVELS[LEVELS.length - 1] - LOWEST_LEVEL;

/** The darkest and the lightest shade, with a contour upon it. */
const SHADOW = -LIGHT - CONTOUR;
const GLOW = LIGHT + CONTOUR;

/** The style that gives an element the colours of the scale as --loss-0 to --loss-8. */
export function scaleStyle() {
  return LOSS_COLOURS.map((colour, i) => `--loss-${i}: var(--rnn-loss-${i}, ${colour});`).join(" ");
}

/**
 * Where a loss lies on the scale: 0 at its first colour, 8 at its last.
 * @param {number} level the logarithm of the loss
 */
function placeOf(level) {
  const i = LEVELS.findIndex((next) => level < next);
  if (i < 1) return i < 0 ? LEVELS.length - 1 : 0;
  return i - 1 + (level - LEVELS[i - 1]) / (LEVELS[i] - LEVELS[i - 1]);
}

/**
 * The colour of a loss, for a style; it follows the theme.
 * @param {number} level the logarithm of the loss
 */
export function toneOf(level) {
  const place = placeOf(level);
  const i = Math.min(Math.floor(place), LEVELS.length - 2);
  return `color-mix(in oklab, var(--loss-${i}), var(--loss-${i + 1}) ${Math.round(100 * (place - i))}%)`;
}

/** @param {number} part of a colour, from 0 to 255 */
function toLinear(part) {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** The part of a colour for each amount of light, in steps of which the darkest part has several. */
const PARTS = Uint8Array.from({ length: 8193 }, (_, i) => {
  const light = i / 8192;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

/** @param {number} light */
function fromLinear(light) {
  return PARTS[Math.round(8192 * Math.min(Math.max(light, 0), 1))];
}

/**
 * A colour in OKLab.
 * @param {string} hex such as "#101646"
 */
export function toLab(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => toLinear(Number.parseInt(hex.slice(at, at + 2), 16)));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * A colour of OKLab as a pixel of an image.
 * @param {number} L
 * @param {number} a
 * @param {number} b
 */
export function toPixel(L, a, b) {
  const cube = (/** @type {number} */ root) => root * root * root;
  const l = cube(L + 0.3963377774 * a + 0.2158037573 * b);
  const m = cube(L - 0.1055613458 * a - 0.0638541728 * b);
  const s = cube(L - 0.0894841775 * a - 1.291485548 * b);
  const red = fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * A colour between two colours of OKLab.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share
 */
export function between(from, to, share) {
  return from.map((part, i) => part + share * (to[i] - part));
}

/** The tone of a loss, by its logarithm in steps from the lowest level to the highest. */
const TONE_AT = Uint8Array.from({ length: FINE + 1 }, (_, i) =>
  Math.round((placeOf(LOWEST_LEVEL + (i * LEVEL_RANGE) / FINE) * (TONES - 1)) / (LEVELS.length - 1)));

/** @type {Map<string, {pixels: Uint32Array, dark: boolean}>} */
const mixed = new Map();

/**
 * The pixel of every tone in every shade, the same for all maps of a theme.
 * @param {CSSStyleDeclaration} style
 */
function mixTones(style) {
  const names = LOSS_COLOURS.map((colour, i) => style.getPropertyValue(`--loss-${i}`).trim() || colour);
  const known = mixed.get(names.join());
  if (known) return known;
  const labs = names.map(toLab);
  const pixels = new Uint32Array(TONES * SHADES);
  for (let tone = 0; tone < TONES; tone++) {
    const place = (tone * (labs.length - 1)) / (TONES - 1);
    const i = Math.min(Math.floor(place), labs.length - 2);
    const [L, a, b] = between(labs[i], labs[i + 1], place - i);
    for (let shade = 0; shade < SHADES; shade++) {
      pixels[tone * SHADES + shade] = toPixel(L + SHADOW + (shade * (GLOW - SHADOW)) / (SHADES - 1), a, b);
    }
  }
  const made = { pixels, dark: labs[0][0] > labs[labs.length - 1][0] };
  mixed.set(names.join(), made);
  return made;
}

/**
 * Draw the loss in colour, with contours at powers of ten and light from the upper left: the
 * polynomials are evaluated once for each column, and what the eye sees as slope is the difference
 * of the logarithms between neighbouring pixels. Yields after each row, so that the page may do
 * something else in between.
 * @param {ImageData} image a square
 * @param {number[]} view the limits of wRec, followed by those of wx
 * @param {CSSStyleDeclaration} style with the colours
 */
export const drawLandscape = function* (image, view, style) {
  const { pixels: tones, dark } = mixTones(style);
  const side = image.width;
  const wide = side + 2;
  const at = (/** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) =>
    from + ((i - 0.5) * (to - from)) / side;
  const [A, B] = [surface.A, surface.B].map((p) =>
    Float64Array.from({ length: wide }, (_, i) => p(at(i, view[0], view[1])) / N));
  const C = surface.C / N;
  // Three rows of heights are enough at a time.
  let [above, here, below] = [0, 1, 2].map(() => new Float64Array(wide));
  /** @type {(row: Float64Array, j: number) => void} */
  const measure = (row, j) => {
    const wx = at(j, view[3], view[2]);
    // Below the lowest level all is one tone; rounding can even make a loss near 0 negative.
    for (let i = 0; i < wide; i++) row[i] = Math.log(Math.max((wx * A[i] - 2 * B[i]) * wx + C, 5e-4)) * Math.LOG10E;
  };
  const pixels = new Uint32Array(image.data.buffer);
  const [toTone, toShade] = [FINE / LEVEL_RANGE, (SHADES - 1) / (GLOW - SHADOW)];
  const steep = RELIEF * side;
  const ring = dark ? CONTOUR : -CONTOUR;
  measure(above, 0);
  measure(here, 1);
  for (let j = 0; j < side; j++) {
    measure(below, j + 2);
    for (let i = 0; i < side; i++) {
      const z = here[i + 1];
      const across = (here[i + 2] - here[i]) / 2;
      const up = (above[i + 1] - below[i + 1]) / 2;
      const slope = Math.sqrt(across * across + up * up);
      let light = (LIGHT * Math.SQRT1_2 * steep * (across - up)) / Math.sqrt(1 + steep * steep * slope * slope);
      // A contour is as wide as a pixel, and fades where the next one is close.
      const away = Math.abs(z - Math.round(z));
      if (away < slope && slope < 0.3) light += ring * (1 - away / slope) * Math.min(1, 1.6 - slope * 6);
      const tone = TONE_AT[Math.min(Math.max(Math.round((z - LOWEST_LEVEL) * toTone), 0), FINE)];
      const shade = Math.min(Math.max(Math.round((light - SHADOW) * toShade), 0), SHADES - 1);
      pixels[j * side + i] = tones[tone * SHADES + shade];
    }
    [above, here, below] = [here, below, above];
    yield;
  }
};
