"""The exercises of how far it can count accept what is right and explain what is wrong."""

import itertools

import numpy as np
import pytest

from rnn_by_hand.exercises import how_far
from rnn_by_hand.model import forward_states, make_dataset


def certain(wx, wRec):
    too_little = too_much = n = 0
    weight = wx
    while True:
        too_little += max(1 - weight, 0)
        too_much += max(weight - 1, 0)
        if max(too_little, too_much) > 0.5:
            return n
        n += 1
        weight *= wRec


def certain_at_once(wx, wRec):
    off = 1 - wx * float(wRec) ** np.arange(200)
    sums = np.cumsum([np.maximum(off, 0), np.maximum(-off, 0)], axis=1)
    return np.argmax(sums.max(axis=0) > 0.5)


def of_ones(wx, wRec):
    off = np.cumsum(1 - wx * float(wRec) ** np.arange(200))
    return int(np.argmax(np.abs(off) > 0.5))


def typical(wx, wRec):
    return int(np.sqrt(2 / abs(1 - wRec)))


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (how_far.four_hundred, (1.25e-5, 80_000)),
        (how_far.four_hundred, np.array([1.2500001e-5, 79_999])),
        (how_far.fitted, (1.05, -5)),
        # Without the approximation:
        (how_far.fitted, [1.0503, -4.76]),
        (how_far.certain, certain),
        (how_far.certain, certain_at_once),
    ],
)
def test_right_answers(check, right):
    assert check(right).right, check(right)


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (how_far.four_hundred, (0.0025, 400), "makes the horizon 400"),
        (how_far.four_hundred, (0.005, 200), "comes in squared"),
        (how_far.four_hundred, (2.5e-5, 40_000), "a whole one"),
        (how_far.four_hundred, (1.25e-5, 160_000), "not two"),
        (how_far.four_hundred, (1.25e-5, 400), "the length again"),
        (how_far.four_hundred, (1e-3, 1000), "to a half"),
        (how_far.four_hundred, (1.25e-5, 1), "one over it"),
        (how_far.four_hundred, 1.25e-5, "there are 1"),
        (how_far.fitted, (1, -10), "nothing makes up"),
        (how_far.fitted, (0.95, -15), "more than 1"),
        (how_far.fitted, (1.1, 0), "mean age is half"),
        (how_far.fitted, (1.05, 5), "y is too small"),
        (how_far.fitted, (1.05, -10), "a part of it"),
        (how_far.fitted, (1.05, 0), "with its square"),
        (how_far.fitted, (1.2, -5), "must be what their ages take"),
        (how_far.fitted, (1.05, -2), "a length of 200"),
        (how_far.certain, lambda *w: certain(*w) + 1, "the first length"),
        (how_far.certain, of_ones, "not always the worst"),
        (how_far.certain, typical, "about half of the answers"),
        (how_far.certain, lambda wx, wRec: 40, "40 is too many"),
        (how_far.certain, lambda wx, wRec: 3, "3 is too few"),
        (how_far.certain, lambda wx: 3, "TypeError"),
    ],
)
def test_wrong_answers_are_told_why(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why, verdict


@pytest.mark.parametrize(
    ("wx", "wRec"), [(1, 0.9), (1.2, 0.9), (1, 1.05), (0.9, 1.02), (1, 0.95)]
)
def test_certain_is_what_trying_all_sequences_finds(wx, wRec):
    n = certain(wx, wRec)
    for length, all_right in ((n, True), (n + 1, False)):
        X = np.array([*itertools.product((0, 1), repeat=length)])
        y = forward_states(X, wx, wRec)[:, -1]
        assert (np.round(y) == X.sum(axis=1)).all() == all_right


def test_the_pencil_answers_are_what_the_network_does():
    X, _ = make_dataset(n_samples=1000, len_sequence=450)
    counts = np.cumsum(X, axis=1)
    off, horizon = how_far.four_hundred.patterns[0]
    S = forward_states(X, 1, 1 - off)[:, 1:]
    half = np.argmax(np.mean(np.round(S) == counts, axis=0) < 0.5)
    assert abs(half / 400 - 1) < 0.1
    assert horizon == pytest.approx(1 / off)
    wx, error = (np.mean(ends) for ends in how_far.fitted.patterns[0])
    errors = (forward_states(X, wx, 0.999)[:, 1:] - counts).mean(axis=0)
    assert abs(errors[99]) < 0.1
    assert abs(errors[199] - error) < 0.2
