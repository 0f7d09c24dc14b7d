r"""A recurrent network small enough to see whole, and its gradients.

One number of state, two weights, no activation function:

.. math:: S_k = S_{k-1} \cdot w_{Rec} + x_k \cdot w_x, \qquad S_0 = 0, \quad k = 1 \dots n

The output is the last state, :math:`y = S_n`.
The network is to count the ones in a binary sequence; with both weights at 1 it does.

Arrays keep one row per sample and one column per time step.
States have one column more, because column 0 holds :math:`S_0`.

Weights are numbers, or arrays of one shape: a whole grid of weights at once.
What is computed from a grid has the shape of the grid in front.
Inside these functions its axes come last, which is what ``...`` and ``*grid`` are for.
"""

import numpy as np

from rnn_by_hand.checks import checked, checked_dataset

__all__ = [
    "backward_gradient",
    "bptt",
    "forward_states",
    "loss",
    "make_dataset",
    "output_gradient",
    "update_state",
]


@checked_dataset
def make_dataset(n_samples=50, len_sequence=10, seed=0):
    """Draw random binary sequences and count the ones in each.

    Parameters
    ----------
    n_samples, len_sequence : int
        How many sequences, and how many time steps each; at least 1.
    seed : int
        The same seed gives the same data.

    Returns
    -------
    X : ndarray, shape (n_samples, len_sequence)
        Zeros and ones, as floats.
    t : ndarray, shape (n_samples,)
        The targets: the number of ones in each row of `X`.

    Raises
    ------
    TypeError
        If a size is not a whole number.
    ValueError
        If a size is less than 1.
    """
    rng = np.random.default_rng(seed)
    X = 1.0 * rng.integers(0, 2, size=(n_samples, len_sequence))
    t = X.sum(axis=1)
    return X, t


def update_state(xk, s_prev, wx, wRec):
    r"""Take one step of the recurrence, :math:`x_k w_x + S_{k-1} w_{Rec}`.

    Parameters
    ----------
    xk : number or ndarray, shape (n_samples,)
        The inputs at this time step.
    s_prev : number or ndarray, shape (..., n_samples)
        The states before it, :math:`S_{k-1}`.
    wx, wRec : number or ndarray
        The weight of the input and the weight of the previous state.

    Returns
    -------
    number or ndarray, shape (..., n_samples)
        The states after the step.
    """
    return xk * wx + s_prev * wRec


@checked
def forward_states(X, wx, wRec):
    r"""Run the network over every sequence and keep every state.

    Implements :math:`S_k = S_{k-1} w_{Rec} + x_k w_x` for :math:`k = 1 \dots n`, from
    :math:`S_0 = 0`.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps)
        The input sequences, one per row.
    wx, wRec : number, or array_like of any one shape
        The weights. An array is a whole grid of weights. They need not be finite: a
        descent that diverges ends at infinity, and such a point must not spoil a grid.

    Returns
    -------
    S : ndarray, shape (n_samples, n_steps + 1)
        ``S[:, k]`` holds the states after step `k`, ``S[:, 0]`` the initial zeros and
        ``S[:, -1]`` the output. A grid of weights puts its shape in front.
        Numbers too large for a float become infinite, without a warning.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` is not a finite, non-empty table, or the two grids differ in shape.
    """
    n_samples, n_steps, *grid = X.shape
    S = np.empty_like(X, shape=(n_samples, n_steps + 1, *grid))
    S[:, 0] = 0
    for k in range(1, n_steps + 1):
        S[:, k] = update_state(X[:, k - 1], S[:, k - 1], wx, wRec)
    return S


@checked
def loss(y, t):
    r"""Average the squared error over the samples.

    Implements :math:`\xi = \frac{1}{N} \sum_{i=1}^{N} (t_i - y_i)^2`.
    This mean is the only place where :math:`1/N` enters the loss.

    Parameters
    ----------
    y : array_like, shape (..., n_samples)
        The outputs, ``S[..., -1]``.
    t : array_like, shape (n_samples,)
        The targets.

    Returns
    -------
    float or ndarray, shape (...)
        The loss. Complex outputs give a complex loss, so that a gradient can be taken by a
        complex step.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If the lengths disagree, or `t` is empty, not one-dimensional or not finite.
    """
    return ((t - y) ** 2).sum(axis=0) / len(t)


@checked
def output_gradient(y, t):
    r"""Differentiate each sample's own squared error with respect to its output.

    Implements :math:`\partial \xi_i / \partial y_i = 2 (y_i - t_i)` with
    :math:`\xi_i = (t_i - y_i)^2`. There is no :math:`1/N` here: `backward_gradient`
    takes the mean over the samples.

    Parameters
    ----------
    y : array_like, shape (..., n_samples)
        The outputs, ``S[..., -1]``.
    t : array_like, shape (n_samples,)
        The targets.

    Returns
    -------
    ndarray, shape (..., n_samples)
        The gradient at the output, one number per sample.

    Raises
    ------
    TypeError, ValueError
        As in `loss`.
    """
    return 2 * (y - t)


@checked
def backward_gradient(X, S, grad_out, wRec):
    r"""Send the gradient back through time and collect it for both weights.

    Implements, from :math:`\delta_n` = `grad_out` down to :math:`\delta_0`,

    .. math::
       \delta_{k-1} = \delta_k w_{Rec}, \qquad
       \frac{\partial \xi}{\partial w_x} = \frac1N \sum_i \sum_{k=1}^{n} \delta_{ik} x_{ik},
       \qquad
       \frac{\partial \xi}{\partial w_{Rec}}
       = \frac1N \sum_i \sum_{k=1}^{n} \delta_{ik} S_{i,k-1}.

    This is backpropagation through time; see Werbos, "Backpropagation through time: what
    it does and how to do it", Proceedings of the IEEE 78 (1990).

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps)
        The input sequences.
    S : array_like, shape (..., n_samples, n_steps + 1)
        The states that `forward_states` made from `X`.
    grad_out : array_like, shape (..., n_samples)
        The gradient at the output, from `output_gradient`.
    wRec : number, or array_like of the grid's shape
        The recurrent weight that made `S`.

    Returns
    -------
    (wx_grad, wRec_grad) : tuple of float, or of ndarray, shape (...)
        The gradients of the loss with respect to the weights. Where the loss has overflowed they
        are not finite.
    grad_over_time : ndarray, shape (..., n_samples, n_steps + 1)
        Column `k` is :math:`\delta_k = \partial \xi_i / \partial S_{ik}`, each sample's own, with
        all later states following :math:`S_{ik}`.
        Column 0 is for a network that learns :math:`S_0`: where all samples share one, its
        gradient is the mean of the column.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` is not a finite, non-empty table, or the shapes do not belong together.
    """
    n_samples, n_steps = X.shape[:2]
    grad_over_time = np.empty_like(S)
    grad_over_time[:, -1] = grad_out
    for k in range(n_steps, 0, -1):
        grad_over_time[:, k - 1] = grad_over_time[:, k] * wRec
    delta = grad_over_time[:, 1:]
    wx_grad = np.einsum("ik...,ik...->...", delta, X) / n_samples
    wRec_grad = np.einsum("ik...,ik...->...", delta, S[:, :-1]) / n_samples
    return (wx_grad, wRec_grad), grad_over_time


def bptt(X, t, wx, wRec):
    """Backpropagation through time in one plain loop.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_steps)
        The input sequences.
    t : ndarray, shape (n_samples,)
        The targets.
    wx, wRec : number
        The weights.

    Returns
    -------
    tuple of number
        The gradients of the loss with respect to `wx` and `wRec`.
    """
    S = forward_states(X, wx, wRec)
    n_steps = X.shape[1]
    grad_over_time = np.zeros_like(S)
    grad_over_time[:, -1] = 2 * (S[:, -1] - t)
    wx_grad, wRec_grad = 0, 0
    for k in range(n_steps, 0, -1):
        wx_grad += np.mean(grad_over_time[:, k] * X[:, k - 1])
        wRec_grad += np.mean(grad_over_time[:, k] * S[:, k - 1])
        grad_over_time[:, k - 1] = grad_over_time[:, k] * wRec
    return wx_grad, wRec_grad
