r"""One tanh unit with the same input at every step: where it rests, and what comes back from there.

.. math::
   S_k = \tanh(S_{k-1} \cdot w_{Rec} + x), \qquad k = 1 \dots n

is the network of `rnn_by_hand.vector_rnn` with one unit and an input weight of 1, started
anywhere. A *resting point* is a state that a step does not change. Near it a step multiplies a
small deviation, and a step back multiplies the gradient, by the slope
:math:`w_{Rec} (1 - S^2)`.
"""

import math

import numpy as np

from rnn_by_hand.vector_rnn import (
    ACTIVATIONS,
    Params,
    backward_gradient,
    update_state,
)

__all__ = ["destination", "orbit", "resting_points", "slope", "what_is_left"]

# Enough to halve an interval of length 2 until its ends are neighbouring floats.
_HALVINGS = 64


def orbit(wRec, x, S0, n_steps):
    """Take steps from a state.

    Parameters
    ----------
    wRec : float
        The recurrent weight.
    x : float
        The input at every step.
    S0 : float
        The initial state.
    n_steps : int
        How many steps.

    Returns
    -------
    ndarray, shape (n_steps + 1,)
        The states, from `S0` on.
    """
    params, X = _unit(wRec), np.array([[x]])
    S = [np.array([[S0]])]
    for _ in range(n_steps):
        S.append(update_state(X, S[-1], params, ACTIVATIONS["tanh"].f))
    return np.ravel(S)


def what_is_left(wRec, S):
    r"""Send a gradient of 1 back from the last state of an orbit.

    Implements :math:`\delta_{k-1} = \delta_k (1 - S_k^2) w_{Rec}` from :math:`\delta_n = 1`.

    Parameters
    ----------
    wRec : float
        The recurrent weight.
    S : ndarray, shape (n_steps + 1,)
        The states, from `orbit`.

    Returns
    -------
    ndarray, shape (n_steps + 1,)
        The gradient at each state. The first is the product of the slopes of all steps.
    """
    S = S[np.newaxis, :, np.newaxis]
    only_last = np.zeros_like(S[:, 1:])
    only_last[:, -1] = 1
    # The input has no part in the way back from state to state.
    return backward_gradient(only_last, S, only_last, _unit(wRec))[1].ravel()


def slope(wRec, S):
    r"""Differentiate a step that ends in a state, :math:`w_{Rec} (1 - S^2)`.

    Parameters
    ----------
    wRec : float
        The recurrent weight.
    S : float
        The state after the step.

    Returns
    -------
    float
        The derivative with respect to the state before it.
    """
    return wRec * ACTIVATIONS["tanh"].slope(S)


def resting_points(wRec, x):
    r"""Find every state that a step does not change, :math:`S = \tanh(S \cdot w_{Rec} + x)`.

    The curve and the diagonal are parallel, seen through the inverse of tanh, at
    :math:`S = \pm\sqrt{1 - 1 / w_{Rec}}`. Between these two, and on either side of both, there is
    at most one resting point, so halving finds it, however close to another it lies.

    Parameters
    ----------
    wRec : float
        The recurrent weight.
    x : float
        The input at every step.

    Returns
    -------
    list of float
        One state, or three in increasing order. If there are three, the middle one is unstable.
    """
    if wRec > 1:
        turn = math.sqrt(1 - 1 / wRec)
        # The curve leaves the diagonal where the input is as large as this.
        if abs(x) < wRec * turn - math.atanh(turn):
            ends = [-1, -turn, turn, 1]
            signs = [1, -1, 1]
            return [
                _halve(lambda S, sign=sign: sign * _gain(wRec, x, S), *pair)
                for sign, *pair in zip(signs, ends, ends[1:])
            ]
    return [_halve(lambda S: _gain(wRec, x, S), -1, 1)]


def destination(wRec, x, S0):
    """Find where the states go if the steps never end.

    Parameters
    ----------
    wRec : float
        The recurrent weight.
    x : float
        The input at every step.
    S0 : float
        The initial state.

    Returns
    -------
    list of float
        The resting point they approach; or, where the slope at the only one is below -1, the two
        states between which they come to alternate, in increasing order.
    """
    points = resting_points(wRec, x)
    middle = points[len(points) // 2]
    if middle == S0:
        return [middle]
    if len(points) == 3:
        return [points[2 if middle < S0 else 0]]
    if slope(wRec, middle) >= -1:
        return points

    def gain(S):
        return math.tanh(wRec * math.tanh(wRec * S + x) + x) - S

    high = _halve(gain, middle, 1)
    return [math.tanh(wRec * high + x), high]


def _unit(wRec):
    return Params(Wx=[[1]], WRec=[[wRec]], b=[0], Wy=[[1]], by=[0])


def _gain(wRec, x, S):
    """By how much a step raises a state."""
    return math.tanh(wRec * S + x) - S


def _halve(f, low, high):
    """Find where a function that is positive at `low` becomes negative before `high`."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        value = f(middle)
        if value == 0:
            return middle
        if value > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
