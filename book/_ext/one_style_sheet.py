"""One style sheet for all pages, with the rules in it that some page has a use for.

The theme, MyST-NB, KaTeX and the rest bring thirteen, and a page waits for each; nine rules out of
ten are for what no page has. PurgeCSS finds those: it keeps a rule if the names in its selector
stand somewhere in the pages or scripts; see purgecss.config.cjs.

To do without, put `{{ _webpack.head_pre_assets() }}{{ css() }}` into the block css of layout.html,
in place of the links there: the pages look the same, but for colours in code, and take longer to
appear.
"""

import re
from pathlib import Path
from subprocess import PIPE, STDOUT, run

from sphinx.errors import ExtensionError
from sphinxcontrib import katex

NAME = "_static/site.css"
# What the theme's templates name themselves, in the order of its head_pre_assets.
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
    # A sheet for paper alone stays on its own; no page waits for it.
    names = [css.filename for css in others if "media" not in css.attributes]
    names.remove("_static/pygments.css")  # book.css colours code
    text = "\n".join(
        (app.outdir / name).read_text(encoding="utf8")
        for name in (*FIRST, *names)
    )
    # Licences stay, and what else is said of a rule is a sixth of what a page waits for.
    text = re.sub(
        r'@charset "UTF-8";|/\*(?!!).*?\*/', "", text, flags=re.DOTALL
    )
    (app.outdir / NAME).write_text(text, encoding="utf8")
    # The program of Node.js itself; see katex_node.py.
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
