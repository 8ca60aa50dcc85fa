"""mi-SVM (RBF, gamma 1/d, standardised over all instances) by scikit-learn's SVC on a precomputed kernel.

Usage: mi_svm.py BAGS FOLDS C

BAGS is a file of lines "label,bag,feature,...", bag after bag. FOLDS is a JSON file with one fold number (from 1) per bag.
Prints one line of JSON: the elapsed seconds and the processor seconds of the cross-validation, the number of correctly
predicted bags, and the rounds of all folds. The times include standardisation, kernel matrix, training and scoring of all
folds, but not reading files.
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC


def impute(labels, decisions, positive_bags):
    """Returns the labels by decision values, with at least one positive in each positive bag."""
    result = labels.copy()
    for bag in positive_bags:
        signs = np.where(decisions[bag] >= 0, 1, -1)
        if not (signs > 0).any():
            signs[np.argmax(decisions[bag])] = 1
        result[bag] = signs
    return result


def cross_validate(x, bags, bag_labels, folds, c):
    kernel = rbf_kernel(x, gamma=1 / x.shape[1])
    right = rounds = 0
    for fold in range(1, folds.max() + 1):
        train = np.flatnonzero(folds[bags] != fold)
        gram = np.ascontiguousarray(kernel[np.ix_(train, train)])
        owners = bags[train]
        start = np.where(bag_labels[owners] == 1, 1, -1)
        positive_bags = [np.flatnonzero(owners == b) for b in np.unique(owners) if bag_labels[b] == 1]
        labels = start
        for _ in range(50):
            machine = SVC(C=c, kernel="precomputed", tol=1e-3, cache_size=1000).fit(gram, labels)
            rounds += 1
            changed = impute(start, machine.decision_function(gram), positive_bags)
            if (changed == labels).all():
                break
            labels = changed
        for bag in np.flatnonzero(folds == fold):
            test = np.flatnonzero(bags == bag)
            score = machine.decision_function(kernel[np.ix_(test, train)]).max()
            right += int((score >= 0) == (bag_labels[bag] == 1))
    return right, rounds


def main():
    data = np.loadtxt(sys.argv[1], delimiter=",")
    with open(sys.argv[2]) as file:
        folds = np.array(json.load(file))
    _, bags = np.unique(data[:, 1], return_inverse=True)
    labels = np.zeros(bags.max() + 1, dtype=int)
    np.maximum.at(labels, bags, data[:, 0].astype(int))
    x = data[:, 2:]
    start, used = time.perf_counter(), time.process_time()
    deviation = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(deviation > 0, deviation, np.inf)
    right, rounds = cross_validate(x, bags, labels, folds, float(sys.argv[3]))
    result = {"seconds": time.perf_counter() - start, "processorSeconds": time.process_time() - used}
    print(json.dumps(result | {"right": right, "rounds": rounds}))


main()
