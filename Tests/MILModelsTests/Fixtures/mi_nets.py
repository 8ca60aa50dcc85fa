"""Writes mi_nets.json: MI-Net with deep supervision and with residual connections, forward and in training.

Run in this folder: python mi_nets.py (PyTorch). Both networks stand here as plain tensor operations in double
precision, without dropout; gradients are PyTorch's. A step is one bag's, by the rule of Keras 2:
    v = momentum v - lr_t g, w += momentum v - lr_t g, lr_t = lr / (1 + decay t), t = updates made so far,
with weightDecay w added to g for weight matrices alone.
"""

import json

import torch

torch.manual_seed(18)
torch.set_default_dtype(torch.float64)
FEATURES, SIZES, LABELS = 5, [1, 4, 3], [1.0, 0.0, 1.0]
RATE, MOMENTUM, DECAY, WEIGHT_DECAY = 0.05, 0.9, 0.01, 0.02


def rounded(tensor):
    return torch.round(tensor * 1e4) / 1e4


bags = [rounded(torch.randn(size, FEATURES)) for size in SIZES]


def pooled(features, pooling, sharpness):
    if pooling == "max":
        return features.max(dim=0).values
    if pooling == "mean":
        return features.mean(dim=0)
    return torch.log(torch.exp(sharpness * features).mean(dim=0)) / sharpness


def layers(bag, weights, count):
    results = []
    for k in range(1, count + 1):
        before = results[-1] if results else bag
        results.append(torch.relu(before @ weights[f"trunk.{k}.weight"] + weights[f"trunk.{k}.bias"]))
    return results


def deep_supervision(bag, label, weights, pool, count=3):
    """The sum of one cross entropy a layer, and the mean of the layers' probabilities."""
    logits = [
        pool(h) @ weights[f"classifier.{k}.weight"] + weights[f"classifier.{k}.bias"]
        for k, h in enumerate(layers(bag, weights, count), 1)
    ]
    target = torch.tensor([label])
    loss = sum(torch.nn.functional.binary_cross_entropy_with_logits(x, target) for x in logits)
    return loss, torch.sigmoid(torch.stack(logits)).mean()


def residual(bag, label, weights, pool, count=3):
    """The cross entropy and the probability of the summed bag vectors."""
    total = torch.stack([pool(h) for h in layers(bag, weights, count)]).sum(dim=0)
    logit = total @ weights["classifier.weight"] + weights["classifier.bias"]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logit, torch.tensor([label]))
    return loss, torch.sigmoid(logit)[0]


def make(widths, heads):
    weights, inputs = {}, FEATURES
    for k, width in enumerate(widths, 1):
        weights[f"trunk.{k}.weight"] = rounded(0.7 * torch.randn(inputs, width))
        weights[f"trunk.{k}.bias"] = rounded(0.2 * torch.randn(width))
        inputs = width
    for name, width in heads:
        weights[f"{name}.weight"] = rounded(0.7 * torch.randn(width, 1))
        weights[f"{name}.bias"] = rounded(0.2 * torch.randn(1))
    return weights


def case(model, network, weights, pooling, settings, sharpness=1.0):
    pool = lambda h: pooled(h, pooling, sharpness)
    start = {name: value.flatten().tolist() for name, value in weights.items()}
    results = [network(bag, label, weights, pool) for bag, label in zip(bags, LABELS)]
    weights = {name: value.clone().requires_grad_(True) for name, value in weights.items()}
    velocity = {name: torch.zeros_like(value) for name, value in weights.items()}
    losses, last = [], bags[1]
    for t in range(6):
        loss, _ = network(last, LABELS[1], weights, pool)
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, list(weights.values()))
        rate = RATE / (1 + DECAY * t)
        with torch.no_grad():
            for (name, value), gradient in zip(weights.items(), gradients):
                if name.endswith("weight"):
                    gradient = gradient + WEIGHT_DECAY * value
                velocity[name] = MOMENTUM * velocity[name] - rate * gradient
                value += MOMENTUM * velocity[name] - rate * gradient
    return {
        "model": model, "settings": {**settings, "pooling": pooling, "sharpness": str(sharpness)}, "start": start,
        "loss": sum(loss.item() for loss, _ in results) / len(results),
        "probabilities": [probability.item() for _, probability in results],
        "losses": losses, "end": {name: value.detach().flatten().tolist() for name, value in weights.items()},
    }  # fmt: skip


def deep(pooling, sharpness=1.0):
    weights = make([6, 4, 3], [("classifier.1", 6), ("classifier.2", 4), ("classifier.3", 3)])
    return case("mi-net-ds", deep_supervision, weights, pooling, {"layers": "6-4-3"}, sharpness)


def sums(pooling, sharpness=1.0):
    weights = make([4, 4, 4], [("classifier", 4)])
    return case("mi-net-rc", residual, weights, pooling, {"units": "4", "depth": "3"}, sharpness)


cases = [deep("max"), deep("mean"), deep("log-sum-exp", 2.0), sums("max"), sums("mean"), sums("log-sum-exp", 0.5)]
with open("mi_nets.json", "w") as file:
    json.dump(
        {
            "sizes": SIZES, "labels": LABELS, "features": [bag.flatten().tolist() for bag in bags],
            "learningRate": RATE, "momentum": MOMENTUM, "timeDecay": DECAY, "weightDecay": WEIGHT_DECAY,
            "cases": cases,
        },
        file, separators=(",", ":"),
    )  # fmt: skip
    file.write("\n")
