r"""Six ways down the loss surface, each from one start or from a whole grid of starts at once.

Each optimiser is a loop that never ends and yields the weights after each step, so that what it
remembers from step to step is a plain variable. `descend` takes as many steps as are asked for.

Weights are arrays of shape ``(2, ...)``: ``w[0]`` is `wx` and ``w[1]`` is `wRec`, numbers or
grids of any one shape. A step does the same operations in the same order for each start, whatever
else is in the grid: this surface is so steep that a difference in the last digit of one step may
send later ones elsewhere.

Gradient descent, momentum, Rprop and Adam take any number of weights: ``gradient`` is called with
each row of ``w``.
"""

import itertools

import numpy as np

from rnn_by_hand.model import _check_sizes, _numbers

__all__ = [
    "BOUND",
    "FATES",
    "OPTIMIZERS",
    "REACHED",
    "adam",
    "clipped_descent",
    "descend",
    "fates",
    "gauss_newton",
    "gradient_descent",
    "momentum",
    "rprop",
]

#: A path ends where a weight is larger than this; none of the six ways leads back from there.
BOUND = 100

#: Below this loss the typical error of an answer is less than a tenth, and the weights are near
#: (1, 1): on the floor of the ravine that is 0.98 < wRec < 1.02.
REACHED = 0.01

#: What may become of a start, in the order of the numbers that `fates` gives.
FATES = ("reached (1, 1)", "still on the way", "wrong valley", "blown up")


def gradient_descent(surface, w, rate=1e-3):
    r"""Step against the gradient: :math:`w \leftarrow w - \eta\, \nabla\xi`.

    Parameters
    ----------
    surface : Surface
        Or anything else with a method ``gradient(wx, wRec)``.
    w : ndarray, shape (2, ...)
        The start.
    rate : float
        The learning rate :math:`\eta`.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    rate = _positive("rate", rate)
    while True:
        w = w - rate * _gradient(surface, w)
        yield w


def clipped_descent(surface, w, rate=1e-3, limit=10.0):
    r"""Step against the gradient, shortened to `limit` where it is longer.

    The direction stays the gradient's own; see Pascanu, Mikolov and Bengio, "On the difficulty
    of training recurrent neural networks", ICML 2013.

    Parameters
    ----------
    surface, w, rate
        As in `gradient_descent`.
    limit : float
        The largest length of the gradient.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    rate, limit = _positive("rate", rate), _positive("limit", limit)
    while True:
        g = _gradient(surface, w)
        length = np.sqrt(g[0] * g[0] + g[1] * g[1])
        w = w - rate * (g * (limit / np.maximum(length, limit)))
        yield w


def momentum(surface, w, rate=1e-3, decay=0.9):
    r"""Keep part of the last step: :math:`v \leftarrow \mu v - \eta \nabla\xi`, :math:`w \leftarrow w + v`.

    Parameters
    ----------
    surface, w, rate
        As in `gradient_descent`.
    decay : float
        How much of the last step is kept, :math:`\mu`.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    rate = _positive("rate", rate)
    velocity = np.zeros_like(w)
    while True:
        velocity = decay * velocity - rate * _gradient(surface, w)
        w = w + velocity
        yield w


def rprop(surface, w, rate=1e-3, eta_plus=1.2, eta_minus=0.5, largest=50.0):
    r"""Give each weight a step of its own and ask the gradient for its sign alone.

    While the sign stays, the step grows; when it changes, the step shrinks. The weights move
    either way: no step is taken back. See Riedmiller and Braun, "A direct adaptive method for
    faster backpropagation learning", IEEE International Conference on Neural Networks 1993;
    this variant is the one that Igel and Hüsken (2000) call Rprop\ :sup:`−`, and the first step
    counts as a change of sign.

    Parameters
    ----------
    surface, w
        As in `gradient_descent`.
    rate : float
        The size of a step before the first, :math:`\Delta_0`.
    eta_plus, eta_minus : float
        What a step is multiplied by while the sign stays, and when it changes.
    largest : float
        No step grows beyond this.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    step = np.full_like(w, _positive("rate", rate))
    last_sign = np.zeros_like(w)
    while True:
        sign = np.sign(_gradient(surface, w))
        grown = step * np.where(sign == last_sign, eta_plus, eta_minus)
        step = np.minimum(grown, largest)
        w = w - sign * step
        last_sign = sign
        yield w


def adam(surface, w, rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Divide a running mean of the gradient by the root of a running mean of its square.

    See Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.

    Parameters
    ----------
    surface, w, rate
        As in `gradient_descent`.
    beta1, beta2 : float
        How much of either mean is kept from step to step.
    eps : float
        Keeps the divisor away from 0.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    rate = _positive("rate", rate)
    mean, mean_square = np.zeros_like(w), np.zeros_like(w)
    # Products, not powers: those of NumPy and of a browser may differ in
    # the last digit.
    rest1 = rest2 = 1.0
    while True:
        g = _gradient(surface, w)
        rest1, rest2 = rest1 * beta1, rest2 * beta2
        mean = beta1 * mean + (1 - beta1) * g
        mean_square = beta2 * mean_square + (1 - beta2) * (g * g)
        # Both means start from 0; this undoes what is left of that.
        fair = mean / (1 - rest1)
        fair_square = mean_square / (1 - rest2)
        w = w - rate * fair / (np.sqrt(fair_square) + eps)
        yield w


def gauss_newton(surface, w, rate=1e-3):
    r"""Step to the minimum of a parabola that fits here, as far as it can be trusted.

    With the sensitivities :math:`J` of the outputs and their errors :math:`e`, solves
    :math:`(J^\top J / N + \mu I)\, d = -J^\top e / N`. A step that does not lower the loss is
    not taken, and the damping :math:`\mu` is multiplied by 10; after one that does it is divided
    by 10. See Levenberg (1944) and Marquardt (1963).

    Parameters
    ----------
    surface : Surface
        Or anything else with methods `loss`, `gradient` and `curvature`.
    w : ndarray, shape (2, ...)
        The start.
    rate : float
        The damping :math:`\mu` to start with.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step; the same as before where a step is not taken.
    """
    damping = np.full_like(w[0], _positive("rate", rate))
    height = surface.loss(*w)
    while True:
        a, b, c = surface.curvature(*w)
        a, c = a + damping, c + damping
        # The loss is a mean of squares, so that half its gradient is what
        # belongs to J.
        g = _gradient(surface, w) / 2
        det = a * c - b * b
        trial = w - np.array([c * g[0] - b * g[1], a * g[1] - b * g[0]]) / det
        trial_height = surface.loss(*trial)
        # False where the trial is not a number.
        lower = trial_height < height
        w = np.where(lower, trial, w)
        height = np.where(lower, trial_height, height)
        damping = np.where(lower, damping / 10, damping * 10)
        # At the minimum nothing is lower, for as many steps as there are.
        damping = np.minimum(np.maximum(damping, 1e-12), 1e12)
        yield w


#: The optimisers by the names that a reader sees.
OPTIMIZERS = {
    "gradient descent": gradient_descent,
    "clipped descent": clipped_descent,
    "momentum": momentum,
    "Rprop": rprop,
    "Adam": adam,
    "Gauss-Newton": gauss_newton,
}


def descend(optimizer, surface, wx, wRec, rate=1e-3, n_steps=500, **settings):
    """Follow an optimiser from one start, or from every start of a grid.

    Parameters
    ----------
    optimizer : callable
        One of the optimisers of this module, or another that is called and yields as they do.
    surface : Surface
        What to go down.
    wx, wRec : float, or array_like of one shape
        The start, or a grid of starts.
    rate : float
        The learning rate; for `rprop` its first step, for `gauss_newton` its first damping.
    n_steps : int
        How many steps; at least 1.
    **settings
        Whatever else the optimiser takes.

    Returns
    -------
    path : ndarray, shape (n_steps + 1, 2, ...)
        The weights at each step: ``path[k, 0]`` is `wx` and ``path[k, 1]`` is `wRec` after step
        `k`, ``path[0]`` the start. A path that has gone beyond `BOUND` stays where it is then.

    Raises
    ------
    TypeError
        If the start does not hold numbers, or `n_steps` is not a whole number.
    ValueError
        If the start is not finite or not of one shape, `rate` is not positive and finite, or
        `n_steps` is less than 1.
    """
    start = _start(wx=wx, wRec=wRec)
    _check_sizes(n_steps=n_steps)
    walk = optimizer(surface, start, rate, **settings)
    path = np.empty((n_steps + 1, *start.shape))
    path[0] = start
    # Walks that have been given up go on to overflow, unseen.
    with np.errstate(all="ignore"):
        for before, after in itertools.pairwise(path):
            after[...] = np.where(_within_bound(*before), next(walk), before)
    return path


def fates(surface, wx, wRec):
    """Tell what has become of starts from where their paths end.

    A start has *reached (1, 1)* if the loss is below `REACHED`; it has *blown up* if a weight is
    beyond `BOUND` or is not a number. It is in the *wrong valley* if wRec is below −1, where the
    floor of the ravine slopes away from (1, 1) for ever, and the loss below that of saying 0,
    which is the height of the pass between the valleys: what only goes downhill stays there.

    Parameters
    ----------
    surface : Surface
        What the paths went down.
    wx, wRec : float, or array_like of one shape
        Where they end, ``path[-1]`` of `descend`.

    Returns
    -------
    ndarray of int, shape (...)
        For each start, its place in `FATES`.
    """
    wx, wRec = np.asarray(wx, float), np.asarray(wRec, float)
    with np.errstate(all="ignore"):
        height = surface.loss(wx, wRec)
    blown_up = ~_within_bound(wx, wRec)
    wrong_valley = (wRec < -1) & (height < surface.loss(0, 0))
    return np.select([blown_up, height < REACHED, wrong_valley], [3, 0, 2], 1)


def _gradient(surface, w):
    return np.array(surface.gradient(*w))


def _within_bound(wx, wRec):
    # Written so that NaN, which compares with nothing, is not within.
    return (np.abs(wx) <= BOUND) & (np.abs(wRec) <= BOUND)


def _positive(name, value):
    if not 0 < value < np.inf:
        raise ValueError(f"{name} is {value}; it must be positive and finite")
    return float(value)


def _start(**weights):
    for name, weight in weights.items():
        (array,) = _numbers(**{name: weight})
        weights[name] = array
        if np.iscomplexobj(array) or not np.isfinite(array).all():
            raise ValueError(
                f"{name} is {weight!r:.60}; a start must be real and finite"
            )
    if len({array.shape for array in weights.values()}) > 1:
        shapes = (f"{n} has shape {a.shape}" for n, a in weights.items())
        raise ValueError(
            f"{' and '.join(shapes)}; they must have the same shape"
        )
    return np.array([*weights.values()], dtype=float)
