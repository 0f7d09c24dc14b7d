"""Addition in binary as a task for a recurrent network, and what a trained one remembers.

One bit of each number comes in at every step, the bit that counts 1 first, and the next bit of the
sum is to come out. For the network a 0 is -1 and a 1 is +1, in the inputs and in the targets; an
output above 0 is read as a 1.
"""

from itertools import islice
from types import SimpleNamespace

import numpy as np

from rnn_by_hand.optimizers import adam
from rnn_by_hand.vector_rnn import (
    Params,
    backward_gradient,
    forward_states,
    from_vector,
    initial_params,
    loss,
    output_gradient,
    outputs,
    to_vector,
)

__all__ = [
    "added_right",
    "bits_of",
    "carries",
    "draw_numbers",
    "make_additions",
    "one_start",
    "put_at",
    "tells_apart",
    "train",
    "unit_per_total",
]


def bits_of(numbers, n_bits):
    """Write whole numbers in binary, the bit that counts 1 first.

    Parameters
    ----------
    numbers : sequence of int
        The numbers, 0 or more.
    n_bits : int
        How many bits to write of each.

    Returns
    -------
    ndarray of int, shape (n_numbers, n_bits)
        Zeros and ones.
    """
    return np.array([[a >> k & 1 for k in range(n_bits)] for a in numbers])


def draw_numbers(n_samples, n_bits, rng):
    """Draw pairs of numbers, each as likely as any other.

    Parameters
    ----------
    n_samples : int
        How many pairs.
    n_bits : int
        How many bits a number has, from 1 to 64.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    list of list of int, shape (2, n_samples)
        The first number of each pair, and the second.
    """
    high = 2**n_bits
    return rng.integers(0, high, (2, n_samples), dtype=np.uint64).tolist()


def make_additions(a, b, n_bits):
    """Make the input sequences and the targets of sums.

    Parameters
    ----------
    a, b : sequence of int
        The numbers to add.
    n_bits : int
        How many bits each of them has at most.

    Returns
    -------
    X : ndarray, shape (n_samples, n_bits + 1, 2)
        The bits of both numbers.
    T : ndarray, shape (n_samples, n_bits + 1, 1)
        The bits of their sum.
    """
    n_steps = n_bits + 1  # the sum may be a bit longer
    sums = [i + j for i, j in zip(a, b)]
    X = np.stack([bits_of(a, n_steps), bits_of(b, n_steps)], axis=-1)
    T = bits_of(sums, n_steps)[:, :, np.newaxis]
    return 2.0 * X - 1, 2.0 * T - 1


def added_right(params, X, T):
    """Tell for each sum whether the network gets every bit of it right.

    Parameters
    ----------
    params : Params
        The network.
    X, T
        What `make_additions` made.

    Returns
    -------
    ndarray of bool, shape (n_samples,)
        True where all bits are right.
    """
    Y = outputs(forward_states(X, params), params)
    return ((Y > 0) == (T > 0)).all(axis=(1, 2))


def train(X, T, start, rate=0.05, n_steps=200):
    """Descend by Adam with the gradient of backpropagation through time.

    Parameters
    ----------
    X, T : ndarray
        The input sequences and their targets.
    start : Params
        The first parameters.
    rate : float
        The learning rate.
    n_steps : int
        How many steps to take.

    Returns
    -------
    params : Params
        The last parameters.
    losses : list of float
        The loss before each step.
    """
    losses = []

    def gradient(*weights):
        params = from_vector(weights, like=start)
        S = forward_states(X, params)
        Y = outputs(S, params)
        losses.append(loss(Y, T))
        grad_out = output_gradient(Y, T)
        return to_vector(backward_gradient(X, S, grad_out, params)[0])

    problem = SimpleNamespace(gradient=gradient)
    walk = adam(problem, to_vector(start), rate=rate)
    for weights in islice(walk, n_steps):
        params = from_vector(weights, like=start)
    return params, losses


def carries(X):
    """Work out the carry by the rule of paper and pencil.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_steps, 2)
        The bits of both numbers, as `make_additions` writes them.

    Returns
    -------
    ndarray of int, shape (n_samples, n_steps)
        The carry out of every step, 0 or 1.
    """
    ones = (X > 0).sum(axis=2)
    n_samples, n_steps = ones.shape
    carry = np.zeros_like(ones, shape=(n_samples, n_steps + 1))
    for k in range(1, n_steps + 1):
        carry[:, k] = (ones[:, k - 1] + carry[:, k - 1]) // 2
    return carry[:, 1:]


def tells_apart(values, carry):
    """Tell whether one number is enough to know the carry.

    Parameters
    ----------
    values : ndarray
        A number for each carry.
    carry : ndarray of int, of the same shape
        Zeros and ones.

    Returns
    -------
    bool
        Whether all values with one carry lie below all values with the other.
    """
    low, high = values[carry == 0], values[carry == 1]
    return bool(low.max() < high.min() or high.max() < low.min())


def put_at(states, unit, across, up, params):
    """Change states as little as can be for one unit and the output to be as wanted.

    The unit is set; the others move along their weights in the output, which is the shortest way to
    the output wanted, and may leave the range of tanh.

    Parameters
    ----------
    states : ndarray, shape (..., n_states)
        One state, or many.
    unit : int
        The number of the unit.
    across : float or ndarray, shape (...)
        What it is to be.
    up : float or ndarray, shape (...)
        What the output is to be.
    params : Params
        The network; it has one output.

    Returns
    -------
    ndarray, shape (..., n_states)
        The changed states.
    """
    states = np.array(states)
    states[..., unit] = across
    others = params.Wy[:, 0].copy()
    others[unit] = 0
    missing = np.asarray(up - (states @ params.Wy[:, 0] + params.by[0]))
    return states + missing[..., np.newaxis] * others / (others @ others)


def one_start(seed, n_states=4, scale=0.3, rate=0.05, n_steps=200):
    """Train one network on 200 sums of 8 bits, and try it on 300 sums of 64 bits.

    Parameters
    ----------
    seed : int
        What the sums and the first weights are drawn from.
    n_states : int
        How many units it has.
    scale : float
        The standard deviation of the first weights.
    rate, n_steps
        As in `train`.

    Returns
    -------
    right : int
        How many of the 300 sums are right in every bit.
    tells : int
        How many of the units tell the carry, each alone, in all the states of these sums.
    together : bool
        Whether a weighted sum of all units that least squares find tells it.
    """
    rng = np.random.default_rng(seed)
    X, T = make_additions(*draw_numbers(200, 8, rng), 8)
    start = initial_params(2, n_states, 1, rng, scale)
    params, _ = train(X, T, start, rate, n_steps)
    X, T = make_additions(*draw_numbers(300, 64, rng), 64)
    right = int(added_right(params, X, T).sum())
    S, carry = forward_states(X, params)[:, 1:], carries(X)
    tells = sum(tells_apart(S[..., h], carry) for h in range(n_states))
    rows = S.reshape(-1, n_states)
    rows = np.column_stack([rows, np.ones(len(rows))])
    weights = np.linalg.lstsq(rows, carry.ravel(), rcond=None)[0]
    return right, tells, tells_apart(rows @ weights, carry.ravel())


def unit_per_total(b, gain=10):
    """Make an adder of three units; the second feeds its state back to all three.

    Parameters
    ----------
    b : sequence of float, shape (3,)
        The bias of each unit.
    gain : float
        Each weight of the two inputs and of the carry.

    Returns
    -------
    Params
        The network. Its output is the first state minus the second plus the third.
    """
    WRec = np.zeros((3, 3))
    WRec[1] = gain
    return Params(
        Wx=np.full((2, 3), float(gain)),
        WRec=WRec,
        b=np.array(b, dtype=float),
        Wy=np.array([[1.0], [-1.0], [1.0]]),
        by=np.zeros(1),
    )
