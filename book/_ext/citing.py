"""Say how to cite the book, and under which licences it is, in the words of CITATION.cff and LICENSE.

The directive `how-to-cite` makes a reference for people and one for BibTeX. The site has a copy of
LICENSE, because whoever copies its scripts from there needs the notice.
"""

import re
import shutil

from docutils import nodes
from docutils.parsers.rst import Directive
from edition import ROOT, citation

LICENCES = {
    "text": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "code": ("MIT", "LICENSE.txt"),
}


def authors(cited):
    """Name the authors: people by family and given names, others by what they call themselves."""
    return [
        author.get("name")
        or f"{author['family-names']}, {author['given-names']}"
        for author in cited["authors"]
    ]


def bibtex(cited, address=""):
    """Write an entry for a bibliography; without an address it names none."""
    # Braces keep capitals, and keep a name of several words together.
    names = [
        f"{{{protect(name)}}}" if "name" in author else protect(name)
        for author, name in zip(cited["authors"], authors(cited), strict=True)
    ]
    year = str(cited["date-released"])[:4]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{protect(cited['title'])}}}",
        "year": year,
        "note": f"Version {cited['version']}",
    }
    if address:
        fields["url"] = address
    key = re.sub(r"\W", "", cited["title"]).lower() + year
    lines = ",\n".join(
        f"  {name} = {{{value}}}" for name, value in fields.items()
    )
    return f"@misc{{{key},\n{lines}\n}}"


def protect(text):
    """Write the characters that TeX takes for its own."""
    return re.sub(r"([&%$#_])", r"\\\1", text)


class HowToCite(Directive):
    def run(self):
        env = self.state.document.settings.env
        address = env.config.html_baseurl
        cited = citation()
        text = nodes.paragraph()
        text += nodes.Text(f"{' and '.join(authors(cited))}. ")
        text += nodes.emphasis("", cited["title"])
        year = str(cited["date-released"])[:4]
        text += nodes.Text(f", version {cited['version']}, {year}.")
        if address:
            text += nodes.Text(" ")
            text += nodes.reference("", address, refuri=address)
        entry = bibtex(cited, address)
        code = nodes.literal_block(entry, entry, language="bibtex")
        env.note_dependency(str(ROOT / "CITATION.cff"))
        return [text, code]


def offer_licences(app, pagename, templatename, context, doctree):
    context["licences"] = LICENCES


def copy_licence(app, exception):
    if not exception and app.builder.name == "html":
        shutil.copyfile(ROOT / "LICENSE", app.outdir / "LICENSE.txt")


def setup(app):
    app.add_directive("how-to-cite", HowToCite)
    app.connect("html-page-context", offer_licences)
    app.connect("build-finished", copy_licence)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
