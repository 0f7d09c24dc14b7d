"""What the reader holds: until it is let go wherever that happens, and by one pointer at a time."""

import pytest
from in_page import FRAME, PHONE, centre, slider
from settings import everyone, start

from rnn_by_hand.explorables import Descent, States, Tanh

#: All that can be pressed, and what is pressed by accident.
PRESSED = (
    ".grip, .pad, .bit, .symbols, .inputs, .twin, [type=range], "
    ".readouts dt, .controls, .sliders"
)
HELD = """({ held, shadowRoot }) =>
    [held, shadowRoot.querySelectorAll(".held").length]"""

#: Without what a mouse changes that only points.
SETTING = "({ setting }) => ({ ...setting, k: 0 })"


def held(element):
    """Tell whether an explorable is held, and how many of its grips."""
    return element.evaluate(HELD)


def one_of_each(element):
    """Find on the screen one place of each look that can be pressed."""
    return element.evaluate(
        """({ shadowRoot }, selector) => {
            const places = {};
            for (const node of shadowRoot.querySelectorAll(selector)) {
                if (!node.checkVisibility()) continue;
                const { left, top, width, height } = node.getBoundingClientRect();
                places[node.getAttribute("class") ?? node.id] ??= [left + width / 2, top + height / 2];
            }
            return places;
        }""",
        PRESSED,
    )


@pytest.mark.weekly(but=4)
@everyone
def test_what_is_released_elsewhere_is_not_held_any_more(show, kind):
    element = show(start(kind), height=1200)
    mouse = element.page.mouse
    for look, place in one_of_each(element).items():
        mouse.move(*place)
        mouse.down()
        assert held(element)[0], look
        mouse.move(5, 5)
        mouse.move(-80, 3000)
        mouse.up()
        assert held(element) == [False, 0], look
        element.evaluate(f"element => {{ element.reset(); return {FRAME}; }}")


@pytest.mark.weekly(but=4)
@everyone
def test_the_other_button_of_the_mouse_holds_nothing(show, kind):
    element = show(start(kind), height=1200)
    mouse = element.page.mouse
    setting = element.evaluate("element => element.setting")
    for look, place in one_of_each(element).items():
        if look in ("grid", "inputs"):
            continue
        mouse.move(*place)
        mouse.down(button="right")
        assert held(element) == [False, 0], look
        mouse.up(button="right")
    assert element.evaluate("element => element.setting") == setting


@pytest.mark.parametrize("removed", [False, True], ids=["menu", "removed"])
def test_a_drag_whose_end_is_never_heard_of_ends_with_the_next_move(
    show, removed
):
    """The menu of another button may swallow the end, or the explorable may leave the page."""
    element = show(Descent())
    page = element.page
    x, y = centre(element.locator(".grip"))
    session = page.context.new_cdp_session(page)

    def move_without_a_button(x, y):
        session.send(
            "Input.dispatchMouseEvent",
            {"type": "mouseMoved", "x": x, "y": y, "buttons": 0},
        )

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y - 20)
    assert held(element) == [True, 1]
    if removed:
        element.evaluate(
            """async (element) => {
                const { parentNode, nextSibling } = element;
                element.remove();
                await new Promise((resolve) => setTimeout(resolve, 100));
                parentNode.insertBefore(element, nextSibling);
            }"""
        )
    setting = element.evaluate("element => element.setting")
    move_without_a_button(x + 22, y - 22)
    move_without_a_button(x + 40, y - 40)
    assert held(element) == [False, 0]
    assert element.evaluate("element => element.setting") == setting
    page.mouse.up()
    # It can be taken again.
    page.mouse.move(*centre(element.locator(".grip")))
    page.mouse.down()
    page.mouse.move(x + 60, y - 20)
    page.mouse.up()
    assert element.evaluate("element => element.setting") != setting
    assert held(element) == [False, 0]


def test_another_finger_does_not_take_a_grip_away(show):
    phone = show(Tanh(wRec=0.9, S0=0.5), **PHONE)
    session = phone.page.context.new_cdp_session(phone.page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [
                    {"x": x, "y": y, "id": i}
                    for i, (x, y) in enumerate(points)
                ],
            },
        )
        phone.evaluate(f"() => {FRAME}")

    grip = phone.locator(".grip.state")
    grip.evaluate(
        "node => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    x, y = centre(grip)
    touch("touchStart", (x, y))
    touch("touchMove", (x + 10, y))
    first = phone.evaluate("element => element.S0")
    assert first > 0.5
    here = x + 10, y
    touch("touchStart", here, (x + 16, y + 8))
    touch("touchMove", here, (x + 40, y + 8))
    assert phone.evaluate("element => element.S0") == first
    assert held(phone) == [True, 1]
    # When the other goes, the first still holds it.
    touch("touchMove", (x + 15, y))
    assert held(phone) == [True, 1]
    assert phone.evaluate("element => element.S0") > first
    touch("touchEnd")
    assert held(phone) == [False, 0]


def test_one_of_two_fingers_goes_on_holding(show):
    """A slider and a grip at the same time: the scale stays until both are free."""
    phone = show(States(wx=1, wRec=0.9), **PHONE)
    session = phone.page.context.new_cdp_session(phone.page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [
                    {"x": x, "y": y, "id": i} for i, (x, y) in points
                ],
            },
        )

    one, other = (
        centre(slider(phone, "wRec")),
        centre(phone.locator(".grip.wx")),
    )
    touch("touchStart", (0, one))
    touch("touchStart", (0, one), (1, other))
    touch("touchMove", (0, one))
    assert held(phone)[0]
    touch("touchEnd")
    assert held(phone) == [False, 0]


@pytest.mark.weekly(but=4)
@everyone
def test_a_drag_that_is_cancelled_leaves_nothing_grabbed(show, kind):
    phone = show(start(kind), **PHONE)
    session = phone.page.context.new_cdp_session(phone.page)
    handles = phone.locator(".grip, .bit, [type=range]").filter(visible=True)
    seen = set()
    for handle in handles.all():
        look = handle.evaluate("({ id, className }) => className || id")
        if look in seen:
            continue
        seen.add(look)
        handle.evaluate(
            "node => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
        )
        x, y = centre(handle)
        for kind_of, *points in (
            ("touchStart", (x, y)),
            ("touchMove", (x + 14, y)),
            ("touchCancel",),
        ):
            session.send(
                "Input.dispatchTouchEvent",
                {
                    "type": kind_of,
                    "touchPoints": [{"x": x, "y": y} for x, y in points],
                },
            )
        assert held(phone) == [False, 0], look
        setting = phone.evaluate(SETTING)
        phone.page.mouse.move(x + 40, y - 10)
        assert phone.evaluate(SETTING) == setting
        phone.evaluate(f"element => {{ element.reset(); return {FRAME}; }}")
