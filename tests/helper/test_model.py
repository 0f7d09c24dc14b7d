"""The network and its gradients, against values and methods independent of the helper."""

import ast
import warnings
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import lfilter

from rnn_by_hand import model
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
    update_state,
)

SIZES = [(1, 1), (1, 5), (5, 1), (3, 7), (7, 7), (8, 7), (50, 10)]
SPECIALS = [np.nan, np.inf, -np.inf]


def whole_step(X, t, wx, wRec):
    """Run the forward and backward pass, and return all intermediate results."""
    S = forward_states(X, wx, wRec)
    grad_out = output_gradient(S[..., -1], t)
    (wx_grad, wRec_grad), grad_over_time = backward_gradient(
        X, S, grad_out, wRec
    )
    return {
        "S": S,
        "loss": loss(S[..., -1], t),
        "grad_out": grad_out,
        "wx_grad": wx_grad,
        "wRec_grad": wRec_grad,
        "grad_over_time": grad_over_time,
    }


def any_data(n_samples, n_steps, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n_samples, n_steps)), rng.normal(size=n_samples)


def closed_form_output(X, wx, wRec):
    return wx * (X @ wRec ** np.arange(X.shape[1] - 1, -1, -1))


def forward_mode_gradient(X, t, wx, wRec):
    """Carry dS/dwx and dS/dwRec along with S, from left to right."""
    s = ds_dwx = ds_dwRec = np.zeros(len(X))
    for x in X.T:
        ds_dwx, ds_dwRec = ds_dwx * wRec + x, ds_dwRec * wRec + s
        s = s * wRec + x * wx
    return 2 * np.mean((s - t) * ds_dwx), 2 * np.mean((s - t) * ds_dwRec)


def autograd_loss(wx, wRec, X, t):
    s = 0
    for x in X.T:
        s = s * wRec + x * wx
    return anp.mean((t - s) ** 2)


# ------------------------------------------------------------------------------ known values


@pytest.mark.parametrize(
    ("wx", "wRec", "expected_loss", "expected_gradient"),
    [
        (1.2, 1.2, 149.196083111005, (361.7516395026617, 2193.643916414318)),
        (1.2, 0.7, 12.23762309316989, (-12.51951434526, -44.84180039105)),
        (0.8, 0.9, 7.459231450586, (-20.21352786269, -65.81341794547)),
        (1, 0.5, 20.83903083801, (-10.28357894897, -20.58438751221)),
    ],
)
def test_golden_values(wx, wRec, expected_loss, expected_gradient):
    step = whole_step(*make_dataset(), wx, wRec)
    assert_allclose(step["loss"], expected_loss, rtol=1e-12)
    assert_allclose(
        (step["wx_grad"], step["wRec_grad"]), expected_gradient, rtol=1e-12
    )


def test_one_sequence_by_hand():
    step = whole_step([[1, 0, 1]], [2], 3, 0.5)
    assert_array_equal(step["S"], [[0, 3, 1.5, 3.75]])
    assert step["loss"] == 1.75**2
    assert_array_equal(step["grad_out"], [3.5])
    assert_array_equal(step["grad_over_time"], [[0.4375, 0.875, 1.75, 3.5]])
    assert step["wx_grad"] == 0.875 + 3.5
    assert step["wRec_grad"] == 1.75 * 3 + 3.5 * 1.5


@pytest.mark.parametrize(("n_samples", "n_steps"), SIZES)
def test_both_weights_at_one_count_exactly(n_samples, n_steps):
    X, t = make_dataset(n_samples, n_steps, seed=n_samples)
    step = whole_step(X, t, 1, 1)
    assert_array_equal(step["S"][:, 1:], np.cumsum(X, axis=1))
    assert step["loss"] == step["wx_grad"] == step["wRec_grad"] == 0


def test_update_state_is_one_step():
    assert update_state(2, 3, 5, 7) == 2 * 5 + 3 * 7
    assert_array_equal(
        update_state(np.array([1, 0]), np.array([4, 6]), 10, 0.5), [12, 3]
    )


# ----------------------------------------------------------- independent methods, every size


@pytest.mark.parametrize(("n_samples", "n_steps"), SIZES)
@pytest.mark.parametrize(
    ("wx", "wRec"), [(1.2, 0.7), (0.8, -0.9), (0.5 + 0.3j, 0.9j - 0.2), (2, 0)]
)
def test_every_size_agrees_with_other_methods(n_samples, n_steps, wx, wRec):
    X, t = any_data(n_samples, n_steps)
    step = whole_step(X, t, wx, wRec)
    S, gradient = step["S"], (step["wx_grad"], step["wRec_grad"])
    assert S.shape == step["grad_over_time"].shape == (n_samples, n_steps + 1)
    assert_array_equal(S[:, 0], 0)
    # Terms of opposite sign cancel, so rounding is relative to the terms, which are about 1.
    assert_allclose(
        S[:, 1:], lfilter([wx], [1, -wRec], X), rtol=1e-12, atol=1e-14
    )
    assert_allclose(
        S[:, -1], closed_form_output(X, wx, wRec), rtol=1e-12, atol=1e-14
    )
    assert_allclose(step["loss"], np.mean((t - S[:, -1]) ** 2), rtol=1e-12)
    assert_allclose(step["grad_out"], 2 * (S[:, -1] - t), rtol=1e-12)
    expected = forward_mode_gradient(X, t, wx, wRec)
    assert_allclose(gradient, expected, rtol=1e-12, atol=1e-13)
    if not np.iscomplexobj(S):
        assert_allclose(
            autograd_loss(wx, wRec, X, t), step["loss"], rtol=1e-12
        )
        automatic = autograd.grad(autograd_loss, (0, 1))(
            float(wx), float(wRec), X, t
        )
        assert_allclose(gradient, automatic, rtol=1e-12, atol=1e-13)


# ---------------------------------------------------------------------- properties, any data

few = settings(max_examples=60, deadline=None, derandomize=True)
weights = st.floats(-1.5, 1.5)
sequences = arrays(
    float,
    st.tuples(st.integers(1, 6), st.integers(1, 12)),
    elements=st.floats(-2, 2, allow_subnormal=False),
)


def rounding(X, wx, wRec):
    """Bound the rounding error of a state, relative to the sum without cancellation.

    The floor is for numbers so close to the smallest float that they lose digits.
    """
    return 1e-13 * forward_states(abs(X), abs(wx), abs(wRec)).max() + 1e-300


@few
@given(sequences, weights, weights, st.floats(-3, 3))
def test_states_are_linear_in_wx(X, wx, wRec, factor):
    assert_allclose(
        forward_states(X, factor * wx, wRec),
        factor * forward_states(X, wx, wRec),
        rtol=0,
        atol=3 * rounding(X, wx, wRec),
    )


@few
@given(sequences, weights, weights)
def test_batch_is_a_stack_of_single_sequences(X, wx, wRec):
    t = X.sum(axis=1)
    batch = whole_step(X, t, wx, wRec)
    singles = [
        whole_step(X[i : i + 1], t[i : i + 1], wx, wRec) for i in range(len(X))
    ]
    for name in ("S", "grad_out", "grad_over_time"):
        assert_array_equal(
            batch[name], np.concatenate([single[name] for single in singles])
        )
    for name in ("loss", "wx_grad", "wRec_grad"):
        each = np.array([single[name] for single in singles])
        # The terms of a mean may cancel; the largest sets the scale of rounding, and each is
        # itself a sum of terms that may be some hundred times larger.
        assert_allclose(
            batch[name],
            each.mean(),
            rtol=0,
            atol=1e-11 * max(1, abs(each).max()),
        )


@few
@given(sequences, weights, weights)
def test_loop_closed_form_and_filter_agree(X, wx, wRec):
    S = forward_states(X, wx, wRec)
    atol = rounding(X, wx, wRec)
    assert_allclose(
        S[:, -1], closed_form_output(X, wx, wRec), rtol=0, atol=atol
    )
    assert_allclose(S[:, 1:], lfilter([wx], [1, -wRec], X), rtol=0, atol=atol)


@few
@given(sequences, weights, weights)
def test_gradient_is_the_complex_step(X, wx, wRec):
    t = X.sum(axis=1)
    step = whole_step(X, t, wx, wRec)
    h = 1e-20
    by_wx = loss(forward_states(X, wx + 1j * h, wRec)[:, -1], t).imag / h
    by_wRec = loss(forward_states(X, wx, wRec + 1j * h)[:, -1], t).imag / h
    # The same products are added in another order: an error of 1e-12 of the sum of their sizes.
    # The complex step itself has an error of order h squared.
    largest = whole_step(abs(X), -abs(t), abs(wx), abs(wRec))
    assert_allclose(
        step["wx_grad"],
        by_wx,
        rtol=0,
        atol=1e-12 * largest["wx_grad"] + h,
    )
    assert_allclose(
        step["wRec_grad"],
        by_wRec,
        rtol=0,
        atol=1e-12 * largest["wRec_grad"] + h,
    )


@few
@given(sequences, weights, weights)
def test_gradient_over_time_is_a_power_of_wRec(X, wx, wRec):
    step = whole_step(X, X.sum(axis=1), wx, wRec)
    n_steps = X.shape[1]
    for k in range(n_steps + 1):
        assert_allclose(
            step["grad_over_time"][:, k],
            step["grad_out"] * wRec ** (n_steps - k),
            rtol=1e-13,
            atol=1e-300,
        )


# -------------------------------------------------------------------------- grids of weights


@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (2, 1, 3)])
@pytest.mark.parametrize("grids", ["both", "wx", "wRec"])
def test_grid_is_a_loop_over_its_points(shape, grids):
    X, t = any_data(4, 6)
    rng = np.random.default_rng(2)
    wx = rng.normal(size=shape) if grids != "wRec" else 0.8
    wRec = rng.normal(size=shape) if grids != "wx" else -0.9
    whole = whole_step(X, t, wx, wRec)
    assert whole["S"].shape == whole["grad_over_time"].shape == (*shape, 4, 7)
    assert whole["grad_out"].shape == (*shape, 4)
    assert (
        whole["loss"].shape
        == whole["wx_grad"].shape
        == whole["wRec_grad"].shape
        == shape
    )
    for point in np.ndindex(shape):
        at = [w[point] if np.ndim(w) else w for w in (wx, wRec)]
        for name, value in whole_step(X, t, *at).items():
            assert_allclose(
                whole[name][point], value, rtol=1e-12, atol=1e-14, err_msg=name
            )


def test_weights_may_be_lists_and_whole_numbers():
    assert_array_equal(
        forward_states([[1, 1]], [1, 2], [2, 3])[..., -1], [[3], [8]]
    )


# --------------------------------------------------------------------------- number formats


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64, float])
def test_whole_numbers_become_floats(dtype):
    X, t = make_dataset(seed=3)
    X[0] = 0
    X[0, 0] = t[0] = (
        1  # a target of 1, so that t also survives the cast to bool
    )
    X, t = X[:1], t[:1]
    expected = whole_step(X, t, 0.5, 0.7)
    for name, value in whole_step(
        X.astype(dtype), t.astype(dtype), 0.5, 0.7
    ).items():
        assert value.dtype == np.float64
        assert_array_equal(value, expected[name], err_msg=name)
    # A difference of unsigned integers would wrap around.
    assert_array_equal(
        output_gradient(np.zeros(1, dtype), np.ones(1, dtype)), [-2]
    )
    assert loss(np.zeros(1, dtype), np.ones(1, dtype)) == 1


@pytest.mark.parametrize(
    ("X_type", "wx", "wRec", "expected"),
    [
        (np.float32, np.int64(1), True, np.float32),
        (np.float32, np.True_, [0, 1], np.float32),
        (np.int64, np.float32(0.5), 2, np.float32),
        (np.bool_, np.float32(0.5), 0.7j, np.complex64),
        (np.int64, 0.5, 0.7j, np.complex128),
        (np.float32, 0.5, 0.7, np.float32),
        (np.float32, 1, 2, np.float32),
        (np.float32, np.float32(0.5), 0.7, np.float32),
        (np.float32, np.linspace(0, 1, 3, dtype=np.float32), 0.7, np.float32),
        (np.float32, np.float64(0.5), 0.7, np.float64),
        (np.float32, 0.5, 0.7j, np.complex64),
        (np.float64, np.float32(0.5), 0.7, np.float64),
        (np.float64, 0.5 + 1j, 0.7, np.complex128),
        (np.float64, 0.5, 0.7j, np.complex128),
        (np.int64, 1, 1, np.float64),
    ],
)
@pytest.mark.parametrize("t_type", [None, np.int8, bool])
def test_precision_follows_data_and_weights(
    X_type, t_type, wx, wRec, expected
):
    X, t = make_dataset(4, 3)
    X, t = X.astype(X_type), t.astype(t_type or X_type)
    step = whole_step(X, t, wx, wRec)
    assert {
        name: value.dtype for name, value in step.items()
    } == dict.fromkeys(step, expected)


def test_the_more_precise_argument_decides():
    X, t = make_dataset(4, 3)
    S = forward_states(X.astype(np.float32), 0.5, 0.7)
    grad_out = output_gradient(S[:, -1], t)
    gradients, grad_over_time = backward_gradient(X > 0, S, grad_out, 0.7)
    assert S.dtype == np.float32
    assert loss(S[:, -1], t).dtype == grad_out.dtype == np.float64
    assert {g.dtype for g in (*gradients, grad_over_time)} == {grad_out.dtype}
    gradients, _ = backward_gradient(X > 0, S, S[:, -1], 0.7)
    assert {g.dtype for g in gradients} == {S.dtype}


# ------------------------------------------------------------------ what stays as it was


@pytest.mark.parametrize("grid", [(), (3,)])
def test_arguments_and_global_state_stay_as_they_were(grid):
    X, t = any_data(4, 6)
    wx, wRec = np.full(grid, 0.8), np.full(grid, -0.9)
    S = forward_states(X, wx, wRec)
    grad_out = output_gradient(S[..., -1], t)
    handed_in = [X, t, wx, wRec, S, grad_out]
    before = [array.copy() for array in handed_in]
    for array in handed_in:
        array.flags.writeable = False
    np.random.random()  # so that any later seeding is noticed
    random = np.random.get_state(legacy=False)
    with np.errstate(all="warn"):
        errors = np.geterr()
        results = [
            forward_states(X, wx, wRec),
            loss(S[..., -1], t),
            output_gradient(S[..., -1], t),
            backward_gradient(X, S, grad_out, wRec)[1],
            make_dataset()[0],
        ]
        assert np.geterr() == errors
    for array, copy in zip(handed_in, before, strict=True):
        assert_array_equal(array, copy)
    assert not any(np.shares_memory(a, b) for a in results for b in handed_in)
    np.testing.assert_equal(np.random.get_state(legacy=False), random)


@pytest.mark.parametrize("grid", [(), (3,)])
def test_storage_order_makes_no_difference(grid):
    X, t = any_data(6, 9)
    expected = whole_step(X, t, np.full(grid, 0.8), -0.9)
    roomy = np.zeros((12, 27))
    roomy[::2, ::3] = X
    for same_X in (
        np.asfortranarray(X),
        roomy[::2, ::3],
        X[::-1, ::-1].copy()[::-1, ::-1],
    ):
        for name, value in whole_step(
            same_X, t, np.full(grid, 0.8), -0.9
        ).items():
            assert_allclose(value, expected[name], rtol=1e-13, err_msg=name)
    S = expected["S"]
    for same_S in (
        np.ascontiguousarray(S),
        np.repeat(S, 2, axis=-1)[..., ::2],
    ):
        gradient, _ = backward_gradient(X, same_S, expected["grad_out"], -0.9)
        assert_allclose(
            gradient, (expected["wx_grad"], expected["wRec_grad"]), rtol=1e-13
        )


# ----------------------------------------------------------------------- overflow, bad input


@pytest.mark.parametrize("wRec", [2, -2, 1e200, [2.0, -1e200]])
def test_overflow_is_infinite_and_silent(wRec):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step = whole_step(np.ones((3, 2000)), np.ones(3), 1, wRec)
    assert np.isinf(step["S"][..., -1]).all()
    assert np.isinf(step["loss"]).all()
    assert not np.isfinite(step["wx_grad"]).any()
    assert not np.isfinite(step["wRec_grad"]).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_overflow_is_silent_wherever_it_begins(dtype):
    """At the last finite power of two the state is finite, but twice the error is not."""
    n_steps = np.finfo(dtype).maxexp
    X = np.eye(1, n_steps, dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step = whole_step(X, np.ones(1, dtype), 1, 2)
    assert np.isfinite(step["S"]).all()
    assert np.isinf(step["grad_out"]).all()
    assert np.isinf(step["loss"])


@pytest.mark.parametrize("special", SPECIALS)
@pytest.mark.parametrize("lost", ["wx", "wRec"])
def test_a_lost_weight_spoils_only_its_own_point(special, lost):
    X, t = make_dataset(4, 3)
    at = {"wx": np.full(2, 0.5), "wRec": np.full(2, 0.7)}
    at[lost][0] = special
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step = whole_step(X, t, **at)
    expected = whole_step(X, t, 0.5, 0.7)
    for name in ("loss", "wx_grad", "wRec_grad"):
        assert not np.isfinite(step[name][0])
        assert_allclose(step[name][1], expected[name], rtol=1e-12)


@pytest.mark.parametrize("weight", ["wx", "wRec"])
def test_a_weight_too_large_for_single_precision_is_infinite(weight):
    X, t = make_dataset(4, 3)
    at = {"wx": 0.5, "wRec": 0.7, weight: 1e300}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step = whole_step(X.astype(np.float32), t, **at)
    assert step["S"].dtype == np.float32
    assert not np.isfinite(step["loss"])


@pytest.mark.parametrize("special", SPECIALS)
@pytest.mark.parametrize("grid", [(), (2,)])
@pytest.mark.parametrize(("wx", "wRec"), [(0, 0), (0, 0.5), (0.5, 0)])
def test_no_weight_hides_data_that_are_not_finite(special, grid, wx, wRec):
    wx, wRec = np.full(grid, wx), np.full(grid, wRec)
    for i, k in np.ndindex(3, 4):
        X = np.zeros((3, 4))
        X[i, k] = special
        message = rf"^X\[{i}, {k}\] is {special}; every value must be finite"
        with pytest.raises(ValueError, match=message):
            forward_states(X, wx, wRec)
        with pytest.raises(ValueError, match=message):
            backward_gradient(
                X, np.zeros((*grid, 3, 5)), np.zeros((*grid, 3)), wRec
            )


GOOD = {
    forward_states: {"X": np.ones((3, 4)), "wx": 0.5, "wRec": 0.5},
    loss: {"y": np.ones(3), "t": np.ones(3)},
    output_gradient: {"y": np.ones(3), "t": np.ones(3)},
    backward_gradient: {
        "X": np.ones((3, 4)),
        "S": np.ones((3, 5)),
        "grad_out": np.ones(3),
        "wRec": 0.5,
    },
    make_dataset: {"n_samples": 3, "len_sequence": 4},
}


@pytest.mark.parametrize("function", GOOD)
def test_the_good_arguments_are_good(function):
    function(**GOOD[function])


def refused(function, changes, error, *fragments):
    with pytest.raises(error) as caught:
        function(**{**GOOD[function], **changes})
    assert type(caught.value) is error
    for fragment in (next(iter(changes)), *fragments):
        assert fragment in str(caught.value)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (function, name)
        for function in list(GOOD)[:4]
        for name in GOOD[function]
    ],
)
@pytest.mark.parametrize(
    ("value", "was"),
    [
        ("one", "'one'"),
        ([["1", "0"]], "'1'"),
        (None, "None"),
        ([1, None], "None"),
        (np.array(["2022-01-31"], "M8[D]"), "2022-01-31"),
    ],
)
def test_what_is_not_a_number_is_refused(function, name, value, was):
    refused(function, {name: value}, TypeError, was, "must hold numbers")


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (function, name)
        for function in list(GOOD)[:4]
        for name in GOOD[function]
    ],
)
def test_ragged_lists_are_refused(function, name):
    refused(
        function,
        {name: [[1, 0], [1]]},
        ValueError,
        "rows of different lengths",
        "must be",
    )


@pytest.mark.parametrize("function", [forward_states, backward_gradient])
@pytest.mark.parametrize(
    ("X", "was", "must"),
    [
        (
            np.ones(4),
            "shape (4,)",
            "(n_samples, n_steps): write np.atleast_2d(X) for one sequence",
        ),
        ([1, 0, 1], "shape (3,)", "write np.atleast_2d(X)"),
        (
            np.ones((2, 3, 4)),
            "shape (2, 3, 4)",
            "must be (n_samples, n_steps)",
        ),
        (1.0, "shape ()", "must be (n_samples, n_steps)"),
        (
            np.ones((0, 4)),
            "empty, shape (0, 4)",
            "at least one number",
        ),
        (
            np.ones((3, 0)),
            "empty, shape (3, 0)",
            "at least one number",
        ),
    ],
)
def test_X_is_a_table(function, X, was, must):
    refused(function, {"X": X}, ValueError, was, must)


@pytest.mark.parametrize("X", [1.0, np.ones((2, 3, 4))])
def test_unhelpful_advice_is_not_given(X):
    with pytest.raises(ValueError, match=r"\(n_samples, n_steps\)$"):
        forward_states(X, 0.5, 0.5)


@pytest.mark.parametrize(
    ("function", "name"), [(forward_states, "wx"), (backward_gradient, "wRec")]
)
def test_a_whole_number_too_large_for_a_float_is_refused(function, name):
    forward_states(**GOOD[forward_states] | {"wx": 10**300})
    with pytest.raises(ValueError, match=rf"\b{name}\b.*too large for a fl"):
        function(**GOOD[function] | {name: 10**400})


@pytest.mark.parametrize(
    ("function", "changes", "fragments"),
    [
        (
            forward_states,
            {"wx": [1, 2], "wRec": [1, 2, 3]},
            ["(2,)", "wRec", "(3,)", "the same"],
        ),
        (
            forward_states,
            {"wx": [[1, 2]], "wRec": [1, 2]},
            ["(1, 2)", "wRec", "(2,)", "the same"],
        ),
        (loss, {"y": np.ones(4)}, ["(4,)", "(n_samples,) = (3,)", "with t"]),
        (loss, {"y": 1.0}, ["shape ()", "(n_samples,) = (3,)", "with t"]),
        (
            loss,
            {"y": np.ones((3, 1))},
            ["(3, 1)", "(n_samples,) = (3,)", "with t"],
        ),
        (loss, {"t": np.ones((3, 1))}, ["(3, 1)", "(n_samples,)"]),
        (loss, {"t": 1.0}, ["shape ()", "(n_samples,)"]),
        (loss, {"t": [], "y": []}, ["(0,)", "at least one"]),
        (loss, {"t": [1, np.nan, 1]}, ["t[1]", "nan", "finite"]),
        (loss, {"t": [1, 1, -np.inf]}, ["t[2]", "-inf", "finite"]),
        # The seed wrote S[:-1], all samples but the last, where it meant the last column.
        (
            loss,
            {"y": np.ones((2, 5))},
            ["(2, 5)", "(n_samples,) = (3,)", "with t"],
        ),
        (backward_gradient, {"S": np.ones((3, 4))}, ["(3, 4)", "(3, 5)"]),
        (backward_gradient, {"S": np.ones((2, 5))}, ["(2, 5)", "(3, 5)"]),
        (backward_gradient, {"S": np.ones(5)}, ["(5,)", "(3, 5)"]),
        (
            backward_gradient,
            {"S": np.ones((2, 3, 5))},
            ["grad_out", "(3,)", "(2, 3)"],
        ),
        (backward_gradient, {"grad_out": np.ones(4)}, ["(4,)", "(3,)"]),
        (backward_gradient, {"grad_out": 1.0}, ["shape ()", "(3,)"]),
        (backward_gradient, {"grad_out": np.ones((3, 1))}, ["(3, 1)", "(3,)"]),
        (backward_gradient, {"grad_out": np.ones((2, 3))}, ["(2, 3)", "(3,)"]),
        (backward_gradient, {"wRec": [0.5, 0.6]}, ["(2,)", "a number", "()"]),
        (
            backward_gradient,
            {
                "wRec": [0.5, 0.6, 0.7],
                "S": np.ones((2, 3, 5)),
                "grad_out": np.ones((2, 3)),
            },
            ["(3,)", "a number", "(2,)"],
        ),
        # If N = n + 1, S[:-1] passes as a grid of outputs, but its gradient does not.
        (
            backward_gradient,
            {
                "grad_out": np.ones((4, 5)),
                "X": np.ones((5, 4)),
                "S": np.ones((5, 5)),
            },
            ["(4, 5)", "(5,)"],
        ),
        (make_dataset, {"n_samples": 0}, ["is 0", "at least 1"]),
        (make_dataset, {"len_sequence": -2}, ["is -2", "at least 1"]),
    ],
)
def test_mismatched_shapes_are_refused(function, changes, fragments):
    for same_rule in {loss: [loss, output_gradient]}.get(function, [function]):
        refused(same_rule, changes, ValueError, *fragments)


# -------------------------------------------------------------------------------- the data


@pytest.mark.parametrize(("n_samples", "len_sequence"), SIZES)
def test_dataset_counts_the_ones(n_samples, len_sequence):
    X, t = make_dataset(n_samples, len_sequence, seed=5)
    assert X.shape == (n_samples, len_sequence)
    assert t.shape == (n_samples,)
    assert X.dtype == t.dtype == float
    assert set(np.unique(X)) <= {0, 1}
    assert_array_equal(t, X.sum(axis=1))
    again, _ = make_dataset(n_samples, len_sequence, seed=5)
    assert_array_equal(X, again)


def test_default_dataset_is_the_books():
    X, t = make_dataset()
    assert_array_equal(
        X, np.random.default_rng(0).integers(0, 2, size=(50, 10))
    )
    assert_array_equal(t, X.sum(axis=1))
    assert (make_dataset(seed=1)[0] != X).any()


@pytest.mark.parametrize("name", ["n_samples", "len_sequence"])
@pytest.mark.parametrize("size", [2.0, "2", None, True, np.True_])
def test_dataset_sizes_are_whole_numbers(name, size):
    refused(make_dataset, {name: size}, TypeError, repr(size), "whole number")


def test_dataset_accepts_numpy_sizes():
    assert make_dataset(np.int64(2), np.int32(3))[0].shape == (2, 3)


# ------------------------------------------------------------------------------- the module


def test_model_imports_only_numpy_and_its_checks():
    imported = set()
    for node in ast.walk(
        ast.parse(Path(model.__file__).read_text(encoding="utf-8"))
    ):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add("." * node.level + (node.module or ""))
    assert imported == {"numpy", "rnn_by_hand.checks"}
