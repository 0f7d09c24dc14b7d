"""The check against many gradients: nothing false is said, nothing left open that can be told."""

import numpy as np
import pytest
from gradients import places
from judging import CASES, SOUND, judge_report

from rnn_by_hand.gradient_check import GradientCheckError, check_gradients

#: Below, each entry is measured by itself.
LARGE = 256
#: Wrong gradients whose cause has to be found, and that cause.
NAMED = {
    "a counter without the 2 of the square": "factor",
    "a counter whose gradient is summed over 20 samples": "sum for mean",
    "a counter with both gradients exchanged": "swapped",
    "a counter that returns its step, not its gradient": "sign",
    "a loss above 1e100, doubled": "factor",
    "a loss of 1e-29, and the wrong sign": "sign",
    "a loss of 1e-29, and nothing for wx": "nothing arrives",
    "a product with a factor of 0, by division": "not finite",
    "a square classifier with its weights transposed": "transposed",
    "a classifier whose biases go uphill": "sign",
    "a small network that forgets the weight decay": "forgotten term",
    "a small network, clipped to norm 1": "clipped by norm",
    "a small network, its entries clipped to ±0.3": "clipped by entry",
    "a small network with the learning rate left in": "learning rate",
    "a small network that is off by 0.01 %": "factor",
    "a small network with zeros for its first layer": "nothing arrives",
    "a vanilla RNN whose bias is averaged over the samples": "mean for sum",
    "a vanilla RNN with dWx and dWh exchanged": "swapped",
    "a vanilla RNN with dWh transposed": "transposed",
    "attention without 1/√d on the way back": "factor",
    "an embedding whose padding gets a gradient": "independent",
    "an embedding that decays in the gradient only": "forgotten term",
    "a 300 x 300 matrix, transposed": "transposed",
    "a 300 x 300 matrix, 0.01 % off": "factor",
    "10,000 weights, one input of 100 left out": "nothing arrives",
    "a small network with noise of 1e-06, and the wrong sign": "sign",
    "a float32 network, halved": "factor",
    "a straight-through estimator": "independent",
    "gradients that add up from call to call": "accumulated",
    "a gradient kept from before the last update": "stale",
    "the arrays of an object, negative": "sign",
}


def report_on(kwargs):
    """The report, whether or not it is raised."""
    try:
        return check_gradients(**kwargs)
    except GradientCheckError as error:
        return error.check


def bits(values):
    """All of the numbers, bit for bit, with their types and shapes."""
    arrays = [np.asarray(value) for value in values]
    return [(a.dtype, a.shape, a.tobytes()) for a in arrays]


def most_losses(case, values):
    """How many losses a check may take.

    Where each entry is measured, there may be 40 steps to two sides, and a row of 9 places at each
    of 19 distances for the noise.
    """
    n = sum(np.size(value) for value in values)
    if n > LARGE:
        return 300 if case.truth == "right" else 1000
    return 80 * n + 9 * 19


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # some overflow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_false_is_said(case):
    kwargs = case.build()
    values = places(kwargs)
    before = bits(values.values())
    report = report_on(kwargs)

    assert bits(values.values()) == before
    if report.parameters:  # none where the loss is another each time
        assert len(report.parameters) == len(values)
    assert judge_report(case, report, values) == SOUND, report
    assert report.losses <= most_losses(case, values.values())
    assert len(str(report).splitlines()) <= 40
    if case.name in NAMED:
        found = {key for cause in report.causes for key in cause.keys}
        assert NAMED[case.name] in found, report


def test_the_causes_to_be_named_are_those_of_cases():
    causes = {case.name: case.causes for case in CASES}
    assert {name for name in NAMED if NAMED[name] in causes[name]} == set(
        NAMED
    )
