"""Makes the fixtures of cells, structs and objects in other arrangements than readers take: python make_cells.py, with
NumPy and SciPy."""

from pathlib import Path

import numpy as np
import scipy.io

OUT = Path(__file__).parent / "cells"
SIZES = [3, 4, 2, 5]
LABELS = [0.0, 1.0, 0.0, 1.0]
BAGS = [np.arange(2 * size, dtype="f4").reshape(size, 2) + place for place, size in enumerate(SIZES)]


def cells(items, shape=None):
    """A cell array of some items."""
    result = np.empty(len(items), dtype=object)
    for place, item in enumerate(items):
        result[place] = item
    return result.reshape(shape or (-1, 1))


def columns(*lists):
    """A cell array with a column for each list."""
    return np.hstack([cells(items) for items in lists])


def save(name, format="5", **variables):
    """Writes a file."""
    scipy.io.savemat(OUT / f"{name}.mat", variables, format=format, do_compression=format == "5")


OUT.mkdir(exist_ok=True)
numbers = [np.array([[label]]) for label in LABELS]
names = [f"s{place}" for place in range(4)]
inner = [cells([bag, label], (1, 2)) for bag, label in zip(BAGS, numbers)]
save("cells4", data=columns(names, BAGS, numbers, [np.ones((size, 1)) for size in SIZES]))
save("label-first", data=columns(numbers, BAGS))
save("rows", data=columns(BAGS, numbers).T)
save("text-labels", data=columns(["yes", "no", "yes", "no"], BAGS))
save("instance-labels", data=columns(BAGS, [np.full((size, 1), label) for size, label in zip(SIZES, LABELS)]))
save("nested", bags=cells(inner))
save("instances", bags=cells([cells([row.reshape(1, -1) for row in bag]) for bag in BAGS]), labels=LABELS)
save("grid", bags=cells([row.reshape(1, -1) for row in np.arange(24.0).reshape(12, 2)], (4, 3)), labels=LABELS)
save("matrix-of-bags", bags=cells(BAGS, (2, 2)), labels=LABELS)
save("structs-in-cells", bags=cells([{"feats": bag, "y": label} for bag, label in zip(BAGS, LABELS)]))
save("struct-array", b=np.array([(bag, label) for bag, label in zip(BAGS, LABELS)], dtype=[("pts", "O"), ("cls", "O")]))
save("numbered", labels=LABELS, **{f"bag{place + 1}": bag for place, bag in enumerate(BAGS)})
save("one-hot", bags=cells(BAGS), labels=np.eye(2)[[0, 1, 0, 1]])
save("level4", format="4", X=np.vstack(BAGS), y=np.array(LABELS))
objects = np.empty(4, dtype=object)
for place, bag in enumerate(BAGS):
    objects[place] = bag
np.savez_compressed(OUT / "objects.npz", bags=objects, labels=np.array(LABELS))
np.savez_compressed(OUT / "object-list.npz", sample=objects, labels=np.array(LABELS))
