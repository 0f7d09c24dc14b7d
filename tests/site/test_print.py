"""On paper: the whole or a handout, no half-empty sheets, and the worksheet."""

from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from contents import CHAPTERS
from pypdf import PdfReader

from rnn_by_hand.model import bptt, forward_states, loss

#: The area within the margins of A4, in CSS pixels.
PAPER = {"width": 642, "height": 971}
HIDDEN = """() => [...document.querySelectorAll("article details")].map((fold) => {
    const inside = [...fold.children].filter(({ localName }) => localName !== "summary");
    const shown = inside.filter((node) => node.checkVisibility() && node.getBoundingClientRect().height > 0);
    return [fold.parentElement.closest("details") === null, inside.length, shown.length];
})"""
#: What no browser breaks, and what print.css asks it not to.
IN_ONE_PIECE = """() => [...document.querySelectorAll("article *:not(svg *)")].filter((node) => {
    const { breakInside, overflow, display } = getComputedStyle(node);
    return breakInside === "avoid" || overflow !== "visible" || display === "inline-block"
        || node.localName === "svg";
}).map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect().height])"""


@pytest.fixture
def chapter(site, page):
    page.goto(f"{site}book/04_bptt.html")
    page.evaluate("""() => {
        window.print = () => {
            dispatchEvent(new Event("beforeprint"));
            window.printed = true;
        };
    }""")
    return page


def print_with(page, name):
    page.locator(".dropdown-download-buttons > button").click()
    page.get_by_role("button", name=name).click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")


def folds(page):
    """Give how many of its parts each fold shows, but those whose code is never printed."""
    return [
        (inside, shown)
        for outer, inside, shown in page.evaluate(HIDDEN)
        if outer
    ]


def test_the_whole_has_hints_solutions_and_answers(chapter):
    chapter.locator("article summary", has_text="Hint").first.click()
    print_with(chapter, "Print all")
    shown = [
        fold
        for fold in chapter.locator("article details").all()
        if fold.is_visible()
    ]
    assert len(shown) > 15
    for fold in shown:
        assert fold.locator(":scope > :not(summary)").first.is_visible()
    assert chapter.locator(".solution .cell_output").last.is_visible()


def test_the_handout_has_them_closed_and_room_to_answer(chapter):
    # One that the reader has opened is closed on paper, too.
    chapter.locator("article summary", has_text="Hint").first.click()
    print_with(chapter, "Print handout")
    assert not any(shown for _, shown in folds(chapter))
    solutions = chapter.locator(".solution")
    assert solutions.count() == 4
    for solution in solutions.all():
        assert solution.bounding_box()["height"] > 100
        assert not solution.locator("details").is_visible()
    choices = chapter.locator("#test-yourself > details > summary")
    assert choices.count() == 12
    for choice in choices.all():
        assert choice.is_visible()
    box = "node => getComputedStyle(node, '::before').content"
    assert "☐" in choices.first.evaluate(box)
    assert chapter.locator("summary", has_text="Hint").first.is_visible()


def test_after_a_handout_the_shortcut_prints_the_whole(chapter):
    print_with(chapter, "Print handout")
    chapter.evaluate("dispatchEvent(new Event('afterprint'))")
    assert any(shown for _, shown in folds(chapter))
    assert chapter.evaluate("document.documentElement.dataset.paper") is None


def test_the_choice_is_made_with_the_keyboard(chapter):
    chapter.locator(".dropdown-download-buttons > button").focus()
    for key in ("Enter", "Tab", "Tab", "Tab", "Enter"):
        chapter.keyboard.press(key)
    assert chapter.evaluate("window.printed")
    assert chapter.evaluate("document.documentElement.dataset.paper") == (
        "handout"
    )


def test_a_page_without_folds_has_one_button(site, page):
    page.goto(f"{site}book/references.html")
    page.locator(".dropdown-download-buttons > button").click()
    assert page.locator(".btn-download-pdf-button").inner_text() == "Print"
    assert page.locator(".btn-print-handout-button").count() == 0


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_nothing_in_one_piece_is_much_higher_than_a_third_of_a_sheet(
    site, new_page, path
):
    """What does not fit at the end of a sheet leaves so much of it empty."""
    page = new_page(viewport=PAPER, java_script_enabled=False)
    page.goto(f"{site}book/{path.stem}.html")
    page.emulate_media(media="print")
    for what, height in page.evaluate(IN_ONE_PIECE):
        assert height < 0.45 * PAPER["height"], what


def sheets(page):
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages


def test_the_worksheet_is_one_sheet_and_one_of_answers(site, page):
    page.goto(f"{site}book/worksheet.html")
    tasks, answers = (sheet.extract_text() for sheet in sheets(page))
    assert "Check" in tasks
    assert "Answers" in answers
    for number in ("1.875", "0.015625", "0.1875", "0.3125", "0.0676"):
        assert number not in tasks
        assert number in answers
    page.reload()
    page.evaluate("document.documentElement.dataset.paper = 'handout'")
    (sheet,) = sheets(page)
    assert "Answers" not in sheet.extract_text()


def test_the_numbers_of_the_worksheet_are_right(site, page):
    page.goto(f"{site}book/worksheet.html")
    forward, error, backward, check = (
        [
            [cell.strip() for cell in row.locator("td").all_text_contents()]
            for row in table.locator("tr:has(td)").all()
        ]
        for table in page.locator("#answers .rnn-table").all()
    )
    tables = page.locator(".rnn-table")
    rows = [table.locator("tr").count() for table in tables.all()]
    assert rows[:4] == rows[4:]
    X, t, wx, wRec = np.array([[1, 0, 1]]), np.array([2]), 1.5, 0.5
    (S,) = forward_states(X, wx, wRec)
    assert [Fraction(row[3]) for row in forward] == [*map(Fraction, S[1:])]
    for k, left, comes_in, state in forward:
        assert Fraction(left) == S[int(k) - 1] / 2
        assert Fraction(left) + Fraction(comes_in) == Fraction(state)
    assert (
        Fraction(error[0][2]) == loss(S[-1:], t) == Fraction(error[0][1]) ** 2
    )
    gradients = [*map(Fraction, bptt(X, t, wx, wRec))]
    assert [*map(Fraction, backward[-1][4:])] == gradients
    for row in backward[:-1]:
        delta, x, before, for_wx, for_wRec = map(Fraction, row[1:])
        assert (delta * x, delta * before) == (for_wx, for_wRec)
    for (name, up, down, change, above), gradient in zip(check, gradients):
        moves = [(d, 0) if name == "wx" else (0, d) for d in (0.1, -0.1)]
        moved = [
            loss(forward_states(X, wx + a, wRec + b)[:, -1], t)
            for a, b in moves
        ]
        assert [float(up), float(down)] == pytest.approx(moved, abs=1e-12)
        assert (Fraction(up) - Fraction(down)) * 5 == Fraction(change)
        assert Fraction(above) == gradient
