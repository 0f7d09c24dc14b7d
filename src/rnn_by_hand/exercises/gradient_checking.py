"""The exercises of the chapter on gradient checking."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_by_hand.bug_zoo import BUGS, with_bug
from rnn_by_hand.checks import real
from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.model import bptt, forward_states, loss, make_dataset

__all__ = ["culprit", "fresh_data", "repaired", "your_check"]

#: What the detective has to name.
MYSTERY = "mystery 8"


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
def culprit(answer):
    """Which bug has the ratios of the mystery?"""
    bugs = list(BUGS)
    if answer not in bugs:
        return False, f"choose one of {', '.join(map(repr, bugs))}."
    X, t = make_dataset()
    for point in ((0.7, 0.6), (0.7, 0.7), (0.7, 1.0), (-0.5, -0.8)):
        truth = np.array(bptt(X, t, *point))
        seen, suspected = (
            np.array(with_bug(bug)(X, t, *point)) / truth
            for bug in (MYSTERY, answer)
        )
        if not np.allclose(seen, suspected):
            return False, (
                f"at {point} that one has the ratios {_pair(suspected)}, and the mystery has "
                f"{_pair(seen)}."
            )
    return True, SOLVED


@exercise
def repaired(answer):
    """What does the function look like with its bug mended?"""
    for shape, point in (
        ((50, 10), (0.8, 0.9, 0.3)),
        ((4, 7), (1.2, -0.7, -0.4)),
        ((7, 4), (0.5, 0.0, 0.2)),
    ):
        X, t = make_dataset(*shape)
        with np.errstate(all="ignore"):
            given = real("the answer", answer(X, t, *point))
        if given.shape != (3,):
            return False, (
                f"it must return three numbers, for wx, wRec and b; it returned {given.shape}."
            )
        truth = _with_bias(X, t, *point)
        if not np.allclose(given, truth, rtol=1e-9):
            return False, _off(X, t, point, given, truth)
    return True, (
        "the last state has the power 0, and the power grows on the way to the first. The sum of "
        "the powers is the same either way, so b alone was right."
    )


#: The measured slopes are a difference of order 1, divided by the step.
_SMALLER = 1e-6 / 1e-7

fresh_data = Pencil(
    "By what factor does the measured gradient grow when eps is ten times smaller?",
    ["new size / old size"],
    (
        [(0.8 * _SMALLER, 1.2 * _SMALLER)],
        "two draws differ by as much as ever, and that is divided by a step ten times smaller.",
    ),
    [
        (
            [1],
            "so it would be if the two losses came from the same data; here their difference does "
            "not shrink with eps.",
        ),
        (
            [(0.8 / _SMALLER, 1.2 / _SMALLER)],
            "the step is below the line: divided by less, the same difference gives more.",
        ),
        (
            [(0.8 * _SMALLER**2, 1.2 * _SMALLER**2)],
            "eps squared is in the truncation error; it plays no part here.",
        ),
        (
            [(0.8 / _SMALLER**2, 1.2 / _SMALLER**2)],
            "eps squared is in the truncation error; it plays no part here.",
        ),
    ],
    ["how far do two draws differ, and by what is their difference divided?"],
)


def _with_bias(X, t, wx, wRec, b, delta_of=None):
    """Give the gradients of the network with a bias; `delta_of` makes another power of wRec of k."""
    n_samples, n_steps = X.shape
    S = np.zeros((n_samples, n_steps + 1))
    for k in range(1, n_steps + 1):
        S[:, k] = S[:, k - 1] * wRec + X[:, k - 1] * wx + b
    k = np.arange(1, n_steps + 1)
    power = n_steps - k if delta_of is None else delta_of(k, n_steps)
    delta = 2 * (S[:, -1] - t)[:, None] * wRec**power
    return np.array(
        [(delta * used).sum(axis=1).mean() for used in (X, S[:, :-1], 1)]
    )


def _off(X, t, point, given, truth):
    """Say what is still wrong with a function that was to be repaired."""
    for power, why in SLIPS_OF_POWER:
        if np.allclose(given, _with_bias(X, t, *point, power), rtol=1e-9):
            return why
    names = ("wx", "wRec", "b")
    wrong = ~np.isclose(given, truth, rtol=1e-9)
    i = int(np.argmax(wrong))
    return (
        f"for {len(X)} sequences of {X.shape[1]} steps, at {point}, the gradient with respect to "
        f"{names[i]} should be {truth[i]:.6g}, not {given[i]:.6g}."
    )


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


def _one_entry(end, new):
    """Spoil the very first entry, or with an `end` of -1 the very last."""

    def spoil(gradients):
        gradients = [gradient.copy() for gradient in gradients]
        index = (end,) * gradients[end].ndim
        gradients[end][index] = new(gradients[end][index])
        return gradients

    return spoil


#: What there is to say of the mystery once it is named.
SOLVED = (
    "it shows both where equal weights would hide a wrong weight and where wRec = 1 would hide a "
    "missing one. What is left is how far back it runs."
)
#: The powers of wRec that step k may be given in place of n - k, and what to say of them.
SLIPS_OF_POWER = (
    (
        lambda k, n: k - 1,
        "that is the function as it was. With respect to b it is right, and b needs the sum of all "
        "delta alone. Which of them belongs to which step?",
    ),
    (
        lambda k, n: k,
        "at the last step delta is multiplied by wRec too often, at the first too rarely. How many "
        "steps lie between step k and the end?",
    ),
    (
        lambda k, n: n - k + 1,
        "the powers now fall from the first step to the last, as they should, but delta of the "
        "last step is the error itself: its power is 0.",
    ),
)
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
        _one_entry(-1, lambda entry: 1.5 * entry),
        "All others are right: does your check get to the last one?",
    ),
    (
        "with its first entry too large by half",
        _one_entry(0, lambda entry: 1.5 * entry),
        "All others are right: does your check remember that one was not?",
    ),
    (
        "with a first entry of 0 that should be another number",
        _one_entry(0, lambda entry: 0 * entry),
        "There is nothing to say only where the slope is 0 as well.",
    ),
    (
        "too large by a hundredth",
        lambda gradients: [1.01 * g for g in gradients],
        "Central differences are better than that: make the tolerance smaller, such as 1e-5.",
    ),
    (
        "with its last entry not a number",
        _one_entry(-1, lambda entry: np.nan),
        "A comparison with NaN is always False: ask whether the difference is small enough, not "
        "whether it is too large.",
    ),
)
