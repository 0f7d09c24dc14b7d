"""Figures that make an idea visible: why weights of 1 count, shapes, thirty numbers, ten bugs."""

import numpy as np

from rnn_by_hand.bug_zoo import BUGS, with_bug
from rnn_by_hand.display import PALETTE
from rnn_by_hand.extras import needs
from rnn_by_hand.figures import LABEL, STYLE
from rnn_by_hand.model import bptt, forward_states

with needs("figures"):
    import matplotlib.pyplot as plt
    from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

__all__ = [
    "draw_arrays",
    "draw_bugs",
    "draw_coefficients",
    "draw_misses",
    "draw_reach",
    "draw_step",
    "draw_threads",
]


def draw_threads(x, wRecs):
    """Draw how the ones of a sequence travel to the output, each a band of the state.

    A band is as high as what is left of its 1, the oldest lowest, so that all of them together
    are as high as the state. wx is 1.

    Parameters
    ----------
    x : array_like, shape (n_steps,)
        The input sequence, zeros and ones.
    wRecs : sequence of float
        The recurrent weights, none of them negative, one panel each.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x = np.asarray(x)
    n = len(x)
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(
            1, len(wRecs), figsize=(5, 3.5), sharey=True, squeeze=False
        )
        for ax, wRec in zip(axes[0], wRecs, strict=True):
            _draw_bands(ax, x, wRec)
            for k, xk in enumerate(x, start=1):
                square = Rectangle((k - 0.34, -0.95), 0.68, 0.5)
                square.set(
                    edgecolor=PALETTE["x"],
                    facecolor=PALETTE["x" if xk else "paper"],
                    linewidth=1.2,
                )
                ax.add_patch(square)
            ax.set(xlim=(0.5, n + 3), ylim=(-1.05, x.sum() + 0.6))
            ax.set(xticks=[1, n], xlabel="time step k", yticks=[])
            ax.set_title(f"wRec = {wRec:g}", color=PALETTE["wrec"])
            ax.spines[["left", "bottom"]].set_visible(False)
            ax.tick_params(bottom=False)
    return fig


def _draw_bands(ax, x, wRec):
    """Lay the ones of a sequence on top of one another, and write what is left of each."""
    n, floor = len(x), np.zeros(len(x) + 1)
    for i, k in enumerate(np.flatnonzero(x) + 1):
        steps = np.arange(k, n + 1)
        left = wRec ** (steps - k)
        band = ax.fill_between(
            steps,
            floor[k:],
            floor[k:] + left,
            facecolor=PALETTE["state"],
            alpha=(0.55, 0.35)[i % 2],
            linewidth=0,
        )
        band.set_label(f"x{k}")
        ax.plot([k, k], [floor[k], floor[k] + 1], color=PALETTE["wx"])
        ax.text(
            n + 0.25,
            floor[n] + left[-1] / 2,
            f"{left[-1]:.2g}",
            color=PALETTE["state"],
            va="center_baseline",
        )
        floor[k:] += left
    # The state is the top of the highest band, a disc for each step.
    S = forward_states(x[np.newaxis], 1, wRec)[0, 1:]
    style = {"color": PALETTE["state"], "markersize": 6, "clip_on": False}
    ax.plot(np.arange(1, n + 1), S, "o", **style)
    ax.text(
        n + 0.35,
        S[-1] + 0.05,
        f"$y = {S[-1]:.2g}$",
        color=PALETTE["state"],
        fontsize=LABEL,
    )


def draw_step(n_samples=4, n_inputs=2, n_units=3):
    """Draw one step of the general recurrence as blocks of numbers, each with its shape.

    Parameters
    ----------
    n_samples, n_inputs, n_units : int
        N, D and H.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    N, D, H = n_samples, n_inputs, n_units
    with plt.style.context(STYLE):
        sizes = (
            ("$S_k$", "state", N, H, "NH", "$= f($"),
            ("$S_{k-1}$", "state", N, H, "NH", "·"),
            (r"$W_{\mathrm{Rec}}$", "wrec", H, H, "HH", "$+$"),
            ("$X_k$", "x", N, D, "ND", "·"),
            ("$W_x$", "wx", D, H, "DH", "$)$"),
        )
        gaps = (1.9, 0.55, 1.15, 0.55, 0.6)
        room = sum(s[3] for s in sizes) + sum(gaps)
        fig, ax = _plane((-0.4, room + 0.4), (-N - 1.5, 1.4))
        x = 0
        for (name, hue, rows, columns, letters, sign), gap in zip(
            sizes, gaps, strict=True
        ):
            top = -(N - rows) / 2
            _block(ax, x, top, rows, columns, hue)
            middle = x + columns / 2
            text = {"ha": "center", "va": "center", "fontsize": LABEL}
            ax.text(middle, 0.75, name, color=PALETTE[hue], **text)
            shape = f"${letters[0]} \\times {letters[1]}$"
            ax.text(middle, -N - 0.75, shape, color=PALETTE[hue], **text)
            ax.text(x + columns + gap / 2, -N / 2, sign, **text)
            x += columns + gap
    return fig


def _block(ax, x, top, rows, columns, hue, lit=None):
    """An array, one cell for each number; the lit column is filled."""
    for row in range(rows):
        for column in range(columns):
            cell = (x + column, top - row - 1)
            colour = PALETTE[hue]
            on = column == lit
            tone = (colour, 0.75 if on else 0.16)
            style = {"facecolor": tone, "edgecolor": colour, "linewidth": 1.4}
            if hue == "state":
                middle = (cell[0] + 0.5, cell[1] + 0.5)
                ax.add_patch(Circle(middle, 0.42, **style))
            else:
                place = (cell[0] + 0.08, cell[1] + 0.08)
                ax.add_patch(Rectangle(place, 0.84, 0.84, **style))


def draw_arrays(backward=False):
    """Draw the arrays of a run as blocks of three sequences, and what one step does with them.

    Parameters
    ----------
    backward : bool
        Whether to draw a step of the backward pass, instead of one of the forward pass.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    arrays = [("S", "state", 0, _K - backward), ("X", "x", 1, _K - 1)]
    if backward:
        arrays.insert(1, ("grad_over_time", "gradient", 0, _K))
    bottom = 0.6 - _PITCH * len(arrays)
    right = _STEPS + (8.3 if backward else 8)
    with plt.style.context(STYLE):
        fig, ax = _plane((-4.8, right), (bottom, 1.3))
        for column in range(_STEPS + 1):
            k = column if column < _STEPS else "n"
            _write(ax, column + 0.5, 0.7, f"${k}$", "ink", fontsize=LABEL)
        _write(ax, -0.4, 0.7, "$k =$", "ink", ha="right", fontsize=LABEL)
        for i, (name, hue, first, lit) in enumerate(arrays):
            top, columns = -_PITCH * i, _STEPS + 1 - first
            _block(ax, first, top, _ROWS, columns, hue, lit)
            shape = "(N, n)" if first else "(N, n + 1)"
            # What is too long for one line is broken where it can be.
            said = [name.replace("_over", "_\nover"), shape]
            place = -0.4, top - _ROWS / 2
            _write(ax, *place, "\n".join(said), hue, ha="right")
            for column in range(columns):
                place = first + column + 0.5, top - _ROWS - 0.45
                _write(ax, *place, column, "target")
        if backward:
            _mark_backward_step(ax)
        else:
            _mark_forward_step(ax)
    return fig


#: The arrays that are drawn: sequences, steps, the step that is shown, and from one to the next.
_ROWS, _STEPS, _K = 3, 4, 3
_PITCH = _ROWS + 1.45


def _mark_forward_step(ax):
    """Where S[:, k] comes from: the column before it, and the input that stands below it."""
    _lead(ax, (_K - 0.5, -0.5), (_K + 0.5, -0.5), "wrec")
    _lead(ax, (_K + 0.5, -_PITCH), (_K + 0.5, -_ROWS - 0.8), "wx")
    for line, (code, hue) in enumerate(
        (
            (f"S[:, {_K}] =", "state"),
            (f"S[:, {_K - 1}] * wRec", "wrec"),
            (f"+ X[:, {_K - 1}] * wx", "wx"),
        )
    ):
        place = _STEPS + 1.5, -0.5 - line
        _write(ax, *place, code, hue, ha="left")


def _mark_backward_step(ax):
    """Where the column before comes from, and what each gradient is made of."""
    top, purple = -_PITCH, "gradient"
    _lead(ax, (_K + 0.5, top - 0.5), (_K - 0.5, top - 0.5), purple)
    # The column that is lit goes to both of the others.
    for x, start, stop in (
        (_K - 0.5, top + 0.1, -_ROWS - 0.75),
        (_K + 0.5, top - _ROWS - 0.75, 2 * top + 0.05),
    ):
        _lead(ax, (_K + 0.5, start), (x, stop), purple, (0, (2.5, 1.2)))
    for height, code, hue in (
        (-1, f"× S[:, {_K - 1}]", "state"),
        (-2, "→ wRec_grad", "wrec"),
        (top - 1, f"[:, {_K}] × wRec", purple),
        (top - 2, f"→ [:, {_K - 1}]", purple),
        (2 * top - 1, f"× X[:, {_K - 1}]", "x"),
        (2 * top - 2, "→ wx_grad", "wx"),
    ):
        _write(ax, _STEPS + 1.5, height, code, hue, ha="left")


def _write(ax, x, y, text, hue, **style):
    style = {"ha": "center", "va": "center"} | style
    ax.text(x, y, text, color=PALETTE[hue], **style)


def _lead(ax, start, stop, hue, linestyle="-"):
    """A straight arrow from one place to another."""
    ax.add_patch(
        FancyArrowPatch(
            start,
            stop,
            arrowstyle="-|>",
            mutation_scale=11,
            linewidth=1.8,
            linestyle=linestyle,
            color=PALETTE[hue],
            shrinkA=0,
            shrinkB=0,
            zorder=4,
        )
    )


def _plane(xlim, ylim):
    """A drawing area five inches wide without axes, with equal units in both directions."""
    height = 5 * np.ptp(ylim) / np.ptp(xlim)
    fig = plt.figure(figsize=(5, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return fig, ax


def draw_misses(answer, targets):
    """Draw how far one answer is from some targets, and the square over each distance.

    Parameters
    ----------
    answer : float
        The answer.
    targets : array_like, shape (n_samples,)
        The targets.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    grey, orange = PALETTE["target"], PALETTE["state"]
    with plt.style.context(STYLE):
        fig, ax = plt.subplots(figsize=(5, 3.2))
        # The largest first, for the others may lie on it.
        for target in sorted(targets, key=lambda t: -abs(t - answer)):
            miss = abs(target - answer)
            square = Rectangle((min(target, answer), 0), miss, miss)
            square.set(facecolor=(grey, 0.3), edgecolor=grey, linewidth=1.5)
            ax.add_patch(square)
            ax.text(
                (target + answer) / 2 + (0.5 if miss > 2 else 0),
                miss / 2,
                f"{miss**2:g}",
                ha="center",
                va="center",
            )
            ax.plot([target] * 2, [0, -0.3], "--", color=grey, linewidth=1.5)
            ax.text(
                target,
                -0.45,
                f"t = {target:g}",
                color=grey,
                ha="center",
                va="top",
            )
        ax.plot(answer, 0, "o", color=orange, markersize=10, zorder=3)
        style = {"color": orange, "ha": "center", "va": "top"}
        ax.text(answer, -1.05, f"y = {answer:g}", **style)
        ax.axhline(0, color=PALETTE["ink"], linewidth=1)
        largest = max(abs(np.asarray(targets) - answer))
        ax.set(xlim=(2.2, 10.8), ylim=(-1.65, largest + 0.1), aspect="equal")
        ax.axis("off")
    return fig


def draw_coefficients(A, B, C):
    """Draw the numbers that hold a loss surface, each over the power of wRec that it goes with.

    Parameters
    ----------
    A : array_like, shape (2 n_steps - 1,)
        What wx² is multiplied by, the highest power of wRec first.
    B : array_like, shape (n_steps,)
        What −2 wx is multiplied by, the highest power of wRec first.
    C : float
        What stands alone.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    rows = (
        ("A", A, r"$w_x^2 \cdot A$", "x", "x"),
        ("B", B, r"$-2\,w_x \cdot B$", "target", "x"),
        ("C", [C], "$C$", "target", "target"),
    )
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(
            3, figsize=(5, 3.9), sharex=True, height_ratios=[1.5, 1, 1]
        )
        for ax, (name, values, said, fill, edge) in zip(
            axes, rows, strict=True
        ):
            powers = np.arange(len(values))[::-1]
            bars = ax.bar(
                powers,
                values,
                width=0.72,
                facecolor=(PALETTE[fill], 0.45),
                edgecolor=PALETTE[edge],
                linewidth=1.6,
                label=name,
            )
            if fill == edge == "target":
                for bar in bars:
                    bar.set_linestyle("--")
            for i in sorted({0, int(np.argmax(values)), len(values) - 1}):
                # The first one stands aside, for the next may be higher.
                side = "right" if i == 0 < len(values) - 1 else "center"
                place = powers[i] + 0.4 * (side == "right"), values[i]
                ax.text(*place, f"{values[i]:.0f}", ha=side, va="bottom")
            number = len(values)
            plural = "s" if number > 1 else ""
            ax.text(
                len(A) + 6.3,
                0.55 * max(values),
                f"{said}\n{number} number{plural}",
                linespacing=1.6,
                va="center",
            )
            ax.set(ylim=(0, 1.28 * max(values)), yticks=[])
            ax.spines["left"].set_visible(False)
            ax.tick_params(bottom=False)
        last = len(A) - 1
        axes[-1].set(xlim=(last + 7.5, -1.6), xticks=[last, last // 2, 0])
        axes[-1].set_xlabel("power of wRec", color=PALETTE["wrec"])
    return fig


def draw_bugs(X, t, wx=0.7, wRecs=None):
    """Draw for each bug what it returns divided by what it should return, over wRec.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_steps)
        The inputs.
    t : array_like, shape (n_samples,)
        The targets.
    wx : float
        The input weight, held still.
    wRecs : array_like, optional
        The values of wRec; by default from −0.2 to 1.03.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, a panel for each bug in the order of `rnn_by_hand.bug_zoo.BUGS`.
    """
    wRecs = np.linspace(-0.2, 1.03, 124) if wRecs is None else wRecs
    true = np.array([bptt(X, t, wx, wRec) for wRec in wRecs])
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(
            5,
            2,
            figsize=(5, 4.15),
            sharex=True,
            sharey=True,
            layout="none",
        )
        # By hand, for the names of the lines would push the panels apart.
        fig.subplots_adjust(0.05, 0.125, 0.82, 0.945, 0.66, 0.55)
        for ax, name in zip(axes.flat, BUGS, strict=True):
            wrong = with_bug(name)
            ratios = np.array([wrong(X, t, wx, wRec) for wRec in wRecs]) / true
            _draw_ratios(ax, wRecs, ratios)
            ax.set_title(name, loc="left", pad=2)
            ax.spines[:].set_visible(False)
            ax.tick_params(left=False, bottom=False)
            ax.set_yticks([0], ["1"])
        for ax in axes[-1]:
            ax.set_xlabel("wRec", color=PALETTE["wrec"])
            ax.set_xticks([0, 0.7, 1], ["0", "0.7", "1"])
    return fig


#: Where the panels of the bugs end, as ratios; what lies beyond has an arrow at the edge.
_LOWEST, _HIGHEST = -1.8, 2.4


def _stretch(ratio):
    """Spread out what is near 1, where a small difference is still a bug."""
    return np.arcsinh((np.asarray(ratio) - 1) / 0.1)


def _draw_ratios(ax, wRecs, ratios):
    """Two lines, and their names where they end, or what both are if that is one number."""
    low, high = _stretch([_LOWEST, _HIGHEST])
    ax.set(ylim=(low, high), xlim=(wRecs[0], wRecs[-1]))
    ax.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    heights = _stretch(ratios)
    for height, name, style in zip(heights.T, ("wx", "wrec"), ("-", "--")):
        ax.plot(wRecs, height, style, color=PALETTE[name], linewidth=2)
    # A ring where the bug does not show, though it does all around.
    right = np.abs(ratios - 1).max(axis=1) < 1e-9
    alone = right & ~np.roll(right, 5) & ~np.roll(right, -5)
    ring = {"color": PALETTE["ink"], "markerfacecolor": PALETTE["paper"]}
    for wRec in wRecs[alone]:
        ax.plot(wRec, 0, "o", **ring, zorder=3, clip_on=False)
    if np.ptp(ratios) < 1e-9:
        _name_both(ax, ratios[0, 0], (low, high))
        return
    ends = heights[-1].copy()
    # Apart, where the lines end close to one another.
    near = 0.21 * (high - low)
    if abs(ends[0] - ends[1]) < 2 * near:
        first = 1 if ends[0] > ends[1] else -1
        ends = ends.mean() + near * first * np.array([1, -1])
    for end, name, said in zip(ends, ("wx", "wrec"), ("wx", "wRec")):
        ax.annotate(
            said,
            (1, end),
            xycoords=ax.get_yaxis_transform(),
            xytext=(4, 0),
            textcoords="offset points",
            color=PALETTE[name],
            va="center_baseline",
            annotation_clip=False,
        )


def _name_both(ax, ratio, limits):
    """Write one number on the line of both weights, or at the edge beyond which it lies."""
    beyond = " ↑" if _stretch(ratio) > limits[1] else ""
    said = f"both {ratio:.2g}".replace("-", "−") + beyond
    place = {"xycoords": ax.get_yaxis_transform(), "annotation_clip": False}
    style = {"color": PALETTE["gradient"], "va": "center_baseline"}
    height = np.clip(_stretch(ratio), *limits)
    ax.annotate(
        said,
        (1, height),
        # Lower than the edge, for the next panel has its name there.
        xytext=(4, -7 if beyond else 0),
        textcoords="offset points",
        **place,
        **style,
    )


def draw_reach(networks, X, trained_on):
    """Draw how far the answers of networks are off, against the length of the sequence.

    Parameters
    ----------
    networks : sequence of tuple of float
        The weights of each, wx and wRec.
    X : array_like, shape (n_samples, n_steps)
        Long sequences. Their beginnings are the shorter ones.
    trained_on : int
        The length of the sequences that the networks have seen.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    counts = np.cumsum(X, axis=1)
    lengths = np.arange(1, counts.shape[1] + 1)
    with plt.style.context(STYLE):
        fig, ax = plt.subplots(figsize=(5, 3.9))
        for wx, wRec in networks:
            errors = forward_states(X, wx, wRec)[:, 1:] - counts
            off = np.sqrt(np.mean(errors**2, axis=0))
            ax.loglog(lengths, off, color=PALETTE["state"])
            ax.annotate(
                f"wRec {wRec:g}",
                (lengths[-1], off[-1]),
                xytext=(5, 0),
                textcoords="offset points",
                va="center_baseline",
                color=PALETTE["wrec"],
                annotation_clip=False,
            )
            beyond = np.flatnonzero(off > 0.5)
            if len(beyond):
                n = lengths[beyond[0]]
                ax.plot(n, 0.5, "o", color=PALETTE["state"], zorder=3)
                ax.text(0.93 * n, 0.65, n, ha="right", va="bottom")
        ax.axhline(0.5, color=PALETTE["ink"], linewidth=1)
        ax.text(1.1, 0.65, "off by ½", va="bottom")
        ax.axvline(
            trained_on, color=PALETTE["target"], linestyle="--", linewidth=1.5
        )
        low = 0.2 * ax.get_ylim()[0]
        said = f"trained on {trained_on} bits"
        ax.text(1.12 * trained_on, 1.5 * low, said, color=PALETTE["target"])
        ax.set(xlim=(1, lengths[-1]), xticks=[1, 10, 100], ylim=(low, None))
        ax.set(xlabel="length of the sequence", ylabel="error of the count")
        ax.set_xticklabels(["1", "10", "100"])
        ax.minorticks_off()
    return fig
