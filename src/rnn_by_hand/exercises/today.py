"""The exercises of the chapter on today's linear recurrences."""

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise

__all__ = ["carry", "erased", "turning_pole"]

_SIZE, _DEGREES = 0.5 ** (1 / 20), 360 / 7

turning_pole = Pencil(
    "Which pole goes round once in 7 steps and halves in 20?",
    ["distance from 0", "angle in degrees, 0 to 180"],
    (
        (_SIZE, _DEGREES),
        f"after 20 steps half is left, and it turns by {_DEGREES:.1f} degrees a step.",
    ),
    [
        (
            (_SIZE, (-180, 0)),
            "the size is right; choose the angle between 0 and 180 degrees.",
        ),
        (
            (_SIZE, (180, 10_000)),
            "the size is right; choose the angle between 0 and 180 degrees.",
        ),
        (
            ((0.96, 0.975), (50.5, 52)),
            "nearly: give the distance to three places, and the angle to one.",
        ),
        (
            (_SIZE, 2 * _DEGREES),
            "the size is right, but this one goes round twice in 7 steps.",
        ),
        (
            (_SIZE, 3 * _DEGREES),
            "the size is right, but this one goes round three times in 7 steps.",
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
        (((-10_000, 0), None), "a distance is never negative."),
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
        "the size is right; 7 times the angle should be 360 degrees.",
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


def _erased():
    """Write twice under keys that overlap, and read, rightly and in the ways it goes wrong."""
    first, second = np.array([1.0, 0.0]), np.array([0.6, 0.8])
    v_first, v_second = 2.0, 5.0

    def read(S):
        return S @ first, S @ second

    S = v_first * first
    said = S @ second
    right = read(S + (v_second - said) * second)
    added = read(S + v_second * second)
    replaced = read(v_second * second)
    return Pencil(
        "What does each key read after 2 is written under (1, 0), and 5 under (0.6, 0.8)?",
        ["read by (1, 0)", "read by (0.6, 0.8)"],
        (
            right,
            "the last thing written is read as it was written; what overlaps with it has moved.",
        ),
        [
            (
                added,
                "that is adding without erasing: what the second key read before has to go first.",
            ),
            (
                replaced,
                "the first value is gone altogether; only what the second key read of it is "
                "erased.",
            ),
            (
                (v_first, v_second),
                "the two keys are not at right angles, so the second writing changes what the first "
                "one reads.",
            ),
            (right[::-1], "these are the two numbers, the other way round."),
            (
                ((right[0] - 0.03, right[0] + 0.03), v_second),
                "nearly: give the first number to two places.",
            ),
            (
                (None, v_second - said),
                "that is what is missing before the second writing, not what is read after it.",
            ),
        ],
        [
            f"before the second writing (0.6, 0.8) reads {said:g}; 5 less that is added along "
            "(0.6, 0.8), and the first number of it is read by (1, 0).",
            "with an eta of 1, a key reads what was last written under it.",
        ],
    )


erased = _erased()
