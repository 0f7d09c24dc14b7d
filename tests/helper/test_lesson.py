"""The helper code that chapters show is short, plain, and the code that actually runs."""

import ast
import inspect
import pickle
import re

import numpy as np
import pytest

from rnn_by_hand import (
    adder,
    model,
    optimizers,
    practice,
    scan,
    vector_rnn,
)
from rnn_by_hand.display import show_source
from rnn_by_hand.gradient_check import numerical_gradient

#: The maximum number of lines for each function in a chapter.
LONGEST = {
    model.make_dataset: 6,
    model.update_state: 4,
    model.forward_states: 8,
    model.loss: 4,
    model.output_gradient: 4,
    model.backward_gradient: 12,
    vector_rnn.initial_params: 10,
    vector_rnn.update_state: 4,
    vector_rnn.forward_states: 8,
    vector_rnn.outputs: 4,
    vector_rnn.loss: 4,
    vector_rnn.output_gradient: 4,
    vector_rnn.backward_gradient: 20,
    adder.bits_of: 4,
    adder.make_additions: 8,
    adder.added_right: 4,
    adder.train: 20,
    adder.carries: 8,
    adder.tells_apart: 4,
    practice.first_recurrent: 10,
    practice.make_recall: 4,
    optimizers.clip_by_norm: 4,
    scan.combine: 4,
    scan.combine_matrices: 4,
    scan.newton_correction: 8,
    scan.scan: 20,
    scan.linear_states: 20,
    optimizers.descend: 20,
    **dict.fromkeys(optimizers.OPTIMIZERS.values(), 20),
    numerical_gradient: 12,
}
FORBIDDEN = r"\b_\w*|\b\w*(dtype|order=|errstate|astype|asarray|fortran)\w*"

each = pytest.mark.parametrize(
    "function", LONGEST, ids=lambda f: f"{f.__module__}.{f.__name__}"
)


def shown(function):
    return re.fullmatch(
        r"```python\n(.*)```", show_source(function).data, re.DOTALL
    )[1]


@each
def test_a_lesson_is_short(function):
    lines = shown(function).strip().splitlines()
    assert len(lines) <= LONGEST[function]
    assert max(map(len, lines)) <= 79


@each
def test_no_two_statements_share_a_line(function):
    tree = ast.parse(shown(function))
    starts = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.stmt)]
    assert len(set(starts)) == len(starts)


@each
def test_a_lesson_names_nothing_but_the_lesson(function):
    found = re.finditer(FORBIDDEN, shown(function))
    assert [name[0] for name in found] == []


@each
def test_the_decorator_of_a_lesson_is_invisible_from_outside(function):
    assert pickle.loads(pickle.dumps(function)) is function
    assert function.__doc__
    bare = inspect.unwrap(function)
    assert inspect.signature(function) == inspect.signature(bare)


def test_a_lesson_alone_computes_the_same():
    """The decorator only prepares arrays; the lesson does all the work."""
    X, t = model.make_dataset()
    wx, wRec = np.array(0.8), np.array(0.9)
    S = model.forward_states(X, 0.8, 0.9)
    grad_out = model.output_gradient(S[:, -1], t)
    calls = {
        model.forward_states: (X, wx, wRec),
        model.loss: (S[:, -1], t),
        model.output_gradient: (S[:, -1], t),
    }
    for lesson, given in calls.items():
        expected = lesson(*given)
        np.testing.assert_array_equal(lesson.__wrapped__(*given), expected)
    given = X, S, grad_out, wRec
    gradients, delta = model.backward_gradient.__wrapped__(*given)
    expected, expected_delta = model.backward_gradient(*given)
    assert gradients == expected
    np.testing.assert_array_equal(delta, expected_delta)
