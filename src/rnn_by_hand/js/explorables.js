// @ts-check
/* Loads the explorables that are on the page, and nothing else. */

const tags = [...document.querySelectorAll("article *")]
  .map(({ localName }) => localName)
  .filter((tag) => tag.startsWith("rnn-"));
for (const tag of new Set(tags)) import(`./${tag}.js`);
