"""The chapters on a NumPy compiled to WebAssembly, where default integers have 32 bits.

No package registry has the one that readers get; this one is older, and runs in Node. It has no
matplotlib, so nothing is drawn, but what is printed must match the book.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from contents import NOTEBOOKS, ROOT

MODULES = ROOT / "node_modules"
NUMPY = MODULES / "@emscripten-forge" / "numpy" / "pkg"
#: SciPy is missing too, and training takes as long as all others together but only uses floats.
HERE = [
    path
    for path in NOTEBOOKS
    if "scipy" not in path.read_text(encoding="utf8")
    and not path.stem.endswith("_training")
]


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory):
    """A copy of Pyodide with the one function that this NumPy needs and it lacks."""
    folder = tmp_path_factory.mktemp("pyodide") / "core"
    shutil.copytree(MODULES / "pyodide-with-python-3.11", folder)
    script = folder / "pyodide.asm.js"
    text = script.read_text(encoding="utf8")
    # NumPy looks at its call stack before it reuses a temporary array for a
    # result; if it finds nothing there, it allocates a new one.
    imports = "var wasmImports={"
    assert text.count(imports) == 1
    script.write_text(text.replace(imports, f"{imports}backtrace:()=>0,"))
    return folder


@pytest.fixture(scope="module")
def numpy(tmp_path_factory):
    (archive,) = NUMPY.glob("numpy-*.tar.gz")
    folder = tmp_path_factory.mktemp("numpy")
    shutil.unpack_archive(archive, folder)
    return folder


@pytest.mark.weekly
@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11),
    reason="this NumPy and the installed packages must be for the same Python, 3.11",
)
def test_chapters_print_the_same_in_webassembly(pyodide, numpy):
    packages = Path(np.__file__).parents[1]
    run = subprocess.run(
        ["node", Path(__file__).parent / "webassembly" / "run.mjs"]
        + [pyodide, numpy, packages, ROOT]
        + [f"/project/book/{path.name}" for path in HERE],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout == ""
