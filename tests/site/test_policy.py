"""What the pages may load and run.

The fixture `site` also sends the policy of the pages as a header, so every test that opens a page
fails if something on it violates the policy. The tests here open the pages that no other test opens,
and use the buttons for which the theme has inline scripts.
"""

import re
from posixpath import dirname, join, normpath

import pytest
from conftest import open_page, policy_of
from contents import PAGES, ROOT
from in_page import BLOCK_STORAGE, wait_for_answers, wait_until

#: The site has one folder for the scripts of both.
FOLDERS = (ROOT / "src" / "rnn_by_hand" / "js", ROOT / "book" / "_static")
#: The scripts that every page loads, and what would not work without each.
LOADED = {
    "clipboard.min.js": "the buttons that copy code",
    "copybutton.js": "the buttons that copy code",
    "done.js": "ticks at the chapters that a reader is done with",
    "doctools.js": "the key / for the search; sphinx_highlight.js needs it",
    "documentation_options.js": "settings for Sphinx's two other scripts",
    "exercises.js": "exercises and self-tests, of which it loads what the page has",
    "explorables.js": "explorables, of which it loads those on the page",
    "figures.js": "the button to save a figure",
    "frame.js": "side bars, buttons, menu, search field, current section in the contents",
    "page.js": "light and dark from the first moment",
    "print.js": "printing in light colours from dark mode",
    "scrollable.js": "scrolling wide code, equations and tables with the arrow keys",
    "sphinx_highlight.js": "highlighting search terms on the page that was found",
    "tips.js": "explaining the terms of the glossary where they are used",
}


def test_a_page_has_its_policy_before_it_loads_anything(site_dir):
    pages = [
        p
        for p in site_dir.rglob("*.html")
        if not {"_static", "lite"} & {*p.relative_to(site_dir).parts}
    ]
    texts = {p.name: p.read_text(encoding="utf8") for p in pages}
    assert len(texts) > len(PAGES)
    assert len({policy_of(text) for text in texts.values()}) == 1
    for name, text in texts.items():
        before = text.partition("Content-Security-Policy")[0]
        assert not any(t in before for t in ("<script", "<link", "<style")), (
            name
        )


def test_scripts_come_only_from_files_of_the_site(site_dir):
    policy = policy_of((site_dir / "book" / "intro.html").read_text("utf8"))
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules
    wider = [name for name, allowed in rules.items() if "unsafe" in allowed]
    assert wider == ["style-src"]


@pytest.mark.parametrize("name", ["index", "search", "genindex", "404"])
def test_a_page_outside_the_book_opens_without_trouble(site, page, name):
    page.goto(f"{site}{name}.html?q=ravine")
    if name == "search":
        page.locator("#search-results li").first.wait_for()
    if name == "index":
        page.wait_for_url("**/book/intro.html")


def with_imports(script):
    """Give the paths of a script and of everything it imports, relative to the scripts' folder."""
    found, waiting = set(), [script]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            (text,) = (
                (folder / path).read_text(encoding="utf8")
                for folder in FOLDERS
                if (folder / path).exists()
            )
            waiting += [
                normpath(join(dirname(path), name))
                for name in re.findall(
                    r'^(?:import|export)\b[^;"]* from "(\.[^"]+)"',
                    text,
                    re.MULTILINE,
                )
            ]
    return found


def test_a_chapter_loads_these_scripts_and_no_other(site, site_dir, page):
    loaded = []
    page.on(
        "request",
        lambda r: r.resource_type == "script" and loaded.append(r.url),
    )
    page.goto(f"{site}book/04_bptt.html")
    wait_until(page, "() => document.querySelector('rnn-bptt').readout")
    wait_for_answers(page)
    names = [
        url.partition("?")[0].removeprefix(f"{site}_static/") for url in loaded
    ]
    html = (site_dir / "book" / "04_bptt.html").read_text(encoding="utf8")
    tags = re.findall(r"<(rnn-[\w-]+|book-exercise)", html)
    scripts = [f"{tag}.js" for tag in tags] + ["self-test.js"]
    needed = set().union(*map(with_imports, scripts))
    assert {"rnn-bptt.js", "answers.js"} <= needed
    assert sorted(names) == sorted({*LOADED} | needed)


def test_an_inline_script_is_reported_and_not_run(site, browser):
    troubles = []
    page = open_page(browser, troubles)
    page.goto(f"{site}genindex.html")
    seen = page.evaluate(
        """() => new Promise((resolve) => {
            addEventListener("securitypolicyviolation", (e) => resolve(e.violatedDirective));
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.head.append(script);
        })"""
    )
    assert seen == "script-src-elem"
    assert not page.evaluate("window.ran")
    page.context.close()
    assert any("Content Security Policy" in trouble for trouble in troubles)


def test_the_buttons_of_a_page_work(site, page):
    page.goto(f"{site}book/references.html")
    mode = "document.documentElement.dataset.mode"
    before = page.evaluate(mode)
    page.locator(".theme-switch-button").click()
    assert page.evaluate(mode) != before
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".dropdown-download-buttons > button").click()
    page.locator(".btn-download-pdf-button").click()
    assert page.evaluate("window.printed")
    for full in (True, False):
        page.locator(".btn-fullscreen-button").click()
        wait_until(
            page,
            "full => full === Boolean(document.fullscreenElement)",
            arg=full,
        )
    page.locator(".search-button-field").click()
    assert page.locator(".search-button__wrapper.show input").is_visible()


def test_the_theme_can_be_chosen_where_storage_is_blocked(site, browser):
    page = open_page(browser, troubles := [])
    page.add_init_script(BLOCK_STORAGE)
    page.goto(f"{site}book/references.html")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.locator(".theme-switch-button").click()
    assert page.evaluate(theme) == "dark"
    page.context.close()
    assert not troubles


def test_a_button_that_needs_a_script_is_hidden_without_one(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}book/references.html")
    buttons = page.locator(
        ".theme-switch-button, .search-button__button, [data-click]"
    )
    assert buttons.count() == 5
    assert not any(button.is_visible() for button in buttons.all())
