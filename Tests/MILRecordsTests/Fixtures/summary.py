"""A journal of made-up trials and its summary, by NumPy and scikit-learn.

python summary.py writes summary.jsonl (three repetitions of four folds, of which one diverged and one failed) and
summary.json beside this file.
"""

import json
import pathlib

import numpy as np
from sklearn import metrics

FOLDS, REPEATS, EPOCHS, BAGS = 4, 3, 6, 38


def record(repetition, fold, **measured):
    common = {
        "format": 1, "experiment": "test", "dataset": "toy", "dataHash": "d", "model": "mean", "configuration": "{}",
        "protocol": "clean", "protocolSettings": "{}", "repetition": repetition, "fold": fold,
        "foldsHash": f"f{repetition}", "seed": "00000000000000ff", "status": "finished", "bags": [], "labels": [],
        "scores": [], "threshold": 0.5, "scoresAreProbabilities": True, "correctByEpoch": [], "lossByEpoch": [],
        "seconds": 0, "scoringSeconds": 0, "steps": 0, "parameters": 0, "version": "1", "core": "Haswell", "notes": {},
    }
    return common | measured


def main():
    random = np.random.default_rng(11)
    labels = np.r_[np.ones(19, int), np.zeros(19, int)]
    records, kept = [], []
    for repetition in range(1, REPEATS + 1):
        order = random.permutation(BAGS)
        for fold, bags in enumerate(np.array_split(order, FOLDS), start=1):
            bags = np.sort(bags)
            scores = np.round(np.clip(0.3 * labels[bags] + 0.75 * random.random(len(bags)), 0, 1), 3)
            threshold = 0.5 + 0.02 * fold
            called = scores >= threshold
            # One fold stopped early; it keeps its last value.
            epochs = EPOCHS - 2 if (repetition, fold) == (2, 2) else EPOCHS
            correct = [int(v) for v in random.integers(4, len(bags) + 1, epochs - 1)]
            correct.append(int((called == (labels[bags] == 1)).sum()))
            if (repetition, fold) == (1, 3):
                records.append(record(repetition, fold, status="diverged", message="loss is nan", lossByEpoch=[0.7]))
                continue
            if (repetition, fold) == (3, 1):
                records.append(record(repetition, fold, status="failed", message="out of memory"))
                continue
            measured = dict(
                bags=bags.tolist(), labels=labels[bags].tolist(), scores=scores.tolist(), threshold=threshold,
                correctByEpoch=correct, lossByEpoch=[0.5] * epochs, seconds=round(float(random.random()), 3),
                steps=100 + fold, parameters=1000 + fold)
            records.append(record(repetition, fold, **measured))
            kept.append(records[-1])

    def padded(r):
        return np.array(r["correctByEpoch"] + [r["correctByEpoch"][-1]] * (EPOCHS - len(r["correctByEpoch"])))

    courses = np.array([padded(r) / len(r["bags"]) for r in kept])
    last = courses[:, -1]
    groups = [[i for i, r in enumerate(kept) if r["repetition"] == k] for k in range(1, REPEATS + 1)]

    def pooled(function):
        values = []
        for group in groups:
            y = np.concatenate([kept[i]["labels"] for i in group])
            s = np.concatenate([kept[i]["scores"] for i in group])
            c = np.concatenate([np.array(kept[i]["scores"]) >= kept[i]["threshold"] for i in group]).astype(int)
            values.append(function(y, s, c))
        return float(np.mean(values))

    fold_auc = [metrics.roc_auc_score(r["labels"], r["scores"]) for r in kept if len(set(r["labels"])) == 2]
    expected = {
        "trials": len(records), "finished": len(kept), "diverged": 1, "failed": 1, "repeats": REPEATS, "bags": BAGS,
        "accuracy": last.mean(), "accuracySDFolds": last.std(ddof=1),
        "accuracySDRepeats": np.std([last[g].mean() for g in groups], ddof=1),
        "oracleAccuracy": courses.max(axis=1).mean(), "oracleCommonAccuracy": courses.mean(axis=0).max(),
        "oracleCommonEpoch": int(courses.mean(axis=0).argmax()) + 1, "auc": np.mean(fold_auc),
        "aucPooled": pooled(lambda y, s, c: metrics.roc_auc_score(y, s)),
        "balancedAccuracy": pooled(lambda y, s, c: metrics.balanced_accuracy_score(y, c)),
        "f1": pooled(lambda y, s, c: metrics.f1_score(y, c)),
        "logLoss": pooled(lambda y, s, c: metrics.log_loss(y, s)),
        "brier": pooled(lambda y, s, c: metrics.brier_score_loss(y, s)),
        "seconds": np.mean([r["seconds"] for r in kept]),
        "secondsPerStep": sum(r["seconds"] for r in kept) / sum(r["steps"] for r in kept),
        "parameters": max(r["parameters"] for r in kept),
    }
    expected = {k: v if isinstance(v, int) else float(v) for k, v in expected.items()}
    expected |= {"dataset": "toy", "model": "mean", "protocol": "clean"}
    here = pathlib.Path(__file__)
    here.with_name("summary.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
    here.with_name("summary.jsonl").write_text("".join(json.dumps(r, sort_keys=True) + "\n" for r in records))


if __name__ == "__main__":
    main()
