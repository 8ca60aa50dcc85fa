"""The networks in PyTorch, on one bag or on the bags of a mini-batch one after the other (segments)."""

import torch
from torch import nn
from torch.nn import functional as F


class Segments:
    """The places of a batch's bags in the concatenated instances; the indices are made once, outside of all timing."""

    def __init__(self, sizes):
        self.sizes = torch.as_tensor(sizes)
        self.count = len(sizes)
        self.owner = torch.repeat_interleave(torch.arange(self.count), self.sizes)
        self.wide = {width: self.owner[:, None].expand(-1, width).contiguous() for width in (1, 64, 128, 256)}

    def maximum(self, x):
        if self.count == 1:
            return x.amax(0, keepdim=True)
        start = x.new_zeros(self.count, x.shape[1])
        return start.scatter_reduce(0, self.wide[x.shape[1]], x, "amax", include_self=False)

    def total(self, x):
        if self.count == 1:
            return x.sum(0, keepdim=True)
        return x.new_zeros(self.count, x.shape[1]).index_add(0, self.owner, x)

    def weighted(self, weights, x):
        return weights.T @ x if self.count == 1 else self.total(weights * x)

    def softmax(self, x):
        if self.count == 1:
            return x.softmax(0)
        with torch.no_grad():
            shift = self.maximum(x).index_select(0, self.owner)
        e = (x - shift).exp()
        return e / self.total(e).index_select(0, self.owner)

    def agreement(self, x, bag):
        if self.count == 1:
            return x @ bag.T
        return (x * bag.index_select(0, self.owner)).sum(1, keepdim=True)


class Network(nn.Module):
    """One of mi-net, mi-net-ds, attention and dp-minn, with parameters under the names of the benchmark."""

    def __init__(self, case):
        super().__init__()
        self.case = case
        self.values = nn.ParameterDict(
            {name.replace(".", "_"): nn.Parameter(torch.empty(0)) for name in case.parameters}
        )
        self.reset()

    def reset(self):
        for name, value in self.case.parameters.items():
            # PyTorch's own layout, outputs x inputs.
            own = torch.from_numpy(value.T.copy() if value.ndim == 2 else value.copy())
            self.values[name.replace(".", "_")].data = own

    def linear(self, x, name):
        name = name.replace(".", "_")
        return F.linear(x, self.values[f"{name}_weight"], self.values[f"{name}_bias"])

    def forward(self, x, bags):
        """Returns the logits of the bags with one column per supervised layer, or the lengths for dp-minn."""
        features = []
        for layer in range(len(self.case.layers)):
            x = self.linear(x, f"trunk.{layer + 1}").relu()
            features.append(x)
        if self.case.model == "mi-net":
            return self.linear(bags.maximum(x), "classifier")
        if self.case.model == "mi-net-ds":
            pooled = [bags.maximum(value) for value in features]
            return torch.cat([self.linear(v, f"classifier.{k + 1}") for k, v in enumerate(pooled)], 1)
        if self.case.model == "attention":
            hidden = self.linear(x, "pooling.attention.hidden").tanh()
            weights = bags.softmax(self.linear(hidden, "pooling.attention.score"))
            return self.linear(bags.weighted(weights, x), "classifier")
        return self.routed(x, bags).norm(dim=1, keepdim=True)

    def routed(self, x, bags):
        agreement = x.new_zeros(x.shape[0], 1)
        for iteration in range(self.case.iterations):
            s = bags.weighted(bags.softmax(agreement), x)
            length = s.norm(dim=1, keepdim=True)
            bag = s * (length / (1 + length * length))
            if iteration + 1 < self.case.iterations:
                agreement = agreement + bags.agreement(x, bag)
        return bag

    def loss(self, output, labels):
        if self.case.model == "dp-minn":
            positive, negative, weight = self.case.margins
            short = (positive - output).relu().square()
            long = (output - negative).relu().square()
            return (labels * short + weight * (1 - labels) * long).mean()
        target = labels.expand(-1, output.shape[1])
        return F.binary_cross_entropy_with_logits(output, target, reduction="sum") / len(labels)

    def probability(self, output):
        return output[:, 0] if self.case.model == "dp-minn" else output.sigmoid().mean(1)


def optimiser(network, training):
    """Returns PyTorch's own fused optimiser, with decay on weight matrices alone."""
    weights = [value for name, value in network.values.items() if name.endswith("weight")]
    biases = [value for name, value in network.values.items() if not name.endswith("weight")]
    groups = [{"params": weights, "weight_decay": training["weightDecay"]}, {"params": biases, "weight_decay": 0.0}]
    if training["optimiser"] == "sgd":
        return torch.optim.SGD(
            groups,
            lr=training["learningRate"],
            momentum=training["momentum"],
            nesterov=training["nesterov"],
            fused=True,
        )
    betas = (training["beta1"], training["beta2"])
    return torch.optim.Adam(groups, lr=training["learningRate"], betas=betas, eps=1e-8, fused=True)


class Rival:
    """Trains and scores; the batches and their indices are made once, at the first request."""

    def __init__(self, case, scored_together):
        torch.set_num_threads(case.threads)
        self.case = case
        self.x = torch.from_numpy(case.instances)
        self.y = torch.from_numpy(case.labels)[:, None]
        self.network = Network(case)
        self.scored_together = scored_together
        self.made = {}
        self.reset()

    def reset(self):
        self.network.reset()
        self.optimiser = optimiser(self.network, self.case.training)

    def batches(self, size):
        if size not in self.made:
            case = self.case
            borders = case.batches(size)
            self.made[size] = [
                (self.x[case.offsets[a] : case.offsets[b]], self.y[a:b], Segments(case.sizes[a:b]))
                for a, b in zip(borders, borders[1:])
            ]
        return self.made[size]

    def train(self, size, epochs):
        network = self.network
        for _ in range(epochs):
            for x, y, bags in self.batches(size):
                self.optimiser.zero_grad(set_to_none=True)
                network.loss(network(x, bags), y).backward()
                self.optimiser.step()

    def score(self):
        batches = self.batches(self.case.bags if self.scored_together else 1)
        with torch.inference_mode():
            return torch.cat([self.network.probability(self.network(x, bags)) for x, _, bags in batches]).numpy()
