"""Writes rows.json: values and gradients of what joins rows of a bag, by PyTorch in double precision.

Run in this folder: python rows.py (NumPy, PyTorch).

Every case takes "input", the rows of bags of "bagSizes" instances, one bag after the other; "places" and "edges" (source,
target, weight; rows of the input) where it reads any. "value" has the rows of all bags, one bag after the other. "loss" is
the sum of (value * probe + 0.3)^2 with one number of "probe" a column; gradients are those of the loss. Weight matrices are
inputs x outputs.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(5)


def draw(*shape, scale=1.0):
    return torch.tensor(np.round(scale * rng.normal(size=shape), 3))


sizes = [1, 3, 6]
features = draw(10, 5)
# Duplicates within a bag, which tie in every comparison, and a constant column.
features[8] = features[6]
features[:, 4] = 0.5
# Without them: which of two equal products is the larger one is up to rounding.
distinct = features.clone()
distinct[8] = -features[6]
distinct[:, 4] = features[:, 3].flip(0)
places = draw(10, 2)
edges = [(0, 0, 0.5), (1, 2, 1.0), (3, 2, -0.75), (2, 1, 2.0), (4, 9, 1.5), (5, 9, 0.25), (9, 4, 0.875), (7, 5, 1.125)]


def bags_of(array, sizes):
    return torch.split(array, sizes)


def nearest(rows, count, itself=False):
    """(source, target) of each instance's nearest ones, the first of equally distant ones first."""
    pairs = []
    # Column after column, so that duplicates are equally distant to the last bit.
    distances = sum((rows[:, None, c] - rows[None, :, c]) ** 2 for c in range(rows.shape[1]))
    for target in range(len(rows)):
        order = [int(s) for s in torch.argsort(distances[target], stable=True) if itself or s != target]
        pairs += [(source, target) for source in order[:count]]
    return pairs, distances


def over_sources(function, messages, pairs, count):
    """One row a target, of the messages to it; zeros where there are none."""
    rows = []
    for target in range(count):
        mine = [i for i, pair in enumerate(pairs) if pair[1] == target]
        rows.append(function(messages[mine]) if mine else torch.zeros(messages.shape[1]))
    return torch.stack(rows)


def maximum(rows):
    """The largest value of each column; of equal ones the first, which has the gradient then."""
    first = torch.tensor(np.argmax(rows.detach().numpy(), axis=0))
    return rows.gather(0, first[None])[0]


def graph_attention(x, p, pairs):
    h = x @ p["w.weight"]
    source, target = [s for s, _ in pairs], [t for _, t in pairs]
    if not pairs:
        return 0 * h
    score = F.leaky_relu((h @ p["s.weight"])[source] + (h @ p["t.weight"])[target], 0.2)
    weights = torch.zeros_like(score)
    for t in set(target):
        mine = [i for i in range(len(pairs)) if target[i] == t]
        weights[mine] = torch.softmax(score[mine], dim=0)
    return over_sources(lambda m: m.sum(dim=0), weights * h[source], pairs, len(x))


def edge_convolution(x, p, pairs):
    if not pairs:
        return torch.zeros(len(x), p["e.bias"].shape[1])
    source, target = [s for s, _ in pairs], [t for _, t in pairs]
    joined = torch.cat([x[target], x[source] - x[target]], dim=1)
    messages = torch.tanh(joined @ p["e.weight"] + p["e.bias"])
    return over_sources(maximum, messages, pairs, len(x))


def own_edges(bag):
    first = sum(sizes[:bag])
    mine = [e for e in edges if first <= e[0] < first + sizes[bag]]
    mine.sort(key=lambda e: (e[1], e[0]))
    return [(s - first, t - first) for s, t, _ in mine], torch.tensor([[w] for *_, w in mine])


def weighted_mean(x, p, bag):
    pairs, weights = own_edges(bag)
    if not pairs:
        return 0 * x
    return over_sources(lambda m: m.mean(dim=0), weights * x[[s for s, _ in pairs]], pairs, len(x))


def distance_sums(x, bag):
    pairs, distances = nearest(x, 3, itself=True)
    values = torch.stack([distances[t, s] for s, t in pairs])[:, None].detach()
    messages = torch.exp(-values) * x[[s for s, _ in pairs]]
    return over_sources(lambda m: m.sum(dim=0), messages, pairs, len(x))


def dual_stream(x, p):
    """DSMIL's second stream: instances weighted by their likeness to the one with the largest score of each class."""
    scores = x @ p["s.weight"]
    queries = x @ p["q.weight"]
    critical = queries[torch.argmax(scores, dim=0)]
    return torch.softmax(queries @ critical.T, dim=0).T @ x + scores.amax(dim=0)[:, None]


def attended(x, p):
    return torch.softmax(x @ p["p"].T, dim=0).T @ x


def case(name, function, parameters=None, bag_sizes=None, rows=None, **settings):
    """`function` gives a bag's value from its rows, the parameters and the number of the bag."""
    bag_sizes = bag_sizes or sizes
    x = (features if rows is None else rows).clone().requires_grad_()
    p = {key: value.clone().requires_grad_() for key, value in (parameters or {}).items()}
    value = torch.cat([function(part, p, bag) for bag, part in enumerate(bags_of(x, bag_sizes))])
    probe = draw(value.shape[1])
    loss = ((value * probe + 0.3) ** 2).sum()
    loss.backward()
    gradients = {key: (torch.zeros_like(each) if each.grad is None else each.grad) for key, each in p.items()}
    return {
        "name": name,
        "bagSizes": bag_sizes,
        "input": (features if rows is None else rows).tolist(),
        "value": value.flatten().tolist(),
        "probe": probe.tolist(),
        "loss": loss.item(),
        "inputGradient": x.grad.flatten().tolist(),
        "parameters": {key: each.flatten().tolist() for key, each in (parameters or {}).items()},
        "parameterGradients": {key: each.flatten().tolist() for key, each in gradients.items()},
        **settings,
    }


slots = {"p": draw(4, 5)}
attention_weights = {"w.weight": draw(5, 3), "s.weight": draw(3, 1), "t.weight": draw(3, 1)}
edge_weights = {"e.weight": draw(10, 4), "e.bias": draw(1, 4)}
edge_data = {"edges": [list(e) for e in edges]}

cases = [
    case("attendedSlots", lambda x, p, b: attended(x, p), slots),
    case("assignedSlots", lambda x, p, b: torch.softmax(x @ p["p"].T, dim=1) @ p["p"], slots),
    case("slotProducts", lambda x, p, b: attended(x, p) @ attended(x, p).T, slots),
    case("mixedSlots", lambda x, p, b: torch.softmax(attended(x, p) @ p["p"].T, dim=1) @ attended(x, p), slots),
    case("centredSlots", lambda x, p, b: p["p"] * attended(x, p) - x.mean(dim=0, keepdim=True), slots),
    case("slotSum", lambda x, p, b: (attended(x, p) ** 2).sum(dim=0, keepdim=True), slots),
    case("slotMean", lambda x, p, b: (attended(x, p) ** 2).mean(dim=0, keepdim=True), slots),
    case("slotMax", lambda x, p, b: maximum(attended(x, p))[None], slots, rows=distinct),
    case("slotSoftmax", lambda x, p, b: torch.softmax(attended(x, p), dim=0), slots),
    case("flattenedSlots", lambda x, p, b: attended(x, p).reshape(1, -1), slots),
    case(
        "bagAsSlots",
        lambda x, p, b: torch.tanh((x.mean(dim=0, keepdim=True) @ p["a.weight"] + p["a.bias"]).reshape(3, 2)),
        {"a.weight": draw(5, 6), "a.bias": draw(1, 6)},
    ),
    case("graphAttention", lambda x, p, b: graph_attention(x, p, nearest(x, 2)[0]), attention_weights),
    case("graphAttentionOfFew", lambda x, p, b: graph_attention(x, p, nearest(x, 50)[0]), attention_weights),
    case("edgeConvolution", lambda x, p, b: edge_convolution(x, p, nearest(x, 3)[0]), edge_weights, rows=distinct),
    case(
        "edgeConvolutionInPlaces",
        lambda x, p, b: edge_convolution(x, p, nearest(bags_of(places, sizes)[b], 2)[0]),
        edge_weights,
        rows=distinct,
        places=places.tolist(),
    ),
    case("weightedMeanOfEdges", lambda x, p, b: weighted_mean(x, p, b), **edge_data),
    case("graphAttentionOfEdges", lambda x, p, b: graph_attention(x, p, own_edges(b)[0]), attention_weights, **edge_data),
    case("distanceSums", lambda x, p, b: distance_sums(x, b)),
]
# After all others, whose numbers would be drawn differently.
cases += [
    case(
        "criticalInstance",
        lambda x, p, b: dual_stream(x, p),
        {"s.weight": draw(5, 1), "q.weight": draw(5, 3)},
        rows=distinct,
    ),
    case(
        "criticalInstanceOfEachClass",
        lambda x, p, b: dual_stream(x, p),
        {"s.weight": draw(5, 3), "q.weight": draw(5, 3)},
        rows=distinct,
    ),
    case("firstOfEqualScores", lambda x, p, b: (x**2)[np.argmax(x[:, 4:].detach().numpy(), axis=0)]),
]

if __name__ == "__main__":
    with open("rows.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases) + "\n]\n")
