"""Put each page beside itself as plain Markdown, and list these copies in llms.txt.

They are for whoever reads without a browser: language models, screen readers with a text view, a
quick `curl`. A copy is made from the source of the page, so its formulas are LaTeX. A figure is its
description, with a link to the figure; code that only draws one is left out.
"""

import html
import json
import re
from pathlib import Path
from posixpath import join

from citing import authors, bibtex
from edition import ROOT, citation
from figure_index import pages_with_figures
from findable import description_of
from pybtex.database import parse_file
from sphinx_external_toc.parsing import parse_toc_yaml

BIBLIOGRAPHY = ROOT / "book" / "references.bib"


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    for name in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(name))
        figures = {}
        for figure in app.env.rnn_figures.get(name, ()):
            figures.setdefault(figure.anchor, []).append(figure)
        text = plain(path, figures, Lists(app))
        (app.outdir / f"{name}.md").write_text(text, encoding="utf8")
    (app.outdir / "llms.txt").write_text(overview(app), encoding="utf8")


def plain(path, figures, lists):
    """Write the page in `path` as Markdown that needs no Sphinx."""
    if path.suffix == ".md":
        text = path.read_text(encoding="utf8")
        return prose(re.sub(r"(?s)^---\n.*?\n---\n+", "", text), lists)
    parts = []
    for cell in json.loads(path.read_text(encoding="utf8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(prose(source, lists))
        elif cell["cell_type"] == "code":
            shown = figures.get(f"fig-{cell['id']}", ())
            tags = cell["metadata"].get("tags", ())
            if not (
                "remove-input" in tags or (shown and "hide-input" in tags)
            ):
                parts.append(fenced(source, "python"))
            parts += [
                f"[Figure: {brackets(figure.alt)}]({path.stem}.html#{figure.anchor})"
                for figure in shown
            ]
            if not shown:
                parts += map(output, cell["outputs"])
    return "\n\n".join(filter(None, (part.strip() for part in parts))) + "\n"


def brackets(text):
    """Keep brackets from ending the text of a link."""
    return re.sub(r"([\[\]])", r"\\\1", text)


def fenced(text, language=""):
    return f"```{language}\n{text.rstrip()}\n```"


def output(shown):
    """Write what a cell printed or returned."""
    data = shown.get("data", {})
    if "text/markdown" in data:
        return "".join(data["text/markdown"])
    if "text/html" in data:
        text = "".join(data["text/html"])
        rows = re.findall(r"(?s)<tr>(.*?)</tr>", text)
        if not rows:
            return words(text)
        lines = [
            f"| {' | '.join(map(words, cells))} |"
            for row in rows
            if (cells := re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row))
        ]
        rule = "|---" * (lines[0].count(" | ") + 1) + "|"
        return "\n".join([lines[0], rule, *lines[1:]])
    text = "".join(data.get("text/plain", shown.get("text", "")))
    return text and fenced(text, "text")


def words(text):
    """Give the text of a piece of HTML on one line."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", text)).split())


def prose(text, lists):
    """Write what only Sphinx understands in plain Markdown."""
    text = re.sub(r"(?m)^\([\w-]+\)=\n", "", text)
    text = re.sub(r"(?ms)^```\{glossary\}\n(.*?)^```", glossary, text)
    text = re.sub(
        r"(?ms)^```\{([\w-]+)\}\n.*?^```",
        lambda found: getattr(lists, found[1].replace("-", "_"))(),
        text,
    )
    text = re.sub(r"\{eq\}`([\w-]+)`", r"(\1)", text)
    text = re.sub(r"\{cite:([pt])\}`([^`]+)`", cite, text)
    return re.sub(
        r"(?<=\]\()(?:(\w+)\.(?:ipynb|md))?(?:#([^)\s]+))?(?=\))",
        lists.address,
        text,
    )


def glossary(found):
    """Write each term in bold, with its explanation below."""
    lines = [
        line.removeprefix("  ")
        if line.startswith("  ") or not line
        # Several terms may share an explanation.
        else f"\n**{line}**\n"
        for line in found[1].splitlines()
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def cite(found):
    """Write a citation by names and year, in brackets if it stands outside the sentence."""
    entries = parse_file(BIBLIOGRAPHY).entries
    cited = [entries[key.strip()] for key in found[2].split(",")]
    years = [one.fields["year"] for one in cited]
    if found[1] == "p":
        pairs = zip(map(names, cited), years, strict=True)
        return f"({'; '.join(f'{who} {year}' for who, year in pairs)})"
    return " and ".join(
        f"{names(one)} ({year})"
        for one, year in zip(cited, years, strict=True)
    )


def names(entry):
    """Give the family names of the authors; of more than two, the first."""
    people = entry.persons.get("author") or entry.persons["editor"]
    family = [
        clean(" ".join([*one.prelast_names, *one.last_names]))
        for one in people
    ]
    return " and ".join(family) if len(family) < 3 else f"{family[0]} et al."


def clean(text):
    """Take TeX's braces and commands out of a text, and give it other quotation marks."""
    text = re.sub("``(.*?)''", r"“\1”", text)
    return re.sub(r"[{}]|\\[a-z]+ ?", "", text)


class Lists:
    """What the links and directives of the book become in Markdown."""

    def __init__(self, app):
        self.app = app

    def address(self, link):
        """Turn a link between sources into one between pages; a heading may have another id there."""
        page, anchor = link.groups()
        slugs = self.app.env.metadata.get(f"book/{page}", {}).get(
            "myst_slugs", {}
        )
        if anchor in slugs:
            anchor = slugs[anchor][1]
        return (f"{page}.html" if page else "") + (
            f"#{anchor}" if anchor else ""
        )

    def how_to_cite(self):
        cited, address = citation(), self.app.config.html_baseurl
        year = str(cited["date-released"])[:4]
        text = (
            f"{' and '.join(authors(cited))}. *{cited['title']}*, "
            f"version {cited['version']}, {year}. {address}"
        )
        return f"{text.strip()}\n\n{fenced(bibtex(cited, address), 'bibtex')}"

    def bibliography(self):
        lines = []
        for entry in parse_file(BIBLIOGRAPHY).entries.values():
            fields = entry.fields
            address = fields.get("url") or (
                f"https://doi.org/{fields['doi']}" if "doi" in fields else ""
            )
            line = f"- {names(entry)} ({fields['year']}). *{clean(fields['title'])}*. {address}"
            lines.append(line.strip())
        return "\n".join(sorted(lines))

    def figure_list(self):
        return self._figures(lambda figure: not figure.address)

    def explorable_list(self):
        return self._figures(lambda figure: figure.address)

    def _figures(self, wanted):
        return "\n".join(
            f"- [{figure.alt.partition('. ')[0].rstrip('.')}]({Path(name).name}.html#{figure.anchor})"
            for name in pages_with_figures(self.app.env)
            for figure in self.app.env.rnn_figures[name]
            if wanted(figure)
        )


def overview(app):
    """List all copies in the order of the book, with what each page is about."""
    env, base = app.env, app.config.html_baseurl
    toc = parse_toc_yaml(ROOT / "_toc.yml")
    root = toc.root.docname

    def line(name):
        title = env.titles[name].astext()
        about = description_of(env, name)
        return f"- [{title}]({join(base, name)}.md): {about}"

    parts = [
        f"# {app.config.html_title}",
        f"> {description_of(env, root)}",
        "Each page is plain Markdown here; with .html in place of .md it has figures with handles. "
        "Text and figures are under CC BY 4.0, code is under the MIT licence.",
        line(root),
    ]
    for part in toc.root.subtrees:
        pages = [
            str(item) for item in part.files() if str(item) in env.found_docs
        ]
        parts += [f"## {part.caption or 'Pages'}", "\n".join(map(line, pages))]
    return "\n\n".join(parts) + "\n"


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
