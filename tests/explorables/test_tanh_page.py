"""The tanh unit in the page: its numbers, its marks, and the four things one can hold."""

import itertools
import re

import numpy as np
import pytest
from in_page import (
    PHONE,
    assert_same,
    button,
    change,
    count_announcements,
    readout,
    readouts,
    slider,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Tanh

START = Tanh(wRec=0.9, x=0, S0=0.5)


def random_settings(count):
    rng = np.random.default_rng(9)
    values = zip(
        rng.uniform(-3, 3, count),
        rng.uniform(-2, 2, count) * rng.integers(0, 2, count),
        rng.uniform(-1, 1, count),
    )
    # Traits keep fourteen digits.
    rounded = ([round(float(number), 12) for number in v] for v in values)
    return [dict(zip(("wRec", "x", "S0"), v)) for v in rounded]


def marks_of(element, mark):
    """Read the centres of all discs in the path of a mark."""
    path = element.locator(f"path.{mark}").first.get_attribute("d") or ""
    discs = re.findall(r"M([-\d.]+) ([-\d.]+)a([\d.]+) ", path)
    return [(float(x) + float(r), float(y)) for x, y, r in discs]


def texts(element):
    """Read what stands above the plots."""
    names = element.locator("svg text.halo").all_text_contents()
    return [re.sub("\u200b", "", name) for name in names]


def grip(element, name):
    return element.get_by_role("slider", name=name, exact=True)


CURVE = "wRec, the slope of the curve"
LEVEL = "wRec, the level in the plot of resting points"
INPUT = "x, the input at every step"
FIRST = "S0, the first state"


def centre(node):
    box = node.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(element, name, right, down, steps=5):
    """Drag a grip by its edge, so that its mark and the pointer differ."""
    page = element.page
    x, y = centre(grip(element, name))
    page.mouse.move(x + 7, y - 6)
    page.mouse.down()
    page.mouse.move(x + 7 + right, y - 6 + down, steps=steps)
    page.mouse.up()


def test_readout_equals_the_helper(show):
    element = show(START)
    settings = random_settings(300)
    # Exactly where a resting point becomes three, or the state begins to alternate.
    settings += [
        {"wRec": wRec, "x": x, "S0": S0}
        for wRec in (-3, -1, 0, 1, 1.5, 3)
        for x in (0, 0.5)
        for S0 in (-1, 0, 0.25, 1)
    ]
    kinds = set()
    for setting, shown in zip(
        settings, readouts(element, settings), strict=True
    ):
        python = Tanh(**setting).readout
        assert shown.keys() == python.keys()
        largest = max(np.abs(np.hstack([*python.values()])))
        for name, value in python.items():
            np.testing.assert_allclose(
                shown[name], value, rtol=0, atol=1e-12 * largest, err_msg=name
            )
        kinds.add((len(python["resting"]), len(python["rests"])))
    assert kinds == {(1, 1), (1, 2), (3, 1)}


def test_writes_what_python_computed(show):
    element = show(START)
    change(element, wRec=1.2, S0=0.1)
    assert texts(element)[2:5] == [
        "state Sk goes to 0.659",
        "resting points ● −0.659  ○ 0.000  ● 0.659",
        "δk going back × 0.680 a step, 0.0035 left",
    ]
    readout = Tanh(1.2, 0, 0.1).readout
    assert round(readout["rests"][0], 3) == 0.659
    assert round(readout["factor"], 3) == 0.68
    assert round(readout["left"], 4) == 0.0035
    change(element, wRec=-1.8, x=0.3, S0=0.6)
    assert texts(element)[2:5] == [
        "state Sk: −0.890 and 0.956 in turn",
        "resting points ○ 0.107",
        "δk going back × 0.058 two steps, 2 × 10⁻¹⁸ left",
    ]


def test_one_resting_point_becomes_three(show):
    element = show(START)
    for wRec, discs, rings in ((0.9, 1, 0), (1, 1, 0), (1.01, 2, 1)):
        change(element, wRec=wRec)
        # Each is marked on the diagonal and in the strip.
        assert len(marks_of(element, "pulls")) == 2 * discs
        assert len(marks_of(element, "pushes")) == 2 * rings
    change(element, wRec=1.5, x=0.1)
    resting = Tanh(1.5, 0.1).readout["resting"]
    pulls, pushes = marks_of(element, "pulls"), marks_of(element, "pushes")
    # A mark on the diagonal stands straight above its twin in the strip, and the states are to scale.
    assert pulls[0][0] == pulls[1][0]
    assert pushes[0][0] == pushes[1][0]
    at = [pulls[0][0], pushes[0][0], pulls[2][0]]
    share = (at[1] - at[0]) / (at[2] - at[0])
    wanted = (resting[1] - resting[0]) / (resting[2] - resting[0])
    assert abs(share - wanted) < 1e-3


@pytest.mark.parametrize("x", [0, 1e-6, -0.01, 0.3, 2])
def test_the_strip_goes_through_the_resting_points(show, x):
    """At the level of the current wRec its lines have a point wherever there is a mark."""
    element = show(START)
    for wRec in (0.5, 1.1, 1.4, 2.5):
        change(element, wRec=wRec, x=x)
        for kind, mark in (("stable", "pulls"), ("unstable", "pushes")):
            line = element.locator(f"path.{kind}").get_attribute("d")
            crossings = []
            level = marks_of(element, "pulls")[1][1]
            for piece in filter(None, line.split("M")):
                corners = [
                    [float(n) for n in re.findall(r"[-\d.]+", pair)]
                    for pair in re.split("[LV]", piece)
                ]
                if len(corners[-1]) == 1:
                    corners[-1].insert(0, corners[-2][0])
                for (x0, y0), (x1, y1) in itertools.pairwise(corners):
                    if min(y0, y1) <= level <= max(y0, y1) and y0 != y1:
                        part = (level - y0) / (y1 - y0)
                        crossings.append(x0 + part * (x1 - x0))
            for at, _ in marks_of(element, mark)[1::2]:
                assert min(abs(at - c) for c in crossings) < 1


def test_the_first_state_decides_which_way(show):
    element = show(START)
    change(element, wRec=1.5, x=0, S0=0.3)
    assert readout(element)["rests"][0] > 0
    left = element.locator("path.drop").get_attribute("d")
    drag(element, FIRST, -80, 0)
    shown = readout(element)
    assert -1 < shown["S0"] < 0
    assert shown["rests"][0] < 0
    assert element.locator("path.drop").get_attribute("d") != left


def test_a_mouse_holds_the_slope(show):
    element = show(START)
    element.evaluate(
        "() => { window.changes = 0;"
        "document.addEventListener('rnn-change', () => window.changes++); }"
    )
    count_announcements(element)
    x, y = centre(grip(element, CURVE))
    drag(element, CURVE, -30, 0)
    assert readout(element)["wRec"] > 1.1
    assert element.page.evaluate("window.changes") >= 5
    assert element.page.evaluate("window.announced") == 1
    # Its mark follows as far as it can; far on the other side it is at the end of its range.
    drag(element, CURVE, -300, 20)
    assert abs(readout(element)["wRec"]) == 3
    button(element, "Reset").click()
    assert_same(readout(element), START.readout)
    assert np.allclose(centre(grip(element, CURVE)), (x, y), atol=0.2)
    # Onto the diagonal: exactly 1, where the picture changes.
    drag(element, CURVE, 0, -9.3)
    assert readout(element)["wRec"] == 1
    assert len(readout(element)["resting"]) == 1


def test_a_mouse_holds_the_level_in_the_strip(show):
    element = show(START)
    drag(element, LEVEL, 0, -15)
    shown = readout(element)
    assert 1.2 < shown["wRec"] < 1.7
    assert len(shown["resting"]) == 3
    drag(element, LEVEL, 50, 300)
    assert readout(element)["wRec"] == -3
    assert not element.locator("path.pulls").get_attribute("d")


def test_a_mouse_holds_the_input(show):
    element = show(START)
    drag(element, INPUT, 30, -40)
    shown = readout(element)
    assert 0.3 < shown["x"] < 0.6
    # The mark stands where the curve crosses the middle.
    _, y = centre(grip(element, INPUT))
    drag(element, INPUT, 0, -400)
    assert readout(element)["x"] == 2
    assert centre(grip(element, INPUT))[1] < y


def test_a_finger_holds_a_grip_and_the_page_stays(show):
    element = show(START, **PHONE)
    page = element.page
    x, y = centre(grip(element, INPUT))
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    before = page.evaluate("scrollY")
    touch("touchStart", (x, y))
    for down in (5, 10, 20, 30):
        touch("touchMove", (x, y + down))
    touch("touchEnd")
    session.detach()
    assert readout(element)["x"] < -0.3
    assert page.evaluate("scrollY") == before


@pytest.mark.parametrize(
    ("name", "parameter", "limit"),
    [
        (CURVE, "wRec", 3),
        (LEVEL, "wRec", 3),
        (INPUT, "x", 2),
        (FIRST, "S0", 1),
    ],
)
def test_keys_move_a_grip(show, name, parameter, limit):
    element = show(START)
    held = grip(element, name)
    first = readout(element)[parameter]
    for key, by in (
        ("ArrowRight", 0.01),
        ("ArrowUp", 0.02),
        ("Shift+ArrowLeft", 0.019),
        ("ArrowDown", 0.009),
        ("PageUp", 0.109),
    ):
        held.press(key)
        assert abs(readout(element)[parameter] - first - by) < 1e-9
    expect(held).to_have_attribute(
        "aria-valuetext", f"{readout(element)[parameter]:.3f}"
    )
    spoken = element.locator(".spoken")
    expect(spoken).to_contain_text(f"{parameter} is ")
    expect(spoken).to_contain_text("resting point")
    for _ in range(60):
        held.press("PageUp")
    assert readout(element)[parameter] == limit


def test_the_gradient_leaves_through_the_edge_of_its_plot(show):
    """The scale never changes: what does not fit ends in an arrow at the edge."""
    element = show(START)
    heads = element.locator("path.heads")
    for setting, count in (
        ({"wRec": 0.9, "x": 0, "S0": 0.5}, 31),
        ({"wRec": 0.9, "x": 2, "S0": 0.5}, None),
        ({"wRec": 3, "x": 0, "S0": 0}, None),
        ({"wRec": 0, "x": 0, "S0": 0.5}, 2),
    ):
        change(element, **setting)
        sizes = np.abs(Tanh(**setting).readout["delta"])[::-1]
        out = (sizes < 1e-12) | (sizes > 1e4)
        inside = int(out.argmax()) if out.any() else len(sizes)
        arrows = heads.get_attribute("d").count("Z")
        assert arrows == inside + out.any()
        assert count is None or arrows == count
    expect(heads).to_have_attribute("d", re.compile("^M[^N]*$"))


def test_fits_on_one_screen(show):
    """Picture and sliders together, on a laptop and on a phone."""
    element = show(START, width=1366, height=641)
    assert element.bounding_box()["height"] <= 560
    phone = show(START, **PHONE)
    assert phone.bounding_box()["height"] <= 720


def test_a_value_is_typed(show):
    element = show(START)
    field = element.get_by_role("textbox", name="wRec")
    field.fill("1,25")
    field.press("Enter")
    assert readout(element)["wRec"] == 1.25
    expect(slider(element, "wRec")).to_have_attribute(
        "aria-valuetext", "1.250"
    )
