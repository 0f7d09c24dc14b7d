"""The helper with NumPy alone, and what it says where a part needs more."""

import compileall
import json
import re
import subprocess
import sys
import tomllib
import zipfile

import lite
import pytest
from contents import ROOT

from rnn_by_hand.extras import INSTALL, needs

#: Imports modules where only Python's own and some packages exist; prints what failed, and why.
ALONE = """
import importlib, json, sys
from importlib.abc import MetaPathFinder

allowed = {"numpy", "rnn_by_hand", *sys.argv[2:]}

class Nothing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in allowed and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

# What came with the interpreter (an editable install has a finder) may stay.
sys.meta_path.insert(0, Nothing())
failed = {}
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = f"{type(error).__name__}: {error}"
print(json.dumps(failed))
"""
MODULES = sorted(
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
    for path in (ROOT / "src" / "rnn_by_hand").rglob("*.py")
    if path.stem != "__init__"
)
FIGURES = ("display", "figures", "figures_gates", "idea_figures")


def import_all(*packages, modules=MODULES):
    """Import modules with NumPy and some packages, and give what the others said."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(modules), *packages],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_numpy_is_enough_for_all_but_figures_and_explorables():
    failed = import_all()
    assert {name.removeprefix("rnn_by_hand.") for name in failed} == {
        *FIGURES,
        *(
            m.removeprefix("rnn_by_hand.")
            for m in MODULES
            if ".explorables." in m
        ),
    }
    for name in FIGURES:
        assert failed[f"rnn_by_hand.{name}"] == (
            "ModuleNotFoundError: matplotlib is not installed. It belongs to the extra "
            "'figures' of rnn-by-hand: type `pip install matplotlib ipython`."
        )
    message = (
        "ModuleNotFoundError: anywidget is not installed. It belongs to the extra "
        "'explorables' of rnn-by-hand: "
        "type `pip install anywidget ipywidgets matplotlib`."
    )
    assert failed["rnn_by_hand.explorables.states"] == message


def test_an_error_inside_a_package_is_left_alone():
    error = ModuleNotFoundError("No module named 'inner'", name="inner")
    with pytest.raises(ModuleNotFoundError) as raised, needs("figures"):
        raise error
    assert raised.value is error


def test_the_extras_name_what_the_messages_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for extra, packages in INSTALL.items():
        listed = project["optional-dependencies"][extra]
        assert {re.match(r"\w+", r)[0] for r in listed} == {*packages.split()}
    assert [re.match(r"\w+", r)[0] for r in project["dependencies"]] == [
        "numpy"
    ]


def test_the_helper_adds_less_than_two_megabytes(tmp_path):
    """With the bytecode that pip adds, which is larger than the code."""
    with zipfile.ZipFile(lite.build_helper(tmp_path)) as wheel:
        wheel.extractall(tmp_path / "installed")
    compileall.compile_dir(tmp_path / "installed", quiet=1)
    files = [p for p in (tmp_path / "installed").rglob("*") if p.is_file()]
    assert any(path.suffix == ".pyc" for path in files)
    assert sum(path.stat().st_size for path in files) < 2 * 2**20


def test_running_takes_a_part_of_what_building_takes():
    """In the same versions, and without Node.js, a browser driver or a theme."""
    run, everything = (
        set(re.findall(r"^[\w-]+==[^ \n]+", (ROOT / name).read_text(), re.M))
        for name in ("requirements-run.txt", "requirements.txt")
    )
    assert run < everything
    assert len(run) < 0.7 * len(everything)
    assert not re.search("node|playwright|theme|sphinx|pytest", str(run))
    assert {"jupyterlab", "scipy"} <= {pin.partition("==")[0] for pin in run}
    # Binder reads the first, and editors with dev containers the second.
    binder = (ROOT / ".binder" / "requirements.txt").read_text()
    assert binder == "-r ../requirements-run.txt\n"
    container = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    command = json.loads(container)["postCreateCommand"]
    assert command == "pip install -r requirements-run.txt"
