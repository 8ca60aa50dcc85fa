"""Golden values for diverse density and EM-DD, written to density.json.

Costs are NumPy's, written as the articles have them; minima are found by scipy.optimize.minimize with its own BFGS, from the
same starts.
"""

import json

import numpy as np
from scipy.optimize import approx_fprime, minimize

rng = np.random.default_rng(3)


def make_bags(count):
    """Bags of values as a single-precision file would hold them."""
    bags, labels = [], []
    for b in range(count):
        x = rng.normal(size=(int(rng.integers(2, 6)), 2)) * 2
        if b % 2:
            x[0] = rng.normal(size=2) * 0.7 + [1, 2]
        bags.append(np.round(x, 3).astype(np.float32).astype(np.float64))
        labels.append(b % 2)
    return bags, np.array(labels)


def probabilities(x, point):
    t, s = np.split(point, 2)
    return np.exp(-((s * (x - t)) ** 2).sum(axis=1))


def noisy_or(point):
    cost = 0.0
    for x, label in zip(train, labels):
        absence = np.prod(1 - probabilities(x, point))
        cost -= np.log(1 - absence) if label else np.log(absence)
    return cost


def chosen_cost(chosen):
    def cost(point):
        p = probabilities(chosen, point)
        return -np.log(p[labels == 1]).sum() - np.log(1 - p[labels == 0]).sum()

    return cost


def starts(count, scale):
    best = []
    for x, label in zip(train, labels):
        if label:
            costs = []
            for t in x:
                q = np.array([(scale**2 * ((b - t) ** 2).sum(axis=1)).min() for b in train])
                costs.append(q[labels == 1].sum() - np.log(1 - np.exp(-np.maximum(q[labels == 0], 1e-10))).sum())
            best.append((min(costs), x[int(np.argmin(costs))]))
    best.sort(key=lambda pair: pair[0])
    return [x for _, x in best[:count]]


def descend(function, start):
    found = minimize(function, start, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    return found.x, found.fun


def diverse_density(count, scale):
    found = [descend(noisy_or, np.r_[x, [scale] * 2]) for x in starts(count, scale)]
    return min(found, key=lambda pair: pair[1])


def em(count, scale, rounds):
    best = (None, np.inf)
    for x in starts(count, scale):
        point, least, kept = np.r_[x, [scale] * 2], np.inf, None
        for _ in range(rounds):
            chosen = np.array([b[probabilities(b, point).argmax()] for b in train])
            point, value = descend(chosen_cost(chosen), point)
            settled = not value < 0.99 * least
            if value < least:
                kept, least = point, value
            if settled:
                break
        if least < best[1]:
            best = (kept, least)
    return best


def scores(point):
    return [float(probabilities(x, point).max()) for x in test]


train, labels = make_bags(30)
test, _ = make_bags(8)
point, cost = diverse_density(3, 0.3)
expected, expected_cost = em(3, 0.3, 10)
somewhere = np.array([0.4, 1.5, 0.6, 0.9])
json.dump(
    {
        "instances": np.vstack(train).tolist(), "sizes": [len(x) for x in train], "labels": labels.tolist(),
        "test": np.vstack(test).tolist(), "testSizes": [len(x) for x in test],
        "scores": {
            "diverse-density[scale=0.3,starts=3,steps=1000]": scores(point),
            "em-dd[scale=0.3,starts=3,steps=1000]": scores(expected),
        },
        "somewhere": {
            "point": somewhere.tolist(), "cost": noisy_or(somewhere),
            "gradient": approx_fprime(somewhere, noisy_or, 1e-7).tolist(),
        },
    },
    open("density.json", "w"), indent=1)
print(point, cost, expected, expected_cost)
