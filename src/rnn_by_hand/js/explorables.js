// @ts-check
/* Loads the scripts of the explorables that this page has, and no others. */

const tags = [...document.querySelectorAll("article *")]
  .map(({ localName }) => localName)
  .filter((tag) => tag.startsWith("rnn-"));
for (const tag of new Set(tags)) import(`./${tag}.js`);
