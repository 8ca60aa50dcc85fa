"""Verdicts against published figures, tests of a group of them and margins of equivalence, by NumPy and SciPy.

python paper.py writes paper.json beside this file.
"""

import json
import pathlib

import numpy as np
from scipy import stats

MARGIN = 0.03


def verdict(paper, ours, ours_deviation, paper_deviation=None, ours_n=5, paper_n=5):
    """Two one-sided tests and the usual one; an unknown spread of the paper is ours, over as many repetitions."""
    if paper_deviation is None:
        known = stats.t(ours_n - 1)
        error, freedom = ours_deviation * np.sqrt(2 / ours_n), ours_n - 1
    else:
        both = stats.ttest_ind_from_stats(
            ours, ours_deviation, ours_n, paper, paper_deviation, paper_n, equal_var=False)
        a, b = ours_deviation**2 / ours_n, paper_deviation**2 / paper_n
        error, freedom = np.sqrt(a + b), (a + b) ** 2 / (a**2 / (ours_n - 1) + b**2 / (paper_n - 1))
        assert np.isclose(both.pvalue, 2 * stats.t(freedom).sf(abs(ours - paper) / error))
    known = stats.t(freedom)
    difference = ours - paper
    return {
        "paper": paper, "ours": ours, "oursDeviation": ours_deviation, "paperDeviation": paper_deviation,
        "oursRepetitions": ours_n, "paperRepetitions": paper_n, "standardError": error, "degreesOfFreedom": freedom,
        "equivalenceP": max(known.sf((difference + MARGIN) / error), known.cdf((difference - MARGIN) / error)),
        "differenceP": 2 * known.sf(abs(difference) / error),
        "visibleDifference": (known.ppf(0.975) + known.ppf(0.8)) * error,
    }


def bias(random, sets, models, shift):
    datasets = [f"set {i}" for i in range(sets) for _ in range(models)]
    differences = np.round(random.normal(shift, 0.02, sets * models), 4)
    means = differences.reshape(sets, models).mean(axis=1)
    below, above = int((differences < 0).sum()), int((differences > 0).sum())
    return {
        "datasets": datasets, "differences": differences.tolist(), "below": below, "above": above,
        "mean": differences.mean(), "p": stats.ttest_1samp(means, 0).pvalue,
        "signP": stats.binomtest(below, below + above).pvalue,
    }


def equivalence(random, sets, shift, deviation):
    """The 90 % interval of a mean difference; its far end is the margin at which two one-sided tests have p = .05."""
    differences = np.round(random.normal(shift, deviation, sets), 4)
    low, high = stats.t.interval(0.9, sets - 1, differences.mean(), stats.sem(differences))
    margin = max(abs(low), abs(high))
    sides = [
        stats.ttest_1samp(differences, -margin, alternative="greater").pvalue,
        stats.ttest_1samp(differences, margin, alternative="less").pvalue,
    ]
    assert np.isclose(max(sides), 0.05)
    return {"differences": differences.tolist(), "mean": differences.mean(), "low": low, "high": high, "margin": margin}


def main():
    random = np.random.default_rng(18)
    written = {
        "verdicts": [
            verdict(0.889, 0.824, 0.012), verdict(0.88, 0.883, 0.031), verdict(0.842, 0.84, 0.008),
            verdict(0.5, 0.541, 0.01), verdict(0.887, 0.871, 0.012, 0.02), verdict(0.9, 0.9005, 0.002, 0.03, 5, 10),
            verdict(0.6, 0.63, 0.02, None, 10, 10),
        ],
        "biases": [bias(random, 5, 6, -0.02), bias(random, 3, 2, 0.0), bias(random, 20, 4, 0.004)],
        "equivalences": [
            equivalence(random, 20, 0.004, 0.01), equivalence(random, 5, -0.02, 0.02), equivalence(random, 2, 0.0, 0.03),
        ],
    }
    file = pathlib.Path(__file__).with_name("paper.json")
    file.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    main()
