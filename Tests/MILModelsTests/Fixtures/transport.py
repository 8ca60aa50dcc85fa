"""Golden values for the transport kernel, written to transport.json.

Plans are found by Sinkhorn's rounds on logarithms in NumPy until they are exact; machines are scikit-learn's SVC.
"""

import json

import numpy as np
from sklearn.svm import SVC

rng = np.random.default_rng(21)


def logsumexp(x, axis):
    most = x.max(axis=axis, keepdims=True)
    return np.log(np.exp(x - most).sum(axis=axis)) + most.squeeze(axis)


def make_bags(count):
    """Bags of values as a single-precision file would hold them."""
    bags, labels = [], []
    for b in range(count):
        x = rng.normal(size=(int(rng.integers(1, 6)), 2))
        if b % 2:
            x[0] += [2, 1]
        bags.append(np.round(x, 3).astype(np.float32).astype(np.float64))
        labels.append(b % 2)
    return bags, np.array(labels)


def transport(a, b, epsilon):
    d = ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2) / a.shape[1]
    f, g = np.zeros(len(a)), np.zeros(len(b))
    for _ in range(400):
        g = -epsilon * (logsumexp((f[:, None] - d) / epsilon, axis=0) + np.log(len(b)))
        f = -epsilon * (logsumexp((g[None, :] - d) / epsilon, axis=1) + np.log(len(a)))
    return (np.exp((f[:, None] + g[None, :] - d) / epsilon) * d).sum()


def scores(c, scale, epsilon, debiased):
    own = [transport(x, x, epsilon) for x in train]

    def kernel(a, ta, b, tb):
        cost = transport(a, b, epsilon)
        return np.exp(-scale * (max(0, cost - (ta + tb) / 2) if debiased else cost))

    gram = np.array([[kernel(a, own[i], b, own[j]) for j, b in enumerate(train)] for i, a in enumerate(train)])
    machine = SVC(C=c, kernel="precomputed", tol=1e-9).fit((gram + gram.T) / 2, labels)
    rows = [[kernel(x, transport(x, x, epsilon), a, own[i]) for i, a in enumerate(train)] for x in test]
    return machine.decision_function(np.array(rows)).tolist()


train, labels = make_bags(12)
test, _ = make_bags(4)
json.dump(
    {
        "instances": np.vstack(train).tolist(), "sizes": [len(x) for x in train], "labels": labels.tolist(),
        "test": np.vstack(test).tolist(), "testSizes": [len(x) for x in test],
        "scores": {
            "mi-emd[epsilon=0.3,rounds=300,tolerance=1e-8]": scores(10, 1, 0.3, True),
            "mi-emd[c=1,debiased=false,epsilon=0.5,rounds=300,scale=0.5,tolerance=1e-8]": scores(1, 0.5, 0.5, False),
        },
        "cost": transport(train[1], train[3], 0.3), "first": 1, "second": 3,
    },
    open("transport.json", "w"), indent=1)
