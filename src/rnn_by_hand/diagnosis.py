"""What it usually means when a gradient is off by some factor.

Unlike the check itself, these words have one kind of model in mind: a mean squared error over
samples, and a loop over time.
"""

import math

__all__ = ["what_it_means"]


def what_it_means(ratio):
    """Say what usually makes a gradient wrong by some factor.

    Parameters
    ----------
    ratio : float
        The gradient divided by the right one.

    Returns
    -------
    str
        Where to look, often as a question.
    """
    if not math.isfinite(ratio):
        return "not a finite ratio: one of the two is zero, infinite or not a number"
    if abs(ratio) < 1e-9:
        return "nothing arrives: does the loop run, and does it add (+=) rather than replace (=)?"
    if abs(ratio + 1) < 1e-3:
        return "the sign is wrong: y - t or t - y?"
    if abs(ratio - 1) < 1e-3:
        return "nearly right: single precision, or an unlucky eps?"
    factor = _meaning_of_factor(abs(ratio))
    if factor is None:
        return "no simple factor: an index one step off, or the wrong weight in the recursion?"
    return factor if ratio > 0 else f"the sign is wrong, and {factor}"


def _meaning_of_factor(factor):
    if abs(factor - 0.5) < 1e-4:
        return (
            "half: the 2 of the squared error is missing "
            "(or, with two samples, the mean is there twice)"
        )
    if abs(factor - 2) < 1e-4:
        return (
            "double: the 2 of the squared error is there twice "
            "(or, with two samples, the mean is missing)"
        )
    size = max(factor, 1 / factor)
    if size < 1e9 and abs(size - round(size)) < min(1e-4 * size, 0.01):
        mean = "missing" if factor > 1 else "there twice"
        return f"a factor of {round(size)}: if that is the number of samples, the mean is {mean}"
    return None
