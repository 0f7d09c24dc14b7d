"""Time the states of the network: by the loop over steps, by the scan, and by SciPy's filter.

    python tests/benchmarks/bench_scan.py

The contestants compute every state of every sequence:

loop      `forward_states`, one NumPy operation on all sequences per time step
scan      `linear_states`, one round for each doubling of the reach; it does more arithmetic, and
          on one processor its only advantage is making fewer, longer calls to NumPy
lfilter   `scipy.signal.lfilter`, the same loop over steps in compiled code

What makes the comparison fair:

- all get the same float64 data and weights, in the memory order that suits them: time steps
  together for the loop, sequences together for the scan and the filter;
- before any timing, the states of all are compared with those of the loop, to 1e-9;
- all run in one process and take turns: each is timed once per round, and its best round counts,
  so that a busy moment of the machine does not hit just one of them;
- a turn is one untimed call, if calls are short, and then as many calls as fit into about 20 ms,
  at least one.
"""

import os
import platform

import numpy as np
import scipy
from scipy.signal import lfilter
from taking_turns import seconds_per_call

from rnn_by_hand.model import forward_states, make_dataset
from rnn_by_hand.scan import linear_states

SIZES = [
    (50, 10),
    (5000, 10),
    (1, 1000),
    (50, 1000),
    (5000, 1000),
    (1, 100000),
]
WX, WREC = 1.01, 0.99
ROUNDS = 7


def contestants(n_samples, n_steps):
    X, _ = make_dataset(n_samples, n_steps)
    rows = np.ascontiguousarray(X)
    return {
        "loop": lambda: forward_states(X, WX, WREC)[:, 1:],
        "scan": lambda: linear_states(WREC, WX * rows)[:, 1:],
        "lfilter": lambda: lfilter([WX], [1, -WREC], rows),
    }


def check_that_all_agree(calls):
    expected = calls["loop"]()
    for name, call in calls.items():
        np.testing.assert_allclose(
            call(), expected, rtol=1e-9, err_msg=f"loop against {name}"
        )


def main():
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}; "
        f"{os.cpu_count()} processors"
    )
    print(
        f"Microseconds for all states of N sequences of n steps, and the ratio to the loop;\n"
        f"the best of {ROUNDS} rounds in which all take turns.\n"
    )
    names = ("loop", "scan", "lfilter")
    print(
        f"{'N':>6} {'n':>7}"
        + "".join(f"{name:>12}{'':8}" for name in names).rstrip()
    )
    for n_samples, n_steps in SIZES:
        calls = contestants(n_samples, n_steps)
        check_that_all_agree(calls)
        best = seconds_per_call(calls, ROUNDS)
        row = f"{n_samples:>6} {n_steps:>7}"
        for name, seconds in best.items():
            ratio = "" if name == "loop" else f"{seconds / best['loop']:.2f}x"
            row += f"{seconds * 1e6:>12,.1f} {ratio:<7}"
        print(row.rstrip(), flush=True)


if __name__ == "__main__":
    main()
