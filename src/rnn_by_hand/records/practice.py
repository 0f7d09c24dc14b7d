"""Training in earnest: first weights, limits of the gradient, and outputs fed back, over many starts."""

import json
from pathlib import Path

__all__ = ["PRACTICE", "practice_runs"]

#: Written by ``python book/experiments/practice.py``.
PRACTICE = Path(__file__).parent / "practice.json"


def practice_runs():
    """Read what became of every start.

    Returns
    -------
    dict of str to list of dict
        For "adder" and "recall" each run has the ``settings`` that it gives to
        `rnn_by_hand.practice.adder_start` or `recall_start`, its ``first_seed``, and the list
        ``right`` with one entry for each seed from there on; for "recall" also the ``norms``,
        quantiles of the length of the gradient. For "waves" it has the lists ``forced``, ``free``
        and ``late`` of `wave_start` in place of ``right``.
    """
    runs = json.loads(PRACTICE.read_text(encoding="utf8"))["runs"]
    tasks = dict.fromkeys(run["task"] for run in runs)
    return {task: [r for r in runs if r["task"] == task] for task in tasks}
