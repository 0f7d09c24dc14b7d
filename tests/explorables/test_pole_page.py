"""The poles on the built site: numbers, marks and grips; mouse, touch and keyboard."""

import gzip
import re

import numpy as np
import pytest
from in_page import (
    PHONE,
    assert_same,
    button,
    change,
    field,
    readout,
    readouts,
    slider,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Pole
from rnn_by_hand.explorables.script import FOLDER
from rnn_by_hand.explorables.words import number

START = Pole(r=0.95, angle=24)


def numbers(path):
    return [float(part) for part in re.findall(r"-?\d+\.?\d*", path)]


def drawn(element, which):
    """Return the path of a mark as its numbers."""
    return numbers(element.locator(f"path.{which}").first.get_attribute("d"))


def grip(element, name="pole"):
    return element.get_by_role("slider", name=name, exact=True)


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def centre_of_disc(element):
    """Find the centre of the disc, in pixels of the page."""
    return centre(element.locator("circle.rim"))


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=7)


def assert_set(element, r, angle, others="none"):
    shown = readout(element)
    assert (shown["r"], shown["angle"]) == (r, angle)
    assert shown["others"] == others


def at(element, right, up):
    x, y = centre_of_disc(element)
    return x + right, y - up


def test_readout_equals_the_helper(show):
    rng = np.random.default_rng(41)

    def poles(count):
        return rng.uniform(0, (1.05, 180), (count, 2)).round(10).tolist()

    settings = []
    for i, (r, angle) in enumerate(poles(300)):
        if i % 4 == 0:
            r = round(1 - 10 ** -rng.uniform(1, 7), 12)
        others = ";".join(f"{size}@{at}" for size, at in poles(i % 3))
        settings.append({"r": r, "angle": angle, "others": others or "none"})
    settings += [
        {"r": r, "angle": angle, "others": "1.05@0;0@180"}
        for r in (0, 0.005, 1, 1.05)
        for angle in (0, 90, 180)
    ]
    for setting, shown in zip(
        settings, readouts(show(START), settings), strict=True
    ):
        python = Pole(**setting).readout
        assert shown["others"] == python["others"]
        for name in ("response", "envelope"):
            largest = np.abs(python[name]).max()
            np.testing.assert_allclose(
                shown.pop(name), python.pop(name), rtol=0, atol=1e-12 * largest
            )
        assert_same(shown, python)


def test_the_spiral_is_made_of_the_powers(show):
    element = show(START)
    for r, angle in ((0.95, 24), (1, 51.4), (0.6, 170), (0.99, 0)):
        change(element, r=r, angle=angle)
        shown = np.reshape(drawn(element, "spiral"), (-1, 2))
        powers = (r * np.exp(1j * np.radians(angle))) ** np.arange(101)
        # Its origin is the corner of a square around the disc.
        np.testing.assert_allclose(
            shown - 113,
            100 * np.transpose([powers.real, -powers.imag]),
            atol=0.06,
        )
    left, *_ = drawn(element, "poles")
    right_edge = centre_of_disc(element)[0] + 99 - 8
    stage = element.locator(".stage").bounding_box()
    assert abs(stage["x"] + left - right_edge) < 1


def test_a_mouse_drags_the_pole(show):
    element = show(START)
    page = element.page
    drag(page, centre(grip(element)), at(element, 30, 40))
    assert_set(element, 0.5, 53)
    # Below the axis one holds the mirror image.
    page.mouse.move(*at(element, -60, -80))
    assert_set(element, 1, 127)
    np.testing.assert_allclose(
        centre(grip(element)), at(element, -60, -80), atol=1.5
    )
    # Close to the axis the pole is real, and it stays within reach.
    page.mouse.move(*at(element, -99, 2))
    assert_set(element, 0.99, 180)
    page.mouse.move(*at(element, 150, -1))
    assert_set(element, 1.05, 0)
    page.mouse.move(*at(element, 20, 0))
    page.mouse.up()
    expect(element.locator(".spoken")).to_have_text(
        "Pole of size 0.2 at 0 degrees: the memory is 0.6213 steps; one pixel inwards in the "
        "disc costs 0.01919 of them, one pixel back on the line 0.02436."
    )


def test_a_mouse_takes_the_mirror_image(show):
    element = show(START)
    page = element.page
    right = 95 * np.cos(np.radians(24))
    up = 95 * np.sin(np.radians(24))
    drag(page, at(element, right, -up), at(element, right - 40, -up - 20))
    page.mouse.up()
    shown = readout(element)
    where = (right - 40) / 100 + 1j * (up + 20) / 100
    assert abs(shown["r"] - abs(where)) < 0.011
    assert abs(shown["angle"] - np.degrees(np.angle(where))) < 1.1


def test_a_pixel_costs_what_is_written(show):
    element = show(START)
    cost, on_line = element.locator(".number").all()[:2]
    for r in (0.3, 0.9, 0.98, 0.99, 0.9973):
        change(element, r=r)
        before = Pole(r).readout["memory"]
        said = float(cost.text_content())
        grip(element).press("ArrowDown")
        assert abs(readout(element)["r"] - (r - 0.01)) < 1e-9
        lost = before - readout(element)["memory"]
        assert abs(said - lost) < 6e-4
        change(element, r=r)
        said = float(on_line.text_content())
        grip(element, "ν on the line of memory").press("ArrowLeft")
        lost = before - readout(element)["memory"]
        # The size is rounded to four digits of its distance from 1.
        assert abs(said - lost) < 2e-3 * before + 6e-4
    for r, inwards in ((1, "∞"), (1.0049, "∞"), (1.02, "–"), (0, "0.000")):
        change(element, r=r)
        assert cost.text_content() == inwards
        assert on_line.text_content() == ("0.000" if r == 0 else "–")


def test_the_line_multiplies_the_memory_evenly(show):
    element = show(START)
    page = element.page
    handle = grip(element, "ν on the line of memory")
    middle = centre(handle)[1]
    left = centre_of_disc(element)[0] - 100
    memories = []
    page.mouse.move(*centre(handle))
    page.mouse.down()
    for place in (40, 90, 140, 190):
        page.mouse.move(left + place, middle, steps=3)
        memories.append(readout(element)["memory"])
        nu = readout(element)["nu"]
        np.testing.assert_allclose(nu, 1 - 0.04 * place, atol=0.025)
    ratios = np.divide(memories[1:], memories[:-1])
    # The pointer stays where it took the handle, up to half a pixel.
    np.testing.assert_allclose(ratios, np.exp(2), rtol=2e-3)
    page.mouse.move(left + 400, middle)
    np.testing.assert_allclose(readout(element)["nu"], -7, atol=1e-3)
    page.mouse.move(left - 400, middle)
    np.testing.assert_allclose(readout(element)["nu"], 1, atol=1e-3)
    page.mouse.up()
    expect(element.locator(".spoken")).to_contain_text(
        "Pole of size 0.066: the memory is 0.3679 steps; "
    )
    # What no nu gives lies at its ends, and the mark is hollow there.
    hollow = element.locator("path.handle, path.poles").last
    for r, inside in ((0.99, False), (1, True), (1.05, True), (0, True)):
        change(element, r=r)
        assert ("images" in hollow.get_attribute("class")) is inside
    change(element, r=1)
    assert abs(centre(handle)[0] - (left + 200)) < 1
    handle.press("ArrowLeft")
    np.testing.assert_allclose(readout(element)["nu"], -6.96, atol=1e-3)


def test_keys_turn_and_push_the_pole(show):
    element = show(START)
    pole = grip(element)
    for key, r, angle in (
        *(("ArrowUp", 0.96, 24), ("ArrowLeft", 0.96, 25)),
        *(("Shift+ArrowUp", 0.961, 25), ("Shift+ArrowRight", 0.961, 24.9)),
        *(("PageDown", 0.861, 24.9), ("ArrowDown", 0.851, 24.9)),
        *(("PageUp", 0.951, 24.9), ("PageUp", 1.05, 24.9)),
    ):
        pole.press(key)
        assert_set(element, r, angle)
    expect(pole).to_have_attribute(
        "aria-valuetext", "size 1.05 at 24.9 degrees"
    )
    expect(element.locator(".spoken")).to_have_text(
        "Pole of size 1.05 at 24.9 degrees: it grows to 131.5 in 100 steps."
    )
    slider(element, "r").press("ArrowLeft")
    assert readout(element)["r"] == 1.049
    slider(element, "angle").press("Shift+ArrowRight")
    assert readout(element)["angle"] == 25
    field(element, "r").fill("0.9876")
    field(element, "r").press("Enter")
    assert readout(element)["r"] == 0.9876


def test_poles_are_added_held_and_left(show):
    element = show(START)
    button(element, "Add a pole").click()
    expect(element.locator(".spoken")).to_contain_text("2 poles: ")
    assert_set(element, 0.95, 84, "0.95@24")
    button(element, "Add a pole").click()
    assert_set(element, 0.95, 144, "0.95@84;0.95@24")
    names = ("pole", "pole 2", "pole 3")
    for name in names:
        expect(grip(element, name)).to_be_visible()
    # The first is the one that was there first; a key on it holds it again.
    first = grip(element, "pole")
    first.press("ArrowUp")
    assert_set(element, 0.96, 24, "0.95@84;0.95@144")
    expect(field(element, "angle")).to_have_value("24.0")
    page = element.page
    drag(page, centre(grip(element, "pole 2")), at(element, 0, 70))
    page.mouse.up()
    assert_set(element, 0.7, 90, "0.96@24;0.95@144")
    expect(button(element, "Add a pole")).to_have_count(0)
    button(element, "Keep only this pole").click()
    assert_set(element, 0.7, 90)
    for name, shown in zip(names, (False, True, False), strict=True):
        expect(grip(element, name)).to_be_visible(visible=shown)
    button(element, "Reset").click()
    assert_set(element, 0.95, 24)


def test_the_scale_stays_and_what_leaves_it_is_told(show):
    element = show(START)
    levels = element.locator("path.axis").last
    before = levels.get_attribute("d")
    mark = element.locator("svg text").filter(
        has_text=re.compile("^(memory|grows|never)")
    )
    for r, words in (
        (0.95, "memory 19.496"),
        (0.995, "memory 199.500 →"),
        (1, "never fades"),
        (1.01, "grows to 2.705 ↑"),
        (1.05, "grows to 131.501 ↑"),
    ):
        change(element, r=r, angle=24)
        assert levels.get_attribute("d") == before
        expect(mark).to_have_text(words)
        beyond = element.locator("path.beyond").get_attribute("d")
        sizes = np.abs(Pole(r, 24).readout["response"])
        assert beyond.count("M") == np.count_nonzero(sizes >= 1.1)
        ages = element.locator("path.ages").get_attribute("d")
        assert ages.count("M") == np.count_nonzero(sizes < 1.1)
        arrow = element.locator("path.leaves").get_attribute("d")
        assert bool(arrow) == (r > 1)


def test_readouts(show):
    element = show(START)
    values = element.locator("dd")
    assert values.all_text_contents() == [
        "19.496 steps",
        "−2.970",
        "15.000 steps",
    ]
    change(element, r=1, angle=0)
    assert values.all_text_contents() == ["for ever", "–", "never"]
    change(element, r=1.05, angle=180)
    assert values.all_text_contents() == ["it grows", "–", "2.000 steps"]
    change(element, r=0.999999, angle=180)
    memory = number(Pole(0.999999).readout["memory"])
    assert values.first.text_content() == f"{memory} steps"


def test_a_finger_drags_the_pole_and_the_page_stays(show):
    element = show(START, **PHONE)
    page = element.page
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [{"x": x, "y": y} for x, y in points],
            },
        )

    page.evaluate("document.body.style.paddingBottom = '2000px'")
    scrolled = page.evaluate("scrollY")
    for side in (1, -1):
        change(element, r=0.95, angle=24)
        right, up = 95 * np.cos(np.radians(24)), 95 * np.sin(np.radians(24))
        touch("touchStart", at(element, right, side * up))
        for way in np.linspace(0, 1, 8):
            touch(
                "touchMove",
                at(
                    element,
                    right * (1 - way),
                    side * (up * (1 - way) + 60 * way),
                ),
            )
        touch("touchEnd")
        shown = readout(element)
        assert abs(shown["r"] - 0.6) < 0.02
        assert abs(shown["angle"] - 90) <= 1
        assert page.evaluate("scrollY") == scrolled
    session.detach()


@pytest.mark.parametrize(
    ("size", "most"), [((1366, 641), 560), ((390, 844), 720)]
)
def test_picture_and_sliders_are_on_one_screen(show, size, most):
    width, height = size
    element = show(START, width=width, height=height)
    assert element.bounding_box()["height"] <= most
    picture = element.get_by_role("img").bounding_box()
    sliders = element.locator(".sliders").bounding_box()
    assert sliders["y"] + sliders["height"] - picture["y"] <= height - 48


def test_the_script_is_small():
    script = (FOLDER / "rnn-pole.js").read_bytes()
    assert len(gzip.compress(script, 9, mtime=0)) < 12_000
