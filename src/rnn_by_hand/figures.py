"""The figures of the network itself. Plots of numbers stand in the chapters that make them."""

import numpy as np

from rnn_by_hand.display import PALETTE
from rnn_by_hand.extras import needs
from rnn_by_hand.loss_colours import (
    DARK,
    LIGHT,
    fate_image,
    hillshade,
    tone,
)
from rnn_by_hand.model import forward_states
from rnn_by_hand.optimizers import FATES

with needs("figures"):
    import matplotlib.pyplot as plt
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.patches import (
        Circle,
        FancyArrowPatch,
        PathPatch,
        Rectangle,
    )
    from matplotlib.path import Path

__all__ = [
    "draw_check",
    "draw_descent",
    "draw_fates",
    "draw_folded",
    "draw_loss_surface",
    "draw_lstm_step",
    "draw_scan",
    "draw_shapes",
    "draw_states",
    "draw_unrolled",
    "draw_unrolled_rows",
]

STYLE = "rnn_by_hand.book"
_RADIUS = 0.3
LABEL = 14  # mathematics is set smaller than words of the same size


def draw_states(x, wx, wRec):
    """Draw the states of one sequence over its inputs, with the true count beside them.

    Parameters
    ----------
    x : array_like, shape (n_steps,)
        The input sequence, zeros and ones.
    wx, wRec : float
        The weights.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x = np.asarray(x, dtype=float)
    S = forward_states(x[np.newaxis, :], wx, wRec)[0]
    steps = np.arange(len(S))
    count = np.concatenate([[0], np.cumsum(x)])
    with plt.style.context(STYLE):
        fig, (ax, strip) = plt.subplots(
            2,
            figsize=(5, 3.4),
            sharex=True,
            height_ratios=[6, 1],
            gridspec_kw={"hspace": 0},
        )
        ax.axhline(0, color=PALETTE["faint"], linewidth=1)
        ax.step(
            steps,
            count,
            where="mid",
            color=PALETTE["target"],
            linestyle="--",
            linewidth=1.5,
        )
        ax.plot(steps, S, color=PALETTE["wrec"], linewidth=1.5)
        ax.plot(
            steps, S, "o", color=PALETTE["state"], markersize=9, clip_on=False
        )
        _label_ends(ax, len(x), S[-1], count[-1])
        ax.set(ylabel="state", xlim=(-0.6, len(x) + 2.2))
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(bottom=False)
        for k, xk in enumerate(x, start=1):
            _square(strip, k, 0, filled=xk, half=0.32)
        strip.set(
            ylim=(-0.5, 0.5),
            yticks=[],
            xlabel="time step k",
            xticks=steps,
            aspect="equal",
        )
        strip.set_ylabel("x", rotation=0, va="center", color=PALETTE["x"])
        strip.spines[["left", "bottom"]].set_visible(False)
        strip.tick_params(bottom=False)
    return fig


def draw_folded(general=False):
    """Draw the network as a loop: one unit that feeds its state back to itself.

    Parameters
    ----------
    general : bool
        Whether the letters stand for arrays and a function is applied to the sum; otherwise
        everything is one number and the last state is the output.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x, w = ("X", "W") if general else ("x", "w")
    with plt.style.context(STYLE):
        fig, ax = _canvas(width=5, xlim=(-1.3, 3.3), ylim=(-0.42, 1.12))
        _square(ax, 0, 0, text=f"${x}_k$")
        _disc(ax, 1.1, 0, text="$S_k$")
        _arrow(ax, (0, 0), (1.1, 0), PALETTE["wx"], f"${w}_x$")
        loop = FancyArrowPatch(
            (0.88, 0.24),
            (1.32, 0.24),
            connectionstyle="arc3,rad=-1.9",
            arrowstyle="-|>",
            mutation_scale=13,
            linewidth=1.8,
            color=PALETTE["wrec"],
            shrinkA=0,
            shrinkB=0,
        )
        ax.add_patch(loop)
        ax.text(
            1.1,
            0.82,
            rf"${w}_{{\mathrm{{Rec}}}}$",
            color=PALETTE["wrec"],
            ha="center",
            va="bottom",
            fontsize=LABEL,
        )
        if general:
            ax.text(
                1.55,
                0,
                "$f$ of the sum",
                va="center",
                color=PALETTE["target"],
            )
        else:
            _arrow(ax, (1.1, 0), (2.2, 0), PALETTE["target"])
            ax.text(2.0, 0, "$y = S_n$", va="center", fontsize=LABEL)
    return fig


def draw_unrolled(n_steps=3, x=None, S=None, t="$t$", delta=None):
    """Draw the network unrolled in time, one copy of the unit per time step.

    Parameters
    ----------
    n_steps : int
        How many time steps.
    x : sequence, shape (n_steps,), optional
        What to write into the inputs instead of their names.
    S : sequence, shape (n_steps + 1,), optional
        What to write into the states instead of their names.
    t : str
        What to write into the target.
    delta : sequence of str, shape (n_steps + 1,), optional
        What to write above the states, under the name of each gradient; may be empty. The
        backward pass is drawn as arrows against the flow of time.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    x = [f"$x_{k}$" for k in range(1, n_steps + 1)] if x is None else x
    S = [f"$S_{k}$" for k in range(n_steps + 1)] if S is None else S
    end = n_steps + 1
    top = 0.5 if delta is None else 1.2 + 0.3 * any(delta)
    with plt.style.context(STYLE):
        fig, ax = _canvas(width=5, xlim=(-0.6, end + 0.4), ylim=(-1.75, top))
        for k in range(n_steps + 1):
            _disc(ax, k, 0, S[k])
            if k:
                _square(ax, k, -1.05, x[k - 1])
                _arrow(
                    ax,
                    (k, -1.05),
                    (k, 0),
                    PALETTE["wx"],
                    "$w_x$",
                    side=(0.17, 0.04),
                )
                _arrow(
                    ax,
                    (k - 1, 0),
                    (k, 0),
                    PALETTE["wrec"],
                    r"$w_{\mathrm{Rec}}$",
                    side=(0, -0.27),
                )
            ax.text(
                k,
                -1.6,
                f"${k}$",
                ha="center",
                color=PALETTE["target"],
                va="center",
            )
        _square(ax, end, 0, r"$\xi$", colour=PALETTE["ink"])
        _square(ax, end, -1.05, t, colour=PALETTE["target"], linestyle="--")
        _arrow(
            ax,
            (n_steps, 0),
            (end, 0),
            PALETTE["target"],
            "$y$",
            side=(0, -0.27),
        )
        _arrow(ax, (end, -1.05), (end, 0), PALETTE["target"])
        ax.text(
            end - 0.32, -1.6, "step $k$", va="center", color=PALETTE["target"]
        )
        if delta is not None:
            _draw_backward(ax, delta, end)
    return fig


def _draw_backward(ax, delta, end):
    """Arrows from the loss back to every state, each with its gradient above it."""
    for k, text in enumerate(delta):
        style = {"ha": "center", "color": PALETTE["gradient"]}
        ax.text(
            k,
            1.2 if text else 0.86,
            rf"$\delta_{k}$",
            va="bottom",
            fontsize=LABEL,
            **style,
        )
        ax.text(k, 0.86, text, va="bottom", **style)
        # What arrives at the last state is the gradient of the square.
        factor = (
            r"$\times w_{\mathrm{Rec}}$" if k + 1 < end else "$2\\,(y - t)$"
        )
        start, stop = (k + 0.82, 0.36), (k + 0.18, 0.36)
        arrow = FancyArrowPatch(
            start,
            stop,
            connectionstyle="arc3,rad=0.35",
            arrowstyle="-|>",
            mutation_scale=13,
            linewidth=1.8,
            color=PALETTE["gradient"],
            linestyle=(0, (4, 1.5)),
            shrinkA=0,
            shrinkB=0,
        )
        ax.add_patch(arrow)
        ax.text(
            k + 0.5,
            0.56,
            factor,
            ha="center",
            va="bottom",
            color=PALETTE["gradient"],
            fontsize=LABEL,
        )


def draw_unrolled_rows(backward=False):
    """Draw the general network unrolled over three steps, with an output at each.

    Parameters
    ----------
    backward : bool
        Whether to draw the backward pass: the same nodes with the gradients in them, and the
        arrows reversed.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    state, output = (r"\delta", "E") if backward else ("S", "Y")
    turned = r"^{\top}" if backward else ""
    colours = {
        name: PALETTE["gradient" if backward else name]
        for name in ("wx", "wrec", "state", "target")
    }
    line = {"linestyle": (0, (4, 1.5))} if backward else {}
    low = -0.45 if backward else -1.45
    with plt.style.context(STYLE):
        fig, ax = _canvas(width=5, xlim=(-0.5, 4), ylim=(low, 1.5))
        for k in range(4):
            x = 1.1 * k
            _disc(ax, x, 0, f"${state}_{k}$", colours["state"])
            if k == 0:
                continue
            _square(ax, x, 1.12, f"${output}_{k}$", colour=colours["target"])
            across, up = [(x - 1.1, 0), (x, 0)], [(x, 0), (x, 1.12)]
            if backward:
                across.reverse()
                up.reverse()
            _arrow(
                ax,
                *across,
                colours["wrec"],
                rf"$W_{{\mathrm{{Rec}}}}{turned}$",
                side=(0, -0.27),
                **line,
            )
            _arrow(
                ax,
                *up,
                colours["target"],
                f"$W_y{turned}$",
                side=(0.28 if backward else 0.22, 0.02),
                **line,
            )
            if backward:
                ax.text(
                    x - 0.55,
                    0.24,
                    rf"$f^\prime_{k}$",
                    color=colours["state"],
                    ha="center",
                    va="center",
                    fontsize=LABEL,
                )
            else:
                _square(ax, x, -1.12, f"$X_{k}$")
                _arrow(
                    ax,
                    (x, -1.12),
                    (x, 0),
                    colours["wx"],
                    "$W_x$",
                    side=(0.22, -0.06),
                )
    return fig


def draw_lstm_step(backward=False):
    """Draw one step of an LSTM: the cell state above, the gates below it, the state beneath.

    Parameters
    ----------
    backward : bool
        Whether to draw the backward pass: the same nodes with the gradients in them, and the
        arrows reversed.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    cell, state = (r"\gamma", r"\delta") if backward else ("C", "S")
    purple, ink = PALETTE["gradient"], PALETTE["ink"]
    node = purple if backward else PALETTE["state"]
    line = purple if backward else ink
    top, middle, gates, bottom = 2.75, 1.95, 1.2, 0.3
    low = -0.35 if backward else -0.85
    with plt.style.context(STYLE):
        fig, ax = _canvas(width=5, xlim=(0, 5), ylim=(low, 3.15))

        def arrow(*points):
            # A path of straight lines; only its last stretch has a head.
            if backward:
                points = points[::-1]
            ax.add_patch(
                PathPatch(
                    Path(points),
                    facecolor="none",
                    edgecolor=line,
                    linewidth=1.8,
                    zorder=1,
                )
            )
            start, stop = np.array(points[-2:], dtype=float)
            ax.annotate(
                "",
                stop - 0.3 * (stop - start) / np.linalg.norm(stop - start),
                start,
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": line,
                    "lw": 1.8,
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "mutation_scale": 13,
                },
            )

        arrow((0.4, top), (1.45, top))
        arrow((1.45, top), (2.8, top))
        arrow((2.8, top), (4.6, top))
        arrow((4.6, top), (4.6, gates))
        arrow((4.6, gates), (4.6, bottom))
        arrow((3.85, gates), (4.6, gates))
        arrow((2.8, middle), (2.8, top))
        arrow((1.45, gates), (1.45, top))
        arrow((2.4, gates), (2.4, middle), (2.8, middle))
        arrow((3.2, gates), (3.2, middle), (2.8, middle))
        for x in (1.45, 2.4, 3.2, 3.85):
            arrow((0.4, bottom), (x, bottom), (x, gates))
        if not backward:
            ax.plot([0.95, 0.95], [-0.5, bottom], color=line, linewidth=1.8)
            _square(ax, 0.95, -0.5, "$X_k$")
        for x, name in ((1.45, "f"), (2.4, "i"), (3.2, "g"), (3.85, "o")):
            _square(ax, x, gates, f"${name}$", half=0.22, colour=ink)
        for x, y, sign in (
            (1.45, top, "×"),
            (2.8, middle, "×"),
            (2.8, top, "+"),
            (4.6, gates, "×"),
        ):
            ax.add_patch(
                Circle(
                    (x, y),
                    0.17,
                    facecolor=PALETTE["paper"],
                    edgecolor=ink,
                    linewidth=1.4,
                    zorder=3,
                )
            )
            ax.text(x, y - 0.01, sign, ha="center", va="center", zorder=4)
        ax.text(4.5, middle, "tanh", color=ink, ha="right", va="center")
        _disc(ax, 0.4, top, f"${cell}_{{k-1}}$", node)
        _disc(ax, 0.4, bottom, f"${state}_{{k-1}}$", node)
        _disc(ax, 4.6, top, f"${cell}_k$", node)
        _disc(ax, 4.6, bottom, f"${state}_k$", node)
    return fig


def _canvas(width, xlim, ylim):
    """Make a drawing area without axes, with equal units in both directions."""
    height = width * (ylim[1] - ylim[0]) / (xlim[1] - xlim[0])
    fig = plt.figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return fig, ax


def _disc(ax, x, y, text, colour=PALETTE["state"], size=LABEL):
    ax.add_patch(
        Circle(
            (x, y),
            _RADIUS,
            facecolor=PALETTE["paper"],
            edgecolor=colour,
            linewidth=2.2,
            zorder=3,
        )
    )
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        color=colour,
        zorder=4,
        fontsize=size,
    )


def _square(
    ax,
    x,
    y,
    text="",
    filled=False,
    half=0.26,
    colour=PALETTE["x"],
    linestyle="-",
):
    ax.add_patch(
        Rectangle(
            (x - half, y - half),
            2 * half,
            2 * half,
            facecolor=colour if filled else PALETTE["paper"],
            edgecolor=colour,
            linewidth=2.2,
            linestyle=linestyle,
            zorder=3,
        )
    )
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        color=colour,
        zorder=4,
        fontsize=LABEL,
    )


def _arrow(ax, start, stop, colour, label="", side=(0, 0.2), linestyle="-"):
    """An arrow from node to node, with a label beside its middle."""
    start, stop, side = np.array(start), np.array(stop), np.array(side)
    gap = 0.34 * (stop - start) / np.linalg.norm(stop - start)
    ax.add_patch(
        FancyArrowPatch(
            start + gap,
            stop - gap,
            arrowstyle="-|>",
            mutation_scale=13,
            linewidth=1.8,
            color=colour,
            linestyle=linestyle,
            shrinkA=0,
            shrinkB=0,
        )
    )
    ax.text(
        *((start + stop) / 2 + side),
        label,
        color=colour,
        ha="center",
        va="center",
        zorder=5,
        fontsize=LABEL,
    )


def _label_ends(ax, n_steps, y, t):
    """Write output and target beside their marks, apart even where the marks are close."""
    low, high = ax.get_ylim()
    room = 0.11 * (high - low)
    shift = max(0, room - abs(y - t) / 2) if abs(y - t) < 2 * room else 0
    sign = 1 if y >= t else -1
    for value, text, name, direction in (
        (y, f"$y = {y:.3g}$", "state", sign),
        (t, f"$t = {t:.3g}$", "target", -sign),
    ):
        ax.text(
            n_steps + 0.6,
            value + direction * shift,
            text,
            color=PALETTE[name],
            va="center",
            fontsize=LABEL,
        )


def draw_loss_surface(surface, wx, wRec, view, name=""):
    """Draw the loss over both weights as a map, with a point and the floor of the ravine.

    Parameters
    ----------
    surface : rnn_by_hand.surface.Surface
        The loss.
    wx, wRec : float
        The point.
    view : sequence of float
        The limits of wRec, then those of wx.
    name : str
        What to write beside the point.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    left, right, *_ = view
    r = np.linspace(left, right, 75)
    floor = surface.floor(r)
    with plt.style.context(STYLE):
        fig, ax = plt.subplots(figsize=(5, 4.2))
        _draw_landscape(ax, surface, r, view)
        ax.plot(r, floor, color=PALETTE["paper"], linewidth=2.6, alpha=0.7)
        ax.plot(r, floor, "--", color=PALETTE["ink"], linewidth=1.2)
        if np.hypot(wRec - 1, wx - 1) > 0.15 * (right - left):
            _name_mark(ax, 1, 1, "(1, 1)", below=True)
        _draw_minimum(ax)
        _draw_point(ax, wRec, wx, name)
        _name_floor(ax, r, floor, view)
        _set_weight_axes(ax, view)
    return fig


def _draw_minimum(ax):
    """Mark the place where the network counts exactly, on every map the same."""
    ax.plot(
        1,
        1,
        "o",
        markerfacecolor=PALETTE["paper"],
        markeredgecolor=PALETTE["ink"],
        zorder=3,
    )


def _draw_point(ax, wRec, wx, name=""):
    """Mark the weights that the reader chose, which for a path are its start."""
    ax.plot(wRec, wx, "o", color=PALETTE["ink"], markersize=10, zorder=3)
    if name:
        _name_mark(ax, wRec, wx, name)


def _draw_end(ax, wRec, wx, below=False):
    """Mark the end of a path by a cross, which lies in the ring if the path arrives."""
    for colour, width in (("paper", 6), ("ink", 2.5)):
        ax.plot(
            wRec,
            wx,
            "x",
            color=PALETTE[colour],
            markersize=11,
            markeredgewidth=width,
            zorder=4,
        )
    _name_mark(ax, wRec, wx, "end", below)


def _name_mark(ax, wRec, wx, name, below=False):
    ax.annotate(
        name,
        (wRec, wx),
        xytext=(0, -9) if below else (0, 9),
        textcoords="offset points",
        ha="center",
        va="top" if below else "bottom",
        annotation_clip=True,
        zorder=5,
        bbox={
            "facecolor": PALETTE["paper"],
            "edgecolor": "none",
            "alpha": 0.6,
            "pad": 0.5,
        },
    )


def _set_weight_axes(ax, view):
    left, right, low, high = view
    ax.set(xlim=(left, right), ylim=(low, high), aspect="equal")
    ax.set_xlabel("wRec", color=PALETTE["wrec"])
    ax.set_ylabel("wx", color=PALETTE["wx"])


def _name_floor(ax, r, floor, view):
    """Write the name of the ravine floor where the map has room for it."""
    left, right, low, high = view
    room = (left + 0.16 * (right - left) < r) & (
        r < right - 0.2 * (right - left)
    )
    room &= (low < floor) & (floor < high - 0.1 * (high - low))
    # Not at the minimum, where the point is likely to be.
    room &= np.hypot(r - 1, floor - 1) > 0.2 * (right - left)
    if room.any():
        first = np.argmax(room)
        rise = abs(floor[first + 1] - floor[first]) / (high - low)
        run = (r[first + 1] - r[first]) / (right - left)
        # Beside a steep line, above a level one.
        if rise > run and r[first] - left > 0.4 * (right - left):
            place = {"xytext": (-13, 0), "ha": "right", "va": "center"}
        else:
            place = {"xytext": (0, 6), "ha": "center"}
        ax.annotate(
            "ravine floor",
            (r[first], floor[first]),
            textcoords="offset points",
            **place,
        )


def _draw_landscape(ax, surface, r, view):
    """Draw the loss in colour, a tone for each half or whole power of ten, lit from the upper left.

    A page changes the tones with its theme.
    """
    left, right, low, high = view
    edges = [-2, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]
    middles = np.convolve([-3, *edges, 10], [0.5, 0.5], "valid")
    ax.add_patch(
        Rectangle(
            (left, low),
            right - left,
            high - low,
            facecolor=tone(middles[0]),
            linewidth=0,
            zorder=0,
        )
    )
    for edge, middle in zip(edges, middles[1:]):
        _draw_walls(ax, surface, r, edge, view, tone(middle))
    n = 120
    wRec, wx = np.meshgrid(
        np.linspace(left, right, n), np.linspace(low, high, n)
    )
    heights = np.log10(np.maximum(surface.loss(wx, wRec), 5e-4))
    light = hillshade(heights)
    ax.imshow(
        light, extent=view, origin="lower", interpolation="none", zorder=1.5
    )


def _draw_walls(ax, surface, r, power, view, colour):
    """Cover what lies above a power of ten, on both sides of the ravine."""
    left, right, low, high = view
    floor = surface.floor(r)
    height = surface.loss(floor, r)
    # The loss rises from the floor as a parabola, so it is at the level this far away.
    curvature = surface.loss(floor + 1, r) - height
    away = np.sqrt(np.maximum(10.0**power - height, 0) / curvature)
    for edge, border in ((floor + away, high), (floor - away, low)):
        edge = np.clip(edge, low, high)
        # What runs along the border would only make the file longer.
        kept = np.convolve(edge != border, [1, 1, 1], "same") > 0
        if not kept.any():
            continue
        ax.fill(
            [*r[kept], right, left],
            [*edge[kept], border, border],
            facecolor=colour,
            edgecolor=(PALETTE["ink"], 0.35),
            linewidth=0.4 if power == round(power) else 0,
        )


def draw_descent(surface, path, fates=None, view=(-3, 3, -3, 3), steps=None):
    """Draw the path of an optimiser over the map of the loss, or over the map of fates.

    Parameters
    ----------
    surface : rnn_by_hand.surface.Surface
        The loss.
    path : ndarray, shape (n_steps + 1, 2)
        The weights at each step.
    fates : ndarray of int, shape (n, n), optional
        What becomes of each start of a grid, from `rnn_by_hand.optimizers.fates`; one row for
        each wx, upwards.
    view : tuple of float
        The limits of the map, as in `draw_loss_surface`.
    steps : ndarray of int, shape (n, n), optional
        The step from which each fate holds, from `rnn_by_hand.optimizers.decided`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    wx, wRec = path.T
    ink, paper = PALETTE["ink"], PALETTE["paper"]
    if fates is None:
        fig = draw_loss_surface(surface, wx[0], wRec[0], view, "start")
        ax = fig.axes[0]
    else:
        with plt.style.context(STYLE):
            fig, ax = plt.subplots(figsize=(5, 5))
            keys = _draw_fates(ax, fates, steps, view)
            place = {"loc": "outside lower center", "ncols": 2}
            _draw_key(fig, keys, **place)
            _draw_minimum(ax)
            # The name of the end would lie upon it.
            if np.hypot(wRec[-1] - 1, wx[-1] - 1) > 0.15 * (view[1] - view[0]):
                _name_mark(ax, 1, 1, "(1, 1)", below=True)
            _draw_point(ax, wRec[0], wx[0], "start")
            _set_weight_axes(ax, view)
    ax.plot(wRec, wx, color=paper, linewidth=4, alpha=0.85)
    ax.plot(wRec, wx, color=ink, linewidth=1.2)
    # Where steps are shorter, their dots would make a line.
    long = np.hypot(np.diff(wRec), np.diff(wx)) > (view[1] - view[0]) / 150
    ax.plot(wRec[1:][long], wx[1:][long], ".", color=ink, markersize=4)
    left, right, low, high = view
    if left <= wRec[-1] <= right and low <= wx[-1] <= high:
        # Not over the name of the start.
        over = abs(wRec[-1] - wRec[0]) < 0.12 * (right - left)
        below = over and -0.1 < (wx[-1] - wx[0]) / (high - low) < 0.12
        _draw_end(ax, wRec[-1], wx[-1], below)
    return fig


def draw_fates(maps, steps=None, shares=None):
    """Draw maps of fates side by side, each with the shares of its fates.

    The sooner a start arrives the deeper its colour, and the sooner it blows up the paler.

    Parameters
    ----------
    maps : dict of str to ndarray of int, shape (n, n)
        The title of each map, and what becomes of each start of a grid over [-3, 3], from
        `rnn_by_hand.optimizers.fates`; one row for each wx, upwards.
    steps : dict of str to ndarray of int, shape (n, n), optional
        The step from which each fate holds, from `rnn_by_hand.optimizers.decided`.
    shares : dict of str to sequence of float, optional
        The share of each fate, if it was counted on another grid.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, two maps wide.
    """
    view = (-3, 3, -3, 3)
    n_rows = -(-len(maps) // 2)
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(
            n_rows,
            2,
            figsize=(5, 2.62 * n_rows + 0.75),
            sharex=True,
            sharey=True,
            squeeze=False,
        )
        for ax, (title, fates) in zip(axes.flat, maps.items()):
            keys = _draw_fates(ax, fates, steps and steps[title], view)
            _set_weight_axes(ax, view)
            ax.set(xticks=[-3, -1, 1, 3], yticks=[-3, -1, 1, 3], title=title)
            ax.spines[["top", "right"]].set_visible(True)
            _draw_minimum(ax)
            _name_mark(ax, 1, 1, "(1, 1)", below=True)
            _write_shares(ax, fates, shares and shares[title])
            ax.label_outer()
        for ax in axes.flat[len(maps) :]:
            ax.axis("off")
        place = {"loc": "outside lower center", "ncols": 2}
        _draw_key(fig, keys, **place)
    return fig


def _write_shares(ax, fates, shares):
    """Write how much of a map has each fate where that fate has most room."""
    starts = np.linspace(-3, 3, len(fates))
    wRec, wx = np.meshgrid(starts, starts)
    # Neither on the mark at (1, 1) and its name nor over the edge.
    free = (np.hypot((wRec - 1) / 2, wx - 0.6) > 0.8) & (np.abs(wRec) < 2.4)
    for fate in range(len(FATES)):
        share = shares[fate] if shares else np.mean(fates == fate)
        room = np.where(free, _depth(fates == fate), -1)
        if room.max() < len(fates) / 14:
            continue
        place = np.unravel_index(room.argmax(), room.shape)
        ax.text(
            wRec[place],
            wx[place],
            f"{share:.0%}",
            ha="center",
            va="center",
            bbox={
                "facecolor": PALETTE["paper"],
                "edgecolor": "none",
                "pad": 1.5,
            },
        )


def _depth(area):
    """How many steps each cell of a grid is from what does not belong to an area."""
    depth = np.zeros(area.shape, dtype=int)
    inside = np.pad(area, 1)
    while inside.any():
        depth += inside[1:-1, 1:-1]
        around = [
            np.roll(inside, step, axis) for axis in (0, 1) for step in (-1, 1)
        ]
        inside = np.logical_and.reduce([inside, *around])
    return depth


def _draw_fates(ax, fates, steps, view):
    """Colour starts by their fates, once for light pages and once for dark ones.

    Returns what a key needs: for each fate, its colour if it is decided soon and if late.
    """
    if steps is None:
        steps = np.full(fates.shape, 20)
    left, right, low, high = view
    # The first start is in the middle of its cell.
    half = (right - left) / (len(fates) - 1) / 2
    for name, colours in (("light", LIGHT), ("dark", DARK)):
        image = ax.imshow(
            fate_image(fates, steps, colours),
            extent=(left - half, right + half, low - half, high + half),
            origin="lower",
            interpolation="none",
            zorder=0,
        )
        image.set_gid(f"in-{name}")
        # Elsewhere than on a page, the light one is seen.
        image.set_zorder(0.5 if name == "light" else 0)
    return [
        tuple(
            Rectangle(
                (0, 0),
                1,
                1,
                facecolor=LIGHT[f"fate-{colour}"],
                edgecolor=PALETTE["ink"],
                linewidth=0.3,
                hatch=hatch,
            )
            for colour in ends
        )
        for ends, hatch in (
            (("arrived", "arrived-late"), ""),
            (("underway",), ".."),
            (("wrong",), "////"),
            (("blown", "blown-late"), ""),
        )
    ]


def _draw_key(fig, keys, **place):
    """Name the fates beneath a figure; two colours stand for soon and late."""
    fig.legend(
        keys,
        FATES,
        frameon=False,
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0)},
        **place,
    )


def draw_shapes():
    """Draw three ways to the fourth state: along a chain, by a fan, and up a tree.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    r = r"w_{\mathrm{Rec}}"
    with plt.style.context(STYLE):
        fig, ax = _canvas(width=5, xlim=(-0.55, 8.35), ylim=(-5.15, 0.75))
        for left, bottom, apart in (
            (1.3, -1.2, 1.8),
            (0, -4.2, 1),
            (4.8, -4.2, 1),
        ):
            for k in range(4):
                _square(ax, left + k * apart, bottom, f"$x_{k + 1}$")
        for x, y, name in (
            (0, 0.1, "chain"),
            (-0.3, -2.2, "fan"),
            (4.5, -2.2, "tree"),
        ):
            ax.text(x, y, name, va="center", color=PALETTE["ink"])
        for k in range(4):
            x = 1.3 + 1.8 * k
            _disc(ax, x, 0.1, f"$S_{k + 1}$")
            _arrow(
                ax, (x, -1.2), (x, 0.1), PALETTE["wx"], "$w_x$", side=(0.32, 0)
            )
            if k:
                _arrow(
                    ax,
                    (x - 1.8, 0.1),
                    (x, 0.1),
                    PALETTE["wrec"],
                    f"${r}$",
                    side=(0, 0.35),
                )
        _disc(ax, 3, -2.2, "$S_4$")
        for k, power in enumerate((f"{r}^3", f"{r}^2", r, "1")):
            _arrow(ax, (k, -4.2), (3, -2.2), PALETTE["wrec"])
            # What an input counts for stands where its arrow begins.
            ax.text(
                k,
                -4.8,
                f"${power}$",
                ha="center",
                va="center",
                color=PALETTE["wrec"],
                fontsize=LABEL,
            )
        size = plt.rcParams["font.size"]
        for x, y, text in (
            (5.3, -3.2, "1–2"),
            (7.3, -3.2, "3–4"),
            (6.3, -2.2, "1–4"),
        ):
            _disc(ax, x, y, text, size=size)
        for k in range(4):
            node = (5.3 + 2 * (k // 2), -3.2)
            _arrow(ax, (4.8 + k, -4.2), node, PALETTE["state"])
        for x in (5.3, 7.3):
            _arrow(ax, (x, -3.2), (6.3, -2.2), PALETTE["state"])
    return fig


def draw_scan(n=8):
    """Draw the rounds of a scan: which steps each element stands for, and what it is made of.

    Parameters
    ----------
    n : int
        How many elements.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    first, reach, depth = np.arange(1, n + 1), 1, 1.35
    with plt.style.context(STYLE):
        n_rounds = int(np.ceil(np.log2(n)))
        fig, ax = _canvas(
            width=5, xlim=(-0.15, n + 0.5), ylim=(-depth * n_rounds - 0.4, 1)
        )
        for row in range(n_rounds + 1):
            y = -depth * row
            if row:
                for k in range(reach, n):
                    for source in (k - reach, k):
                        _scan_line(ax, source, k, y, depth, source != k)
                first[reach:] = first[:-reach].copy()
                reach *= 2
            for k in range(n):
                _span(ax, k + 1, y, first[k], k + 1)
            ax.text(
                0.05,
                y + 0.5,
                f"round {row}" if row else "the steps",
                color=PALETTE["target"],
                va="center",
            )
    return fig


def _scan_line(ax, source, k, y, depth, slanted):
    ax.plot(
        [source + 1, k + 1],
        [y + depth - 0.3, y + 0.3],
        color=PALETTE["wrec" if slanted else "state"],
        linewidth=1.3,
        linestyle="-" if slanted else (0, (2, 1.5)),
        zorder=1,
    )


def _span(ax, x, y, start, stop):
    """An element of a scan; filled with its colour where it reaches back to the first step."""
    done = start == 1
    ax.add_patch(
        Rectangle(
            (x - 0.42, y - 0.28),
            0.84,
            0.56,
            facecolor=PALETTE["state"] if done else PALETTE["paper"],
            edgecolor=PALETTE["state"],
            linewidth=1.5,
            zorder=3,
        )
    )
    ax.text(
        x,
        y,
        f"{stop}" if start == stop else f"{start}–{stop}",
        ha="center",
        va="center",
        color=PALETTE["paper"] if done else PALETTE["ink"],
        zorder=4,
    )


def draw_check(report):
    """Draw the ratio of a gradient under test to the measured one.

    Single numbers and short arrays are listed, each ratio with its error bar. An array of two or
    more axes is a map of the entries that were measured: a dot where the entry is right, a ring
    where it is undecided, and a square where it is wrong, the larger the further its ratio is
    from 1.

    Parameters
    ----------
    report : GradientReport
        The outcome of a check.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    listed, maps = [], []
    for parameter in report.parameters:
        rows = [r for r in report.rows if r.parameter == parameter.name]
        if len(parameter.shape) > 1 and len(rows) > 4:
            maps.append((parameter, rows))
        else:
            listed += rows
    # What is wrong comes first; a figure holds so much and no more.
    order = {"wrong": 0, "undecided": 1, "right": 2}
    listed = sorted(listed, key=lambda row: order[row.verdict])[:16]
    maps = sorted(maps, key=lambda pair: order[pair[0].verdict])[:3]
    heights = [0.5 + 0.24 * len(listed)] * bool(listed) + [2.4] * len(maps)
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(
            max(1, len(heights)),
            figsize=(5, sum(heights) + 0.4 or 1),
            height_ratios=heights or [1],
        )
        axes = list(np.ravel(axes))
        if not heights:
            axes[0].set_axis_off()
            axes[0].text(0, 0.5, f"{report.verdict}: {report.said}")
        if listed:
            _list_ratios(axes.pop(0), listed)
        for ax, (parameter, rows) in zip(axes, maps):
            _map_ratios(ax, parameter, rows)
    return fig


def _list_ratios(ax, rows):
    """One line for each entry: its ratio with an error bar, beside a line at 1."""
    edge = 3
    ax.axvline(1, color=PALETTE["ink"], linewidth=1)
    for y, row in enumerate(rows):
        ratio = row.ratio if np.isfinite(row.ratio) else np.inf
        x = np.clip(ratio, -edge, edge)
        size = abs(row.numerical)
        bar = min(row.bar / size, edge) if size else edge
        wrong = row.verdict == "wrong"
        ax.errorbar(
            x,
            y,
            xerr=bar,
            color=PALETTE["gradient"],
            marker="s" if wrong else "o",
            markerfacecolor=PALETTE["paper"]
            if row.verdict == "undecided"
            else None,
            capsize=3,
        )
        said = f"{ratio:.4g}".replace("-", "−").replace("inf", "∞")
        ax.text(
            edge + 0.3,
            y,
            said if row.verdict != "undecided" else "undecided",
            va="center",
            clip_on=False,
        )
    ax.set_yticks(range(len(rows)), [row.name for row in rows])
    ax.set(xlim=(-edge, edge), ylim=(len(rows) - 0.5, -0.5))
    ax.set_xlabel("gradient under test ÷ measured")


def _map_ratios(ax, parameter, rows):
    """The entries of an array at their places, the axes after the first one side by side."""
    n_rows = parameter.shape[0]
    n_columns = int(np.prod(parameter.shape[1:]))
    for verdict, mark, colour in (
        ("right", ".", PALETTE["target"]),
        ("undecided", "o", PALETTE["gradient"]),
        ("wrong", "s", PALETTE["gradient"]),
    ):
        here = [row for row in rows if row.verdict == verdict]
        if not here:
            continue
        flat = [
            np.ravel_multi_index(row.index, parameter.shape) for row in here
        ]
        y, x = np.divmod(flat, n_columns)
        off = [min(abs(row.ratio - 1), 1.0) for row in here]
        largest = min(1.0, 12 / max(n_rows, n_columns)) * 120
        sizes = (
            largest * (0.2 + 0.8 * np.array(off))
            if verdict == "wrong"
            else max(8, largest / 5)
        )
        ax.scatter(
            x,
            y,
            np.maximum(sizes, 8),
            marker=mark,
            facecolors="none" if verdict == "undecided" else colour,
            edgecolors=colour,
            label=f"{len(here)} {verdict}",
        )
    ax.set(
        xlim=(-0.7, n_columns - 0.3),
        ylim=(n_rows - 0.3, -0.7),
        aspect="equal",
    )
    ax.set_title(parameter.name, loc="left")
    ax.set_xlabel(
        ", ".join(
            f"{sum(r.verdict == v for r in rows)} {v}"
            for v in ("wrong", "undecided", "right")
            if any(r.verdict == v for r in rows)
        )
    )
