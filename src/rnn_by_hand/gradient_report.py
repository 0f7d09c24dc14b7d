"""What a gradient check found, in rows and in words."""

import textwrap
from dataclasses import dataclass

import numpy as np

__all__ = [
    "GradientCheckError",
    "GradientReport",
    "GradientRow",
    "ParameterRow",
    "compare",
]

RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"
ORDER = (WRONG, UNDECIDED, RIGHT)
#: Rows of a table and causes, at most, and characters in a line: the report fits on a screen.
ROWS, CAUSES, WIDTH = 12, 6, 79


@dataclass(frozen=True)
class GradientRow:
    """One entry of a gradient.

    Attributes
    ----------
    parameter : str
        The parameter.
    index : tuple of int
        Where in it the entry is; empty for a number.
    backprop, numerical : float
        The gradient under test, and the same gradient as measured.
    bar : float
        How far the two may be apart if both are right.
    verdict : {"right", "wrong", "undecided"}
        Whether they agree within the bar, and whether that says anything.
    reason : str
        Why it is undecided.
    """

    parameter: str
    index: tuple
    backprop: float
    numerical: float
    bar: float
    verdict: str
    reason: str = ""

    @property
    def name(self):
        """The parameter, with the index where it is an array."""
        index = ", ".join(map(str, self.index))
        return f"{self.parameter}[{index}]" if index else self.parameter

    @property
    def passed(self):
        """Whether the entry is not wrong."""
        return self.verdict != WRONG

    @property
    def difference(self):
        """How far the two are apart."""
        same = self.backprop == self.numerical
        return 0.0 if same else abs(self.backprop - self.numerical)

    @property
    def relative_error(self):
        """The difference, relative to the larger of the two; 0 where both are 0."""
        larger = max(abs(self.backprop), abs(self.numerical))
        return self.difference / larger if self.difference else 0.0

    @property
    def ratio(self):
        """The gradient under test divided by the measured one; 1 where both are 0."""
        if self.backprop == self.numerical:
            return 1.0
        return (
            self.backprop / self.numerical if self.numerical else float("inf")
        )

    @property
    def missed(self):
        """The largest relative error that could have been missed, if the entry is right."""
        size = max(abs(self.backprop), abs(self.numerical))
        return (self.difference + self.bar) / size if size else 0.0


@dataclass(frozen=True)
class ParameterRow:
    """One parameter of a gradient.

    Attributes
    ----------
    name : str
        The parameter.
    shape : tuple of int
        Its shape.
    verdict : {"right", "wrong", "undecided"}
        The verdict on the whole parameter.
    n_wrong, n_undecided : int
        How many entries are wrong or undecided, as far as is known.
    reason : str
        Why it is undecided.
    missed : float
        The largest error in one entry that could have been missed, relative to that entry; where
        not every entry was measured, to the root mean square of the gradient of the parameter.
    where : str
        The pattern of the wrong entries, if there is one.
    whole : float
        Where not every entry was measured, how far all of them together can be off.
    at_least : bool
        Whether there may be more wrong entries than were found.
    """

    name: str
    shape: tuple
    verdict: str
    n_wrong: int = 0
    n_undecided: int = 0
    reason: str = ""
    missed: float = 0.0
    where: str = ""
    whole: float = 0.0
    at_least: bool = False


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check; print it to read it.

    Attributes
    ----------
    verdict : {"right", "wrong", "undecided"}
        "right" if every entry is, "wrong" if one is, and otherwise "undecided".
    said : str
        What could not be told, or what is wrong.
    at : str
        Where the check was made.
    parameters : tuple of ParameterRow
        One row for each parameter.
    rows : tuple of GradientRow
        One row for each entry that was measured.
    causes : tuple of Cause
        What usually gives such numbers.
    losses : int
        How many times the loss was taken.
    """

    verdict: str
    said: str
    at: str
    parameters: tuple
    rows: tuple
    causes: tuple = ()
    losses: int = 0

    @property
    def passed(self):
        """Whether the gradient is right, every entry of it."""
        return self.verdict == RIGHT

    @property
    def missed(self):
        """The largest error in one entry that could have been missed."""
        return max((p.missed for p in self.parameters), default=0.0)

    def __str__(self):
        head = f"gradient check: {_shown(self.verdict)}: {self.said}"
        lines = textwrap.wrap(head, WIDTH, subsequent_indent="    ")
        lines += textwrap.wrap(
            f"at {self.at}", WIDTH, subsequent_indent="    "
        )
        many = len(self.rows) > ROWS or not self.rows
        if len(self.parameters) > 1 and many:
            lines += _table_of_parameters(self.parameters)
        if not many or not self.passed:
            lines += _table_of_entries(self.rows)
        lines += map(str, self.causes[:CAUSES])
        if self.causes[CAUSES:]:
            lines.append(f"and {len(self.causes) - CAUSES} more causes")
        return "\n".join(lines)

    def figure(self):
        """Draw the ratio of the two gradients, as a map for an array.

        Returns
        -------
        matplotlib.figure.Figure
            The figure.
        """
        from rnn_by_hand.figures import draw_check

        return draw_check(self)


class GradientCheckError(ValueError):
    """A gradient disagrees with what was measured.

    Attributes
    ----------
    check : GradientReport
        The full report, which is also the message.
    """

    def __init__(self, check):
        super().__init__(str(check))
        self.check = check


def compare(name, backprop, numerical, rtol=1e-7, atol=1e-7, index=()):
    r"""Compare one entry of a gradient with its numerical estimate, by fixed tolerances.

    It is not wrong if :math:`|a - n| \le rtol \cdot \max(|a|, |n|) + atol`, for the gradient under
    test `a` and the numerical one `n`. If it takes `atol` for that, it is undecided.

    Parameters
    ----------
    name : str
        The parameter.
    backprop, numerical : float
        The gradient under test, and the same gradient by central differences.
    rtol, atol : float
        The relative and the absolute tolerance; not negative.
    index : tuple of int
        Where the entry is in its parameter.

    Returns
    -------
    GradientRow
        Both numbers with the verdict on them.
    """
    a, n = float(backprop), float(numerical)
    error, tolerance = abs(a - n), rtol * max(abs(a), abs(n))
    reason = ""
    # The error of an infinite gradient does not exceed its tolerance, which is infinite too.
    if not np.isfinite(a) or error > tolerance + atol:
        verdict = WRONG
    elif error <= tolerance:
        verdict = RIGHT
    else:
        verdict, reason = UNDECIDED, "too small to tell"
    return GradientRow(name, index, a, n, tolerance + atol, verdict, reason)


def parameter_of(name, shape, rows):
    """Sum up the verdicts on all entries of a parameter.

    Parameters
    ----------
    name : str
        The parameter.
    shape : tuple of int
        Its shape.
    rows : sequence of GradientRow
        One for each entry.

    Returns
    -------
    ParameterRow
        The verdict on the parameter.
    """
    undecided = [row for row in rows if row.verdict == UNDECIDED]
    wrong = [k for k, row in enumerate(rows) if row.verdict == WRONG]
    verdict = WRONG if wrong else UNDECIDED if undecided else RIGHT
    missed = max((r.missed for r in rows if r.verdict == RIGHT), default=0.0)
    return ParameterRow(
        name,
        shape,
        verdict,
        len(wrong),
        len(undecided),
        undecided[0].reason if undecided else "",
        missed,
        pattern(shape, wrong),
    )


def pattern(shape, wrong):
    """Name a set of entries if they are a row, a column, a block, a diagonal or a triangle.

    Parameters
    ----------
    shape : tuple of int
        The shape of the array.
    wrong : array_like of int
        The flat indices of the entries.

    Returns
    -------
    str
        An index such as "[:, 3]", or words; empty if there is no pattern.
    """
    n = int(np.prod(shape))
    if not shape or not len(wrong) or len(wrong) == n:
        return ""
    indices = np.unravel_index(np.asarray(wrong), shape)
    box, filled = [], 1
    for axis, index in enumerate(indices):
        low, high = int(index.min()), int(index.max())
        filled *= high - low + 1
        whole = (low, high) == (0, shape[axis] - 1)
        box.append(
            ":" if whole else str(low) if low == high else f"{low}:{high + 1}"
        )
    if filled == len(wrong):
        return f"[{', '.join(box)}]"
    if len(shape) == 2:
        row, column = np.indices(shape)
        for name, inside in (
            ("the diagonal", row == column),
            ("all but the diagonal", row != column),
            ("above the diagonal", row < column),
            ("on and above the diagonal", row <= column),
            ("below the diagonal", row > column),
            ("on and below the diagonal", row >= column),
        ):
            if np.array_equal(np.flatnonzero(inside), np.sort(wrong)):
                return f" ({name})"
    return ""


def summary(parameters, n_measured):
    """Say in one line what is wrong, or cannot be told, or how much could have been missed.

    Parameters
    ----------
    parameters : sequence of ParameterRow
        The verdicts on the parameters.
    n_measured : int
        How many entries were measured one by one.

    Returns
    -------
    verdict : {"right", "wrong", "undecided"}
        The verdict on the whole.
    said : str
        The line.
    """
    right, wrong, undecided = (
        [p for p in parameters if p.verdict == verdict]
        for verdict in (RIGHT, WRONG, UNDECIDED)
    )
    n_undecided = sum(p.n_undecided for p in parameters)
    n = sum(int(np.prod(p.shape)) for p in parameters)
    reasons = list(
        dict.fromkeys(p.reason for p in parameters if p.n_undecided)
    )
    untold = f"{n_undecided} of {n} {' or '.join(reasons)}"
    if wrong:
        parts = [_said_of_wrong(p) for p in wrong[:4]]
        parts += [f"{len(wrong) - 4} more"] * bool(wrong[4:])
        said = ", ".join(parts)
        if n_undecided:
            said += f"; {untold}"
        elif right:
            said += "; all others right"
        return WRONG, said
    if undecided:
        return UNDECIDED, ("right, but " if n_undecided < n else "") + untold
    missed = max(p.missed for p in parameters)
    if n_measured == n:
        return (
            RIGHT,
            f"a relative error of {missed:.0e} in any entry would show",
        )
    whole = max(p.whole for p in parameters)
    return RIGHT, (
        f"as a whole to {whole:.0e}; a single entry could be off by {missed:.0e} of a typical one"
    )


def _said_of_wrong(row):
    n = int(np.prod(row.shape))
    if row.at_least:
        return f"{row.name} (at least {row.n_wrong} of {n}{row.where})"
    if row.where:
        return f"{row.name}{row.where}"
    return f"{row.name} ({row.n_wrong} of {n})" if n > 1 else row.name


def _shown(verdict):
    """Wrong is what must not be overlooked."""
    return verdict.upper() if verdict == WRONG else verdict


def _table_of_parameters(parameters):
    shown = sorted(parameters, key=lambda p: ORDER.index(p.verdict))
    lines = [f"{'verdict':<9}  {'parameter':<12} shape"]
    for p in shown[:ROWS]:
        said = {
            RIGHT: f"to {p.missed:.0e}",
            WRONG: _said_of_wrong(p).removeprefix(p.name).strip(),
            UNDECIDED: f"{p.n_undecided} {p.reason}",
        }[p.verdict]
        lines.append(
            f"{_shown(p.verdict):<9}  {p.name:<12} {p.shape!s:<12} {said}"
        )
    if shown[ROWS:]:
        lines.append(f"and {len(shown) - ROWS} more")
    return lines


def _table_of_entries(rows):
    if len(rows) > ROWS:
        telling = [row for row in rows if row.verdict != RIGHT]
        rows = sorted(
            telling or rows,
            key=lambda r: (ORDER.index(r.verdict), -r.relative_error),
        )
        names = list(dict.fromkeys(r.parameter for r in rows))[:ROWS]
        each = max(1, ROWS // len(names))
        rows = [
            row
            for name in names
            for row in [r for r in rows if r.parameter == name][:each]
        ]
    if not rows:
        return []
    width = max(9, *(len(row.name) for row in rows))
    lines = [
        f"{'verdict':<9}  {'entry':<{width}} {'backprop':>13} {'measured':>13} "
        f"{'error bar':>9} {'ratio':>9}"
    ]
    for row in rows:
        # Adding 0 turns minus zero into zero.
        numbers = f"{row.backprop + 0:>13.7g} {row.numerical + 0:>13.7g}"
        lines.append(
            f"{_shown(row.verdict):<9}  {row.name:<{width}} {numbers} "
            f"{row.bar:>9.0e} {row.ratio + 0:>9.4g}"
        )
    return lines
