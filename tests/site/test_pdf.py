"""The PDF of the whole book, printed and read back."""

import re
import shutil

import numpy as np
import pdf
import pytest
from contents import PAGES
from offer import offer
from pypdf import PdfReader
from pypdfium2 import PdfDocument

# The area within the margins of A4.
PAPER = {"width": round((210 - 2 * 20) / 25.4 * 96), "height": 900}


@pytest.fixture(scope="module")
def book(browser, site):
    """All pages joined into one, ready to print."""
    page = browser.new_page(viewport=PAPER)
    pdf.join(page, site)
    yield page
    page.close()


@pytest.fixture(scope="module")
def file(book, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / pdf.NAME
    pdf.print_book(book, path)
    return path


@pytest.fixture(scope="module")
def printed(file):
    return PdfReader(file)


def test_every_chapter_is_printed_and_in_the_outline(book, printed):
    titles = [
        re.sub(r"#$", "", text)
        for text in book.locator("h1").all_text_contents()
    ]
    assert len(titles) == len(PAGES)
    assert 7 < len(printed.pages) / len(PAGES) < 17
    chapters = [
        entry for entry in printed.outline if not isinstance(entry, list)
    ]
    assert [entry.title.removesuffix("#") for entry in chapters] == titles
    for title, chapter in zip(titles, chapters):
        page = printed.pages[printed.get_destination_page_number(chapter)]
        assert title in page.extract_text()


def test_the_contents_give_the_page_of_each_chapter(book, printed):
    entries = book.locator(".contents li > p:first-child").all_text_contents()
    chapters = [
        entry for entry in printed.outline if not isinstance(entry, list)
    ]
    assert entries == [
        f"{chapter.title.removesuffix('#')}{printed.get_destination_page_number(chapter) + 1}"
        for chapter in chapters
    ]
    first = printed.get_destination_page_number(chapters[0])
    assert 2 <= first <= 3
    contents = "".join(p.extract_text() for p in printed.pages[1:first])
    assert all(entry.title.removesuffix("#") in contents for entry in chapters)


def test_the_cover_says_what_the_book_is(printed):
    cover = " ".join(printed.pages[0].extract_text().split())
    assert "RNN by Hand" in cover
    assert "small enough to hold in one hand" in cover
    assert re.search(
        r"Text and figures CC BY 4\.0, code MIT Version \d", cover
    )
    assert "Report" not in cover


def test_the_last_sheet_is_that_of_the_last_chapter(printed):
    assert "under the MIT licence" in printed.pages[-1].extract_text()


def empty_shares(file):
    """Measure which part of each sheet, within its margins, is empty below the last thing on it."""
    for sheet in PdfDocument(file):
        grey = sheet.render(scale=0.5, grayscale=True).to_numpy().squeeze()
        # There is room for a footer from 275 of the 297 millimetres.
        top, bottom = (len(grey) * np.array([18, 275]) / 297).astype(int)
        used = np.flatnonzero((grey[top:bottom] < 200).any(axis=1))
        yield 1 - (used[-1] + 1) / (bottom - top) if len(used) else 1


def test_no_sheet_is_half_empty_but_the_last_of_a_chapter(file, printed):
    starts = [
        printed.get_destination_page_number(entry)
        for entry in printed.outline
        if not isinstance(entry, list)
    ]
    last = {first - 1 for first in starts} | {len(printed.pages) - 1}
    shares = [*empty_shares(file)]
    half_empty = [
        f"sheet {i + 1}: {shares[i]:.0%}"
        for i in range(starts[0], len(shares))
        if i not in last and shares[i] >= 0.5
    ]
    assert not half_empty
    # A chapter that ends high on a sheet is seen to.
    assert max(shares[i] for i in last) > 0.5


def test_links_inside_the_book_lead_somewhere(book, printed):
    dead = book.evaluate(
        """() => [...document.querySelectorAll("article a[href^='#']")]
            .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
            .filter((id) => !document.getElementById(id))"""
    )
    assert not dead
    assert book.locator("article a[href*='127.0.0.1']").count() == 0
    links = [
        annotation.get_object()["/Dest"]
        for page in printed.pages
        for annotation in page.get("/Annots", ())
        if "/Dest" in annotation.get_object()
    ]
    assert len(links) > 400
    assert set(links) <= set(printed.named_destinations)


def test_nothing_is_wider_than_the_paper(book):
    wide = book.evaluate(
        """() => [...document.querySelectorAll(
            "article :is(.katex-html > .base, .katex-display, figure, svg, table, pre, pre span)")]
            .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
            .map((node) => node.textContent.slice(0, 100))"""
    )
    assert not wide


def test_every_figure_is_drawn(book):
    figures = book.locator(".rnn-figure > svg").evaluate_all(
        """(figures) => figures.map((figure) => [
            figure.getBoundingClientRect().height, figure.querySelectorAll("path").length])"""
    )
    assert len(figures) > 40
    assert all(height > 60 and paths > 5 for height, paths in figures)


def test_hints_and_solutions_are_open(book):
    answers = book.locator("details").evaluate_all(
        """(all) => all.map((details) => details.lastElementChild.checkVisibility(
            { contentVisibilityAuto: true }) && details.lastElementChild.getBoundingClientRect().height)"""
    )
    assert len(answers) > 100
    assert min(answers) > 10


def test_the_sidebar_offers_the_pdf_once_it_is_made(site_dir, tmp_path):
    made = (site_dir / pdf.NAME).exists()
    page = tmp_path / "book" / "intro.html"
    page.parent.mkdir()
    shutil.copy(site_dir / "book" / "intro.html", page)
    link = f'<a href="../{pdf.NAME}">'
    before = page.read_text("utf8")
    assert link in before
    assert (link in re.sub(r"(?s)<!--.*?-->", "", before)) == made
    offer(tmp_path, "pdf")
    assert link in re.sub(r"(?s)<!--.*?-->", "", page.read_text("utf8"))
