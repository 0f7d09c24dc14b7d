// @ts-check

/*
 * Sets light or dark mode, for which the theme uses inline scripts that policy.html forbids, and sees
 * to it that there is a storage. A page waits for this script, so that it never appears in the wrong
 * colours first; everything that can wait is in frame.js.
 */

{
  /*
   * In place of a storage that is denied or full comes one that lasts as long as the page. Not every
   * script asks: without this, a search would end with an error, and find nothing.
   */
  try {
    localStorage.setItem("room", "x".repeat(1000));
    localStorage.removeItem("room");
  } catch {
    /** @type {Map<string, string | null>} */
    const kept = new Map();
    /** @param {(storage: Storage) => string | null | void} act */
    const really = (act) => {
      try {
        return act(real()) ?? null;
      } catch {
        return null;
      }
    };
    const { get } = Object.getOwnPropertyDescriptor(globalThis, "localStorage") ?? {};
    const real = () => get?.call(globalThis);
    const value = {
      /** @param {string} key */
      getItem: (key) => kept.has(key) ? kept.get(key) : really((storage) => storage.getItem(key)),
      /** @type {(key: string, value: unknown) => void} */
      setItem: (key, value) => kept.set(key, String(value)),
      /** @param {string} key */
      removeItem: (key) => {
        kept.set(key, null);
        really((storage) => storage.removeItem(key));
      },
    };
    Object.defineProperty(globalThis, "localStorage", { value, configurable: true });
  }

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

  show(localStorage.getItem("mode") ?? "auto");
  document.addEventListener("DOMContentLoaded", name);
  for (const media of [dark, forced]) media.addEventListener("change", () => show(page.mode));
  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest(".theme-switch-button"))) return;
    show(next());
    localStorage.setItem("mode", page.mode ?? "auto");
  });
}
