"""The exercises of the chapter on training."""

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import clipped_descent
from rnn_by_hand.surface import Surface

__all__ = ["clip_each", "limit_of_momentum", "twice_as_long"]


def _limit(len_sequence):
    """Find the largest rate at which gradient descent settles at (1, 1)."""
    xx, xr, rr = Surface(*make_dataset(len_sequence=len_sequence)).curvature(
        1, 1
    )
    return 2 / np.linalg.eigvalsh([[2 * xx, 2 * xr], [2 * xr, 2 * rr]])[-1]


_PLAIN = _limit(10)
_LONG = _limit(20)
_HEAVY = 1.9 * _PLAIN

limit_of_momentum = Pencil(
    "Near (1, 1), below which rate does momentum with a decay of 0.9 settle?",
    ["rate"],
    (
        (_HEAVY,),
        "across the ravine every step turns round, and what is kept of the last one "
        "shortens it, so the rate may be larger by the factor 1 + decay. That holds near "
        "(1, 1); from further out, momentum may blow up at less than half of it.",
    ),
    [
        ((_PLAIN,), "that is the limit without momentum."),
        (
            (_PLAIN / (1 - 0.9),),
            "a step that is kept goes on adding up only while the slope keeps its sign, "
            "and across the ravine the sign changes at every step.",
        ),
        (
            (_PLAIN / 1.9,),
            "the step that is kept points the other way, so momentum bears more, not less.",
        ),
        (((0, _HEAVY),), "that is below the limit: it settles there."),
        (((_HEAVY, 1e9),), "that is above the limit: it does not settle."),
    ],
    ["a rate is above 0."],
    rtol=0.01,
)

twice_as_long = Pencil(
    "What is the largest rate for sequences of twenty bits?",
    ["rate"],
    (
        (_LONG,),
        f"it is {_PLAIN / _LONG:.0f} times smaller, because the largest curvature grows "
        "nearly like the fourth power of the length.",
    ),
    [
        ((_PLAIN,), "that is the limit for ten bits."),
        (
            (2 * _LONG,),
            "is there a 2 in the Hessian? It is twice what `curvature` gives.",
        ),
        (((0, _LONG),), "that is below the limit: descent settles there."),
        (
            ((_LONG, 1e9),),
            "that is above the limit: descent does not settle.",
        ),
    ],
    ["a rate is above 0."],
    rtol=0.01,
)


def _slope(wx, wRec):
    """Give a gradient that is different wherever the weights, or their order, are."""
    return 10 * wx - 16, 20 * wRec + 4 * wx + 8


@exercise
def clip_each(answer):
    """Write an optimiser that clips each component of the gradient by itself."""
    surface = SimpleNamespace(gradient=_slope)
    right, rate, limit = np.array([2.0, -1.0]), 0.1, 3.0
    walk = answer(surface, right.copy(), rate, limit)
    by_length = next(clipped_descent(surface, right, rate, limit))
    if not isinstance(walk, Iterator):
        return False, "it must yield the weights after each step."
    for k in range(1, 5):
        right = right - rate * np.clip(_slope(*right), -limit, limit)
        w = next(walk)
        if not np.allclose(w, right):
            return False, (
                "this clips the length of both components together."
                if np.allclose(w, by_length)
                else f"after step {k} the weights are {np.round(w, 4).tolist()}; "
                f"they should be {np.round(right, 4).tolist()}."
            )
    return True, (
        "where one component is cut more than the other, the step turns away from the "
        "gradient, towards a diagonal. The axes stay the two weights, so what the step turns "
        "towards has nothing to do with the ravine."
    )
