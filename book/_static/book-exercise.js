// @ts-check
import { enrol, keep, recall } from "./answers.js";
import { judge, read, sentence, ways } from "./judge.js";
import { html } from "./lib/svg.js";
/** @import { Rules } from "./judge.js" */

/*
 * A pencil exercise: fields to type numbers in, and what there is to say about them. The element
 * comes from `Pencil` in exercises/__init__.py; the text in it is the verdict on no answer.
 */

let made = 0;

class BookExercise extends HTMLElement {
  connectedCallback() {
    if (!this.querySelector("form")) makeForm(this, `exercise-${++made}`);
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} id for the verdict
 */
function makeForm(element, id) {
  const unanswered = element.textContent?.trim() ?? "";
  /** @type {Rules} */
  const rules = JSON.parse(element.getAttribute("rules") ?? "");
  const { question, fields } = rules;
  const verdict = html("p", { id, class: "verdict", role: "status" });
  const labels = fields.map((field) => {
    const input = html("input", { autocomplete: "off", spellcheck: "false", "aria-describedby": id });
    // A phone's keyboard for decimals may have no minus sign.
    if (!hasNegative(rules)) input.inputMode = "decimal";
    return { input, label: html("label", {}, html("span", {}, ...inColour(field)), input) };
  });
  const inputs = labels.map(({ input }) => input);
  const grid = html("div", { class: "fields" }, ...labels.map(({ label }) => label));
  grid.style.setProperty("--length", String(Math.max(...fields.map(({ length }) => length))));
  const form = html("form", { novalidate: "" }, grid, html("button", {}, "Check"), verdict);

  /** @param {string[]} typed */
  const look = (typed) => {
    if (typed.every((text) => !text.trim())) return { words: unanswered, at: 0, right: false };
    const numbers = typed.map(read);
    const at = numbers.indexOf(null);
    if (at !== -1) return { words: `Not yet: ${unread(fields[at], typed[at])}`, at, right: false };
    const { right, why } = judge(rules, /** @type {number[]} */ (numbers));
    return { words: sentence({ right, why }), at, right };
  };

  /**
   * What was typed when the reader last asked, if ever.
   * @type {string[] | null}
   */
  let judged = null;
  const typed = () => inputs.map(({ value }) => value);

  const say = () => {
    const { words, right } = judged ? look(judged) : { words: "", right: false };
    const [, start, rest] = /^(Right)?(.*)$/s.exec(words) ?? [];
    verdict.replaceChildren(...(right ? [html("strong", {}, start)] : [start ?? ""]), ...inColour(rest));
  };
  /** Tell a verdict on what is typed from one on what was typed before. */
  const compare = () => {
    verdict.classList.toggle("outdated", judged !== null && typed().join("\n") !== judged.join("\n"));
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    judged = typed();
    const { at } = look(judged);
    inputs.forEach((input, i) => { input.ariaInvalid = i === at ? "true" : null; });
    inputs[at]?.focus();
    say();
    compare();
    keep(question, { typed: judged, judged });
  });
  form.addEventListener("input", ({ target }) => {
    if (target instanceof Element) target.ariaInvalid = null;
    compare();
    keep(question, { typed: typed(), judged });
  });

  const kept = /** @type {any} */ (recall(question));
  const isAnswer = (/** @type {any} */ texts) =>
    Array.isArray(texts) && texts.length === fields.length && texts.every((text) => typeof text === "string");
  if (isAnswer(kept?.typed)) inputs.forEach((input, i) => { input.value = kept.typed[i]; });
  if (isAnswer(kept?.judged)) judged = kept.judged;
  say();
  compare();

  element.setAttribute("role", "group");
  element.setAttribute("aria-label", question);
  element.replaceChildren(form);
  enrol({
    kind: "exercise",
    state() {
      if (judged && look(judged).right) return "right";
      return typed().some(Boolean) ? "answered" : "";
    },
    clear() {
      form.reset();
      for (const input of inputs) input.ariaInvalid = null;
      judged = null;
      say();
      compare();
    },
  });
}

/**
 * Why a text is no answer.
 * @param {string} field
 * @param {string} text
 */
function unread(field, text) {
  if (!text.trim()) return `“${field}” is still empty.`;
  const both = ways(text);
  if (both) return `“${text.trim()}” at “${field}” could be ${both.join(" or ")}; write one of the two.`;
  return `“${text.trim()}” at “${field}” cannot be read as a number; write one like 0.5, −2 or 1/3.`;
}

/** @param {Rules} rules */
function hasNegative({ patterns }) {
  return patterns.flat(2).some((number) => number !== null && number < 0);
}

/**
 * A text in which the weights have the colours that they have everywhere.
 * @param {string} text
 */
function inColour(text) {
  return text.split(/\b(wx|wRec)\b/).map((part, i) =>
    i % 2 ? html("code", { class: `rnn-${part.toLowerCase()}` }, part) : part);
}

customElements.define("book-exercise", BookExercise);
