"""The rounds in which cells compute all states of a recurrence."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import Bits, Choice, Whole, weight
from rnn_by_hand.explorables.words import number, rough
from rnn_by_hand.figures import LABEL, STYLE
from rnn_by_hand.model import forward_states
from rnn_by_hand.scan import (
    KINDS,
    combine,
    in_rounds,
    newton_correction,
    pairs_in_rounds,
)
from rnn_by_hand.vector_rnn import Params
from rnn_by_hand.vector_rnn import forward_states as tanh_states

__all__ = ["Scan"]

#: The inputs, of which the first n are used.
INPUTS = "10110011100101101100111001011010"
#: A state of a guess is called right if its error is at most this.
CLOSE = 1e-9
#: The largest state that has a place in the figure of a guess.
LARGEST = 1.4


class Scan(Explorable):
    r"""Cells that compute all states of a recurrence in rounds, to explore interactively.

    Each of `n` cells starts with one step of :math:`S_k = w_{Rec} S_{k-1} + x_k`, the pair
    :math:`(a_k, b_k) = (w_{Rec}, x_k)`. In a round some of them take in what another cell holds,
    :math:`(a_2, b_2) \circ (a_1, b_1) = (a_2 a_1, a_2 b_1 + b_2)`, and a cell that reaches back to
    the first step is finished: its :math:`b` is the state. "chain", "tree" and "scan" differ in the
    pairs that meet, see `rnn_by_hand.scan.pairs_in_rounds`. With "Newton" every step goes through
    tanh, :math:`S_k = \tanh(w_{Rec} S_{k-1} + x_k)`, and a round is a whole scan, a
    `rnn_by_hand.scan.newton_correction` of a guess that is 0 at first.

    Parameters
    ----------
    kind : {"chain", "tree", "scan", "Newton"}
        How the states are computed, initially.
    n : int
        The initial number of cells, from 2 to 32.
    round : int
        The round shown initially, from 0 to 32. Beyond the last round the last is shown.
    wRec : float
        The initial factor of all steps, from -3 to 3.
    x : str or sequence of int, length 32
        The initial inputs, zeros and ones; the first `n` are used.

    Attributes
    ----------
    kind, n, round, wRec, x
        The current values.

    Raises
    ------
    traitlets.TraitError
        If a parameter is none of these values.

    Examples
    --------
    >>> explorable = Scan(kind="tree", n=8, round=3)
    >>> explorable.readout["first"]
    [1, 1, 3, 1, 5, 5, 7, 1]
    >>> explorable.kind = "scan"
    >>> explorable.readout["combinations"]
    17
    """

    kind = Choice(*KINDS, "Newton")
    n = Whole(2, len(INPUTS), 16)
    round = Whole(0, len(INPUTS), 0)
    wRec = weight(0.9)
    x = Bits(INPUTS)

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            ``kind``, ``n``, ``wRec`` and ``x``; the ``round`` shown, and ``rounds``, how many there
            are; ``combinations`` so far and ``all_combinations``; the number of cells ``waiting``
            in this round, without a partner, and of cells ``finished``, or of right states; the
            ``first`` step that each cell covers and what it holds, ``a`` and ``b``, length `n`; the
            states by the loop, ``S``, length n + 1. For "Newton" ``first``, ``a`` and ``b`` are
            empty, and ``waiting`` is 0; for the others ``guess``, length n + 1, and ``error``, the
            largest after each round so far, are. Plain Python numbers and lists.
        """
        shared = {
            "kind": self.kind,
            "n": self.n,
            "wRec": self.wRec,
            "x": list(self.x),
        }
        if self.kind == "Newton":
            S, guesses, errors = self._newton()
            each = sum(map(len, pairs_in_rounds("scan", self.n)))
            round = len(guesses) - 1
            return shared | {
                "round": round,
                "rounds": self.n,
                "combinations": round * each,
                "all_combinations": self.n * each,
                "waiting": 0,
                "finished": int((errors[-1, 1:] <= CLOSE).sum()),
                "first": [],
                "a": [],
                "b": [],
                "S": S.tolist(),
                "guess": guesses[-1].tolist(),
                "error": errors.max(axis=1).tolist(),
            }
        pairs, rows = self._rows()
        round = min(self.round, len(pairs))
        a, b, first = rows[round]
        S = forward_states(np.array([self.x[: self.n]], float), 1, self.wRec)
        return shared | {
            "round": round,
            "rounds": len(pairs),
            "combinations": sum(map(len, pairs[:round])),
            "all_combinations": sum(map(len, pairs)),
            "waiting": self.n - len(pairs[round - 1]) if round else 0,
            "finished": int((first == 0).sum()),
            "first": (first + 1).tolist(),
            "a": a.tolist(),
            "b": b.tolist(),
            "S": S[0].tolist(),
            "guess": [],
            "error": [],
        }

    def _rows(self):
        """Compute the pairs of each round, and what the cells hold: a, b, and their first step."""

        def operation(after, before):
            return *combine(after[:2], before[:2]), before[2]

        pairs = pairs_in_rounds(self.kind, self.n)
        a = np.full(self.n, self.wRec)
        b = np.array(self.x[: self.n], dtype=float)
        return pairs, list(
            in_rounds(pairs, operation, a, b, np.arange(self.n))
        )

    def _newton(self):
        """Compute the states, each guess of them, and the error of each state in each guess."""
        X = np.array(self.x[: self.n], dtype=float)[:, np.newaxis, np.newaxis]
        one, nothing = np.ones((1, 1)), np.zeros(1)
        params = Params(one, self.wRec * one, nothing, one, nothing)
        S = tanh_states(X.swapaxes(0, 1), params)[0][:, 0]
        guesses = [np.zeros((self.n + 1, 1, 1))]
        for _ in range(min(self.round, self.n)):
            guesses.append(newton_correction(guesses[-1], X, params))
        guesses = np.array(guesses)[:, :, 0, 0]
        return S, guesses, np.abs(guesses - S)

    def figure(self):
        shown = self.readout
        n, round, rounds = shown["n"], shown["round"], shown["rounds"]
        if self.kind == "Newton":
            S, guesses, errors = self._newton()
            error = rough(shown["error"][-1])
            return (
                draw_guesses(S, guesses, errors),
                f"Above, the largest error after each correction up to {round}. Below, the states "
                f"S 1 to S {n} as guessed, beside those of the loop.",
                f"With wRec = {number(self.wRec)} the largest error of a state after {round} "
                f"corrections is {error}, and {shown['finished']} of {n} states are right.",
            )
        pairs, rows = self._rows()
        return (
            draw_rounds(self.x[:n], pairs, rows, round),
            f"{n} cells and the rounds of a {self.kind}, with lines from both cells of a pair to "
            f"the one that takes in the other. Below, the steps that each cell covers after round "
            f"{round} of {rounds}.",
            f"After round {round} of {rounds}, with {shown['combinations']} of "
            f"{shown['all_combinations']} combinations, {shown['finished']} of {n} cells are "
            f"finished. With wRec = {number(self.wRec)} the cells hold "
            f"{', '.join(map(number, shown['b']))}.",
        )


def draw_rounds(x, pairs, rows, round):
    """Draw which cells meet in each round, and the steps that each covers after one of them.

    Parameters
    ----------
    x : sequence of int, length n
        The inputs.
    pairs : list of list of tuple of int
        The pairs of each round, see `rnn_by_hand.scan.pairs_in_rounds`.
    rows : list of tuple of ndarray
        What the cells hold after each round: a, b, and the first step, counting from 0.
    round : int
        The last round that is done.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    n = len(x)
    with plt.style.context(STYLE):
        fig, (ax, spans) = plt.subplots(
            2, figsize=(5, 4.4), sharex=True, height_ratios=[5, 3]
        )
        _draw_lines(ax, pairs, n, round)
        size = min(7, 90 / n, 130 / len(pairs))
        _draw_cells(ax, pairs, rows, round, size)
        for bit, inside in ((0, "paper"), (1, "x")):
            ks = [k for k, given in enumerate(x, start=1) if given == bit]
            ax.plot(
                ks,
                [-0.12 * len(pairs)] * len(ks),
                "s",
                color=PALETTE["x"],
                markerfacecolor=PALETTE[inside],
                markersize=size,
                clip_on=False,
            )
        ax.axhline(round, color=PALETTE["ink"], linewidth=1, zorder=1)
        ax.set(
            ylim=(len(pairs) + 0.3, -0.16 * len(pairs)),
            ylabel="round",
            yticks=range(0, len(pairs) + 1, -(-len(pairs) // 8)),
        )
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.tick_params(bottom=False, left=False)
        first = rows[round][2]
        spans.bar(
            np.arange(1, n + 1),
            np.arange(1, n + 1) - first,
            bottom=first,
            width=0.62,
            color=[
                PALETTE["state" if start == 0 else "paper"] for start in first
            ],
            edgecolor=PALETTE["state"],
        )
        spans.set(xlabel="cell", ylabel="steps covered", xlim=(0.3, n + 0.7))
        spans.set(xticks=_some(n), yticks=_some(n), ylim=(0, n + 0.5))
    return fig


def _draw_lines(ax, pairs, n, round):
    """Draw the lines that lead to each round, all of a kind as one path."""
    rounds = list(enumerate(pairs, start=1))

    def slanted(rounds):
        return [
            (before + 1, after + 1, r)
            for r, of_this_round in rounds
            for after, before in of_this_round
        ]

    straight = [(k, k, r) for _, k, r in slanted(rounds[:round])]
    waiting = [(k, k, r) for r, _ in rounds for k in range(1, n + 1)]
    for lines, color, style in (
        (waiting, "faint", "-"),
        (slanted(rounds[round:]), "target", (0, (1, 3))),
        (straight, "state", (0, (3, 2))),
        (slanted(rounds[:round]), "wrec", "-"),
    ):
        # A gap in the data lifts the pen.
        x = [x for start, end, _ in lines for x in (start, end, np.nan)]
        y = [y for *_, r in lines for y in (r - 1, r, np.nan)]
        ax.plot(x, y, color=PALETTE[color], linestyle=style, linewidth=1)


def _draw_cells(ax, pairs, rows, round, size):
    """Draw the cells that were combined in each round, and all of them in the last one."""
    cells = [
        (k + 1, r, row[2][k] == 0)
        for r, row in enumerate(rows[: round + 1])
        for k in (
            [after for after, _ in pairs[r - 1]]
            if 0 < r < round
            else range(len(row[2]))
        )
    ]
    for finished, inside in ((False, "paper"), (True, "state")):
        chosen = [cell for cell in cells if cell[2] == finished]
        ax.plot(
            [x for x, _, _ in chosen],
            [y for _, y, _ in chosen],
            "o",
            color=PALETTE["state"],
            markerfacecolor=PALETTE[inside],
            markersize=size,
            zorder=3,
            clip_on=False,
        )


def draw_guesses(S, guesses, errors):
    """Draw the largest error of each guess, and the last guess beside the states.

    Parameters
    ----------
    S : ndarray, shape (n + 1,)
        The states.
    guesses, errors : ndarray, shape (n_guesses, n + 1)
        Each guess of them, and the error of each state in it.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    n = len(S) - 1
    steps = np.arange(1, n + 1)
    # An error of 0 has no logarithm; it is drawn at the edge.
    largest = np.maximum(errors.max(axis=1), 1e-16)
    with plt.style.context(STYLE):
        fig, (above, below) = plt.subplots(2, figsize=(5, 4.4))
        above.plot(
            largest, np.arange(len(largest)), "o-", color=PALETTE["ink"]
        )
        above.set(
            xscale="log",
            xlim=(3e-17, max(1e3, 10 * largest.max())),
            ylim=(n + 0.5, -0.5),
            xlabel="largest error",
            ylabel="correction",
            yticks=range(0, n + 1, -(-n // 8)),
        )
        inside = np.clip(guesses[:, 1:], -LARGEST, LARGEST)
        below.plot(
            steps,
            inside[:-1].T,
            color=PALETTE["state"],
            alpha=0.3,
            linewidth=1,
        )
        below.plot(steps, inside[-1], color=PALETTE["state"])
        below.plot(steps, S[1:], "--", color=PALETTE["target"])
        for k in steps:
            beyond = abs(guesses[-1, k]) > LARGEST
            mark = ("^" if guesses[-1, k] > 0 else "v") if beyond else "o"
            right = errors[-1, k] <= CLOSE
            below.plot(
                k,
                inside[-1, k - 1],
                mark,
                color=PALETTE["state"],
                markerfacecolor=PALETTE["state" if right else "paper"],
                markersize=5,
                clip_on=False,
            )
        near = abs(inside[-1, -1] - S[-1]) < 0.3
        up = inside[-1, -1] >= S[-1]
        for text, name, value, raise_ in (
            ("guess", "state", inside[-1, -1], up),
            ("loop", "target", S[-1], not up),
        ):
            below.annotate(
                text,
                (n, value),
                xytext=(8, (7 if raise_ else -7) if near else 0),
                textcoords="offset points",
                va="center",
                color=PALETTE[name],
                fontsize=LABEL,
                annotation_clip=False,
            )
        below.set(xlabel="time step k", ylabel="state $S_k$")
        below.set(xticks=_some(n), ylim=(-LARGEST - 0.1, LARGEST + 0.1))
    return fig


def _some(n):
    """Choose numbers up to n to write on an axis."""
    every = 1 if n <= 10 else 4
    return sorted({1, *range(every, n + 1, every), n})
