r"""A linear recurrence in a few rounds instead of many steps.

One step of

.. math:: S_k = a_k S_{k-1} + b_k, \qquad S_0 = 0, \quad k = 1 \dots n

is a pair of numbers, :math:`(a_k, b_k)`: multiply by the one, then add the other.
Two steps in a row are again such a pair, and it does not matter which neighbours in a long row
are combined first. A scan needs nothing more.

Where the states are rows of numbers, :math:`S_k = S_{k-1} \cdot A_k + b_k`, a step is a pair of a
matrix and a row, and the same scan puts them together. With its help even a recurrence that is not
linear can be solved, by a scan for each `newton_correction` of a guess.
"""

import numpy as np

from rnn_by_hand.checks import checked_steps
from rnn_by_hand.vector_rnn import update_state

__all__ = [
    "KINDS",
    "combine",
    "combine_matrices",
    "in_rounds",
    "linear_states",
    "newton_correction",
    "pairs_in_rounds",
    "scan",
]

#: The ways to compute every state that `pairs_in_rounds` knows.
KINDS = ("chain", "tree", "scan")


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


def combine_matrices(after, before):
    r"""Combine two steps of a recurrence whose states are rows, or matrices made of rows.

    Implements :math:`(A_2, b_2) \circ (A_1, b_1) = (A_1 \cdot A_2,\; b_1 \cdot A_2 + b_2)`, because
    a row stands on the left of its matrix.

    Parameters
    ----------
    after, before : pair of ndarray, shapes (..., n_states, n_states) and (..., n_rows, n_states)
        The later step, and the one before it.

    Returns
    -------
    pair of ndarray
        One step that does the work of both.
    """
    (A2, b2), (A1, b1) = after, before
    return A1 @ A2, b1 @ A2 + b2


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
    *arrays : ndarray, shape (n, ...)
        The parts of each element, with the elements along the first axis. They are copied, never
        changed.

    Returns
    -------
    tuple of ndarray, shape (n, ...)
        Element `k` combines elements 1 to `k`.
    """
    done = tuple(np.array(array) for array in arrays)
    n = len(done[0])
    reach = 1
    while reach < n:
        after = tuple(part[reach:] for part in done)
        before = tuple(part[:-reach] for part in done)
        for part, combined in zip(done, operation(after, before), strict=True):
            part[reach:] = combined
        reach *= 2
    return done


def pairs_in_rounds(kind, n):
    """List the pairs that are combined in each round, so that `n` elements all reach back to the first.

    - A ``"chain"`` has one pair in a round: the next element and all before it. That takes n - 1
      rounds and as many combinations.
    - A ``"tree"`` joins neighbours, then pairs of pairs, and so on up to its root (the up-sweep); on
      the way down it hands what lies to the left of each branch to the elements in it. These are
      the sweeps of Blelloch, "Prefix sums and their applications", Carnegie Mellon University
      (1990), except that an element is included in its own result from the start. For n = 2**m that
      takes 2 m - 1 rounds and 2 n - 2 - m combinations.
    - A ``"scan"`` does what `scan` does: m rounds, and n m - (n - 1) combinations.

    Parameters
    ----------
    kind : {"chain", "tree", "scan"}
        Which way.
    n : int
        The number of elements, at least 1.

    Returns
    -------
    list of list of tuple of int
        For each round its pairs ``(after, before)``: places of elements, counting from 0. No
        pair of a round needs the result of another one.

    Raises
    ------
    ValueError
        If `kind` is none of the three.
    """
    if kind not in KINDS:
        raise ValueError(
            f"kind is {kind!r}; it must be one of {', '.join(KINDS)}"
        )
    if kind == "chain":
        return [[(k, k - 1)] for k in range(1, n)]
    reaches = [2**i for i in range((n - 1).bit_length())]
    if kind == "scan":
        return [[(k, k - reach) for k in range(reach, n)] for reach in reaches]
    up = [(reach, range(2 * reach - 1, n, 2 * reach)) for reach in reaches]
    down = [(reach, range(3 * reach - 1, n, 2 * reach)) for reach in reaches]
    sweeps = [
        [(k, k - reach) for k in afters] for reach, afters in up + down[::-1]
    ]
    # The largest reach has nothing on the way down, or only in a row that is not a power of two.
    return [pairs for pairs in sweeps if pairs]


def in_rounds(pairs, operation, *arrays):
    """Combine elements round by round, and keep what they were after each round.

    Parameters
    ----------
    pairs : list of list of tuple of int
        The pairs of each round, from `pairs_in_rounds`.
    operation : callable
        As for `scan`.
    *arrays : ndarray, shape (n, ...)
        The parts of each element, with the elements along the first axis.

    Yields
    ------
    tuple of ndarray, shape (n, ...)
        The elements: as they were given, then after each round.
    """
    done = tuple(np.array(array) for array in arrays)
    yield tuple(part.copy() for part in done)
    for of_this_round in pairs:
        after, before = np.transpose(of_this_round)
        combined = operation(
            tuple(part[after] for part in done),
            tuple(part[before] for part in done),
        )
        for part, result in zip(done, combined, strict=True):
            part[after] = result
        yield tuple(part.copy() for part in done)


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
        Where some `a` are larger than 1 in size, products of many of them may be far larger than
        the states: these lose their digits, and where a product overflows they are infinite or
        NaN, without a warning.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If the shapes do not broadcast, or there is no step.
    """
    S = np.zeros_like(b, shape=(*b.shape[:-1], b.shape[-1] + 1))
    # Time is the last axis here, and the first one of a scan.
    a, b = np.moveaxis(a, -1, 0), np.moveaxis(b, -1, 0)
    S[..., 1:] = np.moveaxis(scan(combine, a, b)[1], 0, -1)
    return S


def newton_correction(guess, X, params):
    r"""Correct a guess of all states of a tanh network at once, by one step of Newton's method.

    Each step is replaced by its tangent at the guessed state before it,
    :math:`S_k = F_k + (S_{k-1} - G_{k-1}) \cdot A_k` with :math:`F_k` the step itself and
    :math:`A_k` its derivative. That is linear, so a scan solves it. After `k` corrections the first `k`
    states are right, up to rounding; as a rule far more are.

    Parameters
    ----------
    guess : ndarray, shape (n_steps + 1, 1, n_states)
        A guess of every state, each of them a row; the first is the initial state, 0.
    X : ndarray, shape (n_steps, 1, n_inputs)
        The input sequence.
    params : rnn_by_hand.vector_rnn.Params
        The network.

    Returns
    -------
    ndarray, shape (n_steps + 1, 1, n_states)
        A better guess. Where products of the derivatives overflow it is infinite or NaN.
    """
    G = guess[:-1]
    F = update_state(X, G, params, np.tanh)
    A = params.WRec * (1 - F**2)
    S = guess.copy()
    S[1:] = scan(combine_matrices, A, F - G @ A)[1]
    return S
