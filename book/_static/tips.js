// @ts-check

/*
 * Shows what the glossary says of a term beside the link that leads there, which glossary_tips.py has
 * put into the page: under the mouse, at the focus, and at the first touch; the second one follows the
 * link. A mouse can go into the tip, and Escape closes it.
 */

{
  /** Milliseconds before a tip appears, so that none does while the mouse only passes, and disappears. */
  const WAIT = 150;
  const GRACE = 300;
  /** Pixels between a term and its tip, and at least between a tip and the edge of the text. */
  const GAP = 4;
  const MARGIN = 16;

  const article = document.querySelector("article");
  const more = document.createElement("a");
  more.textContent = "In the glossary";
  more.tabIndex = -1; // for touch and mouse: with the keyboard, the term itself is that link
  const text = document.createElement("div");
  const tip = document.createElement("div");
  tip.className = "term-tip";
  tip.hidden = true;
  tip.tabIndex = -1; // a click inside leaves the focus there
  tip.append(text, more);

  /** @type {HTMLAnchorElement | null} */
  let shown = null;
  let timer = 0;
  let touched = false;

  /** @param {EventTarget | null} target @returns {HTMLAnchorElement | null} */
  const termAt = (target) =>
    target instanceof Element ? target.closest('a[aria-describedby^="tip-"]') : null;

  /** @param {EventTarget | null} target */
  const inside = (target) => target instanceof Node && tip.contains(target);

  const hide = () => {
    clearTimeout(timer);
    tip.hidden = true;
    shown = null;
  };

  /** @param {HTMLAnchorElement} term */
  const place = (term) => {
    if (!article) return;
    const { left, top, width } = article.getBoundingClientRect();
    const lines = [...term.getClientRects()];
    const first = lines[0];
    const last = lines[lines.length - 1];
    const below = last.bottom + GAP;
    const above = first.top - GAP - tip.offsetHeight;
    const fits = below + tip.offsetHeight <= innerHeight || above < 0;
    const edge = Math.min(left + width, document.documentElement.clientWidth) - tip.offsetWidth - MARGIN;
    tip.style.left = `${Math.max(left + MARGIN, Math.min(last.left, edge)) - left}px`;
    tip.style.top = `${(fits ? below : above) - top}px`;
  };

  /** @param {HTMLAnchorElement} term */
  const show = (term) => {
    clearTimeout(timer);
    if (shown === term) return;
    shown = term;
    const source = document.getElementById(term.getAttribute("aria-describedby") ?? "");
    text.replaceChildren(...[...source?.childNodes ?? []].map((node) => node.cloneNode(true)));
    more.href = term.href;
    tip.hidden = false;
    place(term);
  };

  if (article?.querySelector(".term-tips")) {
    article.append(tip);
    // What is far from the screen is laid out late, and may move the term.
    new ResizeObserver(() => shown && place(shown)).observe(article);
    article.addEventListener("pointerover", ({ target, pointerType }) => {
      if (pointerType !== "mouse") return;
      const term = termAt(target);
      clearTimeout(timer);
      if (term) timer = setTimeout(show, WAIT, term);
      else if (!inside(target)) timer = setTimeout(hide, GRACE);
    });
    article.addEventListener("focusin", ({ target }) => {
      const term = termAt(target);
      if (term?.matches(":focus-visible")) show(term);
    });
    article.addEventListener("focusout", ({ target, relatedTarget }) => {
      // A touch inside the tip takes the focus as well.
      if (termAt(target) === shown && !inside(relatedTarget)) hide();
    });
    addEventListener("pointerdown", ({ pointerType }) => {
      touched = pointerType === "touch";
    }, true);
    addEventListener("click", (event) => {
      const term = termAt(event.target);
      if (term && touched && term !== shown) {
        event.preventDefault();
        show(term);
      } else if (!inside(event.target)) hide();
    });
    addEventListener("keydown", ({ key }) => {
      if (key === "Escape") hide();
    });
    addEventListener("resize", hide);
  }
}
