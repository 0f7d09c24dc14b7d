"""Decorators that make lessons safe to use, with consistent error messages.

The functions shown in chapters contain the lines of an equation and nothing else. They receive
arrays of one precision with matching shapes. Numbers too large for a float become infinite,
without a warning.

The columns of an array of shape (n_samples, n_steps) are the time steps, and in NumPy's usual
order the numbers in a column lie far apart in memory. The arrays of the one-number network are
stored the other way round: a whole time step at a time.

Whole numbers, and Python's own numbers, have no precision of their own: they take that of the
arrays they are combined with, and 64 bits where there are none.
"""

import cmath
import functools
import inspect
import math
from numbers import Real

import numpy as np

__all__ = [
    "Choices",
    "checked",
    "checked_dataset",
    "checked_gates",
    "checked_pass",
    "checked_readout",
    "checked_sizes",
    "checked_start",
    "checked_steps",
    "checked_vectors",
    "finite",
    "not_negative",
    "numeric",
    "of_one_precision",
    "positive",
    "positive_settings",
    "quiet",
    "real",
    "whole",
]

#: The axes of an argument that is a single number or a grid of them.
GRID = ("...",)

#: The axes of each argument of the one-number network, in the order in which the shapes are
#: compared. Three dots stand for the axes of a grid of weights.
AXES = {
    "X": ("n_samples", "n_steps"),
    "t": ("n_samples",),
    "S": ("...", "n_samples", "n_steps + 1"),
    "y": ("...", "n_samples"),
    "grad_out": ("...", "n_samples"),
    "wx": GRID,
    "wRec": GRID,
}

#: The same for the parameters of the vector network, and for its other arguments.
READOUT_AXES = {"Wy": ("n_states", "n_outputs"), "by": ("n_outputs",)}
PARAMS_AXES = {
    "Wx": ("n_inputs", "n_states"),
    "WRec": ("n_states", "n_states"),
    "b": ("n_states",),
    **READOUT_AXES,
}
#: Those of a network with gates. Wy comes first, because it settles the number of states.
GATED_AXES = {
    **READOUT_AXES,
    "Wx": ("n_inputs", "n_gates * n_states"),
    "WRec": ("n_states", "n_gates * n_states"),
    "bx": ("n_gates * n_states",),
    "bRec": ("n_gates * n_states",),
}
SEQUENCE_AXES = {
    "X": ("n_samples", "n_steps", "n_inputs"),
    "S": ("n_samples", "n_steps + 1", "n_states"),
    "C": ("n_samples", "n_steps + 1", "n_states"),
    "grad_out": ("n_samples", "n_steps", "n_outputs"),
    "T": ("n_samples", "n_steps", "n_outputs"),
    "Y": ("n_samples", "n_steps", "n_outputs"),
}

#: The arguments that hold data, which must be finite.
DATA = ("X", "t", "T")

#: The kinds of NumPy dtypes that count as numbers: Booleans, integers, floats and complex numbers.
NUMBERS = frozenset({"b", "i", "u", "f", "c"})

#: Python's own numbers.
PLAIN = frozenset({float, int, complex})

#: A decorator: numbers too large for a float become infinite, without a warning.
quiet = np.errstate(all="ignore")


# ------------------------------------------------------------------------------- decorators


def checked(lesson):
    """Prepare the arrays that are passed to a function of the one-number network.

    The axes of a grid of weights are moved behind the others, in reverse order, which leaves
    the storage of every array unchanged. In the results they are in front again.

    Parameters
    ----------
    lesson : function
        A function whose argument names are in `AXES`.

    Returns
    -------
    function
        The same function, which now refuses arguments that do not hold numbers, data that are
        not finite, and shapes that do not match.
    """
    signature = inspect.signature(lesson)
    names = tuple(signature.parameters)
    axes = [AXES[name] for name in names]
    # A training loop passes the same shapes over and over.
    grid_of = functools.lru_cache(functools.partial(_grid_of, AXES, names))
    (data,) = (i for i, name in enumerate(names) if name in DATA)

    @functools.wraps(lesson)
    @quiet
    def with_checks(*args, **kwargs):
        if kwargs or len(args) != len(names):
            args = signature.bind(*args, **kwargs).args
        arrays = of_one_precision(names, args, order="F")
        grid = grid_of(tuple([array.shape for array in arrays]))
        if grid:
            arrays = [_behind(*each, grid) for each in zip(arrays, axes)]
        result = lesson(*arrays)
        if not math.isfinite(_size_of_last(result)):
            finite(names[data], args[data])
        return _in_front(result, len(grid)) if grid else result

    return with_checks


def checked_pass(lesson):
    """Prepare the arguments of a whole pass, forward and back, of the one-number network.

    Parameters
    ----------
    lesson : function
        A function of `X`, `t`, `wx` and `wRec` whose result begins with the loss.

    Returns
    -------
    function
        The same function, which now refuses what `checked` refuses, and grids of weights.
    """
    names = tuple(inspect.signature(lesson).parameters)
    grid_of = functools.lru_cache(functools.partial(_grid_of, AXES, names))

    @functools.wraps(lesson)
    @quiet
    def with_checks(X, t, wx, wRec):
        arrays = of_one_precision(names, (X, t, wx, wRec), order="F")
        shapes = tuple([array.shape for array in arrays])
        if grid_of(shapes):
            for name, shape in zip(names[2:], shapes[2:]):
                if shape:
                    raise ValueError(
                        f"{name} has shape {shape}; it must be a single number"
                    )
        result = lesson(*arrays)
        if not cmath.isfinite(result[0]):
            finite("X", X)
            finite("t", t)
        return result

    return with_checks


def checked_vectors(lesson):
    """Prepare the arrays that are passed to a function of the vector network.

    Parameters
    ----------
    lesson : function
        A function whose argument names are in `SEQUENCE_AXES`, apart from `params`, which holds
        the arrays of `PARAMS_AXES`, and arguments that are not arrays.

    Returns
    -------
    function
        The same function, which now refuses what `checked` refuses.
    """
    return _checked_sequences(lesson, PARAMS_AXES, {})


def checked_readout(lesson):
    """Prepare the arrays that are passed to what reads outputs from states, of any network.

    Parameters
    ----------
    lesson : function
        A function like those for `checked_vectors`, whose `params` hold at least the arrays of
        `READOUT_AXES`.

    Returns
    -------
    function
        The same function, with checks.
    """
    return _checked_sequences(lesson, READOUT_AXES, {})


def checked_gates(n_gates):
    """Prepare the arrays that are passed to a function of a network with gates.

    Parameters
    ----------
    n_gates : int
        How many groups of columns the weights have.

    Returns
    -------
    callable
        A decorator like `checked_vectors`, for `params` that hold the arrays of `GATED_AXES`.
    """
    return lambda lesson: _checked_sequences(
        lesson, GATED_AXES, {"n_gates": (n_gates, "the network")}
    )


def checked_dataset(lesson):
    """Refuse sizes that are not whole numbers, and store inputs a time step at a time.

    Parameters
    ----------
    lesson : function
        A function of `n_samples`, `len_sequence` and `seed` that returns inputs and targets.

    Returns
    -------
    function
        The same function, with checks.
    """

    def prepare(given):
        whole("n_samples", given["n_samples"])
        whole("len_sequence", given["len_sequence"])

    return _around(lesson, prepare, lambda X, t: (np.asfortranarray(X), t))


def checked_steps(lesson):
    """Broadcast the two arrays passed to `linear_states` along their time steps.

    Parameters
    ----------
    lesson : function
        A function of `a` and `b`.

    Returns
    -------
    function
        The same function, with checks.
    """

    def prepare(given):
        a, b = of_one_precision(tuple(given), tuple(given.values()))
        try:
            shape = np.broadcast_shapes(a.shape, b.shape)
        except ValueError:
            raise ValueError(
                f"a has shape {a.shape} and b has shape {b.shape}; they must broadcast, "
                "with the time steps along the last axis of both"
            ) from None
        if shape == () or 0 in shape:
            raise ValueError(
                f"a and b broadcast to shape {shape}; they must hold at least one time step"
            )
        # The other axes of a keep their sizes: where a is the same for many sequences, its products
        # are computed only once.
        a = a.reshape((1,) * (len(shape) - a.ndim) + a.shape)
        given["a"] = np.broadcast_to(a, (*a.shape[:-1], shape[-1]))
        given["b"] = np.broadcast_to(b, shape)

    return _around(lesson, prepare)


def checked_start(lesson):
    """Ensure that `descend` starts from two real arrays of the same shape, and check `n_steps`.

    Parameters
    ----------
    lesson : function
        A function whose arguments include `wx`, `wRec` and `n_steps`.

    Returns
    -------
    function
        The same function, with checks.
    """

    def prepare(given):
        for name in ("wx", "wRec"):
            given[name] = real(name, given[name]).astype(float)
            finite(name, given[name])
        wx, wRec = given["wx"].shape, given["wRec"].shape
        if wx != wRec:
            raise ValueError(
                f"wx has shape {wx} and wRec has shape {wRec}; they must have the same shape"
            )
        whole("n_steps", given["n_steps"])

    return _around(lesson, prepare)


def checked_sizes(lesson):
    """Refuse sizes that are not whole numbers, and anything but a Generator for `rng`.

    Parameters
    ----------
    lesson : function
        A function whose arguments include `rng`; those that begin with ``n_`` are sizes.

    Returns
    -------
    function
        The same function, with checks.
    """

    def prepare(given):
        for name, value in given.items():
            if name.startswith("n_"):
                whole(name, value)
        if not isinstance(given["rng"], np.random.Generator):
            raise TypeError(
                f"rng is {given['rng']!r:.60}; it must be a Generator: "
                "write np.random.default_rng(seed)"
            )

    return _around(lesson, prepare)


def positive_settings(*names, optional=False):
    """Refuse settings that are not positive and finite.

    Parameters
    ----------
    *names : str
        The names of the arguments to check.
    optional : bool
        Whether None will do, too.

    Returns
    -------
    callable
        A decorator.
    """

    def prepare(given):
        for name in names:
            if not optional or given[name] is not None:
                given[name] = positive(name, given[name])

    return functools.partial(_around, prepare=prepare)


def _checked_sequences(lesson, params_axes, settled):
    """Let `of_one_precision` and the table of axes prepare the arrays of a lesson."""
    axes = params_axes | SEQUENCE_AXES
    parameters = inspect.signature(lesson).parameters
    fields = tuple(params_axes) if "params" in parameters else ()
    plain = tuple(name for name in parameters if name in SEQUENCE_AXES)
    names = fields + plain

    def prepare(given):
        params = given.get("params")
        if not {*fields} <= {*getattr(params, "_fields", ())}:
            raise TypeError(
                f"params is {params!r:.60}; it must hold {', '.join(fields)}"
            )
        values = (
            *(getattr(params, name) for name in fields),
            *(given[name] for name in plain),
        )
        arrays = of_one_precision(names, values, order="C")
        _grid_of(axes, names, [array.shape for array in arrays], settled)
        if fields:
            given["params"] = params._replace(**dict(zip(fields, arrays)))
        given.update(zip(plain, arrays[len(fields) :]))
        for name in given.keys() & DATA:
            finite(name, given[name])

    return _around(lesson, prepare)


def _around(lesson, prepare, finish=None):
    """Let `prepare` change the arguments, by name, before they are passed to the lesson."""
    signature = inspect.signature(lesson)

    @functools.wraps(lesson)
    @quiet
    def with_checks(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        prepare(bound.arguments)
        result = lesson(*bound.args, **bound.kwargs)
        return finish(*result) if finish else result

    return with_checks


class Choices(dict):
    """The choices for an argument, by name; an unknown name raises an error that lists them.

    Parameters
    ----------
    argument : str
        The name of the argument.
    choices : dict
        The possible values.

    Raises
    ------
    ValueError
        If an unknown name is looked up.
    """

    def __init__(self, argument, choices):
        super().__init__(choices)
        self.argument = argument

    def __missing__(self, name):
        raise ValueError(
            f"{self.argument} is {name!r}; it must be one of {', '.join(self)}"
        )


# ------------------------------------------------------------------------------ one argument


def numeric(name, value):
    """Convert an argument to an array of numbers.

    Parameters
    ----------
    name : str
        The name to use in error messages.
    value : array_like
        The value given.

    Returns
    -------
    ndarray
        The same numbers, without copying if it is already an array.

    Raises
    ------
    TypeError
        If it does not hold numbers.
    ValueError
        If it is a list of lists of different lengths.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} has rows of different lengths; it must be a table"
        ) from None
    if array.dtype.kind not in NUMBERS:
        kind = array.dtype.type.__name__.removesuffix("_")
        raise TypeError(
            f"{name} is {value!r:.60}; it must hold numbers, not {kind} values"
        )
    return array


def real(name, value):
    """Convert an argument to an array of real floats.

    Parameters
    ----------
    name : str
        The name to use in error messages.
    value : array_like
        The value given.

    Returns
    -------
    ndarray
        The same numbers, with integers converted to floats.

    Raises
    ------
    TypeError
        If it does not hold numbers, or holds complex ones.
    ValueError
        If it is a list of lists of different lengths.
    """
    array = numeric(name, value)
    if array.dtype.kind == "c":
        raise TypeError(f"{name} is complex, {value!r:.60}; it must be real")
    return array if array.dtype.kind == "f" else array.astype(float)


def finite(name, value):
    """Refuse NaN and infinity.

    Parameters
    ----------
    name : str
        The name to use in error messages.
    value : array_like
        The values to check.

    Raises
    ------
    ValueError
        If one of them is not finite; the message says which.
    """
    array = np.asarray(value)
    fine = np.isfinite(array)
    if not fine.all():
        where = tuple(map(int, np.argwhere(~fine)[0]))
        raise ValueError(
            f"{name}{list(where) or ''} is {array[where]}; every value must be finite"
        )


def positive(name, value):
    """Refuse anything but a single real number that is positive and finite.

    Parameters
    ----------
    name : str
        The name to use in error messages.
    value : float
        The value given.

    Returns
    -------
    float
        The same number, as a Python float, so that arrays keep their precision.

    Raises
    ------
    TypeError
        If it is not a single real number.
    ValueError
        If it is not positive and finite.
    """
    if not 0 < _real_number(name, value) < math.inf:
        raise ValueError(f"{name} is {value}; it must be positive and finite")
    return float(value)


def not_negative(name, value):
    """Refuse anything but a single real number that is finite and not negative.

    Parameters
    ----------
    name : str
        The name to use in error messages.
    value : float
        The value given.

    Returns
    -------
    float
        The same number.

    Raises
    ------
    TypeError
        If it is not a single real number.
    ValueError
        If it is negative or not finite.
    """
    if not 0 <= _real_number(name, value) < math.inf:
        raise ValueError(
            f"{name} is {value}; it must be zero or positive, and finite"
        )
    return float(value)


def whole(name, value):
    """Refuse anything but a whole number of at least 1.

    Parameters
    ----------
    name : str
        The name to use in error messages.
    value : int
        The value given.

    Raises
    ------
    TypeError
        If it is not a whole number.
    ValueError
        If it is less than 1.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is {value!r}; it must be a whole number")
    if value < 1:
        raise ValueError(f"{name} is {value}; it must be at least 1")


# -------------------------------------------------------------------------- several arguments


def of_one_precision(names, values, order="K"):
    """Convert arguments to arrays of one precision, floating-point or complex.

    Parameters
    ----------
    names : sequence of str
        The names to use in error messages.
    values : sequence of array_like
        The values given.
    order : str
        The memory layout, as in `numpy.asarray`.

    Returns
    -------
    list of ndarray
        The same numbers.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If an argument is a list of lists of different lengths, or a whole number too large for
        a float.
    """
    dtype = _precision(
        *[v.dtype if type(v) is np.ndarray else type(v) for v in values]
    )
    if dtype is None:
        values = [
            value if type(value) in PLAIN else numeric(name, value)
            for name, value in zip(names, values)
        ]
        return of_one_precision(names, values, order)
    try:
        return [np.asarray(value, dtype, order) for value in values]
    except OverflowError:
        raise ValueError(
            f"one of {', '.join(names)} is a whole number too large for a float"
        ) from None


@functools.lru_cache
def _precision(*kinds):
    """Find the common precision of some array dtypes and Python's own numbers.

    Returns None if something is neither.
    """
    precise = []
    for kind in kinds:
        if kind is complex:
            precise.append(0j)
        elif kind in PLAIN:
            continue
        elif not isinstance(kind, np.dtype) or kind.kind not in NUMBERS:
            return None
        elif kind.kind in {"f", "c"}:
            precise.append(kind)
    return np.result_type(*precise or [float])


def _grid_of(axes, names, shapes, settled=None):
    """Check that shapes match one another, and return that of the grid of weights.

    ``settled[axis]`` is a size that is known before, and what determined it.
    """
    shapes = dict(zip(names, shapes))
    known = dict(settled or {})
    for name in axes:
        if name in shapes:
            _fit(name, axes[name], shapes[name], known)
    return known["..."][0] if "..." in known else ()


def _fit(name, axes, shape, known):
    """Check a shape against the sizes known so far, and add its own.

    ``known[axis]`` is a size and the argument that determined it. The axes of a grid count as one.
    """
    if axes == GRID and not shape:
        return
    own = [axis for axis in axes if axis != "..."]
    cut = len(shape) - len(own)
    sizes = [*zip(own, shape[cut:])]
    if "..." in axes:
        sizes.append(("...", shape[:cut]))
    fits = cut >= 0 if "..." in axes else cut == 0
    before = dict(known)
    for axis, size in sizes:
        fits = fits and known.setdefault(axis, (size, name))[0] == size
    if not fits:
        raise ValueError(_misfit(name, axes, shape, before))
    if 0 in shape[cut:]:
        raise ValueError(
            f"{name} is empty, shape {shape}; it must hold at least one number"
        )
    if "n_steps" in known:
        n_steps, settled_by = known["n_steps"]
        known["n_steps + 1"] = n_steps + 1, settled_by
    if "n_gates" in known and "n_states" in known:
        n_states, settled_by = known["n_states"]
        known["n_gates * n_states"] = (
            known["n_gates"][0] * n_states,
            settled_by,
        )


def _misfit(name, axes, shape, known):
    """Describe what a shape is and what it must be."""
    was = f"{name} has shape {shape}; it must"
    if axes == GRID:
        grid, other = known["..."]
        return f"{was} be a number or a grid of the same shape as that of {other}, {grid}"
    if name == "X" and axes == AXES["X"] and len(shape) == 1:
        return (
            f"{was} be {_tuple(axes)}: write np.atleast_2d(X) for one sequence"
        )
    verb = "be"
    if "..." in axes:
        grid, _ = known.get("...", ((), None))
        verb = "be" if "..." in known else "end in"
        axes = axes if grid else axes[1:]
    needed = [known.get(axis, (axis, None))[0] for axis in axes]
    if "..." in axes:
        needed[:1] = grid
    others = dict.fromkeys(known[axis][1] for axis in axes if axis in known)
    must = f"{was} {verb} {_tuple(axes)}"
    if not others:
        return must
    return f"{must} = {_tuple(needed)}, to go with {' and '.join(others)}"


def _tuple(sizes):
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


# --------------------------------------------------------------------------- grids of weights


def _behind(array, axes, grid):
    """Move the axes of a grid behind the others; broadcast an array that has none."""
    if axes == GRID:
        return array.T
    if "..." not in axes:
        bare = array[(..., *(np.newaxis,) * len(grid))]
        return np.broadcast_to(bare, (*array.shape, *grid[::-1]))
    return array.T.swapaxes(0, 1) if len(axes) == 3 else array.T


def _in_front(result, n_axes):
    """Move the axes of a grid back to the front."""
    if isinstance(result, tuple):
        return tuple(_in_front(part, n_axes) for part in result)
    return (result.swapaxes(0, 1) if result.ndim == n_axes + 2 else result).T


def _size_of_last(result):
    """Measure the size of a small part of a result, which is not finite if the data are not.

    Once NaN or infinity has entered a state or a sum, it stays there. The size may also overflow
    on its own; then the data are searched unnecessarily, which does no harm.
    """
    if isinstance(result, tuple):
        (result, _), _ = result
    elif result.ndim > 1:
        result = result[:, -1]
    return np.vdot(result, result).real if result.ndim else abs(result)


# ------------------------------------------------------------------------------ small helpers


def _real_number(name, value):
    if not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r:.60}; it must be a real number")
    return value
