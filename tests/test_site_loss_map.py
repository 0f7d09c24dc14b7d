"""rnn-loss-surface on a page of the site: the same numbers, dragged, tapped, zoomed and legible."""

import itertools
import math

import numpy as np
import pytest
from in_page import place
from playwright.sync_api import expect

from rnn_by_hand.explorables import _SURFACE, LossMap, _number

SHOWN = ("loss", "wx_grad", "wRec_grad", "grad_size", "floor", "floor_loss")


@pytest.fixture
def show(new_page, site):
    """Put the explorable on a page of the site, and give it."""

    def open_explorable(wx=1.2, wRec=0.7, zoom=0, **options):
        page = new_page(
            **{"viewport": {"width": 1280, "height": 1100}} | options
        )
        explorable = place(page, site, LossMap(wx, wRec, zoom))
        expect(explorable.locator("dd").first).not_to_be_empty()
        explorable.locator("canvas").scroll_into_view_if_needed()
        return explorable

    return open_explorable


@pytest.fixture
def explorable(show):
    return show()


def readout(explorable):
    return explorable.evaluate("element => element.readout")


def change(explorable, **setting):
    """Change the setting as a program does, and wait until it is painted."""
    explorable.evaluate(
        """(element, setting) => {
            Object.assign(element, setting);
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }""",
        setting,
    )


def where(explorable, wx, wRec):
    """Where a pair of weights is on the screen."""
    left, right, low, high = readout(explorable)["view"]
    box = explorable.locator("canvas").bounding_box()
    return (
        box["x"] + box["width"] * (wRec - left) / (right - left),
        box["y"] + box["height"] * (high - wx) / (high - low),
    )


def count_drawings(explorable):
    """Count from now on how often the tones are drawn."""
    explorable.page.evaluate(
        """() => {
            window.drawings = 0;
            const { prototype } = CanvasRenderingContext2D;
            const draw = prototype.putImageData;
            prototype.putImageData = function (...all) { window.drawings++; draw.apply(this, all); };
        }"""
    )


def test_readout_equals_the_helper_to_the_last_digit(explorable):
    rng = np.random.default_rng(31)
    settings = [
        (float(wx), float(wRec), int(zoom))
        for (wx, wRec), zoom in zip(
            rng.uniform(-3, 3, (250, 2)).round(12), rng.integers(0, 7, 250)
        )
    ]
    # On the floor the loss is what is left of numbers that cancel; nothing else cancels more.
    for wRec in rng.uniform(-3, 3, 50).round(12):
        floor = float(np.clip(_SURFACE.floor(wRec), -3, 3).round(13))
        settings.append((floor, float(wRec), 0))
    settings += [(1, 1, 6), (3, 3, 0), (-3, -3, 0), (3, -3, 6), (0, 0, 3)]
    shown = explorable.evaluate(
        """(element, settings) => settings.map(([wx, wRec, zoom]) => {
            Object.assign(element, { wx, wRec, zoom });
            return element.readout;
        })""",
        settings,
    )
    for setting, numbers in zip(settings, shown, strict=True):
        # Equal, not only close: the page does the same operations in the same order.
        assert numbers == LossMap(*setting).readout


def test_shows_the_numbers_of_the_readout(explorable):
    for setting in ((1.2, 0.7, 0), (1, 1, 3), (-3, 3, 0), (0.01, 2, 5)):
        change(explorable, **dict(zip(("wx", "wRec", "zoom"), setting)))
        numbers = LossMap(*setting).readout
        assert explorable.locator("dd").all_text_contents() == [
            _number(numbers[name]) for name in SHOWN
        ]


def test_mouse_drags_the_point_and_nothing_is_drawn_again(explorable):
    count_drawings(explorable)
    explorable.evaluate(
        """element => {
            window.announced = 0;
            const status = element.shadowRoot.querySelector("[role=status]");
            new MutationObserver(() => window.announced++).observe(status, { childList: true });
        }"""
    )
    mouse = explorable.page.mouse
    x, y = where(explorable, 1.2, 0.7)
    # Taken beside its middle, the point does not jump.
    mouse.move(x + 5, y + 3)
    mouse.down()
    x, y = where(explorable, -1.5, 2)
    mouse.move(x + 5, y + 3, steps=10)
    shown = readout(explorable)
    assert (shown["wx"], shown["wRec"]) == pytest.approx((-1.5, 2), abs=0.03)
    mouse.move(x + 2000, y + 3)
    assert readout(explorable)["wRec"] == 3
    mouse.up()
    expect(explorable.locator(".spoken")).to_contain_text(
        "wRec is 3.00: loss "
    )
    mouse.move(x, y)
    assert readout(explorable)["wRec"] == 3
    x, y = where(explorable, 0.5, -1)
    mouse.click(x, y)
    shown = readout(explorable)
    assert (shown["wx"], shown["wRec"]) == pytest.approx((0.5, -1), abs=0.03)
    assert explorable.page.evaluate("[window.drawings, window.announced]") == [
        0,
        2,
    ]


def test_the_map_stands_still_while_the_point_is_dragged(show):
    explorable = show(wx=1, wRec=1, zoom=3)
    count_drawings(explorable)
    view = readout(explorable)["view"]
    mouse = explorable.page.mouse
    mouse.move(*where(explorable, 1, 1))
    mouse.down()
    mouse.move(*where(explorable, 1.49, 0.76), steps=10)
    assert readout(explorable)["view"] == view
    assert explorable.page.evaluate("window.drawings") == 0
    mouse.up()
    # Then it moves, so that there is a way on from the border.
    assert readout(explorable)["view"] == [0.375, 1.125, 1.125, 1.875]
    expect(explorable.locator(".spoken")).to_contain_text("wx is 1.49")
    assert explorable.page.evaluate("window.drawings") == 1
    assert (
        readout(explorable)
        == LossMap(
            *(readout(explorable)[n] for n in ("wx", "wRec", "zoom"))
        ).readout
    )


@pytest.fixture
def phone(show):
    return show(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )


def swipe(explorable, start, end):
    """Move a finger over the screen."""
    session = explorable.page.context.new_cdp_session(explorable.page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [{"x": x, "y": y} for x, y in points],
            },
        )

    touch("touchStart", start)
    for share in np.linspace(0, 1, 9)[1:]:
        touch(
            "touchMove",
            tuple((1 - share) * np.array(start) + share * np.array(end)),
        )
    touch("touchEnd")


def test_a_finger_drags_the_point(phone):
    x, y = where(phone, 1.2, 0.7)
    before = phone.page.evaluate("scrollY")
    swipe(phone, (x + 15, y - 10), (x + 15 + 40, y - 10 + 120))
    shown = readout(phone)
    box = phone.locator("canvas").bounding_box()
    wanted = (1.2 - 120 * 6 / box["height"], 0.7 + 40 * 6 / box["width"])
    assert (shown["wx"], shown["wRec"]) == pytest.approx(wanted, abs=0.05)
    assert phone.page.evaluate("scrollY") == before


def test_a_finger_beside_the_point_scrolls_the_page(phone):
    before = phone.page.evaluate("scrollY")
    x, y = where(phone, -1, -2)
    swipe(phone, (x, y), (x, y - 150))
    phone.page.wait_for_function("before => scrollY > before + 50", arg=before)
    shown = readout(phone)
    assert (shown["wx"], shown["wRec"]) == (1.2, 0.7)


def test_a_tap_moves_the_point(phone):
    phone.page.touchscreen.tap(*where(phone, -1, -2))
    expect(phone.locator(".spoken")).to_contain_text("wRec is ")
    shown = readout(phone)
    assert (shown["wx"], shown["wRec"]) == pytest.approx((-1, -2), abs=0.03)


def test_keys_reach_everything(explorable):
    slider = {
        name: explorable.get_by_role("slider", name=name)
        for name in ("wx", "wRec", "zoom")
    }
    press = explorable.page.keyboard.press
    slider["wx"].focus()
    press("ArrowLeft")
    expect(slider["wx"]).to_have_attribute("aria-valuetext", "1.19")
    press("Tab")
    press("ArrowRight")
    expect(explorable.locator(".spoken")).to_contain_text(
        "wRec is 0.71: loss 1"
    )
    press("Tab")
    expect(slider["zoom"]).to_be_focused()
    press("ArrowRight")
    press("ArrowRight")
    expect(slider["zoom"]).to_have_attribute("aria-valuetext", "× 4")
    assert readout(explorable) == LossMap(1.19, 0.71, 2).readout
    width = "element => parseFloat(getComputedStyle(element).outlineWidth)"
    assert slider["zoom"].evaluate(width) >= 2
    press("Tab")
    press("Enter")
    assert readout(explorable) == LossMap().readout


def test_the_address_gives_a_setting(explorable):
    explorable.page.evaluate(
        "location.hash = '#loss-surface:wx=1,wRec=0.98,zoom=4'"
    )
    expect(explorable.locator("output").last).to_have_text("× 16")
    assert readout(explorable) == LossMap(1, 0.98, 4).readout


@pytest.mark.parametrize("zoom", [0, 3])
def test_the_arrow_points_down_the_gradient(explorable, zoom):
    for wx, wRec in ((1.2, 0.7), (1.2, 1.2), (0.5, -1.2), (-1, 0.5)):
        change(explorable, wx=wx, wRec=wRec, zoom=zoom)
        start, end = explorable.evaluate(
            """element => {
                const path = element.shadowRoot.querySelector("path.gradient:not(.casing)").getAttribute("d");
                return path.match(/^M(.*)L(.*?)M/).slice(1).map((point) => point.split(" ").map(Number));
            }"""
        )
        gradient = readout(explorable)
        drawn = math.atan2(start[1] - end[1], end[0] - start[0])
        assert drawn == pytest.approx(
            math.atan2(-gradient["wx_grad"], -gradient["wRec_grad"]), abs=1e-6
        )


def test_there_is_no_arrow_at_the_minimum_and_the_cuts_end_there(explorable):
    change(explorable, wx=1, wRec=1, zoom=4)
    drawn = explorable.evaluate(
        "element => element.shadowRoot.querySelector('.live').outerHTML"
    )
    assert 'class="gradient" d=""' in drawn
    assert "NaN" not in drawn
    assert "Infinity" not in drawn


SETTINGS = [
    *(
        (wx, wRec, zoom)
        for wx, wRec in ((3, 3), (-3, -3), (3, -3), (-3, 3))
        for zoom in (0, 1, 6)
    ),
    *((1, 1, zoom) for zoom in range(7)),
    *(
        (wx, wRec, 2)
        for wx in (-0.3, 0.01, 2.5)
        for wRec in (-1.25, 0, 0.72, 2)
    ),
    *((-2.955, wRec, 6) for wRec in (-2.955, 2.955, 0)),
]


@pytest.mark.parametrize("width", [1280, 700, 390, 320])
def test_every_setting_is_legible(show, width):
    explorable = show(viewport={"width": width, "height": 900})
    host = explorable.bounding_box()
    assert (
        explorable.page.evaluate("document.documentElement.scrollWidth")
        <= width
    )
    for wx, wRec, zoom in SETTINGS:
        change(explorable, wx=wx, wRec=wRec, zoom=zoom)
        texts = explorable.evaluate(
            """element => [...element.shadowRoot.querySelectorAll("svg text, dt, dd")]
                .filter((node) => node.getClientRects().length && getComputedStyle(node).display !== "none")
                .map((node) => {
                    const { left, right, top, bottom } = node.getBoundingClientRect();
                    const size = parseFloat(getComputedStyle(node).fontSize);
                    return { text: node.textContent, left, right, top, bottom, size };
                })"""
        )
        assert len(texts) > 20
        for text in texts:
            assert text["text"].strip()
            assert text["size"] >= 12
            assert text["left"] >= host["x"] - 1, (wx, wRec, zoom, text)
            assert text["right"] <= host["x"] + host["width"] + 1, (
                wx,
                wRec,
                zoom,
                text,
            )
        for a, b in itertools.combinations(texts, 2):
            apart_x = max(a["left"], b["left"]) - min(a["right"], b["right"])
            apart_y = max(a["top"], b["top"]) - min(a["bottom"], b["bottom"])
            # Boxes of text are taller than what is printed in them.
            assert apart_x > -1 or apart_y > -4, (wx, wRec, zoom, a, b)
        drawn = explorable.evaluate(
            "element => element.shadowRoot.querySelector('.live').outerHTML"
        )
        for mistake in ("NaN", "undefined", "Infinity", "null"):
            assert mistake not in drawn


def tone(explorable, wx, wRec):
    """The colour of the map at a pair of weights."""
    left, right, low, high = readout(explorable)["view"]
    return explorable.evaluate(
        """(element, [x, y]) => {
            const canvas = element.shadowRoot.querySelector("canvas");
            const at = [x, y].map((share) => Math.floor(share * canvas.width));
            return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
        }""",
        [(wRec - left) / (right - left), (high - wx) / (high - low)],
    )


def test_the_map_follows_the_theme(show):
    explorable = show(wx=1, wRec=1, zoom=6, color_scheme="light")
    assert tone(explorable, 1, 1) == [255, 255, 255, 255]
    change(explorable, zoom=0)
    light = tone(explorable, 2.9, 2.9)
    assert max(light[:3]) < 160
    count_drawings(explorable)
    explorable.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    explorable.page.wait_for_function("window.drawings > 0")
    assert min(tone(explorable, 2.9, 2.9)[:3]) > 120
    change(explorable, zoom=6)
    assert tone(explorable, 1, 1) == [18, 18, 18, 255]


def test_tones_rise_with_the_loss_in_steps_of_half_a_power_of_ten(explorable):
    change(explorable, wx=1, wRec=1, zoom=1)
    side, red = explorable.evaluate(
        """element => {
            const canvas = element.shadowRoot.querySelector("canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.width);
            return [canvas.width, [...data].filter((_, i) => i % 4 === 0)];
        }"""
    )
    left, right, low, high = readout(explorable)["view"]
    share = (np.arange(side) + 0.5) / side
    wRec, wx = left + share * (right - left), high - share * (high - low)
    level = 2 * np.log10(_SURFACE.loss(wx[:, np.newaxis], wRec)).ravel()
    # The tones know a loss to the first 7 bits of its digits.
    clear = np.abs(level - np.round(level)) > 0.01
    band, red = np.maximum(np.floor(level), -6)[clear], np.array(red)[clear]
    tones = [set(red[band == step].tolist()) for step in np.unique(band)]
    assert len(tones) > 10
    assert all(len(tone) == 1 for tone in tones)
    assert np.all(np.diff([tone.pop() for tone in tones]) < 0)


def test_a_frame_is_painted_once_and_nothing_grows(explorable):
    painted, before, after = explorable.evaluate(
        """async element => {
            const input = element.shadowRoot.querySelector("#wRec");
            const frame = () => new Promise(requestAnimationFrame);
            const nodes = () => element.shadowRoot.querySelectorAll("*").length;
            const before = nodes();
            let painted = 0;
            const observer = new MutationObserver((all) => (painted += all.length));
            await frame();
            await frame();
            observer.observe(element.shadowRoot.querySelector(".pin"), { attributeFilter: ["cx"] });
            for (let i = 0; i < 200; i++) {
                input.value = String(i / 100);
                input.dispatchEvent(new Event("input"));
            }
            await frame();
            await frame();
            return [painted, before, nodes()];
        }"""
    )
    assert painted == 1
    assert before == after


def test_an_element_without_a_surface_still_shows_one(explorable):
    shown = explorable.page.evaluate(
        """() => {
            const element = document.querySelector("article")
                .appendChild(document.createElement("rnn-loss-surface"));
            return element.readout;
        }"""
    )
    assert (shown["wx"], shown["wRec"], shown["zoom"]) == (1.2, 0.7, 0)
    assert shown["loss"] == pytest.approx(0.04)


def test_print_shows_the_figure_and_the_sentence(explorable):
    explorable.page.emulate_media(media="print")
    expect(explorable.locator("figure")).to_be_visible()
    expect(explorable.locator("figcaption")).to_contain_text(
        "the loss is 12.24"
    )
    expect(explorable.locator(".live")).to_be_hidden()
