"""rnn-descent in a real browser: numbers identical to Python's; mouse, touch and keyboard."""

import itertools

import numpy as np
import pytest
from in_page import (
    PHONE,
    change,
    count_announcements,
    readout,
    readouts,
    slider,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Descent
from rnn_by_hand.optimizers import OPTIMIZERS

START = Descent()


def floats(value):
    """Convert all numbers to floats, because large ones come from the browser as integers."""
    if isinstance(value, dict):
        return {name: floats(part) for name, part in value.items()}
    if isinstance(value, list):
        return [floats(part) for part in value]
    return float(value) if isinstance(value, int) else value


def known_fates(element):
    handle = element.element_handle()
    page = element.page
    wait_until(page, "element => element.fates", arg=handle)
    return element.evaluate("element => element.fates")


@pytest.mark.parametrize(
    "start",
    [
        Descent(-0.8, 0.4),
        Descent(1.2, 2, optimizer="clipped descent"),
    ],
    ids=["from the left", "from the right"],
)
def test_the_path_to_the_minimum_does_not_cross_its_name(show, start):
    element = show(start)
    assert readout(element)["fate"] == "near (1, 1)"
    crossed = element.evaluate(
        """({ shadowRoot }) => {
            const name = [...shadowRoot.querySelectorAll("svg text")].find((text) => text.textContent === "(1, 1)").getBBox();
            const path = shadowRoot.querySelector("svg .path");
            const along = Array.from({ length: path.getTotalLength() }, (_, i) => path.getPointAtLength(i));
            return along.filter(({ x, y }) =>
                name.x < x && x < name.x + name.width && name.y < y && y < name.y + name.height).length;
        }"""
    )
    assert crossed == 0


def on_map(element, wx, wRec):
    """Find the position of a pair of weights on the page."""
    box = element.locator("canvas").bounding_box()
    return (
        box["x"] + box["width"] * (wRec + 3) / 6,
        box["y"] + box["height"] * (3 - wx) / 6,
    )


def test_readout_matches_python_to_the_last_bit(show):
    rng = np.random.default_rng(30)
    settings = [
        {
            "wx": wx,
            "wRec": wRec,
            "rate": rate,
            "optimizer": optimizer,
            "steps": int(rng.integers(1, 501)),
            "show": "loss",
        }
        for (wx, wRec), rate, optimizer in zip(
            rng.uniform(-3, 3, (200, 2)).round(12).tolist(),
            [float(f"{10**power:.6g}") for power in rng.uniform(-5, 0, 200)],
            itertools.cycle(OPTIMIZERS),
        )
    ]
    shown = readouts(show(START), settings)
    fates = set()
    for setting, numbers in zip(settings, shown):
        expected = Descent(**setting).readout
        assert floats(numbers) == floats(expected), setting
        fates.add(numbers["fate"])
    assert len(fates) == 4


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_map_of_fates_matches_python(show, optimizer):
    python = Descent(optimizer=optimizer, rate=1e-3, show="fates")
    element = show(python)
    for rate in (1e-3, 0.05):
        python.rate = rate
        change(element, rate=rate)
        fates = known_fates(element)
        assert fates == python.fates
        shares = element.locator(".legend dd").all_text_contents()
        for fate, share in enumerate(shares):
            percent = 100 * fates.count(fate) / len(fates)
            assert share == f"{float(f'{percent:.2g}'):g} %"


def test_map_of_fates_never_holds_up_the_page(show):
    element = show(Descent(optimizer="Gauss-Newton"))
    pauses = element.evaluate(
        """async (element) => {
            const frame = () => new Promise(requestAnimationFrame);
            const pauses = [];
            element.show = "fates";
            for (let i = 0; i < 3; i++) await frame();
            // Restarted while it is still being computed.
            element.rate = 0.5;
            await frame();
            for (let before = performance.now(); !element.fates; ) {
                await frame();
                const now = performance.now();
                pauses.push(now - before);
                before = now;
            }
            return pauses;
        }"""
    )
    assert len(pauses) > 10
    python = Descent(optimizer="Gauss-Newton", rate=0.5)
    assert known_fates(element) == python.fates
    change(element, show="loss")
    assert element.evaluate("element => element.fates") is None


def test_mouse_drags_the_start(show):
    element = show(START)
    mouse = element.page.mouse
    count_announcements(element)
    mouse.move(*on_map(element, 2, -2))
    mouse.down()
    assert readout(element)["path"][0] == pytest.approx([2, -2], abs=0.02)
    mouse.move(*on_map(element, 0.5, 0.5), steps=10)
    assert element.page.evaluate("window.announced") == 0
    mouse.up()
    shown = readout(element)
    assert shown["path"][0] == pytest.approx([0.5, 0.5], abs=0.02)
    assert shown["wx"] == round(shown["wx"], 2)
    expect(element.locator(".outcome")).to_have_text(
        f"{shown['fate']} at step {shown['fate_at']}"
    )
    assert element.page.evaluate("window.announced") == 1
    expect(element.locator(".spoken")).to_contain_text("The start is wx 0.5")


def test_touch_sets_and_drags_the_start(show):
    element = show(START, **PHONE)
    element.locator(".pad").scroll_into_view_if_needed()
    element.page.touchscreen.tap(*on_map(element, -1, 0.5))
    assert readout(element)["path"][0] == pytest.approx([-1, 0.5], abs=0.03)
    # A finger on the start drags it; one beside it scrolls the page.
    action = "node => getComputedStyle(node).touchAction"
    assert element.locator(".handle").evaluate(action) == "none"
    assert element.locator(".pad").evaluate(action) != "none"


def test_keys_reach_everything(show):
    element = show(START)
    press = element.page.keyboard.press

    def focused(name):
        handle = slider(element, name)
        expect(handle).to_be_focused()
        return handle

    slider(element, "wx").focus()
    press("ArrowRight")
    press("Tab")
    focused("wRec")
    press("ArrowLeft")
    press("Tab")
    rate = focused("rate learning rate")
    expect(rate).to_have_attribute("aria-valuetext", "0.001")
    press("ArrowLeft")
    expect(rate).to_have_attribute("aria-valuetext", "0.0005")
    press("Tab")
    focused("steps")
    press("ArrowLeft")
    press("Tab")
    menu = element.get_by_role("combobox", name="optimiser")
    expect(menu).to_be_focused()
    press("R")
    expect(menu).to_have_value("Rprop")
    expect(slider(element, "rate initial step")).to_be_visible()
    press("Tab")
    press("f")
    shown = readout(element)
    assert shown == Descent(-1.49, 1.99, 5e-4, "Rprop", 499, "fates").readout
    expect(element.locator(".spoken")).to_have_text(
        f"show is fates: {shown['fate']} at step {shown['fate_at']}, "
        f"loss {element.locator('.readouts dd').nth(1).text_content()}."
    )
    press("Tab")
    press("Enter")
    assert readout(element) == Descent().readout


def test_rate_slider_takes_steps_of_1_2_5(show):
    element = show(START)
    slider(element, "rate").focus()
    seen = []
    element.page.keyboard.press("Home")
    for _ in range(16):
        seen.append(readout(element)["rate"])
        element.page.keyboard.press("ArrowRight")
    expected = [float(f"{m}e{e}") for e in range(-5, 0) for m in (1, 2, 5)] + [
        1.0
    ]
    assert seen == expected


def test_says_where_it_blows_up(show):
    element = show(START)
    expect(element.locator(".outcome")).to_have_text(
        "blown up at step 1: wRec = −7210"
    )
    arrow = element.locator("path.exit")
    assert arrow.get_attribute("d")
    change(element, optimizer="Rprop")
    assert not arrow.get_attribute("d")
    expect(element.locator("path.end").last).to_be_visible()
