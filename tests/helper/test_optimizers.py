"""The optimisers, against closed forms, other implementations and their maps of fates."""

import inspect
import itertools
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import least_squares

from rnn_by_hand.gradient_check import complex_step_gradient
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)
from rnn_by_hand.optimizers import (
    BOUND,
    FATES,
    OPTIMIZERS,
    REACHED,
    adam,
    clipped_descent,
    decided,
    descend,
    fates,
    gauss_newton,
    gradient_descent,
    momentum,
    rprop,
)
from rnn_by_hand.surface import Surface

X, t = make_dataset()  # N = 50, n = 10
SURFACE = Surface(X, t)
EACH = pytest.mark.parametrize(
    "optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS
)
AXIS = np.linspace(-3, 3, 41)
GRID = np.meshgrid(AXIS, AXIS)
RATES = [1e-5, 1e-3, 0.1, 1]


def shares(optimizer, rate=1e-3, n_steps=500):
    """Measure the share of each fate on the map."""
    path = descend(optimizer, SURFACE, *GRID, rate, n_steps)
    fate = fates(SURFACE, *path[-1])
    return np.bincount(fate.ravel(), minlength=4) / fate.size


def defaults_of(function):
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


# ---------------------------------------------------------------------- what they compute


class Bowl:
    """A paraboloid with its minimum at (1, 1), on which every path has a closed form."""

    def __init__(self, *bends):
        self.bends = bends

    def gradient(self, wx, wRec):
        return self.bends[0] * (wx - 1), self.bends[1] * (wRec - 1)


def test_gradient_descent_shrinks_the_distance_by_a_factor():
    path = descend(gradient_descent, Bowl(2, 5), 3, -2, rate=0.1, n_steps=20)
    k = np.arange(21)
    assert_allclose(path[:, 0], 1 + 2 * 0.8**k, rtol=1e-14)
    assert_allclose(path[:, 1], 1 - 3 * 0.5**k, rtol=1e-14)


def test_momentum_obeys_its_recurrence_of_second_order():
    path = descend(momentum, Bowl(2, 5), 3, -2, 0.1, 50, decay=0.8)
    away = path - 1
    for i, bend in enumerate((2, 5)):
        w = away[:, i]
        expected = (1.8 - 0.1 * bend) * w[1:-1] - 0.8 * w[:-2]
        assert_allclose(w[2:], expected, rtol=1e-12, atol=1e-15)


def test_momentum_without_memory_is_gradient_descent():
    start = (SURFACE, 0.7, 0.9, 1e-4, 100)
    assert_array_equal(
        descend(momentum, *start, decay=0), descend(gradient_descent, *start)
    )


@pytest.mark.parametrize("limit", [0.5, 10, 1e300])
def test_clipping_shortens_and_never_turns(limit):
    path = descend(clipped_descent, SURFACE, -1.5, 2, 1e-3, 50, limit=limit)
    # With an effectively infinite limit, the second step goes beyond the bound.
    steps = np.diff(path, axis=0)[: 1 if limit == 1e300 else None]
    for w, step in zip(path, steps):
        g = np.array(SURFACE.gradient(*w))
        length = np.hypot(*g)
        expected = -1e-3 * g * min(1, limit / length)
        assert_allclose(step, expected, rtol=1e-6, atol=1e-15)


def test_rprop_by_hand():
    # The signs of the gradient along the path are +, +, +, − and finally +.
    path = descend(rprop, Bowl(1, 1), 1.05, 1.05, rate=0.04, n_steps=5)
    steps = [-0.02, -0.024, -0.0288, 0.0144, 0.01728]
    assert_allclose(path[:, 0], 1.05 + np.cumsum([0, *steps]), rtol=1e-14)


def test_rprop_lands_where_the_tutorial_of_2015_did():
    """https://peterroelants.github.io/posts/rnn-implementation-part01/"""
    bits = np.around(np.random.RandomState(1).rand(20, 10))
    surface = Surface(bits, bits.sum(axis=1))
    path = descend(rprop, surface, -1.5, 2, rate=0.001, n_steps=500)
    assert_array_equal(path[-1].round(4), [1.0014, 0.9997])


def test_no_step_of_rprop_grows_without_bound():
    path = descend(rprop, Bowl(1, 1), 1, 1, rate=1, n_steps=5000)
    assert_array_equal(path, np.ones((5001, 2)))


def test_adam_matches_the_paper():
    """Algorithm 1 of Kingma and Ba, transcribed literally, with powers."""
    for start, rate in itertools.product([(-1.5, 2), (0.5, 0.5)], [1e-3, 0.1]):
        theta, m, v, path = np.array(start), np.zeros(2), np.zeros(2), [start]
        for step in range(1, 101):
            g = np.array(SURFACE.gradient(*theta))
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g**2
            m_hat, v_hat = m / (1 - 0.9**step), v / (1 - 0.999**step)
            theta = theta - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
            path.append(theta)
        found = descend(adam, SURFACE, *start, rate, 100)
        # The surface amplifies rounding errors.
        assert_allclose(found, path, rtol=1e-9)


@pytest.mark.parametrize("start", [(-1.5, 2), (0.5, 0.5), (3, 0), (2, -0.5)])
def test_gauss_newton_finds_the_minimum_that_scipy_finds(start):
    def errors(w):
        return forward_states(X, *w)[:, -1] - t

    other = least_squares(errors, start, method="lm")
    found = descend(gauss_newton, SURFACE, *start)[-1]
    assert_allclose(other.x, [1, 1], atol=1e-7)
    assert_allclose(found, other.x, atol=1e-6)


@pytest.mark.parametrize(
    "start", [(0.8, 0.9), (1.2, 1.2), (2, 0.8), (0.5, 0.5), (0, 0)]
)
def test_gauss_newton_takes_few_steps_from_a_good_start(start):
    path = descend(gauss_newton, SURFACE, *start, n_steps=9)
    assert SURFACE.loss(*path[-1]) < 1e-9


def sloping(heights):
    """A slope of 2 in both directions without any bend; the loss is what is said, call by call."""
    heights = iter(heights)
    return SimpleNamespace(
        loss=lambda wx, wRec: next(heights),
        gradient=lambda wx, wRec: (2.0, 2.0),
        curvature=lambda wx, wRec: (0.0, 0.0, 0.0),
    )


def test_the_damping_of_gauss_newton_by_hand():
    """Without a bend each step is 1 / damping, which stays between 1e-12 and 1e12."""
    start = np.zeros(2)
    downhill = gauss_newton(sloping(itertools.count(0, -1)), start, 1e-3)
    w = np.array([start, *itertools.islice(downhill, 13)])
    damping = [*(10.0**-k for k in range(3, 13)), 1e-12, 1e-12, 1e-12]
    assert_allclose(np.diff(w[:, 0]), -1 / np.array(damping), rtol=1e-9)
    assert_array_equal(w[:, 0], w[:, 1])
    # No lower at first, then lower: the step shows how far the damping has gone up.
    for n_refused, damping in [(1, 1e-2), (4, 10), (15, 1e12), (20, 1e12)]:
        walk = gauss_newton(sloping([5] + [5] * n_refused + [4]), start)
        *refused, last = itertools.islice(walk, n_refused + 1)
        assert_array_equal(refused, np.zeros((n_refused, 2)))
        assert_allclose(last, -1 / damping, rtol=1e-12)


def test_gauss_newton_never_climbs():
    path = descend(gauss_newton, SURFACE, *GRID, n_steps=60)
    heights = SURFACE.loss(path[:, 0], path[:, 1])
    assert (np.diff(heights, axis=0) <= 0).all()


def test_curvature_is_that_of_the_sensitivities():
    rng = np.random.default_rng(4)
    for wx, wRec in rng.uniform(-1.5, 1.5, (20, 2)):
        J = [
            complex_step_gradient(
                lambda *w, i=i: forward_states(X, *w)[i, -1], (wx, wRec)
            )
            for i in range(len(X))
        ]
        (a, b), (_, c) = np.transpose(J) @ J / len(X)
        assert_allclose(SURFACE.curvature(wx, wRec), (a, b, c), rtol=1e-12)


@pytest.mark.parametrize("n_steps", [1, 2, 3])
def test_curvature_of_short_sequences(n_steps):
    surface = Surface(np.ones((4, n_steps)), np.full(4, n_steps))
    slope = sum(k * 0.5 ** (k - 1) for k in range(1, n_steps))
    assert_allclose(surface.curvature(2, 0.5)[2], (2 * slope) ** 2)


# ---------------------------------------------------------------------- where they end


@pytest.mark.parametrize(
    ("rate", "arrives"), [(1.43e-3, True), (1.44e-3, False)]
)
def test_gradient_descent_is_stable_below_two_over_the_largest_curvature(
    rate, arrives
):
    a, b, c = SURFACE.curvature(1.0, 1.0)
    # At the minimum all errors are 0, so the Hessian is 2 J'J / N.
    largest = np.linalg.eigvalsh([[2 * a, 2 * b], [2 * b, 2 * c]])[-1]
    assert bool(rate < 2 / largest) is arrives
    assert_allclose(2 / largest, 1.4305e-3, rtol=1e-4)
    path = descend(gradient_descent, SURFACE, 1.001, 1.001, rate, 6000)
    heights = SURFACE.loss(path[:, 0], path[:, 1])
    if arrives:
        assert heights[-1] < 1e-3 * heights[0]
    else:
        assert heights[-1000:].max() > heights[0]


def test_gradient_descent_blows_up_where_clipping_does_not():
    start = (SURFACE, -1.5, 2)
    path = descend(gradient_descent, *start)
    assert np.isfinite(path).all()
    assert np.abs(path[-1]).max() > BOUND
    assert FATES[fates(SURFACE, *path[-1])] == "blown up"
    for optimizer in (clipped_descent, rprop, adam, gauss_newton):
        path = descend(optimizer, *start)
        assert np.abs(path).max() < 4


def test_shares_of_the_map_of_fates():
    reached, _, wrong_valley, blown_up = range(4)
    assert 0.37 < 1 - shares(gradient_descent)[blown_up] < 0.39
    assert shares(gradient_descent, n_steps=4000)[reached] > 0.37
    clipped = shares(clipped_descent, n_steps=4000)
    assert 0.62 < clipped[reached] < 0.77
    assert clipped[blown_up] == 0
    assert 0.34 < clipped[wrong_valley] < 0.36
    early, late = shares(rprop)[reached], shares(rprop, n_steps=2000)[reached]
    assert 0.60 < early < 0.64 < late < 0.67
    assert shares(gauss_newton)[reached] > 0.9


@EACH
def test_no_path_from_the_map_comes_back_from_beyond_the_bound(optimizer):
    """This is why a path ends there, although from a start far out some would."""
    starts = np.array(GRID)[:, ::2, ::2]
    for rate in (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1):
        beyond = np.zeros(starts[0].shape, bool)
        with np.errstate(all="ignore"):
            walk = optimizer(SURFACE, starts, rate)
            for w in itertools.islice(walk, 500):
                beyond |= ~(np.abs(w).max(axis=0) <= BOUND)
        assert not (beyond & (np.abs(w).max(axis=0) <= BOUND)).any()


@EACH
def test_from_a_start_beyond_the_bound_two_would_come_back(optimizer):
    walk = optimizer(SURFACE, np.array([150, 0.5]), 1e-3)
    with np.errstate(all="ignore"):
        *_, end = itertools.islice(walk, 500)
    comes_back = np.abs(end).max() <= BOUND
    assert comes_back == (optimizer in (rprop, gauss_newton))


def test_rprop_takes_a_gradient_of_0_for_a_sign_of_its_own():
    """Rprop⁻ of Igel and Hüsken would leave the step as long as it is."""
    slopes = iter([1, 1, 0, 1, 1])
    surface = SimpleNamespace(gradient=lambda wx, wRec: (next(slopes), 0))
    path = descend(rprop, surface, 0, 0, rate=1, n_steps=5)
    steps = [-0.5, -0.6, 0, -0.15, -0.18]
    assert_allclose(path[1:, 0], np.cumsum(steps), rtol=1e-14)


def test_reached_means_near_one_one():
    wx, wRec = np.meshgrid(np.linspace(-3, 3, 601), np.linspace(-3, 3, 601))
    fate = fates(SURFACE, wx, wRec)
    near = (np.abs(wx - 1) < 0.1) & (np.abs(wRec - 1) < 0.03)
    assert fate[300 + 100, 300 + 100] == 0
    assert near[fate == 0].all()
    say_zero = SURFACE.loss(0, 0)
    valley = (wRec < -1) & (SURFACE.loss(wx, wRec) < say_zero)
    assert_array_equal(fate == 2, valley)


@pytest.mark.parametrize(
    ("wx", "wRec", "fate"),
    [
        (1, 1, "near (1, 1)"),
        (1, 0.5, "still on the way"),
        (0.1, -1.0, "still on the way"),
        (0.1, -1.01, "still on the way"),
        (SURFACE.floor(-1.01), -1.01, "wrong valley"),
        (SURFACE.floor(-BOUND), -BOUND, "wrong valley"),
        (0, -BOUND, "still on the way"),
        (0, -100.1, "blown up"),
        (1e300, 1e300, "blown up"),
        (np.nan, 1, "blown up"),
        (1, -np.inf, "blown up"),
    ],
)
def test_fate_of_one_start(wx, wRec, fate):
    assert FATES[fates(SURFACE, wx, wRec)] == fate
    assert FATES[fates(SURFACE, [wx], [wRec])[0]] == fate


@EACH
def test_a_fate_is_decided_where_its_path_first_meets_the_bound(optimizer):
    rng = np.random.default_rng(3)
    wx, wRec = rng.uniform(-3, 3, (2, 5, 8))
    path = descend(optimizer, SURFACE, wx, wRec, 1e-3, 200)
    fate, steps = fates(SURFACE, *path[-1]), decided(SURFACE, path)
    assert fate.shape == steps.shape == (5, 8)
    for place in np.ndindex(5, 8):
        single = path[(..., *place)]
        low = SURFACE.loss(*single.T) < REACHED
        left = np.abs(single).max(axis=1) > BOUND
        first = {0: low, 3: left}.get(fate[place], np.zeros(201, bool))
        assert steps[place] == (first.argmax() if first.any() else 200)
    # One start is a grid without axes.
    one = descend(optimizer, SURFACE, 1, 1.02, 1e-3, 200)
    assert decided(SURFACE, one).shape == ()


def test_on_the_bound_a_path_goes_on_and_at_the_height_it_has_not_arrived():
    path = descend(gradient_descent, Bowl(1, 1), BOUND, -BOUND, 0.5, 1)
    assert_array_equal(path[-1], [50.5, -49.5])
    level = SimpleNamespace(loss=lambda wx, wRec: 0 * wx + REACHED)
    assert fates(level, 1.0, 1.0) == 1
    path = np.array([[1, BOUND], [1, BOUND], [1, 2 * BOUND]])
    assert decided(level, path) == 2
    # At the level for a step, and below it from then on.
    falling = SimpleNamespace(loss=lambda wx, wRec: REACHED - wx / 100)
    path = np.array([[-1.0, 0], [0, 0], [0.5, 0], [0.6, 0]])
    assert decided(falling, path) == 2


def test_what_does_not_last_decides_nothing():
    path = np.array([[1.0, 1], [1, 1], [3, 0]])
    assert fates(SURFACE, *path[1]) == 0
    assert decided(SURFACE, path) == 2


def test_heights_for_reached():
    wRec = np.linspace(0.5, 1.5, 10_001)
    inside = wRec[SURFACE.loss(SURFACE.floor(wRec), wRec) < REACHED]
    assert 0.98 < inside[0] < inside[-1] < 1.02


# ---------------------------------------------------------------------- laws of all six


def test_what_is_not_said_is_as_the_book_and_its_pages_have_it():
    """Links to a descent leave out what is as usual, so this must stay."""
    usual = {
        gradient_descent: {},
        clipped_descent: {"limit": 10},
        momentum: {"decay": 0.9},
        rprop: {"eta_plus": 1.2, "eta_minus": 0.5, "largest": 50},
        adam: {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        gauss_newton: {},
    }
    assert [*usual] == [*OPTIMIZERS.values()]
    for optimizer, others in usual.items():
        assert defaults_of(optimizer) == {"rate": 1e-3, **others}
    assert defaults_of(descend) == {"rate": 1e-3, "n_steps": 500}


@EACH
@pytest.mark.parametrize("rate", RATES)
def test_a_grid_is_a_stack_of_single_starts(optimizer, rate):
    wx, wRec = np.random.default_rng(7).uniform(-3, 3, (2, 2, 3))
    path = descend(optimizer, SURFACE, wx, wRec, rate, 60)
    assert path.shape == (61, 2, 2, 3)
    for i in np.ndindex(wx.shape):
        single = descend(optimizer, SURFACE, wx[i], wRec[i], rate, 60)
        assert single.shape == (61, 2)
        assert_array_equal(path[(..., *i)], single)


@EACH
@settings(max_examples=25)
@given(st.tuples(*[st.floats(-3, 3)] * 2), st.floats(1e-5, 1))
def test_every_path_is_finite_and_without_warnings(optimizer, start, rate):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(optimizer, SURFACE, *start, rate, 100)
        fate = fates(SURFACE, *path[-1])
    assert_array_equal(path[0], start)
    assert np.isfinite(path).all()
    # Beyond the bound a path stays where it is.
    beyond = np.abs(path).max(axis=1) > BOUND
    assert (fate == 3) == beyond.any()
    assert (np.diff(beyond.astype(int)) >= 0).all()
    assert_array_equal(path[beyond], path[-1:].repeat(beyond.sum(), axis=0))


@EACH
def test_at_the_minimum_nothing_moves(optimizer):
    path = descend(optimizer, SURFACE, 1, 1, n_steps=2000)
    assert_array_equal(path, np.ones_like(path))


@EACH
def test_starts_on_the_axes_move_on(optimizer):
    for start in [(0, 0), (0, 2), (0, -3), (2, 0)]:
        path = descend(optimizer, SURFACE, *start, 1e-6, 50)
        assert np.isfinite(path).all()
        assert not np.array_equal(path[0], path[-1])


@EACH
def test_the_start_is_copied_and_the_same_call_gives_the_same_path(optimizer):
    wx, wRec = np.array([-1.5, 0.5]), np.array([2, 1])
    first = descend(optimizer, SURFACE, wx, wRec, n_steps=20)
    assert_array_equal(wx, [-1.5, 0.5])
    again = descend(optimizer, SURFACE, wx, wRec, n_steps=20)
    assert_array_equal(first, again)


def test_any_gradient_will_do():
    def gradient(wx, wRec):
        S = forward_states(X, wx, wRec)
        return backward_gradient(X, S, output_gradient(S[..., -1], t), wRec)[0]

    through_time = SimpleNamespace(gradient=gradient)
    for optimizer in (gradient_descent, clipped_descent, momentum):
        path = descend(optimizer, through_time, 0.8, 0.9, 1e-4, 30)
        assert_allclose(
            path, descend(optimizer, SURFACE, 0.8, 0.9, 1e-4, 30), rtol=1e-10
        )
    path = descend(adam, through_time, *np.ones((2, 3)) / 2, 1e-2, 30)
    assert path.shape == (31, 2, 3)
    assert loss(forward_states(X, *path[-1])[..., -1], t)[0] < loss(
        forward_states(X, 0.5, 0.5)[:, -1], t
    )


# ---------------------------------------------------------------------- what is refused


@EACH
@pytest.mark.parametrize("rate", [0, -1, np.nan, np.inf])
def test_refuses_a_rate_that_is_not_positive(optimizer, rate):
    with pytest.raises(ValueError, match=f"rate is {rate}; it must be"):
        descend(optimizer, SURFACE, 1, 1, rate)


@pytest.mark.parametrize("limit", [0, -10, np.nan])
def test_refuses_a_limit_that_is_not_positive(limit):
    with pytest.raises(ValueError, match=f"limit is {limit}; it must be"):
        descend(clipped_descent, SURFACE, 1, 1, limit=limit)


@pytest.mark.parametrize(
    ("wx", "wRec", "error", "message"),
    [
        (np.nan, 1, ValueError, "^wx is nan; every value must be finite"),
        (1, [1, np.inf], ValueError, r"^wRec\[1\] is inf; every value must"),
        (1j, 1, TypeError, "^wx is complex, 1j; it must be real"),
        ("1", 1, TypeError, "^wx is '1'; it must hold numbers"),
        (1, None, TypeError, "^wRec is None; it must hold numbers"),
        (
            [1, 2],
            [1, 2, 3],
            ValueError,
            r"wx has shape \(2,\) and wRec has shape \(3,\)",
        ),
        (1, [1, 2], ValueError, "they must have the same shape"),
    ],
)
def test_refuses_a_bad_start(wx, wRec, error, message):
    with pytest.raises(error, match=message):
        descend(gradient_descent, SURFACE, wx, wRec)


@pytest.mark.parametrize(
    ("n_steps", "error"),
    [(0, ValueError), (2.0, TypeError), (True, TypeError)],
)
def test_refuses_a_bad_number_of_steps(n_steps, error):
    with pytest.raises(error, match=f"n_steps is {n_steps}; it must be"):
        descend(gradient_descent, SURFACE, 1, 1, n_steps=n_steps)
