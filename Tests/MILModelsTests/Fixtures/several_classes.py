"""Golden values for models of several classes, written to several_classes.json: python3 several_classes.py

Bags are single instances, so that a bag's mean and its instance are one. Multinomial regression and one machine a class are
scikit-learn's, ridge regression with several outputs is its normal equations in NumPy with sample weights and an intercept.
"""

import json

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

rng = np.random.default_rng(5)
count, features, classes = 30, 4, 4
labels = np.repeat(np.arange(classes), [12, 9, 6, 3])
rng.shuffle(labels)
x = np.round(rng.normal(size=(count, features)) + 1.2 * np.eye(classes)[labels][:, :features], 3).astype(np.float32).astype(float)
test = np.round(rng.normal(size=(7, features)), 3).astype(np.float32).astype(float)
weights = count / (classes * np.bincount(labels)[labels])


def multinomial(c, sample_weight):
    model = LogisticRegression(C=c, tol=1e-12, max_iter=100000, solver="newton-cg")
    return model.fit(x, labels, sample_weight=sample_weight).predict_proba(test).tolist()


def machines(class_weight):
    model = OneVsRestClassifier(SVC(C=2, kernel="rbf", gamma=0.3, tol=1e-9, class_weight=class_weight))
    return model.fit(x, labels).decision_function(test).tolist()


def ridge(alpha, sample_weight):
    targets = 2.0 * np.eye(classes)[labels] - 1
    model = Ridge(alpha=alpha, solver="cholesky").fit(x, targets, sample_weight=sample_weight)
    return dict(coefficients=model.coef_.tolist(), intercepts=model.intercept_.tolist())


json.dump(
    dict(
        x=x.tolist(), labels=labels.tolist(), test=test.tolist(),
        multinomial=multinomial(1, None), multinomialStrong=multinomial(0.1, None),
        multinomialBalanced=multinomial(1, weights), machines=machines(None), machinesBalanced=machines("balanced"),
        ridge=ridge(0.7, None), ridgeBalanced=ridge(0.7, weights)),
    open("several_classes.json", "w"), indent=1)
