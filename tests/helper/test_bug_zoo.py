"""The wrong backward passes, by their names; what each does stands in tests/explorables."""

from rnn_by_hand.bug_zoo import BUGS, MYSTERIES


def test_each_mystery_hides_another_bug_and_none_is_left_over():
    numbers = range(1, len(BUGS) + 1)
    assert [*MYSTERIES] == [f"mystery {i}" for i in numbers]
    assert sorted(MYSTERIES.values()) == sorted(BUGS)
