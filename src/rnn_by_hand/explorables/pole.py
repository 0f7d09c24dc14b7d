"""Poles in the plane: what a linear recurrence remembers, and for how long."""

import math

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import (
    FARTHEST,
    Poles,
    Real,
    poles_in,
)
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import LABEL, STYLE
from rnn_by_hand.model import forward_states

__all__ = ["Pole", "draw_poles"]

#: The age of the oldest state shown.
OLDEST = 100
#: How far one pixel is in the plane, and on the line of nu; the same on every screen.
PIXEL, PIXEL_ON_LINE = 0.01, 0.04


class Pole(Explorable):
    r"""Poles in the plane: what a linear recurrence remembers, and for how long.

    Shows the powers of a complex recurrent weight :math:`\lambda = r e^{i\theta}` inside the unit
    circle, and beside it what is left of a single 1 after :math:`k` steps,
    :math:`\mathrm{Re}\, \lambda^k`. Each pole has its mirror image, so that the output is real.
    The memory is the number of steps after which :math:`1/e`, about 37 %, of the size is left,
    :math:`-1 / \ln r = e^{-\nu}` with the :math:`\nu` of the linear recurrent unit,
    :math:`r = e^{-e^\nu}`; see Orvieto et al., "Resurrecting recurrent neural networks for long
    sequences", ICML 2023.

    Parameters
    ----------
    r : float
        The initial size of the pole that is held, from 0 to 1.05.
    angle : float
        Its angle in degrees, from 0 to 180.
    others : str
        Up to two more poles, such as ``"0.8@90;0.95@20"``, or ``"none"``.

    Attributes
    ----------
    r, angle : float
        The current size and angle of the pole that is held.
    others : str
        The other poles. To hold another pole on the page swaps it with the first.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not a number in its range, or `others` is not at most two poles.

    Examples
    --------
    >>> explorable = Pole(r=0.5, angle=180)
    >>> explorable.readout["response"][:4]
    [1.0, -0.5, 0.25, -0.125]
    >>> round(explorable.readout["memory"], 3)
    1.443
    """

    r = Real(0, FARTHEST, 0.95)
    angle = Real(0, 180, 24)
    others = Poles(2)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``r``, ``angle`` and ``others``; the ``response``, which is the mean of the real
            parts of the powers of all poles, and its ``envelope``, the mean of their sizes, both
            for the ages 0 to 100; ``nu`` and the ``memory`` in steps, None where the pole does
            not fade; ``pixel`` and ``line_pixel``, the steps of memory that one pixel inwards
            costs in the disc, and one pixel back on the line; and ``turn``, the steps of a full
            turn, None if the pole does not turn. Plain Python numbers and lists.
        """
        powers = self._powers()
        memory = _memory(self.r)
        fades = memory is not None
        return {
            "r": self.r,
            "angle": self.angle,
            "others": self.others,
            "response": powers.real.mean(axis=0).tolist(),
            "envelope": self._envelope().tolist(),
            "nu": math.log(-math.log(self.r)) if fades and self.r else None,
            "memory": memory,
            "pixel": memory - _memory(self.r - PIXEL) if fades else None,
            "line_pixel": memory * (1 - math.exp(-PIXEL_ON_LINE))
            if fades
            else None,
            "turn": 360 / self.angle if self.angle else None,
        }

    def _poles(self):
        """Return size and angle of every pole, shape (n_poles, 2), the one that is held first."""
        return np.array([(self.r, self.angle), *poles_in(self.others)])

    def _powers(self):
        sizes, degrees = self._poles().T
        angles = degrees * np.pi / 180
        return _impulse_response(
            sizes * np.cos(angles) + 1j * sizes * np.sin(angles)
        )

    def _envelope(self):
        sizes, _ = self._poles().T
        return _impulse_response(sizes).mean(axis=0)

    def figure(self):
        shown = self.readout
        sizes, _ = self._poles().T
        n_others = len(sizes) - 1
        of = ", the mean of all its poles" if n_others else ""
        memory = (
            f"the memory is {number(shown['memory'])} steps, until 37 % is left"
            if shown["memory"] is not None
            else "nothing fades"
        )
        return (
            draw_poles(self._poles(), self._powers(), self._envelope()),
            f"The unit circle with {n_others + 1} of the poles and their mirror images, and the "
            f"powers of the first; beside it what is left of a single 1 after 0 to {OLDEST} "
            f"steps{of}.",
            f"With a pole of size {number(self.r)} at {number(self.angle)} degrees {memory}; "
            f"after {OLDEST} steps the response is {number(shown['response'][-1])}.",
        )


def _impulse_response(poles):
    """Feed a single 1 to one network for each pole; shape (n_poles, OLDEST + 1)."""
    single_one = np.eye(1, OLDEST + 1)
    return forward_states(single_one, np.ones_like(poles), poles)[:, 0, 1:]


def _memory(r):
    """Count the steps until 1/e is left; None if nothing fades."""
    if r >= 1:
        return None
    return -1 / math.log(r) if r > 0 else 0.0


def draw_poles(poles, powers, envelope):
    """Draw poles and their mirror images in the plane, and beside them their response.

    Parameters
    ----------
    poles : ndarray, shape (n_poles, 2)
        The size of each, and its angle in degrees. The powers of the first are drawn.
    powers : ndarray, shape (n_poles, n_steps)
        The powers of each, from the power 0.
    envelope : ndarray, shape (n_steps,)
        The mean of the sizes of the powers.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    state, wrec = PALETTE["state"], PALETTE["wrec"]
    with plt.style.context(STYLE):
        fig, (plane, ax) = plt.subplots(
            1, 2, figsize=(5, 2.6), width_ratios=[1, 1.25]
        )
        circle = np.exp(1j * np.linspace(0, 2 * np.pi, 200))
        plane.plot(circle.real, circle.imag, color=PALETTE["ink"], linewidth=1)
        plane.axhline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
        plane.axvline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
        spiral = powers[0]
        plane.plot(
            spiral.real, spiral.imag, color=state, linewidth=0.6, alpha=0.45
        )
        plane.plot(spiral.real, spiral.imag, "o", color=state, markersize=2)
        for i, (size, degrees) in enumerate(poles):
            pole = size * np.exp(1j * np.radians(degrees))
            for image, inside in ((pole, wrec), (pole.conj(), "none")):
                plane.plot(
                    image.real,
                    image.imag,
                    "o" if i == 0 else "s",
                    color=wrec,
                    markerfacecolor=inside,
                    clip_on=False,
                )
        reach = 1.13
        plane.set(
            aspect="equal",
            xlim=(-reach, reach),
            ylim=(-reach, reach),
            xticks=[-1, 0, 1],
            yticks=[-1, 0, 1],
        )
        plane.set_yticklabels(["−i", "0", "i"])
        age = np.arange(len(envelope))
        for side in (1, -1):
            ax.plot(age, side * envelope, color=wrec, linewidth=1)
        response = powers.real.mean(axis=0)
        inside = np.abs(response) < 1.1
        ax.vlines(age[inside], 0, response[inside], color=state, linewidth=0.6)
        ax.plot(
            age[inside], response[inside], "o", color=state, markersize=2.5
        )
        # The scale stays: of what is beyond it only the direction is left.
        for mark, beyond in (("^", response >= 1.1), ("v", response <= -1.1)):
            edge = np.where(beyond, np.sign(response) * 1.08, np.nan)
            ax.plot(age, edge, mark, color=state, markersize=2)
        ax.axhline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
        ax.set(ylim=(-1.1, 1.1), yticks=[-1, 0, 1], xlabel="age k, in steps")
        if envelope[-1] > 1.1:
            ax.annotate(
                f"to {number(envelope[-1])} ↑",
                (1, 1.02),
                xycoords="axes fraction",
                ha="right",
                va="bottom",
                color=wrec,
                fontsize=LABEL - 3,
            )
    return fig
