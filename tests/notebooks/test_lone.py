"""The copies of notebooks that run by themselves, in an empty folder and without the helper."""

import os
import re
import subprocess
import sysconfig
import venv
import zipfile

import lite
import lone
import nbformat
import pytest
from contents import NOTEBOOKS

ADDRESS = "https://rnn.example/by-hand/"


def write_site(folder, wheel):
    """Write the copies into a site that was built for an address."""
    folder.mkdir()
    (folder / "sitemap.xml").write_text(
        f"<url><loc>{ADDRESS}book/intro.html</loc></url>"
    )
    lone.write(folder, wheel, lite.fold, lite.imports)
    return folder / lone.FOLDER


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lone")
    return write_site(folder / "site", lite.build_helper(folder))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_copy_begins_with_one_cell_and_has_no_outputs(copies, path):
    first, *cells = nbformat.read(copies / path.name, 4).cells
    source = nbformat.read(path, 4).cells
    assert f'site = "{ADDRESS}notebooks/"' in first.source
    for package in lone.BESIDES:
        text = path.read_text(encoding="utf8")
        imported = re.search(rf"(import|from) {package}\b", text)
        assert (f'"{package}"' in first.source) == bool(imported)
    assert len(cells) == len(source)
    for cell, original in zip(cells, source):
        assert not cell.get("outputs")
        if cell.cell_type == "code":
            assert cell.source == original.source
        else:
            # There are no other pages beside it.
            assert not re.search(r"\]\(\w+\.(md|ipynb)", cell.source)


def test_the_zip_has_everything_and_is_always_the_same(copies, tmp_path):
    with zipfile.ZipFile(copies / lone.ZIP) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    (wheel,) = copies.glob("*.whl")
    assert names == {wheel.name, *(path.name for path in NOTEBOOKS)}
    again = write_site(tmp_path / "site", wheel)
    first, second = (f / lone.ZIP for f in (copies, again))
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 1_000_000


#: `jupyter execute`, with the kernel of the Python that runs it.
EXECUTE = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.execute(notebook, extra_arguments=["--log-level=ERROR"])
nbformat.write(notebook, sys.argv[1])
"""


@pytest.fixture
def bare(tmp_path):
    """Make a Python that has the packages of this one, but not the helper."""
    venv.create(tmp_path / "bare")
    python = tmp_path / "bare" / "bin" / "python"
    paths = {"base": tmp_path / "bare", "platbase": tmp_path / "bare"}
    there = sysconfig.get_path("purelib", "venv", paths)
    # Python does not read the .pth files in a folder that is added like this, and so does not
    # find a package that was installed in place.
    with open(f"{there}/packages.pth", "w", encoding="utf8") as file:
        file.write(sysconfig.get_path("purelib"))

    def run(*arguments, **options):
        clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        return subprocess.run(
            [python, *map(str, arguments)],
            env=clean | {"PIP_NO_INDEX": "1"},
            capture_output=True,
            text=True,
            **options,
        )

    return run


def test_a_chapter_runs_in_an_empty_folder(copies, bare, tmp_path):
    """Its first cell takes the wheel beside it; nothing else is fetched."""
    name = "01_recurrence.ipynb"
    folder = tmp_path / "empty"
    folder.mkdir()
    (wheel,) = copies.glob("*.whl")
    for file in (name, wheel.name):
        (folder / file).write_bytes((copies / file).read_bytes())
    assert bare("-c", "import rnn_by_hand").returncode
    done = bare("-c", EXECUTE, name, cwd=folder)
    assert not done.returncode, done.stderr
    cells = nbformat.read(folder / name, 4).cells
    assert "rnn-states" in str([cell.get("outputs") for cell in cells])
    # The second time the first cell has nothing to do.
    os.remove(folder / wheel.name)
    first = cells[0].source.replace(ADDRESS, "")
    assert not bare("-c", first, cwd=folder).returncode


def test_without_an_address_it_says_what_to_do(bare, tmp_path):
    copy = lone.copy(
        NOTEBOOKS[0], "helper-1.whl", "", lite.fold, lambda _: set()
    )
    done = bare("-c", copy.cells[0].source, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "Put helper-1.whl beside this notebook (it is in rnn-by-hand.zip on "
        "the site of the book), and run this cell again.\n"
    )


def test_a_failure_says_what_to_type(copies, bare, tmp_path):
    first = nbformat.read(copies / "01_recurrence.ipynb", 4).cells[0].source
    first = first.replace(ADDRESS, (tmp_path / "gone").as_uri() + "/")
    done = bare("-c", first, cwd=tmp_path)
    assert done.returncode == 1
    assert re.search(
        r'\nThis did not work; in a terminal, type: pip install "rnn-by-hand\[.*\.whl"\n$',
        done.stderr,
    )
