// @ts-check

// Print in the light theme. Everything else that print needs is in print.css.
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
});
