"""The exercises of the chapter on gradient checking."""

import numpy as np

from rnn_by_hand.bug_zoo import BUGS, bptt, with_bug
from rnn_by_hand.checks import real
from rnn_by_hand.exercises import exercise
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.model import forward_states, make_dataset

__all__ = ["culprit", "every_step", "fourth_power", "fresh_data"]


@exercise
def every_step(answer):
    """Which function of wx and wRec gives the gradients of the loss at every step?"""
    X, _ = make_dataset()
    counts = np.cumsum(X, axis=1)

    def loss_at(wx, wRec):
        errors = forward_states(X, wx, wRec)[:, 1:] - counts
        return (errors**2).sum(axis=1).mean()

    for point in ((0.8, 0.9), (1.2, 0.7)):
        if np.allclose(
            answer(*point), bptt(X, counts[:, -1], *point), rtol=1e-9
        ):
            return (
                False,
                "that is the gradient of the last step's error alone.",
            )
        without = _without_later_states(X, counts, *point)
        if np.allclose(answer(*point), without, rtol=1e-9):
            return False, (
                "each state's own error is there, but nothing comes back from later states."
            )
        try:
            check_gradients(loss_at, answer, point)
        except GradientCheckError as failed:
            return False, f"\n{failed}"
    return True, (
        "gradients that arrive along two paths add up, and the check agrees at both points."
    )


@exercise
def culprit(answer):
    """Which bug has the ratios of the mystery?"""
    bugs = list(BUGS)
    if answer not in bugs:
        return False, f"choose one of {', '.join(map(repr, bugs))}."
    mystery = with_bug(bugs[5])
    X, t = make_dataset()
    for point in ((0.7, 0.6), (-0.5, -0.8), (0.7, 1.0)):
        truth = np.array(bptt(X, t, *point))
        seen = np.array(mystery(X, t, *point)) / truth
        suspected = np.array(with_bug(answer)(X, t, *point)) / truth
        if not np.allclose(seen, suspected):
            return False, (
                f"at {point} that one has the ratios {_pair(suspected)}, and the mystery has "
                f"{_pair(seen)}."
            )
    return True, (
        "where wRec is 1, multiplying by it can be left out, and nothing shows."
    )


@exercise
def fresh_data(answer):
    """By what factor does the measured gradient grow when eps is ten times smaller?"""
    if np.isclose(answer, 10, rtol=0.2):
        return True, (
            "two draws differ by as much as ever, and that is divided by a step ten times "
            "smaller."
        )
    if np.isclose(answer, 1):
        return False, (
            "so it would be if the two losses came from the same data; here their difference "
            "does not shrink with eps."
        )
    if np.isclose(answer, 0.1, rtol=0.2):
        return (
            False,
            "the step is below the line: a smaller one divides by less.",
        )
    if np.isclose(answer, (100, 0.01), rtol=0.2).any():
        return (
            False,
            "eps squared is in the truncation error; it plays no part here.",
        )
    return False, f"it is not {answer:g}; by what is the difference divided?"


@exercise
def fourth_power(answer):
    """What is the output gradient of (t - y)^4? A function of y and t."""
    y, t = np.array([1.0, 3.5, -2, 0.25, 6]), np.array([2.0, 3, 1, 0, 4])
    right = 4 * (y - t) ** 3
    given = np.broadcast_to(real("the answer", answer(y, t)), t.shape)
    if np.allclose(given, right):
        return True, "and not another line of the backward pass has to change."
    slips = (
        (-right, "the sign: the derivative of t - y with respect to y is -1."),
        (right / 4, "the 4 of the power comes down as a factor."),
        (right / 2, "that 2 belonged to the square; now it is a 4."),
        (np.abs(right), "an odd power keeps its sign; do not take it away."),
        (
            right / len(t),
            "this is each sequence's own; the mean is taken later, in `backward_gradient`.",
        ),
        (2 * (y - t), "that is the derivative of the square."),
    )
    for slip, why in slips:
        if np.allclose(given, slip):
            return False, why
    i = int(np.argmax(~np.isclose(given, right)))
    return False, (
        f"at y = {y[i]:g} and t = {t[i]:g} it should be {right[i]:g}, not {given[i]:g}."
    )


def _without_later_states(X, counts, wx, wRec):
    """Take each state's own error alone, as if no state led to the next."""
    S = forward_states(X, wx, wRec)
    delta = 2 * (S[:, 1:] - counts)
    return tuple((delta * used).sum(axis=1).mean() for used in (X, S[:, :-1]))


def _pair(ratios):
    return " and ".join(f"{ratio:.4g}" for ratio in ratios)
