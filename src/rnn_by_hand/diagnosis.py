"""What usually gives such a gradient.

A cause is a repair: the gradient, changed back, must agree with everything that was measured of the
whole parameter. Causes that give the same numbers are named together, with the experiment that tells
them apart.
"""

import math
import re
import textwrap
from dataclasses import dataclass

import numpy as np

from rnn_by_hand.prober import norm

__all__ = ["Cause", "diagnose"]

#: Kinks that are described, at most.
KINKS = 3
#: Characters in a line.
WIDTH = 79
#: A factor is a simple number if it is this close to one.
CLOSE = 1e-6
#: A gradient that is off by less than this share of its largest entry is right to some digits.
FEW_DIGITS = 1e-5
#: The names that people give to weights from one time step to the next.
RECURRENT = re.compile(
    r"(^|[._w])rec(ur|[._\d]|$)|hh|(^|[._])(w?_?h\d*|u[a-z]?|[hs]0)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cause:
    """What usually gives such numbers.

    Attributes
    ----------
    keys : tuple of str
        Short names of the causes that these numbers cannot tell apart.
    names : tuple of str
        The parameters concerned.
    said : str
        The cause, the evidence and the next thing to try.
    """

    keys: tuple
    names: tuple
    said: str

    def __str__(self):
        names = ", ".join(self.names[:6]) + (" …" if self.names[6:] else "")
        said = f"{names}: {self.said}" if names else self.said
        return textwrap.fill(said, WIDTH, subsequent_indent="    ")


def diagnose(evidence):
    """Find the repairs that make wrong parameters agree with all that was measured.

    Parameters
    ----------
    evidence : Evidence
        What was measured of a gradient.

    Returns
    -------
    list of Cause
        One for each wrong parameter, or one for several that share it.
    """
    wrong = [
        k
        for k, row in enumerate(evidence.parameters)
        if row.verdict == "wrong"
    ]
    causes = _shared_factors(evidence, wrong)
    done = {name for cause in causes for name in cause.names}
    for k in wrong:
        if evidence.parameters[k].name in done:
            continue
        for repair in REPAIRS:
            cause = repair(evidence, k, wrong)
            if cause:
                break
        causes.append(cause or _unexplained(evidence, k))
        done.update(causes[-1].names)
    if any(not cause.keys for cause in causes):
        causes.append(Cause((), (), _advice(evidence)))
    return causes + _kinks(evidence)


def _kinks(evidence):
    """On which side of a kink a gradient is."""
    causes = []
    for key, m in evidence.entries.items():
        if not m.slope.jump or len(causes) == KINKS:
            continue
        half = m.slope.jump / 2
        left, right = m.slope.value - half, m.slope.value + half
        near = m.tolerance - abs(half)
        if abs(m.predicted - left) <= near:
            where = "is that of the left side"
        elif abs(m.predicted - right) <= near:
            where = "is that of the right side"
        elif min(left, right) < m.predicted < max(left, right):
            where = "lies between"
        else:
            where = "is neither, nor between"
        said = (
            f"on a kink, with a slope of {left:.6g} to the left and {right:.6g} to the right; the "
            f"gradient {where}. Check beside it"
        )
        causes.append(Cause(("kink",), (evidence.rows[key].name,), said))
    return causes


def _explained(evidence, k, candidate):
    """Whether a repaired gradient agrees with all that was measured of a parameter."""
    measured = evidence.of(k)
    repaired = {k: candidate}
    slack = FEW_DIGITS * float(np.max(np.abs(candidate)))
    # It must have been able to fail: where the two gradients are apart, the slope can tell them.
    telling = sum(
        abs(m.by(repaired) - m.predicted) > 4 * m.tolerance for m in measured
    )
    return telling >= min(2, candidate.size) and all(
        m.agrees_with(repaired, slack) for m in measured
    )


def _evidence(evidence, k):
    """How much a repair rests on."""
    entries = sum(j == k for j, _ in evidence.entries)
    directions = len(evidence.of(k)) - entries
    said = (
        f"{entries} of {evidence.claimed[k].size} entries" if entries else ""
    )
    if entries == evidence.claimed[k].size:
        said = "all entries" if entries > 1 else "its only entry"
    if directions > 0:
        said += " and " * bool(said) + f"{directions} random directions"
    return said


# ---------------------------------------------------------------------- factors


def _factor(evidence, k):
    """The ratio of the gradient to what was measured, if a whole parameter shares it.

    Returns
    -------
    (factor, error) : tuple of float, or None
        The ratio, and by how much it may be off; None if there is no such ratio.
    """
    told = [
        m for m in evidence.of(k) if m.tolerance < 0.02 * abs(m.slope.value)
    ]
    if not told:
        return None
    best = min(told, key=lambda m: m.tolerance / abs(m.slope.value))
    factor = best.predicted / best.slope.value
    error = abs(factor) * best.tolerance / abs(best.slope.value)
    if factor == 0 or not math.isfinite(factor):
        return None
    if not _explained(evidence, k, evidence.prober.gradient[k] / factor):
        return None
    return factor, error


def _shared_factors(evidence, wrong):
    """One cause for all parameters that are off by the same factor."""
    factors = ((k, _factor(evidence, k)) for k in wrong)
    found = [(k, *factor) for k, factor in factors if factor]
    causes = []
    while found:
        _, factor, error = min(found, key=lambda item: item[2])
        same = [i for i in found if abs(i[1] - factor) <= i[2] + error]
        found = [i for i in found if i not in same]
        everywhere = len(same) == len(evidence.parameters)
        several = len(same) > 1 or len(evidence.of(same[0][0])) > 1
        cause = _of_factor(evidence, factor, error, everywhere, several)
        if cause:
            names = tuple(evidence.parameters[i[0]].name for i in same)
            known = (
                _evidence(evidence, same[0][0])
                if len(same) == 1
                else "all of them"
            )
            keys, said = cause
            causes.append(
                Cause(keys, names, f"ratio {factor:.7g} in {known}: {said}")
            )
    return causes


def _of_factor(evidence, factor, error, everywhere, several):
    """The causes of one factor, as keys and words; None if it may be chance."""
    size = abs(factor)
    opposite, smaller = factor < 0, size < 1
    upside = max(size, 1 / size)
    whole = round(upside)
    off = max(CLOSE * upside, 3 * error * upside / size)
    simple = whole > 1 and off < 0.1 and abs(upside - whole) <= off
    keys, said = [], []
    if opposite:
        keys.append("sign")
        said.append("the sign is wrong, as in y - t for t - y")
    if abs(size - 1) <= max(FEW_DIGITS, 3 * error):
        return (tuple(keys), said[0]) if keys else None
    if not simple and not several:
        return None
    if simple and whole == 2:
        there, counted = (
            ("missing", "once") if smaller else ("there twice", "again")
        )
        said.append(
            f"the 2 of a square is {there}, or one of two equal terms counted {counted}"
        )
    if simple and smaller:
        keys += ["mean for sum", "factor"]
        said.append(
            f"if {whole} is a number of samples or entries, a mean is taken here that the loss "
            "does not take, or is taken twice"
        )
    elif simple:
        keys += ["sum for mean", "factor"]
        said.append(
            f"if {whole} is a number of samples or entries, the mean of the loss is a sum here"
        )
    shrunk = smaller and not opposite
    if shrunk and _is_round(size, 3 * error):
        keys.append("learning rate")
        said.append(f"a learning rate of {size:.3g} is left in")
    if shrunk and everywhere:
        length = math.hypot(*map(norm, evidence.prober.gradient))
        if not simple or _is_round(length, 1e-6):
            keys.append("clipped by norm")
            said.append(f"it is clipped to its norm of {length:.6g}")
    if not said or keys == ["sign"]:
        keys.append("factor")
        said.append(
            "a constant factor is in one of the two and not in the other"
        )
    if opposite:
        said[1:] = ["; or ".join(said[1:])]
        return tuple(keys), ", and ".join(said)
    words = "; or ".join(said)
    if len(said) > 1:
        tell = []
        if simple:
            tell.append("take another number of samples")
        if "clipped by norm" in keys:
            tell.append("multiply the loss by 10, which a clipped one ignores")
        words += f". To tell: {', and '.join(tell)}"
    return tuple(keys), words


def _is_round(value, error):
    """Whether a positive number has one or two digits that are not zero."""
    short = float(f"{value:.1e}")
    return abs(value - short) <= max(CLOSE * value, min(error, 1e-3 * value))


# ---------------------------------------------------------------------- other repairs


def _nothing_arrives(evidence, k, wrong):
    if evidence.prober.gradient[k].any():
        return None
    name = evidence.parameters[k].name
    back = (
        "; if it acts through earlier time steps, is the gradient sent back to them"
        if any(RECURRENT.search(p.name) for p in evidence.parameters)
        else ""
    )
    return Cause(
        ("nothing arrives", "nothing sent back in time"),
        (name,),
        "the gradient is zero everywhere, the slope is not: is the loop run, is it added (+=) "
        f"and not replaced (=){back}?",
    )


def _not_finite(evidence, k, wrong):
    if np.isfinite(evidence.claimed[k]).all():
        return None
    return Cause(
        ("not finite",),
        (evidence.parameters[k].name,),
        "not a finite number: look for a division by zero, an overflow, or log of zero",
    )


def _independent(evidence, k, wrong):
    rows = [
        (evidence.rows[key], m)
        for key, m in evidence.entries.items()
        if key[0] == k and evidence.rows[key].verdict == "wrong"
    ]
    still = [row for row, m in rows if m.slope.still]
    if 2 * len(still) < len(rows) or not rows:
        return None
    everything = all(
        m.slope.still
        for m in (*evidence.entries.values(), *evidence.directions)
    )
    hint = (
        "; it depends on nothing that was moved: are these the arrays that it reads?"
        if everything
        else ""
    )
    return Cause(
        ("independent",),
        (evidence.parameters[k].name,),
        "the loss does not depend on "
        + (
            "it"
            if len(still) == len(evidence.of(k))
            else _short([r.name for r in still])
        )
        + ", and the gradient is not 0"
        + hint,
    )


def _short(names):
    return ", ".join(names[:3]) + f" and {len(names) - 3} more" * bool(
        names[3:]
    )


def _negated(evidence, k, wrong):
    if not _explained(evidence, k, -evidence.prober.gradient[k]):
        return None
    return Cause(
        ("sign",),
        (evidence.parameters[k].name,),
        f"the sign is wrong in {_evidence(evidence, k)}, as in y - t for t - y",
    )


def _transposed(evidence, k, wrong):
    gradient = evidence.prober.gradient[k]
    if gradient.ndim != 2:
        return None
    candidate = gradient.reshape(gradient.shape[::-1]).T
    if np.array_equal(candidate, gradient) or not _explained(
        evidence, k, candidate
    ):
        return None
    what = (
        "its transpose"
        if len(set(gradient.shape)) == 1
        else "the same numbers filled in by columns"
    )
    return Cause(
        ("transposed",),
        (evidence.parameters[k].name,),
        f"transposed: {what} agrees with {_evidence(evidence, k)}",
    )


def _swapped(evidence, k, wrong):
    gradient = evidence.prober.gradient
    for j in wrong:
        if gradient[j].shape != gradient[k].shape:
            continue
        if _explained(evidence, k, gradient[j]) and _explained(
            evidence, j, gradient[k]
        ):
            names = evidence.parameters[k].name, evidence.parameters[j].name
            return Cause(
                ("swapped",),
                names,
                "swapped: each has the gradient of the other",
            )
    return None


def _forgotten_term(evidence, k, wrong):
    array = evidence.prober.place.arrays[k].astype(float)
    here = {k: array}
    told = [
        m
        for m in evidence.of(k)
        if m.by(here) and m.tolerance < 0.02 * abs(m.slope.value - m.predicted)
    ]
    if len(told) < 2:
        return None
    best = min(told, key=lambda m: m.tolerance / abs(m.by(here)))
    share = (best.slope.value - best.predicted) / best.by(here)
    candidate = evidence.prober.gradient[k] + share * array
    if not _explained(evidence, k, candidate):
        return None
    return Cause(
        ("forgotten term",),
        (evidence.parameters[k].name,),
        f"what is missing is {share:.6g} times the parameter itself, in {_evidence(evidence, k)}: "
        "the gradient of a penalty on its square (weight decay)",
    )


def _clipped(evidence, k, wrong):
    gradient = np.abs(evidence.claimed[k]).ravel()
    edge = float(np.max(gradient))
    rows = {i: row for (j, i), row in evidence.rows.items() if j == k}
    off = [i for i, row in rows.items() if row.verdict == "wrong"]
    alone = len(off) == 1 and _is_round(edge, 0.0)
    if not (len(off) > 1 or alone) or not all(
        gradient[i] == edge
        and abs(rows[i].numerical) > edge
        and rows[i].numerical * rows[i].backprop > 0
        for i in off
    ):
        return None
    return Cause(
        ("clipped by entry",),
        (evidence.parameters[k].name,),
        f"clipped: {len(off)} wrong at {edge:.6g}, where the slope goes beyond, and no entry is "
        "larger; check before clipping",
    )


def _few_digits(evidence, k, wrong):
    # In units of each entry's own size: entries may differ by many powers of ten.
    steps = evidence.prober.steps[k]
    sizes = np.abs(evidence.prober.gradient[k].ravel()) * steps
    rows = [(i, row) for (j, i), row in evidence.rows.items() if j == k]
    furthest = max(
        (r.difference * steps[i] for i, r in rows), default=math.inf
    )
    largest = float(np.max(sizes))
    if not furthest < FEW_DIGITS * largest:
        return None
    return Cause(
        ("few digits",),
        (evidence.parameters[k].name,),
        f"right to {furthest / largest:.0e} of its largest entry, and no further: something is "
        "computed in single precision (look for float32), or iterated to a tolerance, in the "
        "gradient or in the loss",
    )


def _unexplained(evidence, k):
    """What the numbers show where no repair is found, and what to try."""
    names = (evidence.parameters[k].name,)
    rows = [
        r
        for (j, _), r in evidence.rows.items()
        if j == k and r.verdict == "wrong"
    ]
    ratios = [r.ratio for r in rows]
    if len(ratios) > 1 and not any(r.backprop for r in rows):
        where = evidence.parameters[k].where or f" in {len(rows)} entries"
        said = (
            f"{names[0]}{where} is 0 and should not be: does a value reach these entries, and is "
            "it added (+=), not replaced (=)?"
        )
        return Cause(("nothing arrives",), names, said)
    if len(ratios) > 1:
        alike = max(ratios) - min(ratios) <= CLOSE * abs(ratios[0])
        said = (
            f"ratio {ratios[0]:.7g} in all {len(ratios)} wrong entries that were measured"
            if alike
            else f"ratios from {min(ratios):.3g} to {max(ratios):.3g}, no simple pattern"
        )
    else:
        said = f"ratio {ratios[0]:.7g}" if ratios else "no simple pattern"
    return Cause((), names, said)


def _advice(evidence):
    """What to try where no repair is found."""
    said = (
        "No usual cause gives these numbers. Compare term by term on the smallest case that is "
        "still wrong, such as one sample, one unit, two steps."
    )
    if any(RECURRENT.search(p.name) for p in evidence.parameters):
        said += (
            " In a loop over time, an index one step off, or a missing first or last term, looks "
            "like this."
        )
    return said


#: In the order in which they are tried.
REPAIRS = (
    _not_finite,
    _few_digits,
    _nothing_arrives,
    _independent,
    _negated,
    _transposed,
    _swapped,
    _forgotten_term,
    _clipped,
)
