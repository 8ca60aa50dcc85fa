"""A small study's journal and its statistics, by NumPy, SciPy and scikit-learn.

python study.py writes study.jsonl (three models on three data sets, two repetitions of four folds; one trial diverged, one
is missing, and on the third data set a model ran on other folds) and study.json beside this file.
"""

import itertools
import json
import pathlib

import numpy as np
from scipy import stats
from sklearn import metrics

FOLDS, REPEATS, BAGS, ROPE = 4, 2, 26, 0.01
DATASETS, MODELS = ["one", "two", "three"], ["first", "second", "third"]


def make(random):
    records = []
    for dataset, model in itertools.product(DATASETS, MODELS):
        skill = {"first": 0.9, "second": 0.5, "third": 1.1}[model] * {"one": 1, "two": 0.9, "three": 0.4}[dataset]
        for repetition in range(1, REPEATS + 1):
            # The folds of a repetition are the same for all models.
            order = np.random.default_rng(100 + repetition).permutation(BAGS)
            for fold in range(1, FOLDS + 1):
                bags = np.sort(order[fold - 1 :: FOLDS])
                labels = (bags % 2 == 0).astype(int)
                scores = 1 / (1 + np.exp(-np.round(random.normal(skill * (2 * labels - 1), 1), 3)))
                right = int(((scores >= 0.5) == (labels == 1)).sum())
                other = dataset == "three" and model == "third"
                record = {
                    "format": 1, "experiment": "study", "dataset": dataset, "dataHash": "d", "model": model,
                    "configuration": "{}", "protocol": "clean", "protocolSettings": '{"folds":4,"seed":1}',
                    "repetition": repetition, "fold": fold, "foldsHash": f"f{repetition}{'x' if other else ''}",
                    "seed": "00000000000000ff", "status": "finished", "bags": bags.tolist(), "labels": labels.tolist(),
                    "scores": scores.tolist(), "threshold": 0.5, "scoresAreProbabilities": True,
                    "correctByEpoch": [0, right], "lossByEpoch": [], "seconds": 1, "scoringSeconds": 0, "steps": 0,
                    "parameters": 0, "version": "1", "core": "Haswell", "notes": {},
                }
                if (dataset, model, repetition, fold) == ("two", "first", 1, 3):
                    record |= {"status": "diverged", "scores": [], "correctByEpoch": []}
                if (dataset, model, repetition, fold) != ("two", "third", 2, 2):
                    records.append(record)
    return records


def accuracy(record):
    return np.mean((np.array(record["scores"]) >= record["threshold"]) == np.array(record["labels"]))


def auc(record):
    return metrics.roc_auc_score(record["labels"], record["scores"])


def compare(a, b, value):
    """The tests of one pair from {(repetition, fold): record} of each model."""
    shared = sorted(k for k in a if k in b and a[k]["foldsHash"] == b[k]["foldsHash"])
    if not shared:
        return None
    differences = np.array([value(a[k]) - value(b[k]) for k in shared])
    n = len(differences)
    mean, error = differences.mean(), np.sqrt((1 / n + 1 / (FOLDS - 1)) * differences.var(ddof=1))
    posterior = stats.t(df=n - 1, loc=mean, scale=error)
    shares = {}
    for k in shared:
        for index, bag in enumerate(a[k]["bags"]):
            label = a[k]["labels"][index]
            shares.setdefault(bag, []).append([(r[k]["scores"][index] >= 0.5) == (label == 1) for r in (a, b)])
    means = np.array([np.mean(shares[bag], axis=0) for bag in sorted(shares)])
    decided = means[(means != 0.5).all(axis=1)] > 0.5
    right_a, right_b = int((decided[:, 0] & ~decided[:, 1]).sum()), int((~decided[:, 0] & decided[:, 1]).sum())
    discordant = right_a + right_b
    return {
        "folds": n, "difference": mean, "standardError": error, "p": 2 * stats.t.sf(abs(mean) / error, n - 1),
        "probabilityABetter": posterior.sf(ROPE), "probabilityEqual": posterior.cdf(ROPE) - posterior.cdf(-ROPE),
        "probabilityBBetter": posterior.cdf(-ROPE), "rightOnlyA": right_a, "rightOnlyB": right_b,
        "undecidedBags": len(means) - len(decided),
        "mcnemarP": stats.binomtest(right_a, discordant).pvalue if discordant else 1.0,
    }


def main():
    records = make(np.random.default_rng(3))
    cells = {}
    for record in records:
        if record["status"] == "finished":
            cell = cells.setdefault((record["dataset"], record["model"]), {})
            cell[record["repetition"], record["fold"]] = record
    golden = {}
    for name, value in [("accuracy", accuracy), ("auc", auc)]:
        pairs = [
            {"dataset": d, "a": a, "b": b, "found": compare(cells[d, a], cells[d, b], value)}
            for d in DATASETS for a, b in itertools.combinations(MODELS, 2)
        ]
        table = np.array([[np.mean([value(r) for r in cells[d, m].values()]) for m in MODELS] for d in DATASETS])
        ranks = np.array([stats.rankdata(-row) for row in np.round(table, 9)]).mean(axis=0)
        chi = stats.friedmanchisquare(*np.round(table, 9).T).statistic
        n, k = table.shape
        f = (n - 1) * chi / (n * (k - 1) - chi)
        golden[name] = {
            "pairs": pairs, "ranks": dict(zip(MODELS, ranks)), "means": dict(zip(MODELS, table.mean(axis=0))),
            "friedmanP": stats.f.sf(f, k - 1, (k - 1) * (n - 1)),
        }
    folder = pathlib.Path(__file__).parent
    (folder / "study.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (folder / "study.json").write_text(json.dumps(golden, indent=1, default=float) + "\n")


main()
