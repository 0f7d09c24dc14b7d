"""Count the rounds of Newton's method for trained adders and for random networks, and record them.

    python book/experiments/newton_rounds.py

It takes about a minute. The record is package data, so that a page finds it wherever it runs.
"""

import json
import platform

import numpy as np

from rnn_by_hand.adder import draw_numbers, make_additions, train
from rnn_by_hand.records.newton import NEWTON_ROUNDS
from rnn_by_hand.scan import newton_round
from rnn_by_hand.vector_rnn import forward_states, initial_params

N_SEEDS = 20
N_STEPS = 1000
N_STATES = 4
LIMIT = 60
#: The states are found when none is further off than this.
CLOSE = 1e-9
RADII = (0.5, 1, 1.5, 2, 3)


def rounds(params, X):
    """Count the rounds until all states are close to those of the loop.

    Parameters
    ----------
    params : Params
        The network.
    X : ndarray, shape (n_steps, n_inputs)
        The input sequence.

    Returns
    -------
    rounds : int or None
        None if `LIMIT` is not enough.
    worst : int or None
        The power of ten of the largest error on the way; None if it is not finite.
    """
    S = forward_states(X[np.newaxis], params)[0][:, np.newaxis]
    guess, worst, n = np.zeros_like(S), 0.0, None
    with np.errstate(all="ignore"):
        for i in range(1, LIMIT + 1):
            guess = newton_round(guess, X[:, np.newaxis], params)
            error = np.abs(guess - S).max()
            worst = np.maximum(worst, error)  # keeps nan
            if error < CLOSE:
                n = i
                break
    return n, int(np.floor(np.log10(worst))) if np.isfinite(worst) else None


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
        found = [
            rounds(
                *(
                    trained_adder(seed)
                    if radius is None
                    else random_network(seed, radius)
                )
            )
            for seed in range(N_SEEDS)
        ]
        counts, worst = map(list, zip(*found, strict=True))
        runs.append(
            {"name": name, "radius": radius, "rounds": counts, "worst": worst}
        )
        print(f"{name}: {counts}", flush=True)
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
    lines = ",\n".join(json.dumps(run) for run in runs)
    text = f'{json.dumps(head)[:-1]}, "runs": [\n{lines}\n]}}\n'
    NEWTON_ROUNDS.write_text(text, encoding="utf8")


if __name__ == "__main__":
    record()
