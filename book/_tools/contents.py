"""The pages of the book, in the order of _toc.yml."""

from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"


def source(name):
    """Give the file for a name in _toc.yml, which has no suffix."""
    notebook = ROOT / f"{name}.ipynb"
    return notebook if notebook.exists() else ROOT / f"{name}.md"


PAGES = [source(name) for name in parse_toc_yaml(ROOT / "_toc.yml")]
NOTEBOOKS = [path for path in PAGES if path.suffix == ".ipynb"]
#: Only the pages with a number: not intro, and not the gallery of explorables.
CHAPTERS = [path for path in NOTEBOOKS if path.stem[0].isdigit()]
