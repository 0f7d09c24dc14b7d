"""The built site in a real browser that can only reach localhost."""

import gzip
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import contents
import pytest
from contents import ROOT
from in_page import COME_TO_REST, wait_for_explorables, wait_until

from rnn_by_hand.display import PALETTE

NOTEBOOKS = [path.stem for path in contents.NOTEBOOKS]
PAGES = [path.stem for path in contents.PAGES]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf8")
CONTRAST = "color-contrast"
SCRIPTS = {path.name for path in ROOT.glob("src/rnn_by_hand/js/**/*.js")}
#: The first page and a chapter; what surrounds the article is alike on all pages.
SURROUNDED = (PAGES[0], contents.CHAPTERS[-1].stem)


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_without_trouble(site, site_dir, new_page, name):
    """The fixture also fails on errors, failed requests and requests to other hosts."""
    page = new_page(
        viewport={"width": 1280, "height": 900}, color_scheme="light"
    )
    loaded = weights_of_files(page, site, site_dir)
    page.goto(f"{site}book/{name}.html")
    assert_no_slider_is_dead(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    assert_light(loaded, gallery=name == "explorables")
    assert_headings_in_order(page)
    page.evaluate(AXE)
    # Otherwise only what is near the screen would be checked.
    page.add_style_tag(
        content="article * { content-visibility: visible !important }"
    )
    # A screen of 1280 pixels has 320 left when the page is enlarged to 400 %.
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        # Explorables follow in the next frame.
        wait_until(
            page,
            "width => document.documentElement.scrollWidth <= width",
            arg=width,
        )
        if width != 390:
            assert_accessible(page, runOnly=["best-practice"])
    use_explorables(page)
    page.evaluate(SIMPLIFY)
    # scrollable.js adds tab stops a moment after the width has changed.
    wait_until(
        page,
        "() => [...document.querySelectorAll('pre, div.math, .pst-scrollable-table-container')]"
        ".filter((box) => box.checkVisibility())"
        ".every((box) => box.tabIndex === 0 || box.scrollWidth <= box.clientWidth)",
    )
    colours_apart = {"rules": {CONTRAST: {"enabled": False}}}
    assert_accessible(page, **colours_apart)
    page.set_viewport_size({"width": 1280, "height": 900})
    if name in SURROUNDED:
        assert_accessible(page, "article", **colours_apart)
    page.evaluate(KEEP_ONE_OF_A_KIND)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait_until(
            page,
            "scheme => document.documentElement.dataset.theme === scheme",
            arg=scheme,
        )
        assert_accessible(page, runOnly=[CONTRAST])


@pytest.mark.parametrize("name", ["search", "404"])
def test_page_keeps_best_practices(site, new_page, name):
    """The pages of the book are looked at above."""
    page = new_page(color_scheme="light")
    if name == "404":  # it looks for its icon where the site will be
        page.route("**/favicon.svg", lambda route: route.fulfill(body=""))
    page.goto(f"{site}{name}.html")
    page.evaluate(AXE)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page, runOnly=["best-practice"])


#: A laptop: 1366 × 768 pixels, less what the browser takes.
LAPTOP = {"width": 1366, "height": 641}


@pytest.mark.parametrize("name", [path.stem for path in contents.CHAPTERS])
def test_a_chapter_opens_with_something_to_look_at(site, new_page, name):
    page = new_page(viewport=LAPTOP)
    page.goto(f"{site}book/{name}.html")
    first = page.locator("article").evaluate(
        """(article) => [...article.querySelectorAll("*")]
            .find((node) => node.matches(".rnn-figure") || node.localName.startsWith("rnn-"))
            .getBoundingClientRect().top"""
    )
    assert first < 1.5 * LAPTOP["height"]


def assert_headings_in_order(page):
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "headings => headings.map((heading) => Number(heading.localName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    for level, following in pairwise(levels):
        assert following <= level + 1, levels


def use_explorables(page):
    """Move each slider, flip each bit and choose the last option of each menu."""
    page.evaluate(
        """() => {
            for (const { shadowRoot } of document.querySelectorAll("*")) {
                for (const slider of shadowRoot?.querySelectorAll("[type=range]") ?? []) {
                    slider.stepUp(3);
                    slider.dispatchEvent(new Event("input"));
                    slider.dispatchEvent(new Event("change"));
                }
                for (const bit of shadowRoot?.querySelectorAll(".bit") ?? []) bit.click();
                for (const menu of shadowRoot?.querySelectorAll("select") ?? []) {
                    menu.selectedIndex = menu.length - 1;
                    menu.dispatchEvent(new Event("input"));
                    menu.dispatchEvent(new Event("change"));
                }
            }
            return new Promise(requestAnimationFrame);
        }"""
    )


def assert_accessible(page, *outside, **options):
    """Fail if axe-core finds a fault in the page, except in the parts that `outside` excludes."""
    page.evaluate(COME_TO_REST)
    found = page.evaluate(LOOK, [outside, options])
    assert not found, "\n".join(found)


# Otherwise axe spends half its time on what it has no rules for: the strokes of a drawing, which is
# an image with a name, and the parts of a formula.
SIMPLIFY = """() => {
    for (const drawing of document.querySelectorAll(".rnn-figure svg")) drawing.replaceChildren();
    for (const formula of document.querySelectorAll(".katex > span")) formula.textContent = formula.textContent;
}"""
# The colour of a text depends on the tags, classes and styles of its ancestors, so one text for each
# such path is enough.
KEEP_ONE_OF_A_KIND = """() => {
    const article = document.querySelector("article");
    const seen = new Set();
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        let path = "";
        for (let node = text.parentElement; node; node = node.parentElement) {
            path += `${node.localName}.${node.className}[${node.getAttribute("style")}] `;
        }
        if (seen.has(path)) text.remove();
        seen.add(path);
    }
    for (const node of article.querySelectorAll("*")) {
        if (!node.textContent.trim()) node.remove();
    }
}"""
LOOK = """async ([outside, options]) => {
    const { violations } = await axe.run(
        { exclude: outside }, { resultTypes: ["violations"], ...options });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
        `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""


def weights_of_files(page, site, site_dir):
    """Record the size of each file that a page requests, compressed as a server sends it."""
    loaded = {}

    def weigh(request):
        if request.url.startswith(site):
            path = request.url.removeprefix(site).partition("?")[0]
            content = (site_dir / unquote(path)).read_bytes()
            # Fonts are already compressed.
            if not path.endswith(".woff2"):
                content = gzip.compress(content)
            loaded[path] = len(content)

    page.on("request", weigh)
    return loaded


def assert_light(loaded, gallery):
    """A first visit loads at most 400 KB, later pages at most 200 KB, their explorables 32 KB.

    The gallery loads all explorables, one by one as the reader scrolls, and has a thumbnail of each.
    """
    # Later pages load only themselves and their explorables; the rest is cached.
    own = sum(
        size
        for path, size in loaded.items()
        if not path.startswith("_static/") or Path(path).name in SCRIPTS
    )
    scripts = sum(
        size for path, size in loaded.items() if Path(path).name in SCRIPTS
    )
    assert len(loaded) > 10
    assert scripts <= 32_000 or gallery, loaded
    assert sum(loaded.values()) <= 400_000, loaded
    assert own <= (300_000 if gallery else 200_000), loaded


def assert_no_slider_is_dead(page):
    """Every slider on a page belongs to an explorable that is alive."""
    wait_for_explorables(page)
    assert page.locator("article .jupyter-widgets").count() == 0
    assert page.locator("article > input[type=range]").count() == 0


def test_the_address_of_the_site_leads_to_the_book(site, page):
    page.goto(site)
    page.wait_for_url("**/book/intro.html")


@pytest.mark.weekly(but=5)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_text_and_mathematics_need_no_script(site, new_page, name):
    page = new_page(
        java_script_enabled=False, viewport={"width": 390, "height": 900}
    )
    page.goto(f"{site}book/{name}.html")
    assert page.locator(".katex-mathml math").count() > 0
    prose = page.locator("article :is(p, li, td, summary)")
    raw = re.compile(r"\$[^$]*\\[a-z]")
    assert prose.filter(has_text=raw).count() == 0
    drawings = page.locator(".rnn-figure svg[role=img]")
    assert drawings.count() == page.locator(".rnn-figure").count()
    for drawing in drawings.all():
        assert len(drawing.get_attribute("aria-label")) > 30
        # A static figure stands where an explorable would be; that of an answer is folded.
        folded = drawing.locator("xpath=ancestor::details").count()
        assert folded or drawing.bounding_box()["width"] > 200
    assert page.locator("article img:not([alt])").count() == 0


def test_the_first_sentence_has_the_font_of_the_title(site, page):
    page.goto(f"{site}book/intro.html")
    faces = [
        page.locator(text).first.evaluate(
            "node => getComputedStyle(node).fontFamily"
        )
        for text in ("h1", "article p")
    ]
    assert faces[0] == faces[1]


def test_the_only_colours_in_code_are_those_of_quantities(site, page):
    page.goto(f"{site}book/04_bptt.html")
    colours = page.locator("article pre span").evaluate_all(
        """(spans) => [...new Set(spans.filter((span) => span.textContent.trim()).map((span) =>
            `${getComputedStyle(span).color} ${/rnn-(\\w+)/.exec(span.className)?.[1] ?? ""}`.trim()))]"""
    )
    rgb = {
        name: "rgb({}, {}, {})".format(*bytes.fromhex(colour[1:]))
        for name, colour in PALETTE.items()
    }
    quantities = ("x", "state", "target", "gradient", "wx", "wrec")
    of_quantities = [f"{rgb[name]} {name}" for name in quantities]
    # What has none has that of the text, or of a comment.
    assert sorted(colours) == sorted(
        [rgb["ink"], rgb["target"], *of_quantities]
    )


def test_code_has_no_classes_without_a_style(site_dir):
    """They would make a chapter a quarter longer, and slower to appear."""
    style = (site_dir / "_static" / "book.css").read_text(encoding="utf8")
    for name in NOTEBOOKS:
        text = (site_dir / "book" / f"{name}.html").read_text(encoding="utf8")
        code = "".join(re.findall(r"<pre>.*?</pre>", text, re.DOTALL))
        for mark in set(re.findall(r'<span class="([^"]+)"', code)):
            assert re.search(rf"\.{mark}\b", style), f"{name}: {mark}"


def test_paper_is_light_whatever_the_theme(site, new_page):
    page = new_page(color_scheme="dark")
    page.goto(f"{site}book/01_recurrence.html")
    page.evaluate(
        """() => {
            const note = ({ type }) => { document.title = `${type} ${document.documentElement.dataset.theme}`; };
            addEventListener("beforeprint", note);
        }"""
    )
    page.pdf(page_ranges="1")
    assert page.title() == "beforeprint light"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_paper_shows_what_is_folded_and_no_controls(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}book/02_unrolling.html")
    page.emulate_media(media="print")
    for solution in page.locator(".tag_hide-cell .cell_output").all():
        assert solution.bounding_box()["height"] > 10
    assert page.locator("article details:not([open])").count() > 10
    assert page.locator("h1").is_visible()
    for control in page.locator("button, nav, input, .headerlink").all():
        assert not control.is_visible(), control.inner_html()


def test_fonts_of_the_mathematics_are_on_the_site(site, page):
    font = page.request.get(f"{site}_static/fonts/KaTeX_Main-Regular.woff2")
    assert font.ok


class Links(HTMLParser):
    """The links of a page, and the anchors in it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag.startswith("rnn-"):
            self.anchors.add(f"{tag[4:]}:")
        # The page embed.html shows any of those that it names.
        if name := attrs.get("data-name"):
            self.anchors.add(f"{name}:")
        self.anchors.update(filter(None, (attrs.get("id"), attrs.get("name"))))
        if tag in ("a", "link", "img", "script"):
            self.links.update(
                filter(None, (attrs.get("href"), attrs.get("src")))
            )


def test_no_link_inside_the_site_is_broken(site_dir):
    pages = {
        path.relative_to(site_dir).as_posix(): Links(path.read_text("utf8"))
        for path in site_dir.rglob("*.html")
        if not {"_static", "lite"} & {*path.relative_to(site_dir).parts}
    }
    broken = []
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            target, anchor = urldefrag(unquote(urljoin(f"/{name}", link)))
            target = target.partition("?")[0].lstrip("/")
            there = (site_dir / target).is_file()
            anchors = pages[target].anchors if target in pages else {anchor}
            # A link to a setting only needs its explorable to exist.
            anchor = re.sub(r"(?<=:).*", "", anchor)
            if not there or (anchor and anchor not in anchors):
                broken.append(f"{name}: {link}")
    assert len(pages) > len(PAGES)
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_nothing_from_elsewhere(site_dir, name):
    page = Links((site_dir / "book" / f"{name}.html").read_text("utf8"))
    text = (site_dir / "book" / f"{name}.html").read_text("utf8")
    loaded = re.findall(
        r'<(?:script|link(?! rel="canonical")|img|iframe)[^>]+(?:src|href)="(https?:[^"]+)',
        text,
    )
    assert page.links
    assert not loaded


def test_nothing_in_the_site_identifies_a_build(site_dir):
    """The cheap half of `make reproducible`: no random names, and no paths of this machine."""
    own = re.compile(
        rf"[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}"
        rf"|{re.escape(str(ROOT))}|{re.escape(str(site_dir.parent))}"
        r"| at 0x[0-9a-f]{6}"
    )
    files = [
        path
        for path in site_dir.rglob("*")
        if path.suffix in (".html", ".js", ".css", ".xml", ".ipynb")
        and not path.name.endswith(".min.js")
        and "lite" not in path.relative_to(site_dir).parts
    ]
    assert len(files) > 40
    found = {
        path.name: own.findall(path.read_text(encoding="utf8"))[:3]
        for path in files
        if own.search(path.read_text(encoding="utf8"))
    }
    assert not found
