"""Train from many starts with other first weights, other limits and other inputs, and record it.

    python book/experiments/practice.py

It takes about a quarter of an hour. The record is package data, so that a page finds it wherever it runs.
"""

import platform

import numpy as np

from rnn_by_hand.practice import (
    FORCING,
    adder_start,
    recall_start,
    wave_start,
)
from rnn_by_hand.records import write_record
from rnn_by_hand.records.practice import PRACTICE

N_STARTS = 30
QUANTILES = [0, 0.1, 0.5, 0.9, 0.99, 1]
STARTS = [0.1, 0.3, 1, "orthogonal", "identity"]
RELU = {"start": "identity", "activation": "ReLU"}
UNITS = [{}, {"n_states": 8}, {"rate": 0.01}]
LIMITS = [10, 1, 0.1, 0.01]
REACHES = [25, 20, 10]

#: The task, and the settings of each run.
RUNS = (
    [("adder", {"start": start}) for start in STARTS]
    + [
        ("recall", settings | other)
        for other in UNITS
        for settings in ([{"start": s} for s in STARTS] + [RELU])
    ]
    + [
        ("recall", {"start": start, "limit": limit})
        for start in (0.3, "identity")
        for limit in LIMITS
    ]
    + [
        ("recall", {"start": "orthogonal", "reach": reach})
        for reach in REACHES
    ]
    + [
        ("waves", {"forcing": forcing, "noise": noise})
        for noise in (0.1, 0.5)
        for forcing in FORCING
    ]
)


def run(task, settings):
    """Run every start with one setting."""
    seeds = range(N_STARTS)
    found = {"task": task, "first_seed": 0, "settings": settings}
    if task == "adder":
        found["right"] = [adder_start(seed, **settings) for seed in seeds]
    elif task == "recall":
        starts = [recall_start(seed, **settings) for seed in seeds]
        found["right"], norms = map(list, zip(*starts, strict=True))
        found["norms"] = [
            float(f"{q:.3g}") for q in np.quantile(norms, QUANTILES)
        ]
    else:
        starts = [wave_start(seed, **settings) for seed in seeds]
        for name, part in zip(("forced", "free", "late"), zip(*starts)):
            found[name] = [float(f"{error:.4g}") for error in part]
    return found


def record():
    """Run every start, and write the record."""
    runs = []
    for task, settings in RUNS:
        runs.append(run(task, settings))
        print(str(runs[-1])[:150], flush=True)
    versions = {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }
    head = {"versions": versions, "quantiles": QUANTILES}
    write_record(PRACTICE, head, "runs", runs)


if __name__ == "__main__":
    record()
