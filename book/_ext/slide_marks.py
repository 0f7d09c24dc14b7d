"""Mark in the HTML of a notebook which of its cells are slides; slides.py makes decks of these.

The marks are comments. In a notebook a slide is marked as JupyterLab marks it, in the metadata of the
cell.
"""

import json

from docutils import nodes
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
#: A slide begins, or a part of it that comes at the next press of a key.
KINDS = ("slide", "fragment")
END = "<!-- slide: end -->"


def kind_of(cell, where):
    """Give what a cell is in a deck; None if it is left out."""
    kind = cell["metadata"].get("slideshow", {}).get("slide_type", "skip")
    if kind not in (*KINDS, "skip"):
        LOGGER.warning(
            "slide_type of cell %s is %r; it must be slide, fragment or skip",
            cell["id"],
            kind,
            location=where,
        )
    return kind if kind in KINDS else None


def begin(kind):
    return f"<!-- slide: {kind} -->"


def mark_text(app, docname, source):
    """Put the marks into the Markdown of a cell, since its headings open sections that it does not close."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        kind = kind_of(cell, docname)
        if kind and cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            cell["source"] = f"{begin(kind)}\n\n{text}\n\n{END}"
    source[0] = json.dumps(notebook)


def mark_code(app, doctree):
    for container in list(doctree.findall(nodes.container)):
        if container.get("nb_element") != "cell_code":
            continue
        show = container["cell_metadata"].get("slideshow", {})
        kind = show.get("slide_type")
        if kind in KINDS:
            at = container.parent.index(container)
            container.parent.insert(at + 1, nodes.raw("", END, format="html"))
            container.parent.insert(
                at, nodes.raw("", begin(kind), format="html")
            )


def setup(app):
    app.connect("source-read", mark_text)
    app.connect("doctree-read", mark_code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
