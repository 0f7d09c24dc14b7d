"""The explorables: figures with handles, for a live notebook and for a published page.

The drawing is done by ``explorables.js``, in both places. This is the only file that knows of
ipywidgets; the numbers come from `rnn_by_hand.model`.
"""

import html
import math
import numbers
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from ipywidgets import FloatSlider, Layout, VBox, jslink

from rnn_by_hand.display import figure_html
from rnn_by_hand.figures import draw_states
from rnn_by_hand.model import forward_states, loss

__all__ = ["States"]

_HERE = Path(__file__).parent
_LIMIT = 3
_STEP = 0.01
_N_STEPS = 10


class _Weight(traitlets.TraitType):
    """A number within the range of the sliders."""

    def validate(self, obj, value):
        real = isinstance(value, numbers.Real) and not isinstance(
            value, bool | np.bool_
        )
        # Written so that NaN, which compares with nothing, is refused as well.
        if not (real and -_LIMIT <= value <= _LIMIT):
            raise traitlets.TraitError(
                f"{self.name} is {value!r}; it must be a number from {-_LIMIT} to {_LIMIT}"
            )
        # A slider of ipywidgets adds up its steps and gives 0.9999999999999996
        # for 1.
        return round(float(value), 15)


class _Bits(traitlets.TraitType):
    """A sequence of zeros and ones; a tuple, because a change inside a list goes unnoticed."""

    def validate(self, obj, value):
        bits = value
        if isinstance(value, str):
            bits = [{"0": 0, "1": 1}.get(character) for character in value]
        elif isinstance(value, np.ndarray):
            bits = value.tolist()
        if (
            not isinstance(bits, list | tuple)
            or len(bits) != _N_STEPS
            or any(bit not in (0, 1) for bit in bits)
        ):
            raise traitlets.TraitError(
                f"{self.name} is {value!r}; it must be {_N_STEPS} bits, each 0 or 1"
            )
        return tuple(int(bit) for bit in bits)


class _Picture(anywidget.AnyWidget):
    """The custom element in a live notebook."""

    _esm = _HERE / "explorables.js"
    _css = _HERE / "palette.css"

    tag = traitlets.Unicode().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    wx = _Weight().tag(sync=True)
    wRec = _Weight().tag(sync=True)
    x = _Bits().tag(sync=True, to_json=lambda value, widget: list(value))


class States(VBox):
    r"""The states of one sequence of ten bits, to be explored by hand.

    Shows :math:`S_0, \dots, S_{10}` of
    :math:`S_k = S_{k-1} w_{Rec} + x_k w_x`, the true count beside them, and how far the output
    :math:`y = S_{10}` is from the target. In a live notebook the weights are ipywidgets
    sliders, linked to the picture without a detour through the kernel; on a published page the
    same picture brings its own. Where there is no JavaScript it is a figure with a sentence.

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
        If a weight is not a number from -3 to 3, or `x` does not hold ten zeros and ones; at
        the start and on every later assignment.

    Examples
    --------
    >>> explorable = States(wx=1, wRec=0.5, x="1000000001")
    >>> explorable.readout["y"]
    1.001953125
    """

    wx = _Weight()
    wRec = _Weight()
    x = _Bits()

    def __init__(self, wx=1.0, wRec=1.0, x="1011001110"):
        super().__init__()
        self.set_trait("wx", wx)
        self.set_trait("wRec", wRec)
        self.set_trait("x", x)
        self._picture = _Picture(
            tag="rnn-states",
            start=self._attributes(),
            wx=self.wx,
            wRec=self.wRec,
            x=self.x,
        )
        for name in ("wx", "wRec", "x"):
            traitlets.link((self, name), (self._picture, name))
        self.children = (
            self._slider("wx"),
            self._slider("wRec"),
            self._picture,
        )

    def __repr__(self):
        bits = "".join(map(str, self.x))
        return f"States(wx={self.wx}, wRec={self.wRec}, x={bits!r})"

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

    def _slider(self, name):
        """A slider that moves the picture in the browser; the picture tells Python.

        The kernel never links the two itself: while a reader drags, its answers would arrive
        late and pull the handle back.
        """
        slider = FloatSlider(
            value=getattr(self, name),
            min=-_LIMIT,
            max=_LIMIT,
            step=_STEP,
            description=name,
            readout_format=".2f",
            layout=Layout(width="min(100%, 30em)"),
        )
        # The picture comes first because a link, when it is made, copies first to second.
        jslink((self._picture, name), (slider, "value"))
        return slider

    def _attributes(self):
        return {
            "wx": str(self.wx),
            "wRec": str(self.wRec),
            "x": "".join(map(str, self.x)),
        }

    def _repr_mimebundle_(self, **kwargs):
        """Offer the widget to a live notebook, the custom element to a page."""
        widget = super()._repr_mimebundle_(**kwargs)
        return widget | {"text/plain": repr(self), "text/html": self._html()}

    def _html(self):
        attributes = "".join(
            f' {name.lower()}="{html.escape(value)}"'
            for name, value in self._attributes().items()
        )
        return f"<rnn-states{attributes}>{self._fallback()}</rnn-states>"

    def _fallback(self):
        """What stands there in print and without JavaScript: a figure and a sentence."""
        shown = self.readout
        states = ", ".join(map(_number, shown["S"]))
        setting = f"With wx = {_number(shown['wx'])} and wRec = {_number(shown['wRec'])}"
        caption = (
            f"{setting} the states are {states}; the output is {_number(shown['y'])}, "
            f"the true count {shown['t']}, the squared error {_number(shown['loss'])}."
        )
        inputs = ", ".join(map(str, shown["x"]))
        alt = f"The states over the inputs {inputs}, beside the true count."
        # The style also makes the text of the drawing the same each time it is written.
        with plt.style.context("rnn_by_hand.book"):
            figure = draw_states(self.x, self.wx, self.wRec)
            plt.close(figure)
            return figure_html(figure, alt, html.escape(caption))


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
