"""rnn-loss-surface on a page of the site: numbers, dragging, tapping, zooming and legibility."""

import itertools
import math

import numpy as np
import pytest
from in_page import (
    FRAME,
    PHONE,
    change,
    count_announcements,
    field,
    pixels,
    readout,
    readouts,
    set_theme,
    slider,
    swipe,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import LossSurface
from rnn_by_hand.explorables.dataset import SURFACE
from rnn_by_hand.explorables.words import reading
from rnn_by_hand.loss_colours import DARK, LEVELS, LIGHT, oklab, srgb

SHOWN = ("loss", "wx_grad", "wRec_grad", "grad_size", "floor", "floor_loss")


START = LossSurface(wx=1.2, wRec=0.7)


def where(element, wx, wRec):
    """Find the position of a pair of weights on the screen."""
    left, right, low, high = readout(element)["view"]
    box = element.locator("canvas").bounding_box()
    return (
        box["x"] + box["width"] * (wRec - left) / (right - left),
        box["y"] + box["height"] * (high - wx) / (high - low),
    )


def test_the_point_does_not_cover_the_name_of_the_minimum(show):
    element = show(START)
    for wx, wRec in itertools.product((0.6, 0.8, 1, 1.2, 1.4), repeat=2):
        change(element, wx=wx, wRec=wRec)
        covered = element.evaluate(
            """({ shadowRoot }) => {
                const name = [...shadowRoot.querySelectorAll("svg text")].find((text) => text.textContent === "(1, 1)").getBBox();
                const point = shadowRoot.querySelector(".point").getBBox();
                const across = Math.min(name.x + name.width, point.x + point.width) - Math.max(name.x, point.x);
                const along = Math.min(name.y + name.height, point.y + point.height) - Math.max(name.y, point.y);
                return Math.min(across, along) > 0;
            }"""
        )
        assert not covered, (wx, wRec)


def count_drawings(element):
    """Start counting how often the tones are drawn."""
    element.page.evaluate(
        """() => {
            window.drawings = 0;
            const { prototype } = CanvasRenderingContext2D;
            const draw = prototype.putImageData;
            // A drawing may take several frames; the first row begins it.
            prototype.putImageData = function (...all) {
                if (!all[4]) window.drawings++;
                draw.apply(this, all);
            };
        }"""
    )


def test_readout_equals_the_helper_to_the_last_digit(show):
    rng = np.random.default_rng(31)
    settings = [
        (float(wx), float(wRec), int(zoom))
        for (wx, wRec), zoom in zip(
            rng.uniform(-3, 3, (250, 2)).round(12), rng.integers(0, 7, 250)
        )
    ]
    # On the floor the loss is what remains after cancellation, which is nowhere stronger.
    for wRec in rng.uniform(-3, 3, 50).round(12):
        floor = float(np.clip(SURFACE.floor(wRec), -3, 3).round(13))
        settings.append((floor, float(wRec), 0))
    settings += [(1, 1, 6), (3, 3, 0), (-3, -3, 0), (3, -3, 6), (0, 0, 3)]
    names = ("wx", "wRec", "zoom")
    shown = readouts(
        show(START), [dict(zip(names, setting)) for setting in settings]
    )
    for setting, numbers in zip(settings, shown, strict=True):
        # Equal, not just close: the page performs the same operations in the same order.
        assert numbers == LossSurface(*setting).readout


def test_shows_the_numbers_of_the_readout(show):
    element = show(START)
    for setting in ((1.2, 0.7, 0), (1, 1, 3), (-3, 3, 0), (0.01, 2, 5)):
        change(element, **dict(zip(("wx", "wRec", "zoom"), setting)))
        numbers = LossSurface(*setting).readout
        assert element.locator("dd").all_text_contents() == [
            reading(numbers[name]) for name in SHOWN
        ]


def test_mouse_drags_the_point_and_nothing_is_redrawn(show):
    element = show(START)
    count_drawings(element)
    count_announcements(element)
    mouse = element.page.mouse
    x, y = where(element, 1.2, 0.7)
    # Grabbing the point off-centre does not make it jump.
    mouse.move(x + 5, y + 3)
    mouse.down()
    x, y = where(element, -1.5, 2)
    mouse.move(x + 5, y + 3, steps=10)
    shown = readout(element)
    assert (shown["wx"], shown["wRec"]) == pytest.approx((-1.5, 2), abs=0.03)
    mouse.move(x + 2000, y + 3)
    assert readout(element)["wRec"] == 3
    mouse.up()
    expect(element.locator(".spoken")).to_contain_text("wRec is 3.000: loss ")
    mouse.move(x, y)
    assert readout(element)["wRec"] == 3
    x, y = where(element, 0.5, -1)
    mouse.click(x, y)
    shown = readout(element)
    assert (shown["wx"], shown["wRec"]) == pytest.approx((0.5, -1), abs=0.03)
    element.page.evaluate(FRAME)
    assert element.page.evaluate("[window.drawings, window.announced]") == [
        0,
        2,
    ]


def test_the_map_stands_still_while_the_point_is_dragged(show):
    element = show(LossSurface(wx=1, wRec=1, zoom=3))
    count_drawings(element)
    view = readout(element)["view"]
    mouse = element.page.mouse
    mouse.move(*where(element, 1, 1))
    mouse.down()
    mouse.move(*where(element, 1.49, 0.76), steps=10)
    assert readout(element)["view"] == view
    element.page.evaluate(FRAME)
    assert element.page.evaluate("window.drawings") == 0
    mouse.up()
    # On release the map moves, so that the point can be dragged further.
    assert readout(element)["view"] == [0.375, 1.125, 1.125, 1.875]
    expect(element.locator(".spoken")).to_contain_text("wx is 1.4900")
    element.page.evaluate(FRAME)
    assert element.page.evaluate("window.drawings") == 1
    assert (
        readout(element)
        == LossSurface(
            *(readout(element)[n] for n in ("wx", "wRec", "zoom"))
        ).readout
    )


def test_a_finger_drags_the_point(show):
    phone = show(START, **PHONE)
    x, y = where(phone, 1.2, 0.7)
    before = phone.page.evaluate("scrollY")
    swipe(phone, (x + 15, y - 10), (x + 15 + 40, y - 10 + 120))
    shown = readout(phone)
    box = phone.locator("canvas").bounding_box()
    wanted = (1.2 - 120 * 6 / box["height"], 0.7 + 40 * 6 / box["width"])
    assert (shown["wx"], shown["wRec"]) == pytest.approx(wanted, abs=0.05)
    assert phone.page.evaluate("scrollY") == before


def test_a_finger_beside_the_point_scrolls_the_page(show):
    phone = show(START, **PHONE)
    before = phone.page.evaluate("scrollY")
    x, y = where(phone, -1, -2)
    swipe(phone, (x, y), (x, y - 150))
    wait_until(phone.page, "before => scrollY > before + 50", arg=before)
    shown = readout(phone)
    assert (shown["wx"], shown["wRec"]) == (1.2, 0.7)


def test_a_tap_moves_the_point(show):
    phone = show(START, **PHONE)
    phone.page.touchscreen.tap(*where(phone, -1, -2))
    expect(phone.locator(".spoken")).to_contain_text("wRec is ")
    shown = readout(phone)
    assert (shown["wx"], shown["wRec"]) == pytest.approx((-1, -2), abs=0.03)


def test_keys_reach_everything(show):
    element = show(START)
    press = element.page.keyboard.press
    slider(element, "wx").focus()
    press("ArrowLeft")
    expect(slider(element, "wx")).to_have_attribute("aria-valuetext", "1.190")
    press("Tab")
    expect(field(element, "wRec")).to_be_focused()
    press("Tab")
    press("ArrowRight")
    expect(element.locator(".spoken")).to_contain_text("wRec is 0.710: loss 1")
    press("Tab")
    expect(slider(element, "zoom")).to_be_focused()
    press("ArrowRight")
    press("ArrowRight")
    expect(slider(element, "zoom")).to_have_attribute("aria-valuetext", "× 4")
    assert readout(element) == LossSurface(1.19, 0.71, 2).readout
    width = "element => parseFloat(getComputedStyle(element).outlineWidth)"
    assert slider(element, "zoom").evaluate(width) >= 2
    press("Tab")
    press("Enter")
    assert readout(element) == LossSurface().readout


@pytest.mark.parametrize("zoom", [0, 3])
def test_the_arrow_points_down_the_gradient(show, zoom):
    element = show(START)
    expect(element.locator("text.downhill")).to_have_text(
        "→ downhill, longer where steeper"
    )
    for wx, wRec in ((1.2, 0.7), (1.2, 1.2), (0.5, -1.2), (-1, 0.5)):
        change(element, wx=wx, wRec=wRec, zoom=zoom)
        start, end = element.evaluate(
            """element => {
                const path = element.shadowRoot.querySelector("path.gradient:not(.casing)").getAttribute("d");
                return path.match(/^M(.*)L(.*?)M/).slice(1).map((point) => point.split(" ").map(Number));
            }"""
        )
        gradient = readout(element)
        drawn = math.atan2(start[1] - end[1], end[0] - start[0])
        assert drawn == pytest.approx(
            math.atan2(-gradient["wx_grad"], -gradient["wRec_grad"]), abs=1e-6
        )


def test_there_is_no_arrow_at_the_minimum_and_the_cuts_end_there(show):
    element = show(START)
    change(element, wx=1, wRec=1, zoom=4)
    drawn = element.evaluate(
        "element => element.shadowRoot.querySelector('.live').outerHTML"
    )
    assert 'class="gradient" d=""' in drawn
    assert "NaN" not in drawn
    assert "Infinity" not in drawn


def wait_for_map(element):
    """Wait until the map is drawn, which may take several frames: until then rows are of the one before."""
    expect(element.locator("canvas")).to_have_attribute("aria-busy", "false")


def tone(element, wx, wRec):
    """Read the colour of the map at a pair of weights."""
    wait_for_map(element)
    left, right, low, high = readout(element)["view"]
    return element.evaluate(
        """(element, [x, y]) => {
            const canvas = element.shadowRoot.querySelector("canvas");
            const at = [x, y].map((share) => Math.floor(share * canvas.width));
            return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
        }""",
        [(wRec - left) / (right - left), (high - wx) / (high - low)],
    )


def test_the_map_follows_the_theme(show):
    element = show(LossSurface(wx=1, wRec=1, zoom=6))
    deep = tone(element, 1, 1)
    assert sum(deep[:3]) < 250
    change(element, zoom=0)
    light = tone(element, 2.9, 2.9)
    assert min(light[:3]) > 200
    set_theme(element, "dark")
    assert max(tone(element, 2.9, 2.9)[:3]) < 80
    change(element, zoom=6)
    assert sum(tone(element, 1, 1)[:3]) > 500


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("zoom", [0, 2, 5])
def test_the_landscape_is_that_of_the_formula(show, theme, zoom):
    """Every pixel: the tone of its loss, lighter where it faces the light, darker where it does not."""
    element = show(START)
    set_theme(element, theme)
    change(element, wx=1, wRec=1, zoom=zoom)
    wait_for_map(element)
    drawn = pixels(element)[1:-1, 1:-1, :3].astype(int)
    side = len(drawn) + 2
    left, right, low, high = readout(element)["view"]
    share = (np.arange(side) + 0.5) / side
    wRec, wx = left + share * (right - left), high - share * (high - low)
    loss = SURFACE.loss(wx[:, np.newaxis], wRec)
    height = np.log10(np.maximum(loss, 5e-4))
    across = (height[1:-1, 2:] - height[1:-1, :-2]) / 2
    up = (height[:-2, 1:-1] - height[2:, 1:-1]) / 2
    height = height[1:-1, 1:-1]
    # Where all is below the lowest level there is no slope, and no contour.
    slope = np.maximum(np.hypot(across, up), 1e-12)
    steep = 0.12 * side
    light = 0.085 * np.sqrt(0.5) * steep * (across - up)
    light /= np.sqrt(1 + (steep * slope) ** 2)
    away = np.abs(height - np.round(height))
    ring = (1 - away / slope) * np.minimum(1, 1.6 - 6 * slope)
    ring = np.where((away < slope) & (slope < 0.3), 0.08 * ring, 0)
    light += ring if theme == "dark" else -ring
    colours = {"light": LIGHT, "dark": DARK}[theme]
    scale = oklab([colours[f"loss-{i}"] for i in range(9)])
    place = np.interp(height, LEVELS, range(9))
    lab = np.stack(
        [np.interp(place, range(9), part) for part in scale.T], axis=-1
    )
    lab[..., 0] += light
    off = np.abs(srgb(lab).astype(int) - drawn).max(axis=-1)
    # Tones and shades are taken from a table.
    assert np.quantile(off, 0.99) <= 6
    assert off.mean() < 2


def test_names_give_way_to_the_point_and_its_arrow(show):
    """The point is carried over the map, and covers no name that is shown."""
    element = show(START)
    hidden = set()
    places = itertools.product(
        np.linspace(-0.5, 2, 11).tolist(), np.linspace(-3, 2, 21).tolist()
    )
    for wx, wRec in places:
        change(element, wx=wx, wRec=wRec)
        covered, shown = element.evaluate(COVERED)
        assert not covered, (wx, wRec, covered)
        hidden |= {"ravine floor", "(1, 1)"} - set(shown)
    assert hidden == {"ravine floor", "(1, 1)"}


# Which names are touched by the mark of a point, or by an arrow from it.
COVERED = """({ shadowRoot }) => {
    const names = [...shadowRoot.querySelectorAll("svg text")]
        .filter((text) => ["ravine floor", "(1, 1)"].includes(text.textContent) && text.checkVisibility());
    const point = shadowRoot.querySelector(".point");
    const spots = [[Number(point.getAttribute("cx")), Number(point.getAttribute("cy")), 8]];
    for (const line of shadowRoot.querySelectorAll("svg path.path, svg path.gradient")) {
        for (let at = 0; at < line.getTotalLength(); at += 2) {
            const { x, y } = line.getPointAtLength(at);
            spots.push([x, y, 0]);
        }
    }
    const covered = names.filter((name) => {
        const { x, y, width, height } = name.getBBox();
        // The box of a text is taller than its characters.
        return spots.some(([px, py, r]) =>
            x - r < px && px < x + width + r && y + 3 - r < py && py < y + height - 3 + r);
    });
    return [covered.map((name) => name.textContent), names.map((name) => name.textContent)];
}"""
