// @ts-check
/* Loads what the exercises and the self-test of this page need, if it has any. */

if (document.querySelector("book-exercise")) import("./book-exercise.js");
if (document.querySelector("#test-yourself")) import("./self-test.js");
