"""The judges of the chapter on today's linear recurrences tell right from wrong."""

import numpy as np
import pytest

from rnn_by_hand.exercises.today import carry, one_pair, turning_pole
from rnn_by_hand.scan import linear_states

HALF_IN_20 = 0.5 ** (1 / 20)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (one_pair, (0.125, 1.875)),
        (one_pair, [1 / 8, 15 / 8]),
        (turning_pole, (HALF_IN_20, 360 / 7)),
        (turning_pole, np.array([0.966, 51.43])),
        (carry, lambda ones: ((0, 0), (1, 0), (0, 1))[ones]),
        (carry, lambda ones: (ones == 1, ones == 2)),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (one_pair, (1.875, 0.125), "the other way round"),
        (one_pair, (0.5, 1.875), "there are three"),
        (one_pair, (1.5, 1.875), "multiplied, not added"),
        (one_pair, (0.25, 0.75), "the third is missing"),
        (one_pair, (0.125, 3), "halved twice"),
        (one_pair, (0.125, 1.5), "what the last step adds"),
        (one_pair, (0.3, 1.875), "lead to 2.875"),
        (one_pair, (0.125, 2), "lead to 1.875"),
        (one_pair, 1.875, "2 asked for"),
        (turning_pole, (HALF_IN_20, -360 / 7), "clockwise"),
        (turning_pole, (HALF_IN_20, 2 * np.pi / 7), "in radians"),
        (turning_pole, (HALF_IN_20, 0), "does not turn"),
        (turning_pole, (HALF_IN_20, 7), "how many steps a turn takes"),
        (turning_pole, (0.5, 360 / 7), "halves at every step"),
        (turning_pole, (0.975, 360 / 7), "not in equal parts"),
        (turning_pole, (0.5 ** (1 / 7), 360 / 7), "within one turn"),
        (turning_pole, (0.5**20, 360 / 7), "20th root"),
        (turning_pole, (0.9, 360 / 7), "does not give a half"),
        (turning_pole, (HALF_IN_20, 45), "a full turn"),
        (turning_pole, HALF_IN_20, "2 asked for"),
        (carry, lambda ones: (1, ones == 2), "0 ones and a carry of 1"),
        (carry, lambda ones: (0.5, 0), "0 ones and a carry of 1"),
        (carry, lambda ones: ones / 2, "must return a and b"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


def test_the_right_answers_are_those_of_the_recurrences():
    (a, b), *_ = one_pair.patterns
    for start in (0, 8):
        # The state that the steps start from comes in as an addend before them.
        states = linear_states(0.5, [start, 1.5, 0, 1.5])
        assert states[-1] == a * start + b
    (size, degrees), *_ = turning_pole.patterns
    pole = size * np.exp(1j * np.radians(degrees))
    np.testing.assert_allclose(abs(pole) ** 20, 0.5)
    np.testing.assert_allclose(np.angle(pole**7), 0, atol=1e-12)


def test_an_answer_that_fails_is_wrong():
    assert "TypeError" in carry(1).why
