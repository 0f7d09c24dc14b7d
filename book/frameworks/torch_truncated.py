"""detach: the state goes on to the next chunk, the gradient stays behind."""

import numpy as np
import torch
from torch import nn

from rnn_by_hand import vector_rnn as book

torch.manual_seed(0)
chunks = [slice(k, k + 5) for k in range(0, 20, 5)]
x = torch.randn(4, 20, 2, dtype=torch.float64)
t = torch.randn(4, 20, 3, dtype=torch.float64)
rnn = nn.RNN(2, 3, batch_first=True, dtype=torch.float64)

W_ih, W_hh, b_ih, b_hh = (p.detach().numpy() for p in rnn.parameters())
params = book.Params(W_ih.T, W_hh.T, b_ih + b_hh, np.eye(3), np.zeros(3))
S = book.forward_states(x, params)
E = book.output_gradient(book.outputs(S, params), t)


def by_hand(steps):
    """One backward pass over these steps, from the state before them."""
    states = S[:, steps.start : steps.stop + 1]
    part = x[:, steps], states, E[:, steps], params
    return book.backward_gradient(*part)[0].WRec


def by_torch(after=lambda h: h, rate=0, **options):
    """A backward pass, and a step at some rate, after each chunk."""
    rnn.zero_grad()
    h = None
    for steps in chunks:
        states, h = rnn(x[:, steps], h)
        loss = ((states - t[:, steps]) ** 2).sum() / len(x)
        loss.backward(**options)
        h = after(h)
        if rate:
            with torch.no_grad():
                for p in rnn.parameters():
                    p -= rate * p.grad
    return rnn.weight_hh_l0.grad.T


cut, whole = sum(map(by_hand, chunks)), by_hand(slice(0, 20))
print("the same to 1e-12:")
found = by_torch(torch.detach)
print("  detached, chunks by hand", np.allclose(found, cut, 0, 1e-12))
found = by_torch(retain_graph=True)
print("  retained, all steps", np.allclose(found, whole, 0, 1e-12))
for name, options, part in (
    ("neither", {}, "retain_graph=True"),
    (
        "retained, with a step after each chunk",
        {"retain_graph": True, "rate": 0.01},
        "modified by an inplace operation",
    ),
):
    try:
        by_torch(**options)
    except RuntimeError as error:
        print(f"{name}: {type(error).__name__}")
        print(f"  says {part!r}:", part in str(error))
