"""The rounds of a scan in Python: valid parameters, numbers, and the figure for print."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import Scan
from rnn_by_hand.scan import KINDS, linear_states


def test_starts_before_the_first_round():
    readout = Scan().readout
    assert (readout["kind"], readout["n"], readout["round"]) == (
        "chain",
        16,
        0,
    )
    assert readout["a"] == [0.9] * 16
    assert readout["b"] == readout["x"][:16]
    assert readout["first"] == list(range(1, 17))
    assert (readout["combinations"], readout["waiting"]) == (0, 0)
    assert readout["finished"] == 1


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        (
            {"kind": "newton"},
            "kind is 'newton'; it must be one of chain, tree, scan, Newton",
        ),
        ({"n": 1}, "n is 1; it must be a whole number from 2 to 32"),
        ({"n": 33}, "n is 33; it must be a whole number from 2 to 32"),
        ({"round": -1}, "round is -1; it must be a whole number from 0 to 32"),
        ({"wRec": 3.1}, "wRec is 3.1; it must be a number from -3 to 3"),
        ({"x": "10"}, "x is '10'; it must be 32 bits, each 0 or 1"),
    ],
)
def test_refuses_a_bad_parameter(setting, rule):
    with pytest.raises(TraitError, match=re.escape(rule)):
        Scan(**setting)


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_round_holds_every_state(kind):
    rng = np.random.default_rng(4)
    for n in (2, 3, 8, 13, 16, 32):
        x = rng.integers(0, 2, 32)
        readout = Scan(kind, n, 32, wRec=-0.7, x=x).readout
        assert readout["round"] == readout["rounds"]
        assert readout["finished"] == n
        assert readout["first"] == [1] * n
        np.testing.assert_allclose(
            readout["b"], linear_states(-0.7, 1.0 * x[:n])[1:], rtol=1e-12
        )
        np.testing.assert_allclose(readout["b"], readout["S"][1:], rtol=1e-12)
        np.testing.assert_allclose(
            readout["a"], (-0.7) ** np.arange(1, n + 1), rtol=1e-12
        )
        assert readout["combinations"] == readout["all_combinations"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_holds_the_steps_that_it_covers(kind):
    explorable = Scan(kind, 16, wRec=1, x="1" * 32)
    for round in range(explorable.readout["rounds"] + 1):
        explorable.round = round
        readout = explorable.readout
        # With wRec = 1 and ones for inputs, b counts the steps.
        covered = np.arange(1, 17) - np.array(readout["first"]) + 1
        assert readout["b"] == covered.tolist()
        assert readout["finished"] == readout["first"].count(1)


def test_most_cells_of_a_chain_wait_and_few_of_a_scan():
    waits = {}
    for kind in KINDS:
        explorable = Scan(kind)
        waits[kind] = 0
        for round in range(1, explorable.readout["rounds"] + 1):
            explorable.round = round
            waits[kind] += explorable.readout["waiting"]
    assert waits == {"chain": 225, "tree": 86, "scan": 15}


def test_newton_makes_at_least_a_state_right_in_each_round():
    rng = np.random.default_rng(5)
    for wRec in (-2, -1.5, 0.5, 1, 1.5, 2):
        explorable = Scan("Newton", 16, wRec=wRec, x=rng.integers(0, 2, 32))
        for round in range(17):
            explorable.round = round
            readout = explorable.readout
            assert len(readout["error"]) == round + 1
            np.testing.assert_allclose(
                readout["guess"][: round + 1],
                readout["S"][: round + 1],
                atol=1e-9,
            )
            assert readout["finished"] >= round
        S = [0]
        for bit in explorable.x[:16]:
            S.append(np.tanh(wRec * S[-1] + bit))
        np.testing.assert_allclose(readout["S"], S, rtol=1e-14)


def test_a_setting_is_written_in_full():
    explorable = Scan("scan", 8, 2)
    assert repr(explorable) == (
        "Scan(kind='scan', n=8, round=2, wRec=0.9, x='10110011100101101100111001011010')"
    )
    assert explorable.element().startswith(
        '<rnn-scan kind="scan" n="8" round="2" wrec="0.9" x="10110011100101101100111001011010"><figure'
    )


def test_fallback_says_what_python_computed():
    page = Scan("scan", 4, 1, wRec=0.5, x="1" * 32).element()
    assert (
        "After round 1 of 2, with 3 of 5 combinations, 2 of 4 cells are finished. "
        "With wRec = 0.5 the cells hold 1, 1.5, 1.5, 1.5." in page
    )
    page = Scan("Newton", 16, 1, wRec=1.2).element()
    assert "the largest error of a state after 1 corrections is 1.5" in page


@pytest.mark.parametrize("kind", [*KINDS, "Newton"])
def test_the_figure_follows_the_round(kind):
    pictures = {Scan(kind, 8, round).static() for round in (0, 1, 3)}
    assert len(pictures) == 3
    assert len(Scan(kind, 32, 32).static()) < 120_000
