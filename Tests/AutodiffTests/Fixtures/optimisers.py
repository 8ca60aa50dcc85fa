"""Writes optimisers.json: parameters after every step of an optimiser, for given gradients, in double precision.

Run in this folder: python optimisers.py (NumPy, PyTorch). PyTorch makes all trajectories but those marked "keras",
which follow the SGD formula of Keras 2 with time decay:
    lr_t = lr / (1 + decay t), t = updates made so far; v = momentum v - lr_t g;
    w += v, or with Nesterov's momentum w += momentum v - lr_t g.
The weight decay of "sgd" and "adam" is added to the gradient, weightDecay w; that of "adamw" shrinks w itself.
"""

import json

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(7)
start = np.round(rng.normal(size=6), 4)
gradients = np.round(rng.normal(size=(12, 6)) * [1, 1, 0.1, 10, 1, 0.001], 5)
gradients[:, 4] = 0  # a parameter that only weight decay and momentum can move


def by_pytorch(make):
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimiser = make([parameter])
    trajectory = []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        optimiser.step()
        trajectory.append(parameter.detach().tolist())
    return trajectory


def by_keras_formula(lr, momentum, decay, nesterov):
    w, v, trajectory = start.copy(), np.zeros(6), []
    for t, gradient in enumerate(gradients):
        rate = lr / (1 + decay * t)
        v = momentum * v - rate * gradient
        w = w + (momentum * v - rate * gradient if nesterov else v)
        trajectory.append(w.tolist())
    return trajectory


def sgd(name, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
    make = lambda p: torch.optim.SGD(p, lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
    return {
        "name": name, "algorithm": "sgd", "learningRate": lr, "momentum": momentum, "nesterov": nesterov,
        "weightDecay": weight_decay, "trajectory": by_pytorch(make),
    }  # fmt: skip


def adam(name, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False):
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    make = lambda p: kind(p, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    return {
        "name": name, "algorithm": "adamw" if decoupled else "adam", "learningRate": lr, "beta1": betas[0],
        "beta2": betas[1], "epsilon": eps, "weightDecay": weight_decay, "trajectory": by_pytorch(make),
    }  # fmt: skip


def keras(name, lr, momentum, decay, nesterov):
    return {
        "name": name, "algorithm": "keras", "learningRate": lr, "momentum": momentum, "timeDecay": decay,
        "nesterov": nesterov, "trajectory": by_keras_formula(lr, momentum, decay, nesterov),
    }  # fmt: skip


cases = [
    sgd("sgd", 0.05),
    sgd("sgd with momentum", 0.05, momentum=0.9),
    sgd("sgd with Nesterov's momentum", 0.02, momentum=0.9, nesterov=True),
    sgd("sgd with weight decay", 0.05, weight_decay=0.1),
    sgd("sgd with Nesterov's momentum and weight decay", 0.01, momentum=0.8, nesterov=True, weight_decay=0.03),
    adam("adam", 0.01),
    adam("adam with other betas and epsilon", 0.002, betas=(0.5, 0.9), eps=1e-4),
    adam("adam with weight decay", 0.01, weight_decay=0.05),
    adam("adamw", 0.01, weight_decay=0.05, decoupled=True),
    adam("adamw with other betas and epsilon", 0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.2, decoupled=True),
    keras("keras sgd", 0.05, 0.0, 0.01, False),
    keras("keras sgd with momentum", 0.05, 0.9, 1e-4, False),
    keras("keras sgd with Nesterov's momentum", 0.02, 0.9, 0.1, True),
]

with open("optimisers.json", "w") as file:
    file.write('{"start":%s,\n"gradients":%s,\n"cases":[\n' % (json.dumps(start.tolist()), json.dumps(gradients.tolist())))
    file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
    file.write("\n]}\n")
