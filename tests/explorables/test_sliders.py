"""The sliders: their scale, what can be typed, and fingers that only want to scroll."""

import numpy as np
import pytest
from in_page import (
    FRAME,
    PHONE,
    button,
    centre,
    change,
    count_announcements,
    count_changes,
    field,
    readout,
    slider,
    swipe,
    wait_until,
)
from playwright.sync_api import expect
from settings import CASES, everyone, start

from rnn_by_hand.explorables import (
    GradientCheck,
    LossSurface,
    States,
    Unrolled,
)

START = States(wx=0.5, wRec=0.6)
#: The centre of a handle travels from this far inside the left end of its track.
EDGE = 9


def place(handle, position):
    """Find a position of the handle, a share of its way, on the screen."""
    box = handle.bounding_box()
    return (
        box["x"] + EDGE + (box["width"] - 2 * EDGE) * position,
        box["y"] + box["height"] / 2,
    )


def where(handle):
    """Find the centre of a handle."""
    share = handle.evaluate(
        "({ value, min, max }) => (value - min) / (max - min)"
    )
    return place(handle, share)


def settled(element):
    """Wait until what was changed last is painted, and return the setting."""
    element.evaluate(f"() => {FRAME}")
    return element.evaluate("element => element.setting")


def spy(element):
    """Count what the page and a screen reader are told from now on."""
    count_changes(element)
    count_announcements(element)


def told(element):
    return element.page.evaluate("[window.changes, window.announced]")


def test_the_scale_of_a_weight_has_most_room_around_1(show):
    """A pixel is a hundredth at most there, and each whole number that matters is a resting place."""
    element = show(START, **PHONE)
    for name in ("wx", "wRec"):
        handle = slider(element, name)
        weights = handle.evaluate(
            """(handle) => {
                const steps = Math.round(handle.getBoundingClientRect().width - 18);
                return Array.from({ length: steps + 1 }, (_, i) => {
                    handle.value = String(-1000 + (2000 * i) / steps);
                    handle.dispatchEvent(new Event("input"));
                    return handle.getRootNode().host[handle.id];
                });
            }"""
        )
        weights = np.array(weights)
        assert weights[[0, -1]].tolist() == [-3, 3]
        steps = np.diff(weights)
        assert (steps >= 0).all()
        # The middles between neighbours, so that both belong to the range.
        near = np.abs(np.abs(weights[1:] + weights[:-1]) / 2 - 1) < 0.09
        assert near.sum() > 30
        assert steps[near].max() <= 0.01 + 1e-12
        for rest, pixels in ((-1, 3), (0, 2), (1, 3)):
            assert (weights == rest).sum() >= pixels, rest
        np.testing.assert_allclose(weights, weights.round(2), atol=1e-12)


@pytest.mark.parametrize("rest", [-1, 0, 1])
def test_a_drag_rests_where_it_matters(show, rest):
    element = show(START)
    handle = slider(element, "wRec")
    page = element.page
    position = 0.5 + 0.25 * rest
    page.mouse.move(*where(handle))
    page.mouse.down()
    seen = []
    for share in np.linspace(position - 0.02, position + 0.02, 25):
        page.mouse.move(*place(handle, share))
        seen.append(readout(element)["wRec"])
    page.mouse.up()
    assert seen == sorted(seen)
    assert seen[0] < rest < seen[-1]
    assert seen.count(rest) >= 8
    expect(field(element, "wRec")).to_have_value(
        f"{seen[-1]:.3f}".replace("-", "−")
    )


def test_shift_makes_a_drag_ten_times_finer(show):
    element = show(START)
    handle = slider(element, "wRec")
    page = element.page
    change(element, wRec=0.95)
    x, y = where(handle)

    def dragged(*distances):
        for distance in distances:
            page.mouse.move(x + distance, y)
        return readout(element)["wRec"]

    page.mouse.move(x, y)
    page.mouse.down()
    dragged(1, 0)
    far = dragged(-60)
    assert far < 0.75
    page.keyboard.down("Shift")
    try:
        begin = dragged(-59, -60)
        fine = dragged(0)
    finally:
        page.keyboard.up("Shift")
    assert fine - begin == pytest.approx((0.95 - far) / 10, abs=0.0025)
    assert round(fine, 3) == fine
    # Without Shift the handle is again where the pointer is.
    assert dragged(-1, 0) == pytest.approx(0.95, abs=0.011)
    page.mouse.up()


def test_keys_move_by_a_step_a_tenth_or_ten(show):
    element = show(START)
    spy(element)
    handle = slider(element, "wRec")
    weight = 0.6
    for key, by in (
        ("ArrowRight", 0.01),
        ("ArrowUp", 0.01),
        ("ArrowLeft", -0.01),
        ("ArrowDown", -0.01),
        ("Shift+ArrowRight", 0.001),
        ("Shift+ArrowDown", -0.001),
        ("PageUp", 0.1),
        ("PageDown", -0.1),
        ("Shift+PageUp", 0.01),
    ):
        handle.press(key)
        weight = round(weight + by, 3)
        assert readout(element)["wRec"] == weight, key
    expect(handle).to_have_attribute("aria-valuetext", "0.610")
    assert told(element) == [9, 9]
    # Not past the ends, and to the ends with the keys of the browser.
    handle.press("End")
    assert readout(element)["wRec"] == 3
    handle.press("ArrowRight")
    assert readout(element)["wRec"] == 3
    handle.press("Home")
    assert readout(element)["wRec"] == -3
    expect(element.get_by_role("alert", include_hidden=True)).to_be_empty()


def test_keys_that_come_within_a_frame_all_count(show):
    element = show(START)
    weight = element.evaluate(
        """(element) => {
            const handle = element.shadowRoot.querySelector("#wRec");
            for (let i = 0; i < 5; i++) handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
            return element.wRec;
        }"""
    )
    assert weight == 0.65


def test_a_key_within_the_frame_of_a_move_starts_from_there(show):
    element = show(START)
    weight = element.evaluate(
        """(element) => {
            const handle = element.shadowRoot.querySelector("#wRec");
            handle.value = handle.max;
            handle.dispatchEvent(new Event("input"));
            handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" }));
            return element.wRec;
        }"""
    )
    assert weight == 2.99


@pytest.mark.parametrize(
    ("text", "weight", "shown"),
    [
        ("0,5", 0.5, "0.500"),
        ("−1.25", -1.25, "−1.250"),
        ("-1.25", -1.25, "−1.250"),
        ("1e-3", 0.001, "0.001"),
        ("2 × 10⁻³", 0.002, "0.002"),
        ("10⁻³", 0.001, "0.001"),
        ("-10⁻³", -0.001, "−0.001"),
        ("−2 × 10⁻³", -0.002, "−0.002"),
        (" 2 ", 2, "2.000"),
        ("0.98765", 0.98765, "0.988"),
    ],
)
def test_a_value_can_be_typed(show, text, weight, shown):
    element = show(START)
    spy(element)
    typing = field(element, "wRec")
    typing.fill(text)
    # Nothing happens before it is complete.
    assert readout(element)["wRec"] == 0.6
    assert told(element) == [0, 0]
    typing.press("Enter")
    assert readout(element)["wRec"] == weight
    expect(typing).to_have_value(shown)
    expect(slider(element, "wRec")).to_have_attribute("aria-valuetext", shown)
    assert told(element) == [1, 1]


def test_an_exponent_can_be_typed_where_it_is_shown(show):
    element = show(GradientCheck())
    typing = field(element, "eps")
    expect(typing).to_have_value("10⁻⁶")
    for text, eps in (("10⁻⁸", 1e-8), ("2 × 10⁻¹³", 2e-13), ("3e-7", 3e-7)):
        typing.fill(text)
        typing.press("Enter")
        assert readout(element)["eps"] == eps
    expect(typing).to_have_value("3 × 10⁻⁷")


@pytest.mark.parametrize("text", ["four", "3.5", "", "1.2.3", "Infinity", "−"])
def test_a_wrong_text_is_refused_and_the_old_value_stays(show, text):
    element = show(START)
    spy(element)
    typing = field(element, "wRec")
    typing.fill(text)
    typing.press("Enter")
    alert = element.get_by_role("alert")
    expect(alert).to_have_text(
        f"wRec is “{text}”; it must be a number from −3 to 3."
    )
    assert readout(element)["wRec"] == 0.6
    expect(typing).to_have_value("0.600")
    assert told(element)[0] == 0
    # The next value that is accepted answers the complaint.
    typing.fill("1")
    typing.press("Enter")
    expect(element.get_by_role("alert", include_hidden=True)).to_be_empty()
    assert readout(element)["wRec"] == 1


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("1e999", "1e999"), ("−4", "−4"), ("-5,5", "-5,5"), ("10⁴", "10⁴")],
)
def test_a_refusal_quotes_what_was_typed(show, text, quoted):
    element = show(START)
    typing = field(element, "wRec")
    typing.fill(text)
    typing.press("Enter")
    expect(element.get_by_role("alert")).to_have_text(
        f"wRec is “{quoted}”; it must be a number from −3 to 3."
    )


def drag_a_grip(element):
    x, y = centre(element.locator(".grip").filter(visible=True).first)
    mouse = element.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 15, y - 15)
    mouse.up()


def press_a_key(element):
    grip = element.locator(".grip").filter(visible=True).first
    grip.press("ArrowUp")


def flip_a_bit(element):
    element.locator(".bit").first.click()


def go_back(element):
    button(element, "Reset").click()


@pytest.mark.parametrize(
    "answer", [drag_a_grip, press_a_key, flip_a_bit, go_back]
)
def test_whatever_the_reader_changes_answers_a_complaint(show, answer):
    element = show(START)
    typing = field(element, "wRec")
    typing.fill("four")
    typing.press("Enter")
    alert = element.get_by_role("alert", include_hidden=True)
    expect(alert).to_contain_text("four")
    answer(element)
    expect(alert).to_be_empty()


def test_nothing_moves_under_the_hand_that_answers_a_complaint(show):
    """The complaint takes a line above the picture: it goes when the drag ends."""
    element = show(START)
    typing = field(element, "wRec")
    typing.fill("four")
    typing.press("Enter")
    page = element.page
    stage = element.locator(".stage")
    top = stage.bounding_box()["y"]
    x, y = centre(element.locator(".grip.wx"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 15)
    settled(element)
    assert stage.bounding_box()["y"] == top
    page.mouse.up()
    settled(element)
    assert stage.bounding_box()["y"] < top


@pytest.mark.parametrize("width", [320, 1280])
def test_a_long_text_stays_in_the_page(show, width):
    element = show(START, width=width)
    typing = field(element, "wRec")
    typing.fill("x" * 300)
    typing.press("Enter")
    alert = element.get_by_role("alert")
    assert alert.evaluate("node => node.scrollWidth <= node.clientWidth")
    # A hand, unlike a program, cannot type as much.
    typing.fill("")
    typing.press_sequentially("1" * 60)
    assert len(typing.input_value()) == 40


def test_escape_gives_up(show):
    element = show(START)
    spy(element)
    typing = field(element, "wRec")
    typing.fill("2.5")
    # A change from elsewhere does not overwrite what is being typed.
    change(element, wRec=0.7)
    expect(typing).to_have_value("2.5")
    typing.press("Escape")
    expect(typing).to_have_value("0.700")
    element.page.keyboard.press("Tab")
    assert readout(element)["wRec"] == 0.7
    assert told(element) == [0, 0]
    expect(element.get_by_role("alert", include_hidden=True)).to_be_empty()


def test_a_whole_number_is_typed_as_one(show):
    element = show(Unrolled())
    typing = field(element, "k")
    typing.fill("2.5")
    typing.press("Enter")
    expect(element.get_by_role("alert")).to_have_text(
        "k is “2.5”; it must be a whole number from 1 to 60."
    )
    typing.fill("7")
    typing.press("Enter")
    assert readout(element)["k"] == 7


def test_names_that_are_no_numbers_are_not_typed(show):
    element = show(LossSurface())
    expect(element.locator(".slider.zoom output")).to_have_text("× 1")
    expect(element.locator(".slider.zoom input.value")).to_have_count(0)


@pytest.mark.weekly(but=3)
@everyone
def test_a_swipe_that_scrolls_changes_nothing(show, kind):
    """Real touch events: the browser moves the handle before it knows that the finger scrolls."""
    phone = show(start(kind), **PHONE)
    page = phone.page
    make_room(phone)
    spy(phone)
    before = settled(phone)
    for handle in phone.locator("[type=range]").all():
        for share, way in ((0.9, -160), (0.1, 160)):
            bring_to_the_middle(handle)
            value = handle.input_value()
            top = page.evaluate("scrollY")
            x, y = place(handle, share)
            swipe(phone, (x, y), (x + 2, y + way))
            wait_until(
                page,
                "([top, way]) => (top - scrollY) * Math.sign(way) > 60",
                arg=[top, way],
            )
            assert settled(phone) == before
            assert handle.input_value() == value
    assert told(phone) == [0, 0]


@pytest.mark.weekly(but=3)
@everyone
def test_a_swipe_along_a_slider_moves_it(show, kind):
    phone = show(start(kind), **PHONE)
    page = phone.page
    make_room(phone)
    name = CASES[kind].slider
    handle = slider(phone, name)
    bring_to_the_middle(handle)
    spy(phone)
    top = page.evaluate("scrollY")
    swipe(phone, place(handle, 0.3), place(handle, 0.95))
    after = settled(phone)[name]
    assert after > getattr(start(kind), name)
    share, step = handle.evaluate(
        """({ value, min, max, step }) =>
            [value - min, Number(step)].map((part) => part / (max - min))"""
    )
    assert share == pytest.approx(0.95, abs=step / 2 + 0.03)
    changes, announced = told(phone)
    assert changes >= 2
    assert announced == 1
    assert page.evaluate("scrollY") == top


@pytest.mark.weekly(but=4)
@everyone
def test_a_tap_moves_a_slider(show, kind):
    phone = show(start(kind), **PHONE)
    make_room(phone)
    name = CASES[kind].slider
    handle = slider(phone, name)
    bring_to_the_middle(handle)
    spy(phone)
    page = phone.page
    page.touchscreen.tap(*place(handle, 0.97))
    assert settled(phone)[name] > getattr(start(kind), name)
    wait_until(page, "() => window.announced === 1")
    assert told(phone)[0] >= 1
    expect(phone.locator(".spoken")).to_contain_text(f"{name} is ")


def make_room(phone):
    """Leave room above and below, so that the page can scroll wherever a slider is."""
    phone.evaluate(
        "({ style }) => { style.marginBlock = '1500px'; }",
    )
    phone.evaluate(f"() => {FRAME}")


def bring_to_the_middle(handle):
    handle.evaluate(
        "node => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    handle.evaluate(f"() => {FRAME}.then(() => {FRAME})")
