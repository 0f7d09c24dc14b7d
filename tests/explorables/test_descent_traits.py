"""The descent in Python: its valid parameters, its numbers, and the figure for print."""

import re
import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from traitlets import TraitError

from rnn_by_hand.explorables import Descent
from rnn_by_hand.model import forward_states, loss, make_dataset
from rnn_by_hand.optimizers import BOUND, FATES, OPTIMIZERS, REACHED, descend
from rnn_by_hand.surface import Surface

X, t = make_dataset()
SURFACE = Surface(X, t)


def test_starts_where_gradient_descent_blows_up():
    readout = Descent().readout
    assert (readout["wx"], readout["wRec"]) == (-1.5, 2)
    assert (readout["rate"], readout["steps"]) == (1e-3, 500)
    assert readout["optimizer"] == "gradient descent"
    assert readout["show"] == "loss"
    assert (readout["fate"], readout["fate_at"]) == ("blown up", 1)
    assert len(readout["path"]) == 501
    assert readout["end"] == readout["path"][1] == readout["path"][500]


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        ({"wx": 3.1}, "wx is 3.1; it must be a number from -3 to 3"),
        ({"wRec": None}, "wRec is None; it must be a number from -3 to 3"),
        ({"rate": 0}, "rate is 0; it must be a number from 1e-05 to 1"),
        ({"rate": 2}, "rate is 2; it must be a number from 1e-05 to 1"),
        ({"rate": "0.1"}, "rate is '0.1'; it must be"),
        ({"steps": 0}, "steps is 0; it must be a whole number from 1 to 500"),
        ({"steps": 7.5}, "steps is 7.5; it must be a whole number"),
        ({"steps": 501}, "steps is 501; it must be a whole number"),
        (
            {"optimizer": "newton"},
            "optimizer is 'newton'; it must be one of gradient descent, ",
        ),
        ({"show": "Loss"}, "show is 'Loss'; it must be one of loss, fates"),
    ],
)
def test_refuses_a_bad_parameter(setting, rule):
    with pytest.raises(TraitError, match=re.escape(rule)):
        Descent(**setting)
    explorable = Descent()
    before = explorable.readout
    with pytest.raises(TraitError, match=re.escape(rule)):
        explorable.set_trait(*setting.popitem())
    assert explorable.readout == before


def test_readout_equals_the_optimisers():
    rng = np.random.default_rng(8)
    for _ in range(30):
        wx, wRec = rng.uniform(-3, 3, 2).round(12)
        name = str(rng.choice([*OPTIMIZERS]))
        rate = float(f"{10 ** rng.uniform(-5, 0):.6g}")
        steps = int(rng.integers(1, 501))
        readout = Descent(wx, wRec, rate, name, steps).readout
        path = descend(OPTIMIZERS[name], SURFACE, wx, wRec, rate, steps)
        assert_array_equal(readout["path"], path)
        assert readout["end"] == readout["path"][-1]
        assert np.isfinite(readout["path"]).all()
        heights = [
            loss(forward_states(X, *w)[:, -1], t) for w in (path[0], path[-1])
        ]
        if np.isfinite(heights[1]):
            np.testing.assert_allclose(readout["losses"], heights, atol=1e-9)
        else:
            assert readout["losses"][1] == np.inf
        at = readout["fate_at"]
        if readout["fate"] == "near (1, 1)":
            assert SURFACE.loss(*path[at]) < REACHED
            assert (SURFACE.loss(*path[:at].T) >= REACHED).all()
        elif readout["fate"] == "blown up":
            assert np.abs(path[at]).max() > BOUND >= np.abs(path[:at]).max()
        else:
            assert at == steps
            below = path[-1, 1] < -1 and heights[1] < SURFACE.loss(0, 0)
            assert below == (readout["fate"] == "wrong valley")


@pytest.mark.parametrize("start", [(-0.05, -2.25), (-0.25, -2.05)])
def test_a_loss_too_large_for_a_float_is_infinite(start):
    explorable = Descent(*start)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        readout = explorable.readout
    assert readout["losses"][1] == np.inf
    assert np.isfinite(readout["end"]).all()
    assert "∞ at the end" in explorable.element()


def test_fates_match_those_of_single_starts():
    explorable = Descent(optimizer="Rprop", rate=0.01)
    fates = explorable.fates
    assert len(fates) == 41 * 41
    rng = np.random.default_rng(9)
    for start in rng.integers(0, 41 * 41, 40):
        wx, wRec = np.linspace(-3, 3, 41)[[start // 41, start % 41]]
        single = Descent(wx, wRec, 0.01, "Rprop")
        assert single.readout["fate"] == FATES[fates[start]]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fallback_says_what_python_computed(name):
    explorable = Descent(optimizer=name, show="fates")
    shown = explorable.readout
    page = explorable.element()
    assert f"{shown['fate']} at step {shown['fate_at']}" in page
    share = explorable.fates.count(2) / 41**2
    assert f"{share:.1%} wrong valley" in page
    text = re.sub("<svg.*</svg>", "", page, flags=re.DOTALL)
    assert "nan" not in text
    assert "inf" not in text
