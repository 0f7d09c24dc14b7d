"""The exercises on the recurrence."""

import json

import numpy as np
import pytest

from rnn_by_hand.exercises import recurrence


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (recurrence.no_memory, lambda bits: bits[-1]),
        (recurrence.no_memory, lambda bits: bits[9]),
        (recurrence.counting_zeros, 10 * [0]),
        (recurrence.counting_zeros, np.zeros(10)),
        (recurrence.bias, (-1, 1, 1)),
        (recurrence.bias, np.array([-1.0, 1, 1])),
        (recurrence.moving_average, (0.2, 0.027, 0.107, 0.893)),
        (
            recurrence.moving_average,
            [0.2, 0.2 * 0.8**9, 0.8**10, 1 - 0.8**10],
        ),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (recurrence.no_memory, lambda bits: 0, "still comes in"),
        (recurrence.no_memory, lambda bits: bits[0], "the first bit"),
        (recurrence.no_memory, sum, "to count"),
        (
            recurrence.no_memory,
            lambda bits: bits[-2],
            "for 0000000001 the output is 1, not 0",
        ),
        (recurrence.no_memory, 1, "TypeError"),
        (recurrence.counting_zeros, 10 * [1], "wx = 0/10"),
        (recurrence.counting_zeros, 8 * [0] + [1, 1], "wx = 8/2"),
        (recurrence.counting_zeros, (9, 1), "1111111111 is 90, and it has 0"),
        (recurrence.counting_zeros, (0, 1), "1111111110 is 0, and it has 1"),
        (recurrence.counting_zeros, [0, 0, 0], "neither"),
        (recurrence.counting_zeros, 10 * [0.5], "neither"),
        (recurrence.bias, (1, 1, -1), "minus the number of zeros"),
        (recurrence.bias, (-1, 1, 10), "have added 100"),
        (recurrence.bias, (-1, 1, 0), "minus the number of ones"),
        (recurrence.bias, (0, 1, 1), "counts the steps"),
        (recurrence.bias, (1, 1, 0), "counts the ones"),
        (recurrence.bias, (-3, 0, 2), "nothing is kept"),
        (recurrence.bias, (1, 1, 1), "must take away"),
        (recurrence.bias, (-1, 0.9, 1), "must stay as it is"),
        (recurrence.bias, (-1, 1, 2), "must count for 1"),
        (recurrence.bias, (-1, 1), "3 asked for"),
        (recurrence.moving_average, (0.027, 0.2, 0, 1), "other way round"),
        (recurrence.moving_average, (0.2, 0.027, 0, 0.893), "but its weight"),
        (
            recurrence.moving_average,
            (0.2, 0.027, 0.0215, 0.893),
            "never meets wx",
        ),
        (
            recurrence.moving_average,
            (0.2, 0.027, 0.134, 0.866),
            "before the first step",
        ),
        (
            recurrence.moving_average,
            (0.2, 0.027, 0.107, 1),
            "add up to 1 together",
        ),
        (
            recurrence.moving_average,
            (1, 0.134, 0.107, 4.463),
            "multiplied by wx too",
        ),
        (
            recurrence.moving_average,
            (0.16, 0.0215, 0.107, 0.893),
            "one step too many",
        ),
        (recurrence.moving_average, (0.1, 0.1, 0, 1), "plain mean"),
        (
            recurrence.moving_average,
            (0.224, 0.0301, 0.107, 1),
            "need not add up",
        ),
        (
            recurrence.moving_average,
            (0.2, 0.0215, 0.107, 0.893),
            "nine steps follow, not ten",
        ),
        (recurrence.moving_average, (0.3, 0.027, 0, 1), "by wx alone"),
        (recurrence.moving_average, (0.2, 0.3, 0, 1), "by wRec nine times"),
        (recurrence.moving_average, (0.2, 0.027, 0.3, 1), "by wRec ten times"),
        (
            recurrence.moving_average,
            (0.2, 0.027, 0.107, 0.7),
            "0.8 times the next one",
        ),
        (recurrence.moving_average, (0.2, 0.16), "4 asked for"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


def test_a_right_average_says_where_the_rest_of_the_weight_is():
    why = recurrence.moving_average((0.2, 0.027, 0.107, 0.893)).why
    assert "add up to 1" in why
    assert "moves because" in why


@pytest.mark.parametrize(
    "pencil", [recurrence.bias, recurrence.moving_average]
)
def test_a_page_gets_the_rules_of_a_pencil(pencil):
    rules = json.dumps(pencil(None).rules, allow_nan=False)
    assert json.loads(rules)["fields"] == pencil.fields
