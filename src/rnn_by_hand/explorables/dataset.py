"""The data set used by the explorables, and its loss for every pair of weights."""

from rnn_by_hand.model import make_dataset
from rnn_by_hand.surface import Surface

__all__ = ["DATA", "SURFACE"]

DATA = make_dataset()
SURFACE = Surface(*DATA)
