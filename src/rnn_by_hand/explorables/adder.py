"""Addition in binary by a network, beside its state."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.adder import (
    added_right,
    bits_of,
    carries,
    make_additions,
    put_at,
)
from rnn_by_hand.display import PALETTE
from rnn_by_hand.explorables.base import Explorable
from rnn_by_hand.explorables.parameters import OneOf, Real, Whole
from rnn_by_hand.explorables.words import number
from rnn_by_hand.figures import LABEL, STYLE
from rnn_by_hand.records.adder import adder_training
from rnn_by_hand.vector_rnn import (
    Params,
    forward_states,
    from_vector,
    outputs,
    update_state,
)

__all__ = ["Adder", "draw_adder"]

N_BITS = 8
#: The sum may be a bit longer.
N_STEPS = N_BITS + 1
#: The unit that tells the carry in the chapter's network: the first.
UNIT = 0
TRAINING = adder_training()
SUMS = make_additions(*TRAINING["numbers"], N_BITS)


class Adder(Explorable):
    r"""A trained network that adds two numbers of eight bits, and the state that it carries along.

    Shows the column addition, from the right, as the network writes it, and its state
    :math:`S_k` after one of the columns as a point: the unit that tells the carry across, the
    output :math:`Y_k` up. The point can be pushed elsewhere; from there the network reads on.

    Parameters
    ----------
    a, b : int
        The numbers to add, from 0 to 255.
    step : int
        The column whose state is shown, counted from the right, from 1 to 9.
    pushed : int
        The column after which the state is pushed, from 1 to 9; 0 if none.
    across, up : float
        Where it is pushed to: the unit, from -1 to 1, and the output, from -1.5 to 1.5. Of the
        states there, it is the one that `rnn_by_hand.adder.put_at` finds.
    trained : int
        The number of training steps after which the weights are used, one of those recorded.

    Attributes
    ----------
    a, b, step, pushed, across, up, trained
        The current setting. Setting one changes the picture.

    Raises
    ------
    traitlets.TraitError
        If a number is out of its range, or no weights were recorded after `trained` steps.

    Examples
    --------
    >>> Adder(a=11, b=3).readout["sum"]
    14
    >>> pushed = Adder(a=188, b=132, pushed=3, across=-0.9, up=-1).readout
    >>> pushed["sum"], pushed["true_sum"], pushed["wrong"]
    (312, 320, 4)
    """

    a = Whole(0, 2**N_BITS - 1, 188)
    b = Whole(0, 2**N_BITS - 1, 132)
    step = Whole(1, N_STEPS, 3)
    pushed = Whole(0, N_STEPS, 0)
    across = Real(-1, 1, 0)
    up = Real(-1.5, 1.5, 0)
    trained = OneOf(*TRAINING["steps"])

    @property
    def readout(self):
        """Every number shown, matching the readout of the element on the page.

        Returns
        -------
        dict
            The setting, and: the states ``S``, 10 rows of 4; the ``outputs``, the ``digits`` of
            the sum as the network writes them, and as they should be, ``true_digits``, length 9,
            the one that counts 1 first; the ``carry`` that the unit tells after each column, and
            as it should be, ``true_carry``, length 10, before the first column first; the ``sum``
            and ``true_sum``; how many digits are ``wrong``; the unit and the output at `step` if
            nothing is pushed, ``unpushed``; the same after every column of thirty sums,
            ``cloud_across`` and ``cloud_up``, length 270, and how many of the sums are ``right``.
            Plain Python numbers and lists.
        """
        row = TRAINING["steps"].index(self.trained)
        params = params_of(TRAINING["weights"][row])
        X, T = make_additions([self.a], [self.b], N_BITS)
        rest = forward_states(X, params)
        S = rest.copy()
        for k in range(1, N_STEPS + 1):
            S[:, k] = update_state(X[:, k - 1], S[:, k - 1], params, np.tanh)
            if k == self.pushed:
                S[:, k] = put_at(S[:, k], UNIT, self.across, self.up, params)
        Y, at_rest = (outputs(states, params)[0, :, 0] for states in (S, rest))
        digits = (Y > 0).astype(int)
        true_digits = (T[0, :, 0] > 0).astype(int)
        cloud = forward_states(SUMS[0], params)
        return {
            "a": self.a,
            "b": self.b,
            "step": self.step,
            "pushed": self.pushed,
            "across": self.across,
            "up": self.up,
            "trained": self.trained,
            "S": S[0].tolist(),
            "outputs": Y.tolist(),
            "digits": digits.tolist(),
            "true_digits": true_digits.tolist(),
            "carry": (S[0, :, UNIT] > 0).astype(int).tolist(),
            "true_carry": [0, *carries(X)[0].tolist()],
            "sum": int(digits @ 2 ** np.arange(N_STEPS)),
            "true_sum": self.a + self.b,
            "wrong": int((digits != true_digits).sum()),
            "unpushed": [
                float(rest[0, self.step, UNIT]),
                float(at_rest[self.step - 1]),
            ],
            "cloud_across": cloud[:, 1:, UNIT].ravel().tolist(),
            "cloud_up": outputs(cloud, params).ravel().tolist(),
            "right": int(added_right(params, *SUMS).sum()),
        }

    def figure(self):
        shown = self.readout
        at = (
            f"unit 1 is {number(shown['S'][self.step][UNIT])} and the output "
            f"{number(shown['outputs'][self.step - 1])}"
        )
        pushed = (
            f"Pushed after column {self.pushed} to {number(self.across)} across and "
            f"{number(self.up)} up, the"
            if self.pushed
            else "The"
        )
        return (
            draw_adder(shown),
            f"On the left {self.a} and {self.b} are added in binary, column by column from the "
            "right. On the right is the state after one column, a ball among the states of "
            "thirty other sums, with unit 1 across and the output up.",
            f"{pushed} network writes {self.a} + {self.b} = {shown['sum']}; the sum is "
            f"{shown['true_sum']}, and {shown['wrong']} of its {N_STEPS} digits are wrong. After "
            f"column {self.step} {at}. After {self.trained} steps of training, {shown['right']} "
            f"of {len(SUMS[0])} sums are right.",
        )


def params_of(weights):
    """Make the parameters of the network from a row of the record."""
    n_states = TRAINING["n_states"]
    shapes = Params(
        (2, n_states), (n_states, n_states), (n_states,), (n_states, 1), (1,)
    )
    like = Params(*(np.zeros(shape) for shape in shapes))
    return from_vector(weights, like=like)


def totals():
    """Give the total of each column of the sums shown, its two bits and the carry."""
    X, T = SUMS
    return (2 * carries(X) + (T[..., 0] > 0)).ravel()


def draw_adder(shown):
    """Draw a column addition, and below it the state after one of its columns.

    Parameters
    ----------
    shown : dict
        What `Adder` reads out.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    with plt.style.context(STYLE):
        fig, (paper, plane) = plt.subplots(
            2, figsize=(5, 6), height_ratios=[3, 4], layout="constrained"
        )
        _draw_columns(paper, shown)
        _draw_plane(plane, shown)
    return fig


def _draw_columns(ax, shown):
    ax.axvspan(
        -shown["step"] - 0.5, -shown["step"] + 0.5, color=PALETTE["faint"]
    )
    addends = bits_of([shown["a"], shown["b"]], N_BITS)
    ax.axhline(1.5, color=PALETTE["ink"], linewidth=1)
    for k in range(N_STEPS + 1):
        _write(ax, k + 1, 4, shown["carry"][k], "state", "circle")
        if shown["carry"][k] != shown["true_carry"][k]:
            _cross(ax, k + 1, 4)
        if k == N_STEPS:
            break
        for row, bits in zip((3, 2), addends, strict=True):
            if k < N_BITS:
                _write(ax, k + 1, row, bits[k], "x", "square")
        digit, right = shown["digits"][k], shown["true_digits"][k]
        _write(ax, k + 1, 1, digit, "ink")
        _write(ax, k + 1, 0, right, "target", "square", linestyle="--")
        if digit != right:
            _cross(ax, k + 1, 1)
    rows = ["should be", "sum", "b", "a", "carry"]
    ax.set(xlim=(-10.6, -0.4), ylim=(-0.6, 4.6), yticks=range(5))
    ax.set_yticklabels(rows)
    ax.set_xticks([-k for k in range(1, N_STEPS + 1)])
    ax.set_xticklabels(range(1, N_STEPS + 1))
    ax.set_xlabel("column, from the right")
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(bottom=False, left=False)


def _write(ax, column, row, digit, name, shape=None, **style):
    box = {
        "boxstyle": f"{shape},pad=0.25",
        "edgecolor": PALETTE[name],
        "facecolor": PALETTE["paper"],
        **style,
    }
    ax.text(
        -column,
        row,
        digit,
        color=PALETTE[name],
        ha="center",
        va="center",
        bbox=box if shape else None,
    )


def _cross(ax, column, row):
    across, up = [-column - 0.4, -column + 0.4], [row - 0.4, row + 0.4]
    ax.plot(across, up, color=PALETTE["ink"], zorder=4)


def _draw_plane(ax, shown):
    dashed = {"color": PALETTE["target"], "linestyle": "--", "linewidth": 1}
    ax.axhline(0, **dashed)
    ax.axvline(0, **dashed)
    of_each = totals()
    for total in range(4):
        group = of_each == total
        ax.plot(
            np.array(shown["cloud_across"])[group],
            np.array(shown["cloud_up"])[group],
            linestyle="none",
            marker=f"${total}$",
            markersize=6,
            markeredgewidth=0.3,
            color=PALETTE["state"],
        )
    step = shown["step"]
    ball = shown["S"][step][UNIT], shown["outputs"][step - 1]
    way = zip(shown["unpushed"], ball, strict=True)
    ax.plot(*way, color=PALETTE["state"], linestyle=":", zorder=3)
    ax.plot(*ball, "o", color=PALETTE["state"], markersize=16, zorder=4)
    total = 2 * shown["true_carry"][step] + shown["true_digits"][step - 1]
    ax.text(
        *ball,
        total,
        color=PALETTE["paper"],
        ha="center",
        va="center",
        zorder=5,
    )
    for x, align, word in (
        (-0.04, "right", "no carry"),
        (0.04, "left", "carry"),
    ):
        ax.text(x, 1.35, word, ha=align, va="center", color=PALETTE["target"])
    for y, word in ((0.16, "writes 1"), (-0.16, "writes 0")):
        ax.text(1.1, y, word, ha="right", va="center", color=PALETTE["target"])
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.6, 1.6))
    ax.set(xticks=[-1, 0, 1], xticklabels=["−1", "0", "1"])
    ax.set(yticks=[-1, 0, 1], yticklabels=["−1", "0", "1"])
    ax.set_xlabel("unit 1 of the state", color=PALETTE["state"])
    ax.set_ylabel("output $Y_k$", fontsize=LABEL)
