"""The exercises on unrolling."""

import json

import numpy as np
import pytest

from rnn_by_hand.exercises import unrolling


def horner(bits, wx, wRec):
    y = 0
    for bit in bits:
        y = y * wRec + wx * bit
    return y


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (unrolling.half_gone, (7, 69)),
        (unrolling.half_gone, np.array([7.0, 69.0])),
        (
            unrolling.polynomial,
            lambda bits, wx, wRec: wx * np.polyval(bits, wRec),
        ),
        (unrolling.polynomial, horner),
        (unrolling.longest, 309),
        (unrolling.longest, [309.0]),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (unrolling.half_gone, (6.58, 68.97), "whole: round up"),
        (unrolling.half_gone, (7, 68.97), "whole: round up"),
        (unrolling.half_gone, (6, 69), "after 6 steps: not yet"),
        (unrolling.half_gone, (7, 68), "after 68 steps: not yet"),
        (
            unrolling.half_gone,
            (8, 69),
            "after 7 steps: less than half already",
        ),
        (
            unrolling.half_gone,
            (7, 70),
            "after 69 steps: less than half already",
        ),
        (unrolling.half_gone, (5, 50), "a part of what is left"),
        (unrolling.half_gone, (70, 69), "at 0.9, 0.4783 is left"),
        (unrolling.half_gone, (7, 700), "at 0.99, 0.4998 is left"),
        (unrolling.half_gone, 7, "2 asked for"),
        (
            unrolling.polynomial,
            lambda bits, wx, wRec: wx * np.polyval(bits[::-1], wRec),
            "wrong order",
        ),
        (
            unrolling.polynomial,
            lambda bits, wx, wRec: np.polyval(bits, wRec),
            "by wx once",
        ),
        (
            unrolling.polynomial,
            lambda bits, wx, wRec: wx * np.polyval([*bits, 0], wRec),
            "one too high",
        ),
        (
            unrolling.polynomial,
            lambda bits, wx, wRec: 0,
            "at (1.0, 1.0) the output of sequence 0 is 4, not 0",
        ),
        (unrolling.longest, 308, "one more would do"),
        (unrolling.longest, 310, "10 to the power 309, and that no longer"),
        (unrolling.longest, 308.25, "whole"),
        (unrolling.longest, 100, "more would do"),
        (unrolling.longest, 1024, "308 is the highest"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


@pytest.mark.parametrize("pencil", [unrolling.half_gone, unrolling.longest])
def test_a_page_gets_the_rules_of_a_pencil(pencil):
    rules = json.dumps(pencil(None).rules, allow_nan=False)
    assert json.loads(rules)["fields"] == pencil.fields
