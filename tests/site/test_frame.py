"""What surrounds the text of a page: side bars, menu, search, contents; and that nothing jumps."""

import gzip
import re

import pytest
from in_page import FRAME, wait_for_explorables, wait_until
from playwright.sync_api import expect

WIDE = {"viewport": {"width": 1280, "height": 900}}
TABLET = {"viewport": {"width": 640, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 800}}
CHAPTER = "book/02_unrolling.html"


@pytest.mark.parametrize("name", ["intro", "05_gradient_checking"])
@pytest.mark.parametrize(
    "size", [WIDE, TABLET, PHONE], ids=["wide", "tablet", "phone"]
)
def test_nothing_moves_while_a_page_loads(site, new_page, name, size):
    page = new_page(**size)
    page.add_init_script(
        """window.moved = 0;
        const add = (list) => { for (const { value } of list.getEntries()) window.moved += value; };
        window.watch = new PerformanceObserver(add);
        window.watch.observe({ type: "layout-shift", buffered: true });
        window.told = () => { add({ getEntries: () => window.watch.takeRecords() }); return window.moved; };"""
    )
    page.goto(f"{site}book/{name}.html")
    wait_for_explorables(page)
    # The browser tells of a frame after it.
    page.evaluate(
        f"document.fonts.ready.then(() => {FRAME}).then(() => {FRAME})"
    )
    # A tenth of what counts as good. A line moves by 0.006 of the screen where a slow machine has drawn
    # the first half of a formula in it before the second has come.
    assert page.evaluate("window.told()") < 0.01


def test_a_page_waits_for_one_style_sheet(site, site_dir, page):
    sheets = []
    page.on(
        "request",
        lambda r: r.resource_type == "stylesheet" and sheets.append(r.url),
    )
    page.goto(site + CHAPTER)
    names = [url.partition("?")[0].rpartition("/")[2] for url in sheets]
    assert sorted(names) == ["print.css", "site.css"]
    style = (site_dir / "_static" / "site.css").read_bytes()
    assert len(gzip.compress(style)) < 30_000


def test_the_menu_opens_and_closes(site, page):
    page.goto(site + CHAPTER)
    button = page.locator(".dropdown-download-buttons > button")
    menu = page.locator(".dropdown-download-buttons > ul")
    for close in (
        button.click,
        lambda: page.keyboard.press("Escape"),
        page.locator("h1").click,
        page.locator("article li a").first.focus,
    ):
        button.click()
        assert menu.is_visible()
        assert button.get_attribute("aria-expanded") == "true"
        box = menu.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        close()
        # The theme also shows the menu while the mouse is over it.
        page.mouse.move(0, 0)
        menu.wait_for(state="hidden")
        assert button.get_attribute("aria-expanded") == "false"


def test_the_menu_says_what_each_entry_does(site, page):
    for name, entries in (
        (CHAPTER, ["Source (.ipynb)", "Print all", "Print handout"]),
        ("book/glossary.html", ["Source (.md)", "Print"]),
    ):
        page.goto(site + name)
        page.locator(".dropdown-download-buttons > button").click()
        shown = page.locator(".dropdown-download-buttons .dropdown-item")
        expect(shown).to_have_text(entries)


def test_a_phone_opens_the_table_of_chapters(site, new_page):
    page = new_page(**PHONE)
    page.goto(site + CHAPTER)
    chapter = page.locator(".bd-sidebar-primary a[href^='03']")
    button = page.locator(".primary-toggle")
    assert not chapter.is_visible()
    button.click()
    wait_until(
        page, "() => document.activeElement.matches('.bd-sidebar-primary a')"
    )
    page.keyboard.press("Escape")
    wait_until(page, "() => document.activeElement.matches('.primary-toggle')")
    chapter.wait_for(state="hidden")
    button.click()
    wait_for_explorables(page)
    chapter.click()
    page.wait_for_url("**/03_loss.html")


def test_keys_open_the_search(site, page):
    page.goto(site + CHAPTER)
    field = page.get_by_role("searchbox")
    assert not field.is_visible()
    page.keyboard.press("Control+k")
    assert field.evaluate("node => node === document.activeElement")
    page.keyboard.press("Escape")
    assert not field.is_visible()
    page.keyboard.press("Control+k")
    field.fill("ravine")
    wait_for_explorables(page)
    page.keyboard.press("Enter")
    page.locator("#search-results li").first.wait_for()
    page.keyboard.press("Control+k")
    field = page.locator(".bd-search-container input")
    assert field.evaluate("node => node === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_for_colours_says_which_they_are(site, new_page, scheme):
    other = {"light": "dark", "dark": "light"}[scheme]
    page = new_page(color_scheme=scheme)
    page.goto(site + CHAPTER)
    button = page.locator(".theme-switch-button")
    theme = "document.documentElement.dataset.theme"
    for named, shown in (
        (f"Colours: {scheme}, like your system. Switch to {other}", scheme),
        (f"Colours: {other}. Switch to {scheme}", other),
        (f"Colours: {scheme}. Follow your system", scheme),
        (f"Colours: {scheme}, like your system. Switch to {other}", scheme),
    ):
        expect(button).to_have_accessible_name(named)
        expect(button).to_have_attribute("title", named)
        assert page.evaluate(theme) == shown
        button.click()
    page.emulate_media(color_scheme=other)
    expect(button).to_have_accessible_name(
        f"Colours: {other}. Follow your system"
    )


def search(page, site, words):
    page.goto(f"{site}search.html?q={words}")
    found = page.locator("#search-results li a")
    found.first.wait_for()
    # The list takes its excerpts from the pages themselves.
    page.wait_for_load_state("networkidle")
    return found


def test_only_a_page_that_a_search_has_found_marks_the_words(site, page):
    marked = page.locator("article .highlighted")
    found = search(page, site, "ravine")
    # Not the page that the reader happens to open next,
    page.goto(f"{site}book/03_loss.html")
    wait_for_explorables(page)
    assert "ravine" in page.locator("article").inner_text()
    assert not marked.count()
    # but every page that is opened from the list, also after coming back to it.
    found = search(page, site, "ravine")
    for i in (0, 1):
        found.nth(i).click()
        marked.first.wait_for()
        assert "highlight" not in page.url
        wait_for_explorables(page)
        page.go_back()
        found.first.wait_for()
        page.wait_for_load_state("networkidle")


def test_marks_are_gone_when_the_reader_leaves_the_page(site, page):
    """Otherwise a page that the browser has kept would still have them after going back."""
    search(page, site, "ravine").first.click()
    marked = page.locator("article .highlighted")
    marked.first.wait_for()
    wait_for_explorables(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert not marked.count()


def test_marks_can_be_hidden(site, page):
    """The link of Sphinx is a script, which the policy would stop with an error."""
    search(page, site, "ravine").first.click()
    marked = page.locator("article .highlighted")
    marked.first.wait_for()
    wait_for_explorables(page)
    hide = page.locator(".highlight-link a")
    hide.click()
    assert not marked.count()
    assert not hide.count()


@pytest.mark.parametrize(
    "size", [(1366, 641), (1280, 585), (390, 600)], ids=str
)
def test_a_jump_does_not_end_under_the_header(site, new_page, size):
    page = new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    figures = re.findall(
        r'id="(fig-[\w-]+)"', page.request.get(site + CHAPTER).text()
    )
    for anchor in ("exercises", "test-yourself", figures[0], figures[-1]):
        page.goto("about:blank")
        page.goto(f"{site}{CHAPTER}#{anchor}")
        wait_until(
            page,
            """(anchor) => {
                const { top } = document.getElementById(anchor).getBoundingClientRect();
                const header = document.querySelector(".bd-header-article").getBoundingClientRect();
                const end = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
                return top >= header.bottom && (end || top < header.bottom + 100);
            }""",
            arg=anchor,
        )
        wait_for_explorables(page)


def test_the_contents_say_where_a_reader_is(site, page):
    page.goto(f"{site}book/10_gates.html#back-through-an-lstm")
    active = ".bd-toc-nav a.active"
    wait_until(
        page,
        f"() => [...document.querySelectorAll('{active}')].map((a) => a.hash)"
        ".join() === '#the-lstm,#back-through-an-lstm'",
    )
    page.evaluate("scrollTo(0, 0)")
    wait_until(page, f"() => !document.querySelector('{active}')")
