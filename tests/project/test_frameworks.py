"""What the book says of PyTorch and JAX is what its scripts print."""

import re
import shutil
import subprocess

import frameworks
import pytest
from contents import BOOK

from rnn_by_hand.display import show_recorded
from rnn_by_hand.records.frameworks import FOLDER, record_of

RENEW = "to renew the record: python book/_tools/frameworks.py --record"
each_script = pytest.mark.parametrize(
    "script", frameworks.SCRIPTS, ids=lambda script: script.stem
)


@each_script
def test_a_script_prints_what_is_recorded(script):
    lacking = frameworks.missing(script)
    if lacking:
        pytest.skip(
            f"{' and '.join(lacking)} is not installed; {frameworks.INSTALL}"
        )
    assert frameworks.differences(script) == "", RENEW


@each_script
def test_a_record_is_of_the_script_there_is(script):
    record = record_of(script.stem)
    text = script.read_text(encoding="utf8")
    assert "\n".join(record["script"]) + "\n" == text, RENEW
    assert record["printed"]
    if "the same to 1e-12" in "\n".join(record["printed"]):
        assert not [line for line in record["printed"] if "False" in line]
    used = {frameworks.NAMES[name] for name in frameworks.needed(script)}
    assert {*record["versions"]} == {"Python", *used}
    for version in record["versions"].values():
        assert re.fullmatch(r"\d+(\.\d+)+", version)


def test_every_record_is_of_a_script():
    recorded = {path.stem for path in FOLDER.glob("*.json")}
    assert recorded == {script.stem for script in frameworks.SCRIPTS}


@each_script
def test_a_page_shows_the_script(script):
    shown = [
        path.name
        for path in BOOK.glob("*.ipynb")
        if f'show_recorded(\\"{script.stem}\\"' in path.read_text("utf8")
    ]
    assert len(shown) == 1


@each_script
def test_a_script_fits_the_page(script):
    record = record_of(script.stem)
    assert max(map(len, record["script"])) <= 79
    assert max(map(len, record["printed"])) <= 60
    assert len(record["script"]) <= 65


def test_the_page_gets_script_versions_and_what_was_printed():
    record = record_of("torch_rnn")
    script, said, printed = re.fullmatch(
        r"```python\n(.*)\n```\n\n(.*)\n\n```text\n(.*)\n```",
        show_recorded("torch_rnn").data,
        re.DOTALL,
    ).groups()
    assert script.splitlines() == record["script"]
    assert printed.splitlines() == record["printed"]
    assert said.startswith("`book/frameworks/torch_rnn.py` printed, with ")
    for name, version in record["versions"].items():
        assert f"{name} {version}" in said


def test_a_name_without_a_record_is_refused():
    with pytest.raises(ValueError, match=r"'torch_rn'; it must be one .*_rnn"):
        show_recorded("torch_rn")


# ------------------------------------------------------- the tool, on a script without a framework


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A script in a place of its own, with a record."""
    path = tmp_path / "counts.py"
    path.write_text('import numpy as np\n\nprint(np.arange(3), "in all")\n')
    monkeypatch.setattr(frameworks, "SCRIPTS", [path])
    monkeypatch.setattr(frameworks, "FOLDER", tmp_path)
    monkeypatch.setattr("rnn_by_hand.records.frameworks.FOLDER", tmp_path)
    assert not frameworks.main(["--record"])
    return path


def test_the_same_output_passes(script, capsys):
    assert not frameworks.main([])
    assert "counts: prints what is recorded" in capsys.readouterr().out
    assert {*record_of("counts")["versions"]} == {"Python", "NumPy"}


def test_another_output_is_shown_and_fails(script, capsys):
    script.write_text(script.read_text().replace("3", "4"))
    assert frameworks.main([])
    out = capsys.readouterr().out
    assert "counts: differs" in out
    assert "\n-[0 1 2] in all\n+[0 1 2 3] in all" in out


def test_a_script_that_fails_says_why(script):
    script.write_text("import numpy\n\nprint(numpy.arange(three))\n")
    with pytest.raises(RuntimeError, match="name 'three' is not defined"):
        frameworks.main([])


def test_a_missing_framework_is_named_and_fails(script, monkeypatch, capsys):
    monkeypatch.setitem(frameworks.NAMES, "none_such", "None such")
    script.write_text("import none_such.nn\n")
    assert frameworks.main([])
    out = capsys.readouterr().out
    assert "left out, because none_such is not installed; pip install" in out


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_make_runs_the_tool():
    done = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/.installed", "frameworks"],
        cwd=BOOK.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python book/_tools/frameworks.py\n" in done.stdout
