r"""Is this gradient right? Measure it a second way and compare.

Everything here takes a function that returns one number, and works for any model.
"""

import numpy as np

from rnn_by_hand.checks import not_negative, positive_settings
from rnn_by_hand.diagnosis import Cause, diagnose
from rnn_by_hand.evidence import gather
from rnn_by_hand.gradient_report import (
    GradientCheckError,
    GradientReport,
    GradientRow,
    compare,
    parameter_of,
    summary,
)
from rnn_by_hand.place import Place, one_number
from rnn_by_hand.prober import Prober

__all__ = [
    "GradientCheckError",
    "GradientReport",
    "GradientRow",
    "check_gradients",
    "compare",
    "complex_step_gradient",
    "numerical_gradient",
]


@positive_settings("eps", optional=True)
def numerical_gradient(loss_at, params, eps=None):
    r"""Measure a gradient by central differences with one step.

    Implements, for one entry at a time,

    .. math:: \frac{\xi(w_+) - \xi(w_-)}{w_+ - w_-},

    with :math:`w_\pm` the numbers nearest to :math:`w \pm \varepsilon`. Its error is
    :math:`\frac{\varepsilon^2}{6} |\xi'''|` from truncation plus about
    :math:`u |\xi| / \varepsilon` from the rounding of the loss, with :math:`u` the unit roundoff.
    Divided by :math:`2 \varepsilon`, it would have a third, :math:`u |w \xi'| / \varepsilon`, from the
    rounding of :math:`w \pm \varepsilon`.

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)`` returns the loss, one real number.
    params : object
        Where to take the gradient, in any structure that `check_gradients` takes. It is copied,
        never changed.
    eps : float, optional
        The step to either side; positive. If it is not given, each entry has a step of its own,
        a millionth of the larger of 1 and :math:`|w|`.

    Returns
    -------
    tuple, ndarray, float or dict
        The gradient, in the structure of `params`; a tuple for a list or tuple.

    Raises
    ------
    TypeError
        If a parameter does not hold real numbers.
    ValueError
        If `eps` is not positive and finite, or too small to move a parameter, or the loss is
        not one finite number.
    """

    def slope(w, loss_with):
        step = 1e-6 * max(1, abs(w)) if eps is None else eps
        above, below = w + step, w - step
        if above == below:
            raise ValueError(f"eps is {step:g}; it is too small to move {w}")
        return (loss_with(above) - loss_with(below)) / (above - below)

    return every_entry(slope, loss_at, params)


@positive_settings("h")
def complex_step_gradient(loss_at, params, h=1e-20):
    r"""Measure a gradient by a step in the imaginary direction.

    Implements :math:`\mathrm{Im}\, \xi(w + i h) / h`. Nothing is subtracted, so nothing cancels,
    and `h` may be so small that there is no truncation either; see Squire and Trapp, "Using
    complex variables to estimate derivatives of real functions", SIAM Review 40 (1998).

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)``, built from operations that keep the imaginary part: no ``abs``, no
        ``vdot``, ``norm``, ``conj``, ``var`` or ``std``, no array of floats. One difference along
        a random direction finds out whether it is.
    params : object
        As for `numerical_gradient`. All of them are complex together.
    h : float
        The imaginary step; positive, and not so small that its products lose digits.

    Returns
    -------
    tuple, ndarray, float or dict
        The gradient, in the structure of `params`; a tuple for a list or tuple.

    Raises
    ------
    TypeError
        If a parameter does not hold real numbers, or the loss loses the imaginary part.
    ValueError
        If `h` is not positive and finite, or too small, or the loss is not one finite number.
    """
    place = Place(params, loss_at)
    for name, array in zip(place.names, place.arrays):
        least = float(np.finfo(array.dtype).tiny / np.finfo(array.dtype).eps)
        if h < least:
            raise ValueError(
                f"h is {h:g}; for {name} it must be at least {least:.0e}, "
                "or its products have fewer digits"
            )

    def slope(w, loss_with):
        return np.imag(loss_with(w + 1j * h)) / h

    gradient = every_entry(slope, loss_at, params, complex)
    _refuse_lost_parts(_Functions(loss_at, None, params, None, None), gradient)
    return gradient


def check_gradients(
    loss_at,
    gradient_at=None,
    params=None,
    *,
    live=None,
    names=None,
    strict=False,
    seed=0,
    eps=None,
    rtol=None,
    atol=None,
):
    r"""Compare a gradient with measured slopes of the loss, each with its error.

    Differences at several steps are extrapolated to a step of zero; how far they disagree, and the
    noise of the loss, say how far the measured slope may be off. An entry is *right* if it agrees
    within that error and the error is small beside it, *wrong* if it does not agree, and
    *undecided* if the loss cannot tell. Up to 256 entries are measured one by one. Beyond that,
    random directions over all entries and over each parameter are measured, and where one
    disagrees, halving finds the wrong entries.

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)`` returns the loss, one real number. Without `gradient_at`, it returns
        the loss, then the gradient as one item or one for each parameter, then anything.
    gradient_at : callable, optional
        ``gradient_at(*params)`` returns the gradient under test: one number or array for each
        parameter, of its shape, in the structure of `params` or in a dict by name.
    params : object
        Where to check. A list or tuple of numbers and arrays is passed as arguments, or whole if
        there are several and the function takes one. A single array or number, or a dict, or lists, tuples and dicts
        within one another, are passed as they are. Arrays of JAX and tensors of PyTorch keep their
        kind. They are copied, never changed.
    live : object, optional
        Instead of `params`: the arrays that a model keeps, for functions that take no argument.
        They are changed in place and put back bit for bit.
    names : sequence of str, optional
        A name for each parameter, instead of those of the arguments or keys.
    strict : bool
        Whether "undecided" is an error, too.
    seed : int
        The seed of the random directions; the same call gives the same report.
    eps, rtol, atol : float, optional
        If one of them is given, the check is the plain one: central differences with the one step
        `eps` (that of `numerical_gradient`) and the rule of `compare` with `rtol` (1e-7) and `atol` (1e-7).

    Returns
    -------
    GradientReport
        The report; print it to read it. Its attribute `passed` says whether the gradient is right.

    Raises
    ------
    GradientCheckError
        If the gradient is wrong; or undecided, and `strict` or nothing could be measured, because
        the loss is not the same each time. Its message is the report.
    TypeError
        If a parameter or a gradient does not hold real numbers.
    ValueError
        If a gradient does not have its parameter's shape, or the loss is not one finite number.
    """
    functions = _Functions(loss_at, gradient_at, params, live, names)
    if (eps, rtol, atol) != (None, None, None):
        report = _plain_check(functions, eps, rtol, atol)
    else:
        report = _measured_check(functions, seed)
    nothing_measured = not report.parameters
    if report.verdict == "wrong" or (
        not report.passed and (strict or nothing_measured)
    ):
        raise GradientCheckError(report)
    return report


class _Functions:
    """The loss and the gradient under test, at one place."""

    def __init__(self, loss_at, gradient_at, params, live, names):
        if (params is None) == (live is None):
            raise TypeError("give either params or live: where to check")
        given = params if live is None else live
        self.losses = 0
        self.loss_at, self.gradient_at, self.params = (
            loss_at,
            gradient_at,
            given,
        )
        self.place = Place(given, loss_at, live is not None, names)

    def loss(self, arrays=None, watch=None):
        self.losses += 1
        value = one_number(self.place.call(self.loss_at, arrays, watch))
        if value.dtype.kind == "c":
            raise ValueError(
                f"loss_at returned the complex number {value}; it must be real"
            )
        return value

    def gradient(self, arrays=None, watch=None):
        if self.gradient_at is None:
            returned = self.place.call(self.loss_at, arrays, watch)
            return self.place.split(returned)[1]
        returned = self.place.call(self.gradient_at, arrays, watch)
        return self.place.gradients(returned)


def _measured_check(functions, seed):
    place, rng = functions.place, np.random.default_rng(seed)
    elsewhere = _visit(functions, rng)
    loss, gradient, shake, verdict, remembered = _remembered(functions)
    if verdict:
        return _not_the_same(functions, verdict, remembered)
    finite = [np.where(np.isfinite(array), array, 0) for array in gradient]
    own = _own_rounding(functions, finite)
    prober = Prober(place, functions.loss, loss, finite, own, rng, shake)
    evidence = gather(prober, gradient)
    if prober.error and not prober.seen:
        raise ValueError(
            f"loss_at fails wherever a parameter is moved: {prober.error}"
        ) from prober.error
    verdict, said = summary(evidence.parameters, len(evidence.rows))
    causes = diagnose(evidence)
    if any(not cause.keys for cause in causes):
        causes = _kept(functions, prober, elsewhere) or causes
    prober.progress.clear()
    return GradientReport(
        verdict,
        said,
        place.at(),
        tuple(evidence.parameters),
        tuple(evidence.rows.values()),
        (*remembered, *causes),
        functions.losses,
    )


def _visit(functions, rng):
    """Take loss and gradient at another place first, so that what is kept from there shows here."""
    arrays = functions.place.nearby(rng)
    try:
        return arrays, functions.loss(arrays), functions.gradient(arrays)
    except (ValueError, ArithmeticError):
        return None  # there is no loss there


def _kept(functions, prober, elsewhere):
    """The cause, if the gradient is the same elsewhere, though the slope is not."""
    if elsewhere is None:
        return None
    arrays, _, gradient = elsewhere
    if not all(map(np.array_equal, gradient, prober.gradient)):
        return None
    here = prober.whole()
    there = prober.at(arrays, functions.loss(arrays)).whole()
    apart = abs(here.slope.value - there.slope.value)
    if not apart > here.tolerance + there.tolerance:
        return None
    said = (
        "the gradient is the same at another place, to the last bit, where the slope is not: it "
        "is kept from an earlier call, or does not depend on the place"
    )
    keys = ("stale",)
    if len(np.unique(np.abs(np.concatenate(gradient, axis=None)))) == 1:
        keys += ("clipped by entry",)
        said += ", as where all of it is clipped"
    return [Cause(keys, tuple(functions.place.names), said)]


def _plain_check(functions, eps, rtol, atol):
    """Central differences with one step, and fixed tolerances."""
    rtol = not_negative("rtol", 1e-7 if rtol is None else rtol)
    atol = not_negative("atol", 1e-7 if atol is None else atol)
    place = functions.place
    _visit(functions, np.random.default_rng(0))
    _, gradient, _, verdict, causes = _remembered(functions)
    if verdict:
        return _not_the_same(functions, verdict, causes)
    if place.live:
        raise TypeError(
            "live parameters need the measured check: give no eps, rtol or atol"
        )
    numerical = place.gradients(
        numerical_gradient(functions.loss_at, functions.params, eps)
    )
    rows, parameters = [], []
    for name, a, n in zip(place.names, gradient, numerical):
        own = [
            compare(name, a[index], n[index], rtol, atol, index)
            for index in np.ndindex(a.shape)
        ]
        rows += own
        parameters.append(parameter_of(name, a.shape, own))
    verdict, said = summary(parameters, len(rows))
    return GradientReport(
        verdict,
        said,
        place.at(),
        tuple(parameters),
        tuple(rows),
        tuple(causes),
        functions.losses + 2 * len(rows),
    )


def _not_the_same(functions, verdict, causes):
    """The report where nothing was measured, as two calls disagree."""
    return GradientReport(
        verdict,
        "not the same at each call",
        functions.place.at(),
        (),
        (),
        tuple(causes),
        functions.losses,
    )


def _remembered(functions):
    """Call loss and gradient twice at one place, before anything costs much.

    Returns
    -------
    loss : float
        The loss.
    gradient : list of ndarray
        The gradient under test.
    shake : float
        By how much the loss differed from call to call.
    verdict : str or None
        The verdict, if no measurement can change it.
    causes : list of Cause
        What the functions remember or change.
    """
    spoiled = []
    loss, second = functions.loss(), functions.loss()
    gradient = functions.gradient(watch=spoiled)
    after = functions.loss()
    again = functions.gradient()
    causes = []
    if spoiled:
        said = "gradient_at changes it in place: work on a copy"
        causes.append(
            Cause(("in-place",), tuple(dict.fromkeys(spoiled)), said)
        )
    # A library may add up in another order each time, and so round differently.
    unit = float(np.finfo(loss.dtype).eps)
    shake = float(np.ptp([loss, second, after]))
    if shake > max(1e-9, 100 * unit) * abs(loss):
        other, when = second, ""
        if loss == second:
            other, when = after, ", after gradient_at was called"
        said = (
            f"loss_at returned {loss}, then {other} for the same parameters{when}: it must "
            "return the same each time, with nothing random and nothing remembered"
        )
        causes.append(Cause(("hidden state", "too noisy"), (), said))
        return loss, gradient, shake, "undecided", causes
    changed = _changed(functions.place.names, gradient, again)
    if not changed:
        return loss, gradient, shake, None, causes
    third = functions.gradient()
    growing = all(
        np.allclose(c - b, b - a, rtol=1e-3, atol=1e-9 * _largest(b - a))
        for a, b, c in zip(gradient, again, third)
    )
    if growing:
        keys = ("accumulated",)
        said = (
            "each call returns more than the one before, by the same amount: the buffer that the "
            "gradient is added to is not emptied"
        )
    else:
        keys = ("stale", "accumulated", "hidden state")
        said = (
            "the second call at the same place returns something else: what is kept from the "
            "first?"
        )
    causes.append(Cause(keys, changed, said))
    return loss, gradient, shake, "wrong", causes


def _changed(names, before, after):
    """The parameters whose gradient is another one, beyond rounding."""
    return tuple(
        name
        for name, one, other in zip(names, before, after)
        if not np.allclose(
            other,
            one,
            rtol=0,
            atol=100 * float(np.finfo(one.dtype).eps) * _largest(one),
            equal_nan=True,
        )
    )


def _largest(array):
    return float(np.max(np.abs(np.nan_to_num(array)), initial=0.0))


def _own_rounding(functions, gradient):
    """How much each gradient changes when its parameters move by their last digit."""
    place = functions.place
    most = [np.zeros(a.shape) for a in gradient]
    for side in (-np.inf, np.inf):
        try:
            beside = [
                np.nextafter(a, a.dtype.type(side)) for a in place.arrays
            ]
            # The loss may leave something behind for the gradient.
            functions.loss(beside)
            moved = functions.gradient(beside)
        except (ValueError, ArithmeticError):
            continue  # there is no gradient beside a border
        for k, (a, b) in enumerate(zip(gradient, moved)):
            most[k] = np.fmax(most[k], np.abs(b - a))
    return most


def every_entry(slope, loss_at, params, kind=float):
    """Collect ``slope(w, loss_with)`` for every entry; ``loss_with(w)`` is the loss with it replaced."""
    place = Place(params, loss_at)
    gradients = []
    for k, array in enumerate(place.arrays):
        slopes = np.empty(array.shape)
        for index in np.ndindex(array.shape):

            def loss_with(value, k=k, index=index):
                arrays = [
                    np.array(
                        a,
                        np.result_type(a, type(value))
                        if kind is complex
                        else a.dtype,
                    )
                    for a in place.arrays
                ]
                arrays[k][index] = value
                loss = one_number(place.call(loss_at, arrays))
                if kind is float and loss.dtype.kind == "c":
                    raise ValueError(
                        f"loss_at returned the complex number {loss}; it must be real"
                    )
                return loss

            slopes[index] = slope(array[index], loss_with)
        gradients.append(slopes[()])
    return place.structured(gradients)


def _refuse_lost_parts(functions, gradient):
    """Compare the complex step with one difference along a random direction."""
    arrays = functions.place.gradients(gradient)
    rng = np.random.default_rng(0)
    own = [np.zeros(a.shape) for a in arrays]
    prober = Prober(
        functions.place,
        functions.loss,
        functions.loss(),
        arrays,
        own,
        rng,
        0.0,
    )
    measured = prober.whole()
    if measured.wrong:
        raise TypeError(
            f"along a random direction the loss changes by {measured.slope.value:.6g} a step, the "
            f"complex step says {measured.predicted:.6g}; something inside loses the imaginary part: "
            "abs, vdot, norm, conj, var, std, float(), a comparison, or an array of floats"
        )
