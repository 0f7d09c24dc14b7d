"""The poles in Python: which texts name poles, their numbers, and the figure for print."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import Pole
from rnn_by_hand.explorables.parameters import poles_in
from rnn_by_hand.scan import linear_states

AGES = np.arange(101)


def powers(size, degrees):
    """Return the powers of a pole by another way than step by step."""
    return size**AGES * np.exp(1j * np.radians(degrees) * AGES)


@pytest.mark.parametrize(
    ("text", "poles"),
    [
        ("none", []),
        ("0.8@90", [(0.8, 90)]),
        ("0.80@090;1.05@180", [(0.8, 90), (1.05, 180)]),
        ("0@0;1e-7@45.5", [(0, 0), (1e-7, 45.5)]),
    ],
)
def test_takes_poles_as_a_text(text, poles):
    explorable = Pole(others=text)
    assert explorable.others == text
    assert poles_in(text) == poles
    assert eval(repr(explorable)).readout == explorable.readout


@pytest.mark.parametrize(
    "text",
    [
        *("0.8", "0.8@", "@90", "0.8@90,0.9@20", "0.8@90;", ";0.8@90"),
        *("0.8@90 ", "0.8@90\n", "1e3@90", "1.0501@90", "0.8@180.01"),
        *("٠@٩", "0.8@90;0.8@90;0.8@90", "none;0.8@90", "None", ".8@90"),
    ],
)
def test_refuses_other_texts(text):
    rule = (
        "none, or up to 2 poles, each as size@degrees, such as 0.8@90;0.95@20, "
        "with sizes to 1.05 and angles to 180"
    )
    words = re.escape(f"others is {text!r}; it must be {rule}")
    with pytest.raises(TraitError, match=f"^{words}$"):
        Pole(others=text)


def test_readout_equals_powers_and_the_scan():
    rng = np.random.default_rng(3)
    for r, angle, size, degrees in rng.uniform(
        0, (1.05, 180, 1.05, 180), (50, 4)
    ).round(6):
        shown = Pole(r, angle, f"{size}@{degrees}").readout
        both = powers(r, angle) + powers(size, degrees)
        largest = np.abs(shown["response"]).max()
        np.testing.assert_allclose(
            shown["response"], both.real / 2, rtol=0, atol=1e-12 * largest
        )
        np.testing.assert_allclose(
            shown["envelope"], (r**AGES + size**AGES) / 2, rtol=1e-12
        )
        pole = r * np.exp(1j * np.radians(angle))
        single_one = np.eye(1, 101)[0] + 0j
        by_scan = linear_states(np.full(101, pole), single_one)[1:]
        np.testing.assert_allclose(
            by_scan.real, Pole(r, angle).readout["response"], atol=1e-10
        )


def test_a_pole_and_its_mirror_image_have_a_real_mean():
    up, down = powers(0.97, 33), powers(0.97, -33)
    mean = (up + down) / 2
    np.testing.assert_allclose(mean.imag, 0, atol=1e-12)
    np.testing.assert_allclose(
        Pole(0.97, 33).readout["response"], mean.real, atol=1e-12
    )


def test_the_memory_is_where_a_part_of_1_in_e_is_left():
    for r in (0.001, 0.5, 0.9, 0.99, 0.995, 0.9999):
        shown = Pole(r).readout
        np.testing.assert_allclose(r ** shown["memory"], 1 / np.e)
        # The linear recurrent unit has the size exp(-exp(nu)).
        np.testing.assert_allclose(np.exp(-np.exp(shown["nu"])), r)
        np.testing.assert_allclose(shown["memory"], np.exp(-shown["nu"]))
    # Near 1 it is the horizon of the book, and half the distance is twice the memory.
    near, nearer = (Pole(r).readout["memory"] for r in (0.99, 0.995))
    assert abs(near - 100) < 0.51
    assert abs(nearer / near - 2) < 0.01


def test_what_a_pixel_costs():
    """A pixel is 0.01 in the disc and 0.04 on the line, in the direction of a shorter memory."""
    for r in (0.3, 0.9, 0.99, 0.9999):
        shown = Pole(r).readout
        inwards = Pole(r - 0.01).readout["memory"]
        np.testing.assert_allclose(shown["pixel"], shown["memory"] - inwards)
        back = Pole(np.exp(-np.exp(shown["nu"] + 0.04))).readout["memory"]
        np.testing.assert_allclose(
            shown["line_pixel"], shown["memory"] - back, rtol=1e-9
        )
        # On the line the same share everywhere.
        share = shown["line_pixel"] / shown["memory"]
        np.testing.assert_allclose(share, 1 - np.exp(-0.04))
    # In the disc a pixel costs more and more, up to nearly everything.
    assert Pole(0.99).readout["pixel"] > 50 > Pole(0.98).readout["pixel"]


@pytest.mark.parametrize("r", [1, 1.0001, 1.05])
def test_what_does_not_fade_has_no_memory_to_count(r):
    shown = Pole(r).readout
    for name in ("nu", "memory", "pixel", "line_pixel"):
        assert shown[name] is None


def test_no_nu_leads_to_zero():
    shown = Pole(0).readout
    assert shown["nu"] is None
    assert shown["memory"] == shown["pixel"] == shown["line_pixel"] == 0
    assert Pole(0.005).readout["pixel"] == Pole(0.005).readout["memory"]


def test_one_counts_and_minus_one_tells_parity():
    ones = np.ones(100)
    for angle, states in ((0, AGES), (180, AGES % 2)):
        response = np.array(Pole(1, angle).readout["response"])
        # A state is the sum of what is left of all inputs.
        np.testing.assert_allclose(
            np.convolve(response, ones)[:100], states[1:], atol=1e-9
        )
    assert Pole(1, 180).readout["turn"] == 2
    assert Pole(1, 0).readout["turn"] is None


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (
            (0.99, 24),
            "With a pole of size 0.99 at 24 degrees the memory is 99.5 steps, until 37 % is "
            "left; after 100 steps the response is −0.183.",
        ),
        ((1, 180), "nothing fades; after 100 steps the response is 1."),
        ((1.05, 0), "after 100 steps the response is 131.5."),
    ],
)
def test_fallback_says_what_python_computed(setting, words):
    assert words in Pole(*setting).element()


def test_the_figure_says_how_far_a_response_grows():
    """Its scale ends a little above 1, as on the page."""
    for r, said in ((0.99, []), (1, []), (1.05, ["to 131.5 ↑"])):
        figure, _, _ = Pole(r).figure()
        _, ax = figure.axes
        assert ax.get_ylim() == (-1.1, 1.1)
        assert [text.get_text() for text in ax.texts] == said
