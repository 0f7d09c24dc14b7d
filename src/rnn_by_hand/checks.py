"""What makes a lesson fit for use, in one voice, put round it by a decorator.

The functions that chapters show hold the lines of an equation and nothing else. What they get are
arrays of one precision, whose shapes belong together. Numbers too large for a float become
infinite, without a warning.

The columns of an array of shape (n_samples, n_steps) are the time steps, and in NumPy's usual
order the numbers of a column lie far apart. The arrays of the one-number network are stored the
other way round: a whole time step at a time.

Whole numbers, and Python's own numbers, have no precision of their own: they take that of the
arrays they meet, and 64 bits where there are none.
"""

import functools
import inspect
import math
from numbers import Real

import numpy as np

__all__ = [
    "Choices",
    "checked",
    "checked_dataset",
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

#: The axes of what is one number or a grid of them.
GRID = ("...",)

#: What each axis of an argument of the one-number network runs along, in the order in which the
#: shapes are compared. Three dots stand for the axes of a grid of weights.
AXES = {
    "X": ("n_samples", "n_steps"),
    "t": ("n_samples",),
    "S": ("...", "n_samples", "n_steps + 1"),
    "y": ("...", "n_samples"),
    "grad_out": ("...", "n_samples"),
    "wx": GRID,
    "wRec": GRID,
}

#: The same for the parameters of the network of vectors, and for its other arguments.
PARAMS_AXES = {
    "Wx": ("n_inputs", "n_states"),
    "WRec": ("n_states", "n_states"),
    "b": ("n_states",),
    "Wy": ("n_states", "n_outputs"),
    "by": ("n_outputs",),
}
VECTOR_AXES = PARAMS_AXES | {
    "X": ("n_samples", "n_steps", "n_inputs"),
    "S": ("n_samples", "n_steps + 1", "n_states"),
    "grad_out": ("n_samples", "n_steps", "n_outputs"),
    "T": ("n_samples", "n_steps", "n_outputs"),
    "Y": ("n_samples", "n_steps", "n_outputs"),
}

#: The arguments that hold data, of which every number must be finite.
DATA = ("X", "t", "T")

#: The kinds of NumPy's numbers: truth values, whole numbers, floats and complex numbers.
NUMBERS = "biufc"

#: Python's own numbers.
PLAIN = frozenset({float, int, complex})

#: A decorator: numbers too large for a float become infinite, without a warning.
quiet = np.errstate(all="ignore")


# ------------------------------------------------------------------------- round a function


def checked(lesson):
    """Give a function of the one-number network arrays that it can take as they are.

    A grid of weights comes in with its axes behind the others, and in reverse, which leaves the
    storage of every array as it is. In the results they are in front again.

    Parameters
    ----------
    lesson : function
        Its arguments have names from `AXES`.

    Returns
    -------
    function
        The same, and it refuses what does not hold numbers, data that are not finite, and shapes
        that do not belong together.
    """
    signature = inspect.signature(lesson)
    names = tuple(signature.parameters)
    axes = [AXES[name] for name in names]
    # A training loop asks the same again and again.
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


def checked_vectors(lesson):
    """Give a function of the network of vectors arrays that it can take as they are.

    Parameters
    ----------
    lesson : function
        Its arguments have names from `VECTOR_AXES`, but for `params`, which holds those of
        `PARAMS_AXES`, and those that are not arrays.

    Returns
    -------
    function
        The same, and it refuses what `checked` refuses.
    """
    parameters = inspect.signature(lesson).parameters
    fields = tuple(PARAMS_AXES) if "params" in parameters else ()
    plain = tuple(name for name in parameters if name in VECTOR_AXES)
    names = fields + plain

    def prepare(given):
        params = _fields_of(given["params"]) if fields else ()
        values = (*params, *(given[name] for name in plain))
        arrays = of_one_precision(names, values, order="C")
        _grid_of(VECTOR_AXES, names, [array.shape for array in arrays])
        if fields:
            given["params"] = params._make(arrays[: len(fields)])
        given.update(zip(plain, arrays[len(fields) :]))
        for name in given.keys() & DATA:
            finite(name, given[name])

    return _around(lesson, prepare)


def checked_dataset(lesson):
    """Refuse sizes that are not whole numbers, and store inputs a time step at a time.

    Parameters
    ----------
    lesson : function
        Its arguments are `n_samples`, `len_sequence` and `seed`; it returns inputs and targets.

    Returns
    -------
    function
        The same, with checks.
    """

    def prepare(given):
        whole("n_samples", given["n_samples"])
        whole("len_sequence", given["len_sequence"])

    return _around(lesson, prepare, lambda X, t: (np.asfortranarray(X), t))


def checked_steps(lesson):
    """Give `linear_states` two arrays that have been broadcast along their time steps.

    Parameters
    ----------
    lesson : function
        Its arguments are `a` and `b`.

    Returns
    -------
    function
        The same, with checks.
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
        # Where a is the same for many sequences, its products are computed once.
        given["a"] = np.broadcast_to(a, (*a.shape[:-1], shape[-1]))
        given["b"] = np.broadcast_to(b, shape)

    return _around(lesson, prepare)


def checked_start(lesson):
    """Give `descend` a start of two real arrays of one shape, and a number of steps.

    Parameters
    ----------
    lesson : function
        Among its arguments are `wx`, `wRec` and `n_steps`.

    Returns
    -------
    function
        The same, with checks.
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


def positive_settings(*names):
    """Refuse settings that are not positive and finite.

    Parameters
    ----------
    *names : str
        The arguments that must be.

    Returns
    -------
    callable
        A decorator.
    """

    def prepare(given):
        for name in names:
            given[name] = positive(name, given[name])

    return functools.partial(_around, prepare=prepare)


def _around(lesson, prepare, finish=None):
    """Let `prepare` change the arguments, by name, before the lesson takes them."""
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
    """What an argument may be, by name; asked for another name, it lists those that there are.

    Parameters
    ----------
    argument : str
        The argument.
    choices : dict
        What it may be.

    Raises
    ------
    ValueError
        If it is asked for another name.
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
    """Turn an argument into an array of numbers.

    Parameters
    ----------
    name : str
        What to call it.
    value : array_like
        What was given.

    Returns
    -------
    ndarray
        The same numbers; not a copy, if it is an array already.

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
        kind = array.dtype.type.__name__.rstrip("_")
        raise TypeError(
            f"{name} is {value!r:.60}; it must hold numbers, not {kind} values"
        )
    return array


def real(name, value):
    """Turn an argument into an array of real floats.

    Parameters
    ----------
    name : str
        What to call it.
    value : array_like
        What was given.

    Returns
    -------
    ndarray
        The same numbers, whole ones as floats.

    Raises
    ------
    TypeError
        If it does not hold numbers, or complex ones.
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
        What to call the argument.
    value : array_like
        Its numbers.

    Raises
    ------
    ValueError
        If one of them is not finite; it says which.
    """
    array = np.asarray(value)
    fine = np.isfinite(array)
    if not fine.all():
        where = tuple(map(int, np.argwhere(~fine)[0]))
        raise ValueError(
            f"{name}{list(where) or ''} is {array[where]}; every value must be finite"
        )


def positive(name, value):
    """Refuse what is not one real number, positive and finite.

    Parameters
    ----------
    name : str
        What to call the argument.
    value : float
        What was given.

    Returns
    -------
    float
        The same number. A float of Python's own leaves arrays in their precision.

    Raises
    ------
    TypeError
        If it is not one real number.
    ValueError
        If it is not positive and finite.
    """
    if not 0 < _real_number(name, value) < math.inf:
        raise ValueError(f"{name} is {value}; it must be positive and finite")
    return float(value)


def not_negative(name, value):
    """Refuse what is not one real number, zero or positive, and finite.

    Parameters
    ----------
    name : str
        What to call the argument.
    value : float
        What was given.

    Returns
    -------
    float
        The same number.

    Raises
    ------
    TypeError
        If it is not one real number.
    ValueError
        If it is negative or not finite.
    """
    if not 0 <= _real_number(name, value) < math.inf:
        raise ValueError(
            f"{name} is {value}; it must be zero or positive, and finite"
        )
    return float(value)


def whole(name, value):
    """Refuse what is not a whole number of at least 1.

    Parameters
    ----------
    name : str
        What to call the argument.
    value : int
        What was given.

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


# -------------------------------------------------------------------- several that go together


def of_one_precision(names, values, order="K"):
    """Turn arguments into arrays of one precision, floating-point or complex.

    Parameters
    ----------
    names : sequence of str
        What to call them.
    values : sequence of array_like
        What was given.
    order : str
        How to store them, as in `numpy.asarray`.

    Returns
    -------
    list of ndarray
        The same numbers.

    Raises
    ------
    TypeError
        If one does not hold numbers.
    ValueError
        If one is a list of lists of different lengths, or a whole number beyond all floats.
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
    """Find the precision of arrays of some dtypes and Python's own numbers together.

    None, if something is neither.
    """
    precise = []
    for kind in kinds:
        if kind is complex:
            precise.append(0j)
        elif kind in PLAIN:
            continue
        elif not isinstance(kind, np.dtype) or kind.kind not in NUMBERS:
            return None
        elif kind.kind in "fc":
            precise.append(kind)
    return np.result_type(*precise or [0.0])


def _grid_of(axes, names, shapes):
    """Compare shapes with one another; return that of the grid of weights."""
    shapes = dict(zip(names, shapes))
    known = {}
    for name in axes:
        if name in shapes:
            _fit(name, axes[name], shapes[name], known)
    return known["..."][0] if "..." in known else ()


def _fit(name, axes, shape, known):
    """Compare a shape with the sizes known so far, and add to them.

    ``known[axis]`` is a size, and the argument that settled it. The axes of a grid count as one.
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


def _misfit(name, axes, shape, known):
    """Say what a shape is and what it must be."""
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
    """Move the axes of a grid behind the others; give those that have none a view of all."""
    if axes == GRID:
        return array.T
    if "..." not in axes:
        bare = array[(..., *(np.newaxis,) * len(grid))]
        return np.broadcast_to(bare, (*array.shape, *grid[::-1]))
    return array.T.swapaxes(0, 1) if len(axes) == 3 else array.T


def _in_front(result, n_axes):
    """Move the axes of a grid in front again."""
    if isinstance(result, tuple):
        return tuple(_in_front(part, n_axes) for part in result)
    return (result.swapaxes(0, 1) if result.ndim == n_axes + 2 else result).T


def _size_of_last(result):
    """Measure a small part of a result, which is not finite if the data are not.

    Once NaN or infinity is in a state or a sum, it stays there. The measure may overflow without
    them; then the data are searched in vain, and that is all.
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


def _fields_of(params):
    if getattr(params, "_fields", None) != tuple(PARAMS_AXES):
        raise TypeError(f"params is {params!r:.60}; it must be a Params")
    return params
