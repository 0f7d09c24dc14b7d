"""The exercises of the chapter on unrolling."""

from rnn_by_hand.exercises import exercise

__all__ = ["half_gone"]


@exercise
def half_gone(answer):
    """After how many steps is less than half of an input left, at wRec = 0.9 and at 0.99?"""
    for wRec, steps in zip((0.9, 0.99), answer, strict=True):
        if steps != int(steps):
            return False, f"{steps} is not a whole number of steps."
        left, before = wRec**steps, wRec ** (steps - 1)
        if left >= 0.5:
            return (
                False,
                f"at {wRec}, {left:.3f} is left after {steps} steps: not yet less than half.",
            )
        if before < 0.5:
            return (
                False,
                f"at {wRec}, less than half is left before that: {before:.3f} after {steps - 1} steps.",
            )
    return True, (
        "a wRec that is ten times nearer to 1 remembers about ten times as long."
    )
