"""Each exercise accepts the right answer and says what is wrong with others."""

import numpy as np
import pytest

from rnn_by_hand.exercises import (
    Verdict,
    exercise,
    loss_surface,
    nonlinear,
    training,
    unrolling,
)
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
        (loss_surface.no_memory, 5.5),
        (loss_surface.pixels, 1879),
        (loss_surface.mirror, lambda wx, wRec: (wx * wRec**9, 1 / wRec)),
        (nonlinear.softsign_slope, lambda S: (1 - abs(S)) ** 2),
        (nonlinear.adder_by_hand, [15, -5, -25]),
        (nonlinear.adder_by_hand, np.array([16.0, -4, -24])),
        (nonlinear.late_fading, [[0.5, 100], [0, 0.5]]),
        (nonlinear.late_fading, [[-0.5, 0], [60, -0.5]]),
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
        (loss_surface.no_memory, 5, "mean of all targets"),
        (loss_surface.no_memory, 6.107, "smaller"),
        (loss_surface.pixels, 1878, "wide"),
        (loss_surface.pixels, 1880, "fewer"),
        (loss_surface.pixels, 3757, "two sides"),
        (loss_surface.pixels, 1878.2, "whole number"),
        (loss_surface.mirror, lambda wx, wRec: (wx, 1 / wRec), "first output"),
        (loss_surface.mirror, lambda wx, wRec: (wx, wRec), "first output"),
        (loss_surface.mirror, lambda wx, wRec: wx, "TypeError"),
        (nonlinear.softsign_slope, lambda S: (1 - S) ** 2, "a negative one"),
        (
            nonlinear.softsign_slope,
            lambda z: 1 / (1 + abs(z)) ** 2,
            "it is given the state",
        ),
        (
            nonlinear.softsign_slope,
            lambda S: 1 - S**2,
            "the slope 0.444, not 0.889",
        ),
        (nonlinear.softsign_slope, lambda S: 1, "not 1"),
        (nonlinear.softsign_slope, 1, "TypeError"),
        (
            nonlinear.adder_by_hand,
            [25, -5, -25],
            "0 + 0 and carry 0 at the first step it writes 1",
        ),
        (nonlinear.adder_by_hand, [15, 5, -25], "at the first step"),
        (nonlinear.adder_by_hand, [15, -5, 0], "and carry"),
        (nonlinear.adder_by_hand, [15, -5], "b has shape (2,)"),
        (nonlinear.late_fading, [[0.5, 1], [0, 0.5]], "has norm"),
        (nonlinear.late_fading, [[1.2, 0], [0, 0.5]], "radius is 1.2"),
        (nonlinear.late_fading, [0.5, 100], "must be (2, 2)"),
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
