"""Golden values for the axis-parallel rectangle, written to rectangle.json: the doc comment of the model in NumPy and SciPy."""

import json

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

rng = np.random.default_rng(17)


def make_bags(count, spread):
    """Bags of values as a single-precision file would hold them; a positive one has an instance near one point."""
    bags, labels = [], []
    for b in range(count):
        x = rng.normal(size=(int(rng.integers(2, 6)), 5)) * 2
        if b % 2:
            x[rng.integers(len(x))] = [1, -1, 0.5, 0, 0] + rng.normal(size=5) * spread
        bags.append(np.round(x, 3).astype(np.float32).astype(np.float64))
        labels.append(b % 2)
    return bags, np.array(labels)


def width(rows, features):
    return (np.max(rows, axis=0) - np.min(rows, axis=0))[features].sum()


def best_of(bag, others, features):
    """The least growth and the first instance that has it."""
    growth = [round(width(others + [x], features) - width(others, features), 10) for x in bag]
    return min(growth), int(np.argmin(growth))


def grow(seed_bag, seed, features):
    chosen = [(seed_bag, seed)]
    rest = [k for k in range(len(positive)) if k != seed_bag]
    while rest:
        rows = [x for _, x in chosen]
        options = [best_of(positive[k], rows, features) for k in rest]
        n = int(np.argmin([growth for growth, _ in options]))
        k = rest.pop(n)
        chosen.append((k, positive[k][options[n][1]]))
        for _ in range(10):
            changed = False
            for place in range(1, len(chosen)):
                others = [x for p, (_, x) in enumerate(chosen) if p != place]
                bag = positive[chosen[place][0]]
                best = bag[best_of(bag, others, features)[1]]
                if not np.array_equal(best, chosen[place][1]):
                    chosen[place], changed = (chosen[place][0], best), True
            if not changed:
                break
    return np.array([x for _, x in chosen])


def discriminate(rows, features, margin):
    low, high = rows.min(axis=0), rows.max(axis=0)
    beyond = np.maximum(0, np.maximum(low - negative, negative - high))[:, features]
    most = beyond.max(axis=1, keepdims=True)
    excludes = (most > 0) & ((beyond >= margin) | (beyond == most))
    still, chosen = np.ones(len(negative), bool), []
    while True:
        counts = (excludes & still[:, None]).sum(axis=0)
        if counts.max() == 0:
            return sorted(chosen)
        k = int(counts.argmax())
        chosen.append(features[k])
        still &= ~excludes[:, k]


def bounds(values, outside):
    h = 0.9 * values.std() * len(values) ** -0.2
    ends = values.min() - 20 * h, values.max() + 20 * h
    quantile = lambda q: brentq(lambda x: norm.cdf((x - values) / h).mean() - q, *ends, xtol=1e-13)
    return min(values.min(), quantile(outside / 2)), max(values.max(), quantile(1 - outside / 2))


def rectangle(margin, outside):
    def cost(t):
        q = np.array([0.01 * ((bag - t) ** 2).sum(axis=1).min() for bag in train])
        return q[labels == 1].sum() - np.log(1 - np.exp(-q[labels == 0])).sum()

    seeds = [(cost(t), k, i) for k, x in enumerate(positive) for i, t in enumerate(x)]
    _, k, i = min(seeds)
    features = list(range(5))
    rows = grow(k, positive[k][i], features)
    for _ in range(10):
        chosen = discriminate(rows, features, margin)
        settled = not chosen or len(chosen) == len(features)
        features = chosen or features
        if settled:
            break
        rows = grow(k, positive[k][i], features)
    limits = np.array([bounds(rows[:, f], outside) for f in features])
    inside = lambda x: np.minimum(x[:, features] - limits[:, 0], limits[:, 1] - x[:, features]).min(axis=1).max()
    return [float(inside(x)) for x in test], features


train, labels = make_bags(30, 0.4)
test, _ = make_bags(8, 0.4)
positive = [x for x, label in zip(train, labels) if label]
negative = np.vstack([x for x, label in zip(train, labels) if not label])
first, features = rectangle(0.3, 0.01)
second, others = rectangle(3.0, 0.2)
print(features, others)
json.dump(
    {
        "instances": np.vstack(train).tolist(), "sizes": [len(x) for x in train], "labels": labels.tolist(),
        "test": np.vstack(test).tolist(), "testSizes": [len(x) for x in test],
        "scores": {"apr[margin=0.3]": first, "apr[margin=3,outside=0.2]": second},
    },
    open("rectangle.json", "w"), indent=1)
