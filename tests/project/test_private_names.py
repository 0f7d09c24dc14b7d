"""No private name of the project crosses from one module to another."""

import ast
import json

import pytest
from contents import ROOT

FILES = sorted(
    path
    for folder in ("src", "book", "tests")
    for pattern in ("**/*.py", "*.ipynb")
    for path in (ROOT / folder).glob(pattern)
)
#: The modules that are the project's own, by their last name.
OWN = {"rnn_by_hand"} | {
    path.stem
    for folder in ("src/rnn_by_hand", "book", "tests")
    for path in (ROOT / folder).glob("**/*.py")
}


def code_of(path):
    """Read a module, or the code cells of a notebook without IPython's commands."""
    text = path.read_text(encoding="utf8")
    if path.suffix == ".py":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join(
        line
        for cell in cells
        if cell["cell_type"] == "code"
        for line in "".join(cell["source"]).splitlines()
        if not line.startswith(("%", "!"))
    )


#: These begin with an underscore only to keep out of the way of fields.
OF_EVERY_NAMED_TUPLE = {"_asdict", "_fields", "_make", "_replace"}


def is_private(name):
    dunder = name.endswith("__")
    return name[0] == "_" and not dunder and name not in OF_EVERY_NAMED_TUPLE


def private_names(code):
    """List the private names that code takes from another module of the project."""
    tree = ast.parse(code)
    found, imported = [], set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            if node.level or OWN & set(node.module.split(".")):
                found += [name for name in names if is_private(name)]
                imported |= {a.asname or a.name for a in node.names}
        elif isinstance(node, ast.Import):
            imported |= {
                a.asname or a.name.partition(".")[0]
                for a in node.names
                if OWN & set(a.name.split("."))
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            start = node.value
            while isinstance(start, ast.Attribute):
                start = start.value
            if isinstance(start, ast.Name) and start.id in imported:
                found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_private_name_crosses(path):
    assert private_names(code_of(path)) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from rnn_by_hand.model import _a, b", ["_a"]),
        ("from rnn_by_hand import model as m\nm._a.b(m.c)", ["m._a"]),
        ("import rnn_by_hand.model\nrnn_by_hand.model._a", 1),
        ("from rnn_by_hand.explorables import States\nStates._html", 1),
        ("from rnn_by_hand.vector_rnn import __doc__", []),
        ("from rnn_by_hand.vector_rnn import Params\nParams._fields", []),
        ("from numpy import _core\nimport numpy as np\nnp._core", []),
        ("from rnn_by_hand.model import loss\nself._a = params._asdict()", []),
    ],
)
def test_private_names_are_found(code, found):
    names = private_names(code)
    assert names == found or len(names) == found
