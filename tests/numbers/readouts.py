"""Every number that an explorable shows, as its class in Python has it."""

import random

from recorded import call, of
from settings import CASES, extremes

from rnn_by_hand.explorables import (
    EXPLORABLES,
    Adder,
    GradientCheck,
    Scan,
)

#: How many settings of each explorable are tried, at most.
MOST = 40


def settings_of(kind):
    """Return some of the settings that are hard to draw, and those that most tests use."""
    hard = list(extremes(kind))
    if len(hard) > MOST:
        hard = random.Random(kind.__name__).sample(hard, MOST)
    return [{}, CASES[kind].start, CASES[kind].linked, *hard]


def module_of(kind):
    return f"numbers/{kind.tag.removeprefix('rnn-')}.js"


def is_undecided(adder):
    """Whether rounding decides a digit, because the ball was pushed onto the line between two."""
    return min(map(abs, adder.readout["outputs"])) < 1e-9


def plain_setting(explorable):
    setting = {
        name: getattr(explorable, name) for name in explorable.parameters
    }
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in setting.items()
    }


def record(kind):
    @of(module_of(kind))
    def readouts():
        for setting in settings_of(kind):
            explorable = kind(**setting)
            if kind is Adder and is_undecided(explorable):
                continue
            given = plain_setting(explorable)
            arguments = [given]
            if kind is Scan:
                arguments = [
                    call("solve", given),
                    given,
                    explorable.readout["round"],
                ]
            if kind is GradientCheck:
                arguments = [given, call("curvesOf", given)]
            yield "readout", arguments, explorable.readout


for each in EXPLORABLES:
    record(each)
