"""The exercises on nonlinear networks: what is right, and a word for each way to go wrong."""

import numpy as np
import pytest

from rnn_by_hand.adder import added_right, make_additions, unit_per_total
from rnn_by_hand.exercises import nonlinear
from rnn_by_hand.exercises.nonlinear import (
    adder_by_hand,
    late_fading,
    tanh_step,
)

# With a calculator: tanh of -0.4 * 1 + 1.5 * 0.6 = 0.5, and so on.
S_2 = np.tanh(0.5)
DELTA_2 = 2 * (S_2 - 1)
SLOPE = 1 - S_2**2
STEP = [S_2, DELTA_2, DELTA_2 * SLOPE * 1.5, DELTA_2 * SLOPE * 0.6]


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (tanh_step, STEP),
        (tanh_step, (0.462, -1.076, -1.27, -0.508)),
        (tanh_step, np.round(STEP, 3)),
        (adder_by_hand, [15, -5, -25]),
        (adder_by_hand, np.array([15.0, -5, -25])),
        (late_fading, 52),
        (late_fading, [52.0]),
    ],
)
def test_right_answers(check, right):
    verdict = check(right)
    assert verdict.right, verdict.why


def step(**changes):
    names = ["S_2", "delta_2", "delta_1", "wRec"]
    return [changes.get(n, r) for n, r in zip(names, STEP, strict=True)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (step(S_2=0.5), "that is the sum"),
        (step(delta_2=DELTA_2 / 2), "where is the 2"),
        # What follows from it is wrong as well; the first slip is told.
        ([S_2, *(x / 2 for x in STEP[1:])], "where is the 2"),
        (step(delta_2=-DELTA_2), "the wrong sign"),
        (step(delta_2=DELTA_2 * SLOPE), "the slope comes when it leaves"),
        (step(delta_1=DELTA_2 * 1.5), "the slope is missing"),
        (step(delta_1=DELTA_2 * (1 - 0.6**2) * 1.5), "the slope at S₁"),
        (
            step(delta_1=DELTA_2 * (1 - np.tanh(S_2) ** 2) * 1.5),
            "tanh of S₂ once more",
        ),
        (step(delta_1=DELTA_2 * SLOPE), "the weight is missing"),
        (step(delta_1=DELTA_2 * SLOPE * -0.4), "not through wx"),
        (step(wRec=DELTA_2 * SLOPE * S_2), "before the step, S₁, not S₂"),
        (step(wRec=DELTA_2 * 0.6), "for wRec the slope is missing"),
        (step(wRec=STEP[2] * 0.6), "not δ₁"),
        (step(S_2=0.3), "tanh of wx x₂ + wRec S₁"),
        (step(delta_2=3), "2 (y − t), and here y is S₂"),
        (step(delta_1=3), "times the slope at S₂ times wRec"),
        (step(wRec=3), "S₁ times δ₂ times the slope at S₂"),
        (STEP[:3], "4 asked for"),
    ],
)
def test_a_wrong_step_is_explained(wrong, why):
    verdict = tanh_step(wrong)
    assert not verdict.right
    assert why in verdict.why


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (adder_by_hand, [20, 0, -20], "without the first step"),
        (adder_by_hand, [-15, 5, 25], "the other sign"),
        (adder_by_hand, [1.5, -0.5, -2.5], "count in tens"),
        (adder_by_hand, [16, -5, -25], "not all of them lie halfway"),
        (adder_by_hand, [16, -4, -24], "not all of them lie halfway"),
        (adder_by_hand, [25, -5, -25], "at most -20 arrives at unit 1"),
        (adder_by_hand, [15, 5, -25], "at least 10 when it must turn on"),
        (adder_by_hand, [15, -5, 0], "at most 20 arrives at unit 3"),
        (adder_by_hand, [15, -5], "3 asked for"),
        (late_fading, 51, "the norm is 0.9961"),
        (late_fading, 103, "nine factors of 0.5"),
        (late_fading, 512, "ten equal terms"),
        (late_fading, 513, "ten equal terms"),
        (late_fading, 1024, "count the paths"),
        (late_fading, 1025, "count the paths"),
        (late_fading, 51.5, "a whole number"),
        (late_fading, 100, "a smaller one"),
        (late_fading, -52, "above 0"),
        (late_fading, 10, "still below 1"),
        (late_fading, [[0.5, 52], [0, 0.5]], "1 asked for"),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


def every_sum(n_bits):
    numbers = range(2**n_bits)
    pairs = [(a, b) for a in numbers for b in numbers]
    return make_additions(*zip(*pairs, strict=True), n_bits)


def test_the_right_biases_add_and_those_of_the_slips_do_not():
    right, *slips = adder_by_hand.patterns
    assert added_right(unit_per_total(right), *every_sum(6)).all()
    for slip in slips[:3]:
        assert not added_right(unit_per_total(slip), *every_sum(6)).all()


def test_the_smallest_corner_is_the_smallest():
    (smallest,) = late_fading.patterns[0]
    for c, above in ((smallest, True), (smallest - 1, False)):
        power = np.linalg.matrix_power([[0.5, c], [0, 0.5]], 10)
        assert (np.linalg.norm(power, 2) > 1) == above


def test_every_exercise_of_the_chapter_is_tested_here():
    assert {*nonlinear.__all__} == {
        "adder_by_hand",
        "late_fading",
        "tanh_step",
    }
