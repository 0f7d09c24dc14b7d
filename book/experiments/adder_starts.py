"""Train the adder from a hundred starts in each of several settings, and record what became of them.

    python book/experiments/adder_starts.py

It takes a few minutes. The record is package data, so that a page finds it wherever it runs.
"""

import inspect
import platform

import numpy as np

from rnn_by_hand.adder import one_start
from rnn_by_hand.records import write_record
from rnn_by_hand.records.adder import ADDER_STARTS

N_STARTS = 100

#: What differs from the page, in the words of its table; the first seed; the settings.
RUNS = [
    ("as on this page", 0, {}),
    ("the same, another hundred starts", 100, {}),
    ("2 units", 0, {"n_states": 2}),
    ("3 units", 0, {"n_states": 3}),
    ("6 units", 0, {"n_states": 6}),
    ("scale 0.1", 0, {"scale": 0.1}),
    ("scale 1", 0, {"scale": 1}),
    ("scale 1, 1000 steps", 0, {"scale": 1, "n_steps": 1000}),
    ("100 steps", 0, {"n_steps": 100}),
    ("400 steps", 0, {"n_steps": 400}),
    ("rate 0.02", 0, {"rate": 0.02}),
    ("rate 0.1", 0, {"rate": 0.1}),
]


def record():
    """Run every start, and write the record."""
    runs = []
    for name, first_seed, settings in RUNS:
        seeds = range(first_seed, first_seed + N_STARTS)
        starts = [one_start(seed, **settings) for seed in seeds]
        right, tells, together = map(list, zip(*starts, strict=True))
        runs.append(
            {
                "name": name,
                "first_seed": first_seed,
                "settings": settings,
                "right": right,
                "tells": tells,
                "together": together,
            }
        )
        print(f"{name}: {right.count(300)} of {N_STARTS}", flush=True)
    versions = {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(one_start).parameters.items()
        if name != "seed"
    }
    head = {"versions": versions, "defaults": defaults}
    write_record(ADDER_STARTS, head, "runs", runs)


if __name__ == "__main__":
    record()
