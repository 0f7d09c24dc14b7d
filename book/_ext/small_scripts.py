"""Take comments and spaces out of the scripts of the book, which are a third of them.

The scripts stay modules: a page loads those it shows, and pages share what they have in common.
"""

from pathlib import Path

import rjsmin

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "src/rnn_by_hand/js", ROOT / "book/_static")


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    for folder in FOLDERS:
        for path in folder.rglob("*.js"):
            copy = app.outdir / "_static" / path.relative_to(folder)
            small = rjsmin.jsmin(path.read_text(encoding="utf8"))
            copy.write_text(small, encoding="utf8")


def setup(app):
    # Before PurgeCSS looks for names in them.
    app.connect("build-finished", write, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
