"""How an explorable writes numbers: exactly as the element on the page does."""

import math

__all__ = ["SUPERSCRIPTS", "number", "quotient", "reading", "rough", "written"]

#: For `str.translate`: the characters of an exponent as superscripts.
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value):
    """Write a number with at most four digits and a true minus sign."""
    size = float(f"{abs(value):.4g}")
    sign = "\N{MINUS SIGN}" if value < 0 and size else ""
    if math.isinf(size):
        return f"{sign}∞"
    if size >= 1e6 or 0 < size < 1e-4:
        digits, exponent = f"{size:.3e}".split("e")
        power = str(int(exponent)).translate(SUPERSCRIPTS)
        return f"{sign}{float(digits):g} \N{MULTIPLICATION SIGN} 10{power}"
    if size < 1e4:
        return f"{sign}{size:g}"
    return sign + f"{abs(value):,.0f}".replace(
        ",", "\N{NARROW NO-BREAK SPACE}"
    )


def reading(value):
    """Write a number that changes under the hand: always three decimals below 1000."""
    if abs(value) >= 999.9995:
        return number(value)
    text = f"{abs(value):.3f}"
    sign = "\N{MINUS SIGN}" if value < 0 and float(text) else ""
    return sign + text


def rough(error):
    """Write an error roughly, since its size matters and its digits do not."""
    return number(float(f"{error:.2g}"))


def quotient(ratio):
    """Write a ratio; None stands for zero divided by zero."""
    return "0 \N{DIVISION SIGN} 0" if ratio is None else number(ratio)


def written(value):
    """Write a value as in an attribute or an address."""
    return "".join(map(str, value)) if isinstance(value, tuple) else value
