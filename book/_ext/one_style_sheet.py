"""Merge all style sheets into one, and drop the rules that no page uses.

The theme, MyST-NB, KaTeX and the rest bring thirteen sheets, and a page waits for each of them;
nine rules out of ten match nothing in the book. PurgeCSS keeps a rule if the names in its selector
appear anywhere in the pages or scripts; see purgecss.config.cjs.

To do without, replace the links in the block css of layout.html with
`{{ _webpack.head_pre_assets() }}{{ css() }}`: apart from the colours in code, the pages look the
same, and take longer to appear.
"""

import re
from pathlib import Path
from subprocess import PIPE, STDOUT, run

from sphinx.errors import ExtensionError
from sphinxcontrib import katex

NAME = "_static/site.css"
# The sheets that the theme's templates load, in the order of its head_pre_assets.
FIRST = (
    "_static/basic.css",
    "_static/styles/bootstrap.css",
    "_static/styles/pydata-sphinx-theme.css",
)
ROOT = Path(__file__).parents[2]
PURGECSS = ROOT / "node_modules/purgecss/bin/purgecss.js"
CONFIG = ROOT / "book/_tools/purgecss.config.cjs"


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    others = sorted(app.builder._css_files, key=lambda css: css.priority)
    # No page waits for a sheet that is only for print, so that one stays separate.
    names = [css.filename for css in others if "media" not in css.attributes]
    names.remove("_static/pygments.css")  # book.css colours code
    text = "\n".join(
        (app.outdir / name).read_text(encoding="utf8")
        for name in (*FIRST, *names)
    )
    # Licences must stay; all other comments would be a sixth of the file.
    text = re.sub(
        r'@charset "UTF-8";|/\*(?!!).*?\*/', "", text, flags=re.DOTALL
    )
    (app.outdir / NAME).write_text(text, encoding="utf8")
    # Node.js itself, not the script that wraps it; see katex_node.py.
    command = [katex.NODEJS_BINARY, PURGECSS, "--config", CONFIG]
    purge = run(
        [*command, "--output", NAME],
        cwd=app.outdir,
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
    )
    if purge.returncode:
        raise ExtensionError(f"PurgeCSS failed:\n{purge.stdout}")


def setup(app):
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
