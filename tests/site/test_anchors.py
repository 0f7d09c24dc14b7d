"""Links that readers have saved keep working.

`anchors.txt` lists the address of every page, heading, figure, term, equation and explorable.
`make anchors` adds new ones.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

LIST = Path(__file__).parent / "anchors.txt"
GONE = """
These addresses are promised in tests/site/anchors.txt, and the book no longer has them:

{}

Links that readers have saved would break. When renaming a heading, keep its old name in a line
(old-name)= above it; a figure is named after the id of its cell. If an address has never been
published, delete its line in tests/site/anchors.txt."""
NEW = """
These addresses are new. Run `make anchors`, which adds them to tests/site/anchors.txt:

{}"""


class Anchors(HTMLParser):
    """Everything on a page to link to, without ids that are only numbered or hidden as tips are."""

    def __init__(self, html):
        super().__init__()
        self.anchors, self.counts = [], {}
        self.drawing = False
        article = html[html.find("<article") : html.find("</article>")]
        self.feed(article)

    def handle_starttag(self, tag, attrs):
        anchor = dict(attrs).get("id")
        self.drawing |= tag == "svg"
        if (
            anchor
            and not self.drawing
            and not re.fullmatch(r"id\d+|tip-.+", anchor)
        ):
            self.anchors.append(f"#{anchor}")
        if tag.startswith("rnn-"):
            # The first of its kind on a page is #bptt:…, the second #bptt-2:…
            count = self.counts[tag] = self.counts.get(tag, 0) + 1
            number = f"-{count}" if count > 1 else ""
            self.anchors.append(f"#{tag.removeprefix('rnn-')}{number}:")

    def handle_endtag(self, tag):
        self.drawing &= tag != "svg"


def addresses(site_dir):
    """List every page of the book and its anchors."""
    found = []
    for path in sorted((site_dir / "book").glob("*.html")):
        page = path.relative_to(site_dir).as_posix()
        anchors = Anchors(path.read_text(encoding="utf8")).anchors
        found += [page, *(page + anchor for anchor in anchors)]
    return found


def promised():
    return LIST.read_text(encoding="utf8").splitlines()


def test_no_address_is_gone(site_dir):
    there = addresses(site_dir)
    assert len(there) > 300
    gone = [address for address in promised() if address not in there]
    assert not gone, GONE.format("\n".join(gone))


def test_every_address_is_in_the_list(site_dir):
    new = set(addresses(site_dir)) - set(promised())
    assert not new, NEW.format("\n".join(sorted(new)))


if __name__ == "__main__":
    old = set(promised()) if LIST.exists() else set()
    lines = sorted(old | set(addresses(Path(sys.argv[1]))))
    LIST.write_text("\n".join(lines) + "\n", encoding="utf8")
