"""A Pyodide without what is compiled: all of it that can be had from registries of packages.

Its core comes from npm, and the wheels that the kernel itself needs through pip. Pyodide builds
its own of these, so their hashes in its list differ.
"""

import hashlib
import json
import shutil
import sys

import lite
from contents import ROOT

CORE = ROOT / "node_modules" / "pyodide"
#: What a kernel asks for before it runs anything, and what it asks for with that.
FIRST = ("ipython", "jedi", "micropip", "packaging", "typing-extensions")


def lock():
    return json.loads((CORE / "pyodide-lock.json").read_text(encoding="utf8"))


def with_dependencies(names, packages):
    """Give the names of packages and of all that they need."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop().replace("_", "-")
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return found


def assemble(folder):
    """Put a Pyodide together in a folder."""
    shutil.copytree(CORE, folder)
    listed = lock()
    packages = listed["packages"]
    names = with_dependencies(FIRST, packages)
    pins = [f"{name}=={packages[name]['version']}" for name in names]
    lite.pip(f"download {lite.FOR_ANY_MACHINE}", "--dest", folder, *pins)
    for name in names:
        wheel = (folder / packages[name]["file_name"]).read_bytes()
        packages[name]["sha256"] = hashlib.sha256(wheel).hexdigest()
    path = folder / "pyodide-lock.json"
    path.write_text(json.dumps(listed), encoding="utf8")
    return folder


if __name__ == "__main__":
    # For a machine that is to have the same versions.
    for name in sys.argv[1:]:
        print(f"{name}=={lock()['packages'][name]['version']}")
