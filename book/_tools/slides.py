"""Make a deck of slides from each chapter of the built site, and from each plan for a lecture.

A slide consists of the cells that are marked for it, as Sphinx has made them; slide_marks.py has left
comments around these. A plan is a table in For lecturers: each of its links becomes a slide with the
explorable that it leads to, or the slides of the section.
"""

import re
import shutil
import sys
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from urllib.parse import quote_plus

import yaml
from bs4 import BeautifulSoup, Comment
from contents import CHAPTERS, ROOT
from jinja2 import Environment, FileSystemLoader
from offer import offer

from rnn_by_hand.explorables import EXPLORABLES

#: The sections of For lecturers whose tables are plans.
PLANS = {"fifty_minutes": "fifty-minutes", "ninety_minutes": "ninety-minutes"}
REVEAL = ROOT / "node_modules/reveal.js/dist"
#: The title of the book.
BOOK = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["title"]
#: A mark, or the start of a section: its id, more ids of it, and its heading.
MARK = re.compile(
    r"<!-- slide: (?P<kind>\w+) -->"
    r'|<section[^>]* id="(?P<id>[^"]*)">\s*(?P<more>(?:<span id="[^"]*"></span>\s*)*)'
    r"<(?P<heading>h\d)>(?P<title>.*?)<a class=\"headerlink\".*?</h\d>",
    re.DOTALL,
)
#: Where an answer begins, which gets a slide of its own.
NEXT = "<!--next-->"
#: A slide with more words than this has a smaller font.
MANY_WORDS = 60


@dataclass(frozen=True)
class Slide:
    #: The element of its title.
    heading: str
    title: str
    body: str = ""
    classes: str = ""
    when: str = ""
    #: The ids of its section, by which a plan finds it.
    sections: tuple = ()


@dataclass(frozen=True)
class Deck:
    name: str
    title: str
    home: str
    slides: list


def chapter_deck(page, name):
    """Make the deck of a chapter out of its marked cells."""
    parts, section, kind, start = [], None, None, 0
    for mark in MARK.finditer(page):
        if mark["kind"] is None:
            section = mark
        elif mark["kind"] != "end":
            kind, start = mark["kind"], mark.end()
        else:
            body = make_body(page[start : mark.start()], name)
            if kind == "slide":
                parts += [(section, one) for one in body.split(NEXT)]
            elif parts:
                first, before = parts[-1]
                more = f'<div class="fragment">{body}</div>'
                parts[-1] = first, before + more
    if not parts:
        raise ValueError(f"no cell of {name} is marked as a slide")
    slides = [make_slide(*part) for part in parts]
    slides[0] = replace(slides[0], heading="h1", classes="title")
    title = BeautifulSoup(slides[0].title, "html.parser").get_text()
    return Deck(name, title, f"{name}.html", slides)


def make_slide(section, body):
    """Put the content of some cells on a slide."""
    soup = BeautifulSoup(body, "html.parser")
    for unread in soup.select(".katex-mathml, figure, pre"):
        unread.decompose()
    words = len(soup.get_text().split())
    ids = re.findall(r'id="([^"]*)"', section["more"])
    return Slide(
        "h2",
        section["title"],
        body,
        "many" if words > MANY_WORDS else "",
        sections=(section["id"], *ids),
    )


def make_body(text, page):
    """Make the HTML of a cell ready for a slide."""
    soup = BeautifulSoup(re.sub("</?section[^>]*>", "", text), "html.parser")
    for other in soup.select("h1, h2, h3, nav, .reading-time, .headerlink"):
        other.decompose()
    for cell in soup.select(".cell"):
        tidy(cell)
    # What a page folds comes at the next press of a key: what a cell printed below it, and an answer
    # on a slide of its own.
    for folded in soup.select("details"):
        folded.summary.decompose()
        if "below-input" in folded.get("class", ()):
            folded.name = "div"
            folded.attrs = {"class": "fragment"}
        else:
            folded.insert_before(Comment(NEXT[4:-3]))
            folded.unwrap()
    for explorable in soup.find_all(re.compile("^rnn-")):
        frame = BeautifulSoup(framed(address(explorable)), "html.parser")
        explorable.replace_with(frame)
    lead_to_the_book(soup, page)
    return str(soup).strip()


def tidy(cell):
    """Leave of a cell what its page shows at first sight, and of one that draws only the drawing."""
    drawn = cell.find_all(re.compile("^rnn-")) or cell.select(".rnn-figure")
    if drawn:
        # A figure fills the slide only where no box is around it.
        cell.replace_with(*drawn)
        return
    for code in cell.select("details.above-input"):
        code.decompose()
    if cell.select_one(".cell_output .highlight-python"):
        cell.select_one(".cell_input").decompose()


def address(explorable):
    """Write what an explorable on a page is set to, as in bptt:wx=1,wRec=0.9."""
    (kind,) = (one for one in EXPLORABLES if one.tag == explorable.name)
    setting = ",".join(
        f"{name}={quote_plus(explorable[name.lower()], safe='@;')}"
        for name in kind.parameters
        if explorable.get(name.lower())
    )
    return f"{explorable.name.removeprefix('rnn-')}:{setting}"


def framed(setting):
    """Show an explorable in a frame, in which it fills the place that it gets."""
    name = setting.partition(":")[0].replace("-", " ")
    return (
        f'<div class="explorable"><iframe title="An explorable: {name}" '
        f'data-src="../embed.html?present#{escape(setting)}"></iframe></div>'
    )


def lead_to_the_book(soup, page):
    """Turn links within the page and to its neighbours into links from slides/ to book/."""
    for link in soup.select("a[href]"):
        href = link["href"]
        if href.startswith("#"):
            href = f"{page}.html{href}"
        if not re.match(r"\w+:|\.\./", href):
            link["href"] = f"../book/{href}"


def plan_deck(page, name, section, chapters):
    """Make the deck of a plan out of the rows of its table."""
    soup = BeautifulSoup(page, "html.parser").find(id=section)
    title = soup.h2.contents[0].strip()
    slides = [Slide("h1", BOOK, f"<p>{title}</p>", "title")]
    for row in soup.table.tbody.find_all("tr"):
        when, what, leads, *_ = row.find_all("td")
        for link in leads.find_all("a"):
            slides += slides_of(link, inside(when), inside(what), chapters)
    return Deck(name, title, f"for_lecturers.html#{section}", slides)


def inside(cell):
    return cell.p.decode_contents()


def slides_of(link, when, what, chapters):
    """Give what a link in a plan leads to, as slides."""
    page, _, anchor = link["href"].partition("#")
    if ":" in anchor:
        name, _, setting = anchor.partition(":")
        name = re.sub(r"-\d+$", "", name)
        body = framed(f"{name}:{setting}")
        return [Slide("h2", what, body, when=when)]
    slides = [
        replace(slide, when=when)
        for slide in chapters[page.removesuffix(".html")].slides
        if anchor in slide.sections
    ]
    if not slides:
        raise ValueError(
            f"the plan leads to {link['href']}, where no cell is marked as a slide"
        )
    return slides


def main(site):
    book, slides = site / "book", site / "slides"

    def read(name):
        return (book / f"{name}.html").read_text(encoding="utf8")

    chapters = {
        path.stem: chapter_deck(read(path.stem), path.stem)
        for path in CHAPTERS
    }
    lecturers = read("for_lecturers")
    plans = [
        plan_deck(lecturers, name, section, chapters)
        for name, section in PLANS.items()
    ]
    templates = Environment(
        loader=FileSystemLoader(ROOT / "book/_templates"), autoescape=False
    )
    slides.mkdir(exist_ok=True)
    decks = [*plans, *chapters.values()]
    for deck in decks:
        text = templates.get_template("deck.html").render(vars(deck))
        (slides / f"{deck.name}.html").write_text(text, encoding="utf8")
    text = templates.get_template("decks.html").render(decks=decks)
    (slides / "index.html").write_text(text, encoding="utf8")
    for name in ("reveal.js", "reveal.css"):
        shutil.copyfile(REVEAL / name, slides / name)
    offer(site, "slides")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
