r"""Recurrent networks with gates, and their gradients: the GRU and the LSTM.

A gate is a number between 0 and 1, one for each unit, which the network computes from the input
and from the state before. Both networks are those of PyTorch: the same gates in the same order,
two biases, and the reset gate of the GRU after the product with the state. What PyTorch calls
``weight_ih_l0`` is the transpose of `Wx`, and ``weight_hh_l0`` that of `WRec`.

Arrays are those of `rnn_by_hand.vector_rnn`, whose `outputs`, `loss` and `output_gradient` serve
these networks as well. The columns of `Wx` and `WRec`, and the numbers of the two biases, are
grouped by gate: first those of all units for the first gate, then those for the second.

Going back, a gate is a second path: the state before reaches the state after through the gate
as well as past it. Leave that path out and the gradient is wrong, plausibly.
"""

from typing import NamedTuple

import numpy as np

from rnn_by_hand.checks import checked_gates, checked_sizes
from rnn_by_hand.vector_rnn import ACTIVATIONS

__all__ = [
    "GatedParams",
    "gru_gates",
    "gru_gradient",
    "gru_states",
    "initial_gated_params",
    "lstm_gates",
    "lstm_gradient",
    "lstm_states",
    "set_forget_bias",
]

sigmoid = ACTIVATIONS["sigmoid"].f


class GatedParams(NamedTuple):
    """The parameters of a network with gates, or a gradient; the GRU has 3 gates, the LSTM 4.

    The candidate for the new state is counted as a gate here.

    Attributes
    ----------
    Wx : ndarray, shape (n_inputs, n_gates * n_states)
        The weights of the inputs.
    WRec : ndarray, shape (n_states, n_gates * n_states)
        The weights of the previous states.
    bx, bRec : ndarray, shape (n_gates * n_states,)
        The bias of each gate that goes with the inputs, and the one that goes with the states.
    Wy : ndarray, shape (n_states, n_outputs)
        The weights of the states in the outputs.
    by : ndarray, shape (n_outputs,)
        The bias of each output.
    """

    Wx: np.ndarray
    WRec: np.ndarray
    bx: np.ndarray
    bRec: np.ndarray
    Wy: np.ndarray
    by: np.ndarray


@checked_sizes
def initial_gated_params(n_inputs, n_states, n_outputs, n_gates, rng):
    r"""Draw every weight and bias evenly between :math:`\pm 1 / \sqrt{n_{states}}`, as PyTorch does.

    Parameters
    ----------
    n_inputs, n_states, n_outputs : int
        How many numbers an input, a state and an output have; at least 1.
    n_gates : int
        3 for a GRU, 4 for an LSTM.
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    GatedParams
        The parameters.

    Raises
    ------
    TypeError
        If a size is not a whole number, or `rng` is not a Generator.
    ValueError
        If a size is less than 1.
    """
    width = n_gates * n_states
    shapes = GatedParams(
        Wx=(n_inputs, width),
        WRec=(n_states, width),
        bx=width,
        bRec=width,
        Wy=(n_states, n_outputs),
        by=n_outputs,
    )
    end = n_states**-0.5
    return GatedParams(*(rng.uniform(-end, end, shape) for shape in shapes))


# --------------------------------------------------------------------------------------- GRU


def gru_gates(X, S, params):
    r"""Compute the gates of a GRU from inputs and the states before them.

    .. math::
       r &= \sigma(a_r + b_r) \\
       z &= \sigma(a_z + b_z) \\
       c &= \tanh(a_c + r \odot b_c)

    with :math:`a = X_k W_x + b_x` and :math:`b = S_{k-1} W_{Rec} + b_{Rec}`.

    Parameters
    ----------
    X : ndarray, shape (..., n_inputs)
        The inputs: those of one step, or of all.
    S : ndarray, shape (..., n_states)
        The states before them.
    params : GatedParams
        The parameters.

    Returns
    -------
    r, z, c : ndarray, shape (..., n_states)
        The reset gate, the update gate and the candidate.
    b_c : ndarray, shape (..., n_states)
        What the reset gate lets through to the candidate.
    """
    a_r, a_z, a_c = np.split(X @ params.Wx + params.bx, 3, axis=-1)
    b_r, b_z, b_c = np.split(S @ params.WRec + params.bRec, 3, axis=-1)
    r = sigmoid(a_r + b_r)
    z = sigmoid(a_z + b_z)
    c = np.tanh(a_c + r * b_c)
    return r, z, c, b_c


@checked_gates(3)
def gru_states(X, params):
    r"""Run a GRU over every sequence and keep every state.

    Implements :math:`S_k = (1 - z_k) \odot c_k + z_k \odot S_{k-1}` for :math:`k = 1 \dots n`,
    from :math:`S_0 = 0`. See Cho et al., "Learning phrase representations using RNN
    encoder-decoder for statistical machine translation", EMNLP 2014; there the reset gate acts
    on the state before the product with :math:`W_{Rec}`.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps, n_inputs)
        The input sequences.
    params : GatedParams
        The parameters.

    Returns
    -------
    S : ndarray, shape (n_samples, n_steps + 1, n_states)
        ``S[:, k]`` holds the states after step `k`, ``S[:, 0]`` the initial zeros.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` is not finite or empty, or the shapes do not belong together.
    """
    n_samples, n_steps = X.shape[:2]
    S = np.zeros_like(X, shape=(n_samples, n_steps + 1, len(params.Wy)))
    for k in range(1, n_steps + 1):
        _, z, c, _ = gru_gates(X[:, k - 1], S[:, k - 1], params)
        S[:, k] = (1 - z) * c + z * S[:, k - 1]
    return S


@checked_gates(3)
def gru_gradient(X, S, grad_out, params):
    r"""Send the gradient back through a GRU and collect the gradient of every parameter.

    A state has four paths to the next one: past the update gate, and through each of the three
    products with :math:`W_{Rec}`. With :math:`\delta_k = \partial \xi_i / \partial S_k` and
    :math:`E_k = \partial \xi_i / \partial Y_k`,

    .. math::
       \delta_{k-1} = \delta_k \odot z_k + \beta_k W_{Rec}^\top + E_{k-1} W_y^\top,

    where :math:`\beta_k` is the gradient at the three sums :math:`b`.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps, n_inputs)
        The input sequences.
    S : array_like, shape (n_samples, n_steps + 1, n_states)
        The states that `gru_states` made from `X`.
    grad_out : array_like, shape (n_samples, n_steps, n_outputs)
        The gradient at each output; zeros at steps whose output does not count.
    params : GatedParams
        The parameters that made `S`.

    Returns
    -------
    gradients : GatedParams
        The gradients of the loss, averaged over the samples.
    grad_over_time : ndarray, shape (n_samples, n_steps + 1, n_states)
        :math:`\delta_k`, each sample's own.

    Raises
    ------
    TypeError, ValueError
        As in `gru_states`.
    """
    r, z, c, b_c = gru_gates(X, S[:, :-1], params)
    slope_r = b_c * r * (1 - r)
    slope_z = (S[:, :-1] - c) * z * (1 - z)
    slope_c = (1 - z) * (1 - c**2)
    grad_a = np.empty_like(X, shape=(*X.shape[:2], len(params.bx)))
    grad_b = np.empty_like(grad_a)
    grad_over_time = np.zeros_like(S)
    grad_over_time[:, 1:] = grad_out @ params.Wy.T
    for k in range(X.shape[1], 0, -1):
        j = k - 1  # gates of step k are in column k - 1, as inputs are
        delta = grad_over_time[:, k]
        grad_z = delta * slope_z[:, j]
        grad_c = delta * slope_c[:, j]
        grad_r = grad_c * slope_r[:, j]
        grad_a[:, j] = np.hstack([grad_r, grad_z, grad_c])
        grad_b[:, j] = np.hstack([grad_r, grad_z, grad_c * r[:, j]])
        grad_over_time[:, k - 1] += delta * z[:, j]
        grad_over_time[:, k - 1] += grad_b[:, j] @ params.WRec.T
    return _collect(X, S, grad_a, grad_b, grad_out), grad_over_time


# -------------------------------------------------------------------------------------- LSTM


def lstm_gates(X, S, params):
    r"""Compute the gates of an LSTM from inputs and the states before them.

    .. math::
       i = \sigma(s_i), \quad f = \sigma(s_f), \quad g = \tanh(s_g), \quad o = \sigma(s_o)

    with :math:`s = X_k W_x + b_x + S_{k-1} W_{Rec} + b_{Rec}`.

    Parameters
    ----------
    X : ndarray, shape (..., n_inputs)
        The inputs: those of one step, or of all.
    S : ndarray, shape (..., n_states)
        The states before them.
    params : GatedParams
        The parameters.

    Returns
    -------
    i, f, g, o : ndarray, shape (..., n_states)
        The input gate, the forget gate, the candidate and the output gate.
    """
    sums = X @ params.Wx + params.bx + S @ params.WRec + params.bRec
    s_i, s_f, s_g, s_o = np.split(sums, 4, axis=-1)
    return sigmoid(s_i), sigmoid(s_f), np.tanh(s_g), sigmoid(s_o)


@checked_gates(4)
def lstm_states(X, params):
    r"""Run an LSTM over every sequence and keep every state.

    Implements, from :math:`S_0 = C_0 = 0`,

    .. math::
       C_k = f_k \odot C_{k-1} + i_k \odot g_k, \qquad S_k = o_k \odot \tanh(C_k).

    See Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9 (1997), and for
    the forget gate Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12
    (2000).

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps, n_inputs)
        The input sequences.
    params : GatedParams
        The parameters.

    Returns
    -------
    S, C : ndarray, shape (n_samples, n_steps + 1, n_states)
        The states and the cell states, one for each step; those at 0 are zeros.

    Raises
    ------
    TypeError, ValueError
        As in `gru_states`.
    """
    n_samples, n_steps = X.shape[:2]
    S = np.zeros_like(X, shape=(n_samples, n_steps + 1, len(params.Wy)))
    C = np.zeros_like(S)
    for k in range(1, n_steps + 1):
        i, f, g, o = lstm_gates(X[:, k - 1], S[:, k - 1], params)
        C[:, k] = f * C[:, k - 1] + i * g
        S[:, k] = o * np.tanh(C[:, k])
    return S, C


@checked_gates(4)
def lstm_gradient(X, S, C, grad_out, params):
    r"""Send the gradient back through an LSTM and collect the gradient of every parameter.

    Two gradients flow back, :math:`\delta_k = \partial \xi_i / \partial S_k` and
    :math:`\gamma_k = \partial \xi_i / \partial C_k`. The second passes a step with nothing but the
    forget gate in its way:

    .. math::
       \gamma_k &\mathrel{+}= \delta_k \odot o_k \odot (1 - \tanh^2 C_k) \\
       \gamma_{k-1} &= \gamma_k \odot f_k \\
       \delta_{k-1} &= \beta_k W_{Rec}^\top + E_{k-1} W_y^\top,

    where :math:`\beta_k` is the gradient at the four sums.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps, n_inputs)
        The input sequences.
    S, C : array_like, shape (n_samples, n_steps + 1, n_states)
        The states and cell states that `lstm_states` made from `X`.
    grad_out : array_like, shape (n_samples, n_steps, n_outputs)
        The gradient at each output; zeros at steps whose output does not count.
    params : GatedParams
        The parameters that made `S` and `C`.

    Returns
    -------
    gradients : GatedParams
        The gradients of the loss, averaged over the samples.
    grad_over_time, grad_of_cell : ndarray, shape (n_samples, n_steps + 1, n_states)
        :math:`\delta_k` and :math:`\gamma_k`, each sample's own.

    Raises
    ------
    TypeError, ValueError
        As in `gru_states`.
    """
    i, f, g, o = lstm_gates(X, S[:, :-1], params)
    tanh_C = np.tanh(C[:, 1:])
    slope_i = g * i * (1 - i)
    slope_f = C[:, :-1] * f * (1 - f)
    slope_g = i * (1 - g**2)
    slope_o = tanh_C * o * (1 - o)
    slope_C = o * (1 - tanh_C**2)
    grad_sums = np.empty_like(X, shape=(*X.shape[:2], len(params.bx)))
    grad_over_time, grad_of_cell = np.zeros_like(S), np.zeros_like(C)
    grad_over_time[:, 1:] = grad_out @ params.Wy.T
    for k in range(X.shape[1], 0, -1):
        j = k - 1  # gates of step k are in column k - 1, as inputs are
        delta, gamma = grad_over_time[:, k], grad_of_cell[:, k]
        gamma += delta * slope_C[:, j]
        grad_i = gamma * slope_i[:, j]
        grad_f = gamma * slope_f[:, j]
        grad_g = gamma * slope_g[:, j]
        grad_o = delta * slope_o[:, j]
        grad_sums[:, j] = np.hstack([grad_i, grad_f, grad_g, grad_o])
        grad_of_cell[:, k - 1] = gamma * f[:, j]
        grad_over_time[:, k - 1] += grad_sums[:, j] @ params.WRec.T
    gradients = _collect(X, S, grad_sums, grad_sums, grad_out)
    return gradients, grad_over_time, grad_of_cell


def set_forget_bias(params, bias):
    """Let the forget gate of an LSTM start at a bias of one's choice.

    Parameters
    ----------
    params : GatedParams
        The parameters of an LSTM.
    bias : float
        What the two biases of each forget gate add up to.

    Returns
    -------
    GatedParams
        The same parameters, with `bias` in `bx` and 0 in `bRec` for the forget gates.
    """
    n_states = len(params.Wy)
    forget = slice(n_states, 2 * n_states)  # the order is i, f, g, o
    bx, bRec = np.array(params.bx), np.array(params.bRec)
    bx[forget], bRec[forget] = bias, 0
    return params._replace(bx=bx, bRec=bRec)


def _collect(X, S, grad_a, grad_b, grad_out):
    """Add up over all steps what each use of a parameter contributes, and average over samples."""
    n_samples = len(X)
    both = [0, 1], [0, 1]
    return GatedParams(
        Wx=np.tensordot(X, grad_a, both) / n_samples,
        WRec=np.tensordot(S[:, :-1], grad_b, both) / n_samples,
        bx=grad_a.sum(axis=(0, 1)) / n_samples,
        bRec=grad_b.sum(axis=(0, 1)) / n_samples,
        Wy=np.tensordot(S[:, 1:], grad_out, both) / n_samples,
        by=grad_out.sum(axis=(0, 1)) / n_samples,
    )
