"""Formats, parameters, scales and paths, the data set, optimisers, fates and colours."""

import math

import numpy as np
from recorded import UNDEFINED, codes, function, near, of, path, scale
from shapes import arrow, disc, fixed, significant, superscript

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES
from rnn_by_hand.explorables.parameters import BITS
from rnn_by_hand.explorables.words import number, reading
from rnn_by_hand.loss_colours import (
    DARK,
    LEVELS,
    LIGHT,
    LOSS_SCALE,
    oklab,
    srgb,
)
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import FATES, OPTIMIZERS, decided, descend, fates
from rnn_by_hand.surface import Surface

SURFACE = Surface(*make_dataset())

VALUES = [
    *(0, 1, -1, 0.5, -0.25, 9.9995, 9.99949, 999.9994, 999.9995, 12.345678),
    *(-999.9995, 1e-4, 9.9999e-5, -9.99949e-5, 1.00049e-4, 0.00012345),
    *(9999.4, 9999.5, 9999.6, 12345.678, -123456, 999949, 999950, 1e6, -1e6),
    *(1234567, 1.5e300, -2e-300, 99.995, 0.0004, -0.0004, 0.0006, 1e4, 1000),
    *(99999.5, 100049.4, 31415926, 0.999951, 0.99994, -0.004999, 0.0050001),
]


@of("lib/format.js")
def formats():
    for value in VALUES:
        yield "number", [value], number(value)
        yield "reading", [value], reading(value)
        if abs(value) < 1e20:
            yield "decimals", [value], fixed(value)
            yield "decimals", [value, 1], fixed(value, 1)
        in_sight = 1e-4 <= float(f"{abs(value):.3e}") < 1e4
        yield (
            "significant",
            [value],
            (significant if in_sight else number)(value),
        )
        text = number(value)
        bracketed = f"({text})" if value < 0 or "×" in text else text
        yield "factor", [value], bracketed
    yield "number", [math.inf], "∞"
    yield "number", [-math.inf], "−∞"
    yield "factor", [-0.0001, function("decimals")], "0.00"
    yield "factor", [-0.5, function("decimals")], "(−0.50)"
    for exponent in (0, 7, -12, 345, 6890):
        yield "superscript", [exponent], superscript(exponent)
    typed = {
        "1.5": 1.5,
        "1,5": 1.5,
        " −2 ": -2,
        "-.5": -0.5,
        "1 000": 1000,
        "3 × 10⁻⁴": 3e-4,
        "−2·10⁵": -2e5,
        "10⁻³": 1e-3,
        "-10²": -100,
        "1.25 × 10¹²": 1.25e12,
        "1e3": 1000,
        "": math.nan,
        "x": math.nan,
        "7 × 10⁶⁸": 7e68,
        "  ": math.nan,
        "9×10⁻⁷": 9e-7,
    }
    for text, value in typed.items():
        yield "typed", [text], value


@of("lib/parameters.js")
def parameters():
    for low, high, value, read in [
        *(
            (-3, 3, 3, 3),
            (-3, 3, -3, -3),
            (-3, 3, 3.001, None),
            (0, 1, -0.001, None),
        ),
        *(
            (0, 1, "0.5", 0.5),
            (0, 1, " ", None),
            (0, 1, "", None),
            (0, 1, "x", None),
        ),
        *(
            (0, 1, None, None),
            (0, 1, True, None),
            (-3, 3, "1e0", 1),
            (0, 1, [], None),
        ),
    ]:
        read = UNDEFINED if read is None else read
        yield "real", [low, high, 0], "read", [value], read
        whole = read if read != 0.5 else UNDEFINED
        yield "whole", [low, high, 0], "read", [value], whole
    yield (
        "real",
        [-3, 1e6, 7],
        "rule",
        f"a number from {number(-3)} to {number(1e6)}",
    )
    yield "real", [-3, 3, 2.5], "start", 2.5
    yield "whole", [1, 60, 4], "rule", "a whole number from 1 to 60"
    yield "whole", [1, 60, 4], "start", 4
    for value, read in (
        ("7", 7),
        (7, 7),
        (3, UNDEFINED),
        (8, UNDEFINED),
        ("", UNDEFINED),
    ):
        yield "oneOf", [[0, 2, 7]], "read", [value], read
    yield "oneOf", [[0, 2, 7]], "read", [2], 2
    yield "oneOf", [[0, 2, 7]], "read", [0], 0
    yield "oneOf", [[0, 2, 7]], "rule", "one of 0, 2, 7"
    yield "oneOf", [[0, 2, 7]], "start", 7
    for value, read in [
        *(("101", [1, 0, 1]), ([1, 0, 1], [1, 0, 1]), (101, [1, 0, 1])),
        *(
            ([True, False, True], [1, 0, 1]),
            ("1011", UNDEFINED),
            ("10", UNDEFINED),
        ),
        *(
            ("102", UNDEFINED),
            ("1 1", UNDEFINED),
            ("", UNDEFINED),
            (["10", "1"], UNDEFINED),
        ),
    ]:
        if value != ["10", "1"]:
            yield "bits", [[0, 0, 1]], "read", [value], read
    yield "bits", [[0, 0, 1]], "rule", "3 bits, each 0 or 1"
    yield "bits", [[0, 0, 1]], "start", [0, 0, 1]
    yield "LIMIT", 3
    yield "FARTHEST", 1.05
    yield "BITS", [int(bit) for bit in BITS]
    yield "polesIn", ["none"], []
    yield "polesIn", ["0.8@90;0.95@20"], [[0.8, 90], [0.95, 20]]
    rule = (
        "none, or up to 2 poles, each as size@degrees, such as 0.8@90;0.95@20, "
        "with sizes to 1.05 and angles to 180"
    )
    yield "poles", [2], "rule", rule
    yield "poles", [2], "start", "none"
    for text in ("none", "0.8@90", "1.05@180;0@0", "1e-7@3", "0.8@90.5;1@1"):
        yield "poles", [2], "read", [text], text
    for text in [
        *(
            "0.8@90;",
            "0.8",
            "0.8@",
            "1.06@90",
            "1@181",
            "1@1;1@1;1@1",
            ";1@1",
            "x",
        ),
        *(None, 5, "none;1@1", "-1@1", "1@1;1.06@2", "1@1;1@180.5"),
    ]:
        yield "poles", [2], "read", [text], UNDEFINED
    yield "choice", ["a", "b"], "read", ["b"], "b"
    yield "choice", ["a", "b"], "read", ["c"], UNDEFINED
    yield "choice", ["a", "b"], "rule", "one of a, b"
    yield "choice", ["a", "b"], "start", "a"
    yield "text", ["s", "r", function("written")], "read", ["x"], "x"
    yield "text", ["s", "r", function("written")], "read", [5], UNDEFINED
    yield "text", ["s", "r", function("written")], "rule", "r"
    yield "text", ["s", "r", function("written")], "start", "s"
    yield "weight", [], "start", 1
    yield "weight", [0.5], "start", 0.5
    yield "weight", [], "read", [-3], -3
    yield "weight", [], "read", [3], 3
    yield "weight", [], "read", [3.1], UNDEFINED
    yield "weight", [], "read", [-3.1], UNDEFINED
    for value, unit, rest in [
        *(
            (0.985, 0.01, 1),
            (1.0199, 0.01, 1),
            (1.02, 0.01, 1.02),
            (-0.019, 0.01, 0),
        ),
        *((-1.019, 0.01, -1), (0.9994, 0.001, 0.999), (1.00051, 0.001, 1.001)),
        *((0.123456789, 1e-5, 0.12346), (3.2, 0.01, 3), (-3.2, 0.01, -3)),
        *(
            (2.345, 0.01, 2.35),
            (0.97, 0.05, 1),
            (0.12345678, 1e-7, 0.123457),
            (0.02, 0.01, 0.02),
        ),
        *(
            (0.9985, 0.002, 0.998),
            (0.99851, 0.002, 0.998),
            (-0.03, 0.01, -0.03),
        ),
    ]:
        yield "rested", [value, unit], rest
    yield "written", [[1, 0, 1]], "101"
    yield "written", [1.5], "1.5"


@of("lib/shapes.js")
def shapes():
    yield "each", [2, 5, scale(1, 10)], [21, 31, 41, 51]
    yield "each", [3, 2, scale(0, 1)], []
    yield "linear", [-3, 5, 10, 26], [1], 18
    yield "linear", [-3, 5, 26, 10], [7], 6
    for low, high, most, ticks in [
        *((0, 10, 5, [0, 2, 4, 6, 8, 10]), (0, 10.1, 5, [0, 5, 10, 15])),
        *(
            (-0.3, 0.3, 5, [-0.4, -0.2, 0, 0.2, 0.4]),
            (0, 5, 5, [0, 1, 2, 3, 4, 5]),
        ),
        *((-300, 2, 5, [-300, -200, -100, 0, 100]), (-2, 2, 3, [-2, 0, 2])),
        *(
            (0, 26, 3, [0, 10, 20, 30]),
            (1, 9, 1, [0, 10]),
            (0, 60, 1, [0, 100]),
        ),
    ]:
        yield "axis", [low, high, most], ticks
    yield "axis", [0, 10], [0, 2, 4, 6, 8, 10]
    yield "axis", [0, 11], [0, 5, 10, 15]
    for ends in ((0, 0, 30, 40, 5), (10, 5, -7, 5.5, 0), (3, 9, 3, -90, 6.5)):
        yield "arrow", [*ends], path(arrow(*ends))
    yield "disc", [3, 4.5, 2], path(disc(3, 4.5, 2))


POINTS = np.random.default_rng(7).uniform(-3, 3, (12, 2)).tolist()
POINTS += [[0, 0], [1, 1], [1, -1], [-3, 3]]


@of("dataset.js")
def the_data_set():
    X, _ = make_dataset()
    yield "ROWS", ["".join(map(str, row)) for row in X.astype(int).tolist()]
    yield "N", 50
    yield "n", 10
    for name in "ABD":
        yield "surface", "coefficients", name, getattr(SURFACE, name).tolist()
    yield "surface", "C", SURFACE.C
    for wx, wRec in POINTS:
        yield "surface", "loss", [wx, wRec], SURFACE.loss(wx, wRec)
        yield "surface", "along", [wRec], [wx], SURFACE.loss(wx, wRec)
        yield "surface", "gradient", [wx, wRec], [*SURFACE.gradient(wx, wRec)]
        yield (
            "surface",
            "curvature",
            [wx, wRec],
            [*SURFACE.curvature(wx, wRec)],
        )
        yield "surface", "floor", [wRec], SURFACE.floor(wRec)
    yield "networks", "float32", "u", 2**-24
    yield "networks", "float64", "u", 2**-53


@of("bug-zoo.js")
def bugs():
    for name, bug in BUGS.items():
        yield "BUGS", name, "clue", bug.clue
    yield "MYSTERIES", dict(MYSTERIES)


@of("lib/optimizers.js")
def optimizers():
    yield "BOUND", 100
    yield "REACHED", 0.01
    yield "FATES", [*FATES]
    for wx, wRec in [*POINTS, [1.0001, 1.0001], [1.01, 1], [0.99, 1.002]]:
        loss = SURFACE.loss(wx, wRec)
        grads = dict(zip(("wx", "wRec"), SURFACE.gradient(wx, wRec)))
        yield "lossAt", [wx, wRec], loss
        yield (
            "seen",
            ["gradient descent", 0.1, wx, wRec],
            {"loss": loss, **grads},
        )
        yield "fateAt", [{"wx": wx, "wRec": wRec}], fates(SURFACE, wx, wRec)
    for wx, wRec in [
        *(
            (100, -100),
            (100.001, 0),
            (0, -100.001),
            (-100.001, 3),
            (0, 100.001),
        ),
        *(
            (math.nan, 0),
            (0, math.nan),
            (0.6, -1),
            (0.6, -1.01),
            (0, -2),
            (1, -2),
        ),
        *((-1, -1.3), (0.3, -1.001), (0.5, -1.0), (1e-9, -1.5), (-1e-9, -1.5)),
    ]:
        bounded = abs(wx) <= 100 and abs(wRec) <= 100
        yield "bounded", [{"wx": wx, "wRec": wRec}], bounded
        yield "fateAt", [{"wx": wx, "wRec": wRec}], fates(SURFACE, wx, wRec)


def starts(view, n):
    """Return the wx and wRec of a grid of starts, in rows of increasing wx."""
    left, right, low, high = view
    wRec, wx = np.meshgrid(
        np.linspace(left, right, n), np.linspace(low, high, n)
    )
    return wx, wRec


def codes_on(optimizer, rate, wx, wRec):
    found = descend(OPTIMIZERS[optimizer], SURFACE, wx, wRec, rate, 500)
    return 4 * decided(SURFACE, found) + fates(SURFACE, *found[-1])


@of("lib/fates.js")
def sweeps():
    yield "MOST_STEPS", 500
    yield "GRIDS", [41, 101, 201, 401]
    for code in (0, 3, 5, 2003, 1234):
        yield "fateOf", [code], code % 4
        yield "stepsOf", [code], code // 4
    for optimizer, rate, view in (
        ("Rprop", 1e-3, [-3, 3, -3, 3]),
        ("momentum", 1e-3, [0.7, 1.3, 0.2, 1.4]),
    ):
        request = {
            "optimizer": optimizer,
            "rate": rate,
            "view": view,
            "finest": 41,
        }
        found = codes_on(optimizer, rate, *starts(view, 41))
        rows = [
            {"n": 41, "row": row, "codes": codes(line)}
            for row, line in enumerate(found)
        ]
        yield "sweep", [request], "rows", rows
        # One stop after each start, and one after each row.
        yield "sweep", [request], "*", "length", 41 * 41 + 41
    # At this rate most are blown up at once. A finer grid has the starts of the one before, as
    # every other of its own, and stops only after the others.
    view = [-3, 3, -3, 3]
    request = {
        "optimizer": "gradient descent",
        "rate": 1,
        "view": view,
        "finest": 201,
    }
    rows = []
    for n, row in (
        (41, 40),
        (101, 0),
        (201, 0),
        (201, 1),
        (201, 100),
        (201, 113),
    ):
        line = codes_on(
            "gradient descent", 1, *(grid[row] for grid in starts(view, n))
        )
        rows.append({"n": n, "row": row, "codes": codes(line)})
    new = 41**2 + 201**2
    yield (
        "rowsOf",
        [request, [[one["n"], one["row"]] for one in rows]],
        {
            "stops": new + 41 + 101 + 201,
            "rows": rows,
        },
    )


def mixed(level):
    """Say between which two colours a loss lies, and how far from the first in per cent."""
    place = float(np.interp(level, LEVELS, range(9)))
    i = min(int(place), 7)
    return i, math.floor(100 * (place - i) + 0.5)


def linear_light(colour):
    parts = np.array([*bytes.fromhex(colour[1:])]) / 255
    return np.where(
        parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
    )


def landscape(side, view, colours):
    """Draw the loss in colour with contours and light, as red, green, blue and opacity."""
    left, right, low, high = view
    place = (np.arange(-1, side + 1) + 0.5) / side
    wRec = left + place * (right - left)
    wx = (high + place * (low - high))[:, np.newaxis]
    z = np.log10(np.maximum(SURFACE.loss(wx, wRec), 5e-4))
    across = (z[1:-1, 2:] - z[1:-1, :-2]) / 2
    up = (z[:-2, 1:-1] - z[2:, 1:-1]) / 2
    z = z[1:-1, 1:-1]
    slope = np.hypot(across, up)
    # A slope of one power of ten over the whole map looks this steep.
    steep = 0.12 * side
    # The light comes from the upper left, at half a right angle.
    light = (
        0.085
        * steep
        * (across - up)
        / math.sqrt(2)
        / np.hypot(1, steep * slope)
    )
    tones = oklab(colours)
    away = np.abs(z - np.floor(z + 0.5))
    ring = 0.08 if tones[0, 0] > tones[-1, 0] else -0.08
    with np.errstate(divide="ignore", invalid="ignore"):
        contour = ring * (1 - away / slope) * np.minimum(1, 1.6 - 6 * slope)
    light = light + np.where((away < slope) & (slope < 0.3), contour, 0)
    # The tones and the shades are as many as an eye may tell apart.
    level = -3 + np.floor((z.clip(-3, 10) + 3) * 2048 / 13 + 0.5) * 13 / 2048
    place = np.interp(level, LEVELS, range(9))
    place = np.floor(place * 24 + 0.5) / 24
    shade = np.floor((light.clip(-0.165, 0.165) + 0.165) * 35 / 0.33 + 0.5)
    lab = np.stack(
        [np.interp(place, range(9), part) for part in tones.T], axis=-1
    )
    lab[..., 0] += shade / 35 * 0.33 - 0.165
    pixels = np.full((side, side, 4), 255)
    pixels[..., :3] = srgb(lab)
    return pixels.ravel().tolist()


@of("lib/loss-colours.js")
def all_colours():
    yield "LEVELS", LEVELS
    yield "LOSS_COLOURS", LOSS_SCALE
    names = [
        f"--loss-{i}: var(--rnn-loss-{i}, {colour});"
        for i, colour in enumerate(LOSS_SCALE)
    ]
    yield "scaleStyle", [], " ".join(names)
    for level in (
        -9,
        -3,
        -2.99,
        -1.5,
        -1,
        0,
        0.2,
        0.5,
        1.49,
        2.1,
        3,
        5,
        9.97,
        10,
        12,
    ):
        i, share = mixed(level)
        text = f"color-mix(in oklab, var(--loss-{i}), var(--loss-{i + 1}) {share}%)"
        yield "toneOf", [level], text
    for colour in [
        *LIGHT.values(),
        "#000000",
        "#ffffff",
        "#0a0b0c",
        "#010b0a",
    ]:
        if colour.startswith("#"):
            lab = oklab([colour])[0].tolist()
            yield "toLab", [colour], near(lab, 1e-9)
            yield (
                "toPixel",
                lab,
                int.from_bytes(
                    b"\xff" + bytes.fromhex(colour[1:])[::-1], "big"
                ),
            )
    yield "toPixel", [1.2, 0, 0], 0xFFFFFFFF
    yield "toPixel", [-0.2, 0, 0], 0xFF000000
    yield "between", [[0, 1, 2], [1, 1, -2], 0.25], [0.25, 1, 1]
    dark = [DARK[f"loss-{i}"] for i in range(9)]
    for side, view, colours in (
        (24, [-3, 3, -3, 3], LOSS_SCALE),
        (24, [0.8, 1.2, 0.7, 1.4], LOSS_SCALE),
        (30, [-3, 3, -3, 3], dark),
        (20, [0.9, 1.1, 0.9, 1.1], dark),
    ):
        style = {
            f"--loss-{i}": f" {colour} " for i, colour in enumerate(colours)
        }
        style = {} if colours is LOSS_SCALE else style
        pixels = landscape(side, view, colours)
        yield (
            "landscape",
            [side, view, style],
            {"rows": side, "pixels": near(pixels, 1)},
        )
