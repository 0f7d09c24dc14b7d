"""Time the five ways of chapter 12, beside the same in jitted JAX, and the loop in PyTorch.

    python tests/benchmarks/bench_five_ways.py
    python tests/benchmarks/bench_five_ways.py --record

A step is a forward and a backward pass. It delivers the loss and its gradients; or those and all
states and the gradients at them. `ways_book`, `ways_jax` and `ways_torch` have the code of all.
`--record` also writes what chapter 12 shows; for that, PyTorch and JAX must be there.

What makes the comparison fair:

- all get the same float64 data and weights, on the CPU, in the memory order that suits them, with
  each library's default number of threads, except that the Makefile gives one to NumPy's products;
- JAX and PyTorch have compiled before the clock starts. Of the loop in JAX, two or four forms are
  timed, and the fastest counts;
- before any timing, all that a step delivers is compared with what the loop of the book does;
- all run in one process and take turns: each is timed once per round, and its best round counts,
  so that a busy moment of the machine does not hit just one of them; `taking_turns` says the rest.

Two last lines give the loop of the original notes, and what the checks round our functions cost.
"""

import argparse
import json
import os
import platform
import sys

import numpy as np
import scipy
import ways_book
from taking_turns import seconds_per_call

from rnn_by_hand.model import make_dataset
from rnn_by_hand.records.speeds import DELIVERED, SPEEDS, table_of_speeds

try:
    import torch
    import ways_torch
except ImportError:
    torch = None
try:
    import jax
    import ways_jax
except ImportError:
    jax = None

SIZES = [(50, 10), (5000, 10), (50, 1000), (20000, 100)]
WEIGHTS = WX, WREC = 1.01, 0.99
ROUNDS = 15
#: At least so many calls in a turn.
LEAST = 3
#: How far losses, gradients, states and the gradients at them may be apart, in relation.
APART = 1e-9


def versions():
    found = {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "SciPy": scipy.__version__,
    }
    for name, module in (("PyTorch", torch), ("JAX", jax)):
        if module:
            # Without its build.
            found[name] = module.__version__.partition("+")[0]
    return found


def contestants(delivered, X, t):
    """Make all steps: the name of each is its library, its way and the number of its form."""
    name = {"gradients": "GRADIENTS", "everything": "EVERYTHING"}[delivered]
    given = X, t, *WEIGHTS
    steps = {
        ("book", way, 0): make(*given)
        for way, make in getattr(ways_book, name).items()
    }
    if jax:
        for way, forms in getattr(ways_jax, name).items():
            for i, make in enumerate(forms):
                steps["JAX", way, i] = make(*given)
    if torch:
        for way, make in getattr(ways_torch, name).items():
            steps["PyTorch", way, 0] = make(*given)
    return steps


def compare(steps, expected):
    """Refuse a step that delivers something else, and give the largest difference of a loss."""
    apart = 0
    for name, step in steps.items():
        found = step()
        for part, right in zip(found, expected):
            np.testing.assert_allclose(
                np.asarray(part), right, rtol=APART, err_msg=f"{name}"
            )
        apart = max(apart, abs(float(found[0]) / float(expected[0]) - 1))
    return apart


def measure(delivered, n_samples, n_steps):
    """Time all steps at one size."""
    X, t = make_dataset(n_samples, n_steps)
    expected = ways_book.loop(X, t, *WEIGHTS)()
    steps = contestants(delivered, X, t)
    apart = compare(steps, expected)
    best = {}
    for (library, way, _), seconds in seconds_per_call(
        steps, ROUNDS, LEAST
    ).items():
        ways = best.setdefault(library, {})
        ways[way] = min(ways.get(way, np.inf), seconds)
    microseconds = {
        library: {way: float(f"{s * 1e6:.3g}") for way, s in ways.items()}
        for library, ways in best.items()
    }
    return {
        "n_samples": n_samples,
        "n_steps": n_steps,
        "loss": float(expected[0]),
        # A power of ten that none of the losses is farther apart than.
        "losses apart": float(f"1e{np.ceil(np.log10(apart)):.0f}"),
        "microseconds": microseconds,
    }


def line(cells):
    return f"{cells[0]:<22}" + "".join(f"{cell:>13}" for cell in cells[1:])


def show(record, delivered):
    header, rows = table_of_speeds(delivered, record)
    print("\n".join(map(line, [header, *rows])))
    for size in record[delivered]:
        print(
            f"({size['n_samples']}, {size['n_steps']}): every loss is {size['loss']:.9g}, "
            f"to {size['losses apart']:.0e} of it; {ratios(size['microseconds'])}"
        )
    print(flush=True)


def ratios(microseconds):
    """Compare the fastest way of the book with the loop of the others."""
    book = microseconds["book"]
    way = min(book, key=book.get)
    said = f"fastest in the book: {way}"
    if "JAX" in microseconds:
        said += f", {microseconds['JAX']['loop'] / book[way]:.2f} times as fast as the loop in JAX"
    return said


def cost_of_the_notes_and_the_checks():
    n_samples, n_steps = SIZES[0]
    given = *make_dataset(n_samples, n_steps), *WEIGHTS
    makers = {
        "loop": ways_book.loop,
        "notes": ways_book.loop_of_the_notes,
        "unchecked": ways_book.unchecked_loop,
    }
    steps = {name: make(*given) for name, make in makers.items()}
    compare(steps, steps["loop"]())
    best = seconds_per_call(steps, ROUNDS, LEAST)
    loop, notes, bare = (best[name] * 1e6 for name in makers)
    print(
        f"At ({n_samples}, {n_steps}) the loop of the original notes takes {notes:.1f} "
        f"microseconds, that of the book {loop:.1f},\nof which {loop - bare:.1f} are for its checks."
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--record", action="store_true", help="write what chapter 12 shows"
    )
    recording = parser.parse_args().record
    missing = [
        name
        for name, module in (("PyTorch", torch), ("JAX", jax))
        if not module
    ]
    if missing:
        print(
            f'Left out: {" and ".join(missing)}; pip install -e ".[bench]" installs both.\n'
        )
    if missing and recording:
        sys.exit("Nothing is recorded unless both are there.")
    if jax:
        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", True)
    record = {
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "rounds": ROUNDS,
        "versions": versions(),
    }
    print(
        ", ".join(f"{name} {v}" for name, v in record["versions"].items())
        + f"; {record['processors']} processors ({record['machine']})"
    )
    print(
        f"Microseconds for a step, float64, at (n_samples, n_steps); the best of {ROUNDS} rounds.\n"
    )
    for delivered in DELIVERED:
        record[delivered] = [measure(delivered, *size) for size in SIZES]
        show(record, delivered)
    cost_of_the_notes_and_the_checks()
    if recording:
        text = json.dumps(record, indent=1) + "\n"
        SPEEDS.write_text(text, encoding="utf8")


if __name__ == "__main__":
    main()
