"""The strip of inputs: a press flips one bit, and a drag paints the bits that it crosses."""

import pytest
from in_page import (
    FRAME,
    PHONE,
    bit,
    bits,
    centre,
    count_announcements,
    count_changes,
    readout,
    swipe,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Bptt, States

BITS = "1011001110"
with_a_strip = pytest.mark.parametrize(
    "kind", [States, Bptt], ids=lambda kind: kind.tag
)


def inputs(element):
    return "".join(map(str, readout(element)["x"]))


def drag(element, *steps, aside=0):
    """Press on a bit and move across others, some pixels beside the strip, without letting go."""
    mouse = element.page.mouse
    first, *others = (centre(bit(element, k)) for k in steps)
    mouse.move(*first)
    mouse.down()
    for x, y in others:
        mouse.move(x, y + aside, steps=8)


def spy(element):
    count_changes(element)
    count_announcements(element)


def told(element):
    return element.page.evaluate("[window.changes, window.announced]")


@with_a_strip
def test_a_click_flips_one_bit(show, kind):
    element = show(kind())
    spy(element)
    bit(element, 2).click()
    assert inputs(element) == "1111001110"
    expect(element.locator(".spoken")).to_contain_text("Input 2 is 1: ")
    bit(element, 2).click()
    assert inputs(element) == BITS
    assert told(element) == [2, 2]


@with_a_strip
@pytest.mark.parametrize(
    ("steps", "painted"),
    [
        ((2, 6), "1111111110"),
        ((1, 4), "0000001110"),
        ((10, 5), "1011111111"),
        ((9, 7), "1011000000"),
        # Back over what has been painted: the value is that of the first bit all the way.
        ((2, 6, 2), "1111111110"),
        ((5, 6, 1), "1111111110"),
    ],
)
def test_a_drag_paints_what_it_crosses(show, kind, steps, painted):
    element = show(kind())
    spy(element)
    drag(element, *steps)
    assert inputs(element) == painted
    assert told(element)[1] == 0
    element.page.mouse.up()
    assert inputs(element) == painted
    # It is announced once, at its end.
    expect(element.locator(".spoken")).to_contain_text(
        f"The inputs are {', '.join(painted)}: "
    )
    changes, announced = told(element)
    assert 1 <= changes <= len(BITS)
    assert announced == 1


@with_a_strip
def test_a_fast_pointer_leaves_no_gaps(show, kind):
    element = show(kind(x="0" * 10))
    mouse = element.page.mouse
    mouse.move(*centre(bit(element, 1)))
    mouse.down()
    mouse.move(*centre(bit(element, 9)))
    mouse.up()
    assert inputs(element) == "1111111110"


@with_a_strip
def test_the_pointer_may_leave_the_strip(show, kind):
    element = show(kind())
    drag(element, 2, 6, aside=60)
    assert inputs(element) == "1111111110"
    mouse = element.page.mouse
    # Past its ends it paints up to them.
    mouse.move(3, 3, steps=8)
    assert inputs(element) == "1111111110"
    mouse.up()
    # Now nothing is painted, neither by the pointer alone nor by a press that begins elsewhere.
    before = inputs(element)
    mouse.move(*centre(bit(element, 10)), steps=8)
    x, y = centre(bit(element, 9))
    mouse.move(x, y - 120)
    mouse.down()
    mouse.move(x, y)
    mouse.move(*centre(bit(element, 10)), steps=8)
    mouse.up()
    assert inputs(element) == before


@with_a_strip
def test_only_the_first_button_paints(show, kind):
    element = show(kind())
    mouse = element.page.mouse
    mouse.move(*centre(bit(element, 2)))
    mouse.down(button="middle")
    mouse.move(*centre(bit(element, 6)), steps=8)
    mouse.up(button="middle")
    assert inputs(element) == BITS


@with_a_strip
def test_keys_flip_also_after_a_drag(show, kind):
    element = show(kind())
    drag(element, 2, 4)
    element.page.mouse.up()
    assert inputs(element) == "1111001110"
    press = element.page.keyboard.press
    bit(element, 5).focus()
    press("Space")
    assert inputs(element) == "1111101110"
    press("ArrowRight")
    press("Enter")
    assert inputs(element) == "1111111110"
    expect(element.locator(".spoken")).to_contain_text("Input 6 is 1: ")


def to_the_middle(phone):
    phone.evaluate("({ style }) => { style.marginBlock = '900px'; }")
    bit(phone, 5).evaluate(
        "node => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    phone.evaluate(f"() => {FRAME}.then(() => {FRAME})")


@with_a_strip
def test_a_finger_taps_and_paints(show, kind):
    phone = show(kind(), **PHONE)
    to_the_middle(phone)
    bit(phone, 2).tap()
    wait_for(phone, "1111001110")
    top = phone.page.evaluate("scrollY")
    swipe(phone, centre(bit(phone, 5)), centre(bit(phone, 8)))
    wait_for(phone, "1111111110")
    swipe(phone, centre(bit(phone, 10)), centre(bit(phone, 9)))
    wait_for(phone, "1111111111")
    # After a drag without a click a key flips, and so does a tap.
    bit(phone, 10).press("Space")
    wait_for(phone, "1111111110")
    bit(phone, 9).tap()
    wait_for(phone, "1111111100")
    assert phone.page.evaluate("scrollY") == top


def wait_for(phone, text):
    """Wait until the inputs are these: what a finger does reaches the page a little later."""
    wait_until(
        phone.page,
        "([tag, text]) => document.querySelector(tag).x.join('') === text",
        arg=[phone.evaluate("({ localName }) => localName"), text],
    )


@with_a_strip
def test_a_swipe_that_scrolls_flips_nothing(show, kind):
    phone = show(kind(), **PHONE)
    to_the_middle(phone)
    spy(phone)
    top = phone.page.evaluate("scrollY")
    x, y = centre(bit(phone, 5))
    swipe(phone, (x, y), (x + 2, y - 160))
    wait_until(phone.page, "top => scrollY > top + 60", arg=top)
    assert inputs(phone) == BITS
    assert told(phone) == [0, 0]


@with_a_strip
def test_what_is_cancelled_comes_back(show, kind):
    phone = show(kind(), **PHONE)
    to_the_middle(phone)
    session = phone.page.context.new_cdp_session(phone.page)

    def touch(what, *places):
        points = [{"x": x, "y": y} for x, y in places]
        session.send(
            "Input.dispatchTouchEvent", {"type": what, "touchPoints": points}
        )

    touch("touchStart", centre(bit(phone, 5)))
    for k in (6, 7, 8, 9, 10):
        touch("touchMove", centre(bit(phone, k)))
    wait_for(phone, "1011111111")
    touch("touchCancel")
    wait_for(phone, BITS)
    # The next press begins anew.
    bit(phone, 2).tap()
    wait_for(phone, "1111001110")
    session.detach()


def test_the_bits_have_their_numbers():
    assert list(States().x) == bits(BITS)
