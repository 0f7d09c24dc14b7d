"""Tell search engines and link previews what a page is about.

The address of the site comes from the environment variable `SITE_ADDRESS`, so that a copy can be
published elsewhere without changing a file, or else from `baseurl` in _config.yml. Without one, as
on a reader's own machine, no page names an address. A page's `description` is in the metadata of a
notebook or the front matter of a Markdown page; the first sentence of a chapter would not do,
because it sets the reader a task. layout.html writes both into the pages.

The picture of a page shows its title over the unrolled network, with as many steps run as the
number of the chapter.
"""

import os
import re
from pathlib import Path
from posixpath import join
from urllib.parse import urlsplit

from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D
from sphinx.util import logging

from rnn_by_hand.display import PALETTE

LOGGER = logging.getLogger(__name__)
# Link previews expect 1200 by 630 pixels.
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
        # Search engines should not list this page, so it does not name its address.
        context["pageurl"] = None
    context["card"] = join(app.config.html_baseurl, card_path(pagename))
    context["site_path"] = urlsplit(app.config.html_baseurl).path or "/"


def card_path(name):
    return f"_images/card-{Path(name).name}.png"


def write_files(app, exception):
    """Write the pictures, which no page loads, and the sitemap."""
    if exception or app.builder.name != "html" or not app.config.html_baseurl:
        return
    names = sorted(app.env.found_docs)
    numbers = {name: chapter_number(name) for name in names}
    chapters = max(filter(None, numbers.values()))
    (app.outdir / "_images").mkdir(exist_ok=True)
    for name, number in numbers.items():
        fig = draw_card(
            app.config.html_title,
            app.env.titles[name].astext(),
            number or chapters,
            chapters,
        )
        # Otherwise matplotlib writes its version into the file.
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


def chapter_number(name):
    """Give the number in the name of a page; None for a page that is not a chapter."""
    found = re.match(r"\d+", Path(name).name)
    return found and int(found[0])


def draw_card(book, title, steps, chapters):
    """Draw a title over the unrolled network, with the steps that have not been run greyed out."""
    fig = Figure(figsize=(WIDTH, HEIGHT), facecolor=PALETTE["paper"])
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.axis("off")
    size = 56 if len(title) < 22 else 44
    ax.text(0.9, 4.1, title, size=size, color=PALETTE["ink"], family="cmr10")
    if title != book:
        ax.text(
            0.95, 5.35, book, size=26, color=PALETTE["target"], family="cmr10"
        )
    # There is room for eight steps at full size; more are drawn smaller.
    scale = min(1, 7.456 / (chapters - 0.544))
    place = Affine2D().scale(scale).translate(0.96, 1.775) + ax.transData
    for k in range(1, chapters + 1):
        names = ("x", "wx", "state", "wrec") if k <= steps else ["faint"] * 4
        x, wx, state, wRec = (PALETTE[name] for name in names)
        at = 0.31 + 1.36 * (k - 1)
        for height, mark, colour, size in (
            (-0.825, "s", x, 26),
            (0.825, "o", state, 44),
        ):
            ax.plot(
                at,
                height,
                mark,
                color=colour,
                markersize=size * scale,
                transform=place,
            )
        _arrow(ax, (at, -0.475), (at, 0.375), wx, place, scale)
        if k > 1:
            start, end = (at - 0.94, 0.825), (at - 0.42, 0.825)
            _arrow(ax, start, end, wRec, place, scale)
    return fig


def _arrow(ax, start, end, colour, place, scale):
    line = {
        "arrowstyle": "-|>,head_width=0.4,head_length=0.6",
        "mutation_scale": 10 * scale,
        "color": colour,
        "linewidth": 4 * scale,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", end, start, place, place, arrowprops=line)


def setup(app):
    app.connect("config-inited", set_address)
    app.connect("env-updated", check_descriptions)
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
