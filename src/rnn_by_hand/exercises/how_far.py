"""The exercises of the chapter on how far a trained network counts."""

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise

__all__ = ["certain", "fitted", "four_hundred"]

_BITS = 400
_HORIZON = _BITS**2 / 2

four_hundred = Pencil(
    "How near to 1 must wRec be for 400 bits, at wx = 1, and what is its horizon?",
    ["|1 − wRec| at most", "horizon, steps"],
    (
        (1 / _HORIZON, _HORIZON),
        "half of the answers on 400 bits are right with a horizon of 80 000 steps, two "
        "hundred times the length.",
    ),
    [
        (
            (1 / _BITS, None),
            "that makes the horizon 400 steps, and the count fails long before the horizon.",
        ),
        (
            (2 / _BITS, None),
            "the ages of the inputs add up, so the length comes in squared.",
        ),
        (
            (4 / _BITS**2, None),
            "with that the error is a whole one; rounding fails at a half.",
        ),
        (
            (1 / _HORIZON, 2 * _HORIZON),
            "the first number is right; the horizon is one over it, not two.",
        ),
        (
            (1 / _HORIZON, np.sqrt(2 * _HORIZON)),
            "that is the length again; the horizon is one over the first number.",
        ),
    ],
    [
        "set the square of the length times the distance, over four, to a half.",
        "the first number is right; the horizon is one over it.",
    ],
    rtol=0.01,
)

_OFF = 0.001
_FITTED = 1 + 100 * _OFF / 2


def _answer_on_ones(n):
    """What all ones in n steps give at an input weight of 1, exactly."""
    return (1 - (1 - _OFF) ** n) / _OFF


_EXACT = 100 / _answer_on_ones(100)
_EXACT_ERROR = _EXACT * _answer_on_ones(200) / 2 - 100

fitted = Pencil(
    "At wRec = 0.999, which wx makes the mean error on 100 bits 0, and what is it on 200?",
    ["wx", "y − t on 200 bits"],
    (
        ((_FITTED - 1e-3, _EXACT + 1e-3), (-5.05, _EXACT_ERROR + 0.05)),
        "a wx that is too large makes up for a wRec that is too small, at one length. "
        "At twice that length it makes up for half of the loss, and five ones are missing.",
    ),
    [
        (
            (1, None),
            "with wx = 1 nothing makes up for what the inputs lose.",
        ),
        (
            (1 - 100 * _OFF / 2, None),
            "each input fades, so what it starts with must be more than 1.",
        ),
        (
            (1 + 100 * _OFF, None),
            "an input fades by 100 steps' worth only if it is the first; the mean age is half.",
        ),
        (
            ((_FITTED - 1e-3, _EXACT + 1e-3), (4.6, 5.4)),
            "the size is right; the old inputs lose more than wx adds, so y is too small.",
        ),
        (
            ((_FITTED - 1e-3, _EXACT + 1e-3), (-10.1, -9.9)),
            "that is what the inputs lose; wx makes up for a part of it.",
        ),
        (
            ((_FITTED - 1e-3, _EXACT + 1e-3), 0),
            "what wx adds grows with the length, what the inputs lose with its square.",
        ),
    ],
    [
        "what wx adds to the ones must be what their ages take away.",
        "wx is right; now put a length of 200 into the same formula.",
    ],
)


@exercise
def certain(answer):
    """Find the longest sequences of which every single one is counted right."""
    weights = [(1, 0.999), (1, 1.001), (1.01, 0.999), (1.2, 0.9), (1, 0.95)]
    given = [answer(wx, wRec) for wx, wRec in weights]
    slips = [
        (
            _first_wrong,
            "that is the first length at which one fails, not the last at which none does.",
        ),
        (
            _all_ones,
            "a sequence of ones is not always the worst: where late ones count for more than 1 "
            "and early ones for less, the two cancel. Take those of one side alone.",
        ),
        (
            _half_right,
            "that is where about half of the answers are right.",
        ),
    ]
    for (wx, wRec), n in zip(weights, given):
        right = _first_wrong(wx, wRec) - 1
        if n == right:
            continue
        for slip, why in slips:
            # A slip may be right by accident at some of the weights.
            if given == [slip(*pair) for pair in weights]:
                return False, why
        return False, (
            f"at ({wx}, {wRec}) some sequence of {right + 1} bits is miscounted, so "
            f"{n} is too many."
            if n > right
            else f"at ({wx}, {wRec}) no sequence of {right} bits is miscounted, so "
            f"{n} is too few."
        )
    return True, (
        "the worst sequence has its ones where they are all too light, or all too heavy, "
        "and as long as both sums stay below a half, no sequence is miscounted."
    )


def _errors(wx, wRec, n):
    """By how much a 1 counts for too little, at each age below n."""
    return 1 - wx * np.power(float(wRec), np.arange(n))


def _first(fails):
    return next(n for n in range(1, 10_000) if fails(n))


def _first_wrong(wx, wRec):
    def fails(n):
        off = _errors(wx, wRec, n)
        return max(off[off > 0].sum(), -off[off < 0].sum()) > 0.5

    return _first(fails)


def _all_ones(wx, wRec):
    return _first(lambda n: abs(_errors(wx, wRec, n).sum()) > 0.5) - 1


def _half_right(wx, wRec):
    return int(np.sqrt(2 / abs(1 - wRec)))
