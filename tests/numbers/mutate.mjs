/*
 * Breaks the numerical scripts, one place at a time, and counts how many of these mutants the
 * numbers recorded from Python find:
 *
 *     node mutate.mjs RECORDS [MODULE…]
 *
 * Each mutant is a process of its own, two at once, and ends at the first number that is wrong. Every
 * place counts; what is done to it is in MUTATIONS. One that lives changes nothing that can be seen
 * if `equivalent.json` says why.
 */

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";

const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDER = join(HERE, "../../src/rnn_by_hand/js");
const AT_ONCE = 2;
/** The part of the mutants that must be found, and the largest part that may be called equivalent. */
const LEAST = 0.9;
const MOST_EQUIVALENT = 0.03;

const OPERATORS = {
  "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "**": ["*"], ">>": ["<<"], "<<": [">>"], "&": ["|"], "|": ["&"],
  ">>>": [">>"],
  "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "===": ["!=="], "!==": ["==="],
  "&&": ["||"], "||": ["&&"], "??": ["&&"],
  "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "??=": ["="], "++": ["--"], "--": ["++"],
};

const FUNCTIONS = {
  min: "max", max: "min", floor: "ceil", ceil: "floor", round: "floor", sin: "cos", cos: "sin", some: "every", every: "some",
};

/** Calls that are left out: their argument, or what they are called on, stands in their place. */
const TRANSPARENT = ["abs", "sign"];
const DROPPED = ["reverse", "sort", "filter"];

/** For each kind of node, the texts that may stand in its place. */
const MUTATIONS = {
  BinaryExpression: operator,
  LogicalExpression: operator,
  AssignmentExpression: operator,
  UpdateExpression: operator,
  UnaryExpression: (node, source) => (["-", "!"].includes(node.operator) && node.argument.type !== "Literal"
    ? [[node, source(node.argument)]] : []),
  Literal: (node) => {
    if (typeof node.value === "boolean") return [[node, String(!node.value)]];
    if (typeof node.value === "string") return [[node, node.value ? '""' : '"!"']];
    if (typeof node.value !== "number") return [];
    return [[node, String(Number.isInteger(node.value) ? node.value + 1 : 2 * node.value)]];
  },
  TemplateLiteral: (node) => [[node, '""']],
  ConditionalExpression: ({ test }) => [[test, "true"], [test, "false"]],
  IfStatement: ({ test }) => [[test, "true"], [test, "false"]],
  ForStatement: ({ test }) => [[test, "false"]],
  WhileStatement: ({ test }) => [[test, "false"]],
  ExpressionStatement: (node) => [[node, ";"]],
  BreakStatement: (node) => [[node, ";"]],
  ContinueStatement: (node) => [[node, ";"]],
  CallExpression: (node, source) => {
    const { callee } = node;
    if (callee.type !== "MemberExpression") return [];
    const { name } = callee.property;
    if (FUNCTIONS[name]) return [[callee.property, FUNCTIONS[name]]];
    if (TRANSPARENT.includes(name)) return [[node, `(${source(node.arguments[0])})`]];
    return DROPPED.includes(name) ? [[node, source(callee.object)]] : [];
  },
};

function operator(node, source) {
  const { left, right, argument } = node;
  const [from, to] = left ? [left.end, right.start] : node.prefix ? [node.start, argument.start] : [argument.end, node.end];
  const text = source({ start: from, end: to });
  const start = from + text.indexOf(node.operator);
  return (OPERATORS[node.operator] ?? []).map((other) => [{ start, end: start + node.operator.length }, other]);
}

/** All mutants of a module. */
function mutantsOf(module) {
  const text = readFileSync(join(FOLDER, module), "utf8");
  const source = ({ start, end }) => text.slice(start, end);
  const found = [];
  const visit = (node) => {
    if (!node || typeof node.type !== "string" || node.type === "ImportDeclaration") return;
    for (const [{ start, end }, other] of MUTATIONS[node.type]?.(node, source) ?? []) {
      const line = text.slice(0, start).split("\n").length;
      found.push({
        module, line, code: text.split("\n")[line - 1].trim(), change: `${text.slice(start, end).replaceAll(/\s+/g, " ")} → ${other}`,
        text: text.slice(0, start) + other + text.slice(end),
      });
    }
    // A name in front of a colon is none of the values.
    const fields = node.type === "Property" && !node.computed ? ["value"] : Object.keys(node);
    for (const child of fields.flatMap((field) => node[field])) visit(child);
  };
  visit(parse(text, { ecmaVersion: "latest", sourceType: "module" }));
  return found;
}

/** What each module imports, directly or not. */
function importsOf(module, known = new Set()) {
  for (const [, name] of readFileSync(join(FOLDER, module), "utf8").matchAll(/^import [^"]* from "([^"]+)";$/gm)) {
    const other = posix.join(posix.dirname(module), name);
    if (known.has(other)) continue;
    known.add(other);
    importsOf(other, known);
  }
  return known;
}

/** Run the check, and give what it says: nothing if no number is wrong. */
function check(folder, records, modules, limit) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(HERE, "check.mjs"), folder, records, ...modules], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.on("data", (data) => { said += data; });
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? "" : said || "it does not end, or not well");
    });
  });
}

const [records, ...wanted] = process.argv.slice(2);
const all = readdirSync(records).map((name) => name.replace(/on$/, "").replace("_", "/"));
const modules = all.filter((module) => !wanted.length || wanted.includes(module));
const equivalent = JSON.parse(readFileSync(join(HERE, "equivalent.json"), "utf8"));
const began = performance.now();
const table = {};
const work = [];

for (const module of modules) {
  // Its own numbers come first, then those of whatever imports it.
  const asked = [module, ...all.filter((other) => importsOf(other).has(module))];
  table[module] = { sites: 0, killed: 0, survived: 0, equivalent: 0 };
  for (const mutant of mutantsOf(module)) work.push({ ...mutant, asked });
}

const folders = Array.from({ length: AT_ONCE }, () => mkdtempSync(join(tmpdir(), "mutants-")));
for (const folder of folders) {
  cpSync(FOLDER, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
}
const start = performance.now();
const broken = await check(folders[0], records, all, 1e6);
if (broken) throw new Error(`The numbers are wrong without any mutant: ${broken}`);
const limit = 4 * (performance.now() - start) + 2000;

const used = new Set();
await Promise.all(folders.map(async (folder) => {
  for (let mutant = work.shift(); mutant; mutant = work.shift()) {
    const { module, code, change, line, text, asked } = mutant;
    const path = join(folder, module);
    const before = readFileSync(path, "utf8");
    writeFileSync(path, text);
    const killed = await check(folder, records, asked, limit);
    writeFileSync(path, before);
    const argued = equivalent.some((one) => one.module === module && one.code === code && one.changes.includes(change));
    if (argued && !killed) used.add([module, code, change].join());
    const row = table[module];
    row.sites++;
    if (killed) row.killed++;
    else if (argued) row.equivalent++;
    else {
      row.survived++;
      console.log(`${module}:${line}: ${change}\n    ${code}`);
    }
  }
}));
for (const folder of folders) rmSync(folder, { recursive: true });

const total = { sites: 0, killed: 0, survived: 0, equivalent: 0 };
for (const row of Object.values(table)) for (const name of Object.keys(total)) total[name] += row[name];
const share = ({ sites, killed, equivalent }) => killed / (sites - equivalent);
const rows = Object.entries({ ...table, "all together": total });
for (const [name, row] of rows) {
  const { sites, killed, survived, equivalent } = row;
  console.log(`${name.padEnd(28)} ${[sites, killed, survived, equivalent].map((count) => String(count).padStart(6)).join("")}`
    + `  ${(100 * share(row)).toFixed(1)} %`);
}
console.log(`${"".padEnd(28)}  sites killed lived equivalent; ${Math.round((performance.now() - began) / 6000) / 10} minutes`);
const stale = equivalent.flatMap(({ module, code, changes }) => changes.map((change) => ({ module, code, change })))
  .filter(({ module, code, change }) => modules.includes(module) && !used.has([module, code, change].join()));
for (const { module, code, change } of stale) console.log(`equivalent.json has ${module}: ${change} in ${code}, but no such mutant lives`);
if (share(total) < LEAST || total.equivalent > MOST_EQUIVALENT * total.sites || stale.length) process.exit(1);
