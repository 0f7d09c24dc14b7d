"""The exercises of the chapter on training."""

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np

from rnn_by_hand.exercises import exercise
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import clipped_descent
from rnn_by_hand.surface import Surface

__all__ = ["clip_each", "limit_of_momentum", "twice_as_long"]


@exercise
def limit_of_momentum(answer):
    """Below which rate does momentum with a decay of 0.9 settle at (1, 1)?"""
    plain = 2 / _steepest(len_sequence=10)
    if _near(answer, plain):
        return False, "that is the limit without momentum."
    if _near(answer, plain / (1 - 0.9)):
        return False, (
            "a step that is kept goes on adding up only while the slope keeps its sign, "
            "and across the ravine the sign changes at every step."
        )
    if not _near(answer, 1.9 * plain):
        side = "below" if answer < 1.9 * plain else "above"
        return False, f"{answer} is {side} the limit."
    return True, (
        "a step that changes sign is shortened by what is kept of the last one, so "
        "momentum can take a rate that is larger by the factor 1 + decay."
    )


@exercise
def twice_as_long(answer):
    """What is the largest rate for sequences of twenty bits?"""
    short, long = (2 / _steepest(len_sequence=n) for n in (10, 20))
    if _near(answer, short):
        return False, "that is the limit for ten bits."
    if not _near(answer, long):
        side = "below" if answer < long else "above"
        return False, f"{answer} is {side} the limit."
    return True, (
        f"it is {short / long:.0f} times smaller, because the steepest curvature grows "
        "like the fourth power of the length."
    )


@exercise
def clip_each(answer):
    """Write an optimiser that clips each component of the gradient by itself."""
    start, rate, limit = np.array([2.0, -1.0]), 0.1, 3.0
    slopes = [(40.0, 4.0), (-1.0, 30.0), (2.0, -2.5)]
    expected = [(1.7, -1.3), (1.8, -1.6), (1.6, -1.35)]
    surface = _surface_of(slopes)
    walk = answer(surface, start, rate, limit)
    by_length = next(clipped_descent(_surface_of(slopes), start, rate, limit))
    if not isinstance(walk, Iterator):
        return False, "it must yield the weights after each step."
    for k, right in enumerate(expected, start=1):
        w = next(walk)
        if not np.allclose(w, right):
            return False, (
                "this clips the length of both components together."
                if np.allclose(w, by_length)
                else f"after step {k} the weights are {np.round(w, 4).tolist()}; "
                f"they should be {list(right)}."
            )
    return True, (
        "a component that is too long is cut and the other is kept, which turns "
        "the step away from the gradient."
    )


def _surface_of(slopes):
    """Make something that gives these gradients one after another, wherever it is asked."""
    slopes = iter(slopes)
    return SimpleNamespace(gradient=lambda wx, wRec: next(slopes))


def _steepest(len_sequence):
    """Find the largest curvature of the loss at (1, 1)."""
    a, b, c = Surface(*make_dataset(len_sequence=len_sequence)).curvature(1, 1)
    return np.linalg.eigvalsh([[2 * a, 2 * b], [2 * b, 2 * c]])[-1]


def _near(answer, right):
    return abs(answer - right) <= 0.01 * right
