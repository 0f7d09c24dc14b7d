"""The exercises on the loss accept the right answer and explain what is wrong with others."""

import numpy as np
import pytest

from rnn_by_hand.exercises import loss


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (loss.three_sequences, (0.5, 3, 3.5, 0.5)),
        (loss.three_sequences, np.array([0.5, 3, 3.5, 0.5])),
        (loss.no_memory, 5.5),
        (loss.no_memory, [5.5]),
        (loss.two_bits, (2, 2, 2, 3, 3, 6)),
        (loss.two_bits, np.array([2.0, 2, 2, 3, 3, 6])),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


def test_the_right_answer_leads_to_the_floor():
    assert "1.5 for wRec = 0" in loss.two_bits((2, 2, 2, 3, 3, 6)).why
    assert "1 for wRec = 1" in loss.two_bits((2, 2, 2, 3, 3, 6)).why


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (loss.three_sequences, (2, 1.5, 3.5, 0.5), "longest"),
        (loss.three_sequences, (2, 1.5, 3.5, 7), "longest"),
        (loss.three_sequences, (0.25, 1.5, 1.75, 0.79), "half of what"),
        (loss.three_sequences, (0.5, 3, 3.5, 1.5), "sum of the squares"),
        (loss.three_sequences, (0.5, 3, 3.5, 2 / 3), "without their squares"),
        (loss.three_sequences, (0.5, 3, 3.5, 1 / 9), "cancel"),
        (loss.three_sequences, (0.5, 3, 3.5, 0.7071), "square root"),
        (loss.three_sequences, (0.5, 3, 3.5, 0.25), "factor of a half"),
        (loss.three_sequences, (0.5, 3, 3.5, 2), "misses are 0.5, 1, 0.5"),
        (loss.three_sequences, (1, 3, 3.5, 0.5), "the first 0.5"),
        (loss.three_sequences, (0.5, 2, 3.5, 0.5), "the first 0.5"),
        (loss.three_sequences, (0.5, 3, 3, 0.5), "the first 0.5"),
        (loss.three_sequences, 0.5, "4 asked for"),
        (loss.no_memory, 5, "mean of all targets"),
        (loss.no_memory, 4.5, "a 1, too"),
        (loss.no_memory, 6.107, "fifty sequences"),
        (loss.no_memory, 7, "smaller"),
        (loss.two_bits, (0.5, 0.5, 0.5, 0.75, 0.75, 1.5), "means"),
        (loss.two_bits, (2, 1, 2, 3, 3, 6), "r meets 1 twice"),
        (loss.two_bits, (2, 2, 2, 3, 3, 4), "square 4"),
        (loss.two_bits, (1, 2, 2, 3, 3, 6), "A is the sum"),
        (loss.two_bits, (2, 3, 2, 3, 3, 6), "A is the sum"),
        (loss.two_bits, (2, 2, 1, 3, 3, 6), "A is the sum"),
        (loss.two_bits, (2, 2, 2, 2, 3, 6), "B is the sum"),
        (loss.two_bits, (2, 2, 2, 3, 2, 6), "B is the sum"),
        (loss.two_bits, (2, 2, 2, 3, 3, 5), "0, 1, 1 and 2"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why
