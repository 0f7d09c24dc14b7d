// @ts-check
import { makeSaving } from "./lib/saving.js";
import { html } from "./lib/svg.js";

/* Puts a small button beneath each figure of a page, in the space that is there, to save it. */

for (const figure of document.querySelectorAll("article .rnn-figure")) {
  const drawing = figure.querySelector("svg");
  if (!drawing || figure.parentElement?.localName.startsWith("rnn-")) continue;
  const said = html("span", { class: "said", role: "status" });
  const page = location.pathname.replace(/.*\/|\.html$/g, "");
  const buttons = makeSaving(() => {
    const anchor = figure.closest("[id^=fig-]")?.id ?? "";
    return {
      shown: drawing, name: `${page}-${anchor}`, address: anchor && `#${anchor}`,
      alt: drawing.getAttribute("aria-label") ?? "",
    };
  }, (what) => said.replaceChildren(what));
  figure.append(html("div", { class: "figure-save" }, ...buttons, said));
}
