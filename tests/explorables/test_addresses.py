"""What a link may say: its commas, and what is no valid value."""

import pytest
from in_page import readout
from playwright.sync_api import expect
from settings import CASES, everyone, linked

from rnn_by_hand.explorables import Gates, Pole, States


@pytest.mark.parametrize(
    ("fragment", "given"),
    [
        ("wx=0,5", {"wx": 0.5}),
        ("wx=-0,5,wRec=1,25", {"wx": -0.5, "wRec": 1.25}),
        ("wx=1,wRec=0,9,x=0000000001", {"wx": 1, "wRec": 0.9}),
        ("wx=2,wRec=-1", {"wx": 2, "wRec": -1}),
        ("wx=0.5,wRec=1.25", {"wx": 0.5, "wRec": 1.25}),
        # Some programs write commas in this way.
        ("wx=0%2C5%2CwRec=1%2c25", {"wx": 0.5, "wRec": 1.25}),
    ],
)
def test_a_comma_between_digits_is_a_decimal_comma(show, fragment, given):
    element = show(States(), f"#states:{fragment}")
    shown = readout(element)
    assert {name: shown[name] for name in given} == given
    expect(element.get_by_role("alert", include_hidden=True)).to_be_hidden()


@pytest.mark.parametrize(
    ("explorable", "fragment", "name", "value"),
    [
        (Gates(), "#gates:hold=f3=0,25;r4=1,bias=3", "hold", "r4=1;f3=0.25"),
        (Pole(), "#pole:r=0,9,others=0,8@12", "others", "0.8@12"),
    ],
)
def test_values_with_numbers_in_them_take_a_decimal_comma_too(
    show, explorable, fragment, name, value
):
    shown = show(explorable, fragment).evaluate(
        "(element, name) => element[name]", name
    )
    assert set(shown.split(";")) == set(value.split(";"))


@pytest.mark.weekly(but=4)
@everyone
def test_a_link_with_a_decimal_comma_says_the_same(show, kind):
    """In every number of every link; a comma before a name still separates."""
    link = CASES[kind].link
    assert readout(show(kind(), link.replace(".", ","))) == readout(
        show(linked(kind))
    )


@pytest.mark.parametrize("value", ["abc", "9", "", "NaN", "1e99", "0,5,5"])
def test_a_wrong_value_in_a_link_is_refused_in_words(show, value):
    element = show(States(wx=1), f"#states:wx={value},wRec=0.5")
    said = value.replace(",", ".")
    expect(element.get_by_role("alert")).to_have_text(
        f"The link says that wx is “{said}”; it must be a number from −3 to 3."
    )
    assert [readout(element)[name] for name in ("wx", "wRec")] == [1, 0.5]
    # It has been read once the reader goes on.
    element.locator("input[type=range]#wx").press("ArrowRight")
    expect(element.get_by_role("alert", include_hidden=True)).to_be_hidden()
