// @ts-check
import { N, n } from "./dataset.js";
/** @import { Pass } from "./dataset.js" */

/*
 * The bugs of bug_zoo.py by name: what each changes in the backward pass, and what gives it away.
 */

/** @type {Record<string, {changes: Partial<Pass>, clue: string}>} */
export const BUGS = {
  "forgot the 2": {
    changes: { scale: 1 },
    clue: "Both ratios are 0.5 at every point: the 2 of the squared error is missing.",
  },
  "1/N twice": {
    changes: { scale: 2 / N },
    clue: "Both ratios are 1/50 at every point: the mean over the 50 samples is taken twice.",
  },
  "1/N never": {
    changes: { divisor: 1 },
    clue: "Both ratios are 50 at every point: the mean over the 50 samples is never taken.",
  },
  sign: {
    changes: { scale: -2 },
    clue: "Both ratios are −1 at every point: t − y stands where y − t belongs.",
  },
  "wx for wRec": {
    changes: { carry: (wx) => wx },
    clue: "Both ratios change with the point, and both are 1 wherever the two weights are equal: "
      + "the step back multiplies by wx.",
  },
  "no wRec": {
    changes: { carry: () => 1 },
    clue: "Both ratios change with the point, and both are 1 wherever wRec is 1: "
      + "the step back multiplies by nothing.",
  },
  "S[k] for S[k-1]": {
    changes: { lag: 0 },
    clue: "wx is right at every point and wRec is not. They share the step back, "
      + "so the fault is in the state that wRec was multiplied by.",
  },
  "stops one early": {
    changes: { last: 1 },
    clue: "wRec is right at every point and wx is not. Only step 1 is missing, "
      + "and there S₀ = 0 hides it from wRec.",
  },
  "= for +=": {
    changes: { adds: false },
    clue: "The ratio of wRec is 0 at every point: all that is left is step 1, "
      + "and its state is S₀ = 0.",
  },
  "stops after three": {
    changes: { last: n - 3 },
    clue: "Both ratios are 1 where wRec is 0, and go wrong as the old inputs begin to count: "
      + "the old steps are missing.",
  },
};

/** Published links name a mystery, so each keeps hiding the same bug; new ones go at the end. */
const HIDDEN = [
  "forgot the 2", "stops one early", "wx for wRec", "1/N twice", "= for +=",
  "no wRec", "1/N never", "stops after three", "S[k] for S[k-1]", "sign",
];

/** The bug that each mystery hides, both by name. */
export const MYSTERIES = Object.fromEntries(HIDDEN.map((bug, i) => [`mystery ${i + 1}`, bug]));
