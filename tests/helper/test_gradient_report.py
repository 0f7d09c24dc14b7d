"""What a gradient check says, word for word, from rows made by hand."""

import inspect
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from matplotlib.figure import Figure

from rnn_by_hand.gradient_report import (
    GradientCheckError,
    GradientReport,
    GradientRow,
    ParameterRow,
    compare,
    parameter_of,
    pattern,
    summary,
)

WRONG, UNDECIDED, RIGHT = "wrong", "undecided", "right"


def row(
    name="w", index=(), backprop=1.0, numerical=1.0, bar=1e-9, verdict=RIGHT
):
    return GradientRow(name, index, backprop, numerical, bar, verdict)


# ------------------------------------------------------------------------------- one entry


@pytest.mark.parametrize(
    ("rtol", "atol", "verdict"),
    [
        (0.25, 0, RIGHT),
        (0.125, 0.125, UNDECIDED),
        (0, 0.25, UNDECIDED),
        (0.125, 0.0625, WRONG),
        (0.2490234375, 0, WRONG),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_on_the_edge_of_a_tolerance_two_numbers_agree(
    rtol, atol, verdict, sign
):
    # One that is smaller, by a quarter of the larger one.
    for one, other in ((1, 0.75), (0.75, 1)):
        found = compare("w", sign * one, sign * other, rtol, atol, (2,))
        assert found.verdict == verdict
        assert found.reason == "too small to tell" * (verdict == UNDECIDED)
        assert found.bar == rtol + atol
        assert (found.backprop, found.numerical) == (sign * one, sign * other)
        assert found.index == (2,)


def test_what_is_usual():
    usual = inspect.signature(compare).parameters
    assert {n: p.default for n, p in usual.items()} == {
        **dict.fromkeys(("name", "backprop", "numerical"), inspect._empty),
        "rtol": 1e-7,
        "atol": 1e-7,
        "index": (),
    }
    rest = ParameterRow("w", (), RIGHT)
    assert rest == ParameterRow("w", (), RIGHT, 0, 0, "", 0.0, "", 0.0, False)
    assert row().reason == ""
    report = GradientReport(RIGHT, "", "", (), ())
    assert report == GradientReport(RIGHT, "", "", (), (), (), 0)
    assert report.missed == 0


@pytest.mark.parametrize("infinite", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_is_wrong(infinite):
    assert compare("w", infinite, 1).verdict == WRONG
    assert not compare("w", infinite, 1).passed


@pytest.mark.parametrize(
    "made",
    [
        GradientRow("w", (), 1.0, 1.0, 0.0, RIGHT),
        ParameterRow("w", (), RIGHT),
        GradientReport(RIGHT, "", "", (), ()),
    ],
)
def test_what_was_found_cannot_be_changed(made):
    with pytest.raises(FrozenInstanceError):
        made.verdict = WRONG


def test_the_numbers_of_a_row():
    one = row("W", (2, 0), 3.0, 4.0, 0.5, UNDECIDED)
    assert one.name == "W[2, 0]"
    assert row().name == "w"
    assert one.passed
    assert not row(verdict=WRONG).passed
    assert (one.difference, one.relative_error, one.ratio) == (1, 0.25, 0.75)
    assert one.missed == 1.5 / 4
    larger = row(backprop=-8.0, numerical=-2.0, bar=1.0)
    assert (larger.difference, larger.relative_error) == (6, 0.75)
    assert (larger.ratio, larger.missed) == (4, 7 / 8)
    assert row(backprop=-1.0, numerical=-4.0, bar=1.0).missed == 1
    nothing = row(backprop=0.0, numerical=0.0)
    assert (nothing.difference, nothing.relative_error) == (0, 0)
    assert (nothing.ratio, nothing.missed) == (1, 0)
    infinite = row(backprop=math.inf, numerical=math.inf)
    assert (infinite.difference, infinite.relative_error) == (0, 0)
    assert row(backprop=2.0, numerical=0.0).ratio == math.inf


# ------------------------------------------------------------------------------- a parameter


def test_a_parameter_sums_up_its_rows():
    rows = [
        row(index=(0,), backprop=1.0, numerical=1.0, bar=0.25),
        row(index=(1,), backprop=1.0, numerical=1.0, bar=0.5),
        GradientRow("w", (2,), 1.0, 1.0, 9.0, UNDECIDED, "on a kink"),
        GradientRow("w", (3,), 1.0, 1.0, 9.0, UNDECIDED, "too small"),
        row(index=(4,), verdict=WRONG, bar=9.0),
    ]
    assert parameter_of("w", (5,), rows) == ParameterRow(
        "w", (5,), WRONG, 1, 2, "on a kink", 0.5, "[4]"
    )
    assert parameter_of("w", (4,), rows[:4]) == ParameterRow(
        "w", (4,), UNDECIDED, 0, 2, "on a kink", 0.5, ""
    )
    assert parameter_of("w", (2,), rows[:2]) == ParameterRow(
        "w", (2,), RIGHT, missed=0.5
    )
    assert parameter_of("w", (0,), []).missed == 0


@pytest.mark.parametrize(
    ("shape", "inside", "said"),
    [
        ((), np.True_, ""),
        ((4,), [0, 0, 0, 0], ""),
        ((4,), [1, 1, 1, 1], ""),
        ((4,), [0, 0, 1, 0], "[2]"),
        ((4,), [1, 1, 0, 0], "[0:2]"),
        ((4,), [0, 1, 1, 1], "[1:4]"),
        ((4,), [1, 0, 1, 0], ""),
        ((4,), [1, 0, 0, 1], ""),
        ((2, 3), [[0, 1, 0], [0, 1, 0]], "[:, 1]"),
        ((2, 3), [[0, 0, 0], [1, 1, 1]], "[1, :]"),
        ((2, 3), [[1, 1, 0], [1, 1, 0]], "[:, 0:2]"),
        ((3, 3), [[0, 0, 0], [0, 1, 1], [0, 1, 1]], "[1:3, 1:3]"),
        ((3, 3), [[1, 0, 1], [0, 0, 0], [1, 0, 1]], ""),
        ((3, 3), np.eye(3), " (the diagonal)"),
        ((3, 3), 1 - np.eye(3), " (all but the diagonal)"),
        ((3, 3), np.triu(np.ones((3, 3)), 1), " (above the diagonal)"),
        ((3, 3), np.triu(np.ones((3, 3))), " (on and above the diagonal)"),
        ((3, 3), np.tril(np.ones((3, 3)), -1), " (below the diagonal)"),
        ((3, 3), np.tril(np.ones((3, 3))), " (on and below the diagonal)"),
        ((2, 2, 2), [[[0, 1], [0, 1]], [[0, 0], [0, 0]]], "[0, :, 1]"),
        ((2, 2, 2), [[[1, 0], [0, 1]], [[1, 0], [0, 1]]], ""),
    ],
)
def test_a_pattern_of_wrong_entries(shape, inside, said):
    wrong = np.flatnonzero(inside)
    assert pattern(shape, wrong) == said
    # In whichever order they were found, and as a list as well.
    assert pattern(shape, [*wrong[::-1]]) == said


# ------------------------------------------------------------------------------- in one line


def wrong(name="w", shape=(3, 4), n_wrong=2, **others):
    return ParameterRow(name, shape, WRONG, n_wrong, **others)


def undecided(name="u", shape=(5,), n=2, reason="on a kink"):
    return ParameterRow(name, shape, UNDECIDED, 0, n, reason)


def right(name="r", shape=(2,), missed=2e-8, whole=0.0):
    return ParameterRow(name, shape, RIGHT, missed=missed, whole=whole)


@pytest.mark.parametrize(
    ("parameters", "n_measured", "verdict", "said"),
    [
        ([wrong()], 12, WRONG, "w (2 of 12)"),
        ([wrong(shape=(), n_wrong=1)], 1, WRONG, "w"),
        ([wrong(shape=(2,), n_wrong=1)], 2, WRONG, "w (1 of 2)"),
        ([wrong(where="[:, 3]")], 12, WRONG, "w[:, 3]"),
        (
            [wrong(where=", all within [1]", at_least=True)],
            3,
            WRONG,
            "w (at least 2 of 12, all within [1])",
        ),
        ([wrong(), right()], 14, WRONG, "w (2 of 12); all others right"),
        (
            [wrong(), undecided(), right()],
            19,
            WRONG,
            "w (2 of 12); 2 of 19 on a kink",
        ),
        (
            [wrong(name) for name in "abcd"],
            48,
            WRONG,
            "a (2 of 12), b (2 of 12), c (2 of 12), d (2 of 12)",
        ),
        (
            [wrong(name) for name in "abcde"],
            60,
            WRONG,
            "a (2 of 12), b (2 of 12), c (2 of 12), d (2 of 12), 1 more",
        ),
        (
            [wrong(name) for name in "abcdef"],
            72,
            WRONG,
            "a (2 of 12), b (2 of 12), c (2 of 12), d (2 of 12), 2 more",
        ),
        ([undecided()], 5, UNDECIDED, "right, but 2 of 5 on a kink"),
        ([undecided(n=5)], 5, UNDECIDED, "5 of 5 on a kink"),
        (
            [
                undecided(),
                undecided("v", (2, 2), 3, "too small"),
                undecided("x", (1,), 1),
            ],
            10,
            UNDECIDED,
            "right, but 6 of 10 on a kink or too small",
        ),
        (
            [right(), right("s", (2, 3), 5e-7)],
            8,
            RIGHT,
            "a relative error of 5e-07 in any entry would show",
        ),
        (
            [right(whole=3e-9), right("s", (200, 3), 5e-7, 1e-9)],
            8,
            RIGHT,
            "as a whole to 3e-09; a single entry could be off by 5e-07 of a typical one",
        ),
    ],
)
def test_a_summary(parameters, n_measured, verdict, said):
    assert summary(parameters, n_measured) == (verdict, said)


# ------------------------------------------------------------------------------- on a screen


def report(verdict, parameters, rows, causes=()):
    return GradientReport(
        verdict, "said", "wx = 1", tuple(parameters), tuple(rows), causes
    )


def test_a_right_report_of_a_few_entries_shows_all_of_them():
    rows = [
        row("wx", (), 0.5, 0.5, 1e-9),
        row("weights", (0, 1), -0.0, 12345.678, 2e-12),
        row("b", (), 0.25, -0.0, 3e-3),
        row("c", (), -3.0, 2.0, 3e-3),
    ]
    assert str(report(RIGHT, [right(), right("s")], rows)) == "\n".join(
        [
            "gradient check: right: said",
            "at wx = 1",
            "verdict    entry              backprop      measured error bar     ratio",
            "right      wx                      0.5           0.5     1e-09         1",
            "right      weights[0, 1]             0      12345.68     2e-12         0",
            "right      b                      0.25             0     3e-03       inf",
            "right      c                        -3             2     3e-03      -1.5",
        ]
    )


def test_the_entries_have_a_column_of_nine_characters_at_least():
    for name in ("w", "weights_1"):
        *_, line = str(report(RIGHT, [right()], [row(name)])).splitlines()
        assert line == (
            f"right      {name:<9}             1             1     1e-09         1"
        )


def test_a_right_report_of_many_entries_shows_the_parameters():
    rows = [row("r", (i,)) for i in range(13)]
    lines = str(report(RIGHT, [right(), right("s", (11,), 0.125)], rows))
    assert lines.splitlines()[2:] == [
        "verdict    parameter    shape",
        "right      r            (2,)         to 2e-08",
        "right      s            (11,)        to 1e-01",
    ]
    # A single one is in the first line already, and twelve entries are few.
    assert len(str(report(RIGHT, [right()], rows)).splitlines()) == 2
    few = str(report(RIGHT, [right(), right("s")], rows[:12]))
    assert len(few.splitlines()) == 15
    assert "parameter " not in few
    none = str(report(RIGHT, [right(), right("s")], []))
    assert none.splitlines()[2:] == [
        "verdict    parameter    shape",
        "right      r            (2,)         to 2e-08",
        "right      s            (2,)         to 2e-08",
    ]


def test_parameters_are_shown_the_worst_first_and_twelve_of_them():
    parameters = [
        *(right(f"r{i}") for i in range(11)),
        undecided(),
        wrong(where="[0, :]"),
        wrong("v"),
    ]
    rows = [row("w", (0, i), verdict=WRONG) for i in range(13)]
    lines = str(report(WRONG, parameters, rows)).splitlines()
    assert lines[0] == "gradient check: WRONG: said"
    assert lines[3:7] == [
        "WRONG      w            (3, 4)       [0, :]",
        "WRONG      v            (3, 4)       (2 of 12)",
        "undecided  u            (5,)         2 on a kink",
        "right      r0           (2,)         to 2e-08",
    ]
    assert lines[14:16] == [
        "right      r8           (2,)         to 2e-08",
        "and 2 more",
    ]
    thirteen = str(report(WRONG, parameters[1:], rows)).splitlines()
    assert thirteen[15] == "and 1 more"
    twelve = str(report(WRONG, parameters[2:], rows)).splitlines()
    assert twelve[14].startswith("right      r10 ")
    assert "more" not in "".join(twelve)


def test_of_many_entries_those_that_tell_are_shown_each_parameter_in_turn():
    rows = [
        *(row("r", (i,)) for i in range(20)),
        *(
            row("w", (i,), 1.0 + i / 8, 1.0, verdict=WRONG)
            for i in range(1, 9)
        ),
        *(row("u", (i,), 1.0, 1.5, verdict=UNDECIDED) for i in range(9)),
    ]
    lines = str(report(WRONG, [wrong()], rows)).splitlines()
    # The largest errors first, wrong before undecided, and six of each.
    names = [f"w[{i}]" for i in (8, 7, 6, 5, 4, 3)]
    names += [f"u[{i}]" for i in range(6)]
    assert [line.split()[1] for line in lines[3:]] == names
    assert [line.split()[0] for line in lines[3:]] == (
        ["WRONG"] * 6 + ["undecided"] * 6
    )
    # Twelve are shown as they come.
    twelve = str(report(WRONG, [wrong()], rows[13:25])).splitlines()
    names = [*(f"r[{i}]" for i in range(13, 20))]
    names += [f"w[{i}]" for i in range(1, 6)]
    assert [line.split()[1] for line in twelve[3:]] == names
    # Where nothing tells, all may be shown.
    many = [row(f"p{i}", (0,), 1 + i / 64) for i in range(20)]
    lines = str(report(UNDECIDED, [undecided()], many)).splitlines()
    assert [line.split()[1] for line in lines[3:]] == [
        f"p{i}[0]" for i in range(19, 7, -1)
    ]


def test_the_most_that_could_be_missed_and_a_figure():
    found = report(RIGHT, [right(), right("s", missed=5e-7)], [row()])
    assert found.missed == 5e-7
    assert isinstance(found.figure(), Figure)


def test_the_message_of_the_error_is_the_report():
    found = report(WRONG, [wrong()], [row(verdict=WRONG)])
    error = GradientCheckError(found)
    assert error.check is found
    assert error.args == (str(found),)


def test_causes_stand_below_and_six_of_them():
    causes = [f"cause {i}" for i in range(8)]
    lines = str(report(RIGHT, [right()], [row()], causes)).splitlines()
    assert lines[-7:] == [*causes[:6], "and 2 more causes"]
    lines = str(report(RIGHT, [right()], [row()], causes[:7])).splitlines()
    assert lines[-1] == "and 1 more causes"
    lines = str(report(RIGHT, [right()], [row()], causes[:6])).splitlines()
    assert lines[-1] == "cause 5"


def test_long_lines_are_wrapped():
    words = "a " * 60
    text = str(GradientReport(RIGHT, words, words, (right(),), (row(),)))
    first, second, third, fourth, *_ = text.splitlines()
    assert first.startswith("gradient check: right: a a")
    assert second.startswith("    a a")
    assert third.startswith("at a a")
    assert fourth.startswith("    a a")
    assert 78 <= max(map(len, text.splitlines())) <= 79
