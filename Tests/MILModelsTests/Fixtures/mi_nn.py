"""Writes mi_nn.json: loss, predictions, instance scores and gradients of MI-NN, in NumPy.

Run in this folder: python mi_nn.py (NumPy). The network stands here as plain matrix operations on one bag, after the equations
of Ramon and De Raedt (2000). "loss" is the mean over bags; gradients are its derivatives by complex steps, as in
fusion_networks.py.
"""

import json

import numpy as np

SIZES, FEATURES, UNITS, SHARPNESS = [1, 3, 6, 4], 3, 4, 2.0
generator = np.random.default_rng(7)


def rounded(*shape):
    return np.round(generator.standard_normal(shape) * 1e4) / 1e4


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def network(x, p):
    hidden = sigmoid(x @ p["trunk.1.weight"] + p["trunk.1.bias"])
    outputs = sigmoid(hidden @ p["classifier.weight"] + p["classifier.bias"])[:, 0]
    return np.log(np.mean(np.exp(SHARPNESS * outputs))) / SHARPNESS, outputs


bags, labels = [rounded(size, FEATURES) for size in SIZES], [1.0, 0.0, 1.0, 0.0]
parameters = {
    "trunk.1.weight": rounded(FEATURES, UNITS),
    "trunk.1.bias": rounded(UNITS),
    "classifier.weight": rounded(UNITS, 1),
    "classifier.bias": rounded(1),
}


def loss(p):
    return sum((network(x, p)[0] - y) ** 2 for x, y in zip(bags, labels)) / len(bags)


gradients = {}
for name, values in parameters.items():
    slopes = []
    for index in range(values.size):
        moved = values.astype(complex)
        moved.flat[index] += 1e-30j
        slopes.append(loss(parameters | {name: moved}).imag / 1e-30)
    gradients[name] = slopes
results = [network(x, parameters) for x in bags]
with open("mi_nn.json", "w") as file:
    json.dump(
        {
            "model": f"mi-nn[sharpness={SHARPNESS:g},units={UNITS}]",
            "sizes": SIZES,
            "features": np.vstack(bags).flatten().tolist(),
            "labels": labels,
            "loss": float(loss(parameters)),
            "predictions": [float(r[0]) for r in results],
            "scores": np.concatenate([r[1] for r in results]).tolist(),
            "parameters": {name: values.flatten().tolist() for name, values in parameters.items()},
            "gradients": gradients,
        },
        file,
        indent=1,
    )
    file.write("\n")
