"""The path of an optimiser, and the fate of every starting point."""

import functools

import numpy as np

from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.dataset import SURFACE
from rnn_by_hand.explorables.loss_surface import limits_around
from rnn_by_hand.explorables.parameters import (
    Choice,
    Real,
    Whole,
    weight,
)
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import draw_descent
from rnn_by_hand.optimizers import (
    BOUND,
    FATES,
    OPTIMIZERS,
    REACHED,
    decided,
    descend,
    fates,
)

__all__ = ["Descent"]

_MOST_STEPS = 500
_STARTS = 41
_DEEPEST = 8


class Descent(Explorable):
    r"""The path of an optimiser over the loss of the book's data set, to explore interactively.

    Shows where each of six optimisers goes from a starting point, on the map of the loss or on the
    map of fates: what becomes of every starting point after 500 steps. The element computes it for
    up to 401 × 401 of them, here it has 41 × 41.

    Parameters
    ----------
    wx, wRec : float
        The starting point, each weight from -3 to 3.
    rate : float
        The learning rate, from 0.00001 to 1; for Rprop the initial step, which is halved before
        it is first taken, for Gauss-Newton the first damping.
    optimizer : str
        A name in `rnn_by_hand.optimizers.OPTIMIZERS`.
    steps : int
        How many steps of the path are shown, from 1 to 500.
    show : str
        The background of the path, "loss" or "fates".
    zoom : int
        How many times the width of the map around the starting point is halved, from 0, the whole
        map, to 8.

    Attributes
    ----------
    wx, wRec, rate, optimizer, steps, show, zoom
        Their current values. Setting a number moves its slider.

    Raises
    ------
    traitlets.TraitError
        If a parameter is invalid.

    Examples
    --------
    >>> explorable = Descent(optimizer="Rprop")
    >>> explorable.readout["fate"]
    'near (1, 1)'
    """

    wx = weight(-1.5)
    wRec = weight(2.0)
    rate = Real(1e-5, 1, 1e-3)
    optimizer = Choice(*OPTIMIZERS)
    steps = Whole(1, _MOST_STEPS, _MOST_STEPS)
    show = Choice("loss", "fates")
    zoom = Whole(0, _DEEPEST, 0)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            The parameters; the ``path``, a pair (wx, wRec) for each step up to ``steps``, and
            its ``end``; the ``losses`` at both ends, infinite where they are too large for a
            float; the ``fate`` at the end and the step from which it holds, ``fate_at``. A path
            that blows up stops at its first point beyond the bound, so that its weights are
            finite. The ``view``, the limits of wRec followed by those of wx. Plain Python numbers,
            strings and lists.
        """
        surface = SURFACE
        optimizer = OPTIMIZERS[self.optimizer]
        path = descend(
            optimizer, surface, self.wx, self.wRec, self.rate, self.steps
        )
        with np.errstate(all="ignore"):
            losses = np.nan_to_num(
                surface.loss(*path.T), nan=np.inf, posinf=np.inf
            )
        fate = FATES[fates(surface, *path[-1])]
        since = {
            "near (1, 1)": losses < REACHED,
            "blown up": np.abs(path).max(axis=1) > BOUND,
        }.get(fate)
        return {
            **{name: getattr(self, name) for name in self.parameters},
            "path": path.tolist(),
            "end": path[-1].tolist(),
            "losses": losses[[0, -1]].tolist(),
            "fate": fate,
            "fate_at": self.steps if since is None else int(since.argmax()),
            "view": [
                *limits_around(self.wRec, self.zoom),
                *limits_around(self.wx, self.zoom),
            ],
        }

    @property
    def fates(self):
        """The map of fates in rows of increasing wx, as a list of indices into `FATES`."""
        return self._map[0].ravel().tolist()

    @property
    def _map(self):
        view = tuple(self.readout["view"])
        return _map_of_fates(self.optimizer, self.rate, view)

    def figure(self):
        shown = self.readout
        grid, since = self._map if self.show == "fates" else (None, None)
        start, end = (
            f"({', '.join(map(number, pair))})"
            for pair in (shown["path"][0], shown["end"])
        )
        way = (
            f"The path of {self.optimizer} from (wx, wRec) = {start} to {end}"
        )
        caption = (
            f"{way}, rate {number(self.rate)}: {shown['fate']} at step {shown['fate_at']}. "
            f"The loss is {number(shown['losses'][0])} at the start "
            f"and {number(shown['losses'][1])} at the end."
        )
        if grid is not None:
            shares = (
                np.bincount(grid.ravel(), minlength=len(FATES)) / grid.size
            )
            parts = [
                f"{share:.1%} {fate}" for share, fate in zip(shares, FATES)
            ]
            caption += f" Of 1681 starts, after {_MOST_STEPS} steps: {', '.join(parts)}."
        return (
            draw_descent(
                SURFACE, np.array(shown["path"]), grid, shown["view"], since
            ),
            f"{way}, over a map of the {self.show}.",
            caption,
        )


# A map takes a second to compute, and is needed both for the figure and for its numbers.
@functools.lru_cache(maxsize=8)
def _map_of_fates(optimizer, rate, view):
    """Follow an optimiser from a grid of starting points, in rows of increasing wx."""
    left, right, low, high = view
    wRec, wx = np.meshgrid(
        np.linspace(left, right, _STARTS), np.linspace(low, high, _STARTS)
    )
    path = descend(OPTIMIZERS[optimizer], SURFACE, wx, wRec, rate, _MOST_STEPS)
    return fates(SURFACE, *path[-1]), decided(SURFACE, path)
