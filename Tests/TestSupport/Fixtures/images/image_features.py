"""Writes image_features.json: colours and binary patterns of two images of 6 x 6 pixels, by NumPy.

Run in this folder. Byte i of an image, channel after channel, is (31 i + 17 i^2 + image) modulo 256.
"""

import json

import numpy as np

cases = []
for image in range(2):
    i = np.arange(3 * 36)
    pixels = ((31 * i + 17 * i * i + 90 * image) % 256).reshape(3, 6, 6)
    if image == 1:
        pixels[:, 2:, 2:] = 200  # even parts
    features = []
    for channel in pixels:
        shares = np.histogram(channel, bins=8, range=(0, 256))[0] / 36
        features += [channel.mean(), channel.std(), *shares]
    grey = pixels.sum(axis=0)
    patterns = np.zeros(10)
    steps = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
    for y in range(1, 5):
        for x in range(1, 5):
            bits = [int(grey[y + v, x + u] >= grey[y, x]) for v, u in steps]
            changes = sum(bits[k] != bits[k - 1] for k in range(8))
            patterns[sum(bits) if changes <= 2 else 9] += 1 / 16
    cases.append({"pixels": pixels.flatten().tolist(), "features": [float(f) for f in (*features, *patterns)]})
with open("image_features.json", "w") as file:
    json.dump(cases, file)
