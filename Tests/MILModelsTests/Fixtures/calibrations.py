"""Golden calibrations, by scikit-learn: python calibrations.py writes calibrations.json beside this file.

`_SigmoidCalibration` stops at gradients of 1e-6 or so; its result is refined by SciPy on the same objective.
"""

import json
import pathlib

import numpy as np
from scipy.optimize import root
from scipy.special import expit
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression


def refined(scores, labels, a, b):
    positives, negatives = (labels == 1).sum(), (labels == 0).sum()
    targets = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    # In units of the scores' deviation, so that both equations are of one size.
    mean, deviation = scores.mean(), scores.std()
    z = (scores - mean) / deviation

    def gradient(x):
        rest = targets - expit(-(x[0] * z + x[1]))
        return [(rest * z).sum(), rest.sum()]

    found = root(gradient, [a * deviation, b + a * mean], tol=1e-14)
    slope, intercept = found.x[0] / deviation, found.x[1] - found.x[0] * mean / deviation
    assert max(abs(np.array(gradient(found.x)))) < 1e-10
    assert np.allclose(expit(-(a * scores + b)), expit(-(slope * scores + intercept)), atol=1e-3), (a, slope, b, intercept)
    return float(slope), float(intercept)


def case(name, labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=float)
    sigmoid = _SigmoidCalibration().fit(scores, labels)
    slope, intercept = refined(scores, labels, sigmoid.a_, sigmoid.b_)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, labels)
    span = scores.max() - scores.min()
    at = np.concatenate([np.linspace(scores.min() - span / 4, scores.max() + span / 4, 31), scores[:10]])
    return {
        "name": name, "labels": labels.tolist(), "scores": scores.tolist(), "at": at.tolist(),
        "slope": slope, "intercept": intercept, "sigmoid": expit(-(slope * at + intercept)).tolist(),
        "isotonic": isotonic.predict(at).tolist(),
    }


def main():
    random = np.random.default_rng(5)
    labels = random.integers(0, 2, 50)
    scores = labels + random.normal(size=50)
    cases = [
        case("decision values", labels, scores),
        case("ties", labels, np.round(scores)),
        case("large and shifted", labels, 1000 + 250 * scores),
        case("small", labels, 1e-3 * scores),
        case("told apart", [0, 0, 0, 1, 1, 1], [-3, -2, -1, 1, 2, 3]),
        case("the wrong way about", [1, 1, 0, 1, 0, 0], [-3, -2, -1, 1, 2, 3]),
        case("few positives", (random.random(60) < 0.1).astype(int) | (np.arange(60) == 3), random.normal(size=60)),
    ]
    path = pathlib.Path(__file__).with_name("calibrations.json")
    path.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
