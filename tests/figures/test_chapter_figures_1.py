"""What the figures of the chapters on one network and on learning draw and say, 1 to 8."""

import re

import numpy as np
import pytest
from artists import (
    arrows,
    assert_says,
    bars,
    edges,
    hue,
    line,
    lines,
    nodes,
    numerals,
    place,
    pointers,
    shows,
    words,
)
from by_hand import T, X, descent, floor, gradient, loss, states
from chapters import drawn
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch

from rnn_by_hand.loss_colours import LEVELS, LIGHT, LOSS_SCALE

ADDITION = [1, 1, 1, 0, 0, 0, 0, 0, 0, 1]  # the first sequence of the data set


def spoken(name):
    """Write a name as the descriptions do: $S_{3}$ as "S 3"."""
    name = re.sub(r"[${}\\]|mathrm", "", name).replace("_", " ")
    return name.replace("wRec", "w Rec")


# ------------------------------------------------------------------ 1 and 2


@shows("01_recurrence#366d577c")
def test_the_loop_is_described():
    figure = drawn("01_recurrence#366d577c")
    (ax,), alt = figure.axes, figure.alt
    for name in ("$x_k$", "$S_k$", "$w_x$"):
        assert name in words(ax)
        assert spoken(name) in alt
    assert "y = S_n" in words(ax)[-1]
    assert alt.endswith("the output y, the last state S n.")


@shows("01_recurrence#5a684692")
def test_the_data_set_is_drawn_row_by_row():
    figure = drawn("01_recurrence#5a684692")
    left, left_bars, right, right_bars = figure.axes
    for first, ax, counts in ((0, left, left_bars), (25, right, right_bars)):
        (dots,) = ax.collections
        ones = {
            (k + 1, i + 1)
            for i in range(first, first + 25)
            for k in range(10)
            if X[i, k] == 1
        }
        assert {tuple(map(int, at)) for at in dots.get_offsets()} == ones
        assert hue(dots.get_facecolor()[0]) == "x"
        lengths = {
            round(bar.get_y() + bar.get_height() / 2): bar.get_width()
            for bar in counts.patches
        }
        assert lengths == {i + 1: sum(X[i]) for i in range(first, first + 25)}
        for part in (ax, counts):
            low, high = part.get_ylim()
            assert low > first + 25.5  # downwards
            assert high < first + 0.5
        assert ax.get_yticks().tolist() == [first + 1, first + 10, first + 25]
    widths = [bar.get_width() for ax in figure.axes for bar in ax.patches]
    assert "fifty sequences of ten bits" in figure.alt
    assert (len(widths), X.shape[1]) == (50, 10)
    assert numerals(figure.alt) == [1, min(widths), max(widths), 26]


@shows("01_recurrence#bands")
def test_the_bands_of_the_first_sequence():
    figure = drawn("01_recurrence#bands")
    heights = []
    for ax, wRec in zip(figure.axes, (1, 0.9), strict=True):
        assert ax.get_title() == f"wRec = {wRec:g}"
        floor_now, kept = 0, []
        for band, k in zip(ax.collections, (1, 2, 3, 10), strict=True):
            end = polygon_at(band, 10)
            assert end.min() == pytest.approx(floor_now)
            kept.append(np.ptp(end))
            assert kept[-1] == pytest.approx(wRec ** (10 - k))
            floor_now = end.max()
        assert states(ADDITION, 1, wRec)[-1] == pytest.approx(floor_now)
        heights.append(kept)
    assert len(figure.axes[0].collections) == 4
    assert "1110000001" in figure.alt
    one, (a, b, c, last) = heights
    assert_says(
        figure.alt,
        [
            1,
            1,
            1,
            1110000001,
            1,
            one[0],
            sum(one),
            0.9,
            a,
            b,
            c,
            last,
            sum(heights[1]),
        ],
        digits=2,
    )


def polygon_at(band, k):
    corners = band.get_paths()[0].vertices
    return corners[corners[:, 0] == k, 1]


@shows("01_recurrence#34cc64e4")
def test_the_blocks_of_a_step_have_the_sizes_that_are_said():
    figure = drawn("01_recurrence#34cc64e4")
    (ax,) = figure.axes
    rows = {"state": 4, "wrec": 3, "x": 4, "wx": 2}
    columns = {"state": 3, "wrec": 3, "x": 2, "wx": 3}
    for name, n in rows.items():
        cells = [p for p in ax.patches if hue(p.get_edgecolor()) == name]
        heights = {round(middle(cell)[1], 6) for cell in cells}
        across = {round(middle(cell)[0], 6) for cell in cells}
        assert len(heights) == n
        # S is there twice.
        assert len(across) == columns[name] * (2 if name == "state" else 1)
    for said in (
        "S k, four rows of three, N by H",
        "W Rec, three rows of three, H by H",
        "X k, four rows of two, N by D",
        "W x, two rows of three, D by H",
    ):
        assert said in figure.alt


def middle(patch):
    return patch.center if hasattr(patch, "center") else patch.get_center()


@shows("02_unrolling#d1c1d2e6", "02_unrolling#db443cd0")
def test_three_steps_unrolled_with_letters_and_with_numbers():
    letters = drawn("02_unrolling#d1c1d2e6")
    known = nodes(letters.axes[0])
    states_drawn = sorted(name for name in known if name.startswith("$S"))
    assert [spoken(name) for name in states_drawn] == [
        "S 0",
        "S 1",
        "S 2",
        "S 3",
    ]
    assert numerals(letters.alt) == [0, 3, 1, 3, 1, 3]
    assert sum(e[2] == "wrec" for e in edges(letters.axes[0], known)) == 3
    numbers = drawn("02_unrolling#db443cd0")
    (ax,) = numbers.axes
    row = [
        float(t.get_text())
        for t in ax.texts
        if t.get_position()[1] == 0 and t.get_text()[0].isdigit()
    ]
    inputs = [
        float(t.get_text())
        for t in ax.texts
        if t.get_position()[1] == -1.05 and t.get_text()[0].isdigit()
    ]
    assert row == states([1, 0, 1], 1.5, 0.5)
    assert inputs == [1, 0, 1]
    assert numerals(numbers.alt) == [*inputs, *row]


@shows("02_unrolling#arrays")
def test_the_columns_of_the_arrays_are_described():
    figure = drawn("02_unrolling#arrays")
    (ax,) = figure.axes
    code = " ".join(words(ax)[-3:])
    assert code == "S[:, 3] = S[:, 2] * wRec + X[:, 2] * wx"
    # The columns of the code are those in the last sentence.
    assert numerals(figure.alt)[-3:] == [3, 2, 2]
    lit = {
        (hue(p.get_edgecolor()), round(middle(p)[0] - 0.5))
        for p in ax.patches
        if hue(p.get_edgecolor()) in ("state", "x")
        and p.get_facecolor()[3] > 0.5
    }
    assert lit == {("state", 3), ("x", 3)}


@shows("02_unrolling#3f76d5d3")
def test_what_is_left_of_an_input():
    figure = drawn("02_unrolling#3f76d5d3")
    for ax, wRec in zip(figure.axes, (0.8, 1, 1.2, -0.9), strict=True):
        expected = [(k, wRec**k) for k in range(16)]
        np.testing.assert_allclose(line(ax, "wrec", "o"), expected)
        (stems,) = ax.collections
        np.testing.assert_allclose(
            [path[-1] for path in stems.get_segments()], expected
        )
        low, high = ax.get_ylim()
        assert low <= min(y for _, y in expected)
        assert high >= max(y for _, y in expected)
        title = ax.get_title().replace("−", "-")
        assert title.startswith(f"{wRec:g}: ")
    ends = [line(ax, "wrec", "o")[-1, 1] for ax in figure.axes]
    assert ["fades" in ax.get_title() for ax in figure.axes] == [
        abs(end) < 0.5 for end in ends
    ]
    assert numerals(figure.alt) == [0, 15, 0.8, 0, 1, 1, 1.2, 15, -0.9]
    assert ends[2] > 15


# ------------------------------------------------------------------ 3


@shows("03_loss#targets")
def test_a_block_for_each_sequence_over_its_target():
    figure = drawn("03_loss#targets")
    (ax,) = figure.axes
    blocks = [box.get_center().round(9).tolist() for box in ax.patches]
    piles = [sum(x == target for x, _ in blocks) for target in range(11)]
    assert piles == [sum(target == T) for target in range(11)]
    for x, y in blocks:
        assert (y == 0.5) or [x, y - 1] in blocks  # nothing hangs in the air
    assert {int(t.get_position()[0]): int(t.get_text()) for t in ax.texts} == {
        target: n for target, n in enumerate(piles) if n
    }
    assert numerals(figure.alt) == [0, 10, 2, 10, *piles[2:], 0, 1]
    assert piles[:2] == [0, 0]


@shows("03_loss#squares")
def test_the_squares_of_three_misses():
    figure = drawn("03_loss#squares")
    (ax,) = figure.axes
    boxes = {
        (box.get_x(), box.get_width()): box.get_width() * box.get_height()
        for box in ax.patches
    }
    assert T[:3].tolist() == [4, 10, 6]
    # From 5 down to 4, up to 6 and up to 10.
    assert boxes == {(4, 1): 1, (5, 1): 1, (5, 5): 25}
    assert line(ax, "state", "o").tolist() == [[5, 0]]
    assert numerals(figure.alt) == [5, 5, 4, 6, 1, 10, 25, 6]


@shows("03_loss#two-maps")
def test_the_loss_to_scale_and_as_a_map_of_tiles():
    figure = drawn("03_loss#two-maps")
    cut, ax = figure.axes
    curve = line(cut, "ink", "")
    np.testing.assert_allclose(
        curve[:, 1] * 1e8,
        loss(np.ones(len(curve)), curve[:, 0]),
        atol=1e-3,
        rtol=1e-9,
    )
    assert line(cut, "ink", "o").tolist() == [[1, 0]]
    assert place(cut, "(1, 1)") == (1, 0)
    n = len(curve)
    edges_at = np.linspace(-3.1, 3.1, n + 1)
    centres = (edges_at[:-1] + edges_at[1:]) / 2
    np.testing.assert_allclose(centres, curve[:, 0], atol=1e-9)
    assert [patch.get_facecolor()[:3] for patch in ax.patches] == [
        to_rgb(colour) for colour in LOSS_SCALE[: len(ax.patches)]
    ]
    wRec, wx = np.meshgrid(centres, centres)
    heights = np.log10(np.maximum(loss(wx, wRec), 1e-9))
    places = np.column_stack([wRec.ravel(), wx.ravel()])
    for patch, level in zip(ax.patches, (-99, *LEVELS[1:])):
        assert isinstance(patch, PathPatch)
        covered = np.zeros(len(places), dtype=bool)
        for bar in patch.get_path().to_polygons():
            low, high = bar.min(axis=0), bar.max(axis=0)
            covered |= ((low < places) & (places < high)).all(axis=1)
        np.testing.assert_array_equal(covered, heights.ravel() > level)
    assert numerals(figure.alt) == [1, 0, 1, 1]
    assert curve[:, 1].max() > 1  # hundreds of millions


@shows("03_loss#coefficients-drawn")
def test_the_thirty_numbers_by_hand():
    figure = drawn("03_loss#coefficients-drawn")
    of_A, of_B, of_C = [
        {round(x): y for x, _, y in bars(ax)} for ax in figure.axes
    ]
    # Pairs of bits whose ages add up to a power, and bits of an age with their target.
    age = 9 - np.arange(10)
    A = {
        power: sum(
            X[:, i] @ X[:, j]
            for i in range(10)
            for j in range(10)
            if age[i] + age[j] == power
        )
        for power in range(19)
    }
    assert of_A == A
    assert of_B == {age[i]: T @ X[:, i] for i in range(10)}
    assert of_C == {0: T @ T}
    count = len(of_A) + len(of_B) + len(of_C)
    assert count == 30
    assert "thirty numbers" in figure.alt
    assert numerals(figure.alt) == [
        *(len(of_A), of_A[18], 18, of_A[9], 9, of_A[0], 0),
        *(-2, of_B[9], 9, of_B[0], 0),
        *(of_C[0], 0),
    ]


@shows("03_loss#parabolas")
def test_three_parabolas_through_one_point():
    figure = drawn("03_loss#parabolas")
    (ax,) = figure.axes
    discs = [one.get_xydata()[0] for one in lines(ax, "ink", "o")]
    for r, style, disc in zip(
        (0.5, 1.0, 1.5), ("-", "--", ":"), discs, strict=True
    ):
        curve = line(ax, "wx", "", style)
        np.testing.assert_allclose(
            curve[:, 1], loss(curve[:, 0], np.full(len(curve), r)), atol=1e-9
        )
        assert disc[0] == pytest.approx(floor(r))
        assert disc[1] == pytest.approx(loss(floor(r), r), abs=1e-9)
        assert disc[1] <= curve[:, 1].min() + 1e-9
        x, _y = place(ax, f"wRec = {r}")
        assert ax.get_xlim()[0] < x < ax.get_xlim()[1]
    assert line(ax, "target", "s").tolist() == [
        [0, pytest.approx(np.mean(T**2))]
    ]
    assert numerals(figure.alt) == [0, 0.5, 4, 1, 0, 1, 1.5]
    assert discs[0][0] > 4
    assert discs[1].tolist() == [1, 0]


@shows("03_loss#map")
def test_the_whole_map_is_described():
    figure = drawn("03_loss#map")
    (ax,) = figure.axes
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-3, 3, -3, 3)
    (point,) = [one for one in lines(ax, mark="o") if one.get_markersize() > 8]
    assert point.get_xydata().tolist() == [[1, 1]]
    r, best = line(ax, "ink", "", "--").T
    np.testing.assert_allclose(best, floor(r))
    # Just below 0 on the left, down and then up at -1, out at the top, through (1, 1), level.
    assert -0.5 < best[0] < 0
    assert best[(r > -2) & (r < -1)].min() < best[0]
    assert best[np.abs(r) < 0.5].max() > 3
    assert 0 < best[-1] < 0.1
    assert numerals(figure.alt) == [0, -1, 1, 1, 0]


# ------------------------------------------------------------------ 4


@shows("04_bptt#46416910", "04_bptt#87e639f2")
def test_the_backward_pass_in_letters_and_in_numbers():
    S = states([1, 0, 1], 1.5, 0.5)
    for address in ("46416910", "87e639f2"):
        figure = drawn(f"04_bptt#{address}")
        (ax,) = figure.axes
        row = {
            t.get_position()[0]: t.get_text()
            for t in ax.texts
            if t.get_position()[1] == 0
        }
        assert [float(row[k]) for k in range(4)] == S
        back = [a for a in arrows(ax) if a[2] == "gradient"]
        assert len(back) == 4
        assert all(stop[0] < start[0] for start, stop, _ in back)
        if address == "46416910":
            assert numerals(figure.alt) == [*S, 2, 3, 2, 2, 1, 0, 0, 3]
        else:
            delta = [2 * (S[3] - 2) * 0.5 ** (3 - k) for k in range(4)]
            above = {
                t.get_position()[0]: float(t.get_text().replace("−", "-"))
                for t in ax.texts
                if t.get_position()[1] == 0.86
            }
            assert [above[k] for k in range(4)] == delta
            assert numerals(figure.alt) == [3, 0, *delta[::-1]]


@shows("04_bptt#arrays-back")
def test_the_columns_of_the_backward_pass_are_described():
    figure = drawn("04_bptt#arrays-back")
    (ax,) = figure.axes
    written = [word for word in words(ax) if ":, " in word]
    assert [int(n) for word in written for n in re.findall(r"\d", word)] == [
        2,
        3,
        2,
        2,
    ]
    assert numerals(figure.alt)[-3:] == [3, 2, 2]


@shows("04_bptt#e7a059a7")
def test_the_share_of_each_step_of_the_gradients():
    figure = drawn("04_bptt#e7a059a7")
    axes = np.reshape(figure.axes, (3, 2))
    assert [ax.get_title() for ax in axes[0]] == [
        "gradient of wx",
        "gradient of wRec",
    ]
    assert [hue(ax.title.get_color()) for ax in axes[0]] == ["wx", "wrec"]
    firsts = {}
    for row, wRec in zip(axes, (0.5, 0.9, 1.2), strict=True):
        for ax in row:
            assert words(ax) == [f"wRec = {wRec}"]
            heights = bars(ax)
            assert heights[:, 0].tolist() == list(range(1, 11))
            assert heights[:, 2].sum() == pytest.approx(100)
        firsts[wRec] = [np.argmax(bars(ax)[:, 2]) for ax in row]
        shares = step_shares(wRec)
        np.testing.assert_allclose(
            [bars(ax)[:, 2] for ax in row], 100 * shares, rtol=1e-6
        )
    assert numerals(figure.alt) == [0.5, 0.9, 1.2]
    assert firsts[1.2][0] == 0
    assert firsts[1.2][1] > 5


def step_shares(wRec):
    """Give what each step adds to the gradients of all sequences at wx = 1, as shares."""
    total = np.zeros((2, 10))
    for x, t in zip(X, T, strict=True):
        S = np.array(states(x, 1, wRec))
        delta = 2 * (S[-1] - t) * wRec ** np.arange(9, -1, -1.0)
        total += [delta * x, delta * S[:-1]]
    return total / total.sum(axis=1, keepdims=True)


@shows("04_bptt#two-paths-drawn")
def test_errors_arrive_from_above_and_from_later_steps():
    figure = drawn("04_bptt#two-paths-drawn")
    (ax,) = figure.axes
    down = [(a, b) for a, b, _ in pointers(ax) if a[0] == b[0]]
    along = [(a, b) for a, b, _ in pointers(ax) if a[0] != b[0]]
    assert [a[0] for a, _ in down] == [1, 2, 3]
    assert all(a[1] > b[1] for a, b in down)
    assert [(round(a[0] + 0.2), round(b[0] - 0.2)) for a, b in along] == [
        (2, 1),
        (3, 2),
    ]
    S = states([1, 0, 1], 1.5, 0.5)[1:]
    own = [2 * (s - target) for s, target in zip(S, (1, 1, 2), strict=True)]
    labels = [
        float(w.replace("−", "-"))
        for w in words(ax)
        if re.fullmatch(r"−?[\d.]+", w)
    ]
    assert labels == own
    times = [float(w.strip("× ")) for w in words(ax) if w.startswith("×")]
    assert times == [0.5, 0.5]
    assert numerals(figure.alt) == [1, 2, 3, *own, 3, 2, 2, 1, 0.5]


# ------------------------------------------------------------------ 5


@shows("05_gradient_checking#be5ecdcb")
def test_both_suspects_go_down():
    figure = drawn("05_gradient_checking#be5ecdcb")
    (ax,) = figure.axes
    a, b = line(ax, "gradient", style="-"), line(ax, "gradient", style="--")
    path = descent(1, 0.5, 1e-3, 40)
    np.testing.assert_allclose(b[:, 1], [loss(*w) for w in path], rtol=1e-8)
    assert b[:, 0].tolist() == list(range(41))
    assert a[0, 1] == b[0, 1]
    assert (a[3:10, 1] < b[3:10, 1]).all()
    assert numerals(figure.alt) == [20, 0.02]
    assert b[0, 1] == pytest.approx(20, rel=0.1)
    assert b[-1, 1] == pytest.approx(0.02, rel=0.25)
    assert place(ax, "A")[0] < place(ax, "B")[0]


@shows("05_gradient_checking#f6663540")
def test_the_slopes_of_three_lines():
    figure = drawn("05_gradient_checking#f6663540")
    (ax,) = figure.axes

    def along(r):
        return loss(1.2, r)

    curve = line(ax, "ink")
    np.testing.assert_allclose(curve[:, 1], [along(r) for r in curve[:, 0]])
    eps = 0.07
    slopes = {
        ("gradient", "-"): (gradient(1.2, 1.2)[1], 1.2),
        ("wrec", "--"): ((along(1.27) - along(1.13)) / 0.14, 1.13),
        ("wrec", ":"): ((along(1.27) - along(1.2)) / eps, 1.2),
    }
    drawn_slopes = []
    for (name, style), (rise, start) in slopes.items():
        at = line(ax, name, "", style)
        np.testing.assert_allclose(
            np.diff(at[:, 1]) / np.diff(at[:, 0]), rise, rtol=1e-6
        )
        assert np.interp(start, *at.T) == pytest.approx(along(start), rel=1e-6)
        drawn_slopes.append(rise)
    points = line(ax, "wrec", "o")
    np.testing.assert_allclose(
        points, [(r, along(r)) for r in (1.13, 1.2, 1.27)]
    )
    assert [hue(t.get_color()) for t in ax.texts] == [
        "gradient",
        "wrec",
        "wrec",
    ]
    tangent, central, forward = drawn_slopes
    assert 3 * abs(central / tangent - 1) < forward / tangent - 1
    assert numerals(figure.alt) == [1.2] * 5


@shows("05_gradient_checking#stepterms")
def test_discs_follow_the_terms_of_their_formula():
    figure = drawn("05_gradient_checking#stepterms")
    (ax,) = figure.axes
    u, h = 2.0**-53, 1e-3
    g = gradient(1.2, 1.2)[1]
    third = (
        gradient(1.2, 1.2 + h)[1] - 2 * g + gradient(1.2, 1.2 - h)[1]
    ) / h**2
    truncation, of_loss, of_weight = (
        one.get_xydata() for one in lines(ax, "ink")
    )
    eps = truncation[:, 0]
    np.testing.assert_allclose(
        truncation[:, 1], eps**2 / 6 * third / g, rtol=1e-4
    )
    np.testing.assert_allclose(of_loss[:, 1], u * loss(1.2, 1.2) / eps / g)
    np.testing.assert_allclose(of_weight[:, 1], u * 1.2 / eps)
    full, hollow = (
        next(
            one
            for one in lines(ax, "wrec", "o")
            if one.get_fillstyle() == style
        )
        for style in ("full", "none")
    )
    steps, errors = full.get_xydata().T
    expected = truncation[:, 1] + of_loss[:, 1]
    assert (np.abs(np.log(errors / expected)) < np.log(2)).all()
    left = steps < 1e-9
    assert np.median(hollow.get_ydata()[left] / errors[left]) > 3
    assert hollow.get_xdata().tolist() == steps.tolist()
    assert (hollow.get_ydata()[left] < 3 * of_weight[left, 1]).all()
    assert {lines(ax, "ink")[2].get_linestyle()} == {"--"}
    # A name stands at its line, and the steps that are described are on the axis.
    for name, curve in (
        ("ε²|ξ‴|/6", truncation),
        ("u|ξ|/ε", of_loss),
        ("u|wξ′|/ε", of_weight),
    ):
        x, y = place(ax, name)
        assert abs(np.log10(y / np.interp(x, *curve.T))) < 1.6, name


@shows("05_gradient_checking#ten-bugs")
def test_the_levels_of_the_bugs_are_described():
    figure = drawn("05_gradient_checking#ten-bugs")
    levels = {}
    for ax in figure.axes:
        name = ax.get_title(loc="left")
        a, b = [one for one in ax.lines if len(one.get_xdata()) > 2]
        assert a.get_xdata()[[0, -1]].tolist() == pytest.approx([-0.2, 1.03])
        ratios = 1 + 0.1 * np.sinh([a.get_ydata(), b.get_ydata()])
        rings = [one.get_xdata()[0] for one in lines(ax, mark="o")]
        levels[name] = ratios, rings
    flat = {n: r.mean() for n, (r, _) in levels.items() if np.ptp(r) < 1e-6}
    assert flat == pytest.approx(
        {"forgot the 2": 0.5, "1/N twice": 0.02, "1/N never": 50, "sign": -1}
    )
    rings = {n: pytest.approx(at[0]) for n, (_, at) in levels.items() if at}
    assert rings == {"wx for wRec": 0.7, "no wRec": 1, "stops after three": 0}
    # Of these, 2, 1/N, and k minus 1 are parts of names.
    assert numerals(figure.alt) == [
        *(-0.2, 1.03, 1, flat["forgot the 2"], 2),
        *(pytest.approx(flat["1/N twice"]), 1),
        *(pytest.approx(flat["1/N never"]), 1),
        *(pytest.approx(flat["sign"]), 1, 0.7, 1, -1, 0, 1, 0),
    ]


# ------------------------------------------------------------------ 6


@shows("06_ravine#close")
def test_the_ravine_from_close_by():
    figure = drawn("06_ravine#close")
    (ax,) = figure.axes
    (point,) = [one for one in lines(ax, mark="o") if one.get_markersize() > 8]
    at = point.get_xydata()[0]
    assert at.tolist() == [0.95, 1.2]
    limits = [*ax.get_xlim(), *ax.get_ylim()]
    assert limits == [0.7, 1.3] * 2
    assert numerals(figure.alt) == [*limits[:2], 1, 1]
    # To the left of the floor, which runs down to the right.
    r, best = line(ax, "ink", "", "--").T
    assert (np.diff(best) < 0).all()
    assert at[0] < np.interp(-1.2, -best, r) < at[0] + 0.03


@shows("06_ravine#needle")
def test_the_needles_are_where_the_loss_is_below_their_levels():
    figure = drawn("06_ravine#needle")
    (ax,) = figure.axes
    wide, thin = (polygon_of(one) for one in ax.collections)
    for needle, level in ((wide, 0.1), (thin, 0.01)):
        at = np.log(loss(needle[:, 1], needle[:, 0]) / level)
        # The ends of a needle are cut off where the grid ends.
        assert np.median(np.abs(at)) < 1e-6
        assert at.max() < 1e-6
        assert np.mean(np.abs(at) < 1e-6) > 0.9
    assert ax.collections[0].get_alpha() < ax.collections[1].get_alpha()
    h = 1e-4
    H = np.array(
        [
            (gradient(1 + h, 1) - gradient(1 - h, 1)) / (2 * h),
            (gradient(1, 1 + h) - gradient(1, 1 - h)) / (2 * h),
        ]
    )
    _, directions = np.linalg.eigh(H)
    for name, (up, right) in zip(("flattest", "most curved"), directions.T):
        x, y = place(ax, name)
        # A word stands beyond the end of its line, a hundredth to its right.
        assert (y - 1) / (x - 1.01) == pytest.approx(up / right, rel=1e-5)
    slopes = {
        round(float(np.diff(y)[0] / np.diff(x)[0]), 5)
        for x, y in (one.get_data() for one in lines(ax, "ink", "", "--"))
    }
    assert slopes == {
        round(float(up / right), 5) for up, right in directions.T
    }
    assert_says(figure.alt, [1, 1, 0.1, 0.01])


def polygon_of(collection):
    return collection.get_paths()[0].vertices


@shows("06_ravine#kappa-plot")
def test_the_condition_number_grows_like_a_cube():
    figure = drawn("06_ravine#kappa-plot")
    (ax,) = figure.axes
    points = line(ax, "ink", "o")
    cube = line(ax, "target")
    np.testing.assert_allclose(cube[:, 1], 0.75 * cube[:, 0] ** 3)
    # For bits that are 1 half of the time, the mean Gauss-Newton matrix at (1, 1).
    for n in (2, 10, int(points[-1, 0])):
        (kappa,) = points[points[:, 0] == n, 1]
        assert kappa == pytest.approx(condition_number(n), rel=1e-6)
    assert points[[0, -1], 0].tolist() == [2, 300]
    assert numerals(figure.alt) == [2, 300, 2, 10]
    ratio = points[:, 1] / (0.75 * points[:, 0] ** 3)
    assert ratio[0] > 1.5
    assert 0.7 < ratio[points[:, 0] == 10] < 1
    assert ratio[-1] == pytest.approx(1, abs=0.02)


def condition_number(n):
    """Curvatures of the mean loss over all sequences of n fair bits, from their first moments."""
    k = np.arange(
        n
    )  # the age of a bit, which counts for 1 and adds its age to the slope
    ones, ages = np.ones(n), k * 1.0

    # E[(a·x)(b·x)] for bits with mean ½ and variance ¼.
    def mean(a, b):
        return (a.sum() * b.sum() + a @ b) / 4

    H = np.array(
        [
            [mean(ones, ones), mean(ones, ages)],
            [mean(ages, ones), mean(ages, ages)],
        ]
    )
    flat, steep = np.linalg.eigvalsh(H)
    return steep / flat


@shows("06_ravine#floor-height")
def test_the_height_of_the_floor():
    figure = drawn("06_ravine#floor-height")
    (ax,) = figure.axes
    r, height = line(ax, "ink", "").T
    np.testing.assert_allclose(height, loss(floor(r), r), atol=1e-6, rtol=1e-6)
    assert (r[0], r[-1]) == (-6, 6)
    summit, first_bit = (one.get_ydata()[0] for one in lines(ax, "target"))
    assert summit == pytest.approx(np.mean(T**2))
    # With weights that let only the first bit through.
    x = X[:, 0]
    assert first_bit == pytest.approx(
        np.mean((T - x * (T @ x) / (x @ x)) ** 2)
    )
    marks = [one.get_xydata()[0].tolist() for one in lines(ax, "ink", "o")]
    assert [1, 0] in marks
    ((at_pass, top),) = [mark for mark in marks if mark != [1, 0]]
    assert top == pytest.approx(summit)
    assert floor(at_pass) == pytest.approx(0, abs=1e-9)
    assert height.max() == pytest.approx(summit, rel=1e-3)
    assert place(ax, "pass")[0] == at_pass
    assert at_pass == pytest.approx(-1, abs=0.3)
    assert numerals(figure.alt) == [-6, 6, 0, 1, 0, -1]


# ------------------------------------------------------------------ 7


@shows("07_training#downhill")
def test_the_arrow_points_downhill():
    figure = drawn("07_training#downhill")
    (ax,) = figure.axes
    (point,) = [one for one in lines(ax, mark="o") if one.get_markersize() > 8]
    assert point.get_xydata().tolist() == [[0.5, 1]]
    ((start, stop, name),) = pointers(ax)
    assert start == (0.5, 1)
    down = -gradient(1, 0.5)[::-1]
    moved = np.subtract(stop, start)
    assert np.arctan2(*moved) == pytest.approx(np.arctan2(*down))
    assert moved[0] > moved[1] > 0  # to the right and a little up
    assert name == "ink"
    assert numerals(figure.alt) == [1, 0.5, 1, 1]


@shows("07_training#map-gd")
def test_the_path_of_gradient_descent():
    figure = drawn("07_training#map-gd")
    (ax,) = figure.axes
    (drawn_path,) = [
        one.get_xydata()
        for one in lines(ax, "ink", "", "-")
        if len(one.get_xdata()) > 20
    ]
    path = descent(1, 0.5, 1e-3, len(drawn_path) - 1)
    np.testing.assert_allclose(drawn_path, path[:, ::-1], rtol=1e-8)
    assert place(ax, "end") == pytest.approx(tuple(path[-1, ::-1]))
    assert (*ax.get_xlim(), *ax.get_ylim()) == (0.3, 1.2, 0.7, 1.5)
    # The end is still on its way down to (1, 1).
    assert path[-1, 0] > 1
    assert path[-1, 1] < 1
    assert numerals(figure.alt) == [1, 1]


@shows("07_training#limit-figure")
def test_above_the_limit_it_never_settles():
    figure = drawn("07_training#limit-figure")
    (ax,) = figure.axes
    for rate, style in ((1.42e-3, "-"), (1.44e-3, "--")):
        steps, losses = line(ax, "ink", "", style).T
        assert steps.tolist() == list(range(0, 601, 2))
        # From one drawn point to the next are two steps from where the book started.
        weights = figure.names["near"][rate]
        two = descent(*weights[100], rate, 2)[-1]
        assert loss(*two) == pytest.approx(losses[51], rel=1e-4)
        assert loss(*weights[100]) == pytest.approx(losses[50], rel=1e-4)
        said = next(t for t in ax.texts if f"{rate:.5f}" in t.get_text())
        assert said.xy == (600, losses[-1])
        falls = losses[-1] < 1e-3 * losses[0]
        assert ("never" in said.get_text()) != falls
        assert falls == (rate == 1.42e-3)
    assert numerals(figure.alt) == [600, 1, 1, 0.00142, 0.00144]


@shows("07_training#scales-figure")
def test_the_needle_scaled_and_turned():
    figure = drawn("07_training#scales-figure")
    h = 1e-4
    H = np.array(
        [
            (gradient(1 + h, 1) - gradient(1 - h, 1)) / (2 * h),
            (gradient(1, 1 + h) - gradient(1, 1 - h)) / (2 * h),
        ]
    )
    D = np.diag(1 / np.sqrt(np.diag(H)))
    ratios = []
    for ax, matrix in zip(figure.axes, (H, D @ H @ D, np.eye(2)), strict=True):
        x, y = line(ax, "ink", "").T
        w = np.array([y, x])
        level = np.einsum("ik,ij,jk->k", w, matrix, w)
        np.testing.assert_allclose(level, level[0], rtol=1e-3)
        assert max(np.abs(x).max(), np.abs(y).max()) == pytest.approx(1)
        flat, steep = np.linalg.eigvalsh(matrix)
        ratios.append(steep / flat)
        title = ax.get_title()
        assert numerals(title) == [pytest.approx(ratios[-1], abs=0.51), 1]
    assert numerals(figure.alt) == [
        1,
        1,
        pytest.approx(ratios[0], abs=0.51),
        1,
        pytest.approx(ratios[1], abs=0.51),
        1,
        1,
        1,
    ]


@shows("07_training#maps-figure")
def test_the_shares_of_six_maps_add_up():
    figure = drawn("07_training#maps-figure")
    maps = figure.names["maps"]
    assert [ax.get_title() for ax in figure.axes] == list(maps)
    said = figure.alt.partition("500 steps. ")[2].split(";")
    assert len(said) == 6
    names = [name for name in LIGHT if name.startswith("fate-")]
    colours = np.array([[*bytes.fromhex(LIGHT[name][1:])] for name in names])
    for ax, (name, fates), sentence in zip(
        figure.axes, maps.items(), said, strict=True
    ):
        counts = [int(np.sum(fates == fate)) for fate in range(4)]
        assert sum(counts) == 41 * 41
        expected = [f"{count / 1681:.0%}" for count in counts]
        assert sentence.strip().startswith(name)
        assert re.findall(r"\d+%", sentence) == expected
        shares = [t for t in ax.texts if t.get_text().endswith("%")]
        assert shares
        image = next(one for one in ax.images if one.get_gid() == "in-light")
        pixels = np.asarray(image.get_array()).astype(int)
        n = len(pixels)
        for text in shares:
            assert text.get_text() in expected
            x, y = text.get_position()
            column, row = (round((at + 3) / 6 * (n - 1)) for at in (x, y))
            around = pixels[row - 1 : row + 2, column - 1 : column + 2]
            off = np.abs(around[:, :, np.newaxis] - colours).sum(axis=-1)
            nearest = [names[i] for i in off.argmin(axis=-1).ravel()]
            fate = ["arrived", "underway", "wrong", "blown"]
            most = max(fate, key=lambda f: sum(f in one for one in nearest))
            assert expected[fate.index(most)] == text.get_text(), (name, most)


# ------------------------------------------------------------------ 8


@shows("08_how_far#kept-figure")
def test_what_a_one_counts_for():
    figure = drawn("08_how_far#kept-figure")
    (ax,) = figure.axes
    at = line(ax, "state")
    np.testing.assert_allclose(
        at, [(k, 1.0014 * 0.9997**k) for k in range(200)]
    )
    said = ax.texts[0]
    assert said.get_text() == f"{at[-1, 1]:.2f}"
    assert said.xy == tuple(at[-1])
    assert numerals(figure.alt) == [1, 0, 200, 1.0014, 0.94]
    assert (round(at[0, 1], 4), round(at[-1, 1], 2)) == (1.0014, 0.94)
    band = polygon_of(ax.collections[0])
    assert {0, at[0, 1]} <= set(band[:, 1])


@shows("08_how_far#count-figure")
def test_how_far_the_trained_network_counts():
    figure = drawn("08_how_far#count-figure")
    (ax,) = figure.axes
    n, right = line(ax, "state").T
    assert n.tolist() == list(range(1, 401))
    wx, wRec = figure.names["learned"]
    # An answer is right if it is off by less than a half: the same bits once more.
    bits = np.random.default_rng(5).integers(0, 2, (4000, 100)).astype(float)
    S, share = np.zeros(4000), []
    for k in range(100):
        S = S * wRec + wx * bits[:, k]
        share.append(
            100 * np.mean(np.abs(S - bits[:, : k + 1].sum(axis=1)) < 0.5)
        )
    np.testing.assert_allclose(right[:100], share, atol=6)
    half = int(n[right >= 50][-1])
    said = numerals(figure.alt)
    assert said[0] == 100
    assert said[1] == pytest.approx(half, abs=3)
    assert said[2] == 100
    assert right[9] == right[19] == 100
    assert right[99] < 5
    trained = next(one for one in lines(ax, "target"))
    assert set(trained.get_xdata()) == {10}


@shows("08_how_far#reach")
def test_where_four_networks_go_wrong():
    figure = drawn("08_how_far#reach")
    (ax,) = figure.axes
    crossings = sorted(
        int(one.get_xdata()[0]) for one in lines(ax, "state", "o")
    )
    curves = [
        one for one in lines(ax, "state", "") if len(one.get_xdata()) > 2
    ]
    assert len(curves) == 4
    ends = [one.get_xdata()[-1] for one in curves]
    for curve, crossing in zip(curves[:3], crossings, strict=True):
        n, off = curve.get_xydata().T
        assert off[crossing - 2] <= 0.5 < off[crossing - 1]
    assert numerals(figure.alt) == [10, *crossings, 0.99999, ends[0]]
    assert (curves[3].get_ydata() < 0.5).all()
    bits = figure.names["X_long"]
    for curve, wRec in zip(
        curves, (0.99, 0.999, 0.9999, 0.99999), strict=True
    ):
        S, n = np.zeros(len(bits)), 50
        for k in range(n):
            S = S * wRec + floor(wRec) * bits[:, k]
        off = np.sqrt(np.mean((S - bits[:, :n].sum(axis=1)) ** 2))
        assert curve.get_ydata()[n - 1] == pytest.approx(off)


@shows("08_how_far#noise-figure")
def test_reaches_after_training_on_noise():
    figure = drawn("08_how_far#noise-figure")
    (ax,) = figure.axes
    groups = [one.get_xydata() for one in lines(ax, "state", "o")]
    assert [set(group[:, 0]) for group in groups] == [{10}, {20}, {40}, {80}]
    assert {len(group) for group in groups} == {20}
    for group, bar in zip(groups, lines(ax, "ink"), strict=True):
        n = group[0, 0]
        low, high = bar.get_xdata()
        assert low < n < high
        middle_two = sorted(group[:, 1])[9:11]
        assert set(bar.get_ydata()) == {sum(middle_two) / 2}
        assert (group[:, 1] >= n).all()
        reached = np.minimum(figure.names["reached"][int(n)], 450)
        np.testing.assert_array_equal(group[:, 1], reached)
    at = line(ax, "target", style="--")
    assert at[:, 0].tolist() == at[:, 1].tolist()
    assert numerals(figure.alt) == [10, 20, 40, 80]
    assert "twenty points" in figure.alt
