r"""The loss over all pairs of weights, in closed form.

For a given data set the output of sample :math:`i` is :math:`y_i = w_x\, p_i(w_{Rec})` with the
polynomial :math:`p_i(r) = \sum_{k=1}^{n} x_{ik}\, r^{n-k}`. The mean squared error is then

.. math:: \xi(w_x, r) = \frac1N \left( w_x^2\, A(r) - 2 w_x\, B(r) + C \right), \qquad
   A = \sum_i p_i^2, \quad B = \sum_i t_i\, p_i, \quad C = \sum_i t_i^2.

`A` has degree :math:`2(n-1)` and `B` has degree :math:`n-1`: for sequences of length 10 the whole
surface is 30 numbers, and a page can draw it without ever running the network.
"""

import itertools

import numpy as np

from rnn_by_hand.checks import quiet, real
from rnn_by_hand.model import forward_states, loss

__all__ = ["Surface"]


class Surface:
    r"""The loss of a data set for every pair of weights.

    Weights are numbers or ndarrays that broadcast, so that two arrays make a grid.
    Numbers too large for a float become infinite, without a warning.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps)
        The input sequences.
    t : array_like, shape (n_samples,)
        The targets.

    Attributes
    ----------
    A, B : ndarray, shapes (2 * n_steps - 1,) and (n_steps,)
        The coefficients of the two polynomials, highest power first. They are sums over the
        samples, not means, so that for bits and counts they are whole numbers and exact.
    C : float
        The sum of the squared targets.
    D : ndarray, shape (2 * n_steps - 3,)
        The coefficients of :math:`\sum_i p_i'^2`, which `curvature` needs besides `A`.
    n_samples : int
        What the sums are divided by.

    Raises
    ------
    TypeError, ValueError
        If `X` or `t` is complex, or not what `rnn_by_hand.model` accepts.
    """

    def __init__(self, X, t):
        X, t = (
            real(name, value).astype(float)
            for name, value in (("X", X), ("t", t))
        )
        # Refuses what is not a data set.
        *_, y = forward_states(X, *np.zeros(2)).T
        loss(y, t)
        # A row is its own polynomial: the first input has the highest power.
        self.A = sum(np.convolve(row, row) for row in X)
        self.B = t @ X
        # Each row is r p'(r), whose square ends in two coefficients of 0.
        rp = X * np.arange(X.shape[1])[::-1]
        self.D = sum(np.convolve(row, row) for row in rp)[:-2]
        self.C = float(t @ t)
        self.n_samples = len(X)
        slopes = np.polyder(self.A), np.polyder(self.B)
        self._for_gradient = _stack(self.A, self.B, *slopes)

    @quiet
    def loss(self, wx, wRec):
        r"""Evaluate :math:`\xi`; infinite wherever `A` is."""
        A, B = np.polyval(self.A, wRec), np.polyval(self.B, wRec)
        value = ((wx * A - 2 * B) * wx + self.C) / self.n_samples
        # A mean of squares is never negative; its rounding error can be.
        value = np.maximum(value, 0)
        # Infinity minus infinity is not a number.
        return np.where(np.isinf(A), np.inf, value)[()]

    @quiet
    def gradient(self, wx, wRec):
        r"""Evaluate :math:`\partial\xi/\partial w_x` and :math:`\partial\xi/\partial w_{Rec}`.

        Where the loss has overflowed they need not be finite.
        """
        A, B, slope_A, slope_B = _horner(self._for_gradient, wRec)
        wx_grad = 2 * (wx * A - B) / self.n_samples
        wRec_grad = (wx * slope_A - 2 * slope_B) * wx / self.n_samples
        return wx_grad, wRec_grad

    @quiet
    def curvature(self, wx, wRec):
        r"""Evaluate the Gauss–Newton matrix, :math:`J^\top J / N`.

        :math:`J` holds the sensitivities of the outputs, :math:`\partial y_i / \partial w_x = p_i`
        and :math:`\partial y_i / \partial w_{Rec} = w_x p_i'`.

        Returns
        -------
        tuple
            The entries (wx, wx), (wx, wRec) and (wRec, wRec) of the symmetric matrix.
        """
        A, D = np.polyval(self.A, wRec), np.polyval(self.D, wRec)
        slope_A = np.polyval(np.polyder(self.A), wRec)
        n = self.n_samples
        return A / n, wx * slope_A / (2 * n), wx * wx * D / n

    @quiet
    def floor(self, wRec):
        r"""Find the best input weight for a recurrent weight, :math:`w_x = B / A`.

        Along a line of constant `wRec` the loss is a parabola; this is its lowest point, and
        these points together are the floor of the ravine. Where every `wx` gives the same loss,
        as for sequences of zeros, the result is not a number.
        """
        return np.polyval(self.B, wRec) / np.polyval(self.A, wRec)


def _stack(*polynomials):
    """Put polynomials side by side, a row for each power, the highest first."""
    reverse = itertools.zip_longest(
        *(p[::-1] for p in polynomials), fillvalue=0
    )
    return np.array([*reverse])[::-1]


def _horner(rows, x):
    """Evaluate stacked polynomials in one pass, each as `np.polyval` would.

    A descent needs four of them at every step, mostly at a single point, where the number of calls
    is what takes NumPy its time.
    """
    x = np.asarray(x)
    value = np.zeros((rows.shape[1], *x.shape), np.result_type(x, rows))
    for row in rows:
        value *= x
        value += row.reshape(len(row), *(1,) * x.ndim)
    return value
