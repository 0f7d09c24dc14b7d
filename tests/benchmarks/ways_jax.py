"""The five ways of chapter 12 in JAX, jitted: steps like those of `ways_book`.

The gradients alone are left to `value_and_grad`. States and the gradients at them are computed as
the book does, because differentiation would only give the sums.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from rnn_by_hand.fan import BLOCK


def compiled(function, X, t, wx, wRec):
    """Compile a function of the weights and the data, and give a step that calls it."""
    function = jax.jit(function)
    X, t = jnp.asarray(np.ascontiguousarray(X.T)), jnp.asarray(t)
    weights = jnp.asarray(wx), jnp.asarray(wRec)

    def step():
        return jax.block_until_ready(function(weights, X, t))

    step()
    return step


def gradients_of(output):
    """Differentiate the loss of an output, and make a step of it."""

    def loss(weights, X, t):
        return jnp.mean((t - output(X, *weights)) ** 2)

    def loss_and_gradients(weights, X, t):
        found, gradients = jax.value_and_grad(loss)(weights, X, t)
        return found, *gradients

    return partial(compiled, loss_and_gradients)


def everything_from(states, deltas):
    """Make a step of a way to all states, and one to all gradients at them, from the last."""

    def everything(weights, X, t):
        wx, wRec = weights
        S = states(X, wx, wRec)
        delta = deltas(2 * (S[-1] - t), wRec, len(X))
        by_wx, by_wRec = jnp.vdot(delta[1:], X), jnp.vdot(delta[1:], S[:-1])
        found = jnp.mean((t - S[-1]) ** 2)
        return found, by_wx / len(t), by_wRec / len(t), S, delta

    return partial(compiled, everything)


def after_zeros(S):
    return jnp.concatenate([jnp.zeros_like(S[:1]), S])


def chain_back(grad_out, wRec, n_steps, unroll=1):
    def back(delta, _):
        return delta * wRec, delta

    first, rest = lax.scan(
        back, grad_out, length=n_steps, reverse=True, unroll=unroll
    )
    return jnp.concatenate([first[None], rest])


# ----------------------------------------------------------------------------------- loop


def loop_output(X, wx, wRec, unroll):
    def update_state(s, x):
        return x * wx + s * wRec, None

    return lax.scan(update_state, jnp.zeros_like(X[0]), X, unroll=unroll)[0]


def loop_states(X, wx, wRec, unroll):
    def update_state(s, x):
        return x * wx + s * wRec, s

    y, S = lax.scan(update_state, jnp.zeros_like(X[0]), X, unroll=unroll)
    return jnp.concatenate([S, y[None]])


def summed_on_the_way(unroll):
    """The loop, which adds to the gradients at each step of the way back."""

    def everything(weights, X, t):
        wx, wRec = weights
        S = loop_states(X, wx, wRec, unroll)

        def back(carry, step):
            delta, by_wx, by_wRec = carry
            x, s = step
            sums = by_wx + delta @ x, by_wRec + delta @ s
            return (delta * wRec, *sums), delta

        grad_out = 2 * (S[-1] - t)
        (first, by_wx, by_wRec), rest = lax.scan(
            back,
            (grad_out, 0.0, 0.0),
            (X, S[:-1]),
            reverse=True,
            unroll=unroll,
        )
        found = jnp.mean((t - S[-1]) ** 2)
        delta = jnp.concatenate([first[None], rest])
        return found, by_wx / len(t), by_wRec / len(t), S, delta

    return partial(compiled, everything)


def summed_afterwards(unroll):
    return everything_from(
        partial(loop_states, unroll=unroll), partial(chain_back, unroll=unroll)
    )


# --------------------------------------------------------------------------------- Horner


def horner_output(X, wx, wRec):
    return wx * jnp.polyval(X, wRec)


def horner_states(X, wx, wRec):
    def update(value, x):
        value = value * wRec + x
        return value, value

    return wx * after_zeros(lax.scan(update, jnp.zeros_like(X[0]), X)[1])


# --------------------------------------------------------------------------------- filter


def lfilter(b, a, x):
    """What SciPy's filter does with one number on each side: its direct form II, transposed."""

    def one_step(z, x):
        y = b * x + z
        return -a * y, y

    return lax.scan(one_step, jnp.zeros_like(x[0]), x)[1]


def filter_output(X, wx, wRec):
    return lfilter(wx, -wRec, X)[-1]


def filter_states(X, wx, wRec):
    return after_zeros(lfilter(wx, -wRec, X))


def filter_deltas(grad_out, wRec, n_steps):
    enters = jnp.zeros((n_steps + 1, len(grad_out))).at[0].set(grad_out)
    return lfilter(1.0, -wRec, enters)[::-1]


# ---------------------------------------------------------------------------- convolution


def fan_output(X, wx, wRec):
    return wx * (wRec ** jnp.arange(len(X))[::-1] @ X)


def fan_states(X, wx, wRec):
    """The blocks of `rnn_by_hand.fan`."""
    n_steps, n_samples = X.shape
    size = min(n_steps, BLOCK)
    powers = wRec ** jnp.arange(size + 1)
    ages = jnp.subtract.outer(jnp.arange(size), jnp.arange(size))
    L = wx * jnp.where(ages < 0, 0, powers[ages])
    first = (n_steps - 1) % size + 1
    S = after_zeros(L[:first, :first] @ X[:first])
    if first == n_steps:
        return S
    blocks = L @ X[first:].reshape(-1, size, n_samples)
    ends = jnp.concatenate([S[-1:], blocks[:-1, -1]])
    starts = fan_states(ends, 1.0, powers[-1])[1:]
    blocks += powers[1:, None] * starts[:, None]
    return jnp.concatenate([S, blocks.reshape(-1, n_samples)])


def fan_deltas(grad_out, wRec, n_steps):
    return jnp.outer(wRec ** jnp.arange(n_steps + 1)[::-1], grad_out)


# ----------------------------------------------------------------------------------- scan


def combine(before, after):
    (a1, b1), (a2, b2) = before, after
    return a2 * a1, a2 * b1 + b2


def linear_states(a, b):
    return lax.associative_scan(combine, (jnp.full((len(b), 1), a), b))[1]


def scan_output(X, wx, wRec):
    return linear_states(wRec, wx * X)[-1]


def scan_states(X, wx, wRec):
    return after_zeros(linear_states(wRec, wx * X))


def scan_deltas(grad_out, wRec, n_steps):
    enters = jnp.zeros((n_steps + 1, len(grad_out))).at[0].set(grad_out)
    return linear_states(wRec, enters)[::-1]


#: Several forms of the loop, of which the fastest counts.
UNROLLED = (1, 4)
GRADIENTS = {
    "loop": [
        gradients_of(partial(loop_output, unroll=unroll))
        for unroll in UNROLLED
    ],
    "Horner": [gradients_of(horner_output)],
    "filter": [gradients_of(filter_output)],
    "convolution": [gradients_of(fan_output)],
    "scan": [gradients_of(scan_output)],
}
EVERYTHING = {
    "loop": [
        form(unroll)
        for form in (summed_on_the_way, summed_afterwards)
        for unroll in UNROLLED
    ],
    "Horner": [everything_from(horner_states, chain_back)],
    "filter": [everything_from(filter_states, filter_deltas)],
    "convolution": [everything_from(fan_states, fan_deltas)],
    "scan": [everything_from(scan_states, scan_deltas)],
}
