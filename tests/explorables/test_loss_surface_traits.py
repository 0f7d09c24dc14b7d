"""The loss surface in Python: its numbers, its view, and the figure for print."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import LossSurface
from rnn_by_hand.model import (
    backward_gradient,
    forward_states,
    loss,
    make_dataset,
    output_gradient,
)

X, t = make_dataset()


def test_starts_on_the_shoulder_of_the_ravine():
    explorable = LossSurface()
    assert (explorable.wx, explorable.wRec, explorable.zoom) == (1.2, 0.7, 0)
    assert explorable.readout["view"] == [-3, 3, -3, 3]


@pytest.mark.parametrize("value", [-1, 7, 0.5, "2", None, True])
def test_refuses_a_bad_zoom(value):
    rule = re.escape(
        f"zoom is {value!r}; it must be a whole number from 0 to 6"
    )
    with pytest.raises(TraitError, match=rule):
        LossSurface(zoom=value)


def test_readout_equals_the_model():
    rng = np.random.default_rng(4)
    for wx, wRec in rng.uniform(-3, 3, (100, 2)):
        readout = LossSurface(wx, wRec).readout
        wx, wRec = readout["wx"], readout["wRec"]
        S = forward_states(X, wx, wRec)
        gradient, _ = backward_gradient(
            X, S, output_gradient(S[:, -1], t), wRec
        )
        np.testing.assert_allclose(
            readout["loss"], loss(S[:, -1], t), rtol=1e-9
        )
        # Far from the minimum, a small derivative is the difference of large numbers.
        size = readout["grad_size"]
        np.testing.assert_allclose(
            [readout["wx_grad"], readout["wRec_grad"]],
            gradient,
            rtol=1e-9,
            atol=1e-12 * size,
        )
        np.testing.assert_allclose(size, np.hypot(*gradient), rtol=1e-9)


def test_nothing_is_better_than_the_floor():
    rng = np.random.default_rng(5)
    for wRec in rng.uniform(-3, 3, 50):
        readout = LossSurface(0, wRec).readout
        floor = readout["floor"]
        around = [
            loss(forward_states(X, wx, wRec)[:, -1], t)
            for wx in (floor - 1e-3, floor, floor + 1e-3)
        ]
        assert min(around) == around[1]
        assert around[1] == pytest.approx(readout["floor_loss"], rel=1e-9)


def test_the_point_is_always_in_view_and_the_view_on_the_map():
    rng = np.random.default_rng(6)
    for zoom in range(7):
        for wx, wRec in [*rng.uniform(-3, 3, (50, 2)), (3, -3), (-3, 3)]:
            left, right, low, high = LossSurface(wx, wRec, zoom).readout[
                "view"
            ]
            assert -3 <= left <= wRec <= right <= 3
            assert -3 <= low <= wx <= high <= 3
            assert right - left == high - low == 6 / 2**zoom


def test_the_view_stands_still_while_the_point_moves_in_its_middle():
    view = LossSurface(1, 1, 3).readout["view"]
    assert view == [0.75, 1.5, 0.75, 1.5]
    for wx, wRec in ((0.95, 0.95), (1.3, 0.95), (0.95, 1.3)):
        assert LossSurface(wx, wRec, 3).readout["view"] == view
    assert LossSurface(1, 0.9, 3).readout["view"] == [0.375, 1.125, 0.75, 1.5]


@pytest.mark.parametrize(
    "setting", [(), (1, 1, 3), (0.01, 2, 5), (3, 3, 6), (-3, 3)]
)
def test_fallback_is_small_and_says_what_python_computed(setting):
    page = LossSurface(*setting).element()
    assert len(page) < 60_000
    assert "var(--rnn-target, " in page
    words = re.sub("<svg.*</svg>", "", page, flags=re.DOTALL)
    assert "nan" not in words
    assert "inf" not in words


def test_fallback_sentence():
    page = LossSurface().element()
    assert (
        "At wx = 1.2 and wRec = 0.7 the loss is 12.24, its gradient "
        "\N{MINUS SIGN}12.52 for wx and \N{MINUS SIGN}44.84 for wRec; "
        "the ravine floor is at wx = 2.857, with loss 1.863." in page
    )
