"""Links that a page has in store: a step after the build makes what they lead to."""

import re


def offer(site, what):
    """Take the links to something out of their comments, in all pages of a site."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf8")
        offered = re.sub(rf"<!-- {what}: (.*?) -->", r"\1", text)
        if offered != text:
            path.write_text(offered, encoding="utf8")
