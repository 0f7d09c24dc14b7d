"""What the figure of a gradient check draws: the ratios, the error bars, the map of an array."""

import numpy as np
import pytest
from artists import shows
from matplotlib.colors import to_hex

from rnn_by_hand.display import PALETTE
from rnn_by_hand.figures import draw_check
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.gradient_report import GradientReport


def report_on(*args):
    try:
        return check_gradients(*args)
    except GradientCheckError as error:
        return error.check


@shows(draw_check, GradientReport.figure)
def test_single_numbers_are_listed_with_their_ratios():
    report = report_on(
        lambda a, b: np.sin(a) * b,
        lambda a, b: (2 * np.cos(a) * b, np.sin(a)),
        (0.5, 2.0),
    )
    (ax,) = report.figure().axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["a", "b"]  # what is wrong comes first
    centres = [bar.lines[0].get_xdata()[0] for bar in ax.containers]
    assert centres == pytest.approx([2, 1])
    assert [text.get_text() for text in ax.texts] == ["2", "1"]
    marks = [bar.lines[0].get_marker() for bar in ax.containers]
    assert marks == ["s", "o"]
    for bar, row in zip(ax.containers, report.rows, strict=True):
        (segment,) = bar.lines[2][0].get_segments()
        half = np.ptp(segment[:, 0]) / 2
        assert half == pytest.approx(row.bar / abs(row.numerical), rel=1e-3)


@shows(draw_check, GradientReport.figure)
def test_what_is_undecided_is_hollow_and_says_so():
    report = report_on(lambda w: w**2, lambda w: (2 * w,), (0.0,))
    (ax,) = report.figure().axes
    (bar,) = ax.containers
    face = to_hex(bar.lines[0].get_markerfacecolor())
    assert face == PALETTE["paper"]
    assert [text.get_text() for text in ax.texts] == ["undecided"]


@shows(draw_check, GradientReport.figure)
def test_an_array_is_a_map_of_its_entries():
    W = np.random.default_rng(0).normal(size=(4, 3))

    def wrong(W):
        gradient = np.cos(W)
        gradient[2, 1] *= 1.5
        gradient[3, 0] *= -3
        return gradient

    report = report_on(lambda W: np.sum(np.sin(W)), wrong, W)
    (ax,) = report.figure().axes
    right, wrong_entries = ax.collections
    assert sorted(map(tuple, wrong_entries.get_offsets())) == [(0, 3), (1, 2)]
    assert len(right.get_offsets()) == 10
    # The further off, the larger.
    by_place = dict(
        zip(map(tuple, wrong_entries.get_offsets()), wrong_entries.get_sizes())
    )
    assert by_place[0, 3] > by_place[1, 2]
    assert ax.get_title(loc="left") == "W"
    assert ax.get_xlabel() == "2 wrong, 10 right"
    assert ax.yaxis_inverted()  # rows run downwards, as they are printed


@shows(draw_check, GradientReport.figure)
def test_a_large_gradient_that_is_right_has_only_words():
    w = np.random.default_rng(0).normal(size=1000)
    report = report_on(lambda w: np.sum(np.sin(w)), np.cos, w)
    (ax,) = report.figure().axes
    assert report.said in ax.texts[0].get_text()
    assert not ax.axison
