"""What every explorable must provide for live notebooks and pages, tested without a browser."""

import gzip
import inspect
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from settings import CASES, everyone, linked, start
from traitlets import TraitError

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables import EXPLORABLES
from rnn_by_hand.explorables.parameters import (
    Bits,
    Choice,
    Poles,
    Real,
    Text,
    Whole,
)
from rnn_by_hand.explorables.script import FOLDER, notebook_script

WIDGET = "application/vnd.jupyter.widget-view+json"
SCRIPTS = sorted(FOLDER.rglob("*.js"))


def from_browser(setting):
    """Return a setting as a browser sends it, through JSON."""
    return json.loads(json.dumps(setting))


def setting_of(explorable):
    return {name: getattr(explorable, name) for name in explorable.parameters}


def is_plain(value):
    """Check that a value contains no NumPy types, which would compare equal to Python's own."""
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or type(value) in (bool, int, float, str)


def wrong_values(parameter):
    """Return values that a parameter of this kind must refuse, including some of every type."""
    if isinstance(parameter, Bits):
        right = [0, 1] * (parameter.length // 2)
        return [
            *("", "101", "01" * 5 + "0", "010101010x", None, 7, True),
            *(right[1:], [*right[1:], 2], ["1"] * 10, [right], [[0]] * 10),
            np.array([right] * 10),
        ]
    if isinstance(parameter, Choice):
        first = parameter.options[0]
        return [
            "",
            "typo",
            first.swapcase(),
            f" {first}",
            None,
            1,
            True,
            [first],
        ]
    if isinstance(parameter, Poles):
        texts = ("", "typo", "0.5", "1.06@1", "0.5@181", "nan@1", "-0.5@1")
        many = ";".join(["0.5@1"] * (parameter.most + 1))
        return [*texts, many, "0.5@1;", None, 1, True, ["0.5@1"]]
    if isinstance(parameter, Text):
        right = parameter.start
        return ["", "typo", right[1:], f"{right} ", None, 7, True, [right]]
    beyond = [parameter.low - 0.01, parameter.high + 0.01, np.nan, np.inf]
    others = ["1", None, True, np.True_, [1.0], 1j]
    middle = (parameter.low + parameter.high) // 2
    between = [middle + 0.5] if isinstance(parameter, Whole) else []
    return [*beyond, *others, *between]


def test_there_is_a_case_and_a_script_for_every_explorable():
    assert CASES.keys() == set(EXPLORABLES)
    scripts = [path.stem for path in SCRIPTS if path.stem.startswith("rnn-")]
    assert sorted(kind.tag for kind in EXPLORABLES) == scripts


@everyone
def test_a_tag_follows_from_the_name_of_its_class(kind):
    words = re.findall("[A-Z][a-z]*", kind.__name__)
    assert kind.tag == "-".join(["rnn", *words]).lower()
    assert kind().tag == kind.tag


@everyone
def test_an_explorable_has_the_parameters_of_its_signature(kind):
    signature = inspect.signature(kind).parameters
    assert [*signature] == kind.parameters
    defaults = {name: given.default for name, given in signature.items()}
    explorable = kind()
    again = kind(**setting_of(explorable))
    assert explorable.readout == again.readout == kind(**defaults).readout
    assert set(kind.parameters) <= explorable.readout.keys()


@everyone
def test_an_unknown_argument_is_refused_with_the_signature(kind):
    signature = re.escape(f"{kind.__name__}{inspect.signature(kind)}")
    with pytest.raises(TypeError, match=rf"^{signature} .*'depth'"):
        kind(depth=3)
    with pytest.raises(TypeError, match=rf"^{signature} too many"):
        kind(*[0] * 9)


@everyone
def test_a_readout_is_made_of_plain_python(kind):
    for explorable in (kind(), start(kind), linked(kind)):
        for name, value in explorable.readout.items():
            assert is_plain(value), name


@everyone
def test_an_invalid_value_is_refused_by_name_and_nothing_changes(kind):
    for name in kind.parameters:
        parameter = kind.class_traits()[name]
        explorable = start(kind)
        before = setting_of(explorable)
        for value in wrong_values(parameter):
            words = f"{name} is {value!r}; it must be {parameter.rule}"
            with pytest.raises(TraitError) as refused:
                kind(**{name: value})
            assert str(refused.value) == words
            with pytest.raises(TraitError) as refused:
                setattr(explorable, name, value)
            assert str(refused.value) == words
            assert setting_of(explorable) == before


@everyone
def test_a_browser_can_set_only_valid_values(kind):
    explorable, other = start(kind), linked(kind)
    begun = explorable.get_state()["start"]
    assert begun == {
        name.lower(): "".join(map(str, value))
        if isinstance(value, tuple)
        else str(value)
        for name, value in setting_of(explorable).items()
    }
    for name, value in setting_of(other).items():
        explorable.set_state(from_browser({name: value}))
        assert getattr(explorable, name) == value
        assert type(getattr(explorable, name)) is type(value)
    assert explorable.readout == other.readout
    for name in kind.parameters:
        parameter = kind.class_traits()[name]
        # JSON has no complex numbers, no NaN and no NumPy types.
        sent = [
            value
            for value in wrong_values(parameter)
            if isinstance(value, str | list | bool) or value is None
        ]
        assert len(sent) > 3
        for value in sent:
            with pytest.raises(TraitError, match=f"^{name} is "):
                explorable.set_state({name: value})
        assert explorable.readout == other.readout
    # The setting to which "Reset" returns has not changed.
    assert explorable.get_state()["start"] == begun


@everyone
def test_changes_in_python_reach_the_browser(kind):
    explorable, other = start(kind), linked(kind)
    seen = []
    explorable.observe(lambda change: seen.append(change.name))
    for name, value in setting_of(other).items():
        setattr(explorable, name, value)
    state = explorable.get_state(kind.parameters)
    assert state == from_browser(setting_of(other))
    changed = [
        name
        for name, value in setting_of(start(kind)).items()
        if value != getattr(other, name)
    ]
    assert seen == changed
    assert len(changed) >= len(CASES[kind].linked) - 1


@everyone
def test_the_same_setting_gives_the_same_text(kind):
    """Everything a notebook stores of it, and the setting as pages and readers see it."""
    explorable = linked(kind)
    shown = explorable._repr_mimebundle_()[0]
    assert set(shown) == {WIDGET, "text/html", "text/plain"}
    assert shown[WIDGET]["model_id"] == explorable.model_id
    page = shown["text/html"]
    attributes = " ".join(
        f'{name}="{value}"' for name, value in explorable.start.items()
    )
    assert page.startswith(f"<{kind.tag} {attributes}><figure")
    assert page.endswith(f"</figure></{kind.tag}>")
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert len(page) < 120_000
    words = re.sub("<svg.*</svg>", "", page, flags=re.DOTALL)
    assert not re.search("nan|inf", words, re.IGNORECASE)
    assert page == linked(kind).element()
    # The text can be evaluated, and recreates the same explorable.
    again = eval(shown["text/plain"], {kind.__name__: kind})
    assert again.readout == explorable.readout


@everyone
def test_a_page_follows_the_setting(kind):
    explorable, other = start(kind), linked(kind)
    for name, value in setting_of(other).items():
        setattr(explorable, name, value)
    assert explorable.element() == other.element()
    assert repr(explorable) == repr(other)


def test_another_process_writes_the_same_text():
    code = (
        "from rnn_by_hand.explorables import EXPLORABLES\n"
        "print(''.join(kind().element() for kind in EXPLORABLES), end='')"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    here = "".join(kind().element() for kind in EXPLORABLES)
    assert elsewhere.stdout == here


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_needs_nothing_but_its_neighbours(path):
    text = path.read_text("utf-8")
    imported = re.findall(r'^(?:import |\} ).* "(.*)";$', text, re.MULTILINE)
    assert text.count("\nimport ") == len(imported)
    assert all((path.parent / name).exists() for name in imported)
    assert "fetch(" not in text


def test_the_scripts_know_the_palette():
    script = (FOLDER / "lib" / "explorable.js").read_text("utf-8")
    colours = dict(
        re.findall(r"var\(--rnn-([a-z]+), (#[0-9a-f]{6})\)", script)
    )
    assert len(colours) >= 9
    assert colours == {name: PALETTE[name] for name in colours}


@everyone
def test_an_explorable_is_one_small_module_in_a_notebook(kind):
    """anywidget requires a module without imports."""
    module = notebook_script(kind.tag)
    assert kind._esm == module
    assert not re.search(r"^import ", module, re.MULTILINE)
    (exported,) = re.findall(r"^export .*", module, re.MULTILINE)
    assert exported.startswith("export default { render: ")
    assert module.count(f'define("{kind.tag}", ') == 1
    assert len(gzip.compress(module.encode(), 9, mtime=0)) < 32_000


def test_a_slider_that_accumulates_steps_still_gives_round_numbers():
    number = Real(-3, 3, start=1)
    assert number.accept(0.9999999999999996) == 1
    assert number.accept(1 - 1e-13) == 1 - 1e-13
    assert type(number.accept(np.float32(0.5))) is float
