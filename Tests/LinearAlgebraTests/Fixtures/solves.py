"""Writes solves.json: linear problems and their solutions by SciPy.

Run in this folder: python solves.py (NumPy, SciPy).
"""

import json

import numpy as np
from scipy import linalg

rng = np.random.default_rng(20240817)


def draw(rows, columns):
    return np.round(rng.normal(size=(rows, columns)), 3)


def ridge(name, a, b, penalty):
    # By the singular value decomposition, not by the normal equations that the library solves.
    u, s, vt = linalg.svd(a, full_matrices=False)
    x = vt.T @ ((s / (s**2 + penalty))[:, None] * (u.T @ b))
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "penalty": penalty, "x": x.tolist()}


def positive_definite(name, a, b):
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "x": linalg.solve(a, b, assume_a="pos").tolist()}


def least_squares(name, a, b):
    x, _, rank, s = linalg.lstsq(a, b, lapack_driver="gelss", cond=np.finfo(float).eps * max(a.shape))
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "x": x.tolist(), "rank": int(rank), "singular": s.tolist()}


def eigen(name, a):
    values, vectors = linalg.eigh(a, driver="evr")
    return {"name": name, "a": a.tolist(), "values": values.tolist(), "vectors": vectors.tolist()}


def symmetric(order):
    a = draw(order, order)
    return np.round(a + a.T, 3)


tall, wide = draw(7, 3), draw(3, 6)
factor = draw(5, 4)
definite = np.round(factor.T @ factor + np.eye(4), 6)
deficient = np.hstack([tall, tall[:, :1] + tall[:, 1:2]])

problems = {
    "ridge": [
        ridge("more rows than columns", tall, draw(7, 2), 0.5),
        ridge("more columns than rows", wide, draw(3, 2), 0.25),
        ridge("square", draw(4, 4), draw(4, 1), 1e-3),
        ridge("dependent columns", deficient, draw(7, 1), 0.1),
        ridge("one by one", np.array([[2.0]]), np.array([[3.0]]), 0.5),
    ],
    "positiveDefinite": [
        positive_definite("order four", definite, draw(4, 3)),
        positive_definite("Hilbert matrix of order three", linalg.hilbert(3), draw(3, 1)),
        positive_definite("one by one", np.array([[4.0]]), np.array([[2.0]])),
    ],
    "leastSquares": [
        least_squares("overdetermined", tall, draw(7, 2)),
        least_squares("underdetermined", wide, draw(3, 2)),
        least_squares("dependent columns", deficient, draw(7, 2)),
        least_squares("rank one", np.outer([1.0, 2.0, 3.0], [1.0, -1.0]), draw(3, 1)),
        least_squares("all zero", np.zeros((3, 2)), draw(3, 1)),
        least_squares("one by one", np.array([[2.0]]), np.array([[3.0]])),
    ],
    "eigen": [
        eigen("order five", symmetric(5)),
        eigen("one by one", np.array([[-3.0]])),
    ],
}

with open("solves.json", "w") as file:
    json.dump(problems, file, separators=(",", ":"))
    file.write("\n")
