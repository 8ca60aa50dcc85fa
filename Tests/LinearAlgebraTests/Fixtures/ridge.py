"""Golden numbers for ridge regression with an intercept and row weights, by NumPy.

Every number comes from a least-squares problem with the penalty as extra rows, solved by a singular value
decomposition; leave-one-out residuals from one such fit for each row left out.

Writes ridge.json beside this file.
"""

import json
import pathlib

import numpy as np


def fit(design, targets, weights, penalty):
    """Coefficients and intercept of the penalised weighted regression."""
    root = np.sqrt(weights)
    columns = design.shape[1]
    above = root[:, None] * np.column_stack([np.ones(len(targets)), design])
    below = np.sqrt(penalty) * np.column_stack([np.zeros(columns), np.eye(columns)])
    system = np.vstack([above, below])
    answer = np.linalg.lstsq(system, np.concatenate([root * targets, np.zeros(columns)]), rcond=None)[0]
    return answer[1:], answer[0]


def left_out(design, targets, weights, penalty):
    """The residual of each row under the fit to all others."""
    residuals = []
    for row in range(len(targets)):
        others = np.arange(len(targets)) != row
        coefficients, intercept = fit(design[others], targets[others], weights[others], penalty)
        residuals.append(targets[row] - intercept - design[row] @ coefficients)
    return np.array(residuals)


def problem(name, generator, rows, columns, penalties, weighted=False, change=lambda design: design):
    design = change(generator.normal(size=(rows, columns)) + generator.normal(size=columns))
    targets = np.where(np.arange(rows) % 3 == 0, 1.0, -1.0)
    weights = generator.uniform(0.3, 3, size=rows) if weighted else np.ones(rows)
    answers = []
    for penalty in penalties:
        coefficients, intercept = fit(design, targets, weights, penalty)
        residuals = left_out(design, targets, weights, penalty)
        answers.append({
            "penalty": penalty, "coefficients": coefficients.tolist(), "intercept": float(intercept),
            "leftOut": residuals.tolist(), "press": float(weights @ residuals**2),
        })
    return {
        "name": name, "design": design.tolist(), "targets": targets.tolist(), "weights": weights.tolist(),
        "answers": answers,
    }


def duplicated(design):
    design[:, 1] = design[:, 0]
    return design


def main():
    generator = np.random.default_rng(7)
    path = [1e-3, 0.1, 1.0, 30.0, 1e4]
    problems = [
        problem("more rows than columns", generator, 14, 4, path),
        problem("more columns than rows", generator, 9, 25, path),
        problem("as many rows as columns", generator, 8, 8, path),
        problem("one row more than columns", generator, 8, 7, path),
        problem("weighted, more rows", generator, 13, 5, path, weighted=True),
        problem("weighted, more columns", generator, 7, 20, path, weighted=True),
        problem("two equal columns", generator, 12, 4, path, change=duplicated),
        problem("two rows", generator, 2, 3, path),
        problem("large numbers", generator, 10, 30, [1e7, 1e9], change=lambda design: 1e4 * design),
    ]
    text = json.dumps({"problems": problems}, indent=1)
    (pathlib.Path(__file__).parent / "ridge.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
