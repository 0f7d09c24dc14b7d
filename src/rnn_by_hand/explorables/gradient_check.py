"""A gradient check, and how it can be fooled."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES, bptt, with_bug
from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.dataset import DATA, SURFACE
from rnn_by_hand.explorables.parameters import Choice, Real, weight
from rnn_by_hand.explorables.words import number, quotient, rough
from rnn_by_hand.figures import STYLE
from rnn_by_hand.gradient_check import compare
from rnn_by_hand.model import forward_states, loss

__all__ = ["STEPS", "GradientCheck", "draw_gradient_check"]

#: The available steps, parsed from decimals so that each is the same number in JavaScript.
STEPS = [
    float(f"{digit}e{power}") for power in range(-14, 0) for digit in (1, 2, 5)
] + [1.0]


class GradientCheck(Explorable):
    r"""A gradient check, to test and to fool interactively.

    Shows how far a measured gradient is from the true one, for steps from :math:`10^{-14}` to
    1, and what a measured gradient reveals about a backward pass with one of ten bugs in it.
    The data are those of ``make_dataset()``.

    Parameters
    ----------
    wx, wRec : float
        The weights at which to measure, from -3 to 3.
    eps : float
        The step, from 1e-14 to 1.
    difference : {"central", "forward"}
        Whether to step to both sides or to one side.
    precision : {"float64", "float32"}
        The precision in which the loss is computed. The true gradient always uses the weights
        in double precision, so the rounding of the weights is part of the error.
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
            ``error``, the ``errors`` for all steps in the figure, and the ``ratio`` of the
            backward pass's gradient to the true one, which is None where both are 0; whether
            the backward pass has ``passed`` a check against the measured gradient, by the rule
            of `check_gradients`. Plain Python numbers and lists.
        """
        truth = SURFACE.gradient(self.wx, self.wRec)
        numerical = self._measure(self.eps)
        backprop = self._backprop(self.wx, self.wRec)
        errors = [_relative_errors(truth, self._measure(e)) for e in STEPS]
        pairs = {
            "grad": map(float, truth),
            "numerical": map(float, numerical),
            "error": _relative_errors(truth, numerical),
            "errors": map(list, zip(*errors)),
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
        ratios = shown["wx_ratio"], shown["wRec_ratio"]
        if self.bug == "none":
            verdict = "passes" if shown["passed"] else "fails wrongly"
        else:
            verdict = "is fooled" if shown["passed"] else "fails"
        return (
            draw_gradient_check(STEPS, errors, self.eps, ratios),
            "Above, the relative error of the measured gradient against the step, both on "
            "logarithmic scales, one curve for each weight. Below, the backward pass divided by "
            "the true gradient, one mark for each weight.",
            f"At wx = {number(self.wx)} and wRec = {number(self.wRec)}, "
            f"{self.difference} differences in {self.precision} with eps = {number(self.eps)} "
            f"have a relative error of {rough(shown['wx_error'])} in wx and "
            f"{rough(shown['wRec_error'])} in wRec. Bug: {self.bug}. "
            "The backward pass divided by the true gradient is "
            f"{quotient(ratios[0])} for wx and {quotient(ratios[1])} for wRec, and the check "
            f"{verdict}.",
        )

    def _measure(self, eps):
        """Measure both slopes, even with a step so small that `numerical_gradient` refuses it."""
        loss_at = _loss_on(*(a.astype(self.precision) for a in DATA))
        wx, wRec = np.array([self.wx, self.wRec], self.precision)
        above = loss_at(wx + eps, wRec), loss_at(wx, wRec + eps)
        if self.difference == "central":
            below = loss_at(wx - eps, wRec), loss_at(wx, wRec - eps)
            width = 2 * eps
        else:
            below = 2 * (loss_at(wx, wRec),)
            width = eps
        return tuple((a - b) / width for a, b in zip(above, below))

    def _backprop(self, wx, wRec):
        gradient = bptt if self.bug == "none" else with_bug(self.bug)
        return gradient(*DATA, wx, wRec)


def _loss_on(X, t):
    """Return the loss as a function of the weights alone."""
    return lambda wx, wRec: loss(forward_states(X, wx, wRec)[:, -1], t)


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


def draw_gradient_check(steps, errors, eps, ratios):
    """Draw the errors of a measured gradient, and the ratio of a backward pass to the truth.

    Parameters
    ----------
    steps : sequence of float, shape (n,)
        The steps of the finite differences.
    errors : pair of sequences of float, shape (2, n)
        The relative errors of the gradients with respect to `wx` and `wRec`.
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
        _name_ends(ax, steps[-1], np.maximum(errors, zero)[:, -1])
        ax.set(xlabel="step eps", ylabel="relative error", ylim=(4e-18, 6))
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
