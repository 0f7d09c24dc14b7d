"""Tell search engines and link previews what a page is about.

The address of the site comes from the environment variable `SITE_ADDRESS`, so that a copy can be
published elsewhere without changing a file, or else from `baseurl` in _config.yml. Without one, as
on a reader's own machine, no page names an address. A page's `description` is in the metadata of a
notebook or the front matter of a Markdown page; the first sentence of a chapter would not do,
because it sets the reader a task. Its `found_as`, if it has one, is its title for search engines,
in the words that people search for. layout.html writes all of it into the pages, for programs as
JSON-LD, too.

The picture of a page shows its title over the unrolled network, with as many steps run as the
number of the chapter.
"""

import json
import os
import re
from pathlib import Path
from posixpath import join
from urllib.parse import urlsplit

from citing import LICENCES, authors
from edition import changed, citation
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D
from sphinx.util import logging
from words import minutes

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
    else:
        context["found_as"] = app.env.metadata[pagename].get("found_as")
        # In a script, "</" could end it.
        context["structured"] = json.dumps(
            structured(app, pagename), ensure_ascii=False
        ).replace("</", r"<\/")
    context["card"] = join(app.config.html_baseurl, card_path(pagename))
    context["site_path"] = urlsplit(app.config.html_baseurl).path or "/"


def structured(app, name):
    """Describe a page in the words of schema.org; what is not known is left out."""
    env, base = app.env, app.config.html_baseurl
    cited, path = citation(), Path(env.doc2path(name))
    number, root = chapter_number(name), app.config.root_doc
    text, (_, code) = LICENCES["text"], LICENCES["code"]
    book = {"@type": "Book", "name": app.config.html_title}
    if base:
        book["url"] = f"{join(base, root)}.html"
    about = {
        "@context": "https://schema.org",
        "@type": ["LearningResource"],
        "name": env.titles[name].astext(),
        "headline": env.metadata[name].get("found_as"),
        "description": description_of(env, name),
        "learningResourceType": "interactive textbook",
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "license": text[1],
        "author": [
            {
                "@type": "Organization" if "name" in author else "Person",
                "name": one,
            }
            for author, one in zip(
                cited["authors"], authors(cited), strict=True
            )
        ],
        "version": cited["version"],
        "dateModified": changed(path),
    }
    if base:
        about["url"] = f"{join(base, name)}.html"
        about["image"] = join(base, card_path(name))
    if name == root:
        about["headline"] = f"{about['name']}: {about['headline']}"
        about["@type"].append("Book")
        about["hasPart"] = {
            "@type": "SoftwareSourceCode",
            "name": f"The code of {app.config.html_title}",
            "programmingLanguage": ["Python", "JavaScript"],
            "license": base and join(base, code),
            "codeRepository": app.config.html_theme_options["repository_url"],
        }
        parts = [about, about["hasPart"]]
    else:
        about["isPartOf"] = book
        parts = [about]
    if number:
        about["@type"].append("Chapter")
        about["position"] = number
        about["timeRequired"] = f"PT{minutes(path)}M"
    for part in parts:
        for key in [key for key, value in part.items() if not value]:
            del part[key]
    return about


def card_path(name):
    return f"_images/card-{Path(name).name}.png"


def write_files(app, exception):
    """Write the pictures, which no page loads, the sitemap, and what robots need not read."""
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
        f"<url><loc>{join(app.config.html_baseurl, name)}.html</loc>"
        f"{last_change(app.env.doc2path(name))}</url>\n"
        for name in names
    )
    (app.outdir / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{addresses}</urlset>\n",
        encoding="utf8",
    )
    # The copies that run in the browser say what the pages say.
    path = urlsplit(app.config.html_baseurl).path
    (app.outdir / "robots.txt").write_text(
        f"User-agent: *\nDisallow: {path}lite/\n\n"
        f"Sitemap: {join(app.config.html_baseurl, 'sitemap.xml')}\n",
        encoding="utf8",
    )


def last_change(path):
    date = changed(path)
    return date and f"<lastmod>{date}</lastmod>"


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
