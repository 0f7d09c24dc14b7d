// @ts-check

/* How numbers are written. */

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
  return [...String(exponent)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
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
 */
export function factor(value) {
  const text = number(value);
  return /[−×]/.test(text) ? `(${text})` : text;
}
