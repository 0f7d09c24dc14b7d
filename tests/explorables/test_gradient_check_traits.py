"""The gradient check in Python: its numbers, its verdict, and what it says about each bug."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES, with_bug
from rnn_by_hand.explorables import GradientCheck
from rnn_by_hand.explorables.gradient_check import STEPS
from rnn_by_hand.gradient_check import (
    GradientCheckError,
    check_gradients,
    numerical_gradient,
)
from rnn_by_hand.model import bptt, forward_states, loss, make_dataset
from rnn_by_hand.surface import Surface

X, t = make_dataset()


def loss_at(wx, wRec):
    return loss(forward_states(X, wx, wRec)[:, -1], t)


def ratios(bug, wx, wRec):
    readout = GradientCheck(wx, wRec, bug=bug).readout
    return readout["wx_ratio"], readout["wRec_ratio"]


def test_starts_from_the_check_of_the_chapter():
    readout = GradientCheck().readout
    assert (readout["wx"], readout["wRec"]) == (1.2, 1.2)
    assert readout["eps"] == 1e-6
    assert readout["loss"] == loss_at(1.2, 1.2)
    assert readout["passed"] is True
    np.testing.assert_allclose(readout["wx_ratio"], 1, rtol=1e-12)
    np.testing.assert_allclose(readout["wRec_ratio"], 1, rtol=1e-12)


def test_errors_are_those_of_the_helper():
    readout = GradientCheck(0.8, -1.3, eps=1e-4).readout
    truth = Surface(X, t).gradient(0.8, -1.3)
    measured = numerical_gradient(loss_at, (0.8, -1.3), 1e-4)
    assert (readout["wx_grad"], readout["wRec_grad"]) == truth
    assert (readout["wx_numerical"], readout["wRec_numerical"]) == measured
    for name, a, n in zip(("wx", "wRec"), truth, measured):
        error = abs(a - n) / max(abs(a), abs(n))
        assert readout[f"{name}_error"] == error


def test_forward_differences_step_forward():
    readout = GradientCheck(eps=1e-3, difference="forward").readout
    step = (1.2 + 1e-3) - 1.2
    slope = (loss_at(1.2, 1.2 + 1e-3) - loss_at(1.2, 1.2)) / step
    assert readout["wRec_numerical"] == slope
    assert 6e-3 < readout["wRec_error"] < 7e-3


def test_only_wRec_has_a_right_arm():
    readout = GradientCheck().readout
    assert len(readout["wx_errors"]) == len(readout["wRec_errors"]) == 43
    best = int(np.argmin(readout["wRec_errors"]))
    # The steps are 1, 2 and 5 times each power of ten, so three per power, from 1e-14.
    assert -7 <= best / 3 - 14 <= -5
    assert readout["wRec_errors"][-1] > 0.1
    assert max(readout["wx_errors"][-12:]) < 1e-10


def test_single_precision_measures_nothing_at_small_steps():
    single = GradientCheck(precision="float32", eps=1e-7).readout
    assert single["wx_error"] > 0.1
    assert single["wRec_error"] > 0.01
    assert 1e-6 < min(single["wRec_errors"]) < 1e-4
    assert type(single["wx_numerical"]) is float


def test_where_both_gradients_are_0_the_error_is_0():
    readout = GradientCheck(0, 0.7).readout
    assert readout["wRec_grad"] == readout["wRec_numerical"] == 0
    assert readout["wRec_error"] == 0
    assert readout["wRec_ratio"] is None
    assert set(readout["wRec_errors"]) == {0}


def test_every_check_is_fooled_where_the_gradient_is_0():
    for bug in BUGS:
        readout = GradientCheck(1, 1, bug=bug).readout
        assert readout["passed"]
        assert readout["wx_ratio"] is readout["wRec_ratio"] is None


@pytest.mark.parametrize("eps", [1e-12, 1e-9, 1e-6, 1e-3, 0.1])
@pytest.mark.parametrize("bug", ["none", *BUGS])
def test_the_verdict_matches_the_helper_at_the_same_step(eps, bug):
    explorable = GradientCheck(0.8, 0.9, eps=eps, bug=bug)
    backward = bptt if bug == "none" else with_bug(bug)

    def gradient(wx, wRec):
        return backward(X, t, wx, wRec)

    try:
        check_gradients(loss_at, gradient, (0.8, 0.9), eps=eps)
        passed = True
    except GradientCheckError:
        passed = False
    assert explorable.readout["passed"] is passed
    assert passed == (bug == "none" and eps in (1e-9, 1e-6))


def test_a_right_gradient_fails_where_it_is_measured_badly():
    for setting in (
        {"eps": 1e-12},
        {"eps": 0.1},
        {"difference": "forward"},
        {"precision": "float32"},
    ):
        explorable = GradientCheck(**setting)
        assert explorable.readout["passed"] is False
        assert "the check fails wrongly." in explorable.element()


def test_equal_weights_hide_a_swap():
    assert GradientCheck(1.2, 1.2, bug="wx for wRec").readout["passed"]
    assert not GradientCheck(0.8, 0.9, bug="wx for wRec").readout["passed"]


@pytest.mark.parametrize("bug", BUGS)
def test_ratios_are_those_of_the_zoo(bug):
    wrong = np.array(with_bug(bug)(X, t, 0.8, 0.9))
    right = np.array(bptt(X, t, 0.8, 0.9))
    np.testing.assert_allclose(ratios(bug, 0.8, 0.9), wrong / right, 1e-12)


def test_each_mystery_hides_a_different_bug():
    signatures = {ratios(bug, 0.8, 0.9) for bug in BUGS}
    assert len(signatures) == len(BUGS)
    assert {ratios(bug, 0.8, 0.9) for bug in MYSTERIES} == signatures
    assert "wx for wRec" not in repr(GradientCheck(bug="mystery 3"))


def test_clues_tell_the_truth():
    """The claims that clues make about every point hold at random points."""
    # If wRec were near 0, the first step would be too small for its absence to be noticed.
    for wx, wRec in np.random.default_rng(8).uniform(0.4, 1.5, (10, 2)):
        for bug, both in {
            "forgot the 2": 1 / 2,
            "1/N twice": 1 / 50,
            "1/N never": 50,
            "sign": -1,
        }.items():
            np.testing.assert_allclose(ratios(bug, wx, wRec), both, 1e-9)
        for bug, right, wrong in (
            ("S[k] for S[k-1]", 0, 1),
            ("stops one early", 1, 0),
        ):
            pair = ratios(bug, wx, wRec)
            np.testing.assert_allclose(pair[right], 1, 1e-9)
            assert abs(pair[wrong] - 1) > 1e-9
        assert ratios("= for +=", wx, wRec)[1] == 0
        for bug, point in {
            "wx for wRec": (wRec, wRec),
            "no wRec": (wx, 1),
            "stops after three": (wx, 0),
        }.items():
            np.testing.assert_allclose(ratios(bug, *point), 1, 1e-9)
            assert abs(ratios(bug, wx, wRec)[0] - 1) > 1e-9


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("wx", 3.01, "a number from -3 to 3"),
        ("eps", 0, "a number from 1e-14 to 1"),
        ("eps", 2, "a number from 1e-14 to 1"),
        ("eps", np.nan, "a number from 1e-14 to 1"),
        ("difference", "both", "one of central, forward"),
        ("precision", "float16", "one of float64, float32"),
        ("bug", "typo", "one of none, forgot the 2, 1/N twice"),
        ("bug", "mystery 11", "one of none, forgot the 2, 1/N twice"),
    ],
)
def test_refuses_invalid_values(name, value, rule):
    words = re.escape(f"{name} is {value!r}; it must be {rule}")
    with pytest.raises(TraitError, match=words):
        GradientCheck(**{name: value})
    explorable = GradientCheck()
    with pytest.raises(TraitError, match=words):
        setattr(explorable, name, value)


def test_fallback_says_what_python_computed():
    html = GradientCheck(bug="wx for wRec").element()
    assert html.startswith('<rnn-gradient-check wx="1.2" wrec="1.2"')
    assert (
        "At wx = 1.2 and wRec = 1.2, central differences in float64 with eps = 1 × 10⁻⁶ "
        in html
    )
    assert "true gradient is 1 for wx and 1 for wRec, and" in html
    assert "the check is fooled." in html
    mystery = GradientCheck(0.8, 0.9, bug="mystery 3").element()
    assert "is 0.6841 for wx and 0.7762 for wRec" in mystery
    assert "the check fails." in mystery
    assert "wx for wRec" not in mystery
    nothing = GradientCheck(1, 1, bug="sign").element()
    assert "is 0 ÷ 0 for wx and 0 ÷ 0 for wRec" in nothing


def every_error(**setting):
    """All errors in the figure, and those to expect, for one weight each."""
    readout = GradientCheck(**setting).readout
    for name in ("wx", "wRec"):
        yield (
            np.array(readout[f"{name}_errors"]),
            np.array(readout[f"{name}_band"]),
        )


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("difference", ["central", "forward"])
def test_measured_errors_lie_within_the_band(difference, precision):
    """A rounding error may leave it, but not by more than a factor of three."""
    rng = np.random.default_rng(4)
    shares = []
    for i in range(40):
        # Half of the points are near the best weights, where the loss is hardly larger than
        # its rounding error.
        around = rng.uniform(-3, 3, 2) if i % 2 else rng.uniform(0.8, 1.2, 2)
        wx, wRec = around.round(2)
        for errors, band in every_error(
            wx=wx, wRec=wRec, difference=difference, precision=precision
        ):
            assert (band <= 2).all()
            # Nothing to expect only where both gradients are 0.
            assert (errors[band == 0] == 0).all()
            shares.append(errors / np.where(band == 0, 1, band))
            # The exact gradient has no more digits than a float has.
            shares[-1][errors < 1e-15] = 0.5
    shares = np.array(shares)
    assert shares.max() < 3
    assert np.mean(shares > 1) < 0.1
    # The band is no wider than it has to be.
    large, small = shares[:, -6:], shares[:, 15:21]
    if difference == "forward":
        assert np.median(large) > 0.99
    assert 0.15 < np.median(small) < 1


def test_the_band_has_the_arms_of_the_errors():
    (_, wx), (wRec_errors, wRec) = every_error()
    steps = np.array(STEPS)
    # The left arms fall like 1 / eps; that of wx is alone.
    for band in (wx[6:31], wRec[6:21]):
        np.testing.assert_allclose(
            band * steps[6 : 6 + len(band)], band[0] * steps[6], rtol=0.02
        )
    # The right arm is all truncation, eps^2 / 6 times the third derivative at first.
    np.testing.assert_allclose(wRec[27:], wRec_errors[27:], rtol=0.05)
    np.testing.assert_allclose(wRec[33] / wRec[30], 100, rtol=0.01)


def test_single_precision_rounds_the_weights_and_the_band_says_so():
    single = GradientCheck(1.2, 1.2, 1, precision="float32").readout
    rounded = Surface(X, t).gradient(np.float32(1.2), np.float32(1.2))[0]
    floor = abs(float(rounded) / single["wx_grad"] - 1)
    assert 5e-7 < floor < single["wx_expected"] < 1.5 * floor
    # 0.5 is a float, so at (0.5, 0.5) nothing of it is left.
    halves = GradientCheck(0.5, 0.5, 1, precision="float32").readout
    assert halves["wx_expected"] < 2e-7


def test_a_weight_that_does_not_move_measures_nothing():
    readout = GradientCheck(eps=1e-14, precision="float32").readout
    for name in ("wx", "wRec"):
        assert readout[f"{name}_numerical"] == 0
        assert readout[f"{name}_error"] == 1
        assert readout[f"{name}_expected"] == 2


@pytest.mark.parametrize("difference", ["central", "forward"])
def test_differences_are_divided_by_the_step_really_taken(difference):
    readout = GradientCheck(eps=2e-13, difference=difference).readout
    below = 1.2 - 2e-13 if difference == "central" else 1.2
    above = 1.2 + 2e-13
    meant = 4e-13 if difference == "central" else 2e-13
    assert above - below != pytest.approx(meant, rel=1e-6, abs=0)
    rise = loss_at(1.2, above) - loss_at(1.2, below)
    assert readout["wRec_numerical"] == rise / (above - below)


def test_the_figure_shades_up_to_the_expected_error():
    explorable = GradientCheck(0.8, 0.9, precision="float32")
    figure, alt, caption = explorable.figure()
    readout = explorable.readout
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.texts[:2]] == [
        "expected: rounding",
        "+ truncation",
    ]
    for name, area in zip(("wx", "wRec"), ax.collections, strict=True):
        edge = area.get_paths()[0].vertices
        for eps, band in zip(STEPS, readout[f"{name}_band"], strict=True):
            assert edge[np.isclose(edge[:, 0], eps, atol=0), 1].max() == band
    assert "shaded" in alt
    assert "are to be expected" in caption
    flat, alt, _ = GradientCheck(0, 0.9).figure()
    words = [text.get_text() for text in flat.axes[0].texts]
    assert "+ truncation" not in words
    assert "truncation" not in alt
