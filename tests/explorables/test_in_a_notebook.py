"""The view of an explorable in a notebook: its element, its model, and links to the model.

The model here stands in for that of ipywidgets; test_lab.py uses the real one, with a kernel.
"""

import json

import pytest
from in_page import FRAME, assert_same, bit, button, readout, slider
from playwright.sync_api import expect
from settings import CASES, everyone, linked, start

from rnn_by_hand.explorables import Learning, States
from rnn_by_hand.explorables.script import notebook_script

#: The part of a model that a view uses: it notifies its listeners of changes.
MODEL = """(state) => {
    class Model {
        listeners = [];
        #sent = {};
        saved = [];
        constructor(state) { this.state = structuredClone(state); }
        get(name) { return this.state[name]; }
        /** Values from the kernel need not be sent back to it. */
        receive(name, value) {
            this.state[name] = structuredClone(value);
            this.tell(`change:${name}`);
            this.tell("change");
        }
        set(name, value) {
            if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
            this.#sent[name] = structuredClone(value);
            this.receive(name, value);
        }
        save_changes() {
            this.saved.push(this.#sent);
            this.#sent = {};
        }
        on(what, listener) { this.listeners.push([what, listener]); }
        off(what, listener) {
            this.listeners = this.listeners.filter(([w, l]) => w !== what || l !== listener);
        }
        tell(what) {
            for (const [told, listener] of this.listeners) if (told === what) listener();
        }
    }
    window.Model = Model;
    window.model = new Model(state);
    window.closes = [];
}"""

#: Every view loads the module again, as in anywidget.
VIEW = """async (text) => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const { default: widget } = await import(url);
    const el = document.body.appendChild(document.createElement("div"));
    closes.push(await widget.render({ model, el }));
}"""

#: The effect of `jslink` on a slider and a parameter.
LINK = """([name, value]) => {
    window.slider = new Model({ value });
    const hand = (from, to, source, target) => from.on(`change:${source}`, () => {
        to.set(target, from.get(source));
        to.save_changes();
    });
    hand(slider, model, "value", name);
    hand(model, slider, name, "value");
    model.set(name, slider.get("value"));
}"""


@pytest.fixture
def view(new_page):
    """Show an explorable in `count` views of one model, on a page without a security policy."""

    def show(explorable, count=1):
        page = new_page(viewport={"width": 900, "height": 1600})
        page.set_content("<!doctype html><body>")
        names = ["start", *explorable.parameters]
        page.evaluate(
            MODEL, json.loads(json.dumps(explorable.get_state(names)))
        )
        for _ in range(count):
            page.evaluate(VIEW, notebook_script(explorable.tag))
        return page.locator(explorable.tag)

    return show


def setting(element):
    return element.evaluate("element => element.setting")


def model(element):
    """Return the parameters held by the model."""
    state = element.page.evaluate("model.state")
    return {name: value for name, value in state.items() if name != "start"}


def press(element, key, name="wRec"):
    """Press a key on a slider once it shows the setting, which is painted a frame later."""
    element.evaluate(f"() => {FRAME}")
    slider(element, name).press(key)


def moved(element, key, python, name):
    """Press a key, expect another value, and give it to Python."""
    before = readout(element)[name]
    press(element, key, name)
    after = readout(element)[name]
    assert (after < before) == (key == "ArrowLeft")
    assert after != before
    setattr(python, name, after)
    return after


def wrong(element):
    return element.get_by_role("alert", include_hidden=True)


@pytest.mark.weekly(but=4)
@everyone
def test_a_view_shows_the_object_and_tells_it_of_every_change(view, kind):
    element = view(start(kind))
    assert_same(readout(element), start(kind).readout)
    expect(button(element, "Copy link")).to_have_count(0)
    page = element.page
    # When Python sets the parameters one by one, no change is sent back.
    python = start(kind)
    for name in kind.parameters:
        value = json.loads(json.dumps(getattr(linked(kind), name)))
        page.evaluate(
            "([name, value]) => model.receive(name, value)", [name, value]
        )
        setattr(python, name, value)
        assert_same(readout(element), python.readout)
    assert page.evaluate("model.saved") == []
    # When the reader moves a slider, the model follows.
    name = CASES[kind].slider
    after = moved(element, "ArrowLeft", python, name)
    assert_same(readout(element), python.readout)
    assert page.evaluate("model.saved") == [{name: after}]
    assert model(element) == setting(element)
    # "Reset" returns to the setting given in Python.
    button(element, "Reset").click()
    assert_same(readout(element), start(kind).readout)
    assert model(element) == setting(element)


@pytest.mark.weekly(but=4)
@everyone
def test_two_views_stay_in_step_until_one_is_closed(view, kind):
    views = view(start(kind), 2)
    python = start(kind)
    name = CASES[kind].slider
    for one, key in ((views.first, "ArrowLeft"), (views.last, "ArrowRight")):
        moved(one, key, python, name)
        for one in views.all():
            assert_same(readout(one), python.readout)
    page = views.first.page
    page.evaluate("closes[0]()")
    value = getattr(linked(kind), name)
    page.evaluate(
        "([name, value]) => model.receive(name, value)", [name, value]
    )
    assert_same(readout(views.first), python.readout)
    setattr(python, name, value)
    assert_same(readout(views.last), python.readout)
    page.evaluate("closes[1]()")
    assert page.evaluate("model.listeners") == []


def test_a_flipped_bit_reaches_the_model(view):
    views = view(States(), 2)
    bit(views.first, 1).click()
    page = views.first.page
    x = [0, 0, 1, 1, 0, 0, 1, 1, 1, 0]
    assert page.evaluate("model.saved") == [{"x": x}]
    assert readout(views.last)["x"] == x


def test_a_linked_slider_moves_the_picture_and_follows_it(view):
    element = view(States(wRec=0.5))
    page = element.page
    page.evaluate(LINK, ["wRec", 0.75])
    assert readout(element)["wRec"] == 0.75
    # An ipywidgets slider accumulates its steps.
    page.evaluate("slider.set('value', 0.9999999999999996)")
    assert_same(readout(element), States(wRec=1).readout, rtol=0)
    press(element, "ArrowLeft")
    assert page.evaluate("slider.get('value')") == 0.99
    assert model(element) == setting(element)


def test_an_out_of_range_linked_slider_is_reported_and_refused(view):
    element = view(States())
    page = element.page
    expect(wrong(element)).to_be_hidden()
    page.evaluate(LINK, ["wRec", 2.9])
    page.evaluate("slider.set('value', 3.5)")
    words = "wRec is 3.5; it must be a number from −3 to 3."
    expect(wrong(element)).to_have_text(words)
    assert_same(readout(element), States(wRec=2.9).readout)
    # JupyterLab removes a cell from the page and puts it back.
    element.evaluate(
        "element => { const { parentNode } = element; element.remove(); parentNode.append(element); }"
    )
    expect(wrong(element)).to_have_text(words)
    # Other links still work.
    page.evaluate("model.receive('wx', -2)")
    assert readout(element)["wx"] == -2
    expect(wrong(element)).to_have_text(words)
    page.evaluate("slider.set('value', 2.5)")
    expect(wrong(element)).to_be_hidden()
    assert_same(readout(element), States(wx=-2, wRec=2.5).readout)


def test_a_reader_can_correct_what_a_linked_slider_did(view):
    element = view(States(wRec=0.5))
    page = element.page
    page.evaluate(LINK, ["wRec", 3.5])
    expect(wrong(element)).to_be_visible()
    press(element, "ArrowLeft")
    expect(wrong(element)).to_be_hidden()
    assert page.evaluate("slider.get('value')") == 0.49
    assert model(element) == setting(element)


def test_learning_goes_on_in_a_notebook(view):
    """What comes back of its own steps does not end it, and Python keeps all digits that it is sent."""
    element = view(Learning())
    page = element.page
    button(element, "Let it learn").click()
    expect(element.locator(".side")).to_contain_text(
        "It counts, after 418 steps", timeout=30_000
    )
    sent = page.evaluate("model.saved.map(({ wx, wRec }) => [wx, wRec])")
    assert len(sent) > 20
    for weight in (value for pair in sent for value in pair if value):
        assert weight == float(f"{weight:.14g}")
