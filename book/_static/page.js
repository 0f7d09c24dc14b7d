// @ts-check

/*
 * Sets light or dark mode, for which the theme uses inline scripts that policy.html forbids. A page
 * waits for this script, so that it never appears in the wrong colours first; everything that can
 * wait is in frame.js.
 */

{
  const page = document.documentElement.dataset;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // Where the reader's own colours replace those of the page, only the system knows which those are.
  const forced = matchMedia("(forced-colors: active)");

  const modes = () => (dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"]);
  const next = () => modes()[(modes().indexOf(page.mode ?? "auto") + 1) % 3];
  const ofSystem = () => (dark.matches ? "dark" : "light");

  /** Write on the button which colours a page has, and which come next. */
  const name = () => {
    const now = page.mode === "auto" ? `${ofSystem()}, like your system` : page.mode;
    const then = next() === "auto" ? "Follow your system" : `Switch to ${next()}`;
    for (const button of document.querySelectorAll(".theme-switch-button")) {
      button.setAttribute("aria-label", `Colours: ${now}. ${then}`);
      button.setAttribute("title", `Colours: ${now}. ${then}`);
    }
  };

  const show = (mode = "auto") => {
    page.mode = mode;
    page.theme = mode === "auto" || forced.matches ? ofSystem() : mode;
    name();
  };

  /** Null where storage is blocked: then even reading `localStorage` throws. */
  const kept = (() => {
    try {
      return localStorage;
    } catch {
      return null;
    }
  })();

  show(kept?.getItem("mode") ?? "auto");
  document.addEventListener("DOMContentLoaded", name);
  for (const media of [dark, forced]) media.addEventListener("change", () => show(page.mode));
  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest(".theme-switch-button"))) return;
    show(next());
    kept?.setItem("mode", page.mode ?? "auto");
  });
}
