"""A figure to take away: the file looks like the page, without the page."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from in_page import button, wait_for_explorables, wait_until
from PIL import Image
from playwright.sync_api import expect
from settings import CASES, everyone, start

SVG = "{http://www.w3.org/2000/svg}"
#: Hides what a file leaves out, and keeps the layout.
HIDE = """element => {
    const style = document.createElement("style");
    style.textContent = `.grip, .twin, .sliders, .controls, .zoom, .roll, .learn, .all, .menus
        { visibility: hidden !important }`;
    element.shadowRoot.append(style);
}"""

#: Maps are drawn over several frames, and once more after a change of the theme.
COME_TO_REST = """async (element) => {
    const drawn = () => [...element.shadowRoot.querySelectorAll("canvas")].map((one) => one.toDataURL()).join();
    for (let before = "", same = 0; same < 5; ) {
        const now = drawn();
        same = now === before ? same + 1 : 0;
        before = now;
        await new Promise(requestAnimationFrame);
    }
}"""


def save(element, kind):
    """Press Save and then SVG or PNG, and give the content of the file."""
    opener = button(element, "Save")
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
    with element.page.expect_download() as download:
        button(element, f"Save as {kind}").click()
    assert re.fullmatch(
        rf"[\w-]+\.{kind.lower()}", download.value.suggested_filename
    )
    with open(download.value.path(), "rb") as file:
        return file.read()


def render(page, svg):
    """Show a file as an image on an empty page, and give its pixels."""
    page.evaluate(
        """async (svg) => {
            const image = new Image();
            image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
            await image.decode();
            image.style = "position: fixed; inset: 0; z-index: 10000; max-width: none";
            image.id = "saved";
            image.className = "dark-light"; // the theme darkens all others
            document.body.append(image);
        }""",
        svg,
    )
    image = page.locator("#saved").screenshot()
    page.evaluate("() => document.querySelector('#saved').remove()")
    return pixels(image)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


def assert_alike(one, other):
    """Fail unless two pictures look alike from a few steps away, where half a pixel does not count."""
    rows, columns = (
        min(sizes) // 4 * 4
        for sizes in zip(one.shape[:2], other.shape[:2], strict=True)
    )
    far = [
        picture[:rows, :columns]
        .reshape(rows // 4, 4, columns // 4, 4, 3)
        .mean(axis=(1, 3))
        for picture in (one, other)
    ]
    apart = np.abs(far[0] - far[1]).max(axis=2)
    assert apart.mean() < 3
    assert (apart > 60).mean() < 0.01


def check(svg):
    """Parse a file, and fail if it needs anything from the page."""
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    text = re.sub(r"base64,[\w+/=]+", "", svg)
    for foreign in (
        "var(",
        "class=",
        "color-mix",
        "currentColor",
        "color(",
        "NaN",
        "undefined",
        "foreignObject",
    ):
        assert foreign not in text, foreign
    fonts = set(re.findall(r"@font-face { font-family: (\w+);", text))
    assert fonts == set(re.findall(r"KaTeX_\w+", text))
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    assert used <= set(re.findall(r' id="([^"]+)"', text))
    return root


def words(root):
    return " ".join("".join(t.itertext()) for t in root.iter(f"{SVG}text"))


@pytest.mark.weekly(but=3)
@pytest.mark.parametrize("theme", ["light", "dark"])
@everyone
def test_a_file_looks_like_the_explorable(show, kind, theme):
    element = show(start(kind), CASES[kind].link, width=900, height=1200)
    page = element.page
    # Below the header, and at a whole pixel like the file.
    element.evaluate(
        """it => Object.assign(it.style, { position: "absolute", left: 0, top: "80px", width: "752px", margin: 0,
            background: "var(--rnn-paper)" })"""
    )
    page.evaluate(
        "theme => { document.documentElement.dataset.theme = theme; }", theme
    )
    if "fates" in CASES[kind].link:
        expect(element.locator(".legend")).to_contain_text("10 201 starts")
    element.evaluate(COME_TO_REST)
    svg = save(element, "SVG").decode()
    root = check(svg)
    text = words(root)
    assert "RNN by Hand · CC BY 4.0" in text
    address = re.sub(r"\s", "", text)
    assert f"blank.html#{kind.tag[4:]}:" in address
    saved = render(page, svg)
    png = pixels(save(element, "PNG"))
    assert png.shape == (3 * saved.shape[0], 3 * saved.shape[1], 3)
    assert_alike(png[::3, ::3], saved)
    element.evaluate(HIDE)
    shown = pixels(element.locator(".stage").screenshot())
    top, left = element.evaluate(
        """it => {
            const [a, b] = [".live", ".stage"].map((s) => it.shadowRoot.querySelector(s).getBoundingClientRect());
            return [b.top - a.top + 12, b.left - a.left + 12].map(Math.round);
        }"""
    )
    assert_alike(saved[top:, left:], shown)


@pytest.mark.weekly(but=2)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["02_unrolling", "03_loss", "06_ravine"])
def test_a_file_looks_like_the_static_figure(site, page, name, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(f"{site}book/{name}.html")
    wait_for_explorables(page)
    figures = page.locator(".rnn-figure:has(> .figure-save)").filter(
        visible=True
    )
    assert figures.count() >= 3
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        drawing = figure.locator("> svg")
        svg = save(figure, "SVG").decode()
        root = check(svg)
        assert f"{name}.html#fig-" in re.sub(r"\s", "", words(root))
        # At a whole pixel, like the file.
        drawing.evaluate(
            """it => {
                const { left, top } = it.getBoundingClientRect();
                it.style.translate = `${Math.round(left) - left}px ${Math.round(top) - top}px`;
            }"""
        )
        shown = pixels(drawing.screenshot())
        assert_alike(render(page, svg)[12:, 12:], shown)


def test_the_buttons_of_a_figure_move_nothing(site, new_page):
    """They stand in the space below it, and cover nothing, at 320 px too."""
    page = new_page(viewport={"width": 320, "height": 900})
    page.goto(f"{site}book/02_unrolling.html")
    wait_for_explorables(page)
    for saving in page.locator(".figure-save").filter(visible=True).all():
        saving.get_by_role("button", name="Save", exact=True).click()
        faults = saving.evaluate(
            """it => {
                const box = it.getBoundingClientRect();
                const next = it.parentElement.getBoundingClientRect();
                const after = document.elementsFromPoint(box.left + 5, box.bottom + 1);
                return [box.top < next.bottom - 0.5, box.left < 0, box.right > innerWidth,
                    [...it.children].some((one) => one.matches("button") && one.offsetHeight < 24)];
            }"""
        )
        assert faults == [False] * 4
        saving.get_by_role("button", name="Save", exact=True).click()
        assert saving.get_by_role("button").filter(visible=True).count() == 1


def test_saving_is_loaded_when_it_is_used(site, page):
    loaded = []
    page.on("request", lambda r: loaded.append(r.url))
    page.goto(f"{site}book/04_bptt.html")
    wait_until(page, "() => document.querySelector('rnn-bptt').readout")
    element = page.locator("rnn-bptt").first
    assert not any("save.js" in url for url in loaded)
    save(element, "SVG")
    assert any("save.js" in url for url in loaded)
    expect(element.locator(".spoken")).to_contain_text("saved as SVG")


def test_what_cannot_be_saved_is_said(site, browser):
    page = browser.new_context().new_page()
    page.route("**/save.js", lambda route: route.abort())
    page.goto(f"{site}book/04_bptt.html")
    wait_until(page, "() => document.querySelector('rnn-bptt').readout")
    element = page.locator("rnn-bptt").first
    button(element, "Save").click()
    button(element, "Save as PNG").click()
    expect(button(element, "Not saved")).to_be_visible()
    page.context.close()
