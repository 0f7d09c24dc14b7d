"""Colours of the system, which some readers force upon every page: nothing may disappear in them."""

from io import BytesIO

import numpy as np
import pytest
from in_page import CONTROLS, FRAME
from PIL import Image
from settings import everyone, start


@pytest.fixture(params=["light", "dark"])
def forced(request, show):
    """Show an explorable in the colours of a system, one theme after the other."""
    page = None

    def put(explorable):
        nonlocal page
        element = show(explorable)
        page = element.page
        page.emulate_media(forced_colors="active", color_scheme=request.param)
        # As on any page of the book, see frame.js.
        page.evaluate(
            "theme => { document.documentElement.dataset.theme = theme; }",
            request.param,
        )
        page.evaluate(f"{FRAME}.then(() => {FRAME})")
        return element

    yield put
    page.emulate_media(forced_colors="null")


def ground(element):
    """Return the colour of the background that the system gives to pages."""
    return element.evaluate(
        """() => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.style.backgroundColor = "Canvas";
            const { backgroundColor } = getComputedStyle(probe);
            probe.remove();
            return backgroundColor.match(/\\d+/g).slice(0, 3).map(Number);
        }"""
    )


def picture(node):
    """Return a screenshot of a part of the page as numbers, rows by columns by colours."""
    image = Image.open(BytesIO(node.screenshot())).convert("RGB")
    return np.asarray(image, dtype=float)


def contrast(pixels, behind):
    """Return the contrast of each pixel with a colour, as WCAG defines it."""

    def light(colours):
        parts = np.asarray(colours) / 255
        parts = np.where(
            parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
        )
        return parts @ [0.2126, 0.7152, 0.0722]

    one, other = light(pixels), light(behind)
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


@pytest.mark.weekly(but=1)
@everyone
def test_tracks_and_thumbs_are_visible(forced, kind):
    element = forced(start(kind))
    behind = ground(element)
    for handle in element.locator("[type=range]").all():
        share = handle.evaluate(
            "({ value, min, max }) => (value - min) / (max - min)"
        )
        inked = contrast(picture(handle), behind) >= 3
        height, width = inked.shape
        at = round(9 + (width - 18) * share)
        # The thumb is a disc of at least 12 pixels; a track is at most 4 pixels high.
        rows = slice(height // 2 - 4, height // 2 + 5)
        away = at - 40 if at > width / 2 else at + 40
        thumb, track = (
            inked[rows, place - 3 : place + 4].mean() for place in (at, away)
        )
        assert thumb > 0.9
        assert track < 0.6
        # The track is a line, or the outline of where the thumb can go.
        assert inked[:, away].any()


@pytest.mark.weekly(but=1)
@everyone
def test_pressed_bits_differ_from_others(forced, kind):
    element = forced(start(kind))
    behind = ground(element)
    for one, other in (
        ("[aria-pressed=true]", "[aria-pressed=false]"),
        ("[data-symbol='1']", "[data-symbol='0']"),
    ):
        pair = [
            element.locator(f"{which}:not(.all)").filter(visible=True)
            for which in (one, other)
        ]
        if not all(found.count() for found in pair):
            continue
        pressed, free = (
            (contrast(picture(found.first), behind) >= 3).mean()
            for found in pair
        )
        assert pressed > 0.3
        assert 0.02 < free < pressed / 1.7


@pytest.mark.weekly(but=1)
@everyone
def test_grips_are_visible(forced, kind):
    """Each has a ring around its mark."""
    element = forced(start(kind))
    behind = ground(element)
    for grip in element.locator(".grip").filter(visible=True).all():
        ring = grip.evaluate(
            """(node) => {
                const { borderTopColor, borderTopWidth, borderTopStyle } = getComputedStyle(node, "::before");
                return borderTopStyle === "none" || parseFloat(borderTopWidth) === 0
                    ? null : borderTopColor.match(/[\\d.]+/g).map(Number);
            }"""
        )
        if ring is None:
            # A grip without a ring lies on a control that is visible.
            continue
        assert len(ring) == 3
        assert contrast(ring, behind) >= 3
        assert (contrast(picture(grip), behind) >= 3).mean() > 0.01


@pytest.mark.weekly(but=1)
@everyone
def test_focus_is_visible(forced, kind):
    element = forced(start(kind))
    behind = ground(element)
    for node in element.locator(CONTROLS).filter(visible=True).all():
        if node.get_attribute("tabindex") == "-1":
            continue
        node.focus()
        element.page.keyboard.press("Shift")  # as a keyboard does
        outline, width = node.evaluate(
            """(node) => {
                const { outlineColor, outlineWidth, outlineStyle } = getComputedStyle(node);
                return [outlineColor.match(/\\d+/g).slice(0, 3).map(Number),
                    outlineStyle === "none" ? 0 : parseFloat(outlineWidth)];
            }"""
        )
        assert width >= 1, node.evaluate("node => node.outerHTML.slice(0, 90)")
        assert contrast(outline, behind) >= 3


@pytest.mark.weekly(but=1)
@everyone
def test_buttons_menus_and_fields_are_visible(forced, kind):
    element = forced(start(kind))
    behind = ground(element)
    for node in (
        element.locator("button:not(.bit), select, .value")
        .filter(visible=True)
        .all()
    ):
        text = contrast(picture(node), behind)
        assert text.max() >= 4.5, node.evaluate("node => node.outerHTML")
