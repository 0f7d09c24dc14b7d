"""Count how many mutants of the numerical scripts the numbers from Python find.

    python tests/numbers/mutate.py [numbers/states.js …]

Fails if fewer than 90 % of them do; `mutate.mjs` has the details.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "tests"), str(ROOT / "tests/explorables")]

from all_cases import HERE, NODE, write  # noqa: E402

with tempfile.TemporaryDirectory() as records:
    write(records)
    done = subprocess.run([NODE, HERE / "mutate.mjs", records, *sys.argv[1:]])
sys.exit(done.returncode)
