"""What a check says of a case of `gradients`, beside what is true of it.

A verdict that can be defended is "sound". "undecided" where an answer can be had is "undecided",
and anything else is "false": to pass what is wrong, to fail what is right, and to decide what
nobody can tell.
"""

import gradients
import numpy as np
import other_gradients
from gradients import mask

#: Those that were there while the check was written, and those that came afterwards, from somebody
#: who had not seen it.
CASES = [*gradients.CASES, *other_gradients.CASES]

SOUND, UNDECIDED, FALSE = "sound", "undecided", "false"


def judge(case, verdict):
    """Judge one verdict on the whole gradient, which is all that most tools give."""
    allowed = {case.truth, *case.also}
    if case.truth == "right" and case.unsure:
        allowed.add("undecided")
    return _judged(verdict, allowed)


def judge_report(case, report, values):
    """Judge all that a `GradientReport` says; the worst of it counts.

    That is its verdict on the whole, on every parameter and on every entry that was measured, and
    the causes that it names. `values` is what `places` gives for the case.
    """
    judged = {judge(case, report.verdict)}
    names = dict(zip((row.name for row in report.parameters), values))
    for row in report.parameters:
        name = names[row.name]
        allowed = _allowed(case, name in case.wrong, name in case.unsure)
        judged.add(_judged(row.verdict, allowed))
    for row in report.rows:
        name = names[row.parameter]
        shape = np.shape(values[name])
        wrong, unsure = (
            mask(entries.get(name, []), shape)[row.index]
            for entries in (case.wrong, case.unsure)
        )
        judged.add(_judged(row.verdict, _allowed(case, wrong, unsure)))
    for cause in report.causes:
        if cause.keys and not case.causes & set(cause.keys):
            judged.add(FALSE)
    return next(j for j in (FALSE, UNDECIDED, SOUND) if j in judged)


def why_false(case, verdict):
    """The kind of a false verdict on the whole."""
    if case.truth == "undecided":
        return "decided"
    return "passed" if verdict == "right" else "failed"


def _judged(verdict, allowed):
    if verdict in allowed:
        return SOUND
    return UNDECIDED if verdict == "undecided" else FALSE


def _allowed(case, wrong, unsure):
    """The verdicts on a part of a gradient, some of which is wrong or unsure."""
    allowed = {"wrong"} if wrong else {"right"}
    if unsure or "undecided" in {case.truth, *case.also}:
        allowed.add("undecided")
    return allowed | (case.also - {"right"})
