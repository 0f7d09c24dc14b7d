"""Time one step of training: ours, the seed's own loop, PyTorch and JAX.

    python tests/benchmarks/bench_model.py

A step computes the states, the loss, the gradient at the output and both weight gradients:
everything but the update of the weights. The contestants:

ours      the helper of the book
seed      the loop of the original notes, changed only where it does not run: arrays in NumPy's
          default order, one np.mean per step and weight
PyTorch   the same loop in eager mode, differentiated by autograd
JAX       lax.scan, differentiated by value_and_grad, all of it jitted; compiled before the
          clock starts

A last line says what the checks round our functions cost: the step, less the same step with the
functions that they go round.

What makes the comparison fair:

- all get the same float64 data and weights, on the CPU, with each library's default number of
  threads;
- before any timing, the losses and gradients of all are compared;
- all run in one process and take turns: each is timed once per round, and its best round counts,
  so that a busy moment of the machine does not hit just one of them;
- a turn is one untimed call, because the previous contestant has filled the caches, and then as
  many calls as fit into about 20 ms, at least three;
- a result stays alive until the next one replaces it, as in a training loop. Otherwise the C
  library would return large arrays to the system after each call, and the clock would measure
  how quickly the system allocates them again.
"""

import os
import platform
from timeit import Timer

import numpy as np

from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)

try:
    import torch
except ImportError:
    torch = None
try:
    import jax
except ImportError:
    jax = None

SIZES = [(50, 10), (5000, 10), (50, 1000), (20000, 100)]
WX, WREC = 1.01, 0.99
ROUNDS = 25
SECONDS_PER_TURN = 0.02


OURS = (forward_states, loss, output_gradient, backward_gradient)


def step_of(forward, loss, output_gradient, backward, X, t, wx, wRec):
    def step():
        S = forward(X, wx, wRec)
        y = S[:, -1]
        gradients, grad_over_time = backward(X, S, output_gradient(y, t), wRec)
        return loss(y, t), *gradients, S, grad_over_time

    return step


def ours(X, t):
    return step_of(*OURS, X, t, WX, WREC)


def unchecked(X, t):
    """The same functions without what `checked` puts round them, on arrays that it would make."""
    bare = (function.__wrapped__ for function in OURS)
    return step_of(*bare, X, t, np.array(WX), np.array(WREC))


def seed(X, t):
    X = np.ascontiguousarray(X)

    def step():
        S = np.zeros((X.shape[0], X.shape[1] + 1))
        for i in range(X.shape[1]):
            S[:, i + 1] = X[:, i] * WX + S[:, i] * WREC
        y = S[:, -1]
        grad_over_time = np.zeros((X.shape[0], X.shape[1] + 1))
        grad_over_time[:, -1] = -2 * (t - y)
        wx_grad = 0
        wRec_grad = 0
        for i in range(X.shape[1], 0, -1):
            wx_grad += np.mean(grad_over_time[:, i] * X[:, i - 1])
            wRec_grad += np.mean(grad_over_time[:, i] * S[:, i - 1])
            grad_over_time[:, i - 1] = grad_over_time[:, i] * WREC
        return np.mean((t - y) ** 2), wx_grad, wRec_grad, S, grad_over_time

    return step


def pytorch(X, t):
    X, t = (
        torch.from_numpy(X),
        torch.from_numpy(t),
    )  # shares the memory, and so keeps its order
    wx = torch.tensor(WX, dtype=torch.float64, requires_grad=True)
    wRec = torch.tensor(WREC, dtype=torch.float64, requires_grad=True)

    def step():
        wx.grad = wRec.grad = None
        s = torch.zeros(X.shape[0], dtype=torch.float64)
        for k in range(X.shape[1]):
            s = X[:, k] * wx + s * wRec
        error = ((t - s) ** 2).mean()
        error.backward()
        return error.detach(), wx.grad, wRec.grad

    return step


def jitted_jax(X, t):
    def mean_squared_error(weights, X, t):
        wx, wRec = weights

        def update_state(s, x):
            return x * wx + s * wRec, None

        y, _ = jax.lax.scan(update_state, jax.numpy.zeros_like(t), X.T)
        return jax.numpy.mean((t - y) ** 2)

    loss_and_gradient = jax.jit(jax.value_and_grad(mean_squared_error))
    X, t = jax.numpy.asarray(X), jax.numpy.asarray(t)
    weights = jax.numpy.asarray(WX), jax.numpy.asarray(WREC)

    def step():
        error, gradients = jax.block_until_ready(
            loss_and_gradient(weights, X, t)
        )
        return error, *gradients

    step()  # compiles
    return step


def check_that_all_agree(steps):
    expected = [float(number) for number in steps["ours"]()[:3]]
    for name, step in steps.items():
        numbers = [float(number) for number in step()[:3]]
        np.testing.assert_allclose(
            numbers, expected, rtol=1e-9, err_msg=f"ours against {name}"
        )


def seconds_per_call(steps):
    """Let the steps take turns; give the best time of each."""
    # `result` keeps the last result alive; its first value comes from the untimed call.
    timers = {
        name: Timer(
            "result = step()", setup="result = step()", globals={"step": step}
        )
        for name, step in steps.items()
    }
    calls = {
        name: max(
            3, round(SECONDS_PER_TURN / min(timer.repeat(3, number=3)) * 3)
        )
        for name, timer in timers.items()
    }
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            best[name] = min(
                best[name], timer.timeit(calls[name]) / calls[name]
            )
    return best


def main():
    contestants = {"ours": ours, "seed": seed}
    if torch:
        contestants["PyTorch"] = pytorch
    if jax:
        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", True)
        contestants["JAX"] = jitted_jax
    missing = [
        name
        for name, module in (("PyTorch", torch), ("JAX", jax))
        if not module
    ]
    if missing:
        print(
            f'Left out: {" and ".join(missing)}; pip install -e ".[bench]" installs both.\n'
        )

    versions = [
        f"Python {platform.python_version()}",
        f"NumPy {np.__version__}",
    ]
    versions += [f"PyTorch {torch.__version__}"] if torch else []
    versions += [f"JAX {jax.__version__}"] if jax else []
    print(f"{', '.join(versions)}; {os.cpu_count()} processors")
    print(
        "Microseconds for one step of training, float64, and the ratio to ours;"
    )
    print(
        f"the best of {ROUNDS} rounds in which all take turns; JAX without compilation.\n"
    )
    print(
        f"{'N':>6} {'n':>5}"
        + "".join(f"{name:>11}{'':9}" for name in contestants).rstrip()
    )
    for n_samples, n_steps in SIZES:
        X, t = make_dataset(n_samples, n_steps)
        steps = {
            name: contestant(X, t) for name, contestant in contestants.items()
        }
        check_that_all_agree(steps)
        best = seconds_per_call(steps)
        row = f"{n_samples:>6} {n_steps:>5}"
        for name, seconds in best.items():
            ratio = "" if name == "ours" else f"{seconds / best['ours']:.2f}x"
            row += f"{seconds * 1e6:>11,.1f} {ratio:<8}"
        print(row.rstrip(), flush=True)
    print(f"\n{cost_of_checks(*SIZES[0])}")


def cost_of_checks(n_samples, n_steps):
    X, t = make_dataset(n_samples, n_steps)
    steps = {"ours": ours(X, t), "unchecked": unchecked(X, t)}
    check_that_all_agree(steps)
    best = seconds_per_call(steps)
    cost = best["ours"] - best["unchecked"]
    return (
        f"What is checked costs {cost * 1e6:.1f} of the {best['ours'] * 1e6:.1f} microseconds "
        f"at ({n_samples}, {n_steps})."
    )


if __name__ == "__main__":
    main()
