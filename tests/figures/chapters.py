"""The figures of the chapters, from running only the cells that they are made of."""

import ast
import contextlib
import functools
import io
import json
from typing import NamedTuple
from unittest import mock

import matplotlib.pyplot as plt
from contents import ROOT
from matplotlib.figure import Figure

PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))


class Drawn(NamedTuple):
    """What a cell passed to `show`, and what its names stood for by then."""

    fig: Figure
    alt: str
    names: dict

    @property
    def axes(self):
        return self.fig.axes


def names_in(node, context=ast.Load):
    """Give the names that a piece of code reads, or those that it stores."""
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, context)
    }


def own_names(statement):
    """Give the names that mean something only inside a statement: of loops and of functions."""
    own = set()
    for part in ast.walk(statement):
        if isinstance(part, ast.For | ast.comprehension):
            own |= names_in(part.target, ast.Store)
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            own |= {
                arg.arg
                for arg in ast.walk(part.args)
                if isinstance(arg, ast.arg)
            }
        if isinstance(part, ast.FunctionDef):
            own |= names_in(part, ast.Store)
    return own


def changed_names(statement):
    """Give the names that a statement defines, and those whose values it may change."""
    made, changed = set(), set()
    for part in ast.walk(statement):
        if isinstance(part, ast.alias):
            made.add((part.asname or part.name).partition(".")[0])
        # What is called for its effect, such as x.append(…), changes x.
        match part:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=value))):
                changed |= names_in(value)
            # x[0] = … and x.y = … change x.
            case (
                ast.Subscript(value=value, ctx=ast.Store())
                | ast.Attribute(value=value, ctx=ast.Store())
            ):
                changed |= names_in(value)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return made | {statement.name}, set()
    made |= names_in(statement, ast.Store)
    return made, changed


def in_and_out(code):
    """Give the names that a cell needs, those that it defines, and those that it may change."""
    needed, defined, changed = set(), set(), set()
    for statement in ast.parse(code).body:
        needed |= names_in(statement) - own_names(statement) - defined
        made, touched = changed_names(statement)
        defined |= made
        changed |= touched - defined
    return needed, defined, changed


def cells(page):
    """Give the code of the cells of a notebook by their ids."""
    text = (ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf8")
    return {
        cell["id"]: "".join(cell["source"])
        for cell in json.loads(text)["cells"]
        if cell["cell_type"] == "code"
        and not "".join(cell["source"]).startswith("%")
    }


def figure_cells(page):
    """List the cells of a notebook that pass something to `show`."""
    return [
        name for name, code in cells(page).items() if "show" in calls(code)
    ]


def calls(code):
    """Give the names of the functions that a cell calls by their bare names."""
    return {
        node.func.id
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def needed(page):
    """Choose the cells without which the figures of a notebook could not be drawn."""
    drawing = set(figure_cells(page))
    wanted, chosen = set(), []
    for name, code in reversed(cells(page).items()):
        needed, defined, changed = in_and_out(code)
        if name in drawing or wanted & (defined | changed):
            chosen.append(name)
            wanted = (wanted - defined) | needed
    return chosen[::-1]


@functools.cache
def figures(page):
    """Run what the figures of a notebook need, and give them by the ids of their cells."""
    code, found, names = cells(page), {}, {"__name__": "__main__"}
    current = ""

    def keep(fig, alt):
        plt.close(fig)
        found[current] = Drawn(fig, alt, dict(names))

    with (
        plt.rc_context(),
        mock.patch("rnn_by_hand.display.show", keep),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        for current in needed(page):
            exec(compile(code[current], f"{page}#{current}", "exec"), names)
    plt.close("all")
    return found


def drawn(address):
    """Give what a cell has drawn, by an address such as "03_loss#map"."""
    page, _, cell = address.partition("#")
    return figures(page)[cell]
