"""The exercises on backpropagation through time, answered by functions of the tests' own."""

from fractions import Fraction

import numpy as np
import pytest

from rnn_by_hand.bug_zoo import with_bug
from rnn_by_hand.exercises.bptt import (
    by_hand,
    every_step,
    forward_mode,
    two_paths,
)
from rnn_by_hand.model import bptt, forward_states, make_dataset


def carried_forward(X, t, wx, wRec, b_first=True, factor=2, mean=np.mean):
    s = a = b = np.zeros(len(X))
    for k in range(1, X.shape[1] + 1):
        after = wRec * s + wx * X[:, k - 1]
        a = wRec * a + X[:, k - 1]
        b = wRec * b + (s if b_first else after)
        s = after
    error = factor * (s - t)
    return mean(error * a), mean(error * b)


def with_a_loss_at_every_step(wx, wRec, own=2, later=1):
    X, _ = make_dataset()
    S, counts = forward_states(X, wx, wRec), np.cumsum(X, axis=1)
    wx_grad, wRec_grad, delta = 0.0, 0.0, np.zeros(len(X))
    for k in range(10, 0, -1):
        error = S[:, k] - counts[:, k - 1]
        delta = later * delta * wRec + own * error
        wx_grad += np.mean(delta * X[:, k - 1])
        wRec_grad += np.mean(delta * S[:, k - 1])
    return wx_grad, wRec_grad


def exactly(targets, x=(1, 1, 0), wx=Fraction(1), wRec=Fraction(1, 2)):
    """Both gradients, worked out in fractions; the loss is a polynomial of degree 4 at most."""

    def loss_at(wx, wRec):
        s, total = Fraction(0), Fraction(0)
        for xk, tk in zip(x, targets, strict=True):
            s = s * wRec + xk * wx
            if tk is not None:
                total += (tk - s) ** 2
        return total

    def slope(loss_along):
        # Without an error up to degree 4.
        far, near = (loss_along(h) - loss_along(-h) for h in (2, 1))
        return float((8 * near - far) / 12)

    return [
        slope(lambda h: loss_at(wx + h, wRec)),
        slope(lambda h: loss_at(wx, wRec + h)),
    ]


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (by_hand, (-1.875, -5)),
        (by_hand, np.array([-1.875, -5.0])),
        (by_hand, exactly((None, None, 2))),
        (two_paths, (-2.25, -1.125, -3.375, -6)),
        (two_paths, [-2.25, -1.125, *exactly((1, 2, 2))]),
        (every_step, with_a_loss_at_every_step),
        (
            every_step,
            lambda wx, wRec: np.array(with_a_loss_at_every_step(wx, wRec)),
        ),
        (forward_mode, carried_forward),
        (forward_mode, bptt),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (by_hand, (-5, -1.875), "comes first"),
        (by_hand, (1.875, 5), "the sign"),
        (by_hand, (-0.9375, -2.5), "where is the 2"),
        (by_hand, (-3.75, -5), "delta_3 meets x_3"),
        (by_hand, (-1.875, -4.375), "before the step"),
        (by_hand, (-5, -6.25), "for wx, delta halves"),
        (by_hand, (-1.875, -6.25), "for wRec, delta halves"),
        (
            by_hand,
            (-1.5, -5),
            "for wx, the three terms are -2.5 * 0, -1.25 * 1, -0.625 * 1.",
        ),
        (
            by_hand,
            (-1.875, -3.75),
            "for wRec, the three terms are -2.5 * 1.5, -1.25 * 1, -0.625 * 0.",
        ),
        (by_hand, -1.875, "2 asked for"),
        (two_paths, (-1.25, -0.625, -1.875, -5), "step 3 alone"),
        (two_paths, (-1, 0, -1, -4.75), "nothing comes back"),
        (two_paths, (-3.5, -3.5, -7, -7.25), "is multiplied by wRec"),
        (two_paths, (-1.75, -0.875, -2.625, -5.5), "reaches it directly"),
        (two_paths, (-1.125, -0.5625, -1.6875, -3), "where is the 2"),
        (two_paths, (2.25, 1.125, 3.375, 6), "the sign"),
        (two_paths, (-2.25, -1.125, -6, -3.375), "comes third"),
        (two_paths, (-2.25, -1.125, -4.75, -6), "delta_3 meets x_3"),
        (two_paths, (-2.25, -1.125, -3.375, -6.375), "before the step"),
        (two_paths, (-2, -1, -3, -6), "delta_2 is 2 * (1.5 - 2)"),
        (two_paths, (-2.25, -2.25, -3, -6), "delta_1 is the own error"),
        (two_paths, (-2.25, -1.125, -3, -6), "delta_k times x_k"),
        (two_paths, (-2.25, -1.125, -3.375, -5), "delta_k times S_(k-1)"),
        (two_paths, (-3.375, -6), "4 asked for"),
        (
            every_step,
            lambda wx, wRec: bptt(*make_dataset(), wx, wRec),
            "last step's error alone",
        ),
        (
            every_step,
            lambda wx, wRec: with_a_loss_at_every_step(wx, wRec, later=0),
            "nothing comes back",
        ),
        (
            every_step,
            lambda wx, wRec: with_a_loss_at_every_step(wx, wRec, own=1),
            "at wx = 0.8, wRec = 0.9",
        ),
        (every_step, lambda wx, wRec: (0.0, 0.0), "+="),
        (
            forward_mode,
            lambda *given: carried_forward(*given, b_first=False),
            "update q first",
        ),
        (
            forward_mode,
            lambda *given: carried_forward(*given, factor=1),
            "where is the 2",
        ),
        (
            forward_mode,
            lambda *given: carried_forward(*given, factor=-2),
            "the sign",
        ),
        (
            forward_mode,
            lambda *given: carried_forward(*given, mean=np.sum),
            "take the mean",
        ),
        (
            forward_mode,
            lambda *given: (carried_forward(*given)[0], 0),
            "q stays 0",
        ),
        (
            forward_mode,
            with_bug("wx for wRec"),
            "it gives 8.27 times the gradient with respect to wx",
        ),
        (
            forward_mode,
            lambda X, t, wx, wRec: carried_forward(X, t, 1.2, 0.7),
            "at (0.8, -0.9)",
        ),
        (forward_mode, lambda X, t, wx, wRec: X, "shape (50, 10)"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


@pytest.mark.parametrize("check", [by_hand, two_paths])
def test_every_slip_is_told_in_its_own_words(check):
    """No slip hides behind one that comes before it, or behind the right answer."""
    for pattern, why in zip(check.patterns, check.words, strict=True):
        given = [999 if entry is None else entry for entry in pattern]
        assert check(given).why == why
