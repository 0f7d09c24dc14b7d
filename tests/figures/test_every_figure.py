"""Whatever draws has a test that looks at what it draws."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

from artists import SHOWN
from chapters import PAGES, figure_cells
from contents import ROOT

import rnn_by_hand

#: What makes the paper on which something is drawn.
PAPER = {"subplots", "figure", "Figure", "subplot_mosaic"}


def modules():
    """Give all modules of the helper."""
    for found in pkgutil.walk_packages(rnn_by_hand.__path__, "rnn_by_hand."):
        yield importlib.import_module(found.name)


def drawing_functions():
    """List the functions and methods of the helper that draw, by their names."""
    found = []
    for module in modules():
        for name, one in vars(module).items():
            if getattr(one, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(one):
                found += [
                    method
                    for name, method in vars(one).items()
                    if name == "figure" and not is_abstract(method)
                ]
            elif name in ("figure_html", "show") or (
                # Random numbers are drawn, too.
                name.startswith("draw_") and "figure.Figure" in one.__doc__
            ):
                found.append(one)
    return found


def is_abstract(method):
    return "raise NotImplementedError" in inspect.getsource(method)


def drawing_functions_of_the_site():
    """List the functions of the extensions that draw."""
    return [
        node.name
        for path in sorted((ROOT / "book" / "_ext").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf8")).body
        if isinstance(node, ast.FunctionDef)
        and (node.name.startswith("draw_") or node.name == "thumbnail")
    ]


def load_tests():
    """Import the tests of figures, which note what they look at."""
    for path in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(path.stem)


def test_every_function_that_draws_is_tested():
    load_tests()
    functions = drawing_functions()
    assert len(functions) > 30
    missing = [one.__qualname__ for one in functions if one not in SHOWN]
    missing += [n for n in drawing_functions_of_the_site() if n not in SHOWN]
    assert not missing


def test_every_figure_of_a_page_is_tested():
    load_tests()
    addresses = {
        f"{page}#{cell}" for page in PAGES for cell in figure_cells(page)
    }
    assert len(addresses) > 60
    assert not addresses - SHOWN.keys()


def test_a_test_looks_at_something_that_exists():
    load_tests()
    known = {f"{page}#{cell}" for page in PAGES for cell in figure_cells(page)}
    known |= {*drawing_functions(), *drawing_functions_of_the_site()}
    assert not SHOWN.keys() - known


def test_nothing_draws_under_another_name():
    """What makes a figure is named as in the first test, or is a helper of what is."""
    sources = [*Path(rnn_by_hand.__path__[0]).rglob("*.py")]
    sources += (ROOT / "book" / "_ext").glob("*.py")
    hidden = []
    for path in sources:
        tree = ast.parse(path.read_text(encoding="utf8"))
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            made = {
                getattr(call.func, "attr", getattr(call.func, "id", ""))
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
            }
            if made & PAPER and not node.name.startswith(("draw_", "_")):
                hidden.append(f"{path.stem}.{node.name}")
    # figure_index.py has a class of that name, for what it knows of a figure.
    assert not hidden
