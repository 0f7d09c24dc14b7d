"""The parameters of explorables: traits that reject invalid values with consistent messages."""

import numbers
import re

import numpy as np
import traitlets

__all__ = [
    "BITS",
    "FARTHEST",
    "LIMIT",
    "Bits",
    "Choice",
    "OneOf",
    "Parameter",
    "Poles",
    "Real",
    "Text",
    "Whole",
    "poles_in",
    "weight",
]

#: Both weights run from -3 to 3, on every page.
LIMIT = 3
#: The default input sequence of an explorable.
BITS = "1011001110"
#: The farthest from 0 that a pole may lie.
FARTHEST = 1.05


class Parameter(traitlets.TraitType):
    """A parameter of an explorable, which the browser can read and set.

    Attributes
    ----------
    start : object
        The default value.
    rule : str
        What a value must be, as stated in error messages.
    """

    def __init__(self, start, rule):
        super().__init__()
        self.start, self.rule = start, rule
        self.tag(sync=True, to_json=_plain)

    def accept(self, value):
        """Convert `value` to the form in which it is stored, or raise `ValueError`."""
        raise NotImplementedError

    def validate(self, obj, value):
        try:
            return self.accept(value)
        except (TypeError, ValueError):
            raise traitlets.TraitError(
                f"{self.name} is {value!r}; it must be {self.rule}"
            ) from None


class Real(Parameter):
    """A number in a range."""

    kind = "a number"

    def __init__(self, low, high, start):
        super().__init__(start, f"{self.kind} from {low} to {high}")
        self.low, self.high = low, high

    def accept(self, value):
        real = isinstance(value, numbers.Real) and not isinstance(
            value, bool | np.bool_
        )
        # Written so that NaN, for which every comparison is false, is rejected too.
        if not (real and self.low <= value <= self.high):
            raise ValueError
        # An ipywidgets slider accumulates its steps, and gives
        # 0.9999999999999996 for 1.
        return float(f"{float(value):.14g}")


class Whole(Real):
    """A whole number in a range."""

    kind = "a whole number"

    def accept(self, value):
        number = super().accept(value)
        if number != int(number):
            raise ValueError
        return int(number)


class OneOf(Whole):
    """One of several whole numbers in increasing order, by default the last."""

    def __init__(self, *options):
        super().__init__(options[0], options[-1], options[-1])
        self.options = options
        self.rule = f"one of {', '.join(map(str, options))}"

    def accept(self, value):
        number = super().accept(value)
        if number not in self.options:
            raise ValueError
        return number


class Choice(Parameter):
    """One of several words, by default the first."""

    def __init__(self, *options):
        super().__init__(options[0], f"one of {', '.join(options)}")
        self.options = options

    def accept(self, value):
        if not isinstance(value, str) or value not in self.options:
            raise ValueError
        return value


class Bits(Parameter):
    """A sequence of zeros and ones, stored as a tuple: changes inside a list go unnoticed."""

    def __init__(self, start):
        super().__init__(start, f"{len(start)} bits, each 0 or 1")
        self.length = len(start)

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


class Poles(Parameter):
    """A number of poles as a text, such as ``"0.8@90;0.95@20"``, or ``"none"``."""

    def __init__(self, most):
        super().__init__(
            "none",
            f"none, or up to {most} poles, each as size@degrees, such as 0.8@90;0.95@20, "
            f"with sizes to {FARTHEST} and angles to 180",
        )
        self.most = most
        one = r"([0-9]+(\.[0-9]+)?(e-[0-9]+)?)"
        self.form = rf"none|({one}@{one}(;(?=.)|$)){{1,{most}}}"

    def accept(self, value):
        if not isinstance(value, str) or not re.fullmatch(self.form, value):
            raise ValueError
        if any(
            size > FARTHEST or angle > 180 for size, angle in poles_in(value)
        ):
            raise ValueError
        return value


def poles_in(text):
    """Read the poles in a valid text: a list of pairs of size and angle in degrees."""
    if text == "none":
        return []
    return [tuple(map(float, pole.split("@"))) for pole in text.split(";")]


class Text(Parameter):
    """A text in a form of its own, stored as `clean` writes it, so that one meaning is one text."""

    def __init__(self, start, rule, clean):
        super().__init__(start, rule)
        self.clean = clean

    def accept(self, value):
        if not isinstance(value, str):
            raise ValueError
        return self.clean(value)


def weight(start=1.0):
    """Make the parameter for one of the two weights."""
    return Real(-LIMIT, LIMIT, start)


def _plain(value, widget):
    return list(value) if isinstance(value, tuple) else value
