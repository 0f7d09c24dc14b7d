"""Learning in Python: its numbers, and the figure for print."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import Learning
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)

X, t = make_dataset()


def test_starts_where_the_network_does_not_count():
    explorable = Learning()
    assert (explorable.wx, explorable.wRec) == (0.5, 0.6)
    assert (explorable.rate, explorable.show) == (0.001, "loss")
    assert explorable.readout["loss"] > 20


def test_readout_equals_the_model():
    rng = np.random.default_rng(50)
    explorable = Learning()
    for wx, wRec in rng.uniform(-3, 3, (200, 2)):
        explorable.wx, explorable.wRec = wx, wRec
        explorable.rate = 10 ** rng.uniform(-4, -1)
        shown = explorable.readout
        wx, wRec, rate = explorable.wx, explorable.wRec, explorable.rate
        S = forward_states(X, wx, wRec)
        gradient, _ = backward_gradient(
            X, S, output_gradient(S[:, -1], t), wRec
        )
        np.testing.assert_allclose(shown["loss"], loss(S[:, -1], t), rtol=1e-9)
        # A small derivative is the difference of large numbers.
        size = np.hypot(*gradient)
        np.testing.assert_allclose(
            [shown["wx_grad"], shown["wRec_grad"]],
            gradient,
            rtol=1e-9,
            atol=1e-12 * size,
        )
        step = [
            wx - rate * shown["wx_grad"],
            wRec - rate * shown["wRec_grad"],
        ]
        np.testing.assert_allclose(shown["next"], step, rtol=1e-15)


def test_the_right_weights_stay():
    shown = Learning(wx=1, wRec=1, rate=0.1).readout
    assert shown["next"] == [1, 1]
    assert shown["loss"] == 0


@pytest.mark.parametrize("rate", [0, 0.2, -0.001, np.nan, "0.01", None, True])
def test_refuses_a_bad_rate(rate):
    rule = re.escape(
        f"rate is {rate!r}; it must be a number from 0.0001 to 0.1"
    )
    with pytest.raises(TraitError, match=rule):
        Learning(rate=rate)


def test_fallback_says_where_it_ends():
    page = Learning().element()
    assert page.startswith(
        '<rnn-learning wx="0.5" wrec="0.6" rate="0.001" show="loss"><figure'
    )
    assert (
        "Gradient descent from (wx, wRec) = (0.5, 0.6) to (0.7923, 1.049), "
        "100 steps at the rate 0.001: the loss falls from 24.96 to 0.0629."
    ) in page


@pytest.mark.parametrize(
    "setting",
    [(3, 3, 0.1), (-3, -3, 0.1), (1, 1, 0.1), (0, 0, 1e-4), (3, -3, 0.001)],
)
@pytest.mark.filterwarnings("error::RuntimeWarning", "error::UserWarning")
def test_every_setting_can_be_drawn(setting):
    page = Learning(*setting).element()
    assert "nan" not in page.split("<figcaption>")[1]
