"""What is wanted when a network is trained in earnest: first weights, a limit, outputs fed back.

Two tasks show them at work. In *recall* a network reads random signs and is to say at the end
which came first. In *waves* it is to go on with a sequence, and what it says comes in again.
"""

from itertools import islice
from types import SimpleNamespace

import numpy as np

from rnn_by_hand.adder import (
    added_right,
    draw_numbers,
    make_additions,
    train,
)
from rnn_by_hand.optimizers import adam, clip_by_norm
from rnn_by_hand.vector_rnn import (
    Params,
    backward_gradient,
    forward_states,
    from_vector,
    initial_params,
    output_gradient,
    outputs,
    to_vector,
    update_state,
)

__all__ = [
    "FORCING",
    "adder_start",
    "fed_back_gradient",
    "fed_back_states",
    "first_recurrent",
    "make_recall",
    "make_waves",
    "own_from",
    "recall_start",
    "train_recall",
    "train_waves",
    "wave_start",
]


def first_recurrent(start, n_states, rng):
    """Make the first recurrent weights.

    Parameters
    ----------
    start : float or str
        The standard deviation of each weight, or "orthogonal" for a random rotation or
        reflection, or "identity".
    n_states : int
        How many units there are.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    ndarray, shape (n_states, n_states)
        The weights.
    """
    if start == "identity":
        return np.eye(n_states)
    W = rng.normal(size=(n_states, n_states))
    if start == "orthogonal":
        Q, R = np.linalg.qr(W)
        return Q * np.sign(np.diag(R))  # otherwise some are likelier
    return start * W


def make_recall(n_samples, n_steps, rng):
    """Make sequences of random signs; the target is the first of them.

    Parameters
    ----------
    n_samples, n_steps : int
        How many sequences, and how long.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    X : ndarray, shape (n_samples, n_steps, 1)
        Each number is −1 or 1.
    T : ndarray, shape (n_samples, 1, 1)
        The target of the last output.
    """
    X = rng.choice([-1.0, 1.0], size=(n_samples, n_steps, 1))
    return X, X[:, :1]


def train_recall(
    start,
    rng,
    n_steps=30,
    rate=0.005,
    n_updates=400,
    limit=None,
    reach=None,
    activation="tanh",
):
    """Learn to recall the first sign, from 50 new sequences at every update.

    Parameters
    ----------
    start : Params
        The first parameters.
    rng : numpy.random.Generator
        Where the sequences come from.
    n_steps : int
        How long they are.
    rate : float
        The learning rate of Adam.
    n_updates : int
        How many updates to make.
    limit : float, optional
        The largest length of the gradient; no limit if there is none.
    reach : int, optional
        How many steps the gradient goes back; all of them if there is none.
    activation : str
        The activation function.

    Returns
    -------
    params : Params
        The last parameters.
    norms : list of float
        How long the gradient was at each update, before it was shortened.
    """
    norms = []

    def gradient(*weights):
        params = from_vector(weights, like=start)
        X, T = make_recall(50, n_steps, rng)
        S = forward_states(X, params, activation)
        Y = outputs(S, params)
        grad_out = np.zeros_like(Y)
        grad_out[:, -1:] = output_gradient(Y[:, -1:], T)
        back = n_steps if reach is None else reach
        last, before = slice(-back, None), slice(-back - 1, None)
        g = backward_gradient(
            X[:, last], S[:, before], grad_out[:, last], params, activation
        )[0]
        g = to_vector(g)
        norms.append(float(np.linalg.norm(g)))
        return g if limit is None else clip_by_norm(g, limit)

    walk = adam(
        SimpleNamespace(gradient=gradient), to_vector(start), rate=rate
    )
    for weights in islice(walk, n_updates):
        params = from_vector(weights, like=start)
    return params, norms


def recall_start(seed, start, n_states=16, activation="tanh", **settings):
    """Train one network to recall, and try it on 500 new sequences.

    Parameters
    ----------
    seed : int
        What the first weights and the sequences are drawn from.
    start : float or str
        As in `first_recurrent`; the other weights have a standard deviation of 0.3.
    n_states : int
        How many units it has.
    activation : str
        The activation function.
    **settings
        As in `train_recall`.

    Returns
    -------
    right : int
        For how many of the 500 sequences it says the first sign.
    norms : list of float
        How long the gradient was at each update.
    """
    rng = np.random.default_rng(seed)
    params = initial_params(1, n_states, 1, rng)
    params = params._replace(WRec=first_recurrent(start, n_states, rng))
    n_steps = settings.get("n_steps", 30)
    params, norms = train_recall(
        params, rng, activation=activation, **settings
    )
    X, T = make_recall(500, n_steps, rng)
    S = forward_states(X, params, activation)
    said = outputs(S, params)[:, -1:] > 0
    return int((said == (T > 0)).sum()), norms


def adder_start(seed, start, n_states=8):
    """Train one network to add, as `rnn_by_hand.adder.one_start`, from other recurrent weights.

    Parameters
    ----------
    seed, start, n_states
        As in `recall_start`.

    Returns
    -------
    int
        How many of 300 sums of 64 bits are right in every bit.
    """
    rng = np.random.default_rng(seed)
    X, T = make_additions(*draw_numbers(200, 8, rng), 8)
    params = initial_params(2, n_states, 1, rng)
    params = params._replace(WRec=first_recurrent(start, n_states, rng))
    params, _ = train(X, T, params)
    X, T = make_additions(*draw_numbers(300, 64, rng), 64)
    return int(added_right(params, X, T).sum())


# ------------------------------------------------------------------------- outputs fed back


def fed_back_states(T, params, own):
    """Go on with sequences: the input is the value before, the true one or what the network said.

    Parameters
    ----------
    T : ndarray, shape (n_samples, n_steps + 1, n_outputs)
        The sequences. ``T[:, 0]`` is where they begin, and is always given.
    params : Params
        The parameters, with as many inputs as outputs.
    own : sequence of bool, of length n_steps
        Whether ``own[k - 1]`` the input of step k is the network's own output before it.

    Returns
    -------
    U : ndarray, shape (n_samples, n_steps, n_outputs)
        The inputs.
    S : ndarray, shape (n_samples, n_steps + 1, n_states)
        The states.
    Y : ndarray, of the shape of `T`
        The outputs; ``Y[:, 0]`` is ``T[:, 0]``.
    """
    n_samples, n_steps = len(T), T.shape[1] - 1
    U, Y = np.zeros_like(T[:, 1:]), np.array(T)
    S = np.zeros((n_samples, n_steps + 1, len(params.b)))
    for k in range(1, n_steps + 1):
        U[:, k - 1] = Y[:, k - 1] if own[k - 1] else T[:, k - 1]
        S[:, k] = update_state(U[:, k - 1], S[:, k - 1], params, np.tanh)
        Y[:, k] = S[:, k] @ params.Wy + params.by
    return U, S, Y


def fed_back_gradient(T, U, S, Y, params, own):
    """Send the gradient back, through the outputs as well where they came in again.

    Parameters
    ----------
    T, params, own
        As in `fed_back_states`.
    U, S, Y
        What it gave.

    Returns
    -------
    Params
        The gradient of the squared errors of all outputs, a mean over the samples.
    """
    n_samples, n_steps = U.shape[:2]
    E, grad_sums = 2 * (Y - T), np.zeros_like(S)
    for k in range(n_steps, 0, -1):
        delta = 0
        if k < n_steps:
            delta = grad_sums[:, k + 1] @ params.WRec.T
            if own[k]:
                E[:, k] += grad_sums[:, k + 1] @ params.Wx.T
        delta = delta + E[:, k] @ params.Wy.T
        grad_sums[:, k] = delta * (1 - S[:, k] ** 2)
    E, grad_sums, both = E[:, 1:], grad_sums[:, 1:], ([0, 1], [0, 1])
    return Params(
        Wx=np.tensordot(U, grad_sums, both) / n_samples,
        WRec=np.tensordot(S[:, :-1], grad_sums, both) / n_samples,
        b=grad_sums.sum(axis=(0, 1)) / n_samples,
        Wy=np.tensordot(S[:, 1:], E, both) / n_samples,
        by=E.sum(axis=(0, 1)) / n_samples,
    )


def make_waves(n_samples, n_steps, noise, rng):
    """Make sine waves of 16 steps from any point on, with noise.

    Parameters
    ----------
    n_samples, n_steps : int
        How many waves, and how many steps after the first value.
    noise : float
        The standard deviation of what is added to each value.
    rng : numpy.random.Generator
        Where the waves and the noise come from.

    Returns
    -------
    T, clean : ndarray, shape (n_samples, n_steps + 1, 1)
        The waves, with noise and without.
    """
    begin = rng.uniform(0, 2 * np.pi, size=(n_samples, 1))
    clean = np.sin(begin + 2 * np.pi / 16 * np.arange(n_steps + 1))
    T = clean + noise * rng.normal(size=clean.shape)
    return T[:, :, np.newaxis], clean[:, :, np.newaxis]


def own_from(step, n_steps):
    """Tell for each step whether its input is the network's own: from `step` on."""
    return np.arange(1, n_steps + 1) >= step


#: How a network is trained to go on with waves; each of them says in which part of the updates it
#: is fed its own outputs.
FORCING = {"forced": (1, 1), "free": (0, 1), "forced, then free": (0.5, 1)}


def train_waves(forcing, rng, noise=0.1, n_states=8, n_updates=300):
    """Learn to go on with waves of 40 steps; the first 8 inputs are always true.

    Parameters
    ----------
    forcing : str
        A name from `FORCING`.
    rng : numpy.random.Generator
        Where the weights and the waves come from.
    noise : float
        As in `make_waves`.
    n_states : int
        How many units the network has.
    n_updates : int
        How many updates by Adam at a rate of 0.01; a gradient longer than 10 is shortened.

    Returns
    -------
    Params
        The network.
    """
    start = initial_params(1, n_states, 1, rng)
    T, _ = make_waves(30, 40, noise, rng)
    forced, free = own_from(41, 40), own_from(9, 40)
    begin = FORCING[forcing][0] * n_updates
    update = 0

    def gradient(*weights):
        nonlocal update
        params = from_vector(weights, like=start)
        own = free if update >= begin else forced
        update += 1
        U, S, Y = fed_back_states(T, params, own)
        g = to_vector(fed_back_gradient(T, U, S, Y, params, own))
        return clip_by_norm(g, 10)

    walk = adam(
        SimpleNamespace(gradient=gradient), to_vector(start), rate=0.01
    )
    for weights in islice(walk, n_updates):
        params = from_vector(weights, like=start)
    return params


def wave_start(seed, forcing, noise=0.1, **settings):
    """Train one network to go on with waves, and let it run freely.

    Parameters
    ----------
    seed : int
        What all is drawn from.
    forcing, noise, **settings
        As in `train_waves`.

    Returns
    -------
    forced, free, late : float
        How far its outputs are from waves without noise, as the root of a mean square: forced, at
        steps 9 to 40; free from step 9 on, at the same steps; and free, at steps 161 to 200.
    """
    rng = np.random.default_rng(seed)
    params = train_waves(forcing, rng, noise, **settings)
    T, clean = make_waves(50, 200, noise, rng)
    errors = []
    for own in (own_from(201, 200), own_from(9, 200)):
        _, _, Y = fed_back_states(T, params, own)
        errors.append((Y - clean)[:, :, 0])
    forced, free = errors
    parts = forced[:, 9:41], free[:, 9:41], free[:, 161:]
    return [float(np.sqrt(np.mean(part**2))) for part in parts]
