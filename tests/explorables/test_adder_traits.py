"""The adder in Python: the sum it writes, what a push spoils, and the figure for print."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from traitlets import TraitError

from rnn_by_hand.adder import bits_of, make_additions
from rnn_by_hand.explorables import Adder
from rnn_by_hand.explorables.adder import params_of
from rnn_by_hand.records.adder import adder_training
from rnn_by_hand.vector_rnn import forward_states, outputs

TRAINING = adder_training()
LAST = params_of(TRAINING["weights"][-1])


def test_readout_equals_the_network():
    rng = np.random.default_rng(91)
    explorable = Adder()
    for a, b in rng.integers(0, 256, (40, 2)).tolist():
        explorable.a, explorable.b = a, b
        explorable.step = int(rng.integers(1, 10))
        S = forward_states(make_additions([a], [b], 8)[0], LAST)
        Y = outputs(S, LAST)[0, :, 0]
        shown = explorable.readout
        assert_array_equal(shown["S"], S[0])
        assert_array_equal(shown["outputs"], Y)
        assert shown["unpushed"] == [
            S[0, explorable.step, 0],
            Y[explorable.step - 1],
        ]
        assert shown["sum"] == shown["true_sum"] == a + b
        assert shown["digits"] == bits_of([a + b], 9)[0].tolist()
        assert shown["carry"] == shown["true_carry"]
        assert shown["wrong"] == 0


def test_a_push_puts_the_ball_where_it_was_asked():
    shown = Adder(pushed=4, step=4, across=0.3, up=-0.7).readout
    assert shown["S"][4][0] == 0.3
    assert shown["outputs"][3] == pytest.approx(-0.7, abs=1e-15)
    plain = Adder(step=4).readout
    assert shown["S"][:4] == plain["S"][:4]
    assert shown["unpushed"] == plain["unpushed"]


def paper(a, b, k, carry):
    """Give the digits of a sum, from the right, if after column k this is carried."""
    number, other = f"{a:09b}"[::-1], f"{b:09b}"[::-1]
    right = f"{a + b:09b}"[::-1]
    written = [*right[:k]]
    for one, two in zip(number[k:], other[k:], strict=True):
        total = int(one) + int(two) + carry
        written.append(str(total % 2))
        carry = total // 2
    return [int(digit) for digit in written]


def test_a_push_across_ripples_as_on_paper():
    """Until the first column with equal bits, that one included; so the last column ends it."""
    rng = np.random.default_rng(92)
    for a, b in rng.integers(0, 256, (100, 2)).tolist():
        k = int(rng.integers(1, 9))
        plain = Adder(a, b).readout
        true = plain["true_carry"][k]
        shown = Adder(
            a,
            b,
            pushed=k,
            across=-0.8 if true else 0.8,
            up=np.clip(plain["outputs"][k - 1], -1.5, 1.5),
        ).readout
        assert shown["digits"] == paper(a, b, k, 1 - true)
        wrong = np.not_equal(shown["digits"], shown["true_digits"])
        columns = 1 + np.flatnonzero(wrong)
        bits = bits_of([a, b], 9)
        equal = 1 + np.flatnonzero(bits[0] == bits[1])
        end = equal[equal > k][0]
        assert columns.tolist() == list(range(k + 1, end + 1))


def test_a_push_upwards_spoils_one_digit():
    """The output is read, but hardly carried: all other digits stay right."""
    rng = np.random.default_rng(93)
    for a, b in rng.integers(0, 256, (100, 2)).tolist():
        k = int(rng.integers(1, 10))
        plain = Adder(a, b, step=k).readout
        across, up = plain["unpushed"]
        shown = Adder(a, b, pushed=k, across=across, up=-np.sign(up)).readout
        wrong = np.not_equal(shown["digits"], shown["true_digits"])
        assert (1 + np.flatnonzero(wrong)).tolist() == [k]


def test_the_cloud_is_of_the_sums_on_record():
    shown = Adder().readout
    X, _ = make_additions(*TRAINING["numbers"], 8)
    S = forward_states(X, LAST)
    assert len(shown["cloud_across"]) == 30 * 9
    assert_allclose(shown["cloud_across"], S[:, 1:, 0].ravel())
    assert_allclose(shown["cloud_up"], outputs(S, LAST).ravel())


def test_training_gets_the_sums_right():
    right = [
        Adder(trained=steps).readout["right"] for steps in TRAINING["steps"]
    ]
    assert right[0] == 0
    assert right[-1] == 30
    assert right == sorted(right)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("a", 256, "a whole number from 0 to 255"),
        ("b", -1, "a whole number from 0 to 255"),
        ("step", 0, "a whole number from 1 to 9"),
        ("pushed", 10, "a whole number from 0 to 9"),
        ("across", 1.1, "a number from -1 to 1"),
        ("up", -1.6, "a number from -1.5 to 1.5"),
        ("trained", 1, "one of 0, 5, 10,"),
        ("trained", 22.5, "one of 0, 5, 10,"),
    ],
)
def test_a_bad_value_is_refused(name, value, rule):
    with pytest.raises(TraitError, match=re.escape(f"must be {rule}")):
        Adder(**{name: value})


def test_fallback_says_what_python_computed():
    page = Adder(pushed=3, across=-0.9, up=-1).element()
    assert (
        "Pushed after column 3 to −0.9 across and −1 up, the network writes "
        "188 + 132 = 312; the sum is 320, and 4 of its 9 digits are wrong."
        in page
    )
    plain = Adder(a=11, b=3, trained=0).element()
    assert "The network writes 11 + 3 = " in plain
    assert "After 0 steps of training, 0 of 30 sums are right." in plain
