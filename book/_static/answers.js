// @ts-check

/*
 * Keeps the answers to the exercises and self-tests of a page in the reader's own browser, and says
 * at the end of the page how far the reader has come. Nothing is sent anywhere.
 *
 * Each page has one item in the storage, named after its address. In it, an answer stands under the
 * text of its question: changing anything else on the page neither loses an answer nor moves it to
 * another question, and after a question has been reworded it is asked anew.
 */

const FOLDER = `answers:${location.pathname.replace(/[^/]*$/, "")}`;
const KEY = FOLDER + location.pathname.replace(/.*\//, "").replace(/\.html$/, "");

/** Null where storage is blocked: then even reading `localStorage` throws. */
const storage = (() => {
  try {
    return localStorage;
  } catch {
    return null;
  }
})();

/**
 * The answers to this page, by question, as another tab may have left them.
 * @returns {Record<string, unknown>}
 */
function load() {
  try {
    const found = JSON.parse(storage?.getItem(KEY) ?? "{}");
    return found instanceof Object ? found : {};
  } catch {
    return {};
  }
}

/**
 * The answer that is kept, if there is one. It may have been written by an earlier version of the
 * page, so that nothing is certain about it.
 * @param {string} question
 * @returns {unknown}
 */
export function recall(question) {
  return load()[question];
}

/** Whether an answer outlives the page: page.js may have put something else in place of the storage. */
let lasting = storage instanceof Storage;

/**
 * @param {string} question
 * @param {unknown} answer
 */
export function keep(question, answer) {
  try {
    storage?.setItem(KEY, JSON.stringify({ ...load(), [question]: answer }));
  } catch {
    lasting = false; // the storage is full
  }
  tell();
}

/**
 * A question or a pencil exercise on the page.
 * @typedef {object} Task
 * @property {"question" | "exercise"} kind
 * @property {() => "" | "answered" | "right"} state
 * @property {() => void} clear forgets the answer on the screen
 */

/** @type {Task[]} */
const tasks = [];

/** @param {Task} task */
export function enrol(task) {
  tasks.push(task);
  if (!line.isConnected) place()?.append(line);
  tell();
}

const text = document.createElement("p");
text.tabIndex = -1;
const here = button("Clear my answers", () => storage?.removeItem(KEY));
const everywhere = button("Clear all pages", () => {
  for (const key of [KEY, ...others()]) storage?.removeItem(key);
});
const line = document.createElement("div");
line.className = "answers";
line.append(text, here, everywhere);

/**
 * @param {string} name
 * @param {() => void} act
 */
function button(name, act) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = name;
  node.addEventListener("click", () => {
    act();
    for (const task of tasks) task.clear();
    tell();
    // The button is gone, and what it did can be read here.
    text.focus();
  });
  return node;
}

/** The other pages of the book with answers. */
function others() {
  return Object.keys(storage ?? {}).filter((key) => key.startsWith(FOLDER) && key !== KEY);
}

function place() {
  return document.querySelector("#test-yourself")
    ?? document.querySelector("book-exercise")?.closest("section, article");
}

function tell() {
  const [questions, exercises] = ["question", "exercise"].map((kind) => tasks.filter((task) => task.kind === kind));
  const count = (/** @type {Task[]} */ some) => some.filter((task) => task.state()).length;
  const right = (/** @type {Task[]} */ some) => some.filter((task) => task.state() === "right").length;
  const all = (/** @type {Task[]} */ { length }, /** @type {string} */ name) => `${length} ${name}${length === 1 ? "" : "s"}`;
  const parts = [];
  if (questions.length) {
    const done = count(questions) ? `, ${right(questions)} right` : "";
    parts.push(`${count(questions)} of ${all(questions, "question")} answered${done}`);
  }
  if (exercises.length) parts.push(`${right(exercises)} of ${all(exercises, "pencil exercise")} solved`);
  const kept = lasting
    ? "Answers stay in this browser."
    : "This browser keeps no answers: they are gone when you leave the page.";
  text.textContent = `${parts.join("; ")}. ${kept}`;
  here.hidden = !count(tasks);
  everywhere.hidden = !others().length;
}
