"""The exercises of the chapter on gradient checking."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_by_hand.bug_zoo import BUGS, with_bug
from rnn_by_hand.checks import real
from rnn_by_hand.exercises import exercise
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.model import bptt, forward_states, loss, make_dataset

__all__ = ["culprit", "every_step", "fourth_power", "fresh_data", "your_check"]


@exercise
def your_check(answer):
    """Which function of loss_at, gradient_at and params tells whether a gradient is right?"""
    moves = set()
    for case in _cases():
        why = _misjudged(answer, case, moves)
        if why:
            return False, why
    if _to_one_side(moves):
        return False, (
            "every verdict is right, but you step to one side only. With a step to both sides the "
            "slope has more right digits, and the tolerance can be smaller."
        )
    return True, (
        "it told right from wrong every time, on numbers and on arrays, large and small."
    )


@exercise
def every_step(answer):
    """Which function of wx and wRec gives the gradients of the loss at every step?"""
    X, _ = make_dataset()
    counts = np.cumsum(X, axis=1)

    def loss_at(wx, wRec):
        errors = forward_states(X, wx, wRec)[:, 1:] - counts
        return (errors**2).sum(axis=1).mean()

    for point in ((0.8, 0.9), (1.2, 0.7)):
        if np.allclose(
            answer(*point), bptt(X, counts[:, -1], *point), rtol=1e-9
        ):
            return (
                False,
                "that is the gradient of the last step's error alone.",
            )
        without = _without_later_states(X, counts, *point)
        if np.allclose(answer(*point), without, rtol=1e-9):
            return False, (
                "each state's own error is there, but nothing comes back from later states."
            )
        try:
            check_gradients(loss_at, answer, point, strict=True)
        except GradientCheckError as failed:
            return False, f"\n{failed}"
    return True, (
        "gradients that arrive along two paths add up, and the check agrees at both points."
    )


@exercise
def culprit(answer):
    """Which bug has the ratios of the mystery?"""
    bugs = list(BUGS)
    if answer not in bugs:
        return False, f"choose one of {', '.join(map(repr, bugs))}."
    mystery = with_bug(bugs[5])
    X, t = make_dataset()
    for point in ((0.7, 0.6), (-0.5, -0.8), (0.7, 1.0)):
        truth = np.array(bptt(X, t, *point))
        seen = np.array(mystery(X, t, *point)) / truth
        suspected = np.array(with_bug(answer)(X, t, *point)) / truth
        if not np.allclose(seen, suspected):
            return False, (
                f"at {point} that one has the ratios {_pair(suspected)}, and the mystery has "
                f"{_pair(seen)}."
            )
    return True, (
        "where wRec is 1, multiplying by it can be left out, and nothing shows."
    )


@exercise
def fresh_data(answer):
    """By what factor does the measured gradient grow when eps is ten times smaller?"""
    if np.isclose(answer, 10, rtol=0.2):
        return True, (
            "two draws differ by as much as ever, and that is divided by a step ten times "
            "smaller."
        )
    if np.isclose(answer, 1):
        return False, (
            "so it would be if the two losses came from the same data; here their difference "
            "does not shrink with eps."
        )
    if np.isclose(answer, 0.1, rtol=0.2):
        return (
            False,
            "the step is below the line: a smaller one divides by less.",
        )
    if np.isclose(answer, (100, 0.01), rtol=0.2).any():
        return (
            False,
            "eps squared is in the truncation error; it plays no part here.",
        )
    return False, f"it is not {answer:g}; by what is the difference divided?"


@exercise
def fourth_power(answer):
    """What is the output gradient of (t - y)^4? A function of y and t."""
    y, t = np.array([1.0, 3.5, -2, 0.25, 6]), np.array([2.0, 3, 1, 0, 4])
    right = 4 * (y - t) ** 3
    given = np.broadcast_to(real("the answer", answer(y, t)), t.shape)
    if np.allclose(given, right):
        return True, "and not another line of the backward pass has to change."
    slips = (
        (-right, "the sign: the derivative of t - y with respect to y is -1."),
        (right / 4, "the 4 of the power comes down as a factor."),
        (right / 2, "that 2 belonged to the square; now it is a 4."),
        (np.abs(right), "an odd power keeps its sign; do not take it away."),
        (
            right / len(t),
            "this is each sequence's own; the mean is taken later, in `backward_gradient`.",
        ),
        (2 * (y - t), "that is the derivative of the square."),
    )
    for slip, why in slips:
        if np.allclose(given, slip):
            return False, why
    i = int(np.argmax(~np.isclose(given, right)))
    return False, (
        f"at y = {y[i]:g} and t = {t[i]:g} it should be {right[i]:g}, not {given[i]:g}."
    )


def _without_later_states(X, counts, wx, wRec):
    """Take each state's own error alone, as if no state led to the next."""
    S = forward_states(X, wx, wRec)
    delta = 2 * (S[:, 1:] - counts)
    return tuple((delta * used).sum(axis=1).mean() for used in (X, S[:, :-1]))


def _pair(ratios):
    return " and ".join(f"{ratio:.4g}" for ratio in ratios)


class _Case(NamedTuple):
    """A gradient to check; `hint` is what a wrong verdict on it usually comes from."""

    right: bool
    words: str
    loss_at: Callable
    gradient_at: Callable
    params: tuple
    hint: str


def _misjudged(answer, case, moves):
    """Say what is wrong with the verdict on one gradient, or with how it came about."""
    before = [np.array(p) for p in case.params]
    params = [np.copy(p) if np.ndim(p) else p for p in case.params]

    def loss_at(*there):
        moves.update(_moved(before, there))
        return case.loss_at(*there)

    try:
        with np.errstate(all="ignore"):
            said = answer(loss_at, case.gradient_at, params)
    except ZeroDivisionError:
        return f"it divides by zero for {case.words}. {ZERO}"
    if not isinstance(said, (bool, np.bool_)):
        return f"it returned {said!r:.40}; it must return True or False."
    if not all(map(np.array_equal, before, params)):
        return (
            "after your check the parameters are not what they were before, if only in the last "
            "digit. Move a copy."
        )
    if said == case.right:
        return None
    if not said and _to_one_side(moves):
        return (
            f"it says False for {case.words}, which is right. You step to one side only, so the "
            "bend of the loss is in your slope. Step to both sides."
        )
    truth = "right" if case.right else "wrong"
    return (
        f"it says {bool(said)} for {case.words}, which is {truth}. {case.hint}"
    )


def _moved(before, there):
    """Which entries of which parameter have moved, and to which side."""
    for k, (here, moved) in enumerate(zip(before, there)):
        side = np.ravel(np.sign(np.real(moved) - here))
        for i in np.flatnonzero(side):
            yield k, int(i), int(side[i])


def _to_one_side(moves):
    return bool(moves) and all(
        (k, i, -side) not in moves for k, i, side in moves
    )


def _cases():
    """Give gradients to check, the plain ones first."""
    X, t = make_dataset()

    def network_loss(wx, wRec):
        return loss(forward_states(X, wx, wRec)[:, -1], t)

    def network_gradient(wx, wRec):
        return bptt(X, t, wx, wRec)

    rng = np.random.default_rng(5)
    inputs = rng.normal(size=(4, 3))
    # Whatever the weights of this input are, the loss is the same.
    inputs[:, 1] = 0
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)

    def layer_loss(W, b):
        return np.mean(np.tanh(inputs @ W + b) ** 2)

    def layer_gradient(W, b):
        S = np.tanh(inputs @ W + b)
        before_f = 2 * S / S.size * (1 - S**2)
        return inputs.T @ before_f, before_f.sum(axis=0)

    network = network_loss, network_gradient
    layer = layer_loss, layer_gradient
    for point in ((0.8, 0.9), (1.2, 0.7)):
        yield _Case(
            True,
            f"the gradient of the network at {point}",
            *network,
            point,
            DIGITS,
        )
    for words, spoil, hint in SPOILT:
        yield _spoilt(
            f"the gradient of the network, {words}",
            spoil,
            *network,
            (0.8, 0.9),
            hint,
        )
    which = "the gradient of a layer with a matrix W and a vector b"
    yield _Case(
        True, f"{which}, of which some entries are 0", *layer, (W, b), ZERO
    )
    for words, spoil, hint in SPOILT:
        yield _spoilt(f"{which}, {words}", spoil, *layer, (W, b), hint)
    which = "loss and gradient a millionth of what they were"
    small = _scaled(1e-6, *layer)
    yield _Case(True, which, *small, (W, b), DIGITS)
    for words, spoil, _ in SPOILT:
        yield _spoilt(
            f"{which}, and the gradient {words}", spoil, *small, (W, b), SMALL
        )
    yield _Case(
        True,
        "the gradient of w**2 at w = 0.00001, near its minimum",
        lambda w: w**2,
        lambda w: (2 * w,),
        (1e-5,),
        DIGITS,
    )
    yield _Case(
        True,
        "the gradient of (w - 10_000_000)**2 at w = 10_000_000.3",
        lambda w: (w - 1e7) ** 2,
        lambda w: (2 * (w - 1e7),),
        (1e7 + 0.3,),
        "Near so large a number a small step is rounded. Divide by the step really taken, "
        "(w + eps) - (w - eps).",
    )


def _spoilt(words, spoil, loss_at, gradient_at, params, hint):
    def wrong(*there):
        return spoil([np.array(g) for g in gradient_at(*there)])

    return _Case(False, words, loss_at, wrong, params, hint)


def _scaled(factor, loss_at, gradient_at):
    return (
        lambda *there: factor * loss_at(*there),
        lambda *there: [factor * g for g in gradient_at(*there)],
    )


def _reordered(gradients):
    if all(g.ndim == 0 for g in gradients):
        return gradients[::-1]
    return [g.ravel()[::-1].reshape(g.shape) for g in gradients]


def _last(new):
    """Spoil the very last entry."""

    def spoil(gradients):
        *others, last = gradients
        last = last.copy()
        last[(-1,) * last.ndim] = new(last[(-1,) * last.ndim])
        return [*others, last]

    return spoil


DIGITS = (
    "Does one number move at a time, a step up and a step down? At a step of 1e-6 some eight "
    "digits agree, never all sixteen."
)
ZERO = (
    "Where both gradients are 0, their difference divided by their size is 0 / 0. Ask whether the "
    "difference is at most a small part of the larger one, and divide by nothing."
)
SMALL = (
    "A tolerance that is a fixed number lets anything this small pass; np.isclose has one, "
    "atol = 1e-8. Compare relative to the size of the gradient."
)
#: What is wrong, the function that makes a right gradient so, and what may have let it pass.
SPOILT = (
    (
        "with the wrong sign",
        lambda gradients: [-g for g in gradients],
        "Compare the two with their signs.",
    ),
    (
        "twice as large as it should be",
        lambda gradients: [2 * g for g in gradients],
        "Compare their sizes, too. If you divide by a gradient, take its abs: it may be negative.",
    ),
    (
        "with its entries in the wrong order",
        _reordered,
        "Their sum is the same: compare every entry with a slope of its own.",
    ),
    (
        "with its last entry too large by half",
        _last(lambda entry: 1.5 * entry),
        "All others are right: does your check get to the last one?",
    ),
    (
        "too large by a hundredth",
        lambda gradients: [1.01 * g for g in gradients],
        "Central differences are better than that: make the tolerance smaller, such as 1e-5.",
    ),
    (
        "with its last entry not a number",
        _last(lambda entry: np.nan),
        "A comparison with NaN is always False: ask whether the difference is small enough, not "
        "whether it is too large.",
    ),
)
