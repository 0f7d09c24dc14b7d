"""The exercises of the chapter on practice."""

import numpy as np

from rnn_by_hand.checks import real
from rnn_by_hand.exercises import Pencil, exercise

__all__ = ["diagonal", "fed_back", "gru_from_keras", "held"]


def _fed_back():
    """Make the exercise on an output that comes in again."""
    wx, wRec, targets = 0.5, 1.0, (1.0, 1.0, 1.0)

    def answer(forced=False, direct=1.0, back=wRec, through=wx, own=1.0):
        """Work out the three numbers; with other factors, those that a slip gives."""
        y_1 = wx * targets[0]
        u = targets[1] if forced else y_1
        y_2 = y_1 * wRec + u * wx
        delta_2 = 2 * own * (y_2 - targets[2])
        delta_1 = 2 * own * direct * (y_1 - targets[1])
        delta_1 += delta_2 * (back + (0 if forced else through))
        return (
            delta_1,
            delta_1 * targets[0] + delta_2 * u,
            delta_2 * y_1,
        )

    right = delta_1, by_wx, by_wRec = answer()
    delta_2 = by_wRec / (wx * targets[0])
    return Pencil(
        "What are delta_1 and both gradients of the free run at wx = 0.5 and wRec = 1?",
        ["delta_1", "with respect to wx", "with respect to wRec"],
        (
            right,
            "three paths meet at S_1: its own error, the next state and the next input.",
        ),
        [
            (
                answer(through=0),
                "the output comes in again as the next input; that path is missing.",
            ),
            (
                answer(back=0),
                "the path through the next input is there, the one through the next state is not.",
            ),
            (
                answer(direct=0),
                "the first output has an error of its own.",
            ),
            (
                answer(forced=True),
                "that is teacher forcing; this network runs free, and its second input is 0.5.",
            ),
            (
                answer(own=0.5),
                "all three are half of what they should be: where is the 2?",
            ),
            (
                [-number for number in right],
                "the sign: an output that is too small has a negative delta.",
            ),
            (
                (delta_1, by_wRec, by_wx),
                "these are the right numbers; the gradient with respect to wx comes second.",
            ),
            (
                (delta_1, delta_1 + delta_2, None),
                "for wx, delta_2 meets the input of step 2, which is 0.5.",
            ),
            (
                (delta_1, by_wx, delta_1 * wx + delta_2 * 0.75),
                "for wRec, delta_k meets the state before the step.",
            ),
        ],
        [
            "delta_1 is the own error of the first output, -1, plus 1.5 times delta_2.",
            "for wx, add up delta_k times the input of step k: 1, then 0.5.",
            "for wRec, add up delta_k times the state before step k: 0, then 0.5.",
        ],
    )


fed_back = _fed_back()


def _held_gradient(X, t, mask, wx, wRec, hold=1.0, masked=True):
    """Differentiate a network that holds its state where the mask is 0.

    `hold` is what delta is multiplied by where the state is held (None for wRec), and `masked` says
    whether held steps are left out of the sums.
    """
    n = X.shape[1]
    S = np.zeros((len(X), n + 1))
    for k in range(1, n + 1):
        new = S[:, k - 1] * wRec + X[:, k - 1] * wx
        S[:, k] = np.where(mask[:, k - 1], new, S[:, k - 1])
    wx_grad = wRec_grad = 0.0
    delta = 2 * (S[:, n] - t)
    for k in range(n, 0, -1):
        used = mask[:, k - 1] if masked else 1
        wx_grad += np.mean(used * delta * X[:, k - 1])
        wRec_grad += np.mean(used * delta * S[:, k - 1])
        held = delta * (wRec if hold is None else hold)
        delta = np.where(mask[:, k - 1], delta * wRec, held)
    return np.array([wx_grad, wRec_grad])


@exercise
def held(answer):
    """Which function of X, t, mask, wx and wRec gives the gradients of a network that holds its state?"""
    rng = np.random.default_rng(0)
    steps = np.arange(1, 9)
    lengths = np.array([[8], [5], [2], [4]])
    for name, mask in (
        ("at the end", steps <= lengths),
        ("in front", steps > 8 - lengths),
        ("anywhere", rng.permuted(steps <= lengths, axis=1)),
    ):
        mask = mask.astype(float)
        X = rng.normal(size=mask.shape)
        t = rng.normal(size=len(X))
        for point in ((0.8, 0.7), (1.2, -0.6)):
            given = real("the answer", answer(X, t, mask, *point))
            if given.shape != (2,):
                return False, (
                    f"it should return two numbers; what it returns has shape {given.shape}."
                )
            if np.allclose(
                given, _held_gradient(X, t, mask, *point), rtol=1e-9
            ):
                continue
            for slip, why in (
                (
                    {"hold": None},
                    "where the state is held, delta is still multiplied by wRec.",
                ),
                (
                    {"hold": 0},
                    "where the state is held, delta is lost; it should be handed on.",
                ),
                (
                    {"masked": False},
                    "held steps use no weight, and still add to the sums.",
                ),
            ):
                wrong = _held_gradient(X, t, mask, *point, **slip)
                if np.allclose(given, wrong, rtol=1e-9):
                    return False, why
            return False, (
                f"with padding {name}, at {point}, it gives {given[0]:.4g} and {given[1]:.4g}; "
                "a measurement of the loss gives something else."
            )
    return True, (
        "a state that is held hands delta on as it is, wherever the padding stands."
    )


def _diagonal_gradient(X, T, a, slope=True, after=False, carried=True):
    """Carry the derivative with respect to a diagonal along with the states; also with slips."""
    S = P = np.zeros_like(T)
    for k in range(X.shape[1]):
        before, S = S, np.tanh(S * a + X[:, k])
        P = (P * a if carried else 0) + (S if after else before)
        if slope:
            P = P * (1 - S**2)
    return np.mean(2 * (S - T) * P, axis=0)


@exercise
def diagonal(answer):
    """Which function of X, T and a gives the gradient of a diagonal without a backward pass?"""
    rng = np.random.default_rng(0)
    for N, n, H in ((6, 7, 3), (2, 4, 5)):
        X, T, a = (rng.normal(size=size) for size in ((N, n, H), (N, H), (H,)))
        right = _diagonal_gradient(X, T, a)
        given = real("the answer", answer(X, T, a))
        if given.shape != (H,):
            return False, (
                f"it should return {H} numbers; what it returns has shape {given.shape}."
            )
        if np.allclose(given, right, rtol=1e-9):
            continue
        for slip, why in (
            (
                _diagonal_gradient(X, T, a, slope=False),
                "tanh has a slope, and P goes through it as well.",
            ),
            (
                _diagonal_gradient(X, T, a, after=True),
                "P must meet the state from before the step; update P first.",
            ),
            (
                _diagonal_gradient(X, T, a, carried=False),
                "that is the last use of a alone; P is carried along, times a.",
            ),
            (
                right / 2,
                "all are half of what they should be: where is the 2?",
            ),
            (-right, "the sign: 2 (S - T), not 2 (T - S)."),
            (right * N, "all are N times too large: take the mean."),
        ):
            if np.allclose(given, slip, rtol=1e-9):
                return False, why
        ratios = ", ".join(f"{ratio:.3g}" for ratio in given / right)
        return False, f"it gives {ratios} times the gradient."
    return True, (
        "that is the gradient; carried forward, it needs one number for each weight and no state "
        "but the last, which is RTRL as cheap as the run itself."
    )


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
