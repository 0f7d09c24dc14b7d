"""The record of Newton's method on networks that are not linear is of the script there is."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from rnn_by_hand.adder import make_additions, one_start
from rnn_by_hand.records.newton import newton_rounds
from rnn_by_hand.vector_rnn import forward_states, outputs

RECORD = newton_rounds()
SCRIPT = Path(__file__).parents[2] / "book/experiments/newton_rounds.py"
OF_SCRIPT = runpy.run_path(str(SCRIPT))


def test_the_record_has_the_settings_of_the_script():
    for key in ("n_steps", "n_states", "limit", "close"):
        assert RECORD[key] == OF_SCRIPT[key.upper()]
    radii = [run["radius"] for run in RECORD["runs"]]
    assert radii == [None, *OF_SCRIPT["RADII"]]
    for run in RECORD["runs"]:
        lists = [value for value in run.values() if isinstance(value, list)]
        assert [len(each) for each in lists] == [OF_SCRIPT["N_SEEDS"]] * 5
        for count in (*run["corrections"], *run["clipped"]):
            assert count is None or 1 <= count <= RECORD["limit"]


@pytest.mark.parametrize(
    ("radius", "seed"), [(None, 1), (0.5, 0), (0.5, 1), (1, 5), (3, 0)]
)
def test_a_network_comes_out_as_recorded(radius, seed):
    if radius is None:
        made = OF_SCRIPT["trained_adder"](seed)
    else:
        made = OF_SCRIPT["random_network"](seed, radius)
    (run,) = (run for run in RECORD["runs"] if run["radius"] == radius)
    found = OF_SCRIPT["corrections"](*made)
    assert found == (run["corrections"][seed], run["worst"][seed])
    clipped, _ = OF_SCRIPT["corrections"](*made, clip=True)
    assert clipped == run["clipped"][seed]
    S = forward_states(made[1][np.newaxis], made[0])[0]
    for key, states in (("states", S), ("guess", 0 * S)):
        factor = OF_SCRIPT["growth"](*made, states)
        np.testing.assert_allclose(factor, run[key][seed], atol=2e-4)


@pytest.mark.parametrize(("radius", "seed"), [(None, 0), (3, 0), (3, 1)])
def test_a_small_change_grows_as_recorded(radius, seed):
    """Against differences: what is left of a change."""
    if radius is None:
        params, X = OF_SCRIPT["trained_adder"](seed)
    else:
        params, X = OF_SCRIPT["random_network"](seed, radius)
    X = X[:4]
    S = forward_states(X[np.newaxis], params)[0]
    state = 1e-7 * np.ones(OF_SCRIPT["N_STATES"])
    for x in X:
        state = np.tanh(x @ params.Wx + state @ params.WRec + params.b)
    change = np.linalg.norm(state - S[-1]) / 1e-7
    factor = OF_SCRIPT["growth"](params, X, S)
    np.testing.assert_allclose(factor**4, change, rtol=1e-3)


def test_a_small_change_fades_in_every_network():
    """What the page says: it is along the guess that a change grows, not along the states."""
    for run in RECORD["runs"]:
        assert max(run["states"]) < 1
    unsolved = [
        guess
        for run in RECORD["runs"]
        for count, guess in zip(run["corrections"], run["guess"], strict=True)
        if count is None
    ]
    assert np.mean(np.array(unsolved) > 1) > 0.8


def test_a_trained_adder_adds():
    """As many as of the first 20 starts of the adder's own record."""
    params, bits = OF_SCRIPT["trained_adder"](3)
    right, *_ = one_start(3)
    assert right == 300
    a, b = (
        sum(2**k for k in np.flatnonzero(column > 0))
        for column in (bits[:60].T)
    )
    X, T = make_additions([int(a)], [int(b)], 60)
    assert np.array_equal(X[0, :60], bits[:60])
    Y = outputs(forward_states(X, params), params)
    assert np.array_equal(Y > 0, T > 0)


def test_a_random_network_has_its_radius():
    params, _ = OF_SCRIPT["random_network"](7, 1.5)
    radius = np.abs(np.linalg.eigvals(params.WRec)).max()
    np.testing.assert_allclose(radius, 1.5)
