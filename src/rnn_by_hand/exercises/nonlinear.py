"""The exercises of the chapter on nonlinear networks and vector states."""

import numpy as np

from rnn_by_hand.checks import real
from rnn_by_hand.exercises import exercise
from rnn_by_hand.vector_rnn import Params, forward_states, outputs

__all__ = ["adder_by_hand", "late_fading", "softsign_slope", "unit_per_total"]


@exercise
def softsign_slope(answer):
    """What is the derivative of z / (1 + |z|), in terms of the state S?"""
    z = np.array([-3, -0.5, 0.25, 4])
    S = z / (1 + np.abs(z))
    right = 1 / (1 + np.abs(z)) ** 2
    given = np.broadcast_to(real("the answer", answer(S)), S.shape)
    if np.allclose(given, right, rtol=1e-9):
        return True, "the state is all you need to find its slope."
    if np.allclose(given, (1 - S) ** 2, rtol=1e-9):
        return False, "right for positive states; look at a negative one."
    if np.allclose(answer(z), right, rtol=1e-9):
        return False, "that is right for z, but it is given the state S."
    i = int(np.argmax(np.abs(given - right)))
    return (
        False,
        f"at z = {z[i]:g} the state is {S[i]:.3g} and the slope {right[i]:.3g}, not {given[i]:.3g}.",
    )


def unit_per_total(b, gain=10):
    """Make an adder of three units; the second feeds its state back to all three.

    Parameters
    ----------
    b : sequence of float, shape (3,)
        The bias of each unit.
    gain : float
        Each weight of the two inputs and of the carry.

    Returns
    -------
    Params
        The network. Its output is the first state minus the second plus the third.
    """
    WRec = np.zeros((3, 3))
    WRec[1] = gain
    return Params(
        Wx=np.full((2, 3), float(gain)),
        WRec=WRec,
        b=real("b", b),
        Wy=np.array([[1.0], [-1.0], [1.0]]),
        by=np.zeros(1),
    )


@exercise
def adder_by_hand(answer):
    """Which three biases make `unit_per_total` add?"""
    params = unit_per_total(answer)
    bits = np.arange(64)[:, np.newaxis] >> np.arange(7) & 1
    a, b = np.divmod(np.arange(64 * 64), 64)
    X = 2.0 * np.stack([bits[a], bits[b]], axis=-1) - 1
    sums = (a + b)[:, np.newaxis] >> np.arange(7) & 1
    Y = outputs(forward_states(X, params), params)[..., 0]
    wrong = np.argwhere((Y > 0) != sums)
    if not len(wrong):
        return True, "it adds all pairs of 6-bit numbers."
    i, k = wrong[np.lexsort(wrong.T)[0]]
    carry = ((a[i] % 2**k) + (b[i] % 2**k)) >> k
    column = f"{bits[a[i], k]} + {bits[b[i], k]} and carry {carry}"
    step = " at the first step" if k == 0 else ""
    return False, f"with {column}{step} it writes {1 - sums[i, k]}."


@exercise
def late_fading(answer):
    """Which 2 x 2 matrix has spectral radius 0.5, and a tenth power whose norm is above 1?"""
    W = real("the answer", answer)
    if W.shape != (2, 2):
        return False, f"it has shape {W.shape}; it must be (2, 2)."
    radius = np.abs(np.linalg.eigvals(W)).max()
    # Where two eigenvalues meet, only half of their digits are right.
    if abs(radius - 0.5) > 1e-4:
        return False, f"its spectral radius is {radius:.3g}."
    norm = np.linalg.norm(np.linalg.matrix_power(W, 10), 2)
    if norm <= 1:
        return False, f"its tenth power has norm {norm:.2g}."
    return True, (
        "the radius says where the powers end up, not what they do on the way."
    )
