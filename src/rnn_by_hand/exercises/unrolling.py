"""The exercises of the chapter on unrolling."""

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.model import forward_states, make_dataset

__all__ = ["half_gone", "longest", "polynomial"]


def _left(wRec, steps):
    return f"at {wRec}, {wRec**steps:.4f} is left after {steps} steps"


_EXACT = [np.log(0.5) / np.log(wRec) for wRec in (0.9, 0.99)]
_HALF = [int(np.ceil(steps)) for steps in _EXACT]
_BEFORE = [f"{_left(r, m - 1)}: " for r, m in zip((0.9, 0.99), _HALF)]

half_gone = Pencil(
    "After how many steps is less than half of an input left, at wRec = 0.9 and at 0.99?",
    ["wRec = 0.9", "wRec = 0.99"],
    right=(
        _HALF,
        "a wRec ten times closer to 1 remembers about ten times as long.",
    ),
    slips=[
        (
            ((_HALF[0] - 0.9, _HALF[0] - 0.1), None),
            "a number of steps is whole: round up to the first step with less than half left.",
        ),
        (
            (_HALF[0], (_HALF[1] - 0.9, _HALF[1] - 0.02)),
            "a number of steps is whole: round up to the first step with less than half left.",
        ),
        ((_HALF[0] - 1, None), _BEFORE[0] + "not yet less than half."),
        ((_HALF[0], _HALF[1] - 1), _BEFORE[1] + "not yet less than half."),
        (
            (_HALF[0] + 1, None),
            f"{_left(0.9, _HALF[0])}: less than half already.",
        ),
        (
            (_HALF[0], _HALF[1] + 1),
            f"{_left(0.99, _HALF[1])}: less than half already.",
        ),
        (
            (5, 50),
            "each step takes away a part of what is left, not of what there was at first.",
        ),
    ],
    otherwise=[
        f"{_left(0.9, _HALF[0])}, and {0.9 ** (_HALF[0] - 1):.4f} one step before.",
        f"{_left(0.99, _HALF[1])}, and {0.99 ** (_HALF[1] - 1):.4f} one step before.",
    ],
    rtol=1e-4,
)


@exercise
def polynomial(answer):
    """Which function of the bits, wx and wRec gives the output, by way of np.polyval?"""
    X, _ = make_dataset()
    points = ((1.0, 1.0), (0.8, 1.1), (1.5, -0.6))
    right = np.array([forward_states(X, *point)[:, -1] for point in points])
    given = np.array([[answer(x, *point) for x in X] for point in points])
    if np.allclose(given, right, rtol=1e-9, atol=1e-12):
        return True, (
            "polyval multiplies by wRec and adds the next coefficient, again and again, and "
            "that is this recurrence. It is called Horner's rule."
        )
    wx, wRec = np.array(points).T[:, :, np.newaxis]
    reversed_rows = [forward_states(X[:, ::-1], *p)[:, -1] for p in points]
    slips = (
        (
            reversed_rows,
            "the coefficients are in the wrong order: the first bit has the highest power, "
            "and polyval takes that one first.",
        ),
        (right / wx, "each bit is multiplied by wx once, when it comes in."),
        (
            right * wRec,
            "every power is one too high: the last bit has not been multiplied by wRec.",
        ),
    )
    for slip, why in slips:
        if np.allclose(given, slip, rtol=1e-9, atol=1e-12):
            return False, why
    p, i = np.argwhere(~np.isclose(given, right))[0]
    return False, (
        f"at {points[p]} the output of sequence {i} is {right[p, i]:.6g}, not "
        f"{given[p, i]:.6g}."
    )


# The largest power of ten that fits into a float, and with it the longest sequence.
_POWER = int(np.log10(np.finfo(float).max))

longest = Pencil(
    "With wRec = 10 and a 1 at the first step, how long may a sequence be?",
    ["steps"],
    right=(
        (_POWER + 1,),
        "the first input is multiplied by wRec at every step but its own.",
    ),
    slips=[
        (
            (_POWER,),
            f"one more would do as well: the first input then counts for 10 to the power {_POWER}.",
        ),
        (
            (_POWER + 2,),
            f"the first input then counts for 10 to the power {_POWER + 1}, and that no longer "
            "fits.",
        ),
        (
            ((_POWER, _POWER + 2),),
            "a number of steps is whole.",
        ),
        (
            ((0, _POWER),),
            "more would do: n steps multiply the first input by 10 to the power n - 1.",
        ),
    ],
    otherwise=[
        f"n steps multiply the first input by 10 to the power n - 1, and {_POWER} is the highest "
        "power that fits.",
    ],
    rtol=1e-6,
)
