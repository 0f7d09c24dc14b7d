"""What the explorables that show a network draw: their scales, their marks and their words."""

import math

import numpy as np
from recorded import of, path, scale
from shapes import arrow, clamp, disc, half_up, linear, one_digit, superscript

from rnn_by_hand.explorables import States, Unrolled
from rnn_by_hand.explorables.adder import TRAINING, totals
from rnn_by_hand.explorables.words import number

#: A scale across and one upwards, as JavaScript gets them and as Python uses them.
ACROSS, UP = scale(68, 30), scale(250, -20)


def X(k):
    return 68 + 30 * k


def Y(value):
    return 250 - 20 * value


def bits(text):
    return [int(bit) for bit in text]


@of("numbers/states.js")
def states():
    def output(x, wx, wRec):
        return sum(
            bit * wx * wRec ** (len(x) - 1 - k) for k, bit in enumerate(x)
        )

    x = bits("1011001110")
    for wx, wRec, wanted in (
        (1, 1, 6.5),
        (0.3, 0.9, 1),
        (-1, 0.5, -1.5),
        (2, -0.9, 3),
        (1, 1.2, 5),
        (0, 1, 2),
    ):
        yield "weightsFor", [x, wx, wRec, wanted], closest(x, wx, wRec, wanted)
    yield "weightsFor", [[0] * 10, 1, 0.5, 3], {"wx": 1, "wRec": 0.5}
    for wanted in (1e6, -1e6):
        yield "weightsFor", [x, 2.5, 2.5, wanted], closest(x, 2.5, 2.5, wanted)
    counts, both_signs = [0, 2, 4, 6, 8, 10], [-10, -5, 0, 5, 10]
    for S, both, held, gripped, ticks in (
        ([0, 1, 2], False, False, False, counts),
        ([0, 1, 2], True, False, False, counts),
        ([0, 1, 2], True, True, False, both_signs),
        ([0, 1, 2], False, True, False, counts),
        ([0, -0.1, 2], False, False, False, both_signs),
        ([0, -0.1, 2], False, True, True, counts),
        ([0, 1, 2], True, True, True, both_signs),
        ([1, 0.5, 2], True, True, True, both_signs),
        ([1, 0.5, 2], False, False, False, counts),
    ):
        yield "ticksFor", [S, both, held, gripped], ticks
    for setting, wide, limits in (
        ({"wx": 1, "wRec": 0.9}, True, (0, 10)),
        ({"wx": -1.3, "wRec": -1.2, "x": "0110100111"}, False, (-10, 10)),
        ({"wx": 3, "wRec": 2}, True, (0, 10)),
        ({"wx": -3, "wRec": 2}, False, (-10, 10)),
        ({"wx": 3, "wRec": -2}, True, (-10, 10)),
        ({"wx": 0, "wRec": 1, "x": "0000000000"}, True, (0, 10)),
    ):
        shown = States(**setting).readout
        plot = {"step": 30, "foot": 400, "wide": wide, "range": [*limits]}
        yield (
            "stepPaths",
            [shown, ACROSS, UP, plot],
            steps_of(shown, wide, limits),
        )
    on_the_edge = {
        "x": [1, 0],
        "S": [0, 10, -10],
        "count": [0, 1, 1],
        "wRec": -1,
    }
    plot = {"step": 30, "foot": 400, "wide": True, "range": [-10, 10]}
    yield (
        "stepPaths",
        [on_the_edge, ACROSS, UP, plot],
        steps_of(on_the_edge, True, (-10, 10)),
    )
    for y, t, names in (
        (100, 117, [100, 117]),
        (100, 116, [99.5, 116.5]),
        (116, 100, [116.5, 99.5]),
        (100, 100, [91.5, 108.5]),
        (31, 32, [30, 47]),
        (249, 250, [233, 250]),
        (250, 249, [250, 233]),
        (100, 130, [100, 130]),
        (130, 100, [130, 100]),
    ):
        yield "namesAt", [y, t, 30, 220], names


def closest(x, wx, wRec, wanted):
    """Find the closest weights for an answer by thirty damped steps of Gauss and Newton."""
    x = np.array(x)
    for _ in range(30):
        powers = np.arange(len(x))[::-1]
        y = np.sum(x * wx * float(wRec) ** powers)
        slopes = np.array(
            [
                np.sum(x * float(wRec) ** powers),
                np.sum(
                    x[:-1]
                    * wx
                    * powers[:-1]
                    * float(wRec) ** (powers[:-1] - 1)
                ),
            ]
        )
        size = slopes @ slopes
        if size == 0:
            break
        miss = wanted - y
        step = miss / max(size, abs(miss) * math.sqrt(size) / 0.2)
        wx, wRec = np.clip([wx, wRec] + step * slopes, -3, 3).tolist()
    return {"wx": wx, "wRec": wRec}


def steps_of(shown, wide, limits):
    low, high = limits
    radius, clear = (6, 8) if wide else (5, 6.5)
    S, count, wRec = shown["S"], shown["count"], shown["wRec"]

    def side(value):
        return (value > high) - (value < low)

    marks = dict.fromkeys(("stems", "edges", "lifts", "discs", "beyond"), "")
    line = f"M{X(0)} {Y(0)}"
    for k, bit in enumerate(shown["x"], 1):
        before, carried, after = S[k - 1], S[k - 1] * wRec, S[k]
        # What stays beyond the same end is not drawn.
        if not side(before) or side(before) != side(carried):
            marks["edges"] += arrow(
                X(k - 1), Y(before), X(k), Y(carried), clear
            )
        if bit:
            marks["stems"] += f"M{X(k)} 400V{Y(carried)}"
            marks["lifts"] += f"M{X(k)} {Y(carried)}V{Y(after)}"
        if side(after):
            up = side(after)
            marks["beyond"] += (
                f"M{X(k) - radius} {Y(after) + 4 * up}h{2 * radius}l{-radius} {-8 * up}z"
            )
        else:
            marks["discs"] += disc(X(k), Y(after), radius)
        line += f"H{X(k - 0.5)}V{Y(count[k])}"
    marks["start"] = disc(X(0), Y(0), radius)
    marks["count"] = f"{line}H{X(len(shown['x'])) + (16 if wide else 8)}"
    return {name: path(text) for name, text in marks.items()}


@of("numbers/unrolled.js")
def unrolled():
    for setting, size, unit, given in (
        ({"wx": 1, "wRec": 0.5, "n": 4, "k": 2}, 0.16, 0.001, {"wRec": 0.4}),
        ({"wx": 2, "wRec": -0.5, "n": 4, "k": 2}, 0.5, 0.001, {"wRec": -0.5}),
        ({"wx": -2, "wRec": 0, "n": 4, "k": 3}, 1, 0.001, {"wRec": 0.5}),
        ({"wx": 0, "wRec": 0.5, "n": 4, "k": 2}, 0.16, 0.001, {}),
        ({"wx": 0, "wRec": 0.5, "n": 4, "k": 4}, 0.7, 0.001, {"wx": 0.7}),
        (
            {"wx": -1, "wRec": 0.5, "n": 4, "k": 4},
            0.71234,
            0.001,
            {"wx": -0.712},
        ),
        ({"wx": 1, "wRec": 0.5, "n": 4, "k": 1}, 1.02, 0.01, {"wRec": 1}),
        ({"wx": -2, "wRec": 0.5, "n": 4, "k": 4}, 0.5, 0.001, {"wx": -0.5}),
    ):
        yield "giving", [Unrolled(**setting).readout, size, unit], given
    for weights, decades, up, down in (
        ([1, 0.5], [-2, -1, 0, 1, 2], True, False),
        ([-1, -0.5], [-2, -1, 0, 1, 2], False, True),
        ([0, -1], [-2, -1, 0, 1, 2], False, True),
        # One of both signs has half the room, and every other power.
        ([1, -0.5], [-2, 0, 2], True, True),
        ([0.5, -1, 0], [-2, 0, 2], True, True),
        ([0, 0], [-2, -1, 0, 1, 2], True, False),
        ([1, 1e-9], [-10, -5, 0, 5], True, False),
        ([1e8, 0.01], [-2, 0, 2, 4, 6, 8], True, False),
        ([-5e-324, -1], [-300, -200, -100, 0, 100], False, True),
        ([-3e8, 1e-3], [-5, 0, 5, 10], True, True),
    ):
        height = 220 / (1 + (up and down))
        bars = {
            "decades": decades,
            "up": up,
            "down": down,
            "zero": 30 + height * up,
            "per": (height - 18) / (decades[-1] - decades[0]),
        }
        yield "scaleFor", [weights, 30, 220], bars
        ends = [
            sign * 10.0**power
            for sign, on in ((1, up), (-1, down))
            if on
            for power in decades
        ]
        yield "ticksOf", [bars], [0, *ends]
        for weight in (*weights, 10.0 ** decades[0], -7.0, 3e150, -3e150):
            drawn = weight and math.copysign(
                18
                + bars["per"]
                * max(max(math.log10(abs(weight)), -300) - decades[0], 0),
                weight,
            )
            yield (
                "endOf",
                [weight, bars, 30, 220],
                clamp(bars["zero"] - drawn, 24, 256),
            )
        for power in (decades[0], (decades[0] + decades[1]) / 2):
            end = 18 + bars["per"] * (power - decades[0])
            yield "sizeAt", [bars["zero"] - end, bars], 10**power
            yield "sizeAt", [bars["zero"] + end, bars], 10**power
    for tick, text in (
        *(
            (0, ""),
            (100, "100"),
            (-100, "−100"),
            (1000, "1000"),
            (0.001, "0.001"),
        ),
        *(
            (1e4, "10⁴"),
            (-1e-4, "−10⁻⁴"),
            (1e-300, "10⁻³⁰⁰"),
            (1, "1"),
            (9.9e9, "10¹⁰"),
        ),
    ):
        yield "tickText", [tick], text
    for apart, k in ((30, 3), (20, 2), (19.9, 2), (5, 1), (60, 1)):
        dot, side = clamp(0.42 * apart, 2.4, 14), clamp(0.36 * apart, 2.4, 14)
        clear = dot / 2 + 3
        marks = ["graphOf", [apart, k, ACROSS, 300, 350]]
        for name, value in (
            ("disc", dot),
            ("side", side),
            ("roomy", apart >= 20),
        ):
            yield *marks, name, value
        for step in (1, 2):
            heavy = apart >= 20 or step == k
            thin = f"M{X(step)} 350V300", f"M{X(step)} 300H{X(step + 1)}"
            into = arrow(X(step), 350 - side / 2, X(step), 300, clear)
            yield *marks, "read", [step], path(into if heavy else thin[0])
            on = arrow(X(step), 300, X(step + 1), 300, clear)
            yield *marks, "carry", [step], path(on if apart >= 20 else thin[1])
    for n, k, apart, numbered in (
        (10, 3, 30, range(1, 11)),
        (10, 3, 20, range(1, 11)),
        *(
            (n, k, apart, None)
            for n, k, apart in (
                *(
                    (12, 7, 18),
                    (12, 7, 10),
                    (60, 30, 5),
                    (60, 58, 5),
                    (60, 3, 1.9),
                ),
                *(
                    (60, 12, 1.9),
                    (23, 12, 9),
                    (23, 2, 9),
                    (23, 22, 17.9),
                    (60, 40, 0.9),
                ),
            )
        ),
    ):
        numbered = numbered or numbering(n, k, apart)
        for step in range(1, n + 1):
            yield "isNumbered", [step, n, k, apart], step in numbered


def numbering(n, k, apart):
    """Choose steps so that none of those written beside a more important one touches it."""
    every = next((count for count in (1, 2, 5, 10) if count * apart >= 20), 20)

    def far(a, b):
        return a == b or abs(a - b) * apart >= 18

    ends = {step for step in (1, n) if far(step, k)}
    return (
        {k}
        | ends
        | {
            s
            for s in range(every, n + 1, every)
            if all(far(s, one) for one in (1, n, k))
        }
    )


def short_number(value):
    if value and (abs(value) < 0.01 or abs(value) >= 1e5):
        return one_digit(value)
    return number(
        float(f"{value:.3g}") if abs(value) < 1000 else half_up(value)
    )


@of("numbers/bptt.js")
def backward_pass():
    yield "TURN", 10
    yield "REACH", 10
    for value in (
        *(
            0,
            1,
            -1.2345,
            0.01,
            0.0099,
            -0.0099,
            999.4,
            999.6,
            12345.6,
            99999,
            100000,
        ),
        *(-123456, 1e-7, 3.21987, -45.678, 1000, 1234.5, -1234.56),
    ):
        yield "short", [value], short_number(value)
        tiny = 0 < abs(value) < 1e-6
        yield "short", [value, True], "≈ 0" if tiny else short_number(value)
    yield "short", [1000.6], number(1001)
    yield "percent", [1, 1.5e-12, 2], ""
    yield "percent", [1, 1.5e-12, 1], f"10{superscript(13)} %"
    yield "short", [1e-6, True], "1·10⁻⁶"
    yield "short", [-9e-7, True], "≈ 0"
    for term, total, size, text in (
        *(
            (1, 4, 4, "25 %"),
            (-1, 4, 6, "−25 %"),
            (0, 4, 4, "0 %"),
            (0.04, 4, 4, "1.0 %"),
        ),
        *(
            (0.4, 4, 4, "10 %"),
            (0.39, 4, 4, "9.8 %"),
            (-0.002, 4, 4, "−0.1 %"),
            (400, 4, 800, f"10{superscript(4)} %"),
        ),
        *(
            (399, 4, 800, "9975 %"),
            (-4000, 4, 8000, f"−10{superscript(5)} %"),
            (1, 1e-12, 1, ""),
            (1, 2e-12, 1, f"10{superscript(13)} %"),
        ),
        *(
            (1, -1e-13, 1, ""),
            (0, 0, 0, ""),
            (4, 4, 4, "100 %"),
            (1, -4, 6, "−25 %"),
        ),
        *(
            (12, 4, 800, "300 %"),
            (1, 1.1e-12, 1, f"10{superscript(13)} %"),
            (1, -0.004, 2, f"−10{superscript(4)} %"),
        ),
    ):
        yield "percent", [term, total, size], text
    for position in range(21):
        step = position if position <= 10 else 21 - position
        yield "currentStep", [position], step
        way = "back" if position > 10 else "forward"
        yield "position", [position], f"{way}, k = {step}"
    plot = {"left": 34, "right": 600, "apart": 50, "area": 60}
    for terms, arrived in (
        ([2, -3, 4], 3),
        ([2, -3, 4], 2),
        ([2, -3, 4], 0),
        ([0, 0, 0], 3),
        ([1, 1, -5, 2], 4),
    ):
        sums = [0, *np.cumsum(terms[::-1]).tolist()]
        # The terms arrive from the last step to the first.
        place = linear(1, len(terms), 34 + 50 * len(terms), 84)
        level = (
            linear(max(sums), min(sums), 100, 160)
            if any(terms)
            else lambda _: 100
        )
        bars = [
            f"M{place(j)} {level(sums[j - 1])}V{level(sums[j])}"
            for j in range(1, arrived + 1)
        ]
        way = [f"H{place(j)}V{level(sums[j])}" for j in range(1, arrived + 1)]
        yield (
            "barsOf",
            [terms, arrived, 100, plot],
            {
                "sums": sums,
                "zero": level(0),
                "bars": path("".join(bars)),
                "sum": path(
                    f"M600 {level(0)}{''.join(way)}H{place(arrived) - 25}"
                ),
            },
        )
    for target, count, shift in (
        (6.04, 6, 0),
        (6.06, 6, 0.1),
        (3.5, 6, -2.5),
        (30, 6, 10),
        (-30, 6, -10),
        (2.449, 6, -3.6),
    ):
        yield "shiftTo", [target, count], shift
    for y, t, known, names in (
        (100, 117, True, [100, 117]),
        (100, 116, True, [99.5, 116.5]),
        (116, 100, True, [116.5, 99.5]),
        (100, 100, True, [91.5, 108.5]),
        (100, 101, False, [100, 101]),
        (100, 117.5, True, [100, 117.5]),
        (117.5, 100, True, [117.5, 100]),
        (100, 130, True, [100, 130]),
    ):
        yield "namesAt", [y, t, known], names


@of("numbers/adder.js")
def the_adder():
    yield "BITS", 8
    yield "COLUMNS", 9
    yield "HIGHEST", 1.5
    for trained in (0, 50, 200):
        # From no state at all the output is its bias, the last of the parameters.
        weights = TRAINING["weights"][TRAINING["steps"].index(trained)]
        yield "startOf", [trained], weights[-1]
    for across, up, places, put in (
        (0.123456, -0.98765, 2, (0.12, -0.99)),
        (0.123456, -0.98765, 3, (0.123, -0.988)),
        (2, 3, 2, (1, 1.5)),
        (-2, -3, 2, (-1, -1.5)),
        (1.2, 1.2, 2, (1, 1.2)),
    ):
        yield (
            "pushedTo",
            [across, up, places],
            {"across": put[0], "up": put[1]},
        )
    written = np.asarray(totals()).ravel().tolist()
    far = [[20 * i, 0] for i in range(len(written))]
    for total in range(4):
        yield (
            "writtenAt",
            [far, total],
            [far[i] for i, one in enumerate(written) if one == total],
        )
    same = [i for i, one in enumerate(written) if one == 1][:4]
    near_ = [[1e4, 1e4] for _ in written]
    for i, place in zip(same, ([0, 0], [7, 0], [7.1, 0], [3, -8])):
        near_[i] = place
    others = [
        near_[i] for i, one in enumerate(written) if one == 1 and i not in same
    ][:1]
    yield "writtenAt", [near_, 1], [[0, 0], [7.1, 0], [3, -8], *others]
