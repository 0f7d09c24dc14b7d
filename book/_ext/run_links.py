"""Put links to run a notebook beneath the title of its page.

Those that need a repository take it from `repository` in _config.yml.
"""

import re
from pathlib import Path


def on_github(address):
    """Give `owner/name` from the address of a repository; None if it is not on GitHub."""
    found = re.fullmatch(
        r"https://github\.com/([^/]+/[^/]+?)(\.git|/)?", address
    )
    return found and found[1]


def add_links(app, pagename, templatename, context, doctree):
    if context.get("page_source_suffix") != ".ipynb":
        return
    options = app.config.html_theme_options
    source = Path(app.env.doc2path(pagename)).read_text(encoding="utf8")
    name = Path(pagename).name
    links = app.builder.templates.render(
        "run-links.html",
        {
            "pathto": context["pathto"],
            "kind": "chapter" if name[0].isdigit() else "page",
            "notebook": f"{name}.ipynb",
            "scipy": "scipy" in source,
            "repository": on_github(options["repository_url"]),
            "branch": options["repository_branch"],
        },
    )
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{links}", 1)


def setup(app):
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
