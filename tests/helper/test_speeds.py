"""The record of speeds is of the five ways there are, and the page shows it."""

import html
import importlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnn_by_hand.display import show_table
from rnn_by_hand.model import make_dataset
from rnn_by_hand.records.speeds import (
    DELIVERED,
    fastest,
    speeds,
    table_of_speeds,
)

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))
import ways_book  # noqa: E402

WAYS = ["loop", "Horner", "filter", "convolution", "scan"]
SIZES = [(50, 10), (5000, 10), (50, 1000), (20000, 100)]
RECORD = speeds()
each = pytest.mark.parametrize("delivered", DELIVERED)


@pytest.fixture
def ways_jax():
    """The steps in JAX, in double precision until the test ends."""
    jax = pytest.importorskip("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield importlib.import_module("ways_jax")
    jax.config.update("jax_enable_x64", before)


def assert_the_loop_agrees(step, X, t, *weights):
    expected = ways_book.loop(X, t, *weights)()
    for part, right in zip(step(), expected):
        assert np.shape(part) == np.shape(right)
        assert_allclose(np.asarray(part), right, rtol=1e-11, atol=1e-11)


# ------------------------------------------------------------------------------ what is timed


sizes = pytest.mark.parametrize("size", [(3, 1), (4, 2), (5, 40)])


@each
@sizes
def test_every_way_delivers_what_the_loop_does(delivered, size):
    X, t = make_dataset(*size)
    table = getattr(ways_book, delivered.upper())
    assert [*table] == WAYS
    for make in table.values():
        step = make(X, t, 1.1, -0.9)
        assert delivered == "gradients" or len(step()) == 5
        assert_the_loop_agrees(step, X, t, 1.1, -0.9)


@each
@sizes
def test_every_form_in_jax_delivers_the_same(ways_jax, delivered, size):
    X, t = make_dataset(*size)
    table = getattr(ways_jax, delivered.upper())
    assert [*table] == WAYS
    for forms in table.values():
        for make in forms:
            step = make(X, t, 1.1, -0.9)
            assert len(step()) == {"gradients": 3, "everything": 5}[delivered]
            assert_the_loop_agrees(step, X, t, 1.1, -0.9)


@each
@pytest.mark.parametrize("n_steps", [10, 200])
def test_pytorch_delivers_the_same_in_one_part_or_several(delivered, n_steps):
    # Compiling takes too long for a test; the benchmark compares what it times.
    pytest.importorskip("torch")
    ways_torch = importlib.import_module("ways_torch")
    make = getattr(ways_torch, delivered.upper())["eager"]
    X, t = make_dataset(5, n_steps)
    step = make(X, t, 1.01, 0.99)
    assert_the_loop_agrees(step, X, t, 1.01, 0.99)


# -------------------------------------------------------------------------------- the record


@each
def test_the_record_has_every_way_in_every_library_at_every_size(delivered):
    sizes = RECORD[delivered]
    assert [(s["n_samples"], s["n_steps"]) for s in sizes] == SIZES
    for size in sizes:
        times = size["microseconds"]
        assert [*times] == ["book", "JAX", "PyTorch"]
        assert [*times["book"]] == [*times["JAX"]] == WAYS
        assert [*times["PyTorch"]] == ["eager", "compiled"]
        assert min(min(ways.values()) for ways in times.values()) > 0
        assert size["losses apart"] <= 1e-12


def test_the_record_has_versions_and_no_date():
    names = {"Python", "NumPy", "SciPy", "PyTorch", "JAX"}
    assert {*RECORD["versions"]} == names
    for version in RECORD["versions"].values():
        assert re.fullmatch(r"\d+(\.\d+)+", version)
    said = {"versions", "machine", "processors", "rounds", *DELIVERED}
    assert {*RECORD} == said


@each
def test_every_recorded_loss_is_that_of_the_network(delivered):
    for size in RECORD[delivered][:3]:
        X, t = make_dataset(size["n_samples"], size["n_steps"])
        found = ways_book.convolution_gradients(X, t, 1.01, 0.99)()[0]
        assert_allclose(found, size["loss"], rtol=1e-11)


@each
def test_the_books_fastest_way_is_ahead_of_the_loop_in_jax(delivered):
    for size, way in zip(RECORD[delivered], fastest(delivered, "book")):
        times = size["microseconds"]
        assert times["book"][way] < times["JAX"]["loop"]


# --------------------------------------------------------------------------------- the table


@pytest.fixture
def small():
    """A record of one size, without PyTorch."""
    times = {"book": {"loop": 3.5, "scan": 120.0}}
    times["JAX"] = {"loop": 7.0, "scan": 12400.0}
    size = {"n_samples": 5, "n_steps": 10, "microseconds": times}
    return {"gradients": [size]}


def test_a_table_has_a_row_for_each_way_in_each_library(small):
    header, rows = table_of_speeds("gradients", small)
    assert header == ["gradients alone", "5 × 10"]
    assert rows == [
        ["loop", "3.5"],
        ["loop in JAX", "7"],
        ["scan", "120"],
        ["scan in JAX", "12400"],
    ]
    assert fastest("gradients", "book", small) == ["loop"]
    assert fastest("gradients", "JAX", small) == ["loop"]
    small["gradients"][0]["microseconds"]["book"]["loop"] = 121
    assert fastest("gradients", "book", small) == ["scan"]


def test_without_jax_the_table_has_what_there_is(small):
    times = small["gradients"][0]["microseconds"]
    del times["JAX"]
    times["PyTorch"] = {"eager": 8.0}
    names = [row[0] for row in table_of_speeds("gradients", small)[1]]
    assert names == ["loop", "scan", "loop in PyTorch, eager"]


@each
def test_the_chapter_shows_the_table_of_the_record(delivered):
    book = ROOT / "book" / "12_five_ways.ipynb"
    shown = [
        "".join(output["data"]["text/html"])
        for cell in json.loads(book.read_text("utf8"))["cells"]
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    table = show_table(*table_of_speeds(delivered)).data
    assert table in shown
    assert html.escape(DELIVERED[delivered]) in table
