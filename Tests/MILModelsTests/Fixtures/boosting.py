"""Golden values for boosted models, written to boosting.json.

Trees are scikit-learn's HistGradientBoostingClassifier; MILBoost is written in NumPy with SciPy's line search.
"""

import json

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.ensemble import HistGradientBoostingClassifier

rng = np.random.default_rng(8)


def make_bags(count):
    """Bags of values as a single-precision file would hold them."""
    bags, labels = [], []
    for b in range(count):
        x = rng.normal(size=(int(rng.integers(1, 6)), 3))
        if b % 2:
            x[0] += [1.5, 0, 0.7]
        bags.append(np.round(x, 3).astype(np.float32).astype(np.float64))
        labels.append(b % 2)
    return bags, np.array(labels)


def statistics(kind, bags):
    parts = {"mean": [np.mean], "range": [np.min, np.max], "all": [np.mean, np.min, np.max, np.std]}[kind]
    return np.array([np.concatenate([part(x, axis=0) for part in parts]) for x in bags])


def trees(kind, leaf_size, leaves, rate, count, penalty=0.0):
    model = HistGradientBoostingClassifier(
        learning_rate=rate, max_iter=count, max_leaf_nodes=leaves, min_samples_leaf=leaf_size, early_stopping=False,
        l2_regularization=penalty)
    model.fit(statistics(kind, train), labels)
    return model.predict_proba(statistics(kind, test))[:, 1].tolist()


def noisy_or(f, sizes, y):
    cost, start = 0.0, 0
    for size, label in zip(sizes, y):
        absence = np.prod(1 - 1 / (1 + np.exp(-f[start:start + size])))
        cost -= np.log(1 - absence) if label else np.log(absence)
        start += size
    return cost


def milboost(rounds, limit):
    x, sizes = np.vstack(train), [len(b) for b in train]
    owner = np.repeat(np.arange(len(train)), sizes)
    f, stumps = np.zeros(len(x)), []
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-f))
        bag = np.array([1 - np.prod(1 - p[owner == b]) for b in range(len(train))])
        weight = p * (labels - bag)[owner] / bag[owner]
        best = None
        for k in range(x.shape[1]):
            values = np.unique(x[:, k].astype(np.float32))
            for low, high in zip(values, values[1:]):
                cut = np.float64(low + (high - low) / np.float32(2))
                gain = (weight * np.where(x[:, k] > cut, 1, -1)).sum()
                if best is None or abs(gain) > best[0] + 1e-12:
                    best = (abs(gain), k, cut, np.sign(gain))
        _, k, cut, sign = best
        h = np.where(x[:, k] > cut, sign, -sign)
        step = minimize_scalar(
            lambda a: noisy_or(f + a * h, sizes, labels), bounds=(0, limit), method="bounded",
            options={"xatol": 1e-11, "maxiter": 1000}).x
        f = f + step * h
        stumps.append((k, cut, sign, step))
    result = []
    for b in test:
        values = sum(s * np.where(b[:, k] > cut, sign, -sign) for k, cut, sign, s in stumps)
        result.append(float(1 - np.prod(1 - 1 / (1 + np.exp(-values)))))
    return result


train, labels = make_bags(40)
test, _ = make_bags(8)
json.dump(
    {
        "instances": np.vstack(train).tolist(), "sizes": [len(x) for x in train], "labels": labels.tolist(),
        "test": np.vstack(test).tolist(), "testSizes": [len(x) for x in test],
        "scores": {
            "simple-mi[statistic=mean,trees=20]": trees("mean", 5, 31, 0.1, 20),
            "simple-mi[statistic=range,leaves=4,leafSize=3,learningRate=0.2,trees=10]": trees("range", 3, 4, 0.2, 10),
            "simple-mi[leaves=8,penalty=1.5,trees=30]": trees("all", 5, 8, 0.1, 30, 1.5),
            "milboost[rounds=5]": milboost(5, 2),
            "milboost[rounds=12,largestStep=0.3]": milboost(12, 0.3),
        },
    },
    open("boosting.json", "w"), indent=1)
