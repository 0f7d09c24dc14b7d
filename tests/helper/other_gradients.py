"""Other gradients than those of `gradients`, which came after the check.

`CASES` holds them, in the same format. Most losses keep to whatever precision
their parameters have, so that what is said of them can be worked out in more
than double precision.
"""

from functools import partial
from itertools import pairwise

import numpy as np
from gradients import (
    ALL,
    ALONE,
    TOO_LARGE,
    TOO_SMALL,
    but,
    changed_at,
    clipped,
    every,
    in_one,
    negative,
    places,
    registering,
    rng,
    rounded,
    scaled,
    sigmoid,
    softmax,
    together,
    transposed,
)

CASES = []


register = registering(CASES)


def case(name, build, **facts):
    """Register what builds the case."""
    register(name, **facts)(build)


def alone(w, loss_at, gradient_at):
    return {"params": w, "loss_at": loss_at, "gradient_at": gradient_at}


def all_of(build):
    return dict.fromkeys(places(build()), ALL)


def add_at(shape, index, values):
    found = np.zeros(shape)
    np.add.at(found, index, values)
    return found


# Convolution and pooling

image_case = partial(case, kind="images")


def images(bug=None, *, channels=(2, 3), pool=False, dtype=None):
    """3 x 3 kernels over 6 x 6 pixels, tanh, and 2 x 2 pooling if asked."""
    n, (n_in, n_out) = 3, channels
    r = rng(200)
    X = rounded(r.normal(size=(n, 6, 6, n_in)), dtype)
    side = 2 if pool else 4
    T = rounded(r.normal(size=(n, side, side, n_out)), dtype)
    # Sample, row, column, channel, row and column within the kernel.
    V = np.lib.stride_tricks.sliding_window_view(X, (3, 3), (1, 2))

    def forward(W, b):
        Y = np.einsum("nhwcij,ijco->nhwo", V, rounded(W, dtype))
        Y = np.tanh(Y + rounded(b, dtype))
        return Y, Y.reshape(n, 2, 2, 2, 2, n_out) if pool else Y

    def pooled(blocks):
        return blocks.max(axis=(2, 4)) if pool else blocks

    def loss_at(W, b):
        return np.mean((pooled(forward(W, b)[1]) - T) ** 2)

    def gradient_at(W, b):
        Y, blocks = forward(W, b)
        P = pooled(blocks)
        g = 2 * (P - T) / T.size
        if pool:
            chosen = blocks == P[:, :, None, :, None]
            if bug == "average":
                chosen = np.full(blocks.shape, 0.25)
            g = (chosen * g[:, :, None, :, None]).reshape(Y.shape)
        g = rounded(g * (1 - Y**2), dtype)
        dW = np.einsum("nhwcij,nhwo->ijco", V, g)
        return dW, g.sum(axis=(0, 1, 2))

    return {
        "params": [
            rounded(r.normal(size=(3, 3, *channels)) / 4, dtype),
            rounded(r.normal(size=n_out) / 4, dtype),
        ],
        "names": ["W", "b"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


ROUND_THE_MIDDLE = np.ones((3, 3), bool)
ROUND_THE_MIDDLE[1, 1] = False


def turned(g):
    return g[::-1, ::-1].copy()


image_case(
    "a convolution with channels in and out exchanged",
    lambda: but(images(channels=(3, 3)), W=lambda g: g.swapaxes(2, 3)),
    wrong={"W": [(slice(None), slice(None), ~np.eye(3, dtype=bool))]},
    causes={"transposed"},
    why="The shapes fit, for there are three of each.",
)
image_case(
    "max pooling", lambda: images(pool=True), why="To the largest of four."
)
image_case(
    "max pooling that goes back as average pooling",
    lambda: images("average", pool=True),
    wrong={"W": ALL, "b": ALL},
    why="A quarter to each of the four, rather than all to the largest.",
)
image_case(
    "a float32 convolution",
    lambda: images(dtype=np.float32),
    causes={"few digits", "too coarse"},
    why="Right to the seven digits there are.",
)
image_case(
    "a float32 convolution whose kernels are turned round",
    lambda: but(images(dtype=np.float32), W=turned),
    wrong={"W": [ROUND_THE_MIDDLE]},
    causes={"too coarse"},
    why="A true convolution for a correlation, in seven digits.",
)


# Sums over all paths

path_case = partial(case, kind="sums over paths")


def labelling(bug=None):
    """CTC: labels 1, 2, 2 somewhere within 7 steps, 0 for nothing."""
    states = np.array([0, 1, 0, 2, 0, 2, 0])
    S = len(states)
    moves = np.eye(S) + np.eye(S, k=1)
    no_skips = moves.copy()
    moves[1, 3] = 1  # From 1 to 2 without a blank, but not from 2 to 2.
    first = np.array([1, 1, 0, 0, 0, 0, 0])
    last = first[::-1]

    def forward(Z):
        Y = softmax(Z)[:, states]
        alpha = [first * Y[0]]
        for y in Y[1:]:
            alpha.append(alpha[-1] @ moves * y)
        return Y, alpha

    def loss_at(Z):
        return -np.log(forward(Z)[1][-1] @ last)

    def gradient_at(Z):
        Y, alpha = forward(Z)
        back = no_skips if bug == "no skips" else moves
        beta = [last]
        for y in Y[:0:-1]:
            beta.insert(0, back @ (y * beta[0]))
        gamma = np.array(alpha) * beta / (alpha[-1] @ last)
        there = gamma @ np.eye(3)[states]
        return softmax(Z) - there

    return alone(rng(201).normal(size=(7, 3)), loss_at, gradient_at)


path_case("CTC", labelling, why="Forwards and backwards over all paths.")
path_case(
    "CTC that cannot skip blanks on the way back",
    lambda: labelling("no skips"),
    # Label 2 is reached by the same paths, and blanks before it by fewer.
    wrong={ALONE: [(slice(0, 4), 1), (slice(0, 3), 0)]},
    why="From 1 straight to 2 counts forwards only.",
)


def tagger():
    """A linear-chain CRF, with weights of inputs W and of neighbours A."""
    r = rng(202)
    X, tags = r.normal(size=(6, 3)), np.array([0, 2, 2, 1, 3, 0])
    steps = np.arange(6)

    def forward(W, A):
        E = np.exp(X @ W)
        alpha = [E[0]]
        for e in E[1:]:
            alpha.append(alpha[-1] @ np.exp(A) * e)
        return E, np.array(alpha)

    def loss_at(W, A):
        given = (X @ W)[steps, tags].sum() + A[tags[:-1], tags[1:]].sum()
        return np.log(forward(W, A)[1][-1].sum()) - given

    def gradient_at(W, A):
        E, alpha = forward(W, A)
        beta = [np.ones(4)]
        for e in E[:0:-1]:
            beta.insert(0, np.exp(A) @ (e * beta[0]))
        Z = alpha[-1].sum()
        dA = np.exp(A) * (alpha[:-1].T @ (E[1:] * beta[1:])) / Z
        np.add.at(dA, (tags[1:], tags[:-1]), -1)
        return X.T @ (alpha * beta / Z - np.eye(4)[tags]), dA

    return {
        "params": [r.normal(size=(3, 4)), r.normal(size=(4, 4))],
        "names": ["W", "A"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


path_case(
    "a CRF that counts its neighbours the wrong way round",
    tagger,
    # Of 0-2, 2-2, 2-1, 1-3, 3-0, each is now 2-0, 2-2, 1-2, 3-1, 0-3.
    wrong={
        "A": [([0, 2, 1, 3, 2, 1, 3, 0], [2, 1, 3, 0, 0, 2, 1, 3])],
    },
    why="(next, previous) for (previous, next), in the data only.",
)


# Words by their neighbours

word_case = partial(case, kind="words")


def skip_grams():
    """word2vec with three negatives for each pair."""
    r = rng(203)
    centre = np.array([0, 3, 3, 5, 1, 7])
    context = np.array([3, 0, 5, 3, 2, 1])
    others = np.array(
        [[1, 4, 1], [6, 4, 2], [0, 0, 7], [2, 6, 4], [5, 8, 8], [3, 4, 4]]
    )
    words = np.concatenate([context[:, None], others], axis=1)
    sign = np.array([1, -1, -1, -1])

    def scores(V, U):
        return np.einsum("nd,nkd->nk", V[centre], U[words])

    def loss_at(V, U):
        return np.sum(np.logaddexp(0, -sign * scores(V, U))) / 6

    def gradient_at(V, U):
        d = -sign * sigmoid(-sign * scores(V, U)) / 6
        dU = d[:, :, None] * V[centre][:, None]
        found = add_at(U.shape, words, dU)
        dV = d[:, :1] * U[context]
        return add_at(V.shape, centre, dV), found

    return {
        "params": [r.normal(size=(9, 4)) / 2, r.normal(size=(9, 4)) / 2],
        "names": ["V", "U"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


word_case(
    "word2vec whose centre hears from its context only",
    skip_grams,
    wrong={"V": [[0, 1, 3, 5, 7]]},
    # The other words are never at the centre.
    causes={"nothing arrives", "independent"},
    why="The negatives push their own vector, but not that of the centre.",
)


def language(bug=None):
    """A network that reads and writes with the same word vectors."""
    r = rng(204)
    read, write = np.array([1, 4, 4, 2, 0]), np.array([4, 4, 2, 0, 5])
    rows = np.arange(5)

    def states(E, U):
        h = [np.zeros(4)]
        for word in read:
            h.append(np.tanh(E[word] + h[-1] @ U))
        return np.array(h)

    def loss_at(E, U):
        logits = states(E, U)[1:] @ E.T
        highest = logits.max(axis=1)
        every_word = np.exp(logits - highest[:, None]).sum(axis=1)
        return np.mean(np.log(every_word) + highest - logits[rows, write])

    def gradient_at(E, U):
        h = states(E, U)
        P = softmax(h[1:] @ E.T)
        P[rows, write] -= 1
        P = P / 5
        dE, dU, back = P.T @ h[1:], np.zeros((4, 4)), 0
        for k in range(5, 0, -1):
            g = (P[k - 1] @ E + back) * (1 - h[k] ** 2)
            if bug == "=":
                dE[read[k - 1]] = g
            else:
                dE[read[k - 1]] += g
            dU += np.outer(h[k - 1], g)
            back = U @ g
        return dE, dU

    return {
        "params": [r.normal(size=(6, 4)), r.normal(size=(4, 4)) / 2],
        "names": ["E", "U"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


word_case("one set of word vectors", language, why="Read and written with.")
word_case(
    "one set of word vectors, where reading overwrites writing",
    lambda: language("="),
    wrong={"E": [[0, 1, 2, 4]]},
    causes={"nothing arrives"},
    why="= for += in the rows of the words that were read.",
)


# Residual blocks, dropout and activations

block_case = partial(case, kind="blocks")


def residual(bug=None):
    """Three blocks of (weights in, (bias, weights out))."""
    r = rng(205)
    X, T = r.normal(size=(7, 4)), r.normal(size=(7, 4))

    def forward(blocks):
        h, inner = [X], []
        for W, (b, V) in blocks:
            inner.append(np.tanh(h[-1] @ W + b))
            h.append(h[-1] + inner[-1] @ V)
        return h, inner

    def loss_at(*blocks):
        return np.mean((forward(blocks)[0][-1] - T) ** 2)

    def gradient_at(*blocks):
        h, inner = forward(blocks)
        g, found = 2 * (h[-1] - T) / T.size, []
        for (W, (_, V)), before, a in zip(
            blocks[::-1], h[-2::-1], inner[::-1]
        ):
            da = g @ V.T * (1 - a**2)
            found.insert(0, (before.T @ da, (da.sum(axis=0), a.T @ g)))
            g = da @ W.T + (0 if bug == "no shortcut" else g)
        return tuple(found)

    def block():
        W, b, V = (r.normal(size=s) / 2 for s in [(4, 6), 6, (6, 4)])
        return W, (b, V)

    return {
        "params": (block(), block(), block()),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


block_case("residual blocks", residual, why="Tuples within tuples.")
block_case(
    "residual blocks that forget the shortcut on the way back",
    lambda: residual("no shortcut"),
    wrong={
        name: ALL for name in places(residual()) if not name.startswith("2")
    },
    causes={"nothing arrives"},
    why="h + f(h), of which only f is followed; the last block is right.",
)


def gelu(bug=None):
    r = rng(322)
    X, t = r.normal(size=(9, 4)), r.normal(size=9)
    a, c = np.sqrt(2 / np.pi), 0.044715

    def inner(z):
        return np.tanh(a * (z + c * z**3))

    def loss_at(W, v):
        Z = X @ W
        return np.mean((0.5 * Z * (1 + inner(Z)) @ v - t) ** 2)

    def gradient_at(W, v):
        Z = X @ W
        u = inner(Z)
        slope = 0.5 * (1 + u + Z * (1 - u**2) * a * (1 + 3 * c * Z**2))
        if bug:
            s = sigmoid(1.702 * Z)
            slope = s + 1.702 * Z * s * (1 - s)
        H = 0.5 * Z * (1 + u)
        e = 2 / 9 * (H @ v - t)
        return X.T @ (np.outer(e, v) * slope), H.T @ e

    return {
        "params": [r.normal(size=(4, 5)), r.normal(size=5)],
        "names": ["W", "v"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


block_case("GELU", gelu, why="With tanh, as it is often approximated.")
block_case(
    "GELU with the slope of its other approximation",
    lambda: gelu("sigmoid"),
    wrong={"W": ALL},
    why="z σ(1.702 z) is close, but has slopes that differ by up to 2 %.",
)


# Recurrent networks

time_case = partial(case, kind="recurrent")


def both_ways(bug=None):
    """A bidirectional RNN, with an output at each step."""
    r = rng(208)
    X, T = r.normal(size=(5, 2, 3)), r.normal(size=(5, 2, 2))

    def states(X, W, U):
        h = [np.zeros((2, 3))]
        for x in X:
            h.append(np.tanh(x @ W + h[-1] @ U))
        return h

    def error(Wf, Uf, Wb, Ub, V):
        f, b = states(X, Wf, Uf), states(X[::-1], Wb, Ub)
        H = np.concatenate([np.array(f[1:]), np.array(b[:0:-1])], axis=2)
        return f, b, H, H @ V - T

    def one_way(X, h, U, g):
        dW, dU, back = 0, 0, 0
        for k in range(5, 0, -1):
            d = (g[k - 1] + back) * (1 - h[k] ** 2)
            dW, dU = dW + X[k - 1].T @ d, dU + h[k - 1].T @ d
            back = d @ U.T
        return dW, dU

    def gradient_at(Wf, Uf, Wb, Ub, V):
        f, b, H, e = error(Wf, Uf, Wb, Ub, V)
        e = 2 * e / T.size
        g = e @ V.T
        order = slice(None) if bug == "inputs" else slice(None, None, -1)
        return [
            *one_way(X, f, Uf, g[:, :, :3]),
            *one_way(X[order], b, Ub, g[::-1, :, 3:]),
            np.einsum("kni,kno->io", H, e),
        ]

    shapes = [(3, 3), (3, 3), (3, 3), (3, 3), (6, 2)]
    return {
        "params": [0.6 * r.normal(size=s) for s in shapes],
        "names": ["Wf", "Uf", "Wb", "Ub", "V"],
        "loss_at": lambda *p: np.mean(error(*p)[-1] ** 2),
        "gradient_at": gradient_at,
    }


time_case(
    "a bidirectional RNN whose inputs are not turned round",
    lambda: both_ways("inputs"),
    wrong={"Wb": ALL},
    why="The way from the end meets the inputs of the other end.",
)
time_case(
    "a bidirectional RNN with both ways exchanged",
    lambda: together(both_ways(), lambda g: [*g[2:4], *g[:2], g[4]]),
    wrong={"Wf": ALL, "Uf": ALL, "Wb": ALL, "Ub": ALL},
    causes={"swapped"},
    why="The gradients of the way from the end come first.",
)


def minimal():
    """The minimal gated unit, whose one gate forgets and updates."""
    r = rng(209)
    X, T = r.normal(size=(6, 3, 2)), r.normal(size=(3, 4))

    def states(Wf, Uf, bf, Wc, Uc, bc):
        h, tape = np.zeros((3, 4)), []
        for x in X:
            f = sigmoid(x @ Wf + h @ Uf + bf)
            c = np.tanh(x @ Wc + (f * h) @ Uc + bc)
            tape.append((x, h, f, c))
            h = (1 - f) * h + f * c
        return h, tape

    def gradient_at(Wf, Uf, bf, Wc, Uc, bc):
        h, tape = states(Wf, Uf, bf, Wc, Uc, bc)
        found = [np.zeros_like(p) for p in (Wf, Uf, bf, Wc, Uc, bc)]
        g = 2 * (h - T) / T.size
        for x, h, f, c in tape[::-1]:
            dc = g * f * (1 - c**2)
            reset = dc @ Uc.T
            df = (g * (c - h) + reset * h) * f * (1 - f)
            parts = [
                *(x.T @ df, h.T @ df, df.sum(axis=0)),
                *(x.T @ dc, (f * h).T @ dc, dc.sum(axis=0)),
            ]
            for total, part in zip(found, parts):
                total += part
            g = g * (1 - f) + reset * f + df @ Uf.T
        return found

    shapes = [(2, 4), (4, 4), 4]
    return {
        "params": [0.7 * r.normal(size=s) for s in shapes + shapes],
        "names": ["Wf", "Uf", "bf", "Wc", "Uc", "bc"],
        "loss_at": lambda *p: np.mean((states(*p)[0] - T) ** 2),
        "gradient_at": gradient_at,
    }


time_case(
    "a minimal gated unit, clipped to norm 0.1",
    lambda: together(minimal(), partial(clipped, limit=0.1)),
    wrong=all_of(minimal),
    causes=TOO_SMALL,
    why="The norm of all gradients is larger before.",
)


def peepholes(bug=None):
    """An LSTM whose gates see the cell, of one sample."""
    r = rng(210)
    X, t = r.normal(size=(6, 2)), r.normal(size=3)

    def forward(W, b, pf, pi, po):
        h, c, tape = np.zeros(3), np.zeros(3), []
        for x in X:
            xh = np.concatenate([x, h])
            f, i, g, o = np.split(xh @ W + b, 4)
            f, i, g = sigmoid(f + pf * c), sigmoid(i + pi * c), np.tanh(g)
            before, c = c, f * c + i * g
            o = sigmoid(o + po * c)
            tape.append((xh, before, c, f, i, g, o))
            h = o * np.tanh(c)
        return h, tape

    def gradient_at(W, b, pf, pi, po):
        h, tape = forward(W, b, pf, pi, po)
        dh, dc = 2 * (h - t) / 3, np.zeros(3)
        dW, db = np.zeros_like(W), np.zeros_like(b)
        dp = np.zeros((3, 3))
        for xh, before, c, f, i, g, o in tape[::-1]:
            do = dh * np.tanh(c) * o * (1 - o)
            dc = dc + dh * o * (1 - np.tanh(c) ** 2)
            if bug != "not through the output gate":
                dc = dc + do * po
            df = dc * before * f * (1 - f)
            di = dc * g * i * (1 - i)
            dg = dc * i * (1 - g**2)
            seen = before if bug == "cell before" else c
            dp += df * before, di * before, do * seen
            d = np.concatenate([df, di, dg, do])
            dW += np.outer(xh, d)
            db += d
            dc = dc * f + df * pf + di * pi
            dh = W[2:] @ d
        return [dW, db, *dp]

    return {
        "params": [r.normal(size=s) for s in [(5, 12), 12, 3, 3, 3]],
        "names": ["W", "b", "pf", "pi", "po"],
        "loss_at": lambda *p: np.mean((forward(*p)[0] - t) ** 2),
        "gradient_at": gradient_at,
    }


time_case("an LSTM with peepholes", peepholes, why="Gates that see the cell.")
time_case(
    "an LSTM whose output gate saw the cell too early",
    lambda: peepholes("cell before"),
    wrong={"po": ALL},
    why="c of the step before, where the output gate sees the new one.",
)
time_case(
    "an LSTM without the way back through one peephole",
    lambda: peepholes("not through the output gate"),
    wrong=all_of(peepholes),
    causes={"nothing arrives"},
    why="What reaches the cell through its output gate is missing.",
)


def elman(bug=None, *, unequal=False):
    """A learned first state, and lengths that differ if asked.

    Shorter sequences begin later, from the first state.
    """
    n, n_h, n_steps = 4, 4, 5
    r = rng(211)
    X, T = r.normal(size=(n_steps, n, 3)), r.normal(size=(n_steps, n))
    starts = np.array([0, 2, 4, 1]) if unequal else np.zeros(n)
    here = (np.arange(n_steps)[:, None] >= starts).astype(float)

    def states(W, U, b, h0, careless=False):
        h = [h0 + np.zeros((n, n_h))]
        for x, m in zip(X, here[:, :, None]):
            after = np.tanh(x @ W + h[-1] @ U + b)
            h.append(after if careless else m * after + (1 - m) * h[-1])
        return h

    def loss_at(W, U, b, h0, v):
        Y = np.array(states(W, U, b, h0)[1:]) @ v
        return np.sum(here * (Y - T) ** 2) / here.sum()

    def gradient_at(W, U, b, h0, v):
        careless = bug == "padding"
        h = states(W, U, b, h0, careless)
        divisor = here.size if bug == "divisor" else here.sum()
        dW, dU, db, dv, back = 0, 0, 0, 0, 0
        for k in range(n_steps, 0, -1):
            m = here[k - 1][:, None]
            e = 2 * here[k - 1] * (h[k] @ v - T[k - 1]) / divisor
            dv = dv + h[k].T @ e
            g = np.outer(e, v) + back
            d = g * (1 if careless else m) * (1 - h[k] ** 2)
            dW, dU = dW + X[k - 1].T @ d, dU + h[k - 1].T @ d
            db = db + d.sum(axis=0)
            back = d @ U.T + (0 if careless else (1 - m) * g)
        average = np.mean if bug == "mean of h0" else np.sum
        return [dW, dU, db, average(back, axis=0, keepdims=True), dv]

    shapes = [(3, n_h), (n_h, n_h), n_h, (1, n_h), n_h]
    return {
        "params": [0.6 * r.normal(size=s) for s in shapes],
        "names": ["W", "U", "b", "h0", "v"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


time_case(
    "a learned first state with everything cut at 0.05",
    lambda: every(elman(), lambda g: np.clip(g, -0.05, 0.05)),
    wrong={
        name: [np.abs(g) > 0.05]
        for name, g in zip(
            elman()["names"], elman()["gradient_at"](*elman()["params"])
        )
        if np.any(np.abs(g) > 0.05)
    },
    causes={"clipped by entry"},
    why="Entries beyond ±0.05 are ±0.05.",
)
time_case(
    "sequences of unequal length",
    lambda: elman(unequal=True),
    why="Padding in front, which leaves the state as it is.",
)
time_case(
    "sequences of unequal length with the divisor of equal ones",
    lambda: elman("divisor", unequal=True),
    wrong=all_of(elman),
    causes=TOO_SMALL,
    why="Divided by 20 steps, though the loss only counts 13.",
)
time_case(
    "sequences of unequal length whose padding moves the state",
    lambda: elman("padding", unequal=True),
    wrong=all_of(elman),
    why="The loss waits for the sequence to begin; the gradient does not.",
)


def in_pieces(*, whole):
    """The second half of a sequence, whose first half is not in the loss."""
    r = rng(212)
    X, T = r.normal(size=(8, 3, 2)), r.normal(size=(3, 4))

    def states(X, h, W, U):
        h = [h]
        for x in X:
            h.append(np.tanh(x @ W + h[-1] @ U))
        return h

    params = [r.normal(size=(2, 4)) / 2, r.normal(size=(4, 4)) / 2]
    zero = np.zeros((3, 4))
    carried = states(X[:4], zero, *params)[-1]

    def loss_at(W, U):
        h = states(X[:4], zero, W, U)[-1] if whole else carried
        return np.mean((states(X[4:], h, W, U)[-1] - T) ** 2)

    def gradient_at(W, U):
        h = states(X[4:], carried, W, U)
        g, dW, dU = 2 * (h[-1] - T) / T.size, 0, 0
        for x, before, after in zip(X[:3:-1], h[-2::-1], h[:0:-1]):
            g = g * (1 - after**2)
            dW, dU = dW + x.T @ g, dU + before.T @ g
            g = g @ U.T
        return dW, dU

    return {
        "params": params,
        "names": ["W", "U"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


time_case(
    "a piece of a sequence",
    lambda: in_pieces(whole=False),
    why="What is carried over is a constant for the loss, too.",
)
time_case(
    "a piece of a sequence, of which the loss has all",
    lambda: in_pieces(whole=True),
    wrong={"W": ALL, "U": ALL},
    causes={"nothing arrives"},
    why="The loss starts from the first step, the gradient from the fifth.",
)


def forced_writer():
    """A decoder that reads what it wrote at the step before."""
    r = rng(213)
    T = r.normal(size=(6, 2))

    def states(W, U, V):
        h, y = [np.array([0.5, -0.2, 0.8])], [np.ones(2)]
        for _ in T:
            h.append(np.tanh(y[-1] @ W + h[-1] @ U))
            y.append(h[-1] @ V)
        return h, y

    def gradient_at(W, U, V):
        h, y = states(W, U, V)
        dW, dU, dV, back = 0, 0, 0, 0
        for k in range(6, 0, -1):
            dy = (y[k] - T[k - 1]) / 6  # And W @ g of the step after it.
            dV = dV + np.outer(h[k], dy)
            g = (V @ dy + back) * (1 - h[k] ** 2)
            dW = dW + np.outer(y[k - 1], g)
            dU = dU + np.outer(h[k - 1], g)
            back = U @ g
        return dW, dU, dV

    return {
        "params": [r.normal(size=s) for s in [(2, 3), (3, 3), (3, 2)]],
        "names": ["W", "U", "V"],
        "loss_at": lambda *p: np.mean((np.array(states(*p)[1][1:]) - T) ** 2),
        "gradient_at": gradient_at,
    }


time_case(
    "a decoder on its own with the gradient of teacher forcing",
    forced_writer,
    wrong={"W": ALL, "U": ALL, "V": ALL},
    causes={"nothing arrives"},
    why="What it read is taken for data, rather than for its own output.",
)


def translator(bug=None):
    """An encoder, and a decoder that looks back at all its states."""
    r = rng(214)
    X, Y, T = (r.normal(size=s) for s in [(5, 2), (4, 2), (4, 2)])

    def run(X, h, W, U):
        h = [h]
        for x in X:
            h.append(np.tanh(x @ W + h[-1] @ U))
        return np.array(h)

    def forward(We, Ue, Wd, Ud, V):
        H = run(X, np.zeros(3), We, Ue)
        S = run(Y, H[-1], Wd, Ud)
        A = softmax(S[1:] @ H[1:].T)
        SC = np.concatenate([S[1:], A @ H[1:]], axis=1)
        return H, S, A, SC, SC @ V - T

    def back_through(X, h, U, g):
        dW, dU, back = 0, 0, 0
        for k in range(len(X), 0, -1):
            d = (g[k - 1] + back) * (1 - h[k] ** 2)
            dW, dU = dW + np.outer(X[k - 1], d), dU + np.outer(h[k - 1], d)
            back = U @ d
        return dW, dU, back

    def gradient_at(We, Ue, Wd, Ud, V):
        H, S, A, SC, e = forward(We, Ue, Wd, Ud, V)
        e = 2 * e / T.size
        dS, dC = np.split(e @ V.T, 2, axis=1)
        dA = dC @ H[1:].T
        scores = A * (dA - np.sum(A * dA, axis=1, keepdims=True))
        if bug == "constant weights":
            scores = 0 * scores
        dH = A.T @ dC + scores.T @ S[1:]
        dWd, dUd, back = back_through(Y, S, Ud, dS + scores @ H[1:])
        dH[-1] += back
        return [*back_through(X, H, Ue, dH)[:2], dWd, dUd, SC.T @ e]

    shapes = [(2, 3), (3, 3), (2, 3), (3, 3), (6, 2)]
    return {
        "params": [r.normal(size=s) for s in shapes],
        "names": ["We", "Ue", "Wd", "Ud", "V"],
        "loss_at": lambda *p: np.mean(forward(*p)[-1] ** 2),
        "gradient_at": gradient_at,
    }


ENCODER = {"We": ALL, "Ue": ALL}

time_case("a translator", translator, why="Attention over time.")
time_case(
    "a translator whose attention is taken for constant",
    lambda: translator("constant weights"),
    wrong={**ENCODER, "Wd": ALL, "Ud": ALL},
    causes={"nothing arrives"},
    why="Only the values get a gradient, not the scores.",
)


# Losses

loss_case = partial(case, kind="losses")


def huber():
    """Residuals are the parameters less 1; one is exactly where it bends."""

    def loss_at(w):
        e = np.abs(w - 1)
        return np.sum(np.where(e <= 0.5, e**2 / 2, 0.5 * e - 0.125))

    return alone(
        np.array([1.5, 0.8, 2.5, -1.0, 1.1, 0.4]),
        loss_at,
        lambda w: np.clip(w - 1, -0.5, 0.5),
    )


loss_case(
    "a Huber loss just where it bends",
    huber,
    why="Only its second derivative has a jump.",
)


def cosine_with_constant_norm():
    u, v = rng(217).normal(size=(2, 6))
    v = v / np.sqrt(v @ v)
    return alone(
        u,
        lambda w: 1 - w @ v / np.sqrt(w @ w),
        # (w @ v) w / |w|³ is missing.
        lambda w: -v / np.sqrt(w @ w),
    )


loss_case(
    "a cosine whose norm is taken for constant",
    cosine_with_constant_norm,
    wrong={ALONE: ALL},
    causes={"forgotten term"},
    why="A multiple of the vector itself is missing.",
)


class Autoencoder:
    """A variational one, whose noise has been drawn once."""

    def __init__(self):
        r = rng(218)
        self.T, self.eps = r.normal(size=(5, 4)), r.normal(size=(5, 2))
        self.mu, self.logvar = r.normal(size=(2, 5, 2))
        self.D = r.normal(size=(2, 4))

    def loss(self):
        self.z = self.mu + np.exp(self.logvar / 2) * self.eps
        self.e = self.z @ self.D - self.T
        prior = np.exp(self.logvar) + self.mu**2 - 1 - self.logvar
        return (np.sum(self.e**2) + np.sum(prior)) / 2

    def gradient(self, half=0.5):
        self.loss()
        dz = self.e @ self.D.T
        spread = half * np.exp(self.logvar / 2) * self.eps
        return {
            "mu": dz + self.mu,
            "logvar": dz * spread + (np.exp(self.logvar) - 1) / 2,
            "D": self.z.T @ self.e,
        }


def autoencoder(**bug):
    model = Autoencoder()
    return {
        "live": {name: getattr(model, name) for name in ("mu", "logvar", "D")},
        "loss_at": model.loss,
        "gradient_at": partial(model.gradient, **bug),
    }


loss_case(
    "a variational autoencoder", autoencoder, why="Changed in place, by name."
)
loss_case(
    "a variational autoencoder that forgets half of its noise",
    lambda: autoencoder(half=1.0),
    wrong={"logvar": ALL},
    why="exp(v/2) has a derivative of half itself.",
)


def coins():
    n, k = 1000, np.array([1, 3, 420])
    return alone(
        np.array([1e-9, 1e-3, 0.4]),
        lambda p: -np.sum(k * np.log(p) + (n - k) * np.log1p(-p)),
        lambda p: (n - k) / (1 - p) - k / p,
    )


loss_case(
    "probabilities down to 1e-9", coins, why="-k/p + (n - k)/(1 - p) for each."
)


def saturated(at, slope=lambda z: sigmoid(z) * sigmoid(-z)):
    """The error of three sigmoids, squared."""
    return alone(
        np.array(at),
        lambda z: np.sum((sigmoid(z) - 0.5) ** 2),
        lambda z: 2 * (sigmoid(z) - 0.5) * slope(z),
    )


loss_case(
    "sigmoids that are nearly saturated",
    lambda: saturated([6.0, -7.0, 8.0]),
    why="Slopes of 1e-3, of a loss of 0.75.",
)
loss_case(
    "sigmoids that are nearly saturated, without their slopes",
    lambda: saturated([6.0, -7.0, 8.0], np.ones_like),
    wrong={ALONE: ALL},
    why="2 (σ - t) without σ (1 - σ), 400 to 3000 times too large.",
)
loss_case(
    "sigmoids that are saturated",
    lambda: saturated([40.0, -42.0, 41.0]),
    truth="undecided",
    also={"right"},
    unsure={ALONE: ALL},
    causes={"too coarse", "zero", "independent"},
    why="Slopes of 1e-18, of a loss of 0.75.",
)


def linear(change=lambda g: g):
    c = rng(219).normal(size=(3, 4))
    return alone(
        rng(220).normal(size=(3, 4)),
        lambda w: 3 + np.sum(c * w),
        lambda w: change(c),
    )


loss_case("a linear loss", linear, why="The same slopes everywhere.")
loss_case(
    "a linear loss with two rows exchanged",
    lambda: linear(lambda g: g[[0, 2, 1]]),
    wrong={ALONE: [[1, 2]]},
    why="Row 1 has the slopes of row 2, and row 2 those of row 1.",
)


def unused(change=lambda g: g):
    x = rng(221).normal(size=4)
    return {
        "params": {"w": np.array([0.3, -0.8, 1.1, 0.2]), "old": np.ones(3)},
        "loss_at": lambda p: np.sin(p["w"] @ x),
        "gradient_at": lambda p: {
            "w": np.cos(p["w"] @ x) * x,
            "old": change(np.zeros(3)),
        },
    }


loss_case(
    "a parameter that is not used",
    unused,
    causes={"independent", "zero"},
    why="It is still there, and its gradient is 0.",
)
loss_case(
    "a parameter that is not used, but decays",
    lambda: unused(lambda g: g + 0.01),
    wrong={"old": ALL},
    causes={"independent", "forgotten term"},
    why="0.01 times the parameter, which the loss does not know.",
)


# Matrices

matrix_case = partial(case, kind="matrices")


def log_det(change=lambda g: g):
    A = rng(222).normal(size=(4, 4)) + 3 * np.eye(4)
    return alone(
        A,
        lambda A: np.linalg.slogdet(A)[1],
        lambda A: change(np.linalg.inv(A).T),
    )


matrix_case("a log determinant", log_det, why="The inverse, transposed.")
matrix_case(
    "a log determinant, not transposed",
    lambda: log_det(transposed),
    wrong={ALONE: [~np.eye(4, dtype=bool)]},
    causes={"transposed"},
    why="The inverse itself.",
)


def gaussian(bug=None):
    """A density by a Cholesky factor, of which only the lower half counts."""
    X = rng(224).normal(size=(12, 4))

    def scaled_by(L):
        """L⁻¹ X.T, row by row."""
        Z = []
        for i in range(4):
            known = sum(L[i, j] * Z[j] for j in range(i))
            Z.append((X[:, i] - known) / L[i, i])
        return np.array(Z)

    def loss_at(L):
        return np.sum(scaled_by(L) ** 2) / 24 + np.sum(np.log(np.diag(L)))

    def gradient_at(L):
        Z, low = scaled_by(L), np.tril(L)
        full = np.diag(1 / np.diag(L)) - np.linalg.solve(low.T, Z @ Z.T) / 12
        return full if bug else np.tril(full)

    L = np.tril(rng(225).normal(size=(4, 4)) / 2, -1) + np.eye(4)
    return alone(L, loss_at, gradient_at)


matrix_case(
    "a Cholesky factor",
    gaussian,
    causes={"independent"},
    why="Above the diagonal there is no slope.",
)
matrix_case(
    "a Cholesky factor with a gradient above its diagonal",
    lambda: gaussian("full"),
    wrong={ALONE: [np.triu(np.ones((4, 4), bool), 1)]},
    causes={"independent"},
    why="Nobody looks at what is above the diagonal.",
)


def exponential(A):
    """Of a matrix, by its series."""
    total = power = np.eye(len(A))
    for k in range(1, 30):
        power = power @ A / k
        total = total + power
    return total


def matrix_exponential(bug=None):
    T = rng(226).normal(size=(3, 3))

    def gradient_at(A):
        E = exponential(A)
        if bug:
            return E.T @ (E - T)
        block = np.block([[A.T, E - T], [np.zeros((3, 3)), A.T]])
        return exponential(block)[:3, 3:]

    return alone(
        rng(227).normal(size=(3, 3)) / 2,
        lambda A: np.sum((exponential(A) - T) ** 2) / 2,
        gradient_at,
    )


matrix_case("a matrix exponential", matrix_exponential, why="As a block.")
matrix_case(
    "a matrix exponential as if it were of a number",
    lambda: matrix_exponential("number"),
    wrong={ALONE: ALL},
    why="exp(A).T times the error, for matrices that do not commute.",
)


def narrow(change=lambda g: g, *, turned=False):
    """Curvatures from 1 to 1e-12, and each direction matters as much."""
    d = 10.0 ** -np.arange(0, 13, 2)
    Q = np.linalg.qr(rng(230).normal(size=(7, 7)))[0] if turned else np.eye(7)
    return alone(
        Q @ (rng(231).uniform(1, 2, 7) / np.sqrt(d)),
        lambda x: np.sum(d * (x @ Q) ** 2) / 2,
        lambda x: change(Q @ (d * (x @ Q))),
    )


matrix_case(
    "a valley a million times as long as wide, one way doubled",
    lambda: narrow(changed_at(6, 2)),
    wrong={ALONE: [(6,)]},
    why="The smallest slope, which belongs to the largest parameter.",
)
matrix_case(
    "a valley that is not along the axes",
    lambda: narrow(turned=True),
    # The rounding of x, 1e6 long, moves x @ Q by 1e-10 across the valley.
    causes={"few digits", "too coarse"},
    why="Its condition number is 1e12.",
)


# Physics, and polynomials

physics_case = partial(case, kind="physics")


def predators(bug=None):
    """Lotka and Volterra's equations by 100 of Euler's steps."""
    dt = 0.05

    def path(theta):
        a, b, c, d = theta
        xs, ys = [1.0], [0.6]
        for _ in range(100):
            x, y = xs[-1], ys[-1]
            xs.append(x + dt * x * (a - b * y))
            ys.append(y + dt * y * (d * x - c))
        return xs, ys

    def loss_at(theta):
        xs, ys = path(theta)
        return (xs[-1] - 1) ** 2 + (ys[-1] - 0.5) ** 2

    def gradient_at(theta):
        a, b, c, d = theta
        xs, ys = path(theta)
        p, q = 2 * (xs[-1] - 1), 2 * (ys[-1] - 0.5)
        found = np.zeros(4)
        for k in range(99, -1, -1):
            x, y = (s[k + 1 if bug == "late" else k] for s in (xs, ys))
            found += dt * np.array([p * x, -p * x * y, -q * y, q * x * y])
            p, q = (
                p + dt * (p * (a - b * y) + q * d * y),
                q + dt * (q * (d * x - c) - p * b * x),
            )
        return found

    return alone(np.array([1.1, 0.9, 0.7, 0.8]), loss_at, gradient_at)


physics_case("100 steps of Euler", predators, why="Its adjoint, step by step.")
physics_case(
    "100 steps of Euler, each with the state after it",
    lambda: predators("late"),
    wrong={ALONE: ALL},
    why="x and y of the next step, on the way back.",
)


def planck(**changes):
    """Parameters of 1e-34, 1e8 and 1e3, to fit a spectrum."""
    nu = np.array([2e14, 4e14, 6e14, 9e14])
    k = 1.380649e-23
    seen = np.array([-17.0, -17.2, -17.5, -18.0])

    def error(p):
        u = p["h"] * nu / (k * p["T"])
        scale = np.log(2 * p["h"]) + 3 * np.log(nu) - 2 * np.log(p["c"])
        return u, scale - np.log(np.expm1(u)) - seen

    def gradient_at(p):
        u, e = error(p)
        slope = -u / -np.expm1(-u)
        found = {
            "h": 2 * np.mean(e * (1 + slope)) / p["h"],
            "c": -4 * np.mean(e) / p["c"],
            "T": -2 * np.mean(e * slope) / p["T"],
        }
        return {name: changes.get(name, 1) * g for name, g in found.items()}

    return {
        "params": {"h": 6.62607e-34, "c": 2.998e8, "T": 5800.0},
        "loss_at": lambda p: np.mean(error(p)[1] ** 2),
        "gradient_at": gradient_at,
    }


physics_case("Planck's law", planck, why="A slope of 1e34 for h.")
physics_case(
    "Planck's law, colder where it should be hotter",
    lambda: planck(T=-1),
    wrong={"T": ALL},
    causes={"sign"},
    why="1/T has a derivative with a minus.",
)


def stars(bug=None):
    """The energy of three stars, 1e30 kg each and 1e11 m apart."""
    G = 6.6743e-11

    def pairs(x):
        apart = x[:, None] - x
        return apart, np.sqrt(np.sum(apart**2, axis=2) + np.eye(3))

    def loss_at(m, x):
        _, r = pairs(x)
        return -G * sum(
            m[i] * m[j] / r[i, j] for i, j in [(0, 1), (0, 2), (1, 2)]
        )

    def gradient_at(m, x):
        apart, r = pairs(x)
        off = 1 - np.eye(3)
        dm = -G * (off / r) @ m
        pull = G * m[:, None] * m * off / r**3
        dx = np.sum(pull[:, :, None] * apart, axis=1)
        return 2 * dm if bug == "twice" else dm, dx

    return {
        "params": [
            np.array([2e30, 1.5e30, 0.8e30]),
            1e11 * np.array([[0, 0.2], [1.5, -0.3], [0.4, 2.2]]),
        ],
        "names": ["m", "x"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


physics_case("three stars", stars, why="Energies of 1e39, slopes of 1e28.")
physics_case(
    "three stars, their masses counted twice",
    lambda: stars("twice"),
    wrong={"m": ALL},
    causes=TOO_LARGE,
    why="Each pair is in the energy once only.",
)


def highest_first():
    r = rng(232)
    x, t = r.uniform(-1, 1, 25), r.normal(size=25)
    V = x[:, None] ** np.arange(31)
    return alone(
        r.normal(size=31),
        lambda c: np.mean((V @ c - t) ** 2),
        lambda c: 2 / 25 * V[:, ::-1].T @ (V @ c - t),
    )


physics_case(
    "a polynomial of degree 30, highest first",
    highest_first,
    wrong={ALONE: [slice(0, 15), slice(16, 31)]},
    why="The loss has its lowest coefficient first.",
)


# Shapes and types

shape_case = partial(case, kind="shapes and types")


def columns_less_a_row():
    """Everything has two axes, as in MATLAB; but the targets have one."""
    r = rng(233)
    X, t = r.normal(size=(6, 4)), r.normal(size=6)

    def gradient_at(W, b):
        e = X @ W + b - t  # Which is 6 x 6.
        g = e.sum(axis=1, keepdims=True) / 3
        return X.T @ g, g.sum(axis=0, keepdims=True)

    return {
        "params": [r.normal(size=(4, 1)), np.array([[0.4]])],
        "names": ["W", "b"],
        "loss_at": lambda W, b: np.mean((X @ W + b - t[:, None]) ** 2),
        "gradient_at": gradient_at,
    }


shape_case(
    "columns less a row",
    columns_less_a_row,
    wrong={"W": ALL, "b": ALL},
    # b is one number, which is 6 times as large.
    causes={"factor", "sum for mean"},
    why="(6, 1) - (6,) is 6 x 6, each sample with the targets of all.",
)


def cubes(change=lambda g: g, *, order="C"):
    r = rng(234)
    x, y, z = r.normal(size=(3, 8, 3))
    outer = np.einsum("ni,nj,nk->nijk", x, y, z[:, :2])

    def gradient_at(W):
        u = np.tanh(np.einsum("nijk,ijk->n", outer, W))
        return change(np.einsum("n,nijk->ijk", u * (1 - u**2) / 4, outer))

    return alone(
        np.array(r.normal(size=(3, 3, 2)) / 2, order=order),
        lambda W: np.mean(np.tanh(np.einsum("nijk,ijk->n", outer, W)) ** 2),
        gradient_at,
    )


shape_case(
    "three axes, the last one slowest",
    lambda: cubes(order="F"),
    why="Fortran's order of the same numbers.",
)
shape_case(
    "three axes, the first two exchanged",
    lambda: cubes(lambda g: g.transpose(1, 0, 2)),
    wrong={ALONE: [~np.eye(3, dtype=bool)]},
    causes={"transposed"},
    why="Both have three entries.",
)


def everything(bug=None):
    """Loss, gradients by name and what was computed, of an Elman network."""
    kwargs = elman(bug)
    names = kwargs.pop("names")
    inner = in_one(kwargs, more=["done"])["loss_at"]

    def all_at_once(p):
        loss, gradients, more = inner(*(p[name] for name in names))
        return loss, dict(zip(names, gradients)), more

    return {
        "params": dict(zip(names, kwargs["params"])),
        "loss_at": all_at_once,
    }


shape_case("one function for everything", everything, why="And a word more.")
shape_case(
    "one function for everything, averaged in one place",
    lambda: everything("mean of h0"),
    wrong={"h0": ALL},
    causes=TOO_SMALL,
    why="h0 gets a quarter of its gradient.",
)


def mixed(change=lambda g: g):
    """Word vectors in float32, and a head in float64."""
    r = rng(235)
    words, T = np.array([1, 3, 3, 0, 2]), r.normal(size=(5, 3))

    def gradient_at(E, W):
        H = np.tanh(E[words])
        e = 2 / 15 * (H @ W - T)
        dE = add_at(E.shape, words, e @ W.T * (1 - H**2))
        return change(dE.astype(np.float32)), H.T @ e

    return {
        "params": [
            r.normal(size=(4, 5)).astype(np.float32),
            r.normal(size=(5, 3)),
        ],
        "names": ["E", "W"],
        "loss_at": lambda E, W: np.mean((np.tanh(E[words]) @ W - T) ** 2),
        "gradient_at": gradient_at,
    }


shape_case(
    "float32 below, float64 above",
    mixed,
    causes={"few digits", "too coarse"},
    why="Each gradient is as precise as its parameter.",
)
shape_case(
    "float32 below, float64 above, 1 % off below",
    lambda: mixed(scaled(np.float32(1.01))),
    wrong={"E": ALL},
    causes={"factor", "too coarse"},
    why="1.01 times the gradient of the word vectors.",
)


def many_samples(change=lambda g: g, *, dtype=np.float32):
    """The mean of 10,000 samples, all in single precision."""
    r = rng(236)
    X, y = r.normal(size=(10_000, 3)), np.sign(r.normal(size=10_000) + 0.5)
    X, y = rounded(X, dtype), rounded(y, dtype)

    def loss_at(w):
        m = y * (X @ rounded(w, dtype))
        return np.log1p(np.exp(-m)).mean()

    def gradient_at(w):
        m = y * (X @ rounded(w, dtype))
        return change(-X.T @ (y / (1 + np.exp(m))) / rounded(1e4, dtype))

    return alone(
        rounded(np.array([0.5, -0.3, 0.2]), dtype), loss_at, gradient_at
    )


shape_case(
    "10,000 samples in float32",
    many_samples,
    causes={"few digits", "too coarse"},
    why="A mean, which NumPy adds up in pairs.",
)
shape_case(
    "10,000 samples in float32, added up",
    lambda: many_samples(scaled(np.float32(1e4))),
    wrong={ALONE: ALL},
    causes={*TOO_LARGE, "too coarse"},
    why="The gradient is the sum, 10,000 times the mean.",
)


def quantised(change=lambda g: g, *, levels=1024):
    """A loss that is shown in steps of a thousandth."""
    r = rng(237)
    X, t = r.normal(size=(10, 4)), r.normal(size=10)

    def loss_at(w):
        loss = np.mean((X @ w - t) ** 2)
        return loss if levels is None else np.floor(levels * loss) / levels

    return alone(
        r.normal(size=4),
        loss_at,
        lambda w: change(X.T @ (X @ w - t) / 5),
    )


shape_case(
    "a loss in steps of a thousandth",
    quantised,
    unsure={ALONE: ALL},
    causes={"too coarse", "too noisy", "few digits"},
    why="Slopes near 1 can be seen over large steps only.",
)
shape_case(
    "a loss in steps of a thousandth, going uphill",
    lambda: quantised(negative),
    wrong={ALONE: ALL},
    causes={"sign", "too coarse", "too noisy"},
    why="Large steps show that the signs are wrong.",
)


# Chance and memory

chance_case = partial(case, kind="chance and memory")


def sampled(bug=None, *, generator=lambda: rng(238)):
    """A mean over 100 samples of normal numbers."""
    t = np.array([0.3, -0.5, 0.1])

    def loss_at(mu, s):
        eps = generator().normal(size=(100, 3))
        return np.mean((np.tanh(mu + np.exp(s) * eps) - t) ** 2)

    def gradient_at(mu, s):
        eps = generator().normal(size=(100, 3))
        y = np.tanh(mu + np.exp(s) * eps)
        if bug == "score":
            f = (y - t) ** 2 / 300
            return (
                np.sum(f * eps, axis=0) / np.exp(s),
                np.sum(f * (eps**2 - 1), axis=0),
            )
        g = (y - t) * (1 - y**2) / 150
        return g.sum(axis=0), np.sum(g * eps, axis=0) * np.exp(s)

    return {
        "params": [np.array([0.5, -0.1, 0.8]), np.array([-0.4, 0.2, -0.8])],
        "names": ["mu", "s"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


chance_case(
    "Monte Carlo with a seed, by the score of its samples",
    lambda: sampled("score"),
    wrong={"mu": ALL, "s": ALL},
    why="Right on average over all seeds, but not for this one.",
)


def without_a_seed():
    running = rng(239)
    return sampled(generator=lambda: running)


chance_case(
    "Monte Carlo without a seed",
    without_a_seed,
    truth="undecided",
    also={"wrong"},
    unsure={"mu": ALL, "s": ALL},
    causes={"hidden state", "too noisy"},
    why="Other samples each time, so that losses differ by 10 %.",
)


def with_momentum():
    kwargs, speed = cubes(), [0.0]
    gradient_at = kwargs["gradient_at"]

    def gradient_and_before(W):
        speed[0] = 0.9 * speed[0] + gradient_at(W)
        return speed[0]

    return kwargs | {"gradient_at": gradient_and_before}


chance_case(
    "the momentum rather than the gradient",
    with_momentum,
    wrong={ALONE: ALL},
    causes={"accumulated", *TOO_LARGE},
    why="Right the first time, 1.9 times as large the second.",
)


def padded():
    """Whose loss sets the vector of padding to 0, in the caller's array."""
    words = np.array([[1, 2, 0], [3, 1, 2]])
    t = np.array([0.5, -1.0])

    def total(E):
        E[0] = 0
        return E[words].sum(axis=(1, 2))

    def gradient_at(E):
        e = 2 * (total(E) - t)
        found = add_at(E.shape, words, e[:, None, None])
        found[0] = 0
        return found

    return alone(
        rng(240).normal(size=(4, 3)),
        lambda E: np.sum((total(E) - t) ** 2),
        gradient_at,
    )


chance_case(
    "padding that is set to 0 by the loss",
    padded,
    also={"wrong"},
    causes={"in-place", "independent", "zero"},
    why="The gradient is right, but the array of the caller has changed.",
)


def distance(w):
    seen = np.array([-1.0, 0.25, 0.5, 2.0, 3.0])
    return {
        "params": [w],
        "names": ["w"],
        "loss_at": lambda w: np.mean(np.abs(w - seen)),
        "gradient_at": lambda w: [np.mean(np.sign(w - seen))],
    }


chance_case(
    "a distance from numbers, one of which is met",
    lambda: distance(2.0),
    truth="undecided",
    unsure={"w": ALL},
    causes={"kink"},
    why="The slope is 1/5 on one side, and 3/5 on the other.",
)


def experts(margin):
    """The better of two lines, as a gate says; the loss jumps at 0."""

    def loss_at(w):
        return (w[1] if w[0] > 0 else 2 * w[1] + 1) ** 2

    def gradient_at(w):
        if w[0] > 0:
            return np.array([0, 2 * w[1]])
        return np.array([0, 4 * (2 * w[1] + 1)])

    return alone(np.array([margin, 0.7]), loss_at, gradient_at)


chance_case(
    "a gate between two experts",
    lambda: experts(-0.8),
    causes={"independent", "zero"},
    why="Far from where it turns, the gate has no slope.",
)
chance_case(
    "a gate between two experts, just where it turns",
    lambda: experts(0.0),
    truth="undecided",
    also={"wrong"},
    unsure={ALONE: [(0,)]},
    causes={"kink", "too noisy", "independent", "zero"},
    why="The loss jumps here, so that it has no slope.",
)


# Many parameters

many_case = partial(case, kind="many parameters")


def wide(change=lambda g: g):
    """100 units that are fed to themselves three times."""
    r = rng(241)
    X, T = r.normal(size=(3, 8, 100)), r.normal(size=(8, 100))

    def states(U):
        h = [np.tanh(X[0])]
        for x in X[1:]:
            h.append(np.tanh(x + h[-1] @ U))
        return h

    def gradient_at(U):
        h = states(U)
        g, dU = 2 * (h[-1] - T) / T.size, np.zeros(U.shape)
        for before, after in pairwise(h[::-1]):
            g = g * (1 - before**2)
            dU += after.T @ g
            g = g @ U.T
        return change(dU)

    return alone(
        r.normal(size=(100, 100)) / 10,
        lambda U: np.mean((states(U)[-1] - T) ** 2),
        gradient_at,
    )


BLOCK = (slice(20, 40), slice(60, 80))


many_case(
    "100 x 100 with a block left out",
    lambda: wide(changed_at(BLOCK, 0)),
    wrong={ALONE: [BLOCK]},
    causes={"nothing arrives"},
    why="400 entries are 0.",
)
many_case(
    "100 x 100 with one entry of the wrong sign",
    lambda: wide(changed_at((42, 17), -1)),
    wrong={ALONE: [(42, 17)]},
    why="One of 10,000.",
)


def loud_and_soft(**changes):
    """3,000 weights, and 2,000 whose slopes are a million times smaller."""
    r = rng(242)
    X, Z, t = (r.normal(size=s) for s in [(20, 60), (20, 2000), 20])
    v = r.normal(size=50) / 7

    def error(A, b):
        return np.tanh(X @ A) @ v + 1e-6 * (Z @ b) - t

    def gradient_at(A, b):
        e = error(A, b) / 10
        slope = 1 - np.tanh(X @ A) ** 2
        return X.T @ (np.outer(e, v) * slope), 1e-6 * (Z.T @ e)

    return but(
        {
            "params": [r.normal(size=(60, 50)) / 8, r.normal(size=2000)],
            "names": ["A", "b"],
            "loss_at": lambda A, b: np.mean(error(A, b) ** 2),
            "gradient_at": gradient_at,
        },
        **changes,
    )


many_case("5,000 weights, loud and soft", loud_and_soft, why="All right.")
many_case(
    "5,000 weights, the soft ones halved",
    lambda: loud_and_soft(b=scaled(0.5)),
    wrong={"b": ALL},
    causes=TOO_SMALL,
    why="Half of what is a million times smaller.",
)
many_case(
    "5,000 weights, one of the loud ones doubled",
    lambda: loud_and_soft(A=changed_at((31, 30), 2)),
    wrong={"A": [(31, 30)]},
    why="One of 3,000.",
)
