// @ts-check
import { factor, reading } from "./format.js";
import { each } from "./shapes.js";
import { html, svg, symbol, write } from "./svg.js";
/** @import { StatesReadout } from "../numbers/states.js" */

/* What the explorables that show a network have in common. */

/** All marks of a kind form one path: a dot is a stroke of length 0, a bar is a wide stroke. */
export const GRAPH_STYLE = `
.graph path { stroke: currentColor; stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; }
.graph .bars { stroke-linecap: butt; }
.graph .square { stroke-linecap: square; }
.graph .hole { stroke: var(--paper); }
.factor { font-family: var(--pst-font-family-monospace, ui-monospace, monospace); font-weight: 600; }
`;

/**
 * The letters that label the rows of a graph.
 * @param {Record<string, string>} colours
 */
export function makeLetters(colours) {
  return Object.entries(colours).map(([letter, colour]) =>
    svg("text", { class: `symbol ${colour}`, "text-anchor": "end" }, letter));
}

/** One step of the recurrence, first in letters, then in numbers, in the order of the figure. */
export function makeEquation() {
  const [k, before, bit] = each(1, 3, () => html("sub"));
  const was = html("span", { class: "state" });
  const wRec = html("span", { class: "wrec" });
  const x = html("span", { class: "x" });
  const wx = html("span", { class: "wx" });
  const sum = html("span", { class: "state" });
  return {
    node: html("p", { class: "equation" },
      html("span", {},
        symbol("S", "state", k), " = ",
        symbol("S", "state", before), " · ", html("b", { class: "wrec" }, "wRec"), " + ",
        symbol("x", "x", bit), " · ", html("b", { class: "wx" }, "wx")),
      " ",
      html("span", {}, "= ", was, " · ", wRec, " + ", x, " · ", wx, " = ", sum)),
    /**
     * @param {number} step
     * @param {StatesReadout} shown
     */
    show(step, shown) {
      write(k, String(step));
      write(bit, String(step));
      write(before, String(step - 1));
      write(was, factor(shown.S[step - 1], reading));
      write(wRec, factor(shown.wRec, reading));
      write(x, String(shown.x[step - 1]));
      write(wx, factor(shown.wx, reading));
      write(sum, reading(shown.S[step]));
    },
  };
}
