"""The adder's task, its training, and the record of many starts."""

import inspect
import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from rnn_by_hand.adder import (
    added_right,
    bits_of,
    carries,
    draw_numbers,
    make_additions,
    one_start,
    tells_apart,
    train,
    unit_per_total,
)
from rnn_by_hand.records.adder import ADDER_STARTS, adder_starts
from rnn_by_hand.vector_rnn import initial_params

RUNS = adder_starts()


def test_eleven_and_three_by_hand():
    X, T = make_additions([11], [3], 4)
    assert_array_equal(X[0, :, 0], [1, 1, -1, 1, -1])
    assert_array_equal(X[0, :, 1], [1, 1, -1, -1, -1])
    assert_array_equal(T[0, :, 0], [-1, 1, 1, 1, -1])
    assert_array_equal(carries(X), [[1, 1, 0, 0, 0]])


@pytest.mark.parametrize("n_bits", [1, 8, 64])
def test_the_bits_of_a_sum_are_those_of_the_number(n_bits):
    a, b = draw_numbers(20, n_bits, np.random.default_rng(0))
    assert max(a + b) < 2**n_bits
    _, T = make_additions(a, b, n_bits)
    for i, bits in enumerate(T[..., 0] > 0):
        assert sum(2**k for k in np.flatnonzero(bits).tolist()) == a[i] + b[i]


def test_the_carry_is_what_the_numbers_leave_behind():
    a, b = draw_numbers(50, 8, np.random.default_rng(0))
    carry = carries(make_additions(a, b, 8)[0])
    for i, k in np.ndindex(carry.shape):
        below = 2 ** (k + 1)
        assert carry[i, k] == (a[i] % below + b[i] % below) // below


def test_bits_come_from_the_right():
    assert_array_equal(bits_of([6, 1], 4), [[0, 1, 1, 0], [1, 0, 0, 0]])


def test_one_wrong_bit_makes_a_sum_wrong():
    X, T = make_additions([5, 9], [1, 3], 4)
    adds = unit_per_total([15, -5, -25])
    assert added_right(adds, X, T).tolist() == [True, True]
    T[1, 2] *= -1
    assert added_right(adds, X, T).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "apart"),
    [
        ([0, 1, 2], True),
        ([2, 1, 0], True),
        ([0, 1, 1], False),
        ([1, 3, 2], False),
    ],
)
def test_a_number_tells_the_carry_if_nothing_overlaps(values, apart):
    assert tells_apart(np.array(values), np.array([0, 0, 1])) == apart


def test_training_lowers_the_loss_and_keeps_the_start():
    rng = np.random.default_rng(0)
    X, T = make_additions(*draw_numbers(20, 4, rng), 4)
    start = initial_params(2, 3, 1, rng)
    before = [part.copy() for part in start]
    _, losses = train(X, T, start, n_steps=30)
    assert len(losses) == 30
    assert losses[-1] < losses[0]
    for part, same in zip(start, before, strict=True):
        assert_array_equal(part, same)


# ---------------------------------------------------------------------------- the record


def test_the_record_is_of_the_defaults_and_one_difference_each():
    assert RUNS[0]["settings"] == RUNS[1]["settings"] == {}
    ends = [(r["first_seed"], r["first_seed"] + len(r["right"])) for r in RUNS]
    assert ends[:2] == [(0, 100), (100, 200)]
    names = [run["name"] for run in RUNS]
    assert len({*names}) == len(names)
    for run in RUNS:
        assert len(run["right"]) == len(run["tells"]) == len(run["together"])
        assert all(0 <= right <= 300 for right in run["right"])


def test_the_defaults_are_those_of_the_record():
    record = json.loads(ADDER_STARTS.read_text(encoding="utf8"))
    parameters = inspect.signature(one_start).parameters.values()
    now = {p.name: p.default for p in parameters if p.name != "seed"}
    assert now == record["defaults"]
    trained = inspect.signature(train).parameters
    for name in ("rate", "n_steps"):
        assert trained[name].default == now[name]
    drawn = inspect.signature(initial_params).parameters
    assert drawn["scale"].default == now["scale"]


@pytest.mark.parametrize(
    ("name", "seed"),
    [("as on this page", 0), ("2 units", 1), ("scale 1", 0)],
)
def test_a_start_comes_out_as_recorded(name, seed):
    """One that adds, one that does not, and one from larger weights."""
    (run,) = (run for run in RUNS if run["name"] == name)
    i = seed - run["first_seed"]
    right, tells, together = one_start(seed, **run["settings"])
    assert (right, tells, together) == (
        run["right"][i],
        run["tells"][i],
        run["together"][i],
    )
