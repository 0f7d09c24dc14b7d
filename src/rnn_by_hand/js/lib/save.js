// @ts-check
import { publishedAddress, sharedAddress } from "./site.js";
import { html, set, svg } from "./svg.js";

/*
 * A figure as a file of its own, SVG or PNG: what an explorable shows, or a static figure, in the
 * colours that it has on the screen, with a line that says where it is from. The file needs neither
 * the variables nor the style sheets of the page. Loaded only when a reader saves something.
 */

/** What an element inherits from the one around it, and what it does not; with their initial values. */
const INHERITED = /** @type {Record<string, string>} */ ({
  // Opacities first, because a transparent colour changes them.
  "fill-opacity": "1", fill: "rgb(0, 0, 0)", "fill-rule": "nonzero",
  "stroke-opacity": "1", stroke: "none", "stroke-width": "1px", "stroke-dasharray": "none", "stroke-dashoffset": "0px",
  "stroke-linecap": "butt", "stroke-linejoin": "miter", "stroke-miterlimit": "4",
  "font-family": "", "font-size": "", "font-style": "normal", "font-weight": "400", "text-anchor": "start",
  "paint-order": "normal", "clip-rule": "nonzero",
});
const OWN = /** @type {Record<string, string>} */ ({
  opacity: "1", "clip-path": "none", "dominant-baseline": "auto", "stop-opacity": "1", "stop-color": "rgb(0, 0, 0)",
});
const ALL = { ...INHERITED, ...OWN };
const FONT = "sans-serif";
const LINE = 16;
const SPACE = 12;

/** What is not part of the picture, but of the page. */
const LEFT_OUT = ".grip, .twin, .spoken, .sliders, .controls, .zoom, .roll, .learn, .all, .menus, style, slot, select, input, .figure-save";

const pixel = /** @type {CanvasRenderingContext2D} */ (
  html("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true }));
/** @type {Map<string, {colour: string, opacity: number}>} */
const known = new Map();

/**
 * A colour in a form that every program reads, and its opacity.
 * @param {string} text as a browser computes it
 */
function plain(text) {
  let found = known.get(text);
  if (!found) {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = text;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    found = { colour: `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`, opacity: Number((a / 255).toFixed(3)) };
    known.set(text, found);
  }
  return found;
}

/** @param {string} text a computed colour */
function isColour(text) {
  return /^(rgb|color|ok|lab|lch|hsl)/.test(text);
}

/**
 * Write the computed style of a node into its copy, as attributes.
 * @param {Element} node
 * @param {Element} copy
 * @param {boolean} root
 */
function settle(node, copy, root) {
  const style = getComputedStyle(node);
  const around = !root && node.parentElement ? getComputedStyle(node.parentElement) : null;
  const defined = node.closest("defs");
  for (const name of ["style", "class", "role", "aria-label", ...Object.keys(ALL)]) copy.removeAttribute(name);
  for (const name of Object.keys(ALL)) {
    // What the parts of a definition say themselves also holds where they are used.
    const own = /** @type {SVGElement} */ (node).style?.getPropertyValue(name);
    const kept = defined && (own || node.hasAttribute(name));
    const value = style.getPropertyValue(name);
    const usual = name in INHERITED && around ? around.getPropertyValue(name) : ALL[name];
    if (value === usual && !kept) continue;
    if (!isColour(value)) {
      copy.setAttribute(name, value.replace(/(\d)px/g, "$1").replace(/url\("?[^"#]*#([^")]+)"?\)/, "url(#$1)"));
      continue;
    }
    const { colour, opacity } = plain(value);
    copy.setAttribute(name, colour);
    if (opacity === 1) continue;
    // Elsewhere a colour cannot be transparent by itself.
    copy.setAttribute(name === "fill" && !opacity ? name : `${name}-opacity`,
      name === "fill" && !opacity ? "none" : String(opacity * (Number(style.getPropertyValue(`${name}-opacity`)) || 1)));
  }
}

/**
 * A copy of a drawing that looks the same without the page.
 * @param {SVGSVGElement} drawing
 */
function copyOf(drawing) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const nodes = [drawing, ...drawing.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  nodes.forEach((node, i) => {
    const { display, visibility } = getComputedStyle(node);
    const drawn = node.closest("defs, clipPath") || (display !== "none" && visibility === "visible");
    if (!drawn && node !== drawing) copies[i].remove();
    else settle(node, copies[i], !i);
  });
  return copy;
}

/** @param {CSSStyleDeclaration} style */
function ascentOf({ fontStyle, fontWeight, fontSize, fontFamily }) {
  // The property `font` is empty where figures are tabular.
  pixel.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = pixel.measureText("x");
  return fontBoundingBoxAscent / (fontBoundingBoxAscent + fontBoundingBoxDescent);
}

/**
 * The lines of a text on the page.
 * @param {Text} text
 */
function linesOf(text) {
  const range = document.createRange();
  /** @type {{box: DOMRect, words: string}[]} */
  const lines = [];
  [...text.data].reduce((at, letter) => {
    range.setStart(text, at);
    range.setEnd(text, at + letter.length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (box.width && last && Math.abs(last.box.top - box.top) < 2) {
      last.words += letter;
      last.box.width = box.right - last.box.left;
    } else if (box.width) lines.push({ box: DOMRect.fromRect(box), words: letter });
    return at + letter.length;
  }, 0);
  return lines.filter(({ words }) => words.trim());
}

/**
 * The text of a paragraph or a button, line by line, where the page has it.
 * @param {Text} text
 * @param {Corner} corner
 */
function textOf(text, [left, top]) {
  const style = getComputedStyle(/** @type {Element} */ (text.parentElement));
  const { colour, opacity } = plain(style.color);
  return linesOf(text).map(({ box, words }) => svg("text", {
    x: box.left - left, y: box.top - top + box.height * ascentOf(style),
    fill: colour, "fill-opacity": opacity, "font-family": style.fontFamily, "font-size": parseFloat(style.fontSize),
    "font-style": style.fontStyle, "font-weight": style.fontWeight, "xml:space": "preserve",
    // Elsewhere the font may be another.
    textLength: box.width, lengthAdjust: "spacingAndGlyphs",
  }, words));
}

/**
 * The background and the border of an element.
 * @param {Element} node
 * @param {Corner} corner
 */
function boxOf(node, [left, top]) {
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const fill = plain(style.backgroundColor);
  // A shadow inside may make a border thicker.
  const thicker = / 0px 0px 0px ([\d.]+)px inset$/.exec(style.boxShadow)?.[1] ?? 0;
  const border = parseFloat(style.borderTopWidth) + Number(thicker);
  const line = parseFloat(style.outlineWidth) * Number(style.outlineStyle === "solid");
  const stroke = border || line;
  const colours = style.backgroundImage.startsWith("linear-gradient") && style.backgroundImage.match(/rgb[^)]*\)/g);
  if (!fill.opacity && !stroke && !colours) return [];
  const inset = border / 2 || -line / 2;
  const rectangle = svg("rect", {
    x: box.left - left + inset, y: box.top - top + inset, width: box.width - 2 * inset, height: box.height - 2 * inset,
    rx: parseFloat(style.borderTopLeftRadius) || 0, fill: fill.colour, "fill-opacity": fill.opacity,
  });
  if (stroke) set(rectangle, { stroke: plain(border ? style.borderTopColor : style.outlineColor).colour, "stroke-width": stroke });
  if (!colours) return [rectangle];
  const id = `g${Math.round(box.left - left)}-${Math.round(box.top - top)}`;
  const stops = colours.map((colour, i) =>
    svg("stop", { offset: i / Math.max(colours.length - 1, 1), "stop-color": plain(colour).colour }));
  set(rectangle, { fill: `url(#${id})`, "fill-opacity": 1 });
  return [svg("linearGradient", { id }, ...stops), rectangle];
}

/**
 * A layer of pixels, which a nested drawing cuts where the page does.
 * @param {HTMLCanvasElement} canvas
 * @param {Corner} corner
 */
function pixelsOf(canvas, [left, top]) {
  const box = canvas.getBoundingClientRect();
  const cut = parseFloat(getComputedStyle(canvas).clipPath.slice("inset(".length)) || 0;
  const { width, height } = box;
  const image = svg("image", {
    x: -cut, y: -cut, width, height, preserveAspectRatio: "none", href: canvas.toDataURL("image/png"),
  });
  return svg("svg", {
    x: box.left - left + cut, y: box.top - top + cut, width: width - 2 * cut, height: height - 2 * cut, overflow: "hidden",
  }, image);
}

/** @typedef {[number, number]} Corner the place on the screen at which the file begins */

/**
 * The space of the sliders, if they stand between the picture and the rest: the file is closed there.
 * @param {Element} whole
 */
function gapIn(whole) {
  const sliders = whole.querySelector(".sliders");
  const box = sliders?.getBoundingClientRect();
  const rest = sliders?.nextElementSibling?.getBoundingClientRect();
  return box && rest && rest.top >= box.bottom - 1 ? box : null;
}

/**
 * Everything that an element shows, in the order in which the page paints it.
 * @param {Element} whole
 * @param {Corner} corner
 */
function partsOf(whole, [left, top]) {
  const gap = gapIn(whole);
  let below = 0;
  /** @type {{level: number, part: SVGElement}[]} */
  const parts = [];
  /**
   * @param {Element} node
   * @param {number} level
   */
  const take = (node, level) => {
    if (node.matches(LEFT_OUT) || !node.checkVisibility({ visibilityProperty: true })) return;
    const { position, zIndex, clipPath } = getComputedStyle(node);
    if (node !== whole && !node.matches(".stage") && position !== "static") level = 0.5 + (Number(zIndex) || 0);
    if (gap && node.parentElement === whole && node.getBoundingClientRect().top >= gap.bottom - 1) below = gap.height;
    const corner = /** @type {Corner} */ ([left, top + below]);
    const add = (/** @type {SVGElement} */ part) => parts.push({ level, part });
    if (node instanceof HTMLCanvasElement) {
      boxOf(node, corner).forEach(add);
      add(pixelsOf(node, corner));
    } else if (node instanceof SVGSVGElement) {
      const box = node.getBoundingClientRect();
      const copy = copyOf(node);
      set(copy, { x: box.left - corner[0], y: box.top - corner[1], width: box.width, height: box.height, overflow: "visible" });
      add(copy);
    } else if (clipPath === "none") {
      if (node !== whole) boxOf(node, corner).forEach(add);
      for (const child of node.childNodes) {
        if (child instanceof Text) textOf(child, corner).forEach(add);
        else if (child instanceof Element) take(child, level);
      }
    }
  };
  take(whole, 0);
  return parts.sort((a, b) => a.level - b.level).map(({ part }) => part);
}

/**
 * Break a text where a line is full, after a space or a comma.
 * @param {string} text
 * @param {number} width
 */
function broken(text, width) {
  pixel.font = `12px ${FONT}`;
  /** @type {string[]} */
  const lines = [""];
  for (const word of text.split(/(?<=[ ,/?#:=]|.{24})/)) {
    const last = lines.length - 1;
    if (lines[last] && pixel.measureText(lines[last] + word).width > width) lines.push(word);
    else lines[last] += word;
  }
  return lines;
}

/**
 * The rules for the fonts of the symbols, if a file uses any: no other computer has them.
 * @param {string} text
 */
async function fontsIn(text) {
  if (!text.includes("KaTeX_")) return "";
  // @ts-expect-error The build writes it; see saved_fonts.py.
  const { RULES } = await import("./fonts.js");
  return Object.keys(RULES).filter((name) => text.includes(name)).map((name) => RULES[name]).join("");
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>} its content as an address
 */
function addressOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

/**
 * The figure as the text of an SVG file, and its size.
 * @param {Element} shown what shows it
 * @param {{title: string, address: string, alt: string}} about
 */
async function fileOf(shown, { title, address, alt }) {
  const box = shown.getBoundingClientRect();
  const paper = plain(getComputedStyle(shown).getPropertyValue("--rnn-paper").trim() || "#fdfcf9").colour;
  const ink = plain(getComputedStyle(shown).getPropertyValue("--rnn-ink").trim() || "#1f2328").colour;
  const parts = partsOf(shown, [box.left - SPACE, box.top - SPACE]);
  // Without the controls the page is taller than the figure.
  const drawn = svg("svg", { style: "position: absolute; visibility: hidden; overflow: visible" }, ...parts);
  document.body.append(drawn);
  const bottom = Math.max(...parts.map((part) => {
    const { y, height } = /** @type {SVGGraphicsElement} */ (part).getBBox?.() ?? { y: 0, height: 0 };
    return part.localName === "svg" ? Number(part.getAttribute("y")) + Number(part.getAttribute("height")) : y + height;
  }));
  drawn.remove();
  const width = Math.ceil(box.width) + 2 * SPACE;
  const credit = [`${title} · CC BY 4.0`, address].filter(Boolean)
    .flatMap((line) => broken(line, width - 2 * SPACE));
  const height = Math.ceil(bottom - 0.01) + 2 * SPACE + LINE * credit.length;
  const file = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
    svg("title", {}, title), svg("desc", {}, `${alt} ${address}`.trim()),
    svg("rect", { width, height, fill: paper }), ...parts,
    ...credit.map((line, i) => svg("text", {
      x: SPACE, y: height - SPACE - LINE * (credit.length - 1 - i), fill: ink, "fill-opacity": 0.72,
      "font-family": FONT, "font-size": 12,
    }, line)));
  const fonts = await fontsIn(new XMLSerializer().serializeToString(file));
  if (fonts) file.prepend(svg("style", {}, fonts));
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`, width, height };
}

/**
 * @param {string} text an SVG file
 * @param {number} width
 * @param {number} height
 */
async function picture(text, width, height) {
  const image = new Image();
  image.src = await addressOf(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  // Sharp in print and on a slide.
  const canvas = html("canvas", { width: 3 * width, height: 3 * height });
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, 3 * width, 3 * height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/**
 * Save a figure on the reader's computer.
 * @param {"svg" | "png"} format
 * @param {Element} shown what shows it
 * @param {{name: string, address: string, alt: string}} about the name of the file, and what the figure is called by an address
 */
export async function save(format, shown, { name, address, alt }) {
  const base = publishedAddress() ?? sharedAddress()?.replace(/[?#].*/, "");
  const href = base ? new URL(address, base).href : "";
  const { text, width, height } = await fileOf(shown, { title: document.title, address: href, alt });
  const file = format === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await picture(text, width, height);
  const link = html("a", { href: URL.createObjectURL(file), download: `${name}.${format}` });
  link.click();
  // The browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
