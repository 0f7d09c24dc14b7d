"""Run the scripts of book/frameworks, and compare what they print with what is recorded.

    python book/_tools/frameworks.py
    python book/_tools/frameworks.py --record

The first is `make frameworks`. The second renews the records, which are package data, so that a
page finds them wherever it runs: a record has the script, what it printed, and the versions.
"""

import ast
import difflib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from rnn_by_hand.records.frameworks import FOLDER, record_of

SCRIPTS = sorted((Path(__file__).parents[1] / "frameworks").glob("*.py"))
#: The names of the packages whose versions are recorded, beside Python's.
NAMES = {"torch": "PyTorch", "jax": "JAX", "numpy": "NumPy"}
INSTALL = 'pip install -e ".[bench]" installs both'

VERSIONS = """
import platform, sys
print("Python", platform.python_version())
for module, name in {}.items():
    print(name, __import__(module).__version__.partition("+")[0])
"""


def needed(script):
    """Give the packages that a script imports and a reader may not have."""
    tree = ast.parse(script.read_text(encoding="utf8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
    return [name for name in NAMES if name in found]


def missing(script):
    """Give those of them that are not installed."""
    return [
        name for name in needed(script) if not importlib.util.find_spec(name)
    ]


def python(*arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        # One thread gives the same sums everywhere, and small arrays need no more.
        env=os.environ | {"OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed:\n{done.stderr}")
    return done.stdout


def printed(script):
    """Run a script, and give what it prints."""
    return python(str(script))


def differences(script):
    """Compare what a script prints with what is recorded; an empty text means nothing differs."""
    record = record_of(script.stem)
    return "\n".join(
        difflib.unified_diff(
            record["printed"],
            printed(script).splitlines(),
            "recorded",
            "printed",
            lineterm="",
        )
    )


def record(script):
    """Run a script, and write its record."""
    used = {name: NAMES[name] for name in needed(script)}
    lines = python("-c", VERSIONS.format(used)).splitlines()
    entry = {
        "versions": dict(line.split(" ", 1) for line in lines),
        "script": script.read_text(encoding="utf8").splitlines(),
        "printed": printed(script).splitlines(),
    }
    path = FOLDER / f"{script.stem}.json"
    path.write_text(
        json.dumps(entry, indent=1, ensure_ascii=False) + "\n", encoding="utf8"
    )


def main(arguments):
    failed = False
    for script in SCRIPTS:
        lacking = missing(script)
        if lacking:
            said = f"left out, because {' and '.join(lacking)} is not installed; {INSTALL}"
            failed = True
        elif "--record" in arguments:
            record(script)
            said = "recorded"
        else:
            found = differences(script)
            said = f"differs\n{found}" if found else "prints what is recorded"
            failed |= bool(found)
        print(f"{script.stem}: {said}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
