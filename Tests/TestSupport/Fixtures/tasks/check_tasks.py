"""Checks tasks.json against PyTorch: python3 check_tasks.py

Losses are written once more with PyTorch's own functions, and derivatives are those of its automatic differentiation; a
difference above 1e-9 is an error. The file itself is written by make_tasks.py.
"""

import json

import torch
import torch.nn.functional as F

for case in json.load(open("tasks.json"))["cases"]:
    output = torch.tensor(case["output"], dtype=torch.float64, requires_grad=True)
    targets = case["targets"]
    if case["name"] == "several-classes":
        loss = F.cross_entropy(output, torch.tensor(targets["labels"]))
    elif case["name"] == "number":
        values = torch.tensor(targets["values"], dtype=torch.float64)
        loss = F.mse_loss(output[:, 0], (values - values.mean()) / values.std(unbiased=False))
    elif case["name"] == "survival":
        times, events = torch.tensor(targets["times"], dtype=torch.float64), torch.tensor(targets["events"])
        intervals = (times[:, None] > torch.tensor(case["ends"], dtype=torch.float64)).sum(dim=1)
        at_risk = torch.arange(output.shape[1]) <= intervals[:, None]
        event = F.one_hot(intervals, output.shape[1]) * events[:, None]
        loss = (F.binary_cross_entropy_with_logits(output, event.double(), reduction="none") * at_risk).sum(dim=1).mean()
    else:
        times, events = torch.tensor(targets["times"], dtype=torch.float64), torch.tensor(targets["events"])
        at_risk = times[None, :] >= times[:, None]
        logs = torch.logsumexp(torch.where(at_risk, output[:, 0], -torch.inf), dim=1)
        loss = ((logs - output[:, 0]) * events).sum() / events.sum()
    loss.backward()
    assert abs(loss.item() - case["loss"]) < 1e-9, case["name"]
    assert (output.grad - torch.tensor(case["gradient"], dtype=torch.float64)).abs().max() < 1e-9, case["name"]
    print(case["name"], "agrees")
