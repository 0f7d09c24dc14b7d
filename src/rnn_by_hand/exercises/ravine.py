"""The exercises of the chapter on the ravine."""

import numpy as np

from rnn_by_hand.exercises import exercise
from rnn_by_hand.model import forward_states, make_dataset
from rnn_by_hand.surface import Surface

__all__ = ["mirror", "pixels"]


@exercise
def pixels(answer):
    """How many pixels wide must the map be for one to be no wider than the ravine at wRec = 2?"""
    surface = Surface(*make_dataset())
    half_width, at_three = np.sqrt(
        surface.n_samples / np.polyval(surface.A, [2, 3])
    )
    if answer != int(answer):
        return False, f"{answer} is not a whole number of pixels."
    fits = 6 / answer <= 2 * half_width
    if fits and 6 / (answer - 1) > 2 * half_width:
        return True, (
            f"and at wRec = 3 it would take {half_width / at_three:.0f} times as many."
        )
    if answer == np.ceil(6 / half_width):
        return False, "the ravine has two sides; that was the half-width."
    if fits:
        return False, "fewer would do."
    return False, (
        f"a pixel would be {6 / answer:.6f} wide and the ravine is {2 * half_width:.6f}."
    )


@exercise
def mirror(answer):
    """Which weights give the outputs for the reversed sequences? A function of wx and wRec."""
    X, _ = make_dataset()
    for wx, wRec in ((1.0, 1.0), (1.0, 0.5), (0.8, -1.5), (2.0, 0.9)):
        y = forward_states(X, wx, wRec)[:, -1]
        mirrored = forward_states(X[:, ::-1], *answer(wx, wRec))[:, -1]
        if not np.allclose(mirrored, y, rtol=1e-9, atol=1e-9):
            return False, (
                f"from ({wx:g}, {wRec:g}) the first output should be {y[0]:.6g}, and your weights "
                f"give {mirrored[0]:.6g}."
            )
    return True, "the same outputs, with time running the other way."
