"""The pencil exercises of the book, and some that only the tests have."""

import math
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from rnn_by_hand import exercises
from rnn_by_hand.exercises import Pencil

TWO = Pencil(
    "What are a and b?",
    ["a", "b < 2"],
    ((1 / 3, -2), "a is a third & b isn't."),
    [
        ((-2, 1 / 3), "the other way round."),
        (((0, 1), 5), "a is between 0 and 1, and b is 5."),
        ((None, 0), "b is 0."),
    ],
    ["a is not a third.", "b is not minus 2."],
)
#: Every kind of entry, and numbers that no float holds exactly.
SAMPLES = [
    TWO,
    Pencil("One?", ["x"], ([7], "seven."), [], ["not seven."], rtol=0),
    Pencil("Zero?", ["x"], ([0], "none."), [([-0.1], "a bit.")], ["some."]),
    Pencil(
        "Large?",
        ["x", "y"],
        ([(1, math.inf), None], "above 1."),
        [
            ([(-math.inf, 0), (0.1, 0.3)], "below 0."),
            ([-1e300, 1e-300], "no."),
        ],
        ["between.", "any."],
        rtol=0.02,
    ),
    Pencil(
        "Ten?",
        [f"S_{k}" for k in range(1, 11)],
        (0.9 ** np.arange(10), "powers."),
        [(np.arange(10) / 10, "a line."), ([1] + 9 * [None], "the first.")],
        [f"S_{k} is wrong." for k in range(1, 11)],
    ),
]


def pencils():
    """Give all pencil exercises of the book, by module and name."""
    for module in iter_modules(exercises.__path__, "rnn_by_hand.exercises."):
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, Pencil):
                yield f"{module.name.rpartition('.')[2]}.{name}", value
