"""The exercises on gradient checking accept what is right and explain what is wrong."""

import numpy as np
import pytest

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES, with_bug
from rnn_by_hand.exercises import gradient_checking
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.model import bptt, make_dataset


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


def remembers_the_last_verdict(loss_at, gradient_at, params):
    said = True
    for k, gradient in enumerate(gradient_at(*params)):
        for index in np.ndindex(np.shape(gradient)):
            a = np.asarray(gradient)[index]
            said = entry_agrees(loss_at, a, params, k, index)
    return said


def skips_zeros(loss_at, gradient_at, params):
    return all(
        entry_agrees(loss_at, np.asarray(gradient)[index], params, k, index)
        for k, gradient in enumerate(gradient_at(*params))
        for index in np.ndindex(np.shape(gradient))
        if np.asarray(gradient)[index] != 0
    )


def entry_agrees(loss_at, a, params, k, index):
    up, down = ([np.copy(p) for p in params] for _ in range(2))
    eps = 1e-6 * max(1, abs(up[k][index]))
    up[k][index] += eps
    down[k][index] -= eps
    n = (loss_at(*up) - loss_at(*down)) / (up[k][index] - down[k][index])
    return bool(abs(a - n) <= 1e-5 * max(abs(a), abs(n)) + 1e-14)


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
        (remembers_the_last_verdict, "remember that one was not"),
        (skips_zeros, "only where the slope is 0 as well"),
    ],
)
def test_what_is_wrong_with_a_check_is_explained(check, why):
    verdict = gradient_checking.your_check(check)
    assert not verdict.right
    assert why in verdict.why


# ---------------------------------------------------------------------- the detective

#: The points whose ratios the page shows.
SHOWN = ((0.7, 0.6), (0.7, 0.7), (0.7, 1.0))


def ratios(bug, *point):
    X, t = make_dataset()
    return np.array(with_bug(bug)(X, t, *point)) / bptt(X, t, *point)


def test_the_mystery_is_named():
    verdict = gradient_checking.culprit("stops after three")
    assert verdict.right
    assert "how far back" in verdict.why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("S[k]", "choose one of 'forgot the 2'"),
        ("wx for wRec", "at (0.7, 0.6) that one has the ratios 1.304"),
        ("no wRec", "and the mystery has 0.7884 and 0.8052"),
        ("sign", "ratios -1 and -1"),
        (8, "choose one of"),
    ],
)
def test_a_wrong_name_is_compared_with_the_mystery(answer, why):
    verdict = gradient_checking.culprit(answer)
    assert not verdict.right
    assert why in verdict.why


def test_every_name_but_one_is_wrong():
    right = [bug for bug in BUGS if gradient_checking.culprit(bug).right]
    assert right == [MYSTERIES[gradient_checking.MYSTERY]]


def test_the_ratios_on_the_page_are_enough_to_tell():
    mystery = [ratios(gradient_checking.MYSTERY, *point) for point in SHOWN]
    alike = [
        bug
        for bug in BUGS
        if np.allclose([ratios(bug, *point) for point in SHOWN], mystery)
    ]
    assert alike == ["stops after three"]


def test_the_place_in_the_list_does_not_give_it_away():
    number = int(gradient_checking.MYSTERY.split()[1])
    assert [*BUGS][number - 1] != MYSTERIES[gradient_checking.MYSTERY]


# ---------------------------------------------------------------------- a bug without a name


def with_bias(
    X, t, wx, wRec, b, power=lambda k, n: n - k, factor=2, loop=False
):
    """The network with a bias, with a place for each mistake."""
    N, n = X.shape
    S = np.zeros((N, n + 1))
    for k in range(1, n + 1):
        S[:, k] = S[:, k - 1] * wRec + X[:, k - 1] * wx + b
    error = factor * (S[:, -1] - t)
    if loop:
        delta = np.empty((N, n))
        delta[:, -1] = error
        for k in range(n - 1, 0, -1):
            delta[:, k - 1] = delta[:, k] * wRec
    else:
        delta = error[:, None] * wRec ** power(np.arange(1, n + 1), n)
    wx_grad = (delta * X).sum(axis=1).mean()
    wRec_grad = (delta * S[:, :-1]).sum(axis=1).mean()
    return wx_grad, wRec_grad, delta.sum(axis=1).mean()


def with_slip(**slip):
    return lambda *given: with_bias(*given, **slip)


@pytest.mark.parametrize(
    "answer",
    [
        with_bias,
        with_slip(loop=True),
        lambda *given: np.array(with_bias(*given)),
        lambda *given: list(with_bias(*given)),
    ],
)
def test_a_repaired_function_is_right(answer):
    verdict = gradient_checking.repaired(answer)
    assert verdict.right, verdict.why
    assert "so b alone was right" in verdict.why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (with_slip(power=lambda k, n: k - 1), "the function as it was"),
        (with_slip(power=lambda k, n: k), "at the first too rarely"),
        (with_slip(power=lambda k, n: n - k + 1), "its power is 0"),
        (
            with_slip(factor=1),
            "for 50 sequences of 10 steps, at (0.8, 0.9, 0.3), the gradient with respect to wx "
            "should be -6.11195, not -3.05597",
        ),
        (lambda *given: with_bias(*given)[:2], "must return three numbers"),
        (lambda *given: (*with_bias(*given)[:2], 0), "with respect to b"),
        (
            # A length that fits these data alone.
            with_slip(power=lambda k, n: 10 - k),
            "for 4 sequences of 7 steps",
        ),
        (
            # Powers by division, which fail where wRec is 0.
            lambda *given: np.array(with_bias(*given)) * given[3] / given[3],
            "not nan",
        ),
        (lambda X: X, "TypeError"),
    ],
)
def test_what_is_wrong_with_a_repair_is_explained(answer, why):
    verdict = gradient_checking.repaired(answer)
    assert not verdict.right
    assert why in verdict.why


def test_the_check_of_the_book_agrees_with_the_judge():
    X, t = make_dataset()

    def loss_at(wx, wRec, b):
        s = 0
        for xk in X.T:
            s = s * wRec + xk * wx + b
        return np.mean((t - s) ** 2)

    def gradient_at(*there):
        return with_bias(X, t, *there)

    def broken(*there):
        return with_bias(X, t, *there, power=lambda k, n: k - 1)

    point = 0.8, 0.9, 0.3
    assert check_gradients(loss_at, gradient_at, point).passed
    with pytest.raises(GradientCheckError) as failed:
        check_gradients(loss_at, broken, point)
    told = [row.verdict for row in failed.value.check.rows]
    assert told == ["wrong", "wrong", "right"]


# ---------------------------------------------------------------------- fresh data


@pytest.mark.parametrize("answer", [10, 9, [10], np.float32(11)])
def test_ten_times_or_so_is_right(answer):
    verdict = gradient_checking.fresh_data(answer)
    assert verdict.right
    assert "as much as ever" in verdict.why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (1, "the same data"),
        (0.1, "below the line"),
        (100, "truncation"),
        (0.01, "truncation"),
        (3, "by what is their difference divided"),
        ((1, 10), "1 asked for"),
        ("ten", "the answer"),
    ],
)
def test_another_factor_is_explained(answer, why):
    verdict = gradient_checking.fresh_data(answer)
    assert not verdict.right
    assert why in verdict.why
