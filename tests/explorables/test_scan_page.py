"""The rounds of a scan on a page: numbers, the round that is dragged, inputs, and cells."""

import re

import numpy as np
import pytest
from in_page import (
    PHONE,
    assert_same,
    bits,
    button,
    change,
    readout,
    readouts,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import Scan
from rnn_by_hand.explorables.scan import INPUTS
from rnn_by_hand.scan import KINDS

START = Scan(kind="tree", n=16, round=3)
PAGE = "book/12_five_ways.html"


def random_settings(kinds, count, seed):
    rng = np.random.default_rng(seed)
    return [
        {
            "kind": str(rng.choice(kinds)),
            "n": int(rng.integers(2, 33)),
            "round": int(rng.integers(33)),
            "wRec": round(rng.uniform(-3, 3), 3),
            "x": rng.integers(0, 2, 32).tolist(),
        }
        for _ in range(count)
    ]


def python_readout(setting):
    return Scan(**setting).readout


def test_readout_equals_the_helper(show):
    settings = random_settings(KINDS, 300, seed=30)
    settings += [
        {"kind": kind, "n": n, "round": 32, "wRec": wRec, "x": bits(x)}
        for kind in KINDS
        for n in (2, 3, 31, 32)
        for wRec in (-3, 0, 3)
        for x in ("1" * 32, "10" * 16)
    ]
    shown = readouts(show(START), settings)
    for setting, one in zip(settings, shown, strict=True):
        assert_same(one, python_readout(setting))


def test_rounds_of_newton_equal_the_helper(show):
    """The browser and NumPy round tanh differently, by a bit in its last place.

    A guess far from the states is a product of many slopes larger than 1, so the next rounds
    multiply that bit by as much; the rounds after those make both exact again.
    """
    settings = random_settings(["Newton"], 300, seed=31)
    settings += [{**setting, "round": 32} for setting in settings[:60]]
    shown = readouts(show(START), settings)
    for setting, one in zip(settings, shown, strict=True):
        python = python_readout(setting)
        for name in ("guess", "error"):
            numbers = np.array(python.pop(name))
            off = np.abs(np.array(one.pop(name)) - numbers).max()
            assert off <= 1e-6 * max(1, np.abs(numbers).max()), setting
        if setting["round"] == 32:
            assert one["finished"] == setting["n"]
        # An error of just a billionth may count as right in one and not in the other.
        assert abs(one.pop("finished") - python.pop("finished")) <= 1
        assert_same(one, python)


def texts(element):
    return element.locator(".shown dd").all_text_contents()


@pytest.mark.parametrize(
    ("kind", "rounds", "combinations"),
    [("chain", 15, 15), ("tree", 7, 26), ("scan", 4, 49)],
)
def test_sixteen_inputs_cost_what_the_page_says(
    show, kind, rounds, combinations
):
    element = show(Scan(kind=kind, n=16))
    assert texts(element) == [f"0 of {rounds}", f"0 of {combinations}", "–"]
    change(element, round=rounds)
    assert texts(element)[:2] == [
        f"{rounds} of {rounds}",
        f"{combinations} of {combinations}",
    ]
    assert readout(element)["finished"] == 16


def grip(element):
    return element.locator(".grip")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_round_is_dragged_in_the_picture(show):
    element = show(START)
    page = element.page
    x, y = middle(grip(element))
    change(element, round=0)
    _, top = middle(grip(element))
    row = (y - top) / 3
    page.mouse.move(x, top)
    page.mouse.down()
    for round in (1, 2, 5, 7, 4):
        page.mouse.move(x + 30, top + (round + 0.3) * row)
        assert readout(element)["round"] == round
    page.mouse.move(x, top - 300)
    assert readout(element)["round"] == 0
    page.mouse.move(x, top + 900)
    page.mouse.up()
    assert readout(element)["round"] == 7
    expect(grip(element)).to_have_attribute("aria-valuetext", "7 of 7")
    expect(element.locator(".spoken")).to_have_text(
        "round 7: after round 7 of 7, 26 of 26 combinations are done, "
        "16 of 16 cells are finished, 9 waited."
    )


def test_keys_move_the_round_and_choose_and_flip_inputs(show):
    element = show(START)
    press = element.page.keyboard.press
    inputs = element.locator(".inputs")
    inputs.focus()
    press("Home")
    expect(inputs).to_have_accessible_name("input 1, 1")
    press("ArrowRight")
    expect(inputs).to_have_accessible_name("input 2, 0")
    press("Space")
    expect(inputs).to_have_accessible_name("input 2, 1")
    expect(inputs).to_have_attribute("aria-pressed", "true")
    assert readout(element)["x"][:4] == [1, 1, 1, 1]
    press("End")
    expect(inputs).to_have_accessible_name("input 16, 0")
    press("Tab")
    expect(grip(element)).to_be_focused()
    for key, round in (("ArrowDown", 4), ("ArrowUp", 3), ("ArrowRight", 4)):
        press(key)
        assert readout(element)["round"] == round
    press("PageDown")
    assert readout(element)["round"] == 7
    press("PageUp")
    assert readout(element)["round"] == 0


def test_a_finger_flips_the_input_that_it_touches(show):
    element = show(START, **PHONE)
    box = element.locator(".inputs").bounding_box()
    for k in (1, 6, 16):
        before = readout(element)["x"]
        x = box["x"] + box["width"] * (k - 0.5) / 16
        element.page.touchscreen.tap(x, box["y"] + box["height"] / 2)
        after = readout(element)["x"]
        changed = [i + 1 for i in range(32) if before[i] != after[i]]
        assert changed == [k]


def discs(element, look):
    path = element.locator(f"path.{look}").first.get_attribute("d") or ""
    return path.count("a")


def test_the_parents_of_a_cell_light_up(show):
    element = show(START)
    page = element.page
    stage = element.locator(".stage")
    box = stage.bounding_box()
    inputs = element.locator(".inputs").bounding_box()
    _, y = middle(grip(element))
    change(element, round=0)
    _, top = middle(grip(element))
    change(element, round=7)
    row = (y - top) / 3

    def point(cell, round):
        page.mouse.move(
            inputs["x"] + inputs["width"] * (cell - 0.5) / 16,
            top + row * round,
        )
        change(element)
        return element.locator(".shown.equation").inner_text()

    assert "cell 12: steps 9–10, then 11–12" in point(12, 2)
    # Two rings, of two arcs each, and a bar for each of the two.
    assert discs(element, "parents") == 4
    assert "cell 12: steps 1–8, then 9–12" in point(12, 7)
    a, b = 0.9**4, START.readout["b"]
    told = element.locator(".shown.equation").inner_text()
    assert f"a = {a:.3f} · {0.9**8:.3f} = {0.9**12:.3f}" in told
    total = f"{a * b[7] + b[11]:.3f}"
    assert f"b = {a:.3f} · {b[7]:.3f} + {b[11]:.3f} = {total}" in told
    # A cell that has met no other one holds its own step.
    assert "cell 13: step 13" in point(13, 2)
    assert discs(element, "parents") == 0
    page.mouse.move(box["x"] - 5, box["y"])


def test_the_cell_at_work_is_followed_until_the_reader_points(show):
    element = show(Scan(kind="chain", n=16))
    for round in (1, 7, 15):
        change(element, round=round)
        expect(element.locator(".shown.equation")).to_contain_text(
            f"cell {round + 1}: "
        )


def test_plays_to_the_end_and_stops(show):
    element = show(Scan(kind="scan", n=8), reduced_motion="no-preference")
    play = element.locator(".play")
    expect(play).to_have_text("Play")
    play.click()
    expect(play).to_have_text("Pause")
    wait_until(
        element.page, "() => document.querySelector('rnn-scan').round === 3"
    )
    expect(play).to_have_text("Play")
    expect(element.locator(".spoken")).to_contain_text("At the end: ")
    play.click()
    assert readout(element)["round"] == 0
    button(element, "one round on").click()
    expect(play).to_have_text("Play")
    assert readout(element)["round"] == 1
    button(element, "one round back").click()
    button(element, "one round back").click()
    assert readout(element)["round"] == 0


def test_steps_where_motion_is_not_wanted(show):
    element = show(Scan(kind="scan", n=8))
    element.page.emulate_media(reduced_motion="reduce")
    for round in (1, 2, 3, 0):
        element.locator(".play").click()
        assert readout(element)["round"] == round
        expect(element.locator(".play")).to_have_text("Play")


def test_a_shorter_way_shows_its_last_round(show):
    element = show(Scan(kind="chain", round=15))
    for kind, round in (("scan", 4), ("tree", 7), ("chain", 15)):
        element.get_by_label("computed by").select_option(kind)
        assert readout(element)["round"] == round
        assert readout(element)["finished"] == 16


def test_newtons_guess_closes_on_the_loop(show):
    element = show(Scan(kind="Newton", n=16, wRec=1.2))
    rounds = []
    for round in range(8):
        change(element, round=round)
        shown = readout(element)
        assert discs(element, "error") == 2 * (round + 1)
        rounds.append(shown["finished"])
    assert rounds[1] >= 1
    assert rounds == sorted(rounds)
    assert rounds[-1] == 16
    assert discs(element, "dot.open") == 0
    assert shown["error"][1] > 1 > 1e-12 > shown["error"][-1]
    expect(element.locator(".stage")).to_contain_text("loop")


def test_the_scales_of_newton_stay_and_what_leaves_shows_at_the_edge(show):
    element = show(Scan(kind="Newton", n=16, round=1, wRec=0.5))

    def scales():
        return element.evaluate(
            """element => [...element.shadowRoot.querySelectorAll("line.grid")]
                .map((line) => ["x1", "x2", "y1", "y2"].map((name) => line.getAttribute(name)))"""
        )

    before = scales()
    assert not element.locator("path.out").get_attribute("d")
    change(element, wRec=3)
    assert scales() == before
    assert element.locator("path.out").get_attribute("d").count("z") > 3
    # An error beyond the axis has an arrow, and its number beside it.
    assert element.locator("path.error").get_attribute("d").endswith("z")


@pytest.mark.parametrize(
    ("options", "most"),
    [
        ({"width": 1366}, 560),
        (PHONE, 720),
    ],
)
@pytest.mark.parametrize("kind", ["tree", "Newton"])
def test_cause_and_effect_are_on_one_screen(show, kind, options, most):
    element = show(Scan(kind=kind, round=3), **options)
    heights = []
    for n, wRec in ((16, 0.9), (32, -2), (4, 3), (23, 3)):
        change(element, n=n, wRec=wRec)
        box = element.locator(".live").bounding_box()
        heights.append(box["height"])
    assert max(heights) <= most
    # Nothing below the picture moves.
    assert len(set(heights)) == 1


def test_the_picture_has_words(show):
    element = show(Scan(kind="scan", n=4, round=1, x="1" * 32, wRec=1))
    expect(element.get_by_role("img")).to_have_attribute(
        "aria-label",
        "4 cells after round 1 of 2 of a scan. They cover the steps 1, 1–2, 2–3, 3–4, "
        "and hold 1, 2, 2, 2.",
    )


def test_links_of_the_chapter_lead_to_settings(new_page, site):
    page = new_page(viewport={"width": 1280, "height": 600})
    page.goto(site + PAGE)
    element = page.locator("rnn-scan")
    links = page.locator("article a[href*='#scan:']")
    assert links.count() >= 2
    for link in links.all():
        setting = re.search("#scan:(.*)", link.get_attribute("href"))[1]
        link.evaluate("link => link.click()")
        wait_until(
            page,
            """(setting) => setting.split(",").every((part) => {
                const [name, value] = part.split("=");
                return String(document.querySelector("rnn-scan")[name]) === value;
            })""",
            setting,
        )
    expect(element).to_be_in_viewport()


def test_without_javascript_there_is_a_figure_and_a_sentence(browser, site):
    # A separate page, because scripts that fail to load are not an error here.
    page = browser.new_page(java_script_enabled=False)
    page.goto(site + PAGE)
    fallback = page.locator("rnn-scan figure")
    expect(fallback.locator("svg")).to_be_visible()
    expect(fallback).to_contain_text("After round ")
    page.close()


def test_the_first_inputs_are_those_of_python(show):
    element = show("<rnn-scan></rnn-scan>")
    assert readout(element) == Scan().readout
    assert "".join(map(str, readout(element)["x"])) == INPUTS
