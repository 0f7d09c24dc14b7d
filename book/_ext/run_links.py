"""Put beneath the title of a notebook how long it takes to read, and links to run it.

On the first page they stand beneath the heading that says how to read the book.
Those that need a repository take it from edition.py.
"""

import re
from pathlib import Path

from edition import on_github
from words import minutes


def add_links(app, pagename, templatename, context, doctree):
    if context.get("page_source_suffix") != ".ipynb":
        return
    options = app.config.html_theme_options
    path = Path(app.env.doc2path(pagename))
    name = path.stem
    chapter = name[0].isdigit()
    links = app.builder.templates.render(
        "run-links.html",
        {
            "pathto": context["pathto"],
            "kind": "chapter" if chapter else "page",
            "minutes": chapter and minutes(path),
            "notebook": f"{name}.ipynb",
            "scipy": "scipy" in path.read_text(encoding="utf8"),
            "repository": on_github(options["repository_url"]),
            "branch": options["repository_branch"],
        },
    )
    heading = r"<h1>.*?</h1>"
    if pagename == app.config.root_doc:
        heading = r'<section id="how-to-read-it">\s*<h2>.*?</h2>'
    context["body"], found = re.subn(
        f"(?s){heading}",
        lambda match: f"{match[0]}\n{links}",
        context["body"],
        count=1,
    )
    if not found:
        raise ValueError(f"no place for the links to run {pagename}")


def setup(app):
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
