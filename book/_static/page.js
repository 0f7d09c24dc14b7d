// @ts-check

/*
 * What the theme does with scripts inside its pages. The policy of the site (see layout.html) runs
 * scripts from files only. This one stands in the head of a page, which waits for it, so that it is
 * never first shown in the wrong colours.
 */

{
  const page = document.documentElement.dataset;
  page.mode = localStorage.getItem("mode") || "auto";
  page.theme =
    localStorage.getItem("theme") ||
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/**
 * The buttons in the header of an article, by what the theme would write into their `onclick`.
 * @type {Record<string, () => void>}
 */
const CLICKS = {
  "window.print()": () => window.print(),
  "toggleFullScreen()": () =>
    document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen(),
};

addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-click]") : null;
  CLICKS[button?.getAttribute("data-click") ?? ""]?.();
});
