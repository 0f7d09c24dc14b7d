"""The exercises of the chapter on gates."""

import math

import numpy as np
import pytest

from rnn_by_hand.exercises import gates


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ------------------------------------------------------------------------------- two steps

#: By hand: f_2 = sigmoid(1) = 0.7311, f_2 (1 - f_2) = 0.1966, delta_2 = 1.4621.
TWO_STEPS = [0.7311, 1.4621, 1.3564, 0.2875]


@pytest.mark.parametrize(
    "answer",
    [
        TWO_STEPS,
        tuple(TWO_STEPS),
        np.array(TWO_STEPS),
        [0.731, 1.46, 1.36, 0.287],
    ],
)
def test_two_steps_are_right_to_three_digits(answer):
    verdict = gates.two_steps(answer)
    assert verdict.right
    assert "a quarter" in verdict.why


def test_two_steps_are_those_of_a_measured_slope():
    def loss(S_1, v):
        return (sigmoid(v * S_1) * S_1) ** 2

    h = 1e-6
    delta_1 = (loss(1 + h, 1) - loss(1 - h, 1)) / (2 * h)
    for_v = (loss(1, 1 + h) - loss(1, 1 - h)) / (2 * h)
    assert gates.two_steps([sigmoid(1), 2 * sigmoid(1), delta_1, for_v]).right


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([0.7311, 1.4621, 1.0689, 0.2875], "a second path"),
        ([0.7311, 1.4621, 2.531, 1.4621], "slope, f (1 - f), is missing"),
        ([0.7311, 1.4621, 0.2875, 0.2875], "straight back is missing"),
        ([0.7311, 0.7311, 0.6782, 0.1437], "where is its 2"),
        ([1, 1.4621, 1.3564, 0.2875], "S_2 is f_2 times S_1"),
        ([0.7311, 1, 1.3564, 0.2875], "the target is 0"),
        ([0.7311, 1.4621, 1, 0.2875], "delta_1 is delta_2 times"),
        ([0.7311, 1.4621, 1.3564, 1], "v is multiplied by S_1"),
        (None, "no answer"),
        ([1, 2, 3], "4 asked for"),
    ],
)
def test_two_steps_that_are_not_right_get_their_own_word(answer, words):
    verdict = gates.two_steps(answer)
    assert not verdict.right
    assert words in verdict.why


# ------------------------------------------------------------------------- bias for a span


def test_the_biases_keep_a_half():
    f = np.array([0.5**0.01, 0.5**0.001])
    assert gates.bias_for_a_span(np.log(f / (1 - f))).right
    assert gates.bias_for_a_span([4.968, 7.274]).right
    assert gates.bias_for_a_span([4.97, 7.27]).right
    assert not gates.bias_for_a_span([5, 7.3]).right
    assert sigmoid(4.968) ** 100 == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([0.99309, 0.99931], "these are the gates"),
        ([-4.968, -7.274], "the sign"),
        ([np.log(199), np.log(1999)], "each step multiplies"),
        ([1, 7.274], "power 100 equal"),
        ([4.968, 1], "power 1000 equal"),
    ],
)
def test_wrong_biases_get_their_own_word(answer, words):
    verdict = gates.bias_for_a_span(answer)
    assert not verdict.right
    assert words in verdict.why


# -------------------------------------------------------------------------- averaging gate


def gate(S_prev, x, u, v, b):
    return sigmoid(u * x + v * S_prev + b)


def by_formula(S_prev, x, u, v, b):
    f = gate(S_prev, x, u, v, b)
    return f + (S_prev - x) * f * (1 - f) * v


def by_complex_step(S_prev, x, u, v, b):
    S_prev = S_prev + 1e-20j
    f = gate(S_prev, x, u, v, b)
    return ((1 - f) * x + f * S_prev).imag / 1e-20


def by_numbers(S_prev, x, u, v, b):
    f = 1 / (1 + math.exp(-(u * x + v * S_prev + b)))
    return f + (S_prev - x) * f * (1 - f) * v


def by_difference(S_prev, x, u, v, b):
    def after(S):
        f = gate(S, x, u, v, b)
        return (1 - f) * x + f * S

    return (after(S_prev + 1e-5) - after(S_prev - 1e-5)) / 2e-5


@pytest.mark.parametrize(
    "answer", [by_formula, by_complex_step, by_numbers, by_difference]
)
def test_the_slope_of_an_averaging_gate(answer):
    assert gates.averaging_gate(answer).right


def wrong_slope(rule):
    def answer(S_prev, x, u, v, b):
        f = gate(S_prev, x, u, v, b)
        return rule(f, f * (1 - f), S_prev, x, v)

    return answer


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda f, slope, S, x, v: f, "also moves the gate"),
        (lambda f, slope, S, x, v: f + S * slope * v, "also stands in 1 - f"),
        (lambda f, slope, S, x, v: f + (x - S) * slope * v, "less of x"),
        (
            lambda f, slope, S, x, v: f + (S - x) * v,
            "slope of the gate is missing",
        ),
        (lambda f, slope, S, x, v: f + (S - x) * slope, "with the weight v"),
        (lambda f, slope, S, x, v: 1, "two paths"),
    ],
)
def test_a_wrong_slope_gets_its_own_word(rule, words):
    verdict = gates.averaging_gate(wrong_slope(rule))
    assert not verdict.right
    assert words in verdict.why


def test_an_answer_with_another_signature_is_an_error_not_a_crash():
    assert "TypeError" in gates.averaging_gate(lambda S_prev: S_prev).why


# ---------------------------------------------------------------------------- LSTM by hand

WX = np.array([[0, 0, 20, 0], [0, -40, 0, 0]])
BX = np.array([20, 20, 0, 0])


def test_an_lstm_that_counts_is_right():
    assert gates.lstm_by_hand((WX, BX)).right
    assert gates.lstm_by_hand([WX.tolist(), BX.tolist()]).right
    # Another way: the input gate shuts out everything but a 1.
    other = (
        np.array([[40, 0, 0, 0], [0, -40, 0, 0]]),
        np.array([-20, 20, 20, 0]),
    )
    assert gates.lstm_by_hand(other).right


def changed(entry, value, of=WX):
    copy = of.astype(float)
    copy[entry] = value
    return copy


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((changed((1, 1), 0), BX), "at an R the forget gate is 1.000"),
        ((WX, changed(1, 1, BX)), "should stay open"),
        ((changed((1, 2), 20), BX), "an R adds 1.000"),
        ((WX, changed(2, 1, BX)), "a 0 adds 0.762"),
        ((changed((0, 2), 1), BX), "a 1 adds 0.762"),
        ((WX, changed(0, 5.5, BX)), "nearly"),
        ((WX.T, BX), "the shapes (4, 2) and (4,)"),
        (None, "no answer"),
    ],
)
def test_an_lstm_that_does_not_count_gets_its_own_word(answer, words):
    verdict = gates.lstm_by_hand(answer)
    assert not verdict.right
    assert words in verdict.why
