"""The fan gives what the loop gives: loss, gradients, states and the gradient at each of them."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.fan import BLOCK, fan_bptt, fan_gradients
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)

#: One block, one more, a block and a bit, several levels of blocks.
LENGTHS = [1, 2, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 100, BLOCK**2 + 1, 5000]
WEIGHTS = [(1, 1), (1.2, 0.7), (-0.5, -0.9), (0, 0.8), (2, 0), (0.3, 1.02)]
# The ids are not the names of the functions, which a broken decorator changes.
both = pytest.mark.parametrize(
    "function", [fan_gradients, fan_bptt], ids=["gradients", "whole pass"]
)


def by_loop(X, t, wx, wRec):
    S = forward_states(X, wx, wRec)
    y = S[:, -1]
    gradients, delta = backward_gradient(X, S, output_gradient(y, t), wRec)
    return loss(y, t), *gradients, S, delta


def flat(result):
    found, gradients, *arrays = result
    return found, *gradients, *arrays


def assert_the_loop_agrees(X, t, wx, wRec, relative=1e-12):
    """Compare everything, to so much of what it would be if nothing cancelled.

    Each is a sum of products, added in another order. The floor is for numbers so close to the
    smallest float that they lose digits.
    """
    expected = by_loop(X, t, wx, wRec)
    largest = by_loop(abs(X), -abs(t), abs(wx), abs(wRec))
    for result in (fan_bptt, fan_gradients):
        found = flat(result(X, t, wx, wRec))
        for part, right, most in zip(found, expected, largest):
            assert np.shape(part) == np.shape(right)
            atol = relative * np.abs(most) + 1e-290
            assert (np.abs(part - right) <= atol).all()


@pytest.mark.parametrize("n_steps", LENGTHS)
@pytest.mark.parametrize("n_samples", [1, 7])
@pytest.mark.parametrize(("wx", "wRec"), WEIGHTS)
def test_every_length_agrees_with_the_loop(n_samples, n_steps, wx, wRec):
    rng = np.random.default_rng(n_steps)
    X = rng.normal(size=(n_samples, n_steps))
    assert_the_loop_agrees(X, rng.normal(size=n_samples), wx, wRec)


sequences = arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(1, 3 * BLOCK)),
    elements=st.floats(-2, 2, allow_subnormal=False),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(sequences, st.floats(-3, 3), st.floats(-3, 3), st.floats(-9, 9))
def test_any_data_and_weights_agree_with_the_loop(X, wx, wRec, target):
    assert_the_loop_agrees(X, np.full(len(X), target), wx, wRec)


def test_known_values():
    gradients = fan_gradients(*make_dataset(), 1.2, 1.2)[1]
    known = 361.751640, 2193.643916
    assert_allclose(gradients, known, rtol=0, atol=6e-7)


def test_both_weights_at_one_count():
    X, t = make_dataset(20, 100)
    found, gradients, S, delta = fan_bptt(X, t, 1, 1)
    assert (found, gradients) == (0, (0, 0))
    assert_array_equal(S[:, 1:], np.cumsum(X, axis=1))
    assert not delta.any()


def test_the_gradients_are_complex_steps():
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(5, 40)), rng.normal(size=5)
    h = 1e-20
    for function in (fan_gradients, fan_bptt):
        _, gradients, *_ = function(X, t, 0.8, -0.9)
        steps = [
            function(X, t, 0.8 + 1j * h, -0.9)[0].imag / h,
            function(X, t, 0.8, -0.9 + 1j * h)[0].imag / h,
        ]
        assert_allclose(gradients, steps, rtol=1e-10)


# ------------------------------------------------------------------- numbers that are too large


@pytest.mark.parametrize("wx", [1, 0, 1e-300, 1e300, np.nan])
@pytest.mark.parametrize("wRec", [2, -2, 1e18, -1e200, np.inf, np.nan])
@pytest.mark.parametrize("first", [0, 1])
def test_what_overflows_is_left_to_the_loop(wx, wRec, first):
    """Zeros stay zeros there, whatever power they meet, and nothing warns."""
    X = np.zeros((2, 1100))
    X[0, 0] = first
    t = np.array([3.0, 0])
    expected = by_loop(X, t, wx, wRec)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for function in (fan_gradients, fan_bptt):
            for part, right in zip(flat(function(X, t, wx, wRec)), expected):
                assert_array_equal(part, right)


@both
def test_a_slope_may_overflow_before_its_power_does(function):
    # 2**1023 is the last power that a float holds, and many times that is infinite.
    X, t = np.zeros((1, 1023)), np.zeros(1)
    assert flat(function(X, t, 1, 2))[:3] == (0, 0, 0)


@both
def test_the_input_weight_may_overflow_with_a_power(function):
    X, t = np.zeros((1, 20)), np.zeros(1)
    assert flat(function(X, t, 1e300, 10))[:3] == (0, 0, 0)


def test_a_power_may_overflow_at_the_last_step():
    X, t = np.zeros((1, 2)), np.zeros(1)
    for part in flat(fan_bptt(X, t, 1, 1e200)):
        assert_array_equal(part, np.zeros_like(part))


def test_single_precision_overflows_inside_a_product():
    """One product is infinite and the next one minus that, as in the loop."""
    X = np.array([[1e10, -1e10]], np.float32)
    S = fan_bptt(X, np.zeros(1, np.float32), 1e30, 1)[2]
    assert_array_equal(S, [[0, np.inf, np.nan]])


def test_single_precision_overflows_earlier():
    X, t = np.zeros((1, 200), np.float32), np.zeros(1, np.float32)
    assert flat(fan_gradients(X, t, 1, 2)) == (0, 0, 0)


# ------------------------------------------------------------------------------- arguments


@both
@pytest.mark.parametrize("precision", [np.float32, np.float64, complex])
def test_precision_is_that_of_the_data(function, precision):
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(5, 40)).astype(precision), np.arange(5)
    expected = by_loop(X, t, 0.5, 0.9)
    for part, right in zip(flat(function(X, t, 0.5, 0.9)), expected):
        assert part.dtype == right.dtype == precision
        assert_allclose(part, right, rtol=1e-4, atol=1e-5)


@both
def test_lists_keywords_and_either_order_of_storage(function):
    X, t = make_dataset(4, 20)
    expected = flat(function(X, t, 0.5, 2))
    for same in (X.tolist(), np.ascontiguousarray(X), X.astype(int)):
        found = function(wRec=2, wx=0.5, t=t.tolist(), X=same)
        for part, right in zip(flat(found), expected):
            assert_array_equal(part, right)


@both
def test_the_order_of_storage_does_not_change_the_last_digit(function):
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(50, 40)), rng.normal(size=50)
    rows, columns = (
        function(order(X), t, 0.5, 0.9)
        for order in (np.ascontiguousarray, np.asfortranarray)
    )
    for part, same in zip(flat(rows), flat(columns)):
        assert_array_equal(part, same)


@both
def test_arguments_stay_as_they_were(function):
    X, t = make_dataset(4, 20)
    before = X.copy(), t.copy()
    function(X, t, 0.5, 0.9)
    assert_array_equal(X, before[0])
    assert_array_equal(t, before[1])


@both
@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"X": [1, 0]}, ValueError, r"X has shape \(2,\).*np.atleast_2d"),
        ({"X": np.ones((0, 3))}, ValueError, "X is empty"),
        ({"X": "one"}, TypeError, "X is 'one'; it must hold numbers"),
        ({"t": np.ones(3)}, ValueError, r"t has shape \(3,\)"),
        ({"t": None}, TypeError, "t is None; it must hold numbers"),
        ({"wx": [1, 2]}, ValueError, r"wx has shape \(2,\); it must be a sin"),
        ({"wRec": [[1]]}, ValueError, r"wRec has shape \(1, 1\); it must be"),
        ({"wRec": "1"}, TypeError, "wRec is '1'; it must hold numbers"),
        ({"X": [[1, np.nan], [0, 1]]}, ValueError, r"^X\[0, 1\] is nan"),
        ({"X": [[1, 0], [-np.inf, 1]]}, ValueError, r"^X\[1, 0\] is -inf"),
        ({"t": [1, np.inf]}, ValueError, r"^t\[1\] is inf"),
    ],
)
@pytest.mark.parametrize("wRec", [0, 0.5])
def test_bad_arguments_are_named(function, changed, error, message, wRec):
    good = {"X": np.eye(2), "t": np.ones(2), "wx": 1, "wRec": wRec}
    function(**good)
    with pytest.raises(error, match=message):
        function(**good | changed)
