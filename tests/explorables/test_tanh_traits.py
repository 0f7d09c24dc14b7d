"""The tanh unit in Python: its parameters, its numbers, and the figure for print."""

import re
import warnings

import numpy as np
import pytest
from in_page import SOME_TEXT
from test_states_traits import plain
from traitlets import TraitError

from rnn_by_hand.explorables import Tanh
from rnn_by_hand.tanh_unit import (
    destination,
    orbit,
    resting_points,
    slope,
    what_is_left,
)
from rnn_by_hand.vector_rnn import Params, backward_gradient, forward_states


def settings(count):
    rng = np.random.default_rng(4)
    return zip(
        rng.uniform(-3, 3, count).tolist(),
        rng.uniform(-2, 2, count).tolist(),
        rng.uniform(-1, 1, count).tolist(),
    )


def test_starts_as_a_latch():
    readout = Tanh().readout
    assert (readout["wRec"], readout["x"], readout["S0"]) == (1.2, 0, 0.1)
    assert len(readout["S"]) == len(readout["delta"]) == 31
    assert readout["S"][0] == 0.1
    assert readout["delta"][30] == 1
    assert readout["left"] == readout["delta"][0]


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        ({"wRec": 3.1}, "wRec is 3.1; it must be a number from -3 to 3"),
        ({"x": -2.1}, "x is -2.1; it must be a number from -2 to 2"),
        ({"S0": 1.01}, "S0 is 1.01; it must be a number from -1 to 1"),
        ({"S0": None}, "S0 is None; it must be a number from -1 to 1"),
    ],
)
def test_refuses_a_bad_parameter(setting, rule):
    with pytest.raises(TraitError, match=re.escape(rule)):
        Tanh(**setting)


def test_from_zero_it_is_the_network_of_vectors():
    for wRec, x, _ in settings(30):
        params = Params(Wx=[[1]], WRec=[[wRec]], b=[0], Wy=[[1]], by=[0])
        X = np.full((1, 30, 1), x)
        S = forward_states(X, params)
        np.testing.assert_array_equal(orbit(wRec, x, 0, 30), S[0, :, 0])
        only_last = np.zeros((1, 30, 1))
        only_last[:, -1] = 1
        _, delta = backward_gradient(X, S, only_last, params)
        left = what_is_left(wRec, S[0, :, 0])
        np.testing.assert_array_equal(left, delta[0, :, 0])


def test_what_is_left_is_the_derivative_of_the_last_state():
    for wRec, x, S0 in settings(30):
        step = 1e-30j
        S = S0 + step
        for _ in range(30):
            S = np.tanh(S * wRec + x)
        left = what_is_left(wRec, orbit(wRec, x, S0, 30))
        np.testing.assert_allclose(left[0], S.imag / step.imag, rtol=1e-9)
        assert left[-1] == 1


def test_every_resting_point_is_found():
    """Compared with the changes of sign on a fine grid."""
    grid = np.linspace(-1, 1, 20_002)
    numbers = set()
    for wRec, x, _ in settings(300):
        gain = np.tanh(wRec * grid + x) - grid
        between = np.flatnonzero(gain[:-1] * gain[1:] < 0)
        points = resting_points(wRec, x)
        assert len(points) == len(between)
        for point, i in zip(points, between):
            assert grid[i] <= point <= grid[i + 1]
            assert abs(np.tanh(wRec * point + x) - point) < 1e-15
        numbers.add(len(points))
    assert numbers == {1, 3}


@pytest.mark.parametrize("wRec", [1 + 1e-6, 1.001, 1.2, 2, 3])
def test_two_resting_points_meet_where_the_curve_touches_the_diagonal(wRec):
    turn = np.sqrt(1 - 1 / wRec)
    limit = wRec * turn - np.arctanh(turn)
    for sign in (-1, 1):
        assert len(resting_points(wRec, sign * limit * (1 - 1e-9))) == 3
        assert len(resting_points(wRec, sign * limit * (1 + 1e-9))) == 1
    near = resting_points(wRec, -limit * (1 - 1e-6))
    assert near[0] < near[1] < turn < near[2]
    np.testing.assert_allclose(near[1:], turn, rtol=1e-2)


def test_without_input_zero_always_rests_and_at_one_it_splits():
    for wRec in (-3, -1, 0, 0.9, 1):
        assert resting_points(wRec, 0) == [0]
    for wRec in (1.0001, 1.2, 3):
        low, middle, high = resting_points(wRec, 0)
        assert middle == 0
        assert low == -high < 0
        assert slope(wRec, high) < 1 < slope(wRec, middle)


def test_the_states_go_to_their_destination():
    kinds = set()
    for wRec, x, S0 in settings(100):
        ends = destination(wRec, x, S0)
        points = resting_points(wRec, x)
        factor = np.prod([slope(wRec, end) for end in ends])
        # Close to a change they are slow.
        if abs(factor) < 0.95:
            last = orbit(wRec, x, S0, 1500)[-len(ends) :]
            np.testing.assert_allclose(sorted(last), ends, atol=1e-12)
        kinds.add((len(points), len(ends)))
    assert kinds == {(1, 1), (1, 2), (3, 1)}


@pytest.mark.parametrize("wRec", [1.2, 3, -1.2, -3])
def test_a_state_on_an_unstable_resting_point_stays(wRec):
    assert destination(wRec, 0, 0) == [0]
    assert len(destination(wRec, 0, 1e-9)) == (1 if wRec > 0 else 2)
    assert not orbit(wRec, 0, 0, 30).any()


def test_fallback_says_what_python_computed():
    latch = plain(Tanh(wRec=1.2, S0=-0.1).figure()[2])
    assert latch == (
        "With wRec = 1.2, input 0 and first state -0.1 the state goes to -0.6586 "
        "(resting points -0.6586, 0, 0.6586). There each step back multiplies δ by 0.6795; "
        "after 30 steps 0.0035 of it is left."
    )
    turns = plain(Tanh(wRec=-2).figure()[2])
    assert "alternates between -0.9575 and 0.9575 (resting point 0)" in turns
    assert "There two steps back multiply" in turns


def test_figure_can_be_drawn_at_the_ends_of_every_range():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for setting in (
            {"wRec": 0, "x": 0, "S0": 0},
            {"wRec": 3, "x": 2, "S0": 1},
            {"wRec": -3, "x": -2, "S0": -1},
        ):
            _, alt, caption = Tanh(**setting).figure()
            assert SOME_TEXT.match(alt)
            assert not re.search("nan|inf", caption)
