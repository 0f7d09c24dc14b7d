/*
 * Asks the scripts of a folder, without a page, what Python has recorded:
 *
 *     node check.mjs FOLDER RECORDS MODULE…
 *
 * RECORDS holds a file for each module: a list of cases, each a function, its arguments and what it
 * gives. Ends with 1 at the first that differs, and says which.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

const [folder, records, ...modules] = process.argv.slice(2);

/**
 * Numbers agree if they differ by less than this part of the larger, or by less than TINY of the
 * largest in their list, whose rounding they share; places in a picture also if by less than SMALL.
 */
const CLOSE = 1e-10;
const TINY = 1e-14;
const SMALL = 1e-10;

const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|-?Infinity|NaN/g;

/** What JSON has no words for: see `recorded.py`. */
function revived(value, scope) {
  if (Array.isArray(value)) return value.map((one) => revived(one, scope));
  if (value === null || typeof value !== "object") return value;
  if ("$scale" in value) return (x) => value.$scale[0] + value.$scale[1] * x;
  if ("$place" in value) return (pair) => value.$place.map(([first, per], i) => first + per * pair[i]);
  if ("$tenths" in value) return (x) => (value.$tenths[0] + value.$tenths[1] * x).toFixed(1);
  if ("$function" in value) return scope[value.$function];
  if ("$call" in value) return scope[value.$call[0]](...revived(value.$call[1], scope));
  if ("$number" in value) return Number(value.$number);
  if ("$undefined" in value && scope) return undefined;
  if ("$codes" in value) return Uint16Array.from(value.$codes);
  if ("$path" in value || "$undefined" in value || "$near" in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revived(one, scope)]));
}

function areClose(a, b, small = 0) {
  if (Object.is(a, b) || a === b) return true;
  const apart = Math.abs(a - b);
  return Number.isFinite(apart) && apart <= Math.max(small, CLOSE * Math.max(Math.abs(a), Math.abs(b)));
}

/** Where what a function gives differs from what it should; undefined if nowhere. */
function difference(given, wanted, at = "", small = 0) {
  const say = () => `${at || "it"} is ${JSON.stringify(given)}, not ${JSON.stringify(wanted)}`;
  if (typeof wanted === "number") return typeof given === "number" && areClose(given, wanted, small) ? undefined : say();
  if (wanted === null || typeof wanted !== "object") return given === wanted ? undefined : say();
  if ("$undefined" in wanted) return given === undefined ? undefined : say();
  if ("$path" in wanted) {
    const [words, others] = [given, wanted.$path].map((path) => String(path).replaceAll(NUMBER, "#"));
    if (words !== others) return say();
    const [numbers, right] = [given, wanted.$path].map((path) => (path.match(NUMBER) ?? []).map(Number));
    return numbers.every((number, i) => areClose(number, right[i], SMALL)) ? undefined : say();
  }
  if ("$near" in wanted) {
    const [values, by] = wanted.$near;
    return values.length === given.length && values.every((value, i) => Math.abs(value - given[i]) <= by)
      ? undefined : say();
  }
  if (given === null || typeof given !== "object") return say();
  const [names, others] = [given, wanted].map((one) => Object.keys(one).sort());
  if (!isDeepStrictEqual(names, others)) return `${at || "it"} has ${names}, not ${others}`;
  const numbers = Array.isArray(wanted) ? wanted.filter(Number.isFinite) : [];
  const share = TINY * Math.max(0, ...numbers.map(Math.abs));
  for (const name of others) {
    const found = difference(given[name], wanted[name], at ? `${at}.${name}` : name, share);
    if (found) return found;
  }
  return undefined;
}

/** A part of something by its name; "*" is all that a generator yields, "rows" what of it is something. */
function part(value, name) {
  if (name === "*") return [...value];
  return name === "rows" ? [...value].filter(Boolean) : value[name];
}

/** What needs something of a page, with as much of it as that is. */
const MORE = {
  "lib/loss-colours.js": ({ drawLandscape }) => ({
    landscape(side, view, colours) {
      const image = { width: side, data: new Uint8ClampedArray(4 * side * side) };
      const style = { getPropertyValue: (name) => colours[name] ?? "" };
      const rows = [...drawLandscape(image, view, style)];
      return { rows: rows.length, pixels: [...image.data] };
    },
  }),
  "lib/fates.js": ({ sweep }) => ({
    /** Some rows of a sweep, by their grids, and how often it stops. */
    rowsOf(request, wanted) {
      const all = [...sweep(request)];
      return { stops: all.length, rows: wanted.map(([n, row]) => all.find((one) => one?.n === n && one.row === row)) };
    },
  }),
  "numbers/gates.js": ({ dragged }) => ({
    /** A drag through several places. */
    dragOn: (drag, places) => places.map(([place, value, fine]) => dragged(drag, place, value, fine)),
  }),
  "lib/optimizers.js": ({ OPTIMIZERS, here }) => ({
    /** What one step leaves behind of the loss from which it was taken. */
    seen(name, rate, wx, wRec) {
      OPTIMIZERS[name](rate)({ wx, wRec });
      return { loss: here.loss, wx: here.wx, wRec: here.wRec };
    },
  }),
};

for (const module of modules) {
  const exported = await import(pathToFileURL(join(folder, module)).href);
  const scope = { ...exported, ...MORE[module]?.(exported) };
  const cases = JSON.parse(readFileSync(join(records, `${module.replaceAll("/", "_")}on`), "utf8"));
  for (const { call, arguments: given, gives } of cases) {
    // A text among the arguments asks for a part of what has come out so far.
    let value = scope[call];
    for (const list of revived(given, scope)) value = Array.isArray(list) ? value(...list) : part(value, list);
    const found = difference(value, revived(gives));
    if (found) {
      console.log(`${module}: ${call} of ${JSON.stringify(given)}: ${found}`);
      process.exit(1);
    }
  }
}
