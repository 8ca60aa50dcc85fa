"""Golden values for retrieval by transport between attended instances, written to retrieval.json.

Plans are found by Sinkhorn's rounds on logarithms in NumPy until they are exact.
"""

import json

import numpy as np

rng = np.random.default_rng(34)
EPSILON, NEIGHBOURS, SHARE = 0.3, 2, 0.4


def logsumexp(x, axis):
    most = x.max(axis=axis, keepdims=True)
    return np.log(np.exp(x - most).sum(axis=axis)) + most.squeeze(axis)


def transport(a, p, b, q):
    d = ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2) / a.shape[1]
    f, g = np.zeros(len(a)), np.zeros(len(b))
    for _ in range(500):
        g = EPSILON * (np.log(q) - logsumexp((f[:, None] - d) / EPSILON, axis=0))
        f = EPSILON * (np.log(p) - logsumexp((g[None, :] - d) / EPSILON, axis=1))
    return (np.exp((f[:, None] + g[None, :] - d) / EPSILON) * d).sum()


sizes = rng.integers(1, 9, size=7)
bags = [np.round(rng.normal(size=(n, 3)), 3).astype(np.float32).astype(np.float64) for n in sizes]
attention = [rng.dirichlet(np.ones(n)) for n in sizes]

kept, shares, vectors = [], [], []
for x, a in zip(bags, attention):
    best = np.argsort(-a, kind="stable")[: int(np.ceil(SHARE * len(x)))]
    kept.append(x[best])
    shares.append(a[best] / a[best].sum())
    vectors.append(a @ x)
vectors = np.array(vectors)

costs = np.array(
    [[transport(kept[i], shares[i], kept[j], shares[j]) for j in range(len(bags))] for i in range(len(bags))])
retrieved = []
for i in range(len(bags)):
    others = [j for j in np.argsort(costs[i], kind="stable") if j != i]
    retrieved.append(vectors[others[:NEIGHBOURS]].mean(axis=0))

json.dump(
    {
        "instances": np.vstack(bags).tolist(), "sizes": sizes.tolist(), "attention": np.concatenate(attention).tolist(),
        "share": SHARE, "epsilon": EPSILON, "neighbours": NEIGHBOURS, "vectors": vectors.tolist(),
        "costs": costs.tolist(), "retrieved": np.array(retrieved).tolist(),
    },
    open("retrieval.json", "w"), indent=1)
