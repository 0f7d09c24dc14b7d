"""The exercises of the chapter on gates."""

import numpy as np

from rnn_by_hand.exercises import Pencil, exercise
from rnn_by_hand.gated import GatedParams, lstm_gates, lstm_states
from rnn_by_hand.memory_tasks import count_since_reset

__all__ = ["averaging_gate", "bias_for_a_span", "lstm_by_hand", "two_steps"]


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _two_steps():
    """Make the exercise with a gate that reads the state, at v = 1 and b = 0."""
    v, S_1 = 1, 1
    f_2 = _sigmoid(v * S_1)
    slope = f_2 * (1 - f_2)
    S_2 = f_2 * S_1
    delta_2 = 2 * S_2
    through = S_1 * slope * v

    def answer(back, at_gate=S_1 * slope):
        return S_2, delta_2, delta_2 * back, delta_2 * at_gate * S_1

    right = answer(f_2 + through)
    return Pencil(
        "What are S_2, delta_2, delta_1 and the gradient of v for a 1 and a 0, at v = 1 and b = 0?",
        ["S_2", "delta_2", "delta_1", "gradient with respect to v"],
        (
            right,
            "the path through the gate adds a quarter to what comes straight back.",
        ),
        [
            (
                answer(f_2),
                "S_1 also moves the gate that multiplies it: a second path for delta_1.",
            ),
            (
                answer(f_2 + S_1 * v, S_1),
                "the gate's slope, f (1 - f), is missing.",
            ),
            (
                answer(through),
                "that is the path through the gate; the one straight back is missing.",
            ),
            (
                [right[0], *(number / 2 for number in right[1:])],
                "the loss is a square: where is its 2?",
            ),
        ],
        [
            "S_2 is f_2 times S_1, with f_2 = sigmoid(1).",
            "delta_2 is 2 (S_2 - t), and the target is 0.",
            "delta_1 is delta_2 times f_2 + S_1 f_2 (1 - f_2) v.",
            "v is multiplied by S_1 on its way into the gate, which multiplies S_1 again.",
        ],
        rtol=3e-3,
    )


def _bias_for_a_span():
    """Make the exercise on the bias that keeps a half over 100 steps, and over 1000."""

    def biases(gates):
        return [np.log(f / (1 - f)) for f in gates]

    spans = np.array([100, 1000])
    gates = 0.5 ** (1 / spans)
    return Pencil(
        "At what bias does a forget gate leave half of what comes along the top after 100 steps, and after 1000?",
        ["half after 100 steps", "half after 1000 steps"],
        (
            biases(gates),
            "ten times the span is about 2.3 more, the logarithm of 10.",
        ),
        [
            (gates, "these are the gates; which bias opens them so far?"),
            (
                -np.array(biases(gates)),
                "the sign: with a negative bias the gate is nearly closed.",
            ),
            (
                biases(1 - 0.5 / spans),
                "each step multiplies; it does not take away the same piece.",
            ),
        ],
        [
            "the gate f has f to the power 100 equal to 1/2; the bias is log(f / (1 - f)).",
            "the gate f has f to the power 1000 equal to 1/2; the bias is log(f / (1 - f)).",
        ],
    )


two_steps = _two_steps()
bias_for_a_span = _bias_for_a_span()


@exercise
def averaging_gate(answer):
    """Differentiate S_k = (1 - f) x + f S_prev with f = sigmoid(u x + v S_prev + b) for S_prev."""
    rng = np.random.default_rng(4)
    S_prev, x, u, v, b = rng.normal(size=(5, 40))
    f = _sigmoid(u * x + v * S_prev + b)
    slope = f * (1 - f)
    try:
        given = answer(S_prev, x, u, v, b)
    except TypeError:  # a function of numbers, such as one with math.exp
        points = zip(S_prev, x, u, v, b, strict=True)
        given = [answer(*map(float, point)) for point in points]
    given = np.broadcast_to(given, S_prev.shape)

    def equal(expected):
        return np.allclose(given, expected, rtol=1e-6, atol=1e-8)

    if equal(f + (S_prev - x) * slope * v):
        return (
            True,
            "opening the gate adds S_prev and takes away x, so their difference counts.",
        )
    if equal(f):
        return False, "S_prev also moves the gate."
    if equal(f + S_prev * slope * v):
        return False, "the gate also stands in 1 - f, which multiplies x."
    if equal(f + (x - S_prev) * slope * v):
        return (
            False,
            "a gate that opens lets in more of S_prev, and less of x.",
        )
    if equal(f + (S_prev - x) * v):
        return False, "the slope of the gate is missing, f (1 - f)."
    if equal(f + (S_prev - x) * slope):
        return False, "S_prev enters the gate with the weight v."
    return False, "it is not the slope; there are two paths, and two terms."


@exercise
def lstm_by_hand(answer):
    """Find Wx and bx with which the cell state of one LSTM unit counts the ones since the last R."""
    Wx, bx = (np.asarray(part, dtype=float) for part in answer)
    if Wx.shape != (2, 4) or bx.shape != (4,):
        return (
            False,
            f"Wx and bx have the shapes {Wx.shape} and {bx.shape}; they should be (2, 4) and (4,).",
        )
    params = GatedParams(
        Wx=Wx,
        WRec=np.zeros((1, 4)),
        bx=bx,
        bRec=np.zeros(4),
        Wy=np.ones((1, 1)),
        by=np.zeros(1),
    )
    X, T = count_since_reset(200, 60, np.random.default_rng(8))
    C = lstm_states(X, params)[1][:, 1:]
    off = np.abs(C - T)
    if off.max() < 0.1:
        return (
            True,
            f"it counts up to {T.max():.0f} here, off by less than a tenth.",
        )
    symbols = np.array([[0.0, 0], [1, 0], [0, 1]])
    i, f, g, _ = (
        gate.ravel() for gate in lstm_gates(symbols, np.zeros((3, 1)), params)
    )
    added = i * g
    if f[2] > 0.01:
        return (
            False,
            f"at an R the forget gate is {f[2]:.3f}; it should close.",
        )
    if f[:2].min() < 0.99:
        return False, "at a 0 and a 1 the forget gate should stay open."
    if abs(added[0]) > 0.001:
        return False, f"a 0 adds {added[0]:.3f}; it should add nothing."
    if abs(added[2]) > 0.05:
        return False, f"an R adds {added[2]:.3f}; it should add nothing."
    if abs(added[1] - 1) > 0.01:
        return False, f"a 1 adds {added[1]:.3f}; it should add 1."
    return (
        False,
        f"nearly: the count is off by {off.max():.2f} at most, so larger weights help.",
    )
