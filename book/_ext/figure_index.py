"""Link targets besides headings, and lists of them.

Every figure of a notebook gets the id `fig-<id of its cell>`, so that

- `[a figure](02_unrolling.ipynb#fig-d1c1d2e6)`,
- `[a term](glossary.md#term-state)` and
- `[a setting of an explorable](04_bptt.ipynb#bptt:wRec=0.9,step=14)`

are ordinary links, in JupyterLab too, and a warning if their target is missing. The directives
`figure-list` and `explorable-list` make walls of thumbnails in the order of the book, each with the
first sentence of its own description, or with its question. A wall also opens the gallery.
"""

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from thumbnails import path_of, thumbnail

LOGGER = logging.getLogger(__name__)
GALLERY = "book/explorables"


@dataclass
class Figure:
    """A figure on a page; `address` is what links call an explorable, and empty for the others."""

    anchor: str
    alt: str
    section: str
    section_anchor: str
    thumbnail: str
    address: str = ""


class figure_list(nodes.General, nodes.Element):
    """A placeholder for a list that can only be written once all pages have been read."""


class FigureList(Directive):
    def run(self):
        env = self.state.document.settings.env
        env.metadata[env.docname]["lists_figures"] = True
        return [figure_list(explorables=self.name == "explorable-list")]


def collect(app, doctree):
    """Give each figure of a page its id, and record the link targets of the page."""
    env = app.env
    path = Path(env.doc2path(env.docname))
    found, addresses = [], {}
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf8"))["cells"]
        for container in doctree.findall(nodes.container):
            if container.get("nb_element") != "cell_code":
                continue
            shown = "".join(
                raw.astext() for raw in container.findall(nodes.raw)
            )
            # A cell may show several explorables. After a cell that failed, the output is the
            # notebook's own, without the drawing.
            drawn = [
                one
                for one in re.split(r"(?=<rnn-)", shown)
                if 'class="rnn-figure"' in one
            ]
            if not drawn:
                continue
            anchor = f"fig-{cells[container['cell_index']]['id']}"
            container["ids"].append(anchor)
            for one in drawn:
                found.append(_figure(container, anchor, one, addresses))
    env.rnn_figures[env.docname] = found

    slugs = env.metadata[env.docname].setdefault("myst_slugs", {})
    for figure in found:
        slugs[figure.anchor] = (0, figure.anchor, _first_sentence(figure.alt))
    for term in doctree.findall(nodes.term):
        for anchor in term["ids"]:
            slugs[anchor] = (0, anchor, term.astext())


def _figure(container, anchor, shown, addresses):
    section = container.parent
    while not isinstance(section, nodes.section):
        section = section.parent
    address = ""
    if explorable := re.search(r"<rnn-([\w-]+)", shown):
        tag = explorable[1]
        addresses[tag] = addresses.get(tag, 0) + 1
        address = tag if addresses[tag] == 1 else f"{tag}-{addresses[tag]}"
    svg, alt = re.search(
        r'(?s)<figure class="rnn-figure">'
        r'(<svg [^>]*?aria-label="([^"]*)".*?</svg>)',
        shown,
    ).groups()
    return Figure(
        anchor,
        html.unescape(alt),
        section.next_node(nodes.title).astext(),
        section["ids"][0],
        thumbnail(svg),
        address,
    )


def _first_sentence(text):
    return re.match(r".*?[.?](?=\s|$)|.*", text, re.DOTALL)[0]


class LinksToSettings(SphinxPostTransform):
    """Resolve `page.ipynb#tag:setting`, which is not the id of any element."""

    default_priority = 8  # before MyST looks for a heading with that name

    def run(self):
        for link in list(self.document.findall(pending_xref)):
            setting = link.get("reftargetid") or ""
            if link.get("reftype") != "myst" or ":" not in setting:
                continue
            page, address = link["reftarget"], setting.partition(":")[0]
            there = self.env.rnn_figures.get(page, ())
            if address not in [figure.address for figure in there]:
                LOGGER.warning(
                    "no explorable %r on %r", address, page, location=link
                )
            uri = self.app.builder.get_relative_uri(self.env.docname, page)
            text = link[0].children if link["refexplicit"] else ()
            link.replace_self(_link(f"{uri}#{setting}", *text))


def pages_with_figures(env):
    """Give the pages with figures, in the order of the book."""
    root = env.config.root_doc
    pages = [root, *env.toctree_includes[root]]
    return [page for page in pages if env.rnn_figures.get(page)]


class ListFigures(SphinxPostTransform):
    default_priority = 400  # before quantity_colours looks for `wx` and `wRec`

    def run(self):
        for place in list(self.document.findall(figure_list)):
            make = self.explorables if place["explorables"] else self.figures
            place.replace_self(make())
        if self.env.docname == GALLERY:
            title = self.document.next_node(nodes.title)
            title.parent.insert(1, self.explorables())

    def uri(self, page, anchor):
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        return f"{uri}#{anchor}" if anchor else uri

    def link(self, page, anchor, text):
        return _link(self.uri(page, anchor), nodes.Text(text))

    def title(self, page):
        return self.env.titles[page].astext()

    def figures(self):
        result = []
        for page in pages_with_figures(self.env):
            figures = [f for f in self.env.rnn_figures[page] if not f.address]
            if not figures:
                continue
            title = nodes.strong("", "", self.link(page, "", self.title(page)))
            wall = _wall(
                self.picture(page, f, page, f.anchor, *_written(f.alt))
                for f in figures
            )
            title = nodes.paragraph("", "", title, classes=["wall-title"])
            result += [title, wall]
        return result

    def explorables(self):
        """A wall of all explorables, which lead into their chapters; in the gallery, down the page."""
        entries = []
        for figure in self.env.rnn_figures[GALLERY]:
            places = self.places(figure.address)
            there = (GALLERY, figure.section_anchor)
            if self.env.docname != GALLERY:
                there = places[0]
            where = [nodes.literal("", figure.address)]
            for i, (page, anchor) in enumerate(places):
                again = i and page == places[i - 1][0]
                name = "again" if again else self.title(page)
                comma = nodes.Text(", " if i else ", in ")
                where += [comma, self.link(page, anchor, name)]
            question = nodes.Text(figure.section)
            entries.append(
                [
                    *self.picture(GALLERY, figure, *there, question),
                    nodes.paragraph("", "", *where),
                ]
            )
        return _wall(entries)

    def places(self, kind):
        """Where else the book shows an explorable, its chapters first."""
        places = [
            (page, figure.anchor)
            for page in pages_with_figures(self.env)
            for figure in self.env.rnn_figures[page]
            if re.sub(r"-\d+$", "", figure.address) == kind
            and page != self.env.docname
        ]
        apart = (self.config.root_doc, GALLERY)
        return sorted(places, key=lambda place: place[0] in apart)

    def picture(self, page, figure, to, anchor, *words):
        """Give a thumbnail and what it shows, both of them one link."""
        here = self.app.builder.get_target_uri(self.env.docname)
        source = relative_uri(here, path_of(page, figure.anchor))
        # Not a node, which would have Sphinx look for a file that is not there yet.
        image = (
            f'<img src="{source}" alt="" loading="lazy" class="dark-light">'
        )
        image = nodes.raw("", image, format="html")
        link = _link(self.uri(to, anchor), *words)
        link.insert(0, image)
        return [nodes.paragraph("", "", link)]


def _wall(entries):
    items = (nodes.list_item("", *entry) for entry in entries)
    return nodes.bullet_list("", *items, classes=["wall", "simple"])


def _link(uri, *text):
    return nodes.reference(
        "", "", nodes.inline("", "", *text), internal=True, refuri=uri
    )


def _written(text):
    """Typeset the symbols of a first sentence, spelled out for screen readers, as in the text."""
    text = _first_sentence(text)
    for part in re.split(r"\b([wW] (?:x|Rec)|[xXS] (?:[kn]|\d+))\b", text):
        letter, _, index = part.partition(" ")
        if re.fullmatch(r"[wW] (x|Rec)", part):
            yield nodes.literal("", letter + index)
        elif re.fullmatch(r"[xXS] ([kn]|\d+)", part):
            yield nodes.emphasis("", letter)
            below = nodes.Text(index)
            if not index.isdigit():
                below = nodes.emphasis("", "", below)
            yield nodes.subscript("", "", below)
        else:
            yield nodes.Text(part)


def homes(app, pagename, templatename, context, doctree):
    """Tell embed.html where the book explains each explorable: its name, page, address and title."""
    if pagename != "embed":
        return
    root = app.config.root_doc
    pages = [*app.env.toctree_includes[root], root]
    found = {}
    # Chapters first.
    for page in sorted(pages, key=lambda page: page in (root, GALLERY)):
        for figure in app.env.rnn_figures.get(page, ()):
            if name := re.sub(r"-\d+$", "", figure.address):
                found.setdefault(name, (page, figure.address))
    context["homes"] = [
        (name, page, address, app.env.titles[page].astext())
        for name, (page, address) in found.items()
    ]


def purge(app, env, docname):
    env.rnn_figures = getattr(env, "rnn_figures", {})
    env.rnn_figures.pop(docname, None)


def merge(app, env, docnames, other):
    env.rnn_figures |= {name: other.rnn_figures[name] for name in docnames}


def lists(app, env):
    """Write the lists again whenever any page has been read."""
    return [
        docname
        for docname, metadata in env.metadata.items()
        if "lists_figures" in metadata
    ]


def setup(app):
    app.add_node(figure_list)
    app.add_directive("figure-list", FigureList)
    app.add_directive("explorable-list", FigureList)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", collect)
    app.connect("env-updated", lists)
    app.connect("html-page-context", homes)
    app.add_post_transform(LinksToSettings)
    app.add_post_transform(ListFigures)
    return {"version": "1", "env_version": 3, "parallel_read_safe": True}
