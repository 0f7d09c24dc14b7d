"""Gates in the page: painting symbols, dragging gates, and the same numbers as in Python."""

import numpy as np
import pytest
from in_page import (
    PHONE,
    button,
    change,
    count_announcements,
    readout,
    readouts,
    slider,
    wait_until,
)
from playwright.sync_api import expect
from test_gates_traits import some_settings
from test_loss_surface_page import swipe

from rnn_by_hand.explorables import Gates

START = Gates(x="1111000000000000", bias=1)


def strip(element):
    return element.get_by_role("slider", name="symbols x")


def middle(element, k):
    """Return the middle of a symbol, in pixels of the screen."""
    box = element.locator(".symbols span").nth(k - 1).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pads(element):
    return element.locator(".pad").filter(visible=True)


def place(element, row, k, value):
    """Return where a value of a gate lies at a step."""
    box = pads(element).nth(row).bounding_box()
    tall = box["height"] - 12
    return middle(element, k)[0], box["y"] + 6 + tall * (1 - value)


def drag(element, *places):
    mouse = element.page.mouse
    mouse.move(*places[0])
    mouse.down()
    for x, y in places[1:]:
        mouse.move(x, y, steps=4)
    mouse.up()


def test_readout_equals_the_helper(show):
    element = show(START)
    settings = list(some_settings(300, seed=6))
    for setting, shown in zip(
        settings, readouts(element, settings), strict=True
    ):
        python = Gates(**setting).readout
        assert shown.keys() == python.keys()
        arrays = {k: v for k, v in python.items() if isinstance(v, list)}
        largest = max(np.abs(array).max() for array in arrays.values())
        for name, array in arrays.items():
            apart = np.abs(np.subtract(shown[name], array)).max()
            assert apart <= 1e-12 * largest, name
        for name in ("network", "x", "bias", "hold"):
            assert shown[name] == python[name]
        assert (shown["left"] is None) == (python["left"] is None)
        for name in ("y", "left"):
            if python[name] is not None:
                assert abs(shown[name] - python[name]) <= 1e-12


def test_reads_what_is_held_as_python_does(show):
    element = show(START)
    for setting in some_settings(100, seed=7):
        parts = setting["hold"].split(";")[::-1]
        given = ";".join(parts)
        shown = element.evaluate(
            """(element, hold) => {
                element.hold = hold;
                return element.hold;
            }""",
            given,
        )
        assert shown == Gates(hold=given).hold == setting["hold"]


def test_starts_from_its_attributes(show):
    element = show(START)
    assert element.get_attribute("hold") == "none"
    assert element.get_attribute("x") == "1111000000000000"
    y, gamma, left = element.locator("dd").all_text_contents()
    shown = START.readout
    assert y == f"{shown['y']:.3f}"
    assert gamma == f"{shown['gamma'][1]:.3f}"
    assert left == f"{100 * shown['left']:.1f} %"


def test_the_arithmetic_of_a_step_is_written_out(show):
    element = show(START)
    element.page.mouse.move(*place(element, 0, 5, 0.5))
    change(element)
    forward, back = element.locator(".equation").all_text_contents()
    python = START.readout
    f, i, g = (python[letter][4] for letter in "fig")
    C, gamma = python["C"], python["gamma"]
    assert forward == (
        f"C5 = f5 · C4 + i5 · g5 = {f:.2f} · {C[4]:.2f} + {i:.2f} · "
        f"(−{abs(g):.2f}) = {C[5]:.2f}"
    )
    assert back == (
        f"γ4 = γ5 · f5 + through the gates = {gamma[5]:.2f} · {f:.2f} + "
        f"{gamma[4] - gamma[5] * f:.2f} = {gamma[4]:.2f}"
    )
    change(element, network="GRU")
    forward, back = element.locator(".equation").all_text_contents()
    assert forward.startswith("S5 = z5 · S4 + (1 − z5) · c5 = ")
    assert back.startswith("δ4 = δ5 · z5 + through the gates = ")


def test_a_press_turns_a_symbol_and_a_drag_paints_it(show):
    element = show(START)
    mouse = element.page.mouse
    count_announcements(element)
    for x in ("1111001000000000", "111100R000000000", START.x):
        mouse.click(*middle(element, 7))
        assert readout(element)["x"] == x
    assert element.page.evaluate("window.announced") == 3
    # A fast hand skips symbols, but the brush does not.
    mouse.move(*middle(element, 6))
    mouse.down()
    x, y = middle(element, 12)
    mouse.move(x, y + 200)
    mouse.move(*middle(element, 14))
    assert readout(element)["x"] == "1111011111111100"
    assert element.page.evaluate("window.announced") == 3
    mouse.move(*middle(element, 3))
    mouse.up()
    assert element.page.evaluate("window.announced") == 4
    assert readout(element)["x"] == "1111111111111100"


def test_keys_reach_symbols_and_gates(show):
    element = show(START)
    press = element.page.keyboard.press
    strip(element).focus()
    for _ in range(9):
        press("ArrowLeft")
    press("r")
    press("ArrowRight")
    press("Space")
    press("ArrowRight")
    press("ArrowDown")
    press("0")
    press("ArrowUp")
    assert readout(element)["x"] == "RR11000000000000"
    expect(element.locator(".spoken")).to_contain_text("Symbol 3 is 1: ")
    change(element)
    expect(strip(element)).to_have_attribute("aria-valuetext", "step 3, 1")
    press("Tab")
    forget = element.get_by_role("slider", name="forget gate f")
    expect(forget).to_be_focused()
    press("PageDown")
    assert readout(element)["hold"] == "f3=0"
    press("ArrowUp")
    press("Shift+ArrowUp")
    press("ArrowLeft")
    press("PageUp")
    assert readout(element)["hold"] == "f2=1;f3=0.11"
    change(element)
    expect(forget).to_have_attribute("aria-valuetext", "step 2, 1.00, held")
    expect(element.locator(".spoken")).to_contain_text(
        "Gate f at step 2 is 1.00, held: LSTM, output "
    )
    press("Delete")
    assert readout(element)["hold"] == "f3=0.11"
    press("Tab")
    press("PageDown")
    assert readout(element)["hold"] == "f3=0.11;i2=0"
    button(element, "Release gates").click()
    assert readout(element)["hold"] == "none"


def test_a_gate_is_dragged_and_let_go(show):
    element = show(START)
    free = START.readout["f"][5]
    x, y = place(element, 0, 6, free)
    # Taken beside its middle, it does not move until the hand does.
    element.page.mouse.move(x + 3, y + 4)
    element.page.mouse.down()
    element.page.mouse.up()
    assert readout(element)["hold"] == "none"
    end = place(element, 0, 6, 0)[1]
    drag(element, (x, y), (x + 10, end + 30))
    assert readout(element)["hold"] == "f6=0"
    assert readout(element)["gamma"][5] == 0
    drag(element, (x, end), (x, end - 9))
    assert readout(element)["hold"] == "f6=0.25"
    # Nothing is left of a double click but its meaning.
    element.page.mouse.dblclick(x, end - 9)
    assert readout(element)["hold"] == "none"
    element.page.mouse.dblclick(*place(element, 1, 9, 0.9))
    assert readout(element)["hold"] == "none"


def test_a_drag_across_draws_a_gate(show):
    element = show(START)
    drag(element, place(element, 0, 3, 0.2), place(element, 0, 11, 0.2))
    assert readout(element)["hold"] == "f3-11=0.2"
    drag(element, place(element, 2, 2, 0.2), place(element, 2, 6, 1.3))
    held = [readout(element)["o"][k - 1] for k in range(2, 7)]
    assert held == sorted(held)
    assert held[-1] == 1


def test_shift_drags_ten_times_as_fine(show):
    element = show(START)
    x, y = place(element, 1, 2, 0.5)
    mouse = element.page.mouse
    mouse.move(x, y)
    mouse.down()
    before = readout(element)["i"][1]
    element.page.keyboard.down("Shift")
    mouse.move(x, y - 1)
    mouse.move(x, y - 16)
    element.page.keyboard.up("Shift")
    mouse.up()
    assert readout(element)["i"][1] == pytest.approx(before + 0.04, abs=0.011)


def test_gates_of_both_networks_stay_held(show):
    element = show(Gates(hold="f3=0;z4=1"))
    expect(pads(element)).to_have_count(3)
    before = element.bounding_box()["height"]
    element.get_by_role("combobox").select_option("GRU")
    change(element)
    expect(pads(element)).to_have_count(2)
    assert element.bounding_box()["height"] == before
    assert readout(element)["z"][3] == 1
    expect(element.get_by_role("slider", name="update gate z")).to_be_visible()
    drag(element, place(element, 1, 8, 0.5), place(element, 1, 8, 0.4))
    assert readout(element)["hold"].startswith("f3=0;r8=")
    element.get_by_role("combobox").select_option("LSTM")
    assert readout(element)["f"][2] == 0


def test_the_bias_moves_the_gates_that_are_free(show):
    element = show(Gates(x=START.x, bias=1, hold="f3=0.25"))
    slider(element, "bias").press("ArrowRight")
    assert readout(element)["bias"] == 1.1
    assert readout(element)["f"][2] == 0.25
    assert readout(element)["f"][0] > START.readout["f"][0]


def test_a_finger_that_scrolls_changes_nothing(show):
    phone = show(START, **PHONE)
    page = phone.page
    phone.evaluate("element => { element.style.marginBottom = '90vh'; }")
    # Not near the grips of step 9, which a finger would take.
    x, y = place(phone, 1, 3, 0.3)
    before = page.evaluate("scrollY")
    swipe(phone, (x, y), (x, y - 150))
    wait_until(page, "before => scrollY > before + 50", arg=before)
    assert readout(phone)["hold"] == "none"
    page.evaluate("scrollTo(0, 0)")
    x, y = middle(phone, 5)
    before = page.evaluate("scrollY")
    swipe(phone, (x, y), (x, y - 150))
    wait_until(page, "before => scrollY > before + 50", arg=before)
    assert readout(phone)["x"] == START.x


def test_a_finger_taps_and_draws(show):
    phone = show(START, **PHONE)
    page = phone.page
    page.touchscreen.tap(*place(phone, 1, 13, 0.6))
    assert readout(phone)["i"][12] == pytest.approx(0.6, abs=0.03)
    swipe(phone, place(phone, 0, 3, 0.3), place(phone, 0, 8, 0.3))
    f = readout(phone)["f"]
    assert f[2:8] == [f[2]] * 6
    assert f[2] == pytest.approx(0.3, abs=0.03)
    page.touchscreen.tap(*middle(phone, 5))
    assert readout(phone)["x"] == "1111100000000000"
    swipe(phone, middle(phone, 9), middle(phone, 12))
    assert readout(phone)["x"] == "1111100011110000"


def test_what_leaves_the_picture_is_an_arrow_head_at_its_edge(show):
    element = show(START)
    inside = element.evaluate(DISCS)
    change(element, hold="f1-16=1;i1-16=1;o1-16=1", x="1" * 16)
    outside = element.evaluate(DISCS)
    # Six ones in stairs of a quarter fit; ten more do not.
    assert inside == 16
    assert outside == 6
    assert readout(element)["C"][7] > 1.5 > readout(element)["C"][6]


DISCS = """element => element.shadowRoot.querySelector(".graph path.disc")
    .getAttribute("d").match(/a/g).length / 2"""


@pytest.mark.parametrize(
    ("width", "most"), [(1366, 560), (390, 720)], ids=["laptop", "phone"]
)
def test_cause_and_effect_fit_one_screen(show, width, most):
    element = show(START, width=width)
    for network in ("LSTM", "GRU"):
        change(element, network=network)
        assert element.bounding_box()["height"] <= most
