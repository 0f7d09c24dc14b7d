"""What all explorables have in common."""

import html
import inspect
import re
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import traitlets

from rnn_by_hand.display import figure_html
from rnn_by_hand.explorables.parameters import Parameter
from rnn_by_hand.explorables.script import notebook_script
from rnn_by_hand.explorables.words import written

__all__ = ["Explorable"]


class Explorable(anywidget.AnyWidget):
    """An interactive figure that stays in sync with Python.

    The same custom element draws it in a live notebook and on a published page, with the same
    controls. Without JavaScript it is a static figure with a one-sentence caption.

    A subclass declares its parameters as traits and defines `readout` and `figure`. The traits, in
    order, are its constructor arguments; its name determines the `tag` of the element, and hence
    the file: ``LossSurface`` is ``rnn-loss-surface``.

    Raises
    ------
    traitlets.TraitError
        If a parameter is invalid, at construction or on any later assignment.
    """

    # ipywidgets 7 would otherwise display the widget itself, leaving out the
    # HTML that a page needs.
    _ipython_display_ = None
    _css = Path(__file__).parent.parent / "palette.css"

    #: The attributes of the element, to which "Reset" returns.
    start = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **kwargs):
        # anywidget creates a further subclass for each instance.
        if Explorable in cls.__bases__:
            cls.tag = "rnn" + re.sub("([A-Z])", r"-\1", cls.__name__).lower()
            traits = {
                name: trait
                for name, trait in vars(cls).items()
                if isinstance(trait, Parameter)
            }
            cls.parameters = list(traits)
            cls.__signature__ = inspect.Signature(
                inspect.Parameter(
                    name,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    default=trait.start,
                )
                for name, trait in traits.items()
            )
            cls._esm = notebook_script(cls.tag)
        super().__init_subclass__(**kwargs)

    def __init__(self, *values, **setting):
        signature = self.__signature__
        try:
            given = signature.bind(*values, **setting)
        except TypeError as error:
            raise TypeError(
                f"{type(self).__name__}{signature} {error}"
            ) from None
        given.apply_defaults()
        super().__init__(**given.arguments)

    def __repr__(self):
        setting = ", ".join(
            f"{name}={written(getattr(self, name))!r}"
            for name in self.parameters
        )
        return f"{type(self).__name__}({setting})"

    @property
    def readout(self):
        """Every number shown, as a dict that matches the readout of the element on the page."""
        raise NotImplementedError

    def figure(self):
        """Draw the static figure for print and for browsers without JavaScript.

        Returns
        -------
        fig : matplotlib.figure.Figure
            The figure.
        alt : str
            A description of the figure, for readers who cannot see it.
        caption : str
            The outcome in a sentence.
        """
        raise NotImplementedError

    def element(self, *, link="", compact=False):
        """Write the custom element for a page, with its current setting.

        Parameters
        ----------
        link : str
            A name; explorables with the same one share the parameters they have in common.
        compact : bool
            Whether only the picture and its sliders are shown.

        Returns
        -------
        str
            HTML. The element contains the static figure, for print and for browsers without
            JavaScript.
        """
        own = self._attributes()
        if link:
            own["link"] = link
        if compact:
            own["compact"] = ""
        attributes = "".join(
            f' {name}="{html.escape(value)}"' for name, value in own.items()
        )
        return f"<{self.tag}{attributes}>{self.static()}</{self.tag}>"

    def static(self):
        """Write the static figure and its caption as HTML."""
        # The style also makes the SVG source identical each time it is written.
        with plt.style.context("rnn_by_hand.book"):
            figure, alt, caption = self.figure()
            plt.close(figure)
            return figure_html(figure, alt, html.escape(caption))

    @traitlets.default("start")
    def _attributes(self):
        return {
            name.lower(): str(written(getattr(self, name)))
            for name in self.parameters
        }

    def _repr_mimebundle_(self, **kwargs):
        """Provide the widget for a live notebook and the custom element for a page."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        # Older versions of anywidget truncate the text.
        own = {"text/plain": repr(self), "text/html": self.element()}
        return data | own, metadata
