"""What the pages may load and run.

The `site` of the tests sends the policy of the pages as a header as well, so every test that opens
a page fails if something there is against it. Here are the pages that no other test opens, and the
buttons that the theme would have scripts inside the page for.
"""

import re

import pytest
from conftest import open_page, policy_of
from contents import PAGES, ROOT
from in_page import wait_until

JS = ROOT / "src" / "rnn_by_hand" / "js"
#: What every page loads, and what would not work without it.
LOADED = {
    "clipboard.min.js": "the buttons that copy code",
    "copybutton.js": "the buttons that copy code",
    "doctools.js": "the key / for the search; sphinx_highlight.js calls it",
    "documentation_options.js": "settings of the two others of Sphinx",
    "explorables.js": "explorables: it loads those that are on the page",
    "frame.js": "side bars, buttons, menu, search field, where in the contents a reader is",
    "page.js": "light and dark from the first moment",
    "print.js": "paper that is light in dark mode",
    "scrollable.js": "code, equations and tables that the arrow keys scroll",
    "sphinx_highlight.js": "the words of a search in the page it led to",
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


def test_scripts_come_from_files_of_the_site_alone(site_dir):
    policy = policy_of((site_dir / "book" / "intro.html").read_text("utf8"))
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules
    wider = [name for name, allowed in rules.items() if "unsafe" in allowed]
    assert wider == ["style-src"]


@pytest.mark.parametrize("name", ["index", "search", "genindex", "404"])
def test_a_page_that_is_no_chapter_opens_without_trouble(site, page, name):
    page.goto(f"{site}{name}.html?q=ravine")
    if name == "search":
        page.locator("#search-results li").first.wait_for()
    if name == "index":
        page.wait_for_url("**/book/intro.html")


def with_imports(script):
    """Give a script and all that it imports, as addresses in the folder of scripts."""
    found, waiting = set(), [JS / script]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                (path.parent / name).resolve()
                for name in re.findall(
                    r'^(?:import|export)\b[^;"]* from "(\.[^"]+)"',
                    path.read_text(encoding="utf8"),
                    re.MULTILINE,
                )
            ]
    return {path.relative_to(JS).as_posix() for path in found}


def test_a_chapter_loads_these_scripts_and_no_other(site, site_dir, page):
    loaded = []
    page.on(
        "request",
        lambda r: r.resource_type == "script" and loaded.append(r.url),
    )
    page.goto(f"{site}book/04_bptt.html")
    wait_until(page, "() => document.querySelector('rnn-bptt').readout")
    names = [
        url.partition("?")[0].removeprefix(f"{site}_static/") for url in loaded
    ]
    html = (site_dir / "book" / "04_bptt.html").read_text(encoding="utf8")
    explorables = set().union(
        *(with_imports(f"{t}.js") for t in re.findall(r"<(rnn-[\w-]+)", html))
    )
    assert "rnn-bptt.js" in explorables
    assert sorted(names) == sorted({*LOADED} | explorables)


def test_a_script_inside_a_page_is_seen_and_not_run(site, browser):
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


def test_the_theme_is_chosen_where_a_browser_keeps_nothing(site, browser):
    page = open_page(browser, troubles := [])
    page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("nothing is kept", "SecurityError"); },
        })"""
    )
    page.goto(f"{site}book/references.html")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.locator(".theme-switch-button").click()
    assert page.evaluate(theme) == "dark"
    page.context.close()
    # Sphinx's own, which marks the words of a search on the page that was found.
    assert troubles == ["uncaught: nothing is kept"]


def test_a_button_that_needs_a_script_is_not_there_without(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}book/references.html")
    buttons = page.locator(
        ".theme-switch-button, .search-button__button, [data-click]"
    )
    assert buttons.count() == 5
    assert not any(button.is_visible() for button in buttons.all())
