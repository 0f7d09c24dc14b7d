"""What the static figures of the explorables draw and say, against numbers by hand."""

import cmath
import itertools
import math

import numpy as np
import pytest
from artists import (
    assert_says,
    bars,
    hue,
    line,
    lines,
    numerals,
    place,
    pointers,
    shows,
    squares,
    words,
    written,
)
from by_hand import descent, floor, gradient, loss, states
from matplotlib.colors import to_hex

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables import (
    Adder,
    Bptt,
    Descent,
    Gates,
    GradientCheck,
    Learning,
    LossSurface,
    Pole,
    Scan,
    States,
    Tanh,
    Unrolled,
)
from rnn_by_hand.explorables.adder import draw_adder
from rnn_by_hand.explorables.bptt import draw_bptt
from rnn_by_hand.explorables.gradient_check import draw_gradient_check
from rnn_by_hand.explorables.pole import draw_poles
from rnn_by_hand.explorables.scan import draw_guesses, draw_rounds
from rnn_by_hand.explorables.tanh import draw_tanh
from rnn_by_hand.explorables.unrolled import draw_unrolled_weights
from rnn_by_hand.loss_colours import LIGHT


@shows(States.figure)
def test_states():
    fig, alt, caption = States(wx=-1.5, wRec=0.5, x="1010000001").figure()
    ax, strip = fig.axes
    S = states([1, 0, 1, 0, 0, 0, 0, 0, 0, 1], -1.5, 0.5)
    np.testing.assert_allclose(line(ax, "state", "o"), [*enumerate(S)])
    assert line(ax, "target")[:, 1].tolist() == [0, 1, 1, *[2] * 7, 3]
    filled = [k for k, _, full in squares(strip, "x") if full]
    assert filled == [1, 3, 10]
    assert numerals(alt) == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert_says(caption, [-1.5, 0.5, *S, S[-1], 3, (S[-1] - 3) ** 2])


@shows(LossSurface.figure)
def test_loss_surface():
    fig, alt, caption = LossSurface(wx=0.25, wRec=1.4, zoom=1).figure()
    (ax,) = fig.axes
    (point,) = [one for one in lines(ax, mark="o") if one.get_markersize() > 8]
    assert point.get_xydata().tolist() == [[1.4, 0.25]]
    view = [*ax.get_xlim(), *ax.get_ylim()]
    # Half as wide as the whole map, and moved by halves of that.
    assert view == [0, 3, -1.5, 1.5]
    assert numerals(alt) == view
    g = gradient(0.25, 1.4)
    best = floor(1.4)
    assert_says(
        caption, [0.25, 1.4, loss(0.25, 1.4), *g, best, loss(best, 1.4)]
    )


@shows(Learning.figure)
def test_learning():
    fig, alt, caption = Learning(wx=0.5, wRec=0.6, rate=5e-4).figure()
    (ax,) = fig.axes
    path = descent(0.5, 0.6, 5e-4, 100)
    (drawn,) = [
        one.get_xydata()
        for one in lines(ax, "ink", "", "-")
        if len(one.get_xdata()) == 101
    ]
    np.testing.assert_allclose(drawn, path[:, ::-1], rtol=1e-9)
    assert place(ax, "start") == (0.6, 0.5)
    assert place(ax, "end") == pytest.approx(tuple(path[-1, ::-1]))
    assert_says(alt, [0.5, 0.6, *path[-1]])
    assert_says(
        caption,
        [0.5, 0.6, *path[-1], 100, 5e-4, loss(0.5, 0.6), loss(*path[-1])],
    )


@shows(Descent.figure)
def test_descent_over_the_loss():
    setting = {"wx": 1, "wRec": 0.5, "rate": 1e-3, "steps": 30}
    fig, alt, caption = Descent(
        optimizer="gradient descent", **setting
    ).figure()
    (ax,) = fig.axes
    path = descent(1, 0.5, 1e-3, 30)
    (drawn,) = [
        one.get_xydata()
        for one in lines(ax, "ink", "", "-")
        if len(one.get_xdata()) == 31
    ]
    np.testing.assert_allclose(drawn, path[:, ::-1], rtol=1e-9)
    assert_says(alt, [1, 0.5, *path[-1]])
    assert_says(
        caption,
        [1, 0.5, *path[-1], 1e-3, 30, loss(1, 0.5), loss(*path[-1])],
    )
    assert "still on the way at step 30" in caption


def what_becomes_of(wx, wRec, rate, n_steps=500):
    """Follow starts downhill; whether each has a loss below a hundredth, or a weight beyond 100."""
    w = np.array([wx, wRec])
    for _ in range(n_steps):
        inside = np.abs(w).max(axis=0) <= 100
        w[:, inside] -= rate * gradient(*w[:, inside])
    with np.errstate(all="ignore"):
        return loss(*w) < 0.01, ~(np.abs(w).max(axis=0) <= 100)


@shows(Descent.figure)
def test_descent_over_the_fates():
    kind = Descent(optimizer="gradient descent", show="fates", rate=5e-4)
    fig, alt, caption = kind.figure()
    (ax,) = fig.axes
    image = next(one for one in ax.images if one.get_gid() == "in-light")
    # 41 starts in each direction, the outermost at -3 and 3.
    assert image.get_extent() == pytest.approx([-3.075, 3.075] * 2)
    pixels = np.asarray(image.get_array()).astype(int)
    assert pixels.shape == (41, 41, 3)
    wRec, wx = np.meshgrid(np.linspace(-3, 3, 41), np.linspace(-3, 3, 41))
    arrived, blown = what_becomes_of(wx, wRec, 5e-4)
    names = [name for name in LIGHT if name.startswith("fate-")]
    colours = np.array([[*bytes.fromhex(LIGHT[name][1:])] for name in names])
    off = np.abs(pixels[:, :, np.newaxis] - colours).sum(axis=-1)
    nearest = np.array(names)[off.argmin(axis=-1)]
    # Dots, stripes and mixed colours leave some pixels nearer to another fate.
    for fate, where, most in (
        ("fate-arrived", arrived, 0.94),
        ("fate-blown", blown, 0.99),
    ):
        drawn = np.char.startswith(nearest, fate)
        right = np.mean(drawn == where)
        assert right > most
        assert right >= max(
            np.mean(drawn[::-1] == where), np.mean(where == drawn.T)
        )
    shares = [part.split()[-1] for part in caption.split("%")[:-1]]
    assert float(shares[0]) == round(100 * arrived.mean(), 1)
    assert float(shares[3]) == round(100 * blown.mean(), 1)
    assert sum(map(float, shares)) == pytest.approx(100, abs=0.2)
    assert alt.endswith("over a map of the fates.")


@shows(Unrolled.figure, draw_unrolled_weights)
def test_unrolled():
    fig, alt, caption = Unrolled(wx=2, wRec=-0.5, n=5, k=2).figure()
    ax, graph = fig.axes
    weights = [2 * (-0.5) ** (5 - k) for k in range(1, 6)]
    everyone, chosen = ax.collections
    for stems, steps in ((everyone, [1, 2, 3, 4, 5]), (chosen, [2])):
        np.testing.assert_allclose(
            list(stems.get_segments()),
            [[(k, 0), (k, weights[k - 1])] for k in steps],
        )
    assert everyone.get_alpha() < chosen.get_alpha()
    ticks = {
        label.get_text(): height
        for height, label in zip(ax.get_yticks(), ax.get_yticklabels())
        if label.get_text()
    }
    for label, height in ticks.items():
        sign = -1 if label.startswith("$-") else 1
        power = int(label.partition("{")[2].partition("}")[0])
        assert height == pytest.approx(sign * 10.0**power)
    low, high = ax.get_ylim()
    assert low <= min(weights)
    assert max(weights) <= high
    # The way of the second input: up to its state, then along to the end.
    heavy = [one for one in graph.collections if one.get_linewidth()[0] > 2]
    assert {
        hue(one.get_color()): one.get_segments()[0].tolist() for one in heavy
    } == {"wx": [[2, 0], [2, 1]], "wrec": [[2, 1], [5, 1]]}
    for name, mark, on in (("state", "o", [2, 3, 4, 5]), ("x", "s", [2])):
        marks = lines(graph, name, mark)
        full = [m for m in marks if hue(m.get_markerfacecolor()) == name]
        assert [m.get_xdata().tolist() for m in full] == [on]
        every = sorted(x for m in marks for x in m.get_xdata())
        assert every == list(range(6) if mark == "o" else range(1, 6))
    assert place(graph, "$w_x$")[0] == 2
    assert place(graph, r"$w_{\mathrm{Rec}}^{3}$")[0] == 3.5
    assert place(graph, "$y$")[0] == 5
    assert_says(alt, [5, weights[0], weights[-1]])
    assert_says(caption.replace("wRec³", "wRec"), [2, -0.5, 2, 5, -0.25])
    assert "wRec³ = −0.25" in caption


@shows(Bptt.figure, draw_bptt)
def test_bptt():
    bits = [1, 0, 0, 0, 0, 1, 0, 0, 1, 1]
    wx, wRec, shift = 0.8, 0.9, -1
    kind = Bptt(wx=wx, wRec=wRec, x=tuple(bits), shift=shift)
    fig, alt, caption = kind.figure()
    forward, back, for_wx, for_wRec = fig.axes
    S = np.array(states(bits, wx, wRec))
    t = sum(bits) + shift
    delta = 2 * (S[-1] - t) * wRec ** np.arange(9, -1, -1)  # at S_1 to S_10
    np.testing.assert_allclose(line(forward, "state", "o"), [*enumerate(S)])
    assert set(line(forward, "target")[:, 1]) == {t}
    assert place(forward, "$t$")[1] == t
    steps = np.arange(1, 11)
    arrows = line(back, "gradient", "<")
    np.testing.assert_allclose(arrows, np.transpose([steps, delta]))
    of_wx, of_wRec = delta * bits, delta * S[:-1]
    for ax, terms, name in (
        (for_wx, of_wx, "wx"),
        (for_wRec, of_wRec, "wrec"),
    ):
        # A bar begins where the sum of all later ones ends.
        later = np.array([terms[k:].sum() for k in range(1, 11)])
        expected = np.transpose([steps, later, later + terms])
        np.testing.assert_allclose(bars(ax), expected, atol=1e-12)
        assert {hue(bar.get_facecolor()) for bar in ax.patches} == {name}
        # To the right of a step, the sum of those after it.
        sums = line(ax, name, "", ":")
        np.testing.assert_allclose(
            sums[1:11], np.transpose([steps, later]), atol=1e-12
        )
        np.testing.assert_allclose(sums[0], (0.5, terms.sum()), atol=1e-12)
    h = 1e-6
    slopes = [
        (
            (states(bits, wx + h * a, wRec + h * b)[-1] - t) ** 2
            - (states(bits, wx - h * a, wRec - h * b)[-1] - t) ** 2
        )
        / (2 * h)
        for a, b in ((1, 0), (0, 1))
    ]
    np.testing.assert_allclose([of_wx.sum(), of_wRec.sum()], slopes, rtol=1e-6)
    labels = [label.get_text() for label in for_wRec.get_xticklabels()]
    assert labels[1:] == [f"{k}\n{bit}" for k, bit in enumerate(bits, start=1)]
    assert numerals(alt) == bits
    assert_says(
        caption,
        [
            wx,
            wRec,
            S[-1],
            t,
            (S[-1] - t) ** 2,
            delta[-1],
            delta[0],
            of_wx.sum(),
            of_wRec.sum(),
        ],
    )


@shows(GradientCheck.figure, draw_gradient_check)
def test_gradient_check():
    setting = {"wx": 1.2, "wRec": 1.1, "bug": "forgot the 2"}
    kind = GradientCheck(eps=0.01, difference="forward", **setting)
    fig, _, caption = kind.figure()
    ax, below = fig.axes
    truth = gradient(1.2, 1.1)
    curves = {
        hue(one.get_color()): one.get_xydata()
        for one in lines(ax, style="-")
        if len(one.get_xdata()) > 2
    }
    assert set(curves) == {"wx", "wrec"}
    # 1, 2 and 5 of each power of ten, and 1.
    steps = [m * 10.0**p for p in range(-14, 0) for m in (1, 2, 5)] + [1]
    errors = {}
    for i, (name, mark) in enumerate((("wx", "s"), ("wrec", "o"))):
        np.testing.assert_allclose(curves[name][:, 0], steps)
        assert lines(ax, name, mark)
        for eps in (0.5, 0.01, 1e-3):
            moved = np.array([1.2, 1.1])
            moved[i] += eps
            slope = (loss(*moved) - loss(1.2, 1.1)) / eps
            error = abs(slope - truth[i]) / max(abs(slope), abs(truth[i]))
            row = int(np.argmin(np.abs(np.array(steps) / eps - 1)))
            assert curves[name][row, 1] == pytest.approx(error, rel=1e-4)
            errors[name, eps] = error
    (at,) = [one for one in lines(ax, "ink") if len(one.get_xdata()) == 2]
    assert list(at.get_xdata()) == [0.01, 0.01]
    # A shaded area reaches up to the error to expect, which the curve follows where it is large.
    bands = {
        hue(one.get_facecolor()): polygon_of(one) for one in ax.collections
    }
    for name in ("wx", "wrec"):
        at = bands[name]
        top = at[np.isclose(at[:, 0], 0.5), 1].max()
        assert top == pytest.approx(errors[name, 0.5], rel=1e-6)
    # Half of the true gradient, for both.
    for row, (name, mark) in enumerate((("wx", "s"), ("wrec", "o"))):
        np.testing.assert_allclose(
            line(below, name, mark), [[1, -row], [0.5, -row]], rtol=1e-9
        )
    assert words(below) == ["0.5", "0.5"]
    assert [text.xy for text in below.texts] == [
        (pytest.approx(0.5), 0),
        (pytest.approx(0.5), -1),
    ]
    said = numerals(caption)
    assert said[:3] == [1.2, 1.1, 0.01]
    assert said[3:5] == [
        pytest.approx(errors["wx", 0.01], rel=0.05),
        pytest.approx(errors["wrec", 0.01], rel=0.05),
    ]
    assert said[-2:] == [0.5, 0.5]
    # The name of a curve stands above that of the other if the curve ends above it.
    higher = line(ax, "wx", "s")[-1, 1] > line(ax, "wrec", "o")[-1, 1]
    assert (place(ax, "wx")[1] > place(ax, "wRec")[1]) == higher


def polygon_of(collection):
    return collection.get_paths()[0].vertices


@shows(draw_gradient_check)
def test_ratios_beyond_the_edge_and_of_nothing():
    flat = [1e-3] * 3
    fig = draw_gradient_check(
        [1e-3, 1e-2, 1],
        [flat, [0, 0, 1e-9]],
        [flat, flat],
        ("a", "b"),
        1e-2,
        (None, -250),
    )
    ax, below = fig.axes
    assert words(below) == ["0 ÷ 0", "−250"]
    assert [text.xy for text in below.texts] == [(1, 0), (-100, -1)]
    assert not lines(below, "wx")
    # An error of 0 is drawn beside the tick that says so.
    drawn = line(ax, "wrec", "o")[:, 1]
    assert drawn.tolist() == [1e-17, 1e-17, 1e-9]
    ticks = dict(
        zip(
            [label.get_text() for label in ax.get_yticklabels()],
            ax.get_yticks(),
        )
    )
    assert ticks["0"] == 1e-17
    assert ticks["1"] == 1


@shows(Tanh.figure, draw_tanh)
@pytest.mark.parametrize(
    ("wRec", "x", "S0"), [(1.2, 0, 0.1), (2, -0.2, 0.9), (-2, 0, 0.3)]
)
def test_tanh(wRec, x, S0):
    fig, _, caption = Tanh(wRec=wRec, x=x, S0=S0).figure()
    web, ahead, strip, back = fig.axes
    S = [S0]
    for _ in range(30):
        S.append(math.tanh(wRec * S[-1] + x))
    np.testing.assert_allclose(
        line(ahead, "state", "."), [*enumerate(S)], rtol=1e-9
    )
    left = [1.0]
    for s in S[:0:-1]:
        left.append(left[-1] * abs(wRec) * (1 - s * s))
    np.testing.assert_allclose(
        line(back, "gradient", "<"), [*enumerate(left[::-1])], rtol=1e-6
    )
    # A staircase: from a state up to the next one, across to the diagonal, and so on.
    stairs = line(web, "ink")
    corners = [(S0, -1.15)]
    for before, after in itertools.pairwise(S):
        corners += [(before, after), (after, after)]
    np.testing.assert_allclose(
        stairs[: len(corners)], corners[: len(stairs)], rtol=1e-9
    )
    (curve,) = [
        one for one in lines(web, "state", "") if len(one.get_xdata()) > 9
    ]
    np.testing.assert_allclose(
        curve.get_ydata(), np.tanh(wRec * curve.get_xdata() + x)
    )
    tangent = line(web, "wrec", "", "--")
    np.testing.assert_allclose(tangent[:, 1], wRec * tangent[:, 0])
    diagonal = line(web, "target")
    assert diagonal[:, 0].tolist() == diagonal[:, 1].tolist()
    # Resting points, found where the curve crosses the diagonal.
    grid = np.linspace(-1, 1, 400_001)
    off = np.tanh(wRec * grid + x) - grid
    resting = grid[:-1][np.sign(off[:-1]) != np.sign(off[1:])]
    resting = sorted({round(point, 3) for point in resting})
    points = lines(web, "state", "o")
    where = [point.get_xdata()[0] for point in points]
    assert [round(float(at), 3) + 0.0 for at in where] == pytest.approx(
        resting, abs=2e-3
    )
    for point in points:
        at = float(point.get_xdata()[0])
        assert point.get_ydata()[0] == point.get_xdata()[0]
        stable = abs(wRec * (1 - at * at)) < 1
        assert hue(point.get_markerfacecolor()) == (
            "state" if stable else "paper"
        )
    # In the strip they lie on the line of this wRec.
    if wRec >= -1:
        on_line = [
            tuple(one.get_xydata()[0]) for one in lines(strip, "state", "o")
        ]
        assert on_line == [(at, wRec) for at in where]
        assert set(line(strip, "wrec")[:, 1]) == {wRec}
    for one in lines(strip, "state", ""):
        at, height = one.get_xydata().T
        some = np.isfinite(at) & (np.abs(at) > 1e-9)
        np.testing.assert_allclose(
            np.tanh(height[some] * at[some] + x), at[some], atol=1e-9
        )
        solid = one.get_linestyle() == "-"
        slopes = height[some] * (1 - at[some] ** 2)
        assert (
            (slopes <= 1 + 1e-9).all() if solid else (slopes > 1 - 1e-9).all()
        )
    said = numerals(caption)
    assert said[:3] == [wRec, x, S0]
    assert said[-2:] == [30, pytest.approx(left[-1], rel=0.06)]
    for point in resting:
        assert any(abs(number - point) < 2e-3 for number in said[3:-2])
    assert any(abs(number - S[-1]) < 2e-2 for number in said[3:-2])


@shows(Pole.figure, draw_poles)
def test_pole():
    fig, alt, caption = Pole(r=0.9, angle=30, others="0.5@180").figure()
    plane, ax = fig.axes
    held = cmath.rect(0.9, math.pi / 6)
    powers = [held**k for k in range(101)]
    for drawn in (line(plane, "state", ""), line(plane, "state", "o")):
        np.testing.assert_allclose(
            drawn, [(p.real, p.imag) for p in powers], atol=1e-12
        )
    full, mirror = lines(plane, "wrec", "o")
    np.testing.assert_allclose(full.get_xydata(), [(held.real, held.imag)])
    np.testing.assert_allclose(mirror.get_xydata(), [(held.real, -held.imag)])
    assert hue(full.get_markerfacecolor()) == "wrec"
    other = [one.get_xydata()[0] for one in lines(plane, "wrec", "s")]
    np.testing.assert_allclose(other, [(-0.5, 0)] * 2, atol=1e-12)
    circle = line(plane, "ink", "")
    np.testing.assert_allclose(np.hypot(*circle.T), 1)
    response = [(p.real + (-0.5) ** k) / 2 for k, p in enumerate(powers)]
    np.testing.assert_allclose(
        line(ax, "state", "o"), [*enumerate(response)], atol=1e-12
    )
    envelope = [(0.9**k + 0.5**k) / 2 for k in range(101)]
    above, below = [one.get_ydata() for one in lines(ax, "wrec")]
    np.testing.assert_allclose(above, envelope)
    np.testing.assert_allclose(below, np.negative(envelope))
    assert plane.get_xlim() == plane.get_ylim()
    assert plane.get_xlim()[1] > 1.05
    assert numerals(alt)[0] == 2
    memory = 1 / -math.log(0.9)
    assert_says(caption, [0.9, 30, memory, 37, 100, response[-1]])


@shows(draw_poles)
def test_a_response_beyond_the_scale_has_its_direction():
    powers = 1.05 ** np.arange(5) * np.array([[1, -1, 1, -1, 1.0]])
    fig = draw_poles(
        np.array([[1.05, 180]]), 1.1 * powers, 1.1 * np.abs(powers[0])
    )
    _, ax = fig.axes
    up, down = line(ax, mark="^"), line(ax, mark="v")
    assert up[np.isfinite(up[:, 1]), 0].tolist() == [0, 2, 4]
    assert down[np.isfinite(down[:, 1]), 0].tolist() == [1, 3]
    assert (up[[0, 2, 4], 1] > 1).all()
    assert (down[[1, 3], 1] < -1).all()
    assert words(ax) == [f"to {1.1 * 1.05**4:.4g} ↑"]


@shows(Adder.figure, draw_adder)
def test_adder():
    kind = Adder(a=188, b=132, step=3)
    fig, alt, caption = kind.figure()
    paper, plane = fig.axes
    digits = {
        row: {
            round(-text.get_position()[0]): text.get_text()
            for text in paper.texts
            if text.get_position()[1] == row
        }
        for row in range(5)
    }

    def column(number, n):
        return {k + 1: str(number >> k & 1) for k in range(n)}

    assert digits[3] == column(188, 8)
    assert digits[2] == column(132, 8)
    assert digits[1] == digits[0] == column(320, 9)
    carry = {1: "0"}
    for k in range(9):
        low = (188 % 2 ** (k + 1)) + (132 % 2 ** (k + 1))
        carry[k + 2] = str(low >> (k + 1))
    assert digits[4] == carry
    shade = next(p for p in paper.patches if hue(p.get_facecolor()) == "faint")
    assert shade.get_x() + shade.get_width() / 2 == -3
    assert not lines(paper, mark="", style="-")[1:]  # no crosses
    (ball,) = lines(plane, "state", "o")
    across, up = ball.get_xydata()[0]
    shown = kind.readout
    assert (across, up) == (shown["S"][3][0], shown["outputs"][2])
    # 1 + 1 in the third column, without a carry from the second.
    assert words(plane)[0] == "2"
    assert across > 0  # a carry
    assert up < 0  # writes 0
    cloud = {
        one.get_marker().strip("$"): one.get_xydata()
        for one in plane.lines
        if str(one.get_marker()).startswith("$")
    }
    assert sum(map(len, cloud.values())) == 270
    for total, points in cloud.items():
        # Trained, it tells totals apart: a carry on the right, a 1 written above.
        right = np.mean((points[:, 0] > 0) == (int(total) > 1))
        above = np.mean((points[:, 1] > 0) == (int(total) % 2 == 1))
        assert right == above == 1, total
    assert numerals(alt)[:2] == [188, 132]
    said = numerals(caption)
    assert said[:5] == [188, 132, 320, 320, 0]
    assert_says(
        caption,
        [188, 132, 320, 320, 0, 9, 3, 1, across, up, kind.trained, 30, 30],
    )
    for word, side in (("no carry", -1), ("carry", 1)):
        assert np.sign(place(plane, word)[0]) == side
    for word, side in (("writes 0", -1), ("writes 1", 1)):
        assert np.sign(place(plane, word)[1]) == side


@shows(draw_adder)
def test_a_digit_that_is_wrong_is_crossed_out():
    shown = Adder(a=1, b=1).readout
    shown |= {
        "digits": [1, *shown["digits"][1:]],
        "carry": [1, *shown["carry"][1:]],
    }
    shown |= {"unpushed": [-0.25, 0.75]}
    paper, plane = draw_adder(shown).axes
    crosses = [
        one.get_xydata().mean(axis=0).tolist()
        for one in lines(paper, "ink")
        if len(one.get_xdata()) == 2
        and one.get_xdata()[0] != one.get_xdata()[1]
        and one.get_ydata()[0] != one.get_ydata()[1]
    ]
    np.testing.assert_allclose(crosses, [(-1, 4), (-1, 1)])
    way = line(plane, "state", "", ":")
    assert way[0].tolist() == [-0.25, 0.75]
    assert way[1].tolist() == line(plane, "state", "o")[0].tolist()


@shows(Gates.figure)
@pytest.mark.parametrize("network", ["LSTM", "GRU"])
def test_gates(network):
    kind = Gates(network, x="11R1" * 4, bias=2, hold="f3=0;i5-6=0.25;z2=0.5")
    fig, alt, caption = kind.figure()
    strip, *gates, memory, back = fig.axes
    assert words(strip) == list("11R1" * 4)
    sigmoid = lambda z: 1 / (1 + math.exp(-z))  # noqa: E731
    # The sums of the gates for a 1 and for an R, from the weights that the module documents.
    c, s, held = [0.0], 0.0, {("f", 3): 0, ("i", 5): 0.25, ("i", 6): 0.25}
    rows = {"f": [], "i": [], "o": [], "z": [], "r": []}
    for k, symbol in enumerate("11R1" * 4, start=1):
        one, reset = symbol == "1", symbol == "R"
        if network == "LSTM":
            i = held.get(("i", k), sigmoid(8 * one - 4))
            f = held.get(("f", k), sigmoid(2 - 9 * reset + s))
            g = math.tanh(0.5 * one + 0.25 * reset - 0.25)
            o = sigmoid(2)
            c.append(f * c[-1] + i * g)
            s = o * math.tanh(c[-1])
            for name, value in (("f", f), ("i", i), ("o", o)):
                rows[name].append(value)
        else:
            r = sigmoid(3 - 8 * reset)
            z = 0.5 if k == 2 else sigmoid(2 - 8 * one - 9 * reset + s)
            s = (1 - z) * math.tanh(0.3 * one + r * s) + z * s
            c.append(s)
            rows["r"].append(r)
            rows["z"].append(z)
    np.testing.assert_allclose(
        line(memory, "state", "o"), [*enumerate(c)], atol=1e-12
    )
    shown = ("f", "i", "o") if network == "LSTM" else ("z", "r")
    for ax, name in zip(gates, shown, strict=True):
        assert f"${name}$" in ax.get_ylabel()
        drawn = sorted(map(tuple, bars(ax)))
        np.testing.assert_allclose([top for *_, top in drawn], rows[name])
    readout = kind.readout
    gradient_back = readout["gamma" if network == "LSTM" else "delta"]
    assert pointers(back)
    for start, stop, _ in pointers(back):
        k = round(stop[0])
        assert stop == (k, pytest.approx(gradient_back[k]))
        assert start == (k + 1, pytest.approx(gradient_back[k + 1]))
    said = numerals(caption)
    assert said[:2] == [2, 3 if network == "LSTM" else 1]
    assert said[2] == pytest.approx(c[-1], rel=1e-3)
    assert said[3] == pytest.approx(s, rel=1e-3)
    assert " ".join("11R1" * 4) in alt


@shows(Scan.figure, draw_rounds)
def test_scan():
    bits = "1011" * 8
    fig, alt, caption = Scan("scan", n=8, round=2, wRec=-0.5, x=bits).figure()
    ax, spans = fig.axes
    # After two rounds a cell covers four steps, or all from the first on.
    firsts = [max(1, k - 3) for k in range(1, 9)]
    np.testing.assert_allclose(
        bars(spans),
        [(k, first - 1, k) for k, first in enumerate(firsts, start=1)],
    )
    full = [hue(bar.get_facecolor()) == "state" for bar in spans.patches]
    assert full == [first == 1 for first in firsts]

    def strokes(name):
        (one,) = [
            one for one in lines(ax, name, "") if len(one.get_xdata()) > 2
        ]
        data = one.get_xydata().reshape(-1, 3, 2)[:, :2]
        return sorted(
            (*map(int, (a[0], b[0])), int(b[1]))
            for a, b in data
            if a[1] == b[1] - 1
        )

    done = sorted(
        (k - 2 ** (r - 1), k, r)
        for r in (1, 2)
        for k in range(2 ** (r - 1) + 1, 9)
    )
    assert strokes("wrec") == done
    assert strokes("state") == sorted((k, k, r) for _, k, r in done)
    assert strokes("target") == sorted((k - 4, k, 3) for k in range(5, 9))
    assert strokes("faint") == sorted(
        (k, k, r) for r in (1, 2, 3) for k in range(1, 9)
    )
    cells = {
        hue(one.get_markerfacecolor()): {
            tuple(map(int, at)) for at in one.get_xydata()
        }
        for one in lines(ax, "state", "o")
    }
    assert {k for k, r in cells["state"] if r == 2} == {1, 2, 3, 4}
    assert {k for k, r in cells["paper"] if r == 2} == {5, 6, 7, 8}
    inputs = {
        hue(one.get_markerfacecolor()): one.get_xydata()[:, 0].tolist()
        for one in lines(ax, "x", "s")
    }
    assert inputs == {"x": [1, 3, 4, 5, 7, 8], "paper": [2, 6]}
    assert 2 in {one.get_ydata()[0] for one in lines(ax, "ink")}
    # What a cell holds: the inputs that it covers, each with its power of wRec.
    held = [
        sum((-0.5) ** (k - j) * int(bits[j - 1]) for j in range(first, k + 1))
        for k, first in enumerate(firsts, start=1)
    ]
    # Seven and six pairs so far, and four in the last round.
    assert_says(caption, [2, 3, 13, 17, 4, 8, -0.5, *held])
    assert numerals(alt) == [8, 2, 3]


@shows(Scan.figure, draw_guesses)
def test_scan_with_newton():
    fig, _, caption = Scan(
        "Newton", n=6, round=6, wRec=0.9, x="101101" + "0" * 26
    ).figure()
    above, below = fig.axes
    S = [0.0]
    for bit in (1, 0, 1, 1, 0, 1):
        S.append(math.tanh(0.9 * S[-1] + bit))
    loop = line(below, "target", "", "--")
    np.testing.assert_allclose(loop, [*enumerate(S)][1:], rtol=1e-12)
    # The first guess is 0 everywhere, so its largest error is the largest state.
    errors = line(above, "ink", "o")
    assert errors[0].tolist() == [pytest.approx(max(S)), 0]
    assert errors[:, 1].tolist() == list(range(7))
    assert errors[-1, 0] <= 1e-9
    assert above.get_xscale() == "log"
    # As many corrections as steps are enough.
    marks = lines(below, "state", "o")
    assert [one.get_xdata()[0] for one in marks] == [1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose([one.get_ydata()[0] for one in marks], S[1:])
    assert {hue(one.get_markerfacecolor()) for one in marks} == {"state"}
    said = numerals(caption)
    assert [said[0], said[1], *said[-2:]] == [0.9, 6, 6, 6]


@shows(draw_guesses)
def test_a_guess_beyond_the_scale_and_one_that_is_off():
    S = np.array([0, 0.5, -0.5])
    guesses = np.array([[0, 0, 0], [0, 0.5, 7.0]])
    _, below = draw_guesses(S, guesses, np.abs(guesses - S)).axes
    (right,) = lines(below, "state", "o")
    assert right.get_xdata()[0] == 1
    assert hue(right.get_markerfacecolor()) == "state"
    (beyond,) = lines(below, "state", "^")
    assert beyond.get_xdata()[0] == 2
    assert hue(beyond.get_markerfacecolor()) == "paper"
    assert beyond.get_ydata()[0] < below.get_ylim()[1]
    assert place(below, "loop") == (2, -0.5)
    assert to_hex(written(below, "guess").get_color()) == PALETTE["state"]
