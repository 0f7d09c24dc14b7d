"""The Python side of the explorables: traits, errors, and what a notebook stores of them."""

import gzip
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from ipywidgets import FloatSlider
from traitlets import TraitError

import rnn_by_hand
from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables import States, _self_contained
from rnn_by_hand.model import forward_states, loss

BITS = (1, 0, 1, 1, 0, 0, 1, 1, 1, 0)
WIDGET = "application/vnd.jupyter.widget-view+json"


def plain(text):
    """Text in the characters of a keyboard, to be compared with."""
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


def test_traits_can_be_observed():
    explorable, seen = States(), []
    explorable.observe(
        lambda change: seen.append((change.name, change.new)),
        ["wx", "wRec", "x"],
    )
    explorable.wx = 2
    explorable.wRec = -1.5
    explorable.x = "1" * 10
    assert seen == [("wx", 2.0), ("wRec", -1.5), ("x", (1,) * 10)]


def test_sliders_are_named_and_linked_in_the_browser():
    explorable = States(wx=0.5, wRec=-2)
    *sliders, picture = explorable.children
    assert all(isinstance(slider, FloatSlider) for slider in sliders)
    assert [slider.description for slider in sliders] == ["wx", "wRec"]
    assert [slider.value for slider in sliders] == [0.5, -2]
    assert {(slider.min, slider.max, slider.step) for slider in sliders} == {
        (-3, 3, 0.01)
    }
    assert picture.get_state()["tag"] == "rnn-states"
    assert picture.get_state()["x"] == list(BITS)


def test_python_and_picture_stay_in_step():
    explorable = States()
    picture = explorable.children[-1]
    explorable.wRec = 0.25
    explorable.x = [0] * 10
    assert (picture.wRec, picture.x) == (0.25, (0,) * 10)
    # What the browser sends when a reader has moved a handle and flipped a bit.
    picture.set_state({"wx": -1.75, "x": list(BITS)})
    assert (explorable.wx, explorable.x) == (-1.75, BITS)
    # The start, which Reset returns to, stays what it was.
    assert picture.start == {"wx": "1.0", "wrec": "1.0", "x": "1011001110"}


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


def test_shows_as_widget_as_element_and_as_text():
    explorable = States(wx=1, wRec=0.9)
    shown = explorable._repr_mimebundle_()
    assert set(shown) == {WIDGET, "text/html", "text/plain"}
    assert shown[WIDGET]["model_id"] == explorable.model_id
    assert shown["text/plain"] == "States(wx=1.0, wRec=0.9, x='1011001110')"
    page = shown["text/html"]
    assert page.startswith(
        '<rnn-states wx="1.0" wrec="0.9" x="1011001110"><figure'
    )
    assert page.endswith("</figure></rnn-states>")
    assert page.count("<svg") == 1
    assert "<script" not in page


def test_fallback_says_what_python_computed():
    explorable = States(wx=1, wRec=-1.1, x="1000000001")
    sentence = (
        "With wx = 1 and wRec = -1.1 the states are 0, 1, -1.1, 1.21, -1.331, 1.464, -1.611, "
        "1.772, -1.949, 2.144, -1.358; the output is -1.358, the true count 2, "
        "the squared error 11.28."
    )
    assert round(explorable.readout["y"], 3) == -1.358
    assert sentence in plain(explorable._repr_mimebundle_()["text/html"])


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
    page = States(wx=3, wRec=wRec, x="1" * 10)._repr_mimebundle_()["text/html"]
    assert words in plain(page)
    assert "nan" not in re.sub("<svg.*</svg>", "", page, flags=re.DOTALL)


def test_fallback_follows_the_setting():
    explorable = States()
    explorable.wRec = 0.5
    shown = explorable._repr_mimebundle_()
    assert 'wrec="0.5"' in shown["text/html"]
    assert "wRec = 0.5" in shown["text/html"]
    assert "wRec=0.5" in shown["text/plain"]


def test_stored_outputs_are_the_same_in_every_run():
    show = (
        "from rnn_by_hand.explorables import States; shown = States(1, 0.9)._repr_mimebundle_();"
        "print(shown['text/plain'] + shown['text/html'], end='')"
    )
    shown = States(1, 0.9)._repr_mimebundle_()
    elsewhere = subprocess.run(
        [sys.executable, "-c", show],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert elsewhere.stdout == shown["text/plain"] + shown["text/html"]


SCRIPTS = sorted((Path(rnn_by_hand.__file__).parent / "js").glob("*.js"))
TAGS = [path.stem for path in SCRIPTS if path.stem.startswith("rnn-")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_needs_nothing_but_its_neighbours(path):
    text = path.read_text("utf-8")
    imported = re.findall(r'^(?:import |\} ).* "(.*)";$', text, re.MULTILINE)
    assert text.count("\nimport ") == len(imported)
    assert all((path.parent / name).exists() for name in imported)
    assert "fetch(" not in text


def test_the_scripts_know_the_palette():
    script = (SCRIPTS[0].parent / "explorable.js").read_text("utf-8")
    colours = dict(
        re.findall(r"var\(--rnn-([a-z]+), (#[0-9a-f]{6})\)", script)
    )
    assert len(colours) >= 9
    assert colours == {name: PALETTE[name] for name in colours}


@pytest.mark.parametrize("tag", TAGS)
def test_an_explorable_is_one_small_module_in_a_notebook(tag):
    """anywidget takes a module that imports nothing."""
    module = _self_contained(f"{tag}.js")
    assert not re.search(r"^import ", module, re.MULTILINE)
    assert re.findall(r"^export .*", module, re.MULTILINE) == [
        "export default { initialize, render };"
    ]
    assert module.count(f'define("{tag}", ') == 1
    assert len(gzip.compress(module.encode(), 9, mtime=0)) < 25_000
