"""Terms explained where they are used, in the words of the glossary."""

import re

import pytest
from contents import CHAPTERS
from in_page import wait_for_explorables, wait_until
from playwright.sync_api import expect
from test_pages import AXE, PAGES, assert_accessible

TERM = "article a[aria-describedby^='tip-']"
#: Whether the tip leaves its term, which has the focus, free.
CLEAR = """() => {
    const tip = document.querySelector(".term-tip").getBoundingClientRect();
    const term = document.activeElement.getBoundingClientRect();
    return tip.top >= term.bottom || tip.bottom <= term.top;
}"""
#: What the glossary says of a gradient, of which there are several on the page.
GRADIENT = "article a[aria-describedby='tip-term-gradient']"
SAID = "How fast the loss rises when something is increased"


def visit(page, site, name="04_bptt"):
    page.goto(f"{site}book/{name}.html")
    wait_for_explorables(page)
    return page.locator(".term-tip")


@pytest.mark.parametrize("name", PAGES)
def test_each_term_is_described_in_the_page(site_dir, name):
    text = (site_dir / f"book/{name}.html").read_text("utf8")
    links = re.findall(r'<a class="reference[^>]*#term-[^>]*>', text)
    if name == "glossary":
        assert "term-tips" not in text
        return
    terms = {re.search('#(term-[^"]+)', link)[1] for link in links}
    tips = re.findall(r'(?s)<div id="tip-([^"]+)">(.*?)</div>', text)
    assert sorted(terms) == sorted(anchor for anchor, _ in tips)
    for link in links:
        anchor = re.search('#(term-[^"]+)', link)[1]
        assert f'aria-describedby="tip-{anchor}"' in link
    for anchor, tip in tips:
        words = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", tip)).strip()
        assert len(words) > 30, anchor
        assert words[-1] in ".?!)", words
        # No sentence that only leads elsewhere, and nothing to click.
        assert not re.search(r"\bSee\b", words), words
        assert "<a " not in tip


def test_most_chapters_explain_terms(site_dir):
    explained = [
        "term-tips" in (site_dir / f"book/{path.stem}.html").read_text("utf8")
        for path in CHAPTERS
    ]
    assert sum(explained) >= 10


def test_a_mouse_shows_a_tip_and_can_go_into_it(site, page):
    tip = visit(page, site)
    expect(tip).to_be_hidden()
    term = page.locator(GRADIENT).first
    term.hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(SAID)
    tip.hover()
    link = tip.get_by_role("link", name="In the glossary")
    box = link.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5, steps=5)
    expect(tip).to_be_visible()
    link.click()
    page.wait_for_url("**/book/glossary.html#term-gradient")


def test_a_tip_goes_when_the_mouse_leaves(site, page):
    tip = visit(page, site)
    page.locator(GRADIENT).first.hover()
    expect(tip).to_be_visible()
    page.locator("article p").first.hover()
    expect(tip).to_be_hidden()


def test_a_click_of_the_mouse_follows_the_link(site, page):
    visit(page, site)
    page.locator(GRADIENT).first.click()
    page.wait_for_url("**/book/glossary.html#term-gradient")


def test_the_focus_shows_a_tip_and_escape_closes_it(site, page):
    tip = visit(page, site)
    term = page.locator(TERM).first
    term.focus()
    page.keyboard.press("Shift+Tab")
    expect(tip).to_be_hidden()
    page.keyboard.press("Tab")
    expect(term).to_be_focused()
    expect(tip).to_be_visible()
    outline = term.evaluate("(node) => getComputedStyle(node).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(term).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(tip).to_be_visible()
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/glossary.html#term-*")


def test_a_finger_shows_a_tip_first_and_then_follows_the_link(site, new_page):
    page = new_page(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    tip = visit(page, site)
    term = page.locator(GRADIENT).first
    term.tap()
    expect(tip).to_contain_text(SAID)
    assert page.url.endswith("04_bptt.html")
    page.locator("article p").first.tap()
    expect(tip).to_be_hidden()
    term.tap()
    expect(tip).to_be_visible()
    term.tap()
    page.wait_for_url("**/book/glossary.html#term-gradient")
    page.go_back()
    wait_for_explorables(page)
    page.locator(GRADIENT).first.tap()
    tip.get_by_role("link", name="In the glossary").tap()
    page.wait_for_url("**/book/glossary.html#term-gradient")


@pytest.mark.parametrize("width", [320, 390, 1366])
def test_a_tip_is_within_the_screen_and_leaves_its_term_free(
    site, new_page, width
):
    page = new_page(viewport={"width": width, "height": 641})
    tip = visit(page, site)
    for term in page.locator(TERM).all():
        if not term.is_visible():
            continue
        term.scroll_into_view_if_needed()
        term.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(tip).to_be_visible()
        place = tip.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
        # What is laid out late moves the term, and the tip follows in the next frame.
        wait_until(page, CLEAR)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")


def test_nothing_moves(site, new_page):
    page = new_page(reduced_motion="reduce")
    tip = visit(page, site)
    page.locator(GRADIENT).first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(tip).to_be_visible()
    assert tip.evaluate("(node) => node.getAnimations().length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tip_is_accessible(site, new_page, scheme):
    page = new_page(color_scheme=scheme)
    tip = visit(page, site)
    page.locator(GRADIENT).first.hover()
    expect(tip).to_be_visible()
    page.evaluate(AXE)
    page.evaluate(
        "document.querySelectorAll('article > section').forEach((one) => one.setAttribute('data-outside', ''))"
    )
    assert_accessible(page, "[data-outside]")


def test_paper_has_no_tips(site, page):
    tip = visit(page, site)
    page.locator(GRADIENT).first.hover()
    expect(tip).to_be_visible()
    page.emulate_media(media="print")
    expect(tip).to_be_hidden()
