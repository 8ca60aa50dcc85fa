"""The slide networks in PyTorch as their authors describe them, one bag a step. Usage: torch_slides.py FOLDER

dsmil starts from the benchmark's parameters, so that its loss can be compared. clam-sb and trans-mil draw their own,
since they drop units at random. Adam is fused. The equations are those of B. Li et al. 2021, M. Y. Lu et al. 2021 and
Z. Shao et al. 2021.
"""

import sys
from math import ceil, sqrt

import torch
from exchange import Case, serve
from torch import nn
from torch.nn import functional as F


class DualStream(nn.Module):
    """A stream of instance scores, and one of similarities to the instance with the largest score."""

    def __init__(self, features):
        super().__init__()
        self.instance = nn.Linear(features, 1)
        self.query = nn.Sequential(nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, 128), nn.Tanh())
        self.classifier = nn.Conv1d(1, 1, kernel_size=features)

    def take(self, parameters):
        layers = {"instance": self.instance, "query.1": self.query[0], "query.2": self.query[2]}
        with torch.no_grad():
            for name, layer in layers.items():
                layer.weight.copy_(torch.from_numpy(parameters[f"{name}.weight"].T.copy()))
                layer.bias.copy_(torch.from_numpy(parameters[f"{name}.bias"]))
            self.classifier.weight.copy_(torch.from_numpy(parameters["classifier.weight"]).T[:, None])
            self.classifier.bias.copy_(torch.from_numpy(parameters["classifier.bias"]))

    def forward(self, x):
        scores = self.instance(x)
        critical = self.query(x[scores.argmax(0)])
        weights = (self.query(x) @ critical.T / sqrt(critical.shape[1])).softmax(0)
        return self.classifier((weights.T @ x)[None])[0, :, 0], scores.amax(0)

    def loss(self, x, label):
        bag, best = self(x)
        return (F.binary_cross_entropy_with_logits(bag, label) + F.binary_cross_entropy_with_logits(best, label)) / 2

    def probability(self, x):
        return self(x)[0].sigmoid()


class ClusteringAttention(nn.Module):
    """Gated attention, with a classifier of the most and the least attended instances."""

    def __init__(self, features):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(features, 512), nn.ReLU(), nn.Dropout(0.25))
        self.hidden = nn.Sequential(nn.Linear(512, 256), nn.Tanh(), nn.Dropout(0.25))
        self.gate = nn.Sequential(nn.Linear(512, 256), nn.Sigmoid(), nn.Dropout(0.25))
        self.score = nn.Linear(256, 1)
        self.classifier = nn.Linear(512, 2)
        self.instances = nn.ModuleList([nn.Linear(512, 2), nn.Linear(512, 2)])

    def forward(self, x):
        h = self.trunk(x)
        scores = self.score(self.hidden(h) * self.gate(h)).T
        return self.classifier(scores.softmax(1) @ h), h, scores[0]

    def loss(self, x, label):
        logits, h, scores = self(x)
        own = self.instances[int(label)]
        most, least = scores.topk(8).indices, (-scores).topk(8).indices
        targets = torch.cat([torch.ones(8, dtype=torch.long), torch.zeros(8, dtype=torch.long)])
        clusters = F.cross_entropy(own(h[torch.cat([most, least])]), targets)
        return 0.7 * F.cross_entropy(logits, label.long()) + 0.3 * clusters

    def probability(self, x):
        return self(x)[0].softmax(1)[:, 1]


class LandmarkAttention(nn.Module):
    """Attention through the means of runs of rows, with an iterated pseudo-inverse and a convolution of the values."""

    def __init__(self, units=512, heads=8, landmarks=256, iterations=6):
        super().__init__()
        self.heads, self.landmarks, self.iterations = heads, landmarks, iterations
        self.projected = nn.Linear(units, 3 * units, bias=False)
        self.output = nn.Sequential(nn.Linear(units, units), nn.Dropout(0.1))
        self.line = nn.Conv2d(heads, heads, (33, 1), padding=(16, 0), groups=heads, bias=False)

    def inverse(self, a):
        z = a.mT / (a.abs().sum(-1).max() * a.abs().sum(-2).max())
        one = torch.eye(a.shape[-1])
        for _ in range(self.iterations):
            x = a @ z
            z = 0.25 * z @ (13 * one - x @ (15 * one - x @ (7 * one - x)))
        return z

    def forward(self, x):
        count, m = x.shape[0], self.landmarks
        x = F.pad(x, (0, 0, -count % m, 0))
        q, k, v = (part.unflatten(1, (self.heads, -1)).transpose(0, 1) for part in self.projected(x).chunk(3, -1))
        q = q / sqrt(q.shape[-1])
        few_q, few_k = (part.unflatten(1, (m, -1)).mean(2) for part in (q, k))
        first = (q @ few_k.mT).softmax(-1)
        middle = (few_q @ few_k.mT).softmax(-1)
        last = (few_q @ k.mT).softmax(-1)
        attended = (first @ self.inverse(middle)) @ (last @ v) + self.line(v[None])[0]
        return self.output(attended.transpose(0, 1).flatten(1))[-count:]


class CorrelatedTransformer(nn.Module):
    """Two layers of attention over instances and a token, with convolutions of the instances as a square between."""

    def __init__(self, features):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(features, 512), nn.ReLU())
        self.token = nn.Parameter(torch.randn(1, 512))
        self.norms = nn.ModuleList([nn.LayerNorm(512) for _ in range(3)])
        self.layers = nn.ModuleList([LandmarkAttention() for _ in range(2)])
        self.squares = nn.ModuleList([nn.Conv2d(512, 512, s, padding=s // 2, groups=512) for s in (7, 5, 3)])
        self.classifier = nn.Linear(512, 2)

    def forward(self, x):
        h = self.trunk(x)
        side = ceil(sqrt(len(h)))
        h = torch.cat([self.token, h, h[: side * side - len(h)]])
        h = h + self.layers[0](self.norms[0](h))
        square = h[1:].T.unflatten(1, (side, side))[None]
        square = square + sum(convolution(square) for convolution in self.squares)
        h = torch.cat([h[:1], square[0].flatten(1).T])
        h = h + self.layers[1](self.norms[1](h))
        return self.classifier(self.norms[2](h)[:1])

    def loss(self, x, label):
        return F.cross_entropy(self(x), label.long())

    def probability(self, x):
        return self(x).softmax(1)[:, 1]


class Rival:
    """Trains and scores a network bag by bag."""

    networks = {"dsmil": DualStream, "clam-sb": ClusteringAttention, "trans-mil": CorrelatedTransformer}

    def __init__(self, case):
        torch.set_num_threads(case.threads)
        torch.manual_seed(1)
        self.case = case
        x = torch.from_numpy(case.instances)
        self.bags = [(x[a:b], torch.tensor([y])) for a, b, y in zip(case.offsets, case.offsets[1:], case.labels)]
        self.network = self.networks[case.model](x.shape[1])
        self.reset()

    def reset(self):
        if self.case.model == "dsmil":
            self.network.take(self.case.parameters)
        training = self.case.training
        self.optimiser = torch.optim.Adam(
            self.network.parameters(),
            lr=training["learningRate"],
            betas=(training["beta1"], training["beta2"]),
            eps=1e-8,
            weight_decay=training["weightDecay"],
            fused=True,
        )

    def train(self, size, epochs):
        self.network.train()
        for _ in range(epochs):
            for x, label in self.bags:
                self.optimiser.zero_grad(set_to_none=True)
                self.network.loss(x, label).backward()
                self.optimiser.step()

    def score(self):
        self.network.eval()
        with torch.inference_mode():
            return torch.cat([self.network.probability(x) for x, _ in self.bags]).numpy()


serve(Rival(Case(sys.argv[1])), f"PyTorch {torch.__version__}")
