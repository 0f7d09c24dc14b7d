"""Search the settings of six optimisers alike, and record how many starts arrive with each.

Each optimiser is tried with 125 settings. A learning rate, or what takes its place, goes from
0.00001 to 10. Where an optimiser has a second setting worth a search, 25 rates are combined with
five values of it; where it has none, there are 125 rates over the same range. Every setting takes
2000 steps from the same 41 × 41 starts, and it is counted how many of them are below a loss after
500, 1000 and 2000 steps. The best setting is the first with the most starts below 0.01 after 500.
The best settings are then tried on other data sets.

Beside the search there is a race: each optimiser starts at (1, 0.5) on the same data sets, with one
setting each, and it is noted when the loss is below a millionth for the first time, and for good.
On the data of the book each is also given 125 rates, and the one that is fastest for good is noted.

    python book/experiments/search_optimisers.py

writes the record that the book shows. It takes a few minutes.
"""

import json

import numpy as np

from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import BOUND, OPTIMIZERS, descend
from rnn_by_hand.records import OPTIMIZER_SEARCH
from rnn_by_hand.surface import Surface

SIDE = 41
CAPS = (500, 1000, 2000)
LOSSES = (1e-2, 1e-4, 1e-6)
SEEDS = range(1, 61)

#: The second setting of an optimiser, and its values. The defaults are among them.
SECOND = {
    "clipped descent": ("limit", (1, 10, 100, 1000, 10000)),
    "momentum": ("decay", (0.5, 0.8, 0.9, 0.95, 0.99)),
    "Rprop": ("eta_plus", (1.05, 1.1, 1.2, 1.5, 2)),
    "Adam": ("beta2", (0.9, 0.97, 0.99, 0.997, 0.999)),
}


#: The settings of the race, which are those of the chapter before it searches any.
RACE = {name: 0.1 if name == "Adam" else 1e-3 for name in OPTIMIZERS}
RACE_STEPS = 5000


def settings_of(name):
    """List the 125 settings of an optimiser, each the arguments of `descend`."""
    if name not in SECOND:
        return [{"rate": rate} for rate in _rates(125)]
    second, values = SECOND[name]
    return [
        {"rate": rate, second: value}
        for rate in _rates(25)
        for value in values
    ]


def _rates(count):
    # Rounded, so that a page can print what was used.
    return [float(f"{rate:.3g}") for rate in np.geomspace(1e-5, 10, count)]


def arrivals(name, setting, surface, caps=CAPS, losses=LOSSES):
    """Count the starts below each loss after each number of steps.

    Returns
    -------
    list of list of int
        A row for each number of steps, with a count for each loss.
    """
    axis = np.linspace(-3, 3, SIDE)
    wRec, wx = np.meshgrid(axis, axis)
    path = descend(
        OPTIMIZERS[name], surface, wx, wRec, n_steps=max(caps), **setting
    )
    rows = []
    for cap in caps:
        within = np.abs(path[cap]).max(axis=0) <= BOUND
        height = surface.loss(*path[cap])
        rows.append([int(np.sum(within & (height < loss))) for loss in losses])
    return rows


def search(name):
    """Try every setting of an optimiser, and the best of them on other data."""
    surface = Surface(*make_dataset())
    tried = [
        {**setting, "arrived": arrivals(name, setting, surface)}
        for setting in settings_of(name)
    ]
    best = int(np.argmax([one["arrived"][0][0] for one in tried]))
    others = [
        arrivals(
            name,
            settings_of(name)[best],
            Surface(*make_dataset(seed=seed)),
            losses=LOSSES[:1],
        )
        for seed in SEEDS
    ]
    others = [[count for (count,) in rows] for rows in others]
    return {"best": best, "other data": others, "tried": tried}


def race(name, seed, rate=None, n_steps=RACE_STEPS):
    """Go down from (1, 0.5).

    Returns
    -------
    first, lasting : int or None
        The step from which the loss is below a millionth once, and the one from which it is until
        the end.
    """
    surface = Surface(*make_dataset(seed=seed))
    rate = RACE[name] if rate is None else rate
    path = descend(OPTIMIZERS[name], surface, 1, 0.5, rate, n_steps)
    low = (surface.loss(*path.T) < 1e-6) & (np.abs(path).max(axis=1) <= BOUND)
    steps = np.arange(n_steps + 1)
    first = steps[low].min(initial=n_steps + 1)
    lasting = steps[~low].max(initial=-1) + 1
    return [int(k) if k <= n_steps else None for k in (first, lasting)]


def fastest(name):
    """Find the rate with which the race is shortest.

    Returns
    -------
    rate : float
        The first of 125 rates with the fewest steps.
    lasting : int
        The step from which the loss is below a millionth until the end.
    """
    steps = {rate: race(name, 0, rate)[1] or np.inf for rate in _rates(125)}
    rate = min(steps, key=steps.get)
    return [rate, steps[rate]]


def record():
    """Search the settings of all six, and say what was counted."""
    return {
        "starts": SIDE**2,
        "steps": CAPS,
        "losses": LOSSES,
        "seeds": [*SEEDS],
        "optimizers": {name: search(name) for name in OPTIMIZERS},
        "race": {
            name: [race(name, seed) for seed in [0, *SEEDS]]
            for name in OPTIMIZERS
        },
        "fastest": {name: fastest(name) for name in OPTIMIZERS},
    }


if __name__ == "__main__":
    text = json.dumps(record(), separators=(",", ":"))
    # A line for each setting.
    text = text.replace('{"rate', '\n{"rate').replace('},"', '},\n"')
    OPTIMIZER_SEARCH.write_text(text + "\n", encoding="utf8")
