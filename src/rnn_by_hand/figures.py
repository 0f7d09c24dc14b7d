"""The figures of the network itself. Plots of numbers stand in the chapters that make them."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from rnn_by_hand.display import PALETTE
from rnn_by_hand.model import forward_states

__all__ = ["draw_folded", "draw_states", "draw_unrolled"]

_STYLE = "rnn_by_hand.book"
_RADIUS = 0.3
_LABEL = 14  # mathematics is set smaller than words of the same size


def draw_states(x, wx, wRec):
    """Draw the states of one sequence over its inputs, with the true count beside them.

    Parameters
    ----------
    x : array_like, shape (n_steps,)
        The input sequence, zeros and ones.
    wx, wRec : float
        The weights.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x = np.asarray(x, dtype=float)
    S = forward_states(x[np.newaxis, :], wx, wRec)[0]
    steps = np.arange(len(S))
    count = np.concatenate([[0], np.cumsum(x)])
    with plt.style.context(_STYLE):
        fig, (ax, strip) = plt.subplots(
            2,
            figsize=(5, 3.4),
            sharex=True,
            height_ratios=[6, 1],
            gridspec_kw={"hspace": 0},
        )
        ax.axhline(0, color=PALETTE["faint"], linewidth=1)
        ax.step(
            steps,
            count,
            where="mid",
            color=PALETTE["target"],
            linestyle="--",
            linewidth=1.5,
        )
        ax.plot(steps, S, color=PALETTE["wrec"], linewidth=1.5)
        ax.plot(
            steps, S, "o", color=PALETTE["state"], markersize=9, clip_on=False
        )
        _label_ends(ax, len(x), S[-1], count[-1])
        ax.set(ylabel="state", xlim=(-0.6, len(x) + 2.2))
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(bottom=False)
        for k, xk in enumerate(x, start=1):
            _square(strip, k, 0, filled=xk, half=0.32)
        strip.set(
            ylim=(-0.5, 0.5),
            yticks=[],
            xlabel="time step k",
            xticks=steps,
            aspect="equal",
        )
        strip.set_ylabel("x", rotation=0, va="center", color=PALETTE["x"])
        strip.spines[["left", "bottom"]].set_visible(False)
        strip.tick_params(bottom=False)
    return fig


def draw_folded(general=False):
    """Draw the network as a loop: one unit that feeds its state back to itself.

    Parameters
    ----------
    general : bool
        Whether the letters stand for arrays and a function is applied to the sum; otherwise
        everything is one number and the last state is the output.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x, w = ("X", "W") if general else ("x", "w")
    with plt.style.context(_STYLE):
        fig, ax = _canvas(width=5, xlim=(-1.3, 3.3), ylim=(-0.42, 1.12))
        _square(ax, 0, 0, text=f"${x}_k$")
        _disc(ax, 1.1, 0, text="$S_k$")
        _arrow(ax, (0, 0), (1.1, 0), PALETTE["wx"], f"${w}_x$")
        loop = FancyArrowPatch(
            (0.88, 0.24),
            (1.32, 0.24),
            connectionstyle="arc3,rad=-1.9",
            arrowstyle="-|>",
            mutation_scale=13,
            linewidth=1.8,
            color=PALETTE["wrec"],
            shrinkA=0,
            shrinkB=0,
        )
        ax.add_patch(loop)
        ax.text(
            1.1,
            0.82,
            rf"${w}_{{\mathrm{{Rec}}}}$",
            color=PALETTE["wrec"],
            ha="center",
            va="bottom",
            fontsize=_LABEL,
        )
        if general:
            ax.text(
                1.55,
                0,
                "$f$ of the sum",
                va="center",
                color=PALETTE["target"],
            )
        else:
            _arrow(ax, (1.1, 0), (2.2, 0), PALETTE["target"])
            ax.text(2.0, 0, "$y = S_n$", va="center", fontsize=_LABEL)
    return fig


def draw_unrolled(n_steps=3, x=None, S=None, t="$t$", delta=None):
    """Draw the network unrolled in time, one copy of the unit per time step.

    Parameters
    ----------
    n_steps : int
        How many time steps.
    x : sequence, shape (n_steps,), optional
        What to write into the inputs instead of their names.
    S : sequence, shape (n_steps + 1,), optional
        What to write into the states instead of their names.
    t : str
        What to write into the target.
    delta : sequence of str, shape (n_steps + 1,), optional
        What to write above the states, under the name of each gradient; may be empty. Its way
        back is drawn in arrows against the flow of time.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x = [f"$x_{k}$" for k in range(1, n_steps + 1)] if x is None else x
    S = [f"$S_{k}$" for k in range(n_steps + 1)] if S is None else S
    end = n_steps + 1
    top = 0.5 if delta is None else 1.2 + 0.3 * any(delta)
    with plt.style.context(_STYLE):
        fig, ax = _canvas(width=5, xlim=(-0.6, end + 0.4), ylim=(-1.75, top))
        for k in range(n_steps + 1):
            _disc(ax, k, 0, S[k])
            if k:
                _square(ax, k, -1.05, x[k - 1])
                _arrow(
                    ax,
                    (k, -1.05),
                    (k, 0),
                    PALETTE["wx"],
                    "$w_x$",
                    side=(0.17, 0.04),
                )
                _arrow(
                    ax,
                    (k - 1, 0),
                    (k, 0),
                    PALETTE["wrec"],
                    r"$w_{\mathrm{Rec}}$",
                    side=(0, -0.27),
                )
            ax.text(
                k,
                -1.6,
                f"${k}$",
                ha="center",
                color=PALETTE["target"],
                va="center",
            )
        _square(ax, end, 0, r"$\xi$", colour=PALETTE["ink"])
        _square(ax, end, -1.05, t, colour=PALETTE["target"], linestyle="--")
        _arrow(
            ax,
            (n_steps, 0),
            (end, 0),
            PALETTE["target"],
            "$y$",
            side=(0, -0.27),
        )
        _arrow(ax, (end, -1.05), (end, 0), PALETTE["target"])
        ax.text(
            end - 0.32, -1.6, "step $k$", va="center", color=PALETTE["target"]
        )
        if delta is not None:
            _draw_backward(ax, delta, end)
    return fig


def _draw_backward(ax, delta, end):
    """Arrows from the loss back to every state, each with its gradient above it."""
    for k, text in enumerate(delta):
        ax.text(
            k,
            0.86,
            rf"$\delta_{k}$" + (text and f"\n{text}"),
            ha="center",
            va="bottom",
            color=PALETTE["gradient"],
            linespacing=1.4,
            fontsize=_LABEL,
        )
        # What arrives at the last state is the gradient of the square.
        factor = (
            r"$\times w_{\mathrm{Rec}}$" if k + 1 < end else "$2\\,(y - t)$"
        )
        start, stop = (k + 0.82, 0.36), (k + 0.18, 0.36)
        arrow = FancyArrowPatch(
            start,
            stop,
            connectionstyle="arc3,rad=0.35",
            arrowstyle="-|>",
            mutation_scale=13,
            linewidth=1.8,
            color=PALETTE["gradient"],
            linestyle=(0, (4, 1.5)),
            shrinkA=0,
            shrinkB=0,
        )
        ax.add_patch(arrow)
        ax.text(
            k + 0.5,
            0.56,
            factor,
            ha="center",
            va="bottom",
            color=PALETTE["gradient"],
            fontsize=_LABEL,
        )


def _canvas(width, xlim, ylim):
    """Axes without axes: one unit is as long across as up."""
    height = width * (ylim[1] - ylim[0]) / (xlim[1] - xlim[0])
    fig = plt.figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return fig, ax


def _disc(ax, x, y, text):
    colour = PALETTE["state"]
    ax.add_patch(
        Circle(
            (x, y),
            _RADIUS,
            facecolor=PALETTE["paper"],
            edgecolor=colour,
            linewidth=2.2,
            zorder=3,
        )
    )
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        color=colour,
        zorder=4,
        fontsize=_LABEL,
    )


def _square(
    ax,
    x,
    y,
    text="",
    filled=False,
    half=0.26,
    colour=PALETTE["x"],
    linestyle="-",
):
    ax.add_patch(
        Rectangle(
            (x - half, y - half),
            2 * half,
            2 * half,
            facecolor=colour if filled else PALETTE["paper"],
            edgecolor=colour,
            linewidth=2.2,
            linestyle=linestyle,
            zorder=3,
        )
    )
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        color=colour,
        zorder=4,
        fontsize=_LABEL,
    )


def _arrow(ax, start, stop, colour, label="", side=(0, 0.2)):
    """An arrow from node to node, with a label beside its middle."""
    start, stop, side = np.array(start), np.array(stop), np.array(side)
    gap = 0.34 * (stop - start) / np.linalg.norm(stop - start)
    ax.add_patch(
        FancyArrowPatch(
            start + gap,
            stop - gap,
            arrowstyle="-|>",
            mutation_scale=13,
            linewidth=1.8,
            color=colour,
            shrinkA=0,
            shrinkB=0,
        )
    )
    ax.text(
        *((start + stop) / 2 + side),
        label,
        color=colour,
        ha="center",
        va="center",
        zorder=5,
        fontsize=_LABEL,
    )


def _label_ends(ax, n_steps, y, t):
    """Write output and target beside their marks, apart even where the marks are close."""
    low, high = ax.get_ylim()
    room = 0.11 * (high - low)
    shift = max(0, room - abs(y - t) / 2) if abs(y - t) < 2 * room else 0
    sign = 1 if y >= t else -1
    for value, text, name, direction in (
        (y, f"$y = {y:.3g}$", "state", sign),
        (t, f"$t = {t:.3g}$", "target", -sign),
    ):
        ax.text(
            n_steps + 0.6,
            value + direction * shift,
            text,
            color=PALETTE[name],
            va="center",
            fontsize=_LABEL,
        )
