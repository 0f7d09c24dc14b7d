"""A few whole figures look as they did; `pictures.py` says how that is compared."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from by_hand import descent
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pictures import assert_looks_like

from rnn_by_hand.explorables import Adder, Bptt, Gates, Pole, Scan, Tanh
from rnn_by_hand.figures import (
    draw_descent,
    draw_loss_surface,
    draw_lstm_step,
    draw_scan,
    draw_states,
    draw_unrolled,
    draw_unrolled_rows,
)
from rnn_by_hand.idea_figures import draw_arrays, draw_bugs, draw_threads
from rnn_by_hand.model import make_dataset
from rnn_by_hand.surface import Surface

X, t = make_dataset()
SURFACE = Surface(X, t)
DRAWN = {
    "states": lambda: draw_states(X[0], 1, 0.9),
    "unrolled": lambda: draw_unrolled(delta=["a"] * 4),
    "unrolled-backward": lambda: draw_unrolled_rows(backward=True),
    "lstm": draw_lstm_step,
    "loss-surface": lambda: draw_loss_surface(
        SURFACE, 1.5, 0.5, (-3, 3, -3, 3)
    ),
    "descent": lambda: draw_descent(
        SURFACE, descent(1, 0.5, 1e-3, 30), view=(0.3, 1.2, 0.7, 1.5)
    ),
    "scan": draw_scan,
    "threads": lambda: draw_threads(X[0], (1, 0.9)),
    "arrays-backward": lambda: draw_arrays(backward=True),
    "bugs": lambda: draw_bugs(X, t),
    "bptt": lambda: Bptt(wRec=0.9).figure()[0],
    "tanh": lambda: Tanh().figure()[0],
    "gates": lambda: Gates(hold="f3=0").figure()[0],
    "scan-tree": lambda: Scan("tree", round=3).figure()[0],
    "pole": lambda: Pole().figure()[0],
    "adder": lambda: Adder().figure()[0],
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_looks_as_it_did(name, request, tmp_path):
    with plt.style.context("rnn_by_hand.book"):
        fig = DRAWN[name]()
    plt.close(fig)
    # Words make room for themselves, so they decide where axes stand: not here.
    fig.set_layout_engine("none")
    fig.set_facecolor("white")
    for text in fig.findobj(plt.Text):
        text.set_text("")  # an arrow may belong to it, and stays
    for axis in [axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)]:
        axis.set_tick_params(labelbottom=False, labelleft=False)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    assert_looks_like(
        f"figure-{name}",
        pixels,
        request.config.getoption("draw_anew"),
        tmp_path,
    )
