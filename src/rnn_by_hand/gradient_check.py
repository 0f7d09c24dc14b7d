r"""Is this gradient right? Measure it a second way and compare.

Everything here takes a function ``loss_at(*params)`` that returns one number, and works for
any model.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from rnn_by_hand.checks import (
    not_negative,
    of_one_precision,
    positive_settings,
    real,
)
from rnn_by_hand.diagnosis import what_it_means

__all__ = [
    "GradientCheckError",
    "GradientReport",
    "GradientRow",
    "check_gradients",
    "compare",
    "complex_step_gradient",
    "numerical_gradient",
]


@positive_settings("eps")
def numerical_gradient(loss_at, params, eps=1e-6):
    r"""Measure a gradient by central differences.

    Implements, for one parameter entry at a time,

    .. math:: \frac{\xi(w + \varepsilon) - \xi(w - \varepsilon)}{2 \varepsilon}.

    Its error is :math:`\frac{\varepsilon^2}{6} |\xi'''|` from truncation plus about
    :math:`u |\xi| / \varepsilon` from rounding, with :math:`u` the machine precision.

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)`` returns the loss, one real number.
    params : sequence of real numbers or array_like
        Where to take the gradient. It is copied, never changed.
    eps : float
        The step to either side; positive.

    Returns
    -------
    tuple of float or ndarray
        One gradient per parameter, of that parameter's shape.

    Raises
    ------
    TypeError
        If a parameter does not hold real numbers.
    ValueError
        If `eps` is not positive and finite, or too small to move a parameter, or the loss is
        not one finite number.
    """

    def slope(entry):
        loss_plus = real_loss(loss_at, moved(params, entry, eps))
        loss_minus = real_loss(loss_at, moved(params, entry, -eps))
        return (loss_plus - loss_minus) / (2 * eps)

    return every_entry(slope, params)


@positive_settings("h")
def complex_step_gradient(loss_at, params, h=1e-20):
    r"""Measure a gradient by a step in the imaginary direction.

    Implements :math:`\mathrm{Im}\, \xi(w + i h) / h`. Nothing is subtracted, so `h` may be as
    small as you like and the result is exact to rounding; see Squire and Trapp, "Using
    complex variables to estimate derivatives of real functions", SIAM Review 40 (1998).

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)``, built from operations that keep the imaginary part: no ``abs``,
        no cast to float.
    params : sequence of real numbers or array_like
        Where to take the gradient. It is copied, never changed.
    h : float
        The imaginary step; positive.

    Returns
    -------
    tuple of float or ndarray
        One gradient per parameter, of that parameter's shape.

    Raises
    ------
    TypeError
        If a parameter does not hold real numbers, or the loss comes back real: something
        inside dropped the imaginary part, or the parameter is not used.
    ValueError
        If `h` is not positive and finite, or the loss is not one finite number.
    """

    def slope(entry):
        value = one_loss(loss_at, moved(params, entry, 1j * h))
        if not np.iscomplexobj(value):
            raise TypeError(
                f"loss_at returned the real number {value} for a complex parameter; "
                "something inside drops the imaginary part (a float array, abs, float()), "
                "or the loss does not depend on this parameter"
            )
        return value.imag / h

    return every_entry(slope, params)


@dataclass(frozen=True)
class GradientRow:
    """One parameter entry of a gradient check.

    Attributes
    ----------
    name : str
        The parameter, with an index where it is an array.
    backprop, numerical : float
        The gradient under test, and the same gradient by central differences.
    verdict : str
        "ok" if the two agree within the relative tolerance, "too small to tell" if it takes the
        absolute one for them to pass, "FAILED" if neither is enough.
    """

    name: str
    backprop: float
    numerical: float
    verdict: str

    @property
    def passed(self):
        """Whether the two agree within the tolerances."""
        return self.verdict != "FAILED"

    @property
    def relative_error(self):
        """The difference, relative to the larger of the two; 0 where both are 0."""
        difference = abs(self.backprop - self.numerical)
        return (
            difference / max(abs(self.backprop), abs(self.numerical))
            if difference
            else 0.0
        )

    @property
    def ratio(self):
        """The gradient under test divided by the numerical one; 1 where both are 0."""
        if self.backprop == self.numerical:
            return 1.0
        return (
            self.backprop / self.numerical if self.numerical else float("inf")
        )

    @property
    def meaning(self):
        """What such a ratio usually means."""
        return self.verdict if self.passed else what_it_means(self.ratio)


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check; print it to read it.

    Attributes
    ----------
    rows : tuple of GradientRow
        One row per parameter entry.
    at : str
        Where the check was made.
    eps : float
        The step of the central differences.
    """

    rows: tuple
    at: str
    eps: float

    @property
    def passed(self):
        """Whether every row passed."""
        return all(row.passed for row in self.rows)

    def __str__(self):
        verdict = "passed" if self.passed else "FAILED"
        width = max(9, *(len(row.name) for row in self.rows))
        lines = [
            f"gradient check {verdict} at {self.at} (eps = {self.eps:g})",
            f"{'parameter':<{width}} {'backprop':>14} {'numerical':>14} {'rel. error':>10} {'ratio':>8}",
        ]
        for row in self.rows:
            # Adding 0 turns minus zero into zero.
            numbers = f"{row.backprop + 0:>14.8g} {row.numerical + 0:>14.8g}"
            errors = f"{row.relative_error:>10.0e} {row.ratio + 0:>8.3g}"
            lines.append(
                f"{row.name:<{width}} {numbers} {errors}  {row.verdict}"
            )
        lines += [
            f"{row.name}: {row.meaning}" for row in self.rows if not row.passed
        ]
        return "\n".join(lines)


class GradientCheckError(ValueError):
    """A gradient disagrees with its numerical estimate.

    Attributes
    ----------
    check : GradientReport
        The full report, which is also the message.
    """

    def __init__(self, check):
        super().__init__(str(check))
        self.check = check


def compare(name, backprop, numerical, rtol=1e-7, atol=1e-7):
    r"""Compare one entry of a gradient with its numerical estimate.

    It passes if :math:`|a - n| \le rtol \cdot \max(|a|, |n|) + atol`, for the gradient under
    test `a` and the numerical one `n`.

    Parameters
    ----------
    name : str
        What to call the entry.
    backprop, numerical : float
        The gradient under test, and the same gradient by central differences.
    rtol, atol : float
        The relative and the absolute tolerance; not negative.

    Returns
    -------
    GradientRow
        Both numbers with the verdict on them.
    """
    a, n = float(backprop), float(numerical)
    error, tolerance = abs(a - n), rtol * max(abs(a), abs(n))
    # The error of an infinite gradient does not exceed its tolerance, which is infinite too.
    if not np.isfinite(a) or error > tolerance + atol:
        verdict = "FAILED"
    else:
        verdict = "ok" if error <= tolerance else "too small to tell"
    return GradientRow(name, a, n, verdict)


def check_gradients(
    loss_at, gradient_at, params, eps=1e-6, rtol=1e-7, atol=1e-7
):
    r"""Compare a gradient with central differences, entry by entry.

    An entry passes by the rule of `compare`. If it takes `atol` to pass, the report says so: a
    gradient that small may be wrong by any factor.

    Check at a point where the gradient is far from zero and the parameters differ from one
    another: where every gradient is zero, so is a wrong one.

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)`` returns the loss, one real number.
    gradient_at : callable
        ``gradient_at(*params)`` returns the gradient under test: one number or array per
        parameter, of that parameter's shape.
    params : sequence of real numbers or array_like
        Where to check. It is copied, never changed.
    eps : float
        The step of the central differences; positive.
    rtol, atol : float
        The relative and the absolute tolerance; not negative.

    Returns
    -------
    GradientReport
        The report. The names in it are those of the arguments of `loss_at`.

    Raises
    ------
    GradientCheckError
        If an entry fails; its message is the report.
    TypeError
        If a parameter or a gradient does not hold real numbers.
    ValueError
        If `eps` is not positive and finite, or too small to move a parameter; a tolerance is
        negative or not finite; a gradient does not have its parameter's shape; the loss is not
        one finite number, or not the same each time.
    """
    rtol, atol = not_negative("rtol", rtol), not_negative("atol", atol)
    params = _arrays(params)
    names = _names(loss_at, params)
    _check_repeatable(loss_at, params)
    numerical = numerical_gradient(loss_at, params, eps)
    backprop = _matching(gradient_at(*_arrays(params)), numerical, names)
    rows = []
    for name, a_array, n_array in zip(names, backprop, numerical, strict=True):
        for index in np.ndindex(np.shape(n_array)):
            a, n = a_array[index], np.asarray(n_array)[index]
            entry = f"{name}{list(index) or ''}"
            rows.append(compare(entry, a, n, rtol, atol))
    at = ", ".join(
        f"{name} = {value}"
        if np.ndim(value) == 0
        else f"{name} of shape {np.shape(value)}"
        for name, value in zip(names, params, strict=True)
    )
    check = GradientReport(tuple(rows), at, eps)
    if not check.passed:
        raise GradientCheckError(check)
    return check


def every_entry(slope, params):
    """Collect ``slope(entry)`` for every entry of every parameter."""
    gradient = []
    for p_idx, param in enumerate(_arrays(params)):
        slopes = np.empty(np.shape(param))
        for index in np.ndindex(np.shape(param)):
            slopes[index] = slope((p_idx, index))
        gradient.append(slopes[()])
    return tuple(gradient)


def _sequence(what, value):
    try:
        return list(value)
    except TypeError:
        raise TypeError(
            f"{what} {value!r:.60}; it must be a sequence, one item per parameter"
        ) from None


def _arrays(params):
    """Copy the parameters; what was one number stays one number."""
    arrays = [
        np.array(real(f"params[{p_idx}]", param))
        for p_idx, param in enumerate(_sequence("params is", params))
    ]
    if not arrays:
        raise ValueError("params is empty; it must hold at least one")
    for p_idx, array in enumerate(arrays):
        if array.size == 0:
            raise ValueError(
                f"params[{p_idx}] is empty, shape {array.shape}; "
                "it must hold at least one number"
            )
    return [array[()] for array in arrays]


def moved(params, entry, step):
    """Copy the parameters with one entry moved by `step`."""
    p_idx, index = entry
    moved = _arrays(params)
    param = np.array(moved[p_idx], dtype=np.result_type(moved[p_idx], step))
    before = param[index]
    param[index] += step
    if param[index] == before:
        name = "h" if np.iscomplexobj(step) else "eps"
        raise ValueError(
            f"{name} is {abs(step):g}; it is too small to move "
            f"params[{p_idx}]{list(index) or ''} = {before}"
        )
    moved[p_idx] = param[()]
    return moved


def one_loss(loss_at, params):
    """Evaluate the loss; refuse what is not one finite number."""
    (value,) = of_one_precision(
        ("what loss_at returned",), (loss_at(*params),)
    )
    if value.shape != ():
        raise ValueError(
            f"loss_at returned shape {value.shape}; it must return one number"
        )
    if not np.isfinite(value):
        raise ValueError(
            f"loss_at returned {value[()]}; a gradient can be checked only where the loss is finite"
        )
    return value[()]


def real_loss(loss_at, params):
    """Evaluate the loss; refuse what is not one finite real number."""
    value = one_loss(loss_at, params)
    if np.iscomplexobj(value):
        raise ValueError(
            f"loss_at returned the complex number {value}; it must be real"
        )
    return value


def _check_repeatable(loss_at, params):
    first, second = (real_loss(loss_at, _arrays(params)) for _ in range(2))
    # A library may add up in another order each time, and so round differently.
    if abs(second - first) > 100 * np.finfo(first).eps * abs(first):
        raise ValueError(
            f"loss_at returned {first}, then {second} for the same params; "
            "it must return the same each time: nothing random, nothing remembered"
        )


def _matching(gradients, numerical, names):
    gradients = _sequence("gradient_at returned", gradients)
    if len(gradients) != len(names):
        raise ValueError(
            f"gradient_at returned {len(gradients)} gradient(s); "
            f"it must return one for each of {', '.join(names)}"
        )
    gradients = [
        real(f"the gradient of {name}", gradient)
        for name, gradient in zip(names, gradients, strict=True)
    ]
    for name, gradient, like in zip(names, gradients, numerical, strict=True):
        if gradient.shape != np.shape(like):
            raise ValueError(
                f"the gradient of {name} has shape {gradient.shape}; "
                f"it must be {np.shape(like)}, like {name} itself"
            )
    return gradients


def _names(loss_at, params):
    """Name the parameters after the arguments of `loss_at`, or by position."""
    try:
        names = list(inspect.signature(loss_at).parameters)
    except (TypeError, ValueError):
        names = []
    if len(names) != len(params):
        names = [f"params[{p_idx}]" for p_idx in range(len(params))]
    return names
