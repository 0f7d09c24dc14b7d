r"""A linear recurrence in a few rounds instead of many steps.

One step of

.. math:: S_k = a_k S_{k-1} + b_k, \qquad S_0 = 0, \quad k = 1 \dots n

is a pair of numbers, :math:`(a_k, b_k)`: multiply by the one, then add the other.
Two steps in a row are again such a pair, and it does not matter which neighbours in a long row
are combined first. A scan needs nothing more.
"""

import numpy as np

from rnn_by_hand.checks import checked_steps

__all__ = ["combine", "linear_states", "scan"]


def combine(after, before):
    r"""Combine two steps of a linear recurrence into one.

    Implements :math:`(a_2, b_2) \circ (a_1, b_1) = (a_2 a_1,\; a_2 b_1 + b_2)`.

    Parameters
    ----------
    after, before : pair of number or ndarray
        The later step, and the one before it.

    Returns
    -------
    pair of number or ndarray
        One step that does the work of both.
    """
    (a2, b2), (a1, b1) = after, before
    return a2 * a1, a2 * b1 + b2


def scan(operation, *arrays):
    """Combine each element with all that come before it, in a number of rounds.

    Each round doubles how far an element reaches back, so that `n` elements take
    ceil(log2(n)) rounds; see Hillis and Steele, "Data parallel algorithms", Communications of
    the ACM 29 (1986).

    Parameters
    ----------
    operation : callable
        ``operation(after, before)`` combines elements pairwise. Both are tuples with one array
        for each of `arrays`, and so is what it returns. It must be associative.
    *arrays : ndarray, shape (..., n)
        The parts of each element, with the elements along the last axis. They are copied, never
        changed.

    Returns
    -------
    tuple of ndarray, shape (..., n)
        Element `k` combines elements 1 to `k`.
    """
    done = tuple(np.array(array) for array in arrays)
    n = done[0].shape[-1]
    reach = 1
    while reach < n:
        after = tuple(part[..., reach:] for part in done)
        before = tuple(part[..., :-reach] for part in done)
        for part, combined in zip(done, operation(after, before), strict=True):
            part[..., reach:] = combined
        reach *= 2
    return done


@checked_steps
def linear_states(a, b):
    r"""Compute every state of a linear recurrence by a scan.

    Implements :math:`S_k = a_k S_{k-1} + b_k` for :math:`k = 1 \dots n`, from :math:`S_0 = 0`.

    Parameters
    ----------
    a, b : number, or array_like, shape (..., n_steps)
        What the state is multiplied by at each step, and what is added; they must broadcast,
        and time runs along the last axis.

    Returns
    -------
    S : ndarray, shape (..., n_steps + 1)
        ``S[..., k]`` holds the state after step `k`, ``S[..., 0]`` the initial zeros.
        A product of many `a` may overflow where the states themselves do not; from there on
        the states are infinite or NaN, without a warning.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If the shapes do not broadcast, or there is no step.
    """
    S = np.zeros_like(b, shape=(*b.shape[:-1], b.shape[-1] + 1))
    S[..., 1:] = scan(combine, a, b)[1]
    return S
