"""Golden values for models on vectors of bags, written to bag_vectors.json.

Principal components and mixtures are scikit-learn's, clusters are Lloyd's rounds in NumPy, machines are scikit-learn's SVC.
"""

import json

import numpy as np
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.svm import SVC

rng = np.random.default_rng(11)


def single(x):
    """Values as a single-precision file would hold them."""
    return np.round(x, 3).astype(np.float32).astype(np.float64)


def make_bags(count):
    bags, labels = [], []
    for b in range(count):
        label = b % 2
        size = int(rng.integers(1, 7))
        x = rng.normal(size=(size, 4)) * [1, 2, 0.5, 1] + rng.integers(0, 2, size=(size, 1)) * [3, 0, 1, 0]
        if label:
            x[0, 3] += 2
        bags.append(single(x))
        labels.append(label)
    return bags, labels


def normalised(v):
    v = np.sign(v) * np.sqrt(abs(v))
    return v / np.linalg.norm(v)


def fisher(x, shares, means, variances):
    logs = np.log(shares) - 0.5 * (np.log(variances)[None] + (x[:, None] - means) ** 2 / variances).sum(axis=2)
    p = np.exp(logs - logs.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    z = (x[:, None] - means) / np.sqrt(variances)
    first = (p[:, :, None] * z).sum(axis=0) / np.sqrt(shares)[:, None]
    second = (p[:, :, None] * (z**2 - 1)).sum(axis=0) / np.sqrt(2 * shares)[:, None]
    return normalised(np.r_[first.ravel(), second.ravel()])


def residuals(x, centres):
    owner = ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    return normalised(np.array([(x[owner == k] - c).sum(axis=0) for k, c in enumerate(centres)]).ravel())


def parts_along_first_axis(x, count):
    """The means of equal parts of the rows in order of the first principal component."""
    axis = PCA(1).fit(x).components_[0]
    axis = axis * np.sign(axis[abs(axis).argmax()])
    order = np.argsort((x - x.mean(axis=0)) @ axis, kind="stable")
    return [order[np.arange(len(x)) * count // len(x) == k] for k in range(count)]


def lloyd(x, count):
    centres = np.array([x[rows].mean(axis=0) for rows in parts_along_first_axis(x, count)])
    for _ in range(100):
        owner = ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array([x[owner == k].mean(axis=0) for k in range(count)])
        if np.allclose(moved, centres, atol=1e-14):
            break
        centres = moved
    return centres, owner


def scores(encode, train, labels, test):
    vectors = np.array([encode(x) for x in train])
    machine = SVC(C=2, kernel="linear", tol=1e-8).fit(vectors, labels)
    return machine.decision_function(np.array([encode(x) for x in test])).tolist()


train, labels = make_bags(24)
test, _ = make_bags(6)
everything = np.vstack(train)
expected = {}
expected["mi-fv"] = scores(
    lambda x: fisher(x, np.ones(1), everything.mean(axis=0)[None], everything.var(axis=0)[None]), train, labels, test)
for energy, name in [(0.9, "mi-fv[pcaEnergy=0.9]"), (1.0, "mi-fv[pcaEnergy=1]")]:
    pca = PCA(energy if energy < 1 else None).fit(everything)
    points = pca.transform(everything)
    expected[name] = scores(
        lambda x: fisher(pca.transform(x), np.ones(1), points.mean(axis=0)[None], points.var(axis=0)[None]),
        train, labels, test)
centres, owner = lloyd(everything, 2)
expected["mi-vlad[pcaEnergy=0]"] = scores(lambda x: residuals(x, centres), train, labels, test)
pca = PCA().fit(everything)
axes = pca.components_ * np.sign([r[abs(r).argmax()] for r in pca.components_])[:, None]
own = lambda x: (x - pca.mean_) @ axes.T
centres3, _ = lloyd(own(everything), 3)
expected["mi-vlad[centres=3]"] = scores(lambda x: residuals(own(x), centres3), train, labels, test)

# A mixture that starts from the clusters: the first rounds are those of scikit-learn from the same start.
start = [everything[owner == k] for k in range(2)]
mixture = GaussianMixture(
    2, covariance_type="diag", reg_covar=0, tol=1e-13, max_iter=2000, weights_init=[len(s) / len(everything) for s in start],
    means_init=[s.mean(axis=0) for s in start], precisions_init=[1 / s.var(axis=0) for s in start]).fit(everything)
json.dump(
    {
        "instances": everything.tolist(), "sizes": [len(x) for x in train], "labels": labels,
        "test": np.vstack(test).tolist(), "testSizes": [len(x) for x in test], "c": 2, "scores": expected,
        "mixture": {
            "shares": mixture.weights_.tolist(), "means": mixture.means_.tolist(),
            "variances": mixture.covariances_.tolist(),
            "vector": fisher(test[2], mixture.weights_, mixture.means_, mixture.covariances_).tolist(),
        },
    },
    open("bag_vectors.json", "w"), indent=1)
