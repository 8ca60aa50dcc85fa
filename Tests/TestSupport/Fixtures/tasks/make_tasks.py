"""Losses, gradients and predictions of tasks, in NumPy: python3 make_tasks.py > tasks.json

The formulas are those of the sources that the tasks name; derivatives are taken by the complex step, which is exact to
rounding and shares nothing with the code under test.
"""

import json

import numpy as np

rng = np.random.default_rng(11)


def complex_step(loss, output):
    gradient = np.zeros_like(output)
    for place in np.ndindex(output.shape):
        moved = output.astype(complex)
        moved[place] += 1e-30j
        gradient[place] = loss(moved).imag / 1e-30
    return gradient


def softmax(x):
    e = np.exp(x - x.real.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def case(name, targets, output, loss, prediction, **more):
    return dict(
        name=name, targets=targets, output=output.tolist(), loss=float(loss(output).real),
        gradient=complex_step(loss, output).tolist(), prediction=prediction(output).tolist(), **more)


cases = []

labels = [2, 0, 1, 2, 0]
output = rng.normal(size=(5, 3)) * 3
cases.append(case(
    "several-classes", dict(labels=labels), output,
    lambda x: np.mean([-np.log(softmax(x)[b, k]) for b, k in enumerate(labels)]), softmax))

values = [3.0, -1.5, 8.25, 0.5]
mean, deviation = np.mean(values), np.std(values)
output = rng.normal(size=(4, 1))
cases.append(case(
    "number", dict(values=values), output,
    lambda x: np.mean((x[:, 0] - (np.array(values) - mean) / deviation) ** 2), lambda x: x * deviation + mean))

times = [5.0, 2.0, 9.0, 2.0, 7.0, 4.0, 11.0, 3.0]
events = [1, 1, 0, 0, 1, 1, 0, 1]
ends = np.quantile([t for t, e in zip(times, events) if e], [0.25, 0.5, 0.75])
intervals = [int(np.sum(t > ends)) for t in times]


def discrete(x):
    hazard = 1 / (1 + np.exp(-x))
    total = 0
    for b, (k, event) in enumerate(zip(intervals, events)):
        # As in the likelihood: survived all intervals before, then the event, or survived this one as well.
        survived = np.prod(1 - hazard[b, :k])
        total -= np.log(survived * (hazard[b, k] if event else 1 - hazard[b, k]))
    return total / len(times)


def discrete_risk(x):
    return -np.cumprod(1 - 1 / (1 + np.exp(-x)), axis=1).sum(axis=1, keepdims=True)


output = rng.normal(size=(8, 4))
cases.append(case(
    "survival", dict(times=times, events=[bool(e) for e in events]), output, discrete, discrete_risk,
    ends=ends.tolist()))


def cox(x):
    total = 0
    for b in range(len(times)):
        if events[b]:
            at_risk = [j for j in range(len(times)) if times[j] >= times[b]]
            total += np.log(sum(np.exp(x[j, 0]) for j in at_risk)) - x[b, 0]
    return total / sum(events)


output = rng.normal(size=(8, 1)) * 2
cases.append(case("cox", dict(times=times, events=[bool(e) for e in events]), output, cox, lambda x: x))


def concordance(risks):
    right = pairs = 0.0
    for i in range(len(times)):
        for j in range(len(times)):
            if events[i] and (times[i] < times[j] or (times[i] == times[j] and not events[j])):
                pairs += 1
                right += 1.0 if risks[i] > risks[j] else 0.5 if risks[i] == risks[j] else 0.0
    return right / pairs


risks = [0.5, 2.0, -1.0, 2.0, 0.5, 0.1, -3.0, 1.0]
print(json.dumps(dict(cases=cases, risks=risks, concordance=concordance(risks)), indent=1))
