"""What the scripts compute without a page, in Node.js, against what Python says."""

import json
import re
import subprocess

import pytest
from all_cases import CASES, FOLDER, HERE, NODE, copy, write

#: What is asked by another name, because it needs something of a page.
UNASKED = {
    # The gradient check asks the networks.
    "dataset.js": {"BPTT"},
    "lib/loss-colours.js": {"drawLandscape"},
    "lib/optimizers.js": {"OPTIMIZERS", "here"},
}


def check(folder, records, *modules):
    done = subprocess.run(
        [NODE, HERE / "check.mjs", folder, records, *modules],
        capture_output=True,
        encoding="utf8",
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    return copy(tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("module", CASES)
def test_a_script_gives_what_python_says(scripts, tmp_path, module):
    write(tmp_path, [module])
    assert check(scripts, tmp_path, module) == ""
    # Nothing that other scripts may import goes without a case; a function may stand in another's.
    (records,) = tmp_path.iterdir()
    text = records.read_text("utf8")
    script = (FOLDER / module).read_text("utf8")
    exported = re.findall(r"^export (?:function|const) (\w+)", script, re.M)
    asked = {name for name in exported if f'"{name}"' in text}
    assert {*exported} - asked == UNASKED.get(module, set())


def test_all_numbers_of_explorables_are_asked():
    assert {
        f"numbers/{path.name}" for path in FOLDER.glob("numbers/*.js")
    } <= set(CASES)


def test_a_wrong_number_is_named(tmp_path):
    scripts = copy(tmp_path / "scripts")
    script = scripts / "numbers" / "loss-surface.js"
    text = script.read_text("utf8")
    assert "44 * grad_size" in text
    script.write_text(text.replace("44 * grad_size", "45 * grad_size"), "utf8")
    records = tmp_path / "records"
    records.mkdir()
    write(records, ["numbers/loss-surface.js", "numbers/view.js"])
    said = check(
        scripts, records, "numbers/view.js", "numbers/loss-surface.js"
    )
    assert said.startswith("numbers/loss-surface.js: downhill of [[100,200,")
    assert " is " in said
    assert ", not " in said
    assert check(scripts, records, "numbers/view.js") == ""


def test_mutants_are_counted(tmp_path):
    write(tmp_path, ["numbers/learning.js"])
    done = subprocess.run(
        [NODE, HERE / "mutate.mjs", tmp_path],
        capture_output=True,
        encoding="utf8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    name, sites, killed, *_ = done.stdout.splitlines()[-3].split()
    assert name == "numbers/learning.js"
    assert 27 <= 0.9 * int(sites) <= int(killed) <= int(sites)


def test_a_mutant_that_lives_counts(tmp_path):
    write(tmp_path, ["numbers/learning.js"])
    (records,) = tmp_path.iterdir()
    cases = json.loads(records.read_text("utf8"))
    some = [case for case in cases if case["call"] != "isOnMap"]
    records.write_text(json.dumps(some), "utf8")
    done = subprocess.run(
        [NODE, HERE / "mutate.mjs", tmp_path],
        capture_output=True,
        encoding="utf8",
    )
    assert done.returncode == 1
    assert "<= → <\n    return weights.every(" in done.stdout
