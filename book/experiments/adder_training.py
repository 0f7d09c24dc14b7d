"""Record the weights of the chapter's adder while it learns, for the explorable that shows them.

    python book/experiments/adder_training.py

It takes a few seconds. The record is package data, and the page gets the same numbers as a script.
"""

import json
import platform

import numpy as np

from rnn_by_hand.adder import draw_numbers, make_additions, train
from rnn_by_hand.explorables.script import FOLDER
from rnn_by_hand.records import write_record
from rnn_by_hand.records.adder import ADDER_TRAINING
from rnn_by_hand.vector_rnn import initial_params, to_vector

SEED = 1
N_STATES = 4
#: After how many steps of the descent; most of them while the groups of states form.
STEPS = [0, 5, 10, 14, 17, 20, 22, 24, 26, 30, 35, 40, 50, 60, 80, 200]
#: So few that a page can write them exactly, and so many that nothing on it depends on the rest.
DECIMALS = 4
#: How many of the sums that it learns from a picture shows.
N_SHOWN = 30

SCRIPT = """// @ts-check

/* Written by book/experiments/adder_training.py: what the adder had learned, and the sums to show. */

/** After how many steps of the descent the weights were recorded. */
export const STEPS = {steps};

/**
 * The weights at each of them, as `to_vector` lays them end to end: Wx, WRec, b, Wy and by.
 * @type {{number[][]}}
 */
export const WEIGHTS = [
{weights},
];

/** Pairs of numbers that the network learned to add. */
export const NUMBERS = {numbers};
"""


def weights_after(n_steps):
    """Train as the chapter does, and stop early.

    Parameters
    ----------
    n_steps : int
        After how many steps.

    Returns
    -------
    weights : list of float
        All weights, rounded.
    numbers : list of list of int, shape (2, 200)
        The numbers whose sums it learned.
    """
    rng = np.random.default_rng(SEED)
    numbers = draw_numbers(200, 8, rng)
    params = initial_params(2, N_STATES, 1, rng)
    if n_steps:
        params, _ = train(
            *make_additions(*numbers, 8), params, n_steps=n_steps
        )
    return to_vector(params).round(DECIMALS).tolist(), numbers


def record():
    """Train, and write the record and the script."""
    weights = [weights_after(n_steps)[0] for n_steps in STEPS]
    numbers = [some[:N_SHOWN] for some in weights_after(0)[1]]
    head = {
        "versions": {
            "Python": platform.python_version(),
            "NumPy": np.__version__,
        },
        "seed": SEED,
        "n_states": N_STATES,
        "steps": STEPS,
        "numbers": numbers,
    }
    write_record(ADDER_TRAINING, head, "weights", weights)
    rows = ",\n".join(f"  {json.dumps(row)}" for row in weights)
    script = SCRIPT.format(steps=STEPS, weights=rows, numbers=numbers)
    path = FOLDER / "adder-weights.js"
    path.write_text(script, encoding="utf8")


if __name__ == "__main__":
    record()
