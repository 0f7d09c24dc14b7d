"""Gates in Python: what can be held, and the gradient that comes back past what is held."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import Gates
from rnn_by_hand.explorables.gates import (
    GRU,
    LSTM,
    as_inputs,
    gru_back,
    gru_forward,
    lstm_back,
    lstm_forward,
    read_hold,
    write_hold,
)
from rnn_by_hand.gated import (
    GatedParams,
    gru_gradient,
    gru_states,
    initial_gated_params,
    lstm_gradient,
    lstm_states,
)

N = 16
#: The gates of each network whose sums are moved by the columns of `Wx`, in their order.
COLUMNS = {"LSTM": "ifgo", "GRU": "rzc"}


def some_settings(count, seed):
    """Yield random settings, with some gates held and some not."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        held = {
            (letter, int(k)): round(float(rng.choice([0, 1, rng.random()])), 2)
            for letter, k in zip(
                rng.choice(list("fiorz"), 12), rng.integers(1, 17, 12)
            )
        }
        yield {
            "network": str(rng.choice(["LSTM", "GRU"])),
            "x": "".join(rng.choice(list("01R"), N)),
            "bias": round(float(rng.uniform(-4, 6)), 1),
            "hold": write_hold(held),
        }


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("none", "none"),
        ("f3=0", "f3=0"),
        ("f3-3=0.50", "f3=0.5"),
        ("z16=1;f2=0.25;f1=0.25", "f1-2=0.25;z16=1"),
        ("f1-4=1;f3=0", "f1-2=1;f3=0;f4=1"),
        ("r1-16=0.07", "r1-16=0.07"),
        ("i2=1;f3=1;f2=1", "f2-3=1;i2=1"),
        ("o1=0;o3=0", "o1=0;o3=0"),
    ],
)
def test_what_is_held_is_written_in_one_way(given, stored):
    assert Gates(hold=given).hold == stored
    assert read_hold(stored) == read_hold(given)


@pytest.mark.parametrize(
    "hold",
    [
        *("", "f", "f0=1", "f17=1", "f5-4=1", "g3=1", "f3=2", "f3=1.0"),
        *("f3=0.123", "f3=-1", "f3=0;", "f3=0,f4=0", "f3 = 0", "F3=0"),
        *("f3=.5", "f3=1e-1", "f1-17=0", "none;f3=0", "f²=0"),
    ],
)
def test_anything_else_is_refused(hold):
    rule = "it must be none, or gates, steps and values such as f3=0;i5-9=0.25"
    with pytest.raises(TraitError, match=re.escape(f"{hold!r}; {rule}")):
        Gates(hold=hold)


def test_reading_and_writing_are_inverse():
    for setting in some_settings(200, seed=1):
        held = read_hold(setting["hold"])
        assert read_hold(write_hold(held)) == held


@pytest.mark.parametrize("seed", range(20))
def test_without_holds_it_is_the_network_of_the_chapter(seed):
    rng = np.random.default_rng(seed)
    bias = round(float(rng.uniform(-4, 6)), 1)
    x = "".join(rng.choice(list("01R"), N))
    X, last = as_inputs(x)[np.newaxis], np.zeros((1, N, 1))
    last[0, -1] = 1
    shown = Gates("LSTM", x, bias).readout
    bx = LSTM.bx.copy()
    bx[1] = bias
    params = LSTM._replace(bx=bx)
    S, C = lstm_states(X, params)
    _, delta, gamma = lstm_gradient(X, S, C, last, params)
    for name, array in (("S", S), ("C", C)):
        np.testing.assert_array_equal(shown[name], array[0, :, 0])
    # A product of three numbers, in another order.
    for name, array in (("delta", delta), ("gamma", gamma)):
        np.testing.assert_allclose(shown[name], array[0, :, 0], rtol=1e-14)
    shown = Gates("GRU", x, bias).readout
    bx = GRU.bx.copy()
    bx[1] = bias
    params = GRU._replace(bx=bx)
    S = gru_states(X, params)
    _, delta = gru_gradient(X, S, last, params)
    np.testing.assert_array_equal(shown["S"], S[0, :, 0])
    np.testing.assert_allclose(shown["delta"], delta[0, :, 0], rtol=1e-14)


def output(network, X, params, held):
    if network == "LSTM":
        return lstm_forward(X, params, held)[1][-1]
    return gru_forward(X, params, held)[1][-1]


def at_sums(network, X, params, held):
    """Give the gradient at the sum of every gate at every step, 0 where the gate is held."""
    if network == "LSTM":
        gates, _, C = lstm_forward(X, params, held)
        delta, gamma = (grad[1:] for grad in lstm_back(gates, C, params, held))
        i, f, g, o = (gates[letter] for letter in "ifgo")
        all_sums = {
            "i": gamma * g * i * (1 - i),
            "f": gamma * C[:-1] * f * (1 - f),
            "g": gamma * i * (1 - g**2),
            "o": delta * np.tanh(C[1:]) * o * (1 - o),
        }
    else:
        gates, S = gru_forward(X, params, held)
        delta = gru_back(gates, S, params, held)[1:]
        r, z, c = (gates[letter] for letter in "rzc")
        b_c = S[:-1] * params.WRec[0, 2] + params.bRec[2]
        all_sums = {
            "r": delta * (1 - z) * (1 - c**2) * b_c * r * (1 - r),
            "z": delta * (S[:-1] - c) * z * (1 - z),
            "c": delta * (1 - z) * (1 - c**2),
        }
    for letter, k in held:
        if letter in all_sums:
            all_sums[letter][k - 1] = 0
    return all_sums


@pytest.mark.parametrize("network", ["LSTM", "GRU"])
@pytest.mark.parametrize("seed", range(12))
def test_the_gradient_past_held_gates_is_the_slope(network, seed):
    """Every weight is random here, so that every gate reads the state."""
    rng = np.random.default_rng(seed)
    letters = COLUMNS[network]
    params = initial_gated_params(2, 1, 1, len(letters), rng)
    params = GatedParams(*(2 * array for array in params))
    (setting,) = some_settings(1, seed)
    held = read_hold(setting["hold"])
    # Closed at the end, it would leave no gradient to compare.
    held.pop(("o", N), None)
    # One more input a step, with which the sums of that step alone are moved.
    X = np.hstack([as_inputs(setting["x"]), np.eye(N)])
    Wx = np.vstack([params.Wx, np.zeros((N, len(letters)))])
    params = params._replace(Wx=Wx)
    exact = at_sums(network, X, params, held)
    largest = max(np.abs(grad).max() for grad in exact.values())
    assert largest > 1e-3
    for column, letter in enumerate(letters):
        for k in range(1, N + 1):

            def moved(by, k=k, column=column):
                Wx = params.Wx.astype(type(by))
                Wx[1 + k, column] += by
                arrays = (array.astype(type(by)) for array in params)
                return output(
                    network, X, GatedParams(*arrays)._replace(Wx=Wx), held
                )

            at = exact[letter][k - 1]
            by_complex_step = moved(1e-20j).imag / 1e-20
            assert abs(at - by_complex_step) < 1e-14 * max(largest, 1)
            central = (moved(1e-5) - moved(-1e-5)) / 2e-5
            assert abs(at - central) < 1e-9


@pytest.mark.parametrize(
    ("network", "hold", "name"),
    [("LSTM", "f2-16=1", "gamma"), ("GRU", "z2-16=1", "delta")],
)
def test_open_gates_carry_the_gradient_whole(network, hold, name):
    for setting in some_settings(50, seed=2):
        shown = Gates(**setting | {"network": network, "hold": hold}).readout
        assert len(set(shown[name][1:])) == 1
        assert shown["left"] == 1


@pytest.mark.parametrize(
    ("network", "hold", "name"),
    [("LSTM", "f9=0", "gamma"), ("GRU", "r9=0;z9=0", "delta")],
)
def test_closed_gates_cut_the_memory_and_the_gradient(network, hold, name):
    memory = "C" if network == "LSTM" else "S"
    for setting in some_settings(50, seed=3):
        setting |= {"network": network, "hold": hold}
        shown = Gates(**setting).readout
        assert shown[name][:9] == [0] * 9
        assert shown[name][9] > 0
        assert shown["left"] == 0
        before = "R" * 8 if setting["x"][0] != "R" else "1" * 8
        other = Gates(**setting | {"x": before + setting["x"][8:]}).readout
        assert other[memory][9:] == shown[memory][9:]
        assert other[memory][8] != shown[memory][8]


def test_an_update_gate_of_0_alone_leaves_the_path_through_the_candidate():
    shown = Gates("GRU", x="1" + "0" * 15, hold="z9=0").readout
    assert shown["delta"][8] > 0.5 * shown["delta"][9] > 0


def test_a_closed_output_gate_leaves_nothing_to_compare():
    shown = Gates(hold="o16=0").readout
    assert shown["gamma"] == [0] * 17
    assert shown["left"] is None
    assert "left of the first step: none" in Gates(hold="o16=0").element()


def test_gradients_stay_within_the_picture():
    """Its scale is fixed, from 0 to 1."""
    for setting in some_settings(400, seed=4):
        shown = Gates(**setting).readout
        for name in ("gamma", "delta"):
            if name == "gamma" or shown["network"] == "GRU":
                grad = shown.get(name, [0])
                assert 0 <= min(grad) <= max(grad) <= 1


def test_it_counts_the_ones_since_the_last_R():
    """At a bias of 3, in stairs: each 1 goes up, an R goes back, a 0 changes little."""
    for network, memory in (("LSTM", "C"), ("GRU", "S")):
        for setting in some_settings(30, seed=5):
            x = setting["x"]
            shown = Gates(network, x).readout[memory]
            for k, symbol in enumerate(x, start=1):
                if symbol == "R":
                    assert abs(shown[k]) < 0.03
                elif symbol == "0":
                    assert abs(shown[k] - shown[k - 1]) < 0.06
                elif shown[k - 1] < 0.5:
                    assert shown[k] - shown[k - 1] > 0.1


def test_fallback_says_what_python_computed():
    shown = Gates(x="1111000000000000", bias=1, hold="f2-16=1")
    assert (
        "The forget gate has the bias 1, and gates are held at 15 places. "
        f"The memory C ends at {shown.readout['C'][-1]:.4f}, "
        f"the output y is {shown.readout['y']:.4f}. "
        f"The gradient gamma is {shown.readout['gamma'][-1]:.4f} at the last step "
        f"and {shown.readout['gamma'][1]:.4f} at the first; "
        "left of the first step: 1."
    ) in shown.element()
    # Gates of the other network do not count.
    assert "held at no places" in Gates(hold="z3=0").element()
