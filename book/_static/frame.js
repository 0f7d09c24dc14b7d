// @ts-check

/*
 * Everything around the text: side bars, buttons, menu, search field, and the current section in the
 * contents. This replaces the theme's own scripts, which include all of Bootstrap (29 KB compressed)
 * and measure every box of a page as it loads: on a phone that froze a chapter for a second. To
 * restore them, remove the block scripts_end from layout.html.
 */

{
  /**
   * @param {string} selector
   * @param {ParentNode} root
   * @returns {HTMLElement | null}
   */
  const find = (selector, root = document) => root.querySelector(selector);

  /**
   * Print the page; print.css knows the handout, print.js forgets it.
   * @param {string} paper
   */
  const print = (paper) => {
    document.documentElement.dataset.paper = paper;
    window.print();
  };

  /**
   * The buttons in the header of an article, by what the theme writes into their `onclick`.
   * @type {Record<string, () => void>}
   */
  const CLICKS = {
    "window.print()": () => print("whole"),
    "printHandout()": () => print("handout"),
    "toggleFullScreen()": () =>
      document.fullscreenElement
        ? document.exitFullscreen()
        : document.documentElement.requestFullscreen(),
  };
  addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-click]") : null;
    CLICKS[button?.getAttribute("data-click") ?? ""]?.();
  });

  // On a narrow screen, a side bar is open while its checkbox is checked.
  for (const side of ["primary", "secondary"]) {
    const box = document.querySelector(`input#pst-${side}-sidebar-checkbox`);
    const bar = find(`.bd-sidebar-${side}`);
    const button = find(`.${side}-toggle`);
    if (!(box instanceof HTMLInputElement && bar && button)) continue;
    button.addEventListener("click", () => {
      box.checked = !box.checked;
      // A link can take the focus once its bar has begun to slide in.
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

  // The search page has a field of its own; on other pages it pops up.
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

  // A page that a search has found marks the words, which only the address tells it: the script of
  // Sphinx would leave them to whichever page is opened next.
  const results = find("#search-results");
  if (results) {
    let words = "";
    new MutationObserver(() => {
      words ||= localStorage.getItem("sphinx_highlight_terms") ?? "";
      localStorage.removeItem("sphinx_highlight_terms");
      for (const link of results.querySelectorAll("a")) {
        const address = new URL(link.href);
        if (!words || address.searchParams.has("highlight")) continue;
        address.searchParams.set("highlight", words);
        link.href = address.href;
      }
    }).observe(results, { childList: true, subtree: true });
  }
  const forget = () => {
    for (const word of document.querySelectorAll(".highlighted")) word.classList.remove("highlighted");
    find(".highlight-link")?.remove();
  };
  addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest(".highlight-link"))) return;
    event.preventDefault(); // the link is a script, which policy.html forbids
    forget();
  });
  // Otherwise the page would still have its marks when the reader comes back.
  addEventListener("pagehide", forget);

  // Sections in order, with their links in the contents. The current section is the last one that has
  // reached the top of the screen.
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
