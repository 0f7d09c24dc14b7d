"""The decks of slides: made from the built site, opened, used, printed and followed."""

import importlib
import re
import statistics
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import pytest
import slides
from bs4 import BeautifulSoup
from contents import CHAPTERS, ROOT
from in_page import wait_until
from pypdf import PdfReader

DECKS = [*slides.PLANS, *(path.stem for path in CHAPTERS)]
LAPTOP = {"width": 1366, "height": 641}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def decks(site_dir):
    if not (site_dir / "slides").exists():
        pytest.skip("this site has no slides; make slides makes them")
    return site_dir / "slides"


@pytest.fixture(scope="module")
def texts(decks):
    return {name: (decks / f"{name}.html").read_text("utf8") for name in DECKS}


def section(heading, content, anchor="there"):
    return (
        f'<section id="{anchor}"><h2>{heading}<a class="headerlink" '
        f'href="#{anchor}">#</a></h2>{content}</section>'
    )


def marked(content, kind="slide"):
    return f"<!-- slide: {kind} -->{content}<!-- slide: end -->"


def deck_of(page):
    return slides.chapter_deck(page, "trial").slides


def test_a_slide_has_what_is_marked_and_the_title_of_its_section():
    first, second = deck_of(
        section("One", marked("<p>a</p>") + "<p>not this</p>")
        + section("Two", marked("<p>b</p>") + marked("<p>c</p>", "fragment"))
    )
    assert (first.title, first.body) == ("One", "<p>a</p>")
    assert second.title == "Two"
    assert second.body == '<p>b</p><div class="fragment"><p>c</p></div>'


def test_a_heading_within_the_cell_is_the_title():
    page = section("One", "<p>a</p>") + section("Two", "<p>b</p>")
    (slide,) = deck_of(f"{marked(page)}")
    assert slide.title == "Two"
    assert slide.body == "<p>a</p><p>b</p>"


def test_an_answer_gets_a_slide_of_its_own():
    fold = "<details><summary>The table</summary><p>4</p></details>"
    question, answer = deck_of(section("One", marked(f"<p>2 + 2?</p>{fold}")))
    assert question.body == "<p>2 + 2?</p>"
    assert (answer.title, answer.body) == ("One", "<p>4</p>")


def test_an_explorable_stands_in_a_frame_at_its_setting():
    tag = '<rnn-gradient-check wx="1.2" wrec="0.9" bug="mystery 3">x</rnn-gradient-check>'
    (slide,) = deck_of(
        section("One", marked(f'<div class="cell">{tag}</div>'))
    )
    frame = BeautifulSoup(slide.body, "html.parser").iframe
    assert frame["data-src"] == (
        "../embed.html?present#gradient-check:wx=1.2,wRec=0.9,bug=mystery+3"
    )


def test_links_lead_from_the_slides_to_the_book():
    links = '<a href="#there">1</a><a href="04_bptt.html#x">2</a><a href="https://rnn.example/">3</a>'
    (slide,) = deck_of(section("One", marked(links)))
    assert re.findall('href="([^"]*)"', slide.body) == [
        "../book/trial.html#there",
        "../book/04_bptt.html#x",
        "https://rnn.example/",
    ]


def test_a_chapter_without_slides_is_named():
    with pytest.raises(ValueError, match="no cell of trial is marked"):
        deck_of(section("One", "<p>a</p>"))


def test_a_plan_that_leads_to_no_slide_is_named():
    chapter = slides.chapter_deck(section("One", marked("a")), "trial")
    link = BeautifulSoup('<a href="trial.html#elsewhere">', "html.parser").a
    with pytest.raises(ValueError, match=r"trial\.html#elsewhere"):
        slides.slides_of(link, "0–5", "What?", {"trial": chapter})


@pytest.mark.parametrize("kind", ["subslide", "notes"])
def test_another_type_of_slide_is_a_warning(kind, monkeypatch):
    said = []
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    slide_marks = importlib.import_module("slide_marks")
    monkeypatch.setattr(
        slide_marks.LOGGER, "warning", lambda *words, **_: said.append(words)
    )
    cell = {"id": "abc", "metadata": {"slideshow": {"slide_type": kind}}}
    assert slide_marks.kind_of(cell, "book/trial") is None
    ((words, *values),) = said
    assert words % tuple(values) == (
        f"slide_type of cell abc is '{kind}'; it must be slide, fragment or skip"
    )


def test_text_on_slides_is_short(texts):
    lengths = []
    for text in texts.values():
        read = re.sub(r"(?s)<(svg|pre|math|h[12])\b.*?</\1>", " ", text)
        for sheet in read.split('<div class="sheet')[1:]:
            lengths.append(len(re.sub("<[^>]*>", "", sheet).split()))
    assert statistics.median(lengths) < 45
    assert max(lengths) < 150  # the recipe, to take home


def open_deck(page, site, name, query=""):
    """Open a deck and leave its frames empty."""
    page.add_init_script(EMPTY_FRAMES)
    page.goto(f"{site}slides/{name}.html{query}")
    wait_until(page, "() => Reveal.isReady()")
    page.evaluate("document.fonts.ready.then(() => true)")


# Once the page has been read, and before a deferred script runs.
EMPTY_FRAMES = """document.addEventListener("readystatechange", () => {
    for (const frame of document.querySelectorAll("iframe")) frame.dataset.src = "about:blank";
}, { once: true })"""


@pytest.mark.parametrize("name", DECKS)
def test_everything_fits(decks, site, new_page, name):
    page = new_page(viewport=LAPTOP)
    open_deck(page, site, name)
    faults = page.evaluate(FAULTS)
    assert not faults, "\n".join(faults)
    assert page.evaluate("Reveal.getTotalSlides()") >= 6


# Every slide with all its fragments.
FAULTS = """() => Reveal.getSlides().flatMap((slide, i) => {
    Reveal.slide(i, 0, 99);
    const sheet = slide.querySelector(".sheet");
    const name = `${i + 1} ${sheet.querySelector("h1, h2").textContent}`;
    const faults = [];
    const wide = (node) => node.scrollWidth > node.clientWidth + 2;
    if (sheet.scrollHeight > sheet.clientHeight + 1 || wide(sheet)) faults.push(`${name}: does not fit`);
    for (const node of sheet.querySelectorAll("pre, table, .katex-display, p")) {
        if (node.clientWidth && wide(node)) faults.push(`${name}: ${node.localName} is too wide`);
    }
    for (const node of sheet.querySelectorAll("figure svg, iframe")) {
        if (node.getBoundingClientRect().height < 250) faults.push(`${name}: ${node.localName} is too small`);
    }
    if (sheet.children.length < 2) faults.push(`${name}: nothing below the title`);
    if (innerWidth < sheet.getBoundingClientRect().right) faults.push(`${name}: beyond the window`);
    return faults;
})"""


@pytest.mark.weekly(but=4)
@pytest.mark.parametrize("name", DECKS)
def test_each_slide_is_a_page_on_paper(decks, site, new_page, name):
    page = new_page(viewport=LAPTOP)
    open_deck(page, site, name, "?print-pdf")
    wait_until(page, ON_PAPER)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    pages = PdfReader(BytesIO(printed)).pages
    assert len(pages) == page.evaluate("Reveal.getTotalSlides()")
    assert all(p.extract_text().strip() for p in pages)


# While the slides are moved to their pages, there are none.
ON_PAPER = """() => Reveal.getTotalSlides() &&
    document.querySelectorAll(".pdf-page > section").length === Reveal.getTotalSlides()"""


def test_paper_is_light(decks, site, new_page):
    page = new_page(viewport=LAPTOP, color_scheme="dark")
    page.goto(f"{site}slides/09_nonlinear.html?print-pdf")
    wait_until(page, "() => Reveal.isReady()")
    wait_until(
        page,
        """() => {
            const inner = Array.from(frames).flatMap((one) => Array.from(one.frames));
            return inner.length === document.querySelectorAll("iframe").length
                && inner.every(({ document: { body } }) => body?.querySelector("[data-name]")?.readout)
                && [window, ...Array.from(frames), ...inner]
                    .every(({ document }) => document.documentElement.dataset.theme === "light");
        }""",
    )


def innermost(page):
    """Give the frame with the explorable of the slide that is shown."""
    shown = page.locator("section.present iframe").element_handle()
    wait_until(
        page,
        "frame => frame.contentDocument?.querySelector('iframe')?.contentDocument"
        "?.querySelector('[data-name]')?.readout",
        arg=shown,
    )
    (inner,) = shown.content_frame().child_frames
    return inner


def test_an_explorable_has_the_arrow_keys_and_the_deck_the_page_keys(
    decks, site, new_page
):
    page = new_page(viewport=LAPTOP)
    page.goto(f"{site}slides/fifty_minutes.html#/1")
    wait_until(page, "() => Reveal.isReady()")
    inner = innermost(page)
    weight = "document.querySelector('rnn-states').readout.wx"
    at = "Reveal.getIndices().h"
    inner.locator("rnn-states [type=range]").first.focus()
    before = inner.evaluate(weight)
    page.keyboard.press("ArrowRight")
    assert inner.evaluate(weight) > before
    assert page.evaluate(at) == 1
    page.keyboard.press("PageDown")
    assert page.evaluate(at) == 2
    page.keyboard.press("PageUp")
    assert page.evaluate(at) == 1
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == 2


def test_every_setting_on_a_slide_can_be_shown(texts, site, page):
    settings = {
        unescape(setting)
        for text in texts.values()
        for setting in re.findall(
            r'data-src="\.\./embed\.html\?present#([^"]*)"', text
        )
    }
    assert len(settings) > len(CHAPTERS)
    page.goto(f"{site}embed.html#{settings.pop()}")
    for setting in settings:
        page.evaluate("to => { location.hash = to; }", setting)
        name = setting.partition(":")[0]
        wait_until(
            page,
            "name => document.querySelector('[role=alert]:not(:empty), "
            "[data-name=\"' + name + '\"]')",
            arg=name,
        )
        assert not page.locator("main > [role=alert]").all_text_contents()


@pytest.mark.weekly(but=4)
@pytest.mark.parametrize("name", DECKS)
def test_a_deck_is_a_page_to_scroll_on_a_phone(decks, site, new_page, name):
    page = new_page(viewport=PHONE)
    page.route(
        "**/embed.html*",
        lambda route: route.fulfill(content_type="text/html", body=""),
    )
    page.goto(f"{site}slides/{name}.html")
    wait_until(
        page,
        "() => [...document.querySelectorAll('iframe')]"
        ".every(({ src }) => src.includes('embed.html#'))",
    )
    width, height = page.evaluate(
        "({ scrollWidth: w, scrollHeight: h } = document.documentElement, [w, h])"
    )
    assert width <= PHONE["width"]
    assert height > 3 * PHONE["height"]
    size = page.locator(".sheet p").first.evaluate(
        "node => parseFloat(getComputedStyle(node).fontSize)"
    )
    assert size >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_deck_has_the_colours_of_the_book(decks, site, new_page, scheme):
    page = new_page(viewport=LAPTOP, color_scheme=scheme)
    open_deck(page, site, "01_recurrence")
    colours = page.evaluate(
        """() => {
            const probe = document.createElement("i");
            probe.style = "color: var(--rnn-ink); background: var(--rnn-paper)";
            document.body.append(probe);
            const of = (node) => getComputedStyle(node);
            return [
                [of(document.body).backgroundColor, of(probe).backgroundColor],
                [of(document.querySelector(".sheet p")).color, of(probe).color],
                document.documentElement.dataset.theme,
            ];
        }"""
    )
    for shown, expected in colours[:2]:
        assert shown == expected
    assert colours[2] == scheme


def test_every_link_of_a_deck_leads_somewhere(texts, decks):
    ids, dead = {}, []
    pages = {**texts, "index": (decks / "index.html").read_text("utf8")}
    for name, text in pages.items():
        for href in {*re.findall(r'<a [^>]*?href="([^"]*)"', text)}:
            path, _, anchor = unquote(unescape(href)).partition("#")
            path = path.partition("?")[0]
            if re.match(r"\w+:", path):
                continue
            target = (decks / path).resolve()
            if target not in ids:
                there = target.read_text("utf8") if target.is_file() else ""
                ids[target] = {
                    *re.findall(r' id="([^"]*)"', there),
                    *re.findall(r"<rnn-([\w-]+)", there),
                    *([""] if there else []),
                }
            # What follows a colon is the setting of an explorable.
            if re.sub(r"(-\d+)?:.*", "", anchor) not in ids[target]:
                dead.append(f"{name}: {href}")
    assert not dead, "\n".join(dead)


def test_lecturers_are_led_to_every_deck(site_dir, decks):
    page = (site_dir / "book/for_lecturers.html").read_text("utf8")
    assert re.search(
        r'<p class="slides"><a href="\.\./slides/index\.html">', page
    )
    assert "<!-- slides:" not in page
    index = (decks / "index.html").read_text("utf8")
    assert {*re.findall(r'href="(\w+)\.html"', index)} == {*DECKS}
