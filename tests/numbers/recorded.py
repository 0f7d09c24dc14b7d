"""What the functions of the scripts give without a page, as Python says: for `check.mjs`.

A module's cases are made by a generator with `@of(module)`. Each is a name, the lists of its
arguments, one for each call, and what comes out.
"""

import json
import math
from pathlib import Path

__all__ = [
    "CASES",
    "UNDEFINED",
    "call",
    "codes",
    "function",
    "near",
    "of",
    "path",
    "scale",
    "tenths",
    "write",
]

#: For each module of `js`, the generators of its cases.
CASES = {}


def of(module):
    """Let a generator make cases of a module."""

    def keep(make):
        CASES.setdefault(module, []).append(make)
        return make

    return keep


def scale(first, per):
    """Stand for a function that draws a value at ``first + per * value``."""
    return {"$scale": [first, per]}


def tenths(first, per):
    """Stand for such a function that writes what it gives with one decimal."""
    return {"$tenths": [first, per]}


def call(name, *arguments):
    """Stand for what another function of the module gives."""
    return {"$call": [name, arguments]}


def function(name):
    """Stand for another function of the module."""
    return {"$function": name}


def codes(values):
    """Stand for an array of whole numbers."""
    return {"$codes": [int(value) for value in values]}


def path(text):
    """Stand for a text whose numbers may differ in their last digits."""
    return {"$path": text}


def near(values, by):
    """Stand for numbers of which each may differ by so much."""
    return {"$near": [values, by]}


UNDEFINED = {"$undefined": True}


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        name = "NaN" if math.isnan(value) else "Infinity"
        return {"$number": f"-{name}" if value < 0 else name}
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value


def write(folder, modules=None):
    """Write the cases of each module into a file of its own."""
    for module in modules or CASES:
        cases = [
            {"call": name, "arguments": lists, "gives": gives}
            for make in CASES[module]
            for name, *lists, gives in make()
        ]
        file = Path(folder) / f"{module.replace('/', '_')}on"
        file.write_text(json.dumps(plain(cases), allow_nan=False), "utf8")
