r"""Six ways down the loss surface, each from one start or from a whole grid of starts at once.

Each optimiser is a loop that never ends and yields the weights after each step, so that what it
remembers from step to step is a plain variable. `descend` takes as many steps as you ask for.

Weights are arrays of shape ``(2, ...)``: ``w[0]`` is `wx` and ``w[1]`` is `wRec`, numbers or
grids of any one shape. A step does the same operations in the same order for each start, whatever
else is in the grid: this surface is so steep that one last digit may send later steps elsewhere.

Gradient descent, momentum, Rprop and Adam take any number of weights: each row of ``w`` is an
argument of ``gradient``.
"""

import numpy as np

from rnn_by_hand.checks import checked_start, positive_settings

__all__ = [
    "BOUND",
    "FATES",
    "OPTIMIZERS",
    "REACHED",
    "adam",
    "clip_by_norm",
    "clipped_descent",
    "decided",
    "descend",
    "fates",
    "gauss_newton",
    "gradient_descent",
    "momentum",
    "rprop",
]

#: A path is given up where a weight is larger than this. None that gets there from the map of fates
#: is seen to come back, although Rprop and Gauss-Newton can, from a start such as (150, 0.5).
BOUND = 100

#: Below this loss an answer is typically off by less than a tenth, and the weights are near (1, 1):
#: on the floor of the ravine, 0.98 < wRec < 1.02.
REACHED = 0.01

#: What may become of a start, in the order in which `fates` numbers them.
FATES = ("near (1, 1)", "still on the way", "wrong valley", "blown up")


@positive_settings("rate")
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
    while True:
        w = w - rate * np.array(surface.gradient(*w))
        yield w


@positive_settings("rate", "limit")
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
    while True:
        g = np.array(surface.gradient(*w))
        length = np.sqrt(g[0] * g[0] + g[1] * g[1])
        w = w - rate * (g * (limit / np.maximum(length, limit)))
        yield w


def clip_by_norm(gradient, limit):
    """Shorten a gradient to `limit` where it is longer; it keeps its direction.

    Parameters
    ----------
    gradient : ndarray, shape (n_numbers,)
        The gradients of all parameters, end to end.
    limit : float
        The largest length.

    Returns
    -------
    ndarray, shape (n_numbers,)
        The same, or a shorter one.
    """
    norm = np.linalg.norm(gradient)
    return gradient * (limit / max(norm, limit))


@positive_settings("rate")
def momentum(surface, w, rate=1e-3, decay=0.9):
    r"""Keep part of the last step: :math:`v \leftarrow \beta v - \eta \nabla\xi`, :math:`w \leftarrow w + v`.

    Parameters
    ----------
    surface, w, rate
        As in `gradient_descent`.
    decay : float
        How much of the last step is kept, :math:`\beta`.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    velocity = np.zeros_like(w)
    while True:
        velocity = decay * velocity - rate * np.array(surface.gradient(*w))
        w = w + velocity
        yield w


@positive_settings("rate")
def rprop(surface, w, rate=1e-3, eta_plus=1.2, eta_minus=0.5, largest=50.0):
    r"""Give each weight a step of its own and ask the gradient for its sign alone.

    While the sign stays, the step grows; when it changes, the step shrinks. The weights move
    either way: no step is undone. See Riedmiller and Braun, "A direct adaptive method for
    faster backpropagation learning", IEEE International Conference on Neural Networks 1993.
    It is nearly the variant that Igel and Hüsken (2003) call Rprop\ :sup:`−`, which leaves a step
    as long as it is where this or the last gradient is 0. Here 0 is a sign like the other two,
    and the first step counts as a change.

    Parameters
    ----------
    surface, w
        As in `gradient_descent`.
    rate : float
        The initial step, :math:`\Delta_0`; the first one taken is half as long.
    eta_plus, eta_minus : float
        The factors by which a step grows while the sign stays, and shrinks when it changes.
    largest : float
        No step grows beyond this.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    step = np.full_like(w, rate)
    last_sign = np.zeros_like(w)
    while True:
        sign = np.sign(surface.gradient(*w))
        grown = step * np.where(sign == last_sign, eta_plus, eta_minus)
        step = np.minimum(grown, largest)
        w = w - sign * step
        last_sign = sign
        yield w


@positive_settings("rate")
def adam(surface, w, rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Divide a running mean of the gradient by the root of a running mean of its square.

    See Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.

    Parameters
    ----------
    surface, w, rate
        As in `gradient_descent`.
    beta1, beta2 : float
        How much of each mean is kept from step to step.
    eps : float
        Keeps the divisor away from 0.

    Yields
    ------
    ndarray, shape (2, ...)
        The weights after each step.
    """
    mean, mean_square = np.zeros_like(w), np.zeros_like(w)
    # Products, not powers: those of NumPy and of a browser may differ in
    # the last digit.
    rest1 = rest2 = 1.0
    while True:
        g = np.array(surface.gradient(*w))
        rest1, rest2 = rest1 * beta1, rest2 * beta2
        mean = beta1 * mean + (1 - beta1) * g
        mean_square = beta2 * mean_square + (1 - beta2) * (g * g)
        # Both means start from 0, which makes the first ones too small.
        fair = mean / (1 - rest1)
        fair_square = mean_square / (1 - rest2)
        w = w - rate * fair / (np.sqrt(fair_square) + eps)
        yield w


@positive_settings("rate")
def gauss_newton(surface, w, rate=1e-3):
    r"""Step to the minimum of a parabola fitted here, as far as it can be trusted.

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
    damping = rate
    height = surface.loss(*w)
    while True:
        xx, xr, rr = surface.curvature(*w)
        xx, rr = xx + damping, rr + damping
        # The gradient has the 2 of the square; J'e / N has not.
        g = np.array(surface.gradient(*w)) / 2
        det = xx * rr - xr * xr
        step = np.array([rr * g[0] - xr * g[1], xx * g[1] - xr * g[0]]) / det
        trial = w - step
        trial_height = surface.loss(*trial)
        lower = trial_height < height
        w = np.where(lower, trial, w)
        height = np.where(lower, trial_height, height)
        # At the minimum nothing is lower, however many steps are taken.
        damping = np.where(lower, damping / 10, damping * 10).clip(1e-12, 1e12)
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


@checked_start
def descend(optimizer, surface, wx, wRec, rate=1e-3, n_steps=500, **settings):
    """Follow an optimiser from one start, or from every start of a grid.

    Parameters
    ----------
    optimizer : callable
        One of the optimisers of this module, or any other that takes and yields what they do.
    surface : Surface
        The surface to descend.
    wx, wRec : float, or array_like of one shape
        The start, or a grid of starts.
    rate : float
        The learning rate; for `rprop` its initial step, for `gauss_newton` its first damping.
    n_steps : int
        How many steps; at least 1.
    **settings
        The optimiser's other arguments.

    Returns
    -------
    path : ndarray, shape (n_steps + 1, 2, ...)
        The weights at each step: ``path[k, 0]`` is `wx` and ``path[k, 1]`` is `wRec` after step
        `k`, and ``path[0]`` is the start. A path that has gone beyond `BOUND` stays there.

    Raises
    ------
    TypeError
        If the start does not hold real numbers, or `n_steps` is not a whole number.
    ValueError
        If the start is not finite or not of one shape, `rate` is not positive and finite, or
        `n_steps` is less than 1.
    """
    walk = optimizer(surface, np.array([wx, wRec]), rate, **settings)
    path = np.empty((n_steps + 1, 2, *wx.shape))
    path[0] = wx, wRec
    for k in range(1, n_steps + 1):
        within = np.abs(path[k - 1]).max(axis=0) <= BOUND
        path[k] = np.where(within, next(walk), path[k - 1])
    return path


def fates(surface, wx, wRec):
    """Judge what has become of each start by where its path ends.

    A start has ended *near (1, 1)* if the loss is below `REACHED`; it has *blown up* if a weight is
    beyond `BOUND` or is not a number. It is in the *wrong valley* if wRec is below −1, where the
    floor of the ravine slopes away from (1, 1) for ever, and the loss is below that of always
    answering 0, the height of the pass between the valleys: a path that only descends stays there.

    Parameters
    ----------
    surface : Surface
        The surface that the paths descended.
    wx, wRec : float, or array_like of one shape
        Where they end, ``path[-1]`` of `descend`.

    Returns
    -------
    ndarray of int, shape (...)
        For each start, its place in `FATES`.
    """
    w = np.array([wx, wRec])
    height = surface.loss(*w)
    # NaN fails every comparison, so it is not within the bound.
    blown_up = ~(np.abs(w).max(axis=0) <= BOUND)
    wrong_valley = (w[1] < -1) & (height < surface.loss(0, 0))
    return np.select([blown_up, height < REACHED, wrong_valley], [3, 0, 2], 1)


def decided(surface, path):
    """Find the step from which the fate of each start holds.

    Parameters
    ----------
    surface : Surface
        The surface that the paths descended.
    path : ndarray, shape (n_steps + 1, 2, ...)
        What `descend` returns.

    Returns
    -------
    ndarray of int, shape (...)
        The first step with a loss below `REACHED` where a start has ended near (1, 1), and the
        first beyond `BOUND` where it has blown up; elsewhere ``n_steps``.
    """
    shape = path.shape[2:]
    fate = fates(surface, *path[-1]).ravel()
    path = path.reshape(*path.shape[:2], fate.size)
    steps = np.full(fate.shape, len(path) - 1)
    # Most have their fate early, and need not be looked at again.
    waiting = np.flatnonzero((fate == 0) | (fate == 3))
    for k, w in enumerate(path):
        here = w[:, waiting]
        within = np.abs(here).max(axis=0) <= BOUND
        arrived = surface.loss(*here) < REACHED
        found = np.where(fate[waiting] == 0, arrived, ~within)
        steps[waiting[found]] = k
        waiting = waiting[~found]
    return steps.reshape(shape)
