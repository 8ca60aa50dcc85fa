"""Standard errors, figures over bags and classes of folds of made-up trials, by NumPy alone.

python standard_errors.py writes standard_errors.jsonl (a cell each of stratified folds, leave-one-out, folds of which some
have one class, folds of a part of the bags that records name, and one fold) and standard_errors.json beside this file.
"""

import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__)


def record(dataset, repetition, fold, folds, bags, labels, scores, training=None):
    called = np.asarray(scores) >= 0.5
    made = {
        "format": 1, "experiment": "test", "dataset": dataset, "dataHash": "d", "model": "mean", "configuration": "{}",
        "protocol": "clean", "protocolSettings": json.dumps({"folds": folds}), "repetition": repetition, "fold": fold,
        "foldsHash": f"f{repetition}", "seed": "00000000000000ff", "status": "finished", "bags": [int(b) for b in bags],
        "labels": [int(v) for v in labels], "scores": [float(v) for v in scores], "threshold": 0.5,
        "scoresAreProbabilities": True, "correctByEpoch": [int((called == (labels == 1)).sum())], "lossByEpoch": [],
        "seconds": 0, "scoringSeconds": 0, "steps": 0, "parameters": 0, "version": "1", "core": "Haswell", "notes": {},
    }
    if training is not None:
        made |= {"trainingBags": len(training), "trainingPositives": int(sum(training))}
    return made


def partition(dataset, random, labels, repeats, folds, deal):
    records = []
    for repetition in range(1, repeats + 1):
        parts = deal(random)
        for fold, bags in enumerate(parts, start=1):
            bags = np.sort(bags)
            scores = np.round(np.clip(0.25 * labels[bags] + 0.8 * random.random(len(bags)), 0, 1), 3)
            records.append(record(dataset, repetition, fold, folds, bags, labels[bags], scores))
    return records


def parts_named(dataset, random, labels):
    """Two folds that leave bags out of both parts, as records say."""
    records = []
    for fold, (test, training) in enumerate([(range(0, 8), range(8, 20)), (range(20, 30), range(8, 20))], start=1):
        test, training = np.array(test), np.array(training)
        scores = np.round(random.random(len(test)), 3)
        records.append(record(dataset, 1, fold, 2, test, labels[test], scores, labels[training]))
    return records


def area(labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores)
    if len(set(labels)) < 2:
        return None
    differences = scores[labels == 1][:, None] - scores[labels == 0][None, :]
    return float(((differences > 0) + 0.5 * (differences == 0)).mean())


def share_of_training(r, all_records):
    if "trainingBags" in r:
        return r["trainingPositives"] / r["trainingBags"]
    others = [o for o in all_records if o["repetition"] == r["repetition"] and o["fold"] != r["fold"]]
    labels = np.concatenate([o["labels"] for o in others])
    return float(labels.mean())


def expected(records):
    accuracy = np.array([r["correctByEpoch"][-1] / len(r["bags"]) for r in records])
    tested = len(set(b for r in records for b in r["bags"]))
    p, count = accuracy.mean(), len(accuracy)
    repetitions = sorted(set(r["repetition"] for r in records))
    if "trainingBags" in records[0]:
        ratio = sum(len(r["bags"]) for r in records) / sum(r["trainingBags"] for r in records)
    else:
        folds = json.loads(records[0]["protocolSettings"])["folds"]
        ratio = 1 / (folds - 1)
    pooled = []
    for k in repetitions:
        own = [r for r in records if r["repetition"] == k]
        pooled.append(sum(r["correctByEpoch"][-1] for r in own) / sum(len(r["bags"]) for r in own))
    q, z = np.mean(pooled), 1.959963984540054
    center, half = q + z**2 / (2 * tested), z * np.sqrt(q * (1 - q) / tested + z**2 / (4 * tested**2))
    known = "trainingBags" in records[0] or count > 1
    shares, areas = None, None
    if known:
        shares = [share_of_training(r, records) for r in records]
        areas = [
            area(
                np.concatenate([r["labels"] for r in records if r["repetition"] == k]),
                np.concatenate([[s] * len(r["bags"]) for r, s in zip(records, shares) if r["repetition"] == k]))
            for k in repetitions
        ]
    labels = {b: v for r in records for b, v in zip(r["bags"], r["labels"])}
    return {
        "dataset": records[0]["dataset"],
        "binomial": float(np.sqrt(p * (1 - p) / tested)),
        "corrected": float(accuracy.std(ddof=1) * np.sqrt(1 / count + ratio)) if count > 1 else None,
        "overBags": float(q),
        "low": float((center - half) / (1 + z**2 / tested)),
        "high": float((center + half) / (1 + z**2 / tested)),
        "positiveBags": sum(labels.values()),
        "negativeBags": len(labels) - sum(labels.values()),
        "aucFolds": sum(len(set(r["labels"])) == 2 for r in records),
        "oneClassTestFolds": sum(len(set(r["labels"])) == 1 for r in records),
        "singleBagTestFolds": sum(len(r["bags"]) == 1 for r in records),
        "oneClassTrainingFolds": sum(s in (0, 1) for s in shares) if known else None,
        "trainingShareAUC": float(np.mean(areas)) if known else None,
    }


def main():
    random = np.random.default_rng(6)
    even = np.r_[np.ones(22, int), np.zeros(19, int)]
    rare = np.r_[np.ones(2, int), np.zeros(13, int)]
    one = np.r_[np.ones(1, int), np.zeros(8, int)]
    mixed = np.array([0, 1] * 15)

    def stratified(r):
        order = np.r_[r.permutation(22), 22 + r.permutation(19)]
        return [order[k::5] for k in range(5)]

    cells = [
        partition("stratified", random, even, 3, 5, stratified),
        partition("leave-one-out", random, even, 1, 41, lambda r: np.array_split(np.arange(41), 41)),
        partition("rare", random, rare, 2, 5, lambda r: np.array_split(r.permutation(15), 5)),
        partition("one positive", random, one, 1, 3, lambda r: np.array_split(r.permutation(9), 3)),
        parts_named("parts", random, mixed),
        partition("one fold", random, even, 1, 4, lambda r: [np.arange(10, 30)]),
    ]
    HERE.with_suffix(".jsonl").write_text("".join(json.dumps(r, sort_keys=True) + "\n" for c in cells for r in c))
    HERE.with_suffix(".json").write_text(json.dumps([expected(c) for c in cells], indent=1) + "\n")


if __name__ == "__main__":
    main()
