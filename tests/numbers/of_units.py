"""What the explorables of a single unit, of poles, of rounds and of the gradient check draw."""

import itertools
import math

import numpy as np
from of_lib import SURFACE
from of_networks import ACROSS, UP, X, Y
from recorded import UNDEFINED, call, of, path, scale, tenths
from shapes import (
    arrow,
    clamp,
    disc,
    fixed,
    half_up,
    linear,
    one_digit,
)

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES
from rnn_by_hand.explorables import Gates, GradientCheck, Pole, Tanh
from rnn_by_hand.explorables.gates import read_hold, write_hold
from rnn_by_hand.explorables.gradient_check import STEPS
from rnn_by_hand.explorables.words import number, quotient, reading, rough
from rnn_by_hand.model import forward_states, loss, make_dataset
from rnn_by_hand.scan import KINDS, pairs_in_rounds
from rnn_by_hand.tanh_unit import slope

#: Across in the picture of tanh, where no place is in the middle between two tenths of a pixel.
SIDEWAYS = scale(68.0131, 30)


def place(k):
    return 68.0131 + 30 * k


def point(x, y):
    return f"{fixed(x, 1)} {fixed(y, 1)}".replace("−", "-")


@of("numbers/tanh.js")
def tanh():
    yield from {
        "N": 30,
        "EDGE": 1.15,
        "LEAST": -1,
        "HIGHEST": 3,
        "LOW": -12,
        "HIGH": 4,
    }.items()
    for wRec, x, S0 in (
        (0.9, 0, 0.5),
        (-2, 0.1, 0.5),
        (2, 0.1, -0.3),
        (3, 0.5, 0),
        (-1, 0, 1),
        (-1.01, 0, 0.2),
    ):
        shown = Tanh(wRec=wRec, x=x, S0=S0).readout
        states = np.linspace(-1.15, 1.15, 93)
        curve = [point(place(S), Y(math.tanh(x + wRec * S))) for S in states]
        yield "curveOf", [wRec, x, SIDEWAYS, UP], path("M" + "L".join(curve))
        lines = ""
        for start, end in zip(shown["rests"][::-1], shown["rests"]):
            along = complex(30, -20 * wRec * (1 - end**2))
            along *= 26 / abs(along)
            foot = complex(place(start), Y(end)) - along
            lines += f"M{point(foot.real, foot.imag)}l{point(2 * along.real, 2 * along.imag)}"
        yield "tangentsOf", [wRec, shown["rests"], SIDEWAYS, UP], path(lines)
        for i, rest in enumerate(shown["resting"]):
            yield "isStable", [shown, i], abs(slope(wRec, rest)) <= 1
    for x in (0, 0.31, -1.2, 2):
        yield (
            "branchesAt",
            [x, SIDEWAYS, UP],
            [path(line) for line in branches(x)],
        )
    box = {"top": 100, "bottom": 260}
    K, D = scale(50, 10), scale(140, -10)
    for delta in (
        [0.5 ** (30 - k) for k in range(31)],
        [0.1 ** (30 - k) for k in range(31)],
        [1.6 ** (30 - k) for k in range(31)],
        [-(0.2 ** (30 - k)) for k in range(31)],
        [0.0] * 20 + [0.5 ** (30 - k) for k in range(20, 31)],
        [10.0 ** -max(12 * (20 - k), 0) for k in range(31)],
        [1e-13, *[10.0 ** (k / 5 - 6) for k in range(1, 31)]],
        [1e5, *[10.0 ** (3 - k / 10) for k in range(1, 31)]],
        [10.0 ** max(4 * (20 - k), 0) for k in range(31)],
    ):
        line, heads = back_in_time(delta)
        yield (
            "gradientPaths",
            [delta, K, D, box],
            {"line": path(line), "heads": path(heads)},
        )
    for right, up, weight in (
        (2, 1, 0.5),
        (0.5, -2, -4),
        (0, 1, 3),
        (-1, -0.1, -3),
        (-1, 0, 0),
    ):
        yield "weightAt", [right, up], weight
    for height, x in (
        (0.5, math.atanh(0.5)),
        (0.995, math.atanh(0.99)),
        (-3, math.atanh(-0.99)),
        (-0.2, math.atanh(-0.2)),
    ):
        yield "inputAt", [height], x
    yield "inverse", [UP, 190], 3
    yield "inverse", [scale(5, 7), 26], 3
    yield "place", [1.25, -2.04], "1.3 -2.0"
    yield "rough", [0.012345], "0.012"
    yield "rough", [-123456], number(-120000)


def branches(x):
    """Follow the resting points through the sums that lead to them, the stable and the others."""
    weights = np.linspace(-1, 3, 81)
    with np.errstate(divide="ignore", invalid="ignore"):
        small = x / (1 - weights)
    cubes = [6 * (i / 200) ** 3 for i in range(-200, 201)]
    sums = sorted(
        u for u in cubes + [math.atanh(S) for S in small if abs(S) < 0.5] if u
    )
    paths, last, kind = ["", ""], None, None
    for u in sums:
        wRec = (u - x) / math.tanh(u)
        here = point(place(math.tanh(u)), Y(wRec))
        if not -1 <= wRec <= 3:
            kind = None
        else:
            unstable = int(wRec / math.cosh(u) ** 2 > 1)
            if kind is None or (last[0] < 0 < u):
                paths[unstable] += f"M{here}"
            elif kind != unstable:
                paths[unstable] += f"M{last[1]}L{here}"
            else:
                paths[unstable] += f"L{here}"
            kind = unstable
        last = u, here
    if x == 0:
        paths[0] += f"M{place(0)} {Y(-1)}V{Y(1)}"
        paths[1] += f"M{place(0)} {Y(1)}V{Y(3)}"
    return paths


def back_in_time(delta):
    """Draw a gradient from its end to the first step at which it leaves the plot."""

    def K(k):
        return 50 + 10 * k

    def D(power):
        return 140 - 10 * power

    levels = [math.log10(abs(d)) if d else -math.inf for d in delta]
    gone = [k for k, level in enumerate(levels) if not -12 <= level <= 4]
    out = max(gone, default=-1)
    shown = range(out + 1, 31)
    line = "M" + "L".join(point(K(k), D(levels[k])) for k in shown)
    heads = "".join(f"M{point(K(k) - 4, D(levels[k]))}l7 -4v8Z" for k in shown)
    if out < 0:
        return line, heads
    edge, away = (260, 1) if levels[out] < -12 else (100, -1)
    x = K(out + 1)
    if math.isfinite(levels[out]):
        x = linear(D(levels[out + 1]), D(levels[out]), K(out + 1), K(out))(
            edge
        )
    line = f"M{point(x, edge)}L{line[1:]}"
    return line, f"M{point(x, edge + 3 * away)}l-5 {-8 * away}h10Z{heads}"


@of("numbers/gates.js")
def gates():
    yield "N", 16
    yield "SYMBOLS", "01R"
    yield "RANGE", {"LSTM": [-0.5, 1.5], "GRU": [0, 1]}
    for text in (
        *(
            "none",
            "f3=0",
            "f3=0;i5-9=0.25",
            "z1-16=1",
            "o16=0.5;r1=0.33",
            "f9=0.1;f10=0.1",
        ),
        *(
            "f2=0.5;f2=1",
            "f2-4=0.5;f3=0.25",
            "z16=0;f1=1",
            "c3=1",
            "f0=1",
            "f17=1",
            "f3-2=1",
        ),
        *(
            "f3=1.1",
            "f3=0.123",
            "f3",
            "",
            "f3=0;",
            "f3=00",
            "f3=1.0",
            "f3-16=0.",
            "f15-17=1",
            "f1-1=1",
        ),
        *("xf3=1", "f3=1x", "f3=-1"),
    ):
        try:
            held = read_hold(text)
        except ValueError:
            yield "readHold", [text], UNDEFINED
            continue
        held_in_js = {
            f"{letter}{k}": value for (letter, k), value in held.items()
        }
        yield "readHold", [text], held_in_js
        yield "writeHold", [held_in_js], write_hold(held)
    for value, text in (
        *(
            (0, "0.000"),
            (0.5, "0.500"),
            (5e-4, "0.001"),
            (4.9e-4, one_digit(4.9e-4)),
            (-1e-5, one_digit(-1e-5)),
        ),
        *(
            (-12.5, "−12.500"),
            (1e-300, one_digit(1e-300)),
            (-4.4e-4, one_digit(-4.4e-4)),
        ),
    ):
        yield "small", [value], text
    for share, text in (
        *(
            (None, "–"),
            (0, "0.0 %"),
            (0.12345, "12.3 %"),
            (5e-4, "0.1 %"),
            (4e-4, "0.040 %"),
            (1e-9, one_digit(1e-7) + " %"),
        ),
        *((1, "100.0 %"), (4.9e-4, "0.049 %"), (4.93e-4, "0.049 %")),
    ):
        yield "percent", [share], text
    word = "1010010R11010010"
    for first, last, symbol, after in (
        (3, 5, "R", "10RRR10R11010010"),
        (5, 3, "0", "1000010R11010010"),
        (1, 1, "0", "0010010R11010010"),
        (16, 14, "1", "1010010R11010111"),
    ):
        yield "painted", [word, first, last, symbol], after
    for symbol, by, after in (
        ("0", 1, "1"),
        ("1", 1, "R"),
        ("R", 1, "0"),
        ("0", -1, "R"),
        ("R", -1, "1"),
    ):
        yield "symbolAfter", [symbol, by], after
    yield (
        "heldAt",
        ["f3=0", "f", {"3": 0.456, "4": 2, "5": -1}],
        "f3=0.46;f4=1;f5=0",
    )
    yield "heldAt", ["none", "i", {"1": 0.25, "2": 0.25}], "i1-2=0.25"
    yield "heldAt", ["nonsense", "i", {"1": 0.25}], "i1=0.25"
    yield "letGo", ["f3-5=0.5", "f", 4], "f3=0.5;f5=0.5"
    yield "letGo", ["f3=0.5", "f", 3], "none"
    yield "letGo", ["nonsense", "f", 3], "none"
    start = {"letter": "f", "k": 5, "value": 0.5}
    for place, value, fine, drag, after in (
        (5.7, 0.75, False, start, {"5": 0.525}),
        (5.8, 1, False, start, {"5": 0.5, "6": 1}),
        (2, 2, False, start, {"2": 1, "3": 5 / 6, "4": 2 / 3, "5": 0.5}),
        (
            0,
            -1,
            False,
            start,
            {"1": 0, "2": 0.125, "3": 0.25, "4": 0.375, "5": 0.5},
        ),
        (99, 0.5, False, start, {str(k): 0.5 for k in range(5, 17)}),
        (4.25, 0.2, False, start, {"5": 0.2}),
        (4.2, 0.2, False, start, {"4": 0.2, "5": 0.5}),
        (5, 0.9, True, start, {"5": 0.5}),
        (5, 0.9, True, start | {"slow": [0.5, 0.4]}, {"5": 0.55}),
        (6, 0.4, True, start | {"slow": [0.2, 0.9]}, {"5": 0.5, "6": 0.15}),
        (5, 0.9, False, start | {"slow": [0.5, 0.4]}, {"5": 0.9}),
    ):
        if place == 5.7:
            after = {"5": 0.75}
        yield "dragged", [drag, place, value, fine], after
    yield (
        "dragOn",
        [
            start,
            [
                [6, 0.8, False],
                [6, 0.9, True],
                [6, 0.4, True],
                [6.5, 0.3, False],
            ],
        ],
        [{"5": 0.5, "6": 0.8}, {"6": 0.8}, {"6": 0.75}, {"6": 0.3}],
    )
    for setting in (
        {},
        {"network": "GRU"},
        {"x": "1" * 16, "hold": "f1-16=1;i1-16=1"},
        {"network": "GRU", "x": "R" * 16, "bias": -4},
        {
            "hold": "g1=1;f1-16=1".replace("g1=1;", ""),
            "x": "0" * 16,
            "bias": 6,
        },
        {"network": "GRU", "hold": "z1-16=0", "x": "1" * 16},
    ):
        shown = Gates(**setting).readout
        for top, low, radius in ((100, 190, 5.5), (90, 120, 4.5)):
            yield (
                "memoryPaths",
                [shown, ACROSS, top, low, radius],
                memory_of(shown, top, low, radius),
            )
        gradient = (
            shown["gamma"] if shown["network"] == "LSTM" else shown["delta"]
        )
        for one in (
            gradient,
            [2 * g - 0.3 for g in gradient],
            [0.0097] * 17,
            [0.0085] * 17,
        ):
            yield (
                "gradientPaths",
                [one, ACROSS, 200, 258],
                gradient_of(one, 200, 258),
            )
        for k in (1, 2, 9, 16):
            yield "arithmetic", [shown, k], arithmetic(shown, k)
    # Just beyond the ends, and a little farther: half a pixel is not worth an arrow head.
    edge = Gates().readout
    for low, high in (
        (-0.1, 1.1),
        (-0.501, 1.501),
        (-0.515, 1.515),
        (-0.51, 1.51),
        (-0.7, 1.7),
    ):
        edge = edge | {"C": [0, *8 * [low, high]]}
        paths = memory_of(edge, 100, 190, 5.5)
        yield "memoryPaths", [edge, ACROSS, 100, 190, 5.5], paths
    for a, b, moves in (
        (100, 110, (-2.5, 2.5)),
        (110, 100, (2.5, -2.5)),
        (100, 115, (0, 0)),
        (115, 100, (0, 0)),
        (7, 7, (-7.5, 7.5)),
    ):
        yield "shifts", [[a, b]], [*moves]


def memory_of(shown, top, low, radius):
    lstm = shown["network"] == "LSTM"
    M, keep = (shown["C"], shown["f"]) if lstm else (shown["S"], shown["z"])
    ends = (-0.5, 1.5) if lstm else (0, 1)
    height = linear(*ends, low, top)

    def within(value):
        return clamp(height(value), top, low)

    marks = dict.fromkeys(("carries", "lifts", "memory", "shown"), "")
    for k in range(1, 17):
        carried = within(keep[k - 1] * M[k - 1])
        marks["carries"] += arrow(
            X(k - 1), within(M[k - 1]), X(k), carried, radius + 1.5
        )
        marks["lifts"] += f"M{X(k)} {carried}V{within(M[k])}"
        y = height(M[k])
        if y < top - 0.5:
            marks["memory"] += (
                f"M{X(k)} {top - radius}l{radius} {2 * radius}h{-2 * radius}Z"
            )
        elif y > low + 0.5:
            marks["memory"] += (
                f"M{X(k)} {low + radius}l{radius} {-2 * radius}h{-2 * radius}Z"
            )
        else:
            marks["memory"] += disc(X(k), y, radius)
        if lstm:
            marks["shown"] += disc(X(k), within(shown["S"][k]), radius - 1.5)
    marks["start"] = disc(X(0), within(0), radius)
    paths = {name: path(text) for name, text in marks.items()}
    return paths | {"ends": [within(M[16]), within(shown["S"][16])]}


def gradient_of(gradient, top, bottom):
    def height(k):
        return bottom - (bottom - top) * clamp(gradient[k], 0, 1)

    back = ""
    for k in range(1, 16):
        if gradient[k + 1] * (bottom - top) > 0.5:
            back += arrow(X(k + 1), height(k + 1), X(k), height(k), 1.5)
    ground = [f"L{X(k)} {height(k)}" for k in range(16, 0, -1)]
    under = f"M{X(16)} {bottom}{''.join(ground)}V{bottom}Z"
    return {"back": path(back), "under": path(under), "last": height(16)}


def arithmetic(shown, k):
    """Write a step of the memory, and its gradient back, with two decimals."""

    def term(value):
        text = fixed(value)
        return f"({text})" if "−" in text else text

    at = {
        name: values[k - 1]
        for name, values in shown.items()
        if name in "ifgorzc"
    }
    if shown["network"] == "LSTM":
        M, gradient, keep = shown["C"], shown["gamma"], at["f"]
        gate, candidate = at["i"], at["g"]
    else:
        M, gradient, keep = shown["S"], shown["delta"], at["z"]
        gate, candidate = 1 - keep, at["c"]
    through = gradient[k - 1] - gradient[k] * keep
    return [
        f"{term(keep)} · {term(M[k - 1])} + {term(gate)} · {term(candidate)} = {fixed(M[k])}",
        f"{term(gradient[k])} · {term(keep)} + {term(through)} = {fixed(gradient[k - 1])}",
    ]


@of("numbers/pole.js")
def poles():
    yield from {
        "OTHERS": 2,
        "OLDEST": 100,
        "RADIUS": 100,
        "LINE": 200,
        "FIRST_NU": 1,
        "LAST_NU": -7,
        "IN_RESPONSE": 1.1,
        "REACH": 113,
    }.items()
    yield (
        "polesOf",
        [{"r": 0.5, "angle": 30, "others": "1@2;0.8@90"}],
        [[0.5, 30], [1, 2], [0.8, 90]],
    )
    yield "polesOf", [{"r": 0.5, "angle": 30, "others": "none"}], [[0.5, 30]]
    for setting, cost in (
        ({"r": 0.9}, None),
        ({"r": 1}, "∞"),
        ({"r": 1.0099}, "∞"),
        ({"r": 1.01}, "–"),
        ({"r": 1.05}, "–"),
    ):
        shown = Pole(**setting).readout
        yield "costOf", [shown], cost or reading(shown["pixel"])
    # A size of exp(-exp(1 - 8 a)), a part a along the line of 200 pixels, from nu = 1 to -7.
    for part in (0, 0.125, 0.25, 0.5, 0.875, 1):
        nu = 1 - 8 * part
        r = math.exp(-math.exp(nu))
        yield "nuOnLine", [r], nu
        yield "alongLine", [r], 200 * part if part else 0
        size = 1 - float(f"{1 - r:.3e}")
        yield "sizeOnLine", [200 * part], round(size, 10)
    for r, end in (
        (0, 0),
        (0.01, 0),
        (1, 200),
        (1.05, 200),
        (0.99999, 200),
        (0.06598, 0),
    ):
        yield "alongLine", [r], end
        yield "nuOnLine", [r], -7 if end else 1
    for along, nu in ((-50, 1), (250, -7), (100.1, -3.0)):
        size = -math.expm1(-math.exp(nu))
        yield "sizeOnLine", [along], round(1 - float(f"{size:.3e}"), 10)
    for r, by in (
        (0.95, 1),
        (0.95, -1),
        (0.5, 12.5),
        (0.99999, 5),
        (0.01, -3),
    ):
        nu = clamp(math.log(-math.log(r)), -7, 1) - 0.04 * by
        size = -math.expm1(-math.exp(clamp(nu, -7, 1)))
        yield "movedOnLine", [r, by], round(1 - float(f"{size:.3e}"), 10)
    for power in range(4):
        # A memory of m steps is at nu = -ln m, and a pixel is a 25th.
        yield "alongMemories", [power], 25 * (1 + power * math.log(10))
    for size, degrees in (
        (1, 30),
        (0.5, 123.4),
        (1.05, 180),
        (0, 90),
        (0.777, 5),
    ):
        z = 100 * size * np.exp(1j * np.deg2rad(degrees))
        ends = [
            float(fixed(part, 1).replace("−", "-"))
            for part in (z.real, z.imag)
        ]
        yield "pointOf", [size, degrees], ends
    for right, up, found in (
        *(
            (30, 40, [0.5, 53]),
            (30, -40, [0.5, 53]),
            (-30, 40, [0.5, 127]),
            (80, 2.9, [0.8, 0]),
        ),
        *(
            (-80, -2.9, [0.8, 180]),
            (80, 3, [0.8, 2]),
            (-80, -3, [0.8, 178]),
            (300, 300, [1.05, 45]),
        ),
        *((0, 0, [0, 0]), (12.34, 0, [0.12, 0])),
    ):
        yield "poleAt", [right, up], found
    for start, right, up, after in (
        *(
            ([0.5, 30], 1, 0, [0.5, 29]),
            ([0.5, 30], 0, 1, [0.51, 30]),
            ([0, 0], 1, -1, [0, 0]),
        ),
        *(
            ([1.05, 180], -1, 1, [1.05, 180]),
            ([0.5, 30.5], 0.1, -0.1, [0.499, 30.4]),
        ),
        *(
            ([1.045, 179.5], -1, 1, [1.05, 180]),
            ([0.1234567, 7.1234567], 0, 0, [0.123457, 7.123457]),
        ),
    ):
        yield "nudged", [start, right, up], after
    one, two, three = [0.5, 30], [0.6, 40], [0.7, 50]
    yield "withOneMore", [[one]], [[0.5, 90], one]
    yield "withOneMore", [[one, two]], [[0.5, 90], one, two]
    yield "withOneMore", [[one, two, three]], [one]
    yield "withOneMore", [[[0.5, 150]]], [[0.5, 29], [0.5, 150]]
    yield "withOneMore", [[[0.5, 120]]], [[0.5, 180], [0.5, 120]]
    for r, angle in ((0.95, 24), (1.05, 30), (1.01, 3), (0, 0), (1, 90)):
        powers = (r * np.exp(1j * np.deg2rad(angle))) ** np.arange(101)
        last = next(
            (k for k, size in enumerate(np.abs(powers)) if size > 1.6), 100
        )
        places = [113 + 100 * z.conjugate() for z in powers[: last + 1]]
        # Imaginary parts count upwards, heights in a picture downwards.
        places = [complex(z.real, 113 + z.imag) for z in places]
        at = [f"{z.real:.1f} {z.imag:.1f}" for z in places]
        yield (
            "spiralOf",
            [[r, angle]],
            {
                "curve": path("M" + "L".join(at)),
                "dots": path("".join(f"M{p}h0" for p in at)),
            },
        )
    poles_ = [[0.9, 30], [0.5, 150], [1, 0]]
    filled = hollow = ""
    for i, (size, degrees) in enumerate(poles_):
        right, up = (
            half_up(10 * part) / 10
            for part in (
                100 * size * math.cos(math.radians(degrees)),
                100 * size * math.sin(math.radians(degrees)),
            )
        )
        filled += disc(130 + right, 128 - up, 5 if i else 8)
        hollow += disc(130 + right, 128 + up, 3.5 if i else 5.5)
    yield (
        "discsOf",
        [poles_, 130, 128],
        {"filled": path(filled), "hollow": path(hollow)},
    )
    for setting in (
        {},
        {"r": 1.05, "angle": 90},
        {"r": 1.02, "angle": 180},
        {"r": 0.5, "others": "1.05@0;1@90"},
    ):
        shown = Pole(**setting).readout
        yield (
            "responsePaths",
            [shown, tenths(2, 5), tenths(124, -112.7)],
            response_of(shown),
        )
        leaves = next(
            (k for k, size in enumerate(shown["envelope"]) if size > 1.1), -1
        )
        yield "leavesAt", [shown["envelope"]], leaves
    edge = {
        "response": [1.1, -1.1, 1.0999] + [0] * 98,
        "envelope": [1.1] * 101,
    }
    yield (
        "responsePaths",
        [edge, tenths(2, 5), tenths(124, -112.7)],
        response_of(edge),
    )
    yield "leavesAt", [[1, 1.1, 1.1001]], 2
    yield "leavesAt", [[1.2, 1.1]], 0
    for memory, envelope, mark in (
        (30.5, [1] * 101, [30.5, "memory ", "30.500"]),
        (100, [1] * 101, [100, "memory ", "100.000"]),
        (100.5, [1] * 101, [100, "memory ", "100.500 →"]),
        (None, [1] * 101, [100, "never fades", ""]),
        (None, [1.2] * 100 + [131.5], [100, "grows to ", "131.500 ↑"]),
        (3, [1.2] + [1] * 100, [100, "grows to ", "1.000 ↑"]),
    ):
        yield "markOf", [{"memory": memory, "envelope": envelope}], mark


def response_of(shown):
    def across(k):
        return fixed(2 + 5 * k, 1)

    def height(value):
        return f"{124 - 112.7 * value:.1f}"

    stems = ages = beyond = above = below = ""
    for k, (value, size) in enumerate(
        zip(shown["response"], shown["envelope"])
    ):
        x = across(k)
        if abs(value) < 1.1:
            stems += f"M{x} {height(0)}V{height(value)}"
            ages += f"M{x} {height(value)}h0"
        else:
            way = math.copysign(1, value)
            beyond += f"M{x} {height(1.085 * way)}m-1.6 {2.6 * way}l1.6 {-2.6 * way}l1.6 {2.6 * way}"
        above += f"{'L' if k else 'M'}{x} {height(size)}"
        below += f"{'L' if k else 'M'}{x} {height(-size)}"
    return {
        "stems": path(stems),
        "ages": path(ages),
        "beyond": path(beyond),
        "envelope": path(above + below),
    }


@of("numbers/scan.js")
def rounds():
    yield "ERRORS", [-16, 2]
    yield "STATES", 1.4
    for kind in (*KINDS, "Newton"):
        for n in (2, 3, 8, 13, 32):
            pairs = [
                [[*pair] for pair in round]
                for round in pairs_in_rounds(
                    "scan" if kind == "Newton" else kind, n
                )
            ]
            setting = {"kind": kind, "n": n, "wRec": 0.9, "x": [1, 0] * 16}
            yield "solve", [setting], "pairs", pairs
            yield (
                "solve",
                [setting],
                "rounds",
                n if kind == "Newton" else len(pairs),
            )
    for value, text in (
        *(
            (0, "0.00"),
            (9.99, "9.99"),
            (9.996, "10.0"),
            (-99.94, "−99.9"),
            (99.96, "100"),
            (9999.4, "9999"),
        ),
        *(
            (9999.6, one_digit(9999.6)),
            (-123456, one_digit(-123456)),
            (-0.001, "0.00"),
            (9.995, "10.0"),
            (99.95, "100"),
        ),
    ):
        yield "short", [value], text
    for first, last, text in ((3, 3, "3"), (1, 4, "1–4")):
        yield "steps", [first, last], text
    for apart, room, every in (
        (20, 18, 1),
        (18, 18, 1),
        (10, 18, 2),
        (5, 18, 4),
        (4, 18, 5),
        (3, 18, 8),
        (2, 18, 10),
        (1, 18, 16),
    ):
        yield "stride", [apart, room], every
    for kind in KINDS:
        for n, round_ in ((8, 3), (13, 2), (8, 0), (13, 4)):
            pairs = pairs_in_rounds(kind, n)
            round_ = min(round_, len(pairs))
            given = [[[*pair] for pair in round] for round in pairs]
            for at in (0, 1, n // 2, n - 1):
                yield "metIn", [given, round_, at], met(pairs, round_, at)
                yield (
                    "treeOf",
                    [given, round_, at, ACROSS, UP],
                    path(tree(pairs, round_, at)),
                )
            for r in range(1, len(pairs) + 1):
                straight = "".join(
                    f"M{X(k)} {Y(r - 1)}V{Y(r)}" for k, _ in pairs[r - 1]
                )
                slant = "".join(
                    f"M{X(j)} {Y(r - 1)}L{X(k)} {Y(r)}"
                    for k, j in pairs[r - 1]
                )
                yield (
                    "linesOf",
                    [given[r - 1], r, ACROSS, UP],
                    {"straight": path(straight), "slant": path(slant)},
                )
            first = covered(pairs, n)
            rows = [{"first": row} for row in first]
            yield (
                "dotsOf",
                [given, rows, round_, ACROSS, UP, 6],
                dots(pairs, first, round_),
            )
    for size, power in (
        (1, 0),
        (1e-20, -16),
        (0, -16),
        (1e5, 2),
        (1e-3, -3),
        (100, 2),
        (1e-16, -16),
    ):
        yield "powerOf", [size], power
    errors = [101.0, 100.0, 1e-3, 1e-17]
    marks = (
        f"M597 {Y(0) - 4}v8l7 -4z"
        + disc(X(100), Y(1), 3)
        + disc(X(1e-3), Y(2), 5)
        + disc(X(1e-17), Y(3), 3)
    )
    yield "errorMarks", [errors, 2, ACROSS, UP, 600], path(marks)
    for value, kept in ((0.5, 0.5), (1.5, 1.4), (-2, -1.4)):
        yield "inside", [value], kept
    for guess, state, right in (
        (0.5, 0.5 + 9e-10, True),
        (0.5, 0.5 + 1.1e-9, False),
        (0.5, 0.5 - 9e-10, True),
        (-1, 1, False),
        (1e-9, 0, True),
    ):
        yield "isRight", [guess, state], right
    guess = [0, 0.5, 1.41, -1.41, 1.4, -0.3]
    S = [0, 0.5, 0.9, 0.9, 0.9, -0.3 + 1e-8]
    yield (
        "guessMarks",
        [guess, S, ACROSS, UP, 5],
        {
            "right": path(disc(X(0), Y(0.5), 5)),
            "wrong": path(disc(X(3), Y(1.4), 5) + disc(X(4), Y(-0.3), 5)),
            "out": path(
                f"M{X(1) - 4} {Y(1.4) + 7}h8l-4 -7z"
                + f"M{X(2) - 4} {Y(-1.4) - 7}h8l-4 7z"
            ),
        },
    )
    for a, b, names in (
        *(
            (100, 116, [100, 116]),
            (100, 115, [99.5, 115.5]),
            (115, 100, [115.5, 99.5]),
        ),
        *((116, 100, [116, 100]), (100, 100, [92, 108])),
    ):
        yield "namesAt", [a, b], names
    for a, b in ((100, 116.5), (116.5, 100), (100, 130)):
        yield "namesAt", [a, b], [a, b]
    before = {"a": [0.5, -0.25, 2000], "b": [1, -2, 3], "first": [0, 1, 2]}
    now = {"a": [0.5, -0.125, 2000], "b": [1, -2.25, 3], "first": [0, 0, 2]}
    yield (
        "pairInNumbers",
        [1, now, before, [1, 0]],
        {
            "what": "cell 2: steps 1, then 2",
            "a": "(−0.250) · 0.500 = −0.125",
            "b": "(−0.250) · 1.000 + (−2.000) = −2.250",
        },
    )
    yield (
        "pairInNumbers",
        [2, now, before, UNDEFINED],
        {"what": "cell 3: step 3", "a": reading(2000), "b": "3.000"},
    )
    yield (
        "pairInNumbers",
        [
            2,
            {"a": [1, 1, 1e9], "b": [1, 1, 5], "first": [0, 0, 0]},
            {"a": [1, 2, 3], "b": [1e7, 1, -1], "first": [0, 0, 2]},
            [2, 1],
        ],
        {
            "what": "cell 3: steps 1–2, then 3",
            "a": f"3.000 · 2.000 = {reading(1e9)}",
            "b": "3.000 · 1.000 + (−1.000) = 5.000",
        },
    )
    yield (
        "pairInNumbers",
        [
            3,
            {"a": [1] * 4, "b": [1e7] * 4, "first": [0, 0, 0, 1]},
            {"a": [1] * 4, "b": [1e7] * 4, "first": [0, 1, 2, 2]},
            [3, 1],
        ],
        {
            "what": "cell 4: steps 2, then 3–4",
            "a": "1.000 · 1.000 = 1.000",
            "b": f"1.000 · ({number(1e7)}) + ({number(1e7)}) = {number(1e7)}",
        },
    )
    yield (
        "pairInNumbers",
        [
            2,
            {"a": [1] * 3, "b": [1] * 3, "first": [0, 0, 1]},
            before,
            UNDEFINED,
        ],
        {"what": "cell 3: step 2–3", "a": "1.000", "b": "1.000"},
    )
    guessed, corrected = [0, 0.25, -0.5], [0, 0.5, 0.125]
    f = math.tanh(1 - 1.5 * 0.25)
    bend = -1.5 * (1 - f * f)
    yield (
        "tangentInNumbers",
        [2, corrected, guessed, 1, -1.5],
        {
            "what": f"(0.250 · (−1.500) + 1) = {reading(f)}",
            "slope": reading(bend),
            "state": f"{reading(f)} + (0.500 − 0.250) · ({reading(bend)}) = 0.125",
        },
    )
    yield (
        "tangentInNumbers",
        [2, corrected, UNDEFINED, 1, -1.5],
        {"what": "…", "slope": "…", "state": "0.125, the first guess"},
    )


def met(pairs, round_, at):
    for r in range(round_, 0, -1):
        for pair in pairs[r - 1]:
            if pair[0] == at:
                return {"r": r, "pair": [*pair]}
    return {"r": 0}


def tree(pairs, r, at):
    """Follow a cell and all that it took in back to the beginning."""
    if not r:
        return ""
    way = f"M{X(at)} {Y(r)}V{Y(r - 1)}" + tree(pairs, r - 1, at)
    for k, j in pairs[r - 1]:
        if k == at:
            way += f"M{X(at)} {Y(r)}L{X(j)} {Y(r - 1)}" + tree(pairs, r - 1, j)
    return way


def covered(pairs, n):
    """Find the first step that each cell covers after each round, counting from 0."""
    rows = [list(range(n))]
    for round_ in pairs:
        taken = dict(round_)
        rows.append(
            [
                rows[-1][taken[k]] if k in taken else rows[-1][k]
                for k in range(n)
            ]
        )
    return rows


def dots(pairs, first, round_):
    marks = {"hollow": "", "filled": ""}
    for r in range(round_ + 1):
        for i in range(len(first[0])):
            busy = r == 0 or i in dict(pairs[r - 1])
            taken = r == round_ or i in [j for _, j in pairs[r]]
            if busy or taken:
                marks["hollow" if first[r][i] else "filled"] += disc(
                    X(i), Y(r), 6 if busy else 3.3
                )
    return {name: path(text) for name, text in marks.items()}


@of("numbers/gradient-check.js")
def gradient_check():
    yield "EPSILONS", [*STEPS]
    yield "NAMES", [*BUGS, *MYSTERIES]
    for name in ("none", *BUGS):
        yield "unmask", [name], name
    for mystery, bug in MYSTERIES.items():
        yield "unmask", [mystery], bug
    for ratio in (None, 1, 0, -0.5, 1234567, math.inf):
        yield "quotient", [ratio], quotient(ratio)
    for value, text in (
        (1e-6, "10⁻⁶"),
        (2e-6, "2 × 10⁻⁶"),
        (0.001, "0.001"),
        (1, "1"),
        (0, "0"),
        (1e-12, "10⁻¹²"),
        (1.1e-12, "1.1 × 10⁻¹²"),
    ):
        yield "power", [value], text
    for error in (0.0123456, 1.9e-13, 0, 2):
        yield "rough", [error], rough(error)
    for passed, bug, text in (
        (True, "none", "passes"),
        (False, "none", "fails wrongly"),
        (True, "sign", "is fooled"),
        (False, "mystery 1", "fails"),
    ):
        yield "verdict", [{"passed": passed, "bug": bug}], text
    for bug, setting in (
        ("sign", {"wx": 0.8, "wRec": 0.9}),
        ("none", {"wx": 0, "wRec": 0}),
        ("1/N never", {"wx": 1, "wRec": 1}),
        ("wx for wRec", {"wx": 0, "wRec": 1.5}),
    ):
        shown = GradientCheck(**setting, bug=bug).readout
        yield (
            "ratiosOf",
            [bug, setting],
            [shown["wx_ratio"], shown["wRec_ratio"]],
        )
    # Errors on both sides of the tolerance, and near it.
    for setting in on_the_edge():
        shown = GradientCheck(**setting)
        given = {name: getattr(shown, name) for name in shown.parameters}
        arguments = [given, call("curvesOf", given)]
        yield "readout", arguments, "passed", shown.readout["passed"]
    for guess, bug in (
        ("sign", "forgot the 2"),
        ("1/N never", "mystery 1"),
        ("no wRec", "wx for wRec"),
    ):
        setting = {"wx": 1, "wRec": 1, "bug": bug}
        setting = setting if guess == "no wRec" else setting | {"wx": 0.8}
        ratios = [
            GradientCheck(**(setting | {"bug": one})).readout
            for one in (guess, bug)
        ]
        texts = [
            f"{quotient(one['wx_ratio'])} and {quotient(one['wRec_ratio'])}"
            for one in ratios
        ]
        same = texts[0] == texts[1]
        assert same == (guess == "no wRec")
        words = (
            "yet it would show the same here; move a weight"
            if same
            else f"that would show {texts[0]} here"
        )
        yield "whyNot", [guess, setting], words
    for position, eps in enumerate(STEPS):
        yield "positionOf", [eps], position
        yield "stepAt", [position + 0.4], eps
        yield "stepAt", [position - 0.4], eps
        yield "alongSteps", [eps], (math.log10(eps) + 14) / 14
    yield "stepAt", [-3], STEPS[0]
    yield "stepAt", [99], STEPS[-1]
    for error in (2, 1, 1e-5, 1e-16):
        # From 10^0.4 at 54 pixels to 10^-16.2 at 224.
        yield (
            "heightOf",
            [error],
            linear(0.4, -16.2, 54, 224)(math.log10(error)),
        )
    yield "heightOf", [0], 246
    for ratio in (0, 0.1, 1, -1, 100, -100, 7):
        yield (
            "alongRatios",
            [ratio],
            0.5
            + math.copysign(
                math.log(50 * abs(ratio) + math.hypot(50 * ratio, 1))
                / math.log(5000 + math.hypot(5000, 1)),
                ratio,
            )
            / 2,
        )
    for ratio, end in ((1e9, 1), (-1e9, 0)):
        yield "alongRatios", [ratio], end
    for ends, moves in (
        ([100, 108], [-4, 4]),
        ([108, 100], [4, -4]),
        ([100, 116], [0, 0]),
        ([100, 100], [-8, 8]),
        ([116.5, 100], [0, 0]),
    ):
        yield "shifts", [ends], moves
    place = {"left": -12, "right": 300}
    for ratio, text, x, turned, beyond in (
        (0.5, "0.5", 50, -1, False),
        (1, "1", 100, 1, False),
        (0.9999999, "1", 99.99999, 1, False),
        (1.0001, "1.0001", 100.01, 1, False),
        (3, "3", 300, 1, False),
        (2.6, "a long number", 260, -1, False),
        (-0.1, "−0.1", -10, 1, False),
        (0.24, "1234", 24, -1, False),
        (0.239, "1234", 23.9, 1, False),
        (100, "100", 10000, -1, False),
        (101, "101", 10100, -1, True),
        (-101, "−101", -10100, 1, True),
        (2.92, "12345", 292, 1, False),
        (2.93, "12345", 293, -1, False),
    ):
        side = -1 if ratio < 1 and text != "1" else 1
        stem = f"M100 347H{100 * ratio}"
        if beyond:
            stem += f"M{100 * ratio + 9 * side} 342l{5 * side} 5l{-5 * side} 5"
        yield (
            "ratioMark",
            [ratio, text, scale(0, 100), 347, place],
            {"x": x, "stem": path(stem), "turned": turned},
        )


def on_the_edge():
    """Find settings at which the error of a weight is just within the tolerance, or just beyond it."""
    X, t = make_dataset()

    def loss_at(weights):
        return loss(forward_states(X, *weights)[:, -1], t)

    points = ((0.8, 0.9), (1.2, 1.3), (-1.5, 1.1), (0.02, 1.1), (-0.9, -0.6))
    for weights, eps in itertools.product(
        (*points, (0.01, 0.3)), STEPS[12:30]
    ):
        parts = []
        for i, truth in enumerate(SURFACE.gradient(*weights)):
            moved = np.array(weights)
            moved[i] += eps
            measured = (loss_at(moved) - loss_at(weights)) / (
                moved[i] - weights[i]
            )
            size = max(abs(truth), abs(measured))
            parts.append(abs(truth - measured) / (1e-7 * size + 1e-7))
        if 0.3 < max(parts) < 2.5:
            wx, wRec = weights
            yield {
                "wx": wx,
                "wRec": wRec,
                "eps": eps,
                "difference": "forward",
            }
