"""The exercises on practice, answered by functions of the tests' own."""

import re

import numpy as np
import pytest

from rnn_by_hand.exercises import practice
from rnn_by_hand.exercises.practice import diagonal, fed_back, held


def at_every_step(X, t, mask, wx, wRec):
    """Measure the gradients of a held state by a complex step; one sequence at a time."""

    def loss_at(wx, wRec):
        total = 0
        for x, target, real in zip(X, t, mask, strict=True):
            s = 0
            for k in np.flatnonzero(real):
                s = s * wRec + x[k] * wx
            total += (s - target) ** 2
        return total / len(X)

    h = 1e-20
    return (
        loss_at(wx + 1j * h, wRec).imag / h,
        loss_at(wx, wRec + 1j * h).imag / h,
    )


def backwards(X, t, mask, wx, wRec, in_padding=lambda d, wRec: d, used=None):
    n = X.shape[1]
    S = np.zeros((len(X), n + 1))
    for k in range(1, n + 1):
        new = S[:, k - 1] * wRec + X[:, k - 1] * wx
        S[:, k] = np.where(mask[:, k - 1], new, S[:, k - 1])
    by_wx, by_wRec, delta = 0, 0, 2 * (S[:, -1] - t)
    for k in range(n, 0, -1):
        real = mask[:, k - 1] if used is None else used
        by_wx += np.mean(real * delta * X[:, k - 1])
        by_wRec += np.mean(real * delta * S[:, k - 1])
        delta = np.where(mask[:, k - 1], delta * wRec, in_padding(delta, wRec))
    return by_wx, by_wRec


def measured(X, T, a):
    """Measure the gradient of a diagonal by a complex step."""

    def loss_at(a):
        S = np.zeros(T.shape, complex)
        for k in range(X.shape[1]):
            S = np.tanh(S * a + X[:, k])
        return ((S - T) ** 2).sum() / len(T)

    moves = 1e-20j * np.eye(len(a))
    return [loss_at(a + move).imag / 1e-20 for move in moves]


def forwards(X, T, a, slope=True, late=False, keep=1, factor=2, mean=np.mean):
    S = P = np.zeros_like(T)
    for k in range(X.shape[1]):
        new = np.tanh(S * a + X[:, k])
        P = keep * P * a + (new if late else S)
        S = new
        if slope:
            P = P * (1 - S**2)
    return mean(factor * (S - T) * P, axis=0)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (fed_back, (-1.75, -2, -0.25)),
        (fed_back, np.array([-1.75, -2.0, -0.25])),
        (held, at_every_step),
        (held, backwards),
        (held, lambda *given: np.array(backwards(*given))),
        (diagonal, measured),
        (diagonal, forwards),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (fed_back, (-1.5, -1.75, -0.25), "that path is missing"),
        (fed_back, (-1.25, -1.5, -0.25), "the next state is not"),
        (fed_back, (-0.75, -1, -0.25), "an error of its own"),
        (fed_back, (-1, -1, 0), "teacher forcing"),
        (fed_back, (-0.875, -1, -0.125), "where is the 2"),
        (fed_back, (1.75, 2, 0.25), "the sign"),
        (fed_back, (-1.75, -0.25, -2), "comes second"),
        (fed_back, (-1.75, -2.25, -0.25), "which is 0.5"),
        (fed_back, (-1.75, -2, -1.25), "before the step"),
        (fed_back, (-2, -2, -0.25), "plus 1.5 times delta_2"),
        (fed_back, (-1.75, -3, -0.25), "for wx, add up"),
        (fed_back, (-1.75, -2, -3), "for wRec, add up"),
        (fed_back, (-2, -0.25), "3 asked for"),
        (
            held,
            lambda *given: backwards(*given, lambda d, wRec: d * wRec),
            "still multiplied by wRec",
        ),
        (
            held,
            lambda *given: backwards(*given, lambda d, wRec: 0 * d),
            "delta is lost",
        ),
        (
            held,
            lambda *given: backwards(*given, used=1),
            "still add to the sums",
        ),
        (held, lambda *given: (0, 0), "with padding at the end, at"),
        (held, lambda X, *given: X, "shape (4, 8)"),
        (
            diagonal,
            lambda *given: forwards(*given, slope=False),
            "tanh has a slope",
        ),
        (
            diagonal,
            lambda *given: forwards(*given, late=True),
            "update P first",
        ),
        (diagonal, lambda *given: forwards(*given, keep=0), "carried along"),
        (
            diagonal,
            lambda *given: forwards(*given, factor=1),
            "where is the 2",
        ),
        (diagonal, lambda *given: forwards(*given, factor=-2), "the sign"),
        (
            diagonal,
            lambda *given: forwards(*given, mean=np.sum),
            "take the mean",
        ),
        (
            diagonal,
            lambda *given: forwards(*given, factor=6),
            "it gives 3, 3, 3 times",
        ),
        (diagonal, lambda X, T, a: T, "3 numbers"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


def test_every_slip_is_told_in_its_own_words():
    """No slip hides behind one that comes before it, or behind the right answer."""
    for pattern, why in zip(fed_back.patterns, fed_back.words, strict=True):
        given = [999 if entry is None else entry for entry in pattern]
        assert fed_back(given).why == why


def test_padding_in_front_alone_does_not_find_the_bug():
    """Before the first real step nothing is left to hand on, so a judge needs other padding."""
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(3, 6)), rng.normal(size=3)
    mask = np.arange(6) >= np.array([[0], [2], [4]])
    bad = backwards(X, t, mask, 0.8, 0.7, lambda d, wRec: d * wRec)
    np.testing.assert_allclose(bad, backwards(X, t, mask, 0.8, 0.7))


# ------------------------------------------------------------------ from Keras to PyTorch


def gates(kernel):
    return np.split(kernel, 3, axis=1)


def by_name(kernel):
    z, r, c = gates(kernel)
    return np.concatenate([r.T, z.T, c.T])


def by_index(kernel):
    H = kernel.shape[1] // 3
    order = np.r_[H : 2 * H, 0:H, 2 * H : 3 * H]
    return kernel[:, order].T


@pytest.mark.parametrize("answer", [by_name, by_index])
def test_the_rows_of_pytorch_are_right(answer):
    verdict = practice.gru_from_keras(answer)
    assert verdict.right, verdict


def pick(*order):
    return lambda kernel: np.hstack([gates(kernel)[i] for i in order]).T


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda kernel: by_name(kernel).T, "the gates are in order"),
        (lambda kernel: kernel.T, "still in Keras' order"),
        (lambda kernel: kernel.reshape(kernel.shape[::-1]), "reshape reads"),
        (
            lambda kernel: by_name(kernel).T.reshape(kernel.shape[::-1]),
            "reshape reads",
        ),
        (pick(1, 2, 0), "its rows are reset, candidate, update"),
        (pick(0, 2, 1), "its rows are update, candidate, reset"),
        (pick(2, 0, 1), "its rows are candidate, update, reset"),
        (pick(2, 1, 0), "its rows are candidate, reset, update"),
        (
            lambda kernel: (
                kernel[:, [3, 4, 5, 0, 1, 2, *range(6, len(kernel.T))]].T
            ),
            "right for 3 units and not for 2",
        ),
        (lambda kernel: -by_name(kernel), "not those of the kernel"),
        (lambda kernel: kernel[0], r"gives one of shape \(9,\)"),
    ],
)
def test_a_slip_has_its_word(answer, why):
    verdict = practice.gru_from_keras(answer)
    assert not verdict.right
    assert re.search(why, verdict.why), verdict


def test_no_answer_yet():
    assert "no answer" in practice.gru_from_keras(None).why
