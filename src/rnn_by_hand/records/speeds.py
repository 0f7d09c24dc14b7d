"""How long the five ways take, forward and back, beside the same in JAX and the loop in PyTorch."""

import json
from pathlib import Path

__all__ = ["DELIVERED", "SPEEDS", "fastest", "speeds", "table_of_speeds"]

#: Written by ``python tests/benchmarks/bench_five_ways.py --record``.
SPEEDS = Path(__file__).parent / "speeds.json"

#: What a step delivers besides the loss, by its name in the record.
DELIVERED = {
    "gradients": "gradients alone",
    "everything": "states, δ and gradients",
}


def speeds():
    """Read how long the steps take.

    Returns
    -------
    dict
        The ``versions`` of what was used, the kind of ``machine``, the number of its
        ``processors``, and of the ``rounds``, of which the best counts. For each of `DELIVERED` a
        list with one dict for each size: ``n_samples``, ``n_steps``, the ``loss``, the power of ten
        within which all agree on it (``losses apart``), and the ``microseconds`` by library and
        way.
    """
    return json.loads(SPEEDS.read_text(encoding="utf8"))


def table_of_speeds(delivered, record=None):
    """Arrange in a table how long the steps take that deliver one thing.

    Parameters
    ----------
    delivered : {"gradients", "everything"}
        Which steps.
    record : dict, optional
        What to arrange instead of what `speeds` reads.

    Returns
    -------
    header : list of str
        The heading of each column: what is delivered, then the sizes.
    rows : list of list of str
        Microseconds, a row for each way in each library.
    """
    sizes = (speeds() if record is None else record)[delivered]
    first = sizes[0]["microseconds"]
    rows = []
    for way in first["book"]:
        rows.append(_row(way, "book", way, sizes))
        if "JAX" in first:
            rows.append(_row(f"{way} in JAX", "JAX", way, sizes))
    for way in first.get("PyTorch", ()):
        rows.append(_row(f"loop in PyTorch, {way}", "PyTorch", way, sizes))
    header = [f"{size['n_samples']} × {size['n_steps']}" for size in sizes]
    return [DELIVERED[delivered], *header], rows


def _row(name, library, way, sizes):
    times = [size["microseconds"][library][way] for size in sizes]
    return [name, *(f"{time:g}" for time in times)]


def fastest(delivered, library, record=None):
    """Name the fastest way at each size.

    Parameters
    ----------
    delivered : {"gradients", "everything"}
        Which steps.
    library : {"book", "JAX", "PyTorch"}
        Whose.
    record : dict, optional
        What to look at instead of what `speeds` reads.

    Returns
    -------
    list of str
        One name for each size.
    """
    sizes = (speeds() if record is None else record)[delivered]
    found = [size["microseconds"][library] for size in sizes]
    return [min(times, key=times.get) for times in found]
