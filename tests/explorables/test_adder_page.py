"""The adder on the built site: its numbers, the ball that is pushed, bits that are painted."""

import re

import numpy as np
import pytest
from in_page import (
    PHONE,
    button,
    change,
    field,
    readout,
    readouts,
    slider,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Adder
from rnn_by_hand.records.adder import adder_training

TRAINING = adder_training()
STEPS = TRAINING["steps"]
START = Adder()


def some_settings(seed, count):
    """Draw settings, every third of which has no push."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        a, b = rng.integers(0, 256, 2).tolist()
        yield {
            "a": a,
            "b": b,
            "step": int(rng.integers(1, 10)),
            "pushed": int(rng.integers(1, 10)) if i % 3 else 0,
            "across": round(rng.uniform(-1, 1), 12),
            "up": round(rng.uniform(-1.5, 1.5), 12),
            "trained": STEPS[i % len(STEPS)],
        }


def digits(element):
    """Give the digits of the sum as they are written, from the left."""
    texts = element.locator("svg text.digit.strong").all_text_contents()
    return "".join(texts[::-1])


def crossed(element):
    """Tell which columns of the sum are crossed out, from the right."""
    path = element.locator("path.slashes").get_attribute("d")
    boxed = re.findall(r"M([\d.-]+) [\d.-]+l[\d. -]+v", path)
    middles = element.locator("svg text.digit.strong").evaluate_all(
        "all => all.map(node => Number(node.getAttribute('x')))"
    )
    apart = middles[0] - middles[1]
    return [1 + round((middles[0] - float(x)) / apart - 0.35) for x in boxed]


def ball(element):
    return element.get_by_role("slider", name="ball")


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def bit(element, name, k):
    return element.get_by_role("button", name=f"bit {k} of {name},")


@pytest.fixture
def module(page, site):
    """Import the weights of the page."""
    page.goto(f"{site}blank.html")
    return page.evaluate(
        """async (url) => {
            const { STEPS, WEIGHTS, NUMBERS } = await import(url);
            return { steps: STEPS, weights: WEIGHTS, numbers: NUMBERS };
        }""",
        f"{site}_static/adder-weights.js",
    )


def test_the_page_has_the_weights_of_the_record(module):
    assert module == {name: TRAINING[name] for name in module}


def test_readout_equals_the_helper(show):
    """To 1e-12 of the largest number shown: one near 0 is a difference of larger ones."""
    settings = list(some_settings(90, 320))
    element = show(START)
    for setting, shown in zip(
        settings, readouts(element, settings), strict=True
    ):
        python = Adder(**setting).readout
        assert shown.keys() == python.keys()
        for name, value in python.items():
            np.testing.assert_allclose(
                np.array(shown[name], dtype=float),
                value,
                rtol=0,
                atol=1e-12 * max(1, np.abs(value).max()),
                err_msg=name,
            )


def test_it_writes_the_sum_and_crosses_out_what_is_wrong(show):
    element = show(START)
    assert digits(element) == f"{320:09b}"
    assert crossed(element) == []
    change(element, pushed=3, across=-0.9, up=-1)
    assert digits(element) == f"{312:09b}"
    assert crossed(element) == [4, 5, 6, 7]
    texts = element.locator("dd").all_text_contents()
    assert texts == ["−0.900", "−1.000", "4", "312", "320", "30"]


def test_a_mouse_pushes_the_ball_and_a_button_undoes_it(show):
    element = show(START, width=1280)
    page = element.page
    x, y = centre(ball(element))
    page.mouse.move(x + 6, y)  # its edge: the ball stays where it is
    page.mouse.down()
    page.mouse.move(x, y - 20, steps=3)
    shown = readout(element)
    assert shown["pushed"] == shown["step"] == 3
    assert shown["across"] < 0.94
    page.mouse.move(x - 230, y, steps=8)
    page.mouse.up()
    shown = readout(element)
    assert shown["across"] < -0.8
    assert shown["wrong"] == 4
    assert crossed(element) == [4, 5, 6, 7]
    expect(element.locator(".spoken")).to_contain_text(
        "Pushed: the network writes 188 + 132 = 312, the sum is 320, 4 wrong"
    )
    # Scrubbing on leaves the push where it is.
    slider(element, "step").press("ArrowRight")
    shown = readout(element)
    assert (shown["step"], shown["pushed"], shown["wrong"]) == (4, 3, 4)
    button(element, "Undo the push").click()
    assert readout(element)["pushed"] == 0
    assert digits(element) == f"{320:09b}"


def test_the_ball_stays_in_the_plane(show):
    element = show(START, width=1280)
    x, y = centre(ball(element))
    element.page.mouse.move(x, y)
    element.page.mouse.down()
    element.page.mouse.move(x - 900, y - 900, steps=3)
    element.page.mouse.up()
    shown = readout(element)
    assert (shown["across"], shown["up"]) == (-1, 1.5)


def test_a_finger_pushes_the_ball(show):
    element = show(START, **PHONE)
    x, y = centre(ball(element))
    session = element.page.context.new_cdp_session(element.page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x - 100, "y": y - 3}]),
        ("touchMove", [{"x": x - 330, "y": y}]),
        ("touchEnd", []),
    ):
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )
    assert readout(element)["across"] < -0.8
    assert crossed(element) == [4, 5, 6, 7]


def test_keys_push_the_ball_and_move_the_column(show):
    element = show(START)
    press = element.page.keyboard.press
    ball(element).focus()
    press("ArrowLeft")
    press("ArrowUp")
    shown = readout(element)
    assert shown["across"] == pytest.approx(
        START.readout["S"][3][0] - 0.05, abs=1e-3
    )
    assert shown["up"] == pytest.approx(
        START.readout["outputs"][2] + 0.05, abs=1e-3
    )
    press("Shift+ArrowRight")
    assert readout(element)["across"] == pytest.approx(shown["across"] + 0.005)
    column = element.get_by_role("slider", name="column that is read")
    column.focus()
    press("ArrowLeft")  # the columns are counted from the right
    assert readout(element)["step"] == 4
    press("ArrowRight")
    press("ArrowRight")
    assert readout(element)["step"] == 2
    expect(element.locator(".spoken")).to_contain_text("step is 2: ")
    press("PageDown")
    assert readout(element)["step"] == 1


def test_a_mouse_drags_the_column(show):
    element = show(START, width=1280)
    column = element.get_by_role("slider", name="column that is read")
    x, y = centre(column)
    cell = bit(element, "a", 1).bounding_box()["width"]
    element.page.mouse.move(x, y)
    element.page.mouse.down()
    element.page.mouse.move(x - 4 * cell, y, steps=5)
    element.page.mouse.up()
    assert readout(element)["step"] == 7


def test_bits_flip_and_the_picture_follows(show):
    element = show(START, **PHONE)
    first = bit(element, "b", 1)
    first.tap()
    expect(first).to_have_accessible_name("bit 1 of b, 1")
    assert readout(element)["b"] == 133
    assert digits(element) == f"{321:09b}"
    expect(element.locator("dt").nth(4)).to_have_text("188 + 133")


def test_a_mouse_paints_across_bits(show):
    element = show(Adder(a=0, b=0), width=1280)
    page = element.page
    page.mouse.move(*centre(bit(element, "a", 6)))
    page.mouse.down()
    for k in (5, 4, 3):
        page.mouse.move(*centre(bit(element, "a", k)), steps=3)
    page.mouse.move(*centre(bit(element, "b", 3)), steps=3)
    # A stroke may end where it began; that is a click for the browser, and must not flip the bit.
    page.mouse.move(*centre(bit(element, "a", 6)))
    page.mouse.up()
    shown = readout(element)
    assert (shown["a"], shown["b"]) == (0b111100, 0b100)
    assert shown["sum"] == 64
    # The next press begins a new stroke.
    bit(element, "a", 6).click()
    assert readout(element)["a"] == 0b11100


def test_a_vertical_swipe_over_the_bits_changes_nothing(show):
    element = show(START, **PHONE)
    x, y = centre(bit(element, "a", 3))
    session = element.page.context.new_cdp_session(element.page)
    points = [("touchStart", y), *(("touchMove", y - d) for d in (8, 30, 70))]
    for kind, at in points:
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": at}]},
        )
    session.send(
        "Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []}
    )
    shown = readout(element)
    assert (shown["a"], shown["b"]) == (188, 132)


def test_the_training_is_scrubbed_and_typed(show):
    element = show(START)
    trained = slider(element, "trained")
    trained.press("Home")
    shown = readout(element)
    assert shown["trained"] == 0
    assert shown["right"] == 0
    trained.press("ArrowRight")
    assert readout(element)["trained"] == STEPS[1]
    box = field(element, "trained")
    box.fill("24")
    box.press("Enter")
    assert readout(element)["trained"] == 24
    box.fill("25")
    box.press("Enter")
    assert readout(element)["trained"] == 24
    expect(element.get_by_role("alert")).to_contain_text(
        "trained is “25”; it must be one of 0, 5, 10,"
    )


def test_the_groups_part_as_it_learns(show):
    """What the slider shows: in the end no two totals share a corner."""
    element = show(START)
    seen = []
    for trained in (0, 200):
        change(element, trained=trained)
        paths = element.locator("path.cloud").all()
        places = [
            np.array(
                re.findall(r"M([\d.]+) ([\d.]+)", path.get_attribute("d")),
                dtype=float,
            )
            for path in paths
        ]
        spread = max(np.ptp(group, axis=0).max() for group in places)
        middles = [group.mean(axis=0) for group in places]
        apart = min(
            np.linalg.norm(one - other)
            for i, one in enumerate(middles)
            for other in middles[:i]
        )
        seen.append(apart / spread)
    assert seen[0] < 0.5 < 2 < seen[1]


def test_an_output_beyond_the_plane_shows_at_its_edge(show):
    """Half-trained and pushed, the network overshoots; fully trained, it does not."""
    setting = {
        "a": 78,
        "b": 159,
        "step": 8,
        "pushed": 7,
        "across": -0.5,
        "up": -1.5,
    }
    element = show(START)
    beyond, drawn = element.locator("path.beyond"), []
    for trained in (50, 200):
        change(element, **setting, trained=trained)
        drawn.append(beyond.get_attribute("d"))
        output = readout(element)["outputs"][7]
        assert bool(drawn[-1]) == (abs(output) > 1.5)
    assert drawn[0]
    assert not drawn[1]


@pytest.mark.parametrize(
    ("viewport", "highest"),
    [
        ({"viewport": {"width": 1366, "height": 641}}, 560),
        ({**PHONE, "viewport": {"width": 390, "height": 844}}, 720),
    ],
    ids=["laptop", "phone"],
)
def test_cause_and_effect_are_on_one_screen(new_page, site, viewport, highest):
    """From the first bit to the last slider there is no need to scroll."""
    page = new_page(
        **{k: v for k, v in viewport.items() if k not in ("width", "height")}
    )
    page.goto(f"{site}book/09_nonlinear.html")
    element = page.locator("rnn-adder")
    element.evaluate("node => node.scrollIntoView({ block: 'center' })")
    expect(element.locator("dd").first).not_to_be_empty()
    assert element.bounding_box()["height"] < highest
    top = element.get_by_role("img").first.bounding_box()["y"]
    last = slider(element, "trained").bounding_box()
    seen = viewport["viewport"]["height"]
    assert last["y"] + last["height"] - top < seen - 48
