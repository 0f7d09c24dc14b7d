"""The gates of a GRU and an LSTM with one unit, some of them held by hand."""

import itertools
import re

import numpy as np

from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import Choice, Real, Text
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures_gates import draw_gates
from rnn_by_hand.gated import GatedParams, gru_gates, lstm_gates

__all__ = [
    "GRU",
    "LSTM",
    "Gates",
    "as_inputs",
    "gru_back",
    "gru_forward",
    "lstm_back",
    "lstm_forward",
    "read_hold",
    "write_hold",
]

#: How many symbols there are in a sequence.
N_STEPS = 16
SYMBOLS = "01R"
#: The gates that can be held: those of the LSTM, then those of the GRU.
LETTERS = "fiorz"

#: An LSTM of one unit that counts the ones since the last R, in small stairs. Its inputs are those
#: of the chapter: whether the symbol is a 1, and whether it is an R. The forget gate closes at an
#: R, and it reads the state; the input gate opens at a 1; the candidate of a 1 goes up, that of a
#: 0 down. The bias of the forget gate is the reader's.
LSTM = GatedParams(
    #             i    f     g     o
    Wx=np.array([[8.0, 0.0, 0.5, 0.0], [0.0, -9.0, 0.25, 0.0]]),
    WRec=np.array([[0.0, 1.0, 0.0, 0.0]]),
    bx=np.array([-4.0, 3.0, -0.25, 2.0]),
    bRec=np.zeros(4),
    Wy=np.array([[1.0]]),
    by=np.zeros(1),
)
#: A GRU of one unit that does the same. The reset gate closes at an R, the update gate at a 1 and
#: at an R, so that the state is replaced; the update gate reads the state. The bias of the update
#: gate is the reader's.
GRU = GatedParams(
    #              r     z    c
    Wx=np.array([[0.0, -8.0, 0.3], [-8.0, -9.0, 0.0]]),
    WRec=np.array([[0.0, 1.0, 1.0]]),
    bx=np.array([3.0, 3.0, 0.0]),
    bRec=np.zeros(3),
    Wy=np.array([[1.0]]),
    by=np.zeros(1),
)


# -------------------------------------------------------------------- what is held


def read_hold(text):
    """Read which gates are held, and at what value.

    Parameters
    ----------
    text : str
        Such as ``"f3=0;i5-9=0.25"``, where the forget gate is held at 0 at step 3, and the input
        gate at 0.25 at steps 5 to 9; or ``"none"``.

    Returns
    -------
    dict
        The value of each held gate, by its letter and its step.

    Raises
    ------
    ValueError
        If the text is anything else.
    """
    held = {}
    for part in [] if text == "none" else text.split(";"):
        found = _HELD.fullmatch(part)
        if not found:
            raise ValueError
        letter, first, last, value = found.groups()
        first, last = int(first), int(last or first)
        if not 1 <= first <= last <= N_STEPS:
            raise ValueError
        held |= {(letter, k): float(value) for k in range(first, last + 1)}
    return held


_HELD = re.compile(
    rf"([{LETTERS}])([0-9]{{1,2}})(?:-([0-9]{{1,2}}))?=(0(?:\.[0-9]{{1,2}})?|1)"
)


def write_hold(held):
    """Write which gates are held, the same for the same gates; see `read_hold`."""
    parts = []
    order = sorted(held, key=lambda gate: (LETTERS.index(gate[0]), gate[1]))
    # Steps in a row with the same value have the same number here.
    run = [(a, held[a, k], k - i) for i, (a, k) in enumerate(order)]
    for (letter, value, _), same in itertools.groupby(
        zip(run, order, strict=True), key=lambda pair: pair[0]
    ):
        steps = [k for _, (_, k) in same]
        last = f"-{steps[-1]}" if len(steps) > 1 else ""
        parts.append(f"{letter}{steps[0]}{last}={value:g}")
    return ";".join(parts) or "none"


def _symbols(text):
    if len(text) != N_STEPS or set(text) - set(SYMBOLS):
        raise ValueError
    return text


def _hold(text):
    return write_hold(read_hold(text))


# --------------------------------------------------- one sequence, forward and back


def as_inputs(symbols):
    """Turn symbols into inputs: whether each is a 1, and whether it is an R."""
    return np.array([[s == "1", s == "R"] for s in symbols], dtype=float)


def lstm_forward(X, params, held):
    r"""Run an LSTM of one unit over one sequence with some gates held.

    Implements the equations of `rnn_by_hand.gated.lstm_states`, with the gates of
    `rnn_by_hand.gated.lstm_gates` except where one is held.

    Parameters
    ----------
    X : ndarray, shape (n_steps, n_inputs)
        The inputs.
    params : GatedParams
        The parameters.
    held : dict
        The value of each held gate, by its letter and its step.

    Returns
    -------
    gates : dict of ndarray, shape (n_steps,)
        The input gate ``i``, the forget gate ``f``, the candidate ``g`` and the output gate ``o``.
    S, C : ndarray, shape (n_steps + 1,)
        The states and the cell states.
    """
    n_steps = len(X)
    S = np.zeros_like(params.bx, shape=n_steps + 1)
    C = np.zeros_like(S)
    gates = {letter: np.zeros_like(S[1:]) for letter in "ifgo"}
    for k in range(1, n_steps + 1):
        free = lstm_gates(X[k - 1], S[k - 1 : k], params)
        i, f, g, o = _held_or_free(gates, free, k, held)
        C[k] = f * C[k - 1] + i * g
        S[k] = o * np.tanh(C[k])
    return gates, S, C


def lstm_back(gates, C, params, held):
    r"""Send the gradient of the last state back through what `lstm_forward` did.

    Implements the recursion of `rnn_by_hand.gated.lstm_gradient` for the output
    :math:`y = S_n`. A gate that is held no longer depends on anything, so nothing goes back
    through its sum; the paths past it, and those that it multiplies, stay.

    Parameters
    ----------
    gates : dict of ndarray, shape (n_steps,)
        The gates that were used.
    C : ndarray, shape (n_steps + 1,)
        The cell states.
    params : GatedParams
        The parameters.
    held : dict
        The value of each held gate, by its letter and its step.

    Returns
    -------
    delta, gamma : ndarray, shape (n_steps + 1,)
        :math:`\partial y / \partial S_k` and :math:`\partial y / \partial C_k`.
    """
    delta, gamma = np.zeros_like(C), np.zeros_like(C)
    delta[-1] = 1
    for k in range(len(C) - 1, 0, -1):
        i, f, g, o = (gates[letter][k - 1] for letter in "ifgo")
        tanh_C = np.tanh(C[k])
        gamma[k] += delta[k] * o * (1 - tanh_C**2)
        grad_sums = {
            "i": gamma[k] * g * i * (1 - i),
            "f": gamma[k] * C[k - 1] * f * (1 - f),
            "g": gamma[k] * i * (1 - g**2),
            "o": delta[k] * tanh_C * o * (1 - o),
        }
        gamma[k - 1] = gamma[k] * f
        delta[k - 1] = _free(grad_sums, k, held) @ params.WRec[0]
    return delta, gamma


def gru_forward(X, params, held):
    r"""Run a GRU of one unit over one sequence with some gates held.

    Implements the equation of `rnn_by_hand.gated.gru_states`, with the gates of
    `rnn_by_hand.gated.gru_gates` except where one is held.

    Parameters
    ----------
    X, params, held
        As in `lstm_forward`.

    Returns
    -------
    gates : dict of ndarray, shape (n_steps,)
        The reset gate ``r``, the update gate ``z`` and the candidate ``c``.
    S : ndarray, shape (n_steps + 1,)
        The states.
    """
    n_steps = len(X)
    S = np.zeros_like(params.bx, shape=n_steps + 1)
    gates = {letter: np.zeros_like(S[1:]) for letter in "rzc"}
    for k in range(1, n_steps + 1):
        *free, b_c = gru_gates(X[k - 1], S[k - 1 : k], params)
        r, z, c = _held_or_free(gates, free, k, held)
        if ("r", k) in held:
            # The candidate once more: it has seen the free gate.
            c = np.tanh((X[k - 1] @ params.Wx + params.bx)[2] + r * b_c[0])
            gates["c"][k - 1] = c
        S[k] = (1 - z) * c + z * S[k - 1]
    return gates, S


def gru_back(gates, S, params, held):
    r"""Send the gradient of the last state back through what `gru_forward` did.

    Implements the recursion of `rnn_by_hand.gated.gru_gradient` for the output :math:`y = S_n`,
    with held gates as in `lstm_back`.

    Parameters
    ----------
    gates : dict of ndarray, shape (n_steps,)
        The gates that were used.
    S : ndarray, shape (n_steps + 1,)
        The states.
    params, held
        As in `lstm_back`.

    Returns
    -------
    delta : ndarray, shape (n_steps + 1,)
        :math:`\partial y / \partial S_k`.
    """
    delta = np.zeros_like(S)
    delta[-1] = 1
    for k in range(len(S) - 1, 0, -1):
        r, z, c = (gates[letter][k - 1] for letter in "rzc")
        b_c = S[k - 1] * params.WRec[0, 2] + params.bRec[2]
        grad_c = delta[k] * (1 - z) * (1 - c**2)
        grad_sums = {
            "r": grad_c * b_c * r * (1 - r),
            "z": delta[k] * (S[k - 1] - c) * z * (1 - z),
            "c": grad_c * r,
        }
        delta[k - 1] = delta[k] * z
        delta[k - 1] += _free(grad_sums, k, held) @ params.WRec[0]
    return delta


def _held_or_free(gates, free, k, held):
    """Store the gates of step `k`, those that are held at their own value, and return them."""
    for letter, value in zip(gates, free, strict=True):
        gates[letter][k - 1] = held.get((letter, k), value[0])
    return (gate[k - 1] for gate in gates.values())


def _free(grad_sums, k, held):
    """Give the gradients at the sums of step `k`, with 0 for the gates that are held."""
    return np.array(
        [
            grad * ((letter, k) not in held)
            for letter, grad in grad_sums.items()
        ]
    )


# ------------------------------------------------------------------ the explorable


class Gates(Explorable):
    r"""The gates of one unit over sixteen symbols, to explore interactively.

    Shows every gate of an LSTM or a GRU with one unit, its memory, and the gradient of the output
    :math:`y = S_{16}` on its way back: :math:`\gamma_k = \partial y / \partial C_k` for the LSTM
    and :math:`\delta_k = \partial y / \partial S_k` for the GRU. Any gate can be held at a value
    at any step; nothing goes back through the sum of such a gate. The weights are `LSTM` and
    `GRU`.

    Parameters
    ----------
    network : str
        ``"LSTM"`` or ``"GRU"``.
    x : str
        Sixteen symbols, each 0, 1 or R.
    bias : float
        The bias of the forget gate or of the update gate, from -4 to 6.
    hold : str
        Which gates are held, and at what value, with up to two decimals: ``"f3=0;i5-9=0.25"``
        holds the forget gate at 0 at step 3 and the input gate at 0.25 at steps 5 to 9. The
        letters are f, i and o for the LSTM, r and z for the GRU.

    Attributes
    ----------
    network, x, bias, hold
        The current values.

    Raises
    ------
    traitlets.TraitError
        If a value is none of these.

    Examples
    --------
    >>> held = Gates(x="1111000000000000", hold="f2-16=1").readout
    >>> held["gamma"][1] == held["gamma"][16]
    True
    >>> Gates(hold="f9=0").readout["gamma"][8]
    0.0
    """

    network = Choice("LSTM", "GRU")
    x = Text(
        "1010010R11010010",
        f"{N_STEPS} symbols, each 0, 1 or R",
        _symbols,
    )
    bias = Real(-4, 6, 3.0)
    hold = Text(
        "none",
        "none, or gates, steps and values such as f3=0;i5-9=0.25",
        _hold,
    )

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            The parameters; each gate and the candidate, length 16, under its letter; the states
            ``S``, length 17, and the gradients ``delta``; for the LSTM the cell states ``C`` and
            the gradients ``gamma``; the output ``y``; and ``left``, how much of a change of the
            memory after step 1 is left after step 16. Plain Python numbers and lists.
        """
        X, held = as_inputs(self.x), read_hold(self.hold)
        if self.network == "LSTM":
            params = _with_bias(LSTM, 1, self.bias)
            gates, S, C = lstm_forward(X, params, held)
            delta, gamma = lstm_back(gates, C, params, held)
            arrays = {**gates, "S": S, "C": C, "delta": delta, "gamma": gamma}
            back = gamma
        else:
            params = _with_bias(GRU, 1, self.bias)
            gates, S = gru_forward(X, params, held)
            delta = back = gru_back(gates, S, params, held)
            arrays = {**gates, "S": S, "delta": delta}
        return {
            "network": self.network,
            "x": self.x,
            "bias": self.bias,
            "hold": self.hold,
            **{name: array.tolist() for name, array in arrays.items()},
            "y": float(S[-1]),
            # Nothing comes back through an output gate that is held at 0.
            "left": float(back[1] / back[-1]) if back[-1] else None,
        }

    def figure(self):
        shown = self.readout
        held = read_hold(self.hold)
        lstm = self.network == "LSTM"
        of_gates = ("f", "i", "o") if lstm else ("z", "r")
        memory, back = ("C", "gamma") if lstm else ("S", "delta")
        now = [gate for gate in held if gate[0] in of_gates]
        left = "none" if shown["left"] is None else number(shown["left"])
        return (
            draw_gates(
                self.x,
                {letter: shown[letter] for letter in of_gates},
                held,
                shown[memory],
                shown[back],
            ),
            f"The gates of the {self.network} over the symbols "
            f"{' '.join(self.x)}, its memory, and the gradient that flows back.",
            f"The {'forget' if lstm else 'update'} gate has the bias "
            f"{number(self.bias)}, and gates are held at "
            f"{len(now) or 'no'} places. "
            f"The memory {memory} ends at {number(shown[memory][-1])}, "
            f"the output y is {number(shown['y'])}. "
            f"The gradient {back} is {number(shown[back][-1])} at the last step "
            f"and {number(shown[back][1])} at the first; "
            f"left of the first step: {left}.",
        )


def _with_bias(params, gate, bias):
    bx = params.bx.copy()
    bx[gate] = bias
    return params._replace(bx=bx)
