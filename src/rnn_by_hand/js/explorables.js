// @ts-check
/*
 * Loads the scripts of the explorables on this page, and no others. Where there are many kinds, as on
 * the page that collects them, each is loaded when the reader comes within a screen of it, or follows
 * a link to a setting of it; until then its static figure stands in its place.
 */

/** So many kinds are loaded at once. */
const FEW = 4;

const all = [...document.querySelectorAll("article *")]
  .filter(({ localName }) => localName.startsWith("rnn-"));

/** @param {Element} explorable */
function load(explorable) {
  near.unobserve(explorable);
  import(`./rnn-${explorable.localName.slice(4)}.js`);
}

/** Load the explorable that the address names, see `Explorable`. */
function loadAddressed() {
  const [, name] = /^#([a-z-]+?)(-\d+)?:/.exec(location.hash) ?? [];
  const explorable = name && document.querySelector(`rnn-${name}`);
  if (explorable) load(explorable);
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) load(target);
}, { rootMargin: "100%" });

if (new Set(all.map(({ localName }) => localName)).size <= FEW) all.forEach(load);
else {
  for (const explorable of all) near.observe(explorable);
  loadAddressed();
  addEventListener("hashchange", loadAddressed);
}
