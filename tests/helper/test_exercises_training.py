"""The exercises of training accept the right answer and explain what is wrong with others."""

import numpy as np
import pytest

from rnn_by_hand.exercises import training
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import (
    clipped_descent,
    descend,
    gradient_descent,
    momentum,
)
from rnn_by_hand.surface import Surface


def clip_each(surface, w, rate, limit):
    while True:
        g = np.clip(surface.gradient(*w), -limit, limit)
        w = w - rate * g
        yield w


def clip_each_in_place(surface, w, rate, limit):
    w = w.copy()
    while True:
        for i, g in enumerate(surface.gradient(*w)):
            w[i] -= rate * max(-limit, min(limit, g))
        yield w.copy()


def clip_each_once(surface, w, rate, limit):
    return next(clip_each(surface, w, rate, limit))


def clip_from_above(surface, w, rate, limit):
    while True:
        w = w - rate * np.minimum(surface.gradient(*w), limit)
        yield w


def clip_at_the_start(surface, w, rate, limit):
    g = np.clip(surface.gradient(*w), -limit, limit)
    while True:
        w = w - rate * g
        yield w


def clip_swapped(surface, w, rate, limit):
    while True:
        g = np.clip(surface.gradient(w[1], w[0]), -limit, limit)
        w = w - rate * g
        yield w


def clip_one_late(surface, w, rate, limit):
    at = w
    while True:
        g = np.clip(surface.gradient(*at), -limit, limit)
        at, w = w, w - rate * g
        yield w


def clip_asking_twice(surface, w, rate, limit):
    while True:
        g = [surface.gradient(*w)[0], surface.gradient(*w)[1]]
        w = w - rate * np.clip(g, -limit, limit)
        yield w


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (training.limit_of_momentum, 2.718e-3),
        (training.limit_of_momentum, [0.00271]),
        (training.twice_as_long, 9.26e-5),
        (training.twice_as_long, (9.2e-5,)),
        (training.clip_each, clip_each),
        (training.clip_each, clip_each_in_place),
        (training.clip_each, clip_asking_twice),
    ],
)
def test_right_answers(check, right):
    assert check(right).right, check(right)


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (training.limit_of_momentum, 1.4305e-3, "without momentum"),
        (training.limit_of_momentum, 1.4305e-2, "changes at every step"),
        (training.limit_of_momentum, 1.4305e-3 / 1.9, "more, not less"),
        (training.limit_of_momentum, 2.6e-3, "below the limit"),
        (training.limit_of_momentum, 2.8e-3, "above the limit"),
        (training.limit_of_momentum, -1, "above 0"),
        (training.twice_as_long, 1.4305e-3, "for ten bits"),
        (training.twice_as_long, 1.852e-4, "a 2 in the Hessian"),
        (training.twice_as_long, 9e-5, "below the limit"),
        (training.twice_as_long, 7.2e-4, "above the limit"),
        (training.twice_as_long, 0, "above 0"),
        (training.clip_each, clipped_descent, "both components together"),
        (training.clip_each, clip_each_once, "must yield"),
        (
            training.clip_each,
            lambda surface, w, rate, limit: gradient_descent(surface, w, rate),
            r"after step 1 the weights are [1.6, -0.6]",
        ),
        (
            training.clip_each,
            clip_from_above,
            "after step 1 the weights are [1.7, -0.6]",
        ),
        (
            training.clip_each,
            clip_at_the_start,
            "after step 2 the weights are [1.4, -0.4]",
        ),
        (
            training.clip_each,
            clip_swapped,
            "after step 1 the weights are [2.3, -1.3]",
        ),
        (
            training.clip_each,
            clip_one_late,
            "after step 2 the weights are [1.4, -0.4]",
        ),
    ],
)
def test_wrong_answers_are_told_why(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


@pytest.mark.parametrize(
    ("limit", "optimizer", "length"),
    [
        (training.limit_of_momentum, momentum, 10),
        (training.twice_as_long, gradient_descent, 20),
    ],
)
def test_the_limits_are_those_that_descent_has(limit, optimizer, length):
    surface = Surface(*make_dataset(len_sequence=length))
    (rate,) = limit.patterns[0]
    heights = [
        surface.loss(
            *descend(optimizer, surface, 1, 1.0001, share * rate, 3000)[-1]
        )
        for share in (0.99, 1.01)
    ]
    assert heights[0] < 1e-6 < 1e-3 < heights[1]


def test_what_is_said_of_momentum_further_out():
    """It may blow up at less than half of the limit."""
    (limit,) = training.limit_of_momentum.patterns[0]
    surface = Surface(*make_dataset())
    assert "less than half" in training.limit_of_momentum(limit).why
    path = descend(momentum, surface, 1, 0.5, 0.0012)
    assert limit > 2 * 0.0012
    assert np.abs(path).max() > 100
