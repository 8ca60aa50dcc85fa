"""Makes audit.json: python audit.py, with NumPy and scikit-learn.

Each case holds bag means and labels in order, and what refitting ridge regression without each bag predicts for it:
features standardised over all bags, an intercept without penalty, and the penalty s d, where s is the mean squared
length of a standardised row divided by the number of features d.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

HERE = Path(__file__).parent


def left_out(features, labels):
    deviation = features.std(axis=0)
    kept = deviation > 1e-9 * np.abs(features).max(axis=0)
    z = (features[:, kept] - features[:, kept].mean(axis=0)) / deviation[kept]
    penalty = (z**2).sum(axis=1).mean()
    predictions = []
    for bag in range(len(z)):
        rest = np.arange(len(z)) != bag
        model = Ridge(alpha=penalty, solver="svd").fit(z[rest], labels[rest])
        predictions.append(model.predict(z[[bag]])[0])
    return np.array(predictions)


def relative_error(features, labels):
    """The squared error of the predictions, relative to predicting the mean of the other labels."""
    count = len(labels)
    mean_of_rest = (labels.sum() - labels) / (count - 1)
    return ((labels - left_out(features, labels)) ** 2).sum() / ((labels - mean_of_rest) ** 2).sum()


def case(name, seed, bags, columns, true_border, stated_border, strength):
    random = np.random.default_rng(seed)
    features = random.normal(size=(bags, columns)).round(4)
    features[:true_border, :3] += strength
    features[:, -1] = 0.25
    labels = np.where(np.arange(bags) < stated_border, 1.0, -1.0)
    predictions = left_out(features, labels)
    borders = [np.where(np.arange(bags) < border, 1.0, -1.0) for border in range(1, bags)]
    return {
        "name": name,
        "features": features.tolist(),
        "labels": ((labels + 1) / 2).astype(int).tolist(),
        "predictions": predictions.tolist(),
        "borderErrors": [relative_error(features, border) for border in borders],
        "auc": roc_auc_score(labels > 0, predictions),
    }


cases = [
    case("labels in order", 1, 30, 6, 16, 16, 1.5),
    case("labels sorted without the bags", 2, 40, 6, 23, 15, 3.0),
    case("labels without relation to the bags", 3, 24, 5, 12, 12, 0.0),
]
(HERE / "audit.json").write_text(json.dumps(cases, indent=1) + "\n")
for made in cases:
    errors = np.array(made["borderErrors"])
    print(made["name"], made["auc"], errors.argmin() + 1, errors.min(), errors[sum(made["labels"]) - 1])
