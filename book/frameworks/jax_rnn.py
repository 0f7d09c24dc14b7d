"""The tanh network of this book in JAX: lax.scan and jax.grad."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.test_util import check_grads

from rnn_by_hand import vector_rnn as book
from rnn_by_hand.gradient_check import check_gradients

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(0)
X, T = rng.normal(size=(5, 6, 2)), rng.normal(size=(5, 6, 1))
params = book.initial_params(n_inputs=2, n_states=3, n_outputs=1, rng=rng)


@jax.jit
def loss_at(params):
    def step(S, X_k):
        S = jnp.tanh(S @ params.WRec + X_k @ params.Wx + params.b)
        return S, S @ params.Wy + params.by

    _, Y = lax.scan(step, jnp.zeros((5, 3)), X.swapaxes(0, 1))
    return ((T - Y.swapaxes(0, 1)) ** 2).sum() / len(X)


S = book.forward_states(X, params)
grad_out = book.output_gradient(book.outputs(S, params), T)
ours, _ = book.backward_gradient(X, S, grad_out, params)
gradient_at = jax.jit(jax.grad(loss_at))
theirs = gradient_at(params)
print("jax.grad gives", type(theirs).__name__)
print("gradients the same to 1e-12:")
for name, a, b in zip(params._fields, ours, theirs):
    print(f"  {name:4}", np.allclose(a, b, rtol=0, atol=1e-12))
check_grads(loss_at, (params,), order=1, modes="rev")
print("check_grads raises nothing")
check = check_gradients(
    lambda *p: loss_at(book.Params(*p)),
    lambda *p: gradient_at(book.Params(*p)),
    params,
)
print("our check:", check.verdict)
