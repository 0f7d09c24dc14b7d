"""The unrolled network on the built site: its numbers and bars; mouse, touch and keyboard."""

import itertools

import numpy as np
from in_page import (
    PHONE,
    assert_same,
    change,
    field,
    readout,
    readouts,
    slider,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Unrolled

WEIGHTS = [
    *((1, 1), (1, 0.9), (1, 1.1), (1, -1.1), (2.37, 0.45), (-2.37, 0.95)),
    *((3, 3), (-3, 3), (3, -3), (3, 0.01), (-3, -0.01), (0, 1), (1, 0)),
]


START = Unrolled(wRec=0.9, k=3)


def bar_ends(element, which):
    """Find the zero line, and the position and end of each bar."""
    path = element.locator(f"path.{which}").get_attribute("d")
    bars = [bar.replace("V", " ").split() for bar in path.split("M")[1:]]
    return [tuple(map(float, bar)) for bar in bars]


def test_readout_equals_the_helper(show):
    rng = np.random.default_rng(32)
    settings = [
        {"wx": wx, "wRec": wRec, "n": int(n), "k": int(k)}
        for (wx, wRec), n, k in zip(
            rng.uniform(-3, 3, (300, 2)).round(12).tolist(),
            rng.integers(2, 61, 300),
            rng.integers(1, 61, 300),
        )
    ]
    settings += [
        {"wx": wx, "wRec": wRec, "n": n, "k": 1}
        for (wx, wRec), n in itertools.product(WEIGHTS, (2, 60))
    ]
    for setting, shown in zip(settings, readouts(show(START), settings)):
        assert_same(shown, Unrolled(**setting).readout)


def test_every_weight_but_zero_has_a_bar_on_its_side(show):
    element = show(START)
    for wx, wRec in WEIGHTS:
        change(element, wx=wx, wRec=wRec, n=60, k=30)
        weights = np.array(Unrolled(wx, wRec, 60).readout["weights"])
        bars = np.array(bar_ends(element, "others")).reshape(-1, 3)
        drawn = weights[weights != 0]
        assert len(bars) == len(drawn)
        heights = bars[:, 1] - bars[:, 2]
        assert (np.sign(heights) == np.sign(drawn)).all()
        # On a logarithmic scale, a power is a straight line.
        sizes = np.abs(heights)
        assert (sizes > 10).all()
        steps = np.diff(sizes)
        np.testing.assert_allclose(
            steps, steps[:1].repeat(len(steps)), atol=1e-6
        )


def test_scale_stands_still_while_a_weight_moves_a_little(show):
    element = show(START)
    ticks = []
    for wRec in (0.85, 0.9, 0.95, 1, 1.05, 1.1):
        change(element, wRec=wRec)
        ticks.append(
            element.locator("line.grid").evaluate_all(
                "lines => lines.map((line) => line.getAttribute('y1'))"
            )
        )
    assert all(each == ticks[0] for each in ticks)


def test_equation_and_readouts(show):
    element = show(START)
    expect(element.locator(".equation")).to_have_text(
        "weight of x3 in y = wx · wRec7 = 1.000 · 0.9007 = 0.4783"
    )
    assert element.locator("dd").all_text_contents() == ["0.4783", "7.3 %"]
    change(element, wx=-2, wRec=-1.5, n=5, k=5)
    expect(element.locator(".equation")).to_have_text(
        "weight of x5 in y = wx · wRec0 = (−2.000) · (−1.500)0 = −2.000"
    )
    change(element, wx=0)
    assert element.locator("dd").all_text_contents() == ["0", "–"]


def test_pointing_chooses_an_input(show):
    element = show(START)
    page, box = element.page, element.locator(".graph").bounding_box()
    for k in (1, 5, 10):
        x = bar_ends(element, "others")[k - 1][0]
        page.mouse.move(box["x"] + x + 3, box["y"] + 100)
        assert element.evaluate("element => element.k") == k
    page.mouse.move(box["x"] + 2, box["y"] + 100)
    assert element.evaluate("element => element.k") == 1
    expect(slider(element, "k")).to_have_value("1")
    page.mouse.click(box["x"] + x, box["y"] + 100)
    expect(element.locator(".spoken")).to_have_text(
        "Input 10: input 10 has the weight 1 in the output."
    )


def test_touch_chooses_an_input(show):
    element = show(START, **PHONE)
    box = element.locator(".graph").bounding_box()
    element.page.touchscreen.tap(box["x"] + box["width"] - 26, box["y"] + 90)
    expect(element.locator(".equation")).to_contain_text("weight of x10")


def test_keys_reach_everything(show):
    element = show(START)
    press = element.page.keyboard.press
    slider(element, "k").focus()
    press("ArrowRight")
    expect(slider(element, "k")).to_have_attribute("aria-valuetext", "4")
    expect(element.locator(".spoken")).to_have_text(
        "k is 4: input 4 has the weight 0.5314 in the output."
    )
    press("End")
    expect(slider(element, "k")).to_have_attribute("aria-valuetext", "10")
    press("Shift+Tab")
    expect(field(element, "k")).to_be_focused()
    press("Shift+Tab")
    expect(slider(element, "n")).to_be_focused()
    press("ArrowLeft")
    # The last input was chosen, and now there is one fewer.
    expect(slider(element, "k")).to_have_value("9")
    press("End")
    assert element.evaluate("element => element.n") == 60
    expect(slider(element, "k")).to_have_value("10")
    expect(slider(element, "k")).to_have_attribute("max", "60")
    for _ in range(3):
        press("Tab")
    press("Enter")
    assert readout(element) == Unrolled(wRec=0.9, k=3).readout
