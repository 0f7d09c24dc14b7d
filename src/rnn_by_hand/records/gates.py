"""What became of networks with and without gates that were trained to remember."""

import json
from pathlib import Path

__all__ = ["GATES", "gate_runs"]

#: Written by ``python book/experiments/gates.py``.
GATES = Path(__file__).parent / "gates.json"


def gate_runs():
    """Read what became of every run.

    Returns
    -------
    list of dict
        For each run the arguments ``kind``, ``task``, ``n_steps``, ``rate`` and ``seed`` of
        `rnn_by_hand.memory_tasks.one_run`, and what it gave, ``updates``, ``error`` and ``right``.
    """
    return json.loads(GATES.read_text(encoding="utf8"))["runs"]
