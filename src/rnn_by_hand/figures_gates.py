"""The static figure of the gates of one unit."""

import numpy as np

from rnn_by_hand.display import PALETTE
from rnn_by_hand.extras import needs

with needs("figures"):
    import matplotlib.pyplot as plt

__all__ = ["draw_gates"]

#: What each gate is called, and the colour of what it stands for.
GATES = {
    "f": ("forget", "wrec"),
    "i": ("input", "wx"),
    "o": ("output", "ink"),
    "z": ("update", "wrec"),
    "r": ("reset", "ink"),
}


def draw_gates(symbols, gates, held, memory, gradient):
    """Draw the gates of one unit over a sequence, its memory, and the gradient on its way back.

    Parameters
    ----------
    symbols : str
        The symbols of the sequence.
    gates : dict
        The values of each gate, one for each symbol, by its letter.
    held : dict
        The value of each gate that is held, by its letter and its step.
    memory : array_like, shape (n_steps + 1,)
        The cell state or the state.
    gradient : array_like, shape (n_steps + 1,)
        The gradient of the output with respect to it.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    steps = np.arange(1, len(symbols) + 1)
    with plt.style.context("rnn_by_hand.book"):
        fig, axes = plt.subplots(
            len(gates) + 3,
            figsize=(5, 1.1 * len(gates) + 3.2),
            sharex=True,
            height_ratios=[0.7, *[1] * len(gates), 2.2, 1.4],
            # A layout that is solved for differs in its last digits from time to time.
            layout="none",
        )
        fig.subplots_adjust(0.27, 0.5 / fig.get_figheight(), 0.99, 1, 0, 0.15)
        strip, *rows, state, back = axes
        for k, symbol in zip(steps, symbols, strict=True):
            strip.text(
                k, 0, symbol, color=PALETTE["x"], ha="center", va="center"
            )
        strip.set(ylim=(-0.6, 0.6), yticks=[], xlim=(-0.6, len(symbols) + 0.6))
        strip.spines["left"].set_visible(False)
        for ax, (letter, values) in zip(rows, gates.items(), strict=True):
            _draw_gate(ax, letter, np.array(values), held)
        state.axhline(0, color=PALETTE["faint"], linewidth=1)
        state.plot([0, *steps], memory, "o", color=PALETTE["state"])
        state.set_ylabel("cell\nstate C" if "f" in gates else "state S")
        state.set_ylim(
            min(-0.15, 1.1 * min(memory)), max(1.15, 1.1 * max(memory))
        )
        state.set_yticks([0, 1])
        state.yaxis.label.set_color(PALETTE["state"])
        back.axhline(0, color=PALETTE["faint"], linewidth=1)
        for k in steps[:-1]:
            if gradient[k + 1] > 0.01:
                back.annotate(
                    "",
                    (k, gradient[k]),
                    (k + 1, gradient[k + 1]),
                    arrowprops={
                        "arrowstyle": "->",
                        "color": PALETTE["gradient"],
                        "linewidth": 1.8,
                        "shrinkA": 0,
                        "shrinkB": 0,
                    },
                )
        back.set(ylim=(-0.1, 1.1), yticks=[0, 1], xlabel="time step k")
        back.set_ylabel(
            "gradient\n" + (r"$\gamma$" if "f" in gates else r"$\delta$")
        )
        back.yaxis.label.set_color(PALETTE["gradient"])
        back.set_xticks(steps[::3])
        for ax in axes:
            ax.spines["bottom"].set_visible(False)
            ax.tick_params(bottom=False)
            ax.yaxis.label.set(rotation=0, ha="right", va="center")
            ax.yaxis.set_label_coords(-0.11, 0.5)
    return fig


def _draw_gate(ax, letter, values, held):
    """Draw a bar for each step, with a dot on those that are held."""
    name, colour = GATES[letter]
    fixed = np.array(
        [(letter, k) in held for k in range(1, len(values) + 1)], dtype=bool
    )
    steps = np.arange(1, len(values) + 1)
    for some, alpha in ((~fixed, 0.35), (fixed, 1)):
        ax.bar(
            steps[some],
            values[some],
            width=0.62,
            color=PALETTE[colour],
            alpha=alpha,
        )
    ax.plot(steps[fixed], values[fixed], "o", color=PALETTE[colour])
    ax.set(ylim=(-0.15, 1.15), yticks=[0, 1])
    ax.set_ylabel(f"{name}\n${letter}$", color=PALETTE[colour])
