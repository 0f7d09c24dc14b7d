"""The paths of marks, by complex numbers, and other numbers that several explorables draw with."""

import math
from decimal import ROUND_HALF_UP, Decimal

__all__ = [
    "arrow",
    "clamp",
    "disc",
    "fixed",
    "half_up",
    "linear",
    "one_digit",
    "significant",
    "superscript",
]


def arrow(x0, y0, x1, y1, clear):
    """Write an arrow that stops short of both ends."""
    start, end = complex(x0, y0), complex(x1, y1)
    along = (end - start) / abs(end - start)
    start, end = start + clear * along, end - clear * along
    wings = [end + along * complex(-5, side) for side in (3, -3)]
    points = [start, end, wings[0], end, wings[1]]
    texts = [f"{p.real!r} {p.imag!r}" for p in points]
    return "M{}L{}M{}L{}L{}".format(*texts)


def disc(x, y, r):
    """Write a disc as two halves of a circle."""
    return f"M{x - r!r} {y!r}a{r!r} {r!r} 0 1 0 {2 * r!r} 0a{r!r} {r!r} 0 1 0 {-2 * r!r} 0"


def linear(low, high, first, last):
    """Return a scale by its two ends."""
    return lambda x: (first * (high - x) + last * (x - low)) / (high - low)


def clamp(value, low, high):
    return sorted((low, value, high))[1]


def half_up(value):
    """Round as JavaScript does: a half goes up."""
    return math.floor(value + 0.5)


def fixed(value, places=2):
    """Write a number with some decimals and a true minus sign, but not in front of zero."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "−Infinity"
    exact = Decimal(abs(float(value)))
    text = str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return ("−" if value < 0 and Decimal(text) else "") + text


def significant(value):
    """Write four digits of a number that is neither large nor small."""
    return ("−" if value < 0 else "") + f"{abs(value):#.4g}".rstrip(".")


def superscript(exponent):
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def one_digit(value):
    """Write a number with one digit and its power of ten."""
    digit, exponent = f"{abs(value):.0e}".split("e")
    return f"{'−' * (value < 0)}{digit}·10{superscript(int(exponent))}"
