"""Backpropagation through time, position by position."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import (
    BITS,
    Bits,
    Real,
    Whole,
    weight,
)
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import LABEL, STYLE
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    output_gradient,
)

__all__ = ["Bptt", "draw_bptt"]

_TURN = len(BITS)


class Bptt(Explorable):
    r"""Backpropagation through time on one sequence of ten bits, position by position.

    Shows the states :math:`S_k` of the forward pass, the gradients :math:`\delta_k` of the
    backward pass, and what each time step contributes to the gradients with respect to both
    weights, :math:`\delta_k x_k` and :math:`\delta_k S_{k-1}`.

    Parameters
    ----------
    wx, wRec : float
        The initial input weight and recurrent weight, from -3 to 3.
    x : str or sequence of int, length 10
        The initial input sequence, zeros and ones.
    step : int
        The initial position. At 0 to 10 the states up to that one are known; at 10 + j the last
        j gradients have been computed. At 20 everything is shown.
    shift : float
        How much the target exceeds the number of ones, from -10 to 10.

    Attributes
    ----------
    wx, wRec : float
        The current weights. Setting one moves its slider.
    x : tuple of int, length 10
        The current input sequence.
    step : int
        The current position.
    shift : float
        What the current target has in addition to the number of ones.

    Raises
    ------
    traitlets.TraitError
        If a number is out of its range, or `x` does not hold ten zeros and ones.

    Examples
    --------
    >>> explorable = Bptt(wx=1, wRec=0.5, x="1000000000", step=11)
    >>> explorable.readout["y"], explorable.readout["delta"][10]
    (0.001953125, -1.99609375)
    """

    wx = weight()
    wRec = weight()
    x = Bits(BITS)
    step = Whole(0, 2 * _TURN, _TURN)
    shift = Real(-10, 10, 0.0)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``wx``, ``wRec``, ``step`` and ``shift``; the inputs ``x``, length 10; the states ``S`` and the
            gradients at the states ``delta``, length 11; the contributions of each step to the
            gradients, ``wx_terms`` and ``wRec_terms``, length 10; the gradients ``wx_grad`` and
            ``wRec_grad``, and the sums of the contributions so far, ``wx_sum`` and
            ``wRec_sum``; the output ``y``, the target ``t`` and the ``loss``. Plain Python
            numbers and lists.
        """
        X = np.array([self.x], dtype=float)
        t = X.sum(axis=1) + self.shift
        S = forward_states(X, self.wx, self.wRec)
        y = S[:, -1]
        gradients, delta = backward_gradient(
            X, S, output_gradient(y, t), self.wRec
        )
        wx_terms = delta[0, 1:] * X[0]
        wRec_terms = delta[0, 1:] * S[0, :-1]
        arrived = max(self.step - _TURN, 0)
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "x": list(self.x),
            "step": self.step,
            "shift": self.shift,
            "S": S[0].tolist(),
            "delta": delta[0].tolist(),
            "wx_terms": wx_terms.tolist(),
            "wRec_terms": wRec_terms.tolist(),
            "wx_grad": float(gradients[0]),
            "wRec_grad": float(gradients[1]),
            "wx_sum": _sum_back(wx_terms, arrived),
            "wRec_sum": _sum_back(wRec_terms, arrived),
            "y": float(y[0]),
            "t": float(t[0]),
            "loss": float(loss(y, t)),
        }

    def figure(self):
        shown = self.readout
        inputs = ", ".join(map(str, shown["x"]))
        last, first, wx_grad, wRec_grad = map(
            number,
            (
                shown["delta"][-1],
                shown["delta"][1],
                shown["wx_grad"],
                shown["wRec_grad"],
            ),
        )
        return (
            draw_bptt(shown["x"], shown["S"], shown["delta"], shown["t"]),
            f"Over the inputs {inputs}: the states, the gradients at the states, and the sums "
            "of what each step adds to the gradients of both weights, from the last step to "
            "the first.",
            f"With wx = {number(self.wx)} and wRec = {number(self.wRec)} the output is "
            f"{number(shown['y'])}, the target {number(shown['t'])}, the loss "
            f"{number(shown['loss'])}; the gradient is {last} at the last state and {first} at "
            f"the first, and adds up to {wx_grad} for wx and {wRec_grad} for wRec.",
        )


def _sum_back(terms, count):
    """Add up the last `count` terms, starting from the end."""
    return float(np.cumsum([0, *terms[::-1]])[count])


def draw_bptt(x, S, delta, t):
    """Draw the states and gradients of one sequence, and what each weight receives.

    Parameters
    ----------
    x : array_like, shape (n_steps,)
        The input sequence, zeros and ones.
    S : array_like, shape (n_steps + 1,)
        The states.
    delta : array_like, shape (n_steps + 1,)
        The gradient at each state.
    t : float
        The target.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x, S, delta = (np.asarray(values, dtype=float) for values in (x, S, delta))
    steps = np.arange(len(S))
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(4, figsize=(5, 5.6), sharex=True)
        forward, back, *sums = axes
        forward.axhline(
            t, color=PALETTE["target"], linestyle="--", linewidth=1.5
        )
        forward.text(
            steps[-1] + 0.6,
            t,
            "$t$",
            color=PALETTE["target"],
            va="bottom",
            fontsize=LABEL,
        )
        forward.plot(steps, S, color=PALETTE["wrec"], linewidth=1.5)
        forward.plot(steps, S, "o", color=PALETTE["state"], clip_on=False)
        back.plot(steps[1:], delta[1:], color=PALETTE["gradient"])
        back.plot(
            steps[1:],
            delta[1:],
            "<",
            color=PALETTE["gradient"],
            clip_on=False,
        )
        _draw_sum(sums[0], delta[1:] * x, PALETTE["wx"])
        _draw_sum(sums[1], delta[1:] * S[:-1], PALETTE["wrec"])
        for ax, label, name in zip(
            axes,
            ("$S_k$", r"$\delta_k$", "sum for\n$w_x$", "sum for\n$w_{Rec}$"),
            ("state", "gradient", "wx", "wrec"),
            strict=True,
        ):
            ax.axhline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
            if np.ptp(ax.dataLim.intervaly) < 1e-12:
                ax.set_ylim(-1, 1)
            ax.set_ylabel(label, color=PALETTE[name])
            ax.locator_params(axis="y", nbins=3)
            ax.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)
            ax.spines["bottom"].set_visible(False)
            ax.tick_params(bottom=False)
        labels = [f"{k}\n{bit:g}" for k, bit in zip(steps[1:], x, strict=True)]
        axes[-1].set(xticks=steps, xticklabels=["$k$\n$x_k$", *labels])
        fig.align_ylabels()
    return fig


def _draw_sum(ax, terms, colour):
    """Draw the terms from the last to the first, each as a bar on top of the sum so far."""
    steps = np.arange(1, len(terms) + 1)
    sums = np.cumsum(terms[::-1])[::-1]
    before = np.append(sums[1:], 0)
    ax.bar(steps, terms, width=0.5, bottom=before, color=colour)
    ax.step(
        [0.5, *steps, steps[-1] + 0.5],
        [*sums, 0, 0],
        where="post",
        color=colour,
        linestyle=":",
        linewidth=1,
    )
    # Otherwise the first bar would touch the edge.
    ax.use_sticky_edges = False
