"""A gradient check, and how it can be fooled."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES, with_bug
from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.dataset import DATA, SURFACE
from rnn_by_hand.explorables.parameters import Choice, Real, weight
from rnn_by_hand.explorables.words import number, quotient, rough
from rnn_by_hand.figures import STYLE
from rnn_by_hand.gradient_check import compare
from rnn_by_hand.model import bptt, forward_states, loss

__all__ = ["STEPS", "GradientCheck", "draw_gradient_check"]

#: The available steps, parsed from decimals so that each is the same number in JavaScript.
STEPS = [
    float(f"{digit}e{power}") for power in range(-14, 0) for digit in (1, 2, 5)
] + [1.0]


class GradientCheck(Explorable):
    r"""A gradient check, to test and to fool interactively.

    Shows how far a measured gradient is from the true one, for steps from :math:`10^{-14}` to
    1, beside the error to expect, and what a measured gradient reveals about a backward pass
    with one of ten bugs in it. The data are those of ``make_dataset()``.

    A difference of two losses is divided by the step really taken in floating point. Its
    expected error is the sum of the truncation error, with every term of Taylor's formula, and
    the rounding error of the two losses. The second is a size, not a bound: a rounding error is
    mostly smaller than this, and sometimes up to three times as large.

    Parameters
    ----------
    wx, wRec : float
        The weights at which to measure, from -3 to 3.
    eps : float
        The step, from 1e-14 to 1.
    difference : {"central", "forward"}
        Whether to step to both sides or only forward.
    precision : {"float64", "float32"}
        The precision in which the loss is computed. The true gradient always uses the weights
        in double precision, so the rounding of the weights is part of the error, and of the
        error to expect: no step makes it smaller.
    bug : str
        "none", a name from `rnn_by_hand.bug_zoo.BUGS`, or one of "mystery 1" to "mystery 10",
        each of which hides one of the ten.

    Attributes
    ----------
    wx, wRec, eps, difference, precision, bug
        The current parameters. Setting one updates its slider or menu.

    Raises
    ------
    traitlets.TraitError
        If a parameter is invalid.

    Examples
    --------
    >>> explorable = GradientCheck(0.8, 0.9, bug="forgot the 2")
    >>> round(explorable.readout["wx_ratio"], 9)
    0.5
    """

    wx = weight(1.2)
    wRec = weight(1.2)
    eps = Real(1e-14, 1, 1e-6)
    difference = Choice("central", "forward")
    precision = Choice("float64", "float32")
    bug = Choice("none", *BUGS, *MYSTERIES)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            The parameters; the ``loss``; and for each weight, prefixed with ``wx_`` or
            ``wRec_``, the true gradient ``grad``, the measured one ``numerical``, its relative
            ``error``, the ``expected`` error, the ``errors`` for all steps in the figure and the
            expected ones, the ``band``, and the ``ratio`` of the backward pass's gradient to
            the true one, which is None where both are 0; whether the backward pass has
            ``passed`` the plain check against the measured gradient, by the rule of `compare`.
            An error is relative to the larger of the true and the measured gradient, as there.
            Plain Python numbers and lists.
        """
        truth = SURFACE.gradient(self.wx, self.wRec)
        backprop = self._backprop(self.wx, self.wRec)
        numerical, error, expected = self._measure(self.eps, truth)
        everything = [self._measure(eps, truth) for eps in STEPS]
        errors, bands = (
            map(list, zip(*(measured[i] for measured in everything)))
            for i in (1, 2)
        )
        pairs = {
            "grad": map(float, truth),
            "numerical": map(float, numerical),
            "error": error,
            "expected": expected,
            "errors": errors,
            "band": bands,
            "ratio": _ratios(backprop, truth),
        }
        shown = {name: getattr(self, name) for name in self.parameters}
        shown["loss"] = float(_loss_on(*DATA)(self.wx, self.wRec))
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
        bands = shown["wx_band"], shown["wRec_band"]
        ratios = shown["wx_ratio"], shown["wRec_ratio"]
        if self.bug == "none":
            verdict = "passes" if shown["passed"] else "fails wrongly"
        else:
            verdict = "is fooled" if shown["passed"] else "fails"
        return (
            draw_gradient_check(
                STEPS, errors, bands, self._sources(), self.eps, ratios
            ),
            "Above, the relative error of the measured gradient against the step, both on "
            "logarithmic scales, one curve for each weight. A shaded area reaches up to the "
            f"error to expect ({' '.join(self._sources())}). Below, the backward pass divided by "
            "the true gradient, one mark for each weight.",
            f"At wx = {number(self.wx)} and wRec = {number(self.wRec)}, "
            f"{self.difference} differences in {self.precision} with eps = {number(self.eps)} "
            f"have a relative error of {rough(shown['wx_error'])} in wx and "
            f"{rough(shown['wRec_error'])} in wRec, where up to about "
            f"{rough(shown['wx_expected'])} and {rough(shown['wRec_expected'])} are to be "
            f"expected. Bug: {self.bug}. "
            "The backward pass divided by the true gradient is "
            f"{quotient(ratios[0])} for wx and {quotient(ratios[1])} for wRec, and the check "
            f"{verdict}.",
        )

    def _sources(self):
        # The loss is a parabola in wx, and constant in wRec where wx is 0.
        if self.difference == "central" and self.wx == 0:
            return ("expected: rounding",)
        return "expected: rounding", "+ truncation"

    def _measure(self, eps, truth):
        """Measure both slopes, even with a step so small that `numerical_gradient` refuses it.

        Return them with their relative errors and the relative errors to expect.
        """
        loss_at = _loss_on(*(a.astype(self.precision) for a in DATA))
        weights = np.array([self.wx, self.wRec], self.precision)
        slopes, expected = [], []
        for i, start in enumerate(weights):
            below = start - eps if self.difference == "central" else start
            ends = [
                (w, weights[1]) if i == 0 else (weights[0], w)
                for w in (start + eps, below)
            ]
            width = ends[0][i] - ends[1][i]
            # Where the weight did not move, nothing was measured.
            losses = [loss_at(*end) for end in ends]
            slopes.append((losses[0] - losses[1]) / width if width else 0.0)
            size = np.inf
            if width:
                size = abs(_truncation(i, ends, (self.wx, self.wRec), truth))
                size += _rounding(i, ends, losses, self.precision)
            # No relative error is larger than 2.
            larger = max(abs(truth[i]), abs(slopes[i]))
            expected.append(min(float(size / larger), 2.0) if larger else 0.0)
        return slopes, _relative_errors(truth, slopes), expected

    def _backprop(self, wx, wRec):
        gradient = bptt if self.bug == "none" else with_bug(self.bug)
        return gradient(*DATA, wx, wRec)


def _loss_on(X, t):
    """Return the loss as a function of the weights alone."""
    return lambda wx, wRec: loss(forward_states(X, wx, wRec)[:, -1], t)


def _truncation(i, ends, weights, truth):
    """How far the slope of the loss from end to end is from its derivative at `weights`.

    The ends have rounded weights, the derivative has not. The loss is a polynomial in either
    weight, so Taylor's formula comes to an end and nothing is left out.
    """
    start = list(map(float, ends[0]))
    start[i] = weights[i]
    wx, wRec = start
    A, B, N = SURFACE.A, SURFACE.B, SURFACE.n_samples
    if i == 0:
        taylor = [np.polyval(A, wRec) / N]
    else:
        B = np.concatenate([np.zeros(len(A) - len(B)), B])
        # Only the constant is missing.
        taylor = _around(wRec, (wx * wx * A - 2 * wx * B) / N)[-3::-1]
    above, below = (float(end[i]) - weights[i] for end in ends)
    # The slope of the j-th power is the sum of all products of j - 1 of the two distances.
    total, slope, power = SURFACE.gradient(wx, wRec)[i] - truth[i], 1.0, 1.0
    for coefficient in taylor:
        power *= below
        slope = slope * above + power
        total += coefficient * slope
    return total


def _around(w, coefficients):
    """The coefficients of a polynomial in powers of the distance from `w`, highest first."""
    moved = [float(coefficient) for coefficient in coefficients]
    for end in range(len(moved), 1, -1):
        for k in range(1, end):
            moved[k] += moved[k - 1] * w
    return moved


def _rounding(i, ends, losses, precision):
    r"""The size of the rounding error of a slope.

    The rounding of what follows the outputs changes a loss by :math:`u\, \xi`. The rounding of the
    outputs themselves, :math:`u\, |y|`, moves their distance from the targets, of which the loss is
    the mean square.
    """
    u = np.finfo(precision).eps / 2
    total = 0.0
    for (wx, wRec), error in zip(ends, map(float, losses)):
        wx, wRec = float(wx), float(wRec)
        outputs = wx * wx * np.polyval(SURFACE.A, wRec) / SURFACE.n_samples
        total += error + 2 * np.sqrt(error * outputs) + u * outputs
    return u * total / (float(ends[0][i]) - float(ends[1][i]))


def _relative_errors(truth, numerical):
    """Compare as a gradient check does: relative to the larger value, 0 where both are 0."""
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


def draw_gradient_check(steps, errors, bands, sources, eps, ratios):
    """Draw the errors of a measured gradient, and the ratio of a backward pass to the truth.

    Parameters
    ----------
    steps : sequence of float, shape (n,)
        The steps of the finite differences.
    errors : pair of sequences of float, shape (2, n)
        The relative errors of the gradients with respect to `wx` and `wRec`.
    bands : pair of sequences of float, shape (2, n)
        The relative errors to expect.
    sources : sequence of str
        Where those come from: what to write on the left of the band and, if there is a second
        one, on the right.
    eps : float
        The step to mark.
    ratios : pair of float or None
        For each weight, the backward pass's gradient divided by the true one; None where both
        are 0.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    zero = 1e-17  # where an error of exactly 0 is drawn on a logarithmic scale
    lowest = 4e-18
    edge = 100
    with plt.style.context(STYLE):
        fig, (ax, below) = plt.subplots(
            2, figsize=(5, 4.6), height_ratios=[4, 1]
        )
        ax.axvline(eps, color=PALETTE["ink"], linewidth=1)
        below.axvline(1, color=PALETTE["ink"], linewidth=1)
        for row, (name, mark) in enumerate((("wx", "s"), ("wRec", "o"))):
            style = {"color": PALETTE[name.lower()], "marker": mark}
            drawn = np.maximum(errors[row], zero)
            top = np.maximum(bands[row], lowest)
            ax.fill_between(
                steps,
                lowest,
                top,
                color=style["color"],
                alpha=0.16,
                linewidth=0,
            )
            ax.loglog(steps, drawn, **style, markevery=3, linewidth=1)
            if ratios[row] is None:
                ratio, text = 1, "0 ÷ 0"
            else:
                ratio = np.clip(ratios[row], -edge, edge)
                text = f"{ratios[row]:.3g}".replace("-", "−")
                text = text.replace("inf", "∞")
                below.plot([1, ratio], [-row] * 2, **style, markevery=[1])
            below.annotate(
                text,
                (ratio, -row),
                (9, 0),
                textcoords="offset points",
                va="center",
                color=style["color"],
            )
        for side, source in enumerate(sources):
            ax.text(
                0.05 + 0.9 * side,
                0.02,
                source,
                transform=ax.transAxes,
                ha=("left", "right")[side],
                color=PALETTE["ink"],
            )
        _name_ends(ax, steps[-1], np.maximum(errors, zero)[:, -1])
        ax.set(xlabel="step eps", ylabel="relative error", ylim=(lowest, 6))
        ax.set_yticks(
            [zero, 1e-15, 1e-10, 1e-5, 1],
            ["0", *(f"$10^{{{k}}}$" for k in (-15, -10, -5)), "1"],
        )
        ax.set_xticks([1e-12, 1e-9, 1e-6, 1e-3, 1])
        ax.minorticks_off()
        below.set_xscale("asinh", linear_width=0.02)
        below.set(xlim=(-edge, edge), ylim=(-1.6, 0.6))
        below.set(xlabel="backward pass ÷ true gradient")
        below.set_xticks([-100, -10, -1, 0, 1, 10, 100])
        below.set_xticklabels(["−100", "−10", "−1", "0", "1", "10", "100"])
        below.set_yticks([0, -1], ["wx", "wRec"])
        below.minorticks_off()
    return fig


def _name_ends(ax, end, errors):
    """Label the curves with their weights at the ends, without overlap."""
    wx, wRec = np.log10(errors)
    middle, half = (wx + wRec) / 2, max(abs(wx - wRec) / 2, 0.75)
    sign = 1 if wx > wRec else -1
    for name, shift in (("wx", sign * half), ("wRec", -sign * half)):
        ax.annotate(
            name,
            (end, 10 ** (middle + shift)),
            (9, 0),
            textcoords="offset points",
            va="center",
            color=PALETTE[name.lower()],
            annotation_clip=False,
        )
