"""What the figures of the network, of the loss and of the scan draw, against numbers by hand."""

import numpy as np
import pytest
from artists import (
    arrows,
    edges,
    hue,
    line,
    lines,
    nodes,
    place,
    polygon,
    shows,
    squares,
    words,
    written,
)
from by_hand import descent, floor, gradient, loss
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch, Polygon, Rectangle

from rnn_by_hand.figures import (
    draw_descent,
    draw_fates,
    draw_folded,
    draw_loss_surface,
    draw_lstm_step,
    draw_scan,
    draw_shapes,
    draw_states,
    draw_unrolled,
    draw_unrolled_rows,
)
from rnn_by_hand.loss_colours import DARK, LIGHT
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import FATES
from rnn_by_hand.surface import Surface

SURFACE = Surface(*make_dataset())
#: The letters of the weights as they are written into figures.
W_REC = r"$w_{\mathrm{Rec}}$"


@shows(draw_states)
def test_states_lie_over_their_steps_beside_the_true_count():
    ax, strip = draw_states([1, 0, 1], wx=1.5, wRec=0.5).axes
    S = [(0, 0), (1, 1.5), (2, 0.75), (3, 1.875)]
    np.testing.assert_array_equal(line(ax, "wrec"), S)
    np.testing.assert_array_equal(line(ax, "state", "o"), S)
    (count,) = lines(ax, "target", style="--")
    assert count.get_xydata().tolist() == [[0, 0], [1, 1], [2, 1], [3, 2]]
    # A step up stands half-way between two time steps.
    assert count.get_drawstyle() == "steps-mid"
    assert words(ax) == ["$y = 1.88$", "$t = 2$"]
    assert hue(written(ax, "$y = 1.88$").get_color()) == "state"
    assert hue(written(ax, "$t = 2$").get_color()) == "target"
    assert place(ax, "$y = 1.88$")[1] < place(ax, "$t = 2$")[1]
    assert squares(strip, "x") == [(1, 0, True), (2, 0, False), (3, 0, True)]
    assert strip.get_xticks().tolist() == [0, 1, 2, 3]
    low, high = ax.get_xlim()
    assert low < 0
    assert high > 3.6  # room for the words
    assert strip.get_xlim() == (low, high)


@shows(draw_states)
def test_the_output_is_named_where_it_ends():
    ax, _ = draw_states([1] * 4, wx=1, wRec=-2).axes
    # 1, -1, 3, -5
    assert words(ax) == ["$y = -5$", "$t = 4$"]
    assert place(ax, "$y = -5$")[1] == -5
    assert place(ax, "$t = 4$")[1] == 4
    assert line(ax, "state", "o")[-1].tolist() == [4, -5]


@shows(draw_folded)
def test_a_loop_leads_from_the_state_to_itself():
    (ax,) = draw_folded().axes
    known = nodes(ax)
    assert set(known) == {"$x_k$", "$S_k$"}
    known["y"] = np.array(place(ax, "$y = S_n$"))
    assert edges(ax, known) == [
        ("$x_k$", "$S_k$", "wx"),
        ("$S_k$", "$S_k$", "wrec"),
        ("$S_k$", "y", "target"),
    ]
    weights = {text: hue(written(ax, text).get_color()) for text in words(ax)}
    assert weights["$w_x$"] == "wx"
    assert weights[W_REC] == "wrec"
    # Each weight stands at its arrow: between x and S, and above S.
    assert 0 < place(ax, "$w_x$")[0] < known["$S_k$"][0]
    assert place(ax, W_REC)[0] == known["$S_k$"][0]


@shows(draw_folded)
def test_the_general_loop_has_letters_for_arrays_and_a_function():
    (ax,) = draw_folded(general=True).axes
    known = nodes(ax)
    assert edges(ax, known) == [
        ("$X_k$", "$S_k$", "wx"),
        ("$S_k$", "$S_k$", "wrec"),
    ]
    assert words(ax)[2:] == [
        "$W_x$",
        r"$W_{\mathrm{Rec}}$",
        "$f$ of the sum",
    ]


def labels_at(ax, text):
    """Where a text is written, from left to right."""
    return sorted(
        one.get_position() for one in ax.texts if text == one.get_text()
    )


@shows(draw_unrolled)
def test_the_network_is_unrolled_to_the_right():
    (ax,) = draw_unrolled(n_steps=3).axes
    known = nodes(ax)
    for k in range(4):
        assert known[f"$S_{k}$"] == (k, 0)
        assert place(ax, f"${k}$")[0] == k
        if k:
            assert known[f"$x_{k}$"][0] == k
            assert known[f"$x_{k}$"][1] < -1
    assert sorted(edges(ax, known)) == sorted(
        [
            *((f"$x_{k}$", f"$S_{k}$", "wx") for k in (1, 2, 3)),
            *((f"$S_{k - 1}$", f"$S_{k}$", "wrec") for k in (1, 2, 3)),
            ("$S_3$", r"$\xi$", "target"),
            ("$t$", r"$\xi$", "target"),
        ]
    )
    # A weight is beside the middle of its arrow.
    middles = [x for x, _ in labels_at(ax, W_REC)]
    assert middles == [0.5, 1.5, 2.5]
    np.testing.assert_allclose(
        labels_at(ax, "$w_x$"), [(k + 0.17, -0.485) for k in (1, 2, 3)]
    )


@shows(draw_unrolled)
def test_the_backward_pass_runs_from_the_loss_to_the_first_state():
    (ax,) = draw_unrolled(
        x=[1, 0, 1], S=["0", "1.5", "0.75", "1.875"], t="2", delta=list("abcd")
    ).axes
    states = {"0": 0, "1.5": 1, "0.75": 2, "1.875": 3}
    for text, k in states.items():
        assert (k, 0) in labels_at(ax, text)
    assert [x for x, y in labels_at(ax, "1") if y == -1.05] == [1, 3]
    assert [x for x, y in labels_at(ax, "0") if y == -1.05] == [2]
    back = [
        (round(start[0] + 0.18), round(stop[0] - 0.18))
        for start, stop, name in arrows(ax)
        if name == "gradient"
    ]
    # From the loss, which stands at 4, each arrow leads one step back.
    assert back == [(1, 0), (2, 1), (3, 2), (4, 3)]
    for k, text in enumerate("abcd"):
        assert place(ax, text)[0] == k
        assert place(ax, rf"$\delta_{k}$")[0] == k
    assert [x for x, _ in labels_at(ax, r"$\times w_{\mathrm{Rec}}$")] == [
        0.5,
        1.5,
        2.5,
    ]
    assert place(ax, "$2\\,(y - t)$")[0] == 3.5


def rows(state, output):
    return {f"${state}_{k}$": k for k in range(4)}, {
        f"${output}_{k}$": k for k in (1, 2, 3)
    }


@shows(draw_unrolled_rows)
def test_every_state_of_the_general_network_has_an_output():
    (ax,) = draw_unrolled_rows().axes
    known = nodes(ax)
    assert sorted(edges(ax, known)) == sorted(
        edge
        for k in (1, 2, 3)
        for edge in (
            (f"$X_{k}$", f"$S_{k}$", "wx"),
            (f"$S_{k - 1}$", f"$S_{k}$", "wrec"),
            (f"$S_{k}$", f"$Y_{k}$", "target"),
        )
    )
    for k in (1, 2, 3):
        x, y = known[f"$S_{k}$"]
        assert known[f"$X_{k}$"][0] == known[f"$Y_{k}$"][0] == x
        assert known[f"$X_{k}$"][1] < y < known[f"$Y_{k}$"][1]
        assert x > known[f"$S_{k - 1}$"][0]


@shows(draw_unrolled_rows)
def test_in_the_backward_pass_every_arrow_is_reversed():
    (ax,) = draw_unrolled_rows(backward=True).axes
    known = nodes(ax)
    assert sorted(edges(ax, known)) == sorted(
        edge
        for k in (1, 2, 3)
        for edge in (
            (rf"$\delta_{k}$", rf"$\delta_{k - 1}$", "gradient"),
            (f"$E_{k}$", rf"$\delta_{k}$", "gradient"),
        )
    )
    for k in (1, 2, 3):
        # The slope is that of the state which the gradient leaves.
        at = place(ax, rf"$f^\prime_{k}$")[0]
        left, right = known[rf"$\delta_{k - 1}$"], known[rf"$\delta_{k}$"]
        assert at == pytest.approx((left[0] + right[0]) / 2)
    assert len(labels_at(ax, r"$W_{\mathrm{Rec}}^{\top}$")) == 3
    assert len(labels_at(ax, r"$W_y^{\top}$")) == 3


#: One step of an LSTM by hand: what leads where, each by what is written there.
LSTM = {
    ("C_{k-1}", "× 1"),
    ("f", "× 1"),
    ("× 1", "+"),
    ("i", "× 2"),
    ("g", "× 2"),
    ("× 2", "+"),
    ("+", "C_k"),
    ("C_k", "× 3"),
    ("o", "× 3"),
    ("× 3", "S_k"),
    *(("S_{k-1}", gate) for gate in "figo"),
}


@shows(draw_lstm_step)
@pytest.mark.parametrize("backward", [False, True])
def test_a_step_of_an_lstm_joins_what_its_equations_join(backward):
    (ax,) = draw_lstm_step(backward).axes
    known = nodes(ax)
    letters = {r"\gamma": "C", r"\delta": "S"}
    plain = {}
    for name, where in known.items():
        short = name.strip("$")
        for greek, letter in letters.items():
            short = short.replace(greek, letter)
        plain[short] = np.array(where)

    def node(point):
        (found,) = [
            n for n, at in plain.items() if np.hypot(*(at - point)) < 0.05
        ]
        return found

    drawn = {
        (node(path[0]), node(path[-1]))
        for path in (
            patch.get_path().vertices
            for patch in ax.patches
            if type(patch) is PathPatch
        )
    }
    assert drawn == {(b, a) if backward else (a, b) for a, b in LSTM}
    assert ("X_k" in plain) == (not backward)
    # The head of each arrow is close to where the path ends.
    tips = [
        np.array(t.xy) for t in ax.texts if getattr(t, "arrow_patch", None)
    ]
    stops = [
        p.get_path().vertices[-1] for p in ax.patches if type(p) is PathPatch
    ]
    assert len(tips) == len(stops)
    for tip, stop in zip(tips, stops, strict=True):
        assert np.hypot(*(tip - stop)) == pytest.approx(0.3)
    assert place(ax, "tanh")[0] < plain["C_k"][0]
    assert plain["S_k"][1] < place(ax, "tanh")[1] < plain["C_k"][1]
    assert bool(backward) == any(r"\delta" in name for name in known)


# ------------------------------------------------------------------ the map of the loss

WHOLE, CLOSE = (-3, 3, -3, 3), (0.3, 1.2, 0.7, 1.5)


@shows(draw_loss_surface)
@pytest.mark.parametrize("view", [WHOLE, CLOSE])
def test_the_point_and_the_minimum_are_where_wRec_is_across(view):
    (ax,) = draw_loss_surface(
        SURFACE, wx=0.9, wRec=0.4, view=view, name="a"
    ).axes
    (point,) = [
        mark for mark in lines(ax, mark="o") if mark.get_markersize() > 8
    ]
    assert point.get_xydata().tolist() == [[0.4, 0.9]]
    assert hue(point.get_color()) == "ink"
    (ring,) = [
        mark for mark in lines(ax, mark="o") if mark.get_markersize() < 8
    ]
    assert ring.get_xydata().tolist() == [[1, 1]]
    assert hue(ring.get_markerfacecolor()) == "paper"
    assert place(ax, "a") == (0.4, 0.9)
    assert (*ax.get_xlim(), *ax.get_ylim()) == view
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("wRec", "wx")
    assert hue(ax.xaxis.label.get_color()) == "wrec"
    assert hue(ax.yaxis.label.get_color()) == "wx"
    assert ax.get_aspect() == 1


@shows(draw_loss_surface)
def test_the_minimum_is_named_unless_the_point_is_near():
    near = draw_loss_surface(SURFACE, 1.1, 1.0, WHOLE).axes[0]
    assert "(1, 1)" not in words(near)
    far = draw_loss_surface(SURFACE, -1.0, 1.0, WHOLE).axes[0]
    assert place(far, "(1, 1)") == (1, 1)


@shows(draw_loss_surface)
@pytest.mark.parametrize("view", [WHOLE, CLOSE, (0.7, 1.3, 0.7, 1.3)])
def test_the_floor_of_the_ravine_is_lowest_along_wx(view):
    (ax,) = draw_loss_surface(SURFACE, 1, 1, view).axes
    for drawn in (line(ax, "ink", "", "--"), line(ax, "paper", "", "-")):
        r, best = drawn.T
        assert (r[0], r[-1]) == view[:2]
        np.testing.assert_allclose(best, floor(r), rtol=1e-9)
        for side in (0.99, 1.01):
            assert (loss(best, r) <= loss(side * best, r) + 1e-12).all()
    if "ravine floor" in words(ax):
        at = place(ax, "ravine floor")
        assert at[1] == pytest.approx(floor(at[0]))


def walls(ax):
    """The areas above each level of the map, in the order in which they cover each other."""
    return [patch for patch in ax.patches if isinstance(patch, Polygon)]


def lightness(colour):
    return np.dot([0.299, 0.587, 0.114], [*bytes.fromhex(to_hex(colour)[1:])])


@shows(draw_loss_surface)
@pytest.mark.parametrize("view", [WHOLE, CLOSE])
def test_contours_run_where_the_loss_is_a_power_of_ten(view):
    left, right, low, high = view
    (ax,) = draw_loss_surface(SURFACE, 1, 1, view).axes
    (ground,) = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert ground.get_bbox().bounds == (left, low, right - left, high - low)
    levels, tones = [], [lightness(ground.get_facecolor())]
    for wall in walls(ax):
        r, wx = polygon(wall).T
        assert {low, high} & set(wx)
        inside = (low < wx) & (wx < high) & (left < r) & (r < right)
        at = np.log10(loss(wx[inside], r[inside]))
        if not at.size:
            continue
        # Where even the floor is higher, the wall is the floor itself.
        above = np.isclose(wx[inside], floor(r[inside]), rtol=1e-9)
        if above.all():
            continue
        level = at[~above].mean()
        np.testing.assert_allclose(at[~above], level, atol=1e-6)
        assert (at[above] >= level - 1e-9).all()
        if not levels or not np.isclose(levels[-1], level):
            levels.append(level)
            tones.append(lightness(wall.get_facecolor()))
    np.testing.assert_allclose(
        levels, np.round(2 * np.array(levels)) / 2, atol=1e-6
    )
    assert levels == sorted(levels)
    assert {0, 1, 2} <= {round(level) for level in levels}
    assert tones == sorted(tones)
    assert tones[-1] > tones[0] + 60


@shows(draw_loss_surface)
def test_whole_powers_of_ten_have_a_line_and_half_ones_none():
    (ax,) = draw_loss_surface(SURFACE, 1, 1, CLOSE).axes
    for wall in walls(ax):
        r, wx = polygon(wall).T
        inside = (wx > 0.7) & (wx < 1.5) & ~np.isclose(wx, floor(r))
        inside &= (r > 0.3) & (r < 1.2)
        if inside.any():
            level = np.log10(loss(wx[inside], r[inside])).min()
            whole = abs(level - round(level)) < 1e-6
            assert bool(wall.get_linewidth()) == whole


@shows(draw_loss_surface)
def test_light_falls_from_the_upper_left():
    (ax,) = draw_loss_surface(SURFACE, 1, 1, CLOSE).axes
    (image,) = ax.images
    assert tuple(image.get_extent()) == CLOSE
    assert image.origin == "lower"
    shade = np.asarray(image.get_array())
    n = len(shade)
    rng = np.random.default_rng(0)
    seen = set()
    for row, column in rng.integers(5, n - 5, (200, 2)):
        wRec = 0.3 + 0.9 * column / (n - 1)
        wx = 0.7 + 0.8 * row / (n - 1)
        # Per pixel; the map is wider than it is high.
        up, across = gradient(wx, wRec) * [0.8, 0.9]
        if (
            abs(across - up) < 0.2 * np.hypot(across, up)
            or loss(wx, wRec) < 0.01
        ):
            continue
        faces = across > up
        assert (shade[row, column, 0] == 1) == faces
        assert shade[row, column, 3] > 0
        seen.add(bool(faces))
    assert seen == {True, False}


@shows(draw_descent)
def test_a_path_has_its_start_its_steps_and_its_end():
    path = descent(1, 0.5, 1e-3, 40)
    (ax,) = draw_descent(SURFACE, path, view=CLOSE).axes
    across_up = path[:, ::-1]
    for name in ("ink", "paper"):
        drawn = [
            one.get_xydata()
            for one in lines(ax, name, "", "-")
            if len(one.get_xdata()) == 41
        ]
        assert len(drawn) == 1
        np.testing.assert_allclose(drawn[0], across_up)
    dots = line(ax, "ink", ".")
    steps = np.hypot(*np.diff(path, axis=0).T)
    # Dots where steps are longer than a hundred-and-fiftieth of the map.
    np.testing.assert_allclose(dots, across_up[1:][steps > 0.9 / 150])
    assert 5 < len(dots) < 40
    for cross in lines(ax, mark="x"):
        np.testing.assert_allclose(cross.get_xydata(), across_up[-1:])
    assert len(lines(ax, mark="x")) == 2
    assert place(ax, "start") == (0.5, 1)
    assert place(ax, "end") == pytest.approx(tuple(across_up[-1]))
    (start,) = [one for one in lines(ax, mark="o") if one.get_markersize() > 8]
    assert start.get_xydata().tolist() == [[0.5, 1]]


@shows(draw_descent)
def test_a_path_that_leaves_the_map_has_no_end_on_it():
    path = np.array([[1, 0.5], [9, 0.6], [1, 40.0]])
    (ax,) = draw_descent(SURFACE, path, view=WHOLE).axes
    assert not lines(ax, mark="x")
    assert "end" not in words(ax)


#: A made-up map of four by four starts, the lowest wx first, and since when each fate holds.
MAP = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [3, 3, 3, 3], [2, 2, 2, 3]])
SOON = ("fate-arrived", "fate-underway", "fate-wrong", "fate-blown")


def fate_pixels(ax):
    """The two images of a map, for light pages and for dark ones."""
    images = {image.get_gid(): image for image in ax.images}
    assert set(images) == {"in-light", "in-dark"}
    assert images["in-light"].get_zorder() > images["in-dark"].get_zorder()
    for image in images.values():
        assert image.origin == "lower"
    return images["in-light"], images["in-dark"]


@shows(draw_descent, draw_fates)
def test_a_map_of_fates_has_a_colour_for_each_start():
    path = np.array([[0.5, -0.5], [0.8, -0.2]])
    (ax,) = draw_descent(SURFACE, path, MAP, WHOLE, 0 * MAP).axes
    for image, colours in zip(fate_pixels(ax), (LIGHT, DARK), strict=True):
        # The outermost starts are in the middle of their cells.
        assert tuple(image.get_extent()) == (-4, 4, -4, 4)
        pixels = np.asarray(image.get_array())
        for row, column in ((0, 1), (1, 0), (1, 2), (2, 0), (3, 0), (3, 3)):
            expected = bytes.fromhex(colours[SOON[MAP[row, column]]][1:])
            assert pixels[row, column].tolist() == pytest.approx(
                [*expected], abs=1
            ), (row, column)
    assert place(ax, "start") == (-0.5, 0.5)
    assert place(ax, "end") == (-0.2, 0.8)
    (key,) = ax.figure.legends
    assert [text.get_text() for text in key.get_texts()] == list(FATES)
    faces = [
        to_hex(part.get_facecolor())
        for part in key.findobj(Rectangle)
        if part.get_facecolor()[3] and part is not key.get_frame()
    ]
    # Two where it matters when a fate was decided: soon, then late.
    assert faces == [
        LIGHT[f"fate-{name}"]
        for name in ("arrived", "arrived-late", "underway", "wrong")
    ] + [LIGHT["fate-blown"], LIGHT["fate-blown-late"]]


def shares_in(ax):
    """The shares that are written on a map, with their places."""
    return [
        (text.get_text(), *map(float, text.get_position()))
        for text in ax.texts
        if text.get_text().endswith("%")
    ]


@shows(draw_fates)
def test_shares_are_counted_on_the_map():
    fates = np.zeros((30, 30), dtype=int)
    fates[:, :12] = 3  # 40 per cent, on the left
    fates[20:, 12:] = 2  # a fifth, in the upper right
    fig = draw_fates({"made up": fates})
    ax, spare = fig.axes
    assert not spare.axison
    assert ax.get_title() == "made up"
    # What has arrived is 18 of 30 columns in 20 of 30 rows.
    assert [share for share, *_ in shares_in(ax)] == ["40%", "20%", "40%"]
    step = 6 / 29
    on = [
        fates[round((y + 3) / step), round((x + 3) / step)]
        for _, x, y in shares_in(ax)
    ]
    assert on == [0, 2, 3]


@shows(draw_fates)
def test_every_fate_has_a_share_of_its_own():
    fates = np.repeat([0, 1, 2, 3], 10)[np.newaxis].repeat(40, axis=0)
    fates[:10, 30:] = 0
    given = {"a": fates, "b": fates.T, "c": 0 * fates}
    fig = draw_fates(
        given, shares={"a": (0.1, 0.2, 0.3, 0.4), "b": None, "c": None}
    )
    a, b, c, _ = fig.axes
    assert [ax.get_title() for ax in (a, b, c)] == ["a", "b", "c"]
    shares = [[share for share, *_ in shares_in(ax)] for ax in (a, b, c)]
    # Counted elsewhere; 500, 400, 400 and 300 of 1600; all.
    assert shares[0] == ["10%", "20%", "30%", "40%"]
    assert shares[1] == ["31%", "25%", "25%", "19%"]
    assert shares[2] == ["100%"]
    # Each fate is across in the first map where it is up in the second.
    for i, middle in ((1, -0.75), (2, 0.75)):
        assert shares_in(a)[i][1] == pytest.approx(middle, abs=0.75)
        assert shares_in(b)[i][2] == pytest.approx(middle, abs=0.75)
    for ax in (a, b, c):
        assert ax.get_xlim() == ax.get_ylim() == (-3, 3)
        assert line(ax, mark="o").tolist() == [[1, 1]]


# ------------------------------------------------------------------ shapes and scans


@shows(draw_shapes)
def test_chain_fan_and_tree_join_the_same_inputs():
    (ax,) = draw_shapes().axes
    known = nodes(ax)
    assert labels_at(ax, "chain")[0][1] > labels_at(ax, "fan")[0][1]
    assert labels_at(ax, "fan")[0][0] < labels_at(ax, "tree")[0][0]

    def near(name, shape):
        """Which of the nodes of that name belongs to a shape."""
        x, y = known[name]
        if y > -1.5:
            return shape == "chain"
        return shape == ("fan" if x < 4 else "tree")

    drawn = {shape: set() for shape in ("chain", "fan", "tree")}
    for start, stop, name in edges(ax, known):
        (shape,) = [s for s in drawn if near(start, s)]
        assert near(stop, shape)
        drawn[shape].add((start.split(" ")[0], stop.split(" ")[0], name))
    assert drawn["chain"] == {
        *((f"$x_{k}$", f"$S_{k}$", "wx") for k in (1, 2, 3, 4)),
        *((f"$S_{k - 1}$", f"$S_{k}$", "wrec") for k in (2, 3, 4)),
    }
    assert drawn["fan"] == {
        (f"$x_{k}$", "$S_4$", "wrec") for k in (1, 2, 3, 4)
    }
    assert drawn["tree"] == {
        ("$x_1$", "1–2", "state"),
        ("$x_2$", "1–2", "state"),
        ("$x_3$", "3–4", "state"),
        ("$x_4$", "3–4", "state"),
        ("1–2", "1–4", "state"),
        ("3–4", "1–4", "state"),
    }
    # What an input counts for stands beneath it; of the powers of wRec, w³ is the oldest's.
    r = r"w_{\mathrm{Rec}}"
    for k, power in enumerate((f"{r}^3", f"{r}^2", r, "1"), start=1):
        x, _ = min(labels_at(ax, f"${power}$"), key=lambda at: at[1])
        (above,) = [
            at
            for name, at in known.items()
            if name.startswith(f"$x_{k}$") and near(name, "fan")
        ]
        assert above[0] == x


@shows(draw_scan)
@pytest.mark.parametrize("n", [5, 8])
def test_after_each_round_a_box_reaches_twice_as_far_back(n):
    (ax,) = draw_scan(n).axes
    boxes = {
        tuple(map(float, box.get_center())): hue(box.get_facecolor())
        for box in ax.patches
    }
    heights = sorted({round(y, 9) for _, y in boxes}, reverse=True)
    assert len(heights) == 4
    expected = []
    for row, y in enumerate(heights):
        for k in range(1, n + 1):
            first = max(1, k - 2**row + 1)
            text = str(k) if first == k else f"{first}–{k}"
            assert (k, pytest.approx(y)) in [
                t.get_position() for t in ax.texts if t.get_text() == text
            ]
            (face,) = [
                h for at, h in boxes.items() if at == (k, pytest.approx(y))
            ]
            assert face == ("state" if first == 1 else "paper")
            if row and k > 2 ** (row - 1):
                expected += [(row, k - 2 ** (row - 1), k), (row, k, k)]
    drawn = []
    for one in ax.lines:
        (x0, y0), (x1, y1) = one.get_xydata()
        assert y0 > y1
        row = min(range(4), key=lambda r: abs(heights[r] - y1))
        drawn.append((row, round(x0), round(x1)))
        assert hue(one.get_color()) == ("state" if x0 == x1 else "wrec")
    assert sorted(drawn) == sorted(expected)
    names = ["the steps", "round 1", "round 2", "round 3"]
    assert [t for t in words(ax) if t in names] == names
