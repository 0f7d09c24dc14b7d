"""The explorables outside this repository: from a wheel, and with the packages of Colab."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import ipywidgets
import lite
import pytest
from contents import ROOT

PACKAGE = ROOT / "src" / "rnn_by_hand"
SCRIPTS = """
import json, rnn_by_hand
from rnn_by_hand.explorables import EXPLORABLES
from rnn_by_hand.explorables.script import classic_script
scripts = {kind.tag: [kind._esm, str(kind._css), kind().element()] for kind in EXPLORABLES}
print(json.dumps([rnn_by_hand.__file__, scripts, classic_script()]))
"""


def run(*arguments, path=()):
    """Run Python with some folders first on its path, and return what it prints."""
    first = os.pathsep.join(map(str, path))
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        encoding="utf8",
        env=os.environ | {"PYTHONPATH": first},
    )
    assert not done.returncode, done.stderr
    return done.stdout


def test_an_installed_wheel_is_complete(tmp_path):
    """Built from a copy of the source alone, without node_modules and outside this folder."""
    wheel = zipfile.ZipFile(lite.build_helper(tmp_path))
    files = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*.*")
        if path.suffix != ".pyc"
    }
    assert {Path(name).suffix for name in files} == {
        *(".css", ".js", ".json", ".mplstyle", ".py")
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == files
    wheel.extractall(tmp_path / "site")
    there, *unpacked = json.loads(
        run("-c", SCRIPTS, path=[tmp_path / "site"]).replace(
            str(tmp_path / "site"), str(PACKAGE.parent)
        )
    )
    here, *source = json.loads(run("-c", SCRIPTS))
    assert there == here == str(PACKAGE / "__init__.py")
    assert unpacked == source


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """Make a folder with Colab's version of ipywidgets, and its other requirement."""
    folder = tmp_path_factory.mktemp("colab")
    lite.pip(
        f"install --target={folder}", "ipywidgets==7.7.1", "ipython-genutils"
    )
    return folder


def in_a_kernel(*arguments, path=()):
    program = Path(__file__).parent / "in_a_kernel.py"
    printed = run(program, *arguments, path=[*path, ROOT / "tests"])
    # `interactive` clears the line of a terminal before each call.
    return printed.split()[-1]


def test_everything_works_in_a_notebook():
    assert in_a_kernel() == ipywidgets.__version__


def test_everything_works_with_the_ipywidgets_of_colab(colab):
    assert in_a_kernel("colab", path=[colab]) == "7.7.1"
