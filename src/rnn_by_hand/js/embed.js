// @ts-check
import { html } from "./lib/svg.js";
/** @import { Explorable } from "./lib/explorable.js" */

/*
 * The page embed.html: one explorable and nothing else, as in
 *
 *     embed.html#bptt:wx=1,wRec=0.9
 *
 * or several that are linked, with + between them; the first gives the values they share. With
 * ?present it fills the window. If the address is wrong, a sentence says how.
 */

/**
 * An explorable that the address names, and what it sets.
 * @typedef {{name: string, given: [string, string][]}} Asked
 */

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const back = /** @type {HTMLAnchorElement} */ (document.querySelector("#home a"));
const book = back.textContent ?? "";
/** The link to the chapter of each explorable. @type {Map<string, HTMLAnchorElement>} */
const homes = new Map([...document.querySelectorAll("nav a")].map((link) => {
  const home = /** @type {HTMLAnchorElement} */ (link);
  return [home.dataset.name ?? "", home];
}));
const contents = back.href;

/**
 * The explorables that the address names.
 * @returns {Asked[]}
 */
function asked() {
  if (location.hash.length < 2) {
    throw new Error("This address names no explorable; it must end in one, as in embed.html#bptt:wx=1,wRec=0.9.");
  }
  // A plus sign within a setting is a space.
  return location.hash.slice(1).split(/\+(?=[a-z-]+:)/).map((one) => {
    const [, name, setting = ""] = /^([^:]*):?(.*)$/.exec(one) ?? [];
    if (!homes.has(name)) {
      throw new Error(`There is no explorable “${decoded(name)}”; it must be one of ${[...homes.keys()].join(", ")}.`);
    }
    return { name, given: [...new URLSearchParams(setting.replaceAll(",", "&"))] };
  });
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The setting as attributes of the element, to which its Reset returns.
 * @param {Asked} one
 */
function attributesOf({ name, given }) {
  const { parameters } = /** @type {typeof Explorable} */ (
    /** @type {unknown} */ (customElements.get(`rnn-${name}`)));
  for (const [key, value] of given) {
    if (!(key in parameters)) {
      throw new Error(`${key} is no parameter of ${name}; it has ${Object.keys(parameters).join(", ")}.`);
    }
    const { read, rule } = parameters[key];
    if (read(value) === undefined) throw new Error(`${key} is “${value}”; it must be ${rule}.`);
  }
  return Object.fromEntries(given.map(([key, value]) => [key.toLowerCase(), value]));
}

/** @param {Asked[]} all */
async function elementsOf(all) {
  await Promise.all(all.map(({ name }) => import(`./rnn-${name}.js`))).catch(() => {
    throw new Error("The script of this explorable could not be loaded; reload the page to try again.");
  });
  return all.map((one) => {
    const own = all.length > 1 ? { link: "embed", compact: "" } : {};
    const element = /** @type {Explorable} */ (document.createElement(`rnn-${one.name}`));
    for (const [name, value] of Object.entries({ ...attributesOf(one), ...own })) element.setAttribute(name, value);
    element.alone();
    return element;
  });
}

/** Lead back to the chapter, at the setting shown. */
function leadBack() {
  const element = /** @type {Explorable | null} */ (main.querySelector("[data-name]"));
  const home = homes.get(element?.dataset.name ?? "");
  back.href = home && element ? home.href + element.address : contents;
  back.textContent = home ? `${book}: ${home.textContent}` : book;
  document.title = back.textContent;
}

async function show() {
  const address = location.hash;
  /** @type {Node[]} */
  let shown;
  try {
    const all = asked();
    shown = await elementsOf(all);
    all.forEach(({ name }, i) => { /** @type {HTMLElement} */ (shown[i]).dataset.name = name; });
  } catch (error) {
    shown = [html("p", { role: "alert" }, /** @type {Error} */ (error).message)];
  }
  // The address may have changed while the scripts were loading.
  if (address !== location.hash) return;
  main.replaceChildren(...shown);
  leadBack();
}

/**
 * Widths among which the one is chosen at which the explorable fills the window best, with its controls
 * below the picture or beside it.
 */
const BELOW = [360, 560, 760];
const BESIDE = [720, 800, 880, 960, 1120];

/**
 * Fill the window. What is enlarged is a frame around this same page, so that within it a pixel
 * remains a pixel, for everything that is dragged.
 */
function present() {
  const source = () => `${location.pathname}${location.hash}`;
  const frame = html("iframe", { src: source(), title: book, allow: "clipboard-write" });
  let width = 0;
  /** Counts what is measured: only the last one decides. */
  let turn = 0;
  let settled = false;
  const body = () => /** @type {HTMLElement} */ (frame.contentDocument?.body);
  const inside = () => /** @type {HTMLElement} */ (body().querySelector("main"));
  const scale = () => Math.min(innerWidth / width, innerHeight / body().offsetHeight);
  const place = () => {
    const height = body().offsetHeight;
    Object.assign(frame.style, {
      height: `${height}px`, transform: `scale(${scale()})`,
      left: `${(innerWidth - width * scale()) / 2}px`, top: `${(innerHeight - height * scale()) / 2}px`,
    });
  };
  const arrange = async (/** @type {number} */ wanted, /** @type {boolean} */ beside) => {
    width = wanted;
    frame.style.width = `${width}px`;
    for (const one of inside().querySelectorAll("[data-name]")) one.toggleAttribute("beside", beside);
    // The explorable hears of its width only as a frame is painted.
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  };
  const measure = async () => {
    const own = ++turn;
    settled = false;
    let best = { scale: 0, width: 0, beside: false };
    for (const beside of [false, true]) {
      for (const width of beside ? BESIDE : BELOW) {
        await arrange(width, beside);
        if (own !== turn) return;
        if (scale() > best.scale) best = { scale: scale(), width, beside };
      }
    }
    await arrange(best.width, best.beside);
    if (own !== turn) return;
    settled = true;
    place();
    frame.style.visibility = "";
  };
  frame.style.visibility = "hidden";
  frame.addEventListener("load", () => {
    /** @type {HTMLElement} */ (body().querySelector("#home")).hidden = true;
    // A menu may bring more than there was.
    new ResizeObserver(() => settled && place()).observe(body());
    new MutationObserver(measure).observe(inside(), { childList: true });
    if (inside().querySelector("[data-name], [role=alert]")) measure();
  });
  addEventListener("resize", measure);
  addEventListener("hashchange", () => frame.contentWindow?.location.replace(source()));
  document.body.classList.add("present");
  main.replaceChildren(frame);
}

// A page from a folder may not look into a frame.
if (new URLSearchParams(location.search).has("present") && location.protocol !== "file:") present();
else {
  addEventListener("hashchange", show);
  main.addEventListener("rnn-change", leadBack);
  // What plays by itself tells nobody.
  for (const type of ["pointerdown", "keydown"]) back.addEventListener(type, leadBack);
  show();
}
