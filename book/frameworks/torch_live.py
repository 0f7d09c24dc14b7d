"""The check of this book on modules of PyTorch, where they stand."""

import warnings

import torch
from torch import nn
from torch.autograd import gradcheck

from rnn_by_hand.gradient_check import GradientCheckError, check_gradients

warnings.simplefilter("ignore")  # gradcheck warns about float32


def alarms(seed, factor=1.0):
    """Check the gradient of PyTorch, one bias of it times a factor."""
    torch.manual_seed(seed)
    gru, readout = nn.GRU(2, 3, batch_first=True), nn.Linear(3, 1)
    x, t = torch.randn(5, 6, 2), torch.randn(5, 6, 1)
    weights = [*gru.parameters(), *readout.parameters()]

    def loss_now():
        return nn.functional.mse_loss(readout(gru(x)[0]), t)

    def gradient_now():
        gradients = [*torch.autograd.grad(loss_now(), weights)]
        gradients[3] = gradients[3] * factor  # bias_hh_l0
        return gradients

    try:
        check_gradients(loss_now, gradient_now, live=weights)
        ours = False
    except GradientCheckError:
        ours = True
    # It moves the weights themselves, so the loss takes no notice of _.
    theirs = gradcheck(lambda *_: loss_now(), weights, raise_exception=False)
    return ours, not theirs


for dtype in (torch.float64, torch.float32):
    torch.set_default_dtype(dtype)
    ours, theirs = zip(*map(alarms, range(5)))
    print(f"{dtype}, false alarms of 5:")
    print(f"  gradcheck {sum(theirs)}, our check {sum(ours)}")
    found = sum(alarms(seed, 1.01)[0] for seed in range(5))
    print(f"  one bias 1 % off: our check {found}")
