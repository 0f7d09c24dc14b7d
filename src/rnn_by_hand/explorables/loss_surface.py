"""The loss as a function of both weights."""

import math

from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.dataset import SURFACE
from rnn_by_hand.explorables.parameters import LIMIT, Whole, weight
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import draw_loss_surface

__all__ = ["LossSurface", "limits_around"]

_DEEPEST = 6


class LossSurface(Explorable):
    r"""The loss of the book's data set over both weights, to explore interactively.

    Shows :math:`\log_{10} \xi(w_x, w_{Rec})` as a map with a point on it, the cuts through that
    point along both weights, the downhill direction there, and the floor of the ravine.

    Parameters
    ----------
    wx, wRec : float
        The initial point, each weight from -3 to 3.
    zoom : int
        How many times the width of the map is halved, from 0, the whole map, to 6.

    Attributes
    ----------
    wx, wRec : float
        The current point. Setting a weight moves its slider.
    zoom : int
        The current zoom.

    Raises
    ------
    traitlets.TraitError
        If a weight is not a number from -3 to 3, or `zoom` is not a whole number from 0 to 6.

    Examples
    --------
    >>> explorable = LossSurface(wx=1, wRec=1)
    >>> explorable.readout["loss"]
    0.0
    """

    wx = weight(1.2)
    wRec = weight(0.7)
    zoom = Whole(0, _DEEPEST, 0)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``wx``, ``wRec`` and ``zoom``; the ``loss``, its derivatives ``wx_grad`` and
            ``wRec_grad`` and the length of the gradient, ``grad_size``; the best input weight
            for this recurrent weight, ``floor``, and its ``floor_loss``; and the ``view``, the
            limits of wRec followed by those of wx. Plain Python numbers.
        """
        surface = SURFACE
        wx_grad, wRec_grad = map(float, surface.gradient(self.wx, self.wRec))
        floor = float(surface.floor(self.wRec))
        return {
            "wx": self.wx,
            "wRec": self.wRec,
            "zoom": self.zoom,
            "loss": float(surface.loss(self.wx, self.wRec)),
            "wx_grad": wx_grad,
            "wRec_grad": wRec_grad,
            "grad_size": math.sqrt(wx_grad * wx_grad + wRec_grad * wRec_grad),
            "floor": floor,
            "floor_loss": float(surface.loss(floor, self.wRec)),
            "view": [
                *limits_around(self.wRec, self.zoom),
                *limits_around(self.wx, self.zoom),
            ],
        }

    def figure(self):
        shown = self.readout
        numbers = {
            name: number(value)
            for name, value in shown.items()
            if name != "view"
        }
        left, right, low, high = map(number, shown["view"])
        return (
            draw_loss_surface(SURFACE, self.wx, self.wRec, shown["view"]),
            f"A map of the loss, wRec from {left} to {right} across and wx from {low} to {high} "
            "upwards, with the point and the floor of the ravine.",
            "At wx = {wx} and wRec = {wRec} the loss is {loss}, its gradient {wx_grad} for wx and "
            "{wRec_grad} for wRec; the ravine floor is at wx = {floor}, "
            "with loss {floor_loss}.".format(**numbers),
        )


def limits_around(weight, zoom):
    """Find the limits of a map around a weight, which move in steps of half the map's width."""
    half = LIMIT / 2**zoom
    middle = half * math.floor(weight / half + 0.5)
    middle = min(max(middle, half - LIMIT), LIMIT - half)
    return middle - half, middle + half
