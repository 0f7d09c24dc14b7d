// @ts-check

/*
 * What surrounds the text: its side bars, buttons, menu, search field, and where in the contents a
 * reader is. In place of the theme's own scripts, which bring all of Bootstrap along, 29 KB
 * compressed, and measure every box of a page as soon as it is there: on a phone that froze a
 * chapter for a second. To have them back, take the block scripts_end out of layout.html.
 */

{
  /**
   * @param {string} selector
   * @param {ParentNode} root
   * @returns {HTMLElement | null}
   */
  const find = (selector, root = document) => root.querySelector(selector);

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

  // A side bar that is too wide for the screen is open while its check box is checked.
  for (const side of ["primary", "secondary"]) {
    const box = document.querySelector(`input#pst-${side}-sidebar-checkbox`);
    const bar = find(`.bd-sidebar-${side}`);
    const button = find(`.${side}-toggle`);
    if (!(box instanceof HTMLInputElement && bar && button)) continue;
    button.addEventListener("click", () => {
      box.checked = !box.checked;
      // What slides in can have the focus as soon as it is on its way.
      if (box.checked) setTimeout(() => find("a, button", bar)?.focus(), 100);
    });
    bar.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      box.checked = false;
      button.focus();
    });
    box.addEventListener("change", () => box.checked || button.focus());
  }

  for (const menu of document.querySelectorAll(".dropdown")) {
    const button = find("[data-bs-toggle=dropdown]", menu);
    const open = (wanted = false) => {
      find(".dropdown-menu", menu)?.classList.toggle("show", wanted);
      button?.setAttribute("aria-expanded", String(wanted));
    };
    button?.addEventListener("click", () => open(button.ariaExpanded !== "true"));
    menu.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent && event.key === "Escape")) return;
      open(false);
      button?.focus();
    });
    for (const type of ["click", "focusin"]) {
      addEventListener(type, ({ target }) => target instanceof Node && menu.contains(target) || open(false));
    }
  }

  // The page of the search has a field of its own; elsewhere it appears when it is asked for.
  const popup = find(".search-button__wrapper");
  const field = find(".bd-search-container input") ?? find("form.bd-search input");
  const search = () => {
    if (!(field instanceof HTMLInputElement)) return;
    if (popup?.contains(field)) popup.classList.toggle("show");
    if (document.activeElement === field) field.blur();
    else {
      field.focus();
      field.select();
    }
  };
  for (const opener of document.querySelectorAll(".search-button__button, .search-button__overlay")) {
    opener.addEventListener("click", search);
  }
  const mac = /^(Mac|iPhone)/.test(navigator.platform);
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
    const asked = (mac ? metaKey && !ctrlKey : ctrlKey && !metaKey) && !shiftKey && !altKey;
    if (asked && key.toLowerCase() === "k") {
      event.preventDefault();
      search();
    } else if (key === "Escape" && document.activeElement === field) search();
  });
  if (mac) {
    for (const key of document.querySelectorAll("kbd.kbd-shortcut__modifier")) {
      if (key.textContent === "Ctrl") key.textContent = "⌘";
    }
  }

  // Sections, in their order, and where they stand in the contents. The last one that has reached
  // the top of the screen is the one that is being read.
  const sections = new Map(
    [...document.querySelectorAll(".bd-toc-nav a")].map((link) => [
      document.getElementById(decodeURIComponent(link.getAttribute("href")?.slice(1) ?? "")),
      link,
    ]),
  );
  const seen = new Set();
  const reading = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
      const current = [...sections.keys()].filter((section) => seen.has(section)).at(-1);
      for (const [section, link] of sections) {
        const active = Boolean(current && section?.contains(current));
        link.classList.toggle("active", active);
        link.parentElement?.classList.toggle("active", active);
      }
    },
    { rootMargin: "0px 0px -85%" },
  );
  for (const section of sections.keys()) if (section) reading.observe(section);

  const top = find(".sbt-scroll-pixel-helper");
  const left = new IntersectionObserver(([{ isIntersecting }]) => {
    document.body.classList.toggle("scrolled", !isIntersecting);
  });
  if (top) left.observe(top);
}
