"""What the book shows from a recorded run, since it takes other libraries or too long for a page.

Each record is a JSON file beside this module, so that a notebook finds it wherever it runs, and the
script that writes it is named here.
"""

import json
from pathlib import Path

import numpy as np

__all__ = [
    "GRADIENT_CHECKS",
    "OPTIMIZER_SEARCH",
    "gradient_checks",
    "optimizer_search",
    "table_of_checks",
    "table_of_search",
    "write_record",
]

#: Written by ``python tests/benchmarks/bench_gradient_check.py --record``.
GRADIENT_CHECKS = Path(__file__).parent / "gradient_checks.json"

#: Written by ``python book/experiments/search_optimisers.py``.
OPTIMIZER_SEARCH = Path(__file__).parent / "optimizer_search.json"


def write_record(path, head, name, rows):
    """Write a record, each of its rows in a line of its own.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    head : dict
        What holds for all rows.
    name : str
        What the rows are called in the record.
    rows : iterable
        Whatever JSON can hold.
    """
    # Every reader installs the records; spaces would make them a sixth larger.
    head, *rows = (
        json.dumps(one, separators=(",", ":")) for one in (head, *rows)
    )
    text = ",\n".join(rows)
    path.write_text(f'{head[:-1]},"{name}":[\n{text}\n]}}\n', encoding="utf8")


def gradient_checks():
    """Read what five tools said of many gradients, right and wrong.

    Returns
    -------
    dict
        The number of ``cases``, the ``versions`` of what was used, and for each of ``tools`` how
        often it ``said falsely`` or was ``undecided``, and the ``losses`` and ``seconds`` it took.
    """
    return json.loads(GRADIENT_CHECKS.read_text(encoding="utf8"))


def table_of_checks(record=None):
    """Arrange such a record in a table.

    Parameters
    ----------
    record : dict, optional
        What to arrange instead of what `gradient_checks` reads.

    Returns
    -------
    header : list of str
        The heading of each column.
    rows : list of list of str
        The cells, row by row.
    """
    record = gradient_checks() if record is None else record
    counts = ["said falsely", "undecided", "losses", "seconds"]
    header = ["tool", "cases", "false verdicts", "undecided"]
    rows = [
        [tool["tool"], str(record["cases"]), *(f"{tool[c]}" for c in counts)]
        for tool in record["tools"]
    ]
    return [*header, "losses used", "seconds"], rows


def optimizer_search():
    """Read how many starts arrive with each of 125 settings of each optimiser.

    Returns
    -------
    dict
        The number of ``starts``, the numbers of ``steps`` and the ``losses`` below which a start
        counts, the ``seeds`` of the other data sets, and for each of ``optimizers`` the settings
        that were ``tried``, the place of the ``best`` among them, and how many starts arrive with
        that one on ``other data``, after each number of steps. For each optimiser also the
        ``race`` on each data set, and the rate that is ``fastest`` on the first of them, with its
        number of steps.
    """
    return json.loads(OPTIMIZER_SEARCH.read_text(encoding="utf8"))


def table_of_search(record=None):
    """Arrange in a table what each optimiser's best setting achieves.

    Parameters
    ----------
    record : dict, optional
        What to arrange instead of what `optimizer_search` reads.

    Returns
    -------
    header : list of str
        The heading of each column.
    rows : list of list of str
        The cells, row by row. Where nothing else is said, a share is of all starts, after as many
        steps as the first of them, below the first of the losses, with the best setting. On other
        data sets it is the least, the median and the most.
    """
    record = optimizer_search() if record is None else record
    starts = record["starts"]

    def share(count):
        return f"{count / starts:.0%}"

    rows = []
    for name, found in record["optimizers"].items():
        best = found["tried"][found["best"]]
        setting = ", ".join(
            f"{key} {value}" for key, value in best.items() if key != "arrived"
        )
        at_cap = [share(row[0]) for row in best["arrived"]]
        lower = share(best["arrived"][0][1])
        tried = [one["arrived"][0][0] for one in found["tried"]]
        median = share(np.median(tried))
        others = sorted(counts[0] for counts in found["other data"])
        spread = map(share, (others[0], np.median(others), others[-1]))
        rows.append([name, setting, *at_cap, lower, *spread, median])
    caps = [f"{cap}" for cap in record["steps"]]
    header = ["optimiser", "best setting", f"{caps[0]} steps", *caps[1:]]
    low = f"below {record['losses'][1]:g}"
    other = [f"{len(record['seeds'])} other data sets: least"]
    other += ["median", "most"]
    tries = f"median of {len(tried)} settings"
    return [*header, low, *other, tries], rows
