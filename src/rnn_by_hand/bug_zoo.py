"""Wrong backward passes, each one small edit away from the right one."""

import inspect

import numpy as np

from rnn_by_hand.model import forward_states

__all__ = ["BUGS", "bptt", "with_bug"]

#: The bugs by name: what is right, and what stands there instead. Sequences must have three
#: steps or more: "stops after three" would go on before the beginning of shorter ones.
BUGS = {
    "forgot the 2": ("= 2 * (", "= ("),
    "1/N twice": ("= 2 * (", "= 2 / len(X) * ("),
    "1/N never": ("np.mean", "np.sum"),
    "sign": ("(S[:, -1] - t)", "(t - S[:, -1])"),
    "wx for wRec": ("k] * wRec", "k] * wx"),
    "no wRec": ("k] * wRec", "k]"),
    "S[k] for S[k-1]": ("S[:, k - 1]", "S[:, k]"),
    "stops one early": ("n_steps, 0,", "n_steps, 1,"),
    "= for +=": ("+=", "="),
    "stops after three": ("n_steps, 0,", "n_steps, n_steps - 3,"),
}


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
        The gradients of the mean squared error, for `wx` and `wRec`.
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


def with_bug(bug):
    """Make `bptt` with a bug in it.

    Parameters
    ----------
    bug : str or tuple of two str
        A name from `BUGS`, or what to look for in the source of `bptt` and what to write there.

    Returns
    -------
    function
        It is called like `bptt`.

    Raises
    ------
    KeyError
        If there is no bug of that name.
    ValueError
        If the source does not hold what to look for.
    """
    right, wrong = BUGS[bug] if isinstance(bug, str) else bug
    source = inspect.getsource(bptt)
    if right not in source:
        raise ValueError(
            f"bug looks for {right!r}; the source of bptt must hold it"
        )
    namespace = dict(globals())
    exec(source.replace(right, wrong), namespace)
    return namespace["bptt"]
