"""Two tasks that need a memory, and one way to train every kind of network on them.

In the first, symbols 0, 1 and R arrive, and after each the network has to say how many ones came
since the last R. The second is the adding problem: a number arrives at each step, two of them are
marked, and at the end the network has to say their sum. It goes back to Hochreiter and Schmidhuber,
"Long short-term memory", Neural Computation 9 (1997); here it is simpler, with numbers between 0
and 1, one mark in each half, and a fixed length.

All networks get the same sequences, the same number of updates, and the same descent.
"""

from functools import partial
from itertools import islice
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from rnn_by_hand.gated import (
    gru_gradient,
    gru_states,
    initial_gated_params,
    lstm_gradient,
    lstm_states,
    set_forget_bias,
)
from rnn_by_hand.optimizers import adam, clip_by_norm
from rnn_by_hand.vector_rnn import (
    Params,
    backward_gradient,
    forward_states,
    from_vector,
    output_gradient,
    outputs,
    to_vector,
)

__all__ = [
    "KINDS",
    "SOLVED",
    "TASKS",
    "Kind",
    "count_since_reset",
    "counted_right",
    "error_of",
    "marked_sum",
    "one_run",
    "survival",
    "train",
]

#: The mean squared error below which the adding problem counts as solved. Always to say 1, the
#: mean of all sums, has an error of 1/6.
SOLVED = 0.01


def count_since_reset(n_samples, n_steps, rng, p_reset=0.05):
    """Draw sequences of 0, 1 and R, and count the ones since the last R.

    Parameters
    ----------
    n_samples, n_steps : int
        How many sequences, and how long they are.
    rng : numpy.random.Generator
        Where they come from.
    p_reset : float
        How likely an R is at each step; 0 and 1 share the rest.

    Returns
    -------
    X : ndarray, shape (n_samples, n_steps, 2)
        ``[1, 0]`` for a 1, ``[0, 1]`` for an R and ``[0, 0]`` for a 0.
    T : ndarray, shape (n_samples, n_steps, 1)
        The count after each step.
    """
    rest = (1 - p_reset) / 2
    symbols = rng.choice(3, (n_samples, n_steps), p=[rest, rest, p_reset])
    X = np.stack([symbols == 1, symbols == 2], axis=-1).astype(float)
    T = np.zeros((n_samples, n_steps, 1))
    count = np.zeros(n_samples)
    for k in range(n_steps):
        one, reset = X[:, k].T
        count = (1 - reset) * count + one
        T[:, k, 0] = count
    return X, T


def marked_sum(n_samples, n_steps, rng):
    """Draw sequences of numbers between 0 and 1, two of them marked, and add those two.

    Parameters
    ----------
    n_samples, n_steps : int
        How many sequences, and how long they are; at least 2.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    X : ndarray, shape (n_samples, n_steps, 2)
        The number and the mark, 0 or 1. One mark is in each half.
    T : ndarray, shape (n_samples, 1, 1)
        The sum, asked for after the last step.
    """
    i = np.arange(n_samples)
    half = n_steps // 2
    first = rng.integers(0, half, n_samples)
    second = rng.integers(half, n_steps, n_samples)
    X = np.zeros((n_samples, n_steps, 2))
    X[:, :, 0] = rng.uniform(size=(n_samples, n_steps))
    X[i, first, 1] = X[i, second, 1] = 1
    T = X[i, first, 0] + X[i, second, 0]
    return X, T[:, np.newaxis, np.newaxis]


TASKS = {"count": count_since_reset, "adding": marked_sum}


class Kind(NamedTuple):
    """A kind of network.

    Attributes
    ----------
    start : callable
        From n_inputs, n_states, n_outputs and a Generator to its first parameters.
    states : callable
        From X and the parameters to all it remembers: a tuple that begins with the states.
    gradient : callable
        From X, what `states` gave, the gradient at the outputs and the parameters to a tuple that
        begins with the gradients and goes on with one gradient over time for each memory.
    """

    start: object
    states: object
    gradient: object


def _plain_start(n_inputs, n_states, n_outputs, rng):
    """Draw the first parameters of a tanh network as PyTorch does."""
    end = n_states**-0.5
    shapes = Params(
        Wx=(n_inputs, n_states),
        WRec=(n_states, n_states),
        b=n_states,
        Wy=(n_states, n_outputs),
        by=n_outputs,
    )
    return Params(*(rng.uniform(-end, end, shape) for shape in shapes))


def _plain_states(X, params):
    return (forward_states(X, params),)


def _gru_start(n_inputs, n_states, n_outputs, rng):
    return initial_gated_params(n_inputs, n_states, n_outputs, 3, rng)


def _gru_states(X, params):
    return (gru_states(X, params),)


def _lstm_start(n_inputs, n_states, n_outputs, rng, bias=None):
    params = initial_gated_params(n_inputs, n_states, n_outputs, 4, rng)
    return params if bias is None else set_forget_bias(params, bias)


#: The kinds by name. The number behind an LSTM is the bias at which its forget gates start.
KINDS = {
    "tanh": Kind(_plain_start, _plain_states, backward_gradient),
    "GRU": Kind(_gru_start, _gru_states, gru_gradient),
    "LSTM": Kind(_lstm_start, lstm_states, lstm_gradient),
}
for _bias in (1, 3):
    KINDS[f"LSTM {_bias}"] = KINDS["LSTM"]._replace(
        start=partial(_lstm_start, bias=_bias)
    )


def train(kind, start, draw, rate, n_updates, limit=1.0, every=100):
    """Descend by Adam, on new sequences at each update.

    Parameters
    ----------
    kind : Kind
        The kind of network.
    start : named tuple
        Its first parameters.
    draw : callable
        Without an argument, gives new sequences: X and T. Where T has fewer steps than X, only
        the last outputs count.
    rate : float
        The learning rate.
    n_updates : int
        How many updates to take.
    limit : float
        A longer gradient is shortened to this length.
    every : int
        After how many updates to hand over the parameters.

    Yields
    ------
    n_done : int
        How many updates there have been.
    params : named tuple
        The parameters.
    """

    def gradient(*weights):
        params = from_vector(weights, like=start)
        X, T = draw()
        memories = kind.states(X, params)
        Y = outputs(memories[0], params)
        count = T.shape[1]
        grad_out = np.zeros_like(Y)
        grad_out[:, -count:] = output_gradient(Y[:, -count:], T) / count
        gradients = kind.gradient(X, *memories, grad_out, params)[0]
        return clip_by_norm(to_vector(gradients), limit)

    problem = SimpleNamespace(gradient=gradient)
    walk = adam(problem, to_vector(start), rate=rate)
    for done, weights in enumerate(islice(walk, n_updates), start=1):
        if done % every == 0:
            yield done, from_vector(weights, like=start)


def _answers(kind, params, X, T):
    Y = outputs(kind.states(X, params)[0], params)
    return Y[:, -T.shape[1] :]


def error_of(kind, params, X, T):
    """Take the mean squared error of the outputs that count.

    Parameters
    ----------
    kind : Kind
        The kind of network.
    params : named tuple
        Its parameters.
    X, T : ndarray
        Sequences and what should come out.

    Returns
    -------
    float
        The mean.
    """
    return float(np.mean((_answers(kind, params, X, T) - T) ** 2))


def counted_right(kind, params, X, T):
    """Tell what part of the outputs is right when rounded.

    Parameters
    ----------
    kind, params, X, T
        As in `error_of`.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return float(np.mean(np.round(_answers(kind, params, X, T)) == T))


def one_run(
    kind,
    task,
    n_steps,
    rate,
    seed,
    n_states=16,
    n_updates=1000,
    n_sequences=None,
):
    """Train one network and try it on 500 sequences of the same length.

    An adding problem is over as soon as it is solved.

    Parameters
    ----------
    kind, task : str
        Names from `KINDS` and `TASKS`.
    n_steps : int
        The length of a sequence.
    rate : float
        The learning rate.
    seed : int
        What the first parameters and the sequences are drawn from.
    n_states : int
        How many units the network has.
    n_updates : int
        How many updates it gets at most.
    n_sequences : int, optional
        So many sequences, the same ones at every update; 32 new ones each time if left out.

    Returns
    -------
    updates : int
        How many updates it took.
    error : float
        The mean squared error in the end.
    right : float
        The part of the outputs that is right when rounded; says something of counts only.
    """
    kind, draw = KINDS[kind], TASKS[task]
    rng = np.random.default_rng(seed)
    start = kind.start(2, n_states, 1, rng)
    X, T = draw(500, n_steps, np.random.default_rng(10**6 + seed))
    same = n_sequences and draw(n_sequences, n_steps, rng)
    walk = train(
        kind,
        start,
        lambda: same or draw(32, n_steps, rng),
        rate,
        n_updates,
    )
    for updates, params in walk:
        outcome = updates, error_of(kind, params, X, T)
        if task == "adding" and outcome[1] < SOLVED:
            break
    return *outcome, counted_right(kind, params, X, T)


def survival(kind, seed, n_steps=100, n_states=16, params=None):
    r"""Tell how much of a gradient is left at the start of a sequence.

    Parameters
    ----------
    kind : str
        A name from `KINDS`.
    seed : int
        What the parameters, the sequence and the gradient at the end are drawn from.
    n_steps : int
        How many steps back.
    n_states : int
        How many units the network has.
    params : named tuple, optional
        The parameters of a trained network, in place of first ones.

    Returns
    -------
    ndarray, shape (n_steps + 1,)
        The length of the gradient at each step, from the last back to 0, as a part of what it is
        at the last. With a cell state that of the cell state, as it is handed back.
    """
    kind = KINDS[kind]
    rng = np.random.default_rng(seed)
    start = kind.start(2, n_states, n_states, rng)
    params = start if params is None else params
    params = params._replace(Wy=np.eye(n_states), by=np.zeros(n_states))
    X, _ = marked_sum(1, n_steps, rng)
    grad_out = np.zeros((1, n_steps, n_states))
    grad_out[:, -1] = rng.normal(size=n_states)
    memories = kind.states(X, params)
    *_, over_time = kind.gradient(X, *memories, grad_out, params)
    length = np.linalg.norm(over_time[0, ::-1], axis=-1)
    return length / length[0]
