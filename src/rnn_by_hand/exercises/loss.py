"""The exercises of the chapter on the loss."""

import itertools

import numpy as np

from rnn_by_hand.exercises import Pencil
from rnn_by_hand.model import forward_states, loss, make_dataset
from rnn_by_hand.surface import Surface

__all__ = ["no_memory", "three_sequences", "two_bits"]


def _every(n):
    """Make the surface of all sequences of n bits."""
    X = np.array(list(itertools.product((0, 1), repeat=n)))
    return Surface(X, X.sum(axis=1))


def _three_sequences():
    X, wx, wRec = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 1]]), 2, 0.5
    t = X.sum(axis=1)
    y, backwards = (
        forward_states(order, wx, wRec)[:, -1] for order in (X, X[:, ::-1])
    )
    miss = t - y
    outputs = [f"output for {''.join(map(str, row))}" for row in X]
    of_output = "the last bit counts {:g}, the one before it {:g}, the first {:g}; add up those that are 1."
    in_words = of_output.format(wx, wx * wRec, wx * wRec**2)
    return Pencil(
        "With wx = 2 and wRec = 0.5, what are the outputs for 100, 011 and 111, and the loss?",
        [*outputs, "loss"],
        (
            [*y, loss(y, t)],
            "the square of a miss of 1 is as large as four squares of a miss of a half.",
        ),
        [
            (
                [*backwards[:2], None, None],
                "the first bit has been in the network longest, so it is the one that has "
                "halved twice.",
            ),
            (
                [*y * wRec, None],
                "every output is half of what it should be: wx is missing, or the last bit has "
                "been multiplied by wRec, which it never is.",
            ),
            (
                [*y, (miss**2).sum()],
                "that is the sum of the squares; the loss is their mean.",
            ),
            (
                [*y, abs(miss).mean()],
                "that is the mean of the misses, without their squares.",
            ),
            (
                [*y, miss.mean() ** 2],
                "square each miss first, then take the mean; in the mean of the misses those to "
                "either side cancel.",
            ),
            (
                [*y, np.sqrt(loss(y, t))],
                "that is the square root of the loss, and no root is asked for.",
            ),
            ([*y, loss(y, t) / 2], "there is no factor of a half in it."),
        ],
        [
            *3 * [in_words],
            "the outputs are right; the misses are "
            f"{', '.join(f'{m:g}' for m in abs(miss))}, and you take the mean of their squares.",
        ],
    )


def _no_memory():
    best = _every(10).floor(0)
    return Pencil(
        "With wRec = 0, which wx is best over all 1024 sequences of ten bits?",
        ["wx"],
        (
            [best],
            "wx only matters when the last bit is a 1, and then the other nine add 4.5 on average.",
        ),
        [
            (
                [5],
                "5 is the mean of all targets, but where the last bit is a 0 the output is 0 "
                "whatever wx is; those sequences have no say.",
            ),
            (
                [4.5],
                "that is what the other nine bits add on average; the last bit is a 1, too.",
            ),
            (
                [Surface(*make_dataset()).floor(0)],
                "that is the best for the fifty sequences of this book; here it is all 1024.",
            ),
        ],
        ["there is a wx with a smaller loss."],
    )


def _two_bits():
    surface = _every(2)
    numbers = [*surface.A, *surface.B, surface.C]
    without = surface.A - [0, 1, 0]
    return Pencil(
        "Which six numbers hold the loss surface of the four sequences of two bits?",
        ["A: r squared", "A: r", "A: constant", "B: r", "B: constant", "C"],
        (
            numbers,
            f"so the floor is at {surface.floor(0):g} for wRec = 0, and at "
            f"{surface.floor(1):g} for wRec = 1.",
        ),
        [
            (
                np.divide(numbers, surface.n_samples),
                "these are means; A, B and C are sums, and the division by N comes afterwards.",
            ),
            (
                [*without, None, None, None],
                "the square of r + 1 has 2r in the middle, because r meets 1 twice.",
            ),
            (
                [*surface.A, *surface.B, 4],
                "C is the sum of the squared targets, and 2 has the square 4.",
            ),
        ],
        [
            *3 * ["A is the sum of the squares of 0, 1, r and r + 1."],
            *2 * ["B is the sum of 0, 1, r and r + 1, each times its target."],
            "C is the sum of the squared targets, and the targets are 0, 1, 1 and 2.",
        ],
    )


three_sequences = _three_sequences()
no_memory = _no_memory()
two_bits = _two_bits()
