"""Backpropagation through time in Python: its numbers, and the figure for print."""

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import Bptt
from rnn_by_hand.gradient_check import complex_step_gradient
from rnn_by_hand.model import forward_states, loss


def test_gradients_equal_those_of_a_complex_step():
    rng = np.random.default_rng(40)
    explorable = Bptt()
    for wx, wRec in rng.uniform(-3, 3, (200, 2)).round(12):
        explorable.wx, explorable.wRec = wx, wRec
        explorable.x = rng.integers(0, 2, 10)
        explorable.step = rng.integers(0, 21)
        explorable.shift = rng.uniform(-10, 10)
        shown = explorable.readout
        X, t = np.array([explorable.x]), np.array([shown["t"]])
        S = forward_states(X, wx, wRec)
        assert shown["S"] == S[0].tolist()
        assert (shown["y"], shown["loss"]) == (S[0, -1], loss(S[:, -1], t))

        def loss_at(wx, wRec, X=X, t=t):
            return loss(forward_states(X, wx, wRec)[:, -1], t)

        measured = complex_step_gradient(loss_at, [wx, wRec])
        for name, gradient in zip(("wx", "wRec"), measured, strict=True):
            # Terms of opposite sign may cancel, so the error is relative to their sizes.
            size = np.abs(shown[f"{name}_terms"]).sum()
            assert abs(shown[f"{name}_grad"] - gradient) <= 1e-12 * size


def test_a_shift_moves_the_target_from_the_true_count():
    shown = Bptt(x="1010000000", shift=-2.5).readout
    assert (shown["t"], shown["shift"]) == (-0.5, -2.5)
    assert shown["loss"] == (-0.5 - shown["y"]) ** 2


def test_each_step_back_multiplies_the_gradient_by_the_recurrent_weight():
    shown = Bptt(wx=1.5, wRec=0.5, x="1010000000").readout
    delta = np.array(shown["delta"])
    assert delta[10] == 2 * (shown["y"] - 2)
    np.testing.assert_allclose(delta[:-1], delta[1:] * 0.5, rtol=1e-15)
    assert shown["wx_terms"] == (delta[1:] * shown["x"]).tolist()
    assert shown["wRec_terms"] == (delta[1:] * shown["S"][:-1]).tolist()


def test_sums_grow_as_the_gradients_come_back():
    explorable = Bptt(wx=1, wRec=0.9)
    for step in range(21):
        explorable.step = step
        shown = explorable.readout
        for name in ("wx", "wRec"):
            arrived = shown[f"{name}_terms"][10 - max(step - 10, 0) :]
            assert shown[f"{name}_sum"] == pytest.approx(
                sum(arrived), rel=1e-14
            )
    assert shown["wx_sum"] == pytest.approx(shown["wx_grad"], rel=1e-14)
    assert shown["wRec_sum"] == pytest.approx(shown["wRec_grad"], rel=1e-14)


@pytest.mark.parametrize("value", [-1, 21, 0.5, "3", None, True])
def test_refuses_an_invalid_position(value):
    with pytest.raises(
        TraitError,
        match=f"step is {value!r}; it must be a whole number from 0 to 20",
    ):
        Bptt(step=value)


def test_fallback_says_the_outcome():
    page = Bptt(wx=1, wRec=0.9).element()
    assert page.startswith(
        '<rnn-bptt wx="1.0" wrec="0.9" x="1011001110" step="10" shift="0.0"><figure'
    )
    assert (
        "With wx = 1 and wRec = 0.9 the output is 3.836, the target 6, the loss 4.682; "
        "the gradient is \N{MINUS SIGN}4.328 at the last state and \N{MINUS SIGN}1.677 at the "
        "first, and adds up to \N{MINUS SIGN}16.6 for wx and \N{MINUS SIGN}70.83 for wRec."
    ) in page


@pytest.mark.parametrize(
    ("wx", "wRec", "x"),
    [
        (1, 1, "1" * 10),
        (3, 3, "1" * 10),
        (-3, -3, "1011001110"),
        (0, 0, "1011001110"),
        (1, 0.01, "1011001110"),
        (3, -3, "0" * 10),
    ],
)
@pytest.mark.filterwarnings("error::RuntimeWarning", "error::UserWarning")
def test_every_setting_can_be_drawn(wx, wRec, x):
    page = Bptt(wx, wRec, x).element()
    assert "nan" not in page.split("<figcaption>")[1]
