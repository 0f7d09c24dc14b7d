// @ts-check

// Arrow keys scroll the element that has the focus, so code, equations and tables that are wider than
// their boxes become tab stops.
const observer = new ResizeObserver((entries) => {
  // All reads come before the first write, so that the page is laid out only once.
  const wide = entries.map(({ target }) => target.scrollWidth > target.clientWidth);
  entries.forEach(({ target }, i) => {
    if (wide[i]) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  });
});
document.fonts.ready.then(() => {
  for (const node of document.querySelectorAll("pre, div.math, .cell_output > .output, .pst-scrollable-table-container")) {
    observer.observe(node);
  }
});
