"""The five ways of chapter 12, forward and back, in NumPy and SciPy.

Each function is given the data and the weights, and makes a step: a function without arguments that
returns the loss and its gradients, or those and all states and the gradients at them. There, time
runs along the first axis.
"""

import numpy as np
from scipy.signal import lfilter

from rnn_by_hand.fan import fan_bptt, fan_gradients
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    output_gradient,
)
from rnn_by_hand.scan import linear_states

LESSON = forward_states, loss, output_gradient, backward_gradient


def averages(y, t, by_wx, by_wRec):
    """The loss and its gradients, from those of the outputs."""
    error = y - t
    scale = 2 / len(t)
    return (
        error @ error / len(t),
        scale * (by_wx @ error),
        scale * (by_wRec @ error),
    )


def step_of(functions, X, t, wx, wRec):
    forward, loss, output_gradient, backward = functions

    def step():
        S = forward(X, wx, wRec)
        y = S[:, -1]
        gradients, grad_over_time = backward(X, S, output_gradient(y, t), wRec)
        return loss(y, t), *gradients, S.T, grad_over_time.T

    return step


def loop(*given):
    return step_of(LESSON, *given)


def unchecked_loop(X, t, wx, wRec):
    """The same functions without what `checked` puts round them, on arrays that it would make."""
    bare = [function.__wrapped__ for function in LESSON]
    return step_of(bare, X, t, np.array(wx), np.array(wRec))


def loop_of_the_notes(X, t, wx, wRec):
    """The loops of the original notes, in NumPy's usual order, with a mean per step and weight.

    They are changed only where they do not run.
    """
    X = np.ascontiguousarray(X)

    def step():
        S = np.zeros((X.shape[0], X.shape[1] + 1))
        for i in range(X.shape[1]):
            S[:, i + 1] = X[:, i] * wx + S[:, i] * wRec
        y = S[:, -1]
        grad_over_time = np.zeros((X.shape[0], X.shape[1] + 1))
        grad_over_time[:, -1] = -2 * (t - y)
        wx_grad = 0
        wRec_grad = 0
        for i in range(X.shape[1], 0, -1):
            wx_grad += np.mean(grad_over_time[:, i] * X[:, i - 1])
            wRec_grad += np.mean(grad_over_time[:, i] * S[:, i - 1])
            grad_over_time[:, i - 1] = grad_over_time[:, i] * wRec
        loss = np.mean((t - y) ** 2)
        return loss, wx_grad, wRec_grad, S.T, grad_over_time.T

    return step


def horner_gradients(X, t, wx, wRec):
    """Horner's rule for the polynomial of each sequence and, with it, for its derivative."""

    def step():
        value, slope = np.zeros((2, len(t)))
        for x in X.T:
            slope *= wRec
            slope += value
            value *= wRec
            value += x
        return averages(wx * value, t, value, wx * slope)

    return step


def horner(X, t, wx, wRec):
    """Horner's rule, with all values on the way kept."""

    def step():
        n_steps = X.shape[1]
        S = np.empty((n_steps + 1, len(t)))
        S[0] = 0
        for k in range(1, n_steps + 1):
            np.multiply(S[k - 1], wRec, out=S[k])
            S[k] += X[:, k - 1]
        value = S[-1].copy()
        S *= wx
        slope = np.zeros(len(t))
        delta = np.empty_like(S)
        np.multiply(2, S[-1] - t, out=delta[-1])
        for k in range(n_steps, 0, -1):
            np.multiply(delta[k], wRec, out=delta[k - 1])
        for s in S[:-1]:
            slope *= wRec
            slope += s
        return *averages(S[-1], t, value, slope), S, delta

    return step


def filter_gradients(X, t, wx, wRec):
    """The filter, and the filter over what it gave: the derivative with respect to wRec."""
    rows = np.ascontiguousarray(X)

    def step():
        values = lfilter([1], [1, -wRec], rows)
        slopes = lfilter([0, wx], [1, -wRec], values)
        value = values[:, -1]
        return averages(wx * value, t, value, slopes[:, -1])

    return step


def filtered(X, t, wx, wRec):
    rows = np.ascontiguousarray(X)

    def step():
        n_samples, n_steps = rows.shape
        S = np.zeros((n_samples, n_steps + 1))
        S[:, 1:] = lfilter([wx], [1, -wRec], rows)
        slope = lfilter([1], [1, -wRec], S[:, :-1])[:, -1]
        enters = np.zeros((n_samples, n_steps + 1))
        enters[:, 0] = 2 * (S[:, -1] - t)  # time runs backwards here
        delta = lfilter([1], [1, -wRec], enters)[:, ::-1]
        by_wx = np.einsum("ik,ik", delta[:, 1:], rows) / n_samples
        found = averages(S[:, -1], t, slope, slope)
        return found[0], by_wx, found[2], S.T, delta.T

    return step


def convolution_gradients(X, t, wx, wRec):
    def step():
        loss, gradients = fan_gradients(X, t, wx, wRec)
        return loss, *gradients

    return step


def convolution(X, t, wx, wRec):
    def step():
        loss, gradients, S, grad_over_time = fan_bptt(X, t, wx, wRec)
        return loss, *gradients, S.T, grad_over_time.T

    return step


def scanned(X, t, wx, wRec):
    def step():
        n_samples = len(X)
        S = linear_states(wRec, wx * X)
        enters = np.zeros_like(S)
        enters[:, 0] = 2 * (S[:, -1] - t)  # time runs backwards here
        delta = linear_states(wRec, enters)[:, :0:-1]
        by_wx = np.einsum("ik,ik", delta[:, 1:], X) / n_samples
        by_wRec = np.einsum("ik,ik", delta[:, 1:], S[:, :-1]) / n_samples
        return loss(S[:, -1], t), by_wx, by_wRec, S.T, delta.T

    return step


#: By what they deliver. The loop and the scan have no way to the gradients that leaves out the rest.
GRADIENTS = {
    "loop": loop,
    "Horner": horner_gradients,
    "filter": filter_gradients,
    "convolution": convolution_gradients,
    "scan": scanned,
}
EVERYTHING = {
    "loop": loop,
    "Horner": horner,
    "filter": filtered,
    "convolution": convolution,
    "scan": scanned,
}
