"""Losses of classes under wrong labels, with gradients by PyTorch: python3 class_losses.py > class_losses.json

Generalised cross entropy (1 - p^q) / q after Zhang and Sabuncu 2018, symmetric cross entropy alpha CE + beta RCE after Wang et
al. 2019, RCE = -sum_k p_k log y_k with log 0 = -4. Two classes are a logit's sigmoid, and its complement for negative bags.
"""

import json

import torch

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)


def generalised(p, y, q):
    return ((1 - (p * y).sum(1) ** q) / q).mean()


def symmetric(p, y, alpha, beta):
    logarithms = torch.where(y > 0, torch.zeros(()), torch.tensor(-4.0))
    return (-alpha * (y * p.log()).sum(1) - beta * (p * logarithms).sum(1)).mean()


cases = []
for classes, labels in [(2, [1, 0, 1, 1, 0, 0]), (3, [2, 0, 1, 2, 0])]:
    for kind, given in [
        ("cross-entropy", dict()), ("generalised", dict(exponent=0.7)), ("generalised", dict(exponent=0.2)),
        ("symmetric", dict(alpha=0.1, beta=1.0)), ("symmetric", dict(alpha=6.0, beta=0.1)),
    ]:
        output = (torch.randn(len(labels), 1 if classes == 2 else classes) * 2).requires_grad_()
        p = torch.cat([1 - output.sigmoid(), output.sigmoid()], 1) if classes == 2 else output.softmax(1)
        y = torch.nn.functional.one_hot(torch.tensor(labels), classes).to(p.dtype)
        if kind == "generalised":
            loss = generalised(p, y, given["exponent"])
        elif kind == "symmetric":
            loss = symmetric(p, y, given["alpha"], given["beta"])
        else:
            loss = -(y * p.log()).sum(1).mean()
        loss.backward()
        cases.append(dict(
            classes=classes, labels=labels, kind=kind, **given, output=output.tolist(), loss=loss.item(),
            gradient=output.grad.tolist()))
print(json.dumps(cases, indent=1))
