"""Make the scripts of the book small: half of them is comments, spaces and long names.

They stay modules: a page loads those it shows, and pages share what they have in common.
"""

from pathlib import Path
from subprocess import PIPE, STDOUT, run

from sphinx.errors import ExtensionError
from sphinxcontrib import katex

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "src/rnn_by_hand/js", ROOT / "book/_static")
MINIFY = ROOT / "book/_tools/small_scripts.mjs"


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    copies = [
        app.outdir / "_static" / path.relative_to(folder)
        for folder in FOLDERS
        for path in sorted(folder.rglob("*.js"))
    ]
    # Node.js itself, not the script that wraps it; see katex_node.py.
    done = run(
        [katex.NODEJS_BINARY, MINIFY, *copies],
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
    )
    if done.returncode:
        raise ExtensionError(f"terser failed:\n{done.stdout}")


def setup(app):
    # Before PurgeCSS looks for names in them.
    app.connect("build-finished", write, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
