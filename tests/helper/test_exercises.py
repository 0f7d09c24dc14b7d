"""Each exercise accepts the right answer and explains what is wrong with others."""

import numpy as np
import pytest

from rnn_by_hand.exercises import (
    Verdict,
    exercise,
    gradient_checking,
    nonlinear,
    recurrence,
    today,
    training,
    unrolling,
)
from rnn_by_hand.optimizers import clipped_descent, gradient_descent


def clip_each(surface, w, rate, limit):
    while True:
        g = np.clip(surface.gradient(*w), -limit, limit)
        w = w - rate * g
        yield w


def clip_each_once(surface, w, rate, limit):
    return next(clip_each(surface, w, rate, limit))


@exercise
def largest(answer):
    """Which number is the largest?"""
    return max([1, 2, 3]) == answer + 0, "3 is larger than 1 and 2."


def test_a_verdict_reads_as_a_sentence():
    assert repr(Verdict(True, "so it is.")) == "Right: so it is."
    assert repr(Verdict(False, "it is not.")) == "Not yet: it is not."


def test_an_answer_is_judged():
    assert largest(3) == (True, "3 is larger than 1 and 2.")
    assert not largest(2).right


def test_no_answer_and_an_answer_that_fails():
    assert "no answer" in largest(None).why
    assert "TypeError" in largest("three").why


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (unrolling.half_gone, (7, 69)),
        (nonlinear.softsign_slope, lambda S: (1 - abs(S)) ** 2),
        (nonlinear.adder_by_hand, [15, -5, -25]),
        (nonlinear.adder_by_hand, np.array([16.0, -4, -24])),
        (nonlinear.late_fading, [[0.5, 100], [0, 0.5]]),
        (nonlinear.late_fading, [[-0.5, 0], [60, -0.5]]),
        (today.one_pair, (0.125, 1.875)),
        (today.turning_pole, 0.5 ** (1 / 20) * np.exp(2j * np.pi / 7)),
        (today.turning_pole, 0.5 ** (1 / 20) * np.exp(-2j * np.pi / 7)),
        (today.carry, lambda ones: ((0, 0), (1, 0), (0, 1))[ones]),
        (today.carry, lambda ones: (ones == 1, ones == 2)),
        (training.limit_of_momentum, 2.718e-3),
        (training.twice_as_long, 9.26e-5),
        (training.clip_each, clip_each),
    ],
)
def test_right_answers(check, right):
    assert check(right).right


@pytest.mark.parametrize(
    ("check", "wrong", "why"),
    [
        (unrolling.half_gone, (6, 69), "not yet less than half"),
        (unrolling.half_gone, (8, 69), "before that"),
        (unrolling.half_gone, (6.58, 69), "whole number"),
        (nonlinear.softsign_slope, lambda S: (1 - S) ** 2, "a negative one"),
        (
            nonlinear.softsign_slope,
            lambda z: 1 / (1 + abs(z)) ** 2,
            "it is given the state",
        ),
        (
            nonlinear.softsign_slope,
            lambda S: 1 - S**2,
            "the slope 0.444, not 0.889",
        ),
        (nonlinear.softsign_slope, lambda S: 1, "not 1"),
        (nonlinear.softsign_slope, 1, "TypeError"),
        (
            nonlinear.adder_by_hand,
            [25, -5, -25],
            "0 + 0 and carry 0 at the first step it writes 1",
        ),
        (nonlinear.adder_by_hand, [15, 5, -25], "at the first step"),
        (nonlinear.adder_by_hand, [15, -5, 0], "and carry"),
        (nonlinear.adder_by_hand, [15, -5], "b has shape (2,)"),
        (nonlinear.late_fading, [[0.5, 1], [0, 0.5]], "has norm"),
        (nonlinear.late_fading, [[1.2, 0], [0, 0.5]], "radius is 1.2"),
        (nonlinear.late_fading, [0.5, 100], "must be (2, 2)"),
        (today.one_pair, (0.125, 1.5), "lead to 1.875"),
        (today.one_pair, (0.5, 1.875), "there are three"),
        (today.one_pair, (0, 1.875), "lead to 2.875"),
        (today.one_pair, 1.875, "TypeError"),
        (today.turning_pole, 0.5, "is left, not half"),
        (today.turning_pole, 0.5 ** (1 / 20), "does not turn"),
        (
            today.turning_pole,
            0.5 ** (1 / 20) * np.exp(1j / 7),
            "once in 43.98 steps",
        ),
        (today.carry, lambda ones: (1, ones == 2), "0 ones and a carry of 1"),
        (today.carry, lambda ones: (0.5, 0), "0 ones and a carry of 1"),
        (today.carry, lambda ones: ones / 2, "must return a and b"),
        (training.limit_of_momentum, 1.4305e-3, "without momentum"),
        (training.limit_of_momentum, 1.4305e-2, "changes at every step"),
        (training.limit_of_momentum, 2.6e-3, "below"),
        (training.limit_of_momentum, 2.8e-3, "above"),
        (training.twice_as_long, 1.4305e-3, "for ten bits"),
        (training.twice_as_long, 9e-5, "below"),
        (training.twice_as_long, 7.2e-4, "above"),
        (training.clip_each, clipped_descent, "both components together"),
        (training.clip_each, clip_each_once, "must yield"),
        (
            training.clip_each,
            lambda surface, w, rate, limit: gradient_descent(surface, w, rate),
            "after step 1 the weights are",
        ),
    ],
)
def test_wrong_answers_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


OLDEST_FIRST = 0.2 * 0.8 ** np.arange(9, -1, -1)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (recurrence.no_memory, lambda bits: bits[-1]),
        (recurrence.no_memory, lambda bits: bits[9]),
        (recurrence.counting_zeros, 10 * [0]),
        (recurrence.counting_zeros, np.zeros(10)),
        (recurrence.moving_average, OLDEST_FIRST),
        (recurrence.moving_average, list(OLDEST_FIRST.round(5))),
        (
            unrolling.polynomial,
            lambda bits, wx, wRec: wx * np.polyval(bits, wRec),
        ),
        (unrolling.longest, 309),
        (gradient_checking.culprit, "no wRec"),
        (gradient_checking.fresh_data, 10),
        (gradient_checking.fourth_power, lambda y, t: -4 * (t - y) ** 3),
    ],
)
def test_right_answers_in_the_older_chapters(check, right):
    assert check(right).right


def test_a_right_answer_is_explained_where_the_exercise_asks():
    why = recurrence.moving_average(OLDEST_FIRST).why
    assert "the mean moves because" in why


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
        (recurrence.moving_average, OLDEST_FIRST[::-1], "newest first"),
        (recurrence.moving_average, 5 * OLDEST_FIRST, "by wx too"),
        (recurrence.moving_average, 0.8 * OLDEST_FIRST, "one step too many"),
        (recurrence.moving_average, 10 * [0.1], "plain mean"),
        (
            recurrence.moving_average,
            OLDEST_FIRST / OLDEST_FIRST.sum(),
            "add up to 1",
        ),
        (
            recurrence.moving_average,
            [*OLDEST_FIRST[:8], 0.2, 0.2],
            "input 9 has been multiplied by wx once and by wRec once, which is 0.16",
        ),
        (recurrence.moving_average, [0.3] + 9 * [0], "wRec 9 times"),
        (
            recurrence.moving_average,
            [*OLDEST_FIRST[:9], 1],
            "by wx alone",
        ),
        (recurrence.moving_average, [0.2, 0.16], "shape (2,)"),
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
        (unrolling.longest, 308, "309 steps would do"),
        (unrolling.longest, 310, "10 to the power 309, and that no longer"),
        (unrolling.longest, 308.25, "whole number"),
        (gradient_checking.culprit, "S[k]", "choose one of 'forgot the 2'"),
        (
            gradient_checking.culprit,
            "wx for wRec",
            "at (0.7, 0.6) that one has the ratios",
        ),
        (gradient_checking.culprit, "sign", "ratios -1 and -1"),
        (gradient_checking.fresh_data, 1, "the same data"),
        (gradient_checking.fresh_data, 0.1, "below the line"),
        (gradient_checking.fresh_data, 100, "truncation"),
        (gradient_checking.fresh_data, 3, "not 3"),
        (
            gradient_checking.fourth_power,
            lambda y, t: 4 * (t - y) ** 3,
            "the sign",
        ),
        (gradient_checking.fourth_power, lambda y, t: (y - t) ** 3, "the 4"),
        (
            gradient_checking.fourth_power,
            lambda y, t: 2 * (y - t) ** 3,
            "belonged to the square",
        ),
        (
            gradient_checking.fourth_power,
            lambda y, t: 4 * abs(y - t) ** 3,
            "odd power",
        ),
        (
            gradient_checking.fourth_power,
            lambda y, t: 4 * (y - t) ** 3 / len(t),
            "taken later",
        ),
        (
            gradient_checking.fourth_power,
            lambda y, t: 2 * (y - t),
            "derivative of the square",
        ),
        (
            gradient_checking.fourth_power,
            lambda y, t: 0,
            "should be -4, not 0",
        ),
    ],
)
def test_wrong_answers_in_the_older_chapters_are_explained(check, wrong, why):
    verdict = check(wrong)
    assert not verdict.right
    assert why in verdict.why


# ---------------------------------------------------------------------- a check of one's own


def my_check(
    loss_at,
    gradient_at,
    params,
    eps=1e-6,
    rtol=1e-5,
    atol=0,
    sides=(1, -1),
    copy=np.copy,
    nominal=False,
    agree=None,
):
    """The solution of the chapter, with a place for each mistake."""
    for i, gradient in enumerate(gradient_at(*params)):
        for index in np.ndindex(np.shape(gradient)):
            up, down = [copy(p) for p in params], [copy(p) for p in params]
            up[i][index] += sides[0] * eps
            down[i][index] += sides[1] * eps
            step = up[i][index] - down[i][index]
            if nominal:
                step = 2 * eps
            n = (loss_at(*up) - loss_at(*down)) / step
            a = np.asarray(gradient)[index]
            size = max(abs(a), abs(n))
            good = abs(a - n) <= rtol * size + atol
            if not (agree(a, n) if agree else good):
                return False
    return True


def moves_the_parameters(loss_at, gradient_at, params, back=True):
    eps = 1e-7
    for i, gradient in enumerate(gradient_at(*params)):
        for index in np.ndindex(np.shape(gradient)):
            entry = ... if index == () else index
            params[i] = np.asarray(params[i])
            params[i][entry] += eps
            above = loss_at(*params)
            params[i][entry] -= 2 * eps
            below = loss_at(*params)
            if back:
                params[i][entry] += eps
            n = (above - below) / (2 * eps)
            a = np.asarray(gradient)[index]
            if not abs(a - n) <= 1e-5 * max(abs(a), abs(n)):
                return False
    return True


def compares_sums(loss_at, gradient_at, params):
    total = sum(np.sum(g) for g in gradient_at(*params))
    above = loss_at(*(p + 1e-6 for p in params))
    below = loss_at(*(p - 1e-6 for p in params))
    return bool(np.isclose(total, (above - below) / 2e-6, rtol=1e-5, atol=0))


def stops_at_the_first(loss_at, gradient_at, params):
    a = np.ravel(gradient_at(*params)[0])[0]

    def moved(by):
        first = np.copy(params[0])
        first[(0,) * first.ndim] += by
        return loss_at(first, *params[1:])

    return bool(np.isclose(a, (moved(1e-6) - moved(-1e-6)) / 2e-6, atol=0))


def with_mistake(**mistake):
    return lambda *given: my_check(*given, **mistake)


@pytest.mark.parametrize(
    "mistake",
    [
        {},
        {"rtol": 1e-3},
        {"rtol": 1e-7},
        {"eps": 1e-5},
        {"eps": 1e-4, "rtol": 1e-4},
        {"agree": lambda a, n: np.isclose(n, a, atol=0)},
        {"agree": lambda a, n: a == n or abs(a - n) / abs(a + n) < 1e-5},
    ],
)
def test_a_good_check_is_right(mistake):
    verdict = gradient_checking.your_check(with_mistake(**mistake))
    assert verdict.right, verdict.why


def test_a_check_by_complex_steps_is_right():
    def my_check(loss_at, gradient_at, params):
        for i, gradient in enumerate(gradient_at(*params)):
            for index in np.ndindex(np.shape(gradient)):
                moved = [np.array(p, complex) for p in params]
                moved[i][index] += 1e-20j
                slope = np.imag(loss_at(*moved)) / 1e-20
                if not np.isclose(np.asarray(gradient)[index], slope, atol=0):
                    return False
        return True

    assert gradient_checking.your_check(my_check).right


@pytest.mark.parametrize(
    ("check", "why"),
    [
        (lambda *given: True, "with the wrong sign, which is wrong"),
        (lambda *given: False, "says False for the gradient of the network"),
        (lambda *given: None, "returned None; it must return True or False"),
        (lambda *given: 0.2, "returned 0.2"),
        (lambda loss_at: True, "TypeError"),
        (with_mistake(agree=lambda a, n: a == n), "never all sixteen"),
        (with_mistake(rtol=0.1), "tolerance smaller"),
        (with_mistake(rtol=0, atol=1e-4), "a fixed number"),
        (
            with_mistake(agree=lambda a, n: np.isclose(a, n)),
            "np.isclose has one",
        ),
        (with_mistake(sides=(1, 0)), "one side only, so the bend"),
        (with_mistake(sides=(0, -1)), "one side only, so the bend"),
        (
            with_mistake(sides=(1, 0), eps=1e-8, rtol=5e-3),
            "every verdict is right, but you step to one side only",
        ),
        (
            with_mistake(agree=lambda a, n: abs(a - n) / abs(a) < 1e-5),
            "0 / 0",
        ),
        (
            with_mistake(
                agree=lambda a, n: abs(float(a) - float(n)) / float(a) < 1e-5
            ),
            "it may be negative",
        ),
        (
            with_mistake(
                agree=lambda a, n: (
                    abs(float(a) - float(n)) / abs(float(a)) < 1e-5
                )
            ),
            "divides by zero",
        ),
        (
            with_mistake(agree=lambda a, n: np.isclose(abs(a), abs(n))),
            "with their signs",
        ),
        (
            with_mistake(agree=lambda a, n: np.sign(a) == np.sign(n)),
            "twice as large",
        ),
        (
            with_mistake(
                agree=lambda a, n: not abs(a - n) > 1e-5 * max(abs(a), abs(n))
            ),
            "comparison with NaN",
        ),
        (with_mistake(nominal=True), "the step really taken"),
        (moves_the_parameters, "only in the last digit. Move a copy"),
        (
            lambda *given: moves_the_parameters(*given, back=False),
            "Move a copy",
        ),
        (compares_sums, "a slope of its own"),
        (stops_at_the_first, "does your check get to the last one"),
    ],
)
def test_what_is_wrong_with_a_check_is_explained(check, why):
    verdict = gradient_checking.your_check(check)
    assert not verdict.right
    assert why in verdict.why
