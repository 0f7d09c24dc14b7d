"""What a figure drew: its lines, bars, nodes and words, by the names of their colours."""

import re

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from rnn_by_hand.display import PALETTE

_HUES = {colour: name for name, colour in PALETTE.items()}

#: The tests of each thing that is drawn: a function, or the page and the cell of a chapter.
SHOWN = {}


def shows(*drawn):
    """Note that a test looks at what is drawn by functions, or by cells such as "03_loss#map"."""

    def note(test):
        for one in drawn:
            SHOWN.setdefault(one, []).append(test)
        return test

    return note


def hue(colour):
    """Give the name that a colour has in the palette, or None."""
    return _HUES.get(to_hex(colour))


def lines(ax, name=None, mark=None, style=None):
    """Find lines by the name of their colour, by their mark, and by their style.

    A mark of "" means a line without any.
    """
    return [
        line
        for line in ax.lines
        if (name is None or hue(line.get_color()) == name)
        and (mark is None or line.get_marker() == (mark or "None"))
        and (style is None or line.get_linestyle() == style)
    ]


def line(ax, name=None, mark=None, style=None):
    """Give the points of the only line there is of a kind, shape (n, 2)."""
    (only,) = lines(ax, name, mark, style)
    return np.array(only.get_xydata())


def words(ax):
    """List what is written in an axes, in the order in which it was written."""
    return [one.get_text() for one in ax.texts if one.get_text()]


def written(ax, text):
    """Find the only artist with a text."""
    (found,) = [one for one in ax.texts if one.get_text() == text]
    return found


def place(ax, text):
    """Give the position of a text, or the place that it points out."""
    found = written(ax, text)
    return tuple(map(float, getattr(found, "xy", found.get_position())))


def bars(ax):
    """Give the middle, the lower end and the upper end of each bar, in order."""
    return np.array(
        [
            (
                bar.get_x() + bar.get_width() / 2,
                bar.get_y(),
                bar.get_y() + bar.get_height(),
            )
            for bar in ax.patches
            if isinstance(bar, Rectangle)
        ]
    )


def squares(ax, name):
    """Give the middle of each square with an edge of some colour, and whether it is filled."""
    return [
        (*box.get_center().round(9).tolist(), hue(box.get_facecolor()) == name)
        for box in ax.patches
        if isinstance(box, Rectangle) and hue(box.get_edgecolor()) == name
    ]


def nodes(ax):
    """Give the place of every circle and square of a drawing by the text inside it.

    Texts that occur more than once have a number after them, from left to right.
    """
    shapes = [
        patch.center if isinstance(patch, Circle) else patch.get_center()
        for patch in ax.patches
        if isinstance(patch, Circle | Rectangle)
    ]
    found = [
        (tuple(map(float, text.get_position())), text.get_text())
        for text in ax.texts
        if text.get_text()
        and any(
            np.allclose(text.get_position(), shape, atol=0.03)
            for shape in shapes
        )
    ]
    names = [name for _, name in found]
    placed = {}
    for where, name in sorted(found):
        n = 1 + sum(key.partition(" ")[0] == name for key in placed)
        placed[name if names.count(name) == 1 else f"{name} {n}"] = where
    assert len(placed) == len(shapes)
    return placed


def edges(ax, known):
    """Give each arrow as the nodes that it leads from and to, and the name of its colour."""

    def nearest(point):
        return min(known, key=lambda name: np.hypot(*(known[name] - point)))

    known = {name: np.array(where) for name, where in known.items()}
    return [
        (nearest(start), nearest(stop), name)
        for start, stop, name in arrows(ax)
    ]


def arrows(ax):
    """Give the start, the end and the name of the colour of each arrow."""
    found = []
    for patch in ax.patches:
        if isinstance(patch, FancyArrowPatch):
            # The shaft is the first three points, a curve; the head follows.
            start, _, stop = patch.get_path().vertices[:3]
            found.append((start, stop, hue(patch.get_edgecolor())))
    return found


def pointers(ax):
    """Give the start, the end and the name of the colour of each arrow that is an annotation."""
    return [
        (
            tuple(map(float, text.xyann)),
            tuple(map(float, text.xy)),
            hue(text.arrow_patch.get_edgecolor()),
        )
        for text in ax.texts
        if getattr(text, "arrow_patch", None)
    ]


def polygon(patch):
    """Give the corners of a patch in the units of its axes."""
    return patch.get_path().vertices


_UP = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def numerals(text):
    """List the numbers in a text, in order; a number that is a name, as in S 3, as well."""
    text = re.sub(r"(\d)\N{NARROW NO-BREAK SPACE}(?=\d{3})", r"\1", text)
    text = re.sub(r"\bminus (?=\d)|\N{MINUS SIGN}", "-", text)
    found = re.findall(
        r"(?<![\d.a-zA-Z])(-?\d+(?:\.\d+)?)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text
    )
    return [
        float(f"{digits}e{power.translate(_UP) or 0}")
        for digits, power in found
    ]


def assert_says(text, numbers, digits=4):
    """Fail unless the numbers in a text are these, in this order, rounded to as many digits."""
    said = numerals(text)
    assert len(said) == len(numbers), (said, numbers)
    for one, number in zip(said, numbers, strict=True):
        room = 10.0 ** -(digits - 1) * abs(number) / 2
        assert abs(one - number) <= room * 1.001 + 1e-15, (one, number, text)
