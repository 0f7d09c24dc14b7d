"""The exercises of the chapter on backpropagation through time."""

import numpy as np

from rnn_by_hand.checks import real
from rnn_by_hand.exercises import exercise
from rnn_by_hand.model import bptt, forward_states, make_dataset

__all__ = ["by_hand", "forward_mode", "truncation"]


@exercise
def by_hand(answer):
    """What are both gradients for 1, 1, 0 with target 2, at wx = 1 and wRec = 0.5?"""
    given = real("the answer", answer)
    if given.shape != (2,):
        return False, "two gradients are asked for, for wx and for wRec."
    right = np.array([-1.875, -5.0])
    if np.allclose(given, right):
        return (
            True,
            "wRec has the larger one, although its step 1 adds nothing.",
        )
    slips = (
        (
            right[::-1],
            "these are the right numbers; the one for wx comes first.",
        ),
        (
            -right,
            "the sign: the output is too small, so a larger weight helps.",
        ),
        (right / 2, "both are half of what they should be: where is the 2?"),
    )
    for slip, why in slips:
        if np.allclose(given, slip):
            return False, why
    deltas = np.array([-0.625, -1.25, -2.5])
    x, S = np.array([1, 1, 0]), np.array([0, 1, 1.5, 0.75])
    if not np.isclose(given[0], right[0]):
        name, value, used = "wx", given[0], x
        if np.isclose(value, deltas @ x[::-1]):
            return False, "for wx, delta_3 meets x_3, which is 0."
    else:
        name, value, used = "wRec", given[1], S[:-1]
        if np.isclose(value, deltas @ S[1:]):
            return False, "for wRec, delta_k meets the state before the step."
    if np.isclose(value, deltas[-1] * used.sum()):
        return False, f"for {name}, delta halves at each step back."
    terms = [f"{d:g} * {u:g}" for d, u in zip(deltas[::-1], used[::-1])]
    return False, f"for {name}, the three terms are {', '.join(terms)}."


@exercise
def forward_mode(answer):
    """Which function of X, t, wx and wRec gives both gradients without a backward pass?"""
    for shape, point in (((50, 10), (1.2, 0.7)), ((7, 5), (0.8, -0.9))):
        X, t = make_dataset(*shape)
        right = np.array(bptt(X, t, *point))
        given = real("the answer", answer(X, t, *point))
        if given.shape != (2,):
            return (
                False,
                f"it should return two numbers; what it returns has shape {given.shape}.",
            )
        if np.allclose(given, right, rtol=1e-9):
            continue
        slips = (
            (
                right / 2,
                "both are half of what they should be: where is the 2?",
            ),
            (-right, "the sign: 2 (y - t), not 2 (t - y)."),
            (
                right * len(X),
                "both are N times too large: take the mean over the sequences.",
            ),
            (
                _with_new_state(X, t, *point),
                "for wRec, b must meet the state from before the step; update b first.",
            ),
            (
                (right[0], 0),
                "for wRec, b stays 0: what does wRec multiply at each step?",
            ),
        )
        for slip, why in slips:
            if np.allclose(given, slip, rtol=1e-9):
                return False, why
        by_wx, by_wRec = given / right
        return False, (
            f"at {point} it gives {by_wx:.3g} times the gradient for wx, and "
            f"{by_wRec:.3g} times that for wRec."
        )
    return True, (
        "it keeps nothing of the past, but needs a recurrence per weight: a bargain for two "
        "weights, and not for a million."
    )


@exercise
def truncation(answer):
    """How many steps back give 90 % of the gradients? Three for wRec, then three for wx."""
    given = np.asarray(answer)
    if given.shape != (2, 3):
        return False, "two rows of three are asked for, one row per weight."
    X, t = make_dataset()
    names, wRecs = ("wRec", "wx"), (0.5, 0.9, 1.2)
    # The share of the last one, two, ... ten steps.
    parts = np.empty((2, 3, 10))
    for column, wRec in enumerate(wRecs):
        S = forward_states(X, 1, wRec)
        delta = 2 * (S[:, -1:] - t[:, np.newaxis]) * wRec ** np.arange(10)
        for row, used in enumerate((S[:, -2::-1], X[:, ::-1])):
            terms = (delta * used).mean(axis=0)
            parts[row, column] = np.cumsum(terms) / terms.sum()
    right = 1 + np.argmax(parts >= 0.9, axis=-1)
    if np.array_equal(given, right):
        return True, (
            "below 1 delta fades on its way back, so the steps left out have little to add. "
            "Above 1 it grows, and most of the gradient of wx comes from the first steps, whose "
            "inputs are no smaller than the last. For wRec it meets their states, and those are "
            "small."
        )
    if np.array_equal(given, right[::-1]):
        return (
            False,
            "these are the right numbers; the row of wRec comes first.",
        )
    if np.array_equal(given, right - 1):
        return False, "an index from 0 is one less than a number of steps."
    row, column = np.argwhere(given != right)[0]
    steps, name, wRec = given[row, column], names[row], wRecs[column]
    if steps not in range(1, 11):
        return False, f"{steps} is not a number of steps from 1 to 10."
    part = parts[row, column, int(steps) - 1]
    enough = "; fewer are enough" if part >= 0.9 else ""
    return False, (
        f"at wRec = {wRec} the last {steps} steps supply {part:.0%} of the gradient of "
        f"{name}{enough}. Each step back multiplies delta by {wRec}."
    )


def _with_new_state(X, t, wx, wRec):
    """Run forward mode with the state after a step in place of the one before it."""
    s = a = b = np.zeros(len(X))
    for k in range(1, X.shape[1] + 1):
        s = wRec * s + wx * X[:, k - 1]
        a = wRec * a + X[:, k - 1]
        b = wRec * b + s
    return np.mean(2 * (s - t) * a), np.mean(2 * (s - t) * b)
