"""Each exercise accepts the right answer and says what is wrong with others."""

import numpy as np
import pytest

from rnn_by_hand.exercises import Verdict, exercise, training, unrolling
from rnn_by_hand.optimizers import clipped_descent, gradient_descent


def clip_each(surface, w, rate, limit):
    while True:
        g = np.clip(surface.gradient(*w), -limit, limit)
        w = w - rate * g
        yield w


def clip_each_once(surface, w, rate, limit):
    return next(clip_each(surface, w, rate, limit))


@exercise
def largest(answer):
    """Which number is the largest?"""
    return max([1, 2, 3]) == answer + 0, "3 is larger than 1 and 2."


def test_a_verdict_reads_as_a_sentence():
    assert repr(Verdict(True, "so it is.")) == "Right: so it is."
    assert repr(Verdict(False, "it is not.")) == "Not yet: it is not."


def test_an_answer_is_judged():
    assert largest(3) == (True, "3 is larger than 1 and 2.")
    assert not largest(2).right


def test_no_answer_and_an_answer_that_fails():
    assert "no answer" in largest(None).why
    assert "TypeError" in largest("three").why


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (unrolling.half_gone, (7, 69)),
        (training.limit_of_momentum, 2.718e-3),
        (training.twice_as_long, 9.26e-5),
        (training.clip_each, clip_each),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (unrolling.half_gone, (6, 69), "not yet less than half"),
        (unrolling.half_gone, (8, 69), "before that"),
        (unrolling.half_gone, (6.58, 69), "whole number"),
        (training.limit_of_momentum, 1.4305e-3, "without momentum"),
        (training.limit_of_momentum, 1.4305e-2, "changes at every step"),
        (training.limit_of_momentum, 2.6e-3, "below"),
        (training.limit_of_momentum, 2.8e-3, "above"),
        (training.twice_as_long, 1.4305e-3, "for ten bits"),
        (training.twice_as_long, 9e-5, "below"),
        (training.twice_as_long, 7.2e-4, "above"),
        (training.clip_each, clipped_descent, "both components together"),
        (training.clip_each, clip_each_once, "must yield"),
        (
            training.clip_each,
            lambda surface, w, rate, limit: gradient_descent(surface, w, rate),
            "after step 1 the weights are",
        ),
    ],
)
def test_wrong_answers_are_told_why(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why
