"""What the scripts of ``book/frameworks`` printed: one record for each, with the script itself.

No page needs a framework, and a notebook that runs in Colab or in a browser has no folder of
scripts beside it; package data is there wherever the helper is.
"""

import json
from pathlib import Path

__all__ = ["FOLDER", "record_of"]

#: Written by ``python book/_tools/frameworks.py --record``.
FOLDER = Path(__file__).parent


def record_of(name):
    """Read the record of a script.

    Parameters
    ----------
    name : str
        The name of the script, without ``.py``.

    Returns
    -------
    dict
        The lines of the ``script`` and those ``printed``, and the ``versions`` it ran with.

    Raises
    ------
    ValueError
        If there is no such record.
    """
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        names = ", ".join(sorted(path.stem for path in FOLDER.glob("*.json")))
        raise ValueError(
            f"name is {name!r}; it must be one that is recorded: {names}"
        )
    return json.loads(path.read_text(encoding="utf8"))
