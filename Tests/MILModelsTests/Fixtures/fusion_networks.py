"""Writes fusion_networks.json and instance_sets.json: loss, predictions, weights and gradients of networks of several modalities, in NumPy.

Run in this folder: python fusion_networks.py (NumPy). Each network stands here as plain matrix operations on one bag, after
the equations of its article and the public code named in its documentation, without dropout. The last three features of a bag
are the same in all its instances: its own features. "loss" is the mean over bags. Gradients are its derivatives by complex
steps: the imaginary part of the loss at p + 1e-30 i, divided by 1e-30, which has no rounding error of a difference. Weight
matrices are inputs x outputs. "weights" are the numbers of instances, those of all bags one after the other.

In instance_sets.json the feature before those of the bag divides the instances into two sets, 0 and 1. The networks take the
rows of each set out, with plain indexing. The first bag has one set alone.
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


def split(x, p):
    """The places of both sets in a bag, and their instances after the trunk of their set."""
    places = [np.flatnonzero(x[:, -OWN - 1].real == number) for number in (0, 1)]
    inside = x[:, : -OWN - 1]
    return places, [relu(linear(inside[rows], p, name)) for rows, name in zip(places, ("trunk.1", "second.trunk.1"))]


def weighted(h, p, name):
    """The vector of a set by gated attention, 0 of an empty one, and its weights."""
    if len(h) == 0:
        return np.zeros(h.shape[1]), np.zeros(0)
    weights = softmax(gated(h, p, name), 0)
    return (weights * h).sum(axis=0), weights[:, 0]


def spread(places, parts, count):
    """Weights of both sets in the order of the bag, with the sum 1."""
    weights = np.zeros(count, dtype=complex)
    for rows, part in zip(places, parts):
        weights[rows] = part
    return (weights / weights.sum()).real


def pooled_sets(x, p, layers):
    places, (first, second) = split(x, p)
    (h, one), (g, other) = weighted(first, p, "pooling.attention"), weighted(second, p, "second.pooling.attention")
    g = np.concatenate([g, x[0, -OWN:]])
    for layer in range(1, layers + 1):
        g = elu(linear(g, p, f"bag.{layer}"))
    return h, g, spread(places, (one, other), len(x))


def late_sets(x, y, p):
    h, g, weights = pooled_sets(x, p, 2)
    output = linear(relu(linear(relu(linear(np.concatenate([h, g]), p, "fusion.1")), p, "fusion.2")), p, "classifier")
    return bag_loss(output, y), prediction(output), weights


def kronecker_sets(x, y, p):
    h, g, weights = pooled_sets(x, p, 1)
    both = np.concatenate([h, g])
    ends = []
    for name, vector in (("instances", h), ("bag", g)):
        open_ = sigmoid(linear(both, p, f"gated.{name}.gate"))
        o = relu(linear(open_ * relu(linear(vector, p, f"gated.{name}.hidden")), p, f"gated.{name}.output"))
        ends.append(np.append(o, 1))
    f = relu(linear(np.kron(*ends), p, "fusion.1"))
    output = linear(relu(linear(np.concatenate([f, *ends]), p, "fusion.2")), p, "classifier")
    return bag_loss(output, y), prediction(output), weights


def co_attention_sets(heads, layers):
    def heads_of(q, k, v, count):
        width = q.shape[1] // count
        parts = []
        for head in range(count):
            c = slice(head * width, (head + 1) * width)
            parts.append(softmax(q[:, c] @ k[:, c].T / width**0.5, 1) @ v[:, c])
        return np.hstack(parts)

    def projected(x, p, name):
        return [linear(x, p, f"{name}.{part}") for part in ("query", "key", "value")]

    def normalised(x, p, name):
        centred = x - x.mean(axis=1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5) * p[f"{name}.gain"] + p[f"{name}.bias"]

    def network(x, y, p):
        places, sets = split(x, p)
        vectors, parts = [], []
        for number, name in enumerate(("first", "second")):
            own = sets[number]
            if len(own) == 0:
                vectors.append(relu(p[f"{name}.output.bias"]))
                parts.append(np.zeros(0))
                continue
            # A bag of one set reads itself.
            other = sets[1 - number] if len(sets[1 - number]) else own
            q = projected(own, p, "coattention")[0]
            _, k, v = projected(other, p, "coattention")
            rows = linear(own, p, f"{name}.own") + linear(heads_of(q, k, v, 1), p, "coattention.output")
            for layer in range(1, layers + 1):
                inner = f"{name}.layer.{layer}"
                read = heads_of(*projected(rows, p, f"{inner}.attention"), heads)
                rows = normalised(rows + linear(read, p, f"{inner}.attention.output"), p, f"{inner}.norm.1")
                hidden = linear(relu(linear(rows, p, f"{inner}.hidden")), p, f"{inner}.output")
                rows = normalised(rows + hidden, p, f"{inner}.norm.2")
            shares = softmax(gated(rows, p, f"{name}.attention"), 0)
            vectors.append(relu(linear((shares * rows).sum(axis=0), p, f"{name}.output")))
            parts.append(shares[:, 0])
        both = np.concatenate([*vectors, x[0, -OWN:]])
        output = linear(relu(linear(relu(linear(both, p, "fusion.1")), p, "fusion.2")), p, "classifier")
        return bag_loss(output, y), prediction(output), spread(places, parts, len(x))

    return network


def case(model, network, shapes, targets=binary, bags=bags):
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


set_trunks = trunk | layer("second.trunk.1", FEATURES - OWN, 6)
set_attention = set_trunks | gate("pooling.attention", 6, 3) | gate("second.pooling.attention", 6, 3)


def late_set_shapes(outputs):
    shapes = set_attention | layer("bag.1", 6 + OWN, 5) | layer("bag.2", 5, 4)
    return shapes | layer("fusion.1", 10, 6) | layer("fusion.2", 6, 6) | layer("classifier", 6, outputs)


def gated_set_shapes(outputs):
    shapes = set_attention | layer("bag.1", 6 + OWN, 5)
    for name, inputs in (("instances", 6), ("bag", 5)):
        shapes |= layer(f"gated.{name}.gate", 11, 4) | layer(f"gated.{name}.hidden", inputs, 4)
        shapes |= layer(f"gated.{name}.output", 4, 4)
    return shapes | layer("fusion.1", 25, 6) | layer("fusion.2", 16, 6) | layer("classifier", 6, outputs)


def co_attention_set_shapes(layers, outputs):
    shapes = dict(set_trunks)
    for name in ("query", "key", "value", "output"):
        shapes |= layer(f"coattention.{name}", 6, 6)
    for side in ("first", "second"):
        shapes |= layer(f"{side}.own", 6, 6)
        for number in range(1, layers + 1):
            own = f"{side}.layer.{number}"
            for name in ("query", "key", "value", "output"):
                shapes |= layer(f"{own}.attention.{name}", 6, 6)
            shapes |= layer(f"{own}.hidden", 6, 12) | layer(f"{own}.output", 12, 6)
            for norm in ("norm.1", "norm.2"):
                shapes |= {f"{own}.{norm}.gain": (6,), f"{own}.{norm}.bias": (6,)}
        shapes |= gate(f"{side}.attention", 6, 3) | layer(f"{side}.output", 6, 6)
    return shapes | layer("fusion.1", 12 + OWN, 6) | layer("fusion.2", 6, 6) | layer("classifier", 6, outputs)


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
marks = [np.array([0]), np.array([1, 0, 1]), np.array([0, 0, 1, 1, 0, 1]), np.array([1, 1, 1, 0, 1, 0, 0, 1, 1])]
set_bags = [np.hstack([x[:, :-OWN], mark[:, None], x[:, -OWN:]]) for x, mark in zip(bags, marks)]
set_cases = [
    case(f"late-fusion[{small},bagLayers=5-4,fusedUnits=6]", late_sets, late_set_shapes(1), binary, set_bags),
    case(f"gated-fusion[{small},bagLayers=5,fusedUnits=6,units=4]", kronecker_sets, gated_set_shapes(3), ternary, set_bags),
    case(
        f"co-attention[{small},encoderLayers=2,headUnits=3,heads=2]",
        co_attention_sets(2, 2),
        co_attention_set_shapes(2, 1),
        binary,
        set_bags,
    ),
    case(
        f"co-attention[{small},encoderLayers=0,headUnits=2,heads=3]",
        co_attention_sets(3, 0),
        co_attention_set_shapes(0, 3),
        ternary,
        set_bags,
    ),
]
for name, inputs, some in (("fusion_networks", bags, cases), ("instance_sets", set_bags, set_cases)):
    for one in some:
        moving = [max(abs(np.array(g))) > 0 for g in one["gradients"].values()]
        print(one["model"], round(one["loss"], 4), f"{sum(moving)} of {len(moving)} parameters have gradients")
    with open(f"{name}.json", "w") as file:
        json.dump(
            {"sizes": SIZES, "bagFeatures": OWN, "features": np.vstack(inputs).flatten().tolist(), "cases": some},
            file,
            separators=(",", ":"),
        )
        file.write("\n")
