"""Make copies of the notebooks that run by themselves: in an empty folder, or on Colab.

They stand in `notebooks` of the site, with the wheel of the helper and a zip of them all. Each
begins with a cell that installs what is missing. It takes the wheel beside the notebook, or else
that on the site, if the site has an address.
"""

import re
import shutil

import archive
import nbformat
from contents import NOTEBOOKS

FOLDER = "notebooks"
ZIP = "rnn-by-hand.zip"
#: Packages that some notebooks need besides the helper and its extras.
BESIDES = ("autograd", "scipy")
INSTALL = """\
# Installs what this notebook needs; does nothing if all of it is there.
import importlib
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

needed = {needed}
wheel = "{wheel}"
site = "{site}"

beside = Path(wheel).resolve()
place = beside.as_uri() if beside.exists() else site and site + wheel
helper = f"rnn-by-hand[explorables,figures] @ {{place}}"
missing = [name for name in needed if find_spec(name) is None]
packages = [helper if name == "rnn_by_hand" else name for name in missing]
if "rnn_by_hand" in missing and not place:
    sys.exit(
        f"Put {{wheel}} beside this notebook (it is in {zip} on the site of the book), "
        "and run this cell again."
    )
if missing:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *packages]
    if subprocess.run(pip).returncode:
        typed = " ".join(f'"{{package}}"' for package in packages)
        sys.exit(f"This did not work; in a terminal, type: pip install {{typed}}")
    importlib.invalidate_caches()
"""


def address_of(site):
    """Give the address that a site was built for, with a slash at the end; "" if it has none."""
    path = site / "sitemap.xml"
    if not path.exists():
        return ""
    return re.search(r"<loc>(.*?)book/", path.read_text("utf8"))[1]


def copy(path, wheel, address, fold, modules):
    """Give a copy of a notebook that runs by itself, with no outputs and solutions folded."""
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
            fold(cell)
        elif address:
            cell.source = link_to_pages(cell.source, address)
    needed = ["rnn_by_hand", *(p for p in BESIDES if p in modules(notebook))]
    source = INSTALL.format(
        needed=str(needed).replace("'", '"'),
        wheel=wheel,
        site=address and f"{address}{FOLDER}/",
        zip=ZIP,
    )
    first = nbformat.v4.new_code_cell(source.rstrip(), id="install")
    notebook.cells.insert(0, first)
    return notebook


def link_to_pages(text, address):
    """Point links at the site: a lone notebook has no other pages beside it."""
    return re.sub(
        r"\]\((\w+)\.(?:md|ipynb)\b", rf"]({address}book/\1.html", text
    )


def write(site, wheel, fold, modules):
    """Write the copies, the wheel and the zip into a site."""
    folder = site / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(wheel, folder / wheel.name)
    address = address_of(site)
    for path in NOTEBOOKS:
        lone = copy(path, wheel.name, address, fold, modules)
        nbformat.write(lone, folder / path.name)
    pack(folder, folder / ZIP)


def pack(folder, target):
    """Write a zip with the files of a folder."""
    files = {
        f"rnn-by-hand/{path.name}": path.read_bytes()
        for path in sorted(folder.iterdir())
        if path != target
    }
    archive.write(target, files)
