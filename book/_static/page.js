// @ts-check

/*
 * What the theme does with a script inside its pages, which the policy of the site forbids (see
 * policy.html). This one stands in the head of a page, which waits for it, so that it is never first
 * shown in the wrong colours. Everything that can wait is in frame.js.
 */

{
  const page = document.documentElement.dataset;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const show = (mode = "auto") => {
    page.mode = mode;
    page.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  };

  /** Nothing where a browser is told to keep nothing: it throws when asked. */
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
