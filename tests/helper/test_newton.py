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
        assert len(run["rounds"]) == len(run["worst"]) == OF_SCRIPT["N_SEEDS"]
        for rounds in run["rounds"]:
            assert rounds is None or 1 <= rounds <= RECORD["limit"]


@pytest.mark.parametrize(
    ("radius", "seed"), [(None, 1), (0.5, 0), (0.5, 1), (1, 5), (3, 0)]
)
def test_a_network_comes_out_as_recorded(radius, seed):
    if radius is None:
        made = OF_SCRIPT["trained_adder"](seed)
    else:
        made = OF_SCRIPT["random_network"](seed, radius)
    (run,) = (run for run in RECORD["runs"] if run["radius"] == radius)
    found = OF_SCRIPT["rounds"](*made)
    assert found == (run["rounds"][seed], run["worst"][seed])


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
