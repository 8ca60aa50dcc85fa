"""Reads one matrix from files of several kinds with h5py and NumPy. Usage: h5_reading.py FOLDER

Makes the files that are missing from matrix.npy in the folder: CLAM's chunks of a row, h5py's own chunks, those packed
by gzip, and one block. A request is the name of a file; the answer has the seconds of opening it and reading all its
numbers.
"""

import json
import sys
import time
from pathlib import Path

import h5py
import numpy as np

folder = Path(sys.argv[1])
kinds = {
    "rows.h5": lambda shape: {"chunks": (1, shape[1]), "maxshape": (None, shape[1])},
    "chunked.h5": lambda shape: {"chunks": True},
    "gzip.h5": lambda shape: {"chunks": True, "compression": "gzip"},
    "contiguous.h5": lambda shape: {},
}


def make():
    matrix = np.load(folder / "matrix.npy")
    for name, options in kinds.items():
        if not (folder / name).exists():
            with h5py.File(folder / name, "w") as file:
                file.create_dataset("features", data=matrix, **options(matrix.shape))


def read(name):
    if name.endswith(".npy"):
        return np.load(folder / name)
    with h5py.File(folder / name, "r") as file:
        return file["features"][:]


make()
print(json.dumps({"version": f"h5py {h5py.__version__}, NumPy {np.__version__}"}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    matrix = read(line.strip())
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "scores": [float(matrix[0, 0]), float(matrix[-1, -1])]}), flush=True)
