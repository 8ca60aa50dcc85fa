"""Makes the arrays of the cases that users report: python make_cases.py, with NumPy and SciPy.

Twelve bags s1 to s12 of two or three instances; a bag of an even number is positive, and its first instance shows it.
"""

from pathlib import Path

import numpy as np
import scipy.io

OUT = Path(__file__).parent / "cases"
BAGS = range(1, 13)
ROWS = [(bag, place) for bag in BAGS for place in range(2 + bag % 2)]
NAMES = np.array([f"s{bag}" for bag, _ in ROWS])
NUMBERS = np.array([bag for bag, _ in ROWS])
LABELS = np.array([1 - bag % 2 for bag in BAGS])
X = np.array(
    [[(bag * 7 + place * 5) % 11 / 10 + (2 * (1 - bag % 2) if place == 0 else 0), (bag * 3 + place) % 5 / 5]
     for bag, place in ROWS])


def each(values):
    """One entry an instance, of one a bag."""
    return np.array([values[bag - 1] for bag, _ in ROWS])


def save(name, **arrays):
    """The same arrays as a NumPy archive and a MAT-file."""
    np.savez(OUT / f"{name}.npz", **arrays)
    cells = {key: np.array([str(v) for v in value], dtype=object) if value.dtype.kind in "US" else value
             for key, value in arrays.items()}
    scipy.io.savemat(OUT / f"{name}.mat", cells, do_compression=True, oned_as="column")


# Bytes that are no UTF-8.
latin = np.array([("M\xfcller" if bag == 1 else "M\xf6ller" if bag == 2 else f"s{bag}").encode("latin-1")
                  for bag, _ in ROWS])
np.savez(OUT / "latin.npz", X=X, bag=latin, y=each(LABELS))

# Ids that doubles cannot tell apart.
save("ids", X=X, bag=np.array([2**62 + bag for bag, _ in ROWS]), y=each(LABELS))

# Labels with one entry a bag, beside names whose alphabetical order is another.
first = np.array([1] * 4 + [0] * 8)
save("listed", features=X, bags=NAMES, labels=first)
save("descending", features=X, bags=13 - NUMBERS, labels=first)

# Bags x instances x features; the last instances of some bags are padding.
cube = np.array([[[(b * 7 + i * 5 + 3) % 11 / 10 + 2 * (b % 2) * (i == 0), (b * 3 + i) % 5 / 5 + 0.01] for i in range(4)]
                 for b in BAGS])
padded = cube.copy()
padded[::3, 2:] = 0
save("cube", X=cube, bag=np.arange(12), y=LABELS)
save("padded", X=padded, y=LABELS)
save("sized", X=padded, y=LABELS, sizes=np.array([2 if b % 3 == 0 else 4 for b in range(12)]))

# Labels by name and number.
for name, pair in {"sign": ("-", "+"), "cancer": ("cancer", "normal"), "absent": ("tumour", "no_tumour")}.items():
    save(name, X=X, bag=NUMBERS, y=np.array([pair[label] for label in each(LABELS)]))
save("three", X=X, bag=NUMBERS, y=NUMBERS % 3 - 1)
save("unlabelled", X=X, bag=NUMBERS)

# Features that are missing in the second instance of bag 3 and the first of bag 8.
gaps = X.copy()
gaps[ROWS.index((3, 1)), 0] = gaps[ROWS.index((8, 0)), 0] = np.nan
save("gaps", X=gaps, bag=NUMBERS, y=each(LABELS))
cells = np.empty((12, 2), dtype=object)
for bag in BAGS:
    cells[bag - 1] = [gaps[NUMBERS == bag], float(LABELS[bag - 1])]
scipy.io.savemat(OUT / "gaps-cells.mat", {"data": cells}, do_compression=True)
