r"""The general recurrence, and its gradients: many numbers of state, any activation function.

The five functions of `rnn_by_hand.model` once more, with capital letters:

.. math::
   S_k = f(S_{k-1} \cdot W_{Rec} + X_k \cdot W_x + b), \qquad
   Y_k = S_k \cdot W_y + b_y, \qquad S_0 = 0, \quad k = 1 \dots n

A state is a row of `n_states` numbers, an input a row of `n_inputs`, and an output, of which
there is one at each step, a row of `n_outputs`. The biases let a unit switch at a sum other than
zero. Rows stand on the left of their matrices, and ``WRec[g, h]`` leads from unit g to unit h;
where a state is a column h and the product is W h, W is the transpose of the matrix here. PyTorch
keeps that transpose.

Arrays have samples on the first axis, time steps on the second and the numbers of one row on the
last. States have one step more, because ``S[:, 0]`` is :math:`S_0`.

The loss is a squared error, as in the one-number network, added up over the steps.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_by_hand.checks import (
    Choices,
    checked_readout,
    checked_sizes,
    checked_vectors,
)

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Params",
    "backward_gradient",
    "forward_states",
    "from_vector",
    "initial_params",
    "loss",
    "output_gradient",
    "outputs",
    "to_vector",
    "update_state",
]


class Activation(NamedTuple):
    """A function and its derivative, both applied to each number of an array.

    Attributes
    ----------
    f : callable
        From the sum that arrives at a unit to its state.
    slope : callable
        The derivative of `f`, written in terms of the state: ``slope(f(z))`` is f'(z).
    """

    f: Callable
    slope: Callable


#: The activation functions by name. ReLU has the slope 0 at 0; it looks at the sign of the real
#: part, so that a complex step passes.
ACTIVATIONS = Choices(
    "activation",
    {
        "identity": Activation(lambda z: z, lambda S: np.ones_like(S)),
        "tanh": Activation(np.tanh, lambda S: 1 - S**2),
        "sigmoid": Activation(
            lambda z: (1 + np.tanh(z / 2)) / 2, lambda S: S * (1 - S)
        ),
        "ReLU": Activation(
            lambda z: np.where(z.real > 0, z, 0),
            lambda S: (S.real > 0).astype(S.dtype),
        ),
    },
)


class Params(NamedTuple):
    """The parameters of a network, or a gradient: one array per parameter.

    Attributes
    ----------
    Wx : ndarray, shape (n_inputs, n_states)
        The weights of the inputs.
    WRec : ndarray, shape (n_states, n_states)
        The weights of the previous states.
    b : ndarray, shape (n_states,)
        The bias of each unit.
    Wy : ndarray, shape (n_states, n_outputs)
        The weights of the states in the outputs.
    by : ndarray, shape (n_outputs,)
        The bias of each output.
    """

    Wx: np.ndarray
    WRec: np.ndarray
    b: np.ndarray
    Wy: np.ndarray
    by: np.ndarray


@checked_sizes
def initial_params(n_inputs, n_states, n_outputs, rng, scale=0.3):
    """Draw weights from a normal distribution; the biases are zero.

    Parameters
    ----------
    n_inputs, n_states, n_outputs : int
        How many numbers an input, a state and an output have; at least 1.
    rng : numpy.random.Generator
        Where the weights come from.
    scale : float
        The standard deviation of a weight.

    Returns
    -------
    Params
        The parameters.

    Raises
    ------
    TypeError
        If a size is not a whole number, or `rng` is not a Generator.
    ValueError
        If a size is less than 1.
    """
    return Params(
        Wx=rng.normal(scale=scale, size=(n_inputs, n_states)),
        WRec=rng.normal(scale=scale, size=(n_states, n_states)),
        b=np.zeros(n_states),
        Wy=rng.normal(scale=scale, size=(n_states, n_outputs)),
        by=np.zeros(n_outputs),
    )


def to_vector(params):
    """Lay all parameters end to end.

    Parameters
    ----------
    params : Params
        Parameters or a gradient.

    Returns
    -------
    ndarray, shape (n_numbers,)
        A copy of every number in them.
    """
    return np.concatenate([np.ravel(array) for array in params])


def from_vector(vector, like):
    """Undo `to_vector`.

    Parameters
    ----------
    vector : array_like, shape (n_numbers,)
        What `to_vector` made.
    like : Params
        Parameters of the shapes that the result should have.

    Returns
    -------
    Params
        The same numbers.

    Raises
    ------
    ValueError
        If there are more numbers, or fewer, than `like` has.
    """
    vector = np.asarray(vector)
    sizes = [np.size(array) for array in like]
    if vector.shape != (sum(sizes),):
        raise ValueError(
            f"vector has shape {vector.shape}; it must be ({sum(sizes)},), "
            "a number for each one in like"
        )
    parts = np.split(vector, np.cumsum(sizes)[:-1])
    arrays = (part.reshape(np.shape(a)) for part, a in zip(parts, like))
    return type(like)(*arrays)


def update_state(Xk, S_prev, params, f):
    r"""Take one step, :math:`f(S_{k-1} \cdot W_{Rec} + X_k \cdot W_x + b)`.

    Parameters
    ----------
    Xk : ndarray, shape (n_samples, n_inputs)
        The inputs at this time step.
    S_prev : ndarray, shape (n_samples, n_states)
        The states before it.
    params : Params
        The parameters.
    f : callable
        The activation function.

    Returns
    -------
    ndarray, shape (n_samples, n_states)
        The states after the step.
    """
    return f(S_prev @ params.WRec + Xk @ params.Wx + params.b)


@checked_vectors
def forward_states(X, params, activation="tanh"):
    r"""Run the network over every sequence and keep every state.

    Implements :math:`S_k = f(S_{k-1} \cdot W_{Rec} + X_k \cdot W_x + b)` for
    :math:`k = 1 \dots n`, from :math:`S_0 = 0`.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps, n_inputs)
        The input sequences.
    params : Params
        The parameters. They need not be finite.
    activation : str
        A name from `ACTIVATIONS`.

    Returns
    -------
    S : ndarray, shape (n_samples, n_steps + 1, n_states)
        ``S[:, k]`` holds the states after step `k`, ``S[:, 0]`` the initial zeros. Numbers too
        large for a float become infinite, without a warning.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` is not finite or empty, the shapes do not belong together, or there is no
        activation function of that name.
    """
    n_samples, n_steps = X.shape[:2]
    f = ACTIVATIONS[activation].f
    S = np.zeros_like(X, shape=(n_samples, n_steps + 1, len(params.b)))
    for k in range(1, n_steps + 1):
        S[:, k] = update_state(X[:, k - 1], S[:, k - 1], params, f)
    return S


@checked_readout
def outputs(S, params):
    r"""Read an output from the state at every step, :math:`Y_k = S_k \cdot W_y + b_y`.

    Parameters
    ----------
    S : array_like, shape (n_samples, n_steps + 1, n_states)
        The states; those before the first step have no output.
    params : Params, or any named tuple with `Wy` and `by`
        The parameters.

    Returns
    -------
    Y : ndarray, shape (n_samples, n_steps, n_outputs)
        ``Y[:, k - 1]`` is the output after step `k`.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If the shapes do not belong together.
    """
    return S[:, 1:] @ params.Wy + params.by


@checked_vectors
def loss(Y, T):
    r"""Add up the squared errors of each sample, and average over the samples.

    Implements :math:`\xi = \frac{1}{N} \sum_i \sum_k \lVert T_{ik} - Y_{ik} \rVert^2`.
    Where only the last output counts, give only that: ``Y[:, -1:]``.

    Parameters
    ----------
    Y : array_like, shape (n_samples, n_steps, n_outputs)
        The outputs.
    T : array_like, of the same shape
        The targets.

    Returns
    -------
    float
        The loss; complex for complex outputs.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `T` is not finite, or the shapes are not one, three axes long and not empty.
    """
    return ((T - Y) ** 2).sum() / len(T)


@checked_vectors
def output_gradient(Y, T):
    r"""Differentiate each sample's squared error with respect to its outputs, :math:`2 (Y_k - T_k)`.

    As in the one-number network there is no :math:`1/N` here; `backward_gradient` has it.

    Parameters
    ----------
    Y, T
        As in `loss`.

    Returns
    -------
    ndarray, shape (n_samples, n_steps, n_outputs)
        The gradient at each output.

    Raises
    ------
    TypeError, ValueError
        As in `loss`.
    """
    return 2 * (Y - T)


@checked_vectors
def backward_gradient(X, S, grad_out, params, activation="tanh"):
    r"""Send the gradient back through time and collect the gradient of every parameter.

    With :math:`E_k = \partial \xi_i / \partial Y_k` implements, from
    :math:`\delta_n = E_n W_y^\top` down to :math:`\delta_0`,

    .. math::
       \delta_{k-1} = \left(\delta_k \odot f'_k\right) W_{Rec}^\top + E_{k-1} W_y^\top,

    where nothing arrives from an output at :math:`k - 1 = 0`, and the gradients

    .. math::
       W_x: \sum_k X_k^\top (\delta_k \odot f'_k), \quad
       W_{Rec}: \sum_k S_{k-1}^\top (\delta_k \odot f'_k), \quad
       b: \sum_k \delta_k \odot f'_k, \quad
       W_y: \sum_k S_k^\top E_k, \quad
       b_y: \sum_k E_k,

    each averaged over the samples. See Werbos, "Backpropagation through time: what it does and
    how to do it", Proceedings of the IEEE 78 (1990).

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps, n_inputs)
        The input sequences.
    S : array_like, shape (n_samples, n_steps + 1, n_states)
        The states that `forward_states` made from `X`.
    grad_out : array_like, shape (n_samples, n_steps, n_outputs)
        The gradient at each output, from `output_gradient`; zeros at steps whose output does
        not count.
    params : Params
        The parameters that made `S`.
    activation : str
        The activation function that made `S`.

    Returns
    -------
    gradients : Params
        The gradients of the loss.
    grad_over_time : ndarray, shape (n_samples, n_steps + 1, n_states)
        ``grad_over_time[:, k]`` is :math:`\delta_k = \partial \xi_i / \partial S_{ik}`, each
        sample's own.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` is not finite or empty, the shapes do not belong together, or there is no
        activation function of that name.
    """
    n_samples, n_steps = X.shape[:2]
    slopes = ACTIVATIONS[activation].slope(S)
    grad_over_time = np.zeros_like(S)
    grad_over_time[:, 1:] = grad_out @ params.Wy.T
    for k in range(n_steps, 0, -1):
        grad_sum = grad_over_time[:, k] * slopes[:, k]
        grad_over_time[:, k - 1] += grad_sum @ params.WRec.T
    grad_sums = (grad_over_time * slopes)[:, 1:]
    both = [0, 1], [0, 1]
    gradients = Params(
        Wx=np.tensordot(X, grad_sums, both) / n_samples,
        WRec=np.tensordot(S[:, :-1], grad_sums, both) / n_samples,
        b=grad_sums.sum(axis=(0, 1)) / n_samples,
        Wy=np.tensordot(S[:, 1:], grad_out, both) / n_samples,
        by=grad_out.sum(axis=(0, 1)) / n_samples,
    )
    return gradients, grad_over_time
