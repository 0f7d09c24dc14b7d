"""Links that are commented out until a step after the build has made their target."""

import re


def offer(site, what):
    """Uncomment the links to something on all pages of a site."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf8")
        offered = re.sub(rf"<!-- {what}: (.*?) -->", r"\1", text)
        if offered != text:
            path.write_text(offered, encoding="utf8")
