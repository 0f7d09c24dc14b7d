"""The network unrolled in time, and how much of each input remains at the end."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import Whole, weight
from rnn_by_hand.explorables.words import SUPERSCRIPTS, number
from rnn_by_hand.figures import LABEL, STYLE
from rnn_by_hand.model import forward_states

__all__ = ["Unrolled", "draw_unrolled_weights"]


class Unrolled(Explorable):
    r"""The network unrolled in time, and how much of each input remains at the end.

    Shows the weight :math:`w_x w_{Rec}^{n-k}` that each input :math:`x_k` has in the output
    :math:`y = S_n`, on a logarithmic scale, and the path of one input to the output.

    Parameters
    ----------
    wx, wRec : float
        The initial input weight and recurrent weight, from -3 to 3.
    n : int
        The length of the sequence, from 2 to 60.
    k : int
        The input whose path is shown, from 1 to 60; a value beyond the last input means the
        last one.

    Attributes
    ----------
    wx, wRec : float
        The current weights. Setting one moves its slider.
    n, k : int
        The current length and chosen input.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not a number in its range.

    Examples
    --------
    >>> explorable = Unrolled(wx=1, wRec=0.5, n=4, k=2)
    >>> explorable.readout["weights"]
    [0.125, 0.25, 0.5, 1.0]
    >>> explorable.readout["weight"]
    0.25
    """

    wx = weight()
    wRec = weight()
    n = Whole(2, 60, 10)
    k = Whole(1, 60, 1)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``wx``, ``wRec`` and ``n``; the input shown, ``k``, at most `n`; the ``weights`` of
            all inputs, length `n`, starting with the first input; the ``weight`` of the input
            shown and its ``share`` of the sum of all absolute weights, None where that sum is
            0. Plain Python numbers and lists.
        """
        k = min(self.k, self.n)
        # The states after a single 1 at the first step: S_1 is the weight of the last input,
        # S_n that of the first.
        single_one = np.eye(1, self.n)
        S = forward_states(single_one, self.wx, self.wRec)[0]
        weights = S[:0:-1]
        # Added up one by one, as on the page, so that the rounding is the same.
        all_sizes = np.abs(weights).cumsum()[-1]
        share = abs(weights[k - 1]) / all_sizes if all_sizes else None
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "n": self.n,
            "k": k,
            "weights": weights.tolist(),
            "weight": float(weights[k - 1]),
            "share": share if share is None else float(share),
        }

    def figure(self):
        shown = self.readout
        n, k, weights = shown["n"], shown["k"], shown["weights"]
        first, last, weight = map(
            number, (weights[0], weights[-1], shown["weight"])
        )
        power = str(n - k).translate(SUPERSCRIPTS)
        return (
            draw_unrolled_weights(weights, k),
            f"The network unrolled over {n} inputs, and the weight of each in the output, "
            f"from {first} for the first to {last} for the last.",
            f"With wx = {number(self.wx)} and wRec = {number(self.wRec)} the weight of "
            f"input {k} of {n} in the output is wx · wRec{power} = {weight}.",
        )


def draw_unrolled_weights(weights, k):
    """Draw the weight of each input in the output over the unrolled network.

    The scale is logarithmic on both sides of zero. The path of one input to the output is
    highlighted.

    Parameters
    ----------
    weights : array_like, shape (n_steps,)
        The weights, starting with the first input.
    k : int
        The input whose path is drawn, counting from 1.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    weights = np.asarray(weights, dtype=float)
    steps = np.arange(1, len(weights) + 1)
    with plt.style.context(STYLE):
        fig, (ax, graph) = plt.subplots(
            2,
            figsize=(5, 4),
            sharex=True,
            height_ratios=[5, 2],
            gridspec_kw={"hspace": 0},
        )
        _log_axis(ax, weights)
        for shown, alpha in ((steps, 0.4), (steps[k - 1 : k], 1)):
            ax.vlines(
                shown,
                0,
                weights[shown - 1],
                PALETTE["ink"],
                linewidth=min(130 / len(steps), 14),
                alpha=alpha,
            )
        ax.set(xlim=(-0.6, len(steps) * 1.06), ylabel="weight of $x_k$ in $y$")
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(bottom=False)
        _draw_way(graph, len(steps), k)
    return fig


def _log_axis(ax, weights):
    """Show powers of ten above zero, below zero, or both, as the weights require."""
    exponents = np.log10(np.abs(weights[weights != 0]))
    # Smaller weights are drawn as the smallest number that an axis can show.
    exponents = np.clip(exponents, -300, None)
    low, high = min([-2, *exponents]), max([2, *exponents])
    signs = [
        sign
        for sign in (1, -1)
        if (sign * weights > 0).any() or (sign == 1 and not weights.any())
    ]
    locator = MaxNLocator(6 // len(signs), integer=True, steps=[1, 2, 5, 10])
    powers = locator.tick_values(low, high).astype(int)
    below = 0.6 * (powers[1] - powers[0])
    ax.set_yscale("symlog", linthresh=10.0 ** powers[0], linscale=below)
    ticks = {0.0: ""}  # no number: a scale of powers has no zero
    for sign in signs:
        for power in powers:
            minus = "-" if sign < 0 else ""
            ticks[sign * 10.0**power] = f"${minus}10^{{{power}}}$"
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set_yticks([], minor=True)
    ax.set_ylim(min(ticks), max(ticks))
    ax.grid(axis="y", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.axhline(0, color=PALETTE["target"], linewidth=0.8)


def _draw_way(ax, n_steps, k):
    """Draw the unrolled graph, with the path from input `k` to the output in heavy lines."""
    state, inputs = 1, 0
    steps = np.arange(n_steps + 1)
    size = np.clip(90 / n_steps, 2, 9)
    ax.vlines(steps[1:], inputs, state, PALETTE["wx"], linewidth=0.8)
    ax.hlines(state, 0, n_steps, PALETTE["wrec"], linewidth=0.8)
    ax.vlines(k, inputs, state, PALETTE["wx"], linewidth=3)
    ax.hlines(state, k, n_steps, PALETTE["wrec"], linewidth=3)
    for height, where, chosen, mark, name in (
        (state, steps, steps >= k, "o", "state"),
        (inputs, steps[1:], steps[1:] == k, "s", "x"),
    ):
        for shown, inside in (
            (where[~chosen], PALETTE["paper"]),
            (where[chosen], PALETTE[name]),
        ):
            ax.plot(
                shown,
                np.full(len(shown), height),
                mark,
                color=PALETTE[name],
                markerfacecolor=inside,
                markersize=size,
                clip_on=False,
            )
    late = k > 0.85 * n_steps
    ax.annotate(
        "$w_x$",
        (k, 0.45),
        xytext=(-5 if late else 5, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        va="center",
        color=PALETTE["wx"],
        fontsize=LABEL,
    )
    if k < n_steps:
        power = f"^{{{n_steps - k}}}" if n_steps - k > 1 else ""
        ax.annotate(
            rf"$w_{{\mathrm{{Rec}}}}{power}$",
            ((k + n_steps) / 2, state),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            color=PALETTE["wrec"],
            fontsize=LABEL,
        )
    ax.annotate(
        "$y$",
        (n_steps, state),
        xytext=(9, 0),
        textcoords="offset points",
        va="center",
        color=PALETTE["state"],
        fontsize=LABEL,
    )
    ax.set(
        ylim=(-0.45, 1.9),
        yticks=[inputs, state],
        yticklabels=["$x$", "$S$"],
        xlabel="time step k",
        xticks=_numbered(n_steps),
    )
    for label, name in zip(ax.get_yticklabels(), ("x", "state"), strict=True):
        label.set(color=PALETTE[name], fontsize=LABEL)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(bottom=False, left=False)


def _numbered(n_steps):
    """Choose the steps to number: the first, the last, and some in between."""
    every = 1 if n_steps <= 14 else 5 if n_steps <= 40 else 10
    between = range(every, n_steps - every // 2, every)
    return sorted({1, *between, n_steps})
