"""What becomes of a figure on the way to a page: SVG, a thumbnail, the picture of a link."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import hue, shows
from contents import ROOT

from rnn_by_hand.display import PALETTE, figure_html, show


@pytest.fixture(autouse=True)
def _as_in_the_book():
    with plt.style.context("rnn_by_hand.book"):
        yield


def points():
    """A square, a disc and a word on 360 by 216 points, a hundred units wide and high."""
    fig = plt.figure(figsize=(5, 3), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 100))
    ax.axis("off")
    ax.plot(25, 50, "s", color=PALETTE["wx"], markersize=8)
    ax.plot([70.123], [10], "o", color=PALETTE["state"], markersize=8)
    ax.text(50, 90, "word")
    return fig


def marks(svg):
    """Where marks are used, and the colour of each."""
    found = re.findall(r"<use [^>]*>", svg)
    return {
        re.search(r"--rnn-([a-z]+)", use)[1]: tuple(
            float(re.search(rf' {axis}="([^"]*)"', use)[1]) for axis in "xy"
        )
        for use in found
        if "--rnn-" in use
    }


@shows(figure_html, show)
def test_a_mark_is_where_its_numbers_say():
    html = figure_html(points(), "two marks")
    # Down from the top, in points: a quarter across and half-way down, and so on.
    assert marks(html) == {
        "wx": (90, 108),
        "state": (252.44, 194.4),
    }
    assert 'viewBox="0 0 360 216"' in html
    fig = points()
    shown = show(fig, "two marks")
    assert shown.data == html
    assert not plt.fignum_exists(fig.number)


@shows("thumbnail")
def test_a_thumbnail_has_the_marks_in_their_places_and_no_words(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    from thumbnails import thumbnail

    svg = re.search(r"(?s)<svg.*</svg>", figure_html(points(), "two marks"))[0]
    small = thumbnail(svg)
    assert marks(small) == {"wx": (90, 108), "state": (252.4, 194.4)}
    # Cropped to the marks, six points around them.
    assert 'viewBox="84.0 102.0 174.4 98.4"' in small
    assert svg.count("<use") > small.count("<use") == 2
    assert "aria-label" not in small


@shows("draw_card")
@pytest.mark.parametrize(("step", "chapters"), [(3, 13), (1, 5), (13, 13)])
def test_the_picture_of_a_chapter_has_as_many_steps_as_came_so_far(
    monkeypatch, step, chapters
):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    from findable import draw_card

    (ax,) = draw_card("Book", "Chapter", step, chapters).axes
    for mark, name in (("s", "x"), ("o", "state")):
        drawn = [one for one in ax.lines if one.get_marker() == mark]
        places = [one.get_xdata()[0] for one in drawn]
        assert places == sorted(places)
        np.testing.assert_allclose(np.diff(places), 1.36)
        assert [hue(one.get_color()) for one in drawn] == [name] * step + [
            "faint"
        ] * (chapters - step)
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    colours = [hue(text.arrow_patch.get_edgecolor()) for text in arrows]
    assert colours.count("wx") == step
    assert colours.count("wrec") == step - 1
    assert colours.count("faint") == 2 * (chapters - step)
    for text, colour in zip(arrows, colours, strict=True):
        (x0, y0), (x1, y1) = text.xyann, text.xy
        if colour == "wrec":
            assert x0 < x1
            assert y0 == y1 == 0.825  # from state to state
        if colour == "wx":
            assert x0 == x1
            assert y0 < y1
    assert [t.get_text() for t in ax.texts if t.get_text()] == [
        "Chapter",
        "Book",
    ]


def test_the_same_figure_gives_the_same_text_in_any_style():
    with plt.rc_context({"svg.hashsalt": None}):
        assert figure_html(points(), "Marks") == figure_html(points(), "Marks")
