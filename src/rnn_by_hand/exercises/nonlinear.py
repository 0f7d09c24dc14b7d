"""The exercises of the chapter on nonlinear networks and vector states."""

import numpy as np

from rnn_by_hand.exercises import Pencil
from rnn_by_hand.vector_rnn import (
    Params,
    backward_gradient,
    output_gradient,
    update_state,
)

__all__ = ["adder_by_hand", "late_fading", "tanh_step"]


# ------------------------------------------------------------------------------ a tanh step


def _tanh_step():
    """Take the step with numbers, forward and back, and the ways in which it goes wrong."""
    wx, wRec, S_1, x_2, t = -0.4, 1.5, 0.6, 1.0, 1.0
    params = Params([[wx]], [[wRec]], [0.0], [[1.0]], [0.0])
    z_2 = wx * x_2 + wRec * S_1
    params = Params(*map(np.array, params))
    S_2 = update_state(np.array([x_2]), np.array([S_1]), params, np.tanh)[0]
    S = np.array([[[0.0], [S_1], [S_2]]])
    E = np.zeros((1, 2, 1))
    E[:, -1:] = output_gradient(S[:, -1:], [[[t]]])
    # No input at the first step, and S_0 = 0: all of this gradient is from the second.
    gradients, delta = backward_gradient([[[0.0], [x_2]]], S, E, params)
    delta_1, delta_2 = delta[0, 1:, 0]
    wRec_grad = gradients.WRec[0, 0]
    slope = 1 - S_2**2
    any_of = [None] * 4
    return Pencil(
        "What are S_2, delta_2, delta_1 and the gradient with respect to wRec of one tanh unit?",
        ["S₂", "δ₂", "δ₁", "gradient with respect to wRec"],
        (
            [S_2, delta_2, delta_1, wRec_grad],
            "going back, the slope is that of the state that δ leaves, S₂; the gradient takes the "
            "state before the step, S₁.",
        ),
        [
            ([z_2, *any_of[1:]], "that is the sum; S₂ is tanh of it."),
            (
                [None, delta_2 / 2, *any_of[2:]],
                "δ₂ is half of the right one: where is the 2 of the square?",
            ),
            (
                [None, -delta_2, *any_of[2:]],
                "δ₂ has the wrong sign: it is 2 (y − t).",
            ),
            (
                [None, delta_2 * slope, *any_of[2:]],
                "δ₂ is the gradient at the state S₂; the slope comes when it leaves.",
            ),
            (
                [None, None, delta_2 * wRec, None],
                "for δ₁ the slope is missing: δ₂ passes through tanh first.",
            ),
            (
                [None, None, delta_2 * (1 - S_1**2) * wRec, None],
                "for δ₁ that is the slope at S₁; δ₂ leaves from S₂.",
            ),
            (
                [None, None, delta_2 * (1 - np.tanh(S_2) ** 2) * wRec, None],
                "for δ₁ you took tanh of S₂ once more; the slope is 1 − S₂².",
            ),
            (
                [None, None, delta_2 * slope, None],
                "for δ₁ the weight is missing: multiply by wRec.",
            ),
            (
                [None, None, delta_2 * slope * wx, None],
                "δ₁ goes back through wRec, not through wx.",
            ),
            (
                [*any_of[:3], wRec_grad / S_1 * S_2],
                "wRec has multiplied the state before the step, S₁, not S₂.",
            ),
            (
                [*any_of[:3], delta_2 * S_1],
                "for wRec the slope is missing: it stands before tanh, too.",
            ),
            (
                [*any_of[:3], delta_1 * S_1],
                "S₁ was used to make S₂, so it meets δ₂ times its slope, not δ₁.",
            ),
        ],
        [
            "S₂ is tanh of wx x₂ + wRec S₁.",
            "δ₂ is 2 (y − t), and here y is S₂.",
            "δ₁ is δ₂ times the slope at S₂ times wRec.",
            "the gradient with respect to wRec is S₁ times δ₂ times the slope at S₂.",
        ],
        rtol=5e-3,
    )


tanh_step = _tanh_step()


# --------------------------------------------------------------------------- a unit per total


def _arriving(total, first_step=True, gain=10):
    """List what can arrive at a unit of `unit_per_total` for a total, before its bias."""
    by_state = [(-1, 0), (1, 1)] + first_step * [(0, 0)]
    return [
        gain * (2 * ones - 2 + state)
        for ones in (0, 1, 2)
        for state, carry in by_state
        if ones + carry == total
    ]


def _halfway(first_step=True):
    """Switch each unit halfway between what must leave it off and what must turn it on."""
    return [
        -(
            max(_arriving(total - 1, first_step))
            + min(_arriving(total, first_step))
        )
        / 2
        for total in (1, 2, 3)
    ]


def _gap(total):
    off, on = max(_arriving(total - 1)), min(_arriving(total))
    return off, on


adder_by_hand = Pencil(
    "Which three biases make `unit_per_total` add, with the switches halfway?",
    ["bias of unit 1", "bias of unit 2", "bias of unit 3"],
    (_halfway(), "it adds, as the solution shows on all pairs of 6 bits."),
    [
        (
            _halfway(first_step=False),
            "halfway without the first step, where the state is 0 and not −1.",
        ),
        (
            [-b for b in _halfway()],
            "these are the sums at which the units switch; a bias has the other sign.",
        ),
        (
            [b / 10 for b in _halfway()],
            "the weights are 10, so count in tens.",
        ),
        (
            [(-_gap(total)[1], -_gap(total)[0]) for total in (1, 2, 3)],
            "each switch lies in its gap, but not all of them lie halfway.",
        ),
    ],
    [
        f"without its bias, at most {_gap(total)[0]} arrives at unit {total} when it must stay "
        f"off, and at least {_gap(total)[1]} when it must turn on."
        for total in (1, 2, 3)
    ],
)


# -------------------------------------------------------------------------------- late to fade


def _norm(corner, radius=0.5, power=10):
    """Measure the tenth power of a 2 x 2 matrix with a radius of 0.5."""
    W = [[radius, corner], [0, radius]]
    return np.linalg.norm(np.linalg.matrix_power(W, power), 2)


_SMALLEST = next(c for c in range(1, 1000) if _norm(c) > 1)

late_fading = Pencil(
    "What is the smallest whole c > 0 for which [[0.5, c], [0, 0.5]]**10 has a norm above 1?",
    ["c"],
    (
        [_SMALLEST],
        "the spectral radius says where the powers end up, not what they do on the way.",
    ),
    [
        (
            [_SMALLEST - 1],
            f"close: the norm is {_norm(_SMALLEST - 1):.4f}, still below 1.",
        ),
        (
            [np.floor(1 / (10 * 0.5**10)) + 1],
            "the corner has nine factors of 0.5, not ten: one step is the one through c.",
        ),
        (
            [(0.5**-9 - 0.1, 0.5**-9 + 1.1)],
            "c can be met at any of the ten steps, so the corner has ten equal terms.",
        ),
        (
            [(0.5**-10 - 0.1, 0.5**-10 + 1.1)],
            "count the paths to the corner: ten, each through c once and 0.5 nine times.",
        ),
        ([(_SMALLEST - 1, _SMALLEST)], "a whole number is asked for."),
        ([(_SMALLEST, 1e9)], "a smaller one is enough."),
        ([(-1e9, 0.5)], "c must be a whole number above 0."),
    ],
    [
        f"the norm is still below 1; it is {_norm(10):.2f} for c = 10, and nearly proportional to c."
    ],
)
