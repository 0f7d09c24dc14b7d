"""Run notebooks, and report cells that fail or print something different from the book."""

import io
import json
import re
import sys
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path
from traceback import print_exc

PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
sys.dont_write_bytecode = True
sys.path[:0] = [f"/numpy/lib/{PYTHON}/site-packages", "/project/src"]
sys.path.append("/packages")

import numpy as np  # noqa: E402


class Drawing:
    """Stands in for everything that draws: it does nothing, and counts as 1 in a calculation."""

    def __init__(self, **attributes):
        vars(self).update(attributes)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Drawing()

    def nothing(self, *_, **__):
        return Drawing()

    def one(self, _):
        return 1.0

    __call__ = __getitem__ = __setitem__ = __enter__ = nothing
    __add__ = __sub__ = __mul__ = __truediv__ = one
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = one

    def __exit__(self, *_):
        pass

    def __lt__(self, _):
        return False

    def __iter__(self):
        return iter((Part(0), Part(1)))

    def savefig(self, file, **_):
        file.write("<svg ")


class Part(float):
    """An end of a range, or one of several things drawn."""

    def __getattr__(self, name):
        return getattr(Drawing(), name)


def subplots(rows=1, columns=1, *, squeeze=True, **_):
    axes = np.empty((rows, columns), object)
    for place in np.ndindex(axes.shape):
        axes[place] = Drawing()
    return Drawing(), axes.squeeze()[()] if squeeze else axes


def subplot_mosaic(names, **_):
    return Drawing(), defaultdict(Drawing)


drawing = Drawing(subplots=subplots, subplot_mosaic=subplot_mosaic)
drawing.pyplot = drawing
NAMES = "colors", "legend_handler", "patches", "path", "pyplot", "ticker"
for name in ("", *(f".{part}" for part in NAMES)):
    sys.modules[f"matplotlib{name}"] = drawing


def printed(cell):
    return "".join(
        "".join(output["text"])
        for output in cell["outputs"]
        if output["output_type"] == "stream"
    )


def without_noise(text):
    """Leave out relative errors, which differ because C libraries round differently."""
    return re.sub(r"\b(\de-\d\d|0e\+00)\b", "", text)


for path in map(Path, notebooks):  # noqa: F821
    names = {"__name__": "__main__"}
    for cell in json.loads(path.read_text(encoding="utf8"))["cells"]:
        if cell["cell_type"] == "code":
            with redirect_stdout(io.StringIO()) as out:
                try:
                    exec("".join(cell["source"]), names)
                except Exception:
                    print_exc(file=sys.stdout)
            text = out.getvalue()
            if without_noise(text) != without_noise(printed(cell)):
                print(f"{path.stem}, cell {cell['id']}:\n{text}")
