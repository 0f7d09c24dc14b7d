"""The exercises on five ways: what is right, and a word for each way to go wrong."""

import numpy as np
import pytest

from rnn_by_hand.exercises import five_ways
from rnn_by_hand.exercises.five_ways import backward, one_pair, two_blocks
from rnn_by_hand.scan import linear_states


def by_scan(a, E):
    return linear_states(np.append(0, a[:0:-1]), E[::-1])[:0:-1]


def by_loop(a, E):
    delta = [E[-1]]
    for k in range(len(E) - 1, 0, -1):
        delta.insert(0, a[k] * delta[0] + E[k - 1])
    return delta


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (one_pair, (0.125, 1.875)),
        (one_pair, [1 / 8, 15 / 8]),
        (two_blocks, (2, 3, 3.5)),
        (two_blocks, np.array([2.0, 3, 3.5])),
        (backward, by_scan),
        (backward, by_loop),
    ],
)
def test_right_answers(check, right):
    verdict = check(right)
    assert verdict.right, verdict.why


def forward_in_time(a, E):
    return linear_states(a, E)[1:]


def last_step_first(a, E):
    return by_scan(a, E)[::-1]


def one_step_off(a, E):
    return linear_states(a[::-1], E[::-1])[:0:-1]


def with_a_zero(a, E):
    return linear_states(np.append(0, a[:0:-1]), E[::-1])[::-1]


def without_errors_on_the_way(a, E):
    E = np.where(np.arange(len(E)) < len(E) - 1, 0, E)
    return by_scan(a, E)


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (one_pair, (1.875, 0.125), "the other way round"),
        (one_pair, (0.5, 1.875), "there are three"),
        (one_pair, (1.5, 1.875), "multiplied, not added"),
        (one_pair, (0.25, 0.75), "the third is missing"),
        (one_pair, (0.125, 3), "halved twice"),
        (one_pair, (0.125, 1.5), "what the last step adds"),
        (one_pair, (0.3, 1.875), "lead to 2.875"),
        (one_pair, (0.125, 2), "lead to 1.875"),
        (one_pair, 1.875, "2 asked for"),
        (two_blocks, (2, 3.5, 3.5), "need not wait"),
        (two_blocks, (2, 3, 5), "fades for two more steps"),
        (two_blocks, (2, 3, 4), "block 2 has two"),
        (two_blocks, (2, 3, 2.75), "the earlier block that fades"),
        (two_blocks, (1, 1.5, 1.75), "comes in as a 2"),
        (two_blocks, (4, 3, 4), "block 1 goes from 0"),
        (two_blocks, (2, 1, 3.5), "block 2 goes from 0"),
        (two_blocks, (2, 3, 6), "add it to the end"),
        (two_blocks, (2, 3), "3 asked for"),
        (backward, forward_in_time, "goes forward in time"),
        (backward, last_step_first, "turn them round once more"),
        (backward, one_step_off, "one step off"),
        (backward, with_a_zero, "eight numbers for seven steps"),
        (backward, without_errors_on_the_way, "a_n delta_n + E_(n-1)"),
        (backward, lambda a, E: a * E, "should be E_n alone"),
        (backward, lambda a, E: E[0], "an array of shape ()"),
        (backward, lambda a: a, "TypeError"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


def test_the_right_pair_is_that_of_the_recurrence():
    (a, b), *_ = one_pair.patterns
    for start in (0, 8):
        # The state that the steps start from comes in as an addend before them.
        states = linear_states(0.5, [start, 1.5, 0, 1.5])
        assert states[-1] == a * start + b


def test_every_exercise_of_the_chapter_is_tested_here():
    assert {*five_ways.__all__} == {"backward", "one_pair", "two_blocks"}
