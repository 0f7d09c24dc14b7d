"""The exercises of the chapter on practice."""

import numpy as np

from rnn_by_hand.checks import real
from rnn_by_hand.exercises import exercise

__all__ = ["gru_from_keras"]


@exercise
def gru_from_keras(answer):
    """Which `weight_ih_l0` of PyTorch does the same as the kernel of a GRU of Keras?"""
    for n_inputs, n_states in ((2, 3), (4, 2)):
        kernel = np.arange(1.0, n_inputs * 3 * n_states + 1)
        kernel = kernel.reshape(n_inputs, -1)
        z, r, c = np.split(kernel, 3, axis=1)
        right = np.hstack([r, z, c]).T
        given = real("the answer", answer(kernel.copy()))
        if given.shape != right.shape:
            if np.array_equal(given, right.T):
                return False, "the gates are in order; transpose it."
            return (
                False,
                f"a kernel of shape {kernel.shape} gives one of shape {given.shape}, not {right.shape}.",
            )
        if np.array_equal(given, right):
            continue
        if np.array_equal(given, kernel.T):
            return (
                False,
                "transposed, but the gates are still in Keras' order.",
            )
        for wrong in (right, kernel.T):
            if np.array_equal(given, wrong.T.reshape(wrong.shape)):
                return (
                    False,
                    "reshape reads the numbers in their old order; transpose with .T.",
                )
        for gates, order in (
            ((r, c, z), "reset, candidate, update"),
            ((z, c, r), "update, candidate, reset"),
            ((c, z, r), "candidate, update, reset"),
            ((c, r, z), "candidate, reset, update"),
        ):
            if np.array_equal(given, np.hstack(gates).T):
                return (
                    False,
                    f"its rows are {order}; PyTorch's are reset, update, candidate.",
                )
        if n_states == 2:
            return (
                False,
                "right for 3 units and not for 2; the gates are thirds of the columns.",
            )
        return False, "its numbers are not those of the kernel, gate by gate."
    return (
        True,
        "each gate is a third of the columns, and becomes a third of the rows.",
    )
