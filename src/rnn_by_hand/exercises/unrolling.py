"""The exercises of the chapter on unrolling."""

import numpy as np

from rnn_by_hand.exercises import exercise
from rnn_by_hand.model import forward_states, make_dataset

__all__ = ["half_gone", "longest", "polynomial"]


@exercise
def half_gone(answer):
    """After how many steps is less than half of an input left, at wRec = 0.9 and at 0.99?"""
    for wRec, steps in zip((0.9, 0.99), answer, strict=True):
        if steps != int(steps):
            return False, f"{steps} is not a whole number of steps."
        left, before = wRec**steps, wRec ** (steps - 1)
        if left >= 0.5:
            return (
                False,
                f"at {wRec}, {left:.3f} is left after {steps} steps: not yet less than half.",
            )
        if before < 0.5:
            return (
                False,
                f"at {wRec}, less than half is left before that: {before:.3f} after {steps - 1} steps.",
            )
    return True, (
        "a wRec ten times closer to 1 remembers about ten times as long."
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


@exercise
def longest(answer):
    """With wRec = 10 and a 1 at the first step, how long may a sequence be?"""
    if answer != int(answer):
        return False, f"{answer} is not a whole number of steps."
    highest = int(np.log10(np.finfo(float).max))
    if answer > highest + 1:
        return False, (
            f"after {answer} steps the first input counts for 10 to the power {answer - 1}, "
            "and that no longer fits."
        )
    if answer <= highest:
        return False, (
            f"{answer + 1} steps would do as well: the first input then counts for 10 to the "
            f"power {answer}."
        )
    return True, (
        "the first input is multiplied by wRec at every step but its own."
    )
