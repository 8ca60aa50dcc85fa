"""Writes fusion_networks.json: loss, predictions, weights and gradients of networks of several modalities, in NumPy.

Run in this folder: python fusion_networks.py (NumPy). Each network stands here as plain matrix operations on one bag, after
the equations of its article and the public code named in its documentation, without dropout. The last three features of a bag
are the same in all its instances: its own features. "loss" is the mean over bags. Gradients are its derivatives by complex
steps: the imaginary part of the loss at p + 1e-30 i, divided by 1e-30, which has no rounding error of a difference. Weight
matrices are inputs x outputs. "weights" are the numbers of instances, those of all bags one after the other.
"""

import json

import numpy as np

FEATURES, OWN, SIZES = 7, 3, [1, 3, 6, 9]
generator = np.random.default_rng(41)


def rounded(*shape, scale=1.0):
    return np.round(scale * generator.standard_normal(shape) * 1e4) / 1e4


bags = [np.hstack([rounded(size, FEATURES - OWN), np.repeat(rounded(1, OWN), size, axis=0)]) for size in SIZES]
binary = np.array([[1.0], [0.0], [1.0], [0.0]])
ternary = np.eye(3)[[2, 0, 1, 0]]


def linear(x, p, name):
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def relu(x):
    return np.where(x.real > 0, x, 0)


def elu(x):
    return np.where(x.real > 0, x, np.exp(np.where(x.real > 0, 0, x)) - 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x, axis):
    shares = np.exp(x - x.real.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


def gated(x, p, name):
    return linear(np.tanh(linear(x, p, f"{name}.hidden")) * sigmoid(linear(x, p, f"{name}.gate")), p, f"{name}.score")


def bag_loss(output, target):
    if len(target) == 1:
        return (np.log(1 + np.exp(output)) - target * output)[0]
    return np.log(np.exp(output).sum()) - target @ output


def prediction(output):
    return sigmoid(output) if len(output) == 1 else softmax(output, 0)


def pooled(x, p):
    """The vector of the instances by gated attention, and their weights."""
    h = relu(linear(x[:, :-OWN], p, "trunk.1"))
    weights = softmax(gated(h, p, "pooling.attention"), 0)
    return (weights * h).sum(axis=0), weights[:, 0]


def described(x, p, layers):
    g = x[0, -OWN:]
    for layer in range(1, layers + 1):
        g = elu(linear(g, p, f"bag.{layer}"))
    return g


def late(x, y, p):
    h, weights = pooled(x, p)
    both = np.concatenate([h, described(x, p, 2)])
    output = linear(relu(linear(relu(linear(both, p, "fusion.1")), p, "fusion.2")), p, "classifier")
    return bag_loss(output, y), prediction(output), weights


def kronecker(x, y, p):
    h, weights = pooled(x, p)
    g = described(x, p, 1)
    both = np.concatenate([h, g])

    def behind_gate(name, vector):
        open_ = sigmoid(linear(both, p, f"gated.{name}.gate"))
        o = relu(linear(open_ * relu(linear(vector, p, f"gated.{name}.hidden")), p, f"gated.{name}.output"))
        return np.append(o, 1)

    one, other = behind_gate("instances", h), behind_gate("bag", g)
    f = relu(linear(np.kron(one, other), p, "fusion.1"))
    f = relu(linear(np.concatenate([f, one, other]), p, "fusion.2"))
    output = linear(f, p, "classifier")
    return bag_loss(output, y), prediction(output), weights


def co_attention(signatures, heads, layers):
    def normalised(x, p, name):
        centred = x - x.mean(axis=1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5) * p[f"{name}.gain"] + p[f"{name}.bias"]

    def self_attention(x, p, name):
        q, k, v = (linear(x, p, f"{name}.{part}") for part in ("query", "key", "value"))
        width = q.shape[1] // heads
        parts = []
        for head in range(heads):
            c = slice(head * width, (head + 1) * width)
            parts.append(softmax(q[:, c] @ k[:, c].T / width**0.5, 1) @ v[:, c])
        return linear(np.hstack(parts), p, f"{name}.output")

    def attended(x, p, name):
        for layer in range(1, layers + 1):
            own = f"{name}.layer.{layer}"
            x = normalised(x + self_attention(x, p, f"{own}.attention"), p, f"{own}.norm.1")
            hidden = relu(linear(x, p, f"{own}.hidden"))
            x = normalised(x + linear(hidden, p, f"{own}.output"), p, f"{own}.norm.2")
        shares = softmax(gated(x, p, f"{name}.attention"), 0)
        return relu(linear((shares * x).sum(axis=0), p, f"{name}.output"))

    def network(x, y, p):
        h = relu(linear(x[:, :-OWN], p, "trunk.1"))
        rows = []
        for group in range(signatures):
            g = x[0, FEATURES - OWN + group * OWN // signatures : FEATURES - OWN + (group + 1) * OWN // signatures]
            for layer in (1, 2):
                g = elu(linear(g, p, f"signature.{group + 1}.{layer}"))
            rows.append(g)
        g = np.array(rows)
        q, k, v = linear(g, p, "coattention.query"), linear(h, p, "coattention.key"), linear(h, p, "coattention.value")
        weights = softmax(k @ q.T / q.shape[1] ** 0.5, 0)
        asked = linear(weights.T @ v, p, "coattention.output")
        both = np.concatenate([attended(asked, p, "instances"), attended(g, p, "bag")])
        output = linear(relu(linear(relu(linear(both, p, "fusion.1")), p, "fusion.2")), p, "classifier")
        return bag_loss(output, y), prediction(output), weights.mean(axis=1)

    return network


def layer(name, inputs, outputs):
    return {f"{name}.weight": (inputs, outputs), f"{name}.bias": (outputs,)}


def gate(name, inputs, units):
    return layer(f"{name}.hidden", inputs, units) | layer(f"{name}.gate", inputs, units) | layer(f"{name}.score", units, 1)


def case(model, network, shapes, targets=binary):
    values = {}
    for name, shape in shapes.items():
        # Gains are near 1, as they start; weights as wide as their inputs allow.
        values[name] = 1 + rounded(*shape, scale=0.2) if name.endswith("gain") else rounded(*shape, scale=0.7)

    def mean_loss(p):
        return sum(network(x, y, p)[0] for x, y in zip(bags, targets)) / len(bags)

    gradients = {}
    for name, matrix in values.items():
        slopes = np.zeros(matrix.size)
        for index in range(matrix.size):
            moved = matrix.astype(complex)
            moved.flat[index] += 1e-30j
            slopes[index] = mean_loss(values | {name: moved}).imag / 1e-30
        gradients[name] = slopes
    results = [network(x, y, values) for x, y in zip(bags, targets)]
    return {
        "model": model,
        "targets": targets.tolist(),
        "loss": float(mean_loss(values)),
        "predictions": np.concatenate([r[1] for r in results]).tolist(),
        "weights": np.concatenate([r[2] for r in results]).tolist(),
        "parameters": {name: values[name].flatten().tolist() for name in values},
        "gradients": {name: gradients[name].tolist() for name in gradients},
        "shapes": {name: list(shape) if len(shape) > 1 else [1, *shape] for name, shape in shapes.items()},
    }


trunk = layer("trunk.1", FEATURES - OWN, 6)
attention = trunk | gate("pooling.attention", 6, 3)


def late_shapes(outputs):
    shapes = attention | layer("bag.1", OWN, 5) | layer("bag.2", 5, 4)
    return shapes | layer("fusion.1", 10, 6) | layer("fusion.2", 6, 6) | layer("classifier", 6, outputs)


def gated_shapes(outputs):
    shapes = attention | layer("bag.1", OWN, 5)
    for name, inputs in (("instances", 6), ("bag", 5)):
        shapes |= layer(f"gated.{name}.gate", 11, 4) | layer(f"gated.{name}.hidden", inputs, 4)
        shapes |= layer(f"gated.{name}.output", 4, 4)
    return shapes | layer("fusion.1", 25, 6) | layer("fusion.2", 16, 6) | layer("classifier", 6, outputs)


def co_attention_shapes(signatures, layers, outputs):
    shapes = dict(trunk)
    for group in range(signatures):
        count = (group + 1) * OWN // signatures - group * OWN // signatures
        shapes |= layer(f"signature.{group + 1}.1", count, 6) | layer(f"signature.{group + 1}.2", 6, 6)
    for name in ("query", "key", "value", "output"):
        shapes |= layer(f"coattention.{name}", 6, 6)
    for side in ("instances", "bag"):
        for number in range(1, layers + 1):
            own = f"{side}.layer.{number}"
            for name in ("query", "key", "value", "output"):
                shapes |= layer(f"{own}.attention.{name}", 6, 6)
            shapes |= layer(f"{own}.hidden", 6, 12) | layer(f"{own}.output", 12, 6)
            for norm in ("norm.1", "norm.2"):
                shapes |= {f"{own}.{norm}.gain": (6,), f"{own}.{norm}.bias": (6,)}
        shapes |= gate(f"{side}.attention", 6, 3) | layer(f"{side}.output", 6, 6)
    return shapes | layer("fusion.1", 12, 6) | layer("fusion.2", 6, 6) | layer("classifier", 6, outputs)


small = "attentionUnits=3,dropout=0,layers=6"
cases = [
    case(f"late-fusion[{small},bagLayers=5-4,fusedUnits=6]", late, late_shapes(1)),
    case(f"late-fusion[{small},bagLayers=5-4,fusedUnits=6]", late, late_shapes(3), ternary),
    case(f"gated-fusion[{small},bagLayers=5,fusedUnits=6,units=4]", kronecker, gated_shapes(1)),
    case(f"gated-fusion[{small},bagLayers=5,fusedUnits=6,units=4]", kronecker, gated_shapes(3), ternary),
    case(
        f"co-attention[{small},encoderLayers=2,headUnits=3,heads=2,signatures=2]",
        co_attention(2, 2, 2),
        co_attention_shapes(2, 2, 1),
    ),
    # More signatures than features of bags: one of each.
    case(
        f"co-attention[{small},encoderLayers=1,headUnits=2,heads=3,signatures=6]",
        co_attention(3, 3, 1),
        co_attention_shapes(3, 1, 3),
        ternary,
    ),
]
for one in cases:
    moving = [max(abs(np.array(g))) > 0 for g in one["gradients"].values()]
    print(one["model"], round(one["loss"], 4), f"{sum(moving)} of {len(moving)} parameters have gradients")
with open("fusion_networks.json", "w") as file:
    json.dump(
        {"sizes": SIZES, "bagFeatures": OWN, "features": np.vstack(bags).flatten().tolist(), "cases": cases},
        file,
        separators=(",", ":"),
    )
    file.write("\n")
