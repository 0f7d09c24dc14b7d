// @ts-check
/* Loads the scripts of the explorables on this page, and no others. */

const tags = [...document.querySelectorAll("article *")]
  .map(({ localName }) => localName)
  .filter((tag) => tag.startsWith("rnn-"));
for (const tag of new Set(tags)) import(`./${tag}.js`);
