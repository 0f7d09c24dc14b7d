"""The explorables: figures with handles, for a live notebook and for a published page.

The drawing is done by the scripts in ``js``, in both places. This is the only Python file that knows
of ipywidgets; the numbers come from the other modules.
"""

import copy
import functools
import html
import json
import math
import numbers
import re
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from ipywidgets import (
    FloatLogSlider,
    FloatSlider,
    IntSlider,
    Layout,
    VBox,
    widget_serialization,
)

from rnn_by_hand.bug_zoo import BUGS, bptt, with_bug
from rnn_by_hand.display import figure_html
from rnn_by_hand.figures import (
    draw_blame,
    draw_descent,
    draw_gradient_check,
    draw_loss_map,
    draw_states,
    draw_weights,
)
from rnn_by_hand.gradient_check import compare
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)
from rnn_by_hand.optimizers import (
    BOUND,
    FATES,
    OPTIMIZERS,
    REACHED,
    descend,
    fates,
)
from rnn_by_hand.surface import LossSurface

__all__ = [
    "Backprop",
    "Descent",
    "Explorable",
    "GradientChecker",
    "LossMap",
    "States",
    "Unrolled",
]

_HERE = Path(__file__).parent
_LIMIT = 3
_BITS = "1011001110"
_TURN = len(_BITS)
_DEEPEST = 6
_MOST_STEPS = 500
_STARTS = 41
_SLIDER_LAYOUT = Layout(width="min(100%, 30em)")

_DATA = make_dataset()


_SURFACE = LossSurface(*_DATA)


# Read from decimals, so that each is the same number in JavaScript.
_STEPS = [
    float(f"{digit}e{power}") for power in range(-14, 0) for digit in (1, 2, 5)
] + [1.0]


_MYSTERIES = [f"mystery {i}" for i in range(1, len(BUGS) + 1)]


# What gives each bug away.
_CLUES = {
    "forgot the 2": "Both ratios are 0.5 at every point: the 2 of the squared error is missing.",
    "1/N twice": "Both ratios are 1/50 at every point: the mean over the 50 samples is taken twice.",
    "1/N never": "Both ratios are 50 at every point: the mean over the 50 samples is never taken.",
    "sign": "Both ratios are −1 at every point: t − y stands where y − t belongs.",
    "wx for wRec": "Both ratios change with the point, and both are 1 wherever the two weights "
    "are equal: the step back multiplies by wx.",
    "no wRec": "Both ratios change with the point, and both are 1 wherever wRec is 1: "
    "the step back multiplies by nothing.",
    "S[k] for S[k-1]": "wx is right at every point and wRec is not. They share the step back, "
    "so the fault is in the state that wRec was multiplied by.",
    "stops one early": "wRec is right at every point and wx is not. Only step 1 is missing, "
    "and there S₀ = 0 hides it from wRec.",
    "= for +=": "The ratio of wRec is 0 at every point: all that is left is step 1, "
    "and its state is S₀ = 0.",
    "stops after three": "Both ratios are 1 where wRec is 0, and go wrong as the old inputs "
    "begin to count: the old steps are missing.",
}


class _Parameter(traitlets.TraitType):
    """A parameter of an explorable; whatever it refuses is refused in one form of words."""

    rule = ""

    def accept(self, value):
        """Turn `value` into what is stored, or raise `ValueError`."""
        raise NotImplementedError

    def validate(self, obj, value):
        try:
            return self.accept(value)
        except (TypeError, ValueError):
            raise traitlets.TraitError(
                f"{self.name} is {value!r}; it must be {self.rule}"
            ) from None

    def synced(self):
        """Make the same parameter for the picture, where the browser sees it."""
        twin = copy.copy(self)
        twin.metadata = self.metadata | {"sync": True, "to_json": _plain}
        return twin


class _Real(_Parameter):
    def __init__(self, low, high):
        super().__init__()
        self.low, self.high = low, high
        self.rule = f"a number from {low} to {high}"

    def accept(self, value):
        real = isinstance(value, numbers.Real) and not isinstance(
            value, bool | np.bool_
        )
        # Written so that NaN, which compares with nothing, is refused as well.
        if not (real and self.low <= value <= self.high):
            raise ValueError
        # A slider of ipywidgets adds up its steps and gives 0.9999999999999996
        # for 1.
        return float(f"{float(value):.14g}")


class _Whole(_Real):
    def __init__(self, low, high):
        super().__init__(low, high)
        self.rule = f"a whole number from {low} to {high}"

    def accept(self, value):
        number = super().accept(value)
        if number != int(number):
            raise ValueError
        return int(number)


class _Choice(_Parameter):
    def __init__(self, *options):
        super().__init__()
        self.options = options
        self.rule = f"one of {', '.join(options)}"

    def accept(self, value):
        if not isinstance(value, str) or value not in self.options:
            raise ValueError
        return value


class _Bits(_Parameter):
    """A sequence of zeros and ones; a tuple, because a change inside a list goes unnoticed."""

    def __init__(self, length):
        super().__init__()
        self.length = length
        self.rule = f"{length} bits, each 0 or 1"

    def accept(self, value):
        if isinstance(value, str):
            value = [{"0": 0, "1": 1}.get(character) for character in value]
        elif isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list | tuple) or len(value) != self.length:
            raise ValueError
        if any(bit not in (0, 1) for bit in value):
            raise ValueError
        return tuple(int(bit) for bit in value)


def _plain(value, widget):
    return list(value) if isinstance(value, tuple) else value


def _self_contained(script):
    """Join a script and all that it imports: anywidget takes one module that imports nothing."""
    joined = {}

    def join(name):
        text = (_HERE / "js" / name).read_text(encoding="utf8")
        for imported in re.findall(
            r'^(?:import |\} )[^"]*"\./(.+)";$', text, re.M
        ):
            if imported not in joined:
                join(imported)
        joined[name] = re.sub(
            r"^import \{[^}]*\} .*;\n|^export ", "", text, flags=re.M
        )

    join(script)
    return (
        "".join(joined.values()) + "export default { initialize, render };\n"
    )


class _Picture(anywidget.AnyWidget):
    """The custom element in a live notebook; each explorable adds its parameters."""

    _css = _HERE / "palette.css"

    tag = traitlets.Unicode().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    sliders = traitlets.Dict().tag(sync=True, **widget_serialization)


class Explorable(VBox):
    """What all explorables have in common: a picture with handles, in step with Python.

    In a live notebook the parameters that are numbers are ipywidgets sliders, linked to the
    picture without a detour through the kernel; on a published page the same picture brings its
    own. Where there is no JavaScript it is a figure with a sentence.

    A subclass declares its parameters as traits and says its `tag`, its `sliders`, its `readout`
    and its `figure`.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not what it must be; at the start and on every later assignment.
    """

    tag = ""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        traits = {
            name: trait
            for name, trait in vars(cls).items()
            if isinstance(trait, _Parameter)
        }
        cls.parameters = list(traits)
        twins = {name: trait.synced() for name, trait in traits.items()}
        twins["_esm"] = _self_contained(f"{cls.tag}.js")
        cls._picture_class = type(f"{cls.__name__}Picture", (_Picture,), twins)

    def __init__(self, **setting):
        super().__init__()
        for name in self.parameters:
            self.set_trait(name, setting[name])
        sliders = self.sliders()
        self._picture = self._picture_class(
            tag=self.tag,
            start=self._attributes(),
            sliders=sliders,
            **{name: getattr(self, name) for name in self.parameters},
        )
        for name in self.parameters:
            traitlets.link((self, name), (self._picture, name))
        self.children = (*sliders.values(), self._picture)

    def __repr__(self):
        setting = ", ".join(
            f"{name}={_written(getattr(self, name))!r}"
            for name in self.parameters
        )
        return f"{type(self).__name__}({setting})"

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too; a dict."""
        raise NotImplementedError

    def figure(self):
        """Draw what stands there in print and without JavaScript.

        Returns
        -------
        fig : matplotlib.figure.Figure
            The figure.
        alt : str
            What it shows, for those who cannot see it.
        caption : str
            The outcome in a sentence.
        """
        raise NotImplementedError

    def sliders(self):
        """Make the ipywidgets sliders, by the name of their parameter."""
        return {name: self._weight_slider(name) for name in ("wx", "wRec")}

    def data(self):
        """Give what the page needs besides the parameters, as attributes of the element."""
        return {}

    def _weight_slider(self, name):
        return FloatSlider(
            value=getattr(self, name),
            min=-_LIMIT,
            max=_LIMIT,
            step=0.01,
            description=name,
            readout_format=".2f",
            layout=_SLIDER_LAYOUT,
        )

    def _whole_slider(self, name):
        trait = self.traits()[name]
        return IntSlider(
            value=getattr(self, name),
            min=trait.low,
            max=trait.high,
            description=name,
            layout=_SLIDER_LAYOUT,
        )

    def _attributes(self):
        setting = {
            name.lower(): str(_written(getattr(self, name)))
            for name in self.parameters
        }
        return setting | self.data()

    def _repr_mimebundle_(self, **kwargs):
        """Offer the widget to a live notebook, the custom element to a page."""
        widget = super()._repr_mimebundle_(**kwargs)
        return widget | {"text/plain": repr(self), "text/html": self._html()}

    def _html(self):
        attributes = "".join(
            f' {name}="{html.escape(value)}"'
            for name, value in self._attributes().items()
        )
        return f"<{self.tag}{attributes}>{self._fallback()}</{self.tag}>"

    def _fallback(self):
        # The style also makes the text of the drawing the same each time it is written.
        with plt.style.context("rnn_by_hand.book"):
            figure, alt, caption = self.figure()
            plt.close(figure)
            return figure_html(figure, alt, html.escape(caption))


class States(Explorable):
    r"""The states of one sequence of ten bits, to be explored by hand.

    Shows :math:`S_0, \dots, S_{10}` of
    :math:`S_k = S_{k-1} w_{Rec} + x_k w_x`, the true count beside them, and how far the output
    :math:`y = S_{10}` is from the target.

    Parameters
    ----------
    wx, wRec : float
        The input weight and the recurrent weight to start from, from -3 to 3.
    x : str or sequence of int, length 10
        The input sequence to start from, zeros and ones.

    Attributes
    ----------
    wx, wRec : float
        The weights as they are now. Setting one moves its slider.
    x : tuple of int, length 10
        The input sequence as it is now.

    Raises
    ------
    traitlets.TraitError
        If a weight is not a number from -3 to 3, or `x` does not hold ten zeros and ones.

    Examples
    --------
    >>> explorable = States(wx=1, wRec=0.5, x="1000000001")
    >>> explorable.readout["y"]
    1.001953125
    """

    tag = "rnn-states"

    wx = _Real(-_LIMIT, _LIMIT)
    wRec = _Real(-_LIMIT, _LIMIT)
    x = _Bits(len(_BITS))

    def __init__(self, wx=1.0, wRec=1.0, x=_BITS):
        super().__init__(wx=wx, wRec=wRec, x=x)

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too.

        Returns
        -------
        dict
            ``wx`` and ``wRec``; the inputs ``x``, length 10; the states ``S`` and the true
            count so far ``count``, length 11; the target ``t``, the output ``y`` and the
            squared error ``loss``. Plain Python numbers and lists.
        """
        X = np.array([self.x], dtype=float)
        S = forward_states(X, self.wx, self.wRec)
        count = [0, *np.cumsum(self.x).tolist()]
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "x": list(self.x),
            "S": S[0].tolist(),
            "t": count[-1],
            "y": float(S[0, -1]),
            "loss": float(loss(S[:, -1], count[-1:])),
            "count": count,
        }

    def figure(self):
        shown = self.readout
        states = ", ".join(map(_number, shown["S"]))
        inputs = ", ".join(map(str, shown["x"]))
        return (
            draw_states(self.x, self.wx, self.wRec),
            f"The states over the inputs {inputs}, beside the true count.",
            f"With wx = {_number(shown['wx'])} and wRec = {_number(shown['wRec'])} "
            f"the states are {states}; the output is {_number(shown['y'])}, "
            f"the true count {shown['t']}, the squared error {_number(shown['loss'])}.",
        )


class LossMap(Explorable):
    r"""The loss of the book's data set over both weights, to be explored by hand.

    Shows :math:`\log_{10} \xi(w_x, w_{Rec})` as a map with a point on it, the cuts along both
    weights through the point, the way down from it, and the floor of the ravine.

    Parameters
    ----------
    wx, wRec : float
        The point to start from, each weight from -3 to 3.
    zoom : int
        How often the map is made half as wide, from 0, the whole of it, to 6.

    Attributes
    ----------
    wx, wRec : float
        The point as it is now. Setting one weight moves its slider.
    zoom : int
        The zoom as it is now.

    Raises
    ------
    traitlets.TraitError
        If a weight is not a number from -3 to 3, or `zoom` not a whole number from 0 to 6.

    Examples
    --------
    >>> explorable = LossMap(wx=1, wRec=1)
    >>> explorable.readout["loss"]
    0.0
    """

    tag = "rnn-loss-surface"

    wx = _Real(-_LIMIT, _LIMIT)
    wRec = _Real(-_LIMIT, _LIMIT)
    zoom = _Whole(0, _DEEPEST)

    def __init__(self, wx=1.2, wRec=0.7, zoom=0):
        super().__init__(wx=wx, wRec=wRec, zoom=zoom)

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too.

        Returns
        -------
        dict
            ``wx``, ``wRec`` and ``zoom``; the ``loss``, its derivatives ``wx_grad`` and
            ``wRec_grad`` and the length ``grad_size`` of the two; the best input weight for this
            recurrent weight, ``floor``, and its ``floor_loss``; and the ``view``, the limits of
            wRec and then those of wx. Plain Python numbers.
        """
        surface = _SURFACE
        wx_grad, wRec_grad = map(float, surface.gradient(self.wx, self.wRec))
        floor = float(surface.floor(self.wRec))
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "zoom": self.zoom,
            "loss": float(surface.loss(self.wx, self.wRec)),
            "wx_grad": wx_grad,
            "wRec_grad": wRec_grad,
            "grad_size": math.sqrt(wx_grad * wx_grad + wRec_grad * wRec_grad),
            "floor": floor,
            "floor_loss": float(surface.loss(floor, self.wRec)),
            "view": [
                *_limits_around(self.wRec, self.zoom),
                *_limits_around(self.wx, self.zoom),
            ],
        }

    def sliders(self):
        return super().sliders() | {"zoom": self._whole_slider("zoom")}

    def data(self):
        return {"surface": _surface_attribute()}

    def figure(self):
        shown = self.readout
        numbers = {
            name: _number(value)
            for name, value in shown.items()
            if name != "view"
        }
        left, right, low, high = map(_number, shown["view"])
        return (
            draw_loss_map(_SURFACE, self.wx, self.wRec, shown["view"]),
            f"A map of the loss, wRec from {left} to {right} across and wx from {low} to {high} "
            "upwards, with the point and the floor of the ravine.",
            "At wx = {wx} and wRec = {wRec} the loss is {loss}, its gradient {wx_grad} for wx and "
            "{wRec_grad} for wRec; the ravine floor is at wx = {floor}, "
            "with loss {floor_loss}.".format(**numbers),
        )


def _limits_around(weight, zoom):
    """Find the limits of a map around a weight, which stand still while it moves a little.

    They move in steps of half the width of the map.
    """
    half = _LIMIT / 2**zoom
    middle = half * math.floor(weight / half + 0.5)
    middle = min(max(middle, half - _LIMIT), _LIMIT - half)
    return middle - half, middle + half


def _surface_attribute(polynomials="AB"):
    """Write the surface as the page reads it: for bits and counts, in whole numbers."""
    surface = _SURFACE
    numbers = {
        name: getattr(surface, name).astype(int).tolist()
        for name in polynomials
    } | {"C": int(surface.C), "N": surface.n_samples}
    return json.dumps(numbers, separators=(",", ":"))


class Unrolled(Explorable):
    r"""The network unrolled in time, and how much of each input is left at the end.

    Shows the weight :math:`w_x w_{Rec}^{n-k}` that each input :math:`x_k` has in the output
    :math:`y = S_n`, on a logarithmic scale, and the way of one input to the output.

    Parameters
    ----------
    wx, wRec : float
        The input weight and the recurrent weight to start from, from -3 to 3.
    n : int
        The length of the sequence, from 2 to 60.
    k : int
        The input whose way is shown, from 1 to 60; beyond the last input, the last.

    Attributes
    ----------
    wx, wRec : float
        The weights as they are now. Setting one moves its slider.
    n, k : int
        The length and the chosen input as they are now.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not a number in its range.

    Examples
    --------
    >>> explorable = Unrolled(wx=1, wRec=0.5, n=4, k=2)
    >>> explorable.readout["weights"]
    [0.125, 0.25, 0.5, 1.0]
    >>> explorable.readout["weight"]
    0.25
    """

    tag = "rnn-unrolled"

    wx = _Real(-_LIMIT, _LIMIT)
    wRec = _Real(-_LIMIT, _LIMIT)
    n = _Whole(2, 60)
    k = _Whole(1, 60)

    def __init__(self, wx=1.0, wRec=1.0, n=10, k=1):
        super().__init__(wx=wx, wRec=wRec, n=n, k=k)

    def sliders(self):
        whole = {name: self._whole_slider(name) for name in ("n", "k")}
        return super().sliders() | whole

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too.

        Returns
        -------
        dict
            ``wx``, ``wRec`` and ``n``; the input shown, ``k``, at most `n`; the ``weights`` of
            all inputs, length `n`, that of the first input first; the ``weight`` of the input
            shown and its ``share`` of the sum of all sizes, None where that sum is 0. Plain
            Python numbers and lists.
        """
        k = min(self.k, self.n)
        # The states that a single 1 at the first step leaves behind: S_1 is what an input
        # weighs when it is the last one, S_n what it weighs when it is the first.
        single_one = np.eye(1, self.n)
        S = forward_states(single_one, self.wx, self.wRec)[0]
        weights = S[:0:-1]
        # Added up one by one, as the page does it.
        all_sizes = np.abs(weights).cumsum()[-1]
        share = abs(weights[k - 1]) / all_sizes if all_sizes else None
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "n": self.n,
            "k": k,
            "weights": weights.tolist(),
            "weight": float(weights[k - 1]),
            "share": share if share is None else float(share),
        }

    def figure(self):
        shown = self.readout
        n, k, weights = shown["n"], shown["k"], shown["weights"]
        first, last, weight = map(
            _number, (weights[0], weights[-1], shown["weight"])
        )
        power = str(n - k).translate(_SUPERSCRIPTS)
        return (
            draw_weights(weights, k),
            f"The network unrolled over {n} inputs, and the weight of each in the output, "
            f"from {first} for the first to {last} for the last.",
            f"With wx = {_number(self.wx)} and wRec = {_number(self.wRec)} the weight of "
            f"input {k} of {n} in the output is wx · wRec{power} = {weight}.",
        )


class GradientChecker(Explorable):
    r"""A gradient check, to be trusted or fooled by hand.

    Shows how far a measured gradient is from the true one, for steps from :math:`10^{-14}` to
    1, and what a measured gradient says of a backward pass that has one of ten bugs in it.
    The data are those of ``make_dataset()``.

    Parameters
    ----------
    wx, wRec : float
        Where to measure, from -3 to 3.
    eps : float
        The step, from 1e-14 to 1.
    difference : {"central", "forward"}
        Whether to step to both sides or to one.
    precision : {"float64", "float32"}
        In which numbers to compute the loss. The true gradient stays that of the weights in
        double precision: the rounding of the weights is part of the error.
    bug : str
        "none", a name from `rnn_by_hand.bug_zoo.BUGS`, or one of "mystery 1" to "mystery 10",
        each of which hides one of the ten.

    Attributes
    ----------
    wx, wRec, eps, difference, precision, bug
        The parameters as they are now. Setting one moves its slider or menu.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not what it must be.

    Examples
    --------
    >>> explorable = GradientChecker(0.8, 0.9, bug="forgot the 2")
    >>> round(explorable.readout["wx_ratio"], 9)
    0.5
    """

    tag = "rnn-gradient-check"

    wx = _Real(-_LIMIT, _LIMIT)
    wRec = _Real(-_LIMIT, _LIMIT)
    eps = _Real(1e-14, 1)
    difference = _Choice("central", "forward")
    precision = _Choice("float64", "float32")
    bug = _Choice("none", *BUGS, *_MYSTERIES)

    def __init__(
        self,
        wx=1.2,
        wRec=1.2,
        eps=1e-6,
        difference="central",
        precision="float64",
        bug="none",
    ):
        super().__init__(
            wx=wx,
            wRec=wRec,
            eps=eps,
            difference=difference,
            precision=precision,
            bug=bug,
        )

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too.

        Returns
        -------
        dict
            The parameters; the ``loss``; and for each weight, with ``wx_`` or ``wRec_`` in
            front, the true gradient ``grad``, the measured one ``numerical``, its relative
            ``error``, the ``errors`` over all steps of the picture, and the ``ratio`` of what
            the backward pass gives to the truth, which is None where both are 0; whether the
            backward pass has ``passed`` a check against the measured gradient, by the rule of
            `check_gradients`. Plain Python numbers and lists.
        """
        truth = _SURFACE.gradient(self.wx, self.wRec)
        numerical = self._measure(self.eps)
        backprop = self._backprop(self.wx, self.wRec)
        errors = [_relative_errors(truth, self._measure(e)) for e in _STEPS]
        pairs = {
            "grad": map(float, truth),
            "numerical": map(float, numerical),
            "error": _relative_errors(truth, numerical),
            "errors": map(list, zip(*errors)),
            "ratio": _ratios(backprop, truth),
        }
        shown = {name: getattr(self, name) for name in self.parameters}
        shown["loss"] = float(_loss_on(*_DATA)(self.wx, self.wRec))
        shown["passed"] = all(
            compare(name, *pair).passed
            for name, *pair in zip(("wx", "wRec"), backprop, numerical)
        )
        for name, pair in pairs.items():
            shown[f"wx_{name}"], shown[f"wRec_{name}"] = pair
        return shown

    def figure(self):
        shown = self.readout
        errors = shown["wx_errors"], shown["wRec_errors"]
        ratios = shown["wx_ratio"], shown["wRec_ratio"]
        if self.bug == "none":
            verdict = "passes" if shown["passed"] else "fails wrongly"
        else:
            verdict = "is fooled" if shown["passed"] else "fails"
        return (
            draw_gradient_check(_STEPS, errors, self.eps, ratios),
            "Above, the relative error of the measured gradient against the step, both on "
            "logarithmic scales, one curve for each weight. Below, the backward pass divided by "
            "the true gradient, one mark for each weight.",
            f"At wx = {_number(self.wx)} and wRec = {_number(self.wRec)}, "
            f"{self.difference} differences in {self.precision} with eps = {_number(self.eps)} "
            f"have a relative error of {_rough(shown['wx_error'])} in wx and "
            f"{_rough(shown['wRec_error'])} in wRec. Bug: {self.bug}. "
            "The backward pass divided by the true gradient is "
            f"{_quotient(ratios[0])} for wx and {_quotient(ratios[1])} for wRec, and the check "
            f"{verdict}.",
        )

    def sliders(self):
        # The slider would write the power of ten nearest to a step of the line in the picture;
        # the step itself is written at the line.
        eps = FloatLogSlider(
            value=self.eps,
            min=-14,
            max=0,
            step=1,
            description="eps",
            readout=False,
            layout=_SLIDER_LAYOUT,
        )
        return super().sliders() | {"eps": eps}

    def data(self):
        X, _ = _DATA
        rows = X.astype(int).astype(str).tolist()
        return {
            "rows": "|".join("".join(row) for row in rows),
            "a": "|".join(f"{a:.0f}" for a in _SURFACE.A),
            "b": "|".join(f"{b:.0f}" for b in _SURFACE.B),
            "clues": "|".join(_CLUES.values()),
        }

    def _measure(self, eps):
        """Measure both slopes, also with a step so small that `numerical_gradient` refuses it."""
        loss_at = _loss_on(*(a.astype(self.precision) for a in _DATA))
        wx, wRec = np.array([self.wx, self.wRec], self.precision)
        above = loss_at(wx + eps, wRec), loss_at(wx, wRec + eps)
        if self.difference == "central":
            below = loss_at(wx - eps, wRec), loss_at(wx, wRec - eps)
            width = 2 * eps
        else:
            below = 2 * (loss_at(wx, wRec),)
            width = eps
        return tuple((a - b) / width for a, b in zip(above, below))

    def _backprop(self, wx, wRec):
        bug = self.bug
        if bug in _MYSTERIES:
            bug = list(BUGS)[7 * _MYSTERIES.index(bug) % len(BUGS)]
        gradient = bptt if bug == "none" else with_bug(bug)
        return gradient(*_DATA, wx, wRec)


class Descent(Explorable):
    r"""The path of an optimiser over the loss of the book's data set, to be explored by hand.

    Shows where each of six optimisers goes from a start, on the map of the loss or on the map of
    fates: what becomes of 41 × 41 starts in 500 steps.

    Parameters
    ----------
    wx, wRec : float
        The start, each weight from -3 to 3.
    rate : float
        The learning rate, from 0.00001 to 1; the first step of Rprop; the first damping of
        Gauss-Newton.
    optimizer : str
        A name in `rnn_by_hand.optimizers.OPTIMIZERS`.
    steps : int
        How many steps of the path are shown, from 1 to 500.
    show : str
        What lies behind the path, "loss" or "fates".

    Attributes
    ----------
    wx, wRec, rate, optimizer, steps, show
        The same as they are now. Setting a number moves its slider.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not what it must be.

    Examples
    --------
    >>> explorable = Descent(optimizer="Rprop")
    >>> explorable.readout["fate"]
    'reached (1, 1)'
    """

    tag = "rnn-descent"

    wx = _Real(-_LIMIT, _LIMIT)
    wRec = _Real(-_LIMIT, _LIMIT)
    rate = _Real(1e-5, 1)
    optimizer = _Choice(*OPTIMIZERS)
    steps = _Whole(1, _MOST_STEPS)
    show = _Choice("loss", "fates")

    def __init__(
        self,
        wx=-1.5,
        wRec=2.0,
        rate=1e-3,
        optimizer="gradient descent",
        steps=_MOST_STEPS,
        show="loss",
    ):
        super().__init__(
            wx=wx,
            wRec=wRec,
            rate=rate,
            optimizer=optimizer,
            steps=steps,
            show=show,
        )

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too.

        Returns
        -------
        dict
            The parameters; the ``path``, a pair (wx, wRec) for each step up to ``steps``, and
            its ``end``; the ``losses`` at both ends of it, infinite where they are too large for
            a float; the ``fate`` at the end and the step since when it is so, ``fate_at``. The
            path of a start that blows up stays where it is first beyond the bound, so that its
            weights are finite. Plain Python numbers, strings and lists.
        """
        surface = _SURFACE
        optimizer = OPTIMIZERS[self.optimizer]
        path = descend(
            optimizer, surface, self.wx, self.wRec, self.rate, self.steps
        )
        with np.errstate(all="ignore"):
            losses = np.nan_to_num(
                surface.loss(*path.T), nan=np.inf, posinf=np.inf
            )
        fate = FATES[fates(surface, *path[-1])]
        since = {
            "reached (1, 1)": losses < REACHED,
            "blown up": np.abs(path).max(axis=1) > BOUND,
        }.get(fate)
        return {
            **{name: getattr(self, name) for name in self.parameters},
            "path": path.tolist(),
            "end": path[-1].tolist(),
            "losses": losses[[0, -1]].tolist(),
            "fate": fate,
            "fate_at": self.steps if since is None else int(since.argmax()),
        }

    @property
    def fates(self):
        """The map of fates, row by row of wx, upwards; a list of places in `FATES`."""
        return _map_of_fates(self.optimizer, self.rate).ravel().tolist()

    def sliders(self):
        rate = FloatLogSlider(
            value=self.rate,
            min=-5,
            max=0,
            step=0.1,
            description="rate",
            readout_format=".1e",
            layout=_SLIDER_LAYOUT,
        )
        steps = IntSlider(
            value=self.steps,
            min=1,
            max=_MOST_STEPS,
            description="steps",
            layout=_SLIDER_LAYOUT,
        )
        return super().sliders() | {"rate": rate, "steps": steps}

    def data(self):
        return {"surface": _surface_attribute("ABD")}

    def figure(self):
        shown = self.readout
        grid = (
            _map_of_fates(self.optimizer, self.rate)
            if self.show == "fates"
            else None
        )
        start, end = (
            f"({', '.join(map(_number, pair))})"
            for pair in (shown["path"][0], shown["end"])
        )
        way = (
            f"The path of {self.optimizer} from (wx, wRec) = {start} to {end}"
        )
        caption = (
            f"{way}, rate {_number(self.rate)}: {shown['fate']} at step {shown['fate_at']}. "
            f"The loss is {_number(shown['losses'][0])} at the start "
            f"and {_number(shown['losses'][1])} at the end."
        )
        if grid is not None:
            shares = (
                np.bincount(grid.ravel(), minlength=len(FATES)) / grid.size
            )
            parts = [
                f"{share:.1%} {fate}" for share, fate in zip(shares, FATES)
            ]
            caption += f" Of 1681 starts, after {_MOST_STEPS} steps: {', '.join(parts)}."
        return (
            draw_descent(_SURFACE, np.array(shown["path"]), grid),
            f"{way}, over a map of the {self.show}.",
            caption,
        )


# A map takes a second, and whoever draws it asks for its numbers, too.
@functools.lru_cache(maxsize=8)
def _map_of_fates(optimizer, rate):
    """Follow an optimiser from a grid of starts; a row for each wx, upwards."""
    axis = np.linspace(-_LIMIT, _LIMIT, _STARTS)
    wRec, wx = np.meshgrid(axis, axis)
    path = descend(
        OPTIMIZERS[optimizer], _SURFACE, wx, wRec, rate, _MOST_STEPS
    )
    return fates(_SURFACE, *path[-1])


def _loss_on(X, t):
    """Make the loss a function of the weights alone."""
    return lambda wx, wRec: loss(forward_states(X, wx, wRec)[:, -1], t)


def _relative_errors(truth, numerical):
    """Compare as a gradient check does: relative to the larger, 0 where both are 0."""
    return [
        compare("", a, n).relative_error
        for a, n in zip(truth, numerical, strict=True)
    ]


def _ratios(backprop, truth):
    """Divide as a gradient check does; None where both are 0."""
    return [
        compare("", a, n).ratio if a or n else None
        for a, n in zip(backprop, truth, strict=True)
    ]


def _quotient(ratio):
    """Write a ratio, also one that says nothing."""
    return "0 \N{DIVISION SIGN} 0" if ratio is None else _number(ratio)


def _rough(error):
    """Write an error, of which the size matters and not the digits."""
    return _number(float(f"{error:.2g}"))


class Backprop(Explorable):
    r"""Backpropagation through time on one sequence of ten bits, position by position.

    Shows the states :math:`S_k` on the way forward, the gradients :math:`\delta_k` on the way
    back, and what each time step adds to the gradients of both weights,
    :math:`\delta_k x_k` and :math:`\delta_k S_{k-1}`.

    Parameters
    ----------
    wx, wRec : float
        The input weight and the recurrent weight to start from, from -3 to 3.
    x : str or sequence of int, length 10
        The input sequence to start from, zeros and ones.
    step : int
        The position to start from. At 0 to 10 the states up to that one are known; at
        10 + j the last j gradients have come back. At 20 everything is there.

    Attributes
    ----------
    wx, wRec : float
        The weights as they are now. Setting one moves its slider.
    x : tuple of int, length 10
        The input sequence as it is now.
    step : int
        The position as it is now.

    Raises
    ------
    traitlets.TraitError
        If a number is out of its range, or `x` does not hold ten zeros and ones.

    Examples
    --------
    >>> explorable = Backprop(wx=1, wRec=0.5, x="1000000000", step=11)
    >>> explorable.readout["y"], explorable.readout["delta"][10]
    (0.001953125, -1.99609375)
    """

    tag = "rnn-bptt"

    wx = _Real(-_LIMIT, _LIMIT)
    wRec = _Real(-_LIMIT, _LIMIT)
    x = _Bits(len(_BITS))
    step = _Whole(0, 2 * _TURN)

    def __init__(self, wx=1.0, wRec=1.0, x=_BITS, step=2 * _TURN):
        super().__init__(wx=wx, wRec=wRec, x=x, step=step)

    def sliders(self):
        return super().sliders() | {"step": self._whole_slider("step")}

    @property
    def readout(self):
        """Every number that is shown, as the page's element gives them too.

        Returns
        -------
        dict
            ``wx``, ``wRec`` and ``step``; the inputs ``x``, length 10; the states ``S`` and the
            gradients at the states ``delta``, length 11; the contributions of each step to the
            gradients, ``wx_terms`` and ``wRec_terms``, length 10; the gradients ``wx_grad`` and
            ``wRec_grad``, and the sums of what has come back so far, ``wx_sum`` and
            ``wRec_sum``; the output ``y``, the target ``t`` and the ``loss``. Plain Python
            numbers and lists.
        """
        X = np.array([self.x], dtype=float)
        t = X.sum(axis=1)
        S = forward_states(X, self.wx, self.wRec)
        y = S[:, -1]
        gradients, delta = backward_gradient(
            X, S, output_gradient(y, t), self.wRec
        )
        wx_terms = delta[0, 1:] * X[0]
        wRec_terms = delta[0, 1:] * S[0, :-1]
        arrived = max(self.step - _TURN, 0)
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "x": list(self.x),
            "step": self.step,
            "S": S[0].tolist(),
            "delta": delta[0].tolist(),
            "wx_terms": wx_terms.tolist(),
            "wRec_terms": wRec_terms.tolist(),
            "wx_grad": float(gradients[0]),
            "wRec_grad": float(gradients[1]),
            "wx_sum": _sum_back(wx_terms, arrived),
            "wRec_sum": _sum_back(wRec_terms, arrived),
            "y": float(y[0]),
            "t": sum(self.x),
            "loss": float(loss(y, t)),
        }

    def figure(self):
        shown = self.readout
        inputs = ", ".join(map(str, shown["x"]))
        last, first, wx_grad, wRec_grad = map(
            _number,
            (
                shown["delta"][-1],
                shown["delta"][1],
                shown["wx_grad"],
                shown["wRec_grad"],
            ),
        )
        return (
            draw_blame(shown["x"], shown["S"], shown["delta"]),
            f"Over the inputs {inputs}: the states, the gradients at the states, and the sums "
            "of what each step adds to the gradients of both weights, from the last step to "
            "the first.",
            f"With wx = {_number(self.wx)} and wRec = {_number(self.wRec)} the output is "
            f"{_number(shown['y'])}, the target {shown['t']}, the loss "
            f"{_number(shown['loss'])}; the gradient is {last} at the last state and {first} at "
            f"the first, and adds up to {wx_grad} for wx and {wRec_grad} for wRec.",
        )


def _sum_back(terms, count):
    """Add up the last `count` terms, beginning with the last."""
    return float(np.cumsum([0, *terms[::-1]])[count])


def _written(value):
    """Write a value as an attribute and an address have it."""
    return "".join(map(str, value)) if isinstance(value, tuple) else value


def _number(value):
    """Write a number as the page's element does: four digits, a true minus sign."""
    size = float(f"{abs(value):.4g}")
    sign = "\N{MINUS SIGN}" if value < 0 and size else ""
    if math.isinf(size):
        return f"{sign}∞"
    if size >= 1e6 or 0 < size < 1e-4:
        digits, exponent = f"{size:.3e}".split("e")
        power = str(int(exponent)).translate(_SUPERSCRIPTS)
        return f"{sign}{float(digits):g} \N{MULTIPLICATION SIGN} 10{power}"
    if size < 1e4:
        return f"{sign}{size:g}"
    return sign + f"{abs(value):,.0f}".replace(
        ",", "\N{NARROW NO-BREAK SPACE}"
    )


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
