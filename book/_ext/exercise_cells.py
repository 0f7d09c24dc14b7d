"""Fold the code of a pencil exercise away beneath the fields that a page has for it, and mark solutions.

In a notebook the code is where the answer goes; on a page the reader types it into a field, which
book-exercise.js makes of the output.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform


class ExerciseCells(SphinxPostTransform):
    default_priority = 200  # right after MyST-NB has folded other cells
    formats = ("html",)

    def run(self):
        for cell in self.document.findall(nodes.container):
            if any(map(is_solution, cell.children)):
                cell["classes"].append("solution")
            if cell.get("nb_element") != "cell_code" or not any(
                raw.astext().startswith("<book-exercise ")
                for raw in cell.findall(nodes.raw)
            ):
                continue
            code, *output = cell.children
            fold = HideCodeCellNode(
                prompt_show="In a notebook", prompt_hide="Hide the code"
            )
            fold["classes"].append("above-input")
            fold.append(code)
            cell.children = []
            cell.extend([*output, fold])
            cell["classes"].append("tag_hide-input")  # not on paper


def is_solution(node):
    return (
        isinstance(node, HideCodeCellNode)
        and node["prompt_show"] == "Solution"
    )


def setup(app):
    app.add_post_transform(ExerciseCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
