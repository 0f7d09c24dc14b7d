// @ts-check

// The arrow keys scroll what has the focus, so the tabulator stops at code, equations and tables
// that are wider than their boxes.
const observer = new ResizeObserver((entries) => {
  // All are read before the first is changed: the page is laid out once.
  const wide = entries.map(({ target }) => target.scrollWidth > target.clientWidth);
  entries.forEach(({ target }, i) => {
    if (wide[i]) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  });
});
await document.fonts.ready;
for (const node of document.querySelectorAll("pre, div.math, .cell_output > .output, .pst-scrollable-table-container")) {
  observer.observe(node);
}
