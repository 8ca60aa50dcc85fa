"""Writes operations.json: values and gradients of the bag operations and losses, by PyTorch in double precision.

Run in this folder: python operations.py (NumPy, PyTorch).

Every operation takes "input", the rows of three bags of 1, 3 and 4 instances with 5 features, one bag after the
other, unless it names an input of its own. "upstream" is the gradient of the result; "inputGradient" and
"parameterGradients" are those of the sum of upstream times value. Weight matrices are inputs x outputs: H V, not V H.
"""

import json

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(11)
sizes = [1, 3, 4]
ranges = [range(0, 1), range(1, 4), range(4, 8)]


def draw(*shape, scale=1.0):
    return torch.tensor(np.round(scale * rng.normal(size=shape), 3))


def over_bags(function, *arrays):
    """One row a bag, from the rows of each bag."""
    return torch.stack([function(*(array[list(r)] for array in arrays)) for r in ranges])


def per_instance(function, array):
    """Rows of each bag transformed together, put back in order."""
    return torch.cat([function(array[list(r)]) for r in ranges])


def squash(s):
    length = s.norm(dim=-1, keepdim=True)
    return s * length / (1 + length**2)


def attention_weights(scores):
    return per_instance(lambda s: torch.softmax(s, dim=0), scores)


def attention(x, p, gated):
    hidden = torch.tanh(x @ p["v"] + p.get("vBias", 0))
    if gated:
        hidden = hidden * torch.sigmoid(x @ p["u"] + p.get("uBias", 0))
    weights = attention_weights(hidden @ p["w"] + p.get("wBias", 0))
    return over_bags(lambda rows: rows.sum(dim=0), weights * x), weights


def dynamic(x, iterations):
    """Yan et al. 2018: agreement b, weights softmax(b), bag vector squash(sum of weights x), b += <x, bag vector>."""
    bags, weights = [], []
    for r in ranges:
        rows = x[list(r)]
        agreement = torch.zeros(len(r), 1)
        for _ in range(iterations):
            weight = torch.softmax(agreement, dim=0)
            bag = squash((weight * rows).sum(dim=0))
            agreement = agreement + (rows * bag).sum(dim=1, keepdim=True)
        bags.append(bag)
        weights.append(weight)
    return torch.stack(bags), torch.cat(weights)


def case(name, function, input=None, parameters=None, **settings):
    """Value and gradients of one operation; `function` gives the value, or the value and the instance weights."""
    x = (features if input is None else input).clone().requires_grad_()
    p = {key: value.clone().requires_grad_() for key, value in (parameters or {}).items()}
    result = function(x, p) if parameters else function(x)
    value, weights = result if isinstance(result, tuple) else (result, None)
    upstream = draw(*value.shape)
    (upstream * value).sum().backward()
    record = {"name": name, **settings}
    if input is not None:
        record["input"] = input.tolist()
    record |= {"value": value.tolist(), "upstream": upstream.tolist(), "inputGradient": x.grad.tolist()}
    if weights is not None:
        record["weights"] = weights.flatten().tolist()
    if p:
        record["parameters"] = {key: each.tolist() for key, each in parameters.items()}
        record["parameterGradients"] = {key: each.grad.tolist() for key, each in p.items()}
    return record


features = draw(8, 5)
labels = torch.tensor([1.0, 0, 1, 0, 1, 0, 1, 0]).reshape(8, 1)
lengths = torch.tensor([0.0, 0.0, 0.45, 0.45, 0.95, 0.95, 0.72, 0.08]).reshape(8, 1)
logits = torch.tensor([0.3, -1.7, -2.25, 2.5, 40.0, 40.0, -800.0, -800.0]).reshape(8, 1)
signed = features.clone()
signed[2] = 0  # a bag vector of zeros: its squash and gradient are zero, not NaN
plain = {"v": draw(5, 4), "w": draw(4, 1)}
gated = plain | {"u": draw(5, 4)}
biases = {"vBias": draw(4), "wBias": draw(1)}
bce = torch.nn.functional.binary_cross_entropy_with_logits


def log_sum_exp(r):
    mean = lambda rows: (torch.logsumexp(r * rows, dim=0) - np.log(len(rows))) / r
    return lambda x: over_bags(mean, x)


def margin_loss(negative_weight):
    square = lambda value: torch.clamp(value, min=0) ** 2
    return lambda x: labels * square(0.9 - x) + negative_weight * (1 - labels) * square(x - 0.1)


cases = [
    case("sum", lambda x: over_bags(lambda rows: rows.sum(dim=0), x)),
    case("mean", lambda x: over_bags(lambda rows: rows.mean(dim=0), x)),
    case("max", lambda x: over_bags(lambda rows: rows.max(dim=0).values, x)),
    case("logSumExp", log_sum_exp(1), sharpness=1),
    case("logSumExp", log_sum_exp(5), sharpness=5),
    case("softmax", lambda x: per_instance(lambda rows: torch.softmax(rows, dim=0), x)),
    case("squash", squash, signed),
    case("marginLoss", margin_loss(1.0), lengths, negativeWeight=1.0),
    case("marginLoss", margin_loss(0.5), lengths, negativeWeight=0.5),
    case("crossEntropyWithLogits", lambda x: bce(x, labels, reduction="none"), logits),
    case("attention", lambda x, p: attention(x, p, False), None, plain),
    case("attentionWithBiases", lambda x, p: attention(x, p, False), None, plain | biases),
    case("gatedAttention", lambda x, p: attention(x, p, True), None, gated),
    case("gatedAttentionWithBiases", lambda x, p: attention(x, p, True), None, gated | biases | {"uBias": draw(4)}),
    case("dynamic", lambda x: dynamic(x, 1), iterations=1),
    case("dynamic", lambda x: dynamic(x, 3), iterations=3),
]

with open("operations.json", "w") as file:
    header = {"bagSizes": sizes, "input": features.tolist(), "labels": labels.flatten().tolist()}
    file.write(json.dumps(header, separators=(",", ":"))[:-1] + ',\n"cases":[\n')
    file.write(",\n".join(json.dumps(each, separators=(",", ":")) for each in cases))
    file.write("\n]}\n")
