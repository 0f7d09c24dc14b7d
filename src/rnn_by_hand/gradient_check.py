r"""Is this gradient right? Measure it a second way and compare.

Everything here takes a function ``loss_at(*params)`` that returns one number, and works for
any model: nothing in this module knows the recurrent network.
"""

import inspect
from dataclasses import dataclass

import numpy as np

__all__ = [
    "GradientCheck",
    "GradientCheckError",
    "GradientRow",
    "check_gradients",
    "complex_step_gradient",
    "numerical_gradient",
]


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
    params : sequence of numbers or array_like
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
        If a parameter does not hold numbers.
    ValueError
        If `eps` is not positive, or the loss is not one finite number.
    """
    eps = _positive("eps", eps)

    def slope(entry):
        loss_plus = _real_loss(loss_at, _moved(params, entry, eps))
        loss_minus = _real_loss(loss_at, _moved(params, entry, -eps))
        return (loss_plus - loss_minus) / (2 * eps)

    return _gradient(slope, params)


def complex_step_gradient(loss_at, params, h=1e-20):
    r"""Measure a gradient by a step in the imaginary direction.

    Implements :math:`\mathrm{Im}\, \xi(w + i h) / h`. Nothing is subtracted, so `h` may be as
    small as you like and the result is exact to rounding; see Squire and Trapp, "Using
    complex variables to estimate derivatives of real functions", SIAM Review 40 (1998).

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)``, built from operations that keep complex numbers whole:
        no ``abs``, no cast to float.
    params : sequence of numbers or array_like
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
        If a parameter does not hold numbers, or the loss comes back real: something on the
        way dropped the imaginary part.
    ValueError
        If `h` is not positive, or the loss is not one finite number.
    """
    h = _positive("h", h)

    def slope(entry):
        value = _one_loss(loss_at, _moved(params, entry, 1j * h))
        if not np.iscomplexobj(value):
            raise TypeError(
                f"loss_at returned the real number {value} for a complex parameter; "
                "something inside drops the imaginary part (a float array, abs, float())"
            )
        return value.imag / h

    return _gradient(slope, params)


@dataclass(frozen=True)
class GradientRow:
    """One parameter entry of a gradient check.

    Attributes
    ----------
    name : str
        The parameter, with an index where it is an array.
    backprop, numerical : float
        The gradient under test, and the same gradient by central differences.
    passed : bool
        Whether the two agree within the tolerances.
    """

    name: str
    backprop: float
    numerical: float
    passed: bool

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
        return "ok" if self.passed else _meaning_of(self.ratio)


@dataclass(frozen=True)
class GradientCheck:
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
                f"{row.name:<{width}} {numbers} {errors}  {'ok' if row.passed else 'FAILED'}"
            )
        lines += [
            f"{row.name}: {row.meaning}" for row in self.rows if not row.passed
        ]
        return "\n".join(lines)


class GradientCheckError(ValueError):
    """A gradient disagrees with its numerical estimate.

    Attributes
    ----------
    check : GradientCheck
        The full report, which is also the message.
    """

    def __init__(self, check):
        super().__init__(str(check))
        self.check = check


def check_gradients(
    loss_at, gradient_at, params, eps=1e-6, rtol=1e-7, atol=1e-7
):
    r"""Compare a gradient with central differences, entry by entry.

    An entry passes if :math:`|a - n| \le rtol \cdot \max(|a|, |n|) + atol`, for the gradient
    under test `a` and the numerical one `n`.

    Check where the gradient is far from zero and the parameters differ from one another:
    where every gradient is zero, a wrong one is zero too.

    Parameters
    ----------
    loss_at : callable
        ``loss_at(*params)`` returns the loss, one real number.
    gradient_at : callable
        ``gradient_at(*params)`` returns the gradient under test: one number or array per
        parameter, of that parameter's shape.
    params : sequence of numbers or array_like
        Where to check. It is copied, never changed.
    eps : float
        The step of the central differences; positive.
    rtol, atol : float
        The relative and the absolute tolerance.

    Returns
    -------
    GradientCheck
        The report. The names in it are those of the arguments of `loss_at`.

    Raises
    ------
    GradientCheckError
        If an entry fails; its message is the report.
    TypeError
        If a parameter or a gradient does not hold numbers.
    ValueError
        If `eps` is not positive, a gradient has not its parameter's shape, or the loss is not
        one finite number.
    """
    params = _arrays(params)
    names = _names(loss_at, params)
    _real_loss(loss_at, params)
    numerical = numerical_gradient(loss_at, params, eps)
    backprop = _matching(gradient_at(*_arrays(params)), numerical, names)
    rows = []
    for name, a_array, n_array in zip(names, backprop, numerical, strict=True):
        for index in np.ndindex(np.shape(n_array)):
            a, n = float(a_array[index]), float(np.asarray(n_array)[index])
            tolerance = rtol * max(abs(a), abs(n)) + atol
            passed = bool(np.isfinite(a) and abs(a - n) <= tolerance)
            rows.append(
                GradientRow(f"{name}{list(index) or ''}", a, n, passed)
            )
    at = ", ".join(
        f"{name} = {value}"
        if np.ndim(value) == 0
        else f"{name} of shape {np.shape(value)}"
        for name, value in zip(names, params, strict=True)
    )
    check = GradientCheck(tuple(rows), at, eps)
    if not check.passed:
        raise GradientCheckError(check)
    return check


def _meaning_of(ratio):
    if not np.isfinite(ratio):
        return "not a finite ratio: one of the two is zero, infinite or not a number"
    if ratio == 0:
        return "nothing arrives: does the loop run, and does it add (+=) rather than replace (=)?"
    for factor, meaning in (
        (-1, "the sign is wrong: y - t or t - y?"),
        (0.5, "half: the 2 of the squared error is missing"),
        (2, "double: the 2 of the squared error is there twice"),
    ):
        if abs(ratio - factor) < 1e-4:
            return meaning
    if abs(ratio - 1) < 1e-3:
        return "nearly right: single precision, or an unlucky eps?"
    size = abs(ratio) if abs(ratio) > 1 else 1 / abs(ratio)
    if np.isfinite(size) and abs(size - round(size)) < min(1e-4 * size, 0.01):
        mean = "missing" if abs(ratio) > 1 else "there twice"
        return f"a factor of {round(size)}: if that is the number of samples, the mean is {mean}"
    return "no simple factor: an index one step off, or the wrong weight in the recursion?"


def _gradient(slope, params):
    """Collect ``slope(entry)`` for every entry of every parameter."""
    gradient = []
    for p_idx, param in enumerate(_arrays(params)):
        slopes = np.empty(np.shape(param))
        for index in np.ndindex(np.shape(param)):
            slopes[index] = slope((p_idx, index))
        gradient.append(slopes[()])
    return tuple(gradient)


def _numbers(what, value):
    try:
        array = np.array(value)
    except ValueError:
        raise ValueError(
            f"{what} made of rows of different lengths; it must be a table"
        ) from None
    if array.dtype.kind not in "biufc":
        raise TypeError(f"{what} {value!r:.60}; it must hold numbers")
    return array if array.dtype.kind in "fc" else array.astype(float)


def _sequence(what, value):
    try:
        return list(value)
    except TypeError:
        raise TypeError(
            f"{what} {value!r:.60}; it must be a sequence, one item per parameter"
        ) from None


def _arrays(params):
    """Copy the parameters; what was one number stays one number."""
    return [
        _numbers(f"params[{p_idx}] is", param)[()]
        for p_idx, param in enumerate(_sequence("params is", params))
    ]


def _moved(params, entry, step):
    """Copy the parameters with one entry moved by `step`."""
    p_idx, index = entry
    moved = _arrays(params)
    param = np.array(moved[p_idx], dtype=np.result_type(moved[p_idx], step))
    param[index] += step
    moved[p_idx] = param[()]
    return moved


def _one_loss(loss_at, params):
    value = _numbers("loss_at returned", loss_at(*params))
    if value.shape != ():
        raise ValueError(
            f"loss_at returned shape {value.shape}; it must return one number"
        )
    if not np.isfinite(value):
        raise ValueError(
            f"loss_at returned {value[()]}; a gradient can be checked only where the loss is finite"
        )
    return value[()]


def _real_loss(loss_at, params):
    value = _one_loss(loss_at, params)
    if np.iscomplexobj(value):
        raise ValueError(
            f"loss_at returned the complex number {value}; it must be real"
        )
    return value


def _matching(gradients, numerical, names):
    gradients = _sequence("gradient_at returned", gradients)
    if len(gradients) != len(names):
        raise ValueError(
            f"gradient_at returned {len(gradients)} gradient(s); "
            f"it must return one for each of {', '.join(names)}"
        )
    gradients = [
        _numbers(f"the gradient of {name} is", gradient)
        for name, gradient in zip(names, gradients, strict=True)
    ]
    for name, gradient, like in zip(names, gradients, numerical, strict=True):
        if np.iscomplexobj(gradient):
            raise TypeError(
                f"the gradient of {name} is complex, {gradient}; it must be real"
            )
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


def _positive(name, value):
    if not value > 0:
        raise ValueError(f"{name} is {value}; it must be positive")
    # A float of Python's own leaves parameters in single precision there.
    return float(value)
