"""Check a reader's answer and say why it is right or wrong: one module per chapter.

A judge takes an answer to one exercise. An answer that is a function or an array is judged by a
Python function (`exercise`); its docstring is the question. An answer that can be worked out with
a pencil is one or more numbers (`Pencil`), which a page judges as well, by the same rules and in
the same words.
"""

import functools
import html
import json
import math
import sys
from typing import NamedTuple

import numpy as np

from rnn_by_hand.checks import real

__all__ = ["Pencil", "Verdict", "exercise"]

_UNANSWERED = "there is no answer here so far."
#: Stands for an infinite end of a pair, which JSON cannot hold.
_LARGEST = sys.float_info.max


class Verdict(NamedTuple):
    """The verdict on an answer; it prints as a sentence.

    Attributes
    ----------
    right : bool
        Whether the answer is right.
    why : str
        Why it is right, or what is wrong with it.
    """

    right: bool
    why: str

    def __repr__(self):
        return f"{'Right' if self.right else 'Not yet'}: {self.why}"


def exercise(judge):
    """Let a judge of answers cope with those that it cannot judge.

    Parameters
    ----------
    judge : callable
        Takes an answer and gives ``(right, why)``.

    Returns
    -------
    callable
        Takes an answer and gives a `Verdict`. None is no answer yet; an error that the answer
        causes, for example in a function that the reader has written, is a wrong answer.
    """

    @functools.wraps(judge)
    def check(answer):
        if answer is None:
            return Verdict(False, _UNANSWERED)
        try:
            return Verdict(*judge(answer))
        except Exception as error:
            return Verdict(
                False, f"your answer led to {type(error).__name__}: {error}"
            )

    return check


class _Form(Verdict):
    """The verdict on no answer, which a page shows as fields to type one in.

    A notebook, and a page without JavaScript, shows what is inside the element: the verdict.
    """

    def _repr_html_(self):
        rules = json.dumps(self.rules, ensure_ascii=False, allow_nan=False)
        return (
            f'<book-exercise rules="{html.escape(rules)}">'
            f"{html.escape(repr(self))}</book-exercise>"
        )


class Pencil:
    """An exercise whose answer is numbers, judged by a list of patterns.

    A pattern has one entry per number: the number itself, None for any number, or a pair
    ``(low, high)`` for any number strictly between the two. Numbers that are not whole keep twelve
    digits: in later ones machines may differ, and the pages may not.

    Parameters
    ----------
    question : str
        The question, in one line. A page keeps the reader's answer under it, so no two exercises
        of a page have the same.
    fields : sequence of str
        What each number is, as a page labels the field for it.
    right : (pattern, why)
        The right answer, and what there is to say about it.
    slips : sequence of (pattern, why)
        What goes wrong, the most particular first: the first that fits is told.
    otherwise : sequence of str
        One sentence for each field, told where that is the first number that is not right and no
        slip fits.
    rtol : float
        How far off a number may be and still count, as a part of it. An answer of 0 must be 0.
    """

    def __init__(
        self, question, fields, right, slips, otherwise, *, rtol=1e-3
    ):
        self.__doc__ = question
        self.fields = list(fields)
        self.rtol = rtol
        rows = [right, *slips]
        self.patterns = [
            [_entry(entry) for entry in pattern] for pattern, _ in rows
        ]
        self.words = [why for _, why in rows]
        self.otherwise = list(otherwise)
        lengths = {len(self.fields), len(self.otherwise)}
        if lengths | {len(p) for p in self.patterns} != {len(self.fields)}:
            raise ValueError(
                "otherwise and each pattern need one entry per field; there are "
                f"{len(self.fields)} fields"
            )

    def __call__(self, answer):
        """Judge an answer: as many numbers as there are fields, or a number if there is one."""
        if answer is None:
            verdict = _Form(False, _UNANSWERED)
            verdict.rules = self.rules
            return verdict
        try:
            given = np.ravel(real("the answer", answer)).tolist()
        except (TypeError, ValueError) as error:
            return Verdict(False, f"{error}.")
        if len(given) != len(self.fields):
            names = ", ".join(self.fields)
            return Verdict(
                False,
                f"{len(self.fields)} asked for ({names}), and there are {len(given)}.",
            )
        for i, (pattern, why) in enumerate(zip(self.patterns, self.words)):
            if all(map(self._fits, given, pattern)):
                return Verdict(i == 0, why)
        right = map(self._fits, given, self.patterns[0])
        return Verdict(False, self.otherwise[[*right].index(False)])

    @property
    def rules(self):
        """Everything that a page needs to ask the question and to judge an answer."""
        return {
            "question": self.__doc__,
            "fields": self.fields,
            "patterns": self.patterns,
            "words": self.words,
            "otherwise": self.otherwise,
            "rtol": self.rtol,
        }

    def _fits(self, number, entry):
        if entry is None:
            return True
        if isinstance(entry, list):
            low, high = entry
            return low < number < high
        return abs(number - entry) <= self.rtol * abs(entry)


def _entry(entry):
    """Make an entry of a pattern one that JSON can hold, and that is the same on every machine."""
    if entry is None:
        return None
    if isinstance(entry, tuple):
        low, high = map(_plain, np.clip(entry, -_LARGEST, _LARGEST))
        if not low < high:
            raise ValueError(
                f"a pair in a pattern is {entry}; it must be (low, high)"
            )
        return [low, high]
    return _plain(entry)


def _plain(number):
    """Make a float of a number, with twelve digits unless it is whole."""
    number = float(number)
    if not math.isfinite(number):
        raise ValueError(
            f"a pattern has {number} in it; it must have finite numbers, None and pairs"
        )
    return number if number.is_integer() else float(f"{number:.12g}")
