"""The exercises of the chapter on the recurrence."""

import itertools

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.model import forward_states

__all__ = ["bias", "counting_zeros", "moving_average", "no_memory"]


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
            f"{zeros[i]} zero{'' if zeros[i] == 1 else 's'}."
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
        "from a state of 0, inputs of 0 lead to 0 whatever the weights, and the answer to ten "
        "zeros should be 10. The rule adds nothing of its own."
    )


bias = Pencil(
    "With a bias b added at every step, which wx, wRec and b count zeros?",
    ["wx", "wRec", "b"],
    right=(
        (-1, 1, 1),
        "every step adds 1 - x, which is 1 for a zero and 0 for a one, and wRec = 1 keeps it.",
    ),
    slips=[
        (
            (1, 1, -1),
            "every step then adds x - 1, so the output is minus the number of zeros.",
        ),
        (
            (-1, 1, 10),
            "b is added at every step, so ten steps have added 100.",
        ),
        (
            (-1, 1, 0),
            "that is minus the number of ones; each step has still to add a constant.",
        ),
        ((0, 1, 1), "that counts the steps, whatever the bits are."),
        ((1, 1, 0), "that counts the ones."),
        (
            (None, 0, None),
            "with wRec = 0 nothing is kept from one step to the next.",
        ),
    ],
    otherwise=[
        "a one must take away what the bias has added at its step, 1.",
        "what has been counted must stay as it is.",
        "a zero brings in nothing but b, and it must count for 1.",
    ],
)

# What each of ten inputs weighs in the last state, the first one first, and what S_0 weighs.
# Rounded, because the last digits of a power differ between machines, and a page shows these.
_WEIGHTS = forward_states(np.eye(10), 0.2, 0.8)[:, -1].round(9)
_INITIAL = round(0.8**10, 9)


def _ends(weights, initial):
    return (weights[-1], weights[0], initial, round(weights.sum(), 9))


moving_average = Pencil(
    "At wx = 0.2 and wRec = 0.8, what weight do ten inputs and the initial state carry?",
    ["last input", "first input", "initial state", "ten inputs, sum"],
    right=(
        _ends(_WEIGHTS, _INITIAL),
        "all eleven weights add up to 1, and what the ten inputs lack stays with the initial "
        "state. The average moves because the weights pass on to the next input at every step, so "
        "the latest inputs always carry the largest ones.",
    ),
    slips=[
        (
            (_WEIGHTS[0], _WEIGHTS[-1], None, None),
            "the first two are the other way round: it is the old input that wRec has multiplied.",
        ),
        (
            (*_ends(_WEIGHTS, 0)[:2], 0, None),
            "the initial state is 0, but its weight is not: had it been 1, some of that would be "
            "left after ten steps.",
        ),
        (
            (*_ends(_WEIGHTS, 0.2 * _INITIAL)[:3], None),
            "the initial state never meets wx; only inputs do.",
        ),
        (
            (*_ends(_WEIGHTS, round(0.8**9, 9))[:3], None),
            "the initial state is there before the first step, so ten steps multiply it.",
        ),
        (
            (*_ends(_WEIGHTS, _INITIAL)[:3], 1),
            "the weights of the inputs and that of the initial state add up to 1 together.",
        ),
        (
            (1, round(0.8**9, 9), None, None),
            "each input is multiplied by wx too, when it comes in.",
        ),
        (
            (0.8 * 0.2, None, None, None),
            "that is one step too many: the last input has been multiplied by wx alone.",
        ),
        (
            (0.1, 0.1, None, None),
            "that is how a plain mean weighs them; here an old input has been multiplied by wRec "
            "more often than a new one.",
        ),
        (
            (*(_WEIGHTS / _WEIGHTS.sum()).round(9)[[-1, 0]], None, None),
            "the ten need not add up to 1: some of the weight is with the state from before the "
            "first input.",
        ),
        (
            (0.2, 0.2 * _INITIAL, None, None),
            "the first input comes in at step 1, and nine steps follow, not ten.",
        ),
    ],
    otherwise=[
        "the last input has been multiplied by wx alone.",
        "the first input has been multiplied by wx once and by wRec nine times.",
        "the initial state has been multiplied by wRec ten times.",
        "each weight is 0.8 times the next one; add all ten, or take the weight of the initial "
        "state from 1.",
    ],
    rtol=0.01,
)


def _text(bits):
    return "".join(str(bit) for bit in bits)
