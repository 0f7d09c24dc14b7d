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
    """A picture with handles, in step with Python.

    The same custom element draws it in a live notebook and on a published page, with the same
    controls. Where there is no JavaScript it is a figure with a sentence.

    A subclass declares its parameters as traits and says its `readout` and its `figure`. The traits,
    in their order, are the arguments it is made with; its name gives the `tag` of the element and
    so its file: ``LossSurface`` is ``rnn-loss-surface``.

    Raises
    ------
    traitlets.TraitError
        If a parameter is not what it must be; at the start and on every later assignment.
    """

    # ipywidgets 7 shows a widget its own way unless told not to, and without
    # what a page takes.
    _ipython_display_ = None
    _css = Path(__file__).parent.parent / "palette.css"

    #: The attributes of the element, which "Reset" returns to.
    start = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **kwargs):
        # anywidget makes a subclass of its own for each object.
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
        """Every number that is shown, as the page's element gives them too; a dict."""
        raise NotImplementedError

    def figure(self):
        """Draw what stands there in print and without JavaScript.

        Returns
        -------
        fig : matplotlib.figure.Figure
            The figure.
        alt : str
            What it shows, for those who cannot see it.
        caption : str
            The outcome in a sentence.
        """
        raise NotImplementedError

    def element(self):
        """Write the custom element for a page, with the setting as it is now.

        Returns
        -------
        str
            HTML. Inside the element stands the figure, for print and for a browser without
            JavaScript.
        """
        attributes = "".join(
            f' {name}="{html.escape(value)}"'
            for name, value in self._attributes().items()
        )
        return f"<{self.tag}{attributes}>{self.static()}</{self.tag}>"

    def static(self):
        """Write the figure and its sentence as HTML."""
        # The style also makes the text of the drawing the same each time it is written.
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
        """Offer the widget to a live notebook, the custom element to a page."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        # Older versions of anywidget cut the text short.
        own = {"text/plain": repr(self), "text/html": self.element()}
        return data | own, metadata
