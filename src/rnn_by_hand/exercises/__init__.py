"""Check a reader's answer and say why it is right or wrong: one module per chapter.

Each function takes an answer to one exercise, and its docstring is the question.
"""

import functools
from typing import NamedTuple

__all__ = ["Verdict", "exercise"]


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
            return Verdict(False, "there is no answer here so far.")
        try:
            return Verdict(*judge(answer))
        except Exception as error:
            return Verdict(
                False, f"your answer led to {type(error).__name__}: {error}"
            )

    return check
