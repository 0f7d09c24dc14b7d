"""Elements written by hand: without attributes, with wrong ones, and with global ones."""

import json
import re

import pytest
from in_page import (
    FRAME,
    assert_legible,
    assert_same,
    button,
    change,
    readout,
)
from playwright.sync_api import expect
from settings import everyone, linked

from rnn_by_hand.explorables import Adder, Descent, States
from rnn_by_hand.explorables.parameters import (
    Bits,
    Choice,
    OneOf,
    Poles,
    Text,
    Whole,
)
from rnn_by_hand.explorables.words import number, written

#: Attributes that elements used to have, and a typo; none of them is a parameter.
UNKNOWN = ("wrek", "surface", "sliders", "rows", "clues")
#: Attributes that HTML allows on any element, and some that a page may add itself.
HARMLESS = {
    "id": "mine",
    "class": "wide",
    "style": "margin: 0",
    "lang": "en",
    "title": "States",
    "tabindex": "-1",
    "data-source": "chapter 1",
    "aria-label": "states",
}


def parameters(kind):
    traits = kind.class_traits()
    return {name: traits[name] for name in kind.parameters}


def rule_on_page(parameter):
    """State what a parameter must be as the page words it, with true minus signs."""
    if isinstance(parameter, Bits):
        return f"{parameter.length} bits, each 0 or 1"
    if isinstance(parameter, Choice | OneOf):
        return f"one of {', '.join(map(str, parameter.options))}"
    if isinstance(parameter, Text | Poles):
        return parameter.rule
    if isinstance(parameter, Whole):
        return f"a whole number from {parameter.low} to {parameter.high}"
    low, high = number(parameter.low), number(parameter.high)
    return f"a number from {low} to {high}"


def wrong_texts(parameter):
    """Return texts that a parameter of this kind must refuse, one of each sort."""
    if isinstance(parameter, Bits):
        right = "01" * (parameter.length // 2)
        return ["", "101", f"{right}1", f"{right[1:]}2", "1,0", "four"]
    if isinstance(parameter, Choice):
        first = parameter.options[0]
        return ["", "typo", first.swapcase(), f" {first}", "constructor"]
    if isinstance(parameter, Poles):
        many = ";".join(["0.5@1"] * (parameter.most + 1))
        wrong = ["", " ", "0.5", "1.06@1", "0.5@181", "0.5@1;", "-0.5@1"]
        return [*wrong, "constructor", "0,5@1", many]
    if isinstance(parameter, Text):
        right = parameter.start
        return ["", "typo", right[1:], f"{right} ", "four"]
    ends = [str(parameter.low - 0.01), str(parameter.high + 0.01)]
    middle = (parameter.low + parameter.high) // 2
    between = [f"{middle}.5"] if isinstance(parameter, Whole) else []
    return ["", " ", "four", "1,5", "NaN", "Infinity", *ends, *between]


def by_hand(kind, /, **attributes):
    given = "".join(f' {name}="{text}"' for name, text in attributes.items())
    return f"<{kind.tag}{given}></{kind.tag}>"


def wrong(element):
    return element.get_by_role("alert", include_hidden=True)


def assert_drawn(element):
    """Fail if anything drawn or written is not a number."""
    element.evaluate(f"() => {FRAME}")
    drawn = element.evaluate(
        "({ shadowRoot }) => shadowRoot.querySelector('.live').outerHTML"
    )
    assert not re.search("NaN|Infinity|undefined|null", drawn)


@everyone
def test_without_attributes_an_element_shows_the_defaults_of_python(
    show, kind
):
    element = show(by_hand(kind))
    assert_same(readout(element), kind().readout)
    assert_drawn(element)
    expect(wrong(element)).to_be_hidden()


@everyone
def test_an_element_has_the_parameters_of_its_class(show, kind):
    element = show(by_hand(kind))
    given = element.evaluate(
        """({ constructor }) => Object.entries(constructor.parameters)
            .map(([name, { rule, start }]) => [name, rule, start])"""
    )
    default = kind()
    assert given == [
        [name, rule_on_page(parameter), default.readout[name]]
        for name, parameter in parameters(kind).items()
    ]


@pytest.mark.weekly(but=3)
@everyone
def test_a_wrong_attribute_is_reported_until_it_is_corrected(show, kind):
    element = show(by_hand(kind))
    python, other = kind().readout, linked(kind)
    for name, parameter in parameters(kind).items():
        right = written(getattr(other, name))
        default = written(getattr(kind(), name))
        if not isinstance(default, str):
            default = number(default)
        for text in wrong_texts(parameter):
            element.evaluate(SET, [name, str(right)])
            shown = element.evaluate("(element, name) => element[name]", name)
            assert shown == json.loads(json.dumps(getattr(other, name)))
            expect(wrong(element)).to_be_hidden()
            element.evaluate(SET, [name, text])
            expect(wrong(element)).to_be_visible()
            assert wrong(element).text_content() == (
                f"{name} is “{text}”; it must be {rule_on_page(parameter)}. "
                f"Until then it is {default}."
            )
            assert_same(readout(element), python)
        assert_drawn(element)
        element.evaluate(SET, [name, None])
        expect(wrong(element)).to_be_hidden()
        assert_same(readout(element), python)


SET = """(element, [name, text]) => text === null
    ? element.removeAttribute(name) : element.setAttribute(name, text)"""


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (States, "wx", "abc"),
        (States, "x", "12"),
        (Descent, "optimizer", "foo"),
        (Adder, "step", "1e99"),
    ],
)
def test_a_wrong_attribute_is_said_once_in_the_console_too(
    show, kind, name, text
):
    element = show(by_hand(kind))
    said = []
    element.page.on("console", lambda message: said.append(message))
    element.evaluate(SET, [name, text])
    assert_drawn(element)
    words = f"{kind.tag}: {wrong(element).text_content()}"
    assert words.startswith(f"{kind.tag}: {name} is “{text}”; it must be ")
    assert [(one.type, one.text) for one in said] == [("warning", words)]
    element.evaluate(SET, [name, None])
    element.evaluate(f"() => {FRAME}")
    assert len(said) == 1


@everyone
def test_an_unknown_attribute_is_reported_until_it_is_removed(show, kind):
    element = show(by_hand(kind, **dict.fromkeys(UNKNOWN, "1")))
    names = ", ".join(map(str.lower, kind.parameters))
    for known in range(len(UNKNOWN)):
        expect(wrong(element)).to_have_text(
            " ".join(
                f"{name} is no attribute of {kind.tag}; it has {names}."
                for name in UNKNOWN[known:]
            )
        )
        element.evaluate(SET, [UNKNOWN[known], None])
    expect(wrong(element)).to_be_hidden()
    assert_same(readout(element), kind().readout)


@everyone
def test_global_attributes_are_not_faults(show, kind):
    element = show(by_hand(kind, **HARMLESS))
    expect(wrong(element)).to_be_hidden()
    # Containing "data" is not enough to make a name a global attribute.
    element.evaluate(SET, ["wx-data", "1"])
    expect(wrong(element)).to_contain_text("wx-data is no attribute")


def test_several_faults_are_reported_together_and_cleared_one_by_one(show):
    element = show(by_hand(States, wx="four", wrec="9", wrek="1"))
    first = (
        "wx is “four”; it must be a number from −3 to 3. Until then it is 1."
    )
    last = "wrek is no attribute of rnn-states; it has wx, wrec, x."
    expect(wrong(element)).to_have_text(
        f"{first} wRec is “9”; it must be a number from −3 to 3. "
        f"Until then it is 1. {last}"
    )
    element.evaluate(SET, ["wrec", "0.5"])
    expect(wrong(element)).to_have_text(f"{first} {last}")
    # Setting the parameter, as a reader or a program does, does not correct the attribute.
    change(element, wx=2)
    button(element, "Reset").click()
    expect(wrong(element)).to_have_text(f"{first} {last}")
    assert readout(element)["wx"] == 1
    # An attribute corrected while the element is off the page is no longer reported.
    element.evaluate(
        """element => {
            const { parentNode } = element;
            element.remove();
            element.removeAttribute("wx");
            parentNode.append(element);
        }"""
    )
    expect(wrong(element)).to_have_text(last)


@pytest.mark.parametrize("width", [320, 1280])
@everyone
def test_faults_leave_everything_legible(show, kind, width):
    attributes = dict.fromkeys(map(str.lower, kind.parameters), "four")
    element = show(by_hand(kind, **attributes, wrek="1"), width=width)
    expect(wrong(element)).to_be_visible()
    assert_legible(element, [{}])
