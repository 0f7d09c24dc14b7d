"""The exercises of the chapter on today's linear recurrences."""

import numpy as np

from rnn_by_hand.exercises import exercise

__all__ = ["carry", "one_pair", "turning_pole"]


@exercise
def one_pair(answer):
    """Which pair (a, b) does what three steps over 1, 0, 1 do, with wx 1.5 and wRec 0.5?"""
    a, b = (float(number) for number in answer)
    if not np.isclose(b, 1.875):
        return False, (
            f"from a state of 0 your pair leads to {b:g}, and the three steps lead to 1.875."
        )
    if np.isclose(a, 0.5):
        return False, "that is the a of one step; there are three."
    if not np.isclose(a, 0.125):
        return False, (
            f"from a state of 8 your pair leads to {8 * a + b:g}, and the three steps lead to "
            "2.875."
        )
    return True, (
        "an eighth of what was there before is left, and 1.875 has been added."
    )


@exercise
def turning_pole(answer):
    """Which pole goes round once in 7 steps and halves in 20?"""
    pole = complex(answer)
    left = abs(pole) ** 20
    if not np.isclose(left, 0.5, rtol=1e-6, atol=0):
        return False, f"after 20 steps {left:.4g} is left, not half."
    turn = np.angle(pole) / (2 * np.pi)
    if not np.isclose(abs(turn) * 7, 1, rtol=1e-6, atol=0):
        if np.isclose(turn, 0):
            return False, "the size is right, but this pole does not turn."
        return False, (
            f"the size is right, but it goes round once in {1 / abs(turn):.4g} steps."
        )
    return True, (
        f"it lies at {abs(pole):.4f} from 0, and turns by {360 / 7:.1f} degrees a step."
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
