"""The exercises of the chapter on today's linear recurrences."""

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.scan import combine

__all__ = ["carry", "one_pair", "turning_pole"]

_FIRST, _SECOND = (0.5, 1.5), (0.5, 0.0)
_TWO = combine(_SECOND, _FIRST)
_A, _B = combine(_FIRST, _TWO)

one_pair = Pencil(
    "Which pair (a, b) does what three steps over 1, 0, 1 do, with wx 1.5 and wRec 0.5?",
    ["a", "b"],
    (
        (_A, _B),
        "an eighth of what was there before is left, and 1.875 has been added.",
    ),
    [
        (
            (_B, _A),
            "these are the two numbers, the other way round: a multiplies, b is added.",
        ),
        ((_FIRST[0], _B), "that is the a of one step; there are three."),
        (
            (3 * _FIRST[0], None),
            "the factors of three steps are multiplied, not added.",
        ),
        (
            _TWO,
            "that is the pair of the first two steps; the third is missing.",
        ),
        (
            (None, 2 * _FIRST[1]),
            "the first 1 is halved twice before the last step is done; only the last comes in "
            "whole.",
        ),
        (
            (None, _FIRST[1]),
            "that is what the last step adds; something of the first is left, too.",
        ),
    ],
    [
        "from a state of 8 the three steps lead to 2.875; yours do not, even with the right b.",
        "from a state of 0 the three steps lead to 1.875, and that is b.",
    ],
)

_SIZE, _DEGREES = 0.5 ** (1 / 20), 360 / 7

turning_pole = Pencil(
    "Which pole goes round once in 7 steps and halves in 20?",
    ["distance from 0", "angle in degrees"],
    (
        (_SIZE, _DEGREES),
        f"after 20 steps half is left, and it turns by {_DEGREES:.1f} degrees a step.",
    ),
    [
        (
            (_SIZE, -_DEGREES),
            "this one turns too, clockwise; angles are counted the other way.",
        ),
        (
            (_SIZE, np.radians(_DEGREES)),
            "the size is right, and the angle is in radians; the question asks for degrees.",
        ),
        ((_SIZE, 0), "the size is right, but this pole does not turn."),
        (
            (_SIZE, 7),
            "the size is right; 7 is how many steps a turn takes, not the angle of one step.",
        ),
        ((0.5, None), "a pole of that size halves at every step."),
        (
            (1 - 0.5 / 20, None),
            "half is lost in 20 steps, but not in equal parts: each step takes the same share of "
            "what is left.",
        ),
        (
            (0.5 ** (1 / 7), None),
            "that one halves within one turn, in 7 steps; it should take 20.",
        ),
        (
            (0.5**20, None),
            "that is the 20th power of a half, not its 20th root.",
        ),
    ],
    [
        "multiplied by itself 20 times, this size does not give a half.",
        "the size is right; 7 steps of the angle should make a full turn.",
    ],
)


@exercise
def carry(answer):
    """Which (a, b) makes the state the carry? A function of how many ones a column holds."""
    pairs = np.array([answer(ones) for ones in range(3)], dtype=float)
    if pairs.shape != (3, 2):
        return False, (
            f"for 0, 1 and 2 ones your function gave an array of shape {pairs.shape}; it must "
            "return a and b each time."
        )
    for ones, (a, b) in enumerate(pairs):
        for before in (0, 1):
            after = a * before + b
            right = (ones + before) // 2
            if not np.isclose(after, right):
                return False, (
                    f"with {ones} ones and a carry of {before} coming in, the carry should be "
                    f"{right}, and yours is {after:g}."
                )
    return True, "a scan now finds every carry of a long addition."
