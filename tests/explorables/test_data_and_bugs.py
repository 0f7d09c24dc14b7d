"""What the page defines itself, and must match Python: the data set, its loss, and the bugs."""

import json
import os
import shutil
import subprocess
import sys
from urllib.parse import quote

import numpy as np
import pytest
from conftest import open_page
from contents import ROOT
from in_page import assert_same

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES
from rnn_by_hand.explorables import GradientCheck
from rnn_by_hand.explorables.script import classic_script
from rnn_by_hand.model import make_dataset
from rnn_by_hand.surface import Surface

X, t = make_dataset()


@pytest.fixture
def from_module(page, site):
    """Import a module of the site and evaluate an expression with it."""

    def evaluate(name, expression, argument=None):
        page.goto(f"{site}blank.html")
        return page.evaluate(
            f"async ([url, argument]) => ({expression})(await import(url), argument)",
            [f"{site}_static/{name}.js", argument],
        )

    return evaluate


def test_the_page_has_the_data_set_of_the_helper(from_module):
    given = from_module("dataset", "({ ROWS, N, n }) => ({ ROWS, N, n })")
    rows = ["".join(map(str, row)) for row in X.astype(int)]
    assert given == {"ROWS": rows, "N": len(X), "n": X.shape[1]}


def test_the_page_has_the_surface_of_the_helper(from_module):
    given = from_module(
        "dataset",
        "({ surface: { coefficients, C }, N }) => ({ ...coefficients, C, N })",
    )
    surface = Surface(X, t)
    assert given == {
        **{name: getattr(surface, name).tolist() for name in "ABD"},
        "C": surface.C,
        "N": surface.n_samples,
    }


def test_the_page_evaluates_the_surface_to_the_last_bit(from_module):
    points = np.random.default_rng(12).uniform(-3, 3, (200, 2)).tolist()
    given = from_module(
        "dataset",
        """({ surface }, points) => points.map(([wx, wRec]) => [
            surface.loss(wx, wRec), ...surface.gradient(wx, wRec),
            ...surface.curvature(wx, wRec), surface.floor(wRec),
        ])""",
        points,
    )
    surface = Surface(X, t)
    assert given == [
        [
            surface.loss(*point),
            *surface.gradient(*point),
            *surface.curvature(*point),
            surface.floor(point[1]),
        ]
        for point in points
    ]


def test_the_page_has_the_bugs_and_mysteries_of_the_helper(from_module):
    bugs, mysteries = from_module(
        "bug-zoo",
        """({ BUGS, MYSTERIES }) => [
            Object.entries(BUGS).map(([name, { clue }]) => [name, clue]),
            Object.entries(MYSTERIES),
        ]""",
    )
    # The order must match too, because it is that of the menus.
    assert bugs == [[name, bug.clue] for name, bug in BUGS.items()]
    assert mysteries == [list(pair) for pair in MYSTERIES.items()]


#: A new bug inserted before an existing one, in both languages.
NEW = "minus wRec"
INSERTED = {
    "bug_zoo.py": (
        '    "wx for wRec": Bug(\n',
        f'    "{NEW}": Bug("k] * wRec", "k] * -wRec", "A step back changes sign."),\n',
    ),
    "js/bug-zoo.js": (
        '  "wx for wRec": {\n',
        f'  "{NEW}": {{ changes: {{ carry: (_, wRec) => -wRec }}, clue: "A step back changes sign." }},\n',
    ),
}
IN_COPY = """
import json, sys
from rnn_by_hand.bug_zoo import BUGS, MYSTERIES
from rnn_by_hand.explorables import GradientCheck
names = [*BUGS, *MYSTERIES]
shown = {name: GradientCheck(0.8, 0.9, bug=name).readout for name in names}
print(json.dumps([list(BUGS), MYSTERIES, shown]))
"""


@pytest.fixture(scope="module")
def longer_zoo(tmp_path_factory):
    """Copy the helper, insert a bug in the middle, and return the folder of the copy."""
    folder = tmp_path_factory.mktemp("zoo")
    copy = folder / "rnn_by_hand"
    shutil.copytree(ROOT / "src" / "rnn_by_hand", copy)
    for name, (place, new) in INSERTED.items():
        text = (copy / name).read_text("utf8")
        assert text.count(place) == 1
        text = text.replace(place, new + place)
        (copy / name).write_text(text, "utf8")
    return folder


@pytest.fixture(scope="module")
def in_longer_zoo(longer_zoo):
    """Return the names in the copy, what its mysteries hide, and its readout for each name."""
    done = subprocess.run(
        [sys.executable, "-c", IN_COPY],
        capture_output=True,
        check=True,
        encoding="utf8",
        env=os.environ | {"PYTHONPATH": str(longer_zoo)},
    )
    return json.loads(done.stdout)


def test_a_new_bug_leaves_the_old_names_alone(in_longer_zoo):
    """Even if inserted in the middle: a mystery refers to its bug by name, not by position.

    If the third mystery were given by its position in the list, it would now hide the bug before.
    """
    names, mysteries, shown = in_longer_zoo
    assert [name for name in names if name != NEW] == list(BUGS)
    assert 0 < names.index(NEW) < len(BUGS)
    assert mysteries == MYSTERIES
    for name in (*BUGS, *MYSTERIES):
        python = GradientCheck(0.8, 0.9, bug=name).readout
        assert_same(shown[name], python, rtol=0)


def test_a_new_bug_changes_no_link(browser, longer_zoo, in_longer_zoo):
    """Readers have links to bugs and to mysteries."""
    tag = GradientCheck.tag
    script = classic_script([tag], longer_zoo / "rnn_by_hand" / "js")
    (longer_zoo / "script.js").write_text(script, "utf8")
    file = longer_zoo / "page.html"
    file.write_text(f'<{tag}></{tag}><script src="script.js"></script>')
    page = open_page(browser, troubles := [])
    *_, shown = in_longer_zoo
    old = {
        name: GradientCheck(0.8, 0.9, bug=name).readout
        for name in (*BUGS, *MYSTERIES)
    }
    for name, python in {NEW: shown[NEW], **old}.items():
        page.goto("about:blank")
        setting = f"wx=0.8,wRec=0.9,bug={quote(name, safe='')}"
        page.goto(f"{file.as_uri()}#gradient-check:{setting}")
        readout = page.locator(tag).evaluate("element => element.readout")
        assert readout["bug"] == name
        assert_same(readout, python, rtol=0)
    assert not troubles
    page.context.close()
