"""Golden metrics, by scikit-learn: python metrics.py writes metrics.json beside this file."""

import json
import pathlib

import numpy as np
from sklearn import metrics


def case(name, labels, scores, threshold, probabilities):
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=float)
    called = (scores >= threshold).astype(int)
    both = len(set(labels.tolist())) == 2
    expected = {
        "accuracy": metrics.accuracy_score(labels, called),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, called) if both else None,
        "f1": metrics.f1_score(labels, called) if labels.any() or called.any() else None,
        "auc": metrics.roc_auc_score(labels, scores) if both else None,
        "logLoss": metrics.log_loss(labels, scores, labels=[0, 1]) if probabilities else None,
        "brier": metrics.brier_score_loss(labels, scores, pos_label=1) if probabilities else None,
    }
    return {
        "name": name, "labels": labels.tolist(), "scores": scores.tolist(), "threshold": threshold,
        "expected": {key: None if value is None else float(value) for key, value in expected.items()},
    }


def main():
    random = np.random.default_rng(7)
    labels = random.integers(0, 2, 60)
    probabilities = np.clip(0.35 * labels + 0.65 * random.random(60), 0, 1)
    cases = [
        case("probabilities", labels, probabilities, 0.5, True),
        case("another threshold", labels, probabilities, 0.62, True),
        case("many ties", labels, np.round(probabilities, 1), 0.5, True),
        case("all tied", [0, 1, 1, 0, 1], [0.5] * 5, 0.5, True),
        case("certain and wrong", [0, 1, 1, 0], [1.0, 0.0, 1.0, 0.0], 0.5, True),
        case("signed scores", [0, 1, 1, 0, 1, 0], [-2.5, 0.0, 3.25, 0.5, -0.125, -7.0], 0.0, False),
        case("reversed", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 0.5, True),
        case("one class", [1, 1, 1], [0.25, 0.75, 0.5], 0.5, True),
        case("no positives anywhere", [0, 0], [0.25, 0.125], 0.5, True),
    ]
    path = pathlib.Path(__file__).with_name("metrics.json")
    path.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
