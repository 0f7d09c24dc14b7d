"""How many corrections Newton's method takes to find the states of networks that are not linear."""

import json
from pathlib import Path

__all__ = ["NEWTON_ROUNDS", "newton_rounds"]

#: Written by ``python book/experiments/newton_rounds.py``.
NEWTON_ROUNDS = Path(__file__).parent / "newton_rounds.json"


def newton_rounds():
    """Read what became of every network.

    Returns
    -------
    dict
        The settings ``n_steps``, ``n_states``, ``limit`` and ``close``, and ``runs``: a list of
        dicts, each with a ``name``, a spectral ``radius`` (None where the networks are trained)
        and lists with one entry for each seed from 0 on. ``corrections`` is how many there were,
        None where the limit did not suffice, and ``clipped`` the same with every guess kept between
        -1 and 1; ``worst`` is the power of ten of the largest error on the way, and None where it
        was infinite or not a number. ``states`` is the factor by which a small change grows in a
        step along the states, on the average, and ``guess`` that along the first guess, 0.
    """
    return json.loads(NEWTON_ROUNDS.read_text(encoding="utf8"))
