"""Measures the overhead of milbench.evaluate for a PyTorch model, compared with a bare loop over the same folds.

    MILBENCH_TOOL=.build/release/milbench PYTHONPATH=Python python3 Benchmarks/python_overhead.py [REPEATS]

Both run in turn, several times, and the script compares the medians of their processor time, including the command's calls.
Other programs on the machine change processor time less than elapsed time. The bare loop has the usual parts: bags that are
standardised by the training bags, the fit and the scores. The harness adds seeds, orders, records and the journal.
"""

import resource
import statistics
import sys
import tempfile

import numpy as np
import torch

import milbench
from milbench.bags import Bags

torch.set_num_threads(1)


class Attention:
    """Attention pooling (M. Ilse, J. M. Tomczak, M. Welling, ICML 2018), trained with one bag at a time."""

    def fit(self, bags: Bags, labels: np.ndarray) -> None:
        """Trains for 10 epochs."""
        self.body = torch.nn.Sequential(torch.nn.Linear(bags.feature_count, 256), torch.nn.ReLU())
        self.score = torch.nn.Sequential(torch.nn.Linear(256, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1))
        self.head = torch.nn.Linear(256, 1)
        data, targets = milbench.TorchBags(bags, labels), torch.from_numpy(labels).float()
        parameters = [p for part in (self.body, self.score, self.head) for p in part.parameters()]
        optimiser = torch.optim.Adam(parameters, lr=5e-4, weight_decay=5e-3)
        for _ in range(10):
            for bag in torch.randperm(len(data)).tolist():
                optimiser.zero_grad()
                output = self.forward(data[bag].instances)
                torch.nn.functional.binary_cross_entropy_with_logits(output, targets[bag]).backward()
                optimiser.step()

    def forward(self, instances: torch.Tensor) -> torch.Tensor:
        """Returns the output for a bag."""
        hidden = self.body(instances)
        return self.head(torch.softmax(self.score(hidden), dim=0).T @ hidden).squeeze()

    def predict_proba(self, bags: Bags) -> np.ndarray:
        """Returns the probabilities."""
        with torch.no_grad():
            return np.array([torch.sigmoid(self.forward(example.instances)).item() for example in milbench.TorchBags(bags)])


def processor() -> float:
    """Returns the processor seconds of this process and of the programs that it has run."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def bare(bags: Bags, folds: milbench.Folds) -> float:
    """Measures the processor seconds of the bare loop."""
    start = processor()
    for training, test in folds:
        chosen = bags.select(training)
        mean, deviation = chosen.instances.mean(axis=0), chosen.instances.std(axis=0)
        deviation[deviation == 0] = np.inf
        parts = []
        for numbers in (training, test):
            part = bags.select(numbers)
            part.instances[:] = (part.instances - mean) / deviation
            parts.append(part)
        model = Attention()
        model.fit(parts[0], bags.labels[training])
        scores = model.predict_proba(parts[1])
        _ = ((scores >= 0.5) == bags.labels[test]).mean()
    return processor() - start


class Nothing:
    """A model that learns nothing, so that only the work of the harness remains."""

    def fit(self, bags: Bags, labels: np.ndarray) -> None:
        """Learns nothing."""

    def predict_proba(self, bags: Bags) -> np.ndarray:
        """Returns one half for each bag."""
        return np.full(len(bags), 0.5)


def harness(repeats: int, folder: str, model: type = Attention) -> float:
    """Measures the processor seconds of milbench.evaluate, including reading data and folds."""
    start = processor()
    name = model.__name__.lower() + "-of-mine"
    milbench.evaluate(model, "musk1", name, repeats=repeats, output=folder, fresh=True, progress=False)
    return processor() - start


def main() -> None:
    """Prints the medians."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    bags, folds = milbench.load("musk1"), milbench.folds("musk1", repeats=repeats)
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(bare(bags, folds), harness(repeats, folder)) for _ in range(4)][1:]
        alone = statistics.median(harness(repeats, folder, Nothing) for _ in range(5))
    loop, ours = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(
        f"bare loop {loop:.2f} s, milbench.evaluate {ours:.2f} s: {100 * (ours / loop - 1):+.1f} %; {len(folds)} folds of Musk1"
    )
    print(f"milbench.evaluate with a model that does nothing {alone:.2f} s: {100 * alone / loop:.1f} % of the bare loop")
    print("pairs: " + ", ".join(f"{100 * (b / a - 1):+.1f} %" for a, b in pairs))


if __name__ == "__main__":
    main()
