"""The place where a gradient is checked: parameters in any structure, and how to move them.

No framework is imported: a tensor of PyTorch or an array of JAX is known by what it can do.
"""

import copy
import inspect
from collections.abc import Iterator, KeysView, Mapping, ValuesView
from numbers import Number

import numpy as np

from rnn_by_hand.checks import finite, numeric, real

__all__ = ["Place", "one_number"]


class Place:
    """Parameters in the structure in which a function takes them.

    Parameters
    ----------
    params : object
        A number or an array, or a list, tuple or dict of them, nested as you like. A list or
        tuple becomes the arguments of a function; anything else is its one argument.
    like : callable
        A function that takes the parameters; its arguments give the names.
    live : bool
        Whether the arrays themselves are moved, and put back, for functions that take nothing.
    names : sequence of str, optional
        The names to use instead.

    Attributes
    ----------
    names : list of str
        A name for each number or array.
    arrays : list of ndarray
        Copies of them, with whole numbers as floats.
    """

    def __init__(self, params, like, live=False, names=None):
        self.live = live
        if isinstance(params, (Iterator, KeysView, ValuesView)):
            raise TypeError(
                f"params is {params!r:.60}; it must be a number or an array, or a list, tuple or "
                "dict of them"
            )
        if not live and _takes_nothing(like):
            raise TypeError(
                "loss_at takes no argument; give the arrays that it reads as live, not as params"
            )
        self._spread = (
            not live
            and isinstance(params, (list, tuple))
            and not _takes_one(like, params)
        )
        self._tree = list(params) if self._spread else params
        paths, self._leaves = _flat(self._tree, top=True)
        if not self._leaves:
            raise ValueError("params is empty; it must hold at least one")
        self.names = _names(names, paths, params, like, self._spread, live)
        self.arrays = []
        if live:
            _refuse_shared(self.names, self._leaves)
        for name, leaf in zip(self.names, self._leaves):
            array = np.array(real(name, _numbers(leaf)), order="C")
            if live:
                _refuse_unless_live(name, leaf)
            finite(name, array)
            self.arrays.append(array)
        self._home = self.arrays

    def call(self, function, arrays=None, watch=None):
        """Call a function here, or with other arrays in place of these.

        Parameters
        ----------
        function : callable
            Takes the parameters in their structure, or nothing if they are live.
        arrays : sequence of ndarray, optional
            The values of the parameters.
        watch : list, optional
            Is given the names of the parameters that the function has changed.

        Returns
        -------
        object
            What the function returned.
        """
        arrays = self.arrays if arrays is None else arrays
        if self.live:
            views = [_view(leaf) for leaf in self._leaves]
            try:
                for view, array in zip(views, arrays):
                    view[...] = array
                result = function()
                changed = map(_differ, views, arrays)
                self._note(changed, watch)
            finally:
                for view, array in zip(views, self._home):
                    view[...] = array
            return result
        given = [_like(*pair) for pair in zip(self._leaves, arrays)]
        tree = _rebuilt(self._tree, iter(given), top=True)
        result = function(*tree) if self._spread else function(tree)
        self._note(
            (_differ(_numbers(g), a) for g, a in zip(given, arrays)), watch
        )
        return result

    def _note(self, changed, watch):
        if watch is not None:
            watch += [n for n, differs in zip(self.names, changed) if differs]

    def gradients(self, returned, what="gradient_at returned"):
        """Bring what a function returned into one array for each parameter.

        Parameters
        ----------
        returned : object
            Gradients in the structure of the parameters, or a dict of them by name.
        what : str
            How an error message begins.

        Returns
        -------
        list of ndarray
            One gradient for each parameter, of its shape.

        Raises
        ------
        TypeError
            If a gradient does not hold real numbers.
        ValueError
            If there are more or fewer gradients than parameters, or one has another shape.
        """
        if returned is None:
            raise TypeError(f"{what} None; is its return missing?")
        if isinstance(returned, Mapping) and set(returned) == set(self.names):
            leaves = [returned[name] for name in self.names]
        elif (
            len(self.arrays) == 1 and _shape(returned) == self.arrays[0].shape
        ):
            leaves = [returned]
        else:
            leaves = _matching(
                self._tree, returned, what, self.names, top=True
            )
        gradients = []
        for name, leaf, array in zip(self.names, leaves, self.arrays):
            gradient = real(f"the gradient of {name}", _numbers(leaf))
            if array.ndim == 0 and gradient.size == 1:
                gradient = gradient.reshape(())
            if gradient.shape != array.shape:
                turned = gradient.shape == array.shape[::-1]
                raise ValueError(
                    f"the gradient of {name} has shape {gradient.shape}; "
                    f"it must be {array.shape}, like {name} itself"
                    + "; is it transposed?"
                    * turned
                )
            gradients.append(np.array(gradient))
        return gradients

    def nearby(self, rng):
        """Move all entries a little, each in a random direction.

        Parameters
        ----------
        rng : numpy.random.Generator
            The source of the directions.

        Returns
        -------
        list of ndarray
            Other numbers.
        """
        moved = []
        for array in self.arrays:
            typical = float(np.median(np.abs(array))) if array.size else 0.0
            # Of different lengths: moved by the same share, it would look like a factor.
            lengths = rng.uniform(0.05, 0.1, array.shape)
            steps = lengths * np.where(array == 0, typical or 1.0, array)
            signs = rng.choice([-1.0, 1.0], array.shape)
            moved.append((array + signs * steps).astype(array.dtype))
        return moved

    def moved_to(self, arrays):
        """The same structure with other numbers.

        Parameters
        ----------
        arrays : list of ndarray
            The numbers.

        Returns
        -------
        Place
            The other place. Live parameters are put back to where they were at first.
        """
        there = copy.copy(self)
        there.arrays = arrays
        return there

    def structured(self, gradients):
        """Bring one item for each parameter into the structure of the parameters.

        Parameters
        ----------
        gradients : sequence
            One item for each parameter.

        Returns
        -------
        object
            The same items; a tuple where the parameters are arguments.
        """
        tree = _rebuilt(self._tree, iter(gradients), top=True)
        return tuple(tree) if self._spread else tree

    def split(self, returned):
        """Take a loss and its gradients out of what one function returned.

        Parameters
        ----------
        returned : tuple
            The loss, then the gradients, as one item or one for each parameter; then anything.

        Returns
        -------
        loss : object
            The loss as it came.
        gradients : list of ndarray
            One gradient for each parameter, of its shape.
        """
        if not isinstance(returned, (tuple, list)) or len(returned) < 2:
            raise ValueError(
                f"loss_at returned {returned!r:.60}; without gradient_at, it must return "
                "the loss and the gradient"
            )
        loss, *rest = returned
        try:
            return loss, self.gradients(rest[0], "the gradient returned is")
        except (TypeError, ValueError):
            if len(rest) < len(self.arrays) or len(self.arrays) == 1:
                raise
            return loss, self.gradients(
                rest[: len(self.arrays)], "the gradients returned are"
            )

    def at(self):
        """Say where this is.

        Returns
        -------
        str
            The names with their values or shapes.
        """
        said = [
            f"{name} = {array[()]!s}"
            if array.ndim == 0
            else f"{name} of shape {array.shape}"
            for name, array in zip(self.names, self.arrays)
        ]
        more = f" and {len(said) - 3} more" if said[4:] else ""
        return ", ".join(said[:3] if more else said) + more


def one_number(returned):
    """Take the loss out of what a function returned.

    Parameters
    ----------
    returned : object
        One finite number in any wrapping, or a tuple that begins with it.

    Returns
    -------
    numpy.floating or numpy.complexfloating
        The number.

    Raises
    ------
    TypeError
        If it is not a number.
    ValueError
        If it is not one finite number.
    """
    if isinstance(returned, tuple) and returned:
        returned = returned[0]
    value = numeric("what loss_at returned", _numbers(returned))
    if value.size != 1:
        raise ValueError(
            f"loss_at returned shape {value.shape}; it must return one number"
        )
    value = value.reshape(())
    if value.dtype.kind not in "fc":
        value = value.astype(float)
    if not np.isfinite(value):
        raise ValueError(
            f"loss_at returned {value}; a gradient can be checked only where the loss is finite"
        )
    return value[()]


def _numbers(leaf):
    """What NumPy can read: a tensor that requires a gradient does not give its numbers."""
    return leaf.detach() if hasattr(leaf, "detach") else leaf


def _like(leaf, array):
    """Give an array the kind of the parameter that it stands for."""
    if hasattr(leaf, "detach"):  # PyTorch
        tensor = leaf.detach().clone()
        np.asarray(tensor)[...] = array
        return tensor.requires_grad_(leaf.requires_grad)
    if hasattr(leaf, "at") and hasattr(leaf, "aval"):  # JAX
        return leaf.at[...].set(array)
    return array.copy() if isinstance(leaf, np.ndarray) else array.copy()[()]


def _view(leaf):
    return np.asarray(_numbers(leaf))


def _differ(given, array):
    return np.ndim(given) > 0 and not np.array_equal(
        given, array, equal_nan=True
    )


def _refuse_shared(names, leaves):
    for k, leaf in enumerate(leaves):
        for j in range(k):
            if np.shares_memory(_view(leaf), _view(leaves[j])):
                raise ValueError(
                    f"{names[j]} and {names[k]} share memory; give it once, with the sum of their "
                    "gradients"
                )


def _refuse_unless_live(name, leaf):
    view = _view(leaf)
    kind = type(leaf).__name__
    if (
        view is not leaf and not hasattr(leaf, "detach")
    ) or not view.flags.writeable:
        raise TypeError(
            f"{name} is a {kind} that cannot be changed in place, or is read-only; "
            "it must be an array that the loss reads each time"
        )
    if view.dtype.kind != "f":
        raise TypeError(
            f"{name} holds {view.dtype} and cannot be moved in place; it must hold floats"
        )


def _shape(value):
    if isinstance(value, Mapping):
        return None
    try:
        return np.shape(_numbers(value))
    except ValueError:
        return None


def _is_branch(node, top):
    """A list of numbers, or of lists of numbers, is an array; any other list is a branch."""
    if isinstance(node, Mapping):
        return True
    if not isinstance(node, (list, tuple)):
        return False
    return top or not _plain(node)


def _plain(node):
    if isinstance(node, (list, tuple)):
        return all(map(_plain, node))
    return isinstance(node, Number)


def _children(node):
    if isinstance(node, Mapping):
        return [(f".{key}", child) for key, child in node.items()]
    if hasattr(node, "_fields"):
        return [(f".{name}", child) for name, child in zip(node._fields, node)]
    return [(f"[{k}]", child) for k, child in enumerate(node)]


def _flat(node, top=False, path=""):
    if not _is_branch(node, top):
        return [path], [node]
    paths, leaves = [], []
    for step, child in _children(node):
        below = _flat(child, path=path + step)
        paths += below[0]
        leaves += below[1]
    return paths, leaves


def _rebuilt(node, leaves, top=False):
    if not _is_branch(node, top):
        return next(leaves)
    children = [_rebuilt(child, leaves) for _, child in _children(node)]
    if isinstance(node, Mapping):
        return dict(zip(node, children))
    return (
        type(node)(*children)
        if hasattr(node, "_fields")
        else type(node)(children)
    )


def _matching(node, returned, what, names, top=False, path=""):
    """Take from `returned` the leaves that stand where those of `node` do."""
    if not _is_branch(node, top):
        return [returned]
    if isinstance(node, Mapping):
        if not isinstance(returned, Mapping):
            raise TypeError(
                f"{what} {returned!r:.60}; it must be a dict with the keys {', '.join(map(str, node))}"
            )
        if set(returned) != set(node):
            raise ValueError(
                f"{what} the keys {', '.join(map(str, returned))}; "
                f"they must be {', '.join(map(str, node))}"
            )
        parts = [returned[key] for key in node]
    else:
        try:
            parts = list(returned)
        except TypeError:
            raise TypeError(
                f"{what} {returned!r:.60}; it must be a sequence, one item per parameter"
            ) from None
        if len(parts) != len(node):
            within = f" in {path}" if path else ""
            raise ValueError(
                f"{what} {len(parts)} gradient(s){within}; "
                f"it must return one for each of {', '.join(names) if top else len(node)}"
            )
    leaves = []
    for (step, child), part in zip(_children(node), parts):
        leaves += _matching(child, part, what, names, path=path + step)
    return leaves


def _takes_nothing(function):
    try:
        return not inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def _takes_one(function, params):
    """Whether the function takes the whole list, and not its items one by one."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return False
    try:
        signature.bind(*params)
    except TypeError:
        try:
            signature.bind(params)
        except TypeError:
            return False
        return True
    return False


def _names(names, paths, params, function, spread, live):
    if names is not None:
        names = list(names)
        if len(names) != len(paths):
            raise ValueError(
                f"names has {len(names)} item(s); it must have one for each of "
                f"{len(paths)} parameter(s)"
            )
        return [str(name) for name in names]
    fields = getattr(params, "_fields", ())
    if isinstance(params, Mapping) or (fields and not spread):
        return [path.lstrip(".") for path in paths]
    if live:
        return [f"live{path}" for path in paths]
    arguments = _arguments(function)
    if not spread:
        base = arguments[0] if arguments else "params"
        return [base + path for path in paths]
    tops = [*arguments, *fields[len(arguments) :]]
    tops += [f"params[{k}]" for k in range(len(tops), len(params))]
    named = []
    for path in paths:
        k = int(path[1 : path.index("]")])
        named.append(tops[k] + path[path.index("]") + 1 :])
    return named


def _arguments(function):
    """The names of the arguments that can be given by position."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    return [p.name for p in parameters if p.kind in positional]
