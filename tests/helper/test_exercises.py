"""What all judges of exercises have in common; test_exercises_*.py has the judges of each chapter."""

from rnn_by_hand.exercises import Verdict, exercise


@exercise
def largest(answer):
    """Which number is the largest?"""
    return max([1, 2, 3]) == answer + 0, "3 is larger than 1 and 2."


def test_a_verdict_reads_as_a_sentence():
    assert repr(Verdict(True, "so it is.")) == "Right: so it is."
    assert repr(Verdict(False, "it is not.")) == "Not yet: it is not."


def test_an_answer_is_judged():
    assert largest(3) == (True, "3 is larger than 1 and 2.")
    assert not largest(2).right


def test_no_answer_and_an_answer_that_fails():
    assert "no answer" in largest(None).why
    assert "TypeError" in largest("three").why
