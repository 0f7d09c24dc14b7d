"""The gradient checker in a real browser: the numbers of the helper, and the detective game."""

import itertools
import re

import numpy as np
import pytest
from in_page import (
    PHONE,
    assert_reachable,
    change,
    field,
    readout,
    readouts,
    slider,
)
from playwright.sync_api import expect

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES
from rnn_by_hand.explorables import GradientCheck
from rnn_by_hand.explorables.gradient_check import STEPS

POINTS = [(1.2, 1.2), (1, 1), (0, 0), (3, 3), (-3, 3), (3, -3), (-3, -3)]
POINTS += [(0.8, 0.9), (0.3, -1), (-2.7, 2.3), (0.01, 0), (-0.27, -2.8)]


START = GradientCheck()


def random_settings(count):
    rng = np.random.default_rng(31)
    bugs = itertools.cycle(["none", *BUGS, *MYSTERIES])
    for i in range(count):
        # Two out of three steps are positions of the slider.
        between = float(f"{10 ** rng.uniform(-14, 0):.14g}")
        weights = rng.uniform(-3, 3, 2).round(12 if i % 2 else 2)
        yield {
            "wx": float(weights[0]),
            "wRec": float(weights[1]),
            "eps": float(rng.choice(STEPS)) if i % 3 else between,
            "difference": str(rng.choice(["central", "forward"])),
            "precision": str(rng.choice(["float64", "float32"])),
            "bug": next(bugs),
        }


def test_readout_equals_the_helper_bit_for_bit(show):
    settings = list(random_settings(200))
    settings += [{"wx": wx, "wRec": wRec} for wx, wRec in POINTS]
    shown = readouts(show(START), settings)
    python = GradientCheck()
    for setting, numbers in zip(settings, shown, strict=True):
        for name, value in setting.items():
            setattr(python, name, value)
        # There is no tolerance: at small steps a measured gradient is mostly rounding error, and
        # the page rounds as NumPy does.
        assert numbers == python.readout


def place_of(element, eps):
    """Find the position of a step on the screen, in the middle of the plot."""
    box = element.get_by_role("img").first.bounding_box()
    margin = 60 if box["width"] >= 520 else 44
    width = box["width"] - 2 * margin
    return box["x"] + margin + width * (1 + np.log10(eps) / 14), box["y"] + 150


def test_line_follows_the_mouse(show):
    element = show(START)
    page = element.page
    page.evaluate("""() => {
        window.changes = 0;
        document.addEventListener("rnn-change", () => window.changes++);
    }""")
    grip = element.locator(".grip").bounding_box()
    x, y = grip["x"] + 22, grip["y"] + 22
    assert x == pytest.approx(place_of(element, 1e-6)[0], abs=1)
    page.mouse.move(x + 6, y - 3)
    assert readout(element)["eps"] == 1e-6
    page.mouse.down()
    page.mouse.move(place_of(element, 1e-10)[0] + 6, y, steps=8)
    assert readout(element)["eps"] == 1e-10
    expect(element.locator(".spoken")).to_be_empty()
    page.mouse.move(0, y + 300, steps=4)
    page.mouse.up()
    assert readout(element)["eps"] == 1e-14
    assert page.evaluate("window.changes") > 5
    expect(element.locator(".spoken")).to_contain_text("eps is 10⁻¹⁴: ")
    expect(field(element, "eps")).to_have_value("10⁻¹⁴")
    # A click is enough, and it always selects one of the steps.
    x, y = place_of(element, 2.1e-4)
    page.mouse.click(x, y)
    assert readout(element)["eps"] == 2e-4
    expect(element.locator("text.ink")).to_have_text("eps = 0.0002")


def test_line_follows_a_finger(show):
    element = show(START, **PHONE)
    element.page.touchscreen.tap(*place_of(element, 5e-3))
    assert readout(element)["eps"] == 5e-3
    expect(element.locator(".spoken")).to_contain_text("eps is 0.005: ")


def test_keys_reach_everything(show):
    element = show(START)
    press = element.page.keyboard.press
    slider(element, "wRec").focus()
    press("Tab")
    expect(field(element, "eps")).to_be_focused()
    press("Tab")
    eps = slider(element, "eps")
    expect(eps).to_be_focused()
    expect(eps).to_have_attribute("aria-valuetext", "10⁻⁶")
    press("ArrowRight")
    expect(eps).to_have_attribute("aria-valuetext", "2 × 10⁻⁶")
    assert readout(element)["eps"] == 2e-6
    for name in ("difference", "precision", "bug"):
        press("Tab")
        menu = element.get_by_label(name, exact=True)
        expect(menu).to_be_focused()
        menu.press("ArrowDown")
    shown = readout(element)
    assert shown["difference"] == "forward"
    assert shown["precision"] == "float32"
    assert shown["bug"] == "forgot the 2"
    press("Tab")
    press("Enter")
    assert readout(element)["bug"] == "mystery 1"
    guess = element.get_by_label("It is")
    expect(guess).to_be_visible()
    press("Tab")
    expect(guess).to_be_focused()
    width = "element => parseFloat(getComputedStyle(element).outlineWidth)"
    assert guess.evaluate(width) >= 2
    press("ArrowDown")
    press("Tab")
    press("Enter")
    expect(element.locator("p[role=status]")).to_contain_text(
        "Yes, it is “forgot the 2”."
    )


def test_detective(show):
    element = show(GradientCheck(wx=0.8, wRec=0.9))
    guess = element.get_by_label("It is")
    expect(guess).to_be_hidden()
    answer = element.locator("p[role=status]")
    button = element.get_by_role
    for _ in range(3):
        button("button", name="Give me a mystery").click()
    assert readout(element)["bug"] == "mystery 3"
    name = button("button", name="Name it")
    name.click()
    expect(answer).to_have_text("Choose a name first.")
    guess.select_option("no wRec")
    name.click()
    expect(answer).to_have_text(
        "It is not “no wRec”: that would show 1.538 and 1.322 here."
    )
    # The step changes the verdict on the measurement, but not the evidence against a suspect.
    before = readout(element)
    change(element, eps=0.1)
    after = readout(element)
    assert after["wx_ratio"] == before["wx_ratio"]
    expect(answer).to_contain_text("It is not “no wRec”")
    expect(element.locator("dd").last).to_have_text("fails")
    # So far the name has appeared only in the two menus.
    assert "wx for wRec" not in element.evaluate(
        """element => [...element.shadowRoot.querySelectorAll("*")]
            .filter((node) => !node.children.length && node.localName !== "option")
            .map((node) => node.textContent + node.getAttribute("aria-label")).join()"""
    )
    guess.select_option("wx for wRec")
    name.click()
    expect(answer).to_have_text(
        f"Yes, it is “wx for wRec”. {BUGS['wx for wRec'].clue}"
    )
    # The evidence may be the same for two bugs; where the gradient is 0 it is the same for all.
    change(element, bug="mystery 10", wx=1, wRec=1, eps=1e-6)
    expect(answer).to_be_empty()
    expect(element.locator("dd").last).to_have_text("is fooled")
    guess.select_option("wx for wRec")
    name.click()
    expect(answer).to_contain_text(
        "it would show the same here; move a weight"
    )
    button("button", name="Show me").click()
    expect(answer).to_have_text(f"It is “sign”. {BUGS['sign'].clue}")
    # The count continues, and the tenth mystery is followed by the first.
    button("button", name="Give me a mystery").click()
    assert readout(element)["bug"] == "mystery 1"
    change(element, bug="none")
    expect(guess).to_be_hidden()


def test_link_restores_a_mystery_without_its_name(show):
    element = show(START, "#gradient-check:wx=0.8,wRec=0.9,bug=mystery%203")
    shown = readout(element)
    assert (shown["wx"], shown["wRec"]) == (0.8, 0.9)
    assert shown["bug"] == "mystery 3"
    link = element.locator(".link")
    link.click()
    address = element.page.url
    assert "bug=mystery+3" in address
    assert "eps=0.000001" in address
    assert "for" not in address.partition("#")[2]
    change(element, bug="= for +=", eps=2e-7)
    link.click()
    again = show(START, "#" + element.page.url.partition("#")[2])
    assert readout(again) == readout(element)


def test_an_error_of_0_stands_at_the_bottom(show):
    element = show(GradientCheck(wx=0, wRec=0.7))
    assert set(readout(element)["wRec_errors"]) == {0}
    place = (
        "path => { const box = path.getBBox(); return [box.y, box.height]; }"
    )
    y, height = element.locator(".wrec.marks").evaluate(place)
    zero = element.locator("line.zero").get_attribute("y1")
    assert (y + height / 2, height) == pytest.approx((float(zero), 6), abs=0.1)
    expect(element.locator("dd").nth(1)).to_have_text("0")


def test_the_verdict_depends_on_the_step(show):
    element = show(START)
    verdict = element.locator("dd").last
    expect(verdict).to_have_text("passes")
    for setting in (
        {"eps": 1e-12},
        {"eps": 1e-6, "precision": "float32"},
        {"precision": "float64", "difference": "forward"},
    ):
        change(element, **setting)
        expect(verdict).to_have_text("fails wrongly")
    expect(element.get_by_role("img").first).to_have_attribute(
        "aria-label", re.compile("the check fails wrongly")
    )
    change(element, difference="central")
    expect(verdict).to_have_text("passes")


def test_where_both_are_0_there_is_no_ratio(show):
    element = show(GradientCheck(1, 1, bug="sign"))
    numbers = element.locator("text", has_text="0 ÷ 0")
    expect(numbers).to_have_count(2)
    for mark in element.locator("path.chosen").all()[-2:]:
        expect(mark).to_be_hidden()
    expect(element.locator("dd").last).to_have_text("is fooled")
    change(element, wRec=0.9)
    expect(numbers).to_have_count(0)
    for mark in element.locator("path.chosen").all()[-2:]:
        expect(mark).to_be_visible()


def test_the_detective_can_be_reached(show):
    assert_reachable(show(GradientCheck(bug="mystery 2"), width=320))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_have_the_colours_of_the_weights(show, theme):
    element = show(START)
    element.evaluate(
        "(_, theme) => { document.documentElement.dataset.theme = theme; }",
        theme,
    )
    pairs = element.evaluate(
        """element => ["wx", "wrec"].map((name) => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.style.color = `var(--rnn-${name})`;
            const mark = element.shadowRoot.querySelector(`.${name}.marks`);
            return [getComputedStyle(probe).color, getComputedStyle(mark).fill];
        })"""
    )
    for wanted, drawn in pairs:
        assert wanted == drawn


def test_the_bands_reach_up_to_the_expected_errors(show):
    """The band shares its scale with the measured errors, so their marks are the yardstick."""
    element = show(GradientCheck(wx=0.8, wRec=0.9))
    for setting in (
        {},
        {"precision": "float32"},
        {"difference": "forward", "precision": "float64", "wx": -1.3},
    ):
        change(element, **setting)
        numbers = readout(element)
        for name in ("wx", "wRec"):
            errors, band = numbers[f"{name}_errors"], numbers[f"{name}_band"]
            marks = points(element, f".{name.lower()}.marks", "M")
            edge = points(element, f".{name.lower()}.band", "L")
            assert len(marks) == len(edge) == len(STEPS)
            assert [x for x, _ in marks] == [x for x, _ in edge]
            # Heights are logarithms; any two marks give the scale.
            (low, a), (high, b) = (
                (errors[i], marks[i][1])
                for i in (np.argmin(errors), np.argmax(errors))
            )
            height = (b - a) / np.log10(high / low)
            for expected, (_, y) in zip(band, edge, strict=True):
                wanted = a + height * np.log10(expected / low)
                assert y == pytest.approx(wanted, abs=0.2)


def points(element, selector, before):
    path = element.locator(selector).get_attribute("d")
    return [
        (float(x), float(y))
        for x, y in re.findall(rf"{before}(-?[\d.]+) (-?[\d.]+)", path)
    ]


def test_what_an_error_comes_from_is_written_on_the_band(show):
    element = show(START)
    truncation = element.locator("text", has_text="+ truncation")
    expect(
        element.locator("text", has_text="expected: rounding")
    ).to_be_visible()
    expect(truncation).to_be_visible()
    # The loss is a parabola in wx, and with wx = 0 it does not depend on wRec.
    change(element, wx=0)
    expect(truncation).to_be_hidden()
    change(element, difference="forward")
    expect(truncation).to_be_visible()
    expect(element.get_by_role("img").first).to_have_attribute(
        "aria-label",
        re.compile("and 0 for wRec, up to about .* and 0 expected"),
    )
