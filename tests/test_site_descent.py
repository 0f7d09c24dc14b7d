"""rnn-descent in a real browser: bit for bit what Python computes, by mouse, touch and keys."""

import itertools

import numpy as np
import pytest
from in_page import place
from playwright.sync_api import expect

from rnn_by_hand.explorables import Descent
from rnn_by_hand.optimizers import OPTIMIZERS

FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
STARTS = [
    (-1.5, 2),
    (1, 1),
    (3, 3),
    (-3, 3),
    (3, -3),
    (-3, -3),
    (0, 0),
    (-0.25, -2.05),
]


@pytest.fixture
def show(new_page, site):
    """Put an explorable into a page of the site."""

    def open_explorable(explorable=None, **options):
        viewport = {"width": 1280, "height": 1000}
        page = new_page(**{"viewport": viewport} | options)
        element = place(page, site, explorable or Descent())
        element.scroll_into_view_if_needed()
        expect(element.locator(".outcome")).not_to_be_empty()
        return element

    return open_explorable


@pytest.fixture
def explorable(show):
    return show()


def readout(explorable):
    return explorable.evaluate("element => element.readout")


def change(explorable, **setting):
    """Change the setting as a program does, and wait until it is painted."""
    explorable.evaluate(
        f"(element, setting) => {{ Object.assign(element, setting); return {FRAMES}; }}",
        setting,
    )


def floats(value):
    """Make all numbers floats; from the browser, large ones come as whole numbers."""
    if isinstance(value, dict):
        return {name: floats(part) for name, part in value.items()}
    if isinstance(value, list):
        return [floats(part) for part in value]
    return float(value) if isinstance(value, int) else value


def known_fates(explorable):
    handle = explorable.element_handle()
    page = explorable.page
    page.wait_for_function("element => element.fates", arg=handle)
    return explorable.evaluate("element => element.fates")


def on_map(explorable, wx, wRec):
    """Where on the page a pair of weights is."""
    box = explorable.locator("canvas").bounding_box()
    return (
        box["x"] + box["width"] * (wRec + 3) / 6,
        box["y"] + box["height"] * (3 - wx) / 6,
    )


def test_readout_is_that_of_python_to_the_last_bit(explorable):
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
            rng.uniform(-3, 3, (210, 2)).round(12).tolist(),
            [float(f"{10**power:.6g}") for power in rng.uniform(-5, 0, 210)],
            itertools.cycle(OPTIMIZERS),
        )
    ]
    shown = explorable.evaluate(
        """(element, settings) => settings.map((setting) => {
            Object.assign(element, setting);
            return element.readout;
        })""",
        settings,
    )
    fates = set()
    for setting, numbers in zip(settings, shown):
        expected = Descent(**setting).readout
        assert floats(numbers) == floats(expected), setting
        fates.add(numbers["fate"])
    assert len(fates) == 4


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_map_of_fates_is_that_of_python(show, optimizer):
    python = Descent(optimizer=optimizer, rate=1e-3, show="fates")
    explorable = show(python)
    for rate in (1e-3, 0.05):
        python.rate = rate
        change(explorable, rate=rate)
        fates = known_fates(explorable)
        assert fates == python.fates
        shares = explorable.locator(".legend dd").all_text_contents()
        for fate, share in enumerate(shares):
            percent = 100 * fates.count(fate) / len(fates)
            assert share == f"{float(f'{percent:.2g}'):g} %"


def test_map_of_fates_never_holds_up_the_page(show):
    explorable = show(Descent(optimizer="Gauss-Newton"))
    pauses = explorable.evaluate(
        """async (element) => {
            const frame = () => new Promise(requestAnimationFrame);
            const pauses = [];
            element.show = "fates";
            for (let i = 0; i < 3; i++) await frame();
            // Begun anew while it is on its way.
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
    assert known_fates(explorable) == python.fates
    change(explorable, show="loss")
    assert explorable.evaluate("element => element.fates") is None


def test_mouse_drags_the_start(explorable):
    mouse = explorable.page.mouse
    explorable.evaluate(
        """element => {
            window.announced = 0;
            const status = element.shadowRoot.querySelector("[role=status]");
            new MutationObserver(() => window.announced++).observe(status, { childList: true });
        }"""
    )
    mouse.move(*on_map(explorable, 2, -2))
    mouse.down()
    assert readout(explorable)["path"][0] == pytest.approx([2, -2], abs=0.02)
    mouse.move(*on_map(explorable, 0.5, 0.5), steps=10)
    assert explorable.page.evaluate("window.announced") == 0
    mouse.up()
    shown = readout(explorable)
    assert shown["path"][0] == pytest.approx([0.5, 0.5], abs=0.02)
    assert shown["wx"] == round(shown["wx"], 2)
    expect(explorable.locator(".outcome")).to_have_text(
        f"{shown['fate']} at step {shown['fate_at']}"
    )
    assert explorable.page.evaluate("window.announced") == 1
    expect(explorable.locator(".spoken")).to_contain_text(
        "The start is wx 0.5"
    )


def test_touch_sets_and_drags_the_start(show):
    explorable = show(
        viewport={"width": 390, "height": 900}, has_touch=True, is_mobile=True
    )
    explorable.locator(".pad").scroll_into_view_if_needed()
    explorable.page.touchscreen.tap(*on_map(explorable, -1, 0.5))
    assert readout(explorable)["path"][0] == pytest.approx([-1, 0.5], abs=0.03)
    # A finger on the start drags it; one beside it scrolls the page.
    action = "node => getComputedStyle(node).touchAction"
    assert explorable.locator(".handle").evaluate(action) == "none"
    assert explorable.locator(".pad").evaluate(action) != "none"


def test_keys_reach_everything(explorable):
    press = explorable.page.keyboard.press

    def focused(name):
        slider = explorable.get_by_role("slider", name=name)
        expect(slider).to_be_focused()
        return slider

    explorable.get_by_role("slider", name="wx").focus()
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
    menu = explorable.get_by_role("combobox", name="optimiser")
    expect(menu).to_be_focused()
    press("R")
    expect(menu).to_have_value("Rprop")
    expect(
        explorable.get_by_role("slider", name="rate first step")
    ).to_be_visible()
    press("Tab")
    press("f")
    shown = readout(explorable)
    assert shown == Descent(-1.49, 1.99, 5e-4, "Rprop", 499, "fates").readout
    expect(explorable.locator(".spoken")).to_have_text(
        f"show is fates: {shown['fate']} at step {shown['fate_at']}, "
        f"loss {explorable.locator('.readouts dd').nth(1).text_content()}."
    )
    press("Tab")
    press("Enter")
    assert readout(explorable) == Descent().readout


def test_rate_slider_runs_over_1_2_5(explorable):
    slider = explorable.get_by_role("slider", name="rate")
    seen = []
    slider.focus()
    explorable.page.keyboard.press("Home")
    for _ in range(16):
        seen.append(readout(explorable)["rate"])
        explorable.page.keyboard.press("ArrowRight")
    expected = [float(f"{m}e{e}") for e in range(-5, 0) for m in (1, 2, 5)] + [
        1.0
    ]
    assert seen == expected


def test_says_where_it_blows_up(explorable):
    expect(explorable.locator(".outcome")).to_have_text(
        "blown up at step 1: wRec = −7210"
    )
    arrow = explorable.locator("path.exit")
    assert arrow.get_attribute("d")
    change(explorable, optimizer="Rprop")
    assert not arrow.get_attribute("d")
    expect(explorable.locator("circle.end")).to_be_visible()


def test_address_gives_a_setting(new_page, site):
    page = new_page(viewport={"width": 1280, "height": 900})
    link = (
        "#descent:wx=1,wRec=-2,rate=0.02,"
        "optimizer=clipped%20descent,steps=40,show=fates"
    )
    explorable = place(page, site, Descent(), link)
    expected = Descent(1, -2, 0.02, "clipped descent", 40, "fates").readout
    assert readout(explorable) == expected


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_setting_is_legible(show, width):
    explorable = show(viewport={"width": width, "height": 1000})
    host = explorable.bounding_box()
    assert (
        explorable.page.evaluate("document.documentElement.scrollWidth")
        <= width
    )
    settings = itertools.product(STARTS, OPTIMIZERS)
    for i, ((wx, wRec), optimizer) in enumerate(settings):
        rate, steps = [(1e-5, 7), (1e-3, 500), (1, 9), (1, 500)][i % 4]
        change(
            explorable,
            wx=wx,
            wRec=wRec,
            optimizer=optimizer,
            rate=rate,
            steps=steps,
            show=["loss", "fates"][i // 24],
        )
        texts = explorable.evaluate(
            """element => [...element.shadowRoot.querySelectorAll("svg text, p, dt, dd, label, output")]
                .filter((node) => node.getClientRects().length && node.textContent)
                .map((node) => {
                    const range = document.createRange();
                    range.selectNodeContents(node);
                    const { left, right, top, bottom } = range.getBoundingClientRect();
                    const size = parseFloat(getComputedStyle(node).fontSize);
                    return { text: node.textContent, left, right, top, bottom, size };
                })"""
        )
        assert len(texts) > 25
        for text in texts:
            assert text["size"] >= 12
            assert text["left"] >= host["x"] - 1, text
            assert text["right"] <= host["x"] + host["width"] + 1, text
        for a, b in itertools.combinations(texts, 2):
            apart_x = max(a["left"], b["left"]) - min(a["right"], b["right"])
            apart_y = max(a["top"], b["top"]) - min(a["bottom"], b["bottom"])
            # Boxes of text are taller than what is printed in them.
            assert apart_x > -1 or apart_y > -4, (wx, wRec, a, b)
        drawn = explorable.evaluate(
            "element => element.shadowRoot.querySelector('.live').outerHTML"
        )
        for mistake in ("NaN", "undefined", "Infinity", "null"):
            assert mistake not in drawn, (wx, wRec, optimizer, rate, steps)


def test_touch_targets_are_large_enough(show):
    explorable = show(viewport={"width": 320, "height": 900})
    for target in explorable.locator("button, input, select, .handle").all():
        box = target.bounding_box()
        assert box["width"] >= 24
        assert box["height"] >= 24


def test_nothing_grows(explorable):
    before, after = explorable.evaluate(
        """async element => {
            const frame = () => new Promise(requestAnimationFrame);
            const nodes = () => element.shadowRoot.querySelectorAll("*").length;
            const before = nodes();
            for (const optimizer of ["gradient descent", "Rprop", "Gauss-Newton"]) {
                element.optimizer = optimizer;
                for (let i = 0; i < 60; i++) {
                    element.wx = i / 30;
                    element.paint();
                    await frame();
                }
            }
            return [before, nodes()];
        }"""
    )
    assert before == after
