"""The exercises of the chapter on five ways to compute one recurrence."""

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.scan import combine

__all__ = ["backward", "one_pair", "two_blocks"]


# --------------------------------------------------------------------------- three steps in a pair

_FIRST, _SECOND = (0.5, 1.5), (0.5, 0.0)
_TWO = combine(_SECOND, _FIRST)
_A, _B = combine(_FIRST, _TWO)

one_pair = Pencil(
    "Which pair (a, b) does what three steps over 1, 0, 1 do, with wx 1.5 and wRec 0.5?",
    ["a", "b"],
    (
        (_A, _B),
        "an eighth of what was there before is left, and 1.875 has been added.",
    ),
    [
        (
            (_B, _A),
            "these are the two numbers, the other way round: a multiplies, b is added.",
        ),
        ((_FIRST[0], _B), "that is the a of one step; there are three."),
        (
            (3 * _FIRST[0], None),
            "the factors of three steps are multiplied, not added.",
        ),
        (
            _TWO,
            "that is the pair of the first two steps; the third is missing.",
        ),
        (
            (None, 2 * _FIRST[1]),
            "the first 1 is halved twice before the last step is done; only the last comes in "
            "whole.",
        ),
        (
            (None, _FIRST[1]),
            "that is what the last step adds; something of the first is left, too.",
        ),
    ],
    [
        "from a state of 8 the three steps lead to 2.875; yours do not, even with the right b.",
        "from a state of 0 the three steps lead to 1.875, and that is b.",
    ],
)


# --------------------------------------------------------------------------------- two blocks


def _two_blocks(wx=2.0, wRec=0.5, inputs=(0, 1, 1, 1)):
    """Work out both blocks of two steps, and the ways in which they are put together wrongly."""

    def end(state, block):
        for x in block:
            state = wRec * state + wx * x
        return state

    first, second = end(0.0, inputs[:2]), end(0.0, inputs[2:])
    keeps = wRec**2
    whole = second + keeps * first
    assert whole == end(0.0, inputs)
    return Pencil(
        "Where do two blocks of two steps end, each from 0, and what is the state after both?",
        [
            "end of block 1, from 0",
            "end of block 2, from 0",
            "state after both",
        ],
        (
            (first, second, whole),
            "both blocks can be worked on at the same time, and one step joins them.",
        ),
        [
            (
                (first, whole, None),
                "the second block has started from the end of the first; it should start from 0, "
                "so that it need not wait.",
            ),
            (
                (first, second, first + second),
                "the end of block 1 fades for two more steps before it is added.",
            ),
            (
                (first, second, second + wRec * first),
                "that fades for one step, but block 2 has two.",
            ),
            (
                (first, second, first + keeps * second),
                "it is the earlier block that fades, not the later one.",
            ),
            (
                (first / wx, second / wx, None),
                "wx is 2: each 1 comes in as a 2.",
            ),
        ],
        [
            "block 1 goes from 0 over its two inputs, 0 and 1.",
            "block 2 goes from 0 over its two inputs, 1 and 1.",
            "what block 1 leaves is multiplied by wRec at both steps of block 2; add it to the end "
            "of block 2.",
        ],
    )


two_blocks = _two_blocks()


# ------------------------------------------------------------------- the backward pass, by a scan


def _by_loop(a, E):
    delta = np.zeros(len(E))
    delta[-1] = E[-1]
    for k in range(len(E) - 1, 0, -1):
        delta[k - 1] = a[k] * delta[k] + E[k - 1]
    return delta


@exercise
def backward(answer):
    """What are delta_1 to delta_n, by a scan? A function of a_1 to a_n and of E_1 to E_n."""
    rng = np.random.default_rng(0)
    a, E = rng.uniform(-1, 1, size=(2, 7))
    given = np.array(answer(a.copy(), E.copy()), dtype=float)
    right = _by_loop(a, E)
    if given.shape == (8,):
        return False, (
            "eight numbers for seven steps: one of them is no gradient at a state from 1 to n."
        )
    if given.shape != (7,):
        return False, (
            f"for seven steps your function gave an array of shape {given.shape}; it must give "
            "one number for each."
        )
    if np.allclose(given, right):
        return (
            True,
            "any recurrence that a scan can run forward, it can run backward.",
        )
    if np.allclose(given[::-1], right):
        return (
            False,
            "all are there, last step first; turn them round once more.",
        )
    unshifted = _by_loop(np.append(0, a[:-1]), E)
    if np.allclose(given, unshifted):
        return False, (
            "each factor is one step off: from delta_k to delta_(k-1) it is a_k, the factor of "
            "the step between them."
        )
    forward = _by_loop(np.append(0, a[:0:-1]), E[::-1])[::-1]
    if np.allclose(given, forward):
        return False, "that goes forward in time; start from the last step."
    if np.isclose(given[-1], E[-1]):
        return False, (
            f"delta_n is right, and delta_(n-1) should be a_n delta_n + E_(n-1), here "
            f"{right[-2]:.4f}."
        )
    return (
        False,
        "nothing comes after the last step, so delta_n should be E_n alone.",
    )
