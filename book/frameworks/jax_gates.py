"""The gated networks of this book in JAX: the same steps, and jax.grad."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.nn import sigmoid

from rnn_by_hand import gated
from rnn_by_hand.vector_rnn import output_gradient, outputs

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(0)
X, T = rng.normal(size=(5, 6, 2)), rng.normal(size=(5, 6, 1))


def gru_step(params, S, X_k):
    a_r, a_z, a_c = jnp.split(X_k @ params.Wx + params.bx, 3, axis=-1)
    b_r, b_z, b_c = jnp.split(S @ params.WRec + params.bRec, 3, axis=-1)
    z = sigmoid(a_z + b_z)
    S = (1 - z) * jnp.tanh(a_c + sigmoid(a_r + b_r) * b_c) + z * S
    return S, S


def lstm_step(params, memories, X_k):
    S, C = memories
    sums = X_k @ params.Wx + params.bx + S @ params.WRec + params.bRec
    i, f, g, o = jnp.split(sums, 4, axis=-1)
    C = sigmoid(f) * C + sigmoid(i) * jnp.tanh(g)
    S = sigmoid(o) * jnp.tanh(C)
    return (S, C), S


def loss_at(params, step, start):
    def one(memories, X_k):
        return step(params, memories, X_k)

    _, S = lax.scan(one, start, X.swapaxes(0, 1))
    Y = S.swapaxes(0, 1) @ params.Wy + params.by
    return ((T - Y) ** 2).sum() / len(X)


zeros = jnp.zeros((5, 3))
params = gated.initial_gated_params(2, 3, 1, 3, rng)
S = gated.gru_states(X, params)
E = output_gradient(outputs(S, params), T)
gru = (
    jax.grad(loss_at)(params, gru_step, zeros),
    gated.gru_gradient(X, S, E, params)[0],
)
params = gated.initial_gated_params(2, 3, 1, 4, rng)
S, C = gated.lstm_states(X, params)
E = output_gradient(outputs(S, params), T)
lstm = (
    jax.grad(loss_at)(params, lstm_step, (zeros, zeros)),
    gated.lstm_gradient(X, S, C, E, params)[0],
)
for kind, (theirs, ours) in {"GRU": gru, "LSTM": lstm}.items():
    print(f"{kind}: gradients the same to 1e-12")
    for name, a, b in zip(ours._fields, theirs, ours):
        print(f"  {name:4}", np.allclose(a, b, rtol=0, atol=1e-12))
