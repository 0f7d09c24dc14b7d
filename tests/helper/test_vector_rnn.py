"""The general recurrence, against independent methods and the one-number network."""

import warnings

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand import model
from rnn_by_hand.gradient_check import (
    check_gradients,
    complex_step_gradient,
    numerical_gradient,
)
from rnn_by_hand.vector_rnn import (
    ACTIVATIONS,
    Params,
    backward_gradient,
    forward_states,
    from_vector,
    initial_params,
    loss,
    output_gradient,
    outputs,
    to_vector,
    update_state,
)

activations = pytest.mark.parametrize("activation", ACTIVATIONS)
few = settings(max_examples=20, deadline=None, derandomize=True)
sizes = st.tuples(*[st.integers(1, 4)] * 5, st.integers(0, 2**32 - 1))


def any_network(
    n_samples=3, n_steps=4, n_inputs=2, n_states=3, n_outputs=2, seed=1
):
    """Make data and parameters, including biases, without any special symmetry."""
    rng = np.random.default_rng(seed)
    params = initial_params(n_inputs, n_states, n_outputs, rng, 0.7)
    params = params._replace(
        b=rng.normal(size=n_states), by=rng.normal(size=n_outputs)
    )
    X = rng.normal(size=(n_samples, n_steps, n_inputs))
    T = rng.normal(size=(n_samples, n_steps, n_outputs))
    return X, T, params


def loss_of_network(X, T, params, activation):
    return loss(outputs(forward_states(X, params, activation), params), T)


def gradient_of_network(X, T, params, activation):
    S = forward_states(X, params, activation)
    grad_out = output_gradient(outputs(S, params), T)
    return backward_gradient(X, S, grad_out, params, activation)


# Functions from autograd, so that the comparison is independent of the helper.
INDEPENDENT = {
    "identity": lambda z: z,
    "tanh": anp.tanh,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "ReLU": lambda z: anp.maximum(z, 0),
}


def autograd_loss(params, X, T, activation, moved=None):
    """Compute the loss, with `moved` added to the states if given."""
    Wx, WRec, b, Wy, by = params
    s, total = anp.zeros((len(X), len(b))), 0
    if moved is not None:
        s = s + moved[:, 0]
    for k in range(X.shape[1]):
        z = anp.dot(s, WRec) + anp.dot(X[:, k], Wx) + b
        s = INDEPENDENT[activation](z)
        if moved is not None:
            s = s + moved[:, k + 1]
        total = total + anp.sum((anp.dot(s, Wy) + by - T[:, k]) ** 2)
    return total / len(X)


# ----------------------------------------------------------------------------- known values


def test_one_step_by_hand():
    params = Params(
        Wx=[[1, 2]], WRec=[[0, 1], [2, 0]], b=[0, -1], Wy=[[1], [10]], by=[5]
    )
    S = forward_states([[[1], [3]]], params, "identity")
    # 1 * (1, 2) + (0, -1), then (2 * 1, 1 * 1) + 3 * (1, 2) + (0, -1)
    assert_array_equal(S, [[[0, 0], [1, 1], [5, 6]]])
    assert_array_equal(outputs(S, params), [[[16], [70]]])
    assert loss([[[16], [70]]], [[[15], [68]]]) == 1 + 4
    assert_array_equal(
        output_gradient([[[16], [70]]], [[[15], [68]]]), [[[2], [4]]]
    )


def test_update_state_is_one_step():
    X, _, params = any_network()
    S = forward_states(X, params)
    for k in range(1, X.shape[1] + 1):
        assert_array_equal(
            S[:, k],
            update_state(X[:, k - 1], S[:, k - 1], params, np.tanh),
        )


def test_states_row_by_row():
    X, _, params = any_network()
    S = forward_states(X, params, "tanh")
    for i, k in np.ndindex(X.shape[:2]):
        for h in range(3):
            total = params.b[h]
            for g in range(3):
                total += S[i, k, g] * params.WRec[g, h]
            for d in range(2):
                total += X[i, k, d] * params.Wx[d, h]
            assert_allclose(S[i, k + 1, h], np.tanh(total), rtol=1e-14)


# ------------------------------------------------------------------------------ activations


@activations
def test_the_slope_is_the_derivative(activation):
    f, slope = ACTIVATIONS[activation]
    z = np.array([-700, -3, -0.5, -1e-3, 1e-3, 0.5, 3, 700])
    assert_allclose(f(z), INDEPENDENT[activation](z), rtol=1e-13, atol=1e-16)
    assert_allclose(slope(f(z)), f(z + 1e-20j).imag / 1e-20, atol=1e-15)


@activations
@pytest.mark.parametrize("dtype", [np.float32, float, complex])
def test_a_slope_has_the_precision_of_its_state(activation, dtype):
    f, slope = ACTIVATIONS[activation]
    assert slope(f(np.ones(2, dtype))).dtype == dtype


def test_relu_is_flat_at_its_corner():
    f, slope = ACTIVATIONS["ReLU"]
    assert f(np.zeros(1)) == slope(f(np.zeros(1))) == 0
    assert f(np.array([1e-20j])) == 0


@activations
@pytest.mark.parametrize("size", [1e3, 1e308])
def test_no_activation_warns(activation, size):
    X, T, params = any_network()
    X, WRec = (size * (a / abs(a).max()) for a in (X, params.WRec))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient_of_network(X, T, params._replace(WRec=WRec), activation)


# -------------------------------------------------------------------- independent gradients


@few
@activations
@given(sizes=sizes)
def test_gradient_is_that_of_autograd(activation, sizes):
    X, T, params = any_network(*sizes)
    assert_allclose(
        loss_of_network(X, T, params, activation),
        autograd_loss(params, X, T, activation),
        rtol=1e-11,
    )
    gradients, grad_over_time = gradient_of_network(X, T, params, activation)
    expected = autograd.grad(autograd_loss)(tuple(params), X, T, activation)
    for name, gradient, right in zip(Params._fields, gradients, expected):
        assert gradient.shape == getattr(params, name).shape
        scale = max(1, abs(right).max())
        assert_allclose(gradient, right, rtol=1e-9, atol=1e-11 * scale)
    S_shape = (*X.shape[:2], len(params.b))
    assert grad_over_time.shape == (S_shape[0], S_shape[1] + 1, S_shape[2])


@activations
def test_gradient_over_time_is_what_moving_a_state_does(activation):
    X, T, params = any_network()
    _, grad_over_time = gradient_of_network(X, T, params, activation)
    still = np.zeros_like(grad_over_time)
    expected = autograd.grad(autograd_loss, 4)(params, X, T, activation, still)
    assert_allclose(grad_over_time / len(X), expected, rtol=1e-12, atol=1e-14)


@few
@activations
@given(sizes=sizes)
def test_gradient_is_the_complex_step(activation, sizes):
    X, T, params = any_network(*sizes)
    gradients, _ = gradient_of_network(X, T, params, activation)
    expected = complex_step_gradient(
        lambda *params: loss_of_network(X, T, Params(*params), activation),
        params,
    )
    for gradient, right in zip(gradients, expected):
        scale = max(1, abs(right).max())
        assert_allclose(gradient, right, rtol=1e-9, atol=1e-11 * scale)


@activations
def test_gradient_passes_the_check_of_the_book(activation):
    X, T, params = any_network()

    def loss_at(Wx, WRec, b, Wy, by):
        at = Params(Wx, WRec, b, Wy, by)
        return loss_of_network(X, T, at, activation)

    def gradient_at(*params):
        return gradient_of_network(X, T, Params(*params), activation)[0]

    check = check_gradients(loss_at, gradient_at, params)
    assert len(check.rows) == to_vector(params).size
    assert check.rows[0].name == "Wx[0, 0]"


def test_gradient_of_a_vector_of_parameters():
    X, T, params = any_network()
    gradients, _ = gradient_of_network(X, T, params, "tanh")
    (measured,) = numerical_gradient(
        lambda vector: loss_of_network(
            X, T, from_vector(vector, params), "tanh"
        ),
        [to_vector(params)],
    )
    assert_allclose(to_vector(gradients), measured, rtol=1e-6, atol=1e-7)


@activations
def test_batch_is_a_stack_of_single_sequences(activation):
    X, T, params = any_network()
    whole, grad_over_time = gradient_of_network(X, T, params, activation)
    singles = [
        gradient_of_network(X[i : i + 1], T[i : i + 1], params, activation)
        for i in range(len(X))
    ]
    mean = np.mean([to_vector(gradient) for gradient, _ in singles], axis=0)
    assert_allclose(to_vector(whole), mean, rtol=1e-12, atol=1e-14)
    for i, (_, single) in enumerate(singles):
        assert_allclose(grad_over_time[i], single[0], rtol=1e-12, atol=1e-14)


# ---------------------------------------------------------------------- the small network


@pytest.mark.parametrize(("wx", "wRec"), [(1.2, 0.7), (0.8, -0.9), (1, 1)])
def test_one_state_with_the_identity_is_the_model(wx, wRec):
    """Forward bit for bit, and backward too, up to sums taken in another order."""
    X, t = model.make_dataset()
    small_S = model.forward_states(X, wx, wRec)
    small_grad_out = model.output_gradient(small_S[:, -1], t)
    small = model.backward_gradient(X, small_S, small_grad_out, wRec)

    params = Params([[wx]], [[wRec]], [0], [[1]], [0])
    X, T = X[..., np.newaxis], t[:, np.newaxis, np.newaxis]
    S = forward_states(X, params, "identity")
    Y = outputs(S, params)[:, -1:]
    grad_out = np.zeros((*X.shape[:2], 1))
    grad_out[:, -1:] = output_gradient(Y, T)
    gradients, grad_over_time = backward_gradient(
        X, S, grad_out, params, "identity"
    )
    assert_array_equal(S[..., 0], small_S)
    assert_array_equal(grad_out[:, -1, 0], small_grad_out)
    assert_array_equal(grad_over_time[..., 0], small[1])
    assert_allclose(loss(Y, T), model.loss(small_S[:, -1], t), rtol=1e-15)
    # 500 terms of both signs: an error of a few units in the last place of their sum.
    assert_allclose(gradients.Wx, [[small[0][0]]], rtol=2e-14)
    assert_allclose(gradients.WRec, [[small[0][1]]], rtol=2e-14)


# --------------------------------------------------------------- vectors, starts, precision


def test_a_vector_holds_every_number_once():
    _, _, params = any_network()
    params = from_vector(np.arange(6 + 9 + 3 + 6 + 2), params)
    assert_array_equal(params.Wx, [[0, 1, 2], [3, 4, 5]])
    assert_array_equal(params.by, [24, 25])
    assert_array_equal(to_vector(params), np.arange(26))
    to_vector(params)[:] = -1
    assert params.Wx[0, 0] == 0


def test_a_start_depends_only_on_its_generator():
    one, same, other = (
        to_vector(initial_params(2, 3, 1, np.random.default_rng(seed)))
        for seed in (5, 5, 6)
    )
    assert_array_equal(one, same)
    assert (one != other).any()
    wide = initial_params(50, 60, 40, np.random.default_rng(0), scale=0.3)
    for weights in (wide.Wx, wide.WRec, wide.Wy):
        assert 0.28 < weights.std() < 0.32
    assert not wide.b.any()
    assert not wide.by.any()


def test_arguments_stay_as_they_were():
    X, T, params = any_network()
    S = forward_states(X, params)
    grad_out = output_gradient(outputs(S, params), T)
    for array in (X, T, S, grad_out, *params):
        array.flags.writeable = False
    gradients, grad_over_time = backward_gradient(X, S, grad_out, params)
    for array in (*gradients, grad_over_time):
        assert not np.shares_memory(array, grad_out)


@activations
@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_precision_follows_data_and_parameters(activation, dtype):
    X, T, params = any_network()
    params = Params(*(array.astype(dtype) for array in params))
    X, T = X.astype(np.float32), T.astype(np.float32)
    assert forward_states(X, params, activation).dtype == dtype
    gradients, grad_over_time = gradient_of_network(X, T, params, activation)
    assert {a.dtype for a in (*gradients, grad_over_time)} == {np.dtype(dtype)}


def test_whole_numbers_become_floats():
    _, _, params = any_network(n_inputs=1)
    X = np.ones((2, 3, 1), np.int8)
    assert_array_equal(
        forward_states(X, params), forward_states(X * 1.0, params)
    )
    unsigned = np.zeros((1, 1, 1), np.uint8), np.ones((1, 1, 1), np.uint8)
    assert output_gradient(*unsigned) == -2


# --------------------------------------------------------------------------------- bad input

X, T, params = (
    any_network()
)  # 3 samples, 4 steps, 2 inputs, 3 states, 2 outputs
GOOD = {
    forward_states: {"X": X, "params": params, "activation": "tanh"},
    outputs: {"S": np.ones((3, 5, 3)), "params": params},
    loss: {"Y": T, "T": T},
    output_gradient: {"Y": T, "T": T},
    backward_gradient: {
        "X": X,
        "S": np.ones((3, 5, 3)),
        "grad_out": T,
        "params": params,
        "activation": "tanh",
    },
    initial_params: {
        "n_inputs": 2,
        "n_states": 3,
        "n_outputs": 1,
        "rng": np.random.default_rng(0),
    },
    from_vector: {"vector": np.ones(26), "like": params},
}


@pytest.mark.parametrize("function", GOOD)
def test_the_good_arguments_are_good(function):
    function(**GOOD[function])


@pytest.mark.parametrize(
    ("function", "changes", "error", "message"),
    [
        (
            forward_states,
            {"X": np.ones((3, 4))},
            ValueError,
            "X has shape (3, 4); it must be (n_samples, n_steps, n_inputs) "
            "= (n_samples, n_steps, 2)",
        ),
        (forward_states, {"X": np.ones((3, 4, 5))}, ValueError, "steps, 2)"),
        (forward_states, {"X": np.ones((0, 4, 2))}, ValueError, "X is empty"),
        (forward_states, {"X": X * np.nan}, ValueError, "X[0, 0, 0] is nan"),
        (
            forward_states,
            {"X": "one"},
            TypeError,
            "X is 'one'; it must hold numbers",
        ),
        (forward_states, {"X": [[[1, 0], [1]]]}, ValueError, "X has rows of"),
        (
            forward_states,
            {"params": (1, 2)},
            TypeError,
            "params is (1, 2); it must hold Wx, WRec, b, Wy, by",
        ),
        (
            forward_states,
            {"params": params._replace(Wx=[1, 2])},
            ValueError,
            "Wx has shape (2,); it must be (n_inputs, n_states)",
        ),
        (
            forward_states,
            {"params": params._replace(WRec=np.ones((3, 2)))},
            ValueError,
            "WRec has shape (3, 2); it must be (n_states, n_states) = (3, 3)",
        ),
        (
            forward_states,
            {"params": params._replace(b=0.0)},
            ValueError,
            "b has shape (); it must be (n_states,) = (3,)",
        ),
        (
            outputs,
            {"params": params._replace(Wy=np.ones((2, 3)))},
            ValueError,
            "by has shape (2,); it must be (n_outputs,) = (3,), to go with Wy",
        ),
        (
            outputs,
            {"params": params._replace(by=np.ones(3))},
            ValueError,
            "by has shape (3,); it must be (n_outputs,) = (2,)",
        ),
        (
            outputs,
            {"S": np.ones((3, 5, 2))},
            ValueError,
            "S has shape (3, 5, 2); it must be "
            "(n_samples, n_steps + 1, n_states) = (n_samples, n_steps + 1, 3)",
        ),
        (
            forward_states,
            {"activation": "tan"},
            ValueError,
            "activation is 'tan'; it must be one of identity, tanh, sigmoid",
        ),
        (
            backward_gradient,
            {"activation": None},
            ValueError,
            "activation is None",
        ),
        (
            backward_gradient,
            {"S": np.ones((3, 4, 3))},
            ValueError,
            "S has shape (3, 4, 3); it must be "
            "(n_samples, n_steps + 1, n_states) = (3, 5, 3)",
        ),
        (
            backward_gradient,
            {"grad_out": T[:, -1]},
            ValueError,
            "grad_out has shape (3, 2); it must be "
            "(n_samples, n_steps, n_outputs) = (3, 4, 2)",
        ),
        (
            loss,
            {"Y": T[:, -1:]},
            ValueError,
            "Y has shape (3, 1, 2); it must be "
            "(n_samples, n_steps, n_outputs) = (3, 4, 2)",
        ),
        (loss, {"T": T[0]}, ValueError, "T has shape (4, 2); it must be"),
        (loss, {"T": T * np.inf}, ValueError, "T[0, 0, 0] is"),
        (
            output_gradient,
            {"Y": None},
            TypeError,
            "Y is None; it must hold numbers",
        ),
        (initial_params, {"n_states": 0}, ValueError, "n_states is 0"),
        (initial_params, {"n_inputs": 2.0}, TypeError, "n_inputs is 2.0"),
        (initial_params, {"rng": 7}, TypeError, "rng is 7; it must be a Gen"),
        (
            from_vector,
            {"vector": np.ones(25)},
            ValueError,
            "vector has shape (25,); it must be (26,)",
        ),
    ],
)
def test_bad_input_is_named(function, changes, error, message):
    with pytest.raises(error) as caught:
        function(**GOOD[function] | changes)
    assert message in str(caught.value)
