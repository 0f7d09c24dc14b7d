// @ts-check
import { enrol, keep, recall } from "./answers.js";
import { html } from "./lib/svg.js";

/*
 * Lets the reader choose an answer in a self-test before it opens. Without this script, and on paper,
 * each answer is a <details>; see CONTRIBUTING.md.
 */

const status = html("p", { class: "visually-hidden", role: "status" });

/**
 * Make a question out of the paragraph that asks it and its possible answers.
 * @param {HTMLParagraphElement} asked
 * @param {HTMLDetailsElement[]} answers
 * @param {string} id
 */
function ask(asked, answers, id) {
  // The number is no part of the question: another one may come before it.
  const question = wordsOf(asked).replace(/^\d+\.\s*/, "");
  const summaries = answers.map((answer) => /** @type {HTMLElement} */ (answer.querySelector("summary")));
  const texts = summaries.map(wordsOf);
  const radios = answers.map(() => html("input", { type: "radio", name: id }));
  const rows = radios.map((radio, i) =>
    html("div", {}, html("label", {}, radio, html("span", {}, ...copyOf(summaries[i]).childNodes))));
  const form = html("form", { class: "choice" }, html("fieldset", { "aria-labelledby": id }, ...rows));
  // Stands beside the answer that is chosen, so that it takes no room before.
  const see = html("button", {}, "See");
  const offer = () => rows[radios.findIndex((radio) => radio.checked)]?.append(see);
  asked.id = id;
  answers[0].before(form);

  /** Which answer the reader has seen first, or -1. */
  let chosen = -1;
  const mark = html("span", { class: "verdict" });
  const show = () => {
    form.classList.toggle("done", chosen !== -1);
    answers.forEach((answer, i) => {
      answer.classList.toggle("unseen", chosen === -1);
      answer.classList.toggle("chosen", i === chosen);
    });
    mark.remove();
    if (chosen === -1) return;
    mark.textContent = isRight(answers[chosen]) ? "✓ your answer, right" : "✗ your answer, not right";
    summaries[chosen].append(" ", mark);
  };

  form.addEventListener("change", offer);
  // Enter on an answer that is not chosen yet chooses it; once one is, Enter is the button.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || see.isConnected) return;
    event.preventDefault();
    event.target.checked = true;
    offer();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen = radios.findIndex((radio) => radio.checked);
    show();
    answers[chosen].open = true;
    summaries[chosen].focus();
    status.textContent = `Your answer is ${isRight(answers[chosen]) ? "" : "not "}right.`;
    keep(question, texts[chosen]);
  });

  chosen = texts.indexOf(/** @type {string} */ (recall(question)));
  show();
  enrol({
    kind: "question",
    state: () => (chosen === -1 ? "" : isRight(answers[chosen]) ? "right" : "answered"),
    clear() {
      chosen = -1;
      for (const answer of answers) answer.open = false;
      form.reset();
      see.remove();
      show();
    },
  });
}

/** @param {HTMLDetailsElement} answer */
function isRight(answer) {
  return /^\s*Right\./.test(answer.querySelector("summary ~ *")?.textContent ?? "");
}

/** @param {Element} node */
function copyOf(node) {
  return /** @type {Element} */ (node.cloneNode(true));
}

/**
 * The text of a node with each formula once, as MathML; the page has it as HTML, too.
 * @param {Element} node
 */
function wordsOf(node) {
  const copy = copyOf(node);
  for (const formula of copy.querySelectorAll(".katex-html")) formula.remove();
  return copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

/**
 * Each question, which is a paragraph that begins with its number, and the answers that follow it.
 * @type {Map<HTMLParagraphElement, HTMLDetailsElement[]>}
 */
const questions = new Map();
const section = document.querySelector("#test-yourself");
/** @type {HTMLDetailsElement[]} */
let answers = [];
for (const node of section?.children ?? []) {
  if (node instanceof HTMLDetailsElement) answers.push(node);
  else if (node instanceof HTMLParagraphElement && /^\d+\.$/.test(node.firstElementChild?.textContent ?? "")) {
    answers = [];
    questions.set(node, answers);
  }
}
section?.append(status);
[...questions].forEach(([asked, answers], i) => {
  if (answers.length) ask(asked, answers, `question-${i + 1}`);
});
