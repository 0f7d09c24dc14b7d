"""The unrolled network in Python: the weights of its inputs, and the figure for print."""

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import Unrolled
from rnn_by_hand.model import forward_states


def test_readout_equals_the_closed_form():
    rng = np.random.default_rng(30)
    explorable = Unrolled()
    for wx, wRec in rng.uniform(-3, 3, (200, 2)):
        n, k = rng.integers(2, 61), rng.integers(1, 61)
        explorable.wx, explorable.wRec = wx, wRec
        explorable.n, explorable.k = n, k
        wx, wRec = explorable.wx, explorable.wRec
        shown = explorable.readout
        weights = wx * wRec ** np.arange(n - 1.0, -1, -1)
        np.testing.assert_allclose(shown["weights"], weights, rtol=1e-12)
        assert shown["k"] == min(k, n)
        assert shown["weight"] == shown["weights"][shown["k"] - 1]
        assert shown["share"] == pytest.approx(
            abs(weights[shown["k"] - 1]) / np.abs(weights).sum(), rel=1e-12
        )


def test_weights_are_what_the_network_does_to_its_inputs():
    X = np.random.default_rng(31).integers(0, 2, (20, 12))
    shown = Unrolled(wx=0.7, wRec=-1.2, n=12).readout
    outputs = forward_states(X, 0.7, -1.2)[:, -1]
    np.testing.assert_allclose(X @ shown["weights"], outputs, rtol=1e-12)


def test_a_weight_of_zero_leaves_nothing_to_share():
    assert Unrolled(wx=0).readout["share"] is None
    shown = Unrolled(wx=2, wRec=0, n=3, k=3).readout
    assert shown["weights"] == [0, 0, 2]
    assert shown["share"] == 1


def test_an_input_beyond_the_end_means_the_last():
    explorable = Unrolled(wRec=0.5, n=4, k=60)
    assert (explorable.k, explorable.readout["k"]) == (60, 4)
    explorable.n = 8
    assert explorable.readout["k"] == 8


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("n", 1, "a whole number from 2 to 60"),
        ("n", 61, "a whole number from 2 to 60"),
        ("n", 2.5, "a whole number from 2 to 60"),
        ("k", 0, "a whole number from 1 to 60"),
        ("k", True, "a whole number from 1 to 60"),
        ("wRec", 3.1, "a number from -3 to 3"),
    ],
)
def test_refuses_values_out_of_range(name, value, rule):
    explorable = Unrolled()
    with pytest.raises(
        TraitError, match=f"{name} is {value!r}; it must be {rule}"
    ):
        setattr(explorable, name, value)


def test_fallback_says_the_outcome():
    page = Unrolled(wx=1, wRec=0.9, n=10, k=3).element()
    assert page.startswith(
        '<rnn-unrolled wx="1.0" wrec="0.9" n="10" k="3"><figure'
    )
    assert (
        "With wx = 1 and wRec = 0.9 the weight of input 3 of 10 in the output is "
        "wx · wRec⁷ = 0.4783."
    ) in page


@pytest.mark.parametrize(
    "setting",
    [
        *((1, 3, 60, 1), (-2, 3, 60, 60), (0, 3, 2, 1), (1, 0, 60, 60)),
        *((-2, -3, 60, 1), (-2, -0.01, 60, 1), (1, 1e-9, 60, 1)),
    ],
)
@pytest.mark.filterwarnings("error::RuntimeWarning", "error::UserWarning")
def test_every_setting_can_be_drawn(setting):
    page = Unrolled(*setting).element()
    assert "nan" not in page.split("<figcaption>")[1]
