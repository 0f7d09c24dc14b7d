"""Ask five tools which of many gradients are right: the book, SciPy, autograd, PyTorch and JAX.

    python tests/benchmarks/bench_gradient_check.py
    python tests/benchmarks/bench_gradient_check.py --record

The gradients are those of `tests/helper/gradients.py`, each of which says what is true of it.
`--record` also writes the table to the file that chapter 05 shows it from; for that, all of the
tools must be there.

What counts: a tool says something false if it passes a wrong gradient, fails a right one, or does
either to one of which nobody can tell. It is undecided if it says that it cannot tell where that
can be told, or has no verdict at all: it raises some other error, or would need more than 50,000
losses for that one gradient and is not tried. Whatever a case itself allows (`also` and `unsure`)
is allowed to all tools. The check of the book says more than the others, a verdict on each
parameter and entry, and causes. Anything false in there is counted, too.

What makes the comparison fair:

- each tool is called as its documentation says, with its defaults. SciPy gives a norm and no
  verdict, so that a rule is needed: it passes if the norm is below 1e-3 of that of the gradient,
  the power of ten with which it says the least that is false. For autograd and JAX, first
  derivatives in reverse mode are asked for, because a gradient written by hand has no others;
- each tool gets the parameters as flat or structured as it takes them, in the types that they
  have, and PyTorch in double precision, for which its tolerances are made;
- the functions see copies of the parameters, so that a function that changes them in place does
  not disturb a tool;
- the loss is counted where it is called; seconds are of processor time, and include the gradient.
"""

import argparse
import functools
import json
import platform
import sys
import time
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
from autograd.extend import defvjp, primitive
from autograd.test_util import check_grads as check_with_autograd
from scipy.optimize import check_grad

sys.path.insert(0, str(Path(__file__).parents[1] / "helper"))

from gradients import places
from judging import CASES, FALSE, UNDECIDED, judge, judge_report, why_false

from rnn_by_hand import records
from rnn_by_hand.gradient_check import (
    GradientCheckError,
    check_gradients,
)
from rnn_by_hand.place import Place

try:
    import torch
except ImportError:
    torch = None
try:
    import jax
    from jax.test_util import check_grads as check_with_jax
except ImportError:
    jax = None

#: What a tool may take for one gradient: half a minute or more where each loss is costly.
MOST_LOSSES = 50_000
#: The norm that SciPy gives is that of an error; how large it may be beside that of the gradient.
SCIPY_RTOL = 1e-3
PACKAGES = {
    "NumPy": "numpy",
    "SciPy": "scipy",
    "autograd": "autograd",
    "PyTorch": "torch",
    "JAX": "jax",
}
#: Why a verdict counts as false, or as undecided.
REASONS = {
    "passed": "wrong ones passed",
    "failed": "right ones failed",
    "decided": "decided where nobody can tell",
    "too many losses": "not tried (too many losses)",
    "other errors": "without a verdict (another error)",
}


class TooManyLossesError(Exception):
    """A tool would take too long over one gradient."""


class Problem:
    """A case, as functions of a list of arrays."""

    def __init__(self, case):
        self.given = case.build()
        self.values = places(self.given)
        self.losses = 0
        loss_at = self.given["loss_at"]

        @functools.wraps(loss_at)
        def counted(*params):
            self.losses += 1
            return loss_at(*params)

        self.given["loss_at"] = counted
        live = "live" in self.given
        self.place = Place(
            self.given["live" if live else "params"],
            counted,
            live,
            self.given.get("names"),
        )
        self.arrays = self.place.arrays

    def loss(self, arrays):
        returned = self.place.call(
            self.given["loss_at"], list(map(np.asarray, arrays))
        )
        if isinstance(returned, tuple):
            returned = returned[0]
        return np.asarray(returned, float).reshape(())

    def gradient(self, arrays):
        """One array for each parameter, of its type."""
        arrays = list(map(np.asarray, arrays))
        if "gradient_at" in self.given:
            returned = self.place.call(self.given["gradient_at"], arrays)
            found = self.place.gradients(returned)
        else:
            returned = self.place.call(self.given["loss_at"], arrays)
            found = self.place.split(returned)[1]
        return [g.astype(a.dtype) for g, a in zip(found, arrays)]

    def refuse_one_by_one(self, losses_per_entry):
        entries = sum(array.size for array in self.arrays)
        if entries * losses_per_entry > MOST_LOSSES:
            raise TooManyLossesError


def verdict_of(passed):
    return "right" if passed else "wrong"


def with_scipy(problem):
    problem.refuse_one_by_one(losses_per_entry=1)
    ends = np.cumsum([array.size for array in problem.arrays])[:-1]
    gradients = []

    def apart(x):
        parts = np.split(x, ends)
        return [p.reshape(a.shape) for p, a in zip(parts, problem.arrays)]

    def gradient(x):
        gradients.append(joined(problem.gradient(apart(x))))
        return gradients[-1]

    error = check_grad(
        lambda x: problem.loss(apart(x)), gradient, joined(problem.arrays)
    )
    most = SCIPY_RTOL * np.linalg.norm(gradients[-1])
    return verdict_of(np.isfinite(error) and error <= most)


def joined(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def with_autograd(problem):
    @primitive
    def loss(arrays):
        return float(problem.loss(arrays))

    def vjp(ans, arrays):
        gradient = problem.gradient(arrays)
        return lambda g: [np.asarray(g * d, d.dtype) for d in gradient]

    defvjp(loss, vjp)
    np.random.seed(0)
    try:
        check_with_autograd(loss, modes=["rev"], order=1)(problem.arrays)
    except AssertionError:
        return "wrong"
    return "right"


def with_pytorch(problem):
    problem.refuse_one_by_one(losses_per_entry=2)

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *params):
            ctx.save_for_backward(*params)
            loss = problem.loss([p.detach().numpy() for p in params])
            return torch.from_numpy(loss)

        @staticmethod
        def backward(ctx, g):
            found = problem.gradient([p.numpy() for p in ctx.saved_tensors])
            return tuple(g * torch.from_numpy(d) for d in found)

    # An empty tensor has strides of 0 if it comes from NumPy, and those are refused.
    params = [
        torch.zeros(array.shape, dtype=torch.float64)
        .copy_(torch.from_numpy(array))
        .requires_grad_()
        for array in problem.arrays
    ]
    return verdict_of(
        torch.autograd.gradcheck(Loss.apply, params, raise_exception=False)
    )


def with_jax(problem):
    kind = np.result_type(*problem.arrays)
    number = jax.ShapeDtypeStruct((), kind)
    like_params = [
        jax.ShapeDtypeStruct(a.shape, a.dtype) for a in problem.arrays
    ]

    @jax.custom_vjp
    def loss(params):
        return jax.pure_callback(
            lambda p: problem.loss(p).astype(kind), number, params
        )

    def forward(params):
        return loss(params), params

    def backward(params, g):
        gradient = jax.pure_callback(problem.gradient, like_params, params)
        return ([(g * d).astype(d.dtype) for d in gradient],)

    loss.defvjp(forward, backward)
    try:
        check_with_jax(loss, (problem.arrays,), order=1, modes=["rev"])
    except AssertionError:
        return "wrong"
    return "right"


def with_the_book(problem):
    try:
        return check_gradients(**problem.given)
    except GradientCheckError as error:
        return error.check


def run(check):
    """Put all cases to one tool, and count what it says."""
    counts, losses = Counter(), 0
    start = time.process_time()
    for case in CASES:
        problem = Problem(case)
        with (
            warnings.catch_warnings(action="ignore"),
            np.errstate(all="ignore"),
        ):
            judged, why = judged_check(check, case, problem)
        counts[judged] += 1
        counts[why] += 1
        losses += problem.losses
    return {
        "said falsely": counts[FALSE],
        "undecided": counts[UNDECIDED],
        "losses": losses,
        "seconds": round(time.process_time() - start),
    } | {reason: counts[reason] for reason in REASONS}


def judged_check(check, case, problem):
    try:
        said = check(problem)
    except TooManyLossesError:
        return judge(case, "undecided"), "too many losses"
    except Exception:
        return judge(case, "undecided"), "other errors"
    if not isinstance(said, str):
        return judge_report(case, said, problem.values), ""
    judged = judge(case, said)
    return judged, why_false(case, said) if judged == FALSE else ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--record", action="store_true", help="write what chapter 05 shows"
    )
    recording = parser.parse_args().record
    tools = {
        "this book": with_the_book,
        "SciPy": with_scipy,
        "autograd": with_autograd,
        "PyTorch": with_pytorch if torch else None,
        "JAX": with_jax if jax else None,
    }
    missing = [name for name, check in tools.items() if not check]
    if missing:
        print(
            f'Left out: {" and ".join(missing)}; pip install -e ".[bench]" installs both.\n'
        )
    if missing and recording:
        sys.exit("Nothing is recorded unless all tools are there.")
    if jax:
        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", True)

    versions = {"Python": platform.python_version()} | {
        name: version(package).partition("+")[0]  # without its build
        for name, package in PACKAGES.items()
        if tools.get(name, True)
    }
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print(
        "Gradients, right and wrong, and what is said of them; seconds of processor time.\n"
    )
    record = {
        "cases": len(CASES),
        "most losses": MOST_LOSSES,
        "versions": versions,
        "tools": [],
    }
    for name, check in tools.items():
        if not check:
            continue
        record["tools"].append({"tool": name} | run(check))
        header, rows = records.table_of_checks(record)
        if len(rows) == 1:
            print(line(header))
        print(line(rows[-1]), flush=True)
    print("\nWhy it counts as said falsely, or as undecided:")
    for tool in record["tools"]:
        parts = [f"{tool[why]} {REASONS[why]}" for why in REASONS if tool[why]]
        print(f"{tool['tool']:<10}{', '.join(parts) or 'nothing to count'}")
    if recording:
        text = json.dumps(record, indent=1) + "\n"
        records.GRADIENT_CHECKS.write_text(text, encoding="utf8")


def line(cells):
    return f"{cells[0]:<10}" + "".join(f"{cell:>14}" for cell in cells[1:])


if __name__ == "__main__":
    main()
