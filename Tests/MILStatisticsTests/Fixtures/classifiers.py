"""Golden ROC curves, by scikit-learn, and calibration errors: python classifiers.py writes classifiers.json beside this file."""

import json
import pathlib

import numpy as np
from sklearn import metrics


def calibration_error(labels, scores):
    """sum_m n_m / n |share - mean probability| over the bins ((m - 1)/10, m/10], the first with 0."""
    bins = np.searchsorted(np.arange(1, 10) / 10, scores, side="left")
    error = 0.0
    for one in np.unique(bins):
        inside = bins == one
        error += inside.mean() * abs(labels[inside].mean() - scores[inside].mean())
    return error


def at(x, y, share):
    """The largest sensitivity with a share of false alarms."""
    here = y[x == share]
    return here.max() if here.size else np.interp(share, x, y)


def case(name, labels, scores, probabilities):
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=float)
    x, y, _ = metrics.roc_curve(labels, scores, drop_intermediate=False)
    return {
        "name": name, "labels": labels.tolist(), "scores": scores.tolist(),
        "falseAlarms": x.tolist(), "sensitivity": y.tolist(), "area": float(metrics.roc_auc_score(labels, scores)),
        "averaged": [float(at(x, y, step / 100)) for step in range(101)],
        "calibrationError": float(calibration_error(labels, scores)) if probabilities else None,
    }


def main():
    random = np.random.default_rng(11)
    labels = random.integers(0, 2, 40)
    probabilities = np.clip(0.3 * labels + 0.7 * random.random(40), 0, 1)
    cases = [
        case("probabilities", labels, probabilities, True),
        case("ties on the edges of bins", labels, np.round(probabilities, 1), True),
        case("all tied", [0, 1, 1, 0, 1], [0.5] * 5, True),
        case("certain and wrong", [0, 1, 1, 0], [1.0, 0.0, 1.0, 0.0], True),
        case("signed scores", [0, 1, 1, 0, 1, 0], [-2.5, 0.0, 3.25, 0.5, -0.125, -7.0], False),
    ]
    path = pathlib.Path(__file__).with_name("classifiers.json")
    path.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
