"""Where the browser denies storage, or has no room left in it, everything works for as long as a page is open."""

import pytest
from playwright.sync_api import expect

DENIED = "throw new DOMException('Access is denied', 'SecurityError')"
FULL = "throw new DOMException('No room', 'QuotaExceededError')"
TROUBLE = {
    "denied": f"Object.defineProperty(window, 'localStorage', {{ configurable: true, get() {{ {DENIED}; }} }});",
    "no method works": (
        "for (const name of ['getItem', 'setItem', 'removeItem'])"
        f" Storage.prototype[name] = () => {{ {DENIED}; }};"
    ),
    "full": f"Storage.prototype.setItem = () => {{ {FULL}; }};",
    "almost full": (
        "const { setItem } = Storage.prototype;"
        "Storage.prototype.setItem = function (key, value) {"
        f"  if (value.length > 20) {FULL}; setItem.call(this, key, value);"
        "};"
    ),
}


@pytest.fixture(params=TROUBLE)
def page_without(request, page):
    """A page whose test fails on any error, which the browser would write into the console."""
    page.add_init_script(TROUBLE[request.param])
    return page


def test_ticks_answers_and_colours_last_as_long_as_the_page(
    page_without, site
):
    page = page_without
    page.goto(f"{site}book/01_recurrence.html")
    tick = page.get_by_role("button", name="I am done with this chapter")
    for pressed in ("true", "false", "true"):
        tick.click()
        expect(tick).to_have_attribute("aria-pressed", pressed)
    page.get_by_role("button", name="Clear all ticks").click()
    expect(tick).to_have_attribute("aria-pressed", "false")

    question = page.locator(".choice").first
    question.locator("input").first.check()
    question.locator("button").first.click()
    expect(page.locator(".answers p")).to_contain_text(
        "This browser keeps no answers: they are gone when you leave the page."
    )
    page.get_by_role("button", name="Clear my answers").click()
    expect(page.locator(".answers p")).to_contain_text("0 of")

    mode = page.evaluate("document.documentElement.dataset.mode")
    page.locator(".theme-switch-button").first.click()
    assert page.evaluate("document.documentElement.dataset.mode") != mode


def test_a_search_finds(page_without, site):
    page_without.goto(f"{site}search.html?q=gradient")
    expect(page_without.locator("#search-results li").first).to_be_visible()


def test_what_a_full_storage_already_holds_is_read(page, site):
    page.goto(f"{site}book/references.html")
    page.evaluate("localStorage.setItem('mode', 'dark')")
    page.add_init_script(TROUBLE["full"])
    page.reload()
    assert page.evaluate("document.documentElement.dataset.mode") == "dark"
