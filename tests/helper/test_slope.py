"""A measured slope: its bar covers its error, and is narrow."""

import math
import zlib

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.slope import RATIO, measure_slope, noise_of

#: The unit roundoff of double precision.
U = np.finfo(float).eps / 2

# ------------------------------------------------------------- smooth functions


def bell(a, b, c, k):
    return (
        lambda x: a * np.exp(-((k * x + b) ** 2)) + c,
        lambda x: -2 * a * k * (k * x + b) * np.exp(-((k * x + b) ** 2)),
    )


def exponential(a, b, c, k):
    k = min(k, 10)
    return (
        lambda x: a * np.exp(k * x) + c * x * x,
        lambda x: a * k * np.exp(k * x) + 2 * c * x,
    )


def logarithm(a, b, c, k):
    return (
        lambda x: a * np.log1p((k * x + b) ** 2) + c,
        lambda x: 2 * a * k * (k * x + b) / (1 + (k * x + b) ** 2),
    )


def polynomial(a, b, c, k):
    p = Polynomial([c, b, a, k / 100, a - b, c - a, a * b])
    return p, p.deriv()


def ratio(a, b, c, k):
    return (
        lambda x: (a + x) / (1 + (k * x + b) ** 2) + c,
        lambda x: (
            (1 + (k * x + b) ** 2 - 2 * k * (a + x) * (k * x + b))
            / (1 + (k * x + b) ** 2) ** 2
        ),
    )


def sigmoid(a, b, c, k):
    return (
        lambda x: a * np.tanh(k * x + b) + c * x**3,
        lambda x: a * k * (1 - np.tanh(k * x + b) ** 2) + 3 * c * x * x,
    )


def wave(a, b, c, k):
    return (
        lambda x: a * np.sin(k * x + b) + c * x,
        lambda x: a * k * np.cos(k * x + b) + c,
    )


def waves(a, b, c, k):
    one, other = wave(a, b, c, k), wave(c, a, b, k**0.5)
    return (
        lambda x: one[0](x) + other[0](x),
        lambda x: one[1](x) + other[1](x),
    )


FAMILIES = [
    bell,
    exponential,
    logarithm,
    polynomial,
    ratio,
    sigmoid,
    wave,
    waves,
]


def measured(function, w, size, claim=math.nan, least=0.0, u=U):
    """Measure a slope as the check does, for an entry of a certain size."""
    here = function(w)

    def change(s):
        there = w + s
        return there - w, function(there) - here

    short = 8 * math.sqrt(u)
    noise = max(
        noise_of(change, s * size, 0.1 * size, max(u * abs(here), least))
        for s in (short, short / math.e)
    )

    def noise_at(c):
        return math.hypot(noise, u * (here + c))

    def enough(value):
        return 1e-9 * max(abs(value), abs(claim))

    return measure_slope(change, noise_at, 0.037 * size, size, enough, claim)


def random_slopes(n, seed):
    """Slopes as measured and as known, of random functions at random scales."""
    rng = np.random.default_rng(seed)
    for k in range(n):
        coefficients = *rng.normal(size=3), 10 ** rng.uniform(-1, 2)
        f, df = FAMILIES[k % len(FAMILIES)](*map(float, coefficients))
        x = float(rng.choice([rng.normal(), 10 ** rng.uniform(-3, 1), 0, 1]))
        high, wide = map(float, 10 ** rng.uniform(-30, 200, size=2))
        if abs(math.log10(high / wide)) > 150:
            wide = 1.0  # or the slope is no number
        slope = measured(
            lambda w, f=f, high=high, wide=wide: high * float(f(w / wide)),
            x * wide,
            (abs(x) or 1.0) * wide,
        )
        yield f, x, slope, high * float(df(x)) / wide


def test_the_bar_covers_the_error_of_10000_slopes_and_is_narrow():
    bars, beyond = [], []
    for f, x, slope, true in random_slopes(10_000, seed=1):
        # The derivative from the formula is rounded, too.
        if not abs(slope.value - true) <= slope.bar + 8 * U * abs(true):
            beyond.append((f, x, slope, true))
        bars.append(slope.bar / abs(true) if true else math.inf)
    assert beyond == []
    assert np.median(bars) < 1e-8
    assert np.quantile(bars, 0.9) < 1e-7


# ------------------------------------------------- the verdict on a planted error

coefficient = st.sampled_from([0.0, 1.0, -1.0]) | st.one_of(
    st.floats(1e-3, 3), st.floats(-3, -1e-3)
)


def functions(fastest):
    return st.builds(
        lambda family, *numbers: family(*numbers),
        st.sampled_from(FAMILIES),
        *[coefficient] * 3,
        st.floats(0.1, fastest),
    )


places = st.floats(0.01, 10) | st.floats(-10, -0.01)
#: An error in units of the bar. A bar may grow when a claim is looked for at shorter steps.
errors = st.floats(30, 1e6) | st.floats(-1e6, -30)


def entry(function, gradient, w):
    """The verdict on one number that is called a gradient."""
    try:
        report = check_gradients(function, lambda _: [gradient], [w])
    except GradientCheckError as error:
        report = error.check
    (row,) = report.rows
    return row


def assert_told_apart(function, derivative, w, bars):
    """A right slope is not called wrong; one that is off by some bars is."""
    info = np.finfo(np.asarray(w).dtype)
    tiny = float(info.tiny) / float(info.eps)  # below, there are fewer digits
    beside = w + type(w)((abs(w) or 1) / 1000)
    assume(np.isfinite(function(w)) and function(beside) != function(w))
    true = float(derivative(float(w)))
    assume(tiny < abs(true) < info.max)
    right = entry(function, true, w)
    assert right.verdict != "wrong", right
    error = bars * (right.bar + right.difference)
    assume(right.reason != "on a kink" and tiny < abs(error) < info.max)
    assert entry(function, true + error, w).verdict == "wrong", right


@settings(max_examples=300)
@given(functions(100), places, errors, st.floats(-30, 200), st.floats(-30, 30))
def test_a_planted_error_is_called_wrong_and_no_right_slope_is(
    function, x, bars, high, wide
):
    f, df = function
    high, wide = 10**high, 10**wide

    def tall(w):
        return high * f(w / wide)

    def slope(w):
        return high * df(w / wide) / wide

    assert_told_apart(tall, slope, x * wide, bars)


@settings(max_examples=300)
@given(functions(10), places, errors)
def test_the_same_in_single_precision(function, x, bars):
    f, df = function

    # A loss that turns a hundred times while w doubles looks like noise.
    def loss_at(w):
        assert w.dtype == np.float32
        return np.float32(f(w))

    assert_told_apart(loss_at, df, np.float32(x), bars)


def test_one_part_in_a_hundred_million_is_enough_to_be_wrong():
    for change, verdict in ((0, "right"), (1e-8, "wrong"), (-1e-8, "wrong")):
        row = entry(np.sin, math.cos(1) * (1 + change), 1.0)
        assert row.verdict == verdict
        assert row.bar < 1e-8


def test_a_slope_below_the_smallest_number_of_the_loss_is_not_called_wrong():
    def single(w):
        return np.float32(1e-180) * w

    assert entry(single, 1e-180, np.float32(1)).verdict == "undecided"


@pytest.mark.parametrize(
    ("loss_at", "true", "w"),
    [
        (lambda w: np.sin(np.float32(71) * w), 71.0, np.float32(10)),
        (lambda w: (1 + w * 1e7) / (1 + (2e7 * w) ** 2), 1e7, 0.0),
    ],
    ids=["single precision", "a parameter at 0 that acts on small scales"],
)
def test_a_function_that_turns_within_a_step_is_no_noise(loss_at, true, w):
    assert entry(loss_at, true, w).verdict == "right"
    assert entry(loss_at, true / 2, w).verdict == "wrong"


# ----------------------------------------------------------------------- noise


def jitter(s):
    """A number within ±0.5 that looks random, but depends on s only."""
    return zlib.crc32(np.float64(s).tobytes()) / 2**32 - 0.5


def shaken(function, size):
    """A change with noise of a known root mean square."""
    here = function(0.0)

    def change(s):
        return s, function(s) - here + size * math.sqrt(12) * jitter(s)

    return change


@pytest.mark.parametrize("size", [1e-14, 1e-11, 1e-8, 1e-5, 1e-3])
@pytest.mark.parametrize(
    "function",
    [lambda s: 1.0, lambda s: 3 * s, np.exp, lambda s: np.sin(40 * s)],
    ids=["constant", "straight", "exp", "sin"],
)
def test_the_noise_is_known_within_a_factor_of_4(function, size):
    change = shaken(function, size)
    for scale in (1, 0.37, 1e-200, 1e200):
        found = noise_of(
            lambda s, scale=scale: (s, scale * change(s)[1]),
            8 * math.sqrt(U),
            0.1,
            U * scale,
        )
        assert scale * size / 4 < found < scale * size * 4


def test_what_is_smooth_has_the_least_noise():
    for function in (lambda s: 1.0, np.sin, np.exp, lambda s: s**5):
        here = function(0.0)
        found = noise_of(
            lambda s, f=function, h=here: (s, f(s) - h),
            8 * math.sqrt(U),
            0.1,
            U / 8,
        )
        assert U / 8 <= found < 8 * U


def test_the_noise_is_never_less_than_the_least():
    change = shaken(np.exp, 1e-10)
    assert noise_of(change, 8 * math.sqrt(U), 0.1, 1e-4) == 1e-4


def test_the_noise_is_estimated_where_the_function_has_values():
    def change(s):
        return s, math.nan if s > 1e-9 else jitter(s)

    assert 0.07 < noise_of(change, 1e-6, 0.1, U) < 1.2


# ---------------------------------------------------------------- special places


def covers(slope, true):
    return abs(slope.value - true) <= slope.bar


@pytest.mark.parametrize(("left", "right"), [(0, 1), (-1, 1), (2, 2.01)])
def test_on_a_kink_the_jump_is_that_of_both_sides(left, right):
    def bent(w):
        return (right if w > 1 else left) * (w - 1) + np.sin(w - 1)

    slope = measured(bent, 1.0, 1.0)
    assert slope.jump == pytest.approx(right - left, rel=1e-4)
    # Any slope from one side to the other can be defended.
    assert covers(slope, left + 1 + 1e-6)
    assert covers(slope, right + 1 - 1e-6)
    assert slope.bar < 0.6 * (right - left)


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("side", [-1, 1])
def test_beside_a_kink_there_is_none(gap, side):
    def bent(w):
        return abs(w - 1) + 0.5 * np.sin(w - 1)

    w = 1 + side * gap
    slope = measured(bent, w, 1.0, claim=side + 0.5)
    assert slope.jump == 0
    assert covers(slope, side + 0.5 * np.cos(w - 1))
    # The rounding of the loss, over a step that is no longer than the gap.
    assert slope.bar < 1e-4


def test_a_bend_that_is_round_when_looked_at_closely_is_no_kink():
    slope = measured(lambda w: math.hypot(w, 1e-3), 0.0, 1.0)
    assert slope.jump == 0
    assert covers(slope, 0)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_domain_may_have_one_side_only(side):
    def half(w):
        return np.exp(w) if side * w >= 0 else math.nan

    slope = measured(half, 0.0, 1.0)
    assert covers(slope, 1)
    assert slope.bar < 1e-8
    assert slope.jump == 0


def test_close_to_the_edge_of_its_domain_a_function_has_both_sides():
    def root(w):
        return math.sqrt(w) if w >= 0 else math.nan

    slope = measured(root, 1e-6, 1.0)
    assert covers(slope, 500)
    assert slope.bar < 1e-4


def test_without_any_value_beside_it_there_is_no_slope():
    slope = measured(lambda w: 1.0 if w == 2 else math.nan, 2.0, 2.0)
    assert slope.bar == math.inf
    assert math.isnan(slope.value)


def test_what_does_not_move_is_still():
    slope = measured(lambda w: 3.0, 1.0, 1.0)
    assert (slope.value, slope.jump) == (0, 0)
    assert 0.037 <= slope.still <= 1
    # It is still as far as to the step that moves it.
    slope = measured(lambda w: 3.0 if w < 1.01 else 4.0, 1.0, 1.0)
    assert 0.01 / RATIO < slope.still < 0.01
    for moving in (np.sin, lambda w: 1e-200 * w, lambda w: w**2):
        assert measured(moving, 1.0, 1.0).still == 0


def test_a_slope_could_hide_between_steps_and_is_looked_for():
    def wave(w):
        return np.sin(1e6 * w)

    true = 1e6 * np.cos(1e6)
    assert covers(measured(wave, 1.0, 1.0, claim=true), true)
    for claim in (true / 2, -true, true + 1):
        assert not covers(measured(wave, 1.0, 1.0, claim=claim), claim)


def test_the_step_is_one_that_was_taken():
    taken = set()

    def change(s):
        taken.add(abs(s))
        return s, np.expm1(s)

    slope = measure_slope(
        change, lambda c: U, 0.1, 1.0, lambda v: 1e-9, math.nan
    )
    assert slope.step in taken
    assert 0 < slope.rounding <= slope.bar
