"""Golden values for support vector machines, written to support_vectors.json.

Machines without groups and whole models are trained by scikit-learn's SVC, which is libsvm, on kernels from NumPy; problems
with caps on groups are solved by an interior-point method in NumPy, which knows nothing of working sets.
"""

import json

import numpy as np
from sklearn.svm import SVC

rng = np.random.default_rng(7)


def single(x):
    """Values as a single-precision file would hold them."""
    return np.round(x, 3).astype(np.float32).astype(np.float64)


def kernel_matrix(kind, a, b, gamma, degree=2, offset=1.0):
    products = a @ b.T
    if kind == "linear":
        return products
    if kind == "polynomial":
        return (gamma * products + offset) ** degree
    return np.exp(-gamma * ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))


def dual_objective(kernel, coefficients):
    return np.abs(coefficients).sum() - 0.5 * coefficients @ kernel @ coefficients


def train(kernel, labels, bounds):
    """libsvm's coefficients and bias for an upper bound on each weight."""
    machine = SVC(C=1, kernel="precomputed", tol=1e-7).fit(kernel, labels, sample_weight=bounds)
    coefficients = np.zeros(len(labels))
    coefficients[machine.support_] = machine.dual_coef_[0]
    return coefficients, float(machine.intercept_[0])


def quadratic_program(q, linear, equal, limits, bounds):
    """The x that minimises x'qx/2 + linear'x with equal x = 0 and limits x <= bounds, by Newton steps to the central path."""
    n, m, e = len(linear), len(bounds), len(equal)
    x, nu, z = np.zeros(n), np.zeros(e), np.ones(m)
    s = np.maximum(bounds - limits @ x, 0.1)
    for _ in range(200):
        gap = s @ z / m
        dual = q @ x + linear + equal.T @ nu + limits.T @ z
        primal = limits @ x + s - bounds
        if gap < 1e-8 and max(abs(dual).max(), abs(primal).max(), abs(equal @ x).max()) < 1e-8:
            return x
        centre = s * z - 0.1 * gap
        system = np.block([[q + limits.T @ (limits * (z / s)[:, None]), equal.T], [equal, np.zeros((e, e))]])
        right = np.r_[-dual + limits.T @ ((centre - z * primal) / s), -equal @ x]
        step = np.linalg.solve(system, right)
        dx, dnu = step[:n], step[n:]
        ds = -primal - limits @ dx
        dz = -(centre + z * ds) / s
        falls = np.r_[-s / np.where(ds < 0, ds, -1e-300), -z / np.where(dz < 0, dz, -1e-300)]
        length = min(1.0, 0.99 * falls.min())
        x, nu, z, s = x + length * dx, nu + length * dnu, z + length * dz, s + length * ds
    raise ValueError("the interior-point method did not converge")


def plain_cases(x, labels, test):
    cases = []
    bounds = np.where(np.arange(len(labels)) % 3 == 0, 0.4, 1.0)
    for kind in ["linear", "polynomial", "rbf"]:
        for c in [0.1, 1, 10, 300]:
            kernel = kernel_matrix(kind, x, x, 0.25)
            coefficients, bias = train(kernel, labels, c * bounds)
            decisions = kernel_matrix(kind, test, x, 0.25) @ coefficients + bias
            cases.append(
                {
                    "kernel": kind,
                    "caps": list(c * bounds),
                    "objective": dual_objective(kernel, coefficients),
                    "decisions": list(decisions),
                }
            )
    return cases


def grouped_case(kind, c):
    """Positive samples of their own, and negative ones whose weights sum to c at most in each group of 4."""
    x = single(rng.normal(size=(36, 3)))
    labels = np.array([1.0] * 12 + [-1.0] * 24)
    x[:12] += 1.5
    groups = [[k] for k in range(12)] + [list(range(k, k + 4)) for k in range(12, 36, 4)]
    kernel = kernel_matrix(kind, x, x, 0.5)
    q = kernel * np.outer(labels, labels)
    sums = np.zeros((len(groups), 36))
    for row, group in enumerate(groups):
        sums[row, group] = 1
    limits = np.vstack([-np.eye(36), sums])
    # In units of c, which keeps the numbers of the method near 1.
    weights = c * quadratic_program(
        c * q, -np.ones(36), labels[None, :], limits, np.r_[np.zeros(36), np.ones(len(groups))]
    )
    return {
        "kernel": kind,
        "c": c,
        "instances": x.tolist(),
        "objective": weights.sum() - 0.5 * weights @ q @ weights,
        # Without the bias, which samples between their bounds decide and which need not be unique.
        "values": list(kernel @ (labels * weights)),
    }


def make_bags(count):
    """Bags of 2 to 6 instances with 4 features; half of the instances of positive bags are shifted."""
    instances, sizes, labels = [], [], []
    for bag in range(count):
        size = int(rng.integers(2, 7))
        x = rng.normal(size=(size, 4))
        label = (bag + 1) % 2
        if label:
            x[: (size + 1) // 2] += 1.5
        instances.append(x)
        sizes.append(size)
        labels.append(label)
    return single(np.concatenate(instances)), sizes, labels


def spans(sizes):
    ends = np.cumsum(sizes)
    return [np.arange(end - size, end) for end, size in zip(ends, sizes)]


def model_scores(x, sizes, labels, test, test_sizes, c):
    """Scores of the test bags by each model, RBF kernel with gamma 1/4 (1/8 on feature ranges)."""
    bags, test_bags = spans(sizes), spans(test_sizes)
    gram, across = kernel_matrix("rbf", x, x, 0.25), kernel_matrix("rbf", test, x, 0.25)
    start = np.concatenate([np.full(size, 2.0 * label - 1) for size, label in zip(sizes, labels)])
    positive = [bag for bag, label in zip(bags, labels) if label]
    largest = lambda decisions: [float(decisions[bag].max()) for bag in test_bags]
    scores = {}

    coefficients, bias = train(gram, start, np.full(len(x), c))
    scores["sil-svm"] = largest(across @ coefficients + bias)

    y = start.copy()
    rounds = 0
    while True:
        coefficients, bias = train(gram, y, np.full(len(x), c))
        rounds += 1
        decisions = gram @ coefficients + bias
        changed = start.copy()
        for bag in positive:
            changed[bag] = np.where(decisions[bag] >= 0, 1, -1)
            changed[bag[np.argmax(decisions[bag])]] = 1
        if (changed == y).all():
            break
        y = changed
    scores["mi-svm-instance"] = largest(across @ coefficients + bias)

    negative = np.flatnonzero(start < 0)
    witnesses = np.array([x[bag].mean(axis=0) for bag in positive])
    y = np.array([1.0] * len(positive) + [-1.0] * len(negative))
    chosen, witness_rounds = None, 0
    while True:
        samples = np.concatenate([witnesses, x[negative]])
        coefficients, bias = train(kernel_matrix("rbf", samples, samples, 0.25), y, np.full(len(y), c))
        witness_rounds += 1
        decisions = kernel_matrix("rbf", x, samples, 0.25) @ coefficients + bias
        picked = [int(bag[np.argmax(decisions[bag])]) for bag in positive]
        if picked == chosen:
            break
        chosen, witnesses = picked, x[picked]
    scores["mi-svm-bag[slack=instance]"] = largest(kernel_matrix("rbf", test, samples, 0.25) @ coefficients + bias)

    bag_labels = 2.0 * np.array(labels) - 1
    sums = np.array([[gram[np.ix_(a, b)].sum() for b in bags] for a in bags])
    test_sums = np.array([[across[np.ix_(a, b)].sum() for b in bags] for a in test_bags])
    lengths = np.sqrt(np.diag(sums))
    test_lengths = [np.sqrt(kernel_matrix("rbf", test[a], test[a], 0.25).sum()) for a in test_bags]
    counts, test_counts = np.array(sizes, dtype=float), np.array(test_sizes, dtype=float)
    for name, norms, test_norms in [
        ("nsk-svm", lengths, np.array(test_lengths)),
        ("nsk-svm[normalisation=averaging]", counts, test_counts),
        ("nsk-svm[normalisation=none]", np.ones(len(bags)), np.ones(len(test_bags))),
    ]:
        coefficients, bias = train(sums / np.outer(norms, norms), bag_labels, np.full(len(bags), c))
        scores[name] = list(test_sums / np.outer(test_norms, norms) @ coefficients + bias)

    ranges = np.array([np.concatenate([x[b].min(axis=0), x[b].max(axis=0)]) for b in bags])
    test_ranges = np.array([np.concatenate([test[b].min(axis=0), test[b].max(axis=0)]) for b in test_bags])
    coefficients, bias = train(kernel_matrix("rbf", ranges, ranges, 0.125), bag_labels, np.full(len(bags), c))
    scores["mi-kernel"] = list(kernel_matrix("rbf", test_ranges, ranges, 0.125) @ coefficients + bias)
    return scores, {"mi-svm-instance": rounds, "mi-svm-bag[slack=instance]": witness_rounds}


def main():
    x = single(rng.normal(size=(60, 4)))
    labels = np.where(x[:, 0] + 0.5 * x[:, 1] ** 2 + 0.7 * rng.normal(size=60) > 0.4, 1.0, -1.0)
    x[55:] = x[:5]
    test = single(rng.normal(size=(20, 4)))
    bags, sizes, bag_labels = make_bags(24)
    test_bags, test_sizes, _ = make_bags(12)
    scores, rounds = model_scores(bags, sizes, bag_labels, test_bags, test_sizes, 2.0)
    document = {
        "plain": {
            "instances": x.tolist(),
            "labels": labels.tolist(),
            "test": test.tolist(),
            "cases": plain_cases(x, labels, test),
        },
        "grouped": [grouped_case(kind, c) for kind in ["linear", "polynomial", "rbf"] for c in [0.1, 1.0, 20.0]],
        "bags": {
            "instances": bags.tolist(),
            "sizes": sizes,
            "labels": bag_labels,
            "test": test_bags.tolist(),
            "testSizes": test_sizes,
            "c": 2.0,
            "scores": scores,
            "rounds": rounds,
        },
    }
    with open("support_vectors.json", "w") as file:
        json.dump(document, file, indent=0)


main()
