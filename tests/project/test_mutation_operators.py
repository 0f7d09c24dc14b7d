"""The operators of `make mutants`: what stands in the place of what."""

import ast

import pytest
from mutation.operators import mutants


def changed(source):
    """Each mutant of a module, as text."""
    _, all_mutants = mutants(source)
    texts = []
    for i in range(len(all_mutants)):
        # A mutant changes its tree, so each has one of its own.
        tree, again = mutants(source)
        again[i].apply()
        texts.append(ast.unparse(ast.fix_missing_locations(tree)))
    return texts


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b", ["pass", "a - b"]),
        ("x = a < b", ["x = a <= b", "x = a >= b"]),
        ("x = a == b", ["x = a != b"]),
        ("x = a and b", ["x = a or b"]),
        ("x = not a", ["x = a"]),
        ("x = -1", ["x = 1", "x = -2"]),
        ("x = 0.5", ["x = 1.0"]),
        ("x = True", ["x = False"]),
        ("x = 'wx'", ["x = 'wxx'"]),
        ("x = 'two words'", []),
        ("x += y", ["x -= y", "x = y", "pass"]),
        ("x = f(x)", ["pass"]),
        ("x = f(y, axis=z)", ["x = f(y)"]),
        ("x = np.maximum(y, z)", ["x = np.minimum(y, z)"]),
        ("x = abs(y)", ["x = y"]),
        ("x = y.copy()", ["x = y"]),
        ("x = y[a:]", ["x = y[:]", "x = y[a + 1:]"]),
        ("x = a if b else c", ["x = a if not b else c"]),
        ("x: 'int' = y", []),
        ("__all__ = ['a']", []),
        ("'''Words.'''", []),
        ("raise E(f'{a} is {b - c:.3g}')", ["pass", "raise E(f'{a} is {b + c:.3g}')"]),
        ("@a\n@lru_cache\ndef f():\n    pass", ["@lru_cache\ndef f():\n    pass"]),
        ("def f(x=2):\n    return x", ["def f(x=3):\n    return x", "def f(x=2):\n    return"]),
        ("with a:\n    f", ["if True:\n    f", "with a:\n    pass"]),
    ],
)  # fmt: skip
def test_what_is_changed(source, expected):
    assert changed(source) == expected


def test_a_change_is_described_in_its_line():
    _, (equal, _, _) = mutants("x = y == 1  # a ≤ b\ndef f():\n    g()")
    assert equal.change == "x = [y == 1 → y != 1]  # a ≤ b"
    source = "def f(x):\n    y = x[0, 0]\n    return y"
    _, (first, second, _) = mutants(source)
    assert first.change == "y = x[[0 → 1], 0]"
    assert second.change == "y = x[0, [0 → 1]]"
    assert (first.within, first.line) == ("f", 2)


def test_the_lines_of_a_change_are_those_that_run_it():
    source = "@a\ndef f(\n    x=1,\n):\n    while x:\n        x += 1"
    _, found = mutants(source)
    lines = {m.change: (m.first, m.last) for m in found}
    assert lines["@[a → (dropped)]"] == lines["x=[1 → 2],"] == (1, 6)
    assert lines["while [x → not x]:"] == (5, 5)
    assert lines["x += [1 → 2]"] == (6, 6)
