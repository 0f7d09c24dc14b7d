"""What search engines, and programs that show a link with a picture, get to see of a page.

The address of the site is the environment variable `SITE_ADDRESS`, or else `baseurl` in
_config.yml: who publishes a copy elsewhere need not change a file. Without an address, as on a
reader's own machine, no page names one. What a page is about, it says itself: a notebook in
`description` of its metadata, a Markdown page in its front matter. The first sentence of a chapter
would not do, because it sets the reader a task. layout.html writes both into the pages.

The picture of a page is its title over the unrolled network, run up to the step that has the
number of the chapter.
"""

import os
from pathlib import Path
from posixpath import join
from urllib.parse import urlsplit

from matplotlib.figure import Figure
from sphinx.util import logging

from rnn_by_hand.display import PALETTE

LOGGER = logging.getLogger(__name__)
CHAPTERS = 8
# 1200 by 630 pixels is what such programs ask for.
WIDTH, HEIGHT, DPI = 12, 6.3, 100


def set_address(app, config):
    address = os.environ.get("SITE_ADDRESS") or config.html_baseurl
    config.html_baseurl = address and address.rstrip("/") + "/"


def check_descriptions(app, env):
    for name in sorted(env.found_docs):
        if not description_of(env, name):
            LOGGER.warning("no `description` in the metadata", location=name)


def description_of(env, name):
    return env.metadata.get(name, {}).get("description")


def describe(app, pagename, templatename, context, doctree):
    context["description"] = description_of(app.env, pagename)
    if not context["description"]:
        # No search engine is to list it, so it has no address to be listed by.
        context["pageurl"] = None
    context["card"] = join(app.config.html_baseurl, card_path(pagename))
    context["site_path"] = urlsplit(app.config.html_baseurl).path or "/"


def card_path(name):
    return f"_images/card-{Path(name).name}.png"


def write_files(app, exception):
    """Write what no page loads: the pictures, and the list of pages for search engines."""
    if exception or app.builder.name != "html" or not app.config.html_baseurl:
        return
    names = sorted(app.env.found_docs)
    (app.outdir / "_images").mkdir(exist_ok=True)
    for name in names:
        number = Path(name).name.partition("_")[0]
        step = int(number) if number.isdigit() else CHAPTERS
        fig = draw_card(
            app.config.html_title, app.env.titles[name].astext(), step
        )
        # matplotlib would write its version into the file.
        fig.savefig(
            app.outdir / card_path(name), dpi=DPI, metadata={"Software": None}
        )
    addresses = "".join(
        f"<url><loc>{join(app.config.html_baseurl, name)}.html</loc></url>\n"
        for name in names
    )
    (app.outdir / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{addresses}</urlset>\n",
        encoding="utf8",
    )


def draw_card(book, title, steps):
    """Draw a title over the unrolled network, of which only some steps have been run."""
    fig = Figure(figsize=(WIDTH, HEIGHT), facecolor=PALETTE["paper"])
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.axis("off")
    size = 56 if len(title) < 22 else 44
    ax.text(0.9, 4.1, title, size=size, color=PALETTE["ink"], family="cmr10")
    if title != book:
        ax.text(
            0.95, 5.35, book, size=26, color=PALETTE["target"], family="cmr10"
        )
    for k in range(1, CHAPTERS + 1):
        names = ("x", "wx", "state", "wrec") if k <= steps else ["faint"] * 4
        x, wx, state, wRec = (PALETTE[name] for name in names)
        at = 1.27 + 1.36 * (k - 1)
        ax.plot(at, 0.95, "s", color=x, markersize=26)
        ax.plot(at, 2.6, "o", color=state, markersize=44)
        _arrow(ax, (at, 1.3), (at, 2.15), wx)
        if k > 1:
            _arrow(ax, (at - 0.94, 2.6), (at - 0.42, 2.6), wRec)
    return fig


def _arrow(ax, start, end, colour):
    line = {
        "arrowstyle": "-|>,head_width=0.4,head_length=0.6",
        "color": colour,
        "linewidth": 4,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", end, start, arrowprops=line)


def setup(app):
    app.connect("config-inited", set_address)
    app.connect("env-updated", check_descriptions)
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
