"""The tanh network of this book, and nn.RNN with the same numbers."""

import numpy as np
import torch
from torch import nn

from rnn_by_hand import vector_rnn as book

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 6, 2))  # sequence, step, number
T = rng.normal(size=(5, 6, 2))
params = book.initial_params(n_inputs=2, n_states=3, n_outputs=2, rng=rng)
S = book.forward_states(X, params)
Y = book.outputs(S, params)
grad_out = book.output_gradient(Y, T)
gradients, _ = book.backward_gradient(X, S, grad_out, params)

rnn = nn.RNN(2, 3, batch_first=True, dtype=torch.float64)
readout = nn.Linear(3, 2, dtype=torch.float64)
theirs = {
    "Wx": rnn.weight_ih_l0,
    "WRec": rnn.weight_hh_l0,
    "b": rnn.bias_ih_l0,
    "Wy": readout.weight,
    "by": readout.bias,
}
with torch.no_grad():
    for name, tensor in theirs.items():
        tensor.copy_(torch.tensor(getattr(params, name).T))
    rnn.bias_hh_l0.zero_()

states, last = rnn(torch.tensor(X))
mean = nn.MSELoss()(readout(states), torch.tensor(T))
(6 * 2 * mean).backward()  # steps, outputs

print("their states", tuple(states.shape), "last", tuple(last.shape))
print("our states  ", S.shape, "from S_0 on")
ours = book.loss(Y, T)
print(f"MSELoss {mean:.4f}, ours {ours:.4f}, ratio {ours / mean:.1f}")
print("gradients the same to 1e-12:")
for name, tensor in theirs.items():
    gradient = getattr(gradients, name).T
    print(f"  {name:4}", np.allclose(tensor.grad, gradient, 0, 1e-12))
again = np.allclose(rnn.bias_hh_l0.grad, gradients.b, 0, 1e-12)
print("  b, second", again)
