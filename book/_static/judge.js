// @ts-check

/*
 * Reads and judges the numbers typed for a pencil exercise. `Pencil` in exercises/__init__.py writes
 * the rules into the page and is the judge of record: tests/helper/test_pencil.py compares the two.
 */

/** @typedef {null | number | [low: number, high: number]} Entry */
/**
 * @typedef {object} Rules
 * @property {string} question
 * @property {string[]} fields
 * @property {Entry[][]} patterns the right answer, and then the slips
 * @property {string[]} words what to say to each pattern
 * @property {string[]} otherwise what to say to each field if no pattern fits
 * @property {number} rtol
 */
/** @typedef {{ right: boolean, why: string }} Verdict */

/**
 * @param {Rules} rules
 * @param {number[]} given
 * @returns {Verdict}
 */
export function judge({ patterns, words, otherwise, rtol }, given) {
  /** @param {Entry} entry @param {number} i */
  const fits = (entry, i) => {
    if (entry === null) return true;
    if (Array.isArray(entry)) return entry[0] < given[i] && given[i] < entry[1];
    return Math.abs(given[i] - entry) <= rtol * Math.abs(entry);
  };
  const found = patterns.findIndex((pattern) => pattern.every(fits));
  if (found !== -1) return { right: found === 0, why: words[found] };
  const wrong = patterns[0].findIndex((entry, i) => !fits(entry, i));
  return { right: false, why: otherwise[wrong] };
}

/**
 * A verdict as Python prints it.
 * @param {Verdict} verdict
 */
export function sentence({ right, why }) {
  return `${right ? "Right" : "Not yet"}: ${why}`;
}

/**
 * A number as people type or copy it: 0.5, .5, 0,5, −2, 1/3, 12 000, 2e-5 or 2 × 10⁻⁵.
 * @param {string} text
 * @returns {number | null} null if it is none, or can be read in two ways
 */
export function read(text) {
  const plain = text
    .trim()
    .replace(/\s*[×·*x]\s*10(?:\s*\^\s*|(?=[⁺⁻⁰¹²³⁴-⁹]))/, "e")
    .normalize("NFKC") // makes a digit of a superscript, 1⁄2 of ½, and a space of every other space
    .replace(/[−–‐]/g, "-")
    .replace(/(?<=\d) (?=\d{3}(?!\d))/g, "")
    .replace(/ ?[/⁄] ?/, "/")
    .replace(/^([+-]) /, "$1");
  if (ways(text)) return null;
  const parts = plain.replace(/^([+-]?\d*),(\d+)$/, "$1.$2").split("/");
  const [over, under = 1] = parts.map((part) => (DECIMAL.test(part) ? Number(part) : Number.NaN));
  const value = over / under;
  return parts.length > 2 || under === 0 || Number.isNaN(value) ? null : value;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Both readings of 1,234, which is a thousand in one country and a little more than 1 in another.
 * @param {string} text
 * @returns {[string, string] | null}
 */
export function ways(text) {
  const [, whole, rest] = /^\s*([+−–-]?[1-9]\d{0,2}),(\d{3})\s*$/.exec(text) ?? [];
  return rest ? [whole + rest, `${whole}.${rest}`] : null;
}
