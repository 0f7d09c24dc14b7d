"""Learning on the built site: its numbers, each step to the minimum, and what stops it."""

import itertools

import numpy as np
import pytest
from in_page import (
    FRAME,
    PHONE,
    button,
    centre,
    change,
    count_announcements,
    place,
    readout,
    readouts,
    slider,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Learning, Linked, States
from rnn_by_hand.explorables.dataset import SURFACE
from rnn_by_hand.explorables.words import reading
from rnn_by_hand.optimizers import OPTIMIZERS, descend

START = Learning()
REACHED = 0.01


def descent(wx, wRec, rate, steps=500):
    """Return the weights at each step, as the helper computes them."""
    rule = OPTIMIZERS["gradient descent"]
    return descend(rule, SURFACE, wx, wRec, rate, steps)


PATH = descent(0.5, 0.6, 0.001)
#: The first step at which the network counts.
ARRIVAL = int(np.argmax(SURFACE.loss(*PATH.T) < REACHED))


@pytest.fixture
def clocked(page, site):
    """Put an explorable on a page whose frames are run by the test."""

    def put(explorable, motion="no-preference"):
        page.emulate_media(reduced_motion=motion)
        page.clock.install()
        element = place(page, site, explorable)
        page.clock.run_for(100)
        return element

    return put


def run(element, milliseconds=20_000):
    element.page.clock.run_for(milliseconds)


def weights(element):
    return element.evaluate("({ wx, wRec }) => [wx, wRec]")


def learn(element):
    return element.locator(".learn")


def outcome(element):
    return element.locator(".side p")


def steps(element):
    return int(element.locator(".numbers dd").nth(1).text_content())


def test_readout_equals_the_helper(show):
    rng = np.random.default_rng(51)
    settings = [
        {"wx": wx, "wRec": wRec, "rate": float(f"{10**power:.12g}")}
        for wx, wRec, power in zip(
            *rng.uniform(-3, 3, (2, 300)).round(12).tolist(),
            rng.uniform(-4, -1, 300),
        )
    ]
    settings += [
        {"wx": wx, "wRec": wRec, "rate": 0.1}
        for wx, wRec in itertools.product((-3, 0, 1, 3), repeat=2)
    ]
    shown = readouts(show(START), settings)
    for setting, numbers in zip(settings, shown, strict=True):
        python = Learning(**setting).readout
        assert numbers.keys() == python.keys()
        assert numbers.pop("show") == python.pop("show") == "loss"
        # The largest number shown; what is smaller may be the difference of two like it.
        largest = max(np.abs(np.hstack(list(python.values()))))
        for name, value in python.items():
            np.testing.assert_allclose(
                numbers[name], value, rtol=0, atol=1e-12 * largest
            )


def test_it_learns_to_count_in_as_many_steps_as_the_helper(clocked):
    assert ARRIVAL == 418
    element = clocked(START)
    expect(outcome(element)).to_be_empty()
    count_announcements(element)
    learn(element).click()
    expect(learn(element)).to_have_text("Stop")
    run(element)
    expect(outcome(element)).to_have_text("It counts, after 418 steps.")
    expect(learn(element)).to_have_text("Let it learn")
    assert steps(element) == 418
    np.testing.assert_allclose(weights(element), PATH[418], rtol=1e-10)
    assert readout(element)["loss"] < REACHED
    # Only the end is announced, not every step.
    assert element.page.evaluate("window.announced") == 1
    expect(element.locator(".spoken")).to_contain_text("418 steps")
    # The path drawn is the path taken.
    drawn = element.locator("svg path.trail").last.get_attribute("d")
    assert drawn.count("L") == 418


def test_what_is_linked_learns_with_it(clocked):
    states = clocked(Linked(States(wx=0.5, wRec=0.6), START).element())
    element = states.page.locator("rnn-learning")
    learn(element).click()
    seen = set()
    for _ in range(40):
        run(element, 17)
        # At one moment, because the clock of the page goes on.
        one, two = element.page.evaluate(
            """["rnn-states", "rnn-learning"].map((tag) => document.querySelector(tag))
                .map(({ wx, wRec }) => [wx, wRec])"""
        )
        assert one == two
        seen.add(tuple(one))
    # While it learns, not only at its end.
    assert len(seen) > 20
    run(element)
    assert weights(states) == weights(element)
    python = States(*weights(element)).readout
    run(element, 100)
    assert readout(states)["y"] == pytest.approx(python["y"], rel=1e-12)
    np.testing.assert_allclose(weights(states), PATH[418], rtol=1e-10)


def test_too_large_a_rate_leaves_the_map(clocked):
    path = descent(0.5, 0.6, 0.01)
    left = int(np.argmax(np.abs(path).max(axis=1) > 3))
    element = clocked(Learning(rate=0.01))
    learn(element).click()
    run(element)
    expect(outcome(element)).to_have_text(
        f"It has left the map at step {left}."
    )
    # The weights are the last ones on the map; the path leads out of it.
    np.testing.assert_allclose(weights(element), path[left - 1], rtol=1e-10)
    expect(learn(element)).to_have_text("Let it learn")
    assert steps(element) == left


def test_too_small_a_rate_does_not_arrive(clocked):
    element = clocked(Learning(rate=1e-4))
    learn(element).click()
    run(element)
    expect(outcome(element)).to_have_text("Not there after 500 steps.")
    np.testing.assert_allclose(
        weights(element), descent(0.5, 0.6, 1e-4)[500], rtol=1e-10
    )


def test_where_it_counts_there_is_nothing_to_learn(clocked):
    element = clocked(Learning(1, 1))
    learn(element).click()
    run(element)
    expect(outcome(element)).to_have_text("It counts, after 0 steps.")
    assert weights(element) == [1, 1]


def test_stop_stops_and_it_can_go_on(clocked):
    element = clocked(START)
    learn(element).click()
    run(element, 500)
    learn(element).click()
    expect(learn(element)).to_have_text("Let it learn")
    expect(outcome(element)).to_have_text("stopped.")
    now = weights(element)
    taken = steps(element)
    assert 0 < taken < 418
    np.testing.assert_allclose(now, PATH[taken], rtol=1e-10)
    run(element)
    assert weights(element) == now
    # From here on it counts anew.
    learn(element).click()
    run(element)
    expect(outcome(element)).to_have_text(
        f"It counts, after {418 - taken} steps."
    )


def test_whatever_moves_a_weight_ends_it(clocked):
    element = clocked(START)
    page = element.page

    def drag_the_point():
        page.mouse.move(*centre(element.locator(".handle")))
        page.mouse.down()
        page.mouse.move(*centre(element.locator("canvas").first))
        page.mouse.up()

    def click_on_the_map():
        x, y = centre(element.locator("canvas").first)
        page.mouse.click(x + 30, y - 40)

    def set_from_a_program():
        element.evaluate("element => { element.wx = 2; }")

    def take_it_out():
        element.evaluate(
            "element => { const { parentNode } = element; element.remove(); "
            "parentNode.append(element); }"
        )

    def reset():
        button(element, "Reset").click()

    for touch in (
        drag_the_point,
        click_on_the_map,
        set_from_a_program,
        take_it_out,
        reset,
    ):
        change_without_frames(element, wx=0.5, wRec=0.6)
        learn(element).click()
        run(element, 300)
        expect(learn(element)).to_have_text("Stop")
        touch()
        expect(learn(element)).to_have_text("Let it learn")
        now = weights(element)
        run(element, 3000)
        assert weights(element) == now
        expect(outcome(element)).to_be_empty()


def change_without_frames(element, **setting):
    element.evaluate(
        "(element, setting) => { Object.assign(element, setting); }", setting
    )
    run(element, 50)


def test_an_outcome_is_that_of_the_weights_shown(clocked):
    """After it has arrived, other weights have neither its outcome nor its path."""
    element = clocked(START)
    for move in (
        lambda: element.evaluate("element => { element.wRec = 0.3; }"),
        lambda: button(element, "Reset").click(),
    ):
        learn(element).click()
        run(element)
        expect(outcome(element)).to_contain_text("It counts")
        # The rate and what the map shows do not move a weight.
        change_without_frames(element, rate=0.0005)
        expect(outcome(element)).to_contain_text("It counts")
        change_without_frames(element, rate=0.001)
        move()
        run(element, 100)
        expect(outcome(element)).to_be_empty()
        assert steps(element) == 0
        trail = element.locator("svg path.trail").last
        assert trail.get_attribute("d") == ""
        change_without_frames(element, wx=0.5, wRec=0.6)


def test_with_reduced_motion_a_press_takes_25_steps(clocked):
    element = clocked(START, motion="reduce")
    for presses in range(1, 17):
        learn(element).click()
        run(element, 100)
        assert steps(element) == 25 * presses
        np.testing.assert_allclose(
            weights(element), PATH[25 * presses], rtol=1e-10
        )
        expect(element.locator(".spoken")).to_contain_text(
            f"After {25 * presses} steps: loss "
        )
        expect(learn(element)).to_have_text("Let it learn")
    now = weights(element)
    run(element)
    # Nothing moves by itself.
    assert weights(element) == now
    learn(element).click()
    run(element, 100)
    expect(outcome(element)).to_have_text("It counts, after 418 steps.")


def test_numbers_keep_their_places(show):
    element = show(START)
    loss = element.locator(".numbers dd").first
    boxes = []
    for wx, wRec in PATH[[0, 1, 5, 50, 200, 418]]:
        change(element, wx=float(wx), wRec=float(wRec))
        expect(loss).to_have_text(reading(SURFACE.loss(wx, wRec)))
        boxes.append(
            element.evaluate(
                """({ shadowRoot }) => [...shadowRoot.querySelectorAll(".side > *, .numbers dd, .slider")]
                    .map((node) => node.getBoundingClientRect().toJSON())"""
            )
        )
    assert all(each == boxes[0] for each in boxes)
    change(element, wx=0.5, wRec=0.6)
    learn(element).click()
    wait_until(
        element.page,
        "(element) => document.querySelector('rnn-learning').shadowRoot"
        ".querySelector('.side p').textContent",
    )
    element.evaluate(f"() => {FRAME}")
    # The outcome has had its place from the beginning.
    assert (
        element.evaluate(
            "({ shadowRoot }) => [...shadowRoot.querySelectorAll('.side > *, .numbers dd, .slider')]"
            ".map((node) => node.getBoundingClientRect().toJSON())"
        )
        == boxes[0]
    )


def test_the_minimum_can_be_hit(show):
    element = show(START)
    page = element.page
    canvas = element.locator("canvas").first.bounding_box()
    page.mouse.move(*centre(element.locator(".handle")))
    page.mouse.down()
    x = canvas["x"] + canvas["width"] * 4 / 6
    y = canvas["y"] + canvas["height"] * 2 / 6
    page.mouse.move(x + 2, y - 2, steps=6)
    assert weights(element) == [1, 1]
    page.mouse.up()
    expect(element.locator(".spoken")).to_have_text(
        "wx is 1.000, wRec is 1.000: loss 0."
    )


def test_a_finger_takes_the_point(show):
    phone = show(START, **PHONE)
    phone.page.touchscreen.tap(*centre(phone.locator("canvas").first))
    np.testing.assert_allclose(weights(phone), [0, 0], atol=0.03)


def test_the_rate_has_four_notches_and_can_be_typed(show):
    element = show(START)
    handle = slider(element, "rate")
    seen = []
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        handle.press(key)
        seen.append(readout(element)["rate"])
    assert seen == [1e-4, 1e-3, 1e-2, 1e-1]
    typing = element.locator(".slider.rate .value")
    typing.fill("1.43e-3")
    typing.press("Enter")
    assert readout(element)["rate"] == 0.00143
    expect(typing).to_have_value("0.00143")
