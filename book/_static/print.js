// @ts-check

// Print in the light theme, and whole unless a button has just asked for the handout. Everything else
// that print needs is in print.css.
const page = document.documentElement.dataset;
/** @type {string | undefined} */
let theme;
addEventListener("beforeprint", () => {
  theme ??= page.theme;
  page.theme = "light";
});
addEventListener("afterprint", () => {
  page.theme = theme;
  theme = undefined;
  delete page.paper;
});
