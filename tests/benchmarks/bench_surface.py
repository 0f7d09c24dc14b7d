"""Time a map of the loss, from its 30 coefficients and by running the network at every point.

    python tests/benchmarks/bench_surface.py

The map is the loss of the book's data set at 200 x 200 pairs of weights. The contestants:

coefficients      `Surface.loss`, from coefficients computed beforehand
with making them  the same, but computing the 30 coefficients from the data set each time
double loop       what a reader would write: `forward_states` and `loss` at each pair of weights
grid              one call of `forward_states` with all pairs of weights, and one of `loss`

What makes the comparison fair:

- all get the same data set and the same weights, and compute the whole map;
- before any timing, the maps of all are compared with that of the double loop, to 1e-12 of the
  loss. Near the floor of the ravine the loss is a small difference of large terms, however it is
  computed, so an additional 1e-14 of those terms is allowed;
- all run in one process and take turns: each is timed once per round, and its best round counts,
  so that a busy moment of the machine does not hit just one of them;
- a turn is one untimed call, if calls are short, and then as many calls as fit into about 20 ms,
  at least one.
"""

import os
import platform

import numpy as np
from taking_turns import seconds_per_call

from rnn_by_hand.model import forward_states, loss, make_dataset
from rnn_by_hand.surface import Surface

SIDE = 200
ROUNDS = 3

X, t = make_dataset()
SURFACE = Surface(X, t)
WEIGHTS = np.linspace(-3, 3, SIDE)
# One row for each wx, one column for each wRec.
WX, WREC = WEIGHTS[:, np.newaxis], WEIGHTS[np.newaxis, :]


def coefficients():
    return SURFACE.loss(WX, WREC)


def with_making_them():
    return Surface(X, t).loss(WX, WREC)


def double_loop():
    values = np.empty((SIDE, SIDE))
    for i, wx in enumerate(WEIGHTS):
        for j, wRec in enumerate(WEIGHTS):
            values[i, j] = loss(forward_states(X, wx, wRec)[:, -1], t)
    return values


def grid():
    S = forward_states(X, *np.broadcast_arrays(WX, WREC))
    return loss(S[..., -1], t)


CONTESTANTS = {
    "coefficients": coefficients,
    "with making them": with_making_them,
    "double loop": double_loop,
    "grid": grid,
}


def check_that_all_agree():
    """Compare all maps with the double loop's, and describe how well they agree."""
    expected = double_loop()
    # With these signs nothing cancels, so this is the sum of the terms' absolute values.
    terms = SURFACE.loss(-np.abs(WX), np.abs(WREC))
    apart = np.zeros((SIDE, SIDE))
    for name, contestant in CONTESTANTS.items():
        difference = np.abs(contestant() - expected)
        assert (difference <= 1e-12 * expected + 1e-14 * terms).all(), name
        apart = np.maximum(apart, difference / expected)
    return (
        f"All agree to 1e-12 of the loss at {np.count_nonzero(apart <= 1e-12)} of {SIDE**2} pairs, "
        f"and everywhere to 1e-14 of the\nterms that cancel near the floor; the worst is "
        f"{apart.max():.0e} of the loss."
    )


def main():
    agreement = check_that_all_agree()
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}; {os.cpu_count()} processors"
    )
    print(
        f"Milliseconds for the loss at {SIDE} x {SIDE} pairs of weights, {len(X)} sequences of "
        f"{X.shape[1]} steps, and the ratio\nto the coefficients; "
        f"the best of {ROUNDS} rounds in which all take turns."
    )
    print(f"{agreement}\n")
    best = seconds_per_call(CONTESTANTS, ROUNDS)
    for name, seconds in best.items():
        ratio = seconds / best["coefficients"]
        print(f"{name:<17}{seconds * 1e3:>10,.2f}{ratio:>10,.1f}x")


if __name__ == "__main__":
    main()
