"""The gradient check: right gradients pass; wrong ones fail, and the report says how."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.bug_zoo import BUGS, bptt, with_bug
from rnn_by_hand.gradient_check import (
    GradientCheckError,
    check_gradients,
    complex_step_gradient,
    numerical_gradient,
)
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)
from rnn_by_hand.surface import Surface

X, t = make_dataset()  # N = 50, n = 10
POINTS = [(1.2, 0.7), (0.8, 0.9), (0.5, -0.6)]


def loss_at(wx, wRec):
    return loss(forward_states(X, wx, wRec)[:, -1], t)


def gradient_at(wx, wRec):
    S = forward_states(X, wx, wRec)
    return backward_gradient(X, S, output_gradient(S[:, -1], t), wRec)[0]


def failed_check(*args, **kwargs):
    """Run a check that must fail, and return its result."""
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(*args, **kwargs)
    assert str(caught.value) == str(caught.value.check)
    assert not caught.value.check.passed
    return caught.value.check


def square_with_gradient(factor, offset=0.0):
    """Check `factor` times the true gradient of a square, which is 2 at w = 1."""
    return lambda w: w**2, lambda w: (factor * 2 * w + offset,), [1.0]


# ---------------------------------------------------------------------- the two measurements

W = np.arange(6.0).reshape(2, 3) / 4


@pytest.mark.parametrize(
    ("function", "params", "expected"),
    [
        (lambda w: w**3, [2.0], [12]),
        (lambda w: w**3, [2], [12]),
        (lambda w: w**3, np.array([2.0]), [12]),
        (
            lambda a, b: np.sin(a) * b**2,
            (0.5, -1.0),
            [np.cos(0.5), -2 * np.sin(0.5)],
        ),
        (lambda W, b: np.sum(W**2) * b, [W, 3.0], [6 * W, np.sum(W**2)]),
        (lambda v: np.prod(v), [[1, 2, 4]], [[8, 4, 2]]),
        (
            lambda v: np.sum(v[0]),
            [np.ones((2, 1, 3))],
            [[[[1, 1, 1]], [[0, 0, 0]]]],
        ),
    ],
)
def test_known_gradients(function, params, expected):
    # Central differences have an error of eps²/6 from truncation and 1e-16/eps from rounding,
    # about 1e-10.
    for measure, tolerance in (
        (numerical_gradient, 1e-9),
        (complex_step_gradient, 1e-15),
    ):
        gradient = measure(function, params)
        assert isinstance(gradient, tuple)
        assert len(gradient) == len(params)
        for measured, exact in zip(gradient, expected, strict=True):
            assert np.shape(measured) == np.shape(exact)
            assert isinstance(
                measured, np.ndarray if np.ndim(exact) else float
            )
            assert_allclose(measured, exact, rtol=tolerance, atol=tolerance)


def test_the_step_is_the_one_asked_for():
    (slope,) = numerical_gradient(lambda w: w**3, [2.0], eps=0.5)
    assert slope == (2.5**3 - 1.5**3) / 1
    (slope,) = complex_step_gradient(lambda w: w**3, [2.0], h=0.5)
    assert slope == 12 - 0.25


@pytest.mark.parametrize(
    ("wx", "wRec"), [*POINTS, (1.2, 1.2), (1, 0.5), (1, 1)]
)
def test_both_measure_the_gradient_of_the_network(wx, wRec):
    exact = gradient_at(wx, wRec)
    # The losses are up to 150, with a relative rounding error of 1e-14, divided by eps = 1e-6.
    assert_allclose(
        numerical_gradient(loss_at, [wx, wRec]), exact, rtol=1e-8, atol=1e-8
    )
    assert_allclose(
        complex_step_gradient(loss_at, [wx, wRec]),
        exact,
        rtol=1e-13,
        atol=1e-13,
    )


@pytest.mark.parametrize(
    "measure", [numerical_gradient, complex_step_gradient]
)
@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (0, ValueError, "is 0; it must be positive"),
        (-1e-6, ValueError, "is -1e-06; it must be positive"),
        (np.nan, ValueError, "is nan; it must be positive and finite"),
        (np.inf, ValueError, "is inf; it must be positive and finite"),
        ("a", TypeError, "is 'a'; it must be a real number"),
        (None, TypeError, "is None; it must be a real number"),
        (1e-6j, TypeError, "is 1e-06j; it must be a real number"),
    ],
)
def test_a_step_is_a_positive_number(measure, step, error, message):
    name = {numerical_gradient: "eps", complex_step_gradient: "h"}[measure]
    with pytest.raises(error, match=f"^{name} {message}"):
        measure(lambda w: w, [1.0], **{name: step})
    if name == "eps":
        with pytest.raises(error, match=f"^eps {message}"):
            check_gradients(lambda w: w, lambda w: (1.0,), [1.0], eps=step)


@pytest.mark.parametrize("tolerance", ["rtol", "atol"])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (np.nan, ValueError),
        (np.inf, ValueError),
        (-1e-9, ValueError),
        ("a", TypeError),
        (None, TypeError),
    ],
)
def test_a_tolerance_is_a_number_and_not_negative(tolerance, value, error):
    wrong = square_with_gradient(2)
    with pytest.raises(error, match=f"^{tolerance} is {value!r}; it must be"):
        check_gradients(*wrong, **{tolerance: value})
    check_gradients(*square_with_gradient(1, offset=1e-8))
    failed_check(*wrong, **{tolerance: 0})


@pytest.mark.parametrize(
    ("params", "eps", "entry"),
    [
        ([1.0, 1e12], 1e-6, r"params\[1\] = 1000000000000.0"),
        ([[1.0, 2.0], [3e9, 0.5]], 1e-8, r"params\[1\]\[0\] = 30000000"),
        ([np.float32(1.2)], 1e-8, r"params\[0\] = 1.2"),
        ([2**53], 0.5, r"params\[0\] = 90071992547"),
    ],
)
def test_a_step_that_gets_lost_is_noticed(params, eps, entry):
    def total(*params):
        return sum(np.sum(param) for param in params)

    message = f"^eps is {eps}; it is too small to move {entry}"
    with pytest.raises(ValueError, match=message):
        numerical_gradient(total, params, eps)
    with pytest.raises(ValueError, match=message):
        check_gradients(total, lambda *params: params, params, eps)


def test_a_complex_step_hardly_ever_gets_lost():
    assert complex_step_gradient(lambda w: 2 * w, [1e300], h=1e-300) == (2,)
    with pytest.raises(ValueError, match=r"^h is 1e-50; it is too small"):
        complex_step_gradient(lambda w: w, [np.float32(1)], h=1e-50)


def test_the_check_stays_at_the_point_it_was_given():
    def spoils(w):
        w *= 0.5
        return np.sum(w**2)

    check = check_gradients(spoils, lambda w: (w / 2,), [np.array([1.2])])
    assert check.rows[0].backprop == 0.6


def test_params_do_not_change_by_a_single_bit():
    def spoilt(function):
        def wrapped(W, b):
            result = function(W, b)
            W += 1  # functions under test may modify their arguments
            return result

        return wrapped

    rng = np.random.default_rng(4)
    function = spoilt(lambda W, b: np.sum(W**2) * b)
    gradient = spoilt(lambda W, b: (2 * W * b, np.sum(W**2)))
    for _ in range(20):
        params = [rng.normal(size=(2, 3)), rng.normal()]
        kept = [params[0].copy(), params[1]]
        numerical_gradient(function, params)
        complex_step_gradient(function, params)
        check_gradients(function, gradient, params)
        assert_array_equal(params[0], kept[0])
        assert params[1] == kept[1]


# ------------------------------------------------------------------------ what is refused


def central(function, params):
    return numerical_gradient(function, params)


def complex_step(function, params):
    return complex_step_gradient(function, params)


def whole_check(function, params):
    return check_gradients(function, lambda *params: params, params)


@pytest.mark.parametrize("method", [central, complex_step, whole_check])
@pytest.mark.parametrize(
    ("function", "params", "error", "message"),
    [
        (
            lambda w: w * np.inf,
            [1.0],
            ValueError,
            "^loss_at returned .*inf.*; .* finite",
        ),
        (
            lambda w: w * np.nan,
            [1.0],
            ValueError,
            "^loss_at returned .*nan.*; .* finite",
        ),
        (
            lambda w: w * np.ones(3),
            [1.0],
            ValueError,
            r"^loss_at returned shape \(3,\); .* one",
        ),
        (
            lambda w: w * np.ones(1),
            [1.0],
            ValueError,
            r"^loss_at returned shape \(1,\); .* one",
        ),
        (lambda w: None, [1.0], TypeError, "^what loss_at returned is None"),
        (lambda w: "1.0", [1.0], TypeError, "^what loss_at returned is '1.0'"),
        (
            lambda w: w,
            ["one"],
            TypeError,
            r"^params\[0\] is 'one'; it must hold numbers",
        ),
        (
            lambda a, b: a,
            [1.0, None],
            TypeError,
            r"^params\[1\] is None; it must hold numbers",
        ),
        (lambda w: w, 1.0, TypeError, "^params is 1.0"),
        (lambda: 1.0, (), ValueError, "^params is empty; it must hold"),
        (
            lambda v: 1.0,
            [np.ones((2, 0))],
            ValueError,
            r"^params\[0\] is empty, shape \(2, 0\); it must hold",
        ),
        (
            lambda a, b: (a * b) ** 2,
            [1.0, 1 + 1j],
            TypeError,
            r"^params\[1\] is complex, \(1\+1j\); it must be real",
        ),
        (
            lambda w: w,
            [[[1, 2], [3]]],
            ValueError,
            r"^params\[0\] .*different lengths",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(
    method, function, params, error, message
):
    # Infinity times a complex number is NaN, about which NumPy warns.
    with np.errstate(invalid="ignore"), pytest.raises(error, match=message):
        method(function, params)


def test_the_loss_is_finite_where_it_is_checked_too():
    with pytest.raises(ValueError, match=r"^loss_at returned inf; .* finite"):
        check_gradients(
            lambda w: np.inf if w == 0 else w, lambda w: (1.0,), [0.0]
        )


@pytest.mark.parametrize(
    "lossy", [abs, np.abs, np.real, lambda w: float(np.real(w))]
)
def test_complex_step_notices_a_lost_imaginary_part(lossy):
    with pytest.raises(
        TypeError, match=r"^loss_at returned the real number .* imaginary part"
    ):
        complex_step_gradient(lambda w: lossy(w) ** 2, [1.5])


def test_complex_step_accepts_an_unused_parameter():
    with pytest.raises(TypeError, match=r"or the loss does not depend on th"):
        complex_step_gradient(lambda a, b: a**2, [1.0, 2.0])


@pytest.mark.parametrize(
    "drift", [lambda n: n, lambda n: 1 + 1e-9 * n, lambda n: (-1) ** n]
)
def test_a_loss_that_changes_by_itself_is_refused(drift):
    evaluations = []

    def remembers(w):
        evaluations.append(w)
        return w**2 * drift(len(evaluations))

    with pytest.raises(ValueError, match=r"^loss_at returned .*, then .*same"):
        check_gradients(remembers, lambda w: (2 * w,), [1.5])


def test_a_random_loss_is_refused():
    rng = np.random.default_rng(3)

    def on_fresh_data(wx, wRec):
        X, t = make_dataset(seed=rng)
        return loss(forward_states(X, wx, wRec)[:, -1], t)

    with pytest.raises(ValueError, match=r"nothing random") as caught:
        check_gradients(on_fresh_data, gradient_at, (0.8, 0.9))
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("dtype", [np.float32, float])
def test_a_loss_may_be_rounded_differently_each_time(dtype):
    evaluations = []

    def rounded(w):
        evaluations.append(w)
        exact = dtype(w) ** 2
        return exact + len(evaluations) % 3 * np.spacing(exact)

    check_gradients(
        rounded, lambda w: (2 * w,), [1.5], eps=1e-3, rtol=1e-3, atol=0
    )


@pytest.mark.parametrize("method", [central, whole_check])
def test_a_loss_must_be_real(method):
    with pytest.raises(
        ValueError,
        match=r"^loss_at returned the complex number .* must be real",
    ):
        method(lambda w: w + 1j, [1.0])


@pytest.mark.parametrize(
    ("gradient", "error", "message"),
    [
        (
            (1.0,),
            ValueError,
            r"^gradient_at returned 1 gradient\(s\); .* each of W, b",
        ),
        ((W, 1.0, 1.0), ValueError, r"^gradient_at returned 3 gradient\(s\)"),
        (
            (W.T, 1.0),
            ValueError,
            r"^the gradient of W has shape \(3, 2\); it must be \(2, 3\)",
        ),
        (
            (1.0, 1.0),
            ValueError,
            r"^the gradient of W has shape \(\); it must be \(2, 3\)",
        ),
        (
            (W, np.ones(1)),
            ValueError,
            r"^the gradient of b has shape \(1,\); it must be \(\)",
        ),
        (None, TypeError, "^gradient_at returned None"),
        (1.0, TypeError, "^gradient_at returned 1.0"),
        ((W, None), TypeError, "^the gradient of b is None; it must hold"),
        ((W, "1.0"), TypeError, "^the gradient of b is '1.0'; it must hold"),
        ((W, 1 + 1j), (TypeError, ValueError), "^the gradient of b .*real"),
    ],
)
def test_a_gradient_must_match_its_parameter(gradient, error, message):
    with pytest.raises(error, match=message):
        check_gradients(
            lambda W, b: np.sum(W) * b, lambda W, b: gradient, [W, 2.0]
        )


# ------------------------------------------------------------------------------ the verdict


def test_right_gradients_raise_no_false_alarm():
    rng = np.random.default_rng(5)
    for wx, wRec in [
        *rng.uniform(-1.5, 1.5, size=(300, 2)),
        *POINTS,
        (1.2, 1.2),
    ]:
        check = check_gradients(loss_at, gradient_at, [wx, wRec])
        assert check.passed
        assert [row.name for row in check.rows] == ["wx", "wRec"]
        assert all(row.passed and row.meaning == "ok" for row in check.rows)
        assert [row.backprop for row in check.rows] == [
            float(g) for g in gradient_at(wx, wRec)
        ]


@pytest.mark.parametrize(
    ("scale", "gradient"), [(1e-10, 1e-7), (1e-8, -2.5e-8), (0, 1e-9)]
)
def test_what_only_the_absolute_tolerance_lets_pass_is_not_called_ok(
    scale, gradient
):
    check = check_gradients(lambda w: scale * w, lambda w: (gradient,), [1.0])
    (row,) = check.rows
    assert check.passed
    assert row.passed
    assert row.verdict == row.meaning == "too small to tell"
    line = str(check).splitlines()[2]
    assert line.endswith(" too small to tell")
    assert " ok" not in line


def test_where_no_error_flows_back_the_report_says_so():
    check = check_gradients(loss_at, gradient_at, (1, 1))
    assert [row.backprop for row in check.rows] == [0, 0]
    assert {row.verdict for row in check.rows} == {"too small to tell"}


def test_two_zeros_agree():
    check = check_gradients(lambda a, b: a, lambda a, b: (1.0, 0.0), [1, 2])
    assert [row.verdict for row in check.rows] == ["ok", "ok"]


def test_whole_numbers_are_checked_as_floats():
    check = check_gradients(
        lambda w: w**-1, lambda w: (-(w**-2),), [2]
    )  # integers refuse w**-2
    assert check.rows[0].backprop == -0.25


def test_right_gradients_of_arrays_pass_and_one_wrong_entry_fails():
    def function(W, b):
        return np.sum(W**3) * b

    def right(W, b):
        return 3 * W**2 * b, np.sum(W**3)

    def wrong(W, b):
        W_grad, b_grad = right(W, b)
        W_grad[1, 2] *= 2
        return W_grad, b_grad

    names = [f"W[{i}, {j}]" for i in range(2) for j in range(3)] + ["b"]
    check = check_gradients(function, right, [W, 2.0])
    assert [row.name for row in check.rows] == names
    assert "W of shape (2, 3), b = 2.0" in str(check)
    check = failed_check(function, wrong, [W, 2.0])
    assert [row.name for row in check.rows if not row.passed] == ["W[1, 2]"]


def test_tolerances_are_those_asked_for():
    off_by_a_little = square_with_gradient(1, offset=1e-5)
    failed_check(*off_by_a_little)
    failed_check(*off_by_a_little, rtol=4e-6)
    check_gradients(*off_by_a_little, rtol=6e-6)
    check_gradients(*off_by_a_little, atol=2e-5)
    # Errors are relative to the larger value: 6 differs from 2 by two thirds of 6.
    for factor in (3, 1 / 3):
        failed_check(*square_with_gradient(factor), rtol=0.6)
        check_gradients(*square_with_gradient(factor), rtol=0.7)


@pytest.mark.parametrize("gradient", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("true_slope", [0.0, 2.0])
def test_a_gradient_that_is_not_finite_fails(gradient, true_slope):
    check = failed_check(
        lambda w: true_slope * w, lambda w: (gradient,), [1.0]
    )
    assert "finite" in check.rows[0].meaning


def test_zero_divided_by_zero_is_not_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check = check_gradients(lambda w: 3.0, lambda w: (0.0,), [1.0])
        assert (check.rows[0].relative_error, check.rows[0].ratio) == (0, 1)
        check = check_gradients(lambda w: 3.0, lambda w: (1e-9,), [1.0])
        assert (check.rows[0].relative_error, check.rows[0].ratio) == (
            1,
            np.inf,
        )
        assert "passed" in str(check)
        check = failed_check(lambda w: 3.0, lambda w: (1.0,), [1.0])
        assert (check.rows[0].relative_error, check.rows[0].ratio) == (
            1,
            np.inf,
        )
        check = failed_check(lambda w: 3.0 * w, lambda w: (0.0,), [1.0])
        assert (check.rows[0].relative_error, check.rows[0].ratio) == (1, 0)


@pytest.mark.parametrize(
    ("params", "function", "head"),
    [
        ([1.2, 0.7], loss_at, "FAILED at wx = 1.2, wRec = 0.7 (eps = 1e-06)"),
        (
            [1.2, 0.7],
            lambda *w: loss_at(*w),
            "FAILED at params[0] = 1.2, params[1] = 0.7",
        ),
    ],
)
def test_report_can_be_read(params, function, head):
    check = failed_check(
        function,
        lambda wx, wRec: np.array(gradient_at(wx, wRec)) * [0.5, 1],
        params,
    )
    first, columns, wx_line, wRec_line, meaning = str(check).splitlines()
    assert head in first
    for column in ("parameter", "backprop", "numerical", "rel", "ratio"):
        assert column in columns
    exact = gradient_at(*params)
    expected = [exact[0] / 2, exact[0], 0.5, 0.5], [exact[1], exact[1], 0, 1]
    for line, row, numbers in zip(
        (wx_line, wRec_line), check.rows, expected, strict=True
    ):
        name, *printed, verdict = line.split()
        assert (name, verdict) == (row.name, "ok" if row.passed else "FAILED")
        # The tolerance is that of the printed digits; the numerical gradient is accurate to 1e-8.
        assert_allclose(np.array(printed[:2], float), numbers[:2], rtol=1e-7)
        assert_allclose(
            np.array(printed[2:], float), numbers[2:], rtol=1e-3, atol=1e-8
        )
    assert meaning == f"{check.rows[0].name}: {check.rows[0].meaning}"
    assert "half" in meaning
    assert check.rows[1].meaning == "ok"


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.5, ["half", "the 2"]),
        (2, ["double", "the 2"]),
        (-1, ["sign"]),
        (50, ["factor of 50", "samples", "missing"]),
        (1 / 50, ["factor of 50", "samples", "twice"]),
        (7, ["factor of 7", "missing"]),
        (1 / 7, ["factor of 7", "twice"]),
        (0, ["nothing arrives"]),
        (1e-17, ["nothing arrives"]),
        (-1e-12, ["nothing arrives"]),
        (0.5, ["with two samples", "there twice"]),
        (2, ["with two samples", "missing"]),
        (-0.5, ["the sign is wrong, and half"]),
        (-2, ["the sign is wrong, and double"]),
        (-50, ["the sign is wrong, and a factor of 50", "missing"]),
        (-1 / 50, ["the sign is wrong, and a factor of 50", "twice"]),
        (-1.0005, ["the sign is wrong: "]),
        (1e17, ["no simple factor"]),
        (1.00001, ["nearly right", "eps"]),
        (0.99999, ["nearly right", "eps"]),
        (1.37, ["no simple factor"]),
        (-0.63, ["no simple factor"]),
        # Nearly every number that large is relatively close to an integer, so that means nothing.
        (12345.4, ["no simple factor"]),
        (1 / 12345.4, ["no simple factor"]),
        (1e-310, ["nothing arrives"]),
        (np.nan, ["finite"]),
    ],
)
def test_a_ratio_has_a_meaning(factor, words):
    (row,) = failed_check(*square_with_gradient(factor)).rows
    assert row.ratio == pytest.approx(factor, rel=1e-8, nan_ok=True)
    for word in words:
        assert word in row.meaning
    assert "ok" not in row.meaning


# -------------------------------------------------------------------------------- the bug zoo


# The ratios (wx, wRec) for each bug at (1.2, 1.2) and at (.8, .9):
# numbers are exact, strings are rounded to the digits they show.
SIGNATURES = {
    "forgot the 2": [(0.5, 0.5), (0.5, 0.5)],
    "1/N twice": [(1 / 50, 1 / 50), (1 / 50, 1 / 50)],
    "1/N never": [(50, 50), (50, 50)],
    "sign": [(-1, -1), (-1, -1)],
    "wx for wRec": [(1, 1), ("0.684", "0.776")],
    "no wRec": [("0.375", "0.618"), ("1.54", "1.32")],
    "S[k] for S[k-1]": [(1, "1.398"), (1, "1.146")],
    "stops one early": [("0.795", 1), ("0.943", 1)],
    "= for +=": [("0.205", 0), ("0.057", 0)],
    "stops after three": [("0.130", "0.454"), ("0.412", "0.584")],
}


def check_zoo(bug, wx, wRec):
    """Run the check on a bug from the zoo."""
    broken = with_bug(bug)
    return check_gradients(
        loss_at, lambda *weights: broken(X, t, *weights), [wx, wRec]
    )


@pytest.mark.parametrize(
    ("n_samples", "n_steps"), [(50, 10), (3, 7), (7, 7), (8, 7), (1, 1)]
)
def test_the_zoo_begins_with_a_right_backward_pass(n_samples, n_steps):
    X, t = make_dataset(n_samples, n_steps, seed=2)
    for wx, wRec in POINTS:
        S = forward_states(X, wx, wRec)
        gradient, _ = backward_gradient(
            X, S, output_gradient(S[:, -1], t), wRec
        )
        assert_allclose(bptt(X, t, wx, wRec), gradient, rtol=1e-12)


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize(("wx", "wRec"), POINTS)
def test_every_bug_is_caught_at_a_good_point(bug, wx, wRec):
    with pytest.raises(GradientCheckError):
        check_zoo(bug, wx, wRec)


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("point", [(1.2, 1.2), (0.8, 0.9)])
def test_every_bug_has_its_signature(bug, point):
    expected = SIGNATURES[bug][point != (1.2, 1.2)]
    try:
        check = check_zoo(bug, *point)
    except GradientCheckError as error:
        check = error.check
    for row, ratio in zip(check.rows, expected, strict=True):
        if isinstance(ratio, str):
            assert f"{row.ratio:.{len(ratio.partition('.')[2])}f}" == ratio
        else:
            assert row.ratio == pytest.approx(ratio, rel=1e-7)
        assert row.passed == (ratio == 1)


@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_runs_on_three_steps_or_more(bug):
    for n_steps in (3, 4):
        X, t = make_dataset(5, n_steps)
        gradient = with_bug(bug)(X, t, 1.2, 0.7)
        assert np.isfinite(gradient).all()


def test_two_samples_make_a_missing_mean_look_like_a_2():
    X, t = make_dataset(2, 10)
    for bug, words in (("1/N twice", "half"), ("1/N never", "double")):
        check = failed_check(
            lambda wx, wRec: loss(forward_states(X, wx, wRec)[:, -1], t),
            lambda wx, wRec, bug=bug: with_bug(bug)(X, t, wx, wRec),
            (0.8, 0.9),
        )
        for row in check.rows:
            assert words in row.meaning
            assert "with two samples, the mean" in row.meaning


@pytest.mark.parametrize("weights", [(0.5 + 0.3j, 0.9), (0.5, 0.9j - 0.2)])
def test_the_zoo_keeps_imaginary_parts(weights):
    wx, wRec = weights
    S = forward_states(X, wx, wRec)
    gradient, _ = backward_gradient(X, S, output_gradient(S[:, -1], t), wRec)
    assert_allclose(bptt(X, t, wx, wRec), gradient, rtol=1e-12)


def test_an_unknown_bug_is_refused():
    with pytest.raises(KeyError, match="none of these"):
        with_bug("none of these")
    with pytest.raises(
        ValueError, match=r"^bug looks for 'while'; the source of bptt must"
    ):
        with_bug(("while", "for"))


def test_a_bad_point_hides_a_bug_and_the_worst_hides_all():
    hidden = {point: set() for point in [(1.2, 1.2), (1, 1)]}
    for point, bugs in hidden.items():
        for bug in BUGS:
            try:
                check_zoo(bug, *point)
                bugs.add(bug)
            except GradientCheckError:
                pass
    assert hidden == {(1.2, 1.2): {"wx for wRec"}, (1, 1): set(BUGS)}


# ---------------------------------------------------------------- defects of the seed that run


def test_the_seed_loops_over_samples_where_it_means_time():
    seeds = with_bug(("range(n_steps,", "range(X.shape[0],"))
    with pytest.raises(IndexError, match="out of bounds"):
        seeds(X, t, 1.2, 0.7)  # N = 50 samples, n = 10 steps
    few_X, few_t = make_dataset(3, 7)
    assert (
        seeds(few_X, few_t, 1.2, 0.7) == (0, 0) != bptt(few_X, few_t, 1.2, 0.7)
    )
    square_X, square_t = make_dataset(7, 7)
    assert seeds(square_X, square_t, 1.2, 0.7) == bptt(
        square_X, square_t, 1.2, 0.7
    )


def test_the_seed_calls_one_weight_by_two_names():
    with pytest.raises(NameError, match="wRec"):
        with_bug(("wx, wRec):", "wx, WRec):"))(X, t, 1.2, 0.7)


def test_the_seed_moves_a_parameter_and_does_not_restore_it():
    params = np.random.default_rng(6).uniform(-1.5, 1.5, size=1000)
    eps = 1e-7
    assert (params + eps - 2 * eps + eps != params).mean() > 0.5


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_error_is_truncation_plus_rounding_of_the_loss(dtype):
    """The rounding of the weights has no share in it, for the step is the one really taken."""
    X, t = (array.astype(dtype) for array in make_dataset())

    def loss_at(wRec):
        return loss(forward_states(X, dtype(1.2), wRec)[:, -1], t)

    surface = Surface(*make_dataset())
    wx, u = float(dtype(1.2)), np.finfo(dtype).eps / 2
    around = np.random.default_rng(2).uniform(1.199, 1.201, 100).astype(dtype)
    # The third derivative of the loss at (1.2, 1.2).
    third = 3.07e5
    for power in np.arange(-3, 3) / 2:
        best = np.cbrt(3 * u * surface.loss(1.2, 1.2) / third)
        eps = best * 10.0**power
        errors = [
            numerical_gradient(loss_at, [w], eps)[0]
            - surface.gradient(wx, float(w))[1]
            for w in around
        ]
        rms = np.sqrt(np.mean(np.square(errors)))
        expected = third * eps**2 / 6 + u * surface.loss(1.2, 1.2) / eps
        assert expected / 2 < rms < expected * 2
