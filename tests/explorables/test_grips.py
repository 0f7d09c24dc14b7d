"""What the reader takes hold of in a picture, with a mouse, a finger and the keyboard."""

import numpy as np
import pytest
from in_page import (
    FRAME,
    PHONE,
    SOME_TEXT,
    centre,
    change,
    count_announcements,
    count_changes,
    readout,
    slider,
    swipe,
    wait_until,
)
from playwright.sync_api import expect
from settings import everyone, start

from rnn_by_hand.explorables import (
    Bptt,
    GradientCheck,
    LossSurface,
    States,
    Unrolled,
)
from rnn_by_hand.explorables.gradient_check import STEPS

STATES = States(wx=1, wRec=0.9)
SURFACE = LossSurface(wx=1.2, wRec=0.7)


def grip(element, name):
    return element.locator(".grip").and_(
        element.get_by_role("slider", name=name)
    )


def painted(element):
    element.evaluate(f"() => {FRAME}")


def drag(element, start, *places):
    """Take hold at one place and move through others, without letting go."""
    mouse = element.page.mouse
    mouse.move(*start)
    mouse.down()
    for place in places:
        mouse.move(*place, steps=6)


def setting(element):
    painted(element)
    return element.evaluate("element => element.setting")


def bring_to_the_middle(element):
    """Leave room for a finger in every direction, and for the page to scroll."""
    element.evaluate(
        """element => {
            element.style.marginBlock = "900px";
            element.shadowRoot.querySelector(".stage").scrollIntoView({ block: "center", behavior: "instant" });
        }"""
    )
    element.evaluate(f"() => {FRAME}.then(() => {FRAME})")


# Scales of pictures, from what is drawn: where a value is on the screen.


def scale_of_states(element):
    """Return the function from a state to its height on the screen, and the height of 1."""
    bottom, top, low = element.evaluate(
        """({ shadowRoot }) => {
            const lines = [...shadowRoot.querySelectorAll("line.grid")]
                .filter((line) => line.style.display !== "none").map((line) => line.getBoundingClientRect().y);
            const texts = [...shadowRoot.querySelectorAll("text.quiet.halo")].map((text) => text.textContent);
            return [Math.max(...lines), Math.min(...lines), texts.includes("−10") ? -10 : 0];
        }"""
    )
    unit = (bottom - top) / (10 - low)
    return lambda value: bottom - (value - low) * unit, unit


@everyone
def test_a_grip_says_what_it_is_and_where(show, kind):
    element = show(start(kind))
    for node in element.locator(".grip").filter(visible=True).all():
        assert node.get_attribute("role") == "slider"
        assert node.get_attribute("tabindex") == "0"
        expect(node).to_have_accessible_name(SOME_TEXT)
        expect(node).to_have_attribute("aria-valuetext", SOME_TEXT)
        box = node.bounding_box()
        # 44 wherever there is room for a finger, and never less than a pointer needs.
        # Boxes that a transform has placed lose digits in single precision.
        assert round(min(box["width"], box["height"]), 3) >= 24


#: Between which numbers each grip lies, where they are not those of a weight; by words of its name.
LIMITS = {
    "y, the answer": (0, 10),
    "t, the target": (-4, 16),
    "eps": (-14, 0),  # its logarithm
    "x, the input": (-2, 2),
    "S0": (-1, 1),
    "column that": (1, 9),
    "ball": (-1, 1),
    "symbols": (1, 16),
    "gate": (0, 1),
    "round": (0, 7),
    "pole": (0, 1.05),
    "ν": (-7, 1),
}


def number_and_limits(node):
    return [
        float(node.get_attribute(f"aria-value{part}"))
        for part in ("min", "now", "max")
    ]


@everyone
def test_a_grip_says_between_which_numbers_it_lies(show, kind):
    element = show(start(kind))
    for node in element.locator(".grip").filter(visible=True).all():
        name = node.get_attribute("aria-label")
        limits = [LIMITS[words] for words in LIMITS if words in name]
        low, now, high = number_and_limits(node)
        assert (low, high) == (limits[0] if limits else (-3, 3)), name
        assert low <= now <= high, name


@pytest.mark.parametrize(
    "html",
    [
        '<rnn-states wx="3" wrec="-3"></rnn-states>',
        '<rnn-loss-surface wx="-3" wrec="3"></rnn-loss-surface>',
        '<rnn-bptt shift="-10" x="0000000000"></rnn-bptt>',
        '<rnn-pole r="1.05"></rnn-pole>',
        '<rnn-unrolled wx="-3" k="10"></rnn-unrolled>',
    ],
)
def test_no_grip_is_beyond_its_limits(show, html):
    for node in show(html).locator(".grip").filter(visible=True).all():
        low, now, high = number_and_limits(node)
        assert low <= now <= high, node.get_attribute("aria-label")


@pytest.mark.weekly(but=4)
@everyone
def test_taking_hold_changes_nothing_and_letting_go_ends_it(show, kind):
    """Not even beside the middle of a grip, nor if the pointer leaves the picture meanwhile."""
    element = show(start(kind))
    mouse = element.page.mouse
    count_changes(element)
    for node in element.locator(".grip").filter(visible=True).all():
        before = setting(element)
        x, y = centre(node)
        taken = element.evaluate(
            """({ shadowRoot }, [x, y]) => shadowRoot.elementsFromPoint(x, y)
                .find((node) => node.matches(".grip"))?.getAttribute("aria-label")""",
            [x, y],
        )
        # Two may lie upon each other; the one on top is taken. And one may be for keys only.
        if taken != node.get_attribute("aria-label"):
            continue
        mouse.move(x + 5, y - 4)
        mouse.down()
        assert "held" in node.get_attribute("class")
        assert element.evaluate("({ held }) => held")
        assert setting(element) == before
        mouse.move(x + 5, y + 1)
        mouse.move(2, 2)
        mouse.up()
        assert "held" not in node.get_attribute("class")
        assert not element.evaluate("({ held }) => held")
        painted(element)
        now = setting(element)
        # Later the pointer moves nothing.
        mouse.move(600, 500)
        mouse.move(500, 600)
        assert {k: now[k] for k in before if k != "k"} == {
            k: v for k, v in setting(element).items() if k != "k"
        }
        element.evaluate(
            "(element, setting) => Object.assign(element, setting)", before
        )
        painted(element)


@everyone
def test_the_hand_is_free_after_a_press_that_ends_elsewhere(show, kind):
    """A press beside all grips, with the button released outside the explorable."""
    element = show(start(kind))
    mouse = element.page.mouse
    box = element.get_by_role("img").first.bounding_box()
    mouse.move(box["x"] + box["width"] - 3, box["y"] + 3)
    mouse.down()
    mouse.move(5, 5)
    mouse.up()
    assert not element.evaluate("({ held }) => held")


@everyone
def test_keys_with_other_meanings_are_left_to_the_browser(show, kind):
    element = show(start(kind))
    count_changes(element)
    for node in element.locator(".grip").filter(visible=True).all():
        for key in ("Alt+ArrowUp", "Control+ArrowUp", "Home", "a"):
            node.press(key)
    assert element.page.evaluate("window.changes") == 0


#: A grip, the parameter that it moves, and by how much with a key, with Shift, with a page key.
KEYS = [
    (STATES, "wx, the tip", "wx", (0.01, 0.001, 0.1)),
    (STATES, "wRec, the tip", "wRec", (0.01, 0.001, 0.1)),
    (SURFACE, "wx, the dot", "wx", (0.01, 0.001, 0.1)),
    (SURFACE, "wRec, the dot", "wRec", (0.01, 0.001, 0.1)),
    (LossSurface(1, 1), "wx, the dot", "wx", (0.01, 0.001, 0.1)),
    (LossSurface(1, 1, 3), "wRec, the dot", "wRec", (0.001, 0.0001, 0.01)),
    (Bptt(wRec=0.9), "t, the target", "shift", (1, 0.1, 10)),
]


@pytest.mark.parametrize(("explorable", "name", "parameter", "sizes"), KEYS)
def test_keys_move_by_a_step_a_tenth_or_ten(
    show, explorable, name, parameter, sizes
):
    element = show(explorable)
    node = grip(element, name)
    spy(element)
    step, fine, far = sizes
    value = getattr(explorable, parameter)
    presses = [
        *(("ArrowUp", step), ("ArrowDown", -step), ("ArrowRight", step)),
        *(("ArrowLeft", -step), ("Shift+ArrowUp", fine)),
        *(("Shift+ArrowRight", fine), ("Shift+ArrowDown", -fine)),
        *(("Shift+ArrowLeft", -fine), ("PageUp", far), ("PageDown", -far)),
        *(("Shift+PageUp", step), ("Shift+PageDown", -step)),
    ]
    for key, by in presses:
        text = node.get_attribute("aria-valuetext")
        node.press(key)
        value = round(value + by, 9)
        assert readout(element)[parameter] == value, key
        painted(element)
        assert node.get_attribute("aria-valuetext") != text, key
    assert (
        element.page.evaluate("[window.changes, window.announced]")
        == [len(presses)] * 2
    )


def spy(element):
    count_changes(element)
    count_announcements(element)


def test_keys_move_the_answer(show):
    """Both weights move, by the shortest way to the answer wanted; also from where it is right."""
    for explorable in (STATES, States(1, 1), States(-0.5, -0.8)):
        element = show(explorable)
        node = grip(element, "y, the answer")
        y = readout(element)["y"]
        for key, by in (
            ("ArrowUp", 0.1),
            ("Shift+ArrowUp", 0.01),
            ("PageUp", 1),
            ("ArrowLeft", -0.1),
            ("Shift+ArrowDown", -0.01),
            ("PageDown", -1),
        ):
            before = setting(element)
            node.press(key)
            shown = readout(element)
            assert shown["y"] == pytest.approx(y + by, abs=0.002), key
            y = shown["y"]
            assert all(shown[name] != before[name] for name in ("wx", "wRec"))


def test_keys_move_the_chosen_bar(show):
    element = show(Unrolled(wRec=0.9, k=3))
    node = grip(element, "the weight of the chosen input")
    weight = readout(element)["weight"]
    for key, by in (("ArrowUp", 0.05), ("PageUp", 0.5), ("ArrowLeft", -0.05)):
        node.press(key)
        shown = readout(element)
        assert shown["k"] == 3
        assert np.log10(shown["weight"] / weight) == pytest.approx(
            by, abs=0.003
        )
        weight = shown["weight"]
    # The last input counts through wx, and on the side of its sign.
    change(element, k=10, wx=-2)
    node.press("ArrowDown")
    assert readout(element)["wx"] == pytest.approx(-2 / 10**0.05, abs=1e-3)
    assert readout(element)["wRec"] == shown["wRec"]


def test_keys_move_the_step(show):
    element = show(GradientCheck())
    node = grip(element, "eps, the step")
    at = list(STEPS).index(1e-6)
    for key, by in (
        ("ArrowRight", 1),
        ("ArrowUp", 1),
        ("ArrowLeft", -1),
        ("Shift+ArrowRight", 1),
        ("Shift+ArrowDown", -1),
        ("PageDown", -10),
        ("PageUp", 10),
    ):
        node.press(key)
        at += by
        assert readout(element)["eps"] == STEPS[at], key
    for _ in range(3):
        node.press("PageUp")
    assert readout(element)["eps"] == 1


def test_a_mouse_takes_wx_by_the_tip_of_its_stem(show):
    element = show(STATES)
    Y, unit = scale_of_states(element)
    node = grip(element, "wx, the tip")
    x, y = centre(node)
    assert y == pytest.approx(Y(1), abs=1)
    spy(element)
    for value in (2, 2.5, -1.5, 1):
        drag(element, centre(node), (x + 40, Y(value)))
        assert readout(element)["wx"] == pytest.approx(value, abs=1 / unit)
        element.page.mouse.up()
        painted(element)
        Y, unit = scale_of_states(element)
    assert readout(element)["wx"] == 1  # it rests there
    assert readout(element)["wRec"] == 0.9
    changes, announced = element.page.evaluate(
        "[window.changes, window.announced]"
    )
    assert (changes > 20, announced) == (True, 4)
    # With Shift it has a digit more.
    drag(element, centre(node), (x, Y(1.5)))
    element.page.keyboard.down("Shift")
    try:
        element.page.mouse.move(x, Y(1.5337))
    finally:
        element.page.keyboard.up("Shift")
    assert readout(element)["wx"] == pytest.approx(1.534, abs=0.002)
    assert readout(element)["wx"] != round(readout(element)["wx"], 2)
    element.page.mouse.up()


def test_a_mouse_takes_wrec_by_the_tip_of_its_arrow(show):
    element = show(States(wx=2, wRec=0.9))
    Y, unit = scale_of_states(element)
    node = grip(element, "wRec, the tip")
    x, y = centre(node)
    assert y == pytest.approx(Y(1.8), abs=1)
    for value in (0.5, 1.2, 1):
        drag(element, centre(node), (x, Y(2 * value)))
        shown = readout(element)
        assert shown["wRec"] == pytest.approx(value, abs=1 / unit)
        assert shown["wx"] == 2
        element.page.mouse.up()
        painted(element)
    assert readout(element)["wRec"] == 1
    # With inputs of 0 there is no arrow to hold.
    change(element, x=[0] * 10)
    expect(element.locator(".grip").filter(visible=True)).to_have_count(0)
    change(element, x=[0] * 9 + [1])
    expect(node).to_be_hidden()
    expect(grip(element, "wx, the tip")).to_be_visible()


@pytest.mark.parametrize("height", [6, 9.5, 2, 0.5])
def test_a_mouse_takes_the_answer_to_a_height(show, height):
    element = show(STATES)
    Y, unit = scale_of_states(element)
    node = grip(element, "y, the answer")
    x, y = centre(node)
    assert y == pytest.approx(Y(readout(element)["y"]), abs=1)
    drag(element, (x, y), (x, Y(height)))
    shown = readout(element)
    assert shown["y"] == pytest.approx(height, abs=1 / unit)
    assert shown["wx"] != 1
    assert shown["wRec"] != 0.9
    # By the shortest way: both move in proportion to the slope of the answer.
    assert abs(shown["wRec"] - 0.9) > abs(shown["wx"] - 1) > 0.01
    element.page.mouse.up()
    painted(element)
    assert centre(node)[1] == pytest.approx(Y(height), abs=1.5)
    # From the same place the same answer has the same weights, however the pointer got there.
    change(element, wx=1, wRec=0.9)
    drag(element, (x, y), (x, Y(9)), (x, Y(1)), (x, Y(height)))
    again = readout(element)
    element.page.mouse.up()
    assert (again["wx"], again["wRec"]) == (shown["wx"], shown["wRec"])


@pytest.mark.parametrize("name", ["wx, the tip", "wRec, the tip", "y, the"])
def test_the_scale_stays_while_a_state_is_held(show, name):
    """A drag past 0 makes states negative; a longer scale would move the value under the hand."""
    element = show(STATES)
    Y, unit = scale_of_states(element)
    node = grip(element, name)
    x, y = centre(node)
    drag(element, (x, y), (x, Y(0.6)))
    values = []
    for pixel in range(30):
        element.page.mouse.move(x, Y(0.6) + pixel)
        painted(element)
        shown = readout(element)
        values.append(
            shown["y" if name.startswith("y") else name.split(",")[0]]
        )
        assert scale_of_states(element)[1] == pytest.approx(unit)
    assert values[0] > 0 > values[-1]
    assert np.abs(np.diff(values)).max() < 0.12
    element.page.mouse.up()
    painted(element)
    # Then the scale makes room for them, and what was held is still under the grip.
    assert scale_of_states(element)[1] == pytest.approx(unit / 2)


def test_what_leaves_the_scale_can_be_fetched_back(show):
    element = show(States(wx=2, wRec=1.5))
    node = grip(element, "y, the answer")
    Y, unit = scale_of_states(element)
    x, y = centre(node)
    assert readout(element)["y"] > 100
    assert Y(10) - 14 < y < Y(10)
    drag(element, (x, y), (x, Y(8)))
    assert readout(element)["y"] == pytest.approx(8, abs=1 / unit)
    element.page.mouse.up()


def test_a_mouse_takes_the_chosen_bar(show):
    element = show(Unrolled(wRec=0.9, k=3))
    node = grip(element, "the weight of the chosen input")
    page = element.page
    x, _ = centre(node)
    # Ten and a tenth have grid lines.
    lines = element.evaluate(
        """({ shadowRoot }) => [...shadowRoot.querySelectorAll("line.grid")]
            .filter((line) => line.style.display !== "none").map((line) => line.getBoundingClientRect().y)"""
    )
    ticks = sorted(set(lines), reverse=True)
    # From the bottom: 0, and then the powers of ten from 0.01 on.
    for power, line in zip(range(-2, 3), ticks[1:]):
        drag(element, centre(node), (x, line))
        shown = readout(element)
        assert np.log10(shown["weight"]) == pytest.approx(power, abs=0.06)
        assert (shown["k"], shown["wx"]) == (3, 1)
        # The scale stays while it is held.
        now = element.evaluate(
            """({ shadowRoot }) => [...shadowRoot.querySelectorAll("line.grid")]
                .filter((line) => line.style.display !== "none").map((line) => line.getBoundingClientRect().y)"""
        )
        assert now == lines
        page.mouse.up()
        change(element, wRec=0.9)
    # The last bar is wx.
    change(element, k=10)
    drag(element, centre(node), (centre(node)[0], ticks[4]))
    shown = readout(element)
    assert shown["wRec"] == 0.9
    assert shown["wx"] == 3  # the largest: 10 is out of reach
    page.mouse.up()


def canvas_place(element, wx, wRec):
    left, right, low, high = readout(element)["view"]
    box = element.locator("canvas").first.bounding_box()
    return (
        box["x"] + box["width"] * (wRec - left) / (right - left),
        box["y"] + box["height"] * (high - wx) / (high - low),
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_a_mouse_takes_the_dots_on_both_cuts(show, width):
    element = show(SURFACE, width=width)
    page = element.page
    for name, target in (("wx", -0.5), ("wRec", 1.4), ("wRec", -1.2)):
        node = grip(element, f"{name}, the dot")
        x, y = centre(node)
        # Across the map it is as far as on the map, on a phone as far as on the half below.
        before = readout(element)
        if width == 1280:
            end = canvas_place(
                element,
                **{"wx": before["wx"], "wRec": before["wRec"]}
                | {name: target},
            )
            place = (x, end[1]) if name == "wx" else (end[0], y)
            pixel = 6 / element.locator("canvas").first.bounding_box()["width"]
        else:
            stage = element.locator(".stage").bounding_box()
            half = (stage["width"] - 44 - 14) / 2 - 14
            pixel = 6 / half
            place = (x + (target - before[name]) / pixel, y)
        drag(element, (x, y), place)
        shown = readout(element)
        assert shown[name] == pytest.approx(target, abs=2 * pixel)
        other = "wRec" if name == "wx" else "wx"
        assert shown[other] == before[other]
        page.mouse.up()
        painted(element)
        assert shown == readout(element)
        # The dot is where the hand left it.
        assert centre(node)[0 if width == 390 or name == "wRec" else 1] == (
            pytest.approx(
                place[0 if width == 390 or name == "wRec" else 1], abs=2
            )
        )


@pytest.mark.parametrize("offset", [(0, 0), (2, -2), (-2, 1)])
def test_the_minimum_can_be_hit_with_a_mouse(show, offset):
    element = show(SURFACE)
    x, y = canvas_place(element, 1, 1)
    place = (x + offset[0], y + offset[1])
    mouse = element.page.mouse
    # On the map, by dragging and by a click.
    drag(element, canvas_place(element, 1.2, 0.7), place)
    shown = readout(element)
    assert (shown["wx"], shown["wRec"], shown["loss"]) == (1, 1, 0)
    mouse.up()
    change(element, wx=-1, wRec=2)
    mouse.click(*place)
    assert readout(element)["loss"] == 0
    # By the dots on the cuts, one after the other.
    change(element, wx=1.2, wRec=0.7)
    node = grip(element, "wx, the dot")
    drag(element, centre(node), (centre(node)[0], place[1]))
    mouse.up()
    painted(element)
    node = grip(element, "wRec, the dot")
    drag(element, centre(node), (place[0], centre(node)[1]))
    mouse.up()
    shown = readout(element)
    assert (shown["wx"], shown["wRec"], shown["loss"]) == (1, 1, 0)


def test_the_minimum_can_be_left_with_the_finest_keys(show):
    element = show(LossSurface(1, 1))
    node = grip(element, "wRec, the dot")
    for press in range(1, 4):
        node.press("Shift+ArrowLeft")
        assert readout(element)["wRec"] == round(1 - press / 1000, 3)


def test_a_mouse_takes_the_target(show):
    element = show(Bptt(wRec=0.9))
    node = grip(element, "t, the target")
    d = element.locator("path.gauge").get_attribute("d")
    _, low, high = map(float, d.replace("V", " ").strip("M").split())
    top = element.locator(".stage").bounding_box()["y"]
    # From −2 at the bottom to 12 at the top, or the other way round in the path.
    low, high = max(low, high), min(low, high)
    unit = (low - high) / 14

    def Y(t):
        return top + low - (t + 2) * unit

    assert centre(node)[1] == pytest.approx(Y(6), abs=1)
    for target in (9, 2, -1, 12):
        drag(element, centre(node), (centre(node)[0] + 20, Y(target)))
        shown = readout(element)
        assert shown["t"] == pytest.approx(target, abs=1 / unit + 0.05)
        assert shown["shift"] == round(shown["shift"], 1)
        # The first gradient of the backward pass follows.
        assert shown["delta"][10] == pytest.approx(
            2 * (shown["y"] - shown["t"])
        )
        element.page.mouse.up()
        painted(element)
    expect(node).to_have_attribute("aria-valuetext", "target 12")
    expect(element.locator(".spoken")).to_contain_text("The target is 12: ")


def test_a_mouse_takes_the_line_of_eps(show):
    element = show(GradientCheck())
    node = grip(element, "eps, the step")
    x, y = centre(node)
    # A decade is a fourteenth of the axis; its ends are 60 px from those of the picture.
    picture = element.get_by_role("img").first.bounding_box()
    decade = (picture["width"] - 120) / 14
    for decades, eps in (
        (-3, 1e-9),
        (2, 1e-4),
        (5.9, 1),
        (9, 1),
        (-20, 1e-14),
    ):
        drag(element, centre(node), (x + decades * decade, y + 90))
        assert readout(element)["eps"] == eps
        element.page.mouse.up()
        painted(element)
    assert centre(node)[0] == pytest.approx(picture["x"] + 60, abs=1)


BESIDE = [
    (STATES, "wx, the tip"),
    (STATES, "wRec, the tip"),
    (STATES, "y, the answer"),
    (Unrolled(wRec=0.9, k=3), "the weight"),
    (SURFACE, "wx, the dot"),
    (SURFACE, "wRec, the dot"),
    (Bptt(wRec=0.9), "t, the target"),
    (GradientCheck(), "eps, the step"),
]


@pytest.mark.parametrize(("explorable", "name"), BESIDE)
def test_a_grip_does_not_jump_to_the_pointer(show, explorable, name):
    """Taken beside its middle, it moves by as much as the pointer does."""
    element = show(explorable)
    before = setting(element)
    x, y = centre(grip(element, name))
    mouse = element.page.mouse
    mouse.move(x - 9, y + 9)
    mouse.down()
    mouse.move(x - 8.8, y + 8.8)
    after = setting(element)
    mouse.up()
    for parameter, value in before.items():
        if isinstance(value, float | int):
            assert after[parameter] == pytest.approx(value, abs=0.011)


#: Where a finger drags a grip, in pixels, and what that changes.
FINGERS = [
    (STATES, "wx, the tip", (0, -40), ["wx"]),
    (STATES, "wRec, the tip", (0, 30), ["wRec"]),
    (STATES, "y, the answer", (-5, -60), ["wx", "wRec"]),
    (Unrolled(wRec=0.9, k=3), "the weight", (0, -50), ["wRec"]),
    (SURFACE, "wx, the dot", (-40, 0), ["wx"]),
    (SURFACE, "wRec, the dot", (40, 0), ["wRec"]),
    (Bptt(wRec=0.9), "t, the target", (0, 40), ["shift"]),
    (GradientCheck(), "eps, the step", (-60, 0), ["eps"]),
]


@pytest.mark.parametrize(("explorable", "name", "by", "moved"), FINGERS)
def test_a_finger_takes_a_grip_and_the_page_stays(
    show, explorable, name, by, moved
):
    phone = show(explorable, **PHONE)
    bring_to_the_middle(phone)
    page = phone.page
    before = setting(phone)
    top = page.evaluate("scrollY")
    spy(phone)
    x, y = centre(grip(phone, name))
    swipe(phone, (x + 4, y + 3), (x + 4 + by[0], y + 3 + by[1]))
    after = setting(phone)
    assert sorted(
        key for key in before if before[key] != after[key]
    ) == sorted(moved)
    assert page.evaluate("scrollY") == top
    wait_until(page, "() => window.announced === 1")
    assert page.evaluate("window.changes") >= 2
    # In both directions; a finger that only wants to scroll has the rest of the page.
    x, y = centre(grip(phone, name))
    swipe(phone, (x, y), (x - by[0], y - by[1]))
    assert setting(phone) != after
    assert page.evaluate("scrollY") == top


def test_sliders_and_grips_show_the_same(show):
    element = show(STATES)
    grip(element, "wRec, the tip").press("PageUp")
    painted(element)
    assert slider(element, "wRec").get_attribute("aria-valuetext") == "1.000"
    slider(element, "wRec").press("ArrowLeft")
    painted(element)
    expect(grip(element, "wRec, the tip")).to_have_attribute(
        "aria-valuetext", "wRec 0.990"
    )
