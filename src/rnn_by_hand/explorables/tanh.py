"""One tanh unit: its curve, its states, and what is left of its gradient."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import Real, weight
from rnn_by_hand.explorables.words import number, rough
from rnn_by_hand.tanh_unit import (
    destination,
    orbit,
    resting_points,
    slope,
    what_is_left,
)

__all__ = ["Tanh", "draw_tanh"]

_STEPS = 30
_MOST = 2


class Tanh(Explorable):
    r"""One tanh unit with the same input at every step, to explore interactively.

    Shows where :math:`S_k = \tanh(S_{k-1} \cdot w_{Rec} + x)` goes in 30 steps, its resting
    points, and what is left of a gradient on its way back from the last state to the first.

    Parameters
    ----------
    wRec : float
        The recurrent weight, from -3 to 3.
    x : float
        The input at every step, from -2 to 2. Its weight is 1.
    S0 : float
        The first state, from -1 to 1.

    Attributes
    ----------
    wRec, x, S0 : float
        Their current values. Setting one moves its slider.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not a number in its range.

    Examples
    --------
    >>> explorable = Tanh(wRec=1.2, x=0, S0=0.1)
    >>> [round(point, 3) for point in explorable.readout["resting"]]
    [-0.659, 0.0, 0.659]
    """

    wRec = weight(1.2)
    x = Real(-_MOST, _MOST, 0.0)
    S0 = Real(-1, 1, 0.1)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            The parameters; the states ``S`` and the gradient ``delta`` at each of them, length
            31, which is 1 at the last; the ``resting`` points, one or three; where the state
            ``rests`` in the end, one state or the two between which it alternates; the
            ``factor`` by which one step back multiplies the gradient there, or two steps where
            it alternates; and what is ``left`` of the gradient at the first state. Plain Python
            numbers and lists.
        """
        wRec, x, S0 = self.wRec, self.x, self.S0
        S = orbit(wRec, x, S0, _STEPS)
        delta = what_is_left(wRec, S)
        rests = destination(wRec, x, S0)
        return {
            "wRec": wRec,
            "x": x,
            "S0": S0,
            "S": S.tolist(),
            "delta": delta.tolist(),
            "resting": resting_points(wRec, x),
            "rests": rests,
            "factor": float(np.prod([slope(wRec, end) for end in rests])),
            "left": float(delta[0]),
        }

    def figure(self):
        shown = self.readout
        points = ", ".join(map(number, shown["resting"]))
        ends = " and ".join(map(number, shown["rests"]))
        alternates = len(shown["rests"]) > 1
        goes = (
            f"alternates between {ends}" if alternates else f"goes to {ends}"
        )
        there = (
            "two steps back multiply"
            if alternates
            else "each step back multiplies"
        )
        many = (
            "resting points" if len(shown["resting"]) > 1 else "resting point"
        )
        return (
            draw_tanh(shown),
            "Four plots. The next state over the state before it: a curve, with the states as a "
            "staircase between it and the diagonal. The resting points over wRec. The states "
            "over time. What is left of the gradient, on a logarithmic scale.",
            f"With wRec = {number(self.wRec)}, input {number(self.x)} and first state "
            f"{number(self.S0)} the state {goes} ({many} {points}). There {there} δ by "
            f"{number(shown['factor'])}; after {_STEPS} steps {rough(shown['left'])} of it is left.",
        )


def draw_tanh(shown):
    """Draw the curve of a step, its resting points, the states, and the gradient.

    Parameters
    ----------
    shown : dict
        The readout of `Tanh`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    fig, ((web, ahead), (strip, back)) = plt.subplots(
        2, 2, figsize=(5, 5.2), height_ratios=[2, 1.2], width_ratios=[1, 1.1]
    )
    _draw_web(web, shown)
    _draw_strip(strip, shown)
    states, delta = np.array(shown["S"]), np.abs(shown["delta"])
    steps = np.arange(len(states))
    ahead.axhline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
    ahead.plot(steps, states, ".-", color=PALETTE["state"], linewidth=0.8)
    ahead.set(ylim=_STATES, yticks=[-1, 0, 1], xticks=[0, 15, 30])
    ahead.set_title("state $S_k$", color=PALETTE["state"])
    back.axhline(1, color=PALETTE["faint"], linewidth=1, zorder=0)
    # A logarithm has no place for the 0 that wRec = 0 leaves.
    some = delta > 0
    back.semilogy(
        steps[some],
        delta[some],
        "<-",
        color=PALETTE["gradient"],
        linewidth=0.8,
        markersize=4,
    )
    back.set(ylim=(1e-12, 1e4), yticks=[1e-12, 1e-6, 1], xticks=[0, 15, 30])
    back.set(xlim=ahead.get_xlim(), xlabel="step $k$")
    back.minorticks_off()
    back.set_title(r"size of $\delta_k$", color=PALETTE["gradient"])
    return fig


_STATES = (-1.15, 1.15)


def _draw_web(ax, shown):
    """Draw the curve with the diagonal, and the states as a staircase between them."""
    wRec, x = shown["wRec"], shown["x"]
    S = np.linspace(*_STATES, 201)
    ax.plot(_STATES, _STATES, color=PALETTE["target"], linewidth=0.8)
    ax.plot(S, np.tanh(S * wRec + x), color=PALETTE["state"])
    ax.plot(S, S * wRec, "--", color=PALETTE["wrec"], linewidth=1)
    corners = np.repeat(shown["S"], 2)
    ax.plot(
        corners[:-1],
        [_STATES[0], *corners[2:]],
        color=PALETTE["ink"],
        linewidth=0.8,
    )
    _draw_points(ax, shown, shown["resting"])
    ax.set(xlim=_STATES, ylim=_STATES, xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    ax.set_title("$S_k$ over $S_{k-1}$", color=PALETTE["state"])


def _draw_strip(ax, shown):
    """Draw the resting points over every wRec, and mark those of this one."""
    wRec, x = shown["wRec"], shown["x"]
    S = np.linspace(-0.999, 0.999, 400) ** 3
    at = (np.arctanh(S) - x) / S
    stable = slope(at, S) <= 1
    for part, style in ((stable, "-"), (~stable, ":")):
        for side in (S < 0, S > 0):
            ax.plot(
                np.where(part & side, S, np.nan),
                at,
                style,
                color=PALETTE["state"],
            )
    if x == 0:
        ax.plot([0, 0], [-1, 1], color=PALETTE["state"])
        ax.plot([0, 0], [1, 3], ":", color=PALETTE["state"])
    if wRec >= -1:
        ax.axhline(wRec, color=PALETTE["wrec"], linewidth=1, zorder=0)
        _draw_points(ax, shown, [wRec] * len(shown["resting"]))
    ax.set(xlim=_STATES, ylim=(-1, 3), xticks=[-1, 0, 1], yticks=[-1, 1, 3])
    ax.set_title("resting points")
    ax.set_xlabel("$S$", color=PALETTE["state"])
    ax.set_ylabel(r"$w_{\mathrm{Rec}}$", color=PALETTE["wrec"])


def _draw_points(ax, shown, heights):
    """Draw resting points, stable ones filled."""
    wRec, points = shown["wRec"], shown["resting"]
    for i, (point, height) in enumerate(zip(points, heights)):
        stable = i != 1 if len(points) > 1 else slope(wRec, point) >= -1
        ax.plot(
            point,
            height,
            "o",
            color=PALETTE["state"],
            markerfacecolor=PALETTE["state" if stable else "paper"],
            clip_on=False,
        )
