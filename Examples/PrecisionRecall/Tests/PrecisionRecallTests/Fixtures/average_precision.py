"""Writes average_precision.json: average precisions from the definition, one threshold after the other.

Run: python3 average_precision.py > average_precision.json
"""

import json

import numpy as np


def average_precision(labels, scores):
    labels, scores = np.array(labels), np.array(scores)
    thresholds = np.unique(scores)[::-1]
    recalls = [labels[scores >= t].sum() / labels.sum() for t in thresholds]
    precisions = [labels[scores >= t].mean() for t in thresholds]
    return float(np.sum(np.diff([0.0] + recalls) * precisions))


random = np.random.default_rng(7)
cases = [([1, 0], [0.9, 0.1]), ([1, 0], [0.1, 0.9]), ([1, 1, 0, 0], [0.5, 0.5, 0.5, 0.5])]
for bags, digits in [(10, 1), (40, 1), (100, 4)]:
    labels = random.integers(0, 2, bags)
    labels[0] = 1
    cases.append((labels.tolist(), np.round(random.random(bags) + 0.3 * labels, digits).tolist()))
print(json.dumps([{"labels": l, "scores": s, "expected": average_precision(l, s)} for l, s in cases]))
