"""The gated networks of this book, and nn.GRU and nn.LSTM."""

import numpy as np
import torch
from torch import nn

from rnn_by_hand import gated
from rnn_by_hand.vector_rnn import output_gradient, outputs

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 6, 2))
T = rng.normal(size=(5, 6, 1))


def gru_by_hand(params):
    S = gated.gru_states(X, params)
    grad_out = output_gradient(outputs(S, params), T)
    return gated.gru_gradient(X, S, grad_out, params)[0]


def lstm_by_hand(params):
    S, C = gated.lstm_states(X, params)
    grad_out = output_gradient(outputs(S, params), T)
    return gated.lstm_gradient(X, S, C, grad_out, params)[0]


for kind, n_gates, by_hand in [
    (nn.GRU, 3, gru_by_hand),
    (nn.LSTM, 4, lstm_by_hand),
]:
    params = gated.initial_gated_params(2, 3, 1, n_gates, rng)
    rnn = kind(2, 3, batch_first=True, dtype=torch.float64)
    readout = nn.Linear(3, 1, dtype=torch.float64)
    tensors = [*rnn.parameters(), *readout.parameters()]
    with torch.no_grad():
        for array, tensor in zip(params, tensors, strict=True):
            tensor.copy_(torch.tensor(array.T))
    Y = readout(rnn(torch.tensor(X))[0])
    (((Y - torch.tensor(T)) ** 2).sum() / len(X)).backward()

    print(f"nn.{kind.__name__}: gradients the same to 1e-12")
    names = [name for name, _ in rnn.named_parameters()]
    names += [f"nn.Linear.{name}" for name, _ in readout.named_parameters()]
    for ours, theirs, g, t in zip(
        params._fields, names, by_hand(params), tensors
    ):
        same = np.allclose(t.grad, g.T, rtol=0, atol=1e-12)
        print(f"  {ours:4} {theirs:16} {same}")
