"""The GRU and the LSTM, against autograd, a complex step, numbers by hand and the counter."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand import model
from rnn_by_hand.gated import (
    GatedParams,
    gru_gates,
    gru_gradient,
    gru_states,
    initial_gated_params,
    lstm_gates,
    lstm_gradient,
    lstm_states,
    set_forget_bias,
)
from rnn_by_hand.gradient_check import (
    GradientCheckError,
    check_gradients,
    complex_step_gradient,
)
from rnn_by_hand.vector_rnn import (
    from_vector,
    loss,
    output_gradient,
    outputs,
    to_vector,
)

few = settings(max_examples=20, deadline=None, derandomize=True)
sizes = st.tuples(*[st.integers(1, 4)] * 5, st.integers(0, 2**32 - 1))


def sigmoid(x):
    return 1 / (1 + anp.exp(-x))


def gru_step(x, memory, params):
    """One step in autograd's NumPy, gate by gate, from the equations in PyTorch's documentation."""
    Wx, WRec, bx, bRec = params[:4]
    (h,) = memory
    n = len(WRec)

    def a(g):
        part = slice(g * n, (g + 1) * n)
        return anp.dot(x, Wx[:, part]) + bx[part]

    def b(g):
        part = slice(g * n, (g + 1) * n)
        return anp.dot(h, WRec[:, part]) + bRec[part]

    r, z = sigmoid(a(0) + b(0)), sigmoid(a(1) + b(1))
    new = anp.tanh(a(2) + r * b(2))
    return ((1 - z) * new + z * h,)


def lstm_step(x, memory, params):
    Wx, WRec, bx, bRec = params[:4]
    h, c = memory
    n = len(WRec)
    sums = anp.dot(x, Wx) + bx + anp.dot(h, WRec) + bRec
    i, f, g, o = (sums[:, j * n : (j + 1) * n] for j in range(4))
    c = sigmoid(f) * c + sigmoid(i) * anp.tanh(g)
    return sigmoid(o) * anp.tanh(c), c


class Kind:
    """What the tests need to know about one of the two networks."""

    def __init__(self, n_gates, n_memories, step, states, gradient):
        self.n_gates, self.n_memories = n_gates, n_memories
        self.step, self.gradient = step, gradient
        self._states = states

    def states(self, X, params):
        found = self._states(X, params)
        return found if isinstance(found, tuple) else (found,)

    def loss(self, X, T, params):
        return loss(outputs(self.states(X, params)[0], params), T)

    def all_gradients(self, X, T, params):
        memories = self.states(X, params)
        grad_out = output_gradient(outputs(memories[0], params), T)
        return self.gradient(X, *memories, grad_out, params)

    def oracle(self, params, X, T, moved):
        """The loss again, with `moved` added to what is remembered at each step."""
        Wy, by = params[4:]
        memory = [moved[m][:, 0] for m in range(self.n_memories)]
        total = 0
        for k in range(X.shape[1]):
            memory = self.step(X[:, k], memory, params)
            if self.n_memories == 2:
                # The output gate reads the cell state after it has been moved.
                h, c = memory
                c = c + moved[1][:, k + 1]
                h = h + _through_the_output_gate(X[:, k], memory, c, h)
                memory = h + moved[0][:, k + 1], c
            else:
                memory = (memory[0] + moved[0][:, k + 1],)
            total = (
                total + ((anp.dot(memory[0], Wy) + by - T[:, k]) ** 2).sum()
            )
        return total / len(X)


def _through_the_output_gate(x, memory, c, h):
    """How the state changes when the cell state has been moved from memory[1] to `c`."""
    return h / anp.tanh(memory[1]) * anp.tanh(c) - h


KINDS = {
    "GRU": Kind(3, 1, gru_step, gru_states, gru_gradient),
    "LSTM": Kind(4, 2, lstm_step, lstm_states, lstm_gradient),
}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def any_network(
    n_gates,
    n_samples=3,
    n_steps=4,
    n_inputs=2,
    n_states=3,
    n_outputs=2,
    seed=1,
):
    rng = np.random.default_rng(seed)
    params = initial_gated_params(n_inputs, n_states, n_outputs, n_gates, rng)
    X = rng.normal(size=(n_samples, n_steps, n_inputs))
    T = rng.normal(size=(n_samples, n_steps, n_outputs))
    return X, T, params


# ------------------------------------------------------------------------------ known values


def test_a_gru_step_by_hand():
    # All sums are 0 but that of the candidate, 2 + r * 4 with r = 1/2.
    params = GatedParams(
        Wx=[[0, 0, 2]],
        WRec=[[0, 0, 0]],
        bx=[0, 0, 0],
        bRec=[0, 0, 4],
        Wy=[[1]],
        by=[0],
    )
    S = gru_states([[[1], [1]]], params)
    once = np.tanh(4) / 2
    assert_allclose(
        S.ravel(), [0, once, np.tanh(4) / 2 + once / 2], rtol=1e-15
    )


def test_an_lstm_step_by_hand():
    # The gates are 1/2, 1/2 and 3/4: sums of 0, 0 and ln 3; the candidate is tanh(1).
    params = GatedParams(
        Wx=[[0, 0, 1, 0]],
        WRec=[[0, 0, 0, 0]],
        bx=[0, 0, 0, np.log(3)],
        bRec=[0, 0, 0, 0],
        Wy=[[1]],
        by=[0],
    )
    S, C = lstm_states([[[1], [1]]], params)
    c = np.tanh(1) * np.array([0, 0.5, 0.75])
    assert_allclose(C.ravel(), c, rtol=1e-15)
    assert_allclose(S.ravel(), 0.75 * np.tanh(c), rtol=1e-15)


def test_with_a_forget_gate_of_1_the_cell_state_counts():
    X, t = model.make_dataset(20, 12)
    # At sums of 40 a gate is 1 to the last digit; 25 times the input makes the candidate 1.
    params = GatedParams(
        Wx=[[0, 0, 25, 0]],
        WRec=[[0, 0, 0, 0]],
        bx=[40, 40, 0, 40],
        bRec=[0, 0, 0, 0],
        Wy=[[1]],
        by=[0],
    )
    _, C = lstm_states(X[..., np.newaxis], params)
    assert_array_equal(C[..., 0], model.forward_states(X, 1, 1))
    assert_array_equal(C[:, -1, 0], t)


def test_an_update_gate_of_1_keeps_the_state():
    X, _, params = any_network(3)
    keep = params._replace(bx=np.repeat([0.0, 60, 0], 3))
    S = gru_states(X, keep)
    assert abs(S).max() < 1e-15


# --------------------------------------------------------------------- independent gradients


@few
@kinds
@given(sizes=sizes)
def test_loss_and_gradients_are_those_of_autograd(kind, sizes):
    X, T, params = any_network(kind.n_gates, *sizes)
    still = [np.zeros_like(m) for m in kind.states(X, params)]
    assert_allclose(
        kind.loss(X, T, params),
        kind.oracle(tuple(params), X, T, still),
        rtol=1e-12,
    )
    gradients, *over_time = kind.all_gradients(X, T, params)
    right = autograd.grad(kind.oracle)(tuple(params), X, T, still)
    for name, gradient, expected in zip(
        GatedParams._fields, gradients, right, strict=True
    ):
        scale = max(1, abs(expected).max())
        assert_allclose(
            gradient, expected, rtol=1e-9, atol=1e-12 * scale, err_msg=name
        )
    moved = autograd.grad(kind.oracle, 3)(tuple(params), X, T, still)
    for gradient, expected in zip(over_time, moved, strict=True):
        scale = max(1, abs(expected).max())
        assert_allclose(
            gradient / len(X), expected, rtol=1e-9, atol=1e-11 * scale
        )


@few
@kinds
@given(sizes=sizes)
def test_gradients_are_those_of_a_complex_step(kind, sizes):
    X, T, params = any_network(kind.n_gates, *sizes)
    expected = complex_step_gradient(
        lambda *arrays: kind.loss(X, T, GatedParams(*arrays)), params
    )
    for gradient, right in zip(kind.all_gradients(X, T, params)[0], expected):
        scale = max(1, abs(right).max())
        assert_allclose(gradient, right, rtol=1e-9, atol=1e-12 * scale)


@kinds
def test_the_memories_must_go_with_the_inputs(kind):
    X, T, params = any_network(kind.n_gates)
    memories = kind.states(X, params)
    for i, name in enumerate("SC"[: kind.n_memories]):
        cut = [*memories]
        cut[i] = cut[i][:, 1:]
        with pytest.raises(ValueError, match="; it must be ") as refused:
            kind.gradient(X, *cut, T, params)
        assert str(refused.value).startswith(f"{name} has shape (3, 4, 3); ")


@kinds
def test_the_check_of_the_book_finds_a_forgotten_path(kind):
    X, T, params = any_network(kind.n_gates)

    def check(gradient):
        return check_gradients(
            lambda *arrays: kind.loss(X, T, GatedParams(*arrays)),
            lambda *arrays: gradient(GatedParams(*arrays)),
            params,
        )

    assert check(lambda params: kind.all_gradients(X, T, params)[0]).passed

    def one_step_back(params):
        """Stop after the last step, as if no path led further back."""
        memories = kind.states(X, params)
        grad_out = output_gradient(outputs(memories[0], params), T)
        last = [memory[:, -2:] for memory in memories]
        return kind.gradient(X[:, -1:], *last, grad_out[:, -1:], params)[0]

    with pytest.raises(GradientCheckError):
        check(one_step_back)


# ------------------------------------------------------------------------------------- gates


def test_gates_of_all_steps_at_once_are_those_of_each():
    X, _, params = any_network(3)
    S = gru_states(X, params)
    together = gru_gates(X, S[:, :-1], params)
    for k in range(1, X.shape[1] + 1):
        alone = gru_gates(X[:, k - 1], S[:, k - 1], params)
        for all_steps, one in zip(together, alone, strict=True):
            assert_allclose(all_steps[:, k - 1], one, rtol=1e-14)
    X, _, params = any_network(4)
    S, _ = lstm_states(X, params)
    together = lstm_gates(X, S[:, :-1], params)
    for k in range(1, X.shape[1] + 1):
        alone = lstm_gates(X[:, k - 1], S[:, k - 1], params)
        for all_steps, one in zip(together, alone, strict=True):
            assert_allclose(all_steps[:, k - 1], one, rtol=1e-14)


def test_the_start_is_even_and_within_its_ends():
    params = initial_gated_params(3, 16, 2, 4, np.random.default_rng(0))
    numbers = np.concatenate([np.ravel(array) for array in params])
    assert abs(numbers).max() < 0.25
    assert_allclose(numbers.std(), 0.25 / 3**0.5, rtol=0.05)
    assert [array.shape for array in params] == [
        *((3, 64), (16, 64), (64,), (64,), (16, 2), (2,))
    ]


def test_the_forget_bias_is_set_and_nothing_else():
    X, _, params = any_network(4, n_states=3)
    opened = set_forget_bias(params, 5.0)
    assert_array_equal((opened.bx + opened.bRec)[3:6], 5)
    for name, before, after in zip(params._fields, params, opened):
        same = before == after
        if name in ("bx", "bRec"):
            assert_array_equal(same, [g != 1 for g in np.repeat(range(4), 3)])
        else:
            assert same.all()
    _, f, _, _ = lstm_gates(X, np.zeros((*X.shape[:2], 3)), opened)
    assert f.min() > 0.95


@pytest.mark.parametrize("n_gates", [3, 4])
def test_parameters_go_to_a_vector_and_come_back_as_what_they_were(n_gates):
    _, _, params = any_network(n_gates)
    back = from_vector(to_vector(params), like=params)
    assert type(back) is GatedParams
    for before, after in zip(params, back, strict=True):
        assert_array_equal(before, after)


# --------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda X, params: lstm_states(X, params),
            ValueError,
            "Wx has shape (2, 9); it must be (n_inputs, n_gates * n_states) = (n_inputs, 12)",
        ),
        (
            lambda X, params: gru_states(X, params[:5]),
            TypeError,
            "it must hold Wy, by, Wx, WRec, bx, bRec",
        ),
        (
            lambda X, params: gru_states(X[0], params),
            ValueError,
            "X has shape (4, 2); it must be (n_samples, n_steps, n_inputs)",
        ),
        (
            lambda X, params: gru_states(X * np.nan, params),
            ValueError,
            "X",
        ),
        (
            lambda X, params: initial_gated_params(1, 1, 1, 3, rng=0),
            TypeError,
            "rng is 0; it must be a Generator",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    X, _, params = any_network(3)
    with pytest.raises(error) as raised:
        call(X, params)
    assert words in str(raised.value)
