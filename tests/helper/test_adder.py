"""The adder's task, its training, and the record of many starts."""

import inspect
import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.adder import (
    added_right,
    bits_of,
    carries,
    draw_numbers,
    make_additions,
    one_start,
    put_at,
    tells_apart,
    train,
    unit_per_total,
)
from rnn_by_hand.records.adder import (
    ADDER_STARTS,
    adder_starts,
    adder_training,
)
from rnn_by_hand.vector_rnn import (
    forward_states,
    from_vector,
    initial_params,
    update_state,
)

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


def test_a_state_is_changed_as_little_as_can_be():
    """Of all states there, the one found is the nearest: the rest of its way is along the outputs."""
    rng = np.random.default_rng(0)
    params = initial_params(2, 4, 1, rng)._replace(by=np.array([0.3]))
    states = rng.normal(size=(5, 4))
    before = states.copy()
    across, up = rng.normal(size=(2, 5))
    moved = put_at(states, 2, across, up, params)
    assert_array_equal(states, before)
    assert_array_equal(moved[:, 2], across)
    assert_allclose(moved @ params.Wy[:, 0] + params.by[0], up)
    others = [0, 1, 3]
    way = (moved - states)[:, others]
    assert_allclose(
        way / way[:, :1],
        np.outer([1] * 5, params.Wy[others, 0] / params.Wy[0]),
    )
    (alone,) = put_at(states[:1], 2, across[0], up[0], params)
    assert_array_equal(put_at(states[0], 2, across[0], up[0], params), alone)


# ---------------------------------------------------------------------------- the records


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


TRAINING = adder_training()
SCRIPT = Path(__file__).parents[2] / "book/experiments/adder_training.py"
OF_SCRIPT = runpy.run_path(str(SCRIPT))


def test_the_training_is_of_the_script():
    assert TRAINING["steps"] == OF_SCRIPT["STEPS"]
    assert TRAINING["seed"] == OF_SCRIPT["SEED"]
    assert TRAINING["n_states"] == OF_SCRIPT["N_STATES"]
    assert {len(weights) for weights in TRAINING["weights"]} == {33}
    assert len(TRAINING["weights"]) == len(TRAINING["steps"])


@pytest.mark.parametrize("row", [0, 6, -1])
def test_the_training_comes_out_as_recorded(row):
    """To the last decimal on record, which another library may round the other way."""
    steps = TRAINING["steps"][row]
    weights, numbers = OF_SCRIPT["weights_after"](steps)
    off = 1.01 * 10.0 ** -OF_SCRIPT["DECIMALS"]
    assert_allclose(weights, TRAINING["weights"][row], rtol=0, atol=off)
    assert [some[:30] for some in numbers] == TRAINING["numbers"]


EVERY_PAIR = [(a, b) for a in range(256) for b in range(256)]
ADDITIONS = make_additions(*zip(*EVERY_PAIR, strict=True), 8)
ADDER = from_vector(
    TRAINING["weights"][-1],
    like=initial_params(2, TRAINING["n_states"], 1, np.random.default_rng(0)),
)


@pytest.mark.parametrize("k", range(1, 10))
def test_an_error_in_the_carry_ripples_as_on_paper(k):
    """In every sum of 8 bits, pushed after any column.

    Across the line, all digits go wrong up to the first column with equal bits, and no others. Up
    or down, none does but the one that has been written.
    """
    X, T = ADDITIONS
    at = forward_states(X, ADDER)[:, k]
    up = at @ ADDER.Wy[:, 0] + ADDER.by

    def wrong_after(across, up):
        pushed = put_at(at, 0, across, up, ADDER)
        for step in range(k, 9):
            pushed = update_state(X[:, step], pushed, ADDER, np.tanh)
            written = pushed @ ADDER.Wy[:, 0] + ADDER.by > 0
            yield written != (T[:, step, 0] > 0)

    ripples = np.ones(len(X), dtype=bool)
    for step, wrong in enumerate(wrong_after(-0.8 * np.sign(at[:, 0]), up), k):
        assert_array_equal(wrong, ripples)
        ripples &= X[:, step, 0] != X[:, step, 1]
    assert not any(
        wrong.any() for wrong in wrong_after(at[:, 0], -np.sign(up))
    )


def test_the_script_of_the_page_is_as_written():
    path = OF_SCRIPT["FOLDER"] / "adder-weights.js"
    for row in TRAINING["weights"]:
        assert json.dumps(row) in path.read_text(encoding="utf8")
