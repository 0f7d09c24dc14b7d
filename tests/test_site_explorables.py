"""The explorables on the built site: mouse, touch, keys, print, and the helper's own numbers."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from rnn_by_hand.explorables import States, _number
from rnn_by_hand.model import forward_states, loss

PAGE = "book/01_recurrence.html"
SETTINGS = [
    (1, 1),
    (1, 0.5),
    (1, -1.1),
    (2.5, 3),
    (-3, 3),
    (3, -3),
    (-3, -3),
    (0, 0),
]


@pytest.fixture
def show(new_page, site):
    """Open a page of the site and give its first explorable."""

    def open_explorable(**options):
        page = new_page(
            **{"viewport": {"width": 1280, "height": 900}} | options
        )
        page.goto(site + PAGE)
        explorable = page.locator("rnn-states").first
        explorable.scroll_into_view_if_needed()
        expect(explorable.locator("dd").first).not_to_be_empty()
        return explorable

    return open_explorable


@pytest.fixture
def explorable(show):
    return show()


def readout(explorable):
    return explorable.evaluate("element => element.readout")


def change(explorable, wx, wRec, x=None):
    """Change the setting as a program does, and wait until it is painted."""
    explorable.evaluate(
        """(element, [wx, wRec, x]) => {
            Object.assign(element, { wx, wRec }, x && { x });
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }""",
        [wx, wRec, x],
    )


def slider(explorable, name):
    return explorable.get_by_role("slider", name=name)


def bit(explorable, k):
    return explorable.get_by_role("button", name=f"input {k},")


def test_readout_equals_the_helper(explorable):
    rng = np.random.default_rng(20)
    W = rng.uniform(-3, 3, (300, 2))
    X = rng.integers(0, 2, (300, 10))
    shown = explorable.evaluate(
        """(element, settings) => settings.map(([wx, wRec, x]) => {
            Object.assign(element, { wx, wRec, x });
            return element.readout;
        })""",
        [[*w, x] for w, x in zip(W.tolist(), X.tolist(), strict=True)],
    )
    for (wx, wRec), x, numbers in zip(W, X, shown, strict=True):
        S = forward_states(x[np.newaxis], wx, wRec)
        assert (numbers["wx"], numbers["wRec"], numbers["x"]) == (
            wx,
            wRec,
            x.tolist(),
        )
        np.testing.assert_allclose(numbers["S"], S[0], rtol=1e-12)
        np.testing.assert_allclose(numbers["y"], S[0, -1], rtol=1e-12)
        np.testing.assert_allclose(
            numbers["loss"], loss(S[:, -1], [x.sum()]), rtol=1e-12
        )
        assert numbers["t"] == x.sum()
        assert numbers["count"] == [x[:k].sum() for k in range(11)]


def test_starts_from_its_attributes(explorable):
    start = States(wx=1, wRec=0.9)
    assert explorable.get_attribute("wx") == "1.0"
    assert readout(explorable) == start.readout
    assert explorable.locator("dd").all_text_contents() == [
        "3.836",
        "6",
        "4.682",
    ]


def test_writes_numbers_as_the_fallback_does(explorable):
    rng = np.random.default_rng(21)
    # Powers of 0.01 to 3, so that every way of writing a number occurs.
    weights = zip(rng.uniform(-3, 3, 40), np.geomspace(0.01, 3, 40))
    for wx, wRec in weights:
        python = States(wx, -wRec, "1000000000")
        change(explorable, python.wx, python.wRec, list(python.x))
        numbers = [
            _number(python.readout[name]) for name in ("y", "t", "loss")
        ]
        assert explorable.locator("dd").all_text_contents() == numbers
        states = ", ".join(map(_number, python.readout["S"]))
        picture = explorable.get_by_role("img").get_attribute("aria-label")
        assert states in picture


def test_mouse_drags_a_slider(explorable):
    handle = slider(explorable, "wRec")
    box = handle.bounding_box()
    explorable.evaluate(
        """element => {
            window.changes = 0;
            window.announced = 0;
            document.addEventListener("rnn-change", () => window.changes++);
            const status = element.shadowRoot.querySelector("[role=status]");
            new MutationObserver(() => window.announced++).observe(status, { childList: true });
        }"""
    )
    page, middle = explorable.page, box["y"] + box["height"] / 2
    # The middle of the handle travels from 9 px after the left end to 9 px before the right.
    page.mouse.move(box["x"] + 9 + (box["width"] - 18) * 3.9 / 6, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=12)
    assert abs(readout(explorable)["wRec"]) < 0.03
    assert page.evaluate("window.changes") > 5
    assert page.evaluate("window.announced") == 0
    page.mouse.move(box["x"] - 50, middle, steps=8)
    page.mouse.up()
    assert readout(explorable)["wRec"] == -3
    expect(explorable.locator("output").last).to_have_text("−3.00")
    expect(explorable.locator("dd").first).to_have_text(
        _number(States(wRec=-3).readout["y"])
    )
    assert page.evaluate("window.announced") == 1


def test_touch_flips_a_bit(show):
    explorable = show(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    second = bit(explorable, 2)
    expect(second).to_have_attribute("aria-pressed", "false")
    second.tap()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(second).to_have_accessible_name("input 2, 1")
    assert readout(explorable)["x"] == [1, 1, 1, 1, 0, 0, 1, 1, 1, 0]
    expect(explorable.locator("dd").nth(1)).to_have_text("7")
    expect(explorable.locator(".equation")).to_contain_text(
        "= 1 · 0.9 + 1 · 1 = 1.9"
    )


def test_keys_reach_everything(explorable):
    press = explorable.page.keyboard.press
    bit(explorable, 1).focus()
    press("ArrowRight")
    expect(bit(explorable, 2)).to_be_focused()
    press("Space")
    expect(bit(explorable, 2)).to_have_attribute("aria-pressed", "true")
    press("Enter")
    expect(bit(explorable, 2)).to_have_attribute("aria-pressed", "false")
    press("End")
    expect(bit(explorable, 10)).to_be_focused()
    press("Tab")
    expect(slider(explorable, "wx")).to_be_focused()
    press("ArrowRight")
    expect(slider(explorable, "wx")).to_have_attribute(
        "aria-valuetext", "1.01"
    )
    press("Tab")
    expect(slider(explorable, "wRec")).to_be_focused()
    press("ArrowLeft")
    expect(explorable.locator("output").last).to_have_text("0.89")
    expect(explorable.locator(".spoken")).to_contain_text(
        "wRec is 0.89: output 3."
    )
    assert (readout(explorable)["wx"], readout(explorable)["wRec"]) == (
        1.01,
        0.89,
    )
    press("Tab")
    press("Enter")
    assert readout(explorable) == States(wx=1, wRec=0.9).readout
    press("Shift+Tab")
    press("Shift+Tab")
    press("Shift+Tab")
    expect(bit(explorable, 10)).to_be_focused()
    width = "element => parseFloat(getComputedStyle(element).outlineWidth)"
    assert bit(explorable, 10).evaluate(width) >= 2


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_setting_is_legible(show, width):
    explorable = show(viewport={"width": width, "height": 900})
    host = explorable.bounding_box()
    assert (
        explorable.page.evaluate("document.documentElement.scrollWidth")
        <= width
    )
    for (wx, wRec), x in itertools.product(
        SETTINGS, ([1] * 10, [1, 0] * 5, [0] * 10)
    ):
        change(explorable, wx, wRec, x)
        texts = explorable.evaluate(
            """element => [...element.shadowRoot.querySelectorAll("svg text, dt, dd, .equation > span")]
                .filter((node) => getComputedStyle(node).display !== "none")
                .map((node) => {
                    const { left, right, top, bottom } = node.getBoundingClientRect();
                    const size = parseFloat(getComputedStyle(node).fontSize);
                    return { text: node.textContent, left, right, top, bottom, size };
                })"""
        )
        for text in texts:
            assert text["text"].strip()
            assert text["size"] >= 12
            assert text["left"] >= host["x"] - 1
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
            assert mistake not in drawn


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_touch_targets_are_large_enough(show, theme):
    explorable = show(
        viewport={"width": 320, "height": 900}, color_scheme=theme
    )
    for target in explorable.locator("button, input").all():
        box = target.bounding_box()
        assert box["width"] >= 24
        assert box["height"] >= 24


@pytest.mark.parametrize(
    ("theme", "paper"), [("light", [255] * 3), ("dark", [18] * 3)]
)
def test_follows_the_colours_of_the_page(show, theme, paper):
    explorable = show(color_scheme=theme)
    colours = explorable.evaluate(
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
    # A page of its own: the scripts that it does not load are no failure here.
    page = browser.new_page(java_script_enabled=False)
    page.goto(site + PAGE)
    fallback = page.locator("rnn-states figure").first
    expect(fallback.locator("svg")).to_be_visible()
    expect(fallback).to_contain_text(
        "With wx = 1 and wRec = 0.9 the states are 0, 1, 0.9, 1.81, "
    )
    page.close()


def test_print_shows_the_figure_and_the_sentence(explorable):
    fallback = explorable.locator("figure")
    expect(fallback).to_be_hidden()
    expect(explorable.get_by_role("slider").first).to_be_visible()
    explorable.page.emulate_media(media="print")
    expect(fallback).to_be_visible()
    expect(fallback.locator("figcaption")).to_be_visible()
    expect(explorable.locator(".live")).to_be_hidden()


def test_print_without_a_fallback_shows_the_live_figure(explorable):
    explorable.evaluate("element => element.replaceChildren()")
    explorable.page.emulate_media(media="print")
    expect(explorable.locator(".live")).to_be_visible()


def test_attributes_and_properties(explorable):
    page = explorable.page
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
    refused = explorable.evaluate(
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
    # A readout is a copy: changing it changes nothing.
    explorable.evaluate(
        "element => { element.readout.x[0] = 7; element.x[1] = 7; }"
    )
    assert readout(explorable) == States(wx=1, wRec=0.9).readout


def test_sliders_can_be_left_to_others(explorable):
    explorable.evaluate("element => element.setAttribute('sliders', 'off')")
    expect(slider(explorable, "wx")).to_have_count(0)
    expect(bit(explorable, 1)).to_be_visible()


def test_a_frame_is_painted_once_and_nothing_is_left_behind(explorable):
    """However many events, one painting; and after ten thousand no more nodes and memory."""
    page = explorable.page
    session = page.context.new_cdp_session(page)

    def events(count):
        painted = explorable.evaluate(
            """async (element, count) => {
                const input = element.shadowRoot.querySelector("#wRec");
                const frame = () => new Promise(requestAnimationFrame);
                await frame();
                await frame();
                let painted = 0;
                const observer = new MutationObserver((all) => (painted += all.length));
                observer.observe(element.shadowRoot.querySelectorAll(".edge")[9], { attributes: true });
                for (let i = 0; i < count; i++) {
                    input.value = String((i % 600) / 100 - 3);
                    input.dispatchEvent(new Event("input"));
                    if (i % 50 === 49) await frame();
                }
                await frame();
                await frame();
                observer.disconnect();
                return painted;
            }""",
            count,
        )
        session.send("HeapProfiler.collectGarbage")
        counters = session.send("Memory.getDOMCounters")
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        return painted, counters["nodes"], counters["jsEventListeners"], heap

    painted, nodes, listeners, heap = events(1000)
    assert painted == 20
    later = events(10_000)
    assert later[1:3] == (nodes, listeners)
    # Half a megabyte of caches and compiled code may come and go; fifty bytes
    # kept per event would be as much.
    assert later[3] - heap < 500_000


LINK = "#states:wx=-1.25,wRec=0.3,x=0100000001"
LINKED = States(-1.25, 0.3, "0100000001").readout


def test_a_link_restores_the_setting_and_scrolls_there(new_page, site):
    page = new_page(viewport={"width": 1280, "height": 600})
    page.goto(site + PAGE + LINK)
    explorable = page.locator("rnn-states").first
    expect(explorable.locator("dd").first).to_have_text(_number(LINKED["y"]))
    assert readout(explorable) == LINKED
    expect(explorable).to_be_in_viewport(ratio=0.9)
    # Reset still leads to the chapter's own setting.
    explorable.get_by_role("button", name="Reset").click()
    assert readout(explorable) == States(1, 0.9).readout


def test_a_link_within_the_open_page_works_too(explorable):
    page = explorable.page
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("link => { location.hash = link; }", LINK)
    expect(explorable.locator("dd").first).to_have_text(_number(LINKED["y"]))
    expect(explorable).to_be_in_viewport(ratio=0.9)


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
def test_a_bad_link_changes_nothing(new_page, site, link):
    page = new_page()
    page.goto(site + PAGE + link)
    explorable = page.locator("rnn-states").first
    expect(explorable.locator("dd").first).not_to_be_empty()
    assert readout(explorable) == States(1, 0.9).readout


def test_copy_link_puts_the_setting_on_the_clipboard(new_page, site):
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + PAGE)
    explorable = page.locator("rnn-states").first
    change(explorable, -1.25, 0.3, "0100000001")
    button = explorable.get_by_role("button", name="Copy link")
    button.click()
    expect(
        explorable.get_by_role("button", name="Link copied")
    ).to_be_visible()
    expect(explorable.locator(".spoken")).to_contain_text("link")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url == site + PAGE + LINK
    slider(explorable, "wx").focus()
    page.keyboard.press("ArrowRight")
    expect(button).to_be_visible()
    page.goto("about:blank")
    page.goto(link)
    expect(explorable.locator("dd").first).to_have_text(_number(LINKED["y"]))


def test_the_second_of_a_kind_has_a_link_of_its_own(explorable):
    page = explorable.page
    page.evaluate(
        """() => {
            const first = document.querySelector("rnn-states");
            first.after(Object.assign(document.createElement("rnn-states"), { wx: 2 }));
            location.hash = "#states-2:wRec=0.25";
        }"""
    )
    page.wait_for_function(
        "document.querySelectorAll('rnn-states')[1].wRec === 0.25"
    )
    assert readout(explorable)["wRec"] == 0.9
