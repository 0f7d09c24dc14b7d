"""The loss surface in closed form, compared with running the network at every point."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)
from rnn_by_hand.surface import Surface

X, t = make_dataset()  # N = 50, n = 10
EVERY_ROW = (np.arange(1024)[:, None] >> np.arange(9, -1, -1) & 1).astype(
    float
)
DATA = {
    "the book's": (X, t),
    "every row": (EVERY_ROW, EVERY_ROW.sum(axis=1)),
    "one number": ([[1]], [1]),
    "more steps than samples": make_dataset(2, 7, seed=3),
    "anything": (
        np.random.default_rng(4).normal(size=(6, 5)),
        np.random.default_rng(5).normal(size=6),
    ),
}
data_sets = pytest.mark.parametrize("data", DATA)


def some_weights(shape):
    return np.random.default_rng(7).uniform(-3, 3, size=(2, *shape))


def loss_of_network(X, t, wx, wRec):
    return loss(forward_states(X, wx, wRec)[..., -1], t)


def gradient_of_network(X, t, wx, wRec):
    S = forward_states(X, wx, wRec)
    return backward_gradient(X, S, output_gradient(S[..., -1], t), wRec)[0]


def largest_terms(X, t, wx, wRec):
    """Compute the loss and gradient without cancellation, which set the scale of rounding."""
    without_signs = np.abs(X), -np.abs(t), np.abs(wx), np.abs(wRec)
    return (
        loss_of_network(*without_signs),
        *gradient_of_network(*without_signs),
    )


# -------------------------------------------------------- the same numbers as the network


@data_sets
@pytest.mark.parametrize("shape", [(), (4,), (30, 20)])
def test_loss_is_that_of_the_network(data, shape):
    X, t = DATA[data]
    wx, wRec = some_weights(shape)
    value = Surface(X, t).loss(wx, wRec)
    assert np.shape(value) == shape
    expected = loss_of_network(X, t, wx, wRec)
    # The three terms cancel near the floor, so allow an error of 1e-14 of their sizes.
    floor = 1e-14 * largest_terms(X, t, wx, wRec)[0]
    assert (abs(value - expected) <= 1e-12 * expected + floor).all()


@data_sets
@pytest.mark.parametrize("shape", [(), (4,), (30, 20)])
def test_gradient_is_that_of_the_network(data, shape):
    X, t = DATA[data]
    wx, wRec = some_weights(shape)
    gradient = Surface(X, t).gradient(wx, wRec)
    expected = gradient_of_network(X, t, wx, wRec)
    floors = largest_terms(X, t, wx, wRec)[1:]
    for value, slope, floor in zip(gradient, expected, floors, strict=True):
        assert np.shape(value) == shape
        assert (abs(value - slope) <= 1e-12 * abs(slope) + 1e-14 * floor).all()


def test_weights_broadcast():
    surface = Surface(X, t)
    wx, wRec = np.linspace(-2, 2, 5), np.linspace(-1, 1, 3)[:, np.newaxis]
    whole = surface.loss(wx, wRec), *surface.gradient(wx, wRec)
    for value in whole:
        assert value.shape == (3, 5)
    for i, k in np.ndindex(3, 5):
        at = wx[k], wRec[i, 0]
        point = surface.loss(*at), *surface.gradient(*at)
        assert_array_equal([value[i, k] for value in whole], point)


# ------------------------------------------------------------------------- its coefficients


@pytest.mark.parametrize("n_steps", [1, 2, 10])
def test_coefficients(n_steps):
    surface = Surface(*make_dataset(4, n_steps))
    assert surface.A.shape == (2 * n_steps - 1,)
    assert surface.B.shape == (n_steps,)
    assert np.ndim(surface.C) == 0
    if n_steps == 10:
        assert surface.A.size + surface.B.size + 1 == 30
    for coefficients in (surface.A, surface.B, surface.C):
        assert_array_equal(coefficients, np.round(coefficients))


def test_coefficients_by_hand():
    """With r = wRec the outputs are wx (r + 2) and 3 wx r; the targets are 4 and 5."""
    surface = Surface([[1, 2], [3, 0]], [4, 5])
    assert_array_equal(surface.A, [1 + 9, 4, 4])
    assert_array_equal(surface.B, [4 + 15, 8])
    assert surface.C == 16 + 25
    assert surface.n_samples == 2


@pytest.mark.parametrize("seed", range(5))
def test_the_surface_touches_zero_at_one_and_one(seed):
    for n_samples, n_steps in [(1, 1), (50, 10), (20, 30)]:
        surface = Surface(*make_dataset(n_samples, n_steps, seed))
        assert surface.loss(1, 1) == 0
        assert surface.gradient(1, 1) == (0, 0)


def test_a_loss_is_never_negative():
    """A single sequence has a loss of zero all along the floor, apart from rounding."""
    surface = Surface(X[:1], t[:1])
    wRec = np.linspace(0.5, 1.5, 1000)
    loss = surface.loss(surface.floor(wRec), wRec)
    assert (loss >= 0).all()
    assert_allclose(loss, 0, atol=1e-13 * surface.C)


# ------------------------------------------------------------------- its floor and its shape


@data_sets
def test_the_floor_is_where_the_wx_gradient_vanishes(data):
    X, t = DATA[data]
    surface = Surface(X, t)
    wRec = np.linspace(-3, 3, 50)  # no zero among them
    wx = surface.floor(wRec)
    terms = largest_terms(X, t, wx, wRec)[1]
    assert (abs(surface.gradient(wx, wRec)[0]) <= 1e-14 * terms).all()
    lowest = surface.loss(wx, wRec)
    for factor in (0.99, 1.01):
        assert (surface.loss(factor * wx, wRec) > lowest).all()


def test_the_floor_of_every_row_has_a_formula():
    wRec = np.array([0, 0.5, 0.8, 1, 1.2, 1.5, 2, -0.7])
    powers = wRec[:, np.newaxis] ** np.arange(10)
    G1, G2 = powers.sum(axis=1), (powers**2).sum(axis=1)
    floor = Surface(*DATA["every row"]).floor(wRec)
    assert_allclose(floor, 11 * G1 / (G1**2 + G2), rtol=1e-13)
    assert_allclose(
        floor[:7], [5.5, 4.127, 2.166, 1, 0.376, 0.0804, 0.0081], atol=5e-4
    )


def test_the_height_of_the_floor_is_the_same_at_r_and_at_1_over_r():
    surface = Surface(*DATA["every row"])

    def height(wRec):
        return surface.loss(surface.floor(wRec), wRec)

    wRec = np.concatenate([np.linspace(0.35, 0.99, 40), -np.geomspace(0.3, 1)])
    # Rounding is relative to the mean of the squared targets, 27.5.
    assert_allclose(height(wRec), height(1 / wRec), rtol=1e-12, atol=1e-12)
    assert height(0.5) > 0.1


@pytest.mark.parametrize(
    ("data", "hessian", "eigenvalues"),
    [
        ("every row", [[55, 247.5], [247.5, 1155]], [1.878, 1208.1]),
        ("the book's", None, [2.382, 1398.1]),
    ],
)
def test_the_bend_at_the_minimum(data, hessian, eigenvalues):
    surface = Surface(*DATA[data])
    eps = 1e-5
    measured = np.array(
        [
            np.subtract(surface.gradient(*ahead), surface.gradient(*behind))
            / (2 * eps)
            for ahead, behind in (
                ((1 + eps, 1), (1 - eps, 1)),
                ((1, 1 + eps), (1, 1 - eps)),
            )
        ]
    )
    if hessian:
        assert_allclose(measured, hessian, rtol=1e-6)
    assert_allclose(measured, measured.T, rtol=1e-6)
    small, large = np.linalg.eigvalsh(measured)
    assert_allclose([small, large], eigenvalues, rtol=3e-4)
    if data == "every row":
        assert large / small == pytest.approx(643, abs=0.5)


# --------------------------------------------------------------------- overflow, bad input


@pytest.mark.parametrize("wx", [1, -2, 1e200, 0.0])
@pytest.mark.parametrize("wRec", [1e18, -1e18, 1e60, -1e200])
def test_overflow_is_infinite_and_silent(wx, wRec):
    surface = Surface(X, t)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grid = surface.loss(np.array([wx, 1]), np.array([wRec, 1]))
        surface.gradient(wx, wRec)
        surface.curvature(wx, wRec)
        surface.floor(wRec)
    assert surface.loss(wx, wRec) == np.inf
    assert_array_equal(grid, [np.inf, 0])


@pytest.mark.parametrize("wx", [1e160, -1e160, 1e300])
def test_overflow_in_wx_is_infinite_too(wx):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Surface(X, t).loss(wx, 0.5) == np.inf


def test_nan_stays_nan():
    surface = Surface(X, t)
    assert np.isnan(
        surface.loss(np.array([np.nan, 1]), np.array([1, np.nan]))
    ).all()


def test_data_without_a_one_have_no_floor():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(Surface([[0, 0]], [0]).floor(0.5))
        assert np.isnan(Surface([[1, 0]], [1]).floor(0))


@pytest.mark.parametrize(
    ("X", "t", "error", "message"),
    [
        ([1, 0], [1], ValueError, r"^X has shape \(2,\); it must"),
        (
            [[1, 0]],
            [1, 2],
            ValueError,
            r"^y has shape \(1,\); it .* = \(2,\), .* t$",
        ),
        ([[1, 0], [1]], [1, 1], ValueError, "^X has rows of different len"),
        ([], [], ValueError, "^X "),
        ([[1, np.nan]], [1], ValueError, r"^X\[0, 1\] is nan"),
        ([[1, 0]], [np.inf], ValueError, r"^t\[0\] is inf"),
        ([["1", "0"]], [1], TypeError, "^X is .*; it must hold numbers"),
        ([[1, 0]], ["1"], TypeError, "^t is .*; it must hold numbers"),
        ([[1, 0]], None, TypeError, "^t is None; it must hold numbers"),
        ([[1j, 0]], [1], TypeError, "^X is complex, .*; it must be real"),
        ([[1, 0]], [1j], TypeError, "^t is complex, .*; it must be real"),
    ],
)
def test_an_invalid_data_set_is_refused(X, t, error, message):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error, match=message):
            Surface(X, t)


def test_data_may_be_changed_afterwards():
    X, t = make_dataset()
    surface = Surface(X, t)
    before = surface.loss(0.7, 0.8)
    X[:], t[:] = 5, 7
    assert surface.loss(0.7, 0.8) == before


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.float32])
def test_data_of_any_type(dtype):
    surface = Surface(X.astype(dtype), t.astype(np.uint8))
    for name in ("A", "B", "C"):
        assert_array_equal(
            getattr(surface, name), getattr(Surface(X, t), name)
        )
        assert np.asarray(getattr(surface, name)).dtype == float
