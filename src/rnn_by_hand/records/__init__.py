"""What the book shows from a recorded run, since it takes other libraries or too long for a page.

Each record is a JSON file beside this module, so that a notebook finds it wherever it runs, and the
script that writes it is named here.
"""

import json
from pathlib import Path

__all__ = ["GRADIENT_CHECKS", "gradient_checks", "table_of_checks"]

#: Written by ``python tests/benchmarks/bench_gradient_check.py --record``.
GRADIENT_CHECKS = Path(__file__).parent / "gradient_checks.json"


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
    header = ["tool", "cases", "said falsely", "undecided"]
    rows = [
        [tool["tool"], str(record["cases"]), *(f"{tool[c]}" for c in counts)]
        for tool in record["tools"]
    ]
    return [*header, "losses used", "seconds"], rows
