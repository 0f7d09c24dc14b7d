// @ts-check

/*
 * Sets light or dark mode, for which the theme uses inline scripts that policy.html forbids. A page
 * waits for this script, so that it never appears in the wrong colours first; everything that can
 * wait is in frame.js.
 */

{
  const page = document.documentElement.dataset;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const show = (mode = "auto") => {
    page.mode = mode;
    page.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
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
  dark.addEventListener("change", () => show(page.mode));
  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest(".theme-switch-button"))) return;
    const modes = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    show(modes[(modes.indexOf(page.mode ?? "auto") + 1) % modes.length]);
    kept?.setItem("mode", page.mode ?? "auto");
  });
}
