"""What the figure of the gates of one unit draws, from made-up numbers."""

import numpy as np
from artists import bars, hue, line, lines, pointers, shows, words

from rnn_by_hand.figures_gates import draw_gates

SYMBOLS = "10R1"
FORGET, LET_IN, OUT = (
    [0.9, 0.8, 0.1, 1.0],
    [0.7, 0.0, 0.2, 0.6],
    [0.5, 0.25, 1.0, 0.0],
)
HELD = {("f", 3): 0.1, ("o", 4): 0.0, ("z", 1): 0.5}
MEMORY = [0, 0.3, 0.25, 0.0, 1.4]
#: The gradient on its way back: it is cut where it has nearly vanished.
GRADIENT = [0.004, 0.005, 0.2, 0.5, 1.0]


def draw(gates=None):
    gates = gates or {"f": FORGET, "i": LET_IN, "o": OUT}
    return draw_gates(SYMBOLS, gates, HELD, MEMORY, GRADIENT).axes


@shows(draw_gates)
def test_each_gate_has_a_bar_for_each_symbol():
    strip, *rows, _, _ = draw()
    assert [text.get_position() for text in strip.texts] == [
        (k, 0) for k in (1, 2, 3, 4)
    ]
    assert words(strip) == list(SYMBOLS)
    for ax, values, name, colour, held in zip(
        rows,
        (FORGET, LET_IN, OUT),
        ("forget\n$f$", "input\n$i$", "output\n$o$"),
        ("wrec", "wx", "ink"),
        ([3], [], [4]),
        strict=True,
    ):
        drawn = sorted(map(tuple, bars(ax)))
        np.testing.assert_allclose(
            drawn, [(k, 0, value) for k, value in enumerate(values, start=1)]
        )
        assert {hue(bar.get_facecolor()) for bar in ax.patches} == {colour}
        assert ax.get_ylabel() == name
        low, high = ax.get_ylim()
        assert low < 0
        assert high > 1
        # What is held is solid, and has a dot.
        solid = [
            round(bar.get_center()[0])
            for bar in ax.patches
            if bar.get_alpha() == 1
        ]
        assert solid == held
        assert line(ax, mark="o").tolist() == [
            [k, values[k - 1]] for k in held
        ]


@shows(draw_gates)
def test_the_memory_is_above_the_gradient_that_flows_back():
    *_, state, back = draw()
    assert line(state, "state", "o").tolist() == [
        [k, value] for k, value in enumerate(MEMORY)
    ]
    low, high = state.get_ylim()
    assert low < 0
    assert high > 1.4
    assert state.get_ylabel() == "cell\nstate C"
    assert pointers(back) == [
        ((2, 0.2), (1, 0.005), "gradient"),
        ((3, 0.5), (2, 0.2), "gradient"),
        ((4, 1.0), (3, 0.5), "gradient"),
    ]
    assert "gamma" in back.get_ylabel()
    assert back.get_xlim() == (-0.6, 4.6)
    assert len(lines(back)) == 1


@shows(draw_gates)
def test_a_gru_has_a_state_and_its_own_gates():
    _, update, reset, state, back = draw({"z": FORGET, "r": LET_IN})
    assert update.get_ylabel() == "update\n$z$"
    assert reset.get_ylabel() == "reset\n$r$"
    assert line(update, mark="o").tolist() == [[1, 0.9]]
    assert state.get_ylabel() == "state S"
    assert "delta" in back.get_ylabel()
