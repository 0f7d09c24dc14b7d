// @ts-check

// Arrow keys scroll the element that has the focus, so code, equations and tables that are wider than
// their boxes become tab stops.
const BOXES = "pre, div.math, .cell_output > .output, .pst-scrollable-table-container";

const observer = new ResizeObserver((entries) => {
  // A table that was taken out of its box has none.
  const boxes = entries.flatMap(({ target }) => target.closest(BOXES) ?? []);
  // All reads come before the first write, so that the page is laid out only once.
  const wide = boxes.map((box) => box.scrollWidth > box.clientWidth);
  boxes.forEach((box, i) => {
    if (wide[i]) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  });
});
document.fonts.ready.then(() => {
  // A table also becomes wider when a font arrives, which leaves its box as it is.
  for (const node of document.querySelectorAll(`${BOXES}, .pst-scrollable-table-container > table`)) {
    observer.observe(node);
  }
});
