"""How often a network learns to add, over many starts, and the weights of one on its way."""

import json
from pathlib import Path

__all__ = ["ADDER_STARTS", "ADDER_TRAINING", "adder_starts", "adder_training"]

#: Written by ``python book/experiments/adder_starts.py``.
ADDER_STARTS = Path(__file__).parent / "adder_starts.json"

#: Written by ``python book/experiments/adder_training.py``.
ADDER_TRAINING = Path(__file__).parent / "adder_training.json"


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


def adder_training():
    """Read the weights of the chapter's network while it learns to add.

    Returns
    -------
    dict
        The ``seed`` and the number of units, ``n_states``; after how many ``steps`` of the descent
        the ``weights`` were recorded, and for each of these all of them, as
        `rnn_by_hand.vector_rnn.to_vector` lays them end to end, rounded to four decimals;
        ``numbers``, two lists, the first pairs of those that it learned to add.
    """
    return json.loads(ADDER_TRAINING.read_text(encoding="utf8"))
