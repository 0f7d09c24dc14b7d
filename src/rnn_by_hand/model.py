r"""A recurrent network small enough to see whole, and its gradients.

One number of state, two weights, no activation function:

.. math:: S_k = S_{k-1} \cdot w_{Rec} + x_k \cdot w_x, \qquad S_0 = 0, \quad k = 1 \dots n

The output is the last state, :math:`y = S_n`.
The network is asked to count the ones in a binary sequence; with both weights at 1 it does.

Arrays keep one row per sample and one column per time step.
States have one column more, because column 0 holds :math:`S_0`.
Time steps lie far apart in a NumPy array of that shape, so the arrays made here are
stored the other way round: a whole time step at a time.

Weights are numbers, or arrays of one shape: a whole grid of weights at once.
What is computed from a grid has the shape of the grid in front.

Whole numbers, and Python's own numbers, have no precision of their own: they take that of
the arrays they meet, and 64 bits where there are none.
"""

import numpy as np

__all__ = [
    "backward_gradient",
    "forward_states",
    "loss",
    "make_dataset",
    "output_gradient",
    "update_state",
]


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
    _check_sizes(n_samples=n_samples, len_sequence=len_sequence)
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, size=(n_samples, len_sequence))
    X = bits.astype(float, order="F")
    t = X.sum(axis=1)
    return X, t


def update_state(xk, sk, wx, wRec):
    r"""Take one step of the recurrence, :math:`x_k w_x + S_{k-1} w_{Rec}`.

    Parameters
    ----------
    xk : number or ndarray, shape (n_samples,)
        The inputs at this time step.
    sk : number or ndarray, shape (..., n_samples)
        The states before it.
    wx, wRec : number or ndarray
        The weight of the input and the weight of the previous state.

    Returns
    -------
    number or ndarray, shape (..., n_samples)
        The states after the step.
    """
    return xk * wx + sk * wRec


@np.errstate(over="ignore", invalid="ignore")
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
    X, wx, wRec = _numbers(X=X, wx=wx, wRec=wRec)
    _check_table(X)
    grid = _shape_of_grid(wx, wRec)
    wx, wRec = _along_samples(wx), _along_samples(wRec)
    n_samples, n_steps = X.shape
    S = np.empty((*grid, n_samples, n_steps + 1), X.dtype, order="F")
    S[..., 0] = 0
    for k in range(1, n_steps + 1):
        S[..., k] = update_state(X[:, k - 1], S[..., k - 1], wx, wRec)
    # NaN and infinity never leave a state once they are in it, so that the
    # output tells of both.
    _check_finite("X", X, seen_in=S[..., -1])
    return S


@np.errstate(over="ignore", invalid="ignore")
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
        The loss. Complex outputs give a complex loss, which is what lets a gradient be
        taken by a complex step.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If the lengths disagree, or `t` is empty, not one-dimensional or not finite.
    """
    y, t = _outputs_and_targets(y, t)
    return ((t - y) ** 2).sum(axis=-1) / len(t)


@np.errstate(over="ignore", invalid="ignore")
def output_gradient(y, t):
    r"""Differentiate each sample's own squared error by its output.

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
    y, t = _outputs_and_targets(y, t)
    return 2 * (y - t)


@np.errstate(over="ignore", invalid="ignore")
def backward_gradient(X, S, grad_out, wRec):
    r"""Send the gradient back through time and collect the two weight gradients.

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
        The gradients of the loss. Where the loss has overflowed they are not finite.
    grad_over_time : ndarray, shape (..., n_samples, n_steps + 1)
        Column `k` is :math:`\delta_k = \partial \xi_i / \partial S_{ik}`, each sample's own.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If `X` is not a finite, non-empty table, or the shapes do not belong together.
    """
    X, S, grad_out, wRec = _numbers(X=X, S=S, grad_out=grad_out, wRec=wRec)
    _check_table(X)
    _check_backward_shapes(X, S, grad_out, wRec)
    wRec = _along_samples(wRec)
    n_samples, n_steps = X.shape
    grad_over_time = np.empty(S.shape, S.dtype, order="F")
    grad_over_time[..., -1] = grad_out
    for k in range(n_steps, 0, -1):
        grad_over_time[..., k - 1] = grad_over_time[..., k] * wRec
    wx_grad = _sum_of_products(grad_over_time[..., 1:], X) / n_samples
    wRec_grad = (
        _sum_of_products(grad_over_time[..., 1:], S[..., :-1]) / n_samples
    )
    _check_finite("X", X, seen_in=wx_grad)
    return (wx_grad, wRec_grad), grad_over_time


def _check_sizes(**sizes):
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int | np.integer):
            raise TypeError(f"{name} is {size!r}; it must be a whole number")
        if size < 1:
            raise ValueError(f"{name} is {size}; it must be at least 1")


def _sum_of_products(a, b):
    """Sum a * b over samples and time steps."""
    if a.ndim == b.ndim == 2:
        # Flattened in storage order, this is one dot product of two long vectors.
        return np.dot(a.T.ravel(), b.T.ravel())
    return np.einsum("...ik,...ik->...", a, b)


def _numbers(**arguments):
    """Turn the arguments into arrays of one precision, floating-point or complex."""
    precisions = set()
    for name, value in arguments.items():
        if type(value) is complex:
            precisions.add(0j)
        elif type(value) not in (float, int):
            array = arguments[name] = _array(name, value)
            if array.dtype.kind in "fc":
                precisions.add(array.dtype)
    dtype = np.result_type(*precisions or {0.0})
    try:
        return [np.asarray(value, dtype) for value in arguments.values()]
    except OverflowError:
        raise ValueError(
            f"one of {', '.join(arguments)} is a whole number too large for a float"
        ) from None


def _array(name, value):
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} has rows of different lengths; it must be a table"
        ) from None
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"{name} holds {array.dtype.type.__name__} values ({value!r:.60}); it must hold numbers"
        )
    return array


def _check_finite(name, array, seen_in):
    """Refuse NaN and infinity in `array`, which show in what was computed from it."""
    # Counting takes half the time of `all`.
    if np.count_nonzero(np.isfinite(seen_in)) == seen_in.size:
        return
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(map(int, np.argwhere(~finite)[0]))
        raise ValueError(
            f"{name}{list(where)} is {array[where]}; every value must be finite"
        )


def _check_table(X):
    if X.ndim != 2:
        advice = ": write np.atleast_2d(X) for one sequence"
        raise ValueError(
            f"X has {X.ndim} dimension(s), shape {X.shape}; it must have two, "
            f"(n_samples, n_steps){advice if X.ndim == 1 else ''}"
        )
    if X.size == 0:
        raise ValueError(
            f"X is empty, shape {X.shape}; it must hold at least one sample and step"
        )


def _shape_of_grid(wx, wRec):
    if wx.ndim and wRec.ndim and wx.shape != wRec.shape:
        raise ValueError(
            f"wx has shape {wx.shape} and wRec has shape {wRec.shape}; "
            "grids of weights must have the same shape"
        )
    return wx.shape or wRec.shape


def _along_samples(weight):
    """Let a grid of weights broadcast along the samples."""
    return weight[..., np.newaxis] if weight.ndim else weight


def _outputs_and_targets(y, t):
    y, t = _numbers(y=y, t=t)
    if t.ndim != 1 or t.size == 0:
        raise ValueError(
            f"t has shape {t.shape}; it must be (n_samples,), at least one target"
        )
    if y.shape[-1:] != t.shape:
        raise ValueError(
            f"y has shape {y.shape} and t has shape {t.shape}; "
            "the last axis of y must run along the same samples as t"
        )
    _check_finite("t", t, seen_in=t)
    return y, t


def _check_backward_shapes(X, S, grad_out, wRec):
    n_samples, n_steps = X.shape
    if S.shape[-2:] != (n_samples, n_steps + 1):
        raise ValueError(
            f"S has shape {S.shape}; for X of shape {X.shape} "
            f"it must end in (n_samples, n_steps + 1) = ({n_samples}, {n_steps + 1})"
        )
    if grad_out.shape != S.shape[:-1]:
        raise ValueError(
            f"grad_out has shape {grad_out.shape}; it must be {S.shape[:-1]}, "
            "one number per output S[..., -1]"
        )
    if wRec.ndim and wRec.shape != S.shape[:-2]:
        raise ValueError(
            f"wRec has shape {wRec.shape}; it must be a number or have "
            f"the shape of the grid that made S, {S.shape[:-2]}"
        )
