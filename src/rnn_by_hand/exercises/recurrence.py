"""The exercises of the chapter on the recurrence."""

import itertools

import numpy as np

from rnn_by_hand.checks import real
from rnn_by_hand.exercises import exercise
from rnn_by_hand.model import forward_states

__all__ = ["counting_zeros", "moving_average", "no_memory"]


@exercise
def no_memory(answer):
    """What is the output for ten bits, at wx = 1 and wRec = 0? A function of the bits."""
    X = np.array(list(itertools.product((0, 1), repeat=10)))
    right = forward_states(X, 1, 0)[:, -1]
    given = np.array([float(answer(row)) for row in X])
    if np.array_equal(given, right):
        return (
            True,
            "nothing survives a step, so only the last bit is left.",
        )
    slips = (
        (X[:, 0], "that is the first bit, and it is gone after one step."),
        (
            X.sum(axis=1),
            "to count, the past must survive; wRec = 0 lets none.",
        ),
        (
            np.zeros(len(X)),
            "the past is gone, but the last bit still comes in with the weight 1.",
        ),
    )
    for slip, why in slips:
        if np.array_equal(given, slip):
            return False, why
    i = int(np.argmax(given != right))
    return (
        False,
        f"for {_text(X[i])} the output is {right[i]:g}, not {given[i]:g}.",
    )


@exercise
def counting_zeros(answer):
    """Which pair of weights counts zeros, or which ten bits show that none does?"""
    if len(answer) == 2:
        X = np.array(list(itertools.product((0, 1), repeat=10)))[::-1]
        y = forward_states(X, *answer)[:, -1]
        zeros = (1 - X).sum(axis=1)
        i = int(np.argmax(~np.isclose(y, zeros)))
        return False, (
            f"with these weights the output for {_text(X[i])} is {y[i]:.4g}, and it has "
            f"{zeros[i]} zeros."
        )
    bits = np.asarray(answer)
    if bits.shape != (10,) or not np.isin(bits, (0, 1)).all():
        return False, "that is neither two weights nor ten bits."
    ones = int(bits.sum())
    if ones:
        return False, (
            f"with wx = {10 - ones}/{ones} and wRec = 1 the output for {_text(bits)} is right, "
            f"{10 - ones}."
        )
    return True, (
        "from a state of 0, inputs of 0 lead to 0 whatever the weights; the rule would need a "
        "constant to add, a bias, and it has none."
    )


@exercise
def moving_average(answer):
    """At wx = 0.2 and wRec = 0.8, what does each of ten inputs weigh, the first one first?"""
    given = real("the answer", answer)
    if given.shape != (10,):
        return (
            False,
            f"ten weights are asked for; this has shape {given.shape}.",
        )
    powers = 0.8 ** np.arange(9, -1, -1)
    right = 0.2 * powers
    slips = (
        (right[::-1], "these are the right numbers, with the newest first."),
        (powers, "each input is multiplied by wx too, when it comes in."),
        (
            0.8 * right,
            "that is one step too many: the last input has been multiplied by wx alone.",
        ),
        (
            np.full(10, 0.1),
            "that is how a plain mean weighs them; here an old input has been multiplied by wRec "
            "more often than a new one.",
        ),
        (
            right / right.sum(),
            "they need not add up to 1: what is missing is the weight of the state from "
            "before the first input, and that was 0.",
        ),
    )
    if np.allclose(given, right, rtol=1e-3):
        return True, (
            "and the mean moves because, with every new input, each weight passes on to the "
            "next one: the large ones are always those of the last few."
        )
    for slip, why in slips:
        if np.allclose(given, slip, rtol=1e-3):
            return False, why
    k = 1 + int(np.argmax(~np.isclose(given, right, rtol=1e-3)))
    times = "once" if k == 9 else f"{10 - k} times"
    if k == 10:
        return False, "the last input has been multiplied by wx alone."
    return False, (
        f"input {k} has been multiplied by wx once and by wRec {times}, which is "
        f"{right[k - 1]:.4f}."
    )


def _text(bits):
    return "".join(str(bit) for bit in bits)
