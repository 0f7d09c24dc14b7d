r"""The one-number network without a loop over its steps: the fan, made quick.

Of the five ways to the states, the loop is the lesson: it reads like the equation. The fan is the
convolution with the powers of the recurrent weight, so that each input goes straight to every later
state. Written as products of matrices it takes few calls of NumPy, however many steps there are,
and a call is what costs the loop its time where a step has little to do.

A triangular matrix of all powers would grow with the square of the length, so the sequence is cut
into blocks: a fan inside each block, and a fan from block to block.
"""

import cmath

import numpy as np

from rnn_by_hand.checks import checked_pass
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    output_gradient,
)

__all__ = ["fan_bptt", "fan_gradients"]

#: The steps in a block. Larger ones take more arithmetic, smaller ones more calls.
BLOCK = 16
#: The steps from one to another of a block, and whether the one comes first.
AGES = np.maximum(np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK)), 0)
REACHES = np.tri(BLOCK, dtype=bool)


@checked_pass
def fan_gradients(X, t, wx, wRec):
    r"""Compute the loss and its gradients, and no state but the output.

    This is the fan: the output is a weighted sum of the inputs,
    :math:`y = w_x \sum_k w_{Rec}^{n-k} x_k`, and so are its derivatives with respect to both
    weights. `fan_bptt` also gives what lies between.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps)
        The input sequences, one per row.
    t : array_like, shape (n_samples,)
        The targets.
    wx, wRec : number
        The weights.

    Returns
    -------
    loss : float
        The loss, as `rnn_by_hand.model.loss` gives it.
    (wx_grad, wRec_grad) : tuple of float
        Its gradients, as `rnn_by_hand.model.backward_gradient` gives them, up to rounding.
        Where a power of `wRec` is too large for a float, the loop computes them.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` or `t` is not finite or empty, the shapes do not match, or a weight is not a single
        number.
    """
    powers = _powers(wRec, X.shape[1] + 1)
    if _are_too_large(powers, wx):
        return _loop(X, t, wx, wRec)[:2]
    weights = _weights(powers)
    error = wx * (X @ weights[0]) - t
    return _averages(X, error, 2 * error, weights, wx)


@checked_pass
def fan_bptt(X, t, wx, wRec):
    r"""Compute the loss, its gradients, all states and the gradient at each of them.

    This is the fan, in blocks. The backward pass is the plainest of fans: every
    :math:`\delta_k` is :math:`\delta_n` times :math:`w_{Rec}^{n-k}`.

    Parameters
    ----------
    X, t, wx, wRec
        As in `fan_gradients`.

    Returns
    -------
    loss : float
        The loss, as `rnn_by_hand.model.loss` gives it.
    (wx_grad, wRec_grad) : tuple of float
        Its gradients.
    S, grad_over_time : ndarray, shape (n_samples, n_steps + 1)
        The states, as `rnn_by_hand.model.forward_states` gives them, and the gradient at each, as
        `rnn_by_hand.model.backward_gradient` does.
        All of them are those of the loop up to rounding, in proportion to the states and gradients
        that there would be if nothing cancelled. Where a power of `wRec` is too large for a float,
        the loop computes them.

    Raises
    ------
    TypeError, ValueError
        As in `fan_gradients`.
    """
    powers = _powers(wRec, X.shape[1] + 1)
    if _are_too_large(powers, wx):
        return _loop(X, t, wx, wRec)
    S = _states(X.T, wx, powers)
    error = S[-1] - t
    grad_out = 2 * error
    grad_over_time = powers[::-1, np.newaxis] * grad_out
    averages = _averages(X, error, grad_out, _weights(powers), wx)
    return *averages, S.T, grad_over_time.T


def _loop(X, t, wx, wRec):
    S = forward_states(X, wx, wRec)
    y = S[:, -1]
    gradients, grad_over_time = backward_gradient(
        X, S, output_gradient(y, t), wRec
    )
    return loss(y, t), gradients, S, grad_over_time


def _powers(r, n):
    """Compute n powers of a number, from the power of 0 on, in its own precision."""
    return r ** np.arange(n, dtype=r.dtype)


def _are_too_large(powers, wx):
    """Tell whether what an input is multiplied by is not finite: 0 times that is not a number."""
    return not cmath.isfinite(len(powers) * powers[-1] * wx)


def _weights(powers):
    """Stack what the inputs are multiplied by in dy/dwx, and in dy/dwRec but for a factor wx."""
    n_steps = len(powers) - 1
    weights = np.empty((2, n_steps), powers.dtype)
    weights[0] = powers[-2::-1]
    weights[1, -1] = 0
    np.multiply(
        np.arange(n_steps - 1, 0, -1), weights[0, 1:], out=weights[1, :-1]
    )
    return weights


def _averages(X, error, grad_out, weights, wx):
    """Average the loss and its gradients over the samples."""
    n_samples = len(X)
    # The inputs of a step have the same weight in all samples.
    by_wx, by_slope = weights @ (grad_out @ X) / n_samples
    return error @ error / n_samples, (by_wx, wx * by_slope)


def _states(X, wx, powers):
    """Compute all states, and the zeros before them; here time runs along the first axis."""
    n_steps, n_samples = X.shape
    size = min(n_steps, BLOCK)
    # Column j is what becomes of a single 1 at step j.
    L = wx * powers[AGES[:size, :size]] * REACHES[:size, :size]
    # What is left over makes the first block, which starts from 0 as it is.
    first = (n_steps - 1) % size + 1
    S = np.empty((n_steps + 1, n_samples), X.dtype)
    S[0] = 0
    np.matmul(L[:first, :first], X[:first], out=S[1 : first + 1])
    if first < n_steps:
        shape = (-1, size, n_samples)
        blocks = S[first + 1 :].reshape(shape)
        np.matmul(L, X[first:].reshape(shape), out=blocks)
        starts = _starts(S[first:-size:size], powers[size])
        blocks += powers[1 : size + 1, np.newaxis] * starts[:, np.newaxis]
    return S


def _starts(ends, left):
    """Compute the state that each block starts from: a fan again, over the ends of the blocks."""
    powers = _powers(left, BLOCK + 1)
    return _states(ends, np.ones_like(left), powers)[1:]
