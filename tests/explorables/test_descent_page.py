"""rnn-descent in a real browser: numbers identical to Python's; mouse, touch and keyboard."""

import itertools

import numpy as np
import pytest
from in_page import (
    FRAME,
    PHONE,
    button,
    change,
    count_announcements,
    pixels,
    readout,
    readouts,
    set_theme,
    slider,
    wait_until,
)
from playwright.sync_api import expect
from test_loss_surface_page import COVERED

from rnn_by_hand.explorables import Descent, Learning
from rnn_by_hand.explorables.dataset import SURFACE
from rnn_by_hand.explorables.words import number
from rnn_by_hand.loss_colours import DARK, LIGHT, fate_image
from rnn_by_hand.optimizers import OPTIMIZERS, decided, descend, fates

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
    left, right, low, high = readout(element)["view"]
    box = element.locator("canvas").first.bounding_box()
    return (
        box["x"] + box["width"] * (wRec - left) / (right - left),
        box["y"] + box["height"] * (high - wx) / (high - low),
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
            "zoom": int(rng.integers(0, 9)),
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


def with_worker(element):
    """Let the page say where its scripts are, as every page of the book does."""
    element.evaluate(
        """async () => {
            const script = document.createElement("script");
            Object.assign(script, { type: "module", src: "_static/explorables.js" });
            document.head.append(script);
        }"""
    )


def fates_on(element, n):
    """Wait for the map on a grid of n x n starts, and return fates and steps as arrays."""
    wait_until(
        element.page,
        "([element, n]) => element.fatesOn(n)",
        arg=[element.element_handle(), n],
    )
    # As one text: so many values, each by itself, take seconds to leave the page.
    found = element.evaluate(
        "(element, n) => element.fatesOn(n).map(({ fate, steps }) => `${fate} ${steps}`).join(' ')",
        n,
    )
    return np.fromstring(found, int, sep=" ").reshape(-1, 2).T


@pytest.mark.weekly(but=4)
@pytest.mark.parametrize("where", ["worker", "page"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_map_of_fates_matches_python(show, optimizer, where):
    python = Descent(optimizer=optimizer, rate=1e-3)
    element = show(python)
    if where == "worker":
        with_worker(element)
    for setting in (
        {"rate": 1e-3},
        {"rate": 0.05},
        {"rate": 0.002, "zoom": 4, "wx": 0.1, "wRec": 1.5},
    ):
        for name, value in setting.items():
            python.set_trait(name, value)
        change(element, show="fates", **setting)
        assert known_fates(element) == python.fates
        fate, steps = fates_on(element, 41)
        np.testing.assert_array_equal(fate, python.fates)
        np.testing.assert_array_equal(steps, python._map[1].ravel())


@pytest.mark.weekly
@pytest.mark.parametrize("optimizer", ["momentum", "clipped descent"])
@pytest.mark.parametrize(("where", "n"), [("worker", 401), ("page", 201)])
def test_the_finest_map_is_made_of_single_starts(show, optimizer, where, n):
    python = Descent(0.1, 1.5, optimizer=optimizer, show="fates", zoom=3)
    element = show(python)
    if where == "worker":
        change(element, show="loss")
        with_worker(element)
        change(element, show="fates")
    fate, steps = fates_on(element, n)
    left, right, low, high = python.readout["view"]
    rng = np.random.default_rng(7)
    sample = rng.integers(0, n * n, 150)
    path = descend(
        OPTIMIZERS[optimizer],
        SURFACE,
        np.linspace(low, high, n)[sample // n],
        np.linspace(left, right, n)[sample % n],
        1e-3,
        500,
    )
    np.testing.assert_array_equal(fate[sample], fates(SURFACE, *path[-1]))
    np.testing.assert_array_equal(steps[sample], decided(SURFACE, path))
    # The shares are those of the finest map.
    shares = element.locator(".legend dd").all_text_contents()
    counts = np.bincount(fate.astype(int), minlength=4)
    assert shares == [f"{100 * count / n**2:.1f} %" for count in counts]
    expect(element.locator(".legend .quiet").first).to_have_text(
        f"{number(n * n)} starts after 500 steps"
    )


def test_each_pixel_has_the_colour_of_its_start(show):
    element = show(Descent(1, 0.5, optimizer="Adam", rate=0.05, show="fates"))
    for theme, colours in (("light", LIGHT), ("dark", DARK)):
        set_theme(element, theme)
        fate, steps = (
            part.reshape(201, 201) for part in fates_on(element, 201)
        )
        element.page.evaluate(FRAME)
        # Rows of pixels run downwards, and every other one is a start.
        drawn = pixels(element, "canvas.fates")[::-2, ::2, :3].astype(int)
        plain = (fate == 0) | (fate == 3)
        expected = fate_image(fate, steps, colours).astype(int)
        assert np.abs(expected - drawn)[plain].max() <= 1
        # The other two are told apart without colour.
        for other in (1, 2):
            assert len(np.unique(drawn[fate == other], axis=0)) == 2


@pytest.mark.parametrize(
    "explorable",
    [Descent(rate=0.05, show="fates"), Learning(rate=0.05, show="fates")],
    ids=["descent", "learning"],
)
def test_fates_go_when_the_loss_is_shown(show, explorable):
    element = show(explorable)
    fates = [element.locator("canvas.fates"), element.locator(".legend")]
    floor = element.locator("path.floor").first
    for shown in ("fates", "loss", "fates"):
        change(element, show=shown)
        for part in fates:
            expect(part).to_be_visible(visible=shown == "fates")
        expect(floor).to_be_visible(visible=shown == "loss")


@pytest.mark.parametrize("where", ["worker", "page"])
def test_map_of_fates_never_holds_up_the_page(show, where):
    element = show(Descent(optimizer="Gauss-Newton"))
    if where == "worker":
        with_worker(element)
    frames = element.evaluate(
        """async (element) => {
            const frame = () => new Promise(requestAnimationFrame);
            element.show = "fates";
            for (let i = 0; i < 3; i++) await frame();
            // Restarted while it is still being computed.
            element.rate = 0.5;
            await frame();
            let frames = 0;
            for (; !element.fatesOn(101); frames++) await frame();
            return frames;
        }"""
    )
    assert frames > 10
    python = Descent(optimizer="Gauss-Newton", rate=0.5)
    assert known_fates(element) == python.fates
    change(element, show="loss")
    assert element.evaluate("element => element.fates") is None


def test_a_worker_is_stopped_and_let_go(show):
    """Each change cancels what is computed; the map that is left is the last one."""
    element = show(Descent(optimizer="Rprop"))
    element.page.evaluate(
        """() => {
            window.workers = [];
            const { Worker } = window;
            window.Worker = class extends Worker {
                constructor(...all) { super(...all); workers.push(this); this.alive = true; }
                terminate() { super.terminate(); this.alive = false; }
            };
        }"""
    )
    with_worker(element)
    for rate in (0.1, 0.2, 0.5, 1e-3):
        change(element, show="fates", rate=rate)
    assert known_fates(element) == Descent(optimizer="Rprop").fates
    alive = "() => window.workers.map(({ alive }) => alive)"
    assert element.page.evaluate(alive) == [True]
    change(element, show="loss")
    assert element.page.evaluate(alive) == [False]
    change(element, show="fates")
    element.evaluate("element => element.remove()")
    assert element.page.evaluate(alive) == [False, False]


def test_a_worker_that_does_not_load_is_replaced_by_slices(show):
    element = show(Descent(optimizer="Rprop"))
    element.page.evaluate(
        """() => {
            window.Worker = class {
                constructor() { setTimeout(() => this.onerror(new Event("error"))); }
                postMessage() {}
                terminate() {}
            };
        }"""
    )
    with_worker(element)
    change(element, show="fates")
    assert known_fates(element) == Descent(optimizer="Rprop").fates


def test_the_map_is_magnified_around_the_start(show):
    element = show(START)
    zoom_in = button(element, "closer view")
    out = button(element, "wider view")
    expect(out).to_have_attribute("aria-disabled", "true")
    zoom_in.click()
    zoom_in.click()
    assert readout(element) == Descent(zoom=2).readout
    expect(element.locator(".zoom .quiet")).to_have_text("× 4")
    out.click()
    out.click()
    out.click(force=True)
    assert readout(element) == Descent().readout
    element.page.mouse.move(*on_map(element, 0.1, 1.5))
    for count in (1, 2):
        element.page.mouse.down(click_count=count)
        element.page.mouse.up(click_count=count)
        # A reader takes longer than a frame.
        element.page.evaluate(f"{FRAME}.then(() => {FRAME})")
    shown = readout(element)
    assert shown["zoom"] == 1
    assert (shown["wx"], shown["wRec"]) == pytest.approx((0.1, 1.5), abs=0.02)
    # As two fingers on a trackpad do.
    element.page.keyboard.down("Control")
    element.page.mouse.wheel(0, -90)
    element.page.keyboard.up("Control")
    wait_until(
        element.page,
        "element => element.zoom === 4",
        arg=element.element_handle(),
    )
    for _ in range(6):
        zoom_in.click(force=True)
    assert readout(element)["zoom"] == 8
    expect(zoom_in).to_have_attribute("aria-disabled", "true")


def test_the_view_stands_still_while_the_start_is_dragged(show):
    element = show(Descent(1, 1, optimizer="Rprop", zoom=3))
    view = readout(element)["view"]
    mouse = element.page.mouse
    mouse.move(*on_map(element, 1, 1))
    mouse.down()
    mouse.move(*on_map(element, 1.35, 0.8), steps=8)
    shown = readout(element)
    assert shown["view"] == view
    assert (shown["wx"], shown["wRec"]) == pytest.approx((1.35, 0.8), abs=0.01)
    mouse.up()
    python = Descent(
        shown["wx"], shown["wRec"], optimizer="Rprop", zoom=3
    ).readout
    assert readout(element) == python
    assert python["view"] != view


def test_arrow_keys_move_the_start(show):
    element = show(Descent(1, 0.5))
    grip = element.locator(".grip")
    grip.focus()
    press = element.page.keyboard.press
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowUp"):
        press(key)
    shown = readout(element)
    assert (shown["wx"], shown["wRec"]) == (1.11, 0.6)
    expect(grip).to_have_attribute("aria-valuetext", "wx 1.110, wRec 0.600")
    expect(element.locator(".spoken")).to_contain_text("The start is wx 1.110")
    press("PageDown")
    assert readout(element)["wx"] == 0.11


def test_it_rolls_until_its_fate_is_decided(show):
    element = show(Descent(1, 0.5))
    roll = button(element, "Let it roll")
    element.evaluate(
        """element => {
            window.steps = [];
            element.addEventListener("rnn-change", () => window.steps.push(element.steps));
        }"""
    )
    roll.click()
    expect(button(element, "Pause")).to_be_visible()
    expect(roll).to_be_visible(timeout=20_000)
    steps = element.page.evaluate("window.steps")
    decided_at = Descent(1, 0.5).readout["fate_at"]
    assert steps[0] == 1
    assert steps[-1] == decided_at < 500
    assert steps == sorted(set(steps))
    assert steps[:4] == [1, 2, 3, 4]
    expect(element.locator(".outcome")).to_have_text(
        f"near (1, 1) at step {decided_at}"
    )
    expect(element.locator(".spoken")).to_contain_text("At the end")
    # Whatever the reader changes puts an end to it.
    roll.click()
    expect(button(element, "Pause")).to_be_visible()
    change(element, wx=0.9)
    expect(roll).to_be_visible()


def test_without_motion_each_press_is_one_step(show):
    element = show(Descent(1, 0.5, steps=3))
    element.page.emulate_media(reduced_motion="reduce")
    change(element, steps=3)
    step = button(element, "One step")
    for expected in (4, 5, 6):
        step.click()
        assert readout(element)["steps"] == expected
    expect(element.locator(".spoken")).to_contain_text("Step 6")


@pytest.mark.parametrize("size", [(1366, 641, 560), (390, 844, 720)])
def test_picture_and_controls_fit_on_one_screen(show, size):
    width, height, most = size
    element = show(START)
    element.page.set_viewport_size({"width": width, "height": height})
    element.page.evaluate(f"{FRAME}.then(() => {FRAME})")
    assert element.bounding_box()["height"] <= most
    top = element.locator(".stage").bounding_box()["y"]
    bottom = element.locator(".sliders").bounding_box()
    assert bottom["y"] + bottom["height"] - top < height - 48


def test_path_and_start_cover_no_name(show):
    element = show(START)
    hidden = set()
    for optimizer in ("gradient descent", "Rprop", "Gauss-Newton"):
        for wx, wRec in itertools.product(
            (-2, -0.5, 0.05, 0.8, 1.2), repeat=2
        ):
            change(element, wx=wx, wRec=wRec, optimizer=optimizer)
            covered, shown = element.evaluate(COVERED)
            assert not covered, (wx, wRec, optimizer, covered)
            hidden |= {"ravine floor", "(1, 1)"} - set(shown)
    assert "ravine floor" in hidden


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
    slider(element, "wx").focus()
    press("ArrowRight")
    slider(element, "wRec").focus()
    press("ArrowLeft")
    press("Tab")
    press("Tab")
    rate = slider(element, "rate")
    expect(rate).to_be_focused()
    expect(rate).to_have_attribute("aria-valuetext", "0.001")
    press("ArrowLeft")
    expect(rate).to_have_attribute("aria-valuetext", "0.0005")
    press("Tab")
    press("Tab")
    expect(slider(element, "steps")).to_be_focused()
    press("ArrowLeft")
    press("Tab")
    menu = element.get_by_role("combobox", name="optimiser")
    expect(menu).to_be_focused()
    press("R")
    expect(menu).to_have_value("Rprop")
    expect(element.locator("label[for=rate]")).to_have_text(
        "rate initial step"
    )
    press("Tab")
    press("f")
    shown = readout(element)
    assert shown == Descent(-1.49, 1.99, 5e-4, "Rprop", 499, "fates").readout
    expect(element.locator(".spoken")).to_have_text(
        f"show is fates: {shown['fate']} at step {shown['fate_at']}, "
        f"loss {number(shown['losses'][1])}."
    )
    press("Tab")
    expect(button(element, "Let it roll")).to_be_focused()
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
