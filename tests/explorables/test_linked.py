"""Explorables that share their parameters: on a page, in Python, and in a notebook."""

import json

import ipywidgets
import numpy as np
import pytest
from in_page import (
    FRAME,
    assert_same,
    bit,
    button,
    change,
    count_changes,
    readout,
    slider,
    wait_until,
)
from playwright.sync_api import expect

from rnn_by_hand.explorables import (
    Bptt,
    Learning,
    Linked,
    LossSurface,
    Pole,
    States,
    Unrolled,
)
from rnn_by_hand.explorables.script import notebook_script

WIDGET = "application/vnd.jupyter.widget-view+json"
PAIR = (
    '<rnn-states wx="0.5" wrec="0.6" link="a"></rnn-states>'
    '<rnn-loss-surface wx="-2" wrec="2" zoom="1" link="a"></rnn-loss-surface>'
)


def weights(element):
    return element.evaluate("({ wx, wRec }) => [wx, wRec]")


def other(element, tag):
    return element.page.locator(tag)


def assert_equal(*elements):
    """Fail unless all hold the same weights, and show them."""
    elements[0].evaluate(f"() => {FRAME}")
    first, *rest = map(weights, elements)
    assert all(each == first for each in rest), rest
    for element in elements:
        for name in ("wx", "wRec"):
            handle = slider(element, name)
            if handle.count():
                value = handle.get_attribute("aria-valuetext")
                text = slider(elements[0], name).get_attribute(
                    "aria-valuetext"
                )
                assert value.startswith(text), name
    return first


def test_at_first_the_values_are_those_of_the_first(show):
    states = show(PAIR)
    surface = other(states, "rnn-loss-surface")
    assert assert_equal(states, surface) == [0.5, 0.6]
    # What only one of them has stays its own.
    assert readout(surface)["zoom"] == 1
    assert readout(surface)["loss"] == pytest.approx(
        LossSurface(0.5, 0.6).readout["loss"], rel=1e-12
    )
    expect(states.get_by_role("alert", include_hidden=True)).to_be_empty()
    expect(surface.get_by_role("alert", include_hidden=True)).to_be_empty()


def test_what_changes_in_one_changes_in_the_other(show):
    states = show(PAIR)
    surface = other(states, "rnn-loss-surface")
    count_changes(states)
    slider(states, "wRec").press("ArrowRight")
    assert assert_equal(states, surface) == [0.5, 0.61]
    slider(surface, "wx").press("PageUp")
    assert assert_equal(states, surface) == [0.6, 0.61]
    states.locator(".grip.wrec").press("Shift+ArrowDown")
    assert assert_equal(states, surface) == [0.6, 0.609]
    surface.locator(".grip.wrec").press("ArrowUp")
    wx, wRec = assert_equal(states, surface)
    assert (wx, wRec > 0.609) == (0.6, True)
    # The page is told once for each change, by the one that the reader moved.
    assert states.page.evaluate("window.changes") == 4
    # A mouse that drags the point bends the states in the same frame.
    box = surface.locator(".handle").bounding_box()
    mouse = states.page.mouse
    mouse.move(box["x"] + 22, box["y"] + 22)
    mouse.down()
    for i in range(5):
        mouse.move(box["x"] + 22 + 9 * i, box["y"] + 22 - 7 * i)
        assert_equal(states, surface)
    mouse.up()
    assert weights(states) != [wx, wRec]


def test_reset_brings_all_back(show):
    html = PAIR.replace('wx="-2" wrec="2"', 'wx="0.5" wrec="0.6"')
    states = show(html)
    surface = other(states, "rnn-loss-surface")
    for one in (states, surface):
        slider(states, "wx").press("End")
        slider(surface, "wRec").press("Home")
        bit(states, 2).click()
        assert assert_equal(states, surface) == [3, -3]
        button(one, "Reset").click()
        assert assert_equal(states, surface) == [0.5, 0.6]
    # The first came back by its own button only, and with it what only it has.
    assert readout(states)["x"][1] == 1


@pytest.mark.parametrize(
    "fragment",
    ["#states:wx=-1.25,wRec=0.3", "#loss-surface:wx=-1.25,wRec=0.3,zoom=3"],
)
def test_a_link_reaches_all(show, fragment):
    states = show(PAIR, fragment)
    surface = other(states, "rnn-loss-surface")
    assert assert_equal(states, surface) == [-1.25, 0.3]
    change(states, wx=1, wRec=1)
    states.evaluate(
        """(_, link) => new Promise((done) => {
            addEventListener("hashchange", done, { once: true });
            location.hash = link;
        })""",
        fragment.replace("-1.25", "-1.5"),
    )
    assert assert_equal(states, surface) == [-1.5, 0.3]


@pytest.mark.parametrize("late", ["rnn-states", "rnn-loss-surface"])
def test_a_link_reaches_one_whose_script_comes_later(page, site, late):
    """The page loads the script of the explorable in the address first, wherever it stands."""
    early = ({"rnn-states", "rnn-loss-surface"} - {late}).pop()
    page.goto(site + "blank.html")
    shared = page.evaluate(
        """async ([html, early, late, scripts]) => {
            history.replaceState(null, "", `#${early.slice(4)}:wx=-1.25,wRec=0.3`);
            document.querySelector("article").innerHTML = html;
            await import(`${scripts}${early}.js`);
            await new Promise(requestAnimationFrame);
            await import(`${scripts}${late}.js`);
            return [early, late].map((tag) => document.querySelector(tag))
                .map(({ wx, wRec }) => [wx, wRec]);
        }""",
        [PAIR, early, late, f"{site}_static/"],
    )
    assert shared == [[-1.25, 0.3]] * 2


def test_what_the_reader_moved_reaches_one_whose_script_comes_later(
    page, site
):
    page.goto(site + "blank.html")
    page.evaluate(
        """([html, scripts]) => {
            document.querySelector("article").innerHTML = html;
            return import(`${scripts}rnn-loss-surface.js`);
        }""",
        [PAIR, f"{site}_static/"],
    )
    surface = page.locator("rnn-loss-surface")
    expect(slider(surface, "wRec")).to_have_attribute(
        "aria-valuetext", "2.000"
    )
    slider(surface, "wRec").press("ArrowLeft")
    page.evaluate(
        "scripts => import(`${scripts}rnn-states.js`)", f"{site}_static/"
    )
    states = page.locator("rnn-states")
    expect(slider(states, "wRec")).to_have_attribute("aria-valuetext", "1.990")
    assert weights(states) == weights(surface) == [-2, 1.99]


def test_they_share_only_what_they_have_in_common(show):
    """A pole has neither weight, and says so; both others have inputs x and weights."""
    states = show(
        '<rnn-states wx="0.5" wrec="0.6" link="a"></rnn-states>'
        '<rnn-pole r="0.7" link="a"></rnn-pole>'
        '<rnn-bptt wx="2" wrec="2" link="a"></rnn-bptt>'
    )
    pole, bptt = (other(states, tag) for tag in ("rnn-pole", "rnn-bptt"))
    assert readout(pole)["r"] == 0.7
    assert weights(bptt) == [0.5, 0.6]
    slider(pole, "r").press("ArrowLeft")
    assert weights(states) == weights(bptt) == [0.5, 0.6]
    bit(bptt, 1).click()
    assert readout(states)["x"] == readout(bptt)["x"]
    assert readout(states)["x"][0] == 0
    for one in (states, bptt):
        expect(one.get_by_role("alert", include_hidden=True)).to_be_empty()
    expect(pole.get_by_role("alert")).to_have_text(
        "link is “a”; the others that have it share no parameter with this one."
    )


def test_three_of_them_and_another_group(show):
    states = show(
        '<rnn-states wx="0.5" wrec="0.6" link="a"></rnn-states>'
        '<rnn-learning link="a"></rnn-learning>'
        '<rnn-unrolled link="a"></rnn-unrolled>'
        '<rnn-bptt wx="2" wrec="2" link="b"></rnn-bptt>'
        "<rnn-gradient-check></rnn-gradient-check>"
    )
    learning, unrolled, apart, single = (
        other(states, f"rnn-{name}")
        for name in ("learning", "unrolled", "bptt", "gradient-check")
    )
    group = (states, learning, unrolled)
    assert assert_equal(*group) == [0.5, 0.6]
    slider(unrolled, "wx").press("ArrowLeft")
    assert assert_equal(*group) == [0.49, 0.6]
    button(learning, "Reset").click()
    assert assert_equal(*group) == [0.5, 0.6]
    assert weights(apart) == [2, 2]
    assert weights(single) == [1.2, 1.2]
    # One that has been taken out is no longer moved.
    unrolled.evaluate(
        "element => { window.gone = element; element.remove(); }"
    )
    slider(states, "wx").press("ArrowRight")
    assert assert_equal(states, learning) == [0.51, 0.6]
    assert states.page.evaluate("gone.wx") == 0.5
    # Put back, it has the values of the others again.
    states.evaluate("element => element.after(window.gone)")
    assert assert_equal(*group) == [0.51, 0.6]


def test_one_that_is_left_alone_says_so_at_once(show):
    states = show(PAIR)
    surface = other(states, "rnn-loss-surface")
    alone = "link is “a”; no other explorable on this page has it."
    said = states.get_by_role("alert", include_hidden=True)
    surface.evaluate("element => { window.gone = element; element.remove(); }")
    expect(said).to_have_text(alone)
    states.evaluate("element => element.after(window.gone)")
    expect(said).to_be_empty()
    surface.evaluate("element => element.setAttribute('link', 'b')")
    expect(said).to_have_text(alone)
    surface.evaluate("element => element.setAttribute('link', 'a')")
    expect(said).to_be_empty()
    surface.evaluate("element => element.removeAttribute('link')")
    expect(said).to_have_text(alone)
    expect(surface.get_by_role("alert", include_hidden=True)).to_be_empty()


def test_a_pair_that_is_moved_or_removed_complains_of_nothing(show):
    states = show(PAIR)
    warned = states.page.evaluate(
        """() => {
            const warned = [];
            const { warn } = console;
            console.warn = (words) => warned.push(words);
            const [one, two] = document.querySelectorAll("[link]");
            two.after(one);
            const { parentElement } = one;
            parentElement.replaceChildren();
            parentElement.append(one, two);
            console.warn = warn;
            return warned;
        }"""
    )
    assert warned == []


def test_a_value_that_another_refuses_stays_its_own(show):
    """Parameters of the same name may have different ranges."""
    pair = (
        '<rnn-tanh x="-0.75" wrec="0.6" link="a"></rnn-tanh>'
        '<rnn-states wx="0.5" link="a"></rnn-states>'
    )
    tanh = show(pair)
    states = other(tanh, "rnn-states")
    assert readout(tanh)["x"] == -0.75
    assert readout(states)["x"] == States().readout["x"]
    assert readout(states)["wRec"] == 0.6
    slider(states, "wRec").press("ArrowRight")
    assert readout(tanh)["wRec"] == 0.61
    assert readout(tanh)["x"] == -0.75


def test_the_first_picture_of_the_book_is_such_a_pair(page, site):
    page.goto(site + "book/intro.html#learning:wx=-1.25,wRec=0.3")
    states, learning = (
        page.locator(f"rnn-{name}").first for name in ("states", "learning")
    )
    wait_until(
        page,
        "() => document.querySelector('rnn-states').readout"
        " && document.querySelector('rnn-learning').readout",
    )
    assert weights(states) == weights(learning) == [-1.25, 0.3]


def test_fewer_than_two_or_strangers_are_refused():
    for wrong in (
        (),
        (States(),),
        (States(), "States"),
        (States, Learning),
        (States(), ipywidgets.FloatSlider()),
        ([States(), Learning()],),
    ):
        with pytest.raises(TypeError) as refused:
            Linked(*wrong)
        assert str(refused.value) == (
            f"explorables is {wrong!r}; it must be two or more explorables"
        )


def test_python_links_every_shared_parameter():
    explorables = States(wx=0.5), Learning(rate=0.01), Bptt(x="1" * 10)
    states, learning, bptt = explorables
    linked = Linked(*explorables)
    assert linked.children == explorables
    # At first the values are those of the first that has them.
    assert (learning.wx, learning.wRec) == (bptt.wx, bptt.wRec) == (0.5, 1)
    assert bptt.x == states.x == States().x
    assert learning.rate == 0.01
    pairs = {
        (link.source[0].tag, link.target[0].tag, link.source[1])
        for link in linked.links
    }
    assert pairs == {
        ("rnn-states", "rnn-learning", "wx"),
        ("rnn-learning", "rnn-bptt", "wx"),
        ("rnn-states", "rnn-learning", "wRec"),
        ("rnn-learning", "rnn-bptt", "wRec"),
        ("rnn-states", "rnn-bptt", "x"),
    }
    assert all(link.source[1] == link.target[1] for link in linked.links)
    # In a notebook each is compact, and begins at the value it shares.
    for one in explorables:
        assert one.start["compact"] == ""
        assert one.start["wx"] == "0.5"


def test_parameters_that_differ_cannot_be_linked_in_silence():
    """A pole shares nothing with the states, so nothing is linked."""
    assert Linked(States(), Pole()).links == []


def test_python_writes_the_elements():
    linked = Linked(States(wx=0.5, wRec=0.6), Learning(), link="mine")
    page = linked.element()
    assert page.startswith('<div class="rnn-linked"><rnn-states wx="0.5"')
    assert page.endswith("</rnn-learning></div>")
    assert page.count(' link="mine" compact=""><figure') == 2
    assert 'wrec="0.6" rate="0.001" show="loss" link="mine"' in page
    assert (
        page
        == Linked(States(wx=0.5, wRec=0.6), Learning(), link="mine").element()
    )
    assert Linked(States(), Learning()).element().count('link="linked"') == 2


def test_a_notebook_gets_the_widget_and_a_page_the_elements():
    linked = Linked(States(wx=0.5), Learning())
    data, metadata = linked._repr_mimebundle_()
    assert set(data) == {WIDGET, "text/html", "text/plain"}
    assert data[WIDGET]["model_id"] == linked.model_id
    assert data["text/html"] == linked.element()
    assert data["text/plain"] == repr(linked)
    assert repr(linked) == (
        "Linked(States(wx=0.5, wRec=1.0, x='1011001110'), "
        "Learning(wx=0.5, wRec=1.0, rate=0.001, show='loss'))"
    )
    assert metadata == States()._repr_mimebundle_()[1]
    assert linked._ipython_display_ is None


#: As in test_in_a_notebook.py: the models of two widgets, and what `jslink` does to them.
NOTEBOOK = """async (views) => {
    class Model {
        listeners = [];
        constructor(state) { this.state = state; }
        get(name) { return this.state[name]; }
        set(name, value) {
            if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
            this.state[name] = structuredClone(value);
            for (const [what, listener] of this.listeners) {
                if (what === "change" || what === `change:${name}`) listener();
            }
        }
        save_changes() {}
        on(what, listener) { this.listeners.push([what, listener]); }
        off() {}
    }
    window.models = [];
    for (const [script, state] of views) {
        const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
        const { default: widget } = await import(url);
        const model = new Model(state);
        models.push(model);
        const el = document.body.appendChild(document.createElement("div"));
        widget.render({ model, el });
    }
    const hand = (from, to, name) => from.on(`change:${name}`, () => to.set(name, from.get(name)));
    for (const name of ["wx", "wRec"]) {
        hand(models[0], models[1], name);
        hand(models[1], models[0], name);
    }
}"""


def test_views_in_a_notebook_follow_each_other(new_page):
    explorables = States(wx=0.5, wRec=0.6), Unrolled()
    Linked(*explorables)
    page = new_page(viewport={"width": 900, "height": 1200})
    page.set_content("<!doctype html><body>")
    views = [
        [notebook_script(one.tag), one.get_state(["start", *one.parameters])]
        for one in explorables
    ]
    page.evaluate(NOTEBOOK, json.loads(json.dumps(views)))
    states, unrolled = (page.locator(one.tag) for one in explorables)
    assert weights(states) == weights(unrolled) == [0.5, 0.6]
    for one in (states, unrolled):
        # There, too, each has room for its picture and its sliders only.
        expect(one.locator(".equation").first).to_be_hidden()
        expect(one.locator(".controls")).to_be_hidden()
        expect(one.get_by_role("alert", include_hidden=True)).to_be_empty()
    states.evaluate(f"() => {FRAME}")
    slider(states, "wRec").press("ArrowRight")
    assert weights(unrolled) == weights(states) == [0.5, 0.61]
    states.evaluate(f"() => {FRAME}")
    slider(unrolled, "wx").press("Shift+ArrowLeft")
    assert weights(unrolled) == weights(states) == [0.499, 0.61]
    python = States(0.499, 0.61).readout
    assert_same(readout(states), python)
    assert (
        page.evaluate("models.map(({ state: { wx, wRec } }) => [wx, wRec])")
        == [[0.499, 0.61]] * 2
    )


def test_linked_explorables_are_legible_in_their_measure(show):
    """Side by side on a wide page, one below the other on a phone."""
    html = Linked(States(wx=0.5, wRec=0.6), Learning()).element()
    for width, beside in ((1366, True), (390, False)):
        states = show(html, width=width)
        learning = other(states, "rnn-learning")
        boxes = [one.bounding_box() for one in (states, learning)]
        assert (boxes[0]["y"] == boxes[1]["y"]) is beside
        overflow = states.page.evaluate(
            "document.documentElement.scrollWidth - innerWidth"
        )
        assert overflow <= 0
        assert np.all([box["width"] >= 300 for box in boxes])
