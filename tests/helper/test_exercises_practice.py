"""The judges of the exercises on practice."""

import re

import numpy as np
import pytest

from rnn_by_hand.exercises import practice


def gates(kernel):
    return np.split(kernel, 3, axis=1)


def by_name(kernel):
    z, r, c = gates(kernel)
    return np.concatenate([r.T, z.T, c.T])


def by_index(kernel):
    H = kernel.shape[1] // 3
    order = np.r_[H : 2 * H, 0:H, 2 * H : 3 * H]
    return kernel[:, order].T


@pytest.mark.parametrize("answer", [by_name, by_index])
def test_the_rows_of_pytorch_are_right(answer):
    verdict = practice.gru_from_keras(answer)
    assert verdict.right, verdict


def pick(*order):
    return lambda kernel: np.hstack([gates(kernel)[i] for i in order]).T


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda kernel: by_name(kernel).T, "the gates are in order"),
        (lambda kernel: kernel.T, "still in Keras' order"),
        (lambda kernel: kernel.reshape(kernel.shape[::-1]), "reshape reads"),
        (
            lambda kernel: by_name(kernel).T.reshape(kernel.shape[::-1]),
            "reshape reads",
        ),
        (pick(1, 2, 0), "its rows are reset, candidate, update"),
        (pick(0, 2, 1), "its rows are update, candidate, reset"),
        (pick(2, 0, 1), "its rows are candidate, update, reset"),
        (pick(2, 1, 0), "its rows are candidate, reset, update"),
        (
            lambda kernel: (
                kernel[:, [3, 4, 5, 0, 1, 2, *range(6, len(kernel.T))]].T
            ),
            "right for 3 units and not for 2",
        ),
        (lambda kernel: -by_name(kernel), "not those of the kernel"),
        (lambda kernel: kernel[0], r"gives one of shape \(9,\)"),
    ],
)
def test_a_slip_has_its_word(answer, why):
    verdict = practice.gru_from_keras(answer)
    assert not verdict.right
    assert re.search(why, verdict.why), verdict


def test_no_answer_yet():
    assert "no answer" in practice.gru_from_keras(None).why
