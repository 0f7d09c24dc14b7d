"""The judges of the chapter on today's linear recurrences tell right from wrong."""

import numpy as np
import pytest

from rnn_by_hand.exercises import today
from rnn_by_hand.exercises.today import carry, erased, turning_pole

HALF_IN_20 = 0.5 ** (1 / 20)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (turning_pole, (HALF_IN_20, 360 / 7)),
        (turning_pole, np.array([0.966, 51.43])),
        (carry, lambda ones: ((0, 0), (1, 0), (0, 1))[ones]),
        (carry, lambda ones: (ones == 1, ones == 2)),
        (erased, (4.28, 5)),
        (erased, np.array([4.28, 5.0])),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (turning_pole, (HALF_IN_20, -360 / 7), "between 0 and 180"),
        (turning_pole, (HALF_IN_20, 360 - 360 / 7), "between 0 and 180"),
        (turning_pole, (HALF_IN_20, 360 + 360 / 7), "between 0 and 180"),
        (turning_pole, (HALF_IN_20, 51), "nearly"),
        (turning_pole, (HALF_IN_20, 51.3), "nearly"),
        (turning_pole, (0.967, 360 / 7), "nearly"),
        (turning_pole, (HALF_IN_20, 720 / 7), "round twice"),
        (turning_pole, (HALF_IN_20, 1080 / 7), "round three times"),
        (turning_pole, (HALF_IN_20, 2 * np.pi / 7), "in radians"),
        (turning_pole, (HALF_IN_20, 0), "does not turn"),
        (turning_pole, (HALF_IN_20, 7), "how many steps a turn takes"),
        (turning_pole, (-HALF_IN_20, 360 / 7), "never negative"),
        (turning_pole, (0.5, 360 / 7), "halves at every step"),
        (turning_pole, (0.975, 360 / 7), "not in equal parts"),
        (turning_pole, (0.5 ** (1 / 7), 360 / 7), "within one turn"),
        (turning_pole, (0.5**20, 360 / 7), "20th root"),
        (turning_pole, (0.9, 360 / 7), "does not give a half"),
        (turning_pole, (HALF_IN_20, 45), "should be 360"),
        (turning_pole, HALF_IN_20, "2 asked for"),
        (erased, (5, 6.2), "adding without erasing"),
        (erased, (3, 5), "gone altogether"),
        (erased, (2, 5), "not at right angles"),
        (erased, (5, 4.28), "the other way round"),
        (erased, (4.28, 3.8), "not what is read after it"),
        (erased, (4.3, 5), "nearly"),
        (erased, (4, 5), "reads 1.2"),
        (erased, (4.28, 4), "what was last written"),
        (erased, 4.28, "2 asked for"),
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
    (size, degrees), *_ = turning_pole.patterns
    pole = size * np.exp(1j * np.radians(degrees))
    np.testing.assert_allclose(abs(pole) ** 20, 0.5)
    np.testing.assert_allclose(np.angle(pole**7), 0, atol=1e-10)
    keys, values = np.array([[1, 0], [0.6, 0.8]]), (2, 5)
    S = np.zeros(2)
    for k, v in zip(keys, values, strict=True):
        S = S @ (np.eye(2) - np.outer(k, k)) + v * k
    np.testing.assert_allclose(keys @ S, erased.patterns[0])


def test_an_answer_that_fails_is_wrong():
    assert "TypeError" in carry(1).why


def test_every_exercise_of_the_chapter_is_tested_here():
    assert {*today.__all__} == {"carry", "erased", "turning_pole"}
