"""The exercises of the chapter on the ravine."""

import itertools

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.model import forward_states, make_dataset
from rnn_by_hand.surface import Surface

__all__ = ["bottom", "mirror", "pass_height", "pixels"]

_TWO_BITS = np.array(list(itertools.product((0, 1), repeat=2)))


def _pixels():
    surface = Surface(*make_dataset())
    half_width, at_three = np.sqrt(
        surface.n_samples / np.polyval(surface.A, [2, 3])
    )
    fewest = np.ceil(3 / half_width)
    return Pencil(
        "How many pixels wide must the map be for one to be no wider than the ravine at wRec = 2?",
        ["pixels"],
        (
            [fewest],
            f"and at wRec = 3 it would take {half_width / at_three:.0f} times as many.",
        ),
        [
            (
                [np.ceil(6 / half_width)],
                "the ravine has two sides; that was the half-width.",
            ),
            ([(fewest - 1, fewest)], "a map has whole pixels: round up."),
            ([(fewest, 1e12)], "fewer would do."),
        ],
        [
            "a pixel would still be wider than the ravine, which is "
            f"{2 * half_width:.6f} wide."
        ],
        rtol=1e-9,
    )


def _bottom():
    ages = np.array([1, 0])
    n = len(_TWO_BITS)

    def answer(ages, factor=2 / n):
        J = np.column_stack([_TWO_BITS.sum(axis=1), _TWO_BITS @ ages])
        H = factor * J.T @ J
        flat, steep = np.linalg.eigvalsh(H)
        return [H[0, 0], H[0, 1], H[1, 1], steep / flat]

    *H, kappa = answer(ages)
    det, trace = H[0] * H[2] - H[1] ** 2, H[0] + H[2]
    return Pencil(
        "What are the Hessian at (1, 1) and its condition number for the four sequences of two bits?",
        ["top left", "off the diagonal", "bottom right", "condition number"],
        (
            [*H, kappa],
            f"the formula for long sequences, three quarters of n cubed, would say {0.75 * 2**3:g}: "
            "two bits are not long.",
        ),
        [
            (
                [*answer(ages, 1 / n)[:3], None],
                "all are half of what they should be: a square has the derivative 2 times what is "
                "in it.",
            ),
            (
                [*answer(ages, 2)[:3], None],
                f"the Hessian is a mean over {n} sequences, and this is the sum.",
            ),
            (
                [*answer(ages + 1)[:3], None],
                "the last bit has the age 0, and the first the age 1.",
            ),
            ([*H, 1 / kappa], "it is the large one divided by the small one."),
            (
                [*H, trace**2 / det],
                "near, but trace over determinant only approaches 1 over the small eigenvalue as "
                "n grows; solve the quadratic equation.",
            ),
            (
                [*H, H[2] / H[0]],
                "the diagonal does not hold the eigenvalues while there are other entries.",
            ),
            (
                [*H, H[0] / H[2]],
                "the diagonal does not hold the eigenvalues while there are other entries.",
            ),
        ],
        [
            "half the sum of the squared numbers of ones.",
            "half the sum of the number of ones times the sum of their ages.",
            "half the sum of the squared sums of the ages.",
            f"the matrix is right; its eigenvalues add up to {trace:g} and multiply to {det:g}.",
        ],
        rtol=5e-3,
    )


def _pass_height():
    surface = Surface(_TWO_BITS, _TWO_BITS.sum(axis=1))
    n = surface.n_samples
    (at,) = np.roots(surface.B)
    height = surface.C / n
    off = -2 * np.polyval(np.polyder(surface.B), at) / n
    return Pencil(
        "Where is the pass for the four sequences of two bits, how high is it, and what is the "
        "determinant of the Hessian there?",
        ["wRec", "loss", "determinant"],
        (
            [at, height, -(off**2)],
            "the two bits have opposite signs there and cancel, as they do in pairs for every even length.",
        ),
        [
            (
                [-at, None, None],
                "there B is not 0; (1, 1) has slope zero as well, and a loss of 0.",
            ),
            ([at, surface.C, None], "that is C; the loss is C divided by N."),
            (
                [at, 0, None],
                "B is 0 there, and the loss is what is left: C/N.",
            ),
            (
                [at, height, off**2],
                "the sign: it is 0 times something, minus a square.",
            ),
            (
                [at, height, -((off * n) ** 2)],
                "both entries off the diagonal are divided by N.",
            ),
            (
                [at, height, -((off / 2) ** 2)],
                "the entries off the diagonal are twice the slope of B, divided by N.",
            ),
        ],
        [
            "the pass is where B is 0.",
            "at wx = 0 the network says 0 to all four sequences.",
            "the corner for wRec is 0, so only the entries off the diagonal count: "
            "minus the square of 2B'/N.",
        ],
    )


pixels = _pixels()
bottom = _bottom()
pass_height = _pass_height()


@exercise
def mirror(answer):
    """Which weights give the outputs for the reversed sequences? A function of wx and wRec."""
    X, _ = make_dataset()
    for wx, wRec in ((1.0, 1.0), (1.0, 0.5), (0.8, -1.5), (2.0, 0.9)):
        y = forward_states(X, wx, wRec)[:, -1]
        mirrored = forward_states(X[:, ::-1], *answer(wx, wRec))[:, -1]
        if not np.allclose(mirrored, y, rtol=1e-9, atol=1e-9):
            return False, (
                f"from ({wx:g}, {wRec:g}) the first output should be {y[0]:.6g}, and your weights "
                f"give {mirrored[0]:.6g}."
            )
    return True, "the same outputs, with time running the other way."
