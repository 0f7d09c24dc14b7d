"""The states in Python: their valid parameters, their numbers, and the figure for print."""

import re
import unicodedata

import numpy as np
import pytest
from traitlets import TraitError

from rnn_by_hand.explorables import States
from rnn_by_hand.model import forward_states, loss

BITS = (1, 0, 1, 1, 0, 0, 1, 1, 1, 0)


def plain(text):
    """Replace special characters with ones on a keyboard, for comparison."""
    signs = {
        "MINUS SIGN": "-",
        "MULTIPLICATION SIGN": "x",
        "NARROW NO-BREAK SPACE": " ",
    }
    return text.translate(
        {ord(unicodedata.lookup(name)): sign for name, sign in signs.items()}
    )


def test_starts_as_asked():
    explorable = States(wx=1.2, wRec=-0.7, x="0000000001")
    assert (explorable.wx, explorable.wRec) == (1.2, -0.7)
    assert explorable.x == (0,) * 9 + (1,)


def test_counts_by_default():
    readout = States().readout
    assert readout["x"] == list(BITS)
    assert readout["y"] == readout["t"] == 6
    assert readout["loss"] == 0
    assert (
        readout["S"] == readout["count"] == [0, 1, 1, 2, 3, 3, 3, 4, 5, 6, 6]
    )


@pytest.mark.parametrize(
    "x",
    [
        "1011001110",
        BITS,
        list(BITS),
        np.array(BITS),
        np.array(BITS, float),
        np.array(BITS, bool),
    ],
)
def test_takes_bits_in_any_form(x):
    bits = States(x=x).x
    assert bits == BITS
    assert {type(bit) for bit in bits} == {int}


def test_takes_weights_of_any_type():
    explorable = States(wx=np.float32(0.5), wRec=-1)
    assert (explorable.wx, explorable.wRec) == (0.5, -1)
    assert type(explorable.wx) is type(explorable.wRec) is float


@pytest.mark.parametrize("name", ["wx", "wRec"])
@pytest.mark.parametrize(
    "value", [3.01, -3.01, np.nan, np.inf, "1", None, True, [1.0], 1j]
)
def test_refuses_a_bad_weight(name, value):
    rule = re.escape(f"{name} is {value!r}; it must be a number from -3 to 3")
    with pytest.raises(TraitError, match=rule):
        States(**{name: value})
    explorable = States()
    with pytest.raises(TraitError, match=rule):
        setattr(explorable, name, value)
    assert getattr(explorable, name) == 1


BAD_BITS = [
    *(
        "101",
        "10110011100",
        "101100111x",
        "",
        BITS[:-1],
        (*BITS[:-1], 2),
        ["1"] * 10,
        None,
        7,
    ),
    *([BITS], [[0]] * 10, np.array([BITS] * 10)),
]


@pytest.mark.parametrize("value", BAD_BITS, ids=range(len(BAD_BITS)))
def test_refuses_bad_bits(value):
    rule = re.escape(f"x is {value!r}; it must be 10 bits, each 0 or 1")
    with pytest.raises(TraitError, match=rule):
        States(x=value)
    explorable = States()
    with pytest.raises(TraitError, match=rule):
        explorable.x = value
    assert explorable.x == BITS


def test_readout_equals_the_model():
    rng = np.random.default_rng(3)
    explorable = States()
    for wx, wRec in rng.uniform(-3, 3, (50, 2)).round(12):
        explorable.wx, explorable.wRec = wx, wRec
        explorable.x = rng.integers(0, 2, 10)
        X = np.array([explorable.x])
        S = forward_states(X, wx, wRec)
        readout = explorable.readout
        assert readout["S"] == S[0].tolist()
        assert readout["y"] == S[0, -1]
        assert readout["t"] == X.sum()
        assert readout["count"] == [X[0, :k].sum() for k in range(11)]
        assert readout["loss"] == loss(S[:, -1], X.sum(axis=1))
        assert (readout["wx"], readout["wRec"]) == (wx, wRec)


def test_a_setting_is_written_in_full():
    explorable = States(wx=1, wRec=0.9)
    assert repr(explorable) == "States(wx=1.0, wRec=0.9, x='1011001110')"
    assert explorable.element().startswith(
        '<rnn-states wx="1.0" wrec="0.9" x="1011001110"><figure'
    )


def test_fallback_says_what_python_computed():
    explorable = States(wx=1, wRec=-1.1, x="1000000001")
    sentence = (
        "With wx = 1 and wRec = -1.1 the states are 0, 1, -1.1, 1.21, -1.331, 1.464, -1.611, "
        "1.772, -1.949, 2.144, -1.358; the output is -1.358, the true count 2, "
        "the squared error 11.28."
    )
    assert round(explorable.readout["y"], 3) == -1.358
    assert sentence in plain(explorable.element())


@pytest.mark.parametrize(
    ("wRec", "words"),
    [
        (
            3,
            "the output is 88 572, the true count 10, the squared error 7.843 x 10⁹",
        ),
        (0, "0, 3, 3"),
    ],
)
def test_fallback_writes_large_numbers_and_zero(wRec, words):
    page = States(wx=3, wRec=wRec, x="1" * 10).element()
    assert words in plain(page)
    assert "nan" not in re.sub("<svg.*</svg>", "", page, flags=re.DOTALL)
