"""Causes of a wrong gradient: each where it shows, and not where it only looks like it."""

from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import numpy as np
import pytest

from rnn_by_hand.diagnosis import Cause, diagnose
from rnn_by_hand.evidence import Evidence
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.gradient_report import GradientRow
from rnn_by_hand.prober import Measurement
from rnn_by_hand.slope import Slope

rng = np.random.default_rng(20)
A, B = rng.normal(size=(2, 4, 4))
C = rng.normal(size=6)
NAMES = ["A", "B", "c"]


def loss_at(A, B, c):
    """A loss of three parameters, with a gradient that is no simple function of them."""
    return (
        np.sum(np.sin(A) * np.arange(16).reshape(4, 4) / 7)
        + np.sum(np.exp(B) * np.cos(3 * A[::-1]))
        + np.sum(np.tanh(c + B[0, 0]) * (1 + np.arange(6)))
    )


def gradient_at(A, B, c):
    dtanh = (1 - np.tanh(c + B[0, 0]) ** 2) * (1 + np.arange(6))
    dA = np.cos(A) * np.arange(16).reshape(4, 4) / 7
    dA -= (3 * np.exp(B) * np.sin(3 * A[::-1]))[::-1]
    dB = np.exp(B) * np.cos(3 * A[::-1])
    dB[0, 0] += np.sum(dtanh)
    return [dA, dB, dtanh]


def causes(change, loss_at=loss_at, gradient_at=gradient_at, params=None):
    """The causes for a gradient that was changed, by the names of the parameters."""
    try:
        report = check_gradients(
            loss_at,
            lambda *p: change(*gradient_at(*p)),
            params or [A, B, C],
        )
    except GradientCheckError as error:
        report = error.check
    return {name: c for c in report.causes for name in c.names}


def found(*args, **kwargs):
    """The keys for each parameter; empty where the cause is not known."""
    return {n: set(c.keys) for n, c in causes(*args, **kwargs).items()}


def one(change, **kwargs):
    """The keys for A, with only its gradient changed; None if it is right."""
    keys = found(lambda a, b, c: (change(a.copy()), b, c), **kwargs)
    assert set(keys) <= {"A"}
    return keys.get("A")


def times(index, factor):
    def change(g):
        g[index] *= factor
        return g

    return change


def test_without_a_change_there_is_no_cause():
    assert found(lambda *g: g) == {}


# ------------------------------------------------------------------------------ factors


@pytest.mark.parametrize("factor", [-1, -2, -0.5, -50, -0.7])
def test_a_sign(factor):
    assert "sign" in one(lambda g: factor * g)
    assert found(lambda *g: [factor * k for k in g]).keys() == set(NAMES)


def test_the_sign_of_one_entry_only_is_no_sign():
    assert one(times((1, 2), -1)) == set()
    assert one(times(slice(2), -1)) == set()


@pytest.mark.parametrize(
    ("factor", "keys"),
    [
        (2, {"factor", "sum for mean"}),
        (0.5, {"factor", "mean for sum", "learning rate"}),
        (50, {"factor", "sum for mean"}),
        (1 / 50, {"factor", "mean for sum", "learning rate"}),
        (7, {"factor", "sum for mean"}),
        (1 / 7, {"factor", "mean for sum"}),
        (1 / 3, {"factor", "mean for sum"}),
        (1.37, {"factor"}),
        (0.01, {"factor", "mean for sum", "learning rate"}),
        (0.003, {"learning rate"}),
        (1.0001, {"factor"}),
        # Nearly every number that large is relatively close to a whole one.
        (123456.05, {"factor"}),
    ],
)
def test_a_factor_that_a_whole_parameter_shares(factor, keys):
    assert one(lambda g: factor * g) == keys


@pytest.mark.parametrize("spread", [1e-4, 1e-2, 0.3])
def test_ratios_near_2_are_no_factor(spread):
    ratios = 2 + spread * np.random.default_rng(21).normal(size=(4, 4))
    assert one(lambda g: ratios * g) == set()


def test_a_factor_of_one_entry_of_several_is_none():
    for factor in (2, 50, 1 / 50, 0.01):
        assert one(times((2, 1), factor)) == set()


def test_one_number_with_an_odd_ratio_may_be_anything():
    def keys(ratio):
        return found(
            lambda g: [ratio * g],
            lambda w: w**3,
            lambda w: [3 * w**2],
            [0.7],
        )["w"]

    assert keys(1.37) == set()
    assert keys(2) == {"factor", "sum for mean"}


def test_a_mean_that_is_missing_has_the_number_of_samples_as_its_ratio():
    n = 50
    X, t = np.random.default_rng(22).normal(size=(2, n, 3))
    t = t.sum(axis=1)

    def keys(ratio):
        return found(
            lambda g: [ratio * g],
            lambda w: np.mean((X @ w - t) ** 2),
            lambda w: [2 / n * X.T @ (X @ w - t)],
            [np.array([0.3, -1.0, 2.0])],
        )["w"]

    assert "sum for mean" in keys(n)
    assert "mean for sum" in keys(1 / n)
    assert "sum for mean" not in keys(n + 0.5)


def test_parameters_with_one_factor_share_a_cause():
    shared = causes(lambda a, b, c: (2 * a, 2 * b, 2 * c))
    assert shared["A"] is shared["B"] is shared["c"]
    others = causes(lambda a, b, c: (2 * a, 3 * b, 2 * c))
    assert others["A"] is others["c"] is not others["B"]


def clipped(to):
    def change(*gradients):
        norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
        return [g * (to / norm) for g in gradients]

    return change


@pytest.mark.parametrize("norm", [1, 0.25, 5])
def test_clipped_by_norm(norm):
    assert all("clipped by norm" in k for k in found(clipped(norm)).values())


def test_a_factor_of_one_parameter_of_several_is_no_norm():
    assert "clipped by norm" not in one(lambda g: g * 0.123456)
    # Nor is one that leaves more than there was.
    all_larger = found(lambda *g: [1.23456 * k for k in g])
    assert all(keys == {"factor"} for keys in all_larger.values())


# ------------------------------------------------------------------------ other repairs


def test_transposed():
    assert one(lambda g: g.T) == {"transposed"}
    assert one(lambda g: g.T.reshape(4, 4)[::-1]) == set()


def test_filled_in_by_columns():
    matrix = np.random.default_rng(23).normal(size=(2, 5))
    weights = np.random.default_rng(24).normal(size=(2, 5))

    def keys(change):
        return found(
            lambda g: [change(g)],
            lambda M: np.sum(weights * np.sin(M)),
            lambda M: [weights * np.cos(M)],
            [matrix],
        )["M"]

    assert keys(lambda g: g.T.reshape(2, 5)) == {"transposed"}
    assert keys(lambda g: g[:, ::-1]) == set()


def test_a_symmetric_matrix_with_noise_is_not_transposed():
    S = A + A.T
    noise = 0.1 * np.random.default_rng(25).normal(size=(4, 4))
    keys = found(
        lambda g: [g + noise],
        lambda M: np.sum(np.sin(M)),
        lambda M: [np.cos(M)],
        [S],
    )
    assert keys == {"M": set()}


def test_swapped():
    keys = found(lambda a, b, c: (b, a, c))
    assert keys == {"A": {"swapped"}, "B": {"swapped"}}


def test_equal_to_each_other_is_not_swapped():
    assert found(lambda a, b, c: (b, b, c)) == {"A": set()}
    # One has the gradient of the other, which has something else.
    assert found(lambda a, b, c: (np.sin(9 * a), a, c)) == {
        "A": set(),
        "B": set(),
    }


def test_clipped_by_entry():
    assert one(lambda g: np.clip(g, -1, 1)) == {"clipped by entry"}


def test_equal_maxima_that_are_right_are_not_clipped():
    """Half of the entries are ±3, and that is right; another one is wrong."""
    sizes = np.array([3.0, -3, 3, 0.5, 1.5, -2])

    def keys(change):
        return found(
            lambda g: [change(g)],
            lambda w: sizes @ w,
            lambda w: [sizes.copy()],
            [np.arange(1, 7.0)],
        ).get("w")

    assert keys(lambda g: g) is None
    assert keys(times(slice(3, 5), 1.3)) == set()
    assert keys(lambda g: np.clip(g, -1, 1)) == {"clipped by entry"}
    # All are at one edge, but the slopes do not go beyond; or the other way round.
    assert keys(lambda g: 4 * np.sign(g)) == set()
    assert keys(lambda g: g * [0.4, 0.5, 0.45, 1, 1, 1]) == set()


def decayed(share):
    def with_penalty(A, B, c):
        return loss_at(A, B, c) + share / 2 * np.sum(A**2)

    return with_penalty


@pytest.mark.parametrize("share", [0.1, -2])
def test_a_forgotten_term(share):
    assert one(lambda g: g, loss_at=decayed(share)) == {"forgotten term"}
    assert one(lambda g: g + share * A) == {"forgotten term"}


def test_what_is_in_proportion_to_another_array_is_no_forgotten_term():
    assert one(lambda g: g + 0.1 * B) == set()
    assert one(lambda g: g + 0.1 * A**2) == set()
    assert one(lambda g: g + 0.1 * np.triu(A)) == set()


def test_few_digits():
    assert one(lambda g: g * (1 + 1e-7 * np.sin(np.arange(16.0)).reshape(4, 4))) == {
        "few digits"
    }  # fmt: skip


def test_off_in_the_fourth_digit_is_not_a_matter_of_digits():
    assert one(times((1, 2), 1.001)) == set()
    assert one(lambda g: g * (1 + 1e-3 * np.cos(A))) == set()


def unused(A, B, c):
    return loss_at(A, B, 0 * c)


def without_c(A, B, c):
    dA, dB, _ = gradient_at(A, B, 0 * c)
    return [dA, dB, np.zeros(6)]


def test_independent():
    keys = found(
        lambda a, b, c: (a, b, c + 0.3),
        loss_at=unused,
        gradient_at=without_c,
    )
    assert keys == {"c": {"independent"}}


def test_a_tiny_slope_is_not_independent():
    keys = found(
        lambda a, b, c: (a, b, c + 0.3),
        loss_at=lambda A, B, c: unused(A, B, c) + 1e-9 * np.sum(np.sin(c)),
        gradient_at=lambda A, B, c: [
            *without_c(A, B, c)[:2],
            1e-9 * np.cos(c),
        ],
    )
    assert "independent" not in keys["c"]


def test_nothing_arrives():
    assert "nothing arrives" in one(lambda g: 0 * g)


def test_one_row_of_zeros_is_not_nothing():
    keys = one(times(2, 0))
    assert keys == {"nothing arrives"}  # in that row
    assert "nothing arrives" not in one(times(2, 1e-3))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_not_finite(value):
    def with_one(g):
        g[3, 0] = value
        return g

    assert one(with_one) == {"not finite"}
    assert one(times((3, 0), 1e200)) == set()


# -------------------------------------------------------------------- large, and in words


def test_the_same_repairs_are_found_where_not_every_entry_is_measured():
    rng = np.random.default_rng(26)
    large, weights = rng.normal(size=(2, 40, 40))

    def keys(change):
        return found(
            lambda g: [change(g)],
            lambda M: np.sum(weights * np.sin(M)),
            lambda M: [weights * np.cos(M)],
            [large],
        )["M"]

    assert keys(lambda g: -g) == {"sign"}
    assert keys(lambda g: 50 * g) == {"sum for mean", "factor"}
    assert keys(lambda g: g.T.copy()) == {"transposed"}
    assert keys(lambda g: g + 0.2 * large) == {"forgotten term"}
    assert "nothing arrives" in keys(lambda g: 0 * g)
    assert keys(lambda g: g + 0.1 * large.T) == set()
    assert keys(times((3, 4), -1)) == set()


RECURRENT = [
    *("wRec", "w_rec", "Wh", "W_h", "Whh", "W_hh", "weight_hh_l0", "Uz"),
    *("cell.Wh", "h0", "W_rec", "U", "recurrent_kernel", "layer.s0"),
]
NOT_RECURRENT = ["W", "wx", "b", "W1", "weight", "Wo", "width", "Wq", "user"]
NOT_RECURRENT += ["direction", "bias0", "depth0", "upper", "record"]


@pytest.mark.parametrize("name", [*RECURRENT, *NOT_RECURRENT])
@pytest.mark.parametrize("factor", [0, np.array([1.3, 0.4, -2])])
def test_time_is_spoken_of_where_a_name_has_to_do_with_it(name, factor):
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(
            lambda w: np.sum(np.sin(w)),
            lambda w: [factor * np.cos(w)],
            [np.array([0.3, 1.1, -0.4])],
            names=[name],
        )
    assert ("time" in str(caught.value)) == (name in RECURRENT)


def test_a_cause_names_its_parameters_and_is_part_of_the_report():
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(
            loss_at,
            lambda *p: [-g for g in gradient_at(*p)],
            [A, B, C],
        )
    (cause,) = caught.value.check.causes
    assert cause.names == tuple(NAMES)
    assert str(cause).startswith("A, B, c: ")
    assert str(cause) in str(caught.value)


# ------------------------------------------------------------------------ word for word

SIGN = "the sign is wrong, as in y - t for t - y"
TWICE = (
    "the 2 of a square is there twice, or one of two equal terms counted again"
)
MISSING = (
    "the 2 of a square is missing, or one of two equal terms counted once"
)
SUM = "if {} is a number of samples or entries, the mean of the loss is a sum here"
MEAN = (
    "if {} is a number of samples or entries, a mean is taken here that the loss "
    "does not take, or is taken twice"
)
RATE = "a learning rate of {} is left in"
SAMPLES = ". To tell: take another number of samples"
LOUDER = "multiply the loss by 10, which a clipped one ignores"
CONSTANT = "a constant factor is in one of the two and not in the other"


NORM = np.sqrt(sum(np.sum(g**2) for g in gradient_at(A, B, C)))


def said(change, **kwargs):
    """What is said of each group of parameters."""
    found = causes(change, **kwargs)
    return {c.names: c.said for c in found.values()}


def only_A(change):
    return lambda a, b, c: (change(a.copy()), b, c)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (-1, f"ratio -1 in {{}}: {SIGN}"),
        (-2, f"ratio -2 in {{}}: {SIGN}, and {TWICE}; or {SUM.format(2)}"),
        (
            -0.5,
            f"ratio -0.5 in {{}}: {SIGN}, and {MISSING}; or {MEAN.format(2)}",
        ),
        (-0.7, f"ratio -0.7 in {{}}: {SIGN}, and {CONSTANT}"),
        (2, f"ratio 2 in {{}}: {TWICE}; or {SUM.format(2)}{SAMPLES}"),
        (
            0.5,
            f"ratio 0.5 in {{}}: {MISSING}; or {MEAN.format(2)}; or "
            f"{RATE.format(0.5)}{SAMPLES}",
        ),
        (50, f"ratio 50 in {{}}: {SUM.format(50)}"),
        (
            1 / 50,
            f"ratio 0.02 in {{}}: {MEAN.format(50)}; or {RATE.format(0.02)}{SAMPLES}",
        ),
        (1 / 7, f"ratio 0.1428571 in {{}}: {MEAN.format(7)}"),
        (0.003, f"ratio 0.003 in {{}}: {RATE.format(0.003)}"),
        (0.97, f"ratio 0.97 in {{}}: {RATE.format(0.97)}"),
        (1.37, f"ratio 1.37 in {{}}: {CONSTANT}"),
    ],
)
def test_what_is_said_of_a_factor(factor, words):
    one = said(only_A(lambda g: factor * g))
    assert one == {("A",): words.format("all entries")}
    every = said(lambda *g: [factor * k for k in g])
    words = words.format("all of them")
    if factor in (0.003, 0.97):
        # No whole number, and less than there was.
        length = factor * NORM
        words += f"; or it is clipped to its norm of {length:.6g}. To tell: {LOUDER}"
    assert every == {tuple(NAMES): words}


def test_what_is_said_of_a_norm():
    (one,) = said(clipped(1)).values()
    assert one.endswith(" in all of them: it is clipped to its norm of 1")
    (less,) = said(clipped(7)).values()
    assert less.endswith(": it is clipped to its norm of 7")
    # A half that leaves a round length may be either.
    scale = 2 / NORM

    def loss(A, B, c):
        return scale * loss_at(A, B, c)

    def gradient(A, B, c):
        return [scale * g for g in gradient_at(A, B, c)]

    (both,) = said(clipped(1), loss_at=loss, gradient_at=gradient).values()
    assert both == (
        f"ratio 0.5 in all of them: {MISSING}; or {MEAN.format(2)}; or {RATE.format(0.5)}; or it "
        f"is clipped to its norm of 1{SAMPLES}, and {LOUDER}"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: g.T, "transposed: its transpose agrees with all entries"),
        (
            lambda g: np.clip(g, -1, 1),
            "clipped: 9 wrong at 1, where the slope goes beyond, and no entry is larger; check "
            "before clipping",
        ),
        (
            lambda g: g + 0.1 * A,
            "what is missing is -0.1 times the parameter itself, in all entries: the gradient of "
            "a penalty on its square (weight decay)",
        ),
        (
            lambda g: 0 * g,
            "the gradient is zero everywhere, the slope is not: is the loop run, is it added (+=) "
            "and not replaced (=)?",
        ),
        (
            times(2, 0),
            "A[2, :] is 0 and should not be: does a value reach these entries, and is it added "
            "(+=), not replaced (=)?",
        ),
        (
            times(([0, 1], [1, 3]), 0),
            "A in 2 entries is 0 and should not be: does a value reach these entries, and is it "
            "added (+=), not replaced (=)?",
        ),
        (
            times((3, 0), np.nan),
            "not a finite number: look for a division by zero, an overflow, or log of zero",
        ),
        (times((1, 2), 1.3), "ratio 1.3"),
        (times((1, 2), 0), "ratio 0"),
        (
            times((1, slice(2)), 1.3),
            "ratio 1.3 in all 2 wrong entries that were measured",
        ),
        (
            lambda g: g * (1 + np.eye(4) * [1, 2, 3, 4]),
            "ratios from 2 to 5, no simple pattern",
        ),
    ],
)
def test_what_is_said_of_one_parameter(change, words):
    assert said(only_A(change)) == {("A",): words}


def test_what_is_said_of_digits_of_nothing_and_of_two():
    ones, sizes = np.ones(4), np.arange(1.0, 5)
    (digits,) = (
        c.said
        for c in told_of(
            lambda v: sizes * np.cos(v) + [0, 4e-7 * 2 * np.cos(1), 0, 0],
            lambda v: np.sum(sizes * np.sin(v)),
            [ones],
        )
    )
    assert digits == (
        "right to 2e-07 of its largest entry, and no further: something is computed in single "
        "precision (look for float32), or iterated to a tolerance, in the gradient or in the loss"
    )
    independent = said(
        lambda a, b, c: (a, b, c + 0.3),
        loss_at=unused,
        gradient_at=without_c,
    )
    words = "the loss does not depend on it, and the gradient is not 0"
    assert independent == {("c",): words}
    assert said(lambda a, b, c: (b, a, c)) == {
        ("A", "B"): "swapped: each has the gradient of the other"
    }


def told_of(gradient_at, loss_at, params):
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(loss_at, gradient_at, params)
    return caught.value.check.causes


def test_what_is_said_where_nothing_depends_on_anything():
    kept = np.array([1.0, 2.0])
    causes = told_of(lambda v, w: (v, w), lambda v, w: kept @ kept, [kept, 3])
    words = (
        "the loss does not depend on it, and the gradient is not 0; it depends on nothing that "
        "was moved: are these the arrays that it reads?"
    )
    assert [c.said for c in causes] == [words, words]


def test_some_entries_that_nothing_depends_on_are_named():
    v = np.arange(1.0, 9)
    (cause,) = told_of(
        lambda v: np.append(2 * v[:4], np.ones(4)),
        lambda v: np.sum(v[:4] ** 2),
        [v],
    )
    assert cause.said == (
        "the loss does not depend on v[4], v[5], v[6] and 1 more, and the gradient is not 0"
    )
    (cause,) = told_of(
        lambda v: np.append(2 * v[:5], np.ones(3)),
        lambda v: np.sum(v[:5] ** 2),
        [v],
    )
    assert cause.said == (
        "the loss does not depend on v[5], v[6], v[7], and the gradient is not 0"
    )


ADVICE = (
    "No usual cause gives these numbers. Compare term by term on the smallest case that is still "
    "wrong, such as one sample, one unit, two steps."
)
IN_TIME = (
    " In a loop over time, an index one step off, or a missing first or last term, looks like "
    "this."
)


def test_advice_stands_last_and_once():
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(
            loss_at,
            lambda *p: [1.3 * np.sin(g) + 4 for g in gradient_at(*p)],
            [A, B, C],
        )
    *known, last = caught.value.check.causes
    assert [c.names for c in known] == [("A",), ("B",), ("c",)]
    assert (last.keys, last.names, last.said) == ((), (), ADVICE)
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(
            lambda wRec, b: np.sum(np.sin(wRec)) + np.sum(b**2),
            lambda wRec, b: (np.cos(wRec) * [1.3, 0.4, 1], -2 * b),
            [np.array([0.3, 1.1, -0.4]), np.array([1.0, 2])],
        )
    *_, last = caught.value.check.causes
    assert last.said == ADVICE + IN_TIME
    # Nor where every cause is known.
    assert all(c.keys for c in causes(lambda a, b, c: (-a, b, c)).values())


# -------------------------------------------------------------------------------- kinks


def kinked(*slopes):
    """Entries on a kink: the slopes to the left and to the right, and the gradient."""

    def loss(w):
        return sum(
            np.where(x < 0, left * x, right * x)
            for x, (left, right, _) in zip(w, slopes)
        )

    def gradient(w):
        return np.array([claimed for *_, claimed in slopes])

    try:
        report = check_gradients(loss, gradient, [np.zeros(len(slopes))])
    except GradientCheckError as error:
        report = error.check
    return [c for c in report.causes if c.keys == ("kink",)]


@pytest.mark.parametrize(
    ("claimed", "where"),
    [
        (-3.0, "is that of the left side"),
        (1.0, "is that of the right side"),
        (0.0, "lies between"),
        (-1.0, "lies between"),
        (-2.999, "lies between"),
        (0.999, "lies between"),
        (-3.001, "is neither, nor between"),
        (1.001, "is neither, nor between"),
        (7.0, "is neither, nor between"),
    ],
)
def test_on_which_side_of_a_kink_a_gradient_is(claimed, where):
    (cause,) = kinked((-3, 1, claimed))
    assert cause.names == ("w[0]",)
    assert cause.said == (
        "on a kink, with a slope of -3 to the left and 1 to the right; the gradient "
        f"{where}. Check beside it"
    )
    # The other way round the steeper side comes second.
    (cause,) = kinked((1, -3, claimed))
    mirrored = {"left": "right", "right": "left"}
    words = [mirrored.get(w, w) for w in where.split()]
    assert f"gradient {' '.join(words)}. Check" in cause.said


def test_an_entry_without_a_kink_does_not_hide_one():
    (cause,) = kinked((1, 1, 1.0), (-1, 1, 0.0))
    assert cause.names == ("w[1]",)


def test_three_kinks_are_described():
    assert len(kinked(*[(-1, 1, 0.0)] * 3)) == 3
    several = kinked(*[(-1, 1, 0.0)] * 5)
    assert [c.names for c in several] == [("w[0]",), ("w[1]",), ("w[2]",)]


def test_six_names_stand_before_a_cause():
    names = "abcdefg"
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(
            lambda *w: sum(np.sin(x) for x in w),
            lambda *w: [-np.cos(x) for x in w],
            [*np.arange(7) / 10],
            names=[*names],
        )
    (cause,) = caught.value.check.causes
    assert cause.names == tuple(names)
    assert str(cause).startswith("a, b, c, d, e, f …: ratio -1")
    assert "\n    " in str(cause)
    assert 70 < max(map(len, str(cause).splitlines())) <= 79


def beside_a_kink(predicted, jump=4.0, tolerance=2.25):
    """Measured by hand: the slope is -1 - jump / 2 to the left and -1 + jump / 2 to the right."""
    slope = SimpleNamespace(value=-1.0, jump=jump)
    measured = SimpleNamespace(
        slope=slope, predicted=predicted, tolerance=tolerance
    )
    evidence = SimpleNamespace(
        parameters=[],
        entries={(0, 0): measured},
        rows={(0, 0): SimpleNamespace(name="w")},
    )
    (cause,) = diagnose(evidence)
    return cause.said.partition("the gradient ")[2].removesuffix(
        ". Check beside it"
    )


@pytest.mark.parametrize(
    ("predicted", "where"),
    [
        (-3.2578125, "is neither, nor between"),
        (-3.25, "is that of the left side"),
        (-2.75, "is that of the left side"),
        (-2.7421875, "lies between"),
        (0.7421875, "lies between"),
        (0.75, "is that of the right side"),
        (1.25, "is that of the right side"),
        (1.2578125, "is neither, nor between"),
    ],
)
def test_what_is_left_of_the_tolerance_counts_at_a_kink(predicted, where):
    assert beside_a_kink(predicted) == where
    other = {"left": "right", "right": "left"}
    mirrored = " ".join(other.get(word, word) for word in where.split())
    assert beside_a_kink(predicted, -4.0) == mirrored
    # Without anything left, both ends are outside.
    assert beside_a_kink(-3.0, tolerance=1.0) == "is neither, nor between"
    assert beside_a_kink(1.0, tolerance=1.0) == "is neither, nor between"
    assert beside_a_kink(0.0, tolerance=1.0) == "lies between"


def test_what_is_known_of_one_does_not_hide_another():
    keys = found(lambda a, b, c: (2 * a, b + 0.1 * B**2, 2 * c))
    assert keys["B"] == set()
    assert keys["A"] == keys["c"] == {"factor", "sum for mean"}


def test_two_that_are_swapped_have_one_cause_which_stays():
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(
            loss_at,
            lambda *p: [gradient_at(*p)[i] for i in (1, 0, 2)],
            [A, B, C],
        )
    (cause,) = caught.value.check.causes
    with pytest.raises(FrozenInstanceError):
        cause.said = ""


# ------------------------------------------------------------------------ made by hand


class ByHand(Evidence):
    """Evidence of which every number is known: the gradient, the slopes and their error bars.

    `parts` has for each parameter the gradient, the slopes and the bars; all entries were measured,
    and each parameter is wrong as a whole.
    """

    def __init__(
        self, *parts, names="abc", arrays=None, directions=(), steps=None
    ):
        self.claimed = [np.asarray(claimed, float) for claimed, *_ in parts]
        self.entries, self.rows, self.directions = {}, {}, [*directions]
        for k, (claimed, slopes, bars) in enumerate(parts):
            for i, each in enumerate(np.broadcast(claimed, slopes, bars)):
                self._add(k, i, names[k], *map(float, each))
        self.parameters = [
            SimpleNamespace(name=name, verdict="wrong", where="")
            for name, _ in zip(names, parts)
        ]
        self.prober = SimpleNamespace(
            gradient=self.claimed,
            steps=steps or [np.ones(g.size) for g in self.claimed],
            place=SimpleNamespace(
                arrays=arrays or [np.zeros_like(g) for g in self.claimed]
            ),
        )

    def _add(self, k, i, name, claimed, slope, bar):
        at = np.array([i]), np.ones(1)
        self.entries[k, i] = Measurement(
            [(k, *at)], claimed, Slope(slope, bar), 0.0, 0.0
        )
        off = not abs(claimed - slope) <= bar
        verdict = "wrong" if off else "right"
        self.rows[k, i] = GradientRow(name, (i,), claimed, slope, bar, verdict)


def keys_of(*parts, **others):
    causes = diagnose(ByHand(*parts, **others))
    return [set(c.keys) for c in causes if c.names]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("bars", "is_told"),
    [
        # The two gradients are 2 apart; four bars must be less than that.
        ([0.5, 0.5, 0.5], False),
        ([0.45, 0.45, 0.45], True),
        ([0.45, 0.45, 0.6], True),
        ([0.45, 0.6, 0.6], False),
    ],
)
def test_a_repair_is_told_by_two_slopes(bars, is_told, sign):
    ones = sign * np.ones(3)
    assert keys_of((-ones, ones, bars)) == [{"sign"} if is_told else set()]


def test_one_number_is_told_by_its_one_slope():
    assert keys_of(([-1], [1], [0.45])) == [{"sign"}]
    assert keys_of(([-1], [1], [0.55])) == [set()]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_factor_is_told_by_a_slope_known_to_a_fiftieth(sign):
    slopes = sign * np.array([1.0, 2, 4, 8])
    for share, told in [(0.0199, True), (0.02, False)]:
        (keys,) = keys_of((3 * slopes, slopes, share * abs(slopes)))
        assert keys == ({"factor"} if told else set())


def test_the_sharpest_slope_tells_the_factor():
    # The first and the last are off by as much as their bars allow.
    slopes = np.array([1.0, 3.0, 2.0])
    claimed = 3 * slopes * [1.01, 1, 0.99]
    bars = [0.012, 1e-9, 0.024]
    for order in ([0, 1, 2], [1, 0, 2], [2, 0, 1]):
        (cause,) = diagnose(
            ByHand((claimed[order], slopes[order], np.array(bars)[order]))
        )
        assert cause.said.startswith("ratio 3 in all entries: if 3 is")


@pytest.mark.parametrize(
    ("slopes", "bars", "off"),
    [([100, 1], [0.5, 0.012], [0, 0.03]), ([1, -1], [1e-9, 0.012], [0, 0.03])],
)
def test_the_sharpest_is_so_beside_its_slope(slopes, bars, off):
    claimed = 3 * np.array(slopes, float) + off
    (cause,) = diagnose(ByHand((claimed, slopes, bars)))
    assert cause.said.startswith("ratio 3 in all entries: ")


def test_factors_are_one_where_their_errors_touch():
    # Each may be off by 1 / 128, and they are 1 / 64 apart.
    near, far = 2.0, 2 + 2**-6
    found = diagnose(
        ByHand(
            proportional(near, 2**-7 / near), proportional(far, 2**-7 / far)
        )
    )
    assert [c.names for c in found] == [("a", "b")]


def test_two_entries_share_a_factor_that_one_could_have_by_chance():
    other = [5.0, 1.0, 2.0], [1.0, 3.0, -4.0], SHARP
    two = [1.37, -2.74], [1, -2], SHARP
    assert keys_of(two, other) == [{"factor"}, set()]


@pytest.mark.parametrize(
    ("other", "together"),
    [(3.02, True), (2.98, True), (3.1, False), (2.9, False)],
)
def test_factors_are_one_where_their_errors_meet(other, together):
    slopes = np.array([1.0, -2.0])
    bars = 0.01 * abs(slopes)  # an error of the factor of 0.03
    found = diagnose(
        ByHand((3 * slopes, slopes, bars / 10), (other * slopes, slopes, bars))
    )
    names = [c.names for c in found]
    assert names == ([("a", "b")] if together else [("a",), ("b",)])
    # The sharper one is said, whichever comes first.
    first, *_ = diagnose(
        ByHand((other * slopes, slopes, bars), (3 * slopes, slopes, bars / 10))
    )
    assert first.said.startswith("ratio 3 in ")


SHARP = 1e-12


def proportional(factor, bar=SHARP, scale=1):
    """One parameter with a gradient that is off by a factor."""
    slopes = scale * np.array([1.0, -2.0, 4.0])
    return factor * slopes, slopes, bar * abs(slopes)


@pytest.mark.parametrize(
    ("factor", "keys"),
    [
        (2 * (1 + 0.9e-6), {"factor", "sum for mean"}),
        (2 * (1 - 0.9e-6), {"factor", "sum for mean"}),
        (2 * (1 + 1.1e-6), {"factor"}),
        (2 * (1 - 1.1e-6), {"factor"}),
        (99_999, {"factor", "sum for mean"}),
        (100_001, {"factor"}),
        (0.003 * (1 + 0.9e-6), {"learning rate"}),
        (0.003 * (1 + 1.1e-6), {"factor"}),
        (0.0031, {"learning rate"}),
        (0.00312, {"factor"}),
        (-0.003, {"sign", "factor"}),
        (-(1 + 0.9e-5), {"sign"}),
        (-(1 - 0.9e-5), {"sign"}),
        (-(1 + 1.1e-5), {"sign", "factor"}),
        (-(1 - 1.1e-5), {"sign", "factor"}),
        (1 + 1.1e-5, {"factor"}),
    ],
)
def test_how_close_a_factor_must_be(factor, keys):
    other = (
        [5.0, 1.0, 2.0],
        [1.0, 3.0, -4.0],
        SHARP,
    )  # so that not all are alike
    assert keys_of(proportional(factor), other) == [keys, set()]


@pytest.mark.parametrize(
    ("factor", "bar", "keys"),
    [
        # Three times the error is the margin, and no more than a thousandth for a rate.
        (2 + 5.9e-4, 1e-4, {"factor", "sum for mean"}),
        (2 + 6.2e-4, 1e-4, {"factor"}),
        (0.25 - 7.4e-5, 1e-4, {"factor", "mean for sum", "learning rate"}),
        (0.003 * (1 + 5e-5), 2e-5, {"learning rate"}),
        (0.003 * (1 + 5e-5), 1.5e-5, {"factor"}),
        (0.003 * (1 + 0.9e-3), 1e-3, {"learning rate"}),
        (0.003 * (1 + 1.1e-3), 1e-3, {"factor"}),
        (-(1 + 2.9e-3), 1e-3, {"sign"}),
        (-(1 + 3.1e-3), 1e-3, {"sign", "factor"}),
        # Close to 1 within what its inverse may be off by, but not within its own error.
        (-0.95, 0.017, {"sign", "factor"}),
        # To the last bit on the edge: three times an error of a power of two.
        (
            2 + 3 * 2**-10,
            2**-10 / (2 + 3 * 2**-10),
            {"factor", "sum for mean"},
        ),
        (-(1 + 3 * 2**-10), 2**-10 / (1 + 3 * 2**-10), {"sign"}),
        (0.75 + 3 * 2**-15, 2**-15 / (0.75 + 3 * 2**-15), {"learning rate"}),
        # An error of a tenth in all is too much to tell one whole number from the next.
        (2, 0.1 / 6, {"factor"}),
        (2, 0.0999 / 6, {"factor", "sum for mean"}),
    ],
)
@pytest.mark.parametrize("scale", [1, -8])
def test_a_factor_may_be_off_by_its_error(factor, bar, keys, scale):
    other = [5.0, 1.0, 2.0], [1.0, 3.0, -4.0], SHARP
    assert keys_of(proportional(factor, bar, scale), other) == [keys, set()]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("off", "is_told"), [(0.9e-5, True), (1.1e-5, False)])
def test_a_repair_may_be_off_by_a_few_digits_of_the_largest(
    off, is_told, sign
):
    slopes = sign * np.array([4.0, 4.0, 1.0])
    claimed = -slopes * [1, 1, 1 + 4 * off]
    (keys,) = keys_of((claimed, slopes, SHARP))
    assert keys == ({"sign"} if is_told else set())


def test_what_a_repair_rests_on_is_said():
    def along(step):
        """A direction over all entries, along which the gradient has the wrong sign."""
        slope = float(np.dot([1, -2, 4], step))
        at = 0, np.arange(3), np.array(step, float)
        return Measurement([at], -slope, Slope(slope, SHARP), 0.0, 0.0)

    directions = [along([1, 1, 1]), along([1, -1, 1])]
    for n_entries, n_directions, words in [
        (3, 0, "all entries"),
        (2, 0, "2 of 3 entries"),
        (3, 1, "all entries and 1 random directions"),
        (1, 2, "1 of 3 entries and 2 random directions"),
        (0, 2, "2 random directions"),
    ]:
        evidence = ByHand(
            proportional(-1), directions=directions[:n_directions]
        )
        for i in range(n_entries, 3):
            del evidence.entries[0, i], evidence.rows[0, i]
        (cause,) = diagnose(evidence)
        assert cause.said == f"ratio -1 in {words}: {SIGN}"
    (cause,) = diagnose(ByHand(([-1], [1], [SHARP])))
    assert cause.said == f"ratio -1 in its only entry: {SIGN}"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("bars", "is_told"),
    [
        ([0.0199, 0.0199, 0.0199], True),
        ([0.0199, 0.0199, 0.0201], True),
        ([0.0199, 0.0201, 0.0201], False),
        ([0.02, 0.02, 0.02], False),
    ],
)
def test_a_forgotten_term_is_told_by_two_entries(bars, is_told, sign):
    w = np.array([1.0, -2.0, 4.0])
    slopes = np.array([3.0, 1.0, 5.0])
    claimed = slopes - sign * 0.5 * w
    found = keys_of(
        (claimed, slopes, np.array(bars) * abs(0.5 * w)), arrays=[w]
    )
    assert found == [{"forgotten term"} if is_told else set()]


def test_the_sharpest_entry_tells_the_share_of_a_forgotten_term():
    w = np.array([1.0, 2.0, -4.0, 0.0])
    slopes = np.array([3.0, 1.0, 5.0, 2.0])
    bars = np.array([0.008, 1e-9, 0.03, 1e-9])
    claimed = slopes - 0.5 * w + [0.007, 0, -0.02, 0]
    for order in ([0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1]):
        parts = claimed[order], slopes[order], bars[order]
        (cause,) = diagnose(ByHand(parts, arrays=[w[order]]))
        assert cause.said.startswith("what is missing is 0.5 times the")


def test_the_sharpest_entry_is_so_beside_its_parameter():
    w, slopes = np.array([1.0, 100]), np.array([3.0, 1])
    parts = slopes - 0.5 * w + [0.007, 0], slopes, [0.008, 0.01]
    (cause,) = diagnose(ByHand(parts, arrays=[w]))
    assert cause.said.startswith("what is missing is 0.5 times the")


def test_the_share_of_a_forgotten_term_has_more_digits_than_the_parameter():
    w = np.array([1.0, -2.0, 3.0])
    slopes = np.array([3.0, 1.0, 5.0])
    found = keys_of(
        (slopes - 0.3 * w, slopes, SHARP), arrays=[w.astype(np.float16)]
    )
    assert found == [{"forgotten term"}]


@pytest.mark.parametrize(
    ("claimed", "slopes", "keys"),
    [
        ([1.2345, -1.2345, 0.5], [3, -4, 0.5], {"clipped by entry"}),
        ([1.2345, -1.2345, 0.5], [3, 4, 0.5], set()),
        ([1.2345, -1.2345, 0.5], [3, -1, 0.5], set()),
        ([1.2345, 1, 0.5], [3, 4, 0.5], set()),
        # A single one may be anything, unless it is at a round number.
        ([1.5, 0.25, 0.5], [3, 0.25, 0.5], {"clipped by entry"}),
        ([1.2345, 0.25, 0.5], [3, 0.25, 0.5], set()),
        ([-1.5, 0.25, 0.5], [-3, 0.25, 0.5], {"clipped by entry"}),
        ([-1.5, 0.25, 0.5], [3, 0.25, 0.5], set()),
        ([1.2005, 0.25, 0.5], [3, 0.25, 0.5], set()),
        ([0.25, -0.25, 0.125], [0.5, -0.75, 0.125], {"clipped by entry"}),
    ],
)
def test_clipped_by_entry_by_hand(claimed, slopes, keys):
    assert keys_of((claimed, slopes, SHARP)) == [keys]


@pytest.mark.parametrize(
    ("off", "steps", "keys"),
    [
        (0.9e-5, [1, 1, 1], {"few digits"}),
        (1.1e-5, [1, 1, 1], set()),
        # The second is a thousand times as far from 0, and its gradient as much smaller.
        (0.9e-8, [1, 1000, 1], {"few digits"}),
        (1.1e-8, [1, 1000, 1], set()),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_few_digits_by_hand(off, steps, keys, sign):
    slopes = sign * np.array([-1.0, 1 / max(steps), 0.5])
    claimed = slopes + np.array([0, off, 0])
    steps = [np.array(steps, float)]
    assert keys_of((claimed, slopes, SHARP), steps=steps) == [keys]


@pytest.mark.parametrize(
    ("size", "off", "keys"),
    [
        (1, 1e-5, set()),
        (4, 3.9e-5, {"few digits"}),
        (0.25, 0.24e-5, {"few digits"}),
        (0.25, 0.26e-5, set()),
    ],
)
def test_few_digits_are_less_than_a_share_of_the_largest(size, off, keys):
    slopes = np.array([-size, 0, size / 2])
    assert keys_of((slopes + np.array([0, off, 0]), slopes, SHARP)) == [keys]


def test_the_furthest_of_few_digits_is_said():
    (cause,) = diagnose(ByHand(([2, 2 + 4e-6, 1 - 2e-6], [2, 2, 1], SHARP)))
    assert cause.said.startswith("right to 2e-06 of its largest entry, and")


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        (0.9e-6, "ratio 1.3 in all 2 wrong entries that were measured"),
        (1.1e-6, "ratios from 1.3 to 1.3, no simple pattern"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_ratios_that_are_alike(spread, words, sign):
    ratios = sign * 1.3 * np.array([1, 1 + spread, 1])
    claimed = ratios * [1, 1, 0] + [0, 0, 7]
    evidence = ByHand((claimed, [1, 1, 7], SHARP))
    cause, _ = diagnose(evidence)
    assert cause.said == words.replace("1.3", f"{sign * 1.3}")


def test_ratios_are_alike_up_to_a_millionth_of_the_first():
    evidence = ByHand(([1e6, 1e6 - 1, 7], [1, 1, 7], SHARP))
    cause, _ = diagnose(evidence)
    assert (
        cause.said == "ratio 1000000 in all 2 wrong entries that were measured"
    )


def test_another_shape_does_not_hide_a_swap():
    one, other = [1.0, -2, 4], [3.0, 1, 2]
    parts = ([9, 9], [2, 1], SHARP), (one, other, SHARP), (other, one, SHARP)
    assert keys_of(*parts) == [set(), {"swapped"}]
    flat = np.reshape([1.0, -2, 4, 3], (2, 2)), [[5, 6], [7, 9]], SHARP
    long = [5, 6, 7, 9], [1.0, -2, 4, 3], SHARP
    assert keys_of(flat, long) == [set(), set()]


def test_filled_in_by_columns_is_said():
    slopes = np.array([[1.0, -2, 4], [3, 5, 9]])
    (cause,) = diagnose(ByHand((slopes.T.reshape(2, 3), slopes, SHARP)))
    assert cause.said == (
        "transposed: the same numbers filled in by columns agrees with all entries"
    )
    assert keys_of((slopes.T.ravel(), slopes.ravel(), SHARP)) == [set()]


def test_half_of_what_is_wrong_must_be_independent():
    v = np.arange(1.0, 9)
    for factors, is_told in [
        ([1.3, 0.4, 1, 1, 1, 1], True),
        ([1.3, 0.4, 1.7, 1, 1, 1], False),
    ]:
        cause, *_ = told_of(
            lambda v, f=factors: np.append(2 * v[:6] * f, [1, 2]),
            lambda v: np.sum(v[:6] ** 2),
            [v],
        )
        assert cause.keys == (("independent",) if is_told else ())


def test_a_line_has_79_characters_at_most():
    first, *rest = str(Cause((), (), "ab " * 100)).splitlines()
    assert first == " ".join(["ab"] * 26)
    assert rest[0] == "    " + " ".join(["ab"] * 25)


def test_two_numbers_with_one_odd_ratio_are_no_chance():
    one, two = ([1.37], [1], [SHARP]), ([-2.74], [-2], [SHARP])
    assert keys_of(one) == [set()]
    assert keys_of(one, two) == [{"factor"}]


@pytest.mark.parametrize(("off", "is_round"), [(3e-6, True), (6e-6, False)])
def test_a_norm_that_is_round_to_a_millionth(off, is_round):
    claimed = np.array([0.15, -0.2]) * (1 + off)
    (keys,) = keys_of((claimed, 2 * claimed, SHARP))
    assert ("clipped by norm" in keys) == is_round


def test_one_weight_between_time_steps_is_enough_to_speak_of_time():
    slopes = [1.0, -2.0, 4.0]
    off = [5.0, 1.0, 2.0], slopes, SHARP
    none = np.zeros(3), slopes, SHARP
    cause, *_ = diagnose(ByHand(none, off, names=["wRec", "wx"]))
    assert cause.said.endswith(
        "earlier time steps, is the gradient sent back to them?"
    )
    cause, *_ = diagnose(ByHand(none, off, names=["w", "wx"]))
    assert cause.said.endswith("is it added (+=) and not replaced (=)?")
