"""The scan gives the same result as the loop, in the expected number of rounds."""

import warnings

import numpy as np
import pytest

from rnn_by_hand.model import forward_states, make_dataset
from rnn_by_hand.scan import (
    KINDS,
    combine,
    combine_matrices,
    in_rounds,
    linear_states,
    newton_correction,
    pairs_in_rounds,
    scan,
)
from rnn_by_hand.vector_rnn import forward_states as vector_states
from rnn_by_hand.vector_rnn import initial_params


def by_loop(a, b):
    S = np.zeros((*b.shape[:-1], b.shape[-1] + 1), np.result_type(a, b))
    for k in range(1, b.shape[-1] + 1):
        S[..., k] = a[..., k - 1] * S[..., k - 1] + b[..., k - 1]
    return S


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 9, 100])
def test_states_are_those_of_the_network(n):
    X, _ = make_dataset(20, n)
    for wx, wRec in ((1.2, 0.7), (1.0, 1.0), (0.5, -0.9), (1.1, 1.1)):
        expected = forward_states(X, wx, wRec)
        np.testing.assert_allclose(
            linear_states(wRec, wx * X), expected, rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize("complex_poles", [False, True])
def test_every_step_may_have_its_own_factor(complex_poles):
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, size=(2, 4, 3, 37))
    if complex_poles:
        a = a * np.exp(1j * rng.normal(size=a.shape))
    np.testing.assert_allclose(
        linear_states(a, b), by_loop(a, b), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("shape", [(), (1,), (37,), (3, 37), (4, 3, 37)])
def test_factors_may_have_fewer_axes_than_addends(shape):
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-1, 1, size=shape), rng.normal(size=(4, 3, 37))
    expected = by_loop(np.broadcast_to(a, b.shape), b)
    np.testing.assert_allclose(
        linear_states(a, b), expected, rtol=1e-12, atol=1e-12
    )


def test_combining_is_associative():
    p, q, r = np.random.default_rng(0).normal(size=(3, 2))
    np.testing.assert_allclose(
        combine(combine(p, q), r), combine(p, combine(q, r)), rtol=1e-14
    )


@pytest.mark.parametrize(
    ("n", "rounds"), [(1, 0), (2, 1), (3, 2), (8, 3), (9, 4), (1000, 10)]
)
def test_rounds(n, rounds):
    sizes = []

    def counted(after, before):
        sizes.append(after[0].size)
        return (after[0] + before[0],)

    (sums,) = scan(counted, np.arange(n))
    assert sums.tolist() == np.cumsum(np.arange(n)).tolist()
    assert len(sizes) == rounds
    assert sizes == [n - 2**i for i in range(rounds)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 13, 16, 31, 32, 100])
def test_every_way_ends_with_every_state(kind, n):
    rng = np.random.default_rng(n)
    a, b = rng.uniform(-1, 1, size=(2, n))
    pairs = pairs_in_rounds(kind, n)
    *_, last = in_rounds(pairs, combine, a, b)
    np.testing.assert_allclose(
        last[1], by_loop(a, b)[1:], rtol=1e-12, atol=1e-12
    )
    assert len(list(in_rounds(pairs, combine, a, b))) == len(pairs) + 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [2, 3, 8, 13, 16, 100])
def test_only_neighbours_are_combined_and_no_pair_waits_for_another(kind, n):
    first = np.arange(n)
    for pairs in pairs_in_rounds(kind, n):
        after, before = np.transpose(pairs)
        assert len(set(after)) == len(after)
        assert (first[after] == before + 1).all()
        first[after] = first[before]
    assert (first == 0).all()


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, 10])
def test_cost_of_each_way(m):
    """The formulas of the docstring."""
    n = 2**m
    costs = {
        "chain": (n - 1, n - 1),
        "tree": (2 * m - 1, 2 * n - 2 - m),
        "scan": (m, n * m - (n - 1)),
    }
    for kind, cost in costs.items():
        pairs = pairs_in_rounds(kind, n)
        assert (len(pairs), sum(map(len, pairs))) == cost


def test_a_scan_in_rounds_is_the_scan():
    a, b = np.random.default_rng(2).normal(size=(2, 37))
    rows = in_rounds(pairs_in_rounds("scan", 37), combine, a, b)
    *_, last = rows
    assert np.array_equal(last, scan(combine, a, b))


def test_what_is_kept_of_each_round_stays():
    pairs = pairs_in_rounds("chain", 4)
    sums = in_rounds(pairs, lambda a, b: (a[0] + b[0],), [1, 2, 3, 4])
    # All rounds are done before the first is looked at.
    assert [part.tolist() for (part,) in [*sums]] == [
        [1, 2, 3, 4],
        [1, 3, 3, 4],
        [1, 3, 6, 4],
        [1, 3, 6, 10],
    ]


def test_an_operation_gives_back_as_many_parts_as_it_takes():
    def half(after, before):
        return (after[0] + before[0],)

    with pytest.raises(ValueError, match="shorter"):
        scan(half, np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match="shorter"):
        list(in_rounds([[(1, 0)]], half, [1, 2], [3, 4]))


def test_an_unknown_way_is_refused():
    with pytest.raises(
        ValueError, match="kind is 'fan'; it must be one of chain, tree, scan"
    ):
        pairs_in_rounds("fan", 4)


def test_a_scan_leaves_its_arguments_alone():
    numbers = np.arange(5.0)
    scan(lambda after, before: (after[0] + before[0],), numbers)
    assert numbers.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("n", [1, 2, 7, 64])
@pytest.mark.parametrize("rows", [1, 3])
def test_matrices_are_scanned_as_a_loop_would(n, rows):
    rng = np.random.default_rng(n)
    A = rng.normal(size=(n, 4, 4)) / 2
    B = rng.normal(size=(n, rows, 4))
    S = np.zeros((rows, 4))
    products, states = scan(combine_matrices, A, B)
    product = np.eye(4)
    for k in range(n):
        S, product = S @ A[k] + B[k], product @ A[k]
        np.testing.assert_allclose(states[k], S, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(products[k], product, rtol=1e-9, atol=1e-12)


def one_network(n=64, n_states=4, scale=0.5, seed=0):
    rng = np.random.default_rng(seed)
    params = initial_params(2, n_states, 1, rng, scale)
    params = params._replace(b=rng.normal(size=n_states))
    X = rng.normal(size=(n, 1, 2))
    S = vector_states(X.swapaxes(0, 1), params)[0][:, np.newaxis]
    return X, params, S


def test_rounds_of_newton_lead_to_the_states():
    X, params, S = one_network()
    guess = np.zeros_like(S)
    for _ in range(8):
        guess = newton_correction(guess, X, params)
    np.testing.assert_allclose(guess, S, atol=1e-12)


def test_right_states_stay():
    X, params, S = one_network()
    np.testing.assert_allclose(newton_correction(S, X, params), S, atol=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_each_round_makes_one_more_state_right(seed):
    X, params, S = one_network(12, scale=1.5, seed=seed)
    guess = np.zeros_like(S)
    for k in range(1, 13):
        before = guess.copy()
        guess = newton_correction(before, X, params)
        np.testing.assert_allclose(guess[: k + 1], S[: k + 1], atol=1e-9)


def test_a_round_follows_the_tangents():
    """Against differences: where the guess is a bit off, a round is off by its square."""
    X, params, S = one_network(20)
    off = np.random.default_rng(1).normal(size=S.shape)
    off[0] = 0
    errors = [
        np.abs(newton_correction(S + h * off, X, params) - S).max()
        for h in (1e-2, 1e-3)
    ]
    assert 50 < errors[0] / errors[1] < 200


def test_a_round_leaves_the_guess_alone():
    X, params, S = one_network()
    guess = np.zeros_like(S)
    newton_correction(guess, X, params)
    assert not guess.any()


def test_arguments_are_left_alone():
    a, b = np.full(5, 0.5), np.ones(5)
    linear_states(a, b)
    assert (a == 0.5).all()
    assert (b == 1).all()


def test_products_overflow_before_states():
    """The limit that the docstring names, and that the page shows."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        overflows = linear_states(2.0, np.zeros(1100))
    assert not overflows[:1025].any()
    assert np.isnan(overflows[1025:]).all()
    assert not linear_states(1.0, np.zeros(1100)).any()


@pytest.mark.parametrize("precision", ["float16", "float32"])
def test_precision_is_kept(precision):
    flips = np.ones(5000, dtype=precision)
    states = linear_states(-flips, flips)
    assert states.dtype == precision
    assert np.array_equal(states, np.arange(5001) % 2)


def test_whole_numbers_and_one_number_for_all_steps():
    assert linear_states(2, [1, 0, 0]).tolist() == [0, 1, 2, 4]


@pytest.mark.parametrize(
    ("a", "b", "error", "message"),
    [
        (np.ones(3), np.ones(4), ValueError, "a has shape"),
        (1, 1, ValueError, "at least one time step"),
        (1, np.ones((2, 0)), ValueError, "at least one time step"),
        (1, ["one"], TypeError, r"b is .*; it must hold numbers"),
        ("half", [1], TypeError, "a is 'half'; it must hold numbers"),
    ],
)
def test_bad_arguments_are_named(a, b, error, message):
    with pytest.raises(error, match=message):
        linear_states(a, b)
