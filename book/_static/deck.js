// @ts-check

/*
 * Turns a page of slides into a deck. On a phone it stays a page to scroll, on which explorables have
 * the size that they have in the book; so it does where reveal.js could not be loaded.
 */

/** The size of a slide, which is enlarged to the window: between those of a laptop and of a projector. */
const SIZE = { width: 1200, height: 640 };
const PHONE = "(max-width: 700px)";

const print = /print-pdf/.test(location.search);
const { Reveal } = /** @type {any} */ (globalThis);

/**
 * Keep the keys that turn a page for the deck, also while an explorable has the focus: those of a remote
 * control. Escape gives the focus back to the deck.
 * @param {KeyboardEvent} event
 */
function turn(event) {
  const act = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev(), Escape: () => window.focus() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/**
 * The document that an explorable fills a frame with has another frame in it.
 * @param {HTMLIFrameElement} frame
 * @param {(window: Window) => void} act
 */
function whenLoaded(frame, act) {
  frame.addEventListener("load", () => {
    for (const one of [frame, ...frame.contentDocument?.querySelectorAll("iframe") ?? []]) {
      if (one.contentWindow) act(one.contentWindow);
    }
  });
}

/** @param {Window} window */
function inLight({ document }) {
  document.documentElement.dataset.theme = "light";
}

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const frames = main.querySelectorAll("iframe");

/** A frame that is moved loads anew, and on paper each slide is moved to a page of its own. */
function openOnPaper() {
  for (const frame of frames) {
    whenLoaded(frame, inLight);
    frame.src = frame.dataset.later ?? "";
  }
}

if (Reveal && (print || !matchMedia(PHONE).matches)) {
  if (print) {
    inLight(window);
    for (const { dataset } of frames) {
      dataset.later = dataset.src;
      delete dataset.src;
    }
    Reveal.on("pdf-ready", openOnPaper);
  } else {
    for (const frame of frames) {
      whenLoaded(frame, (window) => window.addEventListener("keydown", turn, true));
    }
  }
  main.classList.add("reveal");
  document.documentElement.classList.add("deck");
  Reveal.initialize({
    ...SIZE, margin: 0, maxScale: 4, center: false, transition: "none", hash: true,
    slideNumber: "c/t", preloadIframes: true, scrollActivationWidth: 0, pdfSeparateFragments: false,
  });
} else {
  for (const frame of frames) {
    frame.loading = "lazy";
    frame.src = frame.dataset.src?.replace("?present", "") ?? "";
  }
}
