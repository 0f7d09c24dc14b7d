"""The tasks of the chapter on gates, their training, and the record of it."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.gradient_check import check_gradients
from rnn_by_hand.memory_tasks import (
    KINDS,
    SOLVED,
    TASKS,
    count_since_reset,
    counted_right,
    error_of,
    marked_sum,
    one_run,
    survival,
    train,
)
from rnn_by_hand.records.gates import GATES, gate_runs
from rnn_by_hand.vector_rnn import loss, output_gradient, outputs, to_vector

sys.path.append(str(Path(__file__).parents[2] / "book/experiments"))
import gates as experiment

kinds = pytest.mark.parametrize("kind", KINDS)


def small(kind, seed=1, n_states=3):
    rng = np.random.default_rng(seed)
    return KINDS[kind].start(2, n_states, 1, rng), rng


# ------------------------------------------------------------------------------------- tasks


def test_a_count_starts_again_at_every_reset():
    X, T = count_since_reset(20, 40, np.random.default_rng(0), p_reset=0.2)
    assert {*map(tuple, X.reshape(-1, 2))} == {(0, 0), (1, 0), (0, 1)}
    for row, counts in zip(X, T[..., 0], strict=True):
        symbols = "".join("01R"[int(one + 2 * reset)] for one, reset in row)
        for k, count in enumerate(counts, start=1):
            assert count == symbols[:k].rpartition("R")[2].count("1")


def test_resets_are_as_likely_as_asked():
    X, _ = count_since_reset(500, 100, np.random.default_rng(0))
    assert_allclose(X.mean(axis=(0, 1)), [0.475, 0.05], atol=0.01)


@pytest.mark.parametrize("n_steps", [2, 3, 10])
def test_one_mark_is_in_each_half_and_the_target_is_their_sum(n_steps):
    X, T = marked_sum(300, n_steps, np.random.default_rng(0))
    numbers, marks = np.moveaxis(X, 2, 0)
    assert {*np.unique(marks)} <= {0, 1}
    half = n_steps // 2
    assert (marks[:, :half].sum(axis=1) == 1).all()
    assert (marks[:, half:].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0) > 0).all()
    assert_allclose(T[:, 0, 0], (numbers * marks).sum(axis=1))
    assert T.shape == (300, 1, 1)
    assert ((numbers > 0) & (numbers < 1)).all()


def test_always_saying_1_leaves_a_sixth():
    _, T = marked_sum(20_000, 10, np.random.default_rng(0))
    assert_allclose(np.mean((T - 1) ** 2), 1 / 6, rtol=0.02)
    assert SOLVED < 1 / 6 / 10


# ---------------------------------------------------------------------------------- networks


@kinds
def test_every_kind_has_a_gradient_that_passes_the_check(kind):
    params, rng = small(kind)
    X, T = rng.normal(size=(3, 4, 2)), rng.normal(size=(3, 4, 1))
    of = KINDS[kind]

    def loss_at(*arrays):
        params_now = type(params)(*arrays)
        return loss(outputs(of.states(X, params_now)[0], params_now), T)

    def gradient_at(*arrays):
        params_now = type(params)(*arrays)
        memories = of.states(X, params_now)
        grad_out = output_gradient(outputs(memories[0], params_now), T)
        gradients, *over_time = of.gradient(X, *memories, grad_out, params_now)
        assert len(over_time) == len(memories)
        return gradients

    assert check_gradients(loss_at, gradient_at, params).passed


def test_the_kinds_of_lstm_differ_in_the_forget_bias_alone():
    plain, _ = small("LSTM")
    for bias in (1, 3):
        params, _ = small(f"LSTM {bias}")
        assert_array_equal((params.bx + params.bRec)[3:6], bias)
        forget = np.isin(np.arange(12), [3, 4, 5])
        for name in ("bx", "bRec"):
            ours, theirs = getattr(params, name), getattr(plain, name)
            assert_array_equal(ours[~forget], theirs[~forget])
        assert_array_equal(params.WRec, plain.WRec)


def test_the_plain_start_is_within_its_ends():
    params, _ = small("tanh", n_states=16)
    numbers = to_vector(params)
    assert abs(numbers).max() < 0.25
    assert_allclose(numbers.std(), 0.25 / 3**0.5, rtol=0.1)


# ---------------------------------------------------------------------------------- training


@kinds
@pytest.mark.parametrize("task", TASKS)
def test_training_lowers_the_error(kind, task):
    start, rng = small(kind)
    X, T = TASKS[task](50, 6, rng)
    of = KINDS[kind]
    before = error_of(of, start, X, T)
    *_, (updates, params) = train(
        of, start, lambda: (X, T), rate=0.01, n_updates=60, every=30
    )
    assert updates == 60
    assert error_of(of, params, X, T) < 0.7 * before


def test_the_limit_shortens_the_gradient():
    start, rng = small("GRU")
    data = count_since_reset(10, 8, rng)

    def after(limit):
        walk = train(KINDS["GRU"], start, lambda: data, 0.1, 3, limit, every=1)
        return [to_vector(params) for _, params in walk][-1]

    # Adam divides by its running size, so only a limit that varies shows.
    assert_allclose(after(1e6), after(1e5), rtol=0)
    assert abs(after(1.0) - after(1e6)).max() > 1e-6


def test_the_same_seed_gives_the_same_run():
    short = {"n_states": 2, "n_updates": 100}
    first = one_run("GRU", "count", 5, 0.01, 0, **short)
    assert first == one_run("GRU", "count", 5, 0.01, 0, **short)
    assert first != one_run("GRU", "count", 5, 0.01, 1, **short)
    assert first[0] == 100
    assert 0 <= first[2] <= 1


def test_the_sequences_of_a_run_are_new_or_the_same(monkeypatch):
    drawn = []

    def draw(n_samples, n_steps, rng):
        drawn.append(n_samples)
        return count_since_reset(n_samples, n_steps, rng)

    monkeypatch.setitem(TASKS, "count", draw)
    short = {"n_states": 2, "n_updates": 100}
    one_run("GRU", "count", 5, 0.01, 0, **short)
    assert drawn == [500] + 100 * [32]
    drawn.clear()
    one_run("GRU", "count", 5, 0.01, 0, n_sequences=7, **short)
    assert drawn == [500, 7]


def test_more_updates_go_on_where_fewer_stopped():
    def outcome(**wanted):
        return {
            (run["kind"], run["seed"]): (run["updates"], run["error"])
            for run in gate_runs()
            if (run["n_steps"], run["rate"]) == (200, 0.03)
            and run.get("n_updates") == wanted.get("n_updates")
        }

    first, longer = outcome(), outcome(n_updates=3000)
    for run, (updates, error) in first.items():
        if error < SOLVED:
            assert longer[run][0] == updates
        else:
            assert longer[run][0] > 1000


def test_a_solved_sum_ends_the_run():
    updates, error, _ = one_run("GRU", "adding", 10, 0.03, 0)
    assert error < SOLVED
    assert updates < 1000
    assert updates % 100 == 0


def test_counts_are_right_when_they_round_to_the_target():
    start, rng = small("GRU")
    X, _ = count_since_reset(10, 8, rng)
    Y = outputs(KINDS["GRU"].states(X, start)[0], start)
    assert counted_right(KINDS["GRU"], start, X, np.round(Y)) == 1
    assert counted_right(KINDS["GRU"], start, X, np.round(Y) + 1) == 0
    assert_allclose(error_of(KINDS["GRU"], start, X, Y + 2), 4)


# ---------------------------------------------------------------------------------- survival


@kinds
def test_what_is_left_begins_whole(kind):
    left = survival(kind, seed=0, n_steps=7, n_states=3)
    assert left.shape == (8,)
    assert left[0] == 1
    assert (left > 0).all()


def test_a_forget_gate_that_is_open_leaves_more():
    ends = [survival(f"LSTM {bias}", seed=0)[-1] for bias in (1, 3)]
    assert survival("LSTM", seed=0)[-1] < 1e-6 * ends[0] < ends[1]


# ------------------------------------------------------------------------------------ record


def test_the_record_has_every_run_of_its_script_in_order():
    renew = "python book/experiments/gates.py"
    results = {"updates", "error", "right"}
    recorded = [
        {name: run[name] for name in run if name not in results}
        for run in gate_runs()
    ]
    assert recorded == experiment.every_run(), f"to renew it: {renew}"


def test_the_record_says_what_it_was_made_with():
    text = GATES.read_text(encoding="utf8")
    head = text.splitlines()[0]
    assert re.search(r'"NumPy":"\d+\.\d+', head)
    assert '"defaults":{"n_states":16,"n_updates":1000,' in head


@pytest.mark.parametrize(
    ("kind", "task", "n_steps"),
    [("GRU", "adding", 10), ("tanh", "count", 30)],
)
def test_a_run_comes_out_as_recorded(kind, task, n_steps):
    found = {"kind": kind, "task": task, "n_steps": n_steps, "rate": 0.03}
    (run,) = (
        run
        for run in gate_runs()
        if run["seed"] == 0
        and not {"n_states", "n_updates"} & run.keys()
        and found.items() <= run.items()
    )
    updates, error, right = one_run(**found, seed=0)
    # Many updates carry a last digit far, so what it comes to is compared.
    assert updates == run["updates"]
    assert (error < SOLVED) == (run["error"] < SOLVED)
    assert abs(right - run["right"]) < 0.3
