"""The gradient checker in a real browser: the helper's own numbers, and the detective."""

import itertools

import numpy as np
import pytest
from in_page import place
from playwright.sync_api import expect

from rnn_by_hand.bug_zoo import BUGS
from rnn_by_hand.explorables import _CLUES, _MYSTERIES, _STEPS, GradientChecker

POINTS = [(1.2, 1.2), (1, 1), (0, 0), (3, 3), (-3, 3), (3, -3), (-3, -3)]
POINTS += [(0.8, 0.9), (0.3, -1), (-2.7, 2.3), (0.01, 0), (-0.27, -2.8)]


@pytest.fixture
def show(new_page, site):
    """Open a page of the site, put a gradient checker into it, and give that."""

    def open_explorable(fragment="", setting=None, **options):
        page = new_page(
            **{"viewport": {"width": 1280, "height": 1000}} | options
        )
        python = GradientChecker(**setting or {})
        explorable = place(page, site, python, fragment)
        explorable.scroll_into_view_if_needed()
        expect(explorable.locator("dd").first).not_to_be_empty()
        return explorable

    return open_explorable


def readout(explorable):
    return explorable.evaluate("element => element.readout")


def change(explorable, **setting):
    """Change the setting as a program does, and wait until it is painted."""
    explorable.evaluate(
        """(element, setting) => {
            Object.assign(element, setting);
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }""",
        setting,
    )


def random_settings(count):
    rng = np.random.default_rng(31)
    bugs = itertools.cycle(["none", *BUGS, *_MYSTERIES])
    for i in range(count):
        # Two steps of three are those of the slider.
        between = float(f"{10 ** rng.uniform(-14, 0):.14g}")
        weights = rng.uniform(-3, 3, 2).round(12 if i % 2 else 2)
        yield {
            "wx": float(weights[0]),
            "wRec": float(weights[1]),
            "eps": float(rng.choice(_STEPS)) if i % 3 else between,
            "difference": str(rng.choice(["central", "forward"])),
            "precision": str(rng.choice(["float64", "float32"])),
            "bug": next(bugs),
        }


def test_readout_equals_the_helper_bit_for_bit(show):
    settings = list(random_settings(300))
    settings += [{"wx": wx, "wRec": wRec} for wx, wRec in POINTS]
    shown = show().evaluate(
        """(element, settings) => settings.map((setting) => {
            Object.assign(element, setting);
            return element.readout;
        })""",
        settings,
    )
    explorable = GradientChecker()
    for setting, numbers in zip(settings, shown, strict=True):
        for name, value in setting.items():
            setattr(explorable, name, value)
        # Not one bit of tolerance: at small steps a measured gradient is little but rounding,
        # and the page rounds as NumPy does.
        assert numbers == explorable.readout


def test_line_follows_the_mouse(show):
    explorable = show()
    page = explorable.page
    page.evaluate("""() => {
        window.changes = 0;
        document.addEventListener("rnn-change", () => window.changes++);
    }""")
    plot = explorable.locator(".grip")
    box = plot.bounding_box()
    height = box["y"] + 100
    page.mouse.move(box["x"] + box["width"] / 2, height)
    assert readout(explorable)["eps"] == 1e-6
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, height, steps=8)
    assert 1e-12 < readout(explorable)["eps"] < 1e-9
    expect(explorable.locator(".spoken")).to_be_empty()
    page.mouse.move(box["x"] - 200, height, steps=4)
    page.mouse.up()
    assert readout(explorable)["eps"] == 1e-14
    assert page.evaluate("window.changes") > 5
    expect(explorable.locator(".spoken")).to_contain_text("eps is 10⁻¹⁴: ")
    expect(explorable.locator("output").last).to_have_text("10⁻¹⁴")
    # A click is enough, and every place is one of the steps.
    page.mouse.click(box["x"] + box["width"] * 0.7, height)
    assert readout(explorable)["eps"] in _STEPS
    expect(explorable.locator("text.ink")).to_contain_text("eps = ")


def test_line_follows_a_finger(show):
    explorable = show(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    explorable.locator(".grip").tap(position={"x": 300, "y": 60})
    assert readout(explorable)["eps"] > 1e-3
    expect(explorable.locator(".spoken")).to_contain_text("eps is ")


def test_keys_reach_everything(show):
    explorable = show()
    press = explorable.page.keyboard.press
    explorable.get_by_role("slider", name="wx").focus()
    press("Tab")
    press("Tab")
    eps = explorable.get_by_role("slider", name="eps")
    expect(eps).to_be_focused()
    expect(eps).to_have_attribute("aria-valuetext", "10⁻⁶")
    press("ArrowRight")
    expect(eps).to_have_attribute("aria-valuetext", "2 × 10⁻⁶")
    assert readout(explorable)["eps"] == 2e-6
    for name in ("difference", "precision", "bug"):
        press("Tab")
        menu = explorable.get_by_label(name, exact=True)
        expect(menu).to_be_focused()
        menu.press("ArrowDown")
    shown = readout(explorable)
    assert shown["difference"] == "forward"
    assert shown["precision"] == "float32"
    assert shown["bug"] == "forgot the 2"
    press("Tab")
    press("Enter")
    assert readout(explorable)["bug"] == "mystery 1"
    press("Tab")
    guess = explorable.get_by_label("It is")
    expect(guess).to_be_focused()
    width = "element => parseFloat(getComputedStyle(element).outlineWidth)"
    assert guess.evaluate(width) >= 2
    press("ArrowDown")
    press("Tab")
    press("Enter")
    expect(explorable.locator("p")).to_contain_text(
        "Yes, it is “forgot the 2”."
    )


def test_detective(show):
    explorable = show(setting={"wx": 0.8, "wRec": 0.9})
    guess = explorable.get_by_label("It is")
    expect(guess).to_be_hidden()
    answer = explorable.locator("p")
    button = explorable.get_by_role
    for _ in range(3):
        button("button", name="Give me a mystery").click()
    assert readout(explorable)["bug"] == "mystery 3"
    name = button("button", name="Name it")
    name.click()
    expect(answer).to_have_text("Choose a name first.")
    guess.select_option("no wRec")
    name.click()
    expect(answer).to_have_text(
        "It is not “no wRec”: that would show 1.538 and 1.322 here."
    )
    # Nothing but the two menus of names has said it so far.
    assert "wx for wRec" not in explorable.evaluate(
        """element => [...element.shadowRoot.querySelectorAll("*")]
            .filter((node) => !node.children.length && node.localName !== "option")
            .map((node) => node.textContent + node.getAttribute("aria-label")).join()"""
    )
    guess.select_option("wx for wRec")
    name.click()
    expect(answer).to_have_text(
        f"Yes, it is “wx for wRec”. {_CLUES['wx for wRec']}"
    )
    # The evidence may be the same for two bugs: where the gradient is 0 it is for all.
    change(explorable, bug="mystery 10", wx=1, wRec=1)
    expect(answer).to_be_empty()
    expect(explorable.locator("dd").last).to_have_text("is fooled")
    guess.select_option("wx for wRec")
    name.click()
    expect(answer).to_contain_text(
        "it would show the same here; move a weight"
    )
    button("button", name="Show me").click()
    expect(answer).to_have_text(f"It is “sign”. {_CLUES['sign']}")
    # The counter goes on, and the tenth is followed by the first.
    button("button", name="Give me a mystery").click()
    assert readout(explorable)["bug"] == "mystery 1"
    change(explorable, bug="none")
    expect(guess).to_be_hidden()


def test_link_restores_a_mystery_without_its_name(show):
    explorable = show("#gradient-check:wx=0.8,wRec=0.9,bug=mystery%203")
    shown = readout(explorable)
    assert (shown["wx"], shown["wRec"]) == (0.8, 0.9)
    assert shown["bug"] == "mystery 3"
    link = explorable.locator(".link")
    link.click()
    address = explorable.page.url
    assert "bug=mystery+3" in address
    assert "eps=0.000001" in address
    assert "for" not in address.partition("#")[2]
    change(explorable, bug="= for +=", eps=2e-7)
    link.click()
    again = show("#" + explorable.page.url.partition("#")[2])
    assert readout(again) == readout(explorable)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_setting_is_legible(show, width):
    explorable = show(viewport={"width": width, "height": 900})
    host = explorable.bounding_box()
    overflow = "document.documentElement.scrollWidth"
    bugs = itertools.cycle(["none", *BUGS, *_MYSTERIES])
    ways = list(
        itertools.product(["central", "forward"], ["float64", "float32"])
    )
    steps = itertools.cycle((1e-14, 1e-6, 1, 5e-13, 0.2))
    for (wx, wRec), (difference, precision) in itertools.product(POINTS, ways):
        setting = {
            "wx": wx,
            "wRec": wRec,
            "eps": next(steps),
            "difference": difference,
            "precision": precision,
            "bug": next(bugs),
        }
        change(explorable, **setting)
        assert explorable.page.evaluate(overflow) <= width
        texts = explorable.evaluate(
            """element => [...element.shadowRoot.querySelectorAll(
                    "svg text, dt, dd, label, button, select")]
                .filter((node) => node.getClientRects().length)
                .map((node) => {
                    const { left, right, top, bottom } = node.getBoundingClientRect();
                    const size = parseFloat(getComputedStyle(node).fontSize);
                    return { text: node.textContent, left, right, top, bottom, size };
                })"""
        )
        for text in texts:
            assert text["text"].strip()
            assert text["size"] >= 12
            assert text["left"] >= host["x"] - 1, (setting, text)
            assert text["right"] <= host["x"] + host["width"] + 1, (
                setting,
                text,
            )
        for a, b in itertools.combinations(texts, 2):
            apart_x = max(a["left"], b["left"]) - min(a["right"], b["right"])
            apart_y = max(a["top"], b["top"]) - min(a["bottom"], b["bottom"])
            # Boxes of text are taller than what is printed in them.
            assert apart_x > -1 or apart_y > -4, (setting, a, b)
        drawn = explorable.evaluate(
            "element => element.shadowRoot.querySelector('.live').outerHTML"
        )
        for mistake in ("NaN", "undefined", "Infinity", "null"):
            assert mistake not in drawn, setting


def test_an_error_of_0_stands_at_the_bottom(show):
    explorable = show(setting={"wx": 0, "wRec": 0.7})
    assert set(readout(explorable)["wRec_errors"]) == {0}
    place = (
        "path => { const box = path.getBBox(); return [box.y, box.height]; }"
    )
    y, height = explorable.locator(".wrec.marks").evaluate(place)
    zero = explorable.locator("line.zero").get_attribute("y1")
    assert (y + height / 2, height) == pytest.approx((float(zero), 6), abs=0.1)
    expect(explorable.locator("dd").nth(1)).to_have_text("0")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_touch_targets_and_colours(show, theme):
    explorable = show(
        viewport={"width": 320, "height": 900},
        color_scheme=theme,
        setting={"bug": "mystery 2"},
    )
    for target in explorable.locator("button, input, select").all():
        box = target.bounding_box()
        assert box["width"] >= 24
        assert box["height"] >= 24
    pairs = explorable.evaluate(
        """element => ["wx", "wrec"].map((name) => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.style.color = `var(--rnn-${name})`;
            const mark = element.shadowRoot.querySelector(`.${name}.marks`);
            return [getComputedStyle(probe).color, getComputedStyle(mark).fill];
        })"""
    )
    for wanted, drawn in pairs:
        assert wanted == drawn


def test_nothing_grows(show):
    explorable = show()
    before, after = explorable.evaluate(
        """async element => {
            const frame = () => new Promise(requestAnimationFrame);
            const nodes = () => element.shadowRoot.querySelectorAll("*").length;
            const before = nodes();
            for (let i = 0; i < 300; i++) {
                element.wRec = i / 150;
                element.bug = i % 2 ? "sign" : "mystery 2";
                element.paint();
                if (i % 50 === 0) await frame();
            }
            return [before, nodes()];
        }"""
    )
    assert before == after
