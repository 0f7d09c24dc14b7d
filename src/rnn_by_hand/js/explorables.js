// @ts-check
/*
 * Loads the script of an explorable when the reader comes within a screen of it, or follows a link
 * to a setting of it. Until then, and on paper, its static figure stands in its place.
 */

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) load(target);
}, { rootMargin: "100%" });

/** @param {Element} explorable */
function load(explorable) {
  near.unobserve(explorable);
  import(`./${explorable.localName}.js`);
}

/** Load the explorable that the address names, see `Explorable`. */
function loadAddressed() {
  const [, name] = /^#([a-z-]+?)(-\d+)?:/.exec(location.hash) ?? [];
  const explorable = name && document.querySelector(`rnn-${name}`);
  if (explorable) load(explorable);
}

for (const element of document.querySelectorAll("article *")) {
  if (element.localName.startsWith("rnn-")) near.observe(element);
}
loadAddressed();
addEventListener("hashchange", loadAddressed);
