"""Golden values for models that compare bags by distances and kernels, written to bag_distances.json.

Distances, votes and kernels are NumPy's, the linear programme of MILES is solved by scipy.optimize.linprog (HiGHS), machines
are scikit-learn's SVC.
"""

import json

import numpy as np
from scipy.optimize import linprog
from sklearn.svm import SVC

rng = np.random.default_rng(5)


def make_bags(count):
    """Bags of values as a single-precision file would hold them."""
    bags, labels = [], []
    for b in range(count):
        x = rng.normal(size=(int(rng.integers(1, 7)), 3))
        if b % 2:
            x[0] += [2, 0, 1]
        bags.append(np.round(x, 3).astype(np.float32).astype(np.float64))
        labels.append(b % 2)
    return bags, np.array(labels)


def squared(a, b):
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)


def hausdorff(kind):
    if kind == "minimal":
        return lambda a, b: squared(a, b).min()
    return lambda a, b: max(squared(a, b).min(axis=1).max(), squared(a, b).min(axis=0).max())


def citation(kind, references, citers):
    distance = hausdorff(kind)
    between = np.array([[distance(a, b) for b in train] for a in train])
    result = []
    for x in test:
        own = np.array([distance(x, a) for a in train])
        votes = sum(2 * labels[k] - 1 for k in np.argsort(own, kind="stable")[:references])
        for k in range(len(train)):
            nearer = sum(between[k, j] < own[k] for j in range(len(train)) if j != k)
            if nearer < citers:
                votes += 2 * labels[k] - 1
        result.append(float(votes) - 0.5)
    return result


def miles(c, sigma, weights):
    everything = np.vstack(train)
    embed = lambda bags: np.array([np.exp(-squared(x, everything).min(axis=0) / sigma**2) for x in bags])
    m, y = embed(train), 2.0 * labels - 1
    rows, columns = m.shape
    answer = linprog(
        np.r_[np.ones(2 * columns), 0, c * weights],
        A_ub=-np.c_[y[:, None] * m, -y[:, None] * m, y, np.eye(rows)], b_ub=-np.ones(rows),
        bounds=[(0, None)] * (2 * columns) + [(None, None)] + [(0, None)] * rows, method="highs-ipm")
    w = answer.x[:columns] - answer.x[columns:2 * columns]
    scores = embed(test) @ w + answer.x[2 * columns]
    # Each instance of the test bags: what it adds as the nearest one of its bag.
    relevance = []
    for x in test:
        similar = np.exp(-squared(x, everything) / sigma**2)
        nearest = similar == similar.max(axis=0)
        relevance += ((nearest / nearest.sum(axis=0)) * similar * w).sum(axis=1).tolist()
    return scores.tolist(), float(answer.fun), relevance


def graph_weights(x):
    d = np.sqrt(squared(x, x))
    mean = d[np.triu_indices(len(x), 1)].mean() if len(x) > 1 else 0
    near = (d < mean) | np.eye(len(x), dtype=bool)
    return 1 / near.sum(axis=1)


def graph(gamma, c):
    def kernel(a, b):
        v, w = graph_weights(a), graph_weights(b)
        return v @ np.exp(-gamma * squared(a, b)) @ w / (v.sum() * w.sum())

    gram = np.array([[kernel(a, b) for b in train] for a in train])
    machine = SVC(C=c, kernel="precomputed", tol=1e-8).fit(gram, labels)
    return machine.decision_function(np.array([[kernel(x, a) for a in train] for x in test])).tolist()


train, labels = make_bags(22)
test, _ = make_bags(7)
balanced = len(labels) / (2 * np.bincount(labels)[labels])
first, objective, relevance = miles(2.0, 1.5, np.ones(len(labels)))
scores = {
    "citation-knn": citation("minimal", 2, 4),
    "citation-knn[citers=5,references=3]": citation("minimal", 3, 5),
    "citation-knn[distance=maximal]": citation("maximal", 2, 4),
    "citation-knn[citers=3,distance=maximal,references=1]": citation("maximal", 1, 3),
    "miles[c=2,sigma=1.5]": first,
    "miles[c=0.7]": miles(0.7, np.sqrt(3), np.ones(len(labels)))[0],
    "mi-graph[tolerance=1e-7]": graph(1 / 3, 10),
    "mi-graph[c=1,gamma=0.8,tolerance=1e-7]": graph(0.8, 1),
}
json.dump(
    {
        "instances": np.vstack(train).tolist(), "sizes": [len(x) for x in train], "labels": labels.tolist(),
        "test": np.vstack(test).tolist(), "testSizes": [len(x) for x in test], "scores": scores,
        "miles": {"objective": objective, "relevance": relevance},
    },
    open("bag_distances.json", "w"), indent=1)
