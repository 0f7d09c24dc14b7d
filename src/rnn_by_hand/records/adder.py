"""How often a network learns to add, over a hundred starts for each of several settings."""

import json
from pathlib import Path

__all__ = ["ADDER_STARTS", "adder_starts"]

#: Written by ``python book/experiments/adder_starts.py``.
ADDER_STARTS = Path(__file__).parent / "adder_starts.json"


def adder_starts():
    """Read what became of every start.

    Returns
    -------
    list of dict
        For each setting its ``name``, the ``settings`` in which it differs from the defaults of
        `rnn_by_hand.adder.one_start`, its ``first_seed``, and the lists ``right``, ``tells`` and
        ``together``, with one entry for each seed from there on.
    """
    return json.loads(ADDER_STARTS.read_text(encoding="utf8"))["runs"]
