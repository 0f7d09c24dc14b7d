"""What the book is made of, in its order; the one list is _toc.yml."""

from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"


def source(name):
    """Give the file that a name in _toc.yml, without an ending, stands for."""
    notebook = ROOT / f"{name}.ipynb"
    return notebook if notebook.exists() else ROOT / f"{name}.md"


#: The sources of all pages.
PAGES = [source(name) for name in parse_toc_yaml(ROOT / "_toc.yml")]
NOTEBOOKS = [path for path in PAGES if path.suffix == ".ipynb"]
#: The pages with a number; intro and the gallery have none.
CHAPTERS = [path for path in NOTEBOOKS if path.stem[0].isdigit()]
