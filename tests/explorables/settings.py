"""Settings at which an explorable has the most trouble to stay legible."""

import itertools

from in_page import bits

from rnn_by_hand.bug_zoo import BUGS
from rnn_by_hand.explorables import _MYSTERIES
from rnn_by_hand.optimizers import OPTIMIZERS

WEIGHTS = [
    *((1, 1), (1.3, -1.2), (0, 0), (0, 1), (1, 0), (2.37, 1.99), (3, 3)),
    *((-3, 3), (3, -3), (-3, -3), (-1, 0.01), (3, -0.01), (-0.25, -2.05)),
]


def extremes(tag):
    """Give settings at which numbers are as long, large, small or close as they get."""
    others = {
        "rnn-states": [{"x": bits(x)} for x in ("1" * 10, "10" * 5, "0" * 10)],
        "rnn-unrolled": [
            {"n": n, "k": k}
            for n in (2, 10, 23, 60)
            for k in sorted({1, n // 2, n - 1, n})
        ],
        "rnn-loss-surface": [{"zoom": zoom} for zoom in range(7)],
        "rnn-bptt": [
            {"x": bits(x), "step": step}
            for x in ("1" * 10, "10" * 5, "0" * 10, "0000000001")
            for step in (0, 10, 11, 14, 20)
        ],
        "rnn-gradient-check": [
            {"difference": difference, "precision": precision}
            for difference in ("central", "forward")
            for precision in ("float64", "float32")
        ],
        "rnn-descent": [{"optimizer": name} for name in OPTIMIZERS],
    }[tag]
    more = {
        "rnn-gradient-check": {
            "eps": (1e-14, 1e-6, 1, 5e-13, 0.2),
            "bug": ("none", *BUGS, *_MYSTERIES),
        },
        "rnn-descent": {
            "rate": (1e-5, 1e-3, 1, 1),
            "steps": (7, 500, 9, 500),
            "show": ("fates", *("loss",) * 6),
        },
    }.get(tag, {})
    turns = {name: itertools.cycle(values) for name, values in more.items()}
    for (wx, wRec), other in itertools.product(WEIGHTS, others):
        turn = {name: next(values) for name, values in turns.items()}
        yield {"wx": wx, "wRec": wRec, **other, **turn}
    if tag == "rnn-loss-surface":
        # Close to the border of the whole map.
        for wRec in (-2.955, 2.955, 0):
            yield {"wx": -2.955, "wRec": wRec, "zoom": 6}
