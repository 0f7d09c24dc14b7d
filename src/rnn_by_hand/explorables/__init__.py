"""The explorables: interactive figures for live notebooks and published pages.

The scripts in ``js`` draw them in both places; the numbers come from the other modules. Nothing
outside this package depends on widgets.
"""

from rnn_by_hand.extras import needs

with needs("explorables"):
    import anywidget  # noqa: F401
    import ipywidgets  # noqa: F401
    import matplotlib  # noqa: F401

from rnn_by_hand.explorables.adder import Adder
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.bptt import Bptt
from rnn_by_hand.explorables.descent import Descent
from rnn_by_hand.explorables.gates import Gates
from rnn_by_hand.explorables.gradient_check import GradientCheck
from rnn_by_hand.explorables.learning import Learning
from rnn_by_hand.explorables.linked import Linked
from rnn_by_hand.explorables.loss_surface import LossSurface
from rnn_by_hand.explorables.pole import Pole
from rnn_by_hand.explorables.scan import Scan
from rnn_by_hand.explorables.states import States
from rnn_by_hand.explorables.tanh import Tanh
from rnn_by_hand.explorables.unrolled import Unrolled

__all__ = [
    "EXPLORABLES",
    "Adder",
    "Bptt",
    "Descent",
    "Explorable",
    "Gates",
    "GradientCheck",
    "Learning",
    "Linked",
    "LossSurface",
    "Pole",
    "Scan",
    "States",
    "Tanh",
    "Unrolled",
]

#: Every explorable, in the order of the book.
EXPLORABLES = (
    States,
    Learning,
    Unrolled,
    LossSurface,
    Bptt,
    GradientCheck,
    Descent,
    Tanh,
    Adder,
    Gates,
    Scan,
    Pole,
)
