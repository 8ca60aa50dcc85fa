"""JAX with a whole epoch in one compiled call: bags padded by size class, one scan per class. Usage: jax_scan.py FOLDER

The benchmark orders bags by size, so the steps of a class follow each other, and a scan over them needs no branch.
Each epoch is one call; parameters and running means stay in JAX's memory, donated from call to call.
"""

import json
import os
import sys
from pathlib import Path

PROCESSORS = os.sched_getaffinity(0)
if json.loads((Path(sys.argv[1]) / "case.json").read_text())["threads"] == 1:
    # If XLA sees only one processor, it creates no thread pool for its operations, which halves its time here.
    os.sched_setaffinity(0, {max(PROCESSORS)})
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from exchange import Case, serve


def size_class(size):
    """Returns the padded size: exact up to 16, then in steps of an eighth of the next lower power of two."""
    step = 1 << max(0, int(size - 1).bit_length() - 4)
    return -(-int(size) // step) * step


def linear(p, x, name):
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def forward(case, p, x, mask):
    """x: bags x padded instances x features; mask: bags x padded instances. Logits (lengths for dp-minn), bags x outputs."""
    filled = mask[:, :, None]

    def maximum(h):  # After a ReLU nothing is below the zeros of the padding.
        return jnp.where(filled, h, 0).max(1)

    def softmax(a):
        return jax.nn.softmax(jnp.where(mask, a, -jnp.inf), axis=1)

    features = []
    for layer in range(len(case.layers)):
        x = jax.nn.relu(linear(p, x, f"trunk.{layer + 1}"))
        features.append(x)
    if case.model == "mi-net":
        return linear(p, maximum(x), "classifier")
    if case.model == "mi-net-ds":
        return jnp.concatenate([linear(p, maximum(h), f"classifier.{k + 1}") for k, h in enumerate(features)], 1)
    if case.model == "attention":
        hidden = jnp.tanh(linear(p, x, "pooling.attention.hidden"))
        weights = softmax(linear(p, hidden, "pooling.attention.score")[:, :, 0])
        return linear(p, jnp.einsum("bn,bnd->bd", weights, x), "classifier")
    agreement = jnp.zeros(mask.shape, x.dtype)
    for iteration in range(case.iterations):
        s = jnp.einsum("bn,bnd->bd", softmax(agreement), x)
        length = jnp.sqrt((s * s).sum(1, keepdims=True) + 1e-30)
        bag = s * (length / (1 + length * length))
        if iteration + 1 < case.iterations:
            agreement = agreement + jnp.einsum("bnd,bd->bn", x, bag)
    return jnp.sqrt((bag * bag).sum(1, keepdims=True) + 1e-30)


def loss(case, p, x, mask, y):
    output = forward(case, p, x, mask)
    if case.model == "dp-minn":
        positive, negative, weight = case.margins
        short, long = jax.nn.relu(positive - output), jax.nn.relu(output - negative)
        return (y * short**2 + weight * (1 - y) * long**2).mean()
    return (jax.nn.softplus(output) - y * output).sum() / y.shape[0]


def update(training, p, state, gradients):
    rate = training["learningRate"]
    if training["optimiser"] == "sgd":
        momentum = training["momentum"]
        new_p, new_v = {}, {}
        for name, w in p.items():
            decay = training["weightDecay"] if name.endswith("weight") else 0.0
            g = gradients[name] + decay * w if decay else gradients[name]
            v = momentum * state["v"][name] - rate * g
            new_v[name] = v
            new_p[name] = w + momentum * v - rate * g if training["nesterov"] else w + v
        return new_p, {"v": new_v}
    beta1, beta2 = training["beta1"], training["beta2"]
    power1, power2 = state["power1"] * beta1, state["power2"] * beta2
    new_p, m, v = {}, {}, {}
    for name, w in p.items():
        g = gradients[name]
        m[name] = beta1 * state["m"][name] + (1 - beta1) * g
        v[name] = beta2 * state["v"][name] + (1 - beta2) * g * g
        new_p[name] = w - rate / (1 - power1) * m[name] / (jnp.sqrt(v[name]) / jnp.sqrt(1 - power2) + 1e-8)
    return new_p, {"m": m, "v": v, "power1": power1, "power2": power2}


class Rival:
    def __init__(self, case):
        self.case = case
        self.epochs, self.data = {}, {}
        self.scorer, self.scored = None, None
        self.reset()

    def reset(self):
        self.p = {name: jnp.array(value) for name, value in self.case.parameters.items()}
        zeros = lambda: {name: jnp.zeros_like(value) for name, value in self.p.items()}
        if self.case.training["optimiser"] == "sgd":
            self.state = {"v": zeros()}
        else:
            self.state = {"m": zeros(), "v": zeros(), "power1": jnp.float32(1), "power2": jnp.float32(1)}
        jax.block_until_ready((self.p, self.state))

    def padded(self, steps):
        """Returns runs of steps of one shape, each stacked: x (steps, bags, size, d), mask, y."""
        case, runs = self.case, []
        for a, b in steps:
            shape = (b - a, size_class(case.sizes[a:b].max()))
            if not runs or runs[-1][0] != shape:
                runs.append((shape, []))
            runs[-1][1].append(a)
        result = []
        for (count, size), firsts in runs:
            x = np.zeros((len(firsts), count, size, case.instances.shape[1]), np.float32)
            mask = np.zeros(x.shape[:3], bool)
            y = np.zeros((len(firsts), count, 1), np.float32)
            for step, a in enumerate(firsts):
                for bag in range(count):
                    rows = case.instances[case.offsets[a + bag] : case.offsets[a + bag + 1]]
                    x[step, bag, : len(rows)] = rows
                    mask[step, bag, : len(rows)] = True
                    y[step, bag, 0] = case.labels[a + bag]
            result.append(tuple(jnp.asarray(value) for value in (x, mask, y)))
        return result

    def train(self, size, epochs):
        if size not in self.epochs:
            borders = self.case.batches(size)
            self.data[size] = self.padded(list(zip(borders, borders[1:])))

            def epoch(p, state, data):
                def step(carry, batch):
                    p, state = carry
                    gradients = jax.grad(lambda p: loss(self.case, p, *batch))(p)
                    return update(self.case.training, p, state, gradients), None

                for run in data:
                    (p, state), _ = jax.lax.scan(step, (p, state), run)
                return p, state

            self.epochs[size] = jax.jit(epoch, donate_argnums=(0, 1))
        for _ in range(epochs):
            self.p, self.state = self.epochs[size](self.p, self.state, self.data[size])
        jax.block_until_ready((self.p, self.state))

    def score(self):
        """Returns all bags of a class together."""
        case = self.case
        if self.scorer is None:
            classes = [size_class(size) for size in case.sizes]
            borders = [0] + [k for k in range(1, case.bags) if classes[k] != classes[k - 1]] + [case.bags]
            self.scored = [(x[0], mask[0]) for x, mask, _ in self.padded(list(zip(borders, borders[1:])))]

            def score(p, data):
                outputs = jnp.concatenate([forward(case, p, x, mask) for x, mask in data])
                return outputs[:, 0] if case.model == "dp-minn" else jax.nn.sigmoid(outputs).mean(1)

            self.scorer = jax.jit(score)
        return np.asarray(self.scorer(self.p, self.scored))


jax.devices()  # Starts XLA; from here on its threads may run where there is time for them.
for thread in os.listdir("/proc/self/task"):
    os.sched_setaffinity(int(thread), PROCESSORS)
serve(Rival(Case(sys.argv[1])), f"JAX {jax.__version__}")
