"""Train every kind of network on what has to be remembered, and record what became of each.

    python book/experiments/gates.py

It takes about half an hour. The record is package data, so that a page finds it wherever it runs.
"""

import inspect
import json
import platform
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import numpy as np

from rnn_by_hand.memory_tasks import one_run
from rnn_by_hand.records import write_record
from rnn_by_hand.records.gates import GATES

RATES = [0.003, 0.01, 0.03]

ONE_UNIT = {"n_states": 1, "n_updates": 2000}
COUNTING = ["tanh", "GRU", "LSTM 1"]
ADDING = ["tanh", "GRU", "LSTM", "LSTM 1", "LSTM 3"]

#: The task, the length of its sequences, the kinds, the rates, how many seeds, other settings.
RUNS = [
    ("count", 30, COUNTING, RATES, 10, {}),
    ("count", 30, COUNTING, RATES, 10, ONE_UNIT),
    ("adding", 10, ADDING, RATES, 3, {}),
    ("adding", 50, ADDING, RATES, 3, {}),
    ("adding", 200, ADDING, RATES, 3, {}),
    # More starts and more updates, at the rate at which most had learned.
    ("adding", 200, ADDING, [0.03], 5, {"n_updates": 3000}),
    # As the chapter trains its one unit, on the same sequences again and again.
    ("count", 30, ["LSTM 1"], [0.02], 10, ONE_UNIT | {"n_sequences": 100}),
    # With more numbers than a GRU of 16 units has.
    ("count", 30, ["tanh"], RATES, 10, {"n_states": 30}),
]


def every_run():
    """List the arguments of every run."""
    return [
        {
            "kind": kind,
            "task": task,
            "n_steps": n_steps,
            "rate": rate,
            "seed": seed,
            **settings,
        }
        for task, n_steps, kinds, rates, n_seeds, settings in RUNS
        for kind, rate, seed in product(kinds, rates, range(n_seeds))
    ]


def outcome(arguments):
    """Make one run, and put its result beside its arguments."""
    updates, error, right = one_run(**arguments)
    result = {"updates": updates, "error": error, "right": right}
    print(json.dumps(arguments | result), flush=True)
    return arguments | result


def record(n_processes=2):
    """Make every run, and write the record."""
    with ProcessPoolExecutor(n_processes) as pool:
        runs = list(pool.map(outcome, every_run()))
    versions = {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(one_run).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }
    head = {"versions": versions, "defaults": defaults}
    write_record(GATES, head, "runs", runs)


if __name__ == "__main__":
    record()
