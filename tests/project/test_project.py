"""What the project says about itself, and the promises that no page tests."""

import json
import pkgutil
import re
import subprocess
import sys
import tomllib

from contents import ROOT
from sphinxcontrib import katex

import rnn_by_hand

#: The modules that draw.
PICTURES = {
    "display",
    "explorables",
    "figures",
    "figures_gates",
    "idea_figures",
}
README = (ROOT / "README.md").read_text(encoding="utf8")


def test_the_example_of_the_readme_prints_what_it_says():
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-c", example],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == printed


def test_the_commands_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    commands = set(re.findall(r"make ([a-z]+)`", README))
    assert {"serve", "test"} <= commands
    for command in commands:
        assert re.search(rf"^{command}:", makefile, re.MULTILINE), command


def test_the_picture_of_the_readme_exists():
    (picture,) = re.findall(r"!\[[^]]{30,}\]\(([^)]+)\)", README)
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")


def test_every_range_has_a_pin():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    run = ("explorables", "figures", "run")
    for file, parts in {
        "requirements.txt": (*run, "book", "test"),
        "requirements-run.txt": run,
    }.items():
        lock = (ROOT / file).read_text()
        ranges = sum((extras[e] for e in parts), project["dependencies"])
        for requirement in ranges:
            package = re.match(r"[\w-]+", requirement)[0]
            if package != project["name"]:
                assert re.search(rf"^{package}==", lock, re.MULTILINE), package
    lock = (ROOT / "requirements.txt").read_text()
    assert "torch" not in lock


def test_style_sheet_and_markup_of_mathematics_have_the_same_version():
    package = json.loads((ROOT / "package.json").read_text())
    assert package["dependencies"]["katex"] == katex.katex_version


def test_the_repository_names_no_registry_and_no_machine():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    # Split up, so that this file does not contain them either.
    names = [
        "py" + "pi.org",
        "npm" + "js.",
        "python" + "hosted",
        "conda" + ".org",
    ]
    paths = ["/" + folder + "/" for folder in ("work", "root", "Users")]
    for name in filter(None, tracked.decode().split("\0")):
        if name.endswith(".png"):
            continue
        text = (ROOT / name).read_text(encoding="utf8")
        for word in names + paths:
            assert word not in text, f"{name} names {word}"


def test_the_model_and_its_checks_only_need_numpy():
    needed = set()
    for module in ("model", "checks"):
        text = (ROOT / f"src/rnn_by_hand/{module}.py").read_text("utf8")
        needed |= {*re.findall(r"^(?:import|from) ([\w.]+)", text, re.M)}
    assert needed - sys.stdlib_module_names == {"numpy", "rnn_by_hand.checks"}


def test_the_mathematics_is_imported_without_the_pictures():
    """Using the gradient check elsewhere only takes NumPy."""
    modules = {
        module.name for module in pkgutil.iter_modules(rnn_by_hand.__path__)
    }
    assert modules > PICTURES
    program = (
        f"import sys; from rnn_by_hand import {', '.join(sorted(modules - PICTURES))}\n"
        "print(*{'IPython', 'anywidget', 'ipywidgets', 'matplotlib'} & sys.modules.keys())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not run.stdout.strip()


def test_bytecode_does_not_make_the_book_anew():
    """A tool that runs for the first time writes some, and what was made from the book would go."""
    (ROOT / "book" / "_tools" / "__pycache__").mkdir(exist_ok=True)
    known = subprocess.run(
        ["make", "--dry-run", "--print-data-base", "setup"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    (sources,) = re.findall(r"(?m)^SOURCES := (.*)", known.stdout)
    assert "book/_tools/lite.py" in sources
    assert "__pycache__" not in sources
