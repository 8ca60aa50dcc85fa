#!/usr/bin/env python3
"""Writes array-files/chunks.h5, datasets in chunks of all kinds, and chunks.json with what h5py reads of each.

    pip install numpy h5py
    python3 make_chunks.py

chunks.json also has Fletcher's checksums of some bytes, as libhdf5 stores them behind a chunk.
"""
import ctypes
import json
import pathlib

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent / "array-files"
random = np.random.default_rng(20261130)
# name: shape, type, chunk and the filters.
kinds = {
    "plain": ((7, 5), "f4", (3, 2), {}),
    "packed": ((7, 5), "f8", (3, 5), {"compression": "gzip", "shuffle": True}),
    "checked": ((9, 4), "i2", (4, 3), {"fletcher32": True, "compression": "gzip", "shuffle": True}),
    "odd": ((11,), "u1", (5,), {"fletcher32": True}),
    "cube": ((5, 4, 6), ">f4", (2, 3, 4), {"compression": "gzip"}),
    "one": ((1, 6, 3), "i4", (1, 4, 2), {"shuffle": True}),
    "larger": ((3, 2), "i8", (8, 2), {"maxshape": (None, 2), "compression": "gzip"}),
}
# h5py lacks a function of the libhdf5 that it has loaded.
loaded = {line.split()[-1] for line in open("/proc/self/maps") if "/libhdf5-" in line}
library = ctypes.CDLL(loaded.pop())
values, sums = {}, {}
with h5py.File(folder / "chunks.h5", "w", libver=("earliest", "v110")) as out:
    for name, (shape, kind, chunk, settings) in kinds.items():
        data = random.integers(-100 if kind != "u1" else 0, 100, shape).astype(kind)
        out.create_dataset(name, data=data, chunks=chunk, **settings)
    # Chunks that were never written have the fill value.
    for name, fill in [("gaps", 7), ("zeros", None)]:
        gaps = out.create_dataset(name, (8, 3), "i4", chunks=(2, 3), compression="gzip", fillvalue=fill)
        gaps[2:4] = [[1, 2, 3], [4, 5, 6]]
    # Chunks that reach beyond the dataset have no filters.
    space = h5py.h5s.create_simple((5, 3))
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((2, 3))
    creation.set_deflate(4)
    library.H5Pset_chunk_opts(ctypes.c_int64(creation.id), 2)
    edges = h5py.h5d.create(out.id, b"edges", h5py.h5t.STD_I32LE, space, creation)
    edges.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(15, dtype="i4").reshape(5, 3))
    for length in [1, 2, 3, 719, 720, 721, 4096]:
        content = random.integers(0, 256, length).astype("u1")
        made = out.create_dataset("sum", data=content, chunks=(length,), fletcher32=True)
        made.file.flush()
        stored = made.id.read_direct_chunk((0,))[1]
        assert stored[:-4] == content.tobytes()
        sums[content.tobytes().hex()] = int.from_bytes(stored[-4:], "little")
        del out["sum"]
with h5py.File(folder / "chunks.h5") as file:
    for name in file:
        values[name] = [int(value) for value in file[name][()].reshape(-1)]
(folder / "chunks.json").write_text(json.dumps({"values": values, "sums": sums}, indent=1) + "\n")
