"""Links to run a notebook stand beneath the title of its page.

The repository, for those that need one, is `repository` in _config.yml.
"""

import re
from pathlib import Path


def add_links(app, pagename, templatename, context, doctree):
    if context.get("page_source_suffix") != ".ipynb":
        return
    options = app.config.html_theme_options
    repository = re.fullmatch(
        r"https://github\.com/([^/]+/[^/]+?)(\.git|/)?",
        options["repository_url"],
    )
    name = Path(pagename).name
    links = app.builder.templates.render(
        "run-links.html",
        {
            "pathto": context["pathto"],
            "kind": "chapter" if name[0].isdigit() else "page",
            "notebook": f"{name}.ipynb",
            "repository": repository and repository[1],
            "branch": options["repository_branch"],
        },
    )
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{links}", 1)


def setup(app):
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
