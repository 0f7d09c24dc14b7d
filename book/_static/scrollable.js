// @ts-check

// The arrow keys scroll what has the focus. The theme lets the tabulator stop at code where it is
// wider than its box; the same for equations and tables.
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
await document.fonts.ready;
for (const node of document.querySelectorAll("div.math, .pst-scrollable-table-container")) {
  observer.observe(node);
}
