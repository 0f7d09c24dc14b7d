"""What the figures draw that make an idea visible: places, numbers, order, size."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import shows
from by_hand import states
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from rnn_by_hand.bug_zoo import BUGS, with_bug
from rnn_by_hand.display import PALETTE
from rnn_by_hand.figures import draw_shapes, draw_unrolled
from rnn_by_hand.idea_figures import (
    draw_arrays,
    draw_bugs,
    draw_coefficients,
    draw_misses,
    draw_reach,
    draw_step,
    draw_threads,
)
from rnn_by_hand.model import bptt, make_dataset
from rnn_by_hand.surface import Surface

X, t = make_dataset()
SURFACE = Surface(X, t)
ON_FLOOR = [(SURFACE.floor(r), r) for r in (0.99, 0.999, 0.9999, 0.99999)]
LONG = make_dataset(300, 200)[0]
DRAWN = {
    "threads": lambda: draw_threads(X[0], (1, 0.9)),
    "step": draw_step,
    "arrays": draw_arrays,
    "arrays, backward": lambda: draw_arrays(backward=True),
    "misses": lambda: draw_misses(5, t[:3]),
    "coefficients": lambda: draw_coefficients(SURFACE.A, SURFACE.B, SURFACE.C),
    "bugs": lambda: draw_bugs(X, t),
    "reach": lambda: draw_reach(ON_FLOOR, LONG, 10),
    "shapes": draw_shapes,
    "unrolled": lambda: draw_unrolled(delta=["−0.03125"] * 4),
}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def boxes(fig, artists):
    fig.canvas.draw()
    return [artist.get_window_extent() for artist in artists]


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_fits_the_page_and_is_legible_on_a_phone(name):
    fig = DRAWN[name]()
    width, height = fig.get_size_inches()
    assert width == 5
    assert 720 * height / width <= 600
    written = [text for text in fig.findobj(plt.Text) if text.get_text()]
    # 341 pixels for five inches make 9 points of 12.5, near enough.
    assert min(text.get_fontsize() for text in written) >= 12.5
    shown = [text for text in written if text.get_visible()]
    for text, box in zip(shown, boxes(fig, shown), strict=True):
        if box.width and text.get_text().strip():
            assert fig.bbox.x0 - 1 <= box.x0, text
            assert box.x1 <= fig.bbox.x1 + 1, text


@pytest.mark.parametrize("name", DRAWN)
def test_no_label_covers_another(name):
    fig = DRAWN[name]()
    for ax in fig.axes:
        shown = [text for text in ax.texts if text.get_text().strip()]
        placed = boxes(fig, shown)
        for i, box in enumerate(placed):
            for j in range(i):
                # A line of text is higher than its letters.
                a, b = box.padded(-3), placed[j].padded(-3)
                assert not a.overlaps(b), (shown[i], shown[j])


@shows(draw_threads)
@pytest.mark.parametrize("wRec", [1, 0.9, 0.5])
def test_bands_are_what_is_left_and_their_top_is_the_state(wRec):
    (ax,) = draw_threads(X[0], [wRec]).axes
    assert ax.get_title() == f"wRec = {wRec:g}"
    ones = np.flatnonzero(X[0]) + 1
    n = len(X[0])
    # Bands lie on one another, the oldest lowest.
    floor = 0
    for band, k in zip(ax.collections, ones, strict=True):
        corners = band.get_paths()[0].vertices
        assert corners[:, 0].min() == k
        end = corners[corners[:, 0] == n, 1]
        assert end.min() == pytest.approx(floor)
        assert np.ptp(end) == pytest.approx(wRec ** (n - k))
        floor = end.max()
    discs = next(line for line in ax.lines if line.get_marker() == "o")
    S = np.array(states(X[0], 1, wRec)[1:])
    np.testing.assert_allclose(discs.get_ydata(), S, rtol=1e-12)
    assert floor == pytest.approx(S[-1])
    left = [f"{wRec ** (n - k):.2g}" for k in ones]
    assert texts(ax) == [*left, f"$y = {S[-1]:.2g}$"]
    squares = [p for p in ax.patches if isinstance(p, Rectangle)]
    filled = [
        to_hex(square.get_facecolor()) == PALETTE["x"] for square in squares
    ]
    assert filled == [bool(bit) for bit in X[0]]


@shows(draw_step)
def test_a_step_has_a_cell_for_each_number():
    (ax,) = draw_step(n_samples=4, n_inputs=2, n_units=3).axes
    cells = {
        hue: sum(to_hex(p.get_edgecolor()) == PALETTE[hue] for p in ax.patches)
        for hue in ("state", "wrec", "x", "wx")
    }
    assert cells == {
        "state": 2 * 4 * 3,
        "wrec": 3 * 3,
        "x": 4 * 2,
        "wx": 2 * 3,
    }
    shapes = [text for text in texts(ax) if r"\times" in text]
    expected = ["N H", "N H", "H H", "N D", "D H"]
    assert shapes == [
        "$" + s.replace(" ", r" \times ") + "$" for s in expected
    ]
    # What is multiplied stands in the order of the product.
    names = [text for text in texts(ax) if "_" in text]
    places = [x.get_position()[0] for x in ax.texts if x.get_text() in names]
    assert names == [
        "$S_k$",
        "$S_{k-1}$",
        r"$W_{\mathrm{Rec}}$",
        "$X_k$",
        "$W_x$",
    ]
    assert places == sorted(places)


def lit_columns(ax, hue):
    """Where the filled cells of an array stand, and where all of them do."""
    cells = [
        p
        for p in ax.patches
        if not isinstance(p, FancyArrowPatch)
        and to_hex(p.get_edgecolor()) == PALETTE[hue]
    ]

    def column(cell):
        x = (
            cell.center[0]
            if isinstance(cell, Circle)
            else cell.get_center()[0]
        )
        return round(x - 0.5)

    lit = {column(cell) for cell in cells if cell.get_facecolor()[3] > 0.5}
    return lit, {column(cell) for cell in cells}


@shows(draw_arrays)
def test_the_state_has_one_column_more_than_the_inputs():
    (ax,) = draw_arrays().axes
    # An input stands under the state that it leads to.
    assert lit_columns(ax, "state") == ({3}, {0, 1, 2, 3, 4})
    assert lit_columns(ax, "x") == ({3}, {1, 2, 3, 4})
    said = texts(ax)
    assert "S\n(N, n + 1)" in said
    assert "X\n(N, n)" in said
    assert said[-3:] == ["S[:, 3] =", "S[:, 2] * wRec", "+ X[:, 2] * wx"]


@shows(draw_arrays)
def test_the_columns_that_are_lit_are_those_that_the_code_uses():
    (ax,) = draw_arrays().axes
    numbers = [x for x in ax.texts if re.fullmatch(r"\d", x.get_text())]
    heights = sorted({x.get_position()[1] for x in numbers})
    under = {
        height: {
            round(x.get_position()[0] - 0.5): int(x.get_text())
            for x in numbers
            if x.get_position()[1] == height
        }
        for height in heights
    }
    of_x, of_s = under.values()
    assert of_s == {k: k for k in range(5)}
    assert of_x == {k: k - 1 for k in range(1, 5)}


@shows(draw_arrays)
def test_back_the_lit_columns_meet_as_in_the_code():
    (ax,) = draw_arrays(backward=True).axes
    assert lit_columns(ax, "gradient") == ({3}, {0, 1, 2, 3, 4})
    assert lit_columns(ax, "state")[0] == {2}
    assert lit_columns(ax, "x")[0] == {3}
    said = " ".join(texts(ax))
    assert "× S[:, 2] → wRec_grad" in said
    assert "× X[:, 2] → wx_grad" in said
    assert "[:, 3] × wRec → [:, 2]" in said
    arrows = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    assert {to_hex(a.get_edgecolor()) for a in arrows} == {PALETTE["gradient"]}
    # The step back runs against time.
    # The first three points are the shaft, a bent one that is straight.
    start, _, stop = arrows[0].get_path().vertices[:3, 0]
    assert stop < start


@shows(draw_misses)
def test_a_square_stands_on_its_miss():
    (ax,) = draw_misses(5, [4, 10, 6]).axes
    squares = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert [(s.get_x(), s.get_width(), s.get_height()) for s in squares] == [
        (5, 5, 5),
        (4, 1, 1),
        (5, 1, 1),
    ]
    areas = {s.get_width() * s.get_height() for s in squares}
    assert {f"{area:g}" for area in areas} <= set(texts(ax))
    assert "y = 5" in texts(ax)


@shows(draw_coefficients)
def test_a_bar_for_each_coefficient_over_its_power():
    axes = draw_coefficients(SURFACE.A, SURFACE.B, SURFACE.C).axes
    assert sum(len(ax.patches) for ax in axes) == 30
    for ax, values, hue in zip(
        axes, (SURFACE.A, SURFACE.B, [SURFACE.C]), ("x", "x", "target")
    ):
        bars = {
            round(bar.get_x() + bar.get_width() / 2): bar.get_height()
            for bar in ax.patches
        }
        for wRec in (0.5, 1.2):
            drawn = sum(height * wRec**k for k, height in bars.items())
            assert drawn == pytest.approx(np.polyval(values, wRec))
        assert to_hex(ax.patches[0].get_edgecolor()) == PALETTE[hue]
    # The highest power stands on the left, as it does in the arrays.
    assert axes[0].xaxis_inverted()
    numbers = [re.findall(r"(\d+) numbers?$", t) for t in texts(axes[0])]
    assert ["19"] in numbers


def back(height):
    """The ratio that stands at a height of the stretched axis."""
    return 1 + 0.1 * np.sinh(height)


@shows(draw_bugs)
def test_each_bug_has_its_panel_with_its_two_ratios():
    axes = draw_bugs(X, t, wx=0.7).axes
    assert [ax.get_title(loc="left") for ax in axes] == list(BUGS)
    for ax, name in zip(axes, BUGS, strict=True):
        curves = [line for line in ax.lines if len(line.get_xdata()) > 2]
        assert [to_hex(c.get_color()) for c in curves] == [
            PALETTE["wx"],
            PALETTE["wrec"],
        ]
        assert [c.get_linestyle() for c in curves] == ["-", "--"]
        for i in (0, 40, 100):
            wRec = curves[0].get_xdata()[i]
            drawn = [back(c.get_ydata()[i]) for c in curves]
            true = np.array(bptt(X, t, 0.7, wRec))
            ratio = np.array(with_bug(name)(X, t, 0.7, wRec)) / true
            np.testing.assert_allclose(drawn, ratio, rtol=1e-9, atol=1e-9)


@shows(draw_bugs)
def test_a_ring_where_a_bug_does_not_show():
    axes = draw_bugs(X, t, wx=0.7).axes
    rings = {
        name: [
            round(float(line.get_xdata()[0]), 6)
            for line in ax.lines
            if line.get_marker() == "o"
        ]
        for ax, name in zip(axes, BUGS, strict=True)
    }
    assert {name: at for name, at in rings.items() if at} == {
        "wx for wRec": [0.7],
        "no wRec": [1.0],
        "stops after three": [0.0],
    }


@shows(draw_bugs)
def test_one_number_is_said_once_and_two_lines_are_named_in_their_order():
    axes = draw_bugs(X, t, wx=0.7).axes
    said = {name: texts(ax) for ax, name in zip(axes, BUGS, strict=True)}
    assert said["forgot the 2"] == ["both 0.5"]
    assert said["1/N twice"] == ["both 0.02"]
    assert said["1/N never"] == ["both 50 ↑"]
    assert said["sign"] == ["both −1"]
    for ax in axes[4:]:
        curves = [line for line in ax.lines if len(line.get_xdata()) > 2]
        ends = [c.get_ydata()[-1] for c in curves]
        names = [x.xy[1] for x in ax.texts]
        assert texts(ax) == ["wx", "wRec"]
        assert (names[0] < names[1]) == (ends[0] < ends[1])


@shows(draw_reach)
def test_the_errors_cross_the_half_where_a_disc_says():
    (ax,) = draw_reach(ON_FLOOR, LONG, 10).axes
    curves = [line for line in ax.lines if len(line.get_xdata()) > 2]
    counts = np.cumsum(LONG, axis=1)
    crossed = []
    for curve, (wx, wRec) in zip(curves, ON_FLOOR, strict=True):
        # A 1 counts for a power of wRec, by its age.
        by_age = wx * wRec ** np.arange(LONG.shape[1])
        off = [
            np.convolve(bits, by_age)[: len(bits)] for bits in LONG
        ] - counts
        off = np.sqrt((off**2).mean(axis=0))
        np.testing.assert_allclose(curve.get_ydata(), off, rtol=1e-9)
        assert (off[:10] < 0.5).all()
        if (off > 0.5).any():
            crossed.append(int(np.argmax(off > 0.5)) + 1)
    discs = [line for line in ax.lines if line.get_marker() == "o"]
    assert [disc.get_xydata().tolist() for disc in discs] == [
        [[n, 0.5]] for n in crossed
    ]
    assert crossed == sorted(crossed)
    assert len(crossed) == 3
    said = texts(ax)
    assert [s for s in said if s.isdigit()] == [str(n) for n in crossed]
    # A name stands at the end of its line.
    names = [x for x in ax.texts if x.get_text().startswith("wRec")]
    for name, curve, (_, wRec) in zip(names, curves, ON_FLOOR, strict=True):
        assert name.get_text() == f"wRec {wRec:g}"
        assert name.xy == (200, curve.get_ydata()[-1])
    assert "trained on 10 bits" in said
