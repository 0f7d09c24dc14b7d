"""Assemble a Pyodide without compiled packages: all that package registries have.

Its core comes from npm, and the wheels that the kernel needs come through pip. Pyodide builds its
own copies of those wheels, so the hashes in its lock file have to be replaced.
"""

import hashlib
import json
import shutil
import sys

import lite

#: The packages that a kernel loads before it runs anything.
FIRST = ("ipython", "jedi", "micropip", "packaging", "typing-extensions")


def lock():
    return json.loads(
        (lite.CORE / lite.PYODIDE_LOCK).read_text(encoding="utf8")
    )


def with_dependencies(names, packages):
    """Give the names of packages and of all their dependencies."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop().replace("_", "-")
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return found


def assemble(folder):
    """Assemble a Pyodide in a folder."""
    shutil.copytree(lite.CORE, folder)
    listed = lock()
    packages = listed["packages"]
    names = with_dependencies(FIRST, packages)
    pins = [f"{name}=={packages[name]['version']}" for name in names]
    lite.pip(f"download {lite.FOR_ANY_MACHINE}", "--dest", folder, *pins)
    for name in names:
        wheel = (folder / packages[name]["file_name"]).read_bytes()
        packages[name]["sha256"] = hashlib.sha256(wheel).hexdigest()
    path = folder / lite.PYODIDE_LOCK
    path.write_text(json.dumps(listed), encoding="utf8")
    return folder


if __name__ == "__main__":
    # Print pins, to install the same versions on another machine.
    for name in sys.argv[1:]:
        print(f"{name}=={lock()['packages'][name]['version']}")
