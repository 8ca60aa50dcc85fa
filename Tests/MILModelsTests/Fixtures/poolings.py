"""Writes poolings.json: bag vectors, instance weights and gradients of poolings, by PyTorch in double precision.

Run in this folder: python poolings.py (PyTorch). The loss is the mean over bags of the sum of probe times the square of
the bag vector. Weight matrices are inputs x outputs.
"""

import json

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
FEATURES, SIZES = 4, [1, 3, 6]


def rounded(*shape, scale=1.0):
    return torch.round(scale * torch.randn(*shape) * 1e4) / 1e4


bags = [rounded(size, FEATURES) for size in SIZES]


def p_norm(power):
    # The norm itself, without the tiny constant and the logarithms of ours.
    return lambda x, p: ((x.abs() ** power).mean(dim=0) ** (1 / power), None)


def top_k(count):
    return lambda x, p: (torch.topk(x, min(count, len(x)), dim=0).values.mean(dim=0), None)


def noisy_or(x, p):
    detector = torch.sigmoid(x @ p["detector.weight"] + p["detector.bias"])
    return 1 - torch.prod(1 - detector, dim=0), None


def learned_softmax(x, p):
    weights = torch.softmax(p["sharpness"] * x, dim=0)
    return (weights * x).sum(dim=0), weights.mean(dim=1)


def max_mean(x, p):
    return torch.cat([x.max(dim=0).values, x.mean(dim=0)]), None


def latent_queries(queries, units, iterations):
    def pool(x, p):
        keys, values = x @ p["key.weight"], x @ p["value.weight"] + p["value.bias"]
        state = torch.stack([p[f"query.{q + 1}"] for q in range(queries)])
        for _ in range(iterations):
            scores = state @ p["question.weight"] @ keys.T / units**0.5
            attention = torch.softmax(scores, dim=1)
            read = state + attention @ values
            state = torch.tanh(read @ p["update.weight"] + p["update.bias"])
        return state.flatten(), attention.mean(dim=0)

    return pool


def hopfield(beta, iterations):
    def pool(x, p):
        patterns = x @ p["pattern.weight"] + p["pattern.bias"]
        patterns = torch.nn.functional.layer_norm(patterns, patterns.shape[1:]) * p["norm.gain"] + p["norm.bias"]
        state = p["state"]
        for _ in range(iterations + 1):
            attention = torch.softmax(beta * state @ patterns.T, dim=1)
            state = attention @ patterns
        return (attention @ (x @ p["value.weight"] + p["value.bias"])).flatten(), attention.mean(dim=0)

    return pool


def smooth_attention(neighbours, smoothness, iterations):
    def pool(x, p):
        hidden = torch.tanh(x @ p["attention.hidden.weight"] + p["attention.hidden.bias"])
        scores = hidden @ p["attention.score.weight"] + p["attention.score.bias"]
        distances = torch.cdist(x.detach(), x.detach())
        distances.fill_diagonal_(torch.inf)
        count = min(neighbours, len(x) - 1)
        near = torch.zeros(len(x), len(x))
        if count:
            near.scatter_(1, torch.topk(distances, count, largest=False).indices, 1 / count)
        smooth = scores
        for _ in range(iterations):
            smooth = smoothness * near @ smooth + (1 - smoothness) * scores
        weights = torch.softmax(smooth, dim=0)
        return (weights * x).sum(dim=0), weights[:, 0]

    return pool


def case(model, pool, shapes={}, width=FEATURES):
    start = {name: rounded(*shape, scale=0.7) for name, shape in shapes.items()}
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    inputs = [bag.clone().requires_grad_() for bag in bags]
    probe = rounded(width)
    results = [pool(x, parameters) for x in inputs]
    vectors = torch.stack([vector for vector, _ in results])
    loss = (probe * vectors**2).sum(dim=1).mean()
    loss.backward()
    flat = lambda tensors: torch.cat([tensor.flatten() for tensor in tensors]).tolist()
    weights = [weight for _, weight in results if weight is not None]
    return {
        "model": model, "probe": probe.tolist(), "loss": loss.item(), "bags": vectors.flatten().tolist(),
        "weights": flat(weights) if weights else [], "instanceGradient": flat([x.grad for x in inputs]),
        "parameters": {name: value.flatten().tolist() for name, value in start.items()},
        "gradients": {name: value.grad.flatten().tolist() for name, value in parameters.items()},
    }  # fmt: skip


latents = {"key.weight": (4, 3), "value.weight": (4, 3), "value.bias": (3,), "question.weight": (3, 3)}
latents |= {"update.weight": (3, 3), "update.bias": (3,), "query.1": (3,), "query.2": (3,)}
small = "attentionUnits=3"
cases = [
    case("mi-net-p-norm[power=1.5]", p_norm(1.5)),
    case("mi-net-p-norm", p_norm(3)),
    case("mi-net-p-norm[power=8]", p_norm(8)),
    case("mi-net-top-k[count=1]", top_k(1)),
    case("mi-net-top-k", top_k(3)),
    case("mi-net-top-k[count=50]", top_k(50)),
    case("mi-net-noisy-or[detectors=5]", noisy_or, {"detector.weight": (4, 5), "detector.bias": (5,)}, 5),
    case("mi-net-softmax", learned_softmax, {"sharpness": (4,)}),
    case("mi-net-max-mean", max_mean, width=8),
    case(f"mi-net-latents[{small},iterations=1,queries=2]", latent_queries(2, 3, 1), latents, 6),
    case(f"mi-net-latents[{small},iterations=3,queries=2]", latent_queries(2, 3, 3), latents, 6),
]
# After all others, whose numbers would be drawn differently.
states = {"pattern.weight": (4, 3), "pattern.bias": (3,), "norm.gain": (3,), "norm.bias": (3,), "state": (2, 3)}
states |= {"value.weight": (4, 3), "value.bias": (3,)}
scores = {"attention.hidden.weight": (4, 3), "attention.hidden.bias": (3,), "attention.score.weight": (3, 1)}
scores |= {"attention.score.bias": (1,)}
cases += [
    case(f"mi-net-hopfield[{small},states=2]", hopfield(3**-0.5, 1), states, 6),
    case(f"mi-net-hopfield[{small},iterations=3,sharpness=2,states=2]", hopfield(2, 3), states, 6),
    case(f"mi-net-smooth-attention[{small},neighbours=2]", smooth_attention(2, 0.5, 10), scores),
    case(f"mi-net-smooth-attention[{small},iterations=1,smoothness=0.9]", smooth_attention(8, 0.9, 1), scores),
]
with open("poolings.json", "w") as file:
    fixture = {"sizes": SIZES, "features": torch.cat(bags).flatten().tolist(), "cases": cases}
    json.dump(fixture, file, separators=(",", ":"))
    file.write("\n")
