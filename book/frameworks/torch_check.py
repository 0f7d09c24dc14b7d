"""A backward pass by hand as an operation of PyTorch, and two checks."""

import numpy as np
import torch
from torch.autograd import gradcheck

from rnn_by_hand import gated
from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.vector_rnn import loss, output_gradient, outputs

rng = np.random.default_rng(0)
X, T = rng.normal(size=(5, 6, 2)), rng.normal(size=(5, 6, 1))
params = gated.initial_gated_params(2, 3, 1, n_gates=3, rng=rng)


def loss_at(*params):
    params = gated.GatedParams(*params)
    return loss(outputs(gated.gru_states(X, params), params), T)


def gradient_at(*params):
    params = gated.GatedParams(*params)
    S = gated.gru_states(X, params)
    grad_out = output_gradient(outputs(S, params), T)
    gradients, _ = gated.gru_gradient(X, S, grad_out, params)
    return gradients if right else gradients._replace(bRec=gradients.bx)


class ByHand(torch.autograd.Function):
    @staticmethod
    def forward(ctx, *tensors):
        ctx.params = [tensor.numpy() for tensor in tensors]
        return torch.tensor(loss_at(*ctx.params))

    @staticmethod
    def backward(ctx, grad):
        return tuple(grad * torch.tensor(g) for g in gradient_at(*ctx.params))


tensors = [torch.tensor(array, requires_grad=True) for array in params]
for right in (True, False):
    print(f"the gradient by hand is right: {right}")
    print("  gradcheck: ", end="")
    try:
        print(gradcheck(ByHand.apply, tensors))
    except RuntimeError as error:
        print("wrong", str(error).splitlines()[0], sep="\n    ")
    try:
        ours = check_gradients(loss_at, gradient_at, params)
    except GradientCheckError as error:
        ours = error.check
    wrong = [p.name for p in ours.parameters if p.verdict == "wrong"]
    print(f"  our check: {ours.verdict}", *wrong)
