"""What the figures of the chapters on the reader's network and on today draw and say, from 9 on."""

import math
import re

import numpy as np
import pytest
from artists import (
    arrows,
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
from by_hand import descent, loss
from chapters import drawn

from rnn_by_hand.records import gates as gate_records
from rnn_by_hand.records import practice as practice_records


def spoken(name):
    """Write the name of a node as the descriptions do: "S 3", "delta 3"."""
    return re.sub(r"[${}\\]", "", name).replace("_", " ")


# ------------------------------------------------------------------ 9


@shows("09_nonlinear#addition")
def test_eleven_and_three_in_binary():
    figure = drawn("09_nonlinear#addition")
    (ax,) = figure.axes
    rows = {
        row: {
            round(t.get_position()[0]): int(t.get_text())
            for t in ax.texts
            if t.get_position()[1] == row
            and t.get_position()[0] >= 0
            and t.get_text()
        }
        for row in (0.25, 1, 2, 3)
    }
    for row, number in ((1, 11), (0.25, 3), (3, 14)):
        assert rows[row] == {k: number >> (k - 1) & 1 for k in range(1, 6)}
    # 1 + 1 carries, 1 + 1 + 1 carries, 0 + 0 + 1 does not.
    assert rows[2] == {0: 0, 1: 1, 2: 1, 3: 0, 4: 0, 5: 0}
    handed = [
        (round(a[0] - 0.27), round(b[0] + 0.27)) for a, b, _ in pointers(ax)
    ]
    assert handed == [(k, k + 1) for k in range(5)]
    pairs = [bit for k in range(1, 6) for bit in (rows[1][k], rows[0.25][k])]
    assert numerals(figure.alt) == [
        *(11, 3),
        *pairs,
        *rows[2].values(),
        *rows[3].values(),
    ]


@shows("09_nonlinear#activations")
def test_three_activations_and_their_slopes():
    figure = drawn("09_nonlinear#activations")
    functions = (
        ("tanh", math.tanh),
        ("sigmoid", lambda z: 1 / (1 + math.exp(-z))),
        ("ReLU", lambda z: max(z, 0)),
    )
    above, below = np.reshape(figure.axes, (2, 3))
    for ax, under, (name, f) in zip(above, below, functions, strict=True):
        assert ax.get_title() == name
        z, values = line(ax, "state").T
        np.testing.assert_allclose(values, [f(at) for at in z], atol=1e-12)
        z, slopes = line(under, "gradient").T
        h = 1e-6
        some = np.abs(z) > 2 * h if name == "ReLU" else slice(None)
        np.testing.assert_allclose(
            slopes[some],
            [(f(at + h) - f(at - h)) / (2 * h) for at in z[some]],
            atol=1e-8,
        )
    ends = [line(ax, "state")[[0, -1], 1] for ax in above]
    np.testing.assert_allclose(ends[0], [-1, 1], atol=1e-3)
    np.testing.assert_allclose(ends[1], [0, 1], atol=0.02)
    tops = [line(ax, "gradient")[:, 1].max() for ax in below]
    assert tops == [1, 0.25, 1]
    assert numerals(figure.alt) == [-1, 1, 0, 1, 1, 0, 0, 1]


@shows(
    "09_nonlinear#folded",
    "09_nonlinear#unrolled",
    "09_nonlinear#backwardpicture",
)
def test_the_general_network_is_described():
    (loop,) = drawn("09_nonlinear#folded").axes
    alt = drawn("09_nonlinear#folded").alt
    assert {spoken(name) for name in nodes(loop)} == {"X k", "S k"}
    for name in ("X k", "S k", "W x", "W Rec", "f of the sum"):
        assert name in alt
    figure = drawn("09_nonlinear#unrolled")
    (ax,) = figure.axes
    known = {spoken(name): at for name, at in nodes(ax).items()}
    assert set(known) == {
        *(f"S {k}" for k in range(4)),
        *(f"{a} {k}" for a in "XY" for k in (1, 2, 3)),
    }
    leads = {(a, b) for a, b, _ in edges(ax, known)}
    assert len(leads) == 9
    # "From below an arrow W x leads from each input X 1 to X 3 to its state".
    assert {(f"X {k}", f"S {k}") for k in (1, 2, 3)} <= leads
    assert {(f"S {k}", f"Y {k}") for k in (1, 2, 3)} <= leads
    assert numerals(figure.alt) == [0, 3, 1, 3, 1, 3, 1, 3]
    back = drawn("09_nonlinear#backwardpicture")
    (ax,) = back.axes
    known = {spoken(name): at for name, at in nodes(ax).items()}
    leads = {(a, b) for a, b, _ in edges(ax, known)}
    assert leads == {
        *((f"E {k}", f"delta {k}") for k in (1, 2, 3)),
        *((f"delta {k}", f"delta {k - 1}") for k in (1, 2, 3)),
    }
    assert numerals(back.alt) == [1, 3, 1, 3, 3, 2, 1, 0]
    assert {a[2] for a in arrows(ax)} == {"gradient"}


@shows("09_nonlinear#saturationfigure")
def test_what_is_left_after_tanh():
    figure = drawn("09_nonlinear#saturationfigure")
    (ax,) = figure.axes
    ends = {}
    for x, style in ((0, "-"), (0.1, "--"), (0.3, "-."), (1, ":")):
        (curve,) = [
            one.get_xydata()
            for one in lines(ax, "gradient", "", style)
            if len(one.get_xdata()) > 2
        ]
        wRec = line(ax, "gradient", "o")[1, 1]
        S, factors = 0.0, []
        for _ in range(10):
            S = math.tanh(wRec * S + x)
            factors.append(wRec * (1 - S * S))
        left = [math.prod(factors[10 - k :]) for k in range(10)]
        np.testing.assert_allclose(curve, [*enumerate(left)], rtol=1e-9)
        assert place(ax, f"$x = {x}$")[1] == pytest.approx(left[-1])
        ends[x] = left[-1]
    linear = line(ax, "gradient", "o")
    np.testing.assert_allclose(linear[:, 1], linear[1, 1] ** linear[:, 0])
    assert ends[0] == pytest.approx(linear[-1, 1])
    assert ends[0.1] == pytest.approx(1 / 20, rel=0.3)
    assert ends[0.3] == pytest.approx(1e-4, rel=0.9)
    assert ends[1] < 1e-9
    assert numerals(figure.alt) == [0, 0.1, 0.3, 1]
    assert len(linear) == 10
    assert "nine steps" in figure.alt


@shows("09_nonlinear#radiusfigure")
def test_norms_of_powers_run_beside_powers_of_the_radius():
    figure = drawn("09_nonlinear#radiusfigure")
    (ax,) = figure.axes
    W = figure.names["W"]
    assert max(abs(np.linalg.eigvals(W))) == pytest.approx(1)
    for radius, style in ((0.8, "-."), (1.0, "--"), (1.2, "-")):
        (curve,) = [
            one.get_xydata() for one in lines(ax, "gradient", "", style)
        ]
        power = np.eye(len(W))
        for age, norm in curve:
            largest = np.sqrt(np.linalg.eigvalsh(power.T @ power)[-1])
            assert norm == pytest.approx(largest), age
            power = radius * W @ power
        assert place(ax, f"$\\rho = {radius}$")[1] == curve[-1, 1]
        assert (curve[5:, 1] >= radius ** curve[5:, 0]).all()
    for one, radius in zip(lines(ax, "target"), (0.8, 1.0, 1.2), strict=True):
        np.testing.assert_allclose(one.get_ydata(), radius ** np.arange(41))
    assert numerals(figure.alt) == [0.8, 1, 1.2]


@shows("09_nonlinear#lossfigure")
def test_the_loss_of_a_network_that_learns_to_add():
    figure = drawn("09_nonlinear#lossfigure")
    (ax,) = figure.axes
    steps, losses = line(ax, "ink").T
    assert ax.get_yscale() == "log"
    assert steps.tolist() == list(range(len(losses)))
    assert losses[0] == pytest.approx(figure.names["losses"][0])
    assert losses[-1] == pytest.approx(figure.names["losses"][-1])
    assert losses[:5] == pytest.approx([9] * 5, rel=0.15)
    assert losses[-1] < 0.01
    # A hump: the loss is higher than some time before.
    rising = np.diff(np.log(losses)) > 0.002
    assert np.sum(rising[1:] & ~rising[:-1]) >= 2
    assert numerals(figure.alt) == [9]


@shows("09_nonlinear#trace")
def test_the_unit_that_keeps_the_carry():
    figure = drawn("09_nonlinear#trace")
    ax, strip = figure.axes
    # 255 + 1: a carry out of each of the first eight columns.
    carry = line(ax, "target", style="--")
    assert carry.tolist() == [[k, 1 if k <= 8 else -1] for k in range(1, 14)]
    S = line(ax, "state", "o")
    assert S[:, 0].tolist() == list(range(14))
    assert S[0, 1] == 0
    assert (S[1:9, 1] > 0.8).all()
    assert (S[9:, 1] < -0.8).all()
    rows = {
        row: [
            int(t.get_text())
            for t in strip.texts
            if t.get_position()[1] == row
        ]
        for row in (0, 1)
    }
    assert rows == {
        1: [255 >> k & 1 for k in range(13)],
        0: [1, *[0] * 12],
    }
    assert numerals(figure.alt) == [0, 1, 1, -1, 0]
    assert "first eight steps" in figure.alt


@shows("09_nonlinear#groupsfigure")
def test_states_in_four_groups():
    figure = drawn("09_nonlinear#groupsfigure")
    (ax,) = figure.axes
    groups = [one.get_xydata() for one in lines(ax, "state")]
    assert [one.get_marker() for one in lines(ax, "state")] == [
        "o",
        "s",
        "^",
        "D",
    ]
    sides = []
    for total, group in enumerate(groups):
        assert len(group) == 80
        (across,) = set(np.sign(group[:, 0]))
        (up,) = set(np.sign(group[:, 1]))
        x, y = place(ax, f"total {total}")
        assert (np.sign(x), np.sign(y)) == (across, up)
        assert up == (1 if total % 2 else -1)
        sides.append(across)
    assert sides[0] == sides[1] != sides[2] == sides[3]
    assert numerals(figure.alt) == [0, 1, 2, 3, 1, 3, 0, 2]


# ------------------------------------------------------------------ 10


@shows("10_gates#fixed")
def test_a_fixed_weight_cannot_forget():
    figure = drawn("10_gates#fixed")
    ax, strip = figure.axes
    symbols = words(strip)
    count = [0]
    for symbol in symbols:
        count.append(0 if symbol == "R" else count[-1] + (symbol == "1"))
    assert line(ax, "target", style="--")[:, 1].tolist() == count
    said = line(ax, "wrec", "o")
    assert said[:, 0].tolist() == list(range(1, 19))
    # The answers are a recurrence with one weight: from its parts, by another route.
    r, weights = figure.names["r"], figure.names["weights"]
    S, expected = np.zeros(3), []
    for symbol in symbols:
        S = r * S + [symbol == "1", symbol == "R", 1]
        expected.append([*S, 1] @ weights)
    np.testing.assert_allclose(said[:, 1], expected)
    assert f"wRec = {r:.2f}" in words(ax)
    resets = [k for k, symbol in enumerate(symbols) if symbol == "R"]
    assert len(symbols) == 18
    assert "Eighteen symbols" in figure.alt
    tops = [count[k] for k in resets]
    assert numerals(figure.alt) == [tops[0], 0, tops[1], 0, 0, 0]
    assert said[resets[0], 1] < -1
    assert said[resets[1], 1] > 1


@shows("10_gates#lstmpicture", "10_gates#lstmbackpicture")
def test_the_step_of_an_lstm_is_described():
    forward, back = (
        drawn("10_gates#lstmpicture"),
        drawn("10_gates#lstmbackpicture"),
    )
    names = {
        spoken(n).replace("k-1", "k minus 1") for n in nodes(forward.axes[0])
    }
    for name in ("C k minus 1", "C k", "S k minus 1", "S k", "X k"):
        assert name in names
        assert name in forward.alt
    names = {
        spoken(n).replace("k-1", "k minus 1") for n in nodes(back.axes[0])
    }
    for name in ("delta k minus 1", "delta k", "gamma k minus 1", "gamma k"):
        assert name in names
        assert name in back.alt.lower()
    for alt in (forward.alt, back.alt):
        assert set(numerals(alt)) <= {-1}  # of k minus 1


@shows("10_gates#survivalfigure")
def test_the_spread_of_what_is_left():
    figure = drawn("10_gates#survivalfigure")
    (ax,) = figure.axes
    kept, names = figure.names["kept"], list(figure.names["names"])
    powers = {}
    for name, band, one in zip(
        names, ax.collections, lines(ax, "gradient", ""), strict=True
    ):
        each = np.sort(np.asarray(kept[name]), axis=0)
        assert each.shape[0] == 20
        corners = band.get_paths()[0].vertices
        for k in (1, 50, 100):
            at = corners[corners[:, 0] == k, 1]
            assert (at.min(), at.max()) == (each[0, k], each[-1, k])
            assert one.get_ydata()[k] == pytest.approx(
                (each[9, k] + each[10, k]) / 2
            )
        powers[name] = -np.log10(one.get_ydata()[100])
    for name, text in (
        ("tanh", "tanh"),
        ("LSTM 1", "bias 1"),
        ("LSTM 3", "bias 3"),
    ):
        height = place(ax, text)[1]
        assert -np.log10(height) == pytest.approx(powers[name], abs=0.5)
    said = numerals(figure.alt)
    assert said[:3] == [20, 25, 100]
    assert powers["tanh"] == pytest.approx(25, abs=1)
    assert said[3:] == [
        pytest.approx(powers["GRU"], abs=1.5),
        1,
        pytest.approx(powers["LSTM 1"], abs=1),
        3,
    ]
    assert powers["LSTM 3"] == pytest.approx(1, abs=0.6)


@shows("10_gates#look")
def test_inside_a_trained_lstm():
    figure = drawn("10_gates#look")
    gate, let_in, cell, strip = figure.axes
    symbols = words(strip)
    assert len(symbols) == 18
    f = line(gate, "wrec", "o")
    steps = bars(let_in)[:18]
    C = line(cell, "state", "o")
    # The cell state is made of the other two: f times the one before, and what is let in.
    made = [0.0]
    for k in range(18):
        made.append(f[k, 1] * made[-1] + steps[k, 2] + steps[k, 1])
    np.testing.assert_allclose(C[:, 1], made, atol=1e-12)
    assert C[:, 0].tolist() == list(range(19))
    assert (
        steps[:, 0].round(6).tolist() == f[:, 0].tolist() == list(range(1, 19))
    )
    sizes = [
        s
        for s, symbol in zip(steps[:, 2], symbols, strict=True)
        if symbol == "1"
    ]
    assert numerals(figure.alt)[:4] == [1, 0, 1, 0]
    assert numerals(figure.alt)[4:6] == [
        pytest.approx(min(sizes), abs=0.006),
        pytest.approx(max(sizes), abs=0.006),
    ]
    for k, symbol in enumerate(symbols):
        assert (f[k, 1] < 0.2) if symbol == "R" else (f[k, 1] > 0.8)
    for ax in (gate, let_in, cell):
        shaded = [
            p.get_x() + 0.5
            for p in ax.patches
            if hue(p.get_facecolor()[:3]) == "faint"
        ]
        assert shaded == [
            k for k, s in enumerate(symbols, start=1) if s == "R"
        ]


@shows("10_gates#countruns")
def test_how_many_counts_are_right():
    figure = drawn("10_gates#countruns")
    (ax,) = figure.axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    heights = dict(zip(ax.get_yticks(), labels))
    shown = {}
    for one in lines(ax, "state", "o"):
        (height,) = set(one.get_ydata())
        shown[heights[height]] = sorted(one.get_xdata())
    assert set(map(len, shown.values())) == {10}
    runs = [run for run in gate_records.gate_runs() if run["task"] == "count"]
    for label, right in shown.items():
        kind, _, units = label.replace(",", "").partition(" ")
        kind = {"LSTM": "LSTM 1"}.get(kind, kind)
        by_rate = {}
        for run in runs:
            if "n_sequences" in run:
                continue
            if run["kind"] == kind and run.get("n_states", 16) == int(
                units.split()[0]
            ):
                by_rate.setdefault(run["rate"], []).append(run["right"])
        best = max(
            by_rate.values(),
            key=lambda part: sorted(part)[4] + sorted(part)[5],
        )
        assert right == sorted(best), label
    percent = {label: (100 * r[0], 100 * r[-1]) for label, r in shown.items()}
    said = numerals(figure.alt)
    assert said[0] == pytest.approx(np.mean(percent["tanh, 1 unit"]), abs=6)
    assert said[1] == pytest.approx(percent["GRU, 1 unit"][0], abs=2)
    assert percent["GRU, 1 unit"][1] == pytest.approx(said[2], abs=3)
    assert said[3:5] == [
        pytest.approx(end, abs=1) for end in percent["LSTM, 1 unit"]
    ]
    assert sum(r > said[5] / 100 for r in shown["LSTM, 1 unit"]) > 5
    assert said[6] == 16
    assert said[7:] == [
        pytest.approx(end, abs=4) for end in percent["tanh, 16 units"]
    ]


# ------------------------------------------------------------------ 11


@shows("11_practice#matrices")
def test_the_blocks_of_two_layouts():
    figure = drawn("11_practice#matrices")
    (ax,) = figure.axes
    blocks = {}
    for block in ax.patches:
        corners = block.get_path().vertices
        (x, y), (right, top) = corners.min(axis=0), corners.max(axis=0)
        middle = (x + right) / 2, (y + top) / 2
        (gate,) = [
            t.get_text()
            for t in ax.texts
            if np.allclose(t.get_position(), middle)
        ]
        name = hue(block.get_facecolor()[:3])
        blocks.setdefault(name, []).append((gate, x, y, right - x, top - y))
    # A name stands over the middle of its matrix.
    for name, middle, top in (
        *(("Wx", 4.5, 9), ("WRec", 4.5, 4.4)),
        *(("weight_ih_l0", 12.5, 9), ("weight_hh_l0", 19.5, 9)),
    ):
        x, y = place(ax, name)
        assert (x, y > top) == (middle, True)
    in_book = {
        name: [block for block in found if block[1] < 10]
        for name, found in blocks.items()
    }
    in_torch = {
        name: [block for block in found if block[1] > 10]
        for name, found in blocks.items()
    }
    for name, size in (("wx", 2), ("wrec", 3)):
        # Side by side: r, z, c from the left, all as high; or one below the other.
        assert [(gate, x) for gate, x, *_ in in_book[name]] == [
            ("$r$", 0),
            ("$z$", 3),
            ("$c$", 6),
        ]
        assert {(width, height) for *_, width, height in in_book[name]} == {
            (3, size)
        }
        down = sorted(in_torch[name], key=lambda block: -block[2])
        assert [gate for gate, *_ in down] == ["$r$", "$z$", "$c$"]
        assert {(width, height) for *_, width, height in down} == {(size, 3)}
    # Second row, fourth column of Wx.
    (dot,) = line(ax, "wx", "o")
    top = max(y + height for _, _, y, _, height in in_book["wx"])
    assert (dot[0] // 1, (top - dot[1]) // 1) == (3, 1)
    numbers = {
        (t.get_text()): t.get_position()
        for t in ax.texts
        if t.get_text().isdigit() and t.get_ha() == "right"
    }
    assert [numbers[str(row)][1] for row in range(9)] == [
        8.5 - row for row in range(9)
    ]
    assert "second row, fourth column" in figure.alt
    assert numerals(figure.alt) == [0]


@shows("11_practice#chunks-drawn")
def test_the_gradient_is_cut_between_chunks():
    figure = drawn("11_practice#chunks-drawn")
    (ax,) = figure.axes
    forth = [
        (round(a[0]), round(b[0]))
        for a, b, name in pointers(ax)
        if name == "state"
    ]
    back = [
        (round(a[0]), round(b[0]))
        for a, b, name in pointers(ax)
        if name == "gradient"
    ]
    assert forth == [(k, k + 1) for k in range(6)]
    assert back == [(k + 1, k) for k in range(6) if k != 3]
    assert [words(ax)[k] for k in range(7)] == [f"$S_{k}$" for k in range(7)]
    assert set(line(ax, "ink", "", ":")[:, 0]) == {3.5}
    assert numerals(figure.alt) == [0, 6, 4, 3]


@shows("11_practice#batches-figure")
def test_descents_in_batches():
    figure = drawn("11_practice#batches-figure")
    for ax, name in zip(figure.axes, ("counts", "noisy"), strict=True):
        assert ax.get_title(loc="left") == f"targets: {name}"
        whole = line(ax, "ink", "", "--")
        one, ten = lines(ax, "state")
        assert one.get_linewidth() < ten.get_linewidth()
        assert {len(whole), len(one.get_xdata()), len(ten.get_xdata())} == {
            400
        }
        ragged = [
            np.abs(np.diff(np.log(part.get_ydata())))[100:].mean()
            for part in (one, ten)
        ]
        assert ragged[0] > 2 * ragged[1]
        if name == "counts":
            path = descent(1, 0.5, 1e-3, 400)[1:]
            np.testing.assert_allclose(
                whole[:, 1], [loss(*w) for w in path], rtol=1e-6
            )
            assert ten.get_ydata()[-1] < 2 * whole[-1, 1]
        else:
            assert ten.get_ydata()[200:].min() > 0.999 * whole[-1, 1]
            assert whole[-1, 1] > 0.9 * whole[200, 1]
    assert numerals(figure.alt) == [50, 10, 1, 10, 50, 1, 50]


def recorded(task, **settings):
    """Find the one record of a task with these settings."""
    (found,) = [
        run
        for run in practice_records.practice_runs()[task]
        if run["settings"] == settings
    ]
    return found


@shows("11_practice#first-figure")
def test_first_weights_and_how_often_networks_are_right():
    figure = drawn("11_practice#first-figure")
    starts = (0.1, 0.3, 1, "orthogonal", "identity")
    percent = {}
    for ax, (task, of) in zip(
        figure.axes, (("adder", 300), ("recall", 500)), strict=True
    ):
        for place_of, start, one in zip(
            range(5), starts, lines(ax, "wrec", "o"), strict=True
        ):
            right = [
                100 * n / of for n in recorded(task, start=start)["right"]
            ]
            np.testing.assert_allclose(one.get_ydata(), right)
            assert (np.abs(one.get_xdata() - place_of) < 0.3).all()
            assert len(right) == 30
            percent[task, start] = sorted(right)
    labels = [label.get_text() for label in figure.axes[1].get_xticklabels()]
    assert labels == ["0.1", "0.3", "1", "orthog.", "identity"]
    assert "thirty networks" in figure.alt
    assert numerals(figure.alt) == [1, 0, 100, 0.1, 0.3, 1, 100]
    assert percent["adder", 1][0] < 10
    assert percent["adder", 1][-1] > 95
    for start in (0.1, 0.3, "orthogonal", "identity"):
        assert percent["adder", start][0] > 95
    assert np.median(percent["recall", 0.1]) == pytest.approx(50, abs=5)
    assert percent["recall", "orthogonal"][5] > 95


@shows("11_practice#clip-figure")
def test_norms_and_what_they_do_not_exceed():
    figure = drawn("11_practice#clip-figure")
    (ax,) = figure.axes
    norms = line(ax, "gradient")[:, 1]
    assert len(norms) == 400
    levels = [one.get_ydata()[0] for one in lines(ax, "target")]
    for level, name, share in zip(
        levels, ("half", "90 %", "99 %"), (0.5, 0.9, 0.99), strict=True
    ):
        assert place(ax, name)[1] == level
        assert np.mean(norms <= level) == pytest.approx(share, abs=0.005)
    assert norms.max() > 10 * norms.min()
    assert numerals(figure.alt) == [400, 90, 99]


@shows("11_practice#waves-figure")
def test_forced_and_free_errors():
    figure = drawn("11_practice#waves-figure")
    medians = {}
    for ax, noise in zip(figure.axes, (0.1, 0.5), strict=True):
        assert ax.get_title(loc="left") == f"noise {noise}"
        dots = iter(lines(ax, "state", "o"))
        marks = iter(lines(ax, "ink"))
        # In order: the training, and the two ways to run; where each stands is 0, 1, 2.5 or 3.5.
        for i, trained in enumerate(("forced", "free")):
            for j, mode in enumerate(("forced", "free")):
                errors = recorded("waves", forcing=trained, noise=noise)[mode]
                one, mark = next(dots), next(marks)
                where = (0, 2.5)[j] + i
                np.testing.assert_allclose(one.get_ydata(), errors)
                assert (np.abs(one.get_xdata() - where) <= 0.2).all()
                assert np.mean(mark.get_xdata()) == pytest.approx(where)
                half = sorted(errors)[14:16]
                assert set(mark.get_ydata()) == {sum(half) / 2}
                assert len(errors) == 30
                medians[noise, trained, mode] = sum(half) / 2
    below = figure.axes[1]
    assert [label.get_text() for label in below.get_xticklabels()] == [
        "trained\nforced",
        "trained\nfree",
    ] * 2
    assert below.get_xticks().tolist() == [0, 1, 2.5, 3.5]
    assert place(below, "run forced")[0] < place(below, "run free")[0]
    for mode in ("forced", "free"):
        assert medians[0.1, "forced", mode] < medians[0.1, "free", mode]
    assert medians[0.5, "forced", "forced"] < medians[0.5, "free", "forced"]
    assert medians[0.5, "free", "free"] < medians[0.5, "forced", "free"]


# ------------------------------------------------------------------ 12, 13 and others


@shows("12_five_ways#shapesfigure", "12_five_ways#scanfigure")
def test_the_shapes_and_the_rounds_are_described():
    shapes = drawn("12_five_ways#shapesfigure")
    known = nodes(shapes.axes[0])
    tree = {name.split(" ")[0] for name in known if "–" in name}
    assert tree == {"1–2", "3–4", "1–4"}
    assert numerals(shapes.alt) == [1, 4, 4, 1, 1, 2, 1, 2, 3, 4, 3, 4, 1, 4]
    rounds = drawn("12_five_ways#scanfigure")
    (ax,) = rounds.axes
    filled = {}
    for box in ax.patches:
        y = round(float(box.get_center()[1]), 6)
        filled[y] = filled.get(y, 0) + (hue(box.get_facecolor()) == "state")
    assert [filled[y] for y in sorted(filled, reverse=True)] == [1, 2, 4, 8]
    assert "one at first, then two, four and all eight" in rounds.alt
    gaps = sorted(
        {round(x1 - x0) for x0, x1 in (one.get_xdata() for one in ax.lines)}
    )
    assert gaps == [0, 1, 2, 4]
    assert numerals(rounds.alt) == [1, 2, 3, 1, 1, 2, 4, 1]


@shows("12_five_ways#newtonfigure")
def test_bars_are_the_states_that_are_off():
    figure = drawn("12_five_ways#newtonfigure")
    (ax,) = figure.axes
    errors = figure.names["errors"]
    off_by_row = {i: set() for i in range(1, len(errors) + 1)}
    for rows in ax.collections:
        for path in rows.get_paths():
            (x0, y0), (x1, y1) = (
                path.vertices.min(axis=0),
                path.vertices.max(axis=0),
            )
            off_by_row[round((y0 + y1) / 2)] |= set(
                range(round(x0), round(x1))
            )
    for i, error in enumerate(errors, start=1):
        assert off_by_row[i] == {k for k in range(1001) if error[k] > 1e-9}, i
    assert not off_by_row[len(errors)]
    assert len(off_by_row[1]) > 950
    low, high = ax.get_ylim()
    assert low > high  # the first correction is at the top


@shows("13_today#resetfigure")
def test_three_recurrences_over_sixteen_symbols():
    figure = drawn("13_today#resetfigure")
    *axes, strip = figure.axes
    symbols = words(strip)
    assert len(symbols) == 16
    assert [k for k, s in enumerate(symbols, start=1) if s == "R"] == [6, 8]
    since, odd, seventh = [0], [0], [0]
    for s in symbols:
        since.append(0 if s == "R" else since[-1] + (s == "1"))
        odd.append((odd[-1] + (s == "1")) % 2)
        seventh.append((seventh[-1] + (s == "1")) % 7)
    for ax, expected in zip(axes, (since, odd, seventh), strict=True):
        at = line(ax, "state", "o")
        assert at[:, 0].tolist() == list(range(17))
        np.testing.assert_allclose(at[:, 1], expected, atol=1e-9)
        ones = [one.get_xdata()[0] for one in lines(ax, "faint")]
        assert ones == [k for k, s in enumerate(symbols, start=1) if s == "1"]
    assert numerals(figure.alt) == [
        1,
        1,
        0,
        since[-1],
        0,
        1,
        1,
        0,
        1,
        1,
        6,
        0,
        seventh[-1],
    ]


@shows("fine_print#taylor-figure")
def test_the_remainders_of_two_gradients():
    figure = drawn("fine_print#taylor-figure")
    (ax,) = figure.axes
    wrong, right = line(ax, "wrec", "s"), line(ax, "gradient", "o")
    for curve, order in ((wrong, 1), (right, 2)):
        h, size = np.log10(curve).T
        np.testing.assert_allclose(np.diff(h), 1)
        # Not at the left end, where rounding takes over.
        np.testing.assert_allclose(np.diff(size)[3:], order, atol=0.25)
    assert (wrong[:, 1] > right[:, 1]).all()
    assert place(ax, "A, like h")[1] > place(ax, "B, like h²")[1]
    assert numerals(figure.alt) == []


@shows("your_gradient#run")
def test_the_ratio_of_a_right_gradient_is_one():
    figure = drawn("your_gradient#run")
    for ax in figure.axes:
        for bar in ax.containers:
            assert bar.lines[0].get_xdata()[0] == pytest.approx(1, abs=1e-4)
    report = figure.names["report"]
    assert report.passed
    listed = sum(len(ax.containers) for ax in figure.axes)
    mapped = sum(
        len(c.get_offsets())
        for ax in figure.axes
        for c in ax.collections
        if hasattr(c, "get_sizes") and len(c.get_offsets())
    )
    assert listed + mapped > 0
    assert numerals(figure.alt) == [1]
