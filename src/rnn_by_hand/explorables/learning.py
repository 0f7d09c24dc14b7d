"""Gradient descent on both weights, from wherever the reader puts them."""

from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.dataset import SURFACE
from rnn_by_hand.explorables.parameters import Choice, Real, weight
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import draw_descent
from rnn_by_hand.optimizers import OPTIMIZERS, descend

__all__ = ["Learning"]

_SHOWN_STEPS = 100


class Learning(Explorable):
    r"""Gradient descent on the loss of the book's data set, while it happens.

    Shows the loss over both weights as a map, with the current weights as a point. When the
    reader lets it learn, the weights move by gradient descent,
    :math:`w \leftarrow w - \text{rate} \cdot \partial\xi/\partial w`, and an explorable linked
    with this one learns with it.

    Parameters
    ----------
    wx, wRec : float
        The initial weights, from -3 to 3.
    rate : float
        The learning rate, from 0.0001 to 0.1.
    show : str
        What the map shows: the "loss", or the "fates", where each start ends at this rate.

    Attributes
    ----------
    wx, wRec, rate : float
        Their current values. Setting a weight moves the point.
    show : str
        What the map shows at present.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not a number in its range.

    Examples
    --------
    >>> explorable = Learning(wx=1, wRec=1)
    >>> explorable.readout["next"]
    [1.0, 1.0]
    """

    wx = weight(0.5)
    wRec = weight(0.6)
    rate = Real(1e-4, 1e-1, 1e-3)
    show = Choice("loss", "fates")

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``wx``, ``wRec``, ``rate`` and ``show``; the ``loss`` and its derivatives ``wx_grad`` and
            ``wRec_grad``; and ``next``, the pair (wx, wRec) after one step. Plain Python numbers.
        """
        path = self._path(1)
        wx_grad, wRec_grad = map(float, SURFACE.gradient(self.wx, self.wRec))
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "rate": self.rate,
            "show": self.show,
            "loss": float(SURFACE.loss(self.wx, self.wRec)),
            "wx_grad": wx_grad,
            "wRec_grad": wRec_grad,
            "next": path[-1].tolist(),
        }

    def _path(self, steps):
        descent = OPTIMIZERS["gradient descent"]
        return descend(descent, SURFACE, self.wx, self.wRec, self.rate, steps)

    def figure(self):
        path = self._path(_SHOWN_STEPS)
        before, after = (
            number(SURFACE.loss(*weights)) for weights in path[[0, -1]]
        )
        start, end = (
            f"({', '.join(map(number, weights))})" for weights in path[[0, -1]]
        )
        words = f"Gradient descent from (wx, wRec) = {start} to {end}"
        return (
            draw_descent(SURFACE, path),
            f"{words}, over a map of the loss.",
            f"{words}, {_SHOWN_STEPS} steps at the rate {number(self.rate)}: "
            f"the loss falls from {before} to {after}.",
        )
