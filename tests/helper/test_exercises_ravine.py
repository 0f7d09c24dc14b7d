"""The exercises on the ravine accept the right answer and explain what is wrong with others."""

import numpy as np
import pytest

from rnn_by_hand.exercises import ravine

KAPPA = (4 + np.sqrt(13)) / (4 - np.sqrt(13))


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (ravine.pixels, 1879),
        (ravine.pixels, np.array([1879.0])),
        (ravine.bottom, (3, 1.5, 1, KAPPA)),
        (ravine.bottom, [3, 3 / 2, 1, 19.28]),
        (ravine.bottom, [3, 1.5, 1, 3.803 / 0.197]),
        (ravine.pass_height, (-1, 1.5, -2.25)),
        (ravine.pass_height, np.array([-1, 6 / 4, -9 / 4])),
        (ravine.mirror, lambda wx, wRec: (wx * wRec**9, 1 / wRec)),
        (ravine.mirror, lambda wx, wRec: [wx / (1 / wRec) ** 9, wRec**-1]),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (ravine.pixels, 1878, "0.003195 wide"),
        (ravine.pixels, 1880, "fewer"),
        (ravine.pixels, 3757, "two sides"),
        (ravine.pixels, 1878.2, "round up"),
        (ravine.bottom, (1.5, 0.75, 0.5, KAPPA), "derivative 2 times"),
        (ravine.bottom, (12, 6, 4, KAPPA), "this is the sum"),
        (ravine.bottom, (3, 4.5, 7, 300), "has the age 0"),
        (ravine.bottom, (3, 1.5, 1, 1 / KAPPA), "divided by the small"),
        (ravine.bottom, (3, 1.5, 1, 21.33), "quadratic"),
        (ravine.bottom, (3, 1.5, 1, 3), "diagonal"),
        (ravine.bottom, (3, 1.5, 1, 1 / 3), "diagonal"),
        (ravine.bottom, (3, 1.5, 1, 6), "multiply to 0.75"),
        (ravine.bottom, (2, 1.5, 1, KAPPA), "squared numbers of ones"),
        (ravine.bottom, (3, 1, 1, KAPPA), "sum of their ages"),
        (ravine.bottom, (3, 1.5, 2, KAPPA), "squared sums of the ages"),
        (ravine.bottom, KAPPA, "4 asked for"),
        (ravine.pass_height, (1, 0, 0), "B is not 0"),
        (ravine.pass_height, (-1, 6, -2.25), "that is C"),
        (ravine.pass_height, (-1, 0, -2.25), "what is left"),
        (ravine.pass_height, (-1, 1.5, 2.25), "minus a square"),
        (ravine.pass_height, (-1, 1.5, -36), "divided by N"),
        (ravine.pass_height, (-1, 1.5, -0.5625), "twice the slope"),
        (ravine.pass_height, (-0.98, 1.5, -2.25), "where B is 0"),
        (ravine.pass_height, (-1, 2, -2.25), "says 0 to all"),
        (ravine.pass_height, (-1, 1.5, -1), "the corner for wRec is 0"),
        (ravine.mirror, lambda wx, wRec: (wx, 1 / wRec), "first output"),
        (ravine.mirror, lambda wx, wRec: (wx, wRec), "first output"),
        (ravine.mirror, lambda wx, wRec: wx, "TypeError"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why
