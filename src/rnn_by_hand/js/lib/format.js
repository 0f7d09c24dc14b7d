// @ts-check

/* How numbers are written. */

const DIGITS = "-0123456789";
const SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A number for readers: four significant digits, a true minus sign, no trailing zeros.
 * @param {number} value
 * @returns {string}
 */
export function number(value) {
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
export function superscript(exponent) {
  return [...String(exponent)].map((c) => SUPERSCRIPTS[DIGITS.indexOf(c)]).join("");
}

/**
 * A weight as its slider shows it: always two decimals, so that the digits do not shift.
 * @param {number} value
 * @param {number} [places] the number of decimals, two by default
 */
export function decimals(value, places = 2) {
  const size = Math.abs(value).toFixed(places);
  return (value < 0 && Number(size) > 0 ? "−" : "") + size;
}

/**
 * A number as a factor in a product: in brackets if it is negative or has a power of ten.
 * @param {number} value
 * @param {(value: number) => string} [write]
 */
export function factor(value, write = number) {
  const text = write(value);
  return /[−×]/.test(text) ? `(${text})` : text;
}

/**
 * A number that changes under the reader's hand: always three decimals below 1000, so that its
 * digits keep their places.
 * @param {number} value
 */
export function reading(value) {
  return Math.abs(value) < 999.9995 ? decimals(value, 3) : number(value);
}

/**
 * A number of any size that changes under the reader's hand: always four digits.
 * @param {number} value
 */
export function significant(value) {
  const size = Math.abs(Number(value.toPrecision(4)));
  return size >= 1e-4 && size < 1e4 ? decimals(value, 3 - Math.floor(Math.log10(size))) : number(value);
}

/**
 * The number that a reader has typed, also with a decimal comma, a true minus sign or a power of
 * ten as `number` writes it; NaN if it is none.
 * @param {string} text
 */
export function typed(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".").replace(/\s/g, "")
    .replace(/(?:[×·]|^(-?))10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, sign, power) =>
      `${sign === undefined ? "" : `${sign}1`}e${[...power].map((c) => DIGITS[SUPERSCRIPTS.indexOf(c)]).join("")}`);
  return plain ? Number(plain) : Number.NaN;
}
