"""How a page looks: where the text stands, in which colours, and for fingers and forced colours."""

from io import BytesIO

import pytest
from contents import BOOK
from in_page import wait_for_answers, wait_until
from PIL import Image
from test_pages import LAPTOP

from rnn_by_hand.display import PALETTE

CHAPTER = "book/04_bptt.html"
SMALL_LAPTOP = {"width": 1280, "height": 585}
PHONE = {"viewport": {"width": 390, "height": 844}}
TOUCH = PHONE | {"has_touch": True, "is_mobile": True}
BOXES = """(nodes) => nodes.filter((node) => node.checkVisibility()).map((node) => {
    const { left, right, top, bottom, width, height } = node.getBoundingClientRect();
    return { left, right, top, bottom, width, height, html: node.outerHTML.slice(0, 200) };
})"""
#: Only what is near the screen would have a place otherwise.
LAY_OUT = "article * { content-visibility: visible !important }"


def boxes(page, selector):
    found = page.locator(selector).evaluate_all(BOXES)
    assert found, selector
    return found


def centre(box):
    return (box["left"] + box["right"]) / 2


def pixels(picture):
    """Give the colours in a screenshot, most frequent first."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    found = image.getcolors(image.width * image.height)
    return [colour for _, colour in sorted(found, reverse=True)]


def contrast(one, other):
    """The contrast of two colours, as WCAG defines it."""

    def light(colour):
        parts = [c / 255 for c in colour]
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in parts
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("size", [LAPTOP, SMALL_LAPTOP])
def test_the_text_stands_in_the_middle_between_the_side_bars(
    site, new_page, size
):
    page = new_page(viewport=size)
    page.goto(site + CHAPTER)
    (contents,) = boxes(page, ".bd-sidebar-primary")
    (sections,) = boxes(page, ".bd-sidebar-secondary")
    (main,) = boxes(page, "article > section")
    assert main["left"] >= contents["right"]
    assert main["right"] <= sections["left"]
    middle = (contents["right"] + sections["left"]) / 2
    for text in boxes(page, "article > section > :is(h1, p), .rnn-figure")[:4]:
        assert abs(centre(text) - middle) < 1, text["html"]


@pytest.mark.parametrize("size", [LAPTOP, SMALL_LAPTOP])
def test_a_line_of_code_fits_between_the_side_bars(site, new_page, size):
    page = new_page(viewport=size)
    page.goto(site + CHAPTER)
    page.add_style_tag(content=LAY_OUT)
    longest = page.locator("article div.cell pre").evaluate_all(
        """(all) => {
            all[0].textContent = "x".repeat(79);
            return all[0].scrollWidth - all[0].clientWidth;
        }"""
    )
    assert longest <= 0


def test_code_is_not_much_smaller_than_text(site, new_page):
    page = new_page(viewport=LAPTOP)
    page.goto(site + CHAPTER)
    sizes = [
        page.locator(kind).first.evaluate(
            "node => getComputedStyle(node).fontSize"
        )
        for kind in (
            "article section > p:not([class])",
            "article div.cell pre",
        )
    ]
    assert sizes == ["18px", "15px"]


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("name", ["01_recurrence", "08_how_far"])
def test_figures_stand_in_the_middle_of_the_text(site, new_page, name, media):
    page = new_page(viewport=LAPTOP)
    page.goto(f"{site}book/{name}.html")
    page.emulate_media(media=media)
    page.add_style_tag(content=LAY_OUT)
    text = boxes(page, "article section > p:not([class])")[0]
    figures = boxes(
        page, "article .rnn-figure > svg, article img:not(.wall *)"
    )
    assert len(figures) >= 2
    for figure in figures:
        assert abs(centre(figure) - centre(text)) < 1, figure["html"]
        assert figure["width"] <= text["width"] + 1


def test_a_name_in_code_has_the_colour_of_its_quantity(monkeypatch):
    monkeypatch.syspath_prepend(BOOK / "_ext")
    import quantity_colours

    def colours(code):
        html = "\n".join(
            " ".join(f'<span class="n">{name}</span>' for name in line.split())
            for line in code.split("\n")
        )
        marked = quantity_colours.mark(f"<pre>{html}</pre>")
        return {
            name: name_class
            for name_class, name in quantity_colours.re.findall(
                r'<span class="rnn-(\w+)">(\w+)</span>', marked
            )
        }

    assert colours("X t S s_prev delta grad_over_time wx wRec other") == {
        "X": "x",
        "t": "target",
        "S": "state",
        "s_prev": "state",
        "delta": "gradient",
        "grad_over_time": "gradient",
        "wx": "wx",
        "wRec": "wrec",
    }
    assert colours("s = s") == {"s": "state"}
    assert colours("p, q, s = 3\ns") == {}
    assert colours("X ax.plot(x, t)\nx t") == {"X": "x"}
    assert colours("x t") == {"x": "x", "t": "target"}
    assert colours("x t for t , r in zip") == {"x": "x"}
    assert colours("for delta in steps\ndelta") == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_icon_is_visible_in_forced_colours(site, new_page, scheme):
    page = new_page(**PHONE, forced_colors="active", color_scheme=scheme)
    page.goto(site + CHAPTER)
    wait_for_answers(page)
    icons = page.locator(".bd-header-article [class*='fa-']").filter(
        visible=True
    )
    assert icons.count() >= 5
    for icon in icons.all():
        assert_drawn(icon)


def assert_drawn(icon):
    back, *drawn = pixels(icon.screenshot())
    assert max((contrast(back, colour) for colour in drawn), default=1) > 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_are_visible_in_forced_colours(site, new_page, scheme):
    page = new_page(
        viewport=LAPTOP, forced_colors="active", color_scheme=scheme
    )
    page.goto(site + CHAPTER)
    wait_for_answers(page)
    page.locator("rnn-bptt").first.scroll_into_view_if_needed()
    page.locator("rnn-bptt [type=range]").first.wait_for()
    for kind in (
        "book-exercise input",
        "book-exercise button",
        ".choice input",
        ".bd-sidebar-primary .search-button__button",
        ".bd-sidebar-primary .fa-magnifying-glass",
        "article div.highlight pre",
        "article div.highlight .copybtn",
        "rnn-bptt input[type=range]",
        "rnn-bptt .bit[aria-pressed=true] span",
    ):
        control = page.locator(kind).filter(visible=True).first
        control.scroll_into_view_if_needed()
        assert_drawn(control)


def test_figures_have_the_colours_of_the_system_where_those_are_forced(
    site, new_page
):
    """A reader who chose the light mode would see black on black."""
    page = new_page(color_scheme="dark", forced_colors="active")
    page.add_init_script("localStorage.setItem('mode', 'light')")
    page.goto(site + CHAPTER)
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.emulate_media(forced_colors="none", color_scheme="dark")
    wait_until(page, f"() => {theme} === 'light'")


@pytest.mark.parametrize("name", ["01_recurrence", "04_bptt", "figures"])
def test_buttons_are_large_enough_for_fingers(site, new_page, name):
    page = new_page(**TOUCH)
    page.goto(f"{site}book/{name}.html")
    wait_for_answers(page)
    page.add_style_tag(content=LAY_OUT)
    page.locator("details").evaluate_all(
        "all => all.forEach((one) => { one.open = true; })"
    )
    radios = page.locator(".choice input")
    for i in range(0, radios.count(), 3):
        radios.nth(i).check()
    page.locator(".primary-toggle").click()
    # In the explorables, which no CSS selector reaches, test_every_explorable.py does so.
    for button in boxes(
        page, "css:light=button, select, summary, article input, .choice label"
    ):
        if 'type="radio"' in button["html"]:
            continue  # its label is the target
        assert min(button["width"], button["height"]) >= 32, button["html"]


def test_fingers_find_the_button_that_copies_code(site, new_page):
    page = new_page(**TOUCH)
    page.goto(site + CHAPTER)
    button = page.locator(".copybtn").filter(visible=True).first
    assert button.evaluate("node => getComputedStyle(node).opacity") == "1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_past_the_menu_has_the_colours_of_the_book(
    site, new_page, scheme
):
    page = new_page(color_scheme=scheme)
    page.goto(site + CHAPTER)
    link = page.locator(".skip-link a")
    page.keyboard.press("Tab")
    assert link.evaluate("node => node === document.activeElement")
    page.locator(".skip-link").evaluate(
        "node => Promise.all(node.getAnimations().map((one) => one.finished)).then(() => true)"
    )
    assert link.bounding_box()["y"] >= 0
    ground, ink = page.locator(".skip-link").evaluate(
        """(node) => {
            const { backgroundColor } = getComputedStyle(node);
            return [backgroundColor, getComputedStyle(node.firstElementChild).color]
                .map((text) => text.match(/\\d+/g).map(Number));
        }"""
    )
    assert contrast(ground, ink) > 4.5
    if scheme == "light":
        wanted = [bytes.fromhex(PALETTE[n][1:]) for n in ("x", "paper")]
        assert [bytes(ground), bytes(ink)] == wanted
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.querySelector('main').contains(document.activeElement)"
    )
