"""The exercises of the chapter on backpropagation through time."""

import numpy as np

from rnn_by_hand.checks import real
from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.model import (
    backward_gradient,
    bptt,
    forward_states,
    make_dataset,
    output_gradient,
)

__all__ = ["by_hand", "every_step", "forward_mode", "two_paths"]

_X, _WX, _WREC = np.array([[1, 1, 0]]), 1, 0.5
_S = forward_states(_X, _WX, _WREC)
_WEIGHTS = ["with respect to wx", "with respect to wRec"]


def _by_hand():
    """Make the exercise with one loss, at the end."""
    grad_out = output_gradient(_S[:, -1], [2])
    (wx, wRec), delta = backward_gradient(_X, _S, grad_out, _WREC)
    x, S, delta = _X[0], _S[0], delta[0, 1:]
    terms = [
        ", ".join(f"{d:g} * {u:g}" for d, u in zip(delta[::-1], used[::-1]))
        for used in (x, S[:-1])
    ]
    return Pencil(
        "What are both gradients for 1, 1, 0 with target 2, at wx = 1 and wRec = 0.5?",
        _WEIGHTS,
        (
            (wx, wRec),
            "wRec has the larger one, although its step 1 adds nothing.",
        ),
        [
            (
                (wRec, wx),
                "these are the right numbers; the one for wx comes first.",
            ),
            (
                (-wx, -wRec),
                "the sign: the output is too small, so a larger weight helps.",
            ),
            (
                (wx / 2, wRec / 2),
                "both are half of what they should be: where is the 2?",
            ),
            (
                (delta @ x[::-1], None),
                "for wx, delta_3 meets x_3, which is 0.",
            ),
            (
                (delta[-1] * x.sum(), None),
                "for wx, delta halves at each step back.",
            ),
            (
                (None, delta @ S[1:]),
                "for wRec, delta_k meets the state before the step.",
            ),
            (
                (None, delta[-1] * S[:-1].sum()),
                "for wRec, delta halves at each step back.",
            ),
        ],
        [
            f"for {name}, the three terms are {these}."
            for name, these in zip(("wx", "wRec"), terms)
        ],
    )


def _two_paths():
    """Make the exercise with a loss at every step."""
    x, S = _X[0], _S[0]
    own = 2 * (S[1:] - np.array([1, 2, 2]))

    def answer(own, back=_WREC, direct=1):
        """Work out all four numbers; with other factors, those that a slip gives."""
        delta_3 = own[2]
        delta_2 = direct * own[1] + back * delta_3
        delta_1 = direct * own[0] + back * delta_2
        delta = np.array([delta_1, delta_2, delta_3])
        return delta_2, delta_1, delta @ x, delta @ S[:-1]

    right = delta_2, delta_1, wx, wRec = answer(own)
    delta = np.array([delta_1, delta_2, own[2]])
    return Pencil(
        "What are delta_2, delta_1 and both gradients for 1, 1, 0, with a loss at every step?",
        ["delta_2", "delta_1", *_WEIGHTS],
        (
            right,
            "S_1 is what it should be, and delta_1 is still not 0: a larger S_1 would raise the "
            "two states after it, which are too small.",
        ),
        [
            (
                answer([0, 0, own[2]]),
                "that is the loss at step 3 alone; S_2 has an error of its own.",
            ),
            (
                answer(own, back=0),
                "each state's own error is there, but nothing comes back from later states.",
            ),
            (
                answer(own, back=1),
                "what comes back from the next state is multiplied by wRec.",
            ),
            (
                answer(own, direct=_WREC),
                "a state's own error reaches it directly; only what comes back is multiplied by "
                "wRec.",
            ),
            (
                [number / 2 for number in right],
                "all four are half of what they should be: where is the 2?",
            ),
            (
                [-number for number in right],
                "the sign: a state that is too small has a negative delta.",
            ),
            (
                (delta_2, delta_1, wRec, wx),
                "these are the right numbers; the gradient with respect to wx comes third.",
            ),
            (
                (delta_2, delta_1, delta @ x[::-1], None),
                "for wx, delta_3 meets x_3, which is 0.",
            ),
            (
                (delta_2, delta_1, None, delta @ S[1:]),
                "for wRec, delta_k meets the state before the step.",
            ),
        ],
        [
            "delta_2 is 2 * (1.5 - 2), the own error of S_2, plus half of delta_3.",
            "delta_1 is the own error of S_1 plus half of delta_2.",
            "for wx, add up delta_k times x_k over the three steps.",
            "for wRec, add up delta_k times S_(k-1) over the three steps.",
        ],
    )


by_hand = _by_hand()
two_paths = _two_paths()


@exercise
def every_step(answer):
    """Which function of wx and wRec gives the gradients of the loss at every step?"""
    X, _ = make_dataset()
    counts = np.cumsum(X, axis=1)

    def loss_at(wx, wRec):
        errors = forward_states(X, wx, wRec)[:, 1:] - counts
        return (errors**2).sum(axis=1).mean()

    for point in ((0.8, 0.9), (1.2, 0.7)):
        given = answer(*point)
        if np.allclose(given, bptt(X, counts[:, -1], *point), rtol=1e-9):
            return (
                False,
                "that is the gradient of the last step's error alone.",
            )
        without = _without_later_states(X, counts, *point)
        if np.allclose(given, without, rtol=1e-9):
            return False, (
                "each state's own error is there, but nothing comes back from later states."
            )
        try:
            check_gradients(loss_at, answer, point, strict=True)
        except GradientCheckError as failed:
            return False, f"\n{failed}"
    return True, (
        "gradients that arrive along two paths add up, and the check agrees at both points."
    )


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
                "for wRec, q must meet the state from before the step; update q first.",
            ),
            (
                (right[0], 0),
                "for wRec, q stays 0: what does wRec multiply at each step?",
            ),
        )
        for slip, why in slips:
            if np.allclose(given, slip, rtol=1e-9):
                return False, why
        by_wx, by_wRec = given / right
        return False, (
            f"at {point} it gives {by_wx:.3g} times the gradient with respect to wx, and "
            f"{by_wRec:.3g} times that with respect to wRec."
        )
    return True, (
        "both are right. Forward mode keeps no state but the last, and needs a recurrence per "
        "weight: cheap for two weights, and expensive for a million."
    )


def _without_later_states(X, counts, wx, wRec):
    """Take each state's own error alone, as if no state led to the next."""
    S = forward_states(X, wx, wRec)
    delta = 2 * (S[:, 1:] - counts)
    return tuple((delta * used).sum(axis=1).mean() for used in (X, S[:, :-1]))


def _with_new_state(X, t, wx, wRec):
    """Run forward mode with the state after a step in place of the one before it."""
    s = p = q = np.zeros(len(X))
    for k in range(1, X.shape[1] + 1):
        s = wRec * s + wx * X[:, k - 1]
        p = wRec * p + X[:, k - 1]
        q = wRec * q + s
    return np.mean(2 * (s - t) * p), np.mean(2 * (s - t) * q)
