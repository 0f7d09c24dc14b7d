"""All cases of all modules, and the scripts in a folder where Node.js takes them for modules."""

import shutil
import sys
from pathlib import Path

import of_lib  # noqa: F401 (it makes cases, as the next four do)
import of_maps  # noqa: F401
import of_networks  # noqa: F401
import of_units  # noqa: F401
import readouts  # noqa: F401
from recorded import CASES, write

from rnn_by_hand.explorables.script import FOLDER

__all__ = ["CASES", "FOLDER", "HERE", "NODE", "copy", "write"]

HERE = Path(__file__).parent
NODE = shutil.which("node", path=Path(sys.executable).parent) or "node"


def copy(folder):
    """Copy the scripts."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{ "type": "module" }')
    return folder
