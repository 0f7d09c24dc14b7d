"""Backpropagation step by step on the built site: its numbers, playback and marks."""

import itertools
import re

import numpy as np
import pytest
from in_page import (
    PHONE,
    assert_same,
    bit,
    bits,
    button,
    change,
    field,
    place,
    readouts,
    slider,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Bptt

WEIGHTS = [
    *((1, 1), (1, 0.9), (1.3, -1.2), (3, 3), (-3, 3), (3, -3), (-3, -3)),
    *((-1, 0.01), (3, -0.01), (0, 1), (1, 0), (2.37, 1.99)),
]
BITS = ["1" * 10, "10" * 5, "0" * 10, "0000000001"]


START = Bptt(wRec=0.9)
END = Bptt(wRec=0.9, step=20)


@pytest.fixture
def clocked(page, site):
    """Put an explorable on a page whose clock is controlled by the test."""

    def put(explorable):
        page.clock.install()
        return place(page, site, explorable)

    return put


def shown_texts(element, marks):
    texts = element.locator(f"svg text.{marks}").all_text_contents()
    return [text for text in texts if text]


def bars(element, colour):
    path = element.locator(f"path.bars.{colour}").get_attribute("d")
    return path.count("M")


def test_readout_equals_the_helper(show):
    rng = np.random.default_rng(41)
    settings = [
        {"wx": wx, "wRec": wRec, "x": x, "step": step, "shift": shift}
        for (wx, wRec), x, step, shift in zip(
            rng.uniform(-3, 3, (300, 2)).round(12).tolist(),
            rng.integers(0, 2, (300, 10)).tolist(),
            rng.integers(0, 21, 300).tolist(),
            rng.uniform(-10, 10, 300).round(12).tolist(),
            strict=True,
        )
    ]
    settings += [
        {"wx": wx, "wRec": wRec, "x": bits(x), "step": 20, "shift": 0}
        for (wx, wRec), x in itertools.product(WEIGHTS, BITS)
    ]
    explorable = Bptt()
    for setting, shown in zip(
        settings, readouts(show(START), settings), strict=True
    ):
        for name, value in setting.items():
            setattr(explorable, name, value)
        python = explorable.readout
        for name in ("wx", "wRec"):
            # NumPy adds up the terms of a gradient in an order of its own. Where they cancel,
            # the last digits of the terms become the first of the total, so the totals are
            # compared relative to the size of their terms.
            total = shown.pop(f"{name}_grad") - python.pop(f"{name}_grad")
            size = np.abs(python[f"{name}_terms"]).sum()
            assert abs(total) <= 1e-12 * size
        assert_same(shown, python)


def test_starts_before_the_first_step_back(show):
    element = show(START)
    assert element.evaluate("element => element.step") == 10
    assert shown_texts(element, "gradient.value") == []
    assert bars(element, "wx") == bars(element, "wrec") == 0
    assert element.locator("dd").all_text_contents() == ["3.836", "6", "4.682"]


def test_at_the_end_everything_is_drawn(show):
    element = show(END)
    assert len(shown_texts(element, "gradient:not(.symbol)")) == 11
    assert bars(element, "wx") == bars(element, "wrec") == 10
    assert element.locator("dd").all_text_contents() == ["3.836", "6", "4.682"]
    expect(element.locator(".stage")).to_contain_text("−16.6 of −16.6")
    expect(element.locator(".stage")).to_contain_text("−70.83 of −70.83")


def test_marks_appear_with_their_step(show):
    element = show(START)
    python = Bptt(wRec=0.9)
    for step in range(21):
        change(element, step=step)
        python.step = step
        arrived = max(step - 10, 0)
        assert bars(element, "wx") == bars(element, "wrec") == arrived
        states = element.locator("path.state:not(.square)").first
        assert states.get_attribute("d").count("M") == min(step, 10) + 1
        for name in ("wx", "wrec"):
            shares = [
                text
                for text in shown_texts(element, name)
                if re.fullmatch(r"[−\d.]+ %", text)
            ]
            assert len(shares) == arrived
        now = element.locator(".now")
        if 0 < step <= 10:
            expect(now).to_contain_text(f"S{step} = S{step - 1} · wRec")
        elif step == 11:
            expect(now).to_contain_text(
                "δ10 = 2 · (y − t) = 2 · (3.836 − 6)", use_inner_text=True
            )
        elif step > 11:
            expect(now).to_contain_text(
                f"δ{21 - step} = δ{22 - step} · wRec", use_inner_text=True
            )
    shown = python.readout
    for name, marks in (("wx", "wx"), ("wRec", "wrec")):
        shares = [
            float(text.removesuffix(" %").replace("−", "-"))
            for text in shown_texts(element, marks)
            if text.endswith("%")
        ]
        exact = 100 * np.array(shown[f"{name}_terms"]) / shown[f"{name}_grad"]
        np.testing.assert_allclose(shares, exact, atol=0.51)


def test_a_shifted_target_is_written_without_the_digits_of_a_sum(show):
    element = show(Bptt(wRec=0.9, step=11))
    for shift, text in ((-5.9, "0.1"), (-8.3, "(−2.3)"), (0.1, "6.1")):
        change(element, shift=shift)
        expect(element.locator(".now")).to_contain_text(
            f"= 2 · (3.836 − {text}) = ", use_inner_text=True
        )
        plain = text.strip("()")
        expect(element.locator("dd").nth(1)).to_have_text(plain)
        expect(element.locator("svg text.target").last).to_have_text(
            f"t = {plain}"
        )


def test_no_total_is_shown_before_the_gradient_starts_back(show):
    element = show(START)
    stage = element.locator(".stage")
    expect(stage).to_contain_text("∂ξ/∂\u200awx grows by δkxk\u200b: –")
    expect(stage).to_contain_text("∂ξ/∂\u200awRec grows by δkSk−1\u200b: –")
    expect(stage).not_to_contain_text("16.6")
    change(element, step=11)
    expect(stage).to_contain_text("0 of −16.6")


def test_a_zero_total_has_no_shares(show):
    element = show(Bptt(wx=1, wRec=1, step=20))
    assert not [
        text
        for text in shown_texts(element, "wx") + shown_texts(element, "wrec")
        if "%" in text
    ]
    expect(element.locator(".stage")).to_contain_text("0 of 0")


def test_buttons_move_by_one_position(show):
    element = show(Bptt(wRec=0.9, step=1))
    back, on = (
        button(element, "one position back"),
        button(element, "one position on"),
    )
    on.click()
    expect(slider(element, "step")).to_have_value("2")
    expect(element.locator(".spoken")).to_have_text(
        "forward, k = 2: state 2 is 0.9."
    )
    for _ in range(4):
        back.click()
    expect(slider(element, "step")).to_have_value("0")
    expect(slider(element, "step")).to_have_attribute(
        "aria-valuetext", "forward, k = 0"
    )


def test_play_advances_and_stops_at_the_end(clocked):
    element = clocked(END)
    clock = element.page.clock
    clock.run_for(5000)
    # Playback does not start on its own.
    expect(slider(element, "step")).to_have_value("20")
    button(element, "Play").click()
    clock.run_for(100)
    expect(slider(element, "step")).to_have_value("0")
    clock.run_for(7 * 700)
    expect(slider(element, "step")).to_have_value("7")
    button(element, "Pause").click()
    clock.run_for(2000)
    expect(slider(element, "step")).to_have_value("7")
    button(element, "Play").click()
    clock.run_for(20 * 700)
    expect(slider(element, "step")).to_have_value("20")
    expect(button(element, "Play")).to_be_visible()
    expect(element.locator(".spoken")).to_contain_text(
        "At the end: delta 1 is −1.677, the gradients so far are −16.6 for wx and −70.83 for wRec"
    )


def test_anything_else_stops_the_playback(clocked):
    element = clocked(Bptt(wRec=0.9, step=2))
    page = element.page
    clock, press = page.clock, page.keyboard.press

    def move_a_weight():
        slider(element, "wRec").focus()
        press("ArrowLeft")

    def touch_a_slider():
        box = slider(element, "wx").bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.66, box["y"] + 15)
        page.mouse.down()
        page.mouse.up()

    def flip_a_bit():
        bit(element, 3).click()

    def step_back():
        button(element, "one position back").click()

    def set_from_a_program():
        element.evaluate("element => { element.wx = 2; }")

    def take_it_out():
        element.evaluate(
            "element => { const { parentNode } = element; element.remove(); "
            "parentNode.append(element); }"
        )

    for touch in (
        move_a_weight,
        touch_a_slider,
        flip_a_bit,
        step_back,
        set_from_a_program,
        take_it_out,
    ):
        button(element, "Play").click()
        clock.run_for(1000)
        expect(button(element, "Pause")).to_be_visible()
        touch()
        expect(button(element, "Play")).to_be_visible()
        step = element.evaluate("element => element.step")
        clock.run_for(3000)
        assert element.evaluate("element => element.step") == step


def test_steps_where_motion_is_not_wanted(clocked):
    element = clocked(Bptt(step=18))
    element.page.emulate_media(reduced_motion="reduce")
    for step in (19, 20, 0, 1):
        button(element, "Play").click()
        element.page.clock.run_for(3000)
        assert element.evaluate("element => element.step") == step


def test_keys_reach_everything(show):
    element = show(START)
    press = element.page.keyboard.press
    bit(element, 1).focus()
    press("Space")
    assert element.evaluate("element => element.x[0]") == 0
    press("Tab")
    expect(element.locator(".grip")).to_be_focused()
    for name in ("wx", "wRec"):
        press("Tab")
        expect(field(element, name)).to_be_focused()
        press("Tab")
        expect(slider(element, name)).to_be_focused()
    press("Tab")
    expect(slider(element, "step")).to_be_focused()
    press("Home")
    press("ArrowRight")
    expect(element.locator(".spoken")).to_have_text(
        "step is forward, k = 1: state 1 is 0."
    )
    press("Tab")
    press("Tab")
    expect(button(element, "Play")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(slider(element, "step")).to_have_value("2")
    press("Tab")
    press("Enter")
    expect(slider(element, "step")).to_have_value("10")
    assert element.evaluate("element => element.x[0]") == 1


def test_touch_plays_and_flips(show):
    element = show(END, **PHONE)
    bit(element, 2).tap()
    assert element.evaluate("element => element.x[1]") == 1
    button(element, "one position back").tap()
    expect(slider(element, "step")).to_have_value("19")
    button(element, "Play").tap()
    expect(slider(element, "step")).to_have_value("20")


def test_nothing_moves_when_the_position_does(show):
    for width in (1280, 320):
        element = show(START, width=width)
        heights = set()
        for step in (0, 5, 10, 11, 20):
            change(element, step=step)
            heights.add(element.bounding_box()["height"])
        assert len(heights) == 1
