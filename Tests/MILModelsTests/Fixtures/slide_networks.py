"""Writes slide_networks.json: loss, predictions, weights and gradients of networks, by PyTorch in double precision.

Run in this folder: python slide_networks.py (PyTorch). Each network stands here as plain tensor operations on one bag, after
the equations of its article and the public code named in its documentation, without dropout. "loss" is the mean over bags,
gradients are those of it; weight matrices are inputs x outputs. "weights" are the numbers of instances, those of all bags one
after the other.
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(23)
torch.set_default_dtype(torch.float64)
FEATURES, SIZES = 4, [1, 3, 6, 9]


def rounded(*shape, scale=1.0):
    return torch.round(scale * torch.randn(*shape) * 1e4) / 1e4


bags = [rounded(size, FEATURES) for size in SIZES]
binary = torch.tensor([[1.0], [0.0], [1.0], [0.0]])
ternary = torch.eye(3)[[2, 0, 1, 0]]


def linear(x, p, name, bias=True):
    return x @ p[f"{name}.weight"] + (p[f"{name}.bias"] if bias else 0)


def relu_layers(x, p, count=1):
    for k in range(1, count + 1):
        x = torch.relu(linear(x, p, f"trunk.{k}"))
    return x


def gated(x, p, name="attention"):
    hidden = torch.tanh(linear(x, p, f"{name}.hidden")) * torch.sigmoid(linear(x, p, f"{name}.gate"))
    return linear(hidden, p, f"{name}.score")


def bag_loss(output, target):
    """The loss of a row of outputs: of one logit, or of several classes."""
    if len(target) == 1:
        return F.binary_cross_entropy_with_logits(output, target)
    return -(target * torch.log_softmax(output, dim=0)).sum()


def prediction(output):
    return torch.sigmoid(output) if len(output) == 1 else torch.softmax(output, dim=0)


def of_logits(logits, target):
    """Of two classes the difference of their logits."""
    return logits[1:] - logits[:1] if len(target) == 1 else logits


def indicators(target):
    return [1 - target[0], target[0]] if len(target) == 1 else list(target)


def mean_mlp(x, y, p):
    output = linear(relu_layers(x.mean(dim=0), p), p, "classifier")
    return bag_loss(output, y), prediction(output), None


def loss_attention(x, y, p):
    h = relu_layers(x, p, 2)
    logits = linear(h, p, "classifier")
    weights = torch.exp(logits).sum(dim=1) / torch.exp(logits).sum()
    output = of_logits(linear(weights @ h, p, "classifier"), y)
    label = int(y[0]) if len(y) == 1 else int(y.argmax())
    instances = F.cross_entropy(logits, torch.full((len(x),), label), reduction="none")
    return bag_loss(output, y) + 0.1 * (weights * instances).sum(), prediction(output), weights


def dsmil(x, y, p):
    scores = linear(x, p, "instance")
    queries = torch.tanh(linear(torch.relu(linear(x, p, "query.1")), p, "query.2"))
    critical = queries[scores.argmax(dim=0)]
    weights = torch.softmax(queries @ critical.T / queries.shape[1] ** 0.5, dim=0)
    # A one-dimensional convolution over the features, with a channel a class in and out.
    bag = weights.T @ x
    kernel = p["classifier.weight"].T.reshape(len(y), len(y), FEATURES)
    output = F.conv1d(bag[None], kernel, p["classifier.bias"])[0, :, 0]
    loss = 0.5 * bag_loss(output, y) + 0.5 * bag_loss(scores.max(dim=0).values, y)
    return loss, prediction(output), weights


def clam(branches, loss, subtyping, clustered):
    def svm(logits, answer):
        # The smooth top-1 loss with temperature and margin 1.
        margins = 1 - F.one_hot(torch.tensor(answer), 2)
        return torch.logsumexp(logits + margins, dim=1) - logits[:, answer]

    def instances(logits, answer):
        if loss == "smooth-svm":
            return svm(logits, answer)
        return F.cross_entropy(logits, torch.full((len(logits),), answer), reduction="none")

    def network(x, y, p):
        h = relu_layers(x, p)
        scores = gated(h, p)
        weights = torch.softmax(scores, dim=0)
        bag = weights.T @ h
        if branches:
            logits = (bag * p["classifier.weight"]).sum(dim=1) + p["classifier.bias"]
            output = of_logits(logits, y)
        else:
            output = linear(bag[0], p, "classifier")
        count = min(clustered, -(-len(x) // 2), len(x) - 1)
        total = 0
        classes = indicators(y)
        for index, indicator in enumerate(classes):
            score = scores[:, index if branches else 0]
            if not count:
                continue
            most, least = torch.topk(score, count).indices, torch.topk(-score, count).indices
            logits = linear(h, p, f"instance.{index + 1}")
            own = torch.cat([instances(logits[most], 1), instances(logits[least], 0)]).mean()
            total = total + indicator * own
            if subtyping:
                total = total + (1 - indicator) * instances(logits[most], 0).mean() / len(classes)
        shown = weights[:, 1:] if branches and len(y) == 1 else weights
        return 0.7 * bag_loss(output, y) + 0.3 * total, prediction(output), shown

    return network


def norm(x, p, name):
    return F.layer_norm(x, x.shape[-1:]) * p[f"{name}.gain"] + p[f"{name}.bias"]


def trans_mil(heads, landmarks, longest):
    def inverse(a, steps=6):
        z, one = a.T / a.sum(dim=0).max(), torch.eye(len(a))
        for _ in range(steps):
            xz = a @ z
            z = 0.25 * z @ (13 * one - xz @ (15 * one - xz @ (7 * one - xz)))
        return z

    def attention(q, k, v):
        scale = q.shape[1] ** -0.5
        if len(k) <= max(longest, landmarks):
            return torch.softmax(scale * q @ k.T, dim=1) @ v
        runs = [slice(i * len(k) // landmarks, (i + 1) * len(k) // landmarks) for i in range(landmarks)]
        ql, kl = (torch.stack([rows[run].mean(dim=0) for run in runs]) for rows in (q, k))
        middle = inverse(torch.softmax(scale * ql @ kl.T, dim=1))
        return torch.softmax(scale * q @ kl.T, dim=1) @ middle @ torch.softmax(scale * ql @ k.T, dim=1) @ v

    def network(x, y, p):
        h = torch.relu(linear(x, p, "trunk"))
        token, width = p["token"].reshape(1, -1), h.shape[1]

        def read(layer, h, token):
            n, t = norm(h, p, f"{layer}.norm"), norm(token, p, f"{layer}.norm")
            k, v = (linear(n, p, f"{layer}.{name}", False).chunk(heads, dim=1) for name in ("key", "value"))
            q = linear(t, p, f"{layer}.query", False).chunk(heads, dim=1)
            shares = [torch.softmax(a @ b.T * a.shape[1] ** -0.5, dim=1) for a, b in zip(q, k)]
            result = torch.cat([a @ b for a, b in zip(shares, v)], dim=1)
            return token + linear(result, p, f"{layer}.output"), torch.stack(shares).mean(dim=0)[0]

        n = norm(h, p, "layer.1.norm")
        q, k, v = (linear(n, p, f"layer.1.{name}", False) for name in ("query", "key", "value"))
        parts = [attention(*one) for one in zip(*(each.chunk(heads, dim=1) for each in (q, k, v)))]
        line = F.conv1d(v.T[None], p["layer.1.line.weight"].T[:, None], padding=1, groups=width)[0].T
        token, _ = read("layer.1", h, token)
        h = h + linear(torch.cat(parts, dim=1) + line, p, "layer.1.output")
        windows = []
        for size in (7, 5, 3):
            side = next(s for s in range(1, 100) if s * s >= len(h))
            image = torch.cat([h, h[: side * side - len(h)]]).T.reshape(1, width, side, side)
            kernel = p[f"positions.{size}.weight"].T.reshape(width, 1, size, size)
            seen = F.conv2d(image, kernel, p[f"positions.{size}.bias"], padding=size // 2, groups=width)
            windows.append(seen.reshape(width, -1).T[: len(h)])
        h = h + sum(windows)
        token, weights = read("layer.2", h, token)
        output = linear(norm(token, p, "norm"), p, "classifier")[0]
        return bag_loss(output, y), prediction(output), weights

    return network


def dtfd(parts, distilled):
    def network(x, y, p):
        h = relu_layers(x, p)
        scores, outputs = gated(h, p), linear(h, p, "part")
        vectors, losses, shares = [], [], []
        for part in range(parts):
            members = list(range(part, len(x), parts)) or list(range(len(x)))
            weights = torch.zeros(len(x))
            weights[members] = torch.softmax(scores[members, 0], dim=0)
            mean = weights @ h
            losses.append(bag_loss(linear(mean, p, "part"), y))
            largest = members[int(outputs[members, -1].argmax())]
            vectors.append(mean if distilled == "mean" else h[largest])
            shares.append(weights)
        vectors = torch.stack(vectors)
        tier = torch.softmax(gated(vectors, p, "bag.attention"), dim=0)
        output = linear((tier * vectors).sum(dim=0), p, "bag.classifier")
        loss = bag_loss(output, y) + torch.stack(losses).mean()
        return loss, prediction(output), (tier * torch.stack(shares)).sum(dim=0)

    return network


def attention(x, p, name):
    return linear(torch.tanh(linear(x, p, f"{name}.hidden")), p, f"{name}.score")


def mhim(hidden):
    def network(x, y, p):
        h, taught = relu_layers(x, p), torch.relu(linear(x, p, "teacher.trunk.1"))
        weights = torch.softmax(attention(h, p, "pooling.attention"), dim=0)
        teacher = torch.softmax(attention(taught, p, "teacher.pooling.attention"), dim=0)
        count = min(-int(-hidden * len(x) // 1), len(x) - 1)
        shown = torch.ones(len(x), dtype=bool)
        shown[torch.topk(teacher[:, 0], count).indices] = False
        # Attention over what is shown alone.
        left = torch.softmax(attention(h[shown], p, "pooling.attention"), dim=0)
        bag, seen = (left * h[shown]).sum(dim=0), (teacher * taught).sum(dim=0)
        consistency = -(torch.softmax(seen / 0.1, dim=0) * torch.log_softmax(bag, dim=0)).sum()
        output = linear((weights * h).sum(dim=0), p, "classifier")
        return bag_loss(linear(bag, p, "classifier"), y) + 0.5 * consistency, prediction(output), weights

    return network


def prototypes(x, y, p):
    h = relu_layers(x, p)
    distances = ((h[:, None] - p["prototypes"][None]) ** 2).sum(dim=2)
    shares = torch.softmax(-distances / h.shape[1] ** 0.5, dim=1)
    weights = shares / shares.sum(dim=0)
    bag = torch.cat([(weights.T @ h).flatten(), shares.mean(dim=0)])
    output = linear(bag, p, "classifier")
    return bag_loss(output, y), prediction(output), weights.mean(dim=1)


def attention_distil(x, y, p):
    def attended(h, prefix):
        return torch.softmax(gated(h, p, f"{prefix}attention"), dim=0)

    h, taught = relu_layers(x, p), torch.relu(linear(x, p, "teacher.trunk.1"))
    output = linear((attended(h, "") * h).sum(dim=0), p, "classifier")
    teacher = attended(taught, "teacher.")
    said = y[0] * teacher / teacher.max()
    logits, doubt = linear(h, p, "instance"), 3 * torch.tanh(linear(h, p, "doubt"))
    student = F.binary_cross_entropy_with_logits(logits, said, reduction="none")
    loss = bag_loss(output, y) + (torch.exp(-doubt) * student + doubt).mean()
    return loss, prediction(output), torch.sigmoid(logits)


def simple_mil(x, y, p):
    weights = torch.softmax(gated(x, p), dim=0)
    output = linear((weights * x).sum(dim=0), p, "classifier")
    return bag_loss(output, y), prediction(output), weights


def gnn(neighbours):
    def network(x, y, p):
        n = len(x)
        near = torch.zeros(n, n)
        if n > 1:
            distances = torch.cdist(x, x).fill_diagonal_(torch.inf)
            near.scatter_(1, torch.topk(distances, min(neighbours, n - 1), largest=False).indices, 1)
        around = torch.cat([x, near @ x / near.sum(dim=1, keepdim=True).clamp(min=1)], dim=1)
        h, s = torch.relu(linear(around, p, "graph.1")), torch.softmax(linear(around, p, "clusters"), dim=1)
        z, links = s.T @ h, s.T @ near @ s
        links = links / links.sum(dim=1, keepdim=True) if n > 1 else links
        g = torch.relu(linear(torch.cat([z, links @ z], dim=1), p, "graph.2"))
        output = linear(torch.relu(linear(g.mean(dim=0), p, "classifier.hidden")), p, "classifier")
        early = [linear(h.mean(dim=0), p, "supervision.1"), linear(z.mean(dim=0), p, "supervision.2")]
        link = ((near - s @ s.T) ** 2).sum() / n**2
        return sum(bag_loss(each, y) for each in [output, *early]) + 0.5 * link, prediction(output), None

    return network


def scale_distil(x, y, p):
    h, sign = relu_layers(x[:, :-1], p), x[:, -1] > 0

    def part(name, members):
        if not members.any():
            return torch.zeros(h.shape[1]), torch.zeros(len(x))
        weights = torch.zeros(len(x))
        weights[members] = torch.softmax(gated(h[members], p, f"{name}.attention")[:, 0], dim=0)
        return weights @ h, weights

    (fine, first), (coarse, second) = part("fine", sign), part("coarse", ~sign)
    outputs = [linear(fine, p, "fine.classifier"), linear(coarse, p, "coarse.classifier")]
    output = linear(torch.cat([fine, coarse]), p, "classifier")
    both = [torch.cat([torch.zeros(1), each]) if len(each) == 1 else each for each in outputs]
    taught, teacher = (torch.log_softmax(each / 1.5, dim=0) for each in reversed(both))
    divergence = (torch.exp(teacher) * (teacher - taught)).sum()
    loss = bag_loss(output, y) + sum(bag_loss(each, y) for each in outputs) + divergence
    return loss, prediction(output), (first + second) / 2


def layer(name, inputs, outputs, bias=True):
    return {f"{name}.weight": (inputs, outputs)} | ({f"{name}.bias": (outputs,)} if bias else {})


def gate(name, inputs, units, outputs=1):
    return layer(f"{name}.hidden", inputs, units) | layer(f"{name}.gate", inputs, units) | layer(
        f"{name}.score", units, outputs
    )


def case(model, network, shapes, targets=binary, scores_only=False):
    start = {name: rounded(*shape, scale=0.7) for name, shape in shapes.items()}
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    results = [network(bag, target, parameters) for bag, target in zip(bags, targets)]
    loss = torch.stack([result[0] for result in results]).mean()
    loss.backward()
    flat = lambda tensors: torch.cat([tensor.flatten() for tensor in tensors]).tolist()
    return {
        "model": model, "targets": targets.tolist(), "loss": loss.item(), "scoresOnly": scores_only,
        "predictions": flat([result[1] for result in results]),
        "weights": flat([result[2] for result in results]) if results[0][2] is not None else [],
        "parameters": {name: value.flatten().tolist() for name, value in start.items()},
        "shapes": {name: [1, *shape][-2:] for name, shape in shapes.items()},
        "gradients": {
            name: value.grad.flatten().tolist() for name, value in parameters.items() if not name.startswith("teacher.")
        },
    }  # fmt: skip


trunk, plain = layer("trunk.1", 4, 6), "layers=6,dropout=0"
clam_sb = trunk | gate("attention", 6, 3) | layer("classifier", 6, 1) | layer("instance.1", 6, 2) | layer("instance.2", 6, 2)
clam_mb = trunk | gate("attention", 6, 3, 2) | {"classifier.weight": (2, 6), "classifier.bias": (2,)}
clam_mb |= layer("instance.1", 6, 2) | layer("instance.2", 6, 2)
clam_mb3 = trunk | gate("attention", 6, 3, 3) | {"classifier.weight": (3, 6), "classifier.bias": (3,)}
clam_mb3 |= layer("instance.1", 6, 2) | layer("instance.2", 6, 2) | layer("instance.3", 6, 2)
tokens = layer("trunk", 4, 6) | {"token": (6,), "norm.gain": (6,), "norm.bias": (6,)} | layer("classifier", 6, 1)
for number in (1, 2):
    tokens |= {f"layer.{number}.norm.gain": (6,), f"layer.{number}.norm.bias": (6,)}
    for name in ("query", "key", "value"):
        tokens |= layer(f"layer.{number}.{name}", 6, 6, False)
    tokens |= layer(f"layer.{number}.output", 6, 6)
tokens |= {"layer.1.line.weight": (3, 6)}
for size in (7, 5, 3):
    tokens |= {f"positions.{size}.weight": (size * size, 6), f"positions.{size}.bias": (6,)}
tiers = trunk | gate("attention", 6, 3) | layer("part", 6, 1) | gate("bag.attention", 6, 3) | layer("bag.classifier", 6, 1)
student = trunk | layer("pooling.attention.hidden", 6, 3) | layer("pooling.attention.score", 3, 1)
student |= layer("classifier", 6, 1)
hard = student | {f"teacher.{name}": shape for name, shape in student.items() if not name.startswith("classifier")}
distil = trunk | gate("attention", 6, 3)
distil |= {f"teacher.{name}": shape for name, shape in distil.items()}
distil |= layer("classifier", 6, 1) | layer("instance", 6, 1) | layer("doubt", 6, 1)
graph = layer("graph.1", 8, 5) | layer("clusters", 8, 2) | layer("graph.2", 10, 5) | layer("classifier.hidden", 5, 5)
graph |= layer("classifier", 5, 1) | layer("supervision.1", 5, 1) | layer("supervision.2", 5, 1)


def scales(outputs):
    shapes = layer("trunk.1", 3, 6) | gate("fine.attention", 6, 3) | gate("coarse.attention", 6, 3)
    for name in ("fine.classifier", "coarse.classifier"):
        shapes |= layer(name, 6, outputs)
    return shapes | layer("classifier", 12, outputs)


small, heads = "attentionUnits=3", "dropout=0,headUnits=3,heads=2,lineReach=1"

cases = [
    case(f"mean-mlp[{plain}]", mean_mlp, trunk | layer("classifier", 6, 1)),
    case(f"mean-mlp[{plain}]", mean_mlp, trunk | layer("classifier", 6, 3), ternary),
    case(
        "loss-attention[dropout=0,layers=6-5]", loss_attention, trunk | layer("trunk.2", 6, 5) | layer("classifier", 5, 2)
    ),
    case(
        "loss-attention[dropout=0,layers=6-5]",
        loss_attention,
        trunk | layer("trunk.2", 6, 5) | layer("classifier", 5, 3),
        ternary,
    ),
    case(
        f"dsmil[{small}]",
        dsmil,
        layer("instance", 4, 1) | layer("query.1", 4, 3) | layer("query.2", 3, 3) | layer("classifier", 4, 1),
    ),
    case(
        f"dsmil[{small}]",
        dsmil,
        layer("instance", 4, 3) | layer("query.1", 4, 3) | layer("query.2", 3, 3) | layer("classifier", 12, 3),
        ternary,
    ),
    case(f"clam-sb[{small},clustered=2,{plain}]", clam(False, "smooth-svm", False, 2), clam_sb),
    case(
        f"clam-sb[{small},{plain},instanceLoss=cross-entropy,subtyping=true]",
        clam(False, "cross-entropy", True, 8),
        clam_sb,
    ),
    case(f"clam-mb[{small},clustered=2,{plain}]", clam(True, "smooth-svm", True, 2), clam_mb),
    case(f"clam-mb[{small},clustered=3,{plain}]", clam(True, "smooth-svm", True, 3), clam_mb3, ternary),
    case(f"trans-mil[{heads},landmarks=2,longestExact=100]", trans_mil(2, 2, 100), tokens),
    case(f"trans-mil[{heads},landmarks=2,longestExact=4]", trans_mil(2, 2, 4), tokens),
    case(f"dtfd-mil[{small},{plain},parts=1]", dtfd(1, "mean"), tiers),
    case(f"dtfd-mil[{small},{plain},parts=3]", dtfd(3, "mean"), tiers, scores_only=True),
    case(f"dtfd-mil[{small},distilled=largest,{plain},parts=1]", dtfd(1, "largest"), tiers),
    case(f"dtfd-mil[{small},distilled=largest,{plain},parts=3]", dtfd(3, "largest"), tiers, scores_only=True),
    case(f"mhim[{small},{plain},hidden=0.25]", mhim(0.25), hard),
    case(f"prototype-mil[{plain},prototypes=3]", prototypes, trunk | {"prototypes": (3, 6)} | layer("classifier", 21, 1)),
    case(f"attention-distil[{small},{plain}]", attention_distil, distil),
    case(f"scale-distil[{small},{plain}]", scale_distil, scales(1)),
    case(f"scale-distil[{small},{plain}]", scale_distil, scales(3), ternary),
    case(f"simple-mil[{small}]", simple_mil, gate("attention", 4, 3) | layer("classifier", 4, 1)),
    case("gnn-mil[neighbours=2,units=5]", gnn(2), graph),
]
with open("slide_networks.json", "w") as file:
    json.dump(
        {"sizes": SIZES, "features": torch.cat(bags).flatten().tolist(), "cases": cases}, file, separators=(",", ":")
    )
    file.write("\n")
