"""The states of one sequence."""

import numpy as np

from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import BITS, Bits, weight
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import draw_states
from rnn_by_hand.model import forward_states, loss

__all__ = ["States"]


class States(Explorable):
    r"""The states of one sequence of ten bits, to explore interactively.

    Shows :math:`S_0, \dots, S_{10}` of
    :math:`S_k = S_{k-1} w_{Rec} + x_k w_x`, the true count beside them, and the distance of the
    output :math:`y = S_{10}` from the target.

    Parameters
    ----------
    wx, wRec : float
        The initial input weight and recurrent weight, from -3 to 3.
    x : str or sequence of int, length 10
        The initial input sequence, zeros and ones.

    Attributes
    ----------
    wx, wRec : float
        The current weights. Setting one moves its slider.
    x : tuple of int, length 10
        The current input sequence.

    Raises
    ------
    traitlets.TraitError
        If a weight is not a number from -3 to 3, or `x` does not hold ten zeros and ones.

    Examples
    --------
    >>> explorable = States(wx=1, wRec=0.5, x="1000000001")
    >>> explorable.readout["y"]
    1.001953125
    """

    wx = weight()
    wRec = weight()
    x = Bits(BITS)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``wx`` and ``wRec``; the inputs ``x``, length 10; the states ``S`` and the true
            count so far ``count``, length 11; the target ``t``, the output ``y`` and the
            squared error ``loss``. Plain Python numbers and lists.
        """
        X = np.array([self.x], dtype=float)
        S = forward_states(X, self.wx, self.wRec)
        count = [0, *np.cumsum(self.x).tolist()]
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "x": list(self.x),
            "S": S[0].tolist(),
            "t": count[-1],
            "y": float(S[0, -1]),
            "loss": float(loss(S[:, -1], count[-1:])),
            "count": count,
        }

    def figure(self):
        shown = self.readout
        states = ", ".join(map(number, shown["S"]))
        inputs = ", ".join(map(str, shown["x"]))
        return (
            draw_states(self.x, self.wx, self.wRec),
            f"The states over the inputs {inputs}, beside the true count.",
            f"With wx = {number(shown['wx'])} and wRec = {number(shown['wRec'])} "
            f"the states are {states}; the output is {number(shown['y'])}, "
            f"the true count {shown['t']}, the squared error {number(shown['loss'])}.",
        )
