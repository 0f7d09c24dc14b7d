"""Explorables side by side that share their parameters."""

import itertools

import ipywidgets

from rnn_by_hand.explorables.base import Explorable

__all__ = ["Linked"]


class Linked(ipywidgets.HBox):
    """Explorables side by side, in which each parameter that two of them have is one and the same.

    What the reader moves in one moves in the others, on a page as in a live notebook, where the
    browser links them without a kernel. At first a shared parameter has the value that it has in
    the first explorable.

    Parameters
    ----------
    *explorables : Explorable
        At least two. Each shows only its picture and its sliders.
    link : str
        The name of the group, if a page has more than one.

    Raises
    ------
    TypeError
        If fewer than two explorables are given, or anything else.

    Examples
    --------
    >>> from rnn_by_hand.explorables import Learning, States
    >>> pair = Linked(States(wx=0.5), Learning())
    >>> pair.children[1].wx
    0.5
    """

    # As for a single explorable, see `Explorable`.
    _ipython_display_ = None

    def __init__(self, *explorables, link="linked"):
        if len(explorables) < 2 or not all(
            isinstance(one, Explorable) for one in explorables
        ):
            raise TypeError(
                f"explorables is {explorables!r}; it must be two or more explorables"
            )
        super().__init__(
            explorables, layout=ipywidgets.Layout(flex_flow="row wrap")
        )
        self.link = link
        # Links live in the browser; they are kept here so that they are not collected.
        self.links = []
        for name in {
            name: 0 for one in explorables for name in one.parameters
        }:
            sharing = [one for one in explorables if name in one.parameters]
            for one, other in itertools.pairwise(sharing):
                setattr(other, name, getattr(one, name))
                pair = (one, name), (other, name)
                self.links.append(ipywidgets.jslink(*pair))
        for one in explorables:
            one.start = one._attributes() | {"compact": ""}
            one.layout = ipywidgets.Layout(flex="1 1 300px")

    def __repr__(self):
        return f"Linked({', '.join(map(repr, self.children))})"

    def element(self):
        """Write the custom elements for a page, with their current settings.

        Returns
        -------
        str
            HTML.
        """
        elements = (
            one.element(link=self.link, compact=True) for one in self.children
        )
        return f'<div class="rnn-linked">{"".join(elements)}</div>'

    def _repr_mimebundle_(self, **kwargs):
        """Provide the widget for a live notebook and the custom elements for a page."""
        # The metadata, which Colab looks for, is that of an anywidget.
        _, metadata = self.children[0]._repr_mimebundle_(**kwargs)
        view = {
            "version_major": 2,
            "version_minor": 0,
            "model_id": self.model_id,
        }
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "text/plain": repr(self),
            "text/html": self.element(),
        }, metadata
