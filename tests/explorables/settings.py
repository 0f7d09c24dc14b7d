"""For every explorable: its setting in the tests, a link, and settings that are hard to draw."""

import itertools
from typing import NamedTuple

import pytest
from in_page import bits

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES
from rnn_by_hand.explorables import (
    EXPLORABLES,
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
from rnn_by_hand.optimizers import OPTIMIZERS
from rnn_by_hand.scan import KINDS

_PAIRS = [
    *((1, 1), (1.3, -1.2), (0, 0), (0, 1), (1, 0), (2.37, 1.99), (3, 3)),
    *((-3, 3), (3, -3), (-3, -3), (-1, 0.01), (3, -0.01), (-0.25, -2.05)),
]
WEIGHTS = [{"wx": wx, "wRec": wRec} for wx, wRec in _PAIRS]


class Case(NamedTuple):
    """What the tests need to know about an explorable.

    Attributes
    ----------
    start : dict
        The setting with which most tests begin.
    linked : dict
        A setting that differs from it in every parameter named in `link`.
    link : str
        An address that leads to that setting; readers have such links.
    hard : list of dict
        Settings at which numbers are as long, large, small or close together as possible. Each is
        tried with each of `weights`.
    weights : list of dict
        Pairs of weights; for an explorable with other parameters, whatever takes their place.
    turns : dict
        Values of further parameters, used in rotation.
    once : list of dict
        Further complete settings.
    slider : str
        The parameter whose slider the tests move.
    """

    start: dict
    linked: dict
    link: str
    hard: list
    weights: list = WEIGHTS
    turns: dict = {}  # noqa: RUF012
    once: list = []  # noqa: RUF012
    slider: str = "wRec"


CASES = {
    States: Case(
        start={"wx": 1, "wRec": 0.9},
        linked={"wx": -1.25, "wRec": 0.3, "x": "0100000001"},
        link="#states:wx=-1.25,wRec=0.3,x=0100000001",
        hard=[{"x": bits(x)} for x in ("1" * 10, "10" * 5, "0" * 10)],
    ),
    Learning: Case(
        start={"wx": 0.5, "wRec": 0.6},
        linked={"wx": -1.25, "wRec": 0.3, "rate": 0.005, "show": "fates"},
        link="#learning:wx=-1.25,wRec=0.3,rate=0.005,show=fates",
        hard=[{"rate": rate} for rate in (1e-4, 1e-3, 0.1)],
        slider="rate",
    ),
    Unrolled: Case(
        start={"wRec": 0.9, "k": 3},
        linked={"wRec": -0.5, "n": 30, "k": 29},
        link="#unrolled:wRec=-0.5,n=30,k=29",
        hard=[
            {"n": n, "k": k}
            for n in (2, 10, 23, 60)
            for k in sorted({1, n // 2, n - 1, n})
        ],
    ),
    LossSurface: Case(
        start={"wx": 1.2, "wRec": 0.7},
        linked={"wx": 1, "wRec": 0.98, "zoom": 4},
        link="#loss-surface:wx=1,wRec=0.98,zoom=4",
        hard=[{"zoom": zoom} for zoom in range(7)],
        # Close to the border of the whole map.
        once=[
            {"wx": -2.955, "wRec": wRec, "zoom": 6}
            for wRec in (-2.955, 2.955, 0)
        ],
    ),
    Bptt: Case(
        start={"wRec": 0.9},
        linked={"wRec": -0.5, "x": "1111100000", "step": 15, "shift": -2.5},
        link="#bptt:wRec=-0.5,x=1111100000,step=15,shift=-2.5",
        hard=[
            {"x": bits(x), "step": step}
            for x in ("1" * 10, "10" * 5, "0" * 10, "0000000001")
            for step in (0, 10, 11, 14, 20)
        ],
        turns={"shift": (0, -10, 0, 0.1, 10)},
    ),
    GradientCheck: Case(
        start={"wx": 0.8, "wRec": 0.9},
        linked={
            "wx": 0.3,
            "wRec": 0.8,
            "eps": 0.01,
            "difference": "forward",
            "bug": "mystery 3",
        },
        link="#gradient-check:wx=0.3,wRec=0.8,eps=0.01,difference=forward,"
        "bug=mystery%203",
        hard=[
            {"difference": difference, "precision": precision}
            for difference in ("central", "forward")
            for precision in ("float64", "float32")
        ],
        turns={
            "eps": (1e-14, 1e-6, 1, 5e-13, 0.2),
            "bug": ("none", *BUGS, *MYSTERIES),
        },
    ),
    Descent: Case(
        start={},
        linked={
            "wx": 1,
            "wRec": -2,
            "rate": 0.02,
            "optimizer": "clipped descent",
            "steps": 40,
            "show": "fates",
            "zoom": 2,
        },
        link="#descent:wx=1,wRec=-2,rate=0.02,optimizer=clipped%20descent,"
        "steps=40,show=fates,zoom=2",
        hard=[{"optimizer": name} for name in OPTIMIZERS],
        turns={
            "rate": (1e-5, 1e-3, 1, 1),
            "steps": (7, 500, 9, 500),
            "show": ("fates", *("loss",) * 6),
            "zoom": (0, 0, 0, 8, 3),
        },
    ),
    Tanh: Case(
        start={"wRec": 0.9, "S0": 0.5},
        linked={"wRec": -1.5, "x": 0.25, "S0": -1},
        link="#tanh:wRec=-1.5,x=0.25,S0=-1",
        # At 1.307 the third resting point of wRec = 3 is about to appear.
        weights=[
            {"wRec": wRec, "x": x}
            for wRec in (-3, -1.01, -1, 0, 0.9, 1, 1.05, 2, 3)
            for x in (-2, -1.307, -0.01, 0, 0.5, 1.303, 2)
        ],
        hard=[{"S0": S0} for S0 in (-1, -0.02, 0, 0.5, 1)],
    ),
    Adder: Case(
        start={"step": 5, "pushed": 3, "across": -0.9, "up": -1},
        linked={
            "a": 255,
            "b": 1,
            "step": 8,
            "pushed": 2,
            "across": -0.75,
            "up": 0.5,
            "trained": 50,
        },
        link="#adder:a=255,b=1,step=8,pushed=2,across=-0.75,up=0.5,trained=50",
        weights=[
            {"a": a, "b": b}
            for a, b in ((188, 132), (0, 0), (255, 255), (255, 1), (170, 85))
        ],
        hard=[
            {"step": step, "pushed": pushed, "across": across, "up": up}
            for step, pushed in ((1, 0), (9, 0), (1, 1), (9, 9), (6, 5))
            for across, up in ((-1, -1.5), (1, 1.5), (0, 0))
        ],
        turns={"trained": (200, 0, 22, 50)},
        slider="step",
    ),
    Gates: Case(
        start={"x": "1111000000000000", "bias": 1},
        linked={
            "network": "GRU",
            "x": "1R01R01R01R01R01",
            "bias": 4.5,
            "hold": "f3=0;z2-9=0.95;r4=1",
        },
        link="#gates:network=GRU,x=1R01R01R01R01R01,bias=4.5,"
        "hold=z2-9=0.95;r4=1;f3=0",
        weights=[
            {"network": network, "x": x}
            for network in ("LSTM", "GRU")
            for x in ("1" * 16, "0" * 16, "R" * 16, "1010010R11010010")
        ],
        hard=[
            {"bias": bias, "hold": hold}
            for bias in (-4, 3, 6)
            for hold in (
                "none",
                "f1-16=1;i1-16=1;o1-16=1;r1-16=1;z1-16=1",
                "f1-16=0;i1-16=1;o1-16=0.01;r1-16=0;z1-16=0",
                "f1-16=0.01;o16=0;r5=0.33;z1-16=0.01",
            )
        ],
        slider="bias",
    ),
    Pole: Case(
        start={"r": 0.9},
        linked={"r": 0.98, "angle": 40, "others": "0.8@12"},
        link="#pole:r=0.98,angle=40,others=0.8@12",
        hard=[
            {"others": others}
            for others in (
                "none",
                "1.05@0;1.05@180",
                "0.01@90;0.999@91",
                "0.9@0",
            )
        ],
        weights=[
            {"r": r, "angle": angle}
            for r, angle in (
                *((0, 0), (0, 180), (0.001, 179), (0.5, 123.456), (0.97, 1)),
                *((0.98, 10), (0.99, 0), (0.994, 90), (0.9999, 90)),
                *((0.99999999, 45), (1, 0), (1, 180), (1.0049, 51.4)),
                *((1.05, 3), (1.05, 180)),
            )
        ],
        slider="r",
    ),
    Scan: Case(
        start={"kind": "tree", "round": 3},
        linked={
            "kind": "scan",
            "n": 8,
            "round": 2,
            "wRec": -0.5,
            "x": "0111" * 8,
        },
        link="#scan:kind=scan,n=8,round=2,wRec=-0.5,x=" + "0111" * 8,
        weights=[
            {"wRec": wRec} for wRec in (1, -1.2, 0, 3, -3, 0.01, 2.37, -2.05)
        ],
        hard=[
            {"kind": kind, "n": n, "x": bits(x)}
            for kind in (*KINDS, "Newton")
            for n in (2, 8, 13, 16, 23, 32)
            for x in ("1" * 32, "10" * 16)
        ],
        turns={"round": (32, 0, 1, 3, 32, 2, 8)},
    ),
}

everyone = pytest.mark.parametrize(
    "kind", EXPLORABLES, ids=lambda kind: kind.tag
)


def start(kind):
    """Make an explorable with the setting with which most tests begin."""
    return kind(**CASES[kind].start)


def linked(kind):
    """Make an explorable with the setting to which its link leads."""
    return kind(**CASES[kind].linked)


def extremes(kind):
    """Yield the settings at which an explorable is hardest to keep legible."""
    turns = {
        name: itertools.cycle(values)
        for name, values in CASES[kind].turns.items()
    }
    for pair, other in itertools.product(
        CASES[kind].weights, CASES[kind].hard
    ):
        turn = {name: next(values) for name, values in turns.items()}
        yield {**pair, **other, **turn}
    yield from CASES[kind].once
