"""The loop in PyTorch, eager and compiled: steps like those of `ways_book`.

Compiled, a loop is unrolled, and the compiler takes minutes over a thousand steps. So a long
sequence goes through a compiled function for a part of it, part by part.
"""

import torch

#: The most steps that are compiled in one piece.
PART = 100


def number(value, **options):
    return torch.tensor(value, dtype=torch.float64, **options)


def parts(X):
    """Cut the inputs into parts of equal length, time first."""
    return torch.from_numpy(X).T.contiguous().split(PART)


def last_state(s, X, wx, wRec):
    for x in X:
        s = x * wx + s * wRec
    return s


def all_states(s, X, wx, wRec):
    states = []
    for x in X:
        s = x * wx + s * wRec
        states.append(s)
    return torch.stack(states)


def all_deltas(delta, X, S, wRec):
    """The gradients at all states of a part, and what it adds to those of the weights."""
    deltas = []
    for _ in range(len(X)):
        deltas.append(delta)
        delta = delta * wRec
    deltas = torch.stack(deltas[::-1])
    return delta, deltas, (deltas * X).sum(), (deltas * S).sum()


def gradients(X, t, wx, wRec, prepare):
    X, t = parts(X), torch.from_numpy(t)
    wx, wRec = (number(w, requires_grad=True) for w in (wx, wRec))
    forward = prepare(last_state)

    def step():
        wx.grad = wRec.grad = None
        s = torch.zeros_like(t)
        for part in X:
            s = forward(s, part, wx, wRec)
        loss = ((t - s) ** 2).mean()
        loss.backward()
        return loss.detach(), wx.grad, wRec.grad

    return step


def everything(X, t, wx, wRec, prepare):
    X, t = parts(X), torch.from_numpy(t)
    wx, wRec = number(wx), number(wRec)
    forward, back = prepare(all_states), prepare(all_deltas)

    def step():
        S = [torch.zeros_like(t)[None]]
        for part in X:
            S.append(forward(S[-1][-1], part, wx, wRec))
        S = torch.cat(S)
        delta = 2 * (S[-1] - t)
        deltas, by_wx, by_wRec = [], 0, 0
        for part, before in zip(reversed(X), reversed(S[:-1].split(PART))):
            delta, of_part, for_wx, for_wRec = back(delta, part, before, wRec)
            deltas.append(of_part)
            by_wx, by_wRec = by_wx + for_wx, by_wRec + for_wRec
        deltas = torch.cat([delta[None], *deltas[::-1]])
        loss = ((t - S[-1]) ** 2).mean()
        return loss, by_wx / len(t), by_wRec / len(t), S, deltas

    return step


def eager(function):
    return function


def compiled(function):
    return torch.compile(function, dynamic=False)


PREPARED = {"eager": eager, "compiled": compiled}
GRADIENTS, EVERYTHING = (
    {
        name: lambda *given, make=make, prepare=prepare: make(*given, prepare)
        for name, prepare in PREPARED.items()
    }
    for make in (gradients, everything)
)
