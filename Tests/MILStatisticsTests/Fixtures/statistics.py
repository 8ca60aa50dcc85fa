"""Golden numbers of the statistics: SciPy where it has the test, else formulas of the papers written out in NumPy.

python statistics.py writes statistics.json beside this file. The Bayesian test is checked against baycomp (its authors'
own program) where that is installed.
"""

import itertools
import json
import pathlib

import numpy as np
from scipy import special, stats

MASK = (1 << 64) - 1


class Xoshiro:
    """xoshiro256** filled by SplitMix64, with the bounded draw of Lemire, in whole numbers of Python."""

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            mixed = seed
            mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(mixed ^ (mixed >> 31))

    def next(self):
        def rotated(word, bits):
            return ((word << bits) | (word >> (64 - bits))) & MASK

        s = self.state
        result = (rotated((s[1] * 5) & MASK, 7) * 9) & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotated(s[3], 45)
        return result

    def below(self, bound):
        threshold = (1 << 64) % bound
        while True:
            product = self.next() * bound
            if product & MASK >= threshold:
                return product >> 64


def distributions():
    rows = []
    for v in [1, 2, 4, 9, 49, 199.5]:
        for t in [-40, -3.3, -1, -1e-3, 0, 0.4, 2.01, 7.7, 120]:
            rows.append(["student", [v], t, stats.t.cdf(t, v), 2 * stats.t.sf(abs(t), v)])
    for a, b in [(1, 1), (2, 8), (9, 36), (18.5, 3), (1, 60)]:
        for f in [0, 1e-3, 0.3, 1, 2.2, 9.4, 150]:
            rows.append(["fisher", [a, b], f, stats.f.sf(f, a, b), None])
    for v in [1, 2, 7, 30.5, 120]:
        for x in [0, 1e-4, 0.5, 3.84, 29, 33, 140, 400]:
            rows.append(["chi-square", [v], x, stats.chi2.sf(x, v), None])
    for n, p in [(1, 0.5), (7, 0.5), (20, 0.1), (250, 0.5), (40, 0.97)]:
        for k in sorted({-1, 0, 1, n // 3, n // 2, n - 1, n}):
            rows.append(["binomial", [n, p], k, stats.binom.cdf(k, n, p), None])
    return [
        {"name": name, "parameters": parameters, "at": at, "value": float(value),
         "twoSided": None if two is None else float(two)}
        for name, parameters, at, value, two in rows
    ]


def corrected(differences, ratio, rope):
    """Nadeau and Bengio's test and Corani and Benavoli's posterior, written out."""
    n = len(differences)
    mean = differences.mean()
    error = np.sqrt((1 / n + ratio) * differences.var(ddof=1))
    rho = ratio / (1 + ratio)  # test / (test + training)
    scale = np.sqrt((1 / n + rho / (1 - rho)) * differences.var(ddof=1))
    posterior = stats.t(df=n - 1, loc=mean, scale=scale)
    right, left = posterior.sf(rope), posterior.cdf(-rope)
    return {
        "mean": mean, "standardError": error, "statistic": mean / error, "p": 2 * stats.t.sf(abs(mean / error), n - 1),
        "aBetter": right, "equal": 1 - left - right, "bBetter": left,
    }


def t_tests(random):
    cases = []
    for folds, repeats, shift, rope in [(10, 5, 0.02, 0.01), (10, 1, 0.1, 0.01), (2, 5, -0.05, 0.02), (3, 1, 0, 0)]:
        differences = np.round(random.normal(shift, 0.08, folds * repeats), 2)
        case = corrected(differences, 1 / (folds - 1), rope)
        try:
            import baycomp
            found = baycomp.two_on_single(
                differences, np.zeros(len(differences)), rope=rope, runs=repeats)
            found = found if len(found) == 3 else (found[0], 0.0, found[1])
            np.testing.assert_allclose(found, [case["aBetter"], case["equal"], case["bBetter"]], atol=1e-12)
        except ImportError:
            print("baycomp is not installed: the posterior stands unchecked")
        cases.append({"differences": differences.tolist(), "folds": folds, "rope": rope} | case)
    return cases


def bootstraps(random):
    cases = []
    for bags, seed, level, resamples in [(37, 5, 0.95, 400), (11, 2**64 - 1, 0.8, 301), (1, 1, 0.95, 5)]:
        differences = np.round(random.integers(-5, 6, bags) / 5, 1)
        generator = Xoshiro(seed)
        means = [
            np.mean([differences[generator.below(bags)] for _ in range(bags)]) for _ in range(resamples)
        ]
        low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
        cases.append({
            "differences": differences.tolist(), "seed": str(seed), "level": level, "resamples": resamples,
            "low": low, "high": high,
        })
    return cases


def mcnemar_tests():
    cases = []
    for b, c in [(0, 0), (1, 0), (5, 5), (3, 12), (40, 21), (0, 9), (6, 7)]:
        p = 1.0 if b + c == 0 else stats.binomtest(b, b + c, 0.5).pvalue
        continuity = 1.0 if b + c == 0 else stats.chi2.sf(max(abs(b - c) - 1, 0) ** 2 / (b + c), 1)
        cases.append({"aOnly": b, "bOnly": c, "p": p, "pContinuity": continuity})
    return cases


def friedman_tests(random):
    cases = []
    for n, k, decimals in [(5, 4, 3), (20, 10, 3), (6, 3, 1), (4, 2, 1)]:
        table = np.round(random.uniform(0.7, 0.95, (n, k)) + np.linspace(0, 0.1, k), decimals)
        ranks = np.array([stats.rankdata(-row) for row in table])
        if k > 2:
            chi, chi_p = stats.friedmanchisquare(*table.T)
        else:  # SciPy wants three models
            ties = sum((count**3 - count) for row in table for count in np.unique(row, return_counts=True)[1])
            mean = ranks.mean(axis=0)
            chi = 12 * n / (k * (k + 1)) * (np.sum(mean**2) - k * (k + 1) ** 2 / 4) / (1 - ties / (n * k * (k**2 - 1)))
            chi_p = stats.chi2.sf(chi, k - 1)
        f = (n - 1) * chi / (n * (k - 1) - chi)
        cases.append({
            "table": table.tolist(), "ranks": ranks.mean(axis=0).tolist(), "chiSquare": chi, "chiSquareP": chi_p,
            "f": f, "p": stats.f.sf(f, k - 1, (k - 1) * (n - 1)),
            "smallest": float(special.factorial(k)) ** -(n - 1),
        })
    return cases


def wilcoxon_tests(random):
    cases = []
    given = [
        [0.01, 0.02, -0.03, 0.04, 0.05], [0.01, 0.02, 0.03, 0.04, 0.05], [0.0, 0.0, 0.0], [],
        [0.1, 0.1, -0.1, 0.2, 0.0, 0.3], [0.0, -0.2], [0.4], [-1.0, -1.0, -2.0, 3.0, -3.0, -3.0, 0.0, 0.0],
    ]
    given.append(np.round(random.normal(0.01, 0.03, 20), 4).tolist())
    given.append(np.round(random.normal(0.01, 0.03, 14), 2).tolist())
    for differences in given:
        values = np.array(differences)
        ranks = stats.rankdata(np.abs(values)) if len(values) else np.array([])  # Pratt: zeros are ranked
        signed = ranks[values != 0]
        positive = ranks[values > 0].sum()
        # Every assignment of signs, counted one by one.
        sums = np.zeros(1)
        for rank in signed:
            sums = np.concatenate([sums, sums + rank])
        tail = min((sums <= positive + 1e-9).mean(), (sums >= positive - 1e-9).mean())
        p = min(1.0, 2 * tail)
        magnitudes = np.abs(values)
        if len(values) and not (values == 0).any() and len(np.unique(magnitudes)) == len(values):
            found = stats.wilcoxon(values, zero_method="pratt", method="exact").pvalue
            np.testing.assert_allclose(found, p, rtol=1e-12)
        cases.append({
            "differences": list(differences), "positive": float(positive), "negative": float(signed.sum() - positive),
            "count": len(signed), "p": float(p),
        })
    return cases


def holm_cases():
    cases = []
    for p in [[0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.6], [], [0.0, 1.0], [0.02, 0.02, 0.02, 0.9]]:
        # Step down: reject while p_(i) <= level / (m - i + 1); the adjusted p is the smallest level that rejects.
        order = sorted(range(len(p)), key=lambda i: p[i])
        adjusted = [0.0] * len(p)
        for place, index in enumerate(order):
            adjusted[index] = max(min(1.0, (len(p) - q) * p[order[q]]) for q in range(place + 1))
        cases.append({"p": p, "adjusted": adjusted})
    return cases


def groups_cases(random):
    """Runs of neighbours without a small p-value, by trying every run."""
    cases = []
    for size in [1, 2, 5, 9]:
        matrix = np.round(random.uniform(0, 0.25, (size, size)), 3)
        matrix = np.maximum(matrix, matrix.T)
        np.fill_diagonal(matrix, 1)
        runs = [
            (i, j) for i, j in itertools.combinations(range(size), 2) if (matrix[i : j + 1, i : j + 1] >= 0.05).all()
        ]
        longest = [r for r in runs if not any(o != r and o[0] <= r[0] and r[1] <= o[1] for o in runs)]
        cases.append({"p": matrix.tolist(), "runs": [list(r) for r in longest]})
    return cases


def main():
    random = np.random.default_rng(7)
    golden = {
        "distributions": distributions(), "tTests": t_tests(random), "bootstraps": bootstraps(random),
        "mcnemar": mcnemar_tests(), "friedman": friedman_tests(random), "wilcoxon": wilcoxon_tests(random),
        "holm": holm_cases(), "groups": groups_cases(random),
    }
    file = pathlib.Path(__file__).with_name("statistics.json")
    file.write_text(json.dumps(golden, indent=1, default=float) + "\n")


main()
