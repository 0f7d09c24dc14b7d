"""Say on each page which edition of the book it is, and where its source is.

The repository comes from the environment variable `BOOK_REPOSITORY`, so that a copy leads to its own
sources without changing a file, or else from `repository` in _config.yml. Without one, as on a
reader's own machine, no page links to a source. The version is that of CITATION.cff; the date is
that of the commit, so that a second build is the same byte for byte, and is left out where there is
no Git.
"""

import datetime
import os
import re
from calendar import month_name
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import yaml
from history import git
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]


def set_repository(app, config):
    options = config.html_theme_options
    address = os.environ.get("BOOK_REPOSITORY") or options["repository_url"]
    address = re.sub(r"(\.git)?/?$", "", address or "")
    if address and not re.match(r"https?://[^/\s]+/\S+$", address):
        LOGGER.warning("%r is not the address of a repository", address)
        address = ""
    options["repository_url"] = address


def on_github(address):
    """Give `owner/name` from the address of a repository; None if it is not on GitHub."""
    found = re.fullmatch(
        r"https://github\.com/([^/]+/[^/]+?)(\.git|/)?", address
    )
    return found and found[1]


@cache
def citation():
    """Read CITATION.cff."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))


@cache
def commit():
    """Give the hash and the date of the commit that is built; empty texts where there is no Git."""
    hashed, _, date = git("log", "-1", "--format=%H %cs").partition(" ")
    return hashed[:8], date


@cache
def changed(path):
    """Give the date of the last commit that changed a file.

    It is empty where there is no Git, and where the clone has no history.
    """
    if git("rev-parse", "--is-shallow-repository") != "false":
        return ""
    return git("log", "-1", "--format=%cs", "--", str(path))


def in_words(date):
    """Write 2026-01-02 as 2 January 2026."""
    if not date:
        return ""
    day = datetime.date.fromisoformat(date)
    return f"{day.day} {month_name[day.month]} {day.year}"


def edition(address, branch, path, title, page_address=""):
    """Give what the foot of a page says: version, date, and links for its source and its errors."""
    hashed, date = commit()
    about = {
        "version": str(citation()["version"]),
        "date": date,
        "in_words": in_words(date),
        "repository": address,
    }
    if name := on_github(address):
        about["source"] = f"{address}/blob/{branch}/{path}"
        version = " ".join(filter(None, (about["version"], date, hashed)))
        body = (
            f"Page: {page_address or path}\n"
            f"Version: {version}\n\n"
            "What is wrong, and what is right:\n"
        )
        issue = urlencode({"title": f"Error in “{title}”", "body": body})
        about["report"] = f"https://github.com/{name}/issues/new?{issue}"
    return about


def describe(app, pagename, templatename, context, doctree):
    options = app.config.html_theme_options
    if pagename not in app.env.found_docs:
        return
    context["edition"] = edition(
        options["repository_url"],
        options["repository_branch"],
        Path(app.env.doc2path(pagename)).relative_to(ROOT).as_posix(),
        app.env.titles[pagename].astext(),
        context.get("pageurl"),
    )


def setup(app):
    app.connect("config-inited", set_repository)
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
