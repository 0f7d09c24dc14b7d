"""Count the corrections of Newton's method for trained adders and for random networks.

    python book/experiments/newton_rounds.py

It takes less than a minute. What it finds is recorded, with how a small change of a state grows or fades in
each network. The record is package data, so that a page finds it wherever it runs.
"""

import platform

import numpy as np

from rnn_by_hand.adder import draw_numbers, make_additions, train
from rnn_by_hand.records import write_record
from rnn_by_hand.records.newton import NEWTON_ROUNDS
from rnn_by_hand.scan import newton_correction
from rnn_by_hand.vector_rnn import (
    forward_states,
    initial_params,
    update_state,
)

N_SEEDS = 20
N_STEPS = 1000
N_STATES = 4
LIMIT = 60
#: The states are found when none is further off than this.
CLOSE = 1e-9
RADII = (0.5, 1, 1.5, 2, 3)


def corrections(params, X, clip=False):
    """Count the corrections until all states are close to those of the loop.

    Parameters
    ----------
    params : Params
        The network.
    X : ndarray, shape (n_steps, n_inputs)
        The input sequence.
    clip : bool
        Whether each guess is kept between -1 and 1, where the states are.

    Returns
    -------
    corrections : int or None
        None if `LIMIT` is not enough.
    worst : int or None
        The power of ten of the largest error on the way; None if it is not finite.
    """
    S = forward_states(X[np.newaxis], params)[0][:, np.newaxis]
    guess, worst, n = np.zeros_like(S), 0.0, None
    with np.errstate(all="ignore"):
        for i in range(1, LIMIT + 1):
            guess = newton_correction(guess, X[:, np.newaxis], params)
            if clip:
                guess = np.clip(np.nan_to_num(guess), -1, 1)
            error = np.abs(guess - S).max()
            worst = np.maximum(worst, error)  # keeps nan
            if error < CLOSE:
                n = i
                break
    return n, int(np.floor(np.log10(worst))) if np.isfinite(worst) else None


def growth(params, X, S):
    """Measure by which factor a small change of a state grows in one step, on the average.

    Parameters
    ----------
    params : Params
        The network.
    X : ndarray, shape (n_steps, n_inputs)
        The input sequence.
    S : ndarray, shape (n_steps + 1, n_states)
        The states from which each step is taken: those of the network, or a guess of them.

    Returns
    -------
    float
        The geometric mean over all steps; below 1 a change fades.
    """
    F = update_state(X, S[:-1], params, np.tanh)
    change, total = np.ones(N_STATES), 0.0
    for A in params.WRec * (1 - F[:, np.newaxis] ** 2):
        change = change @ A
        length = np.linalg.norm(change)
        change, total = change / length, total + np.log(length)
    return float(np.exp(total / len(X)))


def trained_adder(seed):
    """Train an adder as `adder.one_start` does, and draw bits for it."""
    rng = np.random.default_rng(seed)
    X, T = make_additions(*draw_numbers(200, 8, rng), 8)
    params, _ = train(X, T, initial_params(2, N_STATES, 1, rng))
    return params, 2.0 * rng.integers(0, 2, size=(N_STEPS, 2)) - 1


def random_network(seed, radius):
    """Draw a network, give its recurrent weights a spectral radius, and draw inputs for it."""
    rng = np.random.default_rng(seed)
    params = initial_params(2, N_STATES, 1, rng, scale=1)
    size = np.abs(np.linalg.eigvals(params.WRec)).max()
    params = params._replace(WRec=params.WRec * (radius / size))
    return params, rng.normal(size=(N_STEPS, 2))


def record():
    """Count for every network, and write the record."""
    runs = []
    for name, radius in [("trained adders", None)] + [
        (f"random, radius {radius}", radius) for radius in RADII
    ]:
        run = {"name": name, "radius": radius}
        for key in ("corrections", "worst", "clipped", "states", "guess"):
            run[key] = []
        for seed in range(N_SEEDS):
            if radius is None:
                params, X = trained_adder(seed)
            else:
                params, X = random_network(seed, radius)
            n, worst = corrections(params, X)
            S = forward_states(X[np.newaxis], params)[0]
            run["corrections"].append(n)
            run["worst"].append(worst)
            run["clipped"].append(corrections(params, X, clip=True)[0])
            run["states"].append(round(growth(params, X, S), 4))
            run["guess"].append(round(growth(params, X, 0 * S), 4))
        runs.append(run)
        print(f"{name}: {run['corrections']}", flush=True)
    head = {
        "versions": {
            "Python": platform.python_version(),
            "NumPy": np.__version__,
        },
        "n_steps": N_STEPS,
        "n_states": N_STATES,
        "limit": LIMIT,
        "close": CLOSE,
    }
    write_record(NEWTON_ROUNDS, head, "runs", runs)


if __name__ == "__main__":
    record()
