"""The gradient check from outside: what it takes, what it says, and what it leaves as it was."""

import collections
import functools
import inspect
import io
import itertools
import subprocess
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.bug_zoo import BUGS, with_bug
from rnn_by_hand.gradient_check import (
    GradientCheckError,
    check_gradients,
    compare,
    complex_step_gradient,
    numerical_gradient,
)
from rnn_by_hand.model import (
    backward_gradient,
    bptt,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)

X, t = make_dataset()  # N = 50, n = 10
POINTS = [(1.2, 0.7), (0.8, 0.9), (0.5, -0.6)]
MEANS = {0.5: {"mean for sum"}, 2: {"sum for mean"}}


def loss_at(wx, wRec):
    return loss(forward_states(X, wx, wRec)[:, -1], t)


def gradient_at(wx, wRec):
    S = forward_states(X, wx, wRec)
    return backward_gradient(X, S, output_gradient(S[:, -1], t), wRec)[0]


def report_on(*args, **kwargs):
    """The report, whether or not it is raised."""
    try:
        return check_gradients(*args, **kwargs)
    except GradientCheckError as error:
        return error.check


def keys(report):
    return {key for cause in report.causes for key in cause.keys}


def counted(function):
    """The function, and a list that grows by its arguments with each call."""
    calls = []

    @functools.wraps(function)
    def wrapped(*args):
        calls.append(tuple(map(np.copy, args)))
        return function(*args)

    return wrapped, calls


def square_with_gradient(factor, offset=0.0):
    """A square, and `factor` times its gradient, which is 2 at w = 1."""
    return lambda w: w**2, lambda w: (factor * 2 * w + offset,), [1.0]


# ---------------------------------------------------------------------- the two measurements

W = np.arange(6.0).reshape(2, 3) / 4


@pytest.mark.parametrize(
    ("function", "params", "expected"),
    [
        (lambda w: w**3, [2.0], [12]),
        (lambda w: w**3, [2], [12]),
        (lambda w: w**3, [np.array([2.0])], [[12]]),
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

    steps = []

    def square(w):
        steps.append(float(np.imag(w)))
        return w**2

    assert complex_step_gradient(square, [2.0], h=0.5) == (4,)
    assert steps[0] == 0.5
    assert not any(steps[1:])


def test_without_a_step_each_entry_has_its_own():
    seen = []

    def total(w):
        seen.append(w)
        return w @ [1, 1, 1e-10]

    (gradient,) = numerical_gradient(total, [np.array([0.0, -3.0, 1e10])])
    assert_allclose(gradient, [1, 1, 1e-10], rtol=1e-9)
    widths = np.diag(np.array(seen[::2]) - seen[1::2])
    assert_allclose(widths, [2e-6, 6e-6, 2e4], rtol=1e-9)

    square, slope, _ = square_with_gradient(1)
    assert check_gradients(square, slope, [1e10], rtol=1e-6).passed


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
    ],
)
def test_a_tolerance_is_a_number_and_not_negative(tolerance, value, error):
    wrong = square_with_gradient(2)
    with pytest.raises(error, match=f"^{tolerance} is {value!r}; it must be"):
        check_gradients(*wrong, **{tolerance: value})
    report = report_on(*wrong, **{tolerance: 0})
    assert report.verdict == "wrong"


@pytest.mark.parametrize(
    ("params", "eps", "entry"),
    [
        ([1.0, 1e12], 1e-6, "1000000000000"),
        ([[1.0, 2.0], [3e9, 0.5]], 1e-8, "30000000"),
        ([np.float32(1.2)], 1e-8, "1.2"),
        ([2**53], 0.5, "90071992547"),
    ],
)
def test_a_step_that_gets_lost_is_noticed(params, eps, entry):
    def total(*params):
        return sum(np.sum(param) for param in params)

    message = f"^eps is {eps}; it is too small to move .*{entry}"
    with pytest.raises(ValueError, match=message):
        numerical_gradient(total, params, eps)
    with pytest.raises(ValueError, match=message):
        check_gradients(total, lambda *params: params, params, eps=eps)


def test_the_difference_is_divided_by_the_step_that_was_taken():
    """Rounding moves w ± eps; the difference is divided by what is left of 2 eps."""
    rng = np.random.default_rng(7)
    moved = 0
    for w, eps in zip(rng.uniform(1, 1e4, 50), 10 ** rng.uniform(-7, -3, 50)):
        above, below = Fraction(w + eps), Fraction(w - eps)
        exact = float((4 * above - 4 * below) / (above - below))
        assert numerical_gradient(lambda w: 4 * w, [w], eps) == (exact,)
        moved += above - below != 2 * Fraction(eps)
    assert moved > 40


def test_a_complex_step_may_be_so_small_that_its_products_keep_their_digits():
    assert complex_step_gradient(lambda w: 2 * w, [1e3], h=1e-250) == (2,)
    for w, h in ((1.0, 1e-300), (np.float32(1), 1e-35)):
        with pytest.raises(ValueError, match=f"^h is {h:g}; for w it must be"):
            complex_step_gradient(lambda w: w, [w], h=h)


def test_the_least_complex_step_is_one_itself():
    assert complex_step_gradient(lambda w: 3 * w, [2.0], h=2.0**-970) == (3,)
    h = np.nextafter(2.0**-970, 0)
    with pytest.raises(ValueError, match="must be at least 1e-292"):
        complex_step_gradient(lambda w: 3 * w, [2.0], h=h)


def test_the_complex_step_makes_all_parameters_complex_at_once():
    kinds = set()

    def function(v, b):
        kinds.add((np.asarray(v).dtype.kind, np.asarray(b).dtype.kind))
        return np.sum(v) * b

    complex_step_gradient(function, [np.ones(2), 3])
    # The difference that finds lost parts is real.
    assert kinds == {("c", "c"), ("f", "f")}


def as_floats(w):
    """What an array of floats keeps of complex numbers."""
    kept = np.zeros(w.shape)
    kept[:] = w
    return kept


LOSSY = {
    "abs": lambda w: np.sum(abs(w) ** 2),
    "vdot": lambda w: np.real(np.vdot(w, w)),
    "norm": lambda w: np.linalg.norm(w) ** 2,
    "conj": lambda w: np.sum(w * np.conj(w)),
    "var": lambda w: np.var(w),
    "std": lambda w: np.std(w),
    "real": lambda w: np.sum(np.real(w) ** 2),
    "half of it": lambda w: np.sum(w**2) + np.sum(abs(w) ** 2),
    "an array of floats": lambda w: np.sum(as_floats(w) ** 2),
}


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("lossy", LOSSY)
def test_the_complex_step_notices_a_lost_imaginary_part(lossy):
    params = [np.array([1.5, -0.3, 0.8])]
    with pytest.raises(TypeError, match="imaginary"):
        complex_step_gradient(LOSSY[lossy], params)


def test_the_complex_step_notices_a_lost_part_of_one_parameter_of_two():
    with pytest.raises(TypeError, match="imaginary"):
        complex_step_gradient(lambda a, b: a**2 * abs(b), [1.5, 0.7])


def test_the_complex_step_notices_a_small_lost_part_beside_a_large_slope():
    def lossy(w):
        return (1e9 + 0.1) * w + 4 * np.real(w)

    with pytest.raises(TypeError, match="loses the imaginary part"):
        complex_step_gradient(lossy, [1.0])


def test_the_complex_step_says_what_it_has_lost():
    """The loss is 5 w², of which the complex step has 3 w²; along 1 / w both are numbers."""
    rng = np.random.default_rng(0)
    direction = rng.choice([-1.0, 1.0], 1) * rng.uniform(0.5, 1.0, 1)
    with pytest.raises(TypeError) as caught:
        complex_step_gradient(
            lambda w: np.sum(3 * w**2 + 2 * np.real(w) ** 2), np.array([2.0])
        )
    slope, claimed = (2 * k * 2.0 * 2.0 * direction[0] for k in (5, 3))
    assert str(caught.value).startswith(
        f"along a random direction the loss changes by {slope:.6g} a step, the complex step says "
        f"{claimed:.6g}; something inside loses"
    )


def test_the_complex_step_accepts_an_unused_parameter():
    assert complex_step_gradient(lambda a, b: a**2, [1, 2]) == (2, 0)


# ------------------------------------------------------------------------ what stays as it was


def test_the_check_stays_at_the_place_it_was_given():
    def spoils(w):
        w *= 0.5
        return np.sum(w**2)

    report = check_gradients(spoils, lambda w: (w / 2,), [np.array([1.2])])
    assert report.rows[0].backprop == 0.6


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
        report_on(function, gradient, params)
        assert_array_equal(params[0], kept[0])
        assert params[1] == kept[1]


class Model:
    """Arrays that a loss without arguments reads."""

    def __init__(self):
        r = np.random.default_rng(8)
        self.W, self.b = r.normal(size=(3, 2)), np.array([0.0, -0.0])
        self.before = self.W.copy(), self.b.copy()
        self.calls, self.fails_at = 0, {}

    def count(self):
        self.calls += 1
        if self.calls in self.fails_at:
            raise self.fails_at[self.calls]

    def loss(self):
        self.count()
        return np.sum(np.tanh(np.ones((4, 3)) @ self.W + self.b) ** 2)

    def gradient(self):
        self.count()
        Y = np.tanh(np.ones((4, 3)) @ self.W + self.b)
        dY = 2 * Y * (1 - Y**2)
        return np.ones((4, 3)).T @ dY, dY.sum(axis=0)

    def assert_untouched(self):
        for now, before in zip((self.W, self.b), self.before):
            assert now.tobytes() == before.tobytes()


@pytest.mark.parametrize("names", [None, ["W", "b"]])
def test_live_arrays_are_moved_and_put_back_bit_for_bit(names):
    model = Model()
    report = check_gradients(
        model.loss, model.gradient, live=[model.W, model.b], names=names
    )
    assert report.verdict == "right"
    names = names or ["live[0]", "live[1]"]
    assert [row.name for row in report.parameters] == names
    model.assert_untouched()


def test_live_arrays_are_put_back_if_the_gradient_is_wrong():
    model = Model()
    report = report_on(
        model.loss,
        lambda: dict(zip("Wb", (-g for g in model.gradient()))),
        live={"W": model.W, "b": model.b},
    )
    assert report.verdict == "wrong"
    assert "sign" in keys(report)
    model.assert_untouched()


@pytest.mark.parametrize("call", [1, 2, 3, 4, 5, 6, 9, 30])
@pytest.mark.parametrize("error", [RuntimeError("stop"), KeyboardInterrupt()])
def test_live_arrays_are_put_back_if_a_function_fails(call, error):
    model = Model()
    model.fails_at = {call: error}
    with pytest.raises(type(error)):
        check_gradients(model.loss, model.gradient, live=[model.W, model.b])
    assert model.calls == call
    model.assert_untouched()


def test_live_arrays_are_put_back_if_the_loss_changes_them():
    model = Model()

    def loss_at():
        value = model.loss()
        model.W += 1
        return value

    report_on(loss_at, model.gradient, live=[model.W, model.b])
    model.assert_untouched()


@pytest.mark.parametrize(
    ("live", "message"),
    [
        ([1.0], "float that cannot be changed in place"),
        ([[1.0, 2.0], np.ones(2)], "list that cannot be changed in place"),
        ([np.array([1, 2])], "int64"),
        ([np.broadcast_to(1.0, 3)], "cannot be changed in place"),
    ],
)
def test_what_cannot_be_moved_in_place_is_not_live(live, message):
    with pytest.raises(TypeError, match=message):
        check_gradients(lambda: 1.0, lambda: live, live=live)


# ------------------------------------------------------------------------ what is refused


def central(function, params):
    return numerical_gradient(function, params)


def complex_step(function, params):
    return complex_step_gradient(function, params)


def whole_check(function, params):
    return check_gradients(function, lambda *params: params, params)


def plain_check(function, params):
    return check_gradients(function, lambda *p: p, params, eps=1e-6)


@pytest.mark.parametrize(
    "method", [central, complex_step, whole_check, plain_check]
)
@pytest.mark.parametrize(
    ("function", "params", "error", "message"),
    [
        (lambda w: w * np.inf, [1.0], ValueError, "^loss_at returned .*inf"),
        (lambda w: w * np.nan, [1.0], ValueError, "^loss_at returned .*nan"),
        (
            lambda w: w * np.ones(3),
            [1.0],
            ValueError,
            r"^loss_at returned shape \(3,\); .* one",
        ),
        (lambda w: None, [1.0], TypeError, "^what loss_at returned is None"),
        (lambda w: "1.0", [1.0], TypeError, "^what loss_at returned is '1.0'"),
        (
            lambda w: w,
            ["one"],
            TypeError,
            "^w is 'one'; it must hold numbers",
        ),
        (
            lambda a, b: a,
            [1.0, None],
            TypeError,
            "^b is None; it must hold numbers",
        ),
        (lambda p: 1.0, (), ValueError, "^params is empty; it must hold"),
        (lambda p: 1.0, {}, ValueError, "^params is empty; it must hold"),
        (
            lambda a, b: (a * b) ** 2,
            [1.0, 1 + 1j],
            TypeError,
            r"^b is complex, \(1\+1j\); it must be real",
        ),
        (
            lambda w: w,
            [[[1, 2], [3]]],
            ValueError,
            "^w .*different lengths",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(
    method, function, params, error, message
):
    # Infinity times a complex number is NaN, about which NumPy warns.
    with np.errstate(invalid="ignore"), pytest.raises(error, match=message):
        method(function, params)


def test_the_loss_is_finite_where_it_is_checked():
    with pytest.raises(ValueError, match=r"^loss_at returned inf; .* finite"):
        check_gradients(
            lambda w: np.inf if w == 0 else w, lambda w: (1.0,), [0.0]
        )


@pytest.mark.parametrize("method", [central, whole_check, plain_check])
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
            (W, np.ones(2)),
            ValueError,
            r"^the gradient of b has shape \(2,\); it must be \(\)",
        ),
        (None, TypeError, "^gradient_at returned None"),
        (1.0, TypeError, "^gradient_at returned 1.0"),
        ({"W": W}, (TypeError, ValueError), "gradient"),
        ((W, None), TypeError, "^the gradient of b is None; it must hold"),
        ((W, "1.0"), TypeError, "^the gradient of b is '1.0'; it must hold"),
        ((W, 1 + 1j), (TypeError, ValueError), "^the gradient of b .*real"),
    ],
)
def test_a_gradient_that_does_not_fit_is_refused_at_once(
    gradient, error, message
):
    loss_at, calls = counted(lambda W, b: np.sum(W) * b)
    with pytest.raises(error, match=message):
        check_gradients(loss_at, lambda W, b: gradient, [W, 2.0])
    assert len(calls) <= 4


def test_a_row_is_not_a_vector():
    loss_at, calls = counted(lambda W: np.sum(W**2))
    with pytest.raises(ValueError, match=r"shape \(2,\).*must be \(1, 2\)"):
        check_gradients(loss_at, lambda W: 2 * W[0], np.ones((1, 2)))
    assert len(calls) <= 4


def test_keys_that_are_not_those_of_the_parameters_are_refused():
    for gradient in ({"c": 2.0}, {"a": 1.0, "c": 2.0}):
        with pytest.raises(ValueError, match=r"keys .*c.* must be a"):
            check_gradients(
                lambda p: p["a"], lambda p, g=gradient: g, {"a": 1.0}
            )


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, TypeError, "either params or live"),
        ({"params": [1.0], "live": [np.ones(1)]}, TypeError, "either"),
        ({"params": [1.0], "names": ["a", "b"]}, ValueError, "names has 2"),
        ({"live": [np.ones(1)], "eps": 1e-6}, TypeError, "live"),
    ],
)
def test_what_contradicts_itself_is_refused(given, error, message):
    def anything(*params):
        return 1.0

    with pytest.raises(error, match=message):
        check_gradients(anything, lambda *p: [np.ones(1)[0]] * 1, **given)


# ------------------------------------------------------------------- structures and names

Layer = collections.namedtuple("Layer", "W b")


class Column:
    """Numbers that NumPy can read, and nothing else."""

    def __init__(self, numbers):
        self.numbers = np.array(numbers, float)

    def __array__(self, dtype=None, copy=None):
        return self.numbers.astype(dtype or float)


def on_leaves(change, node):
    """The same structure, with each number or array changed."""
    if isinstance(node, dict):
        return {key: on_leaves(change, child) for key, child in node.items()}
    if hasattr(node, "_fields"):
        return type(node)(*(on_leaves(change, child) for child in node))
    if isinstance(node, (list, tuple)):
        return type(node)(on_leaves(change, child) for child in node)
    return change(np.asarray(node))


def total(node):
    """The sum over all leaves of sin, which has the gradient cos."""
    if isinstance(node, dict):
        return sum(map(total, node.values()))
    if isinstance(node, (list, tuple)):
        return sum(map(total, node))
    return np.sum(np.sin(np.asarray(node)))


STRUCTURES = {
    "an array": (np.array([0.3, -1.2]), ["p"]),
    "a matrix": (W, ["p"]),
    "a number": (0.7, ["p"]),
    "a whole number": (2, ["p"]),
    "a 0-d array": (np.array(0.7), ["p"]),
    "a scalar of NumPy": (np.float64(0.7), ["p"]),
    "a column": (Column([0.1, 2.0]), ["p"]),
    "a dict": ({"W": W, "b": 0.2}, ["W", "b"]),
    "a namedtuple": (Layer(W, np.array([1.0, 2])), ["W", "b"]),
    "lists in a dict": (
        {"a": [W, np.ones(2)], "b": {"c": 1.5}},
        ["a[0]", "a[1]", "b.c"],
    ),
    "dicts in a list": (
        [{"W": W}, {"W": W.T, "b": 0.2}],
        ["p[0].W", "p[1].W", "p[1].b"],
    ),
    "namedtuples in a tuple": (
        (Layer(W, 0.1), Layer(W[0], 0.4)),
        ["p[0].W", "p[0].b", "p[1].W", "p[1].b"],
    ),
    "two arrays of one shape": ([W, W + 1], ["p[0]", "p[1]"]),
    "a list with one array": ([W], ["p[0]"]),
    "an array without entries": ({"W": W, "none": W[:0]}, ["W", "none"]),
}


def test_fields_name_the_arguments_that_a_function_does_not():
    layer = Layer(W, np.ones(2))
    report = check_gradients(
        lambda *arrays: total(arrays),
        lambda *arrays: on_leaves(np.cos, arrays),
        layer,
    )
    assert [row.name for row in report.parameters] == ["W", "b"]


@pytest.mark.parametrize("what", STRUCTURES)
def test_a_function_of_one_argument_takes_any_structure(what):
    params, names = STRUCTURES[what]

    def loss_at(p):
        assert isinstance(p, (type(params), float, np.ndarray))
        return total(p)

    def gradient_at(p):
        return on_leaves(np.cos, p)

    if isinstance(params, list) and len(params) == 1:  # as an argument
        names = ["p"]
    report = check_gradients(loss_at, gradient_at, params)
    assert [row.name for row in report.parameters] == names
    # A name starts each entry, and the rest is its index.
    assert all(row.name.startswith(row.parameter) for row in report.rows)
    wrong = report_on(loss_at, lambda p: on_leaves(np.sin, p), params)
    assert wrong.verdict == "wrong"
    assert [row.name for row in wrong.parameters] == names

    measured = numerical_gradient(loss_at, params)
    for found, exact in zip(flat(measured), flat(gradient_at(params))):
        assert_allclose(found, exact, atol=1e-8)


def flat(node):
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        return list(itertools.chain.from_iterable(map(flat, node)))
    return [np.asarray(node)]


def test_a_gradient_has_the_structure_of_its_parameters():
    params = {"layers": [Layer(W, 0.5)], "gain": 2}

    def loss_at(p):
        (layer,) = p["layers"]
        assert isinstance(layer, Layer)
        return p["gain"] * np.sum(layer.W) * layer.b

    for measure in (numerical_gradient, complex_step_gradient):
        found = measure(loss_at, params)
        assert isinstance(found["layers"][0], Layer)
        assert found["layers"][0].W.shape == (2, 3)
        assert_allclose(found["layers"][0].W, 1, atol=1e-8)
        assert found["gain"] == pytest.approx(0.5 * W.sum())


@pytest.mark.parametrize(
    ("gradient", "verdict"),
    [
        (lambda v, b: {"b": np.sum(v**2), "v": 2 * v * b}, "right"),
        (lambda v, b: {"b": np.sum(v**2), "v": v * b}, "wrong"),
        (lambda v, b: [Column(2 * v * b), np.sum(v**2)], "right"),
        (lambda v, b: np.array([*(2 * v * b), np.sum(v**2)]), None),
        (lambda v, b: (list(2 * v * b), [np.sum(v**2)]), "right"),
    ],
    ids=["dict", "wrong dict", "anything", "one array", "lists"],
)
def test_gradients_come_by_name_or_by_position(gradient, verdict):
    def call():
        return report_on(
            lambda v, b: np.sum(v**2) * b, gradient, [np.array([1.0, 2]), 3]
        )

    if verdict is None:
        with pytest.raises(ValueError, match=r"3 gradient\(s\)"):
            call()
    else:
        assert call().verdict == verdict


def test_two_arrays_of_one_shape_stay_two_parameters():
    def loss_at(a, b):
        return np.sum(a**2) + np.sum(b**3)

    def gradient_at(a, b):
        return 2 * a, 3 * b**2

    params = [np.array([1.0, 2.0]), np.array([0.5, -1.0])]
    report = check_gradients(loss_at, gradient_at, params)
    assert [(p.name, p.shape) for p in report.parameters] == [
        ("a", (2,)),
        ("b", (2,)),
    ]
    report = report_on(loss_at, lambda a, b: gradient_at(b, a), params)
    assert [p.verdict for p in report.parameters] == ["wrong", "wrong"]


def product(a, b, scale=2):
    return scale * a * b


def of_product(a, b, scale=2):
    return scale * b, scale * a


@pytest.mark.parametrize(
    ("function", "names", "expected"),
    [
        (product, None, ["a", "b"]),
        (lambda *w: product(*w), None, ["params[0]", "params[1]"]),
        (lambda a, *rest: product(a, *rest), None, ["a", "params[1]"]),
        (lambda a, /, b: product(a, b), None, ["a", "b"]),
        (lambda a, b, *, k=3: product(a, b), None, ["a", "b"]),
        (lambda v: product(*v), None, ["v[0]", "v[1]"]),
        (product, ["wx", "wRec"], ["wx", "wRec"]),
        (lambda *w: product(*w), ("x", 1), ["x", "1"]),
    ],
)
def test_a_parameter_is_called_as_in_the_code(function, names, expected):
    def gradient_at(*params):
        params = params[0] if len(params) == 1 else params
        return of_product(*params)

    report = check_gradients(function, gradient_at, [3.0, 4.0], names=names)
    assert [p.name for p in report.parameters] == expected
    assert [row.name for row in report.rows] == expected
    assert f"{expected[0]} = 3.0" in str(report)


def test_a_default_may_be_checked_too():
    def gradient_at(a, b, scale):
        return *of_product(a, b, scale), a * b

    report = check_gradients(product, gradient_at, [3.0, 4.0, 2.0])
    assert [p.name for p in report.parameters] == ["a", "b", "scale"]
    assert report.passed


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_loss_is_one_number_in_any_wrapping(shape):
    report = check_gradients(
        lambda v: np.sum(v**2).reshape(shape), lambda v: 2 * v, np.ones(3)
    )
    assert report.passed
    (gradient,) = numerical_gradient(
        lambda v: np.sum(v**2).reshape(shape), [np.ones(3)]
    )
    assert_allclose(gradient, 2, atol=1e-8)


@pytest.mark.parametrize(
    "more",
    [
        lambda loss, g: (loss, g),
        lambda loss, g: (loss, *g),
        lambda loss, g: (loss, *g, np.zeros((4, 5))),
        lambda loss, g: (loss, g, "states", None),
        lambda loss, g: (loss, dict(zip("ab", g))),
    ],
)
@pytest.mark.parametrize("factor", [1, -1])
def test_one_function_may_return_loss_and_gradient(more, factor):
    def both(a, b):
        gradient = factor * 2 * a * b, factor * np.sum(a**2)
        return more(np.sum(a**2) * b, gradient)

    report = report_on(both, params=[np.array([1.0, 2.0]), 3.0])
    assert report.passed == (factor == 1)
    assert [p.name for p in report.parameters] == ["a", "b"]


def test_without_a_gradient_there_is_nothing_to_check():
    with pytest.raises(ValueError, match="loss and the gradient"):
        check_gradients(lambda w: w, params=[1.0])
    with pytest.raises(ValueError, match="shape"):
        check_gradients(lambda w: (w[0], np.ones(3)), params=np.ones(2))


# ------------------------------------------------------------------- other people's arrays


class Tensor:
    """As much of a tensor of PyTorch as the check may use."""

    def __init__(self, numbers, requires_grad=False):
        self.numbers, self.requires_grad = numbers, requires_grad

    def detach(self):
        return Tensor(self.numbers)

    def clone(self):
        return Tensor(self.numbers.copy(), self.requires_grad)

    def requires_grad_(self, wanted=True):
        self.requires_grad = wanted
        return self

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad"
            )
        return self.numbers

    def sum_of_squares(self):
        total = np.array(np.sum(self.numbers.astype(float) ** 2))
        return Tensor(total, self.requires_grad)


class Traced:
    """As much of an array of JAX as the check may use; it never changes."""

    aval = "float32[2]"

    def __init__(self, numbers):
        self.numbers = np.array(numbers)
        self.numbers.flags.writeable = False

    @property
    def at(self):
        return {...: self}

    def set(self, numbers):
        return Traced(np.asarray(numbers).astype(self.numbers.dtype))

    def __array__(self, dtype=None, copy=None):
        return self.numbers


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("factor", [2, -2])
def test_a_tensor_stays_a_tensor(requires_grad, factor):
    tensor = Tensor(np.array([0.5, -1.5]), requires_grad)

    def loss_at(w):
        assert isinstance(w, Tensor)
        assert w is not tensor
        assert w.requires_grad == requires_grad
        return w.sum_of_squares()

    def gradient_at(w):
        return Tensor(factor * w.numbers)

    for params in (tensor, [tensor]):
        report = report_on(loss_at, gradient_at, params)
        assert report.passed == (factor == 2)
    assert tensor.numbers.tolist() == [0.5, -1.5]
    assert tensor.requires_grad == requires_grad


def test_a_live_tensor_is_moved_in_place():
    tensor = Tensor(np.array([0.5, -1.5]), True)
    report = check_gradients(
        tensor.sum_of_squares, lambda: [2 * tensor.numbers], live=[tensor]
    )
    assert report.passed
    assert tensor.numbers.tolist() == [0.5, -1.5]


@pytest.mark.parametrize("dtype", [np.float32, float])
@pytest.mark.parametrize("factor", [2, -2])
def test_a_traced_array_stays_one(dtype, factor):
    array = Traced(np.array([0.5, -1.5], dtype))

    def loss_at(w):
        assert isinstance(w, Traced)
        assert w.numbers.dtype == dtype
        return Traced(np.sum(w.numbers**2))

    report = report_on(
        loss_at, lambda w: Traced(factor * w.numbers), {"w": array}["w"]
    )
    assert report.passed == (factor == 2)
    with pytest.raises(TypeError, match="cannot be changed in place"):
        check_gradients(lambda: 1.0, lambda: [1.0], live=[array])


def test_tensors_of_pytorch():
    torch = pytest.importorskip("torch")
    r = np.random.default_rng(9)
    W, b = torch.tensor(r.normal(size=(3, 2))), torch.zeros(2).double()
    params = [p.requires_grad_() for p in (W, b)]

    def loss_at(W, b):
        return torch.tanh(torch.ones(4, 3).double() @ W + b).square().mean()

    def gradient_at(W, b):
        return torch.autograd.grad(loss_at(W, b), [W, b])

    assert check_gradients(loss_at, gradient_at, params).passed
    report = report_on(
        loss_at, lambda *p: [-g for g in gradient_at(*p)], params
    )
    assert "sign" in keys(report)
    live = check_gradients(
        lambda: loss_at(W, b), lambda: gradient_at(W, b), live=params
    )
    assert live.passed
    assert W.requires_grad
    assert not b.any()


def test_arrays_of_jax():
    jax = pytest.importorskip("jax")
    params = {"W": jax.numpy.ones((3, 2)) / 3, "b": jax.numpy.zeros(2)}

    def loss_at(p):
        return (jax.numpy.tanh(p["W"].sum(axis=0) + p["b"]) ** 2).mean()

    report = check_gradients(loss_at, jax.grad(loss_at), params)
    assert report.verdict == "right"
    report = report_on(
        loss_at,
        lambda p: jax.tree.map(lambda g: -g, jax.grad(loss_at)(p)),
        params,
    )
    assert "sign" in keys(report)
    assert check_gradients(jax.value_and_grad(loss_at), params=params).passed


# ------------------------------------------------------------------------------ the verdict


def test_right_gradients_raise_no_false_alarm():
    rng = np.random.default_rng(5)
    for wx, wRec in [
        *rng.uniform(-1.5, 1.5, size=(300, 2)),
        *POINTS,
        (1.2, 1.2),
    ]:
        report = check_gradients(loss_at, gradient_at, [wx, wRec])
        assert report.verdict == "right"
        assert [row.name for row in report.rows] == ["wx", "wRec"]
        assert all(row.passed for row in report.rows)
        assert [row.backprop for row in report.rows] == [
            float(g) for g in gradient_at(wx, wRec)
        ]


@pytest.mark.parametrize("sign", [1, -1])
def test_where_no_error_flows_back_nothing_can_be_told(sign):
    def signed(*weights):
        return [sign * g for g in gradient_at(*weights)]

    report = check_gradients(loss_at, signed, (1, 1))
    assert [row.backprop for row in report.rows] == [0, 0]
    assert {row.verdict for row in report.rows} == {"undecided"}
    assert report.verdict == "undecided"
    assert report.passed is False
    assert all(row.reason for row in report.rows)
    assert "undecided" in str(report)


def test_undecided_is_an_error_if_strict():
    assert not check_gradients(loss_at, gradient_at, (1, 1)).passed
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(loss_at, gradient_at, (1, 1), strict=True)
    assert caught.value.check.verdict == "undecided"
    assert check_gradients(loss_at, gradient_at, (1.2, 0.7), strict=True)


def test_a_parameter_that_is_not_used_has_the_gradient_0():
    report = check_gradients(lambda a, b: a, lambda a, b: (1.0, 0.0), [1, 2])
    assert [row.verdict for row in report.rows] == ["right", "right"]
    report = report_on(lambda a, b: a, lambda a, b: (1.0, 0.1), [1, 2])
    assert [row.verdict for row in report.rows] == ["right", "wrong"]
    assert keys(report) == {"independent"}


def test_whole_numbers_are_checked_as_floats():
    report = check_gradients(
        lambda w: w**-1, lambda w: (-(w**-2),), [2]
    )  # integers refuse w**-2
    assert report.rows[0].backprop == -0.25
    assert report.passed


def test_one_wrong_entry_of_an_array_is_found():
    def function(W, b):
        return np.sum(W**3) * b

    def right(W, b):
        return 3 * W**2 * b, np.sum(W**3)

    def wrong(W, b):
        W_grad, b_grad = right(W, b)
        W_grad[1, 2] *= 2
        return W_grad, b_grad

    names = [f"W[{i}, {j}]" for i in range(2) for j in range(3)] + ["b"]
    params = [W + 1, 2.0]
    report = check_gradients(function, right, params)
    assert [row.name for row in report.rows] == names
    assert "W of shape (2, 3), b = 2.0" in str(report)
    report = report_on(function, wrong, params)
    assert [row.name for row in report.rows if not row.passed] == ["W[1, 2]"]
    assert [(p.verdict, p.n_wrong) for p in report.parameters] == [
        ("wrong", 1),
        ("right", 0),
    ]
    assert "W[1, 2]" in report.said


@pytest.mark.parametrize("gradient", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("slope", [0.0, 2.0])
@pytest.mark.parametrize("plain", [{}, {"eps": 1e-6}])
def test_a_gradient_that_is_not_finite_is_wrong(gradient, slope, plain):
    report = report_on(
        lambda w: slope * w, lambda w: (gradient,), [1.0], **plain
    )
    assert report.verdict == "wrong"
    assert plain or keys(report) == {"not finite"}


def test_zero_divided_by_zero_is_not_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for slope, gradient, expected in (
            (0.0, 0.0, (0, 1, "undecided")),
            (0.0, 1.0, (1, np.inf, "wrong")),
            (3.0, 0.0, (1, 0, "wrong")),
        ):
            report = report_on(
                lambda w, slope=slope: 3.0 + slope * w,
                lambda w, gradient=gradient: (gradient,),
                [1.0],
            )
            (row,) = report.rows
            found = row.relative_error, row.ratio, row.verdict
            assert found == expected


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1e30, 1e153, 1e200])
@pytest.mark.parametrize("n", [3, 300])
def test_a_verdict_does_not_depend_on_the_scale_of_the_loss(scale, n):
    w = np.random.default_rng(10).normal(size=n)
    for factor, verdict in ((2, "right"), (-2, "wrong"), (2.01, "wrong")):
        report = report_on(
            lambda w: scale * np.sum(w**2),
            lambda w, factor=factor: factor * scale * w,
            w,
        )
        assert report.verdict == verdict
        assert 0 <= report.missed < 1e-5


@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1e-30, 1e30, 1e160, 1e200])
@pytest.mark.parametrize("n", [3, 300])
def test_nor_on_the_scale_of_the_parameters(scale, n):
    w = scale * np.random.default_rng(10).normal(size=n)
    for factor, verdict in ((2, "right"), (-2, "wrong"), (2.01, "wrong")):
        report = report_on(
            lambda w: np.sum((w / scale) ** 2),
            lambda w, factor=factor: factor * (w / scale) / scale,
            w,
        )
        assert report.verdict == verdict


def test_the_same_call_gives_the_same_report():
    for kwargs in (regression(20), regression(20, times((3, 7), 1.01))):
        one, same = (repr(report_on(**kwargs)) for _ in range(2))
        assert one == same
    missed = [report_on(**regression(20), seed=s).missed for s in (0, 0, 1)]
    assert missed[0] == missed[1] != missed[2]


def test_the_error_is_the_report():
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(*square_with_gradient(2))
    assert str(caught.value) == str(caught.value.check)
    assert caught.value.check.verdict == "wrong"
    assert isinstance(caught.value, ValueError)


def test_the_report_says_where_and_what():
    report = report_on(
        loss_at,
        lambda wx, wRec: np.array(gradient_at(wx, wRec)) * [0.5, 1],
        [1.2, 0.7],
    )
    text = str(report)
    first, *_ = text.splitlines()
    assert first == "gradient check: WRONG: wx; all others right"
    assert "at wx = 1.2, wRec = 0.7" in text
    exact = gradient_at(1.2, 0.7)
    expected = (
        (exact[0] / 2, exact[0], 0.5, "WRONG"),
        (exact[1], exact[1], 1, "right"),
    )
    for row, numbers in zip(report.rows, expected, strict=True):
        line = next(
            line
            for line in text.splitlines()
            if line.startswith(("WRONG", "right"))
            and line.split()[1] == row.name
        )
        verdict, _, *printed, _, ratio = line.split()
        # The tolerance is that of the printed digits.
        assert_allclose(np.array(printed, float), numbers[:2], rtol=1e-6)
        assert float(ratio) == pytest.approx(numbers[2])
        assert verdict == numbers[3]
    (cause,) = report.causes
    assert cause.names == ("wx",)
    assert "factor" in cause.keys
    assert str(cause) in text


def wrong_at_random(n, size):
    """Many parameters, each wrong in its own way."""
    rng = np.random.default_rng(12)
    factors = rng.normal(size=(n, size))
    return {
        "loss_at": lambda *p: sum(np.sum(np.sin(w)) for w in p),
        "gradient_at": lambda *p: list(np.cos(p) * factors),
        "params": list(rng.normal(size=(n, size))),
    }


@pytest.mark.parametrize(("n", "size"), [(1, 1), (9, 1), (40, 3), (9, 50)])
def test_a_report_fits_on_a_screen(n, size):
    kwargs = wrong_at_random(n, size)
    for gradient in (kwargs["gradient_at"], lambda *p: list(np.cos(p))):
        report = report_on(**kwargs | {"gradient_at": gradient})
        assert len(report.parameters) == n
        assert len(str(report).splitlines()) <= 40


# ------------------------------------------------------------------------- the plain check


@pytest.mark.parametrize("asked", [{"eps": 1e-5}, {"rtol": 1e-6}, {"atol": 1}])
def test_one_step_and_two_tolerances_give_the_plain_check(asked):
    report = report_on(loss_at, gradient_at, [1.2, 0.7], **asked)
    step = {"eps": asked["eps"]} if "eps" in asked else {}
    measured = numerical_gradient(loss_at, [1.2, 0.7], **step)
    tolerances = {k: v for k, v in asked.items() if k != "eps"}
    for row, backprop, numerical in zip(
        report.rows, gradient_at(1.2, 0.7), measured, strict=True
    ):
        assert row == compare(row.parameter, backprop, numerical, **tolerances)
    # Two for each of two entries, four to see whether they stay the same.
    assert report.losses == 8


def test_tolerances_are_those_asked_for():
    def verdict(factor, offset=0.0, **tolerances):
        return report_on(
            *square_with_gradient(factor, offset), **tolerances
        ).verdict

    assert verdict(1, 1e-5, eps=1e-6) == "wrong"
    assert verdict(1, 1e-5, rtol=4e-6) == "wrong"
    assert verdict(1, 1e-5, rtol=6e-6) == "right"
    assert verdict(1, 1e-5, atol=2e-5) == "undecided"
    # Errors are relative to the larger value: 6 differs from 2 by two thirds of 6.
    for factor in (3, 1 / 3):
        assert verdict(factor, rtol=0.6) == "wrong"
        assert verdict(factor, rtol=0.7) == "right"


@pytest.mark.parametrize(
    ("scale", "gradient"), [(1e-10, 1e-7), (1e-8, -2.5e-8), (0, 1e-9)]
)
def test_what_only_the_absolute_tolerance_lets_pass_is_not_right(
    scale, gradient
):
    report = check_gradients(
        lambda w: scale * w, lambda w: (gradient,), [1.0], eps=1e-6
    )
    (row,) = report.rows
    assert row.passed
    assert row.verdict == report.verdict == "undecided"
    assert not report.passed


def test_an_infinite_gradient_is_not_within_an_infinite_tolerance():
    assert compare("w", np.inf, 1.0, rtol=1e-3).verdict == "wrong"
    assert compare("w", np.nan, 1.0).verdict == "wrong"


def test_what_is_usual_when_nothing_is_asked_for():
    def usual(function):
        parameters = inspect.signature(function).parameters.values()
        return {p.name: p.default for p in parameters if p.default != p.empty}

    none = dict.fromkeys(["gradient_at", "params", "live", "names"])
    none |= dict.fromkeys(["eps", "rtol", "atol"])
    assert usual(check_gradients) == none | {"strict": False, "seed": 0}
    assert usual(numerical_gradient) == {"eps": None}
    assert usual(complex_step_gradient) == {"h": 1e-20}
    square, slope, at = square_with_gradient(1)
    (row,) = check_gradients(square, slope, at, eps=0.5).rows
    assert row.bar == 1e-7 * 2 + 1e-7


# ----------------------------------------------------------------- what functions remember


def by_call(values, then=1.0):
    """Multiply a square by one number after the other, call by call."""
    factors = itertools.chain(values, itertools.repeat(then))
    return lambda w: w**2 * next(factors)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("dtype", "off", "is_noise"),
    [
        (float, 0.9e-9, True),
        (float, 1.1e-9, False),
        # A hundred times the last digit, which single precision can tell from one more.
        (np.float32, 100 * 2**-23, True),
        (np.float32, 101 * 2**-23, False),
    ],
)
@pytest.mark.parametrize("call", [1, 2, 3])
def test_how_far_a_loss_may_be_off_from_call_to_call(
    call, dtype, off, is_noise, sign
):
    factors = [1.0] * 4
    factors[call] += off
    scaled = by_call([sign * factor for factor in factors], sign)

    def rounded(w):
        return dtype(scaled(w))

    report = report_on(rounded, lambda w: (sign * 2 * w,), [1.0])
    assert ("hidden state" in keys(report)) == (not is_noise)


@pytest.mark.parametrize("plain", [{}, {"eps": 1e-6}])
def test_the_losses_that_differ_are_said(plain):
    for factors, words in [
        ([1, 2, 3, 4], "2.0, then 3.0 for the same parameters: it"),
        (
            [1, 2, 2, 4],
            "2.0, then 4.0 for the same parameters, after gradient_at was called: it",
        ),
    ]:
        report = report_on(
            by_call(factors), lambda w: (2 * w,), [1.0], **plain
        )
        (cause,) = report.causes
        assert cause.said == (
            f"loss_at returned {words} must return the same each time, with nothing random and "
            "nothing remembered"
        )
        assert cause.keys == ("hidden state", "too noisy")
        assert (report.said, report.at) == (
            "not the same at each call",
            "w = 1.0",
        )
        assert (report.parameters, report.rows) == ((), ())


def gradients_by_call(first, *factors):
    """The gradient (2, 4, 6) of a square, times one array after the other."""
    factors = itertools.chain([1, first], factors, itertools.repeat(first))
    right = 2 * np.array([1.0, 2, 3])
    return lambda w: right * next(factors)


SQUARES = lambda w: np.sum(w**2), np.array([1.0, 2, 3])
EPS = np.finfo(float).eps


@pytest.mark.parametrize(
    ("second", "is_changed"),
    [
        # The largest entry is three times the first, and sets the scale.
        (1 + np.array([300, 0, 0]) * EPS, False),
        (1 + np.array([302, 0, 0]) * EPS, True),
        (1 - np.array([302, 0, 0]) * EPS, True),
    ],
)
@pytest.mark.parametrize("scale", [1, -1, 2**-20])
def test_how_far_a_gradient_may_be_off_from_call_to_call(
    second, is_changed, scale
):
    square, at = SQUARES
    changing = gradients_by_call(1, second)
    report = report_on(
        lambda w: scale * square(w), lambda w: scale * changing(w), at
    )
    assert ("stale" in keys(report)) == is_changed


@pytest.mark.parametrize(
    ("third", "is_adding"),
    [(3, True), (3 + 0.9e-3, True), (3 - 1.1e-3, False), (3 + 1.1e-3, False)],
)
def test_what_grows_by_the_same_amount_is_added_up(third, is_adding):
    square, at = SQUARES
    report = report_on(square, gradients_by_call(1, 2, third), at)
    assert (report.verdict, report.rows) == ("wrong", ())
    (cause,) = report.causes
    assert cause.names == ("w",)
    if is_adding:
        assert cause.keys == ("accumulated",)
        assert cause.said == (
            "each call returns more than the one before, by the same amount: the buffer that the "
            "gradient is added to is not emptied"
        )
    else:
        assert cause.keys == ("stale", "accumulated", "hidden state")
        assert cause.said == (
            "the second call at the same place returns something else: what is kept from the "
            "first?"
        )


@pytest.mark.parametrize(("off", "is_adding"), [(3e-9, True), (6e-9, False)])
def test_what_does_not_grow_may_be_off_by_little_of_what_does(off, is_adding):
    # The first entry grows by 4 each time, the second by nothing.
    grown = itertools.chain([0], range(3))
    calls = itertools.chain([0, 0, 0], [off])
    report = report_on(
        lambda w: np.sum(w**2),
        lambda w: 2 * w + [4 * next(grown), next(calls)],
        np.array([1.0, 50]),
    )
    (cause,) = report.causes
    assert (cause.keys == ("accumulated",)) == is_adding


def test_all_that_changes_must_grow_to_be_added_up():
    grown, jumping = itertools.count(), itertools.cycle([0, 1])
    report = report_on(
        lambda a, b: a**2 + b**2,
        lambda a, b: (2 * a + next(grown), 2 * b + next(jumping)),
        [1.0, 2.0],
    )
    (cause,) = report.causes
    assert cause.keys == ("stale", "accumulated", "hidden state")


def test_of_several_parameters_those_that_change_are_named():
    calls = itertools.count()
    report = report_on(
        lambda a, b: a**2 + b**2,
        lambda a, b: (2 * a, 2 * b + next(calls)),
        [1.0, 2.0],
    )
    (cause,) = report.causes
    assert cause.names == ("b",)


def test_nan_that_stays_is_no_change():
    report = report_on(
        SQUARES[0], lambda w: np.array([np.nan, 4, 6]), SQUARES[1]
    )
    assert keys(report) == {"not finite"}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_gradient_that_is_kept_says_so(sign):
    report = report_on(
        lambda w: np.sum(w**2),
        lambda w: sign * np.array([2, 4.4321]),
        [[1.0, 3]],
    )
    (cause,) = report.causes
    assert cause.keys == ("stale",)
    said = (
        "the gradient is the same at another place, to the last bit, where the slope is not: it "
        "is kept from an earlier call, or does not depend on the place"
    )
    assert cause.said == said
    report = report_on(
        lambda w: np.sum(w**2), lambda w: np.array([7.0, -7]), [[1.0, 3]]
    )
    (cause,) = report.causes
    assert cause.keys == ("stale", "clipped by entry")
    assert cause.said == said + ", as where all of it is clipped"
    report = report_on(
        lambda a, b: a**2 + np.sum(b**2),
        lambda a, b: (7.0, np.array([7.0, -7])),
        [1.0, np.array([2.0, 3])],
    )
    assert keys(report) == {"stale", "clipped by entry"}


def test_a_gradient_that_is_kept_is_told_by_what_has_no_other_cause():
    at = np.array([1.0, 3]), np.array([2.0, 5])

    def kept(a, b):
        return -2 * at[0], np.array([1.2, 3.4])

    (cause,) = report_on(
        lambda a, b: np.sum(a**2) + np.sum(b**2), kept, at
    ).causes
    assert (cause.keys, cause.names) == (("stale",), ("a", "b"))


def test_a_gradient_of_which_a_part_moves_is_not_kept():
    report = report_on(
        lambda a, b: np.sum(a**2) + np.sum(b**2),
        lambda a, b: (np.array([1.2, 3.4]), 2 * b),
        [np.array([1.0, 3]), np.array([2.0, 5])],
    )
    assert keys(report) == set()


@pytest.mark.parametrize("seed", range(3))
def test_a_wrong_gradient_is_not_kept_where_the_slope_does_not_move(seed):
    weights = np.random.default_rng(seed).normal(size=3)
    report = report_on(
        lambda w: weights @ w,
        lambda w: weights * [1.3, 0.4, 1],
        np.array([0.3, 1.1, -0.7]),
        seed=seed,
    )
    assert report.verdict == "wrong"
    assert keys(report) == set()


def remembering(factor):
    """A loss that is multiplied by what depends on the number of the call."""
    calls = itertools.count(1)
    return lambda w: w**2 * factor(next(calls))


@pytest.mark.parametrize(
    "drift", [lambda n: n, lambda n: 1 + 1e-7 * n, lambda n: (-1) ** n]
)
@pytest.mark.parametrize("plain", [{}, {"eps": 1e-6}])
def test_a_loss_that_changes_by_itself_cannot_be_checked(drift, plain):
    report = report_on(remembering(drift), lambda w: (2 * w,), [1.5], **plain)
    assert report.verdict == "undecided"
    assert not report.passed
    assert "hidden state" in keys(report)
    assert report.losses <= 4
    with pytest.raises(GradientCheckError):
        check_gradients(remembering(drift), lambda w: (2 * w,), [1.5], **plain)


def test_a_random_loss_cannot_be_checked():
    rng = np.random.default_rng(3)

    def on_fresh_data(wx, wRec):
        X, t = make_dataset(seed=rng)
        return loss(forward_states(X, wx, wRec)[:, -1], t)

    report = report_on(on_fresh_data, gradient_at, (0.8, 0.9))
    assert report.verdict == "undecided"
    assert "too noisy" in keys(report)
    assert "random" in str(report)


@pytest.mark.parametrize("dtype", [np.float32, float])
@pytest.mark.parametrize("plain", [{}, {"eps": 1e-3, "rtol": 1e-3}])
def test_a_loss_may_be_rounded_differently_each_time(dtype, plain):
    calls = itertools.count(1)

    def rounded(w):
        exact = dtype(w) ** 2
        return exact + next(calls) % 3 * np.spacing(exact)

    assert check_gradients(rounded, lambda w: (2 * w,), [1.5], **plain).passed


def test_a_gradient_that_adds_up_is_wrong():
    buffer = np.zeros(3)

    def gradient_at(w):
        buffer[:] += 2 * w
        return buffer

    report = report_on(
        lambda w: np.sum(w**2), gradient_at, np.array([1.0, 2, 3])
    )
    assert report.verdict == "wrong"
    assert "accumulated" in keys(report)
    assert report.losses <= 4


def test_a_gradient_that_is_kept_is_wrong_elsewhere():
    kept = []

    def gradient_at(w):
        if not kept:
            kept.append(2 * w)
        return kept[0]

    report = report_on(
        lambda w: np.sum(w**2), gradient_at, np.array([1.0, 2, 3])
    )
    assert report.verdict == "wrong"
    assert keys(report) == {"stale"}


def test_a_gradient_that_never_changes_is_right_where_the_slope_does_not():
    report = check_gradients(
        lambda w: np.sum(3 * w), lambda w: np.full(2, 3.0), np.ones(2)
    )
    assert report.verdict == "right"
    assert report.causes == ()


def test_a_gradient_that_shifts_the_loss_is_noticed():
    state = [1.0]

    def gradient_at(w):
        state[0] += 1
        return 2 * w

    report = report_on(
        lambda w: state[0] * w**2, lambda w: [gradient_at(w)], [1.5]
    )
    assert report.verdict == "undecided"
    assert "hidden state" in keys(report)
    assert "gradient_at" in str(report)


def test_a_gradient_that_changes_its_argument_is_noticed():
    def gradient_at(a, b):
        gradient = 2 * a, 2 * b
        b *= 0.9
        return gradient

    report = check_gradients(
        lambda a, b: np.sum(a**2) + np.sum(b**2),
        gradient_at,
        [np.ones(2), np.ones(3)],
    )
    (cause,) = report.causes
    assert cause.keys == ("in-place",)
    assert cause.names == ("b",)
    assert report.verdict == "right"


def recorded():
    """A square, its gradient, and a list of the calls of both."""
    calls = []

    def loss_at(w):
        calls.append(("loss", *w))
        return np.sum(w**2)

    def gradient_at(w):
        calls.append(("gradient", *w))
        return 2 * w

    return loss_at, gradient_at, calls


@pytest.mark.parametrize("plain", [{}, {"eps": 1e-6}])
def test_the_gradient_is_taken_directly_after_the_loss_at_the_same_place(
    plain,
):
    loss_at, gradient_at, calls = recorded()
    check_gradients(loss_at, gradient_at, np.array([1.0, 2.0]), **plain)
    firsts = [k for k, (what, *_) in enumerate(calls) if what == "gradient"]
    for k in firsts:
        assert calls[k - 1] == ("loss", *calls[k][1:])
    # A model may keep the states of its last forward pass: not here first.
    assert calls[firsts[0]][1:] != (1, 2)
    here = [k for k in firsts if calls[k][1:] == (1, 2)]
    assert here
    assert sum(what == "loss" for what, *_ in calls[: here[0]]) <= 3
    assert max(firsts) <= 10 < len(calls) or plain


def test_both_checks_begin_at_the_same_place():
    firsts = []
    for plain in ({}, {"eps": 1e-6}):
        loss_at, gradient_at, calls = recorded()
        check_gradients(loss_at, gradient_at, np.array([1.0, 2.0]), **plain)
        firsts.append(calls[:2])
    assert firsts[0] == firsts[1]


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("apart", [-1e-9, 1e-9])
def test_a_gradient_may_be_off_by_what_the_last_digit_changes(side, apart):
    """On one side of 1 the gradient is another one; 5e-9 is more than rounding, and less than 8."""

    def gradient(w):
        return 2 * w + 5e-9 + apart * ((w - 1) * side > 0)

    assert check_gradients(lambda w: w**2, gradient, 1.0).passed
    report = report_on(lambda w: w**2, lambda w: 2 * w + 5e-9, 1.0)
    assert report.verdict == "wrong"


def test_a_gradient_has_no_last_digit_beyond_a_border():
    """Below 1 there is no loss; above, the gradient is another one, by 1e-9."""

    def loss(w):
        if w < 1:
            raise ValueError
        return w**2

    def gradient(w):
        return 2 * w + 5e-9 + 1e-9 * (w > 1)

    assert check_gradients(loss, gradient, 1.0).passed


def test_a_large_slope_does_not_hide_a_small_one():
    report = report_on(
        lambda w: (1e9 + 0.1) * w[0] + 4 * w[1],
        lambda w: np.array([1e9 + 0.1, 8]),
        np.ones(2),
    )
    assert report.verdict == "wrong"
    assert [row.verdict for row in report.rows] == ["right", "wrong"]


@pytest.mark.parametrize("place", [0.0, 1.0, -1e6])
def test_where_every_move_fails_the_loss_says_why(place):
    """The shortest moves, smaller than the last digit of the place, change nothing and do not fail."""

    def alone(w):
        if w != place:
            raise ValueError("only there")
        return w

    said = "^loss_at fails wherever a parameter is moved: only there$"
    with pytest.raises(ValueError, match=said):
        check_gradients(alone, lambda w: 1.0, place)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_beside_an_entry_that_is_not_finite_the_others_are_measured(value):
    """The loss does not depend on the first of three hundred entries."""

    def gradient(w):
        return np.append(value, 2 * w[1:])

    report = report_on(
        lambda w: np.sum(w[1:] ** 2), gradient, np.linspace(1, 2, 300)
    )
    assert report.said == "w[0]"


def test_a_gradient_may_rely_on_the_loss_taken_before_it():
    states = {}

    def loss_at(w):
        states["h"] = np.tanh(w)
        return np.sum(states["h"] ** 2)

    def gradient_at(w):
        return 2 * states["h"] * (1 - states["h"] ** 2)

    assert check_gradients(loss_at, gradient_at, np.array([0.3, -1])).passed


# -------------------------------------------------------------------------- large gradients


def regression(n, change=lambda g: g):
    r = np.random.default_rng(13)
    A, Y = r.normal(size=(2, 50, n))
    return {
        "loss_at": lambda W: 0.5 * np.sum((A @ W - Y) ** 2) / 50,
        "gradient_at": lambda W: change(A.T @ (A @ W - Y) / 50),
        "params": r.normal(size=(n, n)) / np.sqrt(n),
    }


def times(index, factor):
    def change(g):
        g[index] *= factor
        return g

    return change


def counted_check(kwargs):
    """The report, having compared its number of losses with the calls."""
    loss_at, calls = counted(kwargs["loss_at"])
    report = report_on(**kwargs | {"loss_at": loss_at})
    assert report.losses == len(calls)
    return report


def test_losses_are_counted():
    for plain in ({}, {"eps": 1e-6}):
        for factor in (1, -1):
            loss_at, gradient_at, params = square_with_gradient(factor)
            counted_check(
                {
                    "loss_at": loss_at,
                    "gradient_at": gradient_at,
                    "params": params,
                }
                | plain
            )


def test_a_right_matrix_of_300_times_300_takes_at_most_300_losses():
    report = counted_check(regression(300))
    assert report.verdict == "right"
    assert report.losses <= 300
    assert report.missed < 1e-3


def test_a_wrong_column_of_300_is_named():
    report = counted_check(regression(300, times((slice(None), 171), 0.7)))
    assert report.losses <= 1000
    (row,) = report.parameters
    assert (row.n_wrong, row.where) == (300, "[:, 171]")
    assert "[:, 171]" in report.said


def test_one_entry_of_10000_that_is_off_in_its_fourth_digit_is_named():
    report = counted_check(regression(100, times((37, 61), 1.0001)))
    assert report.losses <= 1000
    wrong = [row for row in report.rows if row.verdict == "wrong"]
    assert [row.name for row in wrong] == ["W[37, 61]"]
    assert wrong[0].ratio == pytest.approx(1.0001, abs=1e-6)
    assert "[37, 61]" in report.said


def test_a_million_entries_take_at_most_300_losses():
    c = np.random.default_rng(14).normal(size=1_000_000)
    calls = itertools.count()

    def loss_at(w):
        next(calls)
        return np.mean((w - c) ** 2)

    report = check_gradients(
        loss_at, lambda w: 2 * (w - c) / 1e6, np.zeros(1_000_000) + 0.5
    )
    assert report.verdict == "right"
    assert report.losses == next(calls) <= 300


def test_many_wrong_parameters_take_at_most_1000_losses():
    assert counted_check(wrong_at_random(60, 30)).losses <= 1000


# ------------------------------------------------------------------------------- on the side


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_progress_is_shown_on_a_terminal_only(stream, monkeypatch, capsys):
    stderr = stream()
    seconds = itertools.count()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stderr)
        patched.setattr("time.monotonic", lambda: next(seconds))
        check_gradients(lambda w: np.sum(w**2), lambda w: 2 * w, np.ones(9))
    shown = stderr.getvalue()
    assert ("losses" in shown) == (stream is Terminal)
    # The line is wiped out at the end, and none is finished.
    assert "\n" not in shown
    assert shown.rpartition("\r")[2] == ""
    assert capsys.readouterr().out == ""


def test_a_quick_check_shows_nothing(monkeypatch, capsys):
    stderr = Terminal()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stderr)
        patched.setattr("time.monotonic", lambda: 0.0)
        check_gradients(lambda w: np.sum(w**2), lambda w: 2 * w, np.ones(9))
    assert stderr.getvalue() == capsys.readouterr().out == ""


def test_a_check_without_stderr_runs(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", None)  # as under pythonw
        patched.setattr("time.monotonic", itertools.count().__next__)
        report = report_on(*square_with_gradient(1))
    assert report.passed


def test_a_check_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scale in (1, 1e170):
            check_gradients(
                lambda w, scale=scale: scale * np.sum(np.sqrt(w)),
                lambda w, scale=scale: scale / np.sqrt(w) / 2,
                np.full(300, 1e-3),
            )


def test_a_check_needs_numpy_alone():
    code = """if True:
        import sys
        import numpy.random
        before = {name.partition(".")[0] for name in sys.modules}
        from rnn_by_hand.gradient_check import check_gradients
        print(check_gradients(lambda w: w**2, lambda w: [2 * w], [1.0]))
        after = {name.partition(".")[0] for name in sys.modules}
        print(*after - before - set(sys.stdlib_module_names))
    """
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    *_, loaded = run.stdout.splitlines()
    assert set(loaded.split()) == {"rnn_by_hand"}


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
    for bug, ratio in (("1/N twice", 0.5), ("1/N never", 2)):
        report = report_on(
            lambda wx, wRec: loss(forward_states(X, wx, wRec)[:, -1], t),
            lambda wx, wRec, bug=bug: with_bug(bug)(X, t, wx, wRec),
            (0.8, 0.9),
        )
        assert [row.ratio for row in report.rows] == [pytest.approx(ratio)] * 2
        # The numbers allow both, so both are named.
        assert {"factor", *MEANS[ratio]} <= keys(report)


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
