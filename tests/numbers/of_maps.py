"""The maps of the loss: what they show, the cuts, the arrows, the paths, and the fates of all starts."""

import math

import numpy as np
from of_lib import POINTS, SURFACE
from recorded import UNDEFINED, codes, of, path
from shapes import arrow, clamp, fixed

from rnn_by_hand.explorables import Descent, LossSurface
from rnn_by_hand.explorables.loss_surface import limits_around
from rnn_by_hand.explorables.words import number
from rnn_by_hand.loss_colours import oklab, srgb
from rnn_by_hand.optimizers import FATES

VIEWS = ([-3, 3, -3, 3], [0.75, 1.125, -0.375, 0])


def comes_close(line, box, margin):
    """Whether a line comes closer to a box than a margin: no axis separates them."""
    (x0, y0, x1, y1), (left, right, top, bottom) = line, box
    corners = [
        (x, y)
        for x in (left - margin, right + margin)
        for y in (top - margin, bottom + margin)
    ]
    for across, up in ((1, 0), (0, 1), (y1 - y0, x0 - x1)):
        ends = [x * across + y * up for x, y in ((x0, y0), (x1, y1))]
        sides = [x * across + y * up for x, y in corners]
        if max(ends) < min(sides) or max(sides) < min(ends):
            return False
    return True


@of("numbers/view.js")
def views():
    yield "WHOLE_VIEW", [-3, 3, -3, 3]
    for wx, wRec in [*POINTS, [3, 3], [-3, 3], [0.75, -0.75], [2.25, 1.5]]:
        for zoom in (0, 1, 2, 6):
            view = [*limits_around(wRec, zoom), *limits_around(wx, zoom)]
            yield "viewAround", [wx, wRec, zoom], view
    box = (10, 20, 30, 36)
    lines = [
        *(
            (0, 33, 40, 33),
            (0, 28, 40, 28),
            (15, 0, 15, 29),
            (15, 0, 15, 28.9),
        ),
        *((0, 20, 20, 40), (0, 25, 8, 31), (0, 26, 12, 20), (22, 0, 22, 99)),
        *(
            (15, 33, 15, 33),
            (21, 37, 21, 37),
            (23, 33, 23, 33),
            (15, 25, 15, 25),
        ),
        *(
            (30, 30, 40, 31),
            (12, 31, 13, 32),
            (40, 20, 18, 60),
            (9, 50, 30, 38),
        ),
        *(
            (0, 40, 40, 20),
            (8, 40, 9, 29.5),
            (22, 29, 30, 20),
            (0, 38, 40, 38),
        ),
        *(
            (21, 33, 21, 33),
            (9, 33, 9, 33),
            (15, 37, 15, 37),
            (15, 39, 15, 39),
        ),
    ]
    for line in lines:
        for margin in (0, 1, 2):
            yield (
                "touches",
                [[*line], [*box], margin],
                comes_close(line, box, margin),
            )
    for left, right, low, high in VIEWS:
        for across, down in (
            (0.25, 0.75),
            (0, 1),
            (-0.1, 1.2),
            (1.5, -2),
            (0.5, 0.1),
        ):
            x, y = clamp(across, 0, 1), clamp(down, 0, 1)
            weights = {
                "wx": high - y * (high - low),
                "wRec": left + x * (right - left),
            }
            yield (
                "weightsIn",
                [[left, right, low, high], across, down],
                weights,
            )
    for zoom in range(9):
        half = 3 / 2**zoom
        yield "keyStep", [[-half, half, 0, 2 * half]], 0.1 / 2**zoom


def cuts(shown):
    """Cut the surface along both weights: pairs of a weight and the logarithm of the loss."""
    wx, wRec, (left, right, low, high) = (
        shown["wx"],
        shown["wRec"],
        shown["view"],
    )

    def log(loss):
        return math.log10(max(loss, 1e-3))

    along = np.linspace(low, high, 121).tolist()
    along += [w for w in (wx, shown["floor"]) if low < w < high]
    across = np.linspace(left, right, 121).tolist()
    across += [w for w in (wRec,) if left < w < right]
    return (
        [[w, log(SURFACE.loss(w, wRec))] for w in sorted(along)],
        [[w, log(SURFACE.loss(wx, w))] for w in sorted(across)],
    )


@of("numbers/loss-surface.js")
def loss_surface():
    for setting in (
        {},
        {"wx": 1, "wRec": 1, "zoom": 6},
        {"wx": -2, "wRec": 2.5},
        {"wx": 0, "wRec": 0},
        {"wx": 0.999, "wRec": 1.001, "zoom": 5},
        {"wx": 3, "wRec": -3, "zoom": 1},
        {"wx": 1.1, "wRec": 1.02, "zoom": 2},
    ):
        shown = LossSurface(**setting).readout
        along_wx, along_wRec = cuts(shown)
        levels = [level for _, level in along_wx + along_wRec]
        low = math.floor(min(levels))
        yield (
            "cutsAt",
            [shown],
            {
                "alongWx": along_wx,
                "alongWRec": along_wRec,
                "low": low,
                "high": max(math.ceil(max(levels)), low + 1),
                "level": math.log10(max(shown["loss"], 1e-3)),
            },
        )
    # A gentle slope, 20, where half the length is left to grow, and a steep one.
    for wx_grad, wRec_grad in (
        (3e-6, -4e-6),
        (12, 16),
        (-30, 40),
        (-3e5, -4e5),
        (0, 20),
        (20, 0),
    ):
        size = math.hypot(wx_grad, wRec_grad)
        length = 32 + 44 * size / (size + 20)
        # Downhill is against the gradient; heights in a picture count downwards.
        tip = [100 - length * wRec_grad / size, 200 + length * wx_grad / size]
        shown = {"wx_grad": wx_grad, "wRec_grad": wRec_grad, "grad_size": size}
        way = {"tip": tip, "d": path(arrow(100, 200, *tip, 10))}
        yield "downhill", [100, 200, shown], way
    level = {"wx_grad": 0, "wRec_grad": 0, "grad_size": 0}
    yield "downhill", [100, 200, level], UNDEFINED
    for zoom, places in enumerate((2, 3, 3, 3, 4, 4, 4)):
        yield "unitAt", [zoom], 10**-places
        yield (
            "weightText",
            [-1.23456789, zoom],
            fixed(-1.23456789, (3, 3, 3, 4, 4, 4, 5)[zoom]),
        )
    for weights, unit, attracted, moved in (
        ({"wx": 1.04, "wRec": 0.98}, 0.01, True, {"wx": 1, "wRec": 1}),
        ({"wx": 1.04, "wRec": 0.96}, 0.01, True, {"wx": 1.04, "wRec": 0.96}),
        ({"wx": 1.04, "wRec": 0.97}, 0.01, False, {"wx": 1.04, "wRec": 0.97}),
        ({"wRec": 0.9514}, 0.01, True, {"wRec": 1}),
        ({"wRec": 0.9514}, 0.001, True, {"wRec": 0.951}),
        ({"wx": 1.05}, 0.01, True, {"wx": 1.05}),
        ({"wx": 3.4, "wRec": 0.01}, 0.01, True, {"wx": 3, "wRec": 0}),
    ):
        yield "movedTo", [weights, unit, attracted], moved


@of("numbers/learning.js")
def learning():
    for loss, taken, words in (
        (0.00999, 12, "It counts, after 12 steps"),
        (0.01, 12, ""),
        (0.0001, 500, "It counts, after 500 steps"),
        (1, 500, "Not there after 500 steps"),
        (1, 499, ""),
        (1, 0, ""),
    ):
        yield "ending", [loss, taken], words
    for weights, inside in (
        ([3, -3], True),
        ([3.0001, 0], False),
        ([0, -3.0001], False),
        ([math.nan, 0], False),
        ([0, math.inf], False),
    ):
        yield "isOnMap", [weights], inside
    for (wx, wRec), moved in (
        ((1.04, 0.96), (1, 1)),
        ((1.06, 1), (1.06, 1)),
        ((1.059, 1), (1, 1)),
        ((1, 0.941), (1, 1)),
        ((1.05, 0.95), (1.05, 0.95)),
        ((0.95, 1.04), (0.95, 1.04)),
        ((2.3456, 0.012), (2.35, 0)),
        ((-1.018, 3.3), (-1, 3)),
    ):
        yield (
            "movedTo",
            [{"wx": wx, "wRec": wRec}],
            dict(zip(("wx", "wRec"), moved)),
        )


def way_out(start, end, plot):
    """Where a line that begins inside a square leaves it, by halving."""
    left, top, size = plot
    start, end = complex(*start), complex(*end)
    inside, outside = 0.0, 1.0
    for _ in range(200):
        middle = (inside + outside) / 2
        at = start + middle * (end - start)
        if left <= at.real <= left + size and top <= at.imag <= top + size:
            inside = middle
        else:
            outside = middle
    return start + inside * (end - start)


@of("numbers/descent.js")
def descents():
    for value, text in (
        *(
            (1, "1.000"),
            (1.2345, "1.2345"),
            (1.23456, "1.23456"),
            (-0.5, "−0.500"),
        ),
        *((1.234567, "1.23457"), (-1.0001, "−1.0001"), (0.25, "0.250")),
    ):
        yield "fineWeight", [value], text
    for fate, fate_at, end, words in (
        (FATES[0], 17, [1, 1.0], "near (1, 1) at step 17"),
        (
            FATES[3],
            3,
            [250, -1e7],
            f"blown up at step 3: wRec = {number(-1e7)}",
        ),
        (FATES[3], 3, [-250, 7], f"blown up at step 3: wx = {number(-250)}"),
        (
            FATES[3],
            3,
            [-250, 250],
            f"blown up at step 3: wRec = {number(250)}",
        ),
        (FATES[1], 500, [1, 1], "still on the way at step 500"),
    ):
        yield (
            "outcome",
            [{"fate": fate, "fate_at": fate_at, "end": end}],
            words,
        )
    for setting in (
        {},
        {"rate": 1},
        {"optimizer": "Rprop"},
        {"wx": 1, "wRec": 1.0},
        {"wRec": -2, "wx": 0.6},
    ):
        explorable = Descent(**setting)
        given = {
            name: getattr(explorable, name) for name in explorable.parameters
        }
        yield (
            "lastStep",
            [given | {"steps": 3}],
            explorable.readout["fate_at"] or 1,
        )
    for steps, more in ((1, 2), (16, 17), (17, 19), (100, 106), (101, 108)):
        yield "rolledFrom", [steps], more
    rates = [
        digit * 10.0**power for power in range(-5, 0) for digit in (1, 2, 5)
    ] + [1]
    for position, rate in enumerate(rates):
        yield "rateAt", [position], float(f"{rate:.0e}")
    for power in range(-5, 1):
        yield "positionOf", [10.0**power], 3 * (power + 5)
    on_the_way = {
        "path": [[0, 0], [1, 2], [3, 4]],
        "fate": FATES[1],
        "fate_at": 2,
    }
    place = {"$place": [[10, 5], [100, -7]]}
    yield "pointsOf", [on_the_way, place], [[10, 100], [15, 86], [25, 72]]
    arrived = {**on_the_way, "fate": FATES[0], "fate_at": 1}
    yield "pointsOf", [arrived, place], [[10, 100], [15, 86], [25, 72]]
    blown = {
        "path": [[0, 0], [1, 2], [1e6, 0], [1e6, 0]],
        "fate": FATES[3],
        "fate_at": 2,
    }
    step = complex(5_000_010 - 15, 100 - 86)
    cut = complex(15, 86) + 1e4 * step / abs(step)
    yield (
        "pointsOf",
        [blown, place],
        [[10, 100], [15, 86], [cut.real, cut.imag]],
    )
    path_ = [
        [0, 0],
        [0.3, 0.3],
        [0.4, 0.31],
        [0.5, 0.5],
        [9, 9],
        [9, 9],
        [9, 9.1],
    ]
    yield "seenOf", [path_], [path_[0], path_[2], path_[4], path_[6]]
    yield (
        "seenOf",
        [[[0, 0], [-0.35, 0.35], [-0.35, -0.36]]],
        [[0, 0], [-0.35, -0.36]],
    )
    yield (
        "seenOf",
        [[[0, 0], [-0.36, -0.36], [0, 0], [5, 5]]],
        [[0, 0], [-0.36, -0.36], [0, 0], [5, 5]],
    )
    way = [[0, 10], [0, 10.1], [0.1, 10.8], [0.2, 11.2], [3, 3]]
    yield "seenOf", [way], [way[0], way[2], way[4]]
    way = [[10, 0], [10.1, 0], [10.8, 0.1], [11.2, 0.2], [3, 3]]
    yield "seenOf", [way], [way[0], way[2], way[4]]
    for points, side in (
        ([[0, 0], [80, 0], [100, 100]], "right"),
        ([[0, 0], [180, 0], [100, 100]], "left"),
        ([[180, 0], [80, 0], [101, 100]], "right"),
        ([[100, 140], [101, 120]], "right"),
        ([[141, 100], [90, 120]], "left"),
        ([[140, 100], [90, 120]], "right"),
        ([[100, 150]], "right"),
        ([[101, 150]], "left"),
    ):
        yield "freeSide", [points, 100, 100], side
    way = [[0, 0], [1, 2], [2.5, 1], [2.6, 1], [2, 3.5], [0, -3]]
    for view, last, inside in (
        ([-3, 3, -3, 3], 5, 5),
        ([-1, 3, -3, 3], 5, 3),
        ([-1, 3, -3, 2.5], 5, 2),
        ([1, 2, 0, 2.5], 4, 2),
        ([2, 3.5, 0, 3], 5, 4),
        ([-1, 1, 0, 2.6], 5, 3),
        ([1.5, 3, 5, 6], 5, 0),
        ([1, 9, 2.6, 9], 3, 3),
    ):
        yield "lastInside", [way, last, view], inside
    plot = (48, 38, 300)
    for start, end in (
        ((100, 100), (500, 120)),
        ((100, 100), (90, 1000)),
        ((100, 100), (-2000, -300)),
        ((60, 200), (60, -5)),
        ((340, 300), (400, 300)),
        ((100, 100), (100.5, 1000)),
        ((100, 100), (1000, 100.5)),
    ):
        out = way_out(start, end, plot)
        away = complex(*end) - complex(*start)
        back = out - 22 * away / abs(away)
        exit_ = path(arrow(back.real, back.imag, out.real, out.imag, 3))
        yield "exitArrow", [[*start], [*end], [*plot]], exit_
    for weight, zoom, moved in (
        *(
            (1.23456789, 0, 1.23),
            (1.23456789, 1, 1.235),
            (1.23456789, 3, 1.235),
        ),
        *((-1.23456789, 4, -1.2346), (1.23456789, 8, 1.23457)),
    ):
        yield "movedTo", [weight, zoom], moved


def lateness(code):
    """Say how late a fate was decided, by its logarithm: few arrive in less than twenty steps."""
    late = math.log(1 + code // 4) / math.log(501)
    first, last = (0.3, 1) if code % 4 == 0 else (0.1, 0.85)
    return clamp((late - first) / (last - first), 0, 1)


@of("numbers/fate-map.js")
def fate_map():
    numbers = [
        4 * steps + fate
        for steps in (0, 1, 2, 5, 7, 20, 60, 200, 300, 500)
        for fate in range(4)
    ]
    ends = [
        ("#101646", "#7f9cc0"),
        ("#b4c4bd", "#b4c4bd"),
        ("#95405f", "#95405f"),
        ("#fcf5e3", "#ad8444"),
    ]
    labs = [oklab(pair).tolist() for pair in ends]
    yield "pixelsOf", [labs], "length", 2
    for code in numbers:
        yield "lateness", [code], lateness(code)
        soon, late = np.array(labs[code % 4])
        lab = soon + lateness(code) * (late - soon)
        marked = lab + np.array([0.12 if lab[0] < 0.62 else -0.12, 0, 0])
        for which, colour in enumerate((lab, marked)):
            pixel = int.from_bytes(b"\xff" + bytes(srgb(colour))[::-1], "big")
            yield "pixelsOf", [labs], str(which), str(code), pixel
    yield "pixelsOf", [labs], "0", "length", 2004
    for fate in range(4):
        for x, y in (
            (0, 0),
            (1, 1),
            (2, 0),
            (0, 2),
            (7, 1),
            (8, 9),
            (9, 16),
            (3, 5),
            (4, 5),
            (3, 6),
            (5, 5),
            (6, 11),
        ):
            dots = fate == 1 and x % 8 in (0, 1) and y % 8 in (0, 1)
            stripes = fate == 2 and (x + y) % 8 in (0, 1)
            yield "isMarked", [fate, x, y], dots or stripes
    side = 21
    for n in (3, 6, 11, 21):
        for row in range(n):
            found = {"n": n, "row": row, "codes": codes(range(100, 100 + n))}
            # A pixel belongs to the start that is nearest, and in the middle to the later one.
            nearest = [
                math.floor(i * (n - 1) / (side - 1) + 0.5) for i in range(side)
            ]
            lines = [side - 1 - i for i in range(side) if nearest[i] == row]
            yield (
                "linesOf",
                [found, side],
                {
                    "line": codes(100 + i for i in nearest),
                    "first": min(lines),
                    "end": max(lines) + 1,
                },
            )
    rows = [codes([0, 4, 8]), codes([1, 3, 2000]), codes([7, 7, 5])]
    yield "sharesOf", [rows], [400 / 9, 200 / 9, 0, 300 / 9]
