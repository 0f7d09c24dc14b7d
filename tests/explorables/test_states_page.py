"""The states of the network, and what all explorables share with the book: colours and links."""

import numpy as np
import pytest
from in_page import (
    PHONE,
    assert_same,
    bit,
    centre,
    change,
    count_announcements,
    field,
    readout,
    readouts,
    slider,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import States
from rnn_by_hand.explorables.words import number, reading
from rnn_by_hand.model import forward_states, loss

PAGE = "book/01_recurrence.html"
START = States(wx=1, wRec=0.9)
LINK = "#states:wx=-1.25,wRec=0.3,x=0100000001"
LINKED = States(-1.25, 0.3, "0100000001").readout


@pytest.fixture
def chapter(new_page, site):
    """Open the page of the first chapter and return the explorable in it."""

    def open_chapter(fragment="", **options):
        page = new_page(
            **{"viewport": {"width": 1280, "height": 600}} | options
        )
        page.goto(site + PAGE + fragment)
        element = page.locator("rnn-states").first
        # It is drawn only when the reader scrolls near.
        element.evaluate("node => node.scrollIntoView()")
        expect(element.locator("dd").first).not_to_be_empty()
        return element

    return open_chapter


def test_readout_equals_the_helper(show):
    element = show(START)
    rng = np.random.default_rng(20)
    W = rng.uniform(-3, 3, (300, 2)).tolist()
    X = rng.integers(0, 2, (300, 10))
    settings = [
        {"wx": wx, "wRec": wRec, "x": x}
        for (wx, wRec), x in zip(W, X.tolist(), strict=True)
    ]
    for setting, x, shown in zip(
        settings, X, readouts(element, settings), strict=True
    ):
        S = forward_states(x[np.newaxis], setting["wx"], setting["wRec"])
        python = {
            **setting,
            "S": S[0],
            "y": S[0, -1],
            "t": x.sum(),
            "loss": loss(S[:, -1], [x.sum()]),
            "count": [x[:k].sum() for k in range(11)],
        }
        assert_same(shown, python)


def test_starts_from_its_attributes(show):
    element = show(START)
    assert element.get_attribute("wx") == "1.0"
    assert readout(element) == START.readout
    assert element.locator("dd").all_text_contents() == [
        "3.836",
        "6",
        "4.682",
    ]


def test_writes_numbers_as_the_fallback_does(show):
    element = show(START)
    rng = np.random.default_rng(21)
    # Powers of 0.01 to 3, so that every number format occurs.
    weights = zip(rng.uniform(-3, 3, 40), np.geomspace(0.01, 3, 40))
    for wx, wRec in weights:
        python = States(wx, -wRec, "1000000000")
        change(element, wx=python.wx, wRec=python.wRec, x=list(python.x))
        shown = python.readout
        # What moves under the hand always has as many decimals.
        texts = [reading(shown["y"]), number(shown["t"])]
        texts.append(reading(shown["loss"]))
        assert element.locator("dd").all_text_contents() == texts
        states = ", ".join(map(number, python.readout["S"]))
        picture = element.get_by_role("img").get_attribute("aria-label")
        assert states in picture


def test_mouse_drags_a_slider(show):
    element = show(START)
    handle = slider(element, "wRec")
    box = handle.bounding_box()
    element.evaluate(
        """element => {
            window.changes = 0;
            document.addEventListener("rnn-change", () => window.changes++);
        }"""
    )
    count_announcements(element)
    page, middle = element.page, box["y"] + box["height"] / 2
    # The centre of the handle travels from 9 px inside the left end to 9 px inside the right.
    page.mouse.move(box["x"] + 9 + (box["width"] - 18) * 1340 / 2000, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=12)
    assert readout(element)["wRec"] == 0
    assert page.evaluate("window.changes") > 5
    assert page.evaluate("window.announced") == 0
    page.mouse.move(box["x"] - 50, middle, steps=8)
    page.mouse.up()
    assert readout(element)["wRec"] == -3
    expect(field(element, "wRec")).to_have_value("−3.000")
    expect(element.locator("dd").first).to_have_text(
        reading(States(wRec=-3).readout["y"])
    )
    assert page.evaluate("window.announced") == 1


def test_touch_flips_a_bit(show):
    element = show(START, **PHONE)
    second = bit(element, 2)
    expect(second).to_have_attribute("aria-pressed", "false")
    second.tap()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(second).to_have_accessible_name("input 2, 1")
    assert readout(element)["x"] == [1, 1, 1, 1, 0, 0, 1, 1, 1, 0]
    expect(element.locator("dd").nth(1)).to_have_text("7")
    expect(element.locator(".equation")).to_contain_text(
        "= 1.000 · 0.900 + 1 · 1.000 = 1.900"
    )


def test_hovering_writes_out_a_step_and_reset_the_last(show):
    element = show(START)
    S = START.readout["S"]
    equation, ring = element.locator(".equation"), element.locator(".ring")
    stage = element.locator(".stage").bounding_box()

    def writes(k):
        x = START.x[k - 1]
        sides = f"{reading(S[k - 1])} · {reading(0.9)} + {x} · {reading(1)} = {reading(S[k])}"
        expect(equation).to_contain_text(f"S{k} = S{k - 1} · wRec + x{k} · wx")
        expect(equation).to_contain_text(f"= {sides}")
        middle = centre(bit(element, k))[0] - stage["x"]
        assert float(ring.get_attribute("cx")) == pytest.approx(middle, abs=1)

    writes(10)
    for k in (3, 7):
        x, _ = centre(bit(element, k))
        # Anywhere above a bit, and nearer to it than to the next.
        element.page.mouse.move(x + 8, stage["y"] + 60)
        writes(k)
    element.page.mouse.move(stage["x"] + 1, stage["y"] + 60)
    writes(1)
    element.get_by_role("button", name="Reset").click()
    writes(10)


def test_keys_reach_everything(show):
    element = show(START)
    press = element.page.keyboard.press
    bit(element, 1).focus()
    press("ArrowRight")
    expect(bit(element, 2)).to_be_focused()
    press("Space")
    expect(bit(element, 2)).to_have_attribute("aria-pressed", "true")
    press("Enter")
    expect(bit(element, 2)).to_have_attribute("aria-pressed", "false")
    press("End")
    expect(bit(element, 10)).to_be_focused()
    for grip in element.locator(".grip").all():
        press("Tab")
        expect(grip).to_be_focused()
    press("Tab")
    expect(field(element, "wx")).to_be_focused()
    press("Tab")
    expect(slider(element, "wx")).to_be_focused()
    press("ArrowRight")
    expect(slider(element, "wx")).to_have_attribute("aria-valuetext", "1.010")
    press("Tab")
    expect(field(element, "wRec")).to_be_focused()
    press("Tab")
    expect(slider(element, "wRec")).to_be_focused()
    press("ArrowLeft")
    expect(field(element, "wRec")).to_have_value("0.890")
    expect(element.locator(".spoken")).to_contain_text(
        "wRec is 0.890: output 3."
    )
    assert (readout(element)["wx"], readout(element)["wRec"]) == (
        1.01,
        0.89,
    )
    press("Tab")
    press("Enter")
    assert readout(element) == START.readout
    for _ in range(8):  # both sliders with their fields, three grips, the bits
        press("Shift+Tab")
    expect(bit(element, 10)).to_be_focused()
    width = "element => parseFloat(getComputedStyle(element).outlineWidth)"
    assert bit(element, 10).evaluate(width) >= 2


@pytest.mark.parametrize(
    ("theme", "paper"), [("light", [253, 252, 249]), ("dark", [22, 21, 19])]
)
def test_follows_the_colours_of_the_page(chapter, theme, paper):
    element = chapter(color_scheme=theme)
    colours = element.evaluate(
        """element => {
            const style = getComputedStyle(document.documentElement);
            const probe = document.body.appendChild(document.createElement("i"));
            const rgb = (name) => {
                probe.style.color = style.getPropertyValue(name);
                return getComputedStyle(probe).color;
            };
            const drawn = (part, property) =>
                getComputedStyle(element.shadowRoot.querySelector(part))[property];
            let behind = element;
            while (/, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor))
                behind = behind.parentElement;
            return {
                pairs: [
                    [rgb("--rnn-wrec"), drawn(".edge", "stroke")],
                    [rgb("--rnn-wx"), drawn(".lift", "stroke")],
                    [rgb("--rnn-state"), drawn(".disc:not(.initial)", "fill")],
                    [rgb("--rnn-target"), drawn(".count", "stroke")],
                    [rgb("--rnn-x"), drawn("[aria-pressed=true] span", "backgroundColor")],
                    [rgb("--rnn-ink"), drawn(".live", "color")],
                ],
                behind: getComputedStyle(behind).backgroundColor,
            };
        }"""
    )
    for wanted, drawn in colours["pairs"]:
        assert wanted == drawn
    behind = [
        int(part) for part in colours["behind"].strip("rgba()").split(",")[:3]
    ]
    assert np.abs(np.subtract(behind, paper)).max() < 12


def test_without_javascript_there_is_a_figure_and_a_sentence(browser, site):
    # A separate page, because scripts that fail to load are not an error here.
    page = browser.new_page(java_script_enabled=False)
    page.goto(site + PAGE)
    fallback = page.locator("rnn-states figure").first
    expect(fallback.locator("svg")).to_be_visible()
    expect(fallback).to_contain_text(
        "With wx = 1 and wRec = 0.9 the states are 0, 1, 0.9, 1.81, "
    )
    page.close()


def test_print_without_a_fallback_shows_the_live_figure(show):
    element = show(START)
    element.evaluate("element => element.replaceChildren()")
    element.page.emulate_media(media="print")
    expect(element.locator(".live")).to_be_visible()


def test_attributes_and_properties(show):
    element = show(START)
    page = element.page
    made = page.evaluate(
        """() => {
            const element = document.createElement("rnn-states");
            const seen = () => [element.wx, element.wRec, element.x.join("")];
            const all = [seen()];
            for (const [name, value] of [
                ["wx", "2.5"], ["wrec", "-0.25"], ["x", "0000000001"],
                ["wx", "four"], ["wrec", "3.5"], ["x", "012"], ["wx", ""],
            ]) {
                element.setAttribute(name, value);
                all.push(seen());
            }
            return all;
        }"""
    )
    assert made == [
        [1, 1, "1011001110"],
        [2.5, 1, "1011001110"],
        [2.5, -0.25, "1011001110"],
        [2.5, -0.25, "0000000001"],
        [1, -0.25, "0000000001"],
        [1, 1, "0000000001"],
        [1, 1, "1011001110"],
        [1, 1, "1011001110"],
    ]
    refused = element.evaluate(
        """element => [["wx", 4], ["wRec", NaN], ["wx", null], ["x", [1, 2]], ["x", "1"]].map(
            ([name, value]) => {
                try { element[name] = value; } catch (error) { return String(error); }
            })"""
    )
    assert refused == [
        "RangeError: wx is 4; it must be a number from −3 to 3",
        "RangeError: wRec is NaN; it must be a number from −3 to 3",
        "RangeError: wx is null; it must be a number from −3 to 3",
        "RangeError: x is 1,2; it must be 10 bits, each 0 or 1",
        "RangeError: x is 1; it must be 10 bits, each 0 or 1",
    ]
    # A readout is a copy, so modifying it has no effect.
    element.evaluate(
        "element => { element.readout.x[0] = 7; element.x[1] = 7; }"
    )
    assert readout(element) == START.readout


def test_a_link_restores_the_setting_and_scrolls_there(chapter):
    element = chapter(LINK)
    expect(element.locator("dd").first).to_have_text(reading(LINKED["y"]))
    assert readout(element) == LINKED
    expect(element).to_be_in_viewport(ratio=0.9)
    # Reset still returns to the chapter's own setting.
    element.get_by_role("button", name="Reset").click()
    assert readout(element) == START.readout


def test_a_link_within_the_open_page_works_too(chapter):
    element = chapter()
    page = element.page
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("link => { location.hash = link; }", LINK)
    expect(element.locator("dd").first).to_have_text(reading(LINKED["y"]))
    expect(element).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize(
    "link",
    [
        "#states:wx=7,wRec=x,x=12,depth=9,constructor=1,wx",
        "#states:",
        "#bptt:wx=2",
        "#states-2:wx=2",
        "#fifty-sequences",
        "#states:wx=%E0%A4%A",
    ],
)
def test_a_bad_link_changes_nothing(show, link):
    element = show(START, link)
    assert readout(element) == START.readout


def test_copy_link_puts_the_setting_on_the_clipboard(chapter, site):
    element = chapter()
    page = element.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    change(element, wx=-1.25, wRec=0.3, x="0100000001")
    button = element.get_by_role("button", name="Copy link")
    button.click()
    expect(element.get_by_role("button", name="Link copied")).to_be_visible()
    expect(element.locator(".spoken")).to_contain_text("link")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url == site + PAGE + LINK
    slider(element, "wx").focus()
    page.keyboard.press("ArrowRight")
    expect(button).to_be_visible()
    page.goto("about:blank")
    page.goto(link)
    expect(element.locator("dd").first).to_have_text(reading(LINKED["y"]))


def test_the_second_of_a_kind_has_its_own_link(show):
    element = show(START)
    page = element.page
    page.evaluate(
        """() => {
            const first = document.querySelector("rnn-states");
            first.after(Object.assign(document.createElement("rnn-states"), { wx: 2 }));
            location.hash = "#states-2:wRec=0.25";
        }"""
    )
    wait_until(
        page, "() => document.querySelectorAll('rnn-states')[1].wRec === 0.25"
    )
    assert readout(element.first)["wRec"] == 0.9
